"""Whether a model's sentence may stand (验收): each figure welded to its own indicator, and nothing numeric besides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.drafting.phrasing import Placed, Wording
from pipeline.drafting.tellings import amount, changes, completions, name, pace
from pipeline.facts.model import Fact
from pipeline.language.indicators import MID_GLUE, PRE_GLUE

LONGEST_LEAD = 24  # characters of free words before a sentence's first indicator
_JOINT = re.compile(r"(?:[，；、]|，?(?:同时|此外|并|以及|另外))*(?:" + "|".join(w for w in PRE_GLUE) + r")?")
_LONGEST_WORD = 12
_GRAM = 8  # characters in a row that count as copied


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a sentence may not stand, in a word or two for the trace."""

    reason: str


def accept(
    written: str, facts: Sequence[Fact], *, words: frozenset[str], models: Sequence[str] = ()
) -> Wording | Rejection:
    """Take a model's sentence if it states each fact as the sheet has it, and nothing numeric besides.

    Each fact: its indicator verbatim, closed words, its figure, then its change and completion in closed forms with the right
    figures and direction. What is left over is a lead of at most 24 characters, made of `words` alone and not copied from
    `models` (exemplars and examples shown to the model); between and after facts only joints.
    """
    text = written.strip()
    if not text.endswith("。") or "\n" in text or "。" in text[:-1]:
        return Rejection("不是一句话")
    figures: list[Placed] = []
    spans: list[tuple[int, int]] = []
    for fact in facts:
        found = list(re.finditer(_form(fact), text))
        if len(found) != 1:
            return Rejection(f"{fact.id} 没有照原样写出" if not found else f"{fact.id} 写了两遍")
        if any(found[0].start() < b and a < found[0].end() for a, b in spans):
            return Rejection(f"{fact.id} 与另一条缠在一起")
        spans.append(found[0].span())
        figures += _figures(fact, found[0])
    spans.sort()
    lead = text[: spans[0][0]]
    joints = [text[a:b] for (_, a), (b, _) in zip(spans, [*spans[1:], (len(text) - 1, len(text))], strict=True)]
    if joints[-1] or any(not _JOINT.fullmatch(joint) for joint in joints):
        return Rejection("指标之间或之后添了别的话")
    fault = (
        ("引语过长" if len(lead) > LONGEST_LEAD else "")
        or ("引语用了词表以外的话" if not made_of(re.sub("[，、：；“”]", "", lead), words) else "")
        or ("照抄范文" if _copied(lead, models) else "")
    )
    return Rejection(fault) if fault else Wording(text, tuple(sorted(figures, key=lambda f: f.start)))


def made_of(text: str, words: frozenset[str]) -> bool:
    """Whether a text is a row of these words and nothing else. A list of what may be said holds; one of what may not does not."""
    reached = {0}
    for at in range(len(text)):
        if at in reached:
            reached |= {at + n for n in range(1, min(_LONGEST_WORD, len(text) - at) + 1) if text[at : at + n] in words}
    return len(text) in reached


def _either(words: Sequence[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(set(words), key=len, reverse=True))


def _form(fact: Fact) -> re.Pattern[str]:
    """The clause a fact must stand in. Groups n0 (value), n1, n2 (change, completion) hold its figures."""
    form = f"{pace(fact)}{re.escape(name(fact))}(?:{_either(MID_GLUE)})(?P<n0>{re.escape(amount(fact))})"
    count = 1
    for tellings in (changes(fact), completions(fact)):
        if tellings:
            ways = [f"{re.escape(t.lead)}{re.escape(t.figure)}" for t in tellings]
            form += f"，(?P<t{count}>{'|'.join(sorted(ways, key=len, reverse=True))})"
            count += 1
    return re.compile(form)


def _figures(fact: Fact, found: re.Match[str]) -> list[Placed]:
    """The figures of a clause that was found, each with where it comes from."""
    figures = [Placed(*found.span("n0"), fact.id, "value")]
    groups = [g for g in ("t1", "t2") if g in found.groupdict()]
    for group, tellings in zip(groups, [t for t in (changes(fact), completions(fact)) if t], strict=True):
        told = next(t for t in tellings if f"{t.lead}{t.figure}" == found[group])
        if told.figure:
            figures.append(
                Placed(found.end(group) - len(told.figure), found.end(group), fact.id, told.field, told.formula)
            )
    return figures


def _copied(text: str, models: Sequence[str]) -> bool:
    return any(text[i : i + _GRAM] in model for model in models for i in range(len(text) - _GRAM + 1))
