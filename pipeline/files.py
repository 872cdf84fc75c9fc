"""Files written whole or not at all: a name holds the old content or the new, never half of it."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Mapping
from itertools import count
from pathlib import Path

from pipeline.errors import PipelineError

_MENDS = {
    errno.ENOENT: ("文件夹不存在", "先建好这个文件夹，或换一个位置"),
    errno.ENOSPC: ("磁盘已满", "腾出空间，或换一个磁盘"),
    errno.EACCES: ("没有写入权限", "换一个能写的文件夹"),
    errno.EROFS: ("磁盘是只读的", "换一个能写的文件夹"),
    errno.ENAMETOOLONG: ("文件名太长", "换一个短一些的名字"),
    errno.EISDIR: ("这是文件夹", "写出文件的名字"),
    errno.EIO: ("磁盘读写出错", "检查磁盘，或换一个磁盘"),
    errno.EFBIG: ("文件超过了允许的大小", "换一个磁盘"),
    getattr(errno, "EDQUOT", -1): ("磁盘配额已用完", "腾出空间，或换一个磁盘"),
}
_OF_THE_DISK = _MENDS.keys() - {errno.ENOENT, errno.EISDIR, errno.ENAMETOOLONG}


def _told(fault: OSError, path: Path | str) -> PipelineError:
    what, mend = _MENDS.get(fault.errno or 0, (fault.strerror or "写入失败", "检查该文件是否被占用、文件夹是否可写"))
    return PipelineError(f"不能写入：{what}。", where=str(path), mend=f"{mend}。")


def before_of(path: Path) -> Path:
    """The first free name to keep a file by before it is changed: draft.before.md, draft.before2.md …"""
    names = (path.with_suffix(f".before{n if n > 1 else ''}{path.suffix}") for n in count(1))
    return next(name for name in names if not name.exists())


def unwritten(fault: BaseException, where: str) -> PipelineError | None:
    """What to tell of a fault that came from a disk which takes no more; None for any other fault.

    numpy says how much it could write, without a number; faiss and torch raise RuntimeError with the system's words.
    """
    number = fault.errno if isinstance(fault, OSError) else None
    full = os.strerror(errno.ENOSPC) in str(fault) or (isinstance(fault, OSError) and " requested and " in str(fault))
    if number is None and isinstance(fault, OSError | RuntimeError) and full:
        number = errno.ENOSPC
    return _told(OSError(number, ""), where) if number in _OF_THE_DISK else None


def write_whole(path: Path, content: bytes) -> None:
    """Write beside `path` and rename. What a link points to is written, and the link stays. Raises PipelineError."""
    write_together({path: content})


def write_together(contents: Mapping[Path, bytes]) -> None:
    """Write several files: all are whole on the disk before the first takes its name.

    Raises PipelineError, and leaves the old files, if one of them cannot be written.
    """
    ready: list[tuple[Path, Path]] = []
    try:
        for path, content in contents.items():
            ready.append(_unfinished(path, content))
        for (unfinished, target), path in zip(ready, contents, strict=True):
            try:
                unfinished.replace(target)
            except OSError as fault:
                raise _told(fault, path) from fault
    finally:
        for unfinished, _ in ready:
            unfinished.unlink(missing_ok=True)


def _unfinished(path: Path, content: bytes) -> tuple[Path, Path]:
    """A file beside the target with the whole content, flushed to the disk; and the target, links followed."""
    unfinished: Path | None = None
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            raise PipelineError("不能写入：这不是普通文件。", where=str(path), mend="换一个文件名。")
        handle, name = tempfile.mkstemp(prefix=".zhenbao-", dir=target.parent)
        unfinished = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        unfinished.chmod(0o666 & ~umask)
    except OSError as fault:
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)
        raise _told(fault, path) from fault
    return unfinished, target
