"""ICD-10-CM as of one day of service.

Validity comes from the code masters by date, titles and notes from the newest tabular list that is in force
on the day (or the oldest that is loaded, for earlier days: `tabular_version` says which). The two agree on
structure; a code the list does not know yet has no title (None) but inherits the notes of the entry it
belongs under. Codes are taken with or without dot and are returned with one.
Source: 45 CFR 162.1002 (ICD-10-CM from 2015-10-01); Official Guidelines for Coding and Reporting, section I.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from services.codesets.codes import compact, dotted
from services.codesets.ranges import CodeRange
from services.codesets.tabular import Heading, Note, SeventhCharacter, Tabular
from services.codesets.validity import Standing, Status, Validity

_FULL_LENGTH = 7
_CATEGORY = 3
_OCTOBER = 10
_IN_FORCE = (Standing.VALID, Standing.HEADER)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two codes that an Excludes1 note keeps apart.

    The official exception (Guidelines I.A.12.a: the two conditions are unrelated) is a matter of the record,
    not of the list: whoever asks decides. `certain` is False when the note's reference carries words that no
    code can answer.
    """

    code: str
    excluded: str
    note: Note
    reference: CodeRange

    @property
    def certain(self) -> bool:
        """Whether the codes alone decide it."""
        return self.reference.certain


class Icd10cm:
    """The code set on one day. Cheap to make; `CodeSets.icd10cm` keeps those of recent days."""

    def __init__(
        self,
        on: date,
        validity: Validity,
        tabular: Tabular,
        titles: Callable[[str], str | None] | None = None,
    ) -> None:
        """`titles` gives titles of an imported order file; the tabular list gives the rest."""
        self.on = on
        self._day = on.toordinal()
        self._validity = validity
        self._tabular = tabular
        self._listed_title = titles
        self.kept_apart = tabular.kept_apart
        """The one of two codes whose Excludes1 note by the codes alone keeps them apart; empty: none does."""

    @property
    def version(self) -> str | None:
        """`FY2026`, or `FY2026-04` from 1 April; None when no version is in force or loaded for the day."""
        if self.on not in self._validity.covers:
            return None
        if self.on.month >= _OCTOBER:
            return f"FY{self.on.year + 1}"
        return f"FY{self.on.year}" + ("-04" if self.on.month >= 4 else "")  # noqa: PLR2004 (April)

    @property
    def tabular_version(self) -> str:
        """The first day of the tabular list that titles and notes are read from, as ISO date."""
        return self._tabular.effective.isoformat()

    # --- is it a code?

    def status(self, code: str) -> Status:
        """How a code stands on the day, with its periods in force."""
        bare = compact(code)
        return Status(
            dotted(bare), self.on, self._validity.standing(bare, self.on), self._validity.periods(bare)
        )

    def standing(self, code: str) -> Standing:
        """How a code stands on the day, by itself: the periods of `status` take longer to find."""
        return self._validity.standing(compact(code), self.on)

    def valid(self, code: str) -> bool:
        """In force on the day, complete or as a header."""
        return self.standing(code) in _IN_FORCE

    def billable(self, code: str) -> bool:
        """In force and complete on the day (45 CFR 162.1002; Guidelines I.B.2)."""
        return self._validity.in_force(code, self._day)

    def expand(self, code: str) -> tuple[str, ...]:
        """Every billable code at or below this one, sorted."""
        return tuple(map(dotted, self._validity.leaves(compact(code), self.on)))

    def codes(self) -> Iterator[str]:
        """Every billable code of the day, sorted."""
        return map(dotted, self._validity.leaves("", self.on))

    # --- what is it called, where does it belong?

    def title(self, code: str) -> str | None:
        """The title; None when no loaded list knows the code (new in FY2027, no order file imported).

        A code with a seventh character has the title of the code it extends, a comma, and the character's
        meaning.
        """
        bare = compact(code)
        listed = self._listed_title(bare) if self._listed_title else None
        if listed is not None:
            return listed
        row = self._tabular.row(bare)
        if row >= 0:
            return self._tabular.title(row)
        return self._extended_title(bare)

    def _extended_title(self, bare: str) -> str | None:
        row = self._tabular.node(bare)
        extends = (
            len(bare) == _FULL_LENGTH
            and row >= 0
            and bare[:-1].rstrip("X") == self._tabular.key(row).rstrip("X")
        )
        if not extends:
            return None
        meanings = {each.character: each.meaning for each in self._tabular.seventh(row)}
        meaning = meanings.get(bare[-1])
        return f"{self._tabular.title(row)}, {meaning}" if meaning else None

    def parent(self, code: str) -> str | None:
        """The entry above a code; None above a category (see `block`) and for what is no code."""
        bare = compact(code)
        row = self._tabular.node(bare)
        if row >= 0 and self._tabular.key(row) == bare:
            row = self._tabular.parent(row) if self._tabular.kind(row) == "code" else -1
        return self._tabular.owner(row) if row >= 0 else None

    def children(self, code: str) -> tuple[str, ...]:
        """The entries directly below a code that are in force on the day, sorted."""
        bare = compact(code)
        below = {
            self._next_below(bare, leaf) for leaf in self._validity.leaves(bare, self.on) if leaf != bare
        }
        return tuple(dotted(key) for key in sorted(below))

    def _next_below(self, bare: str, leaf: str) -> str:
        for length in range(len(bare) + 1, len(leaf)):
            if self._tabular.row(leaf[:length]) >= 0:
                return leaf[:length]
        return leaf

    def block(self, code: str) -> Heading | None:
        """The innermost block of a code: `I20-I25`."""
        return self._heading(code, "section")

    def chapter(self, code: str) -> Heading | None:
        """The chapter of a code: `9`."""
        return self._heading(code, "chapter")

    def _heading(self, code: str, kind: str) -> Heading | None:
        for row in self._tabular.ancestry(self._tabular.node(compact(code))):
            if self._tabular.kind(row) == kind:
                return Heading(self._tabular.key(row), self._tabular.title(row))
        return None

    def terms(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Every category and code of the tabular list in force on the day: code, title, inclusion terms."""
        tabular = self._tabular
        for row in tabular.rows():
            key = tabular.key(row)
            if tabular.kind(row) in {"category", "code"} and self.valid(key):
                yield dotted(key), tabular.title(row), tabular.own(row, "inclusion_terms")

    # --- the notes

    def _notes(self, code: str, kind: str) -> tuple[Note, ...]:
        row = self._tabular.node(compact(code))
        return self._tabular.notes(row, kind) if row >= 0 else ()

    def inclusion_terms(self, code: str) -> tuple[str, ...]:
        """The terms listed at the code itself."""
        row = self._tabular.row(compact(code))
        return self._tabular.own(row, "inclusion_terms") if row >= 0 else ()

    def includes(self, code: str) -> tuple[Note, ...]:
        """Includes notes at the code and above."""
        return self._notes(code, "includes")

    def excludes1(self, code: str) -> tuple[Note, ...]:
        """Excludes1 notes at the code and above: never together with this code (Guidelines I.A.12.a)."""
        return self._notes(code, "excludes1")

    def excludes2(self, code: str) -> tuple[Note, ...]:
        """Excludes2 notes at the code and above: not part of it, may be added (Guidelines I.A.12.b)."""
        return self._notes(code, "excludes2")

    def code_first(self, code: str) -> tuple[Note, ...]:
        """Code first notes at the code and above: that condition goes before (Guidelines I.A.13)."""
        return self._notes(code, "code_first")

    def use_additional(self, code: str) -> tuple[Note, ...]:
        """Use additional code notes at the code and above: it follows this one (Guidelines I.A.13)."""
        return self._notes(code, "use_additional")

    def code_also(self, code: str) -> tuple[Note, ...]:
        """Code also notes at the code and above: perhaps two codes, in either order (Guidelines I.A.17)."""
        return self._notes(code, "code_also")

    def notes(self, code: str) -> tuple[Note, ...]:
        """General notes at the code and above."""
        return self._notes(code, "notes")

    def seventh_characters(self, code: str) -> tuple[SeventhCharacter, ...]:
        """The seventh characters of a code's category (Guidelines I.A.5); empty when it has none."""
        row = self._tabular.node(compact(code))
        return self._tabular.seventh(row) if row >= 0 else ()

    def excludes1_conflict(self, one: str, other: str) -> Conflict | None:
        """The Excludes1 note, at either code or above it, that keeps two codes apart; else None.

        A note that names both codes (or the same code twice) says nothing about the pair.
        """
        first, second = compact(one), compact(other)
        for code, excluded in ((first, second), (second, first)):
            found = self._tabular.excluded_by(code, excluded)
            if found is not None:
                return Conflict(dotted(code), dotted(excluded), *found)
        return None
