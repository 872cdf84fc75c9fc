"""Which column of a clerk's table holds what: the names she gives them, and the row they stand in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.facts.grid import Grid
from pipeline.facts.rows import COLUMNS, column_key
from pipeline.facts.written import split_unit

HEADER_WITHIN = 15  # rows with content, in which the header must stand
_NAMES: dict[str, str] = {
    "id": "编号 代码 编码 id 事实编号",
    "serial": "序号 序 no no. #",
    "topic": "领域 主题 类别 分类 板块 所属领域 领域分类 条线 大类 指标类别 工作领域 topic",
    "department": "部门 科室 单位名称 责任部门 责任科室 填报部门 填报单位 报送单位 责任单位 牵头部门 牵头单位 办所 站所",
    "indicator": "指标 指标名称 项目 项目名称 工作指标 统计指标 主要指标 名称 事项 工作事项 工作项目 考核指标 指标内容 目标指标 经济指标 indicator",
    "value": "本期 本期数 本期值 本期完成 本期完成数 数值 数量 数据 完成数 完成值 完成量 完成额 完成情况 实绩 实际 实际数 实际完成 实际完成数 累计 累计数 累计完成 累计完成数 本年累计 本年 "
    "本年数 今年 今年数 本年完成 今年完成 当期 当期数 期末数 上半年 上半年完成 上半年数 上半年累计 全年 全年完成 全年数 全年累计 value 当年 当年数 当年值 绝对值 绝对数 绝对量",
    "unit": "单位 计量单位 数量单位 unit",
    "previous": "上年同期 去年同期 上年同期数 去年同期数 上年同期值 同期 同期数 上年 去年 上年数 去年数 上年值 上期 上期数 上年实绩 基期 基数 上年完成 去年完成 previous",
    "growth_pct": "同比 同比% 同比(%) 同比增长 同比增长% 增长 增长% 增长率 增长率% 增幅 增幅% 增速 增速% 同比增速 同比增幅 同比增减 增减% 增减率 同比增长率 growth growth_pct growth%",
    "target": "年度目标 目标 目标数 目标值 全年目标 年度目标数 年度目标值 计划 计划数 年度计划 全年计划 任务 任务数 年度任务 全年任务 目标任务 年初目标 年初计划 target",
    "completion_pct": "完成率 完成率% 完成率(%) 完成比例 完成进度 进度 完成目标% 占年度目标 占目标% 占全年目标 完成年度目标 完成全年目标 完成计划% 完成百分比 completion completion_pct",
    "text": "文字 文字说明 文字材料 工作情况 情况说明 主要做法 做法 描述 工作亮点 亮点 工作内容 主要工作 工作措施 text",
    "note": "说明 备注 注 附注 备考 数据来源 来源 口径 统计口径 note remark 备注说明",
    "aside": "责任人 联系人 联系电话 电话 填报人 填表人 审核人 排名 名次 分管领导 完成时限 时限 日期 填报日期 填报时间 更新时间 状态 是否完成",
}  # fmt: skip
EXACT = {name.casefold(): field for field, names in _NAMES.items() for name in names.split()}
_LIKE: tuple[tuple[str, str], ...] = (  # the first that fits; asked only where another column of the row is sure
    ("note", r"(?:情况|进度|完成)说明$"),
    ("aside", r"增减[额量数]|增加[额量数]|减少[额量数]|环比|排名|位次|占比|比重"),
    ("completion_pct", r"完成率|完成比|完成.*%|进度|占.*(?:目标|计划|任务)"),
    ("growth_pct", r"同比|[±增升降]|比上年|较上年|比去年|较去年"),
    ("target", r"目标|计划|任务"),
    ("previous", r"上年|去年|同期|上期"),
    ("value", r"本期|本年|今年|当年|累计|实际|完成|^(?:\d{1,2}[-—–~至]\d{1,2}月|[一二三四1-4]季度|上半年|下半年|全年)"),
    ("indicator", r"指标$|指标名称|项目名称"),
    ("note", r"说明$|备注|原因|进展|情况$"),
    ("unit", r"计量单位"),
)
_YEAR = re.compile(
    r"^(?:截至)?(20\d\d)年?(?:度|全年|上半年|下半年|第?[一二三四1-4]季度|\d{1,2}(?:[-—–~至]\d{1,2})?月份?)?(?:底|末)?(?:累计|完成|完成数|实绩|实际|数)?$"
)


@dataclass(frozen=True, slots=True)
class Header:
    """The row of a table's column names. `columns`: field → column; `units`: column → the unit its name gives."""

    row: int
    columns: Mapping[str, int]
    units: Mapping[int, str]
    names: Mapping[int, str]  # column → its name as written
    measures: Mapping[int, str]  # column → what it counts, where no column is the value: 产值 of 产值（万元）
    unknown: Mapping[int, str]  # columns whose name says nothing to us
    twice: Mapping[int, str]  # columns named as another before them: 本期 beside 本期


def field_of(name: str, year: int | None = None) -> str | None:
    """The field a column of this name holds, None if the name says nothing. `year`: of the report, for 2026年 and 2025年."""
    key = column_key(name).casefold()
    if key in EXACT:
        return EXACT[key]
    if key in COLUMNS:
        return key
    if found := _YEAR.match(key):
        return None if year is None else {year: "value", year - 1: "previous"}.get(int(found[1]))
    if len(key) <= 16:
        return next((field for field, pattern in _LIKE if re.search(pattern, key)), None)
    return None


def read_header(grid: Grid, row: int, year: int | None = None) -> Header | None:
    """The row as a header: it names an indicator or a text, and another column besides. None if it is none."""
    columns: dict[str, int] = {}
    units: dict[int, str] = {}
    unknown: dict[int, str] = {}
    twice: dict[int, str] = {}
    sure = False
    names = _names(grid, row)
    for column, text in sorted(names.items()):
        name, unit = split_unit(text)
        field = field_of(text, year) or field_of(name, year)
        if field and field not in columns:
            columns[field] = column
            sure = sure or column_key(name).casefold() in EXACT
            if unit and field in ("value", "previous", "target"):
                units[column] = unit
        elif field in COLUMNS and column_key(names[columns[field]]) == column_key(text):
            twice[column] = text
        elif field != "aside":
            unknown[column] = text
    if "indicator" not in columns and {"text", "value"} <= set(columns):
        columns["indicator"] = columns.pop("text")  # 工作内容 beside a figure names what is counted
    named = {"indicator", "text"} & set(columns)
    figures = {"value", "previous", "target", "unit", "text", "topic", "id", "serial"} & set(columns)
    measures: dict[int, str] = {}
    if "indicator" in columns and "value" not in columns:
        measures = {column: name for column, text in unknown.items() if (name := split_unit(text)[0]) != text}
        units |= {column: split_unit(unknown.pop(column))[1] for column in measures}
    if not sure or not named or (len(figures | named) < 2 and not measures):
        return None
    return Header(row, columns, units, names, measures, unknown, twice)


def _names(grid: Grid, row: int) -> dict[int, str]:
    """The texts of a row, with those of cells merged down into it."""
    names = {column: cell.text for column, cell in grid.covered.get(row, {}).items() if cell.kind == "text"}
    names |= {column: cell.text for column, cell in grid.rows.get(row, {}).items() if cell.kind == "text"}
    return names


def find_header(grid: Grid, year: int | None = None) -> Header | None:
    """The header among the first rows that names most columns; the earlier of two."""
    best: Header | None = None
    for row in sorted(grid.rows)[:HEADER_WITHIN]:
        header = read_header(grid, row, year)
        if header and (best is None or len(header.columns) > len(best.columns)):
            best = header
    return best
