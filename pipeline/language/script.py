"""Traditional script (繁体) to simplified, each character keeping its place.

The tables are OpenCC's (Apache-2.0). Its phrases decide where one traditional character stands for several simplified
ones; the forms of Taiwan (裡, 著) and Hong Kong (衞, 户) are understood as well.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Protocol

_PARAGRAPH = re.compile(r"[^\n]*\n?")
# Hong Kong's standard writes 着 for 著 throughout; these words keep 著 in simplified script.
_KEPT = re.compile(
    "(?<=[显卓昭巨专译论编遗合拙])着(?!急|手|火|力|眼|重)|(?<=[名原土])着(?=[、，。；》”的])|(?<=土)着(?=居民|文化)|着(?=名(?!色)|作(?!用)|述|称(?!号))"
)


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _converters() -> tuple[_Converter, ...]:
    import opencc

    # Taiwan's first: of the two only it has the phrases that tell 著 (名著) from 着 (随着).
    return opencc.OpenCC("tw2s"), opencc.OpenCC("hk2s")


def simplified(text: str) -> str:
    """The text in simplified script, of the same length: a span in the result is the same span of the text.

    Only paragraphs (lines) that hold a character which simplified texts do not use are converted, so that 乾县 and
    宫商角徵羽 in a simplified text stay. Within such a paragraph everything is.
    """
    converted = _converted(text)
    if converted == text:
        return text
    parts: list[str] = []
    for found in _PARAGRAPH.finditer(text):
        before, after = found[0], converted[found.start() : found.end()]
        parts.append(_KEPT.sub("著", after) if _is_traditional(before, after) else before)
    return "".join(parts)


def _converted(text: str) -> str:
    after = text
    for converter in _converters():
        once = converter.convert(after)
        # No entry of today's tables changes the length; should one, its text is converted character by character.
        after = once if len(once) == len(after) else "".join(_one(converter, c) for c in after)
    return after


def _one(converter: _Converter, character: str) -> str:
    converted = converter.convert(character)
    return converted if len(converted) == 1 else character


def _is_traditional(before: str, after: str) -> bool:
    return any(a != b and not _in_simplified_use(a) for a, b in zip(before, after, strict=True))


@cache
def _in_simplified_use(character: str) -> bool:
    # GB 2312 is the set of simplified texts; the two below are in use too, though not in it.
    return character in "瞭祇" or bool(character.encode("gb2312", "ignore"))
