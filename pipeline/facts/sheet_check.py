"""What in a sheet contradicts itself (清单自查): growth against last year's value, completion against the target, doubles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.facts.arithmetic import agrees, completion, growth, points
from pipeline.facts.model import Sheet, plain

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a sheet, where, and how to mend it; all in Chinese, for the clerk."""

    where: str
    message: str
    mend: str
    severity: Severity


def contradictions(sheet: Sheet) -> Iterator[tuple[str, str, str, str, Severity]]:
    """(fact id, column, message, mend, severity) of each contradiction within the sheet.

    Where two figures of one fact exclude each other, no draft could be right: an error.
    """
    for fact in sheet.facts:
        change = points(fact) if fact.is_rate else growth(fact)
        if fact.growth_pct is not None and change is not None and not agrees(fact.growth_pct, change):
            yield (fact.id, "growth_pct",
                   f"同比写 {plain(fact.growth_pct)}，按本期 {fact.value} 和上年同期 {fact.previous} 算是 {plain(change.value)}。",
                   "核对这三个数，改正其中有误的一个。", "error")  # fmt: skip
        done = completion(fact)
        if fact.completion_pct is not None and done is not None and not agrees(fact.completion_pct, done):
            yield (fact.id, "completion_pct",
                   f"完成率写 {plain(fact.completion_pct)}%，按本期 {fact.value} 和目标 {fact.target} 算是 {plain(done.value)}%。",
                   "核对这三个数，改正其中有误的一个。", "error")  # fmt: skip
    same = defaultdict(list)
    for fact in sheet.facts:
        if fact.value is not None:
            same[fact.indicator, fact.unit].append(fact)
    for (indicator, _), facts in same.items():
        if len(facts) > 1:
            differ = len({f.value for f in facts}) > 1
            yield (facts[1].id, "indicator", f"指标“{indicator}”与 {facts[0].id} 重复" + ("，数值又不同。" if differ else "。"),
                   "只留一条；确是两回事的，把指标名称写得有分别。", "error" if differ else "warning")  # fmt: skip
