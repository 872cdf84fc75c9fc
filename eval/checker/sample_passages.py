"""Passages of the sample reports as bases (样本段落): each leaf section that states figures, with what the gold sheet gives of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from eval.checker.run import Base
from pipeline.archive.parsing import parse_page
from pipeline.facts.model import Fact, Sheet
from pipeline.facts.model import plain as printed
from pipeline.facts.reading import sheet_of
from pipeline.facts.yaml_source import read_yaml
from pipeline.language.headings import read_outline
from pipeline.language.script import simplified

# Gold sheet → file, article (from 1) and the period that the figures are of; the sheets leave it out, the pages rewrote it.
SHEETS = {"000-4_gangxi.yaml": ("000", 4, "2010H1"), "004_hudai.yaml": ("004", 1, "2008H1")}
PASSAGE = "passage"  # stands for the genre: nothing is asked of a passage's title and parts
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_MASK = re.compile(r"[xX×]{2,}|\*\*|某")
_LEAST = 2  # facts that a passage must state


def sample_passages(shared: Path, *, genres: Mapping[str, str], topics: Mapping[str, str]) -> Iterator[Base]:
    """The bases of a folder that holds seeds/ and gold/facts/, in order. Rows of a sheet that hold no figure of the period (a
    target alone, a figure lost in the page) are left out. Raises FileNotFoundError where a sheet or page is absent."""
    for name, (file, number, period) in SHEETS.items():
        path = shared / "gold" / "facts" / name
        content, _ = read_yaml(path.read_text(encoding="utf-8"), str(path))
        meta = {**content["meta"], "period": period}
        whole = sheet_of(
            {"meta": meta, "facts": [row for row in content["facts"] if _usable(row, meta, genres, topics)]},
            genres=genres,
            topics=topics,
        )
        page = next(iter(sorted((shared / "seeds").glob(f"{file}*.txt"))), None)
        if page is None or whole is None:
            raise FileNotFoundError(str(page or path))
        article = parse_page(page).articles[number - 1]
        for at, section in enumerate(read_outline(simplified(article.text)), 1):
            body, told = simplified(article.text)[section.body_start : section.end], whole.facts
            for _ in range(2):  # what is told, then what else stands in the sentences that tell it
                told = tuple(f for f in told if _stands_in(f, body))
                body = _given(body, told)
            told = tuple(f for f in told if _stands_in(f, body))
            if len(told) < _LEAST:
                continue
            text = f"# {whole.meta.town}{whole.meta.period.words}工作总结\n\n## 一、{section.heading or '工作情况'}\n\n{body}\n"
            yield Base(f"{file}/{number} §{at}", text, Sheet(replace(whole.meta, genre=PASSAGE), told))


def _usable(row: dict[str, Any], meta: dict[str, Any], genres: Mapping[str, str], topics: Mapping[str, str]) -> bool:
    return sheet_of({"meta": meta, "facts": [row]}, genres=genres, topics=topics) is not None


def _given(body: str, facts: Sequence[Fact]) -> str:
    """A passage without its sentences that are masked or hold a number that the facts do not give (a threshold, a share)."""
    known = {
        printed(abs(n)) for f in facts for n in (f.value, f.previous, f.growth_pct, f.target, f.completion_pct) if n is not None
    } | {m for f in facts for m in _NUMBER.findall(f"{f.indicator}{f.unit}")}  # fmt: skip
    lines = []
    for line in body.strip().splitlines():
        kept = [
            s for s in re.findall("[^。]*。?", line)
            if not _MASK.search(s) and all(printed(Decimal(n)) in known for n in _NUMBER.findall(s))
        ]  # fmt: skip
        lines.append("".join(kept))
    return "\n".join(lines)


def _stands_in(fact: Fact, body: str) -> bool:
    """Whether a passage states a fact, by plain text search: its figure, and a third of the indicator's pairs of characters beside it."""
    if fact.value is None or not fact.unit:
        return False
    words = re.sub("[^一-鿿]", "", fact.indicator)
    wanted = {words[i : i + 2] for i in range(len(words) - 1)}
    for m in re.finditer(rf"(?<![\d.]){re.escape(printed(fact.value))}0*{re.escape(fact.unit)}", body):
        beside = body[max(0, m.start() - 40) : m.end() + 16]
        if 3 * sum(pair in beside for pair in wanted) >= len(wanted):
            return True
    return False
