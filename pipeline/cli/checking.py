"""`zhenbao check` and `zhenbao quantities`: what a text says, and whether it holds."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.overwriting import keep_all_but_check_pages, keep_sources, replaced
from pipeline.cli.shared import (
    Given,
    archive_option,
    default_archive,
    json_option,
    known_genres,
    meta_options,
    name_recogniser,
    names_held,
    path_type,
    print_json,
    say,
    sheet_at,
)
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from eval.checks.findings import Report
    from pipeline.archive.reports import Held
    from pipeline.documents import Document


@click.command()
@click.argument("draft", type=path_type())
@click.option("--facts", "facts", type=path_type(), required=True, help="事实清单。")
@click.option("--html", "html", type=path_type(dir_okay=False), help="另写一个网页：每个数标出依据，结果列在旁边。")
@click.option("--against", type=path_type(), help="另对照一篇旧稿（.docx .md .txt）：照搬的句子和没有变的数。")
@click.option(
    "--annotate",
    "annotated",
    type=path_type(dir_okay=False),
    help="另写一个 Word 文件：结果成为批注，其余原样（DRAFT 须是 .docx）。",
)
@meta_options
@archive_option
@json_option
def check(
    draft: Path,
    facts: Path,
    html: Path | None,
    annotated: Path | None,
    against: Path | None,
    archive: Path | None,
    as_json: bool,
    given: Given,
) -> None:
    """对照事实清单检查一篇稿子 DRAFT（.md .txt .docx），不论是谁写的。"""
    from eval.checks.check import check as check_document
    from pipeline.archive.generations import CURRENT, open_archive
    from pipeline.archive.reports import reports_held
    from pipeline.documents import read_document

    document = read_document(draft)
    text = document.text
    if annotated is not None and (document.kind != "docx" or annotated.suffix.lower() != ".docx"):
        raise PipelineError(
            "批注只能写进 Word 文件。", where="--annotate", mend="稿子和要写的文件都须是 .docx；其他稿子可用 --html。"
        )
    if annotated is not None:
        keep_sources([annotated], {"原稿": draft, "要对照的旧稿": against}, "--annotate")
    if html is not None:
        read = {
            "原稿": draft,
            "事实清单": facts,
            "要对照的旧稿": against,
            "批注稿": annotated,
            "基本信息文件": given.file,
        }
        keep_sources([html], read, "--html")
        keep_all_but_check_pages(html)
    sheet, _ = sheet_at(facts, given)
    folder = archive or default_archive()
    foreign: dict[str, str] = {}
    models: dict[str, str] = {}
    if archive or (folder / CURRENT).exists():
        try:
            held = reports_held(open_archive(folder), name_recogniser())
            foreign = names_held(held)
            models = {
                text: _called(of) for of in held if sheet.meta.town not in of.region + of.title for text in of.texts
            }
        except PipelineError as fault:
            if archive:
                raise
            say(f"提示：范文库打不开，没有核对范文里的名称和原句。{fault.what}{fault.mend}")
    report = check_document(
        text, sheet, genre=known_genres()[sheet.meta.genre], foreign_names=foreign, exemplar_texts=models
    )
    if against is not None:
        from dataclasses import replace

        from eval.checks.carried import carried
        from eval.checks.document import Document as Judged
        from eval.checks.findings import in_order

        judged = Judged(text, sheet.meta.period.year)
        older = read_document(against)
        carry = list(carried(judged, older.text, sheet, report.figures, older.place_of))
        at = {f.start for f in carry if f.rule == "leak.copy"}
        # what was taken from the old report is told of as that, not as an exemplar's
        found = [*(f for f in report.findings if f.rule != "leak.copy" or f.start not in at), *carry]
        report = replace(report, findings=in_order(found))
    if html is not None:
        from eval.checks.page import page
        from pipeline.files import write_whole

        write_whole(html, page(report, sheet, text, title=draft.name).encode())
    if annotated is not None:
        _annotate(draft, document, report, annotated)
    if as_json:
        print_json(_placed(report.to_json(), document))
    else:
        from rich.console import Console

        from eval.checks.terminal import show

        show(report, sheet, text, Console(), place_of=document.place_of)
    raise SystemExit(1 if report.counts["error"] else 0)


def _called(report: Held) -> str:
    """A report by its town and title: 螺屿镇：2026年工作要点, or by its title where that has the town."""
    shown = report.region in report.title or any(
        n in report.title for n in re.findall(r"[^省市县区旗]{2,}[镇乡]", report.region)
    )
    return report.title if shown or not report.region else f"{report.region}：{report.title}"


def _annotate(draft: Path, document: Document, report: Report, target: Path) -> None:
    """Write the draft with its findings as comments; what has no place stands at the title, in one comment."""
    from eval.checks.captions import RULE, SEVERITY
    from pipeline.export.word_comments import Comment, commented
    from pipeline.files import write_together

    placed = [
        Comment(f.start, f.end, f"【{SEVERITY[f.severity]}】{RULE.get(f.rule, f.rule)}：{f.message}")
        for f in report.findings
        if f.start is not None
    ]
    whole = [
        f"【{SEVERITY[f.severity]}】{RULE.get(f.rule, f.rule)}：{f.message}" for f in report.findings if f.start is None
    ]
    comments = [*([Comment(None, None, "\n".join(whole))] if whole else []), *placed]
    content = commented(draft.read_bytes(), document.places, comments)
    kept = replaced(target, content)
    write_together({**kept, target: content})
    for path in kept:
        say(f"原来的 {target.name} 另存为 {path.name}。")
    say(f"已写出 {target}：批注 {len(comments)} 条。")


def _placed(report: dict[str, Any], document: Document) -> dict[str, Any]:
    """The same, each finding in a Word file with the paragraph it stands in."""
    if document.kind == "docx":
        for row in report["findings"]:
            row["paragraph"] = None if row["start"] is None else document.paragraph_of(row["start"])
    return report


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), default="-")
@click.option("--jsonl", is_flag=True, help='每行读一个 {"id","text"}，每行写一个 {"id","quantities"}。')
@json_option
def quantities(file: Path, jsonl: bool, as_json: bool) -> None:
    """列出文中的每一个数（.md .txt .docx；FILE 省略时读标准输入）。"""
    from pipeline.language.quantities import read_quantities

    if jsonl:
        try:
            with click.open_file(str(file), "rb") as lines:
                for number, line in enumerate(lines, 1):
                    if line.strip():
                        _quantities_of_line(line, number)
        except (FileNotFoundError, IsADirectoryError, PermissionError) as fault:
            raise PipelineError(
                f"读不了这个文件：{fault.strerror}。", where=str(file), mend="检查路径、文件名和权限。"
            ) from fault
        return
    found = read_quantities(_text_of(file))
    if as_json:
        print_json([q.to_json() for q in found])
    else:
        for q in found:
            row = q.to_json()
            click.echo(
                f"{q.start}-{q.end}\t{q.raw}\t{row['value']}\t{q.unit}\t{q.kind}{'，约' if q.approx else ''}{'，存疑' if q.suspect else ''}"
            )


def _text_of(file: Path) -> str:
    """What a file, or standard input (-), holds as text. Spans count its characters, line ends as they are written."""
    from pipeline.documents import decoded, read_document

    if str(file) != "-":
        known = file.suffix.lower() in (".md", ".txt", ".docx") or not file.is_file()
        return read_document(file).text if known else decoded(file.read_bytes(), where=str(file))[0]
    return decoded(sys.stdin.buffer.read(), where="标准输入")[0]


def _quantities_of_line(line: bytes, number: int) -> None:
    from pipeline.language.quantities import read_quantities

    where = f"第 {number} 行"
    try:
        row = json.loads(line.decode("utf-8-sig"))
        id, text = row["id"], row["text"]
    except UnicodeDecodeError as fault:
        raise PipelineError("这一行不是 UTF-8 编码。", where=where, mend="把文件存成 UTF-8。") from fault
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise PipelineError('这一行不是 {"id","text"}。', where=where, mend="每行写一个 JSON 对象。") from fault
    if not isinstance(text, str):
        raise PipelineError("text 须是文字。", where=where, mend="把 text 写成字符串。")
    written = json.dumps({"id": id, "quantities": [q.to_json() for q in read_quantities(text)]}, ensure_ascii=False)
    if not written.isprintable() and re.search(
        "[\ud800-\udfff]", written
    ):  # half a character cannot be written as UTF-8
        written = json.dumps(json.loads(written))
    click.echo(written)
