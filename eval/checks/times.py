"""Times that stand before a figure (数字的时间): 一季度, 全年, 去年同期, 截至2025年底 said of what the sheet has for its own period."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from eval.checks.document import Document
from eval.checks.figures import sheet_says
from eval.checks.findings import Finding
from eval.checks.statements import Judgement, Statements
from pipeline.facts.model import Fact, Sheet
from pipeline.language.indicators import indicator_kind
from pipeline.language.periods import Period

NAMED = 0.4  # how well a fact must be named for its figure's time to be held against it
_QUARTERS = "一二三四"
# A time at the head of a clause. Behind 以来, 期间 it says since when, before 目标 and 任务 whose aim it is.
_TIME = re.compile(
    r"(?:^|(?<=[，。；：、,;:\n]))[ 　#]*(?:截至|截止|到|至|在)?"
    r"(?P<time>(?:(?P<year>20\d\d)年|今年|本年)?"
    r"(?:第?(?P<quarter>[一二三四])季度|前(?P<until>[二两三])个?季度|(?P<half>[上下])半年|全年(?P<whole>)|"
    r"(?P<from>\d{1,2})月?(?:份)?[-—–~至到]{1,2}(?P<to>\d{1,2})月(?:份)?|(?P<end>\d{1,2})月(?:份)?(?P<edge>底|末)?)(?P<before>前)?"
    r"|(?P<past>去年同期|上年同期|去年|上年(?!度)|上一年)"
    r"|(?P<last>20\d\d)年(?:年?底|年?末)(?P<ahead>前)?|(?P<then>20\d\d)年同期)"
    r"(?!以来|期间|度?的?(?:各项)?(?:目标|任务|计划|预算|预期|指标|重点|工作|进度|经济|和|以上|底|末|相比|开局))"
)
_NOW = re.compile(r"今年|本年|本期|目前|至今|现在|当前|现有|今年以来")
_YET = re.compile(r"将|计划|拟|力争|确保|预计|目标|争取|打算|预期|谋划|安排|实施|铺排|储备")
_COMPARED = re.compile(r"同比|环比|比|较|增|减|其中")


@dataclass(frozen=True, slots=True)
class _Told:
    """A time of the text, and whether it is the period's. `strict`: no figure of the sheet's period may stand behind it."""

    start: int
    end: int
    words: str
    fits: bool
    strict: bool
    past: bool = False
    until: str = ""  # the month up to which it counts from the year's beginning, 10 of 1—10月


def times(document: Document, sheet: Sheet, statements: Statements) -> Iterator[Finding]:
    """A finding for each time that stands before a figure which the sheet has for another one."""
    period = sheet.meta.period
    if sheet.meta.genre == "plan":
        return
    up_to = Counter(m["to"] or m["end"] for m in _TIME.finditer(document.plain) if m["from"] == "1" or m["edge"])
    for number, judgements in statements.by_sentence.items():
        start, end = document.sentences[number]
        if document.kind_at(start) == "plans":
            continue
        told = [_read(m, period) for m in _TIME.finditer(document.plain, start, end)]
        for at, time in enumerate(told):
            if time.fits or up_to[time.until] > 1:  # 1—10月 again and again: up to there the report counts
                continue
            stop = told[at + 1].start if at + 1 < len(told) else end
            governed = (j for j in judgements if time.end <= j.mention.quantity.start < stop)
            fact = next((f for j in governed if (f := _of_the_period(document, statements, j, time)) is not None), None)
            if fact is None:
                continue
            sure = time.strict or (not time.until and _summed_over_time(fact))
            yield document.finding(
                "period.mismatch", "error" if sure else "warning", time.start, time.end,
                f"这里写的是“{time.words}”，后面的数清单里却是{period.words}的：{sheet_says(fact)}。请改时间，或改成那个时间的数。",
                fact.id,
            )  # fmt: skip


def _read(m: re.Match[str], period: Period) -> _Told:
    """What a time says, held against the sheet's period."""
    year = int(m["year"] or m["last"] or m["then"] or period.year)
    first, last = period.first, period.last
    if m["past"] or m["then"]:
        return _Told(m.start("time"), m.end("time"), m["time"], m["then"] == str(period.year), True, past=True)
    if m["last"]:
        ahead = bool(m["ahead"])
        fits = (year == period.year and (last == 12 or ahead)) or (ahead and year > period.year)
        return _Told(m.start("time"), m.end("time"), m["time"], fits and not (ahead and year > period.year), True)
    if m["quarter"]:
        q = _QUARTERS.index(m["quarter"]) + 1
        told = (3 * q - 2, 3 * q)
    elif m["until"]:
        told = (1, 9 if m["until"] == "三" else 6)
    elif m["half"]:
        told = (1, 6) if m["half"] == "上" else (7, 12)
    elif m["from"]:
        told = (int(m["from"]), int(m["to"]))
    elif m["end"]:
        month = int(m["end"])
        if m["before"]:
            return _Told(m.start("time"), m.end("time"), m["time"], (year, month) <= (period.year, last), True)
        # what happened in one month is told of it; a state at another month's end is not the period's
        return _Told(
            m.start("time"),
            m.end("time"),
            m["time"],
            not m["edge"] or (year, month) == (period.year, last) or year != period.year,
            False,
            until=m["end"] if m["edge"] else "",
        )
    else:
        told = (1, 12)
    outside = told[0] > last or told[1] > last or year != period.year
    return _Told(
        m.start("time"),
        m.end("time"),
        m["time"],
        year == period.year and told == (first, last),
        outside,
        until=m["to"] if told[0] == 1 and m["to"] and not outside else "",
    )


def _summed_over_time(fact: Fact) -> bool:
    """Whether a fact is a sum or a state of the whole period, not an event that may have fallen into a part of it."""
    if fact.previous is not None or fact.target is not None or fact.growth_pct is not None:
        return True
    return indicator_kind(fact.indicator, fact.unit) in ("flow", "rate")


def _of_the_period(document: Document, statements: Statements, judgement: Judgement, time: _Told) -> Fact | None:
    """The fact whose figure of the sheet's own period stands behind a time, if it does."""
    mention = judgement.mention
    if judgement.rule or judgement.kind != "value" or len(judgement.offers) != 1:
        return None
    number = judgement.offers[0].fact
    offers, fact = statements.offers, statements.fact(judgement.offers[0])
    if offers.planned[number] or offers.past[number] or mention.named(number) < NAMED:
        return None
    between = document.plain[time.end : mention.quantity.start]
    if _NOW.search(between) or _YET.search(between) or "的" in between.split("，")[0]:
        return None  # 去年开工的项目已完成…
    if time.past and (_COMPARED.search(between) or "，" in between[1:]):
        return None
    words = time.words.replace("份", "")
    if any(w in f"{fact.indicator}{fact.text}{fact.note}" for w in (time.words, words, words[-3:])):
        return None
    return None if fact.previous == fact.value else fact
