"""Clauses (分句): all good ways to weld an indicator to its figure, its change and its completion."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.archive.patterns import Pattern
from pipeline.drafting.derivations import ahead_of_schedule
from pipeline.drafting.phrasing import Placed, Wording
from pipeline.drafting.tellings import (
    Telling,
    absence,
    amount,
    change_in_full,
    changes,
    has_fallen,
    is_level,
    name,
    pace,
    suited_changes,
    suited_completions,
)
from pipeline.facts.arithmetic import completed_pct
from pipeline.facts.model import Fact, plain
from pipeline.language.indicators import LESS_IS_BETTER, Kind, flow_verbs, holds_verb, indicator_kind, is_evil
from pipeline.language.periods import Period

MOST = 10  # wordings of one clause: more would only make a grammar longer
# Investment that a report 完成; a project's own (新幼儿园投资) may be what it is to cost.
_OVERALL = re.compile(
    r"固定资产|工业|技改|技术改造|民间|产业|基础设施|房地产|农业|水利|交通|重点项目|重大项目|社会|有效|年度"
)
_RAISED = re.compile(
    r"(?:募集|筹集|投入|争取|拨付|到位|发放|兑付|清收|追回)(?:资金|金额|数额)$"
)  # nothing stands behind these: 募集资金168万元
_HIGH_RATE = Decimal(90)  # percent; a rate below it that has not risen is told with 为, not with 达
# The words that each kind of indicator bears before its figure, the usual first.
_MIDDLES: dict[Kind, tuple[str, ...]] = {
    "rate": ("达", "为", "达到"),
    "flow": ("达", "", "达到"),
    "measure": ("", "为", "达"),
    "action": ("",),
    "thing": ("",),
}


@dataclass(frozen=True, slots=True)
class Manner:
    """How a clause is to be told. `aims`: the figure is a plan's, nobody has 完成 it. `verb`: it may take 实现 or 完成 before
    it. `bare`: it stands in a list, with nothing between indicator and figure. `said`: what is said of the indicator's name where
    its beginning has been said (完成投资 of 工业重大项目完成投资), None for all of it. `frame`: the verb that it takes of the wordbook.
    `in_full`: the change is told in the fact's unit as well, and how far a completion is ahead of the calendar or above the target."""

    aims: bool = False
    verb: bool = True
    bare: bool = False
    said: str | None = None
    frame: str = ""
    in_full: bool = False


def is_poor(fact: Fact, period: Period) -> bool:
    """Whether a figure is nothing to be proud of: it fell, lags behind the calendar, is a problem, or is better small."""
    done = completed_pct(fact)
    lags = done is not None and done * 12 < period.elapsed * 100
    return lags or is_humble(fact)


def is_humble(fact: Fact) -> bool:
    """Whether a figure fell, is a problem, or is better small: 达 before it boasts of the wrong thing, whoever writes the sentence."""
    return has_fallen(fact) or fact.topic == "problems" or LESS_IS_BETTER.search(fact.indicator) is not None


def beyond(fact: Fact, period: Period) -> tuple[Telling, ...]:
    """How far a fact is ahead of the calendar (快于序时进度3个百分点), or above the target at the year's end; () for all others."""
    if is_evil(fact.indicator):
        return ()
    ahead = ahead_of_schedule(fact, period)
    if ahead is not None and ahead.value > 0:
        return (Telling("快于序时进度", f"{plain(ahead.value)}个百分点", "ahead", ahead.formula),)
    if period.elapsed < 12 or fact.is_rate or fact.value is None or fact.target is None or fact.value <= fact.target:
        return ()
    more = f"{plain(fact.value - fact.target)}{fact.unit}"
    return (Telling("超出年度目标", more, "difference", f"{fact.value}-{fact.target}"),)


def middles(fact: Fact, period: Period, manner: Manner) -> tuple[str, ...]:
    """The words that may stand between an indicator and its figure. No 达 for what fell, lags, or is better small."""
    kind = indicator_kind(fact.indicator, fact.unit)
    if manner.aims:
        share = kind == "rate" and fact.indicator.endswith(("比例", "比重", "占比"))
        reached = kind in ("rate", "flow", "measure") and not holds_verb(fact.indicator)
        return ("达到",) if reached or share else ("",)
    if holds_verb(fact.indicator):
        share = kind == "rate" and fact.indicator.endswith(("率", "率为", "比例", "比重", "占比"))
        return ("为",) if share else ("",)
    if is_level(fact) and not manner.bare and kind != "action":
        return ("为",)  # 达…与上年同期持平 boasts of nothing
    if (manner.bare and kind != "rate") or _RAISED.search(fact.indicator):
        return ("",)
    poor = is_poor(fact, period)
    if kind == "rate":
        low = not changes(fact) and fact.value is not None and fact.value < _HIGH_RATE
        return ("为",) if poor or low else _MIDDLES["rate"]
    if poor:
        return ("",) if kind != "measure" else ("", "为")
    return _MIDDLES[kind]


def clause(fact: Fact, period: Period, patterns: Sequence[Pattern], manner: Manner = Manner()) -> tuple[Wording, ...]:
    """The wordings of a fact with a value, patterns of the archive first.

    Each holds the fact's name, then closed words, then its figure, change and completion: nothing else stands between.
    """
    kind = indicator_kind(fact.indicator, fact.unit)
    moves = {t.lead: t for t in suited_changes(fact, period)}
    ends = {
        t.lead: t
        for t in suited_completions(fact, done="完成" in (fact.indicator if manner.said is None else manner.said))
    }
    between = middles(fact, period, manner)
    verbs = (
        ()
        if manner.aims or not manner.verb or manner.said is not None or is_poor(fact, period)
        else flow_verbs(fact.indicator)
    )
    if is_level(fact):
        verbs = ()
    if fact.indicator.endswith("投资") and not _OVERALL.search(fact.indicator):
        verbs = ()
    framed = bool(manner.frame) and manner.verb and not is_poor(fact, period)
    if framed:
        verbs, between, patterns = (manner.frame,), ("",), ()
    if (none := absence(fact)) and manner.said is None and not manner.aims:
        figure = amount(fact)
        return (
            Wording(f"{none}（{figure}）", (Placed(len(none) + 1, len(none) + 1 + len(figure), fact.id, "value"),)),
        )
    in_full = manner.in_full and manner.said is None and not manner.aims
    fuller = change_in_full(fact, period) if in_full else ()
    further = beyond(fact, period) if in_full else ()
    wordings: dict[str, Wording] = {}

    def add(pre: str, mid: str, change: str, completion: str, source: str) -> None:
        made = _worded(
            fact,
            name(fact) if manner.said is None else manner.said,
            pre,
            mid,
            [
                *([*fuller, *([moves[change]] if change and not fuller else [])]),
                *([ends[completion], *further] if completion else []),
            ],
            source,
        )
        wordings.setdefault(made.text, made)

    for p in patterns:
        suits = p.kind == kind and bool(p.change) <= bool(moves) and bool(p.completion) <= bool(ends)
        pre_fits = (
            p.pre == "" or p.pre in verbs or (p.pre == "共" and kind == "action" and manner.verb and not manner.aims)
        )
        mid_fits = p.mid in between or (p.mid == "" and p.pre in verbs)
        if suits and pre_fits and mid_fits:
            move = p.change if p.change in moves else next(iter(moves), "")
            end = p.completion if p.completion in ends else next(iter(ends), "")
            add(p.pre, p.mid, move, end, p.passage_id)
    for pre in verbs if framed else ("", *verbs):
        for mid in ("",) if pre else between[:2]:
            for move in list(moves)[:2] or [""]:
                for end in list(ends) or [""]:
                    add(pre, mid, move, end, "")
    return tuple(wordings.values())[:MOST]


def _worded(fact: Fact, said: str, pre: str, mid: str, tellings: Sequence[Telling], source: str) -> Wording:
    if said[-1:].isascii() and said and not mid:
        mid = "为"  # 推行“2+4”模式 … 技改4M 3000万元: a letter or digit must not run into the figure
    text = f"{pace(fact) or pre}{said}{mid}"
    figures = [Placed(len(text), len(text) + len(amount(fact)), fact.id, "value")]
    text += amount(fact)
    for telling in tellings:
        text += f"，{telling.lead}{telling.figure}"
        if telling.figure:
            figures.append(Placed(len(text) - len(telling.figure), len(text), fact.id, telling.field, telling.formula))
    return Wording(text, tuple(figures), source)
