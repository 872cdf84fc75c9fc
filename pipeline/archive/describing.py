"""What a report is (体裁、地区、时期): its genre, where it comes from and which time it speaks of, from its own words."""

from __future__ import annotations

import re
from collections import Counter
from typing import Literal

from pipeline.language.periods import read_period

Basis = Literal["stated", "inferred", "none"]

_PLAN = re.compile("思路|计划|打算|要点|安排|规划|方案")
_REVIEW = re.compile("总结|回顾|汇报|报告|情况|小结")
_HALF = re.compile(r"上半年|半年|1[-—至]6月|一至六月")
_CREATION = re.compile("创建|创卫|申报|迎检|验收|争创|达标|卫生(?:镇|乡|村)|文明(?:镇|村|单位)")
_PUBLICITY = re.compile("宣传|思想文化|意识形态|新闻|外宣|精神文明|网络舆情")
_PERSONAL = re.compile("个人|述职|履职|本人")
_REPORT = re.compile("政府工作报告|人民政府工作报告|人大.{0,6}报告|党代会报告|党委工作报告|在.{0,30}代表大会")

_TOWN = r"(?:[\u4e00-\u9fff]{1,4}?(?:省|市|州|盟))?(?:[\u4e00-\u9fff]{1,5}?(?:县|区|市|旗))?[\u4e00-\u9fff]{2,4}?(?:镇|乡|街道|苏木)"
_NO_NAME = re.compile(
    r"[我全]|^(?:[本各该两三四几某一每个这那]|乡镇|城镇|村镇|集镇|小城|建制|中心|重点|特色|美丽|文明|卫生|和谐|平安|生态|强|新|老|周边|邻近|其他|所有|先进|示范|国家|省级|市级|全国|全市|全县|古镇|名镇|富民|科教|人才|产业|工业|农业|旅游|教育|文化|经济|社会|建设|创建|打造|推进|加快|实现|驻|在|对|由|为|到|向|与|和|以)|乡镇|城镇|小城镇|[县市区级村各我本全]镇$|[和与的]"
)
_YEAR = r"(?:19|20)\d{2}"
_EVENTS = (
    (re.compile(r"(?:建党|共产党成立)(\d{2,3})周年"), 1921),
    (re.compile(r"(?:建国|新中国成立|中华人民共和国成立|国庆)(\d{2})周年"), 1949),
    (re.compile(r"改革开放(\d{2})周年"), 1978),
)
_MARKS = (
    (re.compile("“?十五五”?规划.{0,6}(?:开局|第一年|起步)"), 2026),
    (re.compile("“?十四五”?规划.{0,6}(?:收官|最后一年)"), 2025),
    (re.compile("“?十四五”?规划.{0,6}(?:开局|第一年|起步)"), 2021),
    (re.compile("“?十三五”?规划.{0,6}(?:收官|最后一年)|决战决胜脱贫攻坚之年"), 2020),
    (re.compile("“?十三五”?规划.{0,6}(?:开局|第一年|起步)"), 2016),
    (re.compile("“?十二五”?规划.{0,6}(?:收官|最后一年)"), 2015),
    (re.compile("“?十二五”?规划.{0,6}(?:开局|第一年|起步)|“?十二五”?良好开局"), 2011),
    (re.compile("世博(?:会|安保)"), 2010),
    (re.compile("北京奥运|奥运会|汶川"), 2008),
    (re.compile("非典"), 2003),
)


def genre_of(title: str, text: str, *, generic: bool) -> str | None:
    """The genre's id, by the title and, if that is the page's (`generic`) or says little, the text; None if unclear."""
    opening = text[:600]
    own = "" if generic else title
    delegates = len(re.findall("各位代表", text))
    scores: Counter[str] = Counter()
    for words, weight in ((own, 3), (title if generic else "", 1)):
        scores["personal-summary"] += 2 * weight * bool(_PERSONAL.search(words))
        scores["publicity-summary"] += 2 * weight * bool(_PUBLICITY.search(words) and _REVIEW.search(words))
        scores["creation-report"] += 2 * weight * bool(_CREATION.search(words))
        scores["work-report"] += 3 * weight * bool(_REPORT.search(words))
        scores["plan"] += 2 * weight * bool(_PLAN.search(words) and not _REVIEW.search(words))
        scores["half-year-summary"] += weight * bool(_HALF.search(words) and _REVIEW.search(words))
        scores["annual-summary"] += weight * bool(_REVIEW.search(words) and not _HALF.search(words))
    scores["work-report"] += 3 * (delegates >= 2) + 3 * bool(re.search("向大会(?:作|做|报告)", opening))
    own_words = len(re.findall("我镇|我乡|全镇|全乡|我街道|全街道", text))
    personal = len(re.findall("自己的?|本人|本职工作|本岗位", text))
    scores["personal-summary"] += 4 * (personal >= 4 and personal > own_words)
    share = len(_CREATION.findall(text)) * 300 / (len(text) + 300)
    scores["creation-report"] += 3 * (share > 1.2)
    spread = len(re.findall("宣传|理论学习|新闻|外宣|精神文明|意识形态", text)) * 200 / (len(text) + 200)
    scores["publicity-summary"] += 2 * (spread > 1.5)
    aims = len(re.findall("(?:^|[，。；\n])(?:要|将|力争|确保|争取|继续)", text))
    done = len(re.findall("完成了?|达到?了?|建成|新增|已|实现了?", text))
    scores["plan"] += 3 * (aims > 12 and aims > done) if generic or not _REVIEW.search(own) else 0
    scores["half-year-summary"] += 2 * bool(_HALF.search(opening)) if not scores["plan"] else 0
    scores["annual-summary"] += (
        bool(re.search("一年来|全年|今年以来|年度", opening)) if not _HALF.search(opening) else 0
    )
    best = max(scores, key=lambda genre: (scores[genre], genre))
    return best if scores[best] > 0 else None


def region_of(title: str, text: str) -> str | None:
    """The place a report comes from: the town in its title, else the one that the text names most; None if masked."""
    for found in re.finditer(_TOWN, re.sub(r"^.*?(?:中共|关于)", "", title)):
        if not _NO_NAME.search(found[0]):
            return found[0]
    # 我代表苇塘镇人民政府向大会报告工作: who speaks says where from.
    spoken = re.search(
        r"我(?:受.{2,12}委托，?)?代表(?:中共|中国共产党)?([\u4e00-\u9fff]{2,4}?(?:镇|乡|街道))(?!级|村)", text[:1500]
    )
    if spoken and not _NO_NAME.search(spoken[1]):
        return spoken[1]
    counts: Counter[str] = Counter()
    for found in re.finditer(
        r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,3}?(?:镇|乡|街道|苏木)(?!级|域|容|貌|企|干|村|人大代)|(?<=[《“])[\u4e00-\u9fff]{2,3}(?:镇|乡|街道)",
        text,
    ):
        if not _NO_NAME.search(found[0]):
            counts[found[0]] += 1
    for found in re.finditer(r"(?<=[在为对《])[\u4e00-\u9fff]{2}(?:镇|乡)(?=人民|党委|政府|[\u4e00-\u9fff])", text):
        if not _NO_NAME.search(found[0]):
            counts[found[0]] += 1
    return max(counts, key=lambda name: (counts[name], name)) if counts and max(counts.values()) > 1 else None


def period_of(title: str, text: str, genre: str | None) -> tuple[str | None, Basis]:
    """The period a report speaks of, in the contract's form, and whether it is written (stated) or concluded (inferred).

    Stated: a year in the title, or in the text's first words. Inferred: from an anniversary, a plan's first or last
    year, an event of one year, or the date it is signed with.
    """
    half = _part(title) or (_part(text[:300]) if genre == "half-year-summary" else "")
    if genre == "plan" and not half:
        half = _part(text[:200])
    if reviewed := re.search(
        rf"({_YEAR})年(?:度|全年)?(?:政府)?工作(?:回顾|总结|情况)|(?:回顾|总结)({_YEAR})年", text[:1200]
    ):
        return _period(int(reviewed[1] or reviewed[2]), half), "stated"
    for words in (title, text[:160]):
        if named := re.search(_YEAR, words):
            return _period(int(named[0]), half), "stated"
    if re.search(r"[12][0Oo][Xx×*\d][Xx×*]|[12][Xx×*]\d\d|[Xx×*]{2,4}年", title + text[:160]) and not _known(text):
        return None, "none"
    if year_known := _known(text):
        return _period(year_known, half), "inferred"
    if signed := re.search(rf"({_YEAR})年\d{{1,2}}月(?:\d{{1,2}}日)?[)）]?\s*$", text):
        month = int(re.findall(r"年(\d{1,2})月", signed[0])[0])
        year = int(signed[1]) - (month <= 3 and not half and genre != "plan")
        return _period(year, half), "inferred"
    return None, "none"


def _known(text: str) -> int | None:
    for pattern, since in _EVENTS:
        if found := pattern.search(text):
            return since + int(found[1])
    return next((year for pattern, year in _MARKS if pattern.search(text)), None)


def _part(text: str) -> str:
    """H1 or H2 if the text speaks of a half-year; of two halves (上半年总结及下半年打算) the first."""
    found = re.search(r"(上|下)半年|1\s*[-—至]\s*6月", text)
    return "" if not found else "H2" if found[1] == "下" else "H1"


def _period(year: int, half: str) -> str | None:
    period = read_period(f"{year}{half}")
    return period.code if period else None
