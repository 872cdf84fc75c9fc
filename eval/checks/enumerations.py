"""Enumerations (列举): 一是…二是…, 第一…第二…, 首先…其次…, 一抓…二抓…, （1）…（2）…, ①…② come in order, from one, within a section."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from eval.checks.document import Document
from eval.checks.findings import Finding

_ORDINAL = "一二三四五六七八九十"
_FIRST = ("首先", "其次", "再次")
_COUNT = r"[一二三四五六七八九]|十[一二三四]?"
_BOUND = r"(?:(?<=[，。；：:;,.！？\n、\s）)])|^)"
_MARK = re.compile(
    rf"{_BOUND}(?:(?P<word>{_COUNT})(?P<kind>是|要|则|抓|靠|看|来)(?![一二三四五六七八九][，。；、,;\n]|否|[到去][底下处]?|[一二三四五六七八九]|之)"
    rf"|第(?P<nth>{_COUNT})(?=[，,、]|是[^，,]{{2}})|其(?P<its>[一二三四五六])(?=[，,、：:是])|(?P<first>首先|其次|再次|最后)(?=[，,是要])"
    r"|[（(](?P<number>[1-9]|1\d)[）)](?=[一-鿿“])|(?P<dotted>[1-9]|1\d)[.．、](?=[一-鿿“]))|(?P<circled>[①-⑳⑴-⒇])",
    re.M,
)
_NOT_DOTTED = re.compile(r"[0-9][.．、][月日年]")


@dataclass(frozen=True, slots=True)
class _Mark:
    """One mark. `kind`: what all marks of its enumeration share; `strict`: whether it may not begin with another than the first."""

    kind: str
    number: int
    start: int
    end: int
    strict: bool


def _read(word: str) -> int:
    if word[0] == "十":
        return 10 + (_ORDINAL.index(word[1]) + 1 if len(word) > 1 else 0)
    return _ORDINAL.index(word) + 1


def _word(number: int) -> str:
    return _ORDINAL[number - 1] if number <= 10 else f"十{_ORDINAL[number - 11]}" if number < 20 else str(number)


def _label(kind: str, number: int) -> str:
    """A mark as it is written: 三是, 第三, 其三, 再次, （3）, 3., ③."""
    match kind:
        case "第" | "其":
            return kind + _word(number)
        case "首先":
            return _FIRST[number - 1] if number <= 3 else "最后"
        case "（":
            return f"（{number}）"
        case ".":
            return f"{number}."
        case "①" | "⑴":
            return chr(ord(kind) + number - 1)
        case _:
            return _word(number) + kind


def _marks(plain: str, start: int, end: int) -> Iterator[_Mark]:
    """The marks of a section, without those in quotes: what somebody said is no enumeration of the report's."""
    for m in _MARK.finditer(plain, start, end):
        line = plain.rfind("\n", 0, m.start()) + 1
        if plain.rfind("“", line, m.start()) > plain.rfind("”", line, m.start()):
            continue
        at, stop = m.span()
        if m["word"]:
            number, kind = _read(m["word"]), m["kind"]
            yield _Mark(kind, number, at, stop, kind == "是" or number == 2)
        elif m["nth"]:
            yield _Mark("第", _read(m["nth"]), at, stop, True)
        elif m["its"]:
            yield _Mark("其", _read(m["its"]), at, stop, m["its"] == "二")
        elif m["first"] == "最后":
            yield _Mark("首先", 0, at, stop, False)
        elif m["first"]:
            yield _Mark("首先", _FIRST.index(m["first"]) + 1, at, stop, False)
            if m["first"] == "首先":
                yield _Mark("第", 1, at, stop, False)  # 首先，…第二，…
        elif m["circled"]:
            kind = "①" if m["circled"] < "⑴" else "⑴"
            yield _Mark(kind, ord(m["circled"]) - ord(kind) + 1, at, stop, False)
        elif plain[at - 1 : at] != "、" and not _NOT_DOTTED.match(plain, at):  # 完成（1）、（2）两项 refers to them
            yield _Mark("（" if m["number"] else ".", int(m["number"] or m["dotted"]), at, stop, False)


@dataclass(slots=True)
class _Run:
    """One enumeration as far as it was read."""

    number: int  # its last
    items: int
    end: int
    heads: bool  # whether its first mark begins a line
    alone: bool  # … that is a heading in all but name: short, without a stop


def enumerations(document: Document) -> Iterator[Finding]:
    """Numbers that skip, repeat or lack their first; where they head the lines, also across the sections below them."""
    bounds = [document.body_start, *(h.start for h in document.headings), len(document.text)]
    tops = {h.start for h in document.headings if h.level <= 1}
    labels = {h.start: h.end for h in document.headings}
    open_runs: dict[str, list[_Run]] = {}
    for start, end in itertools.pairwise(bounds):
        kept = {} if start in tops else {k: [r for r in runs if r.alone] for k, runs in open_runs.items()}
        open_runs = {k: runs for k, runs in kept.items() if runs}
        yield from _enumeration(document, start, end, labels.get(start, start), open_runs)


def _unmarked(plain: str, kind: str, number: int, start: int, end: int) -> re.Match[str] | None:
    """A number of an enumeration in mid-sentence (今年一是, 口二是): too little to begin one with, enough for one that lacks it."""
    return re.compile(rf"(?<![第十百零统唯之专单同万如逐不第]){re.escape(_label(kind, number))}").search(
        plain, start, end
    )


def _enumeration(
    document: Document, start: int, end: int, body: int, open_runs: dict[str, list[_Run]]
) -> Iterator[Finding]:
    """The findings of one section, whose text begins at `body`. `open_runs`: by kind of mark the enumerations that are open,
    outermost first."""
    plain, begin = document.plain, start
    for mark in _marks(plain, start, end):
        kind, number, at, stop = mark.kind, mark.number, mark.start, mark.end
        if kind in "（." and at < body:
            continue  # a heading's own number
        if number == 0:  # 最后: whatever came before, it ends here
            open_runs.pop(kind, None)
            continue
        runs = open_runs.setdefault(kind, [])
        line = plain.rfind("\n", 0, at) + 1
        heads = not plain[line:at].strip(" \t　#*")
        tail = plain[stop : end if (stopped := plain.find("\n", stop, end)) < 0 else stopped].strip()
        alone = heads and 0 < len(tail) <= 40 and tail[-1] not in "。；，：;,."
        if number == 1:
            if kind == "首先" and runs and runs[-1].number == 1 and "\n" not in plain[runs[-1].end : at]:
                yield _wrong(document, at, stop, "重复", kind, 2)
            # within an item that heads its line another may begin; in running text it takes the place of the one before
            open_runs[kind] = [
                *(r for r in runs if r.heads and (r.items == 1 or not heads)),
                _Run(1, 1, stop, heads, alone),
            ]
            continue
        while (
            heads
            and len(runs) > 1
            and runs[-1].number != number - 1
            and runs[-1].items > 1
            and runs[-2].number == number - 1
        ):
            runs.pop()
        last = runs[-1] if runs else None
        known = last.number if last else 0
        since = last.end if last else begin
        while known < number - 1 and (found := _unmarked(plain, kind, known + 1, max(since, begin), at)):
            known, since = known + 1, found.end()
        if known == number - 1:
            if last is None:
                runs.append(_Run(number, number, stop, False, False))
            else:
                last.number, last.items, last.end = number, last.items + 1, stop
            continue
        if known == 0:
            if mark.strict:
                label, one = _label(kind, number), _label(kind, 1)
                message = f"列举从“{label}”开始，前面没有“{one}”。请补上或改序。"
                yield document.finding("structure.enumeration", "error", at, stop, message)
            runs.append(_Run(number, 1, stop, heads, alone))
            continue
        if kind not in "（.①⑴" or number == known or known + 1 < number <= known + 3:  # （2） behind （4） refers to it
            yield _wrong(document, at, stop, "重复" if number <= known else "跳号", kind, known + 1)
        if last is None:
            runs.append(_Run(number, number, stop, heads, alone))
        else:
            last.number, last.items, last.end = number, last.items + 1, stop


def _wrong(document: Document, at: int, stop: int, how: str, kind: str, due: int) -> Finding:
    message = f"列举{how}：“{document.text[at:stop]}”应为“{_label(kind, due)}”。请补上漏项或改序。"
    return document.finding("structure.enumeration", "error", at, stop, message)
