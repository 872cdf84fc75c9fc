"""Forty broken and hostile sheets, all forms: each ends in its verdict within 5 s, all of them within 500 MB."""

from __future__ import annotations

import json
import resource
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from tests.test_workbook import ENDURED, HOSTILE
from tests.workbooks import META, repacked, sound

META_LINES = "".join(f"  {key}: {value}\n" for key, value in META.items())
HEAD = "编号,领域,指标,本期,单位\n"
ROW = "F1,农业,茶叶产量,1.5,吨\n"
SOUND = f"meta:\n{META_LINES}facts:\n  - {{id: F1, topic: 农业, indicator: 茶叶产量, value: 1.5, unit: 吨}}\n"


def _written(content: str | bytes) -> Callable[[Path, Path], object]:
    return lambda _, target: target.write_bytes(content if isinstance(content, bytes) else content.encode())


def _bomb_of_aliases() -> str:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"] + [
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)
    ]
    return "\n".join(rows) + "\n" + SOUND


def _lying_size(source: Path, target: Path) -> None:
    """A part that says it is 100 bytes long and unpacks to 400 MB."""
    with ZipFile(source) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            more = b" " * 400_000_000 if name.endswith("sheet1.xml") else b""
            new.writestr(ZipInfo(name), old.read(name) + more, ZIP_DEFLATED)
    packed = target.read_bytes()
    at = packed.rfind(b"PK\x01\x02", 0, packed.rfind(b"xl/worksheets/sheet1.xml"))
    target.write_bytes(packed[: at + 24] + struct.pack("<L", 100) + packed[at + 28 :])


def _encrypted(source: Path, target: Path) -> None:
    packed = bytearray(source.read_bytes())
    at = packed.find(b"PK\x01\x02")
    while at >= 0:
        packed[at + 8] |= 1
        at = packed.find(b"PK\x01\x02", at + 4)
    target.write_bytes(bytes(packed))


def _sheet(old: bytes, new: bytes) -> Callable[[Path, Path], object]:
    return lambda s, t: repacked(s, t, lambda n, c: c.replace(old, new) if n.endswith("sheet1.xml") else c)


MORE: dict[str, tuple[Callable[[Path, Path], object], str]] = {
    "aliases.yaml": (_written(_bomb_of_aliases()), "reject"),
    "python.yaml": (_written(SOUND.replace("1.5", "!!python/object/apply:os.system ['touch canary']")), "reject"),
    "deep.yaml": (_written("[" * 100_000), "reject"),
    "twice.yaml": (_written(SOUND + "facts: []\n"), "reject"),
    "binary.yaml": (_written(bytes(range(256)) * 40), "reject"),
    "deep.json": (_written('{"meta":' + "[" * 100_000), "reject"),
    "infinite.json": (_written(json.dumps({"meta": META, "facts": [{"id": "F1", "topic": "农业", "indicator": "茶叶产量", "value": float("inf"), "unit": "吨"}]})), "reject"),
    "exponent.json": (_written('{"meta":' + json.dumps(META) + ',"facts":[{"id":"F1","topic":"农业","indicator":"茶叶产量","value":1e999999,"unit":"吨"}]}'), "reject"),
    "list.json": (_written("[1, 2, 3]"), "reject"),
    "formula.csv": (_written(HEAD + "F1,农业,\"=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",1.5,吨\n"), "reject"),
    "command.csv": (_written(HEAD + "F1,农业,@SUM(1+1)*cmd|' /C calc'!A0,1.5,吨\n"), "reject"),
    "nul.csv": (_written((HEAD + ROW).replace("茶叶", "茶\0叶")), "any"),
    "one_line.csv": (_written(HEAD + "F1,农业,茶叶产量,1.5,吨," * 400_000), "reject"),
    "open_quote.csv": (_written(HEAD + '"F1,农业,茶叶产量,1.5,吨\n' + ROW * 3000), "reject"),
    "too_large.csv": (_written(HEAD + ROW * 800_000), "reject"),
    "not_chinese.csv": (_written((HEAD + ROW).encode("utf-16-be")), "any"),
    "lying_size.xlsx": (_lying_size, "reject"),
    "encrypted_parts.xlsx": (_encrypted, "reject"),
    "outside_path.xlsx": (lambda s, t: repacked(s, t, lambda n, c: c.replace(b"worksheets/sheet1.xml", b"../../../../etc/passwd") if n.endswith("workbook.xml.rels") else c), "reject"),
    "no_string.xlsx": (_sheet(b't="inlineStr"', b't="s"'), "any"),
    "bad_place.xlsx": (_sheet(b'r="D2"', b'r="D-2"'), "any"),
    "far_column.xlsx": (_sheet(b'r="D2"', b'r="ZZZZZZ2"'), "any"),
    "error_value.xlsx": (_sheet(b"<v>1.5</v>", b"<v>#REF!</v>"), "reject"),
}  # fmt: skip

_SCRIPT = f"""
import json, sys, time
from pathlib import Path
from pipeline.errors import PipelineError
from pipeline.facts.reading import read_sheet
for name in json.load(sys.stdin):
    begin = time.perf_counter()
    try:
        verdict = read_sheet(Path(name), genres={{"半年总结": "half-year-summary"}}, topics={{"农业": "agriculture"}}, meta={META!r}).verdict
    except PipelineError as told:
        verdict = "reject" if told.what and told.mend else "silent"
    print(json.dumps([name, verdict, time.perf_counter() - begin]), flush=True)
"""


def test_each_hostile_sheet_ends_in_its_verdict_within_5_s_and_500_mb(tmp_path: Path) -> None:
    source = sound(tmp_path / "sound_one.xlsx")
    cases = [(name, make, "reject") for name, (make, _) in HOSTILE.items()]
    cases += [(name, make, verdict) for name, (make, verdict, _) in ENDURED.items()]
    cases += [(name, make, verdict) for name, (make, verdict) in MORE.items()]
    expected: dict[str, str] = {}
    for name, make, verdict in cases:
        path = tmp_path / name
        make(source, path)
        expected[str(path)] = verdict
    assert len(expected) >= 40

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (500 << 20, 500 << 20))

    run = subprocess.run(
        [sys.executable, "-c", _SCRIPT], input=json.dumps(list(expected)), capture_output=True, text=True, timeout=300, preexec_fn=limit, cwd=tmp_path,
        env={"PYTHONPATH": str(Path(__file__).parent.parent), "PATH": ""},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-2000:]
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    wrong = [row for row in rows if expected[row[0]] not in (row[1], "any") or row[1] == "silent" or row[2] > 5]
    assert wrong == []
    assert len(rows) == len(expected)
    assert not (tmp_path / "canary").exists()
