"""Chinese numerals."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pipeline.language.numerals import arabic, chinese, read_chinese_number


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("六", "6"),
        ("两", "2"),
        ("十", "10"),
        ("十五", "15"),
        ("二十", "20"),
        ("一百零五", "105"),
        ("一百二", "120"),  # the last digit without its multiplier stands one place lower
        ("二百五十", "250"),
        ("两千三百", "2300"),
        ("一千零三十", "1030"),
        ("三万五", "35000"),
        ("三万零五", "30005"),
        ("三万五千", "35000"),
        ("一万二千七百八十八", "12788"),
        ("十万零三千四百五十三", "103453"),
        ("十万八千", "108000"),
        ("三千五百万", "35000000"),
        ("一亿二千万", "120000000"),
        ("一亿零五十万", "100500000"),
        ("一万二千亿", "1200000000000"),
        ("三万亿", "3000000000000"),
        ("伍佰万", "5000000"),
        ("贰拾叁", "23"),
        ("壹万贰仟", "12000"),
        ("二〇二三", "2023"),
        ("三点二", "16/5"),
        ("零点五", "1/2"),
        ("十二点零五", "241/20"),
        ("三点二万", "32000"),
        ("百", "100"),  # as in 百余户
        ("千万", "10000000"),
        ("兩萬三千", "23000"),
        ("一億", "100000000"),
    ],
)
def test_numbers_are_read(word: str, value: str) -> None:
    assert read_chinese_number(word) == Fraction(value)


@pytest.mark.parametrize(
    "word",
    [
        "",
        "万一",
        "百八",
        "五十百",
        "十十",
        "一万万",
        "三点",
        "点五",
        "两两",
        "四点二点一",
        "abc",
        "三个",
        "12",
        "一" * 50,
    ],
)
def test_what_is_no_number_is_none(word: str) -> None:
    assert read_chinese_number(word) is None


@pytest.mark.parametrize(
    ("word", "coefficient", "exponent"),
    [("两千", 2, 3), ("两千三百", 23, 2), ("三点二万", 32, 3), ("一亿二千万", 12, 7), ("二百零五", 205, 0)],
)
def test_the_last_written_place_is_kept(word: str, coefficient: int, exponent: int) -> None:
    numeral = chinese(word)
    assert numeral is not None
    assert (numeral.coefficient, numeral.exponent) == (coefficient, exponent)


def test_arabic_digits_keep_their_zeros() -> None:
    assert (arabic("12.30").coefficient, arabic("12.30").exponent) == (1230, -2)
    assert str(arabic("12.30").decimal()) == "12.30"
    assert str(arabic("12").shifted(3).decimal()) == "12000"
