"""Pages with noise of many kinds around reports whose clean form is known (tests/pages/reports.txt), and their gold.

`python -m tests.noisy_pages FOLDER` writes the pages and gold.jsonl there, in the form that ../shared/bench/score_parse.py
scores with --noisy: titles, headings with levels by nesting, every sentence that must be left, every noise that must go.
"""

from __future__ import annotations

import html
import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.test_parse_files import NUMBERING, doc, docx, p, pdf

REPORTS = Path(__file__).parent / "pages" / "reports.txt"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (`level` 1..4, `label` "" if it has none) or a paragraph (level 0)."""

    level: int
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page's bytes, the reports on it, and noise that may be nowhere in them."""

    name: str
    content: bytes
    reports: tuple[Report, ...]
    noise: tuple[str, ...]


def reports() -> dict[str, Report]:
    """The clean reports by name."""
    found: dict[str, Report] = {}
    for part in REPORTS.read_text(encoding="utf-8").split("@ ")[1:]:
        name, title, *lines = part.strip().split("\n")
        blocks = []
        for line in lines:
            if line.startswith("p "):
                blocks.append(Block(0, "", line[2:]))
            else:
                level, label, text = line.split(" ", 2)
                blocks.append(Block(int(level), "" if label == "-" else label, text))
        found[name] = Report(title.removeprefix("= "), tuple(blocks))
    return found


def lines_of(report: Report, *, run_in: Sequence[int] = (), stop: str = "。") -> list[str]:
    """A report's lines without its title; headings of the levels in `run_in` are run into the paragraph below."""
    lines: list[str] = []
    ahead = ""
    for block in report.blocks:
        if not block.level:
            lines.append(ahead + block.text)
            ahead = ""
        elif block.level in run_in:
            ahead += f"{block.label}{block.text}{stop}"
        else:
            lines.append(ahead + block.label + block.text)
            ahead = ""
    return lines


def wrapped(lines: Sequence[str], width: int) -> list[str]:
    """Lines broken at a width in characters, as text layers and mails break them."""
    return [line[at : at + width] for line in lines for at in range(0, len(line), width)]


def paragraphs(lines: Sequence[str], attributes: str = "") -> str:
    return "".join(f"<p{attributes}>　　{html.escape(line)}</p>\n" for line in lines)


def web(title: str, body: str, head: str = "") -> str:
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>{body}</body></html>'


# --- kinds of pages ----------------------------------------------------------------------------------------------

Kind = Callable[[dict[str, Report]], Page]
KINDS: dict[str, Kind] = {}


def kind(make: Kind) -> Kind:
    KINDS[make.__name__] = make
    return make


@kind
def government(all: dict[str, Report]) -> Page:
    r = all["half"]
    body = f"""<div class="top"><a href="/">网站首页</a>|<a>走进泖川</a>|<a>政务公开</a>|<a>办事服务</a>|<a>互动交流</a></div>
<div class="location">您现在的位置：<a>首页</a> &gt; <a>政务公开</a> &gt; <a>乡镇动态</a> &gt; 正文</div>
<div class="content"><h1>{r.title}</h1><div class="info">发布日期：2025-07-08 09:12　来源：茭白湾镇党政办　浏览次数：<span id="hits">318</span>　字体：【大 中 小】</div>
<div id="zoom">{paragraphs(lines_of(r))}</div>
<div>【打印本页】 【关闭窗口】</div><div class="prev">上一篇：泖川县召开防汛会商会</div><div>下一篇：关于做好高温津贴发放的通知</div>
<div class="share">分享到：<a>微信</a><a>微博</a></div></div>
<div class="foot">主办：泖川县人民政府办公室　承办：泖川县大数据中心<br>网站标识码：3300000000　浙ICP备00000000号　浙公网安备33000000000000号<br>联系电话：0500-0000000　建议使用1024*768以上分辨率浏览</div>"""
    page = web(f"{r.title}-泖川县人民政府", body).replace('charset="utf-8"', 'charset="gb2312"')
    return Page(
        "government.html",
        page.encode("gb18030"),
        (r,),
        ("浏览次数", "防汛会商", "高温津贴", "ICP备", "打印本页", "分辨率", "走进泖川"),
    )


@kind
def library(all: dict[str, Report]) -> Page:
    r = all["deep"]
    lines = wrapped(lines_of(r), 38)
    half = len(lines) // 2
    body = f"""<div class="reader-top">首页 文档 行业资料 公文写作</div><h3>{r.title}.docx</h3><p>上传人：砚台人家 文档编号：20250391 上传时间：2026-01-09 格式：DOCX 页数：4 大小：28.5KB</p>
<p>下载文档到电脑，查找使用更方便</p><p>15积分 立即下载 开通VIP 免费下载</p>
<div class="page"><p>{r.title}</p>{"".join(f"<p>{x}</p>" for x in lines[:half])}<p>- 1 -</p></div>
<div class="page">{"".join(f"<p>{x}</p>" for x in lines[half:])}<p>- 2 -</p></div>
<p>亲，该文档总共4页，到这已超出免费预览范围，如果喜欢就下载吧！</p><p>资源描述：</p>
<p>配套讲稿：如PPT文件的首页显示word图标，表示该PPT已包含配套word讲稿。双击word图标可打开word文档。</p>
<p>特殊限制：部分文档作品中含有的国旗、国徽等图片，仅作为作品整体效果示例展示，禁止商用。</p>
<p>关 键 词：砚池镇 年度 工作总结</p><p>提示 文库网所有资源均是用户自行上传分享，仅供网友学习交流，未经上传用户书面授权，请勿作他用。</p>"""
    return Page(
        "library.html",
        web(f"{r.title}.docx - 墨斗文库", body).encode(),
        (r,),
        ("文档编号", "免费预览", "积分", "配套讲稿", "国徽", "书面授权", "墨斗文库", "- 1 -"),
    )


@kind
def blog(all: dict[str, Report]) -> Page:
    r = all["personal"]
    body = f"""<div id="bloghead"><h1>塬上听风的博客</h1><a>首页</a> <a>博文目录</a> <a>图片</a> <a>关于我</a></div>
<div class="sidebar"><h4>个人资料</h4><p>塬上听风</p><p>博客等级：12</p><p>博客积分：1024</p><p>博客访问：53,208</p><h4>访客</h4><a>夏至未至</a></div>
<div class="articalContent"><h2 class="titName">{r.title}</h2><span class="time">(2025-01-12 21:40:33)</span><div>标签： <a>工作总结</a> <a>乡镇</a></div><div>分类： <a>工作札记</a></div>
{"".join(f"<div>&nbsp;&nbsp;&nbsp;&nbsp;{x}</div><div><br></div>" for x in lines_of(r))}</div>
<div>阅读<span>(215)</span>┊ <a>评论</a> (2)┊ <a>收藏</a>(0) ┊<a>转载</a>(1) ┊ <a>喜欢▼</a> ┊<a>打印</a></div><div>前一篇：秋收时节</div><div>后一篇：搬家记</div>
<div id="comments"><h3>评论</h3><p>夏至未至：写得真实，学习了。</p><p>2025-01-13 08:05回复</p><p>发评论</p></div>"""
    return Page(
        "blog.html",
        web(f"{r.title}_塬上听风_塬上博客", body).encode(),
        (r,),
        ("博客等级", "秋收时节", "搬家记", "写得真实", "夏至未至", "发评论", "收藏", "塬上听风"),
    )


@kind
def forum(all: dict[str, Report]) -> Page:
    r = all["plan"]
    text = "\n".join(
        [
            "秘书之家论坛 » 公文交流区 » 工作思路 » 求点评",
            "查看: 1260|回复: 3",
            f"[分享] {r.title} [复制链接]",
            "海边的阿樵",
            "发表于 2025-12-20 22:10:41 | 只看该作者 | 倒序浏览 | 阅读模式",
            "",
            r.title,
            *(x for line in lines_of(r) for x in (line, "")),
            "评分",
            "参与人数 2 威望 +5 收起 理由",
            "本主题由 管理员 于 2025-12-21 加入精华",
            "沙发",
            "笔杆子老周 发表于 2025-12-21 08:15:02 | 只看该作者",
            "写得很实在，顶一个！建议把保障措施再细化。",
            "板凳",
            "小雨 发表于 2025-12-21 09:30:11 | 只看该作者",
            "谢谢楼主分享，收藏了，回去好好学习。",
            "发帖时请遵守我国法律，网站会将有关你发帖内容以及发帖时间、发帖IP地址等记录保留60天。",
        ]
    )
    return Page(
        "forum.txt",
        text.encode("gb18030"),
        (r,),
        ("求点评", "海边的阿樵", "倒序浏览", "顶一个", "谢谢楼主", "遵守我国法律", "威望", "加入精华"),
    )


@kind
def mail(all: dict[str, Report]) -> Page:
    r = all["short"]
    text = "\n".join(
        [
            "发件人: 农业办 <nyb@example.cn>",
            "收件人: 党政办 <dzb@example.cn>",
            "抄送: 乡长",
            "发送时间: 2025年12月30日 16:21",
            "主题: 回复: 报送农业工作总结",
            "附件: 2025农业总结定稿.doc (36K)",
            "",
            "王主任好：",
            "总结已按昨天的意见修改，请查收。",
            "",
            r.title,
            "",
            *(x for line in lines_of(r, run_in=(1,)) for x in (*wrapped(["    " + line], 39), "")),
            "--",
            "苇子河乡农业农村办公室",
            "电话：0400-0000000",
            "-----原始邮件-----",
            "发件人: 党政办 <dzb@example.cn>",
            "请各办于30日前报送总结，逾期通报。",
        ]
    )
    return Page(
        "mail.txt",
        text.encode("utf-8-sig"),
        (r,),
        ("example.cn", "请查收", "王主任", "附件", "原始邮件", "逾期通报", "定稿"),
    )


@kind
def chat_article(all: dict[str, Report]) -> Page:
    r = all["publicity"]
    sections = "".join(
        f'<section style="margin:8px"><section><p style="line-height:1.75em"><span style="font-size:15px">{"<strong>" if b.level else ""}{b.label}{b.text}{"</strong>" if b.level else ""}</span></p></section></section>'
        for b in r.blocks
    )
    body = f"""<div id="js_article"><h1 class="rich_media_title" id="activity-name">{r.title}</h1><div id="meta_content"><span>原创</span><span>沙埠宣传</span><a>沙埠发布</a><em id="publish_time">2025-01-15 18:00</em><em>福建</em></div>
<div class="rich_media_content" id="js_content" style="visibility: hidden;"><section>点击上方蓝字，关注沙埠发布</section>{sections}
<section><p>END</p><p>供稿｜街道宣传办</p><p>编辑｜小螺号</p><p>审核｜林主任</p><p>长按识别二维码关注我们</p><p>喜欢就点个“在看”吧</p></section></div>
<div>阅读原文</div><div>阅读 1.2万</div><div>赞 86　在看 40</div><div>写留言</div><div>预览时标签不可点</div></div><script>var biz="x";</script>"""
    return Page(
        "chat_article.html",
        web(r.title, body).encode(),
        (r,),
        ("蓝字", "小螺号", "二维码", "在看", "阅读原文", "写留言", "林主任", "沙埠发布"),
    )


@kind
def print_view(all: dict[str, Report]) -> Page:
    r = all["creation"]
    body = f"""<center><b>{r.title}</b></center><hr>
2025-10-09 10:32:00　作者：办公室　文章来源：本站原创　点击数：77<br><br>{"<br>".join("&nbsp;&nbsp;&nbsp;&nbsp;" + x for x in lines_of(r, run_in=(3,)))}<br><hr>
<p align=right>http://www.maiping-example.com/Article/Print.asp?ArticleID=1086</p><p>【返回】【打印】【关闭】</p>"""
    return Page(
        "print_view.htm",
        web(f"打印文章：{r.title}", body).encode(),
        (r,),
        ("点击数", "本站原创", "ArticleID", "【返回】", "打印文章"),
    )


@kind
def old_tables(all: dict[str, Report]) -> Page:
    r = all["unnumbered"]
    rows = "".join(
        f"<br>　　{'<strong>' if b.level == 1 else ''}{b.label}{b.text}{'</strong>' if b.level == 1 else ''}<br>"
        for b in r.blocks
    )
    links = "".join(
        f"<tr><td>·<a href='#'>{x}</a></td></tr>"
        for x in ("枣店镇召开党代会", "枣店镇2024年财政工作总结", "枣店镇开展安全生产月活动", "冬枣节侧记")
    )
    body = f"""<table width=960><tr><td colspan=2>设为首页 | 加入收藏 | 联系站长</td></tr><tr><td width=200><table><tr><td>栏目导航</td></tr><tr><td>领导讲话</td></tr><tr><td>工作总结</td></tr><tr><td>热门文章</td></tr>{links}</table></td>
<td><table><tr><td align=center><font size=4>{r.title}</font></td></tr><tr><td align=center>作者：佚名　来源：网络　点击：<script>hits()</script>　更新：2025-7-11</td></tr><tr><td>{rows}</td></tr><tr><td>文章录入：admin　　责任编辑：admin</td></tr><tr><td>上一篇文章： 枣店镇信访工作汇报<br>下一篇文章： 没有了</td></tr></table></td></tr>
<tr><td colspan=2 align=center>Copyright &copy; 2009-2025 枣乡公文网 All Rights Reserved 站长：老枣树</td></tr></table>"""
    return Page(
        "old_tables.html",
        web(r.title, body).encode("gb18030"),
        (r,),
        ("联系站长", "栏目导航", "党代会", "冬枣节", "佚名", "admin", "信访工作汇报", "老枣树", "枣乡公文网"),
    )


@kind
def paged(all: dict[str, Report]) -> Page:
    r = all["report"]
    lines = lines_of(r)
    cut = next(i for i, x in enumerate(lines) if x.startswith("完成退化林"))
    broken = lines[cut]
    text = "\n".join(
        [
            f"{r.title}(2)",
            "时间:2025-02-11 来源:原创 作者:秘书科",
            r.title,
            *lines[:cut],
            broken[:20],
            "上一页 1 2 3 下一页 尾页",
            f"第2页：{r.title}",
            broken[20:],
            *lines[cut + 1 :],
            "共3页: 上一页 1 2 3 下一页",
            "------分隔线----------------------------",
            "标签(Tag)：政府工作报告 岚头镇",
            "猜你感兴趣：",
            "岚头镇2023年政府工作报告",
            "乡镇人大工作总结",
        ]
    )
    return Page(
        "paged.txt",
        text.encode("utf-16"),
        (r,),
        ("秘书科", "上一页", "第2页", "分隔线", "猜你感兴趣", "人大工作总结", "Tag"),
    )


@kind
def scanned(all: dict[str, Report]) -> Page:
    r = all["deep"]
    lines = wrapped(["　　" + x for x in lines_of(r)], 30)
    made = [r.title, ""]
    for at, line in enumerate(lines):
        made.append(line)
        if at % 7 == 6:
            made += ["", f"— {at // 7 + 1} —", "", "砚池镇党政办公室编印", ""]
    return Page("scanned.txt", "\r\n".join(made).encode("gb18030"), (r,), ("编印", "— 1 —"))


@kind
def text_layer(all: dict[str, Report]) -> Page:
    import tempfile

    r = all["short"]
    lines = [
        "苇子河乡文件汇编　第 1 页 共 1 页",
        r.title,
        *wrapped(lines_of(r), 32),
        "苇子河乡人民政府办公室　2026年1月印发",
    ]
    with tempfile.TemporaryDirectory() as folder:
        content = pdf(Path(folder) / "a.pdf", lines).read_bytes()
    return Page("text_layer.pdf", content, (r,), ("文件汇编", "第 1 页"))


@kind
def word_lists(all: dict[str, Report]) -> Page:
    import tempfile

    r = all["half"]
    body = p(r.title, '<w:jc w:val="center"/>')
    for at, b in enumerate(r.blocks):
        if b.level:
            body += p(b.text, f'<w:numPr><w:ilvl w:val="{b.level - 1}"/><w:numId w:val="1"/></w:numPr>')
        else:
            body += p(b.text)
        if at == 3:
            cells = (("指标", "完成", "增长"), ("工业产值", "6.38", "9.4"), ("固定资产投资", "2.15", "7.1"))
            body += (
                "<w:tbl>"
                + "".join("<w:tr>" + "".join(f"<w:tc>{p(c)}</w:tc>" for c in row) + "</w:tr>" for row in cells)
                + "</w:tbl>"
            )
    with tempfile.TemporaryDirectory() as folder:
        content = docx(Path(folder) / "a.docx", body, numbering=NUMBERING).read_bytes()
    return Page("word_lists.docx", content, (r,), ("指标 | 完成",))


@kind
def word_97(all: dict[str, Report]) -> Page:
    import tempfile

    r = all["publicity"]
    toc = [f"{b.label}{b.text}\t{n}" for n, b in enumerate((b for b in r.blocks if b.level == 1), 1)]
    lines = [
        '\x13TOC \\o "1-3" \\h \\z \\u\x14',
        *toc,
        "\x15",
        r.title,
        *lines_of(r, run_in=(2,)),
        "\x13 PAGE \\* MERGEFORMAT \x141\x15",
    ]
    with tempfile.TemporaryDirectory() as folder:
        content = doc(Path(folder) / "a.doc", "\r".join(lines) + "\r").read_bytes()
    return Page("word_97.doc", content, (r,), ("MERGEFORMAT", "TOC"))


@kind
def collection(all: dict[str, Report]) -> Page:
    mine = (all["half"], all["unnumbered"], all["short"])
    text = "乡镇工作总结集锦3篇\n总结是对过去一定时期的工作、学习情况进行回顾、分析，并做出客观评价的书面材料，不如静下心来好好写写总结吧。以下是小编为大家收集的乡镇工作总结，欢迎阅读与收藏。\n"
    for n, r in zip("一二三", mine, strict=True):
        text += f"【篇{n}】{r.title}\n" + "\n".join("　　" + x for x in lines_of(r)) + "\n"
    text += "【乡镇工作总结集锦3篇】相关文章：\n1.乡镇安全生产工作总结\n2.乡镇妇联工作总结范文\n3.乡镇团委工作总结(15篇)\n4.2025年乡镇工作总结最新01-05\n"
    return Page(
        "collection.txt", text.encode(), mine, ("静下心来", "小编", "妇联", "团委", "安全生产工作总结", "相关文章")
    )


@kind
def samples(all: dict[str, Report]) -> Page:
    mine = (all["plan"], all["personal"])
    parts = [
        f"<h2>乡镇工作材料范文{n}</h2><p><strong>{r.title}</strong></p>"
        + paragraphs(lines_of(r, run_in=(2,)), ' style="text-indent:2em"')
        for n, r in zip("一二", mine, strict=True)
    ]
    body = f"""<div class="crumbs">当前位置：<a>好文库</a> &gt; <a>工作材料</a></div><h1>乡镇工作材料范文（精选两篇）</h1><p class="desc">导语：工作要有思路，年终要有总结。下面是好文库整理的乡镇工作材料范文，希望能帮到您。</p>
<div class="toc"><p>文章目录</p><a href="#1">范文一</a><a href="#2">范文二</a></div>{parts[0]}<div class="ad">关注公众号“好文库”，回复“总结”领取模板</div>{parts[1]}<p>以上就是乡镇工作材料范文的全部内容，更多精彩请关注好文库。</p>
<div class="related"><h3>推荐阅读</h3><ul><li><a>乡镇五年规划</a></li><li><a>书记述职报告</a></li></ul></div>"""
    return Page(
        "samples.html",
        web("乡镇工作材料范文（精选两篇）-好文库", body).encode(),
        mine,
        ("导语", "帮到您", "文章目录", "公众号", "全部内容", "五年规划", "书记述职"),
    )


_TRADITIONAL = {"茭": "jiāo", "灣": "wān", "鎮": "zhèn", "穩": "wěn"}


@kind
def traditional(all: dict[str, Report]) -> Page:
    import opencc

    r = all["half"]
    convert = opencc.OpenCC("s2t").convert
    lines = [convert(x) for x in (r.title, *lines_of(r, run_in=(2,)))]
    noted, seen = [], 0
    for line in lines:
        for character, sound in _TRADITIONAL.items():
            if character in line and seen % 2 == 0:
                line = line.replace(character, f"{character}({sound})", 1)
            seen += 1
        noted.append(line)
    text = "\n".join(
        [
            "首頁 > 公文範文 > 工作總結",
            *noted,
            "",
            "本文地址：http://www.fanben-example.net/zj/8812.html",
            "責任編輯：阿秀",
        ]
    )
    return Page("traditional.txt", text.encode(), (r,), ("(jiāo)", "公文范文", "本文地址", "阿秀"))


@kind
def big5(all: dict[str, Report]) -> Page:
    import opencc

    r = all["short"]
    text = "\r\n".join(opencc.OpenCC("s2tw").convert(x) for x in (r.title, *lines_of(r)))
    return Page("big5.txt", text.encode("big5", "replace"), (r,), ())


@kind
def masked(all: dict[str, Report]) -> Page:
    r = all["masked"]
    text = (
        f"# {r.title}\n\n"
        + "\n\n".join(lines_of(r))
        + "\n\n![二维码](http://x.example/qr.png)\n\n[返回列表](http://x.example/list)\n\n> 声明：本文由会员投稿，版权归原作者所有。\n"
    )
    return Page("masked.md", text.encode(), (r,), ("二维码", "返回列表", "会员投稿"))


@kind
def half_width(all: dict[str, Report]) -> Page:
    r = all["publicity"]
    narrow = str.maketrans({"，": ",", "；": ";", "：": ":", "（": "(", "）": ")"})
    text = "\n".join(x.translate(narrow) for x in (r.title, *lines_of(r, run_in=(1, 2))))
    return Page("half_width.txt", text.encode(), (r,), ())


@kind
def buried(all: dict[str, Report]) -> Page:
    r = all["creation"]
    first, *rest = r.blocks
    lines, now = [r.title, first.text], ""
    for b in rest:
        if b.level == 1 and now:
            lines.append(now)
            now = ""
        now += f"{b.label}{b.text}。" if b.level else b.text
    return Page("buried.txt", ("\n\n".join([*lines, now]) + "\n\n（麦坪乡创建办供稿）\n").encode(), (r,), ())


@kind
def parts(all: dict[str, Report]) -> Page:
    r = all["unnumbered"]
    count = iter("一二三")
    lines = [r.title] + [f"第{next(count)}部分　{b.text}" if b.level == 1 else b.label + b.text for b in r.blocks]
    # The count of parts is the page's own: what stands under a part counts from the top.
    counted = Report(r.title, tuple(Block(min(b.level, 1), b.label, b.text) for b in r.blocks))
    return Page("parts.txt", "\n".join(lines).encode("utf-16-le"), (counted,), ("第一部分", "第二部分"))


@kind
def emphasised(all: dict[str, Report]) -> Page:
    r = all["unnumbered"]
    body = f"<article><h1>{r.title}</h1>" + "".join(
        f"<p><strong>{b.label}{b.text}</strong></p>" if b.level else f"<p>{b.text}</p>" for b in r.blocks
    )
    body += "</article><aside><h3>大家都在看</h3><p>冬枣价格行情：特级果每公斤12元。</p><p>城郊新楼盘开盘，均价6800元。</p></aside><footer>© 2025 枣店在线</footer>"
    return Page("emphasised.html", web(r.title, body).encode(), (r,), ("大家都在看", "特级果", "新楼盘", "枣店在线"))


@kind
def invisible(all: dict[str, Report]) -> Page:
    r = all["deep"]
    lines = [r.title, *lines_of(r, run_in=(4,))]
    text = "\r\n".join("\u3000\u3000" + x[:9] + "\u200b\u00ad" + x[9:15] + "\u200d" + x[15:] for x in lines)
    at = [m.end() for m in re.finditer("，", text)][1::4]
    for place in reversed(at):
        text = text[:place] + "yanchi88.net" + text[place:]
    return Page("invisible.txt", text.encode("utf-16"), (r,), ("yanchi88", "\u200b", "\u00ad"))


@kind
def contents(all: dict[str, Report]) -> Page:
    r = all["report"]
    toc = [f"{b.label}{b.text}{'…' * 12}{n}" for n, b in enumerate((b for b in r.blocks if b.level in (1, 2)), 1)]
    text = "\n".join(
        [
            r.title,
            "（2025年1月15日在岚头镇第三届人民代表大会第六次会议上）",
            "岚头镇镇长　韦山岚",
            "目　录",
            *toc,
            "",
            *lines_of(r),
        ]
    )
    return Page("contents.txt", text.encode(), (r,), ("………", "目　录"))


@kind
def tables(all: dict[str, Report]) -> Page:
    r = all["short"]
    lines = lines_of(r)
    table = [
        "表1　粮食生产情况表",
        "作物\t面积（万亩）\t总产（万吨）",
        "水稻\t5.2\t2.9",
        "玉米\t3.1\t1.3",
        "注：数据由农业办统计。",
    ]
    text = "\n".join([r.title, *lines[:3], *table, *lines[3:]])
    return Page("tables.txt", text.encode(), (r,), ("水稻\t5.2", "作物\t面积"))


@kind
def news(all: dict[str, Report]) -> Page:
    r = all["creation"]
    body = f"""<div class="header"><ul><li><a>要闻</a></li><li><a>时政</a></li><li><a>乡镇</a></li><li><a>视频</a></li></ul></div><div class="main"><div class="left"><h1>{r.title}</h1><p class="source">2025年10月10日 08:47　来源：塬州日报</p><div class="article">{paragraphs(lines_of(r))}<p>（责任编辑：高塬）</p></div>
<div class="pages"><a>1</a><a>2</a><a>下一页</a></div></div><div class="right"><h3>热门新闻</h3><ol><li><a>塬州苹果喜获丰收，果农们脸上笑开了花。今年全市苹果总产预计达到28万吨。</a></li><li><a>高铁站配套工程开工。</a></li></ol><h3>图片新闻</h3><p>塬州秋色。记者 白云 摄</p></div></div><div id="footer"><p>塬州日报社版权所有，未经书面授权禁止转载</p></div>"""
    return Page(
        "news.html",
        web(f"{r.title}--塬州新闻网", body).encode(),
        (r,),
        ("塬州日报", "高塬", "笑开了花", "高铁站", "白云", "书面授权", "时政"),
    )


@kind
def one_cell(all: dict[str, Report]) -> Page:
    r = all["report"]
    body = (
        "<table><tr><td>"
        + r.title
        + "<br>"
        + "<br>".join("&nbsp;&nbsp;&nbsp;&nbsp;" + x for x in lines_of(r, run_in=(2, 3), stop="。"))
        + "</td></tr></table><script>document.write('x')</script>"
    )
    return Page("one_cell.html", f"<html><body>{body}</body></html>".encode("gb18030"), (r,), ("document.write",))


def spread(text: str) -> str:
    return re.sub(r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])", " ", text)


@kind
def spaced(all: dict[str, Report]) -> Page:
    r = all["plan"]
    text = "\n".join([spread(r.title), *(x for line in lines_of(r) for x in (spread(line), ""))])
    return Page("spaced.txt", text.encode(), (r,), ())


def relabelled(block: Block) -> str:
    """(一) for （一）, 1、 for 1., ① for （1）."""
    if block.level == 4:
        return "①②③④"[int(block.label.strip("（）")) - 1]
    return block.label.translate(str.maketrans("（）.", "()、"))


@kind
def other_labels(all: dict[str, Report]) -> Page:
    r = all["deep"]
    blocks = tuple(Block(b.level, relabelled(b) if b.level == 4 else b.label, b.text) for b in r.blocks)
    lines = [r.title] + [relabelled(b) + b.text if b.level else b.text for b in r.blocks]
    return Page("other_labels.txt", "\n".join(lines).encode(), (Report(r.title, blocks),), ())


@kind
def two_on_a_page(all: dict[str, Report]) -> Page:
    mine = (all["short"], all["half"])
    text = "\n\n".join(line for r in mine for line in (r.title, *lines_of(r), "二〇二五年十二月三十一日"))
    return Page("two_on_a_page.txt", text.encode(), mine, ())


@kind
def official_document(all: dict[str, Report]) -> Page:
    r = all["half"]
    lines = [
        "茭白湾镇人民政府文件",
        "茭政〔2025〕31号",
        "★",
        r.title,
        "县人民政府：",
        *lines_of(r),
        "特此报告。",
        "茭白湾镇人民政府",
        "2025年7月3日",
        "（此件公开发布）",
        "主题词：政府工作 总结",
        "抄送：县委办公室，县人大办公室。",
        "茭白湾镇党政综合办公室　　　2025年7月3日印发",
        "（共印30份）",
    ]
    return Page(
        "official_document.txt", "\n".join(lines).encode(), (r,), ("主题词", "抄送", "共印30份", "印发", "31号")
    )


@kind
def app_share(all: dict[str, Report]) -> Page:
    r = all["personal"]
    text = "\n".join(
        [
            "[转] " + r.title,
            "作者：乡土笔记 | 3天前 | 1.6万阅读 | 关注",
            "（本文约600字，阅读需2分钟）",
            "大家好，今天给大家分享一篇个人总结，需要的朋友可以参考。",
            *lines_of(r),
            "如果觉得有用，请点赞、收藏、转发，您的支持是我更新的动力！",
            "#工作总结# #乡镇干部# #公文写作#",
            "展开全文",
            "打开APP，阅读体验更佳",
            "全部评论 12",
            "热评：写得好，已收藏。",
        ]
    )
    return Page(
        "app_share.txt", text.encode(), (r,), ("乡土笔记", "阅读需", "大家好", "动力", "#工作总结#", "阅读体验", "热评")
    )


@kind
def answers(all: dict[str, Report]) -> Page:
    r = all["colons"]
    body = f"""<div class="q"><h1>求一篇乡镇民政工作汇报</h1><p>悬赏分：30 - 解决时间 2025-7-20 11:32</p><p>急用，谢谢各位！</p></div>
<div class="a"><h3>最佳答案</h3><p>{r.title}</p>{"".join(f"<p>{x}：</p>" if x.startswith(("一、", "二、", "三、")) else f"<p>{x}</p>" for x in lines_of(r, run_in=(2,)))}
<p>本回答由提问者推荐</p><p>已赞过 已踩过&lt;</p><p>你对这个回答的评价是？</p><p>赞同 12 · 添加评论 · 分享 · 收藏 · 喜欢</p></div>
<div class="other"><h3>其他类似问题</h3><ul><li><a>乡镇民政所职责有哪些</a></li><li><a>民政工作总结怎么写</a></li></ul></div>"""
    noise = ("悬赏分", "急用", "最佳答案", "提问者推荐", "评价是", "添加评论", "类似问题", "民政所职责", "求一篇")
    return Page("answers.html", web("求一篇乡镇民政工作汇报_问答", body).encode(), (r,), noise)


@kind
def styled_headings(all: dict[str, Report]) -> Page:
    r = all["unnumbered"]
    body = f"<main><h1>{r.title}</h1>" + "".join(
        f"<h{b.level + 1}>{b.label}{b.text}</h{b.level + 1}>" if b.level else f"<p>{b.text}</p>" for b in r.blocks
    )
    head = '<meta name="description" content="枣店镇总结摘要"><script type="application/ld+json">{"headline":"x","body":"枣店"}</script>'
    body += '</main><div class="cookie-bar">本网站使用 Cookie，继续浏览即表示同意。</div><div class="toolbar">目录 顶部 反馈</div>'
    return Page("styled_headings.html", web(r.title, body, head).encode(), (r,), ("Cookie", "反馈", "headline", "摘要"))


@kind
def top_second(all: dict[str, Report]) -> Page:
    r = all["top_second"]
    lines = lines_of(r, run_in=(2,))
    text = "\n".join(
        [
            "※※※※※※※※※※※※※※※※※※※※",
            "文件名称：鹤田乡综治总结.txt",
            "下载自：公文资源库 www.gwzyk-example.com",
            "※※※※※※※※※※※※※※※※※※※※",
            r.title,
            *lines[:2],
            "公文资源库，十万公文任你下载 www.gwzyk-example.com",
            *lines[2:],
            "更多范文请访问公文资源库",
        ]
    )
    return Page("top_second.txt", text.encode("gb18030"), (r,), ("公文资源库", "※", "gwzyk", "文件名称"))


@kind
def wrapped_headings(all: dict[str, Report]) -> Page:
    r = all["long_headings"]
    lines = [x for line in lines_of(r) for x in wrapped(["　　" + line], 36)]
    text = "\n".join([r.title[:9], r.title[9:], "", *lines, "", "渔梁街道办事处", "2025年12月26日"])
    return Page("wrapped_headings.txt", text.encode("utf-8-sig"), (r,), ())


@kind
def wide_dots(all: dict[str, Report]) -> Page:
    r = all["deep"]
    wide = str.maketrans({"、": "．", ".": "．"})
    lines = [r.title] + [(b.label.translate(wide) if b.level in (1, 3) else b.label + "、" if b.level == 2 else b.label) + b.text if b.level else b.text for b in r.blocks]  # fmt: skip
    return Page("wide_dots.txt", "\n\n".join(lines).encode("gbk"), (r,), ())


@kind
def revised(all: dict[str, Report]) -> Page:
    import tempfile

    r = all["top_second"]
    deleted = "<w:p><w:r><w:t>全年</w:t></w:r><w:del><w:r><w:delText>此句删去。</w:delText></w:r></w:del></w:p>"
    body = p("鹤田乡综治办", '<w:jc w:val="right"/>') + p(r.title, '<w:pStyle w:val="Title"/>')
    body += "".join(p(b.label + b.text, f'<w:pStyle w:val="{b.level}"/>' if b.level else "") for b in r.blocks)
    body += deleted.replace("全年", "2024年12月31日") + p("鹤田乡2024年综治工作情况统计表") + "<w:tbl>" + "".join("<w:tr>" + "".join(f"<w:tc>{p(c)}</w:tc>" for c in row) + "</w:tr>" for row in (("项目", "数量"), ("纠纷", "312"))) + "</w:tbl>"  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        content = docx(Path(folder) / "a.docx", body).read_bytes()
    return Page("revised.docx", content, (r,), ("此句删去", "统计表", "项目 |"))


@kind
def indexed(all: dict[str, Report]) -> Page:
    mine = (all["colons"], all["top_second"], all["long_headings"])
    parts = "".join(
        f'<h2 id="p{n}">第{n}篇: {r.title}</h2>'
        + paragraphs(lines_of(r))
        + '<p class="gg">推荐：公文写作训练营限时报名</p>'
        for n, r in enumerate(mine, 1)
    )
    index = "".join(f'<li><a href="#p{n}">第{n}篇: {r.title}</a></li>' for n, r in enumerate(mine, 1))
    body = f"""<div class="nav">总结 计划 报告 讲话 心得</div><h1>乡镇工作汇报材料3篇</h1><p>工作汇报是向上级机关汇报工作、反映情况的文体，写好汇报有助于领导了解基层。以下是为大家整理的关于乡镇工作汇报材料3篇，供大家参考选择。</p><ul>{index}</ul>{parts}<p>推荐访问:工作汇报 乡镇 材料</p><p>本文链接：https://www.hbzl-example.cn/a/2210.html</p>"""
    noise = ("训练营", "上级机关汇报", "参考选择", "推荐访问", "本文链接", "hbzl", "心得")
    return Page("indexed.html", web("乡镇工作汇报材料3篇 - 汇报之家", body).encode(), mine, noise)


@kind
def attached(all: dict[str, Report]) -> Page:
    r = all["colons"]
    lines = [x + "：" if x.startswith(("一、", "二、", "三、")) else x for x in lines_of(r, run_in=(2,), stop="。")]
    text = "\n".join(
        ["榆泉镇人民政府", r.title, "", *lines, "", "榆泉镇人民政府", "2025年7月2日", "", "扫一扫在手机打开当前页", "附件下载：", "1.榆泉镇救助对象名册.xls", "相关稿件", "榆泉镇召开民政工作会", "您访问的链接即将离开本网站", "继续访问 放弃"]
    )  # fmt: skip
    noise = ("扫一扫", "附件下载", "名册.xls", "相关稿件", "民政工作会", "即将离开", "放弃")
    return Page("attached.txt", text.encode(), (r,), noise)


@kind
def encyclopedia(all: dict[str, Report]) -> Page:
    r = all["creation"]
    body = f"<div id='content'><h1>{r.title}</h1><div>来自塬上文献库，自由的乡土文献图书馆</div><div id='toc'><h2>目录</h2><ul>" + "".join(f"<li><a>{n} {b.label}{b.text}</a></li>" for n, b in enumerate((b for b in r.blocks if b.level == 1), 1)) + "</ul></div>"  # fmt: skip
    body += "".join(f"<h{b.level + 1}>{b.label}{b.text}<span>[编辑]</span></h{b.level + 1}>" if b.level else f"<p>{b.text}</p>" for b in r.blocks)  # fmt: skip
    body += "</div><div id='catlinks'>分类：创建工作 | 麦坪乡</div><div id='footer'>本页面最后编辑于2025年10月11日 (星期六) 09:20。<br>本站文字采用知识共享许可协议。</div>"
    return Page(
        "encyclopedia.html",
        web(f"{r.title} - 塬上文献库", body).encode(),
        (r,),
        ("[编辑]", "文献图书馆", "最后编辑", "许可协议", "分类："),
    )


@kind
def meeting(all: dict[str, Report]) -> Page:
    r = all["report"]
    text = "\n".join(
        ["岚头镇三届人大六次", "会议文件（四）", "", "政府工作报告", "——2025年1月15日在岚头镇第三届人民代表大会第六次会议上", "岚头镇镇长　韦山岚", *("　　" + x for x in lines_of(r, run_in=(3,))), "", "岚头镇人大办　　　　　　　　2025年1月印", "Page 1 of 1"]
    )  # fmt: skip
    return Page(
        "meeting.txt", text.encode("utf-16"), (Report("政府工作报告", r.blocks),), ("会议文件", "Page 1", "人大办")
    )


@kind
def watermarked(all: dict[str, Report]) -> Page:
    r = all["top_second"]
    marks = (
        "（来自：文秘先生网）",
        "[转载自：www.wmxs-example.com]",
        "【更多资料请搜公众号：笔杆子茶馆】",
        "本文来源于文秘先生网",
    )
    lines = []
    for at, line in enumerate(lines_of(r)):
        stop = line.find("，") + 1
        lines.append(line[:stop] + marks[at % 3] + line[stop:] if stop and line.endswith("。") else line)
    text = f"<title>{r.title}</title>\n" + r.title + "\n" + "\n".join(lines) + f"\n{marks[3]}，转载请保留出处。\n"
    return Page("watermarked.txt", text.encode(), (r,), ("文秘先生", "wmxs", "茶馆", "转载"))


@kind
def twice(all: dict[str, Report]) -> Page:
    r = all["long_headings"]
    body = f"""<div class="wap-header">渔梁政务 <a>切换电脑版</a></div><h1>{r.title}</h1><p>日期：2025-12-26 | 阅读：342 | 编辑：办公室</p><p>摘要：本文报告了渔梁街道城市管理工作。</p>{paragraphs(lines_of(r))}<p>责编：水禾</p>
<dl><dt>热点专题</dt><dd><a>学习贯彻全会精神</a></dd><dd><a>优化营商环境</a></dd></dl><p>版权声明：凡注明来源为“渔梁政务”的稿件，版权均属本网站所有。</p>"""
    return Page(
        "twice.html",
        web(r.title, body).encode(),
        (r,),
        ("切换电脑版", "摘要", "水禾", "全会精神", "营商环境", "版权声明"),
    )


@kind
def unindented(all: dict[str, Report]) -> Page:
    r = all["colons"]
    lines = wrapped([r.title, *lines_of(r)], 27)
    made = [x for at, line in enumerate(lines) for x in ([line, "·3·"] if at % 11 == 10 else [line])]
    return Page("unindented.txt", "\n".join(made).encode("gb18030"), (r,), ("·3·",))


@kind
def plain_lists(all: dict[str, Report]) -> Page:
    r = all["long_headings"]
    nav = "".join(f"<li><a href='#'>{x}</a></li>" for x in ("街道概况", "机构职能", "政策文件", "民意征集", "数据开放"))
    links = "".join(
        f"<li><a href='#'>{x}</a> 2025-12-2{n}</li>"
        for n, x in enumerate(("街道召开年终会议", "街道2024年财政决算报告", "渔梁夜市开市"))
    )
    body = f"<ul>{nav}</ul><div>{r.title}<br>2025/12/26 9:00:00 信息来源：街道办<br><br>{'<br><br>'.join('　　' + x for x in lines_of(r))}<br><br>（编辑：渔小妹）</div><ul>{links}</ul><p>政府网站找错 | 适老化 | 网站支持IPv6</p>"  # fmt: skip
    return Page(
        "plain_lists.html",
        web(r.title, body).encode("gb18030"),
        (r,),
        ("街道概况", "民意征集", "年终会议", "财政决算", "夜市", "渔小妹", "IPv6"),
    )


@kind
def numbered_reports(all: dict[str, Report]) -> Page:
    mine = (all["short"], all["unnumbered"], all["plan"])
    text = "乡镇材料汇编\n目录\n" + "\n".join(f"{n}、{r.title}" for n, r in enumerate(mine, 1)) + "\n\n"
    for n, r in enumerate(mine, 1):
        text += f"{'=' * 30}\n{n}、{r.title}\n\n" + "\n\n".join(lines_of(r)) + "\n\n"
    return Page("numbered_reports.txt", text.encode(), mine, ("=====", "目录", "汇编"))


@kind
def form(all: dict[str, Report]) -> Page:
    r = all["top_second"]
    text = "\n".join(
        [
            f"【标题】{r.title}",
            "【作者】综治办",
            "【发布日期】2025-01-08",
            "【关键词】综治 平安",
            "【正文】",
            *lines_of(r),
            "【附件】无",
            "打印时间：2025-03-02 10:11",
        ]
    )
    return Page(
        "form.txt", text.encode(), (r,), ("【作者】", "【发布日期】", "【关键词】", "【正文】", "【附件】", "打印时间")
    )


@kind
def two_columns(all: dict[str, Report]) -> Page:
    r = all["publicity"]
    side = "".join(f"<tr><td><a href='#'>{x}</a></td></tr>" for x in ("街道要闻", "渔港故事", "通知公告"))
    body = f"""<table width="100%"><tr><td width="20%" valign="top"><table>{side}</table><p>天气：晴 12℃~20℃</p><p>今日访问：1,208</p></td><td valign="top"><h2 align="center">{r.title}</h2><p align="center">[ 2025-01-20 ] [ 来源：宣传办 ] [ 阅读：96 ]</p>
{"".join(f"<p><font size=3>&nbsp;&nbsp;&nbsp;&nbsp;{x}</font></p>" for x in lines_of(r, run_in=(2,)))}<p align=right>沙埠街道宣传办<br>2025年1月20日</p></td></tr></table><hr><p align="center">沙埠街道办事处 主办　地址：渔港路一号　邮编：000000</p>"""
    return Page(
        "two_columns.html",
        web(f"{r.title}|沙埠街道门户网站", body).encode("gb18030"),
        (r,),
        ("渔港故事", "天气", "今日访问", "邮编", "门户网站", "阅读：96"),
    )


@kind
def colons_and_stops(all: dict[str, Report]) -> Page:
    r = all["deep"]
    marks = {1: "：", 2: "。", 3: "——", 4: "."}
    lines = [r.title] + [f"{b.label}{b.text}{marks[b.level]}" if b.level else b.text for b in r.blocks]
    return Page("colons_and_stops.txt", "\n".join(lines).encode("gb18030"), (r,), ())


# --- gold --------------------------------------------------------------------------------------------------------


def sentences(report: Report) -> list[str]:
    """The sentences of the paragraphs, each as it must be left."""
    return [s for b in report.blocks if not b.level for s in re.findall(r"[^。！]+[。！：]?", b.text)]


def pages() -> list[Page]:
    """One page of each kind."""
    clean = reports()
    return [make(clean) for make in KINDS.values()]


def write(folder: Path) -> None:
    """Write the pages and gold.jsonl into a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for page in pages():
        (folder / page.name).write_bytes(page.content)
        articles = [
            {
                "title": report.title,
                "headings": [{"level": b.level, "label": b.label, "text": b.text} for b in report.blocks if b.level],
                "must_contain": sentences(report),
                "must_not_contain": list(page.noise),
            }
            for report in page.reports
        ]
        rows.append(json.dumps({"file": page.name, "articles": articles}, ensure_ascii=False))
    (folder / "gold.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
