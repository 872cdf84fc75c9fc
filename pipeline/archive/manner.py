"""An office writer's manner (写法): how exemplars lead into their figures and which verbs they use, by topic, claiming nothing.

A lead (领起语) such as 坚持把项目建设摆在首位 says how one works, not what one town has done. It is taken only if it is of that
form, holds no figure, name or gap, tells no deed, and if every two letters of it stand in reports of several towns: what only
one town writes (苇区, 牧场) belongs to that town.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.archive.passage import Passage
from pipeline.language.indicators import leading_action
from pipeline.language.quantities import Quantity, read_quantities

TOWNS = 2  # in whose reports each pair of letters of a lead must stand

_OPENING = re.compile(
    r"(?<![^，。；！？\n])(?:(?:坚持|围绕|聚焦|突出|紧扣|着眼|始终|深入贯彻|牢固树立|紧盯|强化|注重|狠抓)[^，。；：、]{2,18}|(?:把|将|以)[^，。；：、]{2,16}(?:作为|摆在|放在|为)[^，。；：、]{2,12})(?:、[^，。；：、]{2,8}){0,2}(?=，)"
)
# What tells a deed, a body, a document, a place or a person: a claim that another town cannot take over.
_CLAIM = re.compile(
    r"[了过县市省州旗镇]|(?<!社)区|(?<!农)村|乡(?!村)|建成|成立|组建|设立|制定|出台|印发|召开|举办|组织|获|被|荣|率先|首[个家批次创]|连续|本人|我|[“”《》]|\d|问题$|困难$|同比|增长|下降|完成|实现"
)
_CLAUSE_START = re.compile(r"[，。；、：\n]")


@dataclass(frozen=True, slots=True)
class Lead:
    """Words to open a sentence with, a comma to follow. `topic`: of the passage it stands in; `towns`: how many towns'
    reports hold each pair of its letters, at least; `passage_id`: where it was first seen; `period`: that report's, since
    slogans age."""

    text: str
    topic: str | None
    towns: int
    period: str
    passage_id: str


@dataclass(frozen=True, slots=True)
class VerbFrame:
    """A verb that exemplars of a topic put before what is counted in a unit: 硬化…公里, 发放…万元. `count`: how often."""

    topic: str
    verb: str
    unit: str
    count: int


def leads(passages: Iterable[Passage]) -> tuple[Lead, ...]:
    """The leads of some passages, in their order, each once a topic."""
    passages = list(passages)
    towns: dict[str, set[str]] = {}
    for passage in passages:
        for pair in _pairs(passage.text):
            towns.setdefault(pair, set()).add(passage.region or passage.source)
    found: dict[tuple[str, str | None], Lead] = {}
    for passage in passages:
        for opening in _OPENING.finditer(passage.text):
            text = opening[0]
            if _CLAIM.search(text) or any(name in text for name in passage.names) or read_quantities(text):
                continue
            if any(opening.start() < end and start < opening.end() for start, end in passage.gaps):
                continue
            shared = min(len(towns[pair]) for pair in _pairs(text))
            if shared >= TOWNS:
                found.setdefault((text, passage.topic), Lead(text, passage.topic, shared, passage.period, passage.id))
    return tuple(found.values())


def _pairs(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1) if text[at].isalpha() and text[at + 1].isalpha()]


def verb_frames(passages: Iterable[Passage], *, least: int = 2) -> tuple[VerbFrame, ...]:
    """The verbs before figures by topic and unit, the most frequent first; those seen less than `least` times left out."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for passage in passages:
        if passage.topic is None:
            continue
        for quantity in read_quantities(passage.text):
            if verb := _verb_before(passage.text, quantity):
                counts[passage.topic, verb, quantity.unit] += 1
    ranked: Sequence[tuple[tuple[str, str, str], int]] = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return tuple(VerbFrame(*frame, count) for frame, count in ranked if count >= least)


def _verb_before(text: str, quantity: Quantity) -> str:
    if quantity.kind not in ("quantity", "money") or quantity.value is None:
        return ""
    start = max((m.end() for m in _CLAUSE_START.finditer(text, max(0, quantity.start - 30), quantity.start)), default=0)
    return leading_action(text[start : quantity.start])
