"""Units whose figure is gone (漏填的数): 救助金万元, 增长%, 达到个, 2026年月日, 第届. A word that ends as a unit does (各个, 单元) is none."""

from __future__ import annotations

import re
from collections.abc import Iterator

_STOP = r"(?=[，。；、）,;)\n]|$)"
_END = r"(?=[，。；,;\n]|$)"  # without 、: 游客人次、旅游收入 is a list of names
_NUMERALS = "零〇一二两三四五六七八九十百千万亿几数多余半"
# After these a large unit is a figure of speech: 上万元, 近亿元, 每公里, 按平方米.
_SPOKEN = f"{_NUMERALS}上近超过破逾足到约整每按以论用的达为是以即方家"
_LARGE = (
    "个百分点|平方公里|平方千米|立方米|平方米|万平方米|万人次|万千瓦时|千瓦时|公里|千米|公顷|公斤|万亩|万吨|万人|万户|万株|万只|万头|"
    "万元|亿元|万美元|亿美元"
)
_FORMS = (
    # a sign that never stands alone, but for a table's head (%), 单位：%
    rf"(?<=[\u4e00-\u9fff])(?<![{_NUMERALS}成])[%‰]",
    rf"(?<=[\u4e00-\u9fff])(?<![{_SPOKEN}])(?:{_LARGE})(?=[，。；,;\n]|$|同比|比上年|比去年|占)",
    rf"(?<=[金款费额入资值助贴放计共达为约缴付])(?<!黄金)元{_STOP}",
    # 个 behind a noun: not 各个, 一个, 首个
    rf"(?<=[\u4e00-\u9fff])(?<![{_NUMERALS}各每这哪个单整某那逐首下上头前后些数第])个{_STOP}",
    rf"(?<=[\u4e00-\u9fff])(?<![{_NUMERALS}每按论单各])(?:盏|棵|幢){_STOP}",
    # one character that ends words too: only behind what is counted with it
    rf"(?:(?<=[农牧住用商]户)|(?<=群众|居民|家庭|村民|对象))户{_END}",
    rf"(?<=群众|人员|党员|干部|学生|职工|村民|居民|农民)人{_END}",
    rf"(?<=群众|游客|人员|干部|农民|职工|党员|学生|居民)人次{_END}",
    rf"(?<=主体|门店|商户|单位|公司|作社|机构|家乐|民宿|农场)家{_END}",
    rf"(?<=党员|人员|干部|学员|职工|学生|教师|群众)名{_END}",
    (
        rf"(?<=隐患|违建|站点|设施|纠纷|案件|桥梁|公厕|泵站|线索|问题|措施|项目|任务|意见|建议|稿件|提案|议案|信息|协议|合同|资料|问卷|手册|材料)"
        rf"(?:处|起|件|座|条|项|份){_END}"
    ),
    rf"(?<=苗木|绿植|果树|水渠|沟渠|道路|管网|管道|护栏|河道|面积|良田|农田|水稻|小麦)(?:株|米|亩){_END}",
    # a blank where the figure stood
    rf"(?<=[\u4e00-\u9fff])[ ]+(?:(?:{_LARGE})|[%‰元个]|[人户家项条座处期届次名台套株头只亩米吨]{_STOP})(?![\u4e00-\u9fff])",
    # dates and numbers of sessions
    r"(?<![0-9〇零一二三四五六七八九十出生])年月日|(?<=[,;:，。；：于在至自\n])月日(?=[,，。;；召前起至到上下举开])|[0-9]{4}年月(?=[日底初中份，。；])",
    r"[0-9]{4}年[0-9]{1,2}月日|第(?=[届次批](?:[\u4e00-\u9fff]|$))[届次批](?![第一二三四五六七八九十])",
    r"\[(?:19|20)[0-9]{2}\]号|\[\s*\]第?[0-9]*号?",
)
_LOST = re.compile(
    rf"(?=[%‰个平立千公万亿元盏棵幢户人家名处起件座条项份株米亩 年月0-9第\[])(?:{'|'.join(_FORMS)})"
)  # the lookahead: what any begins with


def lost_figures(plain: str, start: int) -> Iterator[tuple[int, int]]:
    """Spans of the units, from `start` on, in a plain text (see `language.text.plain`)."""
    yield from (m.span() for m in _LOST.finditer(plain, start))
