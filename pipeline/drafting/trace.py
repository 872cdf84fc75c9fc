"""The trace (起草记录) beside a draft: for each section and figure, where it comes from and who wrote it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, get_args

from pipeline.drafting.abilities import Abilities
from pipeline.drafting.adapting import Course
from pipeline.drafting.budget import Budget
from pipeline.drafting.derivations import Kind, derivations
from pipeline.drafting.draft import Draft, WrittenSection
from pipeline.drafting.lead_topics import LEAST, NO_ENCODER, LeadTopics
from pipeline.drafting.prompts import PromptFile
from pipeline.drafting.writer import By, Written
from pipeline.facts.model import plain

FORMAT = 1
_DERIVED = get_args(Kind)


def writers(draft: Draft) -> Counter[str]:
    """How many sentences each kind of writer wrote."""
    return Counter(w.by for s in draft.sections for row in s.paragraphs for w in row)


def stated(draft: Draft) -> set[str]:
    """Ids of the facts that some sentence states."""
    return {id for s in draft.sections for row in s.paragraphs for w in row for id in w.sentence.fact_ids}


def _by(section: WrittenSection) -> str:
    """Who wrote a section: whoever wrote most of its sentences, a model before an exemplar before the plain clause."""
    counts = Counter(w.by for row in section.paragraphs for w in row)
    order: tuple[By, ...] = ("model", "exemplar", "fallback", "fixed")
    return max(order, key=lambda by: (counts[by], -order.index(by))) if counts else "fixed"


def _tokens(rows: list[Written], field: str) -> int | None:
    known = [n for w in rows if (n := getattr(w, field)) is not None]
    return sum(known) if known else None


def trace(
    draft: Draft, text: str, places: Mapping[tuple[int, int, int], tuple[int, int]], *, sheet_sha256: str, archive_id: str | None,
    model: str | None, level: int, prompt: PromptFile | None, versions: Mapping[str, str], seed: int, gave_out: str,
    tried: Abilities | None = None, price: tuple[float, float] | None = None, budget: Budget | None = None,
    lead_topics: LeadTopics | None = None, courses: Mapping[int, Course] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The trace as JSON content. Spans are characters of `text`; all that may differ between equal runs is named `seconds`."""
    sections, figures = [], []
    for s, section in enumerate(draft.sections):
        rows = [(p, i, w) for p, row in enumerate(section.paragraphs) for i, w in enumerate(row)]
        sentences = []
        for p, i, written in rows:
            start, end = places[s, p, i]
            sentences.append({
                "span": [start, end], "writer": written.by, "fact_ids": list(written.sentence.fact_ids), "attempts": written.attempts, "level": written.level,
                "rejections": list(written.rejections), "pattern_of": written.wording.source or None,
            })  # fmt: skip
            for placed in written.wording.figures:
                figure: dict[str, Any] = {
                    "span": [start + placed.start, start + placed.end], "raw": text[start + placed.start : start + placed.end],
                    "fact_id": placed.fact_id, "field": placed.field,
                }  # fmt: skip
                if placed.field in _DERIVED:
                    figure["derivation"] = placed.formula
                figures.append(figure)
        written_ones = [w for _, _, w in rows]
        asked = any(w.attempts for w in written_ones)
        sections.append({
            "heading": section.entry.heading, "label": section.entry.label, "level": section.entry.level, "kind": section.entry.kind,
            "topics": [topic for topic, _ in section.entry.facts], "fact_ids": sorted({id for w in written_ones for id in w.sentence.fact_ids}),
            "writer": _by(section), "attempts": sum(w.attempts for w in written_ones),
            "exemplars": [{"passage_id": h.passage.id, "score": round(h.score, 4)} for h in section.exemplars],
            "model": model if asked else None, "prompt": {"name": prompt.name, "sha256": prompt.sha256} if prompt and asked else None,
            "tokens": {kind: _tokens(written_ones, f"{kind}_tokens") for kind in ("prompt", "completion")},
            "sentences": sentences, "seconds": round(section.seconds, 3),
        })  # fmt: skip
    tokens = {
        kind: _tokens([w for s in draft.sections for row in s.paragraphs for w in row], f"{kind}_tokens")
        for kind in ("prompt", "completion")
    }
    return {
        "format": FORMAT,
        "run": {
            "sheet_sha256": sheet_sha256, "draft_sha256": hashlib.sha256(text.encode()).hexdigest(), "archive_id": archive_id,
            "model": model, "level": level, "seed": seed, "versions": dict(versions), "facts": len(draft.sheet.facts),
            "facts_stated": len(stated(draft)), "sentences": dict(sorted(writers(draft).items())), "repaired": draft.repaired,
            "missing": list(draft.missing), "interrupted": draft.interrupted, "service_gave_out": gave_out or None,
            "tokens": tokens, "cost": _cost(tokens, price), "abilities": asdict(tried) if tried else None,
            "levels": _levels(draft, courses), "leads": _leads(level, lead_topics), "context": _context(draft, budget), "derivations": _derivations(draft, figures), "seconds": round(draft.seconds, 3),
        },
        "sections": sections,
        "figures": figures,
    }  # fmt: skip


def _levels(draft: Draft, courses: Mapping[int, Course] | None) -> list[dict[str, Any]] | None:
    """At which level each section began that a model could write in, and how that changed; None where the level was fixed."""
    if courses is None:
        return None
    return [
        {
            "heading": draft.sections[n].entry.heading,
            "began": course.began,
            "changes": [asdict(c) for c in course.changes],
        }
        for n, course in sorted(courses.items())
        if course.outcomes and n < len(draft.sections)
    ]


def _leads(level: int, lead_topics: LeadTopics | None) -> dict[str, Any] | None:
    """By which encoder and from which probability on a model's free leads counted as on their topic, or that this was not tested."""
    if level < 2 or lead_topics is None:  # no free leads
        return None
    if lead_topics.likely is None:
        return {"encoder": None, "least": None, "skipped": NO_ENCODER}
    return {"encoder": lead_topics.encoder, "least": LEAST, "skipped": None}


def _context(draft: Draft, budget: Budget | None) -> dict[str, Any] | None:
    """The model's context in tokens and who told it, how prompts were counted where that was needed, and how many exemplars prompts
    had no room for."""
    if budget is None:
        return None
    spared = sum(w.spared for s in draft.sections for row in s.paragraphs for w in row)
    known = budget.context if budget.context is not None else budget.learnt
    source = budget.source if budget.context is not None else "error" if budget.learnt is not None else None
    return {"tokens": known, "told_by": source or None, "counted_by": budget.by, "exemplars_left_out": spared}


def _cost(tokens: Mapping[str, int | None], price: tuple[float, float] | None) -> float | None:
    """What the tokens cost at prices for a million, in the price's currency; None where nobody knows."""
    if price is None or tokens["prompt"] is None:
        return None
    return round((tokens["prompt"] * price[0] + (tokens["completion"] or 0) * price[1]) / 1e6, 6)


def _derivations(draft: Draft, figures: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What was offered beside the sheet's figures, each with its formula and whether the draft uses it."""
    used = {(f["fact_id"], f["field"]) for f in figures}
    offered: list[dict[str, Any]] = [
        {
            "kind": d.kind, "fact_ids": list(d.fact_ids), "value": f"{plain(d.value)}{d.unit}", "formula": d.formula,
            "used": (d.fact_ids[0], d.kind) in used,
        }
        for d in derivations(draft.sheet)
    ]  # fmt: skip
    known = {(d["fact_ids"][0], d["kind"]) for d in offered}
    several = [
        {"kind": f["field"], "fact_ids": [f["fact_id"]], "value": f["raw"], "formula": f["derivation"], "used": True}
        for f in figures
        if "derivation" in f and (f["fact_id"], f["field"]) not in known
    ]
    return offered + several
