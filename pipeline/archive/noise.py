"""Noise (噪声): what pages add to a report. Characters and phrases within lines, and lines that are no part of it.

The rules know kinds of noise (navigation, credits, advertisements, page numbers, code, residues of word processors), by
the words that such lines are made of, not the sites they come from. A line that speaks as the report does (我镇, 累计)
is not taken for an advertisement.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from pipeline.archive.raw_lines import RawLine, Removed
from pipeline.language.pinyin import pinyin_notes
from pipeline.language.script import simplified

_HAN = "\u3400-\u9fff"

# --- within lines ------------------------------------------------------------------------------------------------

_COMMENT = re.compile(r"<!--.{0,2000}?-->|<!\[CDATA\[|\]\]>", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9:]{0,15}(?:\s[^<>]{0,300})?/?>")
_BROKEN_TAG = re.compile(
    r"<?/(?:p|div|span|br|strong|td|tr|li|a|font|b|h[1-6])>|<(?:p|br|div|span|strong|font)\b(?![^<>]{0,300}>)(?:\s+\w+=\"[^\"]{0,80}\")*|&nbsp;?"
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,20});")
_FIELD_CODE = re.compile(
    r"(?:HYPERLINK|PAGEREF|INCLUDEPICTURE|NOTEREF)\s+(?:\"[^\"]{0,300}\"|\S{1,200})(?:\s+\\[a-z](?:\s+\"[^\"]{0,200}\")?)*"
    r"|(?:PAGE|NUMPAGES)\s+\\\*\s+MERGEFORMAT|TOC\s+\\o\s+\"[^\"]{0,20}\"(?:\s+\\[a-z])*"
)
_PAGE_MARKS = re.compile(
    r"[\[【](?:编辑|编辑源代码|edit|隐藏|显示)[\]】]|#?p?#?(?:副|分页)标题#?e?#?|\[!--[^\[\]]{0,60}--\]|\[/?(?:page|NextPage|img|b|url|size|color|font|align|center|quote|hide|attach)(?:=[^\[\]]{0,80})?\]"
    r"|\{\$[^{}]{0,60}\}|\{\{[^{}]{0,80}\}\}|_ueditor_page_break_tag_|\{(?:dede|pboot|cms):[^{}]{0,80}\}",
    re.IGNORECASE,
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffc\U000e0000-\U000e01ef]"
)
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_BLANKS = re.compile("[\xa0\u2000-\u200a\u202f\u205f]")
_SITE = (
    r"(?:(?<![\u3400-\u9fff])[\u3400-\u9fff]{0,3})?(?:(?:文\s*秘|范\s*文|公\s*文|课\s*件|题\s*库|文\s*库)\s*(?:先生|大全|资源|无忧|写作|易文秘|范文|中国)?\s*"
    r"(?:网(?![上络格点])(?:站)?|部落|之家|在线|论坛|家园|吧)|文秘\s*[0-9]{2,5}|学习啦|无忧考网|瑞文网|文书帮|老秘网|豆丁网|道客巴巴|原创力文档|百度文库|出国留学网|应届毕业生网|第一范文网|好范文)"
)
_DOMAIN = re.compile(
    r"(?:https?\s*[:：]\s*//\s*)?(?:w\s*w\s*w\s*[.．。]\s*)?[A-Za-z0-9-]{2,40}(?:\s?[.．]\s?[A-Za-z0-9-]{1,40}){0,3}\s?[.．]\s?(?:com|cn|net|org|cc|info|top|vip|xyz|html?)(?:[.．]cn)?(?![A-Za-z])(?:/[\w./?%&=#~-]*)?"
    r"|https?\s*[:：]\s*//\s*[\w./?%&=#~:-]+",
    re.IGNORECASE,
)
_CREDIT_TAIL = r"(?:\s*(?:版权所有|整理(?:发布)?|提供|收集|首发|原创|独家|欢迎您?))?"
_SITE_NAME = re.compile(rf"(?:本文|文章)?(?:来自|来源于?|转自|摘自|出自)?[:：]?{_SITE}{_CREDIT_TAIL}")
_READER = (
    r"请关注|敬请|更多[^（）()]{0,20}(?:请|尽在|关注|访问)|本文|文章来源|(?<!数据)来源[:：]|转载|转自|摘自|范\s*文|文\s*秘|公众号|扫码|二维码|免费下载|点击|"
    r"http|www|[.．]com|[.．]net|水印|样张|试读|广告|阅读全文|收藏本|小编"
)
_BRACKETED = re.compile(
    rf"[（(【\[〔<〈][^（）()【】\[\]〔〕<>。\n]{{0,40}}?(?:{_READER})[^（）()【】\[\]〔〕<>\n]{{0,40}}[）)】\]〕>〉]"
)
_SYMBOLS = r"`´^|\\※§¤★☆◆◇●■▲△▼▽◎♀♂♠♥♣♦†‡¦¬¯¨ˆ˜◢◣◥◤▓▒░✦✧❖♪♫☞☜►▶◄◀➢➤✓✔‣▪"
_SYMBOL = re.compile(
    rf"[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff※§¤★☆◆◇●■▲△▼▽◎♀♂♠♥♣♦†‡◢◣◥◤▓▒░✦✧❖♪♫☞☜►▶◄◀➢➤✓✔‣▪]+|(?<![0-9A-Za-z])[{_SYMBOLS}]+(?![0-9A-Za-z])|(?<=[{_HAN}，。、；：])[~#@＠＃～$￡€]+(?=[{_HAN}，。、；：])|(?<=[{_HAN}])[{_SYMBOLS}]+|[{_SYMBOLS}]+(?=[{_HAN}])"
)
_HALF = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_NARROW = re.compile(rf"(?<=[{_HAN}”）》】％%])[,;:?!]|[,;:?!](?=[{_HAN}“（《])|(?<=[A-Za-z0-9])[,;](?=[{_HAN}“（])")
_BRACKETS = re.compile(rf"\((?=[^()\n]{{0,60}}[{_HAN}])([^()\n]{{1,60}})\)")
_TWICE = re.compile("([。，、；：！？])\\1+")
_LEFTOVER = re.compile("，(?=[。；！？])|(?<=[，；：、。])，")


def mended(line: RawLine, removed: list[Removed]) -> RawLine:
    """A line without what was put into it: markup, invisible characters, pinyin, watermarks, names of sites; in
    simplified characters and full-width punctuation. What goes is added to `removed`. Masks and blanks stay."""

    def put_down(kind: str, text: str) -> None:
        if text.strip():
            removed.append(Removed(kind, text[:200], line.line))

    def without(pattern: re.Pattern[str], kind: str, text: str, by: str = "") -> str:
        if not pattern.search(text):
            return text
        put_down(kind, "".join(m[0] for m in pattern.finditer(text)))
        return pattern.sub(by, text)

    text = line.text
    if _INVISIBLE.search(text):
        names = Counter(f"U+{ord(m[0]):04X}" for m in _INVISIBLE.finditer(text))
        put_down("invisible", " ".join(f"{name}×{count}" for name, count in sorted(names.items())))
        text = _INVISIBLE.sub("", text)
    text = _BLANKS.sub(" ", text)
    if "&" in text:
        for _ in range(2):  # &amp;nbsp; is escaped twice
            text = _ENTITY.sub(lambda m: html.unescape(m[0]), text)
        text = _INVISIBLE.sub("", _BLANKS.sub(" ", text))
    if "<" in text or "/" in text or "]" in text:
        text = without(_COMMENT, "markup", text)
        text = without(_TAG, "markup", text)
        text = without(_BROKEN_TAG, "markup", text)
    if "\\" in text or "HYPERLINK" in text:
        text = without(_FIELD_CODE, "word-residue", text)
    text = without(_PRIVATE, "invisible", text)
    if notes := pinyin_notes(text):
        put_down("pinyin", " ".join(text[start:end] for start, end in notes))
        for start, end in reversed(notes):
            text = text[:start] + text[end:]
    text = simplified(_composed(text))
    text = without(_PAGE_MARKS, "markup", text)
    text = without(_BRACKETED, "ad", text)
    if "." in text or "．" in text or "://" in text:
        kept = [m for m in _DOMAIN.finditer(text) if "gov.cn" not in m[0].lower() and not m[0].isdigit()]
        if kept and len(text) > 60:  # a short line is judged as a whole
            put_down("ad", " ".join(m[0] for m in kept))
            for m in reversed(kept):
                text = text[: m.start()] + text[m.end() :]
    if len(text) > 60:
        text = without(_SITE_NAME, "ad", text)
    if line.hint != "row" and text.count("|") < 2:
        text = without(_SYMBOL, "watermark", text)
    return RawLine(_punctuated(text), line.line, line.hint)


def _composed(text: str) -> str:
    """Full-width letters and digits half-width, look-alikes of characters (⼀, 車) as the characters they are."""
    if text.isascii():
        return text
    return "".join(
        unicodedata.normalize("NFKC", c)
        if "０" <= c <= "９"
        or "Ａ" <= c <= "Ｚ"
        or "ａ" <= c <= "ｚ"
        or "⺀" <= c <= "\u2fdf"
        or "\uf900" <= c <= "\ufaff"
        else c
        for c in text
    )


def _punctuated(text: str) -> str:
    text = _NARROW.sub(lambda m: _HALF[m[0]], text)
    text = _BRACKETS.sub(r"（\1）", text)
    text = _TWICE.sub(lambda m: m[0] if m[1] in "！？" else m[1], text)
    return _LEFTOVER.sub("", text)


# --- whole lines -------------------------------------------------------------------------------------------------

_OWN = re.compile(
    r"[我全本各](?:镇|乡|街道|县|区|市|村|社区)|镇党委|乡党委|镇政府|乡政府|群众|居民|党员|干部|村民|累计|今年以来|一年来|半年来|同比|各位代表|同志们"
)
_END = "。！？；"
CLOSING = "。！？；，、”’）》】"
_UI_WORDS = (
    r"首页 上一篇 下一篇 上一页 下一页 上页 下页 尾页 末页 返回 顶部 底部 列表 目录 导航 菜单 搜索 登录 注册 退出 分享 分享到 收藏 收藏本站 设为首页 加入收藏 打印 打印本页 点赞 "
    r"赞 踩 评论 发表评论 举报 纠错 投诉 复制 复制链接 下载 转发 微博 新浪微博 腾讯微博 微信 微信好友 朋友圈 QQ空间 QQ好友 QQ 人人网 豆瓣 知乎 字号 字体 大 中 小 特大 默认 "
    r"关闭 关闭窗口 TOP 更多 推荐 热门 最新 确定 取消 广告 推广 赞助 打赏 阅读 浏览 人气 原创 转载 全文 展开 收起 客服 反馈 手机版 电脑版 网站地图 关于我们 联系我们 友情链接 "
    r"免责声明 版权声明 投稿 我要投稿 上传 会员 VIP 在线客服 意见反馈 隐私政策 用户协议 回到顶部 返回顶部 返回首页 返回列表 关注 已关注 加关注 私信 订阅 RSS 无障碍 长者模式 繁体 "
    r"简体 English A\+ A- 回复 楼主 沙发 只看该作者 本文 标签 来源 作者 时间 编辑 责任编辑 点击 用户名 密码 验证码 匿名 发布 提交 发送 表情 顶一下 踩一下 查看所有评论 "
    r"查看评论 网友评论 最新评论 暂无评论 换一换 换一批 加载更多 加载中 内容加载中 正在加载 最热 发表 赞助商 赞助商链接 推广链接 广告链接 查看更多 展开全部 END The\s?End "
).split()
# Possessive, the longest words first: a line is these words or it is not, and is read once.
_UI = re.compile(
    rf"(?:(?:{'|'.join(sorted(_UI_WORDS, key=len, reverse=True))})|[0-9]++(?:\.[0-9]++)?[wWkK万]?[+人次赞]?"
    r"|[\s|·•/\\>»›<«‹:：、,，\[\]【】()（）…._\-—*+↑↓←→#?？!！~～=]++)++$",
    re.IGNORECASE,
)
_LINES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        # The line is compared without its blanks.
        ("nav", r"^(?:您?现?在?的?|当前)?(?:所在)?(?:位置|频道)[:：]|^(?:首页|网站首页|主页)[>»›/|·＞-]|^[^。；]{0,30}[>»›＞][^。；]{0,30}[>»›＞]|^>{2,}|^[<«]{2,}"),
        ("nav", r"^[\[【]?(?:上|下|前|后)(?:一|1)?(?:篇|页|章|条)(?:文章)?[\]】]?[:：]|(?:上一页|下一页|尾页|末页).{0,20}$|^分页[:：]"),
        ("nav", r"^[\[【◎●>]?(?:与?本文)?(?:相关|推荐|热门|往期|猜你|精彩|延伸|拓展|扩展|最新|大家还?|您?可能|你可能|看过|看了|编辑|精选|本类|本周|本月|同类|其他人|更多|阅读|栏目)(?:的)?(?:人还|也|还)?(?:阅读|文章|稿件|报道|新闻|问题|推荐|范文|链接|内容|搜索|喜欢|资料|专题|标签|资讯|在看|看了|感兴趣|热门|导读|精选|排行|热点|更多|总结|报告|信息)(?:[^，。；]{0,20})?[:：>…]*$"),
        ("nav", r"^(?:推荐|相关|延伸|热门|精彩|扩展|拓展|往期)(?:阅读|文章|链接|推荐|搜索|标签|专题|范文|回顾)[:：]?$|^(?:推荐|相关|延伸|热门|精彩|扩展|拓展|往期)(?:阅读|文章|链接|推荐|搜索|标签|专题|范文|回顾)[:：]"),
        ("nav", r"^[看读]了?[“\"《].{2,60}[”\"》](?:的?(?:人|网友)?还?[看读喜]?.{0,10})?[:：]?$|^[看读]过.{0,40}的?(?:人|网友).{0,10}$"),
        ("nav", r"^[(（\[【]?(?:点击|点此|展开|查看|阅读|继续|加载|显示|收起|剩余|余下|还有|未完|下页|更多|全屏|打开|前往|进入|戳)(?:[^。；]{0,16})(?:全文|更多|余下|阅读|剩余|待续|加载|内容|查看|展开|未读|下一页|精彩|APP|客户端|原文)[^，。；]{0,12}[)）\]】>》…↓]*$|^[(（\[【]?(?:未完待续|全文完|完)[)）\]】]?$|^(?:阅读|查看)(?:原文|全文)$"),
        ("nav", r"^(?:#[^#。]{2,16}#){1,}$|^(?:本文)?(?:tags?)?(?:标签|关键词|关键字|tags?|分类|栏目|频道|专题|推荐访问|热搜|热词|话题|搜索|相关标签|相关搜索|责任编辑|文章标签|keywords?)(?:\([a-z]{2,10}\)|（[a-z]{2,10}）)?[:：]"),
        ("nav", r"^(?:[\[【][^\[\]【】。；]{1,8}[\]】][|·、]?){2,}$|^(?:网友|最新|热门)?评论[:：（(]|网友观点|本站立场"),
        ("nav", r"^(?:分享|转发|收藏|打印)(?:到|至|给|此|本)[^，。；]{0,30}[:：]?$|^(?:喜欢|觉得).{0,12}(?:分享|点赞|收藏|推荐|在看)|点个.{0,4}(?:在看|赞)|^预览时标签|^点击上方|蓝字.{0,6}关注|^(?:顶|踩)一下|(?:请|欢迎|记得|别忘了?|麻烦).{0,6}点赞|(?:您|你)的支持(?:是|就是)|^[\[【(（]?(?:热|神)评[\]】)）]?[:：]|[\[【]复制链接[\]】]"),
        ("site-credit", r"(?:(?:发布|更新|发表|提交|创建|添加|加入|上传)?(?:时间|日期)|发布于|来源|出处|作者|责任编辑|责编|编辑|审核|校对|录入|供稿|撰稿|点击(?:数|率|量)?|浏览(?:次数|量)?|阅读(?:次数|量|数)?|访问(?:量|次数)|人气|热度|字体|字号|字数|栏目|分类|投稿|信息来源|文章来源|稿源|评论)[:：].{0,40}?(?:(?:发布|更新|发表)?(?:时间|日期)|发布于|来源|作者|责任编辑|编辑|点击|浏览|阅读|人气|字体|字号|字数|栏目|投稿|审核|评论)(?:次数|量|数)?[:：]?"),
        ("site-credit", r"^[\[【(（]?(?:(?:发布|更新|发表|提交|添加|上传)(?:时间|日期|于)|时间|日期|来源|出处|信息来源|文章来源|稿源|作者|责任编辑|责编|编辑|文/|审核|校对|录入|供稿|撰稿|点击(?:数|率|量)?|浏览(?:次数|量)?|阅读(?:次数|量|数)?|访问(?:量|次数)|人气|热度|字体|字号|字数|栏目|投稿|评论数?)[:：][^。；]{0,40}[\]】)）]?$"),
        ("site-credit", r"^\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?\d{1,2}:\d{2}(?::\d{2})?.{0,40}$|^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}$|我要投稿|^(?:已有)?\d+(?:\.\d+)?[万wWkK]?(?:人|次)?(?:阅读|浏览|点击|点赞|评论|收藏|下载|喜欢|已读|在看|赞同|转发).{0,10}$|^(?:阅读|浏览|点击|评论|收藏|点赞|转发|在看|人气)[(（:：]?\d+(?:\.\d+)?[万wWkK]?[)）]?(?:次|人)?$|^网友分享时间|^\d+(?:分钟|小时|天|个?月)前"),
        ("footer", r"^(?:抄送|抄报|分送|主题词)[:：]|\d日印发$|^[(（]联系人[:：]|版权所有|copyright|©|ICP备|ICP证|公网安备|公安备案|allrights?reserved|poweredby|网站标识码|违法和?不良信息举报|免责声明|版权声明|隐私政策|法律声明|(?:如有|若有|涉及|存在|发现).{0,12}(?:侵权|侵犯|版权|异议).{0,30}(?:联系|删除|告知|处理|通知)|联系邮箱|客服(?:电话|热线|QQ|邮箱)|^(?:联系|商务|投稿|举报)(?:我们|电话|邮箱|方式|QQ|合作)?[:：]|^(?:主办|承办|技术支持|备案号|网站地图|友情链接|地址|邮编|传真|邮箱|e-?mail)(?:单位)?[:：]|浏览器.{0,10}(?:浏览|访问|分辨率)|本站(?:部分|所有|内容|文章|资源|不|仅|旨在|提供)|^(?:声明|特别声明|免责)[:：]"),
        ("page-number", r"^[-—–·~\[(（|]*第?\s*(?:\d{1,4}|[ivxIVX]{1,6})[-—–·~\])）|]*$|^[-—–]*第?\d{1,4}页?[,，]?(?:/|共|of|／)[,，]?共?\d{1,4}页?[-—–]*$|^第\d{1,4}页(?:[,，/]?共\d{1,4}页)?$|^共\d{1,4}页$|^page\d{1,4}(?:of\d{1,4})?$|^[-—–]第?\d{1,4}页?[-—–]$|^第\d{1,4}页[:：][^。]{0,60}$|^[^。；]{0,40}第\d{1,4}页[,，/|]?共\d{1,4}页$"),
        ("word-residue", r"^\[?(?:if|endif)!?(?:gtemso|supportEmptyParas|vml)|^normal0|^(?:false)+$|microsoftinternetexplorer|styledefinitions|mso-|^(?:EMBED|HYPERLINK|PAGEREF|TOC\\o|MERGEFORMAT|FORMTEXT|SHAPE\\\*)|\\\*MERGEFORMAT|_Toc\d+|错误!未(?:找到|定义)|^(?:ZH-CN|EN-US|X-NONE)+$|^\d+(?:\.\d+)?(?:磅|pt)\d?$|^table\.Mso|^(?:St1:|@font-face)|^\[?批注\[?|^正文(?:文本)?样式|^分节符|^分页符"),
        ("js-junk", r"^(?:var|let|const|function|return|if\(|else|try\{|document\.|window\.|\$\(|jQuery|googletag|\(function|\(adsby|!function|_hmt|_czc|bdshare|import|export|@media|@import|@charset)(?=[^\u3400-\u9fff]{0,200}(?:[=({;.]|$))|^[\s\"'();{}\[\]<>/\\,.:=+*&|!?_$-]{2,}$|^[\"')}\];]+[;)]|[{};]\s*$(?<=[A-Za-z0-9)\"'}\s][{};])|=\s*function\s*\(|\.(?:push|append|write|html|css|ready|click|addClass|src|href)\s*[(=]|^<[!?/a-z]|^\.?[\w#.-]+\{[^}]*\}?$|window\.|document\.(?:write|get)|^//"),
        ("ad", r"扫一扫.{0,12}(?:打开|查看|关注|分享|下载)|(?:扫码|扫一扫|长按|识别).{0,16}(?:公众号|微信|二维码|关注|小程序|下载|进群|领取)|^(?:微信)?(?:公众号|微信号|订阅号|视频号|官方微信|客服微信|QQ群|交流群|会员群)[:：]|(?:搜索|关注|添加|加入?).{0,12}(?:公众号|微信号|客服|QQ群|交流群|微信群|会员群|小程序|订阅号)|会员群|免费QQ群|(?<![促推引带])(?:进|加)群(?!众|体|策|防)"),
        ("ad", r"^(?:本|该|此|其他|最佳|网友)(?:回答|答案)|提问者|回答者|悬赏分|对这个回答|^来自[^，。]{2,16}[，,][^。]{2,20}$"),
        ("ad", r"(?:该|本|此|您的)(?:PPT|文档|压缩包|文件包|课件|模板)|双击.{0,6}图标|(?:PPT|Word|DOCX?|ZIP|RAR)(?:文件|图标|格式|源文件|压缩包)|解压(?:密码|缩)|预览(?:图|页|范围)|^资源描述[:：]?$"),
        ("ad", r"(?:免费|限时|立即|马上|点击|付费|开通|购买|现在).{0,15}(?:下载|领取|注册|加入|购买|订阅|解锁|试用|查看|咨询|报名)|(?:会员|VIP).{0,12}(?:免费|下载|权益|材料|特权|专享|优惠)|下载(?:本文|全文|文档|地址|链接|Word|该文)|(?:Word|DOC|PDF).{0,4}(?:文档|版|格式)?下载"),
        ("ad", r"^.{0,6}(?:本文|本站|本页|文章|以上|该文|此文|本范文|本资料|上文|原文).{0,16}(?:来自|来源|转自|转载自|摘自|出自|由.{1,30}(?:整理|提供|收集|发布|分享|编辑|搜集|上传|原创))"),
        ("ad", r"小编|网友.{0,8}(?:整理|分享|提供|投稿|上传|编辑)|希望.{0,30}(?:有所?帮助|帮到|有用|喜欢|能?给.{0,6}(?:带来|参考))|(?:欢迎|敬请)(?!.{0,16}(?:批评|指正|审议|指导|监督|意见|莅临|光临))(?:大家|您|你|广大|各位|阅读|参考|借鉴|收藏|下载|分享|访问|关注|浏览|查阅|转发)|仅供(?:参考|学习|大家|您|你|阅读|借鉴)|(?:以供|供)(?:大家|您|你|各位|参考|借鉴|阅读|学习)|(?:一起|快)来(?:看|了解|欣赏)|更多.{0,24}(?:请(?:关注|点击|访问|继续|持续|登录)|尽在|敬请|关注|访问|请看|可以?(?:点击|查看|访问))|喜欢就?(?:收藏|下载|复制|分享)"),
        ("ad", r"(?:禁止|请勿|严禁|不得|未经.{0,8}(?:允许|许可|授权)).{0,8}(?:外传|转载|复制|倒卖|传播|商用|翻印)|(?:举报|打击).{0,8}(?:倒卖|盗版)|淘宝|拼多多|加(?:我)?微信|Q群|优惠券|红包|抽奖|兼职|贷款.{0,6}(?:利率|秒批)|关注不迷路|不迷路|私信.{0,12}(?:领取|获取|发送)|完整版.{0,6}(?:Word|下载|领取)|欢迎来到|大家好.{0,30}分享|代写|原创代|广告位|广告合作|招商热线.{0,4}\d|^\[?广告\]?[:：]?|^[\[【(（]?(?:导读|摘要|编者按|内容提要|内容摘要|核心提示|简介|引导语|提要|文章摘要|本文目录|温馨提示|友情提示|提示)[\]】)）]?[:：]|^[\[【(（](?:导读|摘要|编者按|内容提要|内容摘要|核心提示|引导语)[\]】)）]|^【(?:导读|参考|摘要|导语|简介|提示|编者按|说明|广告|推荐|温馨提示|下载|热门)】"),
        ("ad", r"^(?:以下|下面|下文|接下来)(?:是|为|就|给|内容).{0,60}(?:范文|全文|内容|整理|文章|资料|总结|报告|希望|分享|一起)|篇(?:范文)?[，,](?:供|希望|欢迎|仅供)|^.{0,40}(?:范文|精选|通用|模板|合集)[^，。]{0,12}[，,].{0,40}(?:希望|欢迎|参考|帮助)"),
    )
)  # fmt: skip
_LABELLED = re.compile(
    r"[一二三四五六七八九十]{1,3}[、.．是]|[（(][一二三四五六七八九十]{1,3}[)）]|\d{1,2}[、.．](?!\d)|[（(]\d{1,2}[)）]"
)
_PLAINLY_AD = re.compile(
    r"小编|公众号|二维码|扫码|https?:|www|版权所有|免费下载|点击(?:下载|查看)|相关阅读|上一篇|下一篇|范文网"
)
_URL_LINE = re.compile(r"https?://|www\.|\.(?:com|net|cn)(?![a-z])", re.IGNORECASE)
_AD_SENTENCE = re.compile(
    rf"小编|{_SITE}|(?:本文|本范文|此文|以上|文章)(?:内容)?(?:来自|来源|转自|摘自|出自|由[^，。]{{1,30}}(?:整理|提供|收集|发布|分享|编辑|搜集|上传))"
    r"|更多[^。]{0,24}(?:请(?:关注|点击|访问|继续|登录)|尽在|敬请)|(?:扫码|扫一扫|长按|识别二维码)[^。]{0,16}(?:关注|公众号|下载)|欢迎(?![^。]{0,16}(?:批评|指正|审议|指导|监督|意见|莅临|光临))(?:大家|您|你|阅读|参考|收藏|下载|转载)|版权所有|转载请注明|未经[^。]{0,8}(?:许可|授权)[^。]{0,8}转载"
    r"|希望[^。]{0,20}(?:对|能给|给)(?:您|你|大家|读者)[^。]{0,12}(?:帮助|参考|启发)|希望[^。]{0,12}(?:有所帮助|能够?帮到)|仅供(?:参考|学习|大家)|(?:以?供)(?:大家|您|你|各位|读者)[^。]{0,6}(?:参考|借鉴|阅读)|(?:一起|快)来(?:看|了解|欣赏)|篇[^。]{0,10}范文"
    r"|本站|本网站|(?:如有|若有|涉及|存在)[^。]{0,8}(?:侵权|侵犯|版权)[^。]{0,24}(?:联系|删除|告知|处理)|版权归[^。]{0,12}所有|点击(?:下载|查看|阅读)|(?:下载|阅读)全文|请关注[^。]{0,16}(?:网|公众号|微信)|(?:关注|搜索)(?:微信)?公众号[：:“]"
)
_INTRODUCED = re.compile(
    r"^[\[【(（]?(?:导读|摘要|编者按|内容提要|内容摘要|核心提示|简介|引导语|提要|文章摘要|温馨提示|友情提示|参考|声明|特别声明|免责声明|版权声明)(?:[\]】)）]|[:：])"
)
_TOKENS = re.compile(r"[\s|｜/·•>»\-—]+")
_SENTENCES = re.compile(r"[^。！？!?]*(?:[。！？!?]+[”’）】]*|$)")


def furniture_kind(line: RawLine) -> str | None:
    """What kind of furniture a mended line is as a whole; None if it may belong to the report, or a part of it may.

    A line of several sentences is furniture if each of them is (see `without_ads` for the others).
    """
    sentences = [m[0] for m in _SENTENCES.finditer(line.text) if m[0].strip()]
    if len(sentences) > 1 and len(line.text) < 400 and not line.hint:
        kinds = [_kind(RawLine(sentence, line.line)) for sentence in sentences]
        return _kind(line) if all(kinds) else None
    return _kind(line)


def _kind(line: RawLine) -> str | None:
    text = line.text.strip()
    if not text:
        return None
    dense = re.sub(r"[ \t\u3000]+", "", text).replace("丨", "：").replace("┃", "：")
    if line.hint == "row" or _is_row(text):
        return "table"
    han = len(re.findall(f"[{_HAN}]", dense))
    if han >= 40 and "。" in dense:
        # Running text goes by its sentences (without_ads), unless it says itself that it is the editor's.
        return "ad" if _INTRODUCED.match(dense) else None
    if len(dense) > 400:
        return "js-junk" if han < 20 else None
    prose = han >= 25 and any(mark in dense for mark in _END) and bool(_OWN.search(dense))
    if _UI.match(dense) and not re.fullmatch(r"[一二三四五六七八九十]+、?", dense):
        return "page-number" if re.fullmatch(r"[-—–·\s]*\d{1,4}[-—–·\s]*", dense) else "nav"
    labelled = bool(_LABELLED.match(dense)) and not _PLAINLY_AD.search(dense)
    for kind, pattern in _LINES:
        # 三、推荐先进典型 is a heading, whatever words it is made of.
        if (labelled and kind in ("nav", "site-credit", "ad", "footer")) or not pattern.search(dense):
            continue
        if kind in ("page-number", "word-residue") or (kind == "js-junk" and han < 20):
            return kind
        if kind != "js-junk" and not prose and (kind == "ad" or len(dense) <= 160):
            return kind
    if han < 20 and _URL_LINE.search(dense) and "gov.cn" not in dense:
        return "ad"
    tokens = [t for t in _TOKENS.split(text) if t]
    if (
        len(tokens) >= 4
        and not any(m in dense for m in "。；，：")
        and all(1 < len(t) <= 10 for t in tokens)
        and not re.search(r"\d", dense)
    ):
        return "nav"
    if line.hint == "link":
        return "nav"
    if han == 0 and not re.search(r"\d", dense):
        return "markup"
    if han == 0 and re.fullmatch(r"[\d\s.,:;/_-]+", text):
        return "js-junk"
    return None


def _is_row(text: str) -> bool:
    """A table's row: cells between bars or tabs, or short cells between wide blanks; no sentence among them."""
    if re.fullmatch(r"[\s|+\-=:┌┬┐├┼┤└┴┘│─━┃]{3,}", text) and re.search(r"[|+┌├└│─━┃=]|-{3,}", text):
        return True
    if "。" in text or len(text) > 200:
        return False
    if (
        (text.count("|") >= 2 and "||" not in text)
        or text.count("│") >= 2
        or text.count("┃") >= 2
        or text.count("\t") >= 2
    ):
        return True
    cells = [cell for cell in re.split(r"(?: {2,}|　{2,}|\t)", text.strip()) if cell]
    return len(cells) >= 4 and all(len(cell) <= 12 for cell in cells) and bool(re.search(r"\d", text))


def is_scrap(text: str) -> bool:
    """Whether a line is only the end of a sentence that a page broke off: 。 %。 吨。"""
    return (
        not text.strip(CLOSING)
        or (len(text) <= 4 and text[-1] in "。；，、" and not text[0].isalpha())
        or (len(text) <= 3 and text[-1] == "。")
    )


_CAPTION = re.compile(
    r"(?:附?[表图]\s*[\d一二三四五六七八九十]{0,3}[:：\s-]?[^。；]{0,30}|[^。；，]{2,28}(?:情况|统计|一览|明细|汇总|进度|对比|指标)表|[(（]?(?:计量)?单位[:：][^。；]{1,24}|(?:注|备注|说明|资料来源|数据来源)[:：].{1,60})$"
)


def with_captions(lines: Sequence[RawLine], kinds: Sequence[str | None]) -> list[str | None]:
    """The kinds of lines (see `furniture_kind`), captions and notes of tables counted among their rows."""
    told = list(kinds)
    texts = [line.text.strip() for line in lines]
    row = False  # the line before, blanks aside, belongs to a table
    for order in (range(len(texts)), range(len(texts) - 1, -1, -1)):
        for at in order:
            if texts[at]:
                row = told[at] == "table" or (row and told[at] is None and bool(_CAPTION.match(texts[at])))
                told[at] = "table" if row else told[at]
        row = False
    return told


def without_ads(text: str, line: int, removed: list[Removed], *, opening: bool) -> str:
    """A paragraph without the sentences that speak to the page's reader (本文由…整理); "" if all of it does.

    `opening`: it stands before the report's first heading, where such a sentence makes the paragraph an editor's,
    unless the rest speaks as the report does.
    """
    sentences = [m[0] for m in _SENTENCES.finditer(text) if m[0]]
    edges = {0, len(sentences) - 1} if len(sentences) > 1 else set()
    ads = [
        s
        for at, s in enumerate(sentences)
        if not _OWN.search(s) and (_AD_SENTENCE.search(s) or (at in edges and _is_ad(s)))
    ]
    if not ads:
        return text
    rest = "".join(s for s in sentences if s not in ads)
    if opening and not _OWN.search(rest):
        removed.append(Removed("ad", text[:200], line))
        return ""
    removed += [Removed("ad", s[:200], line) for s in ads]
    return rest


_BREAK = re.compile(r"<(?:br|/p|/div|/h[1-6]|/li|/tr)\b[^<>]{0,80}/?>", re.IGNORECASE)
_TRAIL = re.compile(r"\s*[>»›＞]\s*")
_PAGE_WORDS = re.compile(
    r"首页|首頁|当前位置|發佈|(?:发布|更新)(?:时间|日期)|作者[:：]|来源[:：]|點擊|点击[:：]|浏览|上一篇|下一篇|版权所有|copyright|相关阅读|相关文章|[^\s>]>[^\s>]",
    re.IGNORECASE,
)
_OPENS_LIST = re.compile(
    r"(?:相关|推荐|热门|往期|猜你|精彩|延伸|拓展|扩展|最新|可能|看过|看了|其他人|更多|精选|排行|栏目|同类|本类)"
)


def broken_lines(text: str) -> list[str]:
    """A line cut where leftover markup breaks it (<br>, </p>), and a page that is all in one line at its blanks.

    Only what stands before such a page's first full stop and behind its last is cut, if it names the page's own things.
    """
    if "<" in text:
        return _BREAK.sub("\n", text).split("\n")
    if len(text) < 150 or text.count("。") < 2:
        return [text]
    first, last = text.index("。"), text.rindex("。") + 1
    head, tail = _TRAIL.sub(">", text[:first]), _TRAIL.sub(">", text[last:])
    ahead = head.split() if _PAGE_WORDS.search(head) else [head.strip()]
    behind = tail.split() if _PAGE_WORDS.search(tail) else [tail]
    if len(ahead) == len(behind) == 1:
        return [text]
    return [*ahead[:-1], ahead[-1] + text[first:last], *behind]


_PART = re.compile(
    r"[【\[(（]?(第\s?[一二三四五六七八九十]{1,2}\s?(?:大?部\s?分|板\s?块))[】\])）]?\s*[:：、—-]*\s*([^。；]{0,50})$"
)


def part_of(text: str) -> tuple[str, str] | None:
    """A part's count (第一部分) and what stands behind it, if a line is that; the count is the page's, not the report's."""
    found = _PART.match(text.strip())
    return (found[1], found[2].strip()) if found else None


_COMMENTS = re.compile(
    r"^(?:(?:网友|最新|全部|热门|精彩|文章|用户|发表)?评论(?:列表|区|\(\d+\)|（\d+）)?[:：]?(?:\d+条?)?|\d+条评论|我来说两句|我要评论|评分|跟帖|回复[（(]\d+[)）]|共\d+条(?:评论|回复))$"
    r"|^(?:沙发|板凳|地板|地下室|\d{1,3}(?:楼|#))(?:发表于|[:：]|$)|^.{0,16}发表于\d{4}[-/年].{0,20}\d{1,2}:\d{2}|^(?:-{2,}|—{2,}|={2,})(?:原始邮件|转发邮件|原邮件|OriginalMessage|ForwardedMessage)(?:-*|—*|=*)$"
)


def opens_comments(text: str) -> bool:
    """Whether a line behind a report begins what its readers wrote."""
    return bool(_COMMENTS.match(re.sub(r"\s+", "", text)))


_LEADERS = " \t\u3000…‥.．·•_﹍-"
_PAGE_OF_ENTRY = re.compile(r"[（(]?\d{1,3}[)）]?$")
_CONTENTS = re.compile(r"(?:文章|本文|内容|章节)?目\s*录[:：]?|contents", re.IGNORECASE)


def _entry(text: str) -> str:
    """What an entry of a table of contents names, its leader and page number taken off; "" if a line is no such entry."""
    if len(text) > 120 or not (page := _PAGE_OF_ENTRY.search(text)):
        return ""
    entry = text[: page.start()].rstrip(_LEADERS)
    leader = text[len(entry) : page.start()]
    led = "…" in leader or "\t" in leader or len(leader) >= 3
    return entry if led and 2 <= len(entry) <= 50 and not re.search("[。；！？]", entry) else ""


def contents_lines(lines: Sequence[RawLine]) -> frozenset[int]:
    """Which lines, by their place, are a table of contents: entries that end with a page's number behind a leader, and
    short lines in a row that all stand on the page again, further down."""
    texts = [line.text.strip() for line in lines]
    entries = [_entry(text) for text in texts]
    last: dict[str, int] = {}  # where each short line, or the heading before a paragraph's first stop, stands last
    for at, text in enumerate(texts):
        if text and not entries[at]:
            last[letters(re.split("[。；：]", text[:80], maxsplit=1)[0][:60])] = at
    found: set[int] = set()
    at = 0
    while at < len(texts):
        opened = bool(_CONTENTS.fullmatch(texts[at]))
        run: list[int] = []
        here = at + opened
        while here < len(texts):
            text, entry = texts[here], entries[here]
            if text:
                again = last.get(letters(entry or text), -1) > here
                if not entry and not (again and len(text) <= 60 and _TOC_LINE.match(text)):
                    break
                run.append(here)
            here += 1
        led = [place for place in run if entries[place]]
        # A list that stands twice is one of contents only where nothing is said between its entries.
        if len(run) >= 4 or (len(run) >= 2 and (opened or len(led) >= 2)) or any("…" in texts[place] for place in led):
            found |= set(run) | ({at} if opened else set())
        at = max(here, at + 1)
    return frozenset(found)


_TOC_LINE = re.compile(
    r"第?[一二三四五六七八九十]{1,3}(?:[、.．]|部分|章|节)|[（(][一二三四五六七八九十]{1,3}[)）]|\d{1,2}[、.．]|[（(]\d{1,2}[)）]|[①-⑳]|[^，。；！？]{4,24}$"
)


def letters(text: str) -> str:
    """A line's letters and digits, for comparing."""
    return "".join(c for c in text if c.isalnum())


def running_heads(lines: Sequence[RawLine]) -> frozenset[str]:
    """Short lines that stand beside a page's number more than once: a document's running heads and feet."""
    texts = [text for line in lines if (text := line.text.strip())]
    beside = Counter(
        dense(texts[near])
        for at, text in enumerate(texts)
        if _PAGE_NUMBER.fullmatch(re.sub(r"\s+", "", text))
        for near in (at - 1, at + 1)
        if 0 <= near < len(texts) and 2 <= len(dense(texts[near])) <= 30 and not re.search("[。；，！？]", texts[near])
    )
    return frozenset(text for text, count in beside.items() if count >= 2 and text)


_PAGE_NUMBER = re.compile(r"[-—–·~]*第?\d{1,4}页?(?:[,，/]?共\d{1,4}页)?[-—–·~]*")


def opens_list(text: str) -> bool:
    """Whether a line of navigation heads a list of other pages (相关阅读), whose titles are not the page's."""
    return bool(_OPENS_LIST.search(text[:12]))


def dense(text: str) -> str:
    """A line without blanks and digits, for comparing with others."""
    return re.sub(r"[\s\d]+", "", text)


def _is_ad(sentence: str) -> bool:
    """Whether a sentence at a paragraph's edge would be an advertisement in a line of its own; one with a figure stays."""
    bare = sentence.strip()
    return 0 < len(bare) < 40 and not re.search(r"\d", bare) and _kind(RawLine(bare, 0)) in ("ad", "footer", "js-junk")


_MARKED = re.compile(r"[ \t]{0,3}(#{1,6})[ \t]+")
_EMPHASIS = re.compile(r"(\*\*|__|\*)(?=\S)([^*_\n]{1,80}?)(?<=\S)\1")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,80})\]\((?:[^()\n]{0,300})\)")
_QUOTE = re.compile(r"^[ \t]*(?:>[ \t]?)+|^[ \t]*[-*+][ \t]+(?=\S)")


def is_markdown(lines: Sequence[RawLine]) -> bool:
    """Whether a page's lines are Markdown: headings marked with #, at least two."""
    return sum(bool(_MARKED.match(line.text)) for line in lines) >= 2


def without_markdown(line: RawLine) -> RawLine:
    """A line of Markdown as it reads: a heading's marks become its hint; emphasis, links, quotes and bullets go."""
    marked = _MARKED.match(line.text)
    text = line.text[marked.end() :].rstrip("# \t") if marked else _QUOTE.sub("", line.text, count=1)
    links = sum(len(m[0]) for m in _LINK.finditer(text))
    mostly = 2 * links > len(text.strip()) > 0
    text = _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", text))
    return RawLine(text, line.line, "heading" if marked else "link" if mostly else line.hint)


# --- across lines ------------------------------------------------------------------------------------------------

_INSERTED = re.compile(rf"(?<=[{_HAN}，。、；：])([A-Za-z0-9][A-Za-z0-9_.-]{{3,24}})(?=[{_HAN}，。、；：])")
_NO_WATERMARK = re.compile(
    r"(?:PM|GB|DB|ISO|COVID|H\d|Q\d|G\d|S\d|X\d)[\d.-]*|[\d.,-]+|[A-Za-z]+|\d+(?:\.\d+)?[A-Za-z]{1,3}|[Xx\d]+",
    re.IGNORECASE,
)


def inserted_words(lines: Iterable[RawLine]) -> frozenset[str]:
    """Latin words with digits that stand between characters again and again: a page's watermark (fw114.cn, zbw_88)."""
    counts = Counter(word for line in lines for word in _INSERTED.findall(line.text))
    return frozenset(word for word, count in counts.items() if count >= 3 and not _NO_WATERMARK.fullmatch(word))


_SITE_END = "网|网站|库|吧|站|论坛|之家|部落|家园|星球|驿站|助手|在线|圈|坊|堂|屋|帮|秘|客|通|库网|大全"
_NAMES = (
    re.compile(rf"(?:来源|出处|来自|转自|摘自|整理自)[:：]?\s*([{_HAN}A-Za-z0-9]{{2,10}}?(?:{_SITE_END}))(?![{_HAN}])"),
    re.compile(rf"([{_HAN}A-Za-z0-9]{{2,10}}?(?:{_SITE_END}))\s*(?:版权所有|欢迎您|首发|出品|独家)"),
    re.compile(rf"(?:©|\([cC]\)|Copyright)[^{_HAN}]{{0,24}}([{_HAN}]{{2,10}}?(?:{_SITE_END}))(?![{_HAN}])"),
    re.compile(rf"^\s*([{_HAN}A-Za-z0-9]{{2,10}}(?:{_SITE_END}))\s*[>»›]"),
    re.compile(rf"(?:_|-|—|\||–)\s*([{_HAN}A-Za-z0-9]{{2,10}}(?:{_SITE_END}))$"),
)
_IN_SQUARES = re.compile(r"[【\[〔]([^【】\[\]〔〕\n]{2,12})[】\]〕]")
_OFFICIAL = re.compile("[镇乡县市区村]|街道|政府|政务|党")


def site_names(lines: Iterable[RawLine]) -> frozenset[str]:
    """What a page calls its site where it speaks of itself: in its title, trail, credits and footer.

    The same name within a sentence of the report is a watermark. Names of public bodies' sites are left alone.
    """
    lines = list(lines)
    names = {name for line in lines for pattern in _NAMES for name in pattern.findall(line.text) if len(name) > 2}
    squares = Counter(word for line in lines for word in _IN_SQUARES.findall(line.text))
    boxed = {word for word, count in squares.items() if count > 2 and not re.search(r"\d|第|篇|页|部分", word)}
    return frozenset(name for name in names | boxed if not _OFFICIAL.search(name))


def without_names(line: RawLine, names: frozenset[str], removed: list[Removed]) -> RawLine:
    """A line of the report without the site's names, brackets around them included."""
    if len(line.text) < 20 or not any(name in line.text for name in names):
        return line
    either = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    found = re.compile(rf"[【\[〔（(]?(?:{either})[】\]〕）)]?")
    removed.append(Removed("watermark", " ".join(m[0] for m in found.finditer(line.text)), line.line))
    return RawLine(found.sub("", line.text), line.line, line.hint)


def without_inserted(line: RawLine, words: frozenset[str], removed: list[Removed]) -> RawLine:
    """A line without the page's watermarks."""
    found = [m for m in _INSERTED.finditer(line.text) if m[1] in words]
    if not found:
        return line
    removed.append(Removed("watermark", " ".join(m[1] for m in found), line.line))
    text = line.text
    for m in reversed(found):
        text = text[: m.start()] + text[m.end() :]
    return RawLine(text, line.line, line.hint)


def repeated_lines(lines: Sequence[RawLine]) -> frozenset[str]:
    """Short lines that a page repeats three times and more, as page headers and watermarks are."""
    counts = Counter(text for line in lines if 2 <= len(text := dense(line.text)) <= 30)
    return frozenset(
        text
        for text, count in counts.items()
        if count >= 3 and not re.match(r"[一二三四五六七八九十]+[、是要]|[（(][一二三四五六七八九十]", text)
    )
