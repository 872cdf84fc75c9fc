"""Names of places, bodies and people (地名、机构名、人名) as official prose writes them. Pure; no dictionary of names is needed.

Where a name ends shows in its last word (镇, 村, 公司, 书记). Where it begins shows at a mark or a word that governs it (在, 由, 县);
once that has been seen in a text, the name is known wherever it stands there. Errs on the side of naming too few.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.language.places import NEVER_FIRST, VERBS, place_spans
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
    bodies = list(body_spans(readable))
    people = list(person_spans(readable))
    found = [(*span, "body") for span in bodies] + [(*span, "place") for span in place_spans(readable)] + [(*span, "person") for span in people]  # fmt: skip
    names: list[Name] = []
    kinds: dict[str, Kind] = {"body": "body", "place": "place", "person": "person"}
    for start, end, kind in sorted(found, key=lambda one: (one[0], -one[1])):
        if not names or start >= names[-1].end:
            names.append(Name(start, end, text[start:end], kinds[kind]))
    return names


def names_of(text: str) -> Iterator[str]:
    """The names of a report that would be leaks in another town's: its places, bodies and people, as often as they stand there."""
    readable = plain(text)
    for start, end in (*place_spans(readable), *body_spans(readable), *person_spans(readable)):
        yield text[start:end]


def place_names(text: str) -> tuple[str, ...]:
    """Names of towns, villages, counties … in a text, in order, as often as they stand there."""
    readable = plain(text)
    return tuple(text[start:end] for start, end in sorted(place_spans(readable)))


# --- bodies --------------------------------------------------------------------------------------------------------

_BODY = re.compile(  # the lookahead: what any of them begins with
    r"(?=[股责发有集公专农劳养种合律家林茶牧渔中小幼卫医敬银信供派研学大商人财水交教民税管])(?:(?:股份|责任|发展)?有限(?:责任)?公司|集团公司|公司|(?:专业|股份|农机|劳务|农民|养殖|种植)*合作(?:社|联社)|家庭农场|农场|林场|茶场|牧场|渔场|养殖场|律师事务所"
    r"|(?:中心)?(?:小学|中学|幼儿园|卫生院|医院|敬老院)|银行|信用社|供电所|派出所|研究所|研究院|学院|大学|商会|人民政府|财政局|水利局|交通局|教育局|民政局|公安局|商务局|农业农村局|税务局|管理局|管理处|管委会)(?!化|制|习|生|校)"
)
_LONGEST = 14  # characters before a body's kind that are looked at for its name
_BODY_CUT = re.compile(
    r".*(?:[在与和及由对向到让把被给是的了为以、从将请经向]|引进|新建|扩建|改建|依托|支持|扶持|推动|培育|成立|组建|建成|创办|联合|走访|协助|引导|帮助|落户|签约|邀请|委托|投资|收购|改造|发展|整合|建立|建设|新增|注册|领办|指导|鼓励|入股|加入|带动|领军|推进|实施|完成|通过|开展|组织|其中|包括|以及|协调|督促|配合|服务|管理|迁建|搬迁|利用|加快|争取|提升|聘请|对接|促成|促使|规范|走进|进入|进行|同|如|即)"
)
_GENERIC = re.compile(
    r"^[区县市镇乡村]|^(?:治安|脑科|专科|规模|山羊|全[镇村市县区国省]|本|各|该|每|某|几|多|两|[一二三四五六七八九十百千]+[家个所座]|家|个|所|镇|乡|县|市|区|省|村|社区|农村|农民|股份|专业|乡镇|街道|中心|民办|公办|城区|农业|工业|旅游|外资|民营|国有|大型|小型|中小|龙头|骨干|重点|规模|上市|建筑|保险|物业|保洁|劳务|运输|供水|供电|自来水|燃气|电力|投资|集团|平台|母|子|总|分|商业|地方|政策性|有限|股份制|新型|示范|村级|集体|富民|土地|农机|养殖|种植|茶叶|蔬菜|果蔬|粮食|植保|林业|渔业|畜牧|生猪|水产|综合|人民|公立|乡村|等|镇级|县级|市级|区级|基层|标准化|规范化|九年制|寄宿制|完全|希望|专科|综合性|互助|经济|物流|第三方|三方|专业化|家庭|捕捞|边民|民宿|行业|同乡|上级|下级|子弟|原|老年|合作|互助|企业|乡土|净菜加工|手工|来料加工|食品|服装|机械|化工|电子|纺织|建材|运营|管理|服务|开发|经营|发展|国家|公安|辖区|闲置|附属|实验|第[一二三四五六七八九])*$"
)


def body_spans(text: str) -> Iterator[tuple[int, int]]:
    """Spans of bodies that have a name of their own: 青砬茶业有限公司, 荻阳县财政局; not 县财政局, 专业合作社."""
    last = 0
    for found in _BODY.finditer(text):
        start = found.start()
        while start > max(last, found.start() - _LONGEST) and _IS_HAN.match(text[start - 1]):
            start -= 1
        stem = text[start : found.start()]
        if len(stem) < 2:
            continue
        last = found.end()
        while cut := _BODY_CUT.match(stem):
            start += cut.end()
            stem = stem[cut.end() :]
        if len(stem) < 2 or _GENERIC.match(stem) or stem[0] in NEVER_FIRST or stem[:2] in VERBS - _TRADES:
            continue
        if any(c in "的了们这那每该" for c in stem) or stem[-1] in "进到入等":
            continue
        yield start, found.end()


_TRADES = frozenset("农业 工业 旅游 生态 绿色 文化 康养 水乡 田间 文旅 商贸 科技 产业".split())

# --- people --------------------------------------------------------------------------------------------------------

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
    "庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺"
)
_CERTAIN = "王李张刘陈杨赵黄周吴徐孙胡朱林郭罗梁宋郑谢韩唐冯董萧曹袁邓沈彭吕苏卢蒋蔡贾丁魏薛阎潘杜戴汪姜谭廖邹熊郝崔邱秦侯邵孟龚庞樊殷陶翟颜倪俞葛聂邢岳祁耿詹靳裴覃霍翁阮闵瞿戚滕褚娄奚窦蔺"
_TITLE = "书记|副书记|镇长|副镇长|乡长|副乡长|县长|市长|区长|主任|副主任|局长|所长|站长|校长|园长|院长|主席|部长|委员|同志|支书|村长|组长|队长|厂长|董事长|总经理|经理|会长|老师|医生|教授|先生|女士|大爷|大妈|大娘|老汉|老人"
_SURNAME_TITLE = re.compile(
    rf"(?<!{_HAN})(?:[{_SURNAMES}]某{{1,2}}|[{_CERTAIN}]{_HAN}{{0,2}}?)(?={_TITLE})|(?<={_HAN})(?:[{_SURNAMES}]某{{1,2}})(?!{_HAN}*某)"
)
_TITLE_NAME = re.compile(
    rf"(?:{_TITLE}|村民|居民|党员|农民|大户|能人|村官|带头人|致富能手|劳模|模范|典型|传承人|负责人|联系人|志愿者|教师|民警|职工)([{_CERTAIN}](?:某{{1,2}}|{_HAN}{{1,2}}))(?=[,。、;:()”\n ]|$|同志|等\d|等人|的事迹|先进事迹|家[,。]|带[领头动]|牵头|创办|介绍|说|告诉|率先|率领|包联|包村|获|被|荣)"
)
_NO_GIVEN = frozenset(
    "岁转房建设发展工作管理组织活动会议问题方面项目群众同志全面重点落实部门党委镇村等和与及的是在为了"
)


def person_spans(text: str) -> Iterator[tuple[int, int]]:
    """Spans of people: 张书记 and 李某某 with a title before or behind, 村民王某; the title is not part of the name."""
    for found in _SURNAME_TITLE.finditer(text):
        if not any(c in _NO_GIVEN for c in found.group()[1:]):
            yield found.span()
    for found in _TITLE_NAME.finditer(text):
        if not any(c in _NO_GIVEN for c in found[1][1:]):
            yield found.span(1)
