"""The figures of a draft against the sheet (数字核对): what each is, and the findings where it does not hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from eval.checks.agreement import Agreement, agreement, band
from eval.checks.binding import Binder, Mention
from eval.checks.derivations import Offer, Offers, combined, shown
from eval.checks.document import Document
from eval.checks.findings import BoundFigure, Finding, Severity, State
from eval.checks.measures import COUNT, counting_fit
from eval.checks.naming import Names
from pipeline.facts.model import Fact
from pipeline.language.quantities import Quantity

NAMED = 0.45  # from here on an indicator counts as named
WELL_NAMED = 0.62
HOMELESS = 0.14  # … if that rival's figure stands nowhere as well named
CROSSED = 0.12  # by so much two figures must name each other's facts better than their own to count as swapped
MARGIN = 0.28  # by so much a rival must be named better than the fact that has the figure
_CHANGE_FIELDS = frozenset({"growth_pct", "growth", "difference", "points"})
_WORDS = frozenset({"text", "indicator"})
_SUM = re.compile(r"合计|共|总(?:数|量|计|额|面积|长|里程|规模|共|投资)|累计|全部|[两二三四五六七八]项|以及")
_LESS = re.compile(r"比|较|多|少|差|还|剩|其余|净|余|未|尚|增|减|另|高|低|缺|其他")
_REST = re.compile(r"剩余|余下|其余|剩下|未|尚|还有|仍有")
_SHARE = re.compile(r"占|比重|份额|率|完成|比例|达|比")
_CHANGING = re.compile(r"增|减|降|升|提高|压|节|低|高|多|少|超")
_LEFT = re.compile(r"未|尚|剩余|余下|待|还需|仍|缺口|其余")  # an indicator that itself counts what is left
_SOFT_UNITS = frozenset("个 项 次 条 件 名 位 场 支 套 本 级 种 类 大 座 家 人 处 点 张 方面 环节 层次 部分 阶段 天 年 岁 轮 期 届 批 遍 道 股 村 户 门 步 句 篇 份 块 片 口 节 课 对 双 群 座 把".split())
_HARMLESS_AFTER = re.compile(r"^(?:行动|计划|规划|攻坚|小时|个?工作日|年规划|维一体|位一体|化|级|型|制|号|方面|环节|个?方面)")


@dataclass(slots=True)
class Judgement:
    """What became of one figure. `offer`: the field or derivation it states; `rival`: the fact whose figure it should be."""

    mention: Mention
    state: State = "unsupported"
    offers: tuple[Offer, ...] = ()
    kind: str = ""  # the derivation's kind, or the offer's field
    formula: str = ""
    agreement: Agreement = ""
    rule: str = ""
    severity: Severity = "error"
    rival: int | None = None
    note: str = ""
    supports: list[tuple[float, Offer, Agreement]] = field(default_factory=list)


def allowed(mention: Mention, offer: Offer, fact: Fact, named: float) -> bool:
    """Whether an offer's field fits the role that the words give a figure."""
    field_, role = offer.field, mention.reading.role
    if field_ in _WORDS:
        return True
    match role:
        case "change":
            return field_ in _CHANGE_FIELDS or (
                (field_ == "value" and named >= 0.3 and bool(_CHANGING.search(fact.indicator))) or field_ == "multiple"
            )
        case "completion":
            return field_ in ("completion_pct", "completion") or (field_ == "value" and named >= 0.4)
        case "target":
            return field_ == "target" or (field_ == "value" and fact.target is None)
        case "previous":
            return field_ == "previous" or (field_ == "value" and bool(re.search(r"上年|去年|20\d\d年|年初|原", fact.indicator)))
        case "share":
            return field_ in ("completion_pct", "completion", "value", "rest") or (field_ == "previous" and mention.prior) or (field_ == "target" and mention.ahead)
        case "remainder":
            return field_ in ("remainder", "gap", "rest", "value", "difference")
        case "ahead":
            return field_ in ("ahead", "gap", "points", "value")
        case "multiple":
            return field_ in ("multiple", "value")
        case _:
            if field_ == "value":
                return True
            if offer.dimension == "%":
                return (field_ in ("growth_pct", "growth", "completion_pct", "completion") and not fact.is_rate) or (field_ in ("target", "previous") and (
                    mention.ahead if field_ == "target" else mention.prior
                ))
            if field_ == "target":
                return mention.ahead
            if field_ == "remainder":
                return mention.ahead and not mention.prior
            if field_ == "previous":
                return mention.prior
            return field_ == "multiple"


def proper(mention: Mention, offer: Offer, fact: Fact) -> bool:
    """Whether a field is the one that the role asks for, not just one that passes: what a rival must have."""
    match mention.reading.role:
        case "remainder":
            return offer.field in ("remainder", "gap") or (offer.field == "value" and bool(_LEFT.search(fact.indicator)))
        case "completion":
            return offer.field in ("completion_pct", "completion")
        case "share":
            return offer.field == "value" and bool(re.search(r"占|比重|比例|份额|率", fact.indicator))
        case "ahead":
            return offer.field == "ahead"
        case "change":
            return offer.field in _CHANGE_FIELDS
        case "previous" | "target" | "multiple":
            return offer.field == mention.reading.role
        case _:
            return offer.field == "value" or (offer.field == "target" and mention.ahead)


def fits(mention: Mention, offer: Offer) -> bool:
    """Whether a figure and an offer count the same thing."""
    return offer.dimension == mention.dimension and (mention.dimension != COUNT or counting_fit(mention.word, offer.word) != "other")


class Judge:
    """Judges all figures of a document. After `run`: `judgements` in order, `findings`."""

    def __init__(self, document: Document, offers: Offers, ahead: bool) -> None:
        self.document, self.offers = document, offers
        self.mentions = Binder(document, offers, ahead).mentions()
        self.judgements = [Judgement(m) for m in self.mentions]
        self.by_sentence: dict[int, list[Judgement]] = {}
        for judgement in self.judgements:
            self.by_sentence.setdefault(judgement.mention.sentence, []).append(judgement)

    def run(self) -> None:
        for judgements in self.by_sentence.values():
            self._anchor_and_support(judgements)
        self.stated: dict[int, list[tuple[Judgement, float]]] = {}  # fact → where its value stands, and how well named
        for judgement in self.judgements:
            for named, offer, _ in judgement.supports:
                if offer.field == "value" and named >= 0.2:
                    self.stated.setdefault(offer.fact, []).append((judgement, named))
        for judgement in self.judgements:
            self._judge(judgement)
        self._repeated()
        self._small()
        self._swaps()

    # --- first pass: what could a figure state ------------------------------------------------------------------------

    def _anchor_and_support(self, judgements: Sequence[Judgement]) -> None:
        anchors: dict[int, float] = {}
        run: list[int] = []
        last_end = judgements[0].mention.quantity.start
        for judgement in judgements:
            mention = judgement.mention
            role = mention.reading.role
            if "；" in self.document.text[last_end : mention.quantity.start]:
                anchors = {f: n * 0.35 for f, n in anchors.items()}
            if role not in ("value", "total", "average"):
                if mention.run and 0 < mention.run <= len(run):
                    mention.anchors = {run[mention.run - 1]: 0.9}
                else:
                    mention.anchors = dict(anchors)
            if mention.values:
                judgement.supports = self._supports(mention)
            leader = self._leader(judgement)
            if leader is not None and role in ("value", "total", "target", "previous", "average"):
                anchors = {f: n * 0.6 for f, n in anchors.items() if n > 0.3}
                anchors[leader] = 0.85
                run = [*run, leader] if mention.run > 1 else [leader]
            elif role in ("completion", "change", "share") and mention.scores:
                best = max(mention.scores, key=lambda f: (mention.scores[f], -f))
                if mention.scores[best] >= 0.5 and best not in anchors:
                    anchors = {f: n * 0.6 for f, n in anchors.items() if n > 0.3}
                    anchors[best] = 0.85
            elif role in ("value", "total"):
                anchors = {f: n * 0.6 for f, n in anchors.items() if n > 0.3}
            last_end = mention.quantity.end

    def _supports(self, mention: Mention) -> list[tuple[float, Offer, Agreement]]:
        found: list[tuple[float, Offer, Agreement]] = []
        for offer in self.offers.near(mention.dimension, *band(mention)):
            if not fits(mention, offer) or not (how := agreement(mention, offer)):
                continue
            named = mention.named(offer.fact)
            if how == "rounded-plain" and any(abs(o.value) == abs(mention.values[0]) for o in self.offers.by_fact[offer.fact]):
                continue  # 18 is the target, not 18.5 rounded
            if allowed(mention, offer, self.offers.facts[offer.fact], named) or (offer.field == "target" and named >= 0.15 and self._reached(mention, offer.fact)):
                found.append((named, offer, how))
        found = [s for s in found if s[0] >= 0.2 or not self._coincidence(mention, s[1])]
        found.sort(key=lambda s: (-s[0], s[2] not in ("exact", "about"), s[1].field not in ("value", "growth_pct", "completion_pct"), s[1].fact))
        return found

    def _reached(self, mention: Mention, fact: int) -> bool:
        """Whether what has been reached of a target stands behind it in the sentence: 8个重点项目已开工6个."""
        if mention.reading.role not in ("value", "total", "target"):
            return False
        value = next((o for o in self.offers.by_fact[fact] if o.field == "value"), None)
        behind = (
            j.mention for n in (0, 1, 2) for j in self.by_sentence.get(mention.sentence + n, ())
            if j.mention.quantity.start > mention.quantity.start and "\n" not in self.document.text[mention.quantity.end : j.mention.quantity.start]
        )  # fmt: skip
        return value is not None and any(m.values and m.values[0] == value.value and fits(m, value) for m in behind)

    def _coincidence(self, mention: Mention, offer: Offer) -> bool:
        """Whether an agreement without a shared word says nothing: another counting word, or a small number in characters."""
        if offer.field in _WORDS:
            return mention.named(offer.fact) < 0.1 and (abs(offer.value) <= 12 or counting_fit(mention.word, offer.word) != "same")
        return (mention.dimension == COUNT and counting_fit(mention.word, offer.word) == "near") or self._idiomatic(mention)

    def _leader(self, judgement: Judgement) -> int | None:
        """The fact that a figure most likely tells of: one it agrees with, if named, else the best named of its dimension."""
        if judgement.supports and judgement.supports[0][0] >= 0.25:
            return judgement.supports[0][1].fact
        rivals = self._rivals(judgement.mention)
        if rivals and rivals[0][0] >= NAMED:
            return rivals[0][1].fact
        return judgement.supports[0][1].fact if judgement.supports else None

    def _rivals(self, mention: Mention) -> list[tuple[float, Offer]]:
        """Facts named near a figure that have a figure of its role and dimension, best named first."""
        found: list[tuple[float, Offer]] = []
        candidates = set(mention.scores) | (set(mention.anchors) if mention.reading.role not in ("value", "total", "average") else set())
        for fact in candidates:
            named = mention.named(fact)
            if named < 0.3:
                continue
            for offer in self.offers.by_fact[fact]:
                if offer.field in _WORDS or not fits(mention, offer):
                    continue
                if allowed(mention, offer, self.offers.facts[fact], named) and proper(mention, offer, self.offers.facts[fact]):
                    found.append((named, offer))
                    break
        found.sort(key=lambda s: (-s[0], s[1].fact))
        return found

    # --- second pass ----------------------------------------------------------------------------------------------------

    def _judge(self, judgement: Judgement) -> None:
        mention = judgement.mention
        if mention.quantity.suspect:
            judgement.state, judgement.rule = "unsupported", "figure.unsupported"
            judgement.note = "数字里像是混进了字母或错字，读不出准确的数"
            return
        if not mention.values:
            judgement.state = "no-figure"
            return
        rivals = self._rivals(mention)
        good = [s for s in judgement.supports if s[2] != "contrary"]
        contrary = [s for s in judgement.supports if s[2] == "contrary" and s[0] >= NAMED]
        if contrary and good and contrary[0][0] > good[0][0] + 0.05 and abs(good[0][1].value) != abs(mention.values[0]):
            good = []
        if good:
            named, offer, how = good[0]
            if named < 0.15 and offer.field not in _WORDS:
                if self._slipped_unit(judgement) or self._derived(judgement, rivals[0][0] if rivals else 0.0):
                    return
                if mention.reading.role == "remainder" and named < 0.1:  # nothing gives what is left: a chance agreement says nothing
                    self._wrong(judgement, rivals[0] if rivals else None)
                    return
            if offer.field in _WORDS and 0.1 <= named < NAMED:
                rivals = []
            rival = next((r for r in rivals if r[1].fact not in {s[1].fact for s in good}), None)
            if rival and self._outnamed(judgement, named, offer, rival):
                if any(s[1].fact == rival[1].fact and s[2] == "contrary" for s in judgement.supports):
                    judgement.state, judgement.rule, judgement.offers = "wrong", "figure.approx", (rival[1],)
                else:
                    self._misbound(judgement, offer, rival[1])
                return
            self._accept(judgement, offer, how)
            return
        if not good and contrary and (not rivals or contrary[0][0] >= rivals[0][0] - 0.05):
            judgement.state, judgement.rule, judgement.offers = "wrong", "figure.approx", (contrary[0][1],)
            return
        if self._slipped_unit(judgement):
            return
        best = rivals[0] if rivals else None
        if mention.reading.role != "change" and self._derived(judgement, best[0] if best else 0.0):
            return
        if mention.reading.role == "change" and self._derived(judgement, best[0] if best else 0.0):
            return
        self._wrong(judgement, best)

    def _accept(self, judgement: Judgement, offer: Offer, how: Agreement) -> None:
        mention = judgement.mention
        judgement.offers, judgement.kind, judgement.formula, judgement.agreement = (offer,), offer.field, offer.formula, how
        judgement.state = "derived" if offer.formula and offer.field not in _WORDS else "supported"
        if offer.field in _CHANGE_FIELDS:
            sign = mention.reading.sign
            if mention.quantity.direction == "down":
                sign = -1
            if sign and offer.value and (offer.value > 0) != (sign > 0):
                judgement.state, judgement.rule = "wrong", "figure.direction"
        elif offer.field == "ahead" and mention.reading.sign and offer.value and (offer.value > 0) != (mention.reading.sign > 0):
            judgement.state, judgement.rule = "wrong", "figure.direction"
        elif how == "rounded-plain" or how == "equal":
            judgement.rule, judgement.severity = "figure.approx", "warning"
        elif mention.dimension == COUNT and counting_fit(mention.word, offer.word) == "near" and offer.field not in _WORDS:
            judgement.rule, judgement.severity = "figure.unit", "warning"

    def _outnamed(self, judgement: Judgement, named: float, offer: Offer, rival: tuple[float, Offer]) -> bool:
        """Whether the figure stands where another fact's figure belongs, which stands nowhere as well as it would here."""
        score, other = rival
        mention = judgement.mention
        if self._behind_the_plan(mention, named, offer, score, other):
            return True
        if named >= 0.3 and self.offers.planned[offer.fact] and mention.ahead and not self.offers.planned[other.fact]:
            return False
        if score < (NAMED if named < 0.1 else WELL_NAMED):
            return False
        if mention.in_words and max(mention.values) <= 10 and score < 0.8:
            return False
        margin = score - named
        if mention.reading.role not in ("value", "total", "remainder"):
            return margin >= MARGIN
        home = max((at for where, at in self.stated.get(other.fact, ()) if where is not judgement), default=0.0)
        if home < score - 0.05:
            masses = self.offers.names.named
            fuller = masses[other.fact].mass * score > masses[offer.fact].mass * named * 1.1
            return margin >= HOMELESS or (margin >= -0.02 and fuller)
        if score >= 0.9 and margin >= HOMELESS and home >= 0.85 and mention.reading.role == "value":
            return any(at >= 0.4 for where, at in self.stated.get(offer.fact, ()) if where is not judgement)
        abroad = max((at for where, at in self.stated.get(offer.fact, ()) if where is not judgement), default=0.0)
        return margin >= MARGIN and abroad >= named + 0.2

    def _behind_the_plan(self, mention: Mention, named: float, offer: Offer, score: float, other: Offer) -> bool:
        """Whether a plan states what was reached where the sheet has a figure for what is planned."""
        if not mention.ahead or mention.prior or offer.field != "value" or other.field != "value" or score < 0.8:
            return False
        if self.offers.planned[offer.fact] or not self.offers.planned[other.fact] or score < named + 0.05:
            return False
        return not any(where.mention.sentence == mention.sentence for where, _ in self.stated.get(other.fact, ()))

    def _misbound(self, judgement: Judgement, offer: Offer, rival: Offer) -> None:
        judgement.state, judgement.rule = "wrong", "figure.misbound"
        judgement.offers, judgement.rival = (offer,), rival.fact
        judgement.kind = rival.field
        if judgement.mention.reading.role in ("change", "completion", "share", "ahead"):
            judgement.rule = "figure.derived"

    def _slipped_unit(self, judgement: Judgement) -> bool:
        """The right number of a named fact with another unit or scale."""
        mention = judgement.mention
        value = mention.quantity.value
        if value is None or isinstance(value, tuple) or mention.reading.role == "multiple":
            return False
        number = Fraction(value)
        best: tuple[float, Offer] | None = None
        points = {"%", "个百分点"}
        for fact in set(mention.scores) | set(mention.anchors):
            named = mention.named(fact)
            if named < 0.33 or (best and named <= best[0]):
                continue
            for offer in self.offers.by_fact[fact]:
                if offer.number is None or abs(offer.number) != number or offer.field in _WORDS:
                    continue
                if offer.unit == mention.quantity.unit:
                    continue
                if offer.dimension in points and mention.dimension in points:
                    if mention.reading.role in ("change", "ahead", "value") and offer.field in (*_CHANGE_FIELDS, "ahead"):
                        best = (named, offer)
                elif offer.dimension not in points and allowed(mention, offer, self.offers.facts[fact], named):
                    best = (named, offer)
        if best is None:
            return False
        judgement.state, judgement.rule, judgement.offers, judgement.rival = "wrong", "figure.unit", (best[1],), best[1].fact
        return True

    def _derived(self, judgement: Judgement, rival: float) -> bool:
        """Whether the figure follows from several facts that its surroundings name."""
        mention = judgement.mention
        start, end = self.document.sentences[mention.sentence]
        words = self.document.plain[start:end]
        role = mention.reading.role
        near = words[: mention.quantity.end - start]
        ok: set[str] = set()
        clause = self.document.plain[mention.clause[0] : mention.clause[1]]
        if (role == "total" or _SUM.search(clause)) and self._total(judgement):
            return True
        if mention.ahead and _SUM.search(clause):
            ok.add("sum")
        if role in ("remainder", "change") or _LESS.search(clause):
            ok.add("difference")
        if role in ("share", "completion", "value") and _SHARE.search(near[-24:]):
            ok.add("share")
        if role in ("change", "ahead", "value", "remainder"):
            ok.add("points")
        if mention.ahead and rival < 0.6:
            ok.add("difference")
        ok |= {"multiple", "average", "part"}
        if rival >= 0.6:
            ok &= {"share"} if role == "share" else {"sum", "difference"} if mention.ahead else set()
        if not ok:
            return False
        pool = self._nearby(mention)
        found: tuple[float, tuple[Offer, ...], str, str] | None = None
        for one in combined(pool, mention.dimension, words, *band(mention)):
            if one.kind not in ok:
                continue
            group, kind, formula = one.offers, one.kind, one.formula
            computed = Offer(group[0].fact, kind, one.value, mention.dimension, group[0].word, "", True, formula)
            how = agreement(mention, computed)
            if not how or how == "contrary" or (mention.dimension == COUNT and counting_fit(mention.word, computed.word) != "same"):
                continue
            if rival >= 0.6 and kind == "difference" and role not in ("remainder", "change") and not _REST.search(clause):
                continue
            strengths = [mention.named(o.fact) for o in group]
            stated = [any(w.mention.sentence == mention.sentence for w, _ in self.stated.get(o.fact, ())) for o in group]
            if kind == "sum" and not all(s >= 0.6 or here for s, here in zip(strengths, stated, strict=True)):
                continue
            if role == "remainder":
                if max(strengths) < 0.25 or min(strengths) < 0.1:
                    continue
            elif kind != "share" and not all(s >= 0.25 or (here and s >= 0.1) for s, here in zip(strengths, stated, strict=True)):
                continue
            if rival >= 0.6 and kind in ("sum", "difference") and not _REST.search(clause) and not any(
                self.offers.planned[o.fact] or o.field in ("target", "remainder") for o in group
            ):
                continue
            if kind == "share" and max(strengths) < 0.25:
                continue
            strength = sum(strengths) / len(group)
            if found is None or strength > found[0]:
                found = (strength, group, kind, formula)
        if found is None:
            return False
        judgement.state, judgement.offers, judgement.kind, judgement.formula = "derived", found[1], found[2], found[3]
        return True

    def _total(self, judgement: Judgement) -> bool:
        """Whether a figure is the sum of figures that stand in a row before or behind it, two of them at least."""
        mention = judgement.mention
        near = [
            j for n in (-1, 0, 1) for j in self.by_sentence.get(mention.sentence + n, ())
            if j is not judgement and j.supports and j.mention.dimension == mention.dimension and j.supports[0][1].field in ("value", "text")
        ]  # fmt: skip
        before = [j for j in near if j.mention.quantity.start < mention.quantity.start][::-1]
        here = [j for j in before if j.mention.sentence == mention.sentence]
        before = here if len(here) > 1 else before
        behind = [j for j in near if j.mention.quantity.start > mention.quantity.start]
        two = "两项" in self.document.text[mention.clause[0] : mention.quantity.start]
        for row in (before, behind):
            for size in (2,) if two else range(2, min(len(row), 8) + 1):
                group = tuple(j.supports[0][1] for j in row[:size])
                if len({o.fact for o in group}) < size or not all(fits(mention, o) for o in group):
                    continue
                total = Offer(group[0].fact, "sum", sum((o.value for o in group), Fraction(0)), mention.dimension, group[0].word, "", True)
                if (how := agreement(mention, total)) and how != "contrary":
                    judgement.state, judgement.offers, judgement.kind = "derived", group, "sum"
                    judgement.formula = "+".join(map(shown, group))
                    return True
        return False

    def _nearby(self, mention: Mention) -> list[Offer]:
        """Value offers of the facts named or stated in the sentence and the two around it, at most two dozen."""
        strength: dict[int, float] = {}
        for distance in (0, -1, 1, -2):
            for judgement in self.by_sentence.get(mention.sentence + distance, ()):
                other = judgement.mention
                fade = 1.0 if distance == 0 else 0.7
                for fact, score in other.scores.items():
                    if score >= 0.3:
                        strength[fact] = max(strength.get(fact, 0.0), score * fade)
                for named, offer, _ in judgement.supports[:2]:
                    strength[offer.fact] = max(strength.get(offer.fact, 0.0), fade * max(named, 0.5))
        best = sorted(strength, key=lambda f: (-strength[f], f))[:16]
        return [o for f in best for o in self.offers.by_fact[f] if o.field in ("value", "target", "remainder") or (o.field in _WORDS and o.upper is None)][:24]

    def _wrong(self, judgement: Judgement, best: tuple[float, Offer] | None) -> None:
        mention = judgement.mention
        role = mention.reading.role
        if best and best[0] >= NAMED and not (self._idiomatic(mention) and not (best[0] >= 0.8 and mention.word == best[1].word)):
            judgement.state, judgement.rival, judgement.offers = "wrong", best[1].fact, (best[1],)
            judgement.kind = best[1].field
            computed = role in ("change", "completion", "ahead", "remainder", "multiple") or (role == "share" and best[1].field != "value")
            judgement.rule = "figure.derived" if computed else "figure.wrong_value"
            if not computed and best[0] < 0.75 and self.stated_elsewhere(judgement):  # hardly named, and its figure stands elsewhere
                judgement.state, judgement.rule, judgement.rival, judgement.offers = "unsupported", "figure.unsupported", None, ()
            return
        judgement.state, judgement.rule = "unsupported", "figure.unsupported"
        if role == "total":
            judgement.rule = "figure.derived"
        if self._idiomatic(mention):
            judgement.rule, judgement.state = "", "no-figure"
        elif (mention.in_words and (mention.quantity.approx or role == "multiple")) or mention.quantity.kind == "ratio" or (mention.quantity.kind == "range" and mention.in_words):
            judgement.severity = "warning"

    def stated_elsewhere(self, judgement: Judgement) -> Quantity | None:
        """Where the draft states the rival's value, well named, if it does."""
        for where, named in self.stated.get(-1 if judgement.rival is None else judgement.rival, ()):
            if where is not judgement and named >= 0.5 and where.rule in ("", "figure.unit"):
                return where.mention.quantity
        return None

    def _idiomatic(self, mention: Mention) -> bool:
        """Small numbers in characters with a plain measure word (三个方面, 两手抓), durations and names' parts: no claims."""
        after = self.document.plain[mention.quantity.end : mention.quantity.end + 6]
        if _HARMLESS_AFTER.search(after):
            return True
        if not mention.in_words:
            return False
        small = max(mention.values) <= 10
        return small and (mention.dimension == COUNT or mention.dimension in ("天", "年", "个月", "小时", "岁", "季度", "倍", "级"))

    def _repeated(self) -> None:
        """A figure that was derived where its facts stand is not derived again where it comes up once more."""
        derived = [j for j in self.judgements if j.state == "derived" and not j.rule]
        for judgement in self.judgements:
            if judgement.rule not in ("figure.unsupported", "figure.derived", "figure.wrong_value", "figure.misbound"):
                continue
            mention = judgement.mention
            left = mention.ahead or mention.reading.role == "remainder"
            for other in derived:
                same = other.mention.values == mention.values and other.mention.dimension == mention.dimension
                if judgement.rival is not None and not (left and any(o.fact == judgement.rival or mention.named(o.fact) >= 0.3 for o in other.offers)):
                    continue
                if same and counting_fit(other.mention.word, mention.word) != "other" and other.mention.sentence != mention.sentence:
                    judgement.state, judgement.rule, judgement.offers = "derived", "", other.offers
                    judgement.kind, judgement.formula, judgement.rival = other.kind, other.formula, None
                    break

    def _small(self) -> None:
        """Small numbers in characters pass as idiom, unless they stand where a fact's figure is missing that nothing else states."""
        for judgement in self.judgements:
            mention = judgement.mention
            if judgement.rule or not mention.in_words or not mention.values or not (judgement.state == "no-figure" or judgement.kind in _WORDS):
                continue
            if judgement.offers and mention.named(judgement.offers[0].fact) >= 0.3:
                continue
            best = next((r for r in self._rivals(mention) if r[0] >= 0.4 and r[1].field == "value" and r[1].word == mention.word), None)
            if best and not self.stated.get(best[1].fact):
                judgement.state, judgement.rule, judgement.rival, judgement.offers = "wrong", "figure.wrong_value", best[1].fact, (best[1],)
                judgement.kind, judgement.severity = "value", "error" if best[0] >= 0.6 else "warning"

    def _swaps(self) -> None:
        """Figures that changed places: two of one sentence, each better named by the other's fact; and the partner of a misplaced one."""
        for judgements in self.by_sentence.values():
            sound = [j for j in judgements if not j.rule and len(j.offers) == 1 and j.state in ("supported", "derived") and j.kind not in _WORDS]
            for at, one in enumerate(sound):
                for other in sound[at + 1 :]:
                    if not one.rule and not other.rule and self._crossed(one, other):
                        for j, partner in ((one, other), (other, one)):
                            j.state, j.rule, j.rival = "wrong", "figure.misbound", partner.offers[0].fact
        wrong = [j for j in self.judgements if j.rule == "figure.misbound" and j.offers and j.rival is not None]
        for one in wrong:
            for other in self.judgements:
                if other.rule or not other.offers or other.state != "supported":
                    continue
                if other.offers[0].fact != one.rival or other.offers[0].field != "value":
                    continue
                if other.mention.named(one.offers[0].fact) >= other.mention.named(one.rival or 0):
                    other.state, other.rule, other.rival = "wrong", "figure.misbound", one.offers[0].fact
                    other.kind = "value"

    def _crossed(self, one: Judgement, other: Judgement) -> bool:
        """Whether two figures name each other's facts better than their own."""
        a, b = one.offers[0], other.offers[0]
        if a.fact == b.fact or a.field != b.field or one.mention.reading.role != other.mention.reading.role:
            return False
        if not (fits(one.mention, b) and fits(other.mention, a)):
            return False
        straight = one.mention.named(a.fact) + other.mention.named(b.fact)
        crossed = one.mention.named(b.fact) + other.mention.named(a.fact)
        return crossed - straight > CROSSED


# --- what is said of them --------------------------------------------------------------------------------------------------

_ROLE_WORDS = {
    "value": "本期", "previous": "上年同期", "target": "年度目标", "growth_pct": "同比", "completion_pct": "完成率", "growth": "同比（推算）",
    "completion": "完成率（推算）", "difference": "增减（推算）", "points": "增减百分点（推算）", "remainder": "距目标（推算）", "ahead": "与序时进度之差（推算）",
    "gap": "距目标（推算）", "rest": "其余（推算）", "multiple": "倍数（推算）", "text": "文字", "indicator": "指标",
}  # fmt: skip


def sheet_says(fact: Fact) -> str:
    """A fact as a message quotes it: F3“一般公共预算收入”本期1486万元、上年同期1399万元、同比6.2%."""
    if fact.value is None:
        return f"{fact.id}“{fact.text[:24]}{'…' if len(fact.text) > 24 else ''}”"
    said = [f"本期{fact.value:f}{fact.unit}"]
    said += [f"上年同期{fact.previous:f}{fact.unit}"] if fact.previous is not None else []
    said += [f"同比{fact.growth_pct:f}%"] if fact.growth_pct is not None else []
    said += [f"年度目标{fact.target:f}{fact.unit}"] if fact.target is not None else []
    said += [f"完成率{fact.completion_pct:f}%"] if fact.completion_pct is not None else []
    return f"{fact.id}“{fact.indicator}”{'、'.join(said)}"


def _printed(offer: Offer) -> str:
    number = abs(offer.number) if offer.number is not None else abs(offer.value)
    if number.denominator == 1:
        return f"{number.numerator}{offer.unit}"
    text = f"{float(number):.6f}".rstrip("0").rstrip(".")
    return f"{round(float(number), 1):g}{offer.unit}" if len(text.partition(".")[2]) > 3 else f"{text}{offer.unit}"


def findings(judge: Judge) -> Iterator[Finding]:
    """A finding for every figure that does not hold."""
    document, facts = judge.document, judge.offers.facts
    for judgement in judge.judgements:
        if not judgement.rule:
            continue
        q = judgement.mention.quantity
        raw = q.raw
        ids: list[str] = []
        rival = facts[judgement.rival] if judgement.rival is not None else None
        first = judgement.offers[0] if judgement.offers else None
        held = facts[first.fact] if first else None
        rule = judgement.rule
        match rule:
            case "figure.misbound":
                assert rival and held and first
                message = f"“{raw}”写在“{rival.indicator}”上，而它是另一条的数。清单：{sheet_says(rival)}；{sheet_says(held)}。请换成“{rival.indicator}”的数。"
                ids = [rival.id, held.id]
            case "figure.wrong_value":
                assert rival and first
                elsewhere = judge.stated_elsewhere(judgement)
                if elsewhere is not None:
                    rule = "figure.conflict"
                    line = document.line_of(elsewhere.start)
                    message = f"“{rival.indicator}”前后不一：此处是“{raw}”，第{line}行是“{elsewhere.raw}”。清单：{sheet_says(rival)}。请改为一致。"
                else:
                    message = f"“{rival.indicator}”的数不对：文中“{raw}”，清单{_ROLE_WORDS.get(first.field, '')}为{_printed(first)}。请改为{_printed(first)}。（{sheet_says(rival)}）"
                ids = [rival.id]
            case "figure.unit":
                assert first and held
                message = f"“{raw}”的单位与清单不符，清单写的是{_printed(first)}。请核对单位和量级。（{sheet_says(held)}）"
                ids = [held.id]
            case "figure.derived":
                if rival and first:
                    shown_ = _printed(first) if judgement.rival == first.fact else ""
                    says = f"，应为{shown_}" if shown_ else ""
                    message = f"“{raw}”推算不出：按清单{says or '数字对不上'}。（{sheet_says(rival)}）请照清单重算。"
                    ids = [rival.id, *([held.id] if held and held is not rival else [])]
                else:
                    message = f"“{raw}”像是合计数，但清单里的数合不出它。请重算，或在清单里补上这一项。"
            case "figure.direction":
                assert first and held
                up = first.value > 0
                message = f"增减方向相反：清单里“{held.indicator or held.text[:12]}”是{'上升' if up else '下降'}的，文中写成了{'下降' if up else '上升'}。（{sheet_says(held)}）请改方向词。"
                ids = [held.id]
            case "figure.approx":
                assert first and held
                exact = _printed(first)
                if judgement.severity == "warning" and judgement.agreement == "rounded-plain":
                    message = f"清单写的是{exact}，文中写“{raw}”，请照清单写全，或在前面加“约”。"
                elif judgement.severity == "warning":
                    message = f"清单恰为{exact}，不宜再写“超”“近”一类的话。"
                else:
                    message = f"“近”“约”“超”“余”用得不合：清单写的是{exact}，文中是“{document.text[max(0, q.start - 3) : q.start]}{raw}”。请改词或改数。"
                ids = [held.id]
            case _:
                message = judgement.note or f"“{raw}”在清单里找不到依据，也推算不出。请核对，或把它补进清单。"
        yield document.finding(rule, judgement.severity, q.start, q.end, message, *dict.fromkeys(ids))


def bound(judge: Judge) -> Iterator[BoundFigure]:
    """The state of each figure, for the page that shows them."""
    for j in judge.judgements:
        ids = tuple(dict.fromkeys(judge.offers.facts[o.fact].id for o in j.offers))
        yield BoundFigure(j.mention.quantity.start, j.mention.quantity.end, j.state, ids, j.kind, j.formula)


__all__ = ["Judge", "Names", "bound", "findings", "sheet_says", "shown"]
