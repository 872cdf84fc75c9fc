"""Reporting periods."""

from __future__ import annotations

import pytest

from pipeline.language.periods import Period, read_period


@pytest.mark.parametrize(
    ("written", "code", "words", "following"),
    [
        ("2026", "2026", "2026年", "2027年"),
        ("2026年度", "2026", "2026年", "2027年"),
        ("2026H1", "2026H1", "2026年上半年", "下半年"),
        ("2026年上半年", "2026H1", "2026年上半年", "下半年"),
        ("２０２６年下半年", "2026H2", "2026年下半年", "2027年"),
        ("2026Q3", "2026Q3", "2026年第三季度", "下一步"),
        ("2026年三季度", "2026Q3", "2026年第三季度", "下一步"),
        ("2026-01..2026-05", "2026-01..2026-05", "2026年1—5月", "下一步"),
        ("2026年1—6月", "2026H1", "2026年上半年", "下半年"),
        ("2026年1-11月份", "2026-01..2026-11", "2026年1—11月", "下一步"),
    ],
)
def test_periods_are_read_as_a_clerk_writes_them(written: str, code: str, words: str, following: str) -> None:
    period = read_period(written)
    assert period is not None
    assert (period.code, period.words, period.following) == (code, words, following)


@pytest.mark.parametrize(
    "written", ["", "上半年", "26年", "2026-06..2026-01", "2025-10..2026-03", "2026年13月", "2026Q5", "0000"]
)
def test_what_is_no_period_is_none(written: str) -> None:
    assert read_period(written) is None


def test_a_period_knows_its_months() -> None:
    assert Period(2026, 1, 6).months == frozenset({1, 2, 3, 4, 5, 6})
    assert Period(2026, 4, 6).elapsed == 6
