"""CDC's Alphabetic Index as terms, where the user has imported it: it is searched before every other source.

A coder looks a term up in the index and confirms the code in the tabular list (Official Guidelines I.B.1). A
main term with its subterms is one term, whatever the order of its words; a nonessential modifier (in
parentheses) may be said or not (I.A.7); `see` leads to another entry, `see also` only where nothing is found
(I.A.16). The neoplasm table gives a term for each behaviour, the drug table for poisoning, adverse effect and
underdosing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from services.coder.terminology.sources import Term
from services.coder.terminology.tabular import Node
from services.coder.terminology.words import folder
from services.codesets import load
from services.codesets.catalog import CodeSets
from services.codesets.tables.index import Index, IndexEntry

SOURCE: Final = "alphabetic-index"
KINDS: Final = ("index", "neoplasm", "drug")
_NEWEST: Final = date.max
_ALTERNATIVES: Final = re.compile(r", | or ")
_WORDLESS: Final = re.compile(r"\b(?:NEC|NOS)\b|[\[\]]")
_CODE: Final = re.compile(r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?")
_MOST_MODIFIERS: Final = 12
_NEOPLASM: Final[Mapping[str, tuple[str, ...]]] = {
    "Malignant Primary": ("malignant neoplasm", "cancer"),
    "Malignant Secondary": ("secondary malignant neoplasm", "metastasis"),
    "Ca in situ": ("carcinoma in situ",),
    "Benign": ("benign neoplasm",),
    "Uncertain Behavior": ("neoplasm of uncertain behavior",),
    "Unspecified Behavior": ("neoplasm", "mass suspected neoplasm"),
}
_DRUG: Final[Mapping[str, tuple[str, ...]]] = {
    "poisoning accidental": ("poisoning by", "overdose of"),  # no intent stated: accidental (I.C.19.e.5.b)
    "poisoning intentional": ("intentional self-harm poisoning by",),
    "adverse effect": ("adverse effect of",),
    "underdosing": ("underdosing of",),
}
Key = tuple[str, ...]


def imported(codesets: CodeSets | None = None) -> dict[str, Index]:
    """The newest index and tables that the user has imported, by kind; empty where there are none."""
    sets = codesets or load()
    found = {kind: sets.index(_NEWEST, kind) for kind in KINDS}
    return {kind: index for kind, index in found.items() if isinstance(index, Index)}


def digest(indexes: Mapping[str, Index]) -> str:
    """What tells one set of imported files from another."""
    return ";".join(f"{kind}={index.entry.sha256}" for kind, index in sorted(indexes.items()))


def terms(entries: Mapping[str, Iterable[IndexEntry]], nodes: Mapping[str, Node]) -> Iterator[Term]:
    """A term for each way of saying each entry whose code the tabular list confirms.

    The index's own words come before those with a nonessential modifier, and both before references: each set
    of words has one code.
    """
    listed = list(entries.get("index", ()))
    table = _confirmed(_tables(entries), nodes) | _confirmed(_stated(listed), nodes)
    table = _confirmed(_modified(listed), nodes) | table
    table = _confirmed(_references(listed, table), nodes) | table
    for text, code in table.values():
        yield from (Term(way, code, SOURCE, "Alphabetic Index") for way in _orders(text))


def _confirmed(pairs: Iterable[tuple[Key, str]], nodes: Mapping[str, Node]) -> dict[Key, tuple[Key, str]]:
    """Texts with codes, by their set of words; the first of two with the same words."""
    fold = folder()
    out: dict[Key, tuple[Key, str]] = {}
    for parts, written in pairs:
        found = _CODE.match(written)
        code = found.group() if found else ""
        while code and code not in nodes:  # a code of another year, or one with its seventh character
            code = code[:-1].rstrip("X.")
        key = tuple(sorted(set(fold.stems(" ".join(parts)))))
        if code and key:
            out.setdefault(key, (parts, code))
    return out


def _stated(entries: Iterable[IndexEntry]) -> Iterator[tuple[Key, str]]:
    for entry in entries:
        if entry.code:
            yield from ((path, entry.code) for path in _paths(entry.path))


def _modified(entries: Iterable[IndexEntry]) -> Iterator[tuple[Key, str]]:
    for entry in entries:
        for modifier in entry.nonessential[:_MOST_MODIFIERS] if entry.code else ():
            yield from ((((*path, modifier)), entry.code) for path in _paths(entry.path))


def _references(
    entries: Iterable[IndexEntry], table: Mapping[Key, tuple[Key, str]]
) -> Iterator[tuple[Key, str]]:
    """Entries that say only `see`, or nothing but `see also`, with the code of what they refer to."""
    for entry in entries:
        reference = entry.see or ("" if entry.code else entry.see_also)
        if not reference or entry.code:
            continue
        found = table.get(tuple(sorted(set(folder().stems(_WORDLESS.sub(" ", reference))))))
        if found is not None:
            yield from ((path, found[1]) for path in _paths(entry.path))


def _tables(entries: Mapping[str, Iterable[IndexEntry]]) -> Iterator[tuple[Key, str]]:
    """The cells of the neoplasm table (site by behaviour) and the drug table (substance by circumstance)."""
    for entry in entries.get("neoplasm", ()):
        site = entry.path[1:]
        for heading, code in entry.cells:
            for name in _NEOPLASM.get(heading, ()):
                yield from ((((name, *path)), code) for path in (_paths(site) if site else [()]))
    for entry in entries.get("drug", ()):
        for heading, code in entry.cells:
            names = next((names for start, names in _DRUG.items() if heading.lower().startswith(start)), ())
            for name in names:
                yield from ((((name, *path)), code) for path in _paths(entry.path))


def _paths(path: tuple[str, ...]) -> list[tuple[str, ...]]:
    """A path with each of the names that its main term joins: «Diabetes, diabetic»."""
    main, *subterms = (" ".join(_WORDLESS.sub(" ", part).split()) for part in path)
    names = [name for name in _ALTERNATIVES.split(main) if name]
    first = names[0] if names else ""
    if " or " in main and " " in first:  # «Werner's disease or syndrome» names it once
        names = [first, *(f"{first.rpartition(' ')[0]} {name}" for name in names[1:])]
    return [(name, *subterms) for name in dict.fromkeys([*names, main])] if names else []


def _orders(parts: Key) -> list[str]:
    """The orders in which a line says main term and subterms: as indexed, and as spoken."""
    main, *subterms = parts
    spoken = (" ".join((*reversed(subterms), main)), " ".join((*subterms, main)))
    return list(dict.fromkeys((" ".join(parts), *spoken)))
