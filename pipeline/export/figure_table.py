"""The table of figures behind a report (附表), where its genre has one: each indicator with its change and completion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pipeline.drafting.draft import Draft
from pipeline.drafting.phrasing import Placed
from pipeline.export.markdown import Places, markdown
from pipeline.facts.arithmetic import change_pct, completed_pct, completion, growth
from pipeline.facts.model import Fact, Sheet, plain
from pipeline.facts.topics import UNPLACED

LEAST = 4  # rows; fewer are told in the text alone
_HEAD = ("指标", "本期", "同比", "完成年度目标")


def figure_table(sheet: Sheet, caption: str, at: int) -> tuple[str, tuple[Placed, ...]]:
    """The table as Markdown to be appended to a draft of `at` characters, and where its figures stand in the whole.

    Rows are indicators that are measured against last year or a target; rates and plans stand in the text. A column that would be
    empty is left out. ("", ()) where there is too little for a table.
    """
    rows = [
        f for f in sheet.facts if f.value is not None and not f.is_rate and f.topic not in UNPLACED and _measured(f)
    ]
    if len(rows) < LEAST:
        return "", ()
    moved, aimed = any(change_pct(f) is not None for f in rows), any(completed_pct(f) is not None for f in rows)
    columns = [0, 1, *([2] if moved else []), *([3] if aimed else [])]
    text = f"\n附表：{caption}\n\n| {' | '.join(_HEAD[c] for c in columns)} |\n|{' --- |' * len(columns)}\n"
    placed: list[Placed] = []
    for fact in rows:
        text += "|"
        for column in columns:
            cell, field, formula = _cell(fact, column)
            start = at + len(text) + 1
            if field and cell:
                placed.append(Placed(start, start + len(cell), fact.id, field, formula))
            text += f" {cell or '—'} |"
        text += "\n"
    return text, tuple(placed)


def _measured(fact: Fact) -> bool:
    return change_pct(fact) is not None or completed_pct(fact) is not None


def _cell(fact: Fact, column: int) -> tuple[str, str, str]:
    """What a cell says, the field that its figure comes from, and how that was computed if it was."""
    if column == 0:
        return fact.indicator.replace("|", "｜"), "", ""
    if column == 1:
        return f"{plain(fact.value)}{fact.unit}" if fact.value is not None else "", "value", ""
    stated, told, computed = (
        (fact.growth_pct, change_pct(fact), growth(fact))
        if column == 2
        else (fact.completion_pct, completed_pct(fact), completion(fact))
    )
    name = "growth" if column == 2 else "completion"
    if told is None:
        return "", "", ""
    return (
        f"{plain(told)}%",
        f"{name}_pct" if stated is not None else name,
        computed.formula if computed and stated is None else "",
    )


def with_table(caption: str) -> Callable[[Draft], tuple[str, Places]]:
    """What renders a draft as Markdown with its genre's table at the end; as Markdown alone where the genre has none ("")."""

    def render(draft: Draft) -> tuple[str, Places]:
        text, places = markdown(draft)
        return text + (figure_table(draft.sheet, caption, len(text))[0] if caption else ""), places

    return render


def table_figures(draft: Draft, caption: str) -> list[dict[str, Any]]:
    """The table's figures as a trace lists them, spans in the Markdown with the table."""
    if not caption:
        return []
    body = markdown(draft)[0]
    table, placed = figure_table(draft.sheet, caption, len(body))
    return [
        {"span": [p.start, p.end], "raw": (body + table)[p.start : p.end], "fact_id": p.fact_id, "field": p.field}
        | ({"derivation": p.formula} if p.formula else {})
        for p in placed
    ]  # fmt: skip
