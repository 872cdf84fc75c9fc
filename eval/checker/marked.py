"""Reports with errors set by hand (手工埋错): right and wrong words side by side in one text, `<<right|wrong|kind|F1,F2>>`.

`kind#2` joins marks that make one error together (two figures swapped).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from eval.checker.seeds import Seeded

MARK = re.compile(r"<<([^|<>]*)\|([^|<>]*)\|([a-z_]+)(?:#(\d+))?(?:\|([\w,]*))?>>")


@dataclass(frozen=True, slots=True)
class Marked:
    """A report as it should be, and its errors one at a time: (kind, the report with it alone)."""

    clean: str
    errors: tuple[tuple[str, Seeded], ...]


def read_marked(text: str) -> Marked:
    """Take a marked text apart. Raises ValueError if a mark is not well formed."""
    marks = list(MARK.finditer(text))
    clean = MARK.sub(lambda m: m[1], text)
    if "<<" in clean or ">>" in clean:
        at = clean.find("<<") if "<<" in clean else clean.find(">>")
        raise ValueError(f"a mark is not well formed: {clean[at : at + 40]!r}")
    errors = []
    for n, mark in enumerate(marks):
        mates = [m for m in marks if m[4] and m[4] == mark[4] and m[3] == mark[3]] or [mark]
        if mates[0] is not mark:
            continue
        errors.append((mark[3], _with(text, marks[: n + 1], mates)))
    return Marked(clean, tuple(errors))


def _with(text: str, before: list[re.Match[str]], wrong: list[re.Match[str]]) -> Seeded:
    """The text with some of its marks wrong, all others right. `before`: the marks up to the first wrong one."""
    starts = {m.start() for m in wrong}
    made = MARK.sub(lambda m: m[2] if m.start() in starts else m[1], text)
    first = wrong[0]
    start = first.start() - sum(len(m[0]) - len(m[1]) for m in before if m.start() < first.start())
    ids = tuple(dict.fromkeys(i for m in wrong for i in (m[5] or "").split(",") if i))
    return Seeded(made, start, start + max(1, len(first[2])), ids, f"{first[1]} → {first[2]}")
