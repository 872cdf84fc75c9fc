"""Intervals that know what belongs together (按文档重抽样): whole documents are drawn, not single items.

Items of one sheet (its seeds, genres, prompts) are alike, so drawing them singly would make intervals too narrow.
Source: A. C. Cameron, J. B. Gelbach, D. L. Miller, Review of Economics and Statistics 90 (2008) 414 (pairs cluster bootstrap);
B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap (1993), chapter 13 (percentile interval).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TIMES = 2000
FEWEST = 2  # documents without which there is nothing to draw from
FEW = 6  # documents below which an interval is too narrow more often than it says


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its 95 % interval. `low`, `high`: None where fewer than two documents were measured. `documents`: how many were."""

    mean: float
    low: float | None
    high: float | None
    count: int
    documents: int


def estimate(values: Sequence[float | None], documents: Sequence[str], *, seed: int = 0) -> Estimate | None:
    """The mean of the values that were measured, each value counting alike. None if there is none. Equal arguments, equal result."""
    import numpy as np

    known = [(value, document) for value, document in zip(values, documents, strict=True) if value is not None]
    if not known:
        return None
    names = {name: number for number, name in enumerate(sorted({document for _, document in known}))}
    sums, counts = np.zeros(len(names)), np.zeros(len(names))
    for value, document in known:
        sums[names[document]] += value
        counts[names[document]] += 1
    mean = round(float(sums.sum() / counts.sum()), 12)
    if len(names) < FEWEST:
        return Estimate(mean, None, None, len(known), len(names))
    drawn = np.random.default_rng(seed).integers(len(names), size=(TIMES, len(names)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = (round(float(bound), 12) for bound in np.percentile(means, (2.5, 97.5)))
    return Estimate(mean, low, high, len(known), len(names))
