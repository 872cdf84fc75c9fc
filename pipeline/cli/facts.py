"""`zhenbao facts …`: the facts sheet itself: is it usable, new ones, other forms, two sheets together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.overwriting import keep_existing
from pipeline.cli.shared import (
    Given,
    json_option,
    known_genres,
    known_topics,
    known_words,
    meta_options,
    named,
    path_type,
    print_json,
    say,
    sheet_at,
    tell,
)
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from pipeline.archive.parsing import ParsedArticle
    from pipeline.facts.extraction import Extracted
    from pipeline.facts.merging import Change, Conflict
    from pipeline.facts.model import Sheet
    from pipeline.facts.problems import Problem

_SEVERITIES = {"error": "错误", "warning": "提示", "note": "说明"}
_VERDICTS = {
    "accept": "清单可用（accept）。",
    "warn": "清单可用，请看一看上面的提示（warn）。",
    "reject": "清单不能用，请先改正上面的错误（reject）。",
}


@click.group()
def facts() -> None:
    """事实清单：检查、新建、从旧稿取数、换格式、合并、比较。"""


@facts.command("check")
@click.argument("facts", type=path_type())
@meta_options
@json_option
def facts_check(facts: Path, as_json: bool, given: Given) -> None:
    """清单能不能用：accept 可用，warn 可用但要看一看，reject 不能用。"""
    from pipeline.facts.reading import read_sheet

    words = known_words()
    reading = read_sheet(
        facts, genres=words["genres"], topics=words["topics"], meta_file=given.file, meta=dict(given.words)
    )
    if as_json:
        rows = [{"where": p.where, "message": p.message, "mend": p.mend} for p in reading.problems]
        print_json({"verdict": reading.verdict, "problems": rows})
    else:
        for p in reading.problems:
            click.echo(f"{_SEVERITIES[p.severity]}：{p.where}：{p.message}{p.mend}")
        click.echo(_VERDICTS[reading.verdict])
    raise SystemExit(1 if reading.verdict == "reject" else 0)


def _names() -> tuple[dict[str, str], dict[str, str]]:
    """Ids → Chinese names, of topics and of genres: what a written sheet says."""
    return {t.id: t.name for t in known_topics().values()}, {g.id: g.name for g in known_genres().values()}


@facts.command("new")
@click.argument("output", type=path_type(dir_okay=False))
@click.option("--genre", default="half-year-summary", show_default=True, help="文种，如 半年总结。")
@click.option("--force", is_flag=True, help="文件已有时覆盖它。")
def facts_new(output: Path, genre: str, force: bool) -> None:
    """新建一个 Excel 事实清单，列好这一文种常用的指标，填数即可。"""
    from pipeline.facts.template import new_workbook, usual_indicators
    from pipeline.shipped import shipped

    keep_existing([output], force=force, what="清单文件已经有了，可能填过数")
    id = named(genre, known_words()["genres"], "文种", "--genre")
    topic_names, genre_names = _names()
    usual = usual_indicators(shipped("prompts") / "indicators.yaml", str(id))
    new_workbook(output, str(id), genre_names=genre_names, topic_names=topic_names, usual=usual)
    say(f"已建好 {output}：在“基本信息”和“事实”两页填写，用不着的行删去。")


@facts.command("extract")
@click.argument("report", type=path_type())
@click.option("-o", "--output", type=path_type(dir_okay=False), required=True, help="写成 Excel 清单（.xlsx）。")
@click.option("--article", type=click.IntRange(1), help="文件里有几篇时，取第几篇。")
@click.option("--force", is_flag=True, help="文件已有时覆盖它。")
@meta_options
@json_option
def facts_extract(report: Path, output: Path, article: int | None, force: bool, given: Given, as_json: bool) -> None:
    """把一篇旧稿 REPORT（.docx .md .txt .html .pdf）里的数取成清单：旧稿的数列在上年同期，本期空着待填。"""
    from pipeline.archive.parsing import parse_page
    from pipeline.facts.extraction import extracted
    from pipeline.facts.template import Usual, new_workbook, usual_indicators
    from pipeline.facts.topics import UNPLACED, topic_of
    from pipeline.facts.writing import NO_TOPIC
    from pipeline.language.periods import read_period
    from pipeline.shipped import shipped

    keep_existing([output], force=force, what="清单文件已经有了，可能填过数")
    old = _article(parse_page(report).articles, article, str(report))
    town = given.words.get("town") or old.region or ""
    then = read_period(old.period) if old.period else None
    rows = extracted(old.text, town=town)
    if report.suffix.lower() in (".docx", ".md"):
        rows += _tables(report, rows, then.year if then else None)
    if not rows:
        raise PipelineError(
            "这篇稿子里没有取到数。", where=str(report), mend="检查是否选错了文件；扫描件请先转成文字。"
        )
    topics, words = known_topics(), known_words()
    shelf = shipped("prompts") / "indicators.yaml"
    common = {u.indicator: u.topic for genre_id in known_genres() for u in usual_indicators(shelf, genre_id)}
    genre = named(given.words.get("genre"), words["genres"], "文种", "--genre") or old.genre or "half-year-summary"
    following = replace(then, year=then.year + 1).words if then else ""
    meta = {"town": town, "period": following, **given.words}

    def topic(row: Extracted) -> str:
        """As the usual indicators have it, else by the indicator's words, else by its clause's, else by the heading's."""
        if row.indicator in common:
            return common[row.indicator]
        found = (topic_of(topics, *words) for words in (("", row.indicator), ("", row.said), (row.heading, row.said)))
        return next((t for t in found if t and t not in UNPLACED), NO_TOPIC)

    usual = [Usual(topic(row), row.indicator, row.unit, row.value, f"上年写：{row.said}") for row in rows]
    topic_names, genre_names = _names()
    new_workbook(output, genre, genre_names=genre_names, topic_names=topic_names, usual=usual, meta=meta)
    if as_json:
        print_json([asdict(row) | {f: str(v) for f in ("value", "growth_pct", "completion_pct") if (v := getattr(row, f)) is not None} for row in rows])  # fmt: skip
    say(
        f"取到 {len(rows)} 个数，已写出 {output}：旧稿的数在“上年同期”，请填“本期”；今年没有的行删去，指标名称也请看一遍。"
    )
    if following:
        say(f"报告期按旧稿的下一年填为 {following}，不对请改。")


def _tables(report: Path, told: Sequence[Extracted], year: int | None) -> tuple[Extracted, ...]:
    """The figures of a report's tables that its prose does not tell."""
    from pipeline.documents import read_document
    from pipeline.facts.sheet_check import indicator_key
    from pipeline.facts.table_extraction import extracted_tables

    known = {(indicator_key(row.indicator), row.value) for row in told}
    rows = extracted_tables(read_document(report).text, year=year)
    return tuple(row for row in rows if (indicator_key(row.indicator), row.value) not in known)


def _article(articles: Sequence[ParsedArticle], number: int | None, where: str) -> ParsedArticle:
    """The one article of a page, or the one that was asked for."""
    if number is None and len(articles) > 1:
        listed = "；".join(f"{n} {a.title}" for n, a in enumerate(articles, 1))
        raise PipelineError(
            f"文件里有 {len(articles)} 篇。", where=where, mend=f"用 --article 写明取第几篇：{listed}。"
        )
    if not articles or (number or 1) > len(articles):
        raise PipelineError(
            f"文件里只有 {len(articles)} 篇稿子。", where=where, mend="检查 --article 的数，或是否选错了文件。"
        )
    return articles[(number or 1) - 1]


@facts.command("convert")
@click.argument("facts", type=path_type())
@click.option("-o", "--output", type=path_type(dir_okay=False), required=True, help="写成 .yaml .json .csv 或 .xlsx。")
@click.option("--force", is_flag=True, help="文件已有时覆盖它；写成 .csv 时，旁边的 .meta.yaml 也算。")
@meta_options
def facts_convert(facts: Path, output: Path, force: bool, given: Given) -> None:
    """把清单换成另一种格式，内容一个不少。"""
    from pipeline.facts.writing import files_of_sheet, write_sheet

    keep_existing(files_of_sheet(output), force=force, what="文件已经有了，转换会盖掉它")
    sheet, problems = sheet_at(facts, given)
    tell(problems)
    topic_names, genre_names = _names()
    for path in write_sheet(sheet, output, topic_names=topic_names, genre_names=genre_names):
        say(f"已写出 {path}")


@facts.command("merge")
@click.argument("sheets", nargs=-1, required=True, type=path_type())
@click.option("-o", "--output", type=path_type(dir_okay=False), required=True, help="合并后的清单。")
@click.option("--force", is_flag=True, help="文件已有时覆盖它。")
@meta_options
@json_option
def facts_merge(sheets: tuple[Path, ...], output: Path, force: bool, given: Given, as_json: bool) -> None:
    """把几张清单合成一张；同一事实各说各的，并排列出。"""
    from pipeline.facts.merging import merge
    from pipeline.facts.writing import files_of_sheet, write_sheet

    keep_existing(files_of_sheet(output), force=force, what="文件已经有了，合并会盖掉它")
    read = _together(sheets, given)
    for path, (_, problems) in zip(sheets, read, strict=True):
        tell(replace(problem, where=f"{path.name}，{problem.where}") for problem in problems)
    merged = merge([(path.name, sheet) for path, (sheet, _) in zip(sheets, read, strict=True)])
    topic_names, genre_names = _names()
    if as_json:
        looked_at = [
            {"sheet": path.name, "where": p.where, "message": p.message, "mend": p.mend}
            for path, (_, problems) in zip(sheets, read, strict=True)
            for p in problems
            if p.severity != "note"
        ]
        print_json({"facts": len(merged.sheet.facts), "conflicts": [asdict(c) for c in merged.conflicts], "problems": looked_at})  # fmt: skip
    for conflict in merged.conflicts if not as_json else ():
        click.echo(_told(conflict, topic_names | genre_names))
    for path in write_sheet(merged.sheet, output, topic_names=topic_names, genre_names=genre_names):
        say(f"已写出 {path}，共 {len(merged.sheet.facts)} 条。")
    raise SystemExit(1 if merged.conflicts else 0)


def _together(paths: Sequence[Path], given: Given) -> list[tuple[Sheet, tuple[Problem, ...]]]:
    """Sheets that go into one, each with what is to be said of it: an office's table says nothing of town and period; then it is the others'."""
    first: Sheet | None = None
    fault: PipelineError | None = None
    for path in paths:
        try:
            first = sheet_at(path, given)[0]
            break
        except PipelineError as told:
            fault = fault or told
    if first is None:
        assert fault is not None  # there is one path at least
        raise fault
    meta = {
        "town": first.meta.town,
        "county": first.meta.county,
        "period": first.meta.period.code,
        "genre": first.meta.genre,
    }
    filling = Given(given.file, {name: value for name, value in meta.items() if value} | dict(given.words))
    return [sheet_at(path, filling) for path in paths]


def _told(conflict: Conflict, names: Mapping[str, str]) -> str:
    """A conflict in a line. `names`: of the topics and genres by id; the clerk reads no codes."""
    from pipeline.language.periods import read_period

    def spoken(said: str) -> str:
        if conflict.field == "period" and (period := read_period(said)):
            return period.words
        return names.get(said, said) if conflict.field in ("topic", "genre") else said

    sides = "；".join(f"{source} 写 {spoken(said)}" for source, said in conflict.sides)
    kept = f"采用 {conflict.sides[0][0]} 的 {spoken(conflict.sides[0][1])}" if conflict.field else "都留着"
    return f"{' '.join(filter(None, (conflict.fact, conflict.indicator, conflict.column)))}：{sides}；{kept}。"


@facts.command("diff")
@click.argument("old", type=path_type())
@click.argument("new", type=path_type())
@meta_options
@json_option
def facts_diff(old: Path, new: Path, given: Given, as_json: bool) -> None:
    """比较两张清单：添了什么，少了什么，改了什么。"""
    from pipeline.facts.merging import diff

    changes = diff(sheet_at(old, given)[0], sheet_at(new, given)[0])
    if as_json:
        print_json([asdict(c) for c in changes])
    for change in changes if not as_json else ():
        click.echo(_change(change))
    if not changes and not as_json:
        click.echo("两张清单相同。")


def _change(change: Change) -> str:
    said = f"{change.fact} {change.indicator} {change.column}".strip()
    return f"{said}：{change.old or '（无）'} → {change.new or '（无）'}"
