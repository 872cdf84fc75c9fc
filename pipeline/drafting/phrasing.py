"""Sentences as choices (句子的可选写法): each place in a sentence holds several wordings, all of them true.

One structure serves three writers. Level 0 picks wordings by rotation; level 1 gives a model the same choices as a grammar, so it
decides the words and cannot touch a figure; and what a model wrote is held against the choices to see which it took.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from pipeline.language.quantities import read_quantities

_DIGITS = re.compile(r"[0-9０-９]+(?:[.．,，][0-9０-９]+)*")


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
class Cut:
    """What is said of a fact's name right behind another fact with which it shares the beginning: 完成投资 behind 工业重大项目17只."""

    fact_id: str
    behind: str
    said: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence yet to be worded: its slots in order, and the facts it states.

    `given`, `after`: what stands before and behind the slots whoever words them: the sheet's own statements, which no model may change.
    `cuts`: names that need not be said whole.
    """

    slots: tuple[tuple[Wording, ...], ...]
    fact_ids: tuple[str, ...]
    in_words: bool = False  # the sheet's own statement, not to be reworded
    given: tuple[Wording, ...] = ()
    after: tuple[Wording, ...] = ()
    cuts: tuple[Cut, ...] = ()

    def whole(self, worded: Wording) -> Wording:
        """The sentence as it stands in the draft, once its slots are worded."""
        return joined([*self.given, worded, *self.after]) if self.given or self.after else worded


def literal(text: str, fact_id: str, field: str) -> Wording:
    """The sheet's own words, with every figure in them placed."""
    spans = [(q.start, q.end) for q in read_quantities(text) if re.search(r"[0-9０-９]", q.raw)]
    spans += [m.span() for m in _DIGITS.finditer(text) if not any(a < m.end() and m.start() < b for a, b in spans)]
    return Wording(text, tuple(Placed(a, b, fact_id, field) for a, b in sorted(spans)))


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


def schema(sentence: Sentence) -> str:
    """The choices as a JSON schema, in JSON: an object of s0, s1 … each one of its wordings."""
    properties = {
        f"s{i}": {"type": "string", "enum": list(dict.fromkeys(w.text for w in slot))}
        for i, slot in enumerate(sentence.slots)
    }
    whole = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return json.dumps(whole, ensure_ascii=False)


def unpacked(text: str) -> str:
    """The sentence of an answer that kept to `schema`; the answer itself where it is no such object."""
    try:
        said = json.loads(text)
        return "".join(said[f"s{i}"] for i in range(len(said)))
    except (ValueError, KeyError, TypeError):
        return text


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
