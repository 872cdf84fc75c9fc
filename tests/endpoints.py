"""A scripted OpenAI-compatible server on loopback: says what a test tells it to, right or wrong, and keeps what it heard.

with serving(in_turn(error(503), chat("好。"))) as server:
    Endpoint(server.base_url, "m", api_key=None).complete(...)
assert server.calls[1].body["messages"] == ...
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it arrived; `body` is {} for a GET, header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server sends: bytes go out as one HTTP chunk each, a number is a pause in seconds before the next.

    `cut` breaks the connection off after the last piece instead of ending the response.
    """

    status: int = 200
    content_type: str = "text/event-stream"
    pieces: tuple[bytes | float, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False


@dataclass(slots=True)
class Served:
    """A running server: its address (with /v1) and the calls it has had."""

    base_url: str
    port: int
    calls: list[Call]


def event(data: object) -> bytes:
    """One server-sent event; a str or bytes is sent as it is, anything else as JSON."""
    if isinstance(data, bytes):
        return b"data: " + data + b"\n\n"
    return event(data.encode() if isinstance(data, str) else json.dumps(data, ensure_ascii=False).encode())


DONE = event("[DONE]")


def usage_event(prompt_tokens: int, completion_tokens: int) -> bytes:
    return event({"choices": [], "usage": {"prompt_tokens": prompt_tokens, "completion_tokens": completion_tokens}})


def chat_event(text: str, finish: str | None = None) -> bytes:
    return event({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]})


def completion_event(text: str, finish: str | None = None) -> bytes:
    return event({"choices": [{"index": 0, "text": text, "finish_reason": finish}]})


def chat(*texts: str, finish: str = "stop", usage: tuple[int, int] | None = (12, 3)) -> Answer:
    """A whole and right streamed answer of /chat/completions."""
    ends = (usage_event(*usage), DONE) if usage else (DONE,)
    return Answer(pieces=(*(chat_event(text) for text in texts), chat_event("", finish), *ends))


def completion(*texts: str, finish: str = "stop", usage: tuple[int, int] | None = (12, 3)) -> Answer:
    """A whole and right streamed answer of /completions."""
    ends = (usage_event(*usage), DONE) if usage else (DONE,)
    return Answer(pieces=(*(completion_event(text) for text in texts), completion_event("", finish), *ends))


def error(status: int, message: str = "scripted error", headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(
        status=status,
        content_type="application/json",
        pieces=(json.dumps({"error": {"message": message}}, ensure_ascii=False).encode(),),
        headers=headers or {},
    )


def raw(*pieces: bytes | float, content_type: str = "text/event-stream", cut: bool = False) -> Answer:
    return Answer(pieces=pieces, content_type=content_type, cut=cut)


def in_turn(*answers: Answer) -> Callable[[Call], Answer]:
    """Gives the answers in order, one a call; the last one again and again."""
    left = list(answers)

    def next_answer(_: Call) -> Answer:
        return left.pop(0) if len(left) > 1 else left[0]

    return next_answer


def written_by(writer: Callable[[str], str]) -> Callable[[Call], Answer]:
    """Answers both interfaces with what `writer` makes of the prompt (the last message, or the text to go on with)."""

    def answer(call: Call) -> Answer:
        if "messages" in call.body:
            return chat(writer(call.body["messages"][-1]["content"]))
        return completion(writer(call.body["prompt"]))

    return answer


@contextmanager
def serving(answer: Callable[[Call], Answer]) -> Iterator[Served]:
    """Serve on a free loopback port until the block ends; pauses that are still running end with it."""
    calls: list[Call] = []
    stopped = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.reply({})

        def do_POST(self) -> None:
            self.reply(json.loads(self.rfile.read(int(self.headers["content-length"]))))

        def reply(self, body: Mapping[str, Any]) -> None:
            call = Call(self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            calls.append(call)
            said = answer(call)
            self.close_connection = True
            try:
                self.send_response(said.status)
                self.send_header("Content-Type", said.content_type)
                self.send_header("Connection", "close")
                self.send_header("Transfer-Encoding", "chunked")
                for name, value in said.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.send(said.pieces)
                if not said.cut:
                    self.wfile.write(b"0\r\n\r\n")
            except ConnectionError:
                pass  # the client has gone, as it should in the tests of time limits

        def send(self, pieces: Sequence[bytes | float]) -> None:
            for piece in pieces:
                if isinstance(piece, bytes):
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                    self.wfile.flush()
                elif stopped.wait(piece):
                    return

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: what was asked is in `calls`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Served(f"http://127.0.0.1:{port}/v1", port, calls)
    finally:
        stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()
