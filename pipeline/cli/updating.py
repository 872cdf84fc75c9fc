"""`zhenbao update`: a draft's figures brought to a new sheet, in place, also in a draft that was edited by hand."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.overwriting import replaced
from pipeline.cli.shared import (
    Given,
    json_option,
    known_genres,
    known_words,
    meta_options,
    path_type,
    print_json,
    say,
    sheet_at,
    tell,
)
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from pipeline.documents import Document
    from pipeline.facts.model import Sheet
    from pipeline.facts.updating import Left, Replacement


@click.command()
@click.argument("draft", type=path_type())
@click.option("--facts", "facts", type=path_type(), required=True, help="改过的事实清单。")
@click.option("--old", type=path_type(), help="起草时的清单；不写则取稿子旁边的 .trace.json。")
@click.option(
    "-o",
    "--output",
    type=path_type(dir_okay=False),
    help="写到这个文件；不写则改在原稿上。原有的同名文件另存为 .before。",
)
@click.option("--dry-run", is_flag=True, help="只列出要改什么，不写文件。")
@meta_options
@json_option
def update(
    draft: Path, facts: Path, old: Path | None, output: Path | None, dry_run: bool, given: Given, as_json: bool
) -> None:
    """清单改了数，把稿子 DRAFT（.md .txt .docx，手改过的也行）里的数就地改过来，逐处列出；拿不准的只指出，不动。"""
    from eval.checks.check import check
    from pipeline.documents import read_document
    from pipeline.facts.updating import Left, updates

    document = read_document(draft)
    if output is not None and output.suffix.lower() != draft.suffix.lower():
        raise PipelineError("要写的文件与稿子格式不同。", where=str(output), mend=f"文件名请以 {draft.suffix} 结尾。")
    new, problems = sheet_at(facts, given)
    tell(problems)
    before = _old_sheet(draft, old, given)
    bound = [f for f in check(document.text, before, genre=None).figures if f.state in ("supported", "derived")]
    found = updates(document.text, bound, before, new)
    content, undone = _changed(draft, document, found.replacements)
    done = [r for r in found.replacements if r not in undone]
    left = [*found.left, *(Left(r.start, r.end, r.old, f"应改为“{r.new}”，但这里是自动编号或符号，改不动，请自行改。", r.fact_id) for r in undone)]  # fmt: skip
    left += _still_wrong(document, done, new, left)
    target = output or draft
    if not dry_run and (done or output is not None):
        _write(draft, target, content, new)
    if as_json:
        print_json({"draft": str(target), "replacements": [asdict(r) for r in done], "left": [asdict(r) for r in left]})
    else:
        for r in done:
            click.echo(f"{document.place_of(r.start)}：{r.indicator or r.fact_id} {r.column}：{r.old} → {r.new}")
        for one in left:
            where = document.place_of(one.start) if one.start is not None else "全文"
            click.echo(f"请看 {where}：{one.message}")
    verb = "将改" if dry_run else "改了"
    say(f"{verb} {len(done)} 处，留待自行处理 {len(left)} 处。" + ("" if dry_run or not done else f"稿件：{target}"))
    raise SystemExit(1 if left else 0)


def _old_sheet(draft: Path, old: Path | None, given: Given) -> Sheet:
    """The sheet that the draft was written from: named, or kept in the trace beside it."""
    from pipeline.facts.reading import sheet_of

    if old is not None:
        return sheet_at(old, given)[0]
    beside = draft.with_suffix(".trace.json")
    if beside.is_file():
        try:
            content = json.loads(beside.read_text(encoding="utf-8"))
        except (ValueError, OSError):
            content = None
        words = known_words()
        kept = (
            sheet_of(content.get("sheet"), genres=words["genres"], topics=words["topics"])
            if isinstance(content, dict)
            else None
        )
        if kept is not None:
            return kept
    raise PipelineError(
        "不知道稿子是按哪张清单写的。", where=str(draft), mend="用 --old 写明起草时的清单；或把起草时的 .trace.json 放在稿子旁边，与稿子同名。"
    )  # fmt: skip


def _changed(draft: Path, document: Document, replacements: tuple[Replacement, ...]) -> tuple[bytes, list[Replacement]]:
    """The file's new bytes, and the replacements that could not be done."""
    from pipeline.export.word_edits import edited
    from pipeline.facts.updating import applied

    content = draft.read_bytes()
    if document.kind == "docx":
        made, undone = edited(content, document.places, [(r.start, r.end, r.new) for r in replacements])
        return made, [r for r in replacements if any(r.start <= start and end <= r.end for start, end, _ in undone)]
    mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
    text = applied(document.text, replacements)
    if document.encoding == "UTF-16":
        codec = "utf-16-be" if content.startswith(b"\xfe\xff") else "utf-16-le"
        mark = content[:2] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else b""
        if not mark and content[:1] == b"\0":
            codec = "utf-16-be"
        return mark + text.encode(codec), []
    return mark + text.encode("gb18030" if document.encoding == "GB18030" else "utf-8"), []


def _still_wrong(document: Document, done: list[Replacement], new: Sheet, left: list[Left]) -> list[Left]:
    """Errors of figures that the changed draft still has by the new sheet, where nothing was said yet."""
    from eval.checks.check import check
    from pipeline.facts.updating import Left, applied

    text = applied(document.text, done)
    told = {one.fact_id for one in left}
    shift = sorted(done, key=lambda r: r.start)

    def back(offset: int) -> int:
        """A place in the changed text, in the text before."""
        moved = 0
        for r in shift:
            if r.start + moved >= offset:
                break
            moved += len(r.new) - len(r.old)
        return max(0, min(len(document.text), offset - moved))

    return [
        Left(back(f.start), back(f.end), f.quote, f.message, f.fact_ids[0] if f.fact_ids else "")
        for f in check(text, new, genre=known_genres()[new.meta.genre]).findings
        if f.rule.startswith("figure.") and f.severity == "error" and f.start is not None and f.end is not None
        and not told.intersection(f.fact_ids)
    ]  # fmt: skip


def _write(draft: Path, target: Path, content: bytes, new: Sheet) -> None:
    """The changed draft; what stood under its name beside it; the trace with the sheet that it now holds by."""
    from pipeline.facts.writing import sheet_content
    from pipeline.files import write_together

    files = {**replaced(target, content), target: content}
    beside = draft.with_suffix(".trace.json")
    try:
        trace: Any = json.loads(beside.read_text(encoding="utf-8")) if beside.is_file() else {}
    except ValueError:
        trace = {}
    if isinstance(trace, dict):
        kept = {"format": 1, **trace, "sheet": sheet_content(new), "updated": True}
        files[target.with_suffix(".trace.json")] = (json.dumps(kept, ensure_ascii=False, indent=1) + "\n").encode()
    write_together(files)
