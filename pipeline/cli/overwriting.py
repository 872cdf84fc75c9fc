"""What a command does not write over (不覆盖): the files it reads, files that are there already, drafts edited by hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipeline.errors import PipelineError
from pipeline.files import before_of


def keep_sources(targets: Iterable[Path], sources: Mapping[str, Path | None], option: str) -> None:
    """Raises PipelineError if a file that is to be written is one that the command reads. `sources`: what each is called."""
    for target in targets:
        for called, source in sources.items():
            if source is not None and _same(target, source):
                raise PipelineError(f"{option} 会盖掉{called}。", where=str(target), mend="请换一个文件名。")


def keep_existing(targets: Iterable[Path], *, force: bool, what: str) -> None:
    """Raises PipelineError if one of the files is there already, unless forced. `what`: what may be lost with it."""
    for target in targets:
        if target.exists() and not force:
            raise PipelineError(f"{what}。", where=str(target), mend="换一个文件名，或加 --force 覆盖。")


def keep_all_but_check_pages(target: Path) -> None:
    """Raises PipelineError if a file is there that no earlier `check --html` wrote."""
    from eval.checks.page import is_page

    if target.exists() and not (target.is_file() and is_page(target.read_bytes())):
        raise PipelineError(
            "这个文件已经有了，不是以前的核稿页，网页会盖掉它。", where=str(target), mend="给 --html 换一个文件名，如 核稿.html。"
        )  # fmt: skip


def edited_draft(target: Path, content: bytes) -> dict[Path, bytes]:
    """A draft that was edited since it was written, under the name to keep it by; empty if there is none.

    Edited is what differs from the SHA-256 that the trace beside it tells, and what has no trace. `content`: what is to be
    written; a file that holds it already loses nothing.
    """
    if not (kept := replaced(target, content)):
        return {}
    try:
        run = json.loads(target.with_suffix(".trace.json").read_text(encoding="utf-8"))["run"]
        written = (run.get("file_sha256"), run.get("draft_sha256"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        written = (None, None)
    return {path: old for path, old in kept.items() if hashlib.sha256(old).hexdigest() not in written}


def replaced(target: Path, content: bytes) -> dict[Path, bytes]:
    """The file that is there, under the name to keep it by; empty if there is none or it holds the same already."""
    if not target.is_file() or (old := target.read_bytes()) == content:
        return {}
    return {before_of(target): old}


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there
        return one.resolve() == other.resolve()
