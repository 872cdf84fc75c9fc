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
    return not (in_words and (figure.value < 10 or not figure.raw.endswith(figure.unit[-1])))  # 超千万企业: a name


def _of_sentence(sentence: str, heading: str, town: str) -> Iterator[Extracted]:
    every = read_quantities(sentence)
    last: Extracted | None = None
    last_end = 0
    for at, figure in enumerate(every):
        if not _counts(figure, sentence) and not (figure.unit == "个百分点" and isinstance(figure.value, Decimal)):
            continue
        if last is not None and "；" in sentence[last_end : figure.start]:
            last = None
        setting = _setting(sentence, every, at, last.indicator if last else "")
        last_end = figure.end
        said = role(setting)
        assert isinstance(figure.value, Decimal)
        if said in ("growth", "completion"):
            if last is not None:
                if figure.unit == "%" and said == "growth":
                    falls = re.search(r"下降|减少|降低|回落|压减|少", setting.before)
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
        last = Extracted(heading, name, figure.value, figure.unit, _clause(sentence, figure))
        yield last


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
