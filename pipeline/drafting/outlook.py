"""Problems and plans (存在问题、下步计划): what the sheet says of them, and what follows from its figures. Nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.drafting.clauses import Manner, clause
from pipeline.drafting.outline import Entry
from pipeline.drafting.phrasing import Placed, Sentence, Wording
from pipeline.drafting.sentences import ENDING, as_given, between, literal, paragraph, with_indicator_figures
from pipeline.drafting.tellings import Telling, has_fallen, suited_changes, suited_completions
from pipeline.facts.arithmetic import Derivation, remainder
from pipeline.facts.model import Fact, plain
from pipeline.facts.topics import Topic
from pipeline.language.periods import Period

_MOST_ITEMS = 7  # 一是 … 七是; what is beyond goes into the last
_MOST_LISTED = 6  # indicators named in one sentence before 等
_GENERAL = re.compile(r"全年目标|年度目标|总体|围绕|坚持|指导思想|总要求")
_DONE = re.compile(r"已|完成|建成|竣工|实现")

Item = tuple[list[Wording], list[Fact]]


def _said(fact: Fact, tellings: Sequence[Telling]) -> Wording:
    """“indicator + closed form + figure”, as in 农业总收入完成年度目标的43.9%."""
    indicator, telling = literal(fact.indicator, fact.id, "indicator"), tellings[0]
    text = f"{indicator.text}{telling.lead}{telling.figure}"
    place = Placed(len(text) - len(telling.figure), len(text), fact.id, telling.field, telling.formula)
    return Wording(text, (*indicator.figures, place))


def _completion(fact: Fact) -> Wording:
    return _said(fact, suited_completions(fact, done=bool(_DONE.search(fact.indicator))))


def _told_already(fact: Fact, stated: Sequence[Fact]) -> bool:
    """Whether a stated problem or plan speaks of the indicator itself."""
    core = re.sub(r"^(?:全镇|新增|完成|实现)", "", fact.indicator)
    return any(core in f.text or core in f.indicator for f in stated)


def problems(entry: Entry, period: Period) -> list[Sentence]:
    """存在的问题: each statement of the sheet an item, its figures one item, and what follows from the other facts' figures."""
    stated = [f for _, facts in entry.facts for f in facts]
    items: list[Item] = []
    for fact in (f for f in stated if f.value is None):
        for piece in re.split("；", fact.text.rstrip(ENDING)):
            items.append(([literal(piece.strip(ENDING), fact.id, "text")], [fact]))
    figures = [f for f in stated if f.value is not None]
    if figures:
        said = [with_indicator_figures(clause(f, period, (), Manner(verb=False))[0], f) for f in figures]
        items.append((between(said, "，"), figures))
    behind = [f for f in entry.behind if not _told_already(f, stated)]
    fallen = [f for f in entry.fallen if f not in behind and not _told_already(f, stated)]
    verdict = "低于序时进度" if period.elapsed < 12 else "未达年度目标"
    items += _shortfall([_completion(f) for f in behind], behind, verdict)
    items += _shortfall(
        [_said(f, suited_changes(f, period)) for f in fallen],
        fallen,
        "低于上年同期" if period.elapsed < 12 else "低于上年",
    )
    return _enumerated(items)


def _shortfall(said: Sequence[Wording], facts: Sequence[Fact], verdict: str) -> list[Item]:
    """One indicator takes the verdict behind it, several take it before them."""
    if len(facts) == 1:
        only = [] if has_fallen(facts[0]) and "上年" in verdict else [Wording(f"，{verdict}")]
        return [([said[0], *only], list(facts))]
    return [([Wording(f"部分指标{verdict}，"), *between(said, "，")], list(facts))] if facts else []


def _enumerated(items: Sequence[Item]) -> list[Sentence]:
    if not items:
        return []
    if len(items) == 1:
        return [as_given([*items[0][0], Wording("。")], items[0][1])]
    head, rest = list(items[:_MOST_ITEMS]), items[_MOST_ITEMS:]
    for said, facts in rest:
        head[-1] = ([*head[-1][0], Wording("，"), *said], [*head[-1][1], *facts])
    pieces: list[Wording] = []
    for number, (said, _) in enumerate(head):
        pieces += [Wording(f"{'一二三四五六七'[number]}是"), *said, Wording("；" if number < len(head) - 1 else "。")]
    return [as_given(pieces, [f for _, facts in head for f in facts])]


def plans(entry: Entry, period: Period, topics: Mapping[str, Topic], *, aims: bool) -> list[list[Sentence]]:
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
    if len(others) <= 2:
        made += [_enumerated([([literal(f.text.rstrip(ENDING), f.id, "text")], [f])]) for f in others]
        made = [[s for row in made for s in row]] if made else []
    else:
        made.append(_enumerated([([literal(f.text.rstrip(ENDING), f.id, "text")], [f]) for f in others]))
    figures = [f for f in general if f.value is not None]
    if figures:
        made.append(paragraph(figures, period, (), aims=True))
    for topic, facts in entry.facts:
        if topic != "plans-next-period":
            lead = topics[topic].leads[0] if topic in topics else ""
            made.append(paragraph(facts, period, (), lead=lead, aims=True))
    stated = [f for _, facts in entry.facts for f in facts]
    made += [row for row in [_left(entry, stated)] if row and not aims]
    return [row for row in made if row]


def _left(entry: Entry, stated: Sequence[Fact]) -> list[Sentence]:
    """What is left of the year's targets: in figures where the sheet has the target, else by name."""
    open_ = [f for f in entry.unfinished if not _told_already(f, stated)]
    counted = [(f, left) for f in open_ if (left := remainder(f)) is not None and not _DONE.search(f.indicator)]
    if counted:
        said = [_remainder(f, left) for f, left in counted[:_MOST_LISTED]]
        tail = Wording("等，确保完成年度目标任务。" if len(counted) > _MOST_LISTED else "，确保完成年度目标任务。")
        return [
            as_given(
                [Wording("对照年度目标，还需完成"), *between(said, "、"), tail], [f for f, _ in counted[:_MOST_LISTED]]
            )
        ]
    names = [literal(f.indicator, f.id, "indicator") for f in open_[:_MOST_LISTED]]
    if not names:
        return []
    tail = Wording("等指标进度" if len(names) > 1 else "进度")
    pieces = [Wording("对照年度目标，抓好"), *between(names, "、"), tail, Wording("，确保完成年度目标任务。")]
    return [as_given(pieces, open_[:_MOST_LISTED])]


def _remainder(fact: Fact, left: Derivation) -> Wording:
    """“indicator + what is left”: 粮食播种面积1.14万亩."""
    text = f"{fact.indicator}{plain(left.value)}{left.unit}"
    place = Placed(len(fact.indicator), len(text), fact.id, "remainder", left.formula)
    return Wording(text, (*literal(fact.indicator, fact.id, "indicator").figures, place))
