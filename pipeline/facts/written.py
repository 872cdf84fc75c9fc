"""What a clerk typed into one place of a sheet (格): figures with or without their unit, and words. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pipeline.language.quantities import read_quantities
from pipeline.language.units import SCALES, same_dimension, unit_end

LONGEST_NUMBER = 30  # characters
_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:\.\d+)?"
_BARE = re.compile(_NUMBER)
_WITH_UNIT = re.compile(rf"(?P<about>约|近|超过|超|逾|大约|将近)?(?P<number>{_NUMBER})\s*(?P<unit>[^\d\s,.+-]\S*)?")
_CHANGE = re.compile(
    rf"(?P<way>同比增长|增长|上升|提高|增加|下降|降低|减少|↑|↓)(?P<number>{_NUMBER})\s*(?P<unit>%|个?百分点)?"
)
# 5² would be read as 52; m² is a unit.
_RAISED = re.compile(r"(?<![A-Za-z米])[\u00b2\u00b3\u00b9\u2070-\u209c\u2460-\u249b\u24ea-\u24ff\u2776-\u2793]")
_UNDONE = frozenset(("-", "--", "—", "——", "–", "/", "\\", "无", "暂无", "空", "N/A", "n/a", "NA", "…", "……", "*"))
_ABOUT_AFTER = ("左右", "上下", "以上", "以下", "余", "多", "+")
_HALF = str.maketrans("(),:;", "（），：；")
_BESIDE_CHINESE = re.compile(r"(?<=[一-鿿”])[(),:;]|[(),:;](?=[一-鿿“])")
ERRORS = ("#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table. `text` is what it holds as text: a number in plain digits, a date as 2026-07-03, an error's name.

    `kind` says what the program that wrote it took it for. A percent's `text` counts in percent (0.058 shown as 5.8% is
    "5.8"). `formula`: the cell is computed; if it has no computed value, `text` is "" and `kind` "uncomputed". `places`: decimals
    shown, None if its format leaves them open. `unit`: of its column's header or its number format.
    """

    text: str
    kind: Literal["text", "number", "percent", "date", "error", "uncomputed"] = "text"
    formula: bool = False
    elsewhere: bool = False  # the formula points to another file
    places: int | None = None
    padded: bool = False  # idle zeros are meant: 5.0
    scaled: bool = False  # the format shows it divided, e.g. by 10,000
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number read from one place, with the unit that stood beside it there; `said`: how it was understood, if not as it stood.

    `doubt`: what a person should look at.
    """

    number: Decimal
    unit: str = ""
    said: str = ""
    doubt: str = ""


def plain_number(text: str) -> Decimal | None:
    """An exact decimal of a bare number (thousands parted by commas, full width allowed); None for anything else."""
    text = _half_width(text)
    if not _BARE.fullmatch(text) or len(text) > LONGEST_NUMBER:
        return None
    return Decimal(text.replace(",", "").replace(" ", ""))


def _half_width(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).strip()
    return text.replace("−", "-").replace("\u2009", " ").replace("﹣", "-").removeprefix("'")


def read_figure(written: object, *, change: bool = False) -> Figure | None:
    """The figure of one place, None if there is none (blank, —, 无). Raises ValueError with a sentence for the clerk.

    `change`: the place holds a growth or a completion, where 增长5.8% and 下降3% are understood.
    """
    if isinstance(written, Cell):
        return _of_cell(written, change)
    if written is None or written == "":
        return None
    if isinstance(written, bool | dict | list):
        raise ValueError("这里须是一个数")
    raw = str(written)
    shown = raw if len(raw) <= 30 else raw[:30] + "…"
    if len(raw) > 200:
        raise ValueError(f"“{shown}”不是一个数，只写数字，如 12.6；单位写在单位栏")
    if _RAISED.search(raw):
        raise ValueError(f"“{shown}”里有上标、下标或带圈的数字，看不出是多少，请写成普通数字")
    seen = visible(raw)
    text = _half_width(seen)
    if not text:
        return None
    if (number := plain_number(text)) is not None:
        if seen != raw:
            return Figure(number, "", "", f"格里有看不见的字符，已删去，按 {number} 读")
        if not text.isascii():
            return Figure(number, "", "", f"“{shown}”不是常用的阿拉伯数字，按 {number} 读")
        return Figure(number)
    if text in _UNDONE:
        return None
    if text in ERRORS:
        raise ValueError(f"“{text}”是出错的公式，没有数")
    if text.startswith("=") or re.match(r"[+@-][A-Za-z(]", text):
        raise ValueError(f"“{shown}”是公式，没有算好的数")
    if re.fullmatch(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?( 00:00:00)?", text):
        raise ValueError(f"“{shown}”是日期，不是一个数")
    if change and (found := _CHANGE.fullmatch(text)):
        number = _decimal(found["number"])
        number = -number if found["way"] in ("下降", "降低", "减少", "↓") else number
        return Figure(number, found["unit"] or "%", f"“{shown}”按 {number} 读")
    if change and text in ("持平", "与上年持平", "与上年同期持平"):
        return Figure(Decimal(0), "%", f"“{shown}”按 0 读")
    figure = _with_unit(text)
    if figure and change and figure.unit == "%" and not figure.doubt:
        return Figure(figure.number, "%")  # 5.8% in a column of percents needs no word
    if figure is None:
        raise ValueError(f"“{shown}”不是一个数，只写数字，如 12.6；单位写在单位栏")
    return figure


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace(" ", ""))


def _with_unit(text: str) -> Figure | None:
    if found := _WITH_UNIT.fullmatch(text):
        unit, about = found["unit"] or "", found["about"] or ""
        for word in _ABOUT_AFTER:
            if unit.endswith(word):
                unit, about = unit.removesuffix(word), word
        if len(found["number"]) <= LONGEST_NUMBER and (is_unit(unit) or (about and not unit)):
            number = _decimal(found["number"])
            doubt = f"“{about}”没有采用，按 {found['number']} 读" if about else ""
            return Figure(number, unit, f"“{text}”按 {number} {unit} 读", doubt)
    if not text[0].isdigit():
        return None
    whole = [q for q in read_quantities(text) if (q.start, q.end) == (0, len(text))]  # 12亿3000万元, 2万5千户
    if len(whole) != 1 or whole[0].suspect or not isinstance(whole[0].value, Decimal) or not whole[0].unit:
        return None
    if whole[0].kind not in ("quantity", "money", "percent"):
        return None
    number, unit = whole[0].value, whole[0].unit
    doubt = f"“{text}”不是确数，按 {number:f} {unit} 读" if whole[0].approx else ""
    return Figure(
        number.normalize() if "." in str(number) else number,
        unit,
        f"“{text}”按 {number.normalize():f} {unit} 读",
        doubt,
    )


def is_unit(word: str) -> bool:
    """Whether a word is a unit or measure word, with or without 万, 亿 before it; also 万, 亿 alone."""
    word = unicodedata.normalize("NFKC", word).strip()
    if not word or len(word) > 12:
        return False
    if word in SCALES:
        return True
    for scale in sorted(SCALES, key=len, reverse=True):
        if word.startswith(scale) and unit_end(word, len(scale)) == len(word):
            return True
    return unit_end(word, 0) == len(word) or bool(re.fullmatch(r"个?百分点|元/.{1,4}|.{1,4}/.{1,4}", word))


def _of_cell(cell: Cell, change: bool) -> Figure | None:
    if cell.kind == "uncomputed":
        raise ValueError("这里是公式，文件里却没有存下算好的数")
    if cell.kind == "error":
        raise ValueError(f"这里的公式出错（{cell.text[:12]}），没有数")
    if cell.kind == "date":
        raise ValueError(f"这里是日期（{cell.text[:10]}），不是一个数；表格程序有时把 3-4、5/6 自动改成日期")
    if cell.kind == "text":
        figure = read_figure(cell.text, change=change)
        if figure is None or not cell.unit:
            return figure
        if figure.unit in SCALES:  # 1.3亿 below 本期（万元）: 亿元
            unit, doubt = joined_unit(figure.unit, cell.unit)
            return Figure(figure.number, unit, figure.said, figure.doubt or doubt)
        return Figure(figure.number, figure.unit or cell.unit, figure.said, figure.doubt)
    number = Decimal(cell.text)
    said, doubt = "", ""
    if cell.formula and cell.places is not None and -int(number.as_tuple().exponent) > cell.places:
        shown = number.quantize(Decimal(1).scaleb(-cell.places), "ROUND_HALF_UP")
        said, number = f"公式得 {number:f}，按表上显示的 {shown:f} 读", shown
    elif cell.formula and -int(number.as_tuple().exponent) > 6:
        doubt = f"公式得 {number:f}，小数位太多，请在公式里用 ROUND 取舍"
    if cell.elsewhere:
        doubt = "公式取自另一个文件，用的是上次存下的数"
    if cell.scaled:
        doubt = f"格式把数缩小了显示，文件里存的是 {number:f}，按存的读"
    if cell.padded and cell.places:
        number = (
            number.quantize(Decimal(1).scaleb(-cell.places))
            if -int(number.as_tuple().exponent) < cell.places
            else number
        )
    if cell.kind == "percent":
        return Figure(number, "%", said or ("" if change else f"百分比格式，按 {number:f}% 读"), doubt)
    return Figure(number, cell.unit, said, doubt)


def visible(text: str) -> str:
    """A text without what nobody sees: zero-width, bidirectional and control characters. Line breaks and tabs stay."""
    kept = (c for c in text if c in "\n\r\t\v\f" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Cn"))
    return text if text.isascii() and text.isprintable() else "".join(kept)


def words(written: object) -> str:
    """One line of text, with full-width punctuation beside Chinese, as a report prints it.

    Line breaks become spaces: they would break the draft's lines; what nobody sees goes without a trace. Raises ValueError for what is no text.
    """
    if isinstance(written, Cell):
        if written.kind == "uncomputed":
            raise ValueError("这里是公式，文件里却没有存下算好的内容")
        if written.kind == "error":
            raise ValueError(f"这里的公式出错（{written.text[:12]}），没有内容")
        written = written.text + ("%" if written.kind == "percent" else "")
    if written is None or written == "":
        return ""
    if isinstance(written, dict | list):
        raise ValueError("这里须是文字")
    line = re.sub(r"\s+", " ", visible(str(written))).strip()
    return _BESIDE_CHINESE.sub(lambda m: m[0].translate(_HALF), line)


def unit_words(written: object) -> str:
    """A unit half-width and without spaces: 平方米, m2, %."""
    return unicodedata.normalize("NFKC", words(written)).replace(" ", "")


def split_unit(name: str) -> tuple[str, str]:
    """A name and the unit in brackets at its end: 产值（万元） → (产值, 万元); the unit is "" if there is none."""
    found = re.fullmatch(r"(.+?)\s*[（(\[【]\s*(?:单位[：:]?\s*)?([^（()）\[\]【】]{1,12})\s*[）)\]】]", name.strip())
    if found and is_unit(found[2]):
        return found[1].strip(), unicodedata.normalize("NFKC", found[2]).replace(" ", "")
    return name, ""


def joined_unit(beside: str, column: str) -> tuple[str, str]:
    """The unit of a figure that has one beside it and one in its column: ("亿", "元") → 亿元. (unit, doubt).

    Raises ValueError where the two measure different things.
    """
    if not beside or beside == column:
        return column, ""
    if not column:
        return beside, "" if beside not in SCALES else f"只写了“{beside}”，没有写单位"
    if beside in SCALES:
        scale = next((s for s in sorted(SCALES, key=len, reverse=True) if column.startswith(s) and column != s), "")
        unit = beside + column.removeprefix(scale)
        return unit, "" if scale in ("", beside) else f"格里写“{beside}”，单位栏写“{column}”，按“{unit}”读"
    if same_dimension(beside, column) is None:
        raise ValueError(f"格里写的单位是“{beside}”，单位栏写的是“{column}”，对不上")
    return beside, ""


def converted(number: Decimal, unit: str, into: str) -> Decimal:
    """A number counted in another unit of the same dimension, exactly. Raises ValueError where that can't be."""
    if unit == into:
        return number
    factor = same_dimension(unit, into)
    if factor is None:
        raise ValueError(f"单位“{unit}”与本期的单位“{into}”对不上")
    exact = Fraction(number) * factor
    power = exact.denominator
    for prime in (2, 5):
        while power % prime == 0:
            power //= prime
    if power != 1:
        raise ValueError(f"{number:f}{unit}换算成“{into}”除不尽，请与本期用同一单位")
    return shortest(exact)


def shortest(exact: Fraction) -> Decimal:
    """A terminating fraction as an exact decimal without idle zeros."""
    places = 0
    while (exact * 10**places).denominator != 1:
        places += 1
    return Decimal((exact * 10**places).numerator).scaleb(-places)
