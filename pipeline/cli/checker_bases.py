"""The texts on which the check is put to the test (核稿评测的底稿), gathered from what is shipped, and the check as it is tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.shared import known_topics, say, sheet_at

if TYPE_CHECKING:
    from eval.checker.run import Base
    from eval.checks.findings import Report
    from pipeline.facts.genres import Genre
    from pipeline.facts.model import Sheet


def judged_by(genres: Mapping[str, Genre], text: str, sheet: Sheet) -> Report:
    """The check as the evaluator puts it to the test: with an archive that holds the sentences and names of its seeds."""
    from eval.checker.seeds import MODEL_NAMES, MODELS
    from eval.checks.check import check

    genre = genres.get(sheet.meta.genre)  # none of a passage
    return check(text, sheet, genre=genre, foreign_names=MODEL_NAMES, exemplar_texts=MODELS)


def clean_bases(genres: Mapping[str, Genre]) -> Sequence[Base]:
    """Clean texts: the exemplars with their own sheets, a pattern draft of each shipped sheet, drafts that the embedded model
    worded, reports written by hand, some of them with errors marked."""
    from eval.checker.marked import read_marked
    from eval.checker.run import TEXTS, Base
    from pipeline.archive.exemplars import read_exemplar
    from pipeline.drafting.draft import Drafting
    from pipeline.drafting.outline import outline
    from pipeline.drafting.writer import PatternWriter
    from pipeline.export.markdown import markdown
    from pipeline.shipped import shipped

    corpus, topics = shipped("corpus"), known_topics()
    texts = TEXTS
    drafting = Drafting(
        topics, PatternWriter(0), lambda query, topic: (), lambda text, sheet: (), markdown, lambda *_: None
    )
    bases = []
    for path in sorted((corpus / "facts").glob("*.yaml")):
        sheet, _ = sheet_at(path)
        exemplar, worded = corpus / "exemplars" / f"{path.stem}.md", texts / "model" / f"{path.stem}.md"
        if exemplar.exists():
            bases.append(Base(path.stem, read_exemplar(exemplar).text, sheet))
        if worded.exists():
            bases.append(Base(f"{path.stem}, worded by the model", worded.read_text(encoding="utf-8"), sheet))
        drafted = drafting.draft(sheet, outline(sheet, genres[sheet.meta.genre], topics))
        bases.append(Base(f"{path.stem}, drafted", markdown(drafted)[0], sheet))
    for path in sorted((texts / "clean").glob("*.md")):
        bases.append(Base(path.stem, path.read_text(encoding="utf-8"), sheet_at(path.with_suffix(".yaml"))[0]))
    for path in sorted((texts / "seeded").glob("*.md")):
        marked = read_marked(path.read_text(encoding="utf-8"))
        bases.append(Base(path.stem, marked.clean, sheet_at(path.with_suffix(".yaml"))[0], marked))
    return bases


def sample_bases(shared: Path, genres: Mapping[str, Genre]) -> Sequence[Base]:
    """The passages of the sample reports, where they are; says so where they are not."""
    from eval.checker.sample_passages import sample_passages
    from pipeline.facts.genres import genre_ids
    from pipeline.facts.topics import topic_ids

    if not (shared / "seeds").is_dir() or not (shared / "gold" / "facts").is_dir():
        say(f"{shared} 没有样本（seeds/、gold/facts/）：只用自备的底稿。用 --shared 指明样本所在处。")
        return ()
    made = list(sample_passages(shared, genres=genre_ids(genres), topics=topic_ids(known_topics())))
    say(f"另有样本段落 {len(made)} 段作底稿。")
    return made
