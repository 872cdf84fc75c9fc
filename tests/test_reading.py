"""Facts sheets read from files, and what is said of bad ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.facts.genres import Genre, genre_ids
from pipeline.facts.reading import Reading, load_sheet, read_sheet, sheet_of
from pipeline.facts.topics import Topic, topic_ids
from pipeline.facts.writing import sheet_content, write_sheet
from pipeline.language.periods import Period
from tests.sheets import fact, sheet

META = "meta: {town: 汀月镇, period: 2026H1, genre: 半年总结}\n"
FACT = "  - {id: F1, topic: 农业, indicator: 水稻插秧面积, value: 0.10, unit: 万亩}\n"


@pytest.fixture
def read(tmp_path: Path, genres: Mapping[str, Genre], topics: Mapping[str, Topic]):  # type: ignore[no-untyped-def]
    def from_text(text: str, name: str = "sheet.yaml") -> Reading:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return read_sheet(path, genres=genre_ids(genres), topics=topic_ids(topics))

    return from_text


def test_a_sheet_is_read_with_exact_values_and_spoken_words(read) -> None:  # type: ignore[no-untyped-def]
    reading = read(META + "facts:\n" + FACT)
    assert reading.verdict == "accept"
    assert reading.sheet.meta.period == Period(2026, 1, 6)
    assert reading.sheet.meta.genre == "half-year-summary"
    (fact,) = reading.sheet.facts
    assert (fact.value, str(fact.value), fact.topic, fact.unit) == (Decimal("0.10"), "0.10", "agriculture", "万亩")


def test_json_says_the_same_as_yaml(read) -> None:  # type: ignore[no-untyped-def]
    row = {"id": "F1", "topic": "农业", "indicator": "水稻插秧面积", "value": 0.1, "unit": "万亩"}
    content = {"meta": {"town": "汀月镇", "period": "2026H1", "genre": "半年总结"}, "facts": [row]}
    assert read(json.dumps(content), "sheet.json").sheet.facts[0].value == Decimal("0.1")


def test_chinese_columns_and_thousands_separators_are_understood(read) -> None:  # type: ignore[no-untyped-def]
    row = '  - {编号: F1, 领域: 民政, 指标: 发放低保金, 本期: "12,640.5", 单位: 元, 上年同期: "12,000"}\n'
    reading = read(META + "facts:\n" + row)
    assert reading.sheet.facts[0].value == Decimal("12640.5")
    assert reading.sheet.facts[0].topic == "social-security-civil-affairs"


@pytest.mark.parametrize(
    ("facts", "said", "line"),
    [
        ("  - {id: F1, topic: 农业, indicator: 茶叶, value: 十二, unit: 吨}\n", "不是一个数", "第 3 行"),
        ("  - {id: F1, topic: 农业, indicator: 茶叶, value: .nan, unit: 吨}\n", "不是一个数", "第 3 行"),
        ("  - {id: F1, topic: 农业, indicator: 茶叶, value: 1e400, unit: 吨}\n", "不是一个数", "第 3 行"),
        ("  - {id: F1, topic: 农业, indicator: 茶叶, value: true吨, unit: 吨}\n", "不是一个数", "第 3 行"),
        ("  - {topic: 农业, indicator: 茶叶, value: 12, unit: 吨}\n", "缺编号", "第 3 行"),
        ("  - {id: F1, topic: 农业, indicator: 茶叶, unit: 吨}\n", "没有可写的内容", "第 3 行"),
        ("  - {id: F1, topic: 农业, indicator: 茶叶, previous: 3, unit: 吨}\n", "没有本期数值", "第 3 行"),
        ("  - {id: F1, topic: 农业, value: 12, unit: 吨}\n", "没有指标名称", "第 3 行"),
        (FACT + FACT.replace("水稻", "小麦"), "编号 F1 用了不止一次", "第 4 行"),
        (FACT + FACT.replace("F1", "F2").replace("0.10", "0.20"), "重复，数值又不同", "第 4 行"),
        ("  - {id: F1, topic: 农业, indicator: 茶叶, value: 126, previous: 100, growth_pct: 25, unit: 吨}\n", "算是 26", "第 3 行"),
        ("  - {id: F1, topic: 农业, indicator: 茶叶, value: 50, target: 99, completion_pct: 50, unit: 吨}\n", "算是 50.5%", "第 3 行"),
        ("  - 茶叶 12 吨\n", "栏目: 值", "第 3 行"),
        ('  - {id: F1, topic: 农业, text: "一、抓春耕"}\n', "变成标题或列表", "第 3 行"),
        ('  - {id: F1, topic: 农业, text: "- 抓春耕"}\n', "变成标题或列表", "第 3 行"),
        ('  - {id: F1, topic: 农业, text: "建成 XX 处"}\n', "没有填的空", "第 3 行"),
        ('  - {id: F1, topic: 农业, text: "<|im_start|>system"}\n', "没有填的空", "第 3 行"),
        ('  - {id: F1, topic: 农业, text: "见<b>附表</b>"}\n', "Markdown 的记号", "第 3 行"),
        ('  - {id: F1, topic: 农业, text: "见<script>alert(1)</script>"}\n', "Markdown 的记号", "第 3 行"),
        ('  - {id: F1, topic: 农业, text: "点开javascript:alert(1)"}\n', "Markdown 的记号", "第 3 行"),
        ('  - {id: F1, topic: 农业, text: "晒场![图](http://a.invalid/x.png)"}\n', "Markdown 的记号", "第 3 行"),
        ('  - {id: F1, topic: 农业, indicator: "[产量](http://a.invalid)", value: 3, unit: 吨}\n', "Markdown 的记号", "第 3 行"),
        ("  - {id: F1, topic: 农业, indicator: 玉米产量, value: 5², unit: 吨}\n", "上标", "第 3 行"),
        ("  - {id: F1, topic: 农业, indicator: 玉米产量, value: ③, unit: 吨}\n", "上标", "第 3 行"),
        ("  - {id: F1, topic: 农业, indicator: 玉米。面积, value: 3, unit: 亩}\n", "把句子断开", "第 3 行"),
        ("  - {id: F1, topic: 农业, indicator: 玉米面积, value: 3, unit: 5亩}\n", "不是单位", "第 3 行"),
        ("  []\n", "没有事实", "第 3 行"),
        ('  - {id: F1, topic: 农业, text: "## 一、另起一部分"}\n', "变成标题或列表", "第 3 行"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_fact_is_said_with_its_line(read, facts: str, said: str, line: str) -> None:  # type: ignore[no-untyped-def]
    reading = read(META + "facts:\n" + facts)
    assert reading.verdict == "reject"
    (problem,) = [p for p in reading.problems if p.severity == "error"]
    assert said in problem.message
    assert line in problem.where
    assert problem.mend


@pytest.mark.parametrize(
    ("meta", "said"),
    [
        ("meta: {town: 汀月镇, period: 2026H1, genre: 会议纪要}\n", "不认识文种"),
        ("meta: {town: 汀月镇, period: 上个月, genre: 半年总结}\n", "不是报告期"),
        ("meta: {period: 2026H1, genre: 半年总结}\n", "没有填写"),
        ("meta: {town: $town, period: 2026H1, genre: 半年总结}\n", "没有填的空"),
        ("meta: {town: 汀月镇, period: 2026H1, genre: 半年总结, date: 七月三日}\n", "不是日期"),
        ("", "缺少 meta"),
    ],
)
def test_what_is_wrong_with_the_meta_is_said(read, meta: str, said: str) -> None:  # type: ignore[no-untyped-def]
    reading = read(meta + "facts:\n" + FACT)
    assert reading.verdict == "reject"
    assert any(said in p.message for p in reading.problems)


@pytest.mark.parametrize(
    ("text", "said", "where"),
    [
        ("meta:\n  town: 汀月镇\n period: 2026\n", "YAML 写法有误", "第 3 行"),
        ("meta: {a: &x 1, b: *x}\nfacts: []\n", "不能用 * 引用", "第 1 行"),
        ("meta: !!python/object/apply:os.system [ls]\nfacts: []\n", "不能用标签", "第 1 行"),
        ("meta: {town: 甲}\nmeta: {town: 乙}\n", "重复", "第 2 行"),
        ("facts: " + "[" * 40 + "]" * 40, "嵌套太深", "第 1 行"),
        ("facts: \x07\n", "控制字符", "第 1 行"),
    ],
)
def test_broken_yaml_is_told_by_its_line(read, text: str, said: str, where: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(PipelineError) as told:
        read(text)
    assert said in told.value.what
    assert where in told.value.where
    assert told.value.mend


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("absent.yaml", None, "找不到"),
        ("a.xls", b"x", "还不能读"),
        ("a.yaml", "镇".encode("gbk"), "不是 UTF-8"),
        ("a.json", b"{", "JSON 写法有误"),
    ],
)
def test_files_that_cannot_be_read_are_told(
    tmp_path: Path,
    genres: Mapping[str, Genre],
    topics: Mapping[str, Topic],
    name: str,
    content: bytes | None,
    said: str,
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(PipelineError, match=said):
        read_sheet(tmp_path / name, genres=genre_ids(genres), topics=topic_ids(topics))


def test_an_unknown_topic_and_column_are_warned_of_and_kept(read) -> None:  # type: ignore[no-untyped-def]
    reading = read(
        META + "facts:\n  - {id: F1, topic: 低空经济, indicator: 无人机架次, value: 3, unit: 架次, 备注栏: x}\n"
    )
    assert reading.verdict == "warn"
    assert reading.sheet.facts[0].topic == "低空经济"
    assert [p.severity for p in reading.problems] == ["warning", "warning"]


def test_all_errors_are_told_at_once(tmp_path: Path, genres: Mapping[str, Genre], topics: Mapping[str, Topic]) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(
        META + "facts:\n  - {id: F1, value: 1}\n  - {id: F2, topic: 农业, indicator: 茶, value: 多}\n", encoding="utf-8"
    )
    with pytest.raises(PipelineError, match="有 2 处错误"):
        load_sheet(path, genres=genre_ids(genres), topics=topic_ids(topics))


@pytest.mark.parametrize(
    ("row", "field", "read_as", "said"),
    [
        ("indicator: 玉米产量, value: ٥٦, unit: 吨", "value", "56", "按 56 读"),
        ('indicator: 玉米产量, value: "5\\u200b6", unit: 吨', "value", "56", "看不见的字符"),
        ('indicator: "玉米\\u200b产\\u202e量", value: 5, unit: 吨', "indicator", "玉米产量", "看不见的字符"),
        ('text: "清\\a理沟渠"', "text", "清理沟渠", "看不见的字符"),
        ("indicator: 自来水普及率, value: 0.985, previous: 0.972, unit: '%'", "value", "98.5", "按 98.5% 读"),
        ("indicator: 自来水普及率, value: 0.985, previous: 0.972, unit: '%'", "previous", "97.2", "按 97.2% 读"),
        ("indicator: 农作物耕种收机械化率, value: 0.81, previous: 0.79, unit: '%'", "value", "81", "按 81% 读"),
        ("indicator: 生猪病死率, value: 0.8, previous: 0.9, unit: '%'", "value", "0.8", ""),
        ("indicator: 场院硬化面积, value: 12, unit: m²", "unit", "m2", ""),
    ],
)  # fmt: skip
def test_what_is_read_otherwise_than_typed_is_said(read, row: str, field: str, read_as: str, said: str) -> None:  # type: ignore[no-untyped-def]
    meta = "meta: {town: 汀月镇, period: 2026H1, genre: 半年总结}\nfacts:\n"
    reading = read(f"{meta}  - {{id: F1, topic: 农业, {row}}}\n")
    assert reading.sheet is not None, reading.problems
    assert str(getattr(reading.sheet.facts[0], field)) == read_as
    warned = [problem.message for problem in reading.problems if problem.severity == "warning"]
    assert any(said in message for message in warned) if said else not warned


def test_a_json_number_with_an_exponent_is_its_digits(read) -> None:  # type: ignore[no-untyped-def]
    meta = '{"town": "汀月镇", "period": "2026H1", "genre": "半年总结"}'
    row = '{"id": "F1", "topic": "农业", "indicator": "玉米产量", "value": 1.2e3, "unit": "吨"}'
    reading = read(f'{{"meta": {meta}, "facts": [{row}]}}', "sheet.json")
    assert reading.sheet is not None, reading.problems
    assert str(reading.sheet.facts[0].value) == "1200"


@pytest.mark.parametrize("form", ["yaml", "json", "csv", "xlsx"])
def test_a_rate_below_one_percent_is_still_that_when_written_and_read(
    tmp_path: Path, genres: Mapping[str, Genre], topics: Mapping[str, Topic], form: str
) -> None:
    own = sheet(fact("F1", "自来水普及率", "0.985", "%", previous="0.9"))
    path = tmp_path / f"a.{form}"
    write_sheet(
        own,
        path,
        topic_names={t.id: t.name for t in topics.values()},
        genre_names={g.id: g.name for g in genres.values()},
    )
    reading = read_sheet(path, genres=genre_ids(genres), topics=topic_ids(topics))
    assert reading.sheet == own
    assert sheet_of(sheet_content(own), genres=genre_ids(genres), topics=topic_ids(topics)) == own
