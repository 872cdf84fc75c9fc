"""What a draft carried over from an older report unchanged (照搬旧稿): sentences word for word, and figures that stayed the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from eval.checks.document import Document
from eval.checks.findings import BoundFigure, Finding
from pipeline.facts.model import Sheet
from pipeline.language.quantities import Quantity, read_quantities
from pipeline.language.text import plain

LEAST = 14  # characters of a sentence; shorter ones all reports share
_CONTEXT = 5  # characters before a figure that must be the same
_KINDS = ("quantity", "money", "percent", "percentage-point")


def carried(
    document: Document,
    old: str,
    sheet: Sheet,
    bound: Sequence[BoundFigure] = (),
    place_of: Callable[[int], str] | None = None,
) -> Iterator[Finding]:
    """Findings (leak.copy) on a draft held against an older report.

    A sentence that stands there word for word is a warning if it has a figure, else a note. A figure behind the same words is a
    warning, or a note where the sheet gives it too: it may be right, or forgotten. `bound`: what the check found each figure to be;
    `place_of`: what a place of the old report is found by, else its line.
    """
    then = Document(old)
    where = place_of or (lambda at: f"第{then.line_of(at)}行")
    known: dict[str, int] = {}
    for start, end in then.sentences:
        known.setdefault(_bare(old[start:end]), start)
    taken: list[tuple[int, int]] = []
    headings = [(h.start, h.end) for h in document.headings]
    for start, end in document.sentences:
        at = known.get(_bare(document.text[start:end]))
        if at is None or len(_letters(document.text[start:end])) < LEAST or any(a <= start < b for a, b in headings):
            continue
        taken.append((start, end))
        start += len(document.text[start:end]) - len(document.text[start:end].lstrip())
        end = start + len(document.text[start:end].rstrip())
        figures = [q for q in document.figures if start <= q.start < end and q.kind in _KINDS]
        said = "连同其中的数一起照搬了旧稿" if figures else "与旧稿一字不差"
        yield document.finding(
            "leak.copy", "warning" if figures else "note", start, end, f"这句话{said}（旧稿{where(at)}）。请按今年的情况核实、改写。"
        )  # fmt: skip
    yield from _figures(document, old, where, sheet, bound, taken)


def _figures(
    document: Document,
    old: str,
    where: Callable[[int], str],
    sheet: Sheet,
    bound: Sequence[BoundFigure],
    taken: Sequence[tuple[int, int]],
) -> Iterator[Finding]:
    before = {key: q for q in read_quantities(old) if (key := _key(old, q)) is not None}
    supported = {f.start: f for f in bound if f.state in ("supported", "derived")}
    facts = {fact.id: fact for fact in sheet.facts}
    for figure in document.figures:
        key = _key(document.text, figure)
        same = before.get(key) if key is not None else None
        if same is None or any(a <= figure.start < b for a, b in taken):
            continue
        own = supported.get(figure.start)
        fact = facts.get(own.fact_ids[0]) if own is not None and own.fact_ids else None
        if fact is not None and (
            fact.value == fact.previous
            or (own is not None and own.field not in ("value", "growth_pct", "completion_pct"))
        ):
            continue  # the sheet itself says that nothing changed, or gives last year's figure
        doubt = "清单也是这个数，请核对清单是否忘了更新" if own is not None else "清单没有这样写，请核实"
        yield document.finding(
            "leak.copy", "note" if own is not None else "warning", figure.start, figure.end,
            f"“{figure.raw}”与旧稿相同（旧稿{where(same.start)}）：{doubt}。", *(own.fact_ids if own is not None else ()),
        )  # fmt: skip


def _key(text: str, figure: Quantity) -> tuple[str, str] | None:
    """A figure with the words right before it; None for what counts nothing or stands behind no words."""
    if figure.kind not in _KINDS or figure.value is None or not re.search(r"\d", figure.raw):
        return None
    words = re.search(r"[^，。；：、\n]*$", text[max(0, figure.start - 24) : figure.start])
    context = _letters(words[0]) if words else ""
    return (context[-_CONTEXT:], plain(figure.raw)) if len(context) >= 2 else None


def _letters(text: str) -> str:
    return "".join(re.findall(r"[一-鿿A-Za-z]", text))


def _bare(text: str) -> str:
    return re.sub(r"[\s#*]", "", plain(text)).rstrip("。；;.")
