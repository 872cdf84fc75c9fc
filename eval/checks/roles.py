"""What the closed words around a figure make of it (数字的角色): a value, a change, a completion, last year's value …"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Role = Literal[
    "value", "change", "completion", "target", "previous", "share", "remainder", "ahead", "multiple", "average", "total"
]

ABOUT = r"(?:大约|约为|约有|约占|约|将近|接近|近|超过了?|超|突破了?|逾|不足|不到|不低于|不少于|不超过|高达|高于|低于|仅|只有|只|上|达到了?|达至?|为|是|有|了|至少|最多|净|已经|已|分别|各|均|平均|累计)"
LAST_YEAR = r"(?:上年度?|去年|上一年度?|往年|前年|同期|年初)(?:全年|度|同期|末|底|年底)?"
_GOAL = r"(?:目标|任务|计划|预算|指标|计划数|任务数)"
_TAIL = re.compile(rf"{ABOUT}+$")
_GROW = r"(?:同比|环比)?(?:实现)?(?:净增加?|正增长|增长率|增长|增加|增速|增幅|涨幅|递增|增收|增产|增|上升|上涨|提高|提升|升高|攀升|涨|升|多出|多|高|扩大|加快|快)"
_FALL = r"(?:同比|环比)?(?:净减少?|负增长|下降率|下降|降低|降幅|跌幅|减少|减收|减产|下滑|回落|减退|缩减|压减|缩小|减|降|跌|少|低|收窄|萎缩|慢)"
_UP = re.compile(rf"(?:{_GROW})(?:率|了|幅度|比例|量|额)?$")
_DOWN = re.compile(rf"(?:{_FALL})(?:率|了|幅度|比例|量|额)?$")
_MORE = re.compile(
    r"(?:同比|环比|[比较](?:上年|去年|同期|年初)[^，。；、0-9]{0,4})(?:(多|增)|[少减])[一-鿿]{1,3}$"
)  # 同比多发放37万元
_NOT_CHANGE = re.compile(r"(?:新增|最|很|较|不|太|偏|至|率)(?:高|低|多|少|快|慢|增)$|新增$")
_NEEDS_COMPARISON = frozenset("多少高低快慢增减升降涨跌")  # bare, they belong to other words as well (最高, 新增)
_COMPARED = re.compile(r"同比|环比|[比较]|相比")
_AHEAD = re.compile(r"(?:序时|时序|时间进度|进度要求)")
_REMAINDER = re.compile(
    rf"(?:超出|超(?![载标员市限编期])|超过|高于|多于)[^，。；、0-9]{{0,6}}{_GOAL}[^，。；、0-9]{{0,4}}$|(?:尚未|还未|仍未|没有|未能|未)[^，。；、0-9]{{1,8}}的$|[比较距离][^，。；]{{0,8}}{_GOAL}[^，。；]{{0,6}}(?:少|差|低|欠)$|"
    r"(?:还|尚|仍)(?:需要?|须|差|剩余?|缺|有|欠|要|未)[^，。；]{0,14}$|(?:剩余|剩下|余下|其余|缺口|未完成|待完成|差距|相差|超额|超出)[^，。；、]{0,8}$"
    rf"|^(?:仅|只)?(?:差|欠|剩)$|距[^，。；]{{0,12}}{_GOAL}[^，。；]{{0,6}}差$"
)
_COMPLETION = re.compile(
    rf"(?:完成|占|达|实现|是|为|相当于|到)了?[^，。；、完]{{0,10}}{_GOAL}(?:总?数|总额|总量|任务|投资|总投资|目标|值|量|数)*的?$"
    rf"|{_GOAL}[^，。；、]{{0,4}}(?:完成率?|实现率?)了?$|(?:完成率|完成比例|完成进度|完成比率|序时进度|进度)$|(?:{_GOAL}|总任务|总目标)的$"
    r"|(?:年度|全年|年初)[^，。；、]{0,8}(?:任务|目标|计划|预算)(?:数|值)?的?$"
)
_TARGET = re.compile(
    rf"(?:^|年度|全年|年初|今年|本年|[的其（(]|既定|原定|预期)(?:控制|管控|考核|责任|奋斗|预期)?(?:{_GOAL})(?:{_GOAL}|总?数|值|总投资|总量|额)*(?:定为|定在|确定为|设定为|为|是|[:：(（])?$"
)
_HELD_AGAINST = re.compile("(?:距离?|离|与|[较比]|[低高]于|未达到?)$")  # 距75%的年度目标, not 完成75%的年度目标
_LEFT_TO_DO = re.compile(r"(?:还|尚|仍)(?:需|须|差|缺)|剩余|余下")
_TARGET_AFTER = re.compile(rf"^(?:的?(?:年度|全年|年初|既定|预期)?{_GOAL}(?!完成|进度)|的(?:年度|全年|年初)?{_GOAL})")
_PREVIOUS = re.compile(
    rf"(?:{LAST_YEAR}|基期)(?:的)?$|(?:由|从)(?:{LAST_YEAR}|原来|原先|过去|最初)?的?[^，。；]{{0,6}}$|(?:{LAST_YEAR})[^，。；0-9]{{0,12}}(?:仅|只有|为)$"
)
_YEAR = re.compile(r"(20\d\d)年(?:同期|全年|底|末)?的?$")
_SHORT_OF = re.compile(r"(?:距离?|离)(?:年度|全年|年初|既定)?(?:目标)?的?$")  # 距500人还差185人
_STILL_AFTER = re.compile(rf"^的?(?:年度|全年|年初)?(?:{_GOAL})?(?:还|尚|仍)")
_OF_LAST_YEARS = re.compile(rf"(?:相当于|为|是|只有|达到?)(?:{LAST_YEAR})[^，。；]{{0,12}}的$")  # 仅为去年同期的八成
_QUICKER = re.compile(r"(?:加快|扩大|缩小|收窄)$")  # of an area or a distance these are no comparison
_RISES_TO = re.compile(
    r"^[^，。；、0-9]{0,8}?(?:提高|提升|增加|增长|上升|扩大|发展|下降|降低|减少|降|升|增|减|压减|压缩|压降|扩展|缩短|跃升|攀升)[^，。；、0-9]{0,4}?(?:到|至|为)|^[^，。；、0-9]{0,2}(?:到|至)"
)
_REACHED = re.compile(
    r"(?:提高|提升|增加|增长|上升|扩大|发展|下降|降低|减少|降|升|增|减|压减|压缩|回落|跃升|攀升|扩展|控制|稳定|保持)(?:到|至|在|为)了?$"
)
_SHARE = re.compile(
    r"占(?:到|了)?[^，。；]{0,22}(?:的|比|比重|比例|份额|总数|总量|总额|人口|面积|数)?$|(?:占比|比重|份额)(?:提高|提升|下降)?$"
)
_AVERAGE = re.compile(
    r"(?:人次均|亩产|[人户亩村场次篇单生校项日月家店组站所班棚条起期]均|每户|每人|每村|每(?:亩|公顷|公里|千米|平方米|立方米|吨|斤|公斤|头|只|羽|家|名|个|栋|处|座|所|场)|平均每?[一-鿿]?)[^，。；、0-9]{0,10}$"
)
_TOTAL = re.compile(
    r"(?:合计|共计|总计|总共|一共|累计|总数|总量|总额|(?<!公)共(?!同|建|享|青|产|和|振|治|富|生)|(?:以上|上述|前述)?[两二三四五六七八]项|两者|三者|各类|各项)[^，。；、0-9]{0,12}$"
)
_CHANGE_AFTER = re.compile(
    r"^的?(?:同比|较?上年)?(?:增长率|增长|增速|增幅|涨幅|提升幅度|降幅|跌幅|下降|降低)(?![一-鿿]{0,3}[0-9])"
)
_FALL_AFTER = re.compile(r"降|跌")
_COMPLETION_AFTER = re.compile(rf"^的?(?:年度|全年|年初)?[一-鿿]{{0,6}}?{_GOAL}|^的?(?:序时)?进度")


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure's role. `sign`: 1 or -1 for a change that the words call a rise or a fall, else 0."""

    role: Role
    sign: int = 0
    reached: bool = False  # 提高到, 达到 after a rise: the new level, not the old one
    aim: bool = False  # 年度目标为75%: of a rate, the target itself
    of: str = ""  # what an average is taken over, in a character: 月 of 月均


def bare_lead(before: str) -> str:
    """What stands before a figure, without 约, 达到, 为 and the like at its end."""
    return _TAIL.sub("", before.rstrip(" "))


def read_role(before: str, after: str, unit: str, year: int) -> Reading:
    """The role of a figure. `before`: the plain text of its sentence up to it; `after`: what follows to the sentence's end;
    `year`: the report's, so that 2024年 in a report on 2025 is the year before."""
    near = before[-40:]
    clause = re.split(r"[，；。：:,;]", near)[-1]
    bare = bare_lead(clause)
    percent = unit.startswith(("%", "‰", "百分点", "个百分点"))
    if unit in ("倍", "番"):
        return Reading("multiple", _sign(bare, clause, near))
    if _REACHED.search(clause.rstrip(" ")) or _REACHED.search(
        re.sub(r"(?:近|约|超过?|逾|达|不足|不到|接近|突破)+$", "", clause)
    ):
        return Reading("value", reached=True)
    if percent and _AHEAD.search(clause[-14:]):
        return Reading(
            "ahead" if "点" in unit else "completion", -1 if re.search("落后|滞后|低于|慢|欠|差", clause) else 1
        )
    if percent and (_COMPLETION.search(bare) or _COMPLETION.search(clause)):
        return Reading("completion", aim=bool(_TARGET.search(clause)) and not re.search("完成|实现|占|达", clause))
    if _TARGET_AFTER.search(after) and not _LEFT_TO_DO.search(clause) and (not percent or _HELD_AGAINST.search(clause)):
        return Reading("target")
    if not percent and _SHORT_OF.search(clause) and _STILL_AFTER.match(after):
        return Reading("target")
    if _REMAINDER.search(bare) or _REMAINDER.search(clause):
        return Reading("remainder")
    if percent and _OF_LAST_YEARS.search(clause):
        return Reading("share")
    if _PREVIOUS.search(bare) or _PREVIOUS.search(clause):
        if re.search(r"[由从][^，。；]{0,8}$", clause) and not _RISES_TO.search(after):
            return Reading("value")
        return Reading("previous")
    if (of := _YEAR.search(bare)) and int(of[1]) < year:
        return Reading("previous")
    sign = _sign(bare, clause, near)
    if sign and not (_QUICKER.search(bare) and not percent and not _COMPARED.search(clause)):
        return Reading("change", sign)
    if re.search(r"(?:同比|环比)$", bare):
        return Reading("change", 0)
    if _TARGET.search(clause) or (not percent and _TARGET_AFTER.search(after)):
        return Reading("target")
    if percent and _SHARE.search(bare):
        return Reading("share")
    if percent and _COMPLETION_AFTER.search(after):
        return Reading("completion")
    if percent and (found := _CHANGE_AFTER.search(after)):
        return Reading("change", -1 if _FALL_AFTER.search(found[0]) else 1)
    if found := _AVERAGE.search(bare) or _AVERAGE.search(clause):
        each = found[0].partition("每")[2] if "每" in found[0][:4] else found[0]  # 平均每村, 村均
        return Reading("average", of="月" if "月" in found[0][:4] else each[:1])
    if not percent and _TOTAL.search(clause):
        return Reading("total")
    return Reading("value")


def _sign(bare: str, clause: str, near: str) -> int:
    """Whether the closed words right before a figure call it a rise or a fall; 0 if they do neither."""
    if found := _MORE.search(bare):
        return 1 if found[1] else -1
    for pattern, sign in ((_DOWN, -1), (_UP, 1)):
        found = pattern.search(bare)
        if not found or _NOT_CHANGE.search(bare):
            continue
        if found[0] in _NEEDS_COMPARISON and not _COMPARED.search(clause) and bare != found[0]:
            continue
        return sign
    return 0
