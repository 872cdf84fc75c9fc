"""The page of official documents (公文版面) in numbers: paper, margins, grid, type sizes, fonts, page number.

Source: GB/T 9704—2012 党政机关公文格式, sections 5.1 (paper), 5.2 (page), 7.3 (body, signature), 7.5 (page number).
"""

from __future__ import annotations

import re
from typing import Final

MM: Final = 1440 / 25.4  # twips, twentieths of a point, to a millimetre
PAPER: Final = (11906, 16838)  # A4 in twips
TOP, BOTTOM, LEFT, RIGHT = (round(mm * MM) for mm in (37, 35, 28, 26))
LINES, CHARACTERS = 22, 28  # to a page, to a line
PITCH: Final = 579  # twips from line to line: 28.95 pt, of which 22 fit into 225 mm
BODY_SIZE: Final = 32  # 3号 in half points
TITLE_SIZE: Final = 44  # 2号
NUMBER_SIZE: Final = 28  # 4号
TABLE_SIZE: Final = 28  # 4号: what a table of figures is set in, so that seven columns fit
# 28 characters of 16 pt are 158 mm, the line has 156: each gives off 0.207 pt, counted in 4096ths.
CHARACTER_SPACE: Final = round((156 * MM / 20 / CHARACTERS - BODY_SIZE / 2) * 4096)
# A type of 16 pt in a cell of 15.79: Word moves the characters closer, LibreOffice (7.4) gives each of them two cells. Set 2 % narrower they
# fit the cell, and both print 28 a line.
BODY_SCALE: Final = 98  # per cent of its width
CHARACTER: Final = 156 * MM / CHARACTERS  # twips a character takes on the grid
FOOTER: Final = round((35 - 7) * MM) - NUMBER_SIZE * 10  # the number's line hangs 7 mm below the text

SONG_TITLE, HEI, KAI, FANG_SONG, SONG = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312", "宋体"
# Font → what else it is called, and what a machine without it may take: Word asks `altName` before it guesses.
FONTS: Final = {
    SONG_TITLE: "方正小标宋_GBK,小标宋,FZXiaoBiaoSong-B05S,华文中宋,宋体",
    HEI: "SimHei",
    KAI: "楷体,KaiTi",
    FANG_SONG: "仿宋,FangSong",
    SONG: "SimSun",
}
HEADING_FONTS: Final = {1: HEI, 2: KAI, 3: FANG_SONG, 4: FANG_SONG}


def width(text: str) -> float:
    """How many characters' places a text takes in a line: a Latin letter or digit half of one."""
    return sum(0.5 if sign.isascii() else 1.0 for sign in text)


def signature_indents(signature: str, date: str) -> tuple[float, float]:
    """How many characters signature and date stand off the right edge.

    The signature two; the date begins two characters right of it; where it would run out, it stands off two itself and the
    signature moves left. Source: GB/T 9704—2012, 7.3.5.2.
    """
    if not signature:
        return 0, 4
    spare = width(signature) - width(date)
    return (2, spare) if spare >= 2 else (4 - spare, 2)


_BREAKS = re.compile(
    r"(?=[及暨]|工作(?:总结|报告|计划|思路|汇报|要点))|(?<=年)(?!度|第|上|下)|(?<=半年)|(?<=季度)|(?<=[镇乡县区的])"
)


def title_lines(title: str) -> tuple[str, ...]:
    """A title in lines that fit, broken where a word ends and about equally long (词意完整、排列对称)."""
    fits = CHARACTERS * BODY_SIZE / TITLE_SIZE
    if width(title) <= fits:
        return (title,)
    at = [m.start() for m in _BREAKS.finditer(title) if 0 < m.start() < len(title)]
    pairs = [(title[:cut], title[cut:]) for cut in at if max(width(title[:cut]), width(title[cut:])) <= fits]
    # One that begins its line with 及 reads best; else the most even.
    return min(
        pairs, key=lambda p: abs(width(p[0]) - width(p[1])) - 4 * p[1].startswith(("及", "暨")), default=(title,)
    )
