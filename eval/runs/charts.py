"""Charts as inline SVG (图): bars with their intervals, and differences about zero.

No scripts; each bar carries its name and value, so that nothing hangs on colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from eval.measures.table import MEASURES
from eval.runs import written
from eval.runs.bootstrap import Estimate

WIDTH, LEFT, RIGHT, ROW = 720, 150, 130, 26
_PLOT = WIDTH - LEFT - RIGHT


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a chart: its label and what was measured, None where nothing was."""

    label: str
    found: Estimate | None


def bars(measure: str, title: str, rows: Sequence[Bar]) -> str:
    """Means as bars from zero, intervals as whiskers, values behind. A share's axis ends at 100 %, another's at the largest bound."""
    bounds = [b for row in rows if row.found for b in (row.found.mean, row.found.high or 0.0)]
    top = max([*bounds, 1.0 if _ends_at_one(measure) else 0.0]) or 1.0
    height = ROW * len(rows) + 8
    parts = [_open(title, height)]
    for number, row in enumerate(rows):
        y = 4 + number * ROW
        parts.append(_label(row.label, y))
        if row.found is None:
            parts.append(f'<text class="none" x="{LEFT + 6}" y="{y + 17}">{written.NOT_MEASURED}</text>')
            continue
        x = LEFT + _PLOT * row.found.mean / top
        parts.append(
            f'<rect class="bar b{number % 4}" x="{LEFT}" y="{y + 4}" width="{max(x - LEFT, 1):.1f}" height="{ROW - 8}"/>'
        )
        if row.found.low is not None and row.found.high is not None and row.found.high > row.found.low:
            parts.append(_whisker(LEFT + _PLOT * row.found.low / top, LEFT + _PLOT * row.found.high / top, y + ROW / 2))
        parts.append(
            f'<text class="value" x="{WIDTH - RIGHT + 8}" y="{y + 17}">{written.value(measure, row.found.mean)}</text>'
        )
    parts.append(f'<line class="axis" x1="{LEFT}" x2="{LEFT}" y1="0" y2="{height}"/></svg>')
    return "".join(parts)


def about_zero(title: str, rows: Sequence[tuple[str, str, Estimate, str]]) -> str:
    """Differences with their intervals about zero: (measure, label, found, class). Shares only: one axis in percentage points."""
    reach = (
        max([abs(b) for _, _, found, _ in rows for b in (found.mean, found.low or 0.0, found.high or 0.0)] or [0.0])
        or 1.0
    )
    middle, height = LEFT + _PLOT / 2, ROW * len(rows) + 8
    parts = [_open(title, height), f'<line class="axis" x1="{middle}" x2="{middle}" y1="0" y2="{height}"/>']
    for number, (measure, label, found, kind) in enumerate(rows):
        y = 4 + number * ROW
        parts.append(_label(label, y))
        if found.low is not None and found.high is not None:
            parts.append(
                _whisker(middle + _PLOT / 2 * found.low / reach, middle + _PLOT / 2 * found.high / reach, y + ROW / 2)
            )
        parts.append(
            f'<circle class="dot {kind}" cx="{middle + _PLOT / 2 * found.mean / reach:.1f}" cy="{y + ROW / 2}" r="5"/>'
        )
        parts.append(
            f'<text class="value" x="{WIDTH - RIGHT + 8}" y="{y + 17}">{written.change(measure, found.mean)}</text>'
        )
    return "".join([*parts, "</svg>"])


def _ends_at_one(measure: str) -> bool:
    return MEASURES[measure].form in ("share", "score")


def _open(title: str, height: int) -> str:
    return f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">'


def _label(label: str, y: float) -> str:
    return f'<text class="label" x="{LEFT - 8}" y="{y + 17}">{escape(label)}</text>'


def _whisker(low: float, high: float, y: float) -> str:
    ends = "".join(f'<line class="whisker" x1="{x:.1f}" x2="{x:.1f}" y1="{y - 4}" y2="{y + 4}"/>' for x in (low, high))
    return f'<line class="whisker" x1="{low:.1f}" x2="{high:.1f}" y1="{y}" y2="{y}"/>{ends}'
