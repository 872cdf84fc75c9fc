"""From a draft to its row (测量): the check, the measures, and what the row keeps of both."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from eval.checks.check import check
from eval.measures.making import Making, Price
from eval.measures.nearness import Treated, treated
from eval.measures.table import Case, failed, measured
from eval.measures.wording import grams
from eval.runs.rows import Failure, Found, Row
from eval.runs.suite import Item
from pipeline.facts.genres import Genre
from pipeline.facts.model import Sheet
from pipeline.facts.topics import Topic


@dataclass(frozen=True, slots=True)
class Shown:
    """The runs of eight characters of all exemplars but one's own. `owners`: a run → its report's number, −1 for several."""

    owners: Mapping[str, int]
    own: int = -2

    def __contains__(self, gram: object) -> bool:
        owner = self.owners.get(gram)  # type: ignore[call-overload]
        return owner is not None and owner != self.own


def owners_of(texts: Iterable[str]) -> dict[str, int]:
    """The runs of these texts, each with the number of the text that holds it, −1 where several do."""
    owners: dict[str, int] = {}
    for number, text in enumerate(texts):
        for gram in grams(text):
            if owners.setdefault(gram, number) != number:
                owners[gram] = -1
    return owners


@lru_cache(maxsize=512)
def own_grams(sheet: Sheet) -> frozenset[str]:
    """The runs that the sheet itself holds: who repeats them copies from nobody."""
    said = "\n".join(f"{f.indicator}\n{f.text}" for f in sheet.facts)
    return frozenset(grams(f"{said}\n{sheet.meta.title}\n{sheet.meta.org}"))


def row_for(
    item: Item,
    text: str,
    sheet: Sheet,
    genre: Genre,
    topics: Mapping[str, Topic],
    *,
    foreign_names: Mapping[str, str],
    shown: Container[str] | None,
    reference: Treated | None,
    making: Making,
    price: Price | None,
) -> Row:
    """Measure a draft. One in whose making the model's service gave out is a failure of the service, not a draft of that writer."""
    place = f"drafts/{item.id}.md"
    if making.gave_out:
        why = Failure("service", f"模型服务中途没有回答：{making.gave_out}")
        return Row(item.case, item.group, item.sheet.stem, failed(reference is not None), failure=why, draft=place)
    report = check(text, sheet, genre=genre, foreign_names=foreign_names)
    case = Case(
        text, genre, report, shown, own_grams(sheet), treated(text, topics),
        reference, making, price,
    )  # fmt: skip
    found = tuple(
        Found(f.rule, f.severity, f.line, f.quote[:60], f.message) for f in report.findings if f.severity != "note"
    )
    return Row(item.case, item.group, item.sheet.stem, measured(case), found, making.rejections or {}, None, place)
