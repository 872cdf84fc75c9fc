"""Names of places, bodies and people: what is named, what only looks so."""

from __future__ import annotations

import time

import pytest

from pipeline.language.names import names_of, place_names, read_names


# fmt: off
@pytest.mark.parametrize(("text", "expected"), [
    ("汀月镇党委坚持强基固本，在荇漾村建成示范基地。", "汀月镇/place 荇漾村/place"),
    ("2025年，本人任龙茔镇平安法治办公室主任。", "龙茔镇/place"),
    ("澄泖县汀月镇2025年工作总结", "澄泖县/place 汀月镇/place"),
    ("先后走访石碓坪村、北炭洼村和柳罐岔村。", "石碓坪村/place 北炭洼村/place 柳罐岔村/place"),
    ("荻渚、乌桕、蒲塘等3个村实现通水。", "荻渚/place 乌桕/place 蒲塘/place"),
    ("由塔敏旗巴彦霍镇承办，罕乌拉苏木、哈日嘎查参加。", "塔敏旗/place 巴彦霍镇/place 罕乌拉苏木/place 哈日嘎查/place"),
    ("与杉源社区结对，雾坪村民小组改造完成，杉源社区受益。", "杉源社区/place 杉源社区/place"),
    ("引进晟岫新能源有限公司落户园区，菘店第二小学投入使用。", "晟岫新能源有限公司/body 菘店第二小学/body"),
    ("依托澹鲜水产专业合作社带动农户，荻阳县财政局拨付资金。", "澹鲜水产专业合作社/body 荻阳县财政局/body"),
    ("张书记到村调研，李某某同志主持会议。", "张/person 李某某/person"),
    ("致富带头人王春生带领群众增收，村民刘某、党员陈立新家。", "王春生/person 刘某/person 陈立新/person"),
    ("中共渚东镇委员会向大会报告，增强渚东建筑业竞争力，渚东剧场、渚东中学、渚东医院开工。", "渚东镇/place 渚东中学/body 渚东医院/body"),
    ("# 渚溪镇2026年工作总结\n渚溪发布推送渚溪新闻、渚溪故事。", "渚溪镇/place"),
    ("引导澹沚综合养殖场和民宿合作社签约。", "澹沚综合养殖场/body"),
    ("种粮大户罗启澄说，村民邵秋圃带头拆违。", "罗启澄/person 邵秋圃/person"),
    ("形成了渚溪镇经验，在达伦旗乌兰图雅镇推广。", "渚溪镇/place 达伦旗/place 乌兰图雅镇/place"),
    ("澄泖縣汀月鎮在荇漾村召開現場會。", "澄泖縣/place 汀月鎮/place 荇漾村/place"),
])
def test_names(text: str, expected: str) -> None:
    found = read_names(text)
    assert " ".join(f"{name.text}/{name.kind}" for name in found) == expected
    assert all(name.text == text[name.start : name.end] for name in found)


@pytest.mark.parametrize("text", [
    "全镇上下齐心，我镇各村、社区整治村容村貌，建制镇、重点镇、城中村、空心村、行政村、自然村。",
    "推进乡村振兴，建设和美乡村，打造文明村镇、示范村、特色小镇、鱼米之乡、江南水乡。",
    "提升镇容镇貌，完善村规民约，公开乡镇权责清单，落实县委部署，加强村级组织建设，鼓励人才返乡、干部下乡、送戏下乡。",
    "新建中心小学一所，镇卫生院、县人民医院、专业合作社、家庭农场、龙头企业、有限公司、物业公司。",
    "书记高度重视，主任亲自部署，村民方便办事，党员干部于一线带头，教师周转房，教师高质量教学。",
    "深入实施科教兴镇、生态立县，建设“水韵荷乡”，惠及高山村、低洼村，感谢镇党委，80周岁老人，高龄老人，明确镇村职责。",
    "让汀月山乡焕发活力，不知什么当村干部先做，谱写乡村新篇。",
    "矿工号子进小学，区脑科医院，治安管理处，规模养殖场，支持合作社。",
    "高举旗帜，红旗招展，万里长征，金融支持，马路平整，方案已定。",
    "", "村", "。镇，", "123镇",
])
def test_what_is_no_name(text: str) -> None:
    assert read_names(text) == []
# fmt: on


def test_a_name_that_shows_once_is_known_everywhere() -> None:
    assert place_names("在荇漾村召开现场会，随后推广荇漾村做法。") == ("荇漾村", "荇漾村")


@pytest.mark.parametrize("piece", ["村", "在", "一", "在云溪村", "公司", "云溪公司", "王书记", "在溪湾村、", "荻渚、"])
def test_twice_the_text_takes_twice_the_time(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        read_names(text)
        return time.process_time() - start

    short = min(seconds(20_000) for _ in range(3))
    assert min(seconds(40_000) for _ in range(3)) < 3 * short + 0.05  # quadratic time would be four times


def test_what_would_leak_are_the_places_within_bodies_too() -> None:
    assert sorted(names_of("渚溪镇人民政府发文，村民邵秋圃带头。")) == ["渚溪镇", "渚溪镇人民政府", "邵秋圃"]
