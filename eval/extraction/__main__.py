"""`python -m eval.extraction`: the samples' figures extracted and held against the hand-made sheets in ../shared/gold/facts."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import yaml

from pipeline.archive.parsing import parse_page
from pipeline.facts.extraction import Extracted, extracted
from pipeline.facts.model import plain

# Sheet → the page it was made from, and the article there, from 0.
SOURCES = {"000-4_gangxi": ("000_116476e33ab902f9.txt", 3), "004_hudai": ("004_1225414f499d9e22.txt", 0)}
ALIKE = 0.6  # of the shorter name's characters, in order, that stand in the longer


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure of the hand-made sheet and what was found for it; None if nothing has its value and unit."""

    indicator: str
    value: Decimal
    unit: str
    found: Extracted | None

    @property
    def alike(self) -> bool:
        return self.found is not None and likeness(self.indicator, self.found.indicator) >= ALIKE


def likeness(one: str, other: str) -> float:
    """The share of the shorter name's characters that stand in the longer in the same order (longest common subsequence)."""
    row = [0] * (len(other) + 1)
    for a in one:
        before = 0
        for i, b in enumerate(other, 1):
            row[i], before = (before + 1 if a == b else max(row[i], row[i - 1])), row[i]
    return row[-1] / max(1, min(len(one), len(other)))


def pairs(gold: list[dict[str, Any]], found: tuple[Extracted, ...]) -> list[Pair]:
    """Each figure of a hand-made sheet with the extracted one of its value and unit that is named most alike."""
    left, made = list(found), []
    for row in gold:
        value, unit = Decimal(str(row["value"])), str(row["unit"])
        same = [f for f in left if f.value == value and (f.unit == unit or unit.startswith(f.unit))]  # 个村 is 个
        best = max(same, key=lambda f: likeness(str(row["indicator"]), f.indicator), default=None)
        if best is not None:
            left.remove(best)
        made.append(Pair(str(row["indicator"]), value, unit, best))
    return made


def measured(shared: Path) -> dict[str, list[Pair]]:
    """Sheet → its pairs, for the samples that `shared` holds."""
    made = {}
    for name, (page, number) in SOURCES.items():
        sheet = yaml.safe_load((shared / "gold" / "facts" / f"{name}.yaml").read_text(encoding="utf-8"))
        article = parse_page(shared / "seeds" / page).articles[number]
        rows = extracted(article.text, town=sheet["meta"]["town"])
        made[name] = pairs([f for f in sheet["facts"] if f.get("value") is not None], rows)
    return made


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--shared", type=Path, default=Path("../shared"))
    asked = options.parse_args()
    if not (asked.shared / "gold" / "facts").is_dir():
        click.echo(f"{asked.shared / 'gold' / 'facts'} is not here: nothing measured", err=True)
        return
    every = [pair for rows in measured(asked.shared).values() for pair in rows]
    for pair in every:
        said = f"{pair.found.indicator} {plain(pair.found.value)}{pair.found.unit}" if pair.found else "—"
        click.echo(f"{'  ' if pair.alike else '× '}{pair.indicator} {plain(pair.value)}{pair.unit} | {said}")
    total, found, alike = len(every), sum(p.found is not None for p in every), sum(p.alike for p in every)
    click.echo(f"figures with the right unit: {found}/{total} = {found / total:.3f} (target 0.95)")
    click.echo(f"named alike: {alike}/{total} = {alike / total:.3f} (target 0.85, by a reader)")
    raise SystemExit(0 if found >= 0.95 * total and alike >= 0.85 * total else 1)


if __name__ == "__main__":
    main()
