"""Units as the check compares them (计量单位的比较): one dimension for each thing measured, and which counting words pass for one another."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from pipeline.language.units import parse_unit

Fit = Literal["same", "near", "other"]

COUNT = "计数"  # the dimension of all that is only counted
_PACE = re.compile(r"/(?:周|月|季度|年|天|日)$")
_MU = Fraction(2000, 3)  # square metres
_MEASURED = frozenset(
    "元 美元 港元 欧元 英镑 日元 平方米 立方米 米 公斤 吨标准煤 升 千瓦 千瓦时 千伏 千伏安 摄氏度 小时 天 个月 季度 年 岁 % 个百分点 分贝 兆帕 GB 倍 分 番 级 度".split()
)
_PERSONS = frozenset("人 名 位 人口".split())
_LIVING = frozenset("头 只 羽 匹 尾 株 棵 箱 峰 窝 穗 口".split())
_EVENTS = frozenset("次 场 场次 期 届 起 例 宗 件 批 批次 班次 轮 轮次 遍 趟 桩 节 课时".split())
_ALIKE: tuple[frozenset[str], ...] = tuple(
    frozenset(group.split())
    for group in (
        "人 名 位 人口", "项 件 条 个 宗", "处 座 所 个 点", "处 个 家 所 座", "家 户", "场 次 场次 期 班次 轮 届", "起 件 宗 例 桩 个", "栋 幢 座", "台 辆 套 部 个 架 艘",
        "份 张 册 本 封", "篇 条 件 则 个", "批 次 批次", "家次 户次 次 处次", "口 眼 个 处", "块 面 个 处", "支 个 队", "盏 个 套", "棵 株", "间 个 处", "门 个", "条 个 段 处", "类 种 个",
        "期 次 个", "宗 块 个", "人次 人", "场 个", "片 个 处 块", "对 个", "级 个", "层 个", "棚 个", "村 个", "学时 课时", "幅 个 处 块", "首 个", "部 个 本", "册 册次", "件 件次", "篇 篇次", "例 例次",
    )
)  # fmt: skip


@lru_cache(maxsize=4096)
def measured(unit: str) -> tuple[str, Fraction, str]:
    """Dimension, worth in its base unit, and counting word: 万亩 → (平方米, 2·10⁷/3, ""), 万户 → (计数, 10⁴, 户)."""
    factor, base = parse_unit(_PACE.sub("", unit))  # 次/周 is said as 每周…1次
    if base == "亩":
        return "平方米", factor * _MU, ""
    if base == "度":  # of electricity, as offices count it
        return "千瓦时", factor, ""
    if base in _MEASURED or "/" in base:
        return base, factor, ""
    return COUNT, factor, base


@lru_cache(maxsize=4096)
def counting_fit(one: str, other: str) -> Fit:
    """Whether two counting words say the same thing: 家 and 个 do, 头 and 只 hardly, 户 and 人 do not."""
    if one == other or not one or not other:
        return "same"
    if (one.startswith(other) and one[len(other) :] != "次") or (other.startswith(one) and other[len(one) :] != "次"):
        return "same"  # 万头只, 个羊单位: the reader takes the first word only
    if any(one in group and other in group for group in _ALIKE):
        return "near" if {one, other} == {"人", "人次"} else "same"
    for kind in (_PERSONS, _LIVING):
        if (one in kind) != (other in kind):
            return "other"
    if ("户" in (one, other) or "人次" in (one, other)) and "家" not in (one, other):
        return "other"
    return "near"


@lru_cache(maxsize=4096)
def scale_free(unit: str) -> str:
    """A unit without 万 and 亿, to tell a conversion (亩 → 公顷) from a change of scale (万元 → 亿元)."""
    return unit.lstrip("万亿千百十")
