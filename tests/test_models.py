"""Encoders of other makes, from the command line; the default one's ranking in both libraries."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pipeline.archive.store import open_archive, rebuild
from pipeline.errors import PipelineError
from pipeline.retrieval.encoder import MODEL, OnnxEncoder, SentenceTransformerEncoder, exported

pytestmark = pytest.mark.models

LONGEST = 120  # characters of a gold section that are encoded, to save time
WORDS = "农业粮食播种面积工业总产值党建支部水利河道教育学校就业创业稳步推进扩大增长查询段落，。："
REPORT = (
    "---\ntitle: 苇汀镇总结\ngenre: annual-summary\nregion: 沚川县苇汀镇\nperiod: 2025\n---\n"
    "## 一、农业\n粮食播种面积稳步扩大。\n## 二、党建\n党支部建设稳步推进。\n## 三、水利\n河道水利稳步推进。\n"
)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of one small layer with random weights, which states a prefix for queries."""
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(7)
    folder = tmp_path_factory.mktemp("models")
    bare = folder / "bare"
    bare.mkdir()
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set(WORDS))]
    (bare / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    BertTokenizerFast(vocab_file=str(bare / "vocab.txt")).save_pretrained(bare)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64
    )
    BertModel(config).save_pretrained(bare)
    model = SentenceTransformer(str(bare), prompts={"query": "查询：", "passage": ""}, device="cpu")
    model.save(str(folder / "weiting-mini"))
    return folder / "weiting-mini"


def test_another_model_keeps_its_prefixes_its_vectors_and_its_ranking(tiny: Path, tmp_path: Path) -> None:
    original = SentenceTransformerEncoder(tiny)
    made = exported(tiny, tmp_path)
    assert (made.query_prefix, made.passage_prefix) == ("查询：", "")
    texts = ["粮食播种面积", "党支部建设", "河道水利稳步推进", "学校教育", "就业创业增长"]
    assert np.sum(made.encode(texts) * original.encode(texts), axis=1) == pytest.approx(np.ones(5), abs=1e-5)
    for query in texts:
        vectors = made.encode_query(query), original.encode_query(query)
        assert vectors[0] == pytest.approx(vectors[1], abs=1e-5)
        assert vectors[0] == pytest.approx(made.encode(["查询：" + query])[0], abs=1e-5)
    other = exported(tiny, tmp_path, query_prefix="", passage_prefix="段落：")
    assert other.id != made.id
    assert other.encode_query("农业") == pytest.approx(original.encode(["农业"])[0], abs=1e-5)
    assert other.encode(["农业"])[0] == pytest.approx(original.encode(["段落：农业"])[0], abs=1e-5)


def zhenbao(home: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ZHENBAO_")}
    environment = kept | {"ZHENBAO_ARCHIVE": str(home / "archive"), "XDG_CACHE_HOME": str(home / "cache")}
    return subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *map(str, arguments)],
        cwd=Path(__file__).parent.parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_an_archive_keeps_the_encoder_that_was_named_until_another_is(tiny: Path, tmp_path: Path) -> None:
    def encoder_of_archive() -> str:
        return open_archive(tmp_path / "archive").manifest.encoder

    def first_hit() -> list[str]:
        done = zhenbao(tmp_path, "search", "党支部建设", "-k", 1, "--json")
        assert done.returncode == 0, done.stderr
        path: list[str] = json.loads(done.stdout)["heading_path"]
        return path

    (tmp_path / "a.md").write_text(REPORT, encoding="utf-8")
    done = zhenbao(tmp_path, "corpus", "add", tmp_path / "a.md", "--encoder", tiny)
    assert done.returncode == 0, done.stderr
    assert encoder_of_archive().startswith("weiting-mini-")
    assert first_hit() == ["党建"]

    (tmp_path / "b.md").write_text(REPORT.replace("苇汀镇", "沙塘镇").replace("稳步", "增长"), encoding="utf-8")
    done = zhenbao(tmp_path, "corpus", "add", tmp_path / "b.md")
    assert (done.returncode, done.stderr) == (0, "")
    assert encoder_of_archive().startswith("weiting-mini-")

    kept = next((tmp_path / "archive").glob("encoder-*")) / MODEL
    kept.write_bytes(kept.read_bytes()[:999])
    done = zhenbao(tmp_path, "search", "党支部建设")
    assert done.returncode == 2
    assert "向量模型不完整" in done.stderr
    assert "corpus rebuild" in done.stderr
    rebuild(
        tmp_path / "archive",
        encoder=exported(tiny, tmp_path / "exports"),
        topic_of=lambda *_: None,
        progress=lambda *_: None,
    )
    assert first_hit() == ["党建"]

    done = zhenbao(tmp_path, "corpus", "add", tmp_path / "b.md", "--encoder", tiny, "--query-prefix", "")
    assert "已全部重新编码" in done.stderr
    assert first_hit() == ["党建"]


def test_a_model_that_is_not_here_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(REPORT, encoding="utf-8")
    done = zhenbao(tmp_path, "corpus", "add", tmp_path / "a.md", "--encoder", "no-such-model-of-ours")
    assert done.returncode == 2
    assert "向量模型打不开" in done.stderr
    assert not (tmp_path / "archive").exists()
    with pytest.raises(PipelineError, match="向量模型打不开"):
        exported(tmp_path / "absent", tmp_path)


def test_both_libraries_rank_the_gold_queries_alike(tmp_path: Path) -> None:
    """Every heading of the gold against every gold section: cosine at least 0.999, and the ten nearest in one order."""
    from pipeline.weights import embedding_folder

    gold = Path(__file__).parent.parent.parent / "shared" / "gold" / "sections.jsonl"
    if not gold.is_file():
        pytest.skip("the annotated samples are not in ../shared")
    seeds = gold.parent.parent / "seeds"
    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    pages = {name: (seeds / name).read_bytes().decode("utf-8", "replace") for name in {row["file"] for row in rows}}
    texts = [pages[row["file"]][row["raw_start"] : row["raw_end"]][:LONGEST] for row in rows]
    headings = (row["lead_in"] or (row["heading_path"] or [""])[-1] for row in rows)
    queries = sorted({heading for heading in headings if heading})
    assert len(queries) > 100

    original = SentenceTransformerEncoder(embedding_folder())
    ours = exported(embedding_folder(), tmp_path)
    expected = original._model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    given = ours.encode(texts)
    assert np.sum(expected * given, axis=1).min() >= 0.999
    asked, asked_ours = original.encode(queries), ours.encode(queries)
    assert np.sum(asked * asked_ours, axis=1).min() >= 0.999
    for one, other in zip(asked @ expected.T, asked_ours @ given.T, strict=True):
        best = np.argsort(-one, kind="stable")[:10]
        # Sections that are equal to the sixth place may change places.
        assert other[best] == pytest.approx(np.sort(other)[::-1][:10], abs=1e-5)


def test_the_embedding_of_nothing(tiny: Path, tmp_path: Path) -> None:
    made = exported(tiny, tmp_path)
    assert isinstance(made, OnnxEncoder)
    assert made.encode([]).shape == (0, 32)
    assert made.encode(["", " "]).shape == (2, 32)
