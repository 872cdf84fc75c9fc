"""kill -9 at random moments: the old or the new archive answers, never an error, and what was encoded is kept."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.archive.store import CURRENT, add, open_archive, rebuild
from pipeline.errors import PipelineError
from pipeline.retrieval.search import Searcher
from tests.test_encoder import LettersEncoder

KILLS = 10
CHUNK = 4

WRITER = f"""
import sys, time
from pathlib import Path
from tests.test_encoder import LettersEncoder
from pipeline.archive import store

store._CHUNK = {CHUNK}

class Slow(LettersEncoder):
    def encode(self, texts):
        time.sleep(0.004)
        with Path("encoded.txt").open("a", encoding="utf-8") as log:
            log.writelines(text + "\\n" for text in texts)
        return super().encode(texts)

def nothing(*_):
    pass

print("ready", flush=True)
sys.stdin.readline()
store.add(Path(sys.argv[1]), [Path(sys.argv[2])], encoder=Slow(), topic_of=nothing, progress=nothing)
"""


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # an article is named by its path from here, in the writers as in the test


@contextmanager
def writer(folder: Path, archive: str, files: str) -> Iterator[subprocess.Popen[str]]:
    """A process that adds `files` to `archive`, both below `folder`, from the moment that it is given a line."""
    root = Path(__file__).parent.parent
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, archive, files],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(root), *sys.path])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout
        assert process.stdin
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("\n")
        process.stdin.flush()
        try:
            yield process
        finally:
            process.kill()


def _own(number: int, heading: str) -> str:
    """Words of a section's own, so that no two are kept as one paragraph."""
    return "".join(chr(0x4E00 + (number * 977 + ord(heading[0]) * 7 + place * 131) % 20000) for place in range(40))


def reports(folder: Path, numbers: range) -> Path:
    folder.mkdir(exist_ok=True)
    for number in numbers:
        head = f"---\ntitle: 第{number}份总结\ngenre: plan\nregion: 沚川县苇汀镇\nperiod: 2025\n---\n"
        body = "".join(
            f"## {label}、{heading}\n{heading}方面第{number}号，{_own(number, heading)}工作稳步推进。\n"
            for label, heading in zip("一二三", ("农业", "工业", "水利"), strict=True)
        )
        (folder / f"r{number:02}.md").write_text(head + body, encoding="utf-8")
    return folder


def answers(archive: Path) -> list[str]:
    """What the archive holds, after it has answered a query."""
    opened = open_archive(archive)
    assert Searcher(opened, encoder=LettersEncoder()).search("农业 稳步推进", k=3)[0].rank == 1
    return [passage.text for passage in opened.passages]


def whole(folder: Path, files: Path) -> list[str]:
    add(folder, [files], encoder=LettersEncoder(), topic_of=lambda *_: None, progress=lambda *_: None)
    return answers(folder)


def duration(folder: Path, files: Path, *, base: Path | None = None) -> float:
    """Seconds that an undisturbed writer takes."""
    if base:
        shutil.copytree(base, folder / "undisturbed")
    with writer(folder, "undisturbed", str(files)) as process:
        began = time.perf_counter()
        assert process.wait(60) == 0
    (folder / "encoded.txt").unlink()
    return time.perf_counter() - began


def test_killed_builds_leave_nothing_or_the_whole_and_go_on(tmp_path: Path) -> None:
    files = reports(tmp_path / "files", range(40))
    new = whole(tmp_path / "expected", files)
    takes = duration(tmp_path, files)
    chance, killed = random.Random(1), 0
    for _ in range(KILLS):
        with writer(tmp_path, "archive", str(files)) as process:
            time.sleep(chance.uniform(0, takes / 3))  # a third: what was encoded before is not encoded again
        killed += process.returncode < 0
        if (tmp_path / "archive" / CURRENT).exists():
            assert answers(tmp_path / "archive") == new
        else:
            with pytest.raises(PipelineError, match="还没有建好"):
                open_archive(tmp_path / "archive")
    with writer(tmp_path, "archive", str(files)) as process:
        assert process.wait(60) == 0
    assert killed >= 2
    assert answers(tmp_path / "archive") == new
    assert open_archive(tmp_path / "archive").id == open_archive(tmp_path / "expected").id
    encoded = (tmp_path / "encoded.txt").read_text(encoding="utf-8").splitlines()
    assert len(set(encoded)) == 3 + 3 * 40
    # A kill may cost the chunk that was encoded and not yet written, no more.
    assert len(encoded) <= len(set(encoded)) + (killed + 1) * CHUNK


def test_killed_adds_leave_the_old_or_the_new_archive(tmp_path: Path) -> None:
    old = whole(tmp_path / "base", reports(tmp_path / "files", range(15)))
    files = reports(tmp_path / "files", range(5, 40))
    for number in range(5):
        (files / f"r{number:02}.md").write_text(
            (files / f"r{number:02}.md").read_text(encoding="utf-8").replace("稳步", "扎实"), encoding="utf-8"
        )
    shutil.copytree(tmp_path / "base", tmp_path / "expected")
    new = whole(tmp_path / "expected", files)
    takes = duration(tmp_path, files, base=tmp_path / "base")
    chance, states = random.Random(2), []
    for number in range(KILLS):
        archive = tmp_path / f"archive-{number}"
        shutil.copytree(tmp_path / "base", archive)
        with writer(tmp_path, archive.name, str(files)):
            time.sleep(takes * (number + chance.random()) / KILLS)  # one moment in each tenth
        states.append(answers(archive))
        assert whole(archive, files) == new
    assert all(state in (old, new) for state in states)
    assert old in states


def test_of_two_processes_that_write_one_is_told(tmp_path: Path) -> None:
    files = reports(tmp_path / "files", range(30))
    archive = tmp_path / "archive"
    with writer(tmp_path, "archive", str(files)) as process:
        while not list(archive.glob("*.journal")):  # it is at work
            assert process.poll() is None
            time.sleep(0.005)
        with pytest.raises(PipelineError, match="另一个进程正在写"):
            whole(archive, files)
        with pytest.raises(PipelineError, match="另一个进程正在写"):
            rebuild(archive, encoder=LettersEncoder(), topic_of=lambda *_: None, progress=lambda *_: None)
        assert process.wait(60) == 0
    assert len(answers(archive)) == 90
