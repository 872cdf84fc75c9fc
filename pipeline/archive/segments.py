"""Segments (库段): the immutable parts that an archive is made of; adding writes a new one beside the others.

    articles.jsonl  passages.jsonl       the texts, one a line
    contents.json                        the articles in order, with how many passages each has, and the topics
    offsets.npy  checks.npy              where each passage's line begins in bytes, and its CRC-32
    article.npy  topic.npy  fitness.npy  of each passage
    bands.npy                            its MinHash bands (see pipeline.archive.duplicates)
    names.json                           the names in each article, and by which recogniser (see pipeline.archive.reports)
    vectors.faiss …                      the vector index; row i is passage i
    terms.npy  starts.npy  rows.npy  impacts.npy      the lexical index

Passages are read when they are asked for: opening maps files and reads the small ones.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from itertools import islice
from mmap import ACCESS_READ, mmap
from pathlib import Path
from tokenize import TokenError
from typing import TYPE_CHECKING, Any

from pipeline.archive.duplicates import BANDS, bands_of
from pipeline.archive.exemplars import Article
from pipeline.archive.passage import Passage, from_row
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.retrieval.index import Index
    from pipeline.retrieval.lexical import Postings

    Floats = NDArray[np.float32]

ARTICLES = "articles.jsonl"
PASSAGES = "passages.jsonl"
CONTENTS = "contents.json"
NAMES = "names.json"
VECTORS = "vectors.faiss"
# What numpy raises for a file that is damaged, in its head or behind it.
UNREADABLE = (OSError, ValueError, EOFError, KeyError, TypeError, SyntaxError, TokenError, OverflowError, MemoryError)


@dataclass(frozen=True, slots=True)
class Entry:
    """One article of a segment. `key`: equal for the same report in two files. `digest`: of its file's content and its
    passages, topics among them. `passages`: how many it has."""

    source: str
    title: str
    genre: str
    region: str
    period: str
    key: str
    digest: str
    passages: int


@dataclass(frozen=True, slots=True)
class Recogniser:
    """Finds the names of places, bodies and people: `names_in(region, text)`, of a report's region and a passage of it, in order.

    `id`: another one whenever other names would be found.
    """

    id: str
    names_in: Callable[[str, str], Iterable[str]]


@dataclass(frozen=True, eq=False)
class Segment:
    """An opened segment. Its files are mapped at their first use."""

    folder: Path
    entries: tuple[Entry, ...]
    topics: tuple[str, ...]  # what the numbers in `topic` stand for
    count: int  # passages
    crc32: int | None = None  # of all lines of passages; None in segments written before it was kept

    @cached_property
    def first_rows(self) -> NDArray[np.int64]:
        """(articles + 1,): the row of each article's first passage, and `count`."""
        import numpy as np

        return np.append(0, np.cumsum([entry.passages for entry in self.entries])).astype(np.int64)

    @cached_property
    def article(self) -> NDArray[np.int32]:
        """Each passage's article, as its place in `entries`."""
        import numpy as np

        array: NDArray[np.int32] = self._array("article.npy", self.count)
        if not np.array_equal(array, np.repeat(np.arange(len(self.entries)), np.diff(self.first_rows))):
            raise damaged(self.folder, "article.npy 与段落不符")
        return array

    @cached_property
    def topic(self) -> NDArray[np.int16]:
        """Each passage's topic, as its place in `topics`; -1 if it has none."""
        array: NDArray[np.int16] = self._array("topic.npy", self.count)
        if self.count and not -1 <= int(array.min()) <= int(array.max()) < len(self.topics):
            raise damaged(self.folder, "topic.npy 里有没有列出的主题")
        return array

    @cached_property
    def fitness(self) -> NDArray[np.float32]:
        array: NDArray[np.float32] = self._array("fitness.npy", self.count)
        return array

    @cached_property
    def bands(self) -> NDArray[np.uint32]:
        """(passages, BANDS)."""
        array: NDArray[np.uint32] = self._array("bands.npy", self.count, BANDS)
        return array

    @cached_property
    def _offsets(self) -> NDArray[np.uint64]:
        import numpy as np

        array: NDArray[np.uint64] = self._array("offsets.npy", self.count + 1)
        if not np.all(array[:-1] < array[1:]):
            raise damaged(self.folder, "offsets.npy 里的位置不对")
        return array

    @cached_property
    def _checks(self) -> NDArray[np.uint32]:
        array: NDArray[np.uint32] = self._array("checks.npy", self.count)
        return array

    @cached_property
    def index(self) -> Index:
        from pipeline.retrieval.index import read_index  # as all that follows: to read the texts needs no index

        index = read_index(self.folder / VECTORS)
        if len(index) != self.count:
            raise damaged(self.folder, f"{VECTORS} 与段落不符")
        return index

    @cached_property
    def postings(self) -> Postings:
        from pipeline.retrieval.lexical import read_postings

        try:
            return read_postings(self.folder, self.count)
        except UNREADABLE as fault:
            raise damaged(self.folder, "字面索引读不出来") from fault

    @cached_property
    def _bytes(self) -> NDArray[np.uint8]:
        import numpy as np

        if not self.count:  # an empty file cannot be mapped
            return np.zeros(0, np.uint8)
        try:
            return np.memmap(self.folder / PASSAGES, np.uint8, mode="r")
        except (OSError, ValueError) as fault:
            raise damaged(self.folder, f"{PASSAGES} 读不出来") from fault

    def passage(self, row: int) -> Passage:
        """Read one passage. Raises PipelineError if its line is not what was written."""
        return from_row(json.loads(self.line(row)))

    def row_of(self, id: str) -> int | None:
        """The row of the passage with this id; None if there is none."""
        import numpy as np

        if not self.count:
            return None
        with (self.folder / PASSAGES).open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as lines:
            at = lines.find(json.dumps({"id": id}).encode()[:-1])
        return int(np.searchsorted(self._offsets, at, side="right")) - 1 if at >= 0 else None

    def passages_of(self, place: int) -> tuple[Passage, ...]:
        """The passages of one article, which is named by its place in `entries`."""
        rows = range(int(self.first_rows[place]), int(self.first_rows[place + 1]))
        return tuple(self.passage(row) for row in rows)

    def line(self, row: int) -> bytes:
        """A passage's line in the file, without its line break, held to its check."""
        start, end = int(self._offsets[row]), int(self._offsets[row + 1])
        content = self._bytes[start:end].tobytes()
        if zlib.crc32(content) != int(self._checks[row]):
            raise damaged(self.folder, f"{PASSAGES} 被改动过")
        return content[:-1]

    def texts(self) -> list[list[str]]:
        """The passages' texts of each article, in order, read from the first line to the last; needs no array.

        Raises PipelineError if a line is not what was written.
        """
        if self.crc32 is None:
            return [[passage.text for passage in self.passages_of(place)] for place in range(len(self.entries))]
        crc, found = 0, []
        try:
            with (self.folder / PASSAGES).open("rb") as lines:
                for line in lines:
                    crc = zlib.crc32(line, crc)
                    found.append(str(json.loads(line)["text"]))
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise damaged(self.folder, f"{PASSAGES} 读不出来") from fault
        if crc != self.crc32 or len(found) != self.count:
            raise damaged(self.folder, f"{PASSAGES} 被改动过")
        left = iter(found)
        return [list(islice(left, entry.passages)) for entry in self.entries]

    def names(self, recogniser: Recogniser) -> list[list[str]]:
        """The names in each article, in order, each once: as they were kept, if this recogniser found them, else found now."""
        try:
            kept = json.loads((self.folder / NAMES).read_text(encoding="utf-8"))
            names = (
                [[str(name) for name in row] for row in kept["names"]] if kept["recogniser"] == recogniser.id else None
            )
        except FileNotFoundError:  # written before names were kept
            names = None
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise damaged(self.folder, f"{NAMES} 读不出来") from fault
        if names is None:
            pairs = zip(self.entries, self.texts(), strict=True)
            return [names_in(entry.region, texts, recogniser) for entry, texts in pairs]
        if len(names) != len(self.entries):
            raise damaged(self.folder, f"{NAMES} 与范文不符")
        return names

    def articles(self) -> Iterator[Article]:
        """The articles with their whole texts, in order."""
        yield from read_articles(self.folder / ARTICLES)

    def _array(self, name: str, *shape: int) -> Any:
        import numpy as np

        try:
            array = np.load(self.folder / name, mmap_mode="r", allow_pickle=False)
        except UNREADABLE as fault:
            raise damaged(self.folder, f"{name} 读不出来") from fault
        if array.shape != shape:
            raise damaged(self.folder, f"{name} 与段落不符")
        return array


def open_segment(folder: Path, sizes: Mapping[str, int]) -> Segment:
    """Open a segment whose files have these sizes. Raises PipelineError if one is absent or of another size."""
    for name, size in sizes.items():
        try:
            there = (folder / name).stat().st_size
        except FileNotFoundError:
            raise
        except OSError as fault:
            raise damaged(folder, f"{name} 读不出来") from fault
        if there != size:
            raise damaged(folder, f"{name} 被改动过")
    try:
        written = json.loads((folder / CONTENTS).read_text(encoding="utf-8"))
        entries = tuple(Entry(*row) for row in written["articles"])
        topics = tuple(str(topic) for topic in written["topics"])
        crc32 = None if written.get("crc32") is None else int(written["crc32"])
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise damaged(folder, f"{CONTENTS} 读不出来") from fault
    return Segment(folder, entries, topics, sum(entry.passages for entry in entries), crc32)


def read_articles(path: Path) -> Iterator[Article]:
    """The articles of a file as segments keep them. Raises PipelineError if it is damaged."""
    try:
        with path.open("rb") as lines:
            for line in lines:
                yield Article(**json.loads(line))
    except (OSError, ValueError, TypeError) as fault:
        raise damaged(path.parent, f"{path.name} 读不出来") from fault


def damaged(folder: Path, what: str) -> PipelineError:
    return PipelineError(
        f"档案库已损坏：{what}。",
        where=str(folder),
        mend="运行 zhenbao corpus rebuild；不成则删去此文件夹，再 corpus add。",
    )


# --- writing -----------------------------------------------------------------------------------------------------


def heading_text(passage: Passage) -> str:
    """What stands for a passage's headings before an encoder; "" before the first heading."""
    return "，".join(passage.heading_path)


def key_of(article: Article) -> str:
    """Equal for the same report in two files."""
    parts = (article.title, article.genre, article.region, article.period, article.text)
    return sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def names_in(region: str, texts: Iterable[str], recogniser: Recogniser) -> list[str]:
    """The names in a report's passages, in order, each once."""
    return list(dict.fromkeys(name for text in texts for name in recogniser.names_in(region, text)))


def write_segment(
    folder: Path,
    cut: Sequence[tuple[Article, tuple[Passage, ...]]],
    vectors: Floats,
    *,
    older: Sequence[tuple[Segment, NDArray[np.bool_]]] = (),
    recogniser: Recogniser | None = None,
    threads: int = 1,
) -> dict[str, int]:
    """Write a segment into an existing, empty folder: what is left of older ones, then articles with their passages.

    `vectors` (n, d): of the new passages. `older`: segments with which of their articles stay. Nothing of the older ones
    is computed anew but the cells of a large vector index. Gives the files' sizes.
    """
    import numpy as np

    from pipeline.retrieval.fitness import fitness  # reads figures: not needed to search
    from pipeline.retrieval.index import index_of, write_index
    from pipeline.retrieval.lexical import merged, postings_of, write_postings

    fresh = [passage for _, found in cut for passage in found]
    topics: dict[str, int] = {}
    entries: list[Entry] = []
    offsets, checks, article_of, topic_of, fit, bands = [0], [], [], [], [], []
    moved: list[tuple[Postings, NDArray[np.int64]]] = []
    blocks: list[Floats] = []
    count = crc = 0
    names: list[list[str]] = []
    with (folder / PASSAGES).open("wb") as lines, (folder / ARTICLES).open("wb") as texts:
        for segment, stays in older:
            numbers = {code: topics.setdefault(topic, len(topics)) for code, topic in enumerate(segment.topics)}
            kept = np.flatnonzero(np.repeat(stays, np.diff(segment.first_rows)))
            places = np.cumsum(stays) - 1 + len(entries)
            for row in kept:
                line = segment.line(int(row)) + b"\n"
                lines.write(line)
                offsets.append(offsets[-1] + len(line))
                checks.append(zlib.crc32(line))
                crc = zlib.crc32(line, crc)
            article_of.append(places[segment.article[kept]].astype(np.int32))
            codes = np.array([numbers[code] for code in range(len(segment.topics))] + [-1], np.int16)
            topic_of.append(codes[segment.topic[kept]])
            fit.append(np.asarray(segment.fitness[kept]))
            bands.append(np.asarray(segment.bands[kept]))
            renumbered = np.full(segment.count, -1, np.int64)
            renumbered[kept] = np.arange(count, count + len(kept))
            moved.append((segment.postings, renumbered))
            blocks.append(segment.index.rows() if len(kept) == segment.count else segment.index.rows()[kept])
            entries += [entry for entry, stay in zip(segment.entries, stays, strict=True) if stay]
            if recogniser:
                names += [found for found, stay in zip(segment.names(recogniser), stays, strict=True) if stay]
            for article, stay in zip(segment.articles(), stays, strict=True):
                if stay:
                    texts.write(_line(asdict(article)))
            count += len(kept)
        for article, found in cut:
            written = [_line(asdict(passage)) for passage in found]
            for line in written:
                lines.write(line)
                offsets.append(offsets[-1] + len(line))
                checks.append(zlib.crc32(line))
                crc = zlib.crc32(line, crc)
            texts.write(_line(asdict(article)))
            digest = sha256(b"".join((_line(asdict(article)), *written))).hexdigest()[:32]
            entries.append(
                Entry(
                    article.source,
                    article.title,
                    article.genre,
                    article.region,
                    article.period,
                    key_of(article),
                    digest,
                    len(found),
                )
            )
            if recogniser:
                names.append(names_in(article.region, (passage.text for passage in found), recogniser))
    places = np.repeat(np.arange(len(entries) - len(cut), len(entries)), [len(found) for _, found in cut])
    article_of.append(places.astype(np.int32))
    topic_of.append(
        np.array([-1 if p.topic is None else topics.setdefault(p.topic, len(topics)) for p in fresh], np.int16)
    )
    fit.append(np.array([fitness(p.text).value for p in fresh], np.float32))
    bands.append(bands_of([p.text for p in fresh]))
    made = postings_of([(heading_text(p), p.text) for p in fresh])
    total = count + len(fresh)
    postings = merged([*moved, (made, np.arange(count, total))], total) if moved else made
    rows = np.concatenate([*blocks, vectors]) if blocks else vectors
    np.save(folder / "offsets.npy", np.array(offsets, np.uint64))
    np.save(folder / "checks.npy", np.array(checks, np.uint32))
    np.save(folder / "article.npy", np.concatenate(article_of))
    np.save(folder / "topic.npy", np.concatenate(topic_of))
    np.save(folder / "fitness.npy", np.concatenate(fit))
    np.save(folder / "bands.npy", np.concatenate(bands))
    write_postings(postings, folder)
    write_index(index_of(rows, threads=threads), folder / VECTORS)
    contents = {"articles": [list(asdict(entry).values()) for entry in entries], "topics": list(topics), "crc32": crc}
    (folder / CONTENTS).write_text(json.dumps(contents, ensure_ascii=False), encoding="utf-8")
    if recogniser:
        written_names = {"recogniser": recogniser.id, "names": names}
        (folder / NAMES).write_text(json.dumps(written_names, ensure_ascii=False), encoding="utf-8")
    return {path.name: path.stat().st_size for path in sorted(folder.iterdir())}


def _line(row: Mapping[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"


def known_vectors(segment: Segment, articles: Iterable[int]) -> dict[tuple[str, str], Floats]:
    """The rows of some articles' passages by (heading, text), to be used again where a changed file repeats them."""
    known: dict[tuple[str, str], Floats] = {}
    for place in articles:
        for row in range(int(segment.first_rows[place]), int(segment.first_rows[place + 1])):
            passage = segment.passage(row)
            known[heading_text(passage), passage.text] = segment.index.rows()[row]
    return known
