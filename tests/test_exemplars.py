"""Reading exemplars: what the front matter gives, where the body stands, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.archive.exemplars import LARGEST, read_exemplar
from pipeline.errors import PipelineError

HEAD = "---\ntitle: 苇汀镇2025年工作总结\ngenre: annual-summary\nregion: 沚川县苇汀镇\nperiod: 2025\n---\n"
BODY = "# 苇汀镇2025年工作总结\n\n一年来，工作有序推进。\n"


def written(folder: Path, content: str | bytes, name: str = "weiting.md") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("content", "text", "line_offset"),
    [
        (HEAD + BODY, BODY, 6),
        (HEAD + "\n\n" + BODY, BODY, 8),  # blank lines before the body
        ("\ufeff" + HEAD + BODY, BODY, 6),  # as Windows editors save
        ((HEAD + BODY).replace("\n", "\r\n"), BODY, 6),
        (HEAD.replace("period", "author: 党政办\nnotes: [一, 二]\nperiod") + BODY, BODY, 8),  # what we do not know
        (HEAD + BODY + "\n---\n\n落款\n\n", BODY + "\n---\n\n落款\n", 6),  # only the first fence is one
    ],
)
def test_front_matter_and_body(tmp_path: Path, content: str, text: str, line_offset: int) -> None:
    article = read_exemplar(written(tmp_path, content))
    assert (article.title, article.genre, article.region, article.period) == (
        "苇汀镇2025年工作总结",
        "annual-summary",
        "沚川县苇汀镇",
        "2025",  # as written, not a number
    )
    assert (article.text, article.line_offset) == (text, line_offset)


def test_the_source_is_relative_below_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, HEAD + BODY)
    assert read_exemplar(path).source == path.as_posix()
    monkeypatch.chdir(tmp_path)
    assert read_exemplar(path).source == "weiting.md"
    assert read_exemplar(Path("weiting.md")).source == "weiting.md"


@pytest.mark.parametrize(
    ("content", "what", "where"),
    [
        (BODY, "范文缺少文件头。", "weiting.md，第1行"),
        (HEAD[:-4] + BODY, "范文的文件头没有结束。", "weiting.md，第1行"),
        (HEAD.replace("title: ", "title: ["), "文件头不是 YAML。", "weiting.md，第3行"),
        (HEAD.replace("title: ", "title: " + "[" * 5000), "文件头不是 YAML。", "weiting.md，第2行"),
        ("---\n- title\n---\n" + BODY, "文件头里没有各项内容。", "weiting.md，第2行"),
        ("---\n---\n" + BODY, "文件头里没有各项内容。", "weiting.md，第2行"),
        (HEAD.replace("region: 沚川县苇汀镇\n", "") + BODY, "文件头缺少 region。", "weiting.md，第1行"),
        (HEAD.replace("沚川县苇汀镇", "") + BODY, "文件头的 region 没有内容。", "weiting.md，第4行"),
        (HEAD.replace("2025\n---", "[2025]\n---") + BODY, "文件头的 period 没有内容。", "weiting.md，第5行"),
        (HEAD.replace("period", "genre") + BODY, "文件头里 genre 写了两次。", "weiting.md，第5行"),
        (HEAD + "\n \n", "范文没有正文。", "weiting.md，第6行之后"),
        ("", "范文缺少文件头。", "weiting.md，第1行"),
        (HEAD.encode() + "水稻".encode("gb18030"), "文件不是 UTF-8 编码。", "weiting.md，第7行"),
        ((HEAD + BODY).encode("utf-16"), "文件不是 UTF-8 编码。", "weiting.md，第1行"),
        (HEAD + "水\0稻", "文件不是文本。", "weiting.md，第7行"),
    ],
)
def test_refusals_name_the_line_and_the_mend(tmp_path: Path, content: str | bytes, what: str, where: str) -> None:
    with pytest.raises(PipelineError) as caught:
        read_exemplar(written(tmp_path, content))
    assert caught.value.what == what
    assert caught.value.where.endswith(where)
    assert caught.value.mend


def test_what_is_no_exemplar_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")  # would never answer
    huge = written(tmp_path, "", "huge.txt")
    os.truncate(huge, LARGEST + 1)
    for path, what in [
        (tmp_path / "absent.md", "找不到这个文件。"),
        (tmp_path, "这种文件不能作范文。"),
        (written(tmp_path, HEAD + BODY, "weiting.docx"), "这种文件不能作范文。"),
        (tmp_path / "pipe.md", "找不到这个文件。"),
        (huge, "文件过大，超过 20 MB。"),
        (tmp_path / ("长" * 300 + ".md"), "文件读不出来：File name too long。"),
        (Path(os.fsdecode(b"\xff.md")), "文件名不是 UTF-8。"),
    ]:
        with pytest.raises(PipelineError) as caught:
            read_exemplar(path)
        assert caught.value.what == what
        assert caught.value.mend
