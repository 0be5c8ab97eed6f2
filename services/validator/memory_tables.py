"""Imported tables held in memory: rows written out in a rule's example, or none at all."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.codesets.tables.procedures import CodeFamily, family
from services.validator.tables import AddOn, FeePolicy, Necessity, Pair, UnitLimit


class MemoryTables:
    """Tables of plain rows. A table that is named is loaded, even when it is empty; others are not.

    Rows: `hcpcs`, `cpt`, `modifiers`: codes; `ptp`: [column 1, column 2, indicator]; `mue`: code -> [units,
    indicator]; `aoc`: code -> [type, primaries...]; `rvu`: code -> FeePolicy's fields; `pos`: place ->
    facility or not; `lcd`: code -> covered diagnoses; `without`: settings that ptp and mue do not cover.
    """

    def __init__(self, rows: Mapping[str, Any] | None = None) -> None:
        """Take the rows as YAML gives them."""
        self._rows = dict(rows or {})
        self._ptp = {(one, two): indicator for one, two, indicator in self._rows.get("ptp", ())}

    def has(self, table: str, day: date, setting: str = "") -> bool:  # noqa: ARG002 (rows hold on every day)
        """Whether the table was given, and not left out for the setting."""
        return table in self._rows and setting not in self._rows.get("without", ())

    def versions(self, day: date) -> Mapping[str, str]:  # noqa: ARG002
        """Every given table, as of the example."""
        return dict.fromkeys(sorted(self._rows), "example")

    def refresh(self) -> bool:
        """Rows in memory stay as they are."""
        return False

    def code_in_force(self, code: str, day: date) -> bool | None:  # noqa: ARG002
        """Whether the code was given; None without the list that it belongs to."""
        table = "hcpcs" if family(code) is CodeFamily.HCPCS else "cpt"
        return code in self._rows[table] if table in self._rows else None

    def modifier(self, modifier: str, day: date) -> bool:  # noqa: ARG002
        """Whether the modifier was given."""
        return modifier in self._rows.get("modifiers", ())

    def ptp(self, one: str, other: str, day: date, setting: str) -> Pair | None:  # noqa: ARG002
        """The edit between two codes; one with indicator 9 is not in force."""
        found = [Pair(*pair, self._ptp[pair]) for pair in ((one, other), (other, one)) if pair in self._ptp]
        live = [edit for edit in found if edit.indicator != 9]  # noqa: PLR2004 (CMS's indicator)
        return min(live, key=lambda edit: edit.indicator, default=None)

    def mue(self, code: str, day: date, setting: str) -> UnitLimit | None:  # noqa: ARG002
        """The code's limit."""
        row: Sequence[int] | None = self._rows.get("mue", {}).get(code)
        return None if row is None else UnitLimit(*row)

    def add_on(self, code: str, day: date) -> AddOn | None:  # noqa: ARG002
        """The code's add-on entry."""
        row: Sequence[Any] | None = self._rows.get("aoc", {}).get(code)
        return None if row is None else AddOn(row[0], frozenset(row[1:]))

    def fee_policy(self, code: str, day: date) -> FeePolicy | None:  # noqa: ARG002
        """The entry, with what the example leaves out as the fee schedule's `9`: not applicable."""
        row: Mapping[str, str] | None = self._rows.get("rvu", {}).get(code)
        names = ("technical", "bilateral", "assistant", "co_surgeon", "team")
        blank = {"status": "A", "global_days": "XXX"} | dict.fromkeys(names, "9")
        return None if row is None else FeePolicy(**(blank | dict(row)))

    def facility(self, place: str, day: date) -> bool | None:  # noqa: ARG002
        """Whether the place is a facility."""
        known: Mapping[str, bool] = self._rows.get("pos", {})
        return known.get(place)

    def necessity(
        self,
        code: str,
        diagnoses: tuple[str, ...],
        day: date,  # noqa: ARG002
    ) -> tuple[Necessity, str]:
        """Covered where any diagnosis is among those given for the code."""
        covered: Sequence[str] | None = self._rows.get("lcd", {}).get(code)
        if covered is None:
            return Necessity.NO_ARTICLE, ""
        says = Necessity.COVERED if set(covered) & set(diagnoses) else Necessity.NOT_COVERED
        return says, "A00000"
