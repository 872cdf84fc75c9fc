"""The outline of a report (标题层次) as pages print it: headings in their own line, run into a paragraph (run-in) or
buried in its midst, four numbered kinds and unnumbered ones; and the paragraphs between, made whole again.

Which level a heading is on follows from nesting: the first kind of label that a report uses is its top level.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pipeline.archive.raw_lines import Hint, RawLine
from pipeline.language.gaps import gap_spans
from pipeline.language.headings import chinese_count, counted

_INNER: Hint = "item"  # a piece from the midst of a paragraph, put back if the heading before it turns out to be none
_LONGEST_PARAGRAPH = 20_000  # characters; what is longer is no paragraph that lacks its end
LONGEST = 64  # characters of a heading; what is longer is a numbered paragraph

_HAN = "\u3400-\u9fff"
_CN = "一二三四五六七八九十百"
# Kinds of labels in the order in which official prose nests them (GB/T 9704).
_LABELS = (
    re.compile(rf"第?(?P<n>[{_CN}]{{1,4}})\s*[、.．](?P<rest>.*)", re.DOTALL),
    re.compile(rf"[（(【\[]\s*(?P<n>[{_CN}]{{1,4}})\s*[)）】\]]\s*[、.．]?(?P<rest>.*)", re.DOTALL),
    re.compile(r"(?P<n>\d{1,2})\s*(?:[、，]|[.．](?!\d))(?P<rest>.*)", re.DOTALL),
    re.compile(r"[（(]\s*(?P<n>\d{1,2})\s*[)）]\s*、?(?P<rest>.*)", re.DOTALL),
    re.compile(r"(?P<n>\d{1,2})[)）]\s*(?P<rest>.*)", re.DOTALL),
    re.compile(r"(?P<n>[①-⑳])\s*、?(?P<rest>.*)", re.DOTALL),
)
_MID = re.compile(
    rf"(?<=[。！？”）口])[ \t\u3000]*(?=(?:[{_CN}]{{1,3}}、|[（(][{_CN}]{{1,3}}[)）]|\d{{1,2}}(?:、|[.．](?!\d))|[（(]\d{{1,2}}[)）]|[①-⑳])[^\s、])"
)
_PART = re.compile(
    rf"(?:第[{_CN}]+(?:章|节))\s*[:：、]?\s*(?P<rest>[^。；]*)$|(?P<all>[^。；！？，]{{0,20}}(?:回顾|思路|打算|计划|安排|目标|问题|不足|建议|措施|体会|经验|成效|情况|任务|重点|方向|概况|展望|困难|做法|成绩|努力|要求|总结))[:：]?$"
)
_GLOSSARY = re.compile(r"(?:名词|有关用语|相关名词|有关名词)(?:解释|注释|说明)[:：]?$|注释[:：]?$")
_ENUMERATED = re.compile(rf"[{_CN}]{{1,2}}是(?P<rest>.+)")
_TERMINAL = "。！？；：…!?;:"
_GOES_ON = re.compile(r"[的地得了和与及或等在、，。；：）》”]")
_SIGNED = re.compile(
    rf"(?:[^。；，]{{0,30}}(?:人民政府|委员会|办公室|办事处|党委|党支部|党总支))$|[（(]?(?:[12][0-9Xx×*○〇零一二三四五六七八九]{{3}}|[Xx×*]{{2,4}})年[^。；]{{0,30}}[)）]?$|[^。，]{{0,24}}(?:镇长|乡长|书记|主任)\s*[{_HAN}Xx×*]{{2,4}}$"
)
_DATED = re.compile(r"[（(]?(?:[12][0-9Xx×*○〇零一二三四五六七八九]{3}|[Xx×*]{2,4})年[^。；，]{0,12}[月日][)）]?$")
_BLANK = re.compile(r"[ \t\u3000\u2002\u2003]+")
_AROUND = re.compile(
    rf"(?<=[{_HAN}，。、；：！？“”‘’（）《》％%0-9A-Za-z])[ \t\u3000]+(?=[{_HAN}，。、；：！？“”‘’（）《》％%0-9])|(?<=[{_HAN}，。、；：！？“”‘’（）《》])[ \t\u3000]+(?=[A-Za-z*])"
)


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or a paragraph. `level`: 1..4 for a heading, 0 for a paragraph. `label`: as official prose writes it,
    "" for a paragraph and for an unnumbered heading."""

    level: int
    label: str
    text: str
    line: int


# --- paragraphs made whole ---------------------------------------------------------------------------------------


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def _wrapping(lines: Sequence[RawLine]) -> int:
    """The width at which a page breaks its lines, in half-width columns; 0 if lines are paragraphs."""
    widths = sorted(_width(x.text.strip()) for x in lines if x.text.strip() and not x.hint)
    if len(widths) < 6:
        return 0
    widest = widths[-max(1, len(widths) // 20)]
    if not 24 <= widest <= 140:
        return 0
    full = [x.text.strip() for x in lines if widest - 6 <= _width(x.text.strip()) <= widest + 2]
    broken = sum(text[-1] not in _TERMINAL for text in full)
    return widest if len(full) >= max(4, len(widths) // 4) and broken >= 0.6 * len(full) else 0


def paragraphs(lines: Sequence[RawLine]) -> list[RawLine]:
    """A report's paragraphs: hard-wrapped lines, and sentences broken off by a page's end, joined."""
    wrapping = _wrapping(lines)
    whole: list[RawLine] = []
    last = ""  # the last line that was joined to the paragraph
    for line in lines:
        text = line.text.strip(" \t　")
        if not text and line.hint != "part":
            continue
        if whole and _continues(whole[-1], last, line, text, wrapping):
            before = whole[-1].text
            gap = (
                " " if before[-1].isascii() and before[-1].isalpha() and text[0].isascii() and text[0].isalpha() else ""
            )
            whole[-1] = RawLine(before + gap + text, whole[-1].line, whole[-1].hint)
        else:
            whole.append(RawLine(text, line.line, line.hint))
        last = text
    return whole


def _continues(before: RawLine, last: str, line: RawLine, text: str, wrapping: int) -> bool:
    """Whether a line belongs to the paragraph before it."""
    if {"heading", "part"} & {before.hint, line.hint}:
        return False
    if len(before.text) < 8 and _bare_label(before.text):
        return True
    if _label_of(text) or _ENUMERATED.match(text) or text.startswith(("——", "# ", "## ")):
        # A label at the start of a line is a new paragraph, unless a number was broken off: 完成 / 3、4号楼.
        return (
            bool(wrapping)
            and _width(last) >= wrapping - 4
            and text[0].isdigit()
            and last[-1] not in _TERMINAL
            and not re.match(r"\d{1,2}[、.]\D{2}", text)
        )
    if wrapping:
        if _width(last) < wrapping - 6:
            return last[-1] in "，、（《“" or (
                len(last) > 8 and bool(_GOES_ON.match(text)) and last[-1] not in _TERMINAL
            )
        return last[-1] not in _TERMINAL and len(before.text) <= _LONGEST_PARAGRAPH
    if _ended(before.text) or len(before.text) > _LONGEST_PARAGRAPH:
        return False
    label = _label_of(before.text)
    if label and before.text.endswith("——") and len(before.text) <= LONGEST:
        return False  # 2. 企业服务——
    if before.text[-1] in "，、（《“—" or text[0] in "，。、；：）》”":
        return True
    if _SIGNED.match(before.text) or _SIGNED.match(text):
        return False
    first = re.match(r"[^。！？；，：]*", text)
    if first and len(first[0]) <= 4 and text[len(first[0]) : len(first[0]) + 1] == "。":
        return True  # 顺利 / 完工。
    if label and "。" not in before.text and len(before.text) <= LONGEST:
        return False  # a heading in its own line
    if _PART.fullmatch(before.text) or (_ENUMERATED.match(before.text) and len(before.text) <= 40):
        return False
    if "。" in before.text or len(before.text) > 45 or (before.text.count("，") > 1 and not label):
        return True
    return bool(_GOES_ON.match(text)) and not text.startswith(("在", "和谐", "及时", "与此", "等待"))


def _ended(text: str) -> bool:
    bare = text.rstrip("”’）)】》\"'")
    if not bare:
        return True
    if bare[-1] in _TERMINAL:
        return True
    # A closing bracket ends a paragraph only if it is all of it: （2025年7月）
    return text[-1] in "）)】" and text[0] in "（(【"


# --- headings ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Candidate:
    """A piece of text that may be a heading. `kind`: index of its label's kind; -1 unnumbered, -2 one that names a
    part (下半年工作打算), -4 one that the page calls a part (第一部分)."""

    kind: int
    number: int
    text: str
    line: int
    rest: str = ""  # it with its label and what follows it in its paragraph, as on the page
    buried: bool = False  # in the midst of a paragraph
    followed: bool = False  # something follows it in its paragraph
    accepted: bool = True


def _label_of(text: str) -> tuple[int, int, str] | None:
    """Kind, number and rest of a text that begins with a heading's label."""
    for kind, pattern in enumerate(_LABELS):
        if found := pattern.match(text):
            rest = found["rest"].strip(" \t　")
            written = found["n"]
            number = ord(written) - 0x245F if "①" <= written <= "⑳" else counted(written)
            if number is None or not 0 < number < 60 or not rest:
                return None
            # 一、二、三产业; 3、4号楼; 1，200亩
            if re.match(rf"[{_CN}]+[、是]|\d", rest) and kind in (0, 2) and not re.match(r"(?:19|20)\d\d", rest):
                return None
            if kind == 2 and text[len(written) : len(written) + 1] == "，":
                return None
            if kind == 0 and text.startswith("第") and not text.startswith(("第一、", "第二、")):
                return None
            return kind, number, rest
    return None


def _bare_label(text: str) -> bool:
    return bool(
        re.fullmatch(rf"(?:[{_CN}]{{1,3}}[、.．]|[（(][{_CN}]{{1,3}}[)）]|\d{{1,2}}[、.．]|[（(]\d{{1,2}}[)）])", text)
    )


def _cut(rest: str) -> tuple[str, str] | None:
    """A heading and what follows it in its paragraph; None if the text is no heading but a numbered paragraph."""
    apart = re.match(r"([^。；：]{4,40}?)(?: {2,}|[\t　]+)(?=[^ \t　]{12,})", rest)
    if apart and "。" in rest[apart.end() :]:
        return apart[1].strip(), rest[apart.end() :]
    wide = re.match(r"([^。；，：]{4,30})[ \t　]+(?=[^ \t　]{12,}。)", rest)
    if wide and len(_BLANK.findall(wide[1])) <= 1:
        return wide[1].strip(), rest[wide.end() :]
    end = re.search("[。！？]", rest)
    head = rest[: end.start()] if end else rest
    after = rest[end.end() :].lstrip("。 \t　") if end else ""
    colon = re.match(r"([^。；，：]{2,24})：(?=.)", rest)
    if colon and (len(head) > 40 or (end and not after) or (len(colon[1]) <= 12 and len(head) > len(colon[1]) + 12)):
        return colon[1], rest[colon.end() :].strip()
    if end is None and rest.endswith(("；", "，", "、")):
        return None
    if len(head) > LONGEST or "；" in head:
        return None
    return head.rstrip("：:，、；—."), after


def read_blocks(lines: Sequence[RawLine]) -> list[Block]:
    """The headings and paragraphs of a report, in order, with levels by nesting and labels in one form."""
    whole = paragraphs(lines)
    pieces: list[_Candidate | RawLine] = []
    for at, paragraph in enumerate(whole):
        if _GLOSSARY.match(paragraph.text):  # its entries are numbered, and no headings
            pieces += whole[at:]
            break
        pieces += _pieces(paragraph, whole[at + 1] if at + 1 < len(whole) else None)
    _judge([p for p in pieces if isinstance(p, _Candidate)])
    return list(_leveled(_merged(pieces)))


def _pieces(paragraph: RawLine, following: RawLine | None) -> Iterator[_Candidate | RawLine]:
    """A paragraph's headings and the text between."""
    text = re.sub(r"^#{1,6}[ \t]+", "", paragraph.text)
    marked = text != paragraph.text or paragraph.hint == "heading"
    text = text.strip("* ") if marked else text
    if not _label_of(text) and (unnumbered := _unnumbered(text, paragraph, following, marked)):
        yield unnumbered
        return
    bounds = [m.end() for m in _MID.finditer(text)]
    for start, end in zip([0, *bounds], [*bounds, len(text)], strict=True):
        piece = text[start:end].strip(" \t　")
        label = _label_of(piece)
        cut = _cut(label[2]) if label else None
        if label and cut and cut[0]:
            yield _Candidate(label[0], label[1], cut[0], paragraph.line, piece, start > 0, bool(cut[1]))
            if cut[1]:
                yield RawLine(cut[1], paragraph.line)
        elif piece:
            yield RawLine(piece, paragraph.line, "" if start == 0 else _INNER)


def _unnumbered(text: str, paragraph: RawLine, following: RawLine | None, marked: bool) -> _Candidate | None:
    bare = text.rstrip("：:")
    if paragraph.hint == "part":
        return _Candidate(-4, 0, bare, paragraph.line, text)
    if len(bare) > 40 or not bare or re.search("[。；！？]", bare) or (bare != text and not _PART.match(bare)):
        return None
    if following is None or _SIGNED.match(text) or re.match(r"(?:尊敬的|各位|同志们)|[（(].*[)）]$|——", text):
        return None
    if _DATED.match(following.text.strip()):
        return None  # who signs, above the date
    if part := _PART.match(text):
        named = (part["rest"] if part["rest"] is not None else part["all"]).rstrip("：:")
        if named and len(named) <= 30:
            return _Candidate(-2, 0, named, paragraph.line, text)
        if part["rest"] is not None:
            return _Candidate(-2, 0, bare, paragraph.line, text)
    if gap_spans(text) and not marked:
        return None
    if (marked or _ENUMERATED.match(text) or (3 < len(bare) <= 30 and "，" not in bare[-1:])) and not text.endswith(
        ("，", "、", "：")
    ):
        return _Candidate(-1, 0, bare, paragraph.line, text)
    return None


def _judge(candidates: Sequence[_Candidate]) -> None:
    """Take back buried headings whose number does not count on: numbered items of a list, figures of a text."""
    numbered = [c for c in candidates if c.kind >= 0]
    following: list[int] = []  # the number of each one's next sibling or cousin of its kind, 0 if there is none
    ahead: dict[int, int] = {}
    for candidate in reversed(numbered):
        following.append(ahead.get(candidate.kind, 0))
        ahead[candidate.kind] = candidate.number
    last: dict[int, int] = {}
    for candidate, after in zip(numbered, reversed(following), strict=True):
        before = last.get(candidate.kind, 0)
        if candidate.buried:
            counts_on = candidate.number == before + 1 or (candidate.number == 1 and after == 2)
            # 三 lost by the page, 四 there: only of the kinds that lists in running text do not use.
            skips_one = before > 0 and candidate.number == before + 2 and candidate.kind < 2
            candidate.accepted = counts_on or skips_one
        if candidate.accepted:
            last[candidate.kind] = candidate.number


def _merged(pieces: Sequence[_Candidate | RawLine]) -> list[_Candidate | RawLine]:
    """The pieces with what was cut in vain put back into its paragraph."""
    merged: list[_Candidate | list[str]] = []  # a paragraph as its parts
    lines: list[int] = []
    body_of_refused = False  # the next piece is what follows a refused heading, and put back with it
    for piece in pieces:
        if isinstance(piece, _Candidate) and piece.accepted:
            merged.append(piece)
            lines.append(piece.line)
            body_of_refused = False
            continue
        if isinstance(piece, RawLine) and body_of_refused and piece.hint != _INNER:
            body_of_refused = False
            continue
        body_of_refused = isinstance(piece, _Candidate) and piece.followed
        text, inner = (piece.rest, True) if isinstance(piece, _Candidate) else (piece.text, piece.hint == _INNER)
        last = merged[-1] if merged else None
        if inner and isinstance(last, list) and lines[-1] == piece.line:
            last.append(text)
        else:
            merged.append([text])
            lines.append(piece.line)
    return [
        x if isinstance(x, _Candidate) else RawLine("".join(x), line) for x, line in zip(merged, lines, strict=True)
    ]


@dataclass(slots=True)
class _Open:
    """A heading whose section the reading is in. `kind` as a candidate's."""

    kind: int
    number: int


def _leveled(pieces: Sequence[_Candidate | RawLine]) -> Iterator[Block]:
    stack: list[_Open] = []
    for at, piece in enumerate(pieces):
        if isinstance(piece, RawLine):
            yield Block(0, "", tidy(piece.text), piece.line)
            continue
        if piece.kind < 0:
            yield from _unnumbered_block(piece, pieces, at, stack)
            continue
        same = next((i for i in range(len(stack) - 1, -1, -1) if stack[i].kind == piece.kind), None)
        if same is not None and not (piece.number == 1 and stack[same].number >= 1 and _stays_open(pieces, at)):
            del stack[same:]
        elif same is None and piece.number > 1:
            # Its first sibling is lost: it stands where its kind stands.
            while stack and stack[-1].kind >= piece.kind:
                stack.pop()
        stack.append(_Open(piece.kind, piece.number))
        yield Block(min(4, len(stack)), _written(piece.kind, piece.number), tidy(piece.text), piece.line)


def _stays_open(pieces: Sequence[_Candidate | RawLine], at: int) -> bool:
    """Whether a count that begins again stands within the heading above it (二、下半年打算 > 一、…), not beside it.

    It does if it follows that heading at once; a count that begins again after text is another part's.
    """
    previous = pieces[at - 1] if at else None
    return isinstance(previous, _Candidate) or _text_since(pieces, at) < 400


def _text_since(pieces: Sequence[_Candidate | RawLine], at: int) -> int:
    length = 0
    for before in range(at - 1, -1, -1):
        piece = pieces[before]
        if isinstance(piece, _Candidate):
            break
        length += len(piece.text)
    return length


def _unnumbered_block(
    piece: _Candidate, pieces: Sequence[_Candidate | RawLine], at: int, stack: list[_Open]
) -> Iterator[Block]:
    following = next((p for p in islice(pieces, at + 1, at + 200) if isinstance(p, _Candidate)), None)
    restarts = following is not None and following.kind >= 0 and following.number == 1
    enumerated = piece.kind == -1 and _ENUMERATED.match(piece.text)
    top = following is not None and bool(stack) and any(s.kind == following.kind for s in stack)
    if piece.kind == -4:
        # 第一部分 is no level of official prose: what stands under it counts from the top.
        stack.clear()
        if piece.text:
            yield Block(1, "", tidy(piece.text), piece.line)
    elif enumerated:
        # 一是… in its own line stands among the headings, but official prose does not count it as a level.
        while stack and stack[-1].kind > 0:
            stack.pop()
        yield Block(min(4, len(stack) + 1), "", tidy(piece.text), piece.line)
    elif restarts and (top or not stack or piece.kind == -2):
        # A part of the report with a count of its own: 下半年工作思路 > 一、
        if (following is not None and following.kind == 0) or top or not stack:
            stack.clear()
        stack.append(_Open(-2, 0))
        yield Block(min(4, len(stack)), "", tidy(piece.text), piece.line)
    else:
        numbered = sum(s.kind >= 0 for s in stack)
        yield Block(min(4, numbered + 1), "", tidy(piece.text), piece.line)


def _written(kind: int, number: int) -> str:
    match kind:
        case 0:
            return f"{chinese_count(number)}、"
        case 1:
            return f"（{chinese_count(number)}）"
        case 2:
            return f"{number}."
        case 3:
            return f"（{number}）"
        case 4:
            return f"{number}）"
        case _:
            return chr(0x2460 + number - 1)


def tidy(text: str) -> str:
    """Text without the blanks that pages put between characters; one stays where a figure is lost (投资 亿元)."""
    if not _BLANK.search(text):
        return text
    lost = {start for start, end in gap_spans(text) if text[start] in " \t　"}
    return _AROUND.sub(lambda m: " " if m.start() in lost else "", text).strip(" \t　")
