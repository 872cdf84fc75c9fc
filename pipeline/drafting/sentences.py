"""From facts to sentences (组句): which facts share a sentence, how its clauses are joined, and what leads it in."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.archive.patterns import Pattern
from pipeline.drafting.clauses import Manner, clause
from pipeline.drafting.phrasing import Placed, Sentence, Wording, joined
from pipeline.drafting.tellings import changes, completions, name
from pipeline.facts.model import Fact
from pipeline.language.indicators import flow_verbs, holds_verb, indicator_kind
from pipeline.language.periods import Period
from pipeline.language.quantities import read_quantities

CONNECTIVE = "同时，"
PARAGRAPH = 4  # sentences in a paragraph before a new one begins
_FULLEST = 4  # clauses in a sentence; a figure with its change and completion counts as three
_SHARED = 3  # characters in a row that two indicators share when they speak of one thing
_LISTED = 8  # characters of an indicator up to which it may stand in a list with 、
_DIGITS = re.compile(r"[0-9０-９]+(?:[.．,，][0-9０-９]+)*")
_COMING = re.compile(r"年内|即将|正在|^正|^将|拟|有望|预计")
ENDING = "。；，、！？;,.!? "  # what a statement may end in on the sheet, and does not in a sentence


def literal(text: str, fact_id: str, field: str) -> Wording:
    """The sheet's own words, with every figure in them placed."""
    spans = [(q.start, q.end) for q in read_quantities(text) if re.search(r"[0-9０-９]", q.raw)]
    spans += [m.span() for m in _DIGITS.finditer(text) if not any(a < m.end() and m.start() < b for a, b in spans)]
    return Wording(text, tuple(Placed(a, b, fact_id, field) for a, b in sorted(spans)))


def with_indicator_figures(wording: Wording, fact: Fact) -> Wording:
    """Place the figures that an indicator's name holds (超千万企业数, 3.5米以上公路) as the indicator's."""
    at = wording.text.index(name(fact))
    inside = literal(name(fact), fact.id, "indicator").figures
    moved = tuple(Placed(f.start + at, f.end + at, f.fact_id, f.field) for f in inside)
    return Wording(wording.text, tuple(sorted((*moved, *wording.figures), key=lambda f: f.start)), wording.source)


def fixed(text: str) -> Sentence:
    """A sentence of the genre's own, which states no fact."""
    return Sentence(((Wording(text),),), (), in_words=True)


def as_given(pieces: Sequence[Wording], facts: Sequence[Fact]) -> Sentence:
    """A sentence that is not to be reworded: the sheet's own words, or what follows from its figures."""
    return Sentence(((joined(pieces),),), tuple(dict.fromkeys(f.id for f in facts)), in_words=True)


def between(pieces: Sequence[Wording], mark: str) -> list[Wording]:
    """The pieces with a mark between each two."""
    return [part for i, piece in enumerate(pieces) for part in ([Wording(mark)] if i else []) + [piece]]


def weight(fact: Fact) -> int:
    """How full a fact makes a sentence: its figure, its change, its completion."""
    return 1 + bool(changes(fact)) + bool(completions(fact))


def _kin(one: Fact, other: Fact) -> bool:
    """Whether two facts speak of one thing: their indicators share three characters in a row."""
    runs = {one.indicator[i : i + _SHARED] for i in range(len(one.indicator) - _SHARED + 1)}
    return any(other.indicator[i : i + _SHARED] in runs for i in range(len(other.indicator) - _SHARED + 1))


def grouped(facts: Sequence[Fact]) -> list[list[Fact]]:
    """Cut facts into sentences, in the sheet's order: light figures up to four a sentence, one more where it is kin."""
    groups: list[list[Fact]] = []
    for fact in facts:
        full = sum(map(weight, groups[-1])) + weight(fact) if groups else _FULLEST + 1
        if groups and full <= _FULLEST + (weight(fact) == 1 and _kin(groups[-1][-1], fact)):
            groups[-1].append(fact)
        elif groups and len(groups[-1]) > 2 and _kin(groups[-1][-1], fact) and not _kin(groups[-1][-2], groups[-1][-1]):
            groups.append([groups[-1].pop(), fact])  # what belongs together goes on together
        else:
            groups.append([fact])
    if len(groups) > 1 and len(groups[-1]) == 1 and len(groups[-2]) > 2 and weight(groups[-1][0]) == 1:
        groups[-1].insert(0, groups[-2].pop())  # 4 + 1 reads worse than 3 + 2
    return groups


def _is_list(facts: Sequence[Fact]) -> bool:
    """Whether the facts read as a list: three or more bare things, deeds or flows, none of them long."""
    short = all(len(f.indicator) <= _LISTED for f in facts)
    kinds = {indicator_kind(f.indicator, f.unit) for f in facts}
    return len(facts) > 2 and short and len(kinds) == 1 and kinds != {"rate"} and all(weight(f) == 1 for f in facts)


def figure_sentence(
    facts: Sequence[Fact], period: Period, patterns: Sequence[Pattern], leads: Sequence[str], *, aims: bool = False
) -> Sentence:
    """A sentence that states figures: a lead, then a clause for each fact, joined as their length asks.

    Only the first clause may take a verb (实现工业总产值…、出口交货值…): in a list, and only if all could take it. `aims`: the
    figures are a plan's.
    """
    is_list = _is_list(facts)
    joint = "；" if any(weight(f) > 1 for f in facts) else "、" if is_list else "，"
    all_take = len({flow_verbs(f.indicator) for f in facts}) == 1
    slots: list[tuple[Wording, ...]] = [tuple(Wording(lead) for lead in dict.fromkeys(leads))]
    for number, fact in enumerate(facts):
        if number:
            slots.append((Wording(joint),))
        manner = Manner(aims=aims, verb=number == 0 and (not is_list or all_take), bare=is_list)
        slots.append(tuple(with_indicator_figures(w, fact) for w in clause(fact, period, patterns, manner)))
    slots.append((Wording("。"),))
    return Sentence(tuple(slots), tuple(f.id for f in facts))


def word_sentence(facts: Sequence[Fact], lead: str = "") -> Sentence:
    """Facts in words, as the sheet has them, in one sentence."""
    said = [literal(f.text.rstrip(ENDING), f.id, "text") for f in facts]
    return as_given([*([Wording(lead)] if lead else []), *between(said, "；"), Wording("。")], facts)


def aim_lead(fact: Fact) -> str:
    """What leads in a plan's figure: 计划 before a deed, 力争 before anything else, nothing where the indicator says it."""
    if holds_verb(fact.indicator):
        return ""
    return "计划" if indicator_kind(fact.indicator, fact.unit) == "action" else "力争"


def paragraph(
    facts: Sequence[Fact], period: Period, patterns: Sequence[Pattern], *, lead: str = "", aims: bool = False
) -> list[Sentence]:
    """One topic's facts as sentences: what was done in words, then the figures, then what is still to come in words.

    `lead` opens the paragraph (农业生产方面，); without one the first figures of a flow or a deed may begin with the period.
    """
    in_words = [f for f in facts if f.value is None]
    done, coming = [f for f in in_words if not _COMING.search(f.text)], [f for f in in_words if _COMING.search(f.text)]
    figures = [f for f in facts if f.value is not None]
    sentences: list[Sentence] = []
    for words in _by_three(done):
        sentences.append(word_sentence(words, "" if sentences else lead))
    for number, group in enumerate(grouped(figures)):
        opening: tuple[str, ...] = ("",)
        if aims:
            opening = (f"{'' if sentences else lead}{aim_lead(group[0])}",)
        elif not sentences:
            timely = not lead and indicator_kind(group[0].indicator, group[0].unit) in ("flow", "action")
            opening = (lead,) if lead else (f"{period.spoken}，", "") if timely else ("",)
        elif number == 1:
            opening = ("", CONNECTIVE)
        sentences.append(figure_sentence(group, period, patterns, opening, aims=aims))
    for words in _by_three(
        [*coming, *(f for f in figures if f.text)]
    ):  # a figure with words beside it: they are said too
        sentences.append(word_sentence(words, "" if sentences else lead))
    return sentences


def _by_three(facts: Sequence[Fact]) -> list[Sequence[Fact]]:
    return [facts[i : i + 3] for i in range(0, len(facts), 3)]


def paragraphs(sentences: Sequence[Sentence]) -> list[list[Sentence]]:
    """Sentences in paragraphs of about equal length, none longer than four. No paragraph begins with a connective."""
    count = -(-len(sentences) // PARAGRAPH)
    bounds = [round(i * len(sentences) / count) for i in range(count + 1)] if count else []
    return [[_beginning(sentences[a]), *sentences[a + 1 : b]] for a, b in itertools.pairwise(bounds)]


def _beginning(sentence: Sentence) -> Sentence:
    lead = tuple(w for w in sentence.slots[0] if w.text != CONNECTIVE)
    return replace(sentence, slots=(lead, *sentence.slots[1:])) if lead else sentence
