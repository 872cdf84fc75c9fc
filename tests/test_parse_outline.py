"""Headings and paragraphs of reports as pages print them."""

from __future__ import annotations

import pytest

from pipeline.archive.outline_reading import paragraphs, read_blocks
from pipeline.archive.raw_lines import RawLine

PROSE = "今年以来，全镇上下扎实推进各项工作，取得了新的成效，群众满意度不断提高。"


def lines(text: str) -> list[RawLine]:
    return [RawLine(line, number) for number, line in enumerate(text.split("\n"), 1)]


def headings(text: str) -> list[tuple[int, str, str]]:
    return [(b.level, b.label, b.text) for b in read_blocks(lines(text)) if b.level]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # four kinds, own line and run-in
        (
            f"一、工作回顾\n（一）农业。{PROSE}\n1、抓春耕。{PROSE}\n（1）备农资。{PROSE}\n二、下步打算。\n{PROSE}",
            [
                (1, "一、", "工作回顾"),
                (2, "（一）", "农业"),
                (3, "1.", "抓春耕"),
                (4, "（1）", "备农资"),
                (1, "二、", "下步打算"),
            ],
        ),
        # levels by nesting: no 一、 here
        (
            f"(一)抓产业\n1.种植业。{PROSE}\n(二)抓民生\n{PROSE}",
            [(1, "（一）", "抓产业"), (2, "1.", "种植业"), (1, "（二）", "抓民生")],
        ),
        # buried in one paragraph
        (
            f"{PROSE}一、经济稳步增长。{PROSE}1、抓工业。{PROSE}2、抓农业。{PROSE}二、民生持续改善。{PROSE}",
            [(1, "一、", "经济稳步增长"), (2, "1.", "抓工业"), (2, "2.", "抓农业"), (1, "二、", "民生持续改善")],
        ),
        # a heading between two blanks, and one before a colon
        (
            f"一、聚力发展，量质齐升  引进项目3个，完成投资5.3亿元。{PROSE}\n二、农业方面：播种面积1.3万亩，总产量达到5200吨。",
            [(1, "一、", "聚力发展，量质齐升"), (1, "二、", "农业方面")],
        ),
        # a part with a count of its own
        (
            f"一、农业\n{PROSE}\n二、工业\n{PROSE}\n下半年工作打算\n{PROSE}\n一、抓农业\n{PROSE}\n二、抓工业\n{PROSE}",
            [
                (1, "一、", "农业"),
                (1, "二、", "工业"),
                (1, "", "下半年工作打算"),
                (2, "一、", "抓农业"),
                (2, "二、", "抓工业"),
            ],
        ),
        # a count within a heading
        (
            f"一、回顾\n{PROSE}\n二、打算\n一、抓产业\n{PROSE}\n二、抓民生\n{PROSE}",
            [(1, "一、", "回顾"), (1, "二、", "打算"), (2, "一、", "抓产业"), (2, "二、", "抓民生")],
        ),
        # unnumbered; circled
        (f"思想政治方面\n{PROSE}\n业务工作方面\n{PROSE}", [(1, "", "思想政治方面"), (1, "", "业务工作方面")]),
        (f"一、民生\n①教育。{PROSE}\n②卫生。{PROSE}", [(1, "一、", "民生"), (2, "①", "教育"), (2, "②", "卫生")]),
        # a label alone on its line
        (f"一、\n抓好农业生产\n{PROSE}", [(1, "一、", "抓好农业生产")]),
        # lost 三
        (
            f"（一）甲事。{PROSE}（二）乙事。{PROSE}（四）丁事。{PROSE}",
            [(1, "（一）", "甲事"), (1, "（二）", "乙事"), (1, "（四）", "丁事")],
        ),
    ],
)
def test_headings(text: str, expected: list[tuple[int, str, str]]) -> None:
    assert headings(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "重点办好实事：1.新建卫生室3个；2.改造公路12公里；3.建成食堂2处。",
        "一、二、三产业协调发展，全镇经济总量迈上新台阶，群众收入稳步增长。",
        "2、3季度重点抓好招商。5.1公里道路8月底前完工。",
        "一是抓产业。二是抓民生。三是抓稳定。",
        "全镇完成投资。2、3号楼已经封顶，12月底交付。",
        "各位代表：\n" + PROSE,
        PROSE + "\n苇塘镇人民政府\n2025年7月2日",
        PROSE + "\n名词解释：\n1.三资：指农村集体资金、资产、资源。",
    ],
)
def test_what_is_no_heading(text: str) -> None:
    assert headings(text) == []
    joined = "".join(b.text for b in read_blocks(lines(text)))
    assert joined == text.replace("\n", "")  # and nothing is lost


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # hard-wrapped at 20 characters
        (
            (
                "　　今年上半年，全镇紧扣高质量发展主题，主\n动作为、真抓实干，较好完成了各项目标任务。现\n将有关情况汇报如下：\n"
                "　　一、主要工作\n　　（一）城市更新加快推进\n　　完成老旧小区改造5个、惠及居民1260户，\n拆除违法建设3200平方米，新增停车泊位260\n个，更换路灯86盏。\n"
                "　　（二）社会治理不断深化。建成社区微网格\n142个，配备网格员168名，化解矛盾213件。"
            ),
            [
                "今年上半年，全镇紧扣高质量发展主题，主动作为、真抓实干，较好完成了各项目标任务。现将有关情况汇报如下：",
                "一、主要工作",
                "（一）城市更新加快推进",
                "完成老旧小区改造5个、惠及居民1260户，拆除违法建设3200平方米，新增停车泊位260个，更换路灯86盏。",
                "（二）社会治理不断深化。建成社区微网格142个，配备网格员168名，化解矛盾213件。",
            ],
        ),
        # broken off by the end of a page
        ("引水工程顺利\n\n完工。" + PROSE, ["引水工程顺利完工。" + PROSE]),
        ("抓好水稻育秧、插秧、\n\n管护和收割，确保丰收。", ["抓好水稻育秧、插秧、管护和收割，确保丰收。"]),
        (PROSE + "加强队伍建\n\n设，提高素质。", [PROSE + "加强队伍建设，提高素质。"]),
        ("一、抓产业\n" + PROSE, ["一、抓产业", PROSE]),
    ],
)
def test_paragraphs_are_made_whole(text: str, expected: list[str]) -> None:
    assert [p.text for p in paragraphs(lines(text))] == expected


def test_blanks_go_but_for_a_lost_figure() -> None:
    (block,) = read_blocks(lines("完成 投资 亿元， 同比增长 %，新建 3 处。"))
    assert block.text == "完成投资 亿元，同比增长 %，新建3处。"
