"""`zhenbao search`: exemplar passages for a heading, a topic or some indicators, in the terminal or as JSON lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.shared import (
    archive_at,
    archive_option,
    json_option,
    known_genres,
    known_topics,
    known_words,
    named,
    say,
    searcher_of,
)
from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.archive.store import Archive
    from pipeline.retrieval.hits import Hit

_MOST = 1000  # passages at a time
_INDENT = 3  # columns before a passage's text
_CHOICES = 30  # of a kind that an error lists


class Count(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.2 only
    """A number of passages, 1.._MOST."""

    name = "数"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if str(value).isdecimal() and 1 <= int(value) <= _MOST:
            return int(value)
        option = param.opts[-1] if param else ""
        raise PipelineError(f"段数“{value}”不能用。", where=option, mend=f"写 1 到 {_MOST} 的整数，如 {option} 5。")


@click.command()
@click.argument("query", required=False)
@click.option("-k", default=5, show_default=True, type=Count(), help="要几段。")
@click.option("--genre", help="只要这一文种的（半年总结、政府工作报告……）。")
@click.option("--topic", help="只要这一主题的（农业、党建……）。")
@click.option("--prefer-topic", help="这一主题的优先，别的不排除；不写则按检索词判断。")
@click.option("--region", help="只要这个地方的，如 苇汀镇。")
@click.option("--exclude-region", help="不要这个地方的（通常是本镇）。")
@click.option("--period", help="只要这一时期的，如 2026 或 2026年上半年。")
@click.option("--source", help="只要这一文件里的。")
@click.option("--per-document", type=Count(), help="一篇最多几段，其余排在后面。")
@click.option("--batch", is_flag=True, help="从标准输入逐行读检索词，每个结果前标出是哪一行。")
@click.option("--explain", is_flag=True, help="说明得分的来历和不宜作范文之处。")
@archive_option
@json_option
def search(
    query: str | None, k: int, genre: str | None, topic: str | None, prefer_topic: str | None, region: str | None,
    exclude_region: str | None, period: str | None, source: str | None, per_document: int | None, batch: bool,
    explain: bool, archive: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """按意思查找范文段落，最合适的在前。

    检索词可以是小标题、指标名或主题，如：zhenbao search "农业 粮食播种面积"。写上文种名（半年总结 粮食生产）则该文种的优先。
    """
    from pipeline.retrieval.queries import understood

    words = known_words()
    if (query is None) != batch:
        raise PipelineError(
            "检索词和 --batch 恰好用一个。",
            where="search",
            mend="写 zhenbao search 检索词，或用 --batch 从标准输入逐行读。",
        )
    if query is not None and not query.strip():
        raise PipelineError("检索词是空的。", where="search", mend="写上要找的内容，如“农业 粮食播种面积”。")
    filters = {
        "genre": named(genre, words["genres"], "文种", "--genre"),
        "topic": named(topic, words["topics"], "主题", "--topic"),
        "period": _period(period),
    }
    preferred = named(prefer_topic, words["topics"], "主题", "--prefer-topic")
    opened = archive_at(archive)
    filters |= {"region": _known(region, "region", opened), "source": _known(source, "source", opened)}
    filters["exclude_region"] = exclude_region
    searcher = searcher_of(opened)
    view = None if as_json else _View()
    for asked in _lines() if batch else [str(query)]:
        plain = understood(asked, words["genres"])
        hits = searcher.search(
            plain.words, k=k, prefer_topic=preferred, prefer_genre=plain.genre, per_document=per_document, **filters
        )
        if view:
            view.show(asked if batch else None, plain.words, hits, explain=explain)
        else:
            for hit in hits:
                row = _row(hit, explain=explain)
                click.echo(json.dumps(row | ({"query": asked} if batch else {}), ensure_ascii=False))
        if not hits:
            said = "、".join(f"--{name.replace('_', '-')}" for name, value in filters.items() if value is not None)
            say(
                f"没有找到{f'“{asked}”的' if batch else ''}段落。"
                + (f"可以放宽 {said}。" if said else "范文库是空的。")
            )
        elif not searcher.shares(plain.words):
            say(f"范文库里没有“{plain.words[:30]}”的任何字词，以上只是意思相近的段落，未必合用。")


def _lines() -> Iterator[str]:
    """The queries on stdin. Raises PipelineError for a line that is no UTF-8."""
    for number, line in enumerate(sys.stdin.buffer, 1):
        try:
            written = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError as fault:
            raise PipelineError(
                "检索词不是 UTF-8 编码。", where=f"标准输入第 {number} 行", mend="把文件另存为 UTF-8 再用 --batch。"
            ) from fault
        if written:
            yield written


def _period(written: str | None) -> str | None:
    """A period in the contract's form."""
    from pipeline.language.periods import read_period

    if written is None:
        return None
    if (period := read_period(written)) is None:
        raise PipelineError(
            f"不认识时期“{written}”。",
            where="--period",
            mend="写成 2026、2026H1、2026年上半年、2026Q3 或 2026年1—5月。",
        )
    return period.code


def _known(asked: str | None, what: str, archive: Archive) -> str | None:
    """A place or a source that reports of the archive have. Raises PipelineError listing which they have."""
    from pipeline.archive.store import listing
    from pipeline.retrieval.filters import Filter

    if asked is None:
        return None
    only = Filter(region=asked) if what == "region" else Filter(source=asked)
    entries = [entry for segment in archive.segments for entry in segment.entries]
    if any(only.takes(entry) for entry in entries):
        return asked
    there = sorted({str(getattr(row, what)) for row in listing(archive)} - {""})
    more = f"等 {len(there)} 个，用 zhenbao corpus list 看全部" if len(there) > _CHOICES else ""
    raise PipelineError(
        f"范文库里没有{'地方' if what == 'region' else '文件'}“{asked}”。",
        where=f"--{what}",
        mend=f"可用：{'、'.join(there[:_CHOICES])}{more}。" if there else "先运行 zhenbao corpus add。",
    )


def _row(hit: Hit, *, explain: bool) -> dict[str, Any]:
    """What a script reads of a hit."""
    from dataclasses import asdict

    from pipeline.retrieval.hits import explained

    p = hit.passage
    row: dict[str, Any] = {
        "rank": hit.rank, "score": round(hit.score, 4), "passage_id": p.id, "source": p.source,
        "heading_path": list(p.heading_path), "genre": p.genre, "topic": p.topic, "text": p.text,
    }  # fmt: skip
    if explain and hit.parts:
        row |= {"parts": {name: round(term, 4) for name, term in asdict(hit.parts).items()}, "explain": explained(hit)}
    return row


class _View:
    """Hits for someone who reads: on a terminal wrapped and marked, elsewhere a passage a line."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console: Console = Console(highlight=False, emoji=False, markup=False)
        self._topics = {id: topic.name for id, topic in known_topics().items()}
        self._genres = {id: genre.name for id, genre in known_genres().items()}

    def show(self, asked: str | None, words: str, hits: Iterable[Hit], *, explain: bool) -> None:
        """Print one query's hits. `asked`: the query where there are several, `words`: what is marked in the texts."""
        from rich.text import Text

        from pipeline.retrieval.hits import explained
        from pipeline.retrieval.lexical import shared_spans

        if asked is not None:
            self._print(Text(f"● {asked}", "bold magenta"), 0)
        for hit in hits:
            p = hit.passage
            self._print(Text(f"{hit.rank}. {' › '.join(p.heading_path) or p.title}", "bold"), 0)
            genre, topic = self._genres.get(p.genre, p.genre), self._topics.get(p.topic or "", p.topic or "未定主题")
            facts = " · ".join(filter(None, (p.title, genre, topic, f"{p.source}:{p.line}", f"{hit.score:.2f}")))
            self._print(Text(facts, "dim"), _INDENT)
            text = Text(p.text)
            for start, end in shared_spans(words, p.text):
                text.stylize("bold underline", start, end)
            self._print(text, _INDENT)
            for line in explained(hit) if explain else ():
                self._print(Text(line, "cyan"), _INDENT)
            self._console.print()

    def _print(self, text: Any, indent: int) -> None:
        from rich.padding import Padding

        if self._console.is_terminal:
            self._console.print(Padding(text, (0, 0, 0, indent)))
        else:
            for line in text.plain.splitlines():
                self._console.print(" " * indent + line, soft_wrap=True)
