"""Answers that no reading can save (废答): refusals, chat tokens, another language, garbled text, loops, figures in Chinese numerals.

The closed vocabulary of `acceptance` would refuse them as well; here they get their name, so that the trace says what a model does.
"""

from __future__ import annotations

import re

from pipeline.language.quantities import read_quantities

_TOKENS = re.compile(
    r"<\|[^|<>]{0,40}\|>|<\|?/?(?:im_start|im_end|endoftext|eot_id|start_of_turn|end_of_turn|bos|eos|s|pad|unk|think|assistant|user|system)\|?>"
    r"|\[/?INST\]|<</?SYS>>|### ?(?:Instruction|Response|指令|回答)|```|\b(?:assistant|user|system)\s*[:：\n]"
)
_REFUSAL = re.compile(
    r"抱歉|对不起|(?:我|本模型)?(?:无法|不能)(?:完成|提供|回答|协助|满足)|作为(?:一个|一名)?(?:AI|人工智能|语言模型)|语言模型"
)
_CHATTER = re.compile(
    r"^(?:好的|当然|以下是|下面是|这是|根据您|根据你|改写|句子如下)|希望(?:对您|这)|请注意[:：]|^注[:：]"
)
_PLACEHOLDER = re.compile(r"[XxＸ×]{2,}|[【】⟦⟧]|\{\{|\}\}|\*\*|待补|待填|TODO|N(?=[万亿]?(?:元|亩|吨|户|人|个|家|%))")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_GARBLED = re.compile(r"[\ufffd\x00-\x08\x0b-\x1f\x7f\ue000-\uf8ff\ud800-\udfff]|锟斤拷|烫烫|[Ã-ÿ]{2,}")
_LOOP = re.compile(r"(.{4,40}?)\1{2,}", re.DOTALL)
_COUNTED = ("quantity", "money", "percent", "percentage-point", "ratio", "range")


def foulness(text: str, known: str = "") -> str:
    """Why an answer is none, in a word for the trace; "" if nothing of the kind. `known`: what the facts themselves say, whose words
    and Latin letters are no fault."""
    plain = text.strip()
    if not plain:
        return "空回答"
    if _TOKENS.search(plain):
        return "带有对话标记"
    if _GARBLED.search(plain):
        return "乱码"
    if _REFUSAL.search(plain) and not _REFUSAL.search(known):
        return "拒绝作答"
    if _LOOP.search(plain) and not _LOOP.search(known):
        return "反复循环"
    if _PLACEHOLDER.search(plain) and not _PLACEHOLDER.search(known):
        return "留有空格占位"
    if any(word not in known for word in _LATIN.findall(plain)):
        return "夹有外文"
    if _CHATTER.search(plain) and not _CHATTER.search(known):
        return "不是正文"
    if any(
        q.kind in _COUNTED and not re.search(r"[0-9０-９]", q.raw) and q.raw not in known
        for q in read_quantities(plain)
    ):
        return "汉字数字"
    return ""


def without_markers(text: str) -> str:
    """A text for a prompt without the tokens of chat templates: what a fact or an exemplar holds of them stays text that says nothing."""
    return _TOKENS.sub("", text)
