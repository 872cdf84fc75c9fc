"""Second looks over all figures of a draft (复核): figures that come up again, small numbers in characters, figures swapped."""

from __future__ import annotations

from eval.checks.captions import arithmetic
from eval.checks.findings import Severity
from eval.checks.following import sums_its_row
from eval.checks.measures import counting_fit
from eval.checks.parts import hold_parts_against_their_whole
from eval.checks.renamed import renamed
from eval.checks.statements import WORDS, Judgement, Statements, fits
from eval.checks.unstated import from_unstated, left_over

CROSSED = 0.12  # by so much two figures must name each other's facts better than their own to count as swapped

_DOUBTED = frozenset({"figure.unsupported", "figure.derived", "figure.wrong_value", "figure.misbound"})


def revise(statements: Statements) -> None:
    """Look again at what single figures could not tell."""
    _repeated(statements)
    _small(statements)
    _swapped(statements)
    hold_parts_against_their_whole(statements)
    _left_behind(statements)
    renamed(statements)


def _left_behind(statements: Statements) -> None:
    """What follows from facts that the draft does not state at all is said less loudly, with their names."""
    for judgement in statements.judgements:
        if judgement.rule not in ("figure.unsupported", "figure.derived") or judgement.offers or judgement.note:
            continue
        if (left := left_over(statements, judgement.mention)) is not None:
            judgement.holds("derived", left.offers, left.kind, left.formula)
            continue
        if sums_its_row(statements, judgement.mention):
            continue  # its parts stand before it
        if judgement.mention.in_words or (found := from_unstated(statements, judgement.mention)) is None:
            continue
        unsaid = [statements.fact(o) for o in found.offers if not statements.stated.get(o.fact)]
        names = "、".join(f"{f.id}“{f.indicator}”" for f in unsaid)
        judgement.severity = "warning"
        judgement.note = (
            f"“{judgement.mention.quantity.raw}”可由清单算出（{arithmetic(found.formula)}），但其中{names}文中没有写。"
            "请补写，或删去这个数。"
        )


def _repeated(statements: Statements) -> None:
    """A figure that was derived where its facts stand is not derived again where it comes up once more."""
    derived = [j for j in statements.judgements if j.state == "derived" and not j.rule][:200]
    for judgement in statements.judgements:
        if judgement.rule not in _DOUBTED:
            continue
        mention = judgement.mention
        left = mention.ahead or mention.reading.role == "remainder"
        for other in derived:
            same = other.mention.values == mention.values and other.mention.dimension == mention.dimension
            if (
                not same
                or counting_fit(other.mention.word, mention.word) != "same"
                or other.mention.sentence == mention.sentence
                or ("超额" in statements.clause_before(mention) and other.mention.ahead != mention.ahead)
            ):
                continue
            known = any(o.fact == judgement.rival or mention.named(o.fact) >= 0.3 for o in other.offers)
            # a share is a share of anything: that it came up before says little
            by_chance = mention.dimension == "%" and not any(mention.named(o.fact) >= 0.15 for o in other.offers)
            if (judgement.rival is None and not by_chance) or (left and known):
                judgement.holds("derived", other.offers, other.kind, other.formula)
                break


def _small(statements: Statements) -> None:
    """Small numbers in characters pass as idiom, unless they stand where a fact's figure is missing that nothing else states."""
    for judgement in statements.judgements:
        mention = judgement.mention
        idle = judgement.state == "no-figure" or judgement.kind in WORDS
        if judgement.rule or not mention.in_words or not mention.values or not idle:
            continue
        if judgement.offers and mention.named(judgement.offers[0].fact) >= 0.3:
            continue
        for rival in statements.rivals(mention):
            offer = rival.offer
            if rival.named >= 0.4 and offer.field == "value" and offer.word == mention.word:
                if not statements.stated.get(offer.fact):
                    severity: Severity = "error" if rival.named >= 0.6 else "warning"
                    judgement.fails("figure.wrong_value", (offer,), rival=offer.fact, kind="value", severity=severity)
                break


def _swapped(statements: Statements) -> None:
    """Two figures of a sentence, each better named by the other's fact; and the partner of a figure found misplaced."""
    for judgements in statements.by_sentence.values():
        sound = [
            j for j in judgements if not j.rule and len(j.offers) == 1 and j.state in ("supported", "derived") and j.kind not in WORDS
        ]  # fmt: skip
        for at, one in enumerate(sound):
            for other in sound[at + 1 :]:
                if not one.rule and not other.rule and _crossed(one, other):
                    mine, others = one.offers, other.offers
                    one.fails("figure.misbound", mine, rival=others[0].fact, kind="value")
                    other.fails("figure.misbound", others, rival=mine[0].fact, kind="value")
    misplaced = [j for j in statements.judgements if j.rule == "figure.misbound" and j.offers and j.rival is not None]
    for one in misplaced[:100]:
        for other in statements.judgements:
            if other.rule or other.state != "supported" or not other.offers or one.rival is None:
                continue
            if other.offers[0].fact != one.rival or other.offers[0].field != "value":
                continue
            if other.mention.named(one.offers[0].fact) >= other.mention.named(one.rival):
                other.fails("figure.misbound", other.offers, rival=one.offers[0].fact, kind="value")


def _crossed(one: Judgement, other: Judgement) -> bool:
    """Whether two figures name each other's facts better than their own."""
    a, b = one.offers[0], other.offers[0]
    if a.fact == b.fact or a.field != b.field or one.mention.reading.role != other.mention.reading.role:
        return False
    if not (fits(one.mention, b) and fits(other.mention, a)):
        return False
    if one.mention.word == a.word != b.word == other.mention.word:
        return False  # 宣传画2期78张: the counting words tell
    straight = one.mention.named(a.fact) + other.mention.named(b.fact)
    crossed = one.mention.named(b.fact) + other.mention.named(a.fact)
    return crossed - straight > CROSSED
