"""The lexical index: pairs, scores held to BM25 written out, parts and merging, and what is read back."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from pipeline.retrieval import lexical
from pipeline.retrieval.lexical import (
    HEADING_WEIGHT,
    K1,
    PIVOT,
    B,
    Postings,
    bm25,
    known_share,
    merged,
    pairs,
    postings_of,
    read_postings,
    shared_spans,
    write_postings,
)

DOCUMENTS = [
    ("农业，粮食生产", "粮食播种面积1.2万亩，粮食总产稳定。"),
    ("工业", "规模以上工业总产值增长，工业投资增长。GDP稳定。"),
    ("", "粮食"),
    ("水利", ""),
    ("", ""),
    ("农业", "蔬菜基地投产，农业合作社带动农户。" * 20),
]


def written(text: str) -> list[str]:
    return [chr(pair >> 21) + chr(pair & (1 << 21) - 1) for pair in pairs(text).tolist()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("粮食生产", ["粮食", "食生", "生产"]),
        ("粮食，生产", ["粮食", "生产"]),  # marks part
        ("增长12.5万亩", ["增长", "万亩"]),  # figures part and are left out
        ("GDP增长", ["gd", "dp", "p增", "增长"]),
        ("𠮷祥", ["𠮷祥"]),  # beyond the basic plane
        ("İ", []),  # lower case is two characters, of which one is a letter
        ("粮", []),
        ("", []),
    ],
)
def test_pairs(text: str, expected: list[str]) -> None:
    assert written(text) == expected


def brute(documents: list[tuple[str, str]], query: str) -> list[float]:
    """BM25 as it is written in the book, with the fixed length for the mean."""
    frequencies = [
        Counter({pair: HEADING_WEIGHT * count for pair, count in Counter(written(heading)).items()})
        + Counter(written(text))
        for heading, text in documents
    ]
    scores = []
    for terms in frequencies:
        score = 0.0
        for pair in written(query):
            holders = sum(pair in other for other in frequencies)
            idf = math.log(1 + (len(documents) - holders + 0.5) / (holders + 0.5))
            length = 1 - B + B * sum(terms.values()) / PIVOT
            score += idf * terms[pair] * (K1 + 1) / (terms[pair] + K1 * length)
        scores.append(score)
    return scores


QUERIES = ["粮食生产", "工业投资 GDP", "农业合作社 农业", "无关", "粮", ""]


@pytest.mark.parametrize("query", QUERIES)
def test_scores_are_bm25(query: str) -> None:
    given = bm25([postings_of(DOCUMENTS)], query)
    assert given.dtype == np.float32
    assert given == pytest.approx(brute(DOCUMENTS, query), rel=2e-3)  # impacts are half floats


def test_what_the_rows_lack_takes_off_what_words_say() -> None:
    parts = [postings_of(DOCUMENTS[:3]), postings_of(DOCUMENTS[3:])]
    assert known_share(parts, "粮食") == 1
    # Of six rows two have 农业; none has 商农, 营商: log(1 + 4.5/2.5), log(1 + 6.5/0.5) twice
    assert known_share(parts, "营商农业") == pytest.approx(math.log(2.8) / (math.log(2.8) + 2 * math.log(14)))
    assert known_share(parts, "无关") == 0
    assert known_share(parts, "粮") == 1  # asks for no pair
    assert known_share([], "粮食") == 0


@pytest.mark.parametrize("query", QUERIES)
def test_parts_score_as_one(query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = postings_of(DOCUMENTS)
    expected = bm25([whole], query)
    parts = [postings_of(DOCUMENTS[:1]), postings_of(DOCUMENTS[1:4]), postings_of([]), postings_of(DOCUMENTS[4:])]
    assert bm25(parts, query).tolist() == expected.tolist()
    numbers = [np.arange(0, 1), np.arange(1, 4), np.arange(0), np.arange(4, 6)]
    joint = merged(list(zip(parts, numbers, strict=True)), 6)
    for name in ("terms", "starts", "rows", "impacts"):
        assert getattr(joint, name).tolist() == getattr(whole, name).tolist()
    monkeypatch.setattr(lexical, "_TAKEN", 30)  # so that building goes by parts as well
    assert bm25([postings_of(DOCUMENTS)], query).tolist() == expected.tolist()


def test_what_has_gone_does_not_count() -> None:
    kept = [DOCUMENTS[0], DOCUMENTS[2], DOCUMENTS[5]]
    dead = np.array([False, True, False, True, True, False])
    for query in QUERIES:
        expected = bm25([postings_of(kept)], query)
        scores = bm25([postings_of(DOCUMENTS)], query, dead=dead)
        assert scores[~dead] == pytest.approx(expected)
        assert scores[dead].tolist() == [0, 0, 0]
        numbers = np.array([0, -1, 1, -1, -1, 2])
        left: Postings = merged([(postings_of(DOCUMENTS), numbers)], 3)
        assert left.terms.tolist() == postings_of(kept).terms.tolist()
        assert bm25([left], query).tolist() == expected.tolist()


def test_what_is_written_is_read(tmp_path: Path) -> None:
    for number, documents in enumerate((DOCUMENTS, [], [("", "")])):
        folder = tmp_path / str(number)
        folder.mkdir()
        write_postings(postings_of(documents), folder)
        again = read_postings(folder, len(documents))
        assert bm25([again], "粮食生产").tolist() == bm25([postings_of(documents)], "粮食生产").tolist()
    np.save(tmp_path / "0" / "starts.npy", np.zeros(3, np.int64))
    with pytest.raises(ValueError, match="do not fit together"):
        read_postings(tmp_path / "0", 6)


def test_nothing_indexed_scores_nothing() -> None:
    assert bm25([], "粮食").tolist() == []
    assert bm25([postings_of([("", "")])], "粮食").tolist() == [0]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("粮食生产", "抓好粮食生产，粮食丰收", ["粮食生产", "粮食"]),
        ("gdp", "实现GDP增长", ["GDP"]),
        ("教育", "粮食", []),
        ("", "粮食", []),
    ],
)
def test_shared_spans(query: str, text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in shared_spans(query, text)] == expected
