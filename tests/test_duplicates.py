"""Near-duplicates: which texts are alike, and which of them stands for the others."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.archive.duplicates import ALIKE, BANDS, bands_of, likeness, shingles, standing_for

LONG = "全镇坚持把产业发展摆在首位，新建高标准大棚四百二十座，培育家庭农场十一家，带动周边群众就近就业，户均增收明显。"
OTHER = "持续开展人居环境整治，清理河道十八公里，改造卫生厕所三百座，村容村貌焕然一新，群众满意度不断提高。"


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (LONG, LONG, True),
        (LONG, LONG.replace("，", ",").replace("。", ""), True),  # punctuation aside
        (LONG, LONG.replace("明显", "较多"), True),
        (LONG, LONG.replace("明显", "较多").replace("周边", "附近"), True),
        (LONG, OTHER, False),
        (LONG, LONG[:24] + OTHER[:30], False),
        ("完成投资3.2亿元，同比增长8%。", "完成投资4.7亿元，同比增长3%。", False),  # another year's figures
        ("以上报告，请予审议。", "以上报告，请予审议。", True),
        ("好", "好", True),
        ("", "好", False),
    ],
)
def test_which_texts_are_alike(one: str, other: str, alike: bool) -> None:
    assert (likeness(shingles(one), shingles(other)) >= ALIKE) is alike
    texts = [one, other]
    stands = standing_for(bands_of(texts), np.arange(2), texts.__getitem__)
    assert stands.tolist() == [0, 0 if alike else 1]


def test_signatures_are_those_that_archives_hold() -> None:
    # Another version of rensa that reckons otherwise would find nothing alike in older segments: raise FORMAT then.
    assert bands_of(["以上报告，请予审议。"])[0, :3].tolist() == [732956783, 509776691, 1806174249]


def test_the_least_rank_stands_for_all_whatever_the_order() -> None:
    texts = [LONG, OTHER, LONG.replace("明显", "较多"), LONG.replace("周边", "附近"), OTHER]
    rank = np.array([3, 0, 1, 2, -1])  # the last takes no part
    stands = standing_for(bands_of(texts), rank, texts.__getitem__)
    assert stands.tolist() == [2, 1, 2, 2, 4]
    order = [4, 2, 0, 3, 1]
    turned = [texts[i] for i in order]
    again = standing_for(bands_of(turned), rank[order], turned.__getitem__)
    assert [order[i] for i in again] == [stands[i] for i in order]


def test_against_brute_force() -> None:
    chance = np.random.default_rng(4)
    words = "推进 产业 发展 建设 改造 新增 群众 整治 提升 服务 完成 投资 道路 河道 绿化 教育 医疗 文化".split()
    bases = ["".join(chance.choice(words, 40)) for _ in range(20)]
    texts = []
    for base in bases:
        for changes in range(4):
            text = base
            for _ in range(changes):
                at = int(chance.integers(0, len(text) - 2))
                text = text[:at] + str(chance.choice(words)) + text[at + 2 :]
            texts.append(text)
    pieces = [shingles(text) for text in texts]
    stands = standing_for(bands_of(texts), np.arange(len(texts)), texts.__getitem__)
    pairs = [(i, j) for i in range(len(texts)) for j in range(i) if likeness(pieces[i], pieces[j]) >= ALIKE]
    assert len(pairs) > 20
    found = sum(stands[i] == stands[j] for i, j in pairs)
    assert found >= 0.97 * len(pairs)
    assert all(likeness(pieces[row], pieces[stand]) > 0.3 for row, stand in enumerate(stands))
    assert bands_of(texts).shape == (len(texts), BANDS)
