"""What in a sheet contradicts itself or can't be meant (清单自查): growth, completion, parts and totals, units, doubles, odd values.

An error is only what no draft could be right with: two figures that exclude each other. All else is a warning: look at it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from pipeline.facts.arithmetic import Derivation, agrees, completion, growth, places, points, rounded
from pipeline.facts.model import Fact, Meta, Sheet, plain
from pipeline.facts.problems import Said, Severity
from pipeline.facts.relations import THREE, between
from pipeline.language.indicators import is_planned
from pipeline.language.quantities import read_quantities
from pipeline.language.units import is_money, parse_unit, same_dimension

BOUNDED = re.compile(
    r"(?:合格|满意|覆盖|办结|化解|调解成功|普及|参保|参合|(?<!毛)入学|巩固|及格|达标|就业|处置|处理|利用|转化|签订|签约|知晓|绿化|入户|通车|完好|优良|回访|结案|破案|整改|硬化|治愈|接种|建档|受理|录取|及时|准确|到位|收缴|见面|上线|在线|消除|占比|比重|好评|知晓)率?$"
)
_COUNTED = frozenset(
    "个 户 人 名 位 家 头 只 羽 件 起 宗 辆 台 套 座 处 所 条 项 次 场 期 株 棵 份 张 本 篇 幅 村 镇 栋 幢 人次 户次 场次 批次 例 对 支 盏 口 眼".split()
)
_MAY_FALL = re.compile(r"净|增减|变动|增加|增长|减少|下降|自然增|温|海拔|差|盈亏|利润|收益|结余|逆差|顺差")
_AVERAGE = re.compile(r"平均|均|每|率|户型|系数|指数")
_DIMENSIONS: tuple[tuple[re.Pattern[str], str, frozenset[str]], ...] = (  # an indicator's last word, what it is, its base units
    (re.compile(r"(?:面积|播种面积)$"), "面积", frozenset(("亩", "平方米"))),
    (re.compile(r"(?:人数|人口)$"), "人数", frozenset(("人", "人次", "个", "口", "学生"))),
    (re.compile(r"户数$"), "户数", frozenset(("户", "户次", "家", "个"))),
    (re.compile(r"(?:里程|长度|总长)$"), "长度", frozenset(("米",))),
    (re.compile(r"(?:总产值|产值|增加值|总值|财政收入|公共预算收入|税收|税收收入|投资额|总投资|固定资产投资|收入|支出|投资|贷款|存款|税额|零售总额|零售额|销售额|利润|利税|资金|金额|存款余额|贷款余额)$"), "金额", frozenset()),
    (re.compile(r"(?:用电量|发电量|售电量)$"), "电量", frozenset(("千瓦时",))),
    (re.compile(r"(?:用水量|供水量|蓄水量|库容)$"), "水量", frozenset(("立方米", "公斤", "升"))),
    (re.compile(r"(?<!交易)(?:产量|总产|存栏量?|出栏量?)$"), "产量", frozenset("公斤 立方米 升 头 只 羽 株 千瓦时 吨标准煤 平方米 米 个 件 台 辆 套 尾 匹 口 枝 盆 粒 张 枚 箱 瓶 袋 双 块".split())),
    (re.compile(r"(?:率|占比|比重|满意度)$"), "比率", frozenset(("%", "个百分点", "人/平方公里"))),
)  # fmt: skip


CONFLICT = "冲突："  # how a merged sheet marks, in a fact's note, that another sheet says something else


def contradictions(sheet: Sheet) -> Iterator[Said]:
    """What is wrong within the sheet, in the order of its facts: (fact id, column, message, mend, severity).

    The id is "" where it is the meta. Where two figures exclude each other, no draft could be right: an error.
    """
    yield from _meta(sheet.meta)
    for fact in sheet.facts:
        yield from _changes(fact)
        yield from _values(fact)
        yield from _units(fact)
        yield from _periods(fact, sheet.meta)
        yield from _own_words(fact)
        if CONFLICT in fact.note:
            told = fact.note[fact.note.index(CONFLICT) :]
            yield (
                fact.id,
                "note",
                f"合并时各表不一致：{told[:120]}。",
                "核对以哪个为准，改好后删去这一句说明。",
                "warning",
            )
    yield from _doubles(sheet.facts)
    yield from _two_names(sheet.facts)
    yield from between(sheet.facts)


def _meta(meta: Meta) -> Iterator[Said]:
    if not meta.date:
        return
    written, period = date.fromisoformat(meta.date), meta.period
    begins = date(period.year, period.first, 1)
    ends = date(period.year + period.last // 12, period.last % 12 + 1, 1)
    if written < begins - timedelta(days=120) or written > ends + timedelta(days=400):
        yield (
            "",
            "date",
            f"成文日期 {meta.date} 离报告期 {period.words} 太远。",
            "核对日期和报告期的年份。",
            "warning",
        )
    elif written < begins and period.first > 1:
        yield ("", "date", f"成文日期 {meta.date} 在报告期 {period.words} 开始之前。", "核对日期和报告期。", "warning")


# --- one fact ------------------------------------------------------------------------------------------------------


def _changes(fact: Fact) -> Iterator[Said]:
    change = points(fact) if fact.is_rate else growth(fact)
    if fact.growth_pct is not None and change is not None and not agrees(fact.growth_pct, change):
        yield (fact.id, "growth_pct",
               f"同比写 {plain(fact.growth_pct)}，按本期 {plain_of(fact.value)} 和上年同期 {plain_of(fact.previous)} 算是 {_beside(fact.growth_pct, change)}。",
               THREE, _grade(fact.growth_pct, change))  # fmt: skip
    elif fact.growth_pct is not None and fact.previous == 0 and not fact.is_rate:
        yield (fact.id, "growth_pct", "上年同期是 0，算不出同比。", "删去同比，或改正上年同期。", "warning")
    elif fact.growth_pct is not None and fact.growth_pct < -100 and (fact.value or 0) >= 0:
        yield (
            fact.id,
            "growth_pct",
            f"同比 {plain(fact.growth_pct)}%：下降不会超过 100%。",
            "核对小数点和正负号。",
            "error",
        )
    elif _is_sudden(fact, change):
        much = fact.growth_pct if fact.growth_pct is not None else change.value if change else Decimal(0)
        yield (
            fact.id,
            "growth_pct",
            f"同比 {plain(much)}% 大得少见。",
            "核对小数点，再看两年的单位和口径是否相同。",
            "warning",
        )
    done = completion(fact)
    if fact.completion_pct is not None and done is not None and not agrees(fact.completion_pct, done):
        yield (fact.id, "completion_pct",
               f"完成率写 {plain(fact.completion_pct)}%，按本期 {plain_of(fact.value)} 和目标 {plain_of(fact.target)} 算是 {_beside(fact.completion_pct, done)}%。",
               THREE, _grade(fact.completion_pct, done))  # fmt: skip
    elif fact.completion_pct is not None and fact.target == 0:
        yield (fact.id, "completion_pct", "目标是 0，算不出完成率。", "删去完成率，或改正目标。", "warning")
    if fact.completion_pct is not None and fact.completion_pct < 0:
        yield (fact.id, "completion_pct", "完成率是负数。", "核对正负号。", "warning")
    elif fact.completion_pct is not None and fact.completion_pct > 1000:
        yield (
            fact.id,
            "completion_pct",
            f"完成率 {plain(fact.completion_pct)}% 大得少见。",
            "核对小数点，再看目标和本期的单位是否相同。",
            "warning",
        )
    yield from _scale_slips(fact)


def _is_sudden(fact: Fact, change: Derivation | None) -> bool:
    """More than ten times last year's figure, unless that was a count of a few."""
    if fact.previous is not None and abs(fact.previous) < 10 and fact.unit in _COUNTED:
        return False
    if fact.growth_pct is not None:
        return abs(fact.growth_pct) > 1000
    # from a thousand times on, the units are at fault: see `_scale_slips`
    return change is not None and not fact.is_rate and 1000 < change.exact < 99_900


def plain_of(number: Decimal | None) -> str:
    return "" if number is None else plain(number)


def _beside(stated: Decimal, computed: Derivation) -> str:
    """The computed figure at the places that show the difference."""
    return plain(rounded(computed.exact, max(1, places(stated))))


def _grade(stated: Decimal, computed: Derivation) -> Severity:
    """A last place that was cut off instead of rounded is looked at; more than that excludes the other figures."""
    cut = places(stated) > 0 and abs(Fraction(stated) - computed.exact) < Fraction(1, 10 ** places(stated))
    return "warning" if cut else "error"


def _scale_slips(fact: Fact) -> Iterator[Said]:
    """A thousand times last year's or the target's figure: most likely 万元 against 元."""
    if fact.value is None or fact.value == 0 or fact.is_rate:
        return
    for other, column, name in ((fact.previous, "previous", "上年同期"), (fact.target, "target", "年度目标")):
        if other and not Fraction(1, 1000) < abs(Fraction(fact.value) / Fraction(other)) < 1000:
            yield (fact.id, column, f"本期 {plain(fact.value)} 与{name} {plain(other)} 相差千倍以上，像是单位不同。",
                   "核对单位，两个数用同一单位。", "warning")  # fmt: skip


def _values(fact: Fact) -> Iterator[Said]:
    if fact.value is None:
        return
    base = parse_unit(fact.unit)[1]
    in_percent = fact.unit in ("%", "％")
    for number, column, name in (
        (fact.value, "value", "本期"),
        (fact.previous, "previous", "上年同期"),
        (fact.target, "target", "年度目标"),
    ):
        if number is None:
            continue
        if in_percent and number > 100 and BOUNDED.search(fact.indicator):
            yield (
                fact.id,
                column,
                f"{name} {plain(number)}% 超过 100%，“{fact.indicator}”不会超过。",
                "核对小数点；确是这样的，请改指标名称。",
                "warning",
            )
        if in_percent and 0 < number <= 1 and column == "value" and BOUNDED.search(fact.indicator):
            yield (
                fact.id,
                column,
                f"{name} {plain(number)}% 小得少见，像是没有换成百分数。",
                "百分之九十八写 98，单位写 %。",
                "warning",
            )
        if (
            number < 0
            and (base in _COUNTED or is_money(fact.unit) or in_percent)
            and not _MAY_FALL.search(fact.indicator + fact.unit)
        ):
            yield (fact.id, column, f"{name} {plain(number)} 是负数。", "核对正负号；下降写在“同比”栏。", "warning")
        if fact.unit in _COUNTED and number != number.to_integral_value() and not _AVERAGE.search(fact.indicator):
            yield (fact.id, column, f"{name} {plain(number)}{fact.unit} 不是整数。", "核对数和单位。", "warning")


def _units(fact: Fact) -> Iterator[Said]:
    """A unit that can't be the indicator's: 播种面积 in 万元."""
    if fact.indicator.startswith("其中"):
        yield (
            fact.id,
            "indicator",
            f"“{fact.indicator[:20]}”单独看不出是什么的一部分。",
            "把指标名称写全，如“新增就业（男）”。",
            "warning",
        )
    if fact.value is None or not fact.unit:
        return
    base = parse_unit(fact.unit)[1]
    for pattern, name, bases in _DIMENSIONS:
        if not pattern.search(fact.indicator):
            continue
        known = (base in _KINDS and base != "个百分点") or is_money(fact.unit)
        fits = is_money(fact.unit) if name == "金额" else base in bases or fact.unit in bases
        if (
            known
            and not fits
            and not (name == "比率" and fact.unit == "‰")
            and not (name != "比率" and re.search(r"[/]", fact.unit))
        ):
            yield (
                fact.id,
                "unit",
                f"“{fact.indicator}”的单位写成“{fact.unit}”，与{name}不合。",
                "核对单位，或把指标名称写准。",
                "warning",
            )
        return


_KINDS = frozenset(
    "元 亩 平方米 立方米 米 公斤 千瓦 千瓦时 % 个百分点 人 户 人次 户次 头 只 羽 株 家 天 小时 岁 吨标准煤 升".split()
)


_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})年")
_DAY = re.compile(r"(?<![0-9年月—~至-])([1-9]|1[0-2])月(?:[1-9]|[12][0-9]|3[01])日")


def _periods(fact: Fact, meta: Meta) -> Iterator[Said]:
    """What the period cannot hold yet, told as done: 2027年…, 7月3日… in a first half."""
    words, column = (fact.indicator, "indicator") if fact.value is not None else (fact.text, "text")
    period = meta.period
    if fact.topic in ("plans-next-period", "problems") or is_planned(words, period.year, period.last):
        return
    if re.search("目标|计划|规划|力争|确保|预计|前|到20[0-9]{2}年|每年|期限|有效期", words):
        return
    later = [year for year in _YEAR.findall(words) if int(year) > period.year]
    days = [] if _YEAR.search(words) else [day[0] for day in _DAY.finditer(words) if int(day[1]) > period.last]
    for what in (*(f"{year}年" for year in later[:1]), *days[:1]):
        yield (
            fact.id,
            column,
            f"“{what}”在报告期 {period.words} 之后。",
            "核对时间；是计划的，领域写“下一步”。",
            "warning",
        )


_NOT_ITS_OWN = re.compile(
    "上年|去年|前年|同期|[0-9一二三四五六七八九十]月|季度|其中|目标|计划|任务|平均|每|人均|比|较|净|新增|增加|减少|增长|下降|增产|减产|提高|占"
)
_AT_ITS_FIGURE = re.compile(
    r"(?:(?:已|共|约|合计|总计|累计|全年|上半年|今年|本年|全镇|全乡)*(?:完成|实现|达到?|为|是|共)?了?)$"
)


def _own_words(fact: Fact) -> Iterator[Said]:
    """A fact whose words tell its indicator with another figure than its own: 5 吨 beside 产量6吨."""
    if fact.value is None or not fact.text or not fact.unit:
        return
    known = {Fraction(n) for n in (fact.value, fact.previous, fact.target) if n is not None}
    known |= {abs(Fraction(fact.value) - Fraction(n)) for n in (fact.previous, fact.target) if n is not None}
    other: list[tuple[str, str, bool]] = []
    for figure in read_quantities(fact.text):
        factor = same_dimension(figure.unit, fact.unit) if isinstance(figure.value, Decimal) and figure.unit else None
        if factor is None or not isinstance(figure.value, Decimal) or figure.approx:
            continue
        if Fraction(figure.value) * factor == Fraction(fact.value):
            return  # its figure is told; what else is told is of something else
        clause = re.split("[，。；：！？、（(]", fact.text[: figure.start])[-1]
        noun = re.sub(r"^(?:上半年|全年|今年|本年|全镇|全乡|我镇)+", "", _AT_ITS_FIGURE.sub("", clause))
        same = len(noun) >= 2 and (fact.indicator.endswith(noun) or noun.endswith(fact.indicator))
        if Fraction(figure.value) * factor in known or _NOT_ITS_OWN.search(clause.replace(fact.indicator, "")):
            continue
        if same or not noun:
            other.append((figure.raw, noun, same and figure.unit == fact.unit))
    for raw, noun, plainly in other[:1]:
        yield (fact.id, "text", f"文字里{f'“{noun}”' if noun else ''}是 {raw}，本期却写 {plain(fact.value)}{fact.unit}。",
               "核对这两处，以准的为准。", "error" if plainly else "warning")  # fmt: skip


# --- several facts -------------------------------------------------------------------------------------------------


def indicator_key(indicator: str) -> str:
    """An indicator without what does not tell it from another: spaces, quotation marks, 全镇."""
    return re.sub(r"^(?:全镇|全乡)|[\s“”\"]", "", indicator)


def _doubles(facts: Sequence[Fact]) -> Iterator[Said]:
    same: dict[str, list[Fact]] = defaultdict(list)
    texts: dict[str, Fact] = {}
    for fact in facts:
        if fact.value is not None:
            same[indicator_key(fact.indicator)].append(fact)
        elif fact.text in texts and fact.indicator == texts[fact.text].indicator:
            yield (fact.id, "text", f"与 {texts[fact.text].id} 的文字相同。", "只留一条。", "warning")
        else:
            texts[fact.text] = fact
    for group in same.values():
        for fact, earlier in _pairs(group):
            factor = same_dimension(fact.unit, earlier.unit)
            assert fact.value is not None
            assert earlier.value is not None
            if factor is None:
                if is_money(fact.unit) == is_money(earlier.unit) and _measured(fact) and _measured(earlier):
                    yield (fact.id, "unit", f"指标“{fact.indicator}”的单位是“{fact.unit}”，{earlier.id} 却是“{earlier.unit}”。",
                           "核对单位；确是两回事的，把指标名称写得有分别。", "warning")  # fmt: skip
                continue
            differ = Fraction(fact.value) * factor != Fraction(earlier.value)
            if differ and "plans-next-period" in (fact.topic, earlier.topic) and fact.topic != earlier.topic:
                continue  # what was done and what is aimed at
            apart = fact.topic != earlier.topic or (fact.text != earlier.text and bool(fact.text and earlier.text))
            yield (fact.id, "indicator", f"指标“{fact.indicator}”与 {earlier.id} 重复" + ("，数值又不同。" if differ else "。"),
                   "只留一条；确是两回事的，把指标名称写得有分别。", "error" if differ and not apart else "warning")  # fmt: skip


_USUAL: tuple[tuple[re.Pattern[str], str], ...] = (  # what one and the same indicator is called besides
    (re.compile(r"[\s“”\"]|^(?:全镇|全乡|全街道|我镇|我乡|镇域|辖区)"), ""),
    (re.compile(r"^(?:累计|共)?(?:完成|实现|达到)"), ""),
    (re.compile(r"(?:基本)?(?:医疗保险|医保)"), "医保"),
    (re.compile(r"基本养老保险"), "养老保险"),
    (re.compile(r"规上"), "规模以上"),
    (re.compile(r"固投"), "固定资产投资"),
    (re.compile(r"(?:投资总额|总投资额?|投资额)$"), "投资"),
    (re.compile(r"^(?:社会消费品零售总?额|社零总?额)$"), "社会消费品零售额"),
    (re.compile(r"^(?:地区|国内)?生产总值(?:[（(]GDP[)）])?$|^GDP$"), "地区生产总值"),
    (re.compile(r"(?<!工)总产(量|值)$"), r"产\1"),
)


def usual_name(indicator: str) -> str:
    """An indicator by one of its usual names: 全镇完成固定资产投资额 → 固定资产投资."""
    for pattern, usual in _USUAL:
        indicator = pattern.sub(usual, indicator)
    return indicator


def _two_names(facts: Sequence[Fact]) -> Iterator[Said]:
    """One indicator under two of its usual names with two values: 城乡居民基本医疗保险参保率 and 城乡居民医保参保率."""
    first: dict[str, Fact] = {}
    for fact in facts:
        if fact.value is None or fact.topic == "plans-next-period":
            continue
        other = first.setdefault(usual_name(fact.indicator), fact)
        factor = same_dimension(fact.unit, other.unit)
        if factor is None or other.value is None or indicator_key(fact.indicator) == indicator_key(other.indicator):
            continue
        if Fraction(fact.value) * factor != Fraction(other.value):
            yield (fact.id, "indicator",
                   f"“{fact.indicator}”是 {plain(fact.value)}{fact.unit}，{other.id}“{other.indicator}”却是 {plain(other.value)}{other.unit}，像是同一指标。",
                   "只留准的一条；确是两回事的，把指标名称写得有分别。", "warning")  # fmt: skip


def _measured(fact: Fact) -> bool:
    """Whether its unit measures (亩, 吨, 元) instead of counting things of several kinds (12 期, 640 人次)."""
    return parse_unit(fact.unit)[1] in ("亩", "平方米", "立方米", "米", "公斤", "千瓦", "千瓦时", "元", "%")


def _pairs(group: Sequence[Fact]) -> Iterator[tuple[Fact, Fact]]:
    """Each fact but the first with the earliest before it that it can be compared with."""
    for i, fact in enumerate(group[1:], 1):
        earlier = [other for other in group[: min(i, 20)] if same_dimension(fact.unit, other.unit) is not None]
        yield fact, (earlier or list(group))[0]
