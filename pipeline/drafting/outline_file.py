"""The outline as a file that a clerk may edit (提纲文件): written by `zhenbao outline`, taken back by `zhenbao draft --outline`.

Titles, headings and their order are hers, and so is under which heading a fact stands. What she may not do is lose a fact: a fact
that the file leaves out is put under a heading of its own and named; a fact that the sheet does not have, or that stands twice, is
refused with its line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.drafting.outline import OTHER_HEADING, Entry, Outline, topic_for
from pipeline.errors import PipelineError
from pipeline.facts.model import Fact, Sheet, plain
from pipeline.facts.topics import Topic
from pipeline.facts.yaml_source import read_yaml
from pipeline.language.headings import label_of

KINDS = {"回顾": "review", "问题": "problems", "计划": "plans"}
_SPOKEN = {kind: word for word, kind in KINDS.items()}
_PART = ("标题", "类别", "引语", "事实", "小节")
_FILE = ("题目", "开头语", "开头事实", "提纲", "结尾事实")
_DEEPEST = 3
_HEAD = """# 提纲：可以改题目、标题、次序，可以把事实挪到别的标题下，可以增删标题；序号由程序编。
# 每条事实写成“编号 说明”，程序只认编号；清单里的每条事实须恰好出现一次，漏下的会另立一节并提示。
# 类别：回顾、问题、计划，只写在一级标题上。引语是标题下的第一句话，可改可删。改好后：zhenbao draft 清单 --outline 本文件
"""


# What a clerk's editor or input method makes of the file: full-width colons, dashes and spaces, no blank behind them.
_KEY = re.compile(
    rf"^([ \u00a0\u3000]*)((?:[-－–—][ \u00a0\u3000]*)?)({'|'.join((*_PART, *_FILE))})[ \u3000]*[:：][ \u00a0\u3000]*",
    re.M,
)
_ROW = re.compile(r"^([ \u00a0\u3000]*)[-－–—][ \u00a0\u3000]*(?=\S)", re.M)
_LABEL = re.compile(
    r"(?:#+\s*)?(?:第[一二三四五六七八九十]+[部章节]分?[、：\s]*|[一二三四五六七八九十]+[、.．](?![一二三四五六七八九十]+[、产])|"
    r"[（(][一二三四五六七八九十\d]+[)）]、?|\d+[.．、](?!\d)|[①-⑳])\s*(?=\S)"
)
_QUOTES = "“”‘’「」\"' "
_PROBLEMS, _PLANS = re.compile("问题|不足|困难|短板"), re.compile("计划|打算|安排|思路|下一步|下步|努力方向")


def _decoded(data: bytes, path: Path) -> str:
    """The text of a file as Notepad or WPS saves it: UTF-8, UTF-16 with its mark, or GBK."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise PipelineError("提纲文件读不出来。", where=str(path), mend="它不是文本文件；用记事本打开，另存为 UTF-8。")


def _tidied(text: str) -> str:
    """The text with what an input method did to it undone, line by line: no line is added or lost."""

    def blank(indent: str) -> str:
        return indent.replace("\u3000", "  ").replace("\u00a0", " ")

    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _ROW.sub(lambda m: f"{blank(m[1])}- ", text)
    return _KEY.sub(lambda m: f"{blank(m[1])}{'- ' if m[2] else ''}{m[3]}: ", text)


@dataclass(frozen=True, slots=True)
class Edited:
    """An outline that was read back. `left_out`: facts that the file does not name; `empty`: headings dropped, having nothing below."""

    outline: Outline
    left_out: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()


def described(fact: Fact) -> str:
    """A fact in a line: F12 工业纳税销售 34.5亿元."""
    if fact.value is None:
        return f"{fact.id} {fact.text}"
    return f"{fact.id} {fact.indicator} {plain(fact.value)}{fact.unit}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''").replace("\n", " ") + "'"


def _facts(name: str, facts: Iterator[Fact] | list[Fact], indent: str) -> list[str]:
    rows = [f"{indent}  - {_quoted(described(f))}" for f in facts]
    return [f"{indent}{name}:", *rows] if rows else []


def _own(entry: Entry) -> list[Fact]:
    return [f for _, facts in entry.facts for f in facts]


def outline_text(made: Outline) -> str:
    """The outline as YAML with comments for the one who edits it."""
    lines = [f"题目: {_quoted(made.title)}", "开头语: |-", *(f"  {line}" for line in made.opening.split("\n"))]
    body: list[str] = []
    for entry in made.entries:
        if entry.level == 0:
            lines += _facts("开头事实" if entry.kind == "opening" else "结尾事实", _own(entry), "")
            continue
        indent = "    " * (entry.level - 1)
        if entry.level > 1 and body and _opens(body, indent):
            body.append(f"{indent[:-2]}小节:")
        body.append(f"{indent}- 标题: {_quoted(entry.heading)}")
        if entry.level == 1:
            body.append(f"{indent}  类别: {_SPOKEN[entry.kind]}")
        if entry.lead:
            body.append(f"{indent}  引语: {_quoted(entry.lead)}")
        body += _facts("事实", _own(entry), f"{indent}  ")
    return "\n".join([_HEAD.rstrip(), *lines, "提纲:", *body]) + "\n"


def _opens(body: list[str], indent: str) -> bool:
    """Whether an entry at this depth is the first below its parent: no line at its depth since a shallower one."""
    for line in reversed(body):
        if line.startswith(f"{indent}- 标题"):
            return False
        if re.match(r" *- 标题", line) and len(line) - len(line.lstrip()) < len(indent):
            return True
    return True


def shown(made: Outline) -> str:
    """The outline for reading at a terminal: headings with how many facts stand below each."""
    lines = [made.title]
    for entry in made.entries:
        facts = _own(entry)
        count = f"（{len(facts)} 条）" if facts else ""
        if entry.level == 0:
            if facts:
                lines.append(f"{'开头' if entry.kind == 'opening' else '结尾'}{count}")
            continue
        gap = (
            "　【待补】"
            if entry.missing
            and not facts
            and not (entry.behind or entry.fallen or entry.worse or entry.missed or entry.unfinished)
            else ""
        )
        lines.append(f"{'  ' * (entry.level - 1)}{entry.label}{entry.heading}{count}{gap}")
    return "\n".join(lines)


class _Reader:
    """Reads the content of an outline file, with the line of everything for its messages."""

    def __init__(self, name: str, lines: Mapping[Any, int], sheet: Sheet) -> None:
        self.name, self.lines = name, lines
        self.known = {f.id: f for f in sheet.facts}
        self.seen: dict[str, int] = {}
        self.empty: list[str] = []

    def refuse(self, what: str, path: tuple[Any, ...], mend: str) -> PipelineError:
        while path and path not in self.lines:
            path = path[:-1]
        return PipelineError(what, where=f"{self.name}，第 {self.lines.get(path, 1)} 行", mend=mend)

    def table(self, content: Any, path: tuple[Any, ...], keys: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(content, dict):
            raise self.refuse("提纲的写法不对。", path, f"这里应有：{'、'.join(keys)}。可用 zhenbao outline 重新生成。")
        if unknown := [k for k in content if k not in keys]:
            raise self.refuse(f"不认识的栏目“{unknown[0]}”。", (*path, unknown[0]), f"可用：{'、'.join(keys)}。")
        return content

    def rows(self, content: Any, path: tuple[Any, ...]) -> list[Any]:
        if content is None:
            return []
        if not isinstance(content, list):
            raise self.refuse("这里应是一列。", path, "每项一行，以“- ”开头。")
        return content

    def heading(self, row: dict[str, Any], path: tuple[Any, ...]) -> str:
        text = row.get("标题")
        if not isinstance(text, str) or not text.strip() or "\n" in text or len(text) > 40 or text.strip()[0] in "#-*>":
            raise self.refuse("标题不能用。", (*path, "标题"), "写一行文字，四十字以内，不带序号和符号。")
        bare = text.strip()
        for _ in range(2):  # 3. 二、…: labels are the program's
            bare = _LABEL.sub("", bare, count=1) if _LABEL.match(bare) else bare
        return bare

    def id(self, row: Any) -> str:
        """The fact that a row names: its first word, also typed in full width, in lower case, in quotes or with a mark behind it."""
        words = row.split() if isinstance(row, str) else []
        if not words or words[0] in self.known:
            return words[0] if words else ""
        plain_ = unicodedata.normalize("NFKC", row).strip(_QUOTES)
        found = re.match(r"[^\s，,、：:；;。（()“”‘’]+", plain_)
        alike = [id for id in self.known if found and id.lower() == found[0].lower()]
        return alike[0] if len(alike) == 1 else words[0]

    def facts(self, content: Any, path: tuple[Any, ...]) -> list[Fact]:
        found: list[Fact] = []
        for n, row in enumerate(self.rows(content, path)):
            id = self.id(row)
            if id not in self.known:
                raise self.refuse(
                    f"清单里没有事实“{id}”。", (*path, n), "每行以清单里的编号开头，如“F1 粮食播种面积”。"
                )
            if id in self.seen:
                raise self.refuse(f"事实 {id} 出现了两次（第 {self.seen[id]} 行已有）。", (*path, n), "只留一处。")
            self.seen[id] = self.lines.get((*path, n), 0)
            found.append(self.known[id])
        return found


def read_outline(path: Path, made: Outline, sheet: Sheet, topics: Mapping[str, Topic]) -> Edited:
    """Read an edited outline. `made`: the one that the sheet gives by itself, whose problems and plans follow from the figures.

    Raises PipelineError, naming the line, for a file of another form, a fact that is not in the sheet, or one that stands twice.
    """
    try:
        text = _tidied(_decoded(path.read_bytes(), path))
    except OSError as fault:
        raise PipelineError("提纲文件读不出来。", where=str(path), mend="检查文件名。") from fault
    content, lines = read_yaml(text, path.name)
    reader = _Reader(path.name, lines, sheet)
    table = reader.table(content, (), _FILE)
    title, opening = table.get("题目") or made.title, table.get("开头语") or made.opening
    if not isinstance(title, str) or not isinstance(opening, str):
        raise reader.refuse("题目和开头语须是文字。", (), "照 zhenbao outline 写出的样子改。")
    first = reader.facts(table.get("开头事实"), ("开头事实",))
    last = reader.facts(table.get("结尾事实"), ("结尾事实",))
    entries = [entry for entry in _parts(reader, table.get("提纲"), made, topics) if entry is not None]
    if not any(e.level == 1 for e in entries):
        raise reader.refuse("提纲里没有标题。", ("提纲",), "至少留一个一级标题，如“- 标题: 上半年工作开展情况”。")
    left_out = [f for f in sheet.facts if f.id not in reader.seen]
    entries = _placed(entries, left_out, made, topics)
    closing = [Entry("closing", 0, "", "", (("closing", tuple(last)),) if last else ())] if last or made.closing else []
    opened = Entry("opening", 0, "", "", (("overview", tuple(first)),) if first else ())
    whole = replace(made, title=title.strip(), opening=opening.strip(), entries=(opened, *entries, *closing))
    return Edited(whole, tuple(f.id for f in left_out), tuple(reader.empty))


def _placed(entries: list[Entry], left_out: list[Fact], made: Outline, topics: Mapping[str, Topic]) -> list[Entry]:
    """The entries with what the file leaves out: problems and plans in the part that is theirs, which comes back if it was deleted; all
    else under a heading of its own, last in the review."""
    homes = {f.id: e.kind for e in made.entries if e.level for _, facts in e.facts for f in facts}
    for kind in ("problems", "plans"):
        own = [f for f in left_out if homes.get(f.id) == kind]
        if not own:
            continue
        at = next((n for n, e in enumerate(entries) if e.level == 1 and e.kind == kind), None)
        if at is None:
            whole = next(e for e in made.entries if e.level == 1 and e.kind == kind)
            after = [n for n, e in enumerate(entries) if e.kind == "plans"] if kind == "problems" else []
            where = after[0] if after else len(entries)
            entries = [*entries[:where], replace(whole, facts=_roles(own, kind, topics)), *entries[where:]]
        else:
            stated = [f for _, facts in entries[at].facts for f in facts]
            entries[at] = replace(entries[at], facts=_roles([*stated, *own], kind, topics))
    others = [f for f in left_out if homes.get(f.id) not in ("problems", "plans")]
    if others:
        reviews = [n for n, e in enumerate(entries) if e.kind == "review"]
        at = reviews[-1] + 1 if reviews else 0
        own_part = entries[max((n for n in range(at) if entries[n].level == 1), default=0) : at]
        level = 2 if any(e.level == 2 for e in own_part) else 1
        entries = [*entries[:at], Entry("review", level, "", OTHER_HEADING, _by_topic(others, topics)), *entries[at:]]
    return _labelled(entries)


def _roles(facts: list[Fact], kind: str, topics: Mapping[str, Topic]) -> tuple[tuple[str, tuple[Fact, ...]], ...]:
    """Facts of a problems or a plans part: all as problems, and what was planned in general before what was planned by topic."""
    placed = _by_topic(facts, topics)
    role = "problems" if kind == "problems" else "plans-next-period"
    general = tuple(f for topic, own in placed if kind == "problems" or topic == role for f in own)
    others = () if kind == "problems" else tuple(row for row in placed if row[0] != role)
    return (*(((role, general),) if general else ()), *others)


def _by_topic(facts: list[Fact], topics: Mapping[str, Topic]) -> tuple[tuple[str, tuple[Fact, ...]], ...]:
    grouped: dict[str, list[Fact]] = {}
    for fact in facts:
        grouped.setdefault(topic_for(fact, topics), []).append(fact)
    return tuple((topic, tuple(own)) for topic, own in grouped.items())


def _parts(reader: _Reader, content: Any, made: Outline, topics: Mapping[str, Topic]) -> list[Entry]:
    entries: list[Entry] = []
    for n, row in enumerate(reader.rows(content, ("提纲",))):
        path = ("提纲", n)
        table = reader.table(row, path, _PART)
        word = table.get("类别") or _guessed(table.get("标题"), reader.rows(content, ("提纲",)), made)
        if word not in KINDS:
            raise reader.refuse(f"不认识的类别“{word}”。", (*path, "类别"), f"可用：{'、'.join(KINDS)}。")
        kind = KINDS[word]
        whole = next((e for e in made.entries if e.level == 1 and e.kind == kind), None)
        own = _section(reader, table, path, kind, 1, topics)
        if (
            own and kind != "review" and whole is not None
        ):  # what follows from the figures, and the mark where nothing does
            head = replace(
                own[0], missing=whole.missing, behind=whole.behind, fallen=whole.fallen, worse=whole.worse,
                missed=whole.missed, unfinished=whole.unfinished,
            )  # fmt: skip
            own = [head, *own[1:]]
            made = replace(made, entries=tuple(e for e in made.entries if e is not whole))
        entries += own
    return _labelled(entries)


def _guessed(heading: Any, rows: list[Any], made: Outline) -> str:
    """What a part is whose 类别 was deleted: by its heading, if the outline has such a part and no other row says that it is it."""
    said = {row.get("类别") for row in rows if isinstance(row, dict)}
    for word, pattern in (("问题", _PROBLEMS), ("计划", _PLANS)):
        known = any(e.level == 1 and e.kind == KINDS[word] for e in made.entries)
        if known and word not in said and isinstance(heading, str) and pattern.search(heading):
            return word
    return "回顾"


def _section(
    reader: _Reader, table: dict[str, Any], path: tuple[Any, ...], kind: str, level: int, topics: Mapping[str, Topic]
) -> list[Entry]:
    heading = reader.heading(table, path)
    facts = reader.facts(table.get("事实"), (*path, "事实"))
    below: list[Entry] = []
    rows = reader.rows(table.get("小节"), (*path, "小节"))
    if rows and level == _DEEPEST:
        raise reader.refuse("标题分得太深。", (*path, "小节"), "提纲最多三级标题。")
    for n, row in enumerate(rows):
        own = (*path, "小节", n)
        below += _section(reader, reader.table(row, own, _PART), own, kind, level + 1, topics)
    if not facts and not below and kind == "review":
        reader.empty.append(heading)
        return []
    placed = _by_topic(facts, topics)
    if kind in ("problems", "plans"):
        placed = _roles(facts, kind, topics)
    lead = table.get("引语") or ""
    if not isinstance(lead, str) or "\n" in lead or lead.startswith(("#", "-", ">")):
        raise reader.refuse("引语不能用。", (*path, "引语"), "写一句话，不分行，不带符号开头；不要时删去这一行。")
    return [Entry(kind, level, "", heading, placed, lead=lead.strip()), *below]


def _labelled(entries: list[Entry]) -> list[Entry]:
    counts = [0] * (_DEEPEST + 2)
    made: list[Entry] = []
    for entry in entries:
        counts[entry.level] += 1
        counts[entry.level + 1 :] = [0] * len(counts[entry.level + 1 :])
        made.append(replace(entry, label=label_of(entry.level, counts[entry.level])))
    return made
