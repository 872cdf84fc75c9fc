"""Whether a model's sentence may stand (验收): each figure welded to its own indicator, and nothing numeric besides."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pipeline.drafting.clauses import is_humble
from pipeline.drafting.phrasing import Cut, Placed, Wording, literal
from pipeline.drafting.tellings import amount, changes, completions, name, pace
from pipeline.facts.model import Fact
from pipeline.language.indicators import MID_GLUE, PRE_GLUE

LONGEST_LEAD = 24  # characters of free words before a sentence's first indicator
_JOINT = re.compile(r"(?:[，；、]|，?(?:同时|此外|并|以及|另外))*(?:" + "|".join(w for w in PRE_GLUE) + r")?")
_BOASTS = frozenset(
    {"达", "达到", "已达", "达到了"}
)  # before a figure that fell, or that should be small, they are out of place
ENDING = "。；，、！？;,.!? "  # what a statement may end in on the sheet, and does not in a sentence
OnTopic = Callable[[str], bool] | None
OFF_TOPIC = "引语不合本节主题"
_SHORTEST_LEAD = 4  # characters; a shorter one (同时) speaks of no topic
_LONGEST_WORD = 12
_GRAM = 8  # characters in a row that count as copied


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a sentence may not stand, in a word or two for the trace."""

    reason: str


def accept(
    written: str, facts: Sequence[Fact], *, words: frozenset[str], models: Sequence[str] = (), cuts: Sequence[Cut] = (),
    on_topic: OnTopic = None,
) -> Wording | Rejection:  # fmt: skip
    """Take a model's sentence if it states each fact as the sheet has it, and nothing numeric besides.

    Each fact: its indicator verbatim, closed words, its figure, then its change and completion in closed forms with the right
    figures and direction. What is left over is a lead of at most 24 characters, made of `words` alone and not copied from
    `models` (exemplars and examples shown to the model); between and after facts only joints. `cuts`: names that may be said in part
    right behind the fact with which they share their beginning. `on_topic`: whether a lead speaks of the section's topic, None where
    nobody can tell.
    """
    text = written.strip()
    if not text.endswith("。") or "\n" in text or "。" in text[:-1]:
        return Rejection("不是一句话")
    figures: list[Placed] = []
    spans: list[tuple[int, int]] = []
    located = _located(text, facts, cuts)
    for fact in facts:
        found = located[fact.id]
        if len(found) != 1:
            return Rejection(f"{fact.id} 没有照原样写出" if not found else f"{fact.id} 写了两遍")
        if any(found[0].start() < b and a < found[0].end() for a, b in spans):
            return Rejection(f"{fact.id} 与另一条缠在一起")
        if _boasts(fact, found[0]):
            return Rejection(f"{fact.id} 是降下来的或以少为好的数，不用“达”")
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
        or ("" if _fits(lead, on_topic) else OFF_TOPIC)
    )
    return Rejection(fault) if fault else Wording(text, tuple(sorted(figures, key=lambda f: f.start)))


@dataclass(frozen=True, slots=True)
class Accepted:
    """A sentence of a section that may stand: its wording, and the facts that it states, in their order there."""

    wording: Wording
    fact_ids: tuple[str, ...]


def accept_any(
    written: str, facts: Sequence[Fact], *, words: frozenset[str], models: Sequence[str] = (), cuts: Sequence[Cut] = (),
    on_topic: OnTopic = None,
) -> Accepted | Rejection:  # fmt: skip
    """Take a sentence that states some of the facts: figures as in `accept`, statements verbatim, and nothing else besides.

    Before each of them may stand a lead as `accept` allows one, ending in ， where it is more than a joint; behind the last nothing.
    """
    text = written.strip()
    if not text.endswith("。") or "\n" in text or "。" in text[:-1]:
        return Rejection("不是一句话")
    found: list[tuple[int, int, Fact, tuple[Placed, ...]]] = []
    located = _located(text, [f for f in facts if f.value is not None], cuts)
    for fact in facts:
        if fact.value is None:
            said = fact.text.rstrip(ENDING)
            spans = [m.span() for m in re.finditer(re.escape(said), text)] if said else []
            figures = [tuple(_moved(f, a) for f in literal(said, fact.id, "text").figures) for a, _ in spans]
        else:
            matches = located[fact.id]
            spans, figures = [m.span() for m in matches], [tuple(_figures(fact, m)) for m in matches]
        if len(spans) > 1:
            return Rejection(f"{fact.id} 写了两遍")
        if fact.value is not None and any(_boasts(fact, m) for m in located[fact.id]):
            return Rejection(f"{fact.id} 是降下来的或以少为好的数，不用“达”")
        found += [(*span, fact, own) for span, own in zip(spans, figures, strict=True)]
    if not found:
        return Rejection("没有照原样写出任何一条")
    found.sort(key=lambda f: f[:2])
    if any(b > a for (_, b, _, _), (a, _, _, _) in itertools.pairwise(found)):
        return Rejection("两条缠在一起")
    if found[-1][1] != len(text) - 1:
        return Rejection("指标之间或之后添了别的话")
    at = 0
    for start, end, _, _ in found:
        if reason := _fault_between(text[at:start], first=at == 0, words=words, models=models, on_topic=on_topic):
            return Rejection(reason)
        at = end
    placed = sorted((f for *_, own in found for f in own), key=lambda f: f.start)
    return Accepted(Wording(text, tuple(placed)), tuple(fact.id for _, _, fact, _ in found))


def _moved(placed: Placed, by: int) -> Placed:
    return replace(placed, start=placed.start + by, end=placed.end + by)


def _fault_between(gap: str, *, first: bool, words: frozenset[str], models: Sequence[str], on_topic: OnTopic) -> str:
    """Why what stands before a fact may not stand there; "" if it may."""
    if _JOINT.fullmatch(gap):
        return "" if first or gap[:1] in ("，", "；", "、") else "指标之间或之后添了别的话"
    if not first and gap[:1] not in ("，", "；"):
        return "指标之间或之后添了别的话"
    lead = gap.lstrip("，；、")
    verb = max((w for w in PRE_GLUE if lead.endswith(w)), key=len, default="")
    lead = lead[: len(lead) - len(verb)]
    if len(lead) > LONGEST_LEAD:
        return "引语过长"
    if lead and not lead.endswith(("，", "：")):
        return "引语没有以逗号结尾"
    if not made_of(re.sub("[，、：；“”]", "", lead), words):
        return "引语用了词表以外的话"
    if _copied(lead, models):
        return "照抄范文"
    return "" if _fits(lead, on_topic) else OFF_TOPIC


def _fits(lead: str, on_topic: OnTopic) -> bool:
    said = re.sub("[，、：；“”]", "", lead)
    return on_topic is None or len(said) < _SHORTEST_LEAD or on_topic(said)


def made_of(text: str, words: frozenset[str]) -> bool:
    """Whether a text is a row of these words and nothing else. A list of what may be said holds; one of what may not does not."""
    reached = {0}
    for at in range(len(text)):
        if at in reached:
            reached |= {at + n for n in range(1, min(_LONGEST_WORD, len(text) - at) + 1) if text[at : at + n] in words}
    return len(text) in reached


def _either(words: Sequence[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(set(words), key=len, reverse=True))


def _located(text: str, facts: Sequence[Fact], cuts: Sequence[Cut]) -> dict[str, list[re.Match[str]]]:
    """Where a text states each fact: by its whole name, else cut, right behind the fact whose beginning it shares."""
    found = {fact.id: list(re.finditer(_form(fact), text)) for fact in facts}
    known = {fact.id: fact for fact in facts}
    for cut in cuts:  # in the order of the plan, so that one cut may stand behind another
        before = found.get(cut.behind, [])
        if cut.fact_id not in known or found[cut.fact_id] or len(before) != 1 or text[before[0].end()] not in "、，":
            continue
        if follows := _form(known[cut.fact_id], cut.said).match(text, before[0].end() + 1):
            found[cut.fact_id] = [follows]
    return found


def _form(fact: Fact, said: str | None = None) -> re.Pattern[str]:
    """The clause a fact must stand in. Groups n0 (value), n1, n2 (change, completion) hold its figures. `said`: of its name."""
    glue = "" if said is not None and said.endswith("的") else f"(?P<glue>{_either(MID_GLUE)})"
    form = f"{pace(fact)}{re.escape(name(fact) if said is None else said)}{glue}(?P<n0>{re.escape(amount(fact))})"
    count = 1
    for tellings in (changes(fact), completions(fact)):
        if tellings:
            ways = [f"{re.escape(t.lead)}{re.escape(t.figure)}" for t in tellings]
            form += f"，(?P<t{count}>{'|'.join(sorted(ways, key=len, reverse=True))})"
            count += 1
    return re.compile(form)


def _boasts(fact: Fact, found: re.Match[str]) -> bool:
    """Whether a clause says 达 of a figure that fell or is better small: 信访总量达41件，比上年同期减少11件."""
    return found.groupdict().get("glue") in _BOASTS and is_humble(fact)


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
