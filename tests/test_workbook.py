"""Excel workbooks: what clerks' programs write is read exactly, and hostile files end in the right verdict, soon and small."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl.workbook import Workbook

from pipeline.errors import PipelineError
from pipeline.facts.genres import Genre
from pipeline.facts.rows import COLUMNS
from pipeline.facts.topics import Topic
from pipeline.facts.workbook import exact, read_workbook
from tests.workbooks import META, OLE, Reader, book, by_libreoffice, messages, odd, reader, repacked, sound

HEAD = list(COLUMNS.values())


@pytest.fixture
def read(genres: Mapping[str, Genre], topics: Mapping[str, Topic]) -> Reader:
    return reader(genres, topics)


def test_a_workbook_saved_by_libreoffice_with_every_oddity_reads_right(tmp_path: Path, read: Reader) -> None:
    reading = read(by_libreoffice(odd(tmp_path / "odd.xlsx"), tmp_path / "saved"), meta=None)
    assert messages(reading, "error") == []
    assert reading.sheet is not None
    assert (reading.sheet.meta.town, reading.sheet.meta.county, reading.sheet.meta.date) == (
        "汀月镇",
        "澄泖县",
        "2026-07-03",
    )
    assert [
        (f.topic, f.indicator, str(f.value), f.unit, f.previous and str(f.previous), f.growth_pct and str(f.growth_pct))
        for f in reading.sheet.facts
    ] == [
        ("agriculture", "粮食播种面积", "1.26", "万亩", "1.2", "5"),
        ("agriculture", "茶叶产量", "12486", "公斤", None, None),
        ("infrastructure-transport-water", "清淤河道", "33.528", "公里", "30.1", None),
        ("agriculture", "农村居民人均可支配收入", "1.2", "万元", None, None),
        ("agriculture", "受益农户", "5000", "户", None, None),
        ("agriculture", "秸秆综合利用率", "93.6", "%", None, None),
        ("agriculture", "稻谷产量", "0.3", "万吨", None, None),
        ("agriculture", "家禽存栏", "3200", "只", None, None),
        ("economy-overall", "规模以上工业总产值", "12.6", "亿元", "11.8", "6.8"),
        ("economy-overall", "固定资产投资", "0.3", "亿元", "0.25", "20"),
        ("social-security-civil-affairs", "发放低保金", "486.2", "万元", None, None),
        ("social-security-civil-affairs", "新增养老床位", "30", "张", None, None),
    ]  # fmt: skip
    assert reading.sheet.facts[0].completion_pct == Decimal("52.5")
    assert reading.sheet.facts[0].note == "数据到6月底"
    warned = " ".join(messages(reading, "warning"))
    assert "第 13 行" in warned  # hidden
    assert "旧表" in warned  # hidden
    assert len(messages(reading, "warning")) == 2
    noted = " ".join(messages(reading, "note"))
    for said in (
        "“1.2万元”按 1.2 万元",
        "“5,000户”按 5000 户",
        "93.6%",
        "合计",
        "2026年1-6月",
        "取自表名“经济”",
        "没有填数（第 16 行）",
        "领域空着的行（第 10 行）",
    ):
        assert said in noted


@pytest.mark.parametrize(
    ("double", "typed"),
    [(0.1, "0.1"), (33.528, "33.528"), (0.1 + 0.2, "0.3"), (12486.0, "12486"), (1e-7, "1E-7"), (8.29, "8.29")],
)  # fmt: skip
def test_a_double_is_the_decimal_that_was_typed(double: float, typed: str) -> None:
    assert exact(double).normalize() == Decimal(typed).normalize()


@pytest.mark.parametrize("double", [float("inf"), float("nan")])
def test_infinity_is_no_number(double: float) -> None:
    with pytest.raises(ValueError, match="no number"):
        exact(double)


def _one(tmp_path: Path, row: list[object], change: Callable[[Workbook], None] | None = None) -> Path:
    return book(tmp_path / "one.xlsx", {"事实": [HEAD, ["F1", "农业", "茶叶产量", *row]]}, change)


@pytest.mark.parametrize(
    ("value", "shown_as", "said"),
    [
        ("=D9*2", "General", "没有存下算好的数"),
        (46000, "yyyy-mm-dd", "这里是日期（2025-12-09）"),
        (46000, 'm"月"d"日"', "这里是日期"),
        ("#REF!", "General", "公式出错（#REF!）"),
        ("十二", "General", "不是一个数"),
        ("12-15", "General", "不是一个数"),
        ("1.234,5", "General", "不是一个数"),
        ("12户", "General", "单位是“户”，单位栏写的是“吨”，对不上"),
        (0.5, "0%", "单位是“%”，单位栏写的是“吨”"),
        (1e18, "General", "大得不合情理"),
    ],
)
def test_what_is_no_figure_is_an_error_that_names_its_cell(
    tmp_path: Path, read: Reader, value: object, shown_as: str, said: str
) -> None:
    def change(made: Workbook) -> None:
        made["事实"]["D2"].number_format = shown_as

    (error,) = messages(read(_one(tmp_path, [value, "吨"], change)), "error")
    assert error.startswith("工作表“事实”D2（F1）：")
    assert said in error


@pytest.mark.parametrize(
    ("row", "read_as"),
    [
        (["1.2亿", "元"], ("1.2", "亿元", None)),
        (["12.6亿元", None], ("12.6", "亿元", None)),
        (["1.2亿元", "亿元", 11000], ("1.2", "亿元", "11000")),
        (["1.2亿", "元", "11000万"], ("1.2", "亿元", "1.1")),
        (["１２，４８６", "吨"], ("12486", "吨", None)),
        (["12 486.5", "吨"], ("12486.5", "吨", None)),
        (["12亿3000万元", None], ("12.3", "亿元", None)),
        ([12, "吨", "—"], ("12", "吨", None)),
        ([12, "吨", "无"], ("12", "吨", None)),
    ],
)
def test_a_figure_is_read_with_the_unit_beside_it(
    tmp_path: Path, read: Reader, row: list[object], read_as: tuple[str, str, str | None]
) -> None:
    reading = read(_one(tmp_path, row))
    assert reading.sheet is not None
    (fact,) = reading.sheet.facts
    assert (str(fact.value), fact.unit, fact.previous and f"{fact.previous}") == read_as


@pytest.mark.parametrize(
    ("growth", "shown_as", "read_as", "verdict"),
    [
        (0.05, "0.0%", "5", "accept"),
        (5, "General", "5", "accept"),
        ("5.0%", "General", "5.0", "accept"),
        ("增长5%", "General", "5", "accept"),
        ("↑5%", "General", "5", "accept"),
        (0.05, "General", "5", "warn"),  # most likely a fraction
        (5.3, "General", None, "reject"),
        ("下降5%", "General", None, "reject"),
        ("5户", "General", None, "reject"),
    ],
)
def test_growth_is_read_as_percent_however_it_is_stored(
    tmp_path: Path, read: Reader, growth: object, shown_as: str, read_as: str | None, verdict: str
) -> None:
    def change(made: Workbook) -> None:
        made["事实"]["G2"].number_format = shown_as

    reading = read(_one(tmp_path, [1.26, "吨", 1.2, growth], change))
    assert reading.verdict == verdict
    assert (str(reading.sheet.facts[0].growth_pct) if reading.sheet else None) == read_as


def test_a_growth_formula_without_its_value_is_computed_and_said(tmp_path: Path, read: Reader) -> None:
    reading = read(_one(tmp_path, [1.26, "吨", 1.2, "=(D2-F2)/F2*100"]))
    assert reading.verdict == "accept"
    assert reading.sheet is not None
    assert reading.sheet.facts[0].growth_pct is None
    assert "按本期和基数推算" in messages(reading, "note")[0]


def test_values_from_another_file_and_hidden_facts_are_warned_of(tmp_path: Path, read: Reader) -> None:
    path = repacked(
        sound(tmp_path / "a.xlsx"),
        tmp_path / "b.xlsx",
        lambda _, c: c,
        {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"},
    )
    reading = read(path)
    assert reading.verdict == "warn"
    assert "取自别的文件" in messages(reading, "warning")[0]


def test_a_sheet_without_a_header_says_what_it_needs(tmp_path: Path, read: Reader) -> None:
    (error,) = messages(read(book(tmp_path / "a.xlsx", {"表1": [["云溪", 3], ["汀月", 4]]})), "error")
    assert "没有找到表头" in error


def test_a_stray_cell_far_below_does_not_cost_time_and_is_said(tmp_path: Path, read: Reader) -> None:
    def change(made: Workbook) -> None:
        made["事实"]["C900000"] = "遗落"

    path = book(tmp_path / "a.xlsx", {"事实": [HEAD, ["F1", "农业", "茶叶产量", 3, "吨"]]}, change)
    reading = read(path)
    assert reading.verdict in ("accept", "warn")


# --- hostile files -------------------------------------------------------------------------------------------------

_BOMB = b'<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 9}">'.encode() for i in range(12)
) + b"]><sst><si><t>&m;</t></si></sst>"  # fmt: skip
_OUTSIDE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><sst><si><t>&x;</t></si></sst>'


def _sheet(edit: Callable[[bytes], bytes]) -> Callable[[str, bytes], bytes]:
    return lambda name, content: edit(content) if name.endswith("sheet1.xml") else content


def _rows(first: int, last: int, cell: str) -> bytes:
    return "".join(f'<row r="{i}"><c r="C{i}"{cell}</c></row>' for i in range(first, last)).encode()


def _before_end(more: bytes) -> Callable[[bytes], bytes]:
    return lambda content: content.replace(b"</sheetData>", more + b"</sheetData>")


def _wide(content: bytes) -> bytes:
    cells = "".join(f'<c r="{_letters(c)}9"><v>1</v></c>' for c in range(1, 16_385))
    return _before_end(f'<row r="9">{cells}</row>'.encode())(content)


def _letters(column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


_MERGES = b"</sheetData><mergeCells>" + b'<mergeCell ref="B2:B1048576"/>' * 30_000 + b"</mergeCells>"
HOSTILE: dict[str, tuple[Callable[[Path, Path], object], str]] = {
    "macro.xlsx": (lambda s, t: repacked(s, t, lambda _, c: c, {"xl/vbaProject.bin": b"x"}), "带有宏"),
    "macro4.xlsx": (lambda s, t: repacked(s, t, lambda _, c: c, {"xl/macrosheets/sheet1.xml": b"<x/>"}), "带有宏"),
    "macro.xlsm": (lambda s, t: t.write_bytes(s.read_bytes()), "还不能读 .xlsm 文件（带宏的工作簿）"),
    "old.xls": (lambda s, t: t.write_bytes(OLE + bytes(600)), "还不能读 .xls"),
    "old.et": (lambda s, t: t.write_bytes(OLE + bytes(600)), "还不能读 .et"),
    "binary.xlsb": (lambda s, t: t.write_bytes(s.read_bytes()), "还不能读 .xlsb"),
    "renamed_xls.xlsx": (lambda s, t: t.write_bytes(OLE + bytes(600)), "老格式"),
    "password.xlsx": (lambda s, t: t.write_bytes(OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le")), "有打开密码"),
    "page.xlsx": (lambda s, t: t.write_bytes("<html><table><tr><td>指标".encode()), "看起来是网页"),
    "text.xlsx": (lambda s, t: t.write_bytes("指标,本期\n茶叶,1\n".encode()), "改扩展名为 .csv"),
    "empty.xlsx": (lambda s, t: t.write_bytes(b""), "不是 .xlsx 文件"),
    "half.xlsx": (lambda s, t: t.write_bytes(s.read_bytes()[:2500]), "不是 .xlsx 文件，或文件已损坏"),
    "word.xlsx": (lambda s, t: repacked(s, t, lambda n, c: c.replace(b"xl/workbook.xml", b"word/document.xml")), "没有 Excel 工作表"),
    "zip_bomb.xlsx": (lambda s, t: repacked(s, t, _sheet(lambda c: c + b" " * 500_000_000)), "大得不合常理"),
    "picture_bomb.xlsx": (lambda s, t: repacked(s, t, lambda _, c: c, {"xl/media/a.bin": bytes(600_000_000)}), "大得不合常理"),
    "entities.xlsx": (lambda s, t: repacked(s, t, lambda n, c: _BOMB if n == "xl/workbook.xml" else c), "DTD"),
    "outside.xlsx": (lambda s, t: repacked(s, t, lambda n, c: _OUTSIDE if n == "xl/workbook.xml" else c), "DTD"),
    "million_rows.xlsx": (lambda s, t: repacked(s, t, _sheet(_before_end(_rows(9, 1_000_000, "><v>1</v>")))), "超过 5000 行"),
    "deep.xlsx": (lambda s, t: repacked(s, t, _sheet(_before_end(b"<x>" * 400_000))), "读不通"),
    "broken.xlsx": (lambda s, t: repacked(s, t, _sheet(lambda c: c[:-30])), "读不通"),
    "huge_string.xlsx": (lambda s, t: repacked(s, t, lambda n, c: c.replace(b"tea1", "甲".encode() * 3_000_000)), "大得不合常理"),
    "many_sheets.xlsx": (
        lambda s, t: repacked(s, t, lambda n, c: c.replace(b"<sheets>", b"<sheets>" + b'<sheet name="a" sheetId="9"/>' * 200) if n == "xl/workbook.xml" else c),
        "工作表有 201 张",
    ),
    "many_parts.xlsx": (lambda s, t: repacked(s, t, lambda _, c: c, {f"xl/x{i}.xml": b"" for i in range(2500)}), "部件多得不合常理"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_with_what_where_and_mend(tmp_path: Path, read: Reader, name: str) -> None:
    make, said = HOSTILE[name]
    path = tmp_path / name
    make(sound(tmp_path / "sound_one.xlsx"), path)
    begin = time.perf_counter()
    with pytest.raises(PipelineError) as told:
        read(path)
    assert time.perf_counter() - begin < 5
    assert said in told.value.what
    assert told.value.where == str(path)
    assert told.value.mend


ENDURED: dict[str, tuple[Callable[[Path, Path], object], str, str]] = {
    "blank_rows.xlsx": (lambda s, t: repacked(s, t, _sheet(_before_end(_rows(9, 600_000, ' s="0">')))), "accept", ""),
    "merges.xlsx": (lambda s, t: repacked(s, t, _sheet(lambda c: c.replace(b"</sheetData>", _MERGES))), "accept", ""),
    "far_below.xlsx": (lambda s, t: repacked(s, t, _sheet(_before_end(_rows(900_000, 900_001, "><v>1</v>")))), "warn", "再往下的内容没有读"),
    "columns.xlsx": (lambda s, t: repacked(s, t, _sheet(_wide)), "reject", ""),
    "long_text.xlsx": (lambda s, t: repacked(s, t, _sheet(lambda c: c.replace(b"tea1", "甲".encode() * 30_000))), "reject", "超过 120 字"),
    "formula_text.xlsx": (lambda s, t: repacked(s, t, _sheet(lambda c: c.replace(b"tea1", b"=cmd|'/C calc'!A0"))), "reject", "是公式，不是文字"),
    "links.xlsx": (lambda s, t: repacked(s, t, lambda _, c: c, {"xl/externalLinks/externalLink1.xml": b"<a/>"}), "warn", "取自别的文件"),
}  # fmt: skip


@pytest.mark.parametrize("name", ENDURED)
def test_a_strange_workbook_gets_its_verdict(tmp_path: Path, read: Reader, name: str) -> None:
    make, verdict, said = ENDURED[name]
    make(sound(tmp_path / "sound_one.xlsx"), tmp_path / name)
    begin = time.perf_counter()
    reading = read(tmp_path / name)
    assert time.perf_counter() - begin < 5
    assert reading.verdict == verdict
    assert said in " ".join(p.message for p in reading.problems)


def test_the_largest_that_is_read_stays_within_five_seconds_and_500_mb(tmp_path: Path) -> None:
    """Five thousand rows, and a million blank ones with formats, in a process of their own with that much memory."""
    big = tmp_path / "big.xlsx"
    with ZipFile(sound(tmp_path / "a.xlsx", rows=4_900)) as old, ZipFile(big, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            more = _rows(10_000, 1_048_576, ' s="0">') if name.endswith("sheet1.xml") else b""
            new.writestr(name, content.replace(b"</sheetData>", more + b"</sheetData>"))
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom pipeline.facts.reading import read_sheet\nbegin = time.perf_counter()\n"
        f"reading = read_sheet(Path(sys.argv[1]), genres={{'半年总结': 'half-year-summary'}}, topics={{'农业': 'agriculture'}}, meta={META!r})\n"
        "print(reading.verdict, len(reading.sheet.facts), time.perf_counter() - begin)"
    )

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (500 << 20, 500 << 20))

    run = subprocess.run(
        [sys.executable, "-c", script, str(big)], capture_output=True, text=True, timeout=60, preexec_fn=limit
    )
    verdict, facts, seconds = run.stdout.split()
    assert (verdict, facts) == ("accept", "4900")
    assert float(seconds) < 5


def test_a_workbook_is_read_whatever_its_parts_are_called(tmp_path: Path) -> None:
    workbook = read_workbook(sound(tmp_path / "a.xlsx").read_bytes(), where="a.xlsx")
    assert [grid.name for grid in workbook.grids] == ["事实"]
    assert workbook.grids[0].rows[2][4].text == "1.5"
    assert not workbook.links_elsewhere


@pytest.mark.parametrize(
    ("written", "day"), [("46206", "2026-07-03"), ("2026年7月3日", "2026-07-03"), ("20269", "1955-06-29")]
)
def test_a_date_that_a_spreadsheet_counts_from_1900_is_one(
    tmp_path: Path, read: Reader, written: str, day: str
) -> None:
    reading = read(sound(tmp_path / "a.xlsx"), meta={**META, "date": written})
    assert reading.sheet is not None
    assert reading.sheet.meta.date == day
