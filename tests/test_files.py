"""Files written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.files import write_together, write_whole


def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "real.md").write_text("旧", encoding="utf-8")
    (tmp_path / "link.md").symlink_to("real.md")
    write_whole(tmp_path / "link.md", "新".encode())
    assert (tmp_path / "link.md").is_symlink()
    assert (tmp_path / "real.md").read_text(encoding="utf-8") == "新"


@pytest.mark.parametrize(
    ("name", "said"),
    [("no/such/folder.md", "文件夹不存在"), ("folder", "不是普通文件"), ("长" * 200 + ".md", "文件名太长")],
)
def test_what_cannot_be_written_leaves_all_as_it_was(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "a.md").write_text("旧", encoding="utf-8")
    with pytest.raises(PipelineError, match=said):
        write_together({tmp_path / "a.md": b"new", tmp_path / name: b"x"})
    assert (tmp_path / "a.md").read_text(encoding="utf-8") == "旧"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.md", "folder"]
