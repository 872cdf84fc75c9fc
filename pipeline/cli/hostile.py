"""What `zhenbao eval hostile` wires: generated sheets, a writer that does all it should not, the drafting and the check."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.drafting import drafting, prompt_reader
from pipeline.cli.shared import known_genres, known_topics

if TYPE_CHECKING:
    from eval.hostile.run import Drafted
    from pipeline.archive.store import Archive
    from pipeline.facts.model import Sheet


def indicator_lists() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """The usual indicators by list and topic, from `prompts/indicators.yaml`."""
    import yaml

    from pipeline.shipped import shipped

    content = yaml.safe_load((shipped("prompts") / "indicators.yaml").read_text(encoding="utf-8"))
    lists: Mapping[str, Mapping[str, Sequence[str]]] = content["lists"]
    return lists


def slipped_names() -> Sequence[str]:
    from eval.hostile.writer import FOREIGN

    return FOREIGN


def hostile_draft(opened: Archive, level: int, seed: int) -> Callable[[Sheet, Path], Drafted]:
    """A function that drafts a sheet at a level, with the hostile writer as its model where the level has one."""
    from eval.checks.check import check
    from eval.hostile.run import Drafted
    from eval.hostile.writer import HostileWriter
    from pipeline.drafting.outline import outline
    from pipeline.drafting.trace import trace
    from pipeline.drafting.writer import PatternWriter, Writer, writer_at
    from pipeline.export.markdown import markdown

    def draft(sheet: Sheet, path: Path) -> Drafted:
        writer: Writer = PatternWriter(seed)
        if level:
            writer = writer_at(level, HostileWriter(f"{seed}/{path.stem}"), prompt_reader(None), seed)
        run = drafting(opened, sheet, writer, lambda n, of, heading: None, seed)
        genre = known_genres()[sheet.meta.genre]
        made = run.draft(sheet, outline(sheet, genre, known_topics(), seed))
        text, places = markdown(made)
        record = trace(
            made, text, places, sheet_sha256=hashlib.sha256(path.read_bytes()).hexdigest(), archive_id=opened.manifest.id,
            model="hostile" if level else None, level=level, prompt=getattr(writer, "prompt", None), versions={}, seed=seed, gave_out="",
        )  # fmt: skip
        report = check(text, sheet, genre=genre)
        errors = [f"{f.rule}：{f.message}" for f in (*made.findings, *report.findings) if f.severity == "error"]  # type: ignore[attr-defined]
        return Drafted(text, record, list(dict.fromkeys(errors)), [c.fact_id for c in report.coverage if not c.covered])

    return draft
