"""What the writer is offered beside the sheet's figures (推算): growth, completion, remainder, distance to schedule, shares, sums.

Each is computed beforehand, exactly, and carries its formula: a writer takes it or leaves it, nobody computes while writing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pipeline.facts import arithmetic
from pipeline.facts.model import Fact, Sheet
from pipeline.language.periods import Period

Kind = Literal["growth", "points", "difference", "completion", "remainder", "ahead", "share", "sum"]


@dataclass(frozen=True, slots=True)
class Derived:
    """A figure that follows from facts. `value`: rounded as it is printed, in `unit`; `fact_ids`: what it is computed from."""

    kind: Kind
    fact_ids: tuple[str, ...]
    value: Decimal
    unit: str
    formula: str


def ahead_of_schedule(fact: Fact, period: Period) -> Derived | None:
    """How far a completion is ahead of the calendar (快于序时进度), in percentage points, below zero where it lags.

    Only where the sheet has value and target: a completion that the sheet gives rounded says nothing exact. None at a year's end.
    """
    done, made = arithmetic.completion(fact), arithmetic.ahead(fact, period.elapsed)
    if done is None or made is None or period.elapsed >= 12:
        return None
    if fact.completion_pct is not None and not arithmetic.agrees(fact.completion_pct, done):
        return None
    return Derived("ahead", (fact.id,), made.value, made.unit, made.formula)


def sum_of(facts: Sequence[Fact]) -> Derived | None:
    """The sum of figures of one unit; None where units differ or there are fewer than two."""
    if len(facts) < 2 or len({f.unit for f in facts}) > 1 or facts[0].is_rate or any(f.value is None for f in facts):
        return None
    values = [f.value for f in facts if f.value is not None]
    return Derived(
        "sum", tuple(f.id for f in facts), sum(values, Decimal(0)), facts[0].unit, "+".join(map(str, values))
    )


def share_of(part: Fact, whole: Fact) -> Derived | None:
    """A part in percent of its whole, to one place; None unless both count in one unit and the part is smaller."""
    if (
        part.value is None
        or whole.value is None
        or part.unit != whole.unit
        or part.is_rate
        or not 0 < part.value < whole.value
    ):
        return None
    exact = Fraction(part.value) / Fraction(whole.value) * 100
    return Derived("share", (part.id, whole.id), arithmetic.rounded(exact, 1), "%", f"{part.value}/{whole.value}")


def derivations(sheet: Sheet) -> tuple[Derived, ...]:
    """All that follows from single facts of a sheet, in its order; shares and sums of several are made where they are told."""
    made: list[Derived] = []
    for fact in sheet.facts:
        for kind, computed in (
            ("growth", arithmetic.growth(fact)), ("points", arithmetic.points(fact)),
            ("completion", arithmetic.completion(fact)), ("remainder", arithmetic.remainder(fact)),
        ):  # fmt: skip
            if computed is not None:
                made.append(Derived(kind, (fact.id,), computed.value, computed.unit, computed.formula))  # type: ignore[arg-type]
        if fact.value is not None and fact.previous is not None and not fact.is_rate:
            difference = fact.value - fact.previous
            made.append(Derived("difference", (fact.id,), difference, fact.unit, f"{fact.value}-{fact.previous}"))
        if (ahead := ahead_of_schedule(fact, sheet.meta.period)) is not None:
            made.append(ahead)
    return tuple(made)
