"""Queries (检索词): what a clerk's words ask for besides their meaning. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_WORD = re.compile(r"[^\s，、；;,|/]+")
# How a clerk asks for a model, after what it is to be about: 特色产业怎么写, 党建工作范文.
_ASKING = re.compile(
    "(?:部分|方面|工作)?(?:应该|应当|要)?(?:怎么|怎样|如何)(?:去)?(?:写|表述|开头|总结)(?:好|呢|啊|比较好)?[？?]?$"
    "|的?(?:写法|范文|模板|例文|参考|素材)(?:参考)?$"
)


@dataclass(frozen=True, slots=True)
class Query:
    """`words`: what is searched for. `genre`: the genre that was named beside them, None if none was."""

    words: str
    genre: str | None


def understood(query: str, genres: Mapping[str, str]) -> Query:
    """Tell a genre's name from the other words: 半年总结 粮食生产 asks for 粮食生产, in half-year summaries if there are.

    `genres`: what clerks call a genre → its id. Only a word of its own is taken for one, and only one beside others:
    半年总结 alone is what is searched for. What only asks for a model (怎么写, 范文) is left out. Which topics the words ask for is told elsewhere (pipeline.retrieval.topics).
    """
    asked = [_ASKING.sub("", word) for word in _WORD.findall(query)]
    words = [word for word in asked if word]
    if not words:
        return Query(query, None)
    if asked != _WORD.findall(query):
        query = " ".join(words)
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
