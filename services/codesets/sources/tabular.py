"""The ICD-10-CM tabular list, read from CDC/NCHS's XML.

The form is that of `icd10cm-tabular-*.xml` (https://www.cdc.gov/nchs/icd/icd-10-cm/files.html): chapters hold
sections, sections hold nested `diag` elements, notes are children of the element they belong to. Twelve
sections (`C00-C96`, `T20-T32` ...) are printed empty before the sections they span: `read_tabular` makes
them parents again.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from lxml import etree

from services.codesets.errors import SourceMissing

NOTE_TAGS: Final = {
    "includes": "includes",
    "excludes1": "excludes1",
    "excludes2": "excludes2",
    "codeFirst": "code_first",
    "useAdditionalCode": "use_additional",
    "codeAlso": "code_also",
    "notes": "notes",
    "sevenChrNote": "seventh_note",
    "inclusionTerm": "inclusion_terms",
}
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(slots=True)
class Node:
    """One entry of the list.

    `key` is the code without dot, `A00-A09` for a section, `1` for a chapter; a section of a single category
    is written `B20-B20`, so that it is not taken for the category.
    """

    key: str
    kind: str
    title: str
    parent: str
    notes: dict[str, list[str]] = field(default_factory=dict)
    seventh: list[tuple[str, str, list[str]]] = field(default_factory=list)


def read_tabular(path: Path) -> tuple[date, list[Node]]:
    """The version's first day and every node, in the list's order.

    Raises:
        SourceMissing: the file is not ICD-10-CM tabular XML.
    """
    try:
        root = etree.parse(
            path, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        ).getroot()
    except (OSError, etree.XMLSyntaxError) as error:
        raise SourceMissing(f"{path.name}: not readable as XML ({error})") from error
    if root.tag != "ICD10CM.tabular":
        raise SourceMissing(f"{path.name}: root element is {root.tag}, expected ICD10CM.tabular")
    nodes: list[Node] = []
    for chapter in root.iterfind("chapter"):
        _read_chapter(chapter, nodes)
    return _effective(path.name, root.findtext("version") or ""), nodes


def _effective(name: str, year: str) -> date:
    """The first day in force: the month in the file's name if it has one, else 1 October."""
    match = re.search(rf"({'|'.join(_MONTHS)})-(?:(\d{{1,2}})-)?(\d{{4}})", name)
    if match:
        return date(int(match[3]), _MONTHS.index(match[1]) + 1, int(match[2] or 1))
    if not year.isdigit():
        raise SourceMissing(f"{name}: no version year in the file")
    return date(int(year) - 1, 10, 1)


def _read_chapter(element: etree._Element, nodes: list[Node]) -> None:
    chapter = _node(element, element.findtext("name") or "", "chapter", "")
    nodes.append(chapter)
    sections = [(_section_key(section.get("id") or ""), section) for section in element.iterfind("section")]
    for key, section in sections:
        parent = _enclosing(key, (other for other, _ in sections)) or chapter.key
        nodes.append(_node(section, key, "section", parent))
        for diag in section.iterfind("diag"):
            _read_diag(diag, key, nodes)


def _section_key(identifier: str) -> str:
    return identifier if "-" in identifier else f"{identifier}-{identifier}"


def _enclosing(key: str, others: Iterable[str]) -> str | None:
    """The smallest other section that spans this one."""
    first, last = key.split("-")
    spans = [other for other in others if other != key and other[:3] <= first and other[4:] >= last]
    return max(spans, key=lambda other: (other[:3], [-ord(letter) for letter in other[4:]]), default=None)


def _read_diag(element: etree._Element, parent: str, nodes: list[Node]) -> None:
    key = (element.findtext("name") or "").replace(".", "")
    nodes.append(_node(element, key, "category" if "-" in parent else "code", parent))
    for child in element.iterfind("diag"):
        _read_diag(child, key, nodes)


def _node(element: etree._Element, key: str, kind: str, parent: str) -> Node:
    node = Node(key, kind, _text(element.find("desc")), parent)
    for child in element:
        tag = str(child.tag)
        if tag in NOTE_TAGS:
            texts = [text for text in map(_text, child.iterfind("note")) if text]
            node.notes.setdefault(NOTE_TAGS[tag], []).extend(texts)
        elif tag == "sevenChrDef":
            node.seventh += _seventh(child)
    return node


def _seventh(element: etree._Element) -> list[tuple[str, str, list[str]]]:
    """The seventh characters: character, meaning, and the terms listed under it."""
    found: list[tuple[str, str, list[str]]] = []
    for child in element:
        if child.tag == "extension":
            found.append((child.get("char") or "", _text(child), []))
        elif child.tag == "note" and found:
            found[-1][2].append(_text(child))
    return found


def _text(element: etree._Element | None) -> str:
    return "" if element is None else " ".join("".join(map(str, element.itertext())).split())
