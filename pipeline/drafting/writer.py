"""Who words a sentence (写手): rotation over patterns (level 0), a model choosing (level 1), a model writing freely (level 2)."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from pipeline.drafting.acceptance import Rejection, accept
from pipeline.drafting.client import ContextExceededError, EmptyAnswerError, Model, Reply
from pipeline.drafting.phrasing import Sentence, Wording, choose, grammar, read_back
from pipeline.drafting.prompts import PromptFile, render
from pipeline.drafting.tellings import amount, changes, completions, name
from pipeline.errors import ServiceError
from pipeline.facts.model import Fact

By = Literal["model", "exemplar", "fallback", "fixed"]
RETRIES = 2  # how often a rejected sentence is asked for again
_EXEMPLAR = 160  # characters of an exemplar that a prompt shows


@dataclass(frozen=True, slots=True)
class Context:
    """What a sentence is written under: its heading, the sheet's facts by id, the masked exemplars, and the words
    that a free lead may be made of."""

    heading: str
    facts: dict[str, Fact]
    exemplars: tuple[str, ...]
    lead_words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence as it stands in the draft, and how it came about. Tokens are None where nobody counted them."""

    sentence: Sentence
    wording: Wording
    by: By
    attempts: int = 0
    rejections: tuple[str, ...] = ()
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    seconds: float = 0.0


class Writer(Protocol):
    """Turns a sentence's choices into a sentence. `key` tells sentences apart, so that equal runs choose alike."""

    def write(self, sentence: Sentence, context: Context, key: str) -> Written: ...


def _pick(seed: int, key: str) -> Callable[[int], int]:
    digest = hashlib.sha256(f"{seed}\0{key}".encode()).digest()
    return random.Random(int.from_bytes(digest[:8], "big")).randrange


@dataclass(frozen=True, slots=True)
class PatternWriter:
    """Level 0: the archive's patterns with this sheet's facts in them, else the plain clause. Needs no model and cannot fail."""

    seed: int

    def write(self, sentence: Sentence, context: Context, key: str) -> Written:
        wording = sentence.whole(choose(sentence, _pick(self.seed, key)))
        by: By = "fixed" if sentence.in_words else "exemplar" if wording.source else "fallback"
        return Written(sentence, wording, by)


def bullet(fact: Fact) -> str:
    """A fact as a prompt states it: 粮食播种面积 1.26万亩，同比增长5%，完成年度目标的52.5%."""
    told = [f"{tellings[0].lead}{tellings[0].figure}" for tellings in (changes(fact), completions(fact)) if tellings]
    return "，".join([f"{name(fact)} {amount(fact)}", *told])


def figured(sentence: Sentence, context: Context) -> list[str]:
    """The facts that a model words: those with a figure. What a sentence has of the sheet's own words is given."""
    return [id for id in sentence.fact_ids if context.facts[id].value is not None]


def _shown(exemplars: Sequence[str]) -> str:
    if not exemplars:
        return "（无）"
    text = exemplars[0].replace("\n", "")
    cut = text[:_EXEMPLAR]
    return cut[: cut.rfind("。") + 1] or cut


@dataclass(slots=True)
class ModelWriter:
    """Levels 1 and 2: a model words each sentence, and what may not stand is done at level 0.

    When the service gives out, the rest of the draft is written at level 0; `gave_out` then says why.
    """

    model: Model
    level: Literal[1, 2]
    prompt: PromptFile
    seed: int
    gave_out: str = ""
    below: PatternWriter = field(init=False)

    def __post_init__(self) -> None:
        self.below = PatternWriter(self.seed)

    def write(self, sentence: Sentence, context: Context, key: str) -> Written:
        if sentence.in_words or self.gave_out:
            return self.below.write(sentence, context, key)
        begin = time.perf_counter()
        rejections: list[str] = []
        replies: list[Reply] = []
        taken: Wording | None = None
        for attempt in range(1 + (RETRIES if self.level == 2 else 0)):
            try:
                reply = self._ask(sentence, context, attempt)
            except EmptyAnswerError:
                rejections.append("空回答")
                continue
            except ContextExceededError:
                rejections.append("提示词超长")
                context = replace(context, exemplars=())  # what can be spared
                continue
            except ServiceError as fault:
                self.gave_out = fault.what
                rejections.append("模型服务中断")
                break
            replies.append(reply)
            judged = self._judge(sentence, context, reply.text)
            if isinstance(judged, Wording):
                taken = judged
                break
            rejections.append(judged.reason)
        wording = sentence.whole(taken) if taken else self.below.write(sentence, context, key).wording
        by: By = "model" if taken else "exemplar" if wording.source else "fallback"
        return Written(
            sentence, wording, by, max(len(replies), len(rejections)), tuple(rejections),
            _total([r.prompt_tokens for r in replies]), _total([r.completion_tokens for r in replies]), time.perf_counter() - begin,
        )  # fmt: skip

    def _ask(self, sentence: Sentence, context: Context, attempt: int) -> Reply:
        values = {
            "facts": "；".join(bullet(context.facts[id]) for id in figured(sentence, context)),
            "exemplar": _shown(context.exemplars),
        }
        if "heading" in self.prompt.placeholders:
            values["heading"] = context.heading
        prompt = render(self.prompt, **values)
        return self.model.complete(
            prompt, max_tokens=self.prompt.max_tokens, stop=self.prompt.stop, seed=self.seed + attempt,
            temperature=self.prompt.temperature, grammar=grammar(sentence) if self.level == 1 else None,
        )  # fmt: skip

    def _judge(self, sentence: Sentence, context: Context, text: str) -> Wording | Rejection:
        text = text.strip()
        if self.level == 1:
            wording = read_back(sentence, text)
            return replace(wording, source="") if wording else Rejection("不在可选写法之内")
        facts = [context.facts[id] for id in figured(sentence, context)]
        return accept(
            text.removeprefix("句子：").strip('“”" '),
            facts,
            words=context.lead_words,
            models=(*context.exemplars, self.prompt.text),
        )


def _total(counts: Sequence[int | None]) -> int | None:
    known = [c for c in counts if c is not None]
    return sum(known) if known else None
