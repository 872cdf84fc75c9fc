"""Genres (文种): what a report of a kind is made of. Each is a file in `prompts/genres/`; a new one needs no code."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from pipeline.errors import PipelineError
from pipeline.facts.model import Meta
from pipeline.facts.topics import UNPLACED

PartKind = Literal["review", "problems", "plans"]
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml reads three times as fast, where it is
_KNOWN = {"town", "county", "period", "spoken", "following", "subjects"}


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Chapter(_Form):
    """Topics that stand under one heading of the review. `subject`: how the opening names them."""

    heading: str
    subject: str
    topics: tuple[str, ...]


class Part(_Form):
    """A part that the genre requires (一级标题). `missing`: what the mark 【待补：…】 names where nothing follows from the sheet."""

    kind: PartKind
    heading: str
    missing: str = ""
    chapters: tuple[Chapter, ...] = ()


class Genre(_Form):
    """A genre's file.

    `title`, `opening` and headings may use $town $county $period $spoken $following $subjects; a line break in an opening
    begins a paragraph. `closing`: the last sentence, which claims nothing. `length`: characters, from and to. `looks_back`: its figures are results, from which problems and plans may follow; in a 工作思路 they
    are aims. `overview`: where the general facts stand, within the opening or first below the review. `signed`: where body and
    date stand. `subheadings`: whether a crowded chapter's topics get headings of their own. `table`: the caption of the table of
    figures behind the report, "" if the genre has none.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    title: str
    opening: tuple[str, ...]
    closing: str = ""
    length: tuple[int, int]
    looks_back: bool = True
    overview: Literal["opening", "review"] = "opening"
    signed: Literal["end", "title", "nowhere"] = "end"
    subheadings: bool = True
    table: str = ""
    parts: tuple[Part, ...]

    @field_validator("title", "opening", "closing")
    @classmethod
    def _placeholders(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for text in (value,) if isinstance(value, str) else value:
            unknown = set(Template(text).get_identifiers()) - _KNOWN
            if unknown or not Template(text).is_valid():
                raise ValueError(f"不认识的占位 {sorted(unknown)}：{text}")
        return value


@lru_cache(maxsize=8)
def read_genres(folder: Path, topics: tuple[str, ...]) -> Mapping[str, Genre]:
    """All genres of a folder by id, sorted. Each topic (but problems, plans …) must stand in just one chapter of each.

    Raises PipelineError naming the file for another form, an unknown or a missing topic.
    """
    genres: dict[str, Genre] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            genre = Genre.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER))
        except (yaml.YAMLError, ValidationError) as fault:
            raise PipelineError(
                f"文种文件读不出来：{fault}", where=str(path), mend="照 half-year-summary.yaml 的样子改。"
            ) from fault
        placed = [t for part in genre.parts for chapter in part.chapters for t in chapter.topics]
        wrong = sorted({t for t in placed if t not in topics or placed.count(t) > 1})
        absent = [t for t in topics if t not in placed and t not in UNPLACED]
        if wrong or absent:
            raise PipelineError(
                f"文种文件的主题不对：不认识或重复 {wrong}，漏列 {absent}。",
                where=str(path),
                mend="每个主题须恰好列在一章里。",
            )
        genres[genre.id] = genre
    if not genres:
        raise PipelineError("没有文种文件。", where=str(folder), mend="重新安装 zhenbao。")
    return genres


def genre_ids(genres: Mapping[str, Genre]) -> dict[str, str]:
    """What a sheet may write for a genre → its id: ids, names and aliases."""
    return {word: g.id for g in genres.values() for word in (g.id, g.name, *g.aliases)}


def filled(template: str, meta: Meta, subjects: str = "") -> str:
    """A title, opening or heading with its placeholders filled from the sheet's meta."""
    period = meta.period
    return Template(template).substitute(
        town=meta.town,
        county=meta.county,
        period=period.words,
        spoken=period.spoken,
        following=period.following,
        subjects=subjects,
    )
