"""`zhenbao doctor`: what is installed, what is missing, how to mend it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.shared import (
    archive_option,
    cache,
    default_archive,
    json_option,
    print_json,
)

if TYPE_CHECKING:
    pass


@click.command()
@click.option("--base-url", envvar="ZHENBAO_BASE_URL", help="也看看这个模型服务答不答。")
@click.option("--model", "model_name", help="该服务上的模型名。")
@archive_option
@json_option
def doctor(base_url: str | None, model_name: str | None, archive: Path | None, as_json: bool) -> None:
    """装了什么，缺什么，怎么补。"""
    import os
    from dataclasses import asdict

    from pipeline.doctor import examine

    found = examine(archive or default_archive(), base_url, model_name, os.environ.get("OPENAI_API_KEY"), cache())
    if as_json:
        print_json([asdict(d) for d in found])
    else:
        signs = {"ok": "✓", "missing": "缺", "broken": "坏"}
        for d in found:
            click.echo(
                f"{signs[d.state]} {d.name}：{d.says}" + (f"\n   办法：{d.mend}" if d.mend and d.state != "ok" else "")
            )
    raise SystemExit(0 if all(d.state == "ok" for d in found) else 1)
