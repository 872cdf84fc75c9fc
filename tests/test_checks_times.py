"""Times before a figure that is another time's, and beside them those that are the period's own or somebody else's business."""

from __future__ import annotations

import pytest

from eval.checks.check import check
from pipeline.facts.model import Sheet
from pipeline.language.periods import Period
from tests.sheets import fact, sheet

FACTS = (
    fact("F1", "一般公共预算收入", "1486", "万元", previous="1399", target="2900"),
    fact("F2", "发放低保金", "126.4", "万元"),
    fact("F3", "规模以上工业企业", "34", "家", previous="31"),
    fact("F4", "新建村道", "14.5", "公里"),
    fact("F5", "接待游客", "12.6", "万人次", previous="11.2"),
    fact("F6", "重点项目", "24", "个"),
    fact("F7", "一季度新开工项目", "6", "个"),
    fact("F8", "开展宣讲", "9", "场"),
)
HALF, YEAR = sheet(*FACTS), sheet(*FACTS, period=Period(2026, 1, 12), genre="annual-summary")


def said(body: str, of: Sheet = HALF) -> list[tuple[str, str]]:
    head = f"# 汀月镇{of.meta.period.words}工作总结\n\n## 一、工作情况\n\n各项工作平稳推进。"
    found = check(head + body, of, genre=None).findings
    return [(f.severity, f.quote) for f in found if f.rule == "period.mismatch"]


@pytest.mark.parametrize(
    ("body", "of", "found"),
    [
        ("一季度，全镇完成一般公共预算收入1486万元。", HALF, ("error", "一季度")),
        ("全年完成一般公共预算收入1486万元。", HALF, ("error", "全年")),
        ("前三季度，接待游客12.6万人次。", HALF, ("error", "前三季度")),
        ("今年1—5月，接待游客12.6万人次。", HALF, ("warning", "今年1—5月")),
        ("去年同期一般公共预算收入1486万元。", HALF, ("error", "去年同期")),
        ("去年，全镇发放低保金126.4万元。", HALF, ("error", "去年")),
        ("截至2025年底，规模以上工业企业34家。", HALF, ("error", "2025年底")),
        ("2027年9月底前，新建村道14.5公里。", HALF, ("error", "2027年9月底前")),
        ("二季度新建村道14.5公里。", HALF, ("warning", "二季度")),  # of an event that may be so
        ("上半年完成一般公共预算收入1486万元。", YEAR, ("error", "上半年")),
    ],
)
def test_another_time_before_a_figure_is_found(body: str, of: Sheet, found: tuple[str, str]) -> None:
    assert said(body, of) == [found]


@pytest.mark.parametrize(
    ("body", "of"),
    [
        ("上半年，全镇完成一般公共预算收入1486万元，占全年任务的51.2%。", HALF),
        ("一般公共预算收入1486万元，去年同期为1399万元，同比净增87万元。", HALF),
        ("截至6月底，规模以上工业企业34家。", HALF),
        ("1—6月，接待游客12.6万人次。", HALF),
        ("今年以来，接待游客12.6万人次。", HALF),
        ("一季度以来持续攻坚，新建村道14.5公里。", HALF),
        ("全年共谋划实施重点项目24个。", HALF),
        ("去年开工的24个重点项目加快建设。", HALF),
        ("一季度新开工项目6个。", HALF),
        ("5月份，开展宣讲9场。", HALF),
        ("全年完成一般公共预算收入1486万元。", YEAR),
        ("1—10月接待游客12.6万人次。1—10月完成一般公共预算收入1486万元。", YEAR),  # the office's own day of counting
    ],
)
def test_the_periods_own_times_are_left_alone(body: str, of: Sheet) -> None:
    assert said(body, of) == []
