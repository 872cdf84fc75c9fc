"""`zhenbao draft`: from a facts sheet to a checked draft."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.models import opened
from pipeline.cli.old_report import Likened, likened
from pipeline.cli.overwriting import edited_draft, keep_existing, keep_sources
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
    topic_weights,
)
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from eval.checks.findings import Finding
    from pipeline.archive.store import Archive
    from pipeline.drafting.abilities import Abilities, Constraint
    from pipeline.drafting.budget import Budget
    from pipeline.drafting.client import Endpoint
    from pipeline.drafting.draft import Draft, Drafting
    from pipeline.drafting.lead_topics import LeadTopics
    from pipeline.drafting.prompts import PromptFile
    from pipeline.drafting.replies import KeptReplies
    from pipeline.drafting.writer import ModelWriter, SectionWriter, Writer
    from pipeline.facts.genres import Genre
    from pipeline.facts.model import Sheet
    from pipeline.retrieval.search import Searcher


class Price(click.ParamType[tuple[float, float]]):
    """Two prices for a million tokens, as 2,8: what goes in, what comes out."""

    name = "输入,输出"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, float]:
        parts = str(value).replace("，", ",").split(",")
        try:
            into, out = (float(part) for part in parts)
        except ValueError:
            self.fail(f"价钱 {value} 读不出来：写成两个数，如 2,8", param, ctx)
        if not (0 <= into < 1e6 and 0 <= out < 1e6):
            self.fail(f"价钱 {value} 不对：须是不小于 0 的数", param, ctx)
        return into, out


@click.command()
@click.argument("facts", type=path_type())
@click.option(
    "-o",
    "--output",
    type=path_type(dir_okay=False),
    help="写到这个文件（.md .docx .html），旁边另存 .trace.json；不写则输出到屏幕。",
)
@click.option("--like", type=path_type(), help="照这篇旧稿（.docx .md .txt .html .pdf）的提纲、标题和句式写。")
@click.option("--annotate", is_flag=True, help="每个数旁注明依据（.docx 为书签和批注，.html 为提示）。")
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
@click.option(
    "--level",
    default="auto",
    show_default=True,
    type=click.Choice(["auto", "0", "1", "2", "3"]),
    help="模型写到什么程度：1 选词，2 写句，3 写段；auto 先试写十句再定。",
)
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(1, 64), help="同时写几节（模型服务允许时）。")
@click.option("--no-cache", is_flag=True, help="不用、也不留以前得到的回答。")
@click.option(
    "--cache",
    "replies_folder",
    type=path_type(file_okay=False),
    envvar="ZHENBAO_CACHE",
    help="得到的回答存放处（默认在本用户的缓存目录）。",
)
@click.option(
    "--prompts",
    type=path_type(exists=True, file_okay=False),
    help="自己的提示词和措辞表：其中有的文件代替自带的同名文件。",
)
@click.option("--price", type=Price(), help="每百万词元的价钱，写成“输入,输出”，如 2,8：记录里给出花费。")
@click.option("--port", default=0, show_default=True, help="内置模型用的本机端口，0 为任一空闲端口。")
@meta_options
@archive_option
@json_option
def draft(
    facts: Path, output: Path | None, like: Path | None, annotate: bool, model_name: str, base_url: str | None, seed: int, offline: bool,
    port: int, archive: Path | None, as_json: bool, given: Given, outline_file: Path | None,
    level: str, jobs: int, no_cache: bool, replies_folder: Path | None, prompts: Path | None, price: tuple[float, float] | None,
) -> None:  # fmt: skip
    """由事实清单 FACTS 起草报告。"""
    import hashlib

    from pipeline.drafting.trace import trace
    from pipeline.export.figure_table import table_figures, with_table
    from pipeline.export.forms import files_of, form_of
    from pipeline.facts.writing import sheet_content
    from pipeline.files import write_together

    form_of(output or Path("draft.md"), annotate=annotate)  # refused before any work
    if output is not None and not output.parent.is_dir():
        raise PipelineError("输出的文件夹不存在。", where=str(output.parent), mend="先建好这个文件夹，或换一个位置。")
    if output is not None:
        read = {"事实清单": facts, "要照着写的旧稿": like, "提纲文件": outline_file, "基本信息文件": given.file}
        keep_sources((output, output.with_suffix(".trace.json")), read, "-o")
    sheet, problems = sheet_at(facts, given)
    tell(problems)
    opened = archive_at(archive)
    genre = known_genres()[sheet.meta.genre]
    old = _outline(sheet, seed, outline_file, like)
    render = with_table(genre.table)
    with ExitStack() as stack:
        kept = None if no_cache else (replies_folder or cache() / "replies") / f"{_mark(facts)}.jsonl"
        asked = _Asked(model_name, base_url, seed, offline, port, level, kept, prompts)
        writer, tried, replies = _writer(stack, asked)
        show = stack.enter_context(bar("起草"))
        run = drafting(
            opened, sheet, writer, lambda n, of, heading: show(heading, n, of), seed, jobs=jobs, own=prompts, old=old
        )
        made = run.draft(sheet, old.outline)
    text, places = render(made)
    gave_out = getattr(writer, "gave_out", "")
    record = trace(
        made, text, places, sheet_sha256=hashlib.sha256(facts.read_bytes()).hexdigest(), archive_id=opened.manifest.id,
        model=getattr(getattr(writer, "model", None), "name", None), level=getattr(writer, "level", 0),
        prompt=getattr(writer, "prompt", None), versions=_versions(), seed=seed, gave_out=gave_out, tried=tried, price=price,
        budget=getattr(writer, "budget", None), lead_topics=run.lead_topics, courses=getattr(writer, "courses", None),
    )  # fmt: skip
    record["figures"] += table_figures(made, genre.table)
    record["sheet"] = sheet_content(sheet)  # `zhenbao update` asks it what the figures came from
    target = output
    if output is not None:
        target = output.with_suffix(f".partial{output.suffix}") if made.interrupted else output
        files = files_of(target, text, record, sheet, annotate=annotate)
        before = edited_draft(target, files[target])
        write_together({**before, **files})
        for path in before:
            say(f"提示：{target} 已经有了，像是手改过的，原文件另存为 {path}。")
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
    _tell_length(text, known_genres()[sheet.meta.genre])
    _tell_cost(record, replies, getattr(writer, "model_seconds", 0.0), made.seconds)
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
    opened: Archive, sheet: Sheet, writer: Writer, progress: Callable[[int, int, str], None], seed: int, *, jobs: int = 1,
    own: Path | None = None, old: Likened | None = None,
) -> Drafting:  # fmt: skip
    """All that a draft of this sheet works with, wired: search in the archive, the check, the words that may be added."""
    from eval.checks.check import check as check_document
    from pipeline.drafting.draft import EXEMPLARS, Drafting
    from pipeline.drafting.wordbook import read_wordbook
    from pipeline.export.figure_table import with_table

    searcher = searcher_of(opened)
    genre, foreign = known_genres()[sheet.meta.genre], {**foreign_names(opened), **(old.names if old else {})}

    def judge(text: str, sheet: Sheet) -> Sequence[Finding]:
        return check_document(text, sheet, genre=genre, foreign_names=foreign).findings

    def find(query: str, topic: str | None) -> Sequence[Any]:
        return searcher.search(
            query, k=EXEMPLARS, prefer_topic=topic, prefer_genre=sheet.meta.genre, exclude_region=sheet.meta.town,
            per_document=2,
        )  # fmt: skip

    wordbook = read_wordbook(vocabulary("openings.yaml", own), vocabulary("verbs.yaml", own))
    return Drafting(
        known_topics(),
        writer,
        old.first(find) if old else find,
        judge,
        with_table(genre.table),
        progress,
        seed,
        lead_words(own),
        wordbook,
        jobs,
        lead_topics(opened, searcher),
    )


def lead_topics(opened: Archive, searcher: Searcher | None = None) -> LeadTopics:
    """Tells topics of leads by the archive's encoder; without one, or without weights learned for it, nothing is told."""
    from pipeline.drafting.lead_topics import LeadTopics
    from pipeline.retrieval.topics import topic_of_query

    topics, weights = known_topics(), topic_weights(opened.manifest.encoder)
    if opened.encoder_folder is None or weights is None:
        return LeadTopics()
    asked = searcher or searcher_of(opened)

    def likely(lead: str) -> dict[str, float]:
        return {
            one.topic: one.probability
            for one in topic_of_query(topics, lead, vector=asked.vector(lead), weights=weights)
        }

    return LeadTopics(likely, opened.manifest.encoder)


@click.command()
@click.argument("facts", type=path_type())
@click.option("-o", "--output", type=path_type(dir_okay=False), help="写成可以修改的提纲文件（.yaml）。")
@click.option("--like", type=path_type(), help="照这篇旧稿（.docx .md .txt .html .pdf）的提纲和标题。")
@click.option("--seed", default=0, show_default=True, help="与 draft 的 --seed 相同时，开头语相同。")
@click.option("--force", is_flag=True, help="文件已有时覆盖它。")
@meta_options
def outline(facts: Path, output: Path | None, like: Path | None, seed: int, force: bool, given: Given) -> None:
    """显示由事实清单 FACTS 得出的提纲；用 -o 写成文件，改好后交给 draft --outline。"""
    from pipeline.drafting.outline_file import outline_text, shown
    from pipeline.files import write_together

    sheet, problems = sheet_at(facts, given)
    tell(problems)
    laid = _outline(sheet, seed, None, like).outline
    if output is None:
        click.echo(shown(laid))
        return
    keep_existing([output], force=force, what="提纲文件已经有了，可能改过")
    if not output.parent.is_dir():
        raise PipelineError("输出的文件夹不存在。", where=str(output.parent), mend="先建好这个文件夹，或换一个位置。")
    write_together({output: outline_text(laid).encode()})
    say(f"提纲已写入 {output}；改好后运行：zhenbao draft {facts} --outline {output} -o 稿件.md")


def _outline(sheet: Sheet, seed: int, edited: Path | None, like: Path | None) -> Likened:
    """The outline of a sheet, as it was edited or as an old report has it; what is left out is told."""
    from pipeline.drafting.outline import outline as laid_out
    from pipeline.drafting.outline_file import read_outline

    topics = known_topics()
    old = likened(like, laid_out(sheet, known_genres()[sheet.meta.genre], topics, seed), sheet)
    if edited is None:
        return old
    read = read_outline(edited, old.outline, sheet, topics)
    if read.left_out:
        where = dict.fromkeys(e.heading for e in read.outline.entries if set(e.fact_ids) & set(read.left_out))
        names = "".join(f"“{heading}”" for heading in where if heading)
        more = "等" if len(read.left_out) > 12 else ""
        say(
            f"提示：提纲里漏了 {len(read.left_out)} 条事实（{'、'.join(read.left_out[:12])}{more}），已放在{names}下；要放在别处，把它们写进提纲。"
        )
    for heading in read.empty:
        say(f"提示：提纲里的“{heading}”下面没有事实，已略去。")
    return replace(old, outline=read.outline)


def lead_words(own: Path | None) -> frozenset[str]:
    """The words of which a model's free lead may be made."""
    lines = vocabulary("lead_words.txt", own).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _mark(facts: Path) -> str:
    """A name for a sheet's kept replies: of its path, since the replies themselves know what they answer."""
    import hashlib
    import os

    return hashlib.sha256(os.fsencode(facts.resolve())).hexdigest()[:16]


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


def _tell_length(text: str, genre: Genre) -> None:
    """A draft says what the sheet says and no more: where that is short for its genre, the clerk should know."""
    length = sum(not c.isspace() and c != "#" for c in text)
    least, most = genre.length
    if length < least * 0.8:
        say(
            f"提示：全稿 {length} 字，{genre.name}通常 {least}—{most} 字。稿子只写清单里有的；要写长，请在清单里补充做法和事例。"
        )


def _tell_cost(record: dict[str, Any], replies: Any, model_seconds: float, seconds: float) -> None:
    """What the model's part took: questions asked anew, tokens, the model's own time where it tells, money where the price was told."""
    tokens, cost = record["run"]["tokens"], record["run"]["cost"]
    counted = [f"词元 输入 {tokens['prompt']}、输出 {tokens['completion']}"] if tokens["prompt"] is not None else []
    if replies is not None:
        counted.append(f"新问模型 {replies.fresh} 次，其余取自以前的回答")
    if model_seconds and (replies is None or replies.fresh):
        counted.append(f"模型自身用时 {model_seconds:.1f} 秒，占 {model_seconds / seconds:.0%}")
    if cost is not None:
        counted.append(f"约合 {cost:.4f} 元")
    if counted:
        say("；".join(counted) + "。")


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which writer was asked for. `kept`: the file of replies, None for none; `prompts`: the user's own prompts folder."""

    name: str
    base_url: str | None
    seed: int
    offline: bool
    port: int
    level: str
    kept: Path | None
    prompts: Path | None


def _writer(stack: ExitStack, asked: _Asked) -> tuple[Writer, Abilities | None, KeptReplies | None]:
    """The writer that was asked for, what a probe of its model found, and the kept replies.

    A service that does not answer is told before any work.
    """
    import os

    from pipeline.drafting.budget import Budget
    from pipeline.drafting.replies import KeptReplies
    from pipeline.drafting.writer import ModelWriter, PatternWriter, writer_at

    read = prompt_reader(asked.prompts)
    if asked.name == "exemplar" or asked.level == "0":
        return PatternWriter(asked.seed), None, None
    if asked.name == "local":
        from pipeline.drafting.embedded import CONTEXT, embedded_model

        if asked.level in ("2", "3"):
            raise PipelineError("内置模型太小，只能选词。", where="--level", mend="用 --level 1，或换一个模型服务。")
        local = stack.enter_context(opened("local", lambda: embedded_model(cache(), port=asked.port)))
        replies = KeptReplies(local, asked.kept, "local") if asked.kept else None
        chooser = writer_at(1, replies or local, read, asked.seed)
        with_budget(chooser, Budget(CONTEXT, "own", local.tokens))
        return chooser, None, replies
    from pipeline.drafting.abilities import (
        GRAMMARS,
        Abilities,
        canned,
        constraint_of,
        level_of,
        measured,
        response_format,
    )
    from pipeline.drafting.adapting import AdaptiveWriter
    from pipeline.drafting.client import Endpoint

    if not asked.base_url:
        raise PipelineError(
            f"模型 {asked.name} 在哪里？",
            where="--model",
            mend="用 --base-url 写明模型服务的地址；或用 --model local、--model exemplar。",
        )
    key = os.environ.get("OPENAI_API_KEY")
    base_url, name, offline = asked.base_url, asked.name, asked.offline
    model = stack.enter_context(
        opened(f"{name}@{base_url}", lambda: Endpoint(base_url, name, api_key=key, offline=offline))
    )
    if not model.is_local:
        say(f"提示：事实清单的内容将发往 {model.host}{_by_proxy(base_url)}。")
    replies = KeptReplies(model, asked.kept, model.address) if asked.kept else None
    if replies is None or not replies.known:
        model.ping()
    tried: Abilities | None = None
    level = 0 if asked.level == "auto" else int(asked.level)
    if level in (0, 1):
        acceptance: float | None = None
        reasons: tuple[str, ...] = ()
        if level == 0:
            trial = writer_at(2, replies or model, read, asked.seed)
            assert isinstance(trial, ModelWriter)
            sentences = canned(vocabulary("probe.yaml", asked.prompts))
            acceptance, reasons = measured(trial, sentences, lead_words(asked.prompts))

        def found() -> tuple[Constraint, str]:
            return constraint_of(model)

        constraint, field = replies.remembered("constraint", found) if replies else found()
        level = level or level_of(acceptance or 0, constraint)
        tried = Abilities(constraint, field, acceptance, level, reasons)
        if acceptance is not None:
            share = f"{round(acceptance * 10)}/10"
            say(f"试写十句，{share} 句可用：{('改用句式', '模型选词', '模型逐句写', '模型逐段写')[level]}。")
        if level == 1 and not constraint:
            raise PipelineError(
                "这个模型服务不支持限定用词，不能选词。", where="--level 1", mend="用 --level 2 或 auto。"
            )
        if level == 0:
            return PatternWriter(asked.seed), tried, replies
        if constraint == "grammar":
            model.keep_to(GRAMMARS[field])
        elif constraint == "schema":
            model.keep_to(lambda schema: response_format(json.loads(schema)))
    budget = _budget(model, replies)
    writers: dict[int, ModelWriter | SectionWriter | PatternWriter] = {0: PatternWriter(asked.seed)}
    auto = asked.level == "auto"
    for step in range(1, level + 1) if auto else (level,):
        if step == 1 and not (tried and tried.constraint):
            continue
        writers[step] = writer = writer_at(step, replies or model, read, asked.seed)
        with_budget(writer, budget)
        if isinstance(writer, ModelWriter):
            writer.by_schema = step == 1 and tried is not None and tried.constraint == "schema"
    return AdaptiveWriter(writers) if auto else writers[level], tried, replies


def _by_proxy(base_url: str) -> str:
    """，经代理 HOST, where the environment has a proxy for this address: it may read what is not encrypted."""
    from urllib.parse import urlsplit
    from urllib.request import getproxies, proxy_bypass

    address, proxies = urlsplit(base_url), getproxies()
    proxy = proxies.get(address.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(address.hostname or ""):
        return ""
    return f"，经代理 {urlsplit(proxy).hostname or '（地址不明）'}"


def with_budget(writer: ModelWriter | SectionWriter, budget: Budget) -> None:
    """Have a writer keep its prompts within a model's context."""
    from pipeline.drafting.writer import ModelWriter

    (writer if isinstance(writer, ModelWriter) else writer.sentences).budget = budget


def _budget(model: Endpoint, replies: KeptReplies | None) -> Budget:
    """What the server says of its context, and its own count of tokens where it has one. A repeated run asks for neither."""
    from pipeline.drafting.budget import Budget

    if replies is None:
        context, source = model.context()
        return Budget(context, source, model.tokens if model.counts_tokens() else None)
    context, source = replies.remembered("context", model.context)
    counts = replies.remembered("counts tokens", model.counts_tokens)
    return Budget(context, source, (lambda text: replies.tokens(text, model.tokens)) if counts else None)


def _versions() -> dict[str, str]:
    import platform
    from importlib.metadata import version

    packages = ("zhenbao", "faiss-cpu", "onnxruntime")
    return {"python": platform.python_version()} | {name: version(name) for name in packages}
