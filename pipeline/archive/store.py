"""The archive on disk (档案库): a new state is made beside the old one and switched to at once, so that it is always whole.

    folder/CURRENT                 the name of the generation that holds
    folder/<generation>/           manifest.json: which segments, without which of their articles   moments.npy
    folder/<segment>/              see pipeline.archive.segments
    folder/encoder-<12 digits>/    model.onnx  tokenizer.json  encoder.json: what answers queries
    folder/vectors-<12 digits>.journal   what a build that was stopped had encoded

A writer makes new segments and a generation under other names, flushes them to the disk and replaces CURRENT; readers
never wait, and the generation before stays for those that are reading it. Segments never change: adding to a large
archive writes what is added, and joins only small segments to it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, overload

from pipeline.archive.exemplars import Article, shown
from pipeline.archive.journal import Journal
from pipeline.archive.passages import Passage, passages
from pipeline.archive.segments import (
    ARTICLES,
    Segment,
    damaged,
    heading_text,
    key_of,
    known_vectors,
    open_segment,
    read_articles,
    write_segment,
)
from pipeline.errors import PipelineError
from pipeline.retrieval.encoder import CARD, Encoder, Exportable
from pipeline.retrieval.fusion import BODY, HEADING, Moments, joined, moments_of, read_moments

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

FORMAT = 2  # of the folder and of how texts are cut and encoded: raise it when either changes
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
MOMENTS = "moments.npy"
LOCK = ".lock"
BATCH = 20_000  # passages that `add` collects before it switches to a state with them

_GENERATION = re.compile(r"generation-(\d{6,})")
_SEGMENT = re.compile(r"segment-(\d{6,})")
_UNFINISHED = ".unfinished"  # ends the name of what a writer has not completed
_JOURNAL = ".journal"
_CHUNK = 64  # texts encoded between two reports of progress
_SMALL = 2_000  # passages; a segment below is joined to what is added next

TopicOf = Callable[[str, str], str | None]
TopicByVector = Callable[[Passage, bool, bool, "Floats"], str | None]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Listed:
    """One segment of a generation: its folder's name, its files' sizes, and which of its articles have gone."""

    name: str
    sizes: Mapping[str, int]
    gone: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds. `id`: SHA-256 over format, encoder and articles with their passages, in whatever order
    and steps they were added."""

    format: int
    id: str
    encoder: str
    dimension: int
    articles: int
    passages: int
    segments: tuple[Listed, ...]


@dataclass(frozen=True, eq=False)
class Archive:
    """One opened generation. Two archives are compared by `id`.

    A row is a passage's place among all passages of the segments, one segment after the other, those that have gone
    among them. Vectors, postings and columns are in rows; `passages` are in the archive's own order.
    """

    folder: Path
    id: str
    manifest: Manifest
    generation: str
    segments: tuple[Segment, ...]

    @property
    def encoder_folder(self) -> Path | None:
        """Where `OnnxEncoder` finds the archive's encoder; None if it was built with one that cannot be exported."""
        folder = self.folder / _encoder_name(self.manifest.encoder)
        return folder if (folder / CARD).is_file() else None

    @property
    def rows(self) -> int:
        """How many rows there are, the dead ones too."""
        return sum(segment.count for segment in self.segments)

    @cached_property
    def passages(self) -> Passages:
        """All passages, by source, then in the order of the text; each is read when it is asked for."""
        return Passages(self)

    @cached_property
    def dead(self) -> NDArray[np.bool_] | None:
        """(rows,): the passages of articles that have gone; None if there are none."""
        import numpy as np

        if not any(listed.gone for listed in self.manifest.segments):
            return None
        return ~np.concatenate([_staying_rows(*pair) for pair in zip(self.segments, self._stays, strict=True)])

    @cached_property
    def _stays(self) -> tuple[NDArray[np.bool_], ...]:
        import numpy as np

        masks = []
        for segment, listed in zip(self.segments, self.manifest.segments, strict=True):
            stays = np.ones(len(segment.entries), bool)
            stays[list(listed.gone)] = False
            masks.append(stays)
        return tuple(masks)

    @cached_property
    def order(self) -> NDArray[np.int64]:
        """(passages,): the rows in the archive's order."""
        import numpy as np

        spans = []
        base = 0
        for segment, stays in zip(self.segments, self._stays, strict=True):
            for place, entry in enumerate(segment.entries):
                if stays[place]:
                    first = base + int(segment.first_rows[place])
                    spans.append((entry.source, first, entry.passages))
            base += segment.count
        if not spans:
            return np.zeros(0, np.int64)
        spans.sort()
        counts = np.array([count for _, _, count in spans])
        firsts = np.array([first for _, first, _ in spans])
        ends = np.cumsum(counts)
        within = np.arange(int(ends[-1])) - np.repeat(ends - counts, counts)
        order: NDArray[np.int64] = np.repeat(firsts, counts) + within
        return order

    @cached_property
    def moments(self) -> Moments:
        """Of the vectors of all passages."""
        path = self.folder / self.generation / MOMENTS
        try:
            return read_moments(path, self.manifest.passages)
        except (OSError, ValueError, EOFError) as fault:
            raise damaged(self.folder, f"{MOMENTS} 读不出来") from fault

    def passage_at(self, row: int) -> Passage:
        """Read the passage of a row."""
        for segment in self.segments:
            if row < segment.count:
                return segment.passage(row)
            row -= segment.count
        raise IndexError(row)


class Passages(Sequence[Passage]):
    """The passages of an archive in its order, read one by one from its files."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def __len__(self) -> int:
        return self._archive.manifest.passages

    @overload
    def __getitem__(self, at: int) -> Passage: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Passage, ...]: ...

    def __getitem__(self, at: int | slice) -> Passage | tuple[Passage, ...]:
        if isinstance(at, slice):
            return tuple(self[i] for i in range(*at.indices(len(self))))
        return self._archive.passage_at(int(self._archive.order[at]))


@dataclass(frozen=True, slots=True)
class Added:
    """What an `add` did. Sources as the archive names them; `failed`: path as given and what to mend.

    `same`: sources whose report the archive holds already under another source (given second), kept once.
    `encoded`: texts that were encoded; `reencoded_from`: the encoder before, if another one made all vectors anew.
    """

    archive: str | None
    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    same: tuple[tuple[str, str], ...]
    failed: tuple[tuple[str, str], ...]
    encoded: int
    reencoded_from: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One article in a listing; `passages`: how many of them the archive holds."""

    source: str
    title: str
    genre: str
    region: str
    period: str
    passages: int


# --- reading -----------------------------------------------------------------------------------------------------


def open_archive(folder: Path) -> Archive:
    """Open the archive in a folder. Loads neither the encoder nor the vectors nor the passages.

    Raises PipelineError if there is none, if it is of another format, or damaged.
    """
    for _ in range(3):
        generation = _current(folder)
        if generation is None:
            raise PipelineError(
                "这里还没有建好的档案库。", where=str(folder), mend="先运行 zhenbao corpus add 文件或文件夹。"
            )
        try:
            return _opened(folder, generation)
        except FileNotFoundError:
            if _current(folder) == generation:
                break
            # Two writers have finished since we read CURRENT, and the second removed what it named.
    raise damaged(folder, "缺少文件")


def listing(archive: Archive) -> tuple[Row, ...]:
    """The articles of an archive, by source."""
    return tuple(
        Row(entry.source, entry.title, entry.genre, entry.region, entry.period, entry.passages)
        for entry in sorted(
            (
                entry
                for segment, stays in zip(archive.segments, archive._stays, strict=True)
                for entry, stay in zip(segment.entries, stays, strict=True)
                if stay
            ),
            key=lambda entry: entry.source,
        )
    )


def _current(folder: Path) -> str | None:
    try:
        name = (folder / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as fault:
        raise damaged(folder, f"{CURRENT} 读不出来") from fault
    if not _GENERATION.fullmatch(name):
        raise damaged(folder, f"{CURRENT} 的内容不对")
    return name


def _opened(folder: Path, generation: str) -> Archive:
    manifest = _manifest(folder, generation)
    if manifest.format != FORMAT:
        raise PipelineError(
            f"档案库是第 {manifest.format} 版格式，本程序用第 {FORMAT} 版。",
            where=str(folder),
            mend="运行 zhenbao corpus rebuild 重建。",
        )
    segments = tuple(open_segment(folder / listed.name, listed.sizes) for listed in manifest.segments)
    return Archive(folder, manifest.id, manifest, generation, segments)


def _manifest(folder: Path, generation: str) -> Manifest:
    try:
        written = json.loads((folder / generation / MANIFEST).read_text(encoding="utf-8"))
        if written["format"] != FORMAT:  # another version's manifest may have other entries
            return Manifest(int(written["format"]), "", "", 0, 0, 0, ())
        listed = tuple(Listed(row["name"], row["sizes"], tuple(row["gone"])) for row in written["segments"])
        if not all(_SEGMENT.fullmatch(one.name) for one in listed):
            raise ValueError("a segment of another name")
        return Manifest(**(written | {"segments": listed}))
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise damaged(folder, f"{MANIFEST} 读不出来") from fault


# --- writing -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Part:
    """A segment on the disk and which of its articles stay, (articles,)."""

    name: str
    sizes: Mapping[str, int]
    segment: Segment
    stays: NDArray[np.bool_]

    @property
    def live(self) -> int:
        return int(_staying_rows(self.segment, self.stays).sum())


@dataclass(frozen=True, slots=True)
class _State:
    """What a writer starts from, and what it has made: the segments, and the moments of the passages that stay."""

    parts: tuple[_Part, ...]
    moments: Moments | None
    encoder: str
    dimension: int

    def places(self) -> dict[str, tuple[int, int]]:
        """Each source's segment and its place there."""
        return {
            entry.source: (number, place)
            for number, part in enumerate(self.parts)
            for place, entry in enumerate(part.segment.entries)
            if part.stays[place]
        }


@dataclass(frozen=True, slots=True)
class _Work:
    """What a writer works with."""

    encoder: Encoder | None
    progress: Progress
    topic_by_vector: TopicByVector | None
    threads: int


def _staying_rows(segment: Segment, stays: NDArray[np.bool_]) -> NDArray[np.bool_]:
    import numpy as np

    rows: NDArray[np.bool_] = np.repeat(stays, np.diff(segment.first_rows))
    return rows


Cut = tuple[Article, tuple[Passage, ...]]


def add(
    folder: Path,
    paths: Sequence[Path],
    *,
    encoder: Encoder,
    topic_of: TopicOf,
    progress: Progress,
    topic_by_vector: TopicByVector | None = None,
    threads: int = 1,
) -> Added:
    """Add files, and those below folders that may be reports, to the archive in `folder`, which is made if need be.

    A file is an exemplar with front matter or a raw page, which may hold several reports (see pipeline.archive.intake).
    A source that is there already is replaced if its file changed. What is unchanged is not encoded again, unless
    `encoder` is another than before: then all is. `progress(stage, done, total)` is called with the stages 读取 (files)
    and 编码 (texts). A file that cannot be used is listed in `failed` and the rest is added. An encoder that is
    `Exportable` is kept in the archive for queries. More than `BATCH` passages become visible batch by batch; a run
    that is stopped has kept its batches and, of the last one, the vectors. `topic_of(heading, text)` gives a section's
    topic; `topic_by_vector(passage, first, last, vector)`, if given, decides instead, once the passage has its row of the
    index: first and last of its report? `threads`: for a large vector index.
    Raises PipelineError if another process writes to the archive, or if the archive there is of another format.
    """
    from pipeline.archive.intake import articles_of, file_of  # what reads pages is not needed to search

    files, failed = _files(paths)
    work = _Work(encoder, progress, topic_by_vector, threads)
    encoded = 0  # texts
    new: list[str] = []
    changed: list[str] = []
    unchanged: list[str] = []
    same: list[tuple[str, str]] = []
    with _writing(folder):
        old = _state(folder)
        before = old.encoder if old else encoder.id
        _keep_encoder(folder, encoder)
        state = old or _State((), None, encoder.id, encoder.dimension)
        if anew := state.encoder != encoder.id:
            state, encoded = _reencoded(folder, state, work)
        places = state.places()
        keys = {source: state.parts[part].segment.entries[at].key for source, (part, at) in places.items()}
        holders = {key: source for source, key in keys.items()}
        of_file: dict[str, set[str]] = {}
        for source in keys:
            of_file.setdefault(file_of(source), set()).add(source)
        cut: dict[str, Cut] = {}
        gone: set[str] = set()

        def settle() -> None:
            nonlocal state, encoded, anew
            if cut or gone or anew:
                state, count = _grown(folder, state, tuple(cut.values()), gone | set(cut), work)
                encoded += count
                _switch(folder, state)
                cut.clear()
                gone.clear()
                anew = False

        for done, path in enumerate(files):
            progress("读取", done, len(files))
            try:
                found = articles_of(path, topic_of)
            except PipelineError as fault:
                failed.append((shown(path), str(fault)))
                continue
            # What a page held before and holds no longer goes first, so that its reports may change their numbers.
            sources = {article.source for article, _ in found}
            for left in sorted(of_file.get(file_of(found[0][0].source), set()) - sources):
                holders.pop(keys.pop(left), None)
                gone.add(left)
                changed.append(left)
            for article, passages_of_it in found:
                key = key_of(article)
                if keys.get(article.source) == key:
                    unchanged.append(article.source)
                    continue
                if holders.get(key, article.source) != article.source:
                    same.append((article.source, holders[key]))
                    continue
                if article.source in keys:
                    changed.append(article.source)
                    holders.pop(keys[article.source], None)
                else:
                    new.append(article.source)
                keys[article.source], holders[key] = key, article.source
                cut[article.source] = (article, passages_of_it)
            if sum(len(one) for _, one in cut.values()) >= BATCH:
                settle()
        progress("读取", len(files), len(files))
        settle()
        archive = _identity(state) if keys else None
    return Added(
        archive,
        tuple(new),
        tuple(changed),
        tuple(unchanged),
        tuple(same),
        tuple(failed),
        encoded,
        None if before == encoder.id else before,
    )


def remove(folder: Path, source_or_title: str) -> tuple[str, ...]:
    """Take an article out of the archive, by its source or its title, or all articles of a page by its file.

    Gives the sources removed; encodes nothing.
    Raises PipelineError if none or several articles are meant, if there is no archive, or another process writes to it.
    """
    from pipeline.archive.intake import file_of

    open_archive(folder)  # says what is wrong before anything is locked
    with _writing(folder):
        state = _state(folder)
        assert state  # it has just been opened
        titles = {source: state.parts[part].segment.entries[at].title for source, (part, at) in state.places().items()}
        of_file = sorted(s for s in titles if file_of(s) == source_or_title)
        meant = of_file or sorted(s for s, title in titles.items() if title == source_or_title)
        if source_or_title in titles:
            meant = [source_or_title]
        if not meant:
            raise PipelineError(
                f"档案库里没有“{source_or_title}”。", where=str(folder), mend="用 zhenbao corpus list 查看来源和标题。"
            )
        if len(meant) > 1 and not of_file:
            raise PipelineError(
                f"有 {len(meant)} 篇的标题都是“{source_or_title}”。",
                where="、".join(meant),
                mend="改用来源指明一篇。",
            )
        state, _ = _grown(folder, state, (), set(meant), _Work(None, lambda *_: None, None, 1))
        _switch(folder, state)
    return tuple(meant)


def rebuild(
    folder: Path,
    *,
    encoder: Encoder,
    topic_of: TopicOf,
    progress: Progress,
    topic_by_vector: TopicByVector | None = None,
    threads: int = 1,
) -> Added:
    """Cut and encode anew every article that the archive holds, whatever its format: the files are not needed.

    The old state answers until the new one is whole. A run that was stopped goes on with the vectors that it had.
    Raises PipelineError if there is no archive, its articles are damaged, or another process writes to it.
    """
    with _writing(folder):
        generation = _current(folder)
        if generation is None:
            open_archive(folder)  # raises, saying that nothing is built
        articles = _articles(folder, str(generation))
        _keep_encoder(folder, encoder)
        cut = ((article, passages(article, topic_of)) for _, article in sorted(articles.items()))
        nothing = _State((), None, encoder.id, encoder.dimension)
        state, encoded = _filled(
            folder, nothing, cut, len(articles), _Work(encoder, progress, topic_by_vector, threads)
        )
        _switch(folder, state)
    return Added(_identity(state), (), tuple(sorted(articles)), (), (), (), encoded, None)


def _files(paths: Sequence[Path]) -> tuple[list[Path], list[tuple[str, str]]]:
    """The files meant, sorted, each once; folders without any, with what to mend."""
    from pipeline.archive.extraction import SUFFIXES

    files: dict[str, Path] = {}
    failed: list[tuple[str, str]] = []
    for path in paths:
        if not os.path.isdir(path):  # noqa: PTH112  # path.is_dir() raises for names that no file can have
            files.setdefault(os.path.abspath(path), path)  # noqa: PTH100  # resolve() would follow links
            continue
        below = [
            Path(at) / name
            for at, folders, names in os.walk(path)  # does not follow links to folders, so loops end
            if not folders.sort()
            for name in sorted(names)
            if name.lower().endswith(SUFFIXES) and not name.startswith(".")
        ]
        if not below:
            failed.append((shown(path), f"文件夹里没有 {' '.join(SUFFIXES)} 文件。"))
        for file in below:
            files.setdefault(os.path.abspath(file), file)  # noqa: PTH100
    return [files[name] for name in sorted(files)], failed


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Hold the archive's lock. The system gives it back when the process ends, however it ends."""
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK, timeout=0)
        lock.acquire()
    except Timeout as fault:
        raise PipelineError("另一个进程正在写这个档案库。", where=str(folder), mend="等它完成后再运行。") from fault
    except OSError as fault:
        raise PipelineError(
            f"档案库文件夹不能写：{fault.strerror}。", where=str(folder), mend="换一个文件夹，或改它的权限。"
        ) from fault
    try:
        _tidy(folder)
        yield
    finally:
        lock.release()


def _tidy(folder: Path, *, spare: Iterable[str] = ()) -> None:
    """Remove what writers left unfinished and, with `spare`, the other folders and journals that are not in it."""
    keep = set(spare)
    for path in sorted(folder.iterdir()):
        unfinished = path.name.endswith(_UNFINISHED)
        ours = path.name.startswith(("generation-", "segment-", "encoder-")) or path.name.endswith(_JOURNAL)
        if unfinished or (keep and ours and path.name not in keep):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _articles(folder: Path, generation: str) -> dict[str, Article]:
    """The articles of a generation of any format, by source."""
    beside = folder / generation / ARTICLES  # where format 1 has them
    if beside.exists():
        return {article.source: article for article in read_articles(beside)}
    try:
        written = json.loads((folder / generation / MANIFEST).read_text(encoding="utf-8"))
        parts = [(folder / row["name"] / ARTICLES, set(row["gone"])) for row in written["segments"]]
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise damaged(folder, f"{MANIFEST} 读不出来") from fault
    return {
        article.source: article
        for path, gone in parts
        for place, article in enumerate(read_articles(path))
        if place not in gone
    }


def _state(folder: Path) -> _State | None:
    """The state that a writer starts from; None if there is no archive yet."""
    if _current(folder) is None:
        return None
    archive = open_archive(folder)
    parts = tuple(
        _Part(listed.name, listed.sizes, segment, stays)
        for listed, segment, stays in zip(archive.manifest.segments, archive.segments, archive._stays, strict=True)
    )
    return _State(parts, archive.moments, archive.manifest.encoder, archive.manifest.dimension)


def _reencoded(folder: Path, state: _State, work: _Work) -> tuple[_State, int]:
    """All that an archive holds with the vectors of another encoder."""
    cut = (
        (article, part.segment.passages_of(place))
        for part in state.parts
        for place, article in enumerate(part.segment.articles())
        if part.stays[place]
    )
    total = sum(int(part.stays.sum()) for part in state.parts)
    assert work.encoder
    nothing = _State((), None, work.encoder.id, work.encoder.dimension)
    return _filled(folder, nothing, cut, total, work)


def _filled(folder: Path, state: _State, cut: Iterable[Cut], total: int, work: _Work) -> tuple[_State, int]:
    """Add many articles, batch by batch, without switching to a state before the last one."""
    encoded, held = 0, 0
    batch: list[Cut] = []
    for done, (article, found) in enumerate(cut):
        work.progress("读取", done, total)
        batch.append((article, found))
        held += len(found)
        if held >= BATCH:
            state, count = _grown(folder, state, batch, set(), work)
            encoded, held, batch = encoded + count, 0, []
    work.progress("读取", total, total)
    state, count = _grown(folder, state, batch, set(), work)
    return state, encoded + count


def _grown(folder: Path, state: _State, cut: Sequence[Cut], gone: set[str], work: _Work) -> tuple[_State, int]:
    """The state with some articles gone and others added, its segments written. Gives how many texts were encoded.

    Without an encoder nothing is added. Readers see nothing of it before `_switch`.
    """
    import numpy as np

    known: dict[tuple[str, str], Floats] = {}
    lost: list[Moments] = []
    parts: list[_Part] = []
    for part in state.parts:
        leave = [place for place, e in enumerate(part.segment.entries) if part.stays[place] and e.source in gone]
        if not leave:
            parts.append(part)
            continue
        known |= known_vectors(part.segment, leave)
        going = np.zeros(len(part.segment.entries), bool)
        going[leave] = True
        lost.append(moments_of(part.segment.index.rows()[_staying_rows(part.segment, going)]))
        parts.append(replace(part, stays=part.stays & ~going))
    parts = [part for part in parts if part.live]

    ordered = sorted(cut, key=lambda one: one[0].source)
    fresh = [passage for _, found in ordered for passage in found]
    rows, encoded = _vectors(folder, fresh, known, work.encoder, state.dimension, work.progress)
    if work.topic_by_vector:
        ordered = _with_topics(ordered, rows, work.topic_by_vector)
    joining, size = [], len(fresh)
    for part in sorted(parts, key=lambda part: part.live):
        wasteful = 2 * part.live < part.segment.count
        if (fresh and part.live <= max(2 * size, _SMALL)) or wasteful:
            joining.append(part)
            size += part.live
    stay = [part for part in parts if part not in joining]
    if fresh or joining:
        joining.sort(key=lambda part: part.name)
        number = max([int(found[1]) for path in folder.iterdir() if (found := _SEGMENT.match(path.name))], default=0)
        name = f"segment-{number + 1:06d}"
        making = folder / (name + _UNFINISHED)
        making.mkdir()
        sizes = write_segment(
            making, ordered, rows, older=[(part.segment, part.stays) for part in joining], threads=work.threads
        )
        _finish(making, folder / name)
        segment = open_segment(folder / name, sizes)
        stay.append(_Part(name, sizes, segment, np.ones(len(segment.entries), bool)))
    moments = [*([state.moments] if state.moments else []), moments_of(rows)]
    return replace(state, parts=tuple(stay), moments=joined(moments, lost)), encoded


def _with_topics(cut: Sequence[Cut], rows: Floats, topic_by_vector: TopicByVector) -> list[Cut]:
    """Articles whose passages have the topics that words and vectors say together. rows (n, d): their vectors."""
    judged: list[Cut] = []
    row = 0
    for article, found in cut:
        named = []
        for at, passage in enumerate(found):
            topic = topic_by_vector(passage, at == 0, at == len(found) - 1, rows[row])
            named.append(replace(passage, topic=topic))
            row += 1
        judged.append((article, tuple(named)))
    return judged


def _vectors(
    folder: Path,
    fresh: Sequence[Passage],
    known: Mapping[tuple[str, str], Floats],
    encoder: Encoder | None,
    dimension: int,
    progress: Progress,
) -> tuple[Floats, int]:
    """The rows (n, d) of passages and how many texts had to be encoded, each text once.

    A row is HEADING × its heading path's unit vector + BODY × its text's, so that its product with a query's vector is
    the mix of both cosines.
    """
    import numpy as np

    rows = np.zeros((len(fresh), dimension), np.float32)
    asked: list[tuple[int, str, str]] = []
    for row, passage in enumerate(fresh):
        heading = heading_text(passage)
        if (before := known.get((heading, passage.text))) is not None:
            rows[row] = before
        else:
            # A text without a heading answers for both, so that the missing heading neither helps nor harms it.
            asked.append((row, heading or passage.text, passage.text))
    if not asked:
        return rows, 0
    assert encoder
    journal = Journal(folder / _journal_name(encoder.id), dimension)
    texts = {text for _, *both in asked for text in both}
    vectors = journal.found(texts)
    # By length, so that a chunk needs little padding; then by the text, so that chunks are the same each time.
    missing = sorted(texts - vectors.keys(), key=lambda text: (len(text), text))
    for first in range(0, len(missing), _CHUNK):
        progress("编码", first, len(missing))
        chunk = missing[first : first + _CHUNK]
        made = dict(zip(chunk, encoder.encode(chunk), strict=True))
        journal.keep(made)
        vectors |= made
    if missing:
        progress("编码", len(missing), len(missing))
    for row, heading, text in asked:
        rows[row] = np.float32(HEADING) * vectors[heading] + np.float32(BODY) * vectors[text]
    return rows, len(missing)


def _identity(state: _State) -> str:
    digests = sorted(
        entry.digest
        for part in state.parts
        for entry, stays in zip(part.segment.entries, part.stays, strict=True)
        if stays
    )
    return sha256("\x1f".join((str(FORMAT), state.encoder, *digests)).encode()).hexdigest()


def _switch(folder: Path, state: _State) -> None:
    """Write a generation with this state and make it the one that holds; unless it holds already."""
    import numpy as np

    assert state.moments
    manifest = Manifest(
        format=FORMAT,
        id=_identity(state),
        encoder=state.encoder,
        dimension=state.dimension,
        articles=sum(int(part.stays.sum()) for part in state.parts),
        passages=sum(part.live for part in state.parts),
        segments=tuple(
            Listed(part.name, part.sizes, tuple(int(place) for place in np.flatnonzero(~part.stays)))
            for part in state.parts
        ),
    )
    before = _current(folder)
    number = int(before.removeprefix("generation-")) + 1 if before else 1
    name = f"generation-{number:06d}"
    making = folder / (name + _UNFINISHED)
    making.mkdir()
    (making / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1) + "\n", encoding="utf-8")
    state.moments.write(making / MOMENTS)
    _finish(making, folder / name)

    pointer = folder / (CURRENT + _UNFINISHED)
    pointer.write_text(name + "\n", encoding="utf-8")
    _flush(pointer)
    pointer.replace(folder / CURRENT)  # from here on the new state holds
    _flush(folder)

    spare = [name, _encoder_name(state.encoder), *(part.name for part in state.parts)]
    if before:
        spare += [before, *_needed(folder, before)]
    _tidy(folder, spare=spare)


def _needed(folder: Path, generation: str) -> list[str]:
    """What those read who opened the generation before: its segments and its encoder."""
    try:
        written = json.loads((folder / generation / MANIFEST).read_text(encoding="utf-8"))
        encoder = [_encoder_name(written["encoder"])] if "encoder" in written else []
        return [*encoder, *(row["name"] for row in written.get("segments", ()))]
    except (OSError, ValueError, KeyError, TypeError):  # damaged: a rebuild has just replaced it, nobody reads it
        return []


def _encoder_name(id: str) -> str:
    return f"encoder-{sha256(id.encode()).hexdigest()[:12]}"


def _journal_name(id: str) -> str:
    return f"vectors-{sha256(id.encode()).hexdigest()[:12]}{_JOURNAL}"


def _keep_encoder(folder: Path, encoder: Encoder) -> None:
    kept = folder / _encoder_name(encoder.id)
    if isinstance(encoder, Exportable) and not kept.is_dir():
        making = folder / (kept.name + _UNFINISHED)
        making.mkdir()
        encoder.export(making)
        _finish(making, kept)


def _finish(making: Path, name: Path) -> None:
    """Flush a folder and what is in it to the disk, then give it its name."""
    for path in sorted(making.iterdir()):
        _flush(path)
    _flush(making)
    if name.exists():  # finished by a writer that ended before it switched to it
        shutil.rmtree(name)
    making.rename(name)
    _flush(name.parent)


def _flush(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return  # Windows has no flush for folders
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
