"""Leads and verbs that exemplars use: of their manner all, of one town's facts nothing."""

from __future__ import annotations

import pytest

from pipeline.archive.exemplars import Article
from pipeline.archive.manner import VerbFrame, leads, verb_frames
from pipeline.archive.passages import Passage, passages


def passage_of(text: str, town: str, topic: str = "environment-sanitation") -> list[Passage]:
    article = Article(f"{town}.md", "总结", "annual-summary", f"沚川县{town}", "2025", f"## 一、工作\n{text}\n", 0)
    return list(passages(article, lambda heading, body: topic))


SHARED = "坚持疏堵结合，清理河道12公里，把污染防治摆在突出位置，新建公厕3座。"


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        (SHARED, ["坚持疏堵结合", "把污染防治摆在突出位置"]),
        ("坚持疏堵结合、清理河道，新建公厕5座。", ["坚持疏堵结合、清理河道"]),
        ("坚持清理苇汀村河道，新建公厕5座。", []),  # a place
        ("坚持把12公里河道摆在首位，新建公厕5座。", []),  # a figure
        ("坚持清理XX河道，新建公厕5座。", []),  # a gap
        ("围绕海岛振兴，新建公厕5座。", []),  # what no other town writes of
        ("突出河道污染防治，成立清理河道专班，新建公厕5座。", ["突出河道污染防治"]),
        ("始终做好了污染防治，新建公厕5座。", []),  # a deed
        ("清理河道，新建公厕5座。", []),  # of another form
    ],
)
def test_what_is_taken_for_a_lead(text: str, taken: list[str]) -> None:
    others = [
        *passage_of(SHARED, "芦塘镇"),
        *passage_of(SHARED + "突出河道污染防治，坚持疏堵结合、清理河道。", "柳坪乡"),
    ]
    of_it = passage_of(text, "苇汀镇")
    found = [lead.text for lead in leads([*of_it, *others]) if lead.passage_id in {p.id for p in of_it}]
    assert found == taken


def test_verbs_before_figures_by_topic() -> None:
    read = [*passage_of(SHARED, "芦塘镇"), *passage_of("新建公厕5座，清理垃圾26吨。", "苇汀镇")]
    assert verb_frames(read) == (VerbFrame("environment-sanitation", "新建", "座", 2),)
    assert VerbFrame("environment-sanitation", "清理", "公里", 1) in verb_frames(read, least=1)
