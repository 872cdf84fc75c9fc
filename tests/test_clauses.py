"""Clauses: every wording welds the indicator to its own figure, in words that suit it."""

from __future__ import annotations

import re

import pytest

from pipeline.archive.patterns import Pattern
from pipeline.drafting.clauses import Manner, clause
from pipeline.drafting.phrasing import Placed, Wording
from pipeline.drafting.tellings import amount, name, pace
from pipeline.facts.model import Fact
from pipeline.language.indicators import flow_verbs, indicator_kind, is_planned
from pipeline.language.periods import Period
from tests.sheets import FIRST_HALF, fact

GRAIN = fact("F1", "粮食播种面积", "1.26", "万亩", previous="1.2", target="2.4")
YEAR = Period(2026, 1, 12)


@pytest.mark.parametrize(
    ("indicator", "unit", "kind"),
    [
        ("工业总产值", "亿元", "flow"),
        ("信访办结率", "%", "rate"),
        ("引进企业", "户", "action"),
        ("拆除违法建筑面积", "平方米", "action"),
        ("村道硬化里程", "公里", "measure"),
        ("茶叶", "斤", "thing"),
    ],
)
def test_indicators_take_their_figures_by_kind(indicator: str, unit: str, kind: str) -> None:
    assert indicator_kind(indicator, unit) == kind


@pytest.mark.parametrize(
    ("indicator", "verbs"),
    [
        ("工业总产值", ("实现", "完成")),
        ("固定资产投资", ("完成",)),
        ("一般公共预算收入", ("实现", "完成")),
        ("村集体经营性收入", ("实现",)),
        ("重大项目完成投资", ()),  # 完成重大项目完成投资
        ("垛丰米业留胚米生产线投资", ()),  # one firm's own
        ("茶叶", ()),
    ],
)
def test_verbs_before_a_flow(indicator: str, verbs: tuple[str, ...]) -> None:
    assert flow_verbs(indicator) == verbs


def test_every_clause_welds_indicator_and_figure() -> None:
    wordings = clause(GRAIN, FIRST_HALF, ())
    assert len(wordings) > 1
    for wording in wordings:
        assert re.match(
            r"粮食播种面积(?:|为|达)1\.26万亩，同比增长5%，完成年度目标的52\.5%$",
            wording.text,
        )
        assert [(wording.text[f.start : f.end], f.field) for f in wording.figures] == [
            ("1.26万亩", "value"),
            ("5%", "growth"),
            ("52.5%", "completion"),
        ]


def test_a_whole_year_is_held_against_the_year_before() -> None:
    assert all("同期" not in w.text for w in clause(GRAIN, YEAR, ()))


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (fact("F1", "工业用电量", "41", "万千瓦时", previous="43"), "下降4.7%"),  # -2/43 = -4.65…
        (fact("F1", "固定资产投资", "2.06", "亿元", growth_pct="-4.2"), "下降4.2%"),
        (fact("F1", "参保率", "98.2", "%", previous="98.6"), "下降0.4个百分点"),
        (fact("F1", "茶叶产量", "3", "吨", previous="3"), "与上年同期持平"),
    ],
)
def test_a_fall_is_called_a_fall(made: Fact, said: str) -> None:
    for wording in clause(made, FIRST_HALF, ()):
        assert said in wording.text
        assert "增长" not in wording.text
        assert "提高" not in wording.text


@pytest.mark.parametrize(
    ("made", "period", "said"),
    [
        (GRAIN, FIRST_HALF, "比上年同期增加0.06万亩，增长5%，完成年度目标的52.5%，快于序时进度2.5个百分点"),
        (
            fact("F1", "茶叶产量", "3", "吨", previous="4", target="8"),
            FIRST_HALF,
            "比上年同期减少1吨，下降25%，完成年度目标的37.5%",
        ),
        (
            fact("F1", "新建公路", "11", "公里", growth_pct="5", target="10"),
            YEAR,
            "比上年增长5%，完成年度目标的110%，超出年度目标1公里",
        ),
        (fact("F1", "参保率", "98", "%", previous="97"), YEAR, "比上年提高1个百分点"),
        (
            fact("F1", "新建公路", "6", "公里", completion_pct="60"),
            FIRST_HALF,
            "完成年度目标的60%",
        ),  # rounded: no distance
    ],
)
def test_a_fact_told_in_full(made: Fact, period: Period, said: str) -> None:
    for wording in clause(made, period, (), Manner(in_full=True)):
        assert wording.text.endswith(said)
        assert all(re.search(r"\d", wording.text[f.start : f.end]) for f in wording.figures)


def test_a_unit_per_time_stands_before_the_indicator() -> None:
    weekly = fact("F1", "召开班子例会", "1", "次/周")
    assert (pace(weekly), amount(weekly)) == ("每周", "1次")
    assert clause(weekly, FIRST_HALF, ())[0].text == "每周召开班子例会1次"


def test_the_archives_patterns_come_first_and_name_their_source() -> None:
    pattern = Pattern("measure", "", "为", "比上年同期增长", "占年度目标的", "p7")
    first = clause(GRAIN, FIRST_HALF, (pattern,))[0]
    assert (
        first
        == Wording(
            "粮食播种面积为1.26万亩，同比增长5%，完成年度目标的52.5%",  # its verb and 为, not its 比上年同期: one form in a report
            (
                Placed(7, 13, "F1", "value"),
                Placed(18, 20, "F1", "growth", "(1.26-1.2)/1.2"),
                Placed(28, 33, "F1", "completion", "1.26/2.4"),
            ),
            "p7",
        )
    )


@pytest.mark.parametrize(
    "pattern",
    [
        Pattern("flow", "", "达", "同比增长", "", "p1"),  # another kind
        Pattern("measure", "实现", "", "同比增长", "占全年任务的", "p1"),  # a verb that does not suit
    ],
)
def test_a_pattern_that_does_not_suit_is_not_used(pattern: Pattern) -> None:
    assert all(w.source == "" for w in clause(GRAIN, FIRST_HALF, (pattern,)))


@pytest.mark.parametrize(
    ("made", "between"),
    [
        (fact("F1", "固定资产投资", "2.06", "亿元", growth_pct="-4.2"), ""),  # 达 does not go with a fall
        (fact("F1", "参保率", "98.2", "%", previous="98.6"), "为"),
        (fact("F1", "测试合格率", "50", "%"), "为"),  # nothing to be proud of
        (fact("F1", "信访总量", "41", "件", previous="52"), ""),
        (fact("F1", "农业总收入", "3420", "万元", completion_pct="43.9"), ""),  # behind the calendar
        (fact("F1", "力争固定资产投资", "3.5", "亿元"), ""),  # tells its own aim
        (fact("F1", "重大项目完成投资", "3.97", "亿元"), ""),
    ],
)
def test_no_boast_where_there_is_nothing_to_boast_of(made: Fact, between: str) -> None:
    for wording in clause(made, FIRST_HALF, ()):
        before, after = wording.text.split(made.indicator, 1)
        assert before == ""
        assert re.match(rf"(?:为|{between})\d", after)


def test_a_plans_figures_are_aims() -> None:
    for wording in clause(GRAIN, YEAR, (), Manner(aims=True)):
        assert wording.text.startswith("粮食播种面积达到1.26万亩，比上年增长5%")


@pytest.mark.parametrize(
    ("indicator", "completion", "said"),
    [
        ("粮食播种面积", "52.5", {"完成年度目标的"}),
        ("粮食播种面积", "101.4", {"完成年度目标的"}),
        ("重大项目完成投资", "52.5", {"占年度目标的"}),  # 完成 is said
        ("重大项目完成投资", "101.4", {"达到年度目标的"}),  # more than the whole is no part of it
    ],
)
def test_a_report_tells_completion_in_one_form(indicator: str, completion: str, said: set[str]) -> None:
    made = fact("F1", indicator, "1.26", "万亩", completion_pct=completion)
    found = {m[0] for w in clause(made, FIRST_HALF, ()) if (m := re.search("(?:完成|占|达到)年度目标的", w.text))}
    assert found == said


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (fact("F1", "较大以上生产安全事故", "0", "起"), "未发生较大以上生产安全事故（0起）"),
        (fact("F1", "规模性返贫户数", "0", "户"), "未发生规模性返贫（0户）"),
        (fact("F1", "引进亿元以上项目", "0", "个"), "未引进亿元以上项目（0个）"),
        (fact("F1", "已开工项目", "0", "个"), "未开工项目（0个）"),
        (fact("F1", "空置厂房", "0", "平方米"), "无空置厂房（0平方米）"),
        (fact("F1", "事故死亡人数", "0", "人"), "无事故死亡（0人）"),
        # a change is told with its figure; a rate of nought is a rate; what says 未 itself is left
        (fact("F1", "火灾事故", "0", "起", previous="2"), "火灾事故0起，比上年同期减少2起"),
        (fact("F1", "耕地撂荒率", "0", "%"), "耕地撂荒率为0%"),
        (fact("F1", "未整改隐患", "0", "处"), "未整改隐患0处"),
    ],
)  # fmt: skip
def test_nought_is_told_as_absence(made: Fact, said: str) -> None:
    first = clause(made, FIRST_HALF, ())[0]
    assert first.text == said
    figure = first.figures[0]
    assert (first.text[figure.start : figure.end], figure.field) == (amount(made), "value")


@pytest.mark.parametrize(
    ("made", "period", "said"),
    [
        (fact("F1", "茶叶产量", "36", "吨", previous="36"), FIRST_HALF, "茶叶产量为36吨，与上年同期持平"),
        (fact("F1", "参保率", "98", "%", previous="98"), FIRST_HALF, "参保率为98%，与上年同期持平"),
        (fact("F1", "工业总产值", "3", "亿元", growth_pct="0"), YEAR, "工业总产值为3亿元，与上年持平"),
        (fact("F1", "新增就业", "36", "人", previous="36"), YEAR, "新增就业36人，与上年持平"),
    ],
)
def test_what_stands_still_boasts_of_nothing(made: Fact, period: Period, said: str) -> None:
    assert {w.text for w in clause(made, period, ())} == {said}


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (fact("F1", "道路交通事故", "2", "起", target="3"), "不超过年度目标3起"),  # a ceiling: nobody 完成 it
        (fact("F1", "道路交通事故", "4", "起", target="3"), "4起"),  # told among the problems
        (fact("F1", "事故隐患整改", "2", "处", target="3"), "完成年度目标的66.7%"),  # what is done about an evil
        (fact("F1", "化肥占投入比重", "12", "%"), "化肥占投入比重为12%"),  # 比重12% lacks its 为
    ],
)
def test_a_target_of_an_evil_is_a_ceiling(made: Fact, said: str) -> None:
    assert all(w.text.endswith(said) for w in clause(made, FIRST_HALF, ()))


def test_a_few_more_are_told_in_pieces() -> None:
    made = fact("F1", "老年助餐点", "5", "处", previous="3")
    assert {w.text for w in clause(made, YEAR, ())} == {"老年助餐点5处，比上年增加2处"}
    assert clause(made, YEAR, ())[0].figures[1] == Placed(13, 15, "F1", "difference", "5-3")


@pytest.mark.parametrize(
    ("indicator", "unit", "said"),
    [
        ("上交礼金人次", "人次", "上交礼金"),
        ("宣传画期数", "期", "宣传画期数"),
        ("巡回展览村", "个村", "巡回展览"),
        ("参保人数", "人", "参保人数"),
        ("骨干企业数", "个", "骨干企业数"),
    ],
)
def test_a_unit_is_not_said_twice(indicator: str, unit: str, said: str) -> None:
    assert name(fact("F1", indicator, "3", unit)) == said


@pytest.mark.parametrize(
    ("words", "planned"),
    [
        ("计划新建村道", True), ("下半年计划刊播稿件", True), ("2027年网上办理率目标", True), ("9月底前逐点会商", True), ("力争通过验收", True),
        ("计划生育率", False), ("完成年度计划投资", False), ("3月底前竣工通水", False), ("新建村道", False),
        ("争取年内开工", True), ("拟引进企业", True), ("争取上级资金", False), ("争取项目", False), ("拟上市企业", False),
    ],
)  # fmt: skip
def test_what_lies_ahead_is_known(words: str, planned: bool) -> None:
    assert is_planned(words, 2026, 6) is planned
