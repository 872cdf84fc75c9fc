"""A report in the terminal (屏幕上的核稿结果): findings by severity and kind, each with its sentence; then what is not stated."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from eval.checks.captions import FAMILY, RULE, SEVERITY, counted, family, name_of, said_of, showable, uncovered
from eval.checks.findings import Finding, Report, Severity
from pipeline.facts.model import Fact, Sheet

_STYLE: dict[Severity, str] = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}
_STOPS = "。！？；\n"  # where a sentence is cut for showing
_NOT_FIRST = "，。、；：！？）】》”’」』％%…—"  # no line begins with these (避头尾)
_NOT_LAST = "（【《“‘「『"
_WORD = re.compile(r"[0-9A-Za-z.,%_\-]")
_LONGEST = 120  # characters of a sentence shown


def show(
    report: Report, sheet: Sheet, text: str, console: Console, place_of: Callable[[int], str] | None = None
) -> None:
    """Print a report. `text`: the draft it judges. Colour and width are the console's; without colour nothing is lost.

    `place_of`: what a reader finds a character by (第3段 of a Word file), else its line.
    """
    left_out = uncovered(report, sheet)
    ids = {fact.id for fact, _ in left_out}
    placed = [
        f for f in report.findings if not (f.rule == "fact.missing" and f.fact_ids and ids.issuperset(f.fact_ids))
    ]
    facts = {fact.id: fact for fact in sheet.facts}
    for severity, word in SEVERITY.items():
        found = [f for f in placed if f.severity == severity]
        if not found:
            continue
        console.rule(Text(f"{word} {len(found)} 处", _STYLE[severity]), align="left", style="dim", characters="─")
        for kind, group in groupby(sorted(found, key=_by_family), key=lambda f: family(f.rule)):
            console.print(Text(kind, "bold"))
            for finding in group:
                _print_finding(finding, facts, text, console, place_of)
        console.print()
    if left_out:
        console.rule(Text(f"没有写明的事实 {len(left_out)} 条", "bold"), align="left", style="dim", characters="─")
        for fact, findings in left_out:
            _print_missing(fact, findings, console, place_of)
        console.print()
    if not report.findings:
        console.print(Text("没有发现问题。", "green"))
    _print_lines(Text(counted(report), _STYLE["error"] if report.counts["error"] else "bold green"), "", console)


def _by_family(finding: Finding) -> int:
    """Families in the order of their list; within one, findings keep their order in the draft."""
    heads = tuple(FAMILY)
    head = finding.rule.partition(".")[0]
    return heads.index(head) if head in heads else len(heads)


def _print_finding(
    finding: Finding, facts: dict[str, Fact], text: str, console: Console, place_of: Callable[[int], str] | None
) -> None:
    where = f"第{finding.line}行" if finding.line is not None else "全文"
    if place_of is not None and finding.start is not None:
        where = place_of(finding.start)
    head = Text.assemble("  ", (where, "cyan"), " ", (RULE.get(finding.rule, ""), _STYLE[finding.severity]), " ")
    head.append(finding.rule, "dim")
    console.print(head, no_wrap=True, overflow="crop")
    if finding.start is not None and finding.end is not None:
        _print_lines(sentence(text, finding.start, finding.end, _STYLE[finding.severity]), "    ", console)
    _print_lines(Text(finding.message), "    → ", console)
    for id in finding.fact_ids:
        if id in facts and id not in finding.message and said_of(facts[id]) not in finding.message:
            _print_lines(Text(f"清单 {id} {name_of(facts[id])}：{said_of(facts[id])}", "dim"), "      ", console)


def _print_missing(
    fact: Fact, findings: Iterable[Finding], console: Console, place_of: Callable[[int], str] | None
) -> None:
    line = Text.assemble((fact.id, "cyan"), " ", fact.indicator, "：" if fact.indicator else "", said_of(fact))
    rows = tuple(findings)
    written = [f for f in rows if f.start is not None]
    if written:
        first = next(
            (f for f in written if f.fact_ids[:1] == (fact.id,)), written[0]
        )  # not where it is only named beside another
        where = place_of(first.start) if place_of is not None and first.start is not None else f"第{first.line}行"
        line.append(f"（写了，但与清单不符，见{where}）", "dim")
    elif rows:
        line.append(f"（{SEVERITY[rows[0].severity]}）", _STYLE[rows[0].severity])
    _print_lines(line, "  ", console)


def sentence(text: str, start: int, end: int, style: str) -> Text:
    """The sentence around [start, end), the words themselves in 「」 and in `style`; cut with … where it is long."""
    reach = max(0, start - 4 * _LONGEST)  # what is farther away is not shown
    left = max(reach, *(text.rfind(stop, reach, start) + 1 for stop in _STOPS))
    to = max(start, end - 1)
    ends = [at for stop in _STOPS if (at := text.find(stop, to, end + 4 * _LONGEST)) >= 0]
    right = max(min(ends) + 1 if ends else min(len(text), end + 4 * _LONGEST), end)
    quoted = _shortened(text[start:end].strip())
    spare = max(20, _LONGEST - len(quoted))
    before, after = (
        text[left:start].lstrip(" \t\u3000#|").replace("\n", " "),
        text[end:right].rstrip().replace("\n", " "),
    )
    keep = max(spare // 2, spare - len(after))
    before = before if len(before) <= keep else "…" + before[-keep:]
    rest = max(10, spare - len(before))
    after = after if len(after) <= rest else after[:rest] + "…"
    return Text.assemble(before, ("「" + quoted + "」", style), after)


def _shortened(words: str) -> str:
    words = " ".join(words.split()) if "\n" in words else words
    return words if len(words) <= 60 else f"{words[:40]}……{words[-16:]}"


def _print_lines(text: Text, indent: str, console: Console) -> None:
    """Print a text folded to the console's width, the first line after `indent`, the others below it."""
    text.plain = showable(text.plain)
    room = max(10, console.width - cell_len(indent))
    for number, line in enumerate(folded(text, room)):
        console.print(Text(indent if number == 0 else " " * cell_len(indent)) + line, no_wrap=True, overflow="ignore")


def folded(text: Text, width: int) -> Iterator[Text]:
    """Cut a text into lines of at most `width` cells, as Chinese is set: between any two characters, but not inside a number
    or a Latin word, not before closing and not after opening punctuation. Closing punctuation is taken along with the
    character before it.
    """
    signs = text.plain
    begin = at = cells = 0
    while at < len(signs):
        size = cell_len(signs[at])
        if cells + size <= width:
            cells += size
            at += 1
            continue
        cut = at
        while cut > begin + 1 and not _may_part(signs[cut - 1], signs[cut]):
            cut -= 1
        if cut == begin + 1 and not _may_part(signs[cut - 1], signs[cut]):
            cut = at  # one word fills the line
        cut = max(cut, begin + 1)
        line = text[begin:cut]
        line.rstrip()
        yield line
        begin = at = cut
        cells = 0
    if begin < len(signs):
        yield text[begin:]


def _may_part(one: str, other: str) -> bool:
    return other not in _NOT_FIRST and one not in _NOT_LAST and not (_WORD.match(one) and _WORD.match(other))
