"""Whether an amount that was read is a figure (是否计数): 卫生室一所 counts, 一条路子 does not, nor do 上千人 and 数百万.

Chinese digits are parts of ordinary words (十分, 一定, 三台县), so they count only before a measure word that fits;
Arabic digits count unless they name something (12345热线, 2+4).
"""

import re

from pipeline.language.amounts import Amount
from pipeline.language.numerals import DIGITS, MULTIPLIERS
from pipeline.language.units import unit_end

# Words before a figure that make it an approximate one (概数), as the end of a pattern.
OVER = (
    r"超过了?|突破了?|不足|不到|不少于|不低于|不超过|不高于|不多于|不小于|不大于|高于|低于|大于|小于|多于|少于|至少|最少|最多|至多|大约"
    r"|大概|约莫|几乎|不下于?|接近|将近|达近|(?<![节签预合履条制契集违公邀特相])约|(?<![赶反高])超|(?<![附靠邻临最就远亲])近|逾|[达超破]过|(?<![侦攻突爆])破|上下"
)
ABOUT_AFTER = re.compile(
    r" ?(?:\([含只头匹人户次家处件个条项]\))?(?:左右|上下(?![游级])|及?以上|及?以下|以内|之内|开外|有余|出头|还多|不等|余(?![额下地热粮])|多(?=[,。;、)\n ]|$)|\+(?![0-9]))"
)

# Measure words that follow a single Chinese digit only in other words: 十分, 三点, 四方, 两地.
_NOT_ALONE = frozenset(
    "分 度 方 里 面 步 路 点 时 日 号 楼 室 版 角 平 石 斗 课 季 团 连 营 排 班 票 圈 代 世纪 字 两 关 国 州 盟 旗 街 巷 岛 湾 树 井 塘 坝 闸 渠 桥 "
    "涵 洞 库 窖 棚 舍 厂 店 馆 园 院 车 船 安 卡 伏 瓦 兆 重 样 式 色 款 站 段 环 种 行 列 尺 寸 丈 把 丛 包 针 级 类 帕 焦 号人 人口 首 章 餐 席 群 顶 根 案 "
    "科 桁 蓬 沓 摞 坛 瓮 埯 筏 簇 瓣 脾 屉 槽 灶 芯 杆 竿 缸 壶 帖 坨 丸 领 箩 篓 曲 回 胎 基 跨 池 栏 课 讲 辑 单 目 串 滴 堆 朵 封 具 篮 笼 炉 束 挺 筒 贴 盆 兜 尊 柱 阵 任 发 员 通 挂 穗 管 "
    "则 集 幕 局 盘 波 股 令 担 拨 摊 垄 档 堂 词 句 页 国家 周年 石方 土方 升 克 两 股".split()
)
# … unless one of these stands behind it: 三面锦旗, 两点建议, 九级台阶.
_FITS = {
    "面": "锦旗国红墙镜", "点": "建意要体希启说思做认打", "口": "井人塘鱼锅", "道": "防工关题菜程坎闸", "头": "牛猪羊驴骡象耕奶母", "盘": "磁录",
    "双": "鞋手筷袜",
    "方": "水土", "步": "台", "级": "台", "站": "地", "段": "路河堤", "顶": "帐",
}  # fmt: skip
_PLACES = re.compile(r"[山河沟树桥铺镇乡县区市村湾岭峡](?![级办属直民里委内])")
_AFTER_TWO = frozenset(
    "个 名 人 位 户 家 项 条 所 座 亩 元 斤 吨 米 成 公里 公斤 万元 次数".split()
)  # 二 counts seldom; 两 does
_REGIONS = frozenset("村 镇 乡 县 区 市 省 州 校".split())
_SCHOOLROOM = frozenset("组 队 社".split())
_MEASURES = frozenset(
    "倍 番 公斤 千克 吨 斤 克 亩 公顷 美元 欧元 港元 万元 亿元 平方米 平方公里 立方米 千瓦 千瓦时 元 米 公里 个百分点 百分点 升 %".split()
)
_SPANS = frozenset("年 个月 天 周 小时 个小时 个星期 季度 个季度 分钟 日".split())
_TIMES = frozenset("次 场 期 轮 遍 回 趟 篇 堂 份 节".split())
_THINGS = frozenset(
    "个 名 次 项 条 家 座 所 处 台 辆 套 份 件 张 本 部 间 栋 幢 支 例 场 口 眼 艘 架 头 只 匹 株 棵 块 面 枚 人 户 起 篇 幅 期 盏 门".split()
)
_SELDOM_ARTICLE = _THINGS - frozenset("个 套 支 项 条 次 场 份 期 面 块 门 部 名 人".split())
_LEVELS = re.compile(r"[省市县区乡镇村组]、?[省市县区乡镇村组]$|分$|分为$")  # 镇、村两级
_ACQUIRED = re.compile(
    r"(?:新建|新增|修建|改建|扩建|购置|购买|添置|安装|增设|新设|查处|破获|发生|引进|落户|建成|关闭|拆除|取缔|荣获|收缴|缴获|配备|配置|捐赠|赠送|维修|改造)了?$"
)
_OFTEN = re.compile(
    r"每(?:隔[^,。;]{1,4}|天|日|周|旬|月|季度?|年|半年|半月|学期|个月|个季度|[两三四五六]?个?[年月周天]|村|户|人|名?党员|[镇乡县校单])[^,。;]{0,8}$"
)
# 三家粉丝厂、一家油坊: the list before counts in the same way
_LISTED_COUNT = re.compile(
    r"(?:[0-9]|[二两三四五六七八九十百])[个名条项家座所处台辆套份件张本部间栋幢支口眼艘架头只匹株棵块面枚户盏门][^,。;、和及]{1,8}(?:[、和及]|以及)$"
)
_NOT_ONE = re.compile(r"[每逐任同唯某另统单其第何这那哪跑专万进再另下上前后有为成]$")
# 成熟一个、发展一个; 发现一起、查处一起
_ONE_BY_ONE = re.compile(
    r"(?:成熟|发现|查处|整改|销号|发展|巩固|解决|验收|培养|调处|调解|化解|见|拆|办|查|打|抓|销|建|带|走|爱|改|验|推|学|讲|干|评|结|清)$"
)
_CLOSED = frozenset(",。;、)\n和及与")
_LASTING = re.compile(
    r"(?:为期|历时|限期|提前|延长|有效期|缩短|不少于|不超过|不低于|超过|期限|工期|服务期|会期|任期|约|满|逾)$"
)
_HALF_LASTING = re.compile(
    r"(?:为期|历时|提前|间隔|相隔|延长|延期|推迟|延迟|缩短|不到|不足|超过|约|仅|只需|需|近|短短|停[电水产业]|[省用耗费][时了]|减少|节省|持续|拘留|培训|学习|[快早晚慢])了?$"
)
_LABELLED = re.compile(
    r"(?:邮编|邮政编码|编号|编码|电话|手机|传真|热线|账号|账户|号码|代码|密码|证号|学号|工号|序号|群号|QQ|群|微信号?|[A-Za-z]) ?(?:为|是)?[:]? ?$"
)
_CHANNELS = re.compile(r"探头|监控|视频|像头|信号")
_REACHED = re.compile(r"(?:达|达到|为|共|完成|增至|降至|至|新增|计|有|到|约|近|超|超过|突破) ?$")
_NUMBERS_OF_SERVICES = frozenset(
    "110 119 120 122 114 12345 12315 12333 12388 12348 12369 12380 12371 12306 12123 12320 12328 12367 12389 12393 12395 96110 95598 985 211".split()
)
# Whom a round number in Chinese digits counts without a measure word: 三百万群众, 两千职工.
_PEOPLE = re.compile(
    r"(?:各族|各界|城乡|农村|贫困|困难|党员|基层|机关|企业|中小|留守|下岗|返乡|移民|受灾|广大)?(?:群众|干部|职工|农民|牧民|渔民|党员|团员|学生|师生|教师|市民|居民|村民|百姓|人民|将士|大军|游客|旅客|观众|民工|工人|矿工|农户|牧户|渔户|住户|商户|家庭"
    r"|移民|妇女|青年|老人|儿童|少年|儿女|同胞|网民|用户|志愿者|考生|官兵|战士|民警|代表|客商|劳力|劳动力|人口|民兵|老区人民)"
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?:\.(?:0?[1-9]|1[0-2]))?")
_NAMED = frozenset("佳强大农委多级式型后前路线号届严字")
_ACCOUNT_DIGITS = 7  # so many digits without a separator are a number of an account or a telephone


def counts(text: str, amount: Amount) -> bool:
    """Whether the amount is a figure, judged from the words around it in the plain text."""
    if amount.suspect:
        return True
    if amount.fraction is not None or amount.parts:
        return _half_counts(text, amount)
    return _chinese_counts(text, amount) if amount.chinese else _arabic_counts(text, amount)


def _half_counts(text: str, amount: Amount) -> bool:
    if text[amount.start : amount.end] != "一半":
        return True
    before = text[max(0, amount.start - 4) : amount.start]
    return (
        ABOUT_AFTER.match(text, amount.end) is not None or re.search(rf"(?:{OVER}|占|占比|占到)$", before) is not None
    )


def _arabic_counts(text: str, amount: Amount) -> bool:
    before, after = text[amount.start - 1 : amount.start], text[amount.end : amount.end + 1]
    if text[amount.start] == "0" and text[amount.start + 1 : amount.start + 2] in frozenset("0123456789"):
        return False  # 00多万元: digits are missing
    if amount.unit == "年" and _YEAR.fullmatch(text[amount.start : amount.number_end]):
        return after in frozenset("历之") or text.startswith("以上", amount.end)
    if amount.unit:
        return not (
            (amount.unit == "路" and not _CHANNELS.search(text, max(0, amount.start - 4), amount.end + 4))
            or (amount.unit == "版" and not amount.scale)
        )
    if amount.scale or amount.more or amount.high:
        return before != "/"
    if after in ("+", "/", ":", "@", "\\") or before in ("+", "/", ":", "-", "@", ".", "\\", ">", "="):
        return (
            before == ":"
            and amount.number_end - amount.start < _ACCOUNT_DIGITS
            and after not in ("+", "/", ":", "@")
            and not _LABELLED.search(text, max(0, amount.start - 8), amount.start)
        )
    if (after.isascii() and after.isalpha()) or _LABELLED.search(text, max(0, amount.start - 8), amount.start):
        return False
    if before in ("¥", "$"):
        return True
    digits = text[amount.start : amount.number_end]
    near = text[max(0, amount.start - 4) : amount.start]
    if _YEAR.fullmatch(digits) and not re.search(r"(?:达|达到|共|计|增至|约|近|超) ?$", near):
        return False
    if (
        (len(digits) >= _ACCOUNT_DIGITS and digits.isdigit())
        or digits in _NUMBERS_OF_SERVICES
        or digits.startswith("00")
    ):
        return False
    if "一" <= after <= "鿿":
        if after in _NAMED or (before and before in '“‘「『《"'):
            return False
        return _REACHED.search(near) is not None or (
            len(digits) >= 3 and "一" <= before <= "鿿" and after not in "是在的年和与"
        )
    return not (before and before in "“‘「『")


def _chinese_counts(text: str, amount: Amount) -> bool:
    word, unit = amount.chinese, amount.unit
    before, after = text[amount.start - 1 : amount.start], text[amount.end : amount.end + 1]
    if unit == "路" and not _CHANNELS.search(text, max(0, amount.start - 4), amount.end + 4):
        return False
    if word == "半":
        return _HALF_LASTING.search(text, max(0, amount.start - 4), amount.start) is not None
    if unit in ("%", "‰", "‱") and text[amount.start + 1 : amount.start + 3] == "分之":
        return True
    counts = before == "数" and text[amount.start - 2 : amount.start - 1] in tuple(
        "人户名件次篇生员家村量总条座台辆处所个项头只株亩场期批起宗份张栋幢间套穗粒棵"
    )  # 人数一千二百人
    if before and before in "第几数每初" and not counts:
        return unit == "%" and before == "每"
    if all(c in "百千万亿" for c in word):
        return _bare_counts(text, amount)
    if word in ("零", "〇") or (len(word) > 1 and amount.high is None and all(c in DIGITS for c in word)):
        return False  # 零上访, 三八妇女节, 六一四所
    if word == "一" and amount.numeral.coefficient == 1 and not amount.more:
        return _article_counts(text, amount)
    if not unit:
        if amount.more or (amount.high and amount.scale) or (amount.scale and ABOUT_AFTER.match(text, amount.end)):
            return True
        if text[amount.number_end - 2 : amount.number_end] == "个亿":
            return True
        if len(word) < 2 or not (any(c in "百千万亿" for c in word[1:]) or "点" in word):
            return False
        return not "一" <= after <= "鿿" or (word[-1] in MULTIPLIERS and _PEOPLE.match(text, amount.end) is not None)
    if unit == "成" and after and after in "立":
        return False
    single = len(word) == 1 and not amount.more
    if unit in _REGIONS:
        return (word == "两" and after not in "同一三") or (
            len(word) > 1 and unit in ("村", "县", "市", "省", "镇", "乡")
        )
    if single:
        return _digit_counts(text, amount, before, after)
    if amount.guess and len(word) == 2 and unit in ("期", "级", "类", "层", "月"):
        return unit == "层" or word not in ("一二", "二三", "三四")  # 一二期, 二三级
    return not (unit == "年" and after and after in "级制")


def _digit_counts(text: str, amount: Amount, before: str, after: str) -> bool:
    """A single Chinese digit, 两 to 十, with its measure word."""
    word, unit = amount.chinese, amount.unit
    if amount.scale:
        return True
    if unit == "级":
        return word == "两" or _LEVELS.search(text, max(0, amount.start - 3), amount.start) is not None
    if unit == "类":
        return re.search(r"(?:分|分为|分成|共|这)$", text[max(0, amount.start - 2) : amount.start]) is not None
    if amount.numeral.exponent < 0:
        return True  # 五里半
    if unit == "章" and after and after in "二三四五六七八九十0123456789":
        return True  # 三章十二条
    if unit in _FITS:
        if after in _CLOSED:  # 鱼塘清淤五口
            return (
                re.search(rf"[{_FITS[unit]}][^,。;、\n]{{0,6}}$", text[max(0, amount.start - 8) : amount.start])
                is not None
            )
        return bool(after) and after in _FITS[unit]
    if unit in _NOT_ALONE or (word == "二" and unit not in _AFTER_TWO):
        return unit == "日" and after == "内"
    if unit in _SCHOOLROOM:
        return (
            re.search(r"(?:分|分成|分为|共|成立|派出|组成|组建)$", text[max(0, amount.start - 2) : amount.start])
            is not None
        )
    if unit == "期":
        return word == "两" or (bool(before) and before in "办开了共展刊发出班课报栏座训")
    if (
        unit == "起"
        and word == "四"
        and not (after and after in "案事交火刑治矛信纠民")
        and not (before and before in "为至到生处共计")
    ):
        return False  # 硝烟四起
    if unit == "番":
        return re.search(r"翻了?(?:近|约)?$", text[max(0, amount.start - 3) : amount.start]) is not None
    if unit in ("家", "户") and after and after in "渠庄屯店湾沟":
        return False
    if unit in ("台", "棵", "门") and _PLACES.match(text, amount.end):
        return False
    if unit == "元" and after and after in "区桥里乡镇村结化":
        return False
    return not (unit == "个" and after and after in '“‘「『"一不')


def _bare_counts(text: str, amount: Amount) -> bool:
    """超千万, 近百户, 千余亩, 亿元以上 count; 上千人, 数百万, 万家灯火, 千万不要 do not."""
    before = text[max(0, amount.start - 4) : amount.start]
    unit_of_money = amount.unit == "元" and amount.power >= 4
    if unit_of_money and before.endswith("上") and not re.search(r"[以年历线网街路马晚早成]上$", before):
        return True  # 上亿元
    if re.search(r"[上数几成好每第半/xX*×○_]$|(?:超过|突破)了$", before):
        return False  # the last: a figure was left out before 万
    if amount.more:
        return bool(amount.unit) or bool(amount.scale)
    reached = re.search(r"达到?$", before) is not None and amount.chinese[0] != "万"  # 达万元: a figure was left out
    if reached or re.search(rf"(?:{OVER}|(?<![通经度越])过|破|满) ?$", before):
        after = text[amount.end : amount.end + 1]
        return bool(amount.unit) or len(amount.chinese) > 1 or amount.chinese == "亿" or not "一" <= after <= "鿿"
    return bool(amount.unit) and ABOUT_AFTER.match(text, amount.end) is not None


def _article_counts(text: str, amount: Amount) -> bool:
    """一 as a count (每月一次, 卫生室一所, 购置一台) against 一 as an article (一个重要指标, 一条路子)."""
    unit = amount.unit
    if not unit:
        return False
    start, end = amount.start, amount.end
    before, after = text[max(0, start - 14) : start], text[end : end + 1]
    if unit == "成":
        return after in ("", *",。;、左以多和与及") or re.search(rf"(?:{OVER})$", before) is not None
    if unit == "公里" and before.endswith("最后"):
        return False
    if amount.scale or unit in _MEASURES:
        return not (unit == "元" and after and after in "化复") and not (unit == "亩" and text.startswith("三分", end))
    if unit in _SPANS:
        return _LASTING.search(before) is not None
    if unit not in _THINGS:
        return False
    if unit in _TIMES and _OFTEN.search(before) and after not in ("性", "课"):
        return True
    if unit in _SELDOM_ARTICLE and _LISTED_COUNT.search(before):
        return True
    closed = after in _CLOSED or not after or _next_counts(text, end)
    if closed and _ONE_BY_ONE.search(before):
        return False
    if closed and unit != "起" and re.search(r"[一-鿿)]$", before) and not _NOT_ONE.search(before):
        return True
    if _ACQUIRED.search(before) and unit in _SELDOM_ARTICLE:
        return unit != "起" or after in "案交火事刑电治生重较一"
    return False


def _next_counts(text: str, at: int) -> bool:
    """Whether another count follows at once: 文化广场一个、凉亭两座 without its comma."""
    m = re.compile(r"[0-9]+|[二两三四五六七八九十]+(?=[层座间个名])").match(text, at)
    return m is not None and unit_end(text, m.end()) > m.end()
