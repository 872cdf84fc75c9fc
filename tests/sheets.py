"""Sheets made in a line, and those that are shipped."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pipeline.facts.genres import Genre, genre_ids
from pipeline.facts.model import Fact, Meta, Sheet
from pipeline.facts.reading import load_sheet
from pipeline.facts.topics import Topic, topic_ids
from pipeline.language.periods import Period
from pipeline.shipped import shipped

SHIPPED = ("hudai-2008h1", "gangxi-2010h1", "yunxi-2026h1")
FIRST_HALF = Period(2026, 1, 6)


def _number(written: str | None) -> Decimal | None:
    return None if written is None else Decimal(written)


def fact(
    id: str, indicator: str = "", value: str | None = None, unit: str = "", *, topic: str = "agriculture", text: str = "",
    previous: str | None = None, growth_pct: str | None = None, target: str | None = None, completion_pct: str | None = None,
) -> Fact:  # fmt: skip
    """A fact in a line; figures given as text."""
    return Fact(
        id, topic, indicator, _number(value), unit, _number(previous), _number(growth_pct), _number(target),
        _number(completion_pct), text,
    )  # fmt: skip


def sheet(*facts: Fact, genre: str = "half-year-summary", period: Period = FIRST_HALF) -> Sheet:
    return Sheet(Meta("汀月镇", period, genre, county="澄泖县", org="汀月镇人民政府"), facts)


def shipped_sheet(name: str, genres: Mapping[str, Genre], topics: Mapping[str, Topic]) -> Sheet:
    path = shipped("corpus") / "facts" / f"{name}.yaml"
    return load_sheet(path, genres=genre_ids(genres), topics=topic_ids(topics))[0]
