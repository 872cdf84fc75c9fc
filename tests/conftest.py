"""What tests share: the shipped vocabularies, and where `../shared` would be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pipeline.facts.genres import Genre, read_genres
from pipeline.facts.topics import Topic, read_topics
from pipeline.shipped import shipped

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def topics() -> Mapping[str, Topic]:
    return read_topics(shipped("prompts") / "topics.yaml")


@pytest.fixture(scope="session")
def genres(topics: Mapping[str, Topic]) -> Mapping[str, Genre]:
    return read_genres(shipped("prompts") / "genres", tuple(topics))


@pytest.fixture
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("../shared is not here: what it holds (samples, gold, judges) was not tested")
    return SHARED
