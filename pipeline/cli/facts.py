"""`zhenbao facts …`: the facts sheet itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.shared import (
    json_option,
    known_words,
    path_type,
    print_json,
)

if TYPE_CHECKING:
    pass


@click.group()
def facts() -> None:
    """事实清单。"""


@facts.command("check")
@click.argument("facts", type=path_type())
@json_option
def facts_check(facts: Path, as_json: bool) -> None:
    """清单能不能用：accept 可用，warn 可用但要看一看，reject 不能用。"""
    from pipeline.facts.reading import read_sheet

    words = known_words()
    reading = read_sheet(facts, genres=words["genres"], topics=words["topics"])
    if as_json:
        rows = [{"where": p.where, "message": p.message, "mend": p.mend} for p in reading.problems]
        print_json({"verdict": reading.verdict, "problems": rows})
    else:
        for p in reading.problems:
            click.echo(f"{'错误' if p.severity == 'error' else '提示'}：{p.where}：{p.message}{p.mend}")
        click.echo(
            {
                "accept": "清单可用。",
                "warn": "清单可用，请看一看上面的提示。",
                "reject": "清单不能用，请先改正上面的错误。",
            }[reading.verdict]
        )
    raise SystemExit(1 if reading.verdict == "reject" else 0)
