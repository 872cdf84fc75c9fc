"""Facts sheets made by chance (随机清单): any genre and period, invented towns, figures of every kind, the same for the same seed."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from pipeline.facts import arithmetic
from pipeline.facts.model import Fact, Meta, Sheet
from pipeline.language.periods import Period

GENRES = (
    "half-year-summary", "annual-summary", "work-report", "publicity-summary", "plan", "creation-report", "personal-summary",
)  # fmt: skip
_TOWNS = "苇渡 梣坪 澧滩 砚坞 槲岭 沄口 筠溪 岙头 垸前 棠浦 汌湾 翊桥".split()
_COUNTIES = "楠澧县 砀川县 漪宁县 崤南县".split()
_HALVES = (Period(2026, 1, 6), Period(2025, 1, 6), Period(2026, 7, 12), Period(2026, 1, 9))
_DEEDS: Mapping[str, Sequence[str]] = {
    "economy-overall": ("实行经济指标月调度", "落实过紧日子要求，优先安排民生支出"),
    "industry": ("推行干部联企制度", "帮助企业申报技术改造项目，协调用工和融资"),
    "agriculture": ("推广测土配方施肥，开展春耕农资检查", "落实耕地保护责任", "建立村级农机服务队"),
    "tertiary-tourism": ("举办乡村采摘节", "引导农户开办民宿"),
    "investment-projects": ("组队外出招商", "建立重点项目领导包抓制度"),
    "urban-construction": ("编制集镇控制性详细规划", "规范农房审批和批后监管"),
    "infrastructure-transport-water": ("落实农村公路管护责任", "汛前检修排涝泵站"),
    "environment-sanitation": ("落实河长制，开展河道保洁", "推行垃圾分类积分兑换"),
    "poverty-alleviation-rural-revitalization": ("对监测对象逐户制定帮扶措施", "开展村庄清洁行动"),
    "education": ("落实校园安全责任", "改善寄宿学校食宿条件"),
    "health-family-planning": ("组织医生进村坐诊", "更新村卫生室设备"),
    "employment": ("举办春季用工对接会", "发布用工信息"),
    "social-security-civil-affairs": ("上门核对低收入家庭情况", "改善敬老院设施"),
    "culture-sports": ("延长文化站开放时间", "组织广场舞展演"),
    "public-safety-stability": ("健全信访联席会议制度", "开展防汛演练"),
    "law-governance": ("推行执法全过程记录", "组织干部学法"),
    "party-building": ("推行党员联户制度", "完成村级后备干部摸底"),
    "cadre-clean-government": ("严格公务用车登记", "开展警示教育"),
    "theory-study-ideology": ("落实“第一议题”制度", "组建村级宣讲队"),
    "publicity-media": ("严格信息发布三审三校", "开设“镇村新事”专栏"),
    "spiritual-civilisation": ("修订村规民约", "推进移风易俗"),
    "government-self-building": ("推行一窗受理", "公开办事流程和时限"),
    "campaign-organisation": ("成立创建工作专班", "实行创建任务清单管理"),
    "epidemic-control": ("开展病媒生物消杀", "落实晨午检制度"),
    "personal-work": ("坚持驻村走访", "整理业务台账"),
    "overview": ("坚持稳中求进工作总基调",),
}
_PROBLEMS = (
    "产业链条偏短",
    "部分村集体增收渠道不宽",
    "少数干部抓落实的办法不多",
    "基础设施管护还有欠账",
    "专业人才不足",
)
_PLANS = ("推动加工园区二期建设", "完善河道管护机制", "抓好秋粮田间管理", "优化便民服务事项办理流程")
_UNIT = re.compile(r"(.+)（(.+)）$")


def generated(number: int, seed: int, indicators: Mapping[str, Mapping[str, Sequence[str]]]) -> Sheet:
    """The `number`-th sheet of a seed. `indicators`: the lists of `prompts/indicators.yaml`: list → topic → indicator with unit."""
    chance = random.Random(f"{seed}/{number}")
    genre = GENRES[number % len(GENRES)]
    whole = genre in ("annual-summary", "work-report", "plan", "personal-summary", "creation-report")
    period = Period(chance.choice((2025, 2026)), 1, 12) if whole else chance.choice(_HALVES)
    lists = {"publicity-summary": ("publicity", "township"), "creation-report": ("creation", "township"),
             "personal-summary": ("personal", "township")}.get(genre, ("township",))  # fmt: skip
    pool = {
        (topic, row): None for name in lists for topic, rows in indicators[name].items() for row in rows
    }  # each once, in order
    count = min(len(pool), chance.randint(12, 26))
    chosen = chance.sample(list(pool), count)
    facts: list[Fact] = []
    named: set[str] = set()
    for topic, row in chosen:
        found = _UNIT.match(row)
        if found is None or found[1] in named:
            continue
        named.add(found[1])
        facts.append(_figure(f"F{len(facts) + 1}", topic, found[1], found[2], chance, target=genre != "plan"))
    for topic in dict.fromkeys(f.topic for f in facts):
        for deed in chance.sample(list(_DEEDS.get(topic, ())), k=min(len(_DEEDS.get(topic, ())), chance.randint(0, 2))):
            facts.append(Fact(f"T{len(facts) + 1}", topic, text=deed))
    for role, words in (("problems", _PROBLEMS), ("plans-next-period", _PLANS)):
        for text in chance.sample(words, k=chance.randint(0, 3)):
            facts.append(Fact(f"T{len(facts) + 1}", role, text=text))
    facts.sort(key=lambda f: f.topic)
    town = f"{_TOWNS[number % len(_TOWNS)]}镇"
    meta = Meta(
        town,
        period,
        genre,
        county=chance.choice(_COUNTIES),
        org=f"{town}人民政府",
        date=f"{period.year + (period.last == 12)}-01-15",
    )
    return Sheet(
        meta if period.last == 12 else Meta(town, period, genre, county=meta.county, org=meta.org), tuple(facts)
    )


def _figure(id: str, topic: str, indicator: str, unit: str, chance: random.Random, *, target: bool) -> Fact:
    """A fact with a value of the size its unit asks for, and now and then last year's value, a target, or their percents."""
    if unit == "%":
        value = Decimal(chance.randint(600, 999)) / 10
        previous = value - Decimal(chance.randint(-30, 60)) / 10 if chance.random() < 0.5 else None
        return Fact(id, topic, indicator, value, unit, previous if previous is None or previous < 100 else None)
    if re.match("[万亿]", unit):
        value = Decimal(chance.randint(105, 9999)) / 100
    else:
        value = Decimal(chance.choice((chance.randint(2, 60), chance.randint(61, 900), chance.randint(901, 30000))))
    kind = chance.random()
    previous = _scaled(value, chance.uniform(0.7, 1.2)) if kind < 0.45 else None
    aim = _scaled(value, chance.uniform(1.0, 2.4)) if target and chance.random() < 0.4 else None
    made = Fact(id, topic, indicator, value, unit, previous or None, target=aim or None)
    if 0.3 < kind < 0.45 and (computed := arithmetic.growth(made)) is not None:
        return Fact(id, topic, indicator, value, unit, previous, growth_pct=computed.value, target=aim or None)
    if kind > 0.9:
        return Fact(
            id, topic, indicator, value, unit, growth_pct=Decimal(chance.randint(-150, 300)) / 10, target=aim or None
        )
    return made


def _scaled(value: Decimal, by: float) -> Decimal:
    step = Decimal(1).scaleb(int(value.as_tuple().exponent))
    return (value * Decimal(str(round(by, 3)))).quantize(step)
