"""The Alphabetic Index of ICD-10-CM with its neoplasm, drug and external-cause tables.

A main term with its nested terms is kept as one entry per line: `Abscess, abdomen, wall`. The index leads
to a code; the tabular list must confirm it (Guidelines I.B.1). Source: CDC/NCHS, `icd10cm-index-*.xml` and
its companions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.codesets.tables.rows import RowTable


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One line of the index.

    path: main term, then nested terms. nonessential: the words in parentheses, which do not change the code.
    cells: for the neoplasm and drug tables, column heading to code (`Malignant Primary`: `C76.2`).
    A code that ends with `-` needs more characters.
    """

    path: tuple[str, ...]
    nonessential: tuple[str, ...]
    code: str
    see: str
    see_also: str
    cells: tuple[tuple[str, str], ...]


class Index(RowTable):
    """One version of one index."""

    def find(self, main_term: str) -> tuple[IndexEntry, ...]:
        """Every entry under a main term, whatever its case, with or without NEC or NOS."""
        wanted = _plain(main_term)
        found = map(_entry, self.rows.get(index_key(wanted)))
        return tuple(entry for entry in found if _plain(entry.path[0]) == wanted)

    def entries(self) -> Iterator[IndexEntry]:
        """Every entry, sorted by the beginning of the main term."""
        return (_entry(row) for _, row in self.rows.items())


def _plain(main_term: str) -> str:
    return main_term.strip().lower().removesuffix(" nec").removesuffix(" nos")


def index_key(main_term: str) -> str:
    """The first eight characters of a main term, in lower case and ASCII, without NEC or NOS."""
    return _plain(main_term).encode("ascii", "replace").decode("ascii")[:8]


def _entry(row: list[Any]) -> IndexEntry:
    path, nonessential, code, see, see_also, cells = row
    return IndexEntry(
        tuple(path), tuple(nonessential), code, see, see_also, tuple((head, value) for head, value in cells)
    )
