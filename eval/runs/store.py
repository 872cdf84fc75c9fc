"""A run on disk (评测文件夹): plain files that a person can open, safe against a kill at any moment, and against a second process.

manifest.json   what the run was made of: hashes, versions, seed; counts once it is whole
suite.yaml      the suite as it was run
items.jsonl     a row an item; in the suite's order once the run is whole
times.jsonl     seconds an item, as measured when it was made
drafts/         each draft, its trace, or the fault that there is none
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock, Timeout

from eval.runs.rows import Row, row_of
from pipeline.errors import PipelineError
from pipeline.files import write_whole

T = TypeVar("T")
_NEW = "换一个新的文件夹（-o），或删去这一个再来。"


@dataclass(frozen=True, slots=True)
class Run:
    """A run as read. `order`: ids of all its items; rows of a run that is not whole are fewer. `seconds`: by item id."""

    folder: Path
    manifest: Mapping[str, Any]
    rows: Mapping[str, Row]
    seconds: Mapping[str, float]

    @property
    def order(self) -> tuple[str, ...]:
        return tuple(self.manifest["items"])

    @property
    def is_whole(self) -> bool:
        return all(id in self.rows for id in self.order)

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups in the order of the suite."""
        return tuple(dict.fromkeys(self.rows[id].group for id in self.order if id in self.rows))

    def text_of(self, row: Row) -> str:
        """A row's draft; "" where there is none."""
        path = self.folder / row.draft
        return path.read_text(encoding="utf-8") if row.draft and path.is_file() else ""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a run's folder alone. Raises PipelineError at once if another process does, or if it cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock")
        lock.acquire(timeout=0)
    except Timeout as fault:
        raise PipelineError(
            "另一个进程正在这个文件夹里评测。", where=str(folder), mend="等它结束，或用 -o 换一个文件夹。"
        ) from fault
    except OSError as fault:
        raise PipelineError(
            f"评测文件夹不能用：{fault.strerror}。", where=str(folder), mend="用 -o 换一个能写的文件夹。"
        ) from fault
    try:
        yield
    finally:
        lock.release()


def begin(folder: Path, manifest: Mapping[str, Any], suite: bytes) -> Run:
    """Start a run, or go on with one of an equal manifest. Raises PipelineError if the folder holds something else.

    A half-written last line is cut off, and rows whose draft is gone are forgotten, so that these items are made again.
    """
    path = folder / "manifest.json"
    if path.exists():
        held = _manifest(folder)
        if differing := changed(_made_of(held), _made_of(manifest)):
            raise PipelineError(
                f"这个文件夹里的评测是用别的东西做的，不能接着做。不同的有：{'、'.join(differing)}。",
                where=str(folder),
                mend=_NEW,
            )
    elif any(child.name != ".lock" for child in folder.iterdir()):
        raise PipelineError("这个文件夹里有别的文件，不是评测。", where=str(folder), mend="用 -o 换一个空文件夹。")
    else:
        write_whole(folder / "suite.yaml", suite)
        write_whole(path, _json(manifest))
    (folder / "drafts").mkdir(exist_ok=True)
    for name in ("items.jsonl", "times.jsonl"):
        _mend(folder / name)
    run = read_run(folder)
    rows = {id: row for id, row in run.rows.items() if not row.draft or (folder / row.draft).is_file()}
    return Run(folder, run.manifest, rows, run.seconds)


def read_run(folder: Path) -> Run:
    """Read a run, whole or not. Raises PipelineError for a folder that holds none."""
    manifest = _manifest(folder)
    rows: dict[str, Row] = {}
    for row in _lines(folder / "items.jsonl", row_of):
        rows[row.id] = row
    seconds = dict(_lines(folder / "times.jsonl", _time))
    return Run(folder, manifest, rows, seconds)


def keep(folder: Path, row: Row, files: Mapping[str, str], seconds: float | None) -> None:
    """Keep an item: its files first, then its row, so that a row never stands without its draft."""
    for name, text in files.items():
        write_whole(folder / name, text.encode("utf-8"))
    if seconds is not None:
        _append(folder / "times.jsonl", json.dumps({"id": row.id, "seconds": round(seconds, 3)}))
    _append(folder / "items.jsonl", row.line())


def finish(folder: Path, counts: Mapping[str, Any]) -> Run:
    """Put the rows into the suite's order and the counts into the manifest: the same bytes whatever order they came in."""
    run = read_run(folder)
    ids = [id for id in run.order if id in run.rows]
    write_whole(folder / "items.jsonl", "".join(run.rows[id].line() + "\n" for id in ids).encode())
    times = [json.dumps({"id": id, "seconds": run.seconds[id]}) + "\n" for id in ids if id in run.seconds]
    write_whole(folder / "times.jsonl", "".join(times).encode())
    write_whole(folder / "manifest.json", _json({**_made_of(run.manifest), "counts": dict(counts)}))
    return read_run(folder)


def changed(one: Mapping[str, Any], other: Mapping[str, Any], above: str = "") -> list[str]:
    """Where two manifests differ, as dotted names, the lists of items and the counts left out."""
    names = []
    for name in sorted({*one, *other} - {"counts"}):
        a, b = one.get(name), other.get(name)
        if isinstance(a, dict) and isinstance(b, dict):
            names += changed(a, b, f"{above}{name}.")
        elif a != b:
            names.append(f"{above}{name}")
    return names


def _made_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in manifest.items() if name != "counts"}


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        said = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if not isinstance(said, dict) or not isinstance(said["items"], list) or not isinstance(said["kind"], str):
            raise KeyError("items")
        return said
    except FileNotFoundError as fault:
        raise PipelineError(
            "这个文件夹里没有评测结果。", where=str(folder), mend="先运行 zhenbao eval run 方案 -o 文件夹。"
        ) from fault
    except (OSError, ValueError, KeyError) as fault:
        raise PipelineError(f"评测的 manifest.json 读不出来：{fault}", where=str(folder), mend=_NEW) from fault


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _time(line: str) -> tuple[str, float]:
    said = json.loads(line)
    return said["id"], said["seconds"]


def _lines(path: Path, read: Callable[[str], T]) -> Iterator[T]:
    """The lines that can be read: the last one may have been cut off."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            try:
                yield read(line)
            except (ValueError, KeyError, TypeError):
                continue


def _append(path: Path, line: str) -> None:
    with path.open("ab") as file:
        file.write(line.encode("utf-8") + b"\n")


def _mend(path: Path) -> None:
    """Cut off what stands after the last line break: a write that a kill broke off."""
    if path.exists():
        content = path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) < len(content):
            write_whole(path, whole)


__all__ = ["Run", "begin", "changed", "finish", "keep", "locked", "read_run"]
