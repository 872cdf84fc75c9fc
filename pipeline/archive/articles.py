"""Articles (分篇): where on a page each report begins and ends, and what it is called.

A page's own counting (第一篇, 范文二, 【篇3】) says where reports begin; without it, a title line with a place in it does,
once a report stands before it. What a page says beside its reports is put down as removed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.archive.raw_lines import RawLine, Removed

_COUNT = "[一二三四五六七八九十]{1,3}|[0-9]{1,2}"
_KINDS = "总结|报告|汇报|思路|计划|打算|安排|要点|小结|材料|述职|讲话|发言|致辞|方案|规划|情况|体会|经验|做法|回顾|展望|意见|纪实|综述|通报|总结会|典型"
_TAIL = r"(?:优秀|最新|精选|通用)?(?:范文|模板|样本|参考|文稿|稿|篇)?(?:[(（【\[][^()（）【】\[\]]{1,16}[)）】\]]|[之]?[一二三四五六七八九十]|\d{1,2})?"
_TITLE = re.compile(rf"[^。；！？，:：\n]{{0,56}}(?:{_KINDS}){_TAIL}$")
_LABELLED = re.compile(
    r"[一二三四五六七八九十百]+[、.．]|[（(][一二三四五六七八九十百]+[)）]|\d{1,2}[、.．](?!\d)|[（(]\d{1,2}[)）]|[①-⑳]|第[一二三四五六七八九十]+部分|[一二三四五六七八九十]是"
)
_MARKERS = (
    re.compile(rf"[【\[(（]?第(?P<n>{_COUNT})篇[】\])）]?\s*[:：、.．]?\s*(?P<stem>[^。]{{0,70}})$"),
    re.compile(rf"[【\[(（]?(?:篇|范文|范例|例文)(?P<n>{_COUNT})[】\])）]?\s*[:：、.．]?\s*(?P<stem>[^。]{{0,70}})$"),
    re.compile(
        rf"(?P<stem>[^。；]{{4,60}}?)\s*[【\[(（]\s*(?:第?(?P<n>{_COUNT})篇|(?:篇|范文|之)(?P<m>{_COUNT}))\s*[】\])）]$"
    ),
    re.compile(rf"(?P<stem>[^。；]{{4,60}}?)\s*(?:第(?P<n>{_COUNT})篇|(?:篇|范文)(?P<m>{_COUNT}))$"),
    re.compile(
        rf"(?P<stem>[^。；，]{{4,50}}(?:{_KINDS}|范文)(?:范文)?(?:大全|精选|集锦|合集|汇总|模板)?)\s*[（(]?(?P<n>[一二三四五六七八九十]|\d{{1,2}})[)）]?$"
    ),
)
_PLACE = re.compile(
    r"[\u4e00-\u9fffXx×*○]{1,10}(?:镇|乡|街道|村|社区|苏木|农场|林场|园区|开发区)|[\u4e00-\u9fffXx×*]{2,8}(?:县|区|市|局|办事处|委员会|党委|政府|办公室|中心|学校|站|所)|个人|本人|述职|履职"
)
_SELF = re.compile(r"[我本全](?:镇|乡|街道|村|县|区|市|局|社区|单位)")
_PAGE_TITLE = re.compile(
    r"[(（【\[]?(?:精选|通用|汇总|合集|共|最新|优秀|推荐|实用|热门)?\s*[0-9一二三四五六七八九十多]+\s*篇[)）】\]]?|[(（【\[](?:精选|通用|范文|多篇|优秀|最新|合集|推荐|完整版|收藏版|荐|精)[)）】\]]"
)
_SITE_TAIL = re.compile(r"\s*(?:[-_—–|｜]|\s-\s)+\s*[^-_—–|｜]{2,30}$")
_DATE_LINE = re.compile(
    r"[（(]?(?:[12][0-9Xx×*○〇零一二三四五六七八九]{3}|[Xx×*]{2,4})\s*年[^。；，]{0,40}[)）]?$|[（(][^。；]{0,60}(?:\d{1,2}日|[Xx]+日|会议上|大会上|全会上|月)[^。；]{0,40}[)）]$"
)
_SIGNATURE = re.compile(
    r"[^。；，！？]{0,30}(?:人民政府|委员会|办公室|办事处|党委|政府|党支部|工作站|中心|村委会|局|镇|乡|街道|工会|办|小组|部|院|所|站)$|[\u4e00-\u9fff]{2,4}$|(?:汇报人|述职人|报告人|总结人)[:：].{1,12}$"
)
_RECURRING = re.compile(
    r"(?:问题|不足|措施|建议|打算|思路|体会|经验|成效|情况|重点|目标|各位代表|同志们|领导)[:：，、]?$|人民政府|委员会|办公室"
)
_BODY_NAME = re.compile(r"[\u4e00-\u9fffXx×*]{2,20}(?:镇|乡|街道|人民政府|委员会|办事处|党委|党工委)")
_NAMED = re.compile(r"^(?:文章|文档|资料)?(?:标题|题目|名称)\s*[:：]\s*|^[【\[](?:标题|题目|名称)[】\]]\s*[:：]?\s*")
_HAN = re.compile("[\u3400-\u9fff]")
_CLOSING = "。！？；：”）…"


@dataclass(frozen=True, slots=True)
class Region:
    """A report on a page: its title and its lines, blank ones among them. `generic`: the title is the page's, shared by
    all its reports. `line`: where it begins."""

    title: str
    generic: bool
    line: int
    lines: tuple[RawLine, ...]


def letters(text: str) -> str:
    """A title without punctuation, blanks and case, for comparing."""
    return "".join(c for c in text.lower() if c.isalnum())


def is_title(text: str) -> bool:
    """Whether a line reads as the title of a report: short, no sentence, with the word for a kind of report at its end."""
    text = _NAMED.sub("", text.strip(" \t　《》"))
    return (
        5 <= len(text) <= 60 and not _LABELLED.match(text) and bool(_TITLE.match(text.replace(",", "，").rstrip("*#")))
    )


def clean_title(text: str) -> str:
    """A title without what pages add: their count (范文三, 第二篇), how many reports there are (精选5篇), 范文, the site."""
    text = re.sub(
        r"^(?:#{1,6}\s*|[\[【（(](?:转|转载|分享|原创|推荐|精华|置顶|荐|公文)[\]】）)]\s*)",
        "",
        text.strip(" \t　*《》"),
    )
    if len(text) > 120:
        return text
    text = _NAMED.sub("", text)
    text = re.sub(rf"^[【\[(（]?(?:第(?:{_COUNT})篇|(?:篇|范文|例文)(?:{_COUNT}))[】\])）]?\s*[:：、.．]?\s*", "", text)
    if not is_title(text) and is_title(_SITE_TAIL.sub("", text)):
        text = _SITE_TAIL.sub("", text)
    before = ""
    while before != text:
        before = text
        text = _PAGE_TITLE.sub("", text).strip(" \t　:：-_")
        text = re.sub(rf"\s*[【\[(（]?(?:第(?:{_COUNT})篇|(?:篇|范文|例文|之)(?:{_COUNT}))[】\])）]?$", "", text)
        text = re.sub(
            r"(?:优秀|最新|精选|通用)?(?:范文|模板|样本|范例|范本)(?:大全|参考|示例|集锦|欣赏|鉴赏)?$", "", text
        )
    return re.sub(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])", "", text)


def is_marker(text: str) -> bool:
    """Whether a line is a page's count of its reports: 第二篇：…, …范文三."""
    text = text.strip(" \t　*#")
    return 2 <= len(text) <= 90 and any(pattern.match(text) for pattern in _MARKERS[:-1])


def is_prose(text: str) -> bool:
    """Whether a line is running text: a sentence's end in it, or far longer than any title."""
    han = len(_HAN.findall(text))
    return (
        (han >= 12 and any(c in text for c in "。！？；"))
        or han >= 70
        or (han >= 25 and text.rstrip().endswith(("：", "，")))
    )


def is_labelled(text: str) -> bool:
    """Whether a line begins with a heading's label."""
    return bool(_LABELLED.match(text.strip()))


def goes_on(before: RawLine, line: RawLine) -> bool:
    """Whether a sentence that a page's end breaks off goes on in the first line of the next page."""
    text = before.text.rstrip()
    if not text or before.hint or line.hint or text[-1] in _CLOSING or len(_HAN.findall(text)) < 10:
        return False
    if (is_labelled(text) and "。" not in text) or ("，" not in text and len(text) < 30) or is_title(text):
        return False
    return not (is_structure(line.text) or _DATE_LINE.match(line.text.strip()))


def is_structure(text: str) -> bool:
    """Whether a line may well stand on a page several times, in each of its reports: a heading, a title, a count."""
    text = text.strip()
    return is_labelled(text) or is_marker(text) or is_title(text) or bool(_RECURRING.search(text))


@dataclass(frozen=True, slots=True)
class _Marker:
    index: int
    number: int
    stem: str


def split(lines: Sequence[RawLine], removed: list[Removed]) -> list[Region]:
    """The reports on a page, in order; none if nothing on it reads as running text."""
    lines = list(lines)
    starts = _marked(lines)
    page_title = _page_title(lines[: starts[0].index] if starts else lines)
    regions: list[Region] = []
    if starts:
        first = starts[0].index
        if starts[0].number > 1 and sum(len(_HAN.findall(x.text)) for x in lines[:first] if is_prose(x.text)) >= 150:
            regions += _unmarked(lines[:first], page_title, removed)
        else:
            _put_down(lines[:first], removed)
        for marker, following in zip(starts, [*starts[1:], None], strict=True):
            end = following.index if following else len(lines)
            region = lines[marker.index + 1 : end]
            removed.append(Removed("page-title", lines[marker.index].text.strip()[:200], lines[marker.index].line))
            stem = clean_title(marker.stem)
            shared = sum(clean_title(other.stem) == stem for other in starts) > 1
            at = lines[marker.index].line
            regions.append(_region(region, stem or page_title, shared or not stem, at, page_title, removed))
    else:
        regions = _unmarked(lines, page_title, removed)
    return [region for region in regions if _is_told(region.lines)]


def _is_told(lines: Sequence[RawLine]) -> bool:
    """Whether there is running text in some lines, be it broken into short ones."""
    if any(is_prose(x.text) for x in lines):
        return True
    text = "".join(x.text.strip() for x in lines if _flows(x.text) or not is_title(x.text))
    return text.count("。") >= 2 and len(_HAN.findall(text)) >= 60


def _put_down(lines: Sequence[RawLine], removed: list[Removed]) -> None:
    for line in lines:
        if text := line.text.strip():
            removed.append(
                Removed("page-title" if is_title(text) else "nav" if len(text) < 40 else "ad", text[:200], line.line)
            )


def _number(written: str) -> int:
    if written.isdigit():
        return int(written)
    tens, _, ones = written.rpartition("十")
    digits = "零一二三四五六七八九"
    if "十" in written:
        return (digits.index(tens) if tens else 1) * 10 + (digits.index(ones) if ones else 0)
    return digits.index(written) if written in digits else 0


def _marked(lines: Sequence[RawLine]) -> list[_Marker]:
    """Where the page's own count says that reports begin; empty if it does not count."""
    for pattern in _MARKERS:
        found: list[_Marker] = []
        for index, line in enumerate(lines):
            text = line.text.strip(" \t　*#")
            if 2 <= len(text) <= 90 and (m := pattern.match(text)):
                written = m["n"] or (m["m"] if "m" in pattern.groupindex else None)
                if written:
                    found.append(_Marker(index, _number(written), m["stem"]))
        # A table of contents counts too, but no text follows its entries.
        bounds = [*(m.index for m in found[1:]), len(lines)][: len(found)]
        found = [
            m for m, end in zip(found, bounds, strict=True) if any(is_prose(x.text) for x in lines[m.index + 1 : end])
        ]
        if pattern is _MARKERS[-1]:  # 总结一 … only if the same stem is counted on
            found = [m for m in found if sum(letters(o.stem) == letters(m.stem) for o in found) > 1]
        numbers = [m.number for m in found]
        if len(found) >= 2 and all(b > a for a, b in pairwise(numbers)):
            return found
        if len(found) == 1 and numbers[0] == 1 and pattern is not _MARKERS[-1]:
            return found
    return _numbered(lines)


def _numbered(lines: Sequence[RawLine]) -> list[_Marker]:
    """Reports that a page numbers as a list does (1、苇塘镇2025年工作总结): titles with a place, each with a text whose own
    count begins again."""
    found: list[_Marker] = []
    for index, line in enumerate(lines):
        text = line.text.strip(" \t　*#")
        m = re.match(r"(\d{1,2})\s*[、.．]\s*(?=\D|\d{4}年)(.{6,60})$", text)
        if m and is_title(m[2]) and _PLACE.search(m[2]) and not _SELF.search(m[2]):
            found.append(_Marker(index, int(m[1]), m[2]))
    bounds = [*(m.index for m in found[1:]), len(lines)][: len(found)]
    kept = [
        m
        for m, end in zip(found, bounds, strict=True)
        if any(is_prose(x.text) for x in lines[m.index + 1 : end])
        and any(re.match(r"一、|[（(]一[)）]", x.text.strip()) for x in lines[m.index + 1 : end])
    ]
    counts_on = [m.number for m in kept] == list(range(1, len(kept) + 1))
    return kept if len(kept) > 1 and counts_on else []


def _page_title(lines: Sequence[RawLine]) -> str:
    """What the page as a whole is called: its HTML title or first title line, cleaned; "" if there is none."""
    for wanted in ("heading", "title", ""):
        for line in lines:
            if line.hint == wanted and is_title(clean_title(line.text)):
                return clean_title(line.text)
            if not wanted and is_prose(line.text):
                break
    return ""


def _unmarked(lines: Sequence[RawLine], page_title: str, removed: list[Removed]) -> list[Region]:
    starts = [0]
    prose = 0
    last: dict[str, int] = {}
    for index, line in enumerate(lines):
        text = line.text.strip()
        if prose >= 100 and _is_new(lines, index, page_title, last):
            starts.append(index)
            prose, last = 0, {}
        elif is_prose(text):
            prose += len(_HAN.findall(text))
        if label := re.match(r"([一二三四五六七八九十]{1,3})、|[（(]([一二三四五六七八九十]{1,3})[)）]", text):
            last["top" if label[1] else "second"] = _number(label[1] or label[2])
    regions: list[Region] = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        regions.append(_region(lines[start:end], page_title, False, 0, page_title, removed))
    return regions


def _is_new(lines: Sequence[RawLine], index: int, page_title: str, last: dict[str, int]) -> bool:
    """Whether a title line in the midst of a page begins another report, rather than a part of this one."""
    text = lines[index].text.strip()
    title = clean_title(text)
    if (
        lines[index].hint == "part"
        or not is_title(text)
        or _SELF.search(title)
        or not _PLACE.search(title)
        or letters(title) == letters(page_title)
    ):
        return False
    following = [x.text.strip() for x in lines[index + 1 : index + 80] if x.text.strip()][:40]
    if not any(is_prose(x) for x in following[:6]):
        return False
    for text in following:  # counting on means that the report goes on
        if label := re.match(r"([一二三四五六七八九十]{1,3})、", text):
            return not (_number(label[1]) > 1 and _number(label[1]) == last.get("top", 0) + 1)
    return True


def _region(
    lines: Sequence[RawLine], title: str, generic: bool, line: int, page_title: str, removed: list[Removed]
) -> Region:
    """A report with its own title, if it has one, and without what stands before and behind its text."""
    lines = list(lines)
    first = next((i for i, x in enumerate(lines) if is_prose(x.text) or _opens(lines, i)), len(lines))
    first = _behind_letter(lines, first)
    own = [i for i in range(first) if is_title(lines[i].text) and lines[i].hint not in ("title", "link", "part")]
    # A hard-wrapped text's first lines hold no full stop yet.
    first = next((i for i in range(own[-1] + 1 if own else 0, first) if _flows(lines[i].text)), first)
    kept_head: list[RawLine] = []
    if own:
        at = own[-1]
        found, start = _joined(lines, at, first)
        cleaned = clean_title(found)
        if letters(cleaned) != letters(page_title) or not generic:
            title, generic = cleaned, False
        _put_down(lines[: start[0]], removed)
        kept_head = [x for x in lines[start[1] + 1 : first] if _belongs_to_head(x.text)]
        _put_down([x for x in lines[start[1] + 1 : first] if not _belongs_to_head(x.text)], removed)
        line = line or lines[start[0]].line
    else:
        kept_head = [x for x in lines[:first] if _belongs_to_head(x.text)]
        _put_down([x for x in lines[:first] if not _belongs_to_head(x.text)], removed)
    body = lines[first:]
    if body and not own:
        ahead, rest = _title_run_in(body[0], title)
        if ahead:
            removed.append(Removed("page-title", ahead, body[0].line))
            title, generic = clean_title(ahead), False
            body = [rest, *body[1:]]
    same = {letters(title), letters(page_title), letters(title) + "范文"} - {"", "范文"}
    cleaned_body: list[RawLine] = []
    for x in body:
        if len(x.text.strip()) < 90 and letters(clean_title(x.text)) in same:
            removed.append(Removed("page-title", x.text.strip(), x.line))
        else:
            cleaned_body.append(x)
    body = _trimmed(cleaned_body, removed)
    begin = line or next((x.line for x in body if x.text.strip()), 0)
    return Region(title, generic, begin, (*kept_head, *body))


def _behind_letter(lines: Sequence[RawLine], first: int) -> int:
    """Where a report's text begins if what seemed to be its beginning is a letter or a post that brings it (请查收).

    That is short, and then comes the report's title, with a place or a year in it, and running text.
    """
    said = 0
    for at in range(first, min(first + 8, len(lines))):
        text = lines[at].text.strip()
        if text and (is_labelled(text) or lines[at].hint == "part"):
            return first
        if (
            at > first
            and is_title(text)
            and not _SELF.search(text)
            and (_PLACE.search(text) or re.search(r"\d{4}年", text))
        ):
            behind = range(at + 1, min(at + 8, len(lines)))
            begins = next(
                (i for i in behind if is_prose(lines[i].text) or _opens(lines, i) or _flows(lines[i].text)), None
            )
            return first if begins is None else begins
        said += len(_HAN.findall(text))
        if said > 90:
            return first
    return first


def _flows(text: str) -> bool:
    """Whether a line is a piece of running text, be it without a sentence's end."""
    han = len(_HAN.findall(text))
    flows = (han >= 14 and "，" in text) or (han >= 6 and text.rstrip().endswith(("。", "！", "，")))
    return flows and not _belongs_to_head(text) and not is_title(text)


def _opens(lines: Sequence[RawLine], index: int) -> bool:
    """Whether a report's text begins with this short line: a labelled or part's heading, a salutation; prose follows."""
    text = lines[index].text.strip()
    if lines[index].hint == "part":
        return True
    salutation = len(text) <= 60 and text.endswith(("：", ":", "！")) and re.match(r"(?:尊敬的|各位|同志们|领导)", text)
    if not text or not (salutation or (is_labelled(text) and not is_title(text))):
        return False
    following = [x.text for x in lines[index + 1 : index + 12] if x.text.strip()][:4]
    return any(is_prose(x) for x in following)


def _joined(lines: Sequence[RawLine], at: int, first: int) -> tuple[str, tuple[int, int]]:
    """The title at a line with what belongs to it on the lines around: 总结及 / 下半年打算, 汀月镇 / 2025年工作总结."""
    start = end = at
    text = lines[at].text.strip()
    bodies = False  # lines that name who reports have been joined
    for before in range(at - 1, -1, -1):
        head = lines[before].text.strip()
        if not head:
            continue
        if lines[before].hint in ("title", "link") or len(head) > 50 or is_prose(head):
            break
        body = bool(_BODY_NAME.fullmatch(head)) and (bodies or not _PLACE.search(text))
        broken = start == at and re.search(r"(?:及|和|与|暨|、|的|关于)$|$", head)
        if not body and not (broken and (broken[0] or re.match(r"(?:暨|及|和|与)", text))):
            break
        text, start, bodies = head + text, before, bodies or body
        if not body:
            break
    after = next((i for i in range(at + 1, first) if lines[i].text.strip()), None)
    if (
        after is not None
        and re.match(r"(?:暨|及|和|与)", lines[after].text.strip())
        and is_title("总结" + lines[after].text.strip())
    ):
        text, end = text + lines[after].text.strip(), after
    return text, (start, end)


def _belongs_to_head(text: str) -> bool:
    """Whether a line between title and text is the report's: its date, the occasion, who speaks, a salutation."""
    text = text.strip()
    return bool(
        text
        and (
            _DATE_LINE.match(text)
            or re.match(r"(?:尊敬的|各位|同志们)", text)
            or re.fullmatch(r"[^。，]{0,24}(?:镇长|乡长|书记|主任|代表)\s*[\u4e00-\u9fffXx×*]{2,4}", text)
        )
    )


def _title_run_in(line: RawLine, title: str) -> tuple[str, RawLine]:
    """A title that the page has run into the first paragraph, and the line without it; "" if there is none.

    Known by its end, which is the title that the page itself gives the report: xx乡xx年 + 上半年工作总结及下半年工作思路.
    """
    known = re.sub(
        r"^.*?(?=(?:20[0-9Xx]{2}|[Xx]{2,4})?年?度?(?:上半年|下半年|年度|全年|半年|年终|政府|工作))", "", title
    )
    for tail in (title, known):
        at = line.text.find(tail, 0, 60) if len(tail) >= 8 else -1
        end = at + len(tail)
        if (
            0 <= at <= 25
            and not re.search("[。，；：]", line.text[:at])
            and end < len(line.text)
            and line.text[end] not in "，、的中"
        ):
            return line.text[:end].strip(), RawLine(line.text[end:].strip(" 　:："), line.line, line.hint)
    return "", line


def _trimmed(lines: Sequence[RawLine], removed: list[Removed]) -> list[RawLine]:
    """The lines up to the last running text, with the signature and date behind it."""
    last = max((i for i, x in enumerate(lines) if is_prose(x.text) or _closes(x.text) or _ends(lines, i)), default=-1)
    before = lines[last].text if last >= 0 else ""
    while last + 1 < len(lines) and (
        not lines[last + 1].text.strip() or _is_item(lines[last + 1].text.strip(), before)
    ):
        last += 1
        before = lines[last].text.strip() or before
    kept = list(lines[: last + 1])
    signed = 0
    for line in lines[last + 1 :]:
        text = line.text.strip()
        if (
            text
            and signed < 3
            and not is_title(text)
            and (_DATE_LINE.match(text) or (_SIGNATURE.match(text) and line.hint == ""))
        ):
            kept.append(line)
            signed += 1
        elif text:
            removed.append(Removed("nav", text[:200], line.line))
    return kept


def _is_item(text: str, before: str) -> bool:
    """Whether a line without a sentence's end is still the report's: a labelled point, or a figure right below one.

    A list of other reports is labelled too, and has titles or dates.
    """
    label = _LABELLED.match(text)
    rest = text[label.end() if label else 0 :]
    if len(_HAN.findall(rest)) < 2 or is_title(rest):
        return False
    below = is_labelled(before) and len(text) <= 60 and re.search(r"\d", text) and not re.search(r"\d[-/]\d", text)
    return bool(label or below)


def _ends(lines: Sequence[RawLine], index: int) -> bool:
    """Whether a line is the end of a sentence that was broken off in the line before it."""
    if not lines[index].text.rstrip().endswith(("。", "！", "？")):
        return False
    before = next((i for i in range(index - 1, max(-1, index - 6), -1) if lines[i].text.strip()), None)
    if before is None:
        return False
    text = lines[before].text.rstrip()
    return len(_HAN.findall(text)) >= 12 and text[-1] not in _CLOSING


def _closes(text: str) -> bool:
    text = text.strip()
    return len(text) >= 6 and text.endswith(("。", "！", "？")) and len(_HAN.findall(text)) >= 4
