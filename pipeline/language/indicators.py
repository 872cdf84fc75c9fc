"""Indicators (指标) and the closed words around their figures: what welds “indicator, figure, change, completion” together.

The words here claim nothing of their own. A clause made of an indicator, these words and figures says what its fact says and no
more; that is why patterns (句式) are taken from the archive only where nothing but these words is left over.
"""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["action", "flow", "rate", "measure", "thing"]

# What a verb-led indicator begins with: 引进企业, 拆除面积, 新增就业岗位.
ACTIONS = (
    "新增 新建 新改建 新开工 新签约 新引进 新培育 新认定 新发展 引进 引入 招引 签约 开工 开工建设 竣工 投产 完成 实现 建成 "
    "建设 建立 改建 扩建 续建 实施 启动 推进 改造 修复 整修 维修 修建 修缮 硬化 疏浚 清淤 整治 整改 治理 拆除 拆迁 征收 "
    "安置 处理 处置 处罚 查处 查获 查办 排查 检查 巡查 督查 抽查 走访 慰问 接待 受理 办理 办结 协调 化解 调解 调处 解决 "
    "发放 拨付 补助 资助 救助 募集 筹集 争取 投入 投资 收缴 上交 清理 清运 收集 打捞 回收 种植 播种 栽植 植树 造林 补植 "
    "养殖 出栏 存栏 上市 收购 销售 出租 出让 流转 盘活 培育 培训 举办 举行 开展 组织 召开 开设 开放 演出 放映 展出 印发 "
    "张贴 悬挂 制作 编印 刊发 发布 报送 播出 采用 录用 招聘 选派 选配 招录 发展 转正 吸纳 转移 安排 帮扶 帮助 免费 提供 "
    "接种 体检 筛查 签订 评选 表彰 创建 通过 获评 获得 认定 申报 配备 配套 安装 更换 铺设 架设 增设 设立 设置 增加 减少 "
    "压减 缩减 关停 取缔 淘汰 出动 参与 动员 管护 管理 养护 监测 评定 登记 覆盖 惠及 服务 接管 立案 处分 谈话 约谈 审查 "
    "审计 移交 承办 答复 化验 消杀 投放 回访 "
).split()
# Flows that a report “实现” or “完成”: 工业总产值, 财政收入, 固定资产投资.
_FLOWS = re.compile(
    r"(?:总?产值|增加值|总值|总收入|收入|投资|销售|销售额|营销|税收|利税|利润|交货值|零售额|交易额|营业额|产量|总产|供货值|成交额|财政收支|社会融资)$"
)
_RATES = re.compile(r"(?:率|占比|比重|比例|增速|增幅|覆盖面|满意度|知晓度)$")
_MEASURES = re.compile(
    r"(?:面积|长度|里程|总长|深度|人数|户数|家数|次数|件数|个数|数量|总数|总量|总额|资金|金额|规模|数|人次|户次|存量|余额|用电量|水量|重量)$"
)

PRE_GLUE = ("共", "累计", "已", "已累计", "实现", "完成", "全镇", "全镇共", "共计")
MID_GLUE = ("", "达", "达到", "为", "共", "共计", "合计", "累计", "已达", "达到了")
_OUTLAYS = re.compile(r"(?:投资|支出|投入)$")  # these are 完成, not 实现
_NAME_OF_ONE = 9  # characters; a longer name is one project's (某公司某生产线投资), which nobody 实现
SAME = ("与上年同期持平", "与上年持平")
UP = ("同比增长", "比上年同期增长", "较上年同期增长", "比上年增长", "较上年增长", "同比增加", "增长")
DOWN = ("同比下降", "比上年同期下降", "较上年同期下降", "比上年下降", "较上年下降", "同比减少", "下降")
POINTS_UP = ("同比提高", "比上年同期提高", "较上年同期提高", "比上年提高", "较上年提高", "同比提升", "提高")
POINTS_DOWN = ("同比下降", "比上年同期下降", "较上年同期下降", "比上年下降", "较上年下降", "同比降低", "下降")
COMPLETION = (
    "完成年度目标的", "占年度目标的", "完成全年目标的", "占全年目标的", "完成年度任务的", "完成全年任务的", "占年度任务的", "占全年任务的",
    "完成年度计划的", "占年度计划的", "达到年度目标的",
)  # fmt: skip
# Indicators of which less is better: a fall of them is no shortfall (信访量下降).
LESS_IS_BETTER = re.compile(
    r"信访|来信|来访|上访|事故|案件|发案|警情|矛盾|纠纷|投诉|隐患|火灾|死亡|伤亡|能耗|排放|污染|浓度|违法|违章|违建|违规|负债|债务|贫困|返贫|失业|发病|病株|病虫|空置|支出|库存|用药|化肥|农药使用|撂荒|辍学|错情|差错|文件|发文|会议|表格|报表|工单|涉企检查|工作群|指数|车程|时限|时间|用时|未"
)
# Indicators that are evils themselves: a rise of them is a shortfall, and a target for them is a ceiling. Not what is done about them
# (查处案件, 化解纠纷, 隐患整改率), nor what may be welcome (受理投诉).
_EVIL = re.compile(
    r"(?:事故|死亡|伤亡|发案|警情|火灾|投诉|信访|来信来访|来访|上访|空置|失业|撂荒|辍学|返贫|超标|负债|债务|不良贷款|病株|病虫害|差错|错情|逾期|拖欠|欠薪|失信|"
    r"违法建设|违法建筑|违法用地|违规放牧|污染物排放|能耗|浓度)[一-鿿]{0,4}$"
)
_REMEDY = re.compile(
    r"办结|化解|整改|整治|处置|处理|满意|合格|修复|治理|再就业|援助|调处|调解|查处|办理|答复|回复|登记|清零|下降|减少|压减|降低|帮扶|救助|监测|受理|接待|检查|巡查|排查|防治|保险|普法|应急|复垦|复耕|追回|清收|消除|拆除|隐患"
)
# Indicators of which more is better: only a fall of these is told as a shortfall; of all others nobody can say.
MORE_IS_BETTER = re.compile(
    r"收入|产值|增加值|总值|投资|销售|营销|零售|交易额|营业额|税收|利税|利润|交货值|产量|总产|发电量|业务量|发件量|刊播|面积|用电量|到位资金|注册资金|游客|接待|就业|参保|岗位|存栏|出栏|签约|开工|新建|改造|企业|贷款|"
    r"覆盖率|普及率|利用率|合格率|满意率|满意度|办结率|成功率|治理率|机械化率|参保率|入学率|建成率|签约率|转化率|接管率|知晓率|处理率|化解率|达标率|优良率|完成率|占比|比重"
)
# What an indicator holds when it tells its own deed or aim: it takes no further verb (完成力争固定资产投资).
_OWN_VERB = re.compile(r"力争|计划|确保|拟|预期|预计|已|完成|实现|新增|占|达")
# What an indicator ends in when it is a comparison itself: its figure follows at once (低于序时进度12.5个百分点).
_COMPARISON = re.compile(r"(?:低于|落后|高于|快于|慢于|少|差|增长|下降|压减|缩短|提高|降低|增加|减少)[一-鿿]{0,6}$")
_PLANNED = re.compile(
    r"^(?:计划(?!生育|免疫)|力争|拟(?!上市|入库|建档|转正)|预期|争取(?=实现|完成|达到|新增|建成|引进|创成|创建|获批|开工|竣工|投产|年内|年底|全年)|下半年|明年|下一年|下一步|下阶段|今后)"
)


def is_evil(indicator: str) -> bool:
    """Whether less of an indicator is better without a doubt: 交通事故, 群众投诉, 房屋空置率; not 查处案件, 隐患整改率."""
    return bool(_EVIL.search(indicator)) and not _REMEDY.search(indicator) and not leading_action(indicator)


def is_planned(words: str, year: int, last_month: int) -> bool:
    """Whether an indicator or a statement speaks of what comes after the period: 计划…, 2027年…, …目标, 9月底前….

    `year`, `last_month`: where the period ends. 完成年度计划 and 计划生育 speak of no plan.
    """
    if _PLANNED.match(words) or re.search(r"目标$", words) or f"{year + 1}年" in words:
        return True
    return any(int(m[1]) > last_month for m in re.finditer(r"(?<!\d)(\d{1,2})月(?:底|末|份)?前", words))


_ACTION = re.compile("|".join(sorted(map(re.escape, ACTIONS), key=len, reverse=True)))


def holds_verb(indicator: str) -> bool:
    """Whether an indicator tells its own deed, aim or comparison, so that it takes neither a verb before it nor 达 after it."""
    return bool(_OWN_VERB.search(indicator) or _COMPARISON.search(indicator))


def flow_verbs(indicator: str) -> tuple[str, ...]:
    """The verbs that a flow takes before it: 实现工业总产值, 完成固定资产投资; none for a project's own figure or with a verb inside."""
    if not _FLOWS.search(indicator) or len(indicator) > _NAME_OF_ONE or holds_verb(indicator):
        return ()
    if _OUTLAYS.search(indicator):
        return ("完成",)
    income = indicator.endswith("收入") and not re.search("财政|预算|税", indicator)  # a village's income is not 完成
    return ("实现",) if income else ("实现", "完成")


def leading_action(indicator: str) -> str:
    """The verb an indicator begins with (拆除 of 拆除面积), or "" if it begins with none."""
    found = _ACTION.match(indicator.lstrip("“”‘’"))
    return found[0] if found else ""


def indicator_kind(indicator: str, unit: str) -> Kind:
    """How an indicator takes its figure.

    rate: 办结率达91.6%. action: 引进企业11户. flow: 实现工业总产值1.35亿元. measure: 拆迁面积为5.18万平方米. thing: 茶叶12486斤.
    """
    if unit in ("%", "‰", "个百分点") or _RATES.search(indicator):
        return "rate"
    if leading_action(indicator):
        return "action"
    if _FLOWS.search(indicator):
        return "flow"
    return "measure" if _MEASURES.search(indicator) else "thing"
