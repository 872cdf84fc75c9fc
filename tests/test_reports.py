"""What a check reads of an archive: every report's texts and names, kept when the archive was built or found now."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.archive.generations import open_archive
from pipeline.archive.reports import reports_held
from pipeline.archive.segments import CONTENTS, NAMES, PASSAGES, Recogniser
from pipeline.archive.store import add, remove
from pipeline.errors import PipelineError
from tests.test_encoder import LettersEncoder
from tests.test_store import no_topic, silent

REPORTS = {
    "yundai": "## 一、农业\n云岱镇砚湾村建成茶园300亩。\n\n## 二、工业\n新签约企业3家。\n",
    "qiuling": "## 一、农业\n楸岭镇栗坞村、砚湾村共同治理秧溪。\n",
}
asked: list[str] = []


def by_village(region: str, text: str) -> Iterator[str]:
    asked.append(text)
    yield region
    yield from (name for name in ("栗坞村", "砚湾村") if name in text)


def never(region: str, text: str) -> Iterator[str]:
    raise AssertionError("names that are kept were looked for again")


VILLAGES = Recogniser("villages-1", by_village)


def add_to(folder: Path, files: Path, *names: str, recogniser: Recogniser | None = VILLAGES) -> None:
    files.mkdir(exist_ok=True)
    for name in names:
        head = f"---\ntitle: {name}总结\ngenre: annual-summary\nregion: {name}镇\nperiod: 2025\n---\n"
        (files / f"{name}.md").write_text(head + REPORTS[name], encoding="utf-8")
    paths = [files / f"{name}.md" for name in names]
    add(folder, paths, encoder=LettersEncoder(), topic_of=no_topic, progress=silent, recogniser=recogniser)


def names(folder: Path, recogniser: Recogniser) -> dict[str, tuple[str, ...]]:
    return {held.title: held.names for held in reports_held(open_archive(folder), recogniser)}


FOUND = {"qiuling总结": ("qiuling镇", "栗坞村", "砚湾村"), "yundai总结": ("yundai镇", "砚湾村")}


def test_names_are_kept_and_not_looked_for_again(tmp_path: Path) -> None:
    add_to(tmp_path / "archive", tmp_path / "files", "yundai", "qiuling")
    assert names(tmp_path / "archive", Recogniser("villages-1", never)) == FOUND


def test_names_are_carried_over_when_segments_are_joined_or_lose_a_report(tmp_path: Path) -> None:
    add_to(tmp_path / "archive", tmp_path / "files", "yundai")
    add_to(tmp_path / "archive", tmp_path / "files", "qiuling")
    assert len(open_archive(tmp_path / "archive").segments) == 1
    assert names(tmp_path / "archive", Recogniser("villages-1", never)) == FOUND
    remove(tmp_path / "archive", "yundai总结", recogniser=VILLAGES)
    assert names(tmp_path / "archive", Recogniser("villages-1", never)) == {"qiuling总结": FOUND["qiuling总结"]}


@pytest.mark.parametrize("kept_by", [None, Recogniser("villages-0", lambda region, text: ["全镇"])])
def test_names_that_are_not_kept_or_kept_by_older_rules_are_found_now(
    tmp_path: Path, kept_by: Recogniser | None
) -> None:
    add_to(tmp_path / "archive", tmp_path / "files", "yundai", "qiuling", recogniser=kept_by)
    assert names(tmp_path / "archive", VILLAGES) == FOUND


def test_an_archive_of_before_names_were_kept_is_read_as_it_is(tmp_path: Path) -> None:
    add_to(tmp_path / "archive", tmp_path / "files", "yundai", "qiuling", recogniser=None)
    archive = open_archive(tmp_path / "archive")
    (segment,) = archive.segments
    contents = json.loads((segment.folder / CONTENTS).read_text(encoding="utf-8"))
    del contents["crc32"]
    older = json.dumps(contents, ensure_ascii=False)
    manifest = tmp_path / "archive" / archive.generation / "manifest.json"
    written = json.loads(manifest.read_text(encoding="utf-8"))
    written["segments"][0]["sizes"][CONTENTS] = len(older.encode())
    (segment.folder / CONTENTS).write_text(older, encoding="utf-8")
    manifest.write_text(json.dumps(written), encoding="utf-8")
    assert names(tmp_path / "archive", VILLAGES) == FOUND
    texts = {held.title: held.texts for held in reports_held(open_archive(tmp_path / "archive"), VILLAGES)}
    assert texts["yundai总结"] == ("云岱镇砚湾村建成茶园300亩。", "新签约企业3家。")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [(PASSAGES, "300亩", "800亩"), (PASSAGES, '"text"', '"tent"'), (NAMES, '"names"', '"manes"'), (NAMES, "]]", "]}")],
)
def test_what_was_changed_by_another_hand_is_told(tmp_path: Path, name: str, old: str, new: str) -> None:
    add_to(tmp_path / "archive", tmp_path / "files", "yundai", "qiuling")
    archive = open_archive(tmp_path / "archive")
    path = archive.segments[0].folder / name
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")
    with pytest.raises(PipelineError, match="rebuild"):
        reports_held(archive, VILLAGES)


@pytest.mark.models
def test_a_check_loads_nothing_that_searches_or_validates(archive: Path, tmp_path: Path) -> None:
    """Neither arrays nor indexes nor encoders nor pydantic, though the archive's names and sentences are looked for."""
    sheet = "corpus/facts/yunxi-2026h1.yaml"
    draft = tmp_path / "draft.md"
    report = open_archive(archive).passages[0]
    draft.write_text(f"# 云溪镇2026年上半年工作总结\n\n{report.text}\n", encoding="utf-8")
    code = (
        "import sys\nfrom pipeline.cli import main\n"
        f"sys.argv = ['zhenbao', 'check', {str(draft)!r}, '--facts', {sheet!r}, '--json', '--archive', {str(archive)!r}]\n"
        "try:\n    main()\nexcept SystemExit as ended:\n    assert ended.code == 1\n"
        "slow = ('torch', 'transformers', 'openai', 'numpy', 'pydantic', 'faiss', 'rich', 'pipeline.retrieval.encoder',"
        " 'pipeline.retrieval.index', 'pipeline.cli.drafting', 'xml.etree.ElementTree')\n"
        "print([name for name in slow if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip().splitlines()[-1] == "[]"
    assert "leak.copy" in {finding["rule"] for finding in json.loads(done.stdout)["findings"]}
