"""What each measure is, in a sentence for whoever reads a report (指标的意思). The exact definition stands in its function's docstring."""

from __future__ import annotations

from collections.abc import Mapping

DEFINITIONS: Mapping[str, str] = {
    "drafted": "写出了稿子的项目占全部项目的比例；没有写出的，各项按最差计。",
    "clean": "核稿一个错误也没有的稿子所占的比例。",
    "facts_stated": "清单里的事实，稿中写明了的比例。",
    "unsupported": "每篇稿子里，清单没有、也推算不出的数。",
    "misbound": "每篇稿子里，写在别的指标上或与指标不符的数。",
    "derived_wrong": "每篇稿子里，同比、完成率、合计、增减方向推算错的数。",
    "miswritten": "每篇稿子里，数对而单位、量级或“近”“约”写错的。",
    "leaks": "每篇稿子里，没填的空、遮去的字、范文或外地的地名。",
    "structure": "每篇稿子里，缺的部分、跳号的标题、断的“一是二是”。",
    "figures": "每篇稿子里的数（日期、名称、序号除外）。",
    "length": "字数，标点在内，空白除外。",
    "length_fit": "字数合不合文种的要求：在范围内为 100%，不足或超出按比例减。",
    "repetition": "正文里每八个连着的汉字，前面已经出现过的比例。",
    "copied": "正文里每八个连着的汉字，在别处范文里一字不差也有的比例；清单自己的话不算。",
    "diversity": "每二百个字对里不同的字对的比例，全文平均；越高用词越不单调。",
    "heading_numbering": "编号与层次相符、接着上一个的标题的比例。",
    "heading_length": "四到十二个字的标题的比例。",
    "heading_verb": "第一层以下的标题，以动词开头的比例。",
    "heading_parallel": "同一层的标题，字数与多数相同的比例。",
    "topic_share": "各主题所占篇幅与参考稿重合的比例。",
    "topic_order": "主题先后次序与参考稿相同的程度（最长公共子序列）。",
    "by_model": "由模型选词或写成的句子的比例。",
    "rejected": "每篇稿子里，模型写了而没有采用的回答。",
    "tokens": "每篇稿子用的词元，提示和回答合计，退回的也算。",
    "cost": "每篇稿子的费用，按方案里写的单价算。",
    "seconds": "写一篇稿子的时间，取自第一次写它的时候。",
    "judge": "一个模型给文字打的分，1 到 5；只作旁证。",
    "ndcg10": "前十条里，相关的排得越靠前越高；1 为最好的次序。",
    "mrr": "第一条相关的排第几，取倒数。",
    "hit5": "前五条里有相关的查询的比例。",
    "caught": "埋下的错误被查出的比例；无害的改写没有被误报的比例。",
    "misnamed": "查出了，而规则名目不符的比例。",
    "false_alarms": "在别处多报了错误的比例。",
}
