"""What several commands share: options, the shipped vocabularies, messages, progress, the archive."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pipeline.archive.store import Archive
    from pipeline.facts.genres import Genre
    from pipeline.facts.model import Sheet
    from pipeline.facts.problems import Problem
    from pipeline.facts.topics import Topic

STOPPED = 130  # exit code after Ctrl-C, as shells have it


def path_type(**kinds: bool) -> click.Path:
    return click.Path(path_type=Path, **kinds)


archive_option = click.option(
    "--archive",
    type=path_type(file_okay=False),
    envvar="ZHENBAO_ARCHIVE",
    help="范文库的文件夹（默认在本用户的数据目录）。",
)
json_option = click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")


def default_archive() -> Path:
    from platformdirs import user_data_path

    return user_data_path("zhenbao") / "archive"


def cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("zhenbao")


def known_topics() -> Mapping[str, Topic]:
    from pipeline.facts.topics import read_topics
    from pipeline.shipped import shipped

    return read_topics(shipped("prompts") / "topics.yaml")


def known_genres() -> Mapping[str, Genre]:
    from pipeline.facts.genres import read_genres
    from pipeline.shipped import shipped

    return read_genres(shipped("prompts") / "genres", tuple(known_topics()))


def known_words() -> dict[str, Mapping[str, str]]:
    from pipeline.facts.genres import genre_ids
    from pipeline.facts.topics import topic_ids

    return {"genres": genre_ids(known_genres()), "topics": topic_ids(known_topics())}


def sheet_at(path: Path) -> tuple[Sheet, tuple[Problem, ...]]:
    from pipeline.facts.reading import load_sheet

    words = known_words()
    return load_sheet(path, genres=words["genres"], topics=words["topics"])


def say(text: str) -> None:
    """A message to the person at the terminal: never on stdout, which carries data."""
    click.echo(text, err=True)


def print_json(content: Any) -> None:
    click.echo(json.dumps(content, ensure_ascii=False, indent=2))


@contextmanager
def bar(what: str) -> Iterator[Callable[[str, int, int], None]]:
    """A progress display on stderr: `show(stage, done, total)`. Elapsed and remaining time; silent where no one watches."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("已用"), TimeElapsedColumn(),
        TextColumn("约剩"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=None)
        yield lambda stage, done, total: progress.update(
            task, description=f"{what} {stage}", completed=done, total=total
        )


def archive_at(folder: Path | None) -> Archive:
    """The archive that was named, or the user's own; that one is built from the shipped exemplars at its first use."""
    from pipeline.archive.store import CURRENT, open_archive
    from pipeline.shipped import shipped

    if folder is None:
        folder = default_archive()
        if not (folder / CURRENT).exists():
            say("首次使用，正在用自带范文建立范文库……")
            add_to(folder, [shipped("corpus") / "exemplars"])
    return open_archive(folder)


def foreign_names(archive: Archive) -> dict[str, str]:
    """Names of places in the archive → the report they come from: in a draft for another town they are leaks."""
    from pipeline.language.names import place_names

    names: dict[str, str] = {}
    for passage in archive.passages:
        for name in (*place_names(passage.region), *place_names(passage.text)):
            names.setdefault(name, passage.title)
    return names


def add_to(folder: Path, paths: Sequence[Path]) -> Any:
    from pipeline.archive.store import add
    from pipeline.facts.topics import topic_of
    from pipeline.retrieval.encoder import SentenceTransformerEncoder
    from pipeline.weights import embedding_folder

    topics = known_topics()
    with bar("建库") as show:
        show("载入向量模型", 0, 1)
        encoder = SentenceTransformerEncoder(embedding_folder())
        return add(
            folder,
            paths,
            encoder=encoder,
            topic_of=lambda heading, text: topic_of(topics, heading, text),
            progress=show,
        )
