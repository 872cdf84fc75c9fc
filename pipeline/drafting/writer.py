"""Who words a sentence (写手): rotation over patterns (level 0), a model choosing (1), writing sentences (2), writing paragraphs (3)."""

from __future__ import annotations

import hashlib
import itertools
import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from pipeline.drafting.acceptance import ENDING, OnTopic, Rejection, accept, accept_any
from pipeline.drafting.budget import Budget
from pipeline.drafting.client import ContextExceededError, EmptyAnswerError, Model, Reply
from pipeline.drafting.foulness import foulness, without_markers
from pipeline.drafting.phrasing import Cut, Sentence, Wording, choose, grammar, joined, read_back, schema, unpacked
from pipeline.drafting.prompts import PromptFile, render
from pipeline.drafting.tellings import amount, changes, completions, name, pace
from pipeline.errors import ServiceError
from pipeline.facts.model import Fact

By = Literal["model", "exemplar", "fallback", "fixed"]
RETRIES = 2  # how often a rejected sentence is asked for again
LONGEST = 110  # characters of a sentence that was put together of several
_EXEMPLAR = 160  # characters of an exemplar that a prompt shows
SHOWN: Mapping[int, int] = {1: 1, 2: 1, 3: 3}  # exemplars that a prompt of each level shows, where there is room


@dataclass(frozen=True, slots=True)
class Context:
    """What a sentence is written under: its heading, the sheet's facts by id, the masked exemplars, and the words
    that a free lead may be made of."""

    heading: str
    facts: dict[str, Fact]
    exemplars: tuple[str, ...]
    lead_words: frozenset[str] = frozenset()
    plan: Callable[[Sequence[Fact]], list[Sentence]] | None = None  # sentences for some of the section's facts
    on_topic: OnTopic = None  # whether a free lead speaks of the section's topic


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence as it stands in the draft, and how it came about. Tokens are None where nobody counted them. `spared`: exemplars
    that its prompt had no room for. `level`: at which it was written, 0 for what no model wrote."""

    sentence: Sentence
    wording: Wording
    by: By
    attempts: int = 0
    rejections: tuple[str, ...] = ()
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    seconds: float = 0.0
    spared: int = 0
    level: int = 0


class Writer(Protocol):
    """Turns a sentence's choices into a sentence. `key` tells sentences apart, so that equal runs choose alike."""

    def write(self, sentence: Sentence, context: Context, key: str) -> Written: ...


class ParagraphWriter(Writer, Protocol):
    """A writer that takes a paragraph at a time (level 3)."""

    def write_paragraph(self, sentences: Sequence[Sentence], context: Context, key: str) -> list[Written]: ...


def _pick(seed: int, key: str) -> Callable[[int], int]:
    digest = hashlib.sha256(f"{seed}\0{key}".encode()).digest()
    return random.Random(int.from_bytes(digest[:8], "big")).randrange


@dataclass(frozen=True, slots=True)
class PatternWriter:
    """Level 0: the archive's patterns with this sheet's facts in them, else the plain clause. Needs no model and cannot fail."""

    seed: int

    def write(self, sentence: Sentence, context: Context, key: str) -> Written:
        wording = sentence.whole(choose(sentence, _pick(self.seed, key)))
        own = sentence.in_words or bool(sentence.after)
        by: By = "fixed" if own else "exemplar" if wording.source else "fallback"
        return Written(sentence, wording, by)


def bullets(facts: Sequence[Fact], cuts: Sequence[Cut]) -> list[str]:
    """Facts as a prompt states them; those whose names may be cut stand with the fact before: 工业重大项目 17只、完成投资 2.2亿元."""
    said = {cut.fact_id: cut for cut in cuts}
    rows: list[str] = []
    last = ""
    for fact in facts:
        cut = said.get(fact.id)
        if cut is not None and cut.behind == last and rows:
            close = cut.said[:1] != "占" and cut.said[-1:] != "率"
            rows[-1] += f"{'、' if close else '，'}{bullet(fact, cut.said)}"
        else:
            rows.append(bullet(fact) if fact.value is not None else fact.text.rstrip(ENDING))
        last = fact.id
    return rows


def bullet(fact: Fact, said: str | None = None) -> str:
    """A fact as a prompt states it: 粮食播种面积 1.26万亩，同比增长5%，完成年度目标的52.5%."""
    told = [f"{tellings[0].lead}{tellings[0].figure}" for tellings in (changes(fact), completions(fact)) if tellings]
    return "，".join([f"{pace(fact)}{name(fact) if said is None else said} {amount(fact)}".strip(), *told])


def figured(sentence: Sentence, context: Context) -> list[str]:
    """The facts that a model words: those with a figure. What a sentence has of the sheet's own words is given."""
    return [id for id in sentence.fact_ids if context.facts[id].value is not None]


def _shown(exemplars: Sequence[str]) -> str:
    """Exemplars as a prompt shows them, a line each: whole sentences of their beginning."""
    rows = [exemplar.replace("\n", "")[:_EXEMPLAR] for exemplar in exemplars]
    return "\n".join(row[: row.rfind("。") + 1] or row for row in rows) or "（无）"


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer, None where there is none; and how many exemplars there was no room for."""

    reply: Reply | None
    spared: int


@dataclass(slots=True)
class ModelWriter:
    """Levels 1 and 2: a model words each sentence, and what may not stand is done at level 0.

    When the service gives out, the rest of the draft is written at level 0; `gave_out` then says why.
    """

    model: Model
    level: Literal[1, 2]
    prompt: PromptFile
    seed: int
    by_schema: bool = False  # at level 1 the choices go as a JSON schema, not as a grammar
    gave_out: str = ""
    budget: Budget = field(default_factory=Budget)  # what the model's context holds
    asked_seconds: float = (
        0.0  # spent waiting for answers, and of that in the model's own prefill and decode where it tells
    )
    model_seconds: float = 0.0
    below: PatternWriter = field(init=False)

    def __post_init__(self) -> None:
        self.below = PatternWriter(self.seed)

    def write(self, sentence: Sentence, context: Context, key: str) -> Written:
        wordless = bool(sentence.after)  # the sheet's own words, of which a model chooses the lead at most
        if sentence.in_words or (wordless and self.level != 1) or self.gave_out:
            return self.below.write(sentence, context, key)
        begin = time.perf_counter()
        rejections: list[str] = []
        replies: list[Reply] = []
        taken: Wording | None = None
        spared = 0
        for attempt in range(1 + (RETRIES if self.level == 2 else 0)):
            values, exemplars = self._values(sentence, context), context.exemplars[: SHOWN[self.level]]
            asked = self.ask(self.prompt, values, exemplars, attempt, rejections, self._constraint(sentence))
            spared = max(spared, asked.spared)
            if asked.reply is None:
                if self.gave_out:
                    break
                continue
            replies.append(asked.reply)
            judged = self._judge(sentence, context, asked.reply.text)
            if isinstance(judged, Wording):
                taken = judged
                break
            rejections.append(judged.reason)
        wording = sentence.whole(taken) if taken else self.below.write(sentence, context, key).wording
        plain: By = "fixed" if wordless else "fallback"
        by: By = "model" if taken else "exemplar" if wording.source else plain
        return Written(
            sentence, wording, by, max(len(replies), len(rejections)), tuple(rejections),
            total([r.prompt_tokens for r in replies]), total([r.completion_tokens for r in replies]), time.perf_counter() - begin, spared,
            self.level if taken else 0,
        )  # fmt: skip

    def tried(self, sentence: Sentence, context: Context) -> Wording | str:
        """One try at a sentence: its wording, or why it may not stand."""
        rejections: list[str] = []
        reply = self.ask(self.prompt, self._values(sentence, context), (), 0, rejections).reply
        if reply is None:
            return rejections[-1]
        judged = self._judge(sentence, context, reply.text)
        return judged if isinstance(judged, Wording) else judged.reason

    def ask(
        self, prompt: PromptFile, values: Mapping[str, str], exemplars: Sequence[str], attempt: int, rejections: list[str],
        grammar_: str | None = None,
    ) -> Asked:  # fmt: skip
        """An answer, with as many of the exemplars before it as there is room for, the best ones first.

        Where there is no answer, the reason is among `rejections`. Sets `gave_out` when the service is gone.
        """
        shown = list(exemplars)
        limit: int | None = None  # that this prompt's refusal told
        while True:
            said = {name: without_markers(value) for name, value in {**values, "exemplar": _shown(shown)}.items()}
            asked = render(prompt, **{name: value for name, value in said.items() if name in prompt.placeholders})
            if shown and not self.budget.fits(asked, prompt.max_tokens, limit):
                shown.pop()
                continue
            spared = len(exemplars) - len(shown)
            try:
                reply = self.model.complete(
                    asked, max_tokens=prompt.max_tokens, stop=prompt.stop, seed=self.seed + attempt,
                    temperature=prompt.temperature, grammar=grammar_,
                )  # fmt: skip
                self.asked_seconds += reply.seconds
                self.model_seconds += reply.model_seconds or 0.0
                return Asked(reply, spared)
            except EmptyAnswerError:
                rejections.append("空回答")
            except ContextExceededError as fault:
                self.budget.learn(asked, fault.limit)
                limit = fault.limit
                if shown:  # not all of them at once where it is known how much there is room for
                    shown = shown[:-1] if limit is not None else []
                    continue
                rejections.append("提示词超长")
            except ServiceError as fault:
                self.gave_out = fault.what
                rejections.append("模型服务中断")
            return Asked(None, spared)

    def _constraint(self, sentence: Sentence) -> str | None:
        """The choices in the form the endpoint keeps to, at level 1."""
        if self.level != 1:
            return None
        return schema(sentence) if self.by_schema else grammar(sentence)

    def _values(self, sentence: Sentence, context: Context) -> dict[str, str]:
        facts = [context.facts[id] for id in figured(sentence, context)]
        return {
            "facts": "；".join(bullets(facts, sentence.cuts))
            or "；".join(context.facts[id].text for id in sentence.fact_ids),
            "heading": context.heading,
        }

    def _judge(self, sentence: Sentence, context: Context, text: str) -> Wording | Rejection:
        text = text.strip()
        if self.level == 1:
            wording = read_back(sentence, unpacked(text) if self.by_schema else text)
            return replace(wording, source="") if wording else Rejection("不在可选写法之内")
        facts = [context.facts[id] for id in figured(sentence, context)]
        text = text.removeprefix("句子：").strip('“”" ')
        if fault := foulness(text, "".join(f.indicator + f.unit for f in facts)):
            return Rejection(fault)
        models = (*context.exemplars, self.prompt.text)
        return accept(
            text, facts, words=context.lead_words, models=models, cuts=sentence.cuts, on_topic=context.on_topic
        )


@dataclass(slots=True)
class SectionWriter:
    """Level 3: a model writes a paragraph from its facts. Each sentence is judged by itself; what a paragraph then lacks is done at
    level 2, and below that at level 0."""

    prompt: PromptFile
    sentences: ModelWriter
    level: Literal[3] = 3

    @property
    def model(self) -> Model:
        return self.sentences.model

    @property
    def gave_out(self) -> str:
        return self.sentences.gave_out

    @property
    def budget(self) -> Budget:
        return self.sentences.budget

    @property
    def model_seconds(self) -> float:
        return self.sentences.model_seconds

    def write(self, sentence: Sentence, context: Context, key: str) -> Written:
        return self.sentences.write(sentence, context, key)

    def write_paragraph(self, sentences: Sequence[Sentence], context: Context, key: str) -> list[Written]:
        """A paragraph: fixed sentences where they stand, then what the model wrote and may stand, then what it left out."""
        facts = facts_of_paragraph(sentences, context)
        if not facts or self.gave_out:
            return [self.write(s, context, f"{key}.{n}") for n, s in enumerate(sentences)]
        assert context.plan is not None
        planned = [s for s in sentences if not s.fact_ids or not set(s.fact_ids) & {f.id for f in facts}]
        begin = time.perf_counter()
        rejections: list[str] = []
        cuts = [cut for s in sentences for cut in s.cuts]
        values = {
            "facts": "\n".join(f"- {'；'.join(bullets(row, cuts))}" for row in rows_of(sentences, facts)),
            "heading": context.heading,
        }
        asked = self.sentences.ask(self.prompt, values, context.exemplars[: SHOWN[3]], 0, rejections)
        reply = asked.reply
        made = self._taken(reply.text, facts, cuts, context, rejections) if reply else []
        made = self._together(made, sentences, facts, cuts, context)
        stated = {id for _, ids in made for id in ids}
        left = [f for f in facts if f.id not in stated]
        seconds = time.perf_counter() - begin
        counted = (reply.prompt_tokens, reply.completion_tokens) if reply else (None, None)
        rows = [self.write(s, context, f"{key}.{n}") for n, s in enumerate(planned)]
        for n, (wording, ids) in enumerate(made):
            if n == 0 and (lead := _topic_lead(sentences)) and not wording.text.startswith(lead):
                wording = joined([Wording(lead), wording])
            planned_one = _flat(context.plan([context.facts[id] for id in ids]), ids)
            tokens = counted if n == 0 else (None, None)
            rows.append(
                Written(
                    planned_one,
                    wording,
                    "model",
                    int(n == 0),
                    (),
                    *tokens,
                    seconds if n == 0 else 0.0,
                    asked.spared if n == 0 else 0,
                    3,
                )
            )
        rest = context.plan(left) if left else []
        below = [self.write(s, context, f"{key}.r{n}") for n, s in enumerate(rest)]
        if rejections:  # told with the first sentence that the paragraph has
            row = below or rows
            row[0] = replace(
                row[0], rejections=(*rejections, *row[0].rejections), attempts=row[0].attempts + (not made)
            )
        if not made and below and reply:
            below[0] = replace(
                below[0], prompt_tokens=total([below[0].prompt_tokens, counted[0]]),
                completion_tokens=total([below[0].completion_tokens, counted[1]]),
            )  # fmt: skip
        return [*rows, *below]

    def _together(
        self, made: Sequence[tuple[Wording, tuple[str, ...]]], sentences: Sequence[Sentence], facts: Sequence[Fact],
        cuts: Sequence[Cut], context: Context,
    ) -> list[tuple[Wording, tuple[str, ...]]]:  # fmt: skip
        """Sentences side by side whose facts were planned for one, in one, where that may stand as well: a model that writes a sentence
        for each fact writes a list."""
        of = {id: n for n, s in enumerate(sentences) for id in s.fact_ids}
        kept: list[tuple[Wording, tuple[str, ...]]] = []
        for wording, ids in made:
            before = kept[-1] if kept else None
            first = context.facts[ids[0]]
            bare = wording.text.startswith((name(first), f"实现{name(first)}", f"完成{name(first)}"))
            if before and bare and first.value is not None and len({of[id] for id in (*before[1], *ids)}) == 1:
                text = f"{before[0].text[:-1]}；{wording.text}"
                judged = accept_any(text, facts, words=context.lead_words, cuts=cuts, on_topic=context.on_topic)
                if len(text) <= LONGEST and not isinstance(judged, Rejection):
                    kept[-1] = (judged.wording, judged.fact_ids)
                    continue
            kept.append((wording, ids))
        return kept

    def _taken(
        self, text: str, facts: Sequence[Fact], cuts: Sequence[Cut], context: Context, rejections: list[str]
    ) -> list[tuple[Wording, tuple[str, ...]]]:
        """The sentences of an answer that may stand, each fact in one of them."""
        known = "".join(f.indicator + f.unit + f.text for f in facts)
        made: list[tuple[Wording, tuple[str, ...]]] = []
        stated: set[str] = set()
        said: set[str] = set()
        for sentence in re.findall(r"[^。\n]+(?:。|$)", text.strip().removeprefix("段落：")):
            sentence = sentence.strip()
            if fault := "反复循环" if sentence in said else foulness(sentence, known):
                rejections.append(fault)
                continue
            said.add(sentence)
            models = (*context.exemplars, self.prompt.text)
            judged = accept_any(
                sentence, facts, words=context.lead_words, models=models, cuts=cuts, on_topic=context.on_topic
            )
            if isinstance(judged, Rejection):
                rejections.append(judged.reason)
            elif stated & set(judged.fact_ids):
                rejections.append("同一事实写了两遍")
            else:
                stated |= set(judged.fact_ids)
                made.append((judged.wording, judged.fact_ids))
        return made


def rows_of(sentences: Sequence[Sentence], facts: Sequence[Fact]) -> list[list[Fact]]:
    """The facts of a paragraph by the sentences that were planned for them: what belongs together is told in one."""
    of = {id: n for n, s in reversed([*enumerate(sentences)]) for id in s.fact_ids}
    return [list(row) for _, row in itertools.groupby(facts, lambda f: of[f.id])]


def facts_of_paragraph(sentences: Sequence[Sentence], context: Context) -> list[Fact]:
    """The facts of a paragraph that a model may write as a whole; none where there is no figure among them, or no plan for what it
    leaves out."""
    own = {id: context.facts[id] for s in sentences for id in s.fact_ids}
    twofold = {
        id for id, f in own.items() if f.value is not None and f.text
    }  # a figure with words beside it: as planned
    as_planned = {id for s in sentences if twofold & set(s.fact_ids) for id in s.fact_ids}
    facts = [f for id, f in own.items() if id not in as_planned]
    return facts if context.plan is not None and any(f.value is not None for f in facts) else []


def _topic_lead(sentences: Sequence[Sentence]) -> str:
    """农业生产方面，where the plan begins a paragraph so: below a heading of several topics it says which one follows."""
    first = next((s for s in sentences if s.fact_ids), None)
    begins = [w.text for w in (*first.given, *first.slots[0])] if first else []
    found = [m[0] for text in begins if (m := re.match(r"[^，。]{2,14}方面，", text))]
    return found[0] if found else ""


def _flat(sentences: Sequence[Sentence], ids: Sequence[str]) -> Sentence:
    """Several planned sentences as one, so that what a model wrote for them can be redone in its place."""
    slots = [slot for s in sentences for slot in (*((g,) for g in s.given), *s.slots, *((a,) for a in s.after))]
    return Sentence(tuple(slots), tuple(ids), in_words=all(s.in_words for s in sentences))


def writer_at(
    level: int, model: Model, read: Callable[[str, frozenset[str]], PromptFile], seed: int
) -> ModelWriter | SectionWriter:
    """The writer of a level, 1 to 3. `read(name, placeholders)` gives a prompt file."""
    if level == 1:
        return ModelWriter(model, 1, read("choose", frozenset({"facts", "exemplar"})), seed)
    asks = frozenset({"facts", "exemplar", "heading"})
    sentences = ModelWriter(model, 2, read("sentence", asks), seed)
    return sentences if level == 2 else SectionWriter(read("section", asks), sentences)


def total(counts: Sequence[int | None]) -> int | None:
    known = [c for c in counts if c is not None]
    return sum(known) if known else None
