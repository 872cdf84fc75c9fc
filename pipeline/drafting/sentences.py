"""From facts to sentences (组句): which facts share a sentence, how its clauses are joined, and what leads it in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.archive.patterns import Pattern
from pipeline.drafting.outline import Entry
from pipeline.drafting.phrasing import Placed, Sentence, Wording, changes, clause, completions, joined
from pipeline.facts.arithmetic import remainder
from pipeline.facts.model import Fact, plain
from pipeline.language.indicators import indicator_kind
from pipeline.language.periods import Period
from pipeline.language.quantities import read_quantities

_FULLEST = 4  # clauses in a sentence; a figure with its change and completion counts as three
_LISTED = 8  # characters of an indicator up to which it may stand in a list with 、
_CONNECTIVES = ("", "同时，", "此外，", "另外，")
_DIGITS = re.compile(r"[0-9０-９]+(?:[.．,，][0-9０-９]+)*")
_ENDING = "。；，、！？;,.!? "


def literal(text: str, fact_id: str, field: str) -> Wording:
    """The sheet's own words, with every figure in them placed."""
    spans = [(q.start, q.end) for q in read_quantities(text) if re.search(r"[0-9０-９]", q.raw)]
    spans += [m.span() for m in _DIGITS.finditer(text) if not any(a < m.end() and m.start() < b for a, b in spans)]
    return Wording(text, tuple(Placed(a, b, fact_id, field) for a, b in sorted(spans)))


def _with_indicator_figures(wording: Wording, fact: Fact) -> Wording:
    """Place the figures that an indicator's name holds (超千万企业数, 3.5米以上公路) as the indicator's."""
    at = wording.text.index(fact.indicator)
    inside = literal(fact.indicator, fact.id, "indicator").figures
    moved = tuple(Placed(f.start + at, f.end + at, f.fact_id, f.field) for f in inside)
    return Wording(wording.text, tuple(sorted((*moved, *wording.figures), key=lambda f: f.start)), wording.source)


def _weight(fact: Fact) -> int:
    return 1 + bool(changes(fact)) + bool(completions(fact))


def grouped(facts: Sequence[Fact]) -> list[list[Fact]]:
    """Cut facts into sentences, in the sheet's order: light figures up to four a sentence, a heavy one with one other at most."""
    groups: list[list[Fact]] = []
    for fact in facts:
        if groups and sum(map(_weight, groups[-1])) + _weight(fact) <= _FULLEST:
            groups[-1].append(fact)
        else:
            groups.append([fact])
    if len(groups) > 1 and len(groups[-1]) == 1 and len(groups[-2]) > 2 and _weight(groups[-1][0]) == 1:
        groups[-1].insert(0, groups[-2].pop())  # 4 + 1 reads worse than 3 + 2
    return groups


def _is_list(facts: Sequence[Fact]) -> bool:
    """Whether the facts read as a list: three or more bare things or acts, none of them long."""
    short = all(len(f.indicator) <= _LISTED for f in facts)
    return len(facts) > 2 and short and len({indicator_kind(f.indicator, f.unit) for f in facts}) == 1


def figure_sentence(
    facts: Sequence[Fact], period: Period, patterns: Sequence[Pattern], leads: Sequence[str]
) -> Sentence:
    """A sentence that states figures: a lead, then a clause for each fact, joined as their length asks."""
    joint = "；" if any(_weight(f) > 1 for f in facts) else "、" if _is_list(facts) else "，"
    slots: list[tuple[Wording, ...]] = [tuple(Wording(lead) for lead in dict.fromkeys(leads))]
    for number, fact in enumerate(facts):
        if number:
            slots.append((Wording(joint),))
        slots.append(tuple(_with_indicator_figures(w, fact) for w in clause(fact, period, patterns)))
    slots.append((Wording("。"),))
    return Sentence(tuple(s for s in slots if s), tuple(f.id for f in facts))


def word_sentence(facts: Sequence[Fact], lead: str = "") -> Sentence:
    """Facts in words, as the sheet has them, in one sentence."""
    pieces: list[Wording] = [Wording(lead)] if lead else []
    for number, fact in enumerate(facts):
        pieces += [Wording("；")] if number else []
        pieces.append(literal(fact.text.rstrip(_ENDING), fact.id, "text"))
    return Sentence((((joined([*pieces, Wording("。")])),),), tuple(f.id for f in facts), in_words=True)


def paragraph(
    facts: Sequence[Fact], period: Period, patterns: Sequence[Pattern], leads: Sequence[str], *, named: bool = False
) -> list[Sentence]:
    """One topic's facts as sentences: first what was done in words, then the figures.

    The first sentence of figures takes one of `leads`, the others a connective or none. `named`: the paragraph has no heading of
    its own, so that its very first sentence takes the first lead, whatever it states.
    """
    in_words = [f for f in facts if f.value is None]
    figures = [f for f in facts if f.value is not None]
    sentences = [
        word_sentence(in_words[i : i + 3], leads[0] if named and i == 0 else "") for i in range(0, len(in_words), 3)
    ]
    for number, group in enumerate(grouped(figures)):
        opening = tuple(leads) if number == 0 else _CONNECTIVES if number % 2 else ("",)
        if named and sentences and number == 0:
            opening = ("",)
        sentences.append(figure_sentence(group, period, patterns, opening))
    noted = [f for f in figures if f.text]  # a figure with words beside it: the words are said too
    if noted:
        sentences.append(word_sentence(noted))
    return sentences


def _listed(facts: Sequence[Fact]) -> Wording:
    pieces: list[Wording] = []
    for number, fact in enumerate(facts):
        pieces += [Wording("、")] if number else []
        pieces.append(literal(fact.indicator, fact.id, "indicator"))
    return joined(pieces)


def _fixed(pieces: Sequence[Wording], facts: Sequence[Fact]) -> Sentence:
    return Sentence(((joined(pieces),),), tuple(f.id for f in facts), in_words=True)


def _said(fact: Fact, said: Sequence[tuple[str, str, str, str]]) -> Wording:
    """“indicator + closed form + figure”, as in 农业总收入完成年度目标的43.9%."""
    lead, figure, field, formula = said[0]
    name = literal(fact.indicator, fact.id, "indicator")
    text = f"{name.text}{lead}{figure}"
    return Wording(text, (*name.figures, Placed(len(text) - len(figure), len(text), fact.id, field, formula)))


def fixed(text: str) -> Sentence:
    """A sentence of the genre's own, which states no fact."""
    return Sentence(((Wording(text),),), (), in_words=True)


def problems(entry: Entry, period: Period) -> list[Sentence]:
    """存在的问题: what the sheet says in words, and what follows from its figures, numbered 一是 二是 三是."""
    stated = [f for _, facts in entry.facts for f in facts]
    found: list[tuple[list[Wording], list[Fact]]] = []
    for fact in stated:
        said = (
            literal(fact.text.rstrip(_ENDING), fact.id, "text") if fact.value is None else clause(fact, period, ())[0]
        )
        found.append(([said], [fact]))
    for facts, what, tellings in (
        (entry.behind, "部分指标低于序时进度，" if period.elapsed < 12 else "部分指标未达年度目标，", completions),
        (entry.fallen, "部分指标低于上年同期，" if period.elapsed < 12 else "部分指标低于上年，", changes),
    ):
        if facts:
            pieces = [Wording(what)]
            for number, fact in enumerate(facts):
                pieces += [Wording("，")] if number else []
                pieces.append(_said(fact, tellings(fact)))
            found.append((pieces, list(facts)))
    return _enumerated(found)


def plans(entry: Entry, period: Period) -> list[Sentence]:
    """下一步计划: what the sheet plans, and what is left of the year's targets."""
    sentences: list[Sentence] = []
    stated = [f for _, facts in entry.facts for f in facts]
    for fact in (f for f in stated if f.value is None):
        sentences.append(_fixed([literal(fact.text.rstrip(_ENDING), fact.id, "text"), Wording("。")], [fact]))
    figures = [f for f in stated if f.value is not None]
    sentences += [figure_sentence(group, period, (), ("",)) for group in grouped(figures)]
    counted = [f for f in entry.unfinished if remainder(f) is not None]
    if counted:
        pieces = [Wording("对照年度目标，")]
        for number, fact in enumerate(counted):
            left = remainder(fact)
            assert left is not None
            name = literal(fact.indicator, fact.id, "indicator")
            text = f"{name.text}还需完成{plain(left.value)}{left.unit}"
            place = Placed(len(f"{name.text}还需完成"), len(text), fact.id, "remainder", left.formula)
            pieces += [Wording("，")] if number else []
            pieces.append(Wording(text, (*name.figures, place)))
        sentences.append(_fixed([*pieces, Wording("。")], counted))
    others = [f for f in entry.unfinished if f not in counted][:8]
    if others:
        tail = "等指标，确保完成年度目标任务。" if len(others) > 1 else "，确保完成年度目标任务。"
        sentences.append(_fixed([Wording("对照年度目标任务，抓紧推进"), _listed(others), Wording(tail)], others))
    elif counted:
        sentences.append(fixed("逐项倒排时间、压实责任，确保完成年度目标任务。"))
    return sentences


def _enumerated(found: Sequence[tuple[Sequence[Wording], Sequence[Fact]]]) -> list[Sentence]:
    if not found:
        return []
    if len(found) == 1:
        return [_fixed([*found[0][0], Wording("。")], found[0][1])]
    pieces: list[Wording] = []
    for number, (said, _) in enumerate(found):
        pieces += [Wording(f"{'一二三四五六七八九十'[number]}是" if number < 10 else "此外，"), *said]
        pieces.append(Wording("；" if number < len(found) - 1 else "。"))
    return [_fixed(pieces, [f for _, facts in found for f in facts])]
