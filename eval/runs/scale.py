"""A thousand checked texts in one run (规模): how long beyond the models' own time, and with how much memory.

    python -m eval.runs.scale [--texts 1000] [--jobs 2]

The texts are the shipped exemplars and patterns' drafts with known errors seeded into them, so that no two are alike and the check
has much to find; they lie there as files, so no model and no writer takes part. Told are the whole command as its user runs it, and
how much of one process's time is the check's and the measures'; the rest is the archive, files, rows and the report.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

from eval.checker.run import Base
from eval.checker.seeds import SEEDS
from eval.checks.check import check
from eval.measures.nearness import treated
from eval.measures.table import Case, measured
from eval.runs.measuring import Shown, own_grams, owners_of
from pipeline.archive.exemplars import read_exemplar
from pipeline.facts.genres import Genre, genre_ids, read_genres
from pipeline.facts.reading import load_sheet
from pipeline.facts.topics import Topic, read_topics, topic_ids
from pipeline.language.names import place_names
from pipeline.shipped import shipped

SUITE = """name: scale
about: {texts} 篇
sheets: [{sheets}]
writers: [{{id: given, kind: files, folder: drafts}}]
seeds: [{seeds}]
references: [corpus/exemplars]
"""


def texts(bases: list[Base], count: int) -> Iterator[tuple[Base, int, str]]:
    """(base, number among its own, text): each base in turn with a seeded error of the next class."""
    rng = Random(0)
    kinds = itertools.cycle(SEEDS.values())
    for number in range(count):
        base = bases[number % len(bases)]
        text = base.text
        for seeding in itertools.islice(kinds, 4):
            made = seeding(text, base.sheet, rng)
            text = made.text if made else text
        yield base, number // len(bases), text


def main(say: Callable[[str], None] = print) -> None:
    given = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    given.add_argument("--texts", type=int, default=1000)
    given.add_argument("--jobs", type=int, default=2)
    options = given.parse_args()
    topics = read_topics(shipped("prompts") / "topics.yaml")
    genres = read_genres(shipped("prompts") / "genres", tuple(topics))
    bases = []
    for path in sorted((shipped("corpus") / "exemplars").glob("*.md")):
        place = shipped("corpus") / "facts" / f"{path.stem}.yaml"
        sheet, _ = load_sheet(place, genres=genre_ids(genres), topics=topic_ids(topics))
        bases.append(Base(path.stem, read_exemplar(path).text, sheet))
    drafts = list(texts(bases, options.texts))
    with tempfile.TemporaryDirectory(prefix="zhenbao-scale-") as name:
        folder = Path(name)
        (folder / "drafts").mkdir()
        for base, number, text in drafts:
            (folder / "drafts" / f"{base.name}.{number}.md").write_text(text, encoding="utf-8")
        names = ", ".join(f"corpus/facts/{base.name}.yaml" for base in bases)
        seeds = ", ".join(str(n) for n in range(max(number for _, number, _ in drafts) + 1))
        (folder / "suite.yml").write_text(
            SUITE.format(texts=options.texts, sheets=names, seeds=seeds), encoding="utf-8"
        )
        for jobs in (options.jobs, 1):
            say(_timed(folder, jobs))
        say(_divided(drafts, topics, genres))


def _timed(folder: Path, jobs: int) -> str:
    """The whole command, as its user runs it."""
    target = folder / f"run-{jobs}"
    words = ["eval", "run", str(folder / "suite.yml"), "-o", str(target), "--jobs", str(jobs)]
    begin, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-m", "pipeline.cli", *words], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begin
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    rows = (target / "items.jsonl").read_bytes().count(b"\n")
    return f"{rows} rows in {jobs} process(es): {seconds:.1f} s, processor time {used:.1f} s, largest process so far {after.ru_maxrss / 1024:.0f} MB"


def _divided(drafts: Sequence[tuple[Base, int, str]], topics: Mapping[str, Topic], genres: Mapping[str, Genre]) -> str:
    """The check's and the measures' own time over the same texts, alone in this process, as the run calls them."""
    reports = {base.name: base.text for base, _, _ in drafts}
    foreign = {name: title for title, text in reports.items() for name in place_names(text)}
    owners = owners_of(reports.values())
    references = {name: treated(text, topics) for name, text in reports.items()}
    checked, begin = [], time.process_time()
    for base, _, text in drafts:
        checked.append(check(text, base.sheet, genre=genres[base.sheet.meta.genre], foreign_names=foreign))
    middle = time.process_time()
    for (base, _, text), report in zip(drafts, checked, strict=True):
        own = own_grams(base.sheet)
        reference = references[base.name]
        measured(
            Case(text, genres[base.sheet.meta.genre], report, Shown(owners), own, treated(text, topics), reference)
        )
    end = time.process_time()
    return f"of that, processor time: check {middle - begin:.1f} s, measures {end - middle:.1f} s"


if __name__ == "__main__":
    main()
