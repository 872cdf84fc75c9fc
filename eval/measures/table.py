"""All measures by name (指标表): what each is called, whether more or less is better, and which of them are promises."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import Literal

from eval.checks.findings import Report
from eval.measures import figures, headings, making, nearness, wording
from eval.measures.making import Making, Price
from eval.measures.nearness import Treated
from pipeline.facts.genres import Genre

Better = Literal["more", "less"]


@dataclass(frozen=True, slots=True)
class Measure:
    """What a value means. `better`: None where neither more nor less is.

    `promise`: kept in each single draft or broken, so that one item that got worse is a regression, whatever the mean does.
    `failed`: the value that a failed item counts with; None: it has none, and the report says how many were not measured.
    `form`: share (0..1, shown as percent), score (0..1, shown as it is), count, number or yuan.
    """

    name: str
    better: Better | None
    form: Literal["share", "score", "count", "number", "yuan"] = "share"
    promise: bool = False
    failed: float | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One draft and all that it is measured by. `shown`, `own`: runs of eight characters of the exemplars and of the sheet."""

    text: str
    genre: Genre
    report: Report
    shown: Container[str] | None = None
    own: Container[str] = ()
    treated: Treated | None = None
    reference: Treated | None = None
    making: Making = field(default_factory=Making)
    price: Price | None = None


MEASURES: Mapping[str, Measure] = {
    "drafted": Measure("成稿", "more", promise=True, failed=0.0),
    "clean": Measure("无错误的稿", "more", promise=True, failed=0.0),
    "facts_stated": Measure("写明的事实", "more", promise=True, failed=0.0),
    "unsupported": Measure("无依据的数", "less", "count", promise=True),
    "misbound": Measure("张冠李戴的数", "less", "count", promise=True),
    "derived_wrong": Measure("推算错的数", "less", "count", promise=True),
    "miswritten": Measure("单位写错的数", "less", "count", promise=True),
    "leaks": Measure("残留和外地名", "less", "count", promise=True),
    "structure": Measure("结构错误", "less", "count", promise=True),
    "figures": Measure("文中的数", None, "count"),
    "length": Measure("字数", None, "number"),
    "length_fit": Measure("篇幅合格度", "more", failed=0.0),
    "repetition": Measure("重复", "less"),
    "copied": Measure("与范文雷同", "less"),
    "diversity": Measure("用词丰富度", "more"),
    "heading_numbering": Measure("标题编号", "more"),
    "heading_length": Measure("标题四至十二字", "more"),
    "heading_verb": Measure("标题动词领起", "more"),
    "heading_parallel": Measure("标题整齐", "more"),
    "topic_share": Measure("主题篇幅接近参考稿", "more", failed=0.0),
    "topic_order": Measure("主题次序接近参考稿", "more", failed=0.0),
    "by_model": Measure("模型写的句子", None),
    "rejected": Measure("退回的模型回答", "less", "count"),
    "tokens": Measure("词元", None, "number"),
    "cost": Measure("费用（元）", "less", "yuan"),
    "seconds": Measure("用时（秒）", None, "number"),
    "judge": Measure("模型评分（1—5）", None, "number"),
    "ndcg10": Measure("nDCG@10", "more", "score", failed=0.0),
    "mrr": Measure("MRR", "more", "score", failed=0.0),
    "hit5": Measure("hit@5", "more", failed=0.0),
    "caught": Measure("查出", "more", failed=0.0),
    "misnamed": Measure("名目不符", "less"),
    "false_alarms": Measure("误报", "less"),
}

DRAFT_MEASURES: Mapping[str, Callable[[Case], float | None]] = {
    "drafted": lambda case: 1.0,
    "clean": lambda case: figures.clean(case.report),
    "facts_stated": lambda case: figures.facts_stated(case.report),
    "unsupported": lambda case: figures.unsupported(case.report),
    "misbound": lambda case: figures.misbound(case.report),
    "derived_wrong": lambda case: figures.derived_wrong(case.report),
    "miswritten": lambda case: figures.miswritten(case.report),
    "leaks": lambda case: figures.leaks(case.report),
    "structure": lambda case: figures.structure(case.report),
    "figures": lambda case: figures.figures(case.report),
    "length": lambda case: wording.length(case.text),
    "length_fit": lambda case: wording.length_fit(case.text, case.genre.length),
    "repetition": lambda case: wording.repetition(case.text),
    "copied": lambda case: wording.copied(case.text, case.shown, case.own) if case.shown is not None else None,
    "diversity": lambda case: wording.diversity(case.text),
    "heading_numbering": lambda case: headings.numbering(case.text),
    "heading_length": lambda case: headings.fitting_length(case.text),
    "heading_verb": lambda case: headings.verb_in_front(case.text),
    "heading_parallel": lambda case: headings.parallel(case.text),
    "topic_share": lambda case: _near(nearness.topic_share, case),
    "topic_order": lambda case: _near(nearness.topic_order, case),
    "by_model": lambda case: making.by_model(case.making),
    "rejected": lambda case: making.rejected(case.making),
    "tokens": lambda case: making.tokens(case.making),
    "cost": lambda case: making.cost(case.making, case.price),
}


def _near(measure: Callable[[Treated, Treated], float], case: Case) -> float | None:
    """None without a reference; 0 for a draft with one that treats no topic at all."""
    if case.reference is None:
        return None
    return measure(case.treated, case.reference) if case.treated else 0.0


def measured(case: Case) -> dict[str, float | None]:
    """All measures of a draft, rounded to nine places, so that equal runs on two machines print equal values."""
    values = {name: of(case) for name, of in DRAFT_MEASURES.items()}
    return {name: None if value is None else round(value, 9) for name, value in values.items()}


def failed(with_reference: bool) -> dict[str, float | None]:
    """The values of an item that gave no draft: the worst where there is one, else None."""
    near = ("topic_share", "topic_order")
    return {name: None if name in near and not with_reference else MEASURES[name].failed for name in DRAFT_MEASURES}
