"""Two runs, or two groups of one, item by item (两次评测的比较): what became better, what worse, and whether that is more than chance.

Items are paired; each measure's difference gets an interval by drawing whole documents. A measure that is a promise (no
unsupported figure, every fact stated …) is judged item by item instead: one item that breaks it is a regression, though the
mean over twenty sheets hardly moves.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from eval.measures.table import MEASURES
from eval.runs.bootstrap import Estimate, estimate
from eval.runs.rows import Found, Row
from eval.runs.store import Run, changed
from pipeline.errors import PipelineError

Verdict = Literal["better", "worse", "unclear", "same", "moved"]
Piece = tuple[str, bool]  # words, and whether they differ from the other side
_SENTENCE = re.compile(r"[^。\n]*(?:。|\n|\Z)")


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure over all pairs in which both sides were measured. `change`: after less before, by its mean and interval.

    `better`, `worse`: how many items moved which way; for a measure that has no better side, how many rose and fell.
    """

    measure: str
    before: float
    after: float
    change: Estimate
    better: int
    worse: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Change:
    """An item that is not the same on both sides. `values`: only measures that moved; `appeared`, `gone`: findings of the check."""

    before: Row
    after: Row
    values: Mapping[str, tuple[float | None, float | None]]
    appeared: tuple[Found, ...]
    gone: tuple[Found, ...]
    draft: bool  # whether the draft's text differs
    is_worse: bool  # whether it breaks a promise that was kept, or one more often


@dataclass(frozen=True, slots=True)
class Comparison:
    """`made_of`: what differs in the two manifests; `only_before`, `only_after`: items without a partner."""

    pairs: int
    documents: int
    made_of: tuple[str, ...]
    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]

    @property
    def regressions(self) -> tuple[Difference, ...]:
        return tuple(d for d in self.differences if d.verdict == "worse")


def compare(before: Run, after: Run, *, groups: tuple[str, str] | None = None, seed: int = 0) -> Comparison:
    """Compare two runs item by item; `groups`: one group of the first with one of the second (which may be the same run).

    Raises PipelineError for runs of different kinds, a group that is not there, and runs that have no item in common.
    """
    if before.manifest["kind"] != after.manifest["kind"]:
        kinds = f"{before.manifest['kind']}、{after.manifest['kind']}"
        raise PipelineError(f"两次评测不是一类（{kinds}），不能比较。", mend="给同一类的两次评测。")
    left, right = _keyed(before, groups[0] if groups else None), _keyed(after, groups[1] if groups else None)
    common = [key for key in left if key in right]
    if not common:
        raise PipelineError(
            "两次评测没有相同的项目，无从比较。",
            where=f"{before.folder}，{after.folder}",
            mend="用同一个方案跑两次，或用 --groups 指明两个写手。",
        )
    pairs = [(left[key], right[key]) for key in common]
    return Comparison(
        len(pairs),
        len({row.document for row, _ in pairs}),
        tuple(changed(before.manifest, after.manifest)),
        tuple(d for name in MEASURES if (d := _difference(name, pairs, before.seconds, after.seconds, seed)) is not None),
        tuple(c for one, other in pairs if (c := _change(before, after, one, other)) is not None),
        tuple(left[key].id for key in left if key not in right),
        tuple(right[key].id for key in right if key not in left),
    )  # fmt: skip


def _keyed(run: Run, group: str | None) -> dict[str, Row]:
    rows = [run.rows[id] for id in run.order if id in run.rows]
    if group is None:
        return {row.id: row for row in rows}
    if group not in run.groups:
        raise PipelineError(f"没有写手 {group}。", where=str(run.folder), mend=f"有：{'、'.join(run.groups)}。")
    return {row.case: row for row in rows if row.group == group}


def _difference(
    name: str, pairs: Sequence[tuple[Row, Row]], before: Mapping[str, float], after: Mapping[str, float], seed: int
) -> Difference | None:
    """None where no pair was measured on both sides."""
    if name == "seconds":
        values = [(before.get(one.id), after.get(other.id)) for one, other in pairs]
    else:
        values = [(one.values.get(name), other.values.get(name)) for one, other in pairs]
    known = [
        (a, b, one.document) for (a, b), (one, _) in zip(values, pairs, strict=True) if a is not None and b is not None
    ]
    if not known:
        return None
    change = estimate([b - a for a, b, _ in known], [document for *_, document in known], seed=seed)
    if change is None:
        return None
    sign = -1 if MEASURES[name].better == "less" else 1
    better, worse = (sum(_moved(a, b) * sign == way for a, b, _ in known) for way in (1, -1))
    first, second = (sum(side) / len(known) for side in zip(*((a, b) for a, b, _ in known), strict=True))
    return Difference(name, first, second, change, better, worse, _verdict(name, change, better, worse, sign))


def _moved(a: float, b: float) -> int:
    return 0 if abs(b - a) < 1e-9 else 1 if b > a else -1


def _verdict(name: str, change: Estimate, better: int, worse: int, sign: int) -> Verdict:
    measure = MEASURES[name]
    if not better and not worse:
        return "same"
    if measure.better is None:
        return "moved"
    if measure.promise:
        return "worse" if worse else "better"
    if change.low is None or change.high is None or change.low <= 0 <= change.high:
        return "unclear"
    return "better" if change.mean * sign > 0 else "worse"


def _change(before: Run, after: Run, one: Row, other: Row) -> Change | None:
    values = {
        name: (one.values.get(name), other.values.get(name))
        for name in MEASURES
        if one.values.get(name) != other.values.get(name)
    }
    appeared, gone = _apart(other.found, one.found), _apart(one.found, other.found)
    draft = before.text_of(one) != after.text_of(other)
    if not values and not appeared and not gone and not draft and one.failure == other.failure:
        return None
    return Change(one, other, values, appeared, gone, draft, any(_breaks(name, *pair) for name, pair in values.items()))


def _breaks(name: str, a: float | None, b: float | None) -> bool:
    measure = MEASURES[name]
    if not measure.promise or a is None or b is None:
        return False
    return _moved(a, b) * (-1 if measure.better == "less" else 1) < 0


def _apart(some: Iterable[Found], others: Iterable[Found]) -> tuple[Found, ...]:
    """Those of `some` that are not among `others`, wherever they stand: lines move when a sentence is added."""
    left = Counter((f.rule, f.quote, f.message) for f in others)
    apart = []
    for found in some:
        key = (found.rule, found.quote, found.message)
        if left[key]:
            left[key] -= 1
        else:
            apart.append(found)
    return tuple(apart)


def side_by_side(before: str, after: str) -> list[tuple[tuple[Piece, ...], tuple[Piece, ...]]]:
    """Two drafts sentence by sentence, only where they differ: the pieces left and right, () where a side has nothing."""
    left, right = (_sentences(text) for text in (before, after))
    rows: list[tuple[tuple[Piece, ...], tuple[Piece, ...]]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        shared = min(b - a, d - c)
        rows += [_marked(left[a + n], right[c + n]) for n in range(shared)]
        rows += [(((sentence, True),), ()) for sentence in left[a + shared : b]]
        rows += [((), ((sentence, True),)) for sentence in right[c + shared : d]]
    return rows


def _sentences(text: str) -> list[str]:
    return [s.strip() for s in _SENTENCE.findall(text) if s.strip()]


def _marked(one: str, other: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    if matcher.ratio() < 0.3:
        return ((one, True),), ((other, True),)
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        left += [(one[a:b], tag != "equal")] if b > a else []
        right += [(other[c:d], tag != "equal")] if d > c else []
    return tuple(left), tuple(right)
