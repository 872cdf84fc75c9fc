"""A page a clerk has becomes clean articles (整理): noise out, reports apart, headings found, gaps marked.

Nothing of a report's body is dropped, and what is taken out is listed. What is masked or lost on the page stays so:
nothing is filled in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.archive import articles, noise
from pipeline.archive.describing import Basis, genre_of, period_of, region_of
from pipeline.archive.extraction import one_line, read_page, text_lines
from pipeline.archive.outline_reading import Block, read_blocks
from pipeline.archive.raw_lines import RawLine, RawPage, Removed
from pipeline.errors import PipelineError
from pipeline.language.gaps import gap_spans

__all__ = ["ParsedArticle", "ParsedHeading", "ParsedPage", "Removed", "parse_page", "parse_text", "to_json"]


@dataclass(frozen=True, slots=True)
class ParsedHeading:
    """A heading. `level`: 1..4, by nesting. `label`: 一、 （一） 1. （1）, "" if it has none. `start`: where its line
    begins in the article's text."""

    level: int
    label: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """One report of a page.

    `genre`, `region`, `period`: None if they cannot be told; `period_basis`: stated in the report, inferred, or none.
    `text`: clean and simplified, without the title; headings as Markdown lines (## 一、…), paragraphs and headings with
    a blank line between. `line`: where the report begins on the page. `gaps`: spans of `text` that are masked or have
    lost their figure (see pipeline.language.gaps): no figures, and nothing to write after.
    """

    title: str
    genre: str | None
    region: str | None
    period: str | None
    period_basis: Basis
    headings: tuple[ParsedHeading, ...]
    text: str
    line: int
    gaps: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """A page's reports, in order, and what was taken out, by line."""

    encoding: str
    articles: tuple[ParsedArticle, ...]
    removed: tuple[Removed, ...]


def parse_page(path: Path) -> ParsedPage:
    """Parse one file: .txt .md .html .docx .doc or .pdf.

    Raises PipelineError, with the mend, for a file that cannot be read (see extraction.read_page) and for a page
    without running text.
    """
    return _parsed(read_page(path), path.stem, one_line(path))


def parse_text(text: str, *, name: str) -> ParsedPage:
    """Parse a page's text, decoded already. `name`: what to call the report if the page does not, and for messages.

    Raises PipelineError if it holds no running text.
    """
    return _parsed(RawPage("utf-8", text_lines(text.replace("\r\n", "\n").replace("\r", "\n"))), name, name)


def to_json(page: ParsedPage) -> dict[str, Any]:
    """The page in the contract's form, with the basis of the period, gaps and what was removed."""
    return {
        "encoding": page.encoding,
        "articles": [
            {
                "title": a.title,
                "genre": a.genre,
                "region": a.region,
                "period": a.period,
                "period_basis": a.period_basis,
                "line": a.line,
                "headings": [{"level": h.level, "label": h.label, "text": h.text} for h in a.headings],
                "text": a.text,
                "gaps": [list(gap) for gap in a.gaps],
            }
            for a in page.articles
        ],
        "removed": [{"kind": r.kind, "text": r.text, "line": r.line} for r in page.removed],
    }


def _parsed(page: RawPage, name: str, where: str) -> ParsedPage:
    removed = list(page.removed)
    lines = _clean(page.lines, removed)
    regions = articles.split(lines, removed)
    if not regions:
        raise PipelineError("里面没有成段的文字。", where=where, mend="换一个有正文的文件。")
    parsed: list[ParsedArticle] = []
    for region in regions:
        kept: list[RawLine] = []
        for line in region.lines:
            text = noise.without_ads(line.text, line.line, removed, opening=not kept)
            if text or line.hint == "part":
                kept.append(RawLine(text, line.line, line.hint))
        if kept:
            parsed.append(_article(region, read_blocks(kept), name))
    if not parsed:
        raise PipelineError("里面没有成段的文字。", where=where, mend="换一个有正文的文件。")
    return ParsedPage(page.encoding, tuple(parsed), tuple(sorted(removed, key=lambda r: r.line)))


def _clean(lines: Sequence[RawLine], removed: list[Removed]) -> list[RawLine]:
    """The lines mended, without furniture."""
    split: list[RawLine] = []
    for line in lines:
        for text in noise.broken_lines(line.text):
            split.append(RawLine(text, line.line, line.hint))
    if noise.is_markdown(split):
        split = [noise.without_markdown(line) for line in split]
    mended = [noise.mended(line, removed) for line in split]
    words = noise.inserted_words(mended)
    if words:
        mended = [noise.without_inserted(line, words, removed) for line in mended]
    names = noise.site_names(mended)
    repeated, heads = noise.repeated_lines(mended), noise.running_heads(mended)
    contents = noise.contents_lines(mended)
    kinds = noise.with_captions(mended, [noise.furniture_kind(line) for line in mended])
    kept: list[RawLine] = []
    listed = commented = False  # within a list of links to other pages; within what readers wrote
    prose = 0
    at_text, between = -1, False  # the last line kept; whether a page's end stands between it and the next
    for at, line in enumerate(mended):
        text = line.text.strip()
        if text and noise.is_scrap(text) and kept and kept[-1].text.strip() and kept[-1].text[-1] not in noise.CLOSING:
            kept[-1] = RawLine(
                kept[-1].text.rstrip() + text, kept[-1].line, kept[-1].hint
            )  # a break before a full stop
            continue
        kind = "contents" if at in contents else kinds[at]
        if kind is None and (
            (noise.dense(text) in repeated and not articles.is_structure(text))
            or (noise.dense(text) in heads and not articles.is_labelled(text))
        ):
            kind = "repeated"
        if (part := noise.part_of(text)) and kind is None:
            removed.append(Removed("page-title", part[0], line.line))
            line, text = RawLine(part[1], line.line, "part"), part[1]
        if prose >= 120 and noise.opens_comments(text):
            commented = True
        elif articles.is_labelled(text) or articles.is_marker(text):
            commented = False
        if commented and text:
            kind = "comment"
        elif (
            kind is None
            and text
            and listed
            and len(text) < 45
            and articles.is_title(text)
            and not articles.is_marker(text)
        ):
            kind = "nav"
        elif kind is None and text:
            listed = False
        if kind == "nav" and noise.opens_list(text):
            listed = True
        if kind is None:
            line = noise.without_names(line, names, removed) if names else line
            text = noise.without_ads(line.text, line.line, removed, opening=not prose)
            if between and text and articles.goes_on(kept[at_text], line):
                whole = kept[at_text]
                kept[at_text:] = [RawLine(whole.text.rstrip() + text.lstrip(" \t　"), whole.line, whole.hint)]
            else:
                kept.append(RawLine(text, line.line, line.hint))
            if text.strip():
                at_text, between = len(kept) - 1, False
            prose += len(text) if articles.is_prose(text) else 0
        else:
            removed.append(Removed(kind, text[:200], line.line))
            between = at_text >= 0 and kind in ("page-number", "nav", "repeated", "table")
    return kept


def _article(region: articles.Region, blocks: Sequence[Block], name: str) -> ParsedArticle:
    parts: list[str] = []
    headings: list[ParsedHeading] = []
    at = 0
    for block in blocks:
        if block.level:
            space = " " if block.label[-1:] == "." else ""
            part = f"{'#' * (block.level + 1)} {block.label}{space}{block.text}"
            headings.append(ParsedHeading(block.level, block.label, block.text, at))
        else:
            part = block.text
        parts.append(part)
        at += len(part) + 2
    text = "\n\n".join(parts) + "\n"
    title = region.title or name
    genre = genre_of(title, text, generic=region.generic)
    period, basis = period_of("" if region.generic and not any(c.isdigit() for c in title) else title, text, genre)
    return ParsedArticle(
        title=title,
        genre=genre,
        region=region_of(title, text),
        period=period,
        period_basis=basis,
        headings=tuple(headings),
        text=text,
        line=region.line,
        gaps=gap_spans(text),
    )
