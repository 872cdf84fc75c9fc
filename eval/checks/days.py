"""Days and months that a text names (日期): 4月18日, 9月6日至8日, 去年4月, 2027年9月底前, 四月十八日（星期六）; and whether two of them agree."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.language.dates import number_of

_MONTH = r"(?:1[0-2]|0?[1-9](?![0-9])|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:[12][0-9]|3[01]|0?[1-9](?![0-9])|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_TO = r"[—–\-~至到]{1,2}"
_WRITTEN = re.compile(
    rf"(?P<y>(?:19|20)[0-9]{{2}}年|去年|上年|今年|本年|明年|来年|次年)?(?<![0-9十—–\-~至到第个])(?P<m>{_MONTH})月份?(?!{_TO}{_MONTH}月)"
    rf"(?:(?P<d>{_DAY})(?:[日号](?:{_TO}(?:(?P<m2>{_MONTH})月)?(?P<d2>{_DAY})[日号])?|{_TO}(?P<d3>{_DAY})[日号])|(?P<part>上旬|中旬|下旬|[底末初]))?"
    r"(?:[（(,]?(?:星期|周)(?P<w>[一二三四五六日天])[)）]?)?"
)
_BARE = re.compile(r"(?<![0-9月日、—–\-~至到期近达共])([12]?[0-9]|3[01])日(?![内均常报前后游])")
_BACK = {"去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1, "来年": 1, "次年": 1}
_PARTS = {"初": (1, 10), "上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31), "底": (21, 31), "末": (21, 31)}


@dataclass(frozen=True, slots=True)
class When:
    """A day or month as a text names it, [start, end) in the text. `month` None: a day alone (18日); `year` None: not said."""

    start: int
    end: int
    text: str
    year: int | None
    month: int | None
    day: int | None = None
    last: tuple[int, int] | None = None  # month and day where it ends
    part: str = ""  # 上旬, 底
    weekday: int | None = None  # 0: Monday


def days(plain: str, this_year: int, start: int = 0, end: int | None = None) -> Iterator[When]:
    """The days and months in a plain text, in order. `this_year`: what 今年 means there."""
    stop = len(plain) if end is None else end
    for m in _WRITTEN.finditer(plain, start, stop):
        year = None
        if m["y"]:
            year = this_year + _BACK[m["y"]] if m["y"] in _BACK else int(m["y"][:4])
        month, day = number_of(m["m"]) or 0, number_of(m["d"])
        last = number_of(m["d2"] or m["d3"])
        ends = None if last is None else (number_of(m["m2"]) or month, last)
        weekday = "一二三四五六日".index(m["w"].replace("天", "日")) if m["w"] else None
        yield When(*m.span(), m[0], year, month, day, ends, m["part"] or "", weekday)
    for m in _BARE.finditer(plain, start, stop):
        yield When(*m.span(), m[0], None, None, int(m[1]))


def agree(said: When, given: When, this_year: int, *, year_told: bool, begins: bool) -> bool:
    """Whether what a draft says fits what the sheet gives; it may leave out the day, and a year that is clear.

    `year_told`: the given year stands near it; `begins`: only a beginning is told of (6日起).
    """
    meant = given.year or this_year
    if said.month != given.month or (said.year or meant) != meant:
        return False
    if said.year is None and meant != this_year and not year_told:
        return False
    if said.day is None or given.day is None:
        low, high = _PARTS.get(said.part, (1, 31))
        if given.day is not None:
            return low <= given.day <= high
        return said.day is None and (not said.part or not given.part or _PARTS[said.part] == _PARTS[given.part])
    return said.day == given.day and (said.last == given.last or (said.last is None and begins))


def wrong_weekday(said: When, this_year: int) -> int | None:
    """The day of the week (0: Monday) that a day falls on, if the text names another."""
    year = said.year or this_year
    if said.weekday is None or said.month is None or said.day is None or said.last is not None:
        return None
    if not 1 <= said.month <= 12 or not 1 <= said.day <= monthrange(year, said.month)[1]:
        return None
    falls = date(year, said.month, said.day).weekday()
    return None if falls == said.weekday else falls
