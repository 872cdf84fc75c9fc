"""Writing the archive (建库): a new state is made beside the old one and switched to at once, so that it is always whole.

    folder/CURRENT, folder/<generation>/   see pipeline.archive.generations
    folder/<segment>/                      see pipeline.archive.segments
    folder/encoder-<12 digits>/            model.onnx  tokenizer.json  encoder.json: what answers queries
    folder/vectors-<12 digits>.journal     what a build that was stopped had encoded

A writer makes new segments and a generation under other names, flushes them to the disk and replaces CURRENT; readers
never wait, and the generation before stays for those that are reading it. Segments never change: adding to a large
archive writes what is added, and joins only small segments to it. docs/archive-format.md has it all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.archive.duplicates import BANDS, standing_for
from pipeline.archive.exemplars import Article, shown
from pipeline.archive.folders import JOURNAL, LOCK, UNFINISHED, finish, flush, tidy, writing
from pipeline.archive.generations import (
    CURRENT,
    FORMAT,
    MANIFEST,
    MOMENTS,
    SEGMENT,
    STANDING,
    WHOLE,
    Archive,
    Listed,
    Manifest,
    Passages,
    Place,
    Row,
    current,
    encoder_name,
    listing,
    needed_by,
    open_archive,
    staying_rows,
)
from pipeline.archive.journal import Journal
from pipeline.archive.passage import Passage
from pipeline.archive.segments import (
    ARTICLES,
    Recogniser,
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
from pipeline.retrieval.encoder import Encoder, Exportable, is_whole
from pipeline.retrieval.fusion import BODY, HEADING, Moments, joined, moments_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

__all__ = [
    "BATCH", "CURRENT", "FORMAT", "LOCK", "MANIFEST", "Added", "Archive", "Listed", "Manifest", "Passages", "Place", "Row",
    "add", "listing", "open_archive", "rebuild", "remove",
]  # fmt: skip

BATCH = 20_000  # passages that `add` collects before it switches to a state with them

_CHUNK = 64  # texts encoded between two reports of progress
_SMALL = 2_000  # passages; a segment below is joined to what is added next

TopicOf = Callable[[str, str], str | None]
TopicByVector = Callable[[Passage, bool, bool, "Floats"], str | None]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Added:
    """What an `add` did. Sources as the archive names them; `failed`: path as given and what to mend.

    `same`: sources whose report the archive holds under another source as well (given second): its passages are kept once,
    with both sources, and nothing of it is encoded again. `repeats`: passages of the archive that another stands for.
    `encoded`: texts that were encoded; `reencoded_from`: the encoder before, if another one made all vectors anew.
    """

    archive: str | None
    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    same: tuple[tuple[str, str], ...]
    repeats: int
    failed: tuple[tuple[str, str], ...]
    encoded: int
    reencoded_from: str | None


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
        return int(staying_rows(self.segment, self.stays).sum())


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
    recogniser: Recogniser | None
    threads: int


Cut = tuple[Article, tuple[Passage, ...]]


def add(
    folder: Path,
    paths: Sequence[Path],
    *,
    encoder: Encoder,
    topic_of: TopicOf,
    progress: Progress,
    topic_by_vector: TopicByVector | None = None,
    recogniser: Recogniser | None = None,
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
    index: first and last of its report? `recogniser`: finds the names that the archive keeps for the check, which finds them
    itself where none are kept. `threads`: for a large vector index.
    Raises PipelineError if another process writes to the archive, or if the archive there is of another format.
    """
    from pipeline.archive.intake import articles_of, file_of, files_of  # what reads pages is not needed to search

    files, failed = files_of(paths)
    work = _Work(encoder, progress, topic_by_vector, recogniser, threads)
    encoded = 0  # texts
    new: list[str] = []
    changed: list[str] = []
    unchanged: list[str] = []
    same: list[tuple[str, str]] = []
    with writing(folder):
        old = _state(folder)
        before = old.encoder if old else encoder.id
        _keep_encoder(folder, encoder)
        state = old or _State((), None, encoder.id, encoder.dimension)
        if anew := state.encoder != encoder.id:
            state, encoded = _reencoded(folder, state, work)
        places = state.places()
        keys = {source: state.parts[part].segment.entries[at].key for source, (part, at) in places.items()}
        holders: dict[str, list[str]] = {}  # of a report, by its key: the sources that have it
        for source, key in sorted(keys.items()):
            holders.setdefault(key, []).append(source)
        of_file: dict[str, set[str]] = {}
        for source in keys:
            of_file.setdefault(file_of(source), set()).add(source)
        cut: dict[str, Cut] = {}
        gone: set[str] = set()

        def settle() -> None:
            nonlocal state, encoded, anew
            if cut or gone or anew:
                state, count = _grown(
                    folder, state, tuple(cut.values()), gone | set(cut), work, set(dict(same).values())
                )
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
                _let_go(holders, keys.pop(left), left)
                gone.add(left)
                changed.append(left)
            for article, passages_of_it in found:
                key = key_of(article)
                if keys.get(article.source) == key:
                    unchanged.append(article.source)
                    continue
                if article.source in keys:
                    changed.append(article.source)
                    _let_go(holders, keys[article.source], article.source)
                else:
                    new.append(article.source)
                if holders.setdefault(key, []):
                    same.append((article.source, holders[key][0]))
                keys[article.source] = key
                holders[key].append(article.source)
                cut[article.source] = (article, passages_of_it)
            if sum(len(one) for _, one in cut.values()) >= BATCH:
                settle()
        progress("读取", len(files), len(files))
        settle()
        archive = _identity(state) if keys else None
        repeats = open_archive(folder).manifest.repeats if keys else 0
    return Added(
        archive,
        tuple(new),
        tuple(changed),
        tuple(unchanged),
        tuple(same),
        repeats,
        tuple(failed),
        encoded,
        None if before == encoder.id else before,
    )


def _let_go(holders: dict[str, list[str]], key: str, source: str) -> None:
    holders[key].remove(source)
    if not holders[key]:
        del holders[key]


def remove(folder: Path, source_or_title: str, *, recogniser: Recogniser | None = None) -> tuple[str, ...]:
    """Take an article out of the archive, by its source, title or file name, or all articles of a page by its file.

    A passage that another source has as well stays, as that source's.
    Gives the sources removed; encodes nothing. `recogniser`: as for `add`.
    Raises PipelineError if none or several articles are meant, if there is no archive, or another process writes to it.
    """
    from pipeline.archive.contents import sources_named

    open_archive(folder)  # says what is wrong before anything is locked
    with writing(folder):
        state = _state(folder)
        assert state  # it has just been opened
        titles = {source: state.parts[part].segment.entries[at].title for source, (part, at) in state.places().items()}
        meant = sources_named(titles, source_or_title, where=str(folder))
        state, _ = _grown(folder, state, (), set(meant), _Work(None, lambda *_: None, None, recogniser, 1))
        _switch(folder, state)
    return tuple(meant)


def rebuild(
    folder: Path,
    *,
    encoder: Encoder,
    topic_of: TopicOf,
    progress: Progress,
    topic_by_vector: TopicByVector | None = None,
    recogniser: Recogniser | None = None,
    threads: int = 1,
) -> Added:
    """Cut and encode anew every article that the archive holds, whatever its format: the files are not needed.

    The old state answers until the new one is whole. A run that was stopped goes on with the vectors that it had.
    Raises PipelineError if there is no archive, its articles are damaged, or another process writes to it.
    """
    from pipeline.archive.passages import passages  # what cuts and masks is not needed to search

    with writing(folder):
        generation = current(folder)
        if generation is None:
            open_archive(folder)  # raises, saying that nothing is built
        articles = _articles(folder, str(generation))
        _keep_encoder(folder, encoder)
        cut = ((article, passages(article, topic_of)) for _, article in sorted(articles.items()))
        nothing = _State((), None, encoder.id, encoder.dimension)
        state, encoded = _filled(
            folder, nothing, cut, len(articles), _Work(encoder, progress, topic_by_vector, recogniser, threads)
        )
        _switch(folder, state)
    return Added(
        _identity(state), (), tuple(sorted(articles)), (), (), open_archive(folder).manifest.repeats, (), encoded, None
    )


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
    if current(folder) is None:
        return None
    archive = open_archive(folder)
    parts = tuple(
        _Part(listed.name, listed.sizes, segment, stays)
        for listed, segment, stays in zip(archive.manifest.segments, archive.segments, archive.stays, strict=True)
    )
    return _State(parts, archive.whole, archive.manifest.encoder, archive.manifest.dimension)


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


def _grown(
    folder: Path,
    state: _State,
    cut: Sequence[Cut],
    gone: set[str],
    work: _Work,
    alike: Collection[str] = (),
) -> tuple[_State, int]:
    """The state with some articles gone and others added, its segments written. Gives how many texts were encoded.

    `alike`: sources that hold reports which are added once more, whose vectors serve again.
    Without an encoder nothing is added. Readers see nothing of it before `_switch`.
    """
    import numpy as np

    known: dict[tuple[str, str], Floats] = {}
    lost: list[Moments] = []
    parts: list[_Part] = []
    for part in state.parts:
        known |= known_vectors(
            part.segment, [n for n, e in enumerate(part.segment.entries) if part.stays[n] and e.source in alike]
        )
        leave = [place for place, e in enumerate(part.segment.entries) if part.stays[place] and e.source in gone]
        if not leave:
            parts.append(part)
            continue
        known |= known_vectors(part.segment, leave)
        going = np.zeros(len(part.segment.entries), bool)
        going[leave] = True
        lost.append(moments_of(part.segment.index.rows()[staying_rows(part.segment, going)]))
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
        number = max([int(found[1]) for path in folder.iterdir() if (found := SEGMENT.match(path.name))], default=0)
        name = f"segment-{number + 1:06d}"
        making = folder / (name + UNFINISHED)
        making.mkdir()
        sizes = write_segment(
            making, ordered, rows, older=[(part.segment, part.stays) for part in joining],
            recogniser=work.recogniser, threads=work.threads,
        )  # fmt: skip
        finish(making, folder / name)
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
    standing = _standing(state)
    repeats = int((standing != np.arange(len(standing))).sum())
    manifest = Manifest(
        format=FORMAT,
        id=_identity(state),
        encoder=state.encoder,
        dimension=state.dimension,
        articles=sum(int(part.stays.sum()) for part in state.parts),
        passages=sum(part.live for part in state.parts) - repeats,
        repeats=repeats,
        segments=tuple(
            Listed(part.name, part.sizes, tuple(int(place) for place in np.flatnonzero(~part.stays)))
            for part in state.parts
        ),
    )
    before = current(folder)
    number = int(before.removeprefix("generation-")) + 1 if before else 1
    name = f"generation-{number:06d}"
    making = folder / (name + UNFINISHED)
    making.mkdir()
    (making / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1) + "\n", encoding="utf-8")
    state.moments.write(making / WHOLE)
    joined([state.moments], _moments_of_repeats(state, standing)).write(making / MOMENTS)
    np.save(making / STANDING, standing)
    finish(making, folder / name)

    pointer = folder / (CURRENT + UNFINISHED)
    pointer.write_text(name + "\n", encoding="utf-8")
    flush(pointer)
    pointer.replace(folder / CURRENT)  # from here on the new state holds
    flush(folder)

    spare = [name, encoder_name(state.encoder), *(part.name for part in state.parts)]
    if before:
        spare += [before, *needed_by(folder, before)]
    tidy(folder, spare=spare)


def _standing(state: _State) -> NDArray[np.int64]:
    """Which row stands for each near-duplicate: the fittest to write by, and of equal ones the first by source.

    (rows,) over all parts; rows whose articles have gone stand for themselves.
    """
    import numpy as np

    starts = np.cumsum([0, *(part.segment.count for part in state.parts)])
    total = int(starts[-1])
    if not total:
        return np.zeros(0, np.int64)
    bands = np.concatenate([part.segment.bands for part in state.parts])
    fitness = np.concatenate([part.segment.fitness for part in state.parts])
    stays = np.concatenate([staying_rows(part.segment, part.stays) for part in state.parts])
    names = sorted({entry.source for part in state.parts for entry in part.segment.entries})
    place = {source: number for number, source in enumerate(names)}
    sources = [np.array([place[e.source] for e in part.segment.entries], np.int64) for part in state.parts]
    source = np.concatenate([of[part.segment.article] for of, part in zip(sources, state.parts, strict=True)])
    rank = np.full(total, -1, np.int64)
    # Within one article rows are in the order of its text, and lexsort keeps it.
    alive = np.flatnonzero(stays)
    rank[alive[np.lexsort((source[alive], -fitness[alive]))]] = np.arange(len(alive))

    def text_of(row: int) -> str:
        number = int(np.searchsorted(starts, row, side="right")) - 1
        return state.parts[number].segment.passage(row - int(starts[number])).text

    return standing_for(bands.reshape(total, BANDS), rank, text_of)


def _moments_of_repeats(state: _State, standing: NDArray[np.int64]) -> list[Moments]:
    import numpy as np

    moments, base = [], 0
    for part in state.parts:
        rows = np.arange(base, base + part.segment.count)
        if (repeats := standing[rows] != rows).any():
            moments.append(moments_of(part.segment.index.rows()[repeats]))
        base += part.segment.count
    return moments


def _journal_name(id: str) -> str:
    return f"vectors-{sha256(id.encode()).hexdigest()[:12]}{JOURNAL}"


def _keep_encoder(folder: Path, encoder: Encoder) -> None:
    kept = folder / encoder_name(encoder.id)
    if isinstance(encoder, Exportable) and not is_whole(kept):
        making = folder / (kept.name + UNFINISHED)
        making.mkdir()
        encoder.export(making)
        finish(making, kept)
