"""Noisy pages of many kinds come out as the reports they were made from: titles, headings, every sentence, no noise."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from pipeline.archive.parsing import ParsedPage, parse_page
from tests.noisy_pages import Page, Report, pages, sentences


def dense(text: str) -> str:
    """Without blanks, width aside."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def label(text: str) -> str:
    return re.sub(r"[、.。]", "", dense(text))


@pytest.fixture(scope="module", params=pages(), ids=lambda page: page.name)
def parsed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Page, ParsedPage]:
    page: Page = request.param
    path = tmp_path_factory.mktemp("page") / page.name
    path.write_bytes(page.content)
    return page, parse_page(Path(path))


def test_each_report_with_its_title_and_headings(parsed: tuple[Page, ParsedPage]) -> None:
    page, found = parsed

    def outline(report: Report) -> list[tuple[int, str, str]]:
        return [(b.level, label(b.label), dense(b.text)) for b in report.blocks if b.level]

    assert [a.title for a in found.articles] == [report.title for report in page.reports]
    for article, report in zip(found.articles, page.reports, strict=True):
        assert [(h.level, label(h.label), dense(h.text)) for h in article.headings] == outline(report)


def test_nothing_is_lost_and_no_noise_is_left(parsed: tuple[Page, ParsedPage]) -> None:
    page, found = parsed
    for article, report in zip(found.articles, page.reports, strict=True):
        text = dense(article.text)
        assert [s for s in sentences(report) if dense(s) not in text] == []
        assert [word for word in page.noise if word in article.title + article.text] == []


def test_what_goes_is_listed(parsed: tuple[Page, ParsedPage]) -> None:
    page, found = parsed
    listed = dense("".join(removed.text for removed in found.removed))
    unlisted = {"MERGEFORMAT", "TOC"} | {word for word in page.noise if not word.isalnum()}
    # What a site is called, what scripts and field codes hold, and what is cut to 200 characters need no listing.
    missing = [word for word in page.noise if dense(word) not in listed and word not in unlisted]
    assert len(missing) <= len(page.noise) // 2, missing
