"""Word files as lines: .docx (paragraphs, numbering, tables' rows) and .doc, Word 97 to 2003.

.docx is read as the ZIP archive of XML parts that it is, in one pass and within bounds: a document model in memory
could not refuse a part that unpacks to gigabytes, and would not give the numbers that Word counts itself (一、 1.), which
are headings to us. Source: ECMA-376 part 1 (17.9 Numbering); for .doc [MS-DOC] 2.4.1, retrieving text.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, cast
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from pipeline.archive.raw_lines import MOST_LINES, Hint, RawLine, RawPage
from pipeline.errors import PipelineError
from pipeline.language.headings import chinese_count

LARGEST_PART = 30_000_000  # bytes of one part of a .docx, unpacked
DEEPEST = 500  # elements within one another

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_DOCUMENT = "word/document.xml"
# Not part of the text: deleted text, field codes, what stands beside the text.
_SKIPPED = frozenset("del moveFrom instrText delText fldData footnote endnote comment pict object txbxContent".split())
_CJK_COUNTS = frozenset(
    "chineseCounting chineseCountingThousand taiwaneseCounting taiwaneseCountingThousand japaneseCounting"
    " ideographDigital chineseLegalSimplified taiwaneseDigital ideographTraditional".split()
)


def _damaged(name: str, kind: str) -> PipelineError:
    return PipelineError(
        f"这个 {kind} 文件读不出来，可能已损坏或加密。", where=name, mend="用 Word 打开，另存为 .docx，再试一次。"
    )


# --- .docx -------------------------------------------------------------------------------------------------------


def read_docx(content: bytes, name: str) -> RawPage:
    """The lines of a .docx: a paragraph each, with the number Word gives it; a table's row as one line, cells by " | ".

    Raises PipelineError for a file that is damaged, encrypted, no Word file, unpacks to more than `LARGEST_PART` or is
    nested deeper than `DEEPEST`, and for one without text.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if _DOCUMENT not in names:
                raise PipelineError("这不是 Word 文件。", where=name, mend="给 .docx 文件；压缩包先解开。")
            numbering = _numbering(archive, name) if "word/numbering.xml" in names else {}
            styles = _styles(archive, name) if "word/styles.xml" in names else {}
            lines = _bounded(_Document(numbering, styles).lines(_elements(archive, _DOCUMENT, name)), name)
    except (zipfile.BadZipFile, ParseError, OSError, NotImplementedError, RuntimeError, EOFError, ValueError) as fault:
        raise _damaged(name, ".docx") from fault
    except zipfile.zlib.error as fault:  # type: ignore[attr-defined]
        raise _damaged(name, ".docx") from fault
    if not any(line.text.strip() for line in lines):
        raise PipelineError("Word 文件里没有文字。", where=name, mend="图片里的文字先识别成文本。")
    return RawPage("utf-8", lines)


def _bounded(lines: Iterator[RawLine], name: str) -> tuple[RawLine, ...]:
    kept = tuple(islice(lines, MOST_LINES + 1))
    if len(kept) > MOST_LINES:
        raise PipelineError(f"Word 文件超过 {MOST_LINES} 段。", where=name, mend="把各篇报告分开存成文件。")
    return kept


def _elements(archive: zipfile.ZipFile, part: str, name: str) -> Iterator[tuple[str, Element]]:
    """The start and end events of a part's elements, with local names in Word's namespace; bounded in size and depth."""
    parser: XMLPullParser[Any] = XMLPullParser(["start", "end"])
    size = depth = 0
    with archive.open(part) as file:
        while chunk := file.read(65536):
            size += len(chunk)
            if size > LARGEST_PART:
                raise PipelineError(
                    f"Word 文件解开后过大，超过 {LARGEST_PART // 1_000_000} MB。",
                    where=name,
                    mend="把各篇报告分开存成文件。",
                )
            if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:  # Word writes neither; entities can unfold without end
                raise _damaged(name, ".docx")
            parser.feed(chunk)
            for event, element in _events(parser):
                if event == "start":
                    depth += 1
                    if depth > DEEPEST:
                        raise _damaged(name, ".docx")
                else:
                    depth -= 1
                yield event, element


def _events(parser: XMLPullParser[Any]) -> Iterator[tuple[str, Element]]:
    # The stubs type what is read for every kind of event that could be asked for; these two come with an element.
    yield from cast("Iterator[tuple[str, Element]]", parser.read_events())


def _local(element: Element) -> str:
    tag = element.tag
    return tag.removeprefix(_W).removeprefix(_STRICT) if isinstance(tag, str) else ""


def _value(element: Element, name: str = "val") -> str | None:
    return element.get(_W + name) or element.get(_STRICT + name)


@dataclass(frozen=True, slots=True)
class _Level:
    """How Word writes the numbers of one level of a list: their format (decimal …), text (%1、) and first number."""

    format: str
    text: str
    start: int


def _numbering(archive: zipfile.ZipFile, name: str) -> dict[str, dict[int, _Level]]:
    """The levels of each list, by the number that paragraphs name it by."""
    abstract: dict[str, dict[int, _Level]] = {}
    lists: dict[str, dict[int, _Level]] = {}
    for event, element in _elements(archive, "word/numbering.xml", name):
        if event != "end":
            continue
        if _local(element) == "abstractNum":
            levels: dict[int, _Level] = {}
            for level in element:
                if _local(level) != "lvl":
                    continue
                of = {_local(child): _value(child) or "" for child in level}
                start = of.get("start", "1")
                levels[int(_value(level, "ilvl") or 0)] = _Level(
                    of.get("numFmt", "decimal"), of.get("lvlText", ""), int(start) if start.isdigit() else 1
                )
            abstract[_value(element, "abstractNumId") or ""] = levels
        elif _local(element) == "num":
            named = next((_value(child) for child in element if _local(child) == "abstractNumId"), None)
            lists[_value(element, "numId") or ""] = abstract.get(named or "", {})
    return lists


@dataclass(slots=True)
class _Style:
    heading: bool = False
    list: str = ""
    level: int = 0


def _styles(archive: zipfile.ZipFile, name: str) -> dict[str, _Style]:
    """The paragraph styles that are headings or carry a list."""
    styles: dict[str, _Style] = {}
    for event, element in _elements(archive, "word/styles.xml", name):
        if event == "end" and _local(element) == "style":
            style = _Style()
            for child in element.iter():
                match _local(child):
                    case "name":
                        style.heading = bool(re.match(r"(?:heading|标题|title)", _value(child) or "", re.IGNORECASE))
                    case "numId":
                        style.list = _value(child) or ""
                    case "ilvl":
                        style.level = int(_value(child) or 0)
            styles[_value(element, "styleId") or ""] = style
            element.clear()
    return styles


@dataclass(slots=True)
class _Paragraph:
    words: list[str] = field(default_factory=list)
    style: str = ""
    list: str | None = None
    level: int | None = None


class _Document:
    """Turns a document's elements into lines. One use."""

    def __init__(self, numbering: dict[str, dict[int, _Level]], styles: dict[str, _Style]) -> None:
        self._numbering = numbering
        self._styles = styles
        self._counts: dict[str, list[int]] = {}

    def lines(self, events: Iterator[tuple[str, Element]]) -> Iterator[RawLine]:
        paragraphs: list[_Paragraph] = []  # open ones: a text box holds paragraphs within a paragraph
        skipped = number = 0
        cells: list[list[list[str]]] = []  # of each table row open: its cells' lines
        for event, element in events:
            tag = _local(element)
            if event == "start":
                skipped += tag in _SKIPPED
                if tag == "p" and not skipped:
                    paragraphs.append(_Paragraph())
                elif tag == "tr":
                    cells.append([])
                elif tag == "tc" and cells:
                    cells[-1].append([])
                continue
            if tag in _SKIPPED:
                skipped -= 1
            elif tag == "tr" and cells:
                for text, hint in _row(cells.pop()):
                    if cells and cells[-1]:
                        cells[-1][-1].append(text)
                    else:
                        number += 1
                        yield RawLine(text, number, hint)
            if not paragraphs or skipped:
                if tag in ("p", "tbl"):
                    element.clear()
                continue
            paragraph = paragraphs[-1]
            match tag:
                case "t":
                    paragraph.words.append(element.text or "")
                case "tab":
                    paragraph.words.append("\t")
                case "br" | "cr":
                    paragraph.words.append("\n")
                case "noBreakHyphen":
                    paragraph.words.append("-")
                case "pStyle":
                    paragraph.style = _value(element) or ""
                case "numId":
                    paragraph.list = _value(element)
                case "ilvl":
                    paragraph.level = int(_value(element) or 0)
                case "p":
                    paragraphs.pop()
                    element.clear()
                    written, hint = self._written(paragraph)
                    for text in written.split("\n"):
                        if cells and cells[-1]:
                            cells[-1][-1].append(text)
                        else:
                            number += 1
                            yield RawLine(text, number, hint)

    def _written(self, paragraph: _Paragraph) -> tuple[str, Hint]:
        text = "".join(paragraph.words)
        style = self._styles.get(paragraph.style, _Style())
        named = paragraph.list if paragraph.list is not None else style.list
        level = paragraph.level if paragraph.level is not None else style.level
        if named and named != "0" and text.strip():
            text = self._label(named, level) + text
        return text, "heading" if style.heading else ""

    def _label(self, named: str, level: int) -> str:
        levels = self._numbering.get(named, {})
        if level not in levels or not 0 <= level <= 8:
            return ""
        counts = self._counts.setdefault(named, [0] * 9)
        counts[level] = counts[level] + 1 if counts[level] else levels[level].start
        counts[level + 1 :] = [0] * (8 - level)

        def number(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            counted = counts[at] or (levels[at].start if at in levels else 1)
            return _counted(counted, levels[at].format if at in levels else "decimal")

        return "" if levels[level].format == "bullet" else re.sub(r"%([1-9])", number, levels[level].text)


def _counted(number: int, format: str) -> str:
    if format in _CJK_COUNTS and 1 <= number <= 99:
        return chinese_count(number)
    if format.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    return str(number)


def _row(cells: list[list[str]]) -> list[tuple[str, Hint]]:
    """A table's row: one line if its cells are short; a layout's cells with sentences are lines of their own."""
    texts = [" ".join(line.strip() for line in cell if line.strip()) for cell in cells]
    if len([text for text in texts if text]) > 1 and all(len(text) < 60 and "。" not in text for text in texts):
        return [(" | ".join(texts), "row")]
    return [(line, "") for cell in cells for line in cell]


# --- .doc --------------------------------------------------------------------------------------------------------

_COMPRESSED = 0x40000000
# Marks within Word's text: fields (code between 0x13 and 0x14), cells, breaks, pictures.
_FIELD = re.compile("\x13[^\x13\x14\x15]*(?:\x14([^\x13\x15]*))?\x15")


def read_doc(content: bytes, name: str) -> RawPage:
    """The lines of a .doc's main text, from its piece table. Raises PipelineError if damaged, encrypted or empty."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(content)) as file:
            if not file.exists("WordDocument"):
                raise PipelineError("这不是 Word 文件。", where=name, mend="给 .docx 或 .doc 文件。")
            document = file.openstream("WordDocument").read()
            flags = struct.unpack_from("<H", document, 0x0A)[0]
            if flags & 0x0100:
                raise _damaged(name, ".doc")
            table = file.openstream("1Table" if flags & 0x0200 else "0Table").read()
        text = _main_text(document, table)
    except (OSError, struct.error, ValueError, LookupError, TypeError, AttributeError, OverflowError) as fault:
        # The last ones: olefile takes what a damaged header says at its word.
        raise _damaged(name, ".doc") from fault
    while (plain := _FIELD.sub(lambda m: m[1] or "", text)) != text:
        text = plain
    text = text.replace("\x07\x07", "\r").replace("\x07", " | ")
    text = re.sub("[\x01\x02\x03\x04\x05\x08\x13\x14\x15\x1f]", "", text).replace("\x1e", "-")
    lines = re.split("[\r\n\x0b\x0c\x0e]", text)
    if not any(line.strip() for line in lines):
        raise PipelineError("Word 文件里没有文字。", where=name, mend="图片里的文字先识别成文本。")
    rows = (line.rstrip("| ") if " | " in line else line for line in lines)
    return RawPage(
        "utf-16", tuple(RawLine(line, number, "row" if " | " in line else "") for number, line in enumerate(rows, 1))
    )


def _main_text(document: bytes, table: bytes) -> str:
    """The main document's characters ([MS-DOC] 2.4.1): pieces in order, each in Windows-1252 or UTF-16."""
    characters = struct.unpack_from("<I", document, 0x4C)[0]
    at, size = struct.unpack_from("<II", document, 0x01A2)
    clx = table[at : at + size]
    position = 0
    while clx[position] == 0x01:
        position += 3 + struct.unpack_from("<H", clx, position + 1)[0]
    if clx[position] != 0x02:
        raise IndexError("no piece table")
    size = struct.unpack_from("<I", clx, position + 1)[0]
    pieces = clx[position + 5 : position + 5 + size]
    count = (len(pieces) - 4) // 12
    bounds = struct.unpack_from(f"<{count + 1}I", pieces, 0)
    parts: list[str] = []
    for piece in range(count):
        start, length = bounds[piece], bounds[piece + 1] - bounds[piece]
        if start >= characters or length <= 0:
            break
        place = struct.unpack_from("<I", pieces, 4 * (count + 1) + 8 * piece + 2)[0]
        if place & _COMPRESSED:
            begin = (place & ~_COMPRESSED) // 2
            parts.append(document[begin : begin + length].decode("cp1252", "replace"))
        else:
            parts.append(document[place : place + 2 * length].decode("utf-16-le", "replace"))
    return "".join(parts)[:characters]
