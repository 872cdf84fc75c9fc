"""The command line: the one place that wires. Each command parses, calls and prints; slow imports wait inside."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from eval.checks.findings import Finding, Report, Severity
    from pipeline.archive.store import Archive
    from pipeline.drafting.draft import Draft
    from pipeline.drafting.genres import Genre
    from pipeline.drafting.prompts import PromptFile
    from pipeline.drafting.writer import Writer
    from pipeline.facts.model import Sheet
    from pipeline.facts.sheet_check import Problem
    from pipeline.facts.topics import Topic

F = TypeVar("F", bound=Callable[..., Any])
STOPPED = 130  # exit code after Ctrl-C, as shells have it


class Group(click.Group):
    """Shows a PipelineError as what, where and mend, without a traceback, and exits with its code."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except PipelineError as fault:
            click.echo(f"zhenbao：{fault}", err=True)
            context.exit(fault.exit_code)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="zhenbao")
def main() -> None:
    """镇报：由事实清单起草乡镇工作总结，数字和结构不对的一个不放行。"""


# --- what several commands share ---------------------------------------------------------------------------------


def _path(**kinds: bool) -> click.Path:
    return click.Path(path_type=Path, **kinds)


archive_option = click.option(
    "--archive",
    type=_path(file_okay=False),
    envvar="ZHENBAO_ARCHIVE",
    help="范文库的文件夹（默认在本用户的数据目录）。",
)
json_option = click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")


def _default_archive() -> Path:
    from platformdirs import user_data_path

    return user_data_path("zhenbao") / "archive"


def _cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("zhenbao")


def _topics() -> Mapping[str, Topic]:
    from pipeline.facts.topics import read_topics
    from pipeline.shipped import shipped

    return read_topics(shipped("prompts") / "topics.yaml")


def _genres() -> Mapping[str, Genre]:
    from pipeline.drafting.genres import read_genres
    from pipeline.shipped import shipped

    return read_genres(shipped("prompts") / "genres", tuple(_topics()))


def _known_words() -> dict[str, Mapping[str, str]]:
    from pipeline.drafting.genres import genre_ids
    from pipeline.facts.topics import topic_ids

    return {"genres": genre_ids(_genres()), "topics": topic_ids(_topics())}


def _sheet(path: Path) -> tuple[Sheet, tuple[Problem, ...]]:
    from pipeline.facts.reading import load_sheet

    return load_sheet(path, **_known_words())


def _say(text: str) -> None:
    """A message to the person at the terminal: never on stdout, which carries data."""
    click.echo(text, err=True)


def _print_json(content: Any) -> None:
    click.echo(json.dumps(content, ensure_ascii=False, indent=2))


@contextmanager
def _bar(what: str) -> Iterator[Callable[[str, int, int], None]]:
    """A progress display on stderr: `show(stage, done, total)`. Elapsed and remaining time; silent where no one watches."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("已用"), TimeElapsedColumn(),
        TextColumn("约剩"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=None)
        yield lambda stage, done, total: progress.update(
            task, description=f"{what} {stage}", completed=done, total=total
        )


# --- draft -------------------------------------------------------------------------------------------------------


@main.command()
@click.argument("facts", type=_path())
@click.option(
    "-o", "--output", type=_path(dir_okay=False), help="写到这个文件（.md），旁边另存 .trace.json；不写则输出到屏幕。"
)
@click.option(
    "--model",
    "model_name",
    default="local",
    show_default=True,
    help="local 内置模型；exemplar 不用模型；或 --base-url 上的模型名。",
)
@click.option(
    "--base-url",
    envvar="ZHENBAO_BASE_URL",
    help="兼容 OpenAI 接口的模型服务，如 http://127.0.0.1:8000/v1；密钥取自环境变量 OPENAI_API_KEY。",
)
@click.option("--seed", default=0, show_default=True, help="同一清单、同一种子，得同一稿。")
@click.option("--offline", is_flag=True, help="除本机外不连接任何地址。")
@click.option("--port", default=0, show_default=True, help="内置模型用的本机端口，0 为任一空闲端口。")
@archive_option
@json_option
def draft(
    facts: Path, output: Path | None, model_name: str, base_url: str | None, seed: int, offline: bool, port: int,
    archive: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """由事实清单 FACTS 起草报告。"""
    import hashlib

    from eval.checks.check import check as check_document
    from pipeline.drafting.draft import EXEMPLARS, Drafting
    from pipeline.drafting.outline import outline
    from pipeline.drafting.trace import trace
    from pipeline.export.markdown import markdown
    from pipeline.files import write_whole
    from pipeline.retrieval.search import Searcher

    if output is not None and output.suffix.lower() != ".md":
        raise PipelineError(
            f"还不能写 {output.suffix or '没有扩展名的'} 文件。",
            where=str(output),
            mend="请以 .md 结尾，如 -o draft.md。",
        )
    if output is not None and not output.parent.is_dir():
        raise PipelineError("输出的文件夹不存在。", where=str(output.parent), mend="先建好这个文件夹，或换一个位置。")
    sheet, problems = _sheet(facts)
    for problem in problems:
        _say(f"提示：{problem.where}：{problem.message}{problem.mend}")
    opened = _archive(archive)
    searcher = Searcher(opened)
    genre = _genres()[sheet.meta.genre]
    topics = _topics()
    foreign = _foreign_names(opened)

    def judge(text: str, sheet: Sheet) -> Sequence[Finding]:
        return check_document(text, sheet, genre=genre, foreign_names=foreign).findings

    def find(query: str, topic: str | None) -> Sequence[Any]:
        return searcher.search(query, k=EXEMPLARS, prefer_topic=topic, exclude_region=sheet.meta.town)

    with ExitStack() as stack:
        writer, prompt, replies = _writer(stack, model_name, base_url, seed, offline, port, output)
        show = stack.enter_context(_bar("起草"))
        run = Drafting(topics, writer, find, judge, markdown, lambda n, of, heading: show(heading, n, of), seed)
        made = run.draft(sheet, outline(sheet, genre, topics, seed))
    text, places = markdown(made)
    gave_out = getattr(writer, "gave_out", "")
    record = trace(
        made, text, places, sheet_sha256=hashlib.sha256(facts.read_bytes()).hexdigest(), archive_id=opened.manifest.id,
        model=None if model_name == "exemplar" else getattr(writer, "model").name, level=getattr(writer, "level", 0),  # noqa: B009
        prompt=prompt, versions=_versions(), seed=seed, gave_out=gave_out,
    )  # fmt: skip
    target = output
    if output is not None:
        target = output.with_suffix(".partial.md") if made.interrupted else output
        write_whole(
            target.with_suffix(".trace.json"), (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()
        )
        write_whole(target, text.encode())
        if replies is not None and not made.interrupted and not gave_out:
            replies.forget()
    if as_json:
        _print_json(
            {
                "draft": str(target) if target else None,
                "text": text,
                "findings": [_finding(f) for f in made.findings],
                "trace": record,
            }
        )
    elif output is None:
        click.echo(text, nl=False)
    _tell(made, target, gave_out)
    if made.interrupted:
        raise SystemExit(STOPPED)
    raise SystemExit(1 if any(f.severity == "error" for f in made.findings) else 0)


def _finding(finding: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(finding)


def _tell(made: Draft, target: Path | None, gave_out: str) -> None:
    """What a draft says at its end: facts stated, who wrote how much, how long, and what is left for the clerk."""
    from pipeline.drafting.trace import stated, writers

    for missing in made.missing:
        _say(f"提示：清单里没有可写“{missing}”的内容，稿中留有【待补：{missing}】，请补写。")
    for finding in made.findings:
        if finding.severity == "error":
            _say(f"错误：{getattr(finding, 'message', '')}")
    if gave_out:
        _say(f"提示：模型服务中途没有回答（{gave_out}），其余句子按句式写成；再次运行同一命令，已写好的不重写。")
    counts = writers(made)
    names = (("model", "模型"), ("exemplar", "范文句式"), ("fallback", "平实句"), ("fixed", "清单原文和固定语"))
    told = "，".join(f"{name} {counts[by]} 句" for by, name in names if counts[by])
    _say(
        f"写明事实 {len(stated(made))}/{len(made.sheet.facts)} 条；{told}；用时 {made.seconds:.1f} 秒。"
        + (f"稿件：{target}" if target else "")
    )
    if made.interrupted:
        _say("已按 Ctrl-C 停下：模型未写到的部分已用句式补齐，存为上面的稿件。再次运行同一命令，从停下处继续。")


def _writer(
    stack: ExitStack, name: str, base_url: str | None, seed: int, offline: bool, port: int, output: Path | None
) -> tuple[Writer, PromptFile | None, Any]:
    """The writer that was asked for, its prompt and its kept replies. A service that does not answer is told before any work."""
    import os

    from pipeline.drafting.prompts import read_prompt
    from pipeline.drafting.replies import KeptReplies
    from pipeline.drafting.writer import ModelWriter, PatternWriter
    from pipeline.shipped import shipped

    if name == "exemplar":
        return PatternWriter(seed), None, None
    prompts = shipped("prompts")
    model: Any
    if name == "local":
        from pipeline.drafting.embedded import embedded_model

        prompt, level = read_prompt(prompts / "choose.md", frozenset({"facts", "exemplar"})), 1
        model = stack.enter_context(embedded_model(_cache(), port=port))
    else:
        from pipeline.drafting.client import Endpoint

        if not base_url:
            raise PipelineError(
                f"模型 {name} 在哪里？",
                where="--model",
                mend="用 --base-url 写明模型服务的地址；或用 --model local、--model exemplar。",
            )
        prompt, level = read_prompt(prompts / "sentence.md", frozenset({"facts", "exemplar", "heading"})), 2
        model = stack.enter_context(Endpoint(base_url, name, api_key=os.environ.get("OPENAI_API_KEY"), offline=offline))
        if not model.is_local:
            _say(f"提示：事实清单的内容将发往 {model.host}。")
        model.ping()
    replies = KeptReplies(model, output.with_suffix(".replies.jsonl")) if output is not None else None
    return ModelWriter(replies or model, 1 if level == 1 else 2, prompt, seed), prompt, replies


def _archive(folder: Path | None) -> Archive:
    """The archive that was named, or the user's own; that one is built from the shipped exemplars at its first use."""
    from pipeline.archive.store import CURRENT, open_archive
    from pipeline.shipped import shipped

    if folder is None:
        folder = _default_archive()
        if not (folder / CURRENT).exists():
            _say("首次使用，正在用自带范文建立范文库……")
            _add(folder, [shipped("corpus") / "exemplars"])
    return open_archive(folder)


def _foreign_names(archive: Archive) -> dict[str, str]:
    """Names of places in the archive → the report they come from: in a draft for another town they are leaks."""
    from pipeline.language.names import place_names

    names: dict[str, str] = {}
    for passage in archive.passages:
        for name in (*place_names(passage.region), *place_names(passage.text)):
            names.setdefault(name, passage.title)
    return names


def _versions() -> dict[str, str]:
    import platform
    from importlib.metadata import version

    packages = ("zhenbao", "faiss-cpu", "onnxruntime")
    return {"python": platform.python_version()} | {name: version(name) for name in packages}


# --- check and quantities ----------------------------------------------------------------------------------------


@main.command()
@click.argument("draft", type=_path())
@click.option("--facts", "facts", type=_path(), required=True, help="事实清单。")
@archive_option
@json_option
def check(draft: Path, facts: Path, archive: Path | None, as_json: bool) -> None:
    """对照事实清单检查一篇稿子 DRAFT（.md .txt），不论是谁写的。"""
    from eval.checks.check import check as check_document
    from pipeline.archive.store import CURRENT, open_archive

    text = _document(draft)
    sheet, _ = _sheet(facts)
    folder = archive or _default_archive()
    foreign = _foreign_names(open_archive(folder)) if archive or (folder / CURRENT).exists() else {}
    report = check_document(text, sheet, genre=_genres()[sheet.meta.genre], foreign_names=foreign)
    if as_json:
        _print_json(report.to_json())
    else:
        _print_report(report)
    raise SystemExit(1 if report.counts["error"] else 0)


def _document(path: Path) -> str:
    if not path.is_file():
        raise PipelineError("找不到稿子。", where=str(path), mend="检查路径和文件名。")
    if path.suffix.lower() not in (".md", ".txt"):
        raise PipelineError(
            f"还不能读 {path.suffix or '没有扩展名的'} 文件。", where=str(path), mend="请另存为 .md 或 .txt（UTF-8）。"
        )
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise PipelineError("稿子不是 UTF-8 编码。", where=str(path), mend="用记事本打开，另存为 UTF-8。") from fault


def _print_report(report: Report) -> None:
    words: dict[Severity, str] = {"error": "错误", "warning": "提示", "note": "建议"}
    for severity, word in words.items():
        for finding in (f for f in report.findings if f.severity == severity):
            at = f"第 {finding.line} 行 " if finding.line else ""
            click.echo(f"{word} {at}{finding.rule}：{finding.message}")
    covered = sum(c.covered for c in report.coverage)
    counts = "，".join(f"{word} {report.counts[severity]}" for severity, word in words.items())
    click.echo(f"{counts}；事实写明 {covered}/{len(report.coverage)} 条。")


@main.command()
@click.argument("file", type=click.File(encoding="utf-8"), default="-")
@click.option("--jsonl", is_flag=True, help='每行读一个 {"id","text"}，每行写一个 {"id","quantities"}。')
@json_option
def quantities(file: Any, jsonl: bool, as_json: bool) -> None:
    """列出文中的每一个数（FILE 省略时读标准输入）。"""
    from pipeline.language.quantities import read_quantities

    try:
        if jsonl:
            for number, line in enumerate(file, 1):
                if line.strip():
                    _quantities_of_line(line, number)
            return
        found = read_quantities(file.read())
    except UnicodeDecodeError as fault:
        raise PipelineError(
            "文件不是 UTF-8 编码。", where=str(file.name), mend="用记事本打开，另存为 UTF-8。"
        ) from fault
    if as_json:
        _print_json([q.to_json() for q in found])
    else:
        for q in found:
            row = q.to_json()
            click.echo(
                f"{q.start}-{q.end}\t{q.raw}\t{row['value']}\t{q.unit}\t{q.kind}{'，约' if q.approx else ''}{'，存疑' if q.suspect else ''}"
            )


def _quantities_of_line(line: str, number: int) -> None:
    from pipeline.language.quantities import read_quantities

    try:
        row = json.loads(line)
        id, text = row["id"], row["text"]
    except (ValueError, KeyError, TypeError) as fault:
        raise PipelineError(
            '这一行不是 {"id","text"}。', where=f"第 {number} 行", mend="每行写一个 JSON 对象。"
        ) from fault
    if not isinstance(text, str):
        raise PipelineError("text 须是文字。", where=f"第 {number} 行", mend="把 text 写成字符串。")
    click.echo(json.dumps({"id": id, "quantities": [q.to_json() for q in read_quantities(text)]}, ensure_ascii=False))


# --- facts -------------------------------------------------------------------------------------------------------


@main.group()
def facts() -> None:
    """事实清单。"""


@facts.command("check")
@click.argument("facts", type=_path())
@json_option
def facts_check(facts: Path, as_json: bool) -> None:
    """清单能不能用：accept 可用，warn 可用但要看一看，reject 不能用。"""
    from pipeline.facts.reading import read_sheet

    reading = read_sheet(facts, **_known_words())
    if as_json:
        rows = [{"where": p.where, "message": p.message, "mend": p.mend} for p in reading.problems]
        _print_json({"verdict": reading.verdict, "problems": rows})
    else:
        for p in reading.problems:
            click.echo(f"{'错误' if p.severity == 'error' else '提示'}：{p.where}：{p.message}{p.mend}")
        click.echo(
            {
                "accept": "清单可用。",
                "warn": "清单可用，请看一看上面的提示。",
                "reject": "清单不能用，请先改正上面的错误。",
            }[reading.verdict]
        )
    raise SystemExit(1 if reading.verdict == "reject" else 0)


# --- archive -----------------------------------------------------------------------------------------------------


@main.command()
@click.argument("query")
@click.option("-k", default=5, show_default=True, type=click.IntRange(1, 1000), help="要几段。")
@click.option("--genre", help="只要这一文种的。")
@click.option("--topic", help="只要这一主题的。")
@archive_option
@json_option
def search(query: str, k: int, genre: str | None, topic: str | None, archive: Path | None, as_json: bool) -> None:
    """按意思查找范文段落，最合适的在前。"""
    from pipeline.retrieval.search import Searcher

    words = _known_words()
    genre = _named(genre, words["genres"], "文种", "--genre")
    topic = _named(topic, words["topics"], "主题", "--topic")
    for hit in Searcher(_archive(archive)).search(query, k=k, genre=genre, topic=topic):
        p = hit.passage
        if as_json:
            row = {
                "rank": hit.rank, "score": round(hit.score, 4), "passage_id": p.id, "source": p.source,
                "heading_path": list(p.heading_path), "genre": p.genre, "topic": p.topic, "text": p.text,
            }  # fmt: skip
            click.echo(json.dumps(row, ensure_ascii=False))
        else:
            click.secho(f"{hit.rank}. {' › '.join(p.heading_path) or p.title}", bold=True)
            click.echo(f"   {p.title} · {p.source}:{p.line} · {p.topic or '未定主题'} · {hit.score:.3f}\n   {p.text}\n")


def _named(written: str | None, known: Mapping[str, str], what: str, option: str) -> str | None:
    if written is None or written in known:
        return known[written] if written else None
    raise PipelineError(
        f"不认识{what}“{written}”。", where=option, mend=f"可用：{'、'.join(sorted(set(known.values())))}。"
    )


@main.group()
def corpus() -> None:
    """范文库：收入、列出、移出范文。"""


def _add(folder: Path, paths: Sequence[Path]) -> Any:
    from pipeline.archive.store import add
    from pipeline.facts.topics import topic_of
    from pipeline.retrieval.encoder import SentenceTransformerEncoder
    from pipeline.weights import embedding_folder

    topics = _topics()
    with _bar("建库") as show:
        show("载入向量模型", 0, 1)
        encoder = SentenceTransformerEncoder(embedding_folder())
        return add(
            folder,
            paths,
            encoder=encoder,
            topic_of=lambda heading, text: topic_of(topics, heading, text),
            progress=show,
        )


@corpus.command("add")
@click.argument("paths", nargs=-1, required=True, type=_path())
@archive_option
@json_option
def corpus_add(paths: tuple[Path, ...], archive: Path | None, as_json: bool) -> None:
    """把文件或文件夹收入范文库；没有变的不重算。"""
    from dataclasses import asdict

    added = _add(archive or _default_archive(), paths)
    if as_json:
        _print_json(asdict(added))
    else:
        click.echo(
            f"新收 {len(added.added)} 篇，更新 {len(added.changed)} 篇，未变 {len(added.unchanged)} 篇，重复 {len(added.same)} 篇。"
        )
    for path, why in added.failed:
        _say(f"未收入 {path}：{why}")
    raise SystemExit(1 if added.failed else 0)


@corpus.command("rebuild")
@archive_option
def corpus_rebuild(archive: Path | None) -> None:
    """用现在的向量模型和格式重建范文库。"""
    from pipeline.archive.store import rebuild
    from pipeline.facts.topics import topic_of
    from pipeline.retrieval.encoder import SentenceTransformerEncoder
    from pipeline.weights import embedding_folder

    topics = _topics()
    with _bar("重建") as show:
        encoder = SentenceTransformerEncoder(embedding_folder())
        rebuild(
            archive or _default_archive(), encoder=encoder, topic_of=lambda h, t: topic_of(topics, h, t), progress=show
        )


@corpus.command("list")
@archive_option
@json_option
def corpus_list(archive: Path | None, as_json: bool) -> None:
    """列出库中的范文。"""
    from dataclasses import asdict

    from pipeline.archive.store import listing

    for row in listing(_archive(archive)):
        if as_json:
            click.echo(json.dumps(asdict(row), ensure_ascii=False))
        else:
            click.echo(f"{row.title}\t{row.genre}\t{row.region}\t{row.period}\t{row.passages} 段\t{row.source}")


@corpus.command("remove")
@click.argument("name")
@archive_option
def corpus_remove(name: str, archive: Path | None) -> None:
    """把一篇范文移出范文库（NAME 是来源文件或标题）。"""
    from pipeline.archive.store import remove

    for source in remove(archive or _default_archive(), name):
        click.echo(f"已移出 {source}")


# --- doctor ------------------------------------------------------------------------------------------------------


@main.command()
@click.option("--base-url", envvar="ZHENBAO_BASE_URL", help="也看看这个模型服务答不答。")
@click.option("--model", "model_name", help="该服务上的模型名。")
@archive_option
@json_option
def doctor(base_url: str | None, model_name: str | None, archive: Path | None, as_json: bool) -> None:
    """装了什么，缺什么，怎么补。"""
    import os
    from dataclasses import asdict

    from pipeline.doctor import examine

    found = examine(archive or _default_archive(), base_url, model_name, os.environ.get("OPENAI_API_KEY"), _cache())
    if as_json:
        _print_json([asdict(d) for d in found])
    else:
        signs = {"ok": "✓", "missing": "缺", "broken": "坏"}
        for d in found:
            click.echo(
                f"{signs[d.state]} {d.name}：{d.says}" + (f"\n   办法：{d.mend}" if d.mend and d.state != "ok" else "")
            )
    raise SystemExit(0 if all(d.state == "ok" for d in found) else 1)


if __name__ == "__main__":
    sys.exit(main())
