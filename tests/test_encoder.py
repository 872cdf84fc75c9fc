"""Encoders: the tests' own small one, what is refused, and the real weights in both libraries."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.errors import PipelineError
from pipeline.retrieval.encoder import CARD, MODEL, TOKENIZER, Encoder, Exportable, OnnxEncoder, query_vector


@dataclass(eq=False)
class LettersEncoder:
    """The characters of a text, hashed: texts that share them are near. `asked`: all texts encoded, in order."""

    id: str = "letters"
    dimension: int = 64
    asked: list[str] = field(default_factory=list)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for character in text:
                row[crc32(character.encode()) % self.dimension] += 1
            row /= max(float(np.linalg.norm(row)), 1e-9)
        return rows


def test_the_letters_encoder_is_one() -> None:
    encoder: Encoder = LettersEncoder()
    rows = encoder.encode(["水稻", "水稻", "水利", "企业"])
    assert rows.dtype == np.float32
    assert rows @ rows[0] == pytest.approx([1, 1, 0.5, 0])  # one of two characters is shared
    assert not isinstance(encoder, Exportable)


@pytest.mark.parametrize("missing", [MODEL, TOKENIZER, CARD])
def test_an_incomplete_folder_is_refused(tmp_path: Path, missing: str) -> None:
    card = {"id": "x", "dimension": 2, "max_length": 8, "pad_id": 0, "model_bytes": 1, "tokenizer_sha256": ""}
    for name, content in [(MODEL, "x"), (TOKENIZER, "{}"), (CARD, json.dumps(card))]:
        if name != missing:
            (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(PipelineError, match="向量模型不完整") as caught:
        OnnxEncoder(tmp_path)
    assert caught.value.where == str(tmp_path)


TEXTS = [
    "",
    "农业",
    "粮食播种面积1.2万亩，同比增长5%。",
    "实现规模以上工业总产值12.6亿元 GDP PM2.5 ⅡⅢ㎡",
    "全面落实河湖长制，整改到位。" * 60,  # beyond the 512 tokens that the model reads
    "農業（nóngyè）　全角１２％",
    "党建引领基层治理",
    "新增城镇就业312人，发放低保金126.4万元。",
    "教育",
    "一是压实责任；二是补齐短板；三是强化督查。",
]


@pytest.mark.models
def test_onnx_gives_what_sentence_transformers_gives(tmp_path: Path) -> None:
    from pipeline.retrieval.encoder import SentenceTransformerEncoder, export_onnx
    from pipeline.weights import embedding_folder

    original = SentenceTransformerEncoder(embedding_folder())
    export_onnx(original, tmp_path)
    exported = OnnxEncoder(tmp_path, threads=2)
    assert (exported.id, exported.dimension, exported.max_length) == (original.id, 512, 512)
    assert original.id == SentenceTransformerEncoder(embedding_folder()).id
    expected, given = original.encode(TEXTS), exported.encode(TEXTS)
    assert given.dtype == expected.dtype == np.float32
    assert np.sum(expected * given, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    assert np.linalg.norm(given, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    assert exported.encode(TEXTS[::-1])[::-1] == pytest.approx(given, abs=1e-5)  # whatever is in the batch
    assert exported.encode([]).shape == original.encode([]).shape == (0, 512)

    copied = tmp_path / "copied"
    copied.mkdir()
    exported.export(copied)
    assert np.array_equal(OnnxEncoder(copied, threads=2).encode(TEXTS), given)
    for name in (MODEL, TOKENIZER, CARD):
        whole = (copied / name).read_bytes()
        (copied / name).write_bytes(whole[: len(whole) // 2])
        with pytest.raises(PipelineError, match="向量模型不完整"):
            OnnxEncoder(copied)
        (copied / name).write_bytes(whole)
    (copied / MODEL).write_bytes(b"x" * (copied / MODEL).stat().st_size)
    with pytest.raises(PipelineError, match="向量模型不完整"):
        OnnxEncoder(copied)


@pytest.mark.models
def test_a_model_that_is_not_there_is_refused(tmp_path: Path) -> None:
    from pipeline.retrieval.encoder import SentenceTransformerEncoder

    for model in (tmp_path, tmp_path / "absent", "no-such-model-of-ours"):
        with pytest.raises(PipelineError, match="向量模型打不开"):
            SentenceTransformerEncoder(model)


COLD = """
import os, sys, time
began = time.process_time()
from pathlib import Path
from pipeline.archive.store import open_archive
from pipeline.retrieval.search import search
hits = search(open_archive(Path(sys.argv[1])), "农业 粮食播种面积", k=2)
print(time.process_time() - began, hits[0].passage.text)
print(os.environ.get("ORT_DISABLE_TELEMETRY"))
print([m for m in ("torch", "transformers", "sentence_transformers", "openai") if m in sys.modules])
"""


@pytest.mark.models
def test_a_cold_query_takes_a_second_and_no_torch(tmp_path: Path) -> None:
    from pipeline.archive.store import add
    from pipeline.retrieval.encoder import SentenceTransformerEncoder
    from pipeline.weights import embedding_folder

    head = "---\ntitle: 总结\ngenre: annual-summary\nregion: 沚川县苇汀镇\nperiod: 2025\n---\n"
    body = "## 一、农业\n粮食种植面积稳步扩大。\n## 二、党建\n开展主题党日活动。\n"
    (tmp_path / "a.md").write_text(head + body, encoding="utf-8")
    encoder = SentenceTransformerEncoder(embedding_folder())
    add(
        tmp_path / "archive",
        [tmp_path / "a.md"],
        encoder=encoder,
        topic_of=lambda *_: None,
        progress=lambda *_: None,
    )
    root = Path(__file__).parent.parent
    runs = [
        subprocess.run(
            [sys.executable, "-W", "error", "-c", COLD, str(tmp_path / "archive")],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        for _ in range(3)
    ]
    assert min(float(run[0].split()[0]) for run in runs) <= 1.0  # seconds of the processor
    assert [run[0].split()[1] for run in runs] == ["粮食种植面积稳步扩大。"] * 3
    assert {run[1] for run in runs} == {"1"}  # ONNX Runtime reports nothing to its makers
    assert {run[2] for run in runs} == {"[]"}


@dataclass(eq=False)
class PrefixedEncoder(LettersEncoder):
    def encode_query(self, query: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self.encode(["查：" + query])[0]
        return vector


def test_a_query_may_be_encoded_otherwise_than_a_passage() -> None:
    plain, prefixed = LettersEncoder(), PrefixedEncoder()
    assert query_vector(plain, "农业").tolist() == plain.encode(["农业"])[0].tolist()
    assert query_vector(prefixed, "农业").tolist() == plain.encode(["查：农业"])[0].tolist()


@pytest.mark.models
def test_prefixes_travel_with_the_export(tmp_path: Path) -> None:
    from pipeline.retrieval.encoder import SentenceTransformerEncoder, export_onnx
    from pipeline.weights import embedding_folder

    plain = SentenceTransformerEncoder(embedding_folder())
    prefixed = SentenceTransformerEncoder(embedding_folder(), query_prefix="为这个句子：", passage_prefix="段落：")
    assert plain.id != prefixed.id
    export_onnx(prefixed, tmp_path)
    exported_one = OnnxEncoder(tmp_path)
    for encoder in (prefixed, exported_one):
        assert encoder.encode_query("农业") == pytest.approx(plain.encode(["为这个句子：农业"])[0], abs=1e-5)
        assert encoder.encode(["农业"])[0] == pytest.approx(plain.encode(["段落：农业"])[0], abs=1e-5)


EXPORTED = """
import sys
from pathlib import Path
from pipeline.retrieval.encoder import exported
from pipeline.weights import embedding_folder

encoder = exported(embedding_folder(), Path(sys.argv[1]))
print(encoder.id, "torch" in sys.modules)
"""


@pytest.mark.models
def test_a_model_is_exported_once_and_torch_not_loaded_again(tmp_path: Path) -> None:
    root = Path(__file__).parent.parent
    runs = []
    for damage in (False, False, True):
        if damage:
            (next(tmp_path.glob("encoder-*")) / CARD).write_text("{", encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", EXPORTED, str(tmp_path)], cwd=root, capture_output=True, text=True, check=True
        )
        runs.append(done.stdout.split())
    assert [loaded for _, loaded in runs] == ["True", "False", "True"]
    assert len({id for id, _ in runs}) == 1
    assert [path.name for path in tmp_path.iterdir()] == [next(tmp_path.glob("encoder-*")).name]
