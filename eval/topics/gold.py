"""Gold sections (../shared/gold): their text without page noise, their headings, and the topics that are right."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError

_PINYIN = re.compile(r"(?<=[\u3400-\u9fff\ue000-\uf8ff])[(（]\s*[a-zA-Zāáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜüńňǹḿɡê]{1,7}\s*[)）]")
_LABEL = re.compile(r"^(?:——|[（(]?[一二三四五六七八九十\d]+[)）、.．]|[一二三四五六七八九十]+[是要])+")
_HEADING_ENDS = re.compile("[。\n]")
_LONGEST_HEADING = 70  # characters; what goes on longer is the text itself


@dataclass(frozen=True, slots=True)
class GoldSection:
    """One section. `topics`: the one annotated, then the secondary one if there is one; `path` without labels.

    `text` is without its heading, as a passage of the archive is. `lead`: the words that name a piece of a section.
    """

    id: str
    file: str
    article: str
    genre: str
    path: tuple[str, ...]
    lead: str
    text: str
    first: bool
    last: bool
    topics: tuple[str, ...]

    @property
    def query(self) -> str:
        """What is asked for with this section's own heading."""
        return self.lead or (self.path[-1] if self.path else "")


def read_gold(shared: Path) -> tuple[GoldSection, ...]:
    """The sections of `shared`/gold, in their order. Raises PipelineError if they, or their documents, are not there."""
    try:
        rows = _rows(shared / "gold" / "sections.jsonl")
        genres = {(a["file"], a["article_no"]): a["genre"] for a in _rows(shared / "gold" / "articles.jsonl")}
        raw = {
            name: (shared / "seeds" / name).read_bytes().decode("utf-8")  # offsets count \r\n as two
            for name in sorted({row["file"] for row in rows})
        }
        traditional, simplified = (shared / "bench" / "t2s.txt").read_text(encoding="utf-8").split("\n")[1:3]
    except OSError as fault:
        raise PipelineError(
            "标准标注不在这里。", where=str(shared), mend="给出含 gold、seeds、bench 的文件夹。"
        ) from fault
    table = str.maketrans(traditional, simplified)
    counts = Counter((row["file"], row["article_no"]) for row in rows)
    met: Counter[tuple[str, int]] = Counter()
    sections: list[GoldSection] = []
    for row in rows:
        article = row["file"], row["article_no"]
        met[article] += 1
        path = tuple(_LABEL.sub("", heading) for heading in row["heading_path"])
        text = _clean(raw[row["file"]][row["raw_start"] : row["raw_end"]], table)
        sections.append(
            GoldSection(
                row["id"],
                row["file"],
                f"{row['file'][:3]}-{row['article_no']}",
                genres[article],
                path,
                _LABEL.sub("", row["lead_in"] or ""),
                _without_heading(text, path),
                met[article] == 1,
                met[article] == counts[article],
                (row["topic"], *([row["secondary"]] if row["secondary"] else [])),
            )
        )
    return tuple(sections)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _clean(text: str, table: Mapping[int, int]) -> str:
    return re.sub(r"[ \t\r\u3000]+", "", _PINYIN.sub("", text).translate(table)).strip()


def _without_heading(text: str, path: tuple[str, ...]) -> str:
    """The text behind its heading; gold spans begin with it, label and all."""
    if not path or not 0 <= (start := text.find(path[-1][:6])) < 8:
        return text
    end = _HEADING_ENDS.search(text, start)
    if end is None or end.start() - start >= _LONGEST_HEADING:
        return text
    return text[end.end() :].strip() or text
