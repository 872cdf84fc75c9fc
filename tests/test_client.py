"""The model client against a scripted server: what it sends, what it makes of right answers, and of every wrong one."""

from __future__ import annotations

import json
import socket
import threading
import time
import traceback
from typing import Any

import pytest

from pipeline.drafting.client import ContextExceededError, EmptyAnswerError, Endpoint, Model, Prompt, is_loopback
from pipeline.errors import PipelineError, ServiceError
from tests.endpoints import (
    DONE,
    Answer,
    Call,
    chat,
    chat_event,
    completion,
    completion_event,
    error,
    event,
    in_turn,
    raw,
    serving,
    usage_event,
    written_by,
)

KEY = "sk-geheim-1234567890"
PROMPT = Prompt("写一句话。", system="你是办公室的文员。", name="section")


def asked(base_url: str, **options: Any) -> Endpoint:
    """An endpoint with short limits."""
    settled: dict[str, Any] = {"api_key": KEY, "token_seconds": 0.4, "connect_seconds": 2, "retries": 0}
    return Endpoint(base_url, "m", **(settled | options))


def refusal(said: Answer, **options: Any) -> ServiceError:
    """What one answer of the server makes `complete` raise."""
    with serving(in_turn(said)) as server, asked(server.base_url, **options) as endpoint:
        with pytest.raises(ServiceError) as told:
            endpoint.complete(PROMPT, max_tokens=20)
        assert told.value.where == f"127.0.0.1:{server.port}"
        assert told.value.exit_code == 3
        assert told.value.mend
        assert KEY not in "".join(traceback.format_exception(told.value))
        return told.value


def test_a_chat_is_sent_and_read() -> None:
    with serving(in_turn(chat("全镇", "发展平稳。"))) as server, asked(server.base_url, chat=True) as endpoint:
        model: Model = endpoint
        reply = model.complete(PROMPT, max_tokens=20, stop=("\n",), seed=7, temperature=0.5)
    assert (reply.text, reply.finish, reply.prompt_tokens, reply.completion_tokens) == ("全镇发展平稳。", "stop", 12, 3)
    assert reply.seconds > 0
    (call,) = server.calls
    assert call.path == "/v1/chat/completions"
    assert call.headers["authorization"] == f"Bearer {KEY}"
    assert call.body == {
        "model": "m",
        "messages": [
            {"role": "system", "content": "你是办公室的文员。"},
            {"role": "user", "content": "写一句话。"},
        ],
        "max_tokens": 20,
        "temperature": 0.5,
        "seed": 7,
        "stop": ["\n"],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_a_completion_gets_the_system_text_first() -> None:
    said = completion("好。", finish="length", usage=None)
    options = {"chat": False, "honours_grammar": True}
    with serving(in_turn(said)) as server, asked(server.base_url, **options) as endpoint:
        reply = endpoint.complete(PROMPT, max_tokens=2, grammar='root ::= "好。"')
    assert (reply.text, reply.finish, reply.prompt_tokens, reply.completion_tokens) == ("好。", "length", None, None)
    assert server.calls[0].path == "/v1/completions"
    assert server.calls[0].body["prompt"] == "你是办公室的文员。\n\n写一句话。"
    assert server.calls[0].body["grammar"] == 'root ::= "好。"'


def test_a_grammar_goes_only_where_it_is_honoured() -> None:
    with serving(in_turn(chat("好。"))) as server, asked(server.base_url) as endpoint:
        endpoint.complete(PROMPT, max_tokens=2, grammar='root ::= "好。"')
    assert "grammar" not in server.calls[0].body


def test_no_key_means_no_key_not_the_one_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "meant-for-another")
    with serving(in_turn(chat("好。"))) as server, asked(server.base_url, api_key=None) as endpoint:
        endpoint.complete(PROMPT, max_tokens=2)
    assert "meant-for-another" not in str(server.calls[0].headers)
    assert "authorization" not in server.calls[0].headers


@pytest.mark.parametrize(
    "refused",
    [
        error(404),
        error(405),
        error(400, "The model does not support Chat Completions API"),
        error(400, "you must provide a chat template"),
    ],
)
def test_without_a_chat_interface_the_other_is_taken_and_remembered(refused: Answer) -> None:
    def answer(call: Call) -> Answer:
        return refused if call.path.endswith("/chat/completions") else completion("好。")

    with serving(answer) as server, asked(server.base_url) as endpoint:
        assert [endpoint.complete(PROMPT, max_tokens=2).text for _ in range(2)] == ["好。", "好。"]
    assert [call.path for call in server.calls] == ["/v1/chat/completions", "/v1/completions", "/v1/completions"]


@pytest.mark.parametrize(
    ("said", "dropped", "instead"),
    [
        ("Extra inputs are not permitted: stream_options", "stream_options", None),
        ("Unknown field", "stream_options", None),  # names none: laid to the newest
        ("Unsupported value: 'temperature' does not support 0", "temperature", None),
        ("unknown parameter: seed", "seed", None),
        ("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", "max_tokens", 20),
    ],
)
def test_a_field_that_is_refused_is_left_out_from_then_on(said: str, dropped: str, instead: int | None) -> None:
    def answer(call: Call) -> Answer:
        return error(400, said) if dropped in call.body else chat("好。", usage=None)

    with serving(answer) as server, asked(server.base_url) as endpoint:
        for _ in range(2):
            assert endpoint.complete(PROMPT, max_tokens=20).text == "好。"
    assert [dropped in call.body for call in server.calls] == [True, False, False]
    assert server.calls[1].body.get("max_completion_tokens") == instead


@pytest.mark.parametrize(
    ("pieces", "text", "finish"),
    [
        # one event over several chunks, cut within a character
        ((chat_event("镇区")[:-9], chat_event("镇区")[-9:], chat_event("", "stop"), DONE), "镇区", "stop"),
        (
            (lambda said: (*(said[at : at + 1] for at in range(len(said))), DONE))(chat_event("农业稳产", "stop")),
            "农业稳产",
            "stop",
        ),
        # the server itself sends half of 镇 (e9 95 87) in one event and half in the next
        (
            (
                event(b'{"choices":[{"delta":{"content":"\xe9\x95"}}]}'),
                event(b'{"choices":[{"delta":{"content":"\x87"},"finish_reason":"stop"}]}'),
                DONE,
            ),
            "镇",
            "stop",
        ),
        # half a character at the very end
        (
            (event(b'{"choices":[{"delta":{"content":"\xe5\xa5\xbd\xe9\x95"}}]}'), chat_event("", "length"), DONE),
            "好",
            "length",
        ),
        ((event('{"choices":[{"delta":{"content":"好\\ud83d"}}]}'), chat_event("", "length"), DONE), "好", "length"),
        # a line separator within the JSON is no end of a line
        ((chat_event("甲\u2028乙", "stop"), DONE), "甲\u2028乙", "stop"),
        ((chat_event("甲").replace(b"\n", b"\r\n"), b": ping\r\n\r\n", chat_event("乙", "stop"), DONE), "甲乙", "stop"),
        ((chat_event("甲", "stop"),), "甲", "stop"),  # no [DONE]
        ((chat_event("甲"), b"data: [DONE]"), "甲", "stop"),  # no last line end, no reason
        ((b"event: message\nid: 1\n" + chat_event("甲"), usage_event(1, 1), DONE), "甲", "stop"),
        (
            (event({"choices": [{"delta": {"role": "assistant", "content": None}}]}), chat_event("甲", "stop"), DONE),
            "甲",
            "stop",
        ),
        ((event({"choices": [{"delta": {"reasoning_content": "想"}}]}), chat_event("甲", "stop"), DONE), "甲", "stop"),
        ((chat_event("<think>想一"), chat_event("想</think>\n\n甲", "stop"), DONE), "甲", "stop"),
    ],
)
def test_streams_as_servers_really_send_them(pieces: tuple[bytes, ...], text: str, finish: str) -> None:
    with serving(in_turn(raw(*pieces))) as server, asked(server.base_url) as endpoint:
        reply = endpoint.complete(PROMPT, max_tokens=20)
    assert (reply.text, reply.finish) == (text, finish)
    reply.text.encode()  # no lone surrogate is left


def test_a_server_that_does_not_stream_is_read_as_well() -> None:
    whole = {
        "choices": [{"message": {"role": "assistant", "content": "全镇平稳。\n又及"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 5, "completion_tokens": 2},
    }
    said = raw(json.dumps(whole).encode(), content_type="application/json; charset=utf-8")
    with serving(in_turn(said)) as server, asked(server.base_url) as endpoint:
        reply = endpoint.complete(PROMPT, max_tokens=20, stop=("\n",))
    assert (reply.text, reply.finish, reply.prompt_tokens) == ("全镇平稳。", "stop", 5)


def test_a_stop_that_the_server_overlooks_ends_the_answer_here() -> None:
    pieces = (chat_event("甲乙。要"), chat_event("点：丙"), 30.0, chat_event("丁"))
    stops = ("a", "b", "c", "d", "要点：")  # five; the interface takes four
    with serving(in_turn(raw(*pieces))) as server, asked(server.base_url) as endpoint:
        reply = endpoint.complete(PROMPT, max_tokens=20, stop=stops)
    assert (reply.text, reply.finish) == ("甲乙。", "stop")
    assert server.calls[0].body["stop"] == ["a", "b", "c", "d"]


def test_what_a_writer_says_comes_back_from_both_interfaces() -> None:
    with serving(written_by(lambda text: text[::-1])) as server:
        for chats in (True, False):
            with asked(server.base_url, chat=chats) as endpoint:
                assert endpoint.complete(Prompt("甲乙"), max_tokens=9).text == "乙甲"


@pytest.mark.parametrize(
    ("said", "what", "mend"),
    [
        (error(401, f"Incorrect API key provided: {KEY}"), "不接受这个密钥（401）", "检查密钥"),
        (error(403), "不接受这个密钥（403）", "权限"),
        (error(404, "no such model"), "没有模型“m”（404）", "/v1"),
        (error(429, f"quota of {KEY} is used up"), "额度用完（429）：quota of *** is used up", "额度"),
        (error(500), "模型服务出错（500）：scripted error", "日志"),
        (raw(b"<html>oops</html>", content_type="text/html"), "不是模型服务的格式", "/v1"),
        (Answer(status=502, content_type="text/html", pieces=(b"<html>",)), "模型服务出错（502）。", "日志"),
        (error(418), "不接受请求（418）", "--base-url"),
        (raw(b"\x00\xff\xfe\x80garbage"), "不是模型服务的格式", "/v1"),
        (raw(b"\x00\xff\xfe\x80garbage\n\n"), "不是模型服务的格式", "/v1"),
        (raw(b"data: {not json\n\n"), "不是模型服务的格式", "/v1"),
        (raw(event([1, 2])), "不是模型服务的格式", "/v1"),
        (raw(event({"choices": "x"})), "不是模型服务的格式", "/v1"),
        (raw(event({"choices": [{"delta": {"content": 3}}]})), "不是模型服务的格式", "/v1"),
        (raw(b"not json", content_type="application/json"), "不是模型服务的格式", "/v1"),
        (raw(event({"error": {"message": f"out of memory {KEY}"}})), "模型服务报错：out of memory ***", "再试"),
        (raw(chat_event("甲"), b'data: {"cho'), "中途断了", "网络"),  # the connection ends in good order
        (raw(chat_event("甲"), cut=True), "中途断了", "网络"),  # and without
        (raw(chat_event("", "content_filter"), DONE), "内容规则", "换一个模型"),
        (raw(), "应答是空的", "再试"),
        (raw(DONE), "应答是空的", "再试"),
        (chat(""), "应答是空的", "再试"),
        (chat("<think>想了又想", finish="length"), "应答是空的", "思考"),
        (raw(2.0, chat_event("甲")), "0.4 秒没有送来一个字", "稍后"),  # nothing at all
        (raw(chat_event("甲"), 2.0, chat_event("乙")), "0.4 秒没有送来一个字", "稍后"),  # stuck midway
        (raw(*(b": ping\n\n", 0.1) * 20), "0.4 秒没有送来一个字", "稍后"),  # alive, and no word
        (error(400, "bad request"), "不接受请求（400）：bad request", "--model"),
    ],
)
def test_every_fault_is_told_with_its_mend(said: Answer, what: str, mend: str) -> None:
    started = time.monotonic()
    told = refusal(said)
    assert what in told.what
    assert mend in told.mend
    assert time.monotonic() - started < 1.9  # nothing waits longer than its limit


def test_faults_that_concern_one_prompt_only_can_be_told_apart() -> None:
    assert isinstance(refusal(chat("")), EmptyAnswerError)
    too_long = refusal(error(400, "request (9001 tokens) exceeds the available context size (4096 tokens)"))
    assert isinstance(too_long, ContextExceededError)
    assert "9001" in too_long.what


def test_with_a_grammar_an_empty_answer_may_be_right() -> None:
    with serving(in_turn(chat(""))) as server, asked(server.base_url, honours_grammar=True) as endpoint:
        assert endpoint.complete(PROMPT, max_tokens=2, grammar='root ::= "" | "好"').text == ""


def test_an_endless_answer_is_ended() -> None:
    flood = raw(*[b": " + b"x" * 1_000_000 + b"\n"] * 20)
    assert (
        "不是模型服务的格式" in refusal(flood, token_seconds=30, answer_seconds=30).what
    )  # its length ends it, not a limit of time


def test_a_missing_key_is_asked_for() -> None:
    assert "没有给密钥（401）" in refusal(error(401), api_key=None).what


def test_a_wrong_model_is_told_the_right_ones() -> None:
    def answer(call: Call) -> Answer:
        if call.method == "GET":
            listed = {"data": [{"id": "qwen2.5:7b"}, {"id": "glm4"}]}
            return raw(json.dumps(listed).encode(), content_type="application/json")
        return error(404, "model 'm' not found")

    with serving(answer) as server, asked(server.base_url) as endpoint, pytest.raises(ServiceError) as told:
        endpoint.complete(PROMPT, max_tokens=2)
    assert told.value.mend.endswith("服务上有：qwen2.5:7b、glm4。")


def test_503_is_tried_again_after_the_time_the_server_asks_for() -> None:
    busy = error(503, headers={"Retry-After": "0.1"})
    started = time.monotonic()
    with serving(in_turn(busy, busy, chat("好。"))) as server, asked(server.base_url, retries=2) as endpoint:
        assert endpoint.complete(PROMPT, max_tokens=2).text == "好。"
    assert len(server.calls) == 3
    assert 0.2 <= time.monotonic() - started < 1.1  # the package's own waits would be 0.375 s and 0.75 s at least


def test_silence_is_not_waited_for_again() -> None:
    started = time.monotonic()
    assert "没有送来一个字" in refusal(raw(9.0, chat_event("甲")), retries=2).what
    assert time.monotonic() - started < 1.1


def test_silence_before_the_status_line_is_not_waited_for_again() -> None:
    ended = threading.Event()

    def late(_: Call) -> Answer:
        ended.wait(9)
        return chat("晚了。")

    with serving(late) as server, asked(server.base_url, retries=2) as endpoint:
        with pytest.raises(ServiceError, match=r"0\.4 秒没有送来一个字"):
            endpoint.complete(PROMPT, max_tokens=2)
        ended.set()
    assert len(server.calls) == 1


def test_503_for_good_says_how_often_it_was_tried() -> None:
    busy = error(503, headers={"Retry-After": "0.05"})
    with serving(in_turn(busy)) as server, asked(server.base_url, retries=2) as endpoint:
        with pytest.raises(ServiceError) as told:
            endpoint.complete(PROMPT, max_tokens=2)
        assert told.value.what == "模型服务出错（503），重试 2 次后仍然如此：scripted error"
    assert len(server.calls) == 3


def test_a_port_that_nobody_listens_on() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused for certain
        base_url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        with asked(base_url) as endpoint, pytest.raises(ServiceError, match="连接被拒绝"):
            endpoint.complete(PROMPT, max_tokens=2)


def test_a_host_that_no_name_server_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with asked("http://model.invalid/v1") as endpoint, pytest.raises(ServiceError, match="找不到模型服务的主机名"):
        endpoint.complete(PROMPT, max_tokens=2)


def test_http_spoken_where_https_was_meant() -> None:
    with (
        serving(in_turn(chat("好。"))) as server,
        asked(server.base_url.replace("http:", "https:")) as endpoint,
        pytest.raises(ServiceError, match="加密连接"),
    ):
        endpoint.complete(PROMPT, max_tokens=2)


@pytest.mark.parametrize("offline", [True, False])
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(status: int, offline: bool) -> None:
    with serving(in_turn(chat("偷听到了。"))) as other:
        goes = error(status, headers={"Location": f"{other.base_url}/chat/completions?secret=1"})
        says = f"要转到别处（{status}，127.0.0.1:{other.port}）"
        with (
            serving(in_turn(goes)) as server,
            asked(server.base_url, offline=offline) as endpoint,
            pytest.raises(ServiceError, match=says),
        ):
            endpoint.complete(PROMPT, max_tokens=2)
    assert other.calls == []


def test_a_proxy_of_the_environment_does_not_get_what_goes_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(in_turn(chat("偷听到了。"))) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        with serving(in_turn(chat("好。"))) as server, asked(server.base_url, offline=True) as endpoint:
            assert endpoint.complete(PROMPT, max_tokens=2).text == "好。"
    assert proxy.calls == []


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("LOCALHOST", True),
        ("127.0.0.1", True),
        ("127.255.0.3", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("127.1", False),  # read as 127.0.0.1 by some: not worth the doubt
        ("2130706433", False),
        ("127.0.0.1.example.org", False),
        ("localhost.example.org", False),
        ("10.0.0.5", False),
        ("::", False),
        ("", False),
    ],
)
def test_loopback_hosts(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


@pytest.mark.parametrize(
    "base_url",
    [
        "https://api.example.org/v1",
        "http://10.0.0.5:8000/v1",
        "http://127.0.0.1.example.org/v1",
        "http://[2001:db8::1]/v1",
    ],
)
def test_offline_refuses_before_any_socket_is_opened(base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(PipelineError, match="离线方式") as told:
        Endpoint(base_url, "m", api_key=KEY, offline=True)
    assert told.value.exit_code == 2
    assert not isinstance(told.value, ServiceError)
    assert KEY not in str(told.value)


@pytest.mark.parametrize(
    ("base_url", "model", "key", "what"),
    [
        ("localhost:8000/v1", "m", None, "地址不能用"),
        ("", "m", None, "地址不能用"),
        ("ftp://localhost/v1", "m", None, "地址不能用"),
        ("http:///v1", "m", None, "地址不能用"),
        ("http://localhost:port/v1", "m", None, "地址不能用"),
        ("http://[::1/v1", "m", None, "地址不能用"),
        ("http://localhost/v1?key=1", "m", None, "地址不能用"),
        (f"http://user:{KEY}@localhost/v1", "m", None, "不能用的字符"),
        ("http://example.org\\@localhost/v1", "m", None, "不能用的字符"),
        ("http://local host/v1", "m", None, "不能用的字符"),
        ("http://localhost/v1", " ", None, "没有给出模型名"),
        ("http://localhost/v1", "m", f"{KEY}\n{KEY}", "密钥里有不能用的字符"),
        ("http://localhost/v1", "m", f"密钥{KEY}", "密钥里有不能用的字符"),
    ],
)
def test_what_cannot_be_an_endpoint(base_url: str, model: str, key: str | None, what: str) -> None:
    with pytest.raises(PipelineError, match=what) as told:
        Endpoint(base_url, model, api_key=key)
    assert told.value.exit_code == 2
    assert KEY not in str(told.value)


def test_ping_tries_the_whole_way() -> None:
    with serving(in_turn(chat("", finish="length"))) as server, asked(server.base_url) as endpoint:
        said = endpoint.ping()
    assert said.startswith(f"127.0.0.1:{server.port} 有应答，模型 m（对话接口），用时 ")
    assert server.calls[0].body["max_tokens"] == 8
    assert KEY not in said
    unwelcome = error(401)
    with (
        serving(in_turn(unwelcome)) as server,
        asked(server.base_url) as endpoint,
        pytest.raises(ServiceError, match="401"),
    ):
        endpoint.ping()


def test_completion_streams_end_without_a_reason_too() -> None:
    with serving(in_turn(raw(completion_event("好"), DONE))) as server, asked(server.base_url, chat=False) as endpoint:
        assert endpoint.complete(PROMPT, max_tokens=2).finish == "stop"
