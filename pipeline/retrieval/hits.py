"""Hits (检索结果): a passage with its score for one query, and why it has that score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.archive.passage import Passage


@dataclass(frozen=True, slots=True)
class Parts:
    """What a score is made of: the terms, whose sum it is."""

    dense: float
    lexical: float
    topic: float
    genre: float
    fitness: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for one query; `rank` counts from 1."""

    rank: int
    score: float
    passage: Passage
    parts: Parts | None = None


def explained(hit: Hit) -> list[str]:
    """What a hit's score is made of, and what speaks against the passage as a model, in words for the clerk."""
    from pipeline.retrieval.fitness import CALLED, fitness  # reads figures: not needed to search

    if hit.parts is None:
        return []
    parts = hit.parts
    terms = (
        ("语义", parts.dense),
        ("字面", parts.lexical),
        ("主题", parts.topic),
        ("文种", parts.genre),
        ("可用程度", parts.fitness),
    )
    lines = [f"得分 {hit.score:.2f} = " + "，".join(f"{called} {term:+.2f}" for called, term in terms)]
    judged = fitness(hit.passage.text)
    faults = [
        f"{called}（{getattr(judged, name):.0%}）" for name, called in CALLED.items() if getattr(judged, name) > 0
    ]
    return [*lines, *(["扣分：" + "，".join(faults)] if faults else [])]
