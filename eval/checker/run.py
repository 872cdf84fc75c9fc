"""How many known errors the check finds, and how often it speaks where nothing is wrong (核稿的召回与误报)."""

from __future__ import annotations

import math
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

from eval.checker.harmless import REWRITINGS
from eval.checker.marked import Marked
from eval.checker.seeds import FITTING, SEEDS, Seeded
from eval.checks.findings import Finding, Report
from pipeline.facts.model import Sheet

TEXTS = (
    Path(__file__).parent / "texts"
)  # clean reports (clean/), some with errors marked (seeded/), drafts worded by the model (model/)
Check = Callable[[str, Sheet], Report]


@dataclass(frozen=True, slots=True)
class Base:
    """A clean draft and its sheet; `marked`: the errors that were set into it by hand, if it is such a one."""

    name: str
    text: str
    sheet: Sheet
    marked: Marked | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """One class: how many were tried, how many caught (for rewritings: left alone), how many under a rule that does not fit; how
    many with an error elsewhere; the misses. `tried` 0: the bases have no place for it, which is no result."""

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
    """A whole run: `clean` (bases without an error), `seeded`, `by_hand` and `harmless` classes, how many texts in how many
    seconds."""

    clean: Tally
    seeded: tuple[Tally, ...]
    by_hand: tuple[Tally, ...]
    harmless: tuple[Tally, ...]
    texts: int
    seconds: float

    @property
    def tallies(self) -> tuple[Tally, ...]:
        return (self.clean, *self.seeded, *self.by_hand, *self.harmless)


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
        return kind in ("missing_section", "title_lost") or bool(set(seeded.fact_ids[:1]) & set(finding.fact_ids))
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


Known = frozenset[
    tuple[str, str]
]  # rule and quote of the errors that a base itself has: not counted again in what is made of it


@dataclass(frozen=True)
class Trial:
    """What a worker needs: the bases, the check, how often to try each class, the seed."""

    bases: Sequence[Base]
    check: Check
    per_class: int
    seed: int

    def clean(self, number: int) -> tuple[Finding, ...]:
        """The errors that are found in a base as it is."""
        base = self.bases[number]
        return tuple(f for f in self.check(base.text, base.sheet).findings if f.severity == "error")

    def seeded(self, name: str, known: Sequence[Known]) -> Tally:
        """One class of errors, put into the bases at random."""
        return self._caught(name, self._sown(name), known)

    def by_hand(self, name: str, known: Sequence[Known]) -> Tally:
        """One class of errors as they were set into the marked texts."""
        sown = (
            (n, made) for n, base in enumerate(self.bases) if base.marked for kind, made in base.marked.errors if kind == name
        )  # fmt: skip
        return self._caught(name, sown, known)

    def _sown(self, name: str) -> Iterator[tuple[int, Seeded]]:
        rng, tried = Random(f"{self.seed}.{name}"), 0
        for n in self._rounds(rng):
            base = self.bases[n]
            made = SEEDS[name](base.text, base.sheet, rng)
            if made is not None and made.text != base.text:
                yield n, made
                tried += 1
                if tried == self.per_class:
                    return

    def _caught(self, name: str, sown: Iterator[tuple[int, Seeded]], known: Sequence[Known]) -> Tally:
        tried = caught = misnamed = strays = 0
        misses: list[str] = []
        for n, made in sown:
            base = self.bases[n]
            tried += 1
            report = self.check(made.text, base.sheet)
            hits = [f for f in report.findings if f.severity != "note" and touches(f, made, name)]
            caught += bool(hits)
            other = [f for f in _strays(report, made, name) if (f.rule, f.quote) not in known[n]]
            strays += bool(other)
            misses += [f"{name}：{base.name} 误报 {made.what}: {_shown(f)}" for f in other]
            if not hits:
                misses.append(f"{name}：{base.name} 漏 {made.what}：{_around(made)}")
            elif not any(f.rule in FITTING[name] for f in hits):
                misnamed += 1
                misses.append(f"{name}：{base.name} 名目 {made.what}: {_shown(hits[0])}")
        return Tally(name, tried, caught, misnamed, strays, tuple(misses))

    def harmless(self, name: str, known: Sequence[Known]) -> Tally:
        """One class of rewritings that change nothing."""
        rng, tried, left = Random(f"{self.seed}.{name}"), 0, 0
        misses: list[str] = []
        for n in self._rounds(rng):
            if tried == self.per_class:
                break
            base = self.bases[n]
            changed = REWRITINGS[name](base.text, base.sheet, rng)
            if changed is None or changed[0] == base.text:
                continue
            tried += 1
            found = self.check(changed[0], base.sheet).findings
            wrong = [f for f in found if f.severity == "error" and (f.rule, f.quote) not in known[n]]
            left += not wrong
            misses += [f"{name}：{base.name} 误报 {changed[1]}: {_shown(f)}" for f in wrong]
        return Tally(name, tried, left, 0, tried - left, tuple(misses))

    def _rounds(self, rng: Random) -> list[int]:
        order = [i % len(self.bases) for i in range(max(self.per_class * 4, len(self.bases) * 2))]
        rng.shuffle(order)
        return order


_trial: Trial | None = None  # a worker's, set when it starts: bases are sent once, not with every class


def _begin(trial: Trial) -> None:
    global _trial
    _trial = trial


def _clean(number: int) -> tuple[Finding, ...]:
    assert _trial is not None
    return _trial.clean(number)


def _class(task: tuple[str, str], known: Sequence[Known]) -> Tally:
    assert _trial is not None
    group, name = task
    tally: Tally = getattr(_trial, group)(name, known)
    return tally


def run(bases: Sequence[Base], check: Check, *, per_class: int, seed: int, jobs: int = 1) -> Outcome:
    """Seed each class `per_class` times over the bases, rewrite harmlessly as often, and count. A seed gives one outcome, whatever
    `jobs`: so many processes, for which `check` must be picklable."""
    begin = time.perf_counter()
    trial = Trial(bases, check, per_class, seed)
    kinds = {kind for base in bases if base.marked for kind, _ in base.marked.errors}
    tasks = [
        *(("seeded", name) for name in SEEDS),
        *(("by_hand", name) for name in SEEDS if name in kinds),
        *(("harmless", name) for name in REWRITINGS),
    ]
    if jobs == 1:
        _begin(trial)
        found = [_clean(n) for n in range(len(bases))]
        known = _known(found)
        tallies = [_class(task, known) for task in tasks]
    else:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(trial,)) as pool:
            found = list(pool.map(_clean, range(len(bases)), chunksize=4))
            known = _known(found)
            tallies = list(pool.map(_class, tasks, [known] * len(tasks)))
    alarms = tuple(f"clean：{b.name} {_shown(f)}" for b, wrong in zip(bases, found, strict=True) for f in wrong)
    clean = Tally("clean", len(bases), sum(not wrong for wrong in found), 0, len(alarms), alarms)
    groups: dict[str, list[Tally]] = {"seeded": [], "by_hand": [], "harmless": []}
    for (group, _), tally in zip(tasks, tallies, strict=True):
        groups[group].append(tally)
    seeded, by_hand, harmless = (tuple(groups[g]) for g in ("seeded", "by_hand", "harmless"))
    texts = len(bases) + sum(t.tried for t in tallies)
    return Outcome(clean, seeded, by_hand, harmless, texts, time.perf_counter() - begin)


def _known(found: Sequence[Sequence[Finding]]) -> list[Known]:
    return [frozenset((f.rule, f.quote) for f in wrong) for wrong in found]


def _shown(finding: Finding) -> str:
    return f"{finding.rule} {finding.quote[:20]} {finding.message[:60]}"


def _around(seeded: Seeded) -> str:
    if seeded.start is None or seeded.end is None:
        return ""
    return seeded.text[max(0, seeded.start - 24) : seeded.end + 12].replace("\n", "|")
