"""The empty workbook of `facts new` filled by LibreOffice itself, by a script, with what clerks type; then read."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
from click.testing import CliRunner

from pipeline.cli import main
from tests.rendering import needs_libreoffice

_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">{}</script:module>"""

# What she types into the column 本期 (and 上年同期, 年度目标) of the first rows: a formula with =, a number, or text with ' before it.
TYPED: tuple[tuple[str, str, str], ...] = (
    ("12.6", "11.8", "26"),
    ("'２，８６４．５", "2688", "5400"),  # full-width digits, thousands separated
    ("'1.2亿", "", ""),  # a scale in the cell
    ("=1200+86.5", "1150", ""),
    ("'3,186", "", ""),
)
READ = (("12.6", "11.8", "26"), ("2864.5", "2688", "5400"), ("1.2", "", ""), ("1286.5", "1150", ""), ("3186", "", ""))


def _script(source: Path, target: Path) -> str:
    lines = [
        "Sub Fill", "Dim a(0) As New com.sun.star.beans.PropertyValue", 'a(0).Name = "Hidden" : a(0).Value = True',
        f'doc = StarDesktop.loadComponentFromURL("{source.as_uri()}", "_blank", 0, a())',
        'about = doc.Sheets.getByName("基本信息")',
    ]  # fmt: skip
    for row, text in enumerate(("汀月镇", "澄泖县", "2026年1-6月", "", "汀月镇人民政府")):
        if text:
            lines.append(f'about.getCellByPosition(1, {row}).String = "{text}"')
    lines.append('about.getCellByPosition(1, 6).Formula = "2026-07-03"')  # LibreOffice makes it a date
    lines.append('page = doc.Sheets.getByName("事实")')
    for row, typed in enumerate(TYPED, 2):
        for column, text in zip((3, 5, 7), typed, strict=True):
            if text:
                lines.append(f'page.getCellByPosition({column}, {row}).Formula = "{text}"')
    lines += [
        f'page.getCellByPosition(9, {len(TYPED) + 2}).String = "推广测土配方施肥"',
        "Dim b(0) As New com.sun.star.beans.PropertyValue", 'b(0).Name = "FilterName" : b(0).Value = "Calc MS Excel 2007 XML"',
        "doc.calculateAll()", f'doc.storeToURL("{target.as_uri()}", b())', "doc.close(True)", "StarDesktop.terminate()", "End Sub",
    ]  # fmt: skip
    return "\n".join(lines)


def run_script(script: str, folder: Path) -> None:
    """Run a Basic script in LibreOffice without a window, in a profile of its own."""
    call = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
    subprocess.run(
        [*call, "--terminate_after_init"], check=True, capture_output=True, timeout=180
    )  # lays the profile out
    module = folder / "profile" / "user" / "basic" / "Standard" / "Module1.xba"
    module.write_text(_MODULE.format(escape(script)), encoding="utf-8")
    subprocess.run([*call, "macro:///Standard.Module1.Fill"], check=True, capture_output=True, timeout=180)


@needs_libreoffice
def test_the_template_filled_by_libreoffice_reads_right(tmp_path: Path) -> None:
    new, filled = tmp_path / "new.xlsx", tmp_path / "filled.xlsx"
    assert CliRunner().invoke(main, ["facts", "new", str(new), "--genre", "半年总结"]).exit_code == 0
    run_script(_script(new, filled), tmp_path)
    # The formulas of the template were live: LibreOffice computed growth and completion.
    page = openpyxl.load_workbook(filled, data_only=True)["事实"]
    assert [page.cell(3, column).value for column in (7, 9)] == [6.8, 48.5]
    done = CliRunner().invoke(main, ["facts", "convert", str(filled), "-o", str(tmp_path / "facts.json")])
    assert done.exit_code == 0, done.output
    sheet = json.loads((tmp_path / "facts.json").read_text(encoding="utf-8"), parse_float=str, parse_int=str)
    assert sheet["meta"] == {
        "town": "汀月镇", "county": "澄泖县", "period": "2026H1", "genre": "half-year-summary", "org": "汀月镇人民政府", "date": "2026-07-03",
    }  # fmt: skip
    *figures, words = sheet["facts"]
    assert [tuple(f.get(key, "") for key in ("value", "previous", "target")) for f in figures] == list(READ)
    assert (figures[2]["unit"], figures[3]["growth_pct"]) == ("亿元", "11.9")
    assert words["text"] == "推广测土配方施肥"
    # The second row's figure is text, which no formula computes: growth and completion are left for the draft to compute.
    assert "growth_pct" not in figures[1]
