"""Accuracy of topics: by topic, with confusions, intervals and how far the probabilities can be believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from eval.checker.run import wilson
from pipeline.facts.topics import Likely

Likelies = tuple[Likely, ...]
_BINS = (0.0, 0.5, 0.7, 0.9, 1.01)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said of one passage, and what is right: one topic, or two of which either is."""

    id: str
    group: str  # the file or report it is from
    right: tuple[str, ...]
    said: Likelies

    @property
    def topic(self) -> str:
        return self.said[0].topic if self.said else ""

    @property
    def is_right(self) -> bool:
        return self.topic in self.right


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Right answers of all answers. `share` is None where nothing was asked."""

    right: int
    asked: int

    @property
    def share(self) -> float | None:
        return self.right / self.asked if self.asked else None

    def __str__(self) -> str:
        interval = wilson(self.right, self.asked)
        if self.share is None or interval is None:
            return "none asked"
        return f"{self.share:.3f} [{interval[0]:.3f}, {interval[1]:.3f}] ({self.right}/{self.asked})"


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers whose probability lies in [low, high): how probable they said they were, and how many were right."""

    low: float
    high: float
    probability: float
    accuracy: Accuracy


def accuracy(answers: Iterable[Answer]) -> Accuracy:
    right = [answer.is_right for answer in answers]
    return Accuracy(sum(right), len(right))


def by_group(answers: Sequence[Answer]) -> dict[str, Accuracy]:
    """By file or report, in the order met."""
    return {
        group: accuracy(a for a in answers if a.group == group) for group in dict.fromkeys(a.group for a in answers)
    }


def by_topic(answers: Sequence[Answer]) -> dict[str, Accuracy]:
    """By the first of the right topics, sorted by name."""
    return {
        topic: accuracy(a for a in answers if a.right[0] == topic) for topic in sorted({a.right[0] for a in answers})
    }


def confusions(answers: Iterable[Answer]) -> list[tuple[str, str, int]]:
    """Wrong answers: what was right, what was said ("" for nothing), how often; the most frequent first."""
    counts = Counter((answer.right[0], answer.topic) for answer in answers if not answer.is_right)
    return [(*pair, count) for pair, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]


def among_first(answers: Sequence[Answer], count: int) -> Accuracy:
    """How often a right topic is among the first `count` said."""
    found = [bool({one.topic for one in answer.said[:count]} & set(answer.right)) for answer in answers]
    return Accuracy(sum(found), len(found))


def calibration(answers: Sequence[Answer]) -> tuple[Bin, ...]:
    """How often answers are right that call themselves so probable; empty bins are left out."""
    bins: list[Bin] = []
    for low, high in pairwise(_BINS):
        held = [a for a in answers if a.said and low <= a.said[0].probability < high]
        if held:
            bins.append(Bin(low, high, sum(a.said[0].probability for a in held) / len(held), accuracy(held)))
    return tuple(bins)
