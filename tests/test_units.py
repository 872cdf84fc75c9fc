"""Units and measure words."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pipeline.language.quantities import read_quantities
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


RARE = (
    "眼 口 尾 羽 穗 窝 株 丛 畦 孔 座 樘 盏 台套 车次 班次 标箱 吨公里 人公里 床位 千卡 毫克 兆瓦 千伏安 亩次 株次 趟次 公顷次 垛 榀 蔸 沓 摞 坛 "
    "埯 筏 簇 脾 屉 槽 桁 芯 芯公里 端口 茬 胎 单 图斑 宗地 工位 摊位 车皮 NTU CFU ppm MHz Mbps ℃ 立方米/秒 m³/s m³/h 微克/立方米 mg/L "
    "公斤/亩 元/人·月 元/人·年 元/千瓦时 吨标准煤/吨 千克标准煤/吨 万元/亩"
).split()


@pytest.mark.parametrize("unit", RARE)
def test_a_rare_measure_is_read_before_a_word_and_before_a_mark(unit: str) -> None:
    for text in (f"共完成36{unit}相关任务。", f"累计36{unit}，同比持平。"):
        assert [q.unit for q in read_quantities(text)] == [unit]
