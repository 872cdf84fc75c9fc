"""One table as a file holds it: cells by row and column, before anyone knows which of them is a header."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from pipeline.facts.written import Cell


@dataclass(slots=True)
class Grid:
    """Cells by row and column, both from 1. `name`: of the sheet; "" for the only table of a CSV file.

    `merged`: (first row, first column, last row, last column). `left_out`: sentences on what was not read.
    """

    name: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    left_out: list[str] = field(default_factory=list)
    widths: dict[int, int] = field(default_factory=dict)  # row → how many cells it has, filled or not: of a CSV file
    _covered: dict[int, dict[int, Cell]] | None = None

    @property
    def covered(self) -> dict[int, dict[int, Cell]]:
        """What stands in cells merged down: row → column → the cell at the top, for rows that hold anything."""
        if self._covered is None:
            self._covered = {}
            rows = sorted(self.rows)
            for first_row, first, last_row, last in self.merged:
                cell = self.rows.get(first_row, {}).get(first)
                if cell is None or first != last:
                    continue
                for row in rows[bisect_right(rows, first_row) : bisect_right(rows, last_row)]:
                    if first in self._covered.get(row, {}):
                        break  # merged cells never overlap in a sound file
                    self._covered.setdefault(row, {})[first] = cell
        return self._covered

    def place(self, row: int, column: int = 0) -> str:
        """What a clerk finds a place by: 工作表“农业”D5, or 第 5 行第 4 列 in a CSV file; without a column the row alone."""
        if not self.name:
            return f"第 {row} 行" + (f"第 {column} 列" if column else "")
        return f"工作表“{self.name}”" + (f"{letters(column)}{row}" if column else f"第 {row} 行")


def letters(column: int) -> str:
    """1 → A, 28 → AB."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
