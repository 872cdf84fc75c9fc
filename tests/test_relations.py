"""What facts of one sheet say against one another, and which they may say side by side."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from pipeline.facts.model import Fact
from pipeline.facts.relations import between
from tests.sheets import fact

# fmt: off
OUTPUT = (
    fact("F1", "地区生产总值", "26.35", "亿元"), fact("F2", "第一产业增加值", "5.12", "亿元"), fact("F3", "第二产业增加值", "11.86", "亿元"),
)
INVESTMENT = (fact("F1", "固定资产投资", "6.02", "亿元"), fact("F2", "重大项目完成投资", "3.97", "亿元"), fact("F3", "文旅项目完成投资", "2.1", "亿元"))
LAND = fact("F1", "拆迁面积", "5.18", "万平方米", previous="4.2")
PLANT = fact("F1", "工业总产值", "12.6", "亿元", growth_pct="8.3", completion_pct="52.1")


@pytest.mark.parametrize(("facts", "id", "part"), [
    ((*OUTPUT, fact("F4", "第三产业增加值", "9.73", "亿元")), "F1", "三次产业相加却是 26.71"),
    ((*OUTPUT, fact("F4", "第三产业增加值", "93700", "万元"), ), "", ""),
    ((*INVESTMENT, fact("F4", "重大项目占全镇投资比重", "89.9", "%")), "F4", "算是 65.9%"),  # 3.97 / 6.02
    ((*INVESTMENT, fact("F4", "重大项目占固定资产投资的比重", "60", "%")), "F4", "算是 65.9%"),
    ((LAND, fact("F2", text="拆迁面积达5.81万平方米，全部签约")), "F2", "F1 却是 5.18万平方米"),
    ((PLANT, fact("F2", "工业总产值增速", "9.6", "%")), "F2", "的同比却是 8.3%"),
    ((PLANT, fact("F2", "工业总产值下降", "8.3", "%")), "F2", "的同比却是 8.3%"),
    ((PLANT, fact("F2", "工业总产值目标完成率", "55", "%")), "F2", "的完成率却是 52.1%"),
])
def test_figures_that_do_not_go_together_are_looked_at(facts: tuple[Fact, ...], id: str, part: str) -> None:
    said = [(told, severity, message) for told, _, message, _, severity in between(facts)]
    assert [(told, severity) for told, severity, _ in said] == ([(id, "warning")] if id else [])
    assert not id or part in said[0][2]


@pytest.mark.parametrize("facts", [
    (*OUTPUT, fact("F4", "第三产业增加值", "9.37", "亿元")),
    (*OUTPUT, fact("F4", "第三产业税收", "9.73", "亿元")),
    (fact("F1", "地区生产总值", "26.4", "亿元"), fact("F2", "一产增加值", "5.1", "亿元"), fact("F3", "二产增加值", "11.9", "亿元"), fact("F4", "三产增加值", "9.3", "亿元")),  # rounded
    (*INVESTMENT, fact("F4", "重大项目占全镇投资比重", "65.9", "%")),
    (*INVESTMENT, fact("F4", "重大项目占全镇投资比重", "66", "%")),
    (*INVESTMENT, fact("F4", "重大项目占全镇工业投资比重", "87", "%")),  # of a whole that the sheet does not hold
    (LAND, fact("F2", text="拆迁面积达51800平方米，上年同期拆迁面积4.2万平方米")),
    (LAND, fact("F2", text="拆迁面积超5万平方米，按3月拆迁面积核算")),
    (PLANT, fact("F2", "工业总产值增速", "8.3", "%")),
    (PLANT, fact("F2", "工业用电量增速", "3.1", "%")),
])
def test_figures_that_go_together_are_left_alone(facts: tuple[Fact, ...]) -> None:
    assert list(between(facts)) == []
# fmt: on


@pytest.mark.parametrize("indicator", ["茶叶占全镇农产品比重", "茶叶", "茶叶（红茶）", "茶叶增速"])
def test_ten_thousand_facts_of_one_kind_take_seconds_at_most(indicator: str) -> None:
    many = [Fact(f"F{i}", "agriculture", f"{indicator}{i % 7}" if i % 2 else indicator, Decimal(i + 1), "%" if i % 3 else "吨", text="茶叶占全镇茶叶" * 3) for i in range(10_000)]  # fmt: skip
    start = time.process_time()
    list(between(many))
    assert time.process_time() - start < 10
