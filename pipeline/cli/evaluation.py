"""`zhenbao eval …`: offline runs that measure zhenbao itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.shared import json_option, known_genres, known_topics, print_json, say, sheet_at

if TYPE_CHECKING:
    from eval.checker.run import Base, Outcome, Tally
    from pipeline.facts.genres import Genre


@click.group("eval")
def evaluation() -> None:
    """离线评测：改了提示词、模型、范文或规则，好了还是坏了。"""


@evaluation.command("topics", context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def topics(options: tuple[str, ...]) -> None:
    """段落主题判得准不准（--help 看选项）。"""
    from eval.topics.__main__ import main

    main(args=list(options), prog_name="zhenbao eval topics")


@evaluation.command("checker")
@click.option("--per-class", default=60, show_default=True, type=click.IntRange(1, 10_000), help="每类错误试多少处。")
@click.option("--seed", default=0, show_default=True, help="同一种子，同一结果。")
@click.option("--misses", default=20, show_default=True, help="最多列出多少处漏报和误报。")
@json_option
def checker(per_class: int, seed: int, misses: int, as_json: bool) -> None:
    """在无错的稿子里埋下已知的错误，看核稿查出多少；再作无害的改写，看它会不会误报。"""
    from eval.checker.run import run
    from eval.checks.check import check
    from pipeline.facts.model import Sheet

    genres = known_genres()

    def judged(text: str, sheet: Sheet) -> Any:
        return check(text, sheet, genre=genres[sheet.meta.genre])

    outcome = run(_bases(genres), judged, per_class=per_class, seed=seed)
    if as_json:
        print_json(asdict(outcome))
    else:
        _print(outcome, misses)
    whole = all(t.caught == t.tried for t in (outcome.clean, *outcome.seeded, *outcome.harmless))
    raise SystemExit(0 if whole else 1)


def _bases(genres: Mapping[str, Genre]) -> Sequence[Base]:
    """Clean texts: the exemplars with their own sheets, and a draft of each shipped sheet."""
    from eval.checker.run import Base
    from pipeline.archive.exemplars import read_exemplar
    from pipeline.drafting.draft import Drafting
    from pipeline.drafting.outline import outline
    from pipeline.drafting.writer import PatternWriter
    from pipeline.export.markdown import markdown
    from pipeline.shipped import shipped

    corpus, topics = shipped("corpus"), known_topics()
    drafting = Drafting(
        topics, PatternWriter(0), lambda query, topic: (), lambda text, sheet: (), markdown, lambda *_: None
    )
    bases = []
    for path in sorted((corpus / "facts").glob("*.yaml")):
        sheet, _ = sheet_at(path)
        exemplar = corpus / "exemplars" / f"{path.stem}.md"
        if exemplar.exists():
            bases.append(Base(path.stem, read_exemplar(exemplar).text, sheet))
        drafted = drafting.draft(sheet, outline(sheet, genres[sheet.meta.genre], topics))
        bases.append(Base(f"{path.stem}, drafted", markdown(drafted)[0], sheet))
    return bases


def _print(outcome: Outcome, most: int) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("类别", "试", "中", "率", "95% 区间", "名目不符", "连带误报")

    def add(tally: Tally, what: str) -> None:
        interval = tally.interval
        share = f"{tally.caught / tally.tried:.3f}" if tally.tried else "未测"
        bounds = f"{interval[0]:.3f}–{interval[1]:.3f}" if interval else "未测"
        table.add_row(
            f"{what}{tally.name}",
            str(tally.tried),
            str(tally.caught),
            share,
            bounds,
            str(tally.misnamed),
            str(tally.false_alarms),
        )

    add(outcome.clean, "")
    for tally in outcome.seeded:
        add(tally, "错 ")
    for tally in outcome.harmless:
        add(tally, "改写 ")
    console = Console(width=100)
    console.print(table)
    survivors = [m for t in (outcome.clean, *outcome.seeded, *outcome.harmless) for m in t.misses]
    for miss in survivors[:most]:
        click.echo(f"  {miss}")
    if len(survivors) > most:
        say(f"另有 {len(survivors) - most} 处，用 --misses 全部列出。")
    click.echo(f"{outcome.texts} 篇，{outcome.seconds:.1f} 秒；未中和误报 {len(survivors)} 处。")
