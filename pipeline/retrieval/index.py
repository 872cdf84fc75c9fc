"""The vector index (向量索引): nearest rows by inner product, in FAISS; exact when small, by lists of cells when large.

The rows themselves are always kept exactly, in a file that is mapped and not read. Above `EXACT` rows a second index
(IVF with 8-bit scalar quantising) says which rows to look at; their scores are computed from the exact rows, each read
from the file by itself, so that a large file does not fill the memory of whoever asks.
"""

from __future__ import annotations

import json
import os
import weakref
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import PipelineError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Rows = NDArray[np.int64]

EXACT = 20_000  # rows; scanning as many of width 512 takes about 2 ms on one thread
MAPPED = 2**29  # bytes of exact rows that a query may map; a larger file's rows are read one by one
LEAST_RECALL = 0.97  # of the ten nearest, for which the number of cells to visit is chosen
CELLS = ".cells"  # ends the name of the second index's file
CARD = ".json"  # ends the name of the file that says how it was measured

_TRAINING = 40  # rows a cell is learned from
_TRIALS = 128  # queries that the recall is measured on
_FEW = 2_000  # rows among which to choose that are looked at one by one, cells or not
_SPARE = 50  # rows asked for beyond k and a quarter, since quantised scores are a little off


@dataclass(frozen=True, slots=True)
class Cells:
    """The second index. `probes`: cells visited for a query; `recall`: of the ten nearest, as measured at building."""

    index: Any  # faiss.IndexIVFScalarQuantizer: FAISS has no types
    probes: int
    recall: float


class Index:
    """n rows of width d, float32. Kept in the order given; a row's number is its place in that order."""

    def __init__(self, flat: Any, cells: Cells | None = None, *, path: Path | None = None) -> None:
        self._flat = flat  # faiss.IndexFlatIP
        self.cells = cells
        self._path = path  # of the file that it was read from

    def __len__(self) -> int:
        return int(self._flat.ntotal)

    @property
    def width(self) -> int:
        return int(self._flat.d)

    def rows(self) -> Floats:
        """All rows, (n, d), exactly as they were given: a read-only view, of the file where it was read from one."""
        import faiss
        import numpy as np

        if not len(self):
            return np.zeros((0, self.width), np.float32)
        view: Floats = faiss.rev_swig_ptr(self._flat.get_xb(), len(self) * self.width).reshape(len(self), self.width)
        view.flags.writeable = False
        return view

    def scores(self, chosen: Rows, query: Floats) -> Floats:
        """The inner products (m,) of some rows with a query (d,)."""
        taken = self.rows()[chosen] if self._file is None else self._file.read(chosen)
        scores: Floats = taken @ query
        return scores

    @cached_property
    def _file(self) -> _RowsFile | None:
        """Where rows are read one by one; None where all may be mapped, or were never in a file."""
        if self._path is None or 4 * len(self) * self.width <= MAPPED or not hasattr(os, "pread"):
            return None
        return _RowsFile(self._path, len(self), self.width)


class _RowsFile:
    """The rows at the end of FAISS's file of a flat index, read one by one.

    A mapped file's pages count as memory of the process that looks at them, and the system maps sixteen around each:
    after some queries that would be all of them.
    """

    def __init__(self, path: Path, count: int, width: int) -> None:
        self._handle = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._handle)
        self._width = width
        self._first = path.stat().st_size - 4 * count * width

    def read(self, chosen: Rows) -> Floats:
        """(m, d)."""
        import numpy as np

        number, size, first = self._handle, 4 * self._width, self._first
        content = b"".join([os.pread(number, size, first + row * size) for row in chosen.tolist()])
        return np.frombuffer(content, np.float32).reshape(len(chosen), self._width)


def index_of(rows: Floats, *, exact: int = EXACT, threads: int = 1) -> Index:
    """Index rows (n, d), float32; n may be 0, d may not. Rows of equal length make the order that of their cosines.

    More than `exact` rows get cells as well.
    """
    import faiss
    import numpy as np

    if rows.ndim != 2 or rows.shape[1] == 0:
        raise ValueError(f"rows must be (n, d), not {rows.shape}")
    flat = faiss.IndexFlatIP(rows.shape[1])
    for first in range(0, len(rows), 65_536):  # by blocks: rows may be a mapped file's
        flat.add(np.ascontiguousarray(rows[first : first + 65_536], np.float32))
    return Index(flat, _cells_of(flat, rows, threads) if len(rows) > exact else None)


def _cells_of(flat: Any, rows: Floats, threads: int) -> Cells:
    import faiss
    import numpy as np

    faiss.omp_set_num_threads(threads)
    n, d = rows.shape
    count = max(1, int(2 * np.sqrt(n)))
    quantizer = faiss.IndexFlatIP(d)
    cells = faiss.IndexIVFScalarQuantizer(
        quantizer, d, count, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT, False
    )
    cells.cp.niter = 6
    cells.cp.min_points_per_centroid = 1  # few rows a cell are no reason for a warning
    cells.cp.seed = 1
    training = np.linspace(0, n - 1, min(n, _TRAINING * count)).astype(np.int64)
    cells.train(np.ascontiguousarray(rows[training]))
    for first in range(0, n, 65_536):
        cells.add(np.ascontiguousarray(rows[first : first + 65_536]))
    # Queries are no rows, but near some: as a heading is to the passages that it could stand above.
    chance = np.random.default_rng(1)
    drawn = chance.integers(0, n, (2, _TRIALS))
    queries = np.ascontiguousarray(0.8 * rows[drawn[0]] + 0.2 * rows[drawn[1]])
    _, truth = flat.search(queries, min(10, n))
    probes = 1
    while True:
        made = Cells(cells, probes, 0.0)
        shares = []
        for query, expected in zip(queries, truth, strict=True):
            found = _visited(made, query, 10, None)
            best, _ = _ordered(found, rows[found] @ query, 10)
            shares.append(len(set(expected.tolist()) & set(best.tolist())) / len(expected))
        if (recall := float(np.mean(shares))) >= LEAST_RECALL or probes >= count:
            return Cells(cells, probes, recall)
        probes = min(count, max(probes + 1, probes * 5 // 4))


def write_index(index: Index, path: Path) -> None:
    """Write an index to new files. Not flushed to the disk: the archive does that for the whole segment."""
    import faiss

    faiss.write_index(index._flat, str(path))
    if index.cells:
        faiss.write_index(index.cells.index, str(path) + CELLS)
        card = {"probes": index.cells.probes, "recall": round(index.cells.recall, 4)}
        path.with_name(path.name + CELLS + CARD).write_text(json.dumps(card) + "\n", encoding="utf-8")


def read_index(path: Path) -> Index:
    """Map what `write_index` wrote. Raises PipelineError if a file is absent, cut short or of another kind."""
    import faiss

    flat = _read(path)
    if not isinstance(flat, faiss.IndexFlat) or flat.metric_type != faiss.METRIC_INNER_PRODUCT:
        raise _foreign(path)
    name = path.with_name(path.name + CELLS)
    if not name.exists():
        return Index(flat)
    cells = _read(name)
    if not isinstance(cells, faiss.IndexIVF) or (cells.ntotal, cells.d) != (flat.ntotal, flat.d):
        raise _foreign(name)
    try:
        card = json.loads(name.with_name(name.name + CARD).read_text(encoding="utf-8"))
        return Index(flat, Cells(cells, int(card["probes"]), float(card["recall"])), path=path)
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise _foreign(name) from fault


def _read(path: Path) -> Any:
    import faiss

    try:
        return faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError as fault:
        raise PipelineError("向量索引读不出来。", where=str(path), mend="运行 zhenbao corpus rebuild 重建。") from fault


def _foreign(path: Path) -> PipelineError:
    return PipelineError("向量索引不是本程序写的。", where=str(path), mend="运行 zhenbao corpus rebuild 重建。")


def nearest(
    index: Index, query: Floats, k: int, *, among: NDArray[np.bool_] | None = None, threads: int = 1
) -> list[tuple[int, float]]:
    """The k rows with the greatest inner product with a query, best first.

    query (d,), float32. `among` (n,): which rows to choose from; None is all. Gives min(k, n) pairs (row, score), or,
    with cells, fewer where these hold fewer; higher is closer (not a distance); equal scores keep row order, also where
    k cuts through them. Exact without cells. Raises ValueError if widths differ or k is negative.
    """
    rows, scores = nearest_rows(index, query, k, among=among, threads=threads)
    return list(zip(rows.tolist(), scores.tolist(), strict=True))


def nearest_rows(
    index: Index, query: Floats, k: int, *, among: NDArray[np.bool_] | None = None, threads: int = 1
) -> tuple[Rows, Floats]:
    """What `nearest` gives, as arrays of rows and scores."""
    import faiss
    import numpy as np

    if query.shape != (index.width,):
        raise ValueError(f"a query of shape {query.shape} for rows of width {index.width}")
    if among is not None and among.shape != (len(index),):
        raise ValueError(f"a choice of shape {among.shape} among {len(index)} rows")
    if k < 0:
        raise ValueError(f"k = {k}")
    count = len(index) if among is None else int(np.count_nonzero(among))
    wanted = min(k, count)
    if not wanted:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    faiss.omp_set_num_threads(threads)
    query = np.ascontiguousarray(query, np.float32)
    if index.cells and (among is None or count > max(_FEW, 4 * wanted)):
        found = _visited(index.cells, query, wanted, among)
        if len(found) >= wanted:
            return _ordered(found, index.scores(found, query), wanted)
    if among is not None and 8 * count < len(index):  # few are left: look at these alone
        left = np.flatnonzero(among)
        return _ordered(left, index.scores(left, query), wanted)
    chosen, _keep = _selector(among)
    parameters: Any = faiss.SearchParameters  # its declared arguments lack `sel`
    options = {"params": parameters(sel=chosen)} if chosen is not None else {}
    asked = min(wanted + 1, count)
    while True:
        scores, rows = index._flat.search(query[None], asked, **options)
        # FAISS keeps any of the rows that are equal at the end: ask for more until none of them is left out.
        if asked == count or scores[0, asked - 1] < scores[0, wanted - 1]:
            break
        asked = min(2 * asked, count)
    return _ordered(rows[0], scores[0], wanted)


def _selector(among: NDArray[np.bool_] | None) -> tuple[Any, Any]:
    """FAISS's form of a choice, and the memory that it points to, which must outlive it."""
    import faiss
    import numpy as np

    if among is None:
        return None, None
    bits = np.packbits(among, bitorder="little")
    selector: Any = faiss.IDSelectorBitmap  # declared with other arguments than it takes
    return selector(bits), bits


def _visited(cells: Cells, query: Floats, k: int, among: NDArray[np.bool_] | None) -> Rows:
    """The rows that the cells next to a query give: more than k, or fewer where all cells hold fewer."""
    import faiss
    import numpy as np

    chosen, _keep = _selector(among)
    options = {} if chosen is None else {"sel": chosen}
    n, count = int(cells.index.ntotal), int(cells.index.nlist)
    wanted = min(n, k + k // 4 + _SPARE)
    # Visit cells with three times as many rows as are wanted, and more where a choice thins them out.
    share = 1.0 if among is None else max(1e-6, float(np.count_nonzero(among)) / len(among))
    probes = min(count, max(cells.probes, int(3 * wanted / share * count / n) + 1))
    declared: Any = faiss.SearchParametersIVF
    while True:
        parameters = declared(nprobe=probes, **options)
        _, rows = cells.index.search(query[None], wanted, params=parameters)
        found: Rows = rows[0][rows[0] >= 0]
        if len(found) >= k or probes == count:
            return found
        probes = min(count, 2 * probes)


def _ordered(rows: Rows, scores: Floats, k: int) -> tuple[Rows, Floats]:
    import numpy as np

    best = np.lexsort((rows, -scores))[:k]
    return rows[best], scores[best]
