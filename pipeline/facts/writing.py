"""Facts sheets written as YAML, JSON, CSV or XLSX, so that reading gives the same sheet again. Equal sheets give equal bytes."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from pipeline.errors import PipelineError
from pipeline.facts.model import Fact, Meta, Sheet
from pipeline.facts.rows import COLUMNS, META_COLUMNS
from pipeline.files import write_whole
from pipeline.language.periods import read_period

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

MADE = datetime(2000, 1, 1)  # every workbook's date of making: equal sheets give equal bytes
WIDTHS = {"id": 8, "topic": 30, "indicator": 32, "text": 50, "note": 24}  # columns, in characters
LONGEST_CELL = 32_767  # characters, by the format
NO_TOPIC = "—"  # below a row that has one, an empty place would be read as the same topic
_LEADS = re.compile(r"'*[=+\-@]")
_EXACT_DIGITS = 15


def files_of_sheet(path: Path) -> tuple[Path, ...]:
    """The files that `write_sheet` writes: X.csv has X.meta.yaml beside it."""
    return (path, path.with_suffix(".meta.yaml")) if path.suffix.lower() == ".csv" else (path,)


def write_sheet(
    sheet: Sheet, path: Path, *, topic_names: Mapping[str, str] | None = None, genre_names: Mapping[str, str] | None = None
) -> tuple[Path, ...]:  # fmt: skip
    """Write a sheet in the form that the name ends with; returns the files written.

    A CSV file holds the facts alone; X.meta.yaml beside X.csv holds the meta. `topic_names`, `genre_names`: id → the Chinese name
    that CSV and XLSX show. Raises PipelineError for another form, and where the file can't be written.
    """
    form = path.suffix.lower()
    writers: Mapping[str, Callable[[], bytes]] = {
        ".yaml": lambda: _yaml(_meta(sheet.meta), sheet.facts),
        ".yml": lambda: _yaml(_meta(sheet.meta), sheet.facts),
        ".json": lambda: _json(sheet),
        ".csv": lambda: _csv(sheet, topic_names or {}),
        ".xlsx": lambda: _xlsx(sheet, topic_names or {}, genre_names or {}, str(path)),
    }
    if form not in writers:
        raise PipelineError(
            f"不能写成 {form or '没有扩展名的'} 文件。", where=str(path), mend=f"文件名请以 {'、'.join(writers)} 结尾。"
        )
    write_whole(path, writers[form]())
    files = files_of_sheet(path)
    for beside in files[1:]:
        write_whole(beside, _yaml(_meta(sheet.meta), None))
    return files


def _meta(meta: Meta) -> dict[str, str]:
    """The meta's fields that say something, in the contract's order."""
    row = {
        "town": meta.town, "county": meta.county, "period": meta.period.code, "genre": meta.genre, "org": meta.org,
        "title": meta.title, "date": meta.date,
    }  # fmt: skip
    return {key: value for key, value in row.items() if value}


def sheet_content(sheet: Sheet) -> dict[str, Any]:
    """A sheet as JSON content, every figure as text, so that none of its digits is lost."""
    facts = [{key: f"{v:f}" if isinstance(v, Decimal) else v for key, v in _fact(f).items()} for f in sheet.facts]
    return {"meta": _meta(sheet.meta), "facts": facts}


def _shown(fact: Fact, key: str) -> Any:
    """A field as it is written: a rate of one percent or less with its sign, lest it be read as a fraction (0.985 for 98.5%)."""
    value = getattr(fact, key)
    small = isinstance(value, Decimal) and 0 < value <= 1 and key in ("value", "previous", "target")
    return f"{value:f}%" if small and fact.unit == "%" and fact.indicator.endswith(("率", "度")) else value


def _fact(fact: Fact) -> dict[str, Any]:
    row = {key: _shown(fact, key) for key in COLUMNS}
    return {key: value for key, value in row.items() if value is not None and value != ""}


# --- YAML and JSON -----------------------------------------------------------------------------------------------


class _Dumper(yaml.SafeDumper):
    """Writes decimals as they are; lists stand indented under their key; what stands twice is written twice."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _decimal(dumper: yaml.SafeDumper, number: Decimal) -> yaml.Node:
    written = f"{number:f}"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in written else 'int'}", written)


_Dumper.add_representer(Decimal, _decimal)


def _yaml(meta: Mapping[str, str], facts: tuple[Fact, ...] | None) -> bytes:
    content: dict[str, Any] = {"meta": dict(meta)}
    if facts is not None:
        content["facts"] = [_fact(fact) for fact in facts]
    text = yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100_000)
    return text.encode("utf-8")


def _json(sheet: Sheet) -> bytes:
    """One fact a line. Numbers are written digit by digit: a double would not hold them."""

    def written(value: Any) -> str:
        return f"{value:f}" if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)

    def line(row: Mapping[str, Any]) -> str:
        return "{" + ", ".join(f"{json.dumps(key)}: {written(value)}" for key, value in row.items()) + "}"

    facts = ",\n".join(f"    {line(_fact(fact))}" for fact in sheet.facts)
    return f'{{\n  "meta": {line(_meta(sheet.meta))},\n  "facts": [\n{facts}\n  ]\n}}\n'.encode()


# --- tables ------------------------------------------------------------------------------------------------------


def _topics_shown(sheet: Sheet, names: Mapping[str, str]) -> list[str]:
    return [names.get(fact.topic, fact.topic) or NO_TOPIC for fact in sheet.facts]


def _csv(sheet: Sheet, topic_names: Mapping[str, str]) -> bytes:
    """With a byte order mark, by which Excel knows UTF-8; a text that a spreadsheet would take for a formula gets an apostrophe."""
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS.values())
    for fact, topic in zip(sheet.facts, _topics_shown(sheet, topic_names), strict=True):
        row = []
        for key in COLUMNS:
            value = topic if key == "topic" else _shown(fact, key)
            if isinstance(value, Decimal):
                row.append(f"{value:f}")
            else:
                row.append(f"'{value}" if value and _LEADS.match(value) else value or "")
        writer.writerow(row)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(sheet: Sheet, topic_names: Mapping[str, str], genre_names: Mapping[str, str], where: str) -> bytes:
    packed = BytesIO()
    book = new_book(packed)
    styles = Styles(book)
    about = book.add_worksheet("基本信息")
    about.set_column(0, 0, 12)
    about.set_column(1, 1, 50)
    words = _meta(sheet.meta)
    if read_period(sheet.meta.period.words) == sheet.meta.period:
        words["period"] = sheet.meta.period.words
    words["genre"] = genre_names.get(sheet.meta.genre, sheet.meta.genre)
    for row, (key, name) in enumerate(META_COLUMNS.items()):
        about.write_string(row, 0, name, styles.head)
        about.write_string(row, 1, words.get(key, ""), styles.text)
    page = book.add_worksheet("事实")
    head_row(page, 0, styles)
    for row, (fact, topic) in enumerate(zip(sheet.facts, _topics_shown(sheet, topic_names), strict=True), 1):
        for column, key in enumerate(COLUMNS):
            value = topic if key == "topic" else _shown(fact, key)
            if isinstance(value, Decimal):
                styles.number(page, row, column, value)
            elif value:
                if len(value) > LONGEST_CELL:
                    raise PipelineError(
                        "文字太长，表格的一格放不下。", where=f"{where}，{fact.id}", mend="写短些，或写成 .yaml。"
                    )
                page.write_string(row, column, value, styles.text)
    book.close()
    return packed.getvalue()


def new_book(packed: BytesIO) -> Workbook:
    """An empty workbook in memory that takes no text for a formula, a number or a link."""
    from xlsxwriter import Workbook

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    book = Workbook(packed, options)
    book.set_properties({"created": MADE})
    return book


class Styles:
    """The looks of a workbook's cells."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        border = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter"}
        self.head = book.add_format(
            {**border, "bold": True, "bg_color": "#DDEBF7", "align": "center", "text_wrap": True}
        )
        self.text = book.add_format({**border, "text_wrap": True, "num_format": "@"})
        self.hint = book.add_format(
            {"italic": True, "font_color": "#7F7F7F", "text_wrap": True, "valign": "top", "font_size": 9}
        )
        self.plain = book.add_format({**border, "num_format": "General"})
        self.change = book.add_format({**border, "num_format": "0.0"})
        self._border = border
        self._padded: dict[int, Format] = {}

    def number(self, page: Worksheet, row: int, column: int, value: Decimal) -> None:
        """Write a decimal so that it comes back with each of its digits.

        As a number where a double's 15 digits hold it, its idle zeros by the format; else as text.
        """
        digits = len(value.as_tuple().digits)
        if digits > _EXACT_DIGITS or abs(value.adjusted()) > _EXACT_DIGITS or (value.is_signed() and not value):
            page.write_string(row, column, f"{value:f}", self.text)
            return
        places = max(0, -int(value.as_tuple().exponent))
        page.write_number(
            row, column, float(value), self._places(places) if f"{value:f}".endswith("0") and places else self.plain
        )

    def _places(self, places: int) -> Format:
        """The format of a number whose idle zeros are meant: 5.0. `workbook` knows it again."""
        if places not in self._padded:
            zeros = "0" * places
            self._padded[places] = self.book.add_format({**self._border, "num_format": f"0.{zeros};-0.{zeros}"})
        return self._padded[places]


def head_row(page: Worksheet, row: int, styles: Styles) -> None:
    """The contract's columns in their widths, and the panes frozen below them."""
    for column, (key, name) in enumerate(COLUMNS.items()):
        page.set_column(column, column, WIDTHS.get(key, 11))
        page.write_string(row, column, name, styles.head)
    page.freeze_panes(row + 1, 3)
    page.repeat_rows(row)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
