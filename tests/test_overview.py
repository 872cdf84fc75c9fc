"""What a chapter's figures say as a whole: true of each name, and no figure said."""

from __future__ import annotations

import pytest

from pipeline.drafting.overview import overview
from pipeline.facts.model import Fact
from pipeline.language.periods import Period
from tests.sheets import FIRST_HALF, fact

YEAR = Period(2026, 1, 12)
FILL = tuple(fact(f"G{n}", f"茶厂{n}号车间", "3", "间") for n in range(6))
GROWN = (
    fact("F1", "农业总收入", "30", "万元", previous="20"),
    fact("F2", "茶叶产量", "3", "吨", growth_pct="5"),
    fact("F3", "工业总产值", "6", "亿元", growth_pct="8.1", target="11"),
)


def told(facts: tuple[Fact, ...], period: Period = FIRST_HALF, number: int = 0) -> str:
    made = overview((*facts, *FILL), period, number)
    return made.slots[0][0].text if made else ""


@pytest.mark.parametrize(
    ("facts", "period", "said"),
    [
        (
            GROWN,
            FIRST_HALF,
            "从主要指标看，农业总收入、茶叶产量、工业总产值同比增长，其中农业总收入增幅最大；工业总产值快于序时进度。",
        ),
        (GROWN, YEAR, "从主要指标看，农业总收入、茶叶产量、工业总产值比上年增长，其中农业总收入增幅最大。"),  # 54.5 % of its target
        (
            (
                *GROWN[:2],
                fact("F4", "道路交通事故", "2", "起", previous="3", target="9"),
                fact("F5", "水质合格率", "96", "%", previous="95"),
            ),
            FIRST_HALF,
            "从主要指标看，农业总收入、茶叶产量同比增长；水质合格率同比提高；道路交通事故同比下降。",
        ),
        (
            (
                fact("F1", "新增就业", "110", "人", target="100"),
                fact("F2", "改造公路", "9", "公里", completion_pct="100"),
                fact("F3", "固定资产投资", "2", "亿元", growth_pct="3"),
                fact("F4", "植树", "3", "万株", target="4"),
            ),
            YEAR,
            "从主要指标看，固定资产投资比上年增长；新增就业、改造公路均完成年度目标。",
        ),
    ],
)  # fmt: skip
def test_each_name_stands_where_its_figures_put_it(facts: tuple[Fact, ...], period: Period, said: str) -> None:
    assert told(facts, period) == said


@pytest.mark.parametrize(
    "facts",
    [
        GROWN[:2],  # two names are no summary
        (  # falls, evils that rose, what nobody can judge, what stands still
            fact("F1", "农业总收入", "10", "万元", previous="20"),
            fact("F2", "群众投诉", "9", "件", previous="3"),
            fact("F3", "常住人口", "2.2", "万人", previous="2.1"),
            fact("F4", "茶叶产量", "3", "吨", previous="3"),
            fact("F5", "新增就业", "50", "人", target="100"),  # on time, not ahead of it
        ),
    ],
)
def test_where_less_can_be_said_nothing_is(facts: tuple[Fact, ...]) -> None:
    assert told(facts) == ""
    assert overview(GROWN, FIRST_HALF, 0) is None  # three figures need no summary


def test_chapters_do_not_begin_alike() -> None:
    assert len({told(GROWN, number=n).split("，")[0] for n in range(3)}) == 3
