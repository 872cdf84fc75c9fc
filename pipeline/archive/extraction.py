"""A file a clerk has, as lines of text (取文): .txt .md .html .docx .doc .pdf, told apart by what is in them.

Limits are checked before anything is unpacked or parsed, and a file is read once, so that what is parsed is one state.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from pipeline.archive.decoding import decode
from pipeline.archive.exemplars import shown
from pipeline.archive.raw_lines import MOST_LINES, RawLine, RawPage
from pipeline.errors import PipelineError

SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".mht", ".docx", ".doc", ".wps", ".pdf")
LARGEST_TEXT = 4_000_000  # bytes of a text or web page; the longest collections of reports have some hundred thousand
LARGEST_BINARY = 50_000_000  # bytes of a Word or PDF file, which may hold pictures

_HTML = re.compile(r"<!doctype\s+html|<html[\s>]|<body[\s>]|<div[\s>]|<p[\s>][^<]{0,200}", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:html|body|head|script|section|article|font|p|div|br|span|td|tr|li|ul|h[1-6]|a|table|strong)\b[^<>]{0,300}/?>",
    re.IGNORECASE,
)


def read_page(path: Path) -> RawPage:
    """Read a file's lines.

    Raises PipelineError, naming the file and the mend, for a file that is absent, no regular file, too large, of
    another kind, damaged, encrypted or without text, and for one that changes while it is read.
    """
    name = one_line(path)
    content = _content(path, name)
    reader = next((read for magic, read in _MAGIC if content.startswith(magic)), None)
    if reader:
        return reader(content, name)
    if content.lstrip()[:5].lower() == b"{\\rtf":
        raise PipelineError("RTF 文件读不了。", where=name, mend="用 Word 打开，另存为 .docx。")
    if not content.strip():
        raise PipelineError("文件是空的。", where=name, mend="换一个有内容的文件。")
    if len(content) > LARGEST_TEXT:
        raise _too_large(name, LARGEST_TEXT)
    decoded = decode(content, name)
    if _is_html(decoded.text, path):
        from pipeline.archive.html_page import read_html

        return read_html(decoded.text, decoded.encoding, name)
    if decoded.text.count("\n") > MOST_LINES:
        raise PipelineError(f"文件超过 {MOST_LINES} 行。", where=name, mend="把各篇报告分开存成文件。")
    return RawPage(decoded.encoding, text_lines(decoded.text))


def text_lines(text: str) -> tuple[RawLine, ...]:
    """The lines of a plain text, blank ones among them."""
    return tuple(RawLine(line, number) for number, line in enumerate(text.split("\n"), 1))


def one_line(path: Path) -> str:
    """A path for messages, in one line whatever the file is called."""
    return "".join(c if c.isprintable() else "?" for c in shown(path))


def _content(path: Path, name: str) -> bytes:
    if name != path.as_posix():
        raise PipelineError("文件名里有换行等不能显示的字符。", where=name, mend="给文件改名。")
    if path.suffix.lower() not in SUFFIXES:
        raise PipelineError("这种文件读不了。", where=name, mend=f"给 {' '.join(SUFFIXES)} 文件。")
    try:
        # Without waiting on a pipe or a device that goes by a text's name.
        with open(path, "rb", opener=lambda p, flags: os.open(p, flags | getattr(os, "O_NONBLOCK", 0))) as file:
            before = os.fstat(file.fileno())
            if not _is_regular(before):
                raise PipelineError("这不是一个文件。", where=name, mend="给出文件的路径。")
            if before.st_size > LARGEST_BINARY:
                raise _too_large(name, LARGEST_BINARY)
            content = file.read(LARGEST_BINARY + 1)
            after = os.fstat(file.fileno())
    except FileNotFoundError as fault:
        raise PipelineError("找不到这个文件。", where=name, mend="核对路径和文件名。") from fault
    except (OSError, ValueError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) and fault.strerror else "路径不能用"
        raise PipelineError(
            f"文件读不出来：{reason}。", where=name, mend="核对文件是否还在、有无读取权限、链接是否成环。"
        ) from fault
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(content) != after.st_size:
        raise PipelineError("文件在读取时被改动。", where=name, mend="等文件写完后再运行。")
    return content


def _is_regular(status: os.stat_result) -> bool:
    import stat

    return stat.S_ISREG(status.st_mode)


def _too_large(name: str, limit: int) -> PipelineError:
    return PipelineError(f"文件过大，超过 {limit // 1_000_000} MB。", where=name, mend="把各篇报告分开存成文件。")


def _is_html(text: str, path: Path) -> bool:
    head = text[:20_000]
    if path.suffix.lower() in (".html", ".htm", ".mht") or _HTML.match(head.lstrip()[:200]):
        return bool(_TAG.search(text))
    # Scraped pages are often saved as .txt; a stray </p> makes no page.
    return len(_TAG.findall(head)) > max(20, head.count("\n"))


def _read_docx(content: bytes, name: str) -> RawPage:
    from pipeline.archive.word_file import read_docx

    return read_docx(content, name)


def _read_doc(content: bytes, name: str) -> RawPage:
    from pipeline.archive.word_file import read_doc

    return read_doc(content, name)


def _read_pdf(content: bytes, name: str) -> RawPage:
    from pipeline.archive.pdf_file import read_pdf

    return read_pdf(content, name)


_MAGIC: tuple[tuple[bytes, Callable[[bytes, str], RawPage]], ...] = (
    (b"PK\x03\x04", _read_docx),
    (b"PK\x05\x06", _read_docx),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _read_doc),
    (b"%PDF-", _read_pdf),
)
