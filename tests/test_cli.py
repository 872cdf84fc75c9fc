"""The command as its users run it: what it prints, what it writes, how it exits, and what it never loads."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline.shipped import shipped
from tests.endpoints import Answer, Call, chat, error, raw, serving, written_by
from tests.sheets import SHIPPED

FACTS = shipped("corpus") / "facts"
COMMAND = [sys.executable, "-m", "pipeline.cli"]
META = "meta: {town: 汀月镇, period: 2026H1, genre: 半年总结}\n"
SMALL = (
    META + "facts:\n"
    "  - {id: F1, topic: 农业, indicator: 粮食播种面积, value: 1.26, unit: 万亩, previous: 1.2, target: 2.4}\n"
    "  - {id: F2, topic: 民政, indicator: 发放低保金, value: 126.4, unit: 万元}\n"
    "  - {id: F3, topic: 存在问题, text: 产业链条偏短}\n"
    "  - {id: F4, topic: 下步计划, text: 启动加工园二期}\n"
)


def zhenbao(
    *arguments: object, archive: Path | None = None, more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("ZHENBAO_", "OPENAI_"))} | dict(more or {})
    if archive:
        environment["ZHENBAO_ARCHIVE"] = str(archive)
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, text=True, env=environment, timeout=300, check=False
    )


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_help_is_quick_and_loads_nothing_heavy() -> None:
    code = "import sys, pipeline.cli; print([m for m in ('torch','openai','transformers','faiss','numpy','pydantic','yaml','rich') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    times = []
    for _ in range(3):
        begin = time.perf_counter()
        assert zhenbao("--help").returncode == 0
        times.append(time.perf_counter() - begin)
    assert min(times) <= 0.4


@pytest.mark.models
def test_level_0_never_loads_torch_openai_or_transformers(archive: Path, small: Path, tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pipeline.cli import main\n"
        f"sys.argv = ['zhenbao', 'draft', {str(small)!r}, '-o', {str(tmp_path / 'd.md')!r}, '--model', 'exemplar', '--archive', {str(archive)!r}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "loaded = [m for m in ('torch', 'openai', 'transformers', 'sentence_transformers', 'xllamacpp') if m in sys.modules]\n"
        "assert not loaded, loaded\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.models
@pytest.mark.parametrize("name", SHIPPED)
def test_level_0_drafts_the_shipped_sheets(archive: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / "draft.md"
    begin = time.perf_counter()
    done = zhenbao("draft", FACTS / f"{name}.yaml", "-o", out, "--model", "exemplar", archive=archive)
    assert done.returncode == 0, done.stderr
    assert time.perf_counter() - begin <= 5
    record = json.loads(out.with_suffix(".trace.json").read_text(encoding="utf-8"))
    assert record["run"]["facts_stated"] == record["run"]["facts"]
    assert f"写明事实 {record['run']['facts']}/{record['run']['facts']} 条" in done.stderr
    assert record["run"]["sentences"]["exemplar"] > 0
    checked = zhenbao("check", out, "--facts", FACTS / f"{name}.yaml", "--json", archive=archive)
    assert json.loads(checked.stdout)["counts"]["error"] == 0
    assert checked.returncode == 0


@pytest.mark.models
def test_equal_runs_give_equal_bytes_with_the_real_model(archive: Path, small: Path, tmp_path: Path) -> None:
    records = []
    for name in ("a", "b"):
        out = tmp_path / name / "draft.md"
        out.parent.mkdir()
        done = zhenbao("draft", small, "-o", out, "--seed", 7, "--no-cache", archive=archive)
        assert done.returncode == 0, done.stderr
        record = out.with_suffix(".trace.json").read_text(encoding="utf-8")
        records.append((out.read_bytes(), _timeless(json.loads(record))))
    assert records[0] == records[1]
    assert records[0][1]["run"]["sentences"]["model"] >= 2
    assert sorted(p.name for p in (tmp_path / "a").iterdir()) == ["draft.md", "draft.trace.json"]


@pytest.mark.models
@pytest.mark.parametrize("form", ["md", "docx", "html"])
def test_a_draft_edited_by_hand_is_kept_when_it_is_drafted_anew(
    archive: Path, small: Path, tmp_path: Path, form: str
) -> None:
    out = tmp_path / f"d.{form}"

    def drafted(seed: int) -> str:
        done = zhenbao("draft", small, "-o", out, "--model", "exemplar", "--seed", seed, archive=archive)
        assert done.returncode == 0, done.stderr
        return done.stderr

    drafted(1)
    assert "另存为" not in drafted(2)  # nobody has touched it
    edited = out.read_bytes() + "\n镇党委多次专题研究。\n".encode()
    out.write_bytes(edited)
    assert f"原文件另存为 {tmp_path / f'd.before.{form}'}" in drafted(2)
    assert (tmp_path / f"d.before.{form}").read_bytes() == edited
    assert sorted(p.name for p in tmp_path.glob("d.*")) == sorted([f"d.{form}", f"d.before.{form}", "d.trace.json"])


def _timeless(record: Any) -> Any:
    if isinstance(record, dict):
        return {k: _timeless(v) for k, v in record.items() if k != "seconds"}
    return [_timeless(v) for v in record] if isinstance(record, list) else record


@pytest.mark.models
def test_ctrl_c_leaves_a_partial_draft_and_the_next_run_goes_on(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "draft.md"
    folder = tmp_path / "kept"
    arguments = [
        "draft",
        str(FACTS / "hudai-2008h1.yaml"),
        "-o",
        str(out),
        "--archive",
        str(archive),
        "--cache",
        str(folder),
    ]
    running = subprocess.Popen([*COMMAND, *arguments], stderr=subprocess.PIPE, text=True)
    kept = wait_for_replies(folder, 3)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "再次运行同一命令" in said
    assert not out.exists()
    partial = json.loads((tmp_path / "draft.partial.trace.json").read_text(encoding="utf-8"))
    assert partial["run"]["facts_stated"] == partial["run"]["facts"]
    before = len(kept.read_bytes().splitlines())
    done = zhenbao(*arguments)
    assert done.returncode == 0, done.stderr
    assert before >= 3
    assert out.exists()
    assert len(kept.read_bytes().splitlines()) > before


def wait_for_replies(folder: Path, count: int) -> Path:
    """The file in which replies are kept, once it holds so many."""
    for _ in range(600):
        for path in folder.glob("*.jsonl"):
            if len(path.read_bytes().splitlines()) >= count:
                return path
        time.sleep(0.1)
    raise AssertionError("no replies were kept within a minute")


def well_written(asked: str) -> str:
    """What a good model makes of the prompt for a sentence."""
    if "要点：" not in asked:
        return "你好。"
    facts = asked.rsplit("要点：", 1)[1].split("\n")[0]
    clauses = [f.replace(" ", "达", 1) for f in facts.split("；")]
    return f"坚持稳字当头，{'；'.join(clauses)}。"


@pytest.mark.models
def test_kill_9_and_go_on_pays_for_nothing_twice(archive: Path, tmp_path: Path) -> None:
    out, folder = tmp_path / "draft.md", tmp_path / "kept"
    asked: list[str] = []

    def slowly(call: Call) -> Answer:
        asked.append(str(call.body["messages"]))
        made = chat(well_written(call.body["messages"][-1]["content"]))
        return Answer(pieces=(0.05, *made.pieces))

    with serving(slowly) as server:
        arguments = ["draft", str(FACTS / "hudai-2008h1.yaml"), "-o", str(out), "--archive", str(archive), "--cache", str(folder),
                     "--model", "m", "--base-url", server.base_url, "--level", "2", "--jobs", "2"]  # fmt: skip
        running = subprocess.Popen([*COMMAND, *arguments], stderr=subprocess.DEVNULL)
        kept = wait_for_replies(folder, 5)
        running.kill()
        running.wait()
        with kept.open("a", encoding="utf-8") as file:
            file.write('{"key": "cut of')  # as a crash while writing leaves it
        before = len(kept.read_bytes().splitlines()) - 1
        asked.clear()
        done = zhenbao(*arguments)
        assert done.returncode == 0, done.stderr
        first, text = len(asked), out.read_bytes()
        assert first > 0
        assert f"新问模型 {first} 次" in done.stderr  # what the killed run had, nobody asked for again
        assert (
            len([r for r in kept.read_bytes().splitlines() if r.startswith(b'{"key": ') and r.endswith(b"}")])
            == before + first
        )
        asked.clear()
        again = zhenbao(*arguments)
        assert (again.returncode, asked, out.read_bytes() == text) == (0, [], True)  # a repeated run costs nothing


@pytest.mark.models
def test_an_endpoint_that_writes_well_is_level_2(archive: Path, small: Path, tmp_path: Path) -> None:
    with serving(written_by(well_written)) as server:
        out = tmp_path / "d.md"
        done = zhenbao(
            "draft", small, "-o", out, "--model", "office-7b", "--base-url", server.base_url, "--level", "2", "--no-cache",
            "--price", "2,8", archive=archive, more={"OPENAI_API_KEY": "sk-never-shown"},
        )  # fmt: skip
    assert {call.headers.get("authorization") for call in server.calls} == {"Bearer sk-never-shown"}
    written = "".join(p.read_text(encoding="utf-8") for p in tmp_path.rglob("*") if p.is_file())
    assert "sk-never-shown" not in written + done.stdout + done.stderr
    assert done.returncode == 0, done.stderr
    record = json.loads(out.with_suffix(".trace.json").read_text(encoding="utf-8"))
    assert (record["run"]["level"], record["run"]["model"]) == (2, "office-7b")
    assert record["run"]["sentences"]["model"] == 2
    assert record["run"]["cost"] == round((2 * 12 * 2 + 2 * 3 * 8) / 1e6, 6)
    assert "坚持稳字当头，粮食播种面积达1.26万亩" in out.read_text(encoding="utf-8")


GARBAGE = raw(b"\x00\xff<html>not an answer", content_type="text/html")


@pytest.mark.models
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (error(401, "bad key"), "密钥"),
        (error(404), "模型"),
        (error(500), "500"),
        (GARBAGE, "应答"),
        (chat("", usage=None), "空"),
        (raw(), "应答"),
    ],
    ids=["401", "404", "500", "garbage", "empty", "nothing"],
)
def test_an_endpoint_that_fails_is_told_and_leaves_no_file(
    archive: Path, small: Path, tmp_path: Path, answer: Answer, said: str
) -> None:
    out = tmp_path / "out" / "d.md"
    out.parent.mkdir()
    with serving(lambda call: answer) as server:
        done = zhenbao(
            "draft", small, "-o", out, "--model", "m", "--base-url", server.base_url, "--no-cache", archive=archive,
            more={"OPENAI_API_KEY": "sk-never-shown"},
        )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert said in done.stderr
    assert "办法：" in done.stderr
    assert "Traceback" not in done.stderr
    assert "sk-never-shown" not in done.stderr
    assert list(out.parent.iterdir()) == []


def test_a_model_that_fails_its_trial_gives_way_to_patterns(archive: Path, small: Path, tmp_path: Path) -> None:
    out = tmp_path / "d.md"
    with serving(written_by(lambda prompt: "你好，我是人工智能助手。")) as server:
        done = zhenbao(
            "draft", small, "-o", out, "--model", "m", "--base-url", server.base_url, "--no-cache", archive=archive
        )
    assert (done.returncode, "0/10 句可用：改用句式" in done.stderr) == (0, True), done.stderr
    run = json.loads(out.with_suffix(".trace.json").read_text(encoding="utf-8"))["run"]
    assert (run["model"], run["level"]) == (None, 0)


@pytest.mark.models
def test_no_one_listens_a_port_is_taken_or_an_address_is_elsewhere(archive: Path, small: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = zhenbao("draft", small, "--port", port, archive=archive)
        assert (done.returncode, "端口" in done.stderr) == (3, True), done.stderr
    done = zhenbao("draft", small, "--model", "m", "--base-url", f"http://127.0.0.1:{port}/v1", archive=archive)
    assert done.returncode == 3, done.stderr
    done = zhenbao(
        "draft", small, "--model", "m", "--base-url", "http://models.example/v1", "--offline", archive=archive
    )
    assert (done.returncode, "离线" in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["draft", "absent.yaml"], "找不到事实清单"),
        (["draft", "{small}", "-o", "no/such/folder/d.md"], "文件夹不存在"),
        (["draft", "{small}", "-o", "d.pages"], "不能写成"),
        (["draft", "{small}", "--archive", "{empty}", "--model", "exemplar"], "还没有建好的档案库"),
        (["draft", "{small}", "--model", "qwen", "--archive", "{archive}"], "模型 qwen 在哪里"),
        (["search", "农业", "--genre", "会议纪要", "--archive", "{archive}"], "不认识文种"),
        (["check", "absent.md", "--facts", "{small}"], "找不到稿子"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_with_its_mend(
    archive: Path, small: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    names = {"small": small, "empty": tmp_path, "archive": archive}
    done = zhenbao(*(a.format(**names) for a in arguments))
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "办法：" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("text", "verdict", "code"),
    [
        (SMALL, "accept", 0),
        (SMALL.replace("农业", "低空经济"), "warn", 0),
        (SMALL.replace("1.26", "很多"), "reject", 1),
    ],
)
def test_facts_check_gives_a_verdict(tmp_path: Path, text: str, verdict: str, code: int) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(text, encoding="utf-8")
    done = zhenbao("facts", "check", path, "--json")
    answer = json.loads(done.stdout)
    assert (answer["verdict"], done.returncode) == (verdict, code)
    assert all(set(p) == {"where", "message", "mend"} for p in answer["problems"])
    assert bool(answer["problems"]) == (verdict != "accept")


def test_quantities_are_read_line_by_line() -> None:
    done = subprocess.run(
        [*COMMAND, "quantities", "--jsonl"],
        input='{"id": "a", "text": "投入12.5万元。"}\n',
        capture_output=True,
        text=True,
        check=True,
    )
    (row,) = map(json.loads, done.stdout.splitlines())
    assert row["id"] == "a"
    assert [(q["raw"], q["value"], q["unit"], q["kind"]) for q in row["quantities"]] == [
        ("12.5万元", 12.5, "万元", "money")
    ]


@pytest.mark.models
def test_search_prints_an_object_a_line(archive: Path) -> None:
    done = zhenbao("search", "粮食播种和春耕备耕", "-k", 3, "--topic", "农业", "--json", archive=archive)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [r["rank"] for r in rows] == [1, 2, 3]
    assert {r["topic"] for r in rows} == {"agriculture"}
    assert set(rows[0]) == {"rank", "score", "passage_id", "source", "heading_path", "genre", "topic", "text"}


@pytest.mark.models
def test_a_wheel_works_outside_the_checkout(tmp_path: Path) -> None:
    """What travels in the wheel is found there: built, unpacked, and run with the checkout out of sight."""
    root = Path(__file__).parent.parent
    tree = tmp_path / "tree"
    shutil.copytree(root, tree, ignore=shutil.ignore_patterns(".venv", ".git", "build", "*cache*", "dist"))
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
        str(tree),
    ]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    place = tmp_path / "site"
    shutil.unpack_archive(wheel, place, "zip")
    code = f"import sys; sys.path.insert(0, {str(place)!r}); from pipeline.shipped import shipped; print(shipped('prompts')); print(shipped('corpus'))"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.split() == [str(place / "pipeline" / "shipped_files" / name) for name in ("prompts", "corpus")]
    assert len(list((place / "pipeline" / "shipped_files" / "corpus" / "exemplars").glob("*.md"))) >= 6


@pytest.mark.models
def test_search_loads_nothing_that_reads_figures_or_pages(archive: Path) -> None:
    code = (
        "import sys\nfrom pipeline.cli import main\n"
        f"sys.argv = ['zhenbao', 'search', '防汛', '--json', '--archive', {str(archive)!r}]\n"
        "try:\n    main()\nexcept SystemExit as ended:\n    assert not ended.code\n"
        "slow = ('torch', 'transformers', 'openai', 'pydantic', 'rich', 'pipeline.language.quantities', 'pipeline.archive.passages')\n"
        "print([name for name in slow if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip().splitlines()[-1] == "[]"
