"""How a fact's parts are told (表述): its name, its value, its change on last year, how far it has come towards its target."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.facts import arithmetic
from pipeline.facts.model import Fact, plain
from pipeline.language.indicators import COMPLETION, DOWN, POINTS_DOWN, POINTS_UP, SAME, UP, is_evil, leading_action
from pipeline.language.periods import Period

_PER = re.compile(r"([^/]+)/(周|月|季度|年|天|日)")
_MEASURED = re.compile(r"元|亩|公顷|米|里|吨|斤|克|升|千瓦|方|度|%|‰|天|小时|分钟|[万亿千]")
_FEW = 100  # below so many of a thing one tells how many more or fewer, not how many percent
_MORE, _FEWER = ("比上年同期增加", "比上年增加"), ("比上年同期减少", "比上年减少")


@dataclass(frozen=True, slots=True)
class Telling:
    """A closed form with its figure: 同比增长 + 5%. `field`: the fact's, or the derivation's kind, with its `formula`."""

    lead: str
    figure: str
    field: str
    formula: str = ""


def name(fact: Fact) -> str:
    """The indicator as a sentence says it: without a tail that its unit says again (上交礼金人次 11人次 → 上交礼金)."""
    counted = fact.unit.removeprefix("个")
    for tail in (f"{counted}数", counted):
        if len(counted) > 1 or fact.unit.startswith("个"):
            short = fact.indicator.removesuffix(tail)
            if counted and short != fact.indicator and len(short) > 2:
                return short
    return fact.indicator


def amount(fact: Fact) -> str:
    """Value and unit as printed: 1.26万亩, 91.6%; 1次 for 次/周, since `pace` says 每周."""
    assert fact.value is not None
    per = _PER.fullmatch(fact.unit)
    return f"{plain(fact.value)}{per[1] if per else fact.unit}"


def pace(fact: Fact) -> str:
    """What a unit per time puts before the indicator: 每周 of 次/周, as in 每周召开班子例会1次; "" for any other unit."""
    per = _PER.fullmatch(fact.unit)
    return f"每{per[2]}" if per else ""


def changes(fact: Fact) -> tuple[Telling, ...]:
    """All forms in which a fact's change may be told; () if it has none. Rates move in points, small counts in pieces."""
    if fact.is_rate and (moved := arithmetic.points(fact)) is not None:
        if moved.value == 0:
            return tuple(Telling(lead, "", "points", moved.formula) for lead in SAME)
        leads = POINTS_UP if moved.value > 0 else POINTS_DOWN
        return tuple(Telling(lead, f"{plain(abs(moved.value))}个百分点", "points", moved.formula) for lead in leads)
    percent = arithmetic.change_pct(fact)
    if percent is None:
        return ()
    computed = arithmetic.growth(fact)
    field, formula = (
        ("growth_pct", "") if fact.growth_pct is not None else ("growth", computed.formula if computed else "")
    )
    if percent == 0:
        return tuple(Telling(lead, "", field, formula) for lead in SAME)
    in_percent = tuple(
        Telling(lead, f"{plain(abs(percent))}%", field, formula) for lead in (UP if percent > 0 else DOWN)
    )
    if fact.growth_pct is None and fact.value is not None and fact.previous is not None and _is_few(fact):
        difference = fact.value - fact.previous
        few = _MORE if difference > 0 else _FEWER
        pieces = f"{plain(abs(difference))}{fact.unit}"
        return (*(Telling(lead, pieces, "difference", f"{fact.value}-{fact.previous}") for lead in few), *in_percent)
    return in_percent


def _is_few(fact: Fact) -> bool:
    whole = all(v is not None and v == v.to_integral_value() and v < _FEW for v in (fact.value, fact.previous))
    return whole and bool(fact.unit) and "/" not in fact.unit and not _MEASURED.search(fact.unit)


def completions(fact: Fact) -> tuple[Telling, ...]:
    """All forms in which it may be told how far a fact has come towards the year's target; () if it has no target."""
    percent = arithmetic.completed_pct(fact)
    if is_evil(fact.indicator):  # what is better small has a ceiling, and nobody 完成 it
        kept = fact.value is not None and fact.target is not None and fact.value <= fact.target
        return (
            (Telling("不超过年度目标", f"{plain(fact.target)}{fact.unit}", "target"),) if kept and fact.target else ()
        )
    if percent is None:
        return ()
    computed = arithmetic.completion(fact)
    field, formula = (
        ("completion_pct", "")
        if fact.completion_pct is not None
        else ("completion", computed.formula if computed else "")
    )
    return tuple(Telling(lead, f"{plain(percent)}%", field, formula) for lead in COMPLETION)


def suited_changes(fact: Fact, period: Period) -> tuple[Telling, ...]:
    """The form of a change that a report on this period uses, and one alone, so that a report does not say the same thing in turn
    this way and that: 比上年增长, 与上年持平 for a whole year, else 同比增长, 与上年同期持平; 比上年(同期)增加 for a few more."""
    whole_year = period.first == 1 and period.last == 12
    if whole_year:
        suited = [t for t in changes(fact) if t.lead.startswith(("比上年", "与上年")) and "同期" not in t.lead]
    else:
        suited = [t for t in changes(fact) if t.lead.startswith(("同比", "比上年同期", "与上年同期"))]
    few = [t for t in suited if t.field == "difference"]
    return tuple((few or suited or list(changes(fact)))[:1])


def change_in_full(fact: Fact, period: Period) -> tuple[Telling, ...]:
    """A change in the fact's unit and in percent: 比上年同期增加177.4万元，增长6.6%. () where the sheet has no value of last year, for rates
    and where it stands still; small counts are told in pieces anyway."""
    told = suited_changes(fact, period)
    if not told or told[0].field not in ("growth", "growth_pct") or not told[0].figure or "/" in fact.unit:
        return ()
    if fact.value is None or fact.previous is None or fact.value == fact.previous:
        return ()
    up = fact.value > fact.previous
    last = "比上年" if period.first == 1 and period.last == 12 else "比上年同期"
    pieces = Telling(
        f"{last}{'增加' if up else '减少'}", f"{plain(abs(fact.value - fact.previous))}{fact.unit}", "difference",
        f"{fact.value}-{fact.previous}",
    )  # fmt: skip
    return pieces, replace(told[0], lead="增长" if up else "下降")


def suited_completions(fact: Fact, *, done: bool) -> tuple[Telling, ...]:
    """完成年度目标的; where the indicator says 完成 itself (`done`), 占年度目标的, or 达到 where it is more than the whole."""
    forms = {t.lead: t for t in completions(fact)}
    percent = arithmetic.completed_pct(fact)
    if not forms or percent is None or is_evil(fact.indicator):
        return tuple(forms.values())
    lead = "完成年度目标的" if not done else "占年度目标的" if percent <= 100 else "达到年度目标的"
    return (forms[lead],)


def is_level(fact: Fact) -> bool:
    """Whether a fact stands where it stood last year (持平): it neither 达 nor 实现 anything."""
    told = changes(fact)
    return bool(told) and told[0].lead in SAME


_EVENT = re.compile(r"(?:事故|火灾|疫情|案件?|发案|事件|上访|投诉|纠纷|舆情|中毒|溺水|返贫|侵害)$")
_COUNTED = re.compile(r"(?:人数|起数|件数|次数|户数|家数|个数|数量|面积|总量|数)$")


def absence(fact: Fact) -> str:
    """What stands before the figure of a fact that is nought: 未发生较大以上生产安全事故, 未引进亿元以上项目, 无空置厂房. "" where it is
    none, or where a change on last year is told with it. The figure follows in brackets, so that whoever must check it finds it."""
    if fact.value != 0 or fact.is_rate or fact.unit == "" or "/" in fact.unit or changes(fact):
        return ""
    said = _COUNTED.sub("", fact.indicator)
    said = said if len(said) >= 3 else fact.indicator
    if said.startswith(("未", "无", "不", "没", "零")) or re.search("目标|计划|力争|占", said):
        return ""
    if _EVENT.search(said):
        return f"未{said}" if said.startswith("发生") else f"未发生{said}"
    return f"未{said.removeprefix('已')}" if leading_action(said) or said.startswith("已") else f"无{said}"


def has_fallen(fact: Fact) -> bool:
    """Whether a fact stands below last year's value."""
    return (change := _change(fact)) is not None and change < 0


def has_risen(fact: Fact) -> bool:
    """Whether a fact stands above last year's value."""
    return (change := _change(fact)) is not None and change > 0


def _change(fact: Fact) -> Decimal | None:
    moved = arithmetic.points(fact)
    return moved.value if moved else arithmetic.change_pct(fact)
