"""Excel workbooks (.xlsx) as grids of cells: what a sheet shows, what its file holds, within limits.

Read from the package's XML in one pass, since a facts sheet needs of one cell all of its value, its formula, its format and whether
it can be seen, and a hostile file must not be taken into memory first. Nothing is computed, no macro run, no other file
opened. Sources: ECMA-376-1 part 18 (SpreadsheetML), 18.8.30 for number formats.
"""

from __future__ import annotations

import posixpath
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Context, Decimal
from io import BytesIO
from typing import NoReturn
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from pipeline.errors import PipelineError
from pipeline.facts.grid import Grid
from pipeline.facts.written import Cell, is_unit

LARGEST_PART = (
    256 << 20
)  # bytes of a sheet unpacked; a sheet of 10,000 facts has 6 MB, one of a million blank rows 60 MB
LARGEST_SMALL_PART = 32 << 20  # bytes of styles, links and the list of sheets; also of all shared strings
LARGEST_WHOLE = 1 << 30  # bytes of all parts unpacked, most of which are never looked at
LARGEST_RATIO = 200  # unpacked to packed, of a part above SMALL; rows of equal cells reach about 50
SMALL = 4 << 20
MOST_PARTS = 2000
MOST_SHEETS = 100
MOST_ROWS = 5_000  # rows with content in all sheets: more than any report has facts
WIDEST = 200  # columns looked at
BLANK_STRETCH = 2_000  # rows without content, after which a sheet is taken to end
_CHUNK = 1 << 18

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of .xls, .et, and of an .xlsx with a password
_SAVE_AS = "请用 Excel 或 WPS 打开，另存为 .xlsx 再试。"
_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))  # number formats built in
_PLACES = {1: 0, 2: 2, 3: 0, 4: 2, 9: 0, 10: 2, 37: 0, 38: 0, 39: 2, 40: 2}
_PERCENTS = frozenset((9, 10))
_PADDED = re.compile(r"0\.(0+);-0\.\1")  # the format that `writing` gives to 5.0
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_Start = Callable[[str, dict[str, str]], None]
_End = Callable[[str], None]
_Text = Callable[[str], None]
_ELSEWHERE = re.compile(r"\[\d+\]|\[[^\]]+\.xl\w+\]|https?://|\|")


@dataclass(frozen=True, slots=True)
class Workbook:
    grids: tuple[Grid, ...]
    links_elsewhere: bool  # it takes values from other files


@dataclass(frozen=True, slots=True)
class _Format:
    kind: str = "number"  # number, percent, date
    places: int | None = None
    padded: bool = False
    scaled: bool = False
    unit: str = ""


def read_workbook(content: bytes, *, where: str) -> Workbook:
    """The visible and hidden sheets of a workbook's bytes, in their order.

    Raises PipelineError for a file with a password, an older or another kind, macros, a damaged one, one that unpacks beyond
    measure or has more than MOST_ROWS rows of content.
    """
    package = _Package(content, where)
    main = package.part_of("_rels/.rels", "", "officeDocument") or "xl/workbook.xml"
    if main.endswith(".bin"):
        package.refuse("这是二进制工作簿（.xlsb），读不了。", _SAVE_AS)
    if main not in package.names or main.startswith(("word/", "ppt/")):
        package.refuse("这个文件里没有 Excel 工作表。", _SAVE_AS)
    folder, _, name = main.rpartition("/")
    links = {id: (kind, part) for id, kind, part in package.links(f"{folder}/_rels/{name}.rels", folder)}
    book = _Book()
    package.parse(main, book.start, book.end, book.text, LARGEST_SMALL_PART)
    if len(book.sheets) > MOST_SHEETS:
        package.refuse(f"工作表有 {len(book.sheets)} 张，太多。", f"一份清单不超过 {MOST_SHEETS} 张。")
    by_kind = dict(links.values())
    formats = _formats(package, by_kind.get("styles", ""))
    strings = _strings(package, by_kind.get("sharedStrings", ""))
    grids, budget = [], [MOST_ROWS]
    for sheet_name, state, id in book.sheets:
        kind, part = links.get(id, ("", ""))
        if kind == "worksheet" and part in package.names:  # charts and dialogs hold no cells
            grid = Grid(sheet_name, hidden=state != "visible")
            _SheetReader(grid, package, part, formats, strings, book, budget).read()
            grids.append(grid)
    elsewhere = any(name.startswith("xl/externalLinks/") and name.endswith(".xml") for name in package.names)
    return Workbook(tuple(grids), elsewhere)


# --- the package -------------------------------------------------------------------------------------------------


class _Package:
    """The parts of a workbook, unpacked in pieces and within limits."""

    def __init__(self, content: bytes, where: str) -> None:
        self.where = where
        if content.startswith(_OLE):
            if "EncryptedPackage".encode("utf-16-le") in content:
                self.refuse("这个工作簿有打开密码，读不了。", "请在 Excel 里取消密码（文件—信息—保护工作簿）后再试。")
            self.refuse("这是老格式的工作簿（.xls 或 .et），读不了。", _SAVE_AS)
        try:
            self.archive = ZipFile(BytesIO(content))
            entries = self.archive.infolist()
        except (BadZipFile, ValueError, OverflowError, NotImplementedError) as fault:
            raise PipelineError(
                f"这不是 .xlsx 文件，或文件已损坏{_looks_like(content)}。", where=where, mend=_SAVE_AS
            ) from fault
        if len(entries) > MOST_PARTS:
            self.refuse("这个文件里的部件多得不合常理，不予打开。", "请确认来源；" + _SAVE_AS[1:])
        if any(entry.flag_bits & 1 for entry in entries):
            self.refuse("这个文件加了压缩密码，读不了。", "请取消密码后再试。")
        swollen = any(e.file_size > SMALL and e.file_size > LARGEST_RATIO * max(1, e.compress_size) for e in entries)
        if swollen or sum(entry.file_size for entry in entries) > LARGEST_WHOLE:
            self.refuse("这个文件解开后大得不合常理，不予打开。", "请确认来源；" + _SAVE_AS[1:])
        self.names = frozenset(self.archive.namelist())
        if any(name.lower().endswith("vbaproject.bin") or "/macrosheets/" in name.lower() for name in self.names):
            self.refuse("这个工作簿带有宏，不予打开。", "请另存为不带宏的 .xlsx（Excel 工作簿）再试。")

    def refuse(self, what: str, mend: str) -> NoReturn:
        raise PipelineError(what, where=self.where, mend=mend)

    def pieces(self, name: str, largest: int) -> Iterator[bytes]:
        """A part's bytes in pieces. Raises PipelineError past `largest`: the directory's size may lie."""
        size = 0
        try:
            with self.archive.open(name) as packed:
                while piece := packed.read(_CHUNK):
                    size += len(piece)
                    if size > largest:
                        self.refuse("这个文件大得不合常理，不予打开。", "删去无关的工作表和空行；" + _SAVE_AS[1:])
                    yield piece
        except (BadZipFile, KeyError, EOFError, zlib.error, NotImplementedError, OSError, ValueError) as fault:
            raise PipelineError(f"这个文件已损坏，{name} 解不开。", where=self.where, mend=_SAVE_AS) from fault

    def parse(self, name: str, start: _Start, end: _End, text: _Text, largest: int) -> None:
        """Feed a part to handlers of start tags, end tags and text (tags without namespace)."""
        parser = self.parser(start, end, text)
        for piece in self.pieces(name, largest):
            self.feed(parser, piece, name)
        self.feed(parser, b"", name, last=True)

    def parser(self, start: _Start, end: _End, text: _Text) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.buffer_size = 1 << 16
        parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition("}")[2], attributes)
        parser.EndElementHandler = lambda tag: end(tag.rpartition("}")[2])
        parser.CharacterDataHandler = text

        def doctype(*_: object) -> None:  # where entity bombs and outside references live
            self.refuse("这个文件里有不该有的 DTD 声明，不予打开。", "请确认来源；" + _SAVE_AS[1:])

        parser.StartDoctypeDeclHandler = doctype
        return parser

    def feed(self, parser: expat.XMLParserType, piece: bytes, name: str, *, last: bool = False) -> None:
        try:
            parser.Parse(piece, last)
        except (expat.ExpatError, ValueError, LookupError) as fault:
            raise PipelineError(f"这个文件已损坏，{name} 读不通。", where=self.where, mend=_SAVE_AS) from fault

    def links(self, part: str, folder: str) -> list[tuple[str, str, str]]:
        """(id, kind, part) of the relationships within the package."""
        found: list[tuple[str, str, str]] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                path = target if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
                found.append(
                    (attributes.get("Id", ""), attributes.get("Type", "").rpartition("/")[2], path.lstrip("/"))
                )

        if part in self.names:
            self.parse(part, start, lambda tag: None, lambda text: None, LARGEST_SMALL_PART)
        return found

    def part_of(self, part: str, folder: str, kind: str) -> str:
        return next((path for _, of, path in self.links(part, folder) if of == kind), "")


def _looks_like(content: bytes) -> str:
    head = content[:400].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<meta")):
        return "（看起来是网页）"
    if head.startswith(b"<?xml"):
        return "（看起来是 XML）"
    if head.startswith(b"%pdf"):
        return "（看起来是 PDF）"
    return "（看起来是文本，可改扩展名为 .csv）" if b"," in head and b"\0" not in head else ""


# --- small parts -------------------------------------------------------------------------------------------------


class _Book:
    """xl/workbook.xml: the sheets and how dates count."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, str]] = []  # name, state, relationship
        self.epoch = datetime(1899, 12, 30)
        self.uncalculated = (
            False  # the writing program left the computing to Excel: values stored with formulas may be 0
        )

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            id = next((v for k, v in attributes.items() if k.endswith("}id")), "")
            self.sheets.append((attributes.get("name", ""), attributes.get("state", "visible"), id))
        elif tag == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self.epoch = datetime(1904, 1, 1)
        elif tag == "calcPr" and attributes.get("fullCalcOnLoad") in ("1", "true"):
            self.uncalculated = True

    def end(self, tag: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass


def _formats(package: _Package, part: str) -> list[_Format]:
    """What each cell style makes of a number."""
    codes: dict[int, str] = {}
    formats: list[_Format] = []
    inside: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt" and "dxfs" not in inside:
            codes[_whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif tag == "xf" and inside and inside[-1] == "cellXfs":
            formats.append(_format(_whole(attributes.get("numFmtId")), codes))
        inside.append(tag)

    def end(tag: str) -> None:
        inside.pop()

    if part in package.names:
        package.parse(part, start, end, lambda text: None, LARGEST_SMALL_PART)
    return formats


def _format(id: int, codes: Mapping[int, str]) -> _Format:
    code = codes.get(id)
    if code is None:
        kind = "date" if id in _DATES else "percent" if id in _PERCENTS else "number"
        return _Format(kind, _PLACES.get(id))
    literal = "".join(a or b for a, b in re.findall(r'"([^"]*)"|\\(.)', code.split(";")[0]))
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', "", code).split(";")[0]
    if code.lower() != "general" and re.search(r"[ymdhs]|年|月|日", bare.lower().replace("general", "")):
        return _Format("date")
    digits = re.search(r"[0#?](?:[0#?,]*)(?:\.([0#?]*))?", bare)
    places = len(digits[1] or "") if digits and "general" not in bare.lower() and "e" not in bare.lower() else None
    if places and digits and "#" in (digits[1] or ""):
        places = None  # 0.## shows what there is
    scaled = bool(re.search(r"[0#?],+(?:[^0#?,.]|$)|[0#?]!?\.(?:[0#?]*),", bare)) or "!." in code
    unit = literal.strip() if is_unit(literal.strip()) else ""
    return _Format("percent" if "%" in bare else "number", places, bool(_PADDED.fullmatch(code)), scaled, unit)


def _strings(package: _Package, part: str) -> list[str]:
    """The shared strings, without their phonetic readings."""
    strings: list[str] = []
    pieces: list[str] = []
    state = {"take": False, "phonetic": 0}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "si":
            pieces.clear()
        elif tag == "rPh":
            state["phonetic"] += 1
        elif tag == "t":
            state["take"] = not state["phonetic"]

    def end(tag: str) -> None:
        if tag == "si":
            strings.append(_unescaped("".join(pieces)))
        elif tag == "rPh":
            state["phonetic"] -= 1
        elif tag == "t":
            state["take"] = False

    def text(text: str) -> None:
        if state["take"]:
            pieces.append(text)

    if part in package.names:
        package.parse(part, start, end, text, LARGEST_SMALL_PART)
    return strings


def _unescaped(text: str) -> str:
    """_x000D_ stands for a carriage return, _x005F_ for the underscore that begins such a sequence."""
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


def _whole(written: str | None) -> int:
    return int(written) if written and written.isdigit() and len(written) < 9 else 0


# --- sheets ------------------------------------------------------------------------------------------------------


class _SheetReader:
    """One sheet's XML into a Grid."""

    def __init__(
        self, grid: Grid, package: _Package, part: str, formats: list[_Format], strings: list[str], book: _Book, budget: list[int]
    ) -> None:  # fmt: skip
        self.grid, self.package, self.part = grid, package, part
        self.formats, self.strings, self.book, self.budget = formats, strings, book, budget
        self.row = self.column = self.last = 0
        self.type = self.style = ""
        self.formula: list[str] | None = None
        self.value: list[str] | None = None
        self.inline: list[str] = []
        self.taking: list[str] | None = None
        self.phonetic = self.too_wide = self.done = self.below = False

    def read(self) -> None:
        parser = self.package.parser(self.start, self.end, self.text)
        for piece in self.package.pieces(self.part, LARGEST_PART):
            if self.done:
                self.below = self.below or b"<v>" in piece or b"<is>" in piece
            else:
                self.package.feed(parser, piece, self.part)
        if not self.done:
            self.package.feed(parser, b"", self.part, last=True)
        if self.below:
            self.grid.left_out.append(f"第 {self.last} 行以下隔了 {BLANK_STRETCH} 个空行，再往下的内容没有读。")
        if self.too_wide:
            self.grid.left_out.append(f"第 {WIDEST} 列以右的内容没有读。")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        match tag:
            case "c":
                self._cell(attributes)
            case "v":
                self.taking = self.value = []
            case "f":
                self.formula = self.taking = []
            case "t" if not self.phonetic:
                self.taking = self.inline
            case "rPh":
                self.phonetic = True
            case "row":
                self.row = _whole(attributes.get("r")) or self.row + 1
                self.column = 0
                if self.row - self.last > BLANK_STRETCH:
                    self.done = True
                if attributes.get("hidden") in ("1", "true"):
                    self.grid.hidden_rows.add(self.row)
            case "col" if attributes.get("hidden") in ("1", "true"):
                first, last = _whole(attributes.get("min")), min(_whole(attributes.get("max")), WIDEST)
                self.grid.hidden_columns.update(range(first, last + 1))
            case "mergeCell":
                self._merge(attributes.get("ref", ""))

    def _cell(self, attributes: dict[str, str]) -> None:
        self.column = _column(attributes.get("r", "")) or self.column + 1
        self.type, self.style = attributes.get("t", "n"), attributes.get("s", "")
        self.formula, self.value, self.inline, self.taking = None, None, [], None

    def _merge(self, ref: str) -> None:
        found = re.fullmatch(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})", ref)
        if found and len(self.grid.merged) < MOST_ROWS:
            first, last = _column(found[1]), _column(found[3])
            self.grid.merged.append((int(found[2]), first, int(found[4]), last))

    def end(self, tag: str) -> None:
        match tag:
            case "v" | "f" | "t":
                self.taking = None
            case "rPh":
                self.phonetic = False
            case "c":
                self._take()

    def text(self, text: str) -> None:
        if self.taking is not None:
            self.taking.append(text)

    def _take(self) -> None:
        """Keep the cell that ends here, if it holds anything."""
        cell = self._content()
        if cell is None:
            return
        if self.done:
            self.below = True
            return
        if self.column > WIDEST:
            self.too_wide = True
            return
        if self.row not in self.grid.rows:
            self.budget[0] -= 1
            if self.budget[0] < 0:
                self.package.refuse(
                    f"有内容的行超过 {MOST_ROWS} 行，太多。", "一份报告一张清单，每条事实一行；请只留要写进报告的行。"
                )
            self.grid.rows[self.row] = {}
        self.grid.rows[self.row][self.column] = cell
        self.last = self.row

    def _content(self) -> Cell | None:
        written = "".join(self.value) if self.value is not None else ""
        formula = self.formula is not None
        elsewhere = formula and bool(_ELSEWHERE.search("".join(self.formula or ())))
        if self.type == "inlineStr":
            text = _unescaped("".join(self.inline))
            return Cell(text) if text.strip() else None
        if formula and ((not written and self.type != "str") or (self.book.uncalculated and written == "0")):
            return Cell("", "uncomputed", formula=True, elsewhere=elsewhere)
        if not written.strip():
            return None
        if self.type == "s":
            index = _whole(written.strip())
            text = self.strings[index] if index < len(self.strings) else ""
            return Cell(text) if text.strip() else None
        if self.type == "str":
            return Cell(_unescaped(written), formula=formula, elsewhere=elsewhere)
        if self.type == "e":
            return Cell(written, "error", formula=formula)
        if self.type == "b":
            return Cell("是" if written == "1" else "否", formula=formula)
        if self.type == "d":
            return Cell(written[:10], "date", formula=formula)
        return self._number(written.strip(), formula, elsewhere)

    def _number(self, written: str, formula: bool, elsewhere: bool) -> Cell:
        index = _whole(self.style)
        form = self.formats[index] if index < len(self.formats) else _Format()
        try:
            number = exact(float(written))
        except (ValueError, OverflowError):
            return Cell(written[:40], "error", formula=formula)
        if form.kind == "date":
            return Cell(_date(number, self.book.epoch), "date", formula=formula)
        percent = form.kind == "percent"
        if percent:
            number *= 100
        return Cell(
            f"{_short(number):f}", "percent" if percent else "number", formula, elsewhere, form.places, form.padded, form.scaled, form.unit
        )  # fmt: skip


def exact(double: float) -> Decimal:
    """The decimal that was typed: a double's shortest form, within the 15 digits that spreadsheets show.

    0.1 is 0.1, and 0.30000000000000004, which 0.1+0.2 gives, is 0.3. Raises ValueError for infinity and what is no number.
    """
    number = Decimal(repr(double))
    if not number.is_finite():
        raise ValueError(f"{double} is no number")
    return Context(prec=15, rounding="ROUND_HALF_EVEN").plus(number)


def _short(number: Decimal) -> Decimal:
    number = number.normalize()
    return number.quantize(Decimal(1)) if 0 < int(number.as_tuple().exponent) < 20 else number


def _date(number: Decimal, epoch: datetime) -> str:
    if not 0 <= number < 2_958_466:  # 9999-12-31
        return "不明日期"
    moment = epoch + timedelta(days=float(number))
    return moment.strftime("%Y-%m-%d") if number >= 1 else moment.strftime("%H:%M")


def _column(ref: str) -> int:
    """A → 1, XFD → 16384; 0 for no letters."""
    number = 0
    for letter in ref[:4]:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    return number
