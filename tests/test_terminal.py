"""The check's result in the terminal."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from eval.checks.findings import Coverage, Finding, Report, Severity
from eval.checks.terminal import folded, sentence, show
from tests.sheets import fact, sheet

SHEET = sheet(
    fact("F1", "粮食播种面积", "1.26", "万亩", previous="1.2", growth_pct="5.0", target="2.4"),
    fact("F2", "生猪出栏", "3.5", "万头"),
    fact("F3", "接待来访", "31", "批次", previous="38", growth_pct="-18.4"),
    fact("F4", text="推广测土配方施肥"),
)
DRAFT = """# 汀月镇2026年上半年工作总结

## 一、农业

完成粮食播种面积1.62万亩，同比增长5%。推广测土配方施肥。惠及XX户。
"""


def at(words: str, rule: str, severity: Severity, message: str, *ids: str, text: str = DRAFT) -> Finding:
    """A finding on the first place of some words."""
    start = text.index(words)
    return Finding(rule, severity, start, start + len(words), text.count("\n", 0, start) + 1, words, message, ids)


def nowhere(rule: str, severity: Severity, message: str, *ids: str) -> Finding:
    return Finding(rule, severity, None, None, None, "", message, ids)


def printed(report: Report, text: str = DRAFT, *, width: int = 80, colour: bool = False) -> str:
    out = StringIO()
    console = Console(
        file=out, width=width, force_terminal=colour, color_system="standard" if colour else None, legacy_windows=False
    )
    show(report, SHEET, text, console)
    return out.getvalue()


REPORT = Report(
    (
        at("XX户", "leak.placeholder", "error", "“XX户”是没有填的空。请照实填写。"),
        at("1.62万亩", "figure.wrong_value", "error", "“粮食播种面积”的数不对。请改为1.26万亩。", "F1"),
        nowhere("structure.section", "warning", "缺少“下半年工作计划”部分。请补写。"),
        nowhere("fact.missing", "error", "没有写进去：F2。", "F2"),
    ),
    (Coverage("F1", False), Coverage("F2", False), Coverage("F3", True), Coverage("F4", True)),
)


def test_findings_stand_by_severity_and_kind_with_their_sentences_then_what_is_not_stated() -> None:
    lines = [line.rstrip("─ ") for line in printed(REPORT).splitlines()]
    assert lines == [
        "错误 2 处",
        "数字",
        "  第5行 数字不对 figure.wrong_value",
        "    完成粮食播种面积「1.62万亩」，同比增长5%。",
        "    → “粮食播种面积”的数不对。请改为1.26万亩。",
        "      清单 F1 粮食播种面积：本期1.26万亩，上年同期1.2万亩，同比增长5%，年度目标",
        "      2.4万亩",
        "残留",
        "  第5行 空未填 leak.placeholder",
        "    惠及「XX户」。",
        "    → “XX户”是没有填的空。请照实填写。",
        "",
        "提示 1 处",
        "结构",
        "  全文 缺少部分 structure.section",
        "    → 缺少“下半年工作计划”部分。请补写。",
        "",
        "没有写明的事实 2 条",
        "  F1 粮食播种面积：本期1.26万亩，上年同期1.2万亩，同比增长5%，年度目标2.4万亩",
        "  （写了，但与清单不符，见第5行）",
        "  F2 生猪出栏：本期3.5万头（错误）",
        "",
        "错误 3，提示 1，建议 0；事实写明 2/4 条。",
    ]


def test_a_clean_draft_gets_two_lines() -> None:
    report = Report((), tuple(Coverage(f"F{n}", True) for n in range(1, 5)))
    assert printed(report).splitlines() == ["没有发现问题。", "错误 0，提示 0，建议 0；事实写明 4/4 条。"]


@pytest.mark.parametrize("width", [24, 40, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(cell_len(line) for line in printed(REPORT, width=width).splitlines()) <= width + 1


def test_colour_is_only_for_terminals() -> None:
    assert "\x1b[" not in printed(REPORT)
    assert "\x1b[1;31m「1.62万亩」\x1b[0m" in printed(REPORT, colour=True)


def test_a_draft_cannot_steer_the_terminal() -> None:
    text = "一是\x1b[2J\x9b2J清屏\u202e3.5万头。\n"
    report = Report((at("3.5万头", "figure.unit", "error", "\x1b]0;坏\x07", text=text),), ())
    out = printed(report, text)
    assert not any(sign in out for sign in "\x1b\x9b\x07\u202e")
    assert "一是\ufffd[2J\ufffd2J清屏\ufffd「3.5万头」。" in out


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("甲。乙3亩丙。丁。", "3亩", "乙「3亩」丙。"),
        ("### （二）兴农业\n\n正文", "### （二）兴农业", "「### （二）兴农业」"),
        ("甲。同一句话。乙", "同一句话。", "「同一句话。」"),
        ("全文没有句号3亩", "3亩", "全文没有句号「3亩」"),
        ("　　首行缩进3亩\n下一行", "3亩", "首行缩进「3亩」"),
        ("甲" * 500 + "3亩" + "乙" * 500, "3亩", "…" + "甲" * 59 + "「3亩」" + "乙" * 58 + "…"),
    ],
)
def test_the_sentence_around_the_words(text: str, words: str, shown: str) -> None:
    start = text.index(words)
    assert sentence(text, start, start + len(words), "bold").plain == shown


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("一二三四五六", 6, ["一二三", "四五六"]),
        ("一二三，四五六", 6, ["一二", "三，四", "五六"]),  # 避头: no comma begins a line
        ("一二（三四五", 6, ["一二", "（三四", "五"]),  # 避尾: no bracket ends one
        ("完成12.5万亩", 7, ["完成", "12.5万", "亩"]),  # a number stays whole
        ("1234567890123", 5, ["12345", "67890", "123"]),  # unless it is longer than a line
        ("", 5, []),
    ],
)
def test_lines_are_folded_as_chinese_is_set(text: str, width: int, lines: list[str]) -> None:
    assert [line.plain for line in folded(Text(text), width)] == lines
