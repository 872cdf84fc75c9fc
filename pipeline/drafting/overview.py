"""What a chapter's indicators say as a whole (总述): which grew, which fell as they should, which are ahead of the calendar.

Nothing here is a claim of its own: each name is put where its figures put it, by the comparison that the check makes again, and no
figure is said twice. A chapter of whose figures less can be told goes without.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pipeline.drafting.phrasing import Sentence, Wording, literal
from pipeline.drafting.sentences import as_given, between
from pipeline.drafting.tellings import has_fallen, has_risen, name
from pipeline.facts.arithmetic import change_pct, completed_pct
from pipeline.facts.model import Fact
from pipeline.language.indicators import LESS_IS_BETTER, MORE_IS_BETTER, is_evil
from pipeline.language.periods import Period

_FACTS = 6  # figures that a chapter must have
_LEADS = ("从主要指标看，", "从完成情况看，", "从各项数据看，")
_LEAST = 3  # names that it must have to be worth a sentence
_MOST = 4  # names of one kind
_LONGEST_NAME = 14


def overview(facts: Sequence[Fact], period: Period, number: int) -> Sentence | None:
    """A sentence on a chapter's facts: 从主要指标看，A、B、C同比增长，其中C增幅最大；D同比下降；A、E均快于序时进度. None for a chapter of less than
    six figures, and where three names at least do not come together. `number`: the chapter's, from 0, which varies the lead.
    """
    last = "比上年" if period.first == 1 and period.last == 12 else "同比"
    told = [f for f in facts if f.value is not None and len(name(f)) <= _LONGEST_NAME and "、" not in f.indicator]
    grown = [f for f in told if has_risen(f) and not f.is_rate and _better_high(f)]
    higher = [f for f in told if has_risen(f) and f.is_rate and _better_high(f)]
    fewer = [f for f in told if has_fallen(f) and is_evil(f.indicator)]
    reached = [f for f in told if _reached(f, period) and not LESS_IS_BETTER.search(f.indicator)]
    clauses: list[list[Wording]] = []
    for kin, verdict in ((grown, f"{last}增长"), (higher, f"{last}提高"), (fewer, f"{last}下降")):
        if kin:
            clauses.append([*_names(kin[:_MOST]), Wording(verdict), *(_most(kin[:_MOST]) if kin is grown else [])])
    if reached:
        verdict = "完成年度目标" if period.elapsed == 12 else "快于序时进度"
        all_ = "均" if len(reached) > 1 else ""
        clauses.append([*_names(reached[:_MOST]), Wording(all_ + verdict)])
    named = {f.id for f in (*grown[:_MOST], *higher[:_MOST], *fewer[:_MOST], *reached[:_MOST])}
    if len(named) < _LEAST or sum(f.value is not None for f in facts) < _FACTS:
        return None
    pieces = [Wording(_LEADS[number % len(_LEADS)])]
    for n, said in enumerate(clauses):
        pieces += [*([Wording("；")] if n else []), *said]
    return as_given([*pieces, Wording("。")], ())


def _names(facts: Sequence[Fact]) -> list[Wording]:
    return between([literal(f.indicator, f.id, "indicator") for f in facts], "、")


def _most(facts: Sequence[Fact]) -> list[Wording]:
    """其中C增幅最大, of three or more; nothing where two grew alike."""
    by_growth = sorted(((change_pct(f) or Decimal(0), f) for f in facts), key=lambda row: row[0], reverse=True)
    if len(by_growth) < 3 or by_growth[0][0] == by_growth[1][0]:
        return []
    return [Wording("，其中"), literal(by_growth[0][1].indicator, by_growth[0][1].id, "indicator"), Wording("增幅最大")]


def _better_high(fact: Fact) -> bool:
    return MORE_IS_BETTER.search(fact.indicator) is not None and not LESS_IS_BETTER.search(fact.indicator)


def _reached(fact: Fact, period: Period) -> bool:
    """Whether a fact is ahead of the calendar, or at the year's end has reached its target."""
    done = completed_pct(fact)
    if done is None or is_evil(fact.indicator):
        return False
    return done >= 100 if period.elapsed == 12 else done * 12 > period.elapsed * 100
