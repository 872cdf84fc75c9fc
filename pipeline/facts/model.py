"""The facts sheet (事实清单): one report's facts, with exact figures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pipeline.language.periods import Period

Field = Literal["value", "previous", "growth_pct", "target", "completion_pct"]
FIELDS: tuple[Field, ...] = ("value", "previous", "growth_pct", "target", "completion_pct")


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: a figure of an indicator (指标), or a statement in words (`text`).

    `value`, `previous` (上年同期) and `target` (年度目标) count in `unit` as written: 1.26 万亩. `growth_pct` (同比) and
    `completion_pct` (完成率) are percents. `topic` is one of the 30 topics, or what the sheet says where nobody knows it.
    """

    id: str
    topic: str
    indicator: str = ""
    value: Decimal | None = None
    unit: str = ""
    previous: Decimal | None = None
    growth_pct: Decimal | None = None
    target: Decimal | None = None
    completion_pct: Decimal | None = None
    text: str = ""
    note: str = ""  # for the office alone, never printed

    @property
    def is_rate(self) -> bool:
        """Whether the value itself is a percent, so that its change counts in percentage points (百分点)."""
        return self.unit in ("%", "‰", "％")


@dataclass(frozen=True, slots=True)
class Meta:
    """What the report is: whose, of when, of which genre (文种)."""

    town: str
    period: Period
    genre: str
    county: str = ""
    org: str = ""
    title: str = ""
    date: str = ""  # 2026-07-03, the document's date


@dataclass(frozen=True, slots=True)
class Sheet:
    meta: Meta
    facts: tuple[Fact, ...]


def plain(number: Decimal) -> str:
    """Print a number as a report does: no exponent, no idle zeros. 5.0 → 5, 0.10 → 0.1, 1E+3 → 1000."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
