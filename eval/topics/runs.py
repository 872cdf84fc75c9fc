"""Runs over sections: as shipped, with each report left out, and with the other files' gold learned as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from eval.topics.gold import GoldSection
from eval.topics.learning import Labelled, learn, passage_vectors, word_groups
from eval.topics.measure import Answer
from pipeline.errors import PipelineError
from pipeline.facts.topics import Topic
from pipeline.retrieval.encoder import Encoder
from pipeline.retrieval.topics import TopicWeights, read_weights, topic_of_query, topics_of_passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_NO_QUERIES = ("overview", "closing", "social-affairs-mixed", "plans-next-period")  # as ../shared/bench asks


@dataclass(frozen=True, slots=True)
class Subject:
    """A section to be asked about. `group`: what is left out together, a file or a report; `query`: its own heading."""

    id: str
    group: str
    query: str
    section: Labelled

    @staticmethod
    def of_labelled(section: Labelled) -> Subject:
        """A section of our own exemplars."""
        return Subject(
            f"{section.document} {' / '.join(section.path)}",
            section.document,
            section.path[-1] if section.path else "",
            section,
        )

    @staticmethod
    def of_gold(section: GoldSection) -> Subject:
        """A gold section."""
        return Subject(
            section.id,
            section.file,
            section.query,
            Labelled(
                section.article,
                section.genre,
                section.path,
                section.text,
                section.first,
                section.last,
                section.topics,
            ),
        )


def asked(encoder: Encoder, subjects: Sequence[Subject]) -> Floats:
    """The subjects' vectors, (n, d)."""
    return passage_vectors(encoder, [each.section for each in subjects])


def shipped_weights(corpus: Path, encoder: Encoder) -> TopicWeights:
    """The weights in `corpus`/topics. Raises PipelineError if there are none for this encoder."""
    weights = read_weights(corpus / "topics", encoder.id)
    if weights is None:
        raise PipelineError(
            "没有这个向量模型的主题权重。", where=str(corpus / "topics"), mend="运行 python -m eval.topics --learn。"
        )
    return weights


def passages(
    topics: Mapping[str, Topic],
    subjects: Sequence[Subject],
    vectors: Floats | None = None,
    weights: TopicWeights | None = None,
) -> list[Answer]:
    """Ask for the topic of each subject, by its words and, if vectors are given, by these."""
    answers: list[Answer] = []
    for row, subject in enumerate(subjects):
        section = subject.section
        said = topics_of_passage(
            topics,
            section.path,
            section.text,
            first=section.first,
            last=section.last,
            vector=None if vectors is None else vectors[row],
            weights=weights,
        )
        answers.append(Answer(subject.id, subject.group, section.topics, said))
    return answers


def left_out(topics: Mapping[str, Topic], own: Sequence[Subject], vectors: Floats, encoder: Encoder) -> list[Answer]:
    """Each report of our own asked with weights learned from the other ones."""
    return _held_out(topics, own, vectors, (), None, encoder)


def fitted_elsewhere(
    topics: Mapping[str, Topic],
    own: Sequence[Subject],
    own_vectors: Floats,
    gold: Sequence[Subject],
    gold_vectors: Floats,
    encoder: Encoder,
) -> list[Answer]:
    """Each gold file asked with weights learned from our own reports and from the other gold files."""
    return _held_out(topics, gold, gold_vectors, own, own_vectors, encoder)


def _held_out(
    topics: Mapping[str, Topic],
    subjects: Sequence[Subject],
    vectors: Floats,
    always: Sequence[Subject],
    always_vectors: Floats | None,
    encoder: Encoder,
) -> list[Answer]:
    """Ask each group's subjects with what is learned from the other groups', from `always` and from the words."""
    import numpy as np

    groups = word_groups(topics)
    known = [encoder.encode([text for _, text in groups])]
    labels: list[tuple[str, ...]] = [(topic,) for topic, _ in groups]
    if always_vectors is not None:
        known.append(always_vectors)
        labels += [each.section.topics for each in always]
    answers: dict[str, Answer] = {}
    for group in dict.fromkeys(each.group for each in subjects):
        inside = [row for row, each in enumerate(subjects) if each.group == group]
        outside = [row for row, each in enumerate(subjects) if each.group != group]
        weights = learn(
            encoder.id,
            topics,
            np.concatenate((*known, vectors[outside])),
            [*labels, *(subjects[row].section.topics for row in outside)],
        )
        held = [subjects[row] for row in inside]
        answers |= {answer.id: answer for answer in passages(topics, held, vectors[inside], weights)}
    return [answers[each.id] for each in subjects]


def queries(
    topics: Mapping[str, Topic],
    gold: Sequence[Subject],
    heading_alone: bool,
    encoder: Encoder | None = None,
    weights: TopicWeights | None = None,
) -> list[Answer]:
    """Ask with each gold section's own heading, with or without its topic's name behind it."""
    answers: list[Answer] = []
    for subject in gold:
        topic = subject.section.topics[0]
        if not subject.query or topic in _NO_QUERIES:
            continue
        words = subject.query if heading_alone else f"{subject.query} {topics[topic].name}"
        vector = None if encoder is None else encoder.encode([words])[0]
        said = topic_of_query(topics, words, vector=vector, weights=weights)
        answers.append(Answer(subject.id, subject.group, subject.section.topics, said))
    return answers
