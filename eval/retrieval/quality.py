"""How well search finds (检索质量): gold sections as queries, asked of an archive of the parsed samples.

    python -m eval.retrieval.quality --shared ../shared --folder build/quality [--tune]

The judge is `bench/score_search.py` of the shared folder: its queries, its relevance. Ours stands beside its parts alone
(BM25, the vectors, no topic). With --tune the weights of a score are chosen on all sample files but one and measured on
the queries of that one, so that no query is measured by weights that it helped to choose.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import json
import math
import random
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.retrieval.peers import table
from pipeline.archive.passages import Passage
from pipeline.archive.store import Archive, add, open_archive
from pipeline.errors import PipelineError
from pipeline.facts.topics import Topic, read_topics, topic_of
from pipeline.retrieval.encoder import exported
from pipeline.retrieval.queries import wanted
from pipeline.retrieval.search import DENSE, LEXICAL, PREFERRED, UNFIT, Searcher
from pipeline.retrieval.topics import read_weights, topic_of_query, topics_of_passage
from pipeline.shipped import shipped
from pipeline.weights import embedding_folder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

MIX = {"dense": DENSE, "lexical": LEXICAL, "topic": PREFERRED, "fitness": UNFIT}
VARIANTS: dict[str, dict[str, float]] = {
    "BM25 alone": {"lexical": 1},
    "vectors alone": {"dense": 1},
    "both, no topic": {"dense": DENSE, "lexical": LEXICAL},
    "both, topic": MIX | {"fitness": 0},
    "ours": MIX,
}
GRID = {"dense": (0.4, 0.5, 0.6, 0.7, 0.8), "topic": (0.5, 1.0, 1.5, 2.0, 3.0), "fitness": (0.0, 0.25, 0.5, 1.0)}


@dataclass(frozen=True, slots=True)
class Judged:
    """One query: of each passage that may be given, in the archive's order, the parts of its score, each for weight 1,
    and whether it is relevant; `ideal`: how many relevant sections there are."""

    file: str
    parts: tuple[dict[str, float], ...]
    relevant: tuple[bool, ...]
    ideal: int


@dataclass(frozen=True, slots=True)
class Scores:
    ndcg: float
    mrr: float
    hit5: float


def scores_of(judged: Judged, weights: Mapping[str, float]) -> Scores:
    """One query's measures at ten, as the judge computes them."""
    totals = [sum(weights.get(name, 0) * part for name, part in parts.items()) for parts in judged.parts]
    order = sorted(range(len(totals)), key=lambda i: (-totals[i], i))[:10]
    gains = [judged.relevant[i] for i in order]
    ideal = sum(1 / math.log2(i + 2) for i in range(min(10, judged.ideal)))
    first = next((i for i, gain in enumerate(gains) if gain), None)
    ndcg = min(1.0, sum(gain / math.log2(i + 2) for i, gain in enumerate(gains)) / ideal)
    return Scores(ndcg, 0.0 if first is None else 1 / (first + 1), float(any(gains[:5])))


def mean_interval(values: Sequence[float], times: int = 1000) -> tuple[float, float, float]:
    """Mean and bootstrap 95% interval."""
    chance = random.Random(1)
    means = sorted(sum(chance.choices(values, k=len(values))) / len(values) for _ in range(times))
    return sum(values) / len(values), means[int(0.025 * times)], means[int(0.975 * times)]


def judge_of(shared: Path) -> Any:
    """The shared folder's judge as a module. Raises PipelineError if it is not there."""
    path = shared / "bench" / "score_search.py"
    if not path.is_file():
        raise PipelineError("找不到检索的评分程序。", where=str(path), mend="用 --shared 指明共享文件夹。")
    sys.path.insert(0, str(path.parent))  # it imports its neighbours
    specification = importlib.util.spec_from_file_location("score_search", path)
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    sys.modules["score_search"] = module
    specification.loader.exec_module(module)
    return module


def built(folder: Path, paths: Sequence[Path], cache: Path, topics: Mapping[str, Topic], threads: int) -> Archive:
    """An archive of these pages, made by what `corpus add` runs."""
    encoder = exported(embedding_folder(), cache, threads=threads)
    weights = read_weights(shipped("corpus") / "topics", encoder.id)

    def by_vector(passage: Passage, first: bool, last: bool, vector: Floats) -> str | None:
        likely = topics_of_passage(
            topics, passage.heading_path, passage.text, first=first, last=last, vector=vector, weights=weights
        )
        return likely[0].topic if likely else None

    added = add(
        folder,
        paths,
        encoder=encoder,
        topic_of=lambda heading, text: topic_of(topics, heading, text),
        topic_by_vector=by_vector,
        progress=lambda *_: None,
        threads=threads,
    )
    for name, why in added.failed:
        raise PipelineError(f"{name} 收不进来：{why}")
    return open_archive(folder)


def asked(
    archive: Archive, shared: Path, topics: Mapping[str, Topic], *, only_heading: bool, threads: int
) -> list[Judged]:
    """Every query of the judge with all passages of the archive, those of the query's own article left out."""
    judge = judge_of(shared)
    gold, seeds = shared / "gold", shared / "seeds"
    names = json.loads((shared / "bench" / "topic_names.json").read_text(encoding="utf-8"))
    rows = judge.jsonl(gold / "articles.jsonl")
    documents = judge.Archive([seeds / name for name in sorted({row["file"] for row in rows})])
    places = {}
    spans = {}
    for row in rows:
        before = documents.before[row["file"]]
        spans[row["file"], row["article_no"]] = (row["file"], range(before[row["body_start"]], before[row["body_end"]]))
    weights = read_weights(shipped("corpus") / "topics", archive.manifest.encoder)

    def topics_of(query: str, vector: Floats) -> dict[str, float]:
        likely = topic_of_query(topics, query, vector=vector, weights=weights)
        return wanted((one.topic, one.probability) for one in likely)

    searcher = Searcher(archive, threads=threads, topics_of=topics_of)
    order = {passage.id: number for number, passage in enumerate(archive.passages)}
    for passage in archive.passages:
        places[passage.text] = documents.places(passage.text, passage.source.split("#")[0])
    documents.places = lambda text, source: places[text]
    made = []
    for query in judge.queries(gold, names, documents, only_heading):
        hits = searcher.search(query["query"], k=len(order))
        own = spans[query["file"], query["article_no"]]
        kept = []
        for hit in sorted(hits, key=lambda hit: order[hit.passage.id]):
            one = judge.judge(
                query, [{"text": hit.passage.text, "source": hit.passage.source.split("#")[0]}], documents, own
            )
            if one["given"] and hit.parts:
                parts = {
                    "dense": hit.parts.dense / DENSE,
                    "lexical": hit.parts.lexical / LEXICAL,
                    "topic": hit.parts.topic / PREFERRED,
                    "fitness": hit.parts.fitness / UNFIT,
                }
                kept.append((parts, bool(one["MRR@10"])))
        made.append(Judged(query["file"], tuple(p for p, _ in kept), tuple(r for _, r in kept), len(query["relevant"])))
    return made


def tuned(lots: Sequence[Sequence[Judged]]) -> tuple[list[tuple[str, dict[str, float]]], list[list[float]]]:
    """For each file the weights that do best on the other files' queries, of all lots together, and what they give on
    its own: nDCG@10, lot by lot."""
    choices = [dict(zip(GRID, values, strict=True)) for values in itertools.product(*GRID.values())]
    choices = [choice | {"lexical": round(1 - choice["dense"], 2)} for choice in choices]
    scored = [[[scores_of(judged, choice).ndcg for judged in lot] for lot in lots] for choice in choices]
    files = sorted({judged.file for lot in lots for judged in lot})
    chosen, given = [], [[] for _ in lots]  # type: list[tuple[str, dict[str, float]]], list[list[float]]
    for file in files:

        def others(number: int, left_out: str = file) -> float:
            values = [
                score
                for lot, scores in zip(lots, scored[number], strict=True)
                for judged, score in zip(lot, scores, strict=True)
                if judged.file != left_out
            ]
            return sum(values) / len(values)

        best = max(range(len(choices)), key=others)
        chosen.append((file, choices[best]))
        for lot, scores, values in zip(lots, scored[best], given, strict=True):
            values += [score for judged, score in zip(lot, scores, strict=True) if judged.file == file]
    return chosen, given


def main(say: Callable[[str], None] = print) -> None:
    given = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    given.add_argument("--shared", type=Path, required=True, help="the folder with gold, seeds and bench")
    given.add_argument("--folder", type=Path, required=True, help="a folder to build in; what is there goes")
    given.add_argument("--cache", type=Path, help="where exported encoders are kept (default: in FOLDER)")
    given.add_argument("--threads", type=int, default=1)
    given.add_argument("--tune", action="store_true", help="choose the weights too, across files")
    options = given.parse_args()
    judge_of(options.shared)
    topics = read_topics(shipped("prompts") / "topics.yaml")
    gold = options.shared / "gold" / "articles.jsonl"
    names = sorted({json.loads(line)["file"] for line in gold.read_text(encoding="utf-8").splitlines() if line})
    shutil.rmtree(options.folder, ignore_errors=True)
    began = time.perf_counter()
    paths = [options.shared / "seeds" / name for name in names]
    cache = options.cache or options.folder / "cache"
    archive = built(options.folder / "archive", paths, cache, topics, options.threads)
    say(f"{len(archive.passages)} passages of {archive.manifest.articles} reports, {time.perf_counter() - began:.1f} s")
    lots = {
        name: asked(archive, options.shared, topics, only_heading=only, threads=options.threads)
        for name, only in (("heading and topic", False), ("heading alone", True))
    }
    means: dict[str, list[float]] = {}
    for name, lot in lots.items():
        say(f"\n{name}, {len(lot)} queries          nDCG@10                MRR@10                 hit@5")
        for variant, weights in VARIANTS.items():
            scored = [scores_of(judged, weights) for judged in lot]
            means.setdefault(variant, []).append(sum(one.ndcg for one in scored) / len(scored))
            figures = (
                "{:.3f} [{:.3f}, {:.3f}]".format(*mean_interval([getattr(one, measure) for one in scored]))
                for measure in ("ndcg", "mrr", "hit5")
            )
            say(f"{variant:24s} " + "   ".join(figures))
    say("\nnDCG@10 beside other tools:")
    for line in table((variant, alone, named) for variant, (named, alone) in means.items()):
        say(line)
    if options.tune:
        chosen, values = tuned(list(lots.values()))
        say("\nweights chosen on the other files:")
        for file, choice in chosen:
            say(f"  for {file[:12]}: {choice}")
        for name, lot_values in zip(lots, values, strict=True):
            say(f"  {name}: nDCG@10 " + "{:.3f} [{:.3f}, {:.3f}]".format(*mean_interval(lot_values)))


if __name__ == "__main__":
    main()
