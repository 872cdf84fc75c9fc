"""A run over many generated sheets: each drafted, checked by our own check, and by an independent judge where one is given."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.facts.model import Sheet
from pipeline.facts.writing import write_sheet

Judge = Callable[[Path, str, Path, str, list[str]], Counter[str]]
_BAD = ("unsupported", "placeholders", "structure", "repeated", "copied", "trace")


@dataclass(frozen=True, slots=True)
class Drafted:
    """One draft as the run needs it: text and trace, and what our own check found: errors, facts that are not stated."""

    text: str
    trace: Mapping[str, Any]
    errors: Sequence[str]
    uncovered: Sequence[str]


@dataclass(slots=True)
class Tally:
    """What a run came to. `figures`: facts with a value; `judged`: the independent judge's counts, empty without one."""

    sheets: int = 0
    facts: int = 0
    figures: int = 0
    uncovered: int = 0
    errors: Counter[str] = field(default_factory=Counter)  # rule → findings of severity error
    writers: Counter[str] = field(default_factory=Counter)  # who wrote → sentences
    rejections: Counter[str] = field(default_factory=Counter)  # reason → sentences
    judged: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)
    foreign: int = 0  # names that the hostile writer slipped in and that stand in a draft

    @property
    def holds(self) -> bool:
        """Whether every fact is stated and nothing stands that should not."""
        stated = self.judged["stated"] == self.judged["values"]
        return not (self.uncovered or self.errors or self.foreign or any(self.judged[k] for k in _BAD)) and stated


def judge_of(bench: Path) -> Judge:
    """The independent judge of a bench folder (score_draft.py), which knows nothing of our check."""
    sys.path.insert(0, str(bench))
    try:
        spec = importlib.util.spec_from_file_location("score_draft", bench / "score_draft.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(bench))
    judge: Judge = module.judge
    return judge


def run(
    sheets: Iterable[Sheet], draft: Callable[[Sheet, Path], Drafted], folder: Path, judge: Judge | None, foreign: Sequence[str],
) -> Tally:  # fmt: skip
    """Draft every sheet into `folder` and count. `foreign`: words that may stand in no draft."""
    folder.mkdir(parents=True, exist_ok=True)
    tally = Tally()
    for number, sheet in enumerate(sheets):
        path = folder / f"{number:03}.yaml"
        write_sheet(sheet, path)
        made = draft(sheet, path)
        out = path.with_suffix(".md")
        out.write_text(made.text, encoding="utf-8")
        trace = path.with_suffix(".trace.json")
        trace.write_text(json.dumps(made.trace, ensure_ascii=False, indent=1), encoding="utf-8")
        tally.sheets += 1
        tally.facts += len(sheet.facts)
        tally.figures += sum(f.value is not None for f in sheet.facts)
        tally.uncovered += len(made.uncovered)
        tally.misses += [f"{path.name}: 未写明 {id}" for id in made.uncovered]
        for error in made.errors:
            tally.errors[error.split("：", 1)[0]] += 1
            tally.misses.append(f"{path.name}: {error}")
        slipped = [name for name in foreign if name in made.text]
        tally.foreign += len(slipped)
        tally.misses += [f"{path.name}: 混入 {name}" for name in slipped]
        for section in made.trace["sections"]:
            for sentence in section["sentences"]:
                tally.writers[sentence["writer"]] += 1
                tally.rejections.update(reason for reason in sentence["rejections"])
        if judge is not None:
            tally.judged.update(judge(path, made.text, trace, "", tally.misses))
    return tally
