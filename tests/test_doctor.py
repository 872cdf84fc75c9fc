"""The doctor: every state of everything it looks at, and that looking costs nothing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

from pipeline import doctor
from pipeline.archive.store import FORMAT
from pipeline.doctor import PACKAGES, Diagnosis, examine
from pipeline.errors import PipelineError
from pipeline.weights import EMBEDDING, LANGUAGE
from tests.endpoints import chat, error, in_turn, serving

KEY = "sk-geheim-1234567890"


@pytest.fixture(autouse=True)
def sound_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the real weights alone; the tests of models look at them."""
    monkeypatch.setattr(doctor, "embedding_folder", lambda: Path("m3e-small"))
    monkeypatch.setattr(doctor, "verified_files", lambda weights: ())


def named(found: list[Diagnosis], name: str) -> Diagnosis:
    (one,) = [diagnosis for diagnosis in found if name in diagnosis.name]
    return one


def test_the_packages_are_those_of_pyproject() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [
        *project["dependencies"],
        *(line for extra in ("build", "local") for line in project["optional-dependencies"][extra]),
    ]
    floors = {line.split(">=")[0].lower(): line.split(">=")[1] for line in declared if ">=" in line}
    assert {package.name: package.least for package in PACKAGES} == floors
    assert [line for line in declared if ">=" not in line] == [f"{LANGUAGE.package}=={LANGUAGE.version}"]


def test_packages_absent_too_old_and_present(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    installed = {"torch": "2.13.0+cpu", "rich": "9.9", "numpy": "1.26", "click": "8.10"}

    def version(name: str) -> str:
        if name not in installed:
            raise metadata.PackageNotFoundError(name)
        return installed[name]

    monkeypatch.setattr(metadata, "version", version)
    found = examine(None, None, None, None, tmp_path)
    assert named(found, "torch") == Diagnosis("torch", "ok", "2.13.0+cpu", "")
    assert named(found, "numpy").state == "ok"
    assert named(found, "click").state == "ok"  # 8.10 is newer than 8.1
    assert named(found, "rich") == Diagnosis(
        "rich", "broken", "9.9 太旧，要 13 以上：命令行不能用", 'pip install "rich>=13"'
    )
    assert named(found, "faiss-cpu").state == "missing"
    assert named(found, "faiss-cpu").mend == 'pip install "faiss-cpu>=1.9"'


def test_an_old_python(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert named(examine(None, None, None, None, tmp_path), "Python").state == "ok"
    monkeypatch.setattr(doctor, "LEAST_PYTHON", (4, 0))
    assert named(examine(None, None, None, None, tmp_path), "Python").state == "broken"


@pytest.mark.parametrize("installed", [True, False])
def test_weights_that_are_absent_or_altered(installed: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(*_: object) -> Path:
        raise PipelineError("权重有问题。", where="某处", mend="pip …")

    monkeypatch.setattr(doctor, "embedding_folder", fail)
    monkeypatch.setattr(doctor, "verified_files", fail)
    monkeypatch.setattr(doctor, "_is_absent", lambda package: not installed)
    found = examine(None, None, None, None, tmp_path)
    for weights in (EMBEDDING, LANGUAGE):
        assert named(found, weights.name).state == ("broken" if installed else "missing")
        assert named(found, weights.name).says == "权重有问题（某处）"
        assert named(found, weights.name).mend == "pip …"


def test_the_licences_are_told(tmp_path: Path) -> None:
    found = examine(None, None, None, None, tmp_path)
    assert "非商用" in named(found, EMBEDDING.name).says
    assert "Gemma" in named(found, LANGUAGE.name).says


def write_archive(folder: Path, manifest: str, current: str = "g1\n") -> None:
    (folder / "g1").mkdir(parents=True)
    (folder / "CURRENT").write_text(current, encoding="utf-8")
    (folder / "g1" / "manifest.json").write_text(manifest, encoding="utf-8")


@pytest.mark.parametrize(
    ("build", "state", "says"),
    [
        (lambda folder: None, "missing", "还没有建立"),
        (lambda folder: write_archive(folder, f'{{"format": {FORMAT}, "passages": 212}}'), "ok", "212 个片段"),
        (lambda folder: write_archive(folder, f'{{"format": {FORMAT}, "passages": 0}}'), "missing", "还没有范文"),
        (lambda folder: write_archive(folder, '{"passages": 212'), "broken", "读不了"),
        (lambda folder: write_archive(folder, '{"format": 0, "passages": 2}'), "broken", "别的版本"),
        (lambda folder: write_archive(folder, "[]"), "broken", "没有片段数"),
        (lambda folder: write_archive(folder, '{"passages": true}'), "broken", "没有片段数"),
        (lambda folder: write_archive(folder, '{"passages": 2}', current="g2"), "broken", "读不了"),
        (lambda folder: write_archive(folder, '{"passages": 2}', current=""), "broken", "读不了"),
    ],
)
def test_the_archive(build: Callable[[Path], None], state: str, says: str, tmp_path: Path) -> None:
    build(tmp_path / "archive")
    told = named(examine(tmp_path / "archive", None, None, None, tmp_path), "范文库")
    assert told.state == state
    assert says in told.says
    rebuilt = "别的版本" in says
    assert told.mend == (
        "" if state == "ok" else "zhenbao corpus rebuild" if rebuilt else "zhenbao corpus add 范文目录"
    )


def test_the_endpoint(tmp_path: Path) -> None:
    with serving(in_turn(chat("好"))) as server:
        told = named(examine(None, server.base_url, "qwen", KEY, tmp_path), "模型服务")
    assert (told.state, told.mend) == ("ok", "")
    assert "模型 qwen" in told.says
    with serving(in_turn(error(401, KEY))) as server:
        found = examine(None, server.base_url, "qwen", KEY, tmp_path)
    assert named(found, "模型服务").state == "broken"
    assert "401" in named(found, "模型服务").says
    assert KEY not in str(found)
    told = named(examine(None, server.base_url, None, None, tmp_path), "模型服务")
    assert "没有给出模型名" in told.says
    assert "--model" in told.mend


def test_what_is_not_asked_for_is_not_told(tmp_path: Path) -> None:
    found = examine(None, None, None, None, tmp_path)
    assert not [one for one in found if one.name in ("范文库", "模型服务")]
    assert all(bool(one.mend) == (one.state != "ok") for one in found)
    assert all(re.search("[一-龥]", one.says) for one in found if one.state != "ok")


@pytest.mark.models
def test_looking_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import json, sys; from pathlib import Path; from pipeline.doctor import examine;"
        f"found = examine(None, None, None, None, Path({str(tmp_path)!r}));"
        "heavy = [name for name in ('torch', 'sentence_transformers', 'transformers', 'faiss', 'onnxruntime', 'openai',"
        " 'xllamacpp', 'numpy') if name in sys.modules];"
        "print(json.dumps([heavy, [one.name for one in found if one.state != 'ok']]))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    heavy, unwell = json.loads(done.stdout)
    assert heavy == []
    assert unwell == []
    assert list(tmp_path.iterdir()) == []  # it looks, and changes nothing
