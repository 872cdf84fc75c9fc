"""`zhenbao draft`: from a facts sheet to a checked draft."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.shared import (
    STOPPED,
    Given,
    archive_at,
    archive_option,
    bar,
    cache,
    foreign_names,
    json_option,
    known_genres,
    known_topics,
    meta_options,
    path_type,
    print_json,
    say,
    searcher_of,
    sheet_at,
    tell,
)
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from eval.checks.findings import Finding
    from pipeline.archive.store import Archive
    from pipeline.drafting.draft import Draft, Drafting
    from pipeline.drafting.outline import Outline
    from pipeline.drafting.prompts import PromptFile
    from pipeline.drafting.writer import Writer
    from pipeline.facts.model import Sheet


@click.command()
@click.argument("facts", type=path_type())
@click.option(
    "-o",
    "--output",
    type=path_type(dir_okay=False),
    help="写到这个文件（.md），旁边另存 .trace.json；不写则输出到屏幕。",
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
@click.option(
    "--outline",
    "outline_file",
    type=path_type(exists=True, dir_okay=False),
    help="按改过的提纲起草（由 zhenbao outline 写出）。",
)
@click.option("--port", default=0, show_default=True, help="内置模型用的本机端口，0 为任一空闲端口。")
@meta_options
@archive_option
@json_option
def draft(
    facts: Path, output: Path | None, model_name: str, base_url: str | None, seed: int, offline: bool, port: int,
    archive: Path | None, as_json: bool, given: Given, outline_file: Path | None,
) -> None:  # fmt: skip
    """由事实清单 FACTS 起草报告。"""
    import hashlib

    from pipeline.drafting.trace import trace
    from pipeline.export.markdown import markdown
    from pipeline.files import write_together

    if output is not None and output.suffix.lower() != ".md":
        raise PipelineError(
            f"还不能写 {output.suffix or '没有扩展名的'} 文件。",
            where=str(output),
            mend="请以 .md 结尾，如 -o draft.md。",
        )
    if output is not None and not output.parent.is_dir():
        raise PipelineError("输出的文件夹不存在。", where=str(output.parent), mend="先建好这个文件夹，或换一个位置。")
    sheet, problems = sheet_at(facts, given)
    tell(problems)
    opened = archive_at(archive)
    laid = _outline(sheet, seed, outline_file)
    with ExitStack() as stack:
        writer, prompt, replies = _writer(stack, model_name, base_url, seed, offline, port, output)
        show = stack.enter_context(bar("起草"))
        run = drafting(opened, sheet, writer, lambda n, of, heading: show(heading, n, of), seed)
        made = run.draft(sheet, laid)
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
        record_bytes = (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()
        write_together({target: text.encode(), target.with_suffix(".trace.json"): record_bytes})
        if replies is not None and not made.interrupted and not gave_out:
            replies.forget()
    if as_json:
        print_json(
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


def prompt_reader(own: Path | None) -> Callable[[str, frozenset[str]], PromptFile]:
    """Reads prompts: the user's where the folder has them, else those that are shipped."""
    from pipeline.drafting.prompts import read_prompt

    return lambda name, placeholders: read_prompt(vocabulary(f"{name}.md", own), placeholders)


def vocabulary(name: str, own: Path | None) -> Path:
    """The file of this name in the user's own prompts folder, if it is there, else the shipped one."""
    from pipeline.shipped import shipped

    return own / name if own is not None and (own / name).exists() else shipped("prompts") / name


def drafting(
    opened: Archive, sheet: Sheet, writer: Writer, progress: Callable[[int, int, str], None], seed: int
) -> Drafting:
    """All that a draft of this sheet works with, wired: search in the archive, the check, the words that may be added."""
    from eval.checks.check import check as check_document
    from pipeline.drafting.draft import EXEMPLARS, Drafting
    from pipeline.drafting.wordbook import read_wordbook
    from pipeline.export.markdown import markdown
    from pipeline.shipped import shipped

    searcher = searcher_of(opened)
    genre, foreign = known_genres()[sheet.meta.genre], foreign_names(opened)

    def judge(text: str, sheet: Sheet) -> Sequence[Finding]:
        return check_document(text, sheet, genre=genre, foreign_names=foreign).findings

    def find(query: str, topic: str | None) -> Sequence[Any]:
        return searcher.search(query, k=EXEMPLARS, prefer_topic=topic, exclude_region=sheet.meta.town, per_document=2)

    return Drafting(
        known_topics(), writer, find, judge, markdown, progress, seed, _lead_words(), read_wordbook(shipped("prompts"))
    )


@click.command()
@click.argument("facts", type=path_type())
@click.option("-o", "--output", type=path_type(dir_okay=False), help="写成可以修改的提纲文件（.yaml）。")
@click.option("--seed", default=0, show_default=True, help="与 draft 的 --seed 相同时，开头语相同。")
@click.option("--force", is_flag=True, help="文件已有时覆盖它。")
@meta_options
def outline(facts: Path, output: Path | None, seed: int, force: bool, given: Given) -> None:
    """显示由事实清单 FACTS 得出的提纲；用 -o 写成文件，改好后交给 draft --outline。"""
    from pipeline.drafting.outline_file import outline_text, shown
    from pipeline.files import write_together

    sheet, problems = sheet_at(facts, given)
    tell(problems)
    laid = _outline(sheet, seed, None)
    if output is None:
        click.echo(shown(laid))
        return
    if output.exists() and not force:
        raise PipelineError("提纲文件已经有了，可能改过。", where=str(output), mend="换一个文件名，或加 --force 覆盖。")
    if not output.parent.is_dir():
        raise PipelineError("输出的文件夹不存在。", where=str(output.parent), mend="先建好这个文件夹，或换一个位置。")
    write_together({output: outline_text(laid).encode()})
    say(f"提纲已写入 {output}；改好后运行：zhenbao draft {facts} --outline {output} -o 稿件.md")


def _outline(sheet: Sheet, seed: int, edited: Path | None) -> Outline:
    """The outline of a sheet, as it was edited if a file says so; what that file leaves out is told."""
    from pipeline.drafting.outline import OTHER_HEADING
    from pipeline.drafting.outline import outline as laid_out
    from pipeline.drafting.outline_file import read_outline

    topics = known_topics()
    made = laid_out(sheet, known_genres()[sheet.meta.genre], topics, seed)
    if edited is None:
        return made
    read = read_outline(edited, made, sheet, topics)
    if read.left_out:
        say(
            f"提示：提纲里漏了 {len(read.left_out)} 条事实（{'、'.join(read.left_out[:12])}），已放在“{OTHER_HEADING}”。"
        )
    for heading in read.empty:
        say(f"提示：提纲里的“{heading}”下面没有事实，已略去。")
    return read.outline


def _lead_words() -> frozenset[str]:
    from pipeline.shipped import shipped

    lines = (shipped("prompts") / "lead_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _finding(finding: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(finding)


def _tell(made: Draft, target: Path | None, gave_out: str) -> None:
    """What a draft says at its end: facts stated, who wrote how much, how long, and what is left for the clerk."""
    from pipeline.drafting.trace import stated, writers

    for missing in made.missing:
        say(f"提示：清单里没有可写“{missing}”的内容，稿中留有【待补：{missing}】，请补写。")
    for finding in made.findings:
        if finding.severity == "error":
            say(f"错误：{getattr(finding, 'message', '')}")
    if gave_out:
        say(f"提示：模型服务中途没有回答（{gave_out}），其余句子按句式写成；再次运行同一命令，已写好的不重写。")
    counts = writers(made)
    names = (("model", "模型"), ("exemplar", "范文句式"), ("fallback", "平实句"), ("fixed", "清单原文和固定语"))
    told = "，".join(f"{name} {counts[by]} 句" for by, name in names if counts[by])
    say(
        f"写明事实 {len(stated(made))}/{len(made.sheet.facts)} 条；{told}；用时 {made.seconds:.1f} 秒。"
        + (f"稿件：{target}" if target else "")
    )
    if made.interrupted:
        say("已按 Ctrl-C 停下：模型未写到的部分已用句式补齐，存为上面的稿件。再次运行同一命令，从停下处继续。")


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
        model = stack.enter_context(embedded_model(cache(), port=port))
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
            say(f"提示：事实清单的内容将发往 {model.host}。")
        model.ping()
    replies = KeptReplies(model, output.with_suffix(".replies.jsonl")) if output is not None else None
    return ModelWriter(replies or model, 1 if level == 1 else 2, prompt, seed), prompt, replies


def _versions() -> dict[str, str]:
    import platform
    from importlib.metadata import version

    packages = ("zhenbao", "faiss-cpu", "onnxruntime")
    return {"python": platform.python_version()} | {name: version(name) for name in packages}
