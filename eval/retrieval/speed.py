"""How fast an archive is built and a cold command answers (速度), beside sentence-transformers in the same run.

    python -m eval.retrieval.speed --archive build/archive

Rates take turns, the one that begins changing, so that what else the machine does falls on both; a ratio is the median of
the turns' ratios.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from pipeline.archive.store import Archive, open_archive
from pipeline.weights import embedding_folder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

QUERY = "农业 粮食播种面积"
MB = 1024  # kilobytes, as the system counts them

THEIRS = """
import sys
import numpy as np
from sentence_transformers import SentenceTransformer

model = SentenceTransformer(sys.argv[1], device="cpu")
rows = np.load(sys.argv[2], mmap_mode="r")
vector = model.encode([sys.argv[3]], normalize_embeddings=True)[0]
print(np.argsort(-(rows @ vector))[:5])
"""


@dataclass(frozen=True, slots=True)
class Cold:
    """One command from its start to its end: seconds of the clock and of the processor, and the most memory that it held,
    in MB. On a busy machine the processor's seconds are those to compare."""

    seconds: float
    processor: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Rates:
    """Passages a second of both, their ratio by the clock and by the processor, and the least cosine between their vectors; `alike`: the share of
    passages whose ten nearest are the same in order."""

    theirs: float
    ours: float
    ratio: float
    processor_ratio: float
    cosine: float
    alike: float


def rates(archive: Archive, *, most: int, turns: int, threads: int) -> Rates:
    """Encode an archive's passages by sentence-transformers' default `encode` and by what builds archives."""
    import numpy as np
    import torch
    from sentence_transformers import SentenceTransformer

    from pipeline.retrieval.encoder import OnnxEncoder

    assert archive.encoder_folder
    torch.set_num_threads(threads)
    texts = [passage.text for passage in archive.passages[:most]]
    model = SentenceTransformer(str(embedding_folder()), device="cpu")
    ours = OnnxEncoder(archive.encoder_folder, threads=threads)
    model.encode(texts[:4])
    ours.encode(texts[:4])
    taken: list[tuple[float, float]] = []
    worked: list[tuple[float, float]] = []
    made: dict[str, Floats] = {}
    sides: dict[str, Callable[[], Floats]] = {
        "theirs": lambda: model.encode(texts, normalize_embeddings=True, show_progress_bar=False),
        "ours": lambda: ours.encode(texts),
    }
    for turn in range(turns):
        took: dict[str, tuple[float, float]] = {}
        for side in ("theirs", "ours") if turn % 2 == 0 else ("ours", "theirs"):
            began, work_began = time.perf_counter(), time.process_time()
            made[side] = sides[side]()
            took[side] = (time.perf_counter() - began, time.process_time() - work_began)
        taken.append((took["theirs"][0], took["ours"][0]))
        worked.append((took["theirs"][1], took["ours"][1]))
    expected, given = made["theirs"], made["ours"]
    nearest = [np.argsort(-(rows @ rows.T), axis=1, kind="stable")[:, :10] for rows in (expected, given)]
    return Rates(
        len(texts) / min(t for t, _ in taken),
        len(texts) / min(o for _, o in taken),
        median(t / o for t, o in taken),
        median(t / o for t, o in worked),
        float(np.sum(expected * given, axis=1).min()),
        float((nearest[0] == nearest[1]).all(axis=1).mean()),
    )


def cold(command: Sequence[str], *, turns: int) -> Cold:
    """The median seconds and the most memory of a command, run so many times after one that warms the file cache."""
    seconds, processor, held = [], [], []
    for turn in range(turns + 1):
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        took = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        if turn:
            seconds.append(took)
            processor.append(used.ru_utime + used.ru_stime)
            held.append(used.ru_maxrss / MB)
    return Cold(median(seconds), median(processor), max(held))


def main(say: Callable[[str], None] = print) -> None:
    given = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    given.add_argument("--archive", type=Path, required=True, help="an archive of the default encoder")
    given.add_argument("--threads", type=int, default=2)
    given.add_argument("--turns", type=int, default=4)
    given.add_argument("--passages", type=int, default=200, help="how many are encoded")
    options = given.parse_args()
    import numpy as np

    archive = open_archive(options.archive)
    say(f"load of the machine at the beginning: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    ours = cold([sys.executable, "-m", "pipeline.cli", "search", QUERY, "--archive", str(options.archive)], turns=5)
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.npy"
        np.save(rows, np.concatenate([segment.index.rows() for segment in archive.segments]))
        theirs = cold([sys.executable, "-c", THEIRS, str(embedding_folder()), str(rows), QUERY], turns=2)
    for name, one in (("cold search", ours), ("the same model through sentence-transformers", theirs)):
        say(f"{name}: {one.seconds:.2f} s, {one.processor:.2f} s of the processor, {one.megabytes:.0f} MB")
    say(f"ratio {theirs.seconds / ours.seconds:.1f}, of the processor's time {theirs.processor / ours.processor:.1f}")
    loaded = os.getloadavg()[0]
    rate = rates(archive, most=options.passages, turns=options.turns, threads=options.threads)
    say(f"load before encoding {loaded:.1f}, after {os.getloadavg()[0]:.1f}")
    say(f"encoding, passages a second: sentence-transformers {rate.theirs:.1f}, ours {rate.ours:.1f}")
    say(f"ratio {rate.ratio:.2f}, of the processor's time {rate.processor_ratio:.2f}")
    say(f"least cosine {rate.cosine:.6f}; ten nearest in the same order {rate.alike:.1%}")


if __name__ == "__main__":
    main()
