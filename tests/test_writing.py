"""Sheets written and read again: the four forms carry the same content, and nothing of it is lost or run."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import PipelineError
from pipeline.facts.forms import markup, unfilled
from pipeline.facts.genres import Genre
from pipeline.facts.model import FIELDS, Fact, Meta, Sheet
from pipeline.facts.template import new_workbook, usual_indicators
from pipeline.facts.topics import Topic
from pipeline.facts.writing import write_sheet
from pipeline.facts.written import unit_words, words
from pipeline.language.periods import Period
from pipeline.shipped import shipped
from tests.sheets import fact, sheet
from tests.workbooks import Reader, by_libreoffice, messages, reader

FORMS = (".yaml", ".json", ".csv", ".xlsx")
NASTY = (
    "=1+1",
    "+5",
    "-3",
    "@here",
    "'=x",
    "''@",
    "null",
    "~",
    "12",
    "1e5",
    "true",
    "2026-07-03",
    "#备注",
    "- 项",
    "a: b",
    "“引号”",
    "逗号,分号;",
    "_x0041_",
    "：",
    "&amp;<b>",
    "%",
    "*",
    "0.10",
)


@pytest.fixture(scope="module")
def read(genres: Mapping[str, Genre], topics: Mapping[str, Topic]) -> Reader:
    return reader(genres, topics)


def _digits(sheet: Sheet) -> list[list[str]]:
    return [[str(getattr(fact, name)) for name in FIELDS] for fact in sheet.facts]


def _check(sheet: Sheet, read: Reader, folder: Path, names: Mapping[str, str]) -> None:
    for form in FORMS:
        path = folder / f"sheet{form}"
        write_sheet(sheet, path, topic_names=names)
        again = read(path, meta=None)
        assert again.sheet == sheet, (form, messages(again, "error"))
        assert _digits(again.sheet) == _digits(sheet), form


@pytest.mark.parametrize(
    "name", ["hudai-2008h1", "gangxi-2010h1", "yunxi-2026h1", "tongpu-2025-personal", "tanxiqiao-2025-creation"]
)
def test_shipped_sheets_survive_each_form_and_are_equal_bytes(
    tmp_path: Path, read: Reader, topics: Mapping[str, Topic], name: str
) -> None:
    sheet = read(shipped("corpus") / "facts" / f"{name}.yaml", meta=None).sheet
    assert sheet is not None
    names = {id: topic.name for id, topic in topics.items()}
    _check(sheet, read, tmp_path, names)
    for form in FORMS:
        write_sheet(sheet, tmp_path / f"again{form}", topic_names=names)
        assert (
            hashlib.sha256((tmp_path / f"again{form}").read_bytes()).digest()
            == hashlib.sha256((tmp_path / f"sheet{form}").read_bytes()).digest()
        )


_TEXTS = st.one_of(st.sampled_from(NASTY), st.text(st.characters(codec="utf-8"), max_size=30)).map(words)
_TEXTS = _TEXTS.filter(lambda text: not unfilled(text))  # what is not filled in is refused when read
_NAMES = _TEXTS.filter(lambda text: text[:1] not in ("#", "<", ">", "|"))
# What would print as a heading or a tag, or run as a formula, is refused when read.
_PROSE = _TEXTS.map(lambda t: words(f"茶叶{t}")).filter(lambda text: not markup(text))
_NUMBERS = st.decimals(
    min_value=Decimal("-99999999999"), max_value=Decimal("99999999999"), allow_nan=False, places=None
).map(lambda d: Decimal(f"{d:.6f}") if len(d.as_tuple().digits) > 20 or abs(d) < Decimal("0.000001") else d)
_PLAIN = st.one_of(
    st.integers(-(10**9), 10**9).map(Decimal),
    st.tuples(st.integers(-(10**9), 10**9), st.integers(0, 4)).map(lambda p: Decimal(p[0]).scaleb(-p[1])),
    _NUMBERS.map(lambda d: Decimal(f"{d:f}")),
).filter(lambda d: len(f"{d:f}") <= 25 and not (d.is_signed() and not d))


@st.composite
def _facts(draw: st.DrawFn) -> tuple[Fact, ...]:
    made = []
    for number in range(draw(st.integers(1, 4))):
        topic = draw(st.sampled_from(("agriculture", "industry", "低空经济", "")))
        fact = Fact(f"F{number}", topic, note=draw(_TEXTS), indicator=f"茶叶{number}号")
        if draw(st.booleans()):
            value, previous = draw(_PLAIN), draw(st.none() | _PLAIN)
            growth = None if previous is not None else draw(st.none() | _PLAIN.filter(lambda pct: pct >= -100))
            unit = unit_words(draw(st.sampled_from(("万亩", "亿元", "", "元/公斤", "人次", "m2"))))
            fact = replace(
                fact, value=value, previous=previous, growth_pct=growth, unit=unit, text=draw(st.just("") | _PROSE)
            )
        else:
            fact = replace(
                fact, indicator=draw(st.sampled_from(("", fact.indicator))), text=words(f"{draw(_PROSE)}{number}")
            )
        made.append(fact)
    return tuple(made)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    facts=_facts(),
    org=_NAMES,
    period=st.sampled_from((Period(2026, 1, 12), Period(2026, 5, 5), Period(2026, 1, 5), Period(2026, 7, 9))),
)
def test_any_sheet_survives_each_form(read: Reader, facts: tuple[Fact, ...], org: str, period: Period) -> None:
    sheet = Sheet(Meta("汀月镇", period, "half-year-summary", org=org, date="2026-07-03"), facts)
    with TemporaryDirectory() as folder:
        _check(sheet, read, Path(folder), {"agriculture": "农业发展与农民增收"})


@pytest.mark.parametrize("text", NASTY)
def test_no_text_becomes_a_formula(tmp_path: Path, text: str) -> None:
    sheet = Sheet(
        Meta("汀月镇", Period(2026, 1, 6), "half-year-summary"), (Fact("F1", "agriculture", text=text, note=text),)
    )
    write_sheet(sheet, tmp_path / "a.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "a.xlsx")["事实"]["J2"]
    assert cell.data_type != "f"
    write_sheet(sheet, tmp_path / "a.csv")
    written = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()[1]
    assert not any(part.strip('"').startswith(("=", "+", "@")) for part in written.split(","))


def test_another_form_is_refused(tmp_path: Path) -> None:
    sheet = Sheet(Meta("汀月镇", Period(2026, 1, 6), "half-year-summary"), (Fact("F1", "agriculture", text="茶"),))
    with pytest.raises(PipelineError, match=r"不能写成 \.xls 文件"):
        write_sheet(sheet, tmp_path / "a.xls")


# --- new workbooks -------------------------------------------------------------------------------------------------


def _new(path: Path, genre: str, genres: Mapping[str, Genre], topics: Mapping[str, Topic]) -> Path:
    new_workbook(
        path, genre, genre_names={id: g.name for id, g in genres.items()}, topic_names={id: t.name for id, t in topics.items()},
        usual=usual_indicators(shipped("prompts") / "indicators.yaml", genre),
    )  # fmt: skip
    return path


def test_usual_indicators_have_known_topics_and_units(genres: Mapping[str, Genre], topics: Mapping[str, Topic]) -> None:
    for genre in genres:
        usual = usual_indicators(shipped("prompts") / "indicators.yaml", genre)
        assert len(usual) >= 8
        assert {u.topic for u in usual} <= set(topics)
        assert all(u.unit and u.indicator for u in usual)
        assert len({u.indicator for u in usual}) == len(usual)


def test_a_new_workbook_is_in_order_but_for_what_is_to_be_filled(
    tmp_path: Path, read: Reader, genres: Mapping[str, Genre], topics: Mapping[str, Topic]
) -> None:
    path = _new(tmp_path / "new.xlsx", "half-year-summary", genres, topics)
    assert messages(read(path, meta=None), "error") == [
        "facts：清单里没有事实。", "工作表“基本信息”B1：没有填写。", "工作表“基本信息”B3：没有填写。",
    ]  # fmt: skip
    made = openpyxl.load_workbook(path)
    assert made.sheetnames == ["基本信息", "事实", "选项", "样例"]
    lists = {v.formula1 for name in ("基本信息", "事实") for v in made[name].data_validations.dataValidation}
    assert any("半年总结" in one for one in lists)
    assert f"选项!$A$1:$A${len(topics)}" in {one.lstrip("=") for one in lists}
    assert made["选项"].sheet_state == "hidden"
    assert path.read_bytes() == _new(tmp_path / "again.xlsx", "half-year-summary", genres, topics).read_bytes()


@pytest.mark.parametrize("computed", [True, False])
def test_a_new_workbook_filled_reads_right_with_and_without_computed_values(
    tmp_path: Path, read: Reader, genres: Mapping[str, Genre], topics: Mapping[str, Topic], computed: bool
) -> None:
    made = openpyxl.load_workbook(_new(tmp_path / "new.xlsx", "half-year-summary", genres, topics))
    made["基本信息"]["B1"], made["基本信息"]["B3"] = "汀月镇", "2026年上半年"
    page = made["事实"]
    filling: dict[str, str | float] = {
        "D3": 12.6,
        "F3": 11.8,
        "H3": 26,
        "D4": 3,
        "F4": 0,
        "B70": "农业发展与农民增收",
        "J70": "推广测土配方施肥",
    }
    for cell, value in filling.items():
        page[cell] = value
    path = tmp_path / "filled.xlsx"
    made.save(path)
    if computed:
        path = by_libreoffice(path, tmp_path / "saved")
    reading = read(path, meta=None)
    assert reading.verdict == "accept"
    assert reading.sheet is not None
    gdp, budget, words_alone = reading.sheet.facts
    assert (str(gdp.value), gdp.unit, str(gdp.previous), str(gdp.target)) == ("12.6", "亿元", "11.8", "26")
    assert (gdp.growth_pct, gdp.completion_pct) == ((Decimal("6.8"), Decimal("48.5")) if computed else (None, None))
    assert (budget.growth_pct, words_alone.text) == (None, "推广测土配方施肥")


def test_a_new_workbook_is_xlsx(tmp_path: Path, genres: Mapping[str, Genre], topics: Mapping[str, Topic]) -> None:
    with pytest.raises(PipelineError, match="Excel 工作簿"):
        _new(tmp_path / "new.csv", "plan", genres, topics)


def test_a_broken_list_of_indicators_is_told(tmp_path: Path) -> None:
    (tmp_path / "i.yaml").write_text("lists: []", encoding="utf-8")
    with pytest.raises(PipelineError, match="常用指标表读不出来"):
        usual_indicators(tmp_path / "i.yaml", "plan")


def test_a_figure_that_two_facts_share_is_written_twice(tmp_path: Path) -> None:
    number = Decimal("3")
    one = sheet(fact("F1", "新建村道", "3", "公里"), fact("F2", "改造村道", "3", "公里"))
    shared = replace(one, facts=tuple(replace(f, value=number) for f in one.facts))
    write_sheet(shared, tmp_path / "s.yaml")
    assert "&id" not in (tmp_path / "s.yaml").read_text(encoding="utf-8")
