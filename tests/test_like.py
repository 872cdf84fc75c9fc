"""Drafts after an old report: its headings for this year's facts; and what a draft carried over from one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.checks.carried import carried
from eval.checks.document import Document
from pipeline.cli import main
from pipeline.drafting.like import Likeness, old_headings, outline_like
from pipeline.drafting.outline import outline
from pipeline.facts.genres import Genre
from pipeline.facts.model import Sheet
from pipeline.facts.topics import Topic, topic_of
from pipeline.facts.writing import write_sheet
from tests.sheets import fact, sheet

CHAPTERS = """## 一、2025年上半年工作回顾

### （一）念好富农经，粮食安全有保障

粮食播种面积1.2万亩，建成高标准农田2600亩，推广测土配方施肥。

### （二）打好招商牌，工业产值突破12亿元

规模以上工业总产值11.8亿元，新增规模以上企业2家。

### （三）建设平安白泖

排查化解矛盾纠纷96起，安全生产形势平稳。

## 二、面临的困难和问题

农业基础还不牢固。

## 三、下半年工作打算

继续抓好粮食生产。
"""
FLAT = CHAPTERS.replace("## 一、2025年上半年工作回顾\n\n", "").replace("###", "##").replace("（一）", "一、").replace("（二）", "二、").replace("（三）", "三、", 1)  # fmt: skip
SHEET = sheet(
    fact("F1", "粮食播种面积", "1.26", "万亩", previous="1.2"),
    fact("F2", "规模以上工业总产值", "12.6", "亿元", topic="industry"),
    fact("F3", "排查化解矛盾纠纷", "88", "起", topic="public-safety-stability"),
    fact("F4", "新增城镇就业", "320", "人", topic="employment"),
)


def likened(text: str, genres: Mapping[str, Genre], topics: Mapping[str, Topic], own: Sheet = SHEET) -> Likeness:
    base = outline(own, genres["half-year-summary"], topics)
    old = old_headings(text, lambda heading, words: topic_of(topics, heading, words))
    return outline_like(
        base, old, own.meta, topics, year=2025, title="白泖镇2025年上半年工作总结及下半年工作打算", region="白泖镇"
    )


def lines(made: Likeness) -> list[str]:
    return [
        f"{'#' * e.level}{e.label}{e.heading} {','.join(e.fact_ids)}".strip() for e in made.outline.entries if e.level
    ]


def test_chapters_keep_their_order_and_wording(genres: Mapping[str, Genre], topics: Mapping[str, Topic]) -> None:
    made = likened(CHAPTERS, genres, topics)
    assert lines(made) == [
        "#一、2026年上半年工作回顾",
        "##（一）念好富农经，粮食安全有保障 F1",
        f"##（二）{topics['industry'].headings[0]} F2",
        "##（三）建设平安汀月 F3",
        "##（四）统筹做好其他工作 F4",
        "#二、面临的困难和问题",
        "#三、下半年工作打算",
    ]
    assert made.reworded == (("打好招商牌，工业产值突破12亿元", topics["industry"].headings[0]),)
    assert made.outline.title == "汀月镇2026年上半年工作总结及下半年工作打算"


def test_chapters_on_the_first_level_stay_there(genres: Mapping[str, Genre], topics: Mapping[str, Topic]) -> None:
    own = replace(SHEET, facts=SHEET.facts[:1])
    made = likened(
        FLAT.replace("## 二、面临", "## 四、面临").replace("## 三、下半年", "## 五、下半年"), genres, topics, own
    )
    assert lines(made) == ["#一、念好富农经，粮食安全有保障 F1", "#二、面临的困难和问题", "#三、下半年工作打算"]
    assert "建设平安白泖" in made.empty


def test_a_fact_stands_where_the_old_report_told_its_indicator(
    genres: Mapping[str, Genre], topics: Mapping[str, Topic]
) -> None:
    text = CHAPTERS.replace("安全生产形势平稳。", "城镇新增就业285人。新增城镇就业285人，茶园面积3200亩。")
    own = sheet(
        *SHEET.facts,
        fact("F5", "茶园面积", "3400", "亩"),
        fact("F6", "完成建成高标准农田", "1800", "亩", topic="infrastructure"),
    )
    placed = {line.split(" ")[0]: line.split(" ")[-1].split(",") for line in lines(likened(text, genres, topics, own))}
    assert set(placed["##（三）建设平安汀月"]) == {"F3", "F4", "F5"}
    assert set(placed["##（一）念好富农经，粮食安全有保障"]) == {"F1", "F6"}
    assert not any("其他工作" in heading for heading in placed)


@pytest.mark.parametrize("text", [CHAPTERS, FLAT, "没有标题的一段话。", ""])
def test_no_fact_is_lost(text: str, genres: Mapping[str, Genre], topics: Mapping[str, Topic]) -> None:
    made = likened(text, genres, topics)
    assert sorted(id for e in made.outline.entries for id in e.fact_ids) == ["F1", "F2", "F3", "F4"]
    assert all(e.label for e in made.outline.entries if e.level)


OLD = """# 汀月镇2025年上半年工作总结

全镇上下凝心聚力抓发展，推动各项工作再上新的台阶。新增城镇就业285人。粮食播种面积1.2万亩。

发放临时救助金38.2万元，惠及困难群众126户。
"""


@pytest.mark.parametrize(("text", "found"), [
    ("全镇上下凝心聚力抓发展，推动各项工作再上新的台阶。", [("note", "与旧稿一字不差")]),
    ("发放临时救助金38.2万元，惠及困难群众126户。", [("warning", "连同其中的数")]),
    ("上半年新增城镇就业285人，促进了稳定增收。", [("warning", "清单没有这样写")]),
    ("粮食播种面积1.2万亩，长势良好。", [("warning", "清单没有这样写")]),  # last year's value told as this year's
    ("粮食播种面积1.26万亩，上年同期粮食播种面积1.2万亩。", []),  # last year's value told as such
    ("全镇粮食播种面积1.26万亩。", []),
    ("凝心聚力抓发展。", []),  # too short to be anyone's own
    ("# 汀月镇2025年上半年工作总结", []),
])  # fmt: skip
def test_what_is_carried_over_is_named(text: str, found: list[tuple[str, str]], genres: Mapping[str, Genre]) -> None:
    from eval.checks.check import check

    report = check(text, SHEET, genre=None)
    made = list(carried(Document(text, 2026), OLD, SHEET, report.figures))
    assert [(f.severity, said) for f, (_, said) in zip(made, found, strict=True) if said in f.message] == found
    assert all(f.rule == "leak.copy" for f in made)


def test_an_unchanged_figure_that_the_sheet_gives_is_a_note() -> None:
    from eval.checks.check import check

    text, own = "上半年新增城镇就业285人。", sheet(fact("F4", "新增城镇就业", "285", "人", topic="employment"))
    (found,) = carried(Document(text, 2026), OLD, own, check(text, own, genre=None).figures)
    assert (found.severity, found.fact_ids) == ("note", ("F4",))
    assert "忘了更新" in found.message


def test_the_command_names_the_place_in_the_old_report(tmp_path: Path) -> None:
    (tmp_path / "old.md").write_text(OLD, encoding="utf-8")
    (tmp_path / "new.md").write_text("# 标题\n\n发放临时救助金38.2万元，惠及困难群众126户。\n", encoding="utf-8")
    write_sheet(SHEET, tmp_path / "facts.yaml")
    arguments = ["check", str(tmp_path / "new.md"), "--facts", str(tmp_path / "facts.yaml"), "--json"]
    plain = json.loads(CliRunner().invoke(main, arguments).stdout)
    done = CliRunner().invoke(main, [*arguments, "--against", str(tmp_path / "old.md")])
    added = [f for f in json.loads(done.stdout)["findings"] if f not in plain["findings"]]
    assert [(f["rule"], f["line"]) for f in added] == [("leak.copy", 3)]
    assert "旧稿第5行" in added[0]["message"]
