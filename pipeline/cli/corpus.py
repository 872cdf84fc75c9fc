"""`zhenbao corpus …` and `zhenbao search`: the archive of exemplars."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.shared import (
    add_to,
    archive_at,
    archive_option,
    bar,
    default_archive,
    json_option,
    known_topics,
    known_words,
    path_type,
    print_json,
    say,
)
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    pass


@click.command()
@click.argument("query")
@click.option("-k", default=5, show_default=True, type=click.IntRange(1, 1000), help="要几段。")
@click.option("--genre", help="只要这一文种的。")
@click.option("--topic", help="只要这一主题的。")
@archive_option
@json_option
def search(query: str, k: int, genre: str | None, topic: str | None, archive: Path | None, as_json: bool) -> None:
    """按意思查找范文段落，最合适的在前。"""
    from pipeline.retrieval.search import Searcher

    words = known_words()
    genre = named(genre, words["genres"], "文种", "--genre")
    topic = named(topic, words["topics"], "主题", "--topic")
    for hit in Searcher(archive_at(archive)).search(query, k=k, genre=genre, topic=topic):
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


def named(written: str | None, known: Mapping[str, str], what: str, option: str) -> str | None:
    if written is None or written in known:
        return known[written] if written else None
    raise PipelineError(
        f"不认识{what}“{written}”。", where=option, mend=f"可用：{'、'.join(sorted(set(known.values())))}。"
    )


@click.group()
def corpus() -> None:
    """范文库：收入、列出、移出范文。"""


@corpus.command("parse")
@click.argument("file", type=path_type())
@json_option
def corpus_parse(file: Path, as_json: bool) -> None:
    """看一个原始网页或文件（.txt .md .html .docx .pdf）拆成哪几篇、哪些标题，去掉了什么。"""
    from pipeline.archive.parsing import parse_page, to_json

    page = parse_page(file)
    if as_json:
        print_json(to_json(page))
        return
    for article in page.articles:
        click.secho(article.title, bold=True)
        click.echo(
            f"{article.genre or '文种不明'} · {article.region or '地区不明'} · {article.period or '时期不明'} · 第 {article.line} 行起\n"
        )
        click.echo(article.text + "\n")
    for removed in page.removed:
        say(f"去掉 第 {removed.line} 行 {removed.kind}：{removed.text[:40]}")


@corpus.command("add")
@click.argument("paths", nargs=-1, required=True, type=path_type())
@archive_option
@json_option
def corpus_add(paths: tuple[Path, ...], archive: Path | None, as_json: bool) -> None:
    """把文件或文件夹收入范文库；没有变的不重算。"""
    from dataclasses import asdict

    added = add_to(archive or default_archive(), paths)
    if as_json:
        print_json(asdict(added))
    else:
        click.echo(
            f"新收 {len(added.added)} 篇，更新 {len(added.changed)} 篇，未变 {len(added.unchanged)} 篇，重复 {len(added.same)} 篇。"
        )
    for path, why in added.failed:
        say(f"未收入 {path}：{why}")
    raise SystemExit(1 if added.failed else 0)


@corpus.command("rebuild")
@archive_option
def corpus_rebuild(archive: Path | None) -> None:
    """用现在的向量模型和格式重建范文库。"""
    from pipeline.archive.store import rebuild
    from pipeline.facts.topics import topic_of
    from pipeline.retrieval.encoder import SentenceTransformerEncoder
    from pipeline.weights import embedding_folder

    topics = known_topics()
    with bar("重建") as show:
        encoder = SentenceTransformerEncoder(embedding_folder())
        rebuild(
            archive or default_archive(), encoder=encoder, topic_of=lambda h, t: topic_of(topics, h, t), progress=show
        )


@corpus.command("list")
@archive_option
@json_option
def corpus_list(archive: Path | None, as_json: bool) -> None:
    """列出库中的范文。"""
    from dataclasses import asdict

    from pipeline.archive.store import listing

    for row in listing(archive_at(archive)):
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

    for source in remove(archive or default_archive(), name):
        click.echo(f"已移出 {source}")
