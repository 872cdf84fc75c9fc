"""Title, parts, heading numbers, enumerations, signs: what is found, and what is left alone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from eval.checks.check import check
from eval.checks.document import part_kind
from pipeline.facts.genres import Genre
from pipeline.language.periods import Period
from tests.sheets import fact, sheet

SHEET = sheet(fact("F1", text="落实河长制"))
TITLE = "# 汀月镇2026年上半年工作总结\n\n"


def rules(text: str, family: str, genre: Genre | None = None) -> list[tuple[str, str, str]]:
    found = check(text, SHEET, genre=genre).findings
    return [(f.rule, f.severity, f.quote.strip()) for f in found if f.rule.startswith(family)]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("存在的主要问题", "problems"), ("存在问题和不足", "problems"), ("面临的短板问题", "problems"), ("对照要求，正视短板不足", "problems"),
        ("下半年工作计划", "plans"), ("下一步打算", "plans"), ("今后努力方向", "plans"), ("立足新起点，谋划2027年工作", "plans"),
        ("上半年工作开展情况", "review"), ("下半年主要工作回顾", "review"), ("补齐基础设施短板", "review"), ("攻坚克难解决突出问题", "review"),
    ],
)  # fmt: skip
def test_what_a_heading_announces(heading: str, kind: str) -> None:
    assert part_kind(heading) == kind


PARTS = "## 一、上半年工作开展情况\n\n落实河长制。\n\n## 二、{}\n\n进度偏慢。\n\n## 三、{}\n\n抓好落实。\n"


@pytest.mark.parametrize(
    ("problems", "plans"),
    [("存在的问题", "下半年工作计划"), ("主要短板", "下一步打算"), ("困难和不足", "下半年工作思路")],
)
def test_required_parts_are_known_by_meaning(genres: Mapping[str, Genre], problems: str, plans: str) -> None:
    assert rules(TITLE + PARTS.format(problems, plans), "structure", genres["half-year-summary"]) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("## 一、上半年工作开展情况\n\n落实河长制。\n\n## 二、下半年工作计划\n\n抓好落实。\n", ["缺少“存在问题”部分"]),
        ("## 一、上半年工作开展情况\n\n落实河长制。\n\n## 二、存在问题\n\n进度慢。\n", ["缺少“下半年工作计划”部分"]),
        ("## 一、上半年工作开展情况\n\n落实河长制。\n\n## 二、存在问题\n\n## 三、下半年计划\n\n抓好落实。\n", ["“存在问题”下面没有内容"]),
        # announced in a paragraph, or below the second level: what a short report does
        ("## 一、上半年工作开展情况\n\n落实河长制。\n\n还存在一些不足，主要是进度慢。\n\n下半年，我们将重点抓好落实。\n", []),
        ("## 一、上半年工作开展情况\n\n落实河长制。\n\n### （一）存在的问题\n\n进度慢。\n\n### （二）下一步打算\n\n抓好落实。\n", []),
    ],
)  # fmt: skip
def test_a_missing_or_empty_part(genres: Mapping[str, Genre], text: str, found: list[str]) -> None:
    report = check(TITLE + text, SHEET, genre=genres["half-year-summary"])
    said = [f.message for f in report.findings if f.rule == "structure.section"]
    assert [any(m.startswith(f) for m in said) for f in found] == [True] * len(found)
    assert len(said) == len(found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("## 一、甲事\n\n### （一）乙事\n\n### （二）丙事\n\n#### 1. 丁事\n\n#### 2. 戊事\n\n## 二、己事\n\n### （一）庚事\n", []),
        ("## 一、甲事\n\n## 三、乙事\n", ["## 三、乙事"]),
        ("## 一、甲事\n\n## 一、乙事\n", ["## 一、乙事"]),
        ("## 一、甲事\n\n### （二）乙事\n", ["### （二）乙事"]),
        ("一、甲事\n\n（一）乙事。抓紧推进各项工作。\n\n（三）丙事。抓紧推进各项工作。\n", ["（三）"]),  # bare text, run-in headings
        ("上半年工作总结\n\n一、甲事\n\n二、乙事\n\n下半年工作思路\n\n一、丙事\n\n二、丁事\n", []),  # a part without a number begins anew
    ],
)  # fmt: skip
def test_heading_numbers(text: str, found: list[str]) -> None:
    assert [quote for rule, _, quote in rules(TITLE + text, "structure.heading")] == found


def test_marks_and_labels_of_another_level_are_a_warning() -> None:
    assert rules(TITLE + "## 一、甲事\n\n## （一）乙事\n", "structure.heading") == [
        ("structure.heading", "warning", "## （一）乙事")
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("一是抓实基础；二是抓好项目；三是抓紧落实。", []),
        ("统一是关键，唯一是标准，第一时间落实。", []),  # other words
        ("要坚持一是一、二是二。", []),
        ("一是抓实基础；三是抓紧落实。", ["三是"]),
        ("一是抓实基础；二是抓好项目；二是抓紧落实。", ["二是"]),
        ("还要抓好几件事。二是抓好项目。", ["二是"]),
        ("第一，抓实基础。第三，抓紧落实。", ["第三"]),
        ("一抓产业，二抓民生。一方面抓发展，另一方面保稳定。", []),
        ("群众说：“三是不该停水，四是不该停电。”落实“一抓三促”，两手抓、三手抓，一抓到底。", []),
        ("首先，抓基础。其次，抓项目。最后，抓落实。其次，水稻扩种。", []),
        ("首先，抓基础。第二，抓项目。第三，抓落实。", []),
        ("增速列全县第二，位次前移；发展是第一要务，第三产业加快。", []),
        ("见附件（3），落实（一）（二）项；比重为2.5、4.1。3月，开工。", []),
        ("（1）甲事；（2）乙事；完成（1）、（2）两项；（3）丙事。①丁事②戊事。", []),
        ("一抓产业；二抓民生；四抓治理。", ["四抓"]),
        ("一要讲政治，二要讲规矩，四要讲奉献。", ["四要"]),
        ("一靠政策，三靠投入。", ["三靠"]),
        ("首先，抓基础。再次，抓落实。", ["再次"]),
        ("首先，抓基础。第三，抓落实。", ["第三"]),
        ("第一是抓班子，第三是抓队伍。", ["第三"]),
        ("其一，抓基础。其三，抓落实。", ["其三"]),
        ("（1）甲事；（2）乙事；（4）丁事。", ["（4）"]),
        ("①甲事；②乙事；④丁事。", ["④"]),
        ("1.抓甲事；2.抓乙事；4.抓丁事。", ["4."]),
        ("一是抓实基础。二是抓好项目。\n\n## 二、乙事\n\n一是抓工业；二是抓农业。", []),
    ],
)
def test_enumerations(text: str, found: list[str]) -> None:
    assert [quote for _, _, quote in rules(TITLE + "## 一、甲事\n\n" + text + "\n", "structure.enumeration")] == found


@pytest.mark.parametrize(
    ("first", "found"),
    [
        ("# 汀月镇2026年上半年工作总结", []),
        ("汀月镇二〇二六年上半年工作总结", []),
        ("# 汀月镇上半年工作总结", ["warning"]),  # no year
        ("# 汀月镇2026年上半年的那些事", ["warning"]),  # no title of this genre
        ("今年以来，全镇上下团结一心。", ["error"]),  # no title at all
        ("#", ["error"]),
    ],
)
def test_titles(genres: Mapping[str, Genre], first: str, found: list[str]) -> None:
    text = f"{first}\n\n" + PARTS.format("存在问题", "下半年计划")
    assert [severity for _, severity, _ in rules(text, "structure.title", genres["half-year-summary"])] == found


# --- times ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        TITLE
        + "2026年上半年，全镇稳中有进，比2025年同期增长。\n\n## 一、2026年上半年工作情况\n\n1—6月完成投资，截至6月底全部开工。\n",
        TITLE
        + "## 一、上半年工作情况\n\n去年9月开工的桥梁今年4月通车。\n\n## 二、下半年工作计划\n\n9月底前完工，为2027年打好基础。\n",
        "# 汀月镇2026年上半年工作总结及下半年工作计划\n\n上半年，全镇稳中有进。下半年将再接再厉。\n",
    ],
)
def test_times_of_the_period_raise_nothing(text: str) -> None:
    assert rules(text, "period") == []


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("# 汀月镇2025年上半年工作总结\n", "2025"),
        ("# 汀月镇2026年下半年工作总结\n", "下半年"),
        (TITLE + "2025年上半年，全镇稳中有进。\n", "2025"),
        (TITLE + "2023年，全镇稳中有进。\n", "2023"),
        (TITLE + "2026年下半年，全镇稳中有进。\n", "下半年"),
        (TITLE + "## 一、2024年上半年工作情况\n\n抓好落实。\n", "2024"),
        (TITLE + "## 一、上半年工作情况\n\n截至9月底，项目全部开工。\n", "截至9月底"),
        (TITLE + "## 一、上半年工作情况\n\n1—9月，完成投资。\n", "1—9月"),
    ],
)
def test_another_time_is_found(text: str, quote: str) -> None:
    assert ("period.mismatch", "error", quote) in rules(text, "period")


def test_a_year_long_past_is_a_warning_where_it_may_be_history() -> None:
    assert rules(TITLE + "## 一、上半年工作情况\n\n修复了2019年损毁的水渠。\n", "period") == [
        ("period.mismatch", "warning", "2019")
    ]


# --- signs and words --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("抓产业，惠民生（重点在村）；完成投资1.2亿元、2,864.5万元，比例1:1.2。", []),
        ("抓产业,惠民生。", [","]),
        ("抓产业；惠民生:重点在村。", [":"]),
        ("抓产业，，惠民生。", ["，，"]),
        ("抓产业（重点在村。", ["（"]),
        ("抓产业.惠民生。", ["."]),
        ('推行"一窗通办"。', ['"一窗通办"']),
    ],
)
def test_signs(text: str, quotes: list[str]) -> None:
    found = rules(TITLE + text + "\n", "wording.punctuation")
    assert [quote for _, _, quote in found] == quotes
    assert {severity for _, severity, _ in found} <= {"warning"}


def test_a_text_typed_with_half_width_signs_hears_of_it_once() -> None:
    assert len(rules(TITLE + "抓产业,惠民生,促就业,保稳定。" * 12 + "\n", "wording.punctuation")) == 1


@pytest.mark.parametrize(
    ("year", "text", "found"),
    [
        (2026, "学习贯彻党的二十届四中全会精神，为“十五五”开好局。", 0),
        (2026, "扎实开展党纪学习教育。", 1),
        (2026, "打赢脱贫攻坚战。", 1),
        (2026, "巩固拓展脱贫攻坚战成果。", 0),
        (2024, "学习贯彻党的二十届四中全会精神。", 1),  # held in 2025
    ],
)
def test_slogans_of_another_time(year: int, text: str, found: int) -> None:
    of = sheet(fact("F1", text="落实河长制"), period=Period(year, 1, 12))
    report = check(f"# 汀月镇{year}年工作总结\n\n{text}\n", of, genre=None)
    assert sum(f.rule == "wording.anachronism" for f in report.findings) == found


def test_a_sentence_said_twice() -> None:
    said = "建立健全长效管护机制，落实专人巡查养护。"
    assert rules(TITLE + f"{said}\n\n## 一、甲事\n\n{said}\n", "wording.repetition") == [
        ("wording.repetition", "warning", said)
    ]
    assert rules(TITLE + "抓好落实。\n\n抓好落实。\n", "wording.repetition") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("今年一是设立基金。二是健全机制。", []),  # a lead before the first
        ("我们一是强化队伍。二是强化监察。", []),
        ("一是队伍弱；二是结构松；三是一些问题未解；四是增收难。", []),  # 三是一些 is no 三是三
        ("一是机制完善。文艺比赛二是文化阵地。四是抓队伍。", ["四是"]),  # 二是 is there without a mark: 三是 is wanted
        ("一是机制完善口二是文化阵地。三是抓队伍。", []),  # scanning made 口 of 。
        ("统一是关键。二是抓队伍。", ["二是"]),  # 统一是 begins nothing
        ("一是机制完善。\n\n一是建章立制。二是明确责任。\n\n二是队伍过硬。", []),  # one within the first item of another
        ("一是机制完善。一是建章立制。二是明确责任。\n\n二是队伍过硬。", []),
        ("一是抓生产；二是抓项目。一是抓作风；三是抓队伍。", ["三是"]),  # the first does not lend its 二是 to the second
        ("一是抓生产\n\n### （一）春耕\n\n抓紧。\n\n二是抓项目\n\n### （一）招商\n\n抓紧。", []),  # headings in all but name
    ],
)  # fmt: skip
def test_enumerations_within_and_beside_others(text: str, found: list[str]) -> None:
    report = rules(TITLE + "## 一、甲事\n\n" + text + "\n", "structure")
    assert [quote for rule, _, quote in report if rule != "structure.section"] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("## 一、甲事\n\n### （一）乙事\n\n### （二）丙事\n\n## 下半年打算\n\n### （一）丁事\n", []),
        ("## 一、甲事\n\n### （一）乙事\n\n### （二）丙事\n\n### （一）丁事\n", ["### （一）丁事"]),
        ("一、甲事\n\n（一）乙事\n\n（二）丙事\n\n2027年工作计划\n\n（一）丁事\n", []),
    ],
)
def test_a_heading_without_a_number_begins_anew(text: str, found: list[str]) -> None:
    assert [quote for rule, _, quote in rules(TITLE + text, "structure.heading")] == found


@pytest.mark.parametrize(
    ("told", "missing"),
    [
        ("在总结成绩的同时，我们也清醒地认识到，发展中存在的有些问题：", False),
        ("我镇前进的道路上仍然面临着不少困难和问题。", False),
        ("一年来，着力解决了群众反映的突出问题。", True),  # work done
    ],
)
def test_problems_told_in_a_last_paragraph(genres: Mapping[str, Genre], told: str, missing: bool) -> None:
    text = f"## 一、上半年工作开展情况\n\n落实河长制，抓好巡查。\n\n{told}\n\n## 二、下半年工作计划\n\n抓好落实。\n"
    said = [f.message for f in check(TITLE + text, SHEET, genre=genres["half-year-summary"]).findings]
    assert any("存在问题" in m for m in said) == missing


@pytest.mark.parametrize(
    ("year", "text", "quote"),
    [
        (2026, "加快小康社会建设。", "小康社会"), (2024, "以邓小平理论和“三个代表”重要思想为指导，抓好落实。", "以邓小平理论和“三个代表”重要思想为指导"), (2026, "推进村村通工程。", "推进村村通"),
        (2026, "“十四五”开局之年，开好局。", "“十四五”开局"), (2026, "“十三五”末达到全县前列。", "“十三五”末达到"), (2024, "“十四五”圆满收官。", None), (2022, "“十四五”圆满收官。", "“十四五”圆满收官"),
        (2026, "学习贯彻党的十九大精神。", "党的十九大精神"), (2026, "大力推进新农村建设。", "新农村建设"), (2008, "落实乡村振兴战略。", "乡村振兴战略"),
        (2026, "以邓小平理论、“三个代表”重要思想、科学发展观、习近平新时代中国特色社会主义思想为指导。", None), (2021, "全面推进小康社会建设。", None), (2026, "“十五五”开局之年，较“十三五”末增长。", None),
        (2026, "“十四五”开局以来，农村公路村村通管护到位。", None), (2008, "以邓小平理论和“三个代表”重要思想为指导。", None), (2026, "全面小康社会已经建成，党的十九大和二十大精神深入人心。", None),
    ],
)  # fmt: skip
def test_slogans_have_their_years(year: int, text: str, quote: str | None) -> None:
    of = sheet(fact("F1", text="落实河长制"), period=Period(year, 1, 6))
    found = check(f"# 汀月镇{year}年上半年工作总结\n\n{text}\n", of, genre=None).findings
    assert [f.quote for f in found if f.rule == "wording.anachronism"] == ([quote] if quote else [])
