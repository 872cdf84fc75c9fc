"""A model's opinion of a draft (模型评分), optional and off by default: a grade from 1 to 5 for its wording, reported apart.

It is no measure to steer by until its agreement with what is counted is known: the report gives Kendall's tau with each measure.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence

from pipeline.drafting.client import Model
from pipeline.drafting.prompts import PromptFile, render

PLACEHOLDERS = frozenset({"draft"})
LONGEST = 3000  # characters of a draft that are shown: a context of 4,096 tokens must hold them
_GRAMMAR = "root ::= [1-5]"


def grade(text: str, model: Model, prompt: PromptFile) -> float | None:
    """The grade; None if the answer holds none. Raises ServiceError if the model does not answer."""
    reply = model.complete(
        render(prompt, draft=text[:LONGEST]), max_tokens=prompt.max_tokens, stop=prompt.stop, temperature=prompt.temperature,
        grammar=_GRAMMAR if model.honours_grammar else None,
    )  # fmt: skip
    found = re.search(r"(?<!\d)[1-5](?!\d|\.\d)", reply.text)
    return float(found[0]) if found else None


def agreement(grades: Sequence[float | None], values: Sequence[float | None]) -> float | None:
    """Kendall's tau-b of grades and a measure's values, −1..1, over items that have both. None where either never varies.

    Source: M. G. Kendall, Biometrika 33 (1945) 239.
    """
    pairs = [(g, v) for g, v in zip(grades, values, strict=True) if g is not None and v is not None]
    score, graded, valued = 0, 0, 0
    for (g, v), (h, w) in itertools.combinations(pairs, 2):
        score += _sign(g - h) * _sign(v - w)
        graded += g != h
        valued += v != w
    return score / math.sqrt(graded * valued) if graded and valued else None


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)
