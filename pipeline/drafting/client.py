"""The model client: any OpenAI-compatible server, asked through the `openai` package, always streaming.

What a server can do is tried once and remembered: chat or completion, and which optional fields it refuses.
Every failure becomes a ServiceError in Chinese that names the host and the mend, and never the key.
"""

from __future__ import annotations

import ipaddress
import json
import re
import socket
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self
from urllib.parse import SplitResult, urlsplit

from pipeline.errors import PipelineError, ServiceError

if TYPE_CHECKING:
    import openai

_MOST_BYTES = 16_000_000  # of one answer; a server that never ends must not fill the memory
_MOST_ASIDE = 1_000_000  # bytes of an error, or of a list of models
_ASIDE_SECONDS = 10.0  # for what a draft can do without: the context's length, a count of tokens
_MOST_OF_A_TOKEN = 16  # characters; a server that overlooks `max_tokens` is stopped here
_MOST_THOUGHT = 20_000  # characters that a model may think aloud, beside its answer
_PING_TOKENS = 8
_MOST_STOPS = 4  # the interface allows no more; what is left over is cut off here
_OPTIONAL = ("stream_options", "seed", "temperature", "stop", "max_tokens")  # asked for, but a draft can do without
_NO_SUCH_INTERFACE = (404, 405, 501)
_SSE_FIELDS = (b":", b"event:", b"id:", b"retry:")
_LIMITS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?:maximum context length|max_model_len|context (?:window|length|size))\D{0,20}?\b(\d[\d,]{1,8})",
        r"must have less than (\d[\d,]{1,8}) tokens",
        r"> (\d[\d,]{1,8}) maximum",
    )
)
_THOUGHT = re.compile(r"\A\s*<think>.*?(?:</think>\s*|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A finished prompt. A chat gets system and user message; a completion the system text, a blank line, the text.

    `name` says which prompt file it comes from, for the trace.
    """

    text: str
    system: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model wrote. Token counts are None where the server does not tell; `finish` is "stop" or "length". `model_seconds`: what
    the server itself says it spent in prefill and decode (llama.cpp's timings)."""

    text: str
    prompt_tokens: int | None
    completion_tokens: int | None
    seconds: float
    finish: str
    model_seconds: float | None = None


class Model(Protocol):
    """Turns a finished prompt into text: the one place where a model is called."""

    @property
    def name(self) -> str: ...

    @property
    def honours_grammar(self) -> bool: ...

    def complete(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,
        stop: Sequence[str] = (),
        seed: int = 0,
        temperature: float = 0.0,
        grammar: str | None = None,
    ) -> Reply: ...


class EmptyAnswerError(ServiceError):
    """The service answers in the right form, with no text: of one prompt that says little about the next."""


class ContextExceededError(ServiceError):
    """The prompt is longer than the model's context: the same service takes a shorter one. `limit`: the context in tokens, where told."""

    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as the server gave it; counts in tokens, None where it does not tell.

    `cached_tokens` of the prompt were taken from the server's cache and not computed anew.
    """

    text: str
    finish: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int | None = None
    model_seconds: float | None = None


def _as_grammar(grammar: str) -> Mapping[str, object]:
    return {"grammar": grammar}


class Endpoint:
    """A model behind an OpenAI-compatible address.

    base_url: up to and with /v1. chat: True for /chat/completions, False for /completions, None to find out at the
    first answer. offline: refuse every host but loopback before anything is opened. Times are in seconds:
    `connect_seconds` for the connection, `token_seconds` for the wait for each token, `answer_seconds` for one whole answer. retries: for 408, 409, 429, 5xx
    and connections that fail, by the `openai` package with the server's Retry-After; never for silence. Redirects are never followed:
    facts go to the host that was named and to no other.
    Raises PipelineError if the address, the model's name or the key cannot be used.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        *,
        api_key: str | None,
        chat: bool | None = None,
        offline: bool = False,
        connect_seconds: float = 10,
        token_seconds: float = 60,
        retries: int = 2,
        honours_grammar: bool = False,
        answer_seconds: float = 600,
    ):
        address = _address(base_url)
        host = address.hostname or ""
        local = is_loopback(host)
        if offline and not (local and _stays_here(host)):
            raise PipelineError(
                "离线方式下不连接本机以外的模型服务。",
                where=_shown(address),
                mend="改用本机的模型（--model local，或 http://127.0.0.1:端口/v1），或去掉 --offline。",
            )
        if not model.strip():
            raise PipelineError("没有给出模型名。", where=_shown(address), mend="用 --model 写明服务上的模型名。")
        self._host = _shown(address)
        self._is_local = local
        self._model = model.strip()
        self._key = _usable_key(api_key)
        self._chat = chat
        self._token_seconds = token_seconds
        self._retries = retries
        self._honours_grammar = honours_grammar
        self._constrain: Callable[[str], Mapping[str, object]] = _as_grammar
        self._answer_seconds = answer_seconds
        self._refused: frozenset[str] = frozenset()  # optional fields that this server does not take
        self._base_url = base_url.strip()
        self._client, self._http = _open_client(
            self._base_url,
            self._key,
            connect_seconds=connect_seconds,
            token_seconds=token_seconds,
            answer_seconds=answer_seconds,
            retries=retries,
            local=local,
            silent=self._silent,
            unfinished=self._unfinished,
            garbage=self._garbage,
        )

    @property
    def name(self) -> str:
        return self._model

    @property
    def honours_grammar(self) -> bool:
        return self._honours_grammar

    def keep_to(self, constrain: Callable[[str], Mapping[str, object]]) -> None:
        """From now on send what is given as `grammar` in the fields that `constrain` makes of it: a probe found that they hold."""
        self._honours_grammar, self._constrain = True, constrain

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back the connections. The endpoint cannot be asked again."""
        self._client.close()

    def complete(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,
        stop: Sequence[str] = (),
        seed: int = 0,
        temperature: float = 0.0,
        grammar: str | None = None,
    ) -> Reply:
        """Have the model go on from the prompt, up to `max_tokens` or the first of `stop`, which is left out.

        `grammar` (GBNF) is sent only if the endpoint honours grammars; with one, an empty text may be right.
        Raises ServiceError: EmptyAnswerError for no text, ContextExceededError for a prompt that is too long.
        """
        started = time.perf_counter()
        answer = self.ask(prompt, max_tokens=max_tokens, stop=stop, seed=seed, temperature=temperature, grammar=grammar)
        seconds = time.perf_counter() - started
        if self._key:  # a server that gives back what it was sent: the reply is kept in a file
            answer = replace(answer, text=answer.text.replace(self._key, "…"))
        return reply_of(answer, seconds, model=self._model, where=self._host, may_be_empty=grammar is not None)

    @property
    def host(self) -> str:
        """Where the facts go: the host alone, as messages name it."""
        return self._host

    @property
    def address(self) -> str:
        """The host and the path: what tells this service from another on the same host. Holds no key."""
        return self._host + urlsplit(self._base_url).path.rstrip("/")

    @property
    def is_local(self) -> bool:
        """Whether the facts stay on this machine."""
        return self._is_local

    def ping(self) -> str:
        """Ask for a few tokens, which tries address, key and model at once; describe in Chinese what answered.

        Raises ServiceError as `complete` does. A text that ended at the limit may be empty: a thinking model has not come to it.
        """
        started = time.perf_counter()
        answer = self.ask(Prompt("你好"), max_tokens=_PING_TOKENS)
        if answer.finish != "length":
            reply_of(answer, 0, model=self._model, where=self._host, may_be_empty=False)
        kind = "对话" if self._chat else "续写"
        return f"{self._host} 有应答，模型 {self._model}（{kind}接口），用时 {time.perf_counter() - started:.1f} 秒"

    def ask(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,
        stop: Sequence[str] = (),
        seed: int = 0,
        temperature: float = 0.0,
        grammar: str | None = None,
        extra: Mapping[str, object] | None = None,
    ) -> Answer:
        """As `complete`, an empty text being no fault; `extra` are fields that only this kind of server knows."""
        import openai

        chat = self._chat is not False
        without_chat: openai.APIStatusError | None = None  # how the chat interface refused, if it did
        body = {**(extra or {})}
        if grammar is not None and self._honours_grammar:
            body |= self._constrain(grammar)
        while True:
            fields = self._fields(prompt, chat, max_tokens, stop, seed, temperature)
            try:
                answer = self._stream(chat, fields, body, stop, max_tokens)
            except openai.APIStatusError as fault:
                if self._chat is None and chat and _lacks_chat(fault):
                    chat, without_chat = False, fault
                    continue
                refused = _refused_field(fault, fields)
                if refused:
                    self._refused |= {refused}
                    continue
                told = without_chat if without_chat and fault.status_code in _NO_SUCH_INTERFACE else fault
                # `from None`: a server may repeat the key in its answer, and a printed cause would show it.
                raise self._status_fault(told) from None
            except openai.APITimeoutError:
                raise self._fault("连接模型服务超时。", "检查地址和网络，或稍后再试。") from None
            except openai.APIConnectionError as fault:
                raise self._connection_fault(fault) from None
            self._chat = chat
            return answer

    def _fields(
        self, prompt: Prompt, chat: bool, max_tokens: int, stop: Sequence[str], seed: int, temperature: float
    ) -> dict[str, object]:
        """The request: pure, but for what this server has refused so far."""
        fields: dict[str, object] = {
            "model": self._model,
            "max_tokens": max_tokens,
            "temperature": temperature,
            "seed": seed,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if stop:
            fields["stop"] = list(stop[:_MOST_STOPS])
        if chat:
            system = [{"role": "system", "content": prompt.system}] if prompt.system else []
            fields["messages"] = [*system, {"role": "user", "content": prompt.text}]
        else:
            fields["prompt"] = f"{prompt.system}\n\n{prompt.text}" if prompt.system else prompt.text
        if chat and "max_tokens" in self._refused:
            fields["max_completion_tokens"] = max_tokens  # the newer name, which some models insist on
        return {name: value for name, value in fields.items() if name not in self._refused}

    def _stream(
        self, chat: bool, fields: Mapping[str, object], body: Mapping[str, object], stop: Sequence[str], max_tokens: int
    ) -> Answer:
        """Send one request and read its stream. Raises openai.APIError before the stream, ServiceError within it."""
        resource: Any = self._client.chat.completions if chat else self._client.completions
        opened: AbstractContextManager[Any] = resource.with_streaming_response.create(
            **fields, extra_body=dict(body), extra_headers=_unsent(self._key)
        )
        faults = _transport_faults()
        try:
            with opened as response:  # leaving closes the stream, so that a server stops working on it
                kind = str(response.headers.get("content-type", "")).lower()
                chunks = self._watched(response.iter_bytes())
                if "json" in kind and "jsonl" not in kind:  # a server that does not stream
                    return self._from_json(b"".join(chunks), chat, stop)
                if "html" in kind:
                    raise self._garbage()
                return self._from_events(chunks, chat, stop, max_tokens)
        except faults.timeout:
            raise self._silent() from None
        except faults.broken:
            raise self._broken() from None

    def _watched(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Pass bytes on, up to a limit of size."""
        size = 0
        for chunk in chunks:
            size += len(chunk)
            if size > _MOST_BYTES:
                raise self._garbage()
            yield chunk

    def _from_events(self, chunks: Iterable[bytes], chat: bool, stop: Sequence[str], max_tokens: int) -> Answer:
        answer = Answer(text="", finish="")
        parts: list[str] = []
        begun = heard = time.monotonic()
        said = 0
        seen = ""  # the end of the text so far, in which a stop may have begun
        longest = max((len(word) for word in stop), default=0)
        for data in self._events(chunks):
            if data is None:  # only a sign of life: it must not keep an answer waiting for ever
                if time.monotonic() - heard > self._token_seconds:
                    raise self._silent()
                continue
            heard = time.monotonic()
            if heard - begun > self._answer_seconds:
                raise self._unfinished()
            if data.strip() == "[DONE]":
                return self._whole(answer, parts, stop, answer.finish or "stop")
            piece = self._piece(data, chat)
            parts.append(piece.text)
            said += len(piece.text)
            if said > _MOST_OF_A_TOKEN * max_tokens + _MOST_THOUGHT:
                return self._whole(answer, parts, stop, "length")
            answer = Answer(
                text="",
                finish=piece.finish or answer.finish,
                prompt_tokens=_first(piece.prompt_tokens, answer.prompt_tokens),
                completion_tokens=_first(piece.completion_tokens, answer.completion_tokens),
                cached_tokens=_first(piece.cached_tokens, answer.cached_tokens),
                model_seconds=answer.model_seconds if piece.model_seconds is None else piece.model_seconds,
            )
            seen = seen[-longest:] + piece.text if longest else ""
            if any(word in seen for word in stop):  # a server that knows no `stop`, or not all of them
                return self._whole(answer, parts, stop, "stop")
        if answer.finish:
            return self._whole(answer, parts, stop, answer.finish)
        if not parts:
            raise EmptyAnswerError(
                f"模型“{self._model}”的应答是空的。", where=self._host, mend="再试一次；仍然如此时检查模型服务。"
            )
        raise self._broken()

    def _from_json(self, data: bytes, chat: bool, stop: Sequence[str]) -> Answer:
        piece = self._piece(data.decode("utf-8", "surrogateescape"), chat)
        return self._whole(piece, [piece.text], stop, piece.finish or "stop")

    def _whole(self, counts: Answer, parts: Sequence[str], stop: Sequence[str], finish: str) -> Answer:
        """The finished answer: characters mended, the model's audible thinking and everything from a stop on left out."""
        if finish == "content_filter":
            raise self._fault("模型服务按自己的内容规则拦下了应答。", "换一个模型，或改写这一段的事实。")
        text = _THOUGHT.sub("", _joined(parts), count=1)
        ends = [at for at in (text.find(word) for word in stop) if at >= 0]
        if ends:
            text, finish = text[: min(ends)], "stop"
        return Answer(
            text=text.rstrip("\ufffd"),  # a character of which the last token brought only half
            finish="length" if finish in ("length", "max_tokens") else "stop",
            prompt_tokens=counts.prompt_tokens,
            completion_tokens=counts.completion_tokens,
            cached_tokens=counts.cached_tokens,
            model_seconds=counts.model_seconds,
        )

    def _events(self, chunks: Iterable[bytes]) -> Iterator[str | None]:
        """The data of each server-sent event; None for each chunk of bytes that brought none.

        Lines end at LF or CRLF only: a JSON text may hold U+2028, which str.splitlines would break at.
        Bytes of half a character come through as surrogates, to be joined by `_joined`.
        Source: WHATWG HTML, section 9.2, "Server-sent events".
        """
        line_start = b""
        data: list[bytes] = []
        for chunk in chunks:
            *lines, line_start = (line_start + chunk).split(b"\n")
            whole = 0
            for line in (line.rstrip(b"\r") for line in lines):
                if line.startswith(b"data:"):
                    data.append(line[5:].removeprefix(b" "))
                elif not line and data:
                    yield b"\n".join(data).decode("utf-8", "surrogateescape")
                    whole += 1
                    data = []
                elif line and not line.startswith(_SSE_FIELDS):
                    raise self._garbage()
            if not whole:
                yield None
        if line_start.startswith(b"data:"):
            data.append(line_start[5:].strip())
        elif line_start.strip() and not line_start.startswith(_SSE_FIELDS):
            raise self._garbage()
        if data == [b"[DONE]"]:  # some servers leave out the last blank line; any other unfinished event is dropped
            yield "[DONE]"

    def _piece(self, data: str, chat: bool) -> Answer:
        """One event (or one whole answer) of the server. Raises ServiceError if it is an error or no such thing."""
        try:
            said = json.loads(data)
        except ValueError:
            raise self._garbage() from None
        if not isinstance(said, dict):
            raise self._garbage()
        if said.get("error"):
            raise self._fault(
                f"模型服务报错：{self._quoted(_message(said)) or '没有说明'}", "再试一次；仍然如此时检查模型服务。"
            )
        choices = said.get("choices")
        first: object = choices[0] if isinstance(choices, list) and choices else {}
        if not isinstance(choices, list) or not isinstance(first, dict):
            raise self._garbage()
        message = first.get("delta") or first.get("message") or {} if chat else {"content": first.get("text")}
        if not isinstance(message, dict):
            raise self._garbage()
        text = message.get("content") or ""
        finish = first.get("finish_reason") or ""
        if not isinstance(text, str) or not isinstance(finish, str):
            raise self._garbage()
        usage = said.get("usage")
        counted: dict[str, object] = usage if isinstance(usage, dict) else {}
        details = counted.get("prompt_tokens_details")
        return Answer(
            text=text,
            finish=finish,
            prompt_tokens=_count(counted.get("prompt_tokens")),
            completion_tokens=_count(counted.get("completion_tokens")),
            cached_tokens=_count(details.get("cached_tokens")) if isinstance(details, dict) else None,
            model_seconds=_spent(said.get("timings")),
        )

    def context(self) -> tuple[int | None, str]:
        """The model's context in tokens, and who tells it: llama.cpp's /props, or the list of models (vLLM max_model_len …)."""
        settings = self._beside("GET", "/props").get("default_generation_settings")
        if isinstance(settings, dict) and (told := _count(settings.get("n_ctx"))):
            return told, "props"
        told = self._listed_context()
        return told, "models" if told is not None else ""

    def counts_tokens(self) -> bool:
        """Whether the server counts tokens by itself (/tokenize of llama.cpp and vLLM).

        Tried with a text that says nothing: only a server that counted that is sent a prompt to count.
        """
        few = self.tokens("镇报")
        return few is not None and 1 <= few <= 8

    def tokens(self, text: str) -> int | None:
        """The server's own count of a text's tokens; None where it gives none."""
        said = self._beside("POST", "/tokenize", {"model": self._model, "prompt": text, "content": text})
        tokens = said.get("tokens")
        return _count(said.get("count")) or (len(tokens) if isinstance(tokens, list) and tokens else None)

    def _beside(self, method: str, path: str, body: Mapping[str, str] | None = None) -> dict[str, Any]:
        """What the server says at a path beside /v1, by the same connection and within its limits; {} where it has no such path."""
        where = f"{re.sub('/v1/*$', '', self._base_url.rstrip('/'))}{path}"
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        faults = _transport_faults()
        unread: tuple[type[Exception], ...] = (ServiceError, ValueError, faults.timeout, *faults.broken)
        try:
            answer = self._http.request(
                method, where, json=body, headers=headers, timeout=min(self._token_seconds, _ASIDE_SECONDS)
            )
            said = answer.json() if answer.status_code == 200 else {}
        except unread:
            return {}
        return said if isinstance(said, dict) else {}

    def _listed_context(self) -> int | None:
        rows = self._model_rows()
        for row in rows:
            if row.get("id") == self._model or len(rows) == 1:
                meta = row.get("meta")
                for table in (row, meta if isinstance(meta, dict) else {}):
                    for key in ("max_model_len", "n_ctx", "context_length", "context_window", "max_context_length"):
                        if (told := _count(table.get(key))) is not None:
                            return told
        return None

    def _model_names(self) -> tuple[str, ...]:
        """The models that the server lists; empty if it does not."""
        names = [row.get("id") for row in self._model_rows()]
        return tuple(name for name in names if isinstance(name, str))

    def _model_rows(self) -> list[dict[str, Any]]:
        import openai

        try:
            once = self._client.with_options(max_retries=0)
            listed = once.models.with_raw_response.list(extra_headers=_unsent(self._key))
            said = json.loads(listed.http_response.content)
        except (openai.APIError, ValueError):
            return []
        rows = said.get("data") if isinstance(said, dict) else None
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []

    def _status_fault(self, fault: openai.APIStatusError) -> ServiceError:
        status = fault.status_code
        detail = self._quoted(_message(fault.body))
        says = f"：{detail}" if detail else "。"
        if status in (401, 403):  # not a word of the server's here: it may repeat the key
            if self._key is None:
                return self._fault(f"模型服务要密钥，而没有给密钥（{status}）。", "先设好密钥再试。")
            return self._fault(
                f"模型服务不接受这个密钥（{status}）。", "检查密钥是否完整、是否过期，有没有使用这个模型的权限。"
            )
        if status == 404:
            names = self._model_names()
            has = f"；服务上有：{'、'.join(self._quoted(name) for name in names[:8])}" if names else ""
            return self._fault(
                f"模型服务上没有这个地址，或没有模型“{self._model}”（404）。",
                f"检查 --base-url（多数服务以 /v1 结尾）和 --model{has}。",
            )
        if status in (400, 413, 422) and re.search(r"context|too long|n_ctx", detail, re.IGNORECASE):
            too_long = ContextExceededError(
                f"提示超过了模型的上下文长度（{status}）{says}",
                where=self._host,
                mend="少带几段范文，或换一个上下文更长的模型。",
            )
            too_long.limit = _told_limit(fault.body, _message(fault.body))
            return too_long
        if 300 <= status < 400:
            goes = _shown(urlsplit(fault.response.headers.get("location", "")))
            return self._fault(
                f"模型服务要转到别处（{status}{'，' + goes if goes else ''}），没有跟去。",
                "事实只送到写明的地址；确认无误时把 --base-url 改为最后的地址。",
            )
        again = f"，重试 {self._retries} 次后仍然如此" if self._retries else ""
        if status == 429:
            return self._fault(f"请求太多或额度用完（429）{again}{says}", "过一会再试，或检查账户的额度。")
        if status >= 500:
            return self._fault(f"模型服务出错（{status}）{again}{says}", "过一会再试，或检查模型服务的日志。")
        return self._fault(f"模型服务不接受请求（{status}）{says}", "检查 --base-url 和 --model 是否相配。")

    def _connection_fault(self, fault: openai.APIConnectionError) -> ServiceError:
        if _caused_by(fault, socket.gaierror.__name__):
            return self._fault("找不到模型服务的主机名。", "检查 --base-url 里的主机名和网络（DNS）。")
        if _caused_by(fault, ConnectionRefusedError.__name__):
            return self._fault("模型服务没有开着：连接被拒绝。", "先启动模型服务，或检查 --base-url 里的端口。")
        if _caused_by(fault, "SSLError", "SSLCertVerificationError"):
            return self._fault("与模型服务的加密连接建不起来。", "检查地址是 http 还是 https，以及服务的证书。")
        return self._fault("与模型服务的连接断了，没有应答。", "检查网络和模型服务，或稍后再试。")

    def _silent(self) -> ServiceError:
        return self._fault(
            f"模型服务 {self._token_seconds:g} 秒没有送来一个字。", "稍后再试，或换一个更快的模型；模型服务可能太忙。"
        )

    def _unfinished(self) -> ServiceError:
        return self._fault(f"模型服务 {self._answer_seconds:g} 秒没有把一次应答写完。", "换一个更快的模型。")

    def _broken(self) -> ServiceError:
        return self._fault("模型服务的应答中途断了。", "再试一次；仍然如此时检查网络和模型服务。")

    def _garbage(self) -> ServiceError:
        return self._fault(
            "这个地址的应答不是模型服务的格式。", "检查 --base-url（多数服务以 /v1 结尾）是不是 OpenAI 兼容的接口。"
        )

    def _fault(self, what: str, mend: str) -> ServiceError:
        return ServiceError(what, where=self._host, mend=mend)

    def _quoted(self, said: str) -> str:
        """A server's words on one line, not too many of them, without anything like a key."""
        if self._key:
            said = said.replace(self._key, "***")
        said = re.sub(r"\b(sk|key)-[\w*.-]+", "***", " ".join(said.split()))
        return said if len(said) <= 160 else said[:160] + "…"


def reply_of(answer: Answer, seconds: float, *, model: str, where: str, may_be_empty: bool) -> Reply:
    """The reply that an answer makes. Raises EmptyAnswerError if it has no text and that cannot be right."""
    if not answer.text.strip() and not may_be_empty:
        cut_short = answer.finish == "length"  # all of it went into thinking
        raise EmptyAnswerError(
            f"模型“{model}”的应答是空的。",
            where=where,
            mend="换一个不先长篇思考的模型，或放宽输出长度。" if cut_short else "再试一次；仍然如此时换一个模型。",
        )
    return Reply(
        text=answer.text,
        prompt_tokens=answer.prompt_tokens,
        completion_tokens=answer.completion_tokens,
        seconds=seconds,
        finish=answer.finish,
        model_seconds=answer.model_seconds,
    )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself: localhost, 127.0.0.0/8 or ::1. No name is looked up."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _stays_here(host: str) -> bool:
    """Whether a loopback host is one in truth: a hosts file may send localhost elsewhere."""
    if host.lower() != "localhost":
        return True
    try:
        return all(is_loopback(str(row[4][0])) for row in socket.getaddrinfo(host, None))
    except OSError:
        return True  # it has no address: nothing can go anywhere


def _address(base_url: str) -> SplitResult:
    """The parts of an address. Raises PipelineError if it is none, or carries what does not belong into one."""
    written = base_url.strip()
    mend = "写成 http://主机:端口/v1 或 https://主机/v1。"
    # Characters on which two readers of an address may disagree about its host are not let in at all.
    if re.search(r"[\s\\@\x00-\x1f]", written):
        raise PipelineError(
            "模型服务的地址里有不能用的字符（空格、@、反斜杠）。", where="--base-url", mend=f"{mend}密钥不写在地址里。"
        )
    try:
        parts = urlsplit(written)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a bracket that does not close
        usable = False
    if not usable or parts.query or parts.fragment:
        raise PipelineError("模型服务的地址不能用。", where="--base-url", mend=mend)
    return parts


def _shown(address: SplitResult) -> str:
    """Host and port, all of an address that messages tell."""
    try:
        return f"{address.hostname or ''}{f':{address.port}' if address.port else ''}"
    except ValueError:
        return address.hostname or ""


def _usable_key(api_key: str | None) -> str | None:
    key = (api_key or "").strip()
    if not re.fullmatch(r"[\x21-\x7e]*", key):
        raise PipelineError(
            "密钥里有不能用的字符。", where="密钥", mend="重新复制密钥：只有字母、数字和半角符号，中间没有空格。"
        )
    return key or None


def _open_client(
    base_url: str,
    key: str | None,
    *,
    connect_seconds: float,
    token_seconds: float,
    answer_seconds: float,
    retries: int,
    local: bool,
    silent: Callable[[], ServiceError],
    unfinished: Callable[[], ServiceError],
    garbage: Callable[[], ServiceError],
) -> tuple[openai.OpenAI, Any]:
    """The client of the `openai` package, and the HTTP client that it stands on."""
    import openai

    http = sys.modules[openai.DefaultHttpxClient.__mro__[1].__module__.partition(".")[0]]

    class Bounded(http.SyncByteStream):  # type: ignore[misc, name-defined]
        """A body that ends: an error page, too, may go on for ever, a byte at a time."""

        def __init__(self, stream: Any, most: int):
            self._stream, self._most = stream, most

        def __iter__(self) -> Iterator[bytes]:
            begun, size = time.monotonic(), 0
            for chunk in self._stream:
                size += len(chunk)
                if time.monotonic() - begun > answer_seconds:
                    raise unfinished()
                if size > self._most:
                    raise garbage()
                yield chunk

        def close(self) -> None:
            self._stream.close()

    class Impatient(openai.DefaultHttpxClient):
        """Ends the request at the time limit: the package would ask a server again that is too busy to answer once. And reads no
        answer that was packed: a few bytes may unpack to any number."""

        def send(self, request: Any, *, stream: bool = False, **options: Any) -> Any:
            request.headers["Accept-Encoding"] = "identity"
            try:
                response = super().send(request, stream=True, **options)
                if response.headers.get("content-encoding", "identity").lower() not in ("", "identity"):
                    response.close()
                    raise garbage()
                aside = response.status_code >= 300 or not stream
                response.stream = Bounded(response.stream, _MOST_ASIDE if aside else _MOST_BYTES)
                if not stream:
                    response.read()
                return response
            except _transport_faults().timeout as fault:
                if _caused_by(fault, "ConnectTimeout"):
                    raise
                raise silent() from None

    limits = openai.Timeout(token_seconds, connect=connect_seconds)
    # A proxy of the environment is for the network: what goes to this machine stays on it.
    try:
        impatient = Impatient(timeout=limits, follow_redirects=False, trust_env=not local)
    except (ImportError, ValueError):  # SOCKS without its package; an address that is none
        raise PipelineError(
            "环境变量里写的代理不能用。",
            where="HTTP_PROXY、HTTPS_PROXY、ALL_PROXY",
            mend="用 http:// 的代理，或去掉这些环境变量再运行。",
        ) from None
    client = openai.OpenAI(
        base_url=base_url, api_key=key or "none", max_retries=retries, timeout=limits, http_client=impatient
    )
    return client, impatient


def _unsent(key: str | None) -> dict[str, Any]:
    """Headers to leave out: what the environment may hold for another service is not sent to this one."""
    import openai

    names = ["OpenAI-Organization", "OpenAI-Project", *([] if key else ["Authorization"])]
    return {name: openai.Omit() for name in names}


@dataclass(frozen=True, slots=True)
class _TransportFaults:
    timeout: type[Exception]
    broken: tuple[type[Exception], ...]


def _transport_faults() -> _TransportFaults:
    """What reading a stream may raise: faults of the HTTP library that `openai` stands on, which changed its name."""
    import openai

    http = sys.modules[openai.DefaultHttpxClient.__mro__[1].__module__.partition(".")[0]]
    return _TransportFaults(timeout=http.TimeoutException, broken=(http.RequestError, http.StreamError, OSError))


def _caused_by(fault: BaseException, *names: str) -> bool:
    """Whether an exception of one of these class names stands in the chain of causes."""
    seen: BaseException | None = fault
    while seen is not None:
        if any(kind.__name__ in names for kind in type(seen).__mro__):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _lacks_chat(fault: openai.APIStatusError) -> bool:
    """Whether a server says that it has no chat interface, or none for this model (a base model has no template)."""
    if fault.status_code in _NO_SUCH_INTERFACE:
        return True
    return fault.status_code in (400, 422) and bool(
        re.search(r"template|not support.*chat|chat.*not support", _message(fault.body), re.IGNORECASE | re.DOTALL)
    )


def _refused_field(fault: openai.APIStatusError, fields: Mapping[str, object]) -> str | None:
    """The optional field of the request that a 400 or 422 is about; None if it is about something else.

    A refusal that names no field is laid to `stream_options`, which older servers do not know.
    """
    if fault.status_code not in (400, 422):
        return None
    said = json.dumps(fault.body, ensure_ascii=False) if not isinstance(fault.body, str) else fault.body
    sent = [name for name in _OPTIONAL if name in fields and (name != "max_tokens" or "messages" in fields)]
    if re.search(r"context|too long|n_ctx|grammar", said, re.IGNORECASE):
        return None
    named = [name for name in sent if re.search(rf"\b{name}\b", said)]
    return next(iter(named or [name for name in sent if name == "stream_options"]), None)


def _told_limit(body: object, message: str) -> int | None:
    """The context in tokens that an error tells: a field n_ctx (llama.cpp), else in words (OpenAI, vLLM, llama-cpp-python, TGI)."""
    inner = body.get("error", body) if isinstance(body, dict) else None
    if isinstance(inner, dict) and (told := _count(inner.get("n_ctx"))):
        return told
    found = next((m for form in _LIMITS if (m := form.search(message))), None)
    told = int(found[1].replace(",", "")) if found else 0
    return told or None


def _message(body: object) -> str:
    """The words in a server's error; "" if it has none that are meant for reading (a page of HTML)."""
    if isinstance(body, str):
        return "" if "<" in body else body
    if not isinstance(body, dict):
        return ""
    for name in ("error", "message", "detail"):
        if body.get(name):
            inner = body[name]
            return _message(inner) if isinstance(inner, str | dict) else json.dumps(inner, ensure_ascii=False)
    return ""


def _joined(parts: Iterable[str]) -> str:
    """The text of all parts, characters whose bytes came in two of them mended, and no lone surrogate left."""
    text = re.sub("[\udc80-\udcff]+", _decoded, "".join(parts))
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def _decoded(run: re.Match[str]) -> str:
    """The characters of a run of bytes that `surrogateescape` let through."""
    return run[0].encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _first(new: int | None, old: int | None) -> int | None:
    return old if new is None else new


def _spent(timings: object) -> float | None:
    """Seconds in prefill and decode, as llama.cpp tells them in milliseconds."""
    if not isinstance(timings, dict):
        return None
    parts = [timings.get(name) for name in ("prompt_ms", "predicted_ms")]
    known = [float(p) for p in parts if isinstance(p, int | float) and p >= 0]
    return sum(known) / 1000 if known else None


def _count(said: object) -> int | None:
    return said if isinstance(said, int) and not isinstance(said, bool) and said >= 0 else None
