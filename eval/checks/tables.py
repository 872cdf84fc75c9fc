"""Tables in a draft (表格): a cell is bound by its row's indicator and its column's name, not by the words around it.

Where a table has a header that says what its columns hold and a row names an indicator of the sheet, each of its figures is decided
here, and what the rules for prose said of it is taken back. All other rows are left to those rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from eval.checks.document import Document
from eval.checks.findings import BoundFigure, Finding, Report, in_order
from pipeline.facts.arithmetic import change_pct, completed_pct, places, rounded
from pipeline.facts.headers import field_of
from pipeline.facts.model import FIELDS, Fact, Sheet, plain
from pipeline.facts.rows import COLUMNS
from pipeline.facts.sheet_check import indicator_key
from pipeline.facts.written import split_unit
from pipeline.language.quantities import Quantity
from pipeline.language.units import same_dimension

_RULE = re.compile(r"[|\s:-]+")
_BARE = re.compile(r"[-－−+]?[0-9][0-9,]*(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class _Cell:
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Decided:
    """A figure of a cell: the fact and field that it must be, and whether it is."""

    start: int
    end: int
    fact: Fact
    field: str
    right: bool
    due: str  # what the sheet says, with its unit


def with_tables(report: Report, document: Document, sheet: Sheet) -> Report:
    """The report with the figures of understood tables decided by row and column. The same report where the draft has no such table."""
    if "|" not in document.text:
        return report
    decided: list[_Decided] = []
    heads: list[_Cell] = []
    for table in _tables(document):
        if own := list(_of_table(table, document, sheet)):
            decided += own
            heads += table[0]
    if not decided:
        return report

    def in_head(finding: Finding) -> bool:
        """A column of last year's figures names last year, and that is no mismatch."""
        return finding.rule == "period.mismatch" and any(h.start <= (finding.start or 0) < h.end for h in heads)

    def untouched(start: int | None, end: int | None) -> bool:
        return start is None or end is None or not any(start < d.end and d.start < end for d in decided)

    stated = {d.fact.id: (d.start, d.end) for d in decided if d.right and d.field == "value"}
    found = [
        f for f in report.findings
        if not (f.rule.startswith("figure.") and not untouched(f.start, f.end))
        and not (f.rule == "fact.missing" and set(f.fact_ids) <= set(stated)) and not in_head(f)
    ]  # fmt: skip
    found += [_wrong(document, d) for d in decided if not d.right]
    figures = [b for b in report.figures if untouched(b.start, b.end)]
    figures += [
        BoundFigure(d.start, d.end, "supported" if d.right else "wrong", (d.fact.id,), d.field if d.right else "")
        for d in decided
    ]
    coverage = tuple(
        replace(c, covered=True, spans=tuple(sorted({*c.spans, stated[c.fact_id]}))) if c.fact_id in stated else c
        for c in report.coverage
    )
    return Report(in_order(found), coverage, tuple(sorted(figures, key=lambda b: b.start)))


def _wrong(document: Document, one: _Decided) -> Finding:
    column = COLUMNS[one.field].removesuffix("(%)")
    said = document.text[one.start : one.end]
    message = f"表中“{one.fact.indicator}”的{column}不对：写的是“{said}”，清单为{one.due}。请改为{one.due}。"
    return document.finding("figure.wrong_value", "error", one.start, one.end, message, one.fact.id)


def _tables(document: Document) -> Iterator[list[list[_Cell]]]:
    """Lines of cells that follow one another. A line of Markdown's dashes is no row."""
    rows: list[list[_Cell]] = []
    for found in re.finditer(r"[^\n]*\n?", document.text[document.body_start :]):
        line = found[0].rstrip("\r\n")
        if line.count("|") and not line.lstrip().startswith("#"):
            if not _RULE.fullmatch(line):
                rows.append(_cells(line, document.body_start + found.start()))
            continue
        if len(rows) > 1:
            yield rows
        rows = []


def _cells(line: str, at: int) -> list[_Cell]:
    made, start = [], 0
    inner = line.strip()
    left = line.index(inner) if inner else 0
    if inner.startswith("|"):
        inner, left = inner[1:], left + 1
    inner = inner.removesuffix("|")
    for piece in inner.split("|"):
        bare = piece.strip()
        begin = at + left + start + (piece.index(bare) if bare else 0)
        made.append(_Cell(begin, begin + len(bare), bare))
        start += len(piece) + 1
    return made


def _of_table(rows: Sequence[Sequence[_Cell]], document: Document, sheet: Sheet) -> Iterator[_Decided]:
    head: dict[int, str] = {}
    units: dict[int, str] = {}
    for column, cell in enumerate(rows[0]):
        name, unit = split_unit(cell.text)
        field = field_of(cell.text, sheet.meta.period.year) or field_of(name, sheet.meta.period.year)
        if field and field not in head.values():
            head[column] = field
            units[column] = unit
    by_field = {field: column for column, field in head.items()}
    if "indicator" not in by_field or not set(FIELDS) & set(by_field):
        return
    facts: dict[str, list[Fact]] = {}
    for fact in sheet.facts:
        if fact.value is not None:
            facts.setdefault(indicator_key(fact.indicator), []).append(fact)
    for row in rows[1:]:
        if len(row) <= max(by_field.values()):
            continue
        name, own = split_unit(row[by_field["indicator"]].text)
        same = facts.get(indicator_key(name), [])
        if len(same) != 1:
            continue
        unit = own or (row[by_field["unit"]].text if "unit" in by_field else "")
        for column, field in head.items():
            if field in FIELDS and (one := _decided(row[column], field, units[column] or unit, same[0], document)):
                yield one


def _decided(cell: _Cell, field: str, unit: str, fact: Fact, document: Document) -> _Decided | None:
    """A cell's figure held against its fact; None where the cell holds no single figure, or the sheet does not give the field."""
    percent = field in ("growth_pct", "completion_pct")
    due = {"growth_pct": change_pct, "completion_pct": completed_pct}[field](fact) if percent else getattr(fact, field)
    inside = [q for q in document.figures if cell.start <= q.start and q.end <= cell.end]
    if due is None or len(inside) > 1:
        return None
    number, written = _number(cell, inside[0] if inside else None)
    if number is None:
        return None
    factor = Fraction(1)
    if not percent and (written or unit):
        found = same_dimension(written or unit, fact.unit)
        if found is None:
            return _Decided(cell.start, cell.end, fact, field, False, f"{plain(due)}{fact.unit}")
        factor = found
    exact = Fraction(due) / factor
    right = Fraction(number) == exact or rounded(exact, places(number)) == number
    return _Decided(cell.start, cell.end, fact, field, right, f"{plain(due)}{'%' if percent else fact.unit}")


def _number(cell: _Cell, figure: Quantity | None) -> tuple[Decimal | None, str]:
    """The number that fills a cell, and the unit beside it."""
    if (
        figure is not None
        and isinstance(figure.value, Decimal)
        and not figure.approx
        and figure.end - figure.start == len(cell.text)
    ):
        return figure.value, figure.unit
    bare = cell.text.replace("，", ",")
    return (
        (Decimal(bare.replace(",", "").replace("－", "-").replace("−", "-")), "")
        if _BARE.fullmatch(bare)
        else (None, "")
    )
