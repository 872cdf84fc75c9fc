"""How well it is told whether a lead is on its section's topic: leads of the archive, of the gold sections and our own, each on its
own topic and on all others.

python -m eval.topics.leads [--shared ../shared]
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from pathlib import Path

from eval.topics.gold import read_gold
from pipeline.drafting.acceptance import LONGEST_LEAD
from pipeline.drafting.lead_topics import LEAST, UNCLEAR, fit, on_topic

_LEAD = re.compile(rf"\s*(?:[一二三四五六七八九]是)?([^，,。；：、\n\d]{{4,{LONGEST_LEAD}}})[，,]")


def lead_of(text: str) -> str:
    """The words before a text's first ，; "" where they are too many, too few or hold a figure."""
    found = _LEAD.match(text)
    return found[1] if found else ""


def auc(own: Sequence[float], other: Sequence[float]) -> float:
    """The probability that a score of `own` is above one of `other`, ties half. Source: Hanley and McNeil 1982."""
    ranked = sorted([(score, 1) for score in own] + [(score, 0) for score in other])
    ranks: list[float] = [0.0] * len(ranked)
    at = 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        ranks[at:end] = [(at + end + 1) / 2] * (end - at)
        at = end
    total = sum(rank for rank, (_, is_own) in zip(ranks, ranked, strict=True) if is_own)
    return (total - len(own) * (len(own) + 1) / 2) / (len(own) * len(other))


def measured(
    leads: Sequence[tuple[str, str]], topics: Sequence[str], likely: Callable[[str], Mapping[str, float]]
) -> dict[str, float]:
    """`leads`: a lead and its topic. The AUC of a lead's own topic against all others, and what `LEAST` keeps of each, 0..1."""
    shares = [likely(lead) for lead, _ in leads]
    own = [fit(share, (topic,)) for share, (_, topic) in zip(shares, leads, strict=True)]
    others = [(share, t) for (share, (_, topic)), t in product(zip(shares, leads, strict=True), topics) if t != topic]
    kept = sum(on_topic(share, (topic,)) for share, (_, topic) in zip(shares, leads, strict=True))
    let_in = sum(on_topic(share, (topic,)) for share, topic in others)
    return {
        "leads": len(leads), "auc": auc(own, [fit(share, (t,)) for share, t in others]), "own kept": kept / len(leads),
        "others let in": let_in / len(others),
    }  # fmt: skip


def main() -> None:
    from pipeline.cli.drafting import lead_topics, vocabulary
    from pipeline.cli.shared import archive_at, known_topics
    from pipeline.drafting.wordbook import read_wordbook

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--archive", type=Path)
    asked = parser.parse_args()
    archive = archive_at(asked.archive)
    topics, likely = known_topics(), lead_topics(archive).likely
    assert likely is not None, "the archive has no encoder"
    wordbook = read_wordbook(vocabulary("openings.yaml", None), vocabulary("verbs.yaml", None))
    sets: dict[str, list[tuple[str, str]]] = {
        "archive (the topics' weights were learned from it)": [
            (lead, p.topic or "") for p in archive.passages if p.topic in topics and (lead := lead_of(p.text))
        ],
        "openings of prompts/openings.yaml": [
            (lead_of(said), topic) for topic, rows in wordbook.openings.items() for said in rows if topic in topics
        ],
    }
    if (asked.shared / "gold").is_dir():
        gold = [(lead_of(s.text), s.topics[0]) for s in read_gold(asked.shared)]
        sets["gold sections (never learned from)"] = [(lead, topic) for lead, topic in gold if lead and topic in topics]
    print(f"threshold {LEAST}, unclear below {UNCLEAR}")  # noqa: T201
    for name, leads in sets.items():
        row = measured(leads, list(topics), likely)
        print(f"{name}: " + ", ".join(f"{key} {value:.3f}".replace(".000", "") for key, value in row.items()))  # noqa: T201


if __name__ == "__main__":
    main()
