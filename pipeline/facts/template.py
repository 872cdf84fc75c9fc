"""A new workbook for a clerk to fill (空白清单): drop-downs, hints, live formulas, a genre's usual indicators, an example page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import yaml

from pipeline.errors import PipelineError
from pipeline.facts.rows import COLUMNS, META_COLUMNS
from pipeline.facts.writing import Styles, head_row, new_book
from pipeline.facts.written import split_unit
from pipeline.files import write_whole

_NO_META: Mapping[str, str] = {}
SPARE_ROWS = 60  # below the usual indicators
_HINTS = {
    "id": "可不填，自动编号", "topic": "点开选一个", "indicator": "一行一个指标；用不着的行删去或空着", "value": "只写数字，如 12.6", "unit": "如 万元、亩、%",
    "previous": "可不填；与本期同一单位", "growth_pct": "自动算；也可直接填", "target": "可不填；与本期同一单位", "completion_pct": "自动算；也可直接填",
    "text": "没有数的事写在这里，一行一件，不必填本期", "note": "给自己看的，不会写进报告",
}  # fmt: skip
_META_HINTS = {
    "town": "必填，如 云溪镇", "county": "如 松阳县", "period": "必填，如 2026年上半年、2026年、2026年第三季度、2026年1—5月", "genre": "必填，点开选一个",
    "org": "不填则不落款，如 云溪镇人民政府", "title": "不填则自动拟题", "date": "如 2026-07-03",
}  # fmt: skip
_EXAMPLES: tuple[tuple[object, ...], ...] = (
    ("F1", "agriculture", "粮食播种面积", 1.26, "万亩", 1.2, 5.0, 2.4, 52.5, "", ""),
    ("F2", "industry", "规模以上工业总产值", 12.6, "亿元", 11.8, 6.8, 26, 48.5, "", "数据来自统计站"),
    (
        "F3",
        "environment-sanitation",
        "生活垃圾无害化处理率",
        98.5,
        "%",
        97.2,
        "",
        "",
        "",
        "",
        "百分数写 98.5，单位写 %",
    ),
    ("F4", "agriculture", "", "", "", "", "", "", "", "建成高标准农田示范片，推广测土配方施肥", "没有数的事写在文字栏"),
)


@dataclass(frozen=True, slots=True)
class Usual:
    """An indicator that reports of a genre usually give, or that an old report gave: then with that report's value and words."""

    topic: str
    indicator: str
    unit: str
    previous: Decimal | None = None
    note: str = ""


def usual_indicators(path: Path, genre: str) -> tuple[Usual, ...]:
    """The usual indicators of a genre, from `prompts/indicators.yaml`. Raises PipelineError for a file of another form."""
    try:
        whole = yaml.safe_load(path.read_text(encoding="utf-8"))
        rows = [
            (topic, *split_unit(name))
            for key in whole["genres"].get(genre, ["township"])
            for topic, names in whole["lists"][key].items()
            for name in names
        ]
    except (yaml.YAMLError, AttributeError, KeyError, TypeError) as fault:
        raise PipelineError(
            f"常用指标表读不出来：{fault}", where=str(path), mend="照原样写 lists 和 genres 两部分。"
        ) from fault
    return tuple(Usual(*row) for row in rows)


def new_workbook(
    path: Path, genre: str, *, genre_names: Mapping[str, str], topic_names: Mapping[str, str], usual: Sequence[Usual],
    meta: Mapping[str, str] = _NO_META,
) -> None:  # fmt: skip
    """Write an empty workbook of a genre (id). `genre_names`, `topic_names`: id → what the drop-downs offer, in their order;
    `meta`: what of the meta is known already.

    Raises PipelineError for another form than .xlsx, and where the file can't be written.
    """
    if path.suffix.lower() != ".xlsx":
        raise PipelineError("新的清单是 Excel 工作簿。", where=str(path), mend="文件名请以 .xlsx 结尾。")
    packed = BytesIO()
    book = new_book(packed)
    styles = Styles(book)
    about = book.add_worksheet("基本信息")
    about.set_column(0, 0, 12)
    about.set_column(1, 1, 40)
    about.set_column(2, 2, 60)
    about.set_paper(9)
    about.set_landscape()
    about.fit_to_pages(1, 0)
    for row, (key, name) in enumerate(META_COLUMNS.items()):
        about.write_string(row, 0, name, styles.head)
        about.write_string(row, 1, genre_names[genre] if key == "genre" else meta.get(key, ""), styles.text)
        about.write_string(row, 2, _META_HINTS[key], styles.hint)
        if key == "genre":
            about.data_validation(
                row,
                1,
                row,
                1,
                {
                    "validate": "list",
                    "source": list(genre_names.values()),
                    "error_title": "文种",
                    "error_message": "请从下拉框里选。",
                },
            )
    page = book.add_worksheet("事实")
    head_row(page, 1, styles)
    page.set_row(0, 40)
    if any(row.note for row in usual):
        note = list(COLUMNS).index("note")
        page.set_column(note, note, 48)  # an old report's clause in one line
    for column, key in enumerate(COLUMNS):
        page.write_string(0, column, _HINTS[key], styles.hint)
    last = 1 + len(usual) + SPARE_ROWS
    for row in range(2, last + 1):
        row_of = usual[row - 2] if row - 2 < len(usual) else Usual("", "", "")
        cells = {
            "topic": topic_names.get(row_of.topic, row_of.topic),
            "indicator": row_of.indicator,
            "unit": row_of.unit,
            "note": row_of.note,
        }
        for column, key in enumerate(COLUMNS):
            if key in ("growth_pct", "completion_pct"):
                page.write_formula(row, column, _formula(key, row + 1), styles.change, "")
            elif key == "previous" and row_of.previous is not None:
                styles.number(page, row, column, row_of.previous)
            elif cells.get(key):
                page.write_string(row, column, cells[key], styles.text)
            else:
                page.write_blank(
                    row, column, None, styles.plain if key in ("value", "previous", "target") else styles.text
                )
    options = book.add_worksheet("选项")
    for row, name in enumerate(topic_names.values()):
        options.write_string(row, 0, name)
    options.hide()
    topic_column = list(COLUMNS).index("topic")
    page.data_validation(
        2, topic_column, last, topic_column,
        {"validate": "list", "source": f"=选项!$A$1:$A${len(topic_names)}", "error_type": "warning", "error_title": "领域",
         "error_message": "不在下拉框里的领域，将按内容归入最相近的一节。要用吗？"},
    )  # fmt: skip
    example = book.add_worksheet("样例")
    head_row(example, 0, styles)
    for row, cells_of in enumerate(_EXAMPLES, 1):
        for column, value in enumerate(cells_of):
            if column == topic_column:
                value = topic_names.get(str(value), str(value))
            if isinstance(value, int | float):
                example.write_number(row, column, value, styles.plain)
            else:
                example.write_string(row, column, str(value), styles.text)
    about.activate()
    book.close()
    write_whole(path, packed.getvalue())


def _formula(key: str, row: int) -> str:
    """The growth or completion of a row in percent to one place; blank where a base is missing and for rates."""
    column = {name: chr(65 + i) for i, name in enumerate(COLUMNS)}
    value, unit = f"{column['value']}{row}", f"{column['unit']}{row}"
    base = f"{column['previous' if key == 'growth_pct' else 'target']}{row}"
    share = f"({value}-{base})/{base}" if key == "growth_pct" else f"{value}/{base}"
    return (
        f'=IF(AND(ISNUMBER({value}),ISNUMBER({base}),{unit}<>"%",{unit}<>"‰"),IF({base}=0,"",ROUND({share}*100,1)),"")'
    )
