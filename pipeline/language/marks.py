"""Marks: numerals of a text that are no figures to check (日期、序号、名称)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Kind = Literal["date", "ordinal", "name"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A date, an ordinal or a name with a number in it; [start, end) in characters."""

    start: int
    end: int
    kind: Kind
    value: Decimal | tuple[Decimal, Decimal] | None = None
    unit: str = ""
