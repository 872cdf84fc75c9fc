"""Facts sheets read from files. All that is wrong with a sheet is collected, so that she mends it in one go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import PipelineError
from pipeline.facts.model import Sheet
from pipeline.facts.problems import Problem, Severity, Verdict, verdict
from pipeline.facts.rows import META_COLUMNS, META_KEYS, column_key, read_fact, read_meta
from pipeline.facts.sheet_check import contradictions
from pipeline.facts.written import Cell, words
from pipeline.facts.yaml_source import read_yaml

if TYPE_CHECKING:
    from pipeline.facts.grid import Grid

LARGEST_FILE = 20 * 1024 * 1024  # bytes; a sheet of 10,000 facts has 3 MB
FORMS = (".yaml", ".yml", ".json", ".csv", ".xlsx")
_OTHER_FORMS = {
    ".xls": "老格式的工作簿", ".et": "WPS 表格的老格式", ".ett": "WPS 表格的模板", ".xlt": "老格式的模板", ".xlsm": "带宏的工作簿", ".xltm": "带宏的模板",
    ".xltx": "工作簿的模板", ".xlsb": "二进制工作簿", ".ods": "ODS 表格", ".numbers": "Numbers 表格", ".docx": "Word 文件", ".doc": "Word 文件", ".pdf": "PDF 文件",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """A sheet as far as it could be read, and what is to be said of it. `sheet` is None if there is an error."""

    sheet: Sheet | None
    problems: tuple[Problem, ...]

    @property
    def verdict(self) -> Verdict:
        return "reject" if self.sheet is None else verdict(self.problems)


@dataclass(frozen=True, slots=True)
class _Content:
    """What a file holds, before it is looked at: `whole` of the contract's form; where its places are, in words."""

    whole: Any
    lines: Mapping[tuple[str | int, ...], int]
    places: Mapping[tuple[str | int, ...], str]
    problems: tuple[Problem, ...] = ()


def read_sheet(
    path: Path,
    *,
    genres: Mapping[str, str],
    topics: Mapping[str, str],
    meta_file: Path | None = None,
    meta: Mapping[str, str] | None = None,
) -> Reading:
    """Read a facts sheet (.yaml .yml .json .csv .xlsx) and say all that is wrong with it.

    `genres` and `topics`: what a clerk may write → the id it stands for. `meta_file`: a YAML or JSON file whose meta fills what the
    sheet leaves open (a CSV file says nothing of it; without this, X.meta.yaml beside X.csv is taken). `meta`: fields
    given by hand, which go before those of any file. Raises PipelineError only where nothing can be read at all: no file,
    broken YAML (with its line), a workbook with a password, no such form.
    """
    content = _content(path)
    beside = path.with_suffix(".meta.yaml")
    if meta_file is None and path.suffix.lower() == ".csv" and beside.is_file():
        meta_file = beside
    given = {key: value for key, value in (meta or {}).items() if value}
    filling = _meta_of(meta_file) if meta_file else {}
    if path.suffix.lower() in (".csv", ".xlsx"):
        content = _tables(path, content.whole, topics, str(given.get("period") or filling.get("period") or ""))
    return _read(content, genres, topics, given, filling, str(meta_file or ""))


# --- files -------------------------------------------------------------------------------------------------------


def _content(path: Path) -> _Content:
    if not path.exists():
        raise PipelineError("找不到事实清单。", where=str(path), mend="检查路径和文件名。")
    if path.is_dir():
        raise PipelineError("这是文件夹，不是事实清单。", where=str(path), mend="写出清单文件的名字。")
    form = path.suffix.lower()
    if form not in FORMS:
        what = f"{form} 文件（{_OTHER_FORMS[form]}）" if form in _OTHER_FORMS else f"{form or '没有扩展名的'} 文件"
        mend = (
            "请用 Excel 或 WPS 打开，另存为 .xlsx（Excel 工作簿）再试。"
            if form in _OTHER_FORMS
            else "请用 .xlsx、.csv、.yaml 或 .json 的事实清单。"
        )
        raise PipelineError(f"还不能读 {what}。", where=str(path), mend=mend)
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise PipelineError("清单文件过大。", where=str(path), mend="一份报告一张清单，不应超过 20 MB。")
        content = path.read_bytes()
    except OSError as fault:
        raise PipelineError(f"读不了这个文件：{fault.strerror}。", where=str(path), mend="检查文件权限。") from fault
    if form in (".csv", ".xlsx"):
        return _Content(content, {}, {})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        mend = "改正扩展名。" if content.startswith(b"PK\x03\x04") else "用记事本打开，另存为 UTF-8。"
        raise PipelineError("文件不是 UTF-8 编码。", where=str(path), mend=mend) from fault
    if form != ".json":
        whole, lines = read_yaml(text, str(path))
        return _Content(whole, lines, {})
    return _Content(_json(text, path), {}, {})


def _json(text: str, path: Path) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        twice = (
            next((key for i, key in enumerate(keys) if key in keys[:i]), None) if len(set(keys)) < len(keys) else None
        )
        if twice is not None:
            raise PipelineError(f"栏目“{twice[:30]}”重复。", where=str(path), mend="同一处只留一个。")
        return dict(pairs)

    try:
        return json.loads(text, parse_float=_spelled_out, parse_int=str, parse_constant=str, object_pairs_hook=once)
    except json.JSONDecodeError as fault:
        raise PipelineError(
            f"JSON 写法有误：{fault.msg}。",
            where=f"{path}，第 {fault.lineno} 行",
            mend="检查这一行的引号、逗号和括号。",
        ) from fault
    except RecursionError as fault:
        raise PipelineError("清单嵌套太深。", where=str(path), mend="清单只有 meta 和 facts 两部分。") from fault


def _spelled_out(number: str) -> str:
    """A JSON number without its exponent, as the digits that it means: 1.2e3 → 1200."""
    exact = Decimal(number)
    exponent = exact.as_tuple().exponent
    return f"{exact:f}" if "e" in number.lower() and isinstance(exponent, int) and abs(exponent) <= 30 else number


def _tables(path: Path, content: bytes, topics: Mapping[str, str], period: str) -> _Content:
    from pipeline.facts.csv_source import csv_grid  # what reads tables is not needed for YAML
    from pipeline.facts.tables import read_tables
    from pipeline.facts.workbook import read_workbook

    problems: tuple[Problem, ...] = ()
    if path.suffix.lower() == ".csv":
        grids: tuple[Grid, ...] = (csv_grid(content, where=str(path)),)
    else:
        workbook = read_workbook(content, where=str(path))
        grids = workbook.grids
        if workbook.links_elsewhere:
            problems = (
                Problem("工作簿", "有数取自别的文件，没有去读那些文件，用的是上次存下的数。", "核对这些数，或选择性粘贴为数值。", "warning"),
            )  # fmt: skip
    tables = read_tables(grids, topics, period)
    return _Content({"meta": tables.meta, "facts": tables.facts}, {}, tables.places, (*problems, *tables.problems))


def _meta_of(path: Path) -> dict[str, Any]:
    """The meta of a file made for it (its fields, or under `meta:`) or of another facts sheet."""
    if path.suffix.lower() not in (".yaml", ".yml", ".json"):
        raise PipelineError(
            "基本信息文件须是 .yaml 或 .json。", where=str(path), mend="照样例写 town: period: genre: 三行。"
        )
    whole = _content(path).whole
    if isinstance(whole, dict) and isinstance(whole.get("meta"), dict):
        whole = whole["meta"]
    if not isinstance(whole, dict):
        raise PipelineError(
            "基本信息文件里没有“栏目: 值”。", where=str(path), mend="照样例写 town: period: genre: 三行。"
        )
    return {META_KEYS.get(column_key(key)) or str(key): value for key, value in whole.items()}


# --- one validation for all ----------------------------------------------------------------------------------------


def _read(
    content: _Content, genres: Mapping[str, str], topics: Mapping[str, str], given: Mapping[str, str], filling: Mapping[str, Any], filled_from: str
) -> Reading:  # fmt: skip
    problems = list(content.problems)
    whole, rows = content.whole, list[Any]()
    places, lines = content.places, content.lines

    def where(*steps: str | int) -> str:
        if steps in places:
            return places[steps]
        if places and steps[0] == "meta":
            return "，".join(("基本信息", *(META_COLUMNS.get(str(s), str(s)) for s in steps[1:])))
        if steps[:2] in places and steps[0] == "facts":
            return places[steps[:2]] + "".join(f"，{s}" for s in steps[2:])
        spot, at = list(steps), ""
        while spot and tuple(spot) not in lines:
            spot.pop()
        if spot:
            at = f"第 {lines[tuple(spot)]} 行，"
        if steps and steps[0] == "facts" and len(steps) > 1 and isinstance(steps[1], int):
            id = _written_id(rows[steps[1]])
            return (
                f"{at}第 {steps[1] + 1} 条事实"
                + (f"（{id[:20]}）" if id else "")
                + "".join(f"，{s}" for s in steps[2:])
            )
        return at + "，".join(map(str, steps))

    def say(message: str, mend: str, *steps: str | int, severity: Severity = "error") -> None:
        problems.append(Problem(where(*steps), message, mend, severity))

    if isinstance(whole, dict) and "meta" not in whole and (given or filling):
        whole = {"meta": {}, **whole}
    if not isinstance(whole, dict) or "facts" not in whole or "meta" not in whole:
        missing = [k for k in ("meta", "facts") if not isinstance(whole, dict) or k not in whole]
        say(f"清单缺少 {'、'.join(missing)} 部分。", "照 corpus/facts 里的样例，写 meta: 和 facts: 两部分。")
        return Reading(None, tuple(problems))
    meta_row = _completed(
        whole["meta"], given, filling, filled_from, say, is_table=bool(places) or isinstance(whole["meta"], type(None))
    )
    if isinstance(whole["facts"], list):
        rows = whole["facts"]
    if not rows and not any(p.severity == "error" for p in problems):
        say("清单里没有事实。", "逐条写明编号、领域、指标、数值和单位。", "facts")
    for key in whole:
        if key not in ("meta", "facts"):
            say(
                f"不认识“{str(key)[:30]}”这一部分，未采用。", "清单只有 meta 和 facts 两部分。", key, severity="warning"
            )

    meta = read_meta(meta_row, genres, say)
    facts = [f for i, row in enumerate(rows) if (f := read_fact(row, i, topics, say)) is not None]
    seen: set[str] = set()
    for i, row in enumerate(rows):
        id = _written_id(row)
        if id and id in seen:
            say(f"编号 {id[:20]} 用了不止一次。", "每条事实的编号须各不相同。", "facts", i, "id")
        seen.add(id)
    if not meta or any(p.severity == "error" for p in problems):
        return Reading(None, tuple(problems))
    sheet = Sheet(meta, tuple(facts))
    numbers = {f.id: i for i, f in enumerate(facts)}
    for id, field, message, mend, severity in contradictions(sheet):
        say(message, mend, *(("facts", numbers[id], field) if id else ("meta", field)), severity=severity)
    return Reading(None if any(p.severity == "error" for p in problems) else sheet, tuple(problems))


def _completed(
    row: Any, given: Mapping[str, str], filling: Mapping[str, Any], filled_from: str, say: Any, *, is_table: bool
) -> Any:  # fmt: skip
    """The meta with what was given by hand before it, and what a file of meta says where it says nothing."""
    if row is None and (is_table or given or filling):
        row = {}
    if not isinstance(row, dict):
        return row
    own = {META_KEYS.get(column_key(key), key): value for key, value in row.items()}
    if len(own) < len(row):
        return row  # a field twice: `read_meta` says so
    for key, value in own.items():
        for source, other in (("命令行", given), (filled_from, filling)):
            if key in other and key in META_COLUMNS and not _empty(value) and _text(value) != _text(other[key]):
                used = "用命令行的" if source == "命令行" else "用清单里的"
                say(
                    f"清单里写的是“{_text(value)[:30]}”，{source}写的是“{_text(other[key])[:30]}”，{used}。",
                    "核对哪个对。",
                    "meta",
                    key,
                    severity="note",
                )
                break
    known = {key: value for key, value in filling.items() if key in META_COLUMNS or key not in own}
    return known | {key: value for key, value in own.items() if not _empty(value)} | dict(given)


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | Cell) and not _text(value))


def _text(value: Any) -> str:
    try:
        return words(value)
    except ValueError:
        return "出错"


def _written_id(row: Any) -> str:
    if not isinstance(row, dict):
        return ""
    return _text(row.get("id", row.get("编号")))


def load_sheet(
    path: Path,
    *,
    genres: Mapping[str, str],
    topics: Mapping[str, str],
    meta_file: Path | None = None,
    meta: Mapping[str, str] | None = None,
) -> tuple[Sheet, tuple[Problem, ...]]:
    """Read a sheet that is to be used: the sheet, its warnings and notes. Raises PipelineError listing every error."""
    reading = read_sheet(path, genres=genres, topics=topics, meta_file=meta_file, meta=meta)
    if reading.sheet is None:
        errors = [p for p in reading.problems if p.severity == "error"]
        listed = "\n".join(f"  {p.where}：{p.message}{p.mend}" for p in errors[:20])
        more = f"\n  ……另有 {len(errors) - 20} 处" if len(errors) > 20 else ""
        raise PipelineError(
            f"事实清单有 {len(errors)} 处错误：\n{listed}{more}",
            where=str(path),
            mend="逐条改正后再运行；zhenbao facts check 可先检查清单。",
        )
    return reading.sheet, reading.problems


def sheet_of(content: Any, *, genres: Mapping[str, str], topics: Mapping[str, str]) -> Sheet | None:
    """The sheet that `writing.sheet_content` made; None if this is not such content."""

    def say(message: str, mend: str, *steps: str | int, severity: Severity = "error") -> None:
        """What there is to say of the sheet was said when it was read first."""

    if not isinstance(content, dict) or not isinstance(content.get("facts"), list):
        return None
    meta = read_meta(content.get("meta"), genres, say)
    facts = [read_fact(row, number, topics, say) for number, row in enumerate(content["facts"])]
    kept = tuple(fact for fact in facts if fact is not None)
    return Sheet(meta, kept) if meta is not None and len(kept) == len(facts) else None
