"""What a model's sentence may say."""

from __future__ import annotations

import pytest

from pipeline.drafting.acceptance import Accepted, Rejection, accept, accept_any
from pipeline.drafting.phrasing import Cut, Wording
from tests.sheets import fact

GRAIN = fact("F1", "粮食播种面积", "1.26", "万亩", growth_pct="5", completion_pct="52.5")
TEA = fact("F2", "茶叶产量", "340", "吨")
WORDS = frozenset(
    "围绕 稳产保供 抓好 春耕 生产 上半年 同时 坚持 把 放在 各项 工作 统筹 落实 逐村 压实 耕地 保护 责任 的 首要 位置".split()
)
CLAUSE = "粮食播种面积达1.26万亩，同比增长5%，完成年度目标的52.5%"


@pytest.mark.parametrize(
    "written",
    [
        f"{CLAUSE}；茶叶产量340吨。",
        f"围绕稳产保供抓好春耕生产，{CLAUSE}，茶叶产量达到340吨。",
        f"茶叶产量为340吨，{CLAUSE}。",
        f"上半年，{CLAUSE}；同时，茶叶产量共340吨。",
    ],
)
def test_a_sentence_that_says_the_facts_is_taken(written: str) -> None:
    taken = accept(written, [GRAIN, TEA], words=WORDS)
    assert isinstance(taken, Wording)
    assert sorted((taken.text[f.start : f.end], f.field) for f in taken.figures) == [
        ("1.26万亩", "value"),
        ("340吨", "value"),
        ("5%", "growth_pct"),
        ("52.5%", "completion_pct"),
    ]


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (f"{CLAUSE}。", "F2 没有照原样写出"),
        (f"{CLAUSE}；茶叶产量1.26万亩。", "F2 没有照原样写出"),  # a swap
        (f"{CLAUSE.replace('5%', '6%')}；茶叶产量340吨。", "F1 没有照原样写出"),
        (f"{CLAUSE.replace('增长', '下降')}；茶叶产量340吨。", "F1 没有照原样写出"),
        (f"{CLAUSE.replace('万亩', '亩')}；茶叶产量340吨。", "F1 没有照原样写出"),
        ("粮食播种面积达1.26万亩；茶叶产量340吨。", "F1 没有照原样写出"),  # growth left out
        (f"{CLAUSE}；茶叶产量340吨，居全县第二位。", "指标之间或之后添了别的话"),
        (f"{CLAUSE}；茶叶产量340吨", "不是一句话"),
        (f"{CLAUSE}。茶叶产量340吨。", "不是一句话"),
        (f"{CLAUSE}；茶叶产量340吨；茶叶产量340吨。", "F2 写了两遍"),
        (f"建成基地三处，{CLAUSE}；茶叶产量340吨。", "引语用了词表以外的话"),
        (f"率先完成春耕，{CLAUSE}；茶叶产量340吨。", "引语用了词表以外的话"),
        (f"学习螺屿镇的做法，{CLAUSE}；茶叶产量340吨。", "引语用了词表以外的话"),
        (f"Overall，{CLAUSE}；茶叶产量340吨。", "引语用了词表以外的话"),
        (f"坚持把稳产保供放在各项工作的首要位置统筹抓好落实，{CLAUSE}；茶叶产量340吨。", "引语过长"),
        (f"逐村压实耕地保护责任，{CLAUSE}；茶叶产量340吨。", "照抄范文"),
        (f"未{CLAUSE}；茶叶产量340吨。", "引语用了词表以外的话"),  # turns the figure round
        (f"去年，{CLAUSE}；茶叶产量340吨。", "引语用了词表以外的话"),
        (f"三百万群众参与，{CLAUSE}；茶叶产量340吨。", "引语用了词表以外的话"),
        (f"在某书记带领下，{CLAUSE}；茶叶产量340吨。", "引语用了词表以外的话"),
        ("", "不是一句话"),
    ],
)
def test_a_sentence_that_says_more_or_less_is_refused(written: str, reason: str) -> None:
    refused = accept(written, [GRAIN, TEA], words=WORDS, models=("逐村压实耕地保护责任，推广良种。",))
    assert refused == Rejection(reason)


DEED = fact("F3", text="推广测土配方施肥。")


@pytest.mark.parametrize(
    ("written", "ids"),
    [
        ("茶叶产量340吨。", ("F2",)),
        (f"围绕稳产保供，推广测土配方施肥，{CLAUSE}。", ("F3", "F1")),
        ("上半年，茶叶产量达340吨；同时，推广测土配方施肥。", ("F2", "F3")),
    ],
)
def test_a_sentence_of_a_section_may_state_some_facts(written: str, ids: tuple[str, ...]) -> None:
    taken = accept_any(written, [GRAIN, TEA, DEED], words=WORDS)
    assert isinstance(taken, Accepted)
    assert taken.fact_ids == ids
    assert all(taken.wording.text[f.start : f.end] in written for f in taken.wording.figures)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("稳产保供各项工作同时抓好。", "没有照原样写出任何一条"),
        ("推广测土配方施肥，茶叶产量34吨。", "指标之间或之后添了别的话"),
        ("茶叶产量340吨，稳产保供落实。", "指标之间或之后添了别的话"),
        ("稳产保供茶叶产量340吨。", "引语没有以逗号结尾"),
        ("荣获先进，茶叶产量340吨。", "引语用了词表以外的话"),
        ("茶叶产量340吨，其中推广测土配方施肥。", "引语没有以逗号结尾"),
        ("推广测土配方施肥茶叶产量340吨。", "指标之间或之后添了别的话"),
        ("茶叶产量340吨，茶叶产量340吨。", "F2 写了两遍"),
        ("逐村压实耕地保护责任，茶叶产量340吨。", "照抄范文"),
        ("茶叶产量340吨", "不是一句话"),
    ],
)
def test_a_sentence_of_a_section_that_says_more_is_refused(written: str, reason: str) -> None:
    models = ("逐村压实耕地保护责任，推广良种。",)
    assert accept_any(written, [GRAIN, TEA, DEED], words=WORDS, models=models) == Rejection(reason)


PROJECTS = [
    fact("F1", "工业重大项目", "17", "只"),
    fact("F2", "工业重大项目完成投资", "2.2", "亿元"),
    fact("F3", "工业重大项目占全镇工业投资比重", "87", "%"),
]
CUTS = (Cut("F2", "F1", "完成投资"), Cut("F3", "F2", "占全镇工业投资的"))


def test_a_name_may_be_cut_right_behind_the_one_whose_beginning_it_shares() -> None:
    taken = accept("工业重大项目17只、完成投资2.2亿元，占全镇工业投资的87%。", PROJECTS, words=WORDS, cuts=CUTS)
    assert isinstance(taken, Wording)
    assert [(f.fact_id, taken.text[f.start : f.end]) for f in taken.figures] == [
        ("F1", "17只"),
        ("F2", "2.2亿元"),
        ("F3", "87%"),
    ]


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (
            "工业重大项目17只，工业重大项目占全镇工业投资比重87%，完成投资2.2亿元。",
            "F2 没有照原样写出",
        ),  # behind another
        ("完成投资2.2亿元、工业重大项目17只，占全镇工业投资的87%。", "F2 没有照原样写出"),  # before it
        ("工业重大项目17只；完成投资2.2亿元，占全镇工业投资的87%。", "F2 没有照原样写出"),
        ("工业重大项目17只、完成投资2.3亿元，占全镇工业投资的87%。", "F2 没有照原样写出"),
        ("工业重大项目17只、完成投资87%，占全镇工业投资的2.2亿元。", "F2 没有照原样写出"),
    ],
)
def test_a_name_that_is_cut_elsewhere_is_refused(written: str, reason: str) -> None:
    assert accept(written, PROJECTS, words=WORDS, cuts=CUTS) == Rejection(reason)


VISITS = fact("F3", "信访总量", "41", "件", previous="52")
FALLEN = "不用“达”"


@pytest.mark.parametrize("written", ["信访总量41件，比上年同期减少11件。", "信访总量为41件，比上年同期减少11件。"])
def test_what_fell_is_told_plainly(written: str) -> None:
    assert isinstance(accept(written, [VISITS], words=WORDS), Wording)
    assert isinstance(accept_any(written, [VISITS], words=WORDS), Accepted)


@pytest.mark.parametrize("written", ["信访总量达41件，比上年同期减少11件。", "信访总量已达41件，比上年同期减少11件。"])
def test_no_reach_is_claimed_of_what_fell(written: str) -> None:
    for judged in (accept(written, [VISITS], words=WORDS), accept_any(written, [VISITS], words=WORDS)):
        assert isinstance(judged, Rejection)
        assert FALLEN in judged.reason


def test_reach_is_not_refused_to_what_rose_or_merely_stands() -> None:
    assert isinstance(accept("茶叶产量达340吨。", [TEA], words=WORDS), Wording)
