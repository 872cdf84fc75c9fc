"""Drafts as Word files: reopened and measured against GB/T 9704—2012, rendered and counted."""

from __future__ import annotations

import hashlib
import re
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml.ns import qn

from pipeline.errors import PipelineError
from pipeline.export.blocks import Note, blocks
from pipeline.export.forms import form_of, retraced
from pipeline.export.official_page import signature_indents, title_lines
from pipeline.export.web import web_page
from pipeline.export.word import word_file
from pipeline.word_text import docx_text
from tests.rendering import converted, needs_libreoffice, pages

DRAFT = """# 汀月镇2026年上半年工作总结及下半年工作计划

2026年上半年，汀月镇紧扣“三个走在前”目标——抓项目、强产业、惠民生，各项工作稳步推进。

## 一、上半年工作开展情况

### （一）聚力发展抓经济

#### 1. 做强工业经济

规模以上工业总产值12.6亿元，同比增长6.8%，完成年度目标的48.5%。

##### （1）企业培育

新增规模以上企业3家。

## 二、存在的问题

【待补：存在问题】

附表：主要指标完成情况

| 指标 | 本期 | 同比 |
| --- | --- | --- |
| 粮食播种面积 | 1.26万亩 | 增长5% |

汀月镇人民政府

2026年7月3日
"""
SIGNED_LAST = DRAFT.replace("附表", "\n附表")


def reopened(content: bytes) -> Any:
    return Document(BytesIO(content))


def part(content: bytes, name: str) -> str:
    with ZipFile(BytesIO(content)) as package:
        return package.read(name).decode()


def mm(length: Any) -> float:
    return round(float(length.mm), 1)


def test_the_page_is_the_standards() -> None:
    content = word_file(DRAFT)
    section = reopened(content).sections[0]
    assert (mm(section.page_width), mm(section.page_height)) == (210.0, 297.0)
    assert (mm(section.top_margin), mm(section.bottom_margin), mm(section.left_margin), mm(section.right_margin)) == (37.0, 35.0, 28.0, 26.0)  # fmt: skip
    grid = section._sectPr.find(qn("w:docGrid"))
    assert {name.rpartition("}")[2]: value for name, value in grid.attrib.items()} == {
        "type": "linesAndChars", "linePitch": "579", "charSpace": "-848",
    }  # fmt: skip
    assert 22 * 579 / 20 <= 225 / 25.4 * 72 < 23 * 579 / 20  # 22 lines of 28.95 pt in 225 mm, not 23
    assert 28 * (16 - 848 / 4096) <= 156 / 25.4 * 72 < 29 * (16 - 848 / 4096)  # 28 characters in 156 mm, not 29
    # The page number's line hangs 7 mm below the text: 35 - 7 - 14 pt.
    assert round(section.footer_distance.mm + 14 * 25.4 / 72, 1) == 28.0


@pytest.mark.parametrize(("style", "font", "points", "indented", "outline"), [
    ("Title", "方正小标宋简体", 22, False, None),
    ("Body Text", "仿宋_GB2312", 16, True, None),
    ("Heading 1", "黑体", 16, True, "0"),
    ("Heading 2", "楷体_GB2312", 16, True, "1"),
    ("Heading 3", "仿宋_GB2312", 16, True, "2"),
    ("Heading 4", "仿宋_GB2312", 16, True, "3"),
])  # fmt: skip
def test_sizes_fonts_and_indents(style: str, font: str, points: int, indented: bool, outline: str | None) -> None:
    document = reopened(word_file(DRAFT))
    used = [p for p in document.paragraphs if p.style.name == style]
    assert used
    properties = used[0].style
    chain = [properties, properties.base_style] if properties.base_style is not None else [properties]
    size = next(s.font.size.pt for s in chain if s.font.size)
    defaults = document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:rFonts')}")
    fonts = next((f for s in chain if (f := s.element.find(f".//{qn('w:rFonts')}")) is not None), defaults)
    assert size == points
    assert {fonts.get(qn(f"w:{kind}")) for kind in ("ascii", "hAnsi", "eastAsia", "cs")} == {font}
    indent = properties.element.find(f".//{qn('w:ind')}")
    assert (indent is not None and indent.get(qn("w:firstLineChars")) == "200") is indented
    spacing = chain[-1].element.find(f".//{qn('w:spacing')}")
    assert (spacing.get(qn("w:line")), spacing.get(qn("w:lineRule"))) == ("579", "exact")
    level = properties.element.find(f".//{qn('w:outlineLvl')}")
    assert (level.get(qn("w:val")) if level is not None else None) == outline


def test_no_theme_font_and_quotes_in_the_chinese_font() -> None:
    content = word_file(DRAFT)
    with ZipFile(BytesIO(content)) as package:
        whole = "".join(package.read(name).decode() for name in package.namelist() if name.endswith(".xml"))
        assert not [name for name in package.namelist() if "theme" in name]
    assert not re.search(r"w:(?:ascii|hAnsi|eastAsia|cs)Theme", whole)
    runs = re.findall(r"<w:r>(.*?)</w:r>", part(content, "word/document.xml"))
    assert all('w:hint="eastAsia"' in run for run in runs if re.search("[“”—]", run))


def test_a_machine_with_either_fangsong_finds_it() -> None:
    fonts = part(word_file(DRAFT), "word/fontTable.xml")
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋,FangSong"/>' in fonts


def test_page_numbers_stand_outside() -> None:
    section = reopened(content := word_file(DRAFT)).sections[0]
    assert "<w:evenAndOddHeaders/>" in part(content, "word/settings.xml")
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        xml = footer._element.xml
        assert footer.paragraphs[0].text == "— 1 —"
        assert f'w:jc w:val="{side}"' in xml
        assert f'w:{side}Chars="100"' in xml
        assert "PAGE" in xml
        assert footer.paragraphs[0].style.font.size.pt == 14


@pytest.mark.parametrize(("signature", "date", "expected"), [
    ("汀月镇人民政府", "2026年7月3日", (3.0, 2)),  # 7 wide, 6 wide: the date two right of the name's first character
    ("中共汀月镇委员会办公室", "2026年7月3日", (2, 5.0)),
    ("汀月镇", "2026年12月31日", (8.0, 2)),  # a date that is longer stands two off, the name moves left
    ("", "2026年7月3日", (0, 4)),
])  # fmt: skip
def test_signature_and_date(signature: str, date: str, expected: tuple[float, float]) -> None:
    assert signature_indents(signature, date) == expected


@pytest.mark.parametrize(("title", "lines"), [
    ("汀月镇2026年上半年工作总结", ("汀月镇2026年上半年工作总结",)),
    ("汀月镇2026年上半年工作总结及下半年工作计划", ("汀月镇2026年上半年工作总结", "及下半年工作计划")),
])  # fmt: skip
def test_a_long_title_breaks_where_a_word_ends(title: str, lines: tuple[str, ...]) -> None:
    assert title_lines(title) == lines


def test_blocks_tell_signature_and_date_apart() -> None:
    kinds = [b.kind for b in blocks(DRAFT)]
    assert kinds[-2:] == ["signature", "date"]
    assert kinds.count("row") == 2
    assert [b.level for b in blocks(DRAFT) if b.kind == "heading"] == [1, 2, 3, 4, 1]
    assert all(DRAFT.startswith(b.text, b.start) for b in blocks(DRAFT) if b.kind in ("paragraph", "title", "date"))


def test_what_is_read_back_is_what_was_drafted() -> None:
    read = docx_text(word_file(DRAFT), where="draft.docx")
    assert re.sub(r"\s", "", read) == re.sub(r"\s|\|---.*\|$|^\||\|$", "", re.sub(r"(?m)^\| ?|\ ?\|$|^\| --.*$", "", DRAFT.replace("| --- | --- | --- |\n", "")))  # fmt: skip


def test_figures_are_noted() -> None:
    at = DRAFT.index("12.6亿元")
    notes = [Note(at, at + 6, "F2", "value", "依据：F2 规模以上工业总产值，本期。")]
    content = word_file(DRAFT, notes)
    document = reopened(content)
    assert [c.text for c in document.comments] == ["依据：F2 规模以上工业总产值，本期。"]
    xml = part(content, "word/document.xml")
    between = re.search(r'<w:bookmarkStart w:id="1" w:name="zb_1_F2_value"/>(.*?)<w:bookmarkEnd w:id="1"/>', xml)
    assert between
    assert re.findall(r"<w:t>(.*?)</w:t>", between[1]) == ["12.6亿元"]
    assert "w:date" not in part(content, "word/comments.xml")
    assert docx_text(content, where="") == docx_text(word_file(DRAFT), where="")
    page = web_page(DRAFT, notes).decode()
    assert '<a class="figure" title="依据：F2 规模以上工业总产值，本期。">12.6亿元</a>' in page


def test_a_trace_names_places_of_the_text_that_is_read_back() -> None:
    read = docx_text(word_file(DRAFT), where="")
    words = ("12.6亿元", "48.5%", "1.26万亩", "2026年7月3日", "1. 做强工业经济")
    spans = [[DRAFT.index(word), DRAFT.index(word) + len(word)] for word in words]
    record = {"run": {"draft_sha256": "x"}, "figures": [{"span": span, "raw": "y"} for span in spans]}
    made = retraced(record, DRAFT, read)
    assert [read[slice(*row["span"])].replace(" ", "") for row in made["figures"]] == [
        w.replace(" ", "") for w in words
    ]
    assert made["run"]["draft_sha256"] == hashlib.sha256(read.encode()).hexdigest()
    assert retraced(record, DRAFT, "另一篇稿子") == record


def test_equal_drafts_give_equal_bytes() -> None:
    assert word_file(DRAFT) == word_file(DRAFT)


def test_a_page_of_our_own_holds_no_script_and_no_link() -> None:
    made = web_page(DRAFT.replace("企业培育", "<script>alert(1)</script>")).decode()
    assert "<script" not in made
    assert "http" not in made
    assert "<h1>汀月镇2026年上半年工作总结<br>及下半年工作计划</h1>" in made


@pytest.mark.parametrize(("name", "annotate"), [("draft.doc", False), ("draft", False), ("draft.md", True)])
def test_other_forms_are_refused(name: str, annotate: bool) -> None:
    with pytest.raises(PipelineError):
        form_of(Path(name), annotate=annotate)


@needs_libreoffice
def test_a_rendered_page_has_22_lines_of_28_characters(tmp_path: Path) -> None:
    body = "紧扣年度目标任务统筹抓好各项工作稳步推进高质量发展" * 60
    content = word_file(f"# 汀月镇2026年工作总结\n\n{body}\n")
    first, second, *_ = pages(converted(content, tmp_path, "draft.docx", "pdf"))
    assert len(first) == 1 + 20 + 1  # title, a blank line, 20 lines, the page number
    # LibreOffice counts the indent of two characters as 32 pt, 0.4 pt more than two cells: one character goes to the next line.
    assert [len(line) for line in first[1:-1]] == [25, *[28] * 19]
    assert [len(line) for line in second[:-1]] == [28] * 22
    assert (first[-1], second[-1]) == ("—1—", "—2—")
