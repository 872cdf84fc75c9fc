"""The vector index (向量索引): exact nearest rows by inner product, in FAISS."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import PipelineError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


class Index:
    """n rows of width d, float32. Kept in the order given; a row's number is its place in that order."""

    def __init__(self, flat: Any) -> None:
        self._flat = flat  # faiss.IndexFlatIP: FAISS has no types

    def __len__(self) -> int:
        return int(self._flat.ntotal)

    @property
    def width(self) -> int:
        return int(self._flat.d)

    def rows(self) -> Floats:
        """All rows again, (n, d), exactly as they were given."""
        import numpy as np

        if not len(self):
            return np.zeros((0, self.width), np.float32)
        rows: Floats = self._flat.reconstruct_n(0, len(self))
        return rows


def index_of(rows: Floats) -> Index:
    """Index rows (n, d), float32; n may be 0, d may not. Rows of equal length make the order that of their cosines."""
    import faiss
    import numpy as np

    if rows.ndim != 2 or rows.shape[1] == 0:
        raise ValueError(f"rows must be (n, d), not {rows.shape}")
    flat = faiss.IndexFlatIP(rows.shape[1])
    if len(rows):
        flat.add(np.ascontiguousarray(rows, np.float32))
    return Index(flat)


def write_index(index: Index, path: Path) -> None:
    """Write an index to a new file. Not flushed to the disk: the archive does that for the whole generation."""
    import faiss

    faiss.write_index(index._flat, str(path))


def read_index(path: Path) -> Index:
    """Read what `write_index` wrote. Raises PipelineError if the file is absent, cut short or of another kind."""
    import faiss

    try:
        flat = faiss.read_index(str(path))
    except RuntimeError as fault:
        raise PipelineError("向量索引读不出来。", where=str(path), mend="运行 zhenbao corpus rebuild 重建。") from fault
    if not isinstance(flat, faiss.IndexFlat) or flat.metric_type != faiss.METRIC_INNER_PRODUCT:
        raise PipelineError("向量索引不是本程序写的。", where=str(path), mend="运行 zhenbao corpus rebuild 重建。")
    return Index(flat)


def nearest(
    index: Index, query: Floats, k: int, *, among: NDArray[np.int64] | None = None, threads: int = 1
) -> list[tuple[int, float]]:
    """The k rows with the greatest inner product with a query, best first.

    query (d,), float32. `among`: row numbers to choose from; None is all rows. Returns min(k, n) pairs (row, score);
    higher is closer (not a distance); equal scores keep row order, also where k cuts through them.
    Raises ValueError if the widths differ or k is negative.
    """
    import faiss
    import numpy as np

    if query.shape != (index.width,):
        raise ValueError(f"a query of shape {query.shape} for rows of width {index.width}")
    if k < 0:
        raise ValueError(f"k = {k}")
    count = len(index) if among is None else len(among)
    wanted = min(k, count)
    if not wanted:
        return []
    faiss.omp_set_num_threads(threads)
    among_kept = None if among is None else np.ascontiguousarray(among, np.int64)  # the selector only points to it
    parameters: Any = faiss.SearchParameters  # its declared arguments lack `sel`
    chosen = {} if among_kept is None else {"params": parameters(sel=faiss.IDSelectorBatch(among_kept))}
    asked = min(wanted + 1, count)
    while True:
        scores, rows = index._flat.search(np.ascontiguousarray(query[None], np.float32), asked, **chosen)
        # FAISS keeps any of the rows that are equal at the end: ask for more until none of them is left out.
        if asked == count or scores[0, asked - 1] < scores[0, wanted - 1]:
            break
        asked = min(2 * asked, count)
    order = np.lexsort((rows[0], -scores[0]))[:wanted]
    return [(int(rows[0, i]), float(scores[0, i])) for i in order]
