"""What changes between two versions of a table: added, deleted, revised codes, and claims they touch."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations, groupby
from typing import Any, Final

from services.codesets.build import TABULAR, ensure_built
from services.codesets.catalog import CodeSets
from services.codesets.codes import compact
from services.codesets.errors import CodeSetError
from services.codesets.imports.editions import Edition, Span, edition_of
from services.codesets.manifest import Entry
from services.codesets.shelf import Shelf
from services.codesets.storage import TableFile
from services.codesets.tables.ptp import Ptp
from services.codesets.tables.rows import Rows
from services.codesets.validity import Validity

_BUILTIN: Final = ("icd10cm", "icd10pcs")
_PTP: Final = "ncci-ptp-"
_LISTS: Final = ("hcpcs", "hcpcs-modifiers", "cpt")
_ICD_TABLES: Final = ("icd10cm", "icd10cm-order", "icd10cm-tabular")


@dataclass(frozen=True, slots=True)
class Difference:
    """Keys of a table that differ: codes, or `column1+column2` for PTP edits. Each sorted."""

    old: str
    new: str
    added: tuple[str, ...]
    deleted: tuple[str, ...]
    revised: tuple[str, ...]

    @property
    def changed(self) -> frozenset[str]:
        """Every key that differs."""
        return frozenset((*self.added, *self.deleted, *self.revised))


class UnknownVersion(CodeSetError):
    """A version that was asked for is not imported."""


def compare(old: str, new: str, sets: CodeSets) -> Difference:
    """Compare `table@version` with `table@version` of the same table.

    For the built-in `icd10cm` and `icd10pcs` the version is a fiscal year: `icd10cm@FY2026`,
    `icd10cm@FY2026-04`.

    Raises:
        UnknownVersion: a version is not there, or the two are of different tables.
    """
    table, old_version = _split(old)
    other, new_version = _split(new)
    if table != other:
        raise UnknownVersion(f"{old} and {new} are different tables")
    before, after = (dict(_contents(table, version, sets)) for version in (old_version, new_version))
    return Difference(
        old,
        new,
        tuple(sorted(after.keys() - before.keys())),
        tuple(sorted(before.keys() - after.keys())),
        tuple(sorted(key for key in before.keys() & after.keys() if before[key] != after[key])),
    )


def _split(name: str) -> tuple[str, str]:
    table, at, version = name.partition("@")
    if not at or not table or not version:
        raise UnknownVersion(f"{name!r}: write table@version, as `claimstream codesets status` lists them")
    return table, version


def _contents(table: str, version: str, sets: CodeSets) -> Iterator[tuple[str, Any]]:
    if table in _BUILTIN:
        return _codes(Validity(TableFile(ensure_built(sets.folder)[table])), version)
    entry = _entry(table, version, sets)
    shelf = Shelf(sets.folder)
    if table.startswith(_PTP):
        return _edits(shelf.open_entry(entry, Ptp))
    if table == TABULAR:
        raise UnknownVersion(f"{TABULAR}: compare the codes with icd10cm@FY2026 icd10cm@FY2027")
    rows = shelf.open_entry(entry, lambda file, _: Rows(file))
    return _grouped(rows, texts=table not in _LISTS)


def _entry(table: str, version: str, sets: CodeSets) -> Entry:
    for entry in sets.manifest.of(table):
        if entry.version == version:
            return entry
    known = ", ".join(f"{entry.table}@{entry.version}" for entry in sets.manifest.of(table)) or "none"
    raise UnknownVersion(f"{table}@{version} is not imported (imported: {known})")


def _codes(master: Validity, version: str) -> Iterator[tuple[str, Any]]:
    day = first_day(version)
    if day is None or day not in master.covers:
        raise UnknownVersion(
            f"{version}: write FY2026 or FY2026-04, within {master.covers.first}..{master.covers.last}"
        )
    return master.flagged("", day)


def first_day(version: str) -> date | None:
    """The first day of `FY2026` (2025-10-01) or `FY2026-04` (2026-04-01)."""
    digits = version.removeprefix("FY").removesuffix("-04")
    if not digits.isdigit() or len(digits) != 4:  # noqa: PLR2004 (a year)
        return None
    year = int(digits)
    day = date(year, 4, 1) if version.endswith("-04") else date(year - 1, 10, 1)
    edition: Edition = edition_of(day, Span.FISCAL_YEAR)
    return edition.effective


def _edits(table: Ptp) -> Iterator[tuple[str, Any]]:
    for key, edits in groupby(table.all_edits(), key=lambda edit: f"{edit.column1}+{edit.column2}"):
        yield key, list(edits)


def _grouped(rows: Rows, *, texts: bool) -> Iterator[tuple[str, Any]]:
    """Rows by key; a list may come as bare codes, so its texts are compared only where both have one."""
    for key, found in groupby(rows.items(), key=lambda item: item[0]):
        yield key, [row if texts else _Listed(*row) for _, row in found]


@dataclass(frozen=True, slots=True, eq=False)
class _Listed:  # noqa: PLW1641 (compared, never hashed)
    """A row of a code list; what one version leaves blank is no change."""

    text: str
    added: str | None
    terminated: str | None
    coverage: str

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Listed)
            and all(
                not one or not two or one == two
                for one, two in (
                    (self.text, other.text),
                    (self.added, other.added),
                    (self.coverage, other.coverage),
                )
            )
            and self.terminated == other.terminated
        )


def claims_touched(
    difference: Difference, claims: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[str, list[str]]]:
    """The claims that carry a changed key, with those keys: claim id, sorted keys.

    A claim is read as in topic `claims`: `claim_id`, `diagnoses[].code`, `procedures[].code`, `lines[].code`.
    """
    table = difference.old.partition("@")[0]
    for claim in claims:
        found = sorted(_keys(table, claim) & difference.changed)
        if found:
            yield str(claim.get("claim_id", "")), found


def _keys(table: str, claim: Mapping[str, Any]) -> set[str]:
    if table in _ICD_TABLES:
        return {compact(str(each.get("code", ""))) for each in claim.get("diagnoses", ())}
    if table.startswith("icd10pcs"):
        return {str(each.get("code", "")).upper() for each in claim.get("procedures", ())}
    lines = claim.get("lines", ())
    codes = {str(line.get("code", "")).upper() for line in lines}
    if table.startswith(_PTP):
        return {f"{one}+{two}" for pair in combinations(sorted(codes), 2) for one, two in (pair, pair[::-1])}
    modified = {
        f"{line.get('code', '')}{mark}".upper() for line in lines for mark in line.get("modifiers", ())
    }
    marks = {str(mark).upper() for line in lines for mark in line.get("modifiers", ())}
    return codes | modified | marks | {f"h{code}" for code in codes}
