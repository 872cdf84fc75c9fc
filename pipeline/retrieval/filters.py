"""Filters (筛选): which passages of an archive may be given, by what is known of their reports and by their topic. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.language.periods import Period, read_period

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.archive.segments import Entry, Segment

    Choice = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Filter:
    """Only passages of this genre, topic, place, time and source; None leaves all.

    `region`: a place, written with or without its county; `exclude_region`: none of it. `period`: this one or a part of
    it (2026 takes 2026H1). `source`: a report as the archive names it, a page with all its reports, or a file's name
    without its folder.
    """

    genre: str | None = None
    topic: str | None = None
    region: str | None = None
    period: str | None = None
    source: str | None = None
    exclude_region: str | None = None

    @property
    def by_report(self) -> bool:
        """Whether anything but the topic is asked for."""
        asked = (self.genre, self.region, self.period, self.source, self.exclude_region)
        return any(given is not None for given in asked)

    def takes(self, entry: Entry) -> bool:
        """Whether a report's passages may be given, their topics left aside."""
        return (
            (self.genre is None or entry.genre == self.genre)
            and (self.source is None or _same_source(entry.source, self.source))
            and (self.period is None or _within(entry.period, self.period))
            and (self.region is None or same_place(entry.region, self.region))
            and not (self.exclude_region and same_place(entry.region, self.exclude_region))
        )

    def rows(self, segments: Sequence[Segment], dead: Choice | None) -> Choice | None:
        """(rows,): those of the segments that may be given; None for all. `dead`: rows that have gone."""
        import numpy as np

        allowed = None if dead is None else ~dead
        if self.by_report:
            taken = [
                np.array([self.takes(entry) for entry in segment.entries], bool)[segment.article]
                for segment in segments
            ]
            allowed = both(allowed, np.concatenate(taken) if taken else None)
        return both(allowed, None if self.topic is None else rows_of_topic(segments, self.topic))


def rows_of_topic(segments: Sequence[Segment], topic: str) -> Choice:
    """(rows,): which passages of the segments have a topic."""
    import numpy as np

    masks = []
    for segment in segments:
        code = segment.topics.index(topic) if topic in segment.topics else -2  # -1 stands for none
        masks.append(np.asarray(segment.topic == code))
    return np.concatenate(masks) if masks else np.zeros(0, bool)


def both(one: Choice | None, other: Choice | None) -> Choice | None:
    """What two choices leave; None is all."""
    if one is None or other is None:
        return other if one is None else one
    return one & other


def same_place(region: str, other: str) -> bool:
    """沚川县苇汀镇 is 苇汀镇, and an unknown place is none."""
    return bool(region) and bool(other) and (region.endswith(other) or other.endswith(region))


def _same_source(source: str, asked: str) -> bool:
    page = source.rpartition("#")[0] or source  # as pipeline.archive.intake names the reports of a page
    return asked in (source, page, page.rpartition("/")[2])


def _within(period: str, asked: str) -> bool:
    of_report, wanted = _read(period), _read(asked)
    if of_report is None or wanted is None:
        return period.startswith(asked)
    return of_report.year == wanted.year and of_report.months <= wanted.months


@lru_cache(maxsize=4096)
def _read(period: str) -> Period | None:
    return read_period(period)
