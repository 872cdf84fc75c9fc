"""Tables in a draft: figures bound by row and column, in the units that their columns name."""

from __future__ import annotations

import pytest

from eval.checks.check import check
from eval.checks.findings import Report
from tests.sheets import fact, sheet

SHEET = sheet(
    fact("F1", "粮食播种面积", "1.26", "万亩", previous="1.2", target="2.4"),
    fact("F2", "规模以上工业总产值", "12.6", "亿元", growth_pct="-6.8", topic="industry"),
    fact("F3", "新增城镇就业", "318", "人", previous="285", target="600", completion_pct="53", topic="employment"),
)


def judged(table: str) -> Report:
    return check(f"# 汀月镇2026年上半年工作总结\n\n{table}\n\n各项工作稳步推进。\n", SHEET, genre=None)


@pytest.mark.parametrize("table", [
    "指标 | 本期 | 上年同期 | 同比 | 年度目标 | 完成率\n粮食播种面积 | 1.26万亩 | 1.2万亩 | 5% | 2.4万亩 | 52.5%",
    "| 指标 | 单位 | 本期 | 上年同期 | 同比(%) |\n| --- | --- | --- | --- | --- |\n| 粮食播种面积 | 万亩 | 1.26 | 1.2 | 5.0 |\n| 规模以上工业总产值 | 亿元 | 12.6 | — | -6.8 |",
    "指标名称 | 2026年上半年 | 2025年上半年\n粮食播种面积（亩） | 12,600 | 12000\n新增城镇就业（人） | 318 | 285",
    "项目 | 完成数（万元） | 增幅\n规模以上工业总产值 | 126000 | -6.8%",
])  # fmt: skip
def test_right_cells_are_no_findings(table: str) -> None:
    report = judged(table)
    assert [f for f in report.findings if f.rule != "fact.missing"] == []
    assert {b.state for b in report.figures} == {"supported"}


@pytest.mark.parametrize(("table", "quote", "said"), [
    ("指标 | 本期 | 上年同期\n粮食播种面积 | 1.62万亩 | 1.2万亩", "1.62万亩", "清单为1.26万亩"),
    ("指标 | 单位 | 本期 | 上年同期\n新增城镇就业 | 人 | 318 | 258", "258", "上年同期不对"),
    ("指标 | 本期 | 同比(%)\n规模以上工业总产值（亿元） | 12.6 | 6.8", "6.8", "清单为-6.8%"),
    ("指标 | 本期（万元） | 同比\n规模以上工业总产值 | 12.6 | -6.8%", "12.6", "清单为12.6亿元"),
    ("指标 | 本期 | 完成率\n新增城镇就业 | 318人 | 35%", "35%", "完成率不对"),
])  # fmt: skip
def test_a_wrong_cell_is_named_by_its_column(table: str, quote: str, said: str) -> None:
    (found,) = [f for f in judged(table).findings if f.rule != "fact.missing"]
    assert (found.rule, found.quote) == ("figure.wrong_value", quote)
    assert said in found.message


def test_a_table_states_its_facts() -> None:
    report = judged("指标 | 单位 | 本期\n粮食播种面积 | 万亩 | 1.26\n新增城镇就业 | 人 | 318")
    assert {c.fact_id for c in report.coverage if c.covered} == {"F1", "F3"}
    assert {id for f in report.findings if f.rule == "fact.missing" for id in f.fact_ids} == {"F2"}


@pytest.mark.parametrize(
    "table", ["甲 | 乙\n丙 | 丁", "指标 | 说明\n粮食播种面积 | 1.62万亩", "一行 | 没有表头 1.62万亩"]
)
def test_a_table_that_is_not_understood_is_left_to_the_other_rules(table: str) -> None:
    assert not [f for f in judged(table).findings if "表中" in f.message]
