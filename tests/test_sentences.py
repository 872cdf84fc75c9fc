"""How a topic's facts become a paragraph: deeds with the figures of the same thing, lists that read as one, leads that claim nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from pipeline.drafting.outline import (
    Entry,
    behind_schedule,
    below_last_year,
    left_to_do,
    off_target,
    worse_than_last_year,
)
from pipeline.drafting.outlook import plans, problems
from pipeline.drafting.phrasing import Sentence, choose
from pipeline.drafting.sentences import Style, paragraph
from pipeline.drafting.wordbook import Wordbook, read_wordbook
from pipeline.errors import PipelineError
from pipeline.facts.model import Fact
from pipeline.facts.topics import Topic
from pipeline.language.periods import Period
from pipeline.shipped import shipped
from tests.sheets import FIRST_HALF, fact, sheet

STYLE = Style(FIRST_HALF)
BOOK = Style(FIRST_HALF, (), read_wordbook(shipped("prompts") / "openings.yaml", shipped("prompts") / "verbs.yaml"))


def read(sentences: Sequence[Sentence]) -> str:
    """Sentences in the first wording of each slot."""
    return "".join(s.whole(choose(s, lambda n: 0)).text for s in sentences)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (  # a deed leads in the figure that speaks of the same thing
            (
                fact("F1", text="推行村级污水管网管护"),
                fact("F2", "农村公路管护里程", "36", "公里"),
                fact("F3", "污水管网长度", "8.4", "公里"),
            ),
            "农村公路管护里程36公里。推行村级污水管网管护，污水管网长度8.4公里。",
        ),
        (  # the only short deed stands with the first figures
            (fact("F1", text="推行村干部坐班制"), fact("F2", "办理事项", "36", "件")),
            "推行村干部坐班制，办理事项36件。",
        ),
        (  # what is said of all does not lead in the count of some
            (fact("F1", text="茶园隐患全部整改到位"), fact("F2", "茶园隐患", "36", "处", growth_pct="3"), fact("F3", "茶园", "9", "亩", growth_pct="2")),
            "茶园隐患全部整改到位。茶园隐患36处，同比增长3%；茶园9亩，同比增长2%。",
        ),
        (  # what is to come stands last
            (fact("F1", text="茶厂年内建成"), fact("F2", "茶叶", "3", "吨")),
            "茶叶3吨。茶厂年内建成。",
        ),
        (  # the chief figure first
            (fact("F1", "出租厂房", "3", "平方米"), fact("F2", "固定资产投资", "6", "亿元", growth_pct="5"), fact("F3", "茶厂", "9", "家")),
            "上半年，固定资产投资达6亿元，同比增长5%；出租厂房3平方米，茶厂9家。",
        ),
        (  # things in a row, as a list
            tuple(fact(f"F{n}", thing, "3", "吨") for n, thing in enumerate(("茶叶", "蔬菜", "莲藕", "菱角"))),
            "茶叶3吨、蔬菜3吨、莲藕3吨、菱角3吨。",
        ),
    ],
)  # fmt: skip
def test_facts_of_one_topic(facts: tuple[Fact, ...], said: str) -> None:
    assert read(paragraph(facts, STYLE)) == said


def test_a_lead_goes_before_a_deed_alone() -> None:
    deed, figure = fact("F1", text="落实耕地保护责任；建立农机服务队"), fact("F2", "茶叶产量", "3", "吨")
    leads = [w.text for w in paragraph((deed, figure), BOOK, topic="agriculture", lead="农业方面，")[0].slots[0]]
    assert leads == ["农业方面，", BOOK.wordbook.openings["agriculture"][1]]
    noun = fact("F1", text="两家茶厂投产；建立农机服务队")
    assert [w.text for w in paragraph((noun, figure), BOOK, topic="agriculture", lead="农业方面，")[0].slots[0]] == [
        "农业方面，"
    ]


def test_aims_take_their_lead_and_no_second_one() -> None:
    made = paragraph((fact("F1", "低保金", "3", "万元"), fact("F2", "计划接待游客", "4", "万人次")), BOOK, aims=True)
    assert read(made) == "计划发放低保金3万元，计划接待游客4万人次。"
    assert read(paragraph((fact("F1", "茶叶产值目标", "3", "万元"),), BOOK, aims=True)).startswith("茶叶产值目标")


LATE = (
    fact("F1", "改造农村公路", "7", "公里", target="20", topic="infrastructure-transport-water"),
    fact("F2", "茶叶产量", "3", "吨", target="10"),
    fact("F3", "固定资产投资", "6", "亿元", completion_pct="45", topic="investment-projects"),
    fact("F4", "新增就业", "30", "人", target="90", topic="employment"),
    fact("F5", "植树", "3", "万株", target="9"),
    fact("F6", "疏浚河道", "4", "公里", target="9", topic="infrastructure-transport-water"),
)


def test_shortfalls_are_told_worst_first_and_the_rest_by_name() -> None:
    entry = Entry("problems", 1, "二、", "存在的问题", behind=behind_schedule(sheet(*LATE)))
    assert read([s for row in problems(entry, FIRST_HALF) for s in row]) == (
        "部分指标低于序时进度，茶叶产量完成年度目标的30%，落后序时进度20个百分点；新增就业完成年度目标的33.3%，落后序时进度16.7个百分点；"
        "植树完成年度目标的33.3%，落后序时进度16.7个百分点；改造农村公路完成年度目标的35%，落后序时进度15个百分点；"
        "疏浚河道、固定资产投资也低于序时进度。"
    )


def found_wanting(period: Period, *facts: Fact) -> str:
    made = sheet(*facts, period=period)
    entry = Entry(
        "problems", 1, "二、", "存在的问题", behind=behind_schedule(made), fallen=below_last_year(made),
        worse=worse_than_last_year(made), missed=off_target(made),
    )  # fmt: skip
    return read([s for row in problems(entry, period) for s in row])


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ((fact("F1", "群众投诉", "36", "件", previous="24"),), "群众投诉比上年增加12件。"),
        ((fact("F1", "厂房空置率", "9", "%", previous="6"),), "厂房空置率比上年提高3个百分点。"),
        ((fact("F1", "水质合格率", "96", "%", target="98"),), "水质合格率比年度目标低2个百分点。"),
        ((fact("F1", "道路交通事故", "4", "起", target="3"),), "道路交通事故超出年度目标1起。"),
        (  # at a year's end
            (fact("F1", "改造公路", "4", "公里", target="5"), fact("F2", "新增就业", "90", "人", target="100")),
            "部分指标未达年度目标，改造公路完成年度目标的80%，新增就业完成年度目标的90%。",
        ),
        (
            (fact("F1", "引进亿元以上项目", "0", "个", target="5"), fact("F2", "新增就业", "90", "人", target="100")),
            "部分指标未达年度目标，未引进亿元以上项目，新增就业完成年度目标的90%。",
        ),
        (  # evils that rose, in one item
            (fact("F1", "群众投诉", "360", "件", previous="240"), fact("F2", "电信网络诈骗发案", "150", "起", previous="120")),
            "部分指标高于上年，群众投诉比上年增长50%，电信网络诈骗发案比上年增长25%。",
        ),
        # successes, and what nobody can say
        ((fact("F1", "群众投诉", "24", "件", previous="36"), fact("F2", "道路交通事故", "2", "起", target="3")), ""),
        ((fact("F1", "查处违法用地", "36", "起", previous="24"), fact("F2", "化解信访", "36", "件", previous="24")), ""),
        ((fact("F1", "事故隐患整改率", "96", "%", previous="91"), fact("F2", "受理投诉", "9", "件", previous="3")), ""),
        ((fact("F1", "常住人口", "2.1", "万人", previous="2.2"), fact("F2", "水质合格率", "99", "%", target="98")), ""),
    ],
)  # fmt: skip
def test_what_falls_short_is_a_problem_and_a_success_is_none(facts: tuple[Fact, ...], said: str) -> None:
    assert found_wanting(Period(2026, 1, 12), *facts) == said


def test_what_is_left_is_told_by_topic_with_its_target(topics: Mapping[str, Topic]) -> None:
    entry = Entry("plans", 1, "三、", "下半年工作计划", unfinished=left_to_do(sheet(*LATE)))
    rows = plans(entry, STYLE, topics, aims=False)
    assert [read(row) for row in rows] == [
        "对照年度目标任务，逐项抓好未完成指标：",
        "一是完善基础设施，改造农村公路年度目标20公里，还需完成13公里，疏浚河道年度目标9公里，还需完成5公里。",
        "二是抓好农业生产，茶叶产量年度目标10吨，还需完成7吨，植树年度目标9万株，还需完成6万株。",
        "三是促进就业创业，新增就业年度目标90人，还需完成60人。",
        "同时，抓好固定资产投资进度。",
    ]


def test_a_wordbook_that_cannot_be_read_is_named(tmp_path) -> None:  # type: ignore[no-untyped-def]
    good, bad = shipped("prompts") / "openings.yaml", tmp_path / "verbs.yaml"
    bad.write_text("- 发放\n", encoding="utf-8")
    with pytest.raises(PipelineError) as fault:
        read_wordbook(good, bad)
    assert fault.value.where == str(bad)
    assert Wordbook().verb("低保金") == ""
