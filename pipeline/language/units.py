"""Units and measure words (计量单位、量词): which there are, what they are worth, where one stands in a text.

Units are written half-width and in simplified characters here; `text.plain` brings a document to that form.
"""

import re
from fractions import Fraction

# What a unit is worth in the base unit of its line. Measures: 中华人民共和国法定计量单位 (1984); 15 亩 = 1 公顷, 1 斤 = 1/2 公斤,
# 1 里 = 500 米. Area of fields (亩) and of floors (平方米) have a base each, see `same_dimension`.
_WORTH = """
元: 元 1, 圆 1, 块钱 1, 人民币 1, 元人民币 1, 角 1/10, 毛钱 1/10, 分钱 1/100
亩: 亩 1, 亩地 1, 公顷 15, 顷 100, hm² 15, hm2 15
平方米: 平方米 1, 平方公尺 1, 平方 1, 平米 1, 平 1, ㎡ 1, m² 1, m2 1, 米² 1, 平方分米 1/100, 平方厘米 1/10000, 平方毫米 1/1000000, 平方公里 1000000, 平方千米 1000000, km² 1000000, km2 1000000
立方米: 立方米 1, 立方公尺 1, 方 1, 立方 1, 方土 1, 土方 1, 石方 1, 土石方 1, ㎥ 1, m³ 1, m3 1, 米³ 1, 立方分米 1/1000, 立方厘米 1/1000000
米: 米 1, 公尺 1, m 1, 延米 1, 延长米 1, 公里 1000, 千米 1000, km 1000, Km 1000, KM 1000, 里 500, 里路 500, 华里 500, 海里 1852, 丈 10/3, 尺 1/3, 寸 1/30
米: 分米 1/10, 厘米 1/100, 公分 1/100, cm 1/100, 毫米 1/1000, mm 1/1000, 微米 1/1000000, μm 1/1000000, 纳米 1/1000000000
公斤: 公斤 1, 千克 1, kg 1, Kg 1, KG 1, 斤 1/2, 市斤 1/2, 两 1/20, 担 50, 公担 100, 吨 1000, 公吨 1000, t 1000
公斤: 克 1/1000, g 1/1000, 毫克 1/1000000, mg 1/1000000, 微克 1/1000000000, μg 1/1000000000, ug 1/1000000000
吨标准煤: 吨标准煤 1, 吨标煤 1, tce 1, 千克标准煤 1/1000, 公斤标准煤 1/1000, 克标准煤 1/1000000
升: 升 1, 公升 1, L 1, 毫升 1/1000, ml 1/1000, mL 1/1000
千瓦: 千瓦 1, kW 1, KW 1, kw 1, 瓦 1/1000, 兆瓦 1000, MW 1000, 吉瓦 1000000, GW 1000000
千瓦时: 千瓦时 1, 千瓦·时 1, 千瓦小时 1, 度电 1, kWh 1, KWh 1, kwh 1, 兆瓦时 1000, MWh 1000
千伏: 千伏 1, kV 1, KV 1, kv 1, Kv 1, 伏 1/1000
千伏安: 千伏安 1, kVA 1, KVA 1, kva 1, 兆伏安 1000, MVA 1000
摄氏度: 摄氏度 1, ℃ 1, °C 1
兆焦: 兆焦 1, MJ 1, 千焦 1/1000, kJ 1/1000
度: ° 1
小时: 小时 1, h 1, min 1/60, s 1/3600, 个小时 1, 钟头 1, 个钟头 1, 分钟 1/60, 刻钟 1/4, 秒 1/3600, 秒钟 1/3600
天: 天 1, 日 1, 昼夜 1, 周 7, 星期 7, 个星期 7, 个礼拜 7
个月: 个月 1, 月 1
季度: 季度 1, 个季度 1
人: 人 1, 名 1, 位 1
岁: 岁 1, 周岁 1
%: % 1, ‰ 1/10, ‱ 1/100
个百分点: 个百分点 1, 百分点 1, 个千分点 1/10
分贝: 分贝 1, dB 1, dB(A) 1
兆帕: 兆帕 1, MPa 1, 千帕 1/1000
港元: 港元 1, 港币 1, 元港币 1
新台币: 新台币 1, 台币 1
美元: 美元 1, 美金 1
"""
_CURRENCIES = "元 美元 欧元 港元 新台币 英镑 日元 韩元 澳元 加元 新元 卢布 泰铢 瑞士法郎 澳门元 新加坡元".split()
# Words that count things and are worth nothing but themselves.
_COUNTS = """
个 户 家 次 项 条 件 座 所 处 台 辆 套 份 张 本 部 间 栋 幢 支 例 起 宗 场 口 眼 艘 架 头 只 匹 株 棵 块 面 枚 期 届 组 队 批 层 级 门 节 堂 章 篇
幅 首 册 卷 字 笔 档 片 道 盏 根 顶 把 枝 瓶 箱 袋 桶 盒 罐 轮 桌 对 双 副 孔 扇 堵 股 趟 床 羽 尾 峰 窝 群 穴 丛 苗 粒 颗 捆 筐 包 碗 杯 餐 顿 席 剂
针 票 分 倍 番 成 折 度 代 集 幕 局 盘 拨 波 伙 桩 案 则 段 环 圈 列 行 排 连 营 团 厅 铺 摊 垄 畦 锭 令 卡 帕 焦 安 兆 点 类 种 式 步 关 色 款 样 重
站 年 村 镇 乡 县 区 市 省 州 国 校 班 车 船 街 树 井 塘 坝 闸 渠 桥 洞 库 棚 舍 厂 店 馆 园 院 室 页 词 句 号人 马力 大卡 千卡 赫兹 兆赫 流明 比特 字节
人次 人份 人天 人日 人月 人年 亩次 户次 家次 班次 场次 批次 架次 车次 船次 期次 件次 处次 条次 台次 辆次 艘次 项次 例次 剂次 针次 头次 只次 羽次 校次
村次 站次 轮次 频次 组次 箱次 台套 台班 套次 工日 工时 学时 课时 标箱 标准箱 TEU 床日 条段 部门 部分 方面 阶段 环节 层次 街道 社区 乡镇 片区 村组
县区 区县 县市 市县 市州 省份 国家 小组 支部 网格 站点 点位 路口 学分 学位 世纪 周年 月龄 吨位 泊位 车位 床位 席位 座次 大类 大项 板块 门类 日历天
工作日 个工作日 个日历天 个自然日 个学时 个课时 个标准箱 个人次 车公里 人公里 吨公里 毫米汞柱 微西弗 支队 车间 户家庭 人口 粪车 GB TB MB
穗 管 串 滴 堆 朵 封 具 篮 笼 炉 束 挺 筒 贴 盆 兜 蔸 尊 柱 阵 垛 榀 樘 任 发 员 通 挂 帧 像素 克拉 基点 个基点 勒克斯 羊单位 个羊单位 绵羊单位 个绵羊单位 牛单位 头份 羽份
科 客公里 桁 蓬 沓 摞 坛 瓮 埯 筏 簇 瓣 脾 屉 槽 灶 芯 坑位 摊位 铺位 工位 机位 灯位 网点 窗口 灶台 地块 图斑 图幅 宗地 公顷次 台件 车皮 英亩 路 杆 竿 缸 壶 帖 坨 丸 领 箩 篓 曲 回 胎 茬 季 基 跨 池 栏 课 讲 辑 单 目 英尺 英寸 英里 磅 加仑 盎司 工分 市亩 劳动日 个劳动日 标台 端口 芯公里 皮长公里 贝克 毫西弗
NTU CFU MPN IU ppm ppb Hz kHz MHz GHz Mbps Gbps mmHg mmol mol rpm dpi kvar Mvar kPa lx Ah mAh
只次 匹次 网次 航次 航班 点次 份次 篇次 卷次 册次 管次 台时 台车 载重吨 总吨 标方 标立方米 标段 人车 马力小时 笔次 床次 门次 标准件 羽只 头只
"""
SCALES = {
    "万亿": 12, "千亿": 11, "百亿": 10, "十亿": 9, "亿": 8, "千万": 7, "百万": 6, "十万": 5, "万": 4, "千": 3, "百": 2,
}  # fmt: skip  # powers of ten that may stand between a number and its unit

_KNOWN: dict[str, tuple[Fraction, str]] = {word: (Fraction(1), word) for word in (*_COUNTS.split(), *_CURRENCIES)}
for _line in _WORTH.strip().splitlines():
    _base, _, _units = _line.partition(": ")
    _KNOWN |= {unit: (Fraction(worth), _base) for unit, worth in (entry.split() for entry in _units.split(", "))}
_COUNTED = frozenset(_COUNTS.split()) - frozenset("年 月 个百分点 倍 番 成 折 度".split())
_LONGEST = max(map(len, _KNOWN))

# Characters before which the word is no measure but begins another word: 3组织, 5期间, 两名称.
_OTHERWISE = """
组织建合 期间末限望待货刊盼许 部署委 支持付出撑书委 门诊店票口户 轮车换胎岗训值驱 节鞭期庆假约日能气点假水省俭 字路架绣形母 对一照应接标口外策此于比待 名称牌录誉义
面积向对临貌貎议试粉环 位于置数 成立为果功员效本绩交熟就长品色套 分之别管局公类布析配解散流级区明为享发 场所 所有以谓 点评击 类似比
本科地级镇县市月年周届土身着部来 家庭禽畜 层面级 级别 种植子养粮田 道路德理 代表理替码办 行政动业为使程驶 排名水查放污序 连续接任队片 营业商造收运养销
团结员委体队伙购圆 国家道有务资际内外营土债集 区域别间 市场民政委直辖 县级委直域政城 村民委庄级居里务容 镇区域政党级直 乡村镇亲音 度假过 票据价 车辆间道站
树立木 井然 园区林 院落长校 店铺 室内外 库存 色彩 圈子层 关于键注心停 步行骤入伐 样本板品 重点大要视新 案件例 段落 环境保节卫 方面式向法案便针位可能
平均安台衡时稳整原 桥梁 街道 包括含装干联 队伍员 班级子主长 群众体 苗木圃 课题程 口径岸号罩 只有要能是为 头脑 首次批先府 块茎 起来到 升级至为到高学值温幅任
担任保负当忧心 克服 两个名项次家年天侧者会岸地 安全置装排徽心 秒杀 天然津气空花河 日常均报益本前期 周边年期围转 丈夫 令人 副镇县书主市局 折合算旧射 顿饭时
股东权份民 番茄 石头 船舶 洞庭 针对 把握关 例如会行外 局面部势 波动及 盘活 批准复评发示 条例件约款 集中体团合镇聚约资贸 套取种 幕后 校园长外内企区 馆员藏
厂房区矿家商 席位 笔者试录 档案 根据本治源 顶层 户外籍口主 人民大员群 元旦素首宵 年级龄味轻货画会鉴初 月球亮饼均薪季 章程 列入为车席出 床铺上 峰会值 剂量型
管理委道控辖线教委护网束局制家 串联通门 滴灌水漏 堆放积肥场体 封闭面山顶堵控存锁 具有体备 笼统罩养 炉渣灶 束缚 挺进拔立 筒灯 贴心近息现合补 盆地景栽 尊重老敬
柱子石 阵地容营 任务务期命职免用教意选何聘 发展放生现布票动改挥表出送行起言文电明扬育病达热酵运射烧函包案射救源往改
员工额 通过知报道行车信用水电讯畅常宣病风勤天往畅气告航称俗联邮 挂牌职钩号图历点图失 发改 兜底售 帧率 里铺坪桥墩屯营 坛子城 科室技目普学研长员教协 灶王 芯片 槽坊 网点状 窗口期 瓣膜 地块头
""".split()
_OTHERWISE_AFTER = {entry[0]: entry[1:] for entry in _OTHERWISE} | {"支队": "伍"}


def parse_unit(unit: str) -> tuple[Fraction, str]:
    """What one of a unit is worth: 万亩 → (10000, "亩"), 公顷 → (15, "亩"), 元/斤 → (2, "元/公斤"), 万粪车 → (10000, "粪车").

    Returns the factor and the base unit of the dimension. A word that nobody knows is its own base; "" gives (1, "").
    """
    if unit in _KNOWN:
        return _KNOWN[unit]
    head, slash, tail = unit.partition("/")
    if slash and head and tail:
        (upper, above), (lower, below) = parse_unit(head), parse_unit(tail)
        return upper / lower, f"{above}/{below}"
    for scale, power in SCALES.items():
        if unit.startswith(scale):
            factor, base = parse_unit(unit[len(scale) :])
            return 10**power * factor, base
    return Fraction(1), unit


def same_dimension(one: str, other: str) -> Fraction | None:
    """How many of `other` make one of `one`; None if they measure different things.

    same_dimension("公顷", "亩") is 15, and fields are converted to floors: 1 亩 = 2000/3 平方米.
    """
    (factor, base), (per, measure) = parse_unit(one), parse_unit(other)
    if base == measure:
        return factor / per
    areas = {"平方米": Fraction(1), "亩": Fraction(2000, 3)}
    if base in areas and measure in areas:
        return factor * areas[base] / (per * areas[measure])
    return None


def is_money(unit: str) -> bool:
    """Whether the unit counts money or is a price: 万元, 亿美元, 元/亩."""
    return parse_unit(unit)[1].partition("/")[0] in _CURRENCIES


_TIMES_OVER = re.compile(r"次(?![要第品级生序元数日年])")
_LATIN_TIME = re.compile(r"(?:min|[da])(?![A-Za-z0-9])")
_OWN_WORD = re.compile(r"[一-鿿]{1,3}(?=[,。;、)\n ]|$)")


def unit_end(text: str, start: int) -> int:
    """Where the unit that begins at `start` of a plain text ends; `start` itself if none begins there.

    The longest unit wins (人次 before 人); "/" joins units (元/亩, 人/平方公里).
    """
    end = _word_end(text, start)
    while start < end < len(text) - 1 and (text[end] == "/" or (text[end] in "·." and "/" in text[start:end])):
        after = _word_end(text, end + 1)
        if after == end + 1 and (m := _LATIN_TIME.match(text, after)):  # L/d
            return m.end()
        if after == end + 1:  # 人/万人
            scale = next((s for s in SCALES if text.startswith(s, end + 1)), "")
            after = _word_end(text, end + 1 + len(scale))
            if after == end + 1 + len(scale):
                own = _OWN_WORD.match(text, after)  # 吨/工: a word that nobody has listed, up to a mark
                return own.end() if own and not scale else end
        end = after
    return end


def _word_end(text: str, start: int) -> int:
    for end in range(min(len(text), start + _LONGEST), start, -1):
        word = text[start:end]
        if word not in _KNOWN:
            continue
        if len(word) <= 2 and word[-1] != "次" and word in _COUNTED and _TIMES_OVER.match(text, end):
            return end + 1  # 趟次, 株次, 个次
        after = text[end : end + 1]
        if after == "大" and text.startswith("关", end + 1):  # 突破200人大关
            return end
        if word == "项" and after == "目" and text[end + 1 : end + 2] != "标":  # 超千万项目, but 12项目标
            continue
        if after and (after in _OTHERWISE_AFTER.get(word, "") or _continues(word, after)):
            continue
        return end
    return start


def _continues(word: str, after: str) -> bool:
    """Whether Latin letters go on, so that "m" is no metre."""
    return word[-1].isascii() and word[-1].isalpha() and after.isascii() and after.isalnum()
