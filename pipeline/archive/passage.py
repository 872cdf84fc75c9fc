"""A passage (段落): what the archive keeps and finds. To read one needs nothing of what cuts and masks them, so that a search starts
at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Passage:
    """A section's own text, or a piece of it if it is long.

    `id`: 16 hexadecimal digits of source, heading path and text; the same text added again keeps it.
    `line`: the line of the file where the text begins. `heading_path`: from the top, without labels; empty before the
    first heading. `text`: as in the file, without its heading. `masked`: the text with figures and place names
    replaced, for prompts; sentences with a gap are left out of it, so it may be "".
    `quantities`: spans of `text` that are figures. `gaps`: spans that are masked or have lost their figure (see
    pipeline.language.gaps); no figure lies in one. `names`: places named in `text`, in order, each once.
    """

    id: str
    source: str
    line: int
    heading_path: tuple[str, ...]
    genre: str
    topic: str | None
    region: str
    period: str
    title: str
    text: str
    masked: str
    quantities: tuple[tuple[int, int], ...] = ()
    gaps: tuple[tuple[int, int], ...] = ()
    names: tuple[str, ...] = ()


def from_row(row: Mapping[str, Any]) -> Passage:
    """A passage as JSON has it."""
    spans = {name: tuple((int(start), int(end)) for start, end in row[name]) for name in ("quantities", "gaps")}
    lists = {name: tuple(row[name]) for name in ("heading_path", "names")}
    return Passage(**{**row, **spans, **lists})
