"""Exemplars (范文): a Markdown or text file with YAML front matter, read into one `Article`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from pipeline.errors import PipelineError

SUFFIXES = (".md", ".txt")
FIELDS = ("title", "genre", "region", "period")
LARGEST = 20_000_000  # bytes; the longest report is a few hundred thousand, so this is some other file

_FENCE = "---"
_FORM = "文件开头写成：\n---\ntitle: 标题\ngenre: half-year-summary\nregion: 某县某镇\nperiod: 2025H1\n---"


@dataclass(frozen=True, slots=True)
class Article:
    """One report as its file holds it.

    `source`: the file's path with forward slashes, relative to the working folder where it lies below it.
    `text`: the body without front matter, line ends as \\n; its first line is line `line_offset` + 1 of the file.
    """

    source: str
    title: str
    genre: str
    region: str
    period: str
    text: str
    line_offset: int


def shown(path: Path) -> str:
    """A path with forward slashes for messages; bytes in it that are no UTF-8 become question marks."""
    return path.as_posix().encode("utf-8", "replace").decode()


def source_of(path: Path) -> str:
    """How the archive names a file: relative to the working folder if below it, else as given."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def read_exemplar(path: Path) -> Article:
    """Read one exemplar.

    Raises PipelineError, naming the line and the mend, for a file that is absent, too large, of another kind or not
    UTF-8, for front matter that is absent, unfinished, no YAML or lacks one of `FIELDS`, and for an empty body.
    """
    text = _decoded(_content(path), path)
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        raise PipelineError("范文缺少文件头。", where=f"{shown(path)}，第1行", mend=_FORM)
    closing = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE), None)
    if closing is None:
        raise PipelineError(
            "范文的文件头没有结束。", where=f"{shown(path)}，第1行", mend="在文件头最后一项之后另起一行写 ---。"
        )
    fields = _front_matter("\n".join(lines[1:closing]), path)
    first = next((i for i, line in enumerate(lines[closing + 1 :], closing + 1) if line.strip()), None)
    if first is None:
        raise PipelineError(
            "范文没有正文。", where=f"{shown(path)}，第{closing + 1}行之后", mend="在文件头之后写上正文。"
        )
    return Article(
        source=source_of(path),
        title=fields["title"],
        genre=fields["genre"],
        region=fields["region"],
        period=fields["period"],
        text="\n".join(lines[first:]).rstrip() + "\n",
        line_offset=first,
    )


def _content(path: Path) -> bytes:
    if shown(path) != path.as_posix():
        raise PipelineError("文件名不是 UTF-8。", where=shown(path), mend="给文件改名。")
    if path.suffix.lower() not in SUFFIXES:
        raise PipelineError("这种文件不能作范文。", where=shown(path), mend=f"给 {' '.join(SUFFIXES)} 文件。")
    try:
        if not path.is_file():  # also keeps us from waiting on a pipe or a device
            raise PipelineError("找不到这个文件。", where=shown(path), mend="核对路径和文件名。")
        if path.stat().st_size > LARGEST:
            raise PipelineError(
                f"文件过大，超过 {LARGEST // 1_000_000} MB。", where=shown(path), mend="把各篇报告分开存成文件。"
            )
        return path.read_bytes()
    except OSError as fault:
        raise PipelineError(
            f"文件读不出来：{fault.strerror}。", where=shown(path), mend="核对文件是否还在、有无读取权限。"
        ) from fault


def _decoded(content: bytes, path: Path) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        raise PipelineError(
            "文件不是 UTF-8 编码。", where=f"{shown(path)}，第{line}行", mend="用编辑器另存为 UTF-8。"
        ) from fault
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise PipelineError("文件不是文本。", where=f"{shown(path)}，第{line}行", mend="用编辑器另存为 UTF-8 文本。")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _front_matter(written: str, path: Path) -> dict[str, str]:
    """The fields of the front matter; `written` begins in the file's second line."""
    try:
        # BaseLoader keeps every scalar as it is written: 2025 stays "2025".
        node = yaml.compose(written, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as fault:  # the latter: brackets nested by the thousand
        mark = getattr(fault, "problem_mark", None)
        line = mark.line + 2 if mark else 2
        raise PipelineError("文件头不是 YAML。", where=f"{shown(path)}，第{line}行", mend=_FORM) from fault
    if not isinstance(node, yaml.MappingNode):
        raise PipelineError("文件头里没有各项内容。", where=f"{shown(path)}，第2行", mend=_FORM)
    fields: dict[str, str] = {}
    for key, value in node.value:
        line = key.start_mark.line + 2
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if name in fields:
            raise PipelineError(f"文件头里 {name} 写了两次。", where=f"{shown(path)}，第{line}行", mend="删去一处。")
        if name in FIELDS and not (isinstance(value, yaml.ScalarNode) and value.value.strip()):
            raise PipelineError(f"文件头的 {name} 没有内容。", where=f"{shown(path)}，第{line}行", mend=_FORM)
        if isinstance(value, yaml.ScalarNode):
            fields[name] = " ".join(value.value.split())
    if missing := [name for name in FIELDS if name not in fields]:
        raise PipelineError(f"文件头缺少 {'、'.join(missing)}。", where=f"{shown(path)}，第1行", mend=_FORM)
    return fields
