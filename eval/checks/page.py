"""A report as one HTML page (核稿页): the draft, each figure marked by its state, the findings beside it. Nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from typing import Literal

from eval.checks.captions import FIELD, RULE, SEVERITY, STATE, arithmetic, name_of, said_of, showable, uncovered
from eval.checks.document import Document
from eval.checks.findings import BoundFigure, Finding, Report, Severity, State
from pipeline.facts.model import Fact, Sheet

BlockKind = Literal["title", "heading", "paragraph", "item", "table", "rule", "signed"]

_STATES: tuple[State, ...] = ("supported", "derived", "wrong", "unsupported")
_ITEM = re.compile(r"[ \t]*[-*+•][ \t]+")
_RULE = re.compile(r"[ \t]*(?:-{3,}|\*{3,}|_{3,})[ \t]*")
_TABLE_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*")
_BOLD = re.compile(r"\*\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*\*")
_SIGNED = re.compile(
    r"(?:二[〇○零]|20)[0-9〇○零一二三四五六七八九]{2}年[0-9一二三四五六七八九十]{1,3}月[0-9一二三四五六七八九十]{1,3}日"
)
_OURS = re.compile(
    rb'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n(?:<meta [^>]*>\n)*<title>[^<]* ' + "· 核稿</title>".encode()
)
_BLANK = " \t\u3000\xa0\r\ufeff"


@dataclass(frozen=True, slots=True)
class Note:
    """A finding as the page shows it, numbered through."""

    number: int
    severity: Severity
    word: str  # 错误, 提示, 建议
    rule: str
    where: str  # "第15行", "" for what has no place
    message: str
    placed: bool


@dataclass(frozen=True, slots=True)
class Tip:
    """What is behind a figure: shown on hover, tap and focus."""

    id: str
    state: State
    word: str
    field: str
    formula: str
    facts: tuple[tuple[str, str, str], ...]  # (id, name, what the sheet says)
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a block's text that is shown alike. `marks`: the findings that end with it, whose numbers follow it."""

    text: str
    bold: bool
    severity: Severity | None
    tip: Tip | None
    marks: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A line of the draft, or the rows of a table. `rows`: its cells; a paragraph has one row of one cell.

    `lines`: the line of the draft, from 1, that each row stands on.
    """

    kind: BlockKind
    level: int  # 1 for the title, 2 for 一、…; 0 for text
    lines: tuple[int, ...]
    rows: tuple[tuple[tuple[Piece, ...], ...], ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact in the list at the end: where the draft states it."""

    id: str
    name: str
    said: str
    lines: tuple[int, ...]
    notes: tuple[Note, ...]


def is_page(content: bytes) -> bool:
    """Whether a file is a page that `page` made."""
    return _OURS.match(content) is not None


def page(report: Report, sheet: Sheet, text: str, *, title: str) -> str:
    """The whole page, for a clerk. `text`: the draft that the report judges; `title`: what the page is called, plain text.

    All text is escaped; the same arguments give the same bytes. The states of figures are told apart by the form of the
    underline as well as by colour, so that they still are on a black and white print.
    """
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["sha256"] = _sha256
    template = environment.from_string(files("eval.checks").joinpath("page.html.j2").read_text(encoding="utf-8"))
    facts = {fact.id: fact for fact in sheet.facts}
    notes = _notes(report)
    left_out = uncovered(report, sheet)
    missing = {fact.id for fact, _ in left_out}
    told_below = {
        notes[f] for f in report.findings if f.rule == "fact.missing" and f.fact_ids and missing.issuperset(f.fact_ids)
    }
    states = Counter(figure.state for figure in report.figures)
    covered = sum(c.covered for c in report.coverage)
    spans = {c.fact_id: c.spans for c in report.coverage}
    document = Document(text)
    blocks = list(_blocks(document, report, sheet, facts, notes))
    beside = {note for block in blocks for note in block.notes}
    return template.render(
        title=showable(title),
        sheet=sheet,
        verdict=_verdict(report),
        tiles=[(severity, word, report.counts[severity]) for severity, word in SEVERITY.items()],
        covered=covered,
        facts_total=len(report.coverage),
        legend=[(state, STATE[state], states[state]) for state in _STATES],
        figures_total=sum(states[state] for state in _STATES),
        general=[note for note in notes.values() if note not in beside and note not in told_below],
        blocks=blocks,
        lines={line for block in blocks for line in block.lines},
        told_below=[note.number for note in told_below],
        missing=[
            Stated(
                fact.id, showable(fact.indicator), showable(said_of(fact)), (), tuple(notes[f] for f in found),
            )
            for fact, found in left_out
        ],
        stated=[
            Stated(
                fact.id, showable(fact.indicator), showable(said_of(fact)),
                tuple(dict.fromkeys(document.line_of(start) for start, _ in spans[fact.id])), (),
            )
            for fact in sheet.facts
            if fact.id in spans and fact.id not in missing
        ],
    )  # fmt: skip


def _sha256(script: str) -> str:
    """A script's hash as a content security policy names it: so no other script runs, whatever a draft holds."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _verdict(report: Report) -> str:
    errors, others = report.counts["error"], report.counts["warning"] + report.counts["note"]
    if errors:
        return f"有 {errors} 处错误，改正后再报。"
    return f"没有错误；另有 {others} 处请再看一眼。" if others else "没有发现问题。"


def _notes(report: Report) -> dict[Finding, Note]:
    """The findings numbered in the order of the draft, those without a place last."""
    ordered = sorted(dict.fromkeys(report.findings), key=lambda f: (f.start is None, f.start or 0))
    return {
        f: Note(
            number, f.severity, SEVERITY[f.severity], RULE.get(f.rule, f.rule), f"第{f.line}行" if f.line else "",
            showable(f.message), f.start is not None,
        )
        for number, f in enumerate(ordered, 1)
    }  # fmt: skip


def _tip(number: int, figure: BoundFigure, facts: Mapping[str, Fact], notes: tuple[Note, ...]) -> Tip:
    held = tuple(
        (id, showable(name_of(facts[id])), showable(said_of(facts[id]))) for id in figure.fact_ids if id in facts
    )
    field = FIELD.get(figure.field, "") if figure.state in ("supported", "derived") else ""
    return Tip(f"t{number}", figure.state, STATE[figure.state], field, arithmetic(figure.formula), held, notes)


# --- the draft ---------------------------------------------------------------------------------------------------


def _blocks(
    document: Document, report: Report, sheet: Sheet, facts: Mapping[str, Fact], notes: Mapping[Finding, Note]
) -> Iterator[Block]:
    """The draft's lines as blocks; rows of cells that follow one another make one table."""
    text = document.text
    marker = _Marker(text, report, facts, notes)
    headings = {heading.start: heading for heading in document.headings}
    named = (document.title.start, document.title.end) if document.title else (-1, -1)
    table: list[_Line] = []
    for line in [*_lines(text, document.body_start), _Line(len(text), len(text), len(text) + 1)]:
        words = text[line.start : line.end]
        if line.start not in headings and (_is_row(words) or (table and "|" in words and _TABLE_RULE.fullmatch(words))):
            table.append(line)
            continue
        if table:
            yield _table(document, table, marker)
            table = []
        if not words.strip(_BLANK):
            continue
        inner = line.start + len(words) - len(words.lstrip(_BLANK))
        if line.start in headings:
            heading = headings[line.start]
            if heading.marks:
                inner = line.start + len(words) - len(words.lstrip("#" + _BLANK))
            kind: BlockKind = "title" if heading.level == 0 else "heading"
            level = 1 if heading.level == 0 else heading.level + 1 if heading.level < 5 else max(2, heading.marks)
        elif line.start <= named[0] and named[1] <= line.next:
            kind, level = "title", 1
        elif _RULE.fullmatch(words):
            kind, level = "rule", 0
        elif found := _ITEM.match(words):
            kind, level, inner = "item", 0, line.start + found.end()
        else:
            bare = words.strip(_BLANK)
            kind, level = ("signed" if _SIGNED.fullmatch(bare) or bare == sheet.meta.org else "paragraph"), 0
        notes_here = marker.begun_in(line.start, line.next)
        cell = marker.pieces(inner, line.end, notes_here)
        yield Block(kind, level, (document.line_of(line.start),), ((_all_marked(cell, notes_here),),), notes_here)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the draft: [start, end) without the blanks at its end, and where the next begins."""

    start: int
    end: int
    next: int


def _lines(text: str, at: int) -> Iterator[_Line]:
    for raw in text[at:].split("\n"):
        yield _Line(at, at + len(raw.rstrip(_BLANK)), at + len(raw) + 1)
        at += len(raw) + 1


def _all_marked(cell: tuple[Piece, ...], notes: Sequence[Note]) -> tuple[Piece, ...]:
    """A block's pieces, with the numbers at its end of findings on what is not shown (the marks of a heading)."""
    rest = tuple(note for note in notes if not any(note in piece.marks for piece in cell))
    return (*cell, Piece("", False, None, None, rest)) if rest else cell


def _is_row(line: str) -> bool:
    words = line.strip(_BLANK)
    return " | " in words or (len(words) > 2 and words[0] == "|" and words[-1] == "|")


def _table(document: Document, lines: Sequence[_Line], marker: _Marker) -> Block:
    rows: list[tuple[tuple[Piece, ...], ...]] = []
    numbers: list[int] = []
    notes = marker.begun_in(lines[0].start, lines[-1].next)
    for row in lines:
        words = document.text[row.start : row.end]
        if rows and "|" in words and _TABLE_RULE.fullmatch(words):
            continue
        left = len(words) - len(words.lstrip(_BLANK))
        left += words[left] == "|"
        right = len(words) - (words.endswith("|") and len(words) > left)
        cells, at = [], row.start + left
        for cell in words[left:right].split("|"):
            begin = at + len(cell) - len(cell.lstrip(_BLANK)) if cell.strip(_BLANK) else at
            cells.append(marker.pieces(begin, begin + len(cell.strip(_BLANK)), marker.begun_in(at, at + len(cell) + 1)))
            at += len(cell) + 1
        rows.append(tuple(cells))
        numbers.append(document.line_of(row.start))
    shown = [note for cells in rows for cell in cells for piece in cell for note in piece.marks]
    rest = tuple(note for note in notes if note not in shown)
    if rest and rows:
        rows[-1] = (*rows[-1][:-1], (*rows[-1][-1], Piece("", False, None, None, rest)))
    return Block("table", 0, tuple(numbers), tuple(rows), notes)


class _Marker:
    """Cuts stretches of the draft into pieces at the edges of figures, findings and bold words."""

    def __init__(
        self, text: str, report: Report, facts: Mapping[str, Fact], notes: Mapping[Finding, Note]
    ) -> None:  # fmt: skip
        self.text = text
        self.figures: list[BoundFigure] = []
        for figure in sorted(report.figures, key=lambda f: (f.start, -f.end)):
            if figure.state != "no-figure" and (not self.figures or figure.start >= self.figures[-1].end):
                self.figures.append(figure)
        self.found = sorted(
            (
                (f.start, max(f.end, f.start + 1), note)
                for f, note in notes.items()
                if f.start is not None and f.end is not None
            ),
            key=lambda found: found[0],
        )
        self.figure_starts = [f.start for f in self.figures]
        self.found_starts = [s for s, _, _ in self.found]
        self.longest = max((e - s for s, e, _ in self.found), default=0)
        self.tips = {
            figure: _tip(n, figure, facts, tuple(note for _, _, note in self._touching(figure.start, figure.end)))
            for n, figure in enumerate(self.figures, 1)
        }

    def _touching(self, start: int, end: int) -> list[tuple[int, int, Note]]:
        """The findings that share a character with [start, end)."""
        first = bisect_left(self.found_starts, start - self.longest)
        return [found for found in self.found[first : bisect_left(self.found_starts, end)] if found[1] > start]

    def begun_in(self, start: int, end: int) -> tuple[Note, ...]:
        """The findings that begin in [start, end)."""
        first, last = bisect_left(self.found_starts, start), bisect_left(self.found_starts, end)
        return tuple(note for _, _, note in self.found[first:last])

    def pieces(self, start: int, end: int, begun: Sequence[Note]) -> tuple[Piece, ...]:
        """The text [start, end) in pieces. A figure stays whole, and a finding that cuts into it takes all of it.

        `begun`: the findings whose numbers are put here, each where it ends; those that only run on here are not.
        """
        between = self.figures[bisect_left(self.figure_starts, start) : bisect_left(self.figure_starts, end)]
        figures = [f for f in between if f.end <= end]
        whole = {at: f for f in figures for at in range(f.start, f.end)}
        found = []
        for s, e, note in self._touching(start, end):
            first, last = max(s, start), min(e, end)
            first = whole[first].start if first in whole else first
            last = whole[last - 1].end if last - 1 in whole else last
            found.append((first, last, note))
        taken = [(s, e) for s, e, _ in found] + [(f.start, f.end) for f in figures]
        hidden: set[int] = set()
        bold: set[int] = set()
        for match in _BOLD.finditer(self.text, start, end):
            stars = {*range(match.start(), match.start() + 2), *range(match.end() - 2, match.end())}
            if not any(s < at < e or s == at for s, e in taken for at in stars):  # ** may also be a mask (遮去的字)
                hidden |= stars
                bold |= set(range(match.start(1), match.end(1)))
        edges = {start, end, *(at for s, e in taken for at in (s, e))}
        edges |= {at for span in (hidden, bold) for at in span if at - 1 not in span}
        edges |= {at + 1 for span in (hidden, bold) for at in span if at + 1 not in span}
        cuts = sorted(at for at in edges if start <= at <= end)
        ends = [(e, note) for _, e, note in found if note in begun]
        made = []
        for one, other in pairwise(cuts):
            if one in hidden:
                continue
            over = [note for s, e, note in found if s <= one and other <= e]
            figure = whole.get(one)
            made.append(
                Piece(
                    showable(self.text[one:other]), one in bold, _worst(over), self.tips[figure] if figure else None,
                    tuple(note for e, note in ends if e == other),
                )
            )  # fmt: skip
        return tuple(made)


def _worst(notes: Sequence[Note]) -> Severity | None:
    return next((severity for severity in SEVERITY if any(note.severity == severity for note in notes)), None)
