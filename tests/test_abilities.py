"""What an endpoint can do is tried, not believed; how well it writes decides who writes."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from pipeline.cli.drafting import _Asked, _writer, lead_words, prompt_reader
from pipeline.drafting.abilities import CANARY, GRAMMARS, canned, constraint_of, level_of, measured, response_format
from pipeline.drafting.budget import Budget
from pipeline.drafting.client import Endpoint, Prompt
from pipeline.drafting.phrasing import Sentence, Wording, schema, unpacked
from pipeline.drafting.writer import Context, ModelWriter, writer_at
from pipeline.errors import PipelineError, ServiceError
from pipeline.shipped import shipped
from tests.endpoints import Answer, Call, chat, chat_event, error, serving, written_by
from tests.sheets import fact
from tests.test_draft import faithful

PROBE = shipped("prompts") / "probe.yaml"
KEPT = json.dumps({"s0": CANARY}, ensure_ascii=False)


def honouring(field: str, said: str) -> Callable[[Call], Answer]:
    """A server that keeps to one field and ignores all others, as servers do."""
    return lambda call: chat(said if field in call.body else "我是一个语言模型。")


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (honouring("grammar", CANARY), ("grammar", "grammar")),
        (honouring("guided_grammar", CANARY), ("grammar", "guided_grammar")),
        (honouring("structured_outputs", CANARY), ("grammar", "structured_outputs")),
        (honouring("response_format", KEPT), ("schema", "response_format")),
        (honouring("response_format", json.dumps({"s0": "甲"})), ("", "")),  # JSON, but not by the schema
        (lambda call: chat("我是一个语言模型。"), ("", "")),
        (lambda call: chat("我是一个语言模型。") if "response_format" in call.body else error(400, "unknown field"), ("", "")),
        (lambda call: chat("", usage=None), ("", "")),
    ],
)  # fmt: skip
def test_a_constraint_counts_if_an_answer_keeps_to_it(answer: Callable[[Call], Answer], found: tuple[str, str]) -> None:
    with serving(answer) as server, Endpoint(server.base_url, "m", api_key=None, chat=True, retries=0) as model:
        assert constraint_of(model) == found


@pytest.mark.parametrize(
    ("write", "share", "level"),
    [
        (faithful, 1.0, 3),
        (lambda asked: faithful(asked) if "低保" in asked or "来信" in asked else "有序推进。", 0.2, 2),
        (lambda asked: faithful(asked) if len(asked) % 2 else "抱歉，我无法完成。", None, 2),
        (lambda asked: "Great progress was made.", 0.0, 0),
    ],
)
def test_first_answers_to_canned_sentences_are_measured(
    write: Callable[[str], str], share: float | None, level: int
) -> None:
    with serving(written_by(write)) as server, Endpoint(server.base_url, "m", api_key=None, chat=True) as model:
        writer = writer_at(2, model, prompt_reader(None), 0)
        assert isinstance(writer, ModelWriter)
        found, reasons = measured(writer, canned(PROBE), lead_words(None))
    assert len(server.calls) == 10
    assert share is None or found == share
    assert len(reasons) == 10 - round(found * 10)
    assert level_of(found, "") == level


@pytest.mark.parametrize(
    ("acceptance", "constraint", "level"),
    [(1.0, "", 3), (0.8, "grammar", 3), (0.5, "grammar", 2), (0.1, "grammar", 1), (0.0, "schema", 1), (0.1, "", 2), (0.0, "", 0)],
)  # fmt: skip
def test_the_level_is_what_was_earned(acceptance: float, constraint: str, level: int) -> None:
    assert level_of(acceptance, constraint) == level  # type: ignore[arg-type]


def test_choices_by_schema_are_put_together_again() -> None:
    """Level 1 without grammars: the wordings of each slot as an enumeration, the answer an object of them."""
    tea = fact("F1", "茶叶产量", "3", "吨")
    sentence = Sentence(((Wording(""), Wording("上半年，")), (Wording("茶叶产量3吨"), Wording("茶叶产量达3吨")), (Wording("。"),)), ("F1",))  # fmt: skip
    assert unpacked('{"s0": "上半年，", "s1": "茶叶产量3吨", "s2": "。"}') == "上半年，茶叶产量3吨。"
    assert unpacked("茶叶") == "茶叶"

    def answer(call: Call) -> Answer:
        asked = call.body["response_format"]["json_schema"]["schema"]
        assert asked == json.loads(schema(sentence))
        return chat(
            json.dumps({name: one["enum"][-1] for name, one in asked["properties"].items()}, ensure_ascii=False)
        )

    with serving(answer) as server, Endpoint(server.base_url, "m", api_key=None, chat=True) as model:
        model.keep_to(lambda schema: response_format(json.loads(schema)))
        writer = writer_at(1, model, prompt_reader(None), 0)
        assert isinstance(writer, ModelWriter)
        writer.by_schema = True
        written = writer.write(sentence, Context("产业", {"F1": tea}, ()), "k")
    assert (written.by, written.wording.text) == ("model", "上半年，茶叶产量达3吨。")


def test_grammars_go_in_the_field_that_was_found() -> None:
    with (
        serving(written_by(lambda asked: "甲")) as server,
        Endpoint(server.base_url, "m", api_key=None, chat=True) as model,
    ):
        model.keep_to(GRAMMARS["structured_outputs"])
        writer_at(1, model, prompt_reader(None), 0).write(
            Sentence(((Wording("甲"),),), ("F1",)), Context("", {"F1": fact("F1", "茶叶", "3", "吨")}, ()), "k"
        )
    assert server.calls[0].body["structured_outputs"] == {"grammar": 'root ::= s0\ns0 ::= "甲"\n'}


@pytest.mark.parametrize(
    "text", ["- [{indicator: 茶叶}]", "- 茶叶", "茶叶: [", "- [{indicator: 茶叶, value: 很多, unit: 吨}]"]
)
def test_a_probe_file_that_cannot_be_read_is_named(text: str, tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "probe.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PipelineError) as fault:
        canned(path)
    assert fault.value.where == str(path)


@pytest.mark.parametrize(
    ("rows", "context"),
    [
        ([{"id": "m", "max_model_len": 4096}], 4096),
        ([{"id": "x", "max_model_len": 1}, {"id": "m", "meta": {"n_ctx": 8192}}], 8192),
        ([{"id": "m"}], None),
        ([], None),
    ],
)
def test_the_context_is_asked_for(rows: list[dict[str, object]], context: int | None) -> None:
    body = json.dumps({"data": rows}).encode()
    told = Answer(content_type="application/json", pieces=(body,))
    with serving(lambda call: told) as server, Endpoint(server.base_url, "m", api_key=None) as model:
        assert model.context() == (context, "models" if context else "")


def test_exemplars_stay_out_of_a_prompt_that_would_not_fit() -> None:
    long = ("耕地保护责任逐村落实。" * 14,)
    tea = Context("产业", {"F1": fact("F1", "茶叶产量", "3", "吨")}, long, frozenset())
    sentence = Sentence(((Wording("。"),),), ("F1",))
    for context, shown in ((None, True), (100_000, True), (500, False)):
        with serving(written_by(faithful)) as server, Endpoint(server.base_url, "m", api_key=None, chat=True) as model:
            writer = writer_at(2, model, prompt_reader(None), 0)
            assert isinstance(writer, ModelWriter)
            writer.budget = Budget(context)
            assert writer.write(sentence, tea, "k").by == "model"
        assert ("耕地保护" in server.calls[0].body["messages"][-1]["content"]) == shown


def test_an_answer_that_trickles_on_for_ever_is_ended() -> None:
    """Each token comes in time, the answer never ends."""
    pieces = tuple(p for _ in range(40) for p in (0.02, chat_event("茶")))
    with (
        serving(lambda call: Answer(pieces=pieces)) as server,
        Endpoint(server.base_url, "m", api_key=None, chat=True, token_seconds=5, answer_seconds=0.2) as model,
        pytest.raises(ServiceError, match="没有把一次应答写完"),
    ):
        model.complete(Prompt("茶叶"), max_tokens=900)


def test_a_host_elsewhere_is_named_once_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Endpoint, "is_local", False)
    said: list[str] = []

    def answer(call: Call) -> Answer:
        said.append(capsys.readouterr().err)
        return chat("你好。")

    with serving(answer) as server, ExitStack() as stack:
        asked = _Asked("m", server.base_url, 0, offline=False, port=0, level="2", kept=None, prompts=None)
        writer, tried, replies = _writer(stack, asked)
    assert (getattr(writer, "level", None), tried, replies) == (2, None, None)
    assert said[0].count(f"将发往 127.0.0.1:{server.port}") == 1
    assert "将发往" not in "".join(said[1:]) + capsys.readouterr().err
