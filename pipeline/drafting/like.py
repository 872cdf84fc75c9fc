"""The outline of an old report for a new sheet (照旧稿拟提纲): its headings and their order, this year's facts below them.

An old heading is kept word for word, but for its year; one that tells a figure, names another town or has a gap is last year's news,
and the topic's plain heading stands instead. No fact is lost: what the old report has no place for goes to the chapter nearest to it,
else to one of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.drafting.outline import OTHER_HEADING, Entry, Outline
from pipeline.facts.extraction import extracted
from pipeline.facts.forms import unfilled
from pipeline.facts.model import Fact, Meta
from pipeline.facts.sheet_check import usual_name
from pipeline.facts.topics import UNPLACED, Topic
from pipeline.language.headings import Section, label_of, read_outline
from pipeline.language.names import place_names
from pipeline.language.quantities import read_quantities

_PROBLEMS = re.compile(r"问题|不足|困难|短板|差距|薄弱")
_PLANS = re.compile(
    r"下半年|下一步|下步|下阶段|今后|明年|来年|工作(?:打算|思路|计划|安排)|努力方向|^(?:打算|思路|计划)$"
)
_CLAIMS = re.compile(r"突破|新高|第一|首次|翻番|翻一番|倍增|全面完成|圆满完成|圆满|全部|超额")
_LEAST = 4  # characters that two indicators must share to be one in other words
Facts = tuple[tuple[str, tuple[Fact, ...]], ...]


@dataclass(frozen=True, slots=True)
class Old:
    """A heading of the old report: how deep (1: its own highest level), what kind, which topics its own text treats, most first.

    `indicators`: what the figures of its own text count, by their usual names.
    """

    depth: int
    heading: str
    kind: str
    topics: tuple[str, ...]
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Likeness:
    """The outline, and what could not be taken over: old headings for which the sheet gives nothing, and those that were reworded."""

    outline: Outline
    empty: tuple[str, ...] = ()
    reworded: tuple[tuple[str, str], ...] = ()


def old_headings(text: str, topic_of: Callable[[str, str], str | None]) -> tuple[Old, ...]:
    """The headings of a report's text in order. `topic_of(heading, text)` tells what a stretch treats; asked once a paragraph."""
    sections = [s for s in read_outline(text) if s.level]
    above: list[int] = []
    made: list[Old] = []
    for section in sections:
        while above and above[-1] >= section.level:
            above.pop()
        above.append(section.level)
        depth = len(above)
        kind = made[_parent(made, depth)].kind if depth > 1 else _kind(section.heading)
        counted = extracted(text[section.body_start : section.end])
        names = tuple(dict.fromkeys(usual_name(row.indicator) for row in counted))
        made.append(Old(depth, section.heading, kind, _topics(section, text, topic_of), names))
    return tuple(made)


def _parent(made: Sequence[Old], depth: int) -> int:
    return next(i for i in range(len(made) - 1, -1, -1) if made[i].depth < depth)


def _kind(heading: str) -> str:
    if _PROBLEMS.search(heading) and not re.search(r"解决|破解|补齐|化解", heading):
        return "problems"
    looks_back = re.search(r"总结|回顾|情况|成效|进展", heading)
    return "plans" if _PLANS.search(heading) and not looks_back else "review"


def _topics(section: Section, text: str, topic_of: Callable[[str, str], str | None]) -> tuple[str, ...]:
    paragraphs = [p for p in text[section.body_start : section.end].split("\n") if p.strip()]
    told: Counter[str] = Counter()
    for number, words in enumerate([section.heading, *paragraphs]):
        topic = topic_of(section.heading if number == 0 or len(paragraphs) == 1 else "", words)
        if topic and topic not in UNPLACED:
            told[topic] += len(words) if number else 20
    return tuple(topic for topic, _ in told.most_common())


def outline_like(base: Outline, old: Sequence[Old], meta: Meta, topics: Mapping[str, Topic], *, year: int | None, title: str = "", region: str = "") -> Likeness:  # fmt: skip
    """The base outline's facts under the old report's headings.

    `base`: the outline that the genre gives the same sheet. `year`, `title`, `region`: of the old report; its own
    town's name, also within a word (法治某某), becomes this town's. Problems and plans keep what the
    base says there; their headings are the old report's.
    """
    words = _Words(meta, topics, year, region, [])
    reviews = [h for h in old if h.kind == "review"]
    tops = [h for h in reviews if h.depth == 1]
    # One part that holds all chapters, or chapters that stand on the first level themselves.
    inner = 1 if len(tops) == 1 and any(h.depth == 2 for h in reviews) else 0
    chapters = [h for h in reviews if h.depth > inner]
    general, chosen = _by_indicator(_general(base), chapters)
    placed, others = _placed(base, chapters, chosen)
    review: list[Entry] = []
    if inner or not chapters:
        head = next(e for e in base.entries if e.kind == "review")
        heading = words.kept(tops[0].heading, ()) if tops else head.heading
        review.append(replace(head, level=1, heading=heading, facts=general))
        general = ()
    first = 2 if inner or not chapters else 1
    review += _entries(chapters, placed, inner, first, words)
    if others:
        review.append(Entry("review", first, "", OTHER_HEADING, others))
    if general and len(review):
        review[0] = replace(review[0], facts=(*general, *review[0].facts))
    tail = [
        replace(
            e, heading=words.kept(next((h.heading for h in old if h.kind == e.kind and h.depth == 1), e.heading), ())
        )
        for e in base.entries
        if e.kind in ("problems", "plans")
    ]
    opening = [e for e in base.entries if e.kind == "opening"]
    closing = [e for e in base.entries if e.kind == "closing"]
    used = {id for h, facts in placed.items() for _, rows in facts for id in [f.id for f in rows] if h is not None}
    empty = tuple(
        h.heading for i, h in enumerate(chapters) if h.topics and not placed.get(i) and not _below(chapters, i, placed)
    )
    entries = (*opening, *_numbered([*review, *tail]), *closing)
    assert used <= {f.id for e in entries for _, rows in e.facts for f in rows}
    made = replace(base, title=_title(base.title, title, words), entries=entries)
    return Likeness(made, empty, tuple(words.reworded))


def _general(base: Outline) -> Facts:
    """Facts without a topic of their own that the base has first below its review."""
    head = next((e for e in base.entries if e.kind == "review" and e.level == 1), None)
    return head.facts if head is not None else ()


def _by_indicator(rows: Facts, chapters: Sequence[Old]) -> tuple[Facts, dict[int, list[tuple[str, tuple[Fact, ...]]]]]:
    """The facts whose indicator none of the old headings told of, and those that one did, by the heading's number."""
    rest: list[tuple[str, tuple[Fact, ...]]] = []
    found: dict[int, list[tuple[str, tuple[Fact, ...]]]] = {}
    for topic, facts in rows:
        where = {fact.id: _told_under(fact, chapters) for fact in facts}
        for number in dict.fromkeys(where.values()):
            own = tuple(fact for fact in facts if where[fact.id] == number)
            (rest if number is None else found.setdefault(number, [])).append((topic, own))
    return tuple(rest), found


def _told_under(fact: Fact, chapters: Sequence[Old]) -> int | None:
    """The old heading whose text told the fact's indicator last year: by its name, else by one that holds it (茶园面积 in 建成茶园面积)."""
    if fact.value is None:
        return None
    name = usual_name(fact.indicator)
    for number, chapter in enumerate(chapters):
        if name in chapter.indicators:
            return number
    alike = (
        (number, other)
        for number, chapter in enumerate(chapters)
        for other in chapter.indicators
        if min(len(name), len(other)) >= _LEAST and (other.endswith(name) or name.endswith(other))
    )
    return max(alike, key=lambda found: (min(len(found[1]), len(name)), -found[0]), default=(None, ""))[0]


def _placed(
    base: Outline, chapters: Sequence[Old], chosen: Mapping[int, Sequence[tuple[str, tuple[Fact, ...]]]]
) -> tuple[dict[int, Facts], Facts]:
    """Which facts stand under which old heading (by its number), and those that none is near to.

    First where the old report told the same indicator (`chosen`: of the facts without a topic of their own), then by the topic.
    """
    owner: dict[str, int] = {}
    for rank in range(max((len(h.topics) for h in chapters), default=0)):
        for number, chapter in enumerate(chapters):
            if rank < len(chapter.topics):
                owner.setdefault(chapter.topics[rank], number)
    others: list[tuple[str, tuple[Fact, ...]]] = []
    group: list[str] = []
    groups: dict[str, list[str]] = {}
    entries = [e for e in base.entries if e.kind == "review" and e.level > 1]
    for entry in entries:
        group = group if entry.level > 2 else []
        for topic, _ in entry.facts:
            group.append(topic)
            groups[topic] = group
    rest, found = _by_indicator(tuple(row for e in entries for row in e.facts), chapters)
    with_topic = {topic: number for number, rows in sorted(found.items(), reverse=True) for topic, _ in rows}
    for number, rows in chosen.items():
        found[number] = [*rows, *found.get(number, [])]
    for topic, facts in rest:
        near = owner.get(topic, with_topic.get(topic))
        if near is None:  # where its neighbours of the genre's own order stand
            kin = Counter(owner[other] for other in groups.get(topic, ()) if other in owner)
            near = min(kin, key=lambda n: (-kin[n], n)) if kin else None
        if near is None:
            others.append((topic, facts))
        else:
            found.setdefault(near, []).append((topic, facts))
    return {number: _joined(rows) for number, rows in found.items()}, tuple(others)


def _joined(rows: Sequence[tuple[str, tuple[Fact, ...]]]) -> Facts:
    """Each topic once, with all its facts."""
    joined: dict[str, tuple[Fact, ...]] = {}
    for topic, facts in rows:
        joined[topic] = (*joined.get(topic, ()), *facts)
    return tuple(joined.items())


def _below(chapters: Sequence[Old], at: int, placed: Mapping[int, Facts]) -> bool:
    """Whether a heading further down in the same chapter has facts."""
    for number in range(at + 1, len(chapters)):
        if chapters[number].depth <= chapters[at].depth:
            return False
        if number in placed:
            return True
    return False


def _entries(
    chapters: Sequence[Old], placed: Mapping[int, Facts], inner: int, first: int, words: _Words
) -> list[Entry]:
    made = []
    for number, chapter in enumerate(chapters):
        facts = placed.get(number, ())
        level = min(3, chapter.depth - inner + first - 1)
        if facts or (_below(chapters, number, placed) and level < 3):
            made.append(Entry("review", level, "", words.kept(chapter.heading, facts), facts))
    return made


def _numbered(entries: Sequence[Entry]) -> list[Entry]:
    """Labels counted anew, since chapters without facts have gone."""
    counts = [0, 0, 0, 0]
    made = []
    for entry in entries:
        counts[entry.level] += 1
        counts[entry.level + 1 :] = [0] * (3 - entry.level)
        made.append(replace(entry, label=label_of(entry.level, counts[entry.level])))
    return made


@dataclass(frozen=True, slots=True)
class _Words:
    """How an old report's words are taken over. `reworded`: headings that could not be, and what stands instead."""

    meta: Meta
    topics: Mapping[str, Topic]
    year: int | None
    region: str
    reworded: list[tuple[str, str]]

    def shifted(self, text: str) -> str:
        """Years moved on by as many as lie between the two reports, the old town's name replaced."""
        there = place_names(self.region)[-1:] or (self.region,)
        for old, new in ((there[0], self.meta.town), (_stem(there[0]), _stem(self.meta.town))):
            text = text.replace(old, new) if len(old) > 1 else text
        if self.year is None:
            return text
        moved = self.meta.period.year - self.year
        return re.sub(r"(?<!\d)((?:19|20)\d\d)(?=年)", lambda m: str(int(m[1]) + moved), text)

    def kept(self, heading: str, facts: Facts) -> str:
        """An old heading for this year, or the topic's own where it tells last year's news."""
        text = self.shifted(heading).strip("。；;：: ")
        strange = [name for name in place_names(text) if name not in (self.meta.town, self.meta.county)]
        figures = [
            q
            for q in read_quantities(text)
            if q.kind in ("quantity", "money", "percent", "percentage-point") and q.unit
        ]
        if not (strange or unfilled(text) or _CLAIMS.search(text) or any(re.search(r"\d", q.raw) for q in figures)):
            return text
        topic = next((t for t, _ in facts if t in self.topics), "")
        new = (
            self.topics[topic].headings[0]
            if topic
            else OTHER_HEADING
            if facts
            else f"{self.meta.period.spoken}工作开展情况"
        )
        self.reworded.append((heading, new))
        return new


def _stem(town: str) -> str:
    return re.sub(r"(?:镇|乡|街道|办事处|县|区)+$", "", town)


def _title(base: str, old: str, words: _Words) -> str:
    """The old title for this year, if it names town and year alone; else the base's."""
    if words.meta.title or not old or words.year is None:
        return base
    text = words.shifted(old)
    strange = [name for name in place_names(text) if name != words.meta.town]
    names_both = words.meta.town in text and str(words.meta.period.year) in text
    half = re.search(r"上半年|下半年|季度", words.meta.period.words)
    return text if names_both and not strange and not unfilled(text) and (not half or half[0] in text) else base
