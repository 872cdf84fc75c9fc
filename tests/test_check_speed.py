"""A check is quick, and what it remembers changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest

from eval.checker.run import TEXTS, Base
from eval.checker.speed import cold, forget, seconds
from eval.checks.check import check
from eval.checks.document import Document
from eval.checks.findings import Report
from pipeline.archive.exemplars import read_exemplar
from pipeline.cli.shared import sheet_at
from pipeline.facts.genres import Genre
from pipeline.facts.model import Sheet
from pipeline.language.quantities import read_quantities
from pipeline.shipped import shipped

SHEETS = tuple(path.stem for path in sorted((shipped("corpus") / "exemplars").glob("*.md")))


def base(name: str) -> Base:
    corpus = shipped("corpus")
    return Base(
        name, read_exemplar(corpus / "exemplars" / f"{name}.md").text, sheet_at(corpus / "facts" / f"{name}.yaml")[0]
    )


def judged(genres: Mapping[str, Genre], text: str, sheet: Sheet) -> Report:
    return check(text, sheet, genre=genres[sheet.meta.genre])


@pytest.mark.parametrize("name", SHEETS)
def test_three_thousand_characters_are_checked_within_50_ms(genres: Mapping[str, Genre], name: str) -> None:
    one = base(name)
    allowed = 0.05 * max(1.0, len(one.text) / 3000) * max(1.0, len(one.sheet.facts) / 100)
    busy = 2.0  # what a core that is shared with others loses
    spent = min(seconds(one, partial(judged, genres), changed=False) for _ in range(5))
    assert spent < allowed * busy


@pytest.mark.models
def test_a_whole_command_takes_six_tenths_of_a_second(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENBAO_ARCHIVE", str(archive))
    draft, sheet = TEXTS / "model" / "hudai-2008h1.md", shipped("corpus") / "facts" / "hudai-2008h1.yaml"
    _, processor = cold(draft, sheet)
    busy = 2.0  # what a core that is shared with others loses
    assert processor < 0.6 * busy


@pytest.mark.parametrize("name", SHEETS)
def test_a_draft_that_was_checked_before_is_judged_as_a_new_one(genres: Mapping[str, Genre], name: str) -> None:
    one = base(name)
    forget()
    new = judged(genres, one.text, one.sheet)
    moved = judged(genres, f"\n\n{one.text}", one.sheet)
    assert judged(genres, one.text, one.sheet) == new
    assert [(f.rule, f.start) for f in moved.findings] == [
        (f.rule, None if f.start is None else f.start + 2) for f in new.findings
    ]


@pytest.mark.parametrize("name", SHEETS)
def test_passages_give_the_figures_that_the_whole_text_gives(name: str) -> None:
    text = base(name).text
    for given in (text, text.replace("\n", "\r\n"), text.replace("。\n", "。\n\n\n1. "), text.replace("，", "。\n")):
        document = Document(given)
        assert list(document.figures) == [q for q in read_quantities(given) if q.start >= document.body_start]
