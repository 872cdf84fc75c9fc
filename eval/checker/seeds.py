"""Known errors (已知错误): each class is a function that puts one error of its kind into a clean draft, or None if it finds no place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from eval.checker.places import Place, changes, clause_of, completions, differences, sentence_of, stated
from pipeline.facts.model import Sheet
from pipeline.facts.model import plain as printed
from pipeline.language.headings import chinese_count, read_headings
from pipeline.language.quantities import read_quantities


@dataclass(frozen=True, slots=True)
class Seeded:
    """A draft with an error. [start, end): where it shows, None if something is missing; `fact_ids`: the facts it is about."""

    text: str
    start: int | None
    end: int | None
    fact_ids: tuple[str, ...] = ()
    what: str = ""  # old → new, for the list of survivors
    partner: tuple[int, int] | None = None  # where the other of two swapped figures stands


Seed = Callable[[str, Sheet, Random], Seeded | None]


def _put(text: str, start: int, end: int, new: str, *fact_ids: str) -> Seeded:
    return Seeded(
        text[:start] + new + text[end:], start, start + max(1, len(new)), fact_ids, f"{text[start:end]} → {new}"
    )


def _pick(rng: Random, places: Sequence[Place]) -> Place | None:
    return rng.choice(places) if places else None


def another_number(number: str, rng: Random) -> str:
    """The number with one digit changed, its length and its first digit's not being zero kept."""
    at = rng.choice([i for i, c in enumerate(number) if c.isdigit()])
    other = rng.choice([d for d in "0123456789" if d != number[at] and not (d == "0" and at in (0, len(number) - 1))])
    return number[:at] + other + number[at + 1 :]


def _known(sheet: Sheet) -> set[Decimal]:
    return {
        abs(n)
        for f in sheet.facts
        for n in (f.value, f.previous, f.target, f.growth_pct, f.completion_pct)
        if n is not None
    }


def altered_digit(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """数字改一位."""
    place = _pick(rng, stated(text, sheet))
    if place is None:
        return None
    new = another_number(text[place.start : place.end], rng)
    return None if Decimal(new) == place.fact.value else _put(text, place.start, place.end, new, place.fact.id)


_CHINESE = "零一二三四五六七八九"


def in_chinese(number: int) -> str:
    """A number below 10,000 as it is written out: 312 → 三百一十二, 2 → 两 (before a measure word)."""
    if number == 2:
        return "两"
    if number < 20:
        return chinese_count(number) if number else "零"
    words, zero = "", False
    for power, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, power)
        if digit:
            words += ("零" if zero else "") + _CHINESE[digit] + name
            zero = False
        elif words:
            zero = True
    return words


def cn_numeral_wrong(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """汉字数字写错."""
    whole = [
        p
        for p in stated(text, sheet)
        if p.fact.value == int(p.fact.value or 0) and 2 < int(p.fact.value or 0) < 10000 and p.fact.unit not in ("%",)
    ]
    place = _pick(rng, whole)
    if place is None:
        return None
    wrong = int(another_number(text[place.start : place.end], rng).split(".")[0])
    if wrong in (0, int(place.fact.value or 0)):
        return None
    return _put(text, place.start, place.end, in_chinese(wrong), place.fact.id)


_INVENTED = (
    "，惠及群众{n}人", "，累计投入资金{m}万元", "，新建文化广场{s}个", "，安装路灯{s}盏", "，发放宣传资料{n}份", "，组织志愿者{n}人次参与", "，覆盖率达{p}%", "，带动农户{n}户增收",
    "，修建排水沟{d}公里", "，栽植苗木{n}株", "，辐射面积{d}万亩", "，平均每户节约支出{n}元", "，开展巡查{s}次",
)  # fmt: skip


def unsupported_number(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """凭空添数."""
    place = _pick(rng, stated(text, sheet))
    if place is None:
        return None
    _, end = clause_of(text, place.start)
    known = _known(sheet)
    for _ in range(20):
        n, m, s, d, p = (
            rng.randrange(600, 9900),
            rng.randrange(110, 990),
            rng.randrange(13, 99),
            rng.randrange(11, 99) / 10,
            rng.randrange(811, 993) / 10,
        )
        added = rng.choice(_INVENTED).format(n=n, m=m, s=s, d=d, p=p)
        number = re.search(r"\d+(?:\.\d+)?", added)
        assert number
        if Decimal(number[0]) not in known:
            return Seeded(text[:end] + added + text[end:], end + number.start(), end + number.end(), (), f"+{added}")
    return None


def _two(places: Sequence[Place], rng: Random, same_unit: bool) -> tuple[Place, Place] | None:
    pairs = [
        (a, b) for i, a in enumerate(places) for b in places[i + 1 :]
        if a.fact.id != b.fact.id and a.fact.value != b.fact.value and (a.fact.unit == b.fact.unit) is same_unit
    ]  # fmt: skip
    if not pairs:
        return None
    a, b = rng.choice(pairs)
    return (a, b) if a.start < b.start else (b, a)


def _swap(text: str, a: Place, b: Place) -> Seeded:
    one, two = text[a.start : a.end], text[b.start : b.end]
    made = text[: a.start] + two + text[a.end : b.start] + one + text[b.end :]
    at = b.start + len(two) - len(one)
    return Seeded(made, a.start, a.start + len(two), (a.fact.id, b.fact.id), f"{one} ⇄ {two}", (at, at + len(one)))


def _once(text: str, sheet: Sheet) -> list[Place]:
    """Places of facts that the draft states only once."""
    places = stated(text, sheet)
    ids = [p.fact.id for p in places]
    return [p for p in places if ids.count(p.fact.id) == 1]


def swapped_values(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """两个指标的数对调（同单位）."""
    two = _two(_once(text, sheet), rng, True)
    return _swap(text, *two) if two else None


def swapped_neighbours(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """同一句里两个指标的数对调."""
    places = _once(text, sheet)
    near = [
        (a, b) for a in places for b in places
        if a.start < b.start and sentence_of(text, a.start) == sentence_of(text, b.start) and a.fact.unit == b.fact.unit and a.fact.value != b.fact.value
    ]  # fmt: skip
    return _swap(text, *rng.choice(near)) if near else None


def swapped_units(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """两个指标的数对调（不同单位）."""
    two = _two(_once(text, sheet), rng, False)
    return _swap(text, *two) if two else None


def self_contradiction(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """前后不一."""
    place = _pick(rng, stated(text, sheet))
    if place is None:
        return None
    new = another_number(text[place.start : place.end], rng)
    if Decimal(new) == place.fact.value:
        return None
    paragraphs = [m.end() for m in re.finditer(r"[^\n#]{60,}。(?=\n)", text) if not m.start() <= place.start < m.end()]
    if not paragraphs:
        return None
    at = rng.choice(paragraphs)
    verb = rng.choice(["达", "为", ""])
    added = f"目前，全镇{place.fact.indicator}{verb}{new}{place.fact.unit}。"
    start = at + added.index(new)
    return Seeded(
        text[:at] + added + text[at:],
        start,
        start + len(new),
        (place.fact.id,),
        f"{printed(place.fact.value or Decimal(0))} / {added}",
    )


_OTHER_UNIT: dict[str, tuple[str, ...]] = {
    "亩": ("公顷", "平方米"), "万亩": ("万公顷", "万平方米"), "公里": ("米", "里"), "米": ("公里",), "吨": ("公斤", "斤"), "万吨": ("万公斤",), "户": ("人", "个"), "人": ("户", "人次"),
    "人次": ("户次", "场"), "万人次": ("万户",), "名": ("户",), "家": ("人", "公里"), "个": ("人", "户"), "件": ("人", "户"), "起": ("人",), "处": ("人", "公里"), "座": ("公里", "户"),
    "场": ("人",), "场次": ("人次",), "次": ("人",), "头": ("吨",), "万头": ("万吨",), "万只": ("万斤",), "平方米": ("亩", "公里"), "万平方米": ("万亩",), "元": ("美元",), "万千瓦": ("万千瓦时",),
    "%": ("人",), "公顷": ("亩",), "天": ("人",), "条": ("公里",), "项": ("人",), "栋": ("人",), "支": ("人",), "台": ("人",), "口": ("人",), "万株": ("万亩",), "艘": ("人",),
}  # fmt: skip


def wrong_unit(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """单位写错."""
    place = _pick(rng, [p for p in stated(text, sheet) if p.fact.unit in _OTHER_UNIT])
    if place is None:
        return None
    new = rng.choice(_OTHER_UNIT[place.fact.unit])
    made = text[: place.end] + new + text[place.unit_end :]
    return Seeded(
        made, place.start, place.end + len(new), (place.fact.id,), f"{text[place.start : place.unit_end]} → {new}"
    )


def unit_scale_slip(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """量级写错."""
    places = [
        p
        for p in stated(text, sheet)
        if re.match("[万亿]", p.fact.unit) or p.fact.unit in ("元", "亩", "人次", "吨", "株", "平方米")
    ]
    place = _pick(rng, places)
    if place is None:
        return None
    unit = place.fact.unit
    if unit.startswith("万"):
        new = rng.choice(["亿" + unit[1:], unit[1:]]) if unit == "万元" else unit[1:]
    elif unit.startswith("亿"):
        new = "万" + unit[1:]
    else:
        new = "万" + unit
    made = text[: place.end] + new + text[place.unit_end :]
    return Seeded(
        made, place.start, place.end + len(new), (place.fact.id,), f"{text[place.start : place.unit_end]} → {new}"
    )


def percent_vs_pp(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """百分数与百分点混用."""
    found = list(changes(text, sheet))
    if not found:
        return None
    rates = [f for f in found if f[1][3] != "%"]
    place, m = rng.choice(rates if rates and rng.random() < 0.5 else found)
    new = "个百分点" if m[3] == "%" else "%"
    end = m.end() + len(m[3])
    return Seeded(
        text[: m.end()] + new + text[end:], m.start(2), m.end() + len(new), (place.fact.id,), f"{m[0]}{m[3]} → {new}"
    )


def wrong_growth(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """同比算错."""
    found = list(changes(text, sheet))
    if not found:
        return None
    place, m = rng.choice(found)
    new = another_number(m[2], rng)
    return None if Decimal(new) == Decimal(m[2]) else _put(text, m.start(2), m.end(2), new, place.fact.id)


def swapped_growth(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """两个指标的同比对调."""
    found = [(p, m) for p, m in changes(text, sheet) if m[3] == "%"]
    pairs = [
        (a, b)
        for i, a in enumerate(found)
        for b in found[i + 1 :]
        if a[1][2] != b[1][2] and a[0].fact.id != b[0].fact.id
    ]
    if not pairs:
        return None
    (p, m), (q, n) = sorted(rng.choice(pairs), key=lambda f: f[1].start(2))
    made = text[: m.start(2)] + n[2] + text[m.end(2) : n.start(2)] + m[2] + text[n.end(2) :]
    return Seeded(made, m.start(2), m.start(2) + len(n[2]), (p.fact.id, q.fact.id), f"{m[2]}% ⇄ {n[2]}%")


def wrong_completion(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """完成率算错."""
    found = list(completions(text, sheet))
    if not found:
        return None
    place, m = rng.choice(found)
    new = another_number(m[1], rng)
    return None if Decimal(new) == Decimal(m[1]) else _put(text, m.start(1), m.end(1), new, place.fact.id)


def wrong_sum(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """合计算错."""
    places = _once(text, sheet)
    near = [
        (a, b) for a in places for b in places
        if a.start < b.start and sentence_of(text, a.start) == sentence_of(text, b.start) and a.fact.unit == b.fact.unit and a.fact.unit != "%"
    ]  # fmt: skip
    if not near:
        return None
    a, b = rng.choice(near)
    total = printed((a.fact.value or Decimal(0)) + (b.fact.value or Decimal(0)))
    new = another_number(total, rng)
    if Decimal(new) == Decimal(total) or Decimal(new) in _known(sheet):
        return None
    added = f"，{rng.choice(['两项合计', '合计', '共计', '两项共'])}{new}{a.fact.unit}"
    at = b.unit_end if text[b.unit_end] in "，。；" else clause_of(text, b.unit_end)[1]
    start = at + added.index(new)
    return Seeded(text[:at] + added + text[at:], start, start + len(new), (a.fact.id, b.fact.id), f"+{added} ({total})")


_OPPOSITE = {
    "增长": "下降",
    "增加": "减少",
    "下降": "增长",
    "减少": "增加",
    "提高": "下降",
    "提升": "下降",
    "上升": "下降",
    "降低": "提高",
}


def wrong_direction(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """增减写反."""
    found = list(changes(text, sheet))
    if not found:
        return None
    place, m = rng.choice(found)
    return _put(text, m.start(1), m.end() + len(m[3]), _OPPOSITE[m[1]] + m[2] + m[3], place.fact.id)


def approx_contradiction(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """近、超用反."""
    places = [
        p
        for p in stated(text, sheet)
        if len(text[p.start : p.end].replace(".", "").rstrip("0")) >= 2
        and not re.search(r"[近约超过余]$", text[p.start - 2 : p.start])
    ]
    place = _pick(rng, places)
    if place is None:
        return None
    value = place.fact.value or Decimal(0)
    step = Decimal(1).scaleb(value.adjusted() - 1)  # one of the second digit
    low = (value // step) * step
    if low == value:
        low -= step
    high = low + step if low + step > value else low + 2 * step
    if rng.random() < 0.5:
        new = f"{rng.choice(['超过', '超', '突破'])}{printed(high)}"
    else:
        new = f"{rng.choice(['近', '接近', '不足'])}{printed(low)}"
    cut = place.start - (
        2 if text[place.start - 2 : place.start] == "达到" else 1 if text[place.start - 1] == "达" else 0
    )
    return _put(text, cut, place.end, new, place.fact.id)


def last_years_value(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """把上年同期数写成本期数."""
    place = _pick(
        rng, [p for p in stated(text, sheet) if p.fact.previous is not None and p.fact.previous != p.fact.value]
    )
    if place is None or place.fact.previous is None:
        return None
    return _put(text, place.start, place.end, printed(place.fact.previous), place.fact.id)


def target_as_value(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """把年度目标写成本期数."""
    reviewed = [p for p in stated(text, sheet) if p.fact.target is not None and p.fact.target != p.fact.value]
    place = _pick(rng, [p for p in reviewed if re.match(r"，(?:同比|完成|占|为)", text[p.unit_end : p.unit_end + 3])])
    if place is None or place.fact.target is None:
        return None
    return _put(text, place.start, place.end, printed(place.fact.target), place.fact.id)


def period_mismatch(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """年份、半年写错."""
    period = sheet.meta.period
    first_heading = next((h.start for h in read_headings(text) if h.level), len(text))
    choices: list[tuple[int, int, str]] = []
    for m in re.finditer(rf"{period.year}(?=年)", text):
        line = text.rfind("\n", 0, m.start()) + 1
        in_title, in_heading = text.startswith("# ", line), text.startswith("##", line)
        lead = text[m.start() - 1 : m.start()] in ("\n", "。", "；") and re.match(
            r"年(?:上半年|下半年)?，", text[m.end() : m.end() + 5]
        )
        if (
            in_title
            or (in_heading and not re.search("计划|打算|思路|安排|目标|谋划", text[line : text.find("\n", line)]))
            or lead
        ):
            wrong = str(period.year - rng.choice([1, 2, 3]))
            in_words = "".join("〇一二三四五六七八九"[int(d)] for d in wrong)
            choices.append((m.start(), m.end(), in_words if rng.random() < 0.2 else wrong))
    half = {6: "上半年", 12: "下半年"}.get(period.last) if period.last - period.first == 5 else None
    if half:
        for m in re.finditer(half, text[: first_heading + 40]):
            choices.append((m.start(), m.end(), "下半年" if half == "上半年" else "上半年"))
    if not choices:
        return None
    return _put(text, *rng.choice(choices))


def placeholder_leak(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """占位符残留."""
    place = _pick(rng, stated(text, sheet))
    if place is None:
        return None
    new = rng.choice(
        [
            "XX",
            "**",
            "【数字】",
            f"⟦{place.fact.id}⟧",
            "{{value}}",
            "××",
            "",
            "X",
            "____",
            "【待补】",
            "□□",
            "",
            "<|im_end|>",
            "[F3]",
        ]
    )
    if new == "" and place.fact.unit not in (
        "万元",
        "亿元",
        "%",
        "万亩",
        "公里",
        "个",
        "盏",
        "平方米",
        "万人次",
        "公顷",
        "万吨",
    ):
        new = "XX"
    seeded = _put(text, place.start, place.end, new, place.fact.id)
    return Seeded(seeded.text, place.start - 1, place.start + len(new) + 1, seeded.fact_ids, seeded.what)


_STRANGERS = (
    "清崖镇",
    "白栎镇",
    "石濑镇",
    "汾塘镇",
    "鹿砦镇",
    "芦埠乡",
    "乌浔镇",
    "龙茔镇",
    "松漈镇",
    "红泖乡",
    "沙埕湾镇",
    "柘溪口镇",
)


def foreign_town(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """别处地名."""
    own = [m.span() for m in re.finditer(re.escape(sheet.meta.town), text)]
    stranger = rng.choice(_STRANGERS)
    spots = [m.end() for m in re.finditer(r"。(?=\n)", text)]
    if own and rng.random() < 0.7:
        return _put(text, *rng.choice(own), stranger)
    if not spots:
        return None
    at = rng.choice(spots)
    added = rng.choice(
        [
            f"{stranger}坚持一张蓝图绘到底，各项工作有序推进。",
            f"今后，{stranger}将继续抓好落实。",
            f"在{stranger}党委的领导下，干部群众齐心协力。",
            f"全体干部群众将团结一心，谱写{stranger[:-1]}高质量发展新篇章。",
            f"{stranger}党政班子成员分片包干，推动任务落地。",
            f"这些成绩的取得，得益于{stranger[:-1]}县委、县政府的坚强领导。",
        ]
    )
    start = at + added.index(stranger[:-1])
    return Seeded(text[:at] + added + text[at:], start, start + len(stranger), (), f"+{added}")


def heading_numbering(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """标题跳号、重号."""
    found = [h for h in read_headings(text) if h.number is not None and h.number > 1]
    if not found:
        return None
    heading = rng.choice(found)
    assert heading.number is not None
    wrong = heading.number + rng.choice([1, -1, 2])
    old = heading.label
    number = chinese_count(wrong) if heading.level < 3 else str(wrong)
    new = re.sub(r"[一二三四五六七八九十]+|\d+", number, old)
    at = text.index(old, heading.start)
    return Seeded(
        text[:at] + new + text[at + len(old) :], heading.start, heading.end + len(new) - len(old), (), f"{old} → {new}"
    )


def enumeration_skip(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """一是 三是."""
    marks = list(re.finditer(r"(?<=[；。：，\n])([二三四五六])是", text))
    if not marks:
        return None
    m = rng.choice(marks)
    number = "一二三四五六七八".index(m[1])
    new = "一二三四五六七八"[number + 1] + "是"
    return _put(text, m.start(), m.end(), new)


def punctuation_mix(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """全角半角混用."""
    half = {"，": ",", "。": ".", "；": ";", "：": ":", "（": "(", "）": ")"}
    body = text.find("\n", 2)
    marks = [m.start() for m in re.finditer(r"(?<=[一-鿿])[，。；：（）](?=[一-鿿])", text) if m.start() > body]
    if not marks:
        return None
    at = rng.choice(marks)
    return _put(text, at, at + 1, half[text[at]])


def missing_fact(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """漏写一条事实."""
    place = _pick(rng, _once(text, sheet))
    if place is None:
        return None
    start, end = sentence_of(text, place.start)
    inside = [p for p in stated(text, sheet) if start <= p.start < end]
    cut_start, cut_end = clause_of(text, place.start)
    if len({p.fact.id for p in inside}) == 1:
        cut_start, cut_end = start, end
    elif re.match(r"，(?:同比|比上年|较上年|完成|占|为)", text[cut_end : cut_end + 4]):
        return None
    else:
        cut_end += 1 if text[cut_end : cut_end + 1] in ("，", "；") else 0
    if text[cut_start - 1 : cut_start] == "，" and text[cut_end : cut_end + 1] in "。；":
        cut_start -= 1
    made = text[:cut_start] + text[cut_end:]
    if printed(place.fact.value or Decimal(0)) + place.fact.unit in made:
        return None
    dropped = tuple(p.fact.id for p in inside if cut_start <= p.start < cut_end)
    return Seeded(
        made, None, None, (place.fact.id, *(d for d in dropped if d != place.fact.id)), f"- {text[cut_start:cut_end]}"
    )


def missing_section(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """缺存在问题或下步计划."""
    tops = [h for h in read_headings(text) if h.level == 1]
    parts = [
        (h.start, (tops[i + 1].start if i + 1 < len(tops) else len(text)), h.text) for i, h in enumerate(tops)
        if re.search("问题|不足|短板|差距|计划|打算|努力方向|谋划|思路", h.text) and not re.search("补齐|目标和", h.text)
    ]  # fmt: skip
    if sheet.meta.genre == "plan":
        parts = [p for p in parts if re.search("问题|短板", p[2])]
    if not parts:
        return None
    start, end, heading = rng.choice(parts)
    return Seeded(text[:start] + text[end:], None, None, (), f"- {heading}")


def wrong_share(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """占比算错."""
    found = list(re.finditer(r"占[^，。；、\d\n]{0,18}?(\d+(?:\.\d+)?)(?=%)", text))
    found = [m for m in found if not re.search("目标|任务|计划|预算", m[0])]
    if not found:
        return None
    m = rng.choice(found)
    ids = [f.id for f in sheet.facts if f.value == Decimal(m[1]) and f.unit == "%"]
    return _put(text, m.start(1), m.end(1), another_number(m[1], rng), *ids)


def wrong_previous(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """上年同期数写错."""
    found = [(p, m) for p, m in changes(text, sheet) if p.fact.previous is not None and m[3] == "%"]
    if not found:
        return None
    p, m = rng.choice(found)
    wrong = another_number(printed(p.fact.previous or Decimal(0)), rng)
    lead = rng.choice(["上年同期为", "去年同期为", "上年同期"])
    made = f"{text[: m.start()]}{lead}{wrong}{p.fact.unit}，{text[m.start() :]}"
    start = m.start() + len(lead)
    return Seeded(made, start, start + len(wrong), (p.fact.id,), f"{printed(p.fact.previous or Decimal(0))} → {wrong}")


def wrong_target(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """年度目标写错."""
    found = [(p, m) for p, m in completions(text, sheet) if p.fact.target is not None and text[m.start() - 1] == "，"]
    if not found:
        return None
    p, m = rng.choice(found)
    wrong = another_number(printed(p.fact.target or Decimal(0)), rng)
    lead = rng.choice(["年度目标", "全年目标为", "年度任务"])
    made = f"{text[: m.start()]}{lead}{wrong}{p.fact.unit}，{text[m.start() :]}"
    start = m.start() + len(lead)
    return Seeded(made, start, start + len(wrong), (p.fact.id,), f"{printed(p.fact.target or Decimal(0))} → {wrong}")


def wrong_difference(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """增减量算错."""
    found = differences(text, sheet)
    if not found:
        return None
    p, m = rng.choice(found)
    gap = (p.fact.value or Decimal(0)) - (p.fact.previous or Decimal(0))
    wrong = another_number(printed(abs(gap)), rng)
    lead = rng.choice(["比上年同期增加", "同比增加"] if gap > 0 else ["比上年同期减少", "同比减少"])
    made = f"{text[: m.start()]}{lead}{wrong}{p.fact.unit}，{text[m.start(1) :]}"
    start = m.start() + len(lead)
    return Seeded(made, start, start + len(wrong), (p.fact.id,), f"{printed(abs(gap))} → {wrong}")


def altered_in_words(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """文字事实里的数改一位."""
    places = [
        (f, at + q.start, at + q.start + len(m[0]))
        for f in sheet.facts if f.value is None
        for clause in re.findall(r"[^，。；：]{6,}", f.text) if (at := text.find(clause)) >= 0
        for q in read_quantities(clause) if q.kind not in ("date", "ordinal", "name")
        for m in re.finditer(r"\d{2,}(?:\.\d+)?", q.raw) if q.raw.startswith(m[0])
    ]  # fmt: skip
    if not places:
        return None
    fact, start, end = rng.choice(places)
    new = another_number(text[start:end], rng)
    return None if Decimal(new) in _known(sheet) else _put(text, start, end, new, fact.id)


def month_mismatch(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """月份写到报告期之外."""
    last = sheet.meta.period.last
    if last == 12 or sheet.meta.genre == "plan":
        return None
    late = rng.randrange(last + 1, 13)
    printed_ = list(re.finditer(rf"(?:截至|1[—\-]){last}(?=月)", text))
    if printed_:
        m = rng.choice(printed_)
        return _put(text, m.start(), m.end(), m[0][: -len(str(last))] + str(late))
    body = next((h.end for h in read_headings(text) if h.level > 1), None)
    spot = re.compile(r"(?<=\n)[^\n#]{40,}").search(text, body or 0)
    if spot is None:
        return None
    added = rng.choice([f"1—{late}月，各项工作有序推进。", f"截至{late}月底，年度工作进展顺利。"])
    at = spot.start()
    return Seeded(text[:at] + added + text[at:], at, at + len(added) - 1, (), f"+{added}")


# Stands in the archive that the check is given (`MODELS`, `MODEL_NAMES`), written for this.
MODELS: Mapping[str, str] = {
    (
        "坚持把产业链延伸到田间地头，推动加工企业与种植大户结成利益共同体，让群众分享二三产业增值收益。"
        "建立领导干部包抓项目清单制度，逐项明确责任人和完成时限，每半月在党政联席会上通报一次进展。"
        "组织网格员逐户登记老旧线路、液化气瓶和独居老人情况，对发现的隐患当场交办、限时销号、回头复核。"
        "依托村史馆和老戏台常态化举办邻里文化活动，让乡音乡愁成为凝聚人心、化解矛盾的纽带。"
    ): "霜屿镇2025年工作总结"
}
MODEL_NAMES: Mapping[str, str] = dict.fromkeys(
    ("穗禾农业发展有限公司", "岚泉茶叶专业合作社", "周启澜", "郑秋圃", "浪石渡村", "鹤汀洼村"), "霜屿镇2025年工作总结"
)
_WITH_NAMES = (
    ("与{}签订订单收购协议，产销渠道更加稳定。", ("穗禾农业发展有限公司", "岚泉茶叶专业合作社")),
    ("村民{}带头拆除自家违建，起到了示范作用。", ("周启澜", "郑秋圃")),
    ("在{}召开现场推进会，推广经验做法。", ("浪石渡村", "鹤汀洼村")),
)


def _added(text: str, rng: Random, sentence: str, shown: str) -> Seeded | None:
    """A sentence put to the end of a paragraph; `shown`: the part of it that is wrong."""
    ends = [m.end() for m in re.finditer(r"[^\n#]{40,}。(?=\n)", text)]
    if not ends:
        return None
    at = rng.choice(ends)
    start = at + sentence.index(shown)
    return Seeded(text[:at] + sentence + text[at:], start, start + len(shown), (), f"+{sentence}")


def copied_sentence(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """照抄范文."""
    sentence = rng.choice(re.findall("[^。]+。", "".join(MODELS)))
    return _added(text, rng, sentence, sentence)


def exemplar_name(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """范文里的单位、人名、村名."""
    words, choices = rng.choice(_WITH_NAMES)
    name = rng.choice(choices)
    return _added(text, rng, words.format(name), name)


_SLOGANS = (
    (2005, 2012, "八荣八耻"), (2010, 2013, "创先争优"), (2013, 2015, "群众路线教育实践活动"), (2003, 2018, "新农合"), (2013, 2021, "精准扶贫"), (2015, 2021, "脱贫攻坚战"),
    (2023, 2099, "新质生产力"), (2005, 2017, "建设社会主义新农村"),
    (2002, 2021, "小康社会建设"), (1998, 2020, "村村通工程建设"), (2004, 2017, "构建社会主义和谐社会"), (2012, 2017, "学习贯彻党的十八大精神"),
)  # fmt: skip


def anachronism(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """提法过时."""
    year = sheet.meta.period.year
    words = rng.choice([w for first, last, w in _SLOGANS if not first <= year <= last])
    lead = rng.choice(["扎实推进{}各项工作。", "把{}摆上重要议事日程。", "紧紧围绕{}，统筹安排各项任务。"])
    return _added(text, rng, lead.format(words), words)


def repetition(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """整句重复."""
    # an item of an enumeration would be out of order besides, an exclamation is no sentence of the check's
    sentences = re.findall(r"(?<=[。\n])(?![一二三四五六七八九]是)[^。\n#！]{16,}。", text)
    if not sentences:
        return None
    sentence = rng.choice(sentences)
    ends = [m.end() for m in re.finditer(r"[^\n#]{40,}。(?=\n)", text) if sentence not in m[0]]
    if not ends:
        return None
    at = rng.choice(ends)
    again = at if at > text.index(sentence) else text.rindex(sentence) + len(sentence)
    made = text[:at] + sentence + text[at:]
    return Seeded(made, again, again + len(sentence), (), f"+{sentence[:24]}")


def title_lost(text: str, sheet: Sheet, rng: Random) -> Seeded | None:
    """缺标题、标题不像文种."""
    m = re.match(r"# [^\n]+\n+", text)
    if m is None:
        return None
    if rng.random() < 0.5:
        return Seeded(text[m.end() :], None, None, (), f"- {m[0].strip()}")
    return _put(
        text,
        0,
        len(m[0].rstrip()),
        f"# {sheet.meta.town}{rng.choice(['有关材料', '全体干部群众的奋斗历程', '先进事迹'])}",
    )


SEEDS: Mapping[str, Seed] = {
    s.__name__: s
    for s in (
        altered_digit, cn_numeral_wrong, unsupported_number, swapped_values, swapped_neighbours, swapped_units, self_contradiction, wrong_unit, unit_scale_slip, percent_vs_pp,
        wrong_growth, swapped_growth, wrong_completion, wrong_sum, wrong_direction, approx_contradiction, last_years_value, target_as_value, period_mismatch, placeholder_leak, foreign_town,
        heading_numbering, enumeration_skip, punctuation_mix, missing_fact, missing_section, wrong_share, wrong_previous, wrong_target, wrong_difference, altered_in_words, month_mismatch,
        copied_sentence, exemplar_name, anachronism, repetition, title_lost,
    )
}  # fmt: skip

_VALUE = frozenset({"figure.wrong_value", "figure.unsupported", "figure.misbound"})
_SWAPPED = _VALUE | {"figure.derived", "figure.conflict", "figure.direction", "figure.unit"}
# The rules that name an error of each class rightly.
FITTING: Mapping[str, frozenset[str]] = {
    "altered_digit": _VALUE | {"figure.conflict", "figure.derived"}, "cn_numeral_wrong": _VALUE | {"figure.conflict", "figure.derived"},
    "unsupported_number": _VALUE | {"figure.derived"}, "swapped_values": _SWAPPED, "swapped_neighbours": _SWAPPED, "swapped_units": _SWAPPED,
    "self_contradiction": _VALUE | {"figure.conflict"}, "wrong_unit": _VALUE | {"figure.unit", "figure.conflict"},
    "unit_scale_slip": _VALUE | {"figure.unit", "figure.conflict", "figure.derived"}, "percent_vs_pp": _VALUE | {"figure.unit", "figure.derived"},
    "wrong_growth": _VALUE | {"figure.derived", "figure.conflict"}, "swapped_growth": _SWAPPED, "wrong_completion": _VALUE | {"figure.derived", "figure.conflict"},
    "wrong_sum": _VALUE | {"figure.derived", "figure.conflict"}, "wrong_direction": frozenset({"figure.direction", "figure.derived"}),
    "approx_contradiction": frozenset({"figure.approx", "figure.wrong_value"}), "last_years_value": _VALUE | {"figure.conflict"},
    "target_as_value": _VALUE | {"figure.conflict"}, "period_mismatch": frozenset({"period.mismatch"}), "placeholder_leak": frozenset({"leak.placeholder"}),
    "foreign_town": frozenset({"leak.name"}), "heading_numbering": frozenset({"structure.heading"}), "enumeration_skip": frozenset({"structure.enumeration"}),
    "punctuation_mix": frozenset({"wording.punctuation"}), "missing_fact": frozenset({"fact.missing"}), "missing_section": frozenset({"structure.section"}),
    "wrong_share": _VALUE | {"figure.derived", "figure.conflict"}, "wrong_previous": _VALUE | {"figure.derived", "figure.conflict"}, "wrong_target": _VALUE | {"figure.derived", "figure.conflict"},
    "wrong_difference": _VALUE | {"figure.derived", "figure.conflict"}, "altered_in_words": _VALUE | {"figure.derived", "figure.conflict"}, "month_mismatch": frozenset({"period.mismatch"}),
    "copied_sentence": frozenset({"leak.copy"}), "exemplar_name": frozenset({"leak.name"}), "anachronism": frozenset({"wording.anachronism"}), "repetition": frozenset({"wording.repetition"}),
    "title_lost": frozenset({"structure.title"}),
}  # fmt: skip
