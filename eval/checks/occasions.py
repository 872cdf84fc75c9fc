"""Dates and ranks that a fact in words gives (文字里的日期和名次): 1月16日召开, 列全县第2位. A draft that tells the same with others is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from eval.checks.coverage import ENOUGH
from eval.checks.days import When, agree, days, wrong_weekday
from eval.checks.document import Document
from eval.checks.findings import Finding, Severity
from eval.checks.naming import pairs
from pipeline.facts.model import Fact, Sheet
from pipeline.language.text import plain

_RANK = re.compile(r"第([0-9]{1,3}|[一二三四五六七八九十]{1,3})(?:位|名|(?=[，。；,;]))")
_NUMBER = re.compile(r"[0-9一二三四五六七八九十]+")
_CLAUSE = re.compile(r"[^，。；：、！？“”,;\n]+")
_WEEKDAY = re.compile("(?:星期|周)[一二三四五六日天]")
_BEGINS = re.compile("起|开始|开幕|启动|正式")
LEAST = 0.35  # share of a fact's pairs that the clause itself must hold; its sentence up to there must hold ENOUGH
_FEW, _ALL = 6, 0.99  # a clause with fewer pairs must be told with all of them
_FEWEST = 4  # pairs of characters that a clause must have to be recognised by


def occasions(document: Document, sheet: Sheet) -> Iterator[Finding]:
    """A finding for each date and rank that stands where a fact in words gives another, and for a weekday that a date is not."""
    yield from _weekdays(document, sheet)
    wanted = _wanted(sheet)
    if not wanted:
        return
    text, year = document.plain, sheet.meta.period.year
    for start, end in document.sentences:
        if "月" not in text[start:end] and "日" not in text[start:end] and "第" not in text[start:end]:
            continue
        for clause in _CLAUSE.finditer(text, start, end):
            dates, ranks = list(days(text, year, *clause.span())), list(_RANK.finditer(text, *clause.span()))
            if not dates and not ranks:
                continue
            said, around = _bare(clause[0], year), _bare(text[start : clause.end()], year)
            for told in wanted:
                least = LEAST if len(told.bag) >= _FEW else _ALL
                if len(said & told.bag) >= least * len(told.bag) and len(around & told.bag) >= ENOUGH * len(told.bag):
                    yield from _compared(document, year, text[start : clause.end()], dates, ranks, told)


@dataclass(frozen=True, slots=True)
class _Told:
    """A clause of a fact in words: its dates or its ranks, and what else it says, in pairs of characters."""

    fact: Fact
    dates: tuple[When, ...]
    ranks: tuple[str, ...]
    bag: frozenset[str]


@lru_cache(maxsize=2048)
def _bare(clause: str, year: int) -> frozenset[str]:
    """What a clause says without its dates, ranks and numbers."""
    for when in sorted(days(clause, year), key=lambda w: -w.start):
        clause = clause[: when.start] + clause[when.end :]
    return frozenset(pairs(_NUMBER.sub("", _RANK.sub("", clause))))


@lru_cache(maxsize=64)
def _wanted(sheet: Sheet) -> tuple[_Told, ...]:
    """The clauses of a sheet's facts in words that give a date or a rank."""
    return tuple(told for fact in sheet.facts for told in _told_by(fact, sheet.meta.period.year))


def _told_by(fact: Fact, year: int) -> Iterator[_Told]:
    for text in (fact.text, fact.indicator if fact.value is None else ""):
        for clause in _CLAUSE.findall(plain(text)):
            dates = tuple(w for w in days(clause, year) if w.month is not None)
            ranks = tuple(m[0] for m in _RANK.finditer(clause))
            bag = _bare(clause, year)
            if (dates or ranks) and len(bag) >= _FEWEST:
                yield _Told(fact, dates, ranks, bag)


def _compared(
    document: Document, year: int, sentence: str, dates: list[When], ranks: list[re.Match[str]], told: _Told
) -> Iterator[Finding]:
    """The dates and ranks of a clause held against those of the fact that it tells. `sentence`: up to the clause's end."""
    text = document.plain
    fact = told.fact
    source = f"（{fact.id}“{fact.text or fact.indicator}”）"
    full = [w for w in dates if w.month is not None]
    at = dates[0].start if dates else ranks[0].start()
    near = sentence + document.part_at(at).heading
    ok = [
        any(
            agree(w, g, year, year_told=_told(g, near, year), begins=bool(_BEGINS.match(text, w.end)))
            for g in told.dates
        )
        for w in full
    ]
    if told.dates and full and not any(ok) and len(full) <= len(told.dates):
        due = "、".join(g.text for g in told.dates)
        for w in full:
            message = f"“{document.text[w.start : w.end]}”与清单不符，清单写的是{due}。请改为{due}。{source}"
            yield document.finding("figure.wrong_value", "error", w.start, w.end, message, fact.id)
    elif told.dates and not full and len(dates) == 1 and "月" not in sentence:
        (w,), due = dates, "、".join(g.text for g in told.dates)
        if any(g.day for g in told.dates):
            severity: Severity = "warning" if any(w.day == g.day for g in told.dates) else "error"
            message = f"“{document.text[w.start : w.end]}”没有写月份，清单写的是{due}。请改为{due}。{source}"
            yield document.finding("figure.wrong_value", severity, w.start, w.end, message, fact.id)
    keys = {_rank(text) for text in told.ranks}
    if told.ranks and ranks and len(ranks) <= len(told.ranks) and not any(_rank(m[0]) in keys for m in ranks):
        due = "、".join(told.ranks)
        for m in ranks:
            message = f"“{m[0]}”与清单不符，清单写的是{due}。请改为{due}。{source}"
            yield document.finding("figure.wrong_value", "error", *m.span(), message, fact.id)


def _told(given: When, near: str, year: int) -> bool:
    """Whether a date's year can be known from its sentence or its part's heading."""
    return given.year is not None and (
        f"{given.year}年" in near or (given.year == year + 1 and bool(re.search("明年|来年|次年", near)))
    )


def _weekdays(document: Document, sheet: Sheet) -> Iterator[Finding]:
    if not _WEEKDAY.search(document.plain, document.body_start):
        return
    own = " ".join(plain(fact.text) for fact in sheet.facts)
    for when in days(document.plain, sheet.meta.period.year, document.body_start):
        falls = wrong_weekday(when, sheet.meta.period.year)
        if falls is None or when.text in own:
            continue
        day = f"{when.year or sheet.meta.period.year}年{when.month}月{when.day}日"
        message = f"{day}是星期{'一二三四五六日'[falls]}，这里写的是“{document.text[when.start : when.end]}”。请核对日期和星期。"
        yield document.finding("figure.derived", "error", when.start, when.end, message)


_DIGITS = {c: str(n) for n, c in enumerate("零一二三四五六七八九")}


def _rank(text: str) -> str:
    """The number of a rank, however it is written: 第二位 → 2."""
    m = _RANK.match(text)
    assert m is not None
    word = m[1]
    if not word.isdigit():
        tens, ten, ones = word.rpartition("十")
        word = f"{_DIGITS.get(tens, '1')}{_DIGITS.get(ones, '0')}" if ten else _DIGITS[word]
    return word
