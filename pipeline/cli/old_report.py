"""`draft --like`: last year's report as the model: its outline, and its own passages first among the exemplars."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.cli.shared import known_topics, say
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from pipeline.drafting.outline import Outline
    from pipeline.facts.model import Sheet

Find = Callable[[str, str | None], Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Likened:
    """The outline to draft by; passages of the old report; names of another town in it, which must not come over → its title."""

    outline: Outline
    passages: Sequence[Any] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def first(self, find: Find) -> Find:
        """A search that gives the old report's passages of a topic before all others."""
        return lambda query, topic: [
            *(hit for hit in self.passages if topic and hit.passage.topic == topic),
            *find(query, topic),
        ]


def likened(path: Path | None, base: Outline, sheet: Sheet) -> Likened:
    """What an old report makes of the outline that the genre gives; the outline itself where there is none.

    Raises PipelineError for a file that cannot be read or holds several reports. What was left out or reworded is said.
    """
    if path is None:
        return Likened(base)
    from pipeline.archive.exemplars import Article
    from pipeline.archive.parsing import parse_page
    from pipeline.archive.passages import passages
    from pipeline.drafting.like import old_headings, outline_like
    from pipeline.facts.topics import topic_of
    from pipeline.language.names import place_names
    from pipeline.language.periods import read_period
    from pipeline.retrieval.search import Hit

    articles = parse_page(path).articles
    if len(articles) != 1:
        raise PipelineError(f"旧稿里有 {len(articles)} 篇文章。", where=str(path), mend="请只留一篇，另存后再用。")
    (old,) = articles
    topics, region, meta = known_topics(), old.region or "", sheet.meta

    def told(heading: str, text: str) -> str | None:
        return topic_of(topics, heading, text)

    period = read_period(old.period) if old.period else None
    year = period.year if period else None
    made = outline_like(base, old_headings(old.text, told), meta, topics, year=year, title=old.title, region=region)
    for heading in made.empty:
        say(f"提示：旧稿的“{heading}”，清单里没有可写的，略去。")
    for heading, new in made.reworded:
        say(f"提示：旧稿的标题“{heading}”写的是当年的事，改为“{new}”。")
    article = Article(path.name, old.title, meta.genre, region, old.period or "", old.text, old.line)
    own = [Hit(n, 1.0, p) for n, p in enumerate(passages(article, told), 1)]
    elsewhere = region and not region.endswith(meta.town)
    strange = {*place_names(region), *place_names(old.text)} - {meta.town, meta.county} if elsewhere else set()
    return Likened(made.outline, own, dict.fromkeys(sorted(strange), old.title))
