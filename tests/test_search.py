"""Search: what is found and in which order, filters, the preferred topic, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.archive.segments import heading_text
from pipeline.archive.store import Archive, add, open_archive, rebuild
from pipeline.errors import PipelineError
from pipeline.retrieval import search as search_module
from pipeline.retrieval.fitness import fitness
from pipeline.retrieval.fusion import BODY, HEADING
from pipeline.retrieval.hits import Hit, explained
from pipeline.retrieval.lexical import bm25, known_share, postings_of
from pipeline.retrieval.search import (
    DENSE,
    LEXICAL,
    PREFERRED,
    PREFERRED_GENRE,
    UNFIT,
    Searcher,
    search,
)
from tests.test_encoder import LettersEncoder

TOPICS = {"农业": "agriculture", "工业": "industry", "水利": "infrastructure-transport-water"}
REPORTS = {
    "weiting": ("annual-summary", "沚川县苇汀镇", {"农业": "粮食播种面积扩大。", "工业": "工业总产值增长。"}),
    "shatang": ("work-report", "沚川县沙塘镇", {"农业": "蔬菜基地投产。", "水利": "泵站建成。", "其他": "农业农业。"}),
    "yandun": ("annual-summary", "岩墩镇", {"农业": "果园改造。", "水利": "水库除险。"}),
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    folder = tmp_path_factory.mktemp("archive")
    files = tmp_path_factory.mktemp("files")
    for name, (genre, region, sections) in REPORTS.items():
        head = f"---\ntitle: {name}\ngenre: {genre}\nregion: {region}\nperiod: 2025\n---\n开头的话。\n"
        body = "".join(f"## {'一二三'[i]}、{heading}\n{text}\n" for i, (heading, text) in enumerate(sections.items()))
        (files / f"{name}.md").write_text(head + body, encoding="utf-8")
    add(
        folder,
        [files],
        encoder=LettersEncoder(),
        topic_of=lambda heading, text: TOPICS.get(heading),
        progress=lambda *_: None,
    )
    return open_archive(folder)


def asked(archive: Archive, query: str, **options: object) -> list[Hit]:
    return Searcher(archive, encoder=ENCODER).search(query, **{"k": 99, **options})  # type: ignore[arg-type]


ENCODER = LettersEncoder()


def headings(hits: list[Hit]) -> list[tuple[str, str]]:
    return [(hit.passage.title, "".join(hit.passage.heading_path)) for hit in hits]


def brute(archive: Archive, query: str, prefer_topic: str | dict[str, float] | None) -> list[tuple[str, float]]:
    """Every passage scored one by one."""
    vector = ENCODER.encode([query])[0]
    kept = list(archive.passages)
    cosines, words = np.zeros(len(kept)), bm25([postings_of([(heading_text(p), p.text) for p in kept])], query)
    for row, passage in enumerate(kept):
        heading, body = ENCODER.encode([heading_text(passage) or passage.text, passage.text])
        cosines[row] = HEADING * float(np.dot(heading, vector)) + BODY * float(np.dot(body, vector))
    wanted = {prefer_topic: 1.0} if isinstance(prefer_topic, str) else prefer_topic or {}

    def z(scores: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
        return (scores - scores.mean()) / scores.std() if scores.std() > 1e-6 else 0 * scores

    known = known_share([postings_of([(heading_text(p), p.text) for p in kept])], query)
    scores = DENSE * z(cosines) + LEXICAL * known * z(words)
    scores += [PREFERRED * wanted.get(p.topic or "", 0) - UNFIT * (1 - fitness(p.text).value) for p in kept]
    order = sorted(range(len(kept)), key=lambda row: (-round(float(scores[row]), 4), row))
    return [(kept[row].id, float(scores[row])) for row in order]


@pytest.mark.parametrize("query", ["农业", "粮食播种面积", "水库 泵站", "开头", "abc"])
@pytest.mark.parametrize(
    "prefer_topic",
    [None, "agriculture", "infrastructure-transport-water", "education", {"agriculture": 0.5, "industry": 0.2}],
)
@pytest.mark.parametrize("k", [1, 2, 4, 99])
def test_search_is_brute_force(
    archive: Archive, query: str, prefer_topic: str | dict[str, float] | None, k: int
) -> None:
    hits = asked(archive, query, k=k, prefer_topic=prefer_topic)
    expected = brute(archive, query, prefer_topic)[:k]
    assert [hit.passage.id for hit in hits] == [id for id, _ in expected]
    assert [hit.score for hit in hits] == pytest.approx([score for _, score in expected], abs=1e-4)
    assert [hit.rank for hit in hits] == list(range(1, len(expected) + 1))


@pytest.mark.parametrize(("query", "shared"), [("粮食", True), ("粮食 xyz", True), ("xyz", False)])
def test_a_query_may_share_nothing_with_the_archive(archive: Archive, query: str, shared: bool) -> None:
    assert Searcher(archive, encoder=ENCODER).shares(query) is shared


def test_heading_and_text_both_count(archive: Archive) -> None:
    assert headings(asked(archive, "农业 蔬菜基地", k=1)) == [("shatang", "农业")]
    assert headings(asked(archive, "农业 果园改造", k=1)) == [("yandun", "农业")]


def test_a_preferred_topic_is_a_preference(archive: Archive) -> None:
    plain = asked(archive, "农业")
    assert plain[0].passage.heading_path == ("农业",)
    preferred = asked(archive, "农业", prefer_topic="industry")
    raised = next(hit for hit in preferred if hit.passage.topic == "industry")
    before = next(hit for hit in plain if hit.passage.topic == "industry")
    assert raised.score == pytest.approx(before.score + PREFERRED)
    assert raised.rank < before.rank
    assert len(preferred) == len(plain)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"genre": "work-report"}, [("shatang", h) for h in ("", "农业", "水利", "其他")]),
        ({"topic": "industry"}, [("weiting", "工业")]),
        ({"topic": "agriculture", "genre": "annual-summary"}, [("weiting", "农业"), ("yandun", "农业")]),
        ({"topic": "agriculture", "exclude_region": "苇汀镇"}, [("shatang", "农业"), ("yandun", "农业")]),
        ({"topic": "agriculture", "exclude_region": "沚川县苇汀镇"}, [("shatang", "农业"), ("yandun", "农业")]),
        ({"topic": "agriculture", "exclude_region": "澜山县岩墩镇"}, [("weiting", "农业"), ("shatang", "农业")]),
        ({"topic": "agriculture", "exclude_region": "县苇汀"}, [(t, "农业") for t in ("weiting", "shatang", "yandun")]),
        ({"topic": "industry", "exclude_region": "苇汀镇"}, []),
        ({"topic": "industry", "prefer_topic": "agriculture"}, [("weiting", "工业")]),
        ({"genre": "plan"}, []),
    ],
)
def test_filters_leave_only_what_fits(
    archive: Archive, options: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    assert sorted(headings(asked(archive, "农业", **options))) == sorted(expected)


def test_equal_scores_keep_the_order_of_the_archive(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [part for p in archive.passages for part in (*p.heading_path, p.text)]
    known = ENCODER.encode(["".join(texts)])[0]
    foreign = next(letter for letter in "abcdefghijklmnop" if not ENCODER.encode([letter])[0] @ known)
    monkeypatch.setattr(search_module, "UNFIT", 0.0)
    hits = asked(archive, foreign)
    assert {hit.score for hit in hits} == {0.0}
    assert [hit.passage.id for hit in hits] == [passage.id for passage in archive.passages]


def test_a_score_is_the_sum_of_its_parts_and_explained(archive: Archive) -> None:
    for hit in asked(archive, "农业 粮食", prefer_topic="agriculture", prefer_genre="annual-summary"):
        assert hit.parts is not None
        parts = (hit.parts.dense, hit.parts.lexical, hit.parts.topic, hit.parts.genre, hit.parts.fitness)
        assert hit.score == pytest.approx(sum(parts), abs=1e-5)
        assert hit.parts.topic == (PREFERRED if hit.passage.topic == "agriculture" else 0)
        genre = PREFERRED_GENRE if hit.passage.genre == "annual-summary" else 0
        assert hit.parts.genre == pytest.approx(genre)
        lines = explained(hit)
        assert lines[0].startswith(f"得分 {hit.score:.2f} = 语义 ")
        assert lines[1:] == ["扣分：过短或不完整（100%）"]  # nine characters
    assert explained(Hit(1, 0.5, archive.passages[0])) == []


def test_topics_are_asked_for_where_none_is_given(archive: Archive) -> None:
    told: list[tuple[str, int]] = []

    def topics_of(query: str, vector: NDArray[np.float32]) -> dict[str, float]:
        told.append((query, len(vector)))
        return {"industry": 0.5}

    searcher = Searcher(archive, encoder=ENCODER, topics_of=topics_of)
    assert searcher.search("农业", k=9) == Searcher(archive, encoder=ENCODER).search(
        "农业", k=9, prefer_topic={"industry": 0.5}
    )
    searcher.search("农业", k=9, topic="agriculture")
    searcher.search("农业", k=9, prefer_topic="agriculture")
    searcher.search("农业", k=9, prefer_topic={})
    assert told == [("农业", 64)]


def test_documents_take_turns(archive: Archive) -> None:
    def documents(**options: object) -> list[str]:
        return [hit.passage.title for hit in asked(archive, "农业", prefer_topic="agriculture", **options)]

    plain, turned = documents(), documents(per_document=1)
    assert sorted(turned[:3]) == ["shatang", "weiting", "yandun"]  # one of each, before any second one
    assert turned[0] == plain[0]
    assert sorted(turned) == sorted(plain)  # what comes later is not lost
    assert len(set(documents(per_document=1, k=2))) == 2
    assert documents(per_document=99) == plain


@pytest.fixture
def many(tmp_path: Path) -> Archive:
    """600 passages of few words, so that scores differ little."""
    files = tmp_path / "files"
    files.mkdir()
    chance = np.random.default_rng(3)
    words = [a + b for a in "粮蔬茶果畜" for b in "播种收储销"]
    for name in range(30):
        body = "".join(f"## {i}.{chance.choice(words)}\n{''.join(chance.choice(words, 6))}。\n" for i in range(1, 21))
        head = f"---\ntitle: r{name}\ngenre: plan\nregion: 沚川县苇汀镇\nperiod: {2020 + name % 3}\n---\n"
        (files / f"r{name:02}.md").write_text(head + body, encoding="utf-8")

    def topic(heading: str, text: str) -> str:
        return f"t{len(set(heading + text)) % 4}"

    add(tmp_path / "archive", [files], encoder=ENCODER, topic_of=topic, progress=lambda *_: None)
    return open_archive(tmp_path / "archive")


@pytest.mark.parametrize("options", [{}, {"prefer_topic": "t1"}, {"period": "2021"}, {"topic": "t2", "period": "2020"}])
def test_what_two_searches_bring_up_is_what_scoring_everything_finds(
    many: Archive, monkeypatch: pytest.MonkeyPatch, options: dict[str, str]
) -> None:
    queries = ["粮播 茶收", "畜储果销", "蔬种粮播茶收", "果"]
    everything = [asked(many, query, k=10, **options) for query in queries]
    monkeypatch.setattr(search_module, "ALL", 0)
    monkeypatch.setattr(search_module, "DEPTH", 120)
    for query, expected in zip(queries, everything, strict=True):
        assert [hit.passage.id for hit in asked(many, query, k=10, **options)] == [hit.passage.id for hit in expected]
    assert all(hit.passage.period.startswith(options.get("period", "2")) for hit in everything[0])


def test_filters_by_period_region_and_source(many: Archive) -> None:
    assert {hit.passage.period for hit in asked(many, "粮播", k=600, period="2021")} == {"2021"}
    source = many.passages[0].source
    assert {hit.passage.source for hit in asked(many, "粮播", k=600, source=source)} == {source}
    assert len(asked(many, "粮播", k=600, region="苇汀镇")) == 600
    assert asked(many, "粮播", k=600, region="沙塘镇") == []


def test_a_searcher_loads_once(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    searcher = Searcher(archive, encoder=ENCODER)
    first = searcher.search("农业", k=3)
    monkeypatch.setattr("pipeline.retrieval.index.read_index", None)
    assert searcher.search("农业", k=3) == first == search(archive, "农业", k=3, encoder=ENCODER)


@pytest.mark.parametrize("k", [0, -1])
def test_k_must_be_positive(archive: Archive, k: int) -> None:
    with pytest.raises(ValueError, match=f"k = {k}"):
        asked(archive, "农业", k=k)
    with pytest.raises(ValueError, match=f"per_document = {k}"):
        asked(archive, "农业", per_document=k)


def test_refusals(archive: Archive, tmp_path: Path) -> None:
    for query in ("", " \n　"):
        with pytest.raises(PipelineError, match="检索词是空的"):
            asked(archive, query)
    with pytest.raises(PipelineError, match="没有检索用的向量模型") as caught:
        search(archive, "农业", k=1)
    assert "zhenbao corpus rebuild" in caught.value.mend
    with pytest.raises(PipelineError, match="向量模型 letters 建的，不能用 other 来查"):
        search(archive, "农业", k=1, encoder=LettersEncoder(id="other"))


def test_an_empty_or_outdated_archive(tmp_path: Path) -> None:
    from pipeline.archive.store import remove

    path = tmp_path / "a.md"
    path.write_text("---\ntitle: 甲\ngenre: plan\nregion: 苇汀镇\nperiod: 2025\n---\n正文。\n", encoding="utf-8")
    folder = tmp_path / "archive"
    add(folder, [path], encoder=ENCODER, topic_of=lambda *_: None, progress=lambda *_: None)
    outdated = open_archive(folder)
    remove(folder, "甲")
    assert asked(open_archive(folder), "农业") == []
    assert len(asked(outdated, "农业")) == 1  # what it had mapped is still there
    add(folder, [path], encoder=ENCODER, topic_of=lambda *_: None, progress=lambda *_: None)
    outdated = open_archive(folder)
    for _ in range(2):
        rebuild(folder, encoder=ENCODER, topic_of=lambda *_: None, progress=lambda *_: None)
    with pytest.raises(PipelineError, match=r"读不出来"):
        asked(outdated, "农业")


def test_search_and_topics_need_nothing_of_the_archive_to_load() -> None:
    loaded = "import sys, pipeline.retrieval.search, pipeline.retrieval.topics; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert "pipeline.retrieval.index" in done.stdout.split()
    assert not [name for name in done.stdout.split() if name.startswith("pipeline.archive")]
