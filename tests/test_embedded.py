"""The embedded model: what the real weights promise, and what needs none of them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.drafting.client import Answer, ContextExceededError, Endpoint, Model, Prompt
from pipeline.drafting.embedded import SteadyModel, _is_sound, _require_free, embedded_model
from pipeline.errors import PipelineError, ServiceError
from pipeline.weights import language_model_file
from tests.endpoints import Answer as Said
from tests.endpoints import Call, completion_event, event, serving

SHOT = """以下是乡镇工作总结的写法：根据要点写成通顺的一段话，数字和要点一致。

要点：水稻种植面积 1.2万亩；油菜 3400亩
正文：农业生产方面，落实水稻种植面积1.2万亩，油菜3400亩。

要点："""
POINTS = (
    "茶叶产量 86.5吨",
    "新增城镇就业 312人；失业再就业 47人",
    "村道硬化 12.6公里",
    "造林 3200亩",
    "发放低保金 126.4万元",
)
PROMPTS = tuple(Prompt(f"{SHOT}{point}\n正文：") for point in POINTS)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("weights")


@pytest.fixture(scope="module")
def model(cache: Path) -> Iterator[Model]:
    with embedded_model(cache) as started:
        yield started


def written(model: Model, prompt: Prompt) -> str:
    return model.complete(prompt, max_tokens=24).text


@pytest.mark.models
def test_it_says_what_it_is(model: Model) -> None:
    assert model.name == "gemma-3-270m-q4_k_m"
    assert model.honours_grammar
    reply = model.complete(PROMPTS[0], max_tokens=24, stop=("\n",))
    assert reply.text
    assert "\n" not in reply.text
    assert reply.prompt_tokens is not None
    assert 60 < reply.prompt_tokens < 160
    assert reply.completion_tokens is not None
    assert 1 <= reply.completion_tokens <= 24
    assert model.complete(PROMPTS[0], max_tokens=3).finish == "length"


@pytest.mark.models
@pytest.mark.parametrize("temperature", [0.0, 1.5])
def test_a_grammar_that_admits_two_answers_gets_one_of_them(model: Model, temperature: float) -> None:
    for seed in range(4):
        reply = model.complete(
            Prompt("The answer is"), max_tokens=8, seed=seed, temperature=temperature, grammar='root ::= "甲" | "乙"'
        )
        assert reply.text in ("甲", "乙")
        assert reply.finish == "stop"


@pytest.mark.models
def test_equal_prompts_give_equal_text_whatever_was_asked_before(model: Model) -> None:
    first = [written(model, prompt) for prompt in PROMPTS]
    assert [written(model, prompt) for prompt in reversed(PROMPTS)] == first[::-1]
    assert [written(model, prompt) for prompt in PROMPTS for _ in range(2)] == [
        text for text in first for _ in range(2)
    ]
    onward = Prompt(PROMPTS[0].text + first[0][:6])  # goes on with what the model wrote itself
    written(model, PROMPTS[0])
    after_its_beginning = written(model, onward)
    written(model, Prompt("天气"))
    assert written(model, onward) == after_its_beginning


@pytest.mark.models
def test_the_seed_decides_where_chance_does(model: Model) -> None:
    drawn = [model.complete(PROMPTS[0], max_tokens=16, seed=seed, temperature=1.2).text for seed in (1, 1, 2, 3)]
    assert drawn[0] == drawn[1]
    assert len(set(drawn)) > 1


@pytest.mark.models
def test_a_prompt_beyond_the_context_is_told(model: Model) -> None:
    with pytest.raises(ContextExceededError, match="上下文长度"):
        model.complete(Prompt("农业生产方面，" * 2000), max_tokens=8)
    assert written(model, PROMPTS[0])  # and the model goes on


@pytest.mark.models
def test_a_broken_grammar_is_told(model: Model, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ServiceError, match="grammar"):
        model.complete(PROMPTS[0], max_tokens=8, grammar="root ::= (")
    capfd.readouterr()  # llama.cpp says on stderr where it breaks, which is for us and not for the clerk


@pytest.mark.models
def test_threads_wait_for_one_another(model: Model) -> None:
    alone = {prompt: written(model, prompt) for prompt in PROMPTS}
    together: dict[Prompt, str] = {}

    def write(prompt: Prompt) -> None:
        together[prompt] = written(model, prompt)

    threads = [threading.Thread(target=write, args=(prompt,)) for prompt in PROMPTS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


RUN = """
import sys
from pathlib import Path
from pipeline.drafting.client import Prompt
from pipeline.drafting.embedded import embedded_model
with embedded_model(Path(sys.argv[1])) as model:
    reply = model.complete(Prompt("农业生产方面，"), max_tokens=int(sys.argv[2]))
"""


@pytest.mark.models
def test_it_prints_nothing_and_ends(cache: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", RUN, str(cache), "8"], capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.models
@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_an_interrupt_gets_through_while_it_writes(cache: Path) -> None:
    language_model_file(cache)
    code = f"import threading, os, signal\n{RUN}".replace(
        "    reply", "    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()\n    reply"
    )
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code, str(cache), "3500"], capture_output=True, timeout=60, check=False
    )
    assert time.monotonic() - started < 15  # 3500 tokens would take a minute
    assert done.returncode == -signal.SIGINT
    assert b"KeyboardInterrupt" in done.stderr


@pytest.mark.models
def test_a_port_of_ones_own_can_be_had_again_at_once(cache: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for _ in range(2):  # the closed connections of the first run must not stand in the way of the second
        with embedded_model(cache, port=port) as model:
            assert written(model, PROMPTS[0])
            with pytest.raises(ServiceError, match=f"端口 {port} 不能用：已被别的程序占用"):
                _require_free(port)
            stranger = Endpoint(f"http://127.0.0.1:{port}/v1", model.name, api_key=None, chat=False, retries=0)
            with stranger, pytest.raises(ServiceError, match="401"):
                stranger.ping()


def test_a_taken_port_is_told_with_its_mend() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ServiceError, match="已被别的程序占用") as told:
            _require_free(taken.getsockname()[1])
    assert told.value.exit_code == 3
    assert "--port" in told.value.mend
    _require_free(0)


@pytest.mark.parametrize("port", [-1, 65536])
def test_what_is_no_port(port: int) -> None:
    with pytest.raises(PipelineError, match="端口号") as told:
        _require_free(port)
    assert told.value.exit_code == 2


@pytest.mark.parametrize(
    ("prompt_tokens", "cached_tokens", "sound_before", "sound"),
    [
        (100, 0, 0, True),
        (100, 80, 90, True),
        (100, 80, 80, True),
        (100, 81, 80, False),  # a token taken over that the model wrote itself
        (100, 99, 99, False),  # the last one computed alone
        (100, 98, 98, True),
        (613, 100, 200, False),  # 513 to compute: 512 and one alone
        (513, 300, 400, False),  # from its beginning the last would be alone, so it must be so here
        (None, 0, 0, False),
        (100, None, 0, False),
    ],
)
def test_which_answers_do_not_depend_on_the_cache(
    prompt_tokens: int | None, cached_tokens: int | None, sound_before: int, sound: bool
) -> None:
    answer = Answer("", "stop", prompt_tokens=prompt_tokens, cached_tokens=cached_tokens)
    assert _is_sound(answer, sound_before) is sound


def test_when_the_prefix_cache_is_used() -> None:
    cached = {"甲丙。": 2, "甲丁。": 9}  # by prompt: what the scripted server says it took from its cache

    def answer(call: Call) -> Said:
        usage = {
            "prompt_tokens": 10,
            "completion_tokens": 1,
            "prompt_tokens_details": {
                "cached_tokens": cached.get(call.body["prompt"], 0) if call.body["cache_prompt"] else 0
            },
        }
        return Said(pieces=(completion_event("好", "stop"), event({"choices": [], "usage": usage})))

    asked = ["甲乙", "甲乙", "甲乙。", "甲丙。", "甲丁。", "甲戊。"]
    with serving(answer) as server, Endpoint(server.base_url, "m", api_key=None, chat=False) as endpoint:
        model = SteadyModel(endpoint)
        for text in asked:
            assert model.complete(Prompt(text), max_tokens=2).text == "好"
    assert [(call.body["prompt"], call.body["cache_prompt"]) for call in server.calls] == [
        ("甲乙", False),  # nothing is known yet
        ("甲乙", False),  # the same again: only its last token would be computed
        ("甲乙。", False),  # goes on with the last one: it might take over what the model wrote
        ("甲丙。", True),
        ("甲丁。", True),  # all but one token came from the cache: once more, from the beginning
        ("甲丁。", False),
        ("甲戊。", True),
    ]
