"""Near-duplicates (近重复段落): the same paragraph in several reports, copied word for word or nearly so.

MinHash signatures, cut into bands, name the pairs that may be alike; each is then judged by the texts themselves, so no
estimate decides. Signatures are rensa's: fast, small, free of scipy (which datasketch needs), and of a stated version.
Source: Broder, On the resemblance and containment of documents (1997); Leskovec, Rajaraman and Ullman, Mining of Massive
Datasets, section 3.4 (bands).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ALIKE = 0.7  # of all shingles of two texts, shared: words changed here and there, not another year's figures
BANDS = 24  # of 5 values each: of pairs just alike enough 99 % meet in a band, at 0.8 all but one in ten thousand

_SHINGLE = 3  # letters
_VALUES = 120
_SEED = 20_240_229


def shingles(text: str) -> frozenset[str]:
    """What two texts are compared by: the runs of three letters, without punctuation and blanks."""
    letters = "".join(c for c in text if c.isalnum())
    return frozenset(letters[at : at + _SHINGLE] for at in range(max(1, len(letters) - _SHINGLE + 1)))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard similarity of two texts' shingles, 0..1."""
    return len(one & other) / max(1, len(one | other))


def bands_of(texts: Sequence[str]) -> NDArray[np.uint32]:
    """The bands (n, BANDS) of texts: alike texts share at least one, nearly always."""
    import numpy as np
    from rensa import RMinHash

    bands = np.zeros((len(texts), BANDS), np.uint32)
    weights = np.uint64(0x9E3779B97F4A7C15) ** np.arange(1, _VALUES // BANDS + 1, dtype=np.uint64)
    for row, text in enumerate(texts):
        signature = RMinHash(_VALUES, _SEED)
        signature.update(sorted(shingles(text)))
        values = np.array(signature.digest(), np.uint64).reshape(BANDS, -1)
        bands[row] = ((values * weights).sum(axis=1) >> np.uint64(32)).astype(np.uint32)
    return bands


def standing_for(
    bands: NDArray[np.uint32], rank: NDArray[np.int64], text_of: Callable[[int], str]
) -> NDArray[np.int64]:
    """Which row stands for each: of those alike the one of the least rank; a row like no other stands for itself.

    `bands` (n, BANDS); `rank` (n,): below zero for rows that take no part; the others' are distinct. The result does not
    depend on the order of the rows.
    """
    import numpy as np

    stands: NDArray[np.int64] = np.arange(len(bands), dtype=np.int64)
    taking = np.flatnonzero(rank >= 0)

    @lru_cache(maxsize=4096)
    def pieces(row: int) -> frozenset[str]:
        return shingles(text_of(row))

    def root(row: int) -> int:
        while stands[row] != row:
            stands[row] = stands[stands[row]]
            row = int(stands[row])
        return row

    for column in range(bands.shape[1]):
        values = bands[taking, column]
        ordered = taking[np.lexsort((rank[taking], values))]
        same = np.flatnonzero(np.diff(bands[ordered, column]) == 0)
        # Runs of one value: each of its rows is held against the first, the one of the least rank.
        first = -1
        for at in same.tolist():
            if first < 0 or bands[ordered[at], column] != bands[ordered[first], column]:
                first = at
            one, other = root(int(ordered[first])), root(int(ordered[at + 1]))
            if one != other and likeness(pieces(int(ordered[first])), pieces(int(ordered[at + 1]))) >= ALIKE:
                best, worse = (one, other) if rank[one] < rank[other] else (other, one)
                stands[worse] = best
    for row in taking.tolist():
        stands[row] = root(row)
    return stands
