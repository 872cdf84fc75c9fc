"""The topics that headings ask for by their words: headings of other regions and decades, and what a clerk types."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from eval.retrieval.headings import told
from pipeline.facts.topics import Likely, Topic, read_topics
from pipeline.retrieval.topics import topic_of_query
from pipeline.shipped import shipped


@pytest.fixture(scope="module")
def topics() -> Mapping[str, Topic]:
    return read_topics(shipped("prompts") / "topics.yaml")


@pytest.mark.parametrize("odd", [True, False])
def test_most_headings_tell_their_topic(topics: Mapping[str, Topic], odd: bool) -> None:
    half = told(topics, odd=odd)
    assert half.first / half.asked >= 0.93
    assert half.among_two / half.asked >= 0.95


@pytest.mark.parametrize(
    ("query", "topic"),
    [
        ("营商环境", "government-self-building"),  # not 环境
        ("环境", "environment-sanitation"),
        ("开头", "overview"),
        ("结尾", "closing"),
        ("问题", "problems"),
        ("下一步打算", "plans-next-period"),
        ("特色产业", "agriculture"),
        ("村两委换届", "party-building"),
        ("粮食播种面积 小麦种植面积 上市蔬菜", "agriculture"),  # a section's indicators
        ("新增城镇就业 登记失业率", "employment"),
        ("低保 特困供养", "social-security-civil-affairs"),
    ],
)
def test_what_is_typed_alone_is_what_is_asked_for(topics: Mapping[str, Topic], query: str, topic: str) -> None:
    assert topic_of_query(topics, query)[0].topic == topic


@pytest.mark.parametrize("query", ["营商环境", "优化营商环境", "持续优化营商环境", " 政务公开 "])
def test_a_name_is_its_topic_and_no_other(topics: Mapping[str, Topic], query: str) -> None:
    assert topic_of_query(topics, query) == (Likely("government-self-building", 1.0),)


@pytest.mark.parametrize("query", ["营商环境 项目建设", "优化营商环境促招商", "优化"])
def test_what_says_more_than_a_name_is_weighed(topics: Mapping[str, Topic], query: str) -> None:
    assert len(topic_of_query(topics, query)) != 1


@pytest.mark.parametrize("query", ["", "xyz", "12.6", "甲乙丙丁"])
def test_words_that_say_nothing_ask_for_no_topic(topics: Mapping[str, Topic], query: str) -> None:
    assert topic_of_query(topics, query) == ()
