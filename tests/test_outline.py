"""The outline: every fact has its place."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from pipeline.drafting.outline import OTHER_HEADING, behind_schedule, below_last_year, left_to_do, outline
from pipeline.facts.genres import Genre
from pipeline.facts.topics import Topic
from pipeline.language.periods import Period
from tests.sheets import SHIPPED, fact, sheet, shipped_sheet


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize(
    "genre",
    [
        "half-year-summary",
        "annual-summary",
        "work-report",
        "plan",
        "publicity-summary",
        "creation-report",
        "personal-summary",
    ],
)
def test_no_fact_is_left_over_or_stands_twice(
    name: str, genre: str, genres: Mapping[str, Genre], topics: Mapping[str, Topic]
) -> None:
    facts = shipped_sheet(name, genres, topics).facts
    laid = outline(sheet(*facts, genre=genre), genres[genre], topics)
    placed = [id for entry in laid.entries for id in entry.fact_ids]
    assert sorted(placed) == sorted(f.id for f in facts)


def test_a_topic_that_nobody_knows_is_placed_by_wording_or_gets_a_chapter(
    genres: Mapping[str, Genre], topics: Mapping[str, Topic]
) -> None:
    near = fact("F1", "水稻插秧面积", "3", "万亩", topic="种子工程")
    far = fact("F2", "无人机架次", "12", "架次", topic="低空")
    laid = outline(sheet(near, far), genres["half-year-summary"], topics)
    assert [(e.heading, e.fact_ids) for e in laid.entries if e.fact_ids] == [
        ("聚力发展抓经济", ("F1",)),
        (OTHER_HEADING, ("F2",)),
    ]


def test_headings_count_and_required_parts_stay(genres: Mapping[str, Genre], topics: Mapping[str, Topic]) -> None:
    laid = outline(sheet(fact("F1", "茶叶产量", "3", "吨")), genres["half-year-summary"], topics)
    assert [(e.level, e.label, e.heading) for e in laid.entries] == [
        (0, "", ""),
        (1, "一、", "上半年工作开展情况"),
        (2, "（一）", "聚力发展抓经济"),
        (1, "二、", "存在的问题"),
        (1, "三、", "下半年工作计划"),
    ]
    assert laid.title == "汀月镇2026年上半年工作总结及下半年工作计划"


def test_what_follows_from_figures() -> None:
    behind = fact(
        "F1", "固定资产投资", "2.06", "亿元", completion_pct="42.9", growth_pct="-4.2", topic="investment-projects"
    )
    on_time = fact("F2", "粮食播种面积", "1.26", "万亩", target="2.4", previous="1.2")
    fewer_cases = fact("F3", "信访总量", "41", "件", previous="52", target="100", topic="public-safety-stability")
    rate = fact("F4", "参保率", "98.2", "%", previous="98.6", topic="health-family-planning")
    made = sheet(behind, on_time, fewer_cases, rate)
    assert [f.id for f in behind_schedule(made)] == ["F1"]
    assert [f.id for f in below_last_year(made)] == ["F1", "F4"]
    assert [f.id for f in left_to_do(made)] == ["F1", "F2"]
    assert left_to_do(sheet(behind, period=Period(2026, 1, 12))) == ()


def test_a_crowded_topic_is_parted_by_what_its_facts_speak_of(
    genres: Mapping[str, Genre], topics: Mapping[str, Topic]
) -> None:
    names = "粮食播种面积 小麦种植面积 高标准农田 早稻产量 水稻栽插面积 茶叶产量 生猪出栏 水产品产量 蔬菜面积 村集体经济收入 农业总产值 科技示范户".split()
    facts = [fact(f"F{n}", name, "3", "个") for n, name in enumerate(names, 1)]
    laid = outline(sheet(*facts), genres["half-year-summary"], topics)
    assert [(e.label, e.heading, e.fact_ids) for e in laid.entries if e.fact_ids] == [
        ("1.", "抓好农业生产", ("F4", "F10", "F11", "F12")),  # what no part takes, and a part that is too small
        ("2.", "稳定粮食生产", ("F1", "F2", "F3", "F5")),
        ("3.", "发展特色种养", ("F6", "F7", "F8", "F9")),
    ]
    fewer = outline(sheet(*facts[:11]), genres["half-year-summary"], topics)
    assert [(e.heading, len(e.fact_ids)) for e in fewer.entries if e.fact_ids] == [("聚力发展抓经济", 11)]


def test_headings_are_in_the_parallel_manner(genres: Mapping[str, Genre], topics: Mapping[str, Topic]) -> None:
    """Four to eight characters, and parts of a topic as long as one another."""
    parts = [h for t in topics.values() for h, _ in t.parts]
    chapters = [c.heading for g in genres.values() for p in g.parts for c in p.chapters]
    own = [
        h
        for id, t in topics.items()
        for h in t.headings
        if id not in ("overview", "problems", "plans-next-period", "closing")
    ]
    assert [h for h in (*parts, *chapters, *own) if not 4 <= len(h) <= 8] == []
    assert {len(h) for h in parts} == {6}
    assert all(len({len(c.heading) for c in p.chapters}) <= 1 for g in genres.values() for p in g.parts)
