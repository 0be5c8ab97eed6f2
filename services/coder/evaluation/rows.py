"""Rows of labelled files, checked: a row that is not as it must be would make a measure of something else."""

import re
from collections.abc import Mapping
from typing import Any, Final

from services.coder.batch import Coder
from services.coder.errors import NoteError
from services.coder.reading import Division
from services.codesets import normalise

Row = dict[str, Any]

CONTEXT_LABELS: Final[Mapping[str, tuple[str, ...]]] = {
    "negation": ("negated", "affirmed"),
    "temporality": ("recent", "historical", "not particular"),
    "experiencer": ("patient", "family member"),
}
"""The labels of the NegEx test kit (Chapman), in lower case; "not particular" is what ConText calls
hypothetical.
"""
_CODE: Final = re.compile(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?")


def coding(row: Row, label: str, coder: Coder) -> Row:
    """A row of `claimstream eval coding`, its codes as the coder writes them.

    Raises:
        NoteError: a field is missing or not as it must be; names it, never its content. So do the others.
    """
    coder.task(row)
    codes = {
        name: _codes(row, name) for name in (label, "optional", "forbidden") if name == label or name in row
    }
    return {**row, **codes}


def _codes(row: Row, name: str) -> list[str]:
    value = row.get(name)
    if isinstance(value, list) and all(isinstance(code, str) for code in value):
        codes = [normalise(code) for code in value]
        if all(map(_CODE.fullmatch, codes)):
            return codes
    raise NoteError(f'field {name}: must be a list of ICD-10-CM codes, such as ["E11.9"]')


def context(row: Row) -> Row:
    """A row of `claimstream eval context`, its labels in lower case; all but negation may be missing."""
    for name in ("sentence", "concept"):
        text(row, name)
    labels = {name: _label(row, name) for name in CONTEXT_LABELS if name == "negation" or name in row}
    return {**row, **labels}


def _label(row: Row, name: str) -> str:
    label = str(row.get(name)).lower()
    if label not in CONTEXT_LABELS[name]:
        raise NoteError(f"field {name}: must be {' or '.join(CONTEXT_LABELS[name])}")
    return label


def sections(row: Row) -> Row:
    """A row of `claimstream eval sections`; a division that is not named is empty."""
    text(row, "note")
    divisions = row.get("divisions")
    known = list(map(str, Division))
    if not isinstance(divisions, dict) or not all(
        name in known and isinstance(content, str) for name, content in divisions.items()
    ):
        raise NoteError(f"field divisions: must be an object of texts by division: {', '.join(known)}")
    return row


def text(row: Mapping[str, Any], name: str) -> str:
    """A field that is a text; raises `NoteError`."""
    value = row.get(name)
    if not isinstance(value, str):
        raise NoteError(f"field {name}: must be a string")
    return value
