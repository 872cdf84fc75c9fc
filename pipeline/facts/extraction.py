"""Last year's report as a sheet to fill (旧稿取数): its indicators with their values as 上年同期, this year's column empty."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.facts.naming import Setting, indicator_of, role
from pipeline.language.headings import read_outline
from pipeline.language.quantities import Quantity, read_quantities

LONGEST_NAME = 40  # characters of an indicator
_STOP = re.compile(r"[，。；：！？\n,;:!?]")
_KINDS = ("quantity", "money", "percent", "ratio")
_AHEAD = re.compile(r"下半年|下一步|下步|下阶段|今后|明年|来年|工作(?:思路|打算|计划|安排)|努力方向|主要目标")
_PLANNED = re.compile(r"(?:预计年内|力争|计划(?!生育|免疫)|拟(?!定)|争取(?!资金|项目|上级)|达产后)[^，。；]{0,12}$")
_IN_QUOTES = "\ue000"  # stands for a stop within a quoted name
# A figure that is part of a name: 3.5米以上宽的道路, 年满60周岁.
_QUALIFIES = re.compile(r"(?:以上|以下|以内)?[宽长高深厚](?:的|[0-9])")


# A threshold that says which are counted: 10万元以上的村15个, 投资超过5000万元的项目3个.
_THRESHOLD = re.compile(
    r"及?(?:以上|以下|以内)(?:的|(?!.{0,4}(?:建|修|改造|完成|实施|实现|开展|购|发放))[^，。；、0-9]{1,8}[0-9])"
)
_ABOVE = re.compile(r"(?:超过|超|不足|低于|高于|不低于|不少于|达到)$")
# One of a list of rates: 分别增长12.6%、15.8%; 分别增长6%、下降3%.
_NEXT_RATE = re.compile(r"\s*(?:[、，,]|和|及|与)?\s*(?P<way>(?:增长|增加|上升|提高|下降|减少|降低|回落)了?)?")
_FALLS = re.compile(r"下降|减少|降低|回落|压减|少")
_AMOUNT_NAME = re.compile(
    r"(?:收入|产值|税收|投资额?|销售额|零售额|支出|资金|产量|增加值|利润)$"
)  # counted in money or weight, never in 个


@dataclass(frozen=True, slots=True)
class Extracted:
    """One figure of an old report. `growth_pct`, `completion_pct`: what the report told beside it; `said`: its clause, as a reminder."""

    heading: str
    indicator: str
    value: Decimal
    unit: str
    said: str
    growth_pct: Decimal | None = None
    completion_pct: Decimal | None = None


def extracted(text: str, *, town: str = "") -> tuple[Extracted, ...]:
    """All figures of a report's text that count something, in order, each with its indicator. Plans of the next period are left out:
    what was planned is no value of last year. Figures in characters below ten (两大, 三个) tell nothing to be compared and are left out."""
    made: list[Extracted] = []
    for section in read_outline(text):
        if any(_AHEAD.search(heading) and not re.search(r"总结|回顾|情况", heading) for heading in section.path):
            continue
        body = text[section.body_start : section.end]
        for start, end in _sentences(body):
            made += _of_sentence(body[start:end], section.heading, town)
    return tuple(_apart(made))


def _sentences(body: str) -> Iterator[tuple[int, int]]:
    for found in re.finditer(r"[^。！？\n]+[。！？]?", body):
        yield found.span()


def _counts(figure: Quantity, sentence: str) -> bool:
    in_words = not re.search(r"[0-9０-９]", figure.raw)
    if figure.kind not in _KINDS or not isinstance(figure.value, Decimal) or figure.suspect or not figure.unit:
        return False
    if re.fullmatch(r"周?岁|年|月|日|天|届|小时|分钟|kv|千伏", figure.unit) or _QUALIFIES.match(sentence, figure.end):
        return False
    bound = re.search("及?(?:以上|以下|以内)$", figure.raw)
    if _THRESHOLD.match(sentence, figure.start + bound.start() if bound else figure.end) or (
        sentence.startswith("的", figure.end) and _ABOVE.search(sentence[: figure.start])
    ):
        return False
    return not (in_words and (figure.value < 10 or not figure.raw.endswith(figure.unit[-1])))  # 超千万企业: a name


def _of_sentence(sentence: str, heading: str, town: str) -> Iterator[Extracted]:
    every = read_quantities(sentence)
    last: Extracted | None = None
    last_end = 0
    told: list[Extracted] = []
    rates: set[int] = set()  # figures that a list of rates has given out
    for at, figure in enumerate(every):
        if at in rates:
            last_end = figure.end
            continue
        if not _counts(figure, sentence) and not (figure.unit == "个百分点" and isinstance(figure.value, Decimal)):
            continue
        if last is not None and "；" in sentence[last_end : figure.start]:
            last = None
        setting = _setting(sentence, every, at, last.indicator if last else "")
        last_end = figure.end
        said = role(setting)
        assert isinstance(figure.value, Decimal)
        if said in ("growth", "completion"):
            series = _series(every, at, sentence) if said == "growth" and figure.unit == "%" else []
            if len(series) > 1:
                rates |= {number for number, _ in series}
                about = told[-len(series) :]
                for row, (_, rate) in zip(about, series[-len(about) :] if about else (), strict=True):
                    last = replace(row, growth_pct=rate)
                    yield last
            elif last is not None:
                if figure.unit == "%" and said == "growth":
                    falls = _FALLS.search(setting.before)
                    last = replace(last, growth_pct=-figure.value if falls else figure.value)
                elif figure.unit == "%":
                    last = replace(last, completion_pct=figure.value)
                yield last
            continue
        if figure.unit == "个百分点" or _PLANNED.search(setting.before):
            continue
        name = indicator_of(setting, town)[:LONGEST_NAME].strip("、，的 ").replace(_IN_QUOTES, "，")
        name = name if name.count("“") == name.count("”") else re.sub("[“”]", "", name)
        if len(name) < 2:
            continue
        if _AMOUNT_NAME.search(name) and re.fullmatch("[个家户名位人]", figure.unit):
            continue  # 21个村集体经营性收入402万元: the 21 are villages
        last = Extracted(heading, name, figure.value, figure.unit, _clause(sentence, figure))
        told.append(last)
        yield last


def _series(every: list[Quantity], at: int, sentence: str) -> list[tuple[int, Decimal]]:
    """The rates of a list that begins with figure `at`: (its number, the rate, below 0 for a fall)."""
    falls = bool(_FALLS.search(re.split("[，。；]", sentence[: every[at].start])[-1]))
    found: list[tuple[int, Decimal]] = []
    for number in range(at, len(every)):
        figure = every[number]
        if figure.unit != "%" or not isinstance(figure.value, Decimal):
            break
        if number > at:
            between = _NEXT_RATE.fullmatch(sentence, every[number - 1].end, figure.start)
            if between is None:
                break
            falls = bool(_FALLS.search(between["way"])) if between["way"] else falls
        found.append((number, -figure.value if falls else figure.value))
    return found


def _setting(sentence: str, every: list[Quantity], at: int, last: str) -> Setting:
    """The words around a figure. Dates and names among the figures do not part words: 3.5米以上宽的87公里."""
    figure = every[at]
    before = [q for q in every[:at] if _counts(q, sentence) or q.unit in ("%", "个百分点")]
    behind = [q for q in every[at + 1 :] if _counts(q, sentence)]
    sentence = re.sub(r"“[^”]*”", lambda m: _STOP.sub(_IN_QUOTES, m[0]), sentence)  # “走百村，讲百课” is one name
    begin = before[-1].end if before else 0
    stops = [m.end() for m in _STOP.finditer(sentence, begin, figure.start)]
    end = behind[0].start if behind else len(sentence)
    stop = _STOP.search(sentence, figure.end, end)
    after = sentence[figure.end : stop.start() if stop else end]
    next_after = ""
    if after == "、" and behind:
        following = _STOP.search(sentence, behind[0].end)
        next_after = sentence[behind[0].end : following.start() if following else len(sentence)]
    return Setting(
        figure,
        sentence[stops[-1] if stops else begin : figure.start],
        after,
        last,
        bool(before) and not stops,
        next_after,
    )


def _clause(sentence: str, figure: Quantity) -> str:
    stops = [m.end() for m in re.finditer(r"[，。；！？\n]", sentence[: figure.start])]
    stop = re.search(r"[，。；！？\n]", sentence[figure.end :])
    return sentence[stops[-1] if stops else 0 : figure.end + (stop.start() if stop else len(sentence))].strip()


def _apart(rows: list[Extracted]) -> Iterator[Extracted]:
    """Each figure once, with what was told of it last; of two that say the same, the first."""
    kept: dict[tuple[str, str, Decimal, str], Extracted] = {}
    for row in rows:
        kept[row.heading, row.indicator, row.value, row.unit] = row
    seen: set[tuple[str, str, Decimal]] = set()
    for row in kept.values():
        key = (row.indicator, row.unit, row.value)
        if key not in seen:
            seen.add(key)
            yield row
