"""What a run keeps of each item (评测记录): its values, what the check found, or why there is no draft."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

FailureKind = Literal["fault", "service", "died"]


@dataclass(frozen=True, slots=True)
class Found:
    """A finding of the check: a rule, and the place in words a person can look up."""

    rule: str
    severity: str
    line: int | None
    quote: str
    message: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an item has no draft. `service`: a model did not answer; `died`: the process ended; `fault`: anything else."""

    kind: FailureKind
    what: str


@dataclass(frozen=True, slots=True)
class Row:
    """One item. `case` is the same in other groups and runs; `document` is what the bootstrap draws (the sheet, the file).

    `values`: by measure; None is not measured. Times are not among them: no two runs have the same.
    """

    case: str
    group: str
    document: str
    values: Mapping[str, float | None]
    found: tuple[Found, ...] = ()
    rejections: Mapping[str, int] = field(default_factory=dict)
    failure: Failure | None = None
    draft: str = ""  # the draft's file in the run's folder

    @property
    def id(self) -> str:
        return f"{self.case}.{self.group}"

    def line(self) -> str:
        """The row as one line of JSON."""
        return json.dumps({"id": self.id, **asdict(self)}, ensure_ascii=False, sort_keys=True)


def row_of(line: str) -> Row:
    """Read a row back. Raises ValueError, KeyError or TypeError for a line that is none (a write that was cut off)."""
    said: dict[str, Any] = json.loads(line)
    failure = said["failure"]
    return Row(
        said["case"], said["group"], said["document"], said["values"], tuple(Found(**f) for f in said["found"]),
        said["rejections"], Failure(**failure) if failure else None, said["draft"],
    )  # fmt: skip
