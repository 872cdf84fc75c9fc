"""Sheets of several departments made one (合并), and two versions of a sheet compared (比对). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from pipeline.facts.model import FIELDS, Fact, Meta, Sheet
from pipeline.facts.rows import COLUMNS, META_COLUMNS
from pipeline.facts.sheet_check import CONFLICT, indicator_key
from pipeline.facts.written import converted
from pipeline.language.periods import Period
from pipeline.language.units import same_dimension

_META_FIELDS = tuple(field.name for field in fields(Meta))
_NAMES = COLUMNS | META_COLUMNS


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two or more sheets that say different things of one field. `sides`: (the sheet's name, what it says), the one taken first.

    `fact`: the merged sheet's fact, "" for the meta. `field`: "" where facts differ that can't be counted in one unit.
    """

    fact: str
    indicator: str
    field: str
    sides: tuple[tuple[str, str], ...]

    @property
    def column(self) -> str:
        """The field's Chinese name."""
        return _NAMES.get(self.field, self.field)


@dataclass(frozen=True, slots=True)
class Merged:
    """`sources`: the merged sheet's fact → (the sheet's name, its id there) of each fact that went into it."""

    sheet: Sheet
    conflicts: tuple[Conflict, ...]
    sources: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(slots=True)
class _Joined:
    fact: Fact
    origins: list[tuple[str, str]]
    said: dict[str, list[tuple[str, str]]]  # field → (sheet, what it says)


def merge(sheets: Sequence[tuple[str, Sheet]]) -> Merged:
    """One sheet of several, each given with its name. What one leaves open another fills; the first that speaks is taken.

    Facts are one if their indicators are (but for 全镇 and quotation marks) and their units measure the same thing, or if their
    words are the same. Amounts in other units are converted where that is exact. Ids stay where they are free, else F1, F2 ….
    Raises ValueError for no sheets.
    """
    if not sheets:
        raise ValueError("no sheets to merge")
    meta, conflicts = _merged_meta(sheets)
    joined: list[_Joined] = []
    by_indicator: dict[str, list[_Joined]] = {}
    by_text: dict[tuple[str, str], _Joined] = {}
    for name, sheet in sheets:
        own: set[int] = set()  # two facts of one sheet are never made one: its own check speaks of doubles
        for fact in sheet.facts:
            found = _same(fact, by_indicator, by_text, own)
            if found is None:
                found = _Joined(fact, [(name, fact.id)], {})
                joined.append(found)
                if fact.value is not None:
                    by_indicator.setdefault(indicator_key(fact.indicator), []).append(found)
                else:
                    by_text[fact.indicator, fact.text] = found
                _note(found, name, fact)
            else:
                _fill(found, name, fact)
            own.add(id(found))
    for one in joined:
        one.fact = _marked(one)
    facts = _numbered(joined)
    for one, fact in zip(joined, facts, strict=True):
        for field, sides in one.said.items():
            if len({side for _, side in sides}) > 1:
                conflicts.append(Conflict(fact.id, fact.indicator or fact.text[:20], field, tuple(sides)))
    sources = tuple((fact.id, tuple(one.origins)) for one, fact in zip(joined, facts, strict=True))
    return Merged(Sheet(meta, tuple(facts)), tuple(conflicts), sources)


def _merged_meta(sheets: Sequence[tuple[str, Sheet]]) -> tuple[Meta, list[Conflict]]:
    meta = sheets[0][1].meta
    conflicts: list[Conflict] = []
    for field in _META_FIELDS:
        said = [(name, getattr(sheet.meta, field)) for name, sheet in sheets if getattr(sheet.meta, field)]
        if said:
            meta = replace(meta, **{field: said[0][1]})
        if len({value for _, value in said}) > 1:
            conflicts.append(Conflict("", "", field, tuple((name, _shown(value)) for name, value in said)))
    return meta, conflicts


def _same(
    fact: Fact, by_indicator: dict[str, list[_Joined]], by_text: dict[tuple[str, str], _Joined], own: set[int]
) -> _Joined | None:  # fmt: skip
    if fact.value is None:
        found = by_text.get((fact.indicator, fact.text))
        return found if found is not None and id(found) not in own else None
    for other in by_indicator.get(indicator_key(fact.indicator), ()):
        if id(other) not in own and _countable(fact, other.fact) is not None:
            return other
    return None


def _countable(fact: Fact, other: Fact) -> Fact | None:
    """The fact counted in the other's unit; None if that can't be done exactly."""
    if fact.unit == other.unit or not fact.unit:
        return replace(fact, unit=other.unit)
    if same_dimension(fact.unit, other.unit) is None:
        return None
    try:
        counted: dict[str, Any] = {
            name: converted(number, fact.unit, other.unit)
            for name in ("value", "previous", "target")
            if (number := getattr(fact, name)) is not None
        }
    except ValueError:
        return None
    return replace(fact, unit=other.unit, **counted)


def _note(joined: _Joined, name: str, fact: Fact) -> None:
    """Take down what a sheet says, as it says it."""
    for field in COLUMNS:
        value = getattr(fact, field)
        if field in ("id", "indicator", "unit", "note") or value is None or value == "":
            continue
        unit = fact.unit if field in ("value", "previous", "target") else "%" if field in FIELDS else ""
        joined.said.setdefault(field, []).append((name, f"{_shown(value)}{unit}"))


def _fill(joined: _Joined, name: str, fact: Fact) -> None:
    """Fill what is open, and take down both sides where both speak and differ."""
    counted = _countable(fact, joined.fact)
    assert counted is not None
    for field in COLUMNS:
        here, there = getattr(joined.fact, field), getattr(counted, field)
        if field in ("id", "indicator") or there is None or there == "":
            continue
        if here is None or here == "":
            if field in ("growth_pct", "completion_pct") and counted.value != joined.fact.value:
                continue  # it belongs to the other figure
            joined.fact = replace(joined.fact, **{field: there})
        elif field == "note" and there not in here:
            joined.fact = replace(joined.fact, note=f"{here}；{there}")
            continue
        elif here == there or field in ("unit", "note"):
            continue
        written = getattr(fact, field)
        unit = fact.unit if field in ("value", "previous", "target") else "%" if field in FIELDS else ""
        if field != "unit":
            joined.said.setdefault(field, []).append((name, f"{_shown(written)}{unit}"))
    joined.origins.append((name, fact.id))


def _marked(joined: _Joined) -> Fact:
    """The fact with a word in its note (说明) on what another sheet says of its figures or its text, for the check to find."""
    fact = joined.fact
    for field, sides in joined.said.items():
        taken = sides[0][1]
        for name, side in sides[1:] if field != "topic" else ():
            word = f"{CONFLICT}{_NAMES[field]}另一表“{name}”写 {side[:60]}"
            if side != taken and word not in fact.note:
                fact = replace(fact, note=f"{fact.note}；{word}" if fact.note else word)
    return fact


def _numbered(joined: Sequence[_Joined]) -> list[Fact]:
    facts: list[Fact] = []
    wanted = {one.fact.id for one in joined}
    taken: set[str] = set()
    number = 0
    for one in joined:
        fact = one.fact
        if fact.id in taken:
            number += 1
            while f"F{number}" in wanted or f"F{number}" in taken:
                number += 1
            fact = replace(fact, id=f"F{number}")
        taken.add(fact.id)
        facts.append(fact)
    return facts


def _shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.code if isinstance(value, Period) else str(value)


# --- comparing -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: a fact that came, one that went, or a field that says something else. `fact` is "" for the meta.

    `fact`: its id in the new sheet, or in the old one if it went. `old` and `new`: as text, "" for nothing.
    """

    kind: Literal["added", "removed", "changed"]
    fact: str
    indicator: str
    field: str
    old: str
    new: str

    @property
    def column(self) -> str:
        """The field's Chinese name."""
        return _NAMES.get(self.field, self.field)


def diff(old: Sheet, new: Sheet) -> tuple[Change, ...]:
    """What changed from one version of a sheet to the next: meta first, then facts in the new order, then those that went.

    A fact is the same by its indicator and what its unit measures, else by its id; words alone by their text, else by their id.
    """
    changes = [
        Change("changed", "", "", field, _shown(before), _shown(after))
        for field in _META_FIELDS
        if (before := getattr(old.meta, field)) != (after := getattr(new.meta, field))
    ]
    pairs, gone = matched(old.facts, new.facts)
    for before, after in pairs:
        if before is None:
            changes.append(Change("added", after.id, after.indicator, "", "", _summary(after)))
            continue
        changes += _fields_changed(before, after)
    changes += [Change("removed", fact.id, fact.indicator, "", _summary(fact), "") for fact in gone]
    return tuple(changes)


def _fields_changed(before: Fact, after: Fact) -> Iterator[Change]:
    for field in COLUMNS:
        one, other = getattr(before, field), getattr(after, field)
        if one == other:
            continue
        if field in ("value", "previous", "target") and one is not None and other is not None:
            factor = same_dimension(before.unit, after.unit)
            if factor is not None and Fraction(one) * factor == Fraction(other):
                continue  # the same amount in another unit: the unit's own change says it
        unit = field in ("value", "previous", "target")
        yield Change(
            "changed", after.id, after.indicator or after.text[:20], field,
            "" if one is None else _shown(one) + (before.unit if unit else ""),
            "" if other is None else _shown(other) + (after.unit if unit else ""),
        )  # fmt: skip


def matched(old: Sequence[Fact], new: Sequence[Fact]) -> tuple[list[tuple[Fact | None, Fact]], list[Fact]]:
    """Each new fact with the old one it continues, and the old ones that none continues."""
    left = {fact.id: fact for fact in old}
    found: dict[str, Fact] = {}

    def take(fact: Fact, candidates: Sequence[Fact]) -> None:
        rest = [other for other in candidates if other.id in left]
        if fact.id not in found and rest:
            chosen = next((other for other in rest if other.id == fact.id), rest[0])
            found[fact.id] = left.pop(chosen.id)

    named: dict[tuple[str, str], list[Fact]] = {}
    for fact in old:
        named.setdefault(_identity(fact), []).append(fact)
    for fact in new:
        take(fact, [o for o in named.get(_identity(fact), ()) if same_dimension(o.unit, fact.unit) is not None])
    for fact in new:
        take(fact, named.get(_identity(fact), ()))
    for fact in new:  # renamed or reworded under its old id
        if fact.id in left and (left[fact.id].value is None) == (fact.value is None):
            take(fact, [left[fact.id]])
    return [(found.get(fact.id), fact) for fact in new], list(left.values())


def _identity(fact: Fact) -> tuple[str, str]:
    return (indicator_key(fact.indicator), "") if fact.value is not None else (fact.indicator, fact.text)


def _summary(fact: Fact) -> str:
    """A fact in a few words: 粮食播种面积 1.26万亩."""
    if fact.value is None:
        return fact.text
    return f"{fact.indicator} {_shown(fact.value)}{fact.unit}"
