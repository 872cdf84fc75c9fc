"""Whether a lead is on its section's topic (引语切题): by its words and its embedding, beside the closed vocabulary.

The vocabulary keeps claims out; it cannot know that 围绕稳产保供 does not lead in the schools. A lead says how probably it is of which
topics; one that is far more probably of another than of its section's speaks of something else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

# A lead is off its section's topic if that is less than LEAST times as probable as the lead's likeliest one, unless that is below
# UNCLEAR, so that the lead speaks of no topic (围绕全年目标任务). Measured: `python -m eval.topics.leads`, docs/models.md.
LEAST = 0.3
UNCLEAR = 0.08
NO_ENCODER = "档案库里没有向量模型，引语是否切题没有另行检验"


@dataclass(frozen=True, slots=True)
class LeadTopics:
    """`likely`: a text → how probably it is of which topics, by their ids; None where there is no encoder. `encoder`: its id."""

    likely: Callable[[str], Mapping[str, float]] | None = None
    encoder: str | None = None

    def of(self, topics: Sequence[str]) -> Callable[[str], bool] | None:
        """A test of leads for a section of these topics; None where nothing can be told of them."""
        likely, own = self.likely, tuple(topics)
        if likely is None or not own:
            return None
        return lambda lead: on_topic(likely(lead), own)


def on_topic(likely: Mapping[str, float], own: Sequence[str]) -> bool:
    """Whether a lead may stand in a section of these topics. One of which nothing is told may."""
    return fit(likely, own) >= LEAST or max(likely.values()) < UNCLEAR


def fit(likely: Mapping[str, float], own: Sequence[str]) -> float:
    """How probable the likeliest of a section's topics is beside the likeliest of all, 0..1; 1 where nothing is told."""
    return max((likely.get(topic, 0.0) for topic in own), default=0.0) / max(likely.values()) if likely else 1.0
