"""What follows from a fact by arithmetic."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.facts import arithmetic
from pipeline.facts.model import plain
from tests.sheets import fact


@pytest.mark.parametrize(
    ("value", "previous", "growth"),
    [
        ("1.26", "1.2", "5.0"),
        ("41", "52", "-21.2"),  # -11/52 = -21.15…: half up goes by the size
        ("100", "100", "0.0"),
        ("10.05", "10", "0.5"),
        ("1000.5", "1000", "0.1"),  # 0.05 exactly: half up, not to even
    ],
)
def test_growth_is_rounded_as_offices_round(value: str, previous: str, growth: str) -> None:
    found = arithmetic.growth(fact("F1", "茶叶产量", value, "吨", previous=previous))
    assert found is not None
    assert str(found.value) == growth


def test_a_rate_moves_in_points_and_has_no_growth() -> None:
    rate = fact("F1", "办结率", "97.5", "%", previous="98.1")
    assert arithmetic.growth(rate) is None
    found = arithmetic.points(rate)
    assert found is not None
    assert (found.value, found.unit) == (Decimal("-0.6"), "个百分点")


@pytest.mark.parametrize("more", [{}, {"previous": "0"}, {"previous": "-4"}])
def test_without_a_base_there_is_no_growth(more: dict[str, str]) -> None:
    assert arithmetic.growth(fact("F1", "茶叶产量", "3", "吨", **more)) is None


def test_completion_and_what_is_left() -> None:
    half = fact("F1", "改造农村公路", "12.6", "公里", target="20")
    done, left = arithmetic.completion(half), arithmetic.remainder(half)
    assert done is not None
    assert left is not None
    assert (str(done.value), str(left.value), left.unit) == ("63.0", "7.4", "公里")
    assert arithmetic.remainder(fact("F1", "改造农村公路", "20", "公里", target="20")) is None


@pytest.mark.parametrize(("stated", "agrees"), [("5", True), ("5.0", True), ("5.1", False), ("4.9", False)])
def test_a_stated_figure_agrees_at_its_own_places(stated: str, agrees: bool) -> None:
    found = arithmetic.growth(fact("F1", "茶叶产量", "1.26", "吨", previous="1.2"))
    assert found is not None
    assert arithmetic.agrees(Decimal(stated), found) is agrees


@pytest.mark.parametrize(
    ("number", "printed"), [("5.0", "5"), ("0.10", "0.1"), ("1E+3", "1000"), ("0", "0"), ("-4.20", "-4.2")]
)
def test_numbers_are_printed_plainly(number: str, printed: str) -> None:
    assert plain(Decimal(number)) == printed


def test_a_loss_has_no_growth_and_near_is_not_done() -> None:
    assert arithmetic.growth(fact("F1", "工业利润", "-3", "万元", previous="6")) is None
    assert arithmetic.completion(fact("F1", "工业利润", "-3", "万元", target="6")) is None
    near = arithmetic.completion(fact("F1", "改造农村公路", "99.96", "公里", target="100"))
    hardly = arithmetic.growth(fact("F1", "茶叶产量", "1.0001", "吨", previous="1"))
    assert near is not None
    assert hardly is not None
    assert (str(near.value), str(hardly.value)) == ("99.96", "0.01")
