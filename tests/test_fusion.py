"""Fusion: moments held to all rows, joined and taken apart; z-scores; what nothing stands out in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.retrieval.fusion import joined, moments_of, read_moments, spread, standard


def drawn(n: int, seed: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    rows = np.random.default_rng(seed).standard_normal((n, 12)).astype(np.float32) + 0.3
    return rows.astype(np.float32)


@pytest.mark.parametrize("n", [1, 2, 500, 9000])
def test_moments_tell_mean_and_deviation_of_all_scores(n: int) -> None:
    rows, query = drawn(n, 1), drawn(1, 2)[0]
    mean, deviation = moments_of(rows).spread(query)
    scores = rows @ query
    assert mean == pytest.approx(scores.mean(), abs=1e-5)
    assert deviation == pytest.approx(scores.std(), abs=1e-4)


def test_moments_are_joined_and_taken_away(tmp_path: Path) -> None:
    rows, query = drawn(60, 3), drawn(1, 4)[0]
    parts = [moments_of(rows[:10]), moments_of(rows[10:])]
    assert joined(parts).spread(query) == pytest.approx(moments_of(rows).spread(query))
    left = joined(parts, [moments_of(rows[:5]), moments_of(rows[5:20])])
    assert left.count == 40
    assert left.spread(query) == pytest.approx(moments_of(rows[20:]).spread(query))
    left.write(tmp_path / "moments.npy")
    assert read_moments(tmp_path / "moments.npy", 40).spread(query) == left.spread(query)
    assert joined(parts, [moments_of(rows)]).spread(query) == (0.0, 0.0)
    np.save(tmp_path / "other.npy", np.zeros((3, 3)))
    with pytest.raises(ValueError, match="moments of shape"):
        read_moments(tmp_path / "other.npy", 1)


def test_z_scores() -> None:
    scores = np.array([1, 2, 3, 6], np.float32)  # mean 3, deviation √((4 + 1 + 0 + 9) / 4) = √3.5
    assert standard(scores, *spread(scores)) == pytest.approx(np.array([-2, -1, 0, 3]) / 3.5**0.5)
    dead = np.array([False, False, False, True])
    assert spread(scores, dead=dead) == pytest.approx((2, (2 / 3) ** 0.5))


@pytest.mark.parametrize("scores", [[], [5.0], [2.0, 2.0, 2.0]])
def test_where_nothing_stands_out_all_are_zero(scores: list[float]) -> None:
    given = np.array(scores, np.float32)
    assert standard(given, *spread(given)).tolist() == [0.0] * len(scores)
    assert spread(np.ones(2, np.float32), dead=np.ones(2, bool)) == (0.0, 0.0)
