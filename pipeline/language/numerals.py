"""Chinese numerals (汉字数字): 两千三百, 三点二, 十万零三千四百五十三, 二〇二三, 伍佰万, 三万五 (=35000).

Numbers are kept as a `Numeral`, coefficient × 10 ** exponent, where the exponent is that of the last place written:
三万五 is 35 × 10³, 12.30 is 1230 × 10⁻². So a number stays exact and still knows how finely it was given.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

_PLAIN = "零一二三四五六七八九"
_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
DIGITS: dict[str, int] = {c: i for i, c in enumerate(_PLAIN)} | {c: i for i, c in enumerate(_CAPITALS)}
DIGITS |= {"〇": 0, "两": 2}
SMALL: dict[str, int] = {"十": 1, "百": 2, "千": 3, "拾": 1, "佰": 2, "仟": 3}  # powers of ten inside a section
LARGE: dict[str, int] = {"万": 4, "亿": 8}  # powers of ten that close a section
_TENS = {"廿": "二十", "卅": "三十"}
CHINESE_DIGITS = "".join(DIGITS) + "".join(_TENS)
MULTIPLIERS = "".join(SMALL) + "".join(LARGE)
LONGEST = 40  # characters; what runs on longer is no figure of a report

_TRADITIONAL = str.maketrans("兩萬億貳陸參點", "两万亿贰陆叁点")


@dataclass(frozen=True, slots=True)
class Numeral:
    """coefficient × 10 ** exponent; the exponent is that of the last place that is written."""

    coefficient: int
    exponent: int = 0

    def shifted(self, power: int) -> "Numeral":
        """The number times 10 ** power."""
        return Numeral(self.coefficient, self.exponent + power)

    def __add__(self, other: "Numeral") -> "Numeral":
        low = min(self.exponent, other.exponent)
        total = self.coefficient * 10 ** (self.exponent - low) + other.coefficient * 10 ** (other.exponent - low)
        return Numeral(total, low)

    def __neg__(self) -> "Numeral":
        return Numeral(-self.coefficient, self.exponent)

    def fraction(self) -> Fraction:
        return self.coefficient * Fraction(10) ** self.exponent

    def decimal(self) -> Decimal:
        """The number as a Decimal with the decimal places that are written, and never with a positive exponent."""
        if self.exponent >= 0:
            return Decimal(self.coefficient * 10**self.exponent)
        return Decimal(f"{self.coefficient}E{self.exponent}")


def arabic(written: str) -> Numeral:
    """Read digits with an optional point, without separators: "12.30" → 1230 × 10⁻²."""
    whole, _, places = written.partition(".")
    return Numeral(int(whole + places), -len(places))


def chinese(word: str) -> Numeral | None:
    """Read a Chinese number in simplified characters; None if the word is not one.

    Multipliers alone count once (百 = 100, 千万 = 10⁷), as in 百余户; a multiplier without its digit before further
    digits (万一, 百八) is no number. A last digit without its multiplier stands one place lower (三万五 = 35000).
    """
    if not word or len(word) > LONGEST:
        return None
    for tens, digits in _TENS.items():
        word = word.replace(tens, digits)
    whole, point, places = word.partition("点")
    if point:
        return _with_places(whole, places)
    if all(c in DIGITS for c in whole):
        if len(whole) > 1 and "两" in whole:
            return None
        return Numeral(int("".join(str(DIGITS[c]) for c in whole)))
    if all(c in MULTIPLIERS and c not in "十拾" for c in whole):
        return _bare(whole)
    return _grouped(whole)


def read_chinese_number(word: str) -> Fraction | None:
    """The exact value of a Chinese number (汉字数字), simplified or traditional; None if the word is not a number.

    百分之… and units are no business of this function: see `quantities`.
    """
    numeral = chinese(word.translate(_TRADITIONAL))
    return None if numeral is None else numeral.fraction()


def _with_places(whole: str, places: str) -> Numeral | None:
    """三点二, 十二点零五, 三点二万."""
    digits = places.rstrip(MULTIPLIERS)
    power = _bare_power(places[len(digits) :])
    head = chinese(whole)
    if head is None or power is None or not digits or any(c not in DIGITS or c == "两" for c in digits):
        return None
    if whole[-1] in MULTIPLIERS and whole[0] not in CHINESE_DIGITS + "十拾":
        return None
    decimals = Numeral(int("".join(str(DIGITS[c]) for c in digits)), -len(digits))
    return (Numeral(head.coefficient * 10**head.exponent) + decimals).shifted(power)


def _bare_power(word: str) -> int | None:
    """The power of ten of multipliers alone: 万 → 4, 千万 → 7, 万亿 → 12, "" → 0; None if they do not go together."""
    power = 0
    for i, c in enumerate(word):
        if c in SMALL:
            if i and word[i - 1] in SMALL:
                return None
            power += SMALL[c]
        else:
            if i and (word[i - 1] == c or word[i - 1] == "亿"):
                return None
            power += LARGE[c]
    return power if power <= 15 else None


def _bare(word: str) -> Numeral | None:
    power = _bare_power(word)
    return None if power is None else Numeral(1, power)


def _grouped(word: str) -> Numeral | None:
    """两千三百, 一亿二千万, 十万零三千四百五十三, 一万二千亿."""
    total = section = None  # what 万 and 亿 have closed; what is open
    digit: int | None = None
    last = 99  # the power of the multiplier before, which the next must stay below
    closed = 99
    zero = False
    for c in word:
        if c in DIGITS:
            if DIGITS[c] == 0:
                if digit is not None:
                    return None
                zero = True
                continue
            if digit is not None:
                return None
            digit = DIGITS[c]
        elif c in SMALL:
            power = SMALL[c]
            if digit is None:
                if power != 1 or section is not None or last != 99:
                    return None  # only 十 may stand without its digit, and only first
                digit = 1
            if power >= last:
                return None
            part = Numeral(digit, power)
            section = part if section is None else section + part
            digit, last, zero = None, power, False
        elif c not in LARGE:
            return None
        else:
            power = LARGE[c]
            if digit is not None:
                part = Numeral(digit)
                section = part if section is None else section + part
            if section is None and not (total is not None and power > closed):
                return None
            if power > closed:  # 一万二千亿: 亿 counts what 万 has closed
                assert total is not None
                total = (total if section is None else total + section).shifted(power)
            elif power == closed:
                return None
            else:
                assert section is not None
                total = section.shifted(power) if total is None else total + section.shifted(power)
            section, digit, last, zero, closed = None, None, 99, False, power
    if digit is not None:
        before = last if last != 99 else (closed if section is None and closed != 99 else 0)
        lower = before - 1 if not zero and before >= 2 else 0  # 三万五: the digit stands one place below 万
        part = Numeral(digit, lower)
        section = part if section is None else section + part
    if section is not None:
        total = section if total is None else total + section
    return total
