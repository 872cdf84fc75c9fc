"""What is said of figures that do not hold (数字核对的结果): the findings, and the state of each figure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.checks.binding import Mention
from eval.checks.derivations import Offer
from eval.checks.findings import BoundFigure, Finding
from eval.checks.measures import COUNT, counting_fit, measured
from eval.checks.statements import Judgement, Statements
from pipeline.facts.model import Fact

_FIELDS = {
    "value": "本期", "previous": "上年同期", "target": "年度目标", "growth_pct": "同比", "completion_pct": "完成率", "growth": "同比（推算）",
    "completion": "完成率（推算）", "difference": "增减（推算）", "points": "增减百分点（推算）", "remainder": "距目标（推算）",
    "ahead": "与序时进度之差（推算）", "gap": "距目标（推算）", "monthly": "月均（推算）", "rest": "其余（推算）", "previous_rest": "上年同期其余（推算）", "multiple": "倍数（推算）", "increase": "增长倍数（推算）", "text": "文字", "indicator": "指标",
}  # fmt: skip


def sheet_says(fact: Fact) -> str:
    """A fact as a message quotes it: F3“一般公共预算收入”本期1486万元、上年同期1399万元、同比6.2%."""
    if fact.value is None:
        return f"{fact.id}“{fact.text[:24]}{'…' if len(fact.text) > 24 else ''}”"
    said = [f"本期{fact.value:f}{fact.unit}"]
    said += [f"上年同期{fact.previous:f}{fact.unit}"] if fact.previous is not None else []
    said += [f"同比{fact.growth_pct:f}%"] if fact.growth_pct is not None else []
    said += [f"年度目标{fact.target:f}{fact.unit}"] if fact.target is not None else []
    said += [f"完成率{fact.completion_pct:f}%"] if fact.completion_pct is not None else []
    return f"{fact.id}“{fact.indicator}”{'、'.join(said)}"


def printed(offer: Offer) -> str:
    """An offer's figure as it would stand in a report; what is computed to one place."""
    number = abs(offer.number if offer.number is not None else offer.value)
    if number.denominator == 1:
        return f"{number.numerator}{offer.unit}"
    text = f"{float(number):.6f}".rstrip("0").rstrip(".")
    return f"{float(number):.1f}{offer.unit}" if len(text.partition(".")[2]) > 3 else f"{text}{offer.unit}"


def findings(statements: Statements) -> Iterator[Finding]:
    """A finding for every figure that does not hold."""
    for judgement in statements.judgements:
        if judgement.rule:
            rule, message, facts = _said(statements, judgement)
            start, end = _span(statements, judgement, rule)
            ids = dict.fromkeys(f.id for f in facts)
            yield statements.document.finding(rule, judgement.severity, start, end, message, *ids)


_MOVE = "增减降升涨跌提扩缩压加快慢高低多少回落滑扬攀滞后领先超欠收窄"
_MOVES = re.compile(rf"(?:同比|环比)?[净正负上下]?[{_MOVE}][{_MOVE}长幅速]*")
_NEARLY = re.compile(
    r"(?:将近|接近|几近|逼近|达近|近|约|不足|不到|不|超|突破|逾|高于|大于|多于|至少|达过|[达超破]过|破)[^，,。；0-9]{0,4}$"
)


def _span(statements: Statements, judgement: Judgement, rule: str) -> tuple[int, int]:
    """Where a finding points: at the figure; for a wrong direction, or a 近 or 超 that does not fit, at that word too."""
    q, plain = judgement.mention.quantity, statements.document.plain
    start, end = q.start, q.end
    if judgement.lead:
        return max(judgement.mention.clause[0], start - judgement.lead), end
    if rule == "figure.direction":
        clause = judgement.mention.clause[0]
        moves = list(_MOVES.finditer(plain, max(clause, start - 12), start))
        if moves:
            return moves[-1].start(), end
        if behind := _MOVES.search(plain, end, min(end + 8, judgement.mention.clause[1])):
            end = behind.end()
    elif rule == "figure.approx" and (nearly := _NEARLY.search(plain, max(0, start - 6), start)):
        start = nearly.start()
    return start, end


def _said(statements: Statements, judgement: Judgement) -> tuple[str, str, tuple[Fact, ...]]:
    """Rule, message and facts of a finding."""
    raw = judgement.mention.quantity.raw
    rival = statements.offers.facts[judgement.rival] if judgement.rival is not None else None
    offer = judgement.offers[0] if judgement.offers else None
    if offer is None:
        return judgement.rule, judgement.note or _without_support(statements, judgement), ()
    held = statements.fact(offer)
    exact = printed(offer)
    if judgement.note:
        return judgement.rule, judgement.note, tuple(statements.fact(o) for o in judgement.offers)
    match judgement.rule:
        case "figure.misbound" | "figure.wrong_value" if rival and (other := _of_another_time(statements, judgement)):
            due = _due(statements, judgement)
            message = f"“{raw}”是“{rival.indicator}”{_FIELDS[other.field]}的数，清单本期为{due}。请改为{due}。（{sheet_says(rival)}）"
            return "figure.wrong_value", message, (rival,)
        case "figure.misbound" if rival:
            message = (
                f"“{raw}”写在“{rival.indicator}”上，却是另一条的数。清单：{sheet_says(rival)}；{sheet_says(held)}。"
                f"请改为{_due(statements, judgement)}，或把两处对调。"
            )
            return "figure.misbound", message, (rival, held)
        case "figure.wrong_value" if rival:
            elsewhere = statements.stated_elsewhere(judgement)
            if elsewhere is not None and offer.field == "value":
                line = statements.document.line_of(elsewhere.start)
                message = f"“{rival.indicator}”前后不一：此处是“{raw}”，第{line}行是“{elsewhere.raw}”。清单：{sheet_says(rival)}。请改为一致。"
                return "figure.conflict", message, (rival,)
            field = _FIELDS.get(offer.field, "")
            message = f"“{rival.indicator}”的数不对：文中“{raw}”，清单{field}为{exact}。请改为{exact}。（{sheet_says(rival)}）"
            return "figure.wrong_value", message, (rival,)
        case "figure.unit":
            message = f"“{raw}”的单位与清单不符，清单写的是{exact}。请核对单位和量级。（{sheet_says(held)}）"
            return "figure.unit", message, (held,)
        case "figure.derived" if rival:
            due = _printed_like(offer, judgement) if judgement.rival == offer.fact else _due(statements, judgement)
            says = f"应为{due}"
            message = f"“{raw}”推算不出：按清单，{says}。请照清单重算。（{sheet_says(rival)}）"
            return "figure.derived", message, (rival, held)
        case "figure.direction":
            up = offer.value > 0
            name = held.indicator or (held.text if len(held.text) <= 24 else f"{held.text[:24]}…")
            message = (
                f"增减方向相反：清单里“{name}”是{'上升' if up else '下降'}的，文中写成了{'下降' if up else '上升'}。"
                f"请改方向词。（{sheet_says(held)}）"
            )
            return "figure.direction", message, (held,)
        case "figure.approx":
            return "figure.approx", _approximate(statements, judgement, exact), (held,)
        case rule:
            return rule, _without_support(statements, judgement), (held,)


def _due(statements: Statements, judgement: Judgement) -> str:
    """The figure that should stand in a misplaced one's stead."""
    assert judgement.rival is not None
    own = statements.offers.by_fact[judgement.rival]
    offer = next((o for o in own if o.field == judgement.kind), None) or next(o for o in own if o.field == "value")
    return printed(offer)


def _approximate(statements: Statements, judgement: Judgement, exact: str) -> str:
    q = judgement.mention.quantity
    if judgement.agreement == "rounded-plain":
        return f"清单写的是{exact}，文中写“{q.raw}”，请照清单写全，或在前面加“约”。"
    start, end = _span(statements, judgement, "figure.approx")
    said = statements.document.text[start:end]
    if judgement.agreement == "equal":
        return f"清单恰为{exact}，写“{said}”不准。请去掉“近”“约”“超过”“以上”“不足”一类的词。"
    return f"“近”“约”“超”“余”用得不合：清单写的是{exact}，文中是“{said}”。请改词或改数。"


def _of_another_time(statements: Statements, judgement: Judgement) -> Offer | None:
    """Last year's value or the target of the fact that a figure stands for, if that is what it is."""
    mention = judgement.mention
    if judgement.kind != "value" or judgement.rival is None or not mention.values:
        return None
    own = statements.offers.by_fact[judgement.rival]
    return next((o for o in own if o.field in ("previous", "target") and o.value == mention.values[0]), None)


def _printed_like(offer: Offer, judgement: Judgement) -> str:
    """An offer's figure in the unit that the draft uses: 3100万元 where it says 2900万元 and the sheet counts in 亿元."""
    unit = judgement.mention.quantity.unit
    dimension, factor, _ = measured(unit)
    if dimension != offer.dimension or dimension in ("%", "个百分点") or unit == offer.unit:
        return printed(offer)
    number = abs(offer.value) / factor
    return (
        f"{number.numerator}{unit}"
        if number.denominator == 1
        else f"{float(number):.2f}".rstrip("0").rstrip(".") + unit
    )


def _without_support(statements: Statements, judgement: Judgement) -> str:
    raw, hint = judgement.mention.quantity.raw, _hint(statements, judgement)
    if judgement.mention.reading.role == "total":
        return f"“{raw}”像是合计数，清单里的数却合不出它{hint}。请重算，或在清单里补上这一项。"
    return f"“{raw}”在清单里找不到依据，也推算不出{hint}。请核对，或把它补进清单。"


def _hint(statements: Statements, judgement: Judgement) -> str:
    """What a figure without support may have been meant to be: the sum, share or mean of the figures before it in its sentence."""
    mention = judgement.mention
    row = [
        j.mention for j in statements.by_sentence[mention.sentence]
        if j.mention.quantity.start < mention.quantity.start and j.mention.values and j.state == "supported" and not j.rule
        and j.mention.dimension not in ("%", "个百分点")
    ]  # fmt: skip
    if mention.reading.role in ("share", "completion") and mention.dimension == "%" and len(row) >= 2:
        part = row[-1]
        whole = next((m for m in row[-2::-1] if fits_together(m, part) and m.values[0] > part.values[0]), None)
        if whole is not None:
            share = float(part.values[0] / whole.values[0] * 100)
            return f"（文中{part.quantity.raw}占{whole.quantity.raw}的{share:.1f}%）"
    if mention.reading.role == "total":
        last = [m for m in row if fits_together(m, mention)][-3:]
        if len(last) >= 2:
            _, factor, _ = measured(mention.quantity.unit)
            told = "、".join(m.quantity.raw for m in last)
            total = float(sum(m.values[0] for m in last) / factor)
            return f"（前面{told}相加是{total:.2f}".rstrip("0").rstrip(".") + f"{mention.quantity.unit}）"
    return ""


def fits_together(one: Mention, other: Mention) -> bool:
    """Whether two figures count the same thing."""
    return one.dimension == other.dimension and (one.dimension != COUNT or counting_fit(one.word, other.word) == "same")


def bound(statements: Statements) -> Iterator[BoundFigure]:
    """The state of each figure, for the page that shows them."""
    for j in statements.judgements:
        ids = tuple(dict.fromkeys(statements.fact(o).id for o in j.offers))
        yield BoundFigure(j.mention.quantity.start, j.mention.quantity.end, j.state, ids, j.kind, j.formula)
