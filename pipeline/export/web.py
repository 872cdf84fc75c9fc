"""A draft as one self-contained web page (.html) that prints as the Word file does: A4, the same margins, sizes and fonts."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

from pipeline.export import official_page as page
from pipeline.export.blocks import Block, Note, blocks

_SERIF = '"仿宋_GB2312","FangSong_GB2312","仿宋","FangSong","STFangsong","Noto Serif CJK SC",serif'
_STYLE = f"""
@page {{ size: A4; margin: 37mm 26mm 35mm 28mm; @bottom-right {{ content: "— " counter(page) " —"; font: 14pt "宋体","SimSun",serif }} }}
@page :left {{ @bottom-right {{ content: none }} @bottom-left {{ content: "— " counter(page) " —"; font: 14pt "宋体","SimSun",serif }} }}
* {{ box-sizing: border-box }}
body {{ margin: 0 auto; padding: 2em 1em; max-width: 156mm; background: #fff; color: #000; font: 16pt/{page.PITCH / 20}pt {_SERIF}; text-align: justify }}
h1 {{ margin: 0 0 {page.PITCH / 20}pt; font: 22pt/33pt "方正小标宋简体","FZXiaoBiaoSong-B05S","小标宋","STZhongsong","Noto Serif CJK SC",serif; text-align: center }}
h2, h3, h4, h5, p {{ margin: 0; font: inherit; text-indent: 2em; break-after: auto; overflow-wrap: anywhere }}
h2, h3, h4, h5 {{ break-after: avoid }}
h2 {{ font-family: "黑体","SimHei","STHeiti","Noto Sans CJK SC",sans-serif }}
h3, .subtitle {{ font-family: "楷体_GB2312","KaiTi_GB2312","楷体","KaiTi","STKaiti",serif }}
.subtitle, .caption {{ text-align: center; text-indent: 0; margin-bottom: {page.PITCH / 20}pt }}
.caption {{ break-before: page; font-family: "黑体","SimHei",sans-serif }}
.signature {{ margin-top: {page.PITCH / 20}pt; break-before: avoid }}
.signature, .date {{ text-align: right; text-indent: 0 }}
table {{ width: 100%; border-collapse: collapse; font-size: 14pt; line-height: 1.4 }}
th, td {{ border: 1px solid #000; padding: 2pt 4pt; text-align: center; font-weight: normal }}
th {{ font-family: "黑体","SimHei",sans-serif }}
thead {{ display: table-header-group }} tr {{ break-inside: avoid }}
a.figure {{ color: inherit; text-decoration: underline dotted #888; text-underline-offset: .2em }}
@media screen {{ html {{ background: #eee }} body {{ margin: 1em auto; padding: 37mm 26mm 35mm 28mm; max-width: 210mm; box-shadow: 0 0 8px #999 }} }}
@media screen and (max-width: 800px) {{ body {{ margin: 0; padding: 1.5em 1em; box-shadow: none }} }}
@media print {{ body {{ padding: 0; max-width: none }} a.figure {{ text-decoration: none }} }}
"""


def web_page(text: str, notes: Sequence[Note] = ()) -> bytes:
    """A draft's Markdown as the bytes of a page without scripts and links. `notes`: origins of figures, shown at the pointer."""
    made = blocks(text)
    title = next((b.text for b in made if b.kind == "title"), "稿件")
    signature, date = (next((b.text for b in made if b.kind == kind), "") for kind in ("signature", "date"))
    indents = dict(zip(("signature", "date"), page.signature_indents(signature, date), strict=True))
    body: list[str] = []
    for kind, group in groupby(made, key=lambda b: b.kind):
        if kind == "row":
            head, *rows = [block.cells for block in group]
            body.append(
                f"<table><thead>{_row(head, 'th')}</thead><tbody>{''.join(_row(r, 'td') for r in rows)}</tbody></table>"
            )
            continue
        for block in group:
            inner = _text(block, notes)
            if kind == "title":
                body.append(f"<h1>{'<br>'.join(escape(line) for line in page.title_lines(block.text))}</h1>")
            elif kind == "heading":
                body.append(f"<h{block.level + 1}>{inner}</h{block.level + 1}>")
            elif kind == "paragraph":
                body.append(f"<p>{inner}</p>")
            else:
                off = f' style="padding-right:{indents[kind]:g}em"' if kind in indents else ""
                body.append(f'<p class="{kind}"{off}>{inner}</p>')
    whole = "\n".join(body)
    return (
        f'<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n<body>\n{whole}\n</body></html>\n"
    ).encode()


def _row(cells: Sequence[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"


def _text(block: Block, notes: Sequence[Note]) -> str:
    made, at = "", 0
    for note in notes:
        begin, end = note.start - block.start, min(note.end - block.start, len(block.text))
        if at <= begin < end:
            said = escape(note.text, quote=True)
            made += (
                f'{escape(block.text[at:begin])}<a class="figure" title="{said}">{escape(block.text[begin:end])}</a>'
            )
            at = end
    return made + escape(block.text[at:])
