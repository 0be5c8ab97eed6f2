"""The imported tables as `services.codesets` holds them, behind the validator's port.

Answers are kept: the same codes come again and again, and a lookup in a mapped table costs more than the rest
of an edit. What is kept is dropped when new tables are taken up.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from services.codesets.catalog import CodeSets
from services.codesets.shelf import NotLoaded
from services.codesets.tables.coverage import Necessity as ArticleSays
from services.codesets.tables.procedures import Listed
from services.validator.tables import OUTPATIENT, PRACTITIONER, AddOn, FeePolicy, Necessity, Pair, UnitLimit

_KEPT: Final = 1 << 17
_DAYS_KEPT: Final = 1 << 12
_OPENS: Final = {
    "hcpcs": "hcpcs",
    "cpt": "cpt",
    "modifiers": "hcpcs_modifiers",
    "aoc": "add_on",
    "rvu": "rvu",
    "pos": "places",
    "lcd": "lcd",
}
_PTP_KINDS: Final = {PRACTITIONER: "practitioner", OUTPATIENT: "hospital"}


class InstalledTables:
    """Looks up the version that covers the day; every answer is kept until the tables change."""

    def __init__(self, codesets: CodeSets) -> None:
        """Use the tables of this process."""
        self._sets = codesets
        self._forget()

    def _forget(self) -> None:
        self.has = lru_cache(_DAYS_KEPT)(self._has)
        self.ptp = lru_cache(_KEPT)(self._ptp)
        self.mue = lru_cache(_KEPT)(self._mue)
        self.add_on = lru_cache(_KEPT)(self._add_on)
        self.fee_policy = lru_cache(_KEPT)(self._fee_policy)
        self.code_in_force = lru_cache(_KEPT)(self._code_in_force)
        self.modifier = lru_cache(_KEPT)(self._modifier)
        self.necessity = lru_cache(_KEPT)(self._necessity)
        self.facility = lru_cache(_DAYS_KEPT)(self._facility)
        self.versions = lru_cache(_DAYS_KEPT)(self._versions)

    def refresh(self) -> bool:
        """Take up newly imported tables."""
        changed = self._sets.refresh()
        if changed:
            self._forget()
        return changed

    def _versions(self, day: date) -> Mapping[str, str]:
        return self._sets.versions(day)

    def _has(self, table: str, day: date, setting: str = "") -> bool:
        return any(not isinstance(each, NotLoaded) for each in self._opened(table, day, setting))

    def _opened(self, table: str, day: date, setting: str) -> list[object]:
        """The table, or both of its settings."""
        sets, settings = self._sets, [setting] if setting else list(_PTP_KINDS)
        match table:
            case "ptp":
                return [sets.ptp(day, _PTP_KINDS[each]) for each in settings]
            case "mue":
                return [sets.mue(each, day) for each in settings]
            case _:
                return [getattr(sets, _OPENS[table])(day)] if table in _OPENS else []

    def _code_in_force(self, code: str, day: date) -> bool | None:
        listed = self._sets.procedure(code, day).listed
        return None if listed is Listed.NOT_CHECKED else listed is Listed.VALID

    def _modifier(self, modifier: str, day: date) -> bool:
        table = self._sets.hcpcs_modifiers(day)
        return not isinstance(table, NotLoaded) and table.look_up(modifier, day).listed is Listed.VALID

    def _ptp(self, one: str, other: str, day: date, setting: str) -> Pair | None:
        table = self._sets.ptp(day, _PTP_KINDS[setting])
        found = () if isinstance(table, NotLoaded) else table.pairs(one, other, day)
        edit = min(found, key=lambda each: each.indicator, default=None)
        return None if edit is None else Pair(edit.column1, edit.column2, int(edit.indicator))

    def _mue(self, code: str, day: date, setting: str) -> UnitLimit | None:
        table = self._sets.mue(setting, day)
        limit = None if isinstance(table, NotLoaded) else table.limit(code)
        return None if limit is None else UnitLimit(limit.units, limit.mai)

    def _add_on(self, code: str, day: date) -> AddOn | None:
        table = self._sets.add_on(day)
        entry = None if isinstance(table, NotLoaded) else table.primaries(code, day)
        return None if entry is None else AddOn(entry.kind, entry.primaries)

    def _fee_policy(self, code: str, day: date) -> FeePolicy | None:
        table = self._sets.rvu(day)
        row = None if isinstance(table, NotLoaded) else table.row(code)
        if row is None:
            return None
        return FeePolicy(
            row.status, row.pctc, row.global_days, row.bilateral, row.assistant, row.co_surgeon, row.team
        )

    def _facility(self, place: str, day: date) -> bool | None:
        table = self._sets.places(day)
        found = None if isinstance(table, NotLoaded) else table.place(place)
        return None if found is None else found.facility

    def _necessity(self, code: str, diagnoses: tuple[str, ...], day: date) -> tuple[Necessity, str]:
        table = self._sets.lcd(day)
        articles = () if isinstance(table, NotLoaded) else table.articles(code, day)
        if not articles:
            return Necessity.NO_ARTICLE, ""
        for article in articles:
            says = {article.necessity(code, diagnosis) for diagnosis in diagnoses}
            if ArticleSays.COVERED in says and ArticleSays.NONCOVERED not in says:
                return Necessity.COVERED, article.article
        return Necessity.NOT_COVERED, articles[0].article
