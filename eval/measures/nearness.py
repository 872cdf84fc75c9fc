"""Nearness to a reference (与参考稿的接近): which topics a draft treats, in what order and at what length, against a good report on the same sheet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.facts.topics import Topic, topic_of
from pipeline.language.headings import read_outline


@dataclass(frozen=True, slots=True)
class Treated:
    """The topics of a text: `order` as its sections follow each other, equal neighbours once; `shares` of its characters, summing to 1."""

    order: tuple[str, ...]
    shares: Mapping[str, float]


def treated(text: str, topics: Mapping[str, Topic]) -> Treated | None:
    """Tell the topic of each leaf section by its words. None for a text in which no section has one."""
    order: list[str] = []
    sizes: dict[str, int] = defaultdict(int)
    known = tuple(topics.values())
    for section in read_outline(text):
        own = text[section.body_start : section.end].strip()
        topic = _topic(known, section.heading, own) if own else None
        if topic is None:
            continue
        sizes[topic] += len(own)
        if not order or order[-1] != topic:
            order.append(topic)
    total = sum(sizes.values())
    return Treated(tuple(order), {topic: size / total for topic, size in sizes.items()}) if total else None


@lru_cache(maxsize=1024)
def _topic(topics: tuple[Topic, ...], heading: str, text: str) -> str | None:
    """A section's topic; remembered, since drafts on one sheet share most of their sections."""
    return topic_of({topic.id: topic for topic in topics}, heading, text)


def topic_share(draft: Treated, reference: Treated) -> float:
    """Overlap of the two divisions of length among topics, 0..1: the sum over topics of the smaller share (1 − total variation)."""
    return sum(min(share, reference.shares.get(topic, 0.0)) for topic, share in draft.shares.items())


def topic_order(draft: Treated, reference: Treated) -> float:
    """How far the topics follow each other alike, 0..1: twice the longest common subsequence over the sum of both lengths."""
    return 2 * _common(draft.order, reference.order) / (len(draft.order) + len(reference.order))


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for item in one:
        before = 0
        for at, candidate in enumerate(other, 1):
            before, row[at] = row[at], before + 1 if item == candidate else max(row[at], row[at - 1])
    return row[-1]
