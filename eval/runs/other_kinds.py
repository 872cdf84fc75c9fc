"""Runs of search and of the check (检索评测、核稿评测) as rows of the same store, so that comparison and report serve them too."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.checker.run import Outcome, Tally
from eval.runs.rows import Found, Row
from eval.runs.suite import Suite
from pipeline.errors import PipelineError
from pipeline.facts.topics import Topic

VARIANTS = {"ours": "ours", "BM25 alone": "bm25", "vectors alone": "dense"}  # names in eval.retrieval.quality → groups
_QUERIES = {"heading-topic": False, "heading": True}  # what a query is made of; whether the heading alone


def retrieval_inputs(suite: Suite) -> tuple[Path, ...]:
    """The files that a run of search reads. Raises PipelineError if the annotated samples are not here."""
    gold = suite.shared / "gold"
    if not (gold / "articles.jsonl").is_file():
        raise PipelineError(
            "没有标注过的样本，检索评测做不了。",
            where=str(suite.shared),
            mend="在方案的 shared 里写明样本文件夹（含 gold、seeds、bench）。",
        )
    return (gold / "articles.jsonl", gold / "sections.jsonl", *_pages(suite.shared))


def retrieval_rows(suite: Suite, folder: Path, cache: Path, topics: Mapping[str, Topic], threads: int) -> list[Row]:
    """Ask every gold section's heading of an archive of the samples, built in `folder`: by ours, by BM25 alone, by vectors alone."""
    from eval.retrieval.quality import VARIANTS as WEIGHTS
    from eval.retrieval.quality import asked, built, scores_of

    archive = built(folder, _pages(suite.shared), cache, topics, threads)
    rows = []
    for kind, only_heading in _QUERIES.items():
        lot = asked(archive, suite.shared, topics, only_heading=only_heading, threads=threads)
        for number, judged in enumerate(lot):
            for variant, group in VARIANTS.items():
                scores = scores_of(judged, WEIGHTS[variant])
                values: dict[str, float | None] = {"ndcg10": scores.ndcg, "mrr": scores.mrr, "hit5": scores.hit5}
                rounded = {name: None if value is None else round(value, 9) for name, value in values.items()}
                rows.append(Row(f"{kind}-{number:03d}", f"{group}-{kind}", judged.file, rounded))
    return rows


def checker_rows(outcome: Outcome) -> list[Row]:
    """A row a class of errors or rewritings. `caught`: seeded errors found, or texts rightly left alone; documents are the classes."""
    return [
        *_of("clean", [outcome.clean]),
        *_of("seeded", outcome.seeded),
        *_of("by-hand", outcome.by_hand),
        *_of("harmless", outcome.harmless),
    ]


def _of(group: str, tallies: Sequence[Tally]) -> list[Row]:
    rows = []
    for tally in tallies:
        shares: dict[str, float | None] = {
            name: round(count / tally.tried, 9) if tally.tried else None
            for name, count in (
                ("caught", tally.caught),
                ("misnamed", tally.misnamed),
                ("false_alarms", tally.false_alarms),
            )
        }
        found = tuple(Found("checker.miss", "error", None, miss.split(" ", 1)[0], miss) for miss in tally.misses)
        rows.append(Row(tally.name, group, tally.name, shares, found))
    return rows


def _pages(shared: Path) -> list[Path]:
    lines = (shared / "gold" / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    return [shared / "seeds" / name for name in sorted({json.loads(line)["file"] for line in lines if line})]
