"""Prompt files (提示词): front matter and a text with $placeholders, each checked both ways."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from string import Template

import yaml

from pipeline.drafting.client import Prompt
from pipeline.errors import PipelineError


@dataclass(frozen=True, slots=True)
class PromptFile:
    """A prompt as it lies on disk. `placeholders`: what its text asks for; `sha256`: of the whole file, for the trace."""

    name: str
    text: str
    system: str
    max_tokens: int
    stop: tuple[str, ...]
    temperature: float
    sha256: str
    placeholders: frozenset[str]


def read_prompt(path: Path, placeholders: frozenset[str]) -> PromptFile:
    """Read a prompt that must use just these placeholders. Raises PipelineError naming the file and what is wrong."""
    mend = f"提示词以 --- 包住的文头开始，正文恰好用到：{'、'.join('$' + p for p in sorted(placeholders))}。"
    try:
        raw = path.read_text(encoding="utf-8")
        _, head, text = raw.split("---\n", 2)
        meta = yaml.safe_load(head)
        template = Template(text.strip("\n"))
        found = frozenset(template.get_identifiers())
        if found != placeholders or not template.is_valid():
            raise PipelineError(
                f"提示词的占位不对：多 {sorted(found - placeholders)}，缺 {sorted(placeholders - found)}。",
                where=str(path),
                mend=mend,
            )
        return PromptFile(
            meta["name"], template.template, str(meta.get("system") or "").strip(), int(meta["max_tokens"]), tuple(meta.get("stop") or ()),
            float(meta.get("temperature") or 0), hashlib.sha256(raw.encode()).hexdigest(), found,
        )  # fmt: skip
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError) as fault:
        raise PipelineError(f"提示词读不出来：{fault}", where=str(path), mend=mend) from fault


def render(prompt: PromptFile, **values: str) -> Prompt:
    """Fill a prompt. Raises ValueError for a placeholder without a value or a value without a placeholder."""
    if set(values) != prompt.placeholders:
        raise ValueError(f"prompt {prompt.name} takes {sorted(prompt.placeholders)}, not {sorted(values)}")
    return Prompt(Template(prompt.text).substitute(values), prompt.system, prompt.name)
