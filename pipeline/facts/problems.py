"""What is said of a sheet: errors, warnings, and notes on how something was understood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

Severity = Literal["error", "warning", "note"]
Verdict = Literal["accept", "warn", "reject"]
Said = tuple[str, str, str, str, Severity]  # of a fact: its id ("" for the meta), column, message, mend, severity


@dataclass(frozen=True, slots=True)
class Problem:
    """What is to be said of a sheet, where, and how to mend it; all in Chinese, for the clerk.

    error: no draft from it could be right. warning: look at it. note: how something was read, nothing doubtful.
    """

    where: str
    message: str
    mend: str
    severity: Severity


class Say(Protocol):
    """Takes down one problem. `steps` is the place: "facts", the row's number from 0, the column; or "meta", the column."""

    def __call__(self, message: str, mend: str, *steps: str | int, severity: Severity = "error") -> None: ...


def verdict(problems: Iterable[Problem]) -> Verdict:
    """reject with an error, warn with a warning, else accept, whatever the notes."""
    said = {problem.severity for problem in problems}
    return "reject" if "error" in said else "warn" if "warning" in said else "accept"
