"""Slogans and campaigns with their years (提法的年代): what a report may speak of as going on, and from when to when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from eval.checks.document import Document
from eval.checks.findings import Finding
from pipeline.facts.model import Sheet

_PAST = re.compile(r"成果|以来|期间|收官|末|攻坚成果|巩固")  # right behind it: looked back on
_NEW_ERA = "习近平"  # in the same sentence: the whole line of guiding thoughts is named, the older ones among them


@dataclass(frozen=True)
class Slogan:
    """`words` may be told of as going on from `first` to `last`,
    both included, by the year that the report is about.

    `written`: how it must stand there, a pattern, where the words alone say too little; `unless`: a word of the same sentence
    that makes it right.
    """

    words: str
    first: int
    last: int
    written: str = ""
    unless: str = ""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.written or re.escape(self.words))


_FIVE_YEARS = {"十一五": 2006, "十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026}
_CONGRESSES = {"十七大": (2007, 2012), "十八大": (2012, 2017), "十九大": (2017, 2022), "二十大": (2022, 2027), "二十一大": (2027, 2032)}  # fmt: skip

SLOGANS: tuple[Slogan, ...] = (
    Slogan("十一五", 2005, 2011),
    Slogan("十二五", 2010, 2016),
    Slogan("十三五", 2015, 2021),
    Slogan("十四五", 2020, 2026),
    Slogan("十五五", 2025, 2031),
    Slogan("八荣八耻", 2006, 2012),
    Slogan("社会主义荣辱观", 2006, 2012),
    Slogan("保持共产党员先进性", 2005, 2007),
    Slogan("创先争优", 2010, 2013),
    Slogan("学习实践科学发展观", 2008, 2010),
    Slogan("群众路线教育实践活动", 2013, 2015),
    Slogan("三严三实”专题教育", 2015, 2016),
    Slogan("“两学一做”学习教育", 2016, 2019),
    Slogan("不忘初心、牢记使命”主题教育", 2019, 2020),
    Slogan("党史学习教育", 2021, 2023),
    Slogan("党纪学习教育", 2024, 2025),
    Slogan("中央八项规定精神学习教育", 2025, 2026),
    Slogan("建设社会主义新农村", 2005, 2017),
    Slogan("新型农村合作医疗", 2003, 2018),
    Slogan("新农合", 2003, 2018),
    Slogan("计划生育", 1980, 2021),
    Slogan("脱贫攻坚战", 2015, 2021),
    Slogan("精准扶贫", 2013, 2021),
    Slogan("决胜全面建成小康社会", 2015, 2021),
    Slogan("全面建成小康社会", 2007, 2021),
    Slogan("喜迎党的十八大", 2011, 2012),
    Slogan("喜迎党的十九大", 2016, 2017),
    Slogan("喜迎党的二十大", 2021, 2022),
    Slogan("二十届三中全会", 2024, 2099),
    Slogan("二十届四中全会", 2025, 2099),
    Slogan("新质生产力", 2023, 2099),
    # 党的十六大报告 (2002-11) to the declaration of 2021-07-01 that it is built
    Slogan("小康社会", 2002, 2021, r"(?<!全面建成)小康社会(?!的?(?:目标|任务)?(?:已经|如期|全面)?(?:建成|实现))"),
    # 党章: 三个代表 since 2002-11, 科学发展观 since 2007-10 (guiding since 2012-11), 习近平新时代… since 2017-10: named alone they are of before
    Slogan("邓小平理论", 1997, 2017, r"以[^，。；\n]{0,24}邓小平理论[^，。；\n]{0,30}(?:为指导|为指引|指引下)", _NEW_ERA),
    Slogan("三个代表", 2000, 2017, r"以“?三个代表”?重要思想[^，。；\n]{0,16}(?:为指导|为指引|指引下)", _NEW_ERA),
    Slogan("科学发展观", 2003, 2017, r"科学发展观(?:为)?(?:统领|指导|指引)|(?:落实|贯彻|践行|坚持)科学发展观", _NEW_ERA),
    Slogan("新时代中国特色社会主义思想", 2017, 2099), Slogan("两个维护", 2018, 2099), Slogan("两个确立", 2021, 2099),
    # 通达、通畅工程 of the 交通部 (2003) to 两通兜底 (2020)
    Slogan("村村通", 1998, 2020, r"(?:推进|实施|建设|加快|完成|启动|开展)[^，。；\n]{0,8}村村通(?!客车|宽带|[一-鿿]{0,4}管护)|村村通(?:工程|建设)"),
    Slogan("和谐社会", 2004, 2017, "构建(?:社会主义)?和谐社会"),  # 十六届四中全会 2004-09, 十六届六中全会 2006-10
    Slogan("新农村建设", 2005, 2018),  # 十六届五中全会 2005-10; since 2018 the 中央一号文件 say 乡村振兴
    Slogan("保增长、保民生、保稳定", 2008, 2010), Slogan("农村税费改革", 2000, 2006),  # 财政部, 国务院
    Slogan("乡村振兴战略", 2017, 2099), Slogan("扫黑除恶专项斗争", 2018, 2021), Slogan("河长制", 2016, 2099), Slogan("林长制", 2017, 2099),  # 中办、国办 2016-12, 2018-01, 2020-12
    Slogan("疫情防控", 2020, 2023, "常态化疫情防控|疫情防控常态化|疫情防控阻击战"),
    *(  # the first year is 开局, the last 收官; 十三五末 is a goal only up to then
        Slogan(words, begin + low, begin + high, rf"“?{words}”?{how}")
        for words, begin in _FIVE_YEARS.items()
        for low, high, how in ((-1, 0, "(?:规划)?(?:的)?(?:良好)?开局(?!以来)(?:起步)?"), (3, 99, "(?:规划)?(?:的)?(?:圆满)?收官"), (-1, 4, "(?:期)?末[，,]?(?:将|力争|要|确保|达到|实现|建成)"))
    ),
    *(  # each congress till the next
        Slogan(f"党的{name}", first, last, rf"党的{name}(?:和{name[:-1]}届[^，。；\n]{{0,16}})?精神", f"党的{after}")
        for (name, (first, last)), after in zip(_CONGRESSES.items(), [*list(_CONGRESSES)[1:], "二十二大"], strict=True)
    ),
)  # fmt: skip


def anachronisms(document: Document, sheet: Sheet) -> Iterator[Finding]:
    """Slogans and campaigns that had ended, or not begun, in the report's period."""
    year, text = sheet.meta.period.year, document.text
    own = " ".join([sheet.meta.title, *(f"{f.indicator}{f.text}" for f in sheet.facts)])
    taken: list[tuple[int, int]] = []
    for slogan in SLOGANS:
        if slogan.first <= year <= slogan.last or slogan.words not in text:
            continue
        for m in slogan.pattern.finditer(text, document.body_start):
            if m[0] in own or any(a < m.end() and m.start() < b for a, b in taken):
                continue
            if not slogan.written and _PAST.search(text[m.end() : m.end() + 8]):
                continue
            if re.search(r"[较比]$|相比$", text[max(0, m.start() - 2) : m.start()]):
                continue  # 较“十三五”末增长
            sentence = document.sentences[document.sentence_at(m.start())]
            if slogan.unless and slogan.unless in text[slice(*sentence)]:
                continue
            taken.append(m.span())
            span = f"{slogan.first}年以后才有" if year < slogan.first else f"{slogan.last}年以前的"
            message = f"“{m[0]}”是{span}提法，本文写的是{year}年。请核对，改成当年的提法。"
            yield document.finding("wording.anachronism", "warning", *m.span(), message)
