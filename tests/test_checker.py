"""The check put to the test: seeds put in what they say, rewritings change nothing, the counting is right."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from random import Random

import pytest

from eval.checker.harmless import REWRITINGS
from eval.checker.marked import read_marked
from eval.checker.run import Base, Tally, run, wilson
from eval.checker.seeds import FITTING, MODEL_NAMES, MODELS, SEEDS, in_chinese
from eval.checks.check import check
from eval.checks.findings import Report
from pipeline.archive.exemplars import read_exemplar
from pipeline.facts.genres import Genre
from pipeline.facts.model import Sheet
from pipeline.facts.topics import Topic
from pipeline.shipped import shipped
from tests.sheets import shipped_sheet


@pytest.fixture(scope="module")
def base(genres: Mapping[str, Genre], topics: Mapping[str, Topic]) -> Base:
    name = "tingyue-2025h1"
    text = read_exemplar(shipped("corpus") / "exemplars" / f"{name}.md").text
    return Base(name, text, shipped_sheet(name, genres, topics))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (2, "两"),
        (7, "七"),
        (10, "十"),
        (12, "十二"),
        (105, "一百零五"),
        (312, "三百一十二"),
        (2006, "二千零六"),
        (4100, "四千一百"),
    ],
)
def test_numbers_in_characters(number: int, words: str) -> None:
    assert in_chinese(number) == words


def test_every_seed_knows_which_rules_fit() -> None:
    assert set(SEEDS) == set(FITTING)


@pytest.mark.parametrize("name", SEEDS)
def test_a_seed_changes_the_text_at_its_place_and_again_the_same(name: str, base: Base) -> None:
    made = [m for n in range(12) if (m := SEEDS[name](base.text, base.sheet, Random(n)))]
    assert made, f"{name} finds no place in {base.name}"
    again = [m for n in range(12) if (m := SEEDS[name](base.text, base.sheet, Random(n)))]
    assert made == again
    for seeded in made:
        assert seeded.text != base.text
        if seeded.start is not None and seeded.end is not None:
            assert 0 <= seeded.start < seeded.end <= len(seeded.text) + 1
        else:
            assert len(seeded.text) < len(base.text)


@pytest.mark.parametrize("name", REWRITINGS)
def test_a_rewriting_changes_the_text_and_again_the_same(name: str, base: Base) -> None:
    made = [m for n in range(12) if (m := REWRITINGS[name](base.text, base.sheet, Random(n)))]
    assert made
    again = [m for n in range(12) if (m := REWRITINGS[name](base.text, base.sheet, Random(n)))]
    assert made == again
    assert all(text != base.text for text, _ in made)


def judged(genres: Mapping[str, Genre], text: str, sheet: Sheet) -> Report:
    return check(text, sheet, genre=genres[sheet.meta.genre], foreign_names=MODEL_NAMES, exemplar_texts=MODELS)


def test_two_processes_find_what_one_does(base: Base, genres: Mapping[str, Genre]) -> None:
    alone, together = (run([base], partial(judged, genres), per_class=1, seed=5, jobs=jobs) for jobs in (1, 2))
    assert together.tallies == alone.tallies


def test_errors_set_by_hand_are_counted_apart(base: Base, genres: Mapping[str, Genre]) -> None:
    figure = "9.7"
    text = base.text.replace("\n\n", f"\n\n<<今年|今年新建停车场{figure}万处|unsupported_number>>，", 1)
    marked = read_marked(text)
    outcome = run([Base("marked", marked.clean, base.sheet, marked)], partial(judged, genres), per_class=1, seed=0)
    assert [(t.name, t.tried, t.caught) for t in outcome.by_hand] == [("unsupported_number", 1, 1)]


def test_the_check_finds_the_seeded_and_leaves_the_rewritten_alone(base: Base, genres: Mapping[str, Genre]) -> None:
    outcome = run([base], partial(judged, genres), per_class=4, seed=3)
    assert outcome.clean == Tally("clean", 1, 1, 0, 0, ())
    tried = sum(t.tried for t in outcome.seeded)
    assert tried >= 90
    assert sum(t.caught for t in outcome.seeded) >= tried * 0.98, [m for t in outcome.seeded for m in t.misses]
    assert [(t.name, t.misses) for t in outcome.harmless if t.caught < t.tried] == []
    assert outcome.texts == 1 + tried + sum(t.tried for t in outcome.harmless)


def test_a_check_that_sees_nothing_catches_nothing(base: Base) -> None:
    outcome = run([base], lambda text, sheet: Report((), ()), per_class=2, seed=0)
    assert {t.caught for t in outcome.seeded} == {0}
    assert all(t.caught == t.tried for t in outcome.harmless)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"), [(0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (50, 100, 0.404, 0.596)]
)
def test_wilsons_interval(hits: int, of: int, low: float, high: float) -> None:
    """Values after the formula in E. B. Wilson (1927), z = 1.96."""
    found = wilson(hits, of)
    assert found is not None
    assert (round(found[0], 3), round(found[1], 3)) == (low, high)


def test_nothing_tried_is_no_interval() -> None:
    assert wilson(0, 0) is None
