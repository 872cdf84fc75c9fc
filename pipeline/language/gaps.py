"""Gaps (缺漏): what a page has masked or lost. Masks (2X23年, XX镇, **品牌, 1xx多张), and units whose figure is gone.

A gap is no figure, and a sentence with one is no model to write by. Gaps stay in the text as they are written.
"""

from __future__ import annotations

import re

_LETTER = "XxＸｘ"
# X光, X线, X射线 and X轴 are words; a letter beside other Latin letters belongs to a name (XML, Excel).
_MASKS = (
    re.compile(
        rf"(?<![A-Za-z])(?:[A-Z](?=[{_LETTER}]))?(?:[0-9]{1, 4}[·.])?[0-9]{{0,6}}[{_LETTER}]+(?:[0-9{_LETTER}]*+(?![A-WYZa-wyz])|(?![A-WYZa-wyz]))"
        r"(?!(?:光|线片?|射线|轴|型)(?![XxＸｘ]))"
    ),
    re.compile(r"[*＊]+(?:[0-9]+[*＊]*)*"),
    re.compile(r"(?:(?<![0-9])[×✕╳]+|[×✕╳]{2,})(?![0-9])"),
    re.compile(r"[○〇◯]{2,}(?=镇|乡|村|县|市|区|街道|省|同志|书记|局|公司)"),
    re.compile(r"[□■█▇]{1,}(?=[\u4e00-\u9fff]|[0-9]|年|$)"),
    re.compile(r"_{2,}|＿{2,}|\.{6,}(?=[\u4e00-\u9fff0-9%％])"),
    re.compile(r"某{2,}|(?<=[\u4e00-\u9fff])某(?=镇|乡|村|县|街道)"),
    re.compile("\ufffd+"),
    # 5}余篇, 1}个, s个: figures that character recognition has spoilt
    re.compile(r"(?<![0-9])[0-9]{0,6}[{}]+[0-9]{0,6}|[{}]+[0-9]{0,6}"),
    re.compile(r"(?<=[\u4e00-\u9fff])[a-zA-Z](?=[个篇处家户座条项亩])"),
    # ?nèi)…, ？,F(xiàn), ??…?: bytes lost between two encodings
    re.compile(
        r"[?？][,，]?[A-Za-z]?[(（]?[a-zāáǎàōóǒòēéěèīíǐìūúǔùüǘǚǜ]{1,6}[)）][^，。；、\s]{0,6}|[?？]{2,}[^，。；、\s?？0-9]{0,3}[?？]?"
    ),
)
_MEASURES = "个百分点|平方公里|平方千米|立方米|平方米|万平方米|万人次|万千瓦时|千瓦时|公里|千米|公顷|公斤|万亩|万吨|万人|万株|万元|亿元|万美元|亿美元|余元|多元|多万元|余万元|吨|亩"
_GOVERNING = (
    "达到了?|达到?|完成|实现|增长|下降|增加到?|提高到?|减少|下降到|降至|降到|增至|增收|减收|扩大到|上升到?|突破|为|约|近|共|至|到|"
    "总?投资|总?投入|计划投资|资金|收入|税收|产值|总额|金额|补助|补贴|兑现|贴息|面积|总长|全长|长度|里程|利税|销售|支出|债务|超过了|总?面积|累计|占地|建成"
)
_LOST = (
    # 完成投资 亿元, 增长 %, 以下 个方面: blank where the figure stood
    re.compile(
        rf"(?<=[\u4e00-\u9fff，、（(:：])[ \u3000]+(?:{_MEASURES}|[%％‰]|元|个(?:方面|村|行政村|百分点|项目)?|[人户家项条座处期届次名台套株头只](?=[，。；、,;]|次))"
    ),
    # 增长%, 绿化率达%: a sign that never stands alone
    re.compile(rf"(?<![0-9０-９.．成{_LETTER}*＊×)）\]】}}\"”' \u3000一二三四五六七八九十百零〇几])[%％‰]"),
    # 总投资亿元，达公里；: the unit straight behind the word that calls for a figure, and nothing behind it
    re.compile(
        rf"(?:(?<=[\u4e00-\u9fff])(?:{_GOVERNING}))(?P<unit>{_MEASURES})(?=[，。；、）,;.)]|同比|比上年|比去年|占|$)"
    ),
    re.compile(rf"(?<=[\u4e00-\u9fff])(?:{_GOVERNING})(?P<unit>[%％]?以[内上])(?=[，。；、,;])"),
)


def gap_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Spans of the masks and lost figures of a text, in order, none overlapping.

    A lost figure's span is the unit that is left, with the blank before it.
    """
    found = [m.span() for pattern in _MASKS for m in pattern.finditer(text)]
    for pattern in _LOST:
        for m in pattern.finditer(text):
            start = m.start("unit") if "unit" in pattern.groupindex else m.start()
            found.append((start, m.end()))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(span for span in found if span[0] < span[1]):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
