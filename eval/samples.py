"""What the check says of real reports: the sample pages taken apart, each article against its published figures where there is a sheet.

    python -m eval.samples --shared ../shared [--raw]

Prints one line a finding. docs/findings-on-samples.md holds the judgement on each, made by hand.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eval.checks.check import check
from eval.checks.findings import Finding
from pipeline.archive.parsing import parse_page
from pipeline.facts.genres import Genre, genre_ids, read_genres
from pipeline.facts.model import Meta, Sheet
from pipeline.facts.reading import load_sheet
from pipeline.facts.topics import read_topics, topic_ids
from pipeline.language.periods import read_period
from pipeline.language.script import simplified
from pipeline.shipped import shipped

SHEETS = {("000", 4): "gangxi-2010h1.yaml", ("004", 1): "hudai-2008h1.yaml"}  # file and article, counted from 1
# Without a sheet only what needs no figures can be judged.
_MARKS = re.compile(r"^#{2,6} ", re.M)
_WITHOUT_SHEET = ("structure.", "wording.", "leak.placeholder")


@dataclass(frozen=True, slots=True)
class Said:
    """One finding on one article. `about`: file and article, such as 004/1."""

    about: str
    sheet: str  # "" where the article has none
    finding: Finding


def said_of_samples(seeds: Path, *, raw: bool = False) -> Iterator[Said]:
    """All findings on the articles of a folder of sample pages, in order. `raw`: on the page as it is, where it has a sheet."""
    topics = read_topics(shipped("prompts") / "topics.yaml")
    genres: dict[str, Genre] = dict(read_genres(shipped("prompts") / "genres", tuple(topics)))
    for path in sorted(seeds.glob("*.txt")):
        for number, article in enumerate(parse_page(path).articles, 1):
            name = SHEETS.get((path.name[:3], number), "")
            # The pages print numbers before their headings and no marks; the number alone says the level.
            parsed = f"# {article.title}\n\n{_MARKS.sub('', article.text)}"
            text = simplified(path.read_text(encoding="utf-8") if raw else parsed)
            if name:
                sheet, _ = load_sheet(
                    shipped("corpus") / "facts" / name, genres=genre_ids(genres), topics=topic_ids(topics)
                )
            elif raw:
                continue
            else:
                period = read_period(article.period or "") or read_period("2011H1")
                assert period is not None
                sheet = Sheet(Meta("本镇", period, article.genre or "half-year-summary"), ())
            for finding in check(text, sheet, genre=genres[sheet.meta.genre]).findings:
                dated = bool(article.period) or finding.rule != "wording.anachronism"
                if name or (finding.rule.startswith(_WITHOUT_SHEET) and dated):
                    yield Said(f"{path.name[:3]}/{number}", name, finding)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--shared", type=Path, default=Path("../shared"))
    options.add_argument("--raw", action="store_true", help="the page as it is, where it has a sheet")
    asked = options.parse_args()
    seeds = asked.shared / "seeds"
    if not seeds.is_dir():
        sys.exit(f"{seeds} is not here: nothing measured")
    for said in said_of_samples(seeds, raw=asked.raw):
        f = said.finding
        row = (said.about, f.rule, f.severity, str(f.line or ""), f.quote.replace("\n", " ")[:40], f.message)
        sys.stdout.write("\t".join(row) + "\n")


if __name__ == "__main__":
    main()
