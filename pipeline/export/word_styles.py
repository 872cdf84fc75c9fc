"""The styles, fonts and settings of our Word files as XML (样式): fonts named in full, theme fonts nowhere.

Source: ECMA-376-1, 17.7 (styles), 17.8 (fonts), 17.15 (settings); GB/T 9704—2012, 5.2 and 7.3.
"""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from pipeline.export import official_page as page

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_INDENT = f'<w:ind w:firstLineChars="200" w:firstLine="{round(2 * page.CHARACTER)}"/>'


def fonts(name: str) -> str:
    """One font for all kinds of writing, quotes and digits too; no theme font is left to override it."""
    return f'<w:rFonts w:hint="eastAsia" w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


def _size(half_points: int) -> str:
    scale = page.BODY_SCALE if half_points == page.BODY_SIZE else 100
    return f'<w:w w:val="{scale}"/><w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _style(id: str, name: str, paragraph: str = "", run: str = "", *, based: str = "Normal", following: str = "", kind: str = "paragraph", default: bool = False) -> str:  # fmt: skip
    above = f'<w:basedOn w:val="{based}"/>' if based else ""
    after = f'<w:next w:val="{following}"/>' if following else ""
    return (
        f'<w:style w:type="{kind}"{" w:default=" + quoteattr("1") if default else ""} w:styleId="{id}"><w:name w:val="{name}"/>{above}{after}'
        f"<w:qFormat/>{f'<w:pPr>{paragraph}</w:pPr>' if paragraph else ''}{f'<w:rPr>{run}</w:rPr>' if run else ''}</w:style>"
    )


def styles() -> str:
    """word/styles.xml: the body on the grid, four levels of headings, what stands around them."""
    exact = f'<w:spacing w:before="0" w:after="0" w:line="{page.PITCH}" w:lineRule="exact"/>'
    made = [
        _style("Normal", "Normal", f'<w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>{exact}<w:jc w:val="both"/>', _size(page.BODY_SIZE), based="", default=True),
        _style("BodyText", "Body Text", _INDENT),
        _style("Title", "Title", '<w:keepNext/><w:snapToGrid w:val="0"/><w:jc w:val="center"/>', fonts(page.SONG_TITLE) + _size(page.TITLE_SIZE), following="BodyText"),
        _style("Subtitle", "Subtitle", '<w:jc w:val="center"/>', fonts(page.KAI), following="BodyText"),
        *(
            _style(f"Heading{level}", f"heading {level}", f'<w:keepNext/>{_INDENT}<w:outlineLvl w:val="{level - 1}"/>', fonts(name), following="BodyText")
            for level, name in page.HEADING_FONTS.items()
        ),
        _style("Signature", "Signature", '<w:keepNext/><w:keepLines/><w:jc w:val="right"/>'),
        _style("Date", "Date", '<w:jc w:val="right"/>'),
        _style("Caption", "caption", '<w:keepNext/><w:jc w:val="center"/>', fonts(page.HEI)),
        _style("TableText", "Table Text", '<w:snapToGrid w:val="0"/><w:spacing w:before="40" w:after="40" w:line="240" w:lineRule="auto"/><w:jc w:val="center"/>', _size(page.TABLE_SIZE)),
        _style("Footer", "footer", f'<w:snapToGrid w:val="0"/><w:spacing w:line="{page.NUMBER_SIZE * 10}" w:lineRule="exact"/>', fonts(page.SONG) + _size(page.NUMBER_SIZE)),
        _style("CommentText", "annotation text", '<w:snapToGrid w:val="0"/><w:spacing w:line="240" w:lineRule="auto"/><w:jc w:val="left"/>', fonts(page.SONG) + _size(21)),
        _style("DefaultParagraphFont", "Default Paragraph Font", kind="character", based="", default=True),
        _style("CommentReference", "annotation reference", run=_size(21), kind="character", based="DefaultParagraphFont"),
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>',
    ]  # fmt: skip
    defaults = (
        f'{fonts(page.FANG_SONG)}{_size(page.BODY_SIZE)}<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
    )
    return (
        f"<w:styles {NAMESPACE}><w:docDefaults><w:rPrDefault><w:rPr>{defaults}</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
        f"{''.join(made)}</w:styles>"
    )


def font_table() -> str:
    """word/fontTable.xml: 仿宋_GB2312 is 仿宋 where only that is installed, 楷体_GB2312 is 楷体, and so on."""
    rows = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="default"/></w:font>'
        for name, others in page.FONTS.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts {NAMESPACE}>{rows}</w:fonts>'


def settings() -> str:
    """word/settings.xml: page numbers left and right, punctuation in full width, so that 28 characters are a line."""
    uri = "http://schemas.microsoft.com/office/word"
    return (
        f'<w:settings {NAMESPACE}><w:zoom w:percent="100"/><w:defaultTabStop w:val="{round(2 * page.CHARACTER)}"/><w:evenAndOddHeaders/>'
        '<w:drawingGridVerticalSpacing w:val="579"/><w:characterSpacingControl w:val="doNotCompress"/>'
        "<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/>"
        "<w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/>"
        f'<w:compatSetting w:name="compatibilityMode" w:uri="{uri}" w:val="15"/></w:compat></w:settings>'
    )


def page_number(*, even: bool) -> str:
    """The paragraph of a footer: — 1 —, right on odd pages, left on even ones, one character off the edge."""
    side = "left" if even else "right"
    return (
        f'<w:p {NAMESPACE}><w:pPr><w:pStyle w:val="Footer"/><w:ind w:{side}Chars="100" w:{side}="{page.NUMBER_SIZE * 10}"/><w:jc w:val="{side}"/></w:pPr>'
        '<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t xml:space="preserve">— </w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE \\* Arabic </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
        '<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t xml:space="preserve"> —</w:t></w:r></w:p>'
    )
