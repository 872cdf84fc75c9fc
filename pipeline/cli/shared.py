"""What several commands share: options, the shipped vocabularies, messages, progress, the archive."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from pipeline.archive.passage import Passage
    from pipeline.archive.reports import Held
    from pipeline.archive.segments import Recogniser
    from pipeline.archive.store import Added, Archive
    from pipeline.facts.genres import Genre
    from pipeline.facts.model import Sheet
    from pipeline.facts.problems import Problem
    from pipeline.facts.topics import Topic
    from pipeline.retrieval.encoder import Encoder
    from pipeline.retrieval.search import Searcher
    from pipeline.retrieval.topics import TopicWeights

F = TypeVar("F", bound=Callable[..., Any])
# Thresholds of Python's collector of cycles. Hardly anything here makes cycles, but much is made and kept: as Python sets them
# (700, 10, 10) a tenth of a check and of a command's start goes into looking for some.
FEW_COLLECTIONS = (50_000, 20, 20)
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


_META = ("town", "county", "period", "genre", "org", "title", "date")


def meta_options(command: F) -> F:
    """--meta and --town --period --genre …: what a CSV sheet does not hold itself. They arrive as one argument, `given`."""

    @functools.wraps(command)
    def with_given(*arguments: Any, meta: Path | None, **options: Any) -> Any:
        words = {name: value for name in _META if (value := options.pop(f"given_{name}")) is not None}
        return command(*arguments, given=Given(meta, words), **options)

    wrapped: Any = with_given
    labels = ("镇名", "县（区）名", "报告期", "文种", "落款单位", "标题", "成文日期")
    for name, label in reversed(tuple(zip(_META, labels, strict=True))):
        wrapped = click.option(f"--{name}", f"given_{name}", help=f"{label}；写了就以此为准，不用清单里的。")(wrapped)
    made: F = click.option("--meta", type=path_type(), help="写有基本信息的 YAML 文件（CSV 清单用）。")(wrapped)
    return made


@dataclass(frozen=True, slots=True)
class Given:
    """Meta that came from outside the sheet: a file, and options, which override all."""

    file: Path | None = None
    words: Mapping[str, str] = field(default_factory=dict)


def sheet_at(path: Path, given: Given | None = None) -> tuple[Sheet, tuple[Problem, ...]]:
    """A sheet that is to be used, with its warnings and notes."""
    from pipeline.facts.reading import load_sheet

    words, given = known_words(), given or Given()
    return load_sheet(
        path, genres=words["genres"], topics=words["topics"], meta_file=given.file, meta=dict(given.words)
    )


def tell(problems: Iterable[Problem]) -> None:
    """Say on stderr what should be looked at in a sheet that is used all the same."""
    for problem in problems:
        if problem.severity != "note":
            say(f"提示：{problem.where}：{problem.message}{problem.mend}")


def named(written: str | None, known: Mapping[str, str], what: str, option: str) -> str | None:
    """The id that was meant; None if nothing was written. Raises PipelineError listing what there is."""
    if written is None or written in known:
        return known[written] if written else None
    spoken = {
        id: word for word, id in reversed(tuple(known.items())) if not word.isascii()
    }  # what stands first for each
    choices = "、".join(spoken.get(id, id) for id in dict.fromkeys(known.values()))
    raise PipelineError(f"不认识{what}“{written}”。", where=option, mend=f"可用：{choices}。")


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
    """Names of places, bodies and people in an archive's reports → the report they come from: in a draft for another town they are
    leaks."""
    from pipeline.archive.reports import reports_held

    return names_held(reports_held(archive, name_recogniser()))


def names_held(reports: Iterable[Held]) -> dict[str, str]:
    """The names in some reports, each → the first that has it."""
    names: dict[str, str] = {}
    for report in reports:
        for name in report.names:
            names.setdefault(name, report.title)
    return names


def name_recogniser() -> Recogniser:
    """Finds the names that would be leaks in another town's draft. It goes by another id whenever the rules it is made of change,
    so that an archive that was built by older rules is read by the new ones."""
    from hashlib import sha256

    from pipeline.archive.segments import Recogniser

    def names_in(region: str, text: str) -> Iterator[str]:
        from pipeline.language.names import names_of, place_names

        yield from place_names(region)
        yield from names_of(text)

    rules = sorted((_SOURCES / "language").glob("*.py"))
    return Recogniser(sha256(b"".join(path.read_bytes() for path in rules)).hexdigest()[:16], names_in)


_SOURCES = Path(__file__).parents[1]


def topic_weights(encoder: str) -> TopicWeights | None:
    """What was learned about topics for an encoder; None where words alone must decide."""
    from pipeline.retrieval.topics import read_weights
    from pipeline.shipped import shipped

    return read_weights(shipped("corpus") / "topics", encoder)


def searcher_of(archive: Archive) -> Searcher:
    """A searcher that tells from a query's words and vector which topics it asks for."""
    from pipeline.retrieval.queries import wanted
    from pipeline.retrieval.search import Searcher
    from pipeline.retrieval.topics import topic_of_query

    topics, weights = known_topics(), topic_weights(archive.manifest.encoder)

    def topics_of(query: str, vector: Any) -> Mapping[str, float]:
        likely = topic_of_query(topics, query, vector=vector, weights=weights)
        return wanted((one.topic, one.probability) for one in likely)

    return Searcher(archive, topics_of=topics_of)


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """A sentence-transformers model that was named, and what it wants before queries and passages (None: as it says)."""

    model: str
    query_prefix: str | None
    passage_prefix: str | None


def encoder_options(command: F) -> F:
    """--encoder, --query-prefix and --passage-prefix. They arrive as one argument, `encoder`."""

    @functools.wraps(command)
    def with_encoder(
        *arguments: Any, encoder: str | None, query_prefix: str | None, passage_prefix: str | None, **options: Any
    ) -> Any:
        if encoder is None and (query_prefix is not None or passage_prefix is not None):
            raise PipelineError(
                "写了前缀，没有写是哪个向量模型的。", where="--encoder", mend="用 --encoder 写明模型的名称或文件夹。"
            )
        named = None if encoder is None else EmbeddingModel(encoder, query_prefix, passage_prefix)
        return command(*arguments, encoder=named, **options)

    wrapped: Any = with_encoder
    for name, help in (
        ("--passage-prefix", "该模型要求写在段落前面的话。"),
        ("--query-prefix", "该模型要求写在检索词前面的话。"),
        ("--encoder", "另用一个本机上的 sentence-transformers 向量模型（名称或文件夹）；以后沿用，直到再换。"),
    ):
        wrapped = click.option(name, help=help)(wrapped)
    made: F = wrapped
    return made


def _encoder_for(folder: Path, named: EmbeddingModel | None) -> Encoder:
    """The encoder to build with: the one that was named, else the archive's own, else the default.

    torch loads only for the first export of a model.
    """
    from pipeline.archive.store import CURRENT, open_archive
    from pipeline.retrieval.encoder import OnnxEncoder, exported, is_whole
    from pipeline.weights import EMBEDDING, embedding_folder

    if named:
        prefixes = {"query_prefix": named.query_prefix, "passage_prefix": named.passage_prefix}
        at = embedding_folder() if named.model == EMBEDDING.name else Path(named.model)
        return exported(at if at.is_dir() else named.model, cache(), threads=2, **prefixes)
    opened = None
    if (folder / CURRENT).exists():
        with suppress(PipelineError):  # damaged, or of another format: what writes to it says so
            opened = open_archive(folder)
    if opened and (own := opened.encoder_folder) and is_whole(own):
        return OnnxEncoder(own, threads=2)
    default = exported(embedding_folder(), cache(), threads=2)
    if opened and opened.manifest.encoder != default.id:
        raise PipelineError(
            f"档案库的向量模型 {opened.manifest.encoder} 不完整。",
            where=str(folder),
            mend=f"用 --encoder 写明原来的模型，或写 --encoder {EMBEDDING.name} 换成自带的。",
        )
    return default


def _building(folder: Path, named: EmbeddingModel | None) -> dict[str, Any]:
    """What an archive is built with: the encoder, and how topics are told."""
    from pipeline.facts.topics import topic_of
    from pipeline.retrieval.topics import topics_of_passage

    topics = known_topics()
    encoder = _encoder_for(folder, named)
    weights = topic_weights(encoder.id)

    def by_vector(passage: Passage, first: bool, last: bool, vector: Any) -> str | None:
        likely = topics_of_passage(
            topics, passage.heading_path, passage.text, first=first, last=last, vector=vector, weights=weights
        )
        return likely[0].topic if likely else None

    return {
        "encoder": encoder,
        "topic_of": lambda heading, text: topic_of(topics, heading, text),
        "topic_by_vector": by_vector,
        "recogniser": name_recogniser(),
        "threads": 2,
    }


@contextmanager
def _until_stopped(folder: Path) -> Iterator[None]:
    """Ctrl-C ends the work on an archive with a word on how it stands: what was there before is whole."""
    from pipeline.archive.store import CURRENT

    try:
        yield
    except KeyboardInterrupt:
        stands = "原来的范文库还在，照常可用" if (folder / CURRENT).exists() else "范文库还没有建成"
        say(f"zhenbao：已按 Ctrl-C 停下：{stands}。再次运行同一命令，已编码的段落不重算。")
        raise SystemExit(STOPPED) from None


def add_to(folder: Path, paths: Sequence[Path], encoder: EmbeddingModel | None = None) -> Added:
    """Add files and folders to an archive, with a progress display; says so if another encoder made all vectors anew."""
    from pipeline.archive.store import add

    with _until_stopped(folder), bar("建库") as show:
        show("载入向量模型", 0, 1)
        building = _building(folder, encoder)
        added = add(folder, paths, progress=show, **building)
    if added.reencoded_from:
        say(f"向量模型由 {added.reencoded_from} 换成 {building['encoder'].id}，库中原有的段落已全部重新编码。")
    return added


def rebuild_at(folder: Path, encoder: EmbeddingModel | None = None) -> Added:
    """Cut and encode anew what an archive holds, with a progress display."""
    from pipeline.archive.store import rebuild

    with _until_stopped(folder), bar("重建") as show:
        show("载入向量模型", 0, 1)
        building = _building(folder, encoder)
        rebuilt = rebuild(folder, progress=show, **building)
    say(f"向量模型：{building['encoder'].id}。")
    return rebuilt
