"""A Word file (.docx) as text: what the printed page says, headings marked, in the draft form of the contract.

Read from the package's XML directly: text boxes, notes, tracked changes and drawn numbers are nowhere else. Accepted are
all insertions (修订按接受处理); left out are deletions, hidden text, comments, headers, footers and a table of contents.
Nothing outside the file is ever opened. Source: ECMA-376-1, parts 17 (WordprocessingML) and 11 (packages, in part 2).
"""

from __future__ import annotations

import posixpath
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser
from zipfile import BadZipFile, ZipFile

from pipeline.errors import PipelineError
from pipeline.language.headings import read_headings
from pipeline.traced import Place, Traced, joined, untraced

LARGEST_PART = 32 << 20  # bytes of one XML part unpacked; a report of 100 pages has 2 MB
LARGEST_WHOLE = 1 << 30  # bytes of all parts unpacked; pictures among them are never unpacked here
LARGEST_RATIO = 200  # unpacked to packed, of a part above SMALL; a sheet of repeated cells reaches about 50
SMALL = 4 << 20
DEEPEST = 200  # elements within elements; a text box in a table in a text box has about 40

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of .doc, and of a .docx with a password
_SAVE_AS = "请用 Word 或 WPS 打开，另存为 .docx 再检查。"
_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.I)
_GRADE = re.compile(r"([一二三四五])级标题")
_TITLES = ("title", "标题", "文档标题", "公文标题", "大标题", "总标题", "主标题")
_LONGEST_HEADING = 60  # characters; longer, it is a paragraph in a heading's style
_TITLE_END = re.compile(r"(?:总结|报告|汇报|计划|要点|思路|方案|情况|材料|小结|安排|打算|规划)(?:[（(].{1,12}[）)])?$")
_RED_HEAD = re.compile(r"文件$|[〔\[［(（]\s*\d{4}\s*[〕\]］)）].*号$")  # 红头: 云溪镇人民政府文件, 云政发〔2026〕3号
_BLANK = " \t\r\n\u3000\xa0"
_PART, _NUMBER = "#part", "#number"  # attributes of ours, which no XML can have


def docx_text(content: bytes, *, where: str) -> str:
    """The text of a .docx file's bytes: see `docx_traced`."""
    return docx_traced(content, where=where).text


def docx_traced(content: bytes, *, where: str) -> Traced:
    """The text of a .docx file's bytes: paragraphs parted by blank lines, `# ` title, `## 一、…` headings, a line a row; and
    where in the file each character stands.

    Raises PipelineError for a file with a password, another kind of file, a damaged one, one that unpacks beyond measure
    and one without any text.
    """
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise PipelineError(
                "这个 Word 文件有打开密码，读不了。",
                where=where,
                mend="请在 Word 里取消密码（文件—信息—保护文档）后再试。",
            )
        raise PipelineError("这是老格式的 .doc，只是扩展名写成了 .docx。", where=where, mend=_SAVE_AS)
    package = _Package(content, where)
    text = _assembled(_Reader(package).blocks())
    if not text.text.strip():
        raise PipelineError(
            "这个 Word 文件里没有文字。", where=where, mend="如果是扫描的图片，请先转成文字；如果内容在页眉页脚里，请移到正文。"
        )  # fmt: skip
    return text


# --- the package -------------------------------------------------------------------------------------------------


@dataclass
class _Sink:
    """What the XML parser writes to: elements by their local names, so that both editions of the standard read alike."""

    where: str
    part: str = ""
    tree: TreeBuilder = field(default_factory=TreeBuilder)
    depth: int = 0
    count: int = 0

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        # No office program writes one; it is how entities that swell, or that name other files, get in.
        raise PipelineError("这个文件里夹有外来的定义（DOCTYPE），不予打开。", where=self.where, mend=_SAVE_AS)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise PipelineError("这个 Word 文件层层嵌套得太深。", where=self.where, mend=_SAVE_AS)
        local = _local(tag)
        kept = {_local(name): value for name, value in attributes.items()}
        if local == "t":
            kept[_PART], kept[_NUMBER] = self.part, str(self.count)  # where it stands, for whoever marks or changes it
        self.count += 1
        self.tree.start(local, kept)

    def end(self, tag: str) -> None:
        self.depth -= 1
        self.tree.end(_local(tag))

    def data(self, text: str) -> None:
        self.tree.data(text)

    def close(self) -> Element:
        return self.tree.close()


def _local(name: str) -> str:
    return name.rpartition("}")[2]


class _Package:
    """The parts of a .docx, unpacked on demand and within limits."""

    def __init__(self, content: bytes, where: str) -> None:
        self.where = where
        try:
            self.archive = ZipFile(BytesIO(content))
        except (BadZipFile, ValueError, OverflowError, NotImplementedError) as fault:
            raise PipelineError("这不是 .docx 文件，或文件已损坏。", where=where, mend=_SAVE_AS) from fault
        entries = self.archive.infolist()
        if any(entry.flag_bits & 1 for entry in entries):
            raise PipelineError("这个文件加了压缩密码，读不了。", where=where, mend="请取消密码后再试。")
        swollen = any(e.file_size > SMALL and e.file_size > LARGEST_RATIO * max(1, e.compress_size) for e in entries)
        if swollen or sum(entry.file_size for entry in entries) > LARGEST_WHOLE:
            raise PipelineError(
                "这个文件解开后大得不合常理，不予打开。", where=where, mend="请确认来源；" + _SAVE_AS[1:]
            )
        self.names = frozenset(self.archive.namelist())
        main = next((target for kind, target in self._links("_rels/.rels", "") if kind == "officeDocument"), None)
        self.main = main if main in self.names else "word/document.xml"
        if self.main not in self.names or self.main.startswith(("xl/", "ppt/")):
            raise PipelineError("这个文件里没有 Word 正文。", where=where, mend=_SAVE_AS)
        folder, _, name = self.main.rpartition("/")
        self.linked = dict(self._links(f"{folder}/_rels/{name}.rels".lstrip("/"), folder))

    def _links(self, part: str, folder: str) -> Iterator[tuple[str, str]]:
        """(kind, part) of the relationships within the package; what lies outside it is passed over."""
        if part not in self.names:
            return
        for link in self.part(part):
            if link.get("TargetMode") != "External":
                target = link.get("Target", "")
                path = (
                    target.lstrip("/")
                    if target.startswith("/")
                    else posixpath.normpath(f"{folder}/{target}").lstrip("/")
                )
                yield link.get("Type", "").rpartition("/")[2], path

    def part(self, name: str) -> Element:
        """The root element of an XML part."""
        try:
            with self.archive.open(name) as packed:
                content = packed.read(LARGEST_PART + 1)  # the directory's size may lie
            if len(content) > LARGEST_PART:
                raise PipelineError("这个文件大得不合常理，不予打开。", where=self.where, mend=_SAVE_AS)
            parser = XMLParser(target=_Sink(self.where, name))
            parser.feed(content)
            root = parser.close()
        except (BadZipFile, KeyError, EOFError, zlib.error, NotImplementedError, OSError) as fault:
            raise PipelineError(f"这个文件已损坏，{name} 解不开。", where=self.where, mend=_SAVE_AS) from fault
        except (ParseError, ValueError, LookupError) as fault:
            raise PipelineError(f"这个文件已损坏，{name} 读不通。", where=self.where, mend=_SAVE_AS) from fault
        assert isinstance(root, Element)
        return root

    def linked_part(self, kind: str) -> Element | None:
        """The part the document is linked to by a kind (styles, numbering …), if it has one."""
        name = self.linked.get(kind)
        return self.part(name) if name in self.names and name else None


# --- styles and numbers ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph style says of a paragraph, with what it is based on."""

    name: str = ""
    outline: int | None = None  # 0..8, 9 for body text
    number: str | None = None  # of its list
    level: int | None = None  # in that list
    centred: bool | None = None


def _value(parent: Element | None, path: str) -> str | None:
    found = parent.find(path) if parent is not None else None
    return found.get("val") if found is not None else None


def _count(written: str | None) -> int | None:
    return int(written) if written is not None and re.fullmatch(r"-?\d{1,9}", written) else None


def _on(parent: Element | None, path: str) -> bool:
    """Whether a switch is there and not switched off."""
    found = parent.find(path) if parent is not None else None
    return found is not None and found.get("val", "1") not in ("0", "false", "off")


def _styles(root: Element | None) -> tuple[Mapping[str, _Style], _Style]:
    """Paragraph styles by id, what they inherit filled in, and the default one."""
    rows = (
        {s.get("styleId", ""): s for s in root.iter("style") if s.get("type") == "paragraph"}
        if root is not None
        else {}
    )
    made: dict[str, _Style] = {}

    def style(id: str, below: tuple[str, ...]) -> _Style:
        if id in made or id not in rows or id in below or len(below) > 20:
            return made.get(id, _Style())
        row = rows[id]
        above = style(_value(row, "basedOn") or "", (*below, id))
        own = _properties(row.find("pPr"))
        name = _value(row, "name") or ""
        if own.outline is None and (named := _HEADING.fullmatch(name.strip())):
            own = replace(own, outline=int(named[1]) - 1)
        elif own.outline is None and (graded := _GRADE.search(name)):
            own = replace(own, outline="一二三四五".index(graded[1]))
        made[id] = replace(_over(own, above), name=name)
        return made[id]

    for id in rows:
        style(id, ())
    return made, next((made[id] for id, row in rows.items() if row.get("default") in ("1", "true")), _Style())


def _properties(properties: Element | None) -> _Style:
    jc = _value(properties, "jc")
    return _Style(
        "", _count(_value(properties, "outlineLvl")), _value(properties, "numPr/numId"),
        _count(_value(properties, "numPr/ilvl")), None if jc is None else jc == "center",
    )  # fmt: skip


def _over(own: _Style, above: _Style) -> _Style:
    """One's own properties, what they leave open taken from above."""
    return _Style(
        above.name,
        *(
            getattr(above, key) if getattr(own, key) is None else getattr(own, key)
            for key in ("outline", "number", "level", "centred")
        ),
    )


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a list: how its number is written."""

    start: int
    form: str  # decimal, chineseCountingThousand, bullet …
    pattern: str  # "%1、", "（%2）", "%1.%2"
    style: str  # the paragraph style that stands on it
    restarts: int | None  # after which higher level it counts anew; 0: never, None: after any
    legal: bool  # all its numbers in 1, 2, 3


@dataclass(frozen=True, slots=True)
class _List:
    levels: Mapping[int, _Level]
    starts: Mapping[int, int]  # levels that this list counts from elsewhere
    shared: str  # lists of one pattern count on together


def _level(row: Element) -> _Level:
    start, restarts = _count(_value(row, "start")), _count(_value(row, "lvlRestart"))
    form = _value(row, "numFmt") or ""
    if not form and (alternative := row.find("AlternateContent")) is not None:
        form = next((f.get("val", "") for f in alternative.iter("numFmt") if f.get("val") != "custom"), "")
    return _Level(
        1 if start is None else start, form or "decimal", _value(row, "lvlText") or "", _value(row, "pStyle") or "",
        restarts, _on(row, "isLgl"),
    )  # fmt: skip


def _lists(root: Element | None, styles: Mapping[str, _Style]) -> Mapping[str, _List]:
    """The lists of numbering.xml by their ids."""
    if root is None:
        return {}
    patterns = {row.get("abstractNumId", ""): row for row in root.findall("abstractNum")}
    uses = {row.get("numId", ""): _value(row, "abstractNumId") or "" for row in root.findall("num")}

    def pattern(id: str) -> str:
        """A pattern that only names a list style is that style's pattern."""
        link = _value(patterns.get(id), "numStyleLink")
        return next((p for p, row in patterns.items() if link and _value(row, "styleLink") == link), id)

    made = {}
    for row in root.findall("num"):
        shared = pattern(uses[row.get("numId", "")])
        rows = patterns[shared].findall("lvl") if shared in patterns else []
        levels = {_count(r.get("ilvl")) or 0: _level(r) for r in rows}
        starts = {}
        for override in row.findall("lvlOverride"):
            at = _count(override.get("ilvl")) or 0
            if (own := override.find("lvl")) is not None:
                levels[at] = _level(own)
            if (start := _count(_value(override, "startOverride"))) is not None:
                starts[at] = start
        made[row.get("numId", "")] = _List(levels, starts, shared)
    return made


_DIGITS = "零一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"


def _spelt(number: int, digits: str, units: str) -> str:
    """A number below ten thousand in Chinese: 12 → 十二, 105 → 一百零五 (units 十百千)."""
    text, gap = "", False
    for power, digit in zip(range(3, -1, -1), map(int, f"{number:04}"), strict=True):
        if digit:
            text += (digits[0] if gap and text else "") + digits[digit] + (units[power - 1] if power else "")
            gap = False
        else:
            gap = True
    return text[1:] if text.startswith("一十") else text or digits[0]


def _roman(number: int) -> str:
    pairs = zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "M CM D CD C XC L XL X IX V IV I".split(), strict=True
    )
    text = ""
    for size, letters in pairs:
        text, number = text + letters * (number // size), number % size
    return text


def numbered(number: int, form: str) -> str:
    """A list's number as Word draws it in a format (ST_NumberFormat); formats that reports do not know count 1, 2, 3."""
    if not 0 <= number < 10000:
        return str(number)
    match form:
        case "bullet" | "none":
            return ""
        case (
            "chineseCountingThousand"
            | "chineseCounting"
            | "japaneseCounting"
            | "taiwaneseCounting"
            | "taiwaneseCountingThousand"
        ):
            return _spelt(number, _DIGITS, "十百千")
        case "chineseLegalSimplified" | "ideographLegalTraditional" | "japaneseLegal":
            return _spelt(number, _FORMAL, "拾佰仟")
        case "ideographDigital" | "japaneseDigitalTenThousand" | "taiwaneseDigital":
            return "".join("〇一二三四五六七八九"[int(d)] for d in str(number))
        case "ideographTraditional" if 1 <= number <= 10:
            return "甲乙丙丁戊己庚辛壬癸"[number - 1]
        case "ideographZodiac" if 1 <= number <= 12:
            return "子丑寅卯辰巳午未申酉戌亥"[number - 1]
        case "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" if 1 <= number <= 20:
            return chr(0x2460 + number - 1)
        case "upperLetter" | "lowerLetter" if number >= 1:
            letter = chr(65 + (number - 1) % 26) * ((number - 1) // 26 + 1)
            return letter if form == "upperLetter" else letter.lower()
        case "upperRoman" | "lowerRoman" if 1 <= number < 4000:
            return _roman(number) if form == "upperRoman" else _roman(number).lower()
        case "decimalZero":
            return f"{number:02}"
        case "decimalFullWidth" | "decimalFullWidth2":
            return str(number).translate({48 + d: 0xFF10 + d for d in range(10)})
        case _:
            return str(number)


@dataclass
class _Counter:
    """Counts the numbered paragraphs of a document as Word does."""

    lists: Mapping[str, _List]
    reached: dict[str, dict[int, int]] = field(default_factory=dict)  # pattern → level → last number
    begun: set[tuple[str, int]] = field(default_factory=set)

    def label(self, number: str, level: int) -> str:
        """The label of the next paragraph on a level of a list, "" for a bullet."""
        found = self.lists.get(number)
        if found is None or level not in found.levels:
            return ""
        row, reached = found.levels[level], self.reached.setdefault(found.shared, {})
        if level in found.starts and (number, level) not in self.begun:
            self.begun.add((number, level))
            reached[level] = found.starts[level]
        else:
            reached[level] = reached[level] + 1 if level in reached else row.start
        for below in [at for at in reached if at > level]:
            restarts = found.levels[below].restarts if below in found.levels else None
            if restarts is None or (restarts and level < restarts):
                del reached[below]

        def written(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            on = found.levels.get(at)
            if on is None:
                return ""
            return numbered(
                reached.setdefault(at, on.start), "decimal" if row.legal and on.form != "bullet" else on.form
            )

        return "" if row.form == "bullet" else re.sub(r"%([1-9])", written, row.pattern).strip(_BLANK)


# --- paragraphs --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph or a table's row of the document, as text."""

    text: Traced
    label: str = ""  # the drawn number
    outline: int | None = None  # 0..8: a heading by style
    title: bool = False  # in a title's style
    centred: bool = False
    row: bool = False


class _Reader:
    """Walks the document in reading order. `_after`: text boxes and notes, which follow the block they hang on."""

    def __init__(self, package: _Package) -> None:
        self.body = package.part(package.main).find("body")
        self.styles, self.default = _styles(package.linked_part("styles"))
        lists = _lists(package.linked_part("numbering"), self.styles)
        self.on_level = {
            (id, row.style): at for id, made in lists.items() for at, row in made.levels.items() if row.style
        }
        self.counter = _Counter(lists)
        self.notes = {
            (kind, row.get("id")): row
            for kind in ("footnote", "endnote")
            for row in (package.linked_part(f"{kind}s") or Element("none")).findall(kind)
            if row.get("type", "normal") == "normal"
        }
        self._after: list[_Block] = []
        self._carried = Traced()  # the text of paragraphs whose end was deleted: it runs on in the next

    def blocks(self) -> list[_Block]:
        return list(self._flow(self.body)) if self.body is not None else []

    def _flow(self, parent: Element) -> Iterator[_Block]:
        """The blocks in a body, a cell, a text box or a note."""
        for child in parent:
            match child.tag:
                case "p":
                    yield from self._paragraph(child)
                case "tbl":
                    yield from self._table(child)
                case "sdt":
                    if "Table of Contents" not in (_value(child, "sdtPr/docPartObj/docPartGallery") or "") and (
                        (content := child.find("sdtContent")) is not None
                    ):
                        yield from self._flow(content)
                case "ins" | "moveTo" | "customXml" | "smartTag":
                    yield from self._flow(child)
                case "AlternateContent":
                    yield from self._flow(_chosen(child))

    def _paragraph(self, p: Element) -> Iterator[_Block]:
        properties = p.find("pPr")
        id = _value(properties, "pStyle") or ""
        style = self.styles.get(id, self.default)
        says = _over(_properties(properties), style)
        name = style.name.strip().lower()
        text = joined("", self._runs(p))
        if re.fullmatch(r"toc \d|目录\s*\d?|toc heading", name):
            self._after.clear()
            return
        marks = properties.find("rPr") if properties is not None else None
        if marks is not None and (marks.find("del") is not None or marks.find("moveFrom") is not None):
            self._carried += text
            return
        text, self._carried = (self._carried + text).strip(_BLANK), Traced()
        label = ""
        if says.number not in (None, "0"):  # an empty paragraph has its number too, as on the page
            assert says.number is not None
            level = says.level if says.level is not None else self.on_level.get((says.number, id), 0)
            label = self.counter.label(says.number, level)
        if text:
            outline = says.outline if says.outline is not None and says.outline < 9 else None
            yield _Block(text, label, outline, name in _TITLES, bool(says.centred))
        after, self._after = self._after, []
        yield from after

    def _runs(self, parent: Element) -> Iterator[Traced]:
        """The text in a paragraph or in a part of one."""
        for child in parent:
            match child.tag:
                case "t":
                    number = int(child.get(_NUMBER, "0"))
                    text = child.text or ""
                    yield Traced(text, tuple(Place(child.get(_PART, ""), number, i) for i in range(len(text))))
                case "tab" | "ptab":
                    yield untraced(" ")
                case "br" | "cr":
                    yield untraced("" if child.get("type") in ("page", "column") else "\n")
                case "noBreakHyphen":
                    yield untraced("-")
                case "sym":
                    code = (
                        int(child.get("char", "0"), 16)
                        if re.fullmatch(r"[0-9A-Fa-f]{1,5}", child.get("char", ""))
                        else 0
                    )
                    yield untraced(
                        chr(code) if 0x20 <= code < 0xD800 else ""
                    )  # above: a place in a font of pictures, no character
                case "r":
                    if not _on(child.find("rPr"), "vanish"):
                        yield from self._runs(child)
                case "sdt":
                    if (content := child.find("sdtContent")) is not None:
                        yield from self._runs(content)
                case "ruby":
                    if (base := child.find("rubyBase")) is not None:  # without its pinyin
                        yield from self._runs(base)
                case "AlternateContent":
                    yield from self._runs(_chosen(child))
                case "drawing" | "pict" | "object":
                    self._hang(child)
                case "footnoteReference" | "endnoteReference":
                    note = self.notes.get((child.tag.removesuffix("Reference"), child.get("id")))
                    if note is not None:
                        said = joined(" ", (block.text for block in self._apart(note)))
                        self._after += [_Block("注：" + said)] if said else []
                case "ins" | "moveTo" | "hyperlink" | "smartTag" | "fldSimple" | "customXml" | "dir" | "bdo":
                    yield from self._runs(child)
                case "oMath" | "oMathPara":
                    yield untraced("".join(t.text or "" for t in child.iter("t")))

    def _hang(self, drawing: Element) -> None:
        """Keep what the text boxes of a drawing say, to follow the paragraph they hang on."""
        for child in drawing:
            if child.tag == "txbxContent":
                self._after += self._apart(child)
            elif child.tag == "AlternateContent":
                self._hang(_chosen(child))
            else:
                self._hang(child)

    def _apart(self, parent: Element) -> list[_Block]:
        """The blocks of a box or note, read without disturbing the paragraph around it."""
        kept, self._after = self._after, []
        carried, self._carried = self._carried, Traced()
        made = list(self._flow(parent))
        self._after, self._carried = kept, carried
        return [replace(block, title=False, centred=False) for block in made]

    def _table(self, table: Element) -> Iterator[_Block]:
        for row in _within(table, "tr"):
            if row.find("trPr/del") is not None:
                continue
            cells = [cell for cell in _within(row, "tc") if cell.find("tcPr/cellDel") is None]
            read = [list(self._flow(cell)) for cell in cells]
            self._carried = Traced()
            if len(cells) == 1:  # a frame around text, not a table
                yield from read[0]
                continue
            texts = [joined(" ", (_line(block).replaced("\n", " ") for block in blocks)) for blocks in read]
            if any(texts):
                yield _Block(joined(" | ", texts), row=True)


def _within(parent: Element, tag: str) -> Iterator[Element]:
    """The rows of a table or cells of a row, through the wrappers that may stand around them."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from _within(child, tag)


def _chosen(alternatives: Element) -> Element:
    """Of several forms of one thing, the first; the others say the same for older programs."""
    choice = alternatives.find("Choice")
    found = choice if choice is not None else alternatives.find("Fallback")
    return found if found is not None else Element("none")


# --- the document ------------------------------------------------------------------------------------------------


def _line(block: _Block) -> Traced:
    gap = "" if not block.label or block.label[-1] in "、）)：" else " "
    return f"{block.label}{gap}" + block.text


def _title(blocks: list[_Block]) -> tuple[int, int]:
    """Which blocks, [first, last), are the title; (0, 0) if none is.

    One in a title's style; else centred lines before the first paragraph, up to one that ends as titles do (a long title
    stands in two lines), the red head passed over; else a heading of the first level that begins the document alone.
    """
    styled = next((i for i, block in enumerate(blocks) if block.title), None)
    if styled is not None:
        return styled, _title_end(blocks, styled, [b.title for b in blocks])
    first = next((i for i, b in enumerate(blocks) if not (b.centred and _RED_HEAD.search(b.text.text))), len(blocks))
    if first == len(blocks):
        return 0, 0
    begins = blocks[first]
    if begins.centred and not begins.label and not begins.row:
        return first, _title_end(blocks, first, [b.centred and not b.row and not b.label for b in blocks])
    if begins.outline == 0 and not _heading_label(begins) and sum(b.outline == 0 for b in blocks) == 1:
        return first, first + 1
    return 0, 0


def _title_end(blocks: list[_Block], first: int, alike: list[bool]) -> int:
    for last in range(first, min(first + 3, len(blocks))):
        if not alike[last]:
            break
        goes_on = (
            last + 1 < len(blocks)
            and alike[last + 1]
            and blocks[last + 1].text.text.startswith(("及", "暨", "和", "与"))
        )
        if _TITLE_END.search(blocks[last].text.text) and not goes_on:
            return last + 1
    return first + 1


def _heading_label(block: _Block) -> bool:
    return next(read_headings(f"## {_line(block).text}")).level < 5


def _assembled(blocks: list[_Block]) -> Traced:
    """The draft's text: the title, headings with the marks their labels ask for, paragraphs, tables."""
    first, last = _title(blocks)
    title = joined("", (block.text.replaced("\n", "") for block in blocks[first:last]))
    risen = (
        1 if first < last and blocks[first].outline == 0 else 0
    )  # the title took the first level, the parts the second
    made: list[list[Traced]] = []  # paragraphs, each of one line; tables of several
    for i, block in enumerate(blocks):
        line = _line(block)
        if first <= i < last:
            if i == first:
                made.append(["# " + title])
        elif block.row:
            if i and blocks[i - 1].row and made:
                made[-1].append(line)
            else:
                made.append([line])
        elif block.outline is not None and len(line) <= _LONGEST_HEADING:
            line = line.replaced("\n", "")
            level = next(read_headings(f"## {line.text}")).level
            marks = level + 1 if level < 5 else max(2, min(6, block.outline + 2 - risen))
            made.append([f"{'#' * marks} " + line])
        else:
            parts = (part.strip(_BLANK) for part in line.split("\n"))
            made.append([part for part in parts if part])
    return joined("\n\n", (joined("\n", lines) for lines in made)) + "\n" if made else Traced()
