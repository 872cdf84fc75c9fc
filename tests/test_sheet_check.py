"""What a sheet says against itself, and what it may say without being told off."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from pipeline.facts.model import Fact, Sheet
from pipeline.facts.sheet_check import contradictions
from pipeline.language.periods import Period
from tests.sheets import fact, sheet


def _said(*facts: Fact) -> list[tuple[str, str, str]]:
    return [(id, severity, message) for id, _, message, _, severity in contradictions(sheet(*facts))]


@pytest.mark.parametrize(
    ("one", "severity", "part"),
    [
        (fact("F1", "茶叶产量", "126", "吨", previous="100", growth_pct="25"), "error", "算是 26"),
        (fact("F1", "茶叶产量", "126", "吨", previous="100", growth_pct="-26"), "error", "算是 26"),
        (fact("F1", "茶叶产量", "1.28", "吨", previous="1.21", growth_pct="5.7"), "warning", "算是 5.8"),  # cut off, not rounded
        (fact("F1", "合格率", "98.5", "%", previous="97.2", growth_pct="1.2"), "error", "算是 1.3"),
        (fact("F1", "茶叶产量", "3", "吨", previous="0", growth_pct="100"), "warning", "上年同期是 0"),
        (fact("F1", "茶叶产量", "3", "吨", growth_pct="5800"), "warning", "大得少见"),
        (fact("F1", "茶叶产量", "3.97", "吨", target="6.02", completion_pct="89.9"), "error", "算是 65.9%"),
        (fact("F1", "茶叶产量", "3", "吨", target="0", completion_pct="50"), "warning", "目标是 0"),
        (fact("F1", "茶叶产量", "12600", "吨", previous="1.2"), "warning", "相差千倍以上"),
        (fact("F1", "茶叶抽检合格率", "103", "%"), "warning", "超过 100%"),
        (fact("F1", "茶叶抽检合格率", "0.98", "%"), "warning", "没有换成百分数"),
        (fact("F1", "新增茶农", "-12", "户"), "warning", "是负数"),
        (fact("F1", "新增茶农", "12.5", "户"), "warning", "不是整数"),
        (fact("F1", "茶园面积", "12", "万元"), "warning", "与面积不合"),
        (fact("F1", "工业总产值", "12", "亩"), "warning", "与金额不合"),
        (fact("F1", "茶叶合格率", "12", "吨"), "warning", "与比率不合"),
        (fact("F1", "接待游客", "126", "万人次", previous="8.6"), "warning", "大得少见"),  # 1365 %
        (fact("F1", "接待游客", "126", "万人次", growth_pct="-130"), "error", "下降不会超过 100%"),
        (fact("F1", "接待游客", "126", "万人次", completion_pct="1265"), "warning", "大得少见"),
        (fact("F1", "工业用电量", "1286", "吨"), "warning", "与电量不合"),
        (fact("F1", "财政收入", "1286", "人"), "warning", "与金额不合"),
        (fact("F1", "茶叶产量", "1286", "万元"), "warning", "与产量不合"),
        (fact("F1", text="7月18日举办采风活动"), "warning", "在报告期 2026年上半年 之后"),
        (fact("F1", text="2028年建成环镇公路"), "warning", "在报告期 2026年上半年 之后"),
    ],
)  # fmt: skip
def test_one_fact_against_itself(one: Fact, severity: str, part: str) -> None:
    (said,) = _said(one)
    assert said[:2] == ("F1", severity)
    assert part in said[2]


@pytest.mark.parametrize(
    "one",
    [
        fact("F1", "茶叶产量", "1.28", "吨", previous="1.21", growth_pct="5.8"),
        fact("F1", "茶叶产量", "1.28", "吨", previous="1.21", growth_pct="5.79"),
        fact("F1", "合格率", "98.5", "%", previous="97.2", growth_pct="1.3"),
        fact("F1", "茶叶目标完成率", "103", "%"),
        fact("F1", "人口净增", "-12", "人"),
        fact("F1", "户均人口", "3.2", "人"),
        fact("F1", "茶园面积", "12", "公顷"),
        fact("F1", "面积亩均产值", "1.2", "万元/亩"),
        fact("F1", "茶叶", "12", "斤"),
        fact("F1", "低保金", "30", "万元", previous="0"),
        fact("F1", "新签约项目", "14", "个", previous="1", growth_pct="1300"),
        fact("F1", "小学毛入学率", "102.3", "%"),
        fact("F1", "水库库容", "1260", "万立方米"),
        fact("F1", text="除险加固山塘12座，9月底前投入使用"),
        fact("F1", text="2027年建成环镇公路"),  # a plan, and placed among the plans
        fact("F1", text="每年7月1日前完成汛前检查"),
    ],
)
def test_one_fact_with_nothing_wrong(one: Fact) -> None:
    assert _said(one) == []


def test_growth_is_an_error_only_where_the_three_exclude_each_other() -> None:
    assert _said(fact("F1", "茶叶", "3", "吨", growth_pct="12.5"), fact("F2", "蚕茧", "3", "吨", previous="2")) == []


@pytest.mark.parametrize(
    ("facts", "severity", "part"),
    [
        ((fact("F1", "茶叶产量", "3", "吨"), fact("F2", "茶叶产量", "4", "吨")), "error", "数值又不同"),
        ((fact("F1", "茶叶产量", "3", "吨"), fact("F2", "全镇茶叶产量", "3000", "公斤")), "warning", "重复。"),
        ((fact("F1", "茶叶产量", "3", "吨"), fact("F2", "茶叶产量", "3100", "公斤")), "error", "数值又不同"),
        ((fact("F1", "茶叶", "3", "吨"), fact("F2", "茶叶", "3", "亩")), "warning", "却是“吨”"),
        ((fact("F1", "培训", "3", "期"), fact("F2", "培训", "4", "期", topic="employment")), "warning", "数值又不同"),
        ((fact("F1", text="推广测土配方施肥"), fact("F2", text="推广测土配方施肥")), "warning", "文字相同"),
        ((fact("F1", "新增就业", "10", "人"), fact("F2", "新增就业（男）", "6", "人"), fact("F3", "新增就业（女）", "5", "人")), "error", "男女相加却是 11"),
        ((fact("F1", "新增就业", "10", "人"), fact("F2", "新增男性就业", "6", "人"), fact("F3", "新增女性就业", "5", "人")), "error", "男女相加却是 11"),
        ((fact("F1", "新增就业", "10", "人"), fact("F2", "新增就业（返乡青年）", "12", "人")), "error", "还多"),
        ((fact("F1", "茶园", "1", "万亩"), fact("F2", "茶园其中：新植", "1200", "亩"), fact("F3", "茶园其中：改造", "9000", "亩")), "warning", "多于总数"),
        ((fact("F1", "城乡居民基本医疗保险参保率", "97.3", "%"), fact("F2", "城乡居民医保参保率", "96.1", "%")), "warning", "像是同一指标"),
        ((fact("F1", "固定资产投资", "3.2", "亿元"), fact("F2", "全镇完成固定资产投资额", "31000", "万元")), "warning", "像是同一指标"),
        ((fact("F1", "茶叶产量", "5", "吨", text="春茶开采早，产量6吨"),), "error", "“产量”是 6吨，本期却写 5吨"),
        ((fact("F1", "茶叶产量", "5", "吨", text="全镇茶叶产量达到6000公斤"),), "warning", "本期却写 5吨"),
        ((replace(fact("F1", "茶叶产量", "5", "吨"), note="冲突：本期另一表“农办.csv”写 6吨"),), "warning", "各表不一致"),
        ((fact("F1", "第一产业占比", "30", "%"), fact("F2", "第二产业占比", "40", "%"), fact("F3", "第三产业占比", "40", "%")), "warning", "相加是 110%"),
    ],
)  # fmt: skip
def test_facts_against_each_other(facts: tuple[Fact, ...], severity: str, part: str) -> None:
    (said,) = _said(*facts)
    assert said[1] == severity
    assert part in said[2]


@pytest.mark.parametrize(
    "facts",
    [
        (fact("F1", "培训", "12", "期"), fact("F2", "培训", "640", "人次")),
        (fact("F1", "固定资产投资", "3.2", "亿元"), fact("F2", "完成固定资产投资额", "32000", "万元")),
        (fact("F1", "茶叶产量", "5", "吨", text="产量5吨，其中春茶产量3吨"),),
        (fact("F1", "茶叶产量", "5", "吨", previous="4", text="比上年多产1吨，上年产量4吨，6月产量2吨"),),
        (fact("F1", "茶叶产量", "3", "吨"), fact("F2", "茶叶产量", "4", "吨", topic="plans-next-period")),
        (fact("F1", "累计新改建公路", "86", "公里"), fact("F2", "新改建公路", "21.6", "公里")),
        (
            fact("F1", "新增就业", "11", "人"),
            fact("F2", "新增就业（男）", "6", "人"),
            fact("F3", "新增就业（女）", "5", "人"),
        ),
        (fact("F1", "茶园", "1", "万亩"), fact("F2", "茶园（新植）", "1200", "亩")),
        (fact("F1", "第一产业占比", "30", "%"), fact("F2", "第二产业占比", "70", "%")),
        (fact("F1", "男性党员", "30", "名"), fact("F2", "女性党员", "12", "名")),
    ],
)
def test_facts_with_nothing_wrong_between_them(facts: tuple[Fact, ...]) -> None:
    assert _said(*facts) == []


@pytest.mark.parametrize(
    ("date", "period", "said"),
    [
        ("2026-07-03", Period(2026, 1, 6), None), ("2025-12-28", Period(2025, 1, 12), None), ("2025-12-20", Period(2026, 1, 12), None),
        ("2027-01-16", Period(2026, 1, 12), None), ("2016-07-03", Period(2026, 1, 6), "离报告期 2026年上半年 太远"),
        ("2062-07-03", Period(2026, 1, 6), "太远"), ("2026-05-01", Period(2026, 7, 12), "开始之前"), ("", Period(2026, 1, 6), None),
    ],
)  # fmt: skip
def test_the_document_s_date_against_the_period(date: str, period: Period, said: str | None) -> None:
    one = sheet(fact("F1", "茶叶产量", "3", "吨"), period=period)
    found = list(contradictions(Sheet(replace(one.meta, date=date), one.facts)))
    assert [(id, field, severity) for id, field, _, _, severity in found] == ([("", "date", "warning")] if said else [])
    assert not said or said in found[0][2]


def test_ten_thousand_facts_take_no_second_each() -> None:
    many = tuple(Fact(f"F{i}", "agriculture", f"茶叶产量{i // 3}", Decimal(i), "吨") for i in range(10_000))
    assert sum(severity == "error" for *_, severity in contradictions(sheet(*many))) == 6666


def test_a_part_named_by_itself_is_held_against_the_fact_above_it() -> None:
    said = _said(fact("F1", "新增就业", "10", "人"), fact("F2", "其中：返乡青年", "12", "人"))
    assert [(id, severity) for id, severity, _ in said] == [("F2", "warning"), ("F2", "error")]
    assert "还多" in said[1][2]
