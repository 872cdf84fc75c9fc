"""What other retrieval tools gave on the same queries (同类工具的成绩): measured before this program was built, not run again.

285 queries made of the headings of five sample files; relevant is a section of another article on the same topic; mean
nDCG@10. The queries of `eval.retrieval.quality` are made in the same way of the three files whose annotations are here.
Source: the project's own comparison of LlamaIndex, LangChain, txtai and Haystack with m3e-small, 2026.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Peer:
    """`heading`, `named`: nDCG@10 for the heading alone and with the topic's name. `cold_s`: seconds of one command."""

    name: str
    heading: float
    named: float
    cold_s: float | None = None


RAW = (
    Peer("LlamaIndex, its defaults, m3e-small", 0.105, 0.146, 11.7),
    Peer("LangChain, its defaults, m3e-small", 0.115, 0.164, 9.7),
    Peer("LangChain, pieces of 250 characters", 0.345, 0.530, 9.7),
    Peer("txtai, lines", 0.292, 0.531, 6.5),
    Peer("Haystack, recursive splitter", 0.190, 0.289, 9.4),
    Peer("BM25 (jieba) on raw lines", 0.226, 0.433),
)
GOLD_CUTS = (
    Peer("m3e-small on sections cut by hand", 0.420, 0.648),
    Peer("the same, BM25 on bigrams, heading path in front", 0.361, 0.683),
    Peer("the same, reciprocal rank fusion of three", 0.423, 0.736),
    Peer("the same, z-scores of vectors and BM25", 0.451, 0.753),
    Peer("a naive automatic cut, vectors and BM25", 0.421, 0.700),
)


def table(ours: Iterable[tuple[str, float, float]]) -> Iterator[str]:
    """Lines of the comparison. `ours`: name, heading alone, heading and topic, as just measured."""
    yield f"{'':50s} heading  heading+topic  cold s"
    for title, peers in (("on the five raw samples (published)", RAW), ("on their sections (published)", GOLD_CUTS)):
        yield title
        for peer in peers:
            cold = "" if peer.cold_s is None else f"{peer.cold_s:6.1f}"
            yield f"  {peer.name:48s} {peer.heading:7.3f}  {peer.named:13.3f}  {cold}"
    yield "ours, the three annotated samples through our own parser (measured now)"
    for name, heading, named in ours:
        yield f"  {name:48s} {heading:7.3f}  {named:13.3f}"
