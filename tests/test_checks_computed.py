"""Figures computed from the sheet: means, shares, multiples, changes told shortly, 近 and 超 before an exact figure."""

from __future__ import annotations

import pytest

from pipeline.language.periods import Period
from tests.sheets import fact, sheet
from tests.test_checks_figures import figures

FACTS = (
    fact("F1", "一般公共预算收入", "1486", "万元"),
    fact("F2", "税收收入", "1120", "万元"),
    fact("F3", "规模以上工业企业", "34", "家", previous="31"),
    fact("F4", "固定资产投资", "5.38", "亿元", previous="5.08"),
    fact("F5", "村集体经营性收入", "486", "万元", previous="162"),
    fact("F6", "新建村道", "14.5", "公里"),
    fact("F7", "村道建设投资", "1150", "万元"),
    fact("F8", "空气质量优良天数", "171", "天"),
    fact("F9", "农村生活污水治理率", "71.4", "%", previous="69.2", target="74"),
    fact("F10", "生猪存栏", "3.86", "万头", previous="4.02", growth_pct="-4"),
    fact("F11", "文艺演出", "24", "场"),
    fact("F12", "常住户数", "8600", "户"),
    fact("F13", "常住人口", "2.58", "万人"),
    fact("F14", "走访企业", "215", "家次"),
    fact("F15", "安全生产事故", "0", "起", previous="2"),
    fact("F16", "培育家庭农场", "12", "家", previous="6"),
)
SHEET = sheet(*FACTS)
YEAR = sheet(fact("F8", "空气质量优良天数", "341", "天"), period=Period(2025, 1, 12), genre="annual-summary")


@pytest.mark.parametrize(
    "body",
    [
        "固定资产投资5.38亿元，比上年同期多出3000万元。",
        "规模以上工业企业34家，多了3家。",
        "农村生活污水治理率71.4%，离目标还差2.6个百分点。",
        "农村生活污水治理率71.4%，年度目标为74%。",
        "农村生活污水治理率71.4%（目标74%），距74%的年度目标差2.6个百分点。",
        "新建村道14.5公里，投资1150万元，每公里近80万元。",  # 1150 / 14.5 = 79.3
        "生猪存栏3.86万头，少了1600头。",
        "空气质量优良天数171天，占上半年的94.5%。",  # of 181
        "一般公共预算收入1486万元，其中税收收入1120万元，占75.4%，非税收入占24.6%。",
        "村集体经营性收入486万元，增长两倍。",
        "村集体经营性收入486万元，是上年同期的三倍。",
        "村集体经营性收入486万元，增长到上年的3倍。",
        "培育家庭农场12家，翻了一番。",
        "文艺演出24场，平均每月四场。",
        "常住户数8600户，村集体经营性收入486万元，户均565元。",
        "走访企业200余家次，走访企业近220家次。",
    ],
)
def test_what_is_computed_rightly_raises_nothing(body: str) -> None:
    assert figures(body, SHEET) == []


@pytest.mark.parametrize(
    ("body", "quote"),
    [
        ("农村生活污水治理率71.4%，年度目标为76%。", "76%"),
        ("农村生活污水治理率71.4%，完成年度目标的74%。", "74%"),
    ],
)
def test_a_rates_target_is_no_other_figure_and_no_completion(body: str, quote: str) -> None:
    assert figures(body, SHEET) == [("figure.unsupported", "error", quote)]


def test_days_are_a_share_of_the_year() -> None:
    assert figures("空气质量优良天数341天，占全年93.4%。", YEAR) == []  # of 365
    assert figures("空气质量优良天数341天，占全年95.4%。", YEAR) == [("figure.unsupported", "error", "95.4%")]


@pytest.mark.parametrize(
    ("body", "rule", "severity", "quote"),
    [
        ("固定资产投资5.38亿元，多出3200万元。", "figure.derived", "error", "3200万元"),
        ("规模以上工业企业34家，多了5家。", "figure.derived", "error", "5家"),
        ("规模以上工业企业34家，少了3家。", "figure.direction", "error", "少了3家"),
        ("新建村道14.5公里，投资1150万元，每公里近90万元。", "figure.unsupported", "error", "90万元"),
        ("村集体经营性收入486万元，增长三倍。", "figure.derived", "error", "三倍"),
        ("村集体经营性收入486万元，增长到上年的两倍。", "figure.derived", "error", "两倍"),
        ("村集体经营性收入486万元，翻了一番。", "figure.derived", "error", "一番"),
        ("文艺演出24场，平均每月两场。", "figure.unsupported", "error", "两场"),
        ("常住户数8600户，常住人口2.58万人，村集体经营性收入486万元，户均188元。", "figure.unsupported", "error", "188元"),  # that is a head
        ("一般公共预算收入1486万元，其中税收收入1120万元，税收占比57.9%。", "figure.unsupported", "error", "57.9%"),
        ("走访企业近215家次。", "figure.approx", "warning", "近215家次"),
        ("走访企业215家次以上。", "figure.approx", "warning", "215家次以上"),
        ("走访企业超过215家次。", "figure.approx", "warning", "超过215家次"),
        ("走访企业约215家次。", "figure.approx", "warning", "约215家次"),
        ("生猪存栏3.86万头，下降-4%。", "figure.direction", "error", "下降-4%"),
    ],
)  # fmt: skip
def test_what_is_computed_wrongly_is_found(body: str, rule: str, severity: str, quote: str) -> None:
    found = figures(body, SHEET)
    assert [(r, s) for r, s, _ in found] == [(rule, severity)]
    assert quote in found[0][2] or found[0][2] in quote


APART = sheet(
    fact("F1", "摸排小行业门店", "742", "家", topic="sanitation"),
    fact("F2", "小行业门店整治达标", "705", "家", topic="sanitation"),
    fact("F3", "建成文化广场", "3", "个", topic="culture"),
    fact("F4", "培育合作社", "7", "个", topic="agriculture"),
    fact("F5", "签约项目", "9", "个", topic="projects"),
    fact("F6", "开工项目", "4", "个", topic="projects"),
    fact("F7", "安全生产事故", "0", "起", previous="2", topic="safety"),
    fact("F8", "火灾事故", "1", "起", previous="3", topic="safety"),
)


@pytest.mark.parametrize(
    "body",
    [
        "对剩余37家未达标门店逐户开出整改方案。",  # 742 - 705, neither of which stands there
        "签约项目9个、开工项目4个，合计13个。",
        "安全生产事故0起，比上年减少2起，下降100%。",
    ],
)
def test_what_follows_from_facts_that_stand_elsewhere(body: str) -> None:
    assert figures(body, APART) == []


@pytest.mark.parametrize(
    ("body", "rule", "severity"),
    [
        ("对剩余47家未达标门店逐户开出整改方案。", "figure.unsupported", "error"),
        (
            "建成文化广场3个、培育合作社7个、签约项目9个，合计19个。",
            "figure.derived",
            "warning",
        ),  # no one kind of thing
        ("安全生产事故0起，是上年的1倍。", "figure.unsupported", "error"),
        ("火灾事故0起。", "figure.wrong_value", "error"),  # not the other accidents' 0
    ],
)
def test_what_does_not_follow(body: str, rule: str, severity: str) -> None:
    assert [(r, s) for r, s, _ in figures(body, APART)] == [(rule, severity)]


SHARES = sheet(
    fact("F1", "重大项目", "22", "只", topic="projects"),
    fact("F2", "工业重大项目", "17", "只", topic="projects"),
    fact("F3", "工业重大项目完成投资", "2.2", "亿元", topic="projects"),
    fact("F4", "用稿", "312", "篇", topic="media"),
    fact("F5", "中央级用稿", "6", "篇", topic="media"),
    fact("F6", "省级用稿", "47", "篇", topic="media"),
    fact("F7", "推送图文", "292", "期", topic="media"),
    fact("F8", "冬季客流占比", "52", "%", topic="tourism"),
    fact("F9", "录用公务员", "2", "名", topic="party"),
    fact("F10", "选派干部", "5", "名", topic="party"),
)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("用稿312篇，其中中央级6篇、省级47篇，省级以上合计53篇，占用稿总数的17%。", []),
        (
            "用稿312篇，其中中央级6篇、省级47篇，省级以上合计53篇，占用稿总数的18%。推送图文292期。",
            ["18%"],
        ),  # 53 of 292期
        ("重大项目22只，其中工业重大项目17只、完成投资2.2亿元，占全镇工业投资的77%。", ["77%"]),  # 17 of 22 projects
        ("冬季客流占比压缩到52%左右。", []),
        ("冬季客流占比压缩到50%左右。", []),
        ("冬季客流占比压缩到54%左右。", ["54%左右"]),
        ("录用公务员2名、选派干部5名，两项合计7名。", []),
    ],
)
def test_shares_are_of_what_is_named(body: str, found: list[str]) -> None:
    assert [quote for _, _, quote in figures(body, SHARES)] == found
