"""A run as JUnit XML, which every CI reads: a test case a threshold, and one an item.

Written with ElementTree: the form needs three elements, and a library for it (junitparser) would be one more dependency to keep.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from eval.measures.table import MEASURES
from eval.runs import written
from eval.runs.report_text import bound
from eval.runs.store import Run
from eval.runs.summary import Summary, Verdict


def junit(run: Run, summary: Summary, verdicts: Sequence[Verdict]) -> bytes:
    """The XML. A threshold that did not hold is a failure; an item without a draft is an error; one that was not made is skipped."""
    name = run.manifest["suite"]["name"]
    root = ET.Element("testsuites", name="zhenbao eval")
    broken = [v for v in verdicts if not v.held]
    thresholds = ET.SubElement(
        root,
        "testsuite",
        name=f"{name}.thresholds",
        tests=str(len(verdicts)),
        failures=str(len(broken)),
        errors="0",
        skipped="0",
    )
    for verdict in verdicts:
        case = ET.SubElement(
            thresholds,
            "testcase",
            classname=f"{name}.{verdict.group}",
            name=f"{verdict.threshold.measure} {_asked(verdict)}",
        )
        if not verdict.held:
            said = f"{MEASURES[verdict.threshold.measure].name}{bound(verdict)}，实测{written.value(verdict.threshold.measure, verdict.mean)}"
            ET.SubElement(case, "failure", message=_printable(said), type="threshold")
    items = ET.SubElement(
        root, "testsuite", name=f"{name}.items", tests=str(len(run.order)), failures="0", errors=str(len(summary.failures)),
        skipped=str(len(summary.lacking)),
    )  # fmt: skip
    for id in run.order:
        row = run.rows.get(id)
        case = ET.SubElement(items, "testcase", classname=f"{name}.{row.group if row else 'none'}", name=id)
        if row is None:
            ET.SubElement(case, "skipped", message="not made yet")
        elif row.failure:
            ET.SubElement(case, "error", message=_printable(row.failure.what), type=row.failure.kind)
    ET.indent(root)
    written_out: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written_out + b"\n"


def _asked(verdict: Verdict) -> str:
    least, most = verdict.threshold.at_least, verdict.threshold.at_most
    return f">= {least:g}" if least is not None else f"<= {most:g}"


def _printable(text: str) -> str:
    """Without characters that XML 1.0 cannot hold."""
    return "".join(c for c in text if c in "\t\n\r" or (ord(c) >= 0x20 and c not in "\ufffe\uffff"))
