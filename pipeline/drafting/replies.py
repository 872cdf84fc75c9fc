"""Replies kept on disk (已得到的回答): a run that was stopped goes on where it stopped, and pays for nothing twice."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from pipeline.drafting.client import ContextExceededError, Model, Prompt, Reply

T = TypeVar("T")


@dataclass(slots=True)
class KeptReplies:
    """A model whose replies are written to a JSON-lines file as they come, and taken from there when asked for again.

    The key holds all that decides an answer: host, model, prompt, seed, grammar, limits. A line cut off by a crash is passed over.
    That a prompt was too long is kept as well, and what was found out about the server (`remembered`). Several threads may ask;
    `fresh` counts what had to be asked for.
    """

    model: Model
    path: Path
    host: str = ""
    known: dict[str, Reply] = field(init=False)
    found: dict[str, Any] = field(init=False)
    fresh: int = field(init=False)
    _writing: threading.Lock = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.known, self.found, self.fresh, self._writing = {}, {}, 0, threading.Lock()
        if self.path.exists():
            text = self.path.read_text(encoding="utf-8", errors="replace")
            if text and not text.endswith("\n"):  # a line that was cut off: the next one begins anew
                with self.path.open("a", encoding="utf-8") as file:
                    file.write("\n")
            for line in text.split("\n"):
                try:
                    row = json.loads(line)
                    if "found" in row:
                        self.found[row["key"]] = row["found"]
                    else:
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
        key = _key(asked)
        if key in self.found:
            raise _too_long(self.found[key])
        if key not in self.known:
            try:
                reply = self.model.complete(
                    prompt, max_tokens=max_tokens, stop=stop, seed=seed, temperature=temperature, grammar=grammar
                )
            except ContextExceededError as fault:
                self._keep({"key": key, "found": fault.limit})
                raise
            with self._writing:
                self.known[key] = reply
                self.fresh += 1
            self._keep({"key": key, "reply": asdict(reply)})
            return reply
        # What it once took is not this run's time: a run that goes on would else say that the model took 144 % of it.
        return replace(self.known[key], seconds=0.0, model_seconds=None)

    def remembered(self, what: str, find: Callable[[], T]) -> T:
        """What was found out about the server before, or is now: a JSON value. So a repeated run asks it nothing."""
        key = _key([self.host, self.model.name, what])
        if key not in self.found:
            self.found[key] = find()
            self._keep({"key": key, "found": self.found[key]})
        found: T = self.found[key]
        return found

    def tokens(self, text: str, count: Callable[[str], int | None]) -> int | None:
        """A server's count of a text, kept once it is there."""
        key = _key([self.host, self.model.name, "tokens", text])
        told: int | None = self.found[key] if key in self.found else count(text)
        if key not in self.found and told is not None:
            self.found[key] = told
            self._keep({"key": key, "found": told})
        return told

    def _keep(self, row: Mapping[str, Any]) -> None:
        with self._writing:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def forget(self) -> None:
        """Throw the replies away."""
        self.path.unlink(missing_ok=True)


def _key(asked: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()


def _too_long(limit: int | None) -> ContextExceededError:
    fault = ContextExceededError("提示超过了模型的上下文长度。")
    fault.limit = limit
    return fault
