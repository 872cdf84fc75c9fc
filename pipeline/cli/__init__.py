"""The command line: the one place that wires. Each command parses, calls and prints; slow imports wait inside."""

from __future__ import annotations

from typing import Any

import click

from pipeline.cli.checking import check, quantities
from pipeline.cli.corpus import corpus, search
from pipeline.cli.doctor import doctor
from pipeline.cli.drafting import draft
from pipeline.cli.evaluation import evaluation
from pipeline.cli.facts import facts
from pipeline.errors import PipelineError


class Group(click.Group):
    """Shows a PipelineError as what, where and mend, without a traceback, and exits with its code."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except PipelineError as fault:
            click.echo(f"zhenbao：{fault}", err=True)
            context.exit(fault.exit_code)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="zhenbao")
def main() -> None:
    """镇报：由事实清单起草乡镇工作总结，数字和结构不对的一个不放行。"""


for command in (draft, check, quantities, facts, search, corpus, evaluation, doctor):
    main.add_command(command)
