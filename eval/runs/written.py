"""Values as people read them (数值的写法): in the report, in the terminal, in a comparison."""

from __future__ import annotations

from eval.measures.table import MEASURES
from eval.runs.bootstrap import Estimate

NOT_MEASURED = "未测"


def value(measure: str, number: float | None) -> str:
    """A value by its measure's form: a share as percent, a score to three places, a count to two places, a number whole."""
    if number is None:
        return NOT_MEASURED
    match MEASURES[measure].form:
        case "share":
            return f"{number * 100:.1f}%"
        case "score":
            return f"{number:.3f}"
        case "yuan":
            return f"{number:.4f}"
        case "count":
            return f"{number:.2f}".rstrip("0").rstrip(".")
        case _:
            return f"{number:.0f}" if abs(number) >= 100 else f"{number:.1f}"


def change(measure: str, number: float | None) -> str:
    """A difference with its sign; a share's in percentage points."""
    if number is None:
        return NOT_MEASURED
    if abs(number) < 1e-9:
        return "0"
    if MEASURES[measure].form == "share":
        return f"{number * 100:+.1f} 个百分点"
    return f"{'+' if number > 0 else '−'}{value(measure, abs(number))}"


def interval(measure: str, found: Estimate, *, signed: bool = False) -> str:
    """[low, high], "" where there is none, or where all documents say the same."""
    if found.low is None or found.high is None or found.high - found.low < 1e-9:
        return ""
    if not signed:
        return f"[{value(measure, found.low)}, {value(measure, found.high)}]"
    short = [change(measure, bound).removesuffix(" 个百分点") for bound in (found.low, found.high)]
    return f"[{short[0]}, {short[1]}]"
