"""The level goes with the acceptance that a run measures: down, up again, and the same for any number of sections at a time."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import pytest

from pipeline.cli.drafting import prompt_reader
from pipeline.drafting.adapting import FEWEST, LAG, WAIT, AdaptiveWriter, Change, Standing
from pipeline.drafting.client import Prompt, Reply
from pipeline.drafting.trace import stated
from pipeline.drafting.writer import ModelWriter, PatternWriter, SectionWriter, writer_at
from pipeline.export.markdown import markdown
from pipeline.facts.genres import Genre
from pipeline.facts.topics import Topic
from tests.sheets import shipped_sheet
from tests.test_draft import run

STEPS = (0, 1, 2, 3)


@pytest.mark.parametrize(
    ("level", "outcomes", "then"),
    [
        (3, "x" * (FEWEST - 1), 3),  # too few to tell
        (3, "x" * FEWEST, 2),
        (3, "oxoxoxox", 3),  # half of it stands
        (2, "xxxx", 1),
        (2, "oxxoxxox", 2),
        (2, "oxxxxx", 1),
        (1, "xxxx", 0),
        (0, "o" * (WAIT - 1), 0),
        (0, "o" * WAIT, 1),  # after a while the next one is tried
        (2, "o" * WAIT, 3),
        (2, "oxo" * WAIT, 2),  # sentences stand, too few of them at once for paragraphs
        (3, "o" * 99, 3),
    ],
)
def test_where_outcomes_lead(level: int, outcomes: str, then: int) -> None:
    now = Standing(STEPS, level)
    for outcome in outcomes:
        now = now.after(outcome == "o")
    assert now.level == then


def test_each_fall_makes_the_next_trial_wait_longer() -> None:
    now, waits, waited = Standing((0, 2), 2), list[int](), 0
    for _ in range(120):
        before = now
        now = now.after(before.level == 0)  # nothing stands at level 2
        waited = waited + 1 if now.level == 0 else 0
        if before.level == 0 and now.level == 2:
            waits.append(before.waited + 1)
    assert waits[:3] == [WAIT, 2 * WAIT, 4 * WAIT]


@dataclass
class Tiring:
    """A model that answers well until it has been asked for so many characters, by the prompt alone: equal prompts, equal answers."""

    good: float
    name: str = "tiring"
    honours_grammar: bool = False

    def complete(
        self, prompt: Prompt, *, max_tokens: int, stop: Sequence[str] = (), seed: int = 0, temperature: float = 0.0,
        grammar: str | None = None,
    ) -> Reply:  # fmt: skip
        chance = random.Random(sha256(f"{prompt.text}{seed}".encode()).digest())
        time.sleep(chance.random() / 100)  # so that sections end in another order
        told = prompt.text.rsplit("要点：", 1)[1].rsplit("\n", 1)[0].strip()
        right = "".join(f"{row.lstrip('- ').replace(' ', '')}。" for row in told.split("\n"))
        return Reply(right if chance.random() < self.good else "有关工作有序推进。", 100, 20, 0.0, "stop")


def adaptive(good: float) -> AdaptiveWriter:
    model, read = Tiring(good), prompt_reader(None)
    writers: dict[int, ModelWriter | SectionWriter | PatternWriter] = {0: PatternWriter(0)}
    return AdaptiveWriter(writers | {level: writer_at(level, model, read, 0) for level in (2, 3)})


def test_a_model_that_writes_worse_than_its_trial_goes_down(
    genres: Mapping[str, Genre], topics: Mapping[str, Topic]
) -> None:
    made = shipped_sheet("hudai-2008h1", genres, topics)
    writer = adaptive(0.0)
    draft = run(made, genres, topics, writer)
    assert stated(draft) == {f.id for f in made.facts}
    changes = [change for _, course in sorted(writer.courses.items()) for change in course.changes]
    assert Change(3, 2, 0.0) in changes
    assert Change(2, 0, 0.0) in changes
    good = adaptive(1.0)
    run(made, genres, topics, good)
    assert not any(course.changes for course in good.courses.values())


@pytest.mark.parametrize("good", [0.0, 0.35, 0.6, 1.0])
def test_the_level_does_not_depend_on_what_happens_to_be_done(
    good: float, genres: Mapping[str, Genre], topics: Mapping[str, Topic]
) -> None:
    made = shipped_sheet("hudai-2008h1", genres, topics)
    told = []
    for jobs in (1, 2, LAG, 2 * LAG):
        writer = adaptive(good)
        draft = run(made, genres, topics, writer, jobs=jobs)
        levels = [(w.level, w.attempts, w.rejections) for s in draft.sections for row in s.paragraphs for w in row]
        told.append((markdown(draft)[0], levels, writer.courses))
    assert told[1:] == told[:1] * 3
