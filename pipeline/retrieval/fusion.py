"""Fusion (融合): scores of unlike scales made one, by how far each stands out among all passages of the archive.

A z-score says how many standard deviations a passage lies above the mean for this query. The mean and deviation of the
vectors' part over all passages follow from the archive's moments, without a look at its vectors: for a query q the mean
of q·x is q·mean(x), and the mean of (q·x)² is q·M·q with M the mean of x xᵀ.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

# What the vectors' part of a passage is made of: of its heading path's vector and of its text's, both of unit length.
HEADING = 0.4
BODY = 0.6

_LEAST = 1e-6  # a smaller deviation is rounding: all passages score the same


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """How many rows there are, their sum (d,) and the sum of their outer products (d, d), in double precision."""

    count: int
    total: NDArray[np.float64]
    products: NDArray[np.float64]

    def spread(self, query: Floats) -> tuple[float, float]:
        """Mean and standard deviation of query · row over all rows; (0, 0) of none."""
        if not self.count:
            return 0.0, 0.0
        import numpy as np

        wide = query.astype(np.float64)
        mean = float(wide @ self.total) / self.count
        variance = float(wide @ self.products @ wide) / self.count - mean * mean
        return mean, float(np.sqrt(max(0.0, variance)))

    def write(self, path: Path) -> None:
        import numpy as np

        np.save(path, np.vstack([self.total[None], self.products]), allow_pickle=False)


def moments_of(rows: Floats) -> Moments:
    """The moments of rows (n, d)."""
    import numpy as np

    total = np.zeros(rows.shape[1], np.float64)
    products = np.zeros((rows.shape[1], rows.shape[1]), np.float64)
    for first in range(0, len(rows), 8192):  # in double precision a block at a time: rows may be a file's
        block = np.asarray(rows[first : first + 8192], np.float64)
        total += block.sum(axis=0)
        products += block.T @ block
    return Moments(len(rows), total, products)


def read_moments(path: Path, count: int) -> Moments:
    """Read what `Moments.write` wrote. Raises OSError or ValueError."""
    import numpy as np

    both = np.load(path, allow_pickle=False)
    if both.ndim != 2 or both.shape[0] != both.shape[1] + 1:
        raise ValueError(f"moments of shape {both.shape}")
    return Moments(count, both[0], both[1:])


def joined(parts: Iterable[Moments], less: Iterable[Moments] = ()) -> Moments:
    """The moments of several lots of rows together, at least one, without those of rows that have gone."""
    first, *rest = parts
    count, total, products = first.count, first.total.copy(), first.products.copy()
    for sign, lots in ((1, rest), (-1, list(less))):
        for lot in lots:
            count += sign * lot.count
            total += sign * lot.total
            products += sign * lot.products
    return Moments(count, total, products)


def spread(scores: Floats, *, dead: NDArray[np.bool_] | None = None) -> tuple[float, float]:
    """Mean and standard deviation of the scores of all rows that are not dead; (0, 0) of none."""
    import numpy as np

    live = scores if dead is None else scores[~dead]
    if not len(live):
        return 0.0, 0.0
    wide = live.astype(np.float64) if len(live) < 100_000 else live  # numpy sums pairwise: single precision will do
    return float(wide.mean()), float(wide.std())


def standard(scores: Floats, mean: float, deviation: float) -> Floats:
    """z-scores; all 0 where nothing stands out."""
    import numpy as np

    if deviation < _LEAST:
        return np.zeros(len(scores), np.float32)
    z: Floats = ((scores - np.float32(mean)) / np.float32(deviation)).astype(np.float32)
    return z
