"""What tests share: the shipped vocabularies, and where `../shared` would be."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

from pipeline.facts.genres import Genre, read_genres
from pipeline.facts.topics import Topic, read_topics
from pipeline.shipped import shipped

# The same examples each time: a run that fails can be run again. Without a limit on the time of one example: machines differ.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

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


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starter archive, built once with the real embedding model."""
    from tests.test_cli import zhenbao

    folder = tmp_path_factory.mktemp("data") / "archive"
    done = zhenbao("corpus", "add", shipped("corpus") / "exemplars", "--archive", folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> None:
    """Ctrl-C reaches the processes that tests start, also where the suite itself runs in the background and was told to ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def no_archive_of_ones_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whoever runs the tests may have an archive, named in the environment or in the data folder: no test sees it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("ZHENBAO_ARCHIVE", raising=False)
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("share")))
        yield
