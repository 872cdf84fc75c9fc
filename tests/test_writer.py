"""Who words a sentence: rotation, a model under a grammar, a model writing freely, and what happens when it fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from pipeline.drafting.client import ContextExceededError, EmptyAnswerError, Prompt, Reply
from pipeline.drafting.families import families
from pipeline.drafting.phrasing import Sentence
from pipeline.drafting.prompts import PromptFile, read_prompt
from pipeline.drafting.replies import KeptReplies
from pipeline.drafting.sentences import Style, figure_sentence, paragraph, word_sentence
from pipeline.drafting.wordbook import Wordbook
from pipeline.drafting.writer import Context, ModelWriter, PatternWriter, SectionWriter, Written, bullet
from pipeline.errors import ServiceError
from pipeline.shipped import shipped
from tests.sheets import FIRST_HALF, fact

GRAIN = fact("F1", "粮食播种面积", "1.26", "万亩", growth_pct="5")
TEA = fact("F2", "茶叶产量", "340", "吨")
CONTEXT = Context(
    "抓好农业生产", {"F1": GRAIN, "F2": TEA}, ("落实本镇耕地保护责任。", "推广良种。"), frozenset({"围绕", "稳产保供"})
)
GOOD = "围绕稳产保供，粮食播种面积达1.26万亩，同比增长5%；茶叶产量340吨。"


@dataclass
class Scripted:
    """A model that says what it is told to; a script's entry may be an exception to raise."""

    script: Sequence[str | Exception]
    name: str = "scripted"
    honours_grammar: bool = True
    heard: list[tuple[Prompt, str | None]] = field(default_factory=list)

    def complete(
        self, prompt: Prompt, *, max_tokens: int, stop: Sequence[str] = (), seed: int = 0, temperature: float = 0.0,
        grammar: str | None = None,
    ) -> Reply:  # fmt: skip
        said = self.script[len(self.heard)]
        self.heard.append((prompt, grammar))
        if isinstance(said, Exception):
            raise said
        return Reply(said, 100, 20, 0.5, "stop")


def prompt(name: str) -> PromptFile:
    placeholders = {"choose": {"facts", "exemplar"}, "sentence": {"facts", "exemplar", "heading"}}[name]
    return read_prompt(shipped("prompts") / f"{name}.md", frozenset(placeholders))


def sentence() -> Sentence:
    return figure_sentence(families([GRAIN, TEA], Wordbook()), Style(FIRST_HALF), ("农业生产方面，", ""))


def test_a_fact_is_put_to_a_model_in_one_line() -> None:
    assert bullet(GRAIN) == "粮食播种面积 1.26万亩，同比增长5%"


def test_level_0_needs_no_model_and_repeats_itself() -> None:
    first, again = (PatternWriter(3).write(sentence(), CONTEXT, "1.0.0") for _ in range(2))
    assert first == again
    assert first.by == "fallback"
    others = {PatternWriter(seed).write(sentence(), CONTEXT, "1.0.0").wording.text for seed in range(12)}
    assert len(others) > 3


def test_level_1_takes_what_the_grammar_allows() -> None:
    model = Scripted(["农业生产方面，粮食播种面积1.26万亩，同比增长5%；茶叶产量340吨。"])
    written = ModelWriter(model, 1, prompt("choose"), 0).write(sentence(), CONTEXT, "k")
    assert (written.by, written.attempts, written.prompt_tokens, written.completion_tokens) == ("model", 1, 100, 20)
    asked, grammar = model.heard[0]
    assert grammar is not None
    assert '"农业生产方面，"' in grammar
    assert "要点：粮食播种面积 1.26万亩，同比增长5%；茶叶产量 340吨" in asked.text
    assert "范文：落实本镇耕地保护责任。" in asked.text


def test_level_1_falls_to_patterns_where_a_server_ignores_the_grammar() -> None:
    model = Scripted(["粮食播种面积340吨，茶叶产量1.26万亩。"])
    written = ModelWriter(model, 1, prompt("choose"), 0).write(sentence(), CONTEXT, "k")
    assert (written.by, written.rejections) == ("fallback", ("不在可选写法之内",))
    assert "粮食播种面积" in written.wording.text


def test_level_2_asks_again_and_then_gives_up() -> None:
    bad = "茶叶产量340吨。"
    written = ModelWriter(Scripted([bad, GOOD]), 2, prompt("sentence"), 0).write(sentence(), CONTEXT, "k")
    assert (written.by, written.attempts, written.rejections) == ("model", 2, ("F1 没有照原样写出",))
    assert written.wording.text == GOOD
    written = ModelWriter(Scripted([bad, bad, bad]), 2, prompt("sentence"), 0).write(sentence(), CONTEXT, "k")
    assert (written.by, written.attempts, len(written.rejections)) == ("fallback", 3, 3)


def test_an_empty_answer_or_too_long_a_prompt_is_tried_again() -> None:
    model = Scripted([EmptyAnswerError("空"), ContextExceededError("长"), GOOD])
    written = ModelWriter(model, 2, prompt("sentence"), 0).write(sentence(), CONTEXT, "k")
    assert (written.by, written.rejections, written.spared) == ("model", ("空回答",), 1)
    assert "落实本镇" not in model.heard[2][0].text  # the exemplars are what can be spared
    model = Scripted([ContextExceededError("长"), ContextExceededError("长"), GOOD])
    written = ModelWriter(model, 2, prompt("sentence"), 0).write(sentence(), CONTEXT, "k")
    assert written.rejections == ("提示词超长",)  # nothing is left to be spared


def test_what_was_too_long_once_is_not_sent_again() -> None:
    model = Scripted([ContextExceededError("长"), GOOD, GOOD])
    writer = ModelWriter(model, 2, prompt("sentence"), 0)
    assert [writer.write(sentence(), CONTEXT, key).spared for key in "kl"] == [1, 1]
    assert len(model.heard) == 3


def test_a_service_that_gives_out_is_not_asked_again() -> None:
    model = Scripted([ServiceError("连接断开")])
    writer = ModelWriter(model, 2, prompt("sentence"), 0)
    assert writer.write(sentence(), CONTEXT, "k").by == "fallback"
    assert writer.write(sentence(), CONTEXT, "l").by == "fallback"
    assert (writer.gave_out, len(model.heard)) == ("连接断开", 1)


def test_the_sheets_own_words_go_to_no_model() -> None:
    words = word_sentence([fact("F3", text="落实河长制，每月巡河2次")])
    written = ModelWriter(Scripted([]), 2, prompt("sentence"), 0).write(words, CONTEXT, "k")
    assert (written.by, written.wording.text) == ("fixed", "落实河长制，每月巡河2次。")
    assert [(f.fact_id, f.field) for f in written.wording.figures] == [("F3", "text")]


def test_replies_are_kept_and_not_asked_for_twice(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "draft.replies.jsonl"
    first = KeptReplies(Scripted([GOOD]), path)
    ask: Callable[[KeptReplies], Reply] = lambda m: m.complete(Prompt("要点"), max_tokens=9, seed=1)  # noqa: E731
    assert ask(first).text == GOOD
    with path.open("a", encoding="utf-8") as file:
        file.write('{"key": "cut o')  # a crash while writing
    silent = Scripted([])
    assert ask(KeptReplies(silent, path)).text == GOOD
    assert silent.heard == []
    with pytest.raises(IndexError):  # another seed is another question
        KeptReplies(silent, path).complete(Prompt("要点"), max_tokens=9, seed=2)
    first.forget()
    assert not path.exists()


def test_a_kept_reply_took_no_time_of_this_run(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """A run that goes on tells the model's share of its own seconds: what was paid for before is none of it."""

    class Slow(Scripted):
        def complete(self, *asked: Any, **limits: Any) -> Reply:
            return replace(super().complete(*asked, **limits), seconds=30.0, model_seconds=29.0)

    path = tmp_path / "replies.jsonl"
    replies = [
        KeptReplies(model, path).complete(Prompt("要点"), max_tokens=9) for model in (Slow([GOOD]), Scripted([]))
    ]
    assert [reply.text for reply in replies] == [GOOD, GOOD]
    assert [(reply.seconds, reply.model_seconds) for reply in replies] == [(30.0, 29.0), (0.0, None)]


def test_what_was_found_out_is_kept_too(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """That a prompt was too long, what the server is, how it counts: a repeated run asks for none of it."""
    path = tmp_path / "replies.jsonl"
    too_long = ContextExceededError("长")
    too_long.limit = 2048
    first = KeptReplies(Scripted([too_long]), path)
    with pytest.raises(ContextExceededError):
        first.complete(Prompt("要点"), max_tokens=9)
    assert first.remembered("context", lambda: [4096, "models"]) == [4096, "models"]
    assert (first.tokens("茶叶", lambda text: None), first.tokens("茶叶", lambda text: 2)) == (None, 2)
    again = KeptReplies(Scripted([]), path)
    with pytest.raises(ContextExceededError) as fault:
        again.complete(Prompt("要点"), max_tokens=9)
    assert fault.value.limit == 2048
    assert again.remembered("context", lambda: [0, ""]) == [4096, "models"]
    assert again.tokens("茶叶", lambda text: None) == 2


PARAGRAPH = Context(
    "抓好农业生产",
    {"F1": GRAIN, "F2": TEA, "F3": fact("F3", text="推广测土配方施肥")},
    (),
    frozenset({"围绕", "稳产保供", "同时"}),
    lambda facts: paragraph(facts, Style(FIRST_HALF)),
)


def by_paragraph(*said: str | Exception) -> tuple[list[Written], Scripted]:
    model = Scripted([*said])
    sentences = ModelWriter(model, 2, prompt("sentence"), 0)
    asks = frozenset({"facts", "exemplar", "heading"})
    writer = SectionWriter(read_prompt(shipped("prompts") / "section.md", asks), sentences)
    assert PARAGRAPH.plan is not None
    return writer.write_paragraph(PARAGRAPH.plan(list(PARAGRAPH.facts.values())), PARAGRAPH, "k"), model


def test_level_3_takes_what_may_stand_and_redoes_the_rest_below() -> None:
    rows, model = by_paragraph(
        "围绕稳产保供，推广测土配方施肥，粮食播种面积达1.26万亩，同比增长5%。茶叶产量大幅增长。", "茶叶产量340吨。"
    )
    assert [(r.by, r.wording.text, r.sentence.fact_ids) for r in rows] == [
        ("model", "围绕稳产保供，推广测土配方施肥，粮食播种面积达1.26万亩，同比增长5%。", ("F3", "F1")),
        ("model", "茶叶产量340吨。", ("F2",)),
    ]
    assert rows[1].rejections == ("没有照原样写出任何一条",)
    told = model.heard[0][0].text
    assert "粮食播种面积 1.26万亩，同比增长5%；茶叶产量 340吨\n" in told  # planned for one sentence: asked for as one


def test_level_3_puts_together_what_belongs_together() -> None:
    """A model that writes a sentence for each fact: those planned for one become one, with ；, and a lead stays before its own."""
    rows, _ = by_paragraph("推广测土配方施肥。围绕稳产保供，粮食播种面积达1.26万亩，同比增长5%。茶叶产量340吨。")
    texts = [r.wording.text for r in rows]
    assert "围绕稳产保供，粮食播种面积达1.26万亩，同比增长5%；茶叶产量340吨。" in texts
    row = next(r for r in rows if "茶叶" in r.wording.text)
    assert [row.wording.text[f.start : f.end] for f in row.wording.figures] == ["1.26万亩", "5%", "340吨"]
    rows, _ = by_paragraph("推广测土配方施肥。粮食播种面积1.26万亩，同比增长5%。同时，茶叶产量340吨。")
    assert "同时，茶叶产量340吨。" in [r.wording.text for r in rows]  # it leads on: a sentence of its own


def test_level_3_without_one_good_sentence_is_the_plan_at_level_2() -> None:
    right = "粮食播种面积1.26万亩，同比增长5%；茶叶产量340吨。"
    rows, model = by_paragraph("In the first half of the year, much was done.", right)
    assert len(model.heard) == 2
    assert {id for r in rows for id in r.sentence.fact_ids} == {"F1", "F2", "F3"}
    assert rows[0].rejections == ("夹有外文",)


def test_level_3_says_no_fact_twice() -> None:
    rows, _ = by_paragraph(
        "茶叶产量340吨。同时，茶叶产量340吨，推广测土配方施肥。", "粮食播种面积1.26万亩，同比增长5%。"
    )
    ids = [id for r in rows for id in r.sentence.fact_ids]
    assert sorted(ids) == ["F1", "F2", "F3"]
    assert "同一事实写了两遍" in [reason for r in rows for reason in r.rejections]


def test_level_3_goes_on_without_a_service_that_gives_out() -> None:
    rows, model = by_paragraph(ServiceError("断了"))
    assert len(model.heard) == 1
    assert {id for r in rows for id in r.sentence.fact_ids} == {"F1", "F2", "F3"}
    assert all(r.by != "model" for r in rows)
