"""Bytes to text: each encoding of a Chinese office, damage, and what is refused."""

from __future__ import annotations

import pytest

from pipeline.archive.decoding import decode
from pipeline.errors import PipelineError

TEXT = "苇汀镇2025年工作总结\n一年来，全镇各项工作有序推进，完成投资3.2亿元。\n"
TRADITIONAL = "葦汀鎮2025年工作總結\n一年來，全鎮各項工作有序推進，完成投資3.2億元。\n"


@pytest.mark.parametrize(
    ("content", "text", "encoding"),
    [
        (TEXT.encode(), TEXT, "utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), TEXT, "utf-8"),
        (TEXT.encode("gb18030"), TEXT, "gb18030"),
        (TEXT.encode("utf-16"), TEXT, "utf-16"),
        (TEXT.encode("utf-16-le"), TEXT, "utf-16"),  # without a byte order mark
        (TEXT.encode("utf-16-be"), TEXT, "utf-16"),
        (TRADITIONAL.encode("big5"), TRADITIONAL, "big5"),
        (TRADITIONAL.encode("gb18030"), TRADITIONAL, "gb18030"),
        (TEXT.replace("\n", "\r\n").encode(), TEXT, "utf-8"),
        (TEXT.replace("\n", "\r").encode("gb18030"), TEXT, "gb18030"),
        (TEXT.encode()[:-2], TEXT[:-2] + "\ufffd", "utf-8"),  # cut off within 。
        (TEXT.encode().decode("cp1252", "ignore").encode(), None, "utf-8"),  # cannot be undone: bytes are lost
        (TEXT.encode().decode("latin-1").encode(), TEXT, "utf-8"),  # decoded wrongly, saved, and set right again
    ],
)
def test_encodings(content: bytes, text: str | None, encoding: str) -> None:
    decoded = decode(content, "a.txt")
    assert decoded.encoding == encoding
    if text is not None:
        assert decoded.text == text


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)) * 40,
        b"\x00\x01\x02\x03" * 1000,
        "Отчёт о работе администрации за год".encode("cp1251") * 20,
    ],
)
def test_what_is_no_chinese_text_is_refused(content: bytes) -> None:
    with pytest.raises(PipelineError) as caught:
        decode(content, "垃圾.txt")
    assert (caught.value.where, caught.value.exit_code) == ("垃圾.txt", 2)
    assert caught.value.mend
