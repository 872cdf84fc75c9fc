"""Who writes as a run goes on (随稿升降): down a level where too little stands, up again after a while, by acceptance as measured.

A section's level depends on the outcomes of its own sentences so far and of the sections at least LAG before it, never on those that
happen to be done: so a draft is the same however many sections are written at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from pipeline.drafting.budget import Budget
from pipeline.drafting.client import Model
from pipeline.drafting.phrasing import Sentence
from pipeline.drafting.prompts import PromptFile
from pipeline.drafting.writer import Context, ModelWriter, PatternWriter, SectionWriter, Written, facts_of_paragraph

LAG = 4  # sections; no more are written at a time
WINDOW = 8  # outcomes at a level that are looked at
FEWEST = 4  # outcomes before a level is left
# Share of outcomes that must stand for a level to be kept: of a paragraph's facts at 3, first answers at 2, answers at 1.
KEEPS: Mapping[int, float] = {3: 0.5, 2: 0.3, 1: 0.5, 0: 0.0}
RISES = 0.8  # first-try acceptance at level 2 from which paragraphs are tried again
WAIT = 12  # sentences before a higher level is tried again; twice as many after each further fall


@dataclass(frozen=True, slots=True)
class Change:
    """A change of level, and the share that stood before it."""

    before: int
    after: int
    acceptance: float


@dataclass(frozen=True, slots=True)
class Standing:
    """Which level writes now. `steps`: the levels there are, upwards; the last is what the trial gave. `recent`: the last outcomes at
    this level."""

    steps: tuple[int, ...]
    level: int
    recent: tuple[bool, ...] = ()
    waited: int = 0
    falls: int = 0

    @property
    def acceptance(self) -> float:
        return sum(self.recent) / len(self.recent) if self.recent else 1.0

    def after(self, stood: bool) -> Standing:
        """The standing after one more outcome at this level."""
        now = replace(self, recent=(*self.recent, stood)[-WINDOW:], waited=self.waited + 1)
        at = self.steps.index(self.level)
        if at > 0 and len(now.recent) >= FEWEST and now.acceptance < KEEPS[self.level]:
            return Standing(self.steps, self.steps[at - 1], falls=self.falls + 1)
        ready = now.waited >= WAIT * 2 ** max(self.falls - 1, 0) and (self.level != 2 or now.acceptance >= RISES)
        if at + 1 < len(self.steps) and ready:
            return Standing(self.steps, self.steps[at + 1], falls=self.falls)
        return now


@dataclass(slots=True)
class Course:
    """How a section went: the level it began with, the outcomes by level, and the changes."""

    began: int
    outcomes: list[tuple[int, bool]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


@dataclass(slots=True)
class SectionalWriter:
    """Writes one section. `standing` moves with each sentence."""

    writers: Mapping[int, ModelWriter | SectionWriter | PatternWriter]
    standing: Standing
    course: Course

    @property
    def _writer(self) -> ModelWriter | SectionWriter | PatternWriter:
        return self.writers[self.standing.level]

    def write(self, sentence: Sentence, context: Context, key: str) -> Written:
        writer, level = self._writer, min(self.standing.level, 2)
        written = writer.write(sentence, context, key)
        if not sentence.in_words and not sentence.after and not getattr(writer, "gave_out", ""):
            self._note(level, [level == 0 or (written.by == "model" and written.attempts == 1)])
        return written

    def write_paragraph(self, sentences: Sequence[Sentence], context: Context, key: str) -> list[Written]:
        writer = self._writer
        if not isinstance(writer, SectionWriter):
            return [self.write(s, context, f"{key}.{n}") for n, s in enumerate(sentences)]
        rows = writer.write_paragraph(sentences, context, key)
        if not writer.gave_out and (own := facts_of_paragraph(sentences, context)):
            stated = {id for w in rows if w.level == 3 for id in w.sentence.fact_ids}
            self._note(3, [f.id in stated for f in own if f.value is not None])
        return rows

    def _note(self, level: int, stood: Sequence[bool]) -> None:
        """Take outcomes up; those of a level that was left meanwhile count no more."""
        for one in stood:
            self.course.outcomes.append((level, one))
            before = self.standing
            self.standing = follow(before, level, one)
            if self.standing.level != before.level:
                share = (*before.recent, one)[-WINDOW:]
                self.course.changes.append(Change(before.level, self.standing.level, sum(share) / len(share)))


def follow(standing: Standing, level: int, stood: bool) -> Standing:
    """The standing after an outcome, if that is of its level."""
    return standing.after(stood) if level == standing.level else standing


@dataclass(slots=True)
class AdaptiveWriter:
    """The writers of all levels that an endpoint may have, of which each section takes the one that is earned.

    `writers`: by level, 0 among them; the highest is what the trial gave.
    """

    writers: Mapping[int, ModelWriter | SectionWriter | PatternWriter]
    courses: dict[int, Course] = field(default_factory=dict)
    _ended: set[int] = field(default_factory=set)
    _end: threading.Condition = field(default_factory=threading.Condition, repr=False)

    @contextmanager
    def section(self, number: int) -> Iterator[SectionalWriter]:
        """The writer of one section, once the sections that decide its level are done. Sections are begun in their order."""
        with self._end:
            self._end.wait_for(lambda: all(n in self._ended for n in range(number - LAG + 1)))
            steps = tuple(sorted(self.writers))
            standing = Standing(steps, steps[-1])
            for n in range(number - LAG + 1):
                for level, stood in self.courses[n].outcomes:
                    standing = follow(standing, level, stood)
            own = self.courses[number] = Course(standing.level)
        try:
            yield SectionalWriter(self.writers, standing, own)
        finally:
            with self._end:
                self._ended.add(number)
                self._end.notify_all()

    def write(self, sentence: Sentence, context: Context, key: str) -> Written:
        return self._highest.write(sentence, context, key)

    @property
    def _highest(self) -> ModelWriter | SectionWriter:
        writer = self.writers[max(self.writers)]
        assert not isinstance(writer, PatternWriter), "a model writes at the highest level"
        return writer

    @property
    def level(self) -> int:
        return max(self.writers)

    @property
    def model(self) -> Model:
        return self._highest.model

    @property
    def prompt(self) -> PromptFile:
        return self._highest.prompt

    @property
    def budget(self) -> Budget:
        return self._highest.budget

    @property
    def gave_out(self) -> str:
        return next((said for w in self.writers.values() if (said := getattr(w, "gave_out", ""))), "")

    @property
    def model_seconds(self) -> float:
        own = {id(w): w for w in (getattr(w, "sentences", w) for w in self.writers.values())}
        return sum(getattr(w, "model_seconds", 0.0) for w in own.values())
