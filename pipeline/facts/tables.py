"""Tables as clerks keep them, read as rows of facts: which sheet is which, what runs down merged cells, what is no fact at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.facts.grid import Grid
from pipeline.facts.headers import EXACT, HEADER_WITHIN, Header, field_of, find_header, read_header
from pipeline.facts.model import FIELDS
from pipeline.facts.problems import Problem, Severity
from pipeline.facts.rows import COLUMNS, META_KEYS, column_key, known_topic
from pipeline.facts.written import Cell, split_unit
from pipeline.language.periods import read_period

META_NAMES = ("基本信息", "meta", "报告信息", "封面")
FACTS_NAMES = ("事实", "事实清单", "数据", "清单", "facts", "汇总", "汇总表", "总表")
_ASIDE = re.compile(r"样例|示例|填写说明|填表说明|使用说明|^说明$|^目录$|^选项$|^字典$", re.I)
_GENERIC = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.I)
_TOTAL = re.compile(r"合计|总计|小计|共计|全部合计|合计数")
_REMARK = re.compile(
    r"(?:注|备注|说明|填表人|填报人|制表人?|审核人?|单位负责人|分管领导|联系人|联系电话|填报单位|填报日期|填报时间|数据来源|资料来源)\s*[：:]"
)
_PART_OF = re.compile(r"其\s*中\s*[：:、，,]?\s*(.+)")
# A name that says itself what is counted; a bare one (猪, 茶叶, 水稻) takes the word of its column's header.
_COMPLETE = re.compile(
    r"(?:投资|投资额|收入|支出|零售额|销售额|交易额|税收|税额|产值|增加值|总值|产量|总产|单产|面积|里程|人数|户数|人口|数量|存栏量?|出栏量?|用电量|发电量|供水量|金额|资金|余额|存款|贷款|"
    r"利润|利税|总量|总额|总数|数|额|量|率|占比|比重|指数|系数)$"
)
_NONE = ("—", "-", "无", "/")


@dataclass(slots=True)
class Tables:
    """What the tables of one file say: the meta as found (None without such a sheet) and a row for each fact.

    `places`: ("meta", field) or ("facts", row from 0[, field]) → where a clerk finds it.
    """

    meta: dict[str, Any] | None = None
    facts: list[dict[str, Any]] = field(default_factory=list)
    places: dict[tuple[str | int, ...], str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def say(self, where: str, message: str, mend: str, severity: Severity) -> None:
        self.problems.append(Problem(where, message, mend, severity))


def read_tables(grids: Sequence[Grid], topics: Mapping[str, str], period: str = "") -> Tables:
    """The rows of all tables. `period`: the report's, if it was given apart: it tells what the columns 2026年 and 2025年 are."""
    tables = Tables()
    for grid in grids:
        if not grid.hidden and _is_meta(grid):
            _read_meta(grid, tables)
            break
    if tables.meta and isinstance(written := tables.meta.get("period"), Cell):
        period = written.text
    found = read_period(period)
    year = found.year if found else None
    seen = 0
    for grid in grids:
        if not grid.rows or _is_meta(grid):
            continue
        header = find_header(grid, year)
        if grid.hidden or _ASIDE.search(grid.name):
            if header and grid.hidden:
                tables.say(
                    f"工作表“{grid.name}”", "这张表隐藏着，没有读。", "要用就取消隐藏；不用可以删去。", "warning"
                )
            continue
        reader = _TableReader(grid, tables, topics, year)
        if header and not (header.measures and reader.read_across(labelled=True)):
            reader.read(header)
        elif not header and not reader.read_across():
            severity: Severity = "warning" if len(grids) > 1 else "note"
            tables.say(_sheet(grid), "没有找到表头，这张表没有读。", _HOW, severity)
            continue
        seen += 1
    if not seen:
        tables.say("表格", "没有找到表头。", _HOW, "error")
    _number(tables)
    return tables


_HOW = f"表的前 {HEADER_WITHIN} 行里要有一行写栏目名，至少有“指标”和“本期”，如：{' '.join(COLUMNS.values())}。"


def _sheet(grid: Grid) -> str:
    return f"工作表“{grid.name}”" if grid.name else "表格"


# --- 基本信息 ----------------------------------------------------------------------------------------------------


def _is_meta(grid: Grid) -> bool:
    if grid.name.strip().casefold() in META_NAMES:
        return True
    labels = {META_KEYS.get(_label(cells)) for cells in grid.rows.values()} - {None}
    return bool(grid.name) and {"town", "period", "genre"} <= labels


def _label(cells: Mapping[int, Cell]) -> str:
    return column_key(cells[min(cells)].text).casefold()


def _read_meta(grid: Grid, tables: Tables) -> None:
    """Labels in the first column, what they are in the next; a third column holds hints. A single row of labels is read too."""
    tables.meta = {}
    for row, cells in sorted(grid.rows.items()):
        columns = sorted(cells)
        label = _label(cells)
        if len(columns) > 1 and label in ("项目", "栏目", "名称", "内容"):
            continue
        if label not in META_KEYS:
            continue
        key = META_KEYS[label]
        values = [c for c in columns if c == columns[0] + 1] or [c for c in columns[1:2] if c <= columns[0] + 1]
        if values and key not in tables.meta:
            tables.meta[key] = cells[values[0]]
            tables.places["meta", key] = grid.place(row, values[0])
        else:
            tables.places.setdefault(("meta", key), grid.place(row, columns[0] + 1))


# --- facts -------------------------------------------------------------------------------------------------------


class _TableReader:
    """Takes the facts of one grid into `tables`."""

    def __init__(self, grid: Grid, tables: Tables, topics: Mapping[str, str], year: int | None) -> None:
        self.grid, self.tables, self.topics, self.year = grid, tables, topics, year
        name = grid.name.strip()
        generic = not name or name.casefold() in FACTS_NAMES or bool(_GENERIC.fullmatch(name))
        self.topic = "" if generic else name  # the sheet of a department
        if self.topic and known_topic(self.topic, topics) is None and known_topic(self.topic[:2], topics):
            self.topic = self.topic[:2]
        self.parent = self.above = ""
        self.unfilled: list[int] = []
        self.hidden: list[int] = []
        self.run_down: list[int] = []

    def read(self, header: Header) -> None:
        grid = self.grid
        self._columns(header)
        for row in sorted(grid.rows):
            if row <= header.row:
                continue
            cells = grid.rows[row]
            if again := self._header_again(row):
                header = again
            elif row in grid.hidden_rows:
                self.hidden.append(row)
            elif not self._too_long(row, cells, header):
                self._row(row, cells, header)
        self._sum_up(header)

    def _columns(self, header: Header) -> None:
        """Say which columns were not taken, and what those were taken for that are not named as in the contract."""
        filled = {column for row, cells in self.grid.rows.items() if row > header.row for column in cells}
        twice = {column: name for column, name in header.twice.items() if column in filled}
        if twice:
            column, name = min(twice.items())
            self._say(
                header.row,
                f"栏目“{name.strip()[:20]}”有两栏，不知道用哪一栏。",
                "只留一栏，或把栏目名写得有分别。",
                "error",
                column,
            )
        unknown = {column: name for column, name in header.unknown.items() if column in filled}
        if unknown:
            names = "、".join(f"“{name.strip()[:20]}”" for name in list(unknown.values())[:5])
            names += f"等 {len(unknown)} 栏" if len(unknown) > 5 else ""
            self._say(
                header.row, f"不认识栏目{names}，未采用。", "检查栏目名；与报告无关的可不管。", "warning", min(unknown)
            )
        taken = [
            f"“{header.names[column].strip()[:20]}”作“{COLUMNS[name]}”"
            + (f"（{header.units[column]}）" if column in header.units else "")
            for name, column in header.columns.items()
            if name in COLUMNS and (column in header.units or column_key(header.names[column]).casefold() not in EXACT)
        ]
        taken += [f"“{name}（{header.units[c]}）”作各行的{name}" for c, name in header.measures.items()]
        if taken:
            self._say(header.row, f"栏目{'、'.join(taken)}。", "如有不对，请改用样例里的栏目名。", "note")
        if self.topic and "topic" not in header.columns:
            self._say(header.row, f"领域取自表名“{self.topic[:20]}”。", "如有不对，请加一栏“领域”。", "note")

    def _too_long(self, row: int, cells: Mapping[int, Cell], header: Header) -> bool:
        """Say which row of a CSV file has more cells than the header: 1,260 without quotation marks moves all that follows."""
        width = self.grid.widths.get(header.row, 0)
        # A comma at the end of every row is no cell too many.
        least = min(
            (self.grid.widths[r] for r in self.grid.rows if r > header.row and r in self.grid.widths), default=0
        )
        beyond = self.grid.widths.get(row, 0) > width and (max(cells) > width or least <= width)
        if beyond:
            column = max(max(cells), width + 1)
            held = f"“{cells[max(cells)].text.strip()[:20]}”" if max(cells) > width else "空着"
            self._say(
                row,
                f"这一行有 {self.grid.widths[row]} 格，表头只有 {width} 栏，第 {column} 格{held}没有栏目。",
                "数里的逗号（如 1,260）删去，或把这一格用引号括起来。",
                "error",
                column,
            )
        return beyond

    def _header_again(self, row: int) -> Header | None:
        cells = self.grid.rows[row]
        if sum(cell.kind == "text" for cell in cells.values()) < 3 or any(
            cell.kind == "number" for cell in cells.values()
        ):
            return None
        header = read_header(self.grid, row, self.year)
        return header if header and {"indicator", "value"} <= set(header.columns) else None

    def _row(self, row: int, cells: Mapping[int, Cell], header: Header) -> None:
        covered = self.grid.covered.get(row, {})
        at = {name: column for name, column in header.columns.items() if name not in ("aside",)}
        got = {name: cells[column] for name, column in at.items() if column in cells}
        for name in ("topic", "department", "unit"):
            if name in at and name not in got and at[name] in covered:
                got[name] = covered[at[name]]
        own = [cells[column] for column in sorted(cells) if column in at.values()]
        if not own:
            return
        first = own[0].text.strip()
        said = got["indicator"].text.strip() if "indicator" in got else ""
        figures = [name for name in FIELDS if name in got and _holds(name, got[name])]
        if _TOTAL.fullmatch(re.sub(r"\s", "", said)) or (not said and _TOTAL.fullmatch(re.sub(r"\s", "", first))):
            self._say(row, f"“{said or first}”行没有采用。", "要写进报告的合计，请写明是什么的合计。", "note")
            return
        if not figures and "text" not in got and not set(header.measures) & set(cells):
            self._no_figures(row, own, said, got)
            return
        fact = {name: cell for name, cell in got.items() if name in COLUMNS}
        self._topic(row, fact, got, at)
        if header.measures:
            self._measures(row, cells, fact, header, at)
            return
        if said:
            self._part_of(row, fact, said)
        if "unit" not in fact and not split_unit(said)[1]:
            for name in ("value", "previous", "target"):
                unit = header.units.get(at.get(name, 0), "")
                if unit and name in fact and not fact[name].unit and fact[name].kind in ("number", "text"):
                    fact[name] = replace(fact[name], unit=unit)
        self._keep(row, fact, at)

    def _measures(
        self, row: int, cells: Mapping[int, Cell], fact: Mapping[str, Any], header: Header, at: Mapping[str, int]
    ) -> None:
        """A row of 产值（万元） and 税收（万元） by trade: each is a fact of its own, 茶叶 with 产值 being 茶叶产值.

        固定资产投资 under 产值 stays what it is, 竹木加工业产值 too.
        """
        alone = len(header.measures) == 1
        single = len(set(header.measures) & set(cells)) == 1
        for column, name in header.measures.items():
            if column not in cells:
                continue
            kept = {k: v for k, v in fact.items() if alone or k not in (*FIELDS, "id")}
            said = fact["indicator"].text.strip() if "indicator" in fact else ""
            complete = said.endswith(name) or (single and _COMPLETE.search(said))
            kept["indicator"] = Cell(said if complete else said + name)
            kept |= {"value": cells[column], "unit": Cell(header.units[column])}
            if alone and "previous" in kept and at["previous"] in header.units:
                kept["previous"] = replace(kept["previous"], unit=header.units[at["previous"]])
            self._keep(row, kept, {**at, "value": column})

    def _keep(self, row: int, fact: dict[str, Any], at: Mapping[str, int]) -> None:
        number = len(self.tables.facts)
        self.tables.facts.append(fact)
        self.tables.places["facts", number] = self.grid.place(row)
        for name in COLUMNS:
            if name in at:
                self.tables.places["facts", number, name] = self.grid.place(row, at[name])

    def _no_figures(self, row: int, own: Sequence[Cell], said: str, got: Mapping[str, Cell]) -> None:
        """A row without figures: a heading within the table, a remark below it, or an indicator left unfilled."""
        text = own[0].text.strip()
        if len(own) == 1 and _REMARK.match(text):
            return
        if len(own) == 1 and (
            known_topic(text, self.topics) or re.match(r"[（(]?[一二三四五六七八九十]+[）)、.]", text)
        ):
            self.topic, self.above = re.sub(r"^[（(]?[一二三四五六七八九十]+[）)、.]+\s*", "", text), ""
            return
        errors = [cell for cell in own if cell.kind == "error"]
        if errors:
            self._say(row, f"公式出错（{errors[0].text[:12]}），没有采用这一行。", "改正公式，或直接填数。", "error")
        elif said or "id" in got or "topic" in got:
            self.unfilled.append(row)
            self.parent = said or self.parent
            if "topic" in got:
                self.above = got["topic"].text
        elif len(text) > 1:
            self._say(row, f"“{text[:20]}”不是事实，没有采用。", "如是事实，请写在“文字”栏或填上数。", "note")

    def _topic(self, row: int, fact: dict[str, Any], got: Mapping[str, Cell], at: Mapping[str, int]) -> None:
        written = fact["topic"].text.strip() if "topic" in fact else ""
        if written in _NONE:
            fact["topic"] = Cell("")
            return
        if not written and "topic" in at and self.above:
            written = self.above
            self.run_down.append(row)
        if "topic" in fact:
            self.above = written
        department = got["department"].text.strip() if "department" in got else ""
        if not written and department:
            written = department
        fact["topic"] = Cell(written or self.topic)

    def _part_of(self, row: int, fact: dict[str, Any], said: str) -> None:
        """其中：男 below 新增就业 becomes 新增就业（男）."""
        found = _PART_OF.fullmatch(said)
        if not found:
            self.parent = split_unit(said)[0]
        elif self.parent:
            name, unit = split_unit(found[1])
            fact["indicator"] = Cell(f"{self.parent}（{name}）" + (f"（{unit}）" if unit else ""))
            self._say(
                row,
                f"“{said[:20]}”是“{self.parent[:20]}”的一部分，按“{self.parent[:20]}（{name[:20]}）”读。",
                "请把指标名称写全。",
                "warning",
            )

    def _sum_up(self, header: Header) -> None:
        if self.unfilled:
            self._say(
                header.row,
                f"有 {len(self.unfilled)} 行没有填数（{_lines(self.unfilled)}），没有采用。",
                "要写进报告的，请填上数。",
                "note",
            )
        if self.hidden:
            self._say(
                header.row,
                f"有 {len(self.hidden)} 行隐藏着（{_lines(self.hidden)}），没有采用。",
                "要用就取消隐藏或筛选；不用可以删去。",
                "warning",
            )
        if self.run_down:
            self._say(
                header.row, f"领域空着的行（{_lines(self.run_down)}）随上一行的领域。", "如有不对，请写明领域。", "note"
            )
        unseen = sorted(set(header.columns.values()) & self.grid.hidden_columns)
        if unseen:
            self._say(header.row, "有栏目隐藏着，照样读了。", "取消隐藏，核对一遍。", "note", unseen[0])
        for sentence in self.grid.left_out:
            self.tables.say(_sheet(self.grid), sentence, "要用的内容请移到表格里。", "warning")

    def _say(self, row: int, message: str, mend: str, severity: Severity, column: int = 0) -> None:
        self.tables.say(self.grid.place(row, column), message, mend, severity)

    # --- tables that run across ----------------------------------------------------------------------------------

    def read_across(self, *, labelled: bool = False) -> bool:
        """A table with an indicator a column, its unit in brackets: 产值（万元） | 户数（户）. Rows: 本期, 上年同期 … or one alone.

        Returns whether the grid is such a table. `labelled`: only if its rows are named so.
        """
        rows = sorted(self.grid.rows)
        for i, row in enumerate(rows[:HEADER_WITHIN]):
            named = {c: split_unit(cell.text) for c, cell in self.grid.rows[row].items() if cell.kind == "text"}
            named = {c: name for c, name in named.items() if name[1]}
            below = [r for r in rows[i + 1 :] if set(named) & set(self.grid.rows[r])]
            if len(named) >= 2 and below:
                return self._across(named, below, labelled)
        return False

    def _across(self, named: Mapping[int, tuple[str, str]], below: Sequence[int], labelled: bool) -> bool:
        fields: dict[str, int] = {}
        for row in below:
            cells = self.grid.rows[row]
            label = next((cells[c].text for c in sorted(cells) if c < min(named)), "")
            key = field_of(label, self.year) if label else None
            if key not in FIELDS:
                if len(below) > 1 or labelled:
                    return False
                key = "value"
            fields.setdefault(key, row)
        if "value" not in fields:
            return False
        for column, (name, unit) in sorted(named.items()):
            fact: dict[str, Any] = {"topic": Cell(self.topic), "indicator": Cell(name), "unit": Cell(unit)}
            for key, row in fields.items():
                if column in self.grid.rows[row]:
                    fact[key] = self.grid.rows[row][column]
            if "value" in fact:
                self._keep(fields["value"], fact, {"value": column})
        self.tables.say(
            _sheet(self.grid), "这张表一列一个指标，按列读成了事实。", "如有不对，请改成一行一个指标。", "note"
        )
        return True


def _holds(name: str, cell: Cell) -> bool:
    """Whether a place for a figure is filled: an idle formula in 同比 or 完成率 fills nothing."""
    if name in ("growth_pct", "completion_pct"):
        return bool(cell.text.strip()) and not (cell.formula and cell.kind == "error")
    return bool(cell.text.strip()) or cell.kind == "uncomputed"


def _lines(rows: Sequence[int]) -> str:
    shown = "、".join(map(str, rows[:6]))
    return f"第 {shown} 行" if len(rows) <= 6 else f"第 {shown} 等行"


def _number(tables: Tables) -> None:
    """Give ids where there are none, and tell apart those that two sheets both use."""
    taken = {fact["id"].text.strip() for fact in tables.facts if "id" in fact}
    sheets: dict[str, str] = {}
    number, given = 0, 0
    for i, fact in enumerate(tables.facts):
        id = fact["id"].text.strip() if "id" in fact else ""
        sheet = tables.places["facts", i].split("第")[0]
        if id and sheets.setdefault(id, sheet) != sheet:
            id = ""
        if not id:
            given += 1
            number += 1
            while f"F{number}" in taken:
                number += 1
            fact["id"] = Cell(f"F{number}")
            sheets[f"F{number}"] = sheet
            taken.add(f"F{number}")
        for steps in (("facts", i), *(("facts", i, name) for name in COLUMNS)):
            if steps in tables.places:
                tables.places[steps] += f"（{fact['id'].text.strip()[:20]}）"
    if given:
        tables.say("编号", f"{given} 条事实没有编号（或与别的表相重），已自动编号。", "不必处理。", "note")
