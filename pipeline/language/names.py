"""Names of places, bodies and people (地名、机构名、人名) as official prose writes them. Pure; no dictionary of names is needed.

Where a name ends shows in its last word (镇, 村, 公司, 书记). Where it begins shows at a mark or a word that governs it (在, 由, 县);
once that has been seen in a text, the name is known wherever it stands there. Errs on the side of naming too few.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.language.indicators import ACTIONS
from pipeline.language.text import plain

Kind = Literal["place", "body", "person"]
_HAN = r"[\u4e00-\u9fff]"
_IS_HAN = re.compile(_HAN)


@dataclass(frozen=True, slots=True)
class Name:
    """One name where it stands; [start, end) in characters of the text as it was given."""

    start: int
    end: int
    text: str
    kind: Kind


def read_names(text: str) -> list[Name]:
    """The names of a text, sorted by start, not overlapping; a body that begins with a place is one name.

    Pass a whole report: what shows to be a name in one sentence is known in all others.
    """
    readable = plain(text)
    bodies = list(_bodies(readable))
    people = list(_people(readable))
    places = [(start, end) for start, end in _places(readable)]
    found = [(*span, "body") for span in bodies] + [(*span, "place") for span in places] + [(*span, "person") for span in people]  # fmt: skip
    names: list[Name] = []
    kinds: dict[str, Kind] = {"body": "body", "place": "place", "person": "person"}
    for start, end, kind in sorted(found, key=lambda one: (one[0], -one[1])):
        if not names or start >= names[-1].end:
            names.append(Name(start, end, text[start:end], kinds[kind]))
    return names


def place_names(text: str) -> tuple[str, ...]:
    """Names of towns, villages, counties … in a text, in order, as often as they stand there."""
    readable = plain(text)
    return tuple(text[start:end] for start, end in sorted(_places(readable)))


# --- places --------------------------------------------------------------------------------------------------------

_ENDING = re.compile(r"街道(?=办|党|[,。、;:)\n]|$)|社区|苏木|嘎查|镇|乡|县|旗|村|屯(?=[,。、;])")
# What makes another word of the ending: 镇区, 村民, 乡风, 县级, 村党支部 (but 蓼汀村党支部 keeps its name, see `_KEPT_AFTER`).
_NOT_AFTER = re.compile(
    r"[帜镇域容貌民务史情属直财居域风级内外里庄官区籍愁土音亲村贤旗长落集屯田邻户头里规]|两级|集体|治理|振兴|建设|经济|工业|规划|企业|集镇|"
    r"(?:党)?[政委](?=[,。、和])|干部|组(?!织)|医|校|教|史|道|班子|组织|公路|经费|服务中心|卫生|综合|便民|文化"
)
_GOVERNING = frozenset("任在与和及向由到赴对让县市区是从把使给被表设以将距离往自经达省州盟旗镇乡有连至即属")
_GOVERNING_WORDS = frozenset(
    "走访 走进 深入 前往 来自 联系 慰问 调研 帮扶 结对 包联 途经 覆盖 涉及 带动 惠及 流转 选定 确定 整治 提升 打造 推荐 协助 指导 支持".split()
)
_VERBS = frozenset(word for word in ACTIONS if len(word) == 2) | frozenset(
    """邀请 公布 公开 提高 坚持 培养 外出 随着 跟随 目前 承担 组织 选择 发往 扩大 接受 运行 带领 接续 联络 报告 提请 代表 依法 党建 商贸 文旅 政府 先进 成果 能够 部分 一线 领跑 推给
    康养 现代 丰富 补齐 传承 所在 全部 负责 参加 协助 吸收 落后 统筹 厘清 理顺 完善 健全 巩固 加强 强化 整合 依托 围绕 通过 配合 带动 优化 规范 打造 建强 充实 配齐 联动 发挥 落实 压实 推动 推行 推广
    深化 拓展 提升 激活 夯实 守护 守牢 壮大 确保 力争 加快 全面 深入 扎实 持续 认真 积极 严格 指导 督促 支持 鼓励 引导 动员 发动 涵盖 惠及 连接 贯通 联合 会同 牵头 分管 联系 走遍 深耕 抓好 做好 办好
    讲好 唱响 擦亮 聚焦 聚力 依靠 立足 紧扣 紧盯 锚定 按照 根据 结合 修订 制定 出台 纳入 列入 上报 经由 返回 来自 来到 走进 送到 下沉 对照 对标 对接 协同 调动 保障 维护 兑现 繁荣 美化 亮化 绿化 净化
    清洁 改善 疏通 打通 畅通 串联 环绕 贯穿 毗邻 位于 地处 隶属 少数 多数 个别 主要 重要 关键 搬迁 移民 偏远 边远 近郊 城郊 空壳 薄弱 后进 软弱 示范 样板 精品 试点 脱贫 易地 回迁 涉农 涉及 沿海 沿江 沿河
    沿湖 库区 山区 林区 牧区 圩区 矿区 景区 园区 所属 附近 沿线 周围 发展 维修 更新 计划 弘扬 保护 涵养 开发 督促 开展 参与 覆盖 派驻 选派 下派 驻守 指派 抓住 保持 促进 加大 成为 作为 建成 评为 命名 列为
    创成 争创 荣获 创建 申报 完成 实施 好新 三是 二是 一是 四是 五是 首先 其次 其中 包括 以及 等等 各级 各类 所有 其他 全国 全省 全市 全县 本地 当地 外地 异地 各地 依次 分别 因为 由于 经过 覆盖 现有 共有 下辖
    辖有 全体 广大 农业 工业 旅游 特色 特产 生态 文明 卫生 美丽 和美 平安 法治 民主 数字 智慧 信用 健康 幸福 书香 教育 体育 双拥 综合 周边 相邻 兄弟 民族 自然 行政 重点 中心 未来 绿色 属地 革命 传统 历史
    古老 和谐 富裕 贫困 宜居 清洁 整洁 国家 省级 市级 县级 森林 优秀 百强 千强 经济 文化 统一 成员 达标 空心 移风 义务 万元 建设 改造 退出 发动 组建 成立 划分 合并 撤并 拆并 选举 换届 整顿 整治 创优 迎接
    验收 督导 暗访 评比 考核 表彰 奖励 宣传 引领 促使 助力 服务 便民 保洁 水乡 之乡 度假 城中 园中 田间 小康 先行 标杆 标准 模范 全域 全镇 全村 连片 整村 整乡 跨村 强村 富村 兴村 村级 乡级 镇级 一村 联村
    驻村 包村 进村 入村 插村 帮村 下村 到村 回村 返乡 回乡 家乡 故乡 异乡 下乡 送戏 进入 深化 单位 机关 领导 干部 群众 工作 部门 项目 工程 措施 情况 问题 制度 活动 会议 标志 网络 安全 稳定 环境 资源 产业
    政策 资金 力量 队伍 设施 条件 水平 质量 能力 思想 意识 精神 事业 事务 权责 魅力 实力 活力 优势 特别 尤其 继续 不断 进一 努力 同时 目标 任务 主题 理念 战略 科技 大力 着力 充分 受益 三下 嘎查 美渔 因煤 因港 办活 护水 江畔 江南 掀起 确定 兼任 走百 共收 科教 一届 收到 来水""".split()
)
# Characters that no name has before its ending.
_NEVER = frozenset(
    "之于的了是在与和及对向由把让使被以不等将从并其个们各全我本该每某为这那哪何此彼所者很更最都也又再还已曾刚正着过吗呢吧啊"
)
# … or at its end: 乡 of 水乡, 村 of 新农村, 城中村, 我镇.
_LAST = frozenset(
    "全我本各该城乡集市县区镇村农社园片景库灾居宅厂业发范进入联帮包返回家们个两几户政贫困点郊夜商建型强特色优上动广活立来属辖驻制明生康是有等级民族科技游化能慧字信务邻古示"
)
_FIRST = frozenset("年月日全我本各该每某几数多两个位名等于和与的了在是")


def _is_stem(stem: str) -> bool:
    if (
        any(c in _NEVER for c in stem)
        or stem[-1] in _LAST
        or stem[0] == "因"
        or stem[0] in _FIRST
        or stem[:2] in _VERBS
    ):
        return False
    return not any(stem[at : at + 2] in _VERBS for at in range(1, len(stem) - 1))


# 荻渚、乌桕、蒲塘等3个村: a list in which each is a name.
_ENUMERATED = re.compile(
    rf"(?<!{_HAN})[在由对到从向和与及]?((?:{_HAN}{{2,3}}[、和]){{1,12}}{_HAN}{{2,3}}?)等?(?:[0-9]{{1,3}}|[一二两三四五六七八九十]{{1,3}})个?"
    r"(?:行政|自然|示范|试点|重点)?(?:村|社区|嘎查|屯|乡|镇)(?![级民容])"
)


def _listed(text: str) -> Iterator[tuple[int, int]]:
    for listed in _ENUMERATED.finditer(text):
        spans = [(listed.start(1) + m.start(), listed.start(1) + m.end()) for m in re.finditer(r"[^、和]+", listed[1])]
        if all(_is_stem(text[start:end]) for start, end in spans):
            yield from spans


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Spans of place names: those whose beginning shows, and where else they stand."""
    yield from _listed(text)
    seen: Counter[str] = Counter()
    for ending in _ENDING.finditer(text):
        if _NOT_AFTER.match(text, ending.end()) and not re.match(
            r"村|党委|党支部|干部", text[ending.end() : ending.end() + 3]
        ):
            continue
        for length in (2, 3):
            start = ending.start() - length
            stem = text[start : ending.start()] if start >= 0 else ""
            if len(stem) < length or not all(_IS_HAN.match(c) for c in stem):
                break
            before = text[start - 1 : start]
            plainly = not _IS_HAN.match(before) or before in _GOVERNING
            plainly = plainly or text[max(0, start - 2) : start].removesuffix("了") in _GOVERNING_WORDS
            if plainly and _is_stem(stem) and not (stem[-1] == "小" and ending.group() == "镇"):
                seen[stem + ending.group()] += 1
                break
    names = [name for name, times in seen.items() if text.count(name[:-1]) <= 3 * text.count(name) or times > 2]
    if not names:
        return
    at = 0
    for found in re.finditer("|".join(sorted(map(re.escape, names), key=lambda n: (-len(n), n))), text):
        if found.start() >= at and not (found.group()[-1] in "镇乡县村" and _NOT_AFTER.match(text, found.end())):
            at = found.end()
            yield found.span()


# --- bodies --------------------------------------------------------------------------------------------------------

_BODY = re.compile(
    r"(?:股份|责任|发展)?有限(?:责任)?公司|集团公司|公司|(?:专业|股份|农机|劳务|农民|养殖|种植)*合作(?:社|联社)|家庭农场|农场|林场|茶场|牧场|渔场"
    r"|(?:中心)?(?:小学|中学|幼儿园|卫生院|医院|敬老院)|银行|信用社|供电所|派出所|研究所|研究院|学院|大学|商会|人民政府|财政局|水利局|交通局|教育局|民政局|公安局|商务局|农业农村局|税务局|管理局|管理处|管委会"
)
_BODY_SEED = re.compile(rf"({_HAN}{{2,14}}?)({_BODY.pattern})(?!化|制|习|生|校)")
_BODY_CUT = re.compile(
    r".*(?:[在与和及由对向到让把被给是的了为以、从将请经向]|引进|新建|扩建|改建|依托|支持|扶持|推动|培育|成立|组建|建成|创办|联合|走访|协助|引导|帮助|落户|签约|邀请|委托|投资|收购|改造|发展|整合|建立|建设|新增|注册|领办|指导|鼓励|入股|加入|带动|领军|推进|实施|完成|通过|开展|组织|其中|包括|以及|协调|督促|配合|服务|管理|迁建|搬迁|利用|加快|争取|提升|聘请|对接|促成|促使|规范|走进|进入|进行|同|如|即)"
)
_GENERIC = re.compile(
    r"^(?:全[镇村市县区国省]|本|各|该|每|某|几|多|两|[一二三四五六七八九十百千]+[家个所座]|家|个|所|镇|乡|县|市|区|省|村|社区|农村|农民|股份|专业|乡镇|街道|中心|民办|公办|城区|农业|工业|旅游|外资|民营|国有|大型|小型|中小|龙头|骨干|重点|规模|上市|建筑|保险|物业|保洁|劳务|运输|供水|供电|自来水|燃气|电力|投资|集团|平台|母|子|总|分|商业|地方|政策性|有限|股份制|新型|示范|村级|集体|富民|土地|农机|养殖|种植|茶叶|蔬菜|果蔬|粮食|植保|林业|渔业|畜牧|生猪|水产|综合|人民|公立|乡村|等|镇级|县级|市级|区级|基层|标准化|规范化|九年制|寄宿制|完全|希望|专科|综合性|互助|经济|物流|第三方|三方|专业化|家庭|捕捞|边民|民宿|行业|同乡|上级|下级|子弟|原|老年|合作|互助|企业|乡土|净菜加工|手工|来料加工|食品|服装|机械|化工|电子|纺织|建材|运营|管理|服务|开发|经营|发展|国家|公安|辖区|闲置|附属|实验|第[一二三四五六七八九])*$"
)


def _bodies(text: str) -> Iterator[tuple[int, int]]:
    """Spans of bodies that have a name of their own: 青砬茶业有限公司, 荻阳县财政局; not 县财政局, 专业合作社."""
    for found in _BODY_SEED.finditer(text):
        stem, start = found[1], found.start(1)
        while cut := _BODY_CUT.match(stem):
            start += cut.end()
            stem = stem[cut.end() :]
        if len(stem) < 2 or _GENERIC.match(stem) or stem[0] in _FIRST or stem[:2] in _VERBS - _TRADES:
            continue
        if any(c in "的了们这那每该" for c in stem):
            continue
        yield start, found.end()


_TRADES = frozenset("农业 工业 旅游 生态 绿色 文化 康养 水乡 田间 文旅 商贸 科技 产业".split())

# --- people --------------------------------------------------------------------------------------------------------

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
    "庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺"
)
_CERTAIN = "王李张刘陈杨赵黄周吴徐孙胡朱林郭罗梁宋郑谢韩唐冯董萧曹袁邓沈彭吕苏卢蒋蔡贾丁魏薛阎潘杜戴汪姜谭廖邹熊郝崔邱秦侯邵孟龚庞樊殷陶翟颜倪俞葛聂邢岳祁耿詹靳裴覃霍翁阮闵瞿戚滕褚娄奚窦蔺"
_TITLE = "书记|副书记|镇长|副镇长|乡长|副乡长|县长|市长|区长|主任|副主任|局长|所长|站长|校长|园长|院长|主席|部长|委员|同志|支书|村长|组长|队长|厂长|董事长|总经理|经理|会长|老师|医生|教授|先生|女士|大爷|大妈|大娘|老汉"
_SURNAME_TITLE = re.compile(
    rf"(?<!{_HAN})(?:[{_SURNAMES}]某{{1,2}}|[{_CERTAIN}]{_HAN}{{0,2}}?)(?={_TITLE})|(?<={_HAN})(?:[{_SURNAMES}]某{{1,2}})(?!{_HAN}*某)"
)
_TITLE_NAME = re.compile(
    rf"(?:{_TITLE}|村民|居民|党员|农民|大户|能人|村官|带头人|致富能手|劳模|模范|典型|传承人|负责人|联系人|志愿者|教师|民警|职工)([{_CERTAIN}](?:某{{1,2}}|{_HAN}{{1,2}}))(?=[,。、;:()\n ]|$|同志|等\d|等人|的事迹|先进事迹|家[,。]|带领|牵头|创办)"
)
_NO_GIVEN = frozenset("转房建设发展工作管理组织活动会议问题方面项目群众同志全面重点落实部门党委镇村等和与及的是在为了")


def _people(text: str) -> Iterator[tuple[int, int]]:
    """Spans of people: 张书记 and 李某某 with a title before or behind, 村民王某; the title is not part of the name."""
    for found in _SURNAME_TITLE.finditer(text):
        if not any(c in _NO_GIVEN for c in found.group()[1:]):
            yield found.span()
    for found in _TITLE_NAME.finditer(text):
        if not any(c in _NO_GIVEN for c in found[1][1:]):
            yield found.span(1)
