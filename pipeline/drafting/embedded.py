"""The embedded language model: llama.cpp in this process, behind a loopback port, asked like any other endpoint.

Equal prompt, seed and temperature 0 give equal text, whatever was asked before. That is not so by itself: the server
keeps the last prompt's computed prefix, and a result then depends in its last bits on how many tokens were computed
at a time, which is enough to turn a close choice. `SteadyModel` says how it is made so.
"""

from __future__ import annotations

import errno
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.drafting.client import Answer, Endpoint, Prompt, Reply, reply_of
from pipeline.errors import PipelineError, ServiceError
from pipeline.weights import LANGUAGE, language_model_file

_HOST = "127.0.0.1"
CONTEXT = 4096  # tokens, prompt and answer together
_BATCH = 512  # prompt tokens that llama.cpp computes at a time
_TOKEN_SECONDS = 120.0  # a full context takes 12 s here until its first token; a slow machine may need ten times that


@contextmanager
def embedded_model(cache: Path, *, port: int = 0, threads: int = 1, context: int = CONTEXT) -> Iterator[SteadyModel]:
    """Run the embedded model while the block lasts (1 to 2 s to start, about 0.6 GB of memory).

    cache: where its file is assembled. port: 0 for any free one. context: tokens, prompt and answer together.
    Raises PipelineError if the weights or xllamacpp are absent, ServiceError if the port is taken or the model does
    not start.
    """
    path = language_model_file(cache)
    _require_free(port)
    key = secrets.token_hex(16)  # other users of the machine can reach the port, but not the model
    server = _start(_parameters(path, key, port=port, threads=threads, context=context))
    try:
        with Endpoint(
            f"{server.listening_address}/v1",
            LANGUAGE.name,
            api_key=key,
            chat=False,  # a base model: it goes on with a text
            offline=True,
            token_seconds=_TOKEN_SECONDS,
            retries=0,
            honours_grammar=True,
        ) as endpoint:
            yield SteadyModel(endpoint)
    finally:
        del server  # its last reference: stops the threads and gives the memory back


class SteadyModel:
    """Makes an answer of llama.cpp independent of the answers before it, and keeps its prefix cache all the same.

    A token computed alone goes another way through the matrix product than tokens computed together; together, their
    number does not matter (with flash attention and repacked weights off). So what is taken from the cache must have
    been computed together, as part of a prompt, and at least two tokens of each prompt must be computed anew. Where
    that cannot hold, or did not, the prompt is computed from its beginning.
    """

    def __init__(self, endpoint: Endpoint):
        self._endpoint = endpoint
        self._one_at_a_time = threading.Lock()
        self._last = ""  # the prompt whose tokens the server keeps; "" if that is not known
        self._sound = 0  # how many of these tokens were computed together

    @property
    def name(self) -> str:
        return self._endpoint.name

    @property
    def honours_grammar(self) -> bool:
        return self._endpoint.honours_grammar

    def tokens(self, text: str) -> int | None:
        """As `Endpoint.tokens`; what the server keeps of the last prompt stays as it is."""
        return self._endpoint.tokens(text)

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
        """As `Endpoint.complete`. Calls from several threads wait for one another."""
        started = time.perf_counter()

        def ask(cached: bool) -> Answer:
            return self._endpoint.ask(
                prompt,
                max_tokens=max_tokens,
                stop=stop,
                seed=seed,
                temperature=temperature,
                grammar=grammar,
                extra={"cache_prompt": cached},
            )

        with self._one_at_a_time:
            text = f"{prompt.system}\n\n{prompt.text}"
            last, self._last = self._last, ""  # a call that breaks off leaves nothing to build upon
            apart = bool(last) and not text.startswith(last) and not last.startswith(text)
            answer = ask(cached=apart)
            if apart and not _is_sound(answer, self._sound):
                answer = ask(cached=False)
            if answer.prompt_tokens is not None:
                self._last = text
                self._sound = answer.prompt_tokens - (answer.prompt_tokens % _BATCH == 1)
        seconds = time.perf_counter() - started
        return reply_of(answer, seconds, model=self.name, where="本机模型", may_be_empty=grammar is not None)


def _is_sound(answer: Answer, sound: int) -> bool:
    """Whether all prompt tokens behind an answer were computed together with others; `sound`: of those in the cache."""
    if answer.prompt_tokens is None or answer.cached_tokens is None:
        return False
    fresh = answer.prompt_tokens - answer.cached_tokens
    # The last of 513 tokens is alone in its batch, both now and when the whole prompt is computed.
    return answer.cached_tokens <= sound and fresh % _BATCH != 1 and answer.prompt_tokens % _BATCH != 1


def _require_free(port: int) -> None:
    """Raise ServiceError if the port is taken: llama.cpp itself may share it without a word."""
    if not 0 <= port <= 65535:
        raise PipelineError(
            f"端口号 {port} 不能用。", where="--port", mend="用 1024 到 65535 之间的端口，或不写 --port。"
        )
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name == "posix":  # there it means only: never mind the closed connections of the last run
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError as fault:
            raise ServiceError(
                f"端口 {port} 不能用：{'已被别的程序占用' if fault.errno != errno.EACCES else '没有权限'}。",
                where=f"{_HOST}:{port}",
                mend="用 --port 换一个端口，或不写 --port，由程序自己选。",
            ) from fault


def _parameters(path: Path, key: str, *, port: int, threads: int, context: int) -> Any:
    """llama.cpp's parameters (an xllamacpp.CommonParams)."""
    try:
        import xllamacpp
    except ImportError as fault:
        raise PipelineError(
            "没有安装运行本机模型的软件包 xllamacpp。", where="--model local", mend="pip install xllamacpp"
        ) from fault
    chosen = xllamacpp.CommonParams()
    chosen.model.path = str(path)
    chosen.model_alias = {LANGUAGE.name}  # answers name the model, not a path of this machine
    chosen.hostnames = [_HOST]
    chosen.port = port
    chosen.api_keys = [key]
    chosen.n_ctx = context
    chosen.n_parallel = 1
    chosen.n_ubatch = _BATCH
    chosen.cpuparams.n_threads = threads
    chosen.cpuparams_batch.n_threads = threads
    chosen.swa_full = True  # else the prefix that all prompts share is computed anew at each call, 3.6 times slower
    chosen.cache_ram_mib = 0  # no store of older prompts: up to 8 GB, and answers would depend on it
    chosen.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED  # see SteadyModel
    chosen.no_extra_bufts = True  # see SteadyModel: weights are not repacked
    chosen.warmup = False
    chosen.verbosity = -1
    return chosen


def _start(parameters: Any) -> Any:
    """Start the server (an xllamacpp.Server). Raises ServiceError if it does not come up."""
    import xllamacpp

    # Its constructor hangs when a signal arrives within it: Ctrl-C waits until it is done, and Python's handler comes back.
    handler = signal.getsignal(signal.SIGINT)
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return xllamacpp.Server(parameters)
    except RuntimeError as fault:
        raise ServiceError(
            "本机模型没有启动。",
            where=_HOST,
            mend="看内存是否够用（约 0.6 GB）；仍然如此时用 zhenbao doctor 检查，或改用 --model exemplar。",
        ) from fault
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
