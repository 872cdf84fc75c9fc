"""What follows from the sheet though its facts stand nowhere near (远处的推算): a section was taken out, and what was computed stayed."""

from __future__ import annotations

from fractions import Fraction

from eval.checks.agreement import band
from eval.checks.binding import Mention
from eval.checks.derivations import Combined, Offer, combined, shown
from eval.checks.following import REST, agrees
from eval.checks.statements import Statements, fits

MOST_UNSTATED = 14  # facts that the draft lacks; with more of them chance would give any figure
HINTED = 0.12  # how strongly one of two facts must be named for what is left between them


def left_over(statements: Statements, mention: Mention) -> Combined | None:
    """Two facts of one topic of which a figure is the difference, where the words speak of what is left: 剩余27家未达标门店 of 门店
    and 整治达标, wherever those stand. None where no pair or several give it."""
    if not mention.values or not REST.search(statements.clause_of(mention)):
        return None
    values = [
        o for offers in statements.offers.by_fact for o in offers
        if o.field == "value" and fits(mention, o) and o.word == mention.word
    ]  # fmt: skip
    of_value: dict[Fraction, list[Offer]] = {}
    for o in values:
        of_value.setdefault(o.value, []).append(o)
    found = [
        Combined((whole, part), "difference", whole.value - part.value, f"{shown(whole)}-{shown(part)}")
        for whole in values
        for part in of_value.get(whole.value - mention.values[0], ())
        if part.value > 0
        and statements.fact(whole).topic == statements.fact(part).topic
        and max(mention.scores.get(whole.fact, 0.0), mention.scores.get(part.fact, 0.0)) >= HINTED
    ]
    return found[0] if len(found) == 1 else None


def from_unstated(statements: Statements, mention: Mention) -> Combined | None:
    """What gives a figure all the same, from facts that the draft does not state: a section or sentence was taken out, and what
    was computed from it stayed. None where nothing or too much could give it."""
    left = [
        n for n, fact in enumerate(statements.offers.facts) if fact.value is not None and not statements.stated.get(n)
    ]
    if not left or len(left) > MOST_UNSTATED or not mention.values or not mention.values[0]:
        return None
    here = [o.fact for j in statements.by_sentence[mention.sentence] for o in j.offers if not j.rule]
    offers = [
        o for n in dict.fromkeys((*left, *here)) for o in statements.offers.by_fact[n] if o.field == "value"
    ]  # fmt: skip
    start, end = statements.document.sentences[mention.sentence]
    found = [
        one
        for one in combined(offers, mention.dimension, statements.document.plain[start:end], *band(mention))
        if one.kind in ("sum", "difference", "share", "growth")
        and agrees(mention, one)
        and any(o.fact in left for o in one.offers)
        and len(one.offers) <= 3
        and len({statements.fact(o).topic for o in one.offers}) == 1
    ]
    return found[0] if len(found) == 1 else None
