"""A lead is on its section's topic: told by its words and its embedding, beside the closed vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from eval.topics.leads import auc, lead_of, measured
from pipeline.cli.drafting import lead_topics
from pipeline.cli.shared import archive_at
from pipeline.drafting.acceptance import OFF_TOPIC, Accepted, Rejection, accept, accept_any
from pipeline.drafting.lead_topics import LeadTopics, on_topic
from pipeline.drafting.phrasing import Wording
from tests.sheets import fact

TEA = fact("F1", "茶叶产量", "340", "吨")
FISH = fact("F2", "水产品产量", "210", "吨")
WORDS = frozenset({"围绕", "稳产保供", "教育", "同时"})
SCHOOLS: Mapping[str, float] = {"education": 0.6, "agriculture": 0.1, "industry": 0.02}
FARMS: Mapping[str, float] = {"education": 0.1, "agriculture": 0.5, "industry": 0.2}
NOTHING: Mapping[str, float] = {"education": 0.05, "agriculture": 0.01}


@pytest.mark.parametrize(
    ("likely", "own", "may"),
    [
        (FARMS, ("agriculture",), True),
        (SCHOOLS, ("agriculture",), False),
        (SCHOOLS, ("agriculture", "education"), True),  # a heading of several topics
        (FARMS, ("industry",), True),  # a neighbour: 0.2 of 0.5
        (SCHOOLS, ("unheard-of",), False),
        (NOTHING, ("agriculture",), True),  # it speaks of no topic
        ({}, ("agriculture",), True),
    ],
)
def test_which_leads_may_stand(likely: Mapping[str, float], own: tuple[str, ...], may: bool) -> None:
    assert on_topic(likely, own) is may


def test_a_sentence_with_a_lead_of_elsewhere_is_refused() -> None:
    test = LeadTopics(lambda lead: SCHOOLS if "教育" in lead else FARMS, "e").of(["agriculture"])
    assert isinstance(accept("围绕稳产保供，茶叶产量340吨。", [TEA], words=WORDS, on_topic=test), Wording)
    assert accept("围绕教育，茶叶产量340吨。", [TEA], words=WORDS, on_topic=test) == Rejection(OFF_TOPIC)
    assert isinstance(accept("同时，茶叶产量340吨。", [TEA], words=WORDS, on_topic=lambda lead: False), Wording)
    both = "茶叶产量340吨；围绕{}，水产品产量210吨。"
    told = accept_any(both.format("稳产保供"), [TEA, FISH], words=WORDS, on_topic=test)
    assert isinstance(told, Accepted)
    assert accept_any(both.format("教育"), [TEA, FISH], words=WORDS, on_topic=test) == Rejection(OFF_TOPIC)


def test_where_nobody_can_tell_nothing_is_tested() -> None:
    assert LeadTopics().of(["agriculture"]) is None
    assert LeadTopics(lambda lead: SCHOOLS, "e").of([]) is None


@pytest.mark.models
@pytest.mark.parametrize(
    ("lead", "topic", "may"),
    [
        ("围绕春耕备耕和稳产保供", "agriculture", True),
        ("围绕春耕备耕和稳产保供", "education", False),
        ("着眼办好镇村学校", "education", True),
        ("着眼办好镇村学校", "agriculture", False),
        ("围绕疫病防控", "investment-projects", False),
        ("统筹推进各项工作", "party-building", True),
        ("坚持稳中求进", "industry", True),
    ],
)
def test_by_the_archives_encoder(lead: str, topic: str, may: bool, archive: Path) -> None:
    test = lead_topics(archive_at(archive)).of([topic])
    assert test is not None
    assert test(lead) is may


def test_the_measure() -> None:
    assert auc([0.9, 0.8], [0.1, 0.2]) == 1.0
    assert auc([0.5, 0.1], [0.5, 0.1]) == 0.5
    assert [lead_of(t) for t in ("围绕稳产保供，抓春耕。", "一是健全机制，", "上半年3万，", "好，", "没有逗号。")] == ["围绕稳产保供", "健全机制", "", "", ""]  # fmt: skip
    row = measured([("围绕教育", "education"), ("围绕农业", "agriculture")], ["education", "agriculture"], lambda lead: SCHOOLS if "教育" in lead else FARMS)  # fmt: skip
    assert row == {"leads": 2, "auc": 1.0, "own kept": 1.0, "others let in": 0.0}
