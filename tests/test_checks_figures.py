"""Figures against the sheet: what each rule finds, and beside it what it must leave alone."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.checks.check import check
from eval.checks.findings import Report
from pipeline.facts.model import Sheet
from tests.sheets import fact, sheet

SHEET = sheet(
    fact(
        "F1",
        "一般公共预算收入",
        "1486",
        "万元",
        previous="1399",
        growth_pct="6.2",
        target="2900",
        completion_pct="51.2",
    ),
    fact("F2", "固定资产投资", "5.38", "亿元", previous="5.6", growth_pct="-3.9", target="10.6"),
    fact("F3", "粮食播种面积", "1.26", "万亩"),
    fact("F4", "排查矛盾纠纷", "86", "件"),
    fact("F5", "化解矛盾纠纷", "81", "件"),
    fact("F6", "矛盾纠纷化解率", "94.2", "%", previous="92.9"),
    fact("F7", "发放低保金", "126.4", "万元"),
    fact("F8", "发放临时救助金", "38.2", "万元"),
    fact("F9", "新增城镇就业", "312", "人", target="600"),
    fact("F10", "新建文化广场", "3", "个"),
    fact("F11", "超千万元企业", "27", "家"),
    fact("F12", text="建成3.5米宽机耕路，惠及群众800余人"),
    fact("F13", "农村生活污水治理率", "71.5", "%", target="75"),
    fact("F14", "下半年计划新建村道", "21.6", "公里"),
)
REVIEW = "# 汀月镇2026年上半年工作总结\n\n## 一、上半年工作情况\n\n"
PLANS = "# 汀月镇2026年上半年工作总结\n\n## 一、下半年工作计划\n\n"


def figures(body: str, of: Sheet = SHEET, head: str = REVIEW) -> list[tuple[str, str, str]]:
    """Rule, severity and quote of what is found on the figures of a text."""
    report = check(head + body, of, genre=None)
    return [(f.rule, f.severity, f.quote) for f in report.findings if f.rule.startswith("figure.")]


def whole(body: str) -> Report:
    return check(REVIEW + body, SHEET, genre=None)


CLEAN = [
    "完成一般公共预算收入1486万元，同比增长6.2%，占年度目标的51.2%。",
    "一般公共预算收入达1486万元，比上年同期的1399万元增加87万元，增幅为6.2%，为全年2900万元目标的51.2%。",
    "财政方面，1486万元的一般公共预算收入来之不易。",
    "一般公共预算收入1486万元，快于序时进度1.2个百分点，距年度目标还差1414万元。",
    "一般公共预算收入由1399万元增加到1486万元。",
    "固定资产投资5.38亿元，同比下降3.9%，完成年度目标的50.8%。",  # 5.38 / 10.6
    "固定资产投资53800万元，同比减少0.22亿元。",
    "粮食播种面积稳定在1.26万亩，合12600亩、840公顷。",  # 15 亩 = 1 公顷
    "粮食播种面积１．２６万亩，发放低保金126.40万元。",
    "排查矛盾纠纷86件，化解81件，化解率达94.2%，同比提高1.3个百分点，还有5件正在调处。",
    "受理和排查矛盾纠纷八十六件，已化解八十一件。",
    "发放低保金126.4万元、临时救助金38.2万元，两项合计164.6万元。",
    "低保金、临时救助金分别发放126.4万元和38.2万元。",
    "新增城镇就业300余人，近320人实现就业，完成年度任务的52%。",
    "有312人实现新增城镇就业。",
    "全镇新增城镇就业超过300人。",
    "新建文化广场三个，27家超千万元企业运行平稳。",
    "建成3.5米宽机耕路，惠及群众800余人。",
    "抓好三件事，做到两手抓、两手硬，一个一个项目抓落实，24小时值班，12345热线件件有回音。",
    "落实十项措施，开展百日攻坚，干部走进千家万户。",
    "党的二十届四中全会召开后，第3季度前完成，204国道沿线整治有序。",
    "农村生活污水治理率达71.5%，距年度目标还差3.5个百分点。",
]


@pytest.mark.parametrize("body", CLEAN)
def test_what_follows_from_the_sheet_raises_nothing(body: str) -> None:
    assert figures(body) == []


@pytest.mark.parametrize(
    ("body", "rule", "quote"),
    [
        ("完成一般公共预算收入1468万元，同比增长6.2%。", "figure.wrong_value", "1468万元"),
        ("完成一般公共预算收入1399万元，同比增长6.2%。", "figure.wrong_value", "1399万元"),  # last year's
        ("完成一般公共预算收入2900万元，同比增长6.2%。", "figure.wrong_value", "2900万元"),  # the year's target
        ("一般公共预算收入1486万元。年底盘点，一般公共预算收入1846万元。", "figure.conflict", "1846万元"),
        ("排查矛盾纠纷八十八件。", "figure.wrong_value", "八十八件"),
        ("新建文化广场五个。", "figure.wrong_value", "五个"),
        ("新建停车场45处。", "figure.unsupported", "45处"),
        ("惠及群众1236人。", "figure.unsupported", "1236人"),
        ("粮食播种面积1O6万亩。", "figure.unsupported", "1O6万亩"),  # a letter among the digits
        ("粮食播种面积1.26万公顷。", "figure.unit", "1.26万公顷"),
        ("粮食播种面积1.26亩。", "figure.unit", "1.26亩"),
        ("固定资产投资5.38万元。", "figure.unit", "5.38万元"),
        ("新增城镇就业312户。", "figure.unit", "312户"),
        ("一般公共预算收入1486万元，同比增长6.2个百分点。", "figure.unit", "6.2个百分点"),
        ("矛盾纠纷化解率达94.2%，同比提高1.3%。", "figure.unit", "1.3%"),
        ("一般公共预算收入1486万元，同比增长6.8%。", "figure.derived", "6.8%"),
        ("一般公共预算收入1486万元，占年度目标的53.2%。", "figure.derived", "53.2%"),
        ("发放低保金126.4万元、临时救助金38.2万元，两项合计165.6万元。", "figure.derived", "165.6万元"),
        ("固定资产投资5.38亿元，同比增长3.9%。", "figure.direction", "同比增长3.9%"),
        ("一般公共预算收入1486万元，同比下降6.2%。", "figure.direction", "同比下降6.2%"),
        ("矛盾纠纷化解率达94.2%，同比下降1.3个百分点。", "figure.direction", "同比下降1.3个百分点"),
        ("新增城镇就业超过320人。", "figure.approx", "超过320人"),
        ("新增城镇就业近300人。", "figure.approx", "近300人"),
        ("固定资产投资突破6亿元。", "figure.approx", "突破6亿元"),
    ],
)  # fmt: skip
def test_an_error_is_found_under_its_name(body: str, rule: str, quote: str) -> None:
    assert figures(body) == [(rule, "error", quote)]


@pytest.mark.parametrize(
    "body",
    [
        "排查矛盾纠纷81件，化解86件。",
        "发放低保金38.2万元、临时救助金126.4万元。",
        "低保金、临时救助金分别发放38.2万元和126.4万元。",
        "完成一般公共预算收入126.4万元。各村发放低保金1486万元。",
    ],
)
def test_swapped_figures_are_both_found(body: str) -> None:
    assert [(rule, severity) for rule, severity, _ in figures(body)] == [("figure.misbound", "error")] * 2


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("新增城镇就业312人次。", [("figure.unit", "warning", "312人次")]),
        ("粮食播种面积1.3万亩。", [("figure.approx", "warning", "1.3万亩")]),  # rounded, and nothing says 约
        ("新增城镇就业不足312人。", [("figure.approx", "warning", "不足312人")]),
    ],
)
def test_what_is_only_doubtful_is_a_warning(body: str, found: list[tuple[str, str, str]]) -> None:
    assert figures(body) == found


@pytest.mark.parametrize(
    "body",
    [
        "确保全年完成一般公共预算收入2900万元，新增城镇就业600人。",
        "再完成一般公共预算收入1414万元，新建村道21.6公里。",
        "力争农村生活污水治理率达到75%。",
    ],
)
def test_plans_may_speak_of_targets_and_of_what_is_left(body: str) -> None:
    assert figures(body, head=PLANS) == []


def test_a_plan_does_not_state_what_was_reached_as_planned() -> None:
    of = sheet(fact("F1", "茶叶产值", "2.17", "亿元"), fact("F2", "2027年茶叶产值目标", "2.35", "亿元"))
    assert figures("力争茶叶产值达到2.35亿元。", of, PLANS) == []
    assert figures("力争茶叶产值达到2.17亿元。", of, PLANS) == [("figure.misbound", "error", "2.17亿元")]


def test_a_share_is_held_against_part_and_whole() -> None:
    """3.97 of 6.02 is 65.9 %, whatever the sheet says."""
    of = sheet(
        fact("F1", "固定资产投资", "6.02", "亿元"), fact("F2", "重大项目投资", "3.97", "亿元"), fact("F3", "重大项目投资占全镇投资比重", "89.9", "%")
    )  # fmt: skip
    report = check(REVIEW + "完成固定资产投资6.02亿元，重大项目完成投资3.97亿元，占全镇投资的89.9%。", of, genre=None)
    assert [(f.rule, f.severity, f.quote) for f in report.findings if f.rule.startswith("figure.")] == [
        ("figure.derived", "warning", "89.9%")
    ]
    assert "65.9%" in next(f.message for f in report.findings if f.rule == "figure.derived")


def test_a_message_says_what_the_sheet_says_and_how_to_mend_it() -> None:
    (finding,) = [f for f in whole("完成一般公共预算收入1468万元。").findings if f.rule == "figure.wrong_value"]
    assert (finding.line, finding.fact_ids) == (5, ("F1",))
    assert finding.message.startswith(
        "“一般公共预算收入”的数不对：文中“1468万元”，清单本期为1486万元。请改为1486万元。"
    )


def test_each_figure_has_a_state_for_the_page() -> None:
    report = whole("一般公共预算收入1486万元，同比增加87万元，抓好三件事，新建停车场45处，发放低保金162.4万元。")
    text = REVIEW + "一般公共预算收入1486万元，同比增加87万元，抓好三件事，新建停车场45处，发放低保金162.4万元。"
    assert [(text[f.start : f.end], f.state, f.fact_ids, f.field) for f in report.figures] == [
        ("1486万元", "supported", ("F1",), "value"), ("87万元", "derived", ("F1",), "difference"), ("三件", "no-figure", (), ""),
        ("45处", "unsupported", (), ""), ("162.4万元", "wrong", ("F7",), "value"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        ("化解81件，排查矛盾纠纷86件。", {"F1", "F2", "F3", "F6", "F7", "F8", "F9", "F10", "F11", "F13", "F14"}),
        (
            "完成一般公共预算收入1468万元。",
            {"F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F13", "F14"},
        ),  # F1 is said, wrongly
    ],
)
def test_facts_that_are_not_stated_are_named(body: str, missing: set[str]) -> None:
    report = whole(body)
    errors = {f.fact_ids[0] for f in report.findings if f.rule == "fact.missing" and f.severity == "error"}
    assert errors == missing
    assert [f.fact_ids for f in report.findings if f.rule == "fact.missing" and f.severity == "warning"] == [("F12",)]


def test_a_fact_in_words_is_known_by_most_of_its_wording() -> None:
    of = sheet(fact("F1", text="开展“清河净岸”行动，落实河长制"))
    for body, missing in (
        ("落实河长制，深入开展“清河净岸”行动。", 0),
        ("河长制全面落实，组织清河净岸专项行动。", 0),
        ("抓好人居环境整治。", 1),
    ):
        report = check(REVIEW + body, of, genre=None)
        assert sum(f.rule == "fact.missing" for f in report.findings) == missing, body


@given(st.text(max_size=300))
@settings(max_examples=80, derandomize=True, deadline=None)
def test_any_text_is_judged(text: str) -> None:
    report = check(text, SHEET, genre=None)
    for finding in report.findings:
        if finding.start is not None and finding.end is not None:
            assert 0 <= finding.start < finding.end <= len(text)
            assert finding.quote == text[finding.start : finding.end]


@given(st.decimals(min_value=1, max_value=99999, places=2), st.sampled_from(["万元", "亩", "公里", "吨"]))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_a_fact_that_is_stated_is_found_stated(value: Decimal, unit: str) -> None:
    of = sheet(fact("F1", "完成投资额度", str(value), unit))
    report = check(f"{REVIEW}完成投资额度{value}{unit}。", of, genre=None)
    assert [f.rule for f in report.findings] == []
    assert report.coverage[0].covered
