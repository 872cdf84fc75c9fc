"""What figures of several facts say of one another (事实之间): parts and wholes, shares, changes told as facts of their own, words.

A part above its whole, or men and women that do not make up all, exclude each other: errors. The rest is looked at: which fact is
a part of which shows in the wording alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import islice

from pipeline.facts.arithmetic import change_pct, completed_pct, places, rounded
from pipeline.facts.model import Fact, plain
from pipeline.facts.problems import Said
from pipeline.language.quantities import read_quantities
from pipeline.language.units import same_dimension

_MOST = 200  # facts that one rule compares with one another, so that no sheet takes more than linear time
THREE = "核对这三个数，改正其中有误的一个。"
_BOTH = "核对这两处，以准的为准。"
_PART = re.compile(r"^(?P<whole>.{2,}?)(?:（其中[:：]?(?P<a>.+)）|其中[:：]?(?P<b>.+)|（(?P<c>[^（）]+)）)$")
_WOMEN_MEN = (("男性", "女性"), ("男", "女"))
_SHARE = re.compile(r"(?:占比|比重|所占比例|占比率)$")
_INDUSTRY = re.compile(r"第?([一二三])(?:次产业|产业|产)")
_OUTPUT = re.compile(
    r"^(?:全镇|全乡)?(?:实现|完成)?(?:地区|国内|镇域|全社会)?(?:生产总值|GDP|增加值)(?:[（(]GDP[）)])?$"
)
_SHARE_OF = re.compile(r"^(?P<part>.{2,}?)占(?P<whole>.{2,}?)的?(?:比重|比例|占比|份额|比率)?$")
_TOWN = re.compile(r"^(?:全镇|全乡|全街道|全县|全区|本镇|全村|全部)")
_AMOUNT = re.compile(r"(?:总量|总额|总数|总计|总值|总体)$")
_CHANGE = re.compile(r"(?:同比|比上年|较上年)?(?:增长率?|增幅|增速|增长幅度|上升|下降|减少|降幅)$")
_FALL = re.compile(r"(?:下降|减少|降幅)$")
_DONE = re.compile(r"(?:年度|全年)?(?:目标|任务|计划)?(?:完成率|完成比例|完成进度)$")
_LINK = re.compile(r"(?:累计|已|共|合计|总计)?(?:完成|实现|达到?|为|是|有|共)?(?:了)?")


def between(facts: Sequence[Fact]) -> Iterator[Said]:
    """All that facts say against one another: (fact id, column, message, mend, severity)."""
    yield from _parts(facts)
    yield from _industries(facts)
    yield from _shares(facts)
    yield from _shares_of(facts)
    yield from _told_apart(facts)
    yield from _told_in_words(facts)


def _parts(facts: Sequence[Fact]) -> Iterator[Said]:
    """Parts against their whole: 新增就业（男） + 新增就业（女） = 新增就业; 其中 is no more than the whole."""
    wholes = {fact.indicator: fact for fact in facts if fact.value is not None and not fact.is_rate}
    parts: dict[str, list[tuple[str, Fact]]] = defaultdict(list)
    above: Fact | None = None
    for fact in facts:
        if fact.value is None or fact.is_rate:
            continue
        if fact.indicator.startswith("其中"):
            if above is not None and above.indicator in wholes and above.topic == fact.topic:
                parts[above.indicator].append((fact.indicator.removeprefix("其中").lstrip("：:"), fact))
            continue
        above = fact
        if (found := _PART.match(fact.indicator)) and found["whole"] in wholes:
            parts[found["whole"]].append((found["a"] or found["b"] or found["c"], fact))
            continue
        for pair in _WOMEN_MEN:
            for word in pair:
                whole = fact.indicator.replace(word, "", 1)
                if word in fact.indicator and whole in wholes and whole != fact.indicator:
                    parts[whole].append((word.removesuffix("性"), fact))
                    break
            else:
                continue
            break
    for name, group in parts.items():
        yield from _against(wholes[name], group)


def _against(whole: Fact, group: Sequence[tuple[str, Fact]]) -> Iterator[Said]:
    counted: list[tuple[str, Fact, Fraction]] = []
    for name, fact in group:
        factor = same_dimension(fact.unit, whole.unit)
        if factor is not None and fact.value is not None:
            counted.append((name.removesuffix("性"), fact, Fraction(fact.value) * factor))
    assert whole.value is not None
    total = Fraction(whole.value)
    for _, fact, amount in counted:
        if amount > total >= 0:
            yield (fact.id, "value", f"“{fact.indicator}”{_written(fact)}，比“{whole.indicator}”（{whole.id}）的 {plain(whole.value)}{whole.unit} 还多。",
                   "核对这两个数；部分不会多于总数。", "error")  # fmt: skip
            return
    names = {name for name, _, _ in counted}
    amount = sum((a for _, _, a in counted), Fraction(0))
    if names == {"男", "女"} and amount != total:
        yield (
            whole.id,
            "value",
            f"“{whole.indicator}”{plain(whole.value)}{whole.unit}，男女相加却是 {_shown(amount)}。",
            THREE,
            "error",
        )
    elif len(counted) > 1 and amount > total > 0:
        yield (whole.id, "value", f"“{whole.indicator}”{plain(whole.value)}{whole.unit}，各部分相加是 {_shown(amount)}，多于总数。",
               "核对总数和各部分；部分之间有重叠的可不管。", "warning")  # fmt: skip


def _shown(amount: Fraction) -> str:
    return plain(rounded(amount, 4))


def _shares(facts: Sequence[Fact]) -> Iterator[Said]:
    """第一产业占比, 第二产业占比, 第三产业占比: shares of one kind and topic that come to more than a hundred."""
    shares: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.value is not None and fact.unit == "%" and _SHARE.search(fact.indicator):
            industry = re.sub(r"第?[一二三]产业?|[一二三]产", "*", fact.indicator)
            key = industry if "*" in industry else re.sub(r"（[^（）]+）", "*", fact.indicator)
            if "*" in key:
                shares[fact.topic, key].append(fact)
    for group in shares.values():
        total = sum((fact.value for fact in group if fact.value is not None), Decimal(0))
        if len(group) > 1 and total > Decimal("100.5"):
            yield (
                group[-1].id,
                "value",
                f"{'、'.join(f'“{f.indicator}”' for f in group)}相加是 {plain(total)}%，超过 100%。",
                "核对这几个占比。",
                "warning",
            )


def _half_step(number: Decimal) -> Fraction:
    """Half of the last place written: what rounding may have taken or given."""
    return Fraction(1, 2 * 10 ** places(number))


def _industries(facts: Sequence[Fact]) -> Iterator[Said]:
    """第一、二、三产业增加值 against 地区生产总值, by the last places of all four."""
    wholes = [f for f in facts if f.value is not None and not f.is_rate and _OUTPUT.match(f.indicator)]
    for field in ("value", "previous", "target"):
        parts: dict[str, list[tuple[str, Fact]]] = defaultdict(list)
        for fact in facts:
            found = _INDUSTRY.search(fact.indicator)
            if found and not fact.is_rate and getattr(fact, field) is not None:
                parts[_INDUSTRY.sub("*", fact.indicator)].append((found[1], fact))
        for name, group in parts.items():
            if not name.endswith("增加值") or sorted(number for number, _ in group) != ["一", "三", "二"]:
                continue
            for whole in wholes[:1]:
                factors = [same_dimension(fact.unit, whole.unit) for _, fact in group]
                total, written = getattr(whole, field), [getattr(fact, field) for _, fact in group]
                if total is None or any(factor is None for factor in factors):
                    continue
                pairs = [
                    (number, factor) for number, factor in zip(written, factors, strict=True) if factor is not None
                ]
                amount = sum((Fraction(number) * factor for number, factor in pairs), Fraction(0))
                slack = _half_step(total) + sum((_half_step(n) * factor for n, factor in pairs), Fraction(0))
                if abs(amount - Fraction(total)) > slack:
                    yield (whole.id, field, f"“{whole.indicator}”{plain(total)}{whole.unit}，三次产业相加却是 {_shown(amount)}。",
                           "核对总数和三次产业各数。", "warning")  # fmt: skip


def _shares_of(facts: Sequence[Fact]) -> Iterator[Said]:
    """超千万重大项目占全镇投资比重 against 超千万重大项目完成投资 and 固定资产投资, where the sheet holds both."""
    amounts = [f for f in facts if f.value is not None and f.value > 0 and not f.is_rate and f.unit]
    told = (
        (f, found) for f in facts if f.value is not None and f.unit == "%" and (found := _SHARE_OF.match(f.indicator))
    )
    for fact, found in islice(told, _MOST):
        part_name, of = _TOWN.sub("", found["part"]), _AMOUNT.sub("", _TOWN.sub("", found["whole"]))
        if len(of) < 2 or len(part_name) < 2:
            continue
        wholes = [f for f in amounts if part_name not in f.indicator and _names(f, of)]
        if _TOWN.match(found["whole"]) and 1 < len(wholes) <= _MOST:  # the town's own is the largest of its kind
            wholes = [f for f in wholes if all(_in(f, other) is None or (_in(f, other) or 0) >= 0 for other in wholes)]
        parts = [f for f in amounts if f.indicator.startswith(part_name)]
        if len(parts) * len(wholes) > _MOST:
            continue  # nobody could say which is meant
        pairs = [
            (part, whole)
            for part in parts
            for whole in wholes
            if part is not whole and same_dimension(part.unit, whole.unit)
        ]
        if len(pairs) == 1 and fact.value is not None and not _is_share(fact.value, *pairs[0]):
            (part, whole), share = pairs[0], _ratio(*pairs[0])
            of_two = f"{part.id} 的 {_written(part)} 和 {whole.id} 的 {_written(whole)}"
            computed = plain(rounded(share, max(1, places(fact.value))))
            message = f"“{fact.indicator}”写 {plain(fact.value)}%，按 {of_two} 算是 {computed}%。"
            yield fact.id, "value", message, THREE, "warning"


def _written(fact: Fact) -> str:
    return f"{plain(fact.value or Decimal(0))}{fact.unit}"


def _names(fact: Fact, of: str) -> bool:
    name = _TOWN.sub("", fact.indicator)
    return name.endswith(of) or name.startswith(of)


def _in(one: Fact, other: Fact) -> Fraction | None:
    """By how much one amount is above another, in units of the other; None where they cannot be compared."""
    factor = same_dimension(one.unit, other.unit)
    if factor is None or one.value is None or other.value is None:
        return None
    return Fraction(one.value) * factor - Fraction(other.value)


def _ratio(part: Fact, whole: Fact) -> Fraction:
    assert part.value is not None
    assert whole.value is not None
    return Fraction(part.value) * (same_dimension(part.unit, whole.unit) or 1) / Fraction(whole.value) * 100


def _is_share(stated: Decimal, part: Fact, whole: Fact) -> bool:
    """Whether rounding of any of the three explains the stated share."""
    assert part.value is not None
    assert whole.value is not None
    factor = same_dimension(part.unit, whole.unit) or Fraction(1)
    low = (Fraction(part.value) - _half_step(part.value)) * factor / (Fraction(whole.value) + _half_step(whole.value))
    least = Fraction(whole.value) - _half_step(whole.value)
    high = (Fraction(part.value) + _half_step(part.value)) * factor / least if least > 0 else Fraction(10**9)
    slack = 2 * _half_step(stated)  # cut off, not rounded
    return low * 100 - slack <= Fraction(stated) <= high * 100 + slack


def _told_apart(facts: Sequence[Fact]) -> Iterator[Said]:
    """工业总产值增速 as a fact of its own against 工业总产值; 固定资产投资完成率 likewise."""
    named: Mapping[str, Fact] = {f.indicator: f for f in facts if f.value is not None and not f.is_rate}
    for fact in facts:
        if fact.value is None or fact.unit not in ("%", "％"):
            continue
        for pattern, column, of, what in (
            (_CHANGE, "growth_pct", change_pct, "同比"),
            (_DONE, "completion_pct", completed_pct, "完成率"),
        ):
            told = pattern.search(fact.indicator)
            about = named.get(fact.indicator[: told.start()]) if told else None
            other = of(about) if about else None
            if about is None or other is None or told is None:
                continue
            value = -abs(fact.value) if column == "growth_pct" and _FALL.search(fact.indicator) else fact.value
            step = Fraction(1, 10 ** min(places(value), places(other)))
            if abs(Fraction(value) - Fraction(other)) >= step:
                yield (fact.id, "value", f"“{fact.indicator}”写 {plain(fact.value)}%，“{about.indicator}”（{about.id}）的{what}却是 {plain(other)}%。",
                       _BOTH, "warning")  # fmt: skip


def _told_in_words(facts: Sequence[Fact]) -> Iterator[Said]:
    """A fact in words that names an indicator with another figure than the indicator's own fact."""
    by_start: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.value is not None and len(fact.indicator) >= 4 and len(by_start[fact.indicator[:4]]) < _MOST:
            by_start[fact.indicator[:4]].append(fact)
    for told in facts:
        starts = [at for at in range(len(told.text) - 3) if told.text[at : at + 4] in by_start]
        if not starts:
            continue
        figures = {q.start: q for q in read_quantities(told.text) if isinstance(q.value, Decimal) and not q.approx}
        for at in starts:
            for fact in by_start[told.text[at : at + 4]]:
                if fact is told or not told.text.startswith(fact.indicator, at):
                    continue
                link = _LINK.match(told.text, at + len(fact.indicator))
                figure = figures.get(link.end()) if link else None
                factor = same_dimension(figure.unit, fact.unit) if figure else None
                if figure is None or factor is None or figure.kind == "date" or not isinstance(figure.value, Decimal):
                    continue
                known = [Fraction(n) for n in (fact.value, fact.previous, fact.target) if n is not None]
                if Fraction(figure.value) * factor not in known:
                    yield (told.id, "text", f"文字里“{fact.indicator}”是 {figure.raw}，{fact.id} 却是 {_written(fact)}。",
                           _BOTH, "warning")  # fmt: skip
