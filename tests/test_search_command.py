"""`zhenbao search` as a clerk or a script runs it: bad input told with its choices, batches, filters, what is printed."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from tests.test_cli import COMMAND, zhenbao


@pytest.mark.parametrize(
    ("arguments", "said", "mend"),
    [
        (["农业", "-k", "0"], "段数“0”不能用", "1 到 1000"),
        (["农业", "-k", "五"], "段数“五”不能用", "如 -k 5"),
        (["农业", "--per-document", "-2"], "段数“-2”不能用", "如 --per-document 5"),
        (["农业", "--topic", "航天"], "不认识主题“航天”", "农业、"),
        (["农业", "--prefer-topic", "航天"], "不认识主题“航天”", "农业、"),
        (["农业", "--genre", "会议纪要"], "不认识文种“会议纪要”", "半年总结"),
        (["农业", "--period", "去年"], "不认识时期“去年”", "2026年上半年"),
        (["  "], "检索词是空的", "农业"),
        ([], "检索词和 --batch 恰好用一个", "zhenbao search 检索词"),
        (["农业", "--batch"], "检索词和 --batch 恰好用一个", "--batch"),
        (["农业", "--archive", "{empty}"], "还没有建好的档案库", "zhenbao corpus add"),
    ],
)
def test_what_cannot_be_searched_is_told_with_its_mend(
    tmp_path: Path, arguments: list[str], said: str, mend: str
) -> None:
    done = CliRunner().invoke(main, ["search", *(a.format(empty=tmp_path) for a in arguments)])
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert mend in done.stderr.split("办法：")[1]


@pytest.mark.models
def test_filters_choices_and_explanations(archive: Path) -> None:
    def rows(*arguments: object) -> list[dict[str, object]]:
        done = zhenbao("search", *arguments, "--json", archive=archive)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    assert {r["genre"] for r in rows("农业", "--genre", "半年总结", "-k", 20)} == {"half-year-summary"}
    of_place = rows("农业", "--region", "桑渚镇", "-k", 99)
    assert {Path(str(r["source"])).name for r in of_place} == {"sangzhu-2026h1.md"}
    assert {r["passage_id"] for r in rows("农业", "--source", "sangzhu-2026h1.md", "-k", 99)} == {
        r["passage_id"] for r in of_place
    }
    without = rows("农业", "--exclude-region", "桑渚镇", "-k", 999)
    assert not {r["passage_id"] for r in without} & {r["passage_id"] for r in of_place}
    explained = rows("农业 粮食", "--explain", "-k", 1)[0]
    parts = explained["parts"]
    assert isinstance(parts, dict)
    assert sum(parts.values()) == pytest.approx(explained["score"], abs=1e-3)
    ranks = [
        next(r["rank"] for r in rows("粮食生产", "-k", 999, *more) if r["topic"] == "party-building")
        for more in ((), ("--prefer-topic", "党建"))
    ]
    assert int(str(ranks[1])) < int(str(ranks[0]))  # preferred, not alone
    for option, value, said in (("--region", "无名镇", "桑渚镇"), ("--source", "x.md", "sangzhu-2026h1.md")):
        done = zhenbao("search", "农业", option, value, archive=archive)
        assert done.returncode == 2
        assert said in done.stderr


@pytest.mark.models
def test_a_batch_answers_each_line_and_refuses_other_encodings(archive: Path) -> None:
    def batch(content: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [*COMMAND, "search", "--batch", "-k", "2", *arguments, "--archive", str(archive)]
        return subprocess.run(command, input=content, capture_output=True, env=dict(os.environ), check=False)

    done = batch("\ufeff防汛\r\n\n半年总结 粮食生产\n".encode(), "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(r["query"], r["rank"]) for r in rows] == [
        ("防汛", 1), ("防汛", 2), ("半年总结 粮食生产", 1), ("半年总结 粮食生产", 2),
    ]  # fmt: skip
    shown = batch("防汛\n".encode()).stdout.decode()
    assert shown.startswith("● 防汛\n1. ")
    assert ".md:" in shown.splitlines()[2]  # source and line
    assert "平安稳定与安全生产" in shown
    refused = batch("防汛\n".encode() + "秸秆禁烧\n".encode("gbk"), "--json")
    assert refused.returncode == 2
    assert "标准输入第 2 行" in refused.stderr.decode()
    assert len(refused.stdout.splitlines()) == 2
