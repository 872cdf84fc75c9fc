"""`--like REPORT`: what an old report gives a new draft (照旧稿写): its outline, its own passages, the names that must not come over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.shared import known_topics, say
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from pipeline.drafting.outline import Outline
    from pipeline.facts.model import Sheet
    from pipeline.retrieval.search import Hit


@dataclass(frozen=True, slots=True)
class OldReport:
    """What is taken from an old report. `hits`: its passages as exemplars; `foreign`: names of another town → the report's title."""

    hits: Sequence[Hit] = ()
    foreign: Mapping[str, str] = field(default_factory=dict)

    def on(self, topic: str | None) -> list[Hit]:
        """Its passages on a topic, in order."""
        return [hit for hit in self.hits if topic and hit.passage.topic == topic]


NOTHING_OLD = OldReport()


def laid_like(path: Path, base: Outline, sheet: Sheet) -> tuple[Outline, OldReport]:
    """The outline that an old report gives, and the report. What could not be taken over is told.

    Raises PipelineError if the file cannot be read or holds none or several reports.
    """
    from pipeline.archive.exemplars import Article
    from pipeline.archive.parsing import parse_page
    from pipeline.archive.passages import passages
    from pipeline.drafting.like import old_headings, outline_like
    from pipeline.facts.topics import topic_of
    from pipeline.language.periods import read_period
    from pipeline.retrieval.search import Hit

    articles = parse_page(path).articles
    if len(articles) != 1:
        raise PipelineError(f"旧稿里有 {len(articles)} 篇文章。", where=str(path), mend="请只留一篇，另存后再用。")
    (old,) = articles
    topics = known_topics()

    def told(heading: str, text: str) -> str | None:
        return topic_of(topics, heading, text)

    period = read_period(old.period) if old.period else None
    likeness = outline_like(
        base,
        old_headings(old.text, told),
        sheet.meta,
        topics,
        year=period.year if period else None,
        title=old.title,
        region=old.region or "",
    )
    for heading in likeness.empty:
        say(f"提示：旧稿的“{heading}”，清单里没有可写的，略去。")
    for heading, new in likeness.reworded:
        say(f"提示：旧稿的标题“{heading}”写的是当年的事，改为“{new}”。")
    article = Article(path.name, old.title, sheet.meta.genre, old.region or "", old.period or "", old.text, old.line)
    hits = [Hit(n, 1.0, p) for n, p in enumerate(passages(article, told), 1)]
    return likeness.outline, OldReport(hits, _names_of(hits, sheet))


def _names_of(hits: Sequence[Hit], sheet: Sheet) -> dict[str, str]:
    """Names of places in the old report that are another town's: they must not come over."""
    from pipeline.language.names import place_names

    meta = sheet.meta
    if not hits or hits[0].passage.region.endswith(meta.town):
        return {}
    names = {name for hit in hits for name in place_names(f"{hit.passage.region}\n{hit.passage.text}")}
    return {name: hits[0].passage.title for name in names if name not in (meta.town, meta.county)}
