"""The words that level 0 may add to facts (措辞表): what leads in a topic's first sentence, and which verb an indicator takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import yaml

from pipeline.errors import PipelineError


@dataclass(frozen=True, slots=True)
class Wordbook:
    """`openings`: topic → leads that name it and claim nothing. `verbs`: verb → the ends of indicators that take it."""

    openings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    verbs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def verb(self, indicator: str) -> str:
        """The verb for an indicator without one of its own: 发放 for 农村低保金; "" if the book knows none."""
        return next((verb for verb, ends in self.verbs.items() if indicator.endswith(ends)), "")


@lru_cache(maxsize=8)
def read_wordbook(openings: Path, verbs: Path) -> Wordbook:
    """Read the two tables. Raises PipelineError naming the file that is of another form."""
    tables = []
    for path in (openings, verbs):
        try:
            rows = yaml.safe_load(path.read_text(encoding="utf-8"))
            tables.append({str(key): tuple(map(str, words)) for key, words in rows.items()})
        except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, TypeError) as fault:
            raise PipelineError(
                f"措辞表读不出来：{fault}", where=str(path), mend="每行写成“键: [词, 词]”，照自带的文件改。"
            ) from fault
    return Wordbook(*tables)
