"""Whole pages: titles, several reports to a page, what is told of them, what is removed, and that nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.archive.parsing import ParsedPage, parse_page, parse_text, to_json
from pipeline.errors import PipelineError
from pipeline.language.headings import read_outline

BODY = (
    "今年以来，全镇上下扎实推进各项工作，取得了新的成效。\n一、产业发展\n种植高山蔬菜3200亩，产值达到1860万元，带动农户560户。\n"
    "二、民生保障\n新增城镇就业860人，发放低保金312万元，改造危房46户，硬化通组公路18公里，新建蓄水池6口。\n"
    "三、下半年打算\n新发展茶园500亩，实施人饮工程2处，持续提升群众生活品质，确保完成全年任务，让发展成果惠及全镇人民。"
)


def parsed(text: str) -> ParsedPage:
    return parse_text(text, name="page")


@pytest.mark.parametrize(
    ("ahead", "title"),
    [
        ("苇塘镇2025年上半年工作总结\n", "苇塘镇2025年上半年工作总结"),
        ("首页 > 总结\n乡镇工作总结范文\n苇塘镇2025年上半年工作总结\n（2025年7月5日）\n", "苇塘镇2025年上半年工作总结"),
        ("苇塘镇2025年上半年工作总结及\n\n下半年工作打算\n", "苇塘镇2025年上半年工作总结及下半年工作打算"),
        ("苇塘镇2025年上半年工作总结\n暨下半年工作计划\n", "苇塘镇2025年上半年工作总结暨下半年工作计划"),
        ("苇塘镇人民政府\n关于2025年上半年工作情况的汇报\n", "苇塘镇人民政府关于2025年上半年工作情况的汇报"),
        ("苇塘镇上半年工作总结（精选3篇）\n", "苇塘镇上半年工作总结"),
        (
            "中共苇塘镇委员会\n苇塘镇人民政府\n关于上半年工作情况的报告\n",
            "中共苇塘镇委员会苇塘镇人民政府关于上半年工作情况的报告",
        ),
        ("《苇塘镇上半年工作总结》\n", "苇塘镇上半年工作总结"),
        ("标题：苇塘镇上半年工作总结\n正文：\n", "苇塘镇上半年工作总结"),
        ("# 苇塘镇上半年工作总结\n\n## 概述\n", "苇塘镇上半年工作总结"),
        ("", "page"),
    ],
)
def test_titles(ahead: str, title: str) -> None:
    (article,) = parsed(ahead + BODY).articles
    assert article.title == title
    assert [h.text for h in article.headings if h.label] == ["产业发展", "民生保障", "下半年打算"]
    assert "带动农户560户" in article.text


@pytest.mark.parametrize(
    "marks",
    [
        ("第一篇：{}", "第二篇：{}"),
        ("{}【篇1】", "{}【篇2】"),
        ("范文一：{}", "范文二：{}"),
        ("【第1篇】{}", "【第2篇】{}"),
        ("{}", "{}"),  # titles alone
    ],
)
def test_several_reports_to_a_page(marks: tuple[str, str]) -> None:
    titles = ("苇塘镇2025年上半年工作总结", "柳坪乡2025年上半年工作总结")
    page = parsed("\n".join(f"{mark.format(title)}\n{BODY}" for mark, title in zip(marks, titles, strict=True)))
    assert tuple(a.title for a in page.articles) == titles
    assert [len(a.headings) for a in page.articles] == [3, 3]
    assert [a.line for a in page.articles] == [1, 9]


def test_a_collections_own_words_go_and_each_report_is_called_by_its_own_title() -> None:
    page = parsed(
        "乡镇工作总结2篇\n写总结就是回顾过去。下面一起来看看小编整理的总结吧。\n乡镇工作总结 篇1\n苇塘镇2025年工作总结\n"
        + BODY
        + "\n乡镇工作总结 篇2\n柳坪乡2025年工作总结\n"
        + BODY
        + "\n【乡镇工作总结】相关文章：\n乡镇信访工作总结\n乡镇武装工作总结\n"
    )
    assert [a.title for a in page.articles] == ["苇塘镇2025年工作总结", "柳坪乡2025年工作总结"]
    text = "".join(a.text for a in page.articles)
    assert not any(word in text for word in ("小编", "篇1", "相关文章", "信访", "武装"))
    assert {r.text for r in page.removed} >= {"乡镇工作总结 篇1", "乡镇信访工作总结", "乡镇武装工作总结"}


@pytest.mark.parametrize(
    ("title", "opening", "genre", "region", "period", "basis"),
    [
        (
            "苇塘镇2025年上半年工作总结",
            "今年上半年，全镇经济平稳运行。",
            "half-year-summary",
            "苇塘镇",
            "2025H1",
            "stated",
        ),
        ("苇塘镇2025年度工作总结", "一年来，全镇各项工作稳步推进。", "annual-summary", "苇塘镇", "2025", "stated"),
        ("柳坪乡2026年工作思路", "要坚持稳中求进。", "plan", "柳坪乡", "2026", "stated"),
        ("苇塘镇2025年宣传思想工作总结", "全镇宣传工作有声有色。", "publicity-summary", "苇塘镇", "2025", "stated"),
        ("苇塘镇创建卫生镇工作汇报", "2024年启动创建工作。", "creation-report", "苇塘镇", "2024", "stated"),
        ("个人述职报告", "一年来，本人认真履职。", "personal-summary", None, None, "none"),
        (
            "政府工作报告",
            "各位代表：\n现在，我代表苇塘镇人民政府向大会报告工作，请予审议。各位代表！",
            "work-report",
            "苇塘镇",
            None,
            "none",
        ),
        ("苇塘镇2X25年上半年工作总结", "今年上半年，全镇经济平稳运行。", "half-year-summary", "苇塘镇", None, "none"),
        (
            "苇塘镇上半年工作总结",
            "隆重庆祝建党100周年，全镇上下振奋精神。",
            "half-year-summary",
            "苇塘镇",
            "2021H1",
            "inferred",
        ),
    ],
)
def test_what_is_told_of_a_report(
    title: str, opening: str, genre: str, region: str | None, period: str | None, basis: str
) -> None:
    (article,) = parsed(f"{title}\n{opening}\n一、基本情况\n各项工作有序开展，较好完成了年初确定的目标任务。").articles
    assert (article.genre, article.region, article.period, article.period_basis) == (genre, region, period, basis)


def test_headings_and_gaps_stand_where_they_are_said_to() -> None:
    page = parsed(
        "苇塘镇工作总结\n2X25年，全镇完成财政收入 万元，引进项目XX个。\n一.产业发展\n发展**品牌种植3200亩。\n(一)农业。粮食总产量5200吨。"
    )
    (article,) = page.articles
    assert article.text == (
        "2X25年，全镇完成财政收入 万元，引进项目XX个。\n\n## 一、产业发展\n\n发展**品牌种植3200亩。\n\n### （一）农业\n\n粮食总产量5200吨。\n"
    )
    assert [article.text[h.start :].split("\n")[0] for h in article.headings] == ["## 一、产业发展", "### （一）农业"]
    assert [article.text[start:end] for start, end in article.gaps] == ["2X25", " 万元", "XX", "**"]
    assert [s.path for s in read_outline(article.text)] == [(), ("产业发展",), ("产业发展", "农业")]


def test_a_short_first_line_that_goes_on_is_the_reports() -> None:
    text = "苇汀镇2025年工作总结\n\n2025年，苇汀镇  全面  落实部署，\n各项事业健康发展。\n\n一、抓产业\n\n新建冷库3座，带动农户增收，产业链条不断延伸。"
    (article,) = parsed(text).articles
    assert "2025年，苇汀镇全面落实部署，各项事业健康发展。" in article.text


def test_the_sites_name_within_the_text_is_a_watermark() -> None:
    page = parsed(
        "苇塘镇2025年上半年工作总结 - 墨香堂\n墨香堂 > 总结\n苇塘镇2025年上半年工作总结\n今年以来，全镇认真落墨香堂实县委部署，各项工作稳步推进。\n"
        "一、经济\n完成产值6.8亿元，【墨香堂】同比增长7.2%，为年度目标的51%，好于预期。"
    )
    (article,) = page.articles
    assert article.text == (
        "今年以来，全镇认真落实县委部署，各项工作稳步推进。\n\n## 一、经济\n\n完成产值6.8亿元，同比增长7.2%，为年度目标的51%，好于预期。\n"
    )


def test_parts_are_the_pages_and_no_level() -> None:
    page = parsed(
        "苇塘镇工作总结\n第一部分　2025年工作回顾\n一、抓产业\n种植高山蔬菜3200亩，产值达到1860万元。\n"
        "第二部分\n一、抓民生\n新增城镇就业860人，发放低保金312万元。"
    )
    (article,) = page.articles
    assert [(h.level, h.label, h.text) for h in article.headings] == [
        (1, "", "2025年工作回顾"),
        (1, "一、", "抓产业"),
        (1, "一、", "抓民生"),
    ]
    assert [(r.kind, r.text) for r in page.removed] == [
        ("page-title", "苇塘镇工作总结"),
        ("page-title", "第一部分"),
        ("page-title", "第二部分"),
    ][1:]


def test_readers_comments_and_lists_behind_a_report_go() -> None:
    page = parsed(
        "苇塘镇2025年工作总结\n"
        + BODY * 2
        + "\n苇塘镇人民政府\n2025年12月30日\n发表评论\n网友评论\n写得真好，感谢楼主分享，学习了！\n您可能还喜欢\n柳坪乡半年总结\n"
    )
    (article,) = page.articles
    assert article.text.endswith("苇塘镇人民政府\n\n2025年12月30日\n")
    assert "楼主" not in article.text


HTML = """<!DOCTYPE html><html><head><title>苇塘镇2025年工作总结_公文小站</title><script>var a = "各位代表。";</script></head><body>
<ul class="nav"><li><a href="/">首页</a></li><li><a href="/zj">工作总结</a></li></ul>
<div class="main"><h1>苇塘镇2025年工作总结</h1><div class="info">2026-01-12 来源：网络 阅读 356</div>
<div class="text"><p>一年来，全镇<span style="display:none">公文小站</span>围绕<a href="/k">乡村振兴</a>扎实推进各项工作。</p>
<p><b>一、产业发展</b></p><p>种植蔬菜3200亩，产值达到1860万元；<br>带动农户560户。</p>
<table><tr><td>指标</td><td>本期</td></tr><tr><td>财政收入</td><td>3200万元</td></tr></table>
<p>二、民生保障</p><p>新增就业860人，改造危房46户。</p></div></div>
<div class="related"><h3>相关推荐</h3><p>柳坪乡团结带领干部群众，完成了各项任务……</p></div>
<div class="footer">版权所有 公文小站</div></body></html>"""


@pytest.mark.parametrize(("encoding", "name"), [("utf-8", "a.html"), ("gb18030", "a.htm"), ("utf-8", "a.txt")])
def test_a_web_page(tmp_path: Path, encoding: str, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(HTML.encode(encoding))
    page = parse_page(path)
    (article,) = page.articles
    assert (page.encoding, article.title) == (encoding, "苇塘镇2025年工作总结")
    assert article.text == (
        "一年来，全镇围绕乡村振兴扎实推进各项工作。\n\n## 一、产业发展\n\n种植蔬菜3200亩，产值达到1860万元；\n\n带动农户560户。\n\n"
        "## 二、民生保障\n\n新增就业860人，改造危房46户。\n"
    )
    gone = {(r.kind, r.text) for r in page.removed}
    assert {("invisible", "公文小站"), ("table", "财政收入 | 3200万元")} <= gone
    assert any("柳坪乡" in text for _, text in gone)


def test_the_contracts_form() -> None:
    told = to_json(parsed("苇塘镇2025年上半年工作总结\n" + BODY))
    assert list(told) == ["encoding", "articles", "removed"]
    assert told["articles"][0]["headings"][0] == {"level": 1, "label": "一、", "text": "产业发展"}
    assert told["articles"][0]["period_basis"] == "stated"


@pytest.mark.parametrize("text", ["", "首页 登录 注册 收藏", "苇塘镇2025年工作总结\n"])
def test_a_page_without_running_text_is_refused(text: str) -> None:
    with pytest.raises(PipelineError, match="没有成段的文字"):
        parsed(text)
