"""Words that tell one indicator from its neighbour (指标的区别词): 农村 and 城镇, 新增 and 现有, 人均, 进口 and 出口, 整改 and 排查.

Two indicators may share nearly all their characters and mean different things; these few words decide. Each family holds classes of
words that exclude one another. An indicator's own class is what its name says; a text that says another is about another indicator.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pipeline.language.indicators import leading_action


@dataclass(frozen=True, slots=True)
class Family:
    """Classes of words that exclude one another. `narrowing`: those that make another indicator of one that has none of the family
    (外国游客 of 游客); all others a report may add or leave out at will (全镇农村低保金 of 低保金)."""

    classes: tuple[re.Pattern[str], ...]
    narrowing: frozenset[int] = frozenset()

    def told(self, words: str) -> dict[int, str]:
        """The classes that words belong to, each with its word."""
        return {n: found[0] for n, c in enumerate(self.classes) if (found := c.search(words))}


def _family(*classes: str, narrowing: tuple[int, ...] = ()) -> Family:
    return Family(tuple(map(re.compile, classes)), frozenset(narrowing))


FAMILIES: tuple[Family, ...] = (
    _family("农村|乡村|农民|农牧民|农渔民|村民", "城镇(?!化)|城市|市民|城区", "城乡"),
    _family("[人生]均|每[人名]", "户均|每户", "亩均|每亩", "[村组]均|每村", "[校店企]均", narrowing=(0, 1, 2, 3, 4)),
    _family("新增|净增", "现有|存量|在册|原有|既有|累计有", narrowing=(0,)),
    _family("男[性童职子工方]?", "妇女|女(?![婿士])"),
    _family("进口", "(?<![路道井窗山])出口"),
    _family("外国|境外|国外|入境|海外|外籍|外宾", "国内|境内|省内|县内", narrowing=(0,)),
    _family("排查|摸排|查出|发现|查摆", "整改|化解|办结|销号|治理完|解决", "新增|新发(?!展)"),
    _family("受理|收到|接到|接收", "查处|立案|处罚", "办结"),
    _family("以上|规上", "以下|规下"),
    _family("存栏", "出栏"),
    _family(
        "新建|新修|新铺|新挖|新打", "改造|改建|维修|修复|修缮|整修|翻修|翻新|改扩建|扩建|改厕", "拆除|关停|关闭|取缔"
    ),
    _family("就业|务工|上岗", "失业|下岗"),
    _family("入学", "辍学|失学"),
    _family("收入", "支出"),
    _family("存款", "贷款"),
    _family("公办", "民办"),
    _family("国有", "集体", "民营|私营"),
    _family("早稻", "中稻", "晚稻"),
    _family("水田", "旱地|旱田"),
    _family("户籍", "常住", "流动|外来"),
    _family("一产|第一产业", "二产|第二产业", "三产|第三产业"),
    _family("工业", "农业", "服务业|商贸|旅游"),
    _family("国家级|中央级", "省级", "市级", "县级|区级", "镇级|乡级", "村级"),
    _family("学前|幼儿园", "小学", "初中|中学", "高中"),
    _family("签约", "开工", "竣工|完工|建成", "投产|投用|达产"),
    _family("老年|高龄|养老", "儿童|未成年|青少年", "残疾"),
    _family("垃圾", "污水|废水"),
    _family("男婴", "女婴"),
    _family("优良", "污染"),
    _family("批发", "零售"),
    _family("上行", "下行"),
    _family("产量", "销量|销售量"),
)


@dataclass(frozen=True, slots=True)
class Contrast:
    """A word of the text that speaks of another indicator. `due`: the indicator's own word, "" where it has none."""

    said: str
    due: str


@lru_cache(maxsize=4096)
def _classes(indicator: str) -> tuple[dict[int, str], ...]:
    return tuple(family.told(indicator) for family in FAMILIES)


_QUALIFIERS = re.compile(r"工业|农业|服务业|进口|出口|男性|女性|农村|城镇|户籍|流动|国有|民营|老年|残疾|外来")


def _qualifies(word: str, said: str, indicator: str) -> bool:
    """Whether a word stands right before the indicator's first two characters: 工业固定资产投资 of 固定资产投资."""
    led = leading_action(indicator)  # 面向农业开展宣讲 is no 农业开展宣讲
    return not led and bool(_QUALIFIERS.fullmatch(word)) and f"{word}{indicator[:2]}" in said


@lru_cache(maxsize=4096)
def contrasts(said: str, around: str, indicator: str) -> tuple[Contrast, ...]:
    """Where the words of a figure speak against its indicator.

    `said`: the figure's own words; `around`: its clause and what leads to it, in which the indicator's own word excuses another one
    (215处隐患中已整改…). An indicator that holds several classes (排查整改) is at odds with none of them.
    """
    found: list[Contrast] = []
    for family, own in zip(FAMILIES, _classes(indicator), strict=True):
        told = family.told(said)
        if not told or own.keys() & told.keys():
            continue
        if own:
            if not own.keys() & family.told(around).keys():
                found += [Contrast(next(iter(told.values())), next(iter(own.values())))]
        elif narrowed := [w for n, w in told.items() if n in family.narrowing or _qualifies(w, said, indicator)]:
            found += [Contrast(narrowed[0], "")]
    return tuple(found)
