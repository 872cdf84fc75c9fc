"""Dates and ranks of facts in words, means and shares of a whole that is told elsewhere, names that state a figure."""

from __future__ import annotations

import pytest

from eval.checks.check import check
from tests.sheets import fact, sheet

TITLE = "# 汀月镇2026年上半年工作总结\n\n## 一、上半年工作情况\n\n"
SHEET = sheet(
    fact("T1", text="2026年1月16日召开镇第十九届人大第五次会议"), fact("T2", text="固定资产投资增速列全县12个乡镇第3位"), fact("T3", text="3月起推行镇村干部联户走访制度"),
)  # fmt: skip


def said(text: str, of: object = SHEET) -> list[tuple[str, str, str]]:
    found = check(TITLE + text + "\n", of, genre=None).findings  # type: ignore[arg-type]
    return [(f.rule, f.severity, f.quote) for f in found if f.rule.startswith(("figure", "fact")) and f.rule != "fact.missing"]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "2026年1月16日召开的镇第十九届人大第五次会议以来，工作有序。", "1月16日召开镇第十九届人大第五次会议。", "固定资产投资增速居前，增速列全县12个乡镇第三位。",
        "今年3月起推行镇村干部联户走访制度。", "5月召开镇村干部大会。", "农民收入增速列全县第5位。",
    ],
)  # fmt: skip
def test_dates_and_ranks_that_hold_or_are_of_something_else(text: str) -> None:
    assert [f for f in said(text) if f[0] == "figure.wrong_value"] == []


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("2026年1月18日召开的镇第十九届人大第五次会议以来，工作有序。", "2026年1月18日"), ("固定资产投资增速列全县12个乡镇第2位。", "第2位"),
        ("固定资产投资平稳增长，增速列全县12个乡镇第二位。", "第二位"), ("5月起推行镇村干部联户走访制度。", "5月"),
    ],
)  # fmt: skip
def test_another_date_or_rank_is_found(text: str, quote: str) -> None:
    assert ("figure.wrong_value", "error", quote) in said(text)


DAYS = sheet(
    fact("T1", text="4月18日召开枇杷产业推介会"), fact("T2", text="9月6日至8日举办荻文化节"), fact("T3", text="2027年9月底前建成敬老院二期"), fact("T4", text="5月8日（星期二）慰问困难职工家庭"),
)  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "4月18日召开枇杷产业推介会。", "四月十八日召开枇杷产业推介会。", "2026年4月18日（星期六）召开枇杷产业推介会。", "今年4月召开枇杷产业推介会。", "4月中旬召开枇杷产业推介会。",
        "9月6—8日举办荻文化节。", "9月6日至9月8日举办荻文化节。", "9月6日起举办荻文化节。", "明年9月底前建成敬老院二期。", "到2027年，9月底前建成敬老院二期。", "4月9日、20日召开镇村干部例会。",
        "5月8日（星期二）慰问困难职工家庭。",  # as the sheet has it
    ],
)  # fmt: skip
def test_a_day_told_in_another_way(text: str) -> None:
    assert [f for f in said(text, DAYS) if f[0] in ("figure.wrong_value", "figure.derived")] == []


@pytest.mark.parametrize(
    ("text", "severity", "quote"),
    [
        ("18日召开枇杷产业推介会。", "warning", "18日"), ("19日召开枇杷产业推介会。", "error", "19日"), ("去年4月18日召开枇杷产业推介会。", "error", "去年4月18日"), ("2025年4月18日召开枇杷产业推介会。", "error", "2025年4月18日"),
        ("四月十九日召开枇杷产业推介会。", "error", "四月十九日"), ("4月下旬召开枇杷产业推介会。", "error", "4月下旬"), ("9月6日至9日举办荻文化节。", "error", "9月6日至9日"), ("9月5—8日举办荻文化节。", "error", "9月5—8日"),
        ("9月6日举办荻文化节。", "error", "9月6日"), ("2026年9月底前建成敬老院二期。", "error", "2026年9月底"), ("9月底前建成敬老院二期。", "error", "9月底"), ("2027年9月初前建成敬老院二期。", "error", "2027年9月初"),
    ],
)  # fmt: skip
def test_a_day_that_is_partly_another(text: str, severity: str, quote: str) -> None:
    assert ("figure.wrong_value", severity, quote) in said(text, DAYS)


def test_a_weekday_that_the_date_is_not() -> None:
    report = check(TITLE + "4月17日（星期四）召开例会，4月17日（星期五）散会。\n", DAYS, genre=None)
    assert [(f.quote, f.message) for f in report.findings if f.rule == "figure.derived"] == [
        ("4月17日（星期四）", "2026年4月17日是星期五，这里写的是“4月17日（星期四）”。请核对日期和星期。")
    ]


MEANS = sheet(
    fact("F1", "行政村", "13", "个"), fact("F2", "村集体经营性收入", "1036", "万元", previous="842"), fact("F3", "经营性收入50万元以上的村", "11", "个"),
    fact("F4", "毛竹林", "6.4", "万亩"), fact("F5", "笋用林", "2.1", "万亩"), fact("F6", "市级以上用稿", "174", "篇"), fact("F7", "省级用稿", "47", "篇"), fact("F8", "中央级用稿", "6", "篇"),
    fact("F9", "核减超载牲畜", "1.4", "万个羊单位", target="2.3"), fact("F10", "输变电站", "35", "kv"),
)  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "全镇有行政村13个。抓产业。抓项目。抓民生。村集体经营性收入1036万元，村均79.7万元；经营性收入50万元以上的村达11个，占总数的84.6%。",
        "毛竹林6.4万亩。笋用林2.1万亩，接近毛竹林面积的三分之一。", "市级以上用稿174篇。中央级6篇、省级47篇，两级合计53篇，占用稿总数的30.5%。",
        "核减超载牲畜年度目标2.3万个羊单位，还需完成0.9万个羊单位。", "推进35kv输变电站建设。",
    ],
)  # fmt: skip
def test_what_follows_from_a_whole_told_elsewhere(text: str) -> None:
    assert said(text, MEANS) == []


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("全镇有行政村13个。村集体经营性收入1036万元，村均97.7万元。", "97.7万元"), ("经营性收入50万元以上的村达11个，占总数的86.4%。", "86.4%"),
        ("毛竹林6.4万亩。笋用林2.1万亩，接近毛竹林面积的二分之一。", "二分之一"), ("市级以上用稿174篇。中央级6篇、省级47篇，两级合计53篇，占用稿总数的35.0%。", "35.0%"),
    ],
)  # fmt: skip
def test_what_does_not_follow_from_it(text: str, quote: str) -> None:
    assert quote in [f[2] for f in said(text, MEANS)]


def test_a_name_with_a_figure_states_its_fact() -> None:
    report = check(TITLE + "推进35kv输变电站建设。\n", MEANS, genre=None)
    assert {c.fact_id: c.covered for c in report.coverage}["F10"]
    other = check(TITLE + "推进110kv输变电站建设。\n", MEANS, genre=None)
    assert not {c.fact_id: c.covered for c in other.coverage}["F10"]


def test_years_that_last_are_no_date() -> None:
    of = sheet(fact("T1", text="连续66年保持绿化先进"))
    assert said("连续66年保持绿化先进。", of) == []
    assert "68年" in [f[2] for f in said("连续68年保持绿化先进。", of)]


def test_what_is_computed_from_a_wrong_figure_is_a_warning() -> None:
    of = sheet(fact("F1", "签约项目", "15", "个"), fact("F2", "超亿元签约项目", "4", "个"))
    text = "签约项目51个，其中超亿元签约项目4个，其余签约项目11个。"
    found = {quote: severity for _, severity, quote in said(text, of)}
    assert found["51个"] == "error"
    assert found.get("11个", "warning") == "warning"


def test_what_follows_from_facts_that_were_taken_out_is_a_warning_that_names_them() -> None:
    of = sheet(
        fact("F1", "规上工业企业", "34", "家"), fact("F2", "限上商贸企业", "21", "家"), fact("F3", "植树", "4", "万株")
    )
    report = check(TITLE + "全镇植树4万株。两上企业合计55家。\n", of, genre=None)
    (found,) = [f for f in report.findings if f.quote == "55家"]
    assert (found.severity, "F1“规上工业企业”、F2“限上商贸企业”" in found.message) == ("warning", True)
    report = check(TITLE + "全镇植树4万株。两上企业合计56家。\n", of, genre=None)
    assert [f.severity for f in report.findings if f.quote == "56家"] == ["error"]
