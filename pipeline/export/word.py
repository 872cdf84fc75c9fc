"""A draft as a Word file (.docx) by GB/T 9704—2012, on a real document grid, with heading styles that Word's navigation knows.

python-docx holds the package together; the styles are ours from the first to the last, since its template's name theme fonts.
Equal drafts give equal bytes: no clock is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pipeline.export import official_page as page
from pipeline.export.blocks import Block, Note, blocks
from pipeline.export.word_styles import NAMESPACE, font_table, page_number, settings, styles

if TYPE_CHECKING:
    from docx.document import Document

MADE = datetime(2000, 1, 1)
AUTHOR = "镇报"
_ZIPPED = (1980, 1, 1, 0, 0, 0)  # the first date a ZIP archive can name
_STYLES = {
    "title": "Title", "subtitle": "Subtitle", "signature": "Signature", "date": "Date", "caption": "Caption", "paragraph": "BodyText",
}  # fmt: skip
_FURNITURE = ("theme", "stylesWithEffects", "numbering", "webSettings", "customXml", "thumbnail", "extended-properties")


def word_file(text: str, notes: Sequence[Note] = ()) -> bytes:
    """A draft's Markdown as the bytes of a .docx. `notes`: origins of its figures, each to become a bookmark and a comment."""
    import docx

    document = docx.Document()
    made = blocks(text)
    _set_up(document, title=next((b.text for b in made if b.kind == "title"), ""))
    signature, date = (next((b.text for b in made if b.kind == kind), "") for kind in ("signature", "date"))
    indents = dict(zip(("signature", "date"), page.signature_indents(signature, date), strict=True))
    numbered = list(enumerate(notes, 1))
    head = max((i for i, b in enumerate(made) if b.kind in ("title", "subtitle")), default=-1)
    for kind, group in groupby(enumerate(made), key=lambda pair: pair[1].kind):
        if kind == "row":
            _table(document, [block.cells for _, block in group])
            document.add_paragraph()  # a body does not end with a table
            continue
        for i, block in group:
            if kind in ("signature", "date") and made[i - 1].kind not in ("signature", "date"):
                document.paragraphs[-1].paragraph_format.keep_with_next = True  # never alone on the last page
                document.add_paragraph().paragraph_format.keep_with_next = True  # 正文下空一行
            own = [(n, note) for n, note in numbered if block.start <= note.start < block.start + len(block.text)]
            paragraph = _paragraph(document, block, own)
            if kind == "caption" and block.text.startswith("附"):
                paragraph.paragraph_format.page_break_before = True  # 附件另面编排 (7.3.8)
            if off := indents.get(kind, 0):
                ind = f'<w:ind {NAMESPACE} w:rightChars="{round(off * 100)}" w:right="{round(off * page.CHARACTER)}"/>'
                paragraph._p.get_or_add_pPr().append(_xml(ind))
            if i == head:
                document.add_paragraph()
    return _packed(document)


def _xml(text: str) -> Any:
    from docx.oxml.parser import parse_xml

    return parse_xml(text)


# --- paragraphs ----------------------------------------------------------------------------------------------------------------


def _paragraph(document: Document, block: Block, notes: Sequence[tuple[int, Note]]) -> Any:
    paragraph = document.add_paragraph()
    notes = [] if block.kind == "title" else notes
    paragraph._p.style = f"Heading{block.level}" if block.kind == "heading" else _STYLES[block.kind]
    at = 0
    for number, note in notes:
        begin, end = note.start - block.start, min(note.end - block.start, len(block.text))
        if begin < at or begin >= end:
            continue  # within a figure that is noted already
        _run(paragraph, block.text[at:begin])
        paragraph._p.append(_xml(f'<w:bookmarkStart {NAMESPACE} w:id="{number}" w:name="{_bookmark(note, number)}"/>'))
        run = _run(paragraph, block.text[begin:end])
        paragraph._p.append(_xml(f'<w:bookmarkEnd {NAMESPACE} w:id="{number}"/>'))
        comment = document.add_comment(run, note.text, author=AUTHOR, initials="ZB")
        comment._comment_elm.date = None
        at = end
    if block.kind == "title":
        for number, line in enumerate(page.title_lines(block.text)):
            if number:
                paragraph.add_run().add_break()
            _run(paragraph, line)
    else:
        _run(paragraph, block.text[at:])
    return paragraph


def _run(paragraph: Any, text: str) -> Any:
    """A run whose quotes, dashes and dots are set in the Chinese font, though Latin writing has them too."""
    if not text:
        return None
    run = paragraph.add_run(text)
    run._r.insert(0, _xml(f'<w:rPr {NAMESPACE}><w:rFonts w:hint="eastAsia"/></w:rPr>'))
    return run


def _bookmark(note: Note, number: int) -> str:
    """A bookmark's name: a letter first, no spaces, 40 characters at most."""
    named = "".join(sign if sign.isalnum() or sign == "_" else "_" for sign in f"{note.fact_id}_{note.field}")
    return f"zb_{number}_{named}"[:40]


def _table(document: Document, rows: Sequence[Sequence[str]]) -> None:
    """A table over the whole line, its head repeated on each page, no row broken in two."""
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT

    columns = max(map(len, rows))
    longest = [max(page.width(row[c]) if c < len(row) else 0 for row in rows) for c in range(columns)]
    whole = round(page.CHARACTER * page.CHARACTERS)
    shares = [max(5.0, n + 1.5) / sum(max(5.0, m + 1.5) for m in longest) for n in longest]
    table = document.add_table(len(rows), columns)
    edges = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV"))  # fmt: skip
    properties = table._tbl.tblPr
    for child in list(properties):
        properties.remove(child)
    for xml in (f'<w:tblW {NAMESPACE} w:w="{whole}" w:type="dxa"/>', f'<w:jc {NAMESPACE} w:val="center"/>', f"<w:tblBorders {NAMESPACE}>{edges}</w:tblBorders>", f'<w:tblLayout {NAMESPACE} w:type="fixed"/>'):  # fmt: skip
        properties.append(_xml(xml))
    for r, row in enumerate(rows):
        own = table.rows[r]._tr.get_or_add_trPr()
        own.append(_xml(f"<w:cantSplit {NAMESPACE}/>"))
        if r == 0:
            own.append(_xml(f"<w:tblHeader {NAMESPACE}/>"))
        for c in range(columns):
            cell = table.cell(r, c)
            cell.width = round(whole * shares[c]) * 635  # EMU to a twip
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            paragraph = cell.paragraphs[0]
            paragraph._p.style = "TableText"
            _run(paragraph, row[c] if c < len(row) else "")
    for column, share in zip(table.columns, shares, strict=True):
        column.width = round(whole * share) * 635


# --- the package ---------------------------------------------------------------------------------------------------------------


def _set_up(document: Document, title: str) -> None:
    """Styles, settings, fonts, the page and its grid, page numbers; nothing of the template is left that says how a page looks."""
    for root, xml in ((document.styles.element, styles()), (document.settings.element, settings())):
        for child in list(root):
            root.remove(child)
        root.extend(list(_xml(xml)))
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            part._blob = font_table().encode()
    for rels in (document.part.rels, document.part.package.rels):
        for id in [id for id, rel in rels.items() if rel.reltype.rpartition("/")[2] in _FURNITURE]:
            del rels[id]
    section = document.sections[0]
    about = section._sectPr
    for tag in ("pgSz", "pgMar", "cols", "docGrid"):
        for old in about.findall(f"{{{about.nsmap['w']}}}{tag}"):
            about.remove(old)
    for xml in (
        f'<w:pgSz {NAMESPACE} w:w="{page.PAPER[0]}" w:h="{page.PAPER[1]}"/>',
        f'<w:pgMar {NAMESPACE} w:top="{page.TOP}" w:right="{page.RIGHT}" w:bottom="{page.BOTTOM}" w:left="{page.LEFT}" w:header="851" w:footer="{page.FOOTER}" w:gutter="0"/>',
        f'<w:cols {NAMESPACE} w:space="425"/>',
        f'<w:docGrid {NAMESPACE} w:type="linesAndChars" w:linePitch="{page.PITCH}" w:charSpace="{page.CHARACTER_SPACE}"/>',
    ):
        about.append(_xml(xml))
    for footer, even in ((section.footer, False), (section.even_page_footer, True)):
        footer.is_linked_to_previous = False
        root = footer._element
        for child in list(root):
            root.remove(child)
        root.append(_xml(page_number(even=even)))
    words = document.core_properties
    words.author, words.last_modified_by, words.title, words.comments = AUTHOR, AUTHOR, title, ""
    words.created = words.modified = MADE
    words.revision, words.language = 1, "zh-CN"


def _packed(document: Document) -> bytes:
    """The package with a fixed date on every part."""
    made, packed = BytesIO(), BytesIO()
    document.save(made)
    with ZipFile(made) as source, ZipFile(packed, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            info = ZipInfo(name, _ZIPPED)
            info.compress_type = ZIP_DEFLATED
            target.writestr(info, source.read(name))
    return packed.getvalue()
