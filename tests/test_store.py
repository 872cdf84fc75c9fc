"""The archive on disk: what is added, kept, removed, encoded; and whole whatever happens to its writer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.archive.store import (
    CURRENT,
    Archive,
    Row,
    add,
    heading_text,
    listing,
    open_archive,
    rebuild,
    remove,
)
from pipeline.errors import PipelineError
from pipeline.retrieval.index import read_index
from tests.test_encoder import LettersEncoder

BODIES = {
    "weiting": "## 一、农业\n粮食播种面积1.2万亩。\n## 二、工业\n工业总产值3亿元。\n",
    "shatang": "## 一、农业\n蔬菜上市4800吨。\n",
}


def no_topic(heading: str, text: str) -> str | None:
    return None


def silent(stage: str, done: int, total: int) -> None:
    pass


def exemplar(folder: Path, name: str, body: str | None = None) -> Path:
    path = folder / f"{name}.md"
    head = f"---\ntitle: {name}总结\ngenre: annual-summary\nregion: 沚川县{name}镇\nperiod: 2025\n---\n"
    path.write_text(head + (BODIES[name] if body is None else body), encoding="utf-8")
    return path


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in BODIES:
        exemplar(folder, name)
    monkeypatch.chdir(tmp_path)  # so that sources are files/weiting.md
    return folder


@pytest.fixture
def archive(files: Path, tmp_path: Path) -> Path:
    added = add(tmp_path / "archive", [files], encoder=LettersEncoder(), topic_of=no_topic, progress=silent)
    assert added.failed == ()
    return tmp_path / "archive"


def texts(archive: Archive) -> list[str]:
    return [passage.text for passage in archive.passages]


def content(folder: Path) -> dict[str, bytes]:
    generation = (folder / CURRENT).read_text(encoding="utf-8").strip()
    return {
        name: (folder / generation / name).read_bytes()
        for name in ("manifest.json", "articles.jsonl", "passages.jsonl")
    }


def test_what_is_added_is_opened(archive: Path) -> None:
    opened = open_archive(archive)
    assert texts(opened) == [
        "蔬菜上市4800吨。",
        "粮食播种面积1.2万亩。",
        "工业总产值3亿元。",
    ]  # by source, then in order
    assert listing(opened) == (
        Row("files/shatang.md", "shatang总结", "annual-summary", "沚川县shatang镇", "2025", 1),
        Row("files/weiting.md", "weiting总结", "annual-summary", "沚川县weiting镇", "2025", 2),
    )
    manifest = opened.manifest
    assert (manifest.format, manifest.articles, manifest.passages, manifest.encoder) == (1, 2, 3, "letters")
    assert json.loads(content(archive)["manifest.json"])["passages"] == 3
    assert opened.id == manifest.id
    assert opened.encoder_folder is None  # this encoder cannot be kept


def test_rows_are_heading_and_text(archive: Path) -> None:
    opened, encoder = open_archive(archive), LettersEncoder()
    rows = read_index(opened.vectors).rows()
    for row, passage in zip(rows, opened.passages, strict=True):
        assert row[:64].tolist() == encoder.encode([heading_text(passage)])[0].tolist()
        assert row[64:].tolist() == encoder.encode([passage.text])[0].tolist()


def test_equal_inputs_give_equal_bytes_however_they_were_added(archive: Path, files: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    encoder = LettersEncoder()
    exemplar(files, "weiting", "## 一、农业\n先前的文字。\n")
    for path in (files / "weiting.md", files / "shatang.md"):
        add(other, [path], encoder=encoder, topic_of=no_topic, progress=silent)
    assert content(other) != content(archive)
    exemplar(files, "weiting")
    add(
        other,
        [path.absolute() for path in sorted(files.iterdir())],
        encoder=encoder,
        topic_of=no_topic,
        progress=silent,
    )
    assert content(other) == content(archive)
    assert open_archive(other).id == open_archive(archive).id


def test_only_new_texts_are_encoded(archive: Path, files: Path) -> None:
    encoder, generation = LettersEncoder(), (archive / CURRENT).read_text(encoding="utf-8")
    again = add(archive, [files], encoder=encoder, topic_of=no_topic, progress=silent)
    assert (again.unchanged, again.added, again.encoded) == (("files/shatang.md", "files/weiting.md"), (), 0)
    assert (archive / CURRENT).read_text(encoding="utf-8") == generation  # nothing is written for nothing
    exemplar(files, "weiting", BODIES["weiting"] + "## 三、农业\n新建泵站3座。\n")
    changed = add(archive, [files], encoder=encoder, topic_of=no_topic, progress=silent)
    assert (changed.changed, changed.encoded) == (("files/weiting.md",), 1)
    assert encoder.asked == ["新建泵站3座。"]  # its heading 农业 is known
    rows = read_index(open_archive(archive).vectors).rows()
    assert rows[1, :64].tolist() == rows[3, :64].tolist() == LettersEncoder().encode(["农业"])[0].tolist()


def test_another_encoder_makes_all_vectors_anew(archive: Path, files: Path) -> None:
    other = LettersEncoder(id="letters-2", dimension=32)
    added = add(archive, [files / "weiting.md"], encoder=other, topic_of=no_topic, progress=silent)
    assert (added.reencoded_from, added.encoded, added.unchanged) == ("letters", 5, ("files/weiting.md",))
    opened = open_archive(archive)
    assert read_index(opened.vectors).rows().shape == (3, 64)
    assert opened.manifest.encoder == "letters-2"


def test_one_bad_file_does_not_stop_the_rest(files: Path, tmp_path: Path) -> None:
    (files / "bad.md").write_text("没有文件头\n", encoding="utf-8")
    exemplar(files, "hollow", "## 一、农业\n## 二、工业\n")
    (files / ".hidden.md").write_text("", encoding="utf-8")
    (files / "notes.docx").write_text("", encoding="utf-8")
    (files / "loop").symlink_to(files)
    (tmp_path / "empty").mkdir()
    asked = [files, files / "weiting.md", tmp_path / "empty", tmp_path / "absent.md"]
    added = add(tmp_path / "archive", asked, encoder=LettersEncoder(), topic_of=no_topic, progress=silent)
    assert added.added == ("files/shatang.md", "files/weiting.md")
    assert [(Path(path).name, message.split("\n")[0]) for path, message in added.failed] == [
        ("empty", "文件夹里没有 .md .txt 文件。"),
        ("absent.md", "找不到这个文件。"),
        ("bad.md", "范文缺少文件头。"),
        ("hollow.md", "正文里只有标题，没有文字。"),
    ]
    assert len(open_archive(tmp_path / "archive").passages) == 3


def test_a_report_in_two_files_is_kept_once(archive: Path, files: Path) -> None:
    (files / "copy.md").write_bytes((files / "weiting.md").read_bytes())
    added = add(archive, [files], encoder=LettersEncoder(), topic_of=no_topic, progress=silent)
    assert added.same == (("files/copy.md", "files/weiting.md"),)
    assert len(open_archive(archive).passages) == 3


def test_nothing_usable_makes_no_archive(tmp_path: Path) -> None:
    added = add(
        tmp_path / "archive", [tmp_path / "absent.md"], encoder=LettersEncoder(), topic_of=no_topic, progress=silent
    )
    assert added.archive is None
    with pytest.raises(PipelineError, match="还没有建好的档案库"):
        open_archive(tmp_path / "archive")


def test_progress_counts_files_and_texts(files: Path, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    add(tmp_path / "a", [files], encoder=LettersEncoder(), topic_of=no_topic, progress=lambda *step: told.append(step))
    assert told == [("读取", 0, 2), ("读取", 1, 2), ("读取", 2, 2), ("编码", 0, 5), ("编码", 5, 5)]


@pytest.mark.parametrize("named", ["files/weiting.md", "weiting总结"])
def test_remove_by_source_or_title(archive: Path, named: str) -> None:
    assert remove(archive, named) == ("files/weiting.md",)
    opened = open_archive(archive)
    assert texts(opened) == ["蔬菜上市4800吨。"]
    assert read_index(opened.vectors).rows()[:, 64:].tolist() == LettersEncoder().encode(texts(opened)).tolist()


def test_removing_the_last_article_leaves_an_empty_archive(archive: Path, files: Path) -> None:
    for source in ("files/weiting.md", "files/shatang.md"):
        remove(archive, source)
    assert open_archive(archive).passages == ()
    add(archive, [files], encoder=LettersEncoder(), topic_of=no_topic, progress=silent)
    assert len(open_archive(archive).passages) == 3


def test_remove_refuses_what_is_unknown_or_unclear(archive: Path, files: Path, tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="档案库里没有“不存在”"):
        remove(archive, "不存在")
    second = exemplar(files, "weiting", "## 一、农业\n另一版。\n").rename(files / "second.md")
    exemplar(files, "weiting")
    add(archive, [second], encoder=LettersEncoder(), topic_of=no_topic, progress=silent)
    with pytest.raises(PipelineError, match="有 2 篇的标题都是") as caught:
        remove(archive, "weiting总结")
    assert caught.value.where == "files/second.md、files/weiting.md"
    with pytest.raises(PipelineError, match="还没有建好的档案库"):
        remove(tmp_path / "nowhere", "weiting总结")
    assert not (tmp_path / "nowhere").exists()


def test_rebuild_needs_no_files_and_reads_older_formats(archive: Path, files: Path) -> None:
    before = content(archive)
    for path in files.iterdir():
        path.unlink()
    generation = archive / (archive / CURRENT).read_text(encoding="utf-8").strip()
    (generation / "manifest.json").write_text('{"format": 0, "other": 1}', encoding="utf-8")
    (generation / "vectors.faiss").unlink()
    for refused in (
        lambda: open_archive(archive),
        lambda: add(archive, [files], encoder=LettersEncoder(), topic_of=no_topic, progress=silent),
    ):
        with pytest.raises(PipelineError, match="第 0 版格式") as caught:
            refused()
        assert "zhenbao corpus rebuild" in caught.value.mend
    rebuilt = rebuild(archive, encoder=LettersEncoder(), topic_of=no_topic, progress=silent)
    assert (rebuilt.changed, rebuilt.encoded) == (("files/shatang.md", "files/weiting.md"), 5)
    assert content(archive) == before


def test_rebuild_refuses_where_nothing_is_built(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="还没有建好的档案库"):
        rebuild(tmp_path, encoder=LettersEncoder(), topic_of=no_topic, progress=silent)


@pytest.mark.parametrize(
    ("name", "damage", "what"),
    [
        ("manifest.json", b"{", "manifest.json 读不出来"),
        ("manifest.json", b'{"format": 1}', "manifest.json 读不出来"),
        ("manifest.json", None, "缺少文件"),
        ("passages.jsonl", b"{}\n", "passages.jsonl 被改动过"),
        ("passages.jsonl", None, "缺少文件"),
        ("../CURRENT", b"../elsewhere\n", "CURRENT 的内容不对"),
        ("../CURRENT", b"generation-000009\n", "缺少文件"),
        ("../CURRENT", b"\xff", "CURRENT 读不出来"),
    ],
)
def test_damage_is_told(archive: Path, name: str, damage: bytes | None, what: str) -> None:
    path = archive / (archive / CURRENT).read_text(encoding="utf-8").strip() / name
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage)
    with pytest.raises(PipelineError, match=what):
        open_archive(archive)


def test_a_reader_goes_on_while_one_writer_writes(archive: Path, files: Path) -> None:
    reader = open_archive(archive)
    exemplar(files, "weiting", "## 一、农业\n改过。\n")
    add(archive, [files], encoder=LettersEncoder(), topic_of=no_topic, progress=silent)
    assert len(read_index(reader.vectors)) == 3  # the generation before is kept
    assert len(open_archive(archive).passages) == 2
    exemplar(files, "weiting", "## 一、农业\n又改过。\n")
    add(archive, [files], encoder=LettersEncoder(), topic_of=no_topic, progress=silent)
    assert [path.name for path in sorted(archive.glob("generation-*"))] == ["generation-000002", "generation-000003"]


def test_the_second_writer_is_told(archive: Path, files: Path) -> None:
    exemplar(files, "weiting", "## 一、农业\n改过。\n")
    told: list[str] = []

    def add_meanwhile(stage: str, done: int, total: int) -> None:
        for second in (
            lambda: add(archive, [files], encoder=LettersEncoder(), topic_of=no_topic, progress=silent),
            lambda: remove(archive, "shatang总结"),
            lambda: rebuild(archive, encoder=LettersEncoder(), topic_of=no_topic, progress=silent),
        ):
            with pytest.raises(PipelineError) as caught:
                second()
            told.append(caught.value.what)

    add(archive, [files], encoder=LettersEncoder(), topic_of=no_topic, progress=add_meanwhile)
    assert set(told) == {"另一个进程正在写这个档案库。"}
    assert len(open_archive(archive).passages) == 2


def test_what_a_writer_left_is_ignored_and_cleared(archive: Path, files: Path) -> None:
    half = archive / "generation-000002.unfinished"
    half.mkdir()
    (half / "passages.jsonl").write_text('{"id": ', encoding="utf-8")
    finished = archive / "generation-000002"  # complete, but CURRENT was not switched to it
    finished.mkdir()
    (finished / "manifest.json").write_text("{", encoding="utf-8")
    (archive / "CURRENT.unfinished").write_text("generation-000002\n", encoding="utf-8")
    assert len(open_archive(archive).passages) == 3
    exemplar(files, "weiting", "## 一、农业\n改过。\n")
    add(archive, [files], encoder=LettersEncoder(), topic_of=no_topic, progress=silent)
    assert texts(open_archive(archive)) == ["蔬菜上市4800吨。", "改过。"]
    left = sorted(path.name for path in archive.iterdir() if not path.name.startswith("."))
    assert left == [CURRENT, "generation-000001", "generation-000002"]


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.test_encoder import LettersEncoder
from pipeline.archive import store

steps = int(sys.argv[1])
def watch(module, name):
    real = getattr(module, name)
    def step(*arguments, **options):
        global steps
        steps -= 1
        if steps < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **options)
    setattr(module, name, step)

for module, name in [(os, "fsync"), (os, "replace"), (os, "rename"), (os, "mkdir"), (os, "unlink"), (os, "rmdir"),
                     (store, "write_index"), (store, "read_exemplar"), (store, "_rows_of")]:
    watch(module, name)

def nothing(*_):
    pass

store.add(Path("archive"), [Path("files")], encoder=LettersEncoder(), topic_of=nothing, progress=nothing)
"""


def test_a_killed_writer_leaves_the_old_or_the_new_state(archive: Path, files: Path, tmp_path: Path) -> None:
    root = Path(__file__).parent.parent
    old, states, exit_codes = texts(open_archive(archive)), [], []
    exemplar(files, "weiting", "## 一、农业\n改过。\n")
    new = ["蔬菜上市4800吨。", "改过。"]
    for steps in range(0, 60, 2):
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(steps)],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": os.pathsep.join([str(root), *sys.path])},
            capture_output=True,
            timeout=60,
        )
        exit_codes.append(done.returncode)
        states.append(texts(open_archive(archive)))
        assert len(read_index(open_archive(archive).vectors)) == len(states[-1])
        if done.returncode == 0:
            break
    assert set(exit_codes[:-1]) == {-signal.SIGKILL}
    assert exit_codes[-1] == 0, done.stderr.decode()
    switched = states.index(new)
    assert states[:switched] == [old] * switched
    assert states[switched:] == [new] * (len(states) - switched)
    assert 3 < switched < len(states)  # some were killed before the switch and some after
