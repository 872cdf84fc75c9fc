"""Places of characters hold in every kind of Word document: each can be commented and changed where it stands, and nothing else moves."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.export.word_comments import Comment, commented
from pipeline.export.word_edits import edited
from pipeline.word_text import docx_traced
from tests.test_documents import STRICT, STYLES, docx, p, run, test_what_the_printed_page_says

_kinds: Any = test_what_the_printed_page_says
BODIES = [body for body, _ in _kinds.pytestmark[0].args[1]]
NOTES = '<w:footnote w:id="2">' + p("口径为全镇。") + "</w:footnote>"
NOTED = f'<w:p>{run("播种1.26万亩")}<w:r><w:footnoteReference w:id="2"/></w:r>{run("。")}</w:p>'
DOCUMENTS = [
    *(docx(p("开头。") + body, styles=STYLES) for body in BODIES),
    docx(NOTED, footnotes=NOTES, styles=STYLES),
    docx(p("开头。") + p("正文12亩。"), namespace=STRICT, styles=STYLES),
]


@pytest.mark.parametrize("content", DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_each_character_can_be_commented(content: bytes) -> None:
    read = docx_traced(content, where="")
    spans = [(i, j) for i in range(len(read)) for j in (i + 1, i + 3)]
    noted = commented(content, read.places, [Comment(i, min(j, len(read)), f"{i}") for i, j in spans])
    again = docx_traced(noted, where="")
    assert again.text == read.text
    assert [place is None for place in again.places] == [place is None for place in read.places]


@pytest.mark.parametrize("content", DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_each_character_can_be_changed(content: bytes) -> None:
    read = docx_traced(content, where="")
    for i, place in enumerate(read.places):
        made, undone = edited(content, read.places, [(i, i + 1, "改了")])
        assert bool(undone) is (place is None)
        expected = read.text if place is None else read.text[:i] + "改了" + read.text[i + 1 :]
        assert docx_traced(made, where="").text == expected
    typed = [i for i, place in enumerate(read.places) if place is not None]
    made, undone = edited(content, read.places, [(i, i + 1, "变") for i in typed])
    assert undone == ()
    assert docx_traced(made, where="").text == "".join("变" if i in typed else s for i, s in enumerate(read.text))
