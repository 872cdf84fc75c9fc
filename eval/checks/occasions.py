"""Dates and ranks that a fact in words gives (文字里的日期和名次): 1月16日召开, 列全县第2位. A draft that tells the same with others is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.checks.coverage import ENOUGH
from eval.checks.document import Document
from eval.checks.findings import Finding
from eval.checks.naming import pairs
from pipeline.facts.model import Sheet
from pipeline.language.text import plain

_DAY = re.compile(r"(?:(?:19|20)\d\d年)?(1[0-2]|[1-9])月(?:([123]?\d)日)?(?!份?[—\-至到])")
_RANK = re.compile(r"第([0-9]{1,3}|[一二三四五六七八九十]{1,3})(?:位|名|(?=[，。；,;]))")
_NUMBER = re.compile(r"[0-9一二三四五六七八九十]+")
_CLAUSE = re.compile(r"[^，。；：、！？“”,;\n]+")
LEAST = 0.35  # share of a fact's pairs that the clause itself must hold; its sentence up to there must hold ENOUGH
_FEWEST = 6  # pairs of characters that a clause must have to be recognised by


def occasions(document: Document, sheet: Sheet) -> Iterator[Finding]:
    """A finding for each date and rank that stands where a fact in words gives another."""
    wanted = []
    for fact in sheet.facts:
        for text in (fact.text, fact.indicator if fact.value is None else ""):
            for clause in _CLAUSE.findall(plain(text)):
                for pattern in (_DAY, _RANK):
                    written = {m[0] for m in pattern.finditer(clause)}
                    bag = pairs(_NUMBER.sub("", pattern.sub("", clause)))
                    if written and len(bag) >= _FEWEST:
                        wanted.append((fact, pattern, written, bag))
    if not wanted:
        return
    for start, end in document.sentences:
        for clause in _CLAUSE.finditer(document.plain, start, end):
            for fact, pattern, given, bag in wanted:
                found = list(pattern.finditer(document.plain, *clause.span()))
                if not found or not bag:
                    continue
                said = pairs(_NUMBER.sub("", pattern.sub("", clause[0]))) & bag
                around = pairs(_NUMBER.sub("", pattern.sub("", document.plain[start : clause.end()]))) & bag
                if len(said) < LEAST * len(bag) or len(around) < ENOUGH * len(bag):
                    continue
                keys = {_key(pattern, text) for text in given}
                other = [m for m in found if _key(pattern, m[0]) not in keys and not _shorter(m[0], given)]
                if len(other) < len(found) or len(found) > len(given):
                    continue
                for m in other:
                    due = "、".join(sorted(given))
                    yield document.finding(
                        "figure.wrong_value", "error", *m.span(),
                        f"“{m[0]}”与清单不符，清单写的是{due}。请改为{due}。（{fact.id}“{fact.text or fact.indicator}”）", fact.id,
                    )  # fmt: skip


_DIGITS = {c: str(n) for n, c in enumerate("零一二三四五六七八九")}


def _key(pattern: re.Pattern[str], text: str) -> tuple[str | None, ...]:
    """What two writings of one date or rank share: month and day, or the number."""
    m = pattern.match(text)
    assert m is not None
    if pattern is _DAY:
        return m.groups()
    word = m[1]
    if not word.isdigit():
        tens, ten, ones = word.rpartition("十")
        word = (f"{_DIGITS.get(tens, '1')}{_DIGITS.get(ones, '0')}" if ten else _DIGITS[word]).strip()
    return (word,)


def _shorter(text: str, given: set[str]) -> bool:
    """Whether a date is one of the given with its day left out: 1月 for 1月16日."""
    return any("日" not in text and re.sub("^.*年", "", text).rstrip("日") in g for g in given)
