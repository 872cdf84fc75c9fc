"""What an endpoint can do and how well it writes (能力探测): asked and measured, never assumed.

Servers answer 200 to fields that they do not know, so a grammar or a JSON schema counts only if an answer kept to a canary that no
model gives by chance. How well it writes is its first-try acceptance on ten canned sentences.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Protocol

import yaml

from pipeline.drafting.client import Answer, ContextExceededError, EmptyAnswerError, Prompt
from pipeline.drafting.phrasing import Sentence, Wording, schema, unpacked
from pipeline.drafting.writer import Context, ModelWriter
from pipeline.errors import PipelineError, ServiceError
from pipeline.facts.model import Fact

Constraint = Literal["", "grammar", "schema"]
WRITES_PARAGRAPHS = 0.8  # first-try acceptance from which a model is given whole paragraphs
WRITES_SENTENCES = 0.3  # … single sentences; below it chooses among wordings, if it honours a grammar or schema
CANARY = "甲乙丙丁戊己"
_TOKENS = 40
# The request fields by which servers take a GBNF grammar: llama.cpp, vLLM before and after 0.12. Source: their API references.
GRAMMARS: Mapping[str, Callable[[str], Mapping[str, Any]]] = {
    "grammar": lambda grammar: {"grammar": grammar},
    "guided_grammar": lambda grammar: {"guided_grammar": grammar},
    "structured_outputs": lambda grammar: {"structured_outputs": {"grammar": grammar}},
}


class Asked(Protocol):
    """An endpoint, as far as the probe asks it."""

    def ask(
        self, prompt: Prompt, *, max_tokens: int, stop: Sequence[str] = (), seed: int = 0, temperature: float = 0.0,
        grammar: str | None = None, extra: Mapping[str, object] | None = None,
    ) -> Answer: ...  # fmt: skip


@dataclass(frozen=True, slots=True)
class Abilities:
    """`constraint`: what the endpoint keeps to, `field`: the request field for it. `acceptance`: share of ten canned sentences that
    may stand at the first try, None where nobody measured. `level`: who writes (0..3). `reasons`: why answers were refused."""

    constraint: Constraint
    field: str
    acceptance: float | None
    level: int
    reasons: tuple[str, ...] = ()


def response_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The field by which a server is asked to keep to a schema (OpenAI, vLLM, Ollama, llama.cpp)."""
    return {
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "sentence", "strict": True, "schema": schema},
        }
    }


def constraint_of(endpoint: Asked) -> tuple[Constraint, str]:
    """Which constraint an endpoint keeps to, and its field: tried with a canary, grammars before the schema."""
    prompt = Prompt("请用一句话介绍你自己。")
    for field, body in GRAMMARS.items():
        if _answer(endpoint, prompt, body(f'root ::= "{CANARY}"\n')).strip() == CANARY:
            return "grammar", field
    said = _answer(endpoint, prompt, response_format(json.loads(schema(Sentence(((Wording(CANARY),),), ())))))
    kept = said.strip() != CANARY and unpacked(said.strip()) == CANARY
    return ("schema", "response_format") if kept else ("", "")


def _answer(endpoint: Asked, prompt: Prompt, extra: Mapping[str, Any]) -> str:
    try:
        return endpoint.ask(prompt, max_tokens=_TOKENS, extra=extra).text
    except (EmptyAnswerError, ContextExceededError):
        return ""
    except ServiceError:
        return ""  # a server that refuses the field: whether it serves at all was tried before


def canned(path: Path) -> list[list[Fact]]:
    """The probe's sentences. Raises PipelineError for a file of another form."""
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
        return [[_fact(f"P{n}", row) for n, row in enumerate(facts, 1)] for facts in rows]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, AttributeError, ArithmeticError) as fault:
        raise PipelineError(
            f"探测用的句子读不出来：{fault}", where=str(path), mend="照自带的 probe.yaml 改。"
        ) from fault


def _fact(id: str, row: Mapping[str, Any]) -> Fact:
    names = ("value", "previous", "growth_pct", "target", "completion_pct")
    value, previous, growth, target, completion = (Decimal(str(row[name])) if name in row else None for name in names)
    return Fact(id, "", str(row["indicator"]), value, str(row["unit"]), previous, growth, target, completion)


def measured(
    writer: ModelWriter, facts: Sequence[Sequence[Fact]], words: frozenset[str]
) -> tuple[float, tuple[str, ...]]:
    """First-try acceptance of a level 2 writer on canned sentences, 0..1, and why the others were refused."""
    taken, reasons = 0, list[str]()
    for own in facts:
        sentence = Sentence(((Wording("。"),),), tuple(f.id for f in own))
        context = Context("主要工作", {f.id: f for f in own}, (), words)
        judged = writer.tried(sentence, context)
        if isinstance(judged, str):
            reasons.append(judged)
        else:
            taken += 1
        if writer.gave_out:
            break
    return taken / len(facts), tuple(reasons)


def level_of(acceptance: float, constraint: Constraint) -> int:
    """Who writes: the highest level that a model has earned. Without a constraint even a weak one may try sentences, unless none stood."""
    if acceptance >= WRITES_PARAGRAPHS:
        return 3
    if acceptance >= WRITES_SENTENCES:
        return 2
    return 1 if constraint else 2 if acceptance > 0 else 0
