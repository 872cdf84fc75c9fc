"""The journal (编码日志) of a build: vectors computed so far, so that a build that was stopped goes on where it was.

Records follow each other in one file: 16 bytes of the text's SHA-256, the vector, a CRC-32 over both. What a killed
writer left half is cut off.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_KEY = 16
_CHECK = 4


class Journal:
    """The vectors of width d that a file holds, by text; `keep` adds to it. One writer at a time.

    Only where they stand is kept in memory.
    """

    def __init__(self, path: Path, dimension: int) -> None:
        self._path = path
        self._size = _KEY + 4 * dimension + _CHECK
        self._records: dict[bytes, int] = {}
        self._count = 0
        if not path.exists():
            return
        with path.open("r+b") as file:
            while len(record := file.read(self._size)) == self._size:
                if zlib.crc32(record[:-_CHECK]) != int.from_bytes(record[-_CHECK:], "little"):
                    break
                self._records[record[:_KEY]] = self._count
                self._count += 1
            file.truncate(self._count * self._size)

    def found(self, texts: Iterable[str]) -> dict[str, Floats]:
        """The vectors (d,) of those texts that have one."""
        import numpy as np

        known: dict[str, Floats] = {}
        places = {text: self._records[key] for text in texts if (key := _key(text)) in self._records}
        if places:
            with self._path.open("rb") as file:
                for text, place in places.items():
                    file.seek(place * self._size + _KEY)
                    content = file.read(self._size - _KEY - _CHECK)
                    known[text] = np.frombuffer(content, "<f4").astype(np.float32)
        return known

    def keep(self, vectors: Mapping[str, Floats]) -> None:
        """Write vectors, each under its text, behind what is there."""
        with self._path.open("ab") as file:
            for text, vector in vectors.items():
                body = _key(text) + vector.astype("<f4").tobytes()
                file.write(body + zlib.crc32(body).to_bytes(_CHECK, "little"))
                self._records[_key(text)] = self._count
                self._count += 1

    def close(self) -> None:
        """Remove the file: what it held has found its place."""
        self._path.unlink(missing_ok=True)
        self._records.clear()
        self._count = 0


def _key(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()[:_KEY]
