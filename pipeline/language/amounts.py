"""Amounts (数目): a number with its scale and unit as a text writes them, read but not yet judged.

Functions here read at one place of a plain text (see `text.plain`). Whether what they read is a figure at all, an article
(一条路子) or a vague word (上千人), `counting` decides.
"""

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from pipeline.language.numerals import CHINESE_DIGITS, DIGITS, MULTIPLIERS, Numeral, arabic, chinese
from pipeline.language.units import SCALES, parse_unit, unit_end

LONGEST_DIGITS = 25  # what runs on longer is a number of an account, not an amount
MASKS = frozenset("xX*×○_□■△")  # 1xx份, 20**年, 3○○人
_LOOKALIKES = frozenset("OoIl|〇")  # what scanning makes of 0 and 1


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and its unit; [start, end) in characters, the number ending at `number_end`."""

    start: int
    number_end: int
    end: int
    numeral: Numeral  # 万 and 亿 multiplied out
    scale: str = ""  # the 万 or 亿 that the value is counted in
    unit: str = ""  # without the scale
    chinese: str = ""  # the Chinese digits, "" if they are Arabic
    more: bool = False  # 余, 多, 几 after the number
    high: Numeral | None = None  # the upper end of a range
    guess: bool = False  # 十五六, 七八百: a range that is a guess
    bare: bool = False  # 千万, 亿: multipliers without a digit
    parts: tuple[Numeral, ...] = ()  # of a ratio, 3:2
    fraction: Fraction | None = None  # 三分之一
    suspect: bool = False  # 1O5

    @property
    def power(self) -> int:
        """The power of ten of the scale."""
        return SCALES[self.scale] if self.scale else 0

    @property
    def special(self) -> bool:
        """Whether the form alone shows what it is: a ratio, a fraction or a slip of the scanner."""
        return self.suspect or self.fraction is not None or bool(self.parts)


# What most figures are followed by: where one of these stands, a badly scanned number is meant as one.
_UNIT_NEXT = (
    "(?:[万亿%‰元亩吨斤米人户个名家次项倍件头辆株座条台套处所张份宗只艘箱根盏羽度]|公[里斤顷]|平方|立方|千[瓦米克])"
)
START = re.compile(rf"[0-9{CHINESE_DIGITS}{MULTIPLIERS}半]")
_ARABIC = re.compile(
    r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]{1,3}(?: , ?[0-9]{3}|, [0-9]{3})+(?![0-9])(?:\.[0-9]+)?(?= ?[万亿元亩吨户人])|(?<![0-9.])[1-9][0-9]{0,2}(?: [0-9]{3})+(?![0-9.])(?= ?(?![年月日号的和是])[一-鿿])"
    r"|(?<![0-9.] )(?<![0-9.])[0-9](?: [0-9.]){2,}(?= ?" + _UNIT_NEXT + r")"  # 5 8 6 2万元: spaced out
    r"|[0-9]+(?:\.[0-9]+| ?\. ?[0-9]+(?= ?(?:[万亿%‰元亩吨]|公[里斤顷]|平方))|·[0-9]+(?= ?(?:[万亿%‰元亩吨斤米]|公[里斤顷]|平方)))?"
)
_CHINESE = re.compile(
    rf"[{CHINESE_DIGITS}{MULTIPLIERS}]+(?:点[{CHINESE_DIGITS}]+(?:[万亿]|千(?![瓦米克伏卡赫帕安])|百(?!分))*)?"
)
_EITHER = re.compile(rf"[0-9]+(?:\.[0-9]+)?|[{CHINESE_DIGITS}十百千]+(?:[点.·][{CHINESE_DIGITS}]+)?")
_MASKED = re.compile(r"[0-9xX*×○_□■△]+")
_SCANNED = re.compile(r"[0-9OoIl|〇.,]{1,24}")
_INSIDE_PLACES = re.compile(r"[0-9]+\.[OoIlSBZ|〇][0-9OoIl|〇]{0,3}(?= ?" + _UNIT_NEXT + ")")
_INSIDE = re.compile(r"[0-9]+[OoIl|〇][0-9]")
_SPLIT = re.compile(
    r"(?<=[一-鿿])[0-9]{1,2} [0-9]{1,2}(?: ?\. ?[0-9]{1,2})?(?=[万亿%元亩吨]|公[里斤顷]|平方)|(?<=[一-鿿])(?<![表件图第组号之])[0-9] [0-9](?=[个户名人家])"
)
_WRONG_GROUP = re.compile(r"[0-9]{1,3},(?:[0-9]{1,2}|[0-9]{4})(?![0-9,.])(?= ?" + _UNIT_NEXT + ")")
_DOTTED = re.compile(r"[0-9.]+")
_MEASURED = re.compile(rf" ?(?:{_UNIT_NEXT}|成(?!立))")
_MORE = re.compile(r" ?(?:余|多(?![样种层方边]|元化)|几(?![乎何])|来(?=[个万亿千百人岁户斤亩公年天位名条家里吨]))")
_SCALE = re.compile(r" ?(?:万亿|千亿|百亿|千万|百万|个?亿|万|千(?![瓦米克伏卡赫帕安])|百(?![分强佳]))")
_CHAIN = re.compile(r"零?((?:[1-9],[0-9]{3}|[0-9]+)(?:\.[0-9]+)?)(千万|百万|亿|万|千(?![瓦米克伏卡赫帕安])|百(?!分))")
_ODD_PLACE = re.compile(r"([1-9])(?=元|块钱|[,。;、)]|左右|多|$)")
_REST = re.compile(r"(?<=万)([1-9][0-9]{2,3})(?=[元人户亩斤吨米株只头]|公里)")
_BEFORE_ZERO = frozenset("年月天时周里元亩斤吨米")
_TO = re.compile(r" ?(?:[-~]{1,2}|—{1,2}|至|到) ?")
_OF_A_VALUE = re.compile(r"(?:值|系数|指数|[pP]H|密度)(?:为|在|是|达|约)? ?$")
_FROM = re.compile(r"[由从自将把][^,。;:]{0,12}$")
_PARTS_OF = {"亩": "分", "斤": "两", "尺": "寸", "丈": "尺"}  # a tenth each
_TENTH = re.compile(rf"([1-9{CHINESE_DIGITS}])([分两寸尺])(?![之别钟])")
_HALF_CLOSED = re.compile(r"半(?=[,。;、)\n]|左右|多|$)")
_RATE = re.compile(r"/[0-9]{0,3}[百千万亿]{1,2}")
_SMALL_MONEY = re.compile(rf"([0-9{CHINESE_DIGITS}])[角毛](?:([0-9{CHINESE_DIGITS}])分)?")
_TENTHS_OF_MONEY = re.compile(rf"([0-9{CHINESE_DIGITS}])角([0-9{CHINESE_DIGITS}])分(?![0-9之])")
# 2米5, 一米七五, 两块三: the digits stand below the unit
_BELOW_METRE = re.compile(rf"([1-9]{{1,2}}|[{CHINESE_DIGITS}]{{1,2}})(?=[,。;、)\n宽高长深厚]|以[上下]|左右|的|$)")
_PART_SIGNS = {"百分之": "%", "千分之": "‰", "万分之": "‱"}
_PARTS = re.compile(
    rf"([0-9]{{1,4}}|[二两三四五六七八九十百千万][一二三四五六七八九十百千万零]{{0,4}})分之([0-9]{{1,4}}(?:\.[0-9]{{1,4}})?|[{CHINESE_DIGITS}十百]{{1,6}}(?:点[{CHINESE_DIGITS}]{{1,4}})?)"
)
_SLASH = re.compile(r"([0-9]{1,4})/([0-9]{1,4})(?![0-9/.])")
_RATIO = re.compile(
    r"[0-9]{1,6}(?:\.[0-9]{1,4})?(?: ?: ?[0-9]{1,6}(?:\.[0-9]{1,4})?){1,4}(?![0-9:.])|[0-9]{1,3}比[0-9]{1,3}(?![0-9.])"
)
_NEIGHBOURS = frozenset(["一两", "一二", "两三", "二三", "三四", "四五", "五六", "六七", "七八", "八九", "三五"])
_PAIR = re.compile("|".join(sorted(_NEIGHBOURS)))


def read_amount(text: str, start: int) -> tuple[Amount | None, int]:
    """The amount that begins at `start`, a digit of either script, and where to read on; None if none does."""
    if text[start].isascii():
        slip, end = _mask_or_slip(text, start)
        if slip is not None or end:
            return slip, end
    if text[start] == "半":
        half = _half(text, start)
        return half, half.end if half else start + 1
    if m := _TENTHS_OF_MONEY.match(text, start):  # 六角八分
        tenths, hundredths = (int(DIGITS.get(c, c)) for c in m.groups())
        return Amount(
            start, m.end(), m.end(), Numeral(10 * tenths + hundredths, -2), unit="元", chinese="角分"
        ), m.end()
    special = _share(text, start) or _fraction(text, start) or _ratio(text, start)
    if special is not None:
        return special, special.end
    amount, end = _number(text, start)
    if amount is None:
        return None, end
    amount = _range(text, _with_unit(text, amount))
    return amount, amount.end


_HALF = re.compile(r"半(?P<unit>个(?:月|小时|钟头|世纪|学期)|小时|年|天)(?![期鲜线底度来内路])")


def _half(text: str, start: int) -> Amount | None:
    """半个月, 半小时: half of one."""
    m = _HALF.match(text, start)
    return m and Amount(start, start + 1, m.end(), Numeral(5, -1), unit=m["unit"], chinese="半")


def guess(one: Amount, after: Amount) -> Amount | None:
    """五、六十人 → 50 to 60 人, if `one` is the five and `after` the sixty; None if the two are no such pair."""
    if len(one.chinese) != 1 or not after.chinese or after.high or one.chinese + after.chinese[0] not in _NEIGHBOURS:
        return None
    low = chinese(one.chinese + after.chinese[1:])
    return None if low is None else replace(after, start=one.start, numeral=low, high=after.numeral, guess=True)


def _mask_or_slip(text: str, start: int) -> tuple[Amount | None, int]:
    """(None, end) of a masked number (1xx份), (suspect amount, end) of a badly scanned one (1O5万元), else (None, 0)."""
    m = _ARABIC.match(text, start)
    assert m
    left, right = text[start - 1 : start] if start else "", text[m.end() : m.end() + 1]
    across = left == "×" and text[start - 2 : start - 1] in frozenset("米mM寸")  # 3米×4米
    if (left in MASKS and not across) or right in MASKS:
        masked = _MASKED.match(text, start)
        assert masked
        return None, masked.end()
    if left in _LOOKALIKES or right in _LOOKALIKES or (left == "." and text[start - 2 : start - 1] in _LOOKALIKES):
        first = start
        while first > 0 and start - first < 8 and (text[first - 1] in _LOOKALIKES or text[first - 1] == "."):
            first -= 1
        run = _SCANNED.match(text, first)
        assert run
        before = text[first - 1 : first] if first else ""
        if not (before.isascii() and before.isalpha()) and _MEASURED.match(text, run.end()) and len(run.group()) <= 20:
            return _slip(text, first, run.end())
        if _INSIDE.match(text, start):
            return None, run.end()  # 2O23年
    elif right == "." and (run := _INSIDE_PLACES.match(text, start)):  # 12.O万元
        return _slip(text, start, run.end())
    elif (
        right == "," and "," not in m.group() and (run := _WRONG_GROUP.match(text, start)) and not _listed(text, start)
    ):
        return _slip(text, start, run.end())  # 1,2860吨: a digit too many or too few
    elif split := _SPLIT.match(text, start):  # 5 6万元: a point was lost, or a space does not belong there
        return _slip(text, start, split.end())
    elif (
        right == "。"
        and re.match(r"[0-9]{1,4}(?:%|万[元亩人户]|亿元)", text[m.end() + 1 : m.end() + 8])
        and "." not in m.group()
    ):
        run = re.compile(r"[0-9]{1,9}。[0-9]{1,4}").match(text, start)  # 12。5%
        assert run
        return _slip(text, start, run.end())
    return None, 0


_RESPECTIVELY = re.compile(r"分别|依次|各为|[、和]")


def _listed(text: str, start: int) -> bool:
    """Whether a comma behind the number at `start` may part two figures of a list."""
    return _RESPECTIVELY.search(text, max(0, start - 24), start) is not None


def _slip(text: str, start: int, end: int) -> tuple[Amount, int]:
    number_end, scale, _ = _scale(text, end)
    unit = unit_end(text, number_end)
    amount = Amount(start, number_end, unit, Numeral(0), scale, text[number_end:unit], suspect=True)
    return amount, unit


def _scale(text: str, at: int) -> tuple[int, str, bool]:
    """余 and 万 after a number, in either order: where they end, the scale, whether 余 was there."""
    more, scale = False, ""
    if m := _MORE.match(text, at):
        more, at = True, m.end()
    if m := _SCALE.match(text, at):
        scale, at = m.group().strip().removeprefix("个"), m.end()
        if not more and (m := _MORE.match(text, at)):
            more, at = True, m.end()
    return at, scale, more


def _number(text: str, start: int) -> tuple[Amount | None, int]:
    """The number and its scale, without a unit."""
    if not text[start].isascii():
        if text[start] == "零" and text[start - 1 : start] in _BEFORE_ZERO and _CHINESE.match(text, start + 1):
            return None, start + 1  # 两年零三个月
        m = _CHINESE.match(text, start)
        assert m
        return _chinese(text, m), m.end()
    m = _ARABIC.match(text, start)
    assert m
    if ", " in m.group() and _listed(text, start):
        m = re.compile("[0-9]+").match(text, start)
        assert m
    digits = m.group().replace(",", "").replace(" ", "").replace("·", ".")
    if digits.count(".") > 1:
        return None, m.end()
    if len(digits) > LONGEST_DIGITS:
        return None, m.end()
    if text[m.end() : m.end() + 1] == "." and text[m.end() + 1 : m.end() + 2] in frozenset("0123456789"):  # 3.5.2
        dotted = _DOTTED.match(text, start)
        assert dotted
        return None, dotted.end()
    end, scale, more = _scale(text, m.end())
    amount = Amount(start, end, end, arabic(digits).shifted(SCALES.get(scale, 0)), scale, more=more)
    if scale and not more:
        amount = _chain(text, amount)
    printed = {"千": "", "百": "", "千万": "万", "百万": "万", "千亿": "亿", "百亿": "亿"}
    return replace(amount, scale=printed.get(amount.scale, amount.scale)), amount.end


def _chain(text: str, amount: Amount) -> Amount:
    """12亿3000万, 1万2千, 3千5百万: further digits that belong to the number."""
    top = amount.scale if amount.scale[-1] in "万亿" else ""
    total, section = (amount.numeral, None) if top else (None, amount.numeral)
    end = amount.number_end
    while m := _CHAIN.match(text, end):
        part = arabic(m[1].replace(",", "")).shifted(SCALES[m[2]])
        if m[2][-1] in "万亿":
            part = part if section is None else part + section.shifted(SCALES[m[2][-1]])
            if total is not None and part.fraction() >= 10 ** SCALES[top]:
                break
            total, section, top = part if total is None else total + part, None, top or m[2][-1]
        else:
            section = part if section is None else section + part
        end = m.end()
    if "." not in text[amount.start : end] and (m := _REST.match(text, end)):  # 21万3000元
        rest = arabic(m[1])
        total = total + rest if total is not None else rest
        return replace(amount, numeral=total, scale=top or "万", number_end=m.end(), end=m.end())
    if end == amount.number_end:
        if amount.scale in ("亿", "万", "千", "百") and (m := _ODD_PLACE.match(text, end)):  # 1万8: one place below
            total = amount.numeral + Numeral(int(m[1]), SCALES[amount.scale] - 1)
            return replace(amount, numeral=total, number_end=m.end(), end=m.end())
        return amount
    if section is not None:
        total = section if total is None else total + section
    assert total is not None
    return replace(amount, numeral=total, scale=top, number_end=end, end=end)


def _chinese(text: str, m: re.Match[str]) -> Amount | None:
    word, high = m.group(), None
    numeral = chinese(word)
    if both := _both(word):
        numeral, high = both
    if numeral is None and word.endswith("千") and text[m.end() : m.end() + 1] in frozenset("瓦米克伏"):
        word = word[:-1]  # 三百 千瓦
        numeral = chinese(word)
    if numeral is None and "点" in word:
        word = word.partition("点")[0]
        numeral = chinese(word)
    if numeral is None:
        return None
    scale = next((s for s in ("万亿", "亿", "万") if word.endswith(s)), "")
    if scale == "万" and "亿" in word:
        scale = "亿"
    bare = all(c in "百千万亿" for c in word)
    end = m.start() + len(word)
    after, extra, more = _scale(text, end)
    if extra and not more and text[end : end + 1] != "个":  # 三百 万: a space that does not belong there
        after, extra = end, ""
    if extra:  # 三百余万
        numeral, high = numeral.shifted(SCALES[extra]), high.shifted(SCALES[extra]) if high else None
        scale = extra[-1] if extra[-1] in "万亿" else scale
    return Amount(
        m.start(), after, after, numeral, scale, chinese=word, more=more, high=high, guess=high is not None, bare=bare
    )  # fmt: skip


def _both(word: str) -> tuple[Numeral, Numeral] | None:
    """十五六 → 15, 16; 七八百 → 700, 800; 三五 → 3, 5; None if the word is no such pair."""
    m = _PAIR.search(word)
    if m is None or len(word) > 12 or _PAIR.search(word, m.end()):
        return None
    head, tail = word[: m.start()], word[m.end() :]
    if (head and head[-1] not in MULTIPLIERS) or (tail and tail[0] not in MULTIPLIERS):
        return None
    low, high = chinese(head + m.group()[0] + tail), chinese(head + m.group()[1] + tail)
    return (low, high) if low and high and low.fraction() < high.fraction() else None


def _with_unit(text: str, amount: Amount) -> Amount:
    """The amount with the unit that follows it, with 多 or 半 inside or behind it."""
    at = amount.number_end
    if text[at : at + 1] == " " and text[at + 1 : at + 2].strip():
        at += 1
    if rate := _RATE.match(text, at):  # 12.5/10万
        return replace(amount, unit=rate.group(), end=rate.end())
    for middle in ("个多", "个半"):  # 3个多月, 一个半小时
        if text.startswith(middle, at) and text[at + 2 : at + 3] in frozenset("月小钟星季"):
            end = unit_end(text, at + 2)
            if end > at + 2:
                half = amount.numeral + Numeral(5, -1) if middle == "个半" else amount.numeral
                more = amount.more or middle == "个多"
                return replace(amount, unit="个" + text[at + 2 : end], end=end, numeral=half, more=more)
    end = unit_end(text, at)
    if end == at:
        return amount
    unit = text[at:end]
    if text[end : end + 1] == "半" and (
        unit in ("成", "倍")
        or (unit in ("年", "天") and text[end + 1 : end + 2] not in frozenset("数径导"))
        or _HALF_CLOSED.match(text, end)
    ):  # 一成半, 两年半, 十二公里半
        return replace(amount, unit=unit, end=end + 1, numeral=amount.numeral + Numeral(5, -1))
    if unit == "元" and not amount.scale and (m := _SMALL_MONEY.match(text, end)):  # 3元5角
        small = Numeral(int("".join(str(DIGITS.get(c, c)) for c in m[1] + (m[2] or ""))), -2 if m[2] else -1)
        return replace(amount, unit=unit, end=m.end(), numeral=amount.numeral + small)
    if unit in _PARTS_OF and not amount.scale and (part := _TENTH.match(text, end)) and part[2] == _PARTS_OF[unit]:
        tenth = Numeral(int(DIGITS.get(part[1], part[1])), -1)  # 十二亩三分
        return replace(amount, unit=unit, end=part.end(), numeral=amount.numeral + tenth)
    if (
        unit in ("米", "块")
        and not amount.scale
        and amount.numeral.exponent >= 0
        and (m := _BELOW_METRE.match(text, end))
    ):
        places = Numeral(int("".join(str(DIGITS.get(c, c)) for c in m[1])), -len(m[1]))
        return replace(amount, unit="元" if unit == "块" else unit, end=m.end(), numeral=amount.numeral + places)
    if unit == "成" and _half_tenth(text, end) and amount.high is None:  # 七成五
        return replace(
            amount, unit=unit, end=end + 1, numeral=amount.numeral + Numeral(int(DIGITS.get(text[end], text[end])), -1)
        )
    return replace(amount, unit=unit, end=end)


def _half_tenth(text: str, at: int) -> bool:
    """Whether a lone digit follows, and not the first of another word: 七成五, but 三成五保户."""
    digit, after = text[at : at + 1], text[at + 1 : at + 2]
    if digit.isascii():
        return digit.isdigit() and after not in frozenset("0123456789.") and unit_end(text, at + 1) == at + 1
    return (
        digit in DIGITS
        and not START.match(text, at + 1)
        and after not in frozenset("保星好")
        and unit_end(text, at + 1) == at + 1
    )


def _range(text: str, amount: Amount) -> Amount:
    """5%-8%, 20至30户, 8000元至1.2万元. After 由 or 从 two amounts stay two: 由12.1%到15.3%."""
    m = _TO.match(text, amount.end)
    if not m or m.end() >= len(text) or not START.match(text, m.end()) or amount.high or amount.bare:
        return amount
    if m.group().strip() in ("至", "到") and _FROM.search(text, max(0, amount.start - 14), amount.start):
        return amount
    if text[m.end()].isascii() and _mask_or_slip(text, m.end())[1]:
        return amount
    upper, _ = _number(text, m.end())
    if upper is None or upper.high or upper.bare or bool(upper.chinese) != bool(amount.chinese):
        return amount
    upper = _with_unit(text, upper)
    plain_values = amount.numeral.exponent < 0 and _OF_A_VALUE.search(text, max(0, amount.start - 4), amount.start)
    if not (amount.unit or upper.unit or upper.scale or plain_values):
        return amount
    low = amount.numeral
    if not amount.unit and not amount.scale and low.fraction() < 10 * upper.numeral.shifted(-upper.power).fraction():
        low = low.shifted(upper.power)  # 3至5万元; but in 8000至1.2万元 the first stands in 元
    if amount.unit and amount.unit != upper.unit:
        (factor, base), (per, measure) = parse_unit(amount.unit), parse_unit(upper.unit)
        scaled = low.fraction() * factor / per
        if base != measure or scaled.denominator != 1:
            return amount
        low = Numeral(int(scaled))
    if low.fraction() >= upper.numeral.fraction():
        return amount
    return replace(
        upper, start=amount.start, numeral=low, high=upper.numeral, more=amount.more or upper.more,
        chinese=amount.chinese and amount.chinese + "至" + upper.chinese,
    )  # fmt: skip


def _share(text: str, start: int) -> Amount | None:
    """百分之五, 千分之三, 百分之三十到四十."""
    sign = text[start : start + 3]
    if sign not in _PART_SIGNS:
        return None
    m = _EITHER.match(text, start + 3)
    numeral = _either(m.group()) if m else None
    if m is None or numeral is None:
        return None
    more = _MORE.match(text, m.end())
    end = more.end() if more else m.end()
    upto = _TO.match(text, end)
    if upto:
        at = upto.end() + (3 if text.startswith(sign, upto.end()) else 0)
        after = _EITHER.match(text, at)
        high = _either(after.group()) if after else None
        if (
            after
            and high
            and high.fraction() > numeral.fraction()
            and text[after.end() : after.end() + 1] not in frozenset("%万亿年")
        ):
            return Amount(
                start, after.end(), after.end(), numeral, unit=_PART_SIGNS[sign], chinese=m.group(), high=high
            )
    return Amount(start, end, end, numeral, unit=_PART_SIGNS[sign], chinese=m.group(), more=more is not None)


def _either(word: str) -> Numeral | None:
    if len(word) > LONGEST_DIGITS:
        return None
    return arabic(word) if word[0].isascii() else chinese(word.replace(".", "点").replace("·", "点"))


def _fraction(text: str, start: int) -> Amount | None:
    """三分之一, 1/3, 一半."""
    if m := _PARTS.match(text, start):
        below, above = _either(m[1]), _either(m[2])
        if below and above and below.coefficient:
            return Amount(
                start, m.end(), m.end(), above, chinese=m.group(), fraction=above.fraction() / below.fraction()
            )
    if m := _SLASH.match(text, start):
        part, whole = int(m[1]), int(m[2])
        likely = 0 < part < whole and (whole <= 12 or whole in (20, 100, 1000))
        if likely and text[start - 1 : start] not in frozenset("/.:0123456789"):
            return Amount(start, m.end(), m.end(), Numeral(part), fraction=Fraction(part, whole))
    if text.startswith("一半", start):
        return Amount(start, start + 2, start + 2, Numeral(1), chinese="一", fraction=Fraction(1, 2))
    return None


def _ratio(text: str, start: int) -> Amount | None:
    """3:2, 1:1.2, 12.5:45.3:42.2, 3比2."""
    m = _RATIO.match(text, start)
    if m is None or text[start - 1 : start] in frozenset(":/"):
        return None
    parts = tuple(arabic(part) for part in re.split(r" ?[:比] ?", m.group()))
    if not all(part.coefficient for part in parts):
        return None
    return Amount(start, m.end(), m.end(), parts[0], parts=parts)
