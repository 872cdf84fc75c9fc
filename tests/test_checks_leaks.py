"""Placeholders, foreign names, copied sentences: what is found, and what is left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.checks.check import check
from tests.sheets import fact, sheet

SHEET = sheet(fact("F1", "发展党员", "12", "名"), fact("F2", text="与荻湾村共建水乡示范带"))
TITLE = "# 汀月镇2026年上半年工作总结\n\n"


def leaks(text: str, **given: object) -> list[tuple[str, str, str]]:
    found = check(TITLE + text + "\n", SHEET, genre=None, **given).findings  # type: ignore[arg-type]
    return [(f.rule, f.severity, f.quote) for f in found if f.rule.startswith("leak.")]


@pytest.mark.parametrize(
    "text",
    [
        "招引亿元以上项目，培育万元户，户均增收上千元，人均不足万元。", "X光机投入使用，维生素C和4G信号全覆盖。", "增长了几个百分点，超亿元企业运行平稳。",
        "百分之五的农户受益，元旦期间慰问，家家户户通水，人人参与，个个争先。", "每亩补贴到位，按平方米计价，以户为单位，责任到人，落实到户。", "总面积42平方公里，涉及千家万户，近万元奖金、上亿元产值，每公里都有人管。",
        "多元化解，各个单元，一个不少，首个，整个；困难农户、致富带头人、企业家。", "接待游客人次、旅游收入双增长。", "投资亿元以上项目落地，收入亿元村涌现。", "指标（%）、单位（万元）。", "第一届、第二批次。", "正文<br>换行。",
        "登记出生年月日，2026年6月底前完成，月日轮换。", "落实**重点任务**。", "某些干部作风不实。", "发展党员12名。",
    ],
)  # fmt: skip
def test_no_placeholder(text: str) -> None:
    assert leaks(text) == []


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("完成投资XX万元。", "XX万元"), ("完成投资××亿元。", "××亿元"), ("涌现出**等先进典型。", "**等"), ("完成投资【数字】万元。", "【数字】"), ("完成投资⟦F3⟧。", "⟦F3⟧"),
        ("完成投资{{value}}万元。", "{{value}}"), ("走访某某村。", "某某"), ("新建X个广场。", "X"), ("实现财政收入达万元，增长6%。", "万元"), ("同比增长%，好于预期。", "%"),
        ("发展党员名，培训骨干。", "名"), ("发放临时救助金万元。", "万元"), ("共发放元，惠及群众。", "元"), ("建成站点达到个。", "个"), ("新建广场个，群众称便。", "个"), ("改造道路公里。", "公里"),
        ("安装路灯盏，亮化村组。", "盏"), ("走访农户户，听取意见。", "户"), ("帮扶困难群众人次。", "人次"), ("排查隐患处，整改到位。", "处"), ("比序时进度快个百分点。", "个百分点"), ("占比%，居前。", "%"),
        ("新增企业  家，运行平稳。", "  家"), ("于年月日召开会议。", "年月日"), ("2026年月底前完成。", "2026年月"), ("召开第届人大会议。", "第届"), ("印发〔〕号文件。", "〔〕号"), ("印发汀政〔2026〕号文件。", "〔2026〕号"),
        ("完成任务。<end_of_turn>", "<end_of_turn>"), ("完成任务。<|im_end|>", "<|im_end|>"), ("完成任务。</s>", "</s>"), ("以下是为您撰写的总结：", "以下是为您"), ("任务{{待填}}。", "{{待填}}"), ("由___负责。", "___"), ("责任人：【待补】。", "【待补】"), ("由____负责。", "____"), ("此处填写数据。", "此处填"), ("完成None项。", "None"),
    ],
)  # fmt: skip
def test_a_placeholder_is_an_error(text: str, quote: str) -> None:
    assert leaks(text) == [("leak.placeholder", "error", quote)]


def test_our_own_mark_is_a_warning() -> None:
    assert leaks("【待补：存在问题】") == [("leak.placeholder", "warning", "【待补：存在问题】")]


@pytest.mark.parametrize(
    "text",
    [
        "汀月镇坚持实干，澄泖县给予支持，荻湾村面貌一新。", "排水设施短板亟待补齐。", "全镇上下、各乡镇、集镇和中心镇，城乡融合、返乡创业。", "参加镇党委会议，统筹镇村力量，协助镇人大开展视察。",
        "创建卫生镇、文明镇，打造名镇强镇，建设和美乡村示范村。", "少数村集体经济薄弱，偏远村交通不便。", "厘清乡镇权责，传承水乡文化，推动城乡统筹。", "搬迁社区和主要街道干净整洁。",
        "深入实施科教兴镇、工业强镇、生态立县战略。", "加快建设“水韵荷乡、实力新城”。",
    ],
)  # fmt: skip
def test_common_words_are_no_foreign_names(text: str) -> None:
    assert leaks(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("今后，白栎镇将继续抓好落实。", [("leak.name", "error", "白栎镇")]),
        ("2026年，柘溪口镇坚持实干。", [("leak.name", "error", "柘溪口镇")]),
        ("在白栎镇党委领导下推进。", [("leak.name", "error", "白栎镇")]),
        ("从头做起，白栎镇干部群众有信心。", [("leak.name", "warning", "白栎镇")]),
        ("本人任白栎镇平安法治办公室主任。", [("leak.name", "warning", "白栎镇")]),
        ("到青砬村考察学习。", [("leak.name", "warning", "青砬村")]),
    ],
)
def test_a_foreign_place(text: str, found: list[tuple[str, str, str]]) -> None:
    assert leaks(text) == found


def test_a_name_of_an_exemplar_is_an_error_that_says_whose_it_is() -> None:
    names = {"荇漾村": "荇洲镇2025年工作总结", "少数村": "荇洲镇2025年工作总结", "荻湾村": "荇洲镇2025年工作总结"}
    text = "荇漾村和少数村、荻湾村一同整治。"
    assert leaks(text, foreign_names=names) == [
        ("leak.name", "error", "荇漾村")
    ]  # 荻湾村 is the sheet's own, 少数村 no name
    report = check(TITLE + text, SHEET, genre=None, foreign_names=names)
    assert "荇洲镇2025年工作总结" in next(f.message for f in report.findings if f.rule == "leak.name")


def test_a_sentence_of_an_exemplar_is_told_with_its_report() -> None:
    model = "镇领导班子成员分片挂钩企业、村和项目，对进度落后的指标逐项分析原因。实现税收3万元。"
    assert leaks(model, exemplar_texts={model: "汐宁县螺屿镇2026年工作要点"}) == [
        ("leak.copy", "warning", "镇领导班子成员分片挂钩企业、村和项目，对进度落后的指标逐项分析原因。")
    ]
    others = {
        "建立健全长效管护机制，落实专人定期巡查养护道路。": "鹊屏镇2025年工作总结",
        model: "汐宁县螺屿镇2026年工作要点",
    }
    report = check(TITLE + model, SHEET, genre=None, exemplar_texts=others)
    (said,) = [f.message for f in report.findings if f.rule == "leak.copy"]
    assert (
        said
        == "这句话与范文《汐宁县螺屿镇2026年工作要点》里的一字不差：“镇领导班子成员分片挂钩企业、村和项目，对进度落后……”。请按本地情况改写。"
    )
    assert (
        leaks("镇领导班子成员分片挂钩企业，逐项分析原因。", exemplar_texts={model: "汐宁县螺屿镇2026年工作要点"}) == []
    )


LUOYU = "汐宁县螺屿镇2026年工作要点"
OF_LUOYU = dict.fromkeys(("螺屿镇", "荇漾村", "周启澜", "复旦大学", "高山村", "和平镇"), LUOYU)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("谱写云溪新篇章。", [("warning", "云溪")]), ("谱写清崖“十五五”农业农村现代化新篇章。", [("warning", "清崖")]),
        ("清崖镇坚持实干，清崖人民齐心，清崖石料外运。", [("error", "清崖镇"), ("error", "清崖"), ("warning", "清崖")]),
        ("谱写螺屿新篇章，建设美丽螺屿。", [("error", "螺屿"), ("error", "螺屿")]), ("推广荇漾村做法。", [("error", "荇漾村")]),
        ("在松阳县委、县政府的坚强领导下。", [("error", "松阳县")]), ("松阳县汀月镇地处山区。", [("error", "松阳县")]), ("得益于松阳县委的领导。", [("error", "松阳县")]),
        ("云溪镇党政班子带头。", [("error", "云溪镇")]), ("与云溪镇党委签订共建协议。", [("warning", "云溪镇")]), ("到松阳县考察学习。", [("warning", "松阳县")]),
        ("在青砬村召开现场会。随后青砬村增收，到青砬村参观。", [("warning", "青砬村")]),  # told once
    ],
)  # fmt: skip
def test_another_town_in_short_its_county_its_organs(text: str, found: list[tuple[str, str]]) -> None:
    assert [(s, q) for _, s, q in leaks(text, foreign_names=OF_LUOYU)] == found


@pytest.mark.parametrize(
    "text",
    [
        "谱写汀月新篇章，谱写乡村振兴新篇章，书写时代答卷，绘就和美乡村新画卷。", "在县委、县政府的坚强领导下，贯彻县委部署，围绕县委要求。", "在澄泖县委领导下，澄泖县汀月镇面貌一新。",
        "依托复旦大学开展培训，高山村组交通改善，和平发展。", "各乡镇党委配合，兄弟乡镇党委政府支持，全县党委系统。",
    ],
)  # fmt: skip
def test_what_is_no_other_town(text: str) -> None:
    assert leaks(text, foreign_names=OF_LUOYU) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("在松阳县委、县政府领导下，松阳县委多次调研。", ["warning"]),
        ("松阳县汀月镇地处山区，在澄泖县委领导下。", ["warning", "error"]),
        ("在县委、县政府领导下。", []),
    ],
)
def test_counties_where_the_sheet_names_none(text: str, found: list[str]) -> None:
    of = replace(SHEET, meta=replace(SHEET.meta, county=""))
    findings = check(TITLE + text + "\n", of, genre=None).findings
    assert [f.severity for f in findings if f.rule == "leak.name"] == found
