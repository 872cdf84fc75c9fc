"""Sentences taken over from other reports (照抄)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import lru_cache

from eval.checks.document import Document
from eval.checks.findings import Finding

_SIGNS = re.compile(r"[^一-鿿A-Za-z0-9.%]+")
LEAST = 20  # characters and figures; what is shorter anyone may say


def copies(document: Document, exemplars: Mapping[str, str]) -> Iterator[Finding]:
    """Sentences that stand in an exemplar word for word, figures and all: the same pattern with this sheet's figures is no copy.
    `exemplars`: texts → the report that each is from.
    """
    if not exemplars:
        return
    known, starts, reports = _letters_of(tuple(exemplars.items()))
    for start, end in document.sentences:
        letters = _letters(document.text[start:end])
        if len(letters) < LEAST or (at := known.find(letters)) < 0:
            continue
        sentence = document.text[start:end].strip()
        said = sentence if len(sentence) <= _SHOWN else f"{sentence[:_SHOWN]}……"
        message = f"这句话与范文《{reports[bisect_right(starts, at) - 1]}》里的一字不差：“{said}”。请按本地情况改写。"
        yield document.finding("leak.copy", "warning", start, end, message)


_SHOWN = 24  # characters of a sentence in a message


@lru_cache(maxsize=4)
def _letters_of(exemplars: tuple[tuple[str, str], ...]) -> tuple[str, tuple[int, ...], tuple[str, ...]]:
    """All texts one after another, in letters alone; where each begins; the report it is from."""
    letters = [_letters(text) for text, _ in exemplars]
    starts, at = [], 0
    for one in letters:
        starts.append(at)
        at += len(one) + 1
    return "\n".join(letters), tuple(starts), tuple(report for _, report in exemplars)


def _letters(text: str) -> str:
    return _SIGNS.sub("", text)
