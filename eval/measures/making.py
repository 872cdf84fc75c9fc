"""Measures of how a draft was made (成稿过程), read off its trace. What the trace does not tell is None."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Price:
    """What a model costs: yuan for a million tokens of prompt, and of answer."""

    prompt: float
    completion: float


@dataclass(frozen=True, slots=True)
class Making:
    """How a draft came about. `sentences`: how many each kind of writer wrote; `rejections`: why answers were thrown away, how often.

    None where nobody counted.
    """

    sentences: Mapping[str, int] | None = None
    rejections: Mapping[str, int] | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    gave_out: str = ""  # why the service stopped answering, if it did


def making_of(trace: Mapping[str, Any]) -> Making:
    """Read a draft's trace (see pipeline.drafting.trace), of this or an older form: what is not there is None."""
    run = trace.get("run", {})
    tokens = run.get("tokens") or {}
    sections = trace.get("sections")
    rejections: Counter[str] | None = None
    if sections is not None:
        rejections = Counter(
            r for section in sections for one in section.get("sentences", ()) for r in one["rejections"]
        )
    return Making(
        dict(run["sentences"]) if "sentences" in run else None,
        None if rejections is None else dict(sorted(rejections.items())),
        tokens.get("prompt"),
        tokens.get("completion"),
        run.get("service_gave_out") or "",
    )


def by_model(making: Making) -> float | None:
    """Sentences whose words a model chose or wrote, as a share of all, 0..1. None where the trace does not tell."""
    if not making.sentences or not sum(making.sentences.values()):
        return None
    return making.sentences.get("model", 0) / sum(making.sentences.values())


def rejected(making: Making) -> float | None:
    """Answers of the model that were thrown away, a draft. None where the trace does not tell."""
    return None if making.rejections is None else float(sum(making.rejections.values()))


def tokens(making: Making) -> float | None:
    """Tokens of prompts and answers together, a draft, those of rejected answers among them. None where nobody counted."""
    known = [n for n in (making.prompt_tokens, making.completion_tokens) if n is not None]
    return float(sum(known)) if known else None


def cost(making: Making, price: Price | None) -> float | None:
    """Yuan a draft, by the price that the suite gives. None without a price or without counts of both kinds."""
    if price is None or making.prompt_tokens is None or making.completion_tokens is None:
        return None
    return (making.prompt_tokens * price.prompt + making.completion_tokens * price.completion) / 1e6
