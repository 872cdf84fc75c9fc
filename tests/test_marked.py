"""Reports with errors set by hand: each is found, one at a time, under a rule that fits; without them the report is clean."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from eval.checker.marked import read_marked
from eval.checker.run import TEXTS, touches
from eval.checker.seeds import FITTING
from eval.checks.check import check
from pipeline.facts.genres import Genre, genre_ids
from pipeline.facts.model import Sheet
from pipeline.facts.reading import load_sheet
from pipeline.facts.topics import Topic, topic_ids

PATHS = sorted((TEXTS / "seeded").glob("*.md"))


def sheet_of(name: str, genres: Mapping[str, Genre], topics: Mapping[str, Topic]) -> Sheet:
    path = TEXTS / "seeded" / f"{name}.yaml"
    return load_sheet(path, genres=genre_ids(genres), topics=topic_ids(topics))[0]


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.stem)
def test_without_its_errors_a_report_is_clean(path, genres, topics) -> None:  # type: ignore[no-untyped-def]
    sheet = sheet_of(path.stem, genres, topics)
    report = check(read_marked(path.read_text(encoding="utf-8")).clean, sheet, genre=genres[sheet.meta.genre])
    assert [(f.rule, f.quote, f.message) for f in report.findings if f.severity != "note"] == []


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.stem)
def test_each_error_is_found_and_nothing_else(path, genres, topics) -> None:  # type: ignore[no-untyped-def]
    sheet = sheet_of(path.stem, genres, topics)
    errors = read_marked(path.read_text(encoding="utf-8")).errors
    assert len(errors) >= 14
    wrong = []
    for kind, seeded in errors:
        found = check(seeded.text, sheet, genre=genres[sheet.meta.genre]).findings
        hits = [f for f in found if touches(f, seeded, kind)]
        other = [
            f for f in found if f.severity == "error" and f not in hits and not set(f.fact_ids) & set(seeded.fact_ids)
        ]
        if kind in ("heading_numbering", "enumeration_skip"):  # one wrong number puts its neighbours in doubt
            other = [f for f in other if f.rule not in FITTING[kind]]
        if not hits or other:
            wrong.append((kind, seeded.what, [(f.rule, f.quote) for f in other]))
    assert wrong == []


def test_marks_are_taken_apart() -> None:
    marked = read_marked("共<<3|5|altered_digit|F1>>户，<<甲|乙|swapped_values#1|F2>>与<<乙|甲|swapped_values#1|F3>>。")
    assert marked.clean == "共3户，甲与乙。"
    (first, one), (second, two) = marked.errors
    assert (first, one.text, one.start, one.end, one.fact_ids) == ("altered_digit", "共5户，甲与乙。", 1, 2, ("F1",))
    assert (second, two.text, two.start, two.end, two.fact_ids) == (
        "swapped_values", "共3户，乙与甲。", 4, 5, ("F2", "F3"),
    )  # fmt: skip


@pytest.mark.parametrize("text", ["共<<3|5|altered_digit户。", "共3>>户。", "共<<3|5>>户。"])
def test_a_mark_that_is_not_well_formed(text: str) -> None:
    with pytest.raises(ValueError, match="not well formed"):
        read_marked(text)
