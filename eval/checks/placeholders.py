"""Blanks that were not filled (空未填): placeholders, masks, a unit without its figure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from eval.checks.derivations import Offers
from eval.checks.document import Document
from eval.checks.findings import Finding
from eval.checks.lost_figures import lost_figures
from eval.checks.naming import core

TO_FILL = re.compile(r"【待补：[^】\n]{1,40}】")
_UNITS = r"(?:亿元|万元|个百分点|万亩|公里|平方米|万平方米|万吨|公顷|万人次|万人|万户|％|%|亩|元)"
_PLACEHOLDER = re.compile(  # the first lookahead: what any of them begins with
    r"(?=[XxＸｘ×✕＊*某【⟦⟧{$_＿□■○●△（(《“TNnuF待此请?？\[<])(?:[XxＸｘ×✕＊*]{2,}(?:[年月日]|镇|村|县|乡|万元|亿元|[一-鿿])?|(?<![A-Za-z0-9])[XＸ×](?=[一-鿿％%])(?![光射染线型轴]|[一-鿿]{0,2}[射染]线)|(?<=[一-鿿])某{1,3}(?=[镇乡县村市人某])|某某+"
    r"|【[^】\n]*】|[⟦⟧][^⟧\n]*⟧?|\{\{[^}\n]*\}?\}?|〔\s*〕|\$\{?[A-Za-z_]+\}?|_{2,}|＿{2,}|[□■○●△]{2,}|[（(]\s*[）)]|《\s*》|“\s*”"
    r"|(?<![A-Za-z])(?:TODO|TBD|None|null|NaN|nan|undefined|FIXME|N/A)(?![A-Za-z])|(?<!亟)待补(?![齐足短强种植栽])|待填|待定[）)]|此处填|（?请填写|\?{2,}|？{3,}|\[F?\d+\]|<(?!/?(?:br|b|i|u|p|sup|sub|div|span|table|tr|td|th|center|img)\b)/?[a-z_]+>|<\|[^|>\n]{1,30}\|>|\[/?INST\]|<</?SYS>>)"
)
# What a language model says of itself or to whoever asked it.
_SAID_BY_A_MODEL = re.compile(
    r"作为(?:一个|一名)?(?:AI|人工智能|大?语言模型)|以下是(?:我)?(?:为您|为你|根据您|根据你)|希望(?:以上|这些)?(?:内容|信息)?(?:能)?对[您你]有所?帮助|如(?:果)?[您你](?:还)?需要(?:我|进一步)"
)
_LEFT_OUT = re.compile(
    rf"(?<=[达到为近约共计的是了入资额值款金收增长降加少成投高逾])({_UNITS})(?=[，。；、）,;)\s]|同比|左右|以[上内](?=[，。；、,;])|$)"
)
_LEADS = re.compile(
    r"(?:达到?|为|近|约|共计?|合计|增长|下降|增加|减少|完成|实现|提高|降低|目标的|计划的|任务的|投入|投资|收入|资金|总额|产值|超过|逾|占)了?$"
)
_REACH = re.compile("达到|[达为共约近]")
_IDLE_UNITS = frozenset("元 亩 公里 公顷".split())


def placeholders(document: Document, offers: Offers) -> Iterator[Finding]:
    """XX, **, 【】, ⟦F3⟧, {{…}}, a unit without its figure. Our own 【待补：…】 is a warning."""
    text = document.text
    bold = (
        {m.start() for m in re.finditer(r"\*\*(?=[^*\n]+\*\*)|(?<=[^*\n])\*\*", text)}
        if re.search(r"\*\*[^*\n]{1,60}\*\*", text)
        else set()
    )
    taken: list[tuple[int, int]] = []
    for m in TO_FILL.finditer(text, document.body_start):
        taken.append(m.span())
        yield document.finding(
            "leak.placeholder", "warning", *m.span(), f"这里还没有写：{m[0][4:-1]}。清单没有给出内容，请补写。"
        )
    for m in _PLACEHOLDER.finditer(text, document.body_start):
        if m.start() in bold or any(a <= m.start() < b for a, b in taken):
            continue
        taken.append(m.span())
        yield document.finding("leak.placeholder", "error", *m.span(), f"“{m[0]}”是没有填的空或遮去的字。请照实填写。")
    for m in _LEFT_OUT.finditer(document.plain, document.body_start):
        before = document.plain[max(0, m.start() - 8) : m.start()]
        if m[1] in _IDLE_UNITS and not re.search(r"(?:达到?|为|共计|合计|增长|近|约)$", before):
            continue
        if not _LEADS.search(before) or any(a < m.end() and m.start() < b for a, b in taken):
            continue
        taken.append(m.span())
        yield document.finding(
            "leak.placeholder", "error", m.start(), m.end(), f"“{before[-4:]}{m[1]}”：单位前漏了数字。请补上。"
        )
    for m in _SAID_BY_A_MODEL.finditer(text, document.body_start):
        yield document.finding(
            "leak.placeholder", "error", *m.span(), f"“{m[0]}”像是写稿程序说的话，不是公文。请删去。"
        )
    for start, end in sorted(lost_figures(document.plain, document.body_start)):
        if any(a < end and start < b for a, b in taken):
            continue
        taken.append((start, end))
        clause = document.plain[document.clause_start(start) : end]
        yield document.finding(
            "leak.placeholder",
            "error",
            start,
            end,
            f"“{clause[-10:].strip()}”：“{text[start:end].strip()}”前漏了数字。请补上，或删去这半句。",
        )
    yield from _bare_indicators(document, offers, taken)


def _bare_indicators(document: Document, offers: Offers, taken: Sequence[tuple[int, int]]) -> Iterator[Finding]:
    """An indicator followed by its unit with no figure between: 发展党员名，."""
    text = document.text
    for fact in offers.facts:
        if fact.value is None or not fact.unit or fact.unit in ("%", "户"):
            continue
        bare = core(fact.indicator)
        least = 4 if fact.unit in ("次", "期", "人") else 3  # 农村 + 人 is a word, 新增就业 + 人 is none
        at = text.find(bare) if len(bare) >= least else -1
        while at >= 0:
            lead = _REACH.match(text, at + len(bare))
            start = lead.end() if lead else at + len(bare)
            end = start + len(fact.unit)
            if (
                text.startswith(fact.unit, start)
                and text[end : end + 1] in tuple("，。；、\n")
                and not any(a < end and start < b for a, b in taken)
            ):
                yield document.finding(
                    "leak.placeholder",
                    "error",
                    start,
                    end,
                    f"“{text[at:end]}”：单位前漏了数字。清单里{fact.id}为{fact.value:f}{fact.unit}。",
                    fact.id,
                )
            at = text.find(bare, at + 1)
