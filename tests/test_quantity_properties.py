"""Reading figures, for any number, any text, any bytes: what is written is read back, spans are true, time is linear."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pipeline.cli import main
from pipeline.language.quantities import Quantity, read_quantities

repeatable = settings(derandomize=True, deadline=None, max_examples=200)
UNITS = "元 亩 公顷 公里 米 平方米 立方米 公斤 吨 人 名 户 人次 户次 家 个 项 件 起 宗 处 座 条 头 只 羽 株 尾 盏 台 辆 套 份 册 场次 千瓦时".split()
MONEY = ["元", "美元", "港元", "欧元", "日元"]
_PLAIN, _CAPITALS = ("零一二三四五六七八九", "十百千"), ("零壹贰叁肆伍陆柒捌玖", "拾佰仟")
units = st.sampled_from(UNITS)
places = st.decimals(min_value="0.01", max_value="9999.99", places=2, allow_nan=False)
scales = st.sampled_from(["", "万", "亿"])


def in_chinese(number: int, capitals: bool = False) -> str:
    """A number below 10¹² in Chinese digits, 一万零三 and 十二 as one writes them."""
    digits, powers = _CAPITALS if capitals else _PLAIN
    sections, words, gap = [number // 10**8, number // 10**4 % 10**4, number % 10**4], "", False
    for section, name in zip(sections, ("亿", "万", ""), strict=True):
        if not section:
            gap = bool(words)
            continue
        part, zero = "", False
        for power in (3, 2, 1, 0):
            digit = section // 10**power % 10
            if digit:
                part += (digits[0] if zero and part else "") + digits[digit] + (powers[power - 1] if power else "")
            zero = not digit if part else False
        words += (digits[0] if words and (gap or section < 1000) else "") + part + name
        gap = False
    return words.removeprefix("一") if not capitals and 10 <= number < 20 else words


def only(text: str) -> Quantity:
    (quantity,) = read_quantities(text)
    assert quantity.raw == text[quantity.start : quantity.end]
    return quantity


# --- figures read back -------------------------------------------------------------------------------------------

WRITINGS: dict[str, Callable[[Decimal], str]] = {
    "digits": str,
    "thousands": lambda n: f"{n:,}",
    "full width": lambda n: str(n).translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789."}),
    "full-width thousands": lambda n: f"{n:,}".replace(",", "，"),
    "spaced": lambda n: f"{n} ",
}


@repeatable
@given(number=places, scale=scales, unit=units, writing=st.sampled_from(sorted(WRITINGS)))
def test_arabic_digits(number: Decimal, scale: str, unit: str, writing: str) -> None:
    found = only(f"累计完成{WRITINGS[writing](number)}{scale}{unit}，")
    assert (found.value, found.unit, found.approx) == (number, scale + unit, False)


@repeatable
@given(number=st.integers(21, 10**12 - 1), unit=units, capitals=st.booleans())
def test_chinese_numerals_plain_and_financial(number: int, unit: str, capitals: bool) -> None:
    found = only(f"累计完成{in_chinese(number, capitals)}{unit}。")
    assert found.in_base() == read_quantities(f"累计完成{number}{unit}。")[0].in_base()


@repeatable
@given(number=st.integers(2, 9999), tenths=st.integers(1, 9), scale=scales, unit=units)
def test_chinese_decimals(number: int, tenths: int, scale: str, unit: str) -> None:
    found = only(f"累计完成{in_chinese(number)}点{in_chinese(tenths)}{scale}{unit}。")
    assert (found.value, found.unit) == (Decimal(f"{number}.{tenths}"), scale + unit)


@repeatable
@given(first=st.integers(1, 9999), second=st.integers(1, 9999), unit=st.sampled_from(MONEY))
def test_mixed_writing(first: int, second: int, unit: str) -> None:
    found = only(f"总投资{first}亿{second}万{unit}，")
    assert (found.value, found.unit) == (Decimal(first) + Decimal(second) / 10000, "亿" + unit)


@repeatable
@given(first=st.integers(1, 999), thousands=st.integers(1, 9))
def test_ten_thousands_and_thousands(first: int, thousands: int) -> None:
    for text in (f"栽植{first}万{thousands}千株，", f"栽植{first}万{in_chinese(thousands)}千株，"[:40]):
        if text.count("千") and text[text.index("千") - 1].isascii():
            assert (only(text).value, only(text).unit) == (Decimal(f"{first}.{thousands}"), "万株")


@repeatable
@given(percent=st.integers(1, 100), tenths=st.integers(0, 9), down=st.booleans())
def test_percent_in_digits_and_words(percent: int, tenths: int, down: bool) -> None:
    value = Decimal(f"{percent}.{tenths}") if tenths else Decimal(percent)
    words = "一百" if percent == 100 else in_chinese(percent)
    words = "百" if percent == 100 and not tenths else words
    spoken = only(f"比重为百分之{words}{'点' + in_chinese(tenths) if tenths else ''}，")
    assert (spoken.value, spoken.unit) == (value, "%")
    for sign in "%％﹪":
        signed = only(f"增速为{'-' if down else ''}{value}{sign}，")
        assert (signed.value, signed.unit, signed.direction) == (-value if down else value, "%", "down" if down else "")


@repeatable
@given(above=st.integers(1, 20), below=st.integers(2, 30))
def test_fractions(above: int, below: int) -> None:
    assume(above < below)
    found = only(f"其中{in_chinese(below)}分之{in_chinese(above)}的农户参加，")
    assert (found.value, found.kind) == (Fraction(above, below), "ratio")


@repeatable
@given(
    low=st.integers(1, 400), more=st.integers(1, 400), unit=units, scale=scales,
    sign=st.sampled_from(["-", "—", "——", "～", "~", "至", "到", "–", "－"]), twice=st.booleans(),
)  # fmt: skip
def test_ranges(low: int, more: int, unit: str, scale: str, sign: str, twice: bool) -> None:
    found = only(f"每批{low}{(scale + unit) * twice}{sign}{low + more}{scale}{unit}，")
    assert (found.value, found.unit, found.kind) == ((Decimal(low), Decimal(low + more)), scale + unit, "range")


@repeatable
@given(
    number=st.integers(20, 9999), unit=units,
    about=st.sampled_from(["近{}", "约{}", "超{}", "超过{}", "逾{}", "不足{}", "不到{}", "至少{}", "最多{}", "不低于{}", "接近{}", "突破{}", "{}左右", "{}以上", "{}以下", "{}以内", "{}上下"]),
)  # fmt: skip
def test_approximators(number: int, unit: str, about: str) -> None:
    found = only(f"预计总数{about.format(f'{number}{unit}')}，")
    assert (found.value, found.unit, found.approx) == (Decimal(number), unit, True)


@repeatable
@given(number=st.integers(1, 99), unit=units, more=st.sampled_from(["余", "多"]), scale=scales, inside=st.booleans())
def test_more_than_a_round_number(number: int, unit: str, more: str, scale: str, inside: bool) -> None:
    figure = f"{number * 10}{more}{scale}" if inside or not scale else f"{number * 10}{scale}{more}"
    found = only(f"总数{figure}{unit}，")
    assert (found.value, found.unit, found.approx) == (Decimal(number * 10), scale + unit, True)


@repeatable
@given(number=places, scale=scales, currency=st.sampled_from(MONEY))
def test_money(number: Decimal, scale: str, currency: str) -> None:
    found = only(f"合同价款{number}{scale}{currency}，")
    assert (found.value, found.unit, found.kind) == (number, scale + currency, "money")
    signed = only(f"合同价款￥{number:,}{scale}，")
    assert (signed.value, signed.unit, signed.kind) == (number, scale + "元", "money")


@repeatable
@given(yuan=st.integers(1, 9999), jiao=st.integers(1, 9), fen=st.integers(1, 9))
def test_money_down_to_the_smallest_coin(yuan: int, jiao: int, fen: int) -> None:
    for text in (
        f"实付{yuan}元{jiao}角{fen}分，",
        f"实付人民币{in_chinese(yuan, True)}元{in_chinese(jiao, True)}角{in_chinese(fen, True)}分，",
    ):
        assert (only(text).value, only(text).unit) == (Decimal(f"{yuan}.{jiao}{fen}"), "元")


@repeatable
@given(number=places, unit=st.sampled_from(["元", "公斤", "千瓦时", "吨", "人"]), per=st.sampled_from(["亩", "人", "户", "公里", "平方公里", "吨", "万元", "天", "月", "工"]))  # fmt: skip
def test_figures_per_unit(number: Decimal, unit: str, per: str) -> None:
    assume(unit != per)
    found = only(f"平均{number}{unit}/{per}，")
    assert (found.value, found.unit) == (number, f"{unit}/{per}")


@repeatable
@given(numbers=st.lists(st.integers(1, 9999), min_size=2, max_size=6), unit=units, last=st.sampled_from("和与及、"))
def test_lists_share_a_unit(numbers: list[int], unit: str, last: str) -> None:
    found = read_quantities(f"各村分别完成{'、'.join(map(str, numbers[:-1]))}{last}{numbers[-1]}{unit}。")
    assert [(quantity.value, quantity.unit) for quantity in found] == [(Decimal(number), unit) for number in numbers]


# --- any text, any bytes -----------------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    "0 1 3 9 12 1O5 l2 2X18 XX 廿 一 二 两 五 十 百 千 万 亿 壹 佰 零 〇 点 几 余 多 来 半 第 年 月 日 时 分 季度 号 个 户 元 角 亩 成 折 % ‰ . , ， 。 、 ； ( ) （ ） — - ~ ～ 至 "
    "和 分别 由 到 近 约 超 不足 / ： : 比 分之 百分之 百分点 倍 番 翻 每 次 期 届 ℃ ㎡ m² kV G + ± ¥ $ 负 零下 以上 左右 “ ” 《 》 〔 〕 # ** 人次 公里 群众 一是 路 国道 大道 \n \r\n \t \u3000 \ufeff \0 \U0002000b 萬 億 畝".split(" ")
)  # fmt: skip
any_text = st.one_of(st.text(max_size=80), st.lists(_PIECES, max_size=30).map("".join))


@settings(derandomize=True, deadline=None, max_examples=800)
@given(text=any_text)
def test_any_text_gives_true_spans_in_order(text: str) -> None:
    at = 0
    for quantity in read_quantities(text):
        assert at <= quantity.start < quantity.end <= len(text)
        assert quantity.raw == text[quantity.start : quantity.end]
        assert (quantity.value is None) >= quantity.suspect
        json.dumps(quantity.to_json())
        at = quantity.end


@settings(derandomize=True, deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(st.binary(max_size=200), any_text.map(lambda t: t.encode("utf-8", "replace")), any_text.map(lambda t: t.encode("gb18030", "replace")), any_text.map(lambda t: t.encode("utf-16"))), suffix=st.sampled_from([".txt", ".md", ".docx"]))  # fmt: skip
def test_any_bytes_are_read_or_refused_with_a_message(content: bytes, suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"稿子{suffix}"
    file.write_bytes(content)
    for arguments in (["quantities", str(file), "--json"], ["check", str(file), "--facts", "corpus/facts/yunxi-2026h1.yaml", "--json", "--archive", str(tmp_path / "none")]):  # fmt: skip
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code in (0, 1, 2), done.output
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1,",
        "，",
        "（",
        "）",
        "一",
        " ",
        "第",
        "百分之",
        "十",
        "百",
        "亿",
        "0",
        ".",
        "1.",
        "1-",
        "1:",
        "1 ",
        "一、",
        "1、",
        "1O",
        "O",
        "x1",
        "1万",
        "1万1",
        "二十",
        "三五",
        "“",
        "《",
        "〔",
        "\n",
        "1\n",
        "元/",
        "1/",
        "分之",
        "1亩、",
        "第一、",
        "近",
        "1年1月",
        "个",
        "A1",
        "kV",
        "·1",
        "¥",
        "-",
    ],
)
def test_twice_the_text_takes_twice_the_time(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        read_quantities(text)
        return time.process_time() - start

    short = min(seconds(8_000) for _ in range(3))
    long = min(seconds(16_000) for _ in range(3))
    assert long < 3 * short + 0.02  # quadratic time would be four times


@pytest.mark.parametrize("piece", ["1", "，", "（", "一", " ", "第", "百分之"])
def test_a_megabyte_takes_ten_times_a_tenth_of_it(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        read_quantities(text)
        return time.process_time() - start

    assert seconds(1_000_000) < 20 * min(seconds(100_000) for _ in range(3)) + 0.05  # quadratic: a hundred times
