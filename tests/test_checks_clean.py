"""Clean reports raise no error: the shipped exemplars with their sheets, and reports in other hands (`eval/checker/texts/clean`)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from eval.checker.run import TEXTS
from eval.checks.check import check
from pipeline.archive.exemplars import read_exemplar
from pipeline.facts.genres import Genre, genre_ids
from pipeline.facts.model import Sheet
from pipeline.facts.reading import load_sheet
from pipeline.facts.topics import Topic, topic_ids
from pipeline.shipped import shipped

CLEAN = TEXTS / "clean"
EXEMPLARS = sorted(
    p
    for p in (shipped("corpus") / "exemplars").glob("*.md")
    if (shipped("corpus") / "facts" / f"{p.stem}.yaml").exists()
)


def read(path: Path, genres: Mapping[str, Genre], topics: Mapping[str, Topic]) -> Sheet:
    return load_sheet(path, genres=genre_ids(genres), topics=topic_ids(topics))[0]


@pytest.mark.parametrize("path", EXEMPLARS, ids=lambda p: p.stem)
def test_an_exemplar_holds_against_its_sheet(
    path: Path, genres: Mapping[str, Genre], topics: Mapping[str, Topic]
) -> None:
    sheet = read(shipped("corpus") / "facts" / f"{path.stem}.yaml", genres, topics)
    report = check(read_exemplar(path).text, sheet, genre=genres[sheet.meta.genre])
    assert [(f.rule, f.quote, f.message) for f in report.findings if f.severity == "error"] == []
    assert all(
        c.covered for c in report.coverage if next(f for f in sheet.facts if f.id == c.fact_id).value is not None
    )


@pytest.mark.parametrize("path", sorted(CLEAN.glob("*.md")), ids=lambda p: p.stem)
def test_a_report_in_another_hand_holds(path: Path, genres: Mapping[str, Genre], topics: Mapping[str, Topic]) -> None:
    """Sums, shares, means, differences, 分别, Chinese numerals, 近 and 超, last year's and the year's figures, all of them right."""
    sheet = read(path.with_suffix(".yaml"), genres, topics)
    report = check(path.read_text(encoding="utf-8"), sheet, genre=genres[sheet.meta.genre])
    assert [(f.rule, f.severity, f.quote, f.message) for f in report.findings if f.severity != "note"] == []
    assert all(c.covered for c in report.coverage)
