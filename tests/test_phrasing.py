"""Sentences as choices: one structure for three writers."""

from __future__ import annotations

import pytest

from pipeline.drafting.phrasing import Placed, Sentence, Wording, choose, grammar, joined, read_back

TWO = Sentence(
    (
        (Wording("上半年，"), Wording("")),
        (Wording("甲"), Wording("甲乙")),
        (Wording("乙"), Wording("丙")),
        (Wording("。"),),
    ),
    ("F1",),
)


def test_the_grammar_lists_just_the_choices() -> None:
    assert (
        grammar(TWO)
        == 'root ::= s0 s1 s2 s3\ns0 ::= "上半年，" | ""\ns1 ::= "甲" | "甲乙"\ns2 ::= "乙" | "丙"\ns3 ::= "。"\n'
    )


@pytest.mark.parametrize("text", ["甲乙。", "上半年，甲乙乙。", "甲乙丙。", "甲丙。"])
def test_what_was_chosen_is_read_back(text: str) -> None:
    found = read_back(TWO, text)
    assert found is not None
    assert found.text == text


@pytest.mark.parametrize("text", ["", "甲。", "甲乙", "下半年，甲乙。", "甲乙。甲乙。"])
def test_what_was_not_on_offer_is_refused(text: str) -> None:
    assert read_back(TWO, text) is None


def test_rotation_can_reach_every_wording() -> None:
    assert choose(TWO, lambda n: 0).text == "上半年，甲乙。"
    assert choose(TWO, lambda n: n - 1).text == "甲乙丙。"


def test_figures_move_with_their_text() -> None:
    piece = Wording("3吨", (Placed(0, 2, "F1", "value"),))
    assert joined([Wording("茶叶"), piece]).figures == (Placed(2, 4, "F1", "value"),)
