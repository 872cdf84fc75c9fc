"""`python -m eval.topics`: how well topics are recognised; `--learn` makes the weights of an encoder anew."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eval.topics.gold import GoldSection, read_gold
from eval.topics.measure import Answer, Likelies, accuracy, among_first, by_group, by_topic, calibration, confusions
from pipeline.errors import PipelineError
from pipeline.facts.topics import UNPLACED, Topic, read_topics
from pipeline.retrieval.encoder import Encoder, exported
from pipeline.retrieval.topics import (
    BODY,
    HEADING,
    Labelled,
    learn,
    learn_from,
    passage_vectors,
    read_labelled,
    read_weights,
    topic_of_query,
    topics_of_passage,
    word_groups,
    write_weights,
)
from pipeline.shipped import shipped
from pipeline.weights import EMBEDDING, installed_folder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_NO_QUERIES = ("overview", "closing", "social-affairs-mixed", "plans-next-period")  # as in bench/score_search.py
_CONFUSIONS = 12  # printed of each table
