"""`zhenbao corpus …`: the archive of exemplars."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.shared import (
    EmbeddingModel,
    add_to,
    archive_at,
    archive_option,
    default_archive,
    encoder_options,
    json_option,
    known_genres,
    known_topics,
    known_words,
    name_recogniser,
    named,
    path_type,
    print_json,
    rebuild_at,
    say,
)

if TYPE_CHECKING:
    from pipeline.facts.genres import Genre
    from pipeline.facts.topics import Topic


@functools.cache
def _names() -> dict[str, str]:
    """Ids of genres and topics → their Chinese names, which is what is shown; JSON has the ids."""
    rows: Iterable[Genre | Topic] = (*known_topics().values(), *known_genres().values())
    return {row.id: row.name for row in rows}


def _genre(id: str | None) -> str:
    return _names().get(id or "", id or "")


def _topic(id: str | None) -> str:
    return _names().get(id or "", id or "未定主题")


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
            f"{_genre(article.genre) or '文种不明'} · {article.region or '地区不明'} · {article.period or '时期不明'} · 第 {article.line} 行起\n"
        )
        click.echo(article.text + "\n")
    for removed in page.removed:
        say(f"去掉 第 {removed.line} 行 {removed.kind}：{removed.text[:40]}")


@corpus.command("add")
@click.argument("paths", nargs=-1, required=True, type=path_type())
@encoder_options
@archive_option
@json_option
def corpus_add(paths: tuple[Path, ...], encoder: EmbeddingModel | None, archive: Path | None, as_json: bool) -> None:
    """把文件或文件夹收入范文库；没有变的不重算。"""
    from dataclasses import asdict

    added = add_to(archive or default_archive(), paths, encoder)
    if as_json:
        print_json(asdict(added))
    else:
        click.echo(
            f"新收 {len(added.added)} 篇，更新 {len(added.changed)} 篇，未变 {len(added.unchanged)} 篇，重复 {len(added.same)} 篇。"
        )
    for source, held in added.same:
        say(f"内容相同 {source}：与 {held} 一样，段落只留一份，两处出处都记下。")
    for path, why in added.failed:
        say(f"未收入 {path}：{why}")
    raise SystemExit(1 if added.failed else 0)


@corpus.command("rebuild")
@encoder_options
@archive_option
@json_option
def corpus_rebuild(encoder: EmbeddingModel | None, archive: Path | None, as_json: bool) -> None:
    """用现在的格式重建范文库，可另换向量模型；原来的文件不必还在。"""
    from dataclasses import asdict

    rebuilt = rebuild_at(archive or default_archive(), encoder)
    if as_json:
        print_json(asdict(rebuilt))
    else:
        click.echo(f"重建好 {len(rebuilt.changed) + len(rebuilt.added) + len(rebuilt.unchanged)} 篇。")


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
            click.echo(f"{row.title}\t{_genre(row.genre)}\t{row.region}\t{row.period}\t{row.passages} 段\t{row.source}")


@corpus.command("remove")
@click.argument("name")
@archive_option
def corpus_remove(name: str, archive: Path | None) -> None:
    """把一篇范文移出范文库（NAME 是来源文件、标题或文件名）。"""
    from pipeline.archive.store import remove

    for source in remove(archive or default_archive(), name, recogniser=name_recogniser()):
        click.echo(f"已移出 {source}")


@corpus.command("show")
@click.argument("name")
@archive_option
@json_option
def corpus_show(name: str, archive: Path | None, as_json: bool) -> None:
    """看库中一篇范文，或一个段落的全部出处（NAME 是来源文件、标题、文件名或段落编号）。"""
    from dataclasses import asdict

    from pipeline.archive.contents import article_named, passage_named

    opened = archive_at(archive)
    if found := passage_named(opened, name):
        passage, places = found
        if as_json:
            print_json(asdict(passage) | {"sources": [asdict(place) for place in places]})
            return
        click.secho(" › ".join(passage.heading_path) or passage.title, bold=True)
        click.echo(
            f"{passage.id} · {_genre(passage.genre) or '文种不明'} · {_topic(passage.topic)} · {passage.period or '时期不明'}"
        )
        for place in places:
            click.echo(f"出处 {place.source}:{place.line} · {place.title}")
        click.echo(f"\n{passage.text}\n")
        click.echo(f"给模型看的 {passage.masked or '（不给：有遮蔽或丢失的数字）'}")
        if passage.names:
            click.echo(f"地名 {'、'.join(passage.names)}")
        return
    article, passages = article_named(opened, name)
    if as_json:
        print_json(asdict(article) | {"passages": [asdict(passage) for passage in passages]})
        return
    click.secho(article.title, bold=True)
    click.echo(
        f"{_genre(article.genre) or '文种不明'} · {article.region or '地区不明'} · {article.period or '时期不明'} · {article.source}\n"
    )
    for passage in passages:
        click.secho(" › ".join(passage.heading_path), bold=True)
        click.echo(f"   第 {passage.line} 行 · {passage.id} · {_topic(passage.topic)}\n   {passage.text}\n")


@corpus.command("stats")
@archive_option
@json_option
def corpus_stats(archive: Path | None, as_json: bool) -> None:
    """库中有多少篇、多少段，各文种、主题、地区、时期各多少，占多少空间。"""
    from dataclasses import asdict

    from rich.console import Console
    from rich.table import Table

    from pipeline.archive.contents import stats_of

    stats = stats_of(archive_at(archive))
    if as_json:
        print_json(asdict(stats))
        return
    topics, genres = known_topics(), known_genres()
    click.echo(
        f"{stats.articles} 篇，{stats.passages} 段，{stats.characters} 字；近重复 {stats.repeats} 段，只留一份；"
        f"有遮蔽或丢失数字的 {stats.gapped} 段；占 {stats.bytes / 1e6:.1f} MB。"
    )
    click.echo(f"第 {stats.format} 版格式，向量模型 {stats.encoder}，库编号 {stats.id[:12]}。")
    console = Console(width=None if sys.stdout.isatty() else 100)
    for what, unit, counts, name in (
        ("文种", "篇", stats.genres, {id: genre.name for id, genre in genres.items()}),
        ("时期", "篇", stats.periods, {}),
        ("地区", "篇", stats.regions, {}),
        ("主题", "段", stats.topics, {id: topic.name for id, topic in topics.items()}),
    ):
        table = Table(what, unit, box=None, pad_edge=False)
        for key, count in counts.items():
            table.add_row(name.get(key, key) or "不明", str(count))
        console.print(table)
        console.print()


@corpus.command("phrases")
@click.option("--topic", help="只看这一主题的。")
@archive_option
@json_option
def corpus_phrases(topic: str | None, archive: Path | None, as_json: bool) -> None:
    """范文怎么起句、用什么动词：不带任何一地事实的领起语和动词，按主题列出。"""
    from dataclasses import asdict

    from pipeline.archive.manner import leads, verb_frames

    topic = named(topic, known_words()["topics"], "主题", "--topic")
    passages = list(archive_at(archive).passages)
    found = [lead for lead in leads(passages) if topic in (None, lead.topic)]
    frames = [frame for frame in verb_frames(passages) if topic in (None, frame.topic)]
    if as_json:
        print_json({"leads": [asdict(lead) for lead in found], "verbs": [asdict(frame) for frame in frames]})
        return
    names = {id: topic.name for id, topic in known_topics().items()}
    for id in [topic] if topic else sorted({*(lead.topic or "" for lead in found), *(frame.topic for frame in frames)}):
        click.secho(names.get(id, id or "未定主题"), bold=True)
        for lead in found:
            if (lead.topic or "") == id:
                click.echo(f"   {lead.text}，")
        if verbs := [f"{frame.verb}…{frame.unit}" for frame in frames if frame.topic == id]:
            click.echo(f"   {'  '.join(verbs)}")
