"""Facts that belong together (同类项合并): what they share is said once, so that they read as one statement and not as a list.

工业重大项目 17只, 工业重大项目完成投资 2.2亿元, 工业重大项目占全镇工业投资比重 87% → 工业重大项目17只、完成投资2.2亿元，占全镇工业投资的87%.
发放低保金, 发放临时救助金 → 发放低保金126.4万元、临时救助金38.25万元. 固定资产投资, 工业投资 (with 工业投资占固定资产投资比重) → 固定资产投资…，
其中工业投资…. Names are only cut where both halves are words, known from closed lists: a name that cannot be cut is said in full.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.archive.patterns import Pattern
from pipeline.drafting.clauses import Manner, clause
from pipeline.drafting.derivations import Derived, share_of, sum_of
from pipeline.drafting.phrasing import Placed, Wording, joined, literal
from pipeline.drafting.tellings import absence, changes, completions, name
from pipeline.drafting.wordbook import Wordbook
from pipeline.facts.model import Fact, plain
from pipeline.language.indicators import LESS_IS_BETTER, holds_verb, indicator_kind, leading_action
from pipeline.language.periods import Period

MOST_MEMBERS = 4
_LEAST_HEAD = 3  # characters that two names must share before their rests, unless it is a verb
_MOST_WORDINGS = 8
_LISTED = 8  # characters of a name up to which it may stand in a list with 、

# Verbs that may be said once for several things; of others (建设用地, 管理人员) the noun may not be one of theirs.
_SHARED_VERBS = frozenset(
    "新增 新建 新改建 改造 引进 发放 拨付 资助 募集 争取 收缴 清理 拆除 拆迁 处理 处置 查处 排查 整改 走访 慰问 受理 办理 化解 调处 调解 举办 "
    "开展 组织 召开 开设 印发 出动 出租 盘活 上市 创建 获得 更换 安装 铺设 疏浚 硬化 修建 修缮 整修 完成 录用 招聘 免费 提供 接种 投入 种植 栽植".split()
)
# What the rest of a name may begin with, its beginning having been said.
_REST = re.compile(
    r"占|投资|纳税|规模|面积|里程|长度|总长|产值|产量|总产值|增加值|收入|支出|销售|营销|利润|利税|税收|人数|户数|家数|次数|件数|个数|数量|总数|总量|总额|"
    r"资金|金额|重量|期数|费用|覆盖|知晓|满意|合格|测试|办结|完成|整改|化解|签约|参保|参与|涉及|出动|受益|惠及|巡回|投入|新增|拆除|节约|数$|家数$|涉|受|已|"
    r"应|计划|开工|志愿者|民警|人员|队员|干部|党员|群众|职工|学生|教师|农户"
)
_OTHER_VERB = re.compile(
    r"参加|参与|接受|领取|享受|申请|申报|承接|承担|主持|负责|协助|到位|带动|开展|组织|举办|接待|发放|完成|受理|惠及|服务于|^(?:上级|应|需|被|未|下拨|争取|辐射|集中|\d{4}年)"
)
# What a plan's indicators begin with, said once for several: 下半年计划新建…、改造….
_PLAN = re.compile(r"(?:20\d\d年|下半年|全年|明年)?(?:计划|力争|拟)(?!生育|免疫|总?投资)")
_COUNTING_TAIL = re.compile(r"(?:家|户|个|人|件|期)?数$")
_SHARE = re.compile(r"(.+?)占(.+?)的?(?:比重|比例|份额)$")
_NO_PART = re.compile(r"非|未|不|外|无|减|增|[人户亩件村]均|平均|每|同期|上年")


@dataclass(frozen=True, slots=True)
class Member:
    """A fact with what is said of its name."""

    fact: Fact
    said: str


@dataclass(frozen=True, slots=True)
class Family:
    """Facts told in one clause. `shares`: whether names are cut; `frame`: the wordbook's verb before the first; `part`: a
    family that is told behind this one with 其中, `tells_share` with its computed share; `total`: the sum of the members, where one may be formed."""

    members: tuple[Member, ...]
    frame: str = ""
    part: Family | None = None
    total: Derived | None = None
    tells_share: bool = False

    @property
    def facts(self) -> tuple[Fact, ...]:
        return (*(m.fact for m in self.members), *(self.part.facts if self.part else ()))

    @property
    def first(self) -> Fact:
        return self.members[0].fact

    @property
    def weight(self) -> int:
        """How full it makes a sentence: figures, changes, completions."""
        return sum(map(weight, self.facts)) + (self.total is not None)

    @property
    def is_light(self) -> bool:
        """Whether it has figures alone, without a change, a completion, a share or a sum."""
        single = all(weight(f) == 1 for f in self.facts) and self.total is None and self.part is None
        return single and not any(m.said.startswith("占") for m in self.members)

    @property
    def is_plain(self) -> bool:
        """Whether it is one bare figure, which may stand in a list."""
        return self.weight == 1 and not self.frame and not absence(self.first)

    @property
    def length(self) -> int:
        """About how many characters it takes."""
        own = sum(len(m.said) + 7 + 9 * (weight(m.fact) - 1) for m in self.members)
        return own + (self.part.length if self.part else 0)


def weight(fact: Fact) -> int:
    """How full a fact makes a sentence: its figure, its change, its completion."""
    return 1 + bool(changes(fact)) + bool(completions(fact))


def _verbs(indicator: str) -> str:
    """The verbs a name begins with, as far as they may be shared: 免费提供 of 免费提供农药; 下半年计划 of a plan."""
    if plan := _PLAN.match(indicator):
        return plan[0]
    head = ""
    while (
        (verb := leading_action(indicator[len(head) :]))
        and verb in _SHARED_VERBS
        and indicator[len(head)] not in "“”‘’"
    ):
        head += verb
    return head


def _beginning(one: str, other: str) -> str:
    """The characters that two texts begin with alike."""
    alike = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return "".join(a for a, _ in alike)


def _rest_holds(indicator: str, head: str) -> bool:
    rest = indicator[len(head) :]
    begins = _REST.match(rest) or leading_action(rest) or not rest
    return bool(begins) and (not rest.endswith("率") or len(rest) > 2)


def _is_rate_of(one: str, other: str) -> bool:
    """Whether the second indicator is the rate of the first (信访办结, 信访办结率)."""
    return other == f"{one}率" and len(one) >= 4


def shared_head(one: str, other: str) -> str:
    """What two indicators share at their beginning and can be said once; "" if there is nothing of the kind."""
    if one == other:
        return ""
    if plan := _PLAN.match(one) or _PLAN.match(other):
        both = all(text.startswith(plan[0]) and len(text) - len(plan[0]) >= 2 for text in (one, other))
        return plan[0] if both else ""
    if _is_rate_of(one, other) or _is_rate_of(other, one):
        return min(one, other, key=len)
    common = _beginning(one, other)
    for end in range(len(common), _LEAST_HEAD - 1, -1):
        head = common[:end]
        if head.count("“") != head.count("”") or head.count("（") != head.count("）"):
            continue
        if _rest_holds(one, head) and _rest_holds(other, head) and head != leading_action(head):
            return head
    verbs = _beginning(_verbs(one), _verbs(other))
    own = _verbs(verbs)
    return own if own and all(len(name_) - len(own) >= 2 for name_ in (one, other)) else ""


def _cut(fact: Fact, head: str, first: bool) -> str:
    """What is said of a member's name. 超千万企业数 89家 → 超千万企业; 占全镇投资比重 → 占全镇投资的."""
    said = name(fact)
    if first:
        return head if _COUNTING_TAIL.fullmatch(said[len(head) :]) and said.startswith(head) else said
    if fact.indicator == f"{head}率":
        return fact.indicator[-3:]
    if said == head:
        return ""  # 上交礼金11人次、16000元
    rest = said[len(head) :] if said.startswith(head) and len(said) > len(head) else fact.indicator[len(head) :]
    if rest.startswith("占") and (found := re.fullmatch(r"(占.+?)的?(?:比重|比例|份额)", rest)):
        return f"{found[1]}的"
    return rest


def _ordered(facts: Sequence[Fact], head: str) -> list[Fact] | None:
    """Members in the order in which they can be told: the thing itself first, its share last, at most one with a change before that."""
    rest = {f.id: f.indicator[len(head) :] for f in facts}
    bare = [f for f in facts if name(f) == head or not rest[f.id] or _COUNTING_TAIL.fullmatch(rest[f.id])]
    shares = [f for f in facts if rest[f.id].startswith("占")]
    others = [f for f in facts if f not in bare and f not in shares]
    light, heavy = [f for f in others if weight(f) == 1], [f for f in others if weight(f) > 1]
    if len(bare) > 1 and (len(bare) < len(facts) or any(weight(f) > 1 for f in facts)):
        return None
    if len(bare) > 1 and len({f.unit for f in bare}) == len(bare) and all(name(f) == head for f in bare):
        return list(facts)
    if (
        len(bare) > 1
        or len(heavy) > 1
        or any(weight(f) > 1 for f in shares)
        or (bare and weight(bare[0]) > 1 and others)
    ):
        return None
    return [*bare, *light, *heavy, *shares]


def _gathered(first: Fact, pool: Sequence[Fact]) -> tuple[str, list[Fact]]:
    """The facts of a pool that share a head with the first one, and that head."""
    begins = first.indicator[:1] if first.indicator.startswith("拟") else first.indicator[:2]
    pool = [f for f in pool if f.indicator.startswith(begins)]  # no head is shorter but a plan's 拟
    for other in pool:
        alike = name(first) == name(other) and first.unit != other.unit and not first.is_rate and not other.is_rate
        head = name(first) if alike else shared_head(first.indicator, other.indicator)
        if not head:
            continue
        plan = not alike and bool(_PLAN.fullmatch(head))
        verb_only = plan or (not alike and head == _verbs(head) and len(head) <= 4)
        same = [
            f for f in pool
            if f.indicator.startswith(head) and (f.indicator != first.indicator or (alike and f is other))
            and (verb_only or _rest_holds(f.indicator, head) or _is_rate_of(head, f.indicator) or (alike and f is other)) and len(f.indicator) - len(head) >= (2 if verb_only else 0)
            and (not verb_only or plan or weight(f) == 1) and "/" not in f.unit
        ]  # fmt: skip
        if verb_only and ((weight(first) > 1 and not plan) or "/" in first.unit):
            continue
        chosen = [first, *same][:MOST_MEMBERS]
        while len(chosen) > 1:
            ordered = chosen if verb_only else _ordered(chosen, head)
            if ordered and not _repeats(ordered, head):
                return head, ordered
            chosen = chosen[:-1]
    return "", [first]


def _repeats(facts: Sequence[Fact], head: str) -> bool:
    """Whether two members would be told by one name."""
    said = [_cut(f, head, i == 0) for i, f in enumerate(facts)]
    return len(set(said)) < len(said)


def families(facts: Sequence[Fact], wordbook: Wordbook, *, aims: bool = False) -> list[Family]:
    """Put facts with figures into families, in the order of their first members. Each fact stands in just one."""
    pool, made = list(facts), list[Family]()
    while pool:
        first = pool.pop(0)
        if absence(first) and not aims:  # 未发生…（0起） stands by itself
            made.append(Family((Member(first, name(first)),)))
            continue
        head, members = _gathered(first, pool if aims else [f for f in pool if not absence(f)])
        if len(members) == 1:
            frame = _frame(first, wordbook)
            alike = [
                f
                for f in pool
                if frame and not absence(f) and weight(f) == weight(first) == 1 and _frame(f, wordbook) == frame
            ]
            members += alike[: MOST_MEMBERS - 1]
            pool = [f for f in pool if f not in members]
            made.append(
                Family(
                    tuple(Member(f, name(f)) for f in members), frame, total=None if aims else _total(members, frame)
                )
            )
            continue
        pool = [f for f in pool if f not in members]
        cut = tuple(Member(f, _cut(f, head, i == 0)) for i, f in enumerate(members))
        made.append(Family(cut, total=None if aims else _total(members, head)))
    return made if aims else list(_with_parts(made))


def _frame(fact: Fact, wordbook: Wordbook) -> str:
    """The wordbook's verb, for a thing that has none itself: not for 计划接待游客, 参加志愿服务."""
    verb = wordbook.verb(fact.indicator)
    own = holds_verb(fact.indicator) or LESS_IS_BETTER.search(fact.indicator) or _OTHER_VERB.search(fact.indicator)
    return verb if verb and not own and indicator_kind(fact.indicator, fact.unit) in ("thing", "measure") else ""


def _total(facts: Sequence[Fact], verb: str) -> Derived | None:
    """The sum of what was given out or put in, where the things are told apart by name (低保金, 临时救助金)."""
    if verb not in ("发放", "投入", "争取", "拨付") or len(facts) < 2:
        return None
    cores = [f.indicator.removeprefix(verb) for f in facts]
    pairs = [{core[i : i + 2] for i in range(len(core) - 1)} for core in cores]
    apart = all(not (a & b) for n, a in enumerate(pairs) for b in pairs[n + 1 :])
    return sum_of(facts) if apart else None


def _with_parts(made: Sequence[Family]) -> Iterator[Family]:
    """Families in which a part stands behind its whole: 固定资产投资…，其中工业投资…."""
    taken: set[int] = set()
    wholes: dict[int, int] = {}
    by_name: dict[str, list[int]] = {}
    for m, whole in enumerate(made):
        by_name.setdefault(whole.first.indicator, []).append(m)
    for n, part in enumerate(made):
        for m in sorted(m for said in _whole_names(part) for m in by_name.get(said, ())):
            whole = made[m]
            if n != m and m not in wholes and n not in wholes and m not in taken and is_part(part, whole):
                wholes[m] = n
                taken.add(n)
                break
    for n, family in enumerate(made):
        if n not in taken:
            yield _joined_by(family, made[wholes[n]], made) if n in wholes else family


def _whole_names(part: Family) -> set[str]:
    """The names of which a family may be a part: what its first fact's name ends with, and of what a member is a share."""
    name_ = part.first.indicator
    shares = (_SHARE.match(m.fact.indicator) for m in part.members[1:])
    return {name_[at:] for at in range(2, len(name_))} | {found[2] for found in shares if found}


def _joined_by(whole: Family, part: Family, all_: Sequence[Family]) -> Family:
    """A whole with its part. The share is only computed where the sheet tells none of this part: two shares would confuse."""
    start = part.first.indicator[:_LEAST_HEAD]
    facts = [f for family in all_ for f in family.facts]
    stated = any("占" in f.indicator and f.indicator.startswith(start) for f in facts)
    share = share_of(part.first, whole.first)
    told = share is not None and any(f.is_rate and f.value == share.value for f in facts)  # 消除率70.7% says it already
    return replace(whole, part=part, tells_share=not stated and not told)


def is_part(part: Family, whole: Family) -> bool:
    """Whether a family's first fact is a part of another's only one: its name says so, or a share in the sheet does."""
    if len(whole.members) != 1 or whole.frame or part.frame or any(absence(f) for f in (*part.facts, whole.first)):
        return False
    small, large = part.first, whole.first
    if (
        small.unit != large.unit
        or small.is_rate
        or small.value is None
        or large.value is None
        or small.value >= large.value
    ):
        return False
    for member in part.members[1:]:
        if (
            (found := _SHARE.match(member.fact.indicator))
            and found[1] == small.indicator
            and found[2] == large.indicator
        ):
            return True
    before = small.indicator.removesuffix(large.indicator)
    return (
        before != small.indicator
        and len(before) >= 2
        and not leading_action(before)
        and not _NO_PART.search(small.indicator)
    )


def family_clause(family: Family, period: Period, patterns: Sequence[Pattern], manner: Manner) -> tuple[Wording, ...]:
    """All wordings of a family: those of its members side by side, the n-th with the n-th."""
    rows: list[tuple[str, tuple[Wording, ...]]] = []
    several = len(family.members) > 1
    for number, member in enumerate(family.members):
        fact = member.fact
        bare = several and not fact.is_rate and weight(fact) == 1
        own = replace(
            manner,
            bare=manner.bare or bare,
            said=None if member.said == name(fact) and number == 0 else member.said,
            verb=manner.verb and number == 0,
            frame=family.frame if number == 0 else "",
        )
        found = clause(fact, period, patterns if number == 0 else (), own)
        if member.said.endswith("的") and member.said.startswith("占"):
            found = found[-1:]
            found = (_without_middle(found[0], member.said, fact),)
        words = tuple(with_indicator_figures(w, fact, member.said) for w in found)
        before = family.members[number - 1] if number else None
        row = not any("、" in m.said for m in family.members)
        close = row and before is not None and weight(before.fact) == 1 and not _breaks(before) and not _breaks(member)
        joint = "" if before is None else "、" if close else "，"
        rows.append((joint, words))
    if family.total:
        rows.append(("，", (_told(family.total, "合计"),)))
    if family.part:
        rows.append(("，其中", family_clause(family.part, period, (), replace(manner, verb=False))))
        share = share_of(family.part.first, family.first)
        if share and family.tells_share:
            rows.append(("，", (_told(share, f"占{family.first.indicator}的"),)))
    count = min(_MOST_WORDINGS, max(len(words) for _, words in rows))
    made: dict[str, Wording] = {}
    for n in range(count):
        pieces = [piece for joint, words in rows for piece in (Wording(joint), words[n % len(words)])]
        wording = joined(pieces)
        made.setdefault(wording.text, wording)
    return tuple(made.values())


def _breaks(member: Member) -> bool:
    """Whether a member cannot stand in a row with 、: a share or a rate."""
    return member.said.startswith("占") or member.said.endswith("率")


def _told(derived: Derived, lead: str) -> Wording:
    text = f"{lead}{plain(derived.value)}{derived.unit}"
    return Wording(text, (Placed(len(lead), len(text), derived.fact_ids[0], derived.kind, derived.formula),))


def _without_middle(wording: Wording, said: str, fact: Fact) -> Wording:
    """占全镇投资的 + 89.9%, with no 达 or 为 between."""
    at = wording.figures[0].start
    spare = at - len(said)
    moved = tuple(replace(f, start=f.start - spare, end=f.end - spare) for f in wording.figures)
    return Wording(said + wording.text[at:], moved, "")


def with_indicator_figures(wording: Wording, fact: Fact, said: str | None = None) -> Wording:
    """Place the figures that an indicator's name holds (超千万企业数, 3.5米以上公路) as the indicator's. `said`: as in `Manner`."""
    said = name(fact) if said is None else said
    if absence(fact) and said not in wording.text:  # 未发生…（0起）: the name without its counting tail
        said = wording.text[: wording.text.index("（")]
    at = wording.text.index(said)
    inside = literal(said, fact.id, "indicator").figures
    moved = tuple(Placed(f.start + at, f.end + at, f.fact_id, f.field) for f in inside)
    return Wording(wording.text, tuple(sorted((*moved, *wording.figures), key=lambda f: f.start)), wording.source)


def listed(group: Sequence[Family]) -> bool:
    """Whether families read as a list: three or more bare things, deeds or flows, none of them long."""
    if len(group) < 3 or not all(
        f.is_plain and len(n := f.first.indicator) <= _LISTED and "、" not in n for f in group
    ):
        return False
    kinds = {indicator_kind(f.first.indicator, f.first.unit) for f in group}
    return len(kinds) == 1 and kinds != {"rate"}
