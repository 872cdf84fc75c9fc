"""Genres (文种): what a report of a kind is made of. Each is a file in `prompts/genres/`; a new one needs no code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import yaml

from pipeline.errors import PipelineError
from pipeline.facts.model import Meta
from pipeline.facts.topics import UNPLACED

PartKind = Literal["review", "problems", "plans"]
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml reads three times as fast, where it is
_F = TypeVar("_F")
_CALLED = {str: "文字", int: "整数", bool: "true 或 false"}
_KNOWN = {"town", "county", "period", "spoken", "following", "subjects"}


@dataclass(frozen=True)
class Chapter:
    """Topics that stand under one heading of the review. `subject`: how the opening names them."""

    heading: str
    subject: str
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """A part that the genre requires (一级标题). `missing`: what the mark 【待补：…】 names where nothing follows from the sheet."""

    kind: PartKind
    heading: str
    missing: str = ""
    chapters: tuple[Chapter, ...] = ()


@dataclass(frozen=True)
class Genre:
    """A genre's file.

    `title`, `opening` and headings may use $town $county $period $spoken $following $subjects; a line break in an opening
    begins a paragraph. `closing`: the last sentence, which claims nothing. `length`: characters, from and to. `looks_back`: its figures are results, from which problems and plans may follow; in a 工作思路 they
    are aims. `overview`: where the general facts stand, within the opening or first below the review. `signed`: where body and
    date stand. `overviews`: whether a chapter of many figures begins with what they say
    as a whole. `subheadings`: whether a crowded chapter's topics get headings of their own. `table`: the caption of the table of
    figures behind the report, "" if the genre has none.
    """

    id: str
    name: str
    title: str
    opening: tuple[str, ...]
    length: tuple[int, int]
    parts: tuple[Part, ...]
    aliases: tuple[str, ...] = ()
    closing: str = ""
    looks_back: bool = True
    overview: Literal["opening", "review"] = "opening"
    signed: Literal["end", "title", "nowhere"] = "end"
    subheadings: bool = True
    table: str = ""
    overviews: bool = True

    def __post_init__(self) -> None:
        for text in (self.title, *self.opening, self.closing):
            unknown = set(Template(text).get_identifiers()) - _KNOWN
            if unknown or not Template(text).is_valid():
                raise ValueError(f"不认识的占位 {sorted(unknown)}：{text}")


# Read by hand, not by pydantic: every command reads the genres, and pydantic alone takes a tenth of a second to load.
def _form(form: Callable[..., _F], written: Any, at: str) -> _F:
    """A dataclass from what YAML gives. Raises ValueError naming the field that is unknown, missing or of another kind."""
    if not isinstance(written, dict):
        raise ValueError(f"{at or '文件'}须由“栏目: 值”组成")
    kinds, known = get_type_hints(form), fields(form)  # type: ignore[arg-type]
    if unknown := sorted(set(map(str, written)) - {f.name for f in known}):
        raise ValueError(f"{at}不认识的栏目 {unknown}")
    needed = [f.name for f in known if f.default is MISSING]
    if missing := [name for name in needed if name not in written]:
        raise ValueError(f"{at}缺少栏目 {missing}")
    made: _F = form(**{name: _value(kinds[name], value, f"{at}{name} ") for name, value in written.items()})
    return made


def _value(kind: Any, written: Any, at: str) -> Any:
    """A value of a field's type: text, number, yes or no, one of several words, a list, a form. Raises ValueError."""
    if isinstance(kind, type) and is_dataclass(kind):
        return _form(kind, written, at)
    kinds = get_args(kind)
    if get_origin(kind) is Literal:
        if written not in kinds:
            raise ValueError(f"{at}须是 {'、'.join(kinds)} 之一，写的是 {written!r}")
        return written
    if get_origin(kind) is tuple:
        several = kinds[-1] is ...
        if not isinstance(written, list) or not (several or len(written) == len(kinds)):
            raise ValueError(f"{at}须是列表" + ("" if several else f"，{len(kinds)} 项"))
        return tuple(_value(kinds[0], one, f"{at}第 {n} 项 ") for n, one in enumerate(written, 1))
    if type(written) is not kind:
        raise ValueError(f"{at}须是{_CALLED[kind]}，写的是 {written!r}")
    return written


@lru_cache(maxsize=8)
def read_genres(folder: Path, topics: tuple[str, ...]) -> Mapping[str, Genre]:
    """All genres of a folder by id, sorted. Each topic (but problems, plans …) must stand in just one chapter of each.

    Raises PipelineError naming the file for another form, an unknown or a missing topic.
    """
    genres: dict[str, Genre] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            genre = _form(Genre, yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER), "")
        except (yaml.YAMLError, ValueError) as fault:
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
