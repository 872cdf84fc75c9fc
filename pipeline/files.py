"""Files written whole or not at all: a name holds the old content or the new, never half of it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from pipeline.errors import PipelineError


def write_whole(path: Path, content: bytes) -> None:
    """Write beside `path` and rename. Raises PipelineError if the folder is not there or not to be written to."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as fault:
        raise PipelineError(
            f"不能写入：{fault.strerror}。", where=str(path), mend="检查文件夹是否存在、是否有写入权限。"
        ) from fault
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        unfinished.chmod(0o666 & ~umask)
        unfinished.replace(path)
    except OSError as fault:
        raise PipelineError(
            f"不能写入：{fault.strerror}。", where=str(path), mend="检查磁盘空间，或该文件是否被占用。"
        ) from fault
    finally:
        unfinished.unlink(missing_ok=True)
