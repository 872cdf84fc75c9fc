"""Figures under another indicator's name (指标换名): the right figure, told of 城镇 where the sheet has 农村, of 教师奖励金 for 低保金."""

from __future__ import annotations

import re
from functools import lru_cache

from eval.checks.contrasts import contrasts
from eval.checks.findings import Severity
from eval.checks.naming import core
from eval.checks.roles import bare_lead
from eval.checks.statements import PLAIN_ROLES, Judgement, Statements
from pipeline.facts.model import Fact
from pipeline.language.indicators import leading_action

_ROLES = PLAIN_ROLES | {"target", "previous"}
_HAN = re.compile(r"[一-鿿]+")
_IDLE_TAIL = re.compile(r"(?:总?[数量]|资金|工作|面积)+$")
_GLUE = re.compile(
    r"(?:[的为由对在沿和与及]|以及|全[镇乡县年]|累计|共|上半年|下半年|本年|今年|已经?|实现|完成|达到?|现有|同步|年度|计划|分类|走遍|配齐|享受|有)+"
)
_RESPECTIVELY = "分别"
_JOINS = "、和与及为向对给"
# What reports call by either name.
_SAME = tuple(
    tuple(group.split())
    for group in (
        "财政收入 预算收入 财力", "低保 最低生活保障", "特困 五保", "群众 村民 居民 农民 农户 百姓 人员", "企业 公司 厂家 市场主体", "游客 旅客 观众 参观者",
        "干部 人员 队员 成员 队伍", "志愿者 义工", "脱贫户 贫困户 监测户 监测对象", "道路 公路 村道 村路 路", "林 树", "稿件 新闻 信息 报道", "学生 孩子 儿童", "老人 老年人",
        "厕所 公厕 户厕", "合作社 主体", "诉求 工单 件", "纠纷 矛盾", "隐患 问题", "项目 工程", "车间 工坊", "产值 总值", "资金 经费 款 投资", "耕地 农田 粮田", "参合 参保",
    )
)  # fmt: skip
_LONGEST = 6  # characters of a noun that stands for another
_NEXT = re.compile(r"[、0-9]")
_NOUN = re.compile(r"[一-鿿A-Za-z]{2}")


def renamed(statements: Statements) -> None:
    """Look at what each sound figure is told of; where its words belong to another indicator it is misplaced."""
    for judgement in statements.judgements:
        if judgement.rule or judgement.state != "supported" or len(judgement.offers) != 1:
            continue
        offer, mention = judgement.offers[0], judgement.mention
        if offer.field not in ("value", "previous", "target") or mention.reading.role not in _ROLES:
            continue
        if mention.run_size > 1:
            continue  # a list's subjects stand elsewhere
        fact = statements.fact(offer)
        said, noun, around = _told_of(statements, judgement, fact)
        if _RESPECTIVELY in around:
            continue  # 第一、二、三产业增加值分别为
        for contrast in contrasts(said, around, fact.indicator):
            if any(
                s.offer.field == offer.field
                and s.offer.fact != offer.fact
                and s.how == "exact"
                and not contrasts(said, around, statements.fact(s.offer).indicator)
                for s in judgement.supports
            ):
                break  # two facts have this figure, and the other is meant
            _misplaced(
                judgement,
                "error",
                contrast.said,
                said,
                f"“{mention.quantity.raw}”在清单里是“{fact.indicator}”的数，文中说的却是“{contrast.said}”的"
                + (f"（清单是“{contrast.due}”）" if contrast.due else "")
                + "。请照清单的名称改正；确是另一项，请把它补进清单。",
            )
            break
        if not judgement.rule and noun:
            _misplaced(
                judgement,
                "warning",
                noun,
                said,
                f"“{mention.quantity.raw}”在清单里是“{fact.indicator}”的数，这里说的却像是“{noun}”。请核对名称。",
            )


def _other_noun(said: str, behind: str, around: str, indicator: str, text: str) -> str:
    """The noun that stands where the indicator's own should, "" if none does: 教师奖励金 for 低保金.

    Compared from the end, where a noun has its head: what both share there (金), then what only the text has and what only the
    indicator has, of which the sentence says nothing.
    """
    words = _HAN.findall(bare_lead(_IDLE_TAIL.sub("", said)))
    name = core(indicator)
    verb = len(leading_action(name))
    name = name[verb if len(name) - verb >= 2 else 0 :]
    if (
        not words
        or len(name) < 2
        or name[-1] == "数"
        or not _HAN.fullmatch(name)
        or (behind and (behind[0] in name or said.endswith(behind)))
    ):
        return ""
    noun, head = _GLUE.split(words[-1])[-1], 0
    if (lead := said[: said.rfind(noun)]) and lead[-1] in _JOINS:
        return ""  # one of several (版权、网购和用工纠纷), or whom it is for (为党员群众宣讲)
    while (led := leading_action(noun)) and len(led) < len(noun):
        noun = noun[len(led) :]
    while head < min(len(noun), len(name)) and noun[-1 - head] == name[-1 - head]:
        head += 1
    if any(any(w in noun for w in group) and any(w in name for w in group) for group in _SAME):
        return ""
    own = f"{indicator}{text}"
    at = len(noun) - head
    while at > 0 and noun[at - 1] not in own:
        at -= 1
    other = noun[at : len(noun) - head]
    due = len(name) - head
    while due > 0 and name[due - 1] not in around:
        due -= 1
    if head > 2 or not 2 <= len(other) <= _LONGEST or due == len(name) - head or leading_action(other):
        return ""
    return noun[at:]


def _misplaced(judgement: Judgement, severity: Severity, words: str, said: str, note: str) -> None:
    """`words`: those of `said` that speak of another indicator; the finding points at them too."""
    at = said.rfind(words)
    judgement.lead = len(said) - at if at >= 0 else 0
    judgement.state, judgement.rule, judgement.severity, judgement.note = "wrong", "figure.misbound", severity, note


def _told_of(statements: Statements, judgement: Judgement, fact: Fact) -> tuple[str, str, str]:
    """What a figure is told of, the noun there that stands for the fact's own, and the sentence up to the clause's end."""
    mention = judgement.mention
    start, figure = statements.document.sentences[mention.sentence][0], mention.quantity
    own = mention.clause[0]
    for other in statements.by_sentence[mention.sentence]:
        if (end := other.mention.quantity.end) > figure.start:
            break
        own = max(own, end)
    around = statements.document.plain[start : mention.clause[1]]
    said, noun = _words(around, own - start, figure.start - start, figure.end - start, fact.indicator, fact.text)
    return said, noun, around


@lru_cache(maxsize=4096)
def _words(around: str, own: int, start: int, end: int, indicator: str, text: str) -> tuple[str, str]:
    """The words right before a figure (or behind, where none stand before), and the noun among them that is not the indicator's.

    The figure stands at [start, end) of `around`, which ends with its clause; its words begin at `own`.
    """
    behind = _NEXT.split(around[end:])[0]
    at = behind.find(name[-2:]) if len(name := core(indicator)) >= 2 else -1
    behind = (
        behind[: at + 2] if at >= 0 else behind
    )  # 15个农家书屋｜新增图书: what follows the name is of something else
    said = around[own:start]
    said = said if _NOUN.search(said) else said + behind
    return said, _other_noun(said, behind, around, indicator, text)
