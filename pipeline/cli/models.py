"""Where a command's models come from: opened for it alone, or held open by a run of many drafts (`eval run`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any, Protocol


class Holder(Protocol):
    """Keeps models open between drafts. `name` tells them apart; `make` opens one that is not open yet."""

    def model(self, name: str, make: Callable[[], AbstractContextManager[Any]]) -> Any: ...


HOLDER: ContextVar[Holder | None] = ContextVar("HOLDER", default=None)


@contextmanager
def opened(name: str, make: Callable[[], AbstractContextManager[Any]]) -> Iterator[Any]:
    """A model for one command; it is closed with the block, unless someone holds it."""
    holder = HOLDER.get()
    if holder is not None:
        yield holder.model(name, make)
        return
    with make() as model:
        yield model
