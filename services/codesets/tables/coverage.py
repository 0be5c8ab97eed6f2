"""Medical necessity: which diagnoses a Medicare contractor's billing article supports for a procedure.

An article lists procedure codes in groups and diagnoses in covered and non-covered groups. Where the
article numbers its procedure groups like its diagnosis groups, group N belongs to group N; otherwise every
diagnosis group goes with every procedure (`by_group` says which).
Source: Medicare Program Integrity Manual, chapter 13; CMS Medicare Coverage Database, article downloads.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from services.codesets.codes import compact
from services.codesets.manifest import Entry
from services.codesets.storage import TableFile
from services.codesets.tables.rows import RowTable


class Necessity(StrEnum):
    """What an article says about a diagnosis for a procedure."""

    COVERED = "covered"
    NONCOVERED = "noncovered"
    NOT_LISTED = "not_listed"


Groups = dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Article:
    """A billing and coding article: id (`A12345`), dates, contractors, and its groups of codes."""

    article: str
    version: int
    title: str
    effective: date | None
    ends: date | None
    contractors: tuple[str, ...]
    procedures: Groups
    covered: Groups
    noncovered: Groups

    def in_force(self, on: date) -> bool:
        """Effective on the day and not ended before it."""
        return (self.effective is None or self.effective <= on) and (self.ends is None or on <= self.ends)

    @property
    def by_group(self) -> bool:
        """Whether procedure groups and diagnosis groups carry the same numbers."""
        return len(self.procedures) > 1 and set(self.procedures) == set(self.covered)

    def necessity(self, procedure: str, diagnosis: str) -> Necessity:
        """What the article says about one diagnosis for one procedure that it lists."""
        bare, code = compact(diagnosis), procedure.strip().upper()
        numbers = {number for number, codes in self.procedures.items() if code in codes}
        covered = [codes for number, codes in self.covered.items() if not self.by_group or number in numbers]
        if any(bare in codes for codes in covered):
            return Necessity.COVERED
        if any(bare in codes for codes in self.noncovered.values()):
            return Necessity.NONCOVERED
        return Necessity.NOT_LISTED


class Coverage(RowTable):
    """One download of the articles."""

    def __init__(self, file: TableFile, entry: Entry) -> None:
        """Nothing is read yet but the columns."""
        super().__init__(file, entry)
        self._articles: dict[str, Article] = {}

    def articles(self, procedure: str, on: date, contractor: str | None = None) -> tuple[Article, ...]:
        """The articles in force that list a procedure, of one contractor if asked; empty when none does."""
        keys = [key for row in self.rows.get(f"h{procedure.strip().upper()}") for key in row]
        found = (self._article(key) for key in keys)
        return tuple(
            article
            for article in found
            if article.in_force(on) and (contractor is None or contractor in article.contractors)
        )

    def _article(self, key: str) -> Article:
        if key not in self._articles:
            self._articles[key] = _article(self.rows.get(key)[0][0])
        return self._articles[key]


def _article(document: dict[str, Any]) -> Article:
    return Article(
        document["article"],
        document["version"],
        document["title"],
        date.fromisoformat(document["effective"]) if document["effective"] else None,
        date.fromisoformat(document["ends"]) if document["ends"] else None,
        tuple(document["contractors"]),
        *(
            {number: frozenset(codes) for number, codes in document[part].items()}
            for part in ("procedures", "covered", "noncovered")
        ),
    )
