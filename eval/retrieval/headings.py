"""Which topic a heading alone is taken to ask for (标题识别): headings of other regions and decades, written for this.

    python -m eval.retrieval.headings

typed.yaml has short queries beside them, as clerks type them. Each has those at odd places, whose misses may be read when
words are added to prompts/topics.yaml, and those at even places, which are only counted. All of them were written before
those words were.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from pipeline.facts.topics import Topic, read_topics
from pipeline.retrieval.encoder import Encoder, exported
from pipeline.retrieval.topics import TopicWeights, read_weights, topic_of_query
from pipeline.shipped import shipped
from pipeline.weights import embedding_folder

HEADINGS = Path(__file__).with_name("headings.yaml")
TYPED = Path(__file__).with_name("typed.yaml")


@dataclass(frozen=True, slots=True)
class Told:
    """What one half of the headings gave; `missed`: heading, the topic that was meant, the topic that was told."""

    asked: int
    first: int
    among_two: int
    missed: tuple[tuple[str, str, str], ...]


def told(
    topics: Mapping[str, Topic],
    *,
    odd: bool,
    kept: Path = HEADINGS,
    encoder: Encoder | None = None,
    weights: TopicWeights | None = None,
) -> Told:
    """Ask for the topics of one half of a file's headings; without an encoder by their words alone."""
    asked = first = among_two = 0
    missed = []
    for meant, headings in yaml.safe_load(kept.read_text(encoding="utf-8")).items():
        for heading in headings[0 if odd else 1 :: 2]:
            vector = encoder.encode([heading])[0] if encoder else None
            likely = [one.topic for one in topic_of_query(topics, heading, vector=vector, weights=weights)]
            asked += 1
            first += likely[:1] == [meant]
            among_two += meant in likely[:2]
            if likely[:1] != [meant]:
                missed.append((heading, meant, likely[0] if likely else ""))
    return Told(asked, first, among_two, tuple(missed))


def main(say: Callable[[str], None] = print) -> None:
    given = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    given.add_argument("--cache", type=Path, default=Path("build/encoders"), help="where exported encoders are kept")
    options = given.parse_args()
    topics = read_topics(shipped("prompts") / "topics.yaml")
    encoder = exported(embedding_folder(), options.cache)
    weights = read_weights(shipped("corpus") / "topics", encoder.id)
    for file in (HEADINGS, TYPED):
        for name, odd in (("odd places", True), ("even places", False)):
            for how, by in (("words alone", None), ("words and vector", encoder)):
                half = told(topics, odd=odd, kept=file, encoder=by, weights=weights)
                counts = f"first {half.first}/{half.asked}, among the first two {half.among_two}/{half.asked}"
                say(f"{file.name}, {name}, {how}: {counts}")
                for heading, meant, said in half.missed if odd else ():
                    say(f"  {heading}: {meant} taken for {said or 'nothing'}")


if __name__ == "__main__":
    main()
