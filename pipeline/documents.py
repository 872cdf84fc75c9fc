"""A draft's file as text (稿子): .md and .txt in the encodings offices use, and .docx."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pipeline.errors import PipelineError
from pipeline.traced import Place

Kind = Literal["md", "txt", "docx"]
Encoding = Literal["UTF-8", "UTF-16", "GB18030"]
LARGEST = 100 << 20  # bytes of a .docx with its pictures
LARGEST_TEXT = 10 << 20  # bytes of a .md or .txt; a long report has 100,000

_SAVE_TEXT = "请用记事本打开，另存为 UTF-8 编码的 .txt，或存成 .docx。"
_OTHERS = {
    ".doc": "这是老格式的 Word 文件（.doc）。",
    ".wps": "这是 WPS 的 .wps 文件。",
    ".rtf": "这是 .rtf 文件。",
    ".pdf": "PDF 不能逐字核对。",
    ".ofd": "OFD 不能逐字核对。",
}
_SIGNATURES = {
    b"PK\x03\x04": "这其实是 .docx 或压缩文件，扩展名不对。",
    b"\xd0\xcf\x11\xe0": "这其实是 .doc 等老格式的 Office 文件，扩展名不对。",
    b"%PDF": "这其实是 PDF，扩展名不对。",
    b"{\\rtf": "这其实是 .rtf 文件，扩展名不对。",
}


@dataclass(frozen=True, slots=True)
class Document:
    """A draft as read. Places that a check names are characters of `text`."""

    text: str
    kind: Kind
    encoding: Encoding | None = None  # what a text file turned out to be written in; None for Word
    places: tuple[Place | None, ...] = field(
        default=(), compare=False, repr=False
    )  # of a Word file: where each character of `text` stands

    def paragraph_of(self, offset: int) -> int:
        """Which paragraph of a Word file, from 1, a character stands in; a table's row counts as one, the title as the first."""
        return sum(1 for line in self.text[:offset].split("\n")[:-1] if line.strip()) + 1

    def place_of(self, offset: int) -> str:
        """What a clerk finds a character by: 第3段 in a Word file, 第9行 in a text file."""
        return (
            f"第{self.paragraph_of(offset)}段"
            if self.kind == "docx"
            else f"第{self.text.count(chr(10), 0, offset) + 1}行"
        )


def read_document(path: Path) -> Document:
    """Read a draft. Line ends stay as they are; a byte order mark is no part of the text.

    Raises PipelineError for a file that is not there, of another kind, too large, empty, damaged, locked by a password or
    in an encoding that is not known.
    """
    where, suffix = str(path), path.suffix.lower()
    if not path.exists():
        raise PipelineError("找不到稿子。", where=where, mend="检查路径和文件名。")
    if not path.is_file():
        raise PipelineError("这不是文件。", where=where, mend="请写到具体的文件，如 稿子.docx。")
    if suffix not in (".md", ".txt", ".docx"):
        mend = "请用 Word 或 WPS 打开，另存为 .docx。" if suffix in _OTHERS else "请存成 .docx、.md 或 .txt。"
        raise PipelineError(_OTHERS.get(suffix, f"不能读 {suffix or '没有扩展名的'} 文件。"), where=where, mend=mend)
    content = _content(path, LARGEST if suffix == ".docx" else LARGEST_TEXT)
    if suffix == ".docx":
        from pipeline.word_text import docx_traced  # what unpacks and parses is not needed for plain text

        traced = docx_traced(content, where=where)
        return Document(traced.text, "docx", places=traced.places)
    text, encoding = decoded(content, where=where)
    if not text.strip():
        raise PipelineError("稿子是空的。", where=where, mend="检查是否选错了文件，或还没有保存。")
    return Document(text, "md" if suffix == ".md" else "txt", encoding)


def _content(path: Path, largest: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except OSError as fault:
        raise PipelineError(
            f"稿子读不了：{fault.strerror}。", where=str(path), mend="检查是否有读取权限，或是否正被其他程序占用。"
        ) from fault
    if len(content) > largest:
        raise PipelineError(
            f"文件太大（超过 {largest >> 20} MB），不像一篇报告。", where=str(path), mend="检查是否选错了文件；Word 里的大图请压缩。"
        )  # fmt: skip
    return content


def decoded(content: bytes, *, where: str) -> tuple[str, Encoding]:
    """A text file's text and its encoding: UTF-8, with a mark or without; UTF-16; GB18030 (GBK, GB2312 among it).

    Nearly any bytes are some GB18030, so what comes out must also be writing: no control characters, and the Chinese of it
    common. Raises PipelineError for what is none of the three.
    """
    for signature, what in _SIGNATURES.items():
        if content.startswith(signature):
            raise PipelineError(what, where=where, mend="请改正扩展名，或用原来的程序另存为 .docx。")
    try:
        text = content.decode("utf-8-sig")
        if "\0" not in text:  # Latin letters in UTF-16 are UTF-8 too, with a NUL for each
            return text, "UTF-8"
    except UnicodeDecodeError:
        pass
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for codec in ("utf-16",) if marked else ("utf-16-le", "utf-16-be", "gb18030"):
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        if _is_writing(text):
            return text, "GB18030" if codec == "gb18030" else "UTF-16"
    raise PipelineError("认不出稿子的编码（试过 UTF-8、UTF-16、GB18030）。", where=where, mend=_SAVE_TEXT)


def _is_writing(text: str) -> bool:
    """Whether this reads as Chinese writing and not as bytes read with the wrong table."""
    letters = common = 0
    for sign in text:
        kind = unicodedata.category(sign)
        if kind in ("Cn", "Co", "Cs") or (kind == "Cc" and sign not in "\t\n\r\f\v\x1a"):
            return False
        if kind in ("Lo", "Ll", "Lu", "So"):
            letters += 1
            common += sign.isascii() or _is_common(sign)
    return common >= 0.75 * letters  # Big5 read as GB 18030 has about 0.35


def _is_common(sign: str) -> bool:
    """Whether a character is of the first level of GB 2312 or of Big5 (繁体): what makes up 98 % of any Chinese text."""
    for codec, first, last in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6)):
        try:
            if first <= sign.encode(codec)[0] <= last:
                return True
        except UnicodeEncodeError:
            continue
    return False
