"""The runner (评测的执行): makes and measures what a run still lacks, in this process or in several, and keeps each item at once."""

from __future__ import annotations

import multiprocessing
import multiprocessing.util
import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Protocol

from eval.measures.table import failed
from eval.runs.rows import Failure, FailureKind, Row
from eval.runs.store import Run, keep
from eval.runs.suite import Item
from pipeline.errors import PipelineError, ServiceError


@dataclass(frozen=True, slots=True)
class Made:
    """An item's row, its files by their place in the run's folder, and the seconds that the draft took."""

    row: Row
    files: Mapping[str, str] = field(default_factory=dict)
    seconds: float | None = None


class Desk(Protocol):
    """Where items are made: holds open what all of them need."""

    def make(self, item: Item) -> Made: ...


OpenDesk = Callable[[], AbstractContextManager[Desk]]  # can be pickled: each process opens its own
Progress = Callable[[str, int, int], None]


def pending(run: Run, items: Sequence[Item]) -> list[Item]:
    """Items without a row, and those that a model left without an answer: it may answer now."""
    rows = run.rows
    return [i for i in items if i.id not in rows or ((why := rows[i.id].failure) is not None and why.kind == "service")]


def run_items(
    folder: Path,
    items: Sequence[Item],
    open_desk: OpenDesk,
    *,
    jobs: int,
    progress: Progress,
    referenced: frozenset[str],
) -> None:
    """Make all items and keep each as soon as it is made. `referenced`: names of the sheets with a reference.

    What goes wrong with an item is its result, never the end of the run.
    """
    results = (
        _in_process(items, open_desk, referenced) if jobs == 1 else _in_processes(items, open_desk, jobs, referenced)
    )
    for done, made in enumerate(results, 1):
        keep(folder, made.row, made.files, made.seconds)
        progress(made.row.id, done, len(items))


def made_or_failed(desk: Desk, item: Item, referenced: frozenset[str]) -> Made:
    """An item's result, or its failure with all that is known of it."""
    try:
        return desk.make(item)
    except ServiceError as fault:
        return _failed(item, "service", str(fault), item.sheet.stem in referenced)
    except PipelineError as fault:
        return _failed(item, "fault", str(fault), item.sheet.stem in referenced)
    except Exception:  # noqa: BLE001 - a run measures the program: its faults are results, counted among all items
        return _failed(item, "fault", traceback.format_exc(), item.sheet.stem in referenced)


def _failed(item: Item, kind: FailureKind, said: str, with_reference: bool) -> Made:
    what = said.strip().splitlines()[-1 if said.startswith("Traceback") else 0]
    row = Row(item.case, item.group, item.sheet.stem, failed(with_reference), failure=Failure(kind, what))
    return Made(row, {f"drafts/{item.id}.fault.txt": said.rstrip() + "\n"})


def _in_process(items: Sequence[Item], open_desk: OpenDesk, referenced: frozenset[str]) -> Iterator[Made]:
    with open_desk() as desk:
        for item in items:
            yield made_or_failed(desk, item, referenced)


def _in_processes(items: Sequence[Item], open_desk: OpenDesk, jobs: int, referenced: frozenset[str]) -> Iterator[Made]:
    """Results as they come. No more items are handed out than there are processes: few are in doubt when one dies."""
    left = list(reversed(items))
    while left:
        in_hand: dict[Future[Made], Item] = {}
        pool = _pool(open_desk, jobs)
        try:
            while left or in_hand:
                while left and len(in_hand) < jobs:
                    future = pool.submit(_make, left[-1], referenced)  # which may find the pool broken
                    in_hand[future] = left.pop()
                finished, _ = wait(in_hand, return_when=FIRST_COMPLETED)
                for future in finished:
                    result = future.result()
                    del in_hand[future]
                    yield result
        except BrokenProcessPool:
            for item in in_hand.values():
                yield _alone(item, open_desk, referenced)
        except KeyboardInterrupt:
            for process in multiprocessing.active_children():  # else Python waits at its end for the drafts in hand
                process.terminate()
            raise
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _alone(item: Item, open_desk: OpenDesk, referenced: frozenset[str]) -> Made:
    """Make an item in a process of its own: it was in hand when one died, perhaps by it."""
    with _pool(open_desk, 1) as pool:
        try:
            return pool.submit(_make, item, referenced).result()
        except BrokenProcessPool:
            return _failed(item, "died", "起草的进程中途退出（内存不够，或程序崩溃）。", item.sheet.stem in referenced)


def _pool(open_desk: OpenDesk, jobs: int) -> ProcessPoolExecutor:
    # spawn: a fork would copy the threads' locks of ONNX Runtime and the model's server in whatever state they are
    return ProcessPoolExecutor(
        jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_begin, initargs=(open_desk,)
    )


_STACK = ExitStack()
_DESK: list[Desk] = []


def _begin(open_desk: OpenDesk) -> None:
    """What a process does first. Ctrl-C is the parent's matter; when the parent is killed, this one ends too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _DESK[:] = [_STACK.enter_context(open_desk())]
    multiprocessing.util.Finalize(None, _STACK.close, exitpriority=100)  # such a process runs no atexit


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _make(item: Item, referenced: frozenset[str]) -> Made:
    return made_or_failed(_DESK[0], item, referenced)
