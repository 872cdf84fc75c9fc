"""Good prose that the check must leave alone: numbers that claim nothing, and figures that follow from the sheet."""

from __future__ import annotations

import pytest

from tests.test_checks_figures import figures

CLAIMS_NOTHING = [
    "打造“15分钟便民服务圈”，实现“小事不出村、大事不出镇”。",
    "落实“五个一”包抓机制，推行“1+3+N”网格治理模式。",
    "构建“一轴两带三区”发展格局，擦亮“四季花海”品牌。",
    "坚持每周一调度、每月一通报、每季一观摩。",
    "严格执行“三重一大”集体决策和“末位表态”制度。",
    "组织党员干部学习党的二十届四中全会精神，落实“第一议题”制度。",
    "实行河长制、林长制、田长制“三长”联动，推动治理由“九龙治水”向“一体统管”转变。",
    "深化“放管服”改革，“一窗受理、集成服务”，让群众“最多跑一次”。",
    "全镇上下拧成一股绳，以“钉钉子”精神一件接着一件抓，一年接着一年干。",
    "推广“双减”政策，关爱留守儿童和“一老一小”。",
    "第三季度，各部门要按照“一项目一专班”的要求抓好落实。",
    "围绕“百千万工程”，持续推进典型镇培育。",
    "按照“四不两直”方式开展检查，做到一企一策、一村一品。",
    "坚持“两个毫不动摇”，落实“四个最严”要求，筑牢“三道防线”。",
    "对60岁以上老人和0—3岁婴幼儿开展健康管理。",
    "在第104个“国际劳动妇女节”来临之际，看望慰问困难群众。",
    "推动“三产”融合，发展“六次产业”，形成“两头在外”的新局面。",
    "落实国务院令第722号和省政府〔2025〕12号文件要求。",
    "以“10·26”重阳节为契机，弘扬敬老风尚。",
    "坚持“三个区分开来”，为担当者担当。",
    "聚焦“双碳”目标，推进“千村示范、万村整治”工程。",
    "全天候24小时值班，做到7×24小时响应，5分钟内接单。",
    "争创“五星级”党支部，评定A级、B级、C级三个等级。",
    "打好污染防治攻坚战，细颗粒物（PM2.5）浓度持续改善。",
    "坚持“零容忍”，实现“零上访、零事故、零案件”。",
    "G318国道过境段、S203省道沿线环境整治全面完成。",
    "推行“全科网格”，确保1小时内到场、3日内办结、7日内回访。",
    "一季度“开门红”、二季度“双过半”，三季度“不松劲”，四季度“全年红”。",
    "累计到人、精准到户，不漏一户、不落一人。",
    "统筹抓好“三夏”“三秋”生产，严守耕地保护“三条控制线”。",
    "今年是中国共产党成立105周年，也是“十五五”开局之年。",
    "传承“红船精神”，讲好“半条被子”的故事。",
    "落实“两个责任”，开展“一案双查”。",
    "严守“三公”经费只减不增的要求，厉行节约，反对“四风”。",
    "坚持“一把手”亲自抓、分管领导具体抓，层层压实责任。",
    "争取到2030年，城乡面貌根本改变。",
    "大力弘扬“5A”级服务理念，“三分建、七分管”。",
    "举行了第九届龙舟赛、第十二届邻里节。",
    "做到“两手抓、两手硬”，一手抓防汛、一手抓抗旱。",
    "为60岁以上老人和0—3岁婴幼儿建立健康档案。",
]
FOLLOWS = [
    "一般公共预算收入1486万元，其中上半年同比增收87万元。",
    "一般公共预算收入完成1486万元，完成全年目标（2900万元）的51.2%，超时间进度1.2个百分点。",
    "一般公共预算收入完成全年目标的一半以上。",
    "一般公共预算收入增速6.2%，增量87万元。",
    "固定资产投资仅完成5.38亿元，距10.6亿元的目标尚有5.22亿元缺口，差49.2个百分点。",
    "固定资产投资由去年同期的5.6亿元降至5.38亿元，减少2200万元。",
    "排查矛盾纠纷86件，成功化解81件，化解率94.2%，未化解5件。",
    "排查矛盾纠纷86件，其中已化解81件，剩余5件。",
    "月均排查矛盾纠纷14件以上。",
    "平均每月排查矛盾纠纷14.3件。",
    "发放低保金126.4万元，是临时救助金（38.2万元）的3.3倍。",
    "发放低保金、临时救助金共计164.6万元，其中低保金占76.8%，临时救助金占23.2%。",
    "发放低保金126.4万元、临时救助金38.2万元，低保金占两项资金的近八成。",
    "新增城镇就业312人，完成过半，达到52%，尚差288人。",
    "新增城镇就业完成全年600人目标的52%。",
    "1.26万亩粮食、3个文化广场、27家超千万元企业，构成了全镇的底色。",
    "粮食播种面积1.26万亩（约合840公顷）。",
    "农村生活污水治理率71.5%，还有28.5%的农户没有纳入治理。",
    "污水治理率力争达到75%，再提高3.5个百分点。",
    "三个文化广场建成投用，新建数量与去年持平。",
    "超千万元企业达27家。",
    "一般公共预算收入同比增长6.2%，增幅居全县第二位。",
    "完成一般公共预算收入1486万元，较2025年同期增长6.2%。",
    "2025年上半年，一般公共预算收入为1399万元。",
    "全镇一般公共预算收入接近1500万元。",
    "财政收入达1400余万元，接近全年目标的一半。",
]


@pytest.mark.parametrize("body", CLAIMS_NOTHING)
def test_a_number_that_claims_nothing(body: str) -> None:
    assert figures(body) == []


@pytest.mark.parametrize("body", FOLLOWS)
def test_a_figure_that_follows_from_the_sheet(body: str) -> None:
    assert figures(body) == []


@pytest.mark.parametrize(
    ("body", "rule", "quote"),
    [
        ("对64岁及以上老年人免费体检，惠及1860人。", "figure.unsupported", "1860人"),
        ("推动98个网格“多格合一”。", "figure.unsupported", "98个"),
        ("发放低保金126.4万元，是临时救助金（38.2万元）的3.9倍。", "figure.unsupported", "3.9倍"),
        ("固定资产投资仅完成5.38亿元，距10.6亿元的目标尚有5.42亿元缺口。", "figure.derived", "5.42亿元"),
        ("一般公共预算收入增速6.2%，增量78万元。", "figure.derived", "78万元"),
        ("发放低保金、临时救助金共计164.6万元，其中低保金占78.6%。", "figure.unsupported", "78.6%"),
        ("平均每月排查矛盾纠纷13.4件。", "figure.wrong_value", "13.4件"),
        ("还有25.8%的农户生活污水没有治理，农村生活污水治理率71.5%。", "figure.unsupported", "25.8%"),
        ("新增城镇就业450余人。", "figure.wrong_value", "450余人"),
    ],
)
def test_beside_it_what_does_not_follow(body: str, rule: str, quote: str) -> None:
    assert [(r, q) for r, severity, q in figures(body) if severity == "error"] == [(rule, quote)]


def test_a_rank_among_the_countys_towns_is_only_pointed_at() -> None:
    assert figures("一般公共预算收入在全县12个乡镇中排名第3。") == [("figure.unsupported", "warning", "12个")]


@pytest.mark.parametrize(
    ("body", "severity", "quote"),
    [
        ("发放低保金126.4万元。\n\n党费收缴126.4万元。", "error", "126.4万元"),
        ("新增城镇就业312人。\n\n慰问困难党员312人。", "warning", "312人"),
    ],
)
def test_a_facts_figure_on_another_thing(body: str, severity: str, quote: str) -> None:
    """What is told by name elsewhere is no leave to say its figure of something else."""
    found = [f for f in figures(body) if f[0] == "figure.misbound"]
    assert found == [("figure.misbound", severity, quote)]


@pytest.mark.parametrize(
    ("body", "quote"),
    [
        ("固定资产投资保持稳定增长。", "增长"),  # 5.38 after 5.6
        ("固定资产投资与上年同期持平。", "持平"),
        ("固定资产投资5.38亿元，同比大幅增长，完成年度目标的50.8%。", "增长"),
        ("一般公共预算收入有所下降。", "下降"),
        ("矛盾纠纷化解率较上年同期下降。", "下降"),
    ],
)
def test_a_rise_told_in_words_of_what_fell(body: str, quote: str) -> None:
    assert [f for f in figures(body) if f[0] == "figure.direction"] == [("figure.direction", "error", quote)]


@pytest.mark.parametrize(
    "body",
    [
        "固定资产投资有所下降。",
        "一般公共预算收入保持稳定增长，矛盾纠纷化解率稳步提升。",
        "力争固定资产投资实现增长。",
        "推动固定资产投资稳步增长。",
        "固定资产投资增长动力不足。",
        "去年固定资产投资大幅增长。",
        "粮食播种面积与上年持平。",  # the sheet does not know last year's
        "遏制固定资产投资下滑势头，扭转固定资产投资下降的局面。",
    ],
)
def test_a_direction_that_holds_or_claims_nothing(body: str) -> None:
    assert [f for f in figures(body) if f[0] == "figure.direction"] == []
