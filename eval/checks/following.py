"""Whether a figure follows from several facts (数字推算): a sum, a difference, a share … of what its surroundings name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from eval.checks.agreement import agreement, band
from eval.checks.binding import Mention
from eval.checks.derivations import Combined, Offer, combined, shown
from eval.checks.means import days, taken_over
from eval.checks.measures import COUNT, counting_fit, measured
from eval.checks.rows import is_proportion, is_remainder, is_total
from eval.checks.statements import Judgement, Statements
from pipeline.language.periods import Period

_OF_ITS_KIND = {"average": re.compile("均|每"), "total": re.compile("总[数量额]$|合计")}
BASIS = 0.3  # how strongly the whole of a mean or share is taken to be named where its kind alone is told
CLAIMED = 0.6  # from here on the words give a figure to one fact: only what they speak of may be computed instead

_SUM = re.compile(r"合计|共|总(?:数|量|计|额|面积|长|里程|规模|共|投资)|累计|全部|[两二三四五六七八]项|以及")
_COMPARES = re.compile(r"比|较|多|少|差|还|剩|其余|净|余|未|尚|增|减|另|高|低|缺|其他")
_UNDONE = re.compile(r"没|未")
REST = re.compile(r"剩余|余下|其余|剩下|未|尚|还有|仍有|正在")
_SHARE = re.compile(r"占|比重|份额|率|完成|比例|达|比")
_REACHES = re.compile(r"达到?|增加?到|提高到|扩大到|增至|扩至")
_WHOSE = re.compile(r"^(?:全镇|全乡|全县|全年|本镇|我镇)的?")
_BARE_SHARE = re.compile(r"占?(?:比|比例|比重)?(?:约为|约|为|达到?|是|超过?|近)?")
_EACH = re.compile("均|每|亩产")
_BARE_TOTAL = re.compile(r"(?:合计|共计|总计|总共|一共|共)(?:约为|约|为|达到?|有)?")
_SUM_OF_TWO = re.compile(r"两项|两者|合计|共计")
_OF_ALL_DAYS = re.compile("占(?:到|了)?(?:全年|上半年|下半年|总天数|全部天数|有效天数|监测天数)")
_HOW_MANY = {"两项": 2, "二项": 2, "三项": 3, "四项": 4, "五项": 5}
_OF_MONEY = re.compile(r"占(?:到|了)?[^，。；0-9]{0,10}(?:投资|收入|产值|增加值|税收|支出|资金)的?$")
_OF_WHAT = re.compile(r"占(?:到|了)?([^，。；0-9]{2,16}?)(?:的|比重|比例)(?:为|达到?)?$")


@dataclass(frozen=True, slots=True)
class _Scene:
    """A figure in question, the words around it, and how strongly one fact claims it."""

    mention: Mention
    sentence: str
    clause: str
    lead: str  # the clause up to the figure
    claim: float
    reached: bool  # a plan's figure is what will have been reached
    of_kind: bool  # the fact that claims it is a mean or a total itself

    @property
    def claimed(self) -> bool:
        return self.claim >= CLAIMED


def follows(statements: Statements, judgement: Judgement, claim: float) -> bool:
    """Whether a figure follows from facts nearby; if so the judgement says from which. `claim`: how well the best rival is named."""
    mention = judgement.mention
    start, end = statements.document.sentences[mention.sentence]
    clause, lead = statements.clause_of(mention), statements.clause_before(mention)
    reached = mention.ahead and bool(_REACHES.search(lead))
    role = mention.reading.role
    rivals = statements.rivals(mention) if role in _OF_ITS_KIND and claim >= 0.75 else []
    of_kind = any(
        r.named >= claim - 0.1 and _OF_ITS_KIND[role].search(statements.fact(r.offer).indicator) for r in rivals
    )
    scene = _Scene(mention, statements.document.plain[start:end], clause, lead, claim, reached, of_kind)
    speaks_of_sum = mention.reading.role == "total" or bool(_SUM.search(clause))
    if speaks_of_sum and claim < 0.75 and is_total(statements, judgement):
        return True
    of_row = sums_its_row(statements, mention)
    if mention.quantity.kind == "ratio" and is_proportion(statements, judgement):
        return True
    if is_remainder(statements, judgement) or _is_share_of_the_year(statements, judgement):
        return True
    if mention.reading.role == "share" and (summed := _sum_before(statements, mention)) is not None:
        if _is_share_of_sum(statements, judgement, summed):
            return True
        if "总" in lead:
            return False  # of the sum it is, or of nothing
    kinds = _kinds(scene, statements.document.plain[start : mention.quantity.end])
    if not kinds:
        return False
    if scene.reached:
        kinds.discard("difference")
    whole = _whole(statements, scene) if "share" in kinds else None
    part = _part(statements, scene) if "share" in kinds else None
    items = next((n for word, n in _HOW_MANY.items() if word in clause), 0) if speaks_of_sum else 0
    beyond = not mention.ahead and "超额" in lead  # what was done beyond a target owes nothing to the next year's plan
    best: tuple[float, Combined] | None = None
    each = taken_over(lead, statements.offers.sheet.meta.period) if role in ("average", "value") else None
    for one in combined(_nearby(statements, mention), mention.dimension, scene.sentence, *band(mention), each=each):
        if (
            one.kind in kinds
            and not (one.kind == "share" and not _is_share(statements, scene, one, part, whole))
            and not (one.kind == "difference" and beyond and any(statements.offers.planned[o.fact] for o in one.offers))
            and not (one.kind == "sum" and items and len(one.offers) != items)
            and not (of_row and not _of_this_sentence(statements, mention, one))
            and agrees(mention, one)
            and (strength := _strength(statements, scene, one)) is not None
            and (best is None or strength > best[0])
        ):
            best = strength, one
    if best is None:
        return False
    judgement.holds("derived", best[1].offers, best[1].kind, best[1].formula)
    return True


def _of_this_sentence(statements: Statements, mention: Mention, one: Combined) -> bool:
    """Whether it is a sum of figures that all stand in a figure's sentence."""
    return one.kind == "sum" and all(statements.stands_in(o.fact, mention.sentence) for o in one.offers)


def sums_its_row(statements: Statements, mention: Mention) -> bool:
    """Whether a figure can but be the sum of those of its kind that stand right before it: 续建5个、新开工6个，合计11个."""
    if not _BARE_TOTAL.fullmatch(statements.clause_before(mention)):
        return False
    plain = statements.document.plain
    row = [
        j for j in statements.by_sentence[mention.sentence]
        if j.mention.dimension == mention.dimension and j.mention.word == mention.word
        and j.mention.quantity.end <= mention.quantity.start
        and ";" not in plain[j.mention.quantity.end : mention.quantity.start]
    ]  # fmt: skip
    return len(row) > 1


def _kinds(scene: _Scene, before: str) -> set[str]:
    """Which derivations the words speak of."""
    role, ahead = scene.mention.reading.role, scene.mention.ahead
    kinds = {"multiple"}
    if role == "average" or _EACH.search(before[-24:]):  # 宣讲9场，场均受众70人: the mean is the other figure
        kinds.add("average")
    if scene.claim < 0.45:
        kinds.add("part")
    if ahead and (_SUM.search(scene.clause) or scene.reached):
        kinds.add("sum")
    if (
        role in ("remainder", "change")
        or _COMPARES.search(scene.lead)
        or REST.search(scene.clause)
        or (ahead and not scene.claimed)
    ):
        kinds.add("difference")
    fraction = scene.mention.quantity.kind == "ratio" and not scene.mention.quantity.unit  # 接近全镇面积的三分之一
    if role in ("share", "completion", "value") and (fraction or _SHARE.search(before[-24:])):
        kinds.add("share")
    if role in ("change", "ahead", "value", "remainder"):
        kinds.add("points")
    if role == "total":
        kinds.add("sum")
    if role == "change" and ahead:
        kinds.add("growth")  # a plan's growth on what was reached
    if scene.claim >= 0.75 and (role == "share" or scene.of_kind):
        return set()  # the sheet has a mean, a share of this name
    if scene.claimed:
        spoken_of = {"share": {"share"}, "average": {"average"}, "total": {"sum"}}.get(role, set())
        if role == "remainder" and _UNDONE.search(scene.clause):
            spoken_of = {"difference"}  # 还有6000亩没有建成高标准农田
        kinds &= {"sum", "difference", "growth"} if ahead and not spoken_of else spoken_of
    return kinds


def _whole(statements: Statements, scene: _Scene) -> set[int] | None:
    """The facts whose figure is named as the whole of a share: 占耕地总面积5.94万亩的八成; None if no figure stands there."""
    mention, plain = scene.mention, statements.document.plain
    start = statements.document.sentences[mention.sentence][0]
    at = max(plain.rfind("占", start, mention.quantity.start), plain.rfind("为", start, mention.quantity.start - 8))
    if at < 0 or re.search("[,;，；]", plain[at : mention.quantity.start]):
        return None
    found: set[int] | None = None
    for j in statements.by_sentence[mention.sentence]:
        if at < j.mention.quantity.start < mention.quantity.start and j.mention.dimension not in ("%", "个百分点"):
            found = {s.offer.fact for s in j.supports} | ({j.rival} if j.rival is not None else set())
    return found


def _part(statements: Statements, scene: _Scene) -> set[int] | None:
    """The facts of the figure that a share is told of: 大专以上学历55名，占比达62.5%; None where its own words must tell."""
    if not _BARE_SHARE.fullmatch(scene.lead):
        return None
    before = [
        j
        for j in statements.by_sentence[scene.mention.sentence]
        if j.mention.quantity.start < scene.mention.quantity.start and j.mention.dimension not in ("%", "个百分点")
    ]
    if not before:
        return None
    last = before[-1]
    return {s.offer.fact for s in last.supports} | ({last.rival} if last.rival is not None else set())


def _is_share(
    statements: Statements, scene: _Scene, one: Combined, part: set[int] | None, whole: set[int] | None
) -> bool:
    """Whether a share is one of the part and the whole that the sentence names; of a sum only where it speaks of it."""
    if part and one.offers[0].fact not in part:
        return False
    if _OF_MONEY.search(scene.lead) and one.offers[0].dimension != "元":
        return False  # 占全镇工业投资的: no share of projects
    if "+" in one.formula:
        total = one.offers[0].value + one.offers[1].value
        told = any(total in j.mention.values for j in statements.by_sentence[scene.mention.sentence])
        return not whole and (told or bool(_SUM_OF_TWO.search(scene.clause)))
    return not whole or one.offers[1].fact in whole


def agrees(mention: Mention, one: Combined) -> bool:
    first, sign = one.offers[0], mention.reading.sign
    if one.kind == "growth" and sign and (one.value > 0) != (sign > 0):
        return False
    computed = Offer(first.fact, one.kind, one.value, mention.dimension, first.word, "", True, one.formula)
    if mention.dimension == COUNT:
        fit = counting_fit(mention.word, computed.word)
        if fit != "same" and not (one.kind == "average" and fit == "near"):  # 场均受众70人 of 1.3万人次
            return False
    return agreement(mention, computed) not in ("", "contrary")


def _strength(statements: Statements, scene: _Scene, one: Combined) -> float | None:
    """How strongly the facts of a derivation are named, None if too weakly for one of its kind."""
    mention, role = scene.mention, scene.mention.reading.role
    bases = _bases(statements, mention, {o.fact: max(mention.named(o.fact), 0.4) for o in one.offers})
    named = [max(mention.named(o.fact), BASIS if o.fact in bases else 0.0) for o in one.offers]
    here = [statements.stands_in(o.fact, mention.sentence) for o in one.offers]
    planned = [statements.offers.planned[o.fact] for o in one.offers]
    rest = bool(REST.search(scene.clause))
    # 新增茶园600亩，达到5800亩: what is there and what the sentence plans to add
    grown = (
        scene.reached
        and len(named) == 2
        and min(named) >= 0.15
        and any(h and p for h, p in zip(here, planned, strict=True))
    )
    if scene.claimed and one.kind in ("sum", "difference") and not rest and role != "total":
        if one.kind == "difference" and role not in ("remainder", "change"):
            return None
        if not any(planned) and not any(o.field in ("target", "remainder") for o in one.offers):
            return None
    match one.kind:
        case "share":
            enough = max(named) >= 0.25
        case "growth":
            enough = max(named) >= 0.6 and min(named) >= 0.3 and planned[0] != planned[1]
        case "sum":
            if role == "total" and any(o.field not in ("value", "text") for o in one.offers):
                return None
            least = 0.45 if role == "total" else 0.6
            enough = grown or all(n >= least or h for n, h in zip(named, here, strict=True))
        case "average" if taken_over(scene.lead, statements.offers.sheet.meta.period):
            told = {o.fact for j in statements.by_sentence[mention.sentence] for o in j.offers if not j.rule}
            enough = all(
                n >= 0.25 or h or o.fact in told for n, h, o in zip(named, here, one.offers, strict=True)
            )  # 亩产 says what of
        case _ if role == "remainder":
            enough = max(named) >= 0.25 and min(named) >= 0.1
        case _:
            enough = grown or all(n >= 0.25 or (h and n >= 0.1) for n, h in zip(named, here, strict=True))
    return sum(named) / len(named) if enough else None


def _nearby(statements: Statements, mention: Mention) -> list[Offer]:
    """What the facts give that are named or stated in the sentence and the ones around it, at most two dozen."""
    strength: dict[int, float] = {}
    least = 0.1 if mention.ahead or mention.reading.role == "remainder" else 0.3
    for distance, fade in ((0, 1.0), (-1, 0.7), (1, 0.7), (-2, 0.7)):
        for judgement in statements.by_sentence.get(mention.sentence + distance, ()):
            for fact, score in judgement.mention.scores.items():
                if score >= least:
                    strength[fact] = max(strength.get(fact, 0.0), score * fade)
            for support in judgement.supports[:2]:
                fact = support.offer.fact
                strength[fact] = max(strength.get(fact, 0.0), fade * max(support.named, 0.5))
    for fact in _bases(statements, mention, strength):
        strength.setdefault(fact, BASIS)
    best = sorted(strength, key=lambda f: (-strength[f], f))[:16]
    offers = (o for f in best for o in statements.offers.by_fact[f])
    return [
        o for o in offers if o.field in ("value", "target", "remainder") or (o.field == "text" and o.upper is None)
    ][:24]


def _bases(statements: Statements, mention: Mention, strength: dict[int, float]) -> set[int]:
    """Facts that a mean or a share is taken of without being named: 行政村13个 of 村均79.7万元, and of 占总数的84.6% behind 11个村."""
    facts, lead = statements.offers.facts, statements.clause_before(mention)
    if mention.reading.role == "average" and mention.reading.of in tuple("村户人站校"):
        ends = {mention.reading.of}
    elif mention.reading.role == "share" and re.search("总数|全部|总量", lead):
        ends = {facts[f].indicator[-1:] for f, n in strength.items() if n >= 0.4 and facts[f].indicator} - {""}
    else:
        return set()
    return {
        n for n, fact in enumerate(facts)
        if fact.value is not None and len(fact.indicator) <= 6 and (m := re.sub("总?[数量]$", "", fact.indicator))[-1:] in ends
        and m[:1] not in "新增" and measured(fact.unit)[0] == COUNT
    }  # fmt: skip


def _is_share_of_the_year(statements: Statements, judgement: Judgement) -> bool:
    """Whether a percentage is that of days told right before it among the days of the period: 341天，占全年的93.4%."""
    mention, period = judgement.mention, statements.offers.sheet.meta.period
    if mention.dimension != "%" or not _OF_ALL_DAYS.search(statements.clause_of(mention)):
        return False
    for j in reversed(statements.by_sentence[mention.sentence]):
        if j.mention.quantity.start > mention.quantity.start or j.mention.dimension != "天" or len(j.offers) != 1:
            continue
        counted = j.offers[0]
        whole = period if period.spoken in statements.clause_of(mention) else Period(period.year, 1, 12)
        share = Offer(counted.fact, "share", counted.value / days(whole) * 100, "%", "", "%", True)
        if agreement(mention, share) not in ("", "contrary"):
            judgement.holds("derived", (counted,), "share", f"{shown(counted)}/{days(whole)}")
            return True
    return False


def _sum_before(statements: Statements, mention: Mention) -> Judgement | None:
    """The sum that the figure before a share in its sentence tells, if it does."""
    row = statements.by_sentence[mention.sentence]
    before = [j for j in row if j.mention.quantity.start < mention.quantity.start]
    return (
        before[-1] if before and before[-1].kind == "sum" and not before[-1].rule and mention.dimension == "%" else None
    )


def _is_share_of_sum(statements: Statements, judgement: Judgement, summed: Judgement) -> bool:
    """Whether a share is that of a sum told right before it: 省级以上合计53篇，占用稿总数的17%."""
    mention = judgement.mention
    parts = summed.offers
    total = sum((o.value for o in parts), Fraction(0))
    for whole in _nearby(statements, mention):
        if whole.field != "value" or whole.dimension != parts[0].dimension or whole.value <= total:
            continue
        if whole.dimension == COUNT and counting_fit(whole.word, parts[0].word) != "same":
            continue
        if mention.named(whole.fact) < 0.2 and not statements.stated.get(whole.fact):
            continue
        share = Offer(whole.fact, "share", total / whole.value * 100, "%", "", "%", True)
        if agreement(mention, share) not in ("", "contrary"):
            formula = f"({'+'.join(map(shown, parts))})/{shown(whole)}"
            judgement.holds("derived", (*parts, whole), "share", formula)
            return True
    return False


def hold_share_against_its_parts(statements: Statements, judgement: Judgement) -> None:
    """“投资3.97亿元，占全镇投资的89.9%”: a share that the sheet gives is computed where part and whole stand in the sentence."""
    mention = judgement.mention
    if judgement.rule or mention.reading.role != "share" or mention.dimension != "%":
        return
    start, _ = statements.document.sentences[mention.sentence]
    found = _OF_WHAT.search(statements.document.plain[start : mention.quantity.start])
    words = _WHOSE.sub("", found[1]) if found else ""
    before = [
        j for j in statements.by_sentence[mention.sentence]
        if j.mention.quantity.start < mention.quantity.start and j.kind == "value" and len(j.offers) == 1 and not j.rule
    ]  # fmt: skip
    if len(words) < 2 or not before or before[-1].mention.quantity.end < mention.quantity.start - 30:
        return
    part = before[-1].offers[0]
    wholes = {
        j.offers[0].fact: j.offers[0] for j in before[:-1]
        if j.offers[0].dimension == part.dimension != "%" and j.offers[0].value > part.value
        and all(words[i : i + 2] in statements.fact(j.offers[0]).indicator for i in range(len(words) - 1))
    }  # fmt: skip
    if len(wholes) != 1:
        return
    (whole,) = wholes.values()
    share = part.value / whole.value * 100
    if abs(share - mention.values[0]) > 1:
        judgement.fails("figure.derived", (part, whole), rival=part.fact, severity="warning")
        judgement.note = (
            f"{shown(part)}占{shown(whole)}的{float(share):.1f}%，不是“{mention.quantity.raw}”。请核对这三个数。"
        )
