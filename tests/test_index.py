"""The vector index held to brute force: scores and order, also with ties, few rows, and rows left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.errors import PipelineError
from pipeline.retrieval import index as index_module
from pipeline.retrieval.index import LEAST_RECALL, index_of, nearest, read_index, write_index

Floats = NDArray[np.float32]


def units(n: int, d: int, seed: int = 0) -> Floats:
    rows = np.random.default_rng(seed).standard_normal((n, d)).astype(np.float32)
    unit: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def brute(rows: Floats, query: Floats, k: int, among: NDArray[np.bool_] | None = None) -> list[tuple[int, float]]:
    scores = rows @ query
    chosen = range(len(rows)) if among is None else [int(i) for i in np.flatnonzero(among)]
    return [(i, float(scores[i])) for i in sorted(chosen, key=lambda i: (-round(float(scores[i]), 5), i))[:k]]


@pytest.mark.parametrize("n", [0, 1, 2, 7, 500])
@pytest.mark.parametrize("k", [0, 1, 5, 499, 500, 1000])
@pytest.mark.parametrize("share", [None, 0.0, 0.3, 1.0])
def test_nearest_is_brute_force(n: int, k: int, share: float | None) -> None:
    rows, query = units(n, 32), units(1, 32, seed=1)[0]
    among = None if share is None else np.random.default_rng(2).random(n) < share
    found, expected = nearest(index_of(rows), query, k, among=among), brute(rows, query, k, among)
    assert [i for i, _ in found] == [i for i, _ in expected]
    assert [s for _, s in found] == pytest.approx([s for _, s in expected], abs=1e-6)


@pytest.mark.parametrize("k", [1, 3, 4, 10, 64, 199, 200])
@pytest.mark.parametrize("d", [8, 33, 1024])
def test_ties_keep_row_order_also_where_k_cuts_them(k: int, d: int) -> None:
    rows = np.tile(units(4, d), (50, 1))  # every vector fifty times
    query = units(1, d, seed=5)[0]
    index = index_of(rows)
    assert [i for i, _ in nearest(index, query, k)] == [i for i, _ in brute(rows, query, k)]
    among = np.arange(200) % 3 == 1
    assert [i for i, _ in nearest(index, query, k, among=among)] == [i for i, _ in brute(rows, query, k, among)]


def test_two_threads_find_what_one_finds() -> None:
    rows, query = units(3000, 16), units(1, 16, seed=9)[0]
    index = index_of(rows)
    assert nearest(index, query, 20, threads=2) == nearest(index, query, 20, threads=1)


@pytest.mark.parametrize("n", [0, 1, 50])
def test_what_is_written_is_read(tmp_path: Path, n: int) -> None:
    rows = units(n, 8)
    path = tmp_path / "向量.faiss"
    write_index(index_of(rows), path)
    again = read_index(path)
    assert (len(again), again.width) == (n, 8)
    assert np.array_equal(again.rows(), rows)  # bit by bit
    assert n == 0 or not again.rows().flags.writeable  # they are the file's
    assert again.cells is None


def clustered(n: int, d: int) -> Floats:
    """Rows in 40 clusters, as texts on some topics are."""
    chance = np.random.default_rng(4)
    rows = units(40, d, seed=3)[chance.integers(0, 40, n)] + 0.6 * units(n, d, seed=4)
    unit: Floats = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def test_cells_find_nearly_what_brute_force_finds_and_score_it_exactly(tmp_path: Path) -> None:
    rows = clustered(4000, 32)
    write_index(index_of(rows, exact=1000), tmp_path / "vectors.faiss")
    index = read_index(tmp_path / "vectors.faiss")
    assert index.cells is not None
    assert index.cells.recall >= LEAST_RECALL
    assert index.cells.probes < index.cells.index.nlist  # it does not look everywhere
    queries = clustered(4040, 32)[4000:]
    for among in (None, np.arange(4000) % 2 == 0):
        hits = 0
        for query in queries:
            found = nearest(index, query, 10, among=among)
            assert [s for _, s in found] == pytest.approx([float(rows[i] @ query) for i, _ in found], abs=1e-6)
            assert among is None or all(among[i] for i, _ in found)
            hits += len({i for i, _ in found} & {i for i, _ in brute(rows, query, 10, among)})
        assert hits / (10 * len(queries)) >= 0.95
    few = np.zeros(4000, bool)
    few[[7, 8, 3000]] = True
    assert nearest(index, queries[0], 10, among=few) == nearest(index_of(rows), queries[0], 10, among=few)
    assert len(nearest(index, queries[0], 5000)) == 4000  # k beyond the cells' rows: exact
    assert np.array_equal(index.rows(), rows)


def test_cells_of_another_index_are_refused(tmp_path: Path) -> None:
    for name, n in (("a", 1200), ("b", 1300)):
        write_index(index_of(clustered(n, 8), exact=1000), tmp_path / name)
    (tmp_path / "a.cells").write_bytes((tmp_path / "b.cells").read_bytes())
    with pytest.raises(PipelineError, match="不是本程序写的"):
        read_index(tmp_path / "a")
    (tmp_path / "b.cells.json").write_text("{}", encoding="utf-8")
    with pytest.raises(PipelineError, match="不是本程序写的"):
        read_index(tmp_path / "b")


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    import faiss

    path = tmp_path / "vectors.faiss"
    write_index(index_of(units(50, 8)), path)
    whole = path.read_bytes()
    other = tmp_path / "other.faiss"
    faiss.write_index(faiss.IndexFlatL2(8), str(other))
    for content in (whole[: len(whole) // 2], whole[:10], b"", b"x" * 2000, other.read_bytes()):
        path.write_bytes(content)
        with pytest.raises(PipelineError, match="向量索引"):
            read_index(path)
    with pytest.raises(PipelineError, match="向量索引读不出来"):
        read_index(tmp_path / "absent.faiss")


def test_wrong_shapes_are_refused() -> None:
    index = index_of(units(3, 8))
    for query in (np.zeros(7, np.float32), np.zeros((1, 8), np.float32)):
        with pytest.raises(ValueError, match="width 8"):
            nearest(index, query, 1)
    with pytest.raises(ValueError, match="among 3 rows"):
        nearest(index, np.zeros(8, np.float32), 1, among=np.ones(4, bool))
    with pytest.raises(ValueError, match="k = -1"):
        nearest(index, np.zeros(8, np.float32), -1)
    with pytest.raises(ValueError, match=r"must be \(n, d\)"):
        index_of(np.zeros(8, np.float32))


def test_rows_read_one_by_one_score_as_mapped_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows, query = units(300, 24), units(1, 24, seed=4)[0]
    path = tmp_path / "vectors.faiss"
    write_index(index_of(rows, exact=100), path)
    mapped = read_index(path)
    monkeypatch.setattr(index_module, "MAPPED", 0)
    read = read_index(path)
    chosen = np.array([299, 0, 17, 17], np.int64)
    assert read.scores(chosen, query) == pytest.approx(rows[chosen] @ query, abs=1e-6)
    assert mapped.scores(chosen, query) == pytest.approx(rows[chosen] @ query, abs=1e-6)
    assert read.scores(np.zeros(0, np.int64), query).shape == (0,)
    for among in (None, np.arange(300) % 2 == 0):
        one, other = (nearest(index, query, 7, among=among) for index in (read, mapped))
        assert [row for row, _ in one] == [row for row, _ in other]
        assert [score for _, score in one] == pytest.approx([score for _, score in other], abs=1e-6)
