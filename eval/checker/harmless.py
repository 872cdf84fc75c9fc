"""Harmless rewritings (无害改写): the same statement in other words or other figures, about which the check must not raise an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from random import Random

from eval.checker.places import changes, completions, differences, sentence_of, stated
from eval.checker.seeds import in_chinese
from pipeline.facts.model import Sheet
from pipeline.facts.model import plain as printed

Rewriting = Callable[[str, Sheet, Random], "tuple[str, str] | None"]  # → the text, what was changed


def _put(text: str, start: int, end: int, new: str) -> tuple[str, str]:
    return text[:start] + new + text[end:], f"{text[start:end]} → {new}"


def chinese_numerals(text: str, sheet: Sheet, rng: Random) -> tuple[str, str] | None:
    """312户 → 三百一十二户."""
    places = [
        p
        for p in stated(text, sheet)
        if p.fact.value == int(p.fact.value or 0) and 0 < int(p.fact.value or 0) < 10000 and p.fact.unit != "%"
    ]
    if not places:
        return None
    p = rng.choice(places)
    return _put(text, p.start, p.end, in_chinese(int(p.fact.value or 0)))


def percent_in_words(text: str, sheet: Sheet, rng: Random) -> tuple[str, str] | None:
    """98% → 百分之九十八."""
    places = [p for p in stated(text, sheet) if p.fact.unit == "%" and p.fact.value is not None]
    if not places:
        return None
    p = rng.choice(places)
    whole, _, places_ = printed(p.fact.value or Decimal(0)).partition(".")
    words = in_chinese(int(whole)).replace("两", "二") + (
        "点" + "".join("零一二三四五六七八九"[int(d)] for d in places_) if places_ else ""
    )
    return _put(text, p.start, p.unit_end, f"百分之{words}")


def other_scale(text: str, sheet: Sheet, rng: Random) -> tuple[str, str] | None:
    """1.2亿元 → 12000万元, 12000万元 → 1.2亿元, 1.26万亩 → 12600亩."""
    places = [p for p in stated(text, sheet) if re.match("[万亿]", p.fact.unit) and p.fact.value is not None]
    if not places:
        return None
    p = rng.choice(places)
    value, unit = p.fact.value or Decimal(0), p.fact.unit
    if unit.startswith("亿"):
        return _put(text, p.start, p.unit_end, f"{printed(value * 10000)}万{unit[1:]}")
    if unit == "万元" and value >= 1000:
        return _put(text, p.start, p.unit_end, f"{printed(value / 10000)}亿元")
    return _put(text, p.start, p.unit_end, f"{printed(value * 10000)}{unit[1:]}")


def full_width(text: str, sheet: Sheet, rng: Random) -> tuple[str, str] | None:
    """126.4 → １２６．４."""
    places = stated(text, sheet)
    if not places:
        return None
    p = rng.choice(places)
    return _put(text, p.start, p.end, text[p.start : p.end].translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789."}))


def thousands(text: str, sheet: Sheet, rng: Random) -> tuple[str, str] | None:
    """2864.5 → 2,864.5."""
    places = [p for p in stated(text, sheet) if (p.fact.value or 0) >= 1000]
    if not places:
        return None
    p = rng.choice(places)
    whole, point, rest = text[p.start : p.end].partition(".")
    return _put(text, p.start, p.end, f"{int(whole):,}{point}{rest}")


_CHANGE_WORDS = {
    "增长": (
        "同比增长",
        "比上年同期增长",
        "较上年同期增长",
        "增幅达",
        "同比增幅为",
        "同比上升",
        "比去年同期增长",
        "与上年同期相比增长",
        "增速达",
        "同比增加",
    ),
    "下降": (
        "同比下降",
        "比上年同期下降",
        "较上年同期减少",
        "同比减少",
        "降幅达",
        "同比降低",
        "比去年同期下降",
        "与去年同期相比下降",
        "同比回落",
    ),
    "提高": (
        "同比提高",
        "比上年同期提高",
        "较上年提升",
        "同比提升",
        "比上年上升",
        "较去年同期提高",
        "比去年高",
        "同比上升",
    ),
}


def change_synonyms(text: str, sheet: Sheet, rng: Random) -> tuple[str, str] | None:
    """同比增长 → 比上年同期增长、增幅达 …"""
    found = [(p, m) for p, m in changes(text, sheet) if m[1] in _CHANGE_WORDS]
    if not found:
        return None
    _, m = rng.choice(found)
    words = _CHANGE_WORDS["提高" if m[3] != "%" and m[1] in ("提高", "增长") else m[1]]
    choices = [w for w in words if not (m[3] != "%" and "幅" in w) and w != text[m.start() : m.start(2)]]
    return _put(text, m.start(), m.start(2), rng.choice(choices))


def completion_synonyms(text: str, sheet: Sheet, rng: Random) -> tuple[str, str] | None:
    """完成年度目标的 → 占全年任务的、完成率达 …"""
    found = [
        (p, m)
        for p, m in completions(text, sheet)
        if re.fullmatch(r"(?:完成|占|为)年度(?:目标|任务|计划)的", text[m.start() : m.start(1)])
    ]
    if not found:
        return None
    _, m = rng.choice(found)
    new = rng.choice(
        [
            "占全年目标任务的",
            "完成全年任务的",
            "年度目标完成率达",
            "达到年度目标的",
            "完成全年计划的",
            "占年初计划的",
            "实现年度目标的",
            "完成年度目标任务的",
            "完成率为",
        ]
    )
    return _put(text, m.start(), m.start(1), new)


def with_reach(text: str, sheet: Sheet, rng: Random) -> tuple[str, str] | None:
    """财政收入1486万元 → 财政收入达到1486万元, 累计达, 共 …"""
    places = [
        p
        for p in stated(text, sheet)
        if re.match(r"[一-鿿]", text[p.start - 1]) and text[p.start - 1] not in "达到为约近共超过有至了在的由从和"
    ]
    if not places:
        return None
    p = rng.choice(places)
    return _put(text, p.start, p.start, rng.choice(["达到", "达", "共", "累计达", "为", "共计"]))


def about(text: str, sheet: Sheet, rng: Random) -> tuple[str, str] | None:
    """312户 → 300余户, 近320户, 约310户, 超过300户: each true."""
    places = [
        p
        for p in stated(text, sheet)
        if p.fact.value is not None
        and p.fact.value == int(p.fact.value)
        and int(p.fact.value) > 100
        and int(p.fact.value) % 10
        and not re.search("[近约超过余]$", text[p.start - 2 : p.start])
    ]
    if not places:
        return None
    p = rng.choice(places)
    value = int(p.fact.value or 0)
    unit = 10 ** (len(str(value)) - 2)
    low, high = value // unit * unit, (value // unit + 1) * unit
    start = p.start - (2 if text[p.start - 2 : p.start] == "达到" else 1 if text[p.start - 1] in "达为" else 0)
    new = rng.choice([f"{low}余", f"近{high}", f"超过{low}", f"{low}多"])
    return _put(text, start, p.end, new)


def previous_told(text: str, sheet: Sheet, rng: Random) -> tuple[str, str] | None:
    """… 同比增长6.2% → … 上年同期为1399万元，同比增长6.2%."""
    found = [(p, m) for p, m in changes(text, sheet) if p.fact.previous is not None and m[3] == "%"]
    if not found:
        return None
    p, m = rng.choice(found)
    return _put(
        text,
        m.start(),
        m.start(),
        f"{rng.choice(['上年同期为', '去年同期为', '上年同期'])}{printed(p.fact.previous or Decimal(0))}{p.fact.unit}，",
    )


def target_told(text: str, sheet: Sheet, rng: Random) -> tuple[str, str] | None:
    """… 完成年度目标的51.2% → 年度目标2900万元，完成年度目标的51.2%."""
    found = [(p, m) for p, m in completions(text, sheet) if p.fact.target is not None and text[m.start() - 1] == "，"]
    if not found:
        return None
    p, m = rng.choice(found)
    return _put(
        text,
        m.start(),
        m.start(),
        f"{rng.choice(['年度目标', '全年目标为', '年度任务'])}{printed(p.fact.target or Decimal(0))}{p.fact.unit}，",
    )


def difference_told(text: str, sheet: Sheet, rng: Random) -> tuple[str, str] | None:
    """… 同比增长6.2% → 比上年同期增加87万元，增长6.2%."""
    found = differences(text, sheet)
    if not found:
        return None
    p, m = rng.choice(found)
    gap = (p.fact.value or Decimal(0)) - (p.fact.previous or Decimal(0))
    words = (
        rng.choice(["比上年同期增加", "同比增加", "较上年多"])
        if gap > 0
        else rng.choice(["比上年同期减少", "同比减少", "较上年少"])
    )
    return _put(text, m.start(), m.start(1), f"{words}{printed(abs(gap))}{p.fact.unit}，")


def sum_told(text: str, sheet: Sheet, rng: Random) -> tuple[str, str] | None:
    """低保金126.4万元、救助金38.2万元 → …，两项合计164.6万元."""
    places = stated(text, sheet)
    near = [
        (a, b) for a in places for b in places
        if a.start < b.start and a.fact.id != b.fact.id and sentence_of(text, a.start) == sentence_of(text, b.start) and a.fact.unit == b.fact.unit
        and a.fact.unit != "%" and text[b.unit_end] in "，。；" and not re.search("[0-9]", text[a.unit_end : b.start])
    ]  # fmt: skip
    if not near:
        return None
    a, b = rng.choice(near)
    total = printed((a.fact.value or Decimal(0)) + (b.fact.value or Decimal(0)))
    return _put(text, b.unit_end, b.unit_end, f"，{rng.choice(['两项合计', '合计', '共计'])}{total}{a.fact.unit}")


def remainder_told(text: str, sheet: Sheet, rng: Random) -> tuple[str, str] | None:
    """… 完成年度目标的51.2% → …，距年度目标还差1414万元."""
    found = [
        (p, m) for p, m in completions(text, sheet) if p.fact.target is not None and p.fact.target > (p.fact.value or 0)
    ]
    if not found:
        return None
    p, m = rng.choice(found)
    left = printed((p.fact.target or Decimal(0)) - (p.fact.value or Decimal(0)))
    words = rng.choice(["距年度目标还差", "尚需完成", "还差", "离全年目标尚有差距"])
    words = "还需完成" if words.endswith("差距") else words
    return _put(text, m.end() + 1, m.end() + 1, f"，{words}{left}{p.fact.unit}")


def sentences_moved(text: str, sheet: Sheet, rng: Random) -> tuple[str, str] | None:
    """Two sentences of a paragraph change places."""
    spots = [
        m
        for m in re.finditer(r"(?<=[。\n])([^。\n#]{12,}。)([^。\n#]{12,}。)", text)
        if not re.search(
            r"[一二三四五六]是|其中|同时|此外|前者|后者|这些|为此|对此|以上|（[一二三四五六七八九十]）", m[0]
        )
    ]
    if not spots:
        return None
    m = rng.choice(spots)
    return text[: m.start()] + m[2] + m[1] + text[m.end() :], f"{m[1][:14]} ⇄ {m[2][:14]}"


def town_words(text: str, sheet: Sheet, rng: Random) -> tuple[str, str] | None:
    """Words that say nothing go before an indicator: 全镇, 截至目前, 今年以来."""
    places = [p for p in stated(text, sheet) if sentence_of(text, p.start)[0] < p.start]
    if not places:
        return None
    at = sentence_of(text, rng.choice(places).start)[0]
    if text[at : at + 1] in "#一二三四（" or re.match(r"\d", text[at : at + 1]):
        return None
    return _put(text, at, at, rng.choice(["全镇上下共同努力，", "今年以来，", "截至目前，", "据统计，", "报告期内，"]))


def idioms(text: str, sheet: Sheet, rng: Random) -> tuple[str, str] | None:
    """Words with numbers in them that count nothing."""
    ends = [m.end() for m in re.finditer(r"[^\n#]{40,}。(?=\n)", text)]
    if not ends:
        return None
    added = rng.choice(
        [
            "坚持一手抓发展、一手抓安全，两手都要硬。", "全镇上下一条心、一盘棋，形成了三级联动的工作格局。", "推动一二三产业融合发展，做到一张蓝图绘到底。", "千方百计抓落实，一件事情接着一件事情办。",
            "党员干部走进千家万户，把一个个难题解决在一线。", "落实“三会一课”、四议两公开等制度，做到一岗双责。", "坚持第一时间受理、第一时间办结，让群众最多跑一次。", "抓好三个方面的重点工作，一以贯之、久久为功。",
            "实行24小时值班制度，畅通12345热线，做到事事有回音。", "把好入口、过程、出口三道关口，实现九九归一。", "树立一盘棋思想，五指并拢、握指成拳。", "扛牢政治责任，做到守土有责、百尺竿头更进一步。",
        ]
    )  # fmt: skip
    at = rng.choice(ends)
    return _put(text, at, at, added)


REWRITINGS: Mapping[str, Rewriting] = {
    r.__name__: r
    for r in (
        chinese_numerals, percent_in_words, other_scale, full_width, thousands, change_synonyms, completion_synonyms, with_reach, about, previous_told, target_told, difference_told, sum_told,
        remainder_told, sentences_moved, town_words, idioms,
    )
}  # fmt: skip
