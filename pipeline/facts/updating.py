"""One change ripples (改数联动): a draft's figures brought to a new sheet in place, and what nobody but the clerk can decide.

A figure is replaced only where it is bound to one fact, written in digits, and exact; all else is left and told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from pipeline.facts.arithmetic import ahead, change_pct, completed_pct, places, points, remainder, rounded
from pipeline.facts.merging import matched
from pipeline.facts.model import Fact, Sheet, plain
from pipeline.facts.rows import COLUMNS, META_COLUMNS
from pipeline.language.headings import read_outline
from pipeline.language.quantities import Quantity, read_quantities
from pipeline.language.units import same_dimension

_OPPOSITE = {"增长": "下降", "增加": "减少", "提高": "下降", "提升": "下降", "上升": "下降", "下降": "增长", "减少": "增加", "降低": "提高", "回落": "上升"}  # fmt: skip
_OPPOSITE_POINTS = _OPPOSITE | {"下降": "提高", "减少": "提高"}
_DIRECTION = re.compile(r"(增长|增加|提高|提升|上升|下降|减少|降低|回落)(?:了|达|到)?$")
_CHANGES = ("growth", "growth_pct", "points", "difference")
_COLUMN = COLUMNS | {
    "growth": "同比",
    "completion": "完成率",
    "points": "比上年同期",
    "remainder": "距年度目标",
    "difference": "比上年同期",
    "ahead": "与序时进度之差",
}
_BARE = re.compile(r"[-－−]?[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?")
_DIGITS = re.compile(r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?")
_BEHIND = re.compile(r"低于序时|落后|滞后|未达|未完成|不及|进度偏慢|偏低")
_BELOW = re.compile(r"低于上年|低于去年|不及上年|不及去年|下滑")
_LEVEL = re.compile(r"持平|相当|基本不变")
_PROBLEMS = re.compile(r"(?:问题|不足|困难|短板|差距|薄弱)(?!.*(?:解决|破解|补齐|化解))")
_MEASURED = re.compile(r"突破|首次|创.{0,4}新高|翻番|翻一番|大幅|显著|明显|快速|稳中有[升进]|再创|超额|提前")


class Bound(Protocol):
    """A figure of the draft and the facts that it comes from, as the check binds it."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def fact_ids(self) -> tuple[str, ...]: ...
    @property
    def field(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Replacement:
    """Characters [start, end) of the draft to become `new`. `column`: the sheet's column, or what was computed from it."""

    start: int
    end: int
    old: str
    new: str
    fact_id: str
    indicator: str
    column: str


@dataclass(frozen=True, slots=True)
class Left:
    """What was not replaced, and why. [start, end) is None where the draft does not say it."""

    start: int | None
    end: int | None
    quote: str
    message: str
    fact_id: str = ""


@dataclass(frozen=True, slots=True)
class Updates:
    """`replacements` in the draft's order, none overlapping."""

    replacements: tuple[Replacement, ...]
    left: tuple[Left, ...]


def updates(text: str, bound: Iterable[Bound], old: Sheet, new: Sheet) -> Updates:
    """What a draft that holds by the old sheet needs to hold by the new one. Pure: nothing is changed yet."""
    pairs, gone = matched(old.facts, new.facts)
    after: dict[str, Fact | None] = {before.id: fact for before, fact in pairs if before is not None} | {
        f.id: None for f in gone
    }
    facts = {fact.id: fact for fact in old.facts}
    quantities = {q.start: q for q in read_quantities(text)}
    made: list[Replacement] = []
    left: list[Left] = []
    touched: set[str] = set()
    for figure in bound:
        changed = [id for id in figure.fact_ids if id in facts and _differs(facts[id], after.get(id), figure.field)]
        if not changed:
            continue
        touched |= set(changed)
        outcome = _one(text, figure, quantities.get(figure.start), facts, after, new)
        if isinstance(outcome, Replacement):
            made.append(outcome)
        elif isinstance(outcome, Left):
            left.append(outcome)
    for before in old.facts:
        fact = after.get(before.id)
        found = _words(text, before, fact) if before.text and (fact is None or fact.text != before.text) else None
        if isinstance(found, Replacement):
            made.append(found)
        elif found is not None:
            left.append(found)
        if fact is not None and fact.indicator != before.indicator and before.indicator:
            left.append(
                Left(
                    None, None, "", f"指标名称由“{before.indicator}”改为“{fact.indicator}”，稿中文字请自行改。", fact.id
                )
            )
        if before.id in touched:
            continue
        if fact is None and before.value is not None:
            left.append(
                Left(
                    None,
                    None,
                    "",
                    f"新清单里没有了“{before.indicator}”，稿中没有找到它的数；若写到了请删去。",
                    before.id,
                )
            )
        elif fact is not None and before.value is not None and _differs(before, fact, "value"):
            left.append(
                Left(
                    None,
                    None,
                    "",
                    f"“{fact.indicator}”由{_amount(before)}改为{_amount(fact)}，稿中没有找到原来的数。",
                    fact.id,
                )
            )
    left += [
        Left(None, None, "", f"新清单添了“{fact.indicator or fact.text[:20]}”{_amount(fact)}，稿中还没有写。", fact.id)
        for before_, fact in pairs
        if before_ is None
    ]
    for name in ("town", "period", "genre", "org", "title", "date"):
        if getattr(old.meta, name) != getattr(new.meta, name):
            left.append(Left(None, None, "", f"基本信息的“{META_COLUMNS[name]}”改了，稿中的标题、落款和文字请自行改。"))
    return Updates(_apart(made), tuple(left))


def _apart(made: Sequence[Replacement]) -> tuple[Replacement, ...]:
    kept: list[Replacement] = []
    for one in sorted(set(made), key=lambda r: (r.start, r.start - r.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)


def applied(text: str, replacements: Iterable[Replacement]) -> str:
    """The draft with its replacements."""
    for one in sorted(replacements, key=lambda r: r.start, reverse=True):
        text = text[: one.start] + one.new + text[one.end :]
    return text


# --- one figure ------------------------------------------------------------------------------------------------------------------


def _number(fact: Fact, field: str) -> tuple[Fraction, str] | None:
    """What a field of a fact, or what follows from it, amounts to, and in which unit; None if the fact does not give it."""
    if field in ("value", "previous", "target"):
        number = getattr(fact, field)
        return None if number is None else (Fraction(number), fact.unit)
    if field in ("growth", "growth_pct"):
        change = change_pct(fact)
        return None if change is None else (Fraction(change), "%")
    if field in ("completion", "completion_pct"):
        done = completed_pct(fact)
        return None if done is None else (Fraction(done), "%")
    if field == "points":
        moved = points(fact)
        return None if moved is None else (Fraction(moved.value), "个百分点")
    if field == "remainder":
        rest = remainder(fact)
        return None if rest is None else (Fraction(rest.value), fact.unit)
    if field == "difference" and fact.value is not None and fact.previous is not None:
        return Fraction(fact.value) - Fraction(fact.previous), fact.unit
    return None


def _differs(before: Fact, after: Fact | None, field: str) -> bool:
    """Whether a field says something else now; the same amount in another unit is no change."""
    if after is None:
        return True
    one, other = _number(before, field), _number(after, field)
    if one is None and other is None:  # a sum, a share: whatever of it changed
        return (before.value, before.unit, before.previous, before.target) != (
            after.value,
            after.unit,
            after.previous,
            after.target,
        )
    if one is None or other is None:
        return True
    factor = same_dimension(one[1], other[1])
    return factor is None or one[0] * factor != other[0]


def _one(
    text: str,
    figure: Bound,
    quantity: Quantity | None,
    facts: Mapping[str, Fact],
    after: Mapping[str, Fact | None],
    new: Sheet,
) -> Replacement | Left | None:
    quote = text[figure.start : figure.end]

    def left(why: str) -> Left:
        return Left(figure.start, figure.end, quote, why, figure.fact_ids[0])

    if figure.field == "ahead" and len(figure.fact_ids) == 1:
        return _schedule(text, figure, quantity, facts[figure.fact_ids[0]], after.get(figure.fact_ids[0]), new)
    if len(figure.fact_ids) != 1:
        names = "、".join(f"“{facts[id].indicator}”" for id in figure.fact_ids if id in facts)
        return left(f"“{quote}”由{names}几个数得来，其中有改动，请重新算。")
    before, fact = facts[figure.fact_ids[0]], after.get(figure.fact_ids[0])
    if fact is None:
        return left(f"新清单里没有了“{before.indicator}”，“{quote}”请删去或改写。")
    told = f"“{fact.indicator}”的{_COLUMN.get(figure.field, figure.field).removesuffix('(%)')}"
    one, other = _number(before, figure.field), _number(fact, figure.field)
    if one is None or figure.field not in (*_COLUMN,):
        return left(f"“{quote}”与“{fact.indicator}”有关，清单有改动，请核对。")
    if other is None:
        return left(f"新清单不再给出{told}，“{quote}”请删去或改写。")
    in_cell = "|" in text[text.rfind("\n", 0, figure.start) + 1 : figure.start]  # a table tells a fall by its sign
    if in_cell and _BARE.fullmatch(quote):  # its unit stands in the column's name
        value = Decimal(quote.replace(",", "").replace("－", "-").replace("−", "-"))
        quantity = Quantity(figure.start, figure.end, quote, value, "", "quantity", approx=False)
    if quantity is None or quantity.end != figure.end or not isinstance(quantity.value, Decimal) or quantity.approx:
        return left(f"{told}改为{_shown(other)}，“{quote}”是约数或写法特殊，请自行改。")
    sign = quote[:1] if in_cell and quote[:1] in "-－−" else ""
    digits = _DIGITS.match(quote, len(sign))
    if digits is None:
        return left(f"{told}改为{_shown(other)}，“{quote}”不是阿拉伯数字写的，请自行改。")
    printed = _printed(one, other, quantity, figure.field in _CHANGES)
    if printed is None:
        return left(f"{told}改为{_shown(other)}，与稿中“{quote}”的单位换算不尽，请自行改。")
    if "," in digits[0]:
        printed = f"{Decimal(printed):,}"
    start = figure.start
    shown = printed + quote[digits.end() :]
    sentence = _clause(text, figure.start)
    if in_cell and figure.field in _CHANGES:
        shown = ((sign or "-") if other[0] < 0 else "") + shown
    elif figure.field in _CHANGES and one[0] < 0 <= other[0] and _among_problems(text, figure.start):
        return left(f"{told}由{_shown(one)}变为{_shown(other)}，不再是问题，这一句请删去或改写。")
    elif figure.field in _CHANGES and (one[0] < 0) != (other[0] < 0):
        word = _DIRECTION.search(text, max(0, start - 8), start)
        if word is None or other[0] == 0 or _BELOW.search(sentence) or _MEASURED.search(sentence):
            return left(f"{told}由{_shown(one)}变为{_shown(other)}，升降变了，这一句请改写。")
        turned = (_OPPOSITE_POINTS if figure.field == "points" else _OPPOSITE)[word[1]]
        start, shown = word.start(), turned + text[word.end(1) : word.end()] + shown
    elif figure.field in _CHANGES and other[0] == 0:
        return left(f"{told}变为 0，与上年持平，“{quote}”请改写。")
    elif figure.field in _CHANGES and not _DIRECTION.search(text, max(0, start - 8), start) and one[0] < 0:
        return left(f"{told}改为{_shown(other)}，“{quote}”前没有升降的字样，请自行改。")
    if stale := _stale(sentence, figure.field, other[0], new):
        return left(f"{told}改为{_shown(other)}，{stale}，这一句请改写。")
    if text[start : figure.end] == shown:
        return None
    if figure.field in ("value", "previous") and _LEVEL.search(sentence) and _moved(fact) and not _moved(before):
        return left(f"{told}改为{_shown(other)}，与上年同期不再持平，这一句请改写。")
    return Replacement(start, figure.end, text[start : figure.end], shown, fact.id, fact.indicator, _COLUMN.get(figure.field, figure.field).removesuffix("(%)"))  # fmt: skip


def _schedule(
    text: str, figure: Bound, quantity: Quantity | None, before: Fact, fact: Fact | None, new: Sheet
) -> Replacement | Left | None:
    """快于序时进度3个百分点, to one place as drafts print it; left to her where it was printed otherwise or has turned."""
    quote = text[figure.start : figure.end]
    elapsed = new.meta.period.elapsed
    was, now = ahead(before, elapsed), None if fact is None else ahead(fact, elapsed)
    one, other = None if was is None else was.value, None if now is None else now.value
    printed = None if quantity is None or not isinstance(quantity.value, Decimal) else quantity.value
    digits = _DIGITS.match(quote)
    if fact is None or one is None or other is None or digits is None or printed != abs(one):
        why = f"“{quote}”与“{before.indicator}”有关，清单有改动，请核对。"
    elif other == 0 or (one < 0) != (other < 0):
        why = f"“{fact.indicator}”与序时进度之差由{plain(one)}变为{plain(other)}个百分点，这一句请改写。"
    elif one == other:
        return None
    else:
        shown = plain(abs(other)) + quote[digits.end() :]
        return Replacement(figure.start, figure.end, quote, shown, fact.id, fact.indicator, _COLUMN["ahead"])
    return Left(figure.start, figure.end, quote, why, before.id)


def _moved(fact: Fact) -> bool:
    change = change_pct(fact)
    return change is not None and change != 0


def _among_problems(text: str, at: int) -> bool:
    """Whether a place stands below a heading of problems, or in a sentence that calls itself one."""
    if re.search(r"存在.{0,8}(?:问题|不足|困难)|短板", _clause(text, at)):
        return True
    return any(
        section.start <= at < section.end and any(_PROBLEMS.search(heading) for heading in section.path)
        for section in read_outline(text)
    )


def _stale(sentence: str, field: str, number: Fraction, new: Sheet) -> str:
    """What a sentence says of its figure that no longer holds."""
    if (
        field in ("completion", "completion_pct")
        and _BEHIND.search(sentence)
        and number * 12 >= new.meta.period.elapsed * 100
    ):
        return "已不低于序时进度"
    if field in _CHANGES and _BELOW.search(sentence) and number >= 0:
        return "已不低于上年"
    return ""


def _printed(one: tuple[Fraction, str], other: tuple[Fraction, str], quantity: Quantity, absolute: bool) -> str | None:
    """The new number in the unit and, where the old one was rounded, with the places it was printed with."""
    factor, factor_now = same_dimension(one[1], quantity.unit), same_dimension(other[1], quantity.unit)
    if not quantity.unit and isinstance(quantity.value, Decimal) and one[0]:
        factor = abs(
            Fraction(quantity.value) / one[0]
        )  # 0.28645 where the sheet has 2864.5万元: 亿元, as the column says
        same = same_dimension(other[1], one[1])
        factor_now = factor * same if same is not None and _is_power_of_ten(factor) else None
    if factor is None or factor_now is None or not isinstance(quantity.value, Decimal):
        return None
    before, now = one[0] * factor, other[0] * factor_now
    before, now = (abs(before), abs(now)) if absolute else (before, now)
    if now < 0:
        return None
    if before != Fraction(quantity.value):
        return plain(rounded(now, places(quantity.value)))
    number = rounded(now, 8)
    return plain(number) if Fraction(number) == now else None


def _is_power_of_ten(number: Fraction) -> bool:
    digits = str(number.numerator if number >= 1 else number.denominator)
    return min(number.numerator, number.denominator) == 1 and digits.strip("0") == "1"


def _words(text: str, before: Fact, fact: Fact | None) -> Replacement | Left | None:
    """A statement in words that changed: replaced where the draft has it word for word, once."""
    said = before.text.rstrip("。；，、！？;,.!? ")
    at = text.find(said)
    if fact is None:
        if at < 0:
            return None
        return Left(at, at + len(said), said, "新清单里没有了这件事，请删去或改写。", before.id)
    new = fact.text.rstrip("。；，、！？;,.!? ")
    if at < 0 or text.count(said) > 1 or not new:
        return Left(
            None, None, "", f"文字由“{said[:30]}”改为“{new[:30]}”，稿中没有找到（或不止一处）原文，请自行改。", fact.id
        )
    return Replacement(at, at + len(said), said, new, fact.id, "", "文字")


def _clause(text: str, at: int) -> str:
    """The sentence that a character stands in."""
    start = max(text.rfind(stop, 0, at) for stop in "。；！？\n") + 1
    ends = [end for stop in "。；！？\n" if (end := text.find(stop, at)) >= 0]
    return text[start : min(ends, default=len(text))]


def _shown(number: tuple[Fraction, str]) -> str:
    return f"{plain(rounded(number[0], 4))}{number[1]}"


def _amount(fact: Fact) -> str:
    return "" if fact.value is None else f"{plain(fact.value)}{fact.unit}"
