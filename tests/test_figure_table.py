"""The table of figures behind a report: what stands in it, where its figures are, and that the check accepts it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from eval.checks.check import check
from pipeline.export.blocks import blocks
from pipeline.export.figure_table import LEAST, figure_table
from pipeline.export.word import word_file
from pipeline.facts.genres import Genre
from pipeline.facts.model import Fact
from pipeline.word_text import docx_text
from tests.sheets import fact, sheet

FACTS = (
    fact("F1", "粮食播种面积", "1.26", "万亩", previous="1.2", target="2.4"),
    fact("F2", "规模以上工业总产值", "12.6", "亿元", growth_pct="-6.8", topic="industry"),
    fact("F3", "新增城镇就业", "318", "人", target="600", completion_pct="53", topic="employment"),
    fact("F4", "新建冷链仓储", "3200", "平方米", topic="investment-projects"),  # measured against nothing
    fact("F5", "生活污水治理率", "71.5", "%", previous="66.8", topic="environment-sanitation"),  # a rate
    fact("F6", "疏浚河道", "20.6", "公里", previous="18.4", topic="infrastructure-transport-water"),
)


def test_the_table_tells_what_is_measured() -> None:
    text, placed = figure_table(sheet(*FACTS), "主要指标完成情况", 0)
    assert text.splitlines()[1:] == [
        "附表：主要指标完成情况",
        "",
        "| 指标 | 本期 | 同比 | 完成年度目标 |",
        "| --- | --- | --- | --- |",
        "| 粮食播种面积 | 1.26万亩 | 5% | 52.5% |",
        "| 规模以上工业总产值 | 12.6亿元 | -6.8% | — |",
        "| 新增城镇就业 | 318人 | — | 53% |",
        "| 疏浚河道 | 20.6公里 | 12% | — |",
    ]
    assert [(text[p.start : p.end], p.fact_id, p.field, p.formula) for p in placed][:4] == [
        ("1.26万亩", "F1", "value", ""), ("5%", "F1", "growth", "(1.26-1.2)/1.2"), ("52.5%", "F1", "completion", "1.26/2.4"), ("12.6亿元", "F2", "value", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("facts", [(), FACTS[: LEAST - 1], FACTS[3:5]])
def test_too_little_is_no_table(facts: tuple[Fact, ...]) -> None:
    assert figure_table(sheet(*facts), "主要指标完成情况", 0) == ("", ())


def test_word_has_it_as_a_table_and_the_check_accepts_it() -> None:
    own = sheet(*FACTS)
    body = "# 汀月镇2026年工作总结\n\n各项工作稳步推进。\n\n汀月镇人民政府\n\n2026年7月3日\n"
    whole = body + figure_table(own, "主要指标完成情况", len(body))[0]
    assert [b.kind for b in blocks(whole)][-8:] == ["signature", "date", "caption", "row", "row", "row", "row", "row"]
    text = docx_text(word_file(whole), where="")
    assert "规模以上工业总产值 | 12.6亿元 | -6.8% | —" in text
    report = check(text, own, genre=None)
    assert [f for f in report.findings if f.rule != "fact.missing"] == []
    assert {c.fact_id for c in report.coverage if c.covered} == {"F1", "F2", "F3", "F6"}


def test_the_genres_that_have_one(genres: Mapping[str, Genre]) -> None:
    assert {id for id, genre in genres.items() if genre.table} == {"annual-summary", "work-report"}
