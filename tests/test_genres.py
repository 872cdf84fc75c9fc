"""Genre files: the shipped ones are read, and a wrong one is refused with its field named."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.facts.genres import read_genres
from pipeline.facts.topics import UNPLACED

GOOD = """
id: briefing
name: 情况简报
title: $town$period情况简报
opening: [现将$period有关情况简报如下。]
length: [800, 1200]
parts:
  - {kind: review, heading: 工作情况, chapters: [{heading: 生产, subject: 生产, topics: [agriculture]}]}
"""
TOPICS = ("agriculture", *sorted(UNPLACED))


def written(folder: Path, text: str) -> Path:
    (folder / "briefing.yaml").write_text(text, encoding="utf-8")
    return folder


def test_what_is_not_written_has_its_default(tmp_path: Path) -> None:
    genre = read_genres(written(tmp_path, GOOD), TOPICS)["briefing"]
    assert (genre.length, genre.signed, genre.looks_back, genre.aliases) == ((800, 1200), "end", True, ())
    assert genre.parts[0].chapters[0].topics == ("agriculture",)


@pytest.mark.parametrize(
    ("was", "becomes", "named"),
    [
        ("name: 情况简报", "name: 2026", "name 须是文字"),
        ("id: briefing", "", "缺少栏目 ['id']"),
        ("id: briefing", "id: briefing\nlenght: [1, 2]", "不认识的栏目 ['lenght']"),
        ("[800, 1200]", "[800]", "length 须是列表，2 项"),
        ("[800, 1200]", "[八百, 1200]", "length 第 1 项 须是整数"),
        ("kind: review", "kind: opening", "parts 第 1 项 kind 须是 review、problems、plans 之一"),
        ("opening: [现将$period有关情况简报如下。]", "opening: 现将情况简报如下。", "opening 须是列表"),
        ("$town$period情况简报", "$town$month情况简报", "不认识的占位 ['month']"),
        ("topics: [agriculture]", "topics: agriculture", "topics 须是列表"),
        ("subject: 生产, ", "", "缺少栏目 ['subject']"),
        ("[agriculture]", "[fishing]", "不认识或重复 ['fishing']"),
        (GOOD, "- 情况简报", "文件须由"),
        ("[800, 1200]", "[800, 1200", "文种文件读不出来"),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, was: str, becomes: str, named: str) -> None:
    assert was in GOOD
    with pytest.raises(PipelineError) as refused:
        read_genres(written(tmp_path, GOOD.replace(was, becomes)), TOPICS)
    assert named in refused.value.what
    assert "briefing.yaml" in str(refused.value)
