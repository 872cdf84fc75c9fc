"""Signs and words (文字): half-width marks among full-width ones, slogans of another time, sentences said twice."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from eval.checks.document import Document
from eval.checks.findings import Finding
from eval.checks.slogans import anachronisms
from pipeline.facts.model import Sheet

_FULL = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？", "(": "（", ")": "）", ".": "。"}
_HALF = re.compile(r"[,;:!?.()]")  # tells quickly where the next pattern need be tried
_HALF_MARK = re.compile(
    r"(?:(?<=[一-鿿％%”）》])[,;:!?](?!\d)|[,;:!?](?=[一-鿿“《（])|(?<=[一-鿿”）])\.(?=\s|$|[一-鿿“])|(?<=[一-鿿])\((?=[一-鿿])|(?<=[一-鿿])\))"
)
# Each begins with the sign itself and looks back from there, so that all other characters are passed over at once.
_DOUBLED = re.compile(r"[，。；：、！？](?:(?:\s*[，。；：、！？])+|(?<=，)(?=[）”])|(?<=[（“][，。；、]))")
_QUOTE = re.compile(r'["\'](?:(?<=[一-鿿，。：、]")[^"\n]{1,40}"|(?<=[一-鿿]\')[^\'\n]{1,40}\')')
_SIGNS = re.compile(r"[^一-鿿0-9.%]+")
_SPACED = re.compile(r" (?<=[一-鿿] ) *(?=[，。；、])")
MANY = 20  # half-width marks; a text that has so many was typed so, and hears of it once
_PAIRS = (("（", "）"), ("“", "”"), ("《", "》"), ("‘", "’"), ("【", "】"))


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
