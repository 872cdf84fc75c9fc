"""Rises and falls that are told without a figure (没有数字的增减): 茶叶产量有所增加, 与上年同期持平. The sheet knows which way it went."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from eval.checks.document import Document
from eval.checks.figures import sheet_says
from eval.checks.findings import Finding
from eval.checks.naming import core
from eval.checks.statements import Statements
from pipeline.facts.arithmetic import change_pct, points
from pipeline.facts.model import Fact, Sheet

_CLAUSE = re.compile(r"[^，。；：、！？,;:!?\n]+")
_UP = "增长|增加|上升|提高|提升|增多|回升|攀升|上涨"
_DOWN = "下降|减少|降低|回落|下滑|走低|缩减"
_TOLD = re.compile(
    r"(?:同比|[比较](?:上年|去年)(?:同期)?|[与和](?:上年|去年)(?:同期)?(?:相比)?)?"
    r"(?P<how>(?:均|都|双双|大幅度?|小幅|略有|略微|有所|稳步|持续|明显|快速|较快|稳定|平稳|保持|实现|呈现|继续|逐步|显著|进一步|基本|大体|两位数)*)"
    rf"(?P<word>{_UP}|{_DOWN}|持平)了?$"
)
_ENDINGS = tuple(f"{word}{end}" for word in (*_UP.split("|"), *_DOWN.split("|"), "持平") for end in ("", "了"))
_NOT_TOLD = re.compile(
    r"力争|确保|计划|目标|预计|预期|努力|推动|促进|带动|遏制|防止|避免|未|没有|不|扭转|若|如果|要|将|助力|支撑|拉动|实行|(?:19|20)\d\d年|去年|前年|近年|历年|往年|连续|[一二三四五六七八九十]年"
)
_BESIDE = ("", "也", "又", "已", "总体", "整体", "总量", "指标", "的")
FLAT_PCT = Decimal(1)  # a change below that is as good as none: 持平
ROUGHLY_PCT = Decimal(3)  # 基本持平


def directions(document: Document, statements: Statements) -> Iterator[Finding]:
    """A finding for each rise, fall or standstill told of a named indicator that went another way."""
    changed, by_name = _changed(statements.offers.sheet)
    if not changed:
        return
    before = {j.mention.quantity.end: j for j in statements.judgements if j.offers and not j.rule}
    for start, end in document.sentences:
        if document.kind_at(start) == "plans":
            continue
        for clause in _CLAUSE.finditer(document.plain, start, end):
            if not clause[0].endswith(_ENDINGS):
                continue
            told = _TOLD.search(clause[0])
            if told is None or _NOT_TOLD.search(lead := clause[0][: told.start()]):
                continue
            subject: tuple[Fact, Decimal] | None = None
            if lead:
                subject = next(
                    ((f, c) for name, f, c in by_name if len(name) >= 3 and name in lead and lead[lead.rfind(name) + len(name) :] in _BESIDE),
                    None,
                )  # fmt: skip
            elif (judgement := before.get(clause.start() - 1)) is not None and judgement.offers[0].field == "value":
                fact = statements.fact(judgement.offers[0])
                subject = next(((f, c) for f, c in changed if f.id == fact.id), None)
            if subject is None or _holds(told["word"], told["how"], subject[1]):
                continue
            fact, change = subject
            at = clause.start() + told.start("word")
            went = "上升" if change > 0 else "下降" if change < 0 else "持平"
            yield document.finding(
                "figure.direction", "error", at, at + len(told["word"]),
                f"“{fact.indicator}”清单里是{went}的，文中写成“{told['word']}”。请改。（{sheet_says(fact)}）", fact.id,
            )  # fmt: skip


@lru_cache(maxsize=64)
def _changed(
    sheet: Sheet,
) -> tuple[tuple[tuple[Fact, Decimal], ...], tuple[tuple[str, Fact, Decimal], ...]]:
    """The facts of a sheet that changed against last year and by how much; and the same by the core of their names, longest first."""
    changed = tuple((fact, change) for fact in sheet.facts if (change := _change(fact)) is not None)
    named = ((core(fact.indicator), fact, change) for fact, change in changed)
    return changed, tuple(sorted(named, key=lambda row: (-len(row[0]), row[1].id)))


def _change(fact: Fact) -> Decimal | None:
    """By how much an indicator changed against last year, in per cent (a rate: in points); None if the sheet does not say."""
    if fact.value is None or not fact.indicator:
        return None
    if fact.is_rate:
        made = points(fact)
        return made.value if made else None
    return change_pct(fact)


def _holds(word: str, how: str, change: Decimal) -> bool:
    if word == "持平":
        return abs(change) < (ROUGHLY_PCT if re.search("基本|大体", how) else FLAT_PCT)
    return change > 0 if re.fullmatch(_UP, word) else change < 0
