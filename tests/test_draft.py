"""The whole way from a sheet to a document, with scripted models: what is stated, who wrote it, what a fault leaves."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import pytest

from eval.checks.check import check
from pipeline.archive.passages import Passage
from pipeline.drafting.client import Endpoint
from pipeline.drafting.derivations import Kind
from pipeline.drafting.draft import Draft, Drafting
from pipeline.drafting.outline import outline
from pipeline.drafting.trace import stated, trace, writers
from pipeline.drafting.wordbook import read_wordbook
from pipeline.drafting.writer import ModelWriter, PatternWriter, Writer
from pipeline.errors import ServiceError
from pipeline.export.markdown import markdown
from pipeline.facts.genres import Genre
from pipeline.facts.model import Sheet
from pipeline.facts.topics import Topic
from pipeline.retrieval.search import Hit
from pipeline.shipped import shipped
from tests.endpoints import Answer, Call, chat, chat_event, error, raw, serving, written_by
from tests.sheets import SHIPPED, fact, sheet, shipped_sheet
from tests.test_writer import Scripted, prompt

TEXT = "完成固定资产投资3.2亿元，比上年同期增长8.5%，占年度目标的52.4%。信访办结率为98.5%。"
HIT = Hit(
    1,
    0.9,
    Passage(
        "p1", "a.md", 3, ("项目",), "half-year-summary", None, "某县某镇", "2025H1", "某镇总结", TEXT, "完成投资N亿元。"
    ),
)


@dataclass(frozen=True)
class Finding:
    rule: str
    severity: str
    start: int | None
    message: str = ""
    fact_ids: tuple[str, ...] = ()


def run(
    made: Sheet, genres: Mapping[str, Genre], topics: Mapping[str, Topic], writer: Writer,
    check: Callable[[str, Sheet], Sequence[Finding]] = lambda text, sheet: (), jobs: int = 1,
) -> Draft:  # fmt: skip
    drafting = Drafting(
        topics, writer, lambda query, topic: (HIT,), check, markdown, lambda number, of, heading: None,
        wordbook=read_wordbook(shipped("prompts") / "openings.yaml", shipped("prompts") / "verbs.yaml"), jobs=jobs,
    )  # fmt: skip
    return drafting.draft(made, outline(made, genres[made.meta.genre], topics))


@pytest.mark.parametrize("slug", SHIPPED)
def test_every_fact_is_stated_beside_its_indicator(
    slug: str, genres: Mapping[str, Genre], topics: Mapping[str, Topic]
) -> None:
    made = shipped_sheet(slug, genres, topics)
    draft = run(made, genres, topics, PatternWriter(0))
    text, _ = markdown(draft)
    assert stated(draft) == {f.id for f in made.facts}
    judged = check(text, made, genre=genres[made.meta.genre])
    assert [c.fact_id for c in judged.coverage if not c.covered] == []
    assert [f.message for f in judged.findings if f.severity == "error"] == []


def test_every_figure_of_the_trace_stands_where_it_says(
    genres: Mapping[str, Genre], topics: Mapping[str, Topic]
) -> None:
    made = shipped_sheet("yunxi-2026h1", genres, topics)
    draft = run(made, genres, topics, PatternWriter(0))
    text, places = markdown(draft)
    record = trace(
        draft,
        text,
        places,
        sheet_sha256="s",
        archive_id="a",
        model=None,
        level=0,
        prompt=None,
        versions={},
        seed=0,
        gave_out="",
    )
    assert len(record["figures"]) > 30
    for figure in record["figures"]:
        start, end = figure["span"]
        assert text[start:end] == figure["raw"]
        assert any(made_fact.id == figure["fact_id"] for made_fact in made.facts)
        assert ("derivation" in figure) == (figure["field"] in get_args(Kind))
    assert {s["writer"] for s in record["sections"]} <= {"model", "exemplar", "fallback", "fixed"}


def test_headings_run_in_sequence_and_required_parts_stand(
    genres: Mapping[str, Genre], topics: Mapping[str, Topic]
) -> None:
    bare = sheet(fact("F1", "茶叶产量", "3", "吨"))
    draft = run(bare, genres, topics, PatternWriter(0))
    text, _ = markdown(draft)
    assert re.findall(r"^## (.+)$", text, re.M) == ["一、上半年工作开展情况", "二、存在的问题", "三、下半年工作计划"]
    assert draft.missing == ("存在问题", "下半年工作计划")
    assert text.count("【待补：") == 2


def test_what_follows_from_the_figures_is_said(genres: Mapping[str, Genre], topics: Mapping[str, Topic]) -> None:
    lagging = fact("F1", "改造农村公路", "7", "公里", target="20", topic="infrastructure-transport-water")
    text, _ = markdown(run(sheet(lagging), genres, topics, PatternWriter(0)))
    assert re.search("改造农村公路完成年度目标的35%，(?:落后|低于)序时进度15个百分点。", text)
    left = "对照年度目标(?:任务)?，还需完成改造农村公路13公里，确保完成(?:年度目标|全年)任务。"
    assert re.search(left, text)
    told = {markdown(run(sheet(lagging), genres, topics, PatternWriter(seed)))[0] for seed in range(8)}
    assert len(told) > 2  # what follows has wordings to choose among
    model = Scripted([faithful("要点：改造农村公路 7公里，完成年度目标的35%\n")])
    text, _ = markdown(run(sheet(lagging), genres, topics, ModelWriter(model, 2, prompt("sentence"), 0)))
    assert len(model.heard) == 1  # a model that writes freely is asked for the fact alone, not for what follows
    assert re.search(left, text)


def faithful(asked: str) -> str:
    """A right answer to the prompt for a sentence."""
    told = asked.rsplit("要点：", 1)[1].split("\n")[0]
    return told.replace(" ", "") + "。"


@dataclass
class Stopping:
    """A writer that is stopped with Ctrl-C at its third sentence."""

    below: PatternWriter
    done: int = 0

    def write(self, sentence, context, key):  # type: ignore[no-untyped-def]
        self.done += 1
        if self.done == 3:
            raise KeyboardInterrupt
        return self.below.write(sentence, context, key)


def test_ctrl_c_leaves_a_whole_draft(genres: Mapping[str, Genre], topics: Mapping[str, Topic]) -> None:
    made = shipped_sheet("yunxi-2026h1", genres, topics)
    draft = run(made, genres, topics, Stopping(PatternWriter(0)))
    assert draft.interrupted
    assert stated(draft) == {f.id for f in made.facts}


def test_a_service_that_dies_midway_leaves_a_whole_draft(
    genres: Mapping[str, Genre], topics: Mapping[str, Topic]
) -> None:
    made = shipped_sheet("yunxi-2026h1", genres, topics)
    writer = ModelWriter(Scripted(["不成句", "不成句", "不成句", ServiceError("断了")]), 2, prompt("sentence"), 0)
    draft = run(made, genres, topics, writer)
    assert writer.gave_out == "断了"
    assert stated(draft) == {f.id for f in made.facts}
    assert writers(draft)["model"] == 0


def test_a_models_sentence_that_the_check_faults_is_redone(
    genres: Mapping[str, Genre], topics: Mapping[str, Topic]
) -> None:
    said = "农业，茶叶产量3吨。"

    def check(text: str, sheet: Sheet) -> Sequence[Finding]:
        at = text.find("农业，")
        return (Finding("leak.name", "error", at),) if at >= 0 else ()

    made = sheet(fact("F1", "茶叶产量", "3", "吨"))
    draft = run(made, genres, topics, ModelWriter(Scripted([said]), 2, prompt("sentence"), 0), check)
    text, _ = markdown(draft)
    assert "农业，" not in text
    assert "茶叶产量" in text
    assert (draft.repaired, draft.findings) == (1, ())
    (row,) = [w for s in draft.sections for r in s.paragraphs for w in r if "F1" in w.sentence.fact_ids][:1]
    assert row.rejections == ("全文检查未通过",)


def test_equal_runs_give_equal_text(genres: Mapping[str, Genre], topics: Mapping[str, Topic]) -> None:
    made = shipped_sheet("gangxi-2010h1", genres, topics)
    texts = {markdown(run(made, genres, topics, PatternWriter(5)))[0] for _ in range(2)}
    assert len(texts) == 1


def test_several_sections_at_a_time_give_the_same_draft(
    genres: Mapping[str, Genre], topics: Mapping[str, Topic]
) -> None:
    made = shipped_sheet("gangxi-2010h1", genres, topics)
    one, many = (markdown(run(made, genres, topics, PatternWriter(5), jobs=n))[0] for n in (1, 6))
    assert one == many


def test_ctrl_c_with_several_sections_leaves_a_whole_draft(
    genres: Mapping[str, Genre], topics: Mapping[str, Topic]
) -> None:
    made = shipped_sheet("yunxi-2026h1", genres, topics)
    draft = run(made, genres, topics, Stopping(PatternWriter(0)), jobs=3)
    assert draft.interrupted
    assert stated(draft) == {f.id for f in made.facts}


@pytest.mark.parametrize(
    "fault",
    [error(500), error(503), error(429), raw(b"\x00\xff not a stream"), chat("", usage=None), raw(chat_event("茶"), cut=True), raw(2.0),
     chat("茶叶产量\ufffd"), error(400, "the request exceeds the context length")],
    ids=["500", "503", "429", "garbage", "empty", "cut", "silence", "half a character", "context"],
)  # fmt: skip
def test_an_endpoint_that_fails_for_good_at_the_fifth_sentence(
    fault: Answer, genres: Mapping[str, Genre], topics: Mapping[str, Topic]
) -> None:
    """The draft is finished, the trace says who wrote what, and nothing waits longer than its limit."""
    made = shipped_sheet("yunxi-2026h1", genres, topics)
    right = written_by(faithful)
    calls: list[Call] = []

    def answer(call: Call) -> Answer:
        calls.append(call)
        return right(call) if len(calls) < 5 else fault

    begin = time.perf_counter()
    with (
        serving(answer) as server,
        Endpoint(server.base_url, "m", api_key=None, chat=True, token_seconds=0.3, retries=0) as model,
    ):
        draft = run(made, genres, topics, ModelWriter(model, 2, prompt("sentence"), 0))
    assert time.perf_counter() - begin < 10
    assert stated(draft) == {f.id for f in made.facts}
    counts = writers(draft)
    assert counts["model"] == 4
    assert counts["exemplar"] + counts["fallback"] > 3
    assert any(w.rejections for s in draft.sections for row in s.paragraphs for w in row)


def test_what_still_does_not_hold_is_told_plainly(genres: Mapping[str, Genre], topics: Mapping[str, Topic]) -> None:
    """A fact that the check does not find in a clause of several is told with its whole name, and the trace says why."""
    made = sheet(fact("F1", "发放低保金", "3", "万元"), fact("F2", "发放临时救助金", "4", "万元"))

    def check(text: str, sheet: Sheet) -> Sequence[Finding]:
        return () if "发放临时救助金4万元" in text else (Finding("fact.missing", "error", None, "", ("F2",)),)

    draft = run(made, genres, topics, PatternWriter(0), check)
    assert "发放低保金3万元；发放临时救助金4万元。" in markdown(draft)[0]
    assert (draft.findings, draft.repaired) == ((), 1)
    stubborn = run(
        made, genres, topics, PatternWriter(0), lambda text, sheet: (Finding("x", "error", None, "", ("F2",)),)
    )
    assert "发放低保金3万元、临时救助金4万元" in markdown(stubborn)[0]  # no better: the first wording stays
