"""Where a clean draft states a fact's figures (事实在文中的位置), found by plain text search, not by the check that is to be tested."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from pipeline.facts.model import Fact, Sheet
from pipeline.facts.model import plain as printed

_CLAUSE = re.compile(r"[^，。；：\n]+")
_NEAR = 34  # characters before a figure in which its indicator must show


@dataclass(frozen=True, slots=True)
class Place:
    """A fact's figure in a text: `start`..`end` is the number alone, `unit_end` where its unit ends."""

    fact: Fact
    field: str
    start: int
    end: int
    unit_end: int


def _shared(indicator: str, words: str) -> int:
    return len(
        {indicator[i : i + 2] for i in range(len(indicator) - 1)} & {words[i : i + 2] for i in range(len(words) - 1)}
    )


@lru_cache(maxsize=128)
def stated(text: str, sheet: Sheet) -> tuple[Place, ...]:
    """The places of facts' values that are beyond doubt: number and unit as the sheet has them, the indicator's words before or
    behind, and no other fact of the same figure."""
    amounts = [(f.value, f.unit) for f in sheet.facts if f.value is not None]
    found: list[Place] = []
    for fact in sheet.facts:
        if fact.value is None or not fact.unit or amounts.count((fact.value, fact.unit)) > 1:
            continue
        number = printed(fact.value)
        for m in re.finditer(rf"(?<![\d.]){re.escape(number)}(?:\.0)?(?={re.escape(fact.unit)})", text):
            before = re.split(r"[。；\n]", text[max(0, m.start() - _NEAR) : m.start()])[-1]
            behind = re.split(r"[，。；\n]", text[m.end() : m.end() + 16])[0]
            if _shared(fact.indicator, before) >= 2 or _shared(fact.indicator, behind) >= 2:
                found.append(Place(fact, "value", m.start(), m.end(), m.end() + len(fact.unit)))
    return tuple(found)


_CHANGE = re.compile(
    r"(?:同比|比上年同?期?|较上年同?期?)(增长|增加|下降|减少|提高|提升|上升|降低)(\d+(?:\.\d+)?)(?=(%|个百分点))"
)
_DONE = re.compile(
    r"(?:完成|占|为|达)(?:年度|全年)?[^，。；\d]{0,8}?(?:目标|任务|计划)(?:投资|任务|数)?的?(\d+(?:\.\d+)?)(?=%)"
)


def changes(text: str, sheet: Sheet) -> Iterator[tuple[Place, re.Match[str]]]:
    """Changes printed right behind a value: (the value's place, match with word, number, unit)."""
    for place in stated(text, sheet):
        found = _CHANGE.match(text, place.unit_end + 1)
        if (
            found
            and place.fact.growth_pct is not None
            and Decimal(found[2]) == abs(place.fact.growth_pct)
            and found[3] == "%"
        ) or (found and found[3] != "%" and place.fact.is_rate):
            yield place, found


def differences(text: str, sheet: Sheet) -> list[tuple[Place, re.Match[str]]]:
    """The changes in percent of values whose last year's the sheet has and that is another: what a difference can be told of."""
    return [
        (p, m)
        for p, m in changes(text, sheet)
        if p.fact.previous is not None and m[3] == "%" and p.fact.value != p.fact.previous
    ]


def completions(text: str, sheet: Sheet) -> Iterator[tuple[Place, re.Match[str]]]:
    """Completions printed behind a value in the same sentence: (the value's place, match with the number)."""
    for place in stated(text, sheet):
        if place.fact.completion_pct is None:
            continue
        stop = min((i for c in "。；\n" if (i := text.find(c, place.unit_end)) >= 0), default=len(text))
        found = _DONE.search(text, place.unit_end, min(stop, place.unit_end + 40))
        if found and Decimal(found[1]) == place.fact.completion_pct:
            yield place, found


def clause_of(text: str, at: int) -> tuple[int, int]:
    """The clause around a character, without its closing mark."""
    start = max(text.rfind(c, 0, at) for c in "，。；：\n") + 1
    end = min((i for c in "，。；：\n" if (i := text.find(c, at)) >= 0), default=len(text))
    return start, end


def sentence_of(text: str, at: int) -> tuple[int, int]:
    """The sentence around a character, with its closing mark."""
    start = max(text.rfind(c, 0, at) for c in "。\n") + 1
    end = min((i for c in "。\n" if (i := text.find(c, at)) >= 0), default=len(text) - 1)
    return start, end + 1
