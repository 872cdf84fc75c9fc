"""Answers of models kept on disk (模型回答的缓存): what was asked once is not computed or paid for again, in this run or a later one.

A file an answer, prompt and reply in it, so that a person can read what was asked and said. Written whole or not at all, so
several processes may share the folder.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.drafting.client import Model, Prompt, Reply
from pipeline.files import write_whole


@dataclass(slots=True)
class KeptAnswers:
    """A model that answers from the folder what it has answered before. `identity`: what tells it from another of its name.

    The key holds all that decides an answer. `saved`: seconds that the answers taken from the folder took when they were computed:
    an item that was answered from it counts as slow as it was. All else is the model's own (`ask`, `ping`, `host`).
    """

    model: Any
    identity: str
    folder: Path
    saved: float = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)

    def complete(
        self, prompt: Prompt, *, max_tokens: int, stop: Sequence[str] = (), seed: int = 0, temperature: float = 0.0,
        grammar: str | None = None,
    ) -> Reply:  # fmt: skip
        """As `Model.complete`. What the model refuses or leaves empty is not kept."""
        model: Model = self.model
        asked = {
            "model": model.name, "identity": self.identity, "prompt": asdict(prompt), "max_tokens": max_tokens,
            "stop": list(stop), "seed": seed, "temperature": temperature, "grammar": grammar,
        }  # fmt: skip
        key = hashlib.sha256(json.dumps(asked, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
        path = self.folder / key[:2] / f"{key}.json"
        if (kept := _kept(path)) is not None:
            self.saved += kept.seconds
            return kept
        reply = model.complete(
            prompt, max_tokens=max_tokens, stop=stop, seed=seed, temperature=temperature, grammar=grammar
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        said = {"asked": asked, "reply": asdict(reply)}
        write_whole(path, (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode())
        return reply


def _kept(path: Path) -> Reply | None:
    """An answer from the folder; None if there is none, or none that can be read."""
    try:
        return Reply(**json.loads(path.read_text(encoding="utf-8"))["reply"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
