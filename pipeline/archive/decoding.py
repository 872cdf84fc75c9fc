"""Bytes to text (解码): which encoding a file is in, tried in a fixed order and judged by how Chinese the result reads.

The encodings that Chinese offices have used are few, and a strict decoder refuses most wrong ones. What is left to
decide, GB 18030 or Big5, the share of everyday characters decides plainly: about one half if right, a few per cent if
wrong. A general detector guesses here from byte statistics and errs on short files.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.errors import PipelineError

# Everyday characters of reports, in both scripts.
_COMMON = frozenset(
    "的一是在了和有大不人中上为年会地发市工作全镇村乡农业民建设经济社管理项目企进行实现加强开展推动高水平新生产成立完"
    "政府党委县区国家省级重点基础施服务制度体系组织领导干部群众活动学习教育文化宣传思想卫环境治安保障提升目标任务总结"
    "计划情况问题今以来对于把与及其将到要也同时方面各项次万元多个户增长入收支持力量质效机关单位员责落措着抓住主动共三二"
    "四五六七八九十百第本我们他下年度月日前后里外内合法规划资金投招商引税财旅游路水电房屋土公安全年半思"
    "的為會發農業鎮鄉經濟設進實現開動產黨縣區國級點礎務體組織領導幹眾學習環境標總結計劃況問題來對於與將時項萬個戶增長"
    "質機關單員責著們報導鞏後裡內規資財稅費樣無過還這應當"
)
_SAMPLE = 40_000  # characters are enough to judge by
_LEAST = 0.12  # share of everyday characters among all that are not ASCII, below which a text is not Chinese prose
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text with line ends as \\n, and the encoding it was in, by Python's name for it."""

    text: str
    encoding: str


def decode(content: bytes, where: str) -> Decoded:
    """Read bytes as Chinese text: by byte order mark, UTF-8, UTF-16, GB 18030, Big5.

    Text that was read in a wrong encoding and saved so (涓€銆, ä¸€) is set right where that can be undone. A few broken
    bytes become U+FFFD. Raises PipelineError, naming `where`, for what is no text.
    """
    for bom, name in _BOMS:
        if content.startswith(bom):
            text = content.decode(name, "replace").removeprefix("\ufeff")
            return Decoded(_lines(_undone(text), where), name)
    best: tuple[float, str, str] | None = None
    for text, name in _readings(content):
        score = _chinese(text)
        if name == "utf-8" and (score >= _LEAST or text.isascii() or "\ufffd" not in text):
            return Decoded(_lines(_undone(text), where), name)
        if best is None or score > best[0]:
            best = score, text, name
    if best is None or best[0] < _LEAST:
        raise PipelineError("文件不是中文文本，或编码认不出来。", where=where, mend="用编辑器打开，另存为 UTF-8 文本。")
    return Decoded(_lines(best[1], where), best[2])


def _readings(content: bytes) -> Iterator[tuple[str, str]]:
    for name in ("utf-8", "utf-16-le", "utf-16-be", "gb18030", "big5hkscs", "cp950"):
        if name.startswith("utf-16") and (len(content) % 2 or not _looks_wide(content)):
            continue
        text = content.decode(name, "replace")
        # A page cut off in a character or with a damaged byte here and there is still in this encoding.
        if text.count("\ufffd") <= max(2, len(text) // 100):
            yield text, "big5" if name in ("big5hkscs", "cp950") else "utf-16" if name.startswith("utf-16") else name


def _looks_wide(content: bytes) -> bool:
    """Whether there are zero bytes, as UTF-16 writes digits and line ends with, or hardly an ASCII line end at all."""
    return b"\0" in content[:4000] or b"\n" not in content[:4000]


def _chinese(text: str) -> float:
    """The share of everyday characters among a sample's characters beyond ASCII; 0 if it holds none."""
    beyond = [c for c in text[:_SAMPLE] if c > "\x7f"]
    return sum(c in _COMMON for c in beyond) / len(beyond) if beyond else 0.0


def _undone(text: str) -> str:
    """Text that was decoded wrongly once before it was saved, read as what it was; any other unchanged."""
    if _chinese(text) >= _LEAST or text.isascii():
        return text
    for wrong in ("gb18030", "cp1252", "latin-1"):
        try:
            right = text.encode(wrong).decode("utf-8")
        except UnicodeError:
            continue
        if _chinese(right) >= _LEAST:
            return right
    return text


def _lines(text: str, where: str) -> str:
    control = _CONTROL.findall(text[:_SAMPLE])
    if "\0" in control or len(control) > max(20, len(text[:_SAMPLE]) // 100):
        raise PipelineError("文件不是文本。", where=where, mend="给 .txt .md .html .docx .doc 或 .pdf 文件。")
    return (
        text.replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\x0b", "\n")
        .replace("\x0c", "\n")
        .replace("\u2028", "\n")
        .replace("\u2029", "\n\n")
        .replace("\x85", "\n")
    )
