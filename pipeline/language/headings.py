"""Headings (标题层次): the four numbered levels of official prose, 一、（一）1.（1）, and the outline they give a text.

A heading stands in its own line, as Markdown (`## 一、…`) or bare (`一、…`). In a bare line the label alone decides the level.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

CHINESE_DIGITS = "零一二三四五六七八九"

_LABELS = {
    1: re.compile(r"([一二三四五六七八九十百]+)、"),
    2: re.compile(r"[（(]([一二三四五六七八九十百]+)[）)]、?"),
    3: re.compile(r"(\d{1,3})(?:[.．](?!\d)|、)"),
    4: re.compile(r"[（(](\d{1,3})[）)]"),
}
_MARKDOWN = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_SENTENCE_END = "。；！？，、;!?,"  # a line that ends so is text with a number in front, not a heading
_LONGEST = 60  # characters; a longer bare line is a paragraph that begins with a label


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading line. `start`, `end`: characters in the text, the whole line without its line break."""

    level: int  # 1..4; 0: Markdown's `#`, the title; 5: a Markdown heading without a number
    label: str  # "一、", "（二）", "3.", "" if it has none
    number: int | None  # what the label counts to
    text: str
    marks: int  # how many `#` stand before it, 0 for a bare line
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with the text below it, up to the next heading of any level.

    `start`: where the heading line begins; the body is `text[body_start:end]`. `path`: the headings from the top
    without their labels, the own one last. Level 0 is the text before the first heading, with an empty heading.
    """

    level: int
    label: str
    heading: str
    path: tuple[str, ...]
    start: int
    body_start: int
    end: int


def chinese_count(number: int) -> str:
    """Write 1..99 as heading labels count: 一, 十, 十二, 二十, 二十三. Raises ValueError beyond."""
    if not 1 <= number <= 99:
        raise ValueError(f"no heading label counts to {number}")
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else CHINESE_DIGITS[tens] + "十") + (
        CHINESE_DIGITS[ones] if ones else ""
    )


def counted(label: str) -> int | None:
    """Read a label's number back: 一 → 1, 二十三 → 23, 7 → 7; None if it is none."""
    if label.isdigit():
        return int(label)
    found = re.fullmatch(r"(?:([一二三四五六七八九])?(十))?([一二三四五六七八九])?", label)
    if not label or not found:
        return None
    tens = (CHINESE_DIGITS.index(found[1]) if found[1] else 1) if found[2] else 0
    return tens * 10 + (CHINESE_DIGITS.index(found[3]) if found[3] else 0)


def label_of(level: int, number: int) -> str:
    """The label of the `number`-th heading on a level: (1, 2) → 二、; (2, 2) → （二）; (3, 2) → 2.; (4, 2) → （2）."""
    if level == 1:
        return f"{chinese_count(number)}、"
    if level == 2:
        return f"（{chinese_count(number)}）"
    return f"{number}." if level == 3 else f"（{number}）"


def _split_label(line: str) -> tuple[int, str, int | None, str] | None:
    for level, pattern in _LABELS.items():
        if found := pattern.match(line):
            return level, found[0], counted(found[1]), line[found.end() :].strip()
    return None


def read_headings(text: str) -> Iterator[Heading]:
    """All headings of a text in their own lines, in order. Remembered for the last few texts: many look at one draft in turn."""
    return iter(_headings(text))


@lru_cache(maxsize=16)
def _headings(text: str) -> tuple[Heading, ...]:
    return tuple(_read(text))


def _read(text: str) -> Iterator[Heading]:
    start = 0
    for line in text.splitlines(keepends=True):
        bare = line.rstrip("\r\n")
        end = start + len(bare)
        stripped = bare.strip(" \t　")
        if marked := _MARKDOWN.match(bare.lstrip()):
            marks = len(marked[1])
            split = _split_label(marked[2])
            if split and marks > 1:
                yield Heading(split[0], split[1], split[2], split[3], marks, start, end)
            else:
                yield Heading(0 if marks == 1 else 5, "", None, marked[2], marks, start, end)
        elif stripped and len(stripped) <= _LONGEST and stripped[-1] not in _SENTENCE_END:
            split = _split_label(stripped)
            if split and split[3]:
                yield Heading(split[0], split[1], split[2], split[3], 0, start, end)
        start += len(line)


def read_outline(text: str) -> tuple[Section, ...]:
    """Cut a text at its headings. The title (`# …`) is no section of its own: what follows it is level 0."""
    sections: list[Section] = []
    path: list[tuple[int, str]] = []
    level, label, heading, start, body_start = 0, "", "", 0, 0

    def close(end: int) -> None:
        sections.append(Section(level, label, heading, tuple(h for _, h in path), start, body_start, end))

    for found in read_headings(text):
        if found.level == 0 and not path:
            body_start = found.end
            continue
        close(found.start)
        level, label, heading = found.level or 1, found.label, found.text
        while path and path[-1][0] >= level:
            path.pop()
        path.append((level, heading))
        start, body_start = found.start, found.end
    close(len(text))
    return tuple(sections)
