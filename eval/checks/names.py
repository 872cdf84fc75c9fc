"""Names that do not belong into a report (外来名称): places, bodies and people of other reports, places that the sheet does not know."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set

from eval.checks.document import Document
from eval.checks.findings import Finding
from pipeline.facts.model import Sheet
from pipeline.language.names import person_spans
from pipeline.language.places import ENDING, EVERYDAY, is_name_stem, may_end, place_spans

Spans = Sequence[tuple[int, int]]  # of the places in a draft, sorted


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
    titles = {n for n, of in foreign.items() if re.search(rf"(?:^|[县市区旗盟州]){re.escape(n)}", of)}
    for name in sorted(titles, key=lambda n: (-len(n), n)):
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
    spans = sorted(place_spans(document.plain))
    yield from _counties(document, sheet, own, spans, taken)
    strange: set[str] = set()
    yield from _unknown(document, sheet, own, spans, taken, strange)
    towns = {n: of for n, of in foreign.items() if n in titles}
    yield from _short(document, sheet, own, spans, towns, strange, taken)


def _unknown(
    document: Document, sheet: Sheet, own: str, spans: Spans, taken: list[tuple[int, int]], strange: set[str]
) -> Iterator[Finding]:
    """Places that neither the sheet nor an exemplar has. Those that are certainly another town's are added to `strange`; a village,
    which may be the town's own, is told of once."""
    text, told = document.text, set()
    places = [
        p
        for p in _strange_places(document.plain, own, spans)
        if p[0] >= document.body_start and not _overlaps(p, taken)
    ]
    often = Counter(text[a:b] for a, b in places)
    for start, end in places:
        taken.append((start, end))
        name = text[start:end]
        line = text.rfind("\n", 0, start) + 1
        before = text[max(0, start - 1) : start]
        heads = not text[line:start].strip("# 　") and bool(_SIGNS.match(text, end))
        acts = not _HAN.match(before) and bool(_ACTS.match(text, end))
        rules = bool(_RULED.match(text, end)) and not _VISITED.search(text, max(line, start - 6), start)
        sure = name[-1] in "镇乡县旗" and (before in ("县", "市", "区") or heads or acts or rules or often[name] > 2)
        if sure:
            strange.add(name)
            message = f"“{name}”不是本清单的地名（本文是{sheet.meta.town}的）。若写错了请改正；确有其事，请写进清单。"
        elif name in told:
            continue
        else:
            told.add(name)
            many = f"（文中共{often[name]}处）" if often[name] > 1 else ""
            message = (
                f"“{name}”{many}清单里没有。若是从别处的材料带来的，请改正；确是本文要说的，可写进清单，就不再提示。"
            )
        yield document.finding("leak.name", "error" if sure else "warning", start, end, message)


# What only a town's own organs do: a report names those of its own town.
_RULED = re.compile(r"党委|党政|人民政府|政府(?!采购)|人大(?!代表)|党工委")
_VISITED = re.compile(r"(?:[与和同跟及赴向、]|前往|到|对接|学习|借鉴|考察|曾任|时任|调任|邻近|兄弟乡?镇)$")


def _counties(
    document: Document, sheet: Sheet, own: str, spans: Spans, taken: list[tuple[int, int]]
) -> Iterator[Finding]:
    """Counties that lead the town (松阳县委, 松阳县云溪镇). Another than the sheet's is an error; where the sheet names none, the
    first stands, and another beside it contradicts it."""
    plain, first = document.plain, ""
    county, town = sheet.meta.county, sheet.meta.town
    known = (county and county in own) or ""
    for start, end in spans:
        name = document.text[start:end]
        if name[-1] not in "县旗" or start < document.body_start or _overlaps((start, end), taken):
            continue
        leads = plain.startswith(("委", "政府", "人民政府", "人大", "政协", "党委"), end) or plain.startswith(town, end)
        line = plain.rfind("\n", 0, start) + 1
        if not leads or (name in own and name != county) or _VISITED.search(plain, max(line, start - 6), start):
            continue
        if known:
            if name == county:
                continue
            message = f"“{name}”不是本镇所在的县，清单写的是{county}。请改正。"
        elif not first or name == first:
            if not first:
                first = name
                taken.append((start, end))
                message = f"清单没有写明所在的县，请核对“{name}”是否写对（可在清单的基本信息里补上）。"
                yield document.finding("leak.name", "warning", start, end, message)
            else:
                taken.append((start, end))
            continue
        else:
            message = f"前文写的是“{first}”，这里写的是“{name}”，一个镇不会属于两个县。请核对，改成本地的县名。"
        taken.append((start, end))
        yield document.finding("leak.name", "error", start, end, message)


# 谱写云溪新篇章: what stands there is a place, unless it is one of these words.
_FRAME = re.compile(
    r"(?:谱写|书写|续写|绘就|奏响|开创|谱就)(?:好|了|出)?(?:新时代|中国式现代化|中国梦的)?([一-鿿]{2,3}?)(?:镇|乡)?"
    r"(?:“[^”\n]{1,12}”)?(?:经济|社会|高质量|跨越式?|农业|农村|乡村|全面|现代化|振兴|建设|发展|的|更加)*[崭全]?(?:新|精彩|美丽|壮丽|绚丽)?(?:篇章|华章|乐章|诗篇|画卷|答卷)"
)
_NO_PLACE = re.compile(
    "发展|时代|乡村|中国|全镇|我镇|本镇|我乡|各项|更加|辉煌|壮丽|绚丽|崭新|精彩|民生|党建|水乡|山乡|振兴|质量|全新|美丽|共同|富裕|改革|创新|经济|社会|农业|农村|建设|奋斗|事业|工作|文明|和谐|城乡|幸福|一幅|一曲|新的|出彩|人生|青春|巾帼|治理|法治|平安|生态|绿色|文旅|强镇|富民|现代|基层|山水|家乡|为民|新篇|同心|奋进"
)
_OF_A_TOWN = re.compile(
    r"(?:谱写|建设|推动|推进|加快|打造|共建|共创|共绘|展现|唱响|擦亮|助力|平安|美丽|幸福|魅力|实力|活力|富美|法治|和美|宜居|生态|文明|诚信|数字|清廉|健康|书香|新|好|“)$"
)
_WITH_A_TOWN = re.compile(
    r"人民|群众|干部|发展|新篇|新貌|实际|大地|儿女|经济|模式|经验|品牌|特色|速度|高质量|乡村|振兴|党委|政府|党政|全域|各界|的(?:发展|变化|明天|未来|实际)"
)


def _short(
    document: Document,
    sheet: Sheet,
    own: str,
    spans: Spans,
    towns: Mapping[str, str],
    strange: Set[str],
    taken: list[tuple[int, int]],
) -> Iterator[Finding]:
    """Other towns by their short form (谱写云溪新篇章): those of exemplars and those that stand in full elsewhere in the text; others
    where only a place can stand."""
    text = document.text
    for name in sorted({*towns, *strange}, key=lambda n: (-len(n), n)):
        stem = _KIND.sub("", name)
        if len(stem) < 2 or stem in own or stem in EVERYDAY or not is_name_stem(stem):
            continue
        for m in re.finditer(re.escape(stem), text):
            if m.start() < document.body_start or _overlaps(m.span(), taken) or _overlaps(m.span(), spans):
                continue
            taken.append(m.span())
            told = _OF_A_TOWN.search(text, max(0, m.start() - 3), m.start()) or _WITH_A_TOWN.match(text, m.end())
            whose = f"范文（{towns[name]}）里“{name}”的简称" if name in towns else f"“{name}”的简称"
            message = f"“{stem}”是{whose}，本文是{sheet.meta.town}的。请改成本地的名称。"
            yield document.finding("leak.name", "error" if told or len(stem) > 2 else "warning", *m.span(), message)
    for m in _FRAME.finditer(text, document.body_start):
        if m[1] in own or _overlaps(m.span(1), taken) or _NO_PLACE.search(m[1]) or not is_name_stem(m[1]):
            continue
        message = f"“{m[0]}”：“{m[1]}”像是别处的地名，本文是{sheet.meta.town}的。若写错了请改正。"
        yield document.finding("leak.name", "warning", *m.span(1), message)


_KIND = re.compile(r"(?:镇|乡|街道|苏木|嘎查|县|旗|村|社区)$")


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


def _strange_places(text: str, own: str, spans: Spans) -> list[tuple[int, int]]:
    """Spans of the names of towns, counties and villages that `own` does not hold, with the words that govern them or without."""
    lengths = (1, 2, 3, 4) if re.search(r"(?:^| )[一-鿿]镇", own) else (2, 3, 4)
    found = []
    for start, end in spans:
        ending = ENDING.search(text, start + 1, end + 1)
        if ending is None or ending.end() != end:
            continue  # of a list (荻渚、蒲塘等3个村): what it is shows only there
        known = (text[max(0, ending.start() - n) : end] for n in lengths)
        if not any(name in own for name in known):
            found.append((start, end))
    return found
