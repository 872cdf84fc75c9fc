"""Which indicator a figure belongs to (数字归属): every figure of a draft with its role, and how strongly its surroundings name each fact.

Words count by their place: those between the figure before and this one fully, those of the same clause and sentence less,
those behind it up to the next mark somewhat (有312人实现就业), those of the sentence before and the heading a little.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from eval.checks.derivations import Offers
from eval.checks.document import Document, PartKind
from eval.checks.measures import measured
from eval.checks.naming import best_credits
from eval.checks.roles import Reading, read_role
from pipeline.language.quantities import Quantity

OWN, FAR_OWN, CLAUSE, EARLIER, PASSED, BEHIND, BEHIND_SHARED, BEFORE, ABOVE = (
    1.0,
    0.85,
    0.6,
    0.7,
    0.4,
    0.8,
    0.5,
    0.2,
    0.25,
)
REMEMBERED = 2048  # sentences; each takes about 20 kB
ACROSS = 0.45  # what a ； takes
APART = 0.2  # by so much one subject of a list names a fact better than another does
NEAR = 14  # characters within which a single character counts
_CLAUSE_END = "，,；;：:（）()"
_PLANNED = re.compile(
    r"计划|拟|力争|确保|预计|预期|下半年|下一步|明年|来年|年底前|(?<![一-鿿])将|总投资|(?:年度|全年|年初)(?:目标|任务)"
)
_PRIOR = re.compile(
    r"(?<![比较])(?:上年|去年|往年)|(?<!上年)(?<!去年)同期|(?:由|从|原来的?|年初的?)(?:上年|去年|同期|原来)?的?[^，。；0-9]{0,4}$"
)
_APPROX_UNDER = re.compile(
    r"(?:将近|接近|几近|逼近|达近|近|不足|不到|(?<!不)(?:少于|低于|小于)|不超过|不多于|不高于)(?:达|为|有|了)?[¥]?$"
)
_APPROX_OVER = re.compile(
    r"(?:超过了?|突破了?|超|逾|不低于|不少于|高于|大于|多于|至少|达过|[达超破]过|破)(?:达|为|有|了)?[¥]?$"
)
_PASSED_BY = re.compile(r"(?:跨过|跨越|迈过|越过|站上|迈上|跃上)了?$")  # 跨过1.3万元关口
_OVER_INSIDE = re.compile(r"余|多|几|以上|开外|有余|出头")
_UNDER_INSIDE = re.compile(r"以下|以内|之内")
_BOUND = re.compile(
    r"(?:不低于|不少于|至少|不足|不到|(?:少于|低于|小于|高于|大于|多于)|不超过|不多于|不高于)(?:达|为|有|了)?[¥]?$"
)  # a bound says little of how near the true figure lies
_STRICTLY_UNDER = re.compile(r"(?:不足|不到|(?<!不)(?:少于|低于|小于))(?:达|为|有|了)?$")
_LEFT = re.compile(r"其余|剩|余下|未|没有|尚|还有|仍有|另")
_LEFT_LIST = re.compile(r"、[^，。；：、]{0,12}")
_ODD = re.compile(r"余|多|几|出头")
NO_CLAIM = frozenset({"date", "ordinal", "name"})
_ATTRIBUTE = re.compile(
    r"[百千万亿]+元?(?:及?以上)?"
)  # 投资超亿元的项目: no figure of its own, part of what is counted
_JOINT = re.compile(r"、|以及|[和与及](?![美谐平时会])")
_BEHIND = re.compile(r"现有|基础|回顾|成绩|总结|现状|形势|背景|情况")
_TIMES = re.compile(r"((?<![比较由从])20\d\d年|(?<![比较由从])(?:去年|上年)|今年|本年)(?:[上下]半年)?|[上下]半年")
_RESPECTIVELY = re.compile(r"分别|依次|各自")
_POINTS_BEHIND = re.compile(r"(?:(?:、|和|与|及|以及)[0-9０-９.．]+个)*(?:、|和|与|及|以及)[0-9０-９.．]+个百分点")
_BESIDE = re.compile(
    r"(?:共计|合计|总计|累计|共|计|价值|折合|金额)(?:达到?|为|约)?"
)  # 上交礼金11人次计16000元: one noun, two figures


@dataclass(slots=True, eq=False)
class Mention:
    """A figure of the draft. `scores`: fact number → 0..1, how strongly it is named here; `anchors`: facts whose figure stands before."""

    quantity: Quantity
    sentence: int
    reading: Reading
    dimension: str
    word: str  # counting word
    values: tuple[Fraction, ...]  # in the base unit
    step: Fraction
    lean: (
        int | None
    )  # for an approximate figure: 1 the true one is above (超), -1 below (近), 0 about; None for an exact one
    strict: bool  # 不足, 不到: equality contradicts
    odd: bool  # 余, 多: what is left out is less than a step
    bound: bool  # 不足, 不低于: a bound, which need not be near
    ahead: bool  # stands in a plan or beside words of one
    prior: bool  # words of last year stand in its clause
    left: bool  # words of what is left stand in its clause
    clause: tuple[int, int]
    scores: dict[int, float] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)  # the features around it, with the credit of their place
    anchors: dict[int, float] = field(default_factory=dict)
    run: int = 0  # place in a list that shares its subjects, counted from 1
    run_size: int = 0
    well_named: tuple[tuple[int, float], ...] = ()  # those of `scores` from 0.3 on
    origin: Mention | None = None  # the same figure as its sentence has it, wherever that stands; None of that itself

    def named(self, fact: int) -> float:
        """How strongly a fact is named: by words for a value, also by the figure before for a change, a completion …"""
        score = self.scores.get(fact, 0.0)
        return (
            max(score, self.anchors.get(fact, 0.0)) if self.reading.role not in ("value", "total", "average") else score
        )

    def placed(self, quantity: Quantity, sentence: int, by: int) -> Mention:
        """The same figure in a document: as `quantity` of a sentence that begins at `by`."""
        clause = (self.clause[0] + by, self.clause[1] + by)
        return Mention(
            quantity, sentence, self.reading, self.dimension, self.word, self.values, self.step, self.lean, self.strict, self.odd,
            self.bound, self.ahead, self.prior, self.left, clause, self.scores, self.seen, {}, self.run,
            self.run_size, self.well_named, self,
        )  # fmt: skip

    @property
    def monthly(self) -> bool:
        """Whether it is a mean of months (月均)."""
        return self.reading.role == "average" and self.reading.of == "月"

    @property
    def in_words(self) -> bool:
        """Whether it is written in characters (三百二十户)."""
        return not re.search(r"[0-9０-９]", self.quantity.raw)


def leaning(before: str, raw: str) -> tuple[int, bool]:
    """Which way an approximate figure leans, and whether equality is excluded."""
    if _APPROX_UNDER.search(before):
        return -1, bool(_STRICTLY_UNDER.search(before))
    if _APPROX_OVER.search(before) or _PASSED_BY.search(before) or _OVER_INSIDE.search(raw):
        return 1, False
    if _UNDER_INSIDE.search(raw):
        return -1, False
    return 0, False


@dataclass(frozen=True, slots=True)
class Sentence:
    """All that the figures of a sentence are bound by, besides the sheet: two equal ones are read alike, wherever they stand.

    `figures`: with places in `text`; `before`: the sentence before, of the same paragraph, "" for the first; `above`: the heading
    that it stands under. Of each figure: `kinds`, the kind of text; `last_year`, whether the paragraph last named the year before;
    `behind`, whether its part tells of the past.
    """

    text: str
    figures: tuple[Quantity, ...] = field(hash=False)  # nearly always told by the text: to find them equal is enough
    before: str
    above: str
    ahead: bool
    kinds: tuple[PartKind, ...]
    last_year: tuple[bool, ...]
    behind: tuple[bool, ...]


@lru_cache(maxsize=REMEMBERED)
def _bound(offers: Offers, sentence: Sentence) -> tuple[Mention, ...]:
    """The figures of a sentence, bound, with places in its text. Remembered: of a draft that is checked again most sentences are as
    they were. What is given must not be changed."""
    return tuple(_SentenceBinder(offers, sentence).mentions())


class Binder:
    """Reads all figures of a document and scores them against the facts of a sheet."""

    def __init__(self, document: Document, offers: Offers, ahead: bool) -> None:
        self.document, self.offers, self.ahead = document, offers, ahead
        self.plain = document.plain
        self.heading_starts = [h.start for h in document.headings]
        year = offers.sheet.meta.period.year
        self.past_years = (f"{year - 1}年", "去年", "上年")

    def mentions(self) -> list[Mention]:
        """All figures but dates, ordinals and names, in order."""
        found: list[Mention] = []
        by_sentence: dict[int, list[Quantity]] = {}
        for q in self.document.figures:
            if q.kind in NO_CLAIM or self._labels(q):
                continue
            by_sentence.setdefault(self.document.sentence_at(q.start), []).append(q)
        for number, quantities in by_sentence.items():
            start = self.document.sentences[number][0]
            bound = _bound(self.offers, self._sentence(number, quantities))
            found += [m.placed(q, number, start) for m, q in zip(bound, quantities, strict=True)]
        return found

    def _labels(self, q: Quantity) -> bool:
        """Whether a number is a label: of a heading (1. …), or of an item at the start of a line."""
        if self.plain[q.end : q.end + 1] not in (".", "、", ")", "."):
            return False
        line = self.plain.rfind("\n", 0, q.start) + 1
        return not self.plain[line : q.start].strip("# (*-")

    def _sentence(self, number: int, quantities: list[Quantity]) -> Sentence:
        document, plain = self.document, self.plain
        start, end = document.sentences[number]
        before = above = ""
        if number:
            a, b = document.sentences[number - 1]
            if "\n" not in plain[a:start]:
                before = plain[a:b]
        at = bisect_right(self.heading_starts, start) - 1
        if at >= 0:
            above = plain[document.headings[at].start : document.headings[at].end]
        kinds = tuple(document.kind_at(q.start) for q in quantities)
        behind = (
            tuple(bool(_BEHIND.search(document.part_at(q.start).heading)) for q in quantities) if self.ahead else ()
        )
        return Sentence(
            plain[start:end],
            tuple(q.moved(-start) for q in quantities),
            before,
            above,
            self.ahead,
            kinds,
            tuple(self._last_year(q.start) for q in quantities),
            behind,
        )

    def _last_year(self, at: int) -> bool:
        """Whether the last year that the paragraph names before a place is the one before the period's."""
        start = max(at - 600, self.plain.rfind("\n", 0, at) + 1)
        if not any(self.plain.find(word, start, at) >= 0 for word in self.past_years):
            return False
        times = list(_TIMES.finditer(self.plain, start, at))
        return bool(times) and times[-1][1] in self.past_years


class _SentenceBinder:
    """Reads the figures of one sentence; places count in it."""

    def __init__(self, offers: Offers, sentence: Sentence) -> None:
        self.offers, self.sentence, self.plain = offers, sentence, sentence.text
        self.features = offers.names.by_feature
        self.tells_of_past = any(offers.past)

    def mentions(self) -> list[Mention]:
        """The figures in order."""
        plain, quantities, start, end = self.plain, self.sentence.figures, 0, len(self.plain)
        pairs = [(i, plain[i : i + 2]) for i in range(start, end - 1) if plain[i : i + 2] in self.features]
        context = best_credits(self._context())
        above = self.offers.names.scores(context)
        spans = [(q.start, q.end) for q in quantities]
        made: list[Mention] = []
        for place, q in enumerate(quantities):
            before_end = spans[place - 1][1] if place else start
            after_start = next((o.start for o in quantities[place + 1 :] if not _ATTRIBUTE.fullmatch(o.raw)), end)
            mention = self._mention(q, place, start, end, before_end, made[-1] if made else None)
            own = self._seen(q, pairs, start, before_end, after_start, end, self._behind_list(spans, place, end))
            mention.scores = self.offers.names.scores_beside(above, context, own)
            mention.seen = context | own
            made.append(mention)
        self._respective(made, start, context)
        for mention in made:
            for fact in mention.scores:
                if self.offers.past[fact]:
                    mention.scores[fact] *= 1.0 if mention.prior else 0.6
                elif mention.prior and self.tells_of_past:
                    mention.scores[fact] *= 0.8
                elif self.offers.planned[fact] != mention.ahead:
                    mention.scores[fact] *= 0.6 if self.offers.planned[fact] else 0.9
            mention.well_named = tuple((fact, named) for fact, named in mention.scores.items() if named >= 0.3)
        return made

    def _behind_list(self, spans: list[tuple[int, int]], place: int, end: int) -> str | None:
        """The words behind a list of figures for all but its last: 1300平方米、12个班的小学扩建; None outside a list."""
        last = place
        while last + 1 < len(spans) and self.plain[spans[last][1] : spans[last + 1][0]] in ("、", "和", "及", "与"):
            last += 1
        if last == place:
            return None
        at = spans[last][1]
        stop = min((i for c in "，,；;。、：:" if (i := self.plain.find(c, at, end)) >= 0), default=end)
        return self.plain[at:stop]

    def _context(self) -> Iterator[tuple[str, float]]:
        """What the sentence before (in the same paragraph) and the heading above name."""
        for words, credit in ((self.sentence.before, BEFORE), (self.sentence.above, ABOVE)):
            yield from ((p, credit) for i in range(len(words) - 1) if (p := words[i : i + 2]) in self.features)

    def _mention(self, q: Quantity, place: int, start: int, end: int, before_end: int, last: Mention | None) -> Mention:
        plain = self.plain
        points = q.unit == "个" and _POINTS_BEHIND.match(plain, q.end) is not None  # 落后3.5个、4个和5.2个百分点
        unit = "个百分点" if points else q.unit
        dimension, factor, word = measured(unit)
        values: tuple[Fraction, ...] = ()
        step = Fraction(0)
        if q.value is not None:
            numbers = q.value if isinstance(q.value, tuple) else (q.value,)
            values = tuple(Fraction(n) * factor for n in numbers)
            step = self._step(q, factor)
            if q.kind == "ratio" and not q.unit:  # 三分之一: a share
                dimension, values, step = "%", tuple(v * 100 for v in values), Fraction(3)
        reading = read_role(plain[start : q.start], plain[q.end : end], unit, self.offers.sheet.meta.period.year)
        run = 0
        if last is not None and reading.role in ("value", "total"):
            between = plain[last.quantity.end : q.start]
            if between in ("、", "和", "与", "及", "以及") and last.reading.role not in (
                "value",
                "total",
                "target",
            ):
                reading = last.reading  # 分别增长5%、6%
                run = 1
            elif last.reading.role == "remainder" and _LEFT_LIST.fullmatch(between):
                reading = last.reading  # 剩余36个问题、8处隐患
        clause_start = max((plain.rfind(c, start, q.start) for c in _CLAUSE_END), default=-1) + 1 or start
        clause_end = min((i for c in "，,；;。\n" if (i := plain.find(c, q.end, end)) >= 0), default=end)
        before = plain[max(start, q.start - 8) : q.start]
        near = (
            q.approx or _PASSED_BY.search(before) or (before.endswith("近") and q.kind == "quantity")
        )  # 近110天 may be about as well as the latest
        lean, strict = leaning(before, q.raw) if near else (None, False)
        clause = plain[clause_start:clause_end]
        kind, looks_ahead = self.sentence.kinds[place], self.sentence.ahead
        ahead = kind == "plans" or bool(_PLANNED.search(clause)) or (looks_ahead and kind == "opening")
        year = self.offers.sheet.meta.period.year
        lead = plain[clause_start : q.start]
        prior = bool(_PRIOR.search(lead)) or self.sentence.last_year[place]
        prior = prior or any(int(y) < year for y in re.findall(r"((?:19|20)\d\d)年", lead))
        ahead = ahead or f"{year + 1}年" in lead
        if looks_ahead:  # a plan: all looks ahead but what tells of the year behind
            behind = kind == "problems" or self.sentence.behind[place]
            prior, ahead = prior or behind, not behind
        prior = (prior or reading.role == "previous") and not (reading.reached and "由" in lead)
        return Mention(
            q,
            0,
            reading,
            dimension,
            word,
            values,
            step,
            lean,
            strict,
            bool(_ODD.search(q.raw)),
            bool(_BOUND.search(before)),
            ahead,
            prior,
            reading.role == "remainder" or bool(_LEFT.search(clause)),
            (max(clause_start, start), clause_end),
            run=run,
        )

    @staticmethod
    def _step(q: Quantity, factor: Fraction) -> Fraction:
        if isinstance(q.value, Fraction):
            return Fraction(0)
        numbers = q.value if isinstance(q.value, tuple) else (q.value,)
        place = q.place if q.place is not None else min(int(n.as_tuple().exponent) for n in numbers if n is not None)
        return Fraction(10) ** place * factor

    def _seen(
        self,
        q: Quantity,
        pairs: list[tuple[int, str]],
        start: int,
        before_end: int,
        after_start: int,
        end: int,
        shared_words: str | None,
    ) -> dict[str, float]:
        """Features with the best credit of their places to a figure. `shared_words`: what follows the list it stands in."""
        plain = self.plain
        clause_start = max(max(plain.rfind(c, start, q.start) for c in "，,；;：:"), start - 1) + 1
        own = max(before_end, clause_start)
        if before_end > max(clause_start, start):
            for joint in _JOINT.finditer(plain, before_end + 2, q.start):
                own = joint.end()  # 13个行政村、2个社区: what stands before the joint belongs to the figure before
            if _BESIDE.fullmatch(plain, before_end, q.start):
                own = clause_start
        stop = min(
            (i for c in "，,；;。、：:（）()" if (i := plain.find(c, q.end, after_start)) >= 0), default=after_start
        )
        shared = stop == after_start and after_start < end  # the words behind lead to the next figure
        best = {} if shared_words is None else dict.fromkeys(self._features(shared_words), BEHIND)
        had = best.get
        behind = BEHIND_SHARED if shared else BEHIND
        across = plain.rfind("；", start, q.start)
        for i, pair in pairs:
            if i >= stop - 1:
                break
            if i >= q.end - 1:
                credit = behind if i >= q.end else 0.0
            elif i >= q.start - 1:
                continue
            elif i >= own:
                credit = OWN if q.start - i <= 26 else FAR_OWN
            elif i >= clause_start:
                credit = CLAUSE
            else:
                credit = (EARLIER if i >= before_end else PASSED) * (ACROSS if i < across else 1.0)
            if credit:
                for feature in (pair, pair[0], pair[1]):
                    if credit > had(feature, 0.0):
                        best[feature] = credit
        for i in range(max(own, q.start - NEAR), q.start):
            if plain[i] in self.features:
                best[plain[i]] = OWN
        for i in range(q.end, min(stop, q.end + NEAR)):
            if plain[i] in self.features and behind > had(plain[i], 0.0):
                best[plain[i]] = behind
        return best

    def _respective(self, made: list[Mention], start: int, context: dict[str, float]) -> None:
        """“A、B、C分别为1、2、3万元”: the n-th figure of a run goes to the n-th subject, or to the n-th of the run before."""
        plain = self.plain
        at = 0
        runs: list[list[Mention]] = []
        while at < len(made):
            run = [made[at]]
            while at + 1 < len(made):
                between = plain[made[at].quantity.end : made[at + 1].quantity.start]
                if between not in ("、", "和", "与", "及", "以及"):
                    break
                at += 1
                run.append(made[at])
            at += 1
            if len(run) > 1:
                runs.append(run)
        settled: list[Mention] = []  # the list before whose figures have their subjects
        for run in runs:
            first = run[0].quantity.start
            found = list(_RESPECTIVELY.finditer(plain, start, first))
            for n, mention in enumerate(run):
                mention.run, mention.run_size = n + 1, len(run)
            told = [m for m in made if m.quantity.end <= first and m.reading.role == "value"]
            if not found or (run[0].reading.role in ("change", "completion") and len(told) >= len(run)):
                continue  # 生猪2.4万头、家禽31万羽，同比分别增长6.7%和3.3%: the figures before are the subjects
            head_end = found[-1].start()
            if len(settled) == len(run) and run[0].reading.role in ("change", "completion", "ahead"):
                for mention, earlier in zip(
                    run, settled, strict=True
                ):  # 完成率分别达63%、70%，分别快于序时进度13个和20个百分点
                    mention.seen, mention.scores = dict(earlier.seen), dict(earlier.scores)
                continue
            subjects = _subjects(plain, start, head_end, len(run))
            if subjects is None:
                continue
            settled = run
            tail = plain[head_end:first]
            alone = [  # what each subject names by itself
                self.offers.names.scores(best_credits((f, OWN) for f in self._features(plain[a:b])))
                for a, b in subjects
            ]
            for at, (mention, (a, b)) in enumerate(zip(run, subjects, strict=True)):
                seen = [*context.items()]
                seen += [(f, OWN) for f in self._features(plain[a:b])]
                seen += [(f, CLAUSE) for f in self._features(plain[subjects[-1][0] : head_end])]
                seen += [(f, CLAUSE) for f in self._features(plain[subjects[0][0] : subjects[0][1]])]
                seen += [(f, CLAUSE) for f in self._features(tail)]
                mention.seen = best_credits(seen)
                mention.scores = self.offers.names.scores(mention.seen)
                for n, names in enumerate(alone):  # the fact that another subject names best is that one's
                    best = max(names, key=lambda f: (names[f], -f), default=None)
                    if n != at and best is not None and names[best] > (mine := alone[at].get(best, 0.0)) + APART:
                        mention.scores[best] = min(mention.scores.get(best, 0.0), mine)

    def _features(self, words: str) -> Iterator[str]:
        for i, c in enumerate(words):
            if c in self.features:
                yield c
            if words[i : i + 2] in self.features:
                yield words[i : i + 2]


def _subjects(plain: str, start: int, end: int, count: int) -> list[tuple[int, int]] | None:
    """The last `count` items of the list that ends at `end`, as spans; None if there are not that many."""
    cuts = [start, *(start + m.end() for m in re.finditer(r"[、和与及，,；;：:]", plain[start:end]))]
    items = list(zip(cuts, [c - 1 for c in cuts[1:]] + [end], strict=True))
    items = [(a, b) for a, b in items if b - a >= 1]
    if len(items) < count:
        return None
    chosen = items[-count:]
    joined = plain[chosen[0][1] : end]
    if count > 1 and re.search(r"[；;：:]", joined):
        return None
    return chosen
