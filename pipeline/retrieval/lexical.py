"""The lexical index (字面索引): BM25 over pairs of neighbouring characters (二元组), in plain arrays.

A pair is one number, so the vocabulary is a sorted array and nothing has to be cut into words. Term frequencies are
weighed against a fixed length (`PIVOT`) and not the archive's mean, so what is stored of a passage depends on that
passage alone: parts of an archive are searched together and merged without being read again. How rare a pair is counts
at query time, over all parts.
Source: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009; idf as in Lucene.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pairs = NDArray[np.uint64]
    Floats = NDArray[np.float32]

K1 = 1.2
B = 0.75
PIVOT = 260.0  # pairs, those of the heading counted as often as they weigh: about the mean of real reports' sections
HEADING_WEIGHT = 2  # a pair in the heading path counts as so many in the text

_NAMES = ("terms", "starts", "rows", "impacts")  # the arrays, in files terms.npy …
_SHIFT = 21  # bits that a code point takes
_TAKEN = 4_000_000  # characters turned into pairs at a time, so that building needs little memory


@dataclass(frozen=True, slots=True)
class Postings:
    """For each pair the rows (passages) that have it, and how much it says of them.

    `terms` (t,): the pairs, ascending. Pair i's entries are starts[i]..starts[i + 1] of `rows`, ascending, and of
    `impacts`, 0..K1 + 1 in half precision. `count`: how many rows there are.
    """

    terms: Pairs
    starts: NDArray[np.int64]
    rows: NDArray[np.uint32]
    impacts: NDArray[np.float16]
    count: int

    def entries(self, term: int) -> slice:
        """Where a pair's entries lie; an empty slice for a pair that no row has."""
        import numpy as np

        at = int(np.searchsorted(self.terms, np.uint64(term)))
        if at == len(self.terms) or int(self.terms[at]) != term:
            return slice(0, 0)
        return slice(int(self.starts[at]), int(self.starts[at + 1]))


def pairs(text: str) -> Pairs:
    """The pairs of neighbouring characters of a text, in its order: Chinese characters and letters, no digits.

    Digits are left out because one town's figures say nothing about what a passage treats; marks and blanks part.
    """
    found, _ = _pairs_at(text)
    return found


def _pairs_at(text: str) -> tuple[Pairs, NDArray[np.int64]]:
    """The pairs and where each begins."""
    import numpy as np

    codes = np.frombuffer(text.lower().encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    kept = (
        ((codes >= 0x3400) & (codes <= 0x9FFF))
        | ((codes >= 0x20000) & (codes <= 0x3FFFF))
        | ((codes >= ord("a")) & (codes <= ord("z")))
    )
    at = np.flatnonzero(kept[:-1] & kept[1:])
    return (codes[at] << np.uint64(_SHIFT)) | codes[at + 1], at


def postings_of(documents: Sequence[tuple[str, str]]) -> Postings:
    """Index documents, each its heading and its text; row i is document i."""
    parts: list[tuple[Postings, NDArray[np.int64]]] = []
    import numpy as np

    first = 0
    while first < len(documents) or not parts:
        end, taken = first, 0
        while end < len(documents) and (taken == 0 or taken < _TAKEN):
            taken += len(documents[end][0]) + len(documents[end][1])
            end += 1
        part = _postings_of(documents[first:end])
        parts.append((part, np.arange(first, end, dtype=np.int64)))
        first = end
    return parts[0][0] if len(parts) == 1 else merged(parts, len(documents))


def _postings_of(documents: Sequence[tuple[str, str]]) -> Postings:
    import numpy as np

    n = len(documents)
    # A blank after each field: no pair reaches over it. Lower-casing may lengthen a text, so it comes before measuring.
    fields = [field.lower() + " " for document in documents for field in document]
    ends = np.cumsum([len(field) for field in fields]) if fields else np.zeros(0, np.int64)
    terms, at = _pairs_at("".join(fields)) if fields else (np.zeros(0, np.uint64), np.zeros(0, np.int64))
    field_of = np.searchsorted(ends, at, side="right")
    rows = (field_of // 2).astype(np.uint32)
    weights = np.where(field_of % 2 == 0, np.float32(HEADING_WEIGHT), np.float32(1))
    lengths = np.bincount(rows, weights=weights, minlength=n)

    order = np.argsort(terms, kind="stable")  # rows ascend already, and stay so within a pair
    terms, rows, weights = terms[order], rows[order], weights[order]
    fresh = np.ones(len(terms), bool)
    fresh[1:] = (terms[1:] != terms[:-1]) | (rows[1:] != rows[:-1])
    entries = np.flatnonzero(fresh)
    often = np.add.reduceat(weights, entries) if len(entries) else weights
    terms, rows = terms[entries], rows[entries]
    impacts = often * (K1 + 1) / (often + K1 * (1 - B + B * lengths[rows] / PIVOT))
    fresh = np.ones(len(terms), bool)
    fresh[1:] = terms[1:] != terms[:-1]
    firsts = np.flatnonzero(fresh)
    starts = np.append(firsts, len(terms)).astype(np.int64)
    return Postings(terms[firsts], starts, rows, impacts.astype(np.float16), n)


def merged(parts: Sequence[tuple[Postings, NDArray[np.int64]]], count: int) -> Postings:
    """Join postings. With each part, its rows' new numbers, ascending, -1 for rows left out; a later part's are higher."""
    import numpy as np

    terms = np.unique(np.concatenate([part.terms for part, _ in parts]))
    totals = np.zeros(len(terms), np.int64)
    kept: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_] | None]] = []
    for part, numbers in parts:
        places = np.searchsorted(terms, part.terms)
        stay = None if bool((numbers >= 0).all()) else numbers[part.rows] >= 0
        counts = np.diff(part.starts)
        if stay is not None:
            before = np.append(0, np.cumsum(stay))
            counts = before[part.starts[1:]] - before[part.starts[:-1]]
        totals[places] += counts
        kept.append((places, counts, stay))
    starts = np.append(0, np.cumsum(totals)).astype(np.int64)
    rows = np.empty(int(starts[-1]), np.uint32)
    impacts = np.empty(int(starts[-1]), np.float16)
    filled = starts[:-1].copy()
    for (part, numbers), (places, counts, stay) in zip(parts, kept, strict=True):
        # Entry j of a part's pair goes to place `filled` of the joint pair + j.
        begins = np.append(0, np.cumsum(counts))[:-1]
        to = np.repeat(filled[places] - begins, counts) + np.arange(int(counts.sum()))
        rows[to] = numbers[part.rows if stay is None else part.rows[stay]].astype(np.uint32)
        impacts[to] = part.impacts if stay is None else part.impacts[stay]
        filled[places] += counts
    used = totals > 0
    return Postings(terms[used], np.append(starts[:-1][used], starts[-1]), rows, impacts, count)


def write_postings(postings: Postings, folder: Path) -> None:
    """Write the arrays as .npy files into an existing folder."""
    import numpy as np

    for name in _NAMES:
        np.save(folder / f"{name}.npy", getattr(postings, name), allow_pickle=False)


def read_postings(folder: Path, count: int) -> Postings:
    """Map what `write_postings` wrote: pages are read when a query needs them. Raises OSError or ValueError."""
    import numpy as np

    terms, starts, rows, impacts = (
        np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in _NAMES
    )
    if len(starts) != len(terms) + 1 or len(rows) != len(impacts) or int(starts[-1]) != len(rows):
        raise ValueError("the arrays of the lexical index do not fit together")
    return Postings(terms, starts, rows, impacts, count)


def bm25(parts: Sequence[Postings], query: str, *, dead: NDArray[np.bool_] | None = None) -> Floats:
    """The BM25 of every row for a query, (n,), the parts' rows one after the other; 0 where no pair is shared.

    `dead` (n,): rows that no longer count, neither for how rare a pair is.
    """
    import numpy as np

    n = sum(part.count for part in parts)
    scores = np.zeros(n, np.float32)
    alive = n if dead is None else n - int(dead.sum())
    terms, repeats = np.unique(pairs(query), return_counts=True)
    for term, often in zip(terms, repeats, strict=True):
        found = []
        base = holders = 0
        for part in parts:
            entries = part.entries(int(term))
            rows = np.asarray(part.rows[entries])
            holders += len(rows) if dead is None else int(np.count_nonzero(~dead[base : base + part.count][rows]))
            found.append((scores[base : base + part.count], rows, part.impacts[entries]))
            base += part.count
        if holders:
            weight = np.float32(often * np.log1p((alive - holders + 0.5) / (holders + 0.5)))
            for target, rows, impacts in found:  # twice as fast as target[rows] += …
                np.add.at(target, rows.astype(np.intp), weight * impacts.astype(np.float32))
    if dead is not None:
        scores[dead] = 0
    return scores


def known_share(parts: Sequence[Postings], query: str) -> float:
    """How much of what a query asks for the rows have at all, 0..1: its pairs, each by how rare it is; 1 of no pair.

    Of 营商环境, where no row has the first word, only 环境 is left to compare, which says little of what was asked.
    """
    import numpy as np

    n = sum(part.count for part in parts)
    known = asked = 0.0
    terms, repeats = np.unique(pairs(query), return_counts=True)
    for term, often in zip(terms, repeats, strict=True):
        holders = 0
        for part in parts:
            entries = part.entries(int(term))
            holders += min(max(entries.stop - entries.start, 0), part.count)  # a damaged table may say anything
        worth = float(often * np.log1p((n - holders + 0.5) / (holders + 0.5)))
        asked += worth
        known += worth if holders else 0.0
    return known / asked if asked else 1.0


def shared_spans(query: str, text: str) -> list[tuple[int, int]]:
    """The stretches of a text made of pairs that the query has too, in order, to be shown marked. Characters."""
    wanted = set(pairs(query).tolist())
    terms, at = _pairs_at(text) if len(text.lower()) == len(text) else _pairs_at("")
    spans: list[tuple[int, int]] = []
    for term, start in zip(terms.tolist(), at.tolist(), strict=True):
        if term not in wanted:
            continue
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], start + 2)
        else:
            spans.append((start, start + 2))
    return spans
