"""Tables as clerks keep them: CSV in its encodings, headers of their own making, and what is no fact at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pipeline.errors import PipelineError
from pipeline.facts.genres import Genre
from pipeline.facts.headers import field_of
from pipeline.facts.topics import Topic
from tests.workbooks import Reader, book, messages, reader

HEAD = "编号,领域,指标,本期,单位,上年同期,同比(%),年度目标,完成率(%),文字,说明\n"
ROW = "F1,农业,粮食播种面积,1.26,万亩,1.2,5.0,2.4,52.5,,只给办公室看\n"


@pytest.fixture
def read(genres: Mapping[str, Genre], topics: Mapping[str, Topic]) -> Reader:
    return reader(genres, topics)


def _csv(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "facts.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_each_encoding_that_excel_writes(tmp_path: Path, read: Reader, encoding: str) -> None:
    reading = read(_csv(tmp_path, HEAD + ROW, encoding))
    assert (reading.verdict, reading.problems) == ("accept", ())
    assert reading.sheet is not None
    (fact,) = reading.sheet.facts
    assert [str(getattr(fact, name)) for name in ("value", "previous", "growth_pct", "target", "completion_pct")] == [
        "1.26",
        "1.2",
        "5.0",
        "2.4",
        "52.5",
    ]
    assert (fact.topic, fact.unit, fact.note) == ("agriculture", "万亩", "只给办公室看")


@pytest.mark.parametrize("sign", [",", "\t", ";", "，"])
def test_csv_may_be_parted_by_tabs_or_semicolons(tmp_path: Path, read: Reader, sign: str) -> None:
    assert read(_csv(tmp_path, (HEAD + ROW).replace(",", sign))).verdict == "accept"


def test_english_columns_are_understood(tmp_path: Path, read: Reader) -> None:
    text = "id,topic,indicator,value,unit,previous,growth_pct\nF1,agriculture,粮食播种面积,1.26,万亩,1.2,5.0\n"
    assert read(_csv(tmp_path, text)).verdict == "accept"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04xx", "其实是 Excel 工作簿"),
        (b"\xff\xff\x81\x00", "不知道这个文件是什么编码"),
        (HEAD.encode() + b"a\0b", "不是文本"),
        (HEAD.encode() + b'F1,\xe5\x86\x9c\xe4\xb8\x9a,"\xe8\x8c\xb6,1\n', "引号没有配对"),
        (HEAD.encode() + b"F1," + b"a" * 200_000, "一格里的文字过长"),
        (HEAD.encode() + b"F1,a,b,1\n" * 6000, "超过 5000 行"),
    ],
)
def test_a_csv_file_that_cannot_be_read_is_told(tmp_path: Path, read: Reader, content: bytes, said: str) -> None:
    path = tmp_path / "facts.csv"
    path.write_bytes(content)
    with pytest.raises(PipelineError) as told:
        read(path)
    assert said in told.value.what
    assert told.value.mend


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("指标,本期,单位\n茶叶产量,1,260,吨\n", "第 2 行第 4 列", "这一行有 4 格，表头只有 3 栏"),
        ("指标,本期,单位,领域\n茶叶产量,1,260,吨,\n茶园面积,90,亩,农业\n", "第 2 行第 5 列", "空着"),
        ("指标,本期,本期,单位\n茶叶产量,1,2,吨\n", "第 1 行第 3 列", "“本期”有两栏"),
    ],
)
def test_a_csv_row_that_does_not_fit_its_header_is_an_error(
    tmp_path: Path, read: Reader, text: str, place: str, said: str
) -> None:
    reading = read(_csv(tmp_path, text))
    assert reading.verdict == "reject"
    assert any(p.severity == "error" and place in p.where and said in p.message for p in reading.problems)


def test_a_comma_at_each_row_s_end_is_no_cell_too_many(tmp_path: Path, read: Reader) -> None:
    assert read(_csv(tmp_path, "指标,本期,单位,领域\n茶叶产量,1,吨,农业,\n茶园面积,90,亩,农业,\n")).sheet is not None


def test_an_empty_csv_says_which_columns_it_needs(tmp_path: Path, read: Reader) -> None:
    (error,) = messages(read(_csv(tmp_path, "")), "error")
    assert "没有找到表头" in error


# --- meta ----------------------------------------------------------------------------------------------------------


def test_meta_comes_from_a_file_or_by_hand_and_by_hand_goes_first(tmp_path: Path, read: Reader) -> None:
    path, meta = _csv(tmp_path, HEAD + ROW), tmp_path / "m.yaml"
    meta.write_text("meta: {乡镇: 汀月镇, period: 2026H1, genre: 半年总结}\n", encoding="utf-8")
    reading = read(path, meta=None, meta_file=meta)
    assert reading.sheet is not None
    assert reading.sheet.meta.town == "汀月镇"
    reading = read(path, meta={"town": "荻浦镇"}, meta_file=meta)
    assert reading.sheet is not None
    assert (reading.sheet.meta.town, reading.sheet.meta.genre) == ("荻浦镇", "half-year-summary")


def test_a_csv_without_meta_says_what_is_missing(tmp_path: Path, read: Reader) -> None:
    errors = messages(read(_csv(tmp_path, HEAD + ROW), meta=None), "error")
    assert [e.partition("：")[0] for e in errors] == ["基本信息，乡镇", "基本信息，报告期", "基本信息，文种"]


def test_a_workbook_s_own_meta_goes_before_the_file_s_and_the_difference_is_said(tmp_path: Path, read: Reader) -> None:
    own = [["乡镇", "汀月镇"], ["报告期", "2026年上半年"], ["文种", "半年总结"]]
    path = book(
        tmp_path / "a.xlsx", {"基本信息": own, "事实": [["指标", "本期", "单位", "领域"], ["茶叶", 3, "吨", "农业"]]}
    )
    meta = tmp_path / "m.yaml"
    meta.write_text("{town: 荻浦镇, period: 2026H1, genre: 半年总结, org: 荻浦镇人民政府}\n", encoding="utf-8")
    reading = read(path, meta=None, meta_file=meta)
    assert reading.sheet is not None
    assert (reading.sheet.meta.town, reading.sheet.meta.org) == ("汀月镇", "荻浦镇人民政府")
    assert reading.verdict == "accept"
    assert any("汀月镇" in note and "荻浦镇" in note for note in messages(reading, "note"))


def test_a_bad_genre_in_the_workbook_is_not_covered_up(tmp_path: Path, read: Reader) -> None:
    own = [["乡镇", "汀月镇"], ["报告期", "2026年上半年"], ["文种", "会议纪要"]]
    path = book(tmp_path / "a.xlsx", {"基本信息": own, "事实": [["指标", "本期", "单位"], ["茶叶", 3, "吨"]]})
    meta = tmp_path / "m.yaml"
    meta.write_text("{town: 汀月镇, period: 2026H1, genre: 半年总结}\n", encoding="utf-8")
    assert "不认识文种“会议纪要”" in messages(read(path, meta=None, meta_file=meta), "error")[0]


# --- headers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("指标名称", "indicator"), ("计量单位", "unit"), ("本年累计", "value"), ("1—6月累计", "value"), ("去年同期", "previous"),
        ("2026年上半年", "value"), ("2025年1-6月", "previous"), ("2024年", None), ("增幅%", "growth_pct"), ("比上年同期±%", "growth_pct"),
        ("同比增减额", "aside"), ("2026年目标任务", "target"), ("占年度目标%", "completion_pct"), ("完成率（%）", "completion_pct"), ("备注", "note"),
        ("联系电话", "aside"), ("责任部门", "department"), ("VALUE", "value"), ("growth_pct", "growth_pct"), ("别的什么", None),
    ],
)  # fmt: skip
def test_column_names_of_clerks(name: str, field: str | None) -> None:
    assert field_of(name, 2026) == field


def test_units_in_the_header_and_in_the_indicator(tmp_path: Path, read: Reader) -> None:
    text = "项目,产值（万元）,上年同期（亿元）,类别\n茶叶,1200,0.1,农业\n"
    reading = read(_csv(tmp_path, text))
    assert reading.verdict == "accept"
    assert reading.sheet is not None
    assert [(f.indicator, str(f.value), f.unit, str(f.previous)) for f in reading.sheet.facts] == [
        ("茶叶产值", "1200", "万元", "1000")
    ]
    text = "指标,本期（万元）,上年同期（亿元）,领域\n茶叶销售额,1200,0.1,农业\n茶农（户）,300,,农业\n"
    reading = read(_csv(tmp_path, text))
    assert reading.sheet is not None
    assert [(f.indicator, str(f.value), f.unit, f.previous and str(f.previous)) for f in reading.sheet.facts] == [
        ("茶叶销售额", "1200", "万元", "1000"),
        ("茶农", "300", "户", None),
    ]


@pytest.mark.parametrize(
    ("indicator", "named"),
    [
        ("猪", "猪产值"), ("水稻", "水稻产值"), ("竹木加工业产值", "竹木加工业产值"), ("固定资产投资", "固定资产投资"),
        ("社会消费品零售额", "社会消费品零售额"), ("财政税收", "财政税收"), ("旅游收入", "旅游收入"),
    ],
)  # fmt: skip
def test_a_header_s_measure_is_added_to_bare_names_alone(
    tmp_path: Path, read: Reader, indicator: str, named: str
) -> None:
    reading = read(_csv(tmp_path, f"项目,产值（万元）,备注\n{indicator},1200,\n"))
    assert reading.sheet is not None
    assert [f.indicator for f in reading.sheet.facts] == [named]


@pytest.mark.parametrize("column", ["本期（万元）", "产值（万元）"])
def test_a_scale_in_the_cell_takes_the_header_s_unit(tmp_path: Path, read: Reader, column: str) -> None:
    reading = read(_csv(tmp_path, f"指标,{column},领域\n旅游收入,1.3亿,旅游\n"))
    assert reading.sheet is not None
    assert [(str(f.value), f.unit) for f in reading.sheet.facts] == [("1.3", "亿元")]
    assert any("格里写“亿”" in problem.message for problem in reading.problems)


def test_a_table_that_runs_across(tmp_path: Path, read: Reader) -> None:
    rows = [["", "茶叶产量（吨）", "茶园面积（亩）"], ["本期", 120, 3400], ["上年同期", 100, 3400], ["同比(%)", 20, 0]]
    reading = read(book(tmp_path / "a.xlsx", {"农业": rows}))
    assert reading.sheet is not None
    assert [(f.indicator, f.unit, str(f.value), str(f.previous), str(f.growth_pct)) for f in reading.sheet.facts] == [
        ("茶叶产量", "吨", "120", "100", "20"),
        ("茶园面积", "亩", "3400", "3400", "0"),
    ]


def test_a_table_of_several_measures_gives_a_fact_for_each(tmp_path: Path, read: Reader) -> None:
    reading = read(_csv(tmp_path, "项目,产值（万元）,税收（万元）,备注\n茶叶,1200,30,核过\n蚕桑,300,,\n"))
    assert reading.sheet is not None
    assert [(f.id, f.indicator, str(f.value), f.unit, f.note) for f in reading.sheet.facts] == [
        ("F1", "茶叶产值", "1200", "万元", "核过"), ("F2", "茶叶税收", "30", "万元", "核过"), ("F3", "蚕桑产值", "300", "万元", ""),
    ]  # fmt: skip


def test_headings_totals_remarks_and_unfilled_rows_are_no_facts(tmp_path: Path, read: Reader) -> None:
    text = (
        "汀月镇情况表,,\n,,\n指标,本期,单位\n一、农业,,\n茶叶产量,120,吨\n其中：明前茶,30,吨\n合计,150,\n蚕茧产量,,吨\n"
        "二、低空经济,,\n无人机,3,架\n填表人：某某,,\n"
    )
    reading = read(_csv(tmp_path, text))
    assert reading.sheet is not None
    assert [(f.topic, f.indicator) for f in reading.sheet.facts] == [
        ("agriculture", "茶叶产量"), ("agriculture", "茶叶产量（明前茶）"), ("低空经济", "无人机"),
    ]  # fmt: skip
    notes = " ".join(messages(reading, "note"))
    assert "“合计”行没有采用" in notes
    assert "有 1 行没有填数（第 8 行）" in notes
    assert "按“茶叶产量（明前茶）”读" in " ".join(messages(reading, "warning"))


def test_columns_that_nobody_knows_are_warned_of_once(tmp_path: Path, read: Reader) -> None:
    reading = read(_csv(tmp_path, "指标,本期,单位,领域,甲,乙,联系人\n茶叶,3,吨,农业,1,2,某某\n"))
    assert [m for m in messages(reading, "warning") if "不认识栏目" in m] == [
        "第 1 行第 5 列：不认识栏目“甲”、“乙”，未采用。"
    ]


def test_two_departments_may_use_the_same_ids(tmp_path: Path, read: Reader) -> None:
    sheets = {name: [["编号", "指标", "本期", "单位"], ["F1", f"{name}完成数", 3, "个"]] for name in ("农业", "教育")}
    reading = read(book(tmp_path / "a.xlsx", sheets))
    assert reading.sheet is not None
    assert [(f.id, f.topic) for f in reading.sheet.facts] == [("F1", "agriculture"), ("F2", "education")]


def test_an_id_used_twice_in_one_table_is_an_error(tmp_path: Path, read: Reader) -> None:
    text = "编号,指标,本期,单位,领域\nF1,茶叶,3,吨,农业\nF1,蚕茧,3,吨,农业\n"
    assert "编号 F1 用了不止一次" in messages(read(_csv(tmp_path, text)), "error")[0]


@pytest.mark.parametrize(
    "text", ["=1+1", "=cmd|'/C calc'!A0", "@SUM(1)", "+cmd|'/C calc'!A0", '=HYPERLINK("http://a")']
)
def test_a_formula_among_the_words_is_an_error(tmp_path: Path, read: Reader, text: str) -> None:
    quoted = '"' + text.replace('"', '""') + '"'
    (error,) = messages(read(_csv(tmp_path, f"编号,领域,指标,本期,单位,文字\nF1,农业,,,,{quoted}\n")), "error")
    assert "是公式，不是文字" in error
