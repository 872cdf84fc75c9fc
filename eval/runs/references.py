"""References (参考稿): good reports on the same sheet, where there are any."""

from __future__ import annotations

from eval.runs.suite import Suite
from pipeline.archive.exemplars import read_exemplar


def reference_of(suite: Suite, sheet: str) -> str | None:
    """The reference of a sheet: a file of its name in a folder of references, else a report on a sample page that is here."""
    for folder in suite.references:
        path = folder / f"{sheet}.md"
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            return read_exemplar(path).text if text.startswith("---\n") else text
    for sample in suite.samples:
        if sample.sheet == sheet and sample.page.is_file():
            from pipeline.archive.parsing import parse_page

            articles = parse_page(sample.page).articles
            if sample.article <= len(articles):
                article = articles[sample.article - 1]
                return f"# {article.title}\n\n{article.text}"
    return None


def referenced(suite: Suite) -> frozenset[str]:
    """The names of the sheets that have a reference here."""
    with_sample = {s.sheet for s in suite.samples if s.page.is_file()}
    return frozenset(
        sheet.stem
        for sheet in suite.sheets
        if sheet.stem in with_sample or any((folder / f"{sheet.stem}.md").is_file() for folder in suite.references)
    )
