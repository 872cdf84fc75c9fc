"""Sentences as choices: all wordings true, one structure for three writers."""

from __future__ import annotations

import re

import pytest

from pipeline.archive.patterns import Pattern
from pipeline.drafting.phrasing import (
    Placed,
    Sentence,
    Wording,
    amount,
    choose,
    clause,
    grammar,
    joined,
    pace,
    read_back,
)
from pipeline.language.indicators import flow_verbs, indicator_kind
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
        ("重大项目完成投资", ()),  # 完成重大项目完成投资
        ("垛丰米业留胚米生产线投资", ()),  # one firm's own
        ("茶叶", ()),
    ],
)
def test_verbs_before_a_flow(indicator: str, verbs: tuple[str, ...]) -> None:
    assert flow_verbs(indicator) == verbs


def test_every_clause_welds_indicator_and_figure() -> None:
    wordings = clause(GRAIN, FIRST_HALF, ())
    assert len(wordings) > 3
    for wording in wordings:
        assert re.match(
            r"粮食播种面积(?:|为|达)1\.26万亩，(?:同比|比上年同期|较上年同期)增(?:长|加)5%，\S+52\.5%$", wording.text
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
def test_a_fall_is_called_a_fall(made, said: str) -> None:  # type: ignore[no-untyped-def]
    for wording in clause(made, FIRST_HALF, ()):
        assert said in wording.text
        assert "增长" not in wording.text
        assert "提高" not in wording.text


def test_a_unit_per_time_stands_before_the_indicator() -> None:
    weekly = fact("F1", "召开班子例会", "1", "次/周")
    assert (pace(weekly), amount(weekly)) == ("每周", "1次")
    assert clause(weekly, FIRST_HALF, ())[0].text == "每周召开班子例会1次"


def test_the_archives_patterns_come_first_and_name_their_source() -> None:
    pattern = Pattern("measure", "", "为", "较上年同期增长", "占全年任务的", "p7")
    first = clause(GRAIN, FIRST_HALF, (pattern,))[0]
    assert first == Wording(
        "粮食播种面积为1.26万亩，较上年同期增长5%，占全年任务的52.5%",
        (
            Placed(7, 13, "F1", "value"),
            Placed(21, 23, "F1", "growth", "(1.26-1.2)/1.2"),
            Placed(30, 35, "F1", "completion", "1.26/2.4"),
        ),
        "p7",
    )


@pytest.mark.parametrize(
    "pattern",
    [
        Pattern("flow", "", "达", "同比增长", "", "p1"),  # another kind
        Pattern("measure", "", "为", "同比下降", "占全年任务的", "p1"),  # another direction
        Pattern("measure", "实现", "", "同比增长", "占全年任务的", "p1"),  # a verb that does not suit
    ],
)
def test_a_pattern_that_does_not_suit_is_not_used(pattern: Pattern) -> None:
    assert all(w.source == "" for w in clause(GRAIN, FIRST_HALF, (pattern,)))


TWO = Sentence(
    (
        (Wording("上半年，"), Wording("")),
        (Wording("甲"), Wording("甲乙")),
        (Wording("乙"), Wording("丙")),
        (Wording("。"),),
    ),
    ("F1",),
)


def test_the_grammar_lists_just_the_choices() -> None:
    assert (
        grammar(TWO)
        == 'root ::= s0 s1 s2 s3\ns0 ::= "上半年，" | ""\ns1 ::= "甲" | "甲乙"\ns2 ::= "乙" | "丙"\ns3 ::= "。"\n'
    )


@pytest.mark.parametrize("text", ["甲乙。", "上半年，甲乙乙。", "甲乙丙。", "甲丙。"])
def test_what_was_chosen_is_read_back(text: str) -> None:
    found = read_back(TWO, text)
    assert found is not None
    assert found.text == text


@pytest.mark.parametrize("text", ["", "甲。", "甲乙", "下半年，甲乙。", "甲乙。甲乙。"])
def test_what_was_not_on_offer_is_refused(text: str) -> None:
    assert read_back(TWO, text) is None


def test_rotation_can_reach_every_wording() -> None:
    assert choose(TWO, lambda n: 0).text == "上半年，甲乙。"
    assert choose(TWO, lambda n: n - 1).text == "甲乙丙。"


def test_figures_move_with_their_text() -> None:
    piece = Wording("3吨", (Placed(0, 2, "F1", "value"),))
    assert joined([Wording("茶叶"), piece]).figures == (Placed(2, 4, "F1", "value"),)
