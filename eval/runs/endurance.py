"""Kill a run at random moments, go on with it, and hold its report to one that was never killed (中断续跑).

    python -m eval.runs.endurance [--times 10] [--suite patterns] [--jobs 2] [--seed 0]

Each round has a new folder: kills (SIGKILL, of the run alone, so that its own processes must notice) come at random moments of the
time that an undisturbed run takes, then the run is made again to its end. Reports, rows and manifest must be equal to the last byte.
Answers of models are asked anew each time.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

COMPARED = ("report.html", "report.md", "report.xml", "items.jsonl", "manifest.json")
KILLS = 2  # a round


def main(say: Callable[[str], None] = print) -> None:
    given = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    given.add_argument("--times", type=int, default=10)
    given.add_argument("--suite", default="patterns")
    given.add_argument("--jobs", type=int, default=2)
    given.add_argument("--seed", type=int, default=0)
    options = given.parse_args()
    chance, unequal = Random(options.seed), 0
    with tempfile.TemporaryDirectory(prefix="zhenbao-endurance-") as name:
        folder = Path(name)
        begin = time.perf_counter()
        _run(options, folder / "whole")
        whole = time.perf_counter() - begin
        say(f"undisturbed: {whole:.1f} s")
        for number in range(options.times):
            target = folder / f"killed-{number}"
            moments = [chance.uniform(0.2, 1.0) * whole for _ in range(KILLS)]
            had = [_killed(options, target, moment) for moment in moments]
            _run(options, target)
            differing = [n for n in COMPARED if (target / n).read_bytes() != (folder / "whole" / n).read_bytes()]
            unequal += bool(differing)
            told = "，".join(f"{moment:.1f} s ({rows} rows)" for moment, rows in zip(moments, had, strict=True))
            say(f"{number + 1:2d}: killed after {told}: {'equal' if not differing else f'DIFFERS: {differing}'}")
    raise SystemExit(1 if unequal else 0)


def _command(options: argparse.Namespace, target: Path) -> list[str]:
    words = ["eval", "run", options.suite, "-o", str(target), "--jobs", str(options.jobs), "--fresh"]
    return [sys.executable, "-m", "pipeline.cli", *words]


def _run(options: argparse.Namespace, target: Path) -> None:
    done = subprocess.run(_command(options, target), capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"the run ended with {done.returncode}: {done.stderr}")


def _killed(options: argparse.Namespace, target: Path, after: float) -> int:
    """Start the run and kill it after so many seconds; how many rows it had by then."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(_command(options, target), stdout=quiet, stderr=quiet) as running:
        time.sleep(after)
        running.send_signal(signal.SIGKILL)
    rows = target / "items.jsonl"
    return rows.read_bytes().count(b"\n") if rows.exists() else 0


if __name__ == "__main__":
    main()
