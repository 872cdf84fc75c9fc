"""The check's result as a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.checks.check import check
from eval.checks.findings import SEVERITIES, BoundFigure, Coverage, Finding, Report, Severity, State
from eval.checks.page import page
from pipeline.facts.genres import read_genres
from pipeline.facts.topics import read_topics
from pipeline.shipped import shipped
from tests.sheets import fact, sheet, shipped_sheet

SHEET = sheet(
    fact("F1", "粮食播种面积", "1.26", "万亩", previous="1.2", growth_pct="5.0"),
    fact("F2", "生猪出栏", "3.5", "万头"),
    fact("F3", "矛盾纠纷化解率", "97.8", "%", previous="96.4"),
    fact("F4", text="推广测土配方施肥"),
)
TITLE = "汀月镇2026年上半年工作总结"
DRAFT = f"""---
genre: half-year-summary
---
# {TITLE}

今年以来，全镇上下**攻坚克难**。

## 一、农业

完成粮食播种面积1.62万亩，同比增长5%。化解率提高1.4个百分点，建厂房7座。

生猪 | 3.5万头
---|---
纠纷 | **万元

- 惠及XX户

汀月镇人民政府

2026年7月3日
"""
VOID = {"meta", "br", "hr"}


class Reader(HTMLParser):
    """What a browser would see: the elements, whether they nest, and the text of each element with an id or class."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, Mapping[str, str | None]]] = []
        self.seen: list[tuple[str, Mapping[str, str | None]]] = []
        self.texts: dict[int, str] = {}
        self.places: list[int] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))
            self.places.append(len(self.seen) - 1)
            self.texts[len(self.seen) - 1] = ""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag
        self.places.pop()

    def handle_data(self, data: str) -> None:
        hidden = [n for n, (_, a) in enumerate(self.open) if a.get("class") in ("tip",)]
        for depth, place in enumerate(self.places):
            if not hidden or depth >= hidden[-1]:
                self.texts[place] += data

    def ids(self) -> list[str]:
        return [str(a["id"]) for _, a in self.seen if a.get("id")]

    def text_of(self, **wanted: str) -> list[str]:
        keys = {key.rstrip("_"): value for key, value in wanted.items()}
        return [
            " ".join(self.texts[n].split())
            for n, (tag, attributes) in enumerate(self.seen)
            if tag not in VOID and all(attributes.get(key) == value for key, value in keys.items())
        ]


def at(words: str, rule: str, severity: Severity, message: str, *ids: str) -> Finding:
    start = DRAFT.index(words)
    return Finding(rule, severity, start, start + len(words), DRAFT.count("\n", 0, start) + 1, words, message, ids)


def figure(words: str, state: State, *ids: str, field: str = "", formula: str = "") -> BoundFigure:
    start = DRAFT.index(words)
    return BoundFigure(start, start + len(words), state, ids, field, formula)


REPORT = Report(
    (
        at("1.62万亩", "figure.wrong_value", "error", "数不对，请改为1.26万亩。", "F1"),
        at("7座", "figure.unsupported", "error", "找不到依据。"),
        at("**万元", "leak.placeholder", "error", "没有填的空。"),
        at("XX户", "leak.placeholder", "error", "没有填的空 <b>。"),
        at("今年以来", "wording.repetition", "note", "套话。"),
        Finding("structure.section", "warning", None, None, None, "", "缺少“下半年工作计划”。"),
        Finding("fact.missing", "warning", None, None, None, "", "找不到：F4。", ("F4",)),
    ),
    (Coverage("F1", False), Coverage("F2", True, ((0, 1),)), Coverage("F3", True, ((0, 1),)), Coverage("F4", False)),
    (
        figure("1.62万亩", "wrong", "F1", field="value"),
        figure("5%", "supported", "F1", field="growth_pct"),
        figure("1.4个百分点", "derived", "F3", field="points", formula="97.8-96.4"),
        figure("7座", "unsupported"),
        figure("3.5万头", "supported", "F2", field="value"),
        figure("2026年7月3日", "no-figure"),
    ),
)
HTML = page(REPORT, SHEET, DRAFT, title=TITLE)
READ = Reader(HTML)


def test_the_draft_stands_in_headings_paragraphs_and_tables() -> None:
    assert READ.text_of(class_="text title") == [TITLE]
    assert READ.text_of(class_="text") == ["一、农业"]
    assert READ.text_of(class_="text paragraph") == [
        "今年以来1，全镇上下攻坚克难。",
        "完成粮食播种面积1.62万亩2，同比增长5%。化解率提高1.4个百分点，建厂房7座3。",
    ]
    assert [READ.texts[n].strip() for n, (tag, _) in enumerate(READ.seen) if tag == "td"] == [
        "生猪", "3.5万头", "纠纷", "**万元4",
    ]  # fmt: skip
    assert READ.text_of(class_="text item") == ["惠及XX户5"]
    assert READ.text_of(class_="text signed") == ["汀月镇人民政府", "2026年7月3日"]
    assert "<strong>攻坚克难</strong>" in HTML
    assert "genre: half-year-summary" not in HTML


@pytest.mark.parametrize(
    ("words", "state", "tip"),
    [
        ("1.62万亩", "wrong", "与清单不符F1 粮食播种面积本期1.26万亩，上年同期1.2万亩，同比增长5%数字不对，见意见 2"),
        ("5%", "supported", "与清单相符 · 同比F1 粮食播种面积本期1.26万亩，上年同期1.2万亩，同比增长5%"),
        ("1.4个百分点", "derived", "由清单推算 · 百分点之差F3 矛盾纠纷化解率本期97.8%，上年同期96.4%算式：97.8 − 96.4"),
        ("7座", "unsupported", "清单里没有数字没有依据，见意见 3"),
        ("3.5万头", "supported", "与清单相符 · 本期F2 生猪出栏本期3.5万头"),
    ],
)
def test_each_figure_shows_its_state_and_what_is_behind_it(words: str, state: str, tip: str) -> None:
    found = re.search(rf'<span class="fig {state}" tabindex="0" aria-describedby="(t\d+)">{re.escape(words)}<', HTML)
    assert found
    assert READ.text_of(id=found[1], role="tooltip") == [tip]


def test_findings_stand_beside_their_line_and_link_both_ways() -> None:
    beside = {
        str(a["aria-label"]): " ".join(READ.texts[n].split())
        for n, (tag, a) in enumerate(READ.seen)
        if tag == "aside"
    }  # fmt: skip
    assert beside == {
        "第6行的意见": "1 建议 重复第6行 套话。",
        "第10行的意见": "2 错误 数字不对第10行 数不对，请改为1.26万亩。 3 错误 数字没有依据第10行 找不到依据。",
        "第12行的意见": "4 错误 空未填第14行 没有填的空。",
        "第16行的意见": "5 错误 空未填第16行 没有填的空 <b>。",
    }
    assert READ.text_of(class_="general") == ["6 提示 缺少部分 缺少“下半年工作计划”。"]


def test_ids_are_unique_and_links_lead_somewhere() -> None:
    ids = READ.ids()
    assert len(ids) == len(set(ids))
    assert {str(a["href"]) for tag, a in READ.seen if tag == "a"} <= {f"#{id}" for id in ids}
    assert [f"n{n}" for n in range(1, 8)] == sorted(id for id in ids if id[0] == "n")


def test_counts_stand_on_top_and_facts_not_stated_at_the_end() -> None:
    assert READ.text_of(class_="verdict bad") == ["有 4 处错误，改正后再报。"]
    assert [" ".join(t.split()) for t in READ.text_of(class_="tiles")] == ["4错误 2提示 1建议 2/4事实写明"]
    assert READ.text_of(class_="legend") == ["与清单相符 2 个 由清单推算 1 个 与清单不符 1 个 清单里没有 1 个"]
    assert READ.text_of(class_="why") == ["数字不对，见意见 2", "没有找到 7", "第1行", "第1行"]


def test_a_clean_draft_says_so() -> None:
    html = page(Report((), (Coverage("F1", True),)), SHEET, DRAFT, title=TITLE)
    assert "没有发现问题。" in html
    assert "清单里的 1 条事实都写明了" in html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>", "</p></main><img src=x onerror=alert(1)>", '"><b onmouseover=x>', "{{ 7*7 }}{% raw %}",
        "&lt;b&gt;", "]]><!--", "\x00\x1b[2J\u202e", "\ud800",
    ],
)  # fmt: skip
def test_nothing_in_a_draft_is_taken_for_markup(hostile: str) -> None:
    text = f"# 题{hostile}\n\n正文{hostile}3亩\n\n一 | {hostile}\n"
    at_ = text.index("3亩")
    found = Finding("figure.unit", "error", at_, at_ + 2, 3, "3亩", f"错{hostile}", ("F1",))
    of = sheet(fact("F1", f"指标{hostile}", "1", f"亩{hostile}"), fact("F2", text=hostile))
    report = Report(
        (found,), (Coverage("F1", False), Coverage("F2", False)), (BoundFigure(at_, at_ + 2, "wrong", ("F1",)),)
    )
    html = page(report, of, text, title=hostile)
    tags = {tag for tag, _ in Reader(html).seen}
    assert not tags & {"img", "b onmouseover"}
    assert html.count("<script>") == 1
    assert not any(name.startswith("on") for _, a in Reader(html).seen for name in a)
    html.encode()  # no half characters


def test_the_page_is_whole_in_itself() -> None:
    assert not re.findall(r"(?:https?:)?//[a-z]|url\(|@import|\bsrc=|<link", HTML)
    assert {str(a["href"])[0] for _, a in READ.seen if "href" in a} == {"#"}
    assert "default-src 'none'" in HTML


def test_the_policy_names_the_script_that_is_there() -> None:
    import base64
    import hashlib

    script = HTML.split("<script>")[1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in HTML


def test_the_same_report_gives_the_same_bytes() -> None:
    assert page(REPORT, SHEET, DRAFT, title=TITLE) == HTML


def spans(draw: st.DrawFn, length: int) -> tuple[int, int]:
    start = draw(st.integers(0, length - 1))
    return start, draw(st.integers(start, length))


@st.composite
def judged(draw: st.DrawFn) -> tuple[str, Report]:
    text = draw(st.text("一、（#*| -\n\r3亩。>&【】", min_size=1, max_size=80))
    found = [spans(draw, len(text)) for _ in range(draw(st.integers(0, 6)))]
    figures = [spans(draw, len(text)) for _ in range(draw(st.integers(0, 6)))]
    findings = tuple(
        Finding("figure.unit", draw(st.sampled_from(SEVERITIES)), s, e, text.count("\n", 0, s) + 1, text[s:e], f"{n}")
        for n, (s, e) in enumerate(found)
    )
    states: st.SearchStrategy[State] = st.sampled_from(("supported", "derived", "wrong", "unsupported", "no-figure"))
    return text, Report(findings, (), tuple(BoundFigure(s, e, draw(states), ("F1",)) for s, e in set(figures) if s < e))


@settings(max_examples=150, deadline=None)
@given(judged())
def test_every_finding_is_shown_once_wherever_it_lies(case: tuple[str, Report]) -> None:
    text, report = case
    read = Reader(page(report, SHEET, text, title="题"))
    ids = read.ids()
    assert len(ids) == len(set(ids))
    assert {id for id in ids if id[0] == "n"} == {f"n{n}" for n in range(1, len(report.findings) + 1)}
    assert {str(a["href"]) for tag, a in read.seen if tag == "a"} <= {f"#{id}" for id in ids}
    draft = next(read.texts[n] for n, (tag, _) in enumerate(read.seen) if tag == "main")
    assert draft.count("亩") == text.count("亩")  # nothing of the draft is lost or doubled


def test_a_shipped_exemplar_is_shown_whole() -> None:
    topics = read_topics(shipped("prompts") / "topics.yaml")
    genres = read_genres(shipped("prompts") / "genres", tuple(topics))
    of = shipped_sheet("queping-2025", genres, topics)
    text = (shipped("corpus") / "exemplars" / "queping-2025.md").read_text(encoding="utf-8")
    report = check(text, of, genre=genres[of.meta.genre])
    read = Reader(page(report, of, text, title="题"))
    shown = [figure for figure in report.figures if figure.state != "no-figure"]
    assert len([1 for _, a in read.seen if str(a.get("class", "")).startswith("fig ") and "tabindex" in a]) == len(
        shown
    )
    headings = [line.lstrip("# ") for line in text.splitlines() if line.startswith("##")]
    assert [t for t in read.text_of(class_="text") if t in headings] == headings
