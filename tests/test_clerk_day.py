"""docs/clerk.zh.md run as it stands: every command, in order, in a folder of its own."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from pipeline.word_text import docx_text
from tests.clerk_day import FILLED, GUIDE, commands, run_day

Done = list[tuple[str, "subprocess.CompletedProcess[str]"]]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory, archive: Path) -> tuple[Path, Done]:
    folder = tmp_path_factory.mktemp("day")
    return folder, list(run_day(folder, archive))


@pytest.mark.models
def test_every_command_of_the_guide_does_what_it_says(day: tuple[Path, Done]) -> None:
    _, done = day
    assert len(done) == len(commands(GUIDE.read_text(encoding="utf-8"))) == 10
    # The superior's slip is found (1), and told again by the update (1); all else has nothing wrong with it.
    codes = [run.returncode for _, run in done]
    assert codes == [0, 0, 0, 0, 0, 0, 0, 1, 1, 0], [(line, run.stderr) for line, run in done if run.returncode > 1]
    assert "16.2亿元" in done[7][1].stdout
    assert "一般公共预算收入 本期：2864.5万元 → 2912.8万元" in done[8][1].stdout
    assert "一般公共预算收入 完成率：53% → 53.9%" in done[8][1].stdout
    assert "错误 0" in done[9][1].stdout


@pytest.mark.models
def test_the_day_ends_with_a_draft_that_says_everything(day: tuple[Path, Done]) -> None:
    folder, _ = day
    text = docx_text((folder / "定稿.docx").read_bytes(), where="")
    headings = re.findall(r"^#+ .*", text, re.M)
    assert headings[:3] == [
        "# 汀月镇2026年上半年工作总结及下半年工作计划",
        "## 一、上半年工作回顾",
        "### （一）做强产业支撑，经济运行平稳",
    ]
    for indicator, value in FILLED.items():
        if indicator != "一般公共预算收入":
            assert f"{value:g}" in text, indicator
    assert "镇党委坚持每月调度重点工作，压实各方责任。" in text
    assert "2025年" not in text


def test_each_picture_of_the_guide_is_there_and_small() -> None:
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", GUIDE.read_text(encoding="utf-8"))
    assert len(pictures) == 6
    for name in pictures:
        path = GUIDE.parent / name
        assert path.read_bytes().startswith(b"\x89PNG")
        assert path.stat().st_size < 300_000
