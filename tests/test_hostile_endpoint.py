"""An endpoint that means no good: answers without end, packed, of another kind, sent elsewhere; nothing hangs, and nothing leaks."""

from __future__ import annotations

import gzip
import json
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest

from pipeline.cli.drafting import _Asked, _by_proxy, _writer
from pipeline.drafting.client import Endpoint, Prompt
from pipeline.errors import PipelineError, ServiceError
from tests.endpoints import DONE, Answer, Call, chat, chat_event, error, event, raw, serving

ASKED = Prompt("茶叶产量 3吨")
KEY = "sk-office-7f3a9c"


def complete(answer: Callable[[Call], Answer], **options: Any) -> str:
    given: dict[str, Any] = {"api_key": KEY, "chat": True, "retries": 0, "token_seconds": 2.0, "answer_seconds": 1.0}
    with serving(answer) as server, Endpoint(server.base_url, "m", **(given | options)) as model:
        return model.complete(ASKED, max_tokens=20).text


def delta(**fields: object) -> bytes:
    return event({"choices": [{"index": 0, "delta": fields, "finish_reason": None}]})


CALLED = [{"index": 0, "function": {"name": "send", "arguments": "{}"}}]


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (
            raw(delta(reasoning_content="先想一想"), chat_event("好。", "stop"), DONE),
            "好。",
        ),  # thinking beside the answer
        (raw(delta(reasoning="想", content=None), chat_event("好。", "stop"), DONE), "好。"),
        (
            raw(delta(tool_calls=CALLED), chat_event("好。", "stop"), DONE),
            "好。",
        ),  # a call that nobody asked for is no text
        (Answer(pieces=(chat_event("好。", "stop"), DONE), content_type="text/plain"), "好。"),
        (Answer(pieces=(chat_event("好。", "stop"), DONE), content_type="application/octet-stream"), "好。"),
        (raw(*[chat_event("茶" * 500)] * 200), "茶"),  # more than was asked for, by far: it is cut
    ],
)
def test_what_is_read_all_the_same(answer: Answer, text: str) -> None:
    said = complete(lambda call: answer)
    assert said.startswith(text)
    assert len(said) < 25_000


BOMB = gzip.compress(b" " * 50_000_000)
PACKED = {"Content-Encoding": "gzip"}


@pytest.mark.parametrize(
    "answer",
    [
        raw(*[p for _ in range(60) for p in (b"\n", 0.05)]),  # whitespace for ever
        raw(*[p for _ in range(60) for p in (chat_event(" "), 0.05)]),
        raw(*[p for _ in range(60) for p in (b" ", 0.05)], content_type="application/json"),
        Answer(status=400, content_type="application/json", pieces=tuple(p for _ in range(60) for p in (b" ", 0.05))),
        Answer(status=500, content_type="text/plain", pieces=(b"x" * 300_000,) * 8),
        Answer(pieces=(BOMB,), headers=PACKED),
        Answer(status=400, content_type="application/json", pieces=(BOMB,), headers=PACKED),
        Answer(pieces=(BOMB,), headers={"Content-Encoding": "gzip, gzip, br"}),
        raw(delta(tool_calls=CALLED), event({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}), DONE),
        raw(b"\xff\xfe" * 1000, content_type="image/png"),
        raw(b"<html>login</html>", content_type="text/html"),
    ],
    ids=["blank lines", "blanks", "blanks as JSON", "an error for ever", "a huge error", "packed", "a packed error", "packed thrice",
         "tool calls alone", "an image", "a login page"],
)  # fmt: skip
def test_what_is_refused_in_time(answer: Answer) -> None:
    begin = time.perf_counter()
    with pytest.raises(ServiceError) as fault:
        complete(lambda call: answer)
    assert time.perf_counter() - begin < 6
    assert KEY not in str(fault.value)


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
@pytest.mark.parametrize("form", [KEY, f"Bearer {KEY}", "".join(f"\\u{ord(c):04x}" for c in KEY)])
def test_a_key_that_is_echoed_is_masked(status: int, form: str) -> None:
    body = f'{{"error": {{"message": "bad key {form} given"}}}}'.encode()
    said = Answer(status=status, content_type="application/json", pieces=(body,))
    with pytest.raises(ServiceError) as fault:
        complete(lambda call: said)
    assert KEY not in str(fault.value)
    assert fault.value.__cause__ is None


def test_a_key_that_is_echoed_in_an_answer_is_masked() -> None:
    said = lambda call: chat(f"收到{call.headers['authorization']}。")  # noqa: E731
    with serving(said) as server, Endpoint(server.base_url, "m", api_key=KEY) as model:
        assert model.complete(ASKED, max_tokens=50).text == "收到Bearer …。"


def test_facts_go_to_no_other_host_whatever_is_asked() -> None:
    """Neither a question, nor a count, nor the list of models follows a redirect."""
    with serving(lambda call: chat("好。")) as other:
        to = Answer(status=307, headers={"Location": f"{other.base_url}/chat/completions"})
        with serving(lambda call: to) as server, Endpoint(server.base_url, "m", api_key=KEY, retries=0) as model:
            assert (model.counts_tokens(), model.context()) == (False, (None, ""))
            with pytest.raises(ServiceError, match="没有跟去"):
                model.complete(ASKED, max_tokens=5)
    assert other.calls == []


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"])
@pytest.mark.parametrize("offline", [True, False])
def test_no_proxy_gets_what_goes_to_this_machine(name: str, offline: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda call: chat("错")) as proxy, serving(lambda call: chat("好。")) as server:
        monkeypatch.setenv(name, proxy.base_url.removesuffix("/v1"))
        monkeypatch.delenv("NO_PROXY", raising=False)
        with Endpoint(server.base_url, "m", api_key=KEY, offline=offline) as model:
            assert model.complete(ASKED, max_tokens=5).text == "好。"
            model.counts_tokens()
        assert proxy.calls == []


@pytest.mark.parametrize(
    "host",
    ["office.example", "localhost.example", "127.0.0.1.example", "0.0.0.0", "127.1", "2130706433", "localhost.", "10.0.0.5", "[::ffff:10.0.0.5]"],
)  # fmt: skip
def test_offline_asks_no_name_server(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name may point at this machine today and elsewhere tomorrow: only what is loopback by itself will do."""

    def closed(*_: object, **__: object) -> None:
        raise AssertionError("a name was looked up, or a socket opened")

    monkeypatch.setattr(socket, "getaddrinfo", closed)
    monkeypatch.setattr(socket, "create_connection", closed)
    with pytest.raises(PipelineError, match="离线"):
        Endpoint(f"http://{host}:8000/v1", "m", api_key=KEY, offline=True)


@pytest.mark.parametrize("proxy", ["socks5://203.0.113.9:1080", "nonsense://x"])
def test_a_proxy_that_cannot_be_used_is_told(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(PipelineError, match="代理"):
        Endpoint("https://office.example/v1", "m", api_key=KEY)


@pytest.mark.parametrize(
    ("name", "value", "url", "told"),
    [
        ("https_proxy", "http://me:secret@proxy.example:3128", "https://office.example/v1", "，经代理 proxy.example"),
        ("http_proxy", "http://proxy.example:3128", "https://office.example/v1", ""),
        ("all_proxy", "http://proxy.example:3128", "http://office.example/v1", "，经代理 proxy.example"),
    ],
)
def test_a_proxy_is_named_with_the_host(
    name: str, value: str, url: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for other in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(other, raising=False)
        monkeypatch.delenv(other.upper(), raising=False)
    monkeypatch.setenv(name, value)
    assert _by_proxy(url) == told


def test_offline_wants_localhost_to_be_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hosts file may send even localhost elsewhere."""
    elsewhere = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("203.0.113.7", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: elsewhere)
    with pytest.raises(PipelineError, match="离线"):
        Endpoint("http://localhost:8000/v1", "m", api_key=KEY, offline=True)


@pytest.mark.parametrize("url", [f"http://user:{KEY}@127.0.0.1/v1", f"http://127.0.0.1/v1?key={KEY}", f"http://127.0.0.1/v1#{KEY}"])  # fmt: skip
def test_a_key_in_the_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(PipelineError) as fault:
        Endpoint(url, "m", api_key=None)
    assert KEY not in str(fault.value)


def test_the_kept_replies_hold_no_key(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    kept = tmp_path / "kept.jsonl"
    with serving(lambda call: chat("好。") if call.method == "POST" else error(404)) as server, ExitStack() as stack:
        _writer(stack, _Asked("m", server.base_url, 0, False, 0, "2", kept, None))
    assert KEY not in kept.read_text(encoding="utf-8")
    assert json.loads(kept.read_text(encoding="utf-8").splitlines()[0])["key"]
