"""`zhenbao eval run / report / compare / retrieval`: offline runs over a suite, kept in a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.shared import (
    STOPPED,
    archive_at,
    archive_option,
    bar,
    cache,
    default_archive,
    json_option,
    known_genres,
    known_topics,
    path_type,
    print_json,
    say,
)
from pipeline.errors import PipelineError, ServiceError

if TYPE_CHECKING:
    from eval.checker.run import Outcome
    from eval.runs.rows import Row
    from eval.runs.store import Run
    from eval.runs.suite import Suite

REPORTS = ("report.html", "report.md", "report.xml")


@click.command("run")
@click.argument("suite", default="default")
@click.option("-o", "--output", required=True, type=path_type(file_okay=False), help="评测文件夹；做了一半的接着做。")
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(1, 64), help="同时用几个进程。")
@click.option("--answers", type=path_type(file_okay=False), help="模型回答存在哪里（默认在本用户的缓存目录）。")
@click.option("--fresh", is_flag=True, help="不用存下的模型回答，每次都问。")
@click.option("--offline", is_flag=True, help="除本机外不连接任何地址。")
@archive_option
@json_option
def run(
    suite: str, output: Path, jobs: int, answers: Path | None, fresh: bool, offline: bool, archive: Path | None, as_json: bool
) -> None:  # fmt: skip
    """按方案 SUITE（文件，或自带的 smoke、patterns、default、full、retrieval、checker）评测。

    退出码：0 门槛都达到；1 有没达到的；2 方案不能用；3 有模型服务没有回答。
    """
    from eval.runs.store import locked
    from eval.runs.suite import find_suite, read_suite

    path = find_suite(suite)
    read = read_suite(path)
    with locked(output):
        if read.kind == "drafts":
            _run_drafts(
                read, path, output, jobs, None if fresh else answers or cache() / "eval-answers", offline, archive
            )
        else:
            _run_whole(read, path, output, jobs)
        raise SystemExit(_end(output, as_json))


@click.command("retrieval")
@click.option("-o", "--output", required=True, type=path_type(file_okay=False), help="评测文件夹。")
@json_option
@click.pass_context
def retrieval(context: click.Context, output: Path, as_json: bool) -> None:
    """检索准不准：nDCG@10、MRR、hit@5，与单用 BM25、单用向量相比（即 eval run retrieval）。"""
    context.invoke(
        run,
        suite="retrieval",
        output=output,
        jobs=1,
        answers=None,
        fresh=False,
        offline=True,
        archive=None,
        as_json=as_json,
    )


@click.command("report")
@click.argument("folder", type=path_type(file_okay=False))
@click.option("--times", is_flag=True, help="另列用时（每次评测都不同，所以不在报告里）。")
@json_option
def report(folder: Path, times: bool, as_json: bool) -> None:
    """重写评测文件夹 FOLDER 里的报告，并显示出来。"""
    from eval.runs.store import locked, read_run

    read_run(folder)  # tells a folder that holds no run before a lock is put into it
    with locked(folder):
        raise SystemExit(_end(folder, as_json, times=times))


@click.command("compare")
@click.argument("before", type=path_type(file_okay=False))
@click.argument("after", type=path_type(file_okay=False))
@click.option("--groups", nargs=2, help="比两个写手：前一次评测的一个，后一次的一个（可以是同一次评测）。")
@click.option("--html", type=path_type(dir_okay=False), help="另写一个网页：逐项的变化，新旧两稿左右对照。")
@click.option("--fail-on-regression", is_flag=True, help="有变差的指标就以 1 结束。")
@click.option("--seed", default=0, show_default=True, help="重抽样的种子。")
@json_option
def compare(
    before: Path, after: Path, groups: tuple[str, str] | None, html: Path | None, fail_on_regression: bool, seed: int, as_json: bool
) -> None:  # fmt: skip
    """比较两次评测：每项指标的差和区间，每个项目哪里变了。"""
    from dataclasses import asdict

    from eval.runs.comparison import compare as compared
    from eval.runs.report_page import comparison_page
    from eval.runs.report_text import comparison_markdown
    from eval.runs.store import read_run
    from pipeline.files import write_whole

    runs = read_run(before), read_run(after)
    found = compared(*runs, groups=groups or None, seed=seed)
    names = groups or _names(before, after)
    if html is not None:
        write_whole(html, comparison_page(found, runs, names).encode())
    if as_json:
        print_json({**asdict(found), "regressions": [d.measure for d in found.regressions]})
    else:
        _show(comparison_markdown(found, names))
    raise SystemExit(1 if fail_on_regression and found.regressions else 0)


def _names(before: Path, after: Path) -> tuple[str, str]:
    """What to call two runs: their folders' names, with more of the path where these are equal."""
    one, other = before.resolve(), after.resolve()
    if one == other or one.name != other.name:
        return one.name, other.name
    return f"{one.parent.name}/{one.name}", f"{other.parent.name}/{other.name}"


def _run_drafts(
    suite: Suite, path: Path, output: Path, jobs: int, answers: Path | None, offline: bool, archive: Path | None
) -> None:  # fmt: skip
    from eval.runs.references import referenced
    from eval.runs.runner import pending, run_items
    from eval.runs.store import begin
    from eval.runs.suite import items
    from pipeline.cli.desk import Place, desk

    chosen = items(suite)
    _require(suite, offline)
    folder = archive or default_archive()
    opened = archive_at(archive)
    started = begin(output, _manifest(suite, [i.id for i in chosen], opened.manifest.id), path.read_bytes())
    left = pending(started, chosen)
    if len(left) < len(chosen):
        say(f"接着做：{len(chosen)} 项里已有 {len(chosen) - len(left)} 项。")
    place = Place(suite, folder.absolute(), answers.absolute() if answers else None, offline)
    try:
        with bar("评测") as show:
            run_items(output, left, partial(desk, place), jobs=jobs, progress=show, referenced=referenced(suite))
    except KeyboardInterrupt:
        say(f"已按 Ctrl-C 停下：做完的都在 {output}。再次运行同一命令，从停下处继续。")
        raise SystemExit(STOPPED) from None


def _require(suite: Suite, offline: bool) -> None:
    """Ask each endpoint of the suite for a few words before the work begins. Raises ServiceError naming the one that is absent."""
    from pipeline.cli.desk import opening
    from pipeline.cli.drafting import draft

    for genre in suite.genres:
        if genre != "own" and genre not in known_genres():
            raise PipelineError(
                f"评测方案里不认识的文种 {genre}。",
                where=suite.source,
                mend=f"可用：own、{'、'.join(known_genres())}。",
            )
    if any(folder for _, folder in suite.prompts) and not any(p.name == "prompts" for p in draft.params):
        raise PipelineError("这个版本的 draft 还不能换提示词。", where=suite.source, mend="去掉方案里的 prompts。")
    served = [writer.served for writer in suite.writers if writer.served.base_url]
    served += [suite.judge] if suite.judge is not None and suite.judge.base_url else []
    for one in dict.fromkeys(served):
        with opening(one, offline=offline) as model:
            if not model.is_local:
                say(f"提示：事实清单的内容将发往 {model.host}。")
            model.ping()


def _manifest(suite: Suite, ids: Sequence[str], archive: str | None, inputs: Mapping[str, str] | None = None) -> Any:
    import hashlib

    from eval.runs.manifest import file_sha256, manifest
    from pipeline.cli.desk import command_of
    from pipeline.shipped import shipped

    if inputs is None:
        paths = {f"sheet {sheet.stem}": sheet for sheet in suite.sheets}
        for folder in suite.references:
            paths |= {
                f"reference {sheet.stem}": p for sheet in suite.sheets if (p := folder / f"{sheet.stem}.md").is_file()
            }
        paths |= {f"sample {sample.sheet}": sample.page for sample in suite.samples if sample.page.is_file()}
        for writer in suite.writers:
            if writer.folder is not None and writer.folder.is_dir():
                paths |= {f"draft {writer.id} {p.name}": p for p in sorted(writer.folder.iterdir()) if p.is_file()}
        for id, folder_of in suite.prompts:
            if folder_of is not None:
                paths |= {f"prompts {id} {p.name}": p for p in sorted(folder_of.rglob("*")) if p.is_file()}
        inputs = {name: file_sha256(place) for name, place in paths.items()}
        for writer in suite.writers:
            if writer.command:
                inputs[f"command {writer.id}"] = hashlib.sha256("\0".join(command_of(writer)).encode()).hexdigest()
    return manifest(suite, suite.kind, ids, inputs=inputs, prompts=shipped("prompts"), archive=archive)


def _run_whole(suite: Suite, path: Path, output: Path, jobs: int) -> None:
    """A run of search or of the check: its rows are made at one go."""
    import tempfile

    from eval.runs.manifest import file_sha256
    from eval.runs.other_kinds import checker_rows, retrieval_inputs, retrieval_rows
    from eval.runs.store import begin, keep

    rows: Sequence[Row]
    if suite.kind == "retrieval":
        inputs = {place.name: file_sha256(place) for place in retrieval_inputs(suite)}
        say("正在用样本建库并检索，约一分钟……")
        with tempfile.TemporaryDirectory(prefix="zhenbao-eval-") as folder:
            rows = retrieval_rows(suite, Path(folder) / "archive", cache(), known_topics(), threads=1)
    else:
        inputs = {}
        rows = checker_rows(_checked(suite, jobs))
    run = begin(output, _manifest(suite, [row.id for row in rows], None, inputs), path.read_bytes())
    for row in rows:
        if row.id not in run.rows:
            keep(output, row, {}, None)


def _checked(suite: Suite, jobs: int) -> Outcome:
    from eval.checker.run import run as run_checker
    from pipeline.cli.checker_bases import clean_bases, judged_by

    genres = known_genres()
    return run_checker(
        clean_bases(genres), partial(judged_by, genres), per_class=suite.per_class, seed=suite.seeds[0], jobs=jobs
    )


def _end(folder: Path, as_json: bool, *, times: bool = False) -> int:
    """Put the run in order, write its reports, show them, and say how it ended."""
    from eval.runs.junit import junit
    from eval.runs.report_page import run_page
    from eval.runs.report_text import run_markdown
    from eval.runs.store import finish, read_run
    from eval.runs.summary import seconds_of, summarize, verdicts
    from pipeline.files import write_together

    run = read_run(folder)
    summary = summarize(run)
    failures = {
        kind: sum(row.failure is not None and row.failure.kind == kind for row in summary.failures)
        for kind in ("fault", "service", "died")
    }
    run = finish(folder, {"items": len(run.order), "made": len(run.rows), "failures": failures})
    held = verdicts(run, summary)
    text = run_markdown(run, summary, held)
    contents = (run_page(run, summary, held).encode(), text.encode(), junit(run, summary, held))
    write_together({folder / name: content for name, content in zip(REPORTS, contents, strict=True)})
    if as_json:
        print_json(_json(run, summary, held))
    else:
        _show(text)
    spent = seconds_of(run)
    if spent and (times or not as_json):
        say("用时（秒/篇）：" + "，".join(f"{group} {found.mean:.1f}" for group, found in spent.items()))
    say(f"报告：{folder / REPORTS[0]}")
    if failures["service"]:
        return ServiceError.exit_code
    return 0 if all(v.held for v in held) and run.is_whole else 1


def _json(run: Run, summary: Any, held: Sequence[Any]) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "suite": run.manifest["suite"]["name"],
        "means": {group: {name: asdict(found) for name, found in by.items()} for group, by in summary.means.items()},
        "counts": dict(summary.counts),
        "failures": [{"id": row.id, **asdict(row.failure)} for row in summary.failures if row.failure],
        "thresholds": [{**asdict(v.threshold), "group": v.group, "mean": v.mean, "held": v.held} for v in held],
        "lacking": list(summary.lacking),
    }


def _show(text: str) -> None:
    """Markdown: laid out where a person reads it, as it is where it goes into a file."""
    import sys

    if not sys.stdout.isatty():
        click.echo(text, nl=False)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(text))


COMMANDS = (run, report, compare, retrieval)
