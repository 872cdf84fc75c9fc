"""What stands where in a draft (文中的说法): each figure with the judgement on it, and where each fact's value is stated."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from eval.checks.agreement import Agreement
from eval.checks.binding import Mention
from eval.checks.derivations import Offer, Offers
from eval.checks.document import Document
from eval.checks.findings import Severity, State
from eval.checks.measures import COUNT, counting_fit
from pipeline.facts.model import Fact
from pipeline.language.quantities import Quantity

CHANGES = frozenset({"growth_pct", "growth", "difference", "points"})  # fields that tell of a change
WORDS = frozenset({"text", "indicator"})  # fields that are figures in a fact's words
MOST = 60  # places of one fact that are remembered
PLAIN_ROLES = frozenset({"value", "total", "average"})  # roles in which a figure is a fact's own, not one beside it

_CHANGING = re.compile(r"增|减|降|升|提高|压|节|低|高|多|少|超")
_GROWING = re.compile(r"增速|增长|增幅|降幅|下降|升幅|涨幅")
_LEFT = re.compile(r"未|尚|剩余|余下|待|还需|仍|缺口|其余")  # an indicator that itself counts what is left
_EARLIER = re.compile(r"上年|去年|20\d\d年|年初|原")
_HARMLESS_AFTER = re.compile(r"^(?:行动|计划|规划|攻坚|小时|个?工作日|维一体|位一体|化|级|型|制|号|个?方面|环节)")
_AGES = frozenset(
    {
        0,
        1,
        2,
        3,
        6,
        7,
        12,
        14,
        16,
        18,
        20,
        25,
        28,
        30,
        35,
        40,
        45,
        50,
        55,
        59,
        60,
        64,
        65,
        69,
        70,
        75,
        79,
        80,
        89,
        90,
        99,
        100,
    }
)
_LIMITS = frozenset({"分钟", "小时", "日", "天", "个工作日", "工作日", "周", "秒", "个月", "分"})
_WITHIN = re.compile("之?内|以内|[一-鿿]{0,4}圈")
_MEAN = re.compile("平均|月均")
_SPANS_OF_TIME = frozenset({"天", "年", "个月", "小时", "岁", "季度", "倍", "级"})


@dataclass(frozen=True, slots=True)
class Support:
    """An offer that a figure agrees with, and how strongly its fact is named there."""

    named: float
    offer: Offer
    how: Agreement


@dataclass(frozen=True, slots=True)
class Rival:
    """A fact named near a figure, with its figure of the role that the words ask for."""

    named: float
    offer: Offer


@dataclass(slots=True)
class Judgement:
    """What became of one figure. `offers`: what it states, or should; `rival`: the fact whose figure it should be; `rule`: "" if it
    holds."""

    mention: Mention
    state: State = "unsupported"
    offers: tuple[Offer, ...] = ()
    kind: str = ""  # the offer's field, or the derivation's kind
    formula: str = ""
    agreement: Agreement = ""
    rule: str = ""
    severity: Severity = "error"
    rival: int | None = None
    note: str = ""  # the message, where it is a special one
    supports: tuple[Support, ...] = ()
    lead: int = 0  # characters before the figure that a finding points at too

    def holds(self, state: State, offers: tuple[Offer, ...], kind: str, formula: str) -> None:
        """The figure states offers, or follows from them."""
        self.state, self.offers, self.kind, self.formula = state, offers, kind, formula
        self.rule, self.rival, self.severity = "", None, "error"

    def fails(
        self,
        rule: str,
        offers: tuple[Offer, ...],
        *,
        rival: int | None = None,
        kind: str = "",
        severity: Severity = "error",
    ) -> None:
        """The figure is not what the sheet gives; without `offers` nothing gives it."""
        self.state = "wrong" if offers else "unsupported"
        self.rule, self.offers, self.rival, self.kind, self.severity = rule, offers, rival, kind, severity
        self.formula = ""


def fits(mention: Mention, offer: Offer) -> bool:
    """Whether a figure and an offer count the same thing."""
    return offer.dimension == mention.dimension and (
        mention.dimension != COUNT or counting_fit(mention.word, offer.word) != "other"
    )


def allowed(mention: Mention, offer: Offer, fact: Fact, named: float) -> bool:
    """Whether an offer's field passes in the role that the words give a figure."""
    kind = offer.field
    if kind in WORDS:
        return True
    match mention.reading.role:
        case "change":
            changing = kind == "value" and named >= 0.3 and bool(_CHANGING.search(fact.indicator))
            return kind in CHANGES or kind in ("multiple", "increase") or changing
        case "completion":
            aim = kind == "target" and fact.is_rate and mention.reading.aim
            return aim or kind in ("completion_pct", "completion") or (kind == "value" and named >= 0.4)
        case "target":
            return kind == "target" or (kind == "value" and fact.target is None)
        case "previous":
            return kind == "previous" or (kind == "value" and bool(_EARLIER.search(fact.indicator)))
        case "share":
            if kind == "previous":
                return mention.prior
            if kind == "previous_rest":
                return mention.prior or mention.ahead
            if kind == "rest":
                return mention.left
            if kind == "of_previous":
                return mention.prior
            return kind in ("completion_pct", "completion", "value") or (kind == "target" and mention.ahead)
        case "remainder":
            if kind == "previous_rest":
                return mention.prior or mention.ahead
            return kind in ("remainder", "gap", "rest", "value", "difference", "ahead")
        case "ahead":
            return kind in ("ahead", "gap", "points", "value")
        case "multiple":
            if mention.reading.sign > 0:  # 增长两倍, beside 增长到两倍 and 是上年的两倍
                return kind in ("increase", "value")
            return kind in ("multiple", "value")
        case _:
            return _passes_as_value(mention, offer, fact)


def _passes_as_value(mention: Mention, offer: Offer, fact: Fact) -> bool:
    match offer.field:
        case "value" | "multiple":
            return True
        case "monthly":
            return mention.monthly
        case "target":
            return mention.ahead
        case "previous" | "previous_rest":
            return mention.prior
        case "remainder":
            return mention.ahead and not mention.prior and offer.dimension != "%"
        case "growth_pct" | "growth" | "completion_pct" | "completion":
            return offer.dimension == "%" and not fact.is_rate  # 增速6.2%, without a word we know
        case _:
            return False


def proper(mention: Mention, offer: Offer, fact: Fact) -> bool:
    """Whether a field is the one that the role asks for, not just one that passes: what a rival must have."""
    match mention.reading.role:
        case "remainder":
            counts_the_rest = offer.field == "value" and bool(_LEFT.search(fact.indicator))
            return offer.field in ("remainder", "gap") or counts_the_rest
        case "completion":
            return offer.field in ("completion_pct", "completion")
        case "share":
            return offer.field == "value" and bool(re.search(r"占|比重|比例|份额|率", fact.indicator))
        case "change":  # 带动增收20万元 may be an indicator of its own
            changing = _GROWING if offer.dimension == "%" else _CHANGING
            return offer.field in CHANGES or (offer.field == "value" and bool(changing.search(fact.indicator)))
        case "multiple":
            return offer.field == ("increase" if mention.reading.sign > 0 else "multiple")
        case "ahead" | "previous" | "target":
            return offer.field == mention.reading.role
        case _:
            return offer.field == "value" or (offer.field == "target" and mention.ahead)


class Statements:
    """All figures of a document with their judgements. `stated`: fact → where its value stands, and how well named there."""

    def __init__(self, document: Document, offers: Offers, mentions: list[Mention]) -> None:
        self.document, self.offers = document, offers
        self.judgements = [Judgement(m) for m in mentions]
        self.by_sentence: dict[int, list[Judgement]] = {}
        for judgement in self.judgements:
            self.by_sentence.setdefault(judgement.mention.sentence, []).append(judgement)
        self.stated: dict[int, list[tuple[Judgement, float]]] = {}

    def note_where_stated(self) -> None:
        """Fill `stated` from the supports of all figures."""
        for judgement in self.judgements:
            for support in judgement.supports:
                if support.offer.field == "value" and support.named >= 0.2:
                    where = self.stated.setdefault(support.offer.fact, [])
                    if len(where) < MOST:
                        where.append((judgement, support.named))

    def fact(self, offer: Offer) -> Fact:
        return self.offers.facts[offer.fact]

    def best_named(self, fact: int, but: Judgement) -> float:
        """How well a fact is named where its value stands, at best; 0 if it stands nowhere but there."""
        return max((named for where, named in self.stated.get(fact, ()) if where is not but), default=0.0)

    def stated_in(self, fact: int, sentence: int) -> bool:
        """Whether a fact's value stands in a sentence."""
        return any(where.mention.sentence == sentence for where, _ in self.stated.get(fact, ()))

    def stands_in(self, fact: int, sentence: int) -> bool:
        """Whether a fact's value stands in a sentence, or a figure in its place."""
        wrongly = any(j.rival == fact for j in self.by_sentence.get(sentence, ()))
        return wrongly or self.stated_in(fact, sentence)

    def stated_elsewhere(self, judgement: Judgement) -> Quantity | None:
        """Where the draft states the value of a judgement's rival rightly, and names it, if it does."""
        for where, named in self.stated.get(-1 if judgement.rival is None else judgement.rival, ()):
            if where is not judgement and named >= 0.5 and where.rule in ("", "figure.unit"):
                return where.mention.quantity
        return None

    def clause_before(self, mention: Mention) -> str:
        """The plain text of a figure's clause up to it."""
        return self.document.plain[mention.clause[0] : mention.quantity.start]

    def clause_of(self, mention: Mention) -> str:
        """The plain text of a figure's clause."""
        return self.document.plain[mention.clause[0] : mention.clause[1]]

    def idiomatic(self, mention: Mention) -> bool:
        """Whether a number claims nothing: small and in characters (三个方面, 两手抓), or part of a name (5年规划)."""
        if _HARMLESS_AFTER.search(self.document.plain[mention.quantity.end : mention.quantity.end + 6]):
            return True
        if mention.quantity.unit in _LIMITS and _WITHIN.match(self.document.plain, mention.quantity.end):
            return True  # 5分钟内接单, 3日内办结
        if mention.dimension == "岁" and _AGES.issuperset(mention.values):
            return True  # 60岁以上老年人: whom a policy is for
        if not mention.in_words or max(mention.values) > 10:
            return False
        if mention.dimension == "倍" and mention.reading.sign:
            return False  # 增长三倍 is computed
        if mention.dimension == COUNT and self._counts_beside_others(mention):
            return False  # 竣工15个，在建九个
        if mention.monthly and _MEAN.search(self.clause_before(mention)):
            return False  # 平均每月两场 is computed; 每月一次 is a habit
        return mention.dimension == COUNT or mention.dimension in _SPANS_OF_TIME

    def _counts_beside_others(self, mention: Mention) -> bool:
        """Whether a number in characters ends its clause and stands beside one in figures that counts the same: no idiom does."""
        plain, end = self.document.plain, mention.quantity.end
        return (
            plain[end : end + 1] in (",", ";", "。", "、")
            and len(self.clause_before(mention)) > 1
            and any(
                j.mention.word == mention.word and j.mention.dimension == COUNT and not j.mention.in_words
                for j in self.by_sentence[mention.sentence]
            )
        )

    def _still_there(self, mention: Mention, offer: Offer, named: float) -> bool:
        """Whether 还有, 仍有 counts what a fact counts, not what is left of it: 亩均税收偏低的企业还有9家."""
        told = offer.field == "value" and named >= 0.7 and mention.reading.role == "remainder"
        return (
            told
            and not self.stated.get(offer.fact)
            and bool(re.search("[还尚仍](?:有|存在)$", self.clause_before(mention)))
        )

    def rivals(self, mention: Mention) -> Sequence[Rival]:
        """Facts named near a figure that have a figure of its role and dimension, best named first."""
        if mention.reading.role in PLAIN_ROLES:
            return _plain_rivals(self.offers, mention.origin or mention)
        candidates = dict(mention.well_named)
        candidates |= {f: n for f in mention.anchors if (n := mention.named(f)) >= 0.3}
        return _rivals(self.offers, mention, candidates, self._still_there)


@lru_cache(maxsize=4096)
def _plain_rivals(offers: Offers, mention: Mention) -> tuple[Rival, ...]:
    """The rivals of a figure that is a fact's own. What the document says elsewhere does not bear on them, so they are remembered."""
    return _rivals(offers, mention, dict(mention.well_named), lambda *_: False)


def _rivals(
    offers: Offers, mention: Mention, candidates: Mapping[int, float], passes: Callable[[Mention, Offer, float], bool]
) -> tuple[Rival, ...]:
    """Of each candidate the first figure of the mention's role and dimension, best named first; `passes`: what counts besides."""
    found: list[Rival] = []
    for number, named in candidates.items():
        fact = offers.facts[number]
        for offer in offers.by_fact[number]:
            if (
                offer.field not in WORDS
                and fits(mention, offer)
                and allowed(mention, offer, fact, named)
                and (proper(mention, offer, fact) or passes(mention, offer, named))
            ):
                found.append(Rival(named, offer))
                break
    return tuple(sorted(found, key=lambda r: (-r.named, r.offer.fact)))
