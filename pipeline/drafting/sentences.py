"""From facts to sentences (组句): which facts share a sentence, how its clauses are joined, and what leads it in."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.archive.patterns import Pattern
from pipeline.drafting.acceptance import ENDING
from pipeline.drafting.clauses import Manner
from pipeline.drafting.families import Family, Member, families, family_clause, listed, weight
from pipeline.drafting.phrasing import Cut, Sentence, Wording, joined, literal
from pipeline.drafting.tellings import name
from pipeline.drafting.wordbook import Wordbook
from pipeline.facts.model import Fact
from pipeline.language.indicators import flow_verbs, holds_verb, indicator_kind, leading_action
from pipeline.language.periods import Period

CONNECTIVES = ("同时，", "此外，")  # the last of several sentences of figures may begin with one
PARAGRAPH = 4  # sentences in a paragraph before a new one begins
_FULLEST = 5  # figures, changes and completions in a sentence
_LONGEST = 84  # characters of a sentence's clauses before a new one begins
_SHARED = 3  # characters in a row that two indicators share when they speak of one thing
_BRIEF = 38  # characters of statements that may stand in one sentence with ， between
_COMING = re.compile(r"年内|即将|正在|^正|^将|拟|有望|预计")
_CONTENT = re.compile(r"[一-鿿]{2,}")
# Words that many statements and indicators have: sharing one of these, two do not yet speak of one thing.
_COMMON = re.compile(
    r"^(?:工作|建设|项目|发展|推进|完成|全镇|开展|组织|新增|农村|企业|活动|管理|服务|群众|镇级|村级|年度|全年|重点|实施|实现|推行|落实|加强|健全|机制|制度|"
    r"干部|党员|镇村|各村|行政|以上|以下|累计|县级|市级|省级|专项|人员|对象|单位|覆盖|治理|改造|整治|综合|中心|居民|城乡|城镇|社会|资金|投入|提升|创建|生产)$"
)
# A topic's chief figure, which comes first whatever its place on the sheet.
_CHIEF = re.compile(
    r"(?:全镇|全乡)?(?:地区)?(?:生产总值|工农业总产值|农林牧渔业总产值|农业总产值|农业总收入|规模以上工业(?:企业)?总产值|工业总产值|固定资产投资|"
    r"一般公共预算收入|财政总收入|财政收入)(?:$|[（(])"
)
_SWEEPING = re.compile(
    r"全部|全面|均|无|没有|未|不再|首次|零"
)  # what is said of all or none does not lead in the count of some


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph is written with: the period, the archive's patterns, and the words that may be added."""

    period: Period
    patterns: Sequence[Pattern] = ()
    wordbook: Wordbook = field(default_factory=Wordbook)


def fixed(text: str) -> Sentence:
    """A sentence of the genre's own, which states no fact."""
    return Sentence(((Wording(text),),), (), in_words=True)


def as_given(pieces: Sequence[Wording], facts: Sequence[Fact]) -> Sentence:
    """A sentence that is not to be reworded: the sheet's own words, or what follows from its figures."""
    return Sentence(((joined(pieces),),), tuple(dict.fromkeys(f.id for f in facts)), in_words=True)


def between(pieces: Sequence[Wording], mark: str) -> list[Wording]:
    """The pieces with a mark between each two."""
    return [part for i, piece in enumerate(pieces) for part in ([Wording(mark)] if i else []) + [piece]]


def _kin(one: Family, other: Family) -> bool:
    """Whether two families speak of one thing: their indicators share three characters in a row."""
    first, second = one.first.indicator, other.first.indicator
    runs = {first[i : i + _SHARED] for i in range(len(first) - _SHARED + 1)}
    return any(second[i : i + _SHARED] in runs for i in range(len(second) - _SHARED + 1))


def grouped(kin: Sequence[Family]) -> list[list[Family]]:
    """Cut families into sentences, in order: as many as fill one, one more where it is kin, and no single bare figure left at the end."""
    groups: list[list[Family]] = []
    for family in kin:
        last = groups[-1] if groups else []
        full = sum(f.weight for f in last) + family.weight
        long = sum(f.length for f in last) + family.length > _LONGEST
        room = (
            _FULLEST
            + all(f.is_light for f in (*last, family))
            + (family.is_plain and bool(last) and _kin(last[-1], family))
        )
        if last and not long and full <= room:
            last.append(family)
        elif len(last) > 2 and family.is_plain and _kin(last[-1], family) and not _kin(last[-2], last[-1]):
            groups.append([last.pop(), family])  # what belongs together goes on together
        else:
            groups.append([family])
    if len(groups) > 1 and len(groups[-1]) == 1 and groups[-1][0].is_plain:
        alone, before = groups[-1][0], groups[-2]
        if all(f.is_light for f in before) and sum(f.length for f in before) + alone.length <= _LONGEST:
            before.append(groups.pop()[0])  # a single bare figure left over goes on with the others
        elif len(before) > 2 and before[-1].is_plain:
            groups[-1].insert(0, before.pop())  # 4 + 1 reads worse than 3 + 2
    return groups


def figure_sentence(
    group: Sequence[Family], style: Style, leads: Sequence[str], *, aims: bool = False, in_full: bool = False
) -> Sentence:
    """A sentence that states figures: a lead, then a clause for each family, joined as their length asks.

    A clause may take a verb (实现工业总产值…) if it begins a sentence or stands behind a ；; in a list the first alone takes one, and
    only if all could. `aims`: the figures are a plan's; `in_full`: the first is told in full.
    """
    is_list = listed(group)
    light = all(f.is_light for f in group)
    all_take = len({flow_verbs(f.first.indicator) for f in group}) == 1
    slots: list[tuple[Wording, ...]] = [tuple(Wording(lead) for lead in dict.fromkeys(leads))]
    for number, family in enumerate(group):
        joint = "、" if is_list else "，" if light or (number and _together(*group[number - 1 : number + 1])) else "；"
        if number:
            side = joint == "，" and all(_is_thing(f) for f in group[number - 1 : number + 1])
            slots.append((Wording("、" if side else joint),))
        verb = (number == 0 or joint == "；") and (not is_list or all_take)
        full = in_full and number == 0 and len(family.members) == 1 and weight(family.first) > 1
        manner = Manner(aims=aims, verb=verb, bare=is_list, in_full=full)
        slots.append(family_clause(family, style.period, style.patterns, manner))
    slots.append((Wording("。"),))
    cuts = tuple(
        Cut(after.fact.id, before.fact.id, after.said)
        for family in group
        for own in (family, family.part)
        if own is not None
        for before, after in itertools.pairwise(own.members)
        if after.said != name(after.fact)
    )
    return Sentence(tuple(slots), tuple(f.id for family in group for f in family.facts), cuts=cuts)


def plain_sentence(facts: Sequence[Fact], period: Period, *, aims: bool = False) -> Sentence:
    """Facts told one by one, each with its whole name: what is left when a better sentence does not hold."""
    figures, texts = [f for f in facts if f.value is not None], [f for f in facts if f.value is None]
    if not figures:
        return word_sentence(texts)
    own = figure_sentence([Family((Member(f, name(f)),)) for f in figures], Style(period), ("",), aims=aims)
    slots = tuple((Wording("；"),) if slot[0].text in ("，", "、") else slot for slot in own.slots)
    return _led_by(replace(own, slots=slots), texts, "") if texts else replace(own, slots=slots)


def _together(one: Family, other: Family) -> bool:
    """Whether two bare figures stand side by side with ， among others that ； parts: 建成泵站3座，疏浚河道4公里；…."""
    return one.is_light and other.is_light and len(one.members) == len(other.members) == 1


def _is_thing(family: Family) -> bool:
    """Whether a family is one bare thing with a short name (茶叶12486斤)."""
    fact = family.first
    return family.is_plain and len(fact.indicator) <= 6 and indicator_kind(fact.indicator, fact.unit) == "thing"


def word_sentence(facts: Sequence[Fact], leads: Sequence[str] = ("",)) -> Sentence:
    """Facts in words, as the sheet has them, in one sentence. `leads`: what may stand before it."""
    body = joined([*_stated(facts), Wording("。")])
    slot = tuple(Wording(lead) for lead in dict.fromkeys(leads))
    return Sentence((slot,), tuple(f.id for f in facts), in_words=len(slot) == 1, after=(body,))


def _stated(facts: Sequence[Fact]) -> list[Wording]:
    """Statements side by side: with ， where they are short and have no parts of their own, else with ；."""
    texts = [f.text.rstrip(ENDING) for f in facts]
    plain = sum(map(len, texts)) <= _BRIEF and not any(mark in text for text in texts for mark in "，；")
    said = [literal(text, f.id, "text") for text, f in zip(texts, facts, strict=True)]
    return between(said, "，" if plain else "；")


def aim_lead(fact: Fact) -> str:
    """What leads in a plan's figure: 计划 before a deed, 力争 before anything else, nothing where the indicator says it."""
    if holds_verb(fact.indicator) or re.search(r"目标|^\d{4}年", fact.indicator):
        return ""
    return "计划" if indicator_kind(fact.indicator, fact.unit) == "action" else "力争"


def speaks_of(text: str, family: Family) -> int:
    """How many characters in a row a statement shares with a family's indicators, common words left out; 0 for none."""
    longest = 0
    for fact in family.facts:
        name = fact.indicator
        for size in range(min(8, len(name)), 1, -1):
            found = any(
                (run := name[i : i + size]) in text and _CONTENT.fullmatch(run) and not _COMMON.match(run)
                and (size > 2 or i == 0 or i + size == len(name))
                for i in range(len(name) - size + 1)
            )  # fmt: skip
            if found:
                longest = max(longest, size)
                break
    return longest


def _runs(kin: Sequence[Family], beside: Mapping[int, Sequence[Fact]]) -> list[list[list[Family]]]:
    """Families by sentences, in order; one that is told with a statement has a sentence of its own."""
    rows: list[list[list[Family]]] = []
    loose: list[Family] = []
    open_ = False  # whether the last sentence, one with a statement, takes a bare figure more
    for family in kin:
        if id(family) in beside:
            rows += [grouped(loose), [[family]]]
            loose, open_ = [], family.is_light
        elif open_ and family.is_light and len(family.members) == 1 and len(rows[-1][0]) < 3:
            rows[-1][0].append(family)
        else:
            loose.append(family)
            open_ = False
    rows.append(grouped(loose))
    return [row for row in rows if row]


def _attached(texts: Sequence[Fact], kin: Sequence[Family]) -> tuple[dict[int, list[Fact]], list[Fact]]:
    """Which statement is told with which family (by identity), since both speak of one thing; and the statements left over."""
    beside: dict[int, list[Fact]] = {}
    alone: list[Fact] = []
    for fact in texts:
        words = re.split("[；。]", fact.text.rstrip(ENDING))[-1]
        scores = [(speaks_of(words, family), -n) for n, family in enumerate(kin)]
        best = max(scores, default=(0, 0))
        apart = _SWEEPING.search(fact.text) is not None
        first = -best[1]
        if best[0] >= 2:  # 排查隐患, 整改隐患 and 整改率 stay in a row: what was done stands before the first of them
            first = next(n for n, family in enumerate(kin) if n == first or (n < first and _kin(family, kin[first])))
        if best[0] >= 2 and not apart and id(kin[first]) not in beside and len(fact.text) <= 70:
            beside[id(kin[first])] = [fact]
        else:
            alone.append(fact)
    return beside, alone


def paragraph(
    facts: Sequence[Fact], style: Style, *, topic: str = "", lead: str = "", aims: bool = False
) -> list[Sentence]:
    """One topic's facts as sentences: what was done in words, each with the figures of the same thing; then the other figures;
    then what is still to come in words.

    `lead` opens the paragraph (农业生产方面，); without one the first figures of a flow or a deed may begin with the period. `topic`:
    for the wordbook's openings, which may lead in a deed.
    """
    in_words = [f for f in facts if f.value is None]
    done, coming = [f for f in in_words if not _COMING.search(f.text)], [f for f in in_words if _COMING.search(f.text)]
    figures = [f for f in facts if f.value is not None]
    kin = sorted(
        families(figures, style.wordbook, aims=aims), key=lambda family: not _CHIEF.match(family.first.indicator)
    )
    beside, alone = ({}, done) if aims else _attached(done, kin)
    openings = () if aims else style.wordbook.openings.get(topic, ())
    sentences: list[Sentence] = []

    def leads(begins_with_deed: bool) -> tuple[str, ...]:
        if sentences:
            return ("",)
        if begins_with_deed and openings:
            return (lead, openings[len(topic) % len(openings)])  # not 围绕 in every paragraph
        return (lead,)

    rows = _runs(kin, beside)
    first_run = rows[0] if rows else []
    if len(alone) == 1 and not beside and not aims and first_run and _may_lead(alone[0].text, first_run[0]):
        own = figure_sentence(first_run.pop(0), style, ("",), in_full=True)
        sentences.append(_led_by(own, alone, leads(_is_deed(alone[0].text))[0]))
        alone = []
    for words in _paired(alone):
        sentences.append(word_sentence(words, leads(_is_deed(words[0].text))))
    bare = 0
    groups = [group for run in rows for group in run]
    last = groups[-1] if len(groups) > 2 and not aims else []
    before = groups[-2][-1] if last else None
    goes_on = len(last) > 1 and before is not None and id(last[0]) not in beside and not _kin(before, last[0])
    for group in groups:
        if texts := beside.get(id(group[0]), ()):
            own = figure_sentence(group, style, ("",), in_full=group is groups[0])
            sentences.append(_led_by(own, texts, leads(_is_deed(texts[0].text))[0]))
            continue
        opening: tuple[str, ...] = ("",)
        first = group[0].first
        if aims:
            opening = (f"{'' if sentences else lead}{'计划' if group[0].frame else aim_lead(first)}",)
        elif not sentences:
            timely = not lead and indicator_kind(first.indicator, first.unit) in ("flow", "action")
            opening = (lead,) if lead else (f"{style.period.spoken}，", "") if timely else ("",)
        elif goes_on and group is last:  # the last of three sentences or more, if it turns to something else
            opening = ("", CONNECTIVES[len(topic) % len(CONNECTIVES)])
        bare += 1
        sentences.append(figure_sentence(group, style, opening, aims=aims, in_full=group is groups[0] and not aims))
    for words in _paired(
        [*coming, *(f for f in figures if f.text)]
    ):  # a figure with words beside it: they are said too
        sentences.append(word_sentence(words, leads(False)))
    return sentences


def _led_by(own: Sentence, texts: Sequence[Fact], lead: str) -> Sentence:
    """A sentence of figures with statements of the sheet before it."""
    before = joined([Wording(lead), *_stated(texts), Wording("，")])
    return replace(own, given=(before,), fact_ids=(*(f.id for f in texts), *own.fact_ids))


def _may_lead(text: str, group: Sequence[Family]) -> bool:
    """Whether a lone short statement may stand in one sentence with a topic's first figures: a deed with a deed, or both of one thing."""
    first = group[0].first
    fits = indicator_kind(first.indicator, first.unit) == "action" or bool(group[0].frame) or speaks_of(text, group[0])
    return (
        len(text) <= _BRIEF and "；" not in text and "。" not in text.rstrip(ENDING) and len(group) == 1 and bool(fits)
    )


def _is_deed(text: str) -> bool:
    """Whether a statement begins with what was done (落实河长制), so that a lead may stand before it without a subject between."""
    return bool(leading_action(text) or _DEEDS.match(text)) and not _NOUNS.match(text)


_DEEDS = re.compile(
    "落实|推行|健全|完善|建立|坚持|加强|组建|成立|出台|推广|强化|深化|优化|抓|做|用好|严格|贯彻|执行|构建|打造|支持|引导|聚焦|探索|创新|编制|依托|"
    "结合|围绕|对接|参加|组团|整合|压实|学习|宣传|选派|统一|公开|规范|提升|改善|动员|发动|统筹|设立|开设|承担|牵头|协调"
)


_NOUNS = re.compile(
    r"规范性|创建(?:体会|工作|以来|任务)|管理员|服务员|发展党员|检查组|督查组|培训班|项目|组织部|公开栏|学习教育|统一战线|宣传部"
)


def _paired(facts: Sequence[Fact]) -> list[list[Fact]]:
    """Statements by sentences: up to three short ones, two middling ones, a long one or one of several parts alone."""
    rows: list[list[Fact]] = []
    for fact in facts:
        parts = "；" in fact.text.rstrip(ENDING)
        room = rows and not parts and len(rows[-1]) < 3 and sum(len(f.text) for f in rows[-1]) + len(fact.text) <= 64
        if room and not any("；" in f.text.rstrip(ENDING) for f in rows[-1]):
            rows[-1].append(fact)
        else:
            rows.append([fact])
    return rows


def paragraphs(sentences: Sequence[Sentence]) -> list[list[Sentence]]:
    """Sentences in paragraphs of about equal length, none longer than four. No paragraph begins with a connective."""
    count = -(-len(sentences) // PARAGRAPH)
    bounds = [round(i * len(sentences) / count) for i in range(count + 1)] if count else []
    return [[_beginning(sentences[a]), *sentences[a + 1 : b]] for a, b in itertools.pairwise(bounds)]


def _beginning(sentence: Sentence) -> Sentence:
    lead = tuple(w for w in sentence.slots[0] if w.text not in CONNECTIVES)
    return replace(sentence, slots=(lead, *sentence.slots[1:])) if lead else sentence
