"""A draft's Markdown as blocks (版块): title, headings, paragraphs, signature and date, each with its place in the text.

What Word and HTML are made from: the text is the one form that every draft has, so a draft edited by hand goes out the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.language.headings import read_headings

Kind = Literal["title", "subtitle", "heading", "paragraph", "row", "caption", "signature", "date"]
_DATE = re.compile(r"(?:19|20)\d{2}年\d{1,2}月\d{1,2}日")
_SUBTITLE = re.compile(r"[（(](?:(?:19|20)\d{2}年\d{1,2}月(?:\d{1,2}日)?|.{2,40}(?:会议|大会|全会)上)[）)]")
_LONGEST_SIGNATURE = 40  # characters
_CAPTION = re.compile(r"附?表(?:\d{1,2}|[一二三四五六七八九十])?[：:\s].{2,40}$")
_RULE = re.compile(r"\|[\s:|-]+\|")


@dataclass(frozen=True, slots=True)
class Block:
    """One block. `text` without Markdown's marks; `start`: the place of its first character in the draft; `cells`: of a table's row."""

    kind: Kind
    text: str
    start: int
    level: int = 0  # of a heading, 1..4
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A figure's origin (依据): characters [start, end) of the draft, its fact's id and what is to be said of it."""

    start: int
    end: int
    fact_id: str
    field: str
    text: str


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for found in re.finditer(r"[^\r\n]+", text):
        line = found[0]
        bare = line.strip(" \t　")
        if bare:
            yield found.start() + line.index(bare[0]), bare


def blocks(text: str) -> tuple[Block, ...]:
    """All blocks in order. The last two lines are signature and date, or the date alone, if they look so."""
    by_line = {h.start: h for h in read_headings(text)}
    made: list[Block] = []
    for start, line in _lines(text):
        heading = by_line.get(text.rfind("\n", 0, start) + 1)
        if heading is not None and heading.level == 0:
            made.append(Block("title", heading.text, text.index(heading.text, start)))
        elif heading is not None and (heading.marks or heading.level < 5):
            shown = re.sub(r"^#+\s*", "", line)
            if heading.label:  # 1. 做强工业经济: the printed page has no space behind the label
                shown = heading.label + heading.text
            at = text.index(heading.label or heading.text, start)
            made.append(
                Block("heading", shown, at, heading.level if heading.level < 5 else min(4, max(1, heading.marks - 1)))
            )
        elif len(made) == 1 and made[0].kind == "title" and _SUBTITLE.fullmatch(line):
            made.append(Block("subtitle", line, start))
        elif line.startswith("|") and line.endswith("|") and len(line) > 2:
            if not _RULE.fullmatch(line):
                made.append(Block("row", line, start, cells=tuple(cell.strip() for cell in line[1:-1].split("|"))))
        elif _CAPTION.fullmatch(line):
            made.append(Block("caption", line, start))
        else:
            made.append(Block("paragraph", line, start))
    return _signed(made)


def _signed(made: Sequence[Block]) -> tuple[Block, ...]:
    """The same with signature and date told apart, wherever the last paragraphs before a table's caption are such."""
    end = next(
        (i for i, b in enumerate(made) if b.kind == "caption" and all(c.kind in ("row", "caption") for c in made[i:])),
        len(made),
    )
    rows = list(made)
    if end and rows[end - 1].kind == "paragraph" and _DATE.fullmatch(rows[end - 1].text):
        last = rows[end - 1]
        rows[end - 1] = Block("date", last.text, last.start)
        above = rows[end - 2] if end > 1 else last
        if (
            above.kind == "paragraph"
            and len(above.text) <= _LONGEST_SIGNATURE
            and above.text[-1] not in "。！？；，：】"
        ):
            rows[end - 2] = Block("signature", above.text, above.start)
    return tuple(rows)
