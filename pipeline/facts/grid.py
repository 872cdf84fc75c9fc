"""One table as a file holds it: cells by row and column, before anyone knows which of them is a header."""

from __future__ import annotations

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
