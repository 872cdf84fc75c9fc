"""Facts sheets read from files. All that is wrong with a sheet is collected, so that she mends it in one go."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, field_validator, model_validator

from pipeline.errors import PipelineError
from pipeline.facts.model import FIELDS, Fact, Meta, Sheet
from pipeline.facts.sheet_check import Problem, contradictions
from pipeline.facts.yaml_source import read_yaml
from pipeline.language.periods import Period, read_period

LARGEST_FILE = 20 * 1024 * 1024  # bytes; a sheet of 10,000 facts has 3 MB
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?)")
_KEYS: dict[str, str] = {  # what the Chinese columns of the contract are called inside
    "编号": "id", "领域": "topic", "指标": "indicator", "本期": "value", "单位": "unit", "上年同期": "previous",
    "同比(%)": "growth_pct", "年度目标": "target", "完成率(%)": "completion_pct", "文字": "text", "说明": "note",
}  # fmt: skip
_META_KEYS: dict[str, str] = {
    "乡镇": "town", "镇": "town", "县": "county", "区县": "county", "报告期": "period", "文种": "genre",
    "落款单位": "org", "单位": "org", "标题": "title", "成文日期": "date", "日期": "date",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """A sheet as far as it could be read, and what is wrong with it. `sheet` is None if there is an error."""

    sheet: Sheet | None
    problems: tuple[Problem, ...]

    @property
    def verdict(self) -> Literal["accept", "warn", "reject"]:
        if any(p.severity == "error" for p in self.problems) or self.sheet is None:
            return "reject"
        return "warn" if self.problems else "accept"


def _number(written: Any) -> Decimal | None:
    """An exact decimal from what was typed. Raises ValueError with the sentence for the clerk."""
    if written is None or written == "":
        return None
    if isinstance(written, bool | dict | list):
        raise ValueError("这里须是一个数")
    text = unicodedata.normalize("NFKC", str(written)).strip().replace("−", "-")
    if not _NUMBER.fullmatch(text) or len(text) > 30:
        raise ValueError(f"“{str(written)[:30]}”不是一个数，只写数字，如 12.6；单位写在单位栏")
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation as fault:  # pragma: no cover - the pattern lets nothing else through
        raise ValueError(f"“{written}”不是一个数") from fault


_HALF = str.maketrans("(),:;", "（），：；")
_BESIDE_CHINESE = re.compile(r"(?<=[一-鿿”])[(),:;]|[(),:;](?=[一-鿿“])")


def _words(written: Any) -> str:
    """One line of text, with full-width punctuation beside Chinese, as a report prints it.

    Control characters and line breaks become spaces: they would break the draft's lines.
    """
    if written is None:
        return ""
    if isinstance(written, dict | list):
        raise ValueError("这里须是文字")
    visible = (" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c for c in str(written))
    line = re.sub(r"\s+", " ", "".join(visible)).strip()
    return _BESIDE_CHINESE.sub(lambda m: m[0].translate(_HALF), line)


Number = Annotated[Decimal | None, BeforeValidator(_number)]
Words = Annotated[str, BeforeValidator(_words)]


class _FactForm(BaseModel):
    model_config = ConfigDict(extra="allow", validate_default=True)
    id: Words = ""
    topic: Words = ""
    indicator: Words = ""
    value: Number = None
    unit: Words = ""
    previous: Number = None
    growth_pct: Number = None
    target: Number = None
    completion_pct: Number = None
    text: Words = ""
    note: Words = ""

    @field_validator("id")
    @classmethod
    def _named(cls, id: str) -> str:
        if not id:
            raise ValueError("缺编号")
        return id

    @field_validator("indicator", "text")
    @classmethod
    def _is_prose(cls, value: str) -> str:
        if value.startswith(("#", ">", "|", "---")):
            raise ValueError(f"“{value[:12]}”以 Markdown 记号开头，在稿中会变成标题或表格，请删去开头的记号")
        return value

    @model_validator(mode="after")
    def _says_something(self) -> _FactForm:
        figures = [name for name in FIELDS if getattr(self, name) is not None]
        if not self.text and self.value is None and not figures:
            raise ValueError("既无数值（本期），也无文字，没有可写的内容")
        if figures and self.value is None:
            raise ValueError("有上年同期、同比、目标或完成率，却没有本期数值")
        if self.value is not None and not self.indicator:
            raise ValueError("有数值，却没有指标名称")
        return self


class _MetaForm(BaseModel):
    model_config = ConfigDict(extra="allow", validate_default=True)
    town: Words = ""
    county: Words = ""
    period: Words = ""
    genre: Words = ""
    org: Words = ""
    title: Words = ""
    date: Words = ""

    @field_validator("town", "period", "genre")
    @classmethod
    def _given(cls, value: str) -> str:
        if not value:
            raise ValueError("没有填写")
        return value

    @field_validator("period")
    @classmethod
    def _period(cls, value: str) -> str:
        if read_period(value) is None:
            raise ValueError(f"“{value}”不是报告期，可写 2026、2026H1、2026Q3、2026-01..2026-05 或 2026年上半年")
        return value

    @field_validator("date")
    @classmethod
    def _date(cls, value: str) -> str:
        found = re.fullmatch(r"(\d{4})[-年./](\d{1,2})[-月./](\d{1,2})日?", value)
        try:
            return (
                str(date(int(found[1]), int(found[2]), int(found[3])))
                if found
                else value and str(date.fromisoformat(value))
            )
        except ValueError as fault:
            raise ValueError(f"“{value}”不是日期，请写成 2026-07-03") from fault


def _content(path: Path) -> tuple[Any, Mapping[tuple[str | int, ...], int]]:
    if not path.exists():
        raise PipelineError("找不到事实清单。", where=str(path), mend="检查路径和文件名。")
    if path.is_dir():
        raise PipelineError("这是文件夹，不是事实清单。", where=str(path), mend="写出清单文件的名字。")
    if path.suffix.lower() not in (".yaml", ".yml", ".json"):
        raise PipelineError(
            f"还不能读 {path.suffix or '没有扩展名的'} 文件。",
            where=str(path),
            mend="请用 .yaml、.yml 或 .json 的事实清单。",
        )
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise PipelineError("清单文件过大。", where=str(path), mend="一份报告一张清单，不应超过 20 MB。")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as fault:
        raise PipelineError(f"读不了这个文件：{fault.strerror}。", where=str(path), mend="检查文件权限。") from fault
    except UnicodeDecodeError as fault:
        raise PipelineError("文件不是 UTF-8 编码。", where=str(path), mend="用记事本打开，另存为 UTF-8。") from fault
    if path.suffix.lower() != ".json":
        return read_yaml(text, str(path))
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str), {}
    except json.JSONDecodeError as fault:
        raise PipelineError(
            f"JSON 写法有误：{fault.msg}。",
            where=f"{path}，第 {fault.lineno} 行",
            mend="检查这一行的引号、逗号和括号。",
        ) from fault
    except RecursionError as fault:
        raise PipelineError("清单嵌套太深。", where=str(path), mend="清单只有 meta 和 facts 两部分。") from fault


def read_sheet(path: Path, *, genres: Mapping[str, str], topics: Mapping[str, str]) -> Reading:
    """Read a facts sheet (.yaml .yml .json) and say all that is wrong with it.

    `genres` and `topics`: what a clerk may write → the id it stands for. Raises PipelineError only where nothing can be
    read at all: no file, broken YAML (with its line), no such form.
    """
    content, lines = _content(path)
    problems: list[Problem] = []

    def where(*steps: str | int) -> str:
        spot, at = list(steps), ""
        while spot and tuple(spot) not in lines:
            spot.pop()
        if spot:
            at = f"第 {lines[tuple(spot)]} 行，"
        if steps and steps[0] == "facts" and len(steps) > 1 and isinstance(steps[1], int):
            row = facts_rows[steps[1]]
            id = row.get("id") if isinstance(row, dict) else None
            return f"{at}第 {steps[1] + 1} 条事实" + (f"（{id}）" if id else "") + "".join(f"，{s}" for s in steps[2:])
        return at + "，".join(map(str, steps))

    def fault(message: str, mend: str, *steps: str | int, severity: Literal["error", "warning"] = "error") -> None:
        problems.append(Problem(where(*steps), message, mend, severity))

    facts_rows: list[Any] = []
    if not isinstance(content, dict) or "facts" not in content or "meta" not in content:
        missing = [k for k in ("meta", "facts") if not isinstance(content, dict) or k not in content]
        fault(f"清单缺少 {'、'.join(missing)} 部分。", "照 corpus/facts 里的样例，写 meta: 和 facts: 两部分。")
        return Reading(None, tuple(problems))
    meta_row, facts_rows = content["meta"], content["facts"]
    if not isinstance(facts_rows, list) or not facts_rows:
        facts_rows = []
        fault("清单里没有事实。", "在 facts: 下逐条写明编号、领域、指标、数值和单位。", "facts")
    for key in content:
        if key not in ("meta", "facts"):
            fault(f"不认识“{key}”这一部分，未采用。", "清单只有 meta 和 facts 两部分。", key, severity="warning")

    meta = _meta(meta_row, genres, fault)
    facts = [f for i, row in enumerate(facts_rows) if (f := _fact(row, i, topics, fault)) is not None]
    seen: set[str] = set()
    for i, row in enumerate(facts_rows):
        id = _written_id(row)
        if id and id in seen:
            fault(f"编号 {id} 用了不止一次。", "每条事实的编号须各不相同。", "facts", i, "id")
        seen.add(id)
    sheet = Sheet(meta, tuple(facts)) if meta and not any(p.severity == "error" for p in problems) else None
    if sheet:
        rows = {f.id: i for i, f in enumerate(facts)}
        for id, field, message, mend, severity in contradictions(sheet):
            fault(message, mend, "facts", rows[id], field, severity=severity)
        if any(p.severity == "error" for p in problems):
            sheet = None
    return Reading(sheet, tuple(problems))


def _written_id(row: Any) -> str:
    id = row.get("id", row.get("编号")) if isinstance(row, dict) else None
    return "" if isinstance(id, dict | list) else _words(id)


def _validate(form: type[Any], row: Any, keys: Mapping[str, str], fault: Any, *steps: str | int) -> Any:
    if not isinstance(row, dict):
        fault("这里须是“栏目: 值”的形式。", "照 corpus/facts 里的样例写。", *steps)
        return None
    renamed = {
        keys.get(unicodedata.normalize("NFKC", str(key)).replace(" ", ""), key): value for key, value in row.items()
    }
    for key in renamed:
        if key not in form.model_fields:
            fault(f"不认识栏目“{key}”，未采用。", "检查栏目名的拼写。", *steps, key, severity="warning")
    try:
        return form.model_validate(renamed)
    except ValidationError as faults:
        for one in faults.errors():
            message = str(one["msg"]).removeprefix("Value error, ")
            fault(f"{message}。", "按样例改正这一栏。", *steps, *one["loc"])
        return None


def _meta(row: Any, genres: Mapping[str, str], fault: Any) -> Meta | None:
    form = _validate(_MetaForm, row, _META_KEYS, fault, "meta")
    if form is None:
        return None
    genre = genres.get(form.genre)
    if genre is None:
        fault(
            f"不认识文种“{form.genre}”。", f"可用的文种：{'、'.join(sorted(set(genres.values())))}。", "meta", "genre"
        )
        return None
    period = read_period(form.period)
    assert isinstance(period, Period)  # the form has looked
    return Meta(form.town, period, genre, form.county, form.org, form.title, form.date)


def _fact(row: Any, number: int, topics: Mapping[str, str], fault: Any) -> Fact | None:
    form = _validate(_FactForm, row, _KEYS, fault, "facts", number)
    if form is None:
        return None
    topic = topics.get(form.topic)
    if topic is None:
        said = f"不认识领域“{form.topic}”" if form.topic else "没有写领域"
        fault(
            f"{said}，将按内容归入最相近的一节。",
            "领域可写：农业、工业、民生 等。",
            "facts",
            number,
            "topic",
            severity="warning",
        )
    if form.value is not None and not form.unit:
        fault(
            "有数值，却没有单位。",
            "在单位栏写明，如 万元、亩、个；确无单位可不管。",
            "facts",
            number,
            "unit",
            severity="warning",
        )
    return Fact(
        form.id, topic or form.topic, form.indicator, form.value, unicodedata.normalize("NFKC", form.unit).replace(" ", ""),
        form.previous, form.growth_pct, form.target, form.completion_pct, form.text, form.note,
    )  # fmt: skip


def load_sheet(
    path: Path, *, genres: Mapping[str, str], topics: Mapping[str, str]
) -> tuple[Sheet, tuple[Problem, ...]]:
    """Read a sheet that is to be used: the sheet and its warnings. Raises PipelineError listing every error."""
    reading = read_sheet(path, genres=genres, topics=topics)
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
