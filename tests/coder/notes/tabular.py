"""Excludes1 notes of the FY2026 tabular list, read from the XML that ``simple-icd-10-cm`` carries.

Only notes that name a code, a category with a dash or a plain range are read; notes with a condition in words
("S62.- with 7th character B") are passed over.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from xml.etree.ElementTree import Element, parse

_PARENS = re.compile(r"\(([^()]*)\)")
_CODE = r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?"
_TARGET = re.compile(rf"({_CODE})(?:\.?-)?(?:-({_CODE})(?:\.?-)?)?")

Target = tuple[str, str]


def _tabular() -> Path:
    # The package takes two seconds and 190 MB to import; its data file is all that is wanted.
    spec = find_spec("simple_icd_10_cm")
    assert spec is not None
    assert spec.origin is not None
    (path,) = (Path(spec.origin).parent / "data").glob("icd10c-tabular-*.xml")
    return path


def _targets(note: str) -> Iterator[Target]:
    for inside in _PARENS.findall(note):
        for part in re.split(r",\s*", inside):
            found = _TARGET.fullmatch(part.strip())
            if found:
                yield found[1], found[2] or found[1]


def _own(element: Element) -> tuple[Target, ...]:
    notes = element.iterfind("excludes1/note")
    return tuple(target for note in notes for target in _targets("".join(note.itertext())))


def _walk(element: Element, inherited: tuple[Target, ...]) -> Iterator[tuple[str, tuple[Target, ...]]]:
    here = inherited + _own(element)
    if element.tag == "diag":
        yield element.findtext("name", ""), here
    for child in element:
        if child.tag in {"section", "diag"}:
            yield from _walk(child, here)


@cache
def _excludes1() -> dict[str, tuple[Target, ...]]:
    chapters = parse(_tabular()).getroot().iterfind("chapter")
    return {name: targets for chapter in chapters for name, targets in _walk(chapter, ())}


def _within(code: str, target: Target) -> bool:
    low, high = target
    return code.startswith(low) or low <= code[: len(low)] <= high


def excludes1(code: str) -> tuple[Target, ...]:
    """Targets of the Excludes1 notes at a code and above it; a 7th character is looked up without it."""
    table = _excludes1()
    while code and code not in table:
        code = code[:-1]
    return table.get(code, ())


def excluded(code: str, other: str) -> bool:
    """Whether an Excludes1 note at ``code`` or above names ``other``."""
    return any(_within(other, target) for target in excludes1(code))
