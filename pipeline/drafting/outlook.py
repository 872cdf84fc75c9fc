"""Problems and plans (存在问题、下步计划): what the sheet says of them, and what follows from its figures. Nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.drafting.acceptance import ENDING
from pipeline.drafting.clauses import Manner, clause
from pipeline.drafting.derivations import ahead_of_schedule
from pipeline.drafting.families import with_indicator_figures
from pipeline.drafting.outline import Entry, topic_for
from pipeline.drafting.phrasing import Placed, Sentence, Wording, joined, literal
from pipeline.drafting.sentences import PARAGRAPH, Style, as_given, between, fixed, paragraph
from pipeline.drafting.tellings import Telling, absence, suited_changes, suited_completions
from pipeline.facts.arithmetic import Derivation, completed_pct, remainder
from pipeline.facts.model import Fact, plain
from pipeline.facts.topics import Topic
from pipeline.language.periods import Period

_MOST_ITEMS = 9  # 一是 … 九是; what is beyond goes into the last
_MOST_LISTED = 6  # indicators named in one sentence before 等
_MOST_TOLD = 4  # shortfalls told with their figures; the others by name
_LONGEST_ROW = 70  # characters of all items up to which they stand in one sentence, with ；
_NUMBERS = "一二三四五六七八九"
_GENERAL = re.compile(r"全年目标|年度目标|总体|围绕|坚持|指导思想|总要求")
_BEING_DONE = re.compile(r"已(?=开工|完成|签约|建成)|完成(?=投资)|已完成$")  # 抓好重点项目开工, not 已开工
_DONE = re.compile(r"已|完成|建成|竣工|实现")

Slot = tuple[Wording, ...]  # ways to say a piece, all of them true
Item = tuple[list[Slot], list[Fact]]


def _slots(pieces: Sequence[Wording]) -> list[Slot]:
    return [(piece,) for piece in pieces]


def _ways(*said: str) -> Slot:
    return tuple(Wording(one) for one in said)


def _chosen(slots: Sequence[Slot], facts: Sequence[Fact]) -> Sentence:
    """A sentence of what follows from the sheet. Its wordings may be chosen among; no model may write it anew."""
    if all(len(slot) == 1 for slot in slots):
        return as_given([slot[0] for slot in slots], facts)
    *ways, last = slots
    return Sentence(tuple(ways), tuple(dict.fromkeys(f.id for f in facts)), after=(last[0],))


def _said(fact: Fact, tellings: Sequence[Telling]) -> Wording:
    """“indicator + closed form + figure”, as in 农业总收入完成年度目标的43.9%."""
    indicator, telling = literal(fact.indicator, fact.id, "indicator"), tellings[0]
    text = f"{indicator.text}{telling.lead}{telling.figure}"
    place = Placed(len(text) - len(telling.figure), len(text), fact.id, telling.field, telling.formula)
    return Wording(text, (*indicator.figures, place))


def _completion(fact: Fact, period: Period) -> Slot:
    """完成年度目标的40%，落后序时进度10个百分点; without the distance where the sheet does not give value and target."""
    none = absence(fact)  # 未引进亿元以上项目, not 完成年度目标的0%
    said = Wording(none) if none else _said(fact, suited_completions(fact, done=bool(_DONE.search(fact.indicator))))
    behind = ahead_of_schedule(fact, period)
    if behind is None or behind.value >= 0:
        return (said,)
    figure = f"{plain(abs(behind.value))}个百分点"
    ways = []
    for lead in ("，落后序时进度", "，低于序时进度"):
        place = Placed(len(lead), len(lead) + len(figure), fact.id, "ahead", behind.formula)
        ways.append(joined([said, Wording(lead + figure, (place,))]))
    return tuple(ways)


def _told_already(fact: Fact, stated: Sequence[Fact]) -> bool:
    """Whether a stated problem or plan speaks of the indicator itself."""
    core = re.sub(r"^(?:全镇|新增|完成|实现)", "", fact.indicator)
    return any(core in f.text or core in f.indicator for f in stated)


def problems(entry: Entry, period: Period) -> list[list[Sentence]]:
    """存在的问题, in paragraphs: each statement of the sheet an item, its figures one item, and what follows from the other facts' figures."""
    stated = [f for _, facts in entry.facts for f in facts]
    items: list[Item] = []
    for fact in (f for f in stated if f.value is None):
        for piece in re.split("；", fact.text.rstrip(ENDING)):
            items.append(([(literal(piece.strip(ENDING), fact.id, "text"),)], [fact]))
    figures = [f for f in stated if f.value is not None]
    if figures:
        said = [with_indicator_figures(clause(f, period, (), Manner(verb=False))[0], f) for f in figures]
        items.append((_slots(between(said, "，")), figures))
    behind = [f for f in entry.behind if not _told_already(f, stated)]
    behind.sort(key=lambda f: completed_pct(f) or 0)
    fallen = [f for f in entry.fallen if f not in behind and not _told_already(f, stated)]
    missed = [f for f in entry.missed if f not in behind and not _told_already(f, stated)]
    worse = [f for f in entry.worse if f not in missed and not _told_already(f, stated)]
    last = "上年同期" if period.elapsed < 12 else "上年"
    late = "低于序时进度" if period.elapsed < 12 else "未达年度目标"
    items += _shortfall([_completion(f, period) for f in behind], behind, late)
    items += _shortfall([(_off(f),) for f in missed], missed, "未达年度目标")
    items += _shortfall([(_said(f, suited_changes(f, period)),) for f in fallen], fallen, f"低于{last}")
    items += _shortfall([(_said(f, suited_changes(f, period)),) for f in worse], worse, f"高于{last}")
    return _enumerated(items)


def _off(fact: Fact) -> Wording:
    """How far a fact is on the wrong side of its target: 合格率比年度目标低2个百分点, 交通事故超出年度目标1起."""
    assert fact.value is not None
    assert fact.target is not None
    lead = "比年度目标低" if fact.value < fact.target else "超出年度目标"
    unit = "个百分点" if fact.is_rate else fact.unit
    gap = Telling(lead, f"{plain(abs(fact.value - fact.target))}{unit}", "difference", f"{fact.value}-{fact.target}")
    return _said(fact, (gap,))


def _shortfall(said: Sequence[Slot], facts: Sequence[Fact], verdict: str) -> list[Item]:
    """One indicator takes the verdict behind it, unless its clause says it; several take it before them."""
    if not facts:
        return []
    if len(facts) == 1:
        text = said[0][0].text
        told = any(sign in text for sign in ("序时进度", "比年度目标", "超出年度")) or "上年" in verdict
        return [([said[0], *([] if told else [_ways(f"，{verdict}")])], list(facts))]
    mark = "；" if any("，" in way[0].text for way in said[:_MOST_TOLD]) else "，"
    row = [part for n, own in enumerate(said[:_MOST_TOLD]) for part in ([_ways(mark)] if n else []) + [own]]
    slots = [_ways(f"部分指标{verdict}，", f"有的指标{verdict}，"), *row]
    if others := facts[_MOST_TOLD:]:
        names = [literal(f.indicator, f.id, "indicator") for f in others]
        slots += _slots([Wording(mark), *between(names, "、"), Wording(f"也{verdict}")])
    return [(slots, list(facts))]


def _enumerated(items: Sequence[Item]) -> list[list[Sentence]]:
    """Items as one sentence with ； where they are short, else each in a paragraph of its own: 一是…。"""
    if not items:
        return []
    if len(items) == 1:
        return [[_chosen([*items[0][0], _ways("。")], items[0][1])]]
    head, rest = list(items[:_MOST_ITEMS]), items[_MOST_ITEMS:]
    for said, facts in rest:
        head[-1] = ([*head[-1][0], _ways("，"), *said], [*head[-1][1], *facts])
    one_row = sum(len(slot[0].text) for said, _ in head for slot in said) <= _LONGEST_ROW
    if not one_row:
        return [
            [_chosen([_ways(f"{_NUMBERS[n]}是"), *said, _ways("。")], facts)] for n, (said, facts) in enumerate(head)
        ]
    slots: list[Slot] = []
    for number, (said, _) in enumerate(head):
        slots += [_ways(f"{_NUMBERS[number]}是"), *said, _ways("；" if number < len(head) - 1 else "。")]
    return [[_chosen(slots, [f for _, facts in head for f in facts])]]


def plans(entry: Entry, style: Style, topics: Mapping[str, Topic], *, aims: bool) -> list[list[Sentence]]:
    """下一步计划 in paragraphs: the sheet's statements, its planned figures by topic, and what is left of the year's targets.

    `aims`: the genre is a plan itself. What was planned by topic is told by topic (农业生产方面，计划…).
    """
    made: list[list[Sentence]] = []
    general = [f for topic, facts in entry.facts if topic == "plans-next-period" for f in facts]
    in_words = sorted((f for f in general if f.value is None), key=lambda f: not _GENERAL.search(f.text))
    first = [f for f in in_words if _GENERAL.search(f.text)][:1] if len(in_words) > 1 else []
    if first:
        made.append([as_given([literal(first[0].text.rstrip(ENDING), first[0].id, "text"), Wording("。")], first)])
    others = [f for f in in_words if f not in first]
    rows: list[Item] = [([(literal(f.text.rstrip(ENDING), f.id, "text"),)], [f]) for f in others]
    if len(rows) <= 2:
        single = [s for row in rows for block in _enumerated([row]) for s in block]
        made += [single] if single else []
    else:
        made += _enumerated(rows)
    figures = [f for f in general if f.value is not None]
    if figures:
        made.append(paragraph(figures, style, aims=True))
    rows_by_topic: list[list[Sentence]] = []
    for topic, facts in entry.facts:
        if topic != "plans-next-period":
            lead = topics[topic].leads[0] if topic in topics else ""
            rows_by_topic.append(paragraph(facts, style, lead=lead, aims=True))
    made += _gathered(rows_by_topic)
    stated = [f for _, facts in entry.facts for f in facts]
    if not aims:
        made += _left(entry, stated, topics)
    return [row for row in made if row]


def _gathered(rows: Sequence[list[Sentence]]) -> list[list[Sentence]]:
    """Topics of a sentence or two in one paragraph, up to four sentences."""
    made: list[list[Sentence]] = []
    for row in rows:
        if made and len(made[-1]) + len(row) <= PARAGRAPH:
            made[-1] = [*made[-1], *row]
        elif row:
            made.append(row)
    return made


def _left(entry: Entry, stated: Sequence[Fact], topics: Mapping[str, Topic]) -> list[list[Sentence]]:
    """What is left of the year's targets: topic by topic in figures where the sheet has the target, else by name."""
    open_ = [f for f in entry.unfinished if not _told_already(f, stated)]
    counted = [(f, left) for f in open_ if (left := remainder(f)) is not None and not _DONE.search(f.indicator)]
    named = [f for f in open_ if all(f is not c for c, _ in counted)]
    made: list[list[Sentence]] = []
    by_topic: dict[str, list[tuple[Fact, Derivation]]] = {}
    for fact, left in counted:
        by_topic.setdefault(topic_for(fact, topics), []).append((fact, left))
    if len(counted) > 1:
        made.append([fixed("对照年度目标任务，逐项抓好未完成指标：")])
        made += _enumerated([_goal(topic, rows, topics) for topic, rows in by_topic.items()])
    elif counted:
        said = between([_remainder(f, left) for f, left in counted], "、")
        lead, tail = (
            _ways("对照年度目标，还需完成", "对照年度目标任务，还需完成"),
            _ways("，确保完成年度目标任务", "，确保完成全年任务"),
        )
        made.append([_chosen([lead, *_slots(said), tail, _ways("。")], [f for f, _ in counted])])
    if named:
        names = [literal(_BEING_DONE.sub("", f.indicator), f.id, "indicator") for f in named[:_MOST_LISTED]]
        rest = Wording("等指标进度" if len(names) > 1 else "进度")
        verbs = ("抓好", "抓紧")
        opens = _ways(*(f"同时，{verb}" if counted else f"对照年度目标，{verb}" for verb in verbs))
        ending = [] if counted else [_ways("，确保完成年度目标任务", "，确保完成全年任务")]
        last = _chosen([opens, *_slots([*between(names, "、"), rest]), *ending, _ways("。")], named[:_MOST_LISTED])
        made = [*made[:-1], [*made[-1], last]] if len(counted) == 1 else [*made, [last]]
    return made


def _goal(topic: str, rows: Sequence[tuple[Fact, Derivation]], topics: Mapping[str, Topic]) -> Item:
    """One topic's targets: 推进项目建设，固定资产投资年度目标4.8亿元，还需完成2.74亿元."""
    headings = topics[topic].headings[:2] if topic in topics else ("抓好其他指标",)
    slots: list[Slot] = [_ways(*(f"{heading}，" for heading in headings))]
    for number, (fact, left) in enumerate(rows):
        slots += [*([_ways("，")] if number else []), (literal(fact.indicator, fact.id, "indicator"),)]
        assert fact.target is not None
        for leads, figure, field, formula in (
            (("年度目标", "年度目标为"), f"{plain(fact.target)}{fact.unit}", "target", ""),
            (("，还需完成",), f"{plain(left.value)}{left.unit}", "remainder", left.formula),
        ):
            places = [Placed(len(lead), len(lead + figure), fact.id, field, formula) for lead in leads]
            slots.append(tuple(Wording(lead + figure, (at,)) for lead, at in zip(leads, places, strict=True)))
    return slots, [f for f, _ in rows]


def _remainder(fact: Fact, left: Derivation) -> Wording:
    """“indicator + what is left”: 粮食播种面积1.14万亩."""
    text = f"{fact.indicator}{plain(left.value)}{left.unit}"
    place = Placed(len(fact.indicator), len(text), fact.id, "remainder", left.formula)
    return Wording(text, (*literal(fact.indicator, fact.id, "indicator").figures, place))
