"""The archive on disk (档案库): built beside the old state and switched to at once, so that it is always whole.

    folder/CURRENT                 the name of the generation that holds
    folder/<generation>/           manifest.json  articles.jsonl  passages.jsonl  vectors.faiss
    folder/encoder-<12 digits>/    model.onnx  tokenizer.json  encoder.json: what answers queries

A writer makes a new generation under another name, flushes it to the disk and replaces CURRENT; readers never wait, and
the generation before stays for those that are reading it. Equal inputs give equal bytes of everything but the vectors,
whose last bits depend on which texts were encoded together.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.archive.exemplars import SUFFIXES, Article, read_exemplar, shown
from pipeline.archive.passages import Passage, passages
from pipeline.errors import PipelineError
from pipeline.retrieval.encoder import CARD, Encoder, Exportable
from pipeline.retrieval.index import index_of, read_index, write_index

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

FORMAT = 1  # of the folder and of how texts are cut: raise it when either changes
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
ARTICLES = "articles.jsonl"
PASSAGES = "passages.jsonl"
VECTORS = "vectors.faiss"
LOCK = ".lock"

_GENERATION = re.compile(r"generation-(\d{6,})")
_UNFINISHED = ".unfinished"  # ends the name of what a writer has not completed
_CHUNK = 64  # texts encoded between two reports of progress

TopicOf = Callable[[str, str], str | None]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds. `id`: SHA-256 over the passages, the encoder's id and the format."""

    format: int
    id: str
    encoder: str
    dimension: int
    articles: int
    passages: int
    articles_sha256: str
    passages_sha256: str


@dataclass(frozen=True, slots=True, eq=False)
class Archive:
    """One opened generation. Passages are in the order of their sources, then of the text; row i of the vectors is
    passage i. Two archives are compared by `id`."""

    folder: Path
    id: str
    passages: tuple[Passage, ...]
    manifest: Manifest
    generation: str

    @property
    def vectors(self) -> Path:
        """The index: a passage's row is its heading's unit vector, then its text's (width 2 d)."""
        return self.folder / self.generation / VECTORS

    @property
    def encoder_folder(self) -> Path | None:
        """Where `OnnxEncoder` finds the archive's encoder; None if it was built with one that cannot be exported."""
        folder = self.folder / _encoder_name(self.manifest.encoder)
        return folder if (folder / CARD).is_file() else None


@dataclass(frozen=True, slots=True)
class Added:
    """What an `add` did. Sources as the archive names them; `failed`: path as given and what to mend.

    `same`: sources whose report the archive holds already under another source (given second), kept once.
    `encoded`: texts that were encoded; `reencoded_from`: the encoder before, if another one made all vectors anew.
    """

    archive: str | None
    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    same: tuple[tuple[str, str], ...]
    failed: tuple[tuple[str, str], ...]
    encoded: int
    reencoded_from: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One article in a listing; `passages`: how many of them the archive holds."""

    source: str
    title: str
    genre: str
    region: str
    period: str
    passages: int


# --- reading -----------------------------------------------------------------------------------------------------


def open_archive(folder: Path) -> Archive:
    """Open the archive in a folder. Loads neither the encoder nor the vectors.

    Raises PipelineError if there is none, if it is of another format, or damaged.
    """
    for _ in range(3):
        generation = _current(folder)
        if generation is None:
            raise PipelineError(
                "这里还没有建好的档案库。", where=str(folder), mend="先运行 zhenbao corpus add 文件或文件夹。"
            )
        try:
            return _opened(folder, generation)
        except FileNotFoundError:
            if _current(folder) == generation:
                break
            # Two writers have finished since we read CURRENT, and the second removed what it named.
    raise _damaged(folder, "缺少文件")


def listing(archive: Archive) -> tuple[Row, ...]:
    """The articles of an archive, by source."""
    counts: dict[str, int] = {}
    first: dict[str, Passage] = {}
    for passage in archive.passages:
        counts[passage.source] = counts.get(passage.source, 0) + 1
        first.setdefault(passage.source, passage)
    return tuple(Row(p.source, p.title, p.genre, p.region, p.period, counts[p.source]) for p in first.values())


def _current(folder: Path) -> str | None:
    try:
        name = (folder / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as fault:
        raise _damaged(folder, f"{CURRENT} 读不出来") from fault
    if not _GENERATION.fullmatch(name):
        raise _damaged(folder, f"{CURRENT} 的内容不对")
    return name


def _damaged(folder: Path, what: str) -> PipelineError:
    return PipelineError(
        f"档案库已损坏：{what}。",
        where=str(folder),
        mend="运行 zhenbao corpus rebuild；不成则删去此文件夹，再 corpus add。",
    )


def _opened(folder: Path, generation: str) -> Archive:
    manifest = _manifest(folder, generation)
    if manifest.format != FORMAT:
        raise PipelineError(
            f"档案库是第 {manifest.format} 版格式，本程序用第 {FORMAT} 版。",
            where=str(folder),
            mend="运行 zhenbao corpus rebuild 重建。",
        )
    content = _content(folder, generation, PASSAGES, manifest.passages_sha256)
    kept = tuple(_passage(row) for row in _rows(content, folder, PASSAGES))
    return Archive(folder, manifest.id, kept, manifest, generation)


def _manifest(folder: Path, generation: str) -> Manifest:
    try:
        written = json.loads((folder / generation / MANIFEST).read_text(encoding="utf-8"))
        if written["format"] != FORMAT:  # another version's manifest may have other entries
            return Manifest(int(written["format"]), "", "", 0, 0, 0, "", "")
        return Manifest(**written)
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise _damaged(folder, f"{MANIFEST} 读不出来") from fault


def _content(folder: Path, generation: str, name: str, expected: str) -> bytes:
    content = (folder / generation / name).read_bytes()
    if sha256(content).hexdigest() != expected:
        raise _damaged(folder, f"{name} 被改动过")
    return content


def _rows(content: bytes, folder: Path, name: str) -> Iterator[dict[str, Any]]:
    try:
        for line in content.decode("utf-8").split("\n"):
            if line:
                yield json.loads(line)
    except ValueError as fault:
        raise _damaged(folder, f"{name} 读不出来") from fault


def _passage(row: dict[str, Any]) -> Passage:
    return Passage(**(row | {"heading_path": tuple(row["heading_path"])}))


# --- writing -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _State:
    """A generation in memory: articles by source, their passages by source, and the vectors known by text."""

    articles: Mapping[str, Article]
    passages: Mapping[str, tuple[Passage, ...]]
    vectors: Mapping[str, Floats]
    manifest: Manifest | None


def add(folder: Path, paths: Sequence[Path], *, encoder: Encoder, topic_of: TopicOf, progress: Progress) -> Added:
    """Add files, and the .md and .txt files below folders, to the archive in `folder`, which is made if need be.

    A source that is there already is replaced if its file changed. Texts that the archive has vectors of are not
    encoded again, unless `encoder` is another than before: then all are. `progress(stage, done, total)` is called with
    the stages 读取 (files) and 编码 (texts). A file that cannot be used is listed in `failed` and the rest is added. An
    encoder that is `Exportable` is kept in the archive for queries.
    Raises PipelineError if another process writes to the archive, or if the archive there is of another format.
    """
    files, failed = _files(paths)
    with _writing(folder):
        old = _state(folder)
        articles, cut = dict(old.articles), dict(old.passages)
        holders = {_key(article): article.source for article in articles.values()}
        new: list[str] = []
        changed: list[str] = []
        unchanged: list[str] = []
        same: list[tuple[str, str]] = []
        for done, path in enumerate(files):
            progress("读取", done, len(files))
            try:
                article = read_exemplar(path)
                key = _key(article)
                if articles.get(article.source) == article:
                    unchanged.append(article.source)
                    continue
                if holders.get(key, article.source) != article.source:
                    same.append((article.source, holders[key]))
                    continue
                found = passages(article, topic_of)
                if not found:
                    raise PipelineError("正文里只有标题，没有文字。", where=str(path), mend="补写标题下的文字。")
            except PipelineError as fault:
                failed.append((shown(path), str(fault)))
                continue
            (changed if article.source in articles else new).append(article.source)
            if article.source in articles:
                holders.pop(_key(articles[article.source]), None)
            articles[article.source], cut[article.source], holders[key] = article, found, article.source
        progress("读取", len(files), len(files))
        archive, encoded = None, 0
        if articles:
            archive, encoded = _commit(folder, old, articles, cut, encoder, progress)
        before = old.manifest.encoder if old.manifest else encoder.id
    return Added(
        archive,
        tuple(new),
        tuple(changed),
        tuple(unchanged),
        tuple(same),
        tuple(failed),
        encoded,
        None if before == encoder.id else before,
    )


def remove(folder: Path, source_or_title: str) -> tuple[str, ...]:
    """Take an article out of the archive, by its source or its title. Gives the sources removed; encodes nothing.

    Raises PipelineError if none or several articles are meant, if there is no archive, or another process writes to it.
    """
    open_archive(folder)  # says what is wrong before anything is locked
    with _writing(folder):
        old = _state(folder)
        meant = [s for s, a in old.articles.items() if source_or_title in (s, a.title)]
        if source_or_title in old.articles:
            meant = [source_or_title]
        if not meant:
            raise PipelineError(
                f"档案库里没有“{source_or_title}”。", where=str(folder), mend="用 zhenbao corpus list 查看来源和标题。"
            )
        if len(meant) > 1:
            raise PipelineError(
                f"有 {len(meant)} 篇的标题都是“{source_or_title}”。",
                where="、".join(sorted(meant)),
                mend="改用来源指明一篇。",
            )
        articles = {s: a for s, a in old.articles.items() if s not in meant}
        _commit(folder, old, articles, {s: old.passages[s] for s in articles}, None, lambda *_: None)
    return tuple(meant)


def rebuild(folder: Path, *, encoder: Encoder, topic_of: TopicOf, progress: Progress) -> Added:
    """Cut and encode anew every article that the archive holds, whatever its format: the files are not needed.

    Raises PipelineError if there is no archive, its articles are damaged, or another process writes to it.
    """
    with _writing(folder):
        generation = _current(folder)
        if generation is None:
            open_archive(folder)  # raises, saying that nothing is built
        articles = _articles(folder, str(generation))
        cut: dict[str, tuple[Passage, ...]] = {}
        for done, (source, article) in enumerate(articles.items()):
            progress("读取", done, len(articles))
            cut[source] = passages(article, topic_of)
        progress("读取", len(articles), len(articles))
        nothing = _State({}, {}, {}, None)
        archive, encoded = _commit(folder, nothing, articles, cut, encoder, progress)
    return Added(archive, (), tuple(articles), (), (), (), encoded, None)


def _files(paths: Sequence[Path]) -> tuple[list[Path], list[tuple[str, str]]]:
    """The files meant, sorted, each once; folders without any, with what to mend."""
    files: dict[str, Path] = {}
    failed: list[tuple[str, str]] = []
    for path in paths:
        if not os.path.isdir(path):  # noqa: PTH112  # path.is_dir() raises for names that no file can have
            files.setdefault(os.path.abspath(path), path)  # noqa: PTH100  # resolve() would follow links
            continue
        below = [
            Path(at) / name
            for at, folders, names in os.walk(path)  # does not follow links to folders, so loops end
            if not folders.sort()
            for name in sorted(names)
            if name.lower().endswith(SUFFIXES) and not name.startswith(".")
        ]
        if not below:
            failed.append((shown(path), f"文件夹里没有 {' '.join(SUFFIXES)} 文件。"))
        for file in below:
            files.setdefault(os.path.abspath(file), file)  # noqa: PTH100
    return [files[name] for name in sorted(files)], failed


def _key(article: Article) -> str:
    """Equal for the same report in two files."""
    parts = (article.title, article.genre, article.region, article.period, article.text)
    return sha256("\x1f".join(parts).encode()).hexdigest()


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Hold the archive's lock. The system gives it back when the process ends, however it ends."""
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK, timeout=0)
        lock.acquire()
    except Timeout as fault:
        raise PipelineError("另一个进程正在写这个档案库。", where=str(folder), mend="等它完成后再运行。") from fault
    except OSError as fault:
        raise PipelineError(
            f"档案库文件夹不能写：{fault.strerror}。", where=str(folder), mend="换一个文件夹，或改它的权限。"
        ) from fault
    try:
        _tidy(folder)
        yield
    finally:
        lock.release()


def _tidy(folder: Path, *, spare: Iterable[str] = ()) -> None:
    """Remove what writers left unfinished and, with `spare`, the generations and encoders that are not in it."""
    keep = set(spare)
    for path in sorted(folder.iterdir()):
        unfinished = path.name.endswith(_UNFINISHED)
        out_of_use = keep and path.name not in keep and path.name.startswith(("generation-", "encoder-"))
        if unfinished or out_of_use:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _articles(folder: Path, generation: str) -> dict[str, Article]:
    try:
        rows = [Article(**row) for row in _rows((folder / generation / ARTICLES).read_bytes(), folder, ARTICLES)]
    except (OSError, TypeError) as fault:
        raise _damaged(folder, f"{ARTICLES} 读不出来") from fault
    return {article.source: article for article in rows}


def _state(folder: Path) -> _State:
    """The state that a writer starts from; empty if there is no archive yet."""
    if _current(folder) is None:
        return _State({}, {}, {}, None)
    archive = open_archive(folder)
    cut: dict[str, list[Passage]] = {}
    for passage in archive.passages:
        cut.setdefault(passage.source, []).append(passage)
    return _State(
        _articles(folder, archive.generation),
        {source: tuple(found) for source, found in cut.items()},
        _vectors_by_text(archive),
        archive.manifest,
    )


def heading_text(passage: Passage) -> str:
    """What stands for a passage's headings before an encoder; "" before the first heading."""
    return "，".join(passage.heading_path)


def _vectors_by_text(archive: Archive) -> dict[str, Floats]:
    rows = read_index(archive.vectors).rows()
    if rows.shape != (len(archive.passages), 2 * archive.manifest.dimension):
        raise _damaged(archive.folder, f"{VECTORS} 与段落不符")
    known: dict[str, Floats] = {}
    for passage, row in zip(archive.passages, rows, strict=True):
        known.setdefault(passage.text, row[archive.manifest.dimension :])
        if passage.heading_path:
            known.setdefault(heading_text(passage), row[: archive.manifest.dimension])
    return known


def _commit(
    folder: Path,
    old: _State,
    articles: Mapping[str, Article],
    cut: Mapping[str, tuple[Passage, ...]],
    encoder: Encoder | None,
    progress: Progress,
) -> tuple[str, int]:
    """Write and switch to a generation with these articles. Gives the archive's id and how many texts were encoded.

    `encoder` None: all texts have vectors in `old`. If nothing differs from `old`, nothing is written.
    """
    id_of_encoder, dimension = (encoder.id, encoder.dimension) if encoder else _encoder_of(old)
    ordered = [passage for source in sorted(cut) for passage in cut[source]]
    article_bytes = _jsonl(asdict(articles[source]) for source in sorted(articles))
    passage_bytes = _jsonl(asdict(passage) for passage in ordered)
    passages_sha256 = sha256(passage_bytes).hexdigest()
    manifest = Manifest(
        format=FORMAT,
        id=sha256(f"{FORMAT}\x1f{id_of_encoder}\x1f{passages_sha256}".encode()).hexdigest(),
        encoder=id_of_encoder,
        dimension=dimension,
        articles=len(articles),
        passages=len(ordered),
        articles_sha256=sha256(article_bytes).hexdigest(),
        passages_sha256=passages_sha256,
    )
    if encoder:
        _keep_encoder(folder, encoder)
    if manifest == old.manifest:
        return manifest.id, 0
    known = old.vectors if old.manifest and old.manifest.encoder == id_of_encoder else {}
    rows, encoded = _rows_of(ordered, known, encoder, dimension, progress)

    before = _current(folder)
    number = int(before.removeprefix("generation-")) + 1 if before else 1
    name = f"generation-{number:06d}"
    making = folder / (name + _UNFINISHED)
    making.mkdir()
    (making / ARTICLES).write_bytes(article_bytes)
    (making / PASSAGES).write_bytes(passage_bytes)
    (making / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1) + "\n", encoding="utf-8")
    write_index(index_of(rows), making / VECTORS)
    _finish(making, folder / name)

    pointer = folder / (CURRENT + _UNFINISHED)
    pointer.write_text(name + "\n", encoding="utf-8")
    _flush(pointer)
    pointer.replace(folder / CURRENT)  # from here on the new state holds
    _flush(folder)

    encoders = [_encoder_name(id_of_encoder)]
    if old.manifest:
        encoders.append(_encoder_name(old.manifest.encoder))
    _tidy(folder, spare=[name, before or name, *encoders])
    return manifest.id, encoded


def _encoder_of(state: _State) -> tuple[str, int]:
    assert state.manifest  # a caller without an encoder has read an archive
    return state.manifest.encoder, state.manifest.dimension


def _jsonl(rows: Iterable[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _rows_of(
    ordered: Sequence[Passage], known: Mapping[str, Floats], encoder: Encoder | None, dimension: int, progress: Progress
) -> tuple[Floats, int]:
    """The index's rows (n, 2 d) and how many texts had to be encoded, each text once."""
    import numpy as np

    texts = {text for p in ordered for text in (p.text, heading_text(p)) if text and text not in known}
    # By length, so that a chunk needs little padding; then by the text, so that chunks are the same each time.
    missing = sorted(texts, key=lambda text: (len(text), text))
    vectors = dict(known)
    for first in range(0, len(missing), _CHUNK):
        progress("编码", first, len(missing))
        assert encoder
        chunk = missing[first : first + _CHUNK]
        vectors.update(zip(chunk, encoder.encode(chunk), strict=True))
    if missing:
        progress("编码", len(missing), len(missing))
    rows = np.zeros((len(ordered), 2 * dimension), np.float32)
    for row, passage in zip(rows, ordered, strict=True):
        row[dimension:] = vectors[passage.text]
        # A text without a heading answers for both, so that the missing heading neither helps nor harms it.
        row[:dimension] = vectors[heading_text(passage) or passage.text]
    return rows, len(missing)


def _encoder_name(id: str) -> str:
    return f"encoder-{sha256(id.encode()).hexdigest()[:12]}"


def _keep_encoder(folder: Path, encoder: Encoder) -> None:
    kept = folder / _encoder_name(encoder.id)
    if isinstance(encoder, Exportable) and not kept.is_dir():
        making = folder / (kept.name + _UNFINISHED)
        making.mkdir()
        encoder.export(making)
        _finish(making, kept)


def _finish(making: Path, name: Path) -> None:
    """Flush a folder and what is in it to the disk, then give it its name."""
    for path in sorted(making.iterdir()):
        _flush(path)
    _flush(making)
    if name.exists():  # finished by a writer that ended before it switched to it
        shutil.rmtree(name)
    making.rename(name)
    _flush(name.parent)


def _flush(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return  # Windows has no flush for folders
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
