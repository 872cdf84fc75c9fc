"""Old reports taken apart into sheets: what each figure counts, and which figures are none."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.facts.extraction import extracted
from pipeline.facts.table_extraction import extracted_tables
from tests.conftest import SHARED


@pytest.mark.parametrize(("sentence", "expected"), [
    ("上半年，全镇完成农业总收入2860万元，占全年目标的51.2%。", [("农业总收入", "2860", "万元")]),
    ("种植油菜1860亩、出栏生猪6400头，建成示范村8个。", [("种植油菜", "1860", "亩"), ("出栏生猪", "6400", "头"), ("建成示范村", "8", "个")]),
    ("建成了12个农村文化礼堂。", [("建成农村文化礼堂", "12", "个")]),
    ("疏浚河道26条18.4公里。", [("疏浚河道", "26", "条"), ("疏浚河道长度", "18.4", "公里")]),
    ("投资650万元的文体中心已投入使用。", [("文体中心投资", "650", "万元")]),
    ("开工建设重点项目16个，完成投资4.2亿元。", [("开工建设重点项目", "16", "个"), ("重点项目投资", "4.2", "亿元")]),
    ("共受理信访件92件，办结88件，办结率达95.7%。", [("受理信访件", "92", "件"), ("信访件办结", "88", "件"), ("信访件办结率", "95.7", "%")]),
    ("对45家餐饮单位进行了检查。", [("餐饮单位检查", "45", "家")]),
    ("出动民警210人次、志愿者360人次。", [("出动民警", "210", "人次"), ("志愿者", "360", "人次")]),
    ("铺设1500米雨水管及800米污水管。", [("铺设雨水管", "1500", "米"), ("污水管长度", "800", "米")]),
    ("合作医疗参保率达99.2%。", [("合作医疗参保率", "99.2", "%")]),
    ("全镇3560名干部群众参加了培训。", [("干部群众培训", "3560", "名")]),
    ("拆除违法建筑面积3.2万平方米。", [("拆除违法建筑面积", "3.2", "万平方米")]),
    ("组织180人参加了无偿献血。", [("参加无偿献血", "180", "人")]),
    ("农村居民人均可支配收入达26800元。", [("农村居民人均可支配收入", "26800", "元")]),
    ("城乡居民基本医疗保险参保3.2万人。", [("城乡居民基本医疗保险参保", "3.2", "万人")]),
    ("有线电视入户率达96%，使用清洁能源2600户。", [("有线电视入户率", "96", "%"), ("使用清洁能源", "2600", "户")]),
    ("重点项目开工12个，约谈企业负责人8人次。", [("重点项目开工", "12", "个"), ("约谈企业负责人", "8", "人次")]),
    ("排查化解矛盾纠纷96起，化解率达97.9%。", [("排查化解矛盾纠纷", "96", "起"), ("矛盾纠纷化解率", "97.9", "%")]),
    ("为民办实事项目完成10个。", [("为民办实事项目", "10", "个")]),
    ("给水管网改造6.2公里。", [("给水管网改造", "6.2", "公里")]),
    ("村集体经营性收入10万元以上的村15个。", [("村集体经营性收入10万元以上的村", "15", "个")]),
    ("全镇21个村集体经营性收入402万元。", [("村集体经营性收入", "402", "万元")]),
    ("新增参保企业27家，新增参保人数960人。", [("新增参保企业", "27", "家"), ("新增参保人数", "960", "人")]),
])  # fmt: skip
def test_a_figure_is_named_by_the_words_around_it(sentence: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(row.indicator, str(row.value), row.unit) for row in extracted(sentence)] == expected


def test_changes_and_completions_belong_to_their_figure() -> None:
    (row,) = extracted("实现工业总产值12.6亿元，同比下降6.8%，完成年度目标的48.5%。")
    assert (row.indicator, row.value) == ("工业总产值", Decimal("12.6"))
    assert (row.growth_pct, row.completion_pct) == (Decimal("-6.8"), Decimal("48.5"))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("接待游客12.5万人次，实现旅游收入3200万元，同比分别增长12.6%、15.8%。", [("接待游客", "12.6"), ("旅游收入", "15.8")]),
        ("生猪出栏1.2万头、家禽出栏30万羽，同比分别下降3.1%、增长4%。", [("生猪出栏", "-3.1"), ("家禽出栏", "4")]),
        ("茶叶销售额360万元，分别增长5.2%和6.3%。", [("茶叶销售额", "6.3")]),
    ],
)  # fmt: skip
def test_a_list_of_rates_is_given_out_in_order(sentence: str, expected: list[tuple[str, str]]) -> None:
    assert [(row.indicator, str(row.growth_pct)) for row in extracted(sentence)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "2025年6月28日召开动员会，落实“三个一”工程。",  # dates and names
        "各项工作取得了明显成效，抓好三项工作。",  # a figure in words below ten
        "## 三、下半年工作打算\n\n力争完成财政收入3000万元。",  # a plan
        "对204国道两侧进行了整治。",  # a road's name
        "为年满60周岁的老人办理优待证。",
    ],
)
def test_what_counts_nothing_is_no_row(text: str) -> None:
    assert extracted(text) == ()


def test_the_towns_own_name_is_no_part_of_an_indicator() -> None:
    assert [r.indicator for r in extracted("汀月镇实现税收收入860万元。", town="汀月镇")] == ["税收收入"]


@pytest.mark.parametrize(("table", "expected"), [
    ("指标 | 单位 | 本期 | 同比(%)\n粮食播种面积 | 万亩 | 1.2 | 1.5\n规模以上工业总产值 | 亿元 | 11.8 | -6.1", [("粮食播种面积", "1.2", "万亩", "1.5"), ("规模以上工业总产值", "11.8", "亿元", "-6.1")]),
    ("| 指标 | 2025年上半年 | 2024年上半年 |\n| --- | --- | --- |\n| 财政收入（万元） | 2,650 | 2519 |", [("财政收入", "2650", "万元", "None")]),
    ("项目 | 完成数\n新增城镇就业 | 285人", [("新增城镇就业", "285", "人", "None")]),
    ("甲 | 乙\n丙 | 3", []),
    ("指标 | 本期\n合计 | 3\n粮食播种面积 | 良好", []),
])  # fmt: skip
def test_a_table_gives_a_figure_a_row(table: str, expected: list[tuple[str, str, str, str]]) -> None:
    rows = extracted_tables(f"正文。\n\n{table}\n\n正文。\n", year=2025)
    assert [(r.indicator, str(r.value), r.unit, str(r.growth_pct)) for r in rows] == expected


REPORT = """# 汀月镇2025年上半年工作总结

2025年上半年，汀月镇紧扣目标任务，各项工作稳步推进。现将有关情况总结如下。

## 一、上半年工作开展情况

### （一）抓好农业生产

粮食播种面积1.2万亩，同比增长2%。新建高标准农田2600亩。

### （二）办好民生实事

新增就业岗位285个。

| 指标 | 单位 | 本期 |
| --- | --- | --- |
| 粮食播种面积 | 万亩 | 1.2 |
| 发放低保金 | 万元 | 118.6 |

## 二、下半年工作计划

力争新增就业岗位300个。
"""


def test_an_old_report_becomes_a_sheet_to_fill(tmp_path: Path) -> None:
    report, sheet = tmp_path / "2025.md", tmp_path / "2026.xlsx"
    report.write_text(REPORT, encoding="utf-8")
    done = CliRunner().invoke(main, ["facts", "extract", str(report), "-o", str(sheet)])
    assert done.exit_code == 0, done.output
    book = openpyxl.load_workbook(sheet)
    about = {row[0].value: row[1].value for row in book["基本信息"].iter_rows()}
    assert (about["乡镇"], about["报告期"], about["文种"]) == ("汀月镇", "2026年上半年", "半年总结")
    page = book["事实"]
    head = [cell.value for cell in page[2]]
    rows = [dict(zip(head, (cell.value for cell in row), strict=True)) for row in page.iter_rows(min_row=3, max_row=6)]
    assert [(r["指标"], r["本期"], r["单位"], r["上年同期"]) for r in rows] == [
        ("粮食播种面积", None, "万亩", 1.2), ("新建高标准农田", None, "亩", 2600), ("新增就业岗位", None, "个", 285), ("发放低保金", None, "万元", 118.6),
    ]  # fmt: skip
    assert rows[0]["领域"] == "农业发展与农民增收"
    assert str(rows[0]["同比(%)"]).startswith("=")
    for row, value in zip(range(3, 7), (1.26, 2800, 320, 126.4), strict=True):  # she fills one column
        page.cell(row, head.index("本期") + 1).value = value
    book.save(sheet)
    done = CliRunner().invoke(main, ["facts", "check", str(sheet)])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(("name", "text", "said"), [
    ("a.md", "# 汀月镇工作总结\n\n各项工作稳步推进，群众满意。\n", "没有取到数"),
    ("absent.md", None, "absent.md"),
])  # fmt: skip
def test_what_gives_no_sheet_is_told(tmp_path: Path, name: str, text: str | None, said: str) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(main, ["facts", "extract", str(path), "-o", str(tmp_path / "s.xlsx")])
    assert done.exit_code == 2
    assert said in done.output
    assert not (tmp_path / "s.xlsx").exists()


@pytest.mark.skipif(not (SHARED / "gold" / "facts").is_dir(), reason="../shared/gold is not here")
def test_the_samples_are_taken_apart_as_people_did() -> None:
    from eval.extraction.__main__ import measured

    for rows in measured(SHARED).values():
        assert sum(pair.found is not None for pair in rows) >= 0.95 * len(rows)
        assert sum(pair.alike for pair in rows) >= 0.85 * len(rows)
