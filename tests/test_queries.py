"""Queries: a genre's name told from the other words."""

from __future__ import annotations

import pytest

from pipeline.retrieval.queries import Query, understood, wanted

GENRES = {"半年总结": "half-year-summary", "工作思路": "plan", "plan": "plan"}


@pytest.mark.parametrize(
    ("written", "words", "genre"),
    [
        ("粮食生产", "粮食生产", None),
        ("半年总结 粮食生产", "粮食生产", "half-year-summary"),
        ("粮食生产，农机，半年总结", "粮食生产 农机", "half-year-summary"),
        ("半年总结", "半年总结", "half-year-summary"),
        ("半年总结 工作思路 粮食", "半年总结 工作思路 粮食", None),  # two: they are what is searched for
        ("理清下半年工作思路", "理清下半年工作思路", None),  # within a heading it is no genre
        ("特色产业怎么写", "特色产业", None),
        ("党建工作如何写？ 主题党日", "党建 主题党日", None),
        ("秸秆禁烧的范文", "秸秆禁烧", None),
        ("半年总结 防汛怎么写", "防汛", "half-year-summary"),
        ("范文", "范文", None),  # nothing else is asked for
        ("如何写好新闻稿件", "如何写好新闻稿件", None),  # a heading's own words
        ("", "", None),
    ],
)
def test_understood(written: str, words: str, genre: str | None) -> None:
    assert understood(written, GENRES) == Query(words, genre)


@pytest.mark.parametrize(
    ("likely", "expected"),
    [
        ([("agriculture", 0.4), ("industry", 0.1)], {"agriculture": 1.0, "industry": 0.25}),
        ([("agriculture", 0.9)], {"agriculture": 1.0}),
        ([("agriculture", 0.0)], {}),
        ([], {}),
    ],
)
def test_wanted(likely: list[tuple[str, float]], expected: dict[str, float]) -> None:
    assert wanted(likely) == expected
