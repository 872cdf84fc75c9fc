"""Times that are not the report's (时间不符): another year in the title, 下半年 for 上半年, months that are yet to come."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from eval.checks.document import PAST, Document
from eval.checks.findings import Finding
from eval.checks.statements import Statements
from pipeline.facts.model import Sheet
from pipeline.language.periods import Period

_DIGITS = dict(zip("〇零○一二三四五六七八九", "000123456789", strict=True))
_YEAR = re.compile(r"(?<![\d〔\[(（])((?:19|20)\d\d)(?=\s*年)|(二[〇零○][〇零○一二三四五六七八九]{2})(?=年)")
_HALF = re.compile(r"(上|下)半年")
_LEAD = r"(?:^|(?<=[。；\n！]))[\s#]*(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）)?"
_YET = re.compile(
    r"将|计划|拟|力争|确保|预计|目标|争取|打算|安排|谋划|准备|继续|前(?:完成|全部|建成|基本|实现)|底前|年前|要|望|展望|规划|远景|到20\d\d年|部署|思路|申报|启动|任务"
)
_WILL = re.compile(r"将|计划|拟|力争|确保|预计|争取|打算|准备|继续|要(?!求)|重点")
_COMPARED = re.compile(r"(?:比|较|与|同|超|高于|低于|好于|优于)\s*$|(?:相比|以来|开局|收官|期间|同期|底的|末的|年初)")
_THIS_YEAR_IS = re.compile(r"\s*是[^，。；]{0,30}(?:之年|一年|关键期|第[一二三四五]年)")
_MONTHS = re.compile(r"(?<![\d.年])(\d{1,2})\s*(?:月份?)?\s*[-—–~至到]{1,2}\s*(\d{1,2})\s*月")
_UNTIL = re.compile(r"(?:截至|截止|到|至)(?:目前的?|今年|本年)?(\d{1,2})月(?:份|底|末|中旬|上旬|下旬|\d{1,2}日)?")


def _year(m: re.Match[str]) -> int:
    return int(m[1]) if m[1] else int("".join(_DIGITS.get(c, c) for c in m[2].replace("二", "2", 1)))


def periods(document: Document, sheet: Sheet, statements: Statements) -> Iterator[Finding]:
    """All mentions of a time that does not fit the sheet's period."""
    period, plan = sheet.meta.period, sheet.meta.genre == "plan"
    yield from _years(document, sheet, statements, plan)
    yield from _halves(document, sheet, statements)
    yield from _months(document, period, plan)


@lru_cache(maxsize=64)
def _known_years(sheet: Sheet) -> frozenset[int]:
    words = " ".join([sheet.meta.title, sheet.meta.date, *(f"{f.indicator} {f.text} {f.note}" for f in sheet.facts)])
    return frozenset(int(y) for y in re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", words))


def _years(document: Document, sheet: Sheet, statements: Statements, plan: bool) -> Iterator[Finding]:
    period, plain = sheet.meta.period, document.plain
    known = _known_years(sheet)
    title = document.title
    heading_at = {h.start: h for h in document.headings}
    title_end = title.end if title is not None else document.body_start
    opening = next((n for n, (start, _) in enumerate(document.sentences) if start >= title_end), 0)
    previous_stated = {
        j.mention.sentence
        for j in statements.judgements
        if j.offers and j.kind == "previous" and j.state in ("supported", "derived")
    }
    for m in _YEAR.finditer(plain, document.body_start):
        year = _year(m)
        if year == period.year:
            continue
        where = m.span()
        end = m.end() + 1
        line = plain.rfind("\n", 0, m.start()) + 1
        rest = plain[end : end + 40].split("\n")[0]
        tail = re.split(r"[。；]", rest)[0]
        before = plain[max(line, m.start() - 12) : m.start()]
        says = f"清单的报告期是{period.words}"
        if title is not None and title.start <= m.start() < title.end:
            whole = plain[title.start : title.end]
            if str(year) in sheet.meta.title or (year == period.year + 1 and str(period.year) in whole):
                continue
            yield document.finding("period.mismatch", "error", *where, f"标题写的是{year}年，{says}。请改正。")
            continue
        heading = heading_at.get(line)
        kind = document.kind_at(m.start())
        if heading is not None and not plan:
            wrong = (
                year not in (period.year - 1, period.year, period.year + 1)
                or (kind == "review" and year not in known)
                or (kind == "plans" and year < period.year)
            )
            if wrong and kind == "plans" and year == period.year + 1:
                wrong = False
            if wrong:
                yield document.finding("period.mismatch", "error", *where, f"标题写的是{year}年，{says}。请改正。")
            continue
        if year > period.year and re.search(r"(?:到|至|力争|争取|预计|未来)$", before):
            continue
        near = year in (period.year - 1, period.year + 1)
        if _COMPARED.search(before) or _COMPARED.search(tail[:6]):
            if not near and year not in known:
                yield document.finding("period.mismatch", "warning", *where, f"这里说到{year}年，{says}。请核对年份。")
            continue
        lead = bool(re.match(_LEAD + r"$", plain[max(0, line - 1) : m.start()][-6:], re.M)) or not before.strip(" #　")
        lead = lead or before[-1:] in "。；！\n"
        time_only = re.match(
            r"\s*(?:度|全年|上半年|下半年|[一二三四]季度|第[一二三四]季度|\d{1,2}[—\-–~至]\d{1,2}月)?[，,以]",
            plain[m.end() + 1 : m.end() + 14],
        )
        if lead and _THIS_YEAR_IS.match(plain, m.end() + 1):
            if year < period.year and (
                year not in known or re.search("今年|本年", plain[end : end + 80].split("\n")[0])
            ):
                yield document.finding("period.mismatch", "error", *where, f"这里写的是{year}年，{says}。请改正。")
            elif year > period.year + 1:
                yield document.finding(
                    "period.mismatch", "warning", *where, f"这里写的是{year}年，{says}。请核对年份。"
                )
            continue
        sentence = document.sentence_at(m.start())
        first = document.sentence_at(m.start()) == opening
        if year in known and not (lead and time_only and (near or first)):
            continue
        if near:
            if plan or not (lead and time_only):
                half = re.match(r"(?:上|下)半年", tail)
                if half and kind in ("opening", "review") and not plan and not _YET.search(tail) and year not in known:
                    yield document.finding(
                        "period.mismatch", "error", m.start(), end + 3, f"这里写的是{year}年{half[0]}，{says}。请改正。"
                    )
                continue
            if year < period.year and (
                sentence in previous_stated or (year in known and _stated_last_year(plain, sentence, document))
            ):
                continue
            if year > period.year and (kind == "plans" or _YET.search(tail)):
                continue
            if year < period.year and kind in ("plans", "problems") and not time_only:
                continue
            yield document.finding("period.mismatch", "error", *where, f"这里写的是{year}年，{says}。请改正。")
            continue
        severity = "error" if lead and time_only else "warning"
        yield document.finding("period.mismatch", severity, *where, f"这里写的是{year}年，{says}。请核对年份。")  # type: ignore[arg-type]


def _stated_last_year(plain: str, sentence: int, document: Document) -> bool:
    start, end = document.sentences[sentence]
    return bool(re.search(r"上年|去年|回顾|已|曾", plain[start:end]))


def _halves(document: Document, sheet: Sheet, statements: Statements) -> Iterator[Finding]:
    """上半年 and 下半年 where the report speaks of its own period: in the title, the heading of the review, the opening."""
    period, plain = sheet.meta.period, document.plain
    half = {(1, 6): "上", (7, 12): "下", (1, 12): ""}.get((period.first, period.last))
    if half is None:
        return
    says = f"清单的报告期是{period.words}"
    title = document.title
    for m in _HALF.finditer(plain, document.body_start):
        if m[1] == half:
            continue
        tail = re.split(r"[。；\n]", plain[m.end() : m.end() + 40])[0]
        line = plain.rfind("\n", 0, m.start()) + 1
        before = plain[max(line, m.start() - 10) : m.start()]
        whole_line = plain[line : (plain.find("\n", m.end()) + 1 or len(plain) + 1) - 1]
        if title is not None and title.start <= m.start() < title.end:
            same = re.sub(r"\s", "", whole_line.strip("# ")) == re.sub(r"\s", "", sheet.meta.title)
            if (
                same
                or re.match(r"(?:重点|主要)?(?:工作)?(?:计划|打算|安排|思路|任务|要点|部署)", tail)
                or (half and f"{half}半年" in whole_line)
            ):
                continue
            yield document.finding("period.mismatch", "error", *m.span(), f"标题写的是{m[0]}，{says}。请改正。")
            continue
        heading = next((h for h in document.headings if h.start == line), None)
        if heading is not None:
            if (
                PAST.search(heading.text.replace(m[0], ""))
                and not re.search(r"计划|打算|安排|思路|任务|部署|举措", heading.text)
            ) or (
                re.search(r"(?:主要)?工作$", heading.text)
                and heading.level == 1
                and not re.search("和|及", heading.text)
                and heading.number == 1
            ):
                yield document.finding("period.mismatch", "error", *m.span(), f"标题写的是{m[0]}，{says}。请改正。")
            continue
        kind = document.kind_at(m.start())
        lead = re.fullmatch(r"[\s　]*(?:20\d\d年|今年|本年|全年)?", re.split(r"[。；！]", before)[-1]) is not None
        if m[1] == "下" and half == "上":
            if (
                kind in ("opening", "review")
                and lead
                and re.match(r"以?来?[，,]|(?:全镇|我镇|累计|共|实现|完成)", tail)
                and (
                    not _WILL.search(_first_clause(tail)) or _tells_results(statements, document.sentence_at(m.start()))
                )
            ):
                yield document.finding("period.mismatch", "error", *m.span(), f"这里写的是{m[0]}，{says}。请改正。")
        elif (
            kind == "opening" and lead and re.match(r"以?来?[，,]", tail) and not re.search(r"下半年|上半年|全年", tail)
        ):
            yield document.finding(
                "period.mismatch",
                "error" if "年" in before[-5:] else "warning",
                *m.span(),
                f"这里写的是{m[0]}，{says}。请改正。",
            )


def _tells_results(statements: Statements, sentence: int) -> bool:
    """Whether a sentence tells the sheet's figure and its growth of the period itself: 下半年，预计完成…34.5亿元，同比增长26.6%."""
    sound = [j for j in statements.by_sentence.get(sentence, ()) if len(j.offers) == 1 and not j.rule]
    grown = {j.offers[0].fact for j in sound if j.kind == "growth_pct"}
    return any(
        j.kind == "value" and j.offers[0].fact in grown and not statements.offers.planned[j.offers[0].fact]
        for j in sound
    )


def _first_clause(tail: str) -> str:
    return re.split("[，,]", tail.lstrip("以来，,"))[0]


def _months(document: Document, period: Period, plan: bool) -> Iterator[Finding]:
    """Months after the period's end that are told of as past."""
    if period.last == 12 or plan:
        return
    plain = document.plain
    for pattern in (_MONTHS, _UNTIL):
        for m in pattern.finditer(plain, document.body_start):
            if document.kind_at(m.start()) == "plans":
                continue
            last = int(m[m.lastindex or 1])
            line = plain.rfind("\n", 0, m.start()) + 1
            before = re.split("[。；]", plain[max(line, m.start() - 8) : m.start()])[-1]
            after = re.split(r"[。；\n]", plain[m.end() : m.end() + 24])[0]
            if (
                not period.last < last <= 12
                or _YET.search(after)
                or re.search(r"去年|上年|20\d\d年$|将|计划|拟|力争|预计", before)
                or after.startswith("前")
            ):
                continue
            if re.search(r"20\d\d年$", before) and str(period.year) not in before:
                continue
            yield document.finding(
                "period.mismatch", "error", *m.span(), f"这里写的是{m[0]}，而清单的报告期是{period.words}。请改正。"
            )
