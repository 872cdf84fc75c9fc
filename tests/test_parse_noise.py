"""Noise within lines and whole lines of it; and lines of reports that look like it."""

from __future__ import annotations

import pytest

from pipeline.archive.noise import broken_lines, furniture_kind, mended, without_ads
from pipeline.archive.raw_lines import RawLine, Removed


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("首页 > 公文 > 总结", "nav"),
        ("您的位置：首页 » 乡镇", "nav"),
        ("上一篇：苇塘镇防汛工作汇报", "nav"),
        ("【上一页】 1 2 3 【下一页】", "nav"),
        ("相关阅读：", "nav"),
        ("点击展开全文>>", "nav"),
        ("剩余4页未读，继续阅读", "nav"),
        ("登录 注册 收藏 投稿 帮助", "nav"),
        ("看了“乡镇工作总结”的人还看了：", "nav"),
        ("发布时间：2026-01-05 来源：办公室 浏览：128次", "site-credit"),
        ("编辑丨小周　审核丨老郑", "site-credit"),
        ("2026-01-05 17:48:05 办公室 我要投稿", "site-credit"),
        ("扫一扫在手机打开当前页", "ad"),
        ("本文由某某范文站整理，转载请注明出处", "ad"),
        ("长按识别二维码，关注我们", "ad"),
        ("现在开通会员，免费下载全站资料", "ad"),
        ("Copyright © 2026 某站 All Rights Reserved", "footer"),
        ("某ICP备12345678号", "footer"),
        ("如有侵权，请联系我们删除", "footer"),
        ("抄送：县委办公室", "footer"),
        ("关注不迷路，私信领取完整版", "ad"),
        ("— 3 —", "page-number"),
        ("第2页 共8页", "page-number"),
        ("var _hmt = _hmt || [];", "js-junk"),
        ('");', "js-junk"),
        ("mso-style-name:普通表格;", "word-residue"),
        ("PAGE \\* MERGEFORMAT", "word-residue"),
        ("指标\t单位\t完成数", "table"),
        ("| 道路 | 3公里 |", "table"),
        ("|---|---|", "table"),
    ],
)
def test_furniture(text: str, kind: str) -> None:
    assert furniture_kind(RawLine(text, 1)) == kind


@pytest.mark.parametrize(
    "text",
    [
        "一、推荐先进典型",
        "（十）促进群众稳定就业",
        "三、网站建设和信息公开",
        "4. 扫码入户广泛宣传",
        "（二）举报投诉办理情况",
        "“苇塘发布”微信公众号推送信息420条，粉丝达到1.2万人，群众关注度不断提高。",
        "打击侵权假冒行为12起，下载注册国家反诈中心应用2.3万人次，居民防骗意识明显增强。",
        "组织会员参加技能培训6期，协会发展会员320名，为群众免费领取农资提供服务，深受欢迎。",
        "各位代表：",
        "以上总结，敬请各位领导批评指正。",
        "欢迎大家提出宝贵意见。",
        "希望大家一如既往地给予支持和帮助。",
        "苇塘镇人民政府",
        "2025年7月2日",
        "下半年工作打算",
    ],
)
def test_lines_of_a_report_stay(text: str) -> None:
    assert furniture_kind(RawLine(text, 1)) is None
    assert without_ads(text, 1, [], opening=False) == text


@pytest.mark.parametrize(
    ("text", "expected", "kinds"),
    [
        ("加强<b>统筹</b>协调&nbsp;&ldquo;一盘棋&rdquo;</p>", "加强统筹协调 “一盘棋”", ["markup"]),
        ("推\u200b进\u00ad项目", "推进项目", ["invisible"]),
        ("葦塘鄉(xiāng)", "苇塘乡", ["pinyin"]),
        ("加大※资金◆投入", "加大资金投入", ["watermark"]),
        ("理念（更多请关注某某范文网）不断更新", "理念不断更新", ["ad"]),
        ("完成１２公里,硬化５．６公里", "完成12公里，硬化5．6公里", []),
        ("全镇上下,齐心协力;", "全镇上下，齐心协力；", []),
        ("建设先进镇。。", "建设先进镇。", []),
        ("2X23年XX镇**品牌", "2X23年XX镇**品牌", []),  # masks stay
        ("完成投资 亿元", "完成投资 亿元", []),  # so does the blank where a figure was
        ('HYPERLINK "http://example.com" \\o "x" 苇塘镇工作总结', " 苇塘镇工作总结", ["word-residue"]),
    ],
)
def test_what_stands_within_lines(text: str, expected: str, kinds: list[str]) -> None:
    removed: list[Removed] = []
    assert mended(RawLine(text, 7), removed).text == expected
    assert [r.kind for r in removed] == kinds
    assert all(r.line == 7 for r in removed)


def test_an_editors_sentences_go_and_the_reports_stay() -> None:
    removed: list[Removed] = []
    own = "今年以来，全镇完成投资3.2亿元。"
    assert without_ads(own + "更多内容请关注某某公文网。", 1, removed, opening=True) == own
    assert without_ads("岁月如流。下面是小编整理的总结，希望对大家有帮助。", 2, removed, opening=True) == ""
    assert [(r.kind, r.line) for r in removed] == [("ad", 1), ("ad", 2)]
    assert without_ads(own, 3, removed, opening=True) == own


def test_a_page_in_one_line_is_cut_where_it_names_its_own_things() -> None:
    body = "今年上半年，竹垭乡各项工作有序推进。" + "完成农业总产值6800万元，同比增长4.5%。" * 8
    cut = broken_lines(f"首页 > 总结 竹垭乡总结 发布时间：2025-07-08 {body} 上一篇：没有了 版权所有")
    assert cut == ["首页>总结", "竹垭乡总结", "发布时间：2025-07-08", body, "上一篇：没有了", "版权所有"]
    assert broken_lines(body) == [body]
    assert broken_lines("一段。<br/>二段。") == ["一段。", "二段。"]
