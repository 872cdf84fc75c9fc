"""Right figures told of another indicator, and beside them what is only said in other words."""

from __future__ import annotations

import pytest

from eval.checks.contrasts import contrasts
from tests.sheets import fact, sheet
from tests.test_checks_figures import figures

SHEET = sheet(
    fact("F1", "一般公共预算收入", "1486", "万元"),
    fact("F2", "发放低保金", "126.4", "万元"),
    fact("F3", "农村居民人均可支配收入", "11862", "元"),
    fact("F4", "整改安全隐患", "215", "处"),
    fact("F5", "接待游客", "12.6", "万人次"),
    fact("F6", "规模以上工业企业", "34", "家", previous="31"),
    fact("F7", "农产品出口额", "860", "万元"),
    fact("F8", "新建村道", "14.5", "公里"),
    fact("F9", "救助女性患者", "46", "人"),
    fact("F10", "固定资产投资", "5.38", "亿元"),
    fact("F11", "调解员", "62", "名"),
    fact("F12", "生猪存栏", "3.86", "万头"),
    fact("F13", "农村生活污水治理率", "71.4", "%"),
    fact("F14", "村道建设投资", "1150", "万元"),
    fact("F15", "城镇新增就业", "312", "人"),
    fact("F16", "开展宣讲", "126", "场次"),
    fact("F17", "发展党员", "11", "名"),
    fact("F18", "排查矛盾纠纷", "164", "件"),
)


@pytest.mark.parametrize(
    ("body", "severity"),
    [
        ("城镇居民人均可支配收入11862元。", "error"),
        ("农村居民户均可支配收入11862元。", "error"),
        ("人均一般公共预算收入1486万元。", "error"),
        ("新增安全隐患215处。", "error"),
        ("排查安全隐患215处。", "error"),
        ("接待外国游客12.6万人次。", "error"),
        ("新增规模以上工业企业34家。", "error"),
        ("规模以下工业企业34家。", "error"),
        ("农产品进口额860万元。", "error"),
        ("救助男性患者46人。", "error"),
        ("工业固定资产投资5.38亿元。", "error"),
        ("改造村道14.5公里。", "error"),
        ("生猪出栏3.86万头。", "error"),
        ("农村生活垃圾治理率71.4%。", "error"),
        ("城镇失业312人。", "error"),
        ("发放教师奖励金126.4万元。", "warning"),
        ("发放高龄津贴126.4万元。", "warning"),
        ("接待考察团12.6万人次。", "warning"),
        ("全镇有网格员62名。", "warning"),
        ("新建村民广场14.5公里。", "warning"),
    ],
)
def test_a_right_figure_of_another_indicator_is_found(body: str, severity: str) -> None:
    assert [(rule, how) for rule, how, _ in figures(body, SHEET)] == [("figure.misbound", severity)]


@pytest.mark.parametrize(
    "body",
    [
        "为困难群众发放低保资金126.4万元。",
        "农民人均可支配收入11862元。",
        "农村居民收入11862元。",
        "排查出的215处安全隐患全部整改到位。",
        "排查安全隐患后即查即改，已整改215处。",
        "全镇累计接待各地游客12.6万人次。",
        "规上工业企业达34家，比上年同期净增3家。",
        "新修村道14.5公里，完成投资1150万元。",
        "农产品出口实现860万元。",
        "新增就业312人，有62名调解员常年驻村。",
        "生猪存栏量3.86万头。",
        "围绕农业、医保等内容，面向农村开展宣讲126场次。",
        "新发展党员11名。",
        "重点排查版权、网购和用工纠纷164件。",
    ],
)
def test_the_same_indicator_in_other_words_is_left_alone(body: str) -> None:
    assert figures(body, SHEET) == []


@pytest.mark.parametrize(
    ("said", "around", "indicator", "found"),
    [
        ("城镇居民收入", "城镇居民收入", "农村居民收入", [("城镇", "农村")]),
        ("户均收入", "户均收入", "人均收入", [("户均", "人均")]),
        ("境外游客", "境外游客", "游客", [("境外", "")]),
        ("新建公厕", "新建公厕", "公厕", []),  # what a report may add
        ("整改", "排查隐患后整改", "排查隐患", []),  # both stand there
        ("城乡居民医保", "城乡居民医保", "城乡居民医保", []),
        ("城镇化率", "城镇化率", "农村人口", []),  # 城镇 is part of another word
    ],
)
def test_words_that_tell_indicators_apart(said: str, around: str, indicator: str, found: list[tuple[str, str]]) -> None:
    assert [(c.said, c.due) for c in contrasts(said, around, indicator)] == found
