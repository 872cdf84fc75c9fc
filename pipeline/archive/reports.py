"""What a draft must not take from the archive (他稿内容): the names and the texts of its reports.

Near-duplicates are among them: each report's own wording could be copied. Reads files from the first line to the last and needs no
array, so that a check starts at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.archive.generations import MANIFEST, Archive
from pipeline.archive.segments import Recogniser, damaged


@dataclass(frozen=True, slots=True)
class Held:
    """A report that the archive holds: its passages' texts in order, and the names in them, each once."""

    source: str
    title: str
    region: str
    texts: tuple[str, ...]
    names: tuple[str, ...]


def reports_held(archive: Archive, recogniser: Recogniser) -> list[Held]:
    """All reports of an archive, by source. Raises PipelineError if it is damaged."""
    held = []
    for segment, listed in zip(archive.segments, archive.manifest.segments, strict=True):
        if not all(0 <= place < len(segment.entries) for place in listed.gone):
            raise damaged(archive.folder, f"{MANIFEST} 与范文不符")
        rows = zip(segment.entries, segment.texts(), segment.names(recogniser), strict=True)
        held += [
            Held(entry.source, entry.title, entry.region, tuple(texts), tuple(names))
            for place, (entry, texts, names) in enumerate(rows)
            if place not in listed.gone
        ]
    return sorted(held, key=lambda report: report.source)
