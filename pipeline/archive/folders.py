"""The archive's folder (库文件夹) and how a writer works in it: one at a time, finished things under their names, nothing
half written ever seen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.errors import PipelineError
from pipeline.files import unwritten

LOCK = ".lock"
UNFINISHED = ".unfinished"  # ends the name of what a writer has not completed
JOURNAL = ".journal"


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the archive's lock. The system gives it back when the process ends, however it ends.

    What is unfinished when the work fails is removed; a full disk becomes a PipelineError.
    """
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK, timeout=0)
        lock.acquire()
    except Timeout as fault:
        raise PipelineError("另一个进程正在写这个档案库。", where=str(folder), mend="等它完成后再运行。") from fault
    except OSError as fault:
        raise PipelineError(
            f"档案库文件夹不能写：{fault.strerror}。", where=str(folder), mend="换一个文件夹，或改它的权限。"
        ) from fault
    try:
        tidy(folder)
        yield
    except BaseException as fault:  # a full disk, Ctrl-C: nothing half written stays to take room
        with suppress(OSError):
            tidy(folder)
        if told := unwritten(fault, str(folder)):
            raise told from fault
        raise
    finally:
        lock.release()


def tidy(folder: Path, *, spare: Iterable[str] = ()) -> None:
    """Remove what writers left unfinished and, with `spare`, the other folders and journals that are not in it."""
    keep = set(spare)
    for path in sorted(folder.iterdir()):
        unfinished = path.name.endswith(UNFINISHED)
        ours = path.name.startswith(("generation-", "segment-", "encoder-")) or path.name.endswith(JOURNAL)
        if unfinished or (keep and ours and path.name not in keep):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def finish(making: Path, name: Path) -> None:
    """Flush a folder and what is in it to the disk, then give it its name."""
    for path in sorted(making.iterdir()):
        flush(path)
    flush(making)
    if name.exists():  # finished by a writer that ended before it switched to it
        shutil.rmtree(name)
    making.rename(name)
    flush(name.parent)


def flush(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return  # Windows has no flush for folders
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
