"""Runs: kept whole whatever happens, counted honestly, compared item by item, and told in three forms."""

from __future__ import annotations

import json
import os
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from eval.runs.comparison import compare, side_by_side
from eval.runs.judge import agreement
from eval.runs.junit import junit
from eval.runs.report_page import comparison_page, run_page
from eval.runs.report_text import comparison_markdown, run_markdown
from eval.runs.rows import Failure, Found, Row, row_of
from eval.runs.runner import Made, pending, run_items
from eval.runs.store import Run, begin, finish, keep, locked, read_run
from eval.runs.suite import Item
from eval.runs.summary import summarize, verdicts
from pipeline.errors import PipelineError, ServiceError

THRESHOLDS = [
    {"measure": "facts_stated", "group": "", "at_least": 1, "at_most": None},
    {"measure": "unsupported", "group": "", "at_least": None, "at_most": 0},
]


def manifest(ids: Sequence[str], **more: Any) -> dict[str, Any]:
    return {
        "kind": "drafts", "suite": {"name": "small", "about": "小", "sha256": "5" * 64}, "program": {"code": "c" * 64, "prompts": "d" * 64},
        "versions": {"python": "3"}, "archive": "a" * 16, "baseline": "", "thresholds": THRESHOLDS, "items": list(ids), **more,
    }  # fmt: skip


def row(document: str, group: str = "exemplar", **values: float | None) -> Row:
    full: dict[str, float | None] = {
        "drafted": 1.0,
        "facts_stated": 1.0,
        "unsupported": 0.0,
        "repetition": 0.1,
        **values,
    }
    return Row(f"{document}.own.shipped.0", group, document, full, draft=f"drafts/{document}.{group}.md")


def kept(folder: Path, rows: Sequence[Row], texts: Mapping[str, str] | None = None, **more: Any) -> Run:
    folder.mkdir(exist_ok=True)
    begin(folder, manifest([r.id for r in rows], **more), b"name: small\n")
    for one in rows:
        files = {one.draft: (texts or {}).get(one.id, f"# {one.document}\n\n正文。\n")} if one.draft else {}
        keep(folder, one, files, 1.0)
    return finish(folder, {})


ROWS = [row(f"t{n:02d}", facts_stated=1.0, repetition=0.01 * n) for n in range(12)]


# --- the store -------------------------------------------------------------------------------------------------------


def test_a_row_reads_back_as_it_was() -> None:
    one = replace(
        ROWS[0],
        found=(Found("figure.unit", "error", 3, "3亿元", "单位不对"),),
        failure=Failure("fault", "x"),
        rejections={"空回答": 2},
    )
    assert row_of(one.line()) == one


def test_a_run_is_in_the_suites_order_whatever_order_its_items_came_in(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, rows in ((one, ROWS), (other, ROWS[::-1])):
        folder.mkdir()
        begin(folder, manifest([r.id for r in ROWS]), b"")
        for each in rows:
            keep(folder, each, {each.draft: "x"}, None)
        finish(folder, {"made": 12})
    for name in ("items.jsonl", "manifest.json"):
        assert (one / name).read_bytes() == (other / name).read_bytes()


def test_a_line_that_a_kill_cut_off_is_made_again(tmp_path: Path) -> None:
    kept(tmp_path, ROWS[:3])
    path = tmp_path / "items.jsonl"
    path.write_bytes(path.read_bytes()[:-40])
    again = begin(tmp_path, manifest([r.id for r in ROWS[:3]]), b"")
    assert set(again.rows) == {r.id for r in ROWS[:2]}
    keep(tmp_path, ROWS[2], {ROWS[2].draft: "x"}, None)
    assert read_run(tmp_path).is_whole


def test_a_row_whose_draft_is_gone_is_made_again(tmp_path: Path) -> None:
    kept(tmp_path, ROWS[:2])
    (tmp_path / ROWS[0].draft).unlink()
    assert set(begin(tmp_path, manifest([r.id for r in ROWS[:2]]), b"").rows) == {ROWS[1].id}


def test_a_folder_of_another_run_is_refused_and_says_what_differs(tmp_path: Path) -> None:
    kept(tmp_path, ROWS[:1])
    with pytest.raises(PipelineError, match=r"archive、program\.code"):
        begin(tmp_path, manifest([ROWS[0].id], archive="b" * 16, program={"code": "e" * 64, "prompts": "d" * 64}), b"")


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("x", encoding="utf-8")
    with pytest.raises(PipelineError, match="别的文件"):
        begin(tmp_path, manifest([]), b"")
    assert (tmp_path / "letter.txt").exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"kind": "drafts"}'])
def test_a_manifest_that_is_none_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(PipelineError):
        read_run(tmp_path)


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="没有评测结果"):
        read_run(tmp_path)


def test_of_two_processes_on_one_folder_one_is_told(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(PipelineError, match="另一个进程"), locked(tmp_path):
        pass
    with locked(tmp_path):
        pass


# --- the runner ------------------------------------------------------------------------------------------------------

ITEMS = [Item(f"s{n}.own.shipped.0", "exemplar", Path(f"s{n}.yaml"), "own", "shipped", 0) for n in range(6)]


class Scripted:
    """A desk on which the second item is a fault of ours, the third a service that is silent, the fourth ends the process."""

    def __init__(self, deadly: bool):
        self.deadly = deadly

    def make(self, item: Item) -> Made:
        match item.sheet.stem:
            case "s1":
                raise KeyError("sought in vain")
            case "s2":
                raise ServiceError("模型服务没有开着。")
            case "s3" if self.deadly:
                os._exit(9)
        return Made(Row(item.case, item.group, item.sheet.stem, {"drafted": 1.0, "facts_stated": 1.0}), {}, 0.5)


@contextmanager
def scripted(deadly: bool) -> Iterator[Scripted]:
    yield Scripted(deadly)


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_fails_stays_in_the_denominator(tmp_path: Path, jobs: int) -> None:
    begin(tmp_path, manifest([i.id for i in ITEMS]), b"")
    deadly = jobs > 1
    run_items(
        tmp_path, ITEMS, partial(scripted, deadly), jobs=jobs, progress=lambda *_: None, referenced=frozenset({"s0"})
    )
    run = finish(tmp_path, {})
    assert run.is_whole
    failures = {i: f.kind for i, r in run.rows.items() if (f := r.failure) is not None}
    expected = {ITEMS[1].id: "fault", ITEMS[2].id: "service"} | ({ITEMS[3].id: "died"} if deadly else {})
    assert failures == expected
    assert "KeyError" in (tmp_path / "drafts" / f"{ITEMS[1].id}.fault.txt").read_text(encoding="utf-8")
    stated = summarize(run).means["exemplar"]["facts_stated"]
    assert stated.mean == pytest.approx((6 - len(expected)) / 6)
    assert stated.count == 6
    assert [i.id for i in pending(run, ITEMS)] == [ITEMS[2].id]  # a silent service is asked again, a fault is a result


# --- what a run comes to ---------------------------------------------------------------------------------------------


def test_a_threshold_over_nothing_measured_does_not_hold(tmp_path: Path) -> None:
    run = kept(tmp_path, [row("t", unsupported=None)])
    held = {v.threshold.measure: v.held for v in verdicts(run, summarize(run))}
    assert held == {"facts_stated": True, "unsupported": False}


def test_a_measure_that_nobody_measured_is_not_in_the_report(tmp_path: Path) -> None:
    run = kept(tmp_path, ROWS)
    summary = summarize(run)
    assert "cost" not in summary.measures
    assert "费用" not in run_markdown(run, summary, ())


def test_the_report_is_one_page_without_anything_from_elsewhere(tmp_path: Path) -> None:
    broken = replace(
        row("坏<b>镇", facts_stated=0.0, unsupported=4.0),
        failure=Failure("fault", "<script>alert(1)</script>"),
        draft="",
    )
    run = kept(tmp_path, [*ROWS, broken])
    summary = summarize(run)
    page = run_page(run, summary, verdicts(run, summary))
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert "&lt;script&gt;" in page
    assert page.count("<svg") == 3  # what is the same in every item is no chart
    assert page == run_page(run, summary, verdicts(run, summary))


def test_junit_tells_thresholds_items_and_failures(tmp_path: Path) -> None:
    broken = replace(row("bad", facts_stated=0.0), failure=Failure("fault", "断\x00了"), draft="")
    run = kept(tmp_path, [*ROWS[:3], broken])
    summary = summarize(run)
    root = ET.fromstring(junit(run, summary, verdicts(run, summary)))
    suites = {suite.get("name"): suite for suite in root}
    assert suites["small.thresholds"].get("failures") == "1"
    assert (suites["small.items"].get("tests"), suites["small.items"].get("errors")) == ("4", "1")
    error = suites["small.items"].find("testcase/error")
    assert error is not None
    assert error.get("message") == "断了"


def test_a_run_that_is_not_whole_says_so(tmp_path: Path) -> None:
    begin(tmp_path, manifest([r.id for r in ROWS]), b"")
    keep(tmp_path, ROWS[0], {ROWS[0].draft: "x"}, None)
    run = read_run(tmp_path)
    assert "还有 11 项没有做" in run_markdown(run, summarize(run), ())
    assert "没有做完" in run_page(run, summarize(run), ())


# --- comparison ------------------------------------------------------------------------------------------------------


def test_a_run_against_itself_shows_nothing(tmp_path: Path) -> None:
    run = kept(tmp_path, ROWS)
    found = compare(run, run)
    assert not found.changes
    assert not found.regressions
    assert {d.verdict for d in found.differences} == {"same"}
    assert "没有任何变化" in comparison_markdown(found, ("a", "b"))
    assert "✓ 没有变化" in comparison_page(found, (run, run), ("a", "b"))


def test_a_seeded_regression_of_one_item_among_twelve_is_found(tmp_path: Path) -> None:
    before = kept(tmp_path / "a", ROWS)
    spoilt = replace(
        row("t07", unsupported=1.0, repetition=0.07),
        found=(Found("figure.unsupported", "error", 3, "88亩", "没有依据"),),
    )
    rows = [spoilt if r.document == "t07" else r for r in ROWS]
    after = kept(tmp_path / "b", rows, {spoilt.id: "# t07\n\n正文。栽植苗木88亩。\n"})
    found = compare(before, after)
    assert [d.measure for d in found.regressions] == ["unsupported"]
    (change,) = found.changes
    assert (change.after.id, change.is_worse, change.draft) == (spoilt.id, True, True)
    assert [f.rule for f in change.appeared] == ["figure.unsupported"]
    page = comparison_page(found, (before, after), ("a", "b"))
    assert "<ins>栽植苗木88亩。</ins>" in page
    back = compare(after, before)
    assert not back.regressions
    assert [d.measure for d in back.differences if d.verdict == "better"] == ["unsupported"]


def test_a_measure_of_taste_needs_more_than_chance(tmp_path: Path) -> None:
    before = kept(tmp_path / "a", ROWS)
    one = kept(tmp_path / "b", [row("t00", repetition=0.5), *ROWS[1:]])
    assert not compare(before, one).regressions  # one item of twelve may be chance
    all_of = kept(tmp_path / "c", [row(f"t{n:02d}", repetition=0.01 * n + 0.1) for n in range(12)])
    assert [d.measure for d in compare(before, all_of).regressions] == ["repetition"]


def test_a_draft_that_is_no_longer_made_is_a_regression(tmp_path: Path) -> None:
    before = kept(tmp_path / "a", ROWS)
    lost = replace(
        row("t03", drafted=0.0, facts_stated=0.0, unsupported=None, repetition=None),
        failure=Failure("fault", "x"),
        draft="",
    )
    after = kept(tmp_path / "b", [lost if r.document == "t03" else r for r in ROWS])
    assert {d.measure for d in compare(before, after).regressions} == {"drafted", "facts_stated"}


def test_items_without_a_partner_are_named_and_not_compared(tmp_path: Path) -> None:
    before, after = kept(tmp_path / "a", ROWS[:5]), kept(tmp_path / "b", ROWS[2:7])
    found = compare(before, after)
    assert (found.pairs, found.only_before, found.only_after) == (
        3, tuple(r.id for r in ROWS[:2]), tuple(r.id for r in ROWS[5:7]),
    )  # fmt: skip


def test_two_groups_of_one_run_are_compared_by_case(tmp_path: Path) -> None:
    run = kept(tmp_path, [*ROWS, *(row(f"t{n:02d}", "naive", facts_stated=0.2, unsupported=3.0) for n in range(12))])
    found = compare(run, run, groups=("naive", "exemplar"))
    verdict = {d.measure: d.verdict for d in found.differences}
    assert (verdict["facts_stated"], verdict["unsupported"]) == ("better", "better")


@pytest.mark.parametrize(
    ("kind", "groups", "said"),
    [("retrieval", None, "不是一类"), ("drafts", ("exemplar", "ghost"), "没有写手 ghost")],
)
def test_what_cannot_be_compared_is_told(tmp_path: Path, kind: str, groups: tuple[str, str] | None, said: str) -> None:
    before, after = kept(tmp_path / "a", ROWS[:2]), kept(tmp_path / "b", ROWS[:2], kind=kind)
    with pytest.raises(PipelineError, match=said):
        compare(before, after, groups=groups)


def test_runs_without_a_common_item_are_told(tmp_path: Path) -> None:
    before, after = kept(tmp_path / "a", ROWS[:2]), kept(tmp_path / "b", ROWS[4:6])
    with pytest.raises(PipelineError, match="没有相同的项目"):
        compare(before, after)


def test_two_drafts_stand_side_by_side_where_they_differ() -> None:
    before = "# 题\n\n粮食播种面积1.26万亩。新增就业318人。\n"
    after = "# 题\n\n粮食播种面积达1.26万亩。新增就业318人。改造公路12公里。\n"
    assert side_by_side(before, after) == [
        (
            (("粮食播种面积", False), ("1.26万亩。", False)),
            (("粮食播种面积", False), ("达", True), ("1.26万亩。", False)),
        ),
        ((), (("改造公路12公里。", True),)),
    ]
    assert side_by_side(before, before) == []


@pytest.mark.parametrize(
    ("grades", "values", "tau"),
    [
        ([1, 2, 3], [0.1, 0.2, 0.3], 1.0),
        ([3, 2, 1], [0.1, 0.2, 0.3], -1.0),
        ([1, 1, 1], [0.1, 0.2, 0.3], None),
        ([1, None, 2], [0.1, 0.9, None], None),
    ],
)
def test_agreement_is_kendalls_tau(grades: list[float | None], values: list[float | None], tau: float | None) -> None:
    assert agreement(grades, values) == tau


def test_json_of_a_row_is_one_line() -> None:
    assert "\n" not in ROWS[0].line()
    assert json.loads(ROWS[0].line())["id"] == ROWS[0].id
