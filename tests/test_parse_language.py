"""What parsing knows of the language: pinyin notes, traditional script, masks and lost figures."""

from __future__ import annotations

import pytest

from pipeline.language.gaps import gap_spans
from pipeline.language.pinyin import pinyin_notes
from pipeline.language.script import simplified


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("柳鄉(xiāng)鎮(zhèn)建設", ["(xiāng)", "(zhèn)"]),
        ("农（nóng）业", ["（nóng）"]),
        ("发(fa)展", ["(fa)"]),  # without a tone, but a syllable
        ("女(nǚ)工", ["(nǚ)"]),
        ("乡镇（xiāng zhèn）", ["（xiāng zhèn）"]),
        ("发fā展", ["fā"]),
        ("村(ㄘㄨㄣ)", ["(ㄘㄨㄣ)"]),
        ("地区生产总值(GDP)", []),
        ("道路12公里(km)", []),
        ("（a）类", []),
        ("某某(app)", []),
    ],
)
def test_pinyin_notes(text: str, notes: list[str]) -> None:
    assert [text[start:end] for start, end in pinyin_notes(text)] == notes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("苇塘鎮農業發展，隨著產業升級，成效顯著", "苇塘镇农业发展，随着产业升级，成效显著"),
        ("羣眾衞生、里裏、成效顯着、着名品牌、着力推進", "群众卫生、里里、成效显著、著名品牌、着力推进"),
        ("讀原著、學原文", "读原著、学原文"),
        ("乾县瞭望塔，宫商角徵羽", "乾县瞭望塔，宫商角徵羽"),  # a simplified text stays as it is
        ("乾县简介\n乾隆年間建鎮", "乾县简介\n乾隆年间建镇"),  # line by line
        ("2025年, 12.5% ABC", "2025年, 12.5% ABC"),
    ],
)
def test_script_keeps_each_character_in_its_place(text: str, expected: str) -> None:
    assert simplified(text) == expected
    assert len(expected) == len(text)


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        ("2X23年，XX镇完成36XXXX万元", ["2X23", "XX", "36XXXX"]),
        ("发放宣传单1xx多张，20xx年", ["1xx", "20xx"]),
        ("打造**品牌，争创“书香**”称号", ["**", "**"]),
        ("走访X个村，X500kv线路", ["X", "X"]),
        ("完成投资 亿元，同比增长 %", [" 亿元", " %"]),
        ("总投资亿元，其中财政资金万元；道路全长公里。", ["亿元", "万元", "公里"]),
        ("绿化率达到%以上", ["%"]),
        ("○○镇、××村、某某同志", ["○○", "××", "某某"]),
        ("采用稿件5}余篇，评出s个，缺\ufffd字", ["5}", "s", "\ufffd"]),
        ("完成投资3.2亿元，同比增长5%，绿化率35.5％", []),
        ("引进亿元项目3个，超亿元企业2家，万元户", []),
        ("拍X光片36张，学习Excel和XML", []),
        ("二○二五年，面积2×3米", []),
        ("成功率九成，贷款几亿元，百分之五", []),
    ],
)
def test_gaps(text: str, gaps: list[str]) -> None:
    assert [text[start:end] for start, end in gap_spans(text)] == gaps
