"""What follows from a fact by arithmetic (推算): growth, completion, remainder, percentage points. Exact until rounded."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal

from pipeline.facts.model import Fact

Derived = Literal["growth", "points", "completion", "remainder", "difference", "ahead"]


@dataclass(frozen=True, slots=True)
class Derivation:
    """A figure computed from fields of one fact. `value` is rounded to the places a report prints, `exact` is not."""

    kind: Derived
    value: Decimal
    exact: Fraction
    unit: str  # "%", "个百分点" or the fact's unit
    formula: str  # "(1.26-1.2)/1.2", for the trace


def rounded(exact: Fraction, places: int) -> Decimal:
    """Round half up (四舍五入), as offices do, not half to even."""
    number = Decimal(exact.numerator) / Decimal(exact.denominator)
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def places(number: Decimal) -> int:
    """Decimal places written: 5.0 → 1, 12 → 0."""
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _told(exact: Fraction, never: Fraction) -> Decimal:
    """To one place, or to as many (six at most) as keep it from saying `never` of what only comes near it."""
    for digits in range(1, 7):
        if exact == never or rounded(exact, digits) != never:
            return rounded(exact, digits)
    return rounded(exact, 6)


def growth(fact: Fact) -> Derivation | None:
    """同比增长: the change on last year's value, in percent of it, to one place; to more where one would say 0 of a change.

    None for rates, without a base, and where either value is below zero: a loss turned to profit has no growth.
    """
    if fact.value is None or fact.previous is None or fact.is_rate or fact.previous <= 0 or fact.value < 0:
        return None
    exact = (Fraction(fact.value) - Fraction(fact.previous)) / Fraction(fact.previous) * 100
    return Derivation(
        "growth", _told(exact, Fraction(0)), exact, "%", f"({fact.value}-{fact.previous})/{fact.previous}"
    )


def points(fact: Fact) -> Derivation | None:
    """The change of a rate on last year's, in percentage points (百分点). None for anything but a rate in percent."""
    if fact.value is None or fact.previous is None or fact.unit not in ("%", "％"):
        return None
    exact = Fraction(fact.value) - Fraction(fact.previous)
    return Derivation("points", fact.value - fact.previous, exact, "个百分点", f"{fact.value}-{fact.previous}")


def completion(fact: Fact) -> Derivation | None:
    """完成率: the value in percent of the year's target, to one place; to more where one would say 100 of what is not done.

    None for rates, without a target, and below zero.
    """
    if fact.value is None or fact.target is None or fact.is_rate or fact.target <= 0 or fact.value < 0:
        return None
    exact = Fraction(fact.value) / Fraction(fact.target) * 100
    return Derivation("completion", _told(exact, Fraction(100)), exact, "%", f"{fact.value}/{fact.target}")


def remainder(fact: Fact) -> Derivation | None:
    """What is left of the year's target (尚需完成), in the fact's unit. None where nothing is left, and for rates."""
    if fact.value is None or fact.target is None or fact.is_rate or fact.value >= fact.target:
        return None
    left = fact.target - fact.value
    return Derivation("remainder", left, Fraction(left), fact.unit, f"{fact.target}-{fact.value}")


def ahead(fact: Fact, elapsed: int) -> Derivation | None:
    """How far the completion is ahead of the calendar (快于序时进度), in percentage points, below zero where it lags.

    `elapsed`: months of the year behind. None where there is no completion to compute.
    """
    done = completion(fact)
    if done is None:
        return None
    exact = done.exact - Fraction(100 * elapsed, 12)
    return Derivation("ahead", rounded(exact, 1), exact, "个百分点", f"{done.formula}-{elapsed}/12")


def change_pct(fact: Fact) -> Decimal | None:
    """The growth a report states: the sheet's own, else the computed one, in percent."""
    computed = growth(fact)
    return fact.growth_pct if fact.growth_pct is not None else computed.value if computed else None


def completed_pct(fact: Fact) -> Decimal | None:
    """The completion a report states: the sheet's own, else the computed one, in percent."""
    computed = completion(fact)
    return fact.completion_pct if fact.completion_pct is not None else computed.value if computed else None


def agrees(stated: Decimal, computed: Derivation) -> bool:
    """Whether a stated figure is the computed one at the places it is stated with."""
    return rounded(computed.exact, places(stated)) == stated
