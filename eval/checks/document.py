"""The draft as the rules look at it (文稿): its lines, headings, parts, sentences and figures, all by character offset."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from eval.checks.findings import Finding, Severity
from pipeline.language.headings import Heading, read_headings
from pipeline.language.quantities import Quantity, read_quantities
from pipeline.language.text import plain

PartKind = Literal["opening", "review", "problems", "plans"]

PROBLEMS = re.compile(r"问题|不足|困难|短板|差距|薄弱|欠缺|弱项|挑战")
PLANS = re.compile(
    r"计划|打算|思路|安排|下半年|下一步|下步|下一阶段|下阶段|今后|明年|来年|努力方向|改进方向|改进措施|目标|要点|展望|谋划|举措|部署|奋斗|任务|规划|保障措施"
)
PAST = re.compile(
    r"回顾|总结|成效|完成情况|开展情况|进展|工作情况|落实情况|主要做法|主要工作情况|取得|上半年(?:主要)?工作"
)
# A sentence, cut at a comma where it runs on beyond all reading, so that time stays linear.
_SENTENCE = re.compile(r"[^。！？!?\n]{1,800}(?:(?<=[，；,;])|[。！？!?\n]|\Z)|[^。！？!?\n]{1,800}")
# A text cut where no figure and no list of figures goes on: at the line's end behind a full stop, which begins the next piece, as
# what stands at a line's head is read by it.
_PASSAGE = re.compile(r"\n?(?:[^\n]|(?<!。)\n)+|\n")


@lru_cache(maxsize=1024)
def _read(passage: str) -> tuple[Quantity, ...]:
    """The figures of a passage; remembered, since most of a draft that is checked again is as it was."""
    return tuple(read_quantities(passage))


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch below one heading of the first level (or the text before it), and what it is about."""

    kind: PartKind
    start: int
    body_start: int
    end: int
    heading: str


@dataclass(frozen=True)
class Document:
    """A draft. `plain` is `text` with half-width, simplified signs, character for character."""

    text: str
    year: int = 0  # of the report's period: a heading that names the next one looks ahead

    @cached_property
    def plain(self) -> str:
        return plain(self.text)

    @cached_property
    def body_start(self) -> int:
        """Where the text begins: after a front matter (--- … ---) if there is one."""
        found = re.match(r"\ufeff?---[ \t]*\r?\n.*?\n---[ \t]*\r?\n", self.text, re.S)
        return found.end() if found else 0

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        return (0, *(m.end() for m in re.finditer(r"\n", self.text)))

    def line_of(self, offset: int) -> int:
        """The line, from 1, that a character stands in."""
        return bisect_right(self.line_starts, offset)

    @cached_property
    def headings(self) -> tuple[Heading, ...]:
        return tuple(h for h in read_headings(self.text) if h.start >= self.body_start)

    @cached_property
    def title(self) -> Heading | None:
        """Markdown's title, else the first line that is no numbered heading and no sentence."""
        for heading in self.headings:
            if heading.level == 0:
                return heading
        for found in re.finditer(r"[^\r\n]+", self.text[self.body_start :]):
            line = found[0].strip(" \t　*")
            if not line:
                continue
            start = self.body_start + found.start()
            if re.match(r"#|[一二三四五六七八九十]+、|[（(]", line) or len(line) > 60 or line[-1] in "。；，：":
                return None
            return Heading(0, "", None, line, 0, start, start + len(found[0]))
        return None

    @cached_property
    def figures(self) -> tuple[Quantity, ...]:
        return tuple(
            q.moved(m.start())
            for m in _PASSAGE.finditer(self.text)
            if m.end() > self.body_start
            for q in _read(m[0])
            if q.start + m.start() >= self.body_start
        )

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Spans of sentences, each ending with its 。！？ or line."""
        return tuple(m.span() for m in _SENTENCE.finditer(self.plain, self.body_start) if m[0].strip())

    @cached_property
    def sentence_starts(self) -> tuple[int, ...]:
        return tuple(start for start, _ in self.sentences)

    def sentence_at(self, offset: int) -> int:
        """The number of the sentence that a character stands in (of the one before, between two)."""
        return max(0, bisect_right(self.sentence_starts, offset) - 1)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The text cut at the headings of its highest level."""
        marked = [h for h in self.headings if h.level in (1, 5) and (h.marks in (0, 2) or h.level == 1)]
        top = [h for h in marked if h.level == 1] or marked
        bounds = [h.start for h in top] + [len(self.text)]
        made = [Part("opening", self.body_start, self.body_start, bounds[0], "")]
        for heading, end in zip(top, bounds[1:], strict=True):
            made.append(Part(self._kind(heading.text), heading.start, heading.end, end, heading.text))
        return tuple(made)

    def _kind(self, heading: str, level: int = 1) -> PartKind:
        kind = part_kind(heading, level)
        return "plans" if kind == "review" and self.year and f"{self.year + 1}年" in heading else kind

    @cached_property
    def _stretches(self) -> tuple[tuple[int, PartKind], ...]:
        """Where the kind of text changes: at headings of any level that speak of problems or plans, and at the next beside them."""
        made: list[tuple[int, PartKind]] = [(self.body_start, "opening")]
        path: list[tuple[int, PartKind]] = []
        for h in self.headings:
            if h.level == 0:
                continue
            while path and path[-1][0] >= h.level:
                path.pop()
            above = path[-1][1] if path else None
            kind = self._kind(h.text, h.level)
            if above in ("plans", "problems") or (
                kind == "plans" and above == "review" and not _TIME_AHEAD.search(h.text)
            ):
                assert above
                kind = above
            path.append((h.level, kind))
            made.append((h.start, kind))
        return tuple(made)

    @cached_property
    def _stretch_starts(self) -> tuple[int, ...]:
        return tuple(start for start, _ in self._stretches)

    def kind_at(self, offset: int) -> PartKind:
        """What kind of text a character stands in."""
        return self._stretches[max(0, bisect_right(self._stretch_starts, offset) - 1)][1]

    def part_at(self, offset: int) -> Part:
        """The part that a character stands in."""
        return self.parts[max(0, bisect_right(self.parts, offset, key=lambda p: p.start) - 1)]

    def clause_start(self, offset: int, stops: str = "，,；;。：:！？!?\n") -> int:
        """Where the clause that holds a character begins."""
        at = offset
        while at > 0 and self.text[at - 1] not in stops:
            at -= 1
        return at

    def finding(
        self, rule: str, severity: Severity, start: int | None, end: int | None, message: str, *fact_ids: str
    ) -> Finding:
        """A finding with its line and quote filled in."""
        if start is None or end is None:
            return Finding(rule, severity, None, None, None, "", message, fact_ids)
        return Finding(rule, severity, start, end, self.line_of(start), self.text[start:end], message, fact_ids)


_TIME_AHEAD = re.compile(
    r"下半年|下一步|下步|下一阶段|下阶段|今后|明年|来年|努力方向|20\d\d年.*(?:计划|打算|思路|安排|任务|目标)"
)


def part_kind(heading: str, level: int = 1) -> PartKind:
    """What a heading announces: 存在的问题 → problems, 下半年工作计划 → plans, anything else → review.

    Below the first level a word alone is not enough: 兜牢困难群众底线 and 补齐设施短板 tell of work done.
    """
    if _STATED_PROBLEMS.search(heading):
        return "problems"
    if level == 1 and PROBLEMS.search(heading) and not _TACKLED.search(heading):
        return "problems"
    if (
        re.search(r"下半年", heading)
        and re.search(rf"{PAST.pattern}|^(?:\d{{4}}年)?(?:主要|重点)?工作$", heading.replace("下半年", ""))
        and not re.search(r"计划|打算|安排|思路|任务", heading)
    ):
        return "review"
    if _TIME_AHEAD.search(heading) or (level == 1 and PLANS.search(heading) and not PAST.search(heading)):
        return "plans"
    return "review"


_STATED_PROBLEMS = re.compile(
    r"(?:存在|面临|正视|查找|剖析|检视|反思|的)(?:主要|突出|短板|困难|一些)*(?:问题|不足|困难|短板|差距|薄弱环节)$"
    r"|(?:问题|不足|困难|短板|差距)(?:和|与|及|、)(?:问题|不足|困难|短板|差距|原因|挑战)|^(?:存在|面临)的?|问题清单$"
)
_TACKLED = re.compile(r"破解|攻克|解决|补齐|补强|补短|补上|攻坚|困难群|化解|消除|缩小|帮扶|兜")
