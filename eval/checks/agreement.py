"""Whether a figure as printed says a given amount (数值是否相符): exactly, rounded, about, or on the wrong side of 近 and 超."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from eval.checks.binding import Mention
from eval.checks.derivations import Offer
from eval.checks.measures import COUNT, scale_free

# "rounded-plain": printed with fewer places though nothing says 约. "equal": 近, 超 or 不足 before the very figure.
# "contrary": near, but on the wrong side of its 近 or 超.
Agreement = Literal["", "exact", "rounded", "about", "rounded-plain", "equal", "contrary"]

_WIDE = Fraction(13, 10)


def band(mention: Mention) -> tuple[float, float]:
    """Amounts outside of which nothing agrees with a figure."""
    printed = float(abs(mention.values[0]))
    if mention.lean is not None:
        return printed * 0.74, printed * 2.1
    slack = max(float(mention.step) * 0.5001, printed * 1e-9)
    return printed - slack, printed + slack


def agreement(mention: Mention, offer: Offer) -> Agreement:
    """How a figure agrees with an offer; "" if it does not. Changes are compared without their sign."""
    values = mention.values
    if len(values) > 1:
        return _range(values, offer)
    printed, actual = abs(values[0]), abs(offer.value)
    if offer.upper is not None or (offer.about and printed != actual):
        return ""  # 65岁及以上 of a fact's words is said as it is
    if mention.lean is not None:
        said = _about(mention, printed, actual)
        idle = (
            printed == actual and not (offer.rounds or mention.bound or mention.ahead) and _is_exact(mention, printed)
        )
        return "equal" if said and idle else said
    if printed == actual:
        return "exact"
    gap = abs(printed - actual)
    half = mention.step / 2
    if mention.step and (gap < half or (gap == half and printed > actual)) and actual:  # 四舍五入: 6.25 is 6.3
        converted = (
            offer.unit != ""
            and scale_free(offer.unit) != scale_free(mention.quantity.unit)
            and offer.dimension not in ("%", "个百分点")
        )
        if offer.rounds or converted:
            return "rounded"
        if gap * 20 <= actual:
            return "rounded-plain"
    return ""


def _range(values: tuple[Fraction, ...], offer: Offer) -> Agreement:
    if offer.upper is not None:
        return "exact" if (values[0], values[-1]) == (offer.value, offer.upper) else ""
    return ""


def _about(mention: Mention, printed: Fraction, actual: Fraction) -> Agreement:
    """近N: a little less than N; 超N, N余: more than N, and less than the next round figure; 约N: within a tenth, a twentieth of percents."""
    if not printed or not actual:
        return ""
    if printed == actual:
        return "equal" if mention.strict else "about"
    if mention.bound and mention.ahead and mention.lean == 1:
        return ""  # what a plan puts at 不低于95% is its target
    if mention.lean == 0:
        nearness = 20 if mention.dimension in ("%", "个百分点") else 10
        if mention.step and (printed / mention.step) % 5 and abs(printed - actual) > mention.step:
            return ""  # 54%左右 of 52%: no round figure, and another one
        return "about" if abs(printed - actual) * nearness <= actual else ""
    # Digits as the draft writes them: a third of a hectare's thousandths would have no end.
    last = mention.step or Fraction(1)
    if not mention.bound and _digits(printed / last) > _digits(actual / last):
        return ""  # 62以内 of 60: what is said about is rounder than what is meant
    reach = printed * (_WIDE - 1) if mention.bound else _reach(printed, mention.step, mention.odd)
    if mention.lean == 1:
        if printed < actual < printed + reach:
            return "about"
        return "contrary" if actual < printed <= actual * _WIDE else ""
    if printed - reach <= actual < printed:
        return "about"
    return "contrary" if printed < actual <= printed * _WIDE else ""


def _is_exact(mention: Mention, printed: Fraction) -> bool:
    """Whether a figure is given to its last place (215, not 200 or 3.5万), so that 近, 超 or 约 before it says nothing true."""
    rounder = mention.lean == 0 or mention.quantity.unit.startswith(("万", "亿"))  # 2.3万 may itself be rounded
    step = mention.step or Fraction(1)
    digits = _digits(printed / step)
    return digits >= (3 if rounder else 1 if mention.dimension == COUNT else 2) and (printed / step) % 10 != 0


def _digits(number: Fraction) -> int:
    """How many digits a number has from its first to its last that is not zero; many where it does not end."""
    for _ in range(9):
        if number.denominator == 1:
            return len(str(number.numerator).rstrip("0"))
        number *= 10
    return 99


def near(mention: Mention, offer: Offer) -> bool:
    """Whether a figure on the wrong side of its 近 or 超 is a rounding of the true one all the same, not another number."""
    printed = abs(mention.values[0])
    return abs(printed - abs(offer.value)) <= _reach(printed, mention.step, odd=False)


def _reach(printed: Fraction, step: Fraction, odd: bool) -> Fraction:
    """How far from a round figure the true one may lie, by its last digit that is not zero: 300余 stays below 400, 450余 below 470,
    超7800 below 8000. Before 超 and 近 a 5 at the end is half a step of the digit before it: 超450 stays below 550."""
    digits = str(int(printed / step)) if step else ""
    round_part = digits.rstrip("0")
    if not round_part:
        return printed / 4
    unit = step * Fraction(10 ** (len(digits) - len(round_part)))
    if len(round_part) == 1:
        return unit
    return unit * (10 if round_part.endswith("5") and not odd else 2)
