"""One change ripples: figures replaced in place, what nobody can decide left and told."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from docx import Document

from eval.checker.run import TEXTS
from eval.checks.check import check
from pipeline.cli import main
from pipeline.export.word import word_file
from pipeline.export.word_edits import edited
from pipeline.facts.genres import Genre, genre_ids
from pipeline.facts.model import Fact, Sheet
from pipeline.facts.reading import load_sheet
from pipeline.facts.topics import Topic, topic_ids
from pipeline.facts.updating import Updates, applied, updates
from pipeline.facts.writing import write_sheet
from pipeline.word_text import docx_text, docx_traced
from tests.sheets import fact, sheet
from tests.test_word_edits import DRAFT, SHEET


def changed(text: str, old: tuple[Fact, ...], new: tuple[Fact, ...]) -> Updates:
    before, after = sheet(*old), sheet(*new)
    bound = [f for f in check(text, before, genre=None).figures if f.state in ("supported", "derived")]
    return updates(text, bound, before, after)


GRAIN = fact("F1", "粮食播种面积", "1.26", "万亩", previous="1.2", target="2.4")
WORKS = fact("F2", "规模以上工业总产值", "12.6", "亿元", growth_pct="6.8", topic="industry")


@pytest.mark.parametrize(("text", "old", "new", "expected"), [
    ("粮食播种面积1.26万亩，同比增长5%，完成年度目标的52.5%。", GRAIN, replace(GRAIN, note="核对过"), "粮食播种面积1.26万亩，同比增长5%，完成年度目标的52.5%。"),
    ("粮食播种面积1.26万亩，同比增长5%，完成年度目标的52.5%。", GRAIN, fact("F1", "粮食播种面积", "1.32", "万亩", previous="1.2", target="2.4"), "粮食播种面积1.32万亩，同比增长10%，完成年度目标的55%。"),
    ("粮食播种面积1.26万亩，同比增长5%。", GRAIN, fact("F1", "粮食播种面积", "1.14", "万亩", previous="1.2", target="2.4"), "粮食播种面积1.14万亩，同比下降5%。"),
    ("粮食播种面积1.26万亩，同比增长5%。", GRAIN, fact("F9", "粮食播种面积", "13200", "亩", previous="12000"), "粮食播种面积1.32万亩，同比增长10%。"),
    ("粮食播种面积12600亩。", GRAIN, fact("F1", "粮食播种面积", "1.3", "万亩", previous="1.2", target="2.4"), "粮食播种面积13000亩。"),
    ("规模以上工业总产值12.6亿元，同比增长6.8%。", WORKS, fact("F2", "规模以上工业总产值", "13.05", "亿元", growth_pct="8"), "规模以上工业总产值13.05亿元，同比增长8%。"),
    ("距粮食播种面积年度目标还差1.14万亩。", GRAIN, GRAIN, "距粮食播种面积年度目标还差1.14万亩。"),
    ("粮食播种面积 | 1.26万亩 | 5%", GRAIN, fact("F1", "粮食播种面积", "1.14", "万亩", previous="1.2", target="2.4"), "粮食播种面积 | 1.14万亩 | -5%"),
    ("规模以上工业总产值 | 12.6亿元 | -6.8%", replace(WORKS, growth_pct=-WORKS.growth_pct if WORKS.growth_pct else None), WORKS, "规模以上工业总产值 | 12.6亿元 | 6.8%"),
    ("指标 | 本期（亩） | 同比(%)\n粮食播种面积 | 12,600 | 5", GRAIN, fact("F1", "粮食播种面积", "1.14", "万亩", previous="1.2", target="2.4"), "指标 | 本期（亩） | 同比(%)\n粮食播种面积 | 11,400 | -5"),
    ("粮食播种面积1.26万亩，完成年度目标的52.5%，快于序时进度2.5个百分点。", GRAIN, fact("F1", "粮食播种面积", "1.32", "万亩", previous="1.2", target="2.4"), "粮食播种面积1.32万亩，完成年度目标的55%，快于序时进度5个百分点。"),
    ("推广测土配方施肥。", fact("F3", text="推广测土配方施肥"), fact("F3", text="推广测土配方施肥和绿色防控"), "推广测土配方施肥和绿色防控。"),
])  # fmt: skip
def test_figures_of_changed_facts_are_replaced(text: str, old: Fact, new: Fact, expected: str) -> None:
    found = changed(text, (old,), (new,))
    assert applied(text, found.replacements) == expected
    assert found.left == ()


@pytest.mark.parametrize(("text", "old", "new", "said"), [
    ("粮食播种面积近1.3万亩。", GRAIN, fact("F1", "粮食播种面积", "1.38", "万亩"), "约数"),
    ("粮食播种面积一万二千六百亩。", GRAIN, fact("F1", "粮食播种面积", "1.38", "万亩"), "阿拉伯数字"),
    ("粮食播种面积稳中有升，1.26万亩，同比增长5%。", GRAIN, fact("F1", "粮食播种面积", "1.14", "万亩", previous="1.2"), "升降变了"),
    ("粮食播种面积1.26万亩，同比增长5%。", GRAIN, fact("F1", "粮食播种面积", "1.2", "万亩", previous="1.2"), "持平"),
    ("粮食播种面积1.26万亩，同比增长5%。", GRAIN, fact("F1", "粮食播种面积", "1.3", "万亩"), "不再给出"),
    ("粮食播种面积1.26万亩。", GRAIN, fact("F1", "粮食播种面积", "1.3", "万公斤"), "单位换算"),
    ("粮食播种面积1.26万亩。", GRAIN, WORKS, "新清单里没有了"),
    ("## 一、存在的问题\n\n茶叶产量同比下降5.1%。", fact("F1", "茶叶产量", "93", "吨", growth_pct="-5.1"), fact("F1", "茶叶产量", "104", "吨", growth_pct="3"), "不再是问题"),
    ("一、存在的问题\n茶叶产量同比下降5.1%，增收乏力。", fact("F1", "茶叶产量", "93", "吨", growth_pct="-5.1"), fact("F1", "茶叶产量", "104", "吨", growth_pct="3"), "不再是问题"),
    ("粮食播种面积1.2万亩，与上年同期持平。", fact("F1", "粮食播种面积", "1.2", "万亩", previous="1.2"), fact("F1", "粮食播种面积", "1.3", "万亩", previous="1.2"), "不再持平"),
    ("粮食播种面积快于序时进度2.5个百分点。", GRAIN, fact("F1", "粮食播种面积", "1.14", "万亩", target="2.4"), "由2.5变为-2.5个百分点"),
    ("推广测土配方施肥技术。推广测土配方施肥。", fact("F3", text="推广测土配方施肥"), fact("F3", text="推广绿色防控"), "不止一处"),
    ("各项工作稳步推进。", GRAIN, fact("F1", "粮食播种面积", "1.3", "万亩", previous="1.2", target="2.4"), "没有找到原来的数"),
])  # fmt: skip
def test_what_is_not_safe_is_left_and_told(text: str, old: Fact, new: Fact, said: str) -> None:
    found = changed(text, (old,), (new,))
    assert any(said in one.message for one in found.left), found
    kept = [r for r in found.replacements if any(one.start == r.start for one in found.left)]
    assert kept == []


def test_a_sentence_on_lagging_that_holds_no_longer_is_left() -> None:
    road = fact("F4", "农村公路新建里程", "8", "公里", target="20", topic="infrastructure-transport-water")
    text = "农村公路新建里程完成年度目标的40%，低于序时进度。"
    found = changed(text, (road,), (fact("F4", "农村公路新建里程", "12", "公里", target="20"),))
    assert found.replacements == ()
    assert any("已不低于序时进度" in one.message for one in found.left)


def test_a_new_fact_and_another_town_are_told() -> None:
    before = sheet(GRAIN)
    after = replace(sheet(GRAIN, WORKS), meta=replace(before.meta, org="汀月镇党委"))
    said = [one.message for one in updates("粮食播种面积1.26万亩。", (), before, after).left]
    assert any("新清单添了“规模以上工业总产值”12.6亿元" in message for message in said)
    assert any("落款单位" in message for message in said)


NEW = Sheet(SHEET.meta, (
    fact("F1", "粮食播种面积", "1.32", "万亩", previous="1.2", growth_pct="10", target="2.4", completion_pct="55"),
    fact("F2", "规模以上工业总产值", "11.2", "亿元", topic="industry", growth_pct="-5.1"),
    *SHEET.facts[2:],
))  # fmt: skip


def written(folder: Path, name: str, content: Sheet) -> Path:
    write_sheet(content, folder / name)
    return folder / name


def test_an_edited_word_file_is_brought_up_to_date(tmp_path: Path) -> None:
    """The boss has added a sentence, set a figure in runs of its own, and left a comment: all of it stays."""
    document = Document(BytesIO(word_file(DRAFT)))
    paragraph = next(p for p in document.paragraphs if "12.6亿元" in p.text)
    text = paragraph.text
    for run in paragraph.runs:
        run._r.getparent().remove(run._r)
    at = text.index("12.6") + 2
    for piece in (text[:at], text[at : at + 1], text[at + 1 :]):  # 12 | . | 6亿元
        paragraph.add_run(piece).bold = piece == "."
    document.add_comment(paragraph.runs, "这个数再核一下", author="王")
    document.paragraphs[2].insert_paragraph_before("镇党委多次专题研究。")
    draft = tmp_path / "draft.docx"
    document.save(str(draft))
    before = draft.read_bytes()
    old, new = written(tmp_path, "old.yaml", SHEET), written(tmp_path, "new.xlsx", NEW)
    done = CliRunner().invoke(main, ["update", str(draft), "--facts", str(new), "--old", str(old)])
    assert done.exit_code == 0, done.output
    assert "第6段：规模以上工业总产值 同比：增长6.8% → 下降5.1%" in done.output
    text = docx_text(draft.read_bytes(), where="")
    assert "规模以上工业总产值11.2亿元，同比下降5.1%。粮食播种面积1.32万亩，同比增长10%，完成年度目标的55%。" in text
    assert "镇党委多次专题研究。" in text
    again = Document(str(draft))
    assert [c.text for c in again.comments] == ["这个数再核一下"]
    assert [run.bold for p in again.paragraphs for run in p.runs if run.text == "."] == [True]
    assert (tmp_path / "draft.before.docx").read_bytes() == before
    with ZipFile(BytesIO(before)) as was, ZipFile(draft) as now:
        assert [n for n in was.namelist() if was.read(n) != now.read(n)] == ["word/document.xml"]
    # The trace now knows the new sheet: the next change needs no --old.
    done = CliRunner().invoke(main, ["update", str(draft), "--facts", str(old), "--json", "--dry-run"])
    assert {r["new"] for r in json.loads(done.stdout)["replacements"]} >= {"12.6亿元", "增长6.8%", "52.5%"}


@pytest.mark.parametrize(("codec", "name"), [("utf-8-sig", "d.md"), ("gb18030", "d.txt"), ("utf-16", "d.txt")])
def test_a_text_file_keeps_its_encoding_and_line_ends(tmp_path: Path, codec: str, name: str) -> None:
    draft = tmp_path / name
    draft.write_bytes(DRAFT.replace("\n", "\r\n").encode(codec))
    old, new = written(tmp_path, "old.yaml", SHEET), written(tmp_path, "new.yaml", NEW)
    out = tmp_path / f"out{draft.suffix}"
    done = CliRunner().invoke(main, ["update", str(draft), "--facts", str(new), "--old", str(old), "-o", str(out)])
    assert done.exit_code == 0, done.output
    expected = DRAFT.replace("12.6亿元，同比增长6.8%", "11.2亿元，同比下降5.1%").replace("1.26万亩，同比增长5%", "1.32万亩，同比增长10%").replace("52.5%", "55%")  # fmt: skip
    assert out.read_bytes() == expected.replace("\n", "\r\n").encode(codec)
    assert draft.read_bytes() == DRAFT.replace("\n", "\r\n").encode(codec)


@pytest.mark.parametrize(("arguments", "said"), [
    (["d.md", "--facts", "new.yaml"], "--old"),
    (["d.md", "--facts", "new.yaml", "--old", "old.yaml", "-o", "d.docx"], ".md"),
    (["none.md", "--facts", "new.yaml"], "找不到稿子"),
])  # fmt: skip
def test_what_cannot_be_updated_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d.md").write_text(DRAFT, encoding="utf-8")
    written(tmp_path, "old.yaml", SHEET)
    written(tmp_path, "new.yaml", NEW)
    done = CliRunner().invoke(main, ["update", *arguments])
    assert done.exit_code == 2
    assert said in done.output


def test_a_box_is_changed_with_its_copy_for_older_programs() -> None:
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    box = "<w:txbxContent><w:p><w:r><w:t>播种1.26万亩</w:t></w:r></w:p></w:txbxContent>"
    from docx.oxml.parser import parse_xml

    document = Document(BytesIO(word_file(DRAFT)))
    both = f"<mc:AlternateContent {mc}><mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent>"
    document.paragraphs[2]._p.append(parse_xml(f"<w:r {w}>{both}</w:r>"))
    made = BytesIO()
    document.save(made)
    traced = docx_traced(made.getvalue(), where="")
    at = traced.text.index("播种1.26") + 2
    content, undone = edited(made.getvalue(), traced.places, [(at, at + 4, "1.32")])
    assert undone == ()
    with ZipFile(BytesIO(content)) as package:
        xml = package.read("word/document.xml").decode()
    assert xml.count("播种1.32万亩") == 2


def test_what_nobody_typed_is_not_changed() -> None:
    content = word_file(DRAFT)
    traced = docx_traced(content, where="")
    assert edited(content, traced.places, [(0, 1, "*")]) == (content, ((0, 1, "*"),))


CLEAN = sorted((TEXTS / "clean").glob("*.yaml"))


def _otherwise(one: Fact, chance: random.Random) -> Fact:
    """A fact that a clerk has changed: another value, growth and completion left to be computed."""
    if one.value is None or chance.random() > 0.3:
        return one
    value = (one.value * Decimal(chance.choice(["0.8", "1.05", "1.1", "1.3"]))).quantize(
        Decimal(1) if one.value == one.value.to_integral_value() else Decimal("0.01")
    )
    return replace(one, value=min(value, Decimal(100)) if one.is_rate else value, growth_pct=None, completion_pct=None)


@pytest.mark.parametrize("path", CLEAN, ids=[path.stem for path in CLEAN])
def test_what_was_not_replaced_was_told(path: Path, genres: Mapping[str, Genre], topics: Mapping[str, Topic]) -> None:
    """Reports of others, their sheets changed at random: afterwards each figure that is wrong is one that was told of."""
    before = load_sheet(path, genres=genre_ids(genres), topics=topic_ids(topics))[0]
    text = path.with_suffix(".md").read_text(encoding="utf-8")
    bound = [f for f in check(text, before, genre=None).figures if f.state in ("supported", "derived")]
    for seed in range(3):
        chance = random.Random(seed)
        after = replace(before, facts=tuple(_otherwise(one, chance) for one in before.facts))
        found = updates(text, bound, before, after)
        ids, quotes = {one.fact_id for one in found.left}, {one.quote for one in found.left}
        errors = [
            f for f in check(applied(text, found.replacements), after, genre=None).findings if f.severity == "error"
        ]
        untold = [f for f in errors if not ids.intersection(f.fact_ids)]
        # a finding of 近六成 quotes the word as well as the figure
        assert [f for f in untold if not any(quote and f.quote.endswith(quote) for quote in quotes)] == []
        assert found.replacements
