"""Names that are no UTF-8 (a file that came from a Windows disk in GBK): used as they are, never a traceback."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from pipeline.cli.drafting import _mark
from tests.test_cli import SMALL, zhenbao

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the system keeps names in Unicode")

STEM = os.fsdecode(b"\xc4\xe3")
DRAFT = "# 汀月镇2026年上半年工作总结\n\n一、农业\n\n粮食播种面积1.26万亩。\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / f"{STEM}.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / f"{STEM}.md").write_text(DRAFT, encoding="utf-8")
    return tmp_path


def test_replies_are_kept_by_any_name(folder: Path) -> None:
    assert _mark(folder / f"{STEM}.yaml") != _mark(folder / "s.yaml")
    assert _mark(folder / "s.yaml") == _mark(folder / "." / "s.yaml")


@pytest.mark.parametrize(
    ("arguments", "written"),
    [
        (["check", "{0}.md", "--facts", "{0}.yaml", "--html", "{0}.html"], "{0}.html"),
        (["facts", "convert", "{0}.yaml", "-o", "{0}.csv"], "{0}.csv"),
        (["outline", "{0}.yaml", "-o", "{0}.outline.yaml"], "{0}.outline.yaml"),
    ],
)
def test_files_of_any_name_are_read_and_written(folder: Path, arguments: list[str], written: str) -> None:
    done = zhenbao(*(str(folder / a.format(STEM)) if "{" in a else a for a in arguments))
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
    assert (folder / written.format(STEM)).is_file()
