"""How long one check takes (核稿用时), in processor time, which a busy machine distorts least: `zhenbao eval speed`.

A draft that is new to the check (its sheet is known, no
sentence is), and one that was checked before and has one figure changed; and the whole command, from its start to its end.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from eval.checker.run import Base, Check
from eval.checks import binding, coverage, document, judging, occasions, renamed, statements
from pipeline.language import headings

_FIGURE = re.compile(r"\d+")
LEAST = 60  # facts of a sheet that is measured


def forget() -> None:
    """Forget all sentences that the check remembers; sheets stay known."""
    for remembered in (
        binding._bound, coverage._said, document._read, judging._agreeing, judging._plainly_agreeing, statements._plain_rivals,
        renamed._words, occasions._bare, headings._headings,
    ):  # fmt: skip
        remembered.cache_clear()


def seconds(base: Base, check: Check, *, changed: bool) -> float:
    """Processor seconds of one check of a draft that is new, or, if `changed`, of one with a figure changed since it was checked."""
    check(base.text, base.sheet)
    text = base.text
    if changed:
        figures = list(_FIGURE.finditer(text))
        middle = figures[len(figures) // 2]
        text = f"{text[: middle.start()]}{int(middle[0]) + 1}{text[middle.end() :]}"
    else:
        forget()
    begin = time.process_time()
    check(text, base.sheet)
    return time.process_time() - begin


def per_thousand(bases: Sequence[Base], check: Check, *, changed: bool) -> float:
    """Processor milliseconds for a thousand characters, the best of three for each base."""
    spent = sum(min(seconds(base, check, changed=changed) for _ in range(3)) for base in bases)
    return 1e6 * spent / sum(len(base.text) for base in bases)


def cold(draft: Path, sheet: Path, times: int = 5) -> tuple[float, float]:
    """Seconds that `zhenbao check` takes as its user runs it, by the clock and of the processor, the best of several runs.

    The archive is the user's own, or the one that the environment names.
    """
    words = [sys.executable, "-m", "pipeline.cli", "check", str(draft), "--facts", str(sheet)]
    clock, processor = [], []
    for _ in range(times):
        begin, before = time.perf_counter(), os.times()
        done = subprocess.run(words, capture_output=True, check=False)
        after = os.times()
        if done.returncode not in (0, 1):
            raise RuntimeError(done.stderr.decode(errors="replace"))
        clock.append(time.perf_counter() - begin)
        used = after.children_user + after.children_system - before.children_user - before.children_system
        processor.append(used)
    return min(clock), min(processor)
