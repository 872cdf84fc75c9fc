"""Files of each kind, and files that nothing can be made of: each refused at once, in one clear line."""

from __future__ import annotations

import os
import struct
import time
import zipfile
from pathlib import Path

import pytest

from pipeline.archive import extraction, word_file
from pipeline.archive.parsing import parse_page
from pipeline.errors import PipelineError

TITLE = "苇塘镇2025年工作总结"
FIRST = "一年来，全镇上下扎实推进各项工作，完成固定资产投资3.2亿元，同比增长5%。"
SECOND = "硬化通组公路18公里，新建蓄水池6口，惠及群众1260户。"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


# --- files to read -----------------------------------------------------------------------------------------------


def docx(path: Path, body: str, **parts: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)
    return path


def p(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def numbered(text: str, level: int) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>')


NUMBERING = (
    f'<w:numbering {W}><w:abstractNum w:abstractNumId="7">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>'
    '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
)


def ole(path: Path, streams: dict[str, bytes]) -> Path:
    """A compound file (.doc's container) with these streams, each of at least 4096 bytes, in sectors of 512."""
    padded = {name: content.ljust(4096, b"\0") for name, content in streams.items()}
    sectors: list[bytes] = []
    chain: list[int] = []  # the FAT

    def put(content: bytes) -> int:
        first = len(sectors)
        pieces = [content[i : i + 512].ljust(512, b"\0") for i in range(0, len(content), 512)]
        sectors.extend(pieces)
        chain.extend([*range(first + 1, first + len(pieces)), 0xFFFFFFFE])
        return first

    entries = [("Root Entry", 5, 1, 0xFFFFFFFE, 0)]
    for at, (name, content) in enumerate(padded.items(), 1):
        right = at + 1 if at < len(padded) else 0xFFFFFFFF
        entries.append((name, 2, right, put(content), len(content)))
    directory = b""
    for name, kind, link, first, size in entries:
        raw = name.encode("utf-16-le")
        right, child = (0xFFFFFFFF, link) if kind == 5 else (link, 0xFFFFFFFF)
        directory += raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw) + 2, kind, 1, 0xFFFFFFFF, right, child)
        directory += bytes(36) + struct.pack("<IQ", first, size)
    directory_at = put(directory)
    fat_at = len(sectors)
    fat = struct.pack("<128I", *(chain + [0xFFFFFFFD] + [0xFFFFFFFF] * (127 - len(chain))))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<IIIIIIII", 1, directory_at, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", fat_at, *[0xFFFFFFFF] * 108)
    path.write_bytes(header + b"".join(sectors) + fat)
    return path


def doc(path: Path, text: str) -> Path:
    """A .doc with the text in two pieces, one in Windows-1252 and one in UTF-16."""
    wide = text.encode("utf-16-le")
    document = bytearray(4096)
    struct.pack_into("<H", document, 0x0A, 0x0200)  # its table is 1Table
    struct.pack_into("<I", document, 0x4C, len(text) + 4)
    document[1024:1028] = b"1. \r"
    document[2048 : 2048 + len(wide)] = wide
    pieces = struct.pack("<3I", 0, 4, 4 + len(text))
    pieces += struct.pack("<HIH", 0, 0x40000000 | 2 * 1024, 0) + struct.pack("<HIH", 0, 2048, 0)
    clx = b"\x01\x02\x00ab" + b"\x02" + struct.pack("<I", len(pieces)) + pieces
    struct.pack_into("<II", document, 0x01A2, 64, len(clx))
    return ole(path, {"WordDocument": bytes(document), "1Table": bytes(64) + clx})


def pdf(path: Path, lines: list[str]) -> Path:
    """A PDF of one page with a text layer: codes of two bytes, and a map from them to characters."""
    text = "".join(lines)
    codes = {c: i + 1 for i, c in enumerate(sorted(set(text)))}
    shown = "".join(
        f"1 0 0 1 50 {780 - 20 * n} Tm <{''.join(f'{codes[c]:04x}' for c in line)}> Tj\n"
        for n, line in enumerate(lines)
    )
    stream = f"BT /F 10 Tf\n{shown}ET".encode()
    ranges = "".join(f"<{i:04x}> <{ord(c):04x}>\n" for c, i in codes.items())
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def\n1 begincodespacerange <0000> <ffff> "
        f"endcodespacerange\n{len(codes)} beginbfchar\n{ranges}endbfchar\nendcmap end end"
    ).encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>",
        (
            b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity)"
            b" /Supplement 0 >> /DW 1000 >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap),
    ]
    content, places = b"%PDF-1.4\n", []
    for number, made in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, made)
    table = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    content += b"".join(b"%010d 00000 n \n" % place for place in places)
    content += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, table)
    path.write_bytes(content)
    return path


def test_docx_with_the_numbers_that_word_counts(tmp_path: Path) -> None:
    row = "<w:tr>" + "".join(f"<w:tc>{p(x)}</w:tc>" for x in ("指标", "本期", "同比")) + "</w:tr>"
    body = (
        p(TITLE)
        + numbered("产业发展", 0)
        + numbered("农业", 1)
        + p(FIRST)
        + numbered("工业", 1)
        + p(SECOND)
        + numbered("民生", 0)
        + "<w:p><w:r><w:t>新增就业860人</w:t></w:r><w:del><w:r><w:delText>删去的字</w:delText></w:r></w:del></w:p>"
        + f"<w:tbl>{row}</w:tbl>"
    )
    page = parse_page(docx(tmp_path / "a.docx", body, numbering=NUMBERING))
    (article,) = page.articles
    assert article.title == TITLE
    assert [(h.level, h.label, h.text) for h in article.headings] == [
        (1, "一、", "产业发展"),
        (2, "（一）", "农业"),
        (2, "（二）", "工业"),
        (1, "二、", "民生"),
    ]
    assert FIRST in article.text
    assert article.text.endswith("新增就业860人\n")
    assert [(r.kind, r.text) for r in page.removed if r.kind == "table"] == [("table", "指标 | 本期 | 同比")]


def test_doc(tmp_path: Path) -> None:
    text = f"{TITLE}\r一、产业发展\r{FIRST}\r二、民生\x13 PAGE \x14\x15保障\r{SECOND}\r"
    (article,) = parse_page(doc(tmp_path / "a.doc", text)).articles
    assert article.title == TITLE
    assert article.text == f"## 一、产业发展\n\n{FIRST}\n\n## 二、民生保障\n\n{SECOND}\n"


def test_pdf_with_wrapped_lines(tmp_path: Path) -> None:
    body = "".join(("一年来，全镇上下扎实推进各项工作，", "较好完成了各项目标任务，群众满意度不断提高。") * 3)
    wrapped = [body[i : i + 20] for i in range(0, len(body), 20)]
    page = parse_page(pdf(tmp_path / "a.pdf", [TITLE, "一、产业发展", *wrapped, "二、民生保障", SECOND, "- 1 -"]))
    (article,) = page.articles
    assert (page.encoding, article.title) == ("pdf", TITLE)
    assert article.text == f"## 一、产业发展\n\n{body}\n\n## 二、民生保障\n\n{SECOND}\n"


# --- files to refuse ---------------------------------------------------------------------------------------------


def refused(path: Path) -> str:
    begin = time.perf_counter()
    with pytest.raises(PipelineError) as caught:
        parse_page(path)
    assert time.perf_counter() - begin < 5
    assert caught.value.mend
    assert "\n" not in caught.value.where
    assert caught.value.exit_code == 2
    return caught.value.what


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.txt", b"", "文件是空的。"),
        ("a.txt", b" \n\n", "文件是空的。"),
        ("a.xlsx", b"PK\x03\x04", "这种文件读不了。"),
        ("a.txt", b"{\\rtf1 x}", "RTF 文件读不了。"),
        ("a.txt", bytes(range(256)) * 50, "文件不是中文文本，或编码认不出来。"),
        ("a.txt", b"Nothing in here is Chinese. " * 50, "里面没有成段的文字。"),
        ("a.txt", "苇塘镇\n".encode() * 60_000, "文件超过 50000 行。"),
        ("a.docx", b"PK\x03\x04broken", "这个 .docx 文件读不出来，可能已损坏或加密。"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x37" * 2000, "这个 .doc 文件读不出来，可能已损坏或加密。"),
        ("a.pdf", b"%PDF-1.4 broken", "这个 PDF 读不出来，可能已损坏或设了密码。"),
        ("a.html", b"<html><body>" + b"<div>" * 500_000 + b"x", "网页的标签嵌套过深，超过 2000 层。"),
        ("a.html", b"<html><body><div " + b"a=1 " * 200_000 + b">x", "网页里有长得不合理的标签。"),
        ("a.html", b"<html><body><script>x()</script></body></html>", "网页里没有文字。"),
        ("a\nb.txt", FIRST.encode(), "文件名里有换行等不能显示的字符。"),
    ],
)
def test_files_that_nothing_can_be_made_of(tmp_path: Path, name: str, content: bytes, what: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert refused(path) == what


def test_a_pdf_of_pictures_is_refused(tmp_path: Path) -> None:
    assert refused(pdf(tmp_path / "a.pdf", ["字"])) == "PDF 里没有文字，只有图片。"


def test_a_large_text_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    assert refused(path) == "文件过大，超过 50 MB。"
    path.write_bytes(FIRST.encode() * 100_000)
    assert refused(path) == "文件过大，超过 4 MB。"


@pytest.mark.parametrize(
    ("xml", "what"),
    [
        (f"<w:document {W}>" + " " * 31_000_000, "Word 文件解开后过大，超过 30 MB。"),  # a few kilobytes packed
        ("<a>" * 100_000, "这个 .docx 文件读不出来，可能已损坏或加密。"),
        ('<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>', "这个 .docx 文件读不出来，可能已损坏或加密。"),
        (f"<w:document {W}></w:document>", "Word 文件里没有文字。"),
    ],
)
def test_hostile_word_files(tmp_path: Path, xml: str, what: str) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", xml)
    assert refused(path) == what


def test_a_word_file_of_endless_paragraphs_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_file, "MOST_LINES", 100)
    assert refused(docx(tmp_path / "a.docx", p("字") * 101)) == "Word 文件超过 100 段。"
    with zipfile.ZipFile(tmp_path / "b.docx", "w") as archive:
        archive.writestr("a.txt", "x")
    assert refused(tmp_path / "b.docx") == "这不是 Word 文件。"


@pytest.mark.skipif(os.name == "nt", reason="links and pipes of this kind are Unix's")
def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one.txt").symlink_to(tmp_path / "two.txt")
    (tmp_path / "two.txt").symlink_to(tmp_path / "one.txt")
    assert refused(tmp_path / "one.txt").startswith("文件读不出来：")
    os.mkfifo(tmp_path / "pipe.txt")
    assert refused(tmp_path / "pipe.txt") == "这不是一个文件。"
    (tmp_path / "folder.txt").mkdir()
    assert refused(tmp_path / "folder.txt").startswith(("文件读不出来：", "这不是一个文件。"))
    assert refused(tmp_path / "none.txt") == "找不到这个文件。"


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text(FIRST, encoding="utf-8")
    regular = extraction._is_regular

    def written_meanwhile(status: os.stat_result) -> bool:
        path.write_text(FIRST * 2, encoding="utf-8")
        return regular(status)

    monkeypatch.setattr(extraction, "_is_regular", written_meanwhile)
    assert refused(path) == "文件在读取时被改动。"


@pytest.mark.parametrize(
    "text",
    [
        "1" * 200_000,
        "（" * 200_000,
        "<a " * 60_000,
        "a." * 100_000,
        "X" * 200_000,
        "。1、加强" * 40_000,
        "我" + " " * 200_000,
        "首页" * 60_000,
    ],
)
def test_repetitive_texts_take_linear_time(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"{TITLE}\n{FIRST}\n{text}我镇\n{SECOND}\n", encoding="utf-8")
    begin = time.perf_counter()
    (article,) = parse_page(path).articles
    assert time.perf_counter() - begin < 5
    assert FIRST in article.text
