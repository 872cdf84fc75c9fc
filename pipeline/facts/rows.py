"""From rows as any source gives them (YAML, JSON, CSV, XLSX) to facts: the one validation that all of them go through."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pipeline.facts.arithmetic import Derivation, agrees, completion, growth, points, rounded
from pipeline.facts.forms import FACT_WORDS, META_WORDS, FactForm, MetaForm, filled
from pipeline.facts.model import FIELDS, Fact, Field, Meta
from pipeline.facts.problems import Say
from pipeline.facts.sheet_check import BOUNDED
from pipeline.facts.written import (
    Cell,
    Figure,
    converted,
    joined_unit,
    read_figure,
    split_unit,
    unit_words,
    visible,
    words,
)
from pipeline.language.periods import Period, read_period
from pipeline.language.units import SCALES

COLUMNS: dict[str, str] = {  # the Chinese columns of the contract, in its order
    "id": "编号", "topic": "领域", "indicator": "指标", "value": "本期", "unit": "单位", "previous": "上年同期",
    "growth_pct": "同比(%)", "target": "年度目标", "completion_pct": "完成率(%)", "text": "文字", "note": "说明",
}  # fmt: skip
META_COLUMNS: dict[str, str] = {
    "town": "乡镇", "county": "县区", "period": "报告期", "genre": "文种", "org": "落款单位", "title": "标题", "date": "成文日期",
}  # fmt: skip
_KEYS = {name: key for key, name in COLUMNS.items()} | {"同比": "growth_pct", "完成率": "completion_pct"}
META_KEYS = {key: key for key in META_COLUMNS} | {name: key for key, name in META_COLUMNS.items()} | {
    "镇": "town", "乡镇名称": "town", "乡镇(街道)": "town", "镇名": "town", "乡镇街道": "town", "县": "county", "区县": "county", "县(区)": "county",
    "县(市、区)": "county", "所属县区": "county", "所属县": "county", "报告期间": "period", "期间": "period", "时间": "period", "时期": "period",
    "报告类型": "genre", "文种(报告类型)": "genre", "单位": "org", "落款": "org", "署名": "org", "发文单位": "org", "报告标题": "title",
    "题目": "title", "日期": "date", "落款日期": "date", "报告日期": "date",
}  # fmt: skip
LONGEST = {"id": 64, "topic": 60, "indicator": 120, "unit": 20, "text": 4000, "note": 4000}  # characters
_LARGEST = 15  # digits before the point: more than all money there is

# What is counted without a unit: 恩格尔系数, 蚊密度指数, 容积率, 评分.
_UNITLESS = re.compile(r"(?:指数|系数|密度|容积率|(?<!占)比|比例|倍数|得分|评分|分值|位次|名次|排名|pH值?|PMI)$")


def column_key(name: object) -> str:
    """A column's or label's name half-width and without spaces, as the tables of names here have it."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(name))).rstrip(":*")


def _renamed(row: Any, keys: Mapping[str, str], say: Say, *steps: str | int) -> dict[str, Any] | None:
    if not isinstance(row, dict):
        say("这里须是“栏目: 值”的形式。", "照 corpus/facts 里的样例写。", *steps)
        return None
    renamed: dict[str, Any] = {}
    for written, value in row.items():
        key = keys.get(column_key(written), written)
        if key in renamed:
            say(f"栏目“{written}”写了两次，只用了前一个。", "同一栏只留一个。", *steps, key, severity="warning")
        else:
            renamed[key] = value
    return renamed


def read_meta(row: Any, genres: Mapping[str, str], say: Say) -> Meta | None:
    """The meta of a sheet; None, and what is wrong said, if it can't be used. `genres`: what may be written → the id."""
    named = _renamed(row, META_KEYS, say, "meta")
    form = filled(MetaForm, META_WORDS, named, say, "meta") if named is not None else None
    if form is None:
        return None
    genre = genres.get(form.genre)
    if genre is None:
        say(f"不认识文种“{form.genre}”。", f"可用的文种：{_listed(genres)}。", "meta", "genre")
        return None
    period = read_period(form.period)
    assert isinstance(period, Period)  # the form has looked
    return Meta(form.town, period, genre, form.county, form.org, form.title, form.date)


def known_topic(written: str, topics: Mapping[str, str]) -> str | None:
    """The topic meant: by id, name or alias; also 一、农业, 农业工作, 农业办, 民政局. None if nobody knows it."""
    word = re.sub(r"^\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]\s*)+", "", written.strip())
    while word:
        if word in topics:
            return topics[word]
        shorter = re.sub(
            r"(?:工作|方面|领域|类|情况|指标|办公室|服务中心|中心|部门|局|办|科|站|所|股|组|线|口|表|数据|事实)$",
            "",
            word,
        )
        if shorter == word:
            return None
        word = shorter
    return None


def read_fact(row: Any, number: int, topics: Mapping[str, str], say: Say) -> Fact | None:
    """The fact of row `number`; None, and what is wrong said, if it can't be used."""
    named = _renamed(row, _KEYS, say, "facts", number)
    if named is None:
        return None
    for key in ("topic", "indicator", "unit", "text", "note"):
        written = named.get(key)
        written = written.text if isinstance(written, Cell) else written
        if isinstance(written, str) and visible(written) != written:
            say(
                "有看不见的字符（零宽、方向或控制字符），已删去。",
                "核对这一栏的文字。",
                "facts",
                number,
                key,
                severity="warning",
            )
    faults = _settle(named, number, say)
    _cut_short(named, number, say)
    form = filled(FactForm, FACT_WORDS, named, say, "facts", number)
    if form is None or faults:
        return None
    topic = known_topic(form.topic, topics)
    if topic is None:
        said = f"不认识领域“{form.topic}”" if form.topic else "没有写领域"
        say(
            f"{said}，将按内容归入最相近的一节。",
            "领域可写：农业、工业、民生 等。",
            "facts",
            number,
            "topic",
            severity="warning",
        )
    if form.value is not None and not form.unit and not _UNITLESS.search(form.indicator):
        say(
            "有数值，却没有单位。",
            "在单位栏写明，如 万元、亩、个；确无单位可不管。",
            "facts",
            number,
            "unit",
            severity="warning",
        )
    return Fact(
        form.id, topic or form.topic, form.indicator, form.value, unit_words(form.unit),
        form.previous, form.growth_pct, form.target, form.completion_pct, form.text, form.note,
    )  # fmt: skip


def _cut_short(row: dict[str, Any], number: int, say: Say) -> None:
    """Say which words are too long to be meant, and drop them: nothing else need be said of them."""
    for key, longest in LONGEST.items():
        value = row.get(key)
        text = value.text if isinstance(value, Cell) else value
        if isinstance(text, str) and len(text) > longest:
            say(f"有 {len(text)} 字，超过 {longest} 字。", "写短些；一条事实说一件事。", "facts", number, key)
            row[key] = text[:4] if key in ("id", "indicator") else text[:longest]


def _settle(row: dict[str, Any], number: int, say: Say) -> bool:
    """Read the figures of a row and bring them to one unit, in place. Returns whether something is wrong with them.

    A growth or completion that is a formula without a value is left to be computed; what was understood is said as a note.
    """
    wrong = False
    figures: dict[Field, Figure] = {}
    cells: dict[Field, Cell] = {}
    for field in FIELDS:
        written, change = row.get(field), field in ("growth_pct", "completion_pct")
        if change and isinstance(written, Cell) and (written.kind == "uncomputed" or written.text == "#DIV/0!"):
            base = row.get("previous" if field == "growth_pct" else "target")
            row[field] = None
            if not _blank(base) and not _blank(row.get("value")):
                say(
                    "公式没有存下算好的数，按本期和基数推算。",
                    "用 Excel 或 WPS 打开、保存一次即有。",
                    "facts",
                    number,
                    field,
                    severity="note",
                )
            continue
        try:
            figure = read_figure(written, change=change)
        except ValueError as fault:
            say(f"{fault}。", _mend(written), "facts", number, field)
            wrong, row[field] = True, Decimal(0)
            continue
        row[field] = figure.number if figure else None
        if figure is None:
            continue
        if abs(figure.number) >= 10**_LARGEST:
            say("这个数大得不合情理。", "核对位数和单位。", "facts", number, field)
            wrong = True
        figures[field] = figure
        if isinstance(written, Cell):
            cells[field] = written
        if isinstance(written, Cell) and written.formula and change:
            pass  # rounded with the other figures in sight, below
        elif figure.doubt:
            say(f"{figure.doubt}。", "请核对，改成确定的数。", "facts", number, field, severity="warning")
        elif figure.said:
            say(f"{figure.said}。", "如有不对，请改写这一格。", "facts", number, field, severity="note")
    wrong = _one_unit(row, figures, number, say) or wrong
    if not wrong:
        _as_percent(row, figures, number, say)
        _changes(row, cells, number, say)
    return wrong


def _blank(written: object) -> bool:
    if isinstance(written, Cell):
        return written.kind == "text" and not written.text.strip()
    return written is None or (isinstance(written, str) and not written.strip())


def _mend(written: object) -> str:
    if isinstance(written, Cell) and written.kind == "uncomputed":
        return "用 Excel 或 WPS 打开这个文件，保存一次，再试；或把公式改成数。"
    if isinstance(written, Cell) and written.kind == "error":
        return "改正公式，或直接填数。"
    return "按样例改正这一栏。"


def _one_unit(row: dict[str, Any], figures: Mapping[Field, Figure], number: int, say: Say) -> bool:
    """Value, last year's value and target in the unit of the value."""
    try:
        column = unit_words(row.get("unit"))
    except ValueError:
        return False  # the form will say it
    indicator = row.get("indicator")
    name, bracketed = split_unit(indicator.text if isinstance(indicator, Cell) else str(indicator or ""))
    if bracketed and "value" in figures and column in ("", bracketed):
        row["indicator"], column = name, bracketed
        say(
            f"单位“{bracketed}”取自指标名称的括号。",
            "如有不对，请在单位栏写明。",
            "facts",
            number,
            "unit",
            severity="note",
        )
    wrong, unit = False, column
    if column in SCALES and "value" in figures:
        say(f"单位栏只写了“{column}”。", "写全，如 万元、万亩。", "facts", number, "unit", severity="warning")
    try:
        if "value" in figures:
            unit, doubt = joined_unit(figures["value"].unit, column)
            if doubt:
                say(f"{doubt}。", "请核对，单位只写一处。", "facts", number, "value", severity="warning")
    except ValueError as fault:
        say(f"{fault}。", "单位只写一处，写在单位栏。", "facts", number, "value")
        wrong = True
    for field in ("previous", "target"):
        if field not in figures:
            continue
        figure = figures[field]
        try:
            own, doubt = joined_unit(figure.unit, column) if figure.unit else (column or unit, "")
            if figure.unit in SCALES and not column and unit not in SCALES:
                own, _ = joined_unit(figure.unit, unit)
            row[field] = converted(figure.number, own, unit)
            if doubt:
                say(f"{doubt}。", "请核对，单位只写一处。", "facts", number, field, severity="warning")
            elif own != unit:
                say(
                    f"{figure.number:f}{own}换算成 {row[field]:f}{unit}。",
                    "最好与本期用同一单位。",
                    "facts",
                    number,
                    field,
                    severity="note",
                )
        except ValueError as fault:
            if not wrong:
                say(f"{fault}。", "与本期用同一单位。", "facts", number, field)
            wrong = True
    for field in ("growth_pct", "completion_pct"):
        if field in figures and figures[field].unit not in ("", "%", "个百分点", "百分点"):  # type: ignore[index]
            say(f"这里的单位是“{figures[field].unit}”，须是百分数。", "写百分数，如 5.8。", "facts", number, field)  # type: ignore[index]
            wrong = True
    if unit:
        row["unit"] = unit
    return wrong


# Rates that may well be below one percent.
_SMALL_RATE = re.compile(
    r"(?:发病|患病|死亡|病死|增长|失业|不良|发生|出生|逾期|撂荒|流失|辍学|差错|损耗|返贫|空置|投诉|信访|违约|拥堵|利)率$"
)


def _as_percent(row: dict[str, Any], figures: Mapping[Field, Figure], number: int, say: Say) -> None:
    """0.985 under % of a rate that is never so small, or beside a last year of 0.972: 98.5%. Told. What has its % sign stands as typed."""
    value, previous = row.get("value"), row.get("previous")
    if not isinstance(value, Decimal) or not 0 < value <= 1:
        return
    try:
        indicator, unit = words(row.get("indicator")), unit_words(row.get("unit"))
    except ValueError:
        return  # the form will say it
    if unit != "%":
        return
    never = bool(BOUNDED.search(indicator) and re.search(r"[率度]$", indicator)) and value < 1
    both = isinstance(previous, Decimal) and 0 < previous <= 1 and min(value, previous) < 1
    shared = both and min(value, previous or value) >= Decimal("0.3")
    if not indicator.endswith(("率", "度")) or _SMALL_RATE.search(indicator) or not (never or shared):
        return
    for field in ("value", "previous", "target"):
        stated = row.get(field)
        if field not in figures or figures[field].unit or not isinstance(stated, Decimal) or not 0 < stated <= 1:
            continue
        row[field] = _flat(stated * 100)
        say(
            f"{stated:f} 像是没有换成百分数，按 {row[field]:f}% 读。",
            "写百分数，如 98.5；确是百分之一以下的，写成 0.985%。",
            "facts",
            number,
            field,
            severity="warning",
        )


def _changes(row: dict[str, Any], cells: Mapping[Field, Cell], number: int, say: Say) -> None:
    """Growth and completion of formulas rounded as shown; 0.058 taken for 5.8 where the other figures say so."""
    value = row.get("value")
    if not isinstance(value, Decimal):
        return
    fact = Fact("", "", "", value, unit_words(row.get("unit")), row.get("previous"), None, row.get("target"))
    followed: dict[Field, Derivation | None] = {
        "growth_pct": points(fact) if fact.is_rate else growth(fact),
        "completion_pct": completion(fact),
    }
    for field, derived in followed.items():
        stated = row.get(field)
        if not isinstance(stated, Decimal):
            continue
        cell = cells.get(field)
        if cell and cell.formula:
            row[field] = _as_shown(stated, cell, derived)
            if row[field] != stated:
                say(
                    f"公式得 {stated:f}，按 {row[field]:f} 读。",
                    "如有不对，请直接填数。",
                    "facts",
                    number,
                    field,
                    severity="note",
                )
        elif derived and not agrees(stated, derived):
            if cell and cell.padded and agrees(_flat(stated), derived):
                row[field] = _flat(stated)  # the idle zeros were the format's, not hers
            elif agrees((stated * 100).normalize(), derived) and abs(stated) < 10:
                row[field] = _flat(stated * 100)
                say(
                    f"{stated:f} 像是没有换成百分数，按 {row[field]:f}% 读。",
                    "写百分数，如 5.8。",
                    "facts",
                    number,
                    field,
                    severity="warning",
                )


def _flat(number: Decimal) -> Decimal:
    number = number.normalize()
    return number.quantize(Decimal(1)) if int(number.as_tuple().exponent) > 0 else number


def _as_shown(stated: Decimal, cell: Cell, derived: Derivation | None) -> Decimal:
    """A formula's result at the places that its cell shows, at one place where it shows all of them."""
    written = max(0, -int(stated.as_tuple().exponent))
    shown = cell.places if cell.places is not None else 1
    if written <= shown:
        return stated if derived is None or not _near(stated, derived, shown) else _flat(rounded(derived.exact, shown))
    if derived is not None and _near(stated, derived, shown):
        return _flat(rounded(derived.exact, shown))
    return _flat(rounded(Fraction(stated), shown))


def _near(stated: Decimal, derived: Derivation, shown: int) -> bool:
    """Whether a double's rounding explains the difference."""
    return abs(Fraction(stated) - derived.exact) <= Fraction(1, 2 * 10**shown) + Fraction(1, 10**9)


def _listed(known: Mapping[str, str]) -> str:
    """半年总结（half-year-summary）、…: each id with the first Chinese word for it."""
    names = {
        id: next((word for word, meant in known.items() if meant == id and word != id), id) for id in known.values()
    }
    return "、".join(f"{name}（{id}）" for id, name in sorted(names.items()))
