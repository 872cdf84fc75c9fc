"""Looking into an archive: a passage with all its sources, an article, counts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.archive.contents import article_named, passage_named, sources_named, stats_of
from pipeline.archive.store import Archive, add, open_archive
from pipeline.cli import main
from pipeline.errors import PipelineError
from tests.test_encoder import LettersEncoder

HEAD = "---\ntitle: {title}\ngenre: annual-summary\nregion: 沚川县{town}\nperiod: 2025\n---\n"
FARMING = "全镇种植高山蔬菜3200亩，带动苇汀村、荻圩村农户560户，产值达到1860万元。"
LOST = "建成冷库XX座，投资 万元。培育家庭农场11家，带动就业260人。"


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    monkeypatch.chdir(tmp_path)
    for name, town, body in (
        ("a", "苇汀镇", f"## 一、农业\n{FARMING}\n\n{LOST}\n"),
        ("b", "芦塘镇", f"## 一、产业\n{FARMING}\n"),
    ):
        text = HEAD.format(title=f"{town}2025年工作总结", town=town) + body
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    add(
        Path("archive"),
        [Path("a.md"), Path("b.md")],
        encoder=LettersEncoder(),
        topic_of=lambda heading, text: "agriculture",
        progress=lambda *_: None,
    )
    return open_archive(Path("archive"))


def test_a_passage_with_its_sources_figures_names_and_gaps(archive: Archive) -> None:
    kept, lost = archive.passages
    found = passage_named(archive, kept.id)
    assert found is not None
    passage, places = found
    assert [(place.source, place.line) for place in places] == [("a.md", 8), ("b.md", 8)]
    assert [passage.text[start:end] for start, end in passage.quantities] == ["3200亩", "560户", "1860万元"]
    assert {"苇汀村", "荻圩村"} <= set(passage.names)
    assert [lost.text[start:end] for start, end in lost.gaps] == ["XX", " 万元"]
    assert [lost.text[start:end] for start, end in lost.quantities] == ["11家", "260人"]
    assert lost.masked == "培育家庭农场N家，带动就业N人。"  # the sentence with gaps is nobody's example
    assert passage_named(archive, "0" * 16) is None


def test_an_article_by_source_or_title(archive: Archive) -> None:
    article, passages = article_named(archive, "芦塘镇2025年工作总结")
    assert (article.source, len(passages)) == ("b.md", 1)  # its passage, though another stands for it
    assert article_named(archive, "b.md")[0] == article
    with pytest.raises(PipelineError, match="档案库里没有“c"):
        article_named(archive, "c.md")


def test_counts(archive: Archive) -> None:
    stats = stats_of(archive)
    assert (stats.articles, stats.passages, stats.repeats, stats.gapped) == (2, 2, 1, 1)
    assert stats.characters == len(FARMING) + len(LOST)
    assert (stats.genres, stats.topics) == ({"annual-summary": 2}, {"agriculture": 2})
    assert stats.regions == {"沚川县芦塘镇": 1, "沚川县苇汀镇": 1}


def test_the_commands(archive: Archive) -> None:
    def run(*words: str) -> str:
        done = CliRunner().invoke(main, ["corpus", *words, "--archive", "archive"])
        assert done.exit_code == 0, done.output
        return done.output

    kept = archive.passages[0]
    assert json.loads(run("stats", "--json"))["repeats"] == 1
    assert "2 篇，2 段" in run("stats")
    shown = json.loads(run("show", kept.id, "--json"))
    assert [source["source"] for source in shown["sources"]] == ["a.md", "b.md"]
    assert "出处 b.md:8" in run("show", kept.id)
    assert FARMING in run("show", "b.md")
    for words in (("list",), ("show", "b.md"), ("show", kept.id)):  # names for who reads, ids for programs
        assert "年度总结" in run(*words)
        assert not re.search("annual-summary|agriculture", run(*words))
    assert "农业" in run("show", "b.md")
    assert json.loads(run("list", "--json").splitlines()[0])["genre"] == "annual-summary"
    assert json.loads(run("show", kept.id, "--json"))["topic"] == "agriculture"
    page = "# 苇汀镇2025年上半年工作总结\n\n一、农业\n\n" + FARMING + "\n"
    Path("page.md").write_text(page, encoding="utf-8")
    parsed = CliRunner().invoke(main, ["corpus", "parse", "page.md"])
    assert ("半年总结 · " in parsed.output, "half-year-summary" in parsed.output) == (True, False), parsed.output


TITLES = {"f/a.md": "甲", "g/a.md": "乙", "g/b.md": "甲", "p/r.html#1": "丙", "p/r.html#2": "丁", "c.md": "戊"}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("f/a.md", ["f/a.md"]),
        ("b.md", ["g/b.md"]),
        ("乙", ["g/a.md"]),
        ("p/r.html", ["p/r.html#1", "p/r.html#2"]),
        ("r.html", ["p/r.html#1", "p/r.html#2"]),
        ("r.html#2", ["p/r.html#2"]),
        ("c.md", ["c.md"]),
        ("a.md", "有 2 篇的文件名都是“a.md”。\n位置：f/a.md、g/a.md\n"),
        ("甲", "有 2 篇的标题都是“甲”。\n位置：f/a.md、g/b.md\n"),
        ("md", "档案库里没有“md”。\n位置：库\n"),
        ("a", "档案库里没有“a”。\n位置：库\n"),
    ],
)
def test_what_a_name_means(name: str, meant: list[str] | str) -> None:
    if isinstance(meant, list):
        assert sources_named(TITLES, name, where="库") == meant
        return
    with pytest.raises(PipelineError) as caught:
        sources_named(TITLES, name, where="库")
    assert str(caught.value).startswith(meant + "办法：")


def test_patterns_of_file_names(tmp_path: Path, archive: Archive) -> None:
    def added(*paths: str) -> tuple[list[str], list[str]]:
        done = add(
            Path("other"),
            [Path(path) for path in paths],
            encoder=LettersEncoder(),
            topic_of=lambda heading, text: None,
            progress=lambda *_: None,
        )
        return [*done.added, *done.unchanged], [why for _, why in done.failed]

    (tmp_path / "[b].md").write_text((tmp_path / "a.md").read_text(encoding="utf-8") + "更多。\n", encoding="utf-8")
    assert added("?.md") == (["a.md", "b.md"], [])
    assert added("[b].md") == (["[b].md"], [])  # a file of that name goes before the pattern
    assert added("*.pdf") == ([], ["没有文件符合这个通配符。"])
