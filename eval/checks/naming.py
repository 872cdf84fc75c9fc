"""How strongly words near a figure name an indicator (指标与文字的对应): shared characters and pairs, rare ones counting more.

A report abbreviates, reorders and leaves out: 肉牛出栏 is said as 出栏肉牛, 化解矛盾纠纷 as 化解. So no string is looked for;
each indicator is a bag of pairs (两字) and single characters, weighted by how few indicators of the sheet share them, and each
occurrence counts by how near to the figure it stands.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# Words of an indicator that a report adds or drops at will.
_FRAME = r"全镇|全乡|全县|本镇|我镇|镇域|镇内|辖区内?|20\d\d年度?|全年|上半年|下半年|年度|今年|本年|预计|力争|确保|计划|拟定|拟"
_OPTIONAL = re.compile(rf"^(?:(?:{_FRAME}|累计|共计|总计|合计|共|已经|已|实现|完成)的?)+")
_FRAMED = re.compile(rf"^(?:(?:{_FRAME})的?)+")  # what is stripped in any case: the time and the place
_TAIL = re.compile(r"(?:(?:个|家|户|件|人|次|项|处|场)?数量?|情况|目标值?|计划|任务)$")
_GOAL_TAIL = re.compile(r"(?:目标值?|计划)$")
_WORD = re.compile(r"[一-鿿A-Za-z0-9.+]+")
_IDLE = frozenset("的了和与及等各为到")
COMMON = 128  # a feature that more indicators share singles none out
SINGLE = 0.35  # weight of a character beside that of a pair


@dataclass(frozen=True, slots=True)
class Named:
    """An indicator's features and their weights; the weights sum to 1."""

    weights: dict[str, float]
    mass: float  # what the weights were before they were brought to 1: how much there is to recognise


def core(indicator: str) -> str:
    """An indicator without what reports add or drop: 全镇累计完成固定资产投资额 → 固定资产投资额."""
    bare = _OPTIONAL.sub("", indicator)
    short = _TAIL.sub("", bare)
    return short if len(short) >= 3 else bare if len(bare) >= 3 else indicator


def features(text: str) -> set[str]:
    """Pairs and single characters of a text, not across punctuation."""
    found: set[str] = set()
    for word in _WORD.findall(text):
        found.update(word[i : i + 2] for i in range(len(word) - 1))
        found.update(c for c in word if c not in _IDLE and not c.isdigit())
    return found


def pairs(text: str) -> set[str]:
    """Pairs of characters of a text."""
    return {text[i : i + 2] for i in range(len(text) - 1)}


def best_credits(seen: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Each feature with the best credit it was seen with."""
    best: dict[str, float] = {}
    for feature, credit in seen:
        if credit > best.get(feature, 0.0):
            best[feature] = credit
    return best


class Names:
    """The indicators of a sheet, ready to be recognised. `by_feature`: which indicators (by number) hold a feature, how weightily."""

    def __init__(self, indicators: Sequence[str]) -> None:
        framed = [_GOAL_TAIL.sub("", _FRAMED.sub("", i)) or i for i in indicators]
        cores = [core(i) for i in indicators]
        # 年度重点任务 and 已完成年度重点任务 must stay apart: a core that several indicators share keeps what told them apart.
        meant = {c: len({f for f, d in zip(framed, cores, strict=True) if d == c}) for c in set(cores)}
        bags = [features(c if meant[c] == 1 else f) for f, c in zip(framed, cores, strict=True)]
        shared: dict[str, int] = {}
        for bag in bags:
            for feature in bag:
                shared[feature] = shared.get(feature, 0) + 1
        self.named: list[Named] = []
        self.by_feature: dict[str, list[tuple[int, float]]] = {}
        for number, bag in enumerate(bags):
            raw = {f: (1.0 if len(f) == 2 else SINGLE) * math.log(1 + (len(bags) + 2) / shared[f]) for f in sorted(bag)}
            mass = sum(raw.values()) or 1.0
            if len(raw) == 1:  # 村, 户: a single character names nothing for sure
                mass /= 0.4
            weights = {f: w / mass for f, w in raw.items()}
            self.named.append(Named(weights, mass))
            for f, w in weights.items():
                self.by_feature.setdefault(f, []).append((number, w))
        self.common = {f: dict(rows) for f, rows in self.by_feature.items() if len(rows) > COMMON}

    def scores(self, best: dict[str, float]) -> dict[int, float]:
        """How fully each indicator is named, 0..1, by features seen with the credit (0..1) of their place.

        In a sheet of many hundred facts, those that share nothing but common features with what is seen are left out.
        """
        if self.common and (found := self._by_rare_features(best)):
            return found
        found = {}
        for feature, credit in best.items():
            for number, weight in self.by_feature.get(feature, ()):
                found[number] = found.get(number, 0.0) + weight * credit
        return found

    def _by_rare_features(self, best: dict[str, float]) -> dict[int, float]:
        """The scores of those indicators that share a rarer feature with what is seen; common ones only add to them."""
        found: dict[int, float] = {}
        for feature, credit in best.items():
            if feature not in self.common:
                for number, weight in self.by_feature.get(feature, ()):
                    found[number] = found.get(number, 0.0) + weight * credit
        for feature, credit in best.items():
            if weights := self.common.get(feature):
                for number in found:
                    if number in weights:
                        found[number] += weights[number] * credit
        return found

    def scores_beside(
        self, above: dict[int, float], context: dict[str, float], own: dict[str, float]
    ) -> dict[int, float]:
        """The scores of `own` and `context` together, where `above` are those of `context` alone: what all figures of a
        sentence share is added up once."""
        if self.common:
            own |= {f: credit for f in own if (credit := context.get(f, 0.0)) > own[f]}
            return self.scores(context | own)
        found = dict(above)
        for feature, credit in own.items():
            gain = credit - context.get(feature, 0.0)
            if gain > 0:
                for number, weight in self.by_feature.get(feature, ()):
                    found[number] = found.get(number, 0.0) + weight * gain
            else:
                own[feature] = credit - gain
        return found

    def told_apart(self, one: int, other: int, seen: dict[str, float]) -> bool:
        """Whether what is seen speaks for `one` rather than `other`: some of the words that only `one` has, or, if it has none of its
        own (固定资产投资 beside 工业固定资产投资), hardly any of those that only `other` has.
        """
        own, others = self.named[one].weights, self.named[other].weights
        whole = sum(w for f, w in own.items() if f not in others)
        if whole >= 0.05:
            return sum(w * seen.get(f, 0.0) for f, w in own.items() if f not in others) >= min(0.12, whole * 0.5)
        rest = sum(w for f, w in others.items() if f not in own)
        if rest < 0.05:  # the same words: only the time tells them apart, which the scores know
            return True
        return sum(w * seen.get(f, 0.0) for f, w in others.items() if f not in own) < 0.2 * rest
