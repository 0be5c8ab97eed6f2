"""Families of visit codes: which number stands for which level, by date. Rules: `data/em_levels.yaml`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from services.coder.encounter.tables import data
from services.contracts.encounter import VisitClass

LEVELS: Final = ("straightforward", "low", "moderate", "high")
"""Levels of medical decision making, the lowest first."""


@dataclass(frozen=True, slots=True)
class Family:
    """Codes of one kind of visit: `codes` by level, `minutes` of total time that each needs (empty: no
    time).
    """

    ident: str
    setting: str
    patient: str
    begins: date
    ends: date
    codes: tuple[str, ...]
    minutes: tuple[int, ...]

    def rank(self, code: str) -> int:
        """The highest level that the code stands for (two levels may share one)."""
        return len(self.codes) - 1 - self.codes[::-1].index(code)

    def by_time(self, minutes: int) -> int:
        """The level that so many minutes reach; -1 where they reach none."""
        return max((level for level, least in enumerate(self.minutes) if minutes >= least), default=-1)


@cache
def families() -> tuple[Family, ...]:
    """Every family, in the order of the table."""
    return tuple(_families())


def _families() -> Iterator[Family]:
    for row in data("em_levels")["families"]:
        yield Family(
            row["id"],
            row["setting"],
            row.get("patient", ""),
            row["from"],
            row.get("to", date.max),
            tuple(row["levels"]),
            tuple(row.get("minutes", ())),
        )


def family_of(code: str, on: date) -> Family | None:
    """The family of a charged code whose rules are in force on the day."""
    return next((f for f in families() if code in f.codes and f.begins <= on <= f.ends), None)


def is_visit(code: str) -> bool:
    """Whether a code charges an evaluation of the patient that this module does not level, or does."""
    return code.startswith(("992", "993", "994", "980", "920", "907", "908", "590", "594", "G043", "G040"))


def usual(visit_class: VisitClass, patient: str, on: date) -> Family | None:
    """The family in which an uncharged visit of that class would stand."""
    setting = {VisitClass.HOME: "home"}.get(visit_class, "office")
    return next(
        (f for f in families() if f.setting == setting and f.patient == patient and f.begins <= on <= f.ends),
        None,
    )
