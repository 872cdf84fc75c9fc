"""Every figure of a text (数字、数量): what is written, its value, its unit, its kind. `read_quantities` is the way in.

A figure is read as it stands: 12.5万元 is 12.5 of 万元, 两千余亩 about 2000 亩, 三成 30 %. Dates, ordinals and names with
numbers in them are found too and told apart by their kind; masks (XX万元, 2X18年) are no figures.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from pipeline.language.amounts import LONGEST_DIGITS, START, Amount, guess, read_amount
from pipeline.language.counting import ABOUT_AFTER, OVER, counts
from pipeline.language.dates import read_dates
from pipeline.language.designations import read_designations, read_labels
from pipeline.language.marks import Mark
from pipeline.language.numerals import CHINESE_DIGITS, MULTIPLIERS, Numeral
from pipeline.language.text import plain
from pipeline.language.units import SCALES, is_money, parse_unit, unit_end

Kind = Literal["quantity", "money", "percent", "percentage-point", "ratio", "range", "date", "ordinal", "name"]
Value = Decimal | Fraction | tuple[Decimal, ...] | None


@dataclass(frozen=True, slots=True)
class Quantity:
    """One figure of a text; [start, end) in characters of the text as it was given.

    value counts in the written unit: 12.5万元 is Decimal("12.5") of 万元, 三分之一 Fraction(1, 3), 1—6月 (1, 6), 3:2
    Fraction(3, 2), 10:48:42 all three; None if the figure is suspect or has no value. unit is half-width and simplified.
    place is the power of ten of the last printed place in the written unit (两千 → 3), None where that makes no sense.
    """

    start: int
    end: int
    raw: str
    value: Value
    unit: str
    kind: Kind
    approx: bool
    suspect: bool = False
    direction: str = ""  # "down" for a written minus sign, 负 or 零下; what the sentence says is not looked at
    place: int | None = None

    def in_base(self) -> tuple[tuple[Fraction, ...], str]:
        """The exact values with 万 and 亿 multiplied out, and the base unit of the dimension (元, 亩, 米, 公斤, %, 个 …).

        Raises ValueError if there is no value.
        """
        factor, base = parse_unit(self.unit)
        return tuple(Fraction(value) * factor for value in self._values()), base

    def step(self) -> Fraction:
        """What one unit of the last printed place is worth, in base units: 12.5万元 → 1000, 1.30亿元 → 10⁶.

        0 for a fraction (三分之一), which is exact. Raises ValueError if there is no value.
        """
        values = self._values()
        if isinstance(self.value, Fraction):
            return Fraction(0)
        exponents = [v.as_tuple().exponent for v in values if isinstance(v, Decimal)]
        place = self.place if self.place is not None else min(e for e in exponents if isinstance(e, int))
        return Fraction(10) ** place * parse_unit(self.unit)[0]

    def moved(self, by: int) -> "Quantity":
        """The same figure so many characters further on."""
        return Quantity(
            self.start + by, self.end + by, self.raw, self.value, self.unit, self.kind, self.approx, self.suspect, self.direction,
            self.place,
        )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """The figure as the command line prints it: {start, end, raw, value, unit, kind, approx}.

        value: a number if it is exact as one, else a string; "1/3" for fractions, [a, b] for ranges, None if unknown.
        """
        value: Any = _json(self.value) if not isinstance(self.value, tuple) else [_json(v) for v in self.value]
        if self.kind == "ratio" and isinstance(self.value, tuple):
            value = ":".join(map(str, self.value))
        return {
            "start": self.start, "end": self.end, "raw": self.raw, "value": value,
            "unit": self.unit, "kind": self.kind, "approx": self.approx,
        }  # fmt: skip

    def _values(self) -> Sequence[Decimal | Fraction]:
        if self.value is None:
            raise ValueError(f"{self.raw!r} has no value to compare")
        return self.value if isinstance(self.value, tuple) else (self.value,)


def _json(value: Decimal | Fraction | None) -> int | float | str | None:
    if value is None:
        return None
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if value == value.to_integral_value():
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else str(value)


def read_quantities(text: str) -> list[Quantity]:
    """All figures of a text, sorted by start, not overlapping. Reads every text; time is linear in its length."""
    marks, taken, readable = _marks(plain(text))
    found = [Quantity(m.start, m.end, text[m.start : m.end], m.value, m.unit, m.kind, approx=False) for m in marks]
    for amount in _with_shared_units(readable, list(_amounts(readable, taken))):
        if counts(readable, amount):
            found.append(_quantity(text, readable, amount))
    return list(_apart(text, sorted(found, key=lambda quantity: quantity.start)))


def _apart(text: str, found: list[Quantity]) -> Iterator[Quantity]:
    """The figures without the characters that two of them claim, such as the sign in 10+八户."""
    end = 0
    for quantity in found:
        if quantity.end <= end:
            continue
        if quantity.start < end:
            quantity = replace(quantity, start=end, raw=text[end : quantity.end])
        end = quantity.end
        yield quantity


def _marks(text: str) -> tuple[list[Mark], bytearray, str]:
    """Dates, ordinals and names; which characters they take; and the text with the labels of its items blanked out.

    Labels go first: in 1.2023年 the label must not be read as part of what it stands before.
    """
    taken, marks = bytearray(len(text)), read_labels(text)
    pieces, at = [], 0
    for label in marks:
        taken[label.start : label.end] = b"\1" * (label.end - label.start)
        pieces += [text[at : label.start], "\n" * (label.end - label.start)]
        at = label.end
    text = "".join(pieces) + text[at:] if pieces else text
    for mark in (*read_dates(text), *read_designations(text)):
        if taken.find(1, mark.start, mark.end) < 0:
            taken[mark.start : mark.end] = b"\1" * (mark.end - mark.start)
            marks.append(mark)
    return marks, taken, text


def _amounts(text: str, taken: bytearray) -> Iterator[Amount]:
    """What is read between the marks, in order. An amount never reaches into a mark."""
    at = 0
    while m := START.search(text, at):
        start = m.start()
        if taken[start]:
            free = taken.find(0, start)
            if free < 0:
                return
            at = free
            continue
        if _in_latin(text, start):
            at = _digits_end(text, start)
            continue
        amount, at = read_amount(text, start)
        at = max(at, start + 1)
        if amount is not None and taken.find(1, amount.start, amount.end) < 0:
            yield amount
        elif amount is not None:  # the range reaches into a date: 3个-5月
            at = start + 1 if not text[start].isascii() else _digits_end(text, start)


_DIGITS = re.compile(r"[0-9.,]+")
_WORD_BEFORE = re.compile(r"[A-Za-z&]{1,12}[-./ ]?$")
_NO_INDICATORS = frozenset(
    "PM ISO GB GB/T DB DB/T NO COVID SO CO NH KM VER V T YY QC HB IP WIFI WINDOWS OFFICE CCTV APEC MP IPV FIFA BRT TCP".split()
)
_MEASURED = re.compile(r" ?(?:[万亿%‰元亩吨米人户个名家次项倍件台套]|公里|公斤|平方)")


def _digits_end(text: str, start: int) -> int:
    m = _DIGITS.match(text, start)
    return m.end() if m else start + 1


def _in_latin(text: str, start: int) -> bool:
    """Whether a number belongs to the Latin letters before it (G60, PM2.5, ISO9001); in GDP12.5亿元 it does not."""
    before = text[start - 1 : start]
    if (
        before == "·"
        and text[start].isascii()
        and text[start - 2 : start - 1].isascii()
        and text[start - 2 : start - 1].isalpha()
    ):
        return True  # 粤B·88888
    if not text[start].isascii() or not before or not before.isascii() or not (before.isalpha() or before in "-./ "):
        return False
    m = _WORD_BEFORE.search(text, max(0, start - 13), start)
    if m is None or (
        before == " " and not re.search(r"(?:ISO|GB|GB/T|DB|NO\.|No\.|PM) $", text[max(0, start - 5) : start])
    ):
        return False
    word = m.group().rstrip("-./ ").upper()
    if len(word) == 1 and word in "OIL" and (before.isalpha() or before == "."):
        return False  # a slip of the scanner, which `amounts` reads
    digits = _digits_end(text, start)
    return not (len(word) >= 2 and word not in _NO_INDICATORS and before.isalpha() and _MEASURED.match(text, digits))


# --- lists that share a unit ---------------------------------------------------------------------------------------------


_LIST_WORDS = frozenset(["、", "和", "与", "及", "以及", "或", "和约", "、约"])
_RESPECTIVELY = re.compile(r"分别|依次|各为")


def _with_shared_units(text: str, amounts: list[Amount]) -> list[Amount]:
    """86.2、33.5和12.8万元: the unit closes the list, and each number gets it. 五、六十人 becomes one guess."""
    shared: list[Amount] = []
    for one in reversed(amounts):
        after = shared[-1] if shared else None
        if after and _scale_alone(text, one, after):
            shared.append(replace(one, unit=after.unit))  # 86万、112万和135万元
            continue
        if after and not one.scale and not one.chinese and not after.chinese and _rises(text, one, after):
            numeral = one.numeral.shifted(after.power)  # 由7.5增加到9.2万元
            shared.append(replace(one, numeral=numeral, scale=after.scale, unit=after.unit))
            continue
        if (
            after is None
            or one.unit
            or one.scale
            or one.special
            or one.bare
            or after.suspect
            or not (after.unit or after.scale)
        ):
            shared.append(one)
            continue
        gap = text[one.end : after.start].strip() if after.start - one.end < 5 else "…"
        if gap == "、" and (pair := guess(one, after)):
            shared[-1] = pair
            continue
        slashed = gap == "/" and not one.chinese and text[one.end] == "/"  # 140/90毫米汞柱
        listed = (
            slashed
            or gap in _LIST_WORDS
            or (gap == "," and _RESPECTIVELY.search(text, max(0, one.start - 40), one.start) is not None)
        )
        if listed and not after.special and bool(one.chinese) == bool(after.chinese):
            high = one.high.shifted(after.power) if one.high else None
            one = replace(one, numeral=one.numeral.shifted(after.power), high=high, scale=after.scale, unit=after.unit)
        shared.append(one)
    return [_with_unit_before(text, amount) for amount in reversed(shared)]


def _scale_alone(text: str, one: Amount, after: Amount) -> bool:
    """Whether `one` is 万 or 亿 alone, in a list of money or a rise, whose next member says of what."""
    if (
        one.unit
        or not one.scale
        or one.scale[-1] not in "万亿"
        or one.special
        or one.bare
        or after.special
        or after.bare
    ):
        return False
    gap = text[one.end : after.start].strip() if after.start - one.end < 5 else "…"
    return (gap in _LIST_WORDS and is_money(after.unit)) or _rises(text, one, after)


_RISEN = re.compile(
    r"(?:元)?(?:一路|逐步|迅速|稳步|直接)?(?:增加|提高|增长|上升|扩大|发展|下降|减少|降低|压缩|压减|提升|缩短|增|降|升|减|提|扩)(?:到|至|为)(?:了|[0-9]{4}年的|目前的|现在的|今年的)?"
)
_RISES_FROM = re.compile(r"[由从][^,。;]{0,16}$")


def _rises(text: str, one: Amount, after: Amount) -> bool:
    """Whether the two are the ends of a rise or fall: 由7.5增加到9.2万元. Both must count the same."""
    return (
        0 < after.start - one.end < 12
        and not (one.unit or one.special or one.bare or after.special or after.bare)
        and bool(after.unit)
        and _RISEN.fullmatch(text, one.end, after.start) is not None
        and _RISES_FROM.search(text, max(0, one.start - 17), one.start) is not None
    )


_UNIT_BEFORE = re.compile(
    r"(?:[(\[|,]|(?<=[一-鿿]) ) ?([一-鿿%‰/²³A-Za-z]{1,6}) ?(?:[)\]|,]| )[ :|为达是]{0,6}(?:-?[0-9.,]{1,12}%?(?: ?\| ?| )){0,4}-?$"
)


def _with_unit_before(text: str, amount: Amount) -> Amount:
    """产值（万元）：3456.7 and | 产值 | 万元 | 3456.7 |: a bare number takes the unit that stands in its label."""
    if amount.unit or amount.scale or amount.chinese or amount.special:
        return amount
    m = _UNIT_BEFORE.search(text, max(0, amount.start - 60), amount.start)
    if not m:
        return amount
    word = m[1]
    scale = next((s for s in ("万亿", "亿", "万") if word.startswith(s)), "")
    if unit_end(word, len(scale)) != len(word):
        return amount
    return replace(amount, unit=word[len(scale) :], scale=scale, numeral=amount.numeral.shifted(SCALES.get(scale, 0)))


# --- what an amount says ---------------------------------------------------------------------------------------------------


_ABOUT_BEFORE = re.compile(rf"(?:{OVER})(?:达|为|有|了|需|占|合|投资|投入|人民币)? ?[¥$]?$")
_SPAN = re.compile(r"年|个月|天|周|日|届|个星期|个季度")
_LASTED = re.compile(r"(?:历时|经过|长达|用了?|花了?|已有|达|用时|耗时)近 ?$")
_ENTERPRISES = re.compile(r"(?:以上|及以上)?的?(?:重大|重点|工业|规上|骨干|大)?(?:企业|项目|工程)")
_WORD = re.compile(
    rf"(?![{CHINESE_DIGITS}{MULTIPLIERS}的是左右余多以上下之至到和与等时后前内为或及])[一-鿿](?=[,。;、)\n]|$)"
)
_NOUN = re.compile(
    rf"(?:(?![{CHINESE_DIGITS}{MULTIPLIERS}的是左右余多以上下之至到和与等时后前内为或及])[一-鿿]){{1,3}}(?=[,。;、)\n]|$)"
)


def _quantity(text: str, readable: str, amount: Amount) -> Quantity:
    s, start, end = readable, amount.start, amount.end
    numeral, high, scale, unit = amount.numeral, amount.high, amount.scale, amount.unit
    if unit == "成":
        numeral, high, unit = numeral.shifted(1), high.shifted(1) if high else None, "%"
    elif unit == "番":
        times = int(numeral.fraction())
        numeral, unit = Numeral(2**times) if 0 < times < LONGEST_DIGITS else numeral, "倍"
    elif unit == "元" and s.startswith("整", end):
        end += 1
    elif not unit and s[start - 1 : start] in ("¥", "$"):
        unit = "元" if s[start - 1] == "¥" else "美元"
    elif not unit and amount.bare and _ENTERPRISES.match(s, end):
        unit = "元"  # 超千万企业
    elif (
        not unit
        and not scale
        and not amount.chinese
        and not amount.special
        and (noun := _NOUN.match(s, end))
        and not amount.more
    ):
        unit, end = noun.group(), noun.end()  # 1600粪车: a measure word nobody has listed
    elif not unit and scale in ("万", "亿") and not amount.special and (noun := _WORD.match(s, end)):
        unit, end = noun.group(), noun.end()  # 2万艘: one character behind 万 and before a mark counts
    sign = _minus(text, s, start, scale + unit)
    start -= sign
    if sign:
        numeral, high = -numeral, None if high is None else -high
    elif s[start - 1 : start] in ("+", "±") and unit:
        start -= 1
    approx = amount.more or amount.guess or _about(s, amount)
    if m := ABOUT_AFTER.match(s, end):
        approx, end = True, m.end()
    value: Value
    place: int | None = None
    if amount.suspect:
        value = None
    elif amount.parts:
        decimals = tuple(part.decimal() for part in amount.parts)
        value = decimals if len(decimals) > 2 else Fraction(decimals[0]) / Fraction(decimals[1])
    elif amount.fraction is not None:
        value = amount.fraction
    else:
        bounds = [n.shifted(-amount.power) for n in ((numeral,) if high is None else (numeral, high))]
        place = min(n.exponent for n in bounds)
        value = bounds[0].decimal() if high is None else (bounds[0].decimal(), bounds[1].decimal())
    kind = _kind(amount, scale + unit, value)
    return Quantity(
        start, end, text[start:end], value, scale + unit, kind, approx, amount.suspect, "down" if sign else "", place
    )


def _kind(amount: Amount, unit: str, value: Value) -> Kind:
    if amount.parts or amount.fraction is not None:
        return "ratio"
    if isinstance(value, tuple):
        return "range"
    base = parse_unit(unit)[1]
    if is_money(unit):
        return "money"
    kinds: dict[str, Kind] = {"%": "percent", "个百分点": "percentage-point", "倍": "ratio"}
    return kinds.get(base, "quantity")


def _about(text: str, amount: Amount) -> bool:
    """Whether 近, 约, 超过 … stands before; 近三年 are the last three years, not about three."""
    start = amount.start
    m = _ABOUT_BEFORE.search(text, max(0, start - 9), start)
    if m is None:
        return amount.bare and text[start - 1 : start] in ("过", "上")
    if m.group().strip() == "近" and _SPAN.fullmatch(amount.unit):
        return _LASTED.search(text, max(0, start - 6), start) is not None
    return True


def _minus(text: str, readable: str, start: int, unit: str) -> int:
    """How many characters before the number are a minus sign: - or 负 1, 零下 2, none 0."""
    if start >= 2 and readable.startswith("零下", start - 2):
        return 2
    if start >= 1 and readable[start - 1] == "负":
        return int(readable[start - 2 : start - 1] not in frozenset("减担正背肩自抱胜欺辜债税增降"))
    if start < 1 or readable[start - 1] != "-" or text[start - 1] == "–":
        return 0
    before = readable[start - 2 : start - 1] if start >= 2 else ""
    if before in ("-", "—", "~", "%", "‰") or (before.isascii() and before.isalnum()):
        return 0
    return 1 if not unit or unit.startswith(("%", "‰", "万", "亿", "元", "个百分点", "百分点", "℃", "摄氏度")) else 0
