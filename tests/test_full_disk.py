"""A disk that takes no more, and Ctrl-C: told without a traceback, the old archive stands, nothing half written is left."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pipeline.archive import store
from pipeline.archive.store import add, open_archive
from pipeline.cli import main, shared
from pipeline.errors import PipelineError
from pipeline.files import unwritten
from tests.test_cli import COMMAND, SMALL
from tests.test_encoder import LettersEncoder
from tests.test_store import exemplar, no_topic, silent

FULL = os.strerror(errno.ENOSPC)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (OSError(errno.ENOSPC, FULL), "磁盘已满"),
        (OSError("4096 requested and 512 written"), "磁盘已满"),
        (RuntimeError(f"Error: 'ret == (size)' failed: write error in vectors.faiss: 0 != 64 ({FULL})"), "磁盘已满"),
        (OSError(errno.EROFS, "", "x"), "磁盘是只读的"),
        (PermissionError(errno.EACCES, "", "x"), "没有写入权限"),
        (OSError(errno.EIO, ""), "磁盘读写出错"),
        (FileNotFoundError(errno.ENOENT, "", "x"), None),
        (ConnectionRefusedError(errno.ECONNREFUSED, ""), None),
        (RuntimeError("shape"), None),
        (KeyboardInterrupt(), None),
    ],
)
def test_what_comes_from_the_disk_is_told(fault: BaseException, said: str | None) -> None:
    told = unwritten(fault, "库")
    assert (told is None) == (said is None)
    if told and said:
        assert said in told.what
        assert (told.where, bool(told.mend), told.exit_code) == ("库", True, 2)


class Stopping(LettersEncoder):
    """An encoder in whose work something happens."""

    def __init__(self, fault: BaseException) -> None:
        super().__init__()
        self._fault = fault

    def encode(self, texts: Sequence[str]) -> Any:
        raise self._fault

    def export(self, folder: Path) -> None:
        (folder / "model.onnx").write_bytes(b"half")


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "files").mkdir()
    exemplar(tmp_path / "files", "weiting")
    return tmp_path / "files"


@pytest.mark.parametrize("at", ["encoder", "segment", "generation"])
@pytest.mark.parametrize("before", [True, False])
def test_a_full_disk_leaves_the_old_archive_and_nothing_half_written(
    files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str, before: bool
) -> None:
    folder = tmp_path / "archive"
    if before:
        add(folder, [files], encoder=LettersEncoder(), topic_of=no_topic, progress=silent)
        old = open_archive(folder).id
    exemplar(files, "shatang")

    def full(*arguments: Any, **options: Any) -> None:
        (folder / "encoder-x.unfinished").mkdir()
        for path in folder.glob("*.unfinished"):
            (path / "half").write_bytes(b"x")
        raise OSError(errno.ENOSPC, FULL)

    failing = {"encoder": "_keep_encoder", "segment": "write_segment", "generation": "_standing"}[at]
    monkeypatch.setattr(store, failing, full)
    with pytest.raises(PipelineError, match="磁盘已满") as caught:
        add(folder, [files], encoder=LettersEncoder(), topic_of=no_topic, progress=silent)
    assert caught.value.where == str(folder)
    assert not list(folder.glob("*.unfinished"))
    if before:
        assert open_archive(folder).id == old


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "原来的范文库还在"),
        (OSError(errno.ENOSPC, FULL), 2, "磁盘已满"),
    ],
)
@pytest.mark.parametrize("command", ["add files", "rebuild"])
def test_the_commands_say_that_the_archive_stands(
    files: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    fault: BaseException,
    code: int,
    said: str,
) -> None:
    folder = tmp_path / "archive"
    add(folder, [files], encoder=LettersEncoder(), topic_of=no_topic, progress=silent)
    old = open_archive(folder).id
    exemplar(files, "shatang")
    building = {"encoder": Stopping(fault), "topic_of": no_topic}
    monkeypatch.setattr(shared, "_building", lambda *_: building)
    done = CliRunner().invoke(main, ["corpus", *command.split(), "--archive", str(folder)])
    assert done.exit_code == code, done.output
    assert said in done.stderr
    assert "没有写出文件" not in done.stderr
    assert open_archive(folder).id == old
    assert not list(folder.glob("*.unfinished"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
@pytest.mark.parametrize("words", [["facts", "check", "{}", "--json"], ["facts", "check", "{}"], ["quantities", "{}"]])
def test_output_that_is_lost_is_told_as_output(tmp_path: Path, words: list[str]) -> None:
    sheet = tmp_path / "s.yaml"
    sheet.write_text(SMALL, encoding="utf-8")
    with open("/dev/full", "w") as full:  # noqa: PTH123
        command = [*COMMAND, *(word.format(sheet) for word in words)]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("zhenbao：输出写不出去：")
    assert "Traceback" not in done.stderr


def test_a_cache_on_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, FULL)

    monkeypatch.setattr(sys.modules["pipeline.cli.facts"], "sheet_at", full)
    done = CliRunner().invoke(main, ["facts", "convert", "s.yaml", "-o", str(tmp_path / "t.yaml")])
    assert (done.exit_code, "磁盘已满" in done.stderr, "缓存文件夹" in done.stderr) == (2, True, True), done.output


def test_ctrl_c_before_there_is_an_archive(files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    building = {"encoder": Stopping(KeyboardInterrupt()), "topic_of": no_topic}
    monkeypatch.setattr(shared, "_building", lambda *_: building)
    done = CliRunner().invoke(main, ["corpus", "add", "files", "--archive", str(tmp_path / "new")])
    assert (done.exit_code, "范文库还没有建成" in done.stderr) == (130, True), done.output
