"""What is said once for several facts, and what may not be cut or put together."""

from __future__ import annotations

import pytest

from pipeline.drafting.clauses import Manner
from pipeline.drafting.families import families, family_clause, shared_head
from pipeline.drafting.wordbook import Wordbook, read_wordbook
from pipeline.facts.model import Fact
from pipeline.shipped import shipped
from tests.sheets import FIRST_HALF, fact

BOOK = read_wordbook(shipped("prompts") / "openings.yaml", shipped("prompts") / "verbs.yaml")


def told(*facts: Fact, book: Wordbook = BOOK) -> list[str]:
    """The first wording of each family, without verbs that only some wordings have."""
    return [family_clause(f, FIRST_HALF, (), Manner(verb=bool(f.frame)))[0].text for f in families(facts, book)]


@pytest.mark.parametrize(
    ("one", "other", "head"),
    [
        ("工业重大项目", "工业重大项目完成投资", "工业重大项目"),
        ("超千万企业数", "超千万企业占全镇经济总量比重", "超千万企业"),
        ("发放低保金", "发放临时救助金", "发放"),
        ("免费提供农药", "免费提供种子", "免费提供"),
        ("信访办结", "信访办结率", "信访办结"),
    ],
)
def test_what_two_names_share(one: str, other: str, head: str) -> None:
    assert shared_head(one, other) == shared_head(other, one) == head


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("农村公路改造", "农村公共厕所"),  # 农村公 is no word
        ("建设用地", "建设涵洞"),  # 建设 is a deed in one alone
        ("“走百村，讲百课”活动", "“走百村，看变化”活动"),  # within a quotation
        ("茶叶产量", "蔬菜产量"),
        ("茶叶产量", "茶叶产量"),
    ],
)
def test_what_is_no_common_beginning(one: str, other: str) -> None:
    assert shared_head(one, other) == ""


def test_a_thing_its_outlay_and_its_share_are_one_statement() -> None:
    assert told(
        fact("F1", "工业重大项目", "17", "只"),
        fact("F2", "工业重大项目完成投资", "2.2", "亿元"),
        fact("F3", "工业重大项目占全镇工业投资比重", "87", "%"),
    ) == ["工业重大项目17只、完成投资2.2亿元，占全镇工业投资的87%"]


def test_a_verb_is_said_once_and_a_sum_is_formed_of_things_apart() -> None:
    given = (fact("F1", "发放低保金", "126.4", "万元"), fact("F2", "发放临时救助金", "38.25", "万元"))
    assert told(*given) == ["发放低保金126.4万元、临时救助金38.25万元，合计164.65万元"]
    (family,) = families(given, BOOK)
    figures = family_clause(family, FIRST_HALF, (), Manner())[0].figures
    assert [(f.field, f.formula) for f in figures] == [("value", ""), ("value", ""), ("sum", "126.4+38.25")]
    alike = (fact("F1", "发放救助金", "126.4", "万元"), fact("F2", "发放临时救助金", "38.25", "万元"))
    assert told(*alike) == ["发放救助金126.4万元、临时救助金38.25万元"]  # one may be a part of the other: no sum


def test_an_indicator_without_a_verb_takes_the_wordbooks() -> None:
    given = (fact("F1", "农村低保金", "91", "万元"), fact("F2", "城镇低保金", "7.5", "万元"))
    assert told(*given) == ["发放农村低保金91万元、城镇低保金7.5万元"]
    assert told(*given, book=Wordbook()) == ["农村低保金91万元", "城镇低保金7.5万元"]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            (
                fact("F1", "固定资产投资", "6", "亿元", growth_pct="6.6"),
                fact("F2", "工业投资", "3", "亿元"),
                fact("F3", "工业投资占固定资产投资的比重", "50", "%"),
            ),
            ["固定资产投资达6亿元，同比增长6.6%，其中工业投资3亿元，占固定资产投资的50%"],
        ),
        (
            (fact("F1", "果园面积", "4", "万亩"), fact("F2", "水肥一体化果园面积", "1", "万亩")),
            ["果园面积4万亩，其中水肥一体化果园面积1万亩，占果园面积的25%"],
        ),
        (
            (fact("F1", "居民人均可支配收入", "4", "元"), fact("F2", "农村居民人均可支配收入", "3", "元")),
            ["居民人均可支配收入达4元", "农村居民人均可支配收入达3元"],
        ),
        ((fact("F1", "信访量", "40", "件"), fact("F2", "减少信访量", "9", "件")), ["信访量40件", "减少信访量9件"]),
        ((fact("F1", "税收", "4", "万元"), fact("F2", "企业税收", "3", "亿元")), ["税收达4万元", "企业税收达3亿元"]),
    ],
)
def test_a_part_stands_behind_its_whole_where_that_is_sure(facts: tuple[Fact, ...], said: list[str]) -> None:
    assert told(*facts) == said


def test_one_deed_counted_in_two_ways() -> None:
    assert told(fact("F1", "上交礼金人次", "11", "人次"), fact("F2", "上交礼金", "16000", "元")) == [
        "上交礼金11人次、16000元"
    ]


def test_a_change_stands_with_its_own_figure() -> None:
    """Two figures with changes are never one family: whose change it is would not be seen."""
    given = (
        fact("F1", "规模以上工业总产值", "13", "亿元", growth_pct="5"),
        fact("F2", "规模以上工业增加值", "3", "亿元", growth_pct="7"),
    )
    assert [len(f.members) for f in families(given, BOOK)] == [1, 1]


def test_each_fact_stands_in_one_family() -> None:
    given = [
        fact(f"F{n}", f"新增{thing}", str(n), "个")
        for n, thing in enumerate("岗位 站点 车位 学位 床位 泊位".split(), 1)
    ]
    ids = [f.id for family in families(given, BOOK) for f in family.facts]
    assert ids == [f.id for f in given]


@pytest.mark.parametrize(
    "indicator", ["计划接待游客", "参加技能培训", "接受体检", "领取养老金", "2027年接待游客", "未完成户厕改造"]
)
def test_an_indicator_with_a_verb_of_its_own_takes_no_other(indicator: str) -> None:
    for aims in (False, True):
        (family,) = families([fact("F1", indicator, "43", "人次")], BOOK, aims=aims)
        assert family.frame == ""
