"""Figures in sentences of many fields, decades and scripts, kept in tests/quantities/*.tsv: sentence, tab, its figures in order.

A line without figures is a refusal: dates, names, numbers of documents, slogans, idioms, masks.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_quantities import figures, written

LINES = [
    line.partition("\t")
    for file in sorted(Path(__file__).with_name("quantities").glob("*.tsv"))
    for line in file.read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("text", "expected"), [(text, expected) for text, _, expected in LINES])
def test_figures_of_many_fields(text: str, expected: str) -> None:
    # a suspect figure is written as one mark: its unit stands where the scanner has left it
    assert "; ".join("?" if q.suspect else written(q) for q in figures(text)) == expected


def test_refusals_stand_beside_the_figures() -> None:
    assert 5 * sum(not expected for _, _, expected in LINES) >= len(LINES) * 0.9
