"""Signs and words (文字): half-width marks among full-width ones, slogans of another time, sentences said twice."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from eval.checks.document import Document
from eval.checks.findings import Finding
from pipeline.facts.model import Sheet

_FULL = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？", "(": "（", ")": "）", ".": "。"}
_HALF = re.compile(r"[,;:!?.()]")  # tells quickly where the next pattern need be tried
_HALF_MARK = re.compile(
    r"(?:(?<=[一-鿿％%”）》])[,;:!?](?!\d)|[,;:!?](?=[一-鿿“《（])|(?<=[一-鿿”）])\.(?=\s|$|[一-鿿“])|(?<=[一-鿿])\((?=[一-鿿])|(?<=[一-鿿])\))"
)
_OPEN = re.compile(r"\((?=[一-鿿])|(?<=[一-鿿])\)")
# Each begins with the sign itself and looks back from there, so that all other characters are passed over at once.
_DOUBLED = re.compile(r"[，。；：、！？](?:(?:\s*[，。；：、！？])+|(?<=，)(?=[）”])|(?<=[（“][，。；、]))")
_QUOTE = re.compile(r'["\'](?:(?<=[一-鿿，。：、]")[^"\n]{1,40}"|(?<=[一-鿿]\')[^\'\n]{1,40}\')')
_SIGNS = re.compile(r"[^一-鿿0-9.%]+")
_SPACED = re.compile(r" (?<=[一-鿿] ) *(?=[，。；、])")
MANY = 20  # half-width marks; a text that has so many was typed so, and hears of it once
_PAIRS = (("（", "）"), ("“", "”"), ("《", "》"), ("‘", "’"), ("【", "】"))

# Slogans and campaigns with the years in which a report may speak of them as going on (first, last).
_ERAS: tuple[tuple[str, int, int], ...] = (
    ("十一五", 2005, 2011), ("十二五", 2010, 2016), ("十三五", 2015, 2021), ("十四五", 2020, 2026), ("十五五", 2025, 2031),
    ("八荣八耻", 2006, 2012), ("社会主义荣辱观", 2006, 2012), ("保持共产党员先进性", 2005, 2007), ("创先争优", 2010, 2013),
    ("学习实践科学发展观", 2008, 2010), ("群众路线教育实践活动", 2013, 2015), ("三严三实”专题教育", 2015, 2016), ("“两学一做”学习教育", 2016, 2019),
    ("不忘初心、牢记使命”主题教育", 2019, 2020), ("党史学习教育", 2021, 2023), ("党纪学习教育", 2024, 2025), ("中央八项规定精神学习教育", 2025, 2026),
    ("建设社会主义新农村", 2005, 2017), ("新型农村合作医疗", 2003, 2018), ("新农合", 2003, 2018), ("计划生育", 1980, 2021), ("脱贫攻坚战", 2015, 2021),
    ("精准扶贫", 2013, 2021), ("决胜全面建成小康社会", 2015, 2021), ("全面建成小康社会", 2007, 2021), ("喜迎党的十八大", 2011, 2012), ("喜迎党的十九大", 2016, 2017),
    ("喜迎党的二十大", 2021, 2022), ("二十届三中全会", 2024, 2099), ("二十届四中全会", 2025, 2099), ("新质生产力", 2023, 2099),
)  # fmt: skip


def wording(document: Document, sheet: Sheet) -> Iterator[Finding]:
    """All findings about signs and words."""
    yield from punctuation(document)
    yield from anachronisms(document, sheet)
    yield from repetition(document)


def punctuation(document: Document) -> Iterator[Finding]:
    """Half-width marks next to characters, doubled marks, brackets and quotes that do not close."""
    text = document.text
    half = [
        m for one in _HALF.finditer(text, document.body_start)
        if (m := _HALF_MARK.match(text, one.start())) and not (m[0] in "()" and _latin_brackets(text, m.start()))
    ]  # fmt: skip
    if len(half) > MANY and len(half) * 4 > len(re.findall(r"[，。；：、]", text)):
        first = half.pop(0)
        message = f"全文多用半角标点（如这里的“{first[0]}”，共{len(half) + 1}处），请统一改为全角。"
        yield document.finding("wording.punctuation", "warning", first.start(), first.end(), message)
        half = []
    for m in half:
        full = _FULL[m[0]]
        yield document.finding(
            "wording.punctuation", "warning", m.start(), m.end(), f"半角的“{m[0]}”混在全角标点里，请改为“{full}”。"
        )
    for pattern, what in ((_DOUBLED, "标点连用"), (_QUOTE, "用了半角引号"), (_SPACED, "标点前有空格")):
        for m in pattern.finditer(text, document.body_start):
            yield document.finding("wording.punctuation", "warning", m.start(), m.end(), f"“{m[0]}”{what}，请改正。")
    for start, end in _paragraphs(document):
        for left, right in _PAIRS:
            if text.count(left, start, end) != text.count(right, start, end):
                at = text.find(left, start, end)
                at = at if at >= 0 else text.find(right, start, end)
                yield document.finding(
                    "wording.punctuation", "warning", at, at + 1, f"这一段的“{left}”与“{right}”不成对，请补上。"
                )


def _latin_brackets(text: str, at: int) -> bool:
    """Whether a half-width bracket belongs to a numbered item such as (1) at the start of a line."""
    return bool(re.match(r"\(\d+\)", text[at : at + 5]))


def _paragraphs(document: Document) -> Iterator[tuple[int, int]]:
    bounds = [*document.line_starts, len(document.text)]
    for start, end in itertools.pairwise(bounds):
        if end > document.body_start:
            yield start, end


def anachronisms(document: Document, sheet: Sheet) -> Iterator[Finding]:
    """Slogans and campaigns that had ended, or not begun, in the report's period."""
    year = sheet.meta.period.year
    own = " ".join([sheet.meta.title, *(f"{f.indicator}{f.text}" for f in sheet.facts)])
    for words, first, last in _ERAS:
        if first <= year <= last or words in own:
            continue
        for m in re.finditer(re.escape(words), document.text):
            if m.start() >= document.body_start and not re.search(
                r"成果|以来|期间|收官|末|攻坚成果|巩固", document.text[m.end() : m.end() + 8]
            ):
                when = "还没有开始" if year < first else "已经过去"
                yield document.finding(
                    "wording.anachronism", "warning", *m.span(), f"“{words}”在{year}年{when}，请核对提法。"
                )


def repetition(document: Document) -> Iterator[Finding]:
    """The same sentence again (without its figures), or a long clause again."""
    seen: dict[str, int] = {}
    for start, end in document.sentences:
        letters = _SIGNS.sub("", document.text[start:end])
        if len(letters) < 12:
            continue
        if letters in seen:
            line = document.line_of(seen[letters])
            yield document.finding("wording.repetition", "warning", start, end, f"这句话与第{line}行重复，请删去一处。")
        else:
            seen[letters] = start
