"""The build of a draft (结构): title, required parts, heading numbers, enumerations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from eval.checks.document import PLANS, PROBLEMS, Document, Part, part_kind
from eval.checks.enumerations import enumerations
from eval.checks.findings import Finding
from pipeline.facts.genres import Genre, filled
from pipeline.facts.model import Sheet
from pipeline.language.headings import counted, label_of

_ENDINGS: dict[str, str] = {
    "half-year-summary": r"总结|汇报|报告|情况|计划|打算|安排|思路",
    "annual-summary": r"总结|汇报|报告|情况|计划|打算|安排|思路",
    "work-report": r"报告|总结",
    "publicity-summary": r"总结|汇报|报告|情况|计划|打算|思路",
    "plan": r"思路|计划|打算|要点|安排|方案|意见|规划",
    "creation-report": r"汇报|报告|总结|情况",
    "personal-summary": r"总结|报告|汇报|述职",
}
_PLACEHOLDER = re.compile(r"【[^】]*】")
_BARE_LABEL = {
    1: re.compile(r"([一二三四五六七八九十]+)、"),
    2: re.compile(r"[（(]([一二三四五六七八九十]+)[）)]"),
}


@dataclass(frozen=True, slots=True)
class _Numbered:
    level: int
    number: int
    start: int
    end: int
    text: str


def structure(document: Document, sheet: Sheet, genre: Genre | None) -> Iterator[Finding]:
    """All findings about a draft's build."""
    yield from title(document, sheet, genre)
    if genre is not None:
        yield from parts(document, sheet, genre)
    yield from numbering(document)
    yield from enumerations(document)


def title(document: Document, sheet: Sheet, genre: Genre | None) -> Iterator[Finding]:
    """The title is there, names the year, and ends as titles of its genre do."""
    found = document.title
    if found is None:
        yield document.finding(
            "structure.title",
            "error",
            None,
            None,
            "没有标题。请在首行写上标题，如“# "
            + (sheet.meta.title or f"{sheet.meta.town}{sheet.meta.period.words}工作总结")
            + "”。",
        )
        return
    words = found.text.strip()
    if not words:
        yield document.finding("structure.title", "error", found.start, found.end, "标题是空的。请写上标题。")
        return
    plain = document.plain[found.start : found.end]
    if sheet.meta.title and _bare(sheet.meta.title) == _bare(words):
        return
    endings = _ENDINGS.get(sheet.meta.genre)
    if endings and not re.search(rf"(?:{endings})(?:[（(].*[）)])?$", re.sub(r"[》\s]+$", "", words)):
        name = genre.name if genre else sheet.meta.genre
        yield document.finding(
            "structure.title",
            "warning",
            found.start,
            found.end,
            f"标题不像“{name}”的标题。请按文种写，如“{sheet.meta.title or '……' + name}”。",
        )
    if (
        not sheet.meta.title
        and sheet.meta.genre not in ("creation-report", "work-report")
        and not re.search(r"20\d\d|二[〇○零][一二三四五六七八九〇○零]{2}", plain)
        and not re.search("(?<!半)年", words)
    ):
        yield document.finding(
            "structure.title", "warning", found.start, found.end, f"标题没有写明年份（{sheet.meta.period.words}）。"
        )


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def _body(document: Document, start: int, end: int) -> str:
    lines = document.text[start:end].splitlines()
    headings = {document.text[h.start : h.end] for h in document.headings}
    return "".join(line for line in lines if line not in headings).strip()


def parts(document: Document, sheet: Sheet, genre: Genre) -> Iterator[Finding]:
    """Every part that the genre requires is there and holds something."""
    sections = [p for p in document.parts if p.heading]
    for required in genre.parts:
        kind = required.kind
        name = (
            filled(required.missing, sheet.meta)
            or {"review": "工作情况", "problems": "存在的问题", "plans": "下一步计划"}[kind]
        )
        if kind == "review":
            have: list[Part] = [p for p in sections if p.kind == "review"]
            if genre.id == "plan" and not have:
                have = [p for p in sections if p.kind == "plans"]
            if not have and not sections and len(document.text.strip()) > 300:
                continue  # running text without headings
        else:
            have = [
                p
                for p in sections
                if p.kind == kind
                or ((PROBLEMS if kind == "problems" else PLANS).search(p.heading) and _both(p.heading))
            ]
        if have:
            empty = [p for p in have if not _body(document, p.body_start, p.end)]
            if len(empty) == len(have):
                p = empty[0]
                yield document.finding(
                    "structure.section",
                    "error",
                    p.start,
                    p.body_start,
                    f"“{p.heading}”下面没有内容。请补写，或写【待补：{name}】。",
                )
            continue
        if kind != "review" and _told(document, kind):
            continue
        yield document.finding(
            "structure.section", "error", None, None, f"缺少“{name}”部分，{genre.name}应当有这一部分。请补写。"
        )


def _both(heading: str) -> bool:
    """A heading that announces two parts at once: 存在问题及下半年打算."""
    return bool(PROBLEMS.search(heading) and PLANS.search(heading) and re.search(r"[及和与、暨]", heading))


_TOLD = {
    "problems": re.compile(
        r"(?:存在|面临)(?:着|的|了|一些|有些|某些|以下|不少|许多|很多|诸多|主要|突出|一定|新)*(?:问题|不足|困难|短板|差距|挑战)"
        r"|(?:问题|不足|困难|短板|差距)(?:和|与|及|、)(?:问题|不足|困难|短板|差距)|(?:看到|肯定|总结)[^。\n]{0,8}(?:成绩|成效)[^。\n]{0,40}(?:问题|不足|差距|挑战)"
        r"|(?:还|也|仍|依然|尚)?有(?:一些|有些|某些)(?:问题|不足|短板|差距|困难)|有些(?:问题|不足)|(?:还有|仍有|尚有|也有)(?:一些|不少|一定|许多)?(?:问题|不足|短板|差距|困难)|(?:问题|不足|短板|差距)(?:主要)?(?:有|表现在|是)"
    ),
    "plans": re.compile(
        r"^(?:#+ *)?[^。\n]{0,12}(?:下半年|下一步|下步|下一阶段|下阶段|今后|明年|来年|新的一年|20\d\d年)[^。\n]{0,30}(?:将|要|计划|打算|重点|继续|着力|力争|做好|抓好)"
        r"|^(?:#+ *)?[^。，；\n]{2,18}(?:工作)(?:计划|打算|安排|思路)$",
        re.M,
    ),
}


def _told(document: Document, kind: str) -> bool:
    """Whether a lower heading announces the part, or a paragraph opens with it."""
    for heading in document.headings:
        if heading.level > 1 and part_kind(heading.text, 2) == kind:
            return True
    if kind == "problems":
        starts = [m.start() for m in re.finditer(r"(?<=\n)[^\n#]", document.plain)]
        return any(
            _TOLD["problems"].search(document.plain, start, start + 60)
            for start in starts
            if start > len(document.plain) // 3
        )
    return any(
        _TOLD["plans"].match(document.plain, m.start())
        for m in re.finditer(r"^.", document.plain, re.M)
        if m.start() > len(document.plain) // 2
    )


def _numbered(document: Document) -> list[_Numbered]:
    """Headings with numbers, and paragraphs that begin with a label of the two upper levels (一、抓生产。…)."""
    found = [
        _Numbered(h.level, h.number, h.start, h.end, h.text)
        for h in document.headings
        if h.number is not None and h.label
    ]
    taken = {n.start for n in found}
    for start in document.line_starts:
        line = document.text[start : start + 12]
        at = start + len(line) - len(line.lstrip(" \t　"))
        if start in taken or at in taken or start < document.body_start:
            continue
        for level, pattern in _BARE_LABEL.items():
            if (m := pattern.match(document.text, at)) and (number := counted(m[1])) is not None:
                found.append(_Numbered(level, number, at, m.end(), ""))
    return sorted(found, key=lambda n: n.start)


def numbering(document: Document) -> Iterator[Finding]:
    """Heading numbers count from one on each level below their parent, and Markdown's marks agree with the labels."""
    count: dict[int, int] = {}
    marked = any(h.marks > 1 for h in document.headings)
    last = 0
    unnumbered = [h for h in document.headings if h.marks > 1 and h.number is None]
    for n in _numbered(document):
        for h in unnumbered:
            if last <= h.start < n.start:  # what stands below a heading without a number counts from one
                count = {k: v for k, v in count.items() if k < h.marks - 1 or (k == h.marks - 1 and n.number != 1)}
        anew = not marked and _title_between(document, last, n.start)
        anew = (anew and count.get(n.level, 0) > 1) or _item_between(document, last, n.start)
        if n.number == 1 and anew:
            count = {k: v for k, v in count.items() if k < n.level}  # a part without a number begins anew
        last = n.end
        expected = count.get(n.level, 0) + 1
        if n.number != expected:
            was = count.get(n.level, 0)
            how = "重复" if n.number <= was and was else "跳号" if n.number > expected else "不接"
            first = document.text[n.start : n.end].splitlines()[0][:30]
            yield document.finding(
                "structure.heading",
                "error",
                n.start,
                n.end,
                f"标题序号{how}：“{first.lstrip('# ')}”应为“{label_of(n.level, expected)}”。请改序号。",
            )
        count[n.level] = n.number
        for deeper in range(n.level + 1, 6):
            count.pop(deeper, None)
    for h in document.headings:
        if h.marks and h.number is not None and h.level in (1, 2, 3, 4) and h.marks != h.level + 1:
            yield document.finding(
                "structure.heading",
                "warning",
                h.start,
                h.end,
                f"标题层级不合：“{h.label}”应写在 {'#' * (h.level + 1)} 一级，文中是 {'#' * h.marks}。",
            )


def _title_between(document: Document, start: int, end: int) -> bool:
    """Whether a short line without a stop stands between two places of an unmarked text: a part's heading without a number."""
    lines = [line.strip(" \t　") for line in document.text[start:end].splitlines()[1:]]
    return any(
        2 <= len(line) <= 30
        and line[-1] not in "。；，：！？;,:.!?"
        and not re.match(r"[一二三四五六七八九十]+、|[（(]|\d{1,2}[.、．]", line)
        for line in lines
    )


def _item_between(document: Document, start: int, end: int) -> bool:
    """Whether an item of an enumeration heads a line of its own between two places: 二是抓项目, with （一）（二） below it."""
    return bool(re.search(r"^[ \t　]*[二三四五六七八九]是[^。；，\n]{2,30}$", document.plain[start:end], re.M))
