"""An archive's generations (库的世代): what a state of the archive holds, and the archive that is opened from it.

folder/CURRENT                 the name of the generation that holds
folder/<generation>/           manifest.json: which segments, without which of their articles
                               moments.npy: of all vectors      standing.npy: which passage stands for each
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, overload

from pipeline.archive.passage import Passage
from pipeline.archive.segments import UNREADABLE, Segment, damaged, open_segment
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.retrieval.fusion import Moments

FORMAT = 3  # of the folder and of how texts are cut and encoded: raise it when either changes
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
MOMENTS = "moments.npy"
WHOLE = "whole.npy"
STANDING = "standing.npy"

_GENERATION = re.compile(r"generation-(\d{6,})")
SEGMENT = re.compile(r"segment-(\d{6,})")


@dataclass(frozen=True, slots=True)
class Listed:
    """One segment of a generation: its folder's name, its files' sizes, and which of its articles have gone."""

    name: str
    sizes: Mapping[str, int]
    gone: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds. `id`: SHA-256 over format, encoder and articles with their passages, in whatever order
    and steps they were added. `passages`: each counted once; `repeats`: those that another stands for."""

    format: int
    id: str
    encoder: str
    dimension: int
    articles: int
    passages: int
    repeats: int
    segments: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands: its id there, the file or page, the line, the report's title."""

    id: str
    source: str
    line: int
    title: str


@dataclass(frozen=True, eq=False)
class Archive:
    """One opened generation. Two archives are compared by `id`.

    A row is a passage's place among all passages of the segments, one segment after the other, those that have gone
    among them. Vectors, postings and columns are in rows; `passages` are in the archive's own order.
    """

    folder: Path
    id: str
    manifest: Manifest
    generation: str
    segments: tuple[Segment, ...]

    @property
    def encoder_folder(self) -> Path | None:
        """Where `OnnxEncoder` finds the archive's encoder; None if it was built with one that cannot be exported."""
        from pipeline.retrieval.encoder import (
            CARD,  # as with the moments: to read what the archive holds needs no encoder
        )

        folder = self.folder / encoder_name(self.manifest.encoder)
        return folder if (folder / CARD).is_file() else None

    @property
    def rows(self) -> int:
        """How many rows there are, the dead ones too."""
        return sum(segment.count for segment in self.segments)

    @cached_property
    def passages(self) -> Passages:
        """All passages, by source, then in the order of the text; each is read when it is asked for."""
        return Passages(self)

    @cached_property
    def dead(self) -> NDArray[np.bool_] | None:
        """(rows,): the passages of articles that have gone, and those that another stands for; None if there are none."""
        import numpy as np

        if not self.manifest.repeats and not any(listed.gone for listed in self.manifest.segments):
            return None
        gone = ~np.concatenate([staying_rows(*pair) for pair in zip(self.segments, self.stays, strict=True)])
        dead: NDArray[np.bool_] = gone | (self.standing != np.arange(self.rows))
        return dead

    @cached_property
    def standing(self) -> NDArray[np.int64]:
        """(rows,): which row stands for each near-duplicate; its own for the others."""
        import numpy as np

        try:
            rows: NDArray[np.int64] = np.load(self.folder / self.generation / STANDING, allow_pickle=False)
        except UNREADABLE as fault:
            raise damaged(self.folder, f"{STANDING} 读不出来") from fault
        if rows.shape != (self.rows,) or (self.rows and not 0 <= int(rows.min()) <= int(rows.max()) < self.rows):
            raise damaged(self.folder, f"{STANDING} 与段落不符")
        return rows

    @cached_property
    def stays(self) -> tuple[NDArray[np.bool_], ...]:
        import numpy as np

        masks = []
        for segment, listed in zip(self.segments, self.manifest.segments, strict=True):
            stays = np.ones(len(segment.entries), bool)
            if not all(0 <= place < len(stays) for place in listed.gone):
                raise damaged(self.folder, f"{MANIFEST} 与范文不符")
            stays[list(listed.gone)] = False
            masks.append(stays)
        return tuple(masks)

    @cached_property
    def order(self) -> NDArray[np.int64]:
        """(passages,): the rows in the archive's order, each of several near-duplicates but one left out."""
        import numpy as np

        spans = []
        base = 0
        for segment, stays in zip(self.segments, self.stays, strict=True):
            for place, entry in enumerate(segment.entries):
                if stays[place]:
                    first = base + int(segment.first_rows[place])
                    spans.append((entry.source, first, entry.passages))
            base += segment.count
        if not spans:
            return np.zeros(0, np.int64)
        spans.sort()
        counts = np.array([count for _, _, count in spans])
        firsts = np.array([first for _, first, _ in spans])
        ends = np.cumsum(counts)
        within = np.arange(int(ends[-1])) - np.repeat(ends - counts, counts)
        order: NDArray[np.int64] = np.repeat(firsts, counts) + within
        return order if self.dead is None else order[~self.dead[order]]

    @cached_property
    def moments(self) -> Moments:
        """Of the vectors of all passages, near-duplicates once."""
        return self._moments(MOMENTS, self.manifest.passages)

    @cached_property
    def whole(self) -> Moments:
        """Of all vectors, near-duplicates among them: what a writer adds to."""
        return self._moments(WHOLE, self.manifest.passages + self.manifest.repeats)

    def _moments(self, name: str, count: int) -> Moments:
        from pipeline.retrieval.fusion import read_moments

        try:
            return read_moments(self.folder / self.generation / name, count)
        except UNREADABLE as fault:
            raise damaged(self.folder, f"{name} 读不出来") from fault

    def row_of(self, id: str) -> int | None:
        """The row of the passage with this id; None if there is none, or its article has gone."""
        base = 0
        for segment, stays in zip(self.segments, self.stays, strict=True):
            row = segment.row_of(id)
            if row is not None and stays[segment.article[row]]:
                return base + row
            base += segment.count
        return None

    def sources_at(self, row: int) -> tuple[Place, ...]:
        """Where the passage of a row stands, itself first, then its near-duplicates by source."""
        import numpy as np

        alike = np.flatnonzero(self.standing == self.standing[row]).tolist() if self.manifest.repeats else [row]
        found = [self.passage_at(one) for one in alike]
        own = self.passage_at(row)
        others = sorted((p for p in found if p.id != own.id), key=lambda p: (p.source, p.line))
        return tuple(Place(p.id, p.source, p.line, p.title) for p in (own, *others))

    def passage_at(self, row: int) -> Passage:
        """Read the passage of a row."""
        for segment in self.segments:
            if row < segment.count:
                return segment.passage(row)
            row -= segment.count
        raise IndexError(row)


class Passages(Sequence[Passage]):
    """The passages of an archive in its order, read one by one from its files."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def __len__(self) -> int:
        return self._archive.manifest.passages

    @overload
    def __getitem__(self, at: int) -> Passage: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Passage, ...]: ...

    def __getitem__(self, at: int | slice) -> Passage | tuple[Passage, ...]:
        if isinstance(at, slice):
            return tuple(self[i] for i in range(*at.indices(len(self))))
        return self._archive.passage_at(int(self._archive.order[at]))


@dataclass(frozen=True, slots=True)
class Row:
    """One article in a listing; `passages`: how many of them the archive holds."""

    source: str
    title: str
    genre: str
    region: str
    period: str
    passages: int


def staying_rows(segment: Segment, stays: NDArray[np.bool_]) -> NDArray[np.bool_]:
    import numpy as np

    rows: NDArray[np.bool_] = np.repeat(stays, np.diff(segment.first_rows))
    return rows


def encoder_name(id: str) -> str:
    return f"encoder-{sha256(id.encode()).hexdigest()[:12]}"


# --- opening ------------------------------------------------------------------------------------------------------


def open_archive(folder: Path) -> Archive:
    """Open the archive in a folder. Loads neither the encoder nor the vectors nor the passages.

    Raises PipelineError if there is none, if it is of another format, or damaged.
    """
    for _ in range(3):
        generation = current(folder)
        if generation is None:
            raise PipelineError(
                "这里还没有建好的档案库。", where=str(folder), mend="先运行 zhenbao corpus add 文件或文件夹。"
            )
        try:
            return opened(folder, generation)
        except FileNotFoundError:
            if current(folder) == generation:
                break
            # Two writers have finished since we read CURRENT, and the second removed what it named.
    raise damaged(folder, "缺少文件")


def listing(archive: Archive) -> tuple[Row, ...]:
    """The articles of an archive, by source."""
    return tuple(
        Row(entry.source, entry.title, entry.genre, entry.region, entry.period, entry.passages)
        for entry in sorted(
            (
                entry
                for segment, stays in zip(archive.segments, archive.stays, strict=True)
                for entry, stay in zip(segment.entries, stays, strict=True)
                if stay
            ),
            key=lambda entry: entry.source,
        )
    )


def current(folder: Path) -> str | None:
    try:
        name = (folder / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as fault:
        raise damaged(folder, f"{CURRENT} 读不出来") from fault
    if not _GENERATION.fullmatch(name):
        raise damaged(folder, f"{CURRENT} 的内容不对")
    return name


def opened(folder: Path, generation: str) -> Archive:
    manifest = manifest_of(folder, generation)
    if manifest.format != FORMAT:
        raise PipelineError(
            f"档案库是第 {manifest.format} 版格式，本程序用第 {FORMAT} 版。",
            where=str(folder),
            mend="运行 zhenbao corpus rebuild 重建。",
        )
    segments = tuple(open_segment(folder / listed.name, listed.sizes) for listed in manifest.segments)
    return Archive(folder, manifest.id, manifest, generation, segments)


def manifest_of(folder: Path, generation: str) -> Manifest:
    try:
        written = json.loads((folder / generation / MANIFEST).read_text(encoding="utf-8"))
        if written["format"] != FORMAT:  # another version's manifest may have other entries
            return Manifest(int(written["format"]), "", "", 0, 0, 0, 0, ())
        listed = tuple(Listed(row["name"], row["sizes"], tuple(row["gone"])) for row in written["segments"])
        if not all(SEGMENT.fullmatch(one.name) for one in listed):
            raise ValueError("a segment of another name")
        return Manifest(**(written | {"segments": listed}))
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise damaged(folder, f"{MANIFEST} 读不出来") from fault


def needed_by(folder: Path, generation: str) -> list[str]:
    """What those read who opened the generation before: its segments and its encoder."""
    try:
        written = json.loads((folder / generation / MANIFEST).read_text(encoding="utf-8"))
        encoder = [encoder_name(written["encoder"])] if "encoder" in written else []
        return [*encoder, *(row["name"] for row in written.get("segments", ()))]
    except (OSError, ValueError, KeyError, TypeError):  # damaged: a rebuild has just replaced it, nobody reads it
        return []
