"""How many known errors the check finds, and how often it speaks where nothing is wrong (核稿的召回与误报)."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from eval.checker.harmless import REWRITINGS
from eval.checker.seeds import FITTING, SEEDS, Seeded
from eval.checks.findings import Finding, Report
from pipeline.facts.model import Sheet

Check = Callable[[str, Sheet], Report]


@dataclass(frozen=True, slots=True)
class Base:
    """A clean draft and its sheet."""

    name: str
    text: str
    sheet: Sheet


@dataclass(frozen=True, slots=True)
class Tally:
    """One class: how many were tried, how many caught (for rewritings: left alone), how many under a rule that does not fit; the misses."""

    name: str
    tried: int
    caught: int
    misnamed: int
    false_alarms: int
    misses: tuple[str, ...]

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval of the share caught; None if nothing was tried."""
        return wilson(self.caught, self.tried)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A whole run: `clean` (bases without an error), `seeded` and `harmless` classes, how many texts in how many seconds."""

    clean: Tally
    seeded: tuple[Tally, ...]
    harmless: tuple[Tally, ...]
    texts: int
    seconds: float


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float] | None:
    """Wilson's interval for a share. Source: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209."""
    if of == 0:
        return None
    share = hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def touches(finding: Finding, seeded: Seeded, kind: str) -> bool:
    """Whether a finding speaks of a seeded error: it overlaps its place, or names its fact where something is missing."""
    if seeded.start is None or seeded.end is None:
        if finding.rule not in FITTING[kind]:
            return False
        return kind == "missing_section" or bool(set(seeded.fact_ids[:1]) & set(finding.fact_ids))
    if (
        kind == "self_contradiction"
        and finding.rule == "figure.conflict"
        and set(seeded.fact_ids) & set(finding.fact_ids)
    ):
        return True
    return (
        finding.start is not None
        and finding.end is not None
        and finding.start < seeded.end
        and seeded.start < max(finding.end, finding.start + 1)
    )


def _strays(report: Report, seeded: Seeded, kind: str) -> list[Finding]:
    """Errors that speak of something else than the seeded one."""
    if kind == "missing_section":  # what stood in it is missing too
        return [
            f
            for f in report.findings
            if f.severity == "error" and f.rule not in ("structure.section", "fact.missing", "structure.heading")
        ]
    family = {"heading_numbering": "structure.heading", "enumeration_skip": "structure.enumeration"}.get(kind)
    return [
        f for f in report.findings
        if f.severity == "error" and f.rule != family and not touches(f, seeded, kind) and not set(f.fact_ids) & set(seeded.fact_ids)
    ]  # fmt: skip


def run(bases: Sequence[Base], check: Check, *, per_class: int, seed: int) -> Outcome:
    """Seed each class `per_class` times over the bases, rewrite harmlessly as often, and count. A seed gives one outcome."""
    begin, texts = time.perf_counter(), 0
    alarms: list[str] = []
    known: dict[str, set[tuple[str, str]]] = {}  # what a base itself gives is not counted again in what is made of it
    for base in bases:
        texts += 1
        wrong = [f for f in check(base.text, base.sheet).findings if f.severity == "error"]
        known[base.name] = {(f.rule, f.quote) for f in wrong}
        alarms += [f"{base.name} {_shown(f)}" for f in wrong]
    spoiled = len({a.split()[0] for a in alarms})
    clean = Tally("clean", len(bases), len(bases) - spoiled, 0, len(alarms), tuple(alarms))
    seeded_tallies = []
    for name, seeding in SEEDS.items():
        rng, tried, caught, misnamed, strays = Random(f"{seed}.{name}"), 0, 0, 0, 0
        misses: list[str] = []
        for base, _ in _rounds(bases, rng, per_class * 4):
            if tried == per_class:
                break
            made = seeding(base.text, base.sheet, rng)
            if made is None or made.text == base.text:
                continue
            tried += 1
            texts += 1
            report = check(made.text, base.sheet)
            hits = [f for f in report.findings if f.severity != "note" and touches(f, made, name)]
            caught += bool(hits)
            other = [f for f in _strays(report, made, name) if (f.rule, f.quote) not in known[base.name]]
            strays += bool(other)
            misses += [f"{base.name} 误报 {made.what}: {_shown(f)}" for f in other]
            if not hits:
                misses.append(f"{base.name} 漏 {made.what}：{_around(made)}")
            elif not any(f.rule in FITTING[name] for f in hits):
                misnamed += 1
                misses.append(f"{base.name} 名目 {made.what}: {_shown(hits[0])}")
        seeded_tallies.append(Tally(name, tried, caught, misnamed, strays, tuple(misses)))
    harmless_tallies = []
    for name, rewriting in REWRITINGS.items():
        rng, tried, left = Random(f"{seed}.{name}"), 0, 0
        misses = []
        for base, _ in _rounds(bases, rng, per_class * 4):
            if tried == per_class:
                break
            changed = rewriting(base.text, base.sheet, rng)
            if changed is None or changed[0] == base.text:
                continue
            tried += 1
            texts += 1
            wrong = [
                f
                for f in check(changed[0], base.sheet).findings
                if f.severity == "error" and (f.rule, f.quote) not in known[base.name]
            ]
            left += not wrong
            misses += [f"{base.name} 误报 {changed[1]}: {_shown(f)}" for f in wrong]
        harmless_tallies.append(Tally(name, tried, left, 0, tried - left, tuple(misses)))
    return Outcome(clean, tuple(seeded_tallies), tuple(harmless_tallies), texts, time.perf_counter() - begin)


def _rounds(bases: Sequence[Base], rng: Random, most: int) -> list[tuple[Base, int]]:
    order = [(bases[i % len(bases)], i) for i in range(most)]
    rng.shuffle(order)
    return order


def _shown(finding: Finding) -> str:
    return f"{finding.rule} {finding.quote[:20]} {finding.message[:60]}"


def _around(seeded: Seeded) -> str:
    if seeded.start is None or seeded.end is None:
        return ""
    return seeded.text[max(0, seeded.start - 24) : seeded.end + 12].replace("\n", "|")


__all__ = ["Base", "Check", "Mapping", "Outcome", "Tally", "run", "wilson"]
