"""Filters: which reports they take, by place, time, genre and source."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.archive.segments import Entry
from pipeline.retrieval.filters import Filter, same_place

ENTRY = Entry("pages/zongjie.html#2", "苇汀镇总结", "half-year-summary", "沚川县苇汀镇", "2026H1", "k", "d", 9)


@pytest.mark.parametrize(
    "only",
    [
        Filter(),
        Filter(genre="half-year-summary"),
        Filter(region="苇汀镇"),
        Filter(region="沚川县苇汀镇"),
        Filter(region="澜州市沚川县苇汀镇"),
        Filter(period="2026"),
        Filter(period="2026H1"),
        Filter(period="2026-01..2026-08"),
        Filter(source="pages/zongjie.html#2"),
        Filter(source="pages/zongjie.html"),
        Filter(source="zongjie.html"),
        Filter(exclude_region="沙塘镇"),
        Filter(exclude_region=""),
        Filter(topic="agriculture"),  # the topic is a passage's, not a report's
    ],
)
def test_what_is_taken(only: Filter) -> None:
    assert only.takes(ENTRY)


@pytest.mark.parametrize(
    "only",
    [
        Filter(genre="plan"),
        Filter(region="沙塘镇"),
        Filter(region="沚川县"),  # a county's own report is another
        Filter(period="2025"),
        Filter(period="2026H2"),
        Filter(period="2026Q1"),  # a half-year tells of more than the quarter
        Filter(source="zongjie.html#1"),
        Filter(source="zongjie"),
        Filter(exclude_region="苇汀镇"),
        Filter(genre="half-year-summary", exclude_region="沚川县苇汀镇"),
    ],
)
def test_what_is_left_out(only: Filter) -> None:
    assert not only.takes(ENTRY)


def test_what_a_page_does_not_say_is_no_place_and_no_period() -> None:
    unknown = replace(ENTRY, region="", period="")
    assert Filter(exclude_region="苇汀镇").takes(unknown)
    assert not Filter(region="苇汀镇").takes(unknown)
    assert not Filter(period="2026").takes(unknown)
    assert not same_place("", "")
