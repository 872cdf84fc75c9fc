"""Dates and times (日期、时间): 2023年5月12日, 1—6月, 二〇二三年, 2021-2025年, 第三季度, 9:30, 20世纪90年代.

A date's value counts in its own places, two digits a place: 2023年 → 2023 年; 4月16日 → 4.16 月.日; 2023年5月12日 →
2023.0512 年.月.日; 1—6月 → (1, 6) 月; 一季度 → 1 季度; 9时30分 → 9.30 时.分.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from pipeline.language.marks import Mark
from pipeline.language.numerals import chinese

_Y = r"(?:1[89]|20|21)[0-9]{2}"
_M = r"(?:1[0-2]|0?[1-9])"
_D = r"(?:3[01]|[12][0-9]|0?[1-9])"
_CY = r"[一二][〇零○oO0一二三四五六七八九]{3}"
_CM = r"(?:十[一二]?|[一二三四五六七八九])"
_CD = r"(?:[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_TO = r"\ ?(?:[-~至到]|—{1,2})\ ?"
_PART = r"(?:份|底|初|末|中旬|上旬|下旬|上中旬|中下旬)?"
_NO_MONTH = r"(?![龄球饼嫂亮子色均薪])"

_CALENDAR = re.compile(
    rf"""(?=[0-9])(?<![0-9.A-Za-z])(?<![0-9A-Za-z][-,:/])(?:
      (?P<ny>{_Y})([-./])(?P<nm>{_M})\2(?P<nd>{_D})(?![0-9])日?
    | (?P<y>{_Y})(?:\ ?年?度?(?:{_TO}|、)(?P<y2>{_Y}|[0-9]{{2}}(?=\ ?年)))?\ ?(?:学年度?|财年|年度?(?!代|[多余]|来[之的]|历史|之久))
      (?:\ ?(?:(?P<ym1>{_M})\ ?(?:月份?)?(?:{_TO}|、))?(?P<ym>{_M})\ ?月{_NO_MONTH}{_PART}
        (?:\ ?(?P<yd>{_D})\ ?[日号](?![线楼])(?:{_TO}{_D}[日号](?![线楼]))?)?)?[底初末]?
    | (?:(?P<m1>{_M})\ ?(?:月份?)?(?:{_TO}|[、和]))?(?P<m>{_M})\ ?月{_NO_MONTH}{_PART}
        (?:\ ?(?:(?P<d1>{_D})\ ?日?(?:{_TO}|、))?(?P<d>{_D})\ ?[日号](?![线楼]))?
    | (?P<h>[01]?[0-9]|2[0-4])(?::[0-5][0-9]){{1,2}}(?![0-9.:])(?:{_TO}(?:[01]?[0-9]|2[0-4]):[0-5][0-9](?![0-9]))?
    | (?P<t>[01]?[0-9]|2[0-4])\ ?时(?![间代期常尚速候段效])(?:(?P<tm>[0-5]?[0-9])\ ?分(?!钟))?
    | (?:0[0-9]|[1-9][0-9](?=年?(?:底|初|末|度|[上下]半年|{_M}月)))年度?
    | [1-9]?[0-9]世纪(?:[0-9]0年代)? | [0-9]0年代
    )""",
    re.VERBOSE,
)
_DAY = re.compile(
    rf"""(?=[0-9日\ ~至到—、-])(?<![0-9.A-Za-z])(?<![0-9A-Za-z][-,:/])(?<!历时)(?<!为期)(?<!连续)(?<!拘留)(?<!少于)(?<!超过)(?<!满)(?<!公示)(?<!提前)(?<!延长)
    (?<![共达约近限])(?P<d1>{_D})?(?:日?(?:{_TO}|、))?(?P<d>{_D})\ ?日(?![元内均产报龄常照游供]|以内|之内|以上|左右|处理)""",
    re.VERBOSE,
)
_WRITTEN = re.compile(
    rf"""(?=[一二三四五六七八九十1-9前第])(?:
      (?P<y>{_CY})年度?(?:(?P<ym>{_CM})月{_PART}(?:(?P<yd>{_CD})[日号])?)?[底初末]?
    | (?<![一二三四五六七八九十百千万几数0-9])(?:(?P<m1>{_CM})月?(?:{_TO}|、))?(?P<m>{_CM})月{_NO_MONTH}{_PART}(?:(?P<d>{_CD})[日号])?
    | (?<![一二三四五六七八九百千万几数])[一二三]?十[一二三四五六七八九]?日(?![内游]|以内|之内)
    | [一二]?十[一二三四五六七八九]?世纪(?:[一二三四五六七八九]十年代)? | [一二三四五六七八九]十年代
    | (?<![一二三四五六七八九十百千万几数0-9])(?:一二|二三|三四|四五|五六|六七|七八|八九|九十)月{_NO_MONTH}(?:份|间|里|底)?
    | [前第]?(?P<q1>[一二三四1-4])(?:(?:{_TO}|[、和])第?(?P<q>[一二三四1-4]))?季度
    | (?:(?<=民国)|(?<=光绪)|(?<=宣统)|(?<=同治)|(?<=咸丰)|(?<=道光)|(?<=嘉庆)|(?<=乾隆)|(?<=康熙)|(?<=公元)|(?<=公元前))(?:[0-9]{{1,4}}|[一二三四五六七八九十百]{{1,4}})年
    | 前(?:[1-9]|1[01]|{_CM})个?月
    )""",
    re.VERBOSE,
)
_CLOCK = re.compile(
    r"(?:上午|下午|早上|晚上|中午|凌晨|傍晚|夜间|夜里|早晨|清晨|当晚|早|晚|夜)(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[点时]"
    r"(?:半|整|钟|[0-9]{1,2}分|[一二三四五]?十[一二三四五六七八九]?分)?(?:[-~至到—]{1,2}(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[点时]半?)?"
    r"|(?<![0-9.])(?:[01]?[0-9]|2[0-4])点(?:[0-5]?[0-9]分|[半整钟])"
    r"|(?<![0-9.])(?:[01]?[0-9]|2[0-4])点?[-~至到—](?:[01]?[0-9]|2[0-4])点(?![一二三四五六七八九])"
)
# 12年 is a duration, unless it stands as a year does: ’12年, 通过了12年团结村的验收.
_SHORT_YEAR = re.compile(
    r"(?<=['’‘`])[0-9]{2}年度?|(?<![0-9.近约满第长达了共经续持])[5-9][0-9]年(?![来间之多以的历前后老])|(?<=[了从自在])(?:1[0-9]|2[0-9])年"
    r"(?=[一-鿿])(?![来间之多以的制内半前后时工教义历光才就仍与和及左])"
)

_PROPORTION = re.compile(
    r"(?:比|比例|比值|配比|坡度|按|构成|结构)(?:约?为|由|是|达到?|约|从|到)? ?$"
)  # 1:15 is no time of day there


def read_dates(text: str) -> Iterator[Mark]:
    """The dates and times of a plain text (see `text.plain`), in no particular order, possibly overlapping."""
    for m in _CALENDAR.finditer(text):
        if m["h"] and _PROPORTION.search(text, max(0, m.start() - 8), m.start()):
            continue
        yield _calendar(m)
    for m in _WRITTEN.finditer(text):
        yield _written(m)
    for pattern, needed in ((_DAY, "日"), (_CLOCK, "点时"), (_SHORT_YEAR, "年")):
        if not any(c in text for c in needed):
            continue  # all that it takes has one of these
        for m in pattern.finditer(text):
            day = m["d"] if pattern is _DAY else None
            yield Mark(m.start(), m.end(), "date", Decimal(day) if day else None, "日" if day else "")


def _places(*parts: str | int | None) -> Decimal:
    """2023, 5, 12 → 2023.0512."""
    whole, *rest = [int(p) for p in parts if p is not None]
    return Decimal(f"{whole}." + "".join(f"{p:02d}" for p in rest)) if rest else Decimal(whole)


def _calendar(m: re.Match[str]) -> Mark:
    value: Decimal | tuple[Decimal, Decimal] | None = None
    unit = ""
    if m["ny"]:
        value, unit = _places(m["ny"], m["nm"], m["nd"]), "年.月.日"
    elif m["y"]:
        value = _places(m["y"], m["ym"], m["yd"])
        unit = "年.月.日" if m["yd"] else "年.月" if m["ym"] else "年"
        if m["ym1"]:
            value = (_places(m["y"], m["ym1"]), _places(m["y"], m["ym"]))
        elif m["y2"]:
            last = m["y2"] if len(m["y2"]) == 4 else m["y"][:2] + m["y2"]
            value, unit = (Decimal(m["y"]), Decimal(last)), "年"
    elif m["m"]:
        value, unit = _places(m["m"], m["d"]), "月.日" if m["d"] else "月"
        if m["m1"] and not m["d"]:
            value = (Decimal(m["m1"]), Decimal(m["m"]))
        elif m["d1"]:
            value = (_places(m["m"], m["d1"]), _places(m["m"], m["d"]))
    elif m["t"]:
        value, unit = _places(m["t"], m["tm"]), "时.分" if m["tm"] else "时"
    return Mark(m.start(), m.end(), "date", value, unit)


def number_of(word: str | None) -> int | None:
    """The number that a part of a date is written with, in digits or characters: 9, 09, 九. None for None and for no number."""
    if word is None:
        return None
    if word.isascii():
        return int(word)
    numeral = chinese(word)
    return None if numeral is None else int(numeral.fraction())


def _written(m: re.Match[str]) -> Mark:
    value: Decimal | tuple[Decimal, Decimal] | None = None
    unit = ""
    if m["y"]:
        year = chinese(m["y"].translate(str.maketrans("○oO0", "〇〇〇〇")))
        if year is not None:
            value = _places(int(year.fraction()), number_of(m["ym"]), number_of(m["yd"]))
        unit = "年.月.日" if m["yd"] else "年.月" if m["ym"] else "年"
    elif m["m"]:
        value, unit = _places(number_of(m["m"]), number_of(m["d"])), "月.日" if m["d"] else "月"
        if m["m1"] and not m["d"]:
            value = (_places(number_of(m["m1"])), value)
    elif m["q1"]:
        value, unit = _places(number_of(m["q1"])), "季度"
        if m["q"]:
            value = (value, _places(number_of(m["q"])))
    return Mark(m.start(), m.end(), "date", value, unit)
