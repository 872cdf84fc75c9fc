"""Figures that stand in a row (并列的数): their sum, what is left of a whole after its parts, their proportion."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from eval.checks.agreement import agreement
from eval.checks.binding import Mention
from eval.checks.derivations import Offer, shown
from eval.checks.naming import pairs
from eval.checks.statements import Judgement, Statements, fits

_ITEMS = re.compile("[两二三四五六七八九]项")


def is_total(statements: Statements, judgement: Judgement) -> bool:
    """Whether a figure is the sum of figures that stand in a row before or behind it, two of them at least."""
    mention = judgement.mention
    near = [
        (j.mention, offer) for n in (-1, 0, 1) for j in statements.by_sentence.get(mention.sentence + n, ())
        if j is not judgement and j.mention.dimension == mention.dimension and not _ITEMS.fullmatch(j.mention.quantity.raw)
        and (offer := _meant(statements, j)) is not None
    ]  # fmt: skip
    before = [p for p in near if p[0].quantity.start < mention.quantity.start][::-1]
    here = [p for p in before if p[0].sentence == mention.sentence]
    behind = [p for p in near if p[0].quantity.start > mention.quantity.start]
    just_two = "两项" in statements.clause_before(mention)
    for row in (here if len(here) > 1 else before, behind):
        for size in (2,) if just_two else range(2, min(len(row), 8) + 1):
            group = tuple(offer for _, offer in row[:size])
            if _sums_up(mention, group, size):
                judgement.holds("derived", group, "sum", "+".join(map(shown, group)))
                if not _of_one_kind(statements, group):
                    names = "、".join(f"“{statements.fact(o).indicator}”" for o in group)
                    judgement.rule, judgement.severity = "figure.derived", "warning"
                    judgement.note = (
                        f"“{mention.quantity.raw}”是{names}相加得来的，这几项像是不能合在一起数的。请核对，或删去合计。"
                    )
                return True
    return False


def _of_one_kind(statements: Statements, group: Sequence[Offer]) -> bool:
    """Whether parts belong together: of one topic, or their indicators share a word."""
    facts = [statements.fact(o) for o in group]
    if len({f.topic for f in facts}) == 1:
        return True
    words = [pairs(f.indicator or f.text) for f in facts]
    return any(
        len(sharing) > len(facts) / 2 for pair in words[0] | words[1] if (sharing := [w for w in words if pair in w])
    )


def is_remainder(statements: Statements, judgement: Judgement) -> bool:
    """Whether a figure is what is left of a whole after its parts: 7户监测户，其中6户已消除风险、1户正在帮扶."""
    mention, plain = judgement.mention, statements.document.plain
    before = [
        j
        for j in statements.by_sentence[mention.sentence]
        if j.mention.quantity.start < mention.quantity.start and j.mention.dimension == mention.dimension
    ]
    for at in range(len(before) - 2, -1, -1):
        if "其中" in plain[before[at].mention.quantity.end : before[at + 1].mention.quantity.start]:
            group = [offer for j in before[at:] if (offer := _meant(statements, j)) is not None]
            if len(group) != len(before) - at or not all(fits(mention, o) for o in group):
                return False
            left = group[0].value - sum((o.value for o in group[1:]), Fraction(0))
            rest = Offer(group[0].fact, "difference", left, mention.dimension, group[0].word, "", True)
            if agreement(mention, rest) in ("", "contrary"):
                return False
            judgement.holds("derived", tuple(group), "difference", "-".join(map(shown, group)))
            return True
    return False


def is_proportion(statements: Statements, judgement: Judgement) -> bool:
    """Whether a ratio (26.8:44.4:28.8) is that of as many figures before it, to a hundredth."""
    parts = [Fraction(p) for p in re.findall(r"\d+(?:\.\d+)?", judgement.mention.quantity.raw)]
    before = [
        j
        for j in statements.by_sentence[judgement.mention.sentence]
        if j.mention.quantity.start < judgement.mention.quantity.start
    ]
    row = [offer for j in before[-len(parts) :] if (offer := _meant(statements, j)) is not None]
    if len(parts) < 2 or len(row) != len(parts) or not sum(parts) or len({o.dimension for o in row}) > 1:
        return False
    whole = sum((o.value for o in row), Fraction(0))
    if not whole or any(
        abs(o.value / whole - p / sum(parts)) > Fraction(1, 100) for o, p in zip(row, parts, strict=True)
    ):
        return False
    judgement.holds("derived", tuple(row), "share", ":".join(map(shown, row)))
    return True


def _sums_up(mention: Mention, group: Sequence[Offer], size: int) -> bool:
    if len({o.fact for o in group}) < size or not all(fits(mention, o) for o in group):
        return False
    total = sum((o.value for o in group), Fraction(0))
    offer = Offer(group[0].fact, "sum", total, mention.dimension, group[0].word, "", True)
    return agreement(mention, offer) not in ("", "contrary")


def _meant(statements: Statements, judgement: Judgement) -> Offer | None:
    """The figure that the sheet gives where one stands in the draft, rightly or wrongly: what a sum is to be made of."""
    if judgement.rival is not None:
        return next((o for o in statements.offers.by_fact[judgement.rival] if o.field == "value"), None)
    if judgement.supports and judgement.supports[0].offer.field in ("value", "text"):
        return judgement.supports[0].offer
    return None
