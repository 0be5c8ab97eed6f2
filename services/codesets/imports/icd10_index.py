"""The Alphabetic Index of ICD-10-CM and its companions: neoplasm table, drug table, external-cause index.

All four have one XML form: letters hold main terms, main terms hold nested terms; a term has a title with
nonessential words in `nemod`, and a code, references, or cells under the table's headings.
Source: CDC/NCHS, `icd10cm-index-*.xml`, `icd10cm-neoplasm-*.xml`, `icd10cm-drug-*.xml`,
`icd10cm-eindex-*.xml`.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from lxml import etree

from services.codesets.errors import ImportRefused
from services.codesets.imports.draft import PUBLIC_DOMAIN, Draft, Request
from services.codesets.imports.editions import Span, Witness, edition_of, resolve
from services.codesets.imports.source import Source
from services.codesets.tables.index import index_key
from services.codesets.tables.rows import Row, write_rows

_TABLES: Final = {
    "index": "icd10cm-index",
    "neoplasm": "icd10cm-neoplasm",
    "drug": "icd10cm-drug",
    "eindex": "icd10cm-eindex",
}


def recognises(source: Source) -> bool:
    """The root element of the index."""
    return "<ICD10CM.index" in source.head


def compile_source(source: Source, request: Request) -> list[Draft]:
    """Read every term.

    Raises:
        ImportRefused: no whole XML, no terms, or of another year than stated.
    """
    root = _parse(source)
    headings = {head.get("col") or "": _text(head) for head in root.iterfind("indexHeading/head")}
    rows = [
        (index_key(path[0]), row)
        for term in root.iterfind("letter/mainTerm")
        for path, row in _terms(term, (), headings)
    ]
    if not rows:
        raise ImportRefused(source.name, "an index without terms: the file is cut off")
    year = root.findtext("version") or ""
    witness = None
    if year.isdigit():
        whole_year = edition_of(date(int(year) - 1, 10, 1), Span.FISCAL_YEAR)
        witness = Witness(whole_year, "the file's version is")
    edition = resolve(source.name, source.file_name, Span.FISCAL_YEAR, request.effective, witness)
    table = _TABLES[_kind(root, headings)]
    return [Draft(table, edition, len(rows), PUBLIC_DOMAIN, source, lambda writer: write_rows(writer, rows))]


def _parse(source: Source) -> etree._Element:
    try:
        return etree.fromstring(
            source.data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        )
    except etree.XMLSyntaxError as error:
        raise ImportRefused(source.name, f"not whole XML ({error.msg})", error.lineno or 0) from error


def _kind(root: etree._Element, headings: dict[str, str]) -> str:
    first = " ".join(headings.values()).lower()
    if "substance" in first or "poisoning" in first:
        return "drug"
    if "malignant" in first:
        return "neoplasm"
    return "eindex" if "EXTERNAL CAUSE" in (root.findtext("title") or "").upper() else "index"


def _terms(
    term: etree._Element, above: tuple[str, ...], headings: dict[str, str]
) -> Iterator[tuple[tuple[str, ...], Row]]:
    title = term.find("title")
    path = (*above, _title(title))
    nonessential = re.findall(r"\(([^)]*)\)", " ".join(_text(each) for each in term.iterfind("title/nemod")))
    cells = [
        [headings.get(cell.get("col") or "", cell.get("col") or ""), _text(cell)]
        for cell in term.iterfind("cell")
        if _text(cell) not in {"", "-"}
    ]
    single = [_text(term.find(name)) for name in ("code", "see", "seeAlso")]
    if any(single) or cells:
        yield path, [list(path), nonessential, *single, cells]
    for child in term.iterfind("term"):
        yield from _terms(child, path, headings)


def _title(element: etree._Element | None) -> str:
    """The title without its nonessential words: what follows one belongs to the title again."""
    if element is None:
        return ""
    parts = [element.text or "", *(child.tail or "" for child in element)]
    return " ".join("".join(parts).split())


def _text(element: etree._Element | None) -> str:
    return "" if element is None else " ".join("".join(map(str, element.itertext())).split())
