"""Comments put into a Word file (批注) at the words they speak of; everything else of the file stays as it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from lxml import etree

from pipeline.export.word_package import WordPackage
from pipeline.traced import Place

AUTHOR, INITIALS = "镇报核稿", "核"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment on characters [start, end) of the file's text; None: on the whole, and then at its beginning."""

    start: int | None
    end: int | None
    text: str


def commented(content: bytes, places: Sequence[Place | None], comments: Sequence[Comment]) -> bytes:
    """A .docx with comments added. `places`: where each character of its text stands, as `docx_traced` tells.

    What stands in a text box or a note, where Word allows no comment, is commented at the place that the box or note hangs on.
    Only the document, the comments and what lists them are written anew. Comments that are there already stay.
    """
    if not comments:
        return content
    package = WordPackage(content)
    marker = _Marker(package, places)
    for comment in comments:
        marker.take(comment)
    marker.place()
    return package.packed()


class _Marker:
    def __init__(self, package: WordPackage, places: Sequence[Place | None]) -> None:
        self.package, self.places = package, places
        self.elements = package.elements(package.main)
        self.w = f"{{{etree.QName(self.elements[0]).namespace}}}"
        part = package.linked("comments")
        if part is None:
            part = f"{package.main.rpartition('/')[0]}/comments.xml".lstrip("/")
            root = etree.Element(f"{self.w}comments", nsmap={"w": self.w[1:-1]})
            package.add("comments", part, root, _CONTENT_TYPE)
        self.comments = package.root(part)
        package.changed |= {part, package.main}
        self.number = 1 + max((int(c.get(f"{self.w}id", "-1")) for c in self.comments), default=-1)
        # (element's number, offset) → marks to stand there, those that end before those that begin
        self.inside: defaultdict[int, defaultdict[int, list[tuple[int, Any]]]] = defaultdict(lambda: defaultdict(list))
        self.around: list[tuple[Any, int]] = []  # a run that hosts a box or a note, and the comment on it

    def take(self, comment: Comment) -> None:
        """Write a comment, and note where its marks will stand."""
        id, self.number = self.number, self.number + 1
        self.comments.append(self._comment(id, comment.text))
        first, last = self._ends(comment)
        if first is None or last is None:
            return
        host = self._host(first)
        if host is not None:
            self.around.append((host, id))
            return
        if self._host(last) is not None or last.part != first.part:
            last = first
        self.inside[first.element][first.offset].append((1, self._mark("commentRangeStart", id)))
        end = self.inside[last.element][last.offset + 1]
        end.append((0, self._mark("commentRangeEnd", id)))
        end.append((0, self._reference(id)))

    def _ends(self, comment: Comment) -> tuple[Place | None, Place | None]:
        """The places of the first and the last character that somebody typed; else of the nearest."""
        start, end = comment.start or 0, comment.end if comment.end is not None and comment.start is not None else 1
        inside = [p for p in self.places[start:end] if p is not None]
        if inside:
            return inside[0], inside[-1]
        near = next((p for p in self.places[end:] if p is not None), None) or next((p for p in reversed(self.places[:start]) if p is not None), None)  # fmt: skip
        return near, near

    def _host(self, place: Place) -> Any | None:
        """The run in the document that a text box or a note hangs on; None for plain text."""
        if place.part != self.package.main:
            note = self.package.elements(place.part)[place.element]
            while note is not None and etree.QName(note).localname not in ("footnote", "endnote"):
                note = note.getparent()
            if note is None:
                return None
            tag = f"{self.w}{etree.QName(note).localname}Reference"
            found = next(
                (e for e in self.elements if e.tag == tag and e.get(f"{self.w}id") == note.get(f"{self.w}id")), None
            )
            return self._run_of(found) if found is not None else None
        box = None
        for above in self.elements[place.element].iterancestors():
            if etree.QName(above).localname == "txbxContent":
                box = above
        return self._run_of(box) if box is not None else None

    def _run_of(self, element: Any) -> Any | None:
        return next((e for e in element.iterancestors() if e.tag == f"{self.w}r"), None)

    def place(self) -> None:
        """Set all marks: from the last element to the first, and in each from its end, so that what is left keeps its places."""
        for number in sorted(self.inside, reverse=True):
            text = self.elements[number]
            for offset in sorted(self.inside[number], reverse=True):
                marks = [mark for _, mark in sorted(self.inside[number][offset], key=lambda pair: pair[0])]
                self._at(text, offset, marks)
        for host, id in self.around:
            host.addprevious(self._mark("commentRangeStart", id))
            host.addnext(self._reference(id))
            host.addnext(self._mark("commentRangeEnd", id))

    def _at(self, text: Any, offset: int, marks: Sequence[Any]) -> None:
        run = text.getparent()
        if run.tag != f"{self.w}r":
            run = self._run_of(text)
            if run is None:
                return
        elif offset < len(text.text or "") or text.getnext() is not None:
            contents = [c for c in run if c.tag != f"{self.w}rPr"]
            if offset == 0 and contents[0] is text:
                for mark in marks:
                    run.addprevious(mark)
                return
            self._split(run, text, offset)
        for mark in reversed(marks):
            run.addnext(mark)

    def _split(self, run: Any, text: Any, offset: int) -> None:
        """Part a run in two of the same looks: what stands from this place on goes into the second."""
        second = etree.Element(run.tag, run.attrib)
        if (looks := run.find(f"{self.w}rPr")) is not None:
            second.append(deepcopy(looks))
        following = list(text.itersiblings())
        written = text.text or ""
        if 0 < offset < len(written):
            rest = etree.SubElement(second, text.tag, text.attrib)
            text.text, rest.text = written[:offset], written[offset:]
            for half in (text, rest):
                if half.text != half.text.strip():
                    half.set(_SPACE, "preserve")
        elif offset == 0:
            following.insert(0, text)
        second.extend(following)
        run.addnext(second)

    def _mark(self, tag: str, id: int) -> Any:
        return etree.Element(f"{self.w}{tag}", {f"{self.w}id": str(id)})

    def _reference(self, id: int) -> Any:
        run = etree.Element(f"{self.w}r")
        run.append(self._mark("commentReference", id))
        return run

    def _comment(self, id: int, text: str) -> Any:
        made = etree.Element(
            f"{self.w}comment", {f"{self.w}id": str(id), f"{self.w}author": AUTHOR, f"{self.w}initials": INITIALS}
        )
        for line in text.split("\n"):
            run = etree.SubElement(etree.SubElement(made, f"{self.w}p"), f"{self.w}r")
            said = etree.SubElement(run, f"{self.w}t", {_SPACE: "preserve"})
            said.text = line
        return made
