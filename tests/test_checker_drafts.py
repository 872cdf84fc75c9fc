"""Marked reports as drafts for an outside judge, and passages of the samples as bases."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.checker.drafts import drafts
from eval.checker.sample_passages import sample_passages
from pipeline.facts.genres import Genre, genre_ids
from pipeline.facts.topics import Topic, topic_ids

SHARED = Path("../shared")
TEXT = "共<<3|5|altered_digit|F1>>户，<<甲|乙|swapped_values#1|F2>>与<<乙|甲|swapped_values#1|F3>>，占<<8%|9%|wrong_share|F4>>。"


def test_every_error_stands_in_one_draft_where_its_label_says() -> None:
    made = list(drafts(TEXT))
    assert made[0] == ("共3户，甲与乙，占8%。", [])
    labels = [(text[label["start"] : label["end"]], label["kind"], label["fact_ids"]) for text, found in made for label in found]  # type: ignore[index] # fmt: skip
    assert sorted(labels) == [
        ("5", "altered_digit", ["F1"]), ("9%", "wrong_completion", ["F4"]), ("乙", "swapped_values", ["F2"]), ("甲", "swapped_values", ["F3"]),
    ]  # fmt: skip


@pytest.mark.skipif(not (SHARED / "gold" / "facts").is_dir(), reason="../shared is not here")
def test_passages_of_the_samples_state_what_their_sheets_say(
    genres: dict[str, Genre], topics: dict[str, Topic]
) -> None:
    bases = list(sample_passages(SHARED, genres=genre_ids(genres), topics=topic_ids(topics)))
    assert len(bases) >= 10
    assert all(len(base.sheet.facts) >= 2 and not base.sheet.meta.title for base in bases)
    assert sum(len(base.sheet.facts) for base in bases) >= 80


def test_absent_samples_are_said(genres: dict[str, Genre], topics: dict[str, Topic], tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(sample_passages(tmp_path, genres=genre_ids(genres), topics=topic_ids(topics)))
