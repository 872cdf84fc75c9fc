"""Text that knows where each of its characters was written (来处可查的文字): what is found in it can be marked or changed there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a character stands in a Word file: the part of the package, the number of its element there (all elements of the part
    counted from 0 in document order), and its offset in that element's text."""

    part: str
    element: int
    offset: int


@dataclass(frozen=True, slots=True)
class Traced:
    """A text and the place of each character; None for what the page shows and nobody typed: drawn numbers, our marks."""

    text: str = ""
    places: tuple[Place | None, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text)

    def __len__(self) -> int:
        return len(self.text)

    def __add__(self, other: Traced | str) -> Traced:
        other = untraced(other) if isinstance(other, str) else other
        return Traced(self.text + other.text, self.places + other.places)

    def __radd__(self, before: str) -> Traced:
        return untraced(before) + self

    def cut(self, start: int, end: int) -> Traced:
        return Traced(self.text[start:end], self.places[start:end])

    def strip(self, signs: str) -> Traced:
        start = len(self.text) - len(self.text.lstrip(signs))
        return self.cut(start, max(start, len(self.text.rstrip(signs))))

    def replaced(self, sign: str, by: str) -> Traced:
        """Every such character another one, or left out where `by` is empty."""
        rows = [(by, p) if s == sign else (s, p) for s, p in zip(self.text, self.places, strict=True)]
        return Traced("".join(s for s, _ in rows), tuple(p for s, p in rows if s))

    def split(self, sign: str) -> list[Traced]:
        made, at = [], 0
        for piece in self.text.split(sign):
            made.append(self.cut(at, at + len(piece)))
            at += len(piece) + len(sign)
        return made


def untraced(text: str) -> Traced:
    """A text that nobody typed."""
    return Traced(text, (None,) * len(text))


def joined(between: str, pieces: Iterable[Traced]) -> Traced:
    """All pieces in a row, with a text between each two."""
    text: list[str] = []
    places: list[Place | None] = []
    for number, piece in enumerate(pieces):
        if number:
            text.append(between)
            places += [None] * len(between)
        text.append(piece.text)
        places += piece.places
    return Traced("".join(text), tuple(places))
