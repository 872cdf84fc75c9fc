"""Headings and the outline they give."""

from __future__ import annotations

import pytest

from pipeline.language.headings import chinese_count, counted, label_of, read_headings, read_outline

TEXT = """# 汀月镇工作总结

开头一段。

## 一、主要工作

### （一）抓好农业

水稻长势良好。

### （二）抓好工业

1.企业服务到位，没有拖欠。
（2）

## 二、存在的问题

短板仍在。
"""


@pytest.mark.parametrize(
    ("number", "written"),
    [(1, "一"), (9, "九"), (10, "十"), (12, "十二"), (20, "二十"), (35, "三十五"), (99, "九十九")],
)
def test_labels_count_in_chinese_and_back(number: int, written: str) -> None:
    assert chinese_count(number) == written
    assert counted(written) == number


@pytest.mark.parametrize("number", [0, 100, -1])
def test_no_label_counts_so_far(number: int) -> None:
    with pytest.raises(ValueError, match="no heading label"):
        chinese_count(number)


@pytest.mark.parametrize("label", ["", "零", "一百", "十十", "二三"])
def test_what_is_no_label_counts_to_nothing(label: str) -> None:
    assert counted(label) is None


@pytest.mark.parametrize(
    ("level", "number", "label"), [(1, 2, "二、"), (2, 11, "（十一）"), (3, 4, "4."), (4, 1, "（1）")]
)
def test_each_level_has_its_label(level: int, number: int, label: str) -> None:
    assert label_of(level, number) == label


def test_an_outline_cuts_the_text_at_its_headings() -> None:
    sections = read_outline(TEXT)
    assert [(s.level, s.label, s.heading, s.path) for s in sections] == [
        (0, "", "", ()),
        (1, "一、", "主要工作", ("主要工作",)),
        (2, "（一）", "抓好农业", ("主要工作", "抓好农业")),
        (2, "（二）", "抓好工业", ("主要工作", "抓好工业")),
        (1, "二、", "存在的问题", ("存在的问题",)),
    ]
    assert [TEXT[s.body_start : s.end].strip() for s in sections][2] == "水稻长势良好。"


@pytest.mark.parametrize(
    ("line", "level", "label", "text"),
    [
        ("一、上半年工作", 1, "一、", "上半年工作"),
        ("（三）城乡建设", 2, "（三）", "城乡建设"),
        ("(三)城乡建设", 2, "(三)", "城乡建设"),
        ("#### 2. 整治环境", 3, "2.", "整治环境"),
        ("3、培训党员", 3, "3、", "培训党员"),
        ("（4）巡河护河", 4, "（4）", "巡河护河"),
    ],
)
def test_a_bare_line_is_known_by_its_label(line: str, level: int, label: str, text: str) -> None:
    (heading,) = read_headings(line)
    assert (heading.level, heading.label, heading.text) == (level, label, text)


@pytest.mark.parametrize(
    "line", ["1.企业服务到位，没有拖欠。", "3.5公里道路已通车", "一是抓好农业", "（一）", "正文一段"]
)
def test_a_sentence_or_a_bare_number_is_no_heading(line: str) -> None:
    assert list(read_headings(line)) == []
