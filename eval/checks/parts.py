"""Parts against their whole (其中): what is said to be among something cannot be more than it."""

from __future__ import annotations

import re

from eval.checks.statements import Judgement, Statements

WITHIN = 40  # characters behind 其中 in which its first figure is the part's
_NO_PART = re.compile("累计|总数|达到|增至|增加到")  # 新增3家，其中规上企业总数达到12家


def hold_parts_against_their_whole(statements: Statements) -> None:
    """A part that is more than its whole is wrong, or the whole is: if each has the other's figure, both are."""
    for row in statements.by_sentence.values():
        for part in row:
            whole = None if part.rule else _whole_of(statements, part, row)
            if whole is None:
                continue
            if _changed_places(whole, part):
                mine, others = whole.offers, part.offers
                whole.fails("figure.misbound", mine, rival=others[0].fact, kind="value")
                part.fails("figure.misbound", others, rival=mine[0].fact, kind="value")
            else:
                part.fails("figure.derived", ())
                part.state = "wrong"
            note = (
                f"“其中”的{part.mention.quantity.raw}比前面的{whole.mention.quantity.raw}还多，部分不会大于整体。"
                "请核对这两个数。"
            )
            part.note = note


def _whole_of(statements: Statements, part: Judgement, row: list[Judgement]) -> Judgement | None:
    """The figure that stands where a part's whole stands and is smaller than it; None where there is none, or one that is not."""
    mention, plain = part.mention, statements.document.plain
    if mention.reading.role not in ("value", "total") or not mention.values or mention.prior or mention.reading.reached:
        return None
    if mention.lean is not None:
        return None  # 其中50万元以上的村9个: a threshold
    start = statements.document.sentences[mention.sentence][0]
    at = plain.rfind("其中", start, mention.quantity.start)
    if at < 0 or mention.quantity.start - at > WITHIN:
        return None
    words = plain[at : mention.quantity.start]
    if ";" in words or _NO_PART.search(words):
        return None
    alike = [
        j for j in row
        if j.mention.dimension == mention.dimension and j.mention.word == mention.word and j.mention.values
        and j.mention.quantity.start < mention.quantity.start
    ]  # fmt: skip
    before = [j for j in alike if j.mention.quantity.end <= at]
    stretch = plain.rfind(";", start, len(plain[:at].rstrip(";,(")))
    wholes = [j for j in before if j.mention.quantity.start > stretch and j.mention.reading.role in ("value", "total")]
    if len(before) < len(alike) or not wholes:
        return None  # 其中A 3家、B 5家: only the first is looked at
    if wholes[-1].rule and not (part.offers and wholes[-1].rival == part.offers[0].fact):  # wrong by itself
        return None
    if any(
        j.mention.values[-1] + (j.mention.step if j.mention.lean is not None else 0) >= mention.values[0]
        for j in wholes
    ):
        return None
    return wholes[-1]


def _changed_places(whole: Judgement, part: Judgement) -> bool:
    """Whether both figures are facts' own, so that one stands for the other."""
    return all(j.state == "supported" and j.kind == "value" and len(j.offers) == 1 for j in (whole, part)) and (
        whole.offers[0].fact != part.offers[0].fact and not whole.rule
    )
