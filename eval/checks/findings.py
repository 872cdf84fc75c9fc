"""What a check says: findings with their place, which facts the draft states, and the state of each figure (检查结果)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
State = Literal["supported", "derived", "wrong", "unsupported", "no-figure"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. [start, end): characters of the draft, None where something is missing; `line` from 1."""

    rule: str  # figure.wrong_value, fact.missing …: contracts' list
    severity: Severity
    start: int | None
    end: int | None
    line: int | None
    quote: str  # the draft's words, "" where something is missing
    message: str  # Chinese: what is wrong, what the sheet says, how to mend it
    fact_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether and where the draft states a fact."""

    fact_id: str
    covered: bool
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class BoundFigure:
    """A figure of the draft and where it comes from: a fact's field, or a formula over fields."""

    start: int
    end: int
    state: State
    fact_ids: tuple[str, ...] = ()
    field: str = ""  # value, previous, growth_pct, target, completion_pct, text, indicator, or a derivation's kind
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found in a draft. `findings` are sorted by place, then rule; those without a place come last."""

    findings: tuple[Finding, ...]
    coverage: tuple[Coverage, ...]
    figures: tuple[BoundFigure, ...] = ()

    @property
    def counts(self) -> dict[Severity, int]:
        """How many findings of each severity."""
        found = Counter(f.severity for f in self.findings)
        return {severity: found[severity] for severity in SEVERITIES}

    def to_json(self) -> dict[str, Any]:
        """The form that `zhenbao check --json` prints."""
        return {
            "findings": [
                {
                    "rule": f.rule, "severity": f.severity, "start": f.start, "end": f.end, "line": f.line,
                    "quote": f.quote, "message": f.message, "fact_ids": list(f.fact_ids),
                }
                for f in self.findings
            ],
            "coverage": {
                c.fact_id: {"covered": c.covered, "spans": [list(span) for span in c.spans]} for c in self.coverage
            },
            "counts": dict(self.counts),
        }  # fmt: skip


def in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """Sort by place, then rule; what has no place comes last."""
    return tuple(sorted(findings, key=lambda f: (f.start is None, f.start or 0, f.rule, f.end or 0, f.message)))
