"""A Word file's package opened to change some of its parts, all others copied as they are (原件其余部分不动)."""

from __future__ import annotations

import posixpath
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from lxml import etree

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
CONTENT_TYPES = "[Content_Types].xml"


class WordPackage:
    """Parts of a .docx as trees. The bytes must have been read by `word_text` before, which refuses what is dangerous or damaged."""

    def __init__(self, content: bytes) -> None:
        self.source = ZipFile(BytesIO(content))
        self.trees: dict[str, Any] = {}
        self.changed: set[str] = set()
        self._elements: dict[str, list[Any]] = {}
        self.main = next(
            (t for kind, t in self._links("_rels/.rels", "") if kind == "officeDocument"), "word/document.xml"
        )

    def root(self, part: str) -> Any:
        """The root element of a part; parsed once, entities and the network never used."""
        if part not in self.trees:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
            self.trees[part] = etree.fromstring(self.source.read(part), parser)
        return self.trees[part]

    def elements(self, part: str) -> list[Any]:
        """All elements of a part in document order, as `traced.Place` counts them: as they were when first asked for."""
        if part not in self._elements:
            self._elements[part] = list(self.root(part).iter("*"))
        return self._elements[part]

    def relations_of(self, part: str) -> str:
        folder, _, name = part.rpartition("/")
        return f"{folder}/_rels/{name}.rels".lstrip("/")

    def _links(self, relations: str, folder: str) -> list[tuple[str, str]]:
        if relations not in self.source.namelist():
            return []
        made = []
        for link in self.root(relations):
            target = link.get("Target", "")
            path = (
                target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}").lstrip("/")
            )
            made.append((link.get("Type", "").rpartition("/")[2], path))
        return made

    def linked(self, kind: str) -> str | None:
        """The part that the document is linked to by a kind (comments, footnotes …)."""
        folder = self.main.rpartition("/")[0]
        return next((t for k, t in self._links(self.relations_of(self.main), folder) if k == kind), None)

    def add(self, kind: str, part: str, root: Any, content_type: str) -> None:
        """A new part linked to the document."""
        relations = self.relations_of(self.main)
        if relations in self.source.namelist():
            links = self.root(relations)
        else:
            links = self.trees.setdefault(
                relations, etree.Element(f"{{{_RELATIONS}}}Relationships", nsmap={None: _RELATIONS})
            )
        taken = {link.get("Id") for link in links}
        id = next(f"rIdZb{n}" for n in range(1, len(taken) + 2) if f"rIdZb{n}" not in taken)
        strict = "purl.oclc.org" in (etree.QName(self.root(self.main)).namespace or "")
        base = (
            "http://purl.oclc.org/ooxml/officeDocument"
            if strict
            else "http://schemas.openxmlformats.org/officeDocument/2006"
        )
        links.append(
            etree.Element(
                f"{{{_RELATIONS}}}Relationship", Id=id, Type=f"{base}/relationships/{kind}", Target=f"/{part}"
            )
        )
        if CONTENT_TYPES in self.source.namelist():
            types = self.root(CONTENT_TYPES)
        else:
            types = self.trees.setdefault(CONTENT_TYPES, etree.Element(f"{{{_TYPES}}}Types", nsmap={None: _TYPES}))
        types.append(etree.Element(f"{{{_TYPES}}}Override", PartName=f"/{part}", ContentType=content_type))
        self.trees[part] = root
        self.changed |= {relations, CONTENT_TYPES, part}

    def packed(self) -> bytes:
        """The whole package: changed parts written anew, all others byte for byte as they were, in the same order."""
        made = BytesIO()
        with ZipFile(made, "w") as target:
            for entry in self.source.infolist():
                target.writestr(
                    entry, self._written(entry.filename) if entry.filename in self.changed else self.source.read(entry)
                )
            for part in sorted(self.changed - set(self.source.namelist())):
                entry_like = self.source.infolist()[0]
                info = type(entry_like)(part, entry_like.date_time)
                info.compress_type = entry_like.compress_type
                target.writestr(info, self._written(part))
        return made.getvalue()

    def _written(self, part: str) -> bytes:
        made: bytes = etree.tostring(self.trees[part], xml_declaration=True, encoding="UTF-8", standalone=True)
        return made
