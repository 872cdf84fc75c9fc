"""What may stand in the columns of a sheet (栏目的填法): each column's words go through its checks, and what is wrong is said of it.

Written by hand, not with pydantic: every command reads a sheet, and pydantic alone takes a tenth of a second to load.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from pipeline.facts.model import FIELDS
from pipeline.facts.problems import Say
from pipeline.facts.written import words
from pipeline.language.periods import read_period

LONGEST_META = 200  # characters
F = TypeVar("F")
Check = Callable[
    [str], str
]  # gives a column's words as they are kept; raises ValueError saying what is wrong with them

# What a statement may not begin with, since a line of the draft would become a heading or a list.
_STRUCTURE = re.compile(
    r"[#>|]|---|===|\*\*\*|[-*+] |\d{1,3}[.．]\s|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]"
)
_PLACEHOLDER = re.compile(r"[XxＸ×]{2,}|某某|\*\*|【[^】]*】|⟦|⟧|\{\{|\}\}|\$\w+|<\|[^|]*\|>|<(?:start|end)_of_turn>")


def unfilled(text: str) -> str:
    """The first mark in a text that says that something is not filled in (XX, 【】, {{x}}, a chat template's token); else ""."""
    found = _PLACEHOLDER.search(text)
    return found[0] if found else ""


_MARKUP = re.compile(
    r"<\s*[A-Za-z/!?][^>]*>?|!?\[[^\]]*\]\s*\([^)]*\)?|(?:java|vb)script\s*[:：]|data\s*[:：]\s*[a-z]+/[a-z]+", re.I
)


def markup(text: str) -> str:
    """The first HTML tag, script link or Markdown link or image in a text, which a page or a viewer would act on; else ""."""
    found = _MARKUP.search(text)
    return found[0] if found else ""


@dataclass(frozen=True, slots=True)
class FactForm:
    """A fact's columns as they are filled in. Raises ValueError for one that says nothing."""

    id: str
    topic: str
    indicator: str
    unit: str
    text: str
    note: str
    value: Decimal | None = None
    previous: Decimal | None = None
    growth_pct: Decimal | None = None
    target: Decimal | None = None
    completion_pct: Decimal | None = None

    def __post_init__(self) -> None:
        figures = [name for name in FIELDS if getattr(self, name) is not None]
        if not self.text and self.value is None and not figures:
            raise ValueError("既无数值（本期），也无文字，没有可写的内容")
        if figures and self.value is None:
            raise ValueError("有上年同期、同比、目标或完成率，却没有本期数值（请填本期；今年没有的，删去这一行）")
        if self.value is not None and not self.indicator:
            raise ValueError("有数值，却没有指标名称")


@dataclass(frozen=True, slots=True)
class MetaForm:
    """The meta's columns as they are filled in."""

    town: str
    county: str
    period: str
    genre: str
    org: str
    title: str
    date: str


def _named(id: str) -> str:
    if not id:
        raise ValueError("缺编号")
    return id


def _one_thing(value: str) -> str:
    if re.search("[。；！？]", value):
        raise ValueError(f"指标名称“{value[:20]}”里有句号或分号，会把句子断开，请改写")
    return value


def _a_unit(value: str) -> str:
    if value and (value[0].isdigit() or not re.search(r"\w|[%‰℃°]", value)):
        raise ValueError(f"“{value}”不是单位，单位栏只写单位，如 万元、个")
    return value


def _prose(value: str) -> str:
    if _STRUCTURE.match(value):
        raise ValueError(
            f"“{value[:12]}”以标题、列表的编号或 Markdown 记号开头，在稿中会变成标题或列表，请删去开头的编号或记号"
        )
    if found := unfilled(value):
        raise ValueError(f"“{found}”是没有填的空或模板记号，请写明内容")
    if found := markup(value):
        raise ValueError(f"“{found[:30]}”是网页或 Markdown 的记号，会带进稿件，请改成文字")
    if re.match(r"=|[@+-]\s*[A-Za-z_]+\s*[(|!]|[@+-].*\|.*!", value):
        raise ValueError(f"“{value[:20]}”是公式，不是文字，会原样印进稿件，请改写成文字")
    return value


def _short(value: str) -> str:
    if len(value) > LONGEST_META:
        raise ValueError(f"有 {len(value)} 字，太长")
    return value


def _a_name(value: str) -> str:
    if found := unfilled(value) or (value[:1] if value[:1] in ("#", "<", ">", "|") else ""):
        raise ValueError(f"“{found}”是没有填的空或模板记号，请写明内容")
    if found := markup(value):
        raise ValueError(f"“{found[:30]}”是网页或 Markdown 的记号，会带进稿件，请改成文字")
    return value


def _given(value: str) -> str:
    if not value:
        raise ValueError("没有填写")
    return value


def _a_period(value: str) -> str:
    if read_period(value) is None:
        raise ValueError(f"“{value}”不是报告期，可写 2026、2026H1、2026Q3、2026-01..2026-05 或 2026年上半年")
    return value


def _a_date(value: str) -> str:
    if re.fullmatch(r"[2-7]\d{4}", value):  # a date that a spreadsheet counts from 1900 and shows as it is
        return str(date(1899, 12, 30) + timedelta(days=int(value)))
    found = re.fullmatch(r"(\d{4})[-年./](\d{1,2})[-月./](\d{1,2})日?", value)
    try:
        return (
            str(date(int(found[1]), int(found[2]), int(found[3])))
            if found
            else value and str(date.fromisoformat(value))
        )
    except ValueError as fault:
        raise ValueError(f"“{value}”不是日期，请写成 2026-07-03") from fault


# The columns of words in the order in which their faults are told, each with its checks.
FACT_WORDS: Mapping[str, tuple[Check, ...]] = {
    "id": (_named,), "topic": (), "indicator": (_one_thing, _prose), "unit": (_a_unit,), "text": (_prose,), "note": (),
}  # fmt: skip
META_WORDS: Mapping[str, tuple[Check, ...]] = {
    "town": (_short, _a_name, _given), "county": (_short, _a_name), "period": (_short, _given, _a_period),
    "genre": (_short, _given), "org": (_short, _a_name), "title": (_short, _a_name), "date": (_short, _a_date),
}  # fmt: skip


def filled(
    form: Callable[..., F], columns: Mapping[str, tuple[Check, ...]], row: Mapping[str, Any], say: Say, *steps: str | int
) -> F | None:  # fmt: skip
    """A form with what a row says; None, and each column's first fault said, if it can't be used.

    `columns`: those of words, with their checks; what else the form has are figures, which have been read already. A column that the
    form does not have is warned of.
    """
    known = {f.name for f in fields(form)}  # type: ignore[arg-type]
    kept = {name: row[name] for name in row if name in known and name not in columns}
    for key in row:
        if key not in known:
            say(f"不认识栏目“{str(key)[:30]}”，未采用。", "检查栏目名的拼写。", *steps, key, severity="warning")
    for name, checks in columns.items():
        try:
            value = words(row.get(name))
            for check in checks:
                value = check(value)
        except ValueError as fault:
            say(f"{fault}。", "按样例改正这一栏。", *steps, name)
        else:
            kept[name] = value
    if not kept.keys() >= columns.keys():
        return None
    try:
        return form(**kept)
    except ValueError as fault:
        say(f"{fault}。", "按样例改正这一栏。", *steps)
        return None
