"""Which facts a draft states (事实覆盖), and the findings for those it does not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from unicodedata import normalize

from eval.checks.derivations import Offers
from eval.checks.document import Document
from eval.checks.figures import sheet_says
from eval.checks.findings import Coverage, Finding
from eval.checks.naming import core, pairs
from eval.checks.statements import Judgement, Statements
from pipeline.facts.model import Fact, plain

_NOTHING = re.compile(r"[^，。；\n,;]*(?:未发生|没有发生|未出现|没有出现|杜绝|无一|零|实现无)[^，。；\n,;]*")
ENOUGH = 0.55  # share of a text fact's pairs that a stretch must hold


def cover(document: Document, statements: Statements) -> tuple[Coverage, ...]:
    """For each fact, in the sheet's order, the spans that state it."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for j in statements.judgements:
        if j.state in ("supported", "derived") and j.kind == "value" and j.rule != "figure.direction":
            q = j.mention.quantity
            for offer in {o.fact: o for o in j.offers}.values():
                spans.setdefault(offer.fact, []).append((q.start, q.end))
    worded = statements.offers.worded
    fullest: dict[tuple[int, int], tuple[int, int]] = {}  # clause of a fact in words → its most shared pairs, and where
    if worded:
        for first, sentences in _paragraphs(document):
            for clause, (shared, number) in _said(statements.offers, sentences).items():
                if shared > fullest.get(clause, (0, 0))[0]:
                    fullest[clause] = shared, first + number
    agreeing: dict[
        int, list[tuple[float, Judgement]]
    ] = {}  # fact → how well named, and which figures agree with its value
    for j in statements.judgements:
        for s in j.supports:
            if s.offer.field == "value" and s.how != "contrary" and j.state != "wrong":
                agreeing.setdefault(s.offer.fact, []).append((s.named, j))
    made = []
    for number, fact in enumerate(statements.offers.facts):
        if fact.value == 0:
            found = spans.get(number) or _denied(document, core(fact.indicator))
        elif fact.value is not None:
            found = (
                spans.get(number) or _unnamed(number, agreeing.get(number, ()), spans) or _designated(document, fact)
            )
        else:
            told = [(len(wanted), *fullest.get((number, n), (0, 0))) for n, wanted in enumerate(worded[number])]
            found = _worded(document.sentences, told)
        made.append(Coverage(fact.id, bool(found), tuple(sorted(found))))
    return tuple(made)


def _designated(document: Document, fact: Fact) -> list[tuple[int, int]]:
    """Where a fact's figure is part of a name, which states nothing else: 35kv输变电站."""
    said = f"{plain(fact.value or Decimal(0))}{fact.unit}".lower().replace("kv", "千伏")
    return [
        (q.start, q.end)
        for q in document.figures
        if q.kind == "name" and normalize("NFKC", q.raw).lower().replace(" ", "").replace("kv", "千伏") == said
    ]


def _paragraphs(document: Document) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The sentences of each line, with the number of the first."""
    said: list[str] = []
    for number, (a, b) in enumerate(document.sentences):
        said.append(document.plain[a:b])
        if said[-1].endswith("\n"):
            yield number + 1 - len(said), tuple(said)
            said = []
    if said:
        yield len(document.sentences) - len(said), tuple(said)


@lru_cache(maxsize=1024)
def _said(offers: Offers, sentences: tuple[str, ...]) -> Mapping[tuple[int, int], tuple[int, int]]:
    """Of each clause (fact, number) of the facts in words that shares pairs of characters with a paragraph: how many its fullest
    sentence holds, and which that is."""
    fullest: dict[tuple[int, int], tuple[int, int]] = {}
    for number, sentence in enumerate(sentences):
        shared: Counter[tuple[int, int]] = Counter()
        for pair in pairs(sentence):
            shared.update(offers.clauses_of_pair.get(pair, ()))
        for clause, count in shared.items():
            if count > fullest.get(clause, (0, 0))[0]:
                fullest[clause] = count, number
    return fullest


def _denied(document: Document, name: str) -> list[tuple[int, int]]:
    """Where a text says that something did not happen (未发生火灾事故), which states a fact of 0."""
    wanted = pairs(name)
    for m in _NOTHING.finditer(document.plain):
        said = pairs(m[0])
        if wanted and len(wanted & said) * 2 >= len(wanted):
            return [m.span()]
    return []


def _unnamed(
    number: int, agreeing: Sequence[tuple[float, Judgement]], spans: Mapping[int, list[tuple[int, int]]]
) -> list[tuple[int, int]]:
    """A figure that equals the fact's value where the wording shows little: taken if no other fact needs it."""
    best: tuple[float, Judgement] | None = None
    for named, j in agreeing:
        owner = j.offers[0].fact if j.offers and j.kind == "value" else None
        alone = owner is None or owner == number or len(spans.get(owner, ())) > 1
        if ((alone and named >= 0.15) or named >= 0.5) and (best is None or named > best[0]):
            best = (named, j)
    return [(best[1].mention.quantity.start, best[1].mention.quantity.end)] if best else []


def _worded(sentences: Sequence[tuple[int, int]], clauses: Sequence[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """The sentences that together hold enough of a text fact's wording, clause by clause. `clauses`: of each its pairs of
    characters, how many of them the sentence has that has most, and which that is."""
    spans = [sentences[number] for wanted, most, number in clauses if most >= ENOUGH * wanted]
    whole, found = sum(wanted for wanted, _, _ in clauses), sum(most for _, most, _ in clauses)
    return list(dict.fromkeys(spans)) if whole and found / whole >= ENOUGH else []


def missing(document: Document, statements: Statements, coverage: tuple[Coverage, ...]) -> Iterator[Finding]:
    """A finding for every fact that is not stated; none for one whose figure stands there wrongly, which is said at its place."""
    wrongly = {j.rival for j in statements.judgements if j.rule and j.rival is not None}
    wrongly |= {
        j.offers[0].fact for j in statements.judgements if j.rule in ("figure.unit", "figure.approx") and j.offers
    }
    # a right figure under another name: what to mend is said there
    wrongly |= {
        j.offers[0].fact for j in statements.judgements if j.rule == "figure.misbound" and j.rival is None and j.offers
    }
    # a share that does not follow from its parts is stated all the same
    wrongly |= {
        s.offer.fact
        for j in statements.judgements
        if j.rule == "figure.derived"
        for s in j.supports
        if s.offer.field == "value" and s.how != "contrary" and s.named >= 0.4
    }
    for number, (fact, cover) in enumerate(zip(statements.offers.facts, coverage, strict=True)):
        if cover.covered or number in wrongly:
            continue
        if fact.value is not None:
            yield document.finding(
                "fact.missing",
                "error",
                None,
                None,
                f"清单里的这一条没有写进去：{sheet_says(fact)}。请补写，或从清单中删去。",
                fact.id,
            )
        else:
            yield document.finding(
                "fact.missing",
                "warning",
                None,
                None,
                f"清单里的这句话文中找不到：{fact.id}“{fact.text}”。请补写。",
                fact.id,
            )
