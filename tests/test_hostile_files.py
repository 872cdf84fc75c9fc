"""A folder with everything that a hostile or careless person may put there: each bad file ends in a clear line, the rest is added."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from pipeline.archive import extraction
from pipeline.archive.store import add, listing, open_archive
from tests.test_encoder import LettersEncoder
from tests.test_parse_files import W, docx, pdf

REPORT = "苇汀镇2025年工作总结\n今年以来，全镇上下扎实推进各项工作，取得了新的成效。\n一、农业\n种植高山蔬菜3200亩，带动农户560户，产值1860万元。\n"
CLEAR = {
    "bomb.docx": "Word 文件解开后过大，超过 30 MB。",
    "huge.txt": "文件过大，超过 50 MB。",
    "scan.pdf": "PDF 里没有文字，只有图片。",
    "nested.html": "网页的标签嵌套过深，超过 2000 层。",
    "new?line.txt": "文件名里有换行等不能显示的字符。",
    "loop.txt": "是否成环",
    "written.txt": "文件在读取时被改动。",
    "pipe.txt": "这不是一个文件。",
    "empty.txt": "文件是空的。",
    "locked.doc": "这个 .doc 文件读不出来",
}


def test_the_rest_is_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "files"
    (folder / "below").mkdir(parents=True)
    (folder / "good.txt").write_text(REPORT, encoding="gb18030")
    (folder / "below" / "good.html").write_text(
        f"<p>{REPORT.replace('苇汀', '芦塘')}</p>".replace("\n", "</p><p>"), "utf-8"
    )
    docx(folder / "bomb.docx", f"<w:document {W}>" + " " * 300_000_000)
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(200_000_000)
    pdf(folder / "scan.pdf", ["字"])
    (folder / "nested.html").write_text("<html><body>" + "<b>" * 1_000_000 + "正文。", encoding="utf-8")
    (folder / "new\nline.txt").write_text(REPORT, encoding="utf-8")
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "below" / "up").symlink_to(folder, target_is_directory=True)
    (folder / "written.txt").write_text(REPORT, encoding="utf-8")
    os.mkfifo(folder / "pipe.txt")
    (folder / "empty.txt").write_text(" \n", encoding="utf-8")
    (folder / "locked.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)

    regular = extraction._is_regular

    def written_meanwhile(status: os.stat_result) -> bool:
        if status.st_ino == (folder / "written.txt").stat().st_ino:
            with (folder / "written.txt").open("a", encoding="utf-8") as file:
                file.write("又写了一句。")
        return regular(status)

    monkeypatch.setattr(extraction, "_is_regular", written_meanwhile)
    begin = time.perf_counter()
    added = add(
        Path("archive"), [Path("files")], encoder=LettersEncoder(), topic_of=lambda *_: None, progress=lambda *_: None
    )
    assert time.perf_counter() - begin < 30
    assert added.added == ("files/below/good.html", "files/good.txt")
    assert [row.title for row in listing(open_archive(Path("archive")))] == [
        "芦塘镇2025年工作总结",
        "苇汀镇2025年工作总结",
    ]
    told = {Path(path).name.replace("\n", "?").replace("\\n", "?"): why for path, why in added.failed}
    assert told.keys() == CLEAR.keys()
    for name, why in CLEAR.items():
        assert why in told[name], name
        assert "办法：" in told[name]
        assert "Traceback" not in told[name]
