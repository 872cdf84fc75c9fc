"""What a clerk reads for the check's terms (说法): severities, rules, states of figures, a fact in a line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from eval.checks.findings import Finding, Report, Severity, State
from pipeline.facts.model import Fact, Sheet, plain

SEVERITY: Mapping[Severity, str] = {"error": "错误", "warning": "提示", "note": "建议"}

STATE: Mapping[State, str] = {
    "supported": "与清单相符", "derived": "由清单推算", "wrong": "与清单不符", "unsupported": "清单里没有", "no-figure": "不作数字看",
}  # fmt: skip

FAMILY: Mapping[str, str] = {
    "figure": "数字", "fact": "事实", "period": "时间", "leak": "残留", "structure": "结构", "wording": "文字",
}  # fmt: skip

RULE: Mapping[str, str] = {
    "figure.unsupported": "数字没有依据",
    "figure.wrong_value": "数字不对",
    "figure.misbound": "数字张冠李戴",
    "figure.unit": "单位不对",
    "figure.derived": "推算不出",
    "figure.direction": "增减方向相反",
    "figure.approx": "约数用词不合",
    "figure.conflict": "前后不一",
    "fact.missing": "事实没有写明",
    "period.mismatch": "时间不符",
    "leak.placeholder": "空未填",
    "leak.name": "外来名称",
    "leak.copy": "照抄范文",
    "structure.section": "缺少部分",
    "structure.heading": "标题序号或层级",
    "structure.enumeration": "列举序号",
    "structure.title": "标题",
    "wording.punctuation": "标点",
    "wording.anachronism": "提法过时",
    "wording.repetition": "重复",
}

FIELD: Mapping[str, str] = {
    "value": "本期", "previous": "上年同期", "growth_pct": "同比", "target": "年度目标", "completion_pct": "完成率",
    "text": "文字", "indicator": "指标名称", "difference": "增减量", "points": "百分点之差", "growth": "同比", "multiple": "倍数", "increase": "增长倍数",
    "remainder": "距目标", "gap": "距目标", "completion": "完成率", "ahead": "与进度之差", "rest": "其余部分", "previous_rest": "上年同期的其余部分", "sum": "合计",
    "share": "占比", "average": "平均", "part": "其中",
}  # fmt: skip

_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def family(rule: str) -> str:
    """The Chinese name of a rule's family: figure.unit → 数字; a family not listed stays as it is."""
    head = rule.partition(".")[0]
    return FAMILY.get(head, head)


def name_of(fact: Fact) -> str:
    """What a fact is called: its indicator, else the beginning of its words."""
    return fact.indicator or (fact.text if len(fact.text) <= 30 else fact.text[:29] + "…")


def said_of(fact: Fact) -> str:
    """All that the sheet says of a fact: 本期1.26万亩，上年同期1.2万亩，同比增长5%，年度目标2.4万亩，完成52.5%."""
    if fact.value is None:
        return fact.text
    said = [f"本期{plain(fact.value)}{fact.unit}"]
    said += [f"上年同期{plain(fact.previous)}{fact.unit}"] if fact.previous is not None else []
    said += [_change(fact.growth_pct, fact.is_rate)] if fact.growth_pct is not None else []
    said += [f"年度目标{plain(fact.target)}{fact.unit}"] if fact.target is not None else []
    said += [f"完成{plain(fact.completion_pct)}%"] if fact.completion_pct is not None else []
    return "，".join(said) + (f"。{fact.text}" if fact.text else "")


def _change(percent: Decimal, of_rate: bool) -> str:
    if not percent:
        return "同比持平"
    verb = "增长" if percent > 0 else "下降"
    return f"同比{verb}{plain(abs(percent))}" + (
        "" if of_rate else "%"
    )  # a rate's change may be in points or in percent


def arithmetic(formula: str) -> str:
    """A formula as one writes it by hand: (1.26-1.2)/1.2 → （1.26 − 1.2）÷ 1.2."""
    text = formula.replace("-", " − ").replace("+", " + ").replace("*", " × ").replace("×", " × ").replace("/", " ÷ ")
    return " ".join(text.split()).replace("(", "（").replace(")", "）")


def showable(text: str) -> str:
    """A text of the same length without what would act on a terminal or page instead of being seen: control characters,
    and marks that turn the direction of writing.
    """
    return _UNSHOWABLE.sub("\ufffd", text)


def uncovered(report: Report, sheet: Sheet) -> tuple[tuple[Fact, tuple[Finding, ...]], ...]:
    """The facts that the draft does not state, in the sheet's order, each with the findings that speak of it."""
    missing = {c.fact_id for c in report.coverage if not c.covered}
    return tuple(
        (fact, tuple(f for f in report.findings if fact.id in f.fact_ids)) for fact in sheet.facts if fact.id in missing
    )


def counted(report: Report) -> str:
    """The summary in one line: 错误 2，提示 1，建议 0；事实写明 86/87 条。"""
    counts = "，".join(f"{word} {report.counts[severity]}" for severity, word in SEVERITY.items())
    return f"{counts}；事实写明 {sum(c.covered for c in report.coverage)}/{len(report.coverage)} 条。"
