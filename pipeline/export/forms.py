"""The forms a draft goes out in (输出格式), by the ending of the file's name, and the notes that name each figure's fact."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.export.blocks import Note
from pipeline.facts.model import FIELDS, Fact, Sheet, plain
from pipeline.facts.rows import COLUMNS

_DERIVED = {"growth": "同比（推算）", "points": "比上年同期（推算）", "completion": "完成率（推算）", "remainder": "距年度目标（推算）", "difference": "差额（推算）"}  # fmt: skip


def _markdown(text: str, notes: Sequence[Note]) -> bytes:
    return text.encode()


def _word(text: str, notes: Sequence[Note]) -> bytes:
    from pipeline.export.word import word_file

    return word_file(text, notes)


def _web(text: str, notes: Sequence[Note]) -> bytes:
    from pipeline.export.web import web_page

    return web_page(text, notes)


FORMS: Mapping[str, Callable[[str, Sequence[Note]], bytes]] = {".md": _markdown, ".docx": _word, ".html": _web}


def form_of(output: Path, *, annotate: bool = False) -> Callable[[str, Sequence[Note]], bytes]:
    """What makes a draft's Markdown and its notes into the bytes of this file. Raises PipelineError for another ending."""
    form = FORMS.get(output.suffix.lower())
    if form is None:
        raise PipelineError(
            f"不能写成 {output.suffix or '没有扩展名的'} 文件。", where=str(output), mend=f"文件名请以 {'、'.join(FORMS)} 结尾，如 -o draft.docx。"
        )  # fmt: skip
    if annotate and form is _markdown:
        raise PipelineError("Markdown 稿没有批注。", where="--annotate", mend="请用 -o draft.docx 或 -o draft.html；.md 稿的依据在旁边的 .trace.json 里。")  # fmt: skip
    return form


def notes_of(figures: Iterable[Mapping[str, Any]], sheet: Sheet) -> list[Note]:
    """What is to be said of each figure of a draft. `figures`: as its trace has them, spans in the draft's Markdown."""
    facts = {fact.id: fact for fact in sheet.facts}
    return [
        Note(row["span"][0], row["span"][1], row["fact_id"], row["field"], _said(facts[row["fact_id"]], row))
        for row in sorted(figures, key=lambda row: row["span"])
        if row["fact_id"] in facts
    ]


def _said(fact: Fact, figure: Mapping[str, Any]) -> str:
    """A figure's origin for the clerk: 依据：F1 粮食播种面积，本期 1.26万亩（上年同期 1.2万亩）."""
    field = figure["field"]
    named = COLUMNS.get(field) or _DERIVED.get(field, field)
    formula = f"，算式 {figure['derivation']}" if figure.get("derivation") else ""
    if field == "text":
        return f"依据：{fact.id} 文字：{fact.text}"
    known = []
    for name in FIELDS:
        if (value := getattr(fact, name)) is not None:
            unit = "%" if name in ("growth_pct", "completion_pct") else fact.unit
            known.append(f"{COLUMNS[name].removesuffix('(%)')} {plain(value)}{unit}")
    return f"依据：{fact.id} {fact.indicator}，{named.removesuffix('(%)')}{formula}。清单：{'，'.join(known)}"


def moved(text: str, read: str) -> dict[int, int] | None:
    """Where each character of a draft's Markdown stands in the text that is read back from another form of it: by what both print,
    without blanks, marks of headings and lines of tables. None if they do not print the same."""

    def printed(whole: str) -> list[int]:
        rules = [m.span() for m in re.finditer(r"^\|(?: --- \|)+$", whole, re.M)]
        return [
            i
            for i, sign in enumerate(whole)
            if not sign.isspace() and sign not in "#|" and not any(a <= i < b for a, b in rules)
        ]

    ours, theirs = printed(text), printed(read)
    if [text[i] for i in ours] != [read[i] for i in theirs]:
        return None
    return dict(zip(ours, theirs, strict=True))


def retraced(record: dict[str, Any], text: str, read: str) -> dict[str, Any]:
    """A trace whose spans are those of the text that is read back from the written file, as `check` reads it."""
    places = moved(text, read)
    if places is None or text == read:
        return record

    def there(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: _span(item, places) if key == "span" else there(item) for key, item in value.items()}
        return [there(item) for item in value] if isinstance(value, list) else value

    made: dict[str, Any] = there(record)
    made["run"]["draft_sha256"] = hashlib.sha256(read.encode()).hexdigest()
    return made


def _span(span: list[int], places: Mapping[int, int]) -> list[int]:
    start, end = span
    inside = [places[i] for i in range(start, end) if i in places]
    return [inside[0], inside[-1] + 1] if inside else span


def files_of(
    output: Path, text: str, record: dict[str, Any], sheet: Sheet, *, annotate: bool = False
) -> dict[Path, bytes]:
    """The files of a draft: itself in the form its name asks for, and its trace beside it. `text`, `record`: the Markdown and its trace."""
    printed = form_of(output, annotate=annotate)(text, notes_of(record["figures"], sheet) if annotate else ())
    if output.suffix.lower() == ".docx":
        from pipeline.word_text import docx_text

        record = retraced(record, text, docx_text(printed, where=str(output)))
    run = record["run"] | {"file_sha256": hashlib.sha256(printed).hexdigest()}  # by which a later run knows it unedited
    trace = (json.dumps(record | {"run": run}, ensure_ascii=False, indent=1) + "\n").encode()
    return {output: printed, output.with_suffix(".trace.json"): trace}
