"""`python -m eval.topics`: how well topics are recognised; with `--learn` the shipped weights are made anew first."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from eval.topics.gold import read_gold
from eval.topics.learning import learn_from, read_labelled, write_weights
from eval.topics.measure import Answer, accuracy, among_first, by_group, by_topic, calibration, confusions
from eval.topics.runs import Subject, asked, fitted_elsewhere, left_out, passages, queries, shipped_weights
from pipeline.errors import PipelineError
from pipeline.facts.topics import read_topics
from pipeline.retrieval.encoder import exported
from pipeline.shipped import shipped
from pipeline.weights import embedding_folder

_CONFUSIONS = 12  # printed of each run


@click.command()
@click.option(
    "--shared", type=click.Path(path_type=Path), default=Path("../shared"), help="含 gold、seeds、bench 的文件夹。"
)
@click.option("--cache", type=click.Path(path_type=Path), default=Path("build/encoders"), help="存放转换好的向量模型。")
@click.option("--learn", is_flag=True, help="先重新学习主题权重，写入 corpus/topics。")
@click.option("--words-only", is_flag=True, help="只量不用向量的。")
def main(shared: Path, cache: Path, learn: bool, words_only: bool) -> None:
    """量一量主题识别得准不准：按主题列出，并列出混淆。"""
    topics = read_topics(shipped("prompts") / "topics.yaml")
    corpus = shipped("corpus")
    encoder = None if words_only and not learn else exported(embedding_folder(), cache)
    if learn and encoder is not None:
        click.echo(f"learned: {write_weights(learn_from(corpus, topics, encoder), corpus / 'topics')}", err=True)
    own = [Subject.of_labelled(each) for each in read_labelled(corpus, topics)]
    gold = [Subject.of_gold(each) for each in read_gold(shared)] if (shared / "gold").is_dir() else []
    if not gold:
        click.echo(f"{shared}/gold is not here: only our own exemplars are measured", err=True)

    begin = time.perf_counter()
    words = passages(topics, gold or own)
    each = (time.perf_counter() - begin) / len(gold or own)
    click.echo(f"words alone: {1000 * each:.2f} ms a passage\n")
    if gold:
        _tell("gold sections, words alone", words)
    _tell("own exemplars, words alone", passages(topics, own))
    if encoder is not None and not words_only:
        own_vectors, gold_vectors = asked(encoder, own), asked(encoder, gold)
        weights = shipped_weights(corpus, encoder)
        if gold:
            begin = time.perf_counter()
            said = passages(topics, gold, gold_vectors, weights)
            each = (time.perf_counter() - begin) / len(gold)
            click.echo(f"words and vector: {1000 * each:.2f} ms a passage beyond its vector\n")
            _tell(
                "gold sections, as shipped: no weight is learned from gold, but its misses were read when words were chosen",
                said,
                topics_too=True,
            )
            told = fitted_elsewhere(topics, own, own_vectors, gold, gold_vectors, encoder)
            _tell("gold sections, weights fitted on the other files' gold as well", told)
        _tell("own exemplars, each report left out of what is learned", left_out(topics, own, own_vectors, encoder))
        for heading_alone in (True, False) if gold else ():
            asking = queries(topics, gold, heading_alone, encoder, weights)
            name = "heading alone" if heading_alone else "heading and the topic's name"
            click.echo(f"queries, {name}: {accuracy(asking)}; among the first two {among_first(asking, 2)}")
    elif gold:
        for heading_alone in (True, False):
            asking = queries(topics, gold, heading_alone)
            name = "heading alone" if heading_alone else "heading and the topic's name"
            click.echo(f"queries by words, {name}: {accuracy(asking)}; among the first two {among_first(asking, 2)}")


def _tell(name: str, answers: Sequence[Answer], *, topics_too: bool = False) -> None:
    click.echo(f"{name}: {accuracy(answers)}")
    groups = by_group(answers)
    if len(groups) <= 5:
        _rows((group, str(share)) for group, share in groups.items())
    if topics_too:
        _rows((topic, str(share)) for topic, share in by_topic(answers).items())
    _rows(
        (f"{right} taken for {said or 'nothing'}", str(count))
        for right, said, count in confusions(answers)[:_CONFUSIONS]
    )
    _rows(
        (f"said {b.low:.1f} to {min(b.high, 1):.1f}, {b.probability:.2f} on average", str(b.accuracy))
        for b in calibration(answers)
    )
    click.echo()


def _rows(rows: Iterable[tuple[str, str]]) -> None:
    for name, value in rows:
        click.echo(f"  {name:<66} {value}")


if __name__ == "__main__":
    try:
        main(standalone_mode=False)
    except PipelineError as fault:
        click.echo(str(fault), err=True)
        sys.exit(2)
