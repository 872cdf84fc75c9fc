"""Workbooks made for tests: sound ones, odd ones as clerks keep them, and hostile ones; all of towns that do not exist."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from pipeline.facts.genres import Genre, genre_ids
from pipeline.facts.reading import Reading, read_sheet
from pipeline.facts.rows import COLUMNS
from pipeline.facts.topics import Topic, topic_ids

META = {"town": "汀月镇", "period": "2026H1", "genre": "半年总结"}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Reader = Callable[..., Reading]


def reader(genres: Mapping[str, Genre], topics: Mapping[str, Topic]) -> Reader:
    """Reads a sheet with the shipped words, its meta given by hand unless it is asked for without."""

    def read(path: Path, *, meta: Mapping[str, str] | None = META, meta_file: Path | None = None) -> Reading:
        return read_sheet(path, genres=genre_ids(genres), topics=topic_ids(topics), meta=meta, meta_file=meta_file)

    return read


def messages(reading: Reading, severity: str) -> list[str]:
    return [f"{p.where}：{p.message}" for p in reading.problems if p.severity == severity]


def book(path: Path, sheets: Mapping[str, Sequence[Any]], change: Callable[[Workbook], None] | None = None) -> Path:
    """A workbook with these rows in its sheets; `change` does the rest."""
    made = openpyxl.Workbook()
    assert made.active is not None
    made.remove(made.active)
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(list(row))
    if change:
        change(made)
    made.save(path)
    return path


def sound(path: Path, rows: int = 3) -> Path:
    """A workbook with nothing wrong with it."""
    facts = [[f"F{i}", "农业", f"tea{i}号茶叶产量", i + 0.5, "吨"] for i in range(1, rows + 1)]
    return book(path, {"事实": [list(COLUMNS.values()), *facts]})


def repacked(
    source: Path, target: Path, edit: Callable[[str, bytes], bytes], extra: Mapping[str, bytes] | None = None
) -> Path:
    """The package with its parts edited and others added."""
    with ZipFile(source) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, edit(name, old.read(name)))
        for name, content in (extra or {}).items():
            new.writestr(name, content)
    return target


def odd(path: Path) -> Path:
    """Every oddity of a clerk's workbook: see `test_workbook`, which reads it after LibreOffice has computed and saved it."""

    def change(made: Workbook) -> None:
        farms = made["农业农村办"]
        for area in ("A1:H1", "E4:G4", *(f"{c}4:{c}5" for c in "ABCDHIJ"), "B6:B7"):
            farms.merge_cells(area)
        for cell in ("G6", "I6"):
            farms[cell].number_format = "0.0%"
        farms["E11"].number_format = "0.0%"
        farms["E15"].number_format = '0"只"'
        farms.row_dimensions[13].hidden = True
        made["旧表"].sheet_state = "hidden"

    return book(
        path,
        {
            "基本信息": [
                ("项目", "内容", "说明"), ("乡镇", "汀月镇", "必填"), ("县区", "澄泖县"), ("报告期", "2026年上半年"), ("文种", "半年总结"),
                ("成文日期", date(2026, 7, 3)),
            ],
            "农业农村办": [
                ("汀月镇2026年上半年农业生产情况统计表",), ("填报单位：农业农村办",), (),
                ("序号", "类别", "指标名称", "计量单位", "完成情况", None, None, "年度目标", "完成率", "备注"),
                (None, None, None, None, "本期", "上年同期", "同比"),
                (1, "农业", "粮食播种面积", "万亩", 1.26, 1.2, "=(E6-F6)/F6", 2.4, "=E6/H6", "数据到6月底"),
                (2, None, "茶叶产量", "公斤", "12,486"),
                (3, "水利", "清淤河道", "公里", "３３．５２８", 30.1),
                (4, "农业", "农村居民人均可支配收入", None, "1.2万元"),
                (5, None, "受益农户", None, "5,000户"),
                (6, "农业", "秸秆综合利用率", None, 0.936),
                (7, "农业", "稻谷产量", "万吨", "=0.1+0.2"),
                (8, "农业", "不给人看的", "个", 3),
                ("合计", None, None, None, "=SUM(E6:E7)"),
                (9, "农业", "家禽存栏", None, 3200),
                (10, "农业", "用不着的指标", "个"),
                (), ("注：数据来自各站所",),
            ],
            "经济": [
                ("项目", "2026年1-6月（亿元）", "2025年1-6月（亿元）", "增幅（%）"),
                ("规模以上工业总产值", 12.6, 11.8, 6.8),
                ("固定资产投资", 0.3, 0.25, 20),
            ],
            "民政": [("发放低保金（万元）", "新增养老床位（张）"), (486.2, 30)],
            "旧表": [("指标", "本期"), ("作废", 1)],
            "填写说明": [("只填白色的格",)],
        },
        change,
    )  # fmt: skip


def by_libreoffice(path: Path, folder: Path, form: str = "xlsx") -> Path:
    """The workbook opened, computed and saved by LibreOffice; skips the test where that is not installed."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip(
            "soffice is not here: a workbook written by LibreOffice was not read (apt-get install libreoffice-calc)"
        )
    folder.mkdir(exist_ok=True)
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    call = [program, profile, "--headless", "--convert-to", form, "--outdir", str(folder), str(path)]
    subprocess.run(call, check=True, capture_output=True, timeout=120)
    return folder / f"{path.stem}.{form.partition(':')[0]}"
