"""A run and a comparison as Markdown (终端里看的报告)."""

from __future__ import annotations

from collections.abc import Sequence

from eval.measures.table import MEASURES
from eval.runs import written
from eval.runs.bootstrap import FEW, Estimate
from eval.runs.comparison import Comparison
from eval.runs.store import Run
from eval.runs.summary import Summary, Verdict

VERDICTS = {"better": "变好", "worse": "变差", "unclear": "说不准", "same": "无变化", "moved": "有变动"}
MOST = 20  # lines of a list in the terminal


def run_markdown(run: Run, summary: Summary, verdicts: Sequence[Verdict]) -> str:
    """The whole report in Markdown. Equal runs give equal text: no times in it."""
    suite = run.manifest["suite"]
    parts = [f"# 评测 {suite['name']}", suite["about"], _state(run, summary)]
    if verdicts:
        rows = [
            (
                "通过" if v.held else "**未过**",
                MEASURES[v.threshold.measure].name,
                v.group,
                bound(v),
                written.value(v.threshold.measure, v.mean),
            )
            for v in verdicts
        ]
        parts += ["## 门槛", _table(("结果", "指标", group_word(run), "要求", "实测"), rows)]
    header = ("指标", *(f"{group}（{summary.counts[group]}）" for group in summary.groups))
    parts += ["## 各项指标", _table(header, [(MEASURES[m].name, *_cells(summary, m)) for m in summary.measures])]
    rules = sorted({rule for by in summary.rules.values() for rule in by})
    if rules:
        cells = [(rule, *(str(summary.rules[g].get(rule, 0)) for g in summary.groups)) for rule in rules]
        parts += ["## 核稿查出的错误", _table(("规则", *summary.groups), cells)]
    reasons = sorted({reason for by in summary.rejections.values() for reason in by})
    if reasons:
        cells = [(reason, *(str(summary.rejections[g].get(reason, 0)) for g in summary.groups)) for reason in reasons]
        parts += ["## 退回的模型回答", _table(("原因", *summary.groups), cells)]
    if summary.failures:
        lines = [f"- {row.id}：{row.failure.what if row.failure else ''}" for row in summary.failures]
        parts += ["## 没有成稿的", "\n".join(_cut(lines))]
    return "\n\n".join(parts) + "\n"


def _state(run: Run, summary: Summary) -> str:
    said = f"共 {len(run.order)} 项，{len(run.rows)} 项已完成"
    said += f"，{len(summary.failures)} 项没有成稿（计入分母）。" if run.manifest["kind"] == "drafts" else "。"
    return said + (f"**还有 {len(summary.lacking)} 项没有做，以下只是已完成的部分。**" if summary.lacking else "")


def group_word(run: Run) -> str:
    """What the groups of a run are: writers of drafts, or ways of searching and classes of errors."""
    return "写手" if run.manifest["kind"] == "drafts" else "组"


def bound(verdict: Verdict) -> str:
    """What a threshold asks, in words."""
    threshold = verdict.threshold
    least, most = threshold.at_least, threshold.at_most
    return (
        f"不低于 {written.value(threshold.measure, least)}"
        if least is not None
        else f"不高于 {written.value(threshold.measure, most)}"
    )


def _cells(summary: Summary, measure: str) -> list[str]:
    return [_cell(measure, summary.means[group].get(measure), summary.counts[group]) for group in summary.groups]


def _cell(measure: str, found: Estimate | None, of: int) -> str:
    if found is None:
        return written.NOT_MEASURED
    said = f"{written.value(measure, found.mean)} {written.interval(measure, found)}".rstrip()
    return said if found.count == of else f"{said}（{found.count}/{of} 项测得）"


def comparison_markdown(comparison: Comparison, names: tuple[str, str]) -> str:
    """A comparison in Markdown: measures first, then the items that changed, those that broke a promise before all."""
    parts = [f"# 比较：{names[0]} → {names[1]}", comparison_state(comparison)]
    moved = [d for d in comparison.differences if d.verdict != "same"]
    if moved:
        rows = [
            (
                f"**{VERDICTS[d.verdict]}**" if d.verdict in ("better", "worse") else VERDICTS[d.verdict],
                MEASURES[d.measure].name,
                written.value(d.measure, d.before),
                written.value(d.measure, d.after),
                f"{written.change(d.measure, d.change.mean)} {written.interval(d.measure, d.change, signed=True)}".rstrip(),
                f"{d.better}/{d.worse}",
            )
            for d in moved
        ]
        parts += [_table(("判断", "指标", names[0], names[1], "差（95% 区间）", "好/差的项"), rows)]
    worse = [c for c in comparison.changes if c.is_worse]
    for title, changes in (
        ("变差的项目", worse),
        ("其他有变动的项目", [c for c in comparison.changes if not c.is_worse]),
    ):
        if changes:
            lines = []
            for one in changes:
                values = "，".join(
                    f"{MEASURES[m].name} {written.value(m, a)} → {written.value(m, b)}"
                    for m, (a, b) in one.values.items()
                )
                why = one.after.failure
                lines.append(f"- {one.after.id}：{f'没有成稿：{why.what}' if why else values or '只是文字不同'}")
                lines += [
                    f"  - 新出现 {f.rule} “{f.quote}”：{f.message}" for f in one.appeared if f.severity == "error"
                ]
                lines += [f"  - 消失 {f.rule} “{f.quote}”" for f in one.gone if f.severity == "error"]
            parts += [f"## {title}（{len(changes)}）", "\n".join(_cut(lines))]
    return "\n\n".join(parts) + "\n"


def comparison_state(comparison: Comparison) -> str:
    """How much was compared and what the two runs are made of, in words."""
    said = [f"成对比较 {comparison.pairs} 项，来自 {comparison.documents} 份材料。"]
    if comparison.documents < FEW:
        said.append(f"材料不足 {FEW} 份，区间偏窄，只作参考。")
    if comparison.only_before or comparison.only_after:
        said.append(f"只在一边有的：{len(comparison.only_before)} 项和 {len(comparison.only_after)} 项，没有比。")
    said.append(f"两次所用不同之处：{'、'.join(comparison.made_of)}。" if comparison.made_of else "两次所用完全相同。")
    if all(d.verdict == "same" for d in comparison.differences if d.measure != "seconds") and not comparison.changes:
        said.append("没有任何变化。")
    return "".join(said)


def _cut(lines: Sequence[str]) -> list[str]:
    left = len(lines) - MOST
    return [*lines[:MOST], *([f"- 另有 {left} 行，见网页。"] if left > 0 else [])]


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '／') for cell in line)} |" for line in lines)
