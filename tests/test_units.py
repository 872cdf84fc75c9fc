"""Units and measure words."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pipeline.language.units import is_money, parse_unit, same_dimension, unit_end


@pytest.mark.parametrize(
    ("unit", "worth", "base"),
    [
        ("元", "1", "元"),
        ("万元", "10000", "元"),
        ("万亿元", "1000000000000", "元"),
        ("千万元", "10000000", "元"),
        ("万亩", "10000", "亩"),
        ("公顷", "15", "亩"),
        ("平方公里", "1000000", "平方米"),
        ("万平方米", "10000", "平方米"),
        ("km", "1000", "米"),
        ("千米", "1000", "米"),  # not a thousand 米 by its scale, but the same
        ("里", "500", "米"),
        ("斤", "1/2", "公斤"),
        ("万吨", "10000000", "公斤"),
        ("名", "1", "人"),
        ("万人次", "10000", "人次"),
        ("户次", "1", "户次"),
        ("亿千瓦时", "100000000", "千瓦时"),
        ("元/斤", "2", "元/公斤"),  # one 元 for half a 公斤
        ("公斤/亩", "1", "公斤/亩"),
        ("万美元", "10000", "美元"),
        ("‰", "1/10", "%"),
        ("百分点", "1", "个百分点"),
        ("万粪车", "10000", "粪车"),
        ("碾盘", "1", "碾盘"),  # a measure word nobody has listed
        ("", "1", ""),
    ],
)
def test_units_have_their_worth(unit: str, worth: str, base: str) -> None:
    assert parse_unit(unit) == (Fraction(worth), base)


@pytest.mark.parametrize(
    ("one", "other", "worth"),
    [
        ("公顷", "亩", "15"),
        ("平方公里", "亩", "1500"),
        ("亩", "平方米", "2000/3"),
        ("亿元", "万元", "10000"),
        ("吨", "斤", "2000"),
    ],
)
def test_units_of_one_dimension_convert(one: str, other: str, worth: str) -> None:
    assert same_dimension(one, other) == Fraction(worth)
    assert same_dimension(other, one) == 1 / Fraction(worth)


@pytest.mark.parametrize(
    ("one", "other"), [("元", "美元"), ("人", "人次"), ("户", "家"), ("%", "个百分点"), ("亩", "米")]
)
def test_other_units_do_not(one: str, other: str) -> None:
    assert same_dimension(one, other) is None


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("人次参加", "人次"),
        ("人参加", "人"),
        ("公里路", "公里"),
        ("元/亩，", "元/亩"),
        ("人/平方公里", "人/平方公里"),
        ("元/千瓦时", "元/千瓦时"),
        ("元/ ", "元"),
        ("个百分点", "个百分点"),
        ("个村", "个"),
        ("项目标任务", "项"),
        ("km长", "km"),
    ],
)
def test_the_longest_unit_is_found(text: str, unit: str) -> None:
    assert text[: unit_end(text, 0)] == unit


@pytest.mark.parametrize("text", ["组织", "期间", "年级", "项目", "口罩", "立方", "的", "", "kmx", "m1"])
def test_other_words_are_no_units(text: str) -> None:
    assert unit_end(text, 0) == (2 if text == "立方" else 0)


def test_money() -> None:
    assert [is_money(unit) for unit in ("万元", "亿美元", "元/亩", "亩", "人", "")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]
