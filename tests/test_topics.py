"""Topics of passages, facts and queries: by words, by what is learned from vectors, and how well on real sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from eval.topics.gold import read_gold
from eval.topics.learning import Labelled, learn, learn_from, passage_vectors, read_labelled, word_groups, write_weights
from eval.topics.measure import Answer, accuracy, among_first, by_group, by_topic, calibration, confusions
from eval.topics.runs import Subject, passages, queries
from pipeline.errors import PipelineError
from pipeline.facts.topics import Likely, Topic, likely_topics, read_topics, topic_ids, topic_of, topic_scores
from pipeline.retrieval import fusion
from pipeline.retrieval.fusion import BODY, HEADING
from pipeline.retrieval.topics import TopicWeights, read_weights, topic_of_query, topics_of_passage
from pipeline.shipped import shipped

SMALL = {
    "tea": Topic("tea", "茶叶生产", ("茶业",), ("抓好茶叶生产",), ("茶叶方面，",), ("茶叶", "茶园", "绿色")),
    "road": Topic("road", "道路建设", ("修路",), ("修好道路",), ("道路方面，",), ("道路", "茶园道路", "绿色")),
}


def topic(
    topics: Mapping[str, Topic], path: Sequence[str], text: str, *, first: bool = False, last: bool = False
) -> str:
    said = topics_of_passage(topics, path, text, first=first, last=last)
    return said[0].topic if said else ""


# --- by words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (("稳定粮食生产",), "早稻插秧2.1万亩，推广良种和测土配方施肥。", "agriculture"),
        (("做强工业经济",), "规上企业实现产值3.2亿元，技改投入增长。", "industry"),
        (("村庄面貌改善",), "新建公厕6座，清运垃圾，落实门前三包。", "environment-sanitation"),
        (("加强计生工作",), "落实奖励扶助，开展优生优育服务。", "health-family-planning"),
        (("迎接世博",), "成立领导小组，层层动员，签订责任书。", "campaign-organisation"),
        (("推进学习型党组织建设",), "中心组学习12次，开展解放思想大讨论。", "theory-study-ideology"),
        (("五五普法扎实推进",), "组织法律咨询，村务公开经常。", "law-governance"),
        (("社会主义新农村建设",), "落实扶贫资金，结对帮扶贫困户。", "poverty-alleviation-rural-revitalization"),
    ],
)
def test_a_passage_is_known_by_its_words(
    topics: Mapping[str, Topic], path: tuple[str, ...], text: str, expected: str
) -> None:
    assert topic(topics, path, text) == expected


@pytest.mark.parametrize(
    ("path", "text", "place", "expected"),
    [
        ((), "半年来，全镇上下团结一心，各项工作取得了较好成绩。", {"first": True}, "overview"),
        (("一年来工作回顾",), "全镇干部群众攻坚克难。", {}, "overview"),
        (("基本镇情",), "苇汀镇位于湖区，总人口2万人。", {}, "overview"),
        (("存在的主要问题",), "粮食单产不高，道路养护欠账较多。", {}, "problems"),
        (("农业和农村",), "在肯定成绩的同时，我们也清醒地看到，粮食单产不高。", {}, "problems"),
        (("补齐道路短板",), "拓宽道路6公里，改造危桥2座。", {}, "infrastructure-transport-water"),
        (("下半年工作打算",), "重点抓好以下几项。", {}, "plans-next-period"),
        # A plan for one field belongs to that field, under 打算 as well.
        (("下半年工作打算", "抓好水利建设"), "疏浚河道8公里，维修泵站3座。", {}, "infrastructure-transport-water"),
        (("结束语",), "让我们携手，为全镇的明天努力奋斗！", {"last": True}, "closing"),
        ((), "苇汀镇人民政府2009年7月6日", {"last": True}, "closing"),
        (("统筹社会事业",), "小学入学率100%；卫生院签约服务；送戏下乡；低保应保尽保。", {}, "social-affairs-mixed"),
    ],
)
def test_roles_are_known_by_heading_and_place(
    topics: Mapping[str, Topic], path: tuple[str, ...], text: str, place: dict[str, bool], expected: str
) -> None:
    assert topic(topics, path, text, **place) == expected


def test_an_enumerated_piece_goes_by_its_lead(topics: Mapping[str, Topic]) -> None:
    path = ("改善民生",)
    assert topic(topics, path, "二是教育事业。新建幼儿园1所，修通村道路。") == "education"
    assert topic(topics, path, "三是道路建设。通村公路硬化6公里，方便学生入学。") == "infrastructure-transport-water"


def test_scores_are_sums_of_word_weights() -> None:
    # 茶园道路 is one word, so 茶园 and 道路 are not said; 绿色 is shared between two topics.
    scores = topic_scores(SMALL, ("茶园道路",), "绿色")
    # 3 × 4^0.7 for the heading; the text is its own lead: (2 + 1) × 2^0.7 / 2 for each of the two
    assert scores == pytest.approx([1.5 * 2**0.7, 3 * 4**0.7 + 1.5 * 2**0.7])


def test_a_word_counts_three_times_at_most() -> None:
    three, many = (topic_scores(SMALL, (), "修。" + "茶叶、" * n) for n in (3, 30))
    assert three == many == pytest.approx([3 * 2**0.7, 0])


@pytest.mark.parametrize(("heading", "text"), [("", ""), ("", "天"), ("其他", "甲乙丙"), ("", "茶")])
def test_words_of_no_topic_give_none(heading: str, text: str) -> None:
    assert topic_of(SMALL, heading, text) is None
    assert topics_of_passage(SMALL, (heading,) if heading else (), text) == ()


def test_equal_topics_keep_the_order_of_the_file() -> None:
    assert topic_of(SMALL, "绿色", "") == "tea"
    said = likely_topics(SMALL, topic_scores(SMALL, ("绿色",), ""))
    assert said == (Likely("tea", 0.5), Likely("road", 0.5))


def test_a_fact_is_placed_by_its_wording(topics: Mapping[str, Topic]) -> None:
    assert topic_of(topics, "低空经济", "无人机喷洒农药面积") == "agriculture"
    assert topic_of(topics, "", "城乡居民养老保险参保人数") == "social-security-civil-affairs"


def test_probabilities_sum_to_one_and_fall(topics: Mapping[str, Topic]) -> None:
    said = topics_of_passage(topics, ("卫生健康",), "卫生院新增床位20张，清运垃圾。")
    assert [one.probability for one in said] == sorted((one.probability for one in said), reverse=True)
    assert 0.9 < sum(one.probability for one in said) <= 1.0 + 1e-9


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("农业发展与农民增收", "agriculture"),
        ("夯实基础 道路水利等基础设施", "infrastructure-transport-water"),  # the topic's name says most
        ("发放低保金 临时救助金", "social-security-civil-affairs"),
        ("存在的问题", "problems"),
        ("下半年工作思路", "plans-next-period"),
        ("下一步道路建设", "infrastructure-transport-water"),
    ],
)
def test_a_query_is_known_by_its_words(topics: Mapping[str, Topic], words: str, expected: str) -> None:
    assert topic_of_query(topics, words)[0].topic == expected


def test_a_query_that_says_nothing_has_no_topic(topics: Mapping[str, Topic]) -> None:
    assert topic_of_query(topics, "甲乙丙") == topic_of_query(topics, "") == ()


def test_names_aliases_and_ids_are_topics_in_a_sheet() -> None:
    ids = topic_ids(SMALL)
    assert (ids["tea"], ids["茶叶生产"], ids["茶业"]) == ("tea", "tea", "tea")


@pytest.mark.parametrize("written", ["[一]", "tea: {name: 茶}", "tea: [", ""])
def test_topics_of_another_form_are_refused(tmp_path: Path, written: str) -> None:
    path = tmp_path / "topics.yaml"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(PipelineError, match="主题表读不出来"):
        read_topics(path)


# --- learned -----------------------------------------------------------------------------------------------------


def rows(*values: tuple[float, ...]) -> NDArray[np.float32]:
    return np.array(values, np.float32)


def test_what_is_learned_separates_and_adds_to_the_words() -> None:
    vectors = rows((1, 0, 0), (0.9, 0.1, 0), (0, 1, 0), (0.1, 0.9, 0))
    weights = learn("letters-1", SMALL, vectors, [("tea",), ("tea", "road"), ("road",), ("road",)])
    tea, road = (weights.scores(vector) for vector in rows((1, 0, 0), (0, 1, 0)))
    assert tea[0] > 0.5 > tea[1]
    assert road[1] > 0.5 > road[0]
    silent = topics_of_passage(SMALL, (), "甲乙", vector=rows((0, 1, 0))[0], weights=weights)
    assert silent[0].topic == "road"
    # Words that say the one and a vector that says the other: the vector of a query counts less than a passage's.
    said = "茶叶"
    assert topics_of_passage(SMALL, (), said, vector=rows((0, 1, 0))[0], weights=weights)[0].topic == "road"
    spoken = topic_of_query(SMALL, said, vector=rows((0, 1, 0))[0], weights=weights)
    assert {one.topic for one in spoken} == {"tea", "road"}


def test_learning_refuses_what_does_not_match() -> None:
    with pytest.raises(ValueError, match="2 vectors, 1 labels"):
        learn("letters-1", SMALL, rows((1, 0), (0, 1)), [("tea",)])
    with pytest.raises(ValueError, match="0 vectors, 0 labels"):
        learn("letters-1", SMALL, np.zeros((0, 2), np.float32), [])
    weights = learn("letters-1", SMALL, rows((1, 0), (0, 1)), [("tea",), ("road",)])
    with pytest.raises(ValueError, match=r"a vector of shape \(3,\) for weights of 2"):
        weights.scores(rows((1, 0, 0))[0])


def test_weights_are_kept_in_equal_bytes_and_found_by_encoder(tmp_path: Path) -> None:
    weights = learn("letters-1", SMALL, rows((1, 0), (0, 1)), [("tea",), ("road",)])
    path = write_weights(weights, tmp_path)
    before = path.read_bytes()
    assert write_weights(weights, tmp_path).read_bytes() == before
    again = read_weights(tmp_path, "letters-1")
    assert again is not None
    assert (again.encoder, again.topics) == ("letters-1", ("tea", "road"))
    assert again.rows == pytest.approx(weights.rows, abs=1e-3)  # half floats
    assert read_weights(tmp_path, "letters-2") is None


@pytest.mark.parametrize("damage", ["cut", "text", "empty", "other"])
def test_damaged_weights_are_told(tmp_path: Path, damage: str) -> None:
    weights = learn("letters-1", SMALL, rows((1, 0), (0, 1)), [("tea",), ("road",)])
    path = write_weights(weights, tmp_path)
    if damage == "other":
        path.rename(path := tmp_path / "letters-2.npz")
    else:
        path.write_bytes({"cut": path.read_bytes()[:300], "text": "不是权重".encode(), "empty": b""}[damage])
    with pytest.raises(PipelineError, match="主题权重文件"):
        read_weights(tmp_path, path.stem)


def test_word_groups_hold_every_word_twice() -> None:
    groups = word_groups(SMALL)
    assert [text for topic, text in groups if topic == "tea"] == ["茶叶、茶园、绿色"] * 2
    assert len(groups) == 4


def test_labels_match_our_exemplars(topics: Mapping[str, Topic]) -> None:
    labelled = read_labelled(shipped("corpus"), topics)
    assert {t for each in labelled for t in each.topics} == set(topics)
    assert all(each.text for each in labelled)
    opening = labelled[0]
    assert (opening.path, opening.first, opening.last, opening.topics) == ((), True, False, ("overview",))


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ('weiting:\n  "": tea\n', "小节与标注对不上：茶叶"),
        ('weiting:\n  "": tea\n  "茶叶": tea\n  "道路": road\n', "小节与标注对不上：道路"),
        ('weiting:\n  "": tea\n  "茶叶": coffee\n', "没有这个主题：coffee"),
        ("weiting: [", "主题标注读不出来"),
        ("weiting: 茶", "主题标注读不出来"),
    ],
)
def test_labels_that_do_not_match_are_refused(tmp_path: Path, labels: str, told: str) -> None:
    (tmp_path / "topics").mkdir()
    (tmp_path / "exemplars").mkdir()
    (tmp_path / "topics" / "sections.yaml").write_text(labels, encoding="utf-8")
    (tmp_path / "exemplars" / "weiting.md").write_text(
        "---\ntitle: 苇汀镇总结\ngenre: annual-summary\nregion: 苇汀镇\nperiod: 2025\n---\n"
        "# 苇汀镇总结\n\n一年来。\n\n## 一、茶叶\n\n采茶。\n",
        encoding="utf-8",
    )
    with pytest.raises(PipelineError, match=told):
        read_labelled(tmp_path, SMALL)


def test_vectors_are_mixed_as_the_archive_keeps_them() -> None:
    assert (HEADING, BODY) == (fusion.HEADING, fusion.BODY)  # if not, learn anew: python -m eval.topics --learn

    class Lengths:
        id, dimension = "lengths", 1

        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            return np.array([[len(text)] for text in texts], np.float32)

    headed = Labelled("weiting", "plan", ("甲", "乙丙"), "一二三四五", False, False, ("tea",))
    bare = Labelled("weiting", "plan", (), "一二三四五", True, False, ("tea",))
    # 甲，乙丙 has 4 characters: 0.4 × 4 + 0.6 × 5; without a heading the text stands for both
    assert passage_vectors(Lengths(), [headed, bare])[:, 0] == pytest.approx([4.6, 5.0])


# --- measured ----------------------------------------------------------------------------------------------------

ANSWERS = [
    Answer("1", "a", ("tea",), (Likely("tea", 0.95), Likely("road", 0.05))),
    Answer("2", "a", ("tea", "road"), (Likely("road", 0.6), Likely("tea", 0.4))),
    Answer("3", "b", ("road",), (Likely("tea", 0.95), Likely("road", 0.05))),
    Answer("4", "b", ("road",), ()),
]


def test_measures_count_answers() -> None:
    share = accuracy(ANSWERS)
    assert (share.right, share.asked, share.share) == (2, 4, 0.5)
    assert {group: one.right for group, one in by_group(ANSWERS).items()} == {"a": 2, "b": 0}
    assert {topic: (one.right, one.asked) for topic, one in by_topic(ANSWERS).items()} == {
        "road": (0, 2),
        "tea": (2, 2),
    }
    assert confusions(ANSWERS) == [("road", "", 1), ("road", "tea", 1)]
    assert among_first(ANSWERS, 2).right == 3
    bins = [(one.low, one.probability, one.accuracy.right, one.accuracy.asked) for one in calibration(ANSWERS)]
    assert bins == [(0.5, 0.6, 1, 1), (0.9, 0.95, 1, 2)]


def test_nothing_asked_is_no_accuracy() -> None:
    assert accuracy([]).share is None
    assert str(accuracy([])) == "none asked"
    assert calibration([]) == ()


def test_words_alone_know_our_own_exemplars(topics: Mapping[str, Topic]) -> None:
    own = [Subject.of_labelled(each) for each in read_labelled(shipped("corpus"), topics)]
    share = accuracy(passages(topics, own)).share
    assert share is not None
    assert share >= 0.90  # 0.92 when this was written


def test_gold_is_refused_where_it_is_not(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="标准标注不在这里"):
        read_gold(tmp_path)


def test_words_alone_reach_the_goal_on_gold(topics: Mapping[str, Topic], shared: Path) -> None:
    gold = [Subject.of_gold(each) for each in read_gold(shared)]
    assert len(gold) == 186
    share = accuracy(passages(topics, gold)).share
    named = accuracy(queries(topics, gold, heading_alone=False)).share
    assert share is not None
    assert named is not None
    assert share >= 0.90
    assert named >= 0.98


@pytest.mark.models
def test_shipped_weights_are_those_of_the_shipped_labels(topics: Mapping[str, Topic], tmp_path: Path) -> None:
    from pipeline.retrieval.encoder import exported
    from pipeline.weights import embedding_folder

    encoder = exported(embedding_folder(), tmp_path)
    kept = read_weights(shipped("corpus") / "topics", encoder.id)
    assert isinstance(kept, TopicWeights)
    # if not, learn anew: python -m eval.topics --learn
    assert learn_from(shipped("corpus"), topics, encoder).rows == pytest.approx(kept.rows, abs=2e-2)
