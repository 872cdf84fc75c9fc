"""Search (检索): the passages of an archive that treat what a query asks for, best first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from pipeline.errors import PipelineError
from pipeline.retrieval.encoder import Encoder, OnnxEncoder, query_vector
from pipeline.retrieval.filters import Filter, both, rows_of_topic
from pipeline.retrieval.fusion import spread, standard
from pipeline.retrieval.hits import Hit as Hit
from pipeline.retrieval.hits import Parts
from pipeline.retrieval.index import nearest_rows
from pipeline.retrieval.lexical import bm25, known_share

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.archive.store import Archive
    from pipeline.retrieval.filters import Choice

    Floats = NDArray[np.float32]
    Rows = NDArray[np.int64]

# A score is DENSE × the z-score of the vectors' part + LEXICAL × that of BM25 × the share of the query known to it + PREFERRED × how sure it is that the
# passage's topic is the one asked for + PREFERRED_GENRE if its genre is − UNFIT × what its fitness lacks of 1. Higher is
# closer; no upper bound. Across files (`python -m eval.retrieval.quality --tune`) the mix is flat from 0.4 to 0.7 and the
# topic's weight best at 3: 2 is taken, since a topic can be mistaken in archives unlike those samples. Fitness neither
# helps nor harms nDCG there; it is for the drafter, who needs a model and not only the topic.
DENSE = 0.6
LEXICAL = 0.4
PREFERRED = 2.0
PREFERRED_GENRE = 0.3
UNFIT = 0.5

TopicsOf = Callable[[str, "Floats"], Mapping[str, float]]

ALL = 4_096  # rows up to which every one is scored; above, those that the vectors or the words bring up
DEPTH = 256  # rows that each of these brings up, at least


class Searcher:
    """Asks one archive many times: what the first query loads is kept.

    `encoder`: None is the archive's own. `threads`: threads for one query. `topics_of`: how much a query wants which
    topics, by its words and its vector (see pipeline.retrieval.queries.wanted); asked where no topic is given. Raises
    PipelineError, at the first query, if the encoder is another than the archive was built with, or if the archive's
    files are gone or damaged.
    """

    def __init__(
        self,
        archive: Archive,
        *,
        encoder: Encoder | None = None,
        threads: int = 1,
        topics_of: TopicsOf | None = None,
    ) -> None:
        self._archive = archive
        self._given = encoder
        self._threads = threads
        self._topics_of = topics_of

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

    def load(self) -> None:
        """Load the encoder and map the index now instead of at the first query. Raises what the class says."""
        self._encoder.encode(["一"])
        self._check()

    def vector(self, text: str) -> Floats:
        """(d,), float32: the unit vector of a query, by the archive's encoder. Raises what the class says."""
        return query_vector(self._encoder, text)

    def _check(self) -> None:
        for segment in self._archive.segments:
            index = segment.index
            if (len(index), index.width) != (segment.count, self._archive.manifest.dimension):
                raise PipelineError(
                    "向量索引与段落不符。", where=str(segment.folder), mend="运行 zhenbao corpus rebuild 重建。"
                )

    def search(
        self,
        query: str,
        *,
        k: int,
        genre: str | None = None,
        topic: str | None = None,
        prefer_topic: str | Mapping[str, float] | None = None,
        prefer_genre: str | None = None,
        region: str | None = None,
        period: str | None = None,
        source: str | None = None,
        exclude_region: str | None = None,
        per_document: int | None = None,
    ) -> list[Hit]:
        """The k passages closest to a query, best first; equal scores keep the archive's order.

        `genre`, `topic`, `region`, `period`, `source`, `exclude_region`: see `Filter`. `prefer_topic`: passages of this
        topic score `PREFERRED` more; or how much each is wanted, 0..1; one that no passage has is taken for none given.
        `prefer_genre`: passages of this genre score `PREFERRED_GENRE` more. `per_document`: an article's passages beyond
        so many come after all others. Fewer hits if fewer are left.
        Raises ValueError if k or per_document is not positive, PipelineError if the query is empty, and what the class
        says.
        """
        import numpy as np

        for name, number in (("k", k), ("per_document", per_document)):
            if number is not None and number < 1:
                raise ValueError(f"{name} = {number}")
        if not query.strip():
            raise PipelineError("检索词是空的。", mend="写上要找的内容，如“农业 粮食播种面积”。")
        vector = query_vector(self._encoder, query)
        self._check()
        if not self._archive.manifest.passages:
            return []

        only = Filter(genre, topic, region, period, source, exclude_region)
        allowed = only.rows(self._archive.segments, self._archive.dead)
        if allowed is not None and not allowed.any():
            return []
        if isinstance(prefer_topic, str) and not any(prefer_topic in s.topics for s in self._archive.segments):
            prefer_topic = None  # a sheet's own topic, which nobody knows: the words say what it is about
        if prefer_topic is None and topic is None and self._topics_of:
            prefer_topic = self._topics_of(query, vector)
        wanted = {prefer_topic: 1.0} if isinstance(prefer_topic, str) else dict(prefer_topic or {})
        rows, parts = self._candidates(query, vector, allowed, wanted, k if per_document is None else 8 * k)
        if prefer_genre is not None:
            parts[:, 3] = np.float32(PREFERRED_GENRE) * self._of_genre(rows, prefer_genre)
        order = self._best(rows, parts, k, per_document)
        return [
            Hit(rank, float(parts[i].sum()), self._archive.passage_at(int(rows[i])), Parts(*map(float, parts[i])))
            for rank, i in enumerate(order, 1)
        ]

    def shares(self, query: str) -> bool:
        """Whether any passage has any two neighbouring characters of a query."""
        return known_share([segment.postings for segment in self._archive.segments], query) > 0

    # --- which rows are looked at --------------------------------------------------------------------------------

    def _of_genre(self, rows: Rows, genre: str) -> Choice:
        """Which of some rows are of a genre."""
        import numpy as np

        masks = [
            np.array([entry.genre == genre for entry in segment.entries], bool)[segment.article]
            for segment in self._archive.segments
        ]
        chosen: Choice = np.concatenate(masks)[rows]
        return chosen

    def _candidates(
        self, query: str, vector: Floats, allowed: Choice | None, wanted: Mapping[str, float], k: int
    ) -> tuple[Rows, Floats]:
        """Rows that may be among the k best and the parts of their scores (rows, 5): all of a small archive."""
        import numpy as np

        archive = self._archive
        try:
            words = bm25([segment.postings for segment in archive.segments], query, dead=archive.dead)
        except (IndexError, ValueError) as fault:  # its rows are read by the query: too many to be looked at beforehand
            from pipeline.archive.segments import damaged

            raise damaged(archive.folder, "字面索引与段落不符") from fault
        words_spread = spread(words, dead=archive.dead)
        if archive.rows <= ALL:
            rows = np.arange(archive.rows) if allowed is None else np.flatnonzero(allowed)
        else:
            depth = max(DEPTH, 2 * k)
            lots = [self._nearest(vector, depth, allowed), _highest(words, depth, allowed)]
            for topic, worth in wanted.items():
                if worth >= 0.1:  # a smaller bonus lifts no row that does not come up by itself
                    mask = both(rows_of_topic(archive.segments, topic), allowed)
                    lots += [self._nearest(vector, depth, mask), _highest(words, depth, mask)]
            rows = np.unique(np.concatenate(lots))
        parts = np.zeros((len(rows), 5), np.float32)
        cosines = np.zeros(len(rows), np.float32)
        base = 0
        for segment in archive.segments:
            here = (rows >= base) & (rows < base + segment.count)
            own = rows[here] - base
            cosines[here] = segment.index.scores(own, vector)
            if wanted:
                bonus = np.array([wanted.get(topic, 0.0) for topic in segment.topics] + [0.0], np.float32)
                parts[here, 2] = np.float32(PREFERRED) * bonus[segment.topic[own]]
            parts[here, 4] = np.float32(UNFIT) * (segment.fitness[own] - 1)
            base += segment.count
        parts[:, 0] = np.float32(DENSE) * standard(cosines, *archive.moments.spread(vector))
        known = known_share([segment.postings for segment in archive.segments], query)
        parts[:, 1] = np.float32(LEXICAL * known) * standard(words[rows], *words_spread)
        return rows, parts

    def _nearest(self, vector: Floats, depth: int, among: Choice | None) -> Rows:
        """The rows nearest to a vector, of each segment as many as asked for."""
        import numpy as np

        found = []
        base = 0
        for segment in self._archive.segments:
            part = None if among is None else among[base : base + segment.count]
            rows, _ = nearest_rows(segment.index, vector, depth, among=part, threads=self._threads)
            found.append(rows + base)
            base += segment.count
        return np.concatenate(found)

    # --- which of them are given ---------------------------------------------------------------------------------

    def _best(self, rows: Rows, parts: Floats, k: int, per_document: int | None) -> list[int]:
        """Places in `rows` of the k best, best first."""
        import numpy as np

        scores = parts.sum(axis=1)
        ordered = np.lexsort((self._rank_of[rows], -scores))
        if per_document is None:
            return [int(i) for i in ordered[:k]]
        documents = self._document_of(rows)
        met: dict[int, int] = {}
        first: list[int] = []
        later: list[int] = []
        for i in ordered:
            document = int(documents[i])
            met[document] = met.get(document, 0) + 1
            (first if met[document] <= per_document else later).append(int(i))
        return (first + later)[:k]

    @cached_property
    def _rank_of(self) -> Rows:
        """(rows,): a row's place in the archive's order."""
        import numpy as np

        ranks = np.zeros(self._archive.rows, np.int64)
        ranks[self._archive.order] = np.arange(len(self._archive.order))
        return ranks

    def _document_of(self, rows: Rows) -> Rows:
        import numpy as np

        documents = np.zeros(len(rows), np.int64)
        base = articles = 0
        for segment in self._archive.segments:
            here = (rows >= base) & (rows < base + segment.count)
            documents[here] = segment.article[rows[here] - base] + articles
            base += segment.count
            articles += len(segment.entries)
        return documents


def _highest(scores: Floats, depth: int, among: Choice | None) -> Rows:
    """The rows with the highest scores above 0."""
    import numpy as np

    def above(least: float) -> Rows:
        high = scores > least
        return np.flatnonzero(high if among is None else high & among)

    rows = np.zeros(0, np.int64)
    if len(scores) > 100 * depth:  # most share one common pair: what a sixteenth of them says is high leaves few
        sample = scores[::16] if among is None else scores[::16][among[::16]]
        if len(sample) > depth // 8:
            rows = above(float(np.partition(sample, -(depth // 8))[-(depth // 8)]))
    if len(rows) < depth:
        rows = above(0.0)
    if len(rows) > depth:
        rows = rows[np.argpartition(scores[rows], -depth)[-depth:]]
    return rows


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
    prefer_topic: str | Mapping[str, float] | None = None,
    exclude_region: str | None = None,
) -> list[Hit]:
    """Ask an archive, on one thread; the last two archives asked stay loaded. See `Searcher.search`."""
    return _searcher(archive, encoder).search(  # type: ignore[arg-type]  # encoders are compared by identity
        query, k=k, genre=genre, topic=topic, prefer_topic=prefer_topic, exclude_region=exclude_region
    )
