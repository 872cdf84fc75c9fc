"""The marked reports as drafts with several errors each, for an outside judge: facts_NN.yaml, draft_NN.md, labels.jsonl.

    python -m eval.checker.drafts build/marked [NAME …]

Each report gives one clean draft and several with every fifth of its errors, so that few errors of a draft touch one another.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from eval.checker.marked import MARK
from eval.checker.run import TEXTS

EACH = 5
# Classes that the outside judge does not know, by the one of its own that they fall under.
_KINDS = {
    "wrong_share": "wrong_completion", "wrong_difference": "wrong_sum", "wrong_previous": "altered_digit", "wrong_target": "altered_digit",
    "altered_in_words": "altered_digit", "last_years_value": "altered_digit", "target_as_value": "altered_digit", "swapped_growth": "swapped_values",
}  # fmt: skip


def drafts(text: str) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """Drafts made of a marked text, each with its labels; the first has no error."""
    marks = list(MARK.finditer(text))
    groups = list(dict.fromkeys((m[3], m[4]) if m[4] else (m[3], str(m.start())) for m in marks))
    for n in range(-1, min(EACH, len(groups))):
        wrong = set(groups[n::EACH]) if n >= 0 else set()
        made, labels, at = "", [], 0
        for m in marks:
            made += text[at : m.start()]
            key = (m[3], m[4]) if m[4] else (m[3], str(m.start()))
            if key in wrong:
                ids = [i for i in (m[5] or "").split(",") if i]
                label: dict[str, object] = {
                    "kind": _KINDS.get(m[3], m[3]), "snippet": m[2] or m[1], "start": len(made), "end": len(made) + max(1, len(m[2])),
                    "fact_id": ids[0] if ids else None, "fact_ids": ids,
                }  # fmt: skip
                labels.append({**label, "group": f"{m[3]}{m[4]}"} if m[4] else label)
            made += m[2] if key in wrong else m[1]
            at = m.end()
        yield made + text[at:], labels


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("names", nargs="*", help="beginnings of the reports' names (all)")
    asked = options.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for path in sorted((TEXTS / "seeded").glob("*.md")):
        if asked.names and not path.stem.startswith(tuple(asked.names)):
            continue
        for n, (text, labels) in enumerate(drafts(path.read_text(encoding="utf-8"))):
            name = f"{path.stem}-{n}"
            (asked.folder / f"draft_{name}.md").write_text(text, encoding="utf-8")
            shutil.copy(path.with_suffix(".yaml"), asked.folder / f"facts_{name}.yaml")
            rows.append({"id": name, "clean": not labels, "errors": labels})
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (asked.folder / "labels.jsonl").write_text(lines, encoding="utf-8")


if __name__ == "__main__":
    main()
