"""The outline (提纲): which headings a draft has, and which facts stand under each. No fact is left over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipeline.drafting.tellings import has_fallen, has_risen
from pipeline.facts.arithmetic import completed_pct
from pipeline.facts.genres import Genre, Part, filled
from pipeline.facts.model import Fact, Sheet
from pipeline.facts.topics import UNPLACED, Topic, topic_of
from pipeline.language.headings import label_of
from pipeline.language.indicators import LESS_IS_BETTER, MORE_IS_BETTER, is_evil, is_planned

SUBHEADINGS_FROM = 3  # facts a topic, on average, from which a chapter's topics get headings of their own
CROWDED = 12  # facts of a topic from which they are parted under headings of their own, if there are such
_LEAST_PART = 3  # facts that a part must have to get its heading
OTHER_HEADING = "统筹做好其他工作"


@dataclass(frozen=True, slots=True)
class Entry:
    """One heading with what stands right below it.

    `level` 1..3 (0: the opening, without a heading). `topics` with their facts in order: a leaf has one, a chapter
    without headings below has several. `kind`: opening, review, problems, plans, closing. `behind`, `fallen`, `worse`, `missed`,
    `unfinished`: facts from which a problem or a plan follows without anyone having written it.
    """

    kind: str
    level: int
    label: str
    heading: str
    facts: tuple[tuple[str, tuple[Fact, ...]], ...] = ()
    behind: tuple[Fact, ...] = ()
    fallen: tuple[Fact, ...] = ()
    worse: tuple[Fact, ...] = ()
    missed: tuple[Fact, ...] = ()
    unfinished: tuple[Fact, ...] = ()
    lead: str = ""  # a chapter's own sentence, which names what stands below and claims nothing
    missing: str = ""  # what 【待补：…】 names if nothing stands here

    @property
    def fact_ids(self) -> tuple[str, ...]:
        return tuple(f.id for _, facts in self.facts for f in facts)


@dataclass(frozen=True, slots=True)
class Outline:
    title: str
    opening: str
    entries: tuple[Entry, ...]
    looks_back: bool = True
    signed: str = "end"
    closing: str = ""
    overviews: bool = True


def topic_for(fact: Fact, topics: Mapping[str, Topic]) -> str:
    """The topic a fact goes by: the sheet's, if it is one of the 30, else the one its wording is nearest to, else ""."""
    if fact.topic in topics:
        return fact.topic
    return topic_of(topics, fact.topic, f"{fact.indicator}{fact.text}") or ""


def behind_schedule(sheet: Sheet) -> tuple[Fact, ...]:
    """Facts whose completion lags behind the calendar (低于序时进度): 6 of 12 months gone, less than 50 % done."""
    due = sheet.meta.period.elapsed * 100
    return tuple(
        f for f in sheet.facts
        if f.topic not in UNPLACED and not LESS_IS_BETTER.search(f.indicator)
        and (done := completed_pct(f)) is not None and done * 12 < due
    )  # fmt: skip


def below_last_year(sheet: Sheet) -> tuple[Fact, ...]:
    """Facts that fell against last year, where more is better without a doubt; of others nobody knows whether a fall is bad."""
    return tuple(
        f for f in sheet.facts
        if f.topic not in UNPLACED and has_fallen(f)
        and MORE_IS_BETTER.search(f.indicator) and not LESS_IS_BETTER.search(f.indicator)
    )  # fmt: skip


def worse_than_last_year(sheet: Sheet) -> tuple[Fact, ...]:
    """Facts that rose against last year where less is better without a doubt (事故, 投诉, 空置率)."""
    return tuple(f for f in sheet.facts if f.topic not in UNPLACED and is_evil(f.indicator) and has_risen(f))


def off_target(sheet: Sheet) -> tuple[Fact, ...]:
    """Facts on the wrong side of a target that has no completion: a rate below it (合格率), accidents above their ceiling."""
    return tuple(
        f for f in sheet.facts
        if f.topic not in UNPLACED and f.value is not None and f.target is not None
        and (f.value > f.target if is_evil(f.indicator) else f.is_rate and f.value < f.target and _better_high(f))
    )  # fmt: skip


def _better_high(fact: Fact) -> bool:
    return MORE_IS_BETTER.search(fact.indicator) is not None and not LESS_IS_BETTER.search(fact.indicator)


def left_to_do(sheet: Sheet) -> tuple[Fact, ...]:
    """Facts with a target for the year that is not reached, as long as the year is not over."""
    if sheet.meta.period.elapsed == 12:
        return ()
    return tuple(
        f for f in sheet.facts
        if f.topic not in UNPLACED and not LESS_IS_BETTER.search(f.indicator)
        and (done := completed_pct(f)) is not None and done < 100
    )  # fmt: skip


def outline(sheet: Sheet, genre: Genre, topics: Mapping[str, Topic], seed: int = 0) -> Outline:
    """Lay out a draft: the genre decides parts and chapters, the facts decide which of them there are.

    Facts go to chapters by topic; those of no known topic to the nearest by wording, else to a chapter of their own. Chapters
    and topics without facts are left out; parts that the genre requires stay. `seed` chooses among the genre's openings.
    """
    by_topic: dict[str, list[Fact]] = {}
    planned: dict[str, list[Fact]] = {}
    for fact in sheet.facts:
        topic = topic_for(fact, topics)
        ahead = genre.looks_back and topic not in UNPLACED and _is_ahead(fact, sheet)
        (planned if ahead else by_topic).setdefault(topic, []).append(fact)

    order = [t for part in genre.parts for chapter in part.chapters for t in chapter.topics]
    others = tuple((t, tuple(by_topic[t])) for t in by_topic if t not in order and t not in UNPLACED)
    overview = _of("overview", by_topic)

    entries: list[Entry] = []
    subjects: list[str] = []
    for number, part in enumerate(genre.parts, 1):
        head = Entry(
            part.kind,
            1,
            label_of(1, number),
            filled(part.heading, sheet.meta),
            missing=filled(part.missing, sheet.meta),
        )
        if part.kind == "review":
            below, named = _review(part, by_topic, others, topics, genre)
            subjects += named
            first = overview if genre.overview == "review" else ()
            entries += [
                replace(head, facts=first, missing="" if below or first else head.missing or head.heading),
                *below,
            ]
        elif part.kind == "problems":
            follows = (behind_schedule, below_last_year, worse_than_last_year, off_target) if genre.looks_back else ()
            ahead_ids = _ids(planned)
            behind, fallen, worse, missed = (
                (tuple(f for f in found(sheet) if f.id not in ahead_ids) for found in follows)
                if follows
                else ((), (), (), ())
            )
            entries.append(
                replace(head, facts=_of("problems", by_topic), behind=behind, fallen=fallen, worse=worse, missed=missed)
            )
        else:
            rows = sorted(planned, key=lambda t: order.index(t) if t in order else len(order))
            ahead_of = tuple((t, tuple(planned[t])) for t in rows)
            unfinished = tuple(f for f in left_to_do(sheet) if f.id not in _ids(planned)) if genre.looks_back else ()
            entries.append(replace(head, facts=(*_of("plans-next-period", by_topic), *ahead_of), unfinished=unfinished))
    opening = Entry("opening", 0, "", "", overview if genre.overview == "opening" else ())
    ending = filled(genre.closing, sheet.meta)
    closing = [Entry("closing", 0, "", "", _of("closing", by_topic))] if "closing" in by_topic or ending else []
    title = sheet.meta.title or filled(genre.title, sheet.meta)
    words = filled(genre.opening[seed % len(genre.opening)], sheet.meta, "、".join(subjects) or "各项")
    return Outline(title, words, (opening, *entries, *closing), genre.looks_back, genre.signed, ending, genre.overviews)


def _is_ahead(fact: Fact, sheet: Sheet) -> bool:
    period = sheet.meta.period
    return is_planned(fact.indicator or fact.text, period.year, period.last)


def _of(topic: str, by_topic: Mapping[str, list[Fact]]) -> tuple[tuple[str, tuple[Fact, ...]], ...]:
    return ((topic, tuple(by_topic[topic])),) if topic in by_topic else ()


def _ids(by_topic: Mapping[str, list[Fact]]) -> set[str]:
    return {f.id for facts in by_topic.values() for f in facts}


def _review(
    part: Part,
    by_topic: Mapping[str, list[Fact]],
    others: tuple[tuple[str, tuple[Fact, ...]], ...],
    topics: Mapping[str, Topic],
    genre: Genre,
) -> tuple[list[Entry], list[str]]:
    """The entries below a review's heading, and the subjects that the opening names."""
    chapters = [
        (c.heading, c.subject, tuple((t, tuple(by_topic[t])) for t in c.topics if t in by_topic)) for c in part.chapters
    ]
    if others:
        chapters.append((OTHER_HEADING, "", others))
    entries: list[Entry] = []
    subjects: list[str] = []
    used = {heading for heading, _, _ in chapters}
    for chapter, (heading, subject, facts) in enumerate((c for c in chapters if c[2]), 1):
        subjects += [subject] if subject else []
        label = label_of(2, chapter)
        crowded = sum(len(own) for _, own in facts) >= SUBHEADINGS_FROM * len(facts)
        rows = [row for topic, own in facts for row in _parted(topic, own, topics)]
        if len(rows) == 1 or not ((crowded or len(rows) > len(facts)) and genre.subheadings):
            entries.append(Entry("review", 2, label, heading, facts))
            continue
        lead = _chapter_lead(subject, [t for t, _ in facts], chapter, topics, genre)
        entries.append(Entry("review", 2, label, heading, lead=lead))
        for number, (own_heading, topic, own) in enumerate(rows, 1):
            names = (own_heading,) if own_heading else topics[topic].headings if topic in topics else (OTHER_HEADING,)
            name = next((n for n in names if n not in used), names[0])
            used.add(name)
            entries.append(Entry("review", 3, label_of(3, number), name, ((topic, own),)))
    return entries, subjects


def _parted(
    topic: str, facts: tuple[Fact, ...], topics: Mapping[str, Topic]
) -> list[tuple[str, str, tuple[Fact, ...]]]:
    """A crowded topic's facts by the parts that its words speak for, as (heading, topic, facts); "" heads what no part takes. A topic
    with few facts, or whose facts speak for less than two parts, stays whole."""
    parts = topics[topic].parts if topic in topics else ()
    if len(facts) < CROWDED or not parts:
        return [("", topic, facts)]
    taken: dict[str, list[Fact]] = {heading: [] for heading, _ in parts}
    for fact in facts:
        said = f"{fact.indicator}{fact.text}"
        scores = [(max((len(w) for w in words if w in said), default=0), -n) for n, (_, words) in enumerate(parts)]
        longest, number = max(scores)
        if longest:
            taken[parts[-number][0]].append(fact)
    full = {heading: own for heading, own in taken.items() if len(own) >= _LEAST_PART}
    if len(full) < 2:
        return [("", topic, facts)]
    placed = {f.id for own in full.values() for f in own}
    rest = tuple(f for f in facts if f.id not in placed)
    if len(rest) < _LEAST_PART:  # too few for a heading: they go with the most
        largest = max(full, key=lambda heading: len(full[heading]))
        full[largest] = [f for f in facts if f in rest or f in full[largest]]
        rest = ()
    return [*([("", topic, rest)] if rest else []), *((heading, topic, tuple(own)) for heading, own in full.items())]


# What a chapter with headings below says itself: what stands below, and nothing of how it went.
_LOOKING_BACK = (
    "{subject}方面，主要抓了{topics}。",
    "{subject}方面，统筹做好{topics}各项工作。",
    "围绕{subject}，着重抓了{topics}。",
)
_LOOKING_AHEAD = ("{subject}方面，着力抓好{topics}。", "围绕{subject}，统筹推进{topics}。")


def _chapter_lead(subject: str, names: list[str], number: int, topics: Mapping[str, Topic], genre: Genre) -> str:
    known = [topics[t].leads for t in names if t in topics]
    spoken = [
        next((n for n in own if n.removesuffix("方面，") != subject), own[0]).removesuffix("方面，") for own in known
    ]
    if not subject or len(spoken) < 2:
        return ""
    forms = _LOOKING_BACK if genre.looks_back else _LOOKING_AHEAD
    listed = f"{'、'.join(spoken[:-1])}和{spoken[-1]}"
    return forms[(number - 1) % len(forms)].format(subject=subject, topics=listed)
