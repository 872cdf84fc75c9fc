"""Names that do not belong into a report (外来名称): places, bodies and people of other reports, places that the sheet does not know."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set

from eval.checks.document import Document
from eval.checks.findings import Finding
from pipeline.facts.model import Sheet
from pipeline.language.names import person_spans
from pipeline.language.places import ENDING, is_name_stem, may_end, place_spans


def names(document: Document, sheet: Sheet, foreign: Mapping[str, str]) -> Iterator[Finding]:
    """Names of places that the sheet does not know, of bodies and people that come from an exemplar. `foreign`: names of the
    exemplars → the report they come from.

    Such names are mined from running text and are not all names (公开乡 of 公开乡镇权责): one that its report's title holds is
    looked for anywhere, another only where a name can stand.
    """
    own = " ".join(
        [
            sheet.meta.town,
            sheet.meta.county,
            sheet.meta.org,
            sheet.meta.title,
            *(f"{f.indicator} {f.text} {f.note}" for f in sheet.facts),
        ]
    )
    foreign = {n: of for n, of in foreign.items() if len(n) > 2 and n not in own and sheet.meta.town not in of}
    taken: list[tuple[int, int]] = []
    reported = (n for n, of in foreign.items() if re.search(rf"(?:^|[县市区旗盟州]){re.escape(n)}", of))
    for name in sorted(reported, key=lambda n: (-len(n), n)):
        for m in re.finditer(re.escape(name), document.text):
            if m.start() >= document.body_start and not _overlaps(m.span(), taken):
                taken.append(m.span())
                yield _of_an_exemplar(document, m.start(), m.end(), foreign[name])
    people = {document.text[start:end] for start, end in person_spans(document.plain)}
    for start, end in _of_exemplars(document, foreign, people):
        if start >= document.body_start and not _overlaps((start, end), taken):
            taken.append((start, end))
            yield _of_an_exemplar(document, start, end, foreign[document.text[start:end]])
    for m in _SIGNED.finditer(document.text, document.body_start):
        if m[1] not in own and not _overlaps(m.span(1), taken):
            taken.append(m.span(1))
            message = f"落款写的是“{m[1]}”，清单是{sheet.meta.town}的。请改正。"
            yield document.finding("leak.name", "error", *m.span(1), message)
    places = [
        p for p in _strange_places(document.plain, own) if p[0] >= document.body_start and not _overlaps(p, taken)
    ]
    often = Counter(document.text[a:b] for a, b in places)
    for start, end in places:
        name = document.text[start:end]
        line = document.text.rfind("\n", 0, start) + 1
        before = document.text[max(0, start - 1) : start]
        heads = not document.text[line:start].strip("# 　") and bool(_SIGNS.match(document.text, end))
        acts = not _HAN.match(before) and bool(_ACTS.match(document.text, end))
        sure = name[-1] in "镇乡县旗" and (before in ("县", "市", "区") or heads or acts or often[name] > 2)
        message = f"“{name}”不是本清单的地名（本文是{sheet.meta.town}的）。若写错了请改正；确有其事，请写进清单。"
        yield document.finding("leak.name", "error" if sure else "warning", start, end, message)


# What a town does or has: after a name in front of these there is no doubt that it is one.
_ACTS = re.compile(
    r"(?:\d{4}年|全镇|上半年|下半年|坚持|围绕|紧扣|紧紧|立足|着力|聚焦|聚力|将|在|以|认真|全面|深入|扎实|始终|积极|牢固|牢牢|锚定|把|按照|高度|抢抓|主动|统筹|突出|持续|切实)"
)
_SIGNS = re.compile(r"\d{4}年|人民政府\s*$|关于|[上下]半年", re.M)
_HAN = re.compile(r"[一-鿿]")
_SIGNED = re.compile(r"^[ 　]*(?:中共)?([一-鿿]{2,4}[镇乡])(?:党委|党工委|委员会|委|人民政府)(?:办公室)?[ 　]*$", re.M)


def _overlaps(span: tuple[int, int], taken: Sequence[tuple[int, int]]) -> bool:
    return any(a < span[1] and span[0] < b for a, b in taken)


def _of_an_exemplar(document: Document, start: int, end: int, source: str) -> Finding:
    name = document.text[start:end]
    return document.finding(
        "leak.name", "error", start, end, f"“{name}”是范文里的名称（{source}），清单里没有。请删去，或改成本地的名称。"
    )


_KINDS = re.compile(r"(?:公司|合作社|合作联社|农场|养殖场|律师事务所|小学|中学|幼儿园|卫生院|医院|敬老院)$")


def _of_exemplars(document: Document, foreign: Mapping[str, str], people: Set[str]) -> Iterator[tuple[int, int]]:
    """Where the places, firms and people of exemplars stand: a place wherever a name may end, a person where an office says so."""
    plain = document.plain
    for ending in ENDING.finditer(plain):
        if not may_end(plain, ending.end()):
            continue
        for length in (4, 3, 2):
            start = ending.start() - length
            if (
                start >= 0
                and document.text[start : ending.end()] in foreign
                and is_name_stem(plain[start : ending.start()])
            ):
                yield start, ending.end()
                break
    for name in foreign:
        if _KINDS.search(name) or name in people:
            yield from (m.span() for m in re.finditer(re.escape(name), document.text))


def _strange_places(text: str, own: str) -> list[tuple[int, int]]:
    """Spans of the names of towns, counties and villages that `own` does not hold, with the words that govern them or without."""
    lengths = (1, 2, 3, 4) if re.search(r"(?:^| )[一-鿿]镇", own) else (2, 3, 4)
    found = []
    for start, end in sorted(place_spans(text)):
        ending = ENDING.search(text, start + 1, end + 1)
        if ending is None or ending.end() != end:
            continue  # of a list (荻渚、蒲塘等3个村): what it is shows only there
        known = (text[max(0, ending.start() - n) : end] for n in lengths)
        if not any(name in own for name in known):
            found.append((start, end))
    return found
