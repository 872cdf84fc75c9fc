"""The naive way (直接生成), as a baseline: one prompt a section with its facts and raw exemplars, and the model's answer as it comes.

It has our outline, our facts and our exemplars, and nothing that makes a figure hold. Kept out of `pipeline`, which must not offer it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from eval.measures.making import Making
from pipeline.drafting.client import EmptyAnswerError, Model, Prompt, Reply
from pipeline.drafting.outline import Entry, Outline
from pipeline.drafting.prompts import PromptFile, render
from pipeline.facts.model import Fact, Sheet, plain
from pipeline.facts.topics import Topic
from pipeline.retrieval.search import Hit

PLACEHOLDERS = frozenset({"heading", "facts", "exemplars", "town"})
SHOWN = 2  # exemplars in a prompt
_LONGEST = 400  # characters of one


def bullet(fact: Fact) -> str:
    """A fact as one would type it into a prompt: all that the sheet says of it."""
    if fact.value is None:
        return f"- {fact.text}"
    said = [f"{fact.indicator}{plain(fact.value)}{fact.unit}"]
    said += [f"上年同期{plain(fact.previous)}{fact.unit}"] if fact.previous is not None else []
    said += [f"同比{plain(fact.growth_pct)}%"] if fact.growth_pct is not None else []
    said += [f"年度目标{plain(fact.target)}{fact.unit}"] if fact.target is not None else []
    said += [f"完成率{plain(fact.completion_pct)}%"] if fact.completion_pct is not None else []
    return f"- {'，'.join([*said, *([fact.text] if fact.text else [])])}"


def draft(
    sheet: Sheet,
    outline: Outline,
    model: Model,
    prompt: PromptFile,
    find: Callable[[str, str | None], Sequence[Hit]],
    topics: Mapping[str, Topic],
    seed: int,
) -> tuple[str, Making]:
    """A draft in Markdown: title and headings of the outline, below each with facts what the model says. Raises ServiceError."""
    text = f"# {outline.title}\n\n{outline.opening}\n"
    replies: list[Reply] = []
    empty = 0
    for entry in outline.entries:
        if entry.level:
            text += f"\n{'#' * (entry.level + 1)} {entry.label}{' ' if entry.level == 3 else ''}{entry.heading}\n"
        facts = [fact for _, own in entry.facts for fact in own]
        if not facts:
            continue
        try:
            reply = model.complete(
                _asked(sheet, entry, facts, prompt, find, topics), max_tokens=prompt.max_tokens, stop=prompt.stop,
                seed=seed, temperature=prompt.temperature,
            )  # fmt: skip
        except EmptyAnswerError:
            empty += 1
            continue
        replies.append(reply)
        text += f"\n{reply.text.strip()}\n"
    counts = [
        [n for r in replies if (n := getattr(r, f"{kind}_tokens")) is not None] for kind in ("prompt", "completion")
    ]
    prompts, completions = (sum(known) if known else None for known in counts)
    rejections = {"空回答": empty} if empty else {}
    return text, Making({"model": len(replies)}, rejections, prompts, completions)


def _asked(
    sheet: Sheet,
    entry: Entry,
    facts: Sequence[Fact],
    prompt: PromptFile,
    find: Callable[[str, str | None], Sequence[Hit]],
    topics: Mapping[str, Topic],
) -> Prompt:
    topic = entry.facts[0][0] if len(entry.facts) == 1 else None
    named = topics[topic].name if topic is not None and topic in topics else ""
    hits = find(f"{entry.heading} {named}".strip(), topic)
    exemplars = "\n".join(hit.passage.text.replace("\n", "")[:_LONGEST] for hit in hits[:SHOWN]) or "（无）"
    return render(
        prompt,
        heading=entry.heading or "开头",
        facts="\n".join(map(bullet, facts)),
        exemplars=exemplars,
        town=sheet.meta.town,
    )
