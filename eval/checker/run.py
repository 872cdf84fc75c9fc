"""How many known errors the check finds, and how often it speaks where nothing is wrong (核稿的召回与误报)."""

from __future__ import annotations

import math
import multiprocessing
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

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


def _at_partner(finding: Finding, seeded: Seeded) -> bool:
    """Whether a finding speaks of the second of two swapped figures, which is as wrong as the first."""
    if seeded.partner is None or finding.start is None or finding.end is None:
        return False
    return finding.start < seeded.partner[1] and seeded.partner[0] < finding.end


def _strays(errors: Sequence[Finding], seeded: Seeded, kind: str) -> list[Finding]:
    """Those errors that speak of something else than the seeded one."""
    if kind == "missing_section":  # what stood in it is missing too
        return [f for f in errors if f.rule not in ("structure.section", "fact.missing", "structure.heading")]
    family = {"heading_numbering": "structure.heading", "enumeration_skip": "structure.enumeration"}.get(kind)
    return [
        f for f in errors
        if f.rule != family and not touches(f, seeded, kind) and not set(f.fact_ids) & set(seeded.fact_ids)
        and not _at_partner(f, seeded)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Variant:
    """A base (by number) with an error in it, or rewritten. `seeded`: where and what the error is; None for a rewriting."""

    base: int
    text: str
    what: str
    seeded: Seeded | None = None


Task = tuple[str, str]  # seeded, by_hand or harmless; and the class
Findings = tuple[Finding, ...]  # errors and warnings


@dataclass(frozen=True)
class Trial:
    """What a worker needs: the bases, the check, how often to try each class, the seed."""

    bases: Sequence[Base]
    check: Check
    per_class: int
    seed: int

    def variants(self, task: Task) -> list[Variant]:
        """The texts of one class: errors put into the bases at random, or as they were set by hand; or rewritings."""
        group, name = task
        if group == "by_hand":
            marked = ((n, base.marked) for n, base in enumerate(self.bases) if base.marked)
            return [Variant(n, e.text, e.what, e) for n, text in marked for kind, e in text.errors if kind == name]
        return list(islice(self._made(group, name), self.per_class))

    def _made(self, group: str, name: str) -> Iterator[Variant]:
        rng = Random(f"{self.seed}.{name}")
        for n in self._rounds(rng):
            base = self.bases[n]
            if group == "seeded":
                error = SEEDS[name](base.text, base.sheet, rng)
                if error is not None and error.text != base.text:
                    yield Variant(n, error.text, error.what, error)
            else:
                changed = REWRITINGS[name](base.text, base.sheet, rng)
                if changed is not None and changed[0] != base.text:
                    yield Variant(n, *changed)

    def _rounds(self, rng: Random) -> list[int]:
        order = [i % len(self.bases) for i in range(max(self.per_class * 4, len(self.bases) * 2))]
        rng.shuffle(order)
        return order

    def found(self, number: int, texts: Sequence[str]) -> tuple[Findings, ...]:
        """What is found in a base, and in each text that was made of it: one after another, since the check remembers sentences."""
        base = self.bases[number]
        reports = (self.check(text, base.sheet) for text in (base.text, *texts))
        return tuple(tuple(f for f in report.findings if f.severity != "note") for report in reports)


_trial: Trial | None = None  # a worker's, set when it starts: bases are sent once, not with every class


def _begin(trial: Trial) -> None:
    global _trial
    _trial = trial


def _variants(task: Task) -> list[Variant]:
    assert _trial is not None
    return _trial.variants(task)


def _found(number: int, texts: Sequence[str]) -> tuple[Findings, ...]:
    assert _trial is not None
    return _trial.found(number, texts)


Known = frozenset[tuple[str, str]]  # rule and quote of a base's own errors: not counted again in what is made of it


def _tally(
    task: Task, judged: Sequence[tuple[Variant, Findings]], bases: Sequence[Base], known: Sequence[Known]
) -> Tally:
    """One class, from what was found in each of its texts."""
    name = task[1]
    caught = misnamed = alarms = 0
    misses: list[str] = []
    for variant, found in judged:
        where = f"{name}：{bases[variant.base].name}"
        seeded = variant.seeded
        errors = [f for f in found if f.severity == "error"]
        strays = errors if seeded is None else _strays(errors, seeded, name)
        strays = [f for f in strays if (f.rule, f.quote) not in known[variant.base]]
        alarms += bool(strays)
        misses += [f"{where} 误报 {variant.what}: {_shown(f)}" for f in strays]
        if seeded is None:
            caught += not strays
            continue
        hits = [f for f in found if touches(f, seeded, name)]
        caught += bool(hits)
        if not hits:
            misses.append(f"{where} 漏 {variant.what}：{_around(seeded)}")
        elif not any(f.rule in FITTING[name] for f in hits):
            misnamed += 1
            misses.append(f"{where} 名目 {variant.what}: {_shown(hits[0])}")
    return Tally(name, len(judged), caught, misnamed, alarms, tuple(misses))


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
        made, found = _checked(tasks, len(bases), map)
    else:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(trial,)) as pool:
            made, found = _checked(tasks, len(bases), pool.map)
    errors = [[f for f in of_base[0] if f.severity == "error"] for of_base in found]
    alarms = tuple(f"clean：{b.name} {_shown(f)}" for b, wrong in zip(bases, errors, strict=True) for f in wrong)
    clean = Tally("clean", len(bases), sum(not wrong for wrong in errors), 0, len(alarms), alarms)
    known = [frozenset((f.rule, f.quote) for f in wrong) for wrong in errors]
    rest = [iter(of_base[1:]) for of_base in found]
    groups: dict[str, list[Tally]] = {"seeded": [], "by_hand": [], "harmless": []}
    for task, variants in zip(tasks, made, strict=True):
        groups[task[0]].append(_tally(task, [(v, next(rest[v.base])) for v in variants], bases, known))
    seeded, by_hand, harmless = (tuple(groups[g]) for g in ("seeded", "by_hand", "harmless"))
    texts = len(bases) + sum(map(len, made))
    return Outcome(clean, seeded, by_hand, harmless, texts, time.perf_counter() - begin)


def _checked(
    tasks: Sequence[Task], bases: int, over: Callable[..., Iterable[Any]]
) -> tuple[list[list[Variant]], list[tuple[Findings, ...]]]:
    """The variants of each task; and of each base what is found in it and then in its variants, in the order of the tasks.
    `over`: `map`, here or in a pool."""
    made: list[list[Variant]] = list(over(_variants, tasks))
    texts: list[list[str]] = [[] for _ in range(bases)]
    for variants in made:
        for variant in variants:
            texts[variant.base].append(variant.text)
    return made, list(over(_found, range(bases), texts))


def _shown(finding: Finding) -> str:
    return f"{finding.rule} {finding.quote[:20]} {finding.message[:60]}"


def _around(seeded: Seeded) -> str:
    if seeded.start is None or seeded.end is None:
        return ""
    return seeded.text[max(0, seeded.start - 24) : seeded.end + 12].replace("\n", "|")
