"""What no command writes over: what it reads, sheets and files that are there, drafts edited by hand."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.cli.overwriting import edited_draft

SHEET = (
    "meta: {town: 苇汀镇, period: 2026H1, genre: 半年总结}\n"
    "facts:\n  - {id: F1, topic: 农业, indicator: 粮食播种面积, value: 1.26, unit: 万亩}\n"
)
DRAFT = "# 苇汀镇2026年上半年工作总结\n\n一、农业\n\n粮食播种面积1.26万亩。\n"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the files of a clerk lie."""
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "s.yaml": SHEET, "d.trace.json": SHEET, "d.md": DRAFT, "old.md": DRAFT, "outline.yaml": "x", "notes.txt": "x",
        "g.csv": "x", "h.meta.yaml": "x", "page.html": "<!DOCTYPE html>\n<title>通知 · 核稿</title>", "s.md": DRAFT,
    }.items():  # fmt: skip
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "link.md").symlink_to("old.md")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "target", "said"),
    [
        ("facts new s.yaml", "s.yaml", "清单文件已经有了"),
        ("facts convert s.yaml -o g.csv", "g.csv", "文件已经有了"),
        ("facts convert s.yaml -o h.csv", "h.meta.yaml", "文件已经有了"),
        ("facts merge s.yaml -o g.csv", "g.csv", "文件已经有了"),
        ("facts extract old.md -o s.yaml", "s.yaml", "清单文件已经有了"),
        ("check d.md --facts s.yaml --html d.md", "d.md", "--html 会盖掉原稿"),
        ("check d.md --facts s.yaml --html s.yaml", "s.yaml", "--html 会盖掉事实清单"),
        ("check d.md --facts s.yaml --against old.md --html old.md", "old.md", "--html 会盖掉要对照的旧稿"),
        ("check d.md --facts s.yaml --against old.md --html link.md", "link.md", "--html 会盖掉要对照的旧稿"),
        ("check d.md --facts s.yaml --html notes.txt", "notes.txt", "不是以前的核稿页"),
        ("check d.md --facts s.yaml --html page.html", "page.html", "不是以前的核稿页"),
        ("draft s.md -o s.md", "s.md", "-o 会盖掉事实清单"),
        ("draft d.trace.json -o d.md", "d.trace.json", "-o 会盖掉事实清单"),
        ("draft s.yaml --like old.md -o old.md", "old.md", "-o 会盖掉要照着写的旧稿"),
        ("draft s.yaml --like old.md -o link.md", "link.md", "-o 会盖掉要照着写的旧稿"),
        ("draft s.yaml --outline d.md -o d.md", "d.md", "-o 会盖掉提纲文件"),
    ],
)
def test_what_would_be_lost_is_told(desk: Path, arguments: str, target: str, said: str) -> None:
    before = {path: path.read_bytes() for path in desk.iterdir()}
    done = CliRunner().invoke(main, arguments.split())
    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert f"位置：{target}\n办法：" in done.stderr
    assert {path: path.read_bytes() for path in desk.iterdir()} == before


@pytest.mark.parametrize(
    ("arguments", "written"),
    [
        ("facts new n.xlsx", ["n.xlsx"]),
        ("facts convert s.yaml -o n.csv", ["n.csv", "n.meta.yaml"]),
        ("check d.md --facts s.yaml --html n.html", ["n.html"]),
    ],
)
def test_what_is_new_is_written_and_then_only_when_forced(desk: Path, arguments: str, written: list[str]) -> None:
    assert CliRunner().invoke(main, arguments.split()).exit_code in (0, 1)
    assert all((desk / name).is_file() for name in written)
    again = CliRunner().invoke(main, arguments.split()).exit_code
    if arguments.startswith("check"):  # a page of ours gives way to its next state
        assert again in (0, 1)
    else:
        assert again == 2
        assert CliRunner().invoke(main, [*arguments.split(), "--force"]).exit_code == 0


OLD = "旧稿".encode()


@pytest.mark.parametrize(
    ("trace", "there", "kept"),
    [
        (json.dumps({"run": {"file_sha256": hashlib.sha256(OLD).hexdigest()}}), [], []),
        (json.dumps({"run": {"file_sha256": hashlib.sha256("原稿".encode()).hexdigest()}}), [], ["d.before.docx"]),
        (json.dumps({"run": {}}), ["d.before.docx", "d.before2.docx"], ["d.before3.docx"]),
        (None, [], ["d.before.docx"]),
        ("{", [], ["d.before.docx"]),
        ("[]", [], ["d.before.docx"]),
    ],
    ids=["unedited", "edited", "older trace", "no trace", "no JSON", "no object"],
)
def test_an_edited_draft_is_kept(tmp_path: Path, trace: str | None, there: list[str], kept: list[str]) -> None:
    draft = tmp_path / "d.docx"
    assert edited_draft(draft, b"new") == {}
    for path in (draft, *(tmp_path / name for name in there)):
        path.write_bytes(OLD)
    if trace is not None:
        (tmp_path / "d.trace.json").write_text(trace, encoding="utf-8")
    assert edited_draft(draft, b"new") == {tmp_path / name: OLD for name in kept}
    assert edited_draft(draft, OLD) == {}


def test_update_keeps_what_stood_under_the_name_it_writes(desk: Path) -> None:
    (desk / "n.yaml").write_text(SHEET.replace("1.26", "1.31"), encoding="utf-8")
    (desk / "out.md").write_text("另一篇稿子。\n", encoding="utf-8")
    done = CliRunner().invoke(main, "update d.md --facts n.yaml --old s.yaml -o out.md".split())
    assert done.exit_code == 0, done.output
    assert "1.31万亩" in (desk / "out.md").read_text(encoding="utf-8")
    assert (desk / "out.before.md").read_text(encoding="utf-8") == "另一篇稿子。\n"
    assert (desk / "d.md").read_text(encoding="utf-8") == DRAFT


def test_comments_keep_the_word_file_that_stood_there(desk: Path) -> None:
    CliRunner().invoke(main, "draft s.yaml --model exemplar -o d.docx".split(), catch_exceptions=False)
    (desk / "out.docx").write_bytes(b"other")
    done = CliRunner().invoke(main, "check d.docx --facts s.yaml --annotate out.docx".split())
    assert done.exit_code in (0, 1), done.output
    assert (desk / "out.before.docx").read_bytes() == b"other"
    assert "另存为 out.before.docx" in done.stderr
    refused = CliRunner().invoke(main, "check d.docx --facts s.yaml --against out.docx --annotate out.docx".split())
    assert (refused.exit_code, "--annotate 会盖掉要对照的旧稿" in refused.stderr) == (2, True)
