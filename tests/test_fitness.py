"""Fitness: what counts against a passage as a model, each fault alone, and what is none."""

from __future__ import annotations

import pytest

from pipeline.retrieval.fitness import CALLED, WORST, Fitness, fitness

GOOD = (
    "坚持把粮食安全摆在首位，落实最严格的耕地保护制度，新建高标准农田1200亩，推广测土配方施肥。"
    "组织农技人员包村联户，指导农户抢抓农时，春播面积稳中有增，农民增收的路子越走越宽。"
)


def faults(text: str) -> list[str]:
    judged = fitness(text)
    return [name for name in WORST if getattr(judged, name) > 0]


def test_a_good_passage_has_no_fault() -> None:
    assert fitness(GOOD) == Fitness(0, 0, 0, 0, 0)
    assert fitness(GOOD).value == 1
    assert set(WORST) == set(CALLED)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD.replace("1200亩", "XX亩"), ["masked"]),
        (GOOD.replace("1200亩", "**亩"), ["masked"]),
        (GOOD.replace("农技人员", "xx镇农技人员"), ["masked"]),
        (GOOD + "完成投资 亿元，同比增长%。", ["masked"]),
        (GOOD.replace("农田", "裊畾").replace("农时", "嚨旹"), ["bitten"]),  # characters outside everyday use
        (GOOD.replace("，组织", "。，组织").replace("，指导", "，，指导"), ["bitten"]),
        (
            "粮食、蔬菜、茶叶、水果、畜禽、水产、苗木、药材、食用菌、蜂蜜、竹笋、油茶、板栗、核桃、柿子等产业齐头并进。",
            ["listed"],
        ),
        ("关于加强全镇各项重点工作推进落实情况的说明以及下一步主要安排和有关要求的全部汇总表格", ["listed"]),
        (
            "荣获省级先进集体称号，荣获市级文明单位称号，被评为县级先进，获得全国生态镇称号，荣获一等奖并被授予奖牌。",
            ["bound"],
        ),
        (
            "实现产值12.6亿元，同比增长8.5%，完成税收3125.8万元，同比增长6.4%，完成投资4.87亿元，同比增长12.9%。",
            ["bound"],
        ),
        ("抓好粮食生产。", ["brief"]),
    ],
)
def test_each_fault_is_told_and_takes_off(text: str, expected: list[str]) -> None:
    assert faults(text) == expected
    assert 0.05 < fitness(text).value < 1


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("农技人员", "“三支一扶”人员、204国道沿线各村和X光机操作员"),
        GOOD + "成立领导小组，制定方案、明确分工、压实责任。",
        GOOD.replace("，", ","),  # half-width marks are a page's habit
    ],
)
def test_what_is_no_fault(text: str) -> None:
    assert faults(text) == []


def test_faults_add_up_and_nothing_is_below_zero() -> None:
    worst = Fitness(1, 1, 1, 1, 1)
    assert 0 < worst.value < 0.05
    assert fitness("").value > 0
    assert fitness("XX" * 50).masked == 1
    more = fitness(GOOD.replace("1200亩", "XX亩").replace("春播", "**播"))
    assert more.masked > fitness(GOOD.replace("1200亩", "XX亩")).masked
