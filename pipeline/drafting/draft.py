"""The whole way from a sheet to a document: outline, exemplars, sentences, check, repair (起草)."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Protocol

from pipeline.archive.patterns import patterns
from pipeline.drafting.lead_topics import LeadTopics
from pipeline.drafting.outline import Entry, Outline
from pipeline.drafting.outlook import plans, problems
from pipeline.drafting.overview import overview
from pipeline.drafting.phrasing import Sentence, choose
from pipeline.drafting.sentences import Style, fixed, paragraph, paragraphs, plain_sentence
from pipeline.drafting.wordbook import Wordbook
from pipeline.drafting.writer import Context, PatternWriter, Writer, Written
from pipeline.facts.model import Fact, Sheet
from pipeline.facts.topics import UNPLACED, Topic
from pipeline.retrieval.search import Hit

EXEMPLARS = 6  # passages asked for a section


class Finding(Protocol):
    """What drafting needs to know of a finding of the check: its place in the draft, and whether it is an error."""

    @property
    def severity(self) -> str: ...
    @property
    def start(self) -> int | None: ...
    @property
    def fact_ids(self) -> tuple[str, ...]: ...


Check = Callable[[str, Sheet], Sequence[Finding]]
Find = Callable[[str, str | None], Sequence[Hit]]  # query, topic → exemplar passages, best first


@dataclass(frozen=True, slots=True)
class WrittenSection:
    """An outline entry with its paragraphs of sentences. `exemplars`: what was found for it."""

    entry: Entry
    paragraphs: tuple[tuple[Written, ...], ...]
    exemplars: tuple[Hit, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Draft:
    """A finished draft. `missing`: required parts that hold the mark 【待补：…】; `interrupted`: the rest was done at level 0."""

    sheet: Sheet
    outline: Outline
    sections: tuple[WrittenSection, ...]
    findings: tuple[Finding, ...] = ()
    missing: tuple[str, ...] = ()
    interrupted: bool = False
    repaired: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class Drafting:
    """What a run works with. `find` gives exemplars; `check` judges the whole; `render` turns a draft into text and tells where each
    sentence stands; `progress` hears of each section before it is written (number from 0, how many, heading). `lead_words`: what a
    model's free lead may be made of, beside the section's topic words. `wordbook`: what level 0 may add."""

    topics: Mapping[str, Topic]
    writer: Writer
    find: Find
    check: Check
    render: Callable[[Draft], tuple[str, Mapping[tuple[int, int, int], tuple[int, int]]]]
    progress: Callable[[int, int, str], None]
    seed: int = 0
    lead_words: frozenset[str] = frozenset()
    wordbook: Wordbook = field(default_factory=Wordbook)
    jobs: int = 1  # sections that are written at a time
    lead_topics: LeadTopics = field(default_factory=LeadTopics)

    def draft(self, sheet: Sheet, outline: Outline) -> Draft:
        """Write all sections, check the whole, redo at level 0 what does not hold. Ctrl-C ends the model's part, not the draft."""
        begin = time.perf_counter()
        sections, interrupted = (self._at_once if self.jobs > 1 else self._in_turn)(sheet, outline)
        missing = tuple(s.entry.missing for s in sections if s.entry.missing and not s.paragraphs)
        made = Draft(sheet, outline, tuple(sections), missing=missing, interrupted=interrupted)
        made = self._repaired(made)
        self.progress(len(outline.entries), len(outline.entries), "完成")
        return replace(made, seconds=time.perf_counter() - begin)

    def _in_turn(self, sheet: Sheet, outline: Outline) -> tuple[list[WrittenSection], bool]:
        writer, interrupted = self.writer, False
        sections: list[WrittenSection] = []
        for number, entry in enumerate(outline.entries):
            try:
                self.progress(number, len(outline.entries), entry.heading or "开头")
                section = self._section(sheet, outline, entry, number, writer)
            except KeyboardInterrupt:
                if interrupted:
                    raise
                writer, interrupted = PatternWriter(self.seed), True
                section = self._section(sheet, outline, entry, number, writer)
            sections.append(section)
        return sections, interrupted

    def _at_once(self, sheet: Sheet, outline: Outline) -> tuple[list[WrittenSection], bool]:
        """Several sections at a time; their order and their words are those of one at a time. On Ctrl-C those that are not done are
        written at level 0, and what still runs is not waited for longer than its own time limit."""
        entries = outline.entries
        found = [self._found(entry) for entry in entries]  # the index is searched by one thread
        pool = ThreadPoolExecutor(self.jobs)
        running = [
            pool.submit(self._section, sheet, outline, entry, number, self.writer, hits)
            for number, (entry, hits) in enumerate(zip(entries, found, strict=True))
        ]
        sections: list[WrittenSection] = []
        interrupted = False
        for number, (entry, hits) in enumerate(zip(entries, found, strict=True)):
            try:
                self.progress(number, len(entries), entry.heading or "开头")
                done = interrupted and not running[number].done()
                section = None if done else running[number].result()
            except KeyboardInterrupt:
                if interrupted:
                    raise
                interrupted, section = True, None
                pool.shutdown(wait=False, cancel_futures=True)
            except CancelledError:
                section = None
            below = PatternWriter(self.seed)
            sections.append(section or self._section(sheet, outline, entry, number, below, hits))
        pool.shutdown(wait=not interrupted, cancel_futures=True)
        return sections, interrupted

    def _found(self, entry: Entry) -> tuple[Hit, ...]:
        """The exemplars for a section."""
        if not entry.fact_ids:
            return ()
        topic = entry.facts[0][0] if len(entry.facts) == 1 else None
        named = topic and self.topics[topic].name if topic in self.topics else ""
        indicators = [f.indicator or f.text[:16] for _, facts in entry.facts for f in facts][:6]
        return tuple(self.find(" ".join([entry.heading, named or "", *indicators]).strip(), topic))

    def _section(
        self,
        sheet: Sheet,
        outline: Outline,
        entry: Entry,
        number: int,
        writer: Writer,
        hits: tuple[Hit, ...] | None = None,
    ) -> WrittenSection:
        begin = time.perf_counter()
        hits = self._found(entry) if hits is None else hits
        masked = tuple(h.passage.masked for h in hits)
        style = Style(sheet.meta.period, patterns(h.passage for h in hits), self.wordbook)
        aims = not outline.looks_back
        facts = {f.id: f for f in sheet.facts}
        context = Context(
            entry.heading,
            facts,
            masked,
            self._lead_words(sheet, entry),
            lambda own: paragraph(own, style, aims=aims),
            self.lead_topics.of([topic for topic, _ in entry.facts if topic in self.topics and topic not in UNPLACED]),
        )
        sectional = getattr(writer, "section", None)  # a writer whose level goes with the sections
        with sectional(number) if sectional else nullcontext(writer) as own:
            whole = getattr(own, "write_paragraph", None) if entry.kind == "review" else None
            paragraphs = [
                tuple(whole(sentences, context, f"{number}.{i}")) if whole
                else tuple(own.write(s, context, f"{number}.{i}.{j}") for j, s in enumerate(sentences))
                for i, sentences in enumerate(self._paragraphs(sheet, outline, entry, style))
            ]  # fmt: skip
        return WrittenSection(entry, tuple(paragraphs), hits, time.perf_counter() - begin)

    def _lead_words(self, sheet: Sheet, entry: Entry) -> frozenset[str]:
        topics = [self.topics[topic] for topic, _ in entry.facts if topic in self.topics]
        own = {word for topic in topics for word in (*topic.words, topic.name)}
        return self.lead_words | own | {sheet.meta.period.spoken, sheet.meta.town}

    def _paragraphs(self, sheet: Sheet, outline: Outline, entry: Entry, style: Style) -> list[list[Sentence]]:
        period, aims = sheet.meta.period, not outline.looks_back
        if entry.kind == "problems":
            return problems(entry, period)
        if entry.kind == "plans":
            return plans(entry, style, self.topics, aims=aims)
        general = [s for topic, facts in entry.facts if topic in UNPLACED for s in paragraph(facts, style)]
        if entry.kind == "opening":
            *before, last = outline.opening.split("\n")
            *first, ending = re.findall(r"[^。]+。", last) or [last]
            if not first:  # one sentence cannot be parted: what the sheet says follows it
                return [*([fixed(line)] for line in before), [fixed(ending), *general]]
            return [*([fixed(line)] for line in before), [fixed("".join(first)), *general, fixed(ending)]]
        if entry.kind == "closing":
            return [*([general] if general else []), *([[fixed(outline.closing)]] if outline.closing else [])]
        chapters = [own for own in outline.entries if own.level == 2]
        number = next((n for n, own in enumerate(chapters) if own is entry), None)
        tells = number is not None and outline.overviews and not aims
        whole = overview(_below(outline, entry), period, number or 0) if tells else None
        leads = [*([fixed(entry.lead)] if entry.lead else []), *([whole] if whole else [])]
        made = [*([leads] if leads else []), *paragraphs(general)]
        for topic, facts in ((t, f) for t, f in entry.facts if t not in UNPLACED):
            several = len(entry.facts) > 1
            lead = self.topics[topic].leads[0] if several and topic in self.topics else ""
            made += paragraphs(paragraph(facts, style, topic=topic, lead=lead, aims=aims))
        return made

    def _repaired(self, made: Draft) -> Draft:
        """Check the whole; sentences of a model in which an error lies are written again at level 0, once."""
        text, places = self.render(made)
        findings = tuple(self.check(text, made.sheet))
        faulty = {
            key for key, (start, end) in places.items() for f in findings
            if f.severity == "error" and f.start is not None and start <= f.start < end
        }  # fmt: skip
        below, repaired = PatternWriter(self.seed), 0
        sections = list(made.sections)
        for s, p, i in sorted(faulty):
            section = sections[s]
            written = section.paragraphs[p][i]
            if written.by != "model":
                continue
            context = Context(section.entry.heading, {f.id: f for f in made.sheet.facts}, ())
            again = below.write(written.sentence, context, f"{s}.{p}.{i}")
            again = replace(again, attempts=written.attempts, rejections=(*written.rejections, "全文检查未通过"))
            row = tuple(again if n == i else w for n, w in enumerate(section.paragraphs[p]))
            sections[s] = replace(
                section, paragraphs=tuple(row if n == p else r for n, r in enumerate(section.paragraphs))
            )
            repaired += 1
        if repaired:
            made = replace(made, sections=tuple(sections), repaired=repaired)
            findings = tuple(self.check(self.render(made)[0], made.sheet))
        return self._plainly(replace(made, findings=findings))

    def _plainly(self, made: Draft) -> Draft:
        """What still does not hold is told as plainly as can be, once: each figure with its whole indicator, nothing said in common."""
        _, places = self.render(made)
        errors = [f for f in made.findings if f.severity == "error"]
        missing = {id for f in errors if f.start is None for id in f.fact_ids}
        sections, repaired = list(made.sections), made.repaired
        facts = {f.id: f for f in made.sheet.facts}
        for (s, p, i), (start, end) in places.items():
            written = sections[s].paragraphs[p][i]
            at_fault = any(f.start is not None and start <= f.start < end for f in errors)
            if written.by == "fixed" or not (at_fault or missing & set(written.sentence.fact_ids)):
                continue
            again = plain_sentence(
                [facts[id] for id in written.sentence.fact_ids],
                made.sheet.meta.period,
                aims=not made.outline.looks_back,
            )
            wording = again.whole(choose(again, lambda n: 0))
            row = [replace(w, sentence=again, wording=wording, by="fallback", rejections=(*w.rejections, "全文检查未通过")) if n == i else w
                   for n, w in enumerate(sections[s].paragraphs[p])]  # fmt: skip
            rows = tuple(tuple(row) if n == p else r for n, r in enumerate(sections[s].paragraphs))
            sections[s] = replace(sections[s], paragraphs=rows)
            repaired += 1
        if repaired == made.repaired:
            return made
        plain = replace(made, sections=tuple(sections), repaired=repaired)
        findings = tuple(self.check(self.render(plain)[0], made.sheet))
        better = sum(f.severity == "error" for f in findings) < len(errors)
        return replace(plain, findings=findings) if better else made


def _below(outline: Outline, entry: Entry) -> list[Fact]:
    """The facts of an entry and of all entries below it."""
    at = next(n for n, own in enumerate(outline.entries) if own is entry)
    below = itertools.takewhile(lambda own: own.level > entry.level, outline.entries[at + 1 :])
    return [f for own in (entry, *below) for topic, facts in own.facts if topic not in UNPLACED for f in facts]
