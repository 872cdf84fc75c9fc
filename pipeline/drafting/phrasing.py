"""Sentences as choices (句子的可选写法): each place in a sentence holds several wordings, all of them true.

One structure serves three writers. Level 0 picks wordings by rotation; level 1 gives a model the same choices as a grammar, so it
decides the words and cannot touch a figure; and what a model wrote is held against the choices to see which it took.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.archive.patterns import Pattern
from pipeline.facts import arithmetic
from pipeline.facts.model import Fact, plain
from pipeline.language.indicators import (
    COMPLETION,
    DOWN,
    POINTS_DOWN,
    POINTS_UP,
    SAME,
    UP,
    flow_verbs,
    indicator_kind,
)
from pipeline.language.periods import Period

_PER = re.compile(r"([^/]+)/(周|月|季度|年|天|日)")
# The words that each kind of indicator bears before its figure; the plain clause takes the first two.
_MIDDLES = {
    "rate": ("达", "为", "达到"),
    "flow": ("达", "", "达到"),
    "measure": ("", "为", "达"),
    "action": ("",),
    "thing": ("",),
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A figure within a piece of text: characters [start, end), and where it comes from."""

    start: int
    end: int
    fact_id: str
    field: str  # value, previous, growth_pct, target, completion_pct, text, indicator, or a derivation's kind
    formula: str = ""  # for a derivation: how it was computed


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to say a piece. `source`: the archive's passage whose pattern it follows, "" if plain."""

    text: str
    figures: tuple[Placed, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence yet to be worded: its slots in order, and the facts it states."""

    slots: tuple[tuple[Wording, ...], ...]
    fact_ids: tuple[str, ...]
    in_words: bool = False  # the sheet's own statement, not to be reworded


def joined(pieces: Iterable[Wording]) -> Wording:
    """The pieces as one text, their figures' places moved along."""
    text, figures, source = "", list[Placed](), ""
    for piece in pieces:
        figures += [replace(f, start=f.start + len(text), end=f.end + len(text)) for f in piece.figures]
        text += piece.text
        source = source or piece.source
    return Wording(text, tuple(figures), source)


def choose(sentence: Sentence, pick: Callable[[int], int]) -> Wording:
    """Word a sentence: `pick(n)` says which of n wordings a slot takes."""
    return joined(slot[pick(len(slot)) if len(slot) > 1 else 0] for slot in sentence.slots)


def grammar(sentence: Sentence) -> str:
    """The choices as a GBNF grammar (llama.cpp). Source: the grammars/README of llama.cpp."""
    rules = [f"root ::= {' '.join(f's{i}' for i in range(len(sentence.slots)))}"]
    for i, slot in enumerate(sentence.slots):
        literals = [json.dumps(w.text, ensure_ascii=False) for w in slot]
        rules.append(f"s{i} ::= {' | '.join(literals)}")
    return "\n".join(rules) + "\n"


def read_back(sentence: Sentence, text: str) -> Wording | None:
    """Which wordings a text is made of, as one wording; None if it is none of the sentence's."""
    reached: dict[int, tuple[Wording, ...]] = {0: ()}
    for slot in sentence.slots:
        step: dict[int, tuple[Wording, ...]] = {}
        for at, taken in reached.items():
            for wording in slot:
                if text.startswith(wording.text, at):
                    step.setdefault(at + len(wording.text), (*taken, wording))
        reached = step
    whole = reached.get(len(text))
    return None if whole is None else joined(whole)


def amount(fact: Fact) -> str:
    """Value and unit as printed: 1.26万亩, 91.6%; 1次 for 次/周, since `pace` says 每周."""
    assert fact.value is not None
    per = _PER.fullmatch(fact.unit)
    return f"{plain(fact.value)}{per[1] if per else fact.unit}"


def pace(fact: Fact) -> str:
    """What a unit per time puts before the indicator: 每周 of 次/周, as in 每周召开班子例会1次; "" for any other unit."""
    per = _PER.fullmatch(fact.unit)
    return f"每{per[2]}" if per else ""


def _value_at(fact: Fact, text: str, at: int) -> Placed:
    written = amount(fact)
    return Placed(text.index(written, at), text.index(written, at) + len(written), fact.id, "value")


def changes(fact: Fact) -> tuple[tuple[str, str, str, str], ...]:
    """How a fact's change may be said: (lead, figure, field, formula), the lead being one of the closed forms; () if it has none."""
    if fact.is_rate and (moved := arithmetic.points(fact)) is not None:
        if moved.value == 0:
            return ((SAME, "", "points", moved.formula),)
        leads = POINTS_UP if moved.value > 0 else POINTS_DOWN
        return tuple((lead, f"{plain(abs(moved.value))}个百分点", "points", moved.formula) for lead in leads)
    percent = arithmetic.change_pct(fact)
    if percent is None:
        return ()
    computed = arithmetic.growth(fact)
    field, formula = (
        ("growth_pct", "") if fact.growth_pct is not None else ("growth", computed.formula if computed else "")
    )
    if percent == 0:
        return ((SAME, "", field, formula),)
    return tuple((lead, f"{plain(abs(percent))}%", field, formula) for lead in (UP if percent > 0 else DOWN))


def completions(fact: Fact) -> tuple[tuple[str, str, str, str], ...]:
    """How far a fact has come towards the year's target: (lead, figure, field, formula); () if it has no target."""
    percent = arithmetic.completed_pct(fact)
    if percent is None:
        return ()
    computed = arithmetic.completion(fact)
    given = fact.completion_pct is not None
    return tuple(
        (
            lead,
            f"{plain(percent)}%",
            "completion_pct" if given else "completion",
            "" if given or computed is None else computed.formula,
        )
        for lead in COMPLETION
    )


def _fits(lead: str, period: Period, plainest: bool) -> bool:
    """Whether a lead suits the period: 同期 for part of a year, 比上年增长 for a whole one; the bare 增长 is left out."""
    whole_year = period.first == 1 and period.last == 12
    if lead in ("增长", "下降", "提高"):
        return False
    if "上年同期" in lead or lead == SAME:
        return not whole_year or lead == SAME
    if lead.startswith(("比上年", "较上年")):
        return whole_year
    return not (plainest and lead.startswith("占"))


def clause(fact: Fact, period: Period, patterns: Sequence[Pattern], most: int = 10) -> tuple[Wording, ...]:
    """All good ways to state a fact's figure with its change and completion, patterns of the archive first.

    Every wording holds the indicator verbatim, then closed words, then the figure: nothing else stands between.
    """
    kind = indicator_kind(fact.indicator, fact.unit)
    moves = {m[0]: m for m in changes(fact) if _fits(m[0], period, False)} or {m[0]: m for m in changes(fact)}
    ends = {c[0]: c for c in completions(fact)}
    wordings: dict[str, Wording] = {}

    def add(pre: str, mid: str, change: str, completion: str, source: str) -> None:
        if fact.indicator[-1].isascii() and not mid:
            mid = "为"  # 推行“2+4”模式 … 技改4M 3000万元: a letter or digit must not run into the figure
        pre = pace(fact) or pre
        text = f"{pre}{fact.indicator}{mid}{amount(fact)}"
        figures = [_value_at(fact, text, len(pre) + len(fact.indicator))]
        for lead, table in ((change, moves), (completion, ends)):
            if lead:
                _, figure, field, formula = table[lead]
                text += f"，{lead}{figure}"
                if figure:
                    figures.append(Placed(len(text) - len(figure), len(text), fact.id, field, formula))
        wordings.setdefault(text, Wording(text, tuple(figures), source))

    verbs = flow_verbs(fact.indicator)
    middles = _MIDDLES[kind]
    for p in patterns:
        suits = p.kind == kind and bool(p.change) <= bool(moves) and bool(p.completion) <= bool(ends)
        pre_fits = p.pre == "" or p.pre in verbs or (p.pre == "共" and kind == "action")
        mid_fits = p.mid in middles or (p.mid == "" and p.pre in verbs)
        if not (suits and pre_fits and mid_fits) or (p.change and p.change not in moves):
            continue
        move = p.change or next(iter(moves), "")
        end = p.completion or next(iter(ends), "")
        add(p.pre, p.mid, move, end, p.passage_id)
    from_archive = len(wordings)
    for pre in ("", *verbs):
        for mid in ("",) if pre else middles[:2]:
            for move in list(moves)[:2] or [""]:
                for end in [e for e in list(ends)[:2] if _fits(e, period, False)] or [""]:
                    add(pre, mid, move, end, "")
    return tuple(wordings.values())[: max(from_archive, most)][:most]
