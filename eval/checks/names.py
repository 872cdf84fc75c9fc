"""Names that do not belong into a report (外来名称): places, bodies and people of other reports, places that the sheet does not know."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from eval.checks.document import Document
from eval.checks.findings import Finding
from pipeline.facts.model import Sheet
from pipeline.language.indicators import ACTIONS


def names(document: Document, sheet: Sheet, foreign: Mapping[str, str]) -> Iterator[Finding]:
    """Names of places that the sheet does not know, of bodies and people that come from an exemplar. `foreign`: names of the
    exemplars → the report they come from.

    Such names are mined from running text and are not all names (公开乡 of 公开乡镇权责): one that its report's title holds is
    looked for anywhere, another only where a name can stand.
    """
    own = " ".join(
        [
            sheet.meta.town,
            sheet.meta.county,
            sheet.meta.org,
            sheet.meta.title,
            *(f"{f.indicator} {f.text} {f.note}" for f in sheet.facts),
        ]
    )
    foreign = {n: of for n, of in foreign.items() if len(n) > 2 and n not in own and sheet.meta.town not in of}
    taken: list[tuple[int, int]] = []
    reported = (n for n, of in foreign.items() if re.search(rf"(?:^|[县市区旗盟州]){re.escape(n)}", of))
    for name in sorted(reported, key=lambda n: (-len(n), n)):
        for m in re.finditer(re.escape(name), document.text):
            if m.start() >= document.body_start and not _overlaps(m.span(), taken):
                taken.append(m.span())
                yield _of_an_exemplar(document, m.start(), m.end(), foreign[name])
    firms = (m.span() for name in foreign if _SUFFIX.search(name) for m in re.finditer(re.escape(name), document.text))
    for start, end in sorted({*firms, *people(document.text)}):
        name = document.text[start:end]
        if name in foreign and start >= document.body_start and not _overlaps((start, end), taken):
            taken.append((start, end))
            yield _of_an_exemplar(document, start, end, foreign[name])
    for m in _SIGNED.finditer(document.text, document.body_start):
        if m[1] not in own and not _overlaps(m.span(1), taken):
            taken.append(m.span(1))
            message = f"落款写的是“{m[1]}”，清单是{sheet.meta.town}的。请改正。"
            yield document.finding("leak.name", "error", *m.span(1), message)
    places = [p for p in foreign_places(document.plain, own) if p[0] >= document.body_start and not _overlaps(p, taken)]
    often = Counter(document.text[a:b] for a, b in places)
    for start, end in places:
        name = document.text[start:end]
        if document.text.count(name[:-1]) > often[name]:
            continue  # a word of its own: 参加, 统筹
        if name in foreign:
            yield _of_an_exemplar(document, start, end, foreign[name])
            continue
        line = document.text.rfind("\n", 0, start) + 1
        before = document.text[max(0, start - 1) : start]
        heads = not document.text[line:start].strip("# 　") and bool(_SIGNS.match(document.text, end))
        acts = not _HAN.match(before) and bool(_ACTS.match(document.text, end))
        sure = name[-1] in "镇乡县旗" and (before in ("县", "市", "区") or heads or acts or often[name] > 2)
        message = f"“{name}”不是本清单的地名（本文是{sheet.meta.town}的）。若写错了请改正；确有其事，请写进清单。"
        yield document.finding("leak.name", "error" if sure else "warning", start, end, message)


_SIGNED = re.compile(r"^[ 　]*(?:中共)?([一-鿿]{2,4}[镇乡])(?:党委|党工委|委员会|委|人民政府)(?:办公室)?[ 　]*$", re.M)


def _overlaps(span: tuple[int, int], taken: Sequence[tuple[int, int]]) -> bool:
    return any(a < span[1] and span[0] < b for a, b in taken)


def _of_an_exemplar(document: Document, start: int, end: int, source: str) -> Finding:
    name = document.text[start:end]
    return document.finding(
        "leak.name", "error", start, end, f"“{name}”是范文里的名称（{source}），清单里没有。请删去，或改成本地的名称。"
    )


def names_of(text: str) -> Iterator[str]:
    """The names of a report that would be leaks in another town's: its places, bodies and people."""
    for a, b in (*foreign_places(text, ""), *bodies(text), *people(text)):
        yield text[a:b]


_SUFFIX = re.compile(r"有限责任公司|股份有限公司|有限公司|合作联社|合作社|家庭农场|养殖场|律师事务所")
_LINE = re.compile(
    r"(?:集团|股份|投资|贸易|建设|建筑|置业|农业|生态|旅游|开发|科技|技术|实业|食品|机械|机电|电子|电器|五金|制造|汽车|包装|化工|生物|医药|材料|环保|能源|纺织|服饰|物流|商贸|工程|装饰|文化|传媒|农副产品|果蔬|蔬菜|水果|粮食|苗木|中药材|水产|茶叶|果业|茶业|牧业|林业|渔业|种植|养殖|农机|发展|专业|农民|产销|服务|管理)*$"
)
_NO_BODY = re.compile(
    r"[镇乡村县市区家个名类等型各有和与及的是了在由为从对向将户批涉助]|农民|专业|龙头|股份|种植|养殖|合作|国有|民营|引进|成立|组建|培育|发展|领办"
)


def bodies(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the names of firms and cooperatives: the two characters that tell them apart, and what follows (穗禾农业发展有限公司)."""
    for m in _SUFFIX.finditer(text):
        line = _LINE.search(text, max(0, m.start() - 24), m.start())
        end = line.start() if line else m.start()
        start = end - 2
        if start >= 0 and _HAN.fullmatch(text[start:end]) and not _NO_BODY.search(text[start:end]):
            yield start, m.end()


_SURNAME = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范廖石金韦贾夏付方邹熊孟秦阎薛侯雷龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤"
_PERSON = re.compile(
    rf"(?:书记|镇长|乡长|主任|主席|村民|村医|党员|组长|老师|校长|院长|站长|队长|致富带头人|好人|模范|大户|种粮能手|董事长|总经理|第一书记|道德模范)([{_SURNAME}][一-鿿]{{1,2}}?)(?=[、，。；”（带介说告等牵率包获被荣家]|同志)"
    rf"|(?<![一-鿿])([{_SURNAME}][一-鿿]{{1,2}})(?=同志|书记|镇长|主任|老人|大爷|大娘)"
)


def people(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the names of people, where their office stands before or behind."""
    for m in _PERSON.finditer(text):
        yield m.span(1) if m[1] else m.span(2)


def foreign_places(text: str, own: str) -> Iterator[tuple[int, int]]:
    """Spans of place names that `own` does not hold.

    A name is two or three characters before 镇 乡 县 …; where it begins shows only at a mark, at the start of a line or after
    a word that joins (在, 与, 县). Words that end in 镇 or 乡 without being names (全镇, 建制镇, 返乡) are left out.
    """
    lengths = (1, 2, 3, 4) if re.search(r"(?:^| )[一-鿿]镇", own) else (2, 3, 4)
    for m in _ENDING.finditer(text):
        at = m.start()
        if own and any(
            own.find(text[at - n : m.end()]) >= 0 for n in lengths if at - n >= 0 and _HAN.fullmatch(text[at - n : at])
        ):
            continue
        if _NOT_AFTER.match(text, m.end()) or _SLOGAN.search(text, max(0, at - 12), m.end()):
            continue
        for n in (2, 3):
            stem = text[at - n : at]
            if (
                at - n < 0
                or not _HAN.fullmatch(stem)
                or _VERB.match(stem)
                or _COMMON_STEM.search(stem)
                or any(c in _NEVER for c in stem)
            ):
                continue
            before = text[at - n - 1 : at - n]
            if not _HAN.fullmatch(before):
                yield at - n, m.end()
                break
            if before in _JOINS:
                yield at - n, m.end()
                break


# 科教兴镇, 生态立县: what a town lives by; “水韵荷乡: praise in quotes, in fours
_SLOGAN = re.compile(
    r"(?:科教|科技|教育|文化|工业|农业|旅游|商贸|产业|生态|环境|项目|人才|质量|依法|以法|品牌|特色|开放|创新|林业|渔业|茶叶|贸易|法制|法治)[兴立强富靓治旺活美][镇乡县村旗]$|[“‘][一-鿿]{3}[乡镇]$"
)
# What a town does or has: after a name in front of these there is no doubt that it is one.
_ACTS = re.compile(
    r"(?:\d{4}年|全镇|上半年|下半年|坚持|围绕|紧扣|紧紧|立足|着力|聚焦|聚力|将|在|以|认真|全面|深入|扎实|始终|积极|牢固|牢牢|锚定|把|按照|高度|抢抓|主动|统筹|突出|持续|切实)"
)
_SIGNS = re.compile(r"\d{4}年|人民政府\s*$|关于|[上下]半年", re.M)
_VERB = re.compile(
    "|".join(w for w in ACTIONS if len(w) == 2)
    + r"|邀请|公布|公开|提高|坚持|培养|外出|随着|跟随|目前|承担|组织|选择|发往|扩大|未达|看得|接受|运行|带领|接续|安排|走访|联络|报告|提请|争取|代表|依法|党建|商贸|文旅|因煤|政府|先进|成果|能够|部分|一线|领跑|推给|退村|逐村|插村|康养|现代|老矿|丰富|补齐|传承|进村|入村|驻村|联村|包村|下村|到村|所在|全部|负责|参加|协助|吸收|传承|落后|请受益|因港兴|统筹|厘清|理顺|完善|健全|巩固|加强|强化|整合|依托|围绕|通过|配合|带动|优化|规范|打造|建强|充实|配齐|联动|办活|做强|做大|做优|发挥|落实|压实|推动|推行|推广|深化|拓展|提升|激活|盘活|夯实|守护|守牢|壮大|服务|确保|力争"
    r"|加快|全面|深入|扎实|持续|认真|积极|严格|指导|督促|支持|鼓励|引导|动员|发动|覆盖|涵盖|惠及|连接|贯通|联合|会同|牵头|负责|分管|联系|走遍|深耕|建好|用好|管好|抓好|做好|办好|讲好|唱响|擦亮|叫响|聚焦|聚力|依靠|立足|紧扣|紧盯|锚定|按照|根据|结合"
    r"|修订|制定|印发|出台|纳入|列入|上报|报送|经由|返回|来自|来到|走进|送到|下沉|对照|对标|对接|协同|调动|保障|维护|兑现|发展|振兴|繁荣|美化|亮化|绿化|净化|洁化|清洁|建设|整治|改善|改造|疏通|打通|畅通|串联|环绕|贯穿|毗邻|位于|地处|隶属|少数|多数|个别|部分|主要|重要|关键|搬迁|移民|安置|偏远|边远|近郊|城郊|低洼|高塬|纯牧|纯渔|空壳|薄弱|后进|软弱|示范|样板|精品|试点|帮扶|脱贫|易地|拆迁|回迁|涉农|涉及|沿海|沿江|沿河|沿湖|库区|山区|林区|牧区|圩区|矿区|景区|园区|所属|附近|沿线|周围"
)
_ENDING = re.compile(r"苏木|嘎查|镇|乡|县|旗|村")
_HAN = re.compile(r"[一-鿿]+")
_NOT_AFTER = re.compile(
    r"[镇域容貌民务史情属直财居域风]|委会?(?!书记)|级|办(?!公)|内|外|两级|集体|里|庄|干部(?!群众)|支部|组|官|区|企|籍|愁|土|音|亲|村|贤|旗|长|治理|振兴|建设|经济|工业|规划|落"
)
_COMMON_STEM = re.compile(
    r"[全我本各该城乡集古小市建县区镇村农社园片景地山库灾林街居住院厂业发范老新心进到入联帮包下返回家们个两三几一二四五六七八九十年户美丽政贫困点边远郊夜商为向对与和及由把让使跨型强名特色示优上动广了活立来在属辖驻"
    r"制明生态康安居范强的是有等所级民族科技游化能慧字信任务邻辖属落镇]$|^(?:行政|自然|示范|试点|重点|美丽|和美|文明|特色|先进|中心|移民|安置|全部|部分|涉及|所有|辖区|其他|多个|各个|整治|创建|验收|农业|工业|旅游|特产|建设|乡镇|城中|城郊|园林|"
    r"卫生|生态|国家|省级|市级|森林|优秀|百强|千强|全国|经济|文化|历史|平安|法治|民主|数字|智慧|信用|健康|幸福|书香|体育|教育|双拥|综合|周边|相邻|兄弟|民族)"
)
_NEVER = frozenset("之于的了是在与和及对向由把让使被以至不等将从并其个们各全我本该每某为")
_JOINS = frozenset("了任在与和及向由到赴对让县市区是如即比跟从为把使给替凭好设表立合")
