"""A suite (评测方案): what is run, written by hand as YAML: sheets × genres × writers × prompts × seeds, and the thresholds to hold."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from eval.measures.making import Price
from eval.measures.table import MEASURES
from pipeline.errors import PipelineError
from pipeline.shipped import shipped

Kind = Literal["drafts", "retrieval", "checker"]
WriterKind = Literal["exemplar", "local", "endpoint", "naive", "command", "files", "reference"]
OWN_GENRE, SHIPPED = "own", "shipped"
_PROMPTED = ("local", "endpoint")  # writers for whom another folder of prompts makes a difference

_Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,40}$")]
_MEND = "照 eval/suites/default.yaml 的样子改；各项的意思见 docs/evaluation.md。"


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Price(_Form):
    prompt: float = Field(ge=0)
    completion: float = Field(ge=0)


class _Model(_Form):
    """Where a model is: the embedded one, or one at an address."""

    model: str = ""
    base_url: str = ""
    grammar: bool = False
    price: _Price | None = None


class _Writer(_Model):
    id: _Id
    kind: WriterKind
    command: tuple[str, ...] = ()
    folder: str = ""
    sheets: tuple[str, ...] = ()
    seeds: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> _Writer:
        needed = {"endpoint": ("model", "base_url"), "command": ("command",), "files": ("folder",)}
        absent = [name for name in needed.get(self.kind, ()) if not getattr(self, name)]
        if absent:
            raise ValueError(f"kind: {self.kind} 要写明 {'、'.join(absent)}")
        if self.kind == "command" and not any("{output}" in word for word in self.command):
            raise ValueError("command 里须有 {output}，写明稿子写到哪里")
        if bool(self.model) != bool(self.base_url):
            raise ValueError("model 和 base_url 要一起写")
        return self


class _Prompts(_Form):
    id: _Id
    folder: str


class _Reference(_Form):
    sheet: str
    page: str
    article: int = Field(ge=1)


class _Threshold(_Form):
    measure: str
    group: str = ""
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _bounded(self) -> _Threshold:
        if self.measure not in MEASURES:
            raise ValueError(f"不认识指标 {self.measure}；有：{'、'.join(MEASURES)}")
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("at_least 和 at_most 须写其中一个")
        return self


class _Suite(_Form):
    name: _Id
    about: str
    kind: Kind = "drafts"
    sheets: tuple[str, ...] = ()
    genres: tuple[str, ...] = (OWN_GENRE,)
    writers: tuple[_Writer, ...] = ()
    prompts: tuple[_Prompts, ...] = ()
    seeds: tuple[int, ...] = (0,)
    references: tuple[str, ...] = ()
    samples: tuple[_Reference, ...] = ()
    thresholds: tuple[_Threshold, ...] = ()
    baseline: str = ""
    judge: _Model | None = None
    shared: str = "../shared"
    per_class: int = Field(30, ge=1, le=10_000)

    @model_validator(mode="after")
    def _whole(self) -> _Suite:
        if self.kind == "drafts" and not (self.sheets and self.writers):
            raise ValueError("kind: drafts 要有 sheets 和 writers")
        for what, ids in (("writers", [w.id for w in self.writers]), ("prompts", [p.id for p in self.prompts])):
            if len(set(ids)) < len(ids):
                raise ValueError(f"{what} 里有重名的 id")
        if self.kind == "drafts":
            known = {w.id for w in self.writers}
            for group in (*(t.group for t in self.thresholds), self.baseline):
                if group and group not in known:
                    raise ValueError(f"没有写手 {group}；有：{'、'.join(sorted(known))}")
        return self


@dataclass(frozen=True, slots=True)
class Served:
    """A model to ask. Without `base_url` it is the embedded one. `price`: None where nobody counts."""

    model: str = ""
    base_url: str = ""
    grammar: bool = False
    price: Price | None = None


@dataclass(frozen=True, slots=True)
class Writer:
    """Who drafts. `sheets`, `seeds`: if given, these only (names of sheet files without their ending)."""

    id: str
    kind: WriterKind
    served: Served = Served()
    command: tuple[str, ...] = ()
    folder: Path | None = None
    sheets: tuple[str, ...] = ()
    seeds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """A report on a page of several, as a sheet's reference; passed over where the page is absent."""

    sheet: str
    page: Path
    article: int


@dataclass(frozen=True, slots=True)
class Threshold:
    """A bound for a group's mean ("" for every group)."""

    measure: str
    group: str
    at_least: float | None
    at_most: float | None


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite as it is run. `prompts`: (id, folder), None for what is shipped. `sha256`: of the file."""

    name: str
    about: str
    kind: Kind
    sheets: tuple[Path, ...]
    genres: tuple[str, ...]
    writers: tuple[Writer, ...]
    prompts: tuple[tuple[str, Path | None], ...]
    seeds: tuple[int, ...]
    references: tuple[Path, ...]
    samples: tuple[Sample, ...]
    thresholds: tuple[Threshold, ...]
    baseline: str
    judge: Served | None
    shared: Path
    per_class: int
    source: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Item:
    """One draft to be made and measured. `case` is what it has in common with the same item of another group."""

    case: str
    group: str
    sheet: Path
    genre: str
    prompts: str
    seed: int

    @property
    def id(self) -> str:
        return f"{self.case}.{self.group}"


def shipped_suites() -> dict[str, Path]:
    """The suites that travel with the program, by name."""
    folder = Path(str(files("eval"))) / "suites"
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def find_suite(named: str) -> Path:
    """A suite's file by its path, or by its name among the shipped ones. Raises PipelineError listing these."""
    path, own = Path(named), shipped_suites()
    if path.is_file():
        return path
    if named in own:
        return own[named]
    raise PipelineError(
        f"没有评测方案“{named}”。", where=named, mend=f"写方案文件的路径，或用自带的：{'、'.join(own)}。"
    )


def read_suite(path: Path) -> Suite:
    """Read a suite. Raises PipelineError naming each entry that cannot be used."""
    try:
        raw = path.read_bytes()
        form = _Suite.model_validate(yaml.safe_load(raw.decode("utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as fault:
        raise PipelineError(f"评测方案读不出来：{fault}", where=str(path), mend=_MEND) from fault
    except ValidationError as fault:
        raise PipelineError(f"评测方案不能用：\n{_told(fault)}", where=str(path), mend=_MEND) from fault
    base = path.resolve().parent
    writers = tuple(
        Writer(w.id, w.kind, _served(w), w.command, _place(w.folder, base) if w.folder else None, w.sheets, w.seeds)
        for w in form.writers
    )
    sheets = _sheets(form.sheets, base)
    _known_sheets(writers, sheets, path)
    prompts = tuple((p.id, _folder(p.folder, base, path)) for p in form.prompts)
    return Suite(
        form.name, form.about, form.kind, sheets, form.genres, writers,
        prompts or ((SHIPPED, None),), form.seeds, tuple(_folder(r, base, path) for r in form.references),
        tuple(Sample(s.sheet, _place(s.page, base), s.article) for s in form.samples),
        tuple(Threshold(t.measure, t.group, t.at_least, t.at_most) for t in form.thresholds), form.baseline,
        _served(form.judge) if form.judge else None, _place(form.shared, base), form.per_class,
        path.name, hashlib.sha256(raw).hexdigest(),
    )  # fmt: skip


def items(suite: Suite) -> tuple[Item, ...]:
    """All items, in the suite's order: sheet, genre, prompts, seed, then the writers side by side.

    Writers that no prompt file moves take part with the first prompts only; `reference` takes part once a sheet.
    """
    made = []
    for sheet in suite.sheets:
        for genre in suite.genres:
            for number, (prompts, _) in enumerate(suite.prompts):
                for position, seed in enumerate(suite.seeds):
                    for writer in suite.writers:
                        idle = (number and writer.kind not in _PROMPTED) or (position and writer.kind == "reference")
                        out = (writer.sheets and sheet.stem not in writer.sheets) or (
                            writer.seeds and seed not in writer.seeds
                        )
                        if not idle and not out:
                            case = f"{sheet.stem}.{genre}.{prompts}.{seed}"
                            made.append(Item(case, writer.id, sheet, genre, prompts, seed))
    return tuple(made)


def _served(form: _Model) -> Served:
    return Served(
        form.model, form.base_url, form.grammar, Price(form.price.prompt, form.price.completion) if form.price else None
    )


def _place(written: str, base: Path) -> Path:
    """A path of a suite: corpus/… and prompts/… are the program's own, ../shared lies beside it, all else beside the suite."""
    top, _, rest = written.partition("/")
    if top in ("corpus", "prompts"):
        return shipped(top) / rest
    if written.startswith("../shared"):
        return shipped("corpus").parent / written
    return base / written


def _sheets(patterns: Sequence[str], base: Path) -> tuple[Path, ...]:
    found: dict[str, Path] = {}
    for pattern in patterns:
        place = _place(pattern, base)
        matched = sorted(place.parent.glob(place.name))
        if not matched:
            raise PipelineError(
                f"评测方案的 sheets 里，{pattern} 一个文件也没有。", where=str(place.parent), mend="检查路径。"
            )
        for path in matched:
            if found.setdefault(path.stem, path) != path:
                raise PipelineError(
                    "评测方案里有两份同名的清单。", where=f"{found[path.stem]}，{path}", mend="给其中一份改名。"
                )
    return tuple(found.values())


def _known_sheets(writers: Sequence[Writer], sheets: Sequence[Path], path: Path) -> None:
    known = {sheet.stem for sheet in sheets}
    for writer in writers:
        if absent := [name for name in writer.sheets if name not in known]:
            raise PipelineError(
                f"写手 {writer.id} 的 sheets 里有方案里没有的清单：{'、'.join(absent)}。", where=str(path), mend=_MEND
            )


def _folder(written: str, base: Path, path: Path) -> Path:
    place = _place(written, base)
    if not place.is_dir():
        raise PipelineError(f"评测方案写的文件夹 {written} 不存在。", where=str(path), mend="检查路径。")
    return place


_WORDS = {"missing": "缺这一项", "extra_forbidden": "不认识的项", "string_pattern_mismatch": "只能用字母、数字、- 和 _"}


def _told(fault: ValidationError) -> str:
    lines = []
    for error in fault.errors():
        where = ".".join(str(part) for part in error["loc"]) or "整个方案"
        said: Any = _WORDS.get(error["type"])
        if error["type"] == "literal_error":
            said = (
                f"写的是 {error['input']!r}，可用：{'、'.join(_choices(error['loc']))}"
                if _choices(error["loc"])
                else None
            )
        lines.append(f"  {where}：{said or error['msg'].removeprefix('Value error, ')}")
    return "\n".join(lines)


def _choices(place: Sequence[int | str]) -> tuple[str, ...]:
    return get_args(WriterKind) if place and place[0] == "writers" else get_args(Kind)
