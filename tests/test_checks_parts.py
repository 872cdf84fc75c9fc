"""Parts and their whole, sums of a row, lists told 分别, numbers in characters beside figures: what holds, and what must be found."""

from __future__ import annotations

import pytest

from eval.checks.check import check
from tests.sheets import fact, sheet
from tests.test_checks_figures import figures

SHEET = sheet(
    fact("F1", "一般公共预算收入", "1250", "万元", target="1400", completion_pct="89.3"),
    fact("F2", "固定资产投资", "4.5", "亿元", target="5", completion_pct="90"),
    fact("F3", "招商引资到位资金", "1.9", "亿元", target="2", completion_pct="95"),
    fact("F4", "新增就业人数", "202", "人", target="200", completion_pct="101"),
    fact("F5", "生产安全事故", "1", "起", target="3"),
    fact("F6", "规模以上工业企业", "46", "家"),
    fact("F7", "产值增幅20%以上的规模以上工业企业", "13", "家"),
    fact("F8", "上交礼品礼金", "8600", "元"),
    fact("F9", "上交礼品礼金人次", "9", "人次"),
    fact("F10", "公务用餐付费", "2400", "元"),
    fact("F11", "公务用餐付费人次", "31", "人次"),
    fact("F12", "民生实事项目", "9", "个"),
    fact("F13", "建成民生实事项目", "6", "个"),
    fact("F14", "在建民生实事项目", "3", "个"),
)
BEHIND = sheet(
    fact("F1", "一般公共预算收入", "930", "万元", target="2000"),  # 46.5 %
    fact("F2", "固定资产投资", "2.3", "亿元", target="5"),  # 46 %
    fact("F3", "招商引资到位资金", "896", "万元", target="2000"),  # 44.8 %
)


@pytest.mark.parametrize(
    "body",
    [
        "一般公共预算收入、固定资产投资、招商引资到位资金、新增就业人数分别完成年度目标的89.3%、90%、95%和101%。",
        "预算收入、投资、招商资金、新增就业分别完成年度目标的89.3%、90%、95%、101%。",
        "全年发生生产安全事故1起，年度控制目标为3起。",
        "全年发生生产安全事故1起，控制在年度目标3起以内。",
        "规模以上工业企业46家，其中13家企业产值增幅在20%以上。",
        "收到上交礼品礼金9人次计8600元，公务用餐付费31人次共2400元。",
        "民生实事项目9个，其中建成6个、在建三个。",
        "建成民生实事项目6个，在建3个，合计9个。",
    ],
)
def test_what_is_told_rightly_raises_nothing(body: str) -> None:
    assert figures(body, SHEET) == []


@pytest.mark.parametrize(
    ("body", "quote"),
    [
        ("一般公共预算收入、固定资产投资、招商引资到位资金、新增就业人数分别完成年度目标的89.3%、95%、90%和101%。", "95%"),
        ("预算收入、投资、招商资金、新增就业分别完成年度目标的89.3%、95%、90%、101%。", "95%"),
        ("全年发生生产安全事故1起，年度控制目标为4起。", "4起"),
        ("规模以上工业企业13家，其中46家企业产值增幅在20%以上。", "46家"),
        ("规模以上工业企业13家，其中46家企业产值增幅在20%以上。", "13家"),
        ("收到上交礼品礼金9人次计2400元，公务用餐付费31人次共8600元。", "2400元"),
        ("民生实事项目9个，其中建成6个、在建四个。", "四个"),
        ("建成民生实事项目6个，在建3个，合计13个。", "13个"),
    ],
)  # fmt: skip
def test_what_is_told_wrongly_is_found(body: str, quote: str) -> None:
    assert quote in [found for _, severity, found in figures(body, SHEET) if severity == "error"]


def test_points_that_share_their_unit() -> None:
    lead = "一般公共预算收入、固定资产投资、招商引资到位资金分别落后序时进度"
    assert figures(f"{lead}3.5个、4个和5.2个百分点。", BEHIND) == []
    assert {q for _, _, q in figures(f"{lead}3.5个、5.2个和4个百分点。", BEHIND)} == {"5.2个", "4个百分点"}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("下半年，预计完成工业产值34.5亿元，同比增长26.6%。", True),  # the half that the sheet is of, told as the other
        ("上半年，预计完成工业产值34.5亿元，同比增长26.6%。", False),
        ("下半年，预计完成道路绿化12公里。", False),
    ],
)
def test_results_told_of_the_other_half(body: str, found: bool) -> None:
    of = sheet(
        fact("F1", "工业产值", "34.5", "亿元", growth_pct="26.6"), fact("F2", "下半年计划道路绿化", "12", "公里")
    )
    text = f"# 汀月镇2026年上半年工作总结\n\n## 一、工业经济\n\n{body}\n"
    assert ("period.mismatch" in [f.rule for f in check(text, of, genre=None).findings]) is found


@pytest.mark.parametrize("written", ["35kV", "３５kv", "３５ｋＶ"])
def test_a_name_in_full_width_states_its_fact(written: str) -> None:
    of = sheet(fact("F1", "变电站等级", "35", "kV"))
    text = f"# 汀月镇2026年上半年工作总结\n\n## 一、基础设施\n\n新建成{written}变电站一座。\n"
    assert "fact.missing" not in [f.rule for f in check(text, of, genre=None).findings]
