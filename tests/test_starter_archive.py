"""The starter archive is as wide as it is meant to be: genres, towns, lengths, topics, a sheet for each report."""

from __future__ import annotations

import re
from pathlib import Path

from eval.topics.learning import read_labelled
from pipeline.archive.exemplars import read_exemplar
from pipeline.facts.topics import read_topics
from pipeline.shipped import shipped

CORPUS = shipped("corpus")
ARTICLES = {path.stem: read_exemplar(path) for path in sorted((CORPUS / "exemplars").glob("*.md"))}


def test_genres_towns_and_sheets() -> None:
    assert len(ARTICLES) >= 18
    assert len({article.genre for article in ARTICLES.values()}) == 7
    assert len({article.region for article in ARTICLES.values()}) >= 14
    assert [name for name in ARTICLES if not Path(CORPUS / "facts" / f"{name}.yaml").exists()] == []


def test_lengths() -> None:
    for name, article in ARTICLES.items():
        characters = len(re.findall("[\u4e00-\u9fff]", article.text))
        visible = len("".join(article.text.split()))
        assert visible >= 3_000, name
        assert characters <= 8_000, name


def test_every_topic_in_five_towns() -> None:
    topics = read_topics(shipped("prompts") / "topics.yaml")
    towns: dict[str, set[str]] = {topic: set() for topic in topics}
    for labelled in read_labelled(CORPUS, topics):
        for topic in labelled.topics:
            towns[topic].add(ARTICLES[labelled.document].region)
    assert {topic: len(found) for topic, found in towns.items() if len(found) < 5} == {}
