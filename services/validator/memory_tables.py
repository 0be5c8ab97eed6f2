"""Imported tables held in memory: rows written out in a rule's example, or none at all."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.validator.tables import AddOn, FeePolicy, UnitLimit


class MemoryTables:
    """Tables of plain rows. A table that is named is loaded, even when it is empty; others are not.

    Rows: `hcpcs`, `cpt`, `modifiers`: codes; `ptp`: [column 1, column 2, indicator]; `mue`: code -> [units,
    indicator]; `aoc`: code -> [type, primaries...]; `rvu`: code or code-modifier -> FeePolicy's fields;
    `pos`: place -> facility or not.
    """

    def __init__(self, rows: Mapping[str, Any] | None = None) -> None:
        """Take the rows as YAML gives them."""
        self._rows = dict(rows or {})
        self._ptp = {(one, two): indicator for one, two, indicator in self._rows.get("ptp", ())}

    def has(self, table: str, day: date) -> bool:  # noqa: ARG002 (rows of an example hold on every day)
        """Whether the table was given."""
        return table in self._rows

    def versions(self) -> Mapping[str, str]:
        """Every given table, as of the example."""
        return dict.fromkeys(sorted(self._rows), "example")

    def hcpcs(self, code: str, day: date) -> bool:  # noqa: ARG002
        """Whether the code was given."""
        return code in self._rows.get("hcpcs", ())

    def cpt(self, code: str, day: date) -> bool:  # noqa: ARG002
        """Whether the number was given."""
        return code in self._rows.get("cpt", ())

    def modifier(self, modifier: str, day: date) -> bool:  # noqa: ARG002
        """Whether the modifier was given."""
        return modifier in self._rows.get("modifiers", ())

    def ptp(self, column1: str, column2: str, day: date, setting: str) -> int | None:  # noqa: ARG002
        """The pair's indicator."""
        return self._ptp.get((column1, column2))

    def mue(self, code: str, day: date, setting: str) -> UnitLimit | None:  # noqa: ARG002
        """The code's limit."""
        row: Sequence[int] | None = self._rows.get("mue", {}).get(code)
        return None if row is None else UnitLimit(*row)

    def add_on(self, code: str, day: date) -> AddOn | None:  # noqa: ARG002
        """The code's add-on entry."""
        row: Sequence[Any] | None = self._rows.get("aoc", {}).get(code)
        return None if row is None else AddOn(row[0], frozenset(row[1:]))

    def fee_policy(self, code: str, modifier: str, day: date) -> FeePolicy | None:  # noqa: ARG002
        """The entry, with what the example leaves out as the fee schedule's `9`: not applicable."""
        key = f"{code}-{modifier}" if modifier else code
        row: Mapping[str, str] | None = self._rows.get("rvu", {}).get(key)
        names = ("technical", "bilateral", "assistant", "co_surgeon", "team")
        blank = {"status": "A", "global_days": "XXX"} | dict.fromkeys(names, "9")
        return None if row is None else FeePolicy(**(blank | dict(row)))

    def facility(self, place: str) -> bool | None:
        """Whether the place is a facility."""
        known: Mapping[str, bool] = self._rows.get("pos", {})
        return known.get(place)
