"""Intervals that draw whole documents."""

from __future__ import annotations

import pytest

from eval.runs.bootstrap import estimate


def test_the_mean_counts_what_was_measured_and_nothing_else() -> None:
    found = estimate([1.0, None, 0.0, 1.0], ["a", "a", "b", "c"])
    assert found is not None
    assert found.mean == pytest.approx(2 / 3)
    assert (found.count, found.documents) == (3, 3)


def test_nothing_measured_is_no_result() -> None:
    assert estimate([None, None], ["a", "b"]) is None
    assert estimate([], []) is None


def test_one_document_has_a_mean_and_no_interval() -> None:
    found = estimate([0.5, 0.7, 0.6], ["a", "a", "a"])
    assert found is not None
    assert found.mean == pytest.approx(0.6)
    assert (found.low, found.high) == (None, None)


def test_items_of_one_document_make_the_interval_no_narrower() -> None:
    values, names = [0.0, 1.0, 0.2, 0.9], ["a", "b", "c", "d"]
    once = estimate(values, names)
    often = estimate(values * 25, names * 25)  # a hundred items, and still four documents
    assert once is not None
    assert often is not None
    assert (often.low, often.high) == (once.low, once.high)
    singly = estimate(values * 25, [str(n) for n in range(100)])
    assert singly is not None
    assert singly.low is not None
    assert once.low is not None
    assert singly.low > once.low


def test_equal_arguments_give_equal_intervals_and_another_seed_another() -> None:
    values, names = [0.131, 0.517, 0.911, 0.337, 0.871, 0.273, 0.619], list("abcdefg")
    assert estimate(values, names, seed=1) == estimate(values, names, seed=1)
    bounds = {(e.low, e.high) for seed in range(8) if (e := estimate(values, names, seed=seed)) is not None}
    assert len(bounds) > 1
