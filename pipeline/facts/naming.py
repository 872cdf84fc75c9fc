"""What a figure in prose counts (指标提取): the indicator's name, from the words before the figure and those behind it.

Official prose has few ways of saying it: 完成农业总收入3420万元 (name before), 建成8个示范村 (verb before, noun behind), 投资300万元的
新校舍 (noun behind 的), 整治河道95条33公里 (the same thing in another measure), 占总量的51% (a share of what was said before).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.language.indicators import ACTIONS
from pipeline.language.quantities import Quantity

_STOPS = "，。；：！？\n,;:!?"
_TIME = (
    r"(?:\d{2,4}年度?(?!满)|(?:\d{4}年)?(?:今年|去年|本年|当年|全年|年内|上半年|下半年|[一二三四1-4]季度|年初以来|以来|目前|现在|现已|截[至止](?:目前|\d{1,2}月(?:底|末|\d{1,2}日)?|[^，]{2,8}?[底末日])|"
    r"\d{1,2}(?:[-—至]\d{1,2})?月份?|到目前为止|至今|期间))"
)
_FILLER = (
    r"全镇|全乡|全县|全区|全街道|我镇|我乡|本镇|本乡|镇里|全村|辖区|已经|已|共计|合计|总共|共(?![同建享])|累计|预计|预期(?!寿命)|约(?![谈束])|近(?!海)|其中|同时|此外|另外|先后|"
    r"继续|进一步|积极|认真|全面|重点(?![项企工人村水产])|切实|及时|大力|成功(?!率)|全力|扎实|圆满|顺利|基本(?![公医养建农口])|平均(?!亩产|单产)|每年|每月|各类|各级|"
    r"如(?!期)|也|还|则|并(?!网)|又|再(?![生就])|仅|可(?![支再比])|将|使(?!用)|由(?!于)|等(?!级)|在(?![建职册校])|了|的|、|和|与|及(?!时)|以及|有(?![线机效关色])|是"
)
_LEADING = re.compile(
    rf"^(?:{_TIME}|{_FILLER}|对(?![外口接])|为(?![民农])|把|给(?![水排])|向(?!上)|让|[\s“”\"（）()]*[、，,])+"
)
_LIGHT = re.compile(
    r"^(?:圆满|顺利|超额)?(?:完成|实现|达到|取得|形成|推进|进行|开展|组织|组织开展|做好|落实|办理|召开|举办|参加|获得|共有|拥有|设有|建有)了?(?=.)"
)
_TRAILING = re.compile(
    r"(?:分别|平均|总计|共计|合计|累计|预计|已达到?|达到了?|高达|多达|达成|达|为|有|是|约为|约|近|超过了?|超|突破了?|逾|共|(?<![设统审会])计|在|至|到|仅|了|的|已|等|不低于|不少于|增加到|提高到|上升到|下降到|降至|增至|升至|提升至|"
    r"占|完成|实现|[“”\"（(、\s])+$"
)
_CONJUNCTION = re.compile(r"(?:以及|及其|(?<!涉)(?<!惠)(?<!普)及|和|与|并|、)$")
_RIGHT_END = re.compile(
    rf"[{_STOPS}（()）、]|(?:已|已经|均|都|全部|进行|参加|参与|接受|达到?(?!标)|实现|完成|提供|开展|要求|得到|通过|进场|竣工|投产|投入|顺利|按|正|将|被|为|与|及|并|以上|以下|左右|提出|增长|下降|占|预计|预期|累计|共(?!同|建|享)|计(?!划|生)|组织|申请|免费|分解|正在|落户|获|签订|纳入|以|从|在)"
)
_MEASURES = {"吨": "重量", "公里": "长度", "千米": "长度", "米": "长度", "亩": "面积", "平方米": "面积", "平方公里": "面积", "公顷": "面积", "元": "金额", "人": "人数", "人次": "人次", "次": "次数"}  # fmt: skip
_GENERIC = re.compile(
    r"^(?:完成|总|累计)?(?:投资|总投资|面积|总面积|资金|金额|人数|总额|产值|收入|长度|里程|数量|规模|建筑面积|占地面积|发放对象|总量|满意度|[一-鿿]{2}率|测试合格率|办结)$"
)
_VERBS = "|".join(sorted({*ACTIONS, "投资", "涉及", "出动", "发出", "开出", "选派", "收到", "接受", "接到", "聘请", "邀请", "扶持", "申领", "招募", "共建", "搭建", "加快", "推进", "打造", "成立", "设", "开", "派出", "拥有", "辐射", "吸引", "带动"}, key=len, reverse=True))  # fmt: skip
_BARE_VERB = re.compile(rf"^(?:{_VERBS})+了?$")
_COUNTING = re.compile(
    r"^(?:万|亿|千|百)?(?:个|家|户|名|位|起|项|条|座|只|件|张|次|场|期|人|人次|处|所|批|台|套|辆|支|部|篇|间|幢|栋|道|块|对|届|种|门|头|羽|株)"
)


@dataclass(frozen=True, slots=True)
class Setting:
    """A figure with the words around it. `before`: from the last stop or figure; `after`: up to the next; `last`: the indicator said before
    it in this sentence, "" if none; `touching`: no stop stands between the figure before and this one; `next_after`: what follows the list
    of figures that this one begins (1300平方米、12个班的…)."""

    figure: Quantity
    before: str
    after: str
    last: str
    touching: bool
    next_after: str = ""


def role(setting: Setting) -> str:
    """What the figure says: "value", or a change ("growth"), a completion of a target ("completion") or a share ("share") of one."""
    before, unit = setting.before, setting.figure.unit
    if unit in ("%", "个百分点", "倍", "番") and re.search(r"(?:同比|环比|比|较|年均)?[^，]{0,8}(?:增长|增加|上升|提高|提升|下降|减少|降低|回落|压减|净增|翻)了?(?:约|近)?$", before):  # fmt: skip
        return "growth"
    if unit == "%" and re.search(
        r"(?:占|完成?|达到?|为).{0,16}(?:目标|任务|计划|指标|预算)(?:任务|数|总数)?的?(?:约|近)?$", before
    ):
        return "completion"
    if re.search(
        r"(?:同比|比上年|比去年|较上年|较去年|上年同期)[^，]{0,6}(?:增长|增加|上升|提高|下降|减少|多|少)?了?$", before
    ):
        return "growth"
    if unit == "%" and re.search(r"^[^，]{0,12}占[^，]{1,20}$", before):
        return "share"
    return "value"


def indicator_of(setting: Setting, town: str = "") -> str:
    """The name of what a figure counts; "" where nothing names it."""
    figure = setting.figure
    left = _left(setting.before, town)
    right = _right(setting.after)
    if role(setting) == "share":
        subject, _, whole = left.partition("占")
        subject = subject or _subject(setting.last)
        return f"{subject}占{_TRAILING.sub('', whole)}比重"
    if _CONJUNCTION.search(setting.before.strip()) and setting.last:
        left = ""
    if setting.touching and right and _COUNTING.match(figure.unit):
        left = ""
    left = _LIGHT.sub("", left) if _BARE_VERB.match(_LIGHT.sub("", left)) and not right else left
    if not right and setting.after.startswith("、") and setting.next_after and (not left or _BARE_VERB.match(left)):
        return _measured(_right(setting.next_after), figure)
    if not left and not right:
        return (
            _measured(_subject(setting.last) if not setting.touching else setting.last, figure) if setting.last else ""
        )
    if _BARE_VERB.match(left) or not left:
        verb = left.removesuffix("了")
        done = re.match(r"(?:多|余)?(?:参加|参与|接受)了?[一-鿿“”]{2,10}", setting.after)
        if not right and done:
            return done[0].lstrip("多余").replace("了", "")
        if not right:
            peer = setting.before.startswith("、")  # one of a list stands for itself
            return (
                f"{_subject(setting.last)}{verb}"
                if verb and setting.last and not peer
                else verb or _measured(setting.last, figure)
            )
        if verb in ("投资", "总投资", "投入"):
            return f"{right}{verb}"
        light = _LIGHT.match(f"{verb}x")
        return _measured(right, figure) if light or not verb else f"{verb}{right}"
    name = _LIGHT.sub("", left)
    if figure.unit == "%" and right and not re.search(r"[率比重例度幅面]$", name):
        return f"{name}{right}比例"
    if figure.unit == "%" and (
        met := re.match(r"(?:以上|左右)?((?:实现|完成|通过|达到|建成)了?[^，。；]{2,12})", setting.after)
    ):
        return f"{name}{met[1]}比例"
    if re.search(r"\d.*[宽长高深厚]$", name) and right:
        return f"{name}{right}"
    if _GENERIC.match(name) and setting.last:
        return f"{_subject(setting.last)}{name}"
    if right and not setting.after.startswith("的") and _COUNTING.match(figure.unit) and len(name) <= 10 and not re.search(r"[率数量额]$", name):  # fmt: skip
        return f"{name}{right}"
    if right and re.search(r"(?:地块|一期|二期|期|段|村)$", name):
        return f"{name}{right}"
    return name


def _left(before: str, town: str) -> str:
    text = re.sub(r"[（(][^）)]*[）)]", "", before).strip(" \t　，、")
    text = re.split(r"等(?:各类|各项|多种|一批)", text)[-1]
    for _ in range(4):
        cut = _LEADING.sub("", text)
        cut = cut.removeprefix(town).removeprefix(town[:-1]) if len(town) > 2 else cut
        cut = _TRAILING.sub("", cut)
        if cut == text:
            break
        text = cut
    if "“" in text and "”" not in text:
        text = text.replace("“", "")
    text = re.sub(rf"^(?:{_VERBS})了(?=.)", lambda m: m[0][:-1], text)
    text = re.sub(r"^(?:农民|群众|村民|居民|企业|学生|老人)(?=免费|提供|发放|捐)", "", text)
    later = re.split(r"(?:[通经]过|围绕|按照|根据|结合|为了|以便|从而|对(?![象口外接比照应手]))", text)[-1]
    return later if len(later) >= 2 else text


def _right(after: str) -> str:
    text = after.removeprefix("多").removeprefix("余").removeprefix("以上").lstrip(" 　")
    text = re.sub(r"^(?:段|的|左右|以上)+", "", text)
    text = re.sub(r"^对", "", text)
    end = _RIGHT_END.search(text, 1) if text else None
    noun = text[: end.start()] if end else text
    if not text or text[0] in _STOPS + "、）)（(" or _RIGHT_END.match(text):
        return ""
    noun = noun.strip("\"' 　") if "“" in noun else noun.strip("“”\"' 　")
    if owned := re.match(r"([^的“”]{1,3})的(.{3,16})$", noun):  # 2家企业的资产清理工作 counts 资产清理企业
        noun = re.sub(r"(?:工作|推进)$", "", owned[2]) + owned[1]
    if done := re.match(rf"{re.escape(text[: len(noun)])}(?:进行|参加|参与|接受)了?([一-鿿]{{2,6}})", text):
        noun += done[1]
    return re.sub(r"(?:的|和|等)+$", "", noun[:18])


def _subject(name: str) -> str:
    """The thing that an indicator speaks of: without its verb and its measure."""
    bare = re.sub(rf"^(?:新增加|{_VERBS})+", "", name)
    bare = re.sub(
        r"(?:总?投资|面积|金额|人数|长度|重量|数量|次数|比重|总额|[一-鿿]{2}率|办结|化解|调处|处理|出动|完成)+$",
        "",
        bare,
    )
    return bare or name


def _measured(name: str, figure: Quantity) -> str:
    """A thing with what is measured of it: 新镇区 and 2平方公里 → 新镇区面积."""
    unit = re.sub(r"^[万亿千百十]+", "", figure.unit)
    if (
        not name
        or unit not in _MEASURES
        or unit in ("人", "人次", "次")
        or re.search(r"[率积度量额数程]$|金额|投资$", name)
    ):
        return name
    return f"{name}{_MEASURES[unit]}"
