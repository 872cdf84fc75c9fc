"""Each measure on drafts small enough to count by hand."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from eval.checks.check import check
from eval.measures import figures, headings, wording
from eval.measures.making import Making, Price, by_model, cost, making_of, rejected, tokens
from eval.measures.nearness import Treated, topic_order, topic_share, treated
from eval.measures.table import DRAFT_MEASURES, MEASURES, failed
from eval.runs.definitions import DEFINITIONS
from pipeline.facts.genres import Genre
from pipeline.facts.topics import Topic
from tests.sheets import fact, sheet

GRAIN = fact("F1", "粮食播种面积", "1.26", "万亩", previous="1.2")
ROADS = fact("F2", "改造农村公路", "12.6", "公里", topic="infrastructure-transport-water")
DRAFT = "# 汀月镇2026年上半年工作总结\n\n## 一、上半年工作开展情况\n\n{}\n\n## 二、存在的问题\n\n【待补：存在问题】\n\n## 三、下半年工作计划\n\n【待补：下半年工作计划】\n"


@pytest.mark.parametrize(
    ("body", "stated", "unsupported", "misbound", "derived"),
    [
        ("粮食播种面积1.26万亩，同比增长5%。改造农村公路12.6公里。", 1.0, 0, 0, 0),
        ("粮食播种面积1.26万亩，同比增长5%。", 0.5, 0, 0, 0),  # one of two
        ("粮食播种面积1.26万亩，同比增长9.9%。改造农村公路12.6公里。", 1.0, 0, 0, 1),  # 1.26 / 1.2 is 5 %
        ("粮食播种面积1.26万亩。改造农村公路12.6公里。栽植苗木8300株。", 1.0, 1, 0, 0),
        ("粮食播种面积3.5万亩。改造农村公路12.6公里。", 0.5, 0, 1, 0),
    ],
)
def test_figures_are_counted_as_the_check_finds_them(
    genres: Mapping[str, Genre], body: str, stated: float, unsupported: int, misbound: int, derived: int
) -> None:
    report = check(DRAFT.format(body), sheet(GRAIN, ROADS), genre=genres["half-year-summary"])
    assert figures.facts_stated(report) == stated
    counted = (figures.unsupported(report), figures.misbound(report), figures.derived_wrong(report))
    assert counted == (unsupported, misbound, derived)
    assert figures.clean(report) == float(report.counts["error"] == 0)
    assert figures.structure(report) == 0


def test_a_sheet_without_facts_has_no_share_of_them(genres: Mapping[str, Genre]) -> None:
    report = check(DRAFT.format("各项工作有序开展。"), sheet(), genre=genres["half-year-summary"])
    assert figures.facts_stated(report) is None


def test_what_is_left_in_a_draft_is_a_leak_and_our_own_mark_is_none(genres: Mapping[str, Genre]) -> None:
    genre = genres["half-year-summary"]
    assert figures.leaks(check(DRAFT.format("粮食播种面积1.26万亩。"), sheet(GRAIN), genre=genre)) == 0
    assert figures.leaks(check(DRAFT.format("粮食播种面积XX万亩。"), sheet(GRAIN), genre=genre)) >= 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# 标题\n\n## 一、正文\n\n两个字。\n", 2 + 4 + 4),  # 标题, 一、正文, 两个字。
        ("", 0),
        ("12.5 万元", 6),
    ],
)
def test_length_counts_what_a_word_processor_counts(text: str, expected: int) -> None:
    assert wording.length(text) == expected


@pytest.mark.parametrize(("characters", "fit"), [(50, 0.5), (100, 1.0), (150, 1.0), (200, 1.0), (400, 0.5), (0, 0.0)])
def test_length_fits_within_the_target_and_falls_off_beside_it(characters: int, fit: float) -> None:
    assert wording.length_fit("字" * characters, (100, 200)) == fit


def test_repetition_is_the_share_of_runs_that_occurred_before() -> None:
    ten = "坚持把粮食生产抓在手"  # 10 characters: 3 runs of eight
    assert wording.repetition(f"{ten}。") == 0
    assert wording.repetition(f"{ten}。{ten}。") == 0.5  # 6 runs, 3 of them seen before
    assert wording.repetition("短。") is None
    assert wording.repetition(f"## 一、{ten}\n\n### （一）{ten}\n") is None  # headings are no body


def test_copied_leaves_the_sheets_own_words_aside() -> None:
    run = "全力以赴抓好春耕"
    assert wording.copied(f"{run}。", frozenset(wording.grams(run))) == 1
    assert wording.copied(f"{run}。", frozenset()) == 0
    assert wording.copied(f"{run}。", frozenset(wording.grams(run)), frozenset(wording.grams(run))) is None


def test_diversity_does_not_fall_as_a_text_grows() -> None:
    varied = "".join(chr(0x4E00 + n) for n in range(400))
    assert wording.diversity(varied) == 1
    assert wording.diversity("好" * 400) == pytest.approx(1 / 200)
    assert wording.diversity("好" * 100) is None


@pytest.mark.parametrize(
    ("text", "numbering", "length", "verb", "parallel"),
    [
        ("## 一、工作情况\n\n### （一）抓实粮食生产\n\n### （二）提升工业质效\n", 1, 1, 1, 1),
        (
            "## 一、工作情况\n\n### （一）粮食\n\n### （三）提升工业质效\n",
            2 / 3,
            2 / 3,
            0.5,
            0.5,
        ),  # a number skipped, one too short
        ("## 1.工作情况\n", 0, 1, 0, None),  # the label decides the level, and the marks are of another
        ("# 只有标题\n\n正文。\n", None, None, None, None),
    ],
)
def test_the_manner_of_headings(
    text: str, numbering: float | None, length: float | None, verb: float | None, parallel: float | None
) -> None:
    found = (
        headings.numbering(text),
        headings.fitting_length(text),
        headings.verb_in_front(text),
        headings.parallel(text),
    )
    assert found == (numbering, length, verb, parallel)


@pytest.mark.parametrize(
    ("one", "other", "share", "order"),
    [
        ({"a": 0.5, "b": 0.5}, {"a": 0.5, "b": 0.5}, 1.0, 1.0),
        ({"a": 1.0}, {"b": 1.0}, 0.0, 0.0),
        ({"a": 0.75, "b": 0.25}, {"b": 0.75, "a": 0.25}, 0.5, 0.5),  # min(.75,.25) + min(.25,.75); one of two in order
    ],
)
def test_nearness_to_a_reference(one: dict[str, float], other: dict[str, float], share: float, order: float) -> None:
    treats = Treated(tuple(one), one), Treated(tuple(other), other)
    assert topic_share(*treats) == share
    assert topic_order(*treats) == order


def test_topics_of_a_text_come_with_their_shares(topics: Mapping[str, Topic]) -> None:
    found = treated("## 一、农业\n\n粮食播种面积扩大。\n\n## 二、就业\n\n新增城镇就业岗位。\n", topics)
    assert found is not None
    assert found.order == ("agriculture", "employment")
    assert sum(found.shares.values()) == pytest.approx(1)
    assert treated("", topics) is None


def test_the_making_is_read_off_a_trace() -> None:
    trace = {
        "run": {"sentences": {"model": 3, "fixed": 1}, "tokens": {"prompt": 1000, "completion": 200}},
        "sections": [{"sentences": [{"rejections": ["空回答", "空回答"]}, {"rejections": []}]}],
    }
    making = making_of(trace)
    assert by_model(making) == 0.75
    assert rejected(making) == 2
    assert making.rejections == {"空回答": 2}
    assert tokens(making) == 1200
    assert cost(making, Price(2, 8)) == pytest.approx((1000 * 2 + 200 * 8) / 1e6)


@pytest.mark.parametrize("making", [Making(), making_of({}), making_of({"run": {"tokens": {"prompt": None}}})])
def test_what_nobody_counted_is_none_and_never_zero(making: Making) -> None:
    assert (by_model(making), rejected(making), tokens(making), cost(making, Price(1, 1))) == (None, None, None, None)
    assert cost(Making(None, None, 10, 10), None) is None


def test_a_failed_item_counts_with_the_worst_value_where_there_is_one() -> None:
    values = failed(with_reference=False)
    assert (values["drafted"], values["clean"], values["facts_stated"], values["length_fit"]) == (0, 0, 0, 0)
    assert values["unsupported"] is None  # no draft, no figures: none is no merit
    assert values["topic_share"] is None
    assert failed(with_reference=True)["topic_share"] == 0


def test_every_measure_is_named_and_defined() -> None:
    assert set(DRAFT_MEASURES) <= set(MEASURES)
    assert set(DEFINITIONS) == set(MEASURES)
