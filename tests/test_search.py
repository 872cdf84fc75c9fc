"""Search: what is found and in which order, filters, the preferred topic, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.archive.store import Archive, add, heading_text, open_archive, rebuild
from pipeline.errors import PipelineError
from pipeline.retrieval.search import BODY, HEADING, PREFERRED, Hit, Searcher, search
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
    return search(archive, query, encoder=ENCODER, **{"k": 99, **options})  # type: ignore[arg-type]


ENCODER = LettersEncoder()


def headings(hits: list[Hit]) -> list[tuple[str, str]]:
    return [(hit.passage.title, "".join(hit.passage.heading_path)) for hit in hits]


def brute(archive: Archive, query: str, prefer_topic: str | None) -> list[tuple[str, float]]:
    vector = ENCODER.encode([query])[0]
    scored = []
    for row, passage in enumerate(archive.passages):
        heading, body = ENCODER.encode([heading_text(passage) or passage.text, passage.text])
        score = HEADING * float(np.dot(heading, vector)) + BODY * float(np.dot(body, vector))
        score += PREFERRED if prefer_topic is not None and passage.topic == prefer_topic else 0
        scored.append((-round(score, 5), row, passage.id, score))
    return [(id, score) for _, _, id, score in sorted(scored)]


@pytest.mark.parametrize("query", ["农业", "粮食播种面积", "水库 泵站", "开头", "abc"])
@pytest.mark.parametrize("prefer_topic", [None, "agriculture", "infrastructure-transport-water", "education"])
@pytest.mark.parametrize("k", [1, 2, 4, 99])
def test_search_is_brute_force(archive: Archive, query: str, prefer_topic: str | None, k: int) -> None:
    hits = asked(archive, query, k=k, prefer_topic=prefer_topic)
    expected = brute(archive, query, prefer_topic)[:k]
    assert [hit.passage.id for hit in hits] == [id for id, _ in expected]
    assert [hit.score for hit in hits] == pytest.approx([score for _, score in expected], abs=1e-5)
    assert [hit.rank for hit in hits] == list(range(1, len(expected) + 1))


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


def test_equal_scores_keep_the_order_of_the_archive(archive: Archive) -> None:
    texts = [part for p in archive.passages for part in (*p.heading_path, p.text)]
    known = ENCODER.encode(["".join(texts)])[0]
    foreign = next(letter for letter in "abcdefghijklmnop" if not ENCODER.encode([letter])[0] @ known)
    hits = asked(archive, foreign)
    assert {hit.score for hit in hits} == {0.0}
    assert [hit.passage.id for hit in hits] == [passage.id for passage in archive.passages]


def test_a_searcher_loads_once(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    searcher = Searcher(archive, encoder=ENCODER)
    first = searcher.search("农业", k=3)
    monkeypatch.setattr("pipeline.retrieval.search.read_index", None)
    assert searcher.search("农业", k=3) == first == search(archive, "农业", k=3, encoder=ENCODER)


@pytest.mark.parametrize("k", [0, -1])
def test_k_must_be_positive(archive: Archive, k: int) -> None:
    with pytest.raises(ValueError, match=f"k = {k}"):
        asked(archive, "农业", k=k)


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
    assert len(asked(outdated, "农业")) == 1  # the generation before is still there
    outdated = open_archive(folder)
    for _ in range(2):
        rebuild(folder, encoder=ENCODER, topic_of=lambda *_: None, progress=lambda *_: None)
    with pytest.raises(PipelineError, match="向量索引读不出来"):
        Searcher(outdated, encoder=ENCODER)._index  # noqa: B018
