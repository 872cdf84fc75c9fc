"""Search (检索): the passages of an archive that treat what a query asks for, best first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from pipeline.archive.passages import Passage
from pipeline.archive.store import Archive
from pipeline.errors import PipelineError
from pipeline.retrieval.encoder import Encoder, OnnxEncoder
from pipeline.retrieval.index import Index, nearest, read_index

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# A score is HEADING × cosine(query, heading path) + BODY × cosine(query, text), plus PREFERRED if the passage's topic
# is the preferred one: -1..1.1, higher is closer. The three were chosen on 159 queries made of real reports' headings:
# nDCG@10 0.69 for the text alone, 0.66 for the heading alone, 0.75 for this mix (flat between 0.3 and 0.5), 0.90 with
# the topic preferred as well (flat from 0.06 on).
HEADING = 0.4
BODY = 0.6
PREFERRED = 0.1


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for one query; `rank` counts from 1."""

    rank: int
    score: float
    passage: Passage


class Searcher:
    """Asks one archive many times: its vectors and encoder are loaded at the first query and kept.

    `encoder`: None is the archive's own. `threads`: threads for one query. Raises PipelineError, at the first query,
    if the encoder is another than the archive was built with, or if the archive's files are gone or damaged.
    """

    def __init__(self, archive: Archive, *, encoder: Encoder | None = None, threads: int = 1) -> None:
        self._archive = archive
        self._given = encoder
        self._threads = threads

    @cached_property
    def _encoder(self) -> Encoder:
        encoder = self._given
        if encoder is None:
            folder = self._archive.encoder_folder
            if folder is None:
                raise PipelineError(
                    "档案库里没有检索用的向量模型。",
                    where=str(self._archive.folder),
                    mend="运行 zhenbao corpus rebuild 重建。",
                )
            encoder = OnnxEncoder(folder, threads=self._threads)
        if encoder.id != self._archive.manifest.encoder:
            raise PipelineError(
                f"档案库是用向量模型 {self._archive.manifest.encoder} 建的，不能用 {encoder.id} 来查。",
                where=str(self._archive.folder),
                mend="运行 zhenbao corpus rebuild 重建。",
            )
        return encoder

    @cached_property
    def _index(self) -> Index:
        index = read_index(self._archive.vectors)
        if (len(index), index.width) != (len(self._archive.passages), 2 * self._archive.manifest.dimension):
            raise PipelineError(
                "向量索引与段落不符。", where=str(self._archive.vectors), mend="运行 zhenbao corpus rebuild 重建。"
            )
        return index

    def search(
        self,
        query: str,
        *,
        k: int,
        genre: str | None = None,
        topic: str | None = None,
        prefer_topic: str | None = None,
        exclude_region: str | None = None,
    ) -> list[Hit]:
        """The k passages closest to a query, best first; equal scores keep the archive's order.

        `genre`, `topic`: only passages of these. `prefer_topic`: passages of this topic score `PREFERRED` more.
        `exclude_region`: no passages of this place, written with or without its county. Fewer hits if fewer are left.
        Raises ValueError if k is not positive, PipelineError if the query is empty, and what the class says.
        """
        if k < 1:
            raise ValueError(f"k = {k}")
        if not query.strip():
            raise PipelineError("检索词是空的。", mend="写上要找的内容，如“农业 粮食播种面积”。")
        allowed = [
            i
            for i, passage in enumerate(self._archive.passages)
            if (genre is None or passage.genre == genre)
            and (topic is None or passage.topic == topic)
            and not (exclude_region and _same_place(passage.region, exclude_region))
        ]
        scored = self._dense(query, allowed, k, prefer_topic)
        return [Hit(rank, score, self._archive.passages[row]) for rank, (row, score) in enumerate(scored[:k], 1)]

    def _dense(self, query: str, allowed: list[int], k: int, prefer_topic: str | None) -> list[tuple[int, float]]:
        """Rows and scores by the vectors alone, best first; the k best of `allowed` are among them, in order."""
        if not allowed:
            return []
        vector = _both_fields(self._encoder.encode([query])[0])
        preferred = [i for i in allowed if prefer_topic is not None and self._archive.passages[i].topic == prefer_topic]
        found = self._nearest(vector, allowed, k)
        if preferred:
            # The k best with the bonus are among the k best without it and the k best of those that get it.
            bonus = {row: score + PREFERRED for row, score in self._nearest(vector, preferred, k)}
            found = sorted((dict(found) | bonus).items(), key=lambda pair: (-pair[1], pair[0]))
        return found

    def _nearest(self, vector: NDArray[np.float32], rows: list[int], k: int) -> list[tuple[int, float]]:
        import numpy as np

        among = None if len(rows) == len(self._archive.passages) else np.array(rows, np.int64)
        return nearest(self._index, vector, k, among=among, threads=self._threads)


def _both_fields(vector: NDArray[np.float32]) -> NDArray[Any]:
    """The query (2 d,) whose product with a row is the mix of both cosines."""
    import numpy as np

    return np.concatenate((np.float32(HEADING) * vector, np.float32(BODY) * vector))


def _same_place(region: str, other: str) -> bool:
    return bool(region) and (region.endswith(other) or other.endswith(region))


@lru_cache(maxsize=2)
def _searcher(archive: Archive, encoder: Encoder | None) -> Searcher:
    return Searcher(archive, encoder=encoder)


def search(
    archive: Archive,
    query: str,
    *,
    k: int,
    encoder: Encoder | None = None,
    genre: str | None = None,
    topic: str | None = None,
    prefer_topic: str | None = None,
    exclude_region: str | None = None,
) -> list[Hit]:
    """Ask an archive, on one thread; the last two archives asked stay loaded. See `Searcher.search`."""
    return _searcher(archive, encoder).search(  # type: ignore[arg-type]  # encoders are compared by identity
        query, k=k, genre=genre, topic=topic, prefer_topic=prefer_topic, exclude_region=exclude_region
    )
