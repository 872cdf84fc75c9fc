"""Measures of what a draft states (事实与数字), read off the check's report. Counts are counts of errors, not of warnings."""

from __future__ import annotations

from collections.abc import Collection

from eval.checks.findings import Report

MISBOUND = frozenset({"figure.misbound", "figure.wrong_value", "figure.conflict"})
DERIVED = frozenset({"figure.derived", "figure.direction"})
MISWRITTEN = frozenset({"figure.unit", "figure.approx"})


def facts_stated(report: Report) -> float | None:
    """Facts of the sheet that the draft states, as a share of all facts, 0..1. None for a sheet without facts."""
    return sum(c.covered for c in report.coverage) / len(report.coverage) if report.coverage else None


def unsupported(report: Report) -> float:
    """Figures that no fact gives and that do not follow from the facts (figure.unsupported), a draft."""
    return _errors(report, {"figure.unsupported"})


def misbound(report: Report) -> float:
    """Figures that stand on an indicator whose figure is another (figure.misbound, wrong_value, conflict), a draft."""
    return _errors(report, MISBOUND)


def derived_wrong(report: Report) -> float:
    """Growths, completions, sums, differences and directions that do not follow (figure.derived, figure.direction), a draft."""
    return _errors(report, DERIVED)


def miswritten(report: Report) -> float:
    """Right figures in the wrong unit, scale or approximation (figure.unit, figure.approx), a draft."""
    return _errors(report, MISWRITTEN)


def leaks(report: Report) -> float:
    """What does not belong there: placeholders and names of other places (leak.placeholder, leak.name), a draft.

    Our own 【待补：…】 is no leak: it says openly that the sheet gives nothing. What is copied is measured apart (`wording.copied`).
    """
    return _errors(report, {"leak.placeholder", "leak.name"})


def structure(report: Report) -> float:
    """Errors of structure: parts missing, heading numbers, enumerations, title (structure.*), a draft."""
    return float(sum(f.severity == "error" and f.rule.startswith("structure.") for f in report.findings))


def clean(report: Report) -> float:
    """1 for a draft in which the check finds no error, else 0; its mean is the share of clean drafts."""
    return float(report.counts["error"] == 0)


def figures(report: Report) -> float:
    """Figures in the draft, dates, names and ordinals left out. Neither more nor less is better."""
    return float(sum(f.state != "no-figure" for f in report.figures))


def _errors(report: Report, rules: Collection[str]) -> float:
    return float(sum(f.severity == "error" and f.rule in rules for f in report.findings))
