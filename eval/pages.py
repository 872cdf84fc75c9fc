"""`python -m eval.pages`: how fast pages of 10 KB are parsed, and whether memory stays flat in their number."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import click

from pipeline.archive.exemplars import read_exemplar
from pipeline.archive.parsing import parse_page
from pipeline.shipped import shipped

SIZE = 10_000  # bytes of a page
_FURNITURE = (
    "首页 > 公文 > 工作总结\n{title}\n发布时间：2025-07-08 来源：网络 点击：318 作者：佚名\n",
    "\n上一篇：关于防汛的通知\n下一篇：没有了\n【打印本页】 【关闭窗口】\n版权所有 公文网 ICP备00000000号\n",
)


def written(folder: Path, count: int) -> list[Path]:
    """Write `count` pages into a folder: our exemplars' texts with furniture around, as text and HTML in turn."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = _texts()
    paths = []
    for number in range(count):
        title, body = next(texts)
        lines = _FURNITURE[0].format(title=title) + body + _FURNITURE[1]
        path = folder / f"{number:05}.{'html' if number % 2 else 'txt'}"
        if number % 2:
            path.write_text("<html><body><div>" + "".join(f"<p>{x}</p>" for x in lines.split("\n")) + "</div>", "utf-8")
        else:
            path.write_text(lines, encoding="gb18030")
        paths.append(path)
    return paths


def _texts() -> Iterator[tuple[str, str]]:
    """Title and SIZE bytes of an exemplar, from one place in it after another, without end."""
    articles = [read_exemplar(path) for path in sorted((shipped("corpus") / "exemplars").glob("*.md"))]
    at = 0
    while True:
        for article in articles:
            lines = [line.lstrip("# ") for line in article.text.split("\n") if line.strip()]
            start = at % max(1, len(lines) - 20)
            kept, size = [], 0
            for line in lines[start:] + lines[:start]:
                if size >= SIZE - 500:
                    break
                kept.append(line)
                size += len(line.encode())
            yield article.title, "\n".join(kept)
        at += 1


def parsed(path: Path) -> tuple[int, int]:
    """Parse a page: how many reports it gave, and the most memory (KB) that this process has held so far."""
    return len(parse_page(path).articles), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@click.command()
@click.option("--pages", default=1_000, show_default=True, type=click.IntRange(2))
@click.option("--processes", default=2, show_default=True, type=click.IntRange(1))
@click.option("--folder", type=click.Path(path_type=Path), default=Path("build/pages"), help="写网页的文件夹。")
def main(pages: int, processes: int, folder: Path) -> None:
    """解析一批 10 KB 的网页，量用时和内存。"""
    paths = written(folder, pages)
    size = sum(path.stat().st_size for path in paths)
    begin = time.perf_counter()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(parsed, paths, chunksize=10))
    seconds = time.perf_counter() - begin
    # Opening libraries and the first pages fill caches; from a tenth of the pages on memory should not grow.
    early, late = max(kb for _, kb in found[: pages // 10]), max(kb for _, kb in found)
    click.echo(
        f"{pages} pages of {size / pages / 1000:.1f} KB, {processes} processes: {seconds:.1f} s;"
        f" {sum(count for count, _ in found)} reports; memory {early / 1024:.0f} MB after a tenth, {late / 1024:.0f} MB at the end"
    )


if __name__ == "__main__":
    main()
