"""Learning topics (主题学习): our own labelled exemplars and the topics' words become the weights that travel with us.

A ridge regression from vectors to topics, a few milliseconds once the vectors are there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from pipeline.archive.exemplars import read_exemplar
from pipeline.errors import PipelineError
from pipeline.facts.topics import Topic
from pipeline.language.headings import Section, read_outline
from pipeline.retrieval.encoder import Encoder
from pipeline.retrieval.fusion import BODY, HEADING
from pipeline.retrieval.topics import TopicWeights, weights_file

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

LABELS = "sections.yaml"  # in corpus/topics, beside the weights of the encoders that we know
_RIDGE = 0.5
_SECOND = 0.5  # what a section that has a second topic teaches about it
_WORDS_TOGETHER = 10  # words of the lexicon in one text to learn from


@dataclass(frozen=True, slots=True)
class Labelled:
    """One section of an exemplar with its topic, and a second one where both are right."""

    document: str  # the exemplar's file name without its ending
    genre: str
    path: tuple[str, ...]
    text: str
    first: bool
    last: bool
    topics: tuple[str, ...]


def read_labelled(corpus: Path, topics: Mapping[str, Topic]) -> tuple[Labelled, ...]:
    """The labelled sections of `corpus`/exemplars, in the order of `corpus`/topics/sections.yaml and of the texts.

    Raises PipelineError for a label file of another form, a topic that is none, and sections and labels that do not
    match.
    """
    path = corpus / "topics" / LABELS
    try:
        written: dict[str, dict[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
        labels = {
            document: {heading: tuple(topic.split(", ")) for heading, topic in rows.items()}
            for document, rows in written.items()
        }
    except (OSError, yaml.YAMLError, AttributeError) as fault:
        raise PipelineError(f"主题标注读不出来：{fault}", where=str(path), mend="照文件开头的说明改写。") from fault
    found: list[Labelled] = []
    for document, rows in labels.items():
        article = read_exemplar(corpus / "exemplars" / f"{document}.md")
        sections = [s for s in read_outline(article.text) if article.text[s.body_start : s.end].strip()]
        if wrong := sorted({topic for named in rows.values() for topic in named} - set(topics)):
            raise PipelineError(
                f"没有这个主题：{'、'.join(wrong)}。", where=f"{path}，{document}", mend="写主题表里的编号。"
            )
        if wrong := sorted({_key(section) for section in sections} ^ set(rows)):
            raise PipelineError(
                f"小节与标注对不上：{'；'.join(wrong)}。", where=f"{path}，{document}", mend="照范文的标题改标注。"
            )
        found += [
            Labelled(
                document,
                article.genre,
                section.path,
                article.text[section.body_start : section.end].strip(),
                number == 0,
                number == len(sections) - 1,
                rows[_key(section)],
            )
            for number, section in enumerate(sections)
        ]
    return tuple(found)


def _key(section: Section) -> str:
    return " / ".join(section.path)


def word_groups(topics: Mapping[str, Topic]) -> tuple[tuple[str, str], ...]:
    """Texts made of a topic's words, with the topic: what the official language of other years sounds like.

    Each word stands in two of them, once beside its neighbours and once beside words further off.
    """
    groups: list[tuple[str, str]] = []
    for topic in topics.values():
        count = -(-len(topic.words) // _WORDS_TOGETHER)
        for start in range(count):
            near = topic.words[start * _WORDS_TOGETHER : (start + 1) * _WORDS_TOGETHER]
            groups += [(topic.id, "、".join(near)), (topic.id, "、".join(topic.words[start::count]))]
    return tuple(groups)


def passage_vectors(encoder: Encoder, passages: Sequence[Labelled]) -> Floats:
    """(n, d): the mix of heading path and text that `topics_of_passage` is asked with."""
    import numpy as np

    texts = encoder.encode([each.text for each in passages])
    headings = encoder.encode(["，".join(each.path) or each.text for each in passages])
    mixed: Floats = np.float32(HEADING) * headings + np.float32(BODY) * texts
    return mixed


def learn(
    encoder: str, topics: Mapping[str, Topic], vectors: Floats, labels: Sequence[tuple[str, ...]]
) -> TopicWeights:
    """Learn the topics of vectors (n, d), each labelled with one topic or two. `encoder`: the id of what made them.

    Ridge regression onto one column a topic, the constant left free. Source: Hastie, Tibshirani and Friedman, The
    Elements of Statistical Learning, sections 3.4.1 and 4.2. Raises ValueError if the counts differ or nothing is
    given.
    """
    import numpy as np

    if len(vectors) != len(labels) or not len(labels):
        raise ValueError(f"{len(vectors)} vectors, {len(labels)} labels")
    order = {id: number for number, id in enumerate(topics)}
    wanted = np.zeros((len(labels), len(order)))
    for row, named in enumerate(labels):
        for place, topic in enumerate(named):
            wanted[row, order[topic]] = _SECOND if place else 1.0
    given = vectors.astype(np.float64)
    centre, mean = given.mean(axis=0), wanted.mean(axis=0)
    given = given - centre
    slopes = np.linalg.solve(given.T @ given + _RIDGE * np.eye(given.shape[1]), given.T @ (wanted - mean))
    rows = np.vstack((slopes, mean - centre @ slopes)).astype(np.float32)
    return TopicWeights(encoder, tuple(topics), rows)


def learn_from(corpus: Path, topics: Mapping[str, Topic], encoder: Encoder) -> TopicWeights:
    """Learn from our own labelled exemplars and from the topics' words; encodes about 1,600 texts."""
    import numpy as np

    labelled = read_labelled(corpus, topics)
    groups = word_groups(topics)
    vectors = np.concatenate((passage_vectors(encoder, labelled), encoder.encode([text for _, text in groups])))
    labels = [*(each.topics for each in labelled), *((topic,) for topic, _ in groups)]
    return learn(encoder.id, topics, vectors, labels)


def write_weights(weights: TopicWeights, folder: Path) -> Path:
    """Write weights into a folder, as half floats; equal weights give equal bytes. Returns the file."""
    import numpy as np

    path = weights_file(folder, weights.encoder)
    with path.open("wb") as file:
        np.savez(
            file,
            encoder=np.array(weights.encoder),
            topics=np.array(weights.topics),
            rows=weights.rows.astype(np.float16),
        )
    return path
