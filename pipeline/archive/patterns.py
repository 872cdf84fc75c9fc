"""Sentence patterns (句式): how the archive's clauses weld indicator, figure, change and completion together.

A clause gives a pattern only if, its indicator and figures taken out, nothing but closed words is left (pipeline.language.indicators):
so a pattern claims nothing, and can carry another town's facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.archive.passage import Passage
from pipeline.language.indicators import (
    COMPLETION,
    DOWN,
    MID_GLUE,
    POINTS_DOWN,
    POINTS_UP,
    PRE_GLUE,
    UP,
    Kind,
    indicator_kind,
)
from pipeline.language.quantities import Quantity, read_quantities

_CLAUSE_START = re.compile(r"[，。；、：\n]")
_COUNTED = ("quantity", "money", "percent")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way to state a figure. 实现⟨indicator⟩⟨value⟩，同比增长⟨change⟩，完成年度目标的⟨completion⟩:
    `pre` 实现, `mid` "", `change` 同比增长, `completion` 完成年度目标的; "" where the clause has no such part.
    """

    kind: Kind
    pre: str
    mid: str
    change: str
    completion: str
    passage_id: str


def _longest_end(text: str, words: Iterable[str]) -> str:
    return max((w for w in words if text.endswith(w)), key=len, default="")


def _follow_up(
    text: str, at: int, figures: dict[int, Quantity], leads: Iterable[str], kinds: tuple[str, ...]
) -> tuple[str, int]:
    """“，” + one of `leads` + a figure of `kinds` standing at `at`: the lead and where it ends, else ("", at)."""
    if text[at : at + 1] != "，":
        return "", at
    for lead in sorted(leads, key=len, reverse=True):
        if text.startswith(lead, at + 1):
            figure = figures.get(at + 1 + len(lead))
            if figure is not None and figure.kind in kinds and not figure.approx:
                return lead, figure.end
    return "", at


def patterns(passages: Iterable[Passage]) -> tuple[Pattern, ...]:
    """The patterns of some passages, in their order, each once (the first passage that shows it is its source)."""
    found: dict[tuple[str, ...], Pattern] = {}
    for passage in passages:
        text = passage.text
        quantities = {q.start: q for q in read_quantities(text)}
        for q in quantities.values():
            if q.kind not in _COUNTED or q.value is None or q.approx:
                continue
            start = max((m.end() for m in _CLAUSE_START.finditer(text, 0, q.start)), default=0)
            before = text[start : q.start]
            pre = max((w for w in PRE_GLUE if before.startswith(w)), key=len, default="")
            mid = _longest_end(before[len(pre) :], MID_GLUE)
            indicator = before[len(pre) : len(before) - len(mid)]
            if not 2 <= len(indicator) <= 20 or not re.fullmatch(r"[一-鿿“”]+", indicator):
                continue
            kind = indicator_kind(indicator, q.unit)
            if kind == "action" and pre in ("实现", "完成"):
                continue
            moves = (*POINTS_UP, *POINTS_DOWN) if kind == "rate" else (*UP, *DOWN)
            change, at = _follow_up(
                text, q.end, quantities, moves, ("percentage-point",) if kind == "rate" else ("percent",)
            )
            completion, _ = _follow_up(text, at, quantities, COMPLETION, ("percent",))
            pattern = Pattern(kind, pre, mid, change, completion, passage.id)
            found.setdefault((kind, pre, mid, change, completion), pattern)
    return tuple(found.values())
