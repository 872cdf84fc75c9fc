"""Word files rendered by LibreOffice, where it is installed, and what stands on the pages."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

needs_libreoffice = pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")),
    reason="LibreOffice or poppler is not installed: apt-get install libreoffice-writer libreoffice-calc poppler-utils fonts-noto-cjk",
)


def converted(content: bytes, folder: Path, name: str, form: str) -> Path:
    """A file's bytes converted by LibreOffice to another form (pdf, docx, xlsx), in a profile of its own."""
    source = folder / name
    source.write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", form, "--outdir", str(folder), str(source)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return source.with_suffix(f".{form.split(':')[0]}")


def pages(pdf: Path) -> list[list[str]]:
    """The lines of each page, without blanks."""
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, timeout=60).stdout
    return [
        [bare for line in page.split("\n") if (bare := re.sub(r"\s", "", line))]
        for page in text.decode().rstrip("\f").split("\f")
    ]
