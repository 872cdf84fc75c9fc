"""Measures of a draft's headings (标题写法): numbering, length, a verb in front, siblings alike. Title and unlabelled headings aside."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from pipeline.language.headings import Heading, read_headings
from pipeline.language.indicators import ACTIONS

SHORTEST, LONGEST = 4, 12  # characters of a good heading
# Verbs that headings of official prose begin with, beside those that tell a deed.
_VERBS = (
    *ACTIONS,
    *(
        "抓 做 强 促 优 保 稳 兜 建 育 补 守 护 惠 聚 增 提 扩 深 夯 筑 激 树 补齐 聚力 聚焦 坚持 加强 加快 强化 深化 优化 做强 做优 做大 做实 夯实 筑牢 守牢 守护 "
        "守好 抓好 抓实 抓紧 提升 提高 提振 改善 完善 健全 壮大 培强 促进 统筹 巩固 拓展 延伸 稳住 稳定 保障 织密 兜牢 兜住 繁荣 丰富 弘扬 传承 激活 激发 释放 "
        "打造 打好 打赢 整合 规范 严格 严明 从严 压实 落实 狠抓 突出 全力 着力 奋力 持续 扎实 切实 用心 用情 倾力 精心 全面 深入 积极 大力 加大 增强 凝聚 "
        "团结 铸牢 铸就 引领 带动 扩大 扩种 办好 办实 管好 管住 用好 用活 讲好 唱响 擦亮 绘就 建强 建好 建设 履行 转变 改进 创新 探索 推行 推动 推广 畅通 "
        "净化 美化 绿化 严肃 学习 宣传 服务 关爱 关心 关注 维护 防范 防治 防控 稳妥 有序 依法 多措 多点 立足 围绕 紧扣 紧盯 紧抓 对标 攻坚 破解 防止 遏制 "
        "营造 展现 彰显 厚植 赓续 涵养 锤炼 锻造 树牢 树立 争创 争当 实现 力争 确保 开展 组织 明确 细化 盘活 招引 做好 做细 办理 化解 调优 调整 升级 蓄积 蓄能"
    ).split(),
)  # fmt: skip
_VERB = re.compile("|".join(sorted(map(re.escape, set(_VERBS)), key=lambda v: (-len(v), v))))
_ADVERB = re.compile(r"[一-鿿]{2}有力|[一-鿿]{0,2}(?:更好|更加|进一步|继续)")


@lru_cache(maxsize=8)
def labelled(text: str) -> tuple[Heading, ...]:
    """The headings that carry a label of the four levels (一、 （一） 1. （1）)."""
    return tuple(h for h in read_headings(text) if h.label)


def numbering(text: str) -> float | None:
    """Headings whose label has the shape of their Markdown level and counts on from the one before, as a share, 0..1.

    `## 一、`, `### （一）`, `#### 1.`, `##### （1）`; a bare line has no marks to disagree with. A heading without a label counts
    as wrong. None where there are no headings but the title.
    """
    right, all_of = 0, 0
    last: dict[int, int] = {}
    for heading in read_headings(text):
        if heading.level == 0:
            continue
        all_of += 1
        if heading.number is None:
            continue
        follows = heading.number == last.get(heading.level, 0) + 1
        right += follows and heading.marks in (0, heading.level + 1)
        last = {level: number for level, number in last.items() if level < heading.level}
        last[heading.level] = heading.number
    return right / all_of if all_of else None


def fitting_length(text: str) -> float | None:
    """Headings of 4 to 12 characters, marks between clauses not counted, as a share, 0..1. None without headings."""
    sizes = [len(re.sub(r"[，、；：\s“”]", "", h.text)) for h in labelled(text)]
    return sum(SHORTEST <= size <= LONGEST for size in sizes) / len(sizes) if sizes else None


def verb_in_front(text: str) -> float | None:
    """Headings below the first level that begin with a verb (抓实…, 提升…), as a share, 0..1. None where there are none.

    Parts (一、上半年工作情况) are named by what they hold and are not asked.
    """
    below = [h.text for h in labelled(text) if h.level > 1]
    return sum(bool(_VERB.match(h) or _ADVERB.match(h)) for h in below) / len(below) if below else None


def parallel(text: str) -> float | None:
    """Headings below the first level that are as long as most of their siblings are, as a share of those with siblings, 0..1.

    Headings of equal length in a row are how official prose shows that they belong together. None where none has a sibling.
    """
    alike, all_of = 0, 0
    for family in _families([h for h in labelled(text) if h.level > 1]):
        if len(family) > 1:
            alike += Counter(len(h.text) for h in family).most_common(1)[0][1]
            all_of += len(family)
    return alike / all_of if all_of else None


def _families(headings: Sequence[Heading]) -> list[list[Heading]]:
    """Headings of one level below one parent. A count that begins again at 1 begins a family."""
    open_ones: dict[int, list[Heading]] = {}
    families: list[list[Heading]] = []
    for heading in headings:
        open_ones = {level: family for level, family in open_ones.items() if level <= heading.level}
        if heading.level not in open_ones or heading.number == 1:
            open_ones[heading.level] = []
            families.append(open_ones[heading.level])
        open_ones[heading.level].append(heading)
    return families
