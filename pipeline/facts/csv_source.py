"""CSV files as grids: UTF-8, UTF-16 or GB18030 (what Excel in Chinese saves), parted by commas, tabs or semicolons."""

from __future__ import annotations

import codecs
import csv
import re
from io import StringIO

from pipeline.errors import PipelineError
from pipeline.facts.grid import Grid
from pipeline.facts.workbook import MOST_ROWS, WIDEST
from pipeline.facts.written import Cell

_GUARDED = re.compile(r"'+[=+\-@]")  # how a spreadsheet is told that a cell is text; `writing` puts the apostrophe


def csv_grid(content: bytes, *, where: str) -> Grid:
    """The only table of a CSV file. Raises PipelineError for another kind of file, an encoding nobody knows, too many rows."""
    if content.startswith(b"PK\x03\x04"):
        raise PipelineError(
            "这其实是 Excel 工作簿，只是扩展名写成了 .csv。", where=where, mend="把扩展名改为 .xlsx 再试。"
        )
    text = _decoded(content, where)
    if "\0" in text:
        raise PipelineError("这不是文本，读不了。", where=where, mend="请用 Excel 或 WPS 打开，另存为 .csv 或 .xlsx。")
    grid = Grid("")
    rows = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for number, row in enumerate(rows, 1):
            cells = {i: Cell(_unguarded(cell)) for i, cell in enumerate(row[:WIDEST], 1) if cell.strip()}
            if any(cell.strip() for cell in row[WIDEST:]) and not grid.left_out:
                grid.left_out.append(f"第 {WIDEST} 列以右的内容没有读。")
            if cells:
                grid.rows[number] = cells
                grid.widths[number] = len(row)
            if len(grid.rows) > MOST_ROWS:
                raise PipelineError(
                    f"有内容的行超过 {MOST_ROWS} 行，太多。", where=where, mend="一份报告一张清单，每条事实一行。"
                )
    except csv.Error as fault:
        raise PipelineError(
            f"CSV 写法有误：{_said(str(fault))}。",
            where=f"{where}，第 {rows.line_num} 行",
            mend="检查这一行的引号和逗号；有逗号的格用引号括起来。",
        ) from fault
    return grid


def _decoded(content: bytes, where: str) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise PipelineError(
        "不知道这个文件是什么编码。", where=where, mend="请用 Excel 或 WPS 打开，另存为“CSV UTF-8”或 .xlsx。"
    )


def _delimiter(text: str) -> str:
    """The one of comma, tab and semicolon that the first lines hold most."""
    head = "\n".join(line for line in text[:20_000].split("\n")[:15])
    sign = max(",\t;", key=lambda sign: (head.count(sign), sign == ","))
    return sign if sign in head else "，"  # typed by hand with a Chinese keyboard


def _unguarded(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell


def _said(fault: str) -> str:
    return (
        "一格里的文字过长"
        if "field limit" in fault
        else "引号没有配对"
        if "quote" in fault or "'\"'" in fault or "end of data" in fault
        else fault
    )
