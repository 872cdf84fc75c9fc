"""A PDF's text layer (文字层) as lines, read by PDFium (through pypdfium2), which is hardened against hostile files."""

from __future__ import annotations

from pipeline.archive.raw_lines import RawLine, RawPage
from pipeline.errors import PipelineError

MOST_PAGES = 1_000


def read_pdf(content: bytes, name: str) -> RawPage:
    """The lines of a PDF's text layer, pages one after another; a blank line stands between pages.

    Raises PipelineError for a file that is damaged, locked by a password, over `MOST_PAGES` or without a text layer.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as fault:
        raise PipelineError(
            "这个 PDF 读不出来，可能已损坏或设了密码。", where=name, mend="用阅读器打开，另存为没有密码的 PDF。"
        ) from fault
    lines: list[str] = []
    try:
        if len(document) > MOST_PAGES:
            raise PipelineError(f"PDF 超过 {MOST_PAGES} 页。", where=name, mend="把各篇报告分开存成文件。")
        for number in range(len(document)):
            page = document[number]
            words = page.get_textpage()
            lines += words.get_text_bounded().replace("\r\n", "\n").replace("\r", "\n").split("\n")
            lines.append("")
            words.close()
            page.close()
    except pypdfium2.PdfiumError as fault:
        raise PipelineError("这个 PDF 已损坏。", where=name, mend="换一份完整的文件。") from fault
    finally:
        document.close()
    if sum(not c.isspace() for line in lines for c in line) < 20:
        raise PipelineError(
            "PDF 里没有文字，只有图片。", where=name, mend="用文字识别（OCR）软件转成文本，校对后再用。"
        )
    return RawPage("pdf", tuple(RawLine(line, at) for at, line in enumerate(lines, 1)))
