"""The check (核稿): one draft against one sheet, all rules, one report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from eval.checks.copies import copies
from eval.checks.coverage import cover, missing
from eval.checks.derivations import Offers
from eval.checks.directions import directions
from eval.checks.document import Document
from eval.checks.figures import bound, findings
from eval.checks.findings import Finding, Report, in_order
from eval.checks.judging import judge
from eval.checks.names import names
from eval.checks.occasions import occasions
from eval.checks.periods import periods
from eval.checks.placeholders import placeholders
from eval.checks.structure import structure
from eval.checks.tables import with_tables
from eval.checks.times import times
from eval.checks.wording import wording
from pipeline.facts.genres import Genre
from pipeline.facts.model import Sheet

_NONE: Mapping[str, str] = {}


@lru_cache(maxsize=64)
def _offers(sheet: Sheet) -> Offers:
    return Offers(sheet)


def _once(first: Iterable[Finding], then: Iterable[Finding]) -> Iterator[Finding]:
    """Findings of two rules on times; of those that speak of the same words only the first."""
    said = list(first)
    yield from said
    for finding in then:
        if not any(
            f.start is not None
            and finding.start is not None
            and f.end is not None
            and finding.end is not None
            and f.start < finding.end
            and finding.start < f.end
            for f in said
        ):
            yield finding


def check(
    text: str,
    sheet: Sheet,
    *,
    genre: Genre | None,
    foreign_names: Mapping[str, str] = _NONE,
    exemplar_texts: Mapping[str, str] = _NONE,
) -> Report:
    """Judge a draft (Markdown or plain text) by its sheet. Never raises for any text.

    `genre` gives the required parts; None leaves them unasked. `foreign_names`: names that must not be there → where they come
    from; `exemplar_texts`: texts that no sentence may be taken from → the report they are from.
    """
    document, offers = Document(text, sheet.meta.period.year), _offers(sheet)
    statements = judge(document, offers, ahead=sheet.meta.genre == "plan")
    coverage = cover(document, statements)
    found: list[Finding] = [
        *findings(statements),
        *missing(document, statements, coverage),
        *structure(document, sheet, genre),
        *occasions(document, sheet),
        *directions(document, statements),
        *_once(periods(document, sheet, statements), times(document, sheet, statements)),
        *placeholders(document, offers),
        *names(document, sheet, foreign_names),
        *copies(document, exemplar_texts),
        *wording(document, sheet),
    ]
    return with_tables(Report(in_order(found), coverage, tuple(bound(statements))), document, sheet)
