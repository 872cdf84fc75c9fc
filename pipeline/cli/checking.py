"""`zhenbao check` and `zhenbao quantities`: what a text says, and whether it holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.shared import (
    Given,
    archive_option,
    default_archive,
    foreign_names,
    json_option,
    known_genres,
    meta_options,
    path_type,
    print_json,
    say,
    sheet_at,
)
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    pass


@click.command()
@click.argument("draft", type=path_type())
@click.option("--facts", "facts", type=path_type(), required=True, help="事实清单。")
@click.option("--html", "html", type=path_type(dir_okay=False), help="另写一个网页：每个数标出依据，结果列在旁边。")
@meta_options
@archive_option
@json_option
def check(draft: Path, facts: Path, html: Path | None, archive: Path | None, as_json: bool, given: Given) -> None:
    """对照事实清单检查一篇稿子 DRAFT（.md .txt .docx），不论是谁写的。"""
    from eval.checks.check import check as check_document
    from pipeline.archive.store import CURRENT, open_archive
    from pipeline.documents import read_document

    text = read_document(draft).text
    sheet, _ = sheet_at(facts, given)
    folder = archive or default_archive()
    foreign: dict[str, str] = {}
    if archive or (folder / CURRENT).exists():
        try:
            foreign = foreign_names(open_archive(folder))
        except PipelineError as fault:
            if archive:
                raise
            say(f"提示：范文库打不开，没有核对范文里的地名。{fault.what}{fault.mend}")
    report = check_document(text, sheet, genre=known_genres()[sheet.meta.genre], foreign_names=foreign)
    if html is not None:
        from eval.checks.page import page
        from pipeline.files import write_whole

        write_whole(html, page(report, sheet, text, title=draft.name).encode())
    if as_json:
        print_json(report.to_json())
    else:
        from rich.console import Console

        from eval.checks.terminal import show

        show(report, sheet, text, Console())
    raise SystemExit(1 if report.counts["error"] else 0)


@click.command()
@click.argument("file", type=click.File(encoding="utf-8"), default="-")
@click.option("--jsonl", is_flag=True, help='每行读一个 {"id","text"}，每行写一个 {"id","quantities"}。')
@json_option
def quantities(file: Any, jsonl: bool, as_json: bool) -> None:
    """列出文中的每一个数（FILE 省略时读标准输入）。"""
    from pipeline.language.quantities import read_quantities

    try:
        if jsonl:
            for number, line in enumerate(file, 1):
                if line.strip():
                    _quantities_of_line(line, number)
            return
        found = read_quantities(file.read())
    except UnicodeDecodeError as fault:
        raise PipelineError(
            "文件不是 UTF-8 编码。", where=str(file.name), mend="用记事本打开，另存为 UTF-8。"
        ) from fault
    if as_json:
        print_json([q.to_json() for q in found])
    else:
        for q in found:
            row = q.to_json()
            click.echo(
                f"{q.start}-{q.end}\t{q.raw}\t{row['value']}\t{q.unit}\t{q.kind}{'，约' if q.approx else ''}{'，存疑' if q.suspect else ''}"
            )


def _quantities_of_line(line: str, number: int) -> None:
    from pipeline.language.quantities import read_quantities

    try:
        row = json.loads(line)
        id, text = row["id"], row["text"]
    except (ValueError, KeyError, TypeError) as fault:
        raise PipelineError(
            '这一行不是 {"id","text"}。', where=f"第 {number} 行", mend="每行写一个 JSON 对象。"
        ) from fault
    if not isinstance(text, str):
        raise PipelineError("text 须是文字。", where=f"第 {number} 行", mend="把 text 写成字符串。")
    click.echo(json.dumps({"id": id, "quantities": [q.to_json() for q in read_quantities(text)]}, ensure_ascii=False))
