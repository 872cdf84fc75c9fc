"""Ordinals and names with numbers in them (序号、专名): 第十二届, 23号令, 204国道, 三个代表, 四位一体, 一期工程.

These are rules of the language, each with the forms it is for; a rule may take a form that `quantities` would not have
read anyway, so that the form is reported as what it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pipeline.language.marks import Kind, Mark

_CN = "零〇一二两三四五六七八九十百"
_NUM = rf"(?:[0-9]{{1,8}}|[{_CN}千万]{{1,12}})"  # bounded, so that no text is read in more than linear time
_JOIN = r"(?:、|和|至|到|-|~|—{1,2})"


@dataclass(frozen=True)
class _Rule:
    """A pattern, and the words (with spaces between) of which one stands in or right beside all that it takes: a text with none of
    them is not searched. No words: always."""

    written: str
    words: str = ""

    @cached_property
    def _needed(self) -> tuple[str, ...]:
        return tuple(self.words.split())

    @cached_property
    def _begins(self) -> frozenset[str]:
        return frozenset(word[0] for word in self._needed)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(self.written)

    def spans(self, text: str, characters: frozenset[str]) -> Iterator[tuple[int, int]]:
        """All that the pattern takes. `characters`: those of the text."""
        if not self.words or (not self._begins.isdisjoint(characters) and any(word in text for word in self._needed)):
            yield from (m.span() for m in self._pattern.finditer(text))


_ORDINALS = (
    # 第十二届, 第3季度, 第一、二、三产业, 第3至5条
    _Rule(
        rf"第 ?{_NUM}(?:\.[0-9]{{1,4}}){{0,4}}(?: ?{_JOIN} ?第? ?{_NUM}){{0,8}} ?"
        r"(?:季度|阶段|产业|中学|小学|批次|届|次|批|期|个|名|位|条|款|项|章|节|组|号|轮|年|方|卷|版|页|类|层|级|例|步|天|周|场|站|家|户|人|代|师|团)?"
    ),
    # 〔2023〕12号, (2023)第5号
    _Rule(r"[(\[](?:19|20)[0-9]{2}[)\]] ?第? ?[0-9]{1,8}(?:-[0-9]{1,8})? ?号", "号"),
    # 25号楼, 1、2号地块, 23号令, 3#楼, 12号文件
    _Rule(rf"(?<![0-9.])[0-9]{{1,8}}(?:{_JOIN}[0-9]{{1,8}}){{0,8}} ?(?:号(?!人)|#)", "号 #"),
    _Rule(r"(?<![一-鿿])?[一二三四五六七八九十]{1,3}号", "号"),
    # 十八届三中全会, 十四届人大二次会议; not 两届, 举办三届
    _Rule(
        rf"(?<!连续)(?<!举办)(?<!举行)(?<!办了)(?<!举办过)(?<!召开)(?<!共)(?<![满任了])(?:[0-9]{{1,2}}|[一二三四五六七八九十]{{1,3}})届"
        rf"(?:[^,。;;\n第]{{0,10}}?[{_CN}0-9]{{1,3}}(?:次|中)(?:全会|全体会议|会议|全体\(扩大\)会议|代表大会))?",
        "届",
    ),
    # 第十八届人大三次会议, 一届六次全会
    _Rule(
        r"(?:(?<=人大)|(?<=政协)|(?<=大会)|(?<=委会)|(?<=委员会)|(?<=届))[一二三四五六七八九十]{1,3}次(?:全体)?(?:\(扩大\))?会议|[一二三四五六七八九十]{1,3}[次中](?:全会|全体会议)",
        "会",
    ),
    _Rule(
        rf"(?:(?<![目此提之日年月天])前|(?<!系)列|(?<![民新旧同邻定])居|(?<![安编选增])排名?){_NUM}(?:名|位)(?!同志|代表|学生|老人|群众|患者|干部|人员|职工|党员)"
    ),
    _Rule(
        r"(?:[0-9]{1,2}|[一二三四五六七八九])(?:年级(?:[0-9一二三四五六七八九]{1,2}班)?|楼(?!宇)|单元|等奖|等功|车间)",
        "年级 楼 单元 等奖 等功 车间",
    ),
    _Rule(
        r"(?:(?<=附件)|(?<=附表)|(?<=附图)|(?<=表格)|(?<=[见如]表)|(?<=[见如]图))[0-9]{1,2}(?:-[0-9]{1,2})?(?![0-9.%张份个])",
        "附 表 图",
    ),
    _Rule(
        r"(?<=表)(?<![电水报仪手气油量代]表)[0-9]{1,2}(?:-[0-9]{1,2})?(?=[。,、)所中及\n]|$)",
        "表",
    ),
    _Rule(
        r"(?<![0-9.])[0-9]{3,4}(?:室|(?=办公室|会议室|教室|宿舍|房间))|(?<![0-9.])[0-9]{1,3}[栋幢座](?=[0-9]{1,4}(?:单元|室|号|楼))",
        "室 栋 幢 座",
    ),
    # 一期, 一、二期; 三期工程; not 举办三期培训班
    _Rule(
        rf"(?<![举办了共展印刊发出第每班课报栏座训一二三四五六七八九十百])[一二三四](?:{_JOIN}[一二三四]){{0,4}}期(?![间末限望待货刊]|培训|讲座|班|简报|专|宣传)"
        rf"|(?<![0-9.])[0-9](?:{_JOIN}[0-9]){{0,4}}期(?=工程|项目|建设|规划|开发|改造|厂)",
        "期",
    ),
    # 第 is left out in 三组, 五队 of a village
    _Rule(
        rf"(?<=[村社居])(?<![0-9]村)(?<![0-9]社)(?:[0-9]{{1,2}}|[一二三四五六七八九十]{{1,3}})(?:{_JOIN}(?:[0-9]{{1,2}}|[一二三四五六七八九十]{{1,3}})){{0,8}}(?:组|队|社)(?!织|建|成|合)",
        "组 队 社",
    ),
)
_SLOGAN = (
    "有之|必由之路|对党|坚定|牢牢|牢记|精准|融合|贯通|相统一|相结合|下移|代表|意识|维护|确立|自信|务必|文明|全面|围绕|注重|统一|经验|一百年|毫不动摇|区分开来|确保|最严|振兴|不摘|倍增|到位|覆盖|零|必须|严禁|不准|率先|优先|着力|坚持|结合"
    "|明确|转变|统筹|自我|满意|清零|安全|推进|提升|强化|加强|深化|突出|突破|促进|保障|规范|完善|落实|走在前|更加|伟大|先锋|大局|大计|责任|导向|关系|聚焦|狠抓|同步|有利于|服务|创新|先行|敢于|严格|切实|带头|表率|看齐|离不开|绝不|决不|进一步|放过|下功夫|打造|做到|抓实|抓好"
)
_AFTER_SLOGAN = r"(?![一-鿿]{0,2}(?:中心|站|平台|基地|项目|工程|小组|队伍?|示范|试点|片区|园区|企业|单位|村|社区|部门|区域|问题|点|隐患|岗|户|措施))"
_NAMES = (
    # 三个代表, 五个一, 四个“统一”, 三个不
    _Rule(rf"[二两三四五六七八九十](?:多)?个(?:[一不“\"‘「『]|(?:{_SLOGAN}){_AFTER_SLOGAN})"),
    _Rule(
        r"[一二两三四五六七八九十]位一体|[一二两三四五六七八九十][套家]班子|[一二两三四五六七八九十]条(?:龙|心)|两条(?:线|腿)|[一二两]张皮",
        "位一体 班子 条 张皮",
    ),
    _Rule(
        r"(?:八|十)项(?:规定|纪律|注意)|六项纪律|三项制度|[一二三]次(?:产业|分配|创业|污染|供水|利用|性|办|元|能源|函数|开发|元|党代|农业普查)"
    ),
    _Rule(
        r"[三四五六七八]口之家|三支一扶|二人转|[三四]世同堂|[一二三四五六七八九十]人制|[两三]国|三番[五两]次|[三五七]包|三道(?:沟|镇|河)|三门峡|三门县",
        "口之家 三支一扶 二人转 世同堂 人制 两国 三国 三番 包 三道 三门",
    ),
    # 四部一办, 三会一课, 四议两公开: digit and word, digit and word, where the words are no two measures
    _Rule(
        r"(?<![一二两三四五六七八九十百千万])[一二两三四五六七八九十][一-鿿](?<![个、名人户亩元米斤丈尺里块角幢栋座台辆套间层十百千万亿家成倍年月天次分点])[一二两三四五六七八九](?![十百千万亿])"
        r"(?:公开|[一-鿿](?<![个名人户亩元家镇乡村区县市街次项条件座所处台期级位成份天年月日周倍吨斤米公幢层张本辆套支门栋间口头只]))"
    ),
    _Rule(rf"{_NUM}年(?:(?=(?:规划|计划|行动|攻坚|纲要|义务教育|制|滚动|方案))|期(?=规划))"),
    _Rule(r"双(?:1[12]|十[一二])|(?<![0-9.])6[·.]?18(?=大促|电商|购物|促销|期间)", "双 18"),
    _Rule(r"[0-9]{2,5}倍(?=液|镜|数[是为])|(?:(?<=[民海群如是成亲]))一家(?=[亲人,。;、”\n]|$)", "倍 一家"),
    _Rule(r"(?<![0-9.-])[0-9]{1,6}(?:-[0-9]{1,8}){2,}(?![0-9.%])", "-"),
    # 做到五个坚定不移
    _Rule(
        rf"(?:(?<=做到)|(?<=谨记)|(?<=牢记)|(?<=践行)|(?<=恪守)|(?<=遵循))[二两三四五六七八九十]个(?!方面|重点|环节|阶段|层面|步骤){_AFTER_SLOGAN}[一-鿿]{{2,6}}(?=[,。;、\n]|$)",
        "做到 记 践行 恪守 遵循",
    ),
    _Rule(r"[A-Z]?K[0-9]{1,4}\+[0-9]{1,4}(?:\.[0-9]{1,3})?", "K"),  # K12+300: a place along a road
    _Rule(r"七站八所", "七站八所"),
    # 东经118°24′
    _Rule(
        r"[0-9]{1,3}°[0-9]{1,2}(?:\.[0-9]{1,4})?['′](?:[0-9]{1,2}(?:\.[0-9]{1,4})?[\"″])?|(?<=[经纬NESW])[0-9]{1,3}(?:\.[0-9]{1,8})?[°度]",
        "° 经 纬",
    ),
    _Rule(
        rf"{_NUM}周年|十年(?=禁渔|树木|磨一剑)|[0-9]{{2,3}}/[0-9]{{2,3}} ?(?:毫米汞柱|mmHg)", "周年 十年 毫米汞柱 mmHg"
    ),
    _Rule(r"(?<![0-9.])[0-9][05]后", "0后 5后"),
    _Rule(
        r"(?<![0-9.])(?:24小时|365天|7天24小时)(?=值|不间断|在岗|在线|待命|服务|热线|全天候|监控|监测|巡|开放|自助|畅通|轮|营业|动态|守|护|应急|响应|制|连续)",
        "24小时 365天",
    ),
    _Rule(
        rf"{_NUM}字(?=方针|方略|要求|箴言|口诀|真经|诀|格言|经|总要求|工作法)|五花八门|十万个为什么|百般|万般|千般|一百二十分(?=的?(?:努力|精神|热情|警惕|干劲))|不管三七二十一|八九不离十|三天打鱼[,、]?两天晒网|十里八乡|十年寒窗",
        "字 十万个为什么 五花八门 百般 万般 千般 一百二十分 不管三七二十一 八九不离十 三天打鱼 十里八乡 十年寒窗",
    ),
    _Rule(r"(?<![0-9.])(?:[0-9]{2,4}|[百千])米(?=大道|大街|跑|短跑|赛跑|栏|接力|长廊|自由泳)", "米"),
    _Rule(
        r"7 ?[×xX*] ?24(?:小时)?|(?<![0-9.])[0-9]{1,6} ?[×*] ?[0-9]{1,6}(?:\.[0-9]{1,6})?(?:万|亿)?(?:千瓦|兆瓦|MW|kW|米|小时)?",
        "× x X *",
    ),
    # 35千伏变电站, 110kV线路, 10千伏及以上
    _Rule(
        r"(?<![0-9.])[0-9]{1,4}(?:\.[0-9])?(?:/[0-9]{1,4})? ?(?:千伏|[kK][vV])(?=及以上|以上|[一-鿿]{0,6}?(?:变电|输变|线路|输电|配电|电网|开关站|母线|台区|主变|专线|高压|电压|电缆|等级|配网|供电|环网|开闭所|变|线))",
        "千伏 V v",
    ),
    # 204国道, 105县道, 518路公交, 985高校, 12345热线
    _Rule(
        r"(?<![0-9.,])(?<!探头)(?<!监控)(?<!视频)(?<!像头)(?<!信号)[0-9]{1,5}(?=国道|省道|县道|乡道|高速|路(?!口|段|灯|面|径|桥|视频|监控|高清|探头|摄像)|线(?!路)|频道|高校|工程|行动|热线|平台|专线|电话|工作法|模式|战略|计划|机制|矩阵"
        r"|体系|联动|指挥|报警|急救|接警|晚会|会议|讲话|案|专案|事件|事故|部队|团(?!员|体|队)|型|版|款|系列|标准|机型|空间|智慧|系统|产业|思路|布局|格局|网格化|文件)"
    ),
    _Rule(
        r"(?<![0-9])(?:三五|四五|五五|六五|七五|八五|九五|十五|十[一二三四五]五)(?=普法|规划|期间|时期|计划|末|以来|开局|收官)",
        "五",
    ),
    _Rule(r"[“‘\"「『](?:三八|五一|五四|六一|七一|八一|十一|双十一|双十二|九一八|一二九)[”’\"」』]?"),
    _Rule(
        r"(?<![0-9.])[0-9]{1,2}[·.][0-9]{1,2}(?=案|专案|事故|事件|地震|特大|讲话|暴雨|洪灾|洪水|诈骗|系列)|(?<![0-9.])[0-9]{1,2}·[0-9]{1,2}(?![0-9%‰万亿元亩吨斤米]|公[里斤顷]|平方)",
        "· 案 事故 事件 地震 特大 讲话 暴雨 洪灾 洪水 诈骗 系列",
    ),
)
_RULES: tuple[tuple[tuple[_Rule, ...], Kind], ...] = ((_ORDINALS, "ordinal"), (_NAMES, "name"))
_QUOTED = re.compile(r"[“‘「『][^“”‘’「」『』\n]{1,24}[”’」』]")
_QUOTED_PIECE = re.compile(
    r"(?:(?<=^)|(?<=[、,;和·]))(?:[一二两三四五六七八九十]{1,4}[一-鿿]{2,20}|[0-9]{1,8}(?![0-9.%]|[万亿]?[元亩户人个年月日]))"
)
_SLOGAN_LENGTH = 16  # characters of a quoted slogan: “大干一百天实现双过半”; what is longer may be speech
_ONLY_FIGURE = re.compile(rf"[{_CN}千万亿点]+[一-鿿]{{0,2}}|[^{_CN}]*[0-9].*")
_CHINESE_NUMBER = re.compile(rf"[{_CN}千万]+")
_TITLE = re.compile(r"《[^《》\n]{1,60}》")
# 1、 （3） 2. at the head of a line or after a full stop: a label of the outline
_LABEL = re.compile(
    r"(?=[ #*>(\[0-9])(?:(?:^[ #*>]{0,12}|(?<=[\n。;:])[ ]{0,8})(?:[(\[] ?[0-9]{1,2} ?[)\]]|[0-9]{1,2}(?:[、)]|\.(?! ?[0-9]))"
    r"|[0-9]{1,2}\.(?=[0-9]{1,3}(?:个(?!百分点|多?月|小时)|[名户家人座所处条项件起次台辆])))"
    r"|(?<![0-9.])[0-9]{1,2}\.(?=(?:19|20)[0-9]{2}年))",
    re.MULTILINE,
)
_IN_BRACKETS = re.compile(r"[(\[] ?[0-9]{1,2} ?[)\]]")


def read_labels(text: str) -> list[Mark]:
    """The numbers of headings and list items (标题编号): 1、 2. （3）, where they stand at the head of a line or sentence."""
    return [Mark(m.start(), m.end(), "ordinal") for m in _LABEL.finditer(text)]


def read_designations(text: str) -> Iterator[Mark]:
    """The ordinals and names of a plain text (see `text.plain`), in no particular order, possibly overlapping."""
    characters = frozenset(text)
    for rules, kind in _RULES:
        for rule in rules:
            yield from (Mark(start, end, kind) for start, end in rule.spans(text, characters))
    for m in _QUOTED.finditer(text):
        inside, start = m.group()[1:-1], m.start() + 1
        for piece in _QUOTED_PIECE.finditer(inside):
            yield Mark(start + piece.start(), start + piece.end(), "name")
        if len(inside) <= _SLOGAN_LENGTH and not _ONLY_FIGURE.fullmatch(inside):
            for number in _CHINESE_NUMBER.finditer(inside):
                yield Mark(start + number.start(), start + number.end(), "name")
    for m in _TITLE.finditer(text):
        yield Mark(m.start(), m.end(), "name")
    for m in _IN_BRACKETS.finditer(text):
        yield Mark(m.start(), m.end(), "ordinal")
