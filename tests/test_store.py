"""The archive on disk: what is added, kept, removed, encoded; and whole whatever happens to its writer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.archive import store
from pipeline.archive.journal import Journal
from pipeline.archive.passages import Passage
from pipeline.archive.segments import heading_text
from pipeline.archive.store import CURRENT, Archive, Row, add, listing, open_archive, rebuild, remove
from pipeline.errors import PipelineError
from pipeline.retrieval.fusion import BODY, HEADING, moments_of
from pipeline.retrieval.search import Searcher
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


def content(folder: Path) -> tuple[str, tuple[Passage, ...], tuple[Row, ...]]:
    opened = open_archive(folder)
    return opened.id, tuple(opened.passages), listing(opened)


def rows(archive: Archive) -> NDArray[np.float32]:
    """The vectors in the archive's order."""
    found: NDArray[np.float32] = np.concatenate([s.index.rows() for s in archive.segments])[archive.order]
    return found


def mixed(passage: Passage, encoder: LettersEncoder | None = None) -> NDArray[np.float32]:
    heading, text = (encoder or LettersEncoder()).encode([heading_text(passage) or passage.text, passage.text])
    row: NDArray[np.float32] = np.float32(HEADING) * heading + np.float32(BODY) * text
    return row


def segment_folder(folder: Path) -> Path:
    return open_archive(folder).segments[0].folder


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
    assert (manifest.format, manifest.articles, manifest.passages, manifest.encoder) == (3, 2, 3, "letters")
    assert opened.id == manifest.id
    assert opened.encoder_folder is None  # this encoder cannot be kept


def test_passages_are_a_sequence_read_one_by_one(archive: Path) -> None:
    opened = open_archive(archive)
    assert len(opened.passages) == opened.rows == 3
    assert opened.passages[-1].text == "工业总产值3亿元。"
    assert [passage.text for passage in opened.passages[1:]] == ["粮食播种面积1.2万亩。", "工业总产值3亿元。"]
    assert [opened.passage_at(row).id for row in opened.order] == [passage.id for passage in opened.passages]
    for beyond in (3, -4):
        with pytest.raises(IndexError):
            opened.passages[beyond]
    with pytest.raises(IndexError):
        opened.passage_at(3)


def test_rows_mix_heading_and_text(archive: Path) -> None:
    opened = open_archive(archive)
    for row, passage in zip(rows(opened), opened.passages, strict=True):
        assert row.tolist() == mixed(passage).tolist()
    expected = moments_of(rows(opened))
    assert opened.moments.total == pytest.approx(expected.total)
    assert opened.moments.products == pytest.approx(expected.products)


def test_equal_inputs_give_equal_archives_however_they_were_added(archive: Path, files: Path, tmp_path: Path) -> None:
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
    assert (changed.changed, changed.encoded) == (("files/weiting.md",), 2)
    assert encoder.asked == ["农业", "新建泵站3座。"]  # the passages before are known with their headings
    opened = open_archive(archive)
    assert [row.tolist() for row in rows(opened)] == [mixed(passage).tolist() for passage in opened.passages]


def test_another_encoder_makes_all_vectors_anew(archive: Path, files: Path) -> None:
    other = LettersEncoder(id="letters-2", dimension=32)
    added = add(archive, [files / "weiting.md"], encoder=other, topic_of=no_topic, progress=silent)
    assert (added.reencoded_from, added.encoded, added.unchanged) == ("letters", 5, ("files/weiting.md",))
    opened = open_archive(archive)
    assert [row.tolist() for row in rows(opened)] == [mixed(passage, other).tolist() for passage in opened.passages]
    assert opened.manifest.encoder == "letters-2"


def test_one_bad_file_does_not_stop_the_rest(files: Path, tmp_path: Path) -> None:
    (files / "bad.md").write_text("---\ntitle: 没有结束的文件头\n", encoding="utf-8")
    exemplar(files, "hollow", "## 一、农业\n## 二、工业\n")
    (files / ".hidden.md").write_text("", encoding="utf-8")
    (files / "notes.xyz").write_text("", encoding="utf-8")
    (files / "loop").symlink_to(files)
    (tmp_path / "empty").mkdir()
    asked = [files, files / "weiting.md", tmp_path / "empty", tmp_path / "absent.md"]
    added = add(tmp_path / "archive", asked, encoder=LettersEncoder(), topic_of=no_topic, progress=silent)
    assert added.added == ("files/shatang.md", "files/weiting.md")
    told = {Path(path).name: message.split("\n")[0] for path, message in added.failed}
    assert set(told) == {"empty", "absent.md", "bad.md", "hollow.md"}
    assert told["empty"].startswith("文件夹里没有 .txt .md ")
    assert told["absent.md"] == "找不到这个文件。"
    assert told["hollow.md"] == "正文里只有标题，没有文字。"
    assert len(open_archive(tmp_path / "archive").passages) == 3


def test_a_name_that_is_no_utf_8_is_told_and_the_rest_added(files: Path, tmp_path: Path) -> None:
    (files / os.fsdecode(b"\xc4\xe3.md")).write_bytes((files / "weiting.md").read_bytes())
    added = add(tmp_path / "archive", [files], encoder=LettersEncoder(), topic_of=no_topic, progress=silent)
    assert len(added.added) == 2
    ((_, told),) = added.failed
    assert told.startswith("文件名里有不是 UTF-8 的字。\n位置：")


def test_a_report_in_two_files_is_kept_once(archive: Path, files: Path) -> None:
    (files / "copy.md").write_bytes((files / "weiting.md").read_bytes())
    added = add(archive, [files], encoder=LettersEncoder(), topic_of=no_topic, progress=silent)
    assert (added.same, added.encoded) == ((("files/copy.md", "files/weiting.md"),), 0)
    both = open_archive(archive)
    assert (len(both.passages), both.manifest.repeats) == (3, 2)
    assert [row.source for row in listing(both)] == ["files/copy.md", "files/shatang.md", "files/weiting.md"]
    (mine,) = (p for p in both.passages if p.text == "粮食播种面积1.2万亩。")
    row = both.row_of(mine.id)
    assert row is not None
    assert [place.source for place in both.sources_at(row)] == ["files/copy.md", "files/weiting.md"]


@pytest.mark.parametrize("gone", ["files/copy.md", "files/weiting.md"])
def test_what_another_source_has_stays_when_one_is_removed(archive: Path, files: Path, gone: str) -> None:
    (files / "copy.md").write_bytes((files / "weiting.md").read_bytes())
    before = texts(open_archive(archive))
    add(archive, [files], encoder=LettersEncoder(), topic_of=no_topic, progress=silent)
    remove(archive, gone)
    left = open_archive(archive)
    assert sorted(texts(left)) == sorted(before)
    assert left.manifest.repeats == 0
    remove(archive, ({"files/copy.md", "files/weiting.md"} - {gone}).pop())
    assert texts(open_archive(archive)) == ["蔬菜上市4800吨。"]


LONG = "全镇坚持把产业发展摆在首位，新建高标准大棚四百二十座，培育家庭农场十一家，带动周边群众就近就业，户均增收明显。"


def test_a_paragraph_copied_nearly_word_for_word_is_kept_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files = tmp_path / "files"
    files.mkdir()
    exemplar(files, "weiting", f"## 一、农业\n{LONG}\n")
    exemplar(files, "shatang", f"## 一、产业\n{LONG.replace('明显', '较多').replace('周边', '附近')}\n")
    exemplar(files, "tanqiao", f"## 一、产业\n{LONG.replace('四百二十座', 'XX座')}\n")  # the same with a gap
    exemplar(
        files, "hebian", "## 一、产业\n全镇坚持把项目建设摆在首位，新引进企业七家，协议投资三亿元，年内开工五家。\n"
    )
    orders = (["weiting", "shatang", "tanqiao", "hebian"], ["hebian", "tanqiao", "shatang", "weiting"])
    for at, order in enumerate(orders):
        for name in order:
            add(
                Path(f"archive{at}"),
                [Path(f"files/{name}.md")],
                encoder=LettersEncoder(),
                topic_of=no_topic,
                progress=silent,
            )
    first, second = (open_archive(Path(f"archive{at}")) for at in (0, 1))
    assert texts(first) == texts(second)
    assert (first.manifest.passages, first.manifest.repeats) == (2, 2)
    (kept,) = (p for p in first.passages if p.text.startswith("全镇坚持把产业"))
    assert kept.gaps == ()  # the clean one stands for the one with a gap
    row = first.row_of(kept.id)
    assert row is not None
    assert {place.source for place in first.sources_at(row)} == {
        f"files/{n}.md" for n in ("weiting", "shatang", "tanqiao")
    }
    remove(Path("archive0"), kept.source)
    assert len(open_archive(Path("archive0")).passages) == 2


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
    assert rows(opened).tolist() == [mixed(passage).tolist() for passage in opened.passages]
    assert opened.moments.total == pytest.approx(rows(opened).sum(axis=0))


def test_removing_the_last_article_leaves_an_empty_archive(archive: Path, files: Path) -> None:
    for source in ("files/weiting.md", "files/shatang.md"):
        remove(archive, source)
    assert len(open_archive(archive).passages) == 0
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
    articles = (segment_folder(archive) / "articles.jsonl").read_bytes()
    (generation / "articles.jsonl").write_bytes(articles)  # where format 1 has them
    (generation / "manifest.json").write_text('{"format": 1, "other": 1}', encoding="utf-8")
    for refused in (
        lambda: open_archive(archive),
        lambda: add(archive, [files], encoder=LettersEncoder(), topic_of=no_topic, progress=silent),
    ):
        with pytest.raises(PipelineError, match="第 1 版格式") as caught:
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
        ("generation/manifest.json", b"{", "manifest.json 读不出来"),
        ("generation/manifest.json", b'{"format": 3}', "manifest.json 读不出来"),
        ("generation/manifest.json", None, "缺少文件"),
        ("generation/moments.npy", b"", "moments.npy 读不出来"),
        ("segment/passages.jsonl", b"{}\n", "passages.jsonl 被改动过"),
        ("segment/passages.jsonl", None, "缺少文件"),
        ("segment/contents.json", None, "缺少文件"),
        ("segment/vectors.faiss", b"x", "vectors.faiss 被改动过"),
        ("CURRENT", b"../elsewhere\n", "CURRENT 的内容不对"),
        ("CURRENT", b"generation-000009\n", "缺少文件"),
        ("CURRENT", b"\xff", "CURRENT 读不出来"),
    ],
)
def test_damage_is_told(archive: Path, name: str, damage: bytes | None, what: str) -> None:
    current = (archive / CURRENT).read_text(encoding="utf-8").strip()
    path = archive / name.replace("generation", current).replace("segment", segment_folder(archive).name)
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage)
    with pytest.raises(PipelineError, match=what):
        Searcher(open_archive(archive), encoder=LettersEncoder()).search("农业", k=1)


@pytest.mark.parametrize("name", ["passages.jsonl", "contents.json", "offsets.npy", "vectors.faiss", "starts.npy"])
def test_damage_that_keeps_the_size_is_told(archive: Path, name: str) -> None:
    path = segment_folder(archive) / name
    path.write_bytes(b"\0" * path.stat().st_size)
    with pytest.raises(PipelineError):
        Searcher(open_archive(archive), encoder=LettersEncoder()).search("农业", k=3)


def searched(folder: Path) -> None:
    for query in ("蔬菜上市", "粮食播种面积", "党建", "工业"):
        searcher = Searcher(open_archive(folder), encoder=LettersEncoder())
        searcher.search(query, k=9, prefer_topic="agriculture", prefer_genre="annual-summary", per_document=1)


@pytest.mark.parametrize(
    ("name", "at", "what"),
    [
        ("topic.npy", -1, "topic.npy 里有没有列出的主题"),
        ("article.npy", -1, "article.npy 与段落不符"),
        ("offsets.npy", -9, "offsets.npy 里的位置不对|passages.jsonl 被改动过"),
        ("rows.npy", -1, "字面索引与段落不符"),
        ("starts.npy", -1, "字面索引读不出来"),
    ],
)
def test_one_flipped_byte_is_told(files: Path, tmp_path: Path, name: str, at: int, what: str) -> None:
    folder = tmp_path / "archive"
    add(folder, [files], encoder=LettersEncoder(), topic_of=lambda heading, text: "agriculture", progress=silent)
    path = segment_folder(folder) / name
    content = bytearray(path.read_bytes())
    content[at] ^= 0x55
    path.write_bytes(content)
    with pytest.raises(PipelineError, match=f"档案库已损坏：({what})") as caught:
        searched(folder)
    assert "zhenbao corpus rebuild" in caught.value.mend


def test_no_flipped_byte_ends_in_a_traceback(files: Path, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    add(folder, [files], encoder=LettersEncoder(), topic_of=lambda heading, text: "agriculture", progress=silent)
    told = 0
    for path in sorted(segment_folder(folder).glob("*.npy")):
        whole = path.read_bytes()
        for at in range(-1, -min(len(whole), 120), -7):
            content = bytearray(whole)
            content[at] ^= 0x80
            path.write_bytes(content)
            try:
                opened = open_archive(folder)
                Searcher(opened, encoder=LettersEncoder()).search("粮食播种", k=9, prefer_topic="agriculture")
                list(opened.passages)
            except PipelineError:
                told += 1
        path.write_bytes(whole)
    assert told > 10


def test_a_changed_passage_is_told_when_it_is_read(archive: Path) -> None:
    path = segment_folder(archive) / "passages.jsonl"
    path.write_bytes(path.read_bytes().replace(b"4800", b"9800"))
    opened = open_archive(archive)
    assert opened.passages[1].text == "粮食播种面积1.2万亩。"
    with pytest.raises(PipelineError, match=r"passages\.jsonl 被改动过"):
        opened.passages[0]


def test_a_reader_goes_on_while_one_writer_writes(archive: Path, files: Path) -> None:
    reader = open_archive(archive)
    exemplar(files, "weiting", "## 一、农业\n改过。\n")
    add(archive, [files], encoder=LettersEncoder(), topic_of=no_topic, progress=silent)
    assert len(rows(reader)) == len(texts(reader)) == 3  # the generation before is kept
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
    assert left == [CURRENT, "generation-000001", "generation-000002", "segment-000001", "segment-000002"]


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.test_encoder import LettersEncoder
from pipeline.archive import store
from pipeline.archive.journal import Journal

steps, what = int(sys.argv[1]), sys.argv[2]
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
                     (store, "write_segment"), (store, "key_of"), (store, "_vectors"), (Journal, "keep")]:
    watch(module, name)

def nothing(*_):
    pass

if what == "add":
    store.add(Path("archive"), [Path("files")], encoder=LettersEncoder(), topic_of=nothing, progress=nothing)
elif "files/weiting.md" in [row.source for row in store.listing(store.open_archive(Path("archive")))]:
    store.remove(Path("archive"), "files/weiting.md")
"""


@pytest.mark.parametrize(
    ("what", "new"), [("add", ["蔬菜上市4800吨。", "改过。"]), ("remove", ["蔬菜上市4800吨。"])], ids=["add", "remove"]
)
def test_a_killed_writer_leaves_the_old_or_the_new_state(
    archive: Path, files: Path, tmp_path: Path, what: str, new: list[str]
) -> None:
    root = Path(__file__).parent.parent
    old, states, exit_codes = texts(open_archive(archive)), [], []
    exemplar(files, "weiting", "## 一、农业\n改过。\n")
    for steps in range(0, 90, 3 if what == "add" else 2):
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(steps), what],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": os.pathsep.join([str(root), *sys.path])},
            capture_output=True,
            timeout=60,
        )
        exit_codes.append(done.returncode)
        states.append(texts(open_archive(archive)))
        opened = open_archive(archive)
        assert [row.tolist() for row in rows(opened)] == [mixed(passage).tolist() for passage in opened.passages]
        if done.returncode == 0:
            break
    assert set(exit_codes[:-1]) == {-signal.SIGKILL}
    assert exit_codes[-1] == 0, done.stderr.decode()
    switched = states.index(new)
    assert states[:switched] == [old] * switched
    assert states[switched:] == [new] * (len(states) - switched)
    assert 3 < switched < len(states)  # some were killed before the switch and some after


# --- segments and the journal ------------------------------------------------------------------------------------


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few passages count as many that a handful of reports makes several segments."""
    monkeypatch.setattr(store, "BATCH", 4)
    monkeypatch.setattr(store, "_SMALL", 1)


def report(folder: Path, number: int, words: str = "") -> Path:
    body = "".join(
        f"## {label}、{h}\n{h}第{number}号{words}。\n"
        for label, h in zip("一二三", ("农业", "工业", "水利"), strict=True)
    )
    return exemplar(folder, f"r{number:02}", body)


def test_adding_to_a_large_archive_writes_only_what_is_added(tmp_path: Path, small_batches: None) -> None:
    files = tmp_path / "files"
    files.mkdir()
    for number in range(12):
        report(files, number)
    folder, whole = tmp_path / "archive", tmp_path / "whole"
    add(folder, [files], encoder=LettersEncoder(), topic_of=no_topic, progress=silent)
    before = {
        segment.folder.name: (segment.folder / "passages.jsonl").read_bytes()
        for segment in open_archive(folder).segments
    }
    added = report(files, 99)
    encoder = LettersEncoder()
    add(folder, [added], encoder=encoder, topic_of=no_topic, progress=silent)
    opened = open_archive(folder)
    largest = max(opened.segments, key=lambda segment: segment.count)
    assert largest.folder.name in before
    assert (largest.folder / "passages.jsonl").read_bytes() == before[largest.folder.name]
    assert sorted(set(encoder.asked)) == ["农业", "农业第99号。", "工业", "工业第99号。", "水利", "水利第99号。"]

    # What is changed, removed and joined in many steps is what is added at once.
    report(files, 3, "改")
    add(folder, [files], encoder=LettersEncoder(), topic_of=no_topic, progress=silent)
    source = next(row.source for row in listing(open_archive(folder)) if row.title == "r05总结")
    remove(folder, source)
    (files / "r05.md").unlink()
    opened = open_archive(folder)
    assert opened.dead is not None or len(opened.segments) == 1
    at_once = add(whole, [files], encoder=LettersEncoder(), topic_of=no_topic, progress=silent)
    assert at_once.archive == opened.id
    assert texts(opened) == texts(open_archive(whole))
    assert rows(opened).tolist() == rows(open_archive(whole)).tolist()
    for query in ("农业", "工业第3号改", "水利99"):
        hits = [Searcher(open_archive(a), encoder=LettersEncoder()).search(query, k=9) for a in (folder, whole)]
        assert [hit.passage for hit in hits[0]] == [hit.passage for hit in hits[1]]
        assert [hit.score for hit in hits[0]] == pytest.approx([hit.score for hit in hits[1]], abs=1e-4)
    for _ in range(4):
        for number in range(6):
            report(files, number, "又改" * (_ + 1))
        add(folder, [files], encoder=LettersEncoder(), topic_of=no_topic, progress=silent)
    opened = open_archive(folder)
    assert opened.rows <= 2 * len(opened.passages) + 2  # what has gone does not pile up
    assert rebuild(folder, encoder=LettersEncoder(), topic_of=no_topic, progress=silent).archive == opened.id
    assert content(folder)[1] == tuple(opened.passages)


def test_another_encoder_is_never_mixed_in(tmp_path: Path, small_batches: None) -> None:
    files = tmp_path / "files"
    files.mkdir()
    for number in range(8):
        report(files, number)
    add(tmp_path / "a", [files], encoder=LettersEncoder(), topic_of=no_topic, progress=silent)
    other = LettersEncoder(id="letters-2", dimension=32)
    added = add(tmp_path / "a", [report(files, 9)], encoder=other, topic_of=no_topic, progress=silent)
    assert added.reencoded_from == "letters"
    opened = open_archive(tmp_path / "a")
    assert [row.tolist() for row in rows(opened)] == [mixed(passage, other).tolist() for passage in opened.passages]
    assert len(opened.passages) == 27


class StoppingEncoder(LettersEncoder):
    """Is stopped after some calls."""

    calls = 2

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.calls -= 1
        if self.calls < 0:
            raise KeyboardInterrupt
        return super().encode(texts)


@pytest.mark.parametrize("again", ["add", "rebuild"])
def test_a_stopped_build_goes_on_with_the_vectors_that_it_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, again: str
) -> None:
    monkeypatch.setattr(store, "_CHUNK", 3)
    files = tmp_path / "files"
    files.mkdir()
    for number in range(4):
        report(files, number)
    folder = tmp_path / "archive"
    if again == "rebuild":
        add(folder, [files], encoder=LettersEncoder(), topic_of=no_topic, progress=silent)

    def build(encoder: LettersEncoder) -> store.Added:
        if again == "add":
            return add(folder, [files], encoder=encoder, topic_of=no_topic, progress=silent)
        return rebuild(folder, encoder=encoder, topic_of=no_topic, progress=silent)

    stopped = StoppingEncoder()
    with pytest.raises(KeyboardInterrupt):
        build(stopped)
    journal = next(folder.glob("vectors-*.journal"))
    journal.write_bytes(journal.read_bytes()[:-5])  # the last record was written in part
    encoder = LettersEncoder()
    build(encoder)
    assert len(encoder.asked) == 15 - 5  # 12 texts and 3 headings; 6 were encoded, one of which is cut short
    assert len(set(encoder.asked) & set(stopped.asked)) == 1
    opened = open_archive(folder)
    assert [row.tolist() for row in rows(opened)] == [mixed(passage).tolist() for passage in opened.passages]
    assert list(folder.glob("*.journal")) == []


def test_a_journal_keeps_vectors_and_drops_what_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "x.journal"
    vectors = {text: np.arange(4, dtype=np.float32) + i for i, text in enumerate(("农业", "工业", "水利"))}
    Journal(path, 4).keep(vectors)
    assert {text: vector.tolist() for text, vector in Journal(path, 4).found(vectors).items()} == {
        text: vector.tolist() for text, vector in vectors.items()
    }
    content = bytearray(path.read_bytes())
    content[len(content) // 3 + 20] ^= 1  # within the second record
    path.write_bytes(content)
    journal = Journal(path, 4)
    assert list(journal.found(["农业", "工业", "水利", "教育"])) == ["农业"]
    assert path.stat().st_size == len(content) // 3
    journal.close()
    assert not path.exists()
    assert Journal(path, 4).found(["农业"]) == {}


def test_topics_may_be_told_by_words_and_vector(files: Path, tmp_path: Path) -> None:
    asked: list[tuple[str, bool, bool, list[float]]] = []

    def by_vector(passage: Passage, first: bool, last: bool, vector: NDArray[np.float32]) -> str | None:
        asked.append((passage.text, first, last, vector.tolist()))
        return "industry" if "工业" in passage.text else None

    add(
        tmp_path / "a",
        [files],
        encoder=LettersEncoder(),
        topic_of=lambda *_: "agriculture",
        topic_by_vector=by_vector,
        progress=silent,
    )
    opened = open_archive(tmp_path / "a")
    assert [passage.topic for passage in opened.passages] == [None, None, "industry"]
    assert [(first, last) for _, first, last, _ in asked] == [(True, True), (True, False), (False, True)]
    assert [vector for *_, vector in asked] == [mixed(passage).tolist() for passage in opened.passages]
    rebuild(tmp_path / "a", encoder=LettersEncoder(), topic_of=lambda *_: "agriculture", progress=silent)
    assert {passage.topic for passage in open_archive(tmp_path / "a").passages} == {"agriculture"}


# --- raw pages ---------------------------------------------------------------------------------------------------

PAGE = """沙塘镇2025年工作总结

一、农业

粮食播种面积稳步扩大，农民收入持续增加，蔬菜基地全部投产，农技人员包村指导。

二、水利

新建泵站三座，疏浚河道八公里，灌溉面积明显增加，群众用水更加方便。
"""
SECOND = """
范文二：苇汀镇2024年工作总结

一、教育

改造校舍两处，添置图书五千册，适龄儿童全部入学，教师培训实现全覆盖。

二、卫生

改造卫生院门诊楼，开展健康体检，家庭医生签约服务覆盖全部行政村。
"""


def test_a_raw_page_is_added_and_found_in_its_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page, folder = tmp_path / "page.txt", tmp_path / "archive"
    page.write_text(PAGE, encoding="gb18030")
    added = add(folder, [page], encoder=LettersEncoder(), topic_of=no_topic, progress=silent)
    assert (added.added, added.failed) == (("page.txt",), ())
    opened = open_archive(folder)
    assert [(p.heading_path, p.line, p.period) for p in opened.passages] == [
        (("农业",), 5, "2025"),
        (("水利",), 9, "2025"),
    ]
    assert add(folder, [page], encoder=LettersEncoder(), topic_of=no_topic, progress=silent).unchanged == ("page.txt",)

    # The page comes to hold two reports, then one again.
    page.write_text("范文一：" + PAGE + SECOND, encoding="utf-8")
    added = add(folder, [page], encoder=LettersEncoder(), topic_of=no_topic, progress=silent)
    assert [row.source for row in listing(open_archive(folder))] == ["page.txt#1", "page.txt#2"]
    assert added.encoded == 4  # the second report's texts; the first one's are known under its old name
    assert remove(folder, "page.txt") == ("page.txt#1", "page.txt#2")
    assert len(open_archive(folder).passages) == 0
