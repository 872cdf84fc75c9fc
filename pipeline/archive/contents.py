"""What an archive holds, for those who look into it (库内查看): one article, one passage with all its sources, counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.archive.exemplars import Article
from pipeline.archive.generations import Archive, Place
from pipeline.archive.passage import Passage
from pipeline.errors import PipelineError


@dataclass(frozen=True, slots=True)
class Stats:
    """An archive in numbers. `passages`: near-duplicates once; `repeats`: the others of them; `gapped`: passages with a
    masked or lost figure; `characters`: of the passages' texts; `bytes`: on disk, encoder and older generation included.
    The counts by genre, period and region are of articles, those by topic of passages, the largest first; "" is unknown."""

    id: str
    format: int
    encoder: str
    articles: int
    passages: int
    repeats: int
    gapped: int
    characters: int
    bytes: int
    genres: Mapping[str, int]
    periods: Mapping[str, int]
    regions: Mapping[str, int]
    topics: Mapping[str, int]


def stats_of(archive: Archive) -> Stats:
    """Count. Reads every passage."""
    entries = [
        entry
        for segment, stays in zip(archive.segments, archive.stays, strict=True)
        for entry, stay in zip(segment.entries, stays, strict=True)
        if stay
    ]
    gapped = characters = 0
    topics: Counter[str] = Counter()
    for passage in archive.passages:
        gapped += bool(passage.gaps)
        characters += len(passage.text)
        topics[passage.topic or ""] += 1
    manifest = archive.manifest
    return Stats(
        archive.id,
        manifest.format,
        manifest.encoder,
        manifest.articles,
        manifest.passages,
        manifest.repeats,
        gapped,
        characters,
        sum(path.stat().st_size for path in archive.folder.rglob("*") if path.is_file()),
        _counted(entry.genre for entry in entries),
        _counted(entry.period for entry in entries),
        _counted(entry.region for entry in entries),
        _counted(topics.elements()),
    )


def _counted(keys: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(keys).items(), key=lambda pair: (-pair[1], pair[0])))


def passage_named(archive: Archive, id: str) -> tuple[Passage, tuple[Place, ...]] | None:
    """The passage with an id, and where it and its near-duplicates stand; None if there is none."""
    row = archive.row_of(id)
    return None if row is None else (archive.passage_at(row), archive.sources_at(row))


def article_named(archive: Archive, name: str) -> tuple[Article, tuple[Passage, ...]]:
    """An article by its source, title or file name, with all its passages, those that another stands for among them.

    Raises PipelineError if none or several are meant.
    """
    entries = {
        entry.source: (segment, place)
        for segment, stays in zip(archive.segments, archive.stays, strict=True)
        for place, entry in enumerate(segment.entries)
        if stays[place]
    }
    titles = {source: segment.entries[place].title for source, (segment, place) in entries.items()}
    meant = sources_named(titles, name, where=str(archive.folder))
    if len(meant) > 1:
        raise _several(name, "来自", meant)
    segment, place = entries[meant[0]]
    return _nth(segment.articles(), place), segment.passages_of(place)


def sources_named(titles: Mapping[str, str], name: str, *, where: str) -> list[str]:
    """The sources that a clerk means: one source, all of one file's, the one with this title, or those of the one file whose name,
    without its folder, this is. `titles`: by source. Raises PipelineError if there is none, or if several are possible."""
    from pipeline.archive.intake import file_of  # what reads pages is not needed to search

    if name in titles:
        return [name]
    if of_file := sorted(source for source in titles if file_of(source) == name):
        return of_file
    if titled := sorted(source for source, title in titles.items() if title == name):
        if len(titled) > 1:
            raise _several(name, "的标题都是", titled)
        return titled
    called = sorted(source for source in titles if name in (_bare(source), _bare(file_of(source))))
    if not called:
        raise PipelineError(f"档案库里没有“{name}”。", where=where, mend="用 zhenbao corpus list 查看来源和标题。")
    if len({source if name == _bare(source) else file_of(source) for source in called}) > 1:
        raise _several(name, "的文件名都是", called)
    return called


def _bare(source: str) -> str:
    return source.rpartition("/")[2]


def _several(name: str, how: str, sources: Sequence[str]) -> PipelineError:
    return PipelineError(f"有 {len(sources)} 篇{how}“{name}”。", where="、".join(sources), mend="改用来源指明一篇。")


def _nth(articles: Iterator[Article], place: int) -> Article:
    return next(article for at, article in enumerate(articles) if at == place)
