"""Encoders (向量模型): texts become unit vectors.

sentence-transformers builds, and ONNX Runtime answers with the same weights, since importing torch takes seconds.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from pipeline.errors import PipelineError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

MODEL = "model.onnx"
TOKENIZER = "tokenizer.json"
CARD = "encoder.json"
LEAST_PARITY = 0.999  # cosine between the exported model and its original, below which the export is refused

_BATCH = 8  # texts that sentence-transformers takes at once
_ONNX_BATCH = 4  # texts of like length; larger ones wait for memory, and several batches are under way at once
_OPSET = 18
_PROBE = ("农业", "实现规模以上工业总产值12.6亿元，同比增长8.5%。", "全面落实河湖长制，巡河整改到位，" * 20)


class Encoder(Protocol):
    """Turns texts into vectors.

    `id`: names the weights and prefixes; vectors of equal id may stand in one index. `dimension`: d.
    """

    @property
    def id(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> Floats:
        """Passages: (n, d), float32, each row of unit length, in the order of the texts; no texts give (0, d)."""
        ...


@runtime_checkable
class QueryEncoder(Protocol):
    """An encoder whose model writes something else before a query than before a passage."""

    def encode_query(self, query: str) -> Floats:
        """(d,), float32, of unit length."""
        ...


def query_vector(encoder: Encoder, query: str) -> Floats:
    """The vector (d,) of a query, by an encoder of either kind."""
    if isinstance(encoder, QueryEncoder):
        return encoder.encode_query(query)
    vector: Floats = encoder.encode([query])[0]
    return vector


@runtime_checkable
class Exportable(Protocol):
    """An encoder that can be kept beside an archive, so that queries need neither its library nor its files."""

    def export(self, folder: Path) -> None:
        """Write `MODEL`, `TOKENIZER` and `CARD` into an existing folder, to be read by `OnnxEncoder`."""
        ...


class SentenceTransformerEncoder:
    """A sentence-transformers model on the CPU, from a folder or by a name in the local cache; never downloads.

    `query_prefix`, `passage_prefix`: what the model wants before a text; None is what its own folder says (its prompts
    `query` and `passage` or `document`), "" is nothing. Raises PipelineError if the model is not there.
    """

    def __init__(
        self, model: Path | str, *, query_prefix: str | None = None, passage_prefix: str | None = None
    ) -> None:
        with _quiet():
            from sentence_transformers import SentenceTransformer

            try:
                self._model: Any = SentenceTransformer(str(model), device="cpu", local_files_only=True).float().eval()
            except (OSError, ValueError) as fault:
                raise PipelineError(
                    "向量模型打不开。", where=str(model), mend="给出含模型文件的文件夹，或先把该模型下载到本机。"
                ) from fault
        prompts = {name: text for name, text in (self._model.prompts or {}).items() if text}
        self._model.default_prompt_name = None  # prefixes are written here and nowhere else
        stated = prompts.get("passage", prompts.get("document", ""))
        self.query_prefix = prompts.get("query", "") if query_prefix is None else query_prefix
        self.passage_prefix = stated if passage_prefix is None else passage_prefix
        self.max_length = int(self._model.max_seq_length or 512)
        self.dimension = len(self._model.encode("一", show_progress_bar=False))  # its name differs between versions
        self.weights_sha256 = _weights_sha256(self._model)
        vocabulary = sorted(self._model.tokenizer.get_vocab().items())
        described = json.dumps([self.weights_sha256, self.max_length, _pooling(self._model), vocabulary])
        if self.query_prefix or self.passage_prefix:
            described += json.dumps([self.query_prefix, self.passage_prefix])
        self.id = f"{Path(model).name}-{sha256(described.encode()).hexdigest()[:12]}"

    def encode(self, texts: Sequence[str]) -> Floats:
        return self._encoded([self.passage_prefix + text for text in texts])

    def encode_query(self, query: str) -> Floats:
        vector: Floats = self._encoded([self.query_prefix + query])[0]
        return vector

    def _encoded(self, texts: Sequence[str]) -> Floats:
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        vectors: Floats = self._model.encode(
            list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        return vectors.astype(np.float32, copy=False)

    def export(self, folder: Path) -> None:
        export_onnx(self, folder)


def _pooling(model: Any) -> list[str]:
    """What turns token vectors into the text's vector, module by module, without the library's own defaults."""
    names = []
    for module in list(model)[1:]:
        written = getattr(module, "get_pooling_mode_str", None)  # before version 6 of the library
        names.append(str(written() if written else getattr(module, "pooling_mode", type(module).__name__)))
    return names


def _weights_sha256(model: Any) -> str:
    """A hash of the weights themselves, which their file format and the library's version do not change."""
    digest = sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(f"{name} {tuple(tensor.shape)} ".encode())
        digest.update(tensor.contiguous().numpy().tobytes())
    return digest.hexdigest()


def export_onnx(encoder: SentenceTransformerEncoder, folder: Path) -> None:
    """Write an encoder for ONNX Runtime: pooling and normalisation are in the graph, weights stay float32.

    `folder` exists. Raises PipelineError if the exported model does not give the original's vectors.
    """
    import numpy as np
    import torch

    model = encoder._model
    takes_types = "token_type_ids" in model.tokenizer.model_input_names

    class Graph(torch.nn.Module):  # type: ignore[misc]  # torch is not followed by the type checker
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            if takes_types:
                features["token_type_ids"] = torch.zeros_like(input_ids)
            return torch.nn.functional.normalize(self.model(features)["sentence_embedding"], dim=1)

    sample = model.tokenizer(list(_PROBE[:2]), padding=True, return_tensors="pt")
    tokens = {0: "texts", 1: "tokens"}
    with _quiet(), torch.no_grad():
        torch.onnx.export(
            Graph().eval(),
            (sample["input_ids"], sample["attention_mask"]),
            str(folder / MODEL),
            input_names=["input_ids", "attention_mask"],
            output_names=["vectors"],
            dynamic_axes={"input_ids": tokens, "attention_mask": tokens, "vectors": {0: "texts"}},
            opset_version=_OPSET,
            dynamo=False,
        )
    (folder / TOKENIZER).write_text(model.tokenizer.backend_tokenizer.to_str(), encoding="utf-8")
    card = {
        "id": encoder.id,
        "dimension": encoder.dimension,
        "max_length": encoder.max_length,
        "weights_sha256": encoder.weights_sha256,
        "query_prefix": encoder.query_prefix,
        "passage_prefix": encoder.passage_prefix,
        "pad_id": int(model.tokenizer.pad_token_id or 0),
        "model_bytes": (folder / MODEL).stat().st_size,
        "tokenizer_sha256": sha256((folder / TOKENIZER).read_bytes()).hexdigest(),
    }
    (folder / CARD).write_text(json.dumps(card, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    cosines = np.sum(OnnxEncoder(folder).encode(_PROBE) * encoder.encode(_PROBE), axis=1)
    if cosines.min() < LEAST_PARITY:
        raise PipelineError(
            f"向量模型转成 ONNX 后结果不同（余弦 {cosines.min():.4f}）。", where=encoder.id, mend="换一个向量模型。"
        )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the libraries' deprecation warnings and progress bars from the clerk, here only."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    level = logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(level)
        if shown:
            logging.enable_progress_bar()


class OnnxEncoder:
    """An exported encoder on ONNX Runtime; loads neither torch nor transformers.

    `threads`: batches under way at once, each on one thread: cores that share one batch wait for each other at every
    layer. Raises PipelineError if the folder is incomplete or damaged.
    """

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        # ONNX Runtime reports its use to its makers unless this is set before it is loaded: nothing may leave this machine.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime
        from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidProtobuf, NoSuchFile
        from tokenizers import Tokenizer

        self._folder = folder
        damaged = PipelineError("向量模型不完整。", where=str(folder), mend="运行 zhenbao corpus rebuild 重建。")
        try:
            card = json.loads((folder / CARD).read_text(encoding="utf-8"))
            self.id = str(card["id"])
            self.dimension = int(card["dimension"])
            self.max_length = int(card["max_length"])
            self._pad_id = int(card["pad_id"])
            self.query_prefix = str(card.get("query_prefix", ""))
            self.passage_prefix = str(card.get("passage_prefix", ""))
            tokenizer = (folder / TOKENIZER).read_bytes()
            if not is_whole(folder):
                raise damaged
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise damaged from fault
        self._tokenizer: Any = Tokenizer.from_str(tokenizer.decode())
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.max_length)
        options = onnxruntime.SessionOptions()
        self._threads = threads
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # Spinning threads take the cores from each other: five times slower on a busy machine.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        try:
            self._session: Any = onnxruntime.InferenceSession(
                str(folder / MODEL), options, providers=["CPUExecutionProvider"]
            )
        except (Fail, InvalidProtobuf, NoSuchFile) as fault:
            raise damaged from fault

    def encode(self, texts: Sequence[str]) -> Floats:
        return self._encoded([self.passage_prefix + text for text in texts])

    def encode_query(self, query: str) -> Floats:
        vector: Floats = self._encoded([self.query_prefix + query])[0]
        return vector

    def _encoded(self, texts: Sequence[str]) -> Floats:
        import numpy as np

        vectors = np.zeros((len(texts), self.dimension), np.float32)
        if not texts:
            return vectors
        read = self._tokenizer.encode_batch if len(texts) > 1 else lambda one: [self._tokenizer.encode(one[0])]
        tokens = [encoding.ids for encoding in read(list(texts))]
        # Texts of like length in a batch: little padding. The batches, and so the rounding, depend on the texts alone.
        order = sorted(range(len(tokens)), key=lambda i: (len(tokens[i]), i))
        batches = [order[first : first + _ONNX_BATCH] for first in range(0, len(order), _ONNX_BATCH)]

        def encode(batch: list[int]) -> None:
            width = len(tokens[batch[-1]])
            ids = np.full((len(batch), width), self._pad_id, np.int64)
            mask = np.zeros((len(batch), width), np.int64)
            for row, i in enumerate(batch):
                ids[row, : len(tokens[i])] = tokens[i]
                mask[row, : len(tokens[i])] = 1
            vectors[batch] = self._session.run(["vectors"], {"input_ids": ids, "attention_mask": mask})[0]

        if self._threads == 1 or len(batches) == 1:
            for batch in batches:
                encode(batch)
            return vectors
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(self._threads) as pool:  # a run leaves the interpreter to the other threads
            try:
                for _ in pool.map(encode, reversed(batches)):  # longest first, so that none is left alone at the end
                    pass
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)  # Ctrl-C does not wait for what has not begun
                raise
        return vectors

    def export(self, folder: Path) -> None:
        for name in (MODEL, TOKENIZER, CARD):
            shutil.copyfile(self._folder / name, folder / name)


def is_whole(folder: Path) -> bool:
    """Whether an exported encoder's files are there and unchanged.

    Hashing the model would take as long as loading it, so its size must do.
    """
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
        sizes: bool = (folder / MODEL).stat().st_size == card["model_bytes"]
        return sizes and sha256((folder / TOKENIZER).read_bytes()).hexdigest() == card["tokenizer_sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        return False


def exported(
    model: Path | str,
    cache: Path,
    *,
    threads: int = 1,
    query_prefix: str | None = None,
    passage_prefix: str | None = None,
) -> OnnxEncoder:
    """The encoder of a model for building and for queries, exported once into a folder below `cache`.

    The export is found again by the bytes of the model's files, so torch is only loaded when they are new. A model given
    by name is looked up and loaded each time. Raises PipelineError if the model is not there.
    """
    folder = Path(model)
    asked = json.dumps([query_prefix, passage_prefix, _OPSET])
    if folder.is_dir():
        kept = cache / f"encoder-{_files_sha256(folder, asked)[:16]}"
        if (kept / CARD).is_file():
            with contextlib.suppress(PipelineError):  # a damaged export is made again
                return OnnxEncoder(kept, threads=threads)
    encoder = SentenceTransformerEncoder(model, query_prefix=query_prefix, passage_prefix=passage_prefix)
    if not folder.is_dir():
        kept = cache / f"encoder-{sha256((encoder.id + asked).encode()).hexdigest()[:16]}"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix=f"{kept.name}.", dir=cache))
    except OSError as fault:
        raise PipelineError(
            f"缓存文件夹不能写：{fault.strerror}。", where=str(cache), mend="检查磁盘空间和文件夹的权限。"
        ) from fault
    try:
        encoder.export(making)
        if kept.is_dir():
            shutil.rmtree(kept)
        with contextlib.suppress(OSError):  # another process was quicker, with the same bytes
            making.rename(kept)
        return OnnxEncoder(kept, threads=threads)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _files_sha256(folder: Path, asked: str) -> str:
    """A hash of a model folder's files by name and content."""
    digest = sha256(asked.encode())
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            digest.update(f"{path.relative_to(folder).as_posix()} {path.stat().st_size} ".encode())
            with path.open("rb") as file:
                digest.update(file_digest(file, "sha256").digest())
    return digest.hexdigest()
