"""Sentences taken over from other reports (照抄)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from eval.checks.document import Document
from eval.checks.findings import Finding

_SIGNS = re.compile(r"[^一-鿿A-Za-z0-9.%]+")
LEAST = 20  # characters and figures; what is shorter anyone may say


def copies(document: Document, exemplars: Sequence[str]) -> Iterator[Finding]:
    """Sentences that stand in an exemplar word for word, figures and all: the same pattern with this sheet's figures is no copy."""
    if not exemplars:
        return
    known = _letters_of(tuple(exemplars))
    for start, end in document.sentences:
        letters = _letters(document.text[start:end])
        if len(letters) >= LEAST and letters in known:
            yield document.finding("leak.copy", "warning", start, end, "这句话与范文一字不差。请改写。")


@lru_cache(maxsize=4)
def _letters_of(exemplars: tuple[str, ...]) -> str:
    return "\n".join(map(_letters, exemplars))


def _letters(text: str) -> str:
    return _SIGNS.sub("", text)
