"""A draft as Markdown, in the contract's form, and where each of its sentences stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pipeline.drafting.draft import Draft

Places = Mapping[tuple[int, int, int], tuple[int, int]]  # (section, paragraph, sentence) → [start, end) in the text


def to_fill(missing: str) -> str:
    """The one mark for a required part about which the sheet says nothing."""
    return f"【待补：{missing}】"


def _dated(written: str) -> str:
    """2026-07-03 → 2026年7月3日: Arabic figures without leading zeros."""
    day = date.fromisoformat(written)
    return f"{day.year}年{day.month}月{day.day}日"


def markdown(draft: Draft) -> tuple[str, Places]:
    """The draft's text and the characters each sentence takes in it. Levels: 一、 → ##, （一） → ###, 1. → ####."""
    text = f"# {draft.outline.title}\n"
    if draft.outline.signed == "title" and draft.sheet.meta.date:
        text += f"\n（{_dated(draft.sheet.meta.date)}）\n"
    places: dict[tuple[int, int, int], tuple[int, int]] = {}
    for s, section in enumerate(draft.sections):
        entry = section.entry
        if entry.level:
            text += f"\n{'#' * (entry.level + 1)} {entry.label}{' ' if entry.level == 3 else ''}{entry.heading}\n"
        for p, sentences in enumerate(section.paragraphs):
            text += "\n"
            for i, written in enumerate(sentences):
                places[s, p, i] = (len(text), len(text) + len(written.wording.text))
                text += written.wording.text
            text += "\n"
        if entry.missing and not section.paragraphs:
            text += f"\n{to_fill(entry.missing)}\n"
    meta = draft.sheet.meta
    if draft.outline.signed == "end" and meta.org and meta.date:
        text += f"\n{meta.org}\n\n{_dated(meta.date)}\n"
    return text, places
