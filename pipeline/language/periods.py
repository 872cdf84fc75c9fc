"""Reporting periods (报告期): 2026, 2026H1, 2026H2, 2026Q3, 2026-01..2026-05, and the ways a clerk writes them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_QUARTERS = "一二三四"
_MONTHS = r"(\d{1,2})\s*(?:月份?)?\s*(?:[-—–~～至到－]+)\s*(\d{1,2})\s*月份?"
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(\d{4})\s*年?\s*(?:全年|年度)?"), "year"),
    (re.compile(r"(\d{4})\s*[-年]?\s*(?:H1|上半年)", re.I), "first"),
    (re.compile(r"(\d{4})\s*[-年]?\s*(?:H2|下半年)", re.I), "second"),
    (re.compile(r"(\d{4})\s*[-年]?\s*(?:Q([1-4])|第?([一二三四1-4])季度)", re.I), "quarter"),
    (re.compile(r"(\d{4})-(\d{1,2})\s*\.\.\s*(\d{4})-(\d{1,2})"), "span"),
    (re.compile(r"(\d{4})\s*年\s*" + _MONTHS), "months"),
)


@dataclass(frozen=True, slots=True)
class Period:
    """Some whole months of one year: `first`..`last`, 1..12, both included."""

    year: int
    first: int
    last: int

    @property
    def code(self) -> str:
        """The form of the contract: 2026, 2026H1, 2026Q3, 2026-01..2026-05."""
        match self.first, self.last:
            case 1, 12:
                return str(self.year)
            case 1, 6:
                return f"{self.year}H1"
            case 7, 12:
                return f"{self.year}H2"
            case first, last if last - first == 2 and last % 3 == 0:
                return f"{self.year}Q{last // 3}"
            case first, last:
                return f"{self.year}-{first:02}..{self.year}-{last:02}"

    @property
    def words(self) -> str:
        """As a title says it: 2026年, 2026年上半年, 2026年第三季度, 2026年1—5月."""
        return f"{self.year}年{self.part}"

    @property
    def part(self) -> str:
        """The part of the year alone: 上半年, 第三季度, 1—5月; empty for a whole year."""
        match self.first, self.last:
            case 1, 12:
                return ""
            case 1, 6:
                return "上半年"
            case 7, 12:
                return "下半年"
            case first, last if last - first == 2 and last % 3 == 0:
                return f"第{_QUARTERS[last // 3 - 1]}季度"
            case first, last if first == last:
                return f"{first}月份"
            case first, last:
                return f"{first}—{last}月"

    @property
    def spoken(self) -> str:
        """As running text says it: 上半年, 全年, 第三季度, 1—5月."""
        return self.part or "全年"

    @property
    def following(self) -> str:
        """The next stretch of work, as plans call it: 下半年, 明年, 下一季度, 下一步."""
        match self.first, self.last:
            case (1, 6):
                return "下半年"
            case (_, 12):
                return f"{self.year + 1}年"
            case _:
                return "下一步"

    @property
    def months(self) -> frozenset[int]:
        return frozenset(range(self.first, self.last + 1))

    @property
    def elapsed(self) -> int:
        """Months of the year gone at the period's end: what 序时进度 counts by."""
        return self.last


def read_period(written: str) -> Period | None:
    """Read a period in the contract's form or as a clerk writes it; None if it is none.

    2026 · 2026年 · 2026年度 · 2026H1 · 2026年上半年 · 2026Q3 · 2026年第三季度 · 2026-01..2026-05 · 2026年1—6月.
    A span over two years is none: a report speaks for one.
    """
    written = unicodedata.normalize("NFKC", written).strip()
    for pattern, form in _FORMS:
        found = pattern.fullmatch(written)
        if not found:
            continue
        year = int(found[1])
        first, last = 1, 12
        if form == "first":
            last = 6
        elif form == "second":
            first = 7
        elif form == "quarter":
            which = found[2] or found[3]
            number = int(which) if which.isdigit() else _QUARTERS.index(which) + 1
            first, last = 3 * number - 2, 3 * number
        elif form == "span":
            if found[1] != found[3]:
                return None
            first, last = int(found[2]), int(found[4])
        elif form == "months":
            first, last = int(found[2]), int(found[3])
        if 1900 <= year <= 2199 and 1 <= first <= last <= 12:
            return Period(year, first, last)
    return None
