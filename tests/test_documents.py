"""Drafts read from files: text in its encodings, Word in its ways."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.documents import Document, read_document
from pipeline.errors import PipelineError
from pipeline.word_text import LARGEST_PART, docx_text, numbered

TEXT = "# 汀月镇2026年上半年工作总结\r\n\r\n完成粮食播种面积1.26万亩，同比增长5％。\r\n"
TRADITIONAL = "# 汀月鎮2026年上半年工作總結\n\n完成糧食播種面積1.26萬畝，同比增長5%，農業農村經濟發展穩中向好。\n"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


# --- text files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "codec", "encoding"),
    [
        ("a.md", TEXT, "utf-8", "UTF-8"),
        ("a.md", TEXT, "utf-8-sig", "UTF-8"),
        ("a.TXT", TEXT, "utf-16", "UTF-16"),
        ("a.txt", TEXT, "utf-16-le", "UTF-16"),
        ("a.txt", TEXT, "utf-16-be", "UTF-16"),
        ("a.txt", TEXT, "gb18030", "GB18030"),
        ("a.txt", TEXT, "gbk", "GB18030"),
        ("a.txt", TRADITIONAL, "gb18030", "GB18030"),
        ("a.txt", TRADITIONAL, "utf-16", "UTF-16"),
        ("a.txt", "report 2026, no Chinese at all", "utf-16-le", "UTF-16"),
    ],
)
def test_text_is_read_in_its_encoding(tmp_path: Path, name: str, text: str, codec: str, encoding: str) -> None:
    read = read_document(write(tmp_path, name, text.encode(codec)))
    assert read == Document(text, "md" if name == "a.md" else "txt", encoding)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.txt", TRADITIONAL.encode("big5"), "认不出稿子的编码"),
        ("a.txt", bytes(range(256)) * 4, "认不出稿子的编码"),
        ("a.md", b"\xff\xfe\x00\xd8a\x00", "认不出稿子的编码"),
        ("a.txt", b"", "稿子是空的"),
        ("a.md", "\ufeff　\r\n ".encode(), "稿子是空的"),
        ("a.txt", b"PK\x03\x04 and so on", "这其实是 .docx 或压缩文件"),
        ("a.md", b"%PDF-1.7\n", "这其实是 PDF"),
        ("a.txt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "这其实是 .doc 等老格式"),
        ("a.txt", b"a" * (10 << 20) + b"b", "文件太大（超过 10 MB）"),
        ("a.doc", b"x", "这是老格式的 Word 文件"),
        ("a.wps", b"x", "这是 WPS 的 .wps 文件"),
        ("a.pdf", b"x", "PDF 不能逐字核对"),
        ("a.png", b"x", "不能读 .png 文件"),
        ("a", b"x", "不能读 没有扩展名的 文件"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str, content: bytes, what: str) -> None:
    path = write(tmp_path, name, content)
    with pytest.raises(PipelineError, match=what) as caught:
        read_document(path)
    assert caught.value.where == str(path)
    assert caught.value.mend


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="找不到稿子"):
        read_document(tmp_path / "none.md")
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(PipelineError, match="这不是文件"):
        read_document(tmp_path / "folder.md")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    for name in ("a.txt", "a.docx"):
        path = write(tmp_path_factory.getbasetemp(), name, content)
        try:
            assert read_document(path).text.strip()
        except PipelineError as refused:
            assert refused.mend  # noqa: PT017 - either outcome is right


# --- Word files --------------------------------------------------------------------------------------------------


def package(parts: dict[str, str | bytes], *, method: int = ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def links(rows: dict[str, str]) -> str:
    made = "".join(
        f'<Relationship Id="r{n}" Type="{LINK}/{kind}" Target="{to}"/>' for n, (kind, to) in enumerate(rows.items())
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{made}</Relationships>'


def docx(body: str, *, namespace: str = W, **others: str) -> bytes:
    """A .docx with a body and other parts (styles, numbering, footnotes), all in the `w` namespace."""
    around = f'xmlns:w="{namespace}" xmlns:mc="mc" xmlns:wps="wps" xmlns:v="v" xmlns:m="m"'
    roots = {"styles": "styles", "numbering": "numbering", "footnotes": "footnotes"}
    parts: dict[str, str | bytes] = {
        "_rels/.rels": links({"officeDocument": "word/document.xml"}),
        "word/document.xml": f"<w:document {around}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": links({kind: f"{kind}.xml" for kind in others} | {"image": "NULL"}),
    }
    parts |= {
        f"word/{kind}.xml": f"<w:{roots[kind]} {around}>{rows}</w:{roots[kind]}>" for kind, rows in others.items()
    }
    return package(parts)


def p(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def styled(style: str) -> str:
    return f'<w:pStyle w:val="{style}"/>'


def listed(number: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


CENTRED = '<w:jc w:val="center"/>'
STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="2"><w:name w:val="标题 2"/></w:style>
<w:style w:type="paragraph" w:styleId="own"><w:name w:val="我的小标题"/><w:basedOn w:val="2"/></w:style>
<w:style w:type="paragraph" w:styleId="g3"><w:name w:val="三级标题"/></w:style>
<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="toc1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="mid"><w:name w:val="居中"/><w:pPr><w:jc w:val="center"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="auto"><w:name w:val="编号标题"/><w:basedOn w:val="1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
"""


def lines(body: str, **others: str) -> list[str]:
    return docx_text(docx(body, **({"styles": STYLES} | others)), where="稿子.docx").rstrip("\n").split("\n\n")


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (p("汀月镇工作总结", styled("T")) + p("正文"), ["# 汀月镇工作总结", "正文"]),
        (p("汀月镇工作总结", CENTRED) + p("正文"), ["# 汀月镇工作总结", "正文"]),
        (p("汀月镇工作总结", styled("mid")) + p("正文"), ["# 汀月镇工作总结", "正文"]),
        (p("汀月镇人民政府", CENTRED) + p("2026年上半年工作总结", CENTRED) + p("正文"), ["# 汀月镇人民政府2026年上半年工作总结", "正文"]),
        (p("上半年工作总结", CENTRED) + p("及下半年工作计划", CENTRED) + p("正文"), ["# 上半年工作总结及下半年工作计划", "正文"]),
        (p("上半年工作总结", CENTRED) + p("（2026年7月3日）", CENTRED), ["# 上半年工作总结", "（2026年7月3日）"]),
        (
            p("汀月镇人民政府文件", CENTRED) + p("汀政发〔2026〕12号", CENTRED) + p("上半年工作总结", CENTRED),
            ["汀月镇人民政府文件", "汀政发〔2026〕12号", "# 上半年工作总结"],
        ),
        (p("上半年工作总结", styled("1")) + p("一、农业", styled("2")), ["# 上半年工作总结", "## 一、农业"]),
        (p("开头一段。") + p("落款", CENTRED), ["开头一段。", "落款"]),  # centred, but not at the top
    ],
)  # fmt: skip
def test_the_title_is_found(body: str, read: list[str]) -> None:
    assert lines(body) == read


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (p("一、农业", styled("1")), "## 一、农业"),
        (p("（一）粮食", styled("2")), "### （一）粮食"),
        (p("（一）粮食", styled("own")), "### （一）粮食"),
        (p("1.播种", styled("g3")), "#### 1.播种"),
        (p("（1）春播", styled("1")), "##### （1）春播"),  # the label decides, not the style
        (p("粮食", styled("2")), "### 粮食"),  # without a label the style does
        (p("粮食", '<w:outlineLvl w:val="2"/>'), "#### 粮食"),
        (p("粮食", styled("1") + '<w:outlineLvl w:val="9"/>'), "粮食"),  # body text by its own word
        (p("一、农业"), "一、农业"),  # bare, as written
        (p("（一）抓好粮食生产。" + "全镇完成粮食播种面积。" * 8, styled("2")), "（一）抓好粮食生产。" + "全镇完成粮食播种面积。" * 8),
        (p("第一段　", "<w:ind/>"), "第一段"),
    ],
)  # fmt: skip
def test_headings_by_style_and_label(body: str, read: str) -> None:
    assert lines(p("开头。") + body) == ["开头。", read]


def lvl(at: int, form: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'
    )


NUMBERING = f"""
<w:abstractNum w:abstractNumId="7">{lvl(0, "chineseCountingThousand", "%1、")}{lvl(1, "japaneseCounting", "（%2）")}
{lvl(2, "decimal", "%3.")}{lvl(3, "decimal", "（%4）")}</w:abstractNum>
<w:abstractNum w:abstractNumId="8">{lvl(0, "chineseCounting", "第%1部分")}{lvl(1, "decimal", "%1.%2", "<w:isLgl/>")}</w:abstractNum>
<w:abstractNum w:abstractNumId="9">{lvl(0, "bullet", "l")}</w:abstractNum>
<w:abstractNum w:abstractNumId="10"><w:numStyleLink w:val="s"/></w:abstractNum>
<w:abstractNum w:abstractNumId="11"><w:styleLink w:val="s"/>{lvl(0, "decimalEnclosedCircle", "%1")}</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="7"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
<w:num w:numId="4"><w:abstractNumId w:val="8"/></w:num>
<w:num w:numId="5"><w:abstractNumId w:val="9"/></w:num>
<w:num w:numId="6"><w:abstractNumId w:val="10"/></w:num>
"""


@pytest.mark.parametrize(
    ("paragraphs", "read"),
    [
        # levels count on, and anew below a higher one
        (
            [("农业", listed(1)), ("粮食", listed(1, 1)), ("蔬菜", listed(1, 1)), ("茄子", listed(1, 2)), ("紫茄", listed(1, 3)),
             ("工业", listed(1)), ("园区", listed(1, 1))],
            ["一、农业", "（一）粮食", "（二）蔬菜", "1. 茄子", "（1）紫茄", "二、工业", "（一）园区"],
        ),
        # lists of one pattern count on together; an override begins again
        ([("甲", listed(1)), ("乙", listed(2)), ("丙", listed(3)), ("丁", listed(3))], ["一、甲", "二、乙", "一、丙", "二、丁"]),
        # the number of a higher level within a lower one's, in 1, 2, 3 where the list asks for it
        ([("甲", listed(4)), ("乙", listed(4, 1)), ("丙", listed(4, 1))], ["第一部分 甲", "1.1 乙", "1.2 丙"]),
        ([("甲", listed(5)), ("乙", listed(6)), ("丙", listed(6)), ("丁", listed(0)), ("戊", listed(99))], ["甲", "① 乙", "② 丙", "丁", "戊"]),
        # by style, and as headings
        ([("农业", styled("auto")), ("文", ""), ("工业", styled("auto"))], ["## 一、农业", "文", "## 二、工业"]),
        # an empty paragraph takes a number, as on the page
        ([("农业", listed(1)), ("", listed(1)), ("工业", listed(1))], ["一、农业", "三、工业"]),
    ],
)  # fmt: skip
def test_numbers_that_word_draws(paragraphs: list[tuple[str, str]], read: list[str]) -> None:
    body = p("开头。") + "".join(p(text, properties) for text, properties in paragraphs)
    assert lines(body, numbering=NUMBERING) == ["开头。", *read]


@pytest.mark.parametrize(
    ("number", "form", "written"),
    [
        (1, "chineseCountingThousand", "一"), (10, "chineseCountingThousand", "十"), (12, "japaneseCounting", "十二"),
        (20, "chineseCounting", "二十"), (105, "chineseCounting", "一百零五"), (110, "chineseCountingThousand", "一百一十"),
        (12, "chineseLegalSimplified", "壹拾贰"), (20, "ideographDigital", "二〇"), (3, "ideographTraditional", "丙"),
        (3, "decimalEnclosedCircle", "③"), (28, "upperLetter", "BB"), (4, "lowerRoman", "iv"), (1994, "upperRoman", "MCMXCIV"),
        (5, "decimalZero", "05"), (5, "decimalFullWidth", "５"), (5, "bullet", ""), (5, "hebrew1", "5"), (0, "upperLetter", "0"),
        (123456, "chineseCounting", "123456"),
    ],
)  # fmt: skip
def test_number_formats(number: int, form: str, written: str) -> None:
    assert numbered(number, form) == written


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


BOX = "<w:txbxContent>" + p("框里的字12户") + "</w:txbxContent>"


@pytest.mark.parametrize(
    ("body", "read"),
    [
        # tracked changes: in goes in, out goes out, moved stands where it went
        (f"<w:p>{run('播种')}<w:ins>{run('1.26')}</w:ins><w:del><w:r><w:delText>1.62</w:delText></w:r></w:del>{run('万亩')}</w:p>", ["播种1.26万亩"]),
        (f"<w:p><w:moveFrom>{run('甲')}</w:moveFrom>{run('乙')}<w:moveTo>{run('甲')}</w:moveTo></w:p>", ["乙甲"]),
        # a deleted paragraph mark joins two paragraphs
        ("<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>" + run("上半句，") + "</w:p>" + p("下半句。"), ["上半句，下半句。"]),
        # hidden text, fields, pinyin, breaks
        (f"<w:p>{run('看得见')}{run('看不见', '<w:vanish/>')}{run('的', '<w:vanish w:val=' + chr(34) + '0' + chr(34) + '/>')}</w:p>", ["看得见的"]),
        (f"<w:p><w:r><w:instrText>PAGE</w:instrText></w:r>{run('共')}<w:fldSimple>{run('3')}</w:fldSimple>{run('户')}</w:p>", ["共3户"]),
        (f"<w:p><w:r><w:ruby><w:rt>{run('ting')}</w:rt><w:rubyBase>{run('汀')}</w:rubyBase></w:ruby></w:r>{run('月')}</w:p>", ["汀月"]),
        ("<w:p><w:r><w:t>一、农业</w:t><w:br/><w:t>　　播种</w:t><w:br w:type='page'/><w:tab/><w:t>完</w:t></w:r></w:p>", ["一、农业\n播种 完"]),
        ("<w:p><w:r><w:t>5</w:t><w:noBreakHyphen/><w:t>6月</w:t><w:sym w:char='F0A7'/><w:sym w:char='25CB'/></w:r></w:p>", ["5-6月○"]),
        (f"<w:p><w:hyperlink>{run('链接')}</w:hyperlink><w:sdt><w:sdtContent>{run('控件')}</w:sdtContent></w:sdt></w:p>", ["链接控件"]),
        ("<w:p><m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath></w:p>", ["a+b"]),
        # a text box follows its paragraph, once
        (
            f"<w:p>{run('段')}<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>{BOX}</wps:txbx></w:drawing></mc:Choice>"
            f"<mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>" + p("下段"),
            ["段", "框里的字12户", "下段"],
        ),
        (f"<w:p><w:r><w:pict><v:textbox>{BOX}</v:textbox></w:pict></w:r></w:p>", ["框里的字12户"]),
        # tables: a line a row; a frame of one cell is no table
        (
            "<w:tbl><w:tr><w:tc>" + p("指标") + "</w:tc><w:tc>" + p("本期") + p("（万亩）") + "</w:tc></w:tr><w:tr><w:tc>" + p("粮食")
            + "</w:tc><w:tc>" + p("1.26") + "</w:tc></w:tr><w:tr><w:trPr><w:del/></w:trPr><w:tc>" + p("删") + "</w:tc><w:tc>" + p("0")
            + "</w:tc></w:tr></w:tbl>",
            ["指标 | 本期 （万亩）\n粮食 | 1.26"],
        ),
        ("<w:tbl><w:tr><w:tc>" + p("一、农业", styled("1")) + p("正文。") + "</w:tc></w:tr></w:tbl>", ["## 一、农业", "正文。"]),
        # a table of contents says nothing of its own
        (p("一、农业……1", styled("toc1")) + p("正文"), ["正文"]),
        (
            "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr><w:sdtContent>"
            + p("目录") + "</w:sdtContent></w:sdt>" + p("正文"),
            ["正文"],
        ),
    ],
)  # fmt: skip
def test_what_the_printed_page_says(body: str, read: list[str]) -> None:
    assert lines(p("开头。") + body) == ["开头。", *read]


def test_notes_follow_their_paragraph() -> None:
    notes = (
        '<w:footnote w:type="separator" w:id="0">'
        + p("线")
        + '</w:footnote><w:footnote w:id="2">'
        + p("口径为全镇。")
        + "</w:footnote>"
    )
    body = f'<w:p>{run("播种1.26万亩")}<w:r><w:footnoteReference w:id="2"/></w:r>{run("。")}</w:p>' + p("下段")
    assert lines(p("开头。") + body, footnotes=notes) == ["开头。", "播种1.26万亩。", "注：口径为全镇。", "下段"]


def test_the_strict_edition_reads_alike(tmp_path: Path) -> None:
    content = docx(p("一、农业", styled("1")) + p("正文"), namespace=STRICT, styles=STYLES)
    assert read_document(write(tmp_path, "a.docx", content)) == Document("## 一、农业\n\n正文\n", "docx")


def sized(content: bytes, size: int) -> bytes:
    """A package whose directory gives another size for its first part: what a lying archive does."""
    at = content.index(b"PK\x01\x02") + 24
    return content[:at] + struct.pack("<I", size) + content[at + 4 :]


def flagged(content: bytes) -> bytes:
    """A package whose first part says that it is encrypted."""
    at = content.index(b"PK\x01\x02") + 8
    return content[:at] + b"\x01\x00" + content[at + 2 :]


GOOD = docx(p("正文"))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
RELS = links({"officeDocument": "word/document.xml"})


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"<html>no zip</html>", "这不是 .docx 文件"),
        (GOOD[:-30], "这不是 .docx 文件"),
        (b"", "这不是 .docx 文件"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "有打开密码"),
        (OLE + b"\0" * 600, "这是老格式的 .doc"),
        (flagged(GOOD), "加了压缩密码"),
        (sized(GOOD, 5), "已损坏"),
        (package({"xl/workbook.xml": "<a/>", "_rels/.rels": links({"officeDocument": "xl/workbook.xml"})}), "没有 Word 正文"),
        (package({"a.txt": "b"}), "没有 Word 正文"),
        (package({"word/document.xml": "<w:document"}), "读不通"),
        (package({"word/document.xml": b"\xff\xfe\x00"}), "读不通"),
        (package({"word/document.xml": "<?xml version='1.0' encoding='nowhere'?><a/>"}), "读不通"),
        (package({"word/document.xml": "<d><body/></d>"}), "没有文字"),
        (docx(p("")), "没有文字"),
        (
            package({"word/document.xml": "<!DOCTYPE d [<!ENTITY a SYSTEM 'file:///etc/hostname'>]><d><body>&a;</body></d>"}),
            "DOCTYPE",
        ),
        (
            package({"word/document.xml": "<!DOCTYPE d [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><d>&b;</d>".encode("utf-16")}),
            "DOCTYPE",
        ),
        (package({"word/document.xml": "<a>" * 100_000 + "</a>" * 100_000}), "嵌套得太深"),
        (package({"word/document.xml": b" " * (5 << 20)}), "大得不合常理"),
        (package({"word/document.xml": b"<a/>", "word/media/1.png": b"\0" * (40 << 20)}), "大得不合常理"),
    ],
)  # fmt: skip
def test_word_files_that_cannot_be_used(content: bytes, what: str) -> None:
    with pytest.raises(PipelineError, match=what) as caught:
        docx_text(content, where="稿子.docx")
    assert caught.value.where == "稿子.docx"
    assert caught.value.mend


def test_a_part_beyond_measure_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert LARGEST_PART == 32 << 20
    monkeypatch.setattr("pipeline.word_text.LARGEST_PART", 1000)
    with pytest.raises(PipelineError, match="大得不合常理"):
        docx_text(docx(p("正文" * 2000)), where="稿子.docx")


def test_links_out_of_the_package_are_not_followed() -> None:
    out = RELS.replace("<Relationship ", '<Relationship TargetMode="External" ').replace(
        "word/document.xml", "http://example.invalid/a"
    )
    content = package(
        {
            "_rels/.rels": out,
            "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{p("正文")}</w:body></w:document>',
        }
    )
    assert docx_text(content, where="a") == "正文\n"


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_damaged_word_file_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(docx(p("一、农业", styled("1")) + p("正文", listed(1)), styles=STYLES, numbering=NUMBERING))
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert docx_text(bytes(content), where="a").strip()
    except PipelineError as refused:
        assert refused.mend  # noqa: PT017 - either outcome is right
