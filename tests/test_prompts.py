"""Prompt files: checked both ways, and held to their stored renderings, so that a changed prompt is a diff to review."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.cli.drafting import prompt_reader, vocabulary
from pipeline.drafting.prompts import read_prompt, render
from pipeline.errors import PipelineError
from pipeline.shipped import shipped

EXPECTED = Path(__file__).parent / "expected"
VALUES = {
    "facts": "粮食播种面积 1.26万亩，同比增长5%；茶叶产量 340吨",
    "exemplar": "落实本镇耕地保护责任，粮食播种面积N万亩。",
    "heading": "抓好农业生产",
}


@pytest.mark.parametrize("name", ["choose", "sentence", "section"])
def test_prompts_read_as_they_were_reviewed(name: str) -> None:
    uses = ("facts", "exemplar") if name == "choose" else ("facts", "exemplar", "heading")
    made = render(read_prompt(shipped("prompts") / f"{name}.md", frozenset(uses)), **{k: VALUES[k] for k in uses})
    assert f"{made.system}\n---\n{made.text}\n" == (EXPECTED / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("---\nname: a\nmax_tokens: 9\n---\n$facts\n", "缺 ['exemplar']"),
        ("---\nname: a\nmax_tokens: 9\n---\n$facts $exemplar $town\n", "多 ['town']"),
        ("---\nname: a\nmax_tokens: 9\n---\n$facts $exemplar 100$\n", "占位不对"),
        ("---\nmax_tokens: 9\n---\n$facts $exemplar\n", "读不出来"),
        ("$facts $exemplar\n", "读不出来"),
    ],
)
def test_a_prompt_that_does_not_fit_is_told(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "own.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PipelineError) as told:
        read_prompt(path, frozenset({"facts", "exemplar"}))
    assert said in told.value.what
    assert told.value.where == str(path)


def test_a_prompt_takes_just_its_values() -> None:
    prompt = read_prompt(shipped("prompts") / "choose.md", frozenset({"facts", "exemplar"}))
    with pytest.raises(ValueError, match="takes"):
        render(prompt, facts="x")
    with pytest.raises(ValueError, match="takes"):
        render(prompt, facts="x", exemplar="y", heading="z")


def test_a_users_own_prompt_replaces_the_shipped_one(tmp_path: Path) -> None:
    own = "---\nname: sentence\nmax_tokens: 50\n---\n$heading：$facts（$exemplar）\n"
    (tmp_path / "sentence.md").write_text(own, encoding="utf-8")
    read = prompt_reader(tmp_path)
    asks = frozenset({"facts", "exemplar", "heading"})
    assert read("sentence", asks).text == "$heading：$facts（$exemplar）"
    assert read("section", asks) == prompt_reader(None)("section", asks)  # what is not there is the shipped one
    assert vocabulary("verbs.yaml", tmp_path) == shipped("prompts") / "verbs.yaml"
    (tmp_path / "sentence.md").write_text("---\nname: sentence\nmax_tokens: 50\n---\n$facts\n", encoding="utf-8")
    with pytest.raises(PipelineError, match="占位不对"):
        read("sentence", asks)
