"""The ICD-10-CM tabular list as the coder needs it: titles, terms, tree, seventh characters and notes.

Read straight from the XML that the package `simple-icd-10-cm` ships (importing the package itself costs two
seconds).
"""

import re
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from sys import intern

from lxml import etree

from services.coder.errors import TerminologyError

_CODE = re.compile(r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?")


@dataclass(slots=True)
class Node:
    """One entry of the tabular list; `seventh` maps character -> meaning, on every node that it governs."""

    code: str
    title: str
    parent: str
    terms: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()
    seventh: dict[str, str] = field(default_factory=dict)
    children: list[str] = field(default_factory=list)
    notes: dict[str, tuple[str, ...]] = field(default_factory=dict)


def source_file() -> Path:
    """The tabular XML of the installed package; `TerminologyError` if it is not there."""
    spec = find_spec("simple_icd_10_cm")
    if spec is None or spec.origin is None:
        raise TerminologyError("the package simple-icd-10-cm is not installed: pip install simple-icd-10-cm")
    found = sorted((Path(spec.origin).parent / "data").glob("icd10c-tabular-*.xml"))
    if not found:
        raise TerminologyError("simple-icd-10-cm is installed without its tabular XML: reinstall it")
    return found[-1]


def read(path: Path) -> dict[str, Node]:
    """Every code of the tabular XML at `path`, by code, parents before children."""
    nodes: dict[str, Node] = {}
    tree = etree.parse(str(path))
    for category in tree.iterfind(".//section/diag"):
        _read(category, "", {}, nodes)
    return nodes


def _read(element: etree._Element, parent: str, seventh: dict[str, str], nodes: dict[str, Node]) -> None:
    code = intern((element.findtext("name") or "").strip())
    if not _CODE.fullmatch(code):  # a block of categories, written like a category
        for child in element.iterfind("diag"):
            _read(child, parent, seventh, nodes)
        return
    own = {e.get("char", ""): (e.text or "") for e in element.iterfind("sevenChrDef/extension")}
    node = Node(code, (element.findtext("desc") or "").strip(), parent)
    node.terms = _notes(element, "inclusionTerm")
    node.includes = _notes(element, "includes")
    node.seventh = own or seventh
    kinds = ("excludes1", "excludes2", "codeFirst", "useAdditionalCode", "codeAlso")
    node.notes = {kind: notes for kind in kinds if (notes := _notes(element, kind))}
    nodes[code] = node
    if parent:
        nodes[parent].children.append(code)
    for child in element.iterfind("diag"):
        _read(child, code, node.seventh, nodes)


def _notes(element: etree._Element, kind: str) -> tuple[str, ...]:
    return tuple((note.text or "").strip() for note in element.iterfind(f"{kind}/note"))
