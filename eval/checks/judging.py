"""What each figure of a draft is (数字判定): a fact's, one that follows from facts, another fact's, or nobody's.

Two passes. First every figure is held against what the sheet gives, with how strongly its surroundings name each fact. Then it
is judged: a figure that agrees with a fact stands, unless another fact is named better and its own figure stands nowhere as
well; one that agrees with nothing may follow from several facts; else it is wrong, or without support.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from eval.checks.agreement import Agreement, agreement, band, near
from eval.checks.binding import Binder, Mention
from eval.checks.derivations import Offer, Offers
from eval.checks.document import Document
from eval.checks.findings import Severity
from eval.checks.following import follows, hold_share_against_its_parts, sums_its_row
from eval.checks.measures import COUNT, counting_fit
from eval.checks.revisions import revise
from eval.checks.statements import CHANGES, PLAIN_ROLES, WORDS, Judgement, Rival, Statements, Support, allowed, fits

# Measured on seeded errors and harmless rewritings of clean reports (`zhenbao eval checker`).
NAMED = 0.45  # from here on an indicator counts as named
WELL_NAMED = 0.62
MOSTLY = 0.6  # share of a clause's words
TOLD = 0.6  # a fact's value stands elsewhere, plainly named
PLAINLY_TOLD = 0.8
HARDLY_NAMED = 0.36
UNNAMED = 0.1
CLOSE = 0.15  # so near to the best named rival another may be the one that is meant
_FINISHED = re.compile(r"已[一-鿿]{1,6}$|[一-鿿](?:结|成|完|毕)了?$")
_SO_MANY_ITEMS = re.compile("[两二三四五六七八]项")
_AND_ABOVE = re.compile(r"([县市省国]家?级)(?:及|或)?以上")
MARGIN = 0.28  # by so much a rival must be named better than the fact that has the figure
HOMELESS = 0.14  # … if the rival's own figure stands nowhere as well named


def judge(document: Document, offers: Offers, ahead: bool) -> Statements:
    """Judge every figure of a document by what the sheet offers. `ahead`: the genre looks ahead (工作思路)."""
    statements = Statements(document, offers, Binder(document, offers, ahead).mentions())
    for judgements in statements.by_sentence.values():
        _support(statements, judgements)
    statements.note_where_stated()
    for judgement in statements.judgements:
        _judge(statements, judgement)
        hold_share_against_its_parts(statements, judgement)
    revise(statements)
    return statements


# --- first pass: what could a figure state ----------------------------------------------------------------------------


def _support(statements: Statements, judgements: Sequence[Judgement]) -> None:
    """Collect what each figure of a sentence agrees with, and lend changes and completions the facts whose figures stand before."""
    anchors: dict[int, float] = {}  # fact → how strongly a change or completion that follows is its
    run: list[int] = []  # the facts of the list of figures before, in order: 分别增长5.1%、6.2%
    row: list[int] = []  # … and of all values since the last change or ；
    last_end = judgements[0].mention.quantity.start
    for judgement in judgements:
        mention, role = judgement.mention, judgement.mention.reading.role
        if "；" in statements.document.text[last_end : mention.quantity.start]:
            anchors = {f: n * 0.35 for f, n in anchors.items()}
            row = []
        last_end = mention.quantity.end
        if role not in PLAIN_ROLES:
            if mention.run == 1 and mention.run_size != len(run) and len(row) >= mention.run_size:
                run = row[-mention.run_size :]
            in_run = 0 < mention.run <= len(run)
            mention.anchors = {run[mention.run - 1]: 0.9} if in_run else dict(anchors)
            if not in_run and (own := max(mention.scores.values(), default=0.0)) >= 0.6:
                # 工业企业34家，服务业企业净增3家: the words before the change name another fact than the figure before
                mention.anchors = {
                    f: n if mention.scores.get(f, 0.0) > own - 0.3 else n * 0.5 for f, n in anchors.items()
                }
        if mention.values:
            judgement.supports = _supports(statements, mention)
        leader = _leader(statements, judgement)
        if role in ("completion", "change", "share"):
            leader = max(mention.scores, key=lambda f: (mention.scores[f], -f), default=None)
            if leader is None or mention.scores[leader] < 0.5:
                leader = _only_change(judgement)  # 财政收入多收120万元，增幅8%: what the first is a change of
            if leader is None or leader in anchors:
                continue
        elif role not in ("value", "total", "target", "previous", "average"):
            continue
        anchors = {f: n * 0.6 for f, n in anchors.items() if n > 0.3}
        if leader is not None:
            anchors[leader] = 0.85
            if role not in ("completion", "change", "share"):
                run = [*run, leader] if mention.run > 1 else [leader]
                row = [*row, leader]


def _only_change(judgement: Judgement) -> int | None:
    """The one fact of which a figure can be the change, if it is an exact amount."""
    found = {s.offer.fact for s in judgement.supports if s.offer.field == "difference" and s.how == "exact"}
    alone = judgement.mention.reading.role == "change" and len({s.offer.fact for s in judgement.supports}) == 1
    return found.pop() if alone and len(found) == 1 else None


def _supports(statements: Statements, mention: Mention) -> tuple[Support, ...]:
    """The offers that a figure agrees with, in the role that the words give it, best first."""
    alike = _agreeing(statements.offers, mention.origin or mention)
    if not alike:
        return ()
    if mention.reading.role in PLAIN_ROLES:
        found = [
            support
            for support, passes in _plainly_agreeing(statements.offers, mention.origin or mention)
            if (passes or _reached(statements, mention, support.offer.fact))
            and (support.named >= 0.2 or not _coincidence(statements, mention, support.offer))
        ]
        return tuple(found)
    made: list[Support] = []
    for offer, how in alike:
        named, fact = mention.named(offer.fact), statements.fact(offer)
        reached = offer.field == "target" and named >= 0.15 and _reached(statements, mention, offer.fact)
        if not reached and not allowed(mention, offer, fact, named):
            continue
        if named >= 0.2 or not _coincidence(statements, mention, offer):
            made.append(Support(named, offer, how))
    return tuple(sorted(made, key=_worth))


@lru_cache(maxsize=4096)
def _plainly_agreeing(offers: Offers, mention: Mention) -> tuple[tuple[Support, bool], ...]:
    """What a figure that is a fact's own agrees with, best first, as its sentence alone tells; False beside what only passes as a
    target of which the text goes on to say what was reached."""
    found: list[tuple[Support, bool]] = []
    for offer, how in _agreeing(offers, mention):
        named = mention.named(offer.fact)
        passes = allowed(mention, offer, offers.facts[offer.fact], named)
        if passes or (offer.field == "target" and named >= 0.15):
            found.append((Support(named, offer, how), passes))
    return tuple(sorted(found, key=lambda row: _worth(row[0])))


@lru_cache(maxsize=4096)
def _agreeing(offers: Offers, mention: Mention) -> tuple[tuple[Offer, Agreement], ...]:
    """The offers that a figure agrees with as it is printed, whatever stands around it."""
    near = (offer for offer in offers.near(mention.dimension, *band(mention)) if fits(mention, offer))
    return tuple(
        (offer, how)
        for offer in near
        if (how := agreement(mention, offer))
        and not (  # 18 is the target, not 18.5 rounded
            how == "rounded-plain" and any(abs(o.value) == abs(mention.values[0]) for o in offers.by_fact[offer.fact])
        )
    )


def _worth(support: Support) -> tuple[float, bool, bool, int]:
    given = support.offer.field in ("value", "growth_pct", "completion_pct")
    return -support.named, support.how not in ("exact", "about"), not given, support.offer.fact


def _reached(statements: Statements, mention: Mention, fact: int) -> bool:
    """Whether what has been reached of a target stands behind it in the paragraph: 8个重点项目已开工6个."""
    if mention.reading.role not in ("value", "total", "target"):
        return False
    value = next((o for o in statements.offers.by_fact[fact] if o.field == "value"), None)
    if value is None:
        return False
    end, text = mention.quantity.end, statements.document.text
    for n in (0, 1, 2):
        for other in (j.mention for j in statements.by_sentence.get(mention.sentence + n, ())):
            behind = other.quantity.start > end and "\n" not in text[end : other.quantity.start]
            if behind and other.values and other.values[0] == value.value and fits(other, value):
                return True
    return False


def _coincidence(statements: Statements, mention: Mention, offer: Offer) -> bool:
    """Whether an agreement without a shared word says nothing: another counting word, or a small number in characters."""
    if offer.field in WORDS:
        named = mention.named(offer.fact)
        if offer.about and offer.formula == mention.quantity.raw:
            return False  # a threshold as the sheet has it: 3.5米以上
        if mention.reading.role == "total":
            return named < 0.25
        return named < 0.1 and not any(mention.seen.get(pair, 0.0) >= 0.5 for pair in offer.beside)
    if mention.dimension in ("%", "个百分点", "倍") and mention.named(offer.fact) < 0.08:
        return True  # a hundred percentages are soon found
    unlike = mention.dimension == COUNT and counting_fit(mention.word, offer.word) == "near"
    return unlike or statements.idiomatic(mention)


def _leader(statements: Statements, judgement: Judgement) -> int | None:
    """The fact that a figure most likely tells of: one it agrees with, if named, else the best named of its dimension."""
    if judgement.supports and judgement.supports[0].named >= 0.25:
        return judgement.supports[0].offer.fact
    rivals = statements.rivals(judgement.mention)
    if rivals and rivals[0].named >= NAMED:
        return rivals[0].offer.fact
    return judgement.supports[0].offer.fact if judgement.supports else None


# --- second pass --------------------------------------------------------------------------------------------------------


def _judge(statements: Statements, judgement: Judgement) -> None:
    mention = judgement.mention
    if mention.quantity.suspect:
        judgement.fails("figure.unsupported", ())
        judgement.note = f"“{mention.quantity.raw}”里像是混进了字母或错字，读不出准确的数。请照实改写。"
        return
    if not mention.values:
        judgement.state = "no-figure"
        return
    rivals = statements.rivals(mention)
    claim = rivals[0].named if rivals else 0.0
    good = [s for s in judgement.supports if s.how != "contrary"]
    contrary = [s for s in judgement.supports if s.how == "contrary" and s.named >= 0.3]
    if (
        contrary
        and good
        and contrary[0].named > good[0].named + 0.05
        and (abs(good[0].offer.value) != abs(mention.values[0]) or good[0].named < 0.2 < contrary[0].named - 0.3)
    ):
        good = []  # 近17万吨 of 17.04: another fact's 16.4 is no excuse
    if good:
        _supported(statements, judgement, good, rivals)
    elif contrary and contrary[0].named >= claim - 0.05:
        offer = contrary[0].offer
        if near(mention, offer):
            judgement.fails("figure.approx", (offer,))
        else:
            judgement.fails("figure.wrong_value", (offer,), rival=offer.fact, kind=offer.field)
    elif (told := _told_in_words(statements, mention)) is not None and claim < WELL_NAMED:
        judgement.fails("figure.wrong_value", (told,), rival=told.fact, kind=told.field)
    elif not _slipped_unit(statements, judgement) and not follows(statements, judgement, claim):
        _unsupported(statements, judgement, rivals[0] if rivals else None)


def _supported(statements: Statements, judgement: Judgement, good: Sequence[Support], rivals: Sequence[Rival]) -> None:
    """Judge a figure that agrees with a fact: it stands, if the fact is its own."""
    mention, best = judgement.mention, good[0]
    if best.named < 0.15 and best.offer.field not in WORDS:
        if _slipped_unit(statements, judgement) or follows(statements, judgement, rivals[0].named if rivals else 0.0):
            return
        alone = mention.reading.role == "remainder" and best.named < 0.1
        if alone or sums_its_row(statements, mention):  # nothing gives what is left, or the sum: chance says nothing
            _unsupported(statements, judgement, rivals[0] if rivals else None)
            return
    if best.offer.field in WORDS and 0.1 <= best.named < NAMED:
        rivals = ()
    supporting = {s.offer.fact for s in good}
    others = [r for r in rivals if r.offer.fact not in supporting]
    close = [
        r for r in others if r.named >= others[0].named - CLOSE
    ]  # the best named may stand rightly beside: 监测户23户
    rival = next((r for r in close[:3] if _outnamed(statements, judgement, best, r)), None)
    if rival is None:
        _accept(judgement, best)
        _doubt(statements, judgement, best)
    elif any(s.offer.fact == rival.offer.fact and s.how == "contrary" for s in judgement.supports):
        judgement.fails("figure.approx", (rival.offer,))
    else:
        computed = mention.reading.role in ("change", "completion", "share", "ahead")
        rule = "figure.derived" if computed else "figure.misbound" if best.offer.value else "figure.wrong_value"
        judgement.fails(
            rule, (best.offer,), rival=rival.offer.fact, kind=rival.offer.field, severity=judgement.severity
        )


def _accept(judgement: Judgement, support: Support) -> None:
    """The figure is its fact's; what may still be wrong is the direction, the unit's word, 近 and 超."""
    mention, offer = judgement.mention, support.offer
    computed = offer.formula and offer.field not in WORDS
    judgement.holds("derived" if computed else "supported", (offer,), offer.field, offer.formula)
    judgement.agreement = support.how
    sign = -1 if mention.quantity.direction == "down" else mention.reading.sign
    if offer.field in CHANGES or offer.field == "ahead" or (offer.field in WORDS and offer.signed):
        if sign and offer.value and (offer.value > 0) != (sign > 0):
            judgement.state, judgement.rule = "wrong", "figure.direction"
        elif mention.quantity.direction == "down" and mention.reading.sign < 0:
            judgement.state, judgement.rule = "wrong", "figure.direction"
            raw = mention.quantity.raw
            judgement.note = f"“下降”与“{raw}”的负号重复，成了负的下降。请写成“下降{raw.lstrip('-－−负')}”。"
    elif support.how in ("rounded-plain", "equal") and offer.field not in WORDS:
        judgement.rule, judgement.severity = "figure.approx", "warning"
    elif mention.dimension == COUNT and offer.field not in WORDS and counting_fit(mention.word, offer.word) == "near":
        judgement.rule, judgement.severity = "figure.unit", "warning"


def _doubt(statements: Statements, judgement: Judgement, best: Support) -> None:
    """A figure that equals a fact's where nothing names that fact: 新修水渠12.8公里, when 12.8公里 are the roads'.

    Of 4,144 values in clean reports 6 stand so while their fact is told by name elsewhere, all of them counts.
    """
    mention, offer = judgement.mention, best.offer
    if offer.field != "value" or mention.reading.role not in ("value", "total") or mention.in_words or judgement.rule:
        return
    if best.how != "exact":
        return  # 增幅50%以上的企业: a threshold that happens to lie near
    counts = mention.dimension == COUNT
    if counts and mention.word == "个":
        return  # 13个村党组织 are as many as the villages
    told = statements.best_named(offer.fact, judgement) >= (PLAINLY_TOLD if counts else TOLD)
    if not (best.named < HARDLY_NAMED if told else best.named < UNNAMED and not counts):
        return
    name = statements.fact(offer).indicator
    judgement.rule = "figure.misbound"
    judgement.severity = "error" if told and best.named < UNNAMED and not counts else "warning"
    judgement.note = (
        f"“{mention.quantity.raw}”在清单里是“{name}”的数，这里说的却像是另一件事。"
        "若是写错或多出来的，请改正；确有其事，请把它补进清单。"
    )


def _outnamed(statements: Statements, judgement: Judgement, best: Support, rival: Rival) -> bool:
    """Whether the figure stands where another fact's figure belongs, which stands nowhere as well as it would here."""
    mention, offer, other = judgement.mention, best.offer, rival.offer
    planned = statements.offers.planned
    home = statements.best_named(other.fact, judgement)
    homeless = home < rival.named - 0.05
    if _behind_the_plan(statements, mention, best, rival):
        return True
    above = _AND_ABOVE.search(statements.clause_before(mention))
    if above and above[1] in (named := statements.fact(other).indicator) and "以上" not in named:
        return False  # 县级以上媒体 are not 县级媒体
    if not mention.ahead and rival.named >= 0.8 and homeless and planned[offer.fact] and not planned[other.fact]:
        return True  # what is planned, told as done
    this_year = mention.reading.role == "target" and other.field == "target"
    if best.named >= 0.3 and planned[offer.fact] and mention.ahead and not planned[other.fact] and not this_year:
        return False
    abroad = statements.best_named(offer.fact, judgement)
    unstated = mention.reading.role == "value" and not statements.stated.get(other.fact) and offer.field == "value"
    twice = mention.word == other.word and abroad >= best.named and NAMED <= rival.named >= best.named + 0.1
    if unstated and twice and _FINISHED.search(statements.clause_before(mention)):
        # 共收到建议46件，已办结46件: it is stated before, and what stands here is stated nowhere
        return statements.offers.names.told_apart(other.fact, offer.fact, mention.seen)
    if rival.named < (NAMED if best.named < 0.1 else WELL_NAMED):
        unstated = best.named < 0.05 and rival.named >= 0.36 and not statements.stated.get(other.fact)
        judgement.severity = "warning" if unstated and mention.word == other.word else "error"
        return judgement.severity == "warning"
    if mention.in_words and max(mention.values) <= 10 and rival.named < 0.8:
        return False
    margin = rival.named - best.named
    if mention.word == offer.word != other.word and margin < 0.5:
        return False  # 法制宣传画2期78张: the counting word tells
    if not statements.offers.names.told_apart(other.fact, offer.fact, mention.seen):
        return False
    if mention.reading.role not in ("value", "total", "remainder"):
        return margin >= MARGIN
    if homeless:
        masses = statements.offers.names.named
        fuller = masses[other.fact].mass * rival.named > masses[offer.fact].mass * best.named * 1.1
        return margin >= HOMELESS or (margin >= -0.02 and fuller)
    if rival.named >= 0.9 and margin >= HOMELESS and home >= 0.85 and mention.reading.role == "value":
        return abroad >= 0.4  # both stand elsewhere: here one contradicts itself
    return margin >= MARGIN and abroad >= best.named + 0.2


def _behind_the_plan(statements: Statements, mention: Mention, best: Support, rival: Rival) -> bool:
    """Whether a plan states what was reached where the sheet has a figure for what is planned."""
    reached = best.offer.field in ("value", "growth_pct", "growth")
    if not mention.ahead or mention.prior or not reached or rival.offer.field != "value":
        return False
    planned, names = statements.offers.planned, statements.offers.names.named
    alike = names[best.offer.fact].weights.keys() == names[rival.offer.fact].weights.keys()  # but for the year
    if (
        rival.named < (max(0.4, best.named) if alike else max(0.65, best.named + 0.05))
        or planned[best.offer.fact]
        or not planned[rival.offer.fact]
    ):
        return False
    return not statements.stated_in(rival.offer.fact, mention.sentence)


def _told_in_words(statements: Statements, mention: Mention) -> Offer | None:
    """The figure that a fact in words has where most of its clause's words stand around a figure: 尚未消除风险的14户."""
    best: tuple[float, Offer] | None = None
    for offer in statements.offers.in_words.get(mention.dimension, ()):
        if offer.word != mention.word or len(offer.beside) < 4:
            continue
        share = sum(mention.seen.get(pair, 0.0) >= 0.5 for pair in offer.beside) / len(offer.beside)
        if share >= MOSTLY and (best is None or share > best[0]):
            best = share, offer
    return best[1] if best else None


def _elsewhere(statements: Statements, mention: Mention) -> bool:
    """Whether a figure counts what lies outside the town: 在全县18个乡镇中列第3位."""
    lead = statements.clause_before(mention)
    return bool(re.search("(?:全县|全市|全区|全省|全国|全州|全旗)$", lead)) and mention.dimension == COUNT


def _upon_a_wrong_one(statements: Statements, mention: Mention) -> bool:
    """Whether a figure is computed from one that stands before it in its sentence and is itself found wrong."""
    start = statements.document.sentences[mention.sentence][0]
    computed = mention.reading.role in ("share", "average", "remainder", "change", "total")
    computed = computed or "其中" in statements.document.plain[start : mention.quantity.start]
    return computed and any(
        j.rule and j.severity == "error" and j.mention.quantity.start < mention.quantity.start
        and (j.mention.dimension == mention.dimension or mention.dimension in ("%", "个百分点") or mention.reading.role == "average")
        for j in statements.by_sentence[mention.sentence]
    )  # fmt: skip


def _slipped_unit(statements: Statements, judgement: Judgement) -> bool:
    """Whether the figure is the right number of a named fact with another unit or scale."""
    mention = judgement.mention
    value, points = mention.quantity.value, ("%", "个百分点")
    if value is None or isinstance(value, tuple) or mention.reading.role in ("multiple", "average"):
        return False
    if _SO_MANY_ITEMS.fullmatch(mention.quantity.raw):
        return False  # 两项合计7名
    best: tuple[float, Offer] | None = None
    for fact in sorted(set(mention.scores) | set(mention.anchors)):
        named = mention.named(fact)
        if named < 0.33 or (best and named <= best[0]):
            continue
        for offer in statements.offers.by_fact[fact]:
            if (
                offer.number is None
                or abs(offer.number) != Fraction(value)
                or offer.field in WORDS
                or offer.unit == mention.quantity.unit
            ):
                continue
            if offer.dimension in points and mention.dimension in points:
                if mention.reading.role in ("change", "ahead", "value") and offer.field in (*CHANGES, "ahead"):
                    best = named, offer
            elif offer.dimension not in points and allowed(mention, offer, statements.fact(offer), named):
                best = named, offer
    if best is None:
        return False
    judgement.fails("figure.unit", (best[1],), rival=best[1].fact)
    return True


def _unsupported(statements: Statements, judgement: Judgement, rival: Rival | None) -> None:
    """Nothing gives the figure: it is the wrong one of a fact that is named, or nobody's."""
    mention, role = judgement.mention, judgement.mention.reading.role
    idiomatic = statements.idiomatic(mention)
    counted = rival is not None and mention.word == rival.offer.word
    if rival and rival.named >= NAMED and not (idiomatic and (rival.named < WELL_NAMED or not counted)):
        computed = role in ("change", "completion", "ahead", "remainder", "multiple")
        computed = (computed or role == "share") and rival.offer.field != "value"
        rule = "figure.derived" if computed else "figure.wrong_value"
        judgement.fails(rule, (rival.offer,), rival=rival.offer.fact, kind=rival.offer.field)
        if idiomatic:
            judgement.severity = "error" if rival.named >= 0.8 else "warning"
            return
        if computed or rival.named >= 0.75 or not statements.stated_elsewhere(judgement):
            return  # else it is hardly named, and its figure stands elsewhere
    quantity = mention.quantity
    vague = mention.in_words and (quantity.approx or role == "multiple" or quantity.kind == "range")
    vague = vague or _elsewhere(statements, mention) or _upon_a_wrong_one(statements, mention)
    severity: Severity = "warning" if vague or (quantity.kind == "ratio" and mention.in_words) else "error"
    judgement.fails("figure.derived" if role == "total" else "figure.unsupported", (), severity=severity)
    if idiomatic:
        judgement.rule, judgement.state = "", "no-figure"
