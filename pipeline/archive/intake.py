"""Intake (收文): a file becomes the articles that the archive keeps, whether it is an exemplar with front matter or a raw page."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from glob import glob
from pathlib import Path

from pipeline.archive.exemplars import SUFFIXES as EXEMPLARS
from pipeline.archive.exemplars import Article, read_exemplar, shown, source_of
from pipeline.archive.extraction import SUFFIXES, read_page
from pipeline.archive.parsing import parse_page
from pipeline.archive.passages import Passage, passages
from pipeline.archive.raw_lines import RawLine
from pipeline.errors import PipelineError
from pipeline.language.script import simplified

__all__ = ["SUFFIXES", "Cut", "articles_of", "file_of", "files_of"]

Cut = tuple[Article, tuple[Passage, ...]]

_FENCE = b"---"
_NUMBER = "#"  # between a page's name and the number of its article
_ENOUGH = 8  # letters by which a passage's beginning is found on its page


def articles_of(path: Path, topic_of: Callable[[str, str], str | None]) -> list[Cut]:
    """The articles of a file with their passages, in order, those without any passage left out.

    A .md or .txt file that begins with front matter is one article, named by its path; another file is a page, whose
    articles are named by its path and, if it holds several, their number (reports.html#2). What a page does not say
    (genre, region, period) is "". Raises PipelineError if the file cannot be used or has no text.
    """
    try:
        str(path).encode()  # a source is a name in the archive's files, which are UTF-8
    except UnicodeEncodeError as fault:
        raise PipelineError("文件名里有不是 UTF-8 的字。", where=shown(path), mend="改个文件名再收入。") from fault
    if path.suffix.lower() in EXEMPLARS and _has_front_matter(path):
        article = read_exemplar(path)
        cut = [(article, passages(article, topic_of))]
    else:
        cut = _page(path, topic_of)
    kept = [(article, found) for article, found in cut if found]
    if not kept:
        raise PipelineError("正文里只有标题，没有文字。", where=str(path), mend="补写标题下的文字。")
    return kept


def files_of(paths: Sequence[Path]) -> tuple[list[Path], list[tuple[str, str]]]:
    """The files meant, sorted, each once: files, those below folders, those that a pattern (*.html) names.

    Gives with them the folders and patterns without any, and what to mend.
    """
    files: dict[str, Path] = {}
    failed: list[tuple[str, str]] = []
    for path in _expanded(paths, failed):
        if not os.path.isdir(path):  # noqa: PTH112  # path.is_dir() raises for names that no file can have
            files.setdefault(os.path.abspath(path), path)  # noqa: PTH100  # resolve() would follow links
            continue
        below = [
            Path(at) / name
            for at, folders, names in os.walk(path)  # does not follow links to folders, so loops end
            if not folders.sort()
            for name in sorted(names)
            if name.lower().endswith(SUFFIXES) and not name.startswith(".")
        ]
        if not below:
            failed.append((shown(path), f"文件夹里没有 {' '.join(SUFFIXES)} 文件。"))
        for file in below:
            files.setdefault(os.path.abspath(file), file)  # noqa: PTH100
    return [files[name] for name in sorted(files)], failed


def _expanded(paths: Sequence[Path], failed: list[tuple[str, str]]) -> Iterator[Path]:
    """The paths with patterns resolved, as shells that leave that to the command expect; a file of that name goes first."""
    for path in paths:
        if not any(mark in str(path) for mark in "*?[") or os.path.lexists(path):
            yield path
            continue
        found = sorted(glob(str(path), recursive=True))  # noqa: PTH207  # the pattern may be absolute
        if not found:
            failed.append((shown(path), "没有文件符合这个通配符。"))
        yield from map(Path, found)


def file_of(source: str) -> str:
    """The file that an article's name stands for: without the article's number."""
    name, mark, number = source.rpartition(_NUMBER)
    return name if mark and number.isdigit() else source


def _has_front_matter(path: Path) -> bool:
    try:
        # Without waiting on a pipe that goes by a text's name.
        with open(path, "rb", opener=lambda p, flags: os.open(p, flags | getattr(os, "O_NONBLOCK", 0))) as file:
            return (file.read(6) or b"").removeprefix(b"\xef\xbb\xbf").startswith(_FENCE)
    except (OSError, ValueError):
        return False  # whoever reads it says what is wrong


def _page(path: Path, topic_of: Callable[[str, str], str | None]) -> list[Cut]:
    page = parse_page(path)
    lines = read_page(path).lines
    cut: list[Cut] = []
    for number, parsed in enumerate(page.articles, 1):
        article = Article(
            source=source_of(path) + (f"{_NUMBER}{number}" if len(page.articles) > 1 else ""),
            title=parsed.title,
            genre=parsed.genre or "",
            region=parsed.region or "",
            period=parsed.period or "",
            text=parsed.text,
            line_offset=parsed.line - 1,
        )
        cut.append((article, _placed(passages(article, topic_of), lines, parsed.line)))
    return cut


def _placed(found: Sequence[Passage], lines: Sequence[RawLine], first: int) -> tuple[Passage, ...]:
    """The passages with the lines of the page where they begin: parsing has joined and cleaned the page's own lines."""
    left = [(_letters(line.text), line.line) for line in lines if line.line >= first]
    at, line = 0, first
    placed = []
    for passage in found:
        key = _letters(passage.text)[:_ENOUGH]
        place = next((i for i in range(at, len(left)) if key in left[i][0]), None)
        if place is not None:
            at, line = place, left[place][1]
        placed.append(
            replace(passage, line=line)
        )  # one that is not found begins where the one before it does, or later
    return tuple(placed)


def _letters(text: str) -> str:
    return "".join(character for character in simplified(text) if character.isalnum())
