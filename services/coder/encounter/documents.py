"""Which document of an encounter counts more: `data/documents.yaml`.

What is said at the end stands over what was thought at the beginning (Official Guidelines II, II.H, III.C).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import inf
from typing import Any, Final

from services.coder.charges.chart import Page
from services.coder.encounter.tables import data
from services.coder.reading import Note

FINAL: Final = "final"
_COURSE: Final = "course"
_HEAD: Final = 80  # characters of a first line that may be a title


@dataclass(frozen=True, slots=True)
class Filed:
    """A document in its place. `standing`: the least counts most; first the kind, then the latest."""

    page: Page
    kind: str
    standing: tuple[int, float]

    @property
    def final(self) -> bool:
        """Whether it says what was found in the end."""
        return self.kind == FINAL

    def yields_to(self, other: "Filed") -> bool:
        """Whether the other document counts more."""
        return other.standing < self.standing


def filed(pages: Sequence[Page]) -> list[Filed]:
    """The documents, the one that counts most first; of equal ones in the EHR's order."""
    return sorted((_filed(page) for page in pages), key=lambda each: each.standing)


def _filed(page: Page) -> Filed:
    kind = _kind(page)
    written = page.document.date
    return Filed(page, kind, (_kinds().index(kind), -written.timestamp() if written else inf))


def _kind(page: Page) -> str:
    """The kind by type, title or first line; a note of the course that lists the final diagnoses is final."""
    kind = _by_type(page)
    if kind == _COURSE:
        return next((entry["kind"] for entry in _entries() if _lists(page.note, entry)), kind)
    return kind


def _lists(note: Note, entry: dict[str, Any]) -> bool:
    """Whether a note has a section by which it is of that kind."""
    return any(
        str(section.kind) in entry.get("sections", ())
        or any(
            words in note.folded[section.start : section.body.start] for words in entry.get("headings", ())
        )
        for section in note.sections
    )


def _by_type(page: Page) -> str:
    document = page.document
    for entry in _entries():
        if document.loinc and document.loinc in entry["loinc"]:
            return str(entry["kind"])
    first_line = document.text.lstrip()[:_HEAD].partition("\n")[0]
    for title in (document.title.lower(), first_line.lower()):
        for entry in _entries():
            if any(words in title for words in entry["titles"]):
                return str(entry["kind"])
    return _COURSE


def _entries() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = data("documents")
    return entries


@cache
def _kinds() -> tuple[str, ...]:
    return tuple(entry["kind"] for entry in _entries())
