"""What a run comes to (汇总): each group's means, and whether the suite's thresholds held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from eval.measures.table import MEASURES
from eval.runs.bootstrap import Estimate, estimate
from eval.runs.rows import Row
from eval.runs.store import Run
from eval.runs.suite import Threshold


@dataclass(frozen=True, slots=True)
class Verdict:
    """A threshold and what was measured. `mean`: None where nothing was, and then it did not hold."""

    threshold: Threshold
    group: str
    mean: float | None

    @property
    def held(self) -> bool:
        if self.mean is None:
            return False
        least, most = self.threshold.at_least, self.threshold.at_most
        return (least is None or self.mean >= least) and (most is None or self.mean <= most)


@dataclass(frozen=True, slots=True)
class Summary:
    """`means`: by group, then measure; a measure that was nowhere measured is absent. `failures`: rows without a draft."""

    groups: tuple[str, ...]
    measures: tuple[str, ...]
    means: Mapping[str, Mapping[str, Estimate]]
    counts: Mapping[str, int]  # items by group
    failures: tuple[Row, ...]
    lacking: tuple[str, ...]  # ids of items that have no row yet
    rejections: Mapping[str, Mapping[str, int]]  # by group, then reason
    rules: Mapping[str, Mapping[str, int]]  # errors of the check, by group, then rule


def summarize(run: Run) -> Summary:
    """The means of all groups, failures among them with the worst value where a measure has one."""
    rows = [run.rows[id] for id in run.order if id in run.rows]
    seen = {name for row in rows for name, value in row.values.items() if value is not None}
    measures = tuple(name for name in MEASURES if name in seen)
    means: dict[str, dict[str, Estimate]] = {}
    for group in run.groups:
        own = [row for row in rows if row.group == group]
        documents = [row.document for row in own]
        found = {name: estimate([row.values.get(name) for row in own], documents) for name in measures}
        means[group] = {name: one for name, one in found.items() if one is not None}
    return Summary(
        run.groups, measures, means, Counter(row.group for row in rows), tuple(row for row in rows if row.failure),
        tuple(id for id in run.order if id not in run.rows),
        {group: _sum(row.rejections for row in rows if row.group == group) for group in run.groups},
        {
            group: _sum(Counter(f.rule for f in row.found if f.severity == "error") for row in rows if row.group == group)
            for group in run.groups
        },
    )  # fmt: skip


def seconds_of(run: Run) -> dict[str, Estimate]:
    """Seconds a draft by group, where they were measured. Apart from the summary: no two runs have the same."""
    means = {}
    for group in run.groups:
        own = [row for row in run.rows.values() if row.group == group]
        found = estimate([run.seconds.get(row.id) for row in own], [row.document for row in own])
        if found is not None:
            means[group] = found
    return means


def verdicts(run: Run, summary: Summary) -> tuple[Verdict, ...]:
    """Each threshold of the run for each group that it asks of."""
    made = []
    for said in run.manifest["thresholds"]:
        threshold = Threshold(said["measure"], said["group"], said["at_least"], said["at_most"])
        for group in (threshold.group,) if threshold.group else summary.groups:
            found = summary.means.get(group, {}).get(threshold.measure)
            made.append(Verdict(threshold, group, None if found is None else found.mean))
    return tuple(made)


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(sorted(total.items(), key=lambda pair: (-pair[1], pair[0])))
