"""Where an evaluation run's items are made: each writer of a suite drafts a sheet as its user would, and the draft is measured."""

from __future__ import annotations

import gc
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.measures.making import Making, making_of
from eval.measures.nearness import Treated, treated
from eval.runs import naive
from eval.runs.answers import KeptAnswers
from eval.runs.judge import PLACEHOLDERS as JUDGED
from eval.runs.judge import grade
from eval.runs.measuring import Shown, owners_of, row_for
from eval.runs.references import reference_of
from eval.runs.runner import Made
from eval.runs.suite import OWN_GENRE, Item, Served, Suite, Writer
from pipeline.cli.models import HOLDER
from pipeline.cli.shared import (
    FEW_COLLECTIONS,
    STOPPED,
    Given,
    archive_at,
    cache,
    foreign_names,
    known_genres,
    known_topics,
    sheet_at,
)
from pipeline.errors import PipelineError, ServiceError

if TYPE_CHECKING:
    from pipeline.archive.store import Archive
    from pipeline.facts.model import Sheet
    from pipeline.retrieval.search import Hit, Searcher

COMMAND_SECONDS = 1800  # how long one draft of a command may take


@dataclass(frozen=True, slots=True)
class Place:
    """What a desk is opened with; can be pickled. `answers`: the folder of kept answers, None to ask every time."""

    suite: Suite
    archive: Path
    answers: Path | None
    offline: bool


@contextmanager
def desk(place: Place) -> Iterator[Desk]:
    """A desk, with its models held open until the block ends."""
    gc.set_threshold(*FEW_COLLECTIONS)  # a process of its own has not gone through the command line
    with ExitStack() as stack:
        made = Desk(place, stack)
        token = HOLDER.set(made)
        try:
            yield made
        finally:
            HOLDER.reset(token)


class Desk:
    """Makes items. Archive, searcher and models are opened when the first item needs them."""

    def __init__(self, place: Place, stack: ExitStack):
        self._place = place
        self._stack = stack
        self._writers = {writer.id: writer for writer in place.suite.writers}
        self._models: dict[str, KeptAnswers | Any] = {}

    def model(self, name: str, make: Callable[[], AbstractContextManager[Any]]) -> Any:
        """An open model, its answers kept. A name tells one model from another: "local", or model@address."""
        if name not in self._models:
            opened = self._stack.enter_context(make())
            self._models[name] = (
                KeptAnswers(opened, _identity(name), self._place.answers) if self._place.answers else opened
            )
        return self._models[name]

    def make(self, item: Item) -> Made:
        """Draft and measure. Raises what the writer raises."""
        writer, suite = self._writers[item.group], self._place.suite
        sheet = _sheet(item.sheet, item.genre)
        before = self._saved()
        begin = time.perf_counter()
        text, trace, making = self._drafted(writer, item, sheet)
        seconds: float | None = time.perf_counter() - begin + self._saved() - before
        if writer.kind in ("files", "reference"):
            seconds = None  # nobody saw it being written
        reference = None if writer.kind == "reference" else _treated_reference(suite, item.sheet.stem)
        row = row_for(
            item, text, sheet, known_genres()[sheet.meta.genre], known_topics(), foreign_names=self._foreign,
            shown=self._shown(sheet), reference=reference, making=making, price=writer.served.price,
        )  # fmt: skip
        if suite.judge is not None and row.failure is None:
            row = replace(row, values={**row.values, "judge": self._grade(text, suite.judge)})
        files = {f"drafts/{item.id}.md": text}
        if trace is not None:
            files[f"drafts/{item.id}.trace.json"] = json.dumps(trace, ensure_ascii=False, indent=1) + "\n"
        return Made(row, files, seconds)

    # --- the writers -------------------------------------------------------------------------------------------------

    def _drafted(self, writer: Writer, item: Item, sheet: Sheet) -> tuple[str, Mapping[str, Any] | None, Making]:
        """Text, trace, and what is known of the making."""
        if writer.kind == "reference":
            text = _reference(self._place.suite, item.sheet.stem)
            if text is None:
                raise PipelineError("这份清单没有参考稿。", where=item.sheet.name, mend="在方案的 references 里给出。")
            return text, None, Making()
        if writer.kind == "files":
            return _given(writer, item), None, Making()
        if writer.kind == "naive":
            return self._naive(writer, item, sheet)
        with tempfile.TemporaryDirectory(prefix="zhenbao-eval-") as folder:
            output = Path(folder) / "draft.md"
            if writer.kind == "command":
                _by_command(writer, item, output, self._place.archive)
            else:
                self._by_draft(writer, item, output)
            text = output.read_text(encoding="utf-8")
            record = output.with_suffix(".trace.json")
            trace = json.loads(record.read_text(encoding="utf-8")) if record.is_file() else None
        return text, trace, making_of(trace) if trace is not None else Making()

    def _by_draft(self, writer: Writer, item: Item, output: Path) -> None:
        """Run `zhenbao draft` itself, in this process: what is measured is what its user gets. Raises its PipelineError."""
        from pipeline.cli.drafting import draft

        arguments = [
            str(item.sheet),
            "-o",
            str(output),
            "--seed",
            str(item.seed),
            "--archive",
            str(self._place.archive),
        ]
        served = writer.served
        arguments += ["--model", served.model if writer.kind == "endpoint" else writer.kind]
        arguments += ["--base-url", served.base_url] if writer.kind == "endpoint" else []
        arguments += ["--genre", item.genre] if item.genre != OWN_GENRE else []
        arguments += ["--offline"] if self._place.offline else []
        # A cache of draft's own would hide how long answers took, and what was rejected: ours is the only one.
        arguments += ["--no-cache"] if any(p.name == "no_cache" for p in draft.params) else []
        if (folder := dict(self._place.suite.prompts)[item.prompts]) is not None:
            arguments += ["--prompts", str(folder)]
        said = StringIO()
        try:
            with redirect_stderr(said), redirect_stdout(said):
                draft.main(arguments, prog_name="zhenbao draft", standalone_mode=False)
        except SystemExit as end:
            if end.code == STOPPED:
                raise KeyboardInterrupt from end
            if not output.is_file():
                raise PipelineError(
                    f"draft 以 {end.code} 结束，没有写出稿子：{said.getvalue().strip()[-300:]}"
                ) from end

    def _naive(self, writer: Writer, item: Item, sheet: Sheet) -> tuple[str, None, Making]:
        from pipeline.drafting.outline import outline
        from pipeline.drafting.prompts import read_prompt
        from pipeline.shipped import shipped

        prompt = read_prompt(shipped("prompts") / "eval" / "naive.md", naive.PLACEHOLDERS)
        topics = known_topics()
        plan = outline(sheet, known_genres()[sheet.meta.genre], topics, item.seed)

        def find(query: str, topic: str | None) -> Sequence[Hit]:
            return self._searcher.search(
                query, k=naive.SHOWN, prefer_topic=topic, exclude_region=sheet.meta.town, per_document=2
            )

        text, making = naive.draft(sheet, plan, self._served(writer.served), prompt, find, topics, item.seed)
        return text, None, making

    def _grade(self, text: str, served: Served) -> float | None:
        from pipeline.drafting.prompts import read_prompt
        from pipeline.shipped import shipped

        prompt = read_prompt(shipped("prompts") / "eval" / "judge.md", JUDGED)
        try:
            return grade(text, self._served(served), prompt)
        except ServiceError:
            return None  # an opinion that was not given: the draft and its measures stand

    def _served(self, served: Served) -> Any:
        name = f"{served.model}@{served.base_url}" if served.base_url else "local"
        return self.model(name, lambda: opening(served, offline=self._place.offline))

    # --- what all items need -----------------------------------------------------------------------------------------

    def _saved(self) -> float:
        return sum(model.saved for model in self._models.values() if isinstance(model, KeptAnswers))

    @cached_property
    def _archive(self) -> Archive:
        return archive_at(self._place.archive)

    @cached_property
    def _searcher(self) -> Searcher:
        from pipeline.cli.shared import searcher_of

        return searcher_of(self._archive)

    @cached_property
    def _foreign(self) -> Mapping[str, str]:
        return foreign_names(self._archive)

    @cached_property
    def _reports(self) -> tuple[tuple[str, ...], Mapping[str, int]]:
        """The regions of the archive's reports, and the runs of their texts."""
        texts: dict[tuple[str, str], list[str]] = {}
        for passage in self._archive.passages:
            texts.setdefault((passage.region, passage.title), []).append(passage.text)
        return tuple(region for region, _ in texts), owners_of("\n".join(parts) for parts in texts.values())

    def _shown(self, sheet: Sheet) -> Shown:
        regions, owners = self._reports
        return Shown(owners, next((n for n, region in enumerate(regions) if sheet.meta.town in region), -2))


def opening(served: Served, *, offline: bool) -> AbstractContextManager[Any]:
    """A model that a suite names; its key is OPENAI_API_KEY. Raises PipelineError for an address that cannot be used."""
    if not served.base_url:
        from pipeline.drafting.embedded import embedded_model

        return embedded_model(cache())
    from pipeline.drafting.client import Endpoint

    key = os.environ.get("OPENAI_API_KEY")
    return Endpoint(served.base_url, served.model, api_key=key, offline=offline, honours_grammar=served.grammar)


def _identity(name: str) -> str:
    """What tells a model's answers from those of another of its name: its weights' hash, or its address."""
    if name != "local":
        return name
    from pipeline.weights import LANGUAGE

    return LANGUAGE.whole.sha256 if LANGUAGE.whole else LANGUAGE.version


@lru_cache(maxsize=512)
def _sheet(path: Path, genre: str) -> Sheet:
    return sheet_at(path, Given(None, {} if genre == OWN_GENRE else {"genre": genre}))[0]


_reference = lru_cache(maxsize=512)(reference_of)


@lru_cache(maxsize=512)
def _treated_reference(suite: Suite, sheet: str) -> Treated | None:
    text = _reference(suite, sheet)
    return treated(text, known_topics()) if text is not None else None


def _given(writer: Writer, item: Item) -> str:
    """A draft that lies there already: <sheet>.<seed>.md, else <sheet>.md (or .txt, .docx)."""
    from pipeline.documents import read_document

    folder = writer.folder or Path()
    for stem in (f"{item.sheet.stem}.{item.seed}", item.sheet.stem):
        for ending in (".md", ".txt", ".docx"):
            if (path := folder / f"{stem}{ending}").is_file():
                return read_document(path).text
    raise PipelineError(f"没有稿子 {item.sheet.stem}.md。", where=str(folder), mend="把稿子放进去，文件名与清单相同。")


def command_of(writer: Writer) -> tuple[str, ...]:
    """A writer's command with the environment's variables in it. Raises PipelineError for one that is not set."""
    words = tuple(os.path.expandvars(word) for word in writer.command)
    unset = re.findall(r"\$\{?(\w+)\}?", " ".join(words))
    if unset:
        raise PipelineError(
            f"写手 {writer.id} 的命令用到环境变量 {'、'.join(unset)}，还没有设。",
            where="command",
            mend=f"先设好，如 {unset[0]}=… zhenbao eval run …",
        )
    return words


def _by_command(writer: Writer, item: Item, output: Path, archive: Path) -> None:
    """Have a program of the suite write the draft. Raises PipelineError if it leaves none, or takes half an hour.

    It runs in the draft's own folder: what lies where we are must not come before what it is told to use.
    """
    values = {
        "{sheet}": str(item.sheet), "{output}": str(output), "{seed}": str(item.seed), "{archive}": str(archive),
        "{genre}": "" if item.genre == OWN_GENRE else item.genre, "{python}": sys.executable,
    }  # fmt: skip
    words = [re.sub(r"\{\w+\}", lambda m: values.get(m[0], m[0]), word) for word in command_of(writer)]
    where = f"写手 {writer.id}"
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, errors="replace", timeout=COMMAND_SECONDS, check=False,
            stdin=subprocess.DEVNULL, cwd=output.parent,
        )  # fmt: skip
    except OSError as fault:
        raise PipelineError(
            f"命令运行不了：{fault.strerror}：{words[0]}", where=where, mend="检查 command。"
        ) from fault
    except subprocess.TimeoutExpired as fault:
        raise PipelineError("命令半小时没有写完一篇。", where=where, mend="检查 command。") from fault
    if not output.is_file():
        raise PipelineError(
            f"命令以 {done.returncode} 结束，没有写出稿子：{done.stderr.strip()[-300:]}",
            where=where,
            mend="检查 command。",
        )
