"""Words of a Word file replaced where they stand (就地改字), in the looks of the first; everything else stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import etree

from pipeline.export.word_package import WordPackage
from pipeline.traced import Place

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
Edit = tuple[int, int, str]  # characters [start, end) of the file's text, and what they become


def edited(content: bytes, places: Sequence[Place | None], edits: Sequence[Edit]) -> tuple[bytes, tuple[Edit, ...]]:
    """A .docx with its edits done, and those that could not be: they touch what nobody typed (a drawn number, a symbol).

    `places`: where each character of its text stands, as `docx_traced` tells. Only what differs is touched: 12.6亿元 → 12.8亿元
    changes one digit. A text box's second copy for older programs is changed along.
    """
    package = WordPackage(content)
    undone: list[Edit] = []
    for start, end, new in sorted(_differing(places, edits, package), reverse=True):
        spots = places[start:end] if end > start else places[start - 1 : start]
        if not spots or any(spot is None for spot in spots):
            undone.append((start, end, new))
            continue
        typed = [spot for spot in spots if spot is not None]
        rows = [(package.elements(spot.part)[spot.element], spot) for spot in typed]
        copies = [_copy(element) for element, _ in rows]
        if any(copy is False for copy in copies):
            undone.append((start, end, new))
            continue
        _write([(element, spot.offset) for element, spot in rows], new, insert=end == start)
        if copies[0] is not None:
            _write(
                [(copy, spot.offset) for copy, (_, spot) in zip(copies, rows, strict=True)], new, insert=end == start
            )
        package.changed |= {spot.part for spot in typed}
    return package.packed() if package.changed else content, tuple(undone)


def _differing(places: Sequence[Place | None], edits: Sequence[Edit], package: WordPackage) -> list[Edit]:
    """The edits cut down to the characters that differ."""
    made = []
    for start, end, new in edits:
        old = "".join(_sign(package, place) for place in places[start:end])
        head = 0
        while head < min(len(old), len(new)) and old[head] == new[head]:
            head += 1
        tail = 0
        while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        if head == end - start and head == len(new):
            continue
        made.append((start + head, end - tail, new[head : len(new) - tail]))
    return made


def _sign(package: WordPackage, place: Place | None) -> str:
    if place is None:
        return "\0"
    return str((package.elements(place.part)[place.element].text or "")[place.offset])


def _write(spots: Sequence[tuple[Any, int]], new: str, *, insert: bool) -> None:
    """Put the new words in the old ones' places, sign by sign if there are as many, else all in the first; from the last to the first."""
    if insert:
        element, offset = spots[0]
        element.text = element.text[: offset + 1] + new + element.text[offset + 1 :]
    else:
        for number, (element, offset) in reversed(list(enumerate(spots))):
            put = new[number] if len(new) == len(spots) else new if number == 0 else ""
            element.text = element.text[:offset] + put + element.text[offset + 1 :]
    for element in {id(e): e for e, _ in spots}.values():
        if element.text != element.text.strip():
            element.set(_SPACE, "preserve")


def _copy(element: Any) -> Any:
    """The element that says the same for older programs; None if there is none, False if it can't be told which it is."""
    above = next((e for e in element.iterancestors() if etree.QName(e).localname == "Choice"), None)
    if above is None:
        return None
    fallback = next((e for e in above.getparent() if etree.QName(e).localname == "Fallback"), None)
    if fallback is None:
        return None
    ours, theirs = ([e for e in root.iter("*") if e.tag == element.tag] for root in (above, fallback))
    if not theirs:
        return None
    if [e.text for e in ours] != [e.text for e in theirs]:
        return False
    return theirs[ours.index(element)]
