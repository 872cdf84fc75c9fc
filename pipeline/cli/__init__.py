"""The command line: the one place that wires. Each command parses, calls and prints; slow imports wait inside."""

from __future__ import annotations

import errno
import gc
import io
import os
import sys
from importlib import import_module
from typing import Any

import click

from pipeline.cli.shared import FEW_COLLECTIONS, STOPPED, cache
from pipeline.errors import PipelineError
from pipeline.files import unwritten


def _unprinted(fault: OSError) -> int:
    """What stdout could not take is lost; say so, and keep Python from trying again at its end."""
    click.echo(f"zhenbao：输出写不出去：{fault.strerror}。\n办法：检查磁盘空间，或用 -o 写到别处。", err=True)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 2


def _in_printing(fault: BaseException) -> bool:
    """Whether it was raised in the libraries by which we print, not in what writes files."""
    trace = fault.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    module = str(trace.tb_frame.f_globals.get("__name__", "")) if trace else ""
    return module.startswith(("click.", "rich."))


# Each command by the module of pipeline.cli that has it and its name there: only the one that is run is loaded.
COMMANDS = {
    "draft": ("drafting", "draft"), "outline": ("drafting", "outline"), "check": ("checking", "check"), "update": ("updating", "update"),
    "quantities": ("checking", "quantities"), "facts": ("facts", "facts"), "search": ("search", "search"), "corpus": ("corpus", "corpus"),
    "eval": ("evaluation", "evaluation"), "doctor": ("doctor", "doctor"),
}  # fmt: skip


class Group(click.Group):
    """Loads a command when it is run. Shows a PipelineError as what, where and mend, without a traceback, and exits with its code."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, called = COMMANDS[name]
        command: click.Command = getattr(import_module(f"pipeline.cli.{module}"), called)
        return command

    def invoke(self, context: click.Context) -> Any:
        gc.set_threshold(*FEW_COLLECTIONS)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")  # a console in GBK has no ㎡: better ? than no draft
        try:
            return super().invoke(context)
        except PipelineError as fault:
            click.echo(f"zhenbao：{fault}", err=True)
            context.exit(fault.exit_code)
        except click.UsageError as fault:
            path = fault.ctx.command_path if fault.ctx else "zhenbao"
            click.echo(f"zhenbao：命令写法不对：{fault.format_message()}\n办法：运行 {path} --help 看用法。", err=True)
            context.exit(fault.exit_code)
        except KeyboardInterrupt:
            click.echo("zhenbao：已按 Ctrl-C 停下，没有写出文件。", err=True)
            context.exit(STOPPED)
        except OSError as fault:
            if fault.errno == errno.EPIPE:
                raise  # click ends quietly where nobody reads on
            if fault.filename is None and _in_printing(fault):
                context.exit(_unprinted(fault))
            # What is asked for is written by pipeline.files, archives by pipeline.archive: what has no name here is the cache's.
            where = f"缓存文件夹 {cache()}，或临时文件夹" if fault.filename is None else os.fsdecode(fault.filename)
            if (told := unwritten(fault, where)) is None:
                raise
            click.echo(f"zhenbao：{told}", err=True)
            context.exit(told.exit_code)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="zhenbao")
def main() -> None:
    """镇报：由事实清单起草乡镇工作总结，数字和结构不对的一个不放行。"""
