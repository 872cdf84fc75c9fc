"""What does not belong into a finished draft (残留): placeholders, names of other places, sentences of other reports."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from eval.checks.derivations import Offers
from eval.checks.document import Document
from eval.checks.findings import Finding
from eval.checks.naming import core
from pipeline.facts.model import Sheet
from pipeline.language.indicators import ACTIONS

TO_FILL = re.compile(r"【待补：[^】\n]{1,40}】")
_UNITS = r"(?:亿元|万元|个百分点|万亩|公里|平方米|万平方米|万吨|公顷|万人次|万人|万户|％|%|亩|元)"
_PLACEHOLDER = re.compile(
    r"[XxＸｘ×✕＊*]{2,}(?:[年月日]|镇|村|县|乡|万元|亿元|[一-鿿])?|(?<![A-Za-z0-9])[XＸ×](?=[一-鿿％%])(?![光射染线型轴]|[一-鿿]{0,2}[射染]线)|(?<=[一-鿿])某{1,3}(?=[镇乡县村市人某])|某某+"
    r"|【[^】\n]*】|[⟦⟧][^⟧\n]*⟧?|\{\{[^}\n]*\}?\}?|\$\{?[A-Za-z_]+\}?|_{2,}|＿{2,}|[□■○●△]{2,}|[（(]\s*[）)]|《\s*》|“\s*”"
    r"|(?<![A-Za-z])(?:TODO|TBD|None|null|NaN|nan|undefined|FIXME|N/A)(?![A-Za-z])|(?<!亟)待补(?![齐足短强种植栽])|待填|待定[）)]|此处填|（?请填写|\?{2,}|？{3,}|\[F?\d+\]|<[a-z_]+>"
)
_LEFT_OUT = re.compile(
    rf"(?<=[达到为近约共计的是了入资额值款金收增长降加少成投高逾])({_UNITS})(?=[，。；、）,;)\s]|同比|左右|以上|以内|$)"
)
_LEADS = re.compile(
    r"(?:达到?|为|近|约|共计?|合计|增长|下降|增加|减少|完成|实现|提高|降低|目标的|计划的|任务的|投入|投资|收入|资金|总额|产值|超过|逾|占)了?$"
)
_REACH = re.compile("达到|[达为共约近]")
_IDLE_UNITS = frozenset("元 亩 公里 公顷".split())


def placeholders(document: Document, offers: Offers) -> Iterator[Finding]:
    """XX, **, 【】, ⟦F3⟧, {{…}}, a unit without its figure. Our own 【待补：…】 is a warning."""
    text = document.text
    bold = (
        {m.start() for m in re.finditer(r"\*\*(?=[^*\n]+\*\*)|(?<=[^*\n])\*\*", text)}
        if re.search(r"\*\*[^*\n]{1,60}\*\*", text)
        else set()
    )
    taken: list[tuple[int, int]] = []
    for m in TO_FILL.finditer(text, document.body_start):
        taken.append(m.span())
        yield document.finding(
            "leak.placeholder", "warning", *m.span(), f"这里还没有写：{m[0][4:-1]}。清单没有给出内容，请补写。"
        )
    for m in _PLACEHOLDER.finditer(text, document.body_start):
        if m.start() in bold or any(a <= m.start() < b for a, b in taken):
            continue
        taken.append(m.span())
        yield document.finding("leak.placeholder", "error", *m.span(), f"“{m[0]}”是没有填的空或遮去的字。请照实填写。")
    for m in _LEFT_OUT.finditer(document.plain, document.body_start):
        before = document.plain[max(0, m.start() - 8) : m.start()]
        if m[1] in _IDLE_UNITS and not re.search(r"(?:达到?|为|共计|合计|增长|近|约)$", before):
            continue
        if not _LEADS.search(before):
            continue
        yield document.finding(
            "leak.placeholder", "error", m.start(), m.end(), f"“{before[-4:]}{m[1]}”：单位前漏了数字。请补上。"
        )
    yield from _bare_indicators(document, offers)


def _bare_indicators(document: Document, offers: Offers) -> Iterator[Finding]:
    """An indicator followed by its unit with no figure between: 发展党员名，."""
    text = document.text
    for fact in offers.facts:
        if fact.value is None or not fact.unit or fact.unit in ("%", "次", "期", "人", "户"):
            continue
        bare = core(fact.indicator)
        at = text.find(bare) if len(bare) >= 3 else -1
        while at >= 0:
            lead = _REACH.match(text, at + len(bare))
            start = lead.end() if lead else at + len(bare)
            end = start + len(fact.unit)
            if text.startswith(fact.unit, start) and text[end : end + 1] in tuple("，。；、\n"):
                yield document.finding(
                    "leak.placeholder",
                    "error",
                    start,
                    end,
                    f"“{text[at:end]}”：单位前漏了数字。清单里{fact.id}为{fact.value:f}{fact.unit}。",
                    fact.id,
                )
            at = text.find(bare, at + 1)


def names(document: Document, sheet: Sheet, foreign: Mapping[str, str]) -> Iterator[Finding]:
    """Names of places that the sheet does not know. `foreign`: names of the exemplars shown → the report they come from.

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
    for name in sorted((n for n, of in foreign.items() if n in of), key=lambda n: (-len(n), n)):
        for m in re.finditer(re.escape(name), document.text):
            if m.start() >= document.body_start and not _overlaps(m.span(), taken):
                taken.append(m.span())
                yield _of_an_exemplar(document, m.start(), m.end(), foreign[name])
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


def _overlaps(span: tuple[int, int], taken: Sequence[tuple[int, int]]) -> bool:
    return any(a < span[1] and span[0] < b for a, b in taken)


def _of_an_exemplar(document: Document, start: int, end: int, source: str) -> Finding:
    name = document.text[start:end]
    return document.finding(
        "leak.name", "error", start, end, f"“{name}”是范文里的名称（{source}），清单里没有。请删去，或改成本地的名称。"
    )


def foreign_places(text: str, own: str) -> Iterator[tuple[int, int]]:
    """Spans of place names that `own` does not hold.

    A name is two or three characters before 镇 乡 县 …; where it begins shows only at a mark, at the start of a line or after
    a word that joins (在, 与, 县). Words that end in 镇 or 乡 without being names (全镇, 建制镇, 返乡) are left out.
    """
    lengths = (1, 2, 3, 4) if re.search(r"(?:^| )[一-鿿]镇", own) else (2, 3, 4)
    for m in _ENDING.finditer(text):
        at = m.start()
        if any(
            own.find(text[at - n : m.end()]) >= 0 for n in lengths if at - n >= 0 and _HAN.fullmatch(text[at - n : at])
        ):
            continue
        if _NOT_AFTER.match(text, m.end()):
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
    r"[镇域容貌民务史情属直财居域风]|委会?(?!书记)|级|办(?!公)|内|外|两级|集体|里|庄|干部|支部|组|官|区|企|籍|愁|土|音|亲|村|贤|旗|长|治理|振兴|建设|经济|工业|规划|落"
)
_COMMON_STEM = re.compile(
    r"[全我本各该城乡集古小市建县区镇村农社园片景地山库灾林街居住院厂业发范老新心进到入联帮包下返回家们个两三几一二四五六七八九十年户美丽政贫困点边远郊夜商为向对与和及由把让使跨型强名特色示优上动广了活立来在属辖驻"
    r"制明生态康安居范强的是有等所级民族科技游化能慧字信任务邻辖属落镇]$|^(?:行政|自然|示范|试点|重点|美丽|和美|文明|特色|先进|中心|移民|安置|全部|部分|涉及|所有|辖区|其他|多个|各个|整治|创建|验收|农业|工业|旅游|特产|建设|乡镇|城中|城郊|园林|"
    r"卫生|生态|国家|省级|市级|森林|优秀|百强|千强|全国|经济|文化|历史|平安|法治|民主|数字|智慧|信用|健康|幸福|书香|体育|教育|双拥|综合|周边|相邻|兄弟|民族)"
)
_NEVER = frozenset("之于的了是在与和及对向由把让使被以至不等将从并其个们各全我本该每某为")
_JOINS = frozenset("在与和及向由到赴对让县市区是如即比跟从为把使给替凭好设表立合")


def copies(document: Document, exemplars: Sequence[str]) -> Iterator[Finding]:
    """Sentences of 20 characters and more that stand in an exemplar word for word."""
    if not exemplars:
        return
    known = {s for text in exemplars for s in map(_letters, re.split(r"[。！？；\n]", text)) if len(s) >= 20}
    for start, end in document.sentences:
        letters = _letters(document.text[start:end])
        if len(letters) >= 20 and letters in known:
            yield document.finding("leak.copy", "warning", start, end, "这句话与范文一字不差。请改写。")


def _letters(text: str) -> str:
    return "".join(re.findall(r"[一-鿿A-Za-z]", text))
