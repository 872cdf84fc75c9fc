"""What follows from the facts (推算): each fact's own figures, and growth, completion, remainder, share, sum … computed from them.

An `Offer` is a figure that may be said. Those of single facts are made once per sheet; those of several facts only for a
figure in question, from the facts that its surroundings name.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import Protocol

from eval.checks.measures import COUNT, counting_fit, measured
from eval.checks.naming import Names, pairs
from eval.checks.roles import read_role
from pipeline.facts.model import Fact, Sheet
from pipeline.language.periods import Period
from pipeline.language.quantities import Quantity, read_quantities
from pipeline.language.text import plain

_CLAUSE = re.compile(r"[^，。；：、！？“”\n]+")
PLANNED = re.compile(r"下半年|计划|目标|力争|预期|拟|下一步|明年|来年|全年.*目标")


@dataclass(frozen=True, slots=True)
class Offer:
    """A figure that the sheet gives. `value` in the base unit of `dimension`, signed for a change; `rounds`: whether a report may
    print it with fewer places (what is computed, percents of change and completion), or must print it as the sheet has it."""

    fact: int  # its number in the sheet
    field: str  # value, previous, target, growth_pct, completion_pct, text, indicator, growth, points, difference …
    value: Fraction
    dimension: str
    word: str  # counting word
    unit: str  # as the sheet writes it
    rounds: bool = False
    formula: str = ""
    number: Fraction | None = None  # as the sheet writes it, in `unit`
    upper: Fraction | None = None  # the other end of a range in a text
    beside: frozenset[str] = frozenset()  # pairs of characters of its clause, of a figure in a fact's words
    about: bool = False  # 800余人, 65岁及以上 in a fact's words
    signed: bool = False  # a change in a fact's words, whose rise or fall they tell


@dataclass(frozen=True, eq=False)
class Offers:
    """All single-fact offers of a sheet, and the names of its facts. Compared by identity: there is one of a sheet."""

    sheet: Sheet

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        return self.sheet.facts

    @cached_property
    def names(self) -> Names:
        return Names([f.indicator or f.text for f in self.facts])

    @cached_property
    def worded(self) -> dict[int, list[set[str]]]:
        """The facts in words, by number: of each clause its pairs of characters."""
        return {
            number: [wanted for clause in _CLAUSE.findall(fact.text) if (wanted := pairs(clause))]
            for number, fact in enumerate(self.facts)
            if fact.value is None
        }

    @cached_property
    def clauses_of_pair(self) -> dict[str, list[tuple[int, int]]]:
        """Of each pair of characters of the facts in words: the clauses (fact, number) that it stands in."""
        made: dict[str, list[tuple[int, int]]] = {}
        for fact, clauses in self.worded.items():
            for number, clause in enumerate(clauses):
                for pair in clause:
                    made.setdefault(pair, []).append((fact, number))
        return made

    @cached_property
    def planned(self) -> tuple[bool, ...]:
        """Which facts speak of what is yet to be done."""
        year = str(self.sheet.meta.period.year + 1)
        return tuple(
            (self.sheet.meta.genre == "plan" and not self.past[n])
            or f.topic == "plans-next-period"
            or bool(PLANNED.search(f.indicator))
            or f.indicator.startswith(year)
            for n, f in enumerate(self.facts)
        )

    @cached_property
    def past(self) -> tuple[bool, ...]:
        """Which facts speak of the year before."""
        year = self.sheet.meta.period.year
        found = [re.search(r"((?:19|20)\d\d)年|上年|去年", f.indicator) for f in self.facts]
        return tuple(m is not None and (m[1] is None or int(m[1]) < year) for m in found)

    @cached_property
    def by_dimension(self) -> dict[str, tuple[Offer, ...]]:
        found: dict[str, list[Offer]] = {}
        for number, fact in enumerate(self.facts):
            for offer in single(number, fact, self.sheet.meta.period):
                found.setdefault(offer.dimension, []).append(offer)
        return {dimension: tuple(offers) for dimension, offers in found.items()}

    @cached_property
    def by_size(self) -> dict[str, tuple[list[float], list[Offer]]]:
        """The offers of each dimension by rising amount, with the amounts: only those near a figure are looked at closely."""
        made: dict[str, tuple[list[float], list[Offer]]] = {}
        for dimension, offers in self.by_dimension.items():
            ordered = sorted(offers, key=lambda o: (abs(o.value), o.fact))
            made[dimension] = ([float(abs(o.value)) for o in ordered], ordered)
        return made

    def near(self, dimension: str, low: float, high: float) -> list[Offer]:
        """The offers of a dimension whose amount lies within [low, high]."""
        sizes, offers = self.by_size.get(dimension, ([], []))
        return offers[bisect_left(sizes, low) : bisect_right(sizes, high)]

    @cached_property
    def in_words(self) -> dict[str, tuple[Offer, ...]]:
        """By dimension the figures of facts in words, whose clauses tell what they count."""
        return {
            dimension: told
            for dimension, offers in self.by_dimension.items()
            if (told := tuple(o for o in offers if o.field == "text"))
        }

    @cached_property
    def by_fact(self) -> tuple[tuple[Offer, ...], ...]:
        made: list[list[Offer]] = [[] for _ in self.facts]
        for offers in self.by_dimension.values():
            for offer in offers:
                made[offer.fact].append(offer)
        return tuple(tuple(o) for o in made)


def spoken(number: int, field: str, q: Quantity, beside: frozenset[str], sign: int = 0) -> Iterator[Offer]:
    """A figure that stands in a fact's words. `beside`: pairs of characters of its clause; `sign`: 1 or -1 where the words call it
    a rise or a fall."""
    if q.value is None or q.suspect or q.kind in ("date", "ordinal", "name"):
        return
    values, _ = q.in_base()
    dimension, factor, word = measured(q.unit)
    numbers = q.value if isinstance(q.value, tuple) else (q.value,)
    alone = len(numbers) == 1
    exact = values if isinstance(q.value, Fraction) else [Fraction(n) * factor for n in numbers]
    yield Offer(
        number,
        field,
        abs(exact[0]) * sign if sign and alone else exact[0],
        dimension,
        word,
        q.unit,
        formula=q.raw,
        number=Fraction(numbers[0]),
        upper=None if alone else exact[-1],
        beside=beside,
        about=q.approx,
        signed=bool(sign) and alone,
    )


def single(number: int, fact: Fact, period: Period) -> Iterator[Offer]:
    """What one fact gives. `period`: for 序时进度 (months of the year gone) and 月均."""
    elapsed = period.elapsed
    for field in ("text", "indicator"):
        words = getattr(fact, field)
        for q in read_quantities(words):
            reading = read_role(plain(words[: q.start]), plain(words[q.end :]), q.unit, period.year)
            start = max(words.rfind(c, 0, q.start) for c in "，。；：、") + 1
            tail = _CLAUSE.match(words, q.end)
            beside = pairs(words[start : q.start]) | pairs(tail[0] if tail else "")
            yield from spoken(number, field, q, frozenset(beside), reading.sign if reading.role == "change" else 0)
    if fact.value is None:
        return
    dimension, factor, word = measured(fact.unit)
    v, p, t = (None if n is None else Fraction(n) for n in (fact.value, fact.previous, fact.target))
    rate = dimension == "%"

    def own(field: str, n: Fraction, formula: str = "", rounds: bool = False) -> Offer:
        return Offer(number, field, n * factor, dimension, word, fact.unit, rounds, formula, n)

    def percent(field: str, n: Fraction, formula: str = "") -> Offer:
        return Offer(number, field, n, "%", "", "%", True, formula, n)

    def points(field: str, n: Fraction, formula: str) -> Offer:
        return Offer(number, field, n, "个百分点", "", "个百分点", True, formula, n)

    assert v is not None
    yield own("value", v)
    if not rate and v:
        yield own("monthly", v / len(period.months), f"{fact.value}/{len(period.months)}", rounds=True)
    if p is not None:
        yield own("previous", p)
        if rate:
            yield points("points", v - p, f"{fact.value}-{fact.previous}")
        else:
            yield own("difference", v - p, f"{fact.value}-{fact.previous}")
        if p and not rate:
            yield percent("growth", (v - p) / p * 100, f"({fact.value}-{fact.previous})/{fact.previous}")
            yield percent("of_previous", v / p * 100, f"{fact.value}/{fact.previous}")
            if v:
                yield Offer(number, "multiple", v / p, "倍", "", "倍", True, f"{fact.value}/{fact.previous}", v / p)
            if v > p:  # 增长两倍 is three times as much
                by = (v - p) / p
                yield Offer(
                    number, "increase", by, "倍", "", "倍", True, f"({fact.value}-{fact.previous})/{fact.previous}", by
                )
    if t is not None:
        yield own("target", t)
        formula = f"{fact.target}-{fact.value}"
        if rate:
            yield points("gap", t - v, formula)
        else:
            yield own("remainder", t - v, formula)
        if t and not rate:
            done = v / t * 100
            how = f"{fact.value}/{fact.target}"
            yield percent("completion", done, how)
            yield percent("remainder", 100 - done, f"1-{how}")
            yield points("ahead", done - Fraction(100 * elapsed, 12), f"{how}-{elapsed}/12")
            yield points("ahead", done - 100, f"{how}-1")
            if v:
                yield Offer(number, "multiple", v / t, "倍", "", "倍", True, how, v / t)
    if fact.growth_pct is not None:
        g = Fraction(fact.growth_pct)
        if rate:
            yield points("growth_pct", g, "")
        if not (rate and p is not None and v - p == g):  # of a rate the sheet may mean points
            yield percent("growth_pct", g)
    if fact.completion_pct is not None:
        c = Fraction(fact.completion_pct)
        yield percent("completion_pct", c)
        yield percent("remainder", 100 - c, f"100-{fact.completion_pct}")
        yield points("ahead", c - Fraction(100 * elapsed, 12), f"{fact.completion_pct}-100×{elapsed}/12")
        yield points("ahead", c - 100, f"{fact.completion_pct}-100")
    if rate:
        yield percent("rest", 100 - v, f"100-{fact.value}")
        if p is not None:
            yield percent("previous_rest", 100 - p, f"100-{fact.previous}")


def _alike(one: Offer, other: Offer) -> bool:
    return one.dimension == other.dimension and (one.dimension != COUNT or counting_fit(one.word, other.word) == "same")


@dataclass(frozen=True, slots=True)
class Combined:
    """What follows from several facts: the offers it is computed from, its kind, its exact value and its formula."""

    offers: tuple[Offer, ...]
    kind: str
    value: Fraction
    formula: str


class Over(Protocol):
    """What a mean is taken over: its worth in the base unit, and whether a fact counts it."""

    @property
    def factor(self) -> Fraction: ...
    def counts(self, offer: Offer) -> bool: ...


def combined(
    values: Sequence[Offer], dimension: str, words: str, low: float, high: float, each: Over | None = None
) -> Iterator[Combined]:
    """What follows from several facts whose figures are named nearby, as far as it lies within [low, high].

    values: offers of the facts, at most a few dozen. `words`: the sentence; a mean, a part and a share of a sum are only computed
    where it speaks of one; `each`: what a mean is taken over, where the words say. Amounts are compared as floats first: exact arithmetic is only done for what comes near.
    """
    sized = [(float(o.value), o) for o in values]
    plain = [s for s in sized if s[1].dimension == dimension] if dimension not in ("%", "倍", "个百分点") else []
    yield from _sums(plain, low, high)
    yield from _differences(plain, low, high)
    if dimension == "%":
        counted = [s for s in sized if s[1].dimension not in ("%", "个百分点")]
        rest = re.search("其余|剩|余下|未|尚|没有|还有|另|非(?![常法遗凡])", words)
        for x, a in counted:
            for y, b in counted:
                if (
                    a is b
                    or not y
                    or not (low <= x / y * 100 <= high or low <= 100 - x / y * 100 <= high)
                    or not _alike(a, b)
                ):
                    continue
                if low <= x / y * 100 <= high:
                    yield Combined((a, b), "share", a.value / b.value * 100, f"{shown(a)}/{shown(b)}")
                elif rest:
                    yield Combined((a, b), "share", (1 - a.value / b.value) * 100, f"1-{shown(a)}/{shown(b)}")
        for x, a in counted:
            for y, b in counted:
                if (
                    a is not b
                    and y
                    and low <= abs(x / y - 1) * 100 <= high
                    and a.dimension == b.dimension
                    and _alike(a, b)
                ):
                    yield Combined(
                        (a, b), "growth", (a.value / b.value - 1) * 100, f"({shown(a)}-{shown(b)})/{shown(b)}"
                    )
        if re.search("占|比重|份额", words):
            for x, a in counted:
                for y, b in counted:
                    if a is not b and x + y and low <= x / (x + y) * 100 <= high and _alike(a, b):
                        whole = a.value + b.value
                        yield Combined((a, b), "share", a.value / whole * 100, f"{shown(a)}/({shown(a)}+{shown(b)})")
    elif dimension == "个百分点":
        for (x, a), (y, b) in combinations([s for s in sized if s[1].dimension == "%"], 2):
            if low <= abs(x - y) <= high:
                yield Combined((a, b), "points", abs(a.value - b.value), f"{shown(a)}-{shown(b)}")
    elif dimension == "倍":
        for x, a in sized:
            for y, b in sized:
                if a is not b and y and low <= x / y <= high and _alike(a, b):
                    yield Combined((a, b), "multiple", a.value / b.value, f"{shown(a)}/{shown(b)}")
    if dimension not in ("%", "倍", "个百分点") and re.search("均|每|亩产", words):
        worth = Fraction(1) if each is None else each.factor
        for x, a in sized:
            for y, b in sized:
                if a is b or not y or a.dimension != dimension or b.dimension == "%":
                    continue
                if low <= x / y * float(worth) <= high and (each is None or each.counts(b)):
                    yield Combined((a, b), "average", a.value / b.value * worth, f"{shown(a)}/{shown(b)}")
    if dimension not in ("%", "倍", "个百分点") and re.search("其中|占|率", words):
        for x, a in sized:
            for y, b in sized:
                if a.dimension == "%" and b.dimension == dimension and low <= x * y / 100 <= high:
                    yield Combined((a, b), "part", a.value * b.value / 100, f"{shown(b)}×{shown(a)}")


def _sums(plain: Sequence[tuple[float, Offer]], low: float, high: float) -> Iterator[Combined]:
    """Sums of two to five figures of one kind; fewer where there are many to choose from."""
    for size in (2, 3, 4, 5):
        if (size > 2 and len(plain) > 14) or (size > 3 and len(plain) > 9):
            return
        for group in combinations(plain, size):
            if low <= sum(x for x, _ in group) <= high and all(_alike(group[0][1], o) for _, o in group[1:]):
                offers = tuple(o for _, o in group)
                if len({o.fact for o in offers}) < size:
                    continue  # a fact's value and its target do not add up to anything
                yield Combined(offers, "sum", sum((o.value for o in offers), Fraction(0)), "+".join(map(shown, offers)))


def _differences(plain: Sequence[tuple[float, Offer]], low: float, high: float) -> Iterator[Combined]:
    """One figure less another, or less two others."""
    for x, a in plain:
        for y, b in plain:
            if a is not b and low <= x - y <= high and _alike(a, b):
                yield Combined((a, b), "difference", a.value - b.value, f"{shown(a)}-{shown(b)}")
        if len(plain) > 12:
            continue
        for (y, b), (z, c) in combinations([p for p in plain if p[1] is not a], 2):
            if low <= x - y - z <= high and len({a.fact, b.fact, c.fact}) == 3 and _alike(a, b) and _alike(a, c):
                yield Combined(
                    (a, b, c), "difference", a.value - b.value - c.value, f"{shown(a)}-{shown(b)}-{shown(c)}"
                )


def shown(offer: Offer) -> str:
    """An offer's figure as the sheet writes it."""
    n = offer.number if offer.number is not None else offer.value
    text = f"{float(n):.10f}".rstrip("0").rstrip(".")
    return f"{text}{offer.unit}"
