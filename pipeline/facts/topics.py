"""The 30 topics (主题) of township reports, read from `prompts/topics.yaml`, and how words are given to one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from pipeline.errors import PipelineError

UNPLACED = ("problems", "plans-next-period", "closing", "overview")  # topics by role, not by subject


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. `headings` and `leads` claim nothing; `words` are what its passages and indicators are known by."""

    id: str
    name: str
    aliases: tuple[str, ...]
    headings: tuple[str, ...]
    leads: tuple[str, ...]
    words: tuple[str, ...]


@lru_cache(maxsize=8)
def read_topics(path: Path) -> Mapping[str, Topic]:
    """The topics of a file, by id, in the file's order. Raises PipelineError for a file of another form."""
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
        return {
            id: Topic(id, row["name"], *(tuple(row[key]) for key in ("aliases", "headings", "leads", "words")))
            for id, row in rows.items()
        }
    except (yaml.YAMLError, AttributeError, KeyError, TypeError) as fault:
        raise PipelineError(
            f"主题表读不出来：{fault}", where=str(path), mend="每个主题须有 name aliases headings leads words 五项。"
        ) from fault


def topic_ids(topics: Mapping[str, Topic]) -> dict[str, str]:
    """What a sheet may write for a topic → its id: ids, names and aliases."""
    known = {alias: topic.id for topic in topics.values() for alias in topic.aliases}
    return known | {topic.name: topic.id for topic in topics.values()} | {id: id for id in topics}


def topic_of(topics: Mapping[str, Topic], heading: str, text: str) -> str | None:
    """The topic whose words a passage says most, a word in the heading counting five times; None if it says none.

    Longer words count more, being less often shared between topics; equal counts go to the earlier topic.
    """
    best, most = None, 0
    for topic in topics.values():
        score = sum(len(word) * (5 * heading.count(word) + min(3, text.count(word))) for word in topic.words)
        if score > most:
            best, most = topic.id, score
    return best
