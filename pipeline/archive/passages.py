"""Cutting articles into passages (段落): a section's own text, its heading path, and its masked form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256

from pipeline.archive.exemplars import Article
from pipeline.archive.passage import Passage as Passage
from pipeline.language.gaps import gap_spans
from pipeline.language.headings import read_outline
from pipeline.language.indicators import ACTIONS
from pipeline.language.places import EVERYDAY
from pipeline.language.quantities import Quantity, read_quantities

LONGEST = 600  # characters of a passage; a single longer sentence stays whole

_PARAGRAPH = re.compile(r"[^\n]+")
_SENTENCE = re.compile(r"[^。！？!?\n]*(?:[。！？!?]+[”’）》」』]*|\n|$)\s*")
_CLAUSE = re.compile(r"[^；;]*(?:[；;]+|$)\s*")


def passages(article: Article, topic_of: Callable[[str, str], str | None]) -> tuple[Passage, ...]:
    """Cut an article into passages, in the order of the text. Sections that are a heading only give none.

    `topic_of(heading, text)` gives a section's topic, asked once a section with its own heading ("" before the first).
    """
    masks = place_masks(article.text, article.region)
    found: list[Passage] = []
    met: dict[tuple[tuple[str, ...], str], int] = {}
    for section in read_outline(article.text):
        body = article.text[section.body_start : section.end]
        if not body.strip():
            continue
        topic = topic_of(section.heading, body.strip())
        for start, end in pieces(body):
            text = body[start:end]
            again = met.get((section.path, text), 0)
            met[section.path, text] = again + 1
            gaps = gap_spans(text)
            found.append(
                Passage(
                    id=_identity(article.source, section.path, text, again),
                    source=article.source,
                    line=article.line_offset + article.text.count("\n", 0, section.body_start + start) + 1,
                    heading_path=section.path,
                    genre=article.genre,
                    topic=topic,
                    region=article.region,
                    period=article.period,
                    title=article.title,
                    text=text,
                    masked=masked(without_gaps(text, gaps), masks),
                    quantities=_figures(text, gaps),
                    gaps=gaps,
                    names=_named(text, masks),
                )
            )
    return tuple(found)


def without_gaps(text: str, gaps: Sequence[tuple[int, int]]) -> str:
    """A text without the sentences in which something is masked or lost: nobody should write after those."""
    if not gaps:
        return text
    whole = [m for m in _SENTENCE.finditer(text) if m[0]]
    return "".join(m[0] for m in whole if not any(m.start() < end and start < m.end() for start, end in gaps)).strip()


def _figures(text: str, gaps: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    spans = [(q.start, q.end) for q in read_quantities(text) if q.kind not in _KINDS_KEPT]
    return tuple(span for span in spans if not any(span[0] < end and start < span[1] for start, end in gaps))


def _named(text: str, masks: Mapping[str, str]) -> tuple[str, ...]:
    if not masks:
        return ()
    either = re.compile("|".join(map(re.escape, sorted(masks, key=lambda name: (-len(name), name)))))
    return tuple(dict.fromkeys(either.findall(text)))


def _identity(source: str, path: tuple[str, ...], text: str, again: int) -> str:
    # Unit separators keep ("ab", "c") apart from ("a", "bc"); `again` counts equal texts under one heading.
    return sha256("\x1f".join((source, *path, text, str(again))).encode()).hexdigest()[:16]


def pieces(body: str) -> list[tuple[int, int]]:
    """Where to cut a section's text: its paragraphs, and a paragraph over `LONGEST` characters at sentences.

    Paragraphs stand apart because each treats its own thing (一是…, 二是…): search finds them better so. A sentence over
    `LONGEST` is cut at semicolons; what has none stays whole. Spans begin and end with a visible character and leave out
    nothing visible. A text without any gives no span.
    """
    return [
        (paragraph.start() + start, paragraph.start() + end)
        for paragraph in _PARAGRAPH.finditer(body)
        for start, end in _pieces(paragraph[0])
    ]


def _pieces(paragraph: str) -> list[tuple[int, int]]:
    """Spans of at most `LONGEST` characters, about equal, each ending with a sentence."""
    spans = list(_sentences(paragraph))
    parts = -(-sum(end - start for start, end in spans) // LONGEST)
    if not parts:
        return []
    # Aim for equal pieces, not for full ones with a scrap at the end; a sentence goes where more of it fits.
    aim = min(LONGEST, sum(end - start for start, end in spans) / parts)
    cut: list[tuple[int, int]] = []
    for start, end in spans:
        if cut and end - cut[-1][0] <= LONGEST and (cut[-1][1] + end) / 2 - cut[-1][0] <= aim:
            cut[-1] = (cut[-1][0], end)
        else:
            cut.append((start, end))
    return [
        (start + _blank_before(paragraph[start:end]), start + len(paragraph[start:end].rstrip())) for start, end in cut
    ]


def _blank_before(text: str) -> int:
    return len(text) - len(text.lstrip())


def _sentences(body: str) -> Iterator[tuple[int, int]]:
    """Spans of the sentences that hold something visible; too long ones as their clauses."""
    for sentence in _SENTENCE.finditer(body):
        if not sentence[0].strip():
            continue
        if len(sentence[0]) <= LONGEST:
            yield sentence.span()
            continue
        for clause in _CLAUSE.finditer(sentence[0]):
            if clause[0].strip():
                yield sentence.start() + clause.start(), sentence.start() + clause.end()


# --- the masked form ---------------------------------------------------------------------------------------------

_KINDS_KEPT = ("name", "ordinal")  # 三个代表, 第三: part of the wording, not of the achievement
_NUMERAL = re.compile(r"[0-9０-９][0-9０-９.．,，]*|[〇零一二三四五六七八九十百千两半]+")
_REGION = re.compile(r"(?P<county>[\u4e00-\u9fff]{1,6}?[县市区旗])?(?P<town>[\u4e00-\u9fff]{1,6}?(?:镇|乡|街道|苏木))?")
_VILLAGES = ("行政村", "自然村", "村委会", "村民小组", "社区", "嘎查", "村", "屯")
_TOWNS = ("街道", "苏木", "镇", "乡")
_HAN = r"[\u4e00-\u9fff]"
# A name is learned where its beginning is plain: a village's after a mark, a figure or a word that governs it, a town's
# after such a word only, since 提升镇 and 改善乡 stand after marks. What follows 村 must not make another word of it.
_GOVERNING = "在由对到从向和与及将把的"
_GOVERNED = rf"(?<=[{_GOVERNING}])|(?<=依托)"
_WORD_GOES_ON = r"(?![级民容庄集规史风务医道居里貌落镇屯企干组社村])"
_PLACES = (
    re.compile(rf"(?:(?<!{_HAN})|{_GOVERNED})({_HAN}{{2,6}}?)({'|'.join(_VILLAGES)}){_WORD_GOES_ON}"),
    re.compile(rf"(?:{_GOVERNED})({_HAN}{{2,3}}?)({'|'.join(_TOWNS)}){_WORD_GOES_ON}"),
)
_ENUMERATED = re.compile(
    rf"(?:(?<!{_HAN})|{_GOVERNED})((?:{_HAN}{{2,3}}[、和])+{_HAN}{{2,3}}?)"
    rf"等?(?:[0-9]+|[一二两三四五六七八九十]+)个?(?:行政|自然|示范|试点|重点)?(?:村|社区|嘎查|屯|乡|镇)"
)
# Characters that no name has before 村 or 镇, and words there that say which kind of village it is.
_NO_NAME = frozenset(
    "的了在和与及或是有各全本该某每几两双个名片条批级类型性农乡行政建整创驻进入包联帮扶强弱薄空壳由到为从向对以把被将让使给"
    "于其这那之所等共同市县区镇村街道城牧业项目部门干邻示范试点重先进精品特色跨下"
)
_NO_NAMES = (
    "文明",
    "健康",
    "平安",
    "生态",
    "旅游",
    "宜居",
    "美丽",
    "贫困",
    "脱贫",
    "移民",
    "达标",
    "空心",
    "卫生",
    "民主",
    "法治",
    "中心",
    "周边",
    "偏远",
    "山区",
    "库区",
    "沿线",
    "沿海",
    "沿江",
    "沿河",
    "传统",
    "历史",
    "古老",
    "智慧",
    "数字",
    "革命",
    "少数",
    "未来",
    "绿色",
    "自然",
    "属地",
    "外地",
    "主要",
    "搬迁",
    "嘎查",
    "和美",
    "美渔",
    "现代",
    "成员",
    "统一",
)
_VERBS = (
    *ACTIONS,
    *(
        "支持",
        "发展",
        "壮大",
        "完善",
        "维修",
        "改善",
        "更新",
        "落实",
        "计划",
        "提升",
        "优化",
        "指导",
        "依托",
        "推动",
        "激活",
        "厘清",
    ),
    *(
        "涵养",
        "弘扬",
        "丰富",
        "公开",
        "加强",
        "强化",
        "规范",
        "带动",
        "带领",
        "围绕",
        "抓好",
        "打造",
        "开发",
        "保护",
        "统筹",
        "督促",
    ),
)


def place_masks(text: str, region: str) -> dict[str, str]:
    """The names of places in a report, each with what stands for it in the masked form: 汀月镇 → 本镇, 蓼汀村 → 某村.

    `region`: where the report comes from, such as 澄泖县汀月镇. Names are learned where their beginning is plain, in
    this text, so pass the whole report. A name without its kind (蓼汀) is given only if it is no everyday word.
    """
    masks: dict[str, str] = {}
    for pattern in _PLACES:
        for found in pattern.finditer(text):
            _learn(masks, found[1], found[2], text)
    for listed in _ENUMERATED.finditer(text):
        stems = [_stem(written) for written in re.split("[、和]", listed[1])]
        if all(stems):  # a list in which anything is no name is a list of something else
            masks.update((stem, "某地") for stem in stems if stem not in EVERYDAY)
    own = _REGION.match(region)
    for name in (own["county"], own["town"]) if own else ():
        if name:
            kind = next((kind for kind in _TOWNS if name.endswith(kind)), name[-1])
            masks[name] = f"本{kind}"
            if len(stem := name.removesuffix(kind)) > 1:  # one character stands within too many words
                masks[stem] = "本地"
    return masks


def _learn(masks: dict[str, str], written: str, kind: str, text: str) -> None:
    if stem := _stem(written):
        masks[stem + kind] = f"某{kind}"
        # What mostly stands without its kind is a word before it, not its name.
        if stem not in EVERYDAY and text.count(stem) <= 3 * text.count(stem + kind):
            masks.setdefault(stem, "某地")


def _stem(written: str) -> str:
    """The name in what stands before 村: what governs it taken off (依托蓼汀 → 蓼汀); "" if that is no name."""
    written = written.lstrip(_GOVERNING)
    while verb := next((verb for verb in _VERBS if written.startswith(verb)), ""):
        written = written.removeprefix(verb)
    no_name = set(written) & _NO_NAME or any(word in written for word in _NO_NAMES)
    return "" if no_name or not 2 <= len(written) <= 4 else written


def masked(text: str, masks: Mapping[str, str]) -> str:
    """Replace a text's figures by N before their unit, and `masks`' names by what stands for them (see `place_masks`).

    Names with a figure in them (204国道) and ordinals stay. What is left says how one writes, no longer what one town
    achieved.
    """
    text = _figures_masked(text)
    if not masks:
        return text
    longest_first = sorted(masks, key=lambda name: (-len(name), name))
    return re.sub("|".join(map(re.escape, longest_first)), lambda found: masks[found[0]], text)


def _figures_masked(text: str) -> str:
    parts: list[str] = []
    at = 0
    for quantity in read_quantities(text):
        if quantity.kind not in _KINDS_KEPT and quantity.start >= at:
            parts += (text[at : quantity.start], _figure_masked(quantity))
            at = quantity.end
    return "".join((*parts, text[at:]))


def _figure_masked(quantity: Quantity) -> str:
    unit = quantity.unit
    if unit and quantity.raw.endswith(unit) and quantity.kind != "date":  # 2025年6月 keeps its 年
        return f"N{unit}"
    if quantity.kind == "percent":
        return "N%"  # 百分之五, 三成
    return _NUMERAL.sub("N", quantity.raw)
