"""The tables of an old report as rows of figures (旧稿表格取数): a header names the columns, each row an indicator."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from pipeline.facts.extraction import Extracted
from pipeline.facts.headers import field_of
from pipeline.facts.written import split_unit
from pipeline.language.quantities import read_quantities

_RULE = re.compile(r"[|\s:-]+")
_NUMBER = re.compile(r"([-－−]?[0-9][0-9,，]*(?:\.[0-9]+)?)\s*(%|％)?")
_PERCENTS = ("growth_pct", "completion_pct")


def extracted_tables(text: str, *, year: int | None = None) -> Iterator[Extracted]:
    """The figures of all tables whose header names an indicator and this year's value, in order. `text`: lines of cells parted by |;
    `year`: of the report, by which 2025年上半年 is known for its own column."""
    rows: list[list[str]] = []
    for line in [*text.split("\n"), ""]:
        if "|" in line and not line.lstrip().startswith("#"):
            if not _RULE.fullmatch(line):
                rows.append([cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")])
            continue
        if len(rows) > 1:
            yield from _of_table(rows, year)
        rows = []


def _of_table(rows: Sequence[Sequence[str]], year: int | None) -> Iterator[Extracted]:
    columns: dict[str, int] = {}
    units: dict[str, str] = {}
    for number, cell in enumerate(rows[0]):
        name, unit = split_unit(cell)
        field = field_of(cell, year) or field_of(name, year)
        if field and field not in columns:
            columns[field], units[field] = number, unit
    if not {"indicator", "value"} <= set(columns):
        return
    for row in rows[1:]:
        if len(row) <= max(columns.values()):
            continue
        name, own = split_unit(row[columns["indicator"]])
        value, beside = _figure(row[columns["value"]])
        unit = beside or own or (row[columns["unit"]] if "unit" in columns else "") or units["value"]
        if value is None or len(name) < 2 or re.search(r"\d{3}|合计|总计", name):
            continue
        told = {field: _figure(row[columns[field]])[0] for field in _PERCENTS if field in columns}
        yield Extracted(
            "",
            name,
            value,
            unit,
            " ".join(cell for cell in row if cell),
            told.get("growth_pct"),
            told.get("completion_pct"),
        )


def _figure(cell: str) -> tuple[Decimal | None, str]:
    """A cell's number and the unit beside it: 1.26万亩 → (1.26, 万亩), 2,864.5 → (2864.5, "")."""
    if found := _NUMBER.fullmatch(cell):
        return Decimal(re.sub("[,，]", "", found[1]).replace("－", "-").replace("−", "-")), "%" if found[2] else ""
    inside = [q for q in read_quantities(cell) if q.end - q.start == len(cell)]
    return (inside[0].value, inside[0].unit) if inside and isinstance(inside[0].value, Decimal) else (None, "")
