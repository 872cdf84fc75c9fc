"""Where the files are that travel with the program: `prompts/` and `corpus/`, in a checkout or in an installed wheel."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def shipped(name: str) -> Path:
    """The folder `prompts` or `corpus`. A wheel carries them inside the package, a checkout beside it.

    Raises FileNotFoundError if neither is there: the installation is broken.
    """
    package = Path(str(files("pipeline")))
    for folder in (package / "shipped_files" / name, package.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"{name}/ is neither in the package {package} nor beside it")
