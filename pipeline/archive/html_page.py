"""A web page as lines: what a browser would show of its text, without what its markup says is no text.

Parsed by Lexbor (through selectolax), which builds the tree that browsers build of faulty markup. Where the body stands
is found by where its sentences stand: no list of sites, no templates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.archive.articles import is_title
from pipeline.archive.raw_lines import Hint, RawLine, RawPage, Removed
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

DEEPEST = 2_000  # open tags; the parser's time grows with the square of the depth

_DROPPED = frozenset(
    "script style noscript template iframe svg select button textarea object canvas audio video map head rt rp datalist".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4"
    " h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul caption legend".split()
)
_CONTAINERS = frozenset("article body center div form main section table tbody td tr fieldset blockquote".split())
_FURNITURE_TAGS = frozenset("nav footer aside".split())
_FURNITURE_WORDS = frozenset(
    "nav navbar navi menu breadcrumb breadcrumbs crumb crumbs topbar footer foot copyright share bdshare social comment comments"
    " related relate recommend sidebar aside ad ads advert adsense advertisement banner pager pagination pagebar toolbar popup"
    " modal adsbygoogle gg guanggao qrcode friendlink friendlinks login disclaimer hot tags keywords prevnext prenext".split()
)
_ADVERTISED = frozenset("ad ads advert adsbygoogle adsense gg guanggao".split())  # within a paragraph
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])|(?:left|top|text-indent)\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
_OPEN_OR_CLOSE = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ENDLESS = re.compile(r"<[a-zA-Z](?:[^<>\"]|\"[^\"<>]{0,200000}\"){20000}")
_UNCLOSED = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li td th tr tbody thead dt dd option".split()
)
_BLANK = re.compile(r"[ \t\r\n\f]+")
_SENTENCE = re.compile("[。；！？]")
_HAN = re.compile("[\u3400-\u9fff]")
_LABELLED = re.compile(r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]|\d{1,2}[.、](?!\d)")


@dataclass(slots=True)
class _Line:
    text: str
    hint: Hint
    line: int
    container: int
    furniture: int  # the outermost element around it whose name says furniture; -1 for none
    linked: int = 0  # characters within links

    @property
    def sentences(self) -> int:
        """Characters of Chinese prose: those of a line with a sentence's end that is not mostly links."""
        if 2 * self.linked > len(self.text) or not _SENTENCE.search(self.text):
            return 0
        return len(_HAN.findall(self.text))


@dataclass(slots=True)
class _Rendering:
    """The lines of a tree, and the containers they stand in, numbered from the outside in."""

    source: str
    lines: list[_Line] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)  # of each container, -1 for the outermost
    at: int = 0  # how far in the source lines have been found again
    line: int = 1

    def line_of(self, words: str) -> int:
        """The source line where the next words stand; the last one found if they are not found as written."""
        found = self.source.find(words[:12], self.at)
        if found >= 0:
            self.line += self.source.count("\n", self.at, found)
            self.at = found
        return self.line


def read_html(source: str, encoding: str, name: str) -> RawPage:
    """The lines of a web page. Raises PipelineError if it is nested too deep to parse or shows no text."""
    _refuse_nesting(source, name)
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(source)
    rendering = _Rendering(source)
    heading = tree.css_first("title")
    title = _BLANK.sub(" ", heading.text()).strip() if heading else ""
    if tree.body:
        _render(tree.body, rendering)
    if not rendering.lines:
        raise PipelineError("网页里没有文字。", where=name, mend="用浏览器打开，把正文复制存成 .txt。")
    lines = _body(rendering)
    if title:
        lines = (RawLine(title, 1, "title"), *lines)
    return RawPage(encoding, lines, tuple(rendering.removed))


def _refuse_nesting(source: str, name: str) -> None:
    if _ENDLESS.search(source):
        raise PipelineError("网页里有长得不合理的标签。", where=name, mend="用浏览器打开，把正文复制存成 .txt。")
    depth = 0
    for tag in _OPEN_OR_CLOSE.finditer(source):
        if tag[2].lower() not in _UNCLOSED:
            depth = max(0, depth + (-1 if tag[1] else 1))
            if depth > DEEPEST:
                raise PipelineError(
                    f"网页的标签嵌套过深，超过 {DEEPEST} 层。", where=name, mend="用浏览器打开，把正文复制存成 .txt。"
                )


@dataclass(slots=True)
class _State:
    """Where the walk is: restored when an element is left."""

    container: int = -1
    furniture: int = -1
    hint: Hint = ""
    links: int = 0  # open ones


def _render(body: LexborNode, page: _Rendering) -> None:
    """Walk the tree without recursion, writing lines."""
    words: list[str] = []
    linked = 0
    state = _State()
    rows: list[tuple[int, int]] = []  # of each row open: its first line, its cells so far

    def flush() -> None:
        nonlocal linked
        text = _BLANK.sub(" ", "".join(words)).strip(" ")
        if text:
            first = next(w.strip() for w in words if w.strip())
            line = page.line_of(first)
            page.lines.append(_Line(text, state.hint, line, state.container, state.furniture, linked))
        words.clear()
        linked = 0

    def inner(parent: int) -> int:
        page.parents.append(parent)
        return len(page.parents) - 1

    # Nodes to enter, and what is to be restored behind an element's children.
    stack: list[LexborNode | tuple[str, _State]] = [body]
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            tag, before = node
            if tag in _BLOCKS:
                flush()
            if tag == "tr" and rows:
                _close_row(page, *rows.pop())
            state = before
            continue
        tag = node.tag or ""
        if tag == "-text":
            text = node.text_content or ""
            words.append(text)
            linked += len(text.strip()) if state.links else 0
            continue
        if tag == "br":
            flush()
        if tag == "br" or tag.startswith(("-", "!")) or tag in _DROPPED:
            continue
        attributes = node.attributes
        unseen = _is_hidden(attributes) or (tag not in _BLOCKS and _words_of(attributes) & _ADVERTISED)
        if unseen and not _holds_most(node, body):
            text = _BLANK.sub(" ", node.text()).strip()
            if text:
                page.removed.append(Removed("invisible", text[:200], page.line_of(text)))
            continue
        if tag in _BLOCKS:
            flush()
        stack.append((tag, state))
        state = _State(state.container, state.furniture, state.hint, state.links + (tag == "a"))
        furniture = state.furniture < 0 and _is_furniture(tag, attributes)
        if tag in _CONTAINERS or furniture:
            state.container = inner(state.container)
        if furniture:
            state.furniture = state.container
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            state.hint = "heading"
        elif tag == "li":
            state.hint = "item"
        elif tag == "tr":
            rows.append((len(page.lines), 0))
        elif tag in ("td", "th") and rows:
            rows[-1] = (rows[-1][0], rows[-1][1] + 1)
        children = []
        child = node.child
        while child is not None:
            children.append(child)
            child = child.next
        stack.extend(reversed(children))
    flush()


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))


def _holds_most(node: LexborNode, body: LexborNode) -> bool:
    """Whether a hidden element holds most of the page's sentences: then a script shows it once the page is loaded."""
    inside = len(_SENTENCE.findall(node.text()))
    return inside > 2 and 2 * inside > len(_SENTENCE.findall(body.text()))


def _is_furniture(tag: str, attributes: dict[str, str | None]) -> bool:
    return tag in _FURNITURE_TAGS or bool(_words_of(attributes) & _FURNITURE_WORDS)


def _words_of(attributes: dict[str, str | None]) -> set[str]:
    """The words of an element's class and id: artShareBox, art-share_box → art, share, box."""
    named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    words = re.split(r"[\s_-]+|(?<=[a-z])(?=[A-Z])", named)
    return {word.lower().rstrip("0123456789") for word in words}


def _close_row(page: _Rendering, first: int, cells: int) -> None:
    """A row of short cells becomes one line; cells with sentences are a layout's, and stay lines of their own."""
    lines = page.lines[first:]
    if cells > 1 and len(lines) > 1 and all(len(x.text) < 40 and not _SENTENCE.search(x.text) for x in lines):
        joined = _Line(" | ".join(x.text for x in lines), "row", lines[0].line, lines[0].container, lines[0].furniture)
        joined.linked = sum(x.linked for x in lines)
        page.lines[first:] = [joined]


def _body(page: _Rendering) -> tuple[RawLine, ...]:
    """The lines of the part that holds the page's prose; the others are put down as removed."""
    own = [0] * len(page.parents)
    for line in page.lines:
        if line.container >= 0:
            own[line.container] += line.sentences
    total = list(own)
    for number in range(len(page.parents) - 1, 0, -1):
        if page.parents[number] >= 0:
            total[page.parents[number]] += total[number]
    everything = sum(own)
    labelled = _labelled(page)
    main = _main(page, total, labelled)
    inside = [False] * len(page.parents)
    for number, parent in enumerate(page.parents):
        inside[number] = number == main or (parent >= 0 and inside[parent])
    kept: list[RawLine] = []
    for line in page.lines:
        outside = main >= 0 and not (line.container >= 0 and inside[line.container])
        # A container that is called furniture but holds half the prose, or headings, is called so by mistake.
        furniture = line.furniture >= 0 and 2 * total[line.furniture] < everything and not labelled[line.furniture]
        # A title often stands outside of what holds the text.
        titled = line.hint == "heading" or (2 * line.linked < len(line.text) and is_title(line.text))
        if (outside and not titled) or furniture:
            page.removed.append(Removed("nav", line.text, line.line))
        else:
            mostly_links = 10 * line.linked > 7 * len(line.text) and not line.sentences
            kept.append(RawLine(line.text, line.line, "link" if mostly_links and line.hint != "row" else line.hint))
    return tuple(kept)


def _labelled(page: _Rendering) -> list[int]:
    """How many labelled headings of the report each container holds; links that are numbered do not count."""
    counts = [0] * len(page.parents)
    for line in page.lines:
        if line.container >= 0 and 2 * line.linked <= len(line.text) and _LABELLED.match(line.text):
            counts[line.container] += not is_title(line.text.lstrip("0123456789.、一二三四五六七八九十（）()"))
    for number in range(len(counts) - 1, 0, -1):
        if page.parents[number] >= 0:
            counts[page.parents[number]] += counts[number]
    return counts


def _main(page: _Rendering, total: list[int], labelled: list[int]) -> int:
    """The innermost container that holds nearly all prose and all labelled headings; -1 if there is none."""
    if not total:
        return -1
    prose = [0] * len(total)
    for line in page.lines:
        if line.container >= 0 and line.sentences:
            prose[line.container] += 1
    for number in range(len(total) - 1, 0, -1):
        if page.parents[number] >= 0:
            prose[page.parents[number]] += prose[number]
    children: dict[int, list[int]] = {}
    for number, parent in enumerate(page.parents):
        children.setdefault(parent, []).append(number)
    here = 0
    while True:
        inner = next(
            (
                c
                for c in children.get(here, ())
                if total[c] >= 0.85 * total[here] > 0
                and labelled[c] == labelled[here]
                and (prose[c] > 2 or prose[c] == prose[here])  # else it may be a paragraph of its own
            ),
            None,
        )
        if inner is None:
            return here
        here = inner
