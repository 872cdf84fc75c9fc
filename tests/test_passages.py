"""Passages: where an article is cut, what each piece keeps, and what is masked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.archive.exemplars import Article
from pipeline.archive.passages import LONGEST, masked, passages, pieces, place_masks

TEXT = """# 苇汀镇2025年工作总结

一年来，苇汀镇各项工作有序推进。

## 一、主要工作

### （一）稳住粮食生产

粮食播种面积1.2万亩。

新建泵站3座。

### （二）存在问题
## 二、下一步打算
完成泵站5座。
"""
ARTICLE = Article("corpus/weiting.md", "苇汀镇2025年工作总结", "annual-summary", "沚川县苇汀镇", "2025", TEXT, 6)


def topic_by_heading(heading: str, text: str) -> str | None:
    return {"": "overview", "稳住粮食生产": "agriculture"}.get(heading)


def test_an_article_is_cut_at_its_headings() -> None:
    found = passages(ARTICLE, topic_by_heading)
    # Lines: six of front matter, then TEXT's own; 主要工作 and 存在问题 have no text of their own.
    assert [(p.heading_path, p.topic, p.line, p.text) for p in found] == [
        ((), "overview", 9, "一年来，苇汀镇各项工作有序推进。"),
        (("主要工作", "稳住粮食生产"), "agriculture", 15, "粮食播种面积1.2万亩。"),
        (("主要工作", "稳住粮食生产"), "agriculture", 17, "新建泵站3座。"),
        (("下一步打算",), None, 21, "完成泵站5座。"),
    ]
    assert {(p.source, p.title, p.genre, p.region, p.period) for p in found} == {
        ("corpus/weiting.md", "苇汀镇2025年工作总结", "annual-summary", "沚川县苇汀镇", "2025")
    }
    assert found[0].masked == "一年来，本镇各项工作有序推进。"
    assert [p.masked for p in found[1:3]] == ["粮食播种面积N万亩。", "新建泵站N座。"]


def test_ids_stay_where_the_text_stays() -> None:
    def ids(article: Article) -> list[str]:
        return [p.id for p in passages(article, topic_by_heading)]

    before = ids(ARTICLE)
    assert len(set(before)) == 4
    assert before == ids(replace(ARTICLE, line_offset=0, genre="plan"))
    changed = ids(replace(ARTICLE, text=TEXT.replace("5座", "6座")))
    assert [a == b for a, b in zip(before, changed, strict=True)] == [True, True, True, False]
    assert not set(before) & set(ids(replace(ARTICLE, source="corpus/other.md")))


def test_the_same_text_twice_under_one_heading_has_two_ids() -> None:
    twice = replace(ARTICLE, text="## 一、防汛\n严防死守。\n## 二、防汛\n严防死守。\n")
    first, second = passages(twice, topic_by_heading)
    assert (first.text, first.heading_path) == (second.text, second.heading_path)
    assert first.id != second.id


def test_an_article_of_headings_alone_gives_nothing() -> None:
    assert passages(replace(ARTICLE, text="# 苇汀镇\n## 一、农业\n## 二、工业\n"), topic_by_heading) == ()


def sentence(length: int, end: str = "。") -> str:
    return "田" * (length - len(end)) + end


@pytest.mark.parametrize(
    ("body", "lengths"),
    [
        ("", []),
        (" \n\n ", []),
        (sentence(600), [600]),
        (sentence(300) * 2, [600]),
        (sentence(300) + "\n\n" + sentence(300), [300, 300]),  # 602 with the blank line
        (sentence(100) * 7, [400, 300]),  # halves of about equal length, not 600 and a scrap
        (sentence(700), [700]),  # nowhere to cut
        (sentence(400, "；") + sentence(400), [400, 400]),
        (sentence(599, "。”") + sentence(50), [599, 50]),  # the closing mark stays with its sentence
        ("\n" + sentence(10) + "\n", [10]),
    ],
)
def test_long_sections_are_cut_at_sentence_ends(body: str, lengths: list[int]) -> None:
    spans = pieces(body)
    assert [end - start for start, end in spans] == lengths
    kept = "".join(body[start:end] for start, end in spans)
    assert "".join(kept.split()) == "".join(body.split())  # nothing visible is lost or said twice


@pytest.mark.parametrize("count", [1, 2, 7, 23, 100])
def test_no_piece_is_over_the_limit_and_none_is_a_scrap(count: int) -> None:
    spans = pieces("".join(sentence(40 + i % 50) for i in range(count)))
    assert all(end - start <= LONGEST for start, end in spans)
    assert len(spans) == 1 or min(end - start for start, end in spans) > LONGEST / 4


def test_a_megabyte_without_a_sentence_end_is_cut_in_linear_time() -> None:
    assert pieces("一" * 1_000_000) == [(0, 1_000_000)]
    assert len(pieces("；" * 1_000_000)) == 1
    assert len(pieces("田。" * 100_000)) == pytest.approx(334, abs=10)  # 200,000 / 600


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("工业总产值12.6亿元，同比增长8.5%。", "工业总产值N亿元，同比增长N%。"),
        ("提高2.3个百分点，百分之五的农户受益", "提高N个百分点，N%的农户受益"),
        ("2025年6月，召开会议", "N年N月，召开会议"),
        ("荻渚村、乌桕村新建广场，荻渚蟹田扩大", "某村、某村新建广场，某地蟹田扩大"),
        ("在荻渚村推广，荻渚村受益", "在某村推广，某村受益"),
        ("荻渚、乌桕、蒲塘等3个村通水", "某地、某地、某地等N个村通水"),
        ("全镇14个行政村，各村、和美乡村、城中村、文明村镇", "全镇N个行政村，各村、和美乡村、城中村、文明村镇"),
        ("沚川县苇汀镇党委，苇汀大道，沚川县委", "本县本镇党委，本地大道，本县委"),
        ("胜利村评为先进，取得胜利", "某村评为先进，取得胜利"),
        ("贯彻三个代表重要思想，整修204国道", "贯彻三个代表重要思想，整修204国道"),
        ("", ""),
    ],
)
def test_figures_and_places_are_masked(text: str, expected: str) -> None:
    assert masked(text, place_masks(text, "沚川县苇汀镇")) == expected


@pytest.mark.parametrize(
    ("region", "names"),
    [
        ("沚川县苇汀镇", {"沚川县": "本县", "沚川": "本地", "苇汀镇": "本镇", "苇汀": "本地"}),
        ("苇汀镇", {"苇汀镇": "本镇", "苇汀": "本地"}),
        ("沚川区苇汀街道", {"沚川区": "本区", "沚川": "本地", "苇汀街道": "本街道", "苇汀": "本地"}),
        ("汀县", {"汀县": "本县"}),  # 汀 alone stands within other words
        ("", {}),
    ],
)
def test_the_own_region_is_masked_with_and_without_its_kind(region: str, names: dict[str, str]) -> None:
    assert place_masks("", region) == names
