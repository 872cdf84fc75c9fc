"""YAML read as text with line numbers: every scalar stays the characters that were typed, so 0.1 stays 0.1.

Built on PyYAML's node graph (`yaml.compose`): no object is ever constructed, and aliases, merge keys and tags are refused, since
a facts sheet has no use for them and they are how hostile YAML grows or runs code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import yaml

from pipeline.errors import PipelineError

Path = tuple[str | int, ...]
_NULLS = ("", "~", "null", "Null", "NULL")
_DEEPEST = 20


# What PyYAML says, and what it means to someone who has never heard of YAML.
_PROBLEMS = (
    ("\\t", "这里有制表符（Tab 键），只能用空格"),
    ("mapping values are not allowed", "一行里有两个冒号，或上一行没有写完"),
    ("could not find expected ':'", "这一行少了冒号（要半角的“:”，后面空一格）"),
    ("found unexpected end of stream", "引号没有成对"),
    ("expected <block end>", "这一行的缩进与上下行对不齐，或引号没有成对（也看上一行）"),
    ("expected ',' or ']'", "方括号没有成对"),
    ("expected ',' or '}'", "花括号没有成对"),
    ("cannot start any token", "这一行的开头有不能用的符号"),
    ("undefined alias", "不能以 * 开头"),
    ("expected a comment or a line break", "竖线 | 后面还有别的字"),
)


def _explained(problem: str) -> str:
    """A reader's message in Chinese; as it is where nobody has translated it."""
    return next((said for known, said in _PROBLEMS if known in problem), problem)


_FAST: Any = getattr(yaml, "CSafeLoader", None)  # libyaml, where it is, reads ten times as fast


def _composed(graph: Callable[[Any], yaml.Node | None]) -> yaml.Node | None:
    """The node graph by libyaml; what it cannot read goes to PyYAML's own reader, whose messages are the same everywhere."""
    if _FAST is not None:
        with suppress(yaml.YAMLError, RecursionError):
            return graph(_FAST)
    return graph(yaml.SafeLoader)


def read_yaml(text: str, name: str) -> tuple[Any, Mapping[Path, int]]:
    """Return the content as dicts, lists, strings and None, and the line (from 1) at which each path stands.

    Raises PipelineError, naming the line, for broken YAML, duplicate keys, aliases, tags and absurd nesting.
    """
    lines: dict[Path, int] = {}

    def refuse(what: str, mark: Any, mend: str) -> PipelineError:
        at = f"{name}，第 {mark.line + 1} 行" if mark else name
        return PipelineError(what, where=at, mend=mend)

    def build(node: yaml.Node, path: Path) -> Any:
        lines[path] = node.start_mark.line + 1
        if len(path) > _DEEPEST:
            raise refuse("清单嵌套太深。", node.start_mark, "清单只有 meta 和 facts 两部分，请照样例改写。")
        if not node.tag.startswith("tag:yaml.org,2002:") or "python" in node.tag:
            raise refuse(f"清单里不能用标签 {node.tag}。", node.start_mark, "删去以 ! 开头的标签，直接写值。")
        if isinstance(node, yaml.ScalarNode):
            quoted = node.style in ("'", '"', "|", ">")
            return None if node.value in _NULLS and not quoted else node.value
        if isinstance(node, yaml.SequenceNode):
            return [build(child, (*path, i)) for i, child in enumerate(node.value)]
        content: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == "tag:yaml.org,2002:merge":
                raise refuse("栏目名须是文字。", key_node.start_mark, "栏目名照样例写，如 indicator: 粮食播种面积。")
            if key_node.value in content:
                raise refuse(f"栏目“{key_node.value}”重复。", key_node.start_mark, "同一处只留一个。")
            content[key_node.value] = build(value_node, (*path, key_node.value))
        return content

    def graph(loader: Any) -> yaml.Node | None:
        depth = 0
        for event in yaml.parse(text, Loader=loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise refuse("清单嵌套太深。", event.start_mark, "清单只有 meta 和 facts 两部分，请照样例改写。")
            if isinstance(event, yaml.AliasEvent):
                raise refuse("清单里不能用 * 引用。", event.start_mark, "把被引用的内容照写一遍；单个 * 号请加引号。")
        return yaml.compose(text, Loader=loader)

    try:
        node = _composed(graph)
    except yaml.MarkedYAMLError as fault:
        what = f"YAML 写法有误：{_explained(fault.problem or fault.context or '无法解析')}。"
        mend = "检查这一行的缩进、冒号后的空格和引号；值里有冒号、# 或以 % * & 开头时，用引号括起来。"
        raise refuse(what, fault.problem_mark or fault.context_mark, mend) from fault
    except yaml.reader.ReaderError as fault:
        line = text.count("\n", 0, fault.position) + 1
        raise PipelineError(
            "文件里有不能显示的控制字符。", where=f"{name}，第 {line} 行", mend="删去该字符，或用记事本另存为 UTF-8。"
        ) from fault
    except RecursionError as fault:
        raise refuse("清单嵌套太深。", None, "清单只有 meta 和 facts 两部分，请照样例改写。") from fault
    return (build(node, ()) if node is not None else None), lines
