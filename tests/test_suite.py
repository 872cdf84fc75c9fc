"""Suites: what is read, which items it makes, and what is said of one that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.runs.suite import find_suite, items, read_suite, shipped_suites
from pipeline.errors import PipelineError

SHEET = "meta: {town: 汀月镇, period: 2026H1, genre: 半年总结}\nfacts:\n  - {id: F1, topic: 农业, indicator: 粮食播种面积, value: 1.26, unit: 万亩}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(SHEET, encoding="utf-8")
    (tmp_path / "terse").mkdir()
    return tmp_path


def suite_at(folder: Path, text: str) -> Path:
    path = folder / "suite.yml"
    path.write_text(text, encoding="utf-8")
    return path


HEAD = "name: small\nabout: 小\nsheets: [a.yaml, b.yaml]\n"


def test_items_are_sheets_times_genres_times_prompts_times_seeds_times_writers(folder: Path) -> None:
    path = suite_at(
        folder,
        HEAD
        + "genres: [own, annual-summary]\nseeds: [0, 1]\nprompts: [{id: terse, folder: terse}]\n"
        + "writers: [{id: exemplar, kind: exemplar}, {id: local, kind: local, sheets: [b]}]\n",
    )
    made = items(read_suite(path))
    assert len(made) == 2 * 2 * 2 + 1 * 2 * 2  # exemplar everywhere, local on b alone
    assert made[0].id == "a.own.terse.0.exemplar"
    assert {item.case for item in made if item.group == "local"} <= {
        item.case for item in made if item.group == "exemplar"
    }


def test_a_writer_without_prompts_takes_part_once_and_a_reference_once_a_sheet(folder: Path) -> None:
    path = suite_at(
        folder,
        HEAD
        + "seeds: [0, 1]\nprompts: [{id: one, folder: terse}, {id: two, folder: terse}]\n"
        + "writers: [{id: exemplar, kind: exemplar}, {id: local, kind: local}, {id: good, kind: reference}]\n",
    )
    made = items(read_suite(path))
    count = {group: sum(item.group == group for item in made) for group in ("exemplar", "local", "good")}
    assert count == {"exemplar": 2 * 2, "local": 2 * 2 * 2, "good": 2}


@pytest.mark.parametrize("name", sorted(shipped_suites()))
def test_the_shipped_suites_are_usable(name: str) -> None:
    suite = read_suite(find_suite(name))
    assert suite.name == name
    assert suite.kind != "drafts" or len(items(suite)) >= 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: small\nabout: 小\n", "kind: drafts 要有 sheets 和 writers"),
        (HEAD, "要有 sheets 和 writers"),
        (HEAD + "writers: [{id: a, kind: magic}]\n", "writers.0.kind：写的是 'magic'，可用：exemplar、local"),
        (HEAD + "writers: [{id: a, kind: exemplar}]\nseed: [1]\n", "seed：不认识的项"),
        (HEAD + "writers: [{id: 写手, kind: exemplar}]\n", "writers.0.id：只能用字母"),
        (HEAD + "writers: [{id: a, kind: endpoint, model: m}]\n", "要写明 base_url"),
        (HEAD + "writers: [{id: a, kind: command, command: [echo]}]\n", "{output}"),
        (HEAD + "writers: [{id: a, kind: exemplar}, {id: a, kind: local}]\n", "writers 里有重名"),
        (HEAD + "writers: [{id: a, kind: exemplar, sheets: [c]}]\n", "没有的清单：c"),
        (HEAD + "writers: [{id: a, kind: exemplar}]\nbaseline: b\n", "没有写手 b"),
        (
            HEAD + "writers: [{id: a, kind: exemplar}]\nthresholds: [{measure: beauty, at_least: 1}]\n",
            "不认识指标 beauty",
        ),
        (HEAD + "writers: [{id: a, kind: exemplar}]\nthresholds: [{measure: clean}]\n", "at_least 和 at_most"),
        ("name: small\nabout: 小\nsheets: [c*.yaml]\nwriters: [{id: a, kind: exemplar}]\n", "一个文件也没有"),
        (HEAD + "writers: [{id: a, kind: exemplar}]\nreferences: [nowhere]\n", "nowhere 不存在"),
        ("name: [", "读不出来"),
        ("- 1\n", "整个方案"),
    ],
)
def test_a_suite_that_cannot_be_used_says_where_and_why(folder: Path, text: str, said: str) -> None:
    with pytest.raises(PipelineError) as fault:
        read_suite(suite_at(folder, text))
    assert said in fault.value.what
    assert fault.value.exit_code == 2
    assert fault.value.mend


def test_a_suite_that_is_not_there_lists_the_shipped_ones() -> None:
    with pytest.raises(PipelineError, match="没有评测方案") as fault:
        find_suite("smokey")
    assert "smoke、" in fault.value.mend or "smoke" in fault.value.mend
