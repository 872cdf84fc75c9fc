"""Search at size (规模): made-up archives of many passages, asked warm and cold; what adding to them costs.

    python -m eval.retrieval.scale --passages 10000 100000 --folder build/scale

The texts are sentences of the starter archive, drawn anew for each passage, so that pairs of characters are as frequent
as in real reports; the vectors are random, in clusters, of the default encoder's width. No model is needed: queries are
answered beside the encoder.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from pipeline.archive import store
from pipeline.archive.exemplars import Article, read_exemplar
from pipeline.archive.passages import Passage, passages
from pipeline.archive.segments import Segment, open_segment, write_segment
from pipeline.archive.store import Archive, open_archive
from pipeline.retrieval.encoder import Encoder
from pipeline.retrieval.fusion import joined, moments_of
from pipeline.retrieval.index import Index, index_of, nearest
from pipeline.retrieval.search import Searcher
from pipeline.shipped import shipped

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

WIDTH = 512
BLOCK = 10_000  # passages whose texts are drawn; larger archives repeat them, with other vectors
QUERIES = 50
DIRECTIONS = 48

_SENTENCE = re.compile(r"[^。；]+[。；]")


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one archive. Milliseconds are medians, the encoder's share left out, of the clock and of the processor;
    `recall`: of the ten nearest vectors; `own_mb`: memory of the process itself; `mapped_mb`: of files that it has
    looked at, which the system takes back when it needs memory."""

    passages: int
    kind: str
    warm_ms: float
    warm_cpu_ms: float
    vectors_ms: float
    recall: float
    with_filter_ms: float
    open_ms: float
    own_mb: int
    mapped_mb: int
    add_100_s: float
    build_s: float


class DrawnEncoder:
    """Gives each text a vector drawn by it: for archives whose vectors are made up."""

    id = "drawn"
    dimension = WIDTH

    def encode(self, texts: Sequence[str]) -> Floats:
        import numpy as np

        rows = [vectors(1, seed=hash_of(text)) for text in texts]
        return np.concatenate(rows) if rows else np.zeros((0, WIDTH), np.float32)


def hash_of(text: str) -> int:
    from zlib import crc32

    return crc32(text.encode())


def vectors(count: int, *, seed: int) -> Floats:
    """(count, WIDTH), unit length: 2,000 overlapping clusters that mostly lie in a few directions, as texts do."""
    import numpy as np

    fixed = np.random.default_rng(0)
    spread = fixed.standard_normal((DIRECTIONS, WIDTH), np.float32)
    centres = fixed.standard_normal((2000, DIRECTIONS), np.float32)
    chance = np.random.default_rng(seed)
    latent = centres[chance.integers(0, 2000, count)] + chance.standard_normal((count, DIRECTIONS), np.float32)
    rows = latent @ spread + 2 * chance.standard_normal((count, WIDTH), np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    drawn: Floats = rows.astype(np.float32)
    return drawn


def drawn_passages(count: int) -> list[tuple[Article, tuple[Passage, ...]]]:
    """Articles of twenty passages, each of four sentences of the starter archive."""
    real = [
        passage
        for path in sorted((shipped("corpus") / "exemplars").glob("*.md"))
        for passage in passages(read_exemplar(path), lambda heading, text: None)
    ]
    sentences = [sentence for passage in real for sentence in _SENTENCE.findall(passage.text)]
    chance = random.Random(1)
    cut: list[tuple[Article, tuple[Passage, ...]]] = []
    for number in range(count // 20):
        source = f"drawn/{number:06d}.md"
        found = []
        for at in range(20):
            like = chance.choice(real)
            text = "".join(chance.choices(sentences, k=4))
            topic = f"topic-{chance.randrange(30)}"
            found.append(replace(like, id=f"{number:08x}{at:08x}", source=source, text=text, masked=text, topic=topic))
        first = found[0]
        article = Article(source, first.title, first.genre, first.region, first.period, first.text, 0)
        cut.append((article, tuple(found)))
    return cut


def build(folder: Path, sizes: Sequence[int]) -> dict[int, float]:
    """Archives of these sizes below a folder, each in one segment. Gives the seconds that writing each took."""
    shutil.rmtree(folder, ignore_errors=True)
    first = folder / "block"
    first.mkdir(parents=True)
    began = time.perf_counter()
    written = write_segment(first, drawn_passages(BLOCK), vectors(BLOCK, seed=1))
    took = {BLOCK: time.perf_counter() - began}
    block = open_segment(first, written)
    for size in sizes:
        home = folder / str(size)
        target = home / "segment-000001"
        target.mkdir(parents=True)
        began = time.perf_counter()
        repeated = []
        for number in range(size // BLOCK):
            again = _with_vectors(block, number, vectors(BLOCK, seed=number + 1))
            repeated.append((again, _all(block)))
        moments = joined([moments_of(again.index.rows()) for again, _ in repeated])
        listed = write_segment(target, [], vectors(0, seed=0), older=repeated, threads=2)
        took[size] = time.perf_counter() - began if size != BLOCK else took[BLOCK]
        segment = open_segment(target, listed)
        part = store._Part("segment-000001", listed, segment, _all(segment))
        store._switch(home, store._State((part,), moments, DrawnEncoder.id, WIDTH))
    return took


def _all(segment: Segment) -> NDArray[np.bool_]:
    import numpy as np

    return np.ones(len(segment.entries), bool)


def _with_vectors(block: Segment, number: int, rows: Floats) -> Segment:
    """The block again, under other names and with other vectors."""
    entries = tuple(replace(e, source=f"{number:03d}/{e.source}", digest=f"{number}{e.digest}") for e in block.entries)
    again = Segment(block.folder, entries, block.topics, block.count)
    again.__dict__["index"] = index_of(rows, exact=BLOCK)  # what would be read from its file
    return again


def measure(folder: Path, build_s: float) -> Measured:
    """Ask one archive; then add a hundred passages to it."""
    import numpy as np

    began = time.perf_counter()
    archive = open_archive(folder)
    open_ms = 1000 * (time.perf_counter() - began)
    encoder: Encoder = DrawnEncoder()
    chance = random.Random(2)
    queries = [
        f"{'，'.join(passage.heading_path)} {passage.text[:12]}"
        for passage in (archive.passages[chance.randrange(len(archive.passages))] for _ in range(QUERIES))
    ]
    asked = {query: encoder.encode([query]) for query in queries}

    class Ready:
        """Answers at once: what is timed is the search alone."""

        id, dimension = DrawnEncoder.id, WIDTH

        def encode(self, texts: Sequence[str]) -> Floats:
            return asked[texts[0]]

    searcher = Searcher(archive, encoder=Ready(), threads=1)
    searcher.search(queries[0], k=10)

    def timed(**options: str) -> tuple[float, float]:
        """Medians over the queries, of each the best of three after a first one, the machine being shared."""
        seconds, processor = [], []
        for query in queries:
            runs = []
            for _ in range(4):
                began, worked = time.perf_counter(), time.process_time()
                searcher.search(query, k=10, **options)  # type: ignore[arg-type]
                runs.append((time.perf_counter() - began, time.process_time() - worked))
            seconds.append(min(run[0] for run in runs[1:]))
            processor.append(min(run[1] for run in runs[1:]))
        return 1000 * median(seconds), 1000 * median(processor)

    warm, processor = timed(prefer_topic="topic-7")
    filtered, _ = timed(topic="topic-7", exclude_region="云溪镇")
    index = archive.segments[0].index
    seconds, found = [], []
    for query in queries:
        runs = []
        for _ in range(4):
            began = time.perf_counter()
            best = {row for row, _ in nearest(index, asked[query][0], 10)}
            runs.append(time.perf_counter() - began)
        found.append(best)
        seconds.append(min(runs[1:]))
    own, mapped = _held_mb("RssAnon"), _held_mb("RssFile")
    recall = _recall(index, [asked[query][0] for query in queries], found)
    return Measured(
        len(archive.passages),
        "exact" if index.cells is None else f"cells, {index.cells.probes} of {index.cells.index.nlist}",
        round(warm, 2),
        round(processor, 2),
        round(1000 * median(seconds), 2),
        round(float(np.mean(recall)), 3),
        round(filtered, 2),
        round(open_ms, 1),
        own,
        mapped,
        round(_adding(archive, folder), 2),
        round(build_s, 1),
    )


def _held_mb(kind: str) -> int:
    """Memory that this process holds, of a kind that Linux tells apart; 0 elsewhere."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    lines = status.read_text(encoding="utf-8").splitlines()
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith(kind)), 0)


def _recall(index: Index, queries: Sequence[Floats], found: Sequence[set[int]]) -> list[float]:
    import numpy as np

    rows = index.rows()
    shares = []
    for query, given in zip(queries, found, strict=True):
        scores = np.concatenate([rows[first : first + 65_536] @ query for first in range(0, len(rows), 65_536)])
        best = np.argpartition(-scores, 10)[:10]
        shares.append(len(given & {int(row) for row in best}) / 10)
    return shares


def _adding(archive: Archive, folder: Path) -> float:
    """Seconds to add 100 passages beyond encoding them."""
    files = folder / "added"
    files.mkdir(exist_ok=True)
    head = "---\ntitle: 新增\ngenre: plan\nregion: 苇汀镇\nperiod: 2026\n---\n"
    for number in range(len(archive.passages), len(archive.passages) + 5):  # others than those of a run before
        body = "".join(f"## {i}.新增事项\n第{number}批第{i}件，稳步推进。\n" for i in range(1, 21))
        (files / f"{number}.md").write_text(head + body, encoding="utf-8")
    encoder = DrawnEncoder()
    vectors(1, seed=1)
    began = time.perf_counter()
    encoded: list[str] = []

    class Timed(DrawnEncoder):
        spent = 0.0

        def encode(self, texts: Sequence[str]) -> Floats:
            start = time.perf_counter()
            try:
                encoded.extend(texts)
                return encoder.encode(texts)
            finally:
                Timed.spent += time.perf_counter() - start

    store.add(folder, [files], encoder=Timed(), topic_of=lambda *_: None, progress=lambda *_: None)
    took = time.perf_counter() - began - Timed.spent
    grown = open_archive(folder)
    assert len(grown.passages) == len(archive.passages) + 100
    return took


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--passages", nargs="+", type=int, default=[10_000, 100_000])
    asked.add_argument("--folder", type=Path, required=True, help="a folder to build in; what is there goes")
    asked.add_argument("--only", type=int, help=argparse.SUPPRESS)
    asked.add_argument("--built", type=float, default=0.0, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.only:
        print(json.dumps(asdict(measure(given.folder / str(given.only), given.built))))  # noqa: T201
        return
    took = build(given.folder, given.passages)
    for size in given.passages:  # each in a process of its own, whose memory is its own
        command = [sys.executable, "-m", "eval.retrieval.scale", "--folder", str(given.folder)]
        command += ["--only", str(size), "--built", str(took[size])]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
