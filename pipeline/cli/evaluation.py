"""`zhenbao eval …`: offline runs that measure zhenbao itself."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.checker_bases import clean_bases, judged_by, sample_bases
from pipeline.cli.runs import COMMANDS
from pipeline.cli.shared import (
    archive_at,
    archive_option,
    json_option,
    known_genres,
    path_type,
    print_json,
    say,
)

if TYPE_CHECKING:
    from eval.checker.run import Outcome, Tally


COLD = "hudai-2008h1"  # the draft, worded by the model, that is checked to see how long the whole command takes


@click.group("eval")
def evaluation() -> None:
    """离线评测：改了提示词、模型、范文或规则，好了还是坏了。"""


for command in COMMANDS:
    evaluation.add_command(command)


@evaluation.command("topics", context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def topics(options: tuple[str, ...]) -> None:
    """段落主题判得准不准（--help 看选项）。"""
    from eval.topics.__main__ import main

    main(args=list(options), prog_name="zhenbao eval topics")


@evaluation.command("checker")
@click.option("--per-class", default=60, show_default=True, type=click.IntRange(1, 10_000), help="每类错误试多少处。")
@click.option("--seed", default=0, show_default=True, help="同一种子，同一结果。")
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(1, 64), help="同时用几个进程。")
@click.option("--misses", default=20, show_default=True, help="最多列出多少处漏报和误报。")
@click.option(
    "--target",
    default=0.99,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="每类至少查出多少，改写至少放过多少。",
)
@click.option(
    "--shared",
    type=path_type(file_okay=False),
    default=Path("../shared"),
    show_default=True,
    help="样本所在处（seeds/ 和 gold/facts/），有则把样本段落也作底稿。",
)
@json_option
def checker(per_class: int, seed: int, jobs: int, misses: int, target: float, shared: Path, as_json: bool) -> None:
    """在无错的稿子里埋下已知的错误，看核稿查出多少；再作无害的改写，看它会不会误报。

    底稿：范文和清单、句式稿、模型稿（存档）、手写稿、样本段落（若有）。每类给出查出的比率和 Wilson 95% 区间，漏报逐条列出。
    无错稿有误报、某类低于 --target、改写误报超过 1 - --target，退出码为 1。
    """
    from eval.checker.run import run

    genres = known_genres()
    bases = [*clean_bases(genres), *sample_bases(shared, genres)]
    outcome = run(bases, partial(judged_by, genres), per_class=per_class, seed=seed, jobs=jobs)
    if as_json:
        print_json(asdict(outcome))
    else:
        _print(outcome, misses)
    caught = all(t.caught >= t.tried * target for t in (*outcome.seeded, *outcome.by_hand))
    left, tried = (sum(getattr(t, n) for t in outcome.harmless) for n in ("caught", "tried"))
    good = caught and left >= tried * target and outcome.clean.caught == outcome.clean.tried
    raise SystemExit(0 if good else 1)


@evaluation.command("speed")
@json_option
def speed(as_json: bool) -> None:
    """核一篇 3000 字的稿子要多少毫秒（处理器时间）：新稿，和改了一处再核的稿子。底稿同 checker，只取 60 条以上的清单。

    另量 zhenbao check 从启动到结束要多少秒。
    """
    from eval.checker.run import TEXTS
    from eval.checker.speed import LEAST, cold, per_thousand
    from pipeline.shipped import shipped

    genres = known_genres()
    bases = [b for b in clean_bases(genres) if b.marked is None and len(b.sheet.facts) >= LEAST]
    check = partial(judged_by, genres)
    row = {
        "drafts": len(bases),
        "facts": round(sum(len(b.sheet.facts) for b in bases) / len(bases)),
        "new_ms": round(3 * per_thousand(bases, check, changed=False), 1),
        "changed_ms": round(3 * per_thousand(bases, check, changed=True), 1),
    }
    clock, processor = cold(TEXTS / "model" / f"{COLD}.md", shipped("corpus") / "facts" / f"{COLD}.yaml")
    row |= {"cold_s": round(clock, 2), "cold_processor_s": round(processor, 2)}
    if as_json:
        print_json(row)
    else:
        click.echo(
            f"稿子 {row['drafts']} 篇，清单平均 {row['facts']} 条。每 3000 字：新稿 {row['new_ms']} 毫秒，改一处再核 {row['changed_ms']} 毫秒。\n"
            f"zhenbao check {COLD} 从启动到结束：{row['cold_s']} 秒，处理器时间 {row['cold_processor_s']} 秒。"
        )


@evaluation.command("hostile")
@click.option("--sheets", default=210, show_default=True, type=click.IntRange(1, 100_000), help="随机生成多少份清单。")
@click.option("--seed", default=0, show_default=True, help="同一种子，同一结果。")
@click.option(
    "--level",
    default=2,
    show_default=True,
    type=click.IntRange(0, 3),
    help="写作方式：0 不用模型，1 选词，2 写句，3 写节。",
)
@click.option(
    "--keep",
    type=path_type(file_okay=False),
    default=Path("build/hostile"),
    show_default=True,
    help="清单和稿件存放处。",
)
@click.option("--bench", type=path_type(exists=True, file_okay=False), help="独立评判的文件夹（score_draft.py 所在）。")
@archive_option
@json_option
def hostile(
    sheets: int, seed: int, level: int, keep: Path, bench: Path | None, archive: Path | None, as_json: bool
) -> None:
    """让一个处处使坏的模型来写随机生成的清单，看稿子里有没有一个数字、一个地名出错。"""
    from eval.hostile.run import judge_of, run
    from eval.hostile.sheets import generated
    from pipeline.cli.hostile import hostile_draft, indicator_lists, slipped_names

    lists = indicator_lists()
    made = (generated(n, seed, lists) for n in range(sheets))
    judge = judge_of(bench) if bench else None
    tally = run(made, hostile_draft(archive_at(archive), level, seed), keep, judge, slipped_names())
    if as_json:
        print_json(asdict(tally))
    else:
        say(
            f"清单 {tally.sheets} 份，事实 {tally.facts} 条，其中有数字的 {tally.figures} 条；未写明 {tally.uncovered} 条。"
        )
        say(f"核稿错误：{dict(tally.errors) or '无'}；混入的外来词：{tally.foreign} 处。")
        say(f"句子：{dict(tally.writers)}；退回的原因：{dict(tally.rejections.most_common(12)) or '无'}。")
        if judge is not None:
            say(f"独立评判：{dict(tally.judged)}。")
        for miss in tally.misses[:20]:
            say(f"  {miss}")
    raise SystemExit(0 if tally.holds else 1)


def _print(outcome: Outcome, most: int) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("类别", "试", "中", "率", "95% 区间", "名目不符", "连带误报")

    def add(tally: Tally, what: str) -> None:
        interval = tally.interval
        share = f"{tally.caught / tally.tried:.3f}" if tally.tried else "未测"
        bounds = f"{interval[0]:.3f}–{interval[1]:.3f}" if interval else "未测"
        counts = (str(n) for n in (tally.misnamed, tally.false_alarms))
        table.add_row(f"{what}{tally.name}", str(tally.tried), str(tally.caught), share, bounds, *counts)

    add(outcome.clean, "")
    for tally in outcome.seeded:
        add(tally, "错 ")
    for tally in outcome.by_hand:
        add(tally, "手工 ")
    for tally in outcome.harmless:
        add(tally, "改写 ")
    console = Console(width=100)
    console.print(table)
    survivors = [m for t in outcome.tallies for m in t.misses]
    for miss in survivors[:most]:
        click.echo(f"  {miss}")
    if len(survivors) > most:
        say(f"另有 {len(survivors) - most} 处，用 --misses 全部列出。")
    rate = outcome.texts / outcome.seconds
    click.echo(
        f"{outcome.texts} 篇，{outcome.seconds:.1f} 秒（每秒 {rate:.0f} 篇）；漏报、误报和名目不符共 {len(survivors)} 处。"
    )
