"""Sheets of departments made one, and versions of a sheet compared."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.facts.merging import diff, merge
from pipeline.facts.model import Sheet
from tests.sheets import fact, sheet

FARMS = sheet(
    fact("F1", "茶叶产量", "126", "吨", previous="100"),
    fact("F2", "茶园面积", "1.2", "万亩"),
    fact("F3", text="推广测土配方施肥"),
)
TRADE = sheet(
    fact("F1", "茶叶销售额", "3200", "万元", topic="tertiary-tourism"),
    fact("F2", "全镇茶叶产量", "126000", "公斤", target="240000"),
    fact("F3", text="推广测土配方施肥"),
)


def test_departments_make_one_sheet_and_fill_each_other_s_gaps() -> None:
    merged = merge([("农业.xlsx", FARMS), ("商贸.xlsx", TRADE)])
    assert merged.conflicts == ()
    assert [
        (f.id, f.indicator or f.text, f.value and str(f.value), f.target and str(f.target)) for f in merged.sheet.facts
    ] == [
        ("F1", "茶叶产量", "126", "240"),
        ("F2", "茶园面积", "1.2", None),
        ("F3", "推广测土配方施肥", None, None),
        ("F4", "茶叶销售额", "3200", None),
    ]
    assert dict(merged.sources)["F1"] == (("农业.xlsx", "F1"), ("商贸.xlsx", "F2"))


def test_what_two_sheets_say_differently_is_shown_side_by_side_and_the_first_is_taken() -> None:
    other = sheet(fact("F9", "茶叶产量", "130", "吨", previous="100", growth_pct="30"))
    other = Sheet(replace(other.meta, org="荻浦镇人民政府"), other.facts)
    merged = merge([("甲", FARMS), ("乙", other)])
    assert [(c.fact, c.column, c.sides) for c in merged.conflicts] == [
        ("", "落款单位", (("甲", "汀月镇人民政府"), ("乙", "荻浦镇人民政府"))),
        ("F1", "本期", (("甲", "126吨"), ("乙", "130吨"))),
    ]
    assert str(merged.sheet.facts[0].value) == "126"
    assert merged.sheet.facts[0].note == "冲突：本期另一表“乙”写 130吨"
    assert merged.sheet.facts[0].growth_pct is None  # 30% belongs to the other figure
    assert merged.sheet.meta.org == "汀月镇人民政府"


def test_a_sheet_merged_with_itself_is_itself() -> None:
    assert merge([("a", FARMS), ("b", FARMS)]).sheet == FARMS
    assert merge([("a", FARMS)]).sheet == FARMS


def test_doubles_within_one_sheet_are_kept_for_the_check_to_find() -> None:
    double = sheet(fact("F1", "茶叶产量", "3", "吨"), fact("F2", "茶叶产量", "4", "吨"))
    assert merge([("a", double)]).sheet == double


def test_facts_in_units_of_other_kinds_stay_apart() -> None:
    merged = merge([("a", sheet(fact("F1", "培训", "12", "期"))), ("b", sheet(fact("F1", "培训", "640", "人次")))])
    assert [(f.id, f.unit) for f in merged.sheet.facts] == [("F1", "期"), ("F2", "人次")]


def test_nothing_is_no_sheet() -> None:
    with pytest.raises(ValueError, match="no sheets"):
        merge([])


def test_what_changed_between_two_versions() -> None:
    new = sheet(
        fact("F2", "茶园面积", "12000", "亩"),  # the same area
        fact("F7", "茶叶产量", "130", "吨", previous="100", growth_pct="30"),  # the same fact under another id
        fact("F3", text="推广测土配方施肥和绿色防控"),
        fact("F8", "茶叶合格率", "98.5", "%"),
    )
    assert [(c.kind, c.fact, c.column, c.old, c.new) for c in diff(FARMS, new)] == [
        ("changed", "F2", "单位", "万亩", "亩"),
        ("changed", "F7", "编号", "F1", "F7"),
        ("changed", "F7", "本期", "126吨", "130吨"),
        ("changed", "F7", "同比(%)", "", "30"),
        ("changed", "F3", "文字", "推广测土配方施肥", "推广测土配方施肥和绿色防控"),
        ("added", "F8", "", "", "茶叶合格率 98.5%"),
    ]
    assert diff(FARMS, FARMS) == ()


def test_what_went_and_what_the_meta_says_now() -> None:
    new = Sheet(replace(FARMS.meta, date="2026-07-03"), FARMS.facts[1:])
    assert [(c.kind, c.fact, c.field, c.old, c.new) for c in diff(FARMS, new)] == [
        ("changed", "", "date", "", "2026-07-03"),
        ("removed", "F1", "", "茶叶产量 126吨", ""),
    ]


def test_the_command_says_what_each_sheet_holds_and_which_value_it_kept(tmp_path: Path) -> None:
    head = "编号,领域,指标,本期,单位,说明\n"
    (tmp_path / "a.csv").write_text(head + "F1,综合经济,旅游收入,约120,万元,\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text(head + "F1,文化旅游,旅游收入,1.3亿,元,\n", encoding="utf-8")
    meta = ["--town", "汀月镇", "--period", "2026H1", "--genre", "半年总结"]
    sheets = [str(tmp_path / name) for name in ("a.csv", "b.csv")]
    done = CliRunner().invoke(main, ["facts", "merge", *sheets, "-o", str(tmp_path / "c.csv"), *meta])
    assert done.exit_code == 1
    assert "a.csv，" in done.stderr
    assert "“约”没有采用" in done.stderr
    assert "a.csv 写 120万元；b.csv 写 1.3亿元；采用 a.csv 的 120万元" in done.stdout
    assert "economy" not in done.stdout
    checked = CliRunner().invoke(main, ["facts", "check", str(tmp_path / "c.csv"), *meta])
    assert "合并时各表不一致：冲突：本期另一表“b.csv”写 1.3亿元" in checked.output
