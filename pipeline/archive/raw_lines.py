"""Lines of a page (原始行) as a file gives them, before anything in them is judged, and what is taken out of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MOST_LINES = 50_000  # of a file; the longest collections of reports have some thousands

Hint = Literal["", "title", "heading", "part", "row", "link", "item"]


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line of a page. `line`: where it begins, counted from 1: the line of a text or HTML file, the paragraph of a
    Word file, the line of a PDF's text layer. `hint`: what the file says it is: its title, a heading, a table's row,
    mostly links, a list's item; or what its 第一部分 made it, a part's heading."""

    text: str
    line: int
    hint: Hint = ""


@dataclass(frozen=True, slots=True)
class Removed:
    """What was taken out of a page. `kind`: nav, ad, site-credit, page-title, js-junk, markup, footer, pinyin,
    invisible, watermark, page-number, table, word-residue, repeated, comment, contents. `line` as in `RawLine`."""

    kind: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class RawPage:
    """A file's text before anything in it is judged. `removed`: what its form says is no text (hidden, navigation)."""

    encoding: str
    lines: tuple[RawLine, ...]
    removed: tuple[Removed, ...] = ()
