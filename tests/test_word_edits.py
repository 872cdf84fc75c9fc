"""The way round: a draft as Word file, edited by hand as superiors do, checked, and its findings written back as comments."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from docx import Document
from docx.oxml.parser import parse_xml

from eval.checks.check import check
from eval.checks.findings import Report
from pipeline.cli import main
from pipeline.documents import Document as Read
from pipeline.export.word import word_file
from pipeline.export.word_comments import Comment, commented
from pipeline.facts.genres import Genre
from pipeline.facts.writing import write_sheet
from pipeline.word_text import docx_text, docx_traced
from tests.rendering import converted, needs_libreoffice
from tests.sheets import fact, sheet

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SHEET = sheet(
    fact("F1", "粮食播种面积", "1.26", "万亩", previous="1.2", growth_pct="5.0", target="2.4", completion_pct="52.5"),
    fact("F2", "规模以上工业总产值", "12.6", "亿元", topic="industry", growth_pct="6.8"),
    fact("F3", "新增就业岗位", "320", "个", topic="employment"),
    fact("F4", "农村公路新建里程", "14.5", "公里", topic="infrastructure-transport-water"),
)
DRAFT = """# 汀月镇2026年上半年工作总结及下半年工作计划

2026年上半年，汀月镇紧扣全年目标任务，各项工作稳步推进。现将有关情况总结如下。

## 一、上半年工作开展情况

### （一）聚力发展抓经济

规模以上工业总产值12.6亿元，同比增长6.8%。粮食播种面积1.26万亩，同比增长5%，完成年度目标的52.5%。

### （二）用心用情抓民生

新增就业岗位320个；农村公路新建里程14.5公里。

## 二、存在的问题

产业层次不高，抗风险能力有待增强。

## 三、下半年工作计划

继续抓好粮食生产，推进农村公路建设。

汀月镇人民政府

2026年7月3日
"""


def _paragraph(document: Any, words: str) -> Any:
    return next(p for p in document.paragraphs if words in p.text)


def _run(document: Any, words: str) -> Any:
    return next(r for p in document.paragraphs for r in p.runs if words in r.text)


def _alone(document: Any, words: str) -> Any:
    """The run cut so that these words have one of their own."""
    run = _run(document, words)
    before, _, after = run.text.partition(words)
    run.text = before
    made = []
    for text in (after, words):
        new = parse_xml(f'<w:r {W}><w:t xml:space="preserve">{text}</w:t></w:r>')
        run._r.addnext(new)
        made.append(new)
    return made[1]


def _typed(old: str, new: str) -> Callable[[Any], None]:
    def edit(document: Any) -> None:
        run = _run(document, old)
        run.text = run.text.replace(old, new)

    return edit


def _split(document: Any) -> None:
    """12.6亿元 retyped digit by digit: each sign in a run of its own."""
    run = _alone(document, "12.6亿元")
    for sign in reversed("16.2亿元"):
        run.addnext(parse_xml(f"<w:r {W}><w:t>{sign}</w:t></w:r>"))
    run.getparent().remove(run)


def _tracked(document: Any) -> None:
    run = _alone(document, "320")
    run.addnext(parse_xml(f'<w:ins {W} w:id="91" w:author="王"><w:r><w:t>350</w:t></w:r></w:ins>'))
    run.addnext(parse_xml(f'<w:del {W} w:id="90" w:author="王"><w:r><w:delText>320</w:delText></w:r></w:del>'))
    run.getparent().remove(run)


def _tracked_deletion(document: Any) -> None:
    run = _alone(document, "；农村公路新建里程14.5公里")
    text = "；农村公路新建里程14.5公里"
    run.addnext(parse_xml(f'<w:del {W} w:id="90" w:author="王"><w:r><w:delText>{text}</w:delText></w:r></w:del>'))
    run.getparent().remove(run)


def _box(document: Any) -> None:
    shape = "<w:txbxContent><w:p><w:r><w:t>粮食播种面积达1.62万亩。</w:t></w:r></w:p></w:txbxContent>"
    vml = 'xmlns:v="urn:schemas-microsoft-com:vml"'
    _paragraph(document, "稳步推进")._p.append(
        parse_xml(f"<w:r {W} {vml}><w:pict><v:shape><v:textbox>{shape}</v:textbox></v:shape></w:pict></w:r>")
    )


def _table(document: Any) -> None:
    table = document.add_table(1, 2)
    table.cell(0, 0).text = "新增就业岗位"
    table.cell(0, 1).text = "230个"
    _paragraph(document, "存在的问题")._p.addprevious(table._tbl)


def _field(document: Any) -> None:
    run = _alone(document, "14.5")
    run.addnext(parse_xml(f'<w:fldSimple {W} w:instr=" DOCPROPERTY km "><w:r><w:t>15.4</w:t></w:r></w:fldSimple>'))
    run.getparent().remove(run)


def _complex_field(document: Any) -> None:
    run = _alone(document, "14.5")
    parts = ('<w:fldChar w:fldCharType="begin"/>', "<w:instrText>= 10 + 5</w:instrText>", '<w:fldChar w:fldCharType="separate"/>', "<w:t>19</w:t>", '<w:fldChar w:fldCharType="end"/>')  # fmt: skip
    for inner in reversed(parts):
        run.addnext(parse_xml(f"<w:r {W}>{inner}</w:r>"))
    run.getparent().remove(run)


def _control(document: Any) -> None:
    run = _alone(document, "1.26")
    run.addnext(parse_xml(f"<w:sdt {W}><w:sdtContent><w:r><w:t>1.36</w:t></w:r></w:sdtContent></w:sdt>"))
    run.getparent().remove(run)


def _link(document: Any) -> None:
    run = _alone(document, "6.8%")
    run.addnext(parse_xml(f'<w:hyperlink {W} w:anchor="x"><w:r><w:t>8.6%</w:t></w:r></w:hyperlink>'))
    run.getparent().remove(run)


def _swapped(document: Any) -> None:
    _typed("新增就业岗位320个；农村公路新建里程14.5公里", "新增就业岗位14.5个；农村公路新建里程320公里")(document)


FOOTNOTES = f'<w:footnotes {W}><w:footnote w:id="5"><w:p><w:r><w:t>规模以上工业总产值去年为21.6亿元。</w:t></w:r></w:p></w:footnote></w:footnotes>'


def _footnote(document: Any) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, FOOTNOTES.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    _paragraph(document, "12.6亿元")._p.append(parse_xml(f'<w:r {W}><w:footnoteReference w:id="5"/></w:r>'))


def _comment(document: Any) -> None:
    document.add_comment(_run(document, "320个"), "应为 230 个？", author="王")


def _hidden(document: Any) -> None:
    run = _paragraph(document, "存在的问题").add_run("原稿320万个")
    run.font.hidden = True


EDITS: tuple[tuple[str, Callable[[Any], None], str, str], ...] = (
    ("a figure retyped", _typed("12.6亿元", "12.8亿元"), "figure.wrong_value", "12.8亿元"),
    ("a figure in many runs", _split, "figure.wrong_value", "16.2亿元"),
    ("a tracked change", _tracked, "figure.wrong_value", "350个"),
    ("a tracked deletion", _tracked_deletion, "fact.missing", ""),
    ("a text box", _box, "figure", "1.62万亩"),
    ("a table", _table, "figure", "230个"),
    ("a footnote", _footnote, "figure", "21.6亿元"),
    ("a field", _field, "figure.wrong_value", "15.4公里"),
    ("a field of several runs", _complex_field, "figure.wrong_value", "19公里"),
    ("a content control", _control, "figure.wrong_value", "1.36万亩"),
    ("a link", _link, "figure", "8.6%"),
    ("a unit", _typed("12.6亿元", "12.6万元"), "figure.unit", "12.6万元"),
    ("a direction", _typed("同比增长6.8%", "同比下降6.8%"), "figure.direction", ""),
    ("two figures swapped", _swapped, "figure", ""),
    ("a placeholder", _typed("产业层次", "XX产业层次"), "leak.placeholder", "XX"),
    ("another year", _typed("2026年上半年，汀月镇", "2025年上半年，汀月镇"), "period.mismatch", ""),
    ("a heading's number", _typed("（二）用心", "（三）用心"), "structure.heading", ""),
    ("another town", _typed("汀月镇紧扣", "白泖镇紧扣"), "leak.name", "白泖镇"),
)


def edited(edit: Callable[[Any], None]) -> bytes:
    document = Document(BytesIO(word_file(DRAFT)))
    edit(document)
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def judged(content: bytes, genres: Mapping[str, Genre]) -> Report:
    text = docx_text(content, where="draft.docx")
    return check(text, SHEET, genre=genres["half-year-summary"], foreign_names={"白泖镇": "范文"})


def test_a_draft_that_went_out_comes_back_clean(genres: Mapping[str, Genre]) -> None:
    report = judged(word_file(DRAFT), genres)
    assert report.findings == ()
    assert all(c.covered for c in report.coverage)


@pytest.mark.parametrize(("edit", "rule", "quote"), [row[1:] for row in EDITS], ids=[row[0] for row in EDITS])
def test_each_edit_is_found_and_commented(
    edit: Callable[[Any], None], rule: str, quote: str, genres: Mapping[str, Genre]
) -> None:
    content = edited(edit)
    report = judged(content, genres)
    found = [f for f in report.findings if f.rule.startswith(rule)]
    assert found, report.findings
    assert not quote or any(quote in f.quote for f in found)
    places = docx_traced(content, where="").places
    noted = commented(content, places, [Comment(f.start, f.end, f"{f.rule}：{f.message}") for f in found])
    assert docx_text(noted, where="") == docx_text(content, where="")
    assert judged(noted, genres).findings == report.findings
    assert [c.text for c in Document(BytesIO(noted)).comments] == [f"{f.rule}：{f.message}" for f in found]
    others = {"word/document.xml", "word/comments.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"}
    with ZipFile(BytesIO(content)) as before, ZipFile(BytesIO(noted)) as after:
        assert {n: after.read(n) for n in before.namelist() if n not in others} == {
            n: before.read(n) for n in before.namelist() if n not in others
        }
        assert set(after.namelist()) - set(before.namelist()) <= others
        xml = after.read("word/document.xml").decode()
    for number in range(len(found)):
        span = re.search(rf'commentRangeStart w:id="{number}"/>(.*?)<w:commentRangeEnd w:id="{number}"/>', xml, re.S)
        assert span
        inner = "".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", span[1]))
        assert (
            found[number].start is None or found[number].quote.lstrip("# ") in inner or "footnoteReference" in span[1]
        )


@pytest.mark.parametrize("edit", [_comment, _hidden])
def test_what_is_not_printed_is_no_finding(edit: Callable[[Any], None], genres: Mapping[str, Genre]) -> None:
    assert judged(edited(edit), genres).findings == ()


def test_comments_that_were_there_stay(genres: Mapping[str, Genre]) -> None:
    content = edited(_comment)
    noted = commented(content, docx_traced(content, where="").places, [Comment(None, None, "一条\n两条")])
    assert [c.text for c in Document(BytesIO(noted)).comments] == ["应为 230 个？", "一条\n两条"]


def test_no_finding_changes_no_byte() -> None:
    content = word_file(DRAFT)
    assert commented(content, docx_traced(content, where="").places, []) == content


def test_a_place_is_named_by_its_paragraph() -> None:
    traced = docx_traced(word_file(DRAFT), where="")
    read = Read(traced.text, "docx", places=traced.places)
    assert read.place_of(0) == "第1段"
    assert read.place_of(traced.text.index("320个")) == "第7段"


@needs_libreoffice
@pytest.mark.parametrize("edit", [_split, _tracked, _table], ids=["runs", "tracked", "table"])
def test_libreoffice_opens_and_saves_what_we_commented(
    edit: Callable[[Any], None], tmp_path: Any, genres: Mapping[str, Genre]
) -> None:
    content = edited(edit)
    report = judged(content, genres)
    noted = commented(
        content, docx_traced(content, where="").places, [Comment(f.start, f.end, f.rule) for f in report.findings]
    )
    again = converted(noted, tmp_path, "noted.docx", "odt")
    saved = converted(again.read_bytes(), tmp_path, "again.odt", "docx").read_bytes()
    assert len(list(Document(BytesIO(saved)).comments)) == len(report.findings)
    assert {f.rule for f in judged(saved, genres).findings} >= {f.rule for f in report.findings}


@pytest.mark.parametrize(("draft", "target", "said"), [
    ("draft.docx", "draft.docx", "换一个文件名"), ("draft.md", "out.docx", "批注只能写进 Word 文件"), ("draft.docx", "out.pdf", "批注只能写进 Word 文件"),
])  # fmt: skip
def test_comments_that_cannot_be_written_are_told(tmp_path: Path, draft: str, target: str, said: str) -> None:
    write_sheet(SHEET, tmp_path / "facts.yaml")
    (tmp_path / "draft.docx").write_bytes(word_file(DRAFT))
    (tmp_path / "draft.md").write_text(DRAFT, encoding="utf-8")
    before = (tmp_path / draft).read_bytes()
    arguments = [
        "check",
        str(tmp_path / draft),
        "--facts",
        str(tmp_path / "facts.yaml"),
        "--annotate",
        str(tmp_path / target),
    ]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert said in done.output
    assert (tmp_path / draft).read_bytes() == before


def test_the_command_names_paragraphs_and_writes_comments(tmp_path: Path) -> None:
    write_sheet(SHEET, tmp_path / "facts.yaml")
    (tmp_path / "draft.docx").write_bytes(edited(_typed("12.6亿元", "12.8亿元")))
    arguments = [
        "check",
        str(tmp_path / "draft.docx"),
        "--facts",
        str(tmp_path / "facts.yaml"),
        "--annotate",
        str(tmp_path / "out.docx"),
    ]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 1
    assert "第5段 数字不对" in done.output
    assert [c.text[:9] for c in Document(str(tmp_path / "out.docx")).comments] == ["【错误】数字不对："]
    found = json.loads(CliRunner().invoke(main, [*arguments, "--json"]).stdout)["findings"]
    assert [(f["rule"], f["paragraph"]) for f in found] == [("figure.wrong_value", 5)]
