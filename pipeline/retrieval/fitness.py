"""Fitness (可用程度): whether a passage can serve as a model, whatever it treats. Pure; says what speaks against it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pipeline.language.gaps import gap_spans
from pipeline.language.quantities import read_quantities

_AWARD = re.compile(
    r"荣获|获评|被评为|被授予|授予|获得[^。，]{0,30}(?:称号|奖|表彰)|先进(?:集体|单位|个人)[”》]?称号|通报表扬|第[一二三]名"
)
_NAMED = re.compile(r"《[^》]{2,40}》|[\u4e00-\u9fff]{2,12}(?:有限公司|股份公司|集团公司|集团)")
_STRAY = re.compile(r"(?<=[\u4e00-\u9fff])[a-z](?=[\u4e00-\u9fff])|[。，、；：][。，、；]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_CLAUSE_END = re.compile(r"[，。；：！？,;:!?\n]")
_SENTENCE_END = re.compile(r"[。；！？;!?]")
_UNBOUND = ("name", "ordinal")  # 三个代表, 第三: wording, not one town's achievement

# How much each fault takes off at its worst, and what the terminal calls it.
WORST = {"masked": 0.6, "bitten": 0.6, "listed": 0.5, "bound": 0.4, "brief": 0.5}
CALLED = {
    "masked": "有遮蔽或丢失的数字", "bitten": "文字有识别错误", "listed": "只是罗列", "bound": "多为难以搬用的事迹",
    "brief": "过短或不完整",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fitness:
    """How far each fault goes, 0 (none) to 1. `bound`: figures, awards and names that only that town can claim."""

    masked: float
    bitten: float
    listed: float
    bound: float
    brief: float

    @property
    def value(self) -> float:
        """0..1, 1 for a passage without faults: each fault takes off its part of what the others leave."""
        product = 1.0
        for name, worst in WORST.items():
            product *= 1 - worst * getattr(self, name)
        return product


def fitness(text: str) -> Fitness:
    """Judge a passage's text."""
    length = max(1, len(text.strip()))
    han = max(1, len(_HAN.findall(text)))
    per_hundred = 100 / length
    gaps = gap_spans(text)
    lost = max(len(gaps) * per_hundred / 2, 4 * sum(end - start for start, end in gaps) / length)
    foreign = sum(1 for character in _HAN.findall(text) if not _common(character))
    stray = len(_STRAY.findall(text)) + foreign
    clauses = [clause for clause in _CLAUSE_END.split(text) if clause.strip()]
    enumerated = sum(len(clause) for clause in clauses if clause.count("、") >= 4)
    unended = 1.0 if not _SENTENCE_END.search(text) else 0.0
    figures = sum(q.end - q.start for q in read_quantities(text) if q.kind not in _UNBOUND)
    named = sum(len(found) for found in _NAMED.findall(text)) + 12 * len(_AWARD.findall(text))
    return Fitness(
        masked=min(1.0, lost),  # two gaps in a hundred characters make it useless
        bitten=min(1.0, 100 * stray / han / 4),
        listed=min(1.0, max(unended, (enumerated / length - 0.4) / 0.4, 0.0)),
        bound=min(1.0, max(0.0, ((figures + named) / length - 0.15) / 0.35)),
        brief=min(1.0, max(0.0, (40 - length) / 30)),
    )


@lru_cache(maxsize=8192)
def _common(character: str) -> bool:
    """Whether GB 2312, the everyday simplified set, has it: what it lacks is rare, traditional or misread."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
