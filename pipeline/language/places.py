"""Names of places (地名) as official prose writes them: towns, villages, counties, streets, communities. Pure; no dictionary is needed.

Where a name ends shows in its last word (镇, 村, 社区). Where it begins shows at a mark or a word that governs it (在, 由, 县); once that
has been seen in a text, the name is known wherever it stands there. Errs on the side of naming too few.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.language.indicators import ACTIONS

_HAN = r"[\u4e00-\u9fff]"
_IS_HAN = re.compile(_HAN)

ENDING = re.compile(r"街道(?=办|党|[,。、;:)\n]|$)|社区|苏木|嘎查|镇|乡|县|旗|村|屯(?=[,。、;])")
# What makes another word of the ending: 镇区, 村民, 乡风, 县级, 村党支部 (but 蓼汀村党支部 keeps its name, see `_KEPT_AFTER`).
_NOT_AFTER = re.compile(
    r"[帜镇域容貌民务史情属直财居域风级内外里庄官区籍愁土音亲村贤旗长落集屯田邻户头里规]|两级|集体|治理|振兴|建设|经济|工业|规划|企业|集镇|"
    r"(?<![县旗])(?:党)?[政委](?=[,。、和])|干部|组(?!织)|医|校|教|史|道|班子|组织|公路|经费|服务中心|卫生|综合|便民|文化"
)
_SURE = 3  # beginnings seen, after which a word is taken for a name however often it stands without its ending
_ABOVE = frozenset("县市区旗州盟")  # what a town lies in: 松阳县云溪镇
_OTHER_WORD = re.compile("小镇$|..[山水湖渔侨茶稻]乡$")  # 汀月山乡: the town, and what it is praised as
# What a report's title goes on with, and what only a town's own organs do.
_SIGNS = re.compile(
    r"(?:19|20)[0-9]{2}年|[上下]半年|人民政府|党委|党政|关于|坚持|认真|积极|始终|深入|扎实|全面|将|紧扣|围绕|立足|锚定|聚焦"
)
# Names that are everyday words too: what they are shows only with their 村 or 镇 behind them.
EVERYDAY = frozenset(
    (
        "胜利",
        "团结",
        "红旗",
        "前进",
        "光明",
        "和平",
        "幸福",
        "东风",
        "友谊",
        "解放",
        "永安",
        "新华",
        "太平",
        "石桥",
        "大桥",
        "城关",
        "新城",
        "长河",
        "平安",
        "中心",
        "城东",
        "城西",
        "城南",
        "城北",
        "东方",
        "新建",
        "星火",
        "向阳",
        "建设",
        "民主",
    )
)
_KEPT_AFTER = re.compile("(?<!乡)村|党委|党支部|干部")
# 科教兴镇, 生态立县: what a town lives by; “水韵荷乡: praise in quotes, in fours
_SLOGAN = re.compile(r"[一-鿿]{2}[兴立强富靓治旺活美][镇乡县村旗]$|[“‘][一-鿿]{3}[乡镇]$")
_GOVERNING = frozenset(
    "了于为任在与和及向由到赴对让县市区是从把使给被替凭如比跟好表设立合以将距离往自经达省州盟旗镇乡有连至即属"
)
_GOVERNING_WORDS = frozenset(
    "走访 走进 深入 前往 来自 联系 慰问 调研 帮扶 结对 包联 途经 覆盖 涉及 带动 惠及 流转 选定 确定 整治 提升 打造 推荐 协助 指导 支持 中共 贯彻 落实 推广 学习 借鉴 按照 根据 围绕 响应 服从 紧扣 召集".split()
)
VERBS = (
    _GOVERNING_WORDS
    | frozenset(word for word in ACTIONS if len(word) == 2)
    | frozenset(
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
    政策 资金 力量 队伍 设施 条件 水平 质量 能力 思想 意识 精神 事业 事务 权责 魅力 实力 活力 优势 特别 尤其 继续 不断 进一 努力 同时 目标 任务 主题 理念 战略 科技 大力 着力 充分 受益 三下 嘎查 美渔 低洼 做优 做大 做强 叫响 各个 多个 园林 建好 用好 管好 振兴 未达 洁化 看得 纯渔 纯牧 老矿 请受 辖区 退村 逐村 高塬 乡镇
    创新 更新 全新 崭新 最新 平安 治安 基地 属地 当地 深山 大山 荒山 育林 造林 护林 森林 水韵 什么 谱写 书写 续写 绘就 描绘 高山 新任 感谢 明确 晚上 变成 成熟 一波 因煤 因港 办活 护水 江畔 江南 掀起 确定 兼任 走百 共收 科教 一届 收到 来水""".split()
    )
)
# Characters that no name has before its ending.
_NEVER = frozenset(
    "之于的了是在与和及对向由把让使被以不等将从并其个们各全我本该每某为这那哪何此彼所者很更最都也又再还已曾刚正着过吗呢吧啊"
)
# … or at its end: 乡 of 水乡, 村 of 新农村, 城中村, 我镇.
_LAST = frozenset(
    "古小市建老新到下返丽为向对由让使跨全我本各该城乡集市县区镇村农社园片景库灾居宅厂业发范进入联帮包返回家们个两几户政贫困点郊夜商建型强特色优上动广活立来属辖驻制明生康是有等级民族科技游化能慧字信务邻古示"
)
NEVER_FIRST = frozenset("年月日全我本各该每某几数多两个位名等于和与的了在是")


def is_name_stem(stem: str) -> bool:
    """Whether what stands before 镇, 村 … may be a name (清崖), or is a word that qualifies it (全, 示范, 走访)."""
    if (
        any(c in _NEVER for c in stem)
        or stem[-1] in _LAST
        or stem[0] == "因"
        or stem[0] in NEVER_FIRST
        or stem[:2] in VERBS
    ):
        return False
    return not any(stem[at : at + 2] in VERBS for at in range(1, len(stem) - 1))


# 荻渚、乌桕、蒲塘等3个村: a list in which each is a name.
_ENUMERATED = re.compile(
    rf"(?<!{_HAN})[在由对到从向和与及]?((?:{_HAN}{{2,3}}[、和]){{1,12}}{_HAN}{{2,3}}?)等?(?:[0-9]{{1,3}}|[一二两三四五六七八九十]{{1,3}})个?"
    r"(?:行政|自然|示范|试点|重点)?(?:村|社区|嘎查|屯|乡|镇)(?![级民容])"
)


def _listed(text: str) -> Iterator[tuple[int, int]]:
    for listed in _ENUMERATED.finditer(text):
        spans = [(listed.start(1) + m.start(), listed.start(1) + m.end()) for m in re.finditer(r"[^、和]+", listed[1])]
        if all(is_name_stem(text[start:end]) for start, end in spans):
            yield from spans


def may_end(text: str, end: int) -> bool:
    """Whether a name may end here: not in 镇区 or 村民."""
    return not _NOT_AFTER.match(text, end) or bool(_KEPT_AFTER.match(text, end))


def place_spans(text: str) -> Iterator[tuple[int, int]]:
    """Spans of place names in a plain text (see `text.plain`): those whose beginning shows, and where else they stand. Not sorted."""
    yield from _listed(text)
    seen: Counter[str] = Counter()
    for ending in ENDING.finditer(text):
        if not may_end(text, ending.end()) or _SLOGAN.search(text, max(0, ending.start() - 12), ending.end()):
            continue
        for length in (2, 3, 4):
            start = ending.start() - length
            stem = text[start : ending.start()] if start >= 0 else ""
            if len(stem) < length or not all(_IS_HAN.match(c) for c in stem):
                break
            before = text[start - 1 : start]
            above = before in _ABOVE and _IS_HAN.match(text[start - 2 : start - 1])
            plainly = above if length > 3 else (not _IS_HAN.match(before) or before in _GOVERNING)
            plainly = plainly or (length < 4 and text[max(0, start - 2) : start].removesuffix("了") in _GOVERNING_WORDS)
            if plainly and is_name_stem(stem) and not _OTHER_WORD.search(stem + ending.group()):
                signs = not _IS_HAN.match(before) and _SIGNS.match(text, ending.end())
                certain = above or signs or text.startswith("中共", start - 2)
                seen[stem + ending.group()] += _SURE if certain else 1
                break
    names = [name for name, times in seen.items() if text.count(name[:-1]) <= 3 * text.count(name) or times >= _SURE]
    if not names:
        return
    at = 0
    for found in re.finditer("|".join(sorted(map(re.escape, names), key=lambda n: (-len(n), n))), text):
        if found.start() >= at and (found.group()[-1] not in "镇乡县村" or may_end(text, found.end())):
            at = found.end()
            yield found.span()
