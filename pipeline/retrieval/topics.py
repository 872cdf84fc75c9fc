"""Topics of passages and queries (主题识别): what the words say, and what the vector says, learned from our exemplars.

What was learned is a matrix (see eval.topics.learning), so a text is judged in a fraction of a millisecond beside its
vector.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import PipelineError
from pipeline.facts.topics import Likely, Topic, likely_topics, query_scores, topic_ids, topic_scores

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


# What the vector counts beside the words, whose unit is a word's weight. From 10 to 30 makes a point at most.
_VECTOR_OF_PASSAGE = 20.0
_VECTOR_OF_QUERY = 6.0
_VERB = re.compile(  # how a heading begins that says no more than its topic
    "^(?:持续|不断|着力|全力|大力|切实|扎实|进一步|积极|深入)?"
    "(?:优化|加强|强化|抓好|抓实|抓牢|做好|做强|推进|推动|促进|提升|发展|改善|完善|狠抓|深化|打造|开展|夯实)"
)


@dataclass(frozen=True, slots=True, eq=False)
class TopicWeights:
    """What was learned for one encoder. `rows` (d + 1, topics): a vector's product with them, its constant last."""

    encoder: str
    topics: tuple[str, ...]
    rows: Floats

    def scores(self, vector: Floats) -> list[float]:
        """(d,) → about 1 for the topic that the vector speaks for and 0 for others. Raises ValueError for another d."""
        if vector.shape != (len(self.rows) - 1,):
            raise ValueError(f"a vector of shape {vector.shape} for weights of {len(self.rows) - 1}")
        scores: list[float] = (vector @ self.rows[:-1] + self.rows[-1]).tolist()
        return scores


# --- asking ------------------------------------------------------------------------------------------------------


def topics_of_passage(
    topics: Mapping[str, Topic],
    path: Sequence[str],
    text: str,
    *,
    first: bool = False,
    last: bool = False,
    vector: Floats | None = None,
    weights: TopicWeights | None = None,
) -> tuple[Likely, ...]:
    """The topics of a passage, most probable first; none if neither its words nor its vector say any.

    `path`, `text`, `first`, `last`: see `topic_scores`. `vector`: (d,), HEADING × the heading path's + BODY × the
    text's unit vector; a passage without headings has its text's twice. Vector and weights count only together.
    """
    scores = topic_scores(topics, path, text, first=first, last=last)
    return likely_topics(topics, _with_vector(topics, scores, vector, weights, _VECTOR_OF_PASSAGE))


def topic_of_query(
    topics: Mapping[str, Topic], words: str, *, vector: Floats | None = None, weights: TopicWeights | None = None
) -> tuple[Likely, ...]:
    """The topics that a query asks for, most probable first: a heading, indicators, a topic's name, or all of them.

    `vector`: the query's unit vector (d,). A topic's name, by itself or after no more than a heading's verb, is that topic
    and no other: what sounds like it (优化营商环境 like 优化生态环境) must not be preferred beside it.
    """
    names = topic_ids(topics)
    said = words.strip()
    if named := names.get(said) or names.get(_VERB.sub("", said)):
        return (Likely(named, 1.0),)
    scores = query_scores(topics, words)
    return likely_topics(topics, _with_vector(topics, scores, vector, weights, _VECTOR_OF_QUERY))


def _with_vector(
    topics: Mapping[str, Topic],
    scores: list[float],
    vector: Floats | None,
    weights: TopicWeights | None,
    counts: float,
) -> list[float]:
    if vector is None or weights is None:
        return scores
    said = dict(zip(weights.topics, weights.scores(vector), strict=True))
    return [score + counts * said.get(id, 0.0) for id, score in zip(topics, scores, strict=True)]


# --- keeping -----------------------------------------------------------------------------------------------------


def read_weights(folder: Path, encoder: str) -> TopicWeights | None:
    """The weights that a folder holds for an encoder, None if it has none: words alone decide then.

    Raises PipelineError for a damaged file.
    """
    import numpy as np

    path = weights_file(folder, encoder)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            rows = kept["rows"].astype(np.float32)
            topics = tuple(str(topic) for topic in kept["topics"])
            made_by = str(kept["encoder"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as fault:
        raise PipelineError("主题权重文件已损坏。", where=str(path), mend="重装本程序，或重新学习主题权重。") from fault
    if rows.ndim != 2 or rows.shape[1] != len(topics) or made_by != encoder:
        raise PipelineError("主题权重文件的内容不对。", where=str(path), mend="重装本程序，或重新学习主题权重。")
    return TopicWeights(encoder, topics, rows)


def weights_file(folder: Path, encoder: str) -> Path:
    """Where a folder keeps the weights of an encoder."""
    return folder / f"{encoder}.npz"
