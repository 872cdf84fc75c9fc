"""`zhenbao eval run / report / compare` as their users run them: killed, resumed, refused, with endpoints that answer and that do not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from eval.runs.store import locked
from pipeline.archive.store import add
from pipeline.shipped import shipped
from tests.endpoints import Answer, Call, error, serving, written_by
from tests.test_cli import COMMAND, SMALL, zhenbao
from tests.test_encoder import LettersEncoder
from tests.test_store import exemplar, no_topic, silent

GOOD = (
    "# 汀月镇2026年上半年工作总结及下半年工作计划\n\n2026年上半年，汀月镇扎实做好各项工作。\n\n## 一、上半年工作开展情况\n\n"
    "粮食播种面积1.26万亩，同比增长5%，完成年度目标的52.5%。发放低保金126.4万元。\n\n## 二、存在的问题\n\n产业链条偏短。\n\n"
    "## 三、下半年工作计划\n\n启动加工园二期。\n"
)
COPY = "import shutil, sys, time; time.sleep({}); shutil.copy(sys.argv[1], sys.argv[2])"


@pytest.fixture(scope="module")
def tiny_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of two reports that nobody searches: names and copies are looked for in it."""
    folder = tmp_path_factory.mktemp("archive")
    for name in ("weiting", "shatang"):
        exemplar(folder, name)
    made = folder / "archive"
    add(
        made,
        [folder / "weiting.md", folder / "shatang.md"],
        encoder=LettersEncoder(),
        topic_of=no_topic,
        progress=silent,
    )
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three sheets with a draft of each."""
    (tmp_path / "drafts").mkdir()
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.yaml").write_text(SMALL, encoding="utf-8")
        (tmp_path / "drafts" / f"{name}.md").write_text(GOOD, encoding="utf-8")
    return tmp_path


def suite(folder: Path, writers: str, more: str = "") -> Path:
    path = folder / "small.yml"
    thresholds = "thresholds: [{measure: drafted, at_least: 1}, {measure: facts_stated, at_least: 1}, {measure: unsupported, at_most: 0}]\n"
    path.write_text(
        f"name: small\nabout: 小\nsheets: ['[abc].yaml']\nwriters: [{writers}]\n{thresholds}{more}", encoding="utf-8"
    )
    return path


FILES = "{id: given, kind: files, folder: drafts}"


def slow(seconds: float) -> str:
    words = ["{python}", "-c", COPY.format(seconds), "$DRAFTS/a.md", "{output}"]
    return json.dumps({"id": "slow", "kind": "command", "command": words})


def test_drafts_that_lie_there_are_measured_and_the_exit_code_is_that_of_the_thresholds(
    tiny_archive: Path, folder: Path
) -> None:
    path = suite(folder, FILES, "seeds: [0, 1]\n")
    done = zhenbao("eval", "run", path, "-o", folder / "run", archive=tiny_archive)
    assert done.returncode == 0, done.stderr
    assert "| 通过 | 写明的事实 | given | 不低于 100.0% | 100.0% |" in done.stdout
    assert {p.name for p in (folder / "run").iterdir()} >= {
        "report.html",
        "report.md",
        "report.xml",
        "items.jsonl",
        "manifest.json",
    }
    (folder / "drafts" / "b.md").write_text(GOOD.replace("126.4", "999.4"), encoding="utf-8")
    worse = zhenbao("eval", "run", path, "-o", folder / "worse", archive=tiny_archive)
    assert worse.returncode == 1
    compared = zhenbao(
        "eval", "compare", folder / "run", folder / "worse", "--html", folder / "c.html", "--fail-on-regression"
    )
    assert compared.returncode == 1
    assert "b.own.shipped.0.given" in compared.stdout
    assert "<del>126</del>" in (folder / "c.html").read_text(encoding="utf-8") or "999" in (
        folder / "c.html"
    ).read_text(encoding="utf-8")
    same = zhenbao("eval", "compare", folder / "run", folder / "run", "--fail-on-regression")
    assert same.returncode == 0
    assert "没有任何变化" in same.stdout


def test_a_missing_draft_is_a_failure_in_the_denominator(tiny_archive: Path, folder: Path) -> None:
    (folder / "drafts" / "c.md").unlink()
    done = zhenbao("eval", "run", suite(folder, FILES), "-o", folder / "run", "--json", archive=tiny_archive)
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert said["means"]["given"]["facts_stated"]["mean"] == pytest.approx(2 / 3)
    assert [f["id"] for f in said["failures"]] == ["c.own.shipped.0.given"]


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("name: small\n", 2, "about：缺这一项"),
        (
            "name: small\nabout: 小\nsheets: [a.yaml]\ngenres: [sonnet]\nwriters: [{id: a, kind: exemplar}]\n",
            2,
            "不认识的文种",
        ),
    ],
)
def test_a_suite_that_cannot_be_used_ends_with_2(
    tiny_archive: Path, folder: Path, text: str, code: int, said: str
) -> None:
    path = folder / "bad.yml"
    path.write_text(text, encoding="utf-8")
    done = zhenbao("eval", "run", path, "-o", folder / "run", archive=tiny_archive)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr


def test_an_endpoint_that_is_not_there_ends_with_3_before_any_work(tiny_archive: Path, folder: Path) -> None:
    writer = "{id: office, kind: endpoint, model: m, base_url: 'http://127.0.0.1:9/v1'}"
    done = zhenbao("eval", "run", suite(folder, writer), "-o", folder / "run", archive=tiny_archive)
    assert done.returncode == 3
    assert "模型服务没有开着" in done.stderr
    assert not (folder / "run" / "items.jsonl").exists()


def test_a_judge_is_reported_apart(tiny_archive: Path, folder: Path) -> None:
    (folder / "drafts" / "b.md").write_text(GOOD.replace("发放低保金126.4万元。", ""), encoding="utf-8")
    with serving(written_by(lambda asked: "2" if "低保金" not in asked else "4")) as server:
        judged = f"judge: {{model: m, base_url: '{server.base_url}'}}\n"
        done = zhenbao(
            "eval", "run", suite(folder, FILES, judged), "-o", folder / "run", "--fresh", archive=tiny_archive
        )
    assert done.returncode == 1, done.stderr
    page = (folder / "run" / "report.html").read_text(encoding="utf-8")
    assert "模型评分（旁证）" in page
    assert "写明的事实 +1.00" in page  # the judge graded just the draft down that leaves a fact out
    assert "模型评分" not in page.split("模型评分（旁证）")[0]


def test_of_two_runs_in_one_folder_one_is_told(tiny_archive: Path, folder: Path) -> None:
    with locked(folder / "run"):
        done = zhenbao("eval", "run", suite(folder, FILES), "-o", folder / "run", archive=tiny_archive)
    assert done.returncode == 2
    assert "另一个进程正在这个文件夹里评测" in done.stderr


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_killed_at_random_moments_gives_the_same_report(tiny_archive: Path, folder: Path, jobs: int) -> None:
    path = suite(folder, slow(0.1), "seeds: [0, 1, 2, 3]\n")
    more = {"DRAFTS": str(folder / "drafts")}
    whole = zhenbao("eval", "run", path, "-o", folder / "whole", archive=tiny_archive, more=more)
    assert whole.returncode == 0, whole.stderr
    chance, kills = Random(jobs), 0
    command = [
        *COMMAND,
        "eval",
        "run",
        str(path),
        "-o",
        str(folder / "killed"),
        "--jobs",
        str(jobs),
        "--archive",
        str(tiny_archive),
    ]
    while kills < 3:
        running = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**_environment(), **more}
        )
        time.sleep(chance.uniform(0.3, 1.6))
        running.send_signal(signal.SIGKILL)
        running.wait()
        kills += 1
    done = zhenbao("eval", "run", path, "-o", folder / "killed", "--jobs", jobs, archive=tiny_archive, more=more)
    assert done.returncode == 0, done.stderr
    for name in ("report.html", "report.md", "report.xml", "items.jsonl", "manifest.json"):
        assert (folder / "killed" / name).read_bytes() == (folder / "whole" / name).read_bytes(), name


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("ZHENBAO_", "OPENAI_"))}


def test_help_and_compare_load_nothing_heavy(folder: Path) -> None:
    code = (
        "import sys\nfrom pipeline.cli import main\nsys.argv = ['zhenbao', 'eval', 'run', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print([m for m in ('torch', 'openai', 'numpy', 'pydantic', 'jinja2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


@pytest.mark.models
def test_answers_are_kept_and_an_endpoint_that_dies_midway_is_asked_again(
    archive: Path,
    folder: Path,
) -> None:
    path = suite(folder, "{id: office, kind: endpoint, model: m, base_url: 'BASE', price: {prompt: 1, completion: 2}}")
    text = path.read_text(encoding="utf-8")
    is_gone, heard = True, 0

    def write(asked: str) -> str:
        facts = asked.rsplit("要点：", 1)[-1].split("\n")[0]
        return "；".join(fact.replace(" ", "达", 1) for fact in facts.split("；")) + "。"

    def answer(call: Call) -> Answer:
        nonlocal heard
        of_the_sheet = "1.26万亩" in json.dumps(call.body, ensure_ascii=False)
        heard += of_the_sheet
        return error(401, "gone") if is_gone and of_the_sheet else written_by(write)(call)

    def run(name: str, *more: str) -> subprocess.CompletedProcess[str]:
        arguments = ("eval", "run", path, "-o", folder / name, "--answers", folder / "answers", *more)
        return zhenbao(*arguments, archive=archive)

    with serving(answer) as server:
        path.write_text(text.replace("BASE", server.base_url), encoding="utf-8")
        done = run("run")
        assert done.returncode == 3, done.stdout + done.stderr
        rows = [json.loads(line) for line in (folder / "run" / "items.jsonl").read_text(encoding="utf-8").splitlines()]
        assert [row["failure"]["kind"] for row in rows] == ["service"] * 3
        is_gone = False
        again = run("run", "--json")
        assert again.returncode == 0, again.stderr
        said = json.loads(again.stdout)
        assert not said["failures"]
        assert said["means"]["office"]["by_model"]["mean"] > 0
        assert said["means"]["office"]["cost"]["mean"] > 0
        before = heard
        assert run("more").returncode == 0
        assert heard == before  # every answer about the sheet was kept
    for name in ("report.html", "items.jsonl"):
        assert (folder / "more" / name).read_bytes() == (folder / "run" / name).read_bytes()


@pytest.mark.models
def test_prompts_of_a_suite_are_what_the_model_is_asked_with(archive: Path, folder: Path) -> None:
    (folder / "terse").mkdir()
    for name in ("sentence.md", "section.md"):
        path = shipped("prompts") / name
        if path.is_file():
            text = path.read_text(encoding="utf-8").replace("请", "请简短地", 1)
            (folder / "terse" / name).write_text(text, encoding="utf-8")
    asked: list[str] = []

    def write(text: str) -> str:
        asked.append(text)
        facts = text.rsplit("要点：", 1)[-1].split("\n")[0]
        return "；".join(fact.replace(" ", "达", 1) for fact in facts.split("；")) + "。"

    with serving(written_by(write)) as server:
        writer = f"{{id: office, kind: endpoint, model: m, base_url: '{server.base_url}', sheets: [a]}}"
        path = suite(folder, writer, "prompts: [{id: terse, folder: terse}]\n")
        done = zhenbao("eval", "run", path, "-o", folder / "run", "--fresh", archive=archive)
    assert done.returncode == 0, done.stderr
    assert (folder / "run" / "drafts" / "a.own.terse.0.office.md").is_file()
    of_the_sheet = [text for text in asked if "1.26万亩" in text]
    assert of_the_sheet
    assert all("请简短地" in text for text in of_the_sheet)


def test_ctrl_c_keeps_what_was_made_and_the_same_command_goes_on(tiny_archive: Path, folder: Path) -> None:
    path, more = suite(folder, slow(0.4), "seeds: [0, 1, 2, 3]\n"), {"DRAFTS": str(folder / "drafts")}
    command = [
        *COMMAND,
        "eval",
        "run",
        str(path),
        "-o",
        str(folder / "run"),
        "--jobs",
        "2",
        "--archive",
        str(tiny_archive),
    ]
    running = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={**_environment(), **more}
    )
    kept = folder / "run" / "items.jsonl"
    for _ in range(600):
        if kept.exists() and kept.read_bytes().count(b"\n") >= 2:
            break
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "再次运行同一命令" in said
    before = kept.read_bytes().count(b"\n")
    assert 2 <= before < 12
    done = zhenbao("eval", "run", path, "-o", folder / "run", archive=tiny_archive, more=more)
    assert done.returncode == 0, done.stderr
    assert f"12 项里已有 {before} 项" in done.stderr
