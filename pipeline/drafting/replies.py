"""Replies kept on disk (已得到的回答): a run that was stopped goes on where it stopped, and pays for nothing twice."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pipeline.drafting.client import Model, Prompt, Reply


@dataclass(slots=True)
class KeptReplies:
    """A model whose replies are written to a JSON-lines file as they come, and taken from there when asked for again.

    The key holds all that decides an answer: host, model, prompt, seed, grammar, limits. A line cut off by a crash is passed over.
    Several threads may ask; `fresh` counts what had to be asked for.
    """

    model: Model
    path: Path
    host: str = ""
    known: dict[str, Reply] = field(init=False)
    fresh: int = field(init=False)
    _writing: threading.Lock = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.known, self.fresh, self._writing = {}, 0, threading.Lock()
        if self.path.exists():
            text = self.path.read_text(encoding="utf-8", errors="replace")
            if text and not text.endswith("\n"):  # a line that was cut off: the next one begins anew
                with self.path.open("a", encoding="utf-8") as file:
                    file.write("\n")
            for line in text.split("\n"):
                try:
                    row = json.loads(line)
                    self.known[row["key"]] = Reply(**row["reply"])
                except (ValueError, KeyError, TypeError):
                    continue

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def honours_grammar(self) -> bool:
        return self.model.honours_grammar

    def complete(
        self, prompt: Prompt, *, max_tokens: int, stop: Sequence[str] = (), seed: int = 0, temperature: float = 0.0,
        grammar: str | None = None,
    ) -> Reply:  # fmt: skip
        asked = [self.host, self.model.name, asdict(prompt), max_tokens, list(stop), seed, temperature, grammar]
        key = hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()
        if key not in self.known:
            reply = self.model.complete(
                prompt, max_tokens=max_tokens, stop=stop, seed=seed, temperature=temperature, grammar=grammar
            )
            with self._writing:
                self.known[key] = reply
                self.fresh += 1
                self._keep(key, reply)
        return self.known[key]

    def _keep(self, key: str, reply: Reply) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"key": key, "reply": asdict(reply)}, ensure_ascii=False) + "\n")

    def forget(self) -> None:
        """Throw the replies away."""
        self.path.unlink(missing_ok=True)
