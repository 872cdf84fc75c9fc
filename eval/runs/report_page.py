"""A run and a comparison as one HTML page each (评测报告): nothing from elsewhere, no scripts, readable on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from eval.measures.table import MEASURES
from eval.runs import written
from eval.runs.charts import Bar, about_zero, bars
from eval.runs.comparison import Change, Comparison, compare, side_by_side
from eval.runs.definitions import DEFINITIONS
from eval.runs.judge import agreement
from eval.runs.report_text import VERDICTS, bound, comparison_state, group_word
from eval.runs.rows import Row
from eval.runs.store import Run
from eval.runs.summary import Summary, Verdict

WRITERS = {
    "exemplar": "不用模型，按范文的句式写", "local": "内置模型在限定的写法里选词", "endpoint": "另一个模型逐句写，逐句核", "naive": "内置或另一个模型照一条提示词直接写，不核，作对照",
    "command": "另一个程序写的稿", "files": "已有的稿子", "reference": "人写的范文，作参照",
}  # fmt: skip
SHOWN_ITEMS = 200  # items of which a comparison shows both drafts: a page must open
CHARTED = (
    "clean", "facts_stated", "unsupported", "misbound", "leaks", "structure", "length_fit", "repetition", "copied", "diversity",
    "topic_share", "ndcg10", "mrr", "hit5", "caught", "false_alarms",
)  # fmt: skip


def run_page(run: Run, summary: Summary, verdicts: Sequence[Verdict]) -> str:
    """The report of a run. Equal runs give equal bytes."""
    charts = [
        (
            MEASURES[m].name,
            _aim(m),
            bars(m, MEASURES[m].name, [Bar(g, summary.means[g].get(m)) for g in summary.groups]),
        )
        for m in CHARTED
        if m in summary.measures and _says_something(summary, m)
    ]
    return _rendered(
        "report.html.j2",
        run=run,
        suite=run.manifest["suite"],
        summary=summary,
        verdicts=[
            (v, MEASURES[v.threshold.measure].name, bound(v), written.value(v.threshold.measure, v.mean))
            for v in verdicts
        ],
        held=all(v.held for v in verdicts),
        group_word=group_word(run),
        rows=[
            (MEASURES[m].name, _aim(m), [_cell(summary, g, m) for g in summary.groups])
            for m in summary.measures
            if m != "judge"
        ],
        charts=charts,
        against=_against_baseline(run, summary),
        rules=_counted(summary.rules, summary.groups),
        rejections=_counted(summary.rejections, summary.groups),
        judged=_judged(run, summary),
        items=[_item(run, id) for id in run.order if id in run.rows],
        definitions=[(MEASURES[m].name, DEFINITIONS[m]) for m in summary.measures],
        program=run.manifest["program"],
        writers=[(id, WRITERS[kind]) for id, kind in run.manifest.get("writers", {}).items()],
    )


def comparison_page(comparison: Comparison, runs: tuple[Run, Run], names: tuple[str, str]) -> str:
    """A comparison with both drafts side by side where they differ, those that broke a promise first."""
    moved = [d for d in comparison.differences if d.verdict != "same"]
    forest = [
        (d.measure, MEASURES[d.measure].name, d.change, d.verdict) for d in moved if MEASURES[d.measure].form == "share"
    ]
    changes = sorted(comparison.changes, key=lambda c: not c.is_worse)
    return _rendered(
        "comparison.html.j2",
        names=names,
        state=comparison_state(comparison),
        rows=[
            (
                d.verdict, VERDICTS[d.verdict], MEASURES[d.measure].name, written.value(d.measure, d.before),
                written.value(d.measure, d.after), written.change(d.measure, d.change.mean),
                written.interval(d.measure, d.change, signed=True), d.better, d.worse,
            )
            for d in moved
        ],
        same=[MEASURES[d.measure].name for d in comparison.differences if d.verdict == "same"],
        forest=about_zero("各项占比的变化", forest) if forest else "",
        regressions=[MEASURES[d.measure].name for d in comparison.regressions],
        changes=[_shown(change, runs) for change in changes[:SHOWN_ITEMS]],
        left_out=max(0, len(changes) - SHOWN_ITEMS),
        only=(comparison.only_before, comparison.only_after),
    )  # fmt: skip


def _shown(change: Change, runs: tuple[Run, Run]) -> dict[str, Any]:
    texts = runs[0].text_of(change.before), runs[1].text_of(change.after)
    return {
        "id": change.before.id if change.before.id == change.after.id else f"{change.before.id} → {change.after.id}",
        "worse": change.is_worse,
        "moved": [(MEASURES[m].name, written.value(m, a), written.value(m, b)) for m, (a, b) in change.values.items()],
        "appeared": change.appeared,
        "gone": change.gone,
        "failures": (change.before.failure, change.after.failure),
        "sides": side_by_side(*texts) if change.draft else [],
    }


def _says_something(summary: Summary, measure: str) -> bool:
    """Whether a chart shows more than the same bar for each group."""
    found = [one for by in summary.means.values() if (one := by.get(measure)) is not None]
    return len({one.mean for one in found}) > 1 or any(one.low != one.high for one in found)


def _aim(measure: str) -> str:
    return {"more": "越高越好", "less": "越低越好", None: ""}[MEASURES[measure].better]


def _cell(summary: Summary, group: str, measure: str) -> tuple[str, str, str]:
    """Value, interval, and how many were measured where not all were."""
    found = summary.means[group].get(measure)
    if found is None:
        return written.NOT_MEASURED, "", ""
    of = "" if found.count == summary.counts[group] else f"{found.count}/{summary.counts[group]} 项测得"
    return written.value(measure, found.mean), written.interval(measure, found), of


def _against_baseline(run: Run, summary: Summary) -> list[tuple[str, int, list[tuple[str, ...]]]]:
    """Each group's differences from the baseline's, on the items that both have."""
    baseline = run.manifest["baseline"]
    if baseline not in summary.groups:
        return []
    made: list[tuple[str, int, list[tuple[str, ...]]]] = []
    for group in summary.groups:
        if group == baseline or not _have_common(run, baseline, group):
            continue
        found = compare(run, run, groups=(baseline, group))
        rows: list[tuple[str, ...]] = [
            (
                MEASURES[d.measure].name, written.value(d.measure, d.before), written.value(d.measure, d.after),
                f"{written.change(d.measure, d.change.mean)} {written.interval(d.measure, d.change, signed=True)}", d.verdict,
            )
            for d in found.differences
            if d.verdict != "same" and d.measure != "seconds"
        ]  # fmt: skip
        made.append((group, found.pairs, rows))
    return made


def _have_common(run: Run, one: str, other: str) -> bool:
    cases = [{row.case for row in run.rows.values() if row.group == group} for group in (one, other)]
    return bool(cases[0] & cases[1])


def _counted(counts: Mapping[str, Mapping[str, int]], groups: Sequence[str]) -> list[tuple[str, list[int]]]:
    names = sorted({name for by in counts.values() for name in by})
    return [(name, [counts[group].get(name, 0) for group in groups]) for name in names]


def _judged(run: Run, summary: Summary) -> dict[str, Any] | None:
    """The model's opinion, apart, and how it agrees with what is counted; None where nobody was asked."""
    rows = list(run.rows.values())
    grades = [row.values.get("judge") for row in rows]
    if all(grade is None for grade in grades):
        return None
    taus = [
        (MEASURES[m].name, tau)
        for m in summary.measures
        if m != "judge"
        and MEASURES[m].better
        and (tau := agreement(grades, [row.values.get(m) for row in rows])) is not None
    ]
    return {"groups": [(g, *_cell(summary, g, "judge")) for g in summary.groups], "taus": taus}


def _item(run: Run, id: str) -> dict[str, Any]:
    row: Row = run.rows[id]
    return {
        "row": row,
        "errors": [f for f in row.found if f.severity == "error"],
        "cells": [
            written.value(m, row.values.get(m))
            for m in _item_columns(run)
        ],
    }  # fmt: skip


def _item_columns(run: Run) -> tuple[str, ...]:
    by_kind = {"retrieval": ("ndcg10", "mrr", "hit5"), "checker": ("caught", "misnamed", "false_alarms")}
    return by_kind.get(run.manifest["kind"], ("facts_stated", "unsupported", "misbound", "structure", "length"))


def _rendered(template: str, **values: Any) -> str:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    def load(name: str) -> str:
        return files("eval.runs").joinpath(name).read_text(encoding="utf-8")

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=FunctionLoader(load)
    )
    if "run" in values:
        values["columns"] = [MEASURES[m].name for m in _item_columns(values["run"])]
    return environment.get_template(template).render(**values)
