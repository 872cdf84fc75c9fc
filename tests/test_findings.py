"""The report's form: order, counts, JSON."""

from __future__ import annotations

from eval.checks.findings import Coverage, Finding, Report, in_order


def found(rule: str, start: int | None, severity: str = "error") -> Finding:
    end, line = (None, None) if start is None else (start + 2, 1)
    return Finding(rule, severity, start, end, line, "" if start is None else "3户", "…", ("F1",))  # type: ignore[arg-type]


def test_findings_stand_by_place_then_rule_and_what_has_no_place_last() -> None:
    missing, late, early, other = (
        found("fact.missing", None),
        found("figure.unit", 9),
        found("figure.unit", 4),
        found("figure.approx", 4),
    )
    assert in_order([missing, late, early, other]) == (other, early, late, missing)


def test_the_json_is_the_contracts() -> None:
    report = Report(
        (found("figure.unsupported", 5), found("fact.missing", None, "warning")),
        (Coverage("F1", True, ((5, 7),)), Coverage("F2", False)),
    )
    assert report.counts == {"error": 1, "warning": 1, "note": 0}
    assert report.to_json() == {
        "findings": [
            {"rule": "figure.unsupported", "severity": "error", "start": 5, "end": 7, "line": 1, "quote": "3户", "message": "…", "fact_ids": ["F1"]},
            {"rule": "fact.missing", "severity": "warning", "start": None, "end": None, "line": None, "quote": "", "message": "…", "fact_ids": ["F1"]},
        ],
        "coverage": {"F1": {"covered": True, "spans": [[5, 7]]}, "F2": {"covered": False, "spans": []}},
        "counts": {"error": 1, "warning": 1, "note": 0},
    }  # fmt: skip
