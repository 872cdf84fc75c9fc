"""The outline that a clerk edits: it comes back as it went out, takes her changes, and loses no fact."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from pipeline.drafting.outline import OTHER_HEADING, outline
from pipeline.drafting.outline_file import outline_text, read_outline, shown
from pipeline.errors import PipelineError
from pipeline.facts.genres import Genre
from pipeline.facts.model import Sheet
from pipeline.facts.topics import Topic
from tests.sheets import SHIPPED, fact, sheet, shipped_sheet

Genres: TypeAlias = Mapping[str, Genre]
Topics: TypeAlias = Mapping[str, Topic]
FACTS = (
    fact("F1", "茶叶产量", "3", "吨"),
    fact("F2", "新增就业岗位", "90", "个", topic="employment", target="200"),
    fact("F3", text="产业链条偏短", topic="problems"),
)
EDITED = """题目: '汀月镇半年小结'
提纲:
- 标题: '主要工作'
  小节:
    - 标题: '稳岗扩岗'
      引语: '就业方面，主要抓了岗位开发。'
      事实: ['F2 新增就业岗位 90个']
    - 标题: '茶叶生产'
      事实: ['F1']
- 标题: '问题和不足'
  类别: 问题
  事实: ['F3']
- 标题: '下步打算'
  类别: 计划
"""


def read(text: str, made: Sheet, genres: Genres, topics: Topics, folder: Path):  # type: ignore[no-untyped-def]
    path = folder / "提纲.yaml"
    path.write_text(text, encoding="utf-8")
    return read_outline(path, outline(made, genres[made.meta.genre], topics), made, topics)


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("genre", ["half-year-summary", "work-report", "plan", "personal-summary", "publicity-summary"])
def test_an_untouched_outline_comes_back_as_it_was(
    name: str, genre: str, genres: Genres, topics: Topics, tmp_path: Path
) -> None:
    made = sheet(*shipped_sheet(name, genres, topics).facts, genre=genre)
    laid = outline(made, genres[genre], topics)
    edited = read(outline_text(laid), made, genres, topics, tmp_path)
    assert (edited.left_out, edited.empty) == ((), ())
    assert [(e.level, e.label, e.heading, e.fact_ids, e.lead, e.missing) for e in edited.outline.entries] == [
        (e.level, e.label, e.heading, e.fact_ids, e.lead, "" if e.kind == "review" else e.missing) for e in laid.entries
    ]


def test_her_headings_and_order_stand(genres: Genres, topics: Topics, tmp_path: Path) -> None:
    edited = read(EDITED, sheet(*FACTS), genres, topics, tmp_path)
    assert edited.outline.title == "汀月镇半年小结"
    assert [(e.label, e.heading, e.fact_ids) for e in edited.outline.entries] == [
        ("", "", ()),
        ("一、", "主要工作", ()),
        ("（一）", "稳岗扩岗", ("F2",)),
        ("（二）", "茶叶生产", ("F1",)),
        ("二、", "问题和不足", ("F3",)),
        ("三、", "下步打算", ()),
    ]
    plans = edited.outline.entries[-1]
    assert [f.id for f in plans.unfinished] == ["F2"]  # what follows from the figures does not depend on headings
    assert "（一）稳岗扩岗（1 条）" in shown(edited.outline)


def test_a_fact_left_out_is_placed_and_named(genres: Genres, topics: Topics, tmp_path: Path) -> None:
    text = EDITED.replace("      事实: ['F1']\n", "")
    edited = read(text, sheet(*FACTS), genres, topics, tmp_path)
    assert (edited.left_out, edited.empty) == (("F1",), ("茶叶生产",))
    assert [(e.label, e.heading, e.fact_ids) for e in edited.outline.entries[1:]] == [
        ("一、", "主要工作", ()),
        ("（一）", "稳岗扩岗", ("F2",)),
        ("（二）", OTHER_HEADING, ("F1",)),  # with the work that was done, not behind the plans
        ("二、", "问题和不足", ("F3",)),
        ("三、", "下步打算", ()),
    ]


def test_a_deleted_part_comes_back_for_the_facts_that_are_its_own(
    genres: Genres, topics: Topics, tmp_path: Path
) -> None:
    planned = fact("F4", text="扩建茶叶交易市场", topic="plans-next-period")
    text = EDITED[: EDITED.index("- 标题: '问题和不足'")]
    edited = read(text, sheet(*FACTS, planned), genres, topics, tmp_path)
    assert edited.left_out == ("F3", "F4")
    assert [(e.label, e.heading, e.kind, e.fact_ids) for e in edited.outline.entries if e.level == 1] == [
        ("一、", "主要工作", "review", ()),
        ("二、", "存在的问题", "problems", ("F3",)),
        ("三、", "下半年工作计划", "plans", ("F4",)),
    ]
    without = read(text, sheet(*FACTS[:2]), genres, topics, tmp_path)  # a part with nothing of its own stays away
    assert [e.heading for e in without.outline.entries if e.level == 1] == ["主要工作"]
    renamed = EDITED.replace("'问题和不足'\n  类别: 问题", "'短板和不足'").replace(
        "- 标题: '下步打算'\n  类别: 计划\n", ""
    )
    kinds = read(renamed, sheet(*FACTS), genres, topics, tmp_path).outline.entries
    assert [(e.heading, e.kind) for e in kinds if e.level == 1] == [("主要工作", "review"), ("短板和不足", "problems")]


@pytest.mark.parametrize(
    "typed",
    [
        EDITED.replace("标题: ", "标题：").replace("事实: ", "事实："),  # a full-width colon
        EDITED.replace("标题: ", "标题:").replace("类别: ", "类别 ： "),
        EDITED.replace("- 标题", "－标题").replace("    －", "\u3000\u3000－"),  # full-width dash and indent
        EDITED.replace("\n", "\r\n"),
        EDITED.replace("'茶叶生产'", "'（二）茶叶生产'").replace("'稳岗扩岗'", "'1. 一、稳岗扩岗'"),
        EDITED.replace("'问题和不足'", "二、问题和不足").replace("'下步打算'", "第三部分 下步打算"),
        EDITED.replace("['F1']", "['Ｆ１：茶叶产量']").replace("'F2 新增就业岗位 90个'", "f2，新增就业岗位"),
        EDITED.replace("['F3']", "\n  - “F3”产业链条偏短"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_what_editors_and_input_methods_do_to_it(
    typed: str, encoding: str, genres: Genres, topics: Topics, tmp_path: Path
) -> None:
    made = sheet(*FACTS)
    whole = read(EDITED, made, genres, topics, tmp_path).outline.entries
    path = tmp_path / "改过.yaml"
    path.write_bytes(typed.encode(encoding))
    edited = read_outline(path, outline(made, genres[made.meta.genre], topics), made, topics)
    assert edited.left_out == ()
    assert edited.outline.entries == whole


@pytest.mark.parametrize("heading", ["一二三产业融合", "一、二产业融合", "3.5万亩茶园提质", "两手抓"])
def test_what_only_looks_like_a_label_stays(heading: str, genres: Genres, topics: Topics, tmp_path: Path) -> None:
    edited = read(EDITED.replace("茶叶生产", heading), sheet(*FACTS), genres, topics, tmp_path)
    assert edited.outline.entries[3].heading == heading


@pytest.mark.parametrize(
    ("before", "after", "what", "line"),
    [
        ("'F1'", "'F9'", "没有事实“F9”", 9),
        ("['F3']", "['F3', 'F1']", "F1 出现了两次", 12),
        ("类别: 计划", "类别: 展望", "不认识的类别“展望”", 14),
        ("标题: '茶叶生产'", "标题: ''", "标题不能用", 8),
        ("    - 标题: '茶叶生产'", "    - 名称: '茶叶生产'", "不认识的栏目“名称”", 8),
        ("['F1']", "F1", "这里应是一列", 9),
        ("就业方面，主要抓了岗位开发。", "# 就业", "引语不能用", 6),
        (EDITED, "提纲:\n", "没有标题", 1),
        (EDITED, "提纲: [1", "YAML 写法有误：方括号没有成对。", 1),
        ("    - 标题: '茶叶生产'", "\t- 标题: '茶叶生产'", "制表符", 8),
        ("标题: '茶叶生产'", "标题: 茶叶: 生产", "两个冒号", 8),
        ("标题: '茶叶生产'", "标题: '茶叶生产", "引号没有成对（也看上一行）", 9),
        ("    - 标题: '茶叶生产'", "   - 标题: '茶叶生产'", "对不齐", 8),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_line(
    before: str, after: str, what: str, line: int, genres: Genres, topics: Topics, tmp_path: Path
) -> None:
    with pytest.raises(PipelineError) as fault:
        read(EDITED.replace(before, after), sheet(*FACTS), genres, topics, tmp_path)
    assert what in fault.value.what
    assert f"第 {line} 行" in fault.value.where
    assert fault.value.mend
