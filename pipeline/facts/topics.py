"""The 30 topics (主题) of township reports, read from `prompts/topics.yaml`, and which of them a text's words speak for.

Words alone decide here; `pipeline.retrieval.topics` adds what a text's vector says.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import PipelineError

UNPLACED = ("problems", "plans-next-period", "closing", "overview")  # topics by role, not by subject
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml reads three times as fast, where it is
LEAST = 0.005  # a topic less probable than this is not listed


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. `headings` and `leads` claim nothing; `words` are what its passages and indicators are known by; `parts`: headings
    under which many facts of it are parted, each with the words of its facts."""

    id: str
    name: str
    aliases: tuple[str, ...]
    headings: tuple[str, ...]
    leads: tuple[str, ...]
    words: tuple[str, ...]
    sheet_words: tuple[str, ...] = ()  # what a sheet's column may say, too common elsewhere to know the topic by
    parts: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __hash__(self) -> int:
        return hash(
            self.id
        )  # what is remembered of the topics is asked for at every passage: not all their words each time


@dataclass(frozen=True, slots=True)
class Likely:
    """A topic's id and how probable it is, 0..1."""

    topic: str
    probability: float


@lru_cache(maxsize=8)
def read_topics(path: Path) -> Mapping[str, Topic]:
    """The topics of a file, by id, in the file's order, with their parts of `parts.yaml` beside it. Raises PipelineError for a file of
    another form."""
    beside = path.with_name("parts.yaml")
    try:
        rows = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
        parts = yaml.load(beside.read_text(encoding="utf-8"), Loader=_LOADER) if beside.exists() else {}
        return {id: _topic(id, row, parts.get(id, {})) for id, row in rows.items()}
    except (yaml.YAMLError, AttributeError, KeyError, TypeError) as fault:
        raise PipelineError(
            f"主题表读不出来：{fault}", where=str(path), mend="每个主题须有 name aliases headings leads words 五项。"
        ) from fault


def _topic(id: str, row: Mapping[str, Any], parts: Mapping[str, Any]) -> Topic:
    aliases, headings, leads, words = (tuple(row[key]) for key in ("aliases", "headings", "leads", "words"))
    parted = tuple((heading, tuple(map(str, own))) for heading, own in parts.items())
    return Topic(id, row["name"], aliases, headings, leads, words, tuple(row.get("sheet_words", ())), parted)


def topic_ids(topics: Mapping[str, Topic]) -> dict[str, str]:
    """What a sheet may write for a topic → its id: ids, names and aliases."""
    known = {alias: topic.id for topic in topics.values() for alias in (*topic.aliases, *topic.sheet_words)}
    return known | {topic.name: topic.id for topic in topics.values()} | {id: id for id in topics}


# --- words -------------------------------------------------------------------------------------------------------

# How much a word says for its topic: the longer, the less often another topic says it too; a word that several topics
# list is shared between them.
_LENGTH_EXPONENT = 0.7
_LENGTH_OF_WORDS = 5  # characters from which on length counts no more
_LENGTH_OF_NAMES = 8  # a topic's own name, alias or heading, when it is said whole

Weights = tuple[tuple[int, float], ...]  # a topic's place in the file's order, what the word says for it


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """`weights`: by word. `lengths`: by a word's first two characters, which lengths there are, longest first."""

    weights: Mapping[str, Weights]
    lengths: Mapping[str, tuple[int, ...]]

    def words_in(self, text: str) -> Iterator[str]:
        """The longest word from each place on; words do not overlap, so 村级集体经济 is not 集体经济 as well."""
        place = 0
        while place < len(text):
            for length in self.lengths.get(text[place : place + 2], ()):
                if (word := text[place : place + length]) in self.weights:
                    yield word
                    place += length
                    break
            else:
                place += 1

    def scores(self, text: str, topics: int, *, at_most: int) -> list[float]:
        """What a text's words say for each topic, a word counting at most so many times."""
        scores = [0.0] * topics
        for word, count in Counter(self.words_in(text)).items():
            for topic, weight in self.weights[word]:
                scores[topic] += weight * min(count, at_most)
        return scores


@lru_cache(maxsize=8)
def _lexicon(topics: tuple[Topic, ...], with_names: bool) -> _Lexicon:
    listed: dict[str, list[int]] = {}
    for number, topic in enumerate(topics):
        for word in dict.fromkeys(topic.words):
            listed.setdefault(word, []).append(number)
    weights: dict[str, Weights] = {
        word: tuple((number, min(len(word), _LENGTH_OF_WORDS) ** _LENGTH_EXPONENT / len(among)) for number in among)
        for word, among in listed.items()
    }
    if with_names:
        for number, topic in enumerate(topics):
            for name in (topic.name, *topic.aliases, *topic.headings):
                weights[name] = ((number, min(len(name), _LENGTH_OF_NAMES) ** _LENGTH_EXPONENT),)
    lengths: dict[str, set[int]] = {}
    for word in weights:
        lengths.setdefault(word[:2], set()).add(len(word))
    return _Lexicon(weights, {start: tuple(sorted(found, reverse=True)) for start, found in lengths.items()})


# --- roles -------------------------------------------------------------------------------------------------------

_PROBLEMS_HEADING = re.compile(
    "(?:存在|面临|主要|突出|不容忽视).{0,6}(?:问题|不足|困难|差距|短板|挑战)"
    "|(?:问题|不足|差距|短板|困难)(?:.{0,4}(?:问题|不足|差距|短板|困难|分析))?$"
)
_PROBLEMS_DEALT_WITH = re.compile(
    "^(?:补|实现|聚焦|整改)|解决|化解|攻克|破解|消除"
)  # 补齐设施短板 is no list of problems
_PROBLEMS_LEAD = re.compile(
    "存在[^。]{0,16}(?:不足|问题|差距|困难|短板)|(?:问题|困难|差距|不足)(?:主要|突出)?(?:表现|反映|体现|是|有)"
)
_PROBLEMS_TURN = re.compile("成绩的同时|(?:也|还)(?:要|应|必须)?(?:清醒|深刻)地?(?:看到|认识|意识)")
_PLANS_HEADING = re.compile(
    "(?:打算|计划|(?<!新)思路|安排|设想|总体要求|主要目标|目标任务|总体目标|预期目标|奋斗目标|工作目标|下一步工作|下半年工作)$"
    "|总体(?:思路|要求|目标)|总的要求|指导思想|全年.{0,4}(?:目标|任务)$"
)
_PLANS_LEAD = re.compile(
    "(?:明年|来年|下半年|下一步|下一阶段|今后|新的一年|20..年)[^。]{0,12}(?:思路|总体要求|指导思想|目标)(?:是|为|：)"
)
_PLACE_HEADING = re.compile("概况$|^基本情况$|^镇情|^乡情")
_OVERVIEW_HEADING = re.compile(
    "回顾|概况|基本情况|镇情|乡情|完成情况|总体情况|^(?:上半年|全年|一年来)?主要工作$|(?:工作|发展|的)基础$"
)
_SIGNED = re.compile(r"^.{0,40}[年月][^。，]{0,8}日$")  # 某某乡人民政府 2005年6月24日
_ADDRESSED = re.compile("^(?:各位|同志们|尊敬的|最后)")
_CLOSING = re.compile("让我们|努力奋斗|谢谢|新篇章|紧密团结|而奋斗|不负|良好开局|有决心|有信心|锐气|携手|恳请")
_ENUMERATED = re.compile("^(?:[一二三四五六七八九十]+[是要]|首先|其次|再次|第[一二三四五六七八九十]+[,，、])")
_LABEL = re.compile(r"^(?:——|[（(]?[一二三四五六七八九十\d]+[)）、.．]|[一二三四五六七八九十]+[是要])+")
_CLAUSE_END = re.compile("[。；：\n]")
_BLANKS = re.compile(r"[\s，、；;,|/]+")
_SOCIAL = (  # where three of them stand side by side, none leads: social-affairs-mixed
    "education",
    "health-family-planning",
    "culture-sports",
    "social-security-civil-affairs",
    "employment",
    "epidemic-control",
    "public-safety-stability",
)

# What the parts of a passage count, in words' weights. Chosen on the gold sections and on our own exemplars, where each
# may be half or double and accuracy moves by a point at most.
_HEADING, _LEAD, _PARENTS, _BODY = 3.0, 2.0, 1.0, 1.0
_HEADING_ENUMERATED, _LEAD_ENUMERATED = 1.5, 3.0  # of a piece that begins 二是…, its lead is the real heading
_ROLE_WORDS = 0.2  # words of a role outside the heading: any passage may say 下一步 or 困难
_OPENING, _OVERVIEW, _PLANS, _LAST = 10.0, 6.0, 8.0, 9.0
_PROBLEMS, _PROBLEMS_SAID, _PROBLEMS_TURNED_TO = 12.0, 9.0, 15.0
_PLANS_UNLESS = 12.0  # words of a subject in heading and lead that make 思路 or 计划 part of that subject
_MIXED = 2.0  # for each social field beyond two
_AT_MOST = 3  # times that one word counts
_LONGEST_LEAD = 30  # characters
_BEGINNING = 80  # characters in which a paragraph says that it turns to problems or plans
# Scores divided by it are logits: probabilities then agree with how often the topic is right, on both sets.
_TEMPERATURE = 3.0


def topic_scores(
    topics: Mapping[str, Topic], path: Sequence[str], text: str, *, first: bool = False, last: bool = False
) -> list[float]:
    """What a passage's words and place say for each topic, in the order of `topics`; 0 is nothing, higher is more.

    `path`: headings from the top without labels, the own one last. `text`: without its heading. `first`, `last`:
    whether it opens or ends a report of several sections.
    """
    order = {id: number for number, id in enumerate(topics)}
    lexicon = _lexicon(tuple(topics.values()), False)
    heading = path[-1] if path else ""
    lead = _LABEL.sub("", _CLAUSE_END.split(text, maxsplit=1)[0])[:_LONGEST_LEAD]
    of_heading, of_parents, of_lead, of_body = (
        lexicon.scores(part, len(order), at_most=_AT_MOST) for part in (heading, " ".join(path[:-1]), lead, text)
    )
    roles = [order[id] for id in UNPLACED if id in order]
    for role in roles:
        of_parents[role] = 0.0
        of_lead[role] *= _ROLE_WORDS
        of_body[role] *= _ROLE_WORDS
    enumerated = _ENUMERATED.match(text) is not None
    heading_counts, lead_counts = (_HEADING_ENUMERATED, _LEAD_ENUMERATED) if enumerated else (_HEADING, _LEAD)
    above = [heading_counts * h + lead_counts * p for h, p in zip(of_heading, of_lead, strict=True)]
    scores = [a + _PARENTS * p + _BODY * b for a, p, b in zip(above, of_parents, of_body, strict=True)]

    said = sum(of_body)
    fields = sum(of_body[order[id]] > max(1.5, said / 10) for id in _SOCIAL if id in order)
    if "social-affairs-mixed" in order:
        scores[order["social-affairs-mixed"]] += _MIXED * max(0, fields - 2)

    def raise_role(id: str, by: float) -> None:
        if id in order:
            scores[order[id]] += by

    top = len(path) < 2
    if any(_PROBLEMS_HEADING.search(each) and not _PROBLEMS_DEALT_WITH.search(each) for each in path):
        raise_role("problems", _PROBLEMS)
    if _PROBLEMS_TURN.search(text[:_BEGINNING]):
        raise_role("problems", _PROBLEMS_TURNED_TO)
    elif top and _PROBLEMS_LEAD.search(text[:_BEGINNING]):
        raise_role("problems", _PROBLEMS_SAID)
    subject = max((a for number, a in enumerate(above) if number not in roles), default=0.0)
    if _PLANS_HEADING.search(heading) and subject < _PLANS_UNLESS:
        raise_role("plans-next-period", _PLANS)
    if _PLANS_LEAD.search(text[:_BEGINNING]):
        raise_role("plans-next-period", _PLANS)
    if first and not path:
        raise_role("overview", _OPENING)
    if len(path) == 1 and _OVERVIEW_HEADING.search(heading):
        raise_role("overview", _OVERVIEW)
    if _PLACE_HEADING.search(heading):
        raise_role("overview", _OVERVIEW)
    ends = last and (_SIGNED.match(text) or (top and _CLOSING.search(text[-150:])))
    if ends or (not first and _ADDRESSED.match(text) and _CLOSING.search(text)):
        raise_role("closing", _LAST)
    return scores


def query_scores(topics: Mapping[str, Topic], words: str) -> list[float]:
    """What a query's words say for each topic, in the order of `topics`; a topic's own name says most."""
    order = {id: number for number, id in enumerate(topics)}
    lexicon = _lexicon(tuple(topics.values()), True)
    scores = lexicon.scores(words, len(order), at_most=1)
    if not (_PROBLEMS_HEADING.search(words) or _PLANS_HEADING.search(words) or _OVERVIEW_HEADING.search(words)):
        for id in UNPLACED:
            if id in order:
                scores[order[id]] *= _ROLE_WORDS
    for whole in set(_BLANKS.split(words)):  # typed by itself it is what is asked for: 营商环境 is not about 环境
        for topic, weight in lexicon.weights.get(whole, ()):
            scores[topic] += weight
    return scores


def likely_topics(topics: Mapping[str, Topic], scores: Sequence[float]) -> tuple[Likely, ...]:
    """The topics that scores speak for, most probable first, those of at least `LEAST`; equal ones in the file's order.

    Scores that say nothing (none above 0) give no topic.
    """
    most = max(scores, default=0.0)
    if most <= 0:
        return ()
    odds = [math.exp((score - most) / _TEMPERATURE) for score in scores]
    total = sum(odds)
    likely = [Likely(id, each / total) for id, each in zip(topics, odds, strict=True) if each / total >= LEAST]
    return tuple(sorted(likely, key=lambda one: -one.probability))


def topic_of(topics: Mapping[str, Topic], heading: str, text: str) -> str | None:
    """The topic that a heading and a text speak for by their words; None if they say none. Earlier topics win ties."""
    scores = topic_scores(topics, (heading,) if heading else (), text)
    best = max(scores, default=0.0)
    return tuple(topics)[scores.index(best)] if best > 0 else None
