"""The day that docs/clerk.zh.md tells: its files, its commands run in order, its edits by hand, its pictures.

`python -m tests.clerk_day docs/clerk` runs it and draws the pictures anew; it needs LibreOffice, poppler and a built archive.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl

from pipeline.export.word import word_file
from tests.rendering import converted

GUIDE = Path(__file__).parent.parent / "docs" / "clerk.zh.md"
OLD_REPORT = """# 汀月镇2025年上半年工作总结及下半年工作计划

2025年上半年，汀月镇紧扣年度目标任务，抓项目、强产业、惠民生，各项工作稳步推进。现将有关情况总结如下。

## 一、上半年工作回顾

### （一）做强产业支撑，经济运行平稳

实现一般公共预算收入2650万元，同比增长5.2%。规模以上工业总产值11.8亿元，同比增长6.1%。完成固定资产投资1.92亿元。新签约项目6个，开工建设项目4个。

### （二）稳住粮食生产，农业基础夯实

粮食播种面积1.2万亩，同比增长1.5%。新建高标准农田2600亩，疏浚河道18.4公里。推广测土配方施肥，组建专业化统防统治队伍。

### （三）补齐建设短板，镇村面貌改善

改造农村公路10.5公里，新建停车位120个。生活污水治理率达66.8%。

### （四）办好民生实事，社会保障有力

新增城镇就业285人，发放低保金118.6万元。城乡居民医保参保率达98.1%。

### （五）加强社会治理，大局和谐稳定

排查化解矛盾纠纷96起，化解率达97.9%。

## 二、存在的问题

产业链条偏短，农产品精深加工不足。

## 三、下半年工作计划

力争新增城镇就业300人，加快推进农产品加工园建设。

汀月镇人民政府

2025年7月4日
"""
# What she fills in: indicator → this year's value; what is not here is crossed out.
FILLED = {
    "一般公共预算收入": 2864.5, "规模以上工业总产值": 12.6, "固定资产投资": 2.06, "新签约项目": 8, "开工建设项目": 5, "粮食播种面积": 1.26,
    "新建高标准农田": 2800, "疏浚河道": 20.6, "改造农村公路": 12.6, "新建停车位": 150, "生活污水治理率": 71.5, "新增城镇就业": 318,
    "发放低保金": 126.4, "城乡居民医保参保率": 98.4, "排查化解矛盾纠纷": 88,
}  # fmt: skip
TARGETS = {"一般公共预算收入": 5400, "粮食播种面积": 2.4, "新增城镇就业": 600}
REPORT, SHEET, EDITED, FINAL_SHEET = "2025年上半年总结.docx", "清单.xlsx", "领导改稿.docx", "新清单.xlsx"


def commands(guide: str) -> list[str]:
    """Every command of the guide, in order."""
    return [
        line for block in re.findall(r"```bash\n(.*?)```", guide, re.S) for line in block.splitlines() if line.strip()
    ]


def prepare(folder: Path) -> None:
    """What lies in her folder in the morning."""
    (folder / REPORT).write_bytes(word_file(OLD_REPORT))
    book = openpyxl.Workbook()
    page: Any = book.active
    page.title = "民政办"
    for row in (
        ("指标名称", "计量单位", "本期", "上年同期"), ("新建养老服务站", "个", 3, 2), ("发放临时救助金", "万元", 38.25, 35.1),
    ):  # fmt: skip
        page.append(row)
    book.save(folder / "民政办.xlsx")


def by_hand(folder: Path, done: str) -> None:
    """What she, or her superior, does by hand after a command."""
    if "facts extract" in done:
        (folder / "取出.xlsx").write_bytes((folder / "去年的数.xlsx").read_bytes())  # as it came, for the picture
        _fill(folder / "去年的数.xlsx")
    elif done.endswith("-o 初稿.docx") and "draft" in done:
        _edit(folder / "初稿.docx", folder / EDITED)
    elif "check 领导改稿.docx" in done:
        _change(folder / SHEET, folder / FINAL_SHEET)
    elif "update 领导改稿.docx" in done:
        _correct(folder / "定稿.docx")


def _fill(path: Path) -> None:
    """She fills the column 本期, some targets, and what was done without figures; rows of last year alone go."""
    book = openpyxl.load_workbook(path)
    page: Any = book["事实"]
    columns = {cell.value: cell.column for cell in page[2]}
    for row in range(3, page.max_row + 1):
        name = page.cell(row, columns["指标"]).value
        if name is None:
            continue
        if name in FILLED:
            page.cell(row, columns["本期"]).value = FILLED[name]
            page.cell(row, columns["年度目标"]).value = TARGETS.get(name)
        else:
            for cell in page[row]:
                cell.value = None
    free = next(row for row in range(3, 200) if page.cell(row, columns["指标"]).value is None and row > 3 + len(FILLED))
    for offset, (topic, text) in enumerate((
        ("农业", "建成高标准农田示范片，推广测土配方施肥"), ("存在问题", "产业链条偏短，农产品精深加工不足"), ("下步计划", "启动农产品加工园二期工程"),
    )):  # fmt: skip
        page.cell(free + offset, columns["领域"]).value = topic
        page.cell(free + offset, columns["文字"]).value = text
    about: Any = book["基本信息"]
    for row in about.iter_rows(max_col=2):
        if row[0].value in ("落款单位", "成文日期"):
            row[1].value = {"落款单位": "汀月镇人民政府", "成文日期": "2026-07-03"}[str(row[0].value)]
    book.save(path)


def _edit(source: Path, target: Path) -> None:
    """Her superior types into the draft: one figure wrong, one sentence of his own."""
    from docx import Document

    document = Document(str(source))
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            if "12.6亿元" in run.text:
                run.text = run.text.replace("12.6亿元", "16.2亿元")
    last = next(p for p in document.paragraphs if p.style is not None and p.style.name == "Heading 1")
    last.insert_paragraph_before("镇党委坚持每月调度重点工作，压实各方责任。", style="Body Text")
    document.save(str(target))


def _correct(path: Path) -> None:
    """She types the right figure over her superior's slip."""
    from docx import Document

    document = Document(str(path))
    for run in (run for paragraph in document.paragraphs for run in paragraph.runs):
        run.text = run.text.replace("16.2亿元", "12.6亿元") if "16.2亿元" in run.text else run.text
    document.save(str(path))


def _change(source: Path, target: Path) -> None:
    """The office for statistics rings up: the revenue is another."""
    book = openpyxl.load_workbook(source)
    page: Any = book["事实"]
    columns = {cell.value: cell.column for cell in page[1]}
    for row in range(2, page.max_row + 1):
        if page.cell(row, columns["指标"]).value == "一般公共预算收入":
            page.cell(row, columns["本期"]).value = 2912.8
            for computed in ("同比(%)", "完成率(%)"):
                page.cell(row, columns[computed]).value = None
    book.save(target)


def run_day(folder: Path, archive: Path) -> Iterator[tuple[str, subprocess.CompletedProcess[str]]]:
    """Run all commands of the guide in a folder; each with what came of it."""
    prepare(folder)
    environment = {**os.environ, "ZHENBAO_ARCHIVE": str(archive), "COLUMNS": "80"}
    for line in commands(GUIDE.read_text(encoding="utf-8")):
        program, *arguments = shlex.split(line)
        assert program == "zhenbao", line
        done = subprocess.run(
            [sys.executable, "-m", "pipeline.cli", *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
        )  # fmt: skip
        yield line, done
        by_hand(folder, line)


# --- pictures --------------------------------------------------------------------------------------------------------------------


def _picture(pdf: Path, target: Path, *, page: int = 1, height: int = 0, width: int = 0, dots: int = 72) -> None:
    crop = ["-x", "0", "-y", "0", "-W", str(width), "-H", str(height)] if height else []
    call = [
        "pdftoppm",
        "-png",
        "-singlefile",
        "-r",
        str(dots),
        "-f",
        str(page),
        *crop,
        str(pdf),
        str(target.with_suffix("")),
    ]
    subprocess.run(call, check=True, timeout=60)


def draw(folder: Path, target: Path) -> None:
    """The guide's pictures, from the files of a finished day."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        for name, picture, page in (("空表.xlsx", "new-sheet", 2), ("取出.xlsx", "extracted", 2)):
            pdf = converted((folder / name).read_bytes(), work, f"{picture}.xlsx", "pdf")
            _picture(pdf, target / f"{picture}.png", page=page, width=1400, height=560, dots=125)
        for name, picture in (("初稿.docx", "draft"), ("定稿.docx", "final")):
            pdf = converted((folder / name).read_bytes(), work, f"{picture}.docx", "pdf")
            _picture(pdf, target / f"{picture}.png", dots=60)
        for name, picture in (("带依据.docx", "annotated"), ("核稿.docx", "comments")):
            content = (folder / name).read_bytes()
            options = 'pdf:writer_pdf_Export:{"ExportNotes":{"type":"boolean","value":"true"}}'
            pdf = converted(content, work, f"{picture}.docx", options)
            _picture(pdf, target / f"{picture}.png", dots=90)


def main() -> None:
    archive = Path(os.environ.get("ZHENBAO_ARCHIVE", "build/archive")).resolve()
    with tempfile.TemporaryDirectory() as folder:
        for line, done in run_day(Path(folder), archive):
            sys.stdout.write(f"$ {line}\n{done.stdout}{done.stderr}→ {done.returncode}\n\n")
        draw(Path(folder), Path(sys.argv[1]))


if __name__ == "__main__":
    main()
