"""Measures of a draft's text alone (篇幅与用词): length, repetition, copies, diversity. Markdown marks and spaces never count."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from functools import lru_cache

from pipeline.language.headings import read_headings

GRAM = (
    8  # characters in a run: shorter ones are shared by all official prose, longer ones miss what was changed by a word
)
WINDOW = 200  # character pairs over which diversity is counted, about four sentences
_HAN = re.compile(r"[一-鿿]+")


@lru_cache(maxsize=8)
def body(text: str) -> str:
    """The text without title, headings and our own 【待补：…】."""
    kept, at = [], 0
    for heading in read_headings(text):
        kept.append(text[at : heading.start])
        at = heading.end
    return re.sub(r"【待补：[^】\n]*】", "", "".join([*kept, text[at:]]))


@lru_cache(maxsize=8)
def length(text: str) -> float:
    """Characters of the whole draft as a word processor counts them (字数): all but white space and Markdown marks."""
    return float(len(re.sub(r"\s|^#+|[*`]", "", text, flags=re.MULTILINE)))


def length_fit(text: str, target: tuple[int, int]) -> float:
    """How near the length comes to what the genre asks, 0..1: 1 within `target`, below it length / least, above it most / length."""
    characters, (least, most) = length(text), target
    return characters / least if characters < least else most / characters if characters > most else 1.0


def repetition(text: str) -> float | None:
    """Runs of eight characters that occurred before in the draft, as a share of all such runs in its body, 0..1.

    Runs are of Chinese characters, broken at every mark and figure. None where there is no such run.
    """
    all_runs = runs(text)
    return 1 - len(set(all_runs)) / len(all_runs) if all_runs else None


def copied(text: str, exemplars: Container[str], own: Container[str] = ()) -> float | None:
    """Runs of eight characters that stand in an exemplar too, as a share of all such runs in the draft's body, 0..1.

    `exemplars`: the runs (`grams`) of the texts that the draft could copy from; `own`: the runs of the sheet itself, which are no
    copies wherever else they stand. None where there is no run that is not the sheet's.
    """
    others = [run for run in runs(text) if run not in own]
    return sum(run in exemplars for run in others) / len(others) if others else None


def diversity(text: str) -> float | None:
    """Different pairs of characters in a window of 200 pairs, averaged over all windows, as a share, 0..1. None below 200 pairs.

    The moving average does not fall as a text grows longer, as the plain type-token ratio does; pairs of characters stand
    for words, so that no segmenter decides. Source: Covington and McFall, Journal of Quantitative Linguistics 17 (2010) 94.
    """
    pairs = list(grams(body(text), 2))
    windows = len(pairs) - WINDOW + 1
    if windows < 1:
        return None
    # A pair counts in each window in which it is the first of its kind: those that begin behind its last occurrence.
    last: dict[str, int] = {}
    total = 0
    for at, pair in enumerate(pairs):
        first = last.get(pair, -1) + 1
        if first <= at - WINDOW:
            first = at - WINDOW + 1
        if first < windows:
            total += (at if at < windows else windows - 1) - first + 1
        last[pair] = at
    return total / windows / WINDOW


@lru_cache(maxsize=8)
def runs(text: str) -> tuple[str, ...]:
    """All runs of eight characters of a draft's body, in order."""
    return tuple(grams(body(text)))


def grams(text: str, size: int = GRAM) -> Iterator[str]:
    """All runs of `size` Chinese characters, overlapping, none across a mark or a figure."""
    for run in _HAN.findall(text):
        for at in range(len(run) - size + 1):
            yield run[at : at + size]
