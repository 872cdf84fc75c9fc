"""What a run is made of (评测清单): hashes of all that decides its drafts and their measures. Equal manifests give equal reports."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any

from eval.runs.suite import Kind, Suite, Threshold

FORMAT = 1
_PACKAGES = ("zhenbao", "numpy", "onnxruntime", "xllamacpp")


def manifest(
    suite: Suite, kind: Kind, ids: Sequence[str], *, inputs: Mapping[str, str], prompts: Path, archive: str | None
) -> dict[str, Any]:
    """The manifest of a run. `inputs`: sha256 by name of sheets, references and drafts; `archive`: the archive's id."""
    return {
        "format": FORMAT,
        "kind": kind,
        "suite": {"name": suite.name, "about": suite.about, "sha256": suite.sha256},
        "program": {"code": tree_sha256(code_files(), _packages_root()), "prompts": tree_sha256(_below(prompts), prompts)},
        "versions": {"python": platform.python_version()} | {name: _version(name) for name in _PACKAGES},
        "archive": archive,
        "inputs": dict(sorted(inputs.items())),
        "seeds": list(suite.seeds),
        "writers": {writer.id: writer.kind for writer in suite.writers},
        "baseline": suite.baseline,
        "thresholds": [_plain(threshold) for threshold in suite.thresholds],
        "items": list(ids),
    }  # fmt: skip


def code_files() -> list[Path]:
    """The Python files of both packages, sorted."""
    return [
        path for package in ("eval", "pipeline") for path in _below(Path(str(files(package)))) if path.suffix == ".py"
    ]


def tree_sha256(paths: Iterable[Path], root: Path) -> str:
    """One hash of several files, their places below `root` among it."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(root).as_posix()}\0{file_sha256(path)}\n".encode())
    return digest.hexdigest()


def file_sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def _packages_root() -> Path:
    return Path(str(files("pipeline"))).parent


def _plain(threshold: Threshold) -> dict[str, Any]:
    return asdict(threshold)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
