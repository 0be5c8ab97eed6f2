"""NCCI's edits said again as plainly as possible, over the rows of the files themselves.

Nothing here is shared with the service: no index, no bisection, no groups. It is the judge of the judge.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations

BYPASSING = [
    *("E1", "E2", "E3", "E4", "FA", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9"),
    *("TA", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9"),
    *("LT", "RT", "LC", "LD", "LM", "RC", "RI"),
    *("24", "25", "57", "58", "78", "79", "27", "59", "91", "XE", "XS", "XP", "XU"),
]

PtpRow = Sequence[str]
MueRow = tuple[str, int, int]
AddOnRow = tuple[str, str, int]


@dataclass(frozen=True)
class Item:
    """A line, new (to be judged) or billed before."""

    name: str
    code: str
    modifiers: tuple[str, ...]
    units: int
    day: date
    days: int
    provider: str
    new: bool


def _together(one: Item, other: Item) -> bool:
    return one.day == other.day and one.provider == other.provider


def _day(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:8]))


def _in_force(row: PtpRow, day: date) -> bool:
    _, _, _, begins, ends, indicator, *_ = row
    return indicator != "9" and _day(begins) <= day and (ends == "*" or day <= _day(ends))


def ptp(items: Iterable[Item], rows: dict[frozenset[str], list[PtpRow]]) -> set[tuple[frozenset[str], str]]:
    """Every pair that does not pass, with its verdict; `rows` by the two codes of a row."""
    verdicts = set()
    for one, other in combinations(items, 2):
        if not (one.new or other.new) or not _together(one, other):
            continue
        live = [row for row in rows.get(frozenset({one.code, other.code}), []) if _in_force(row, one.day)]
        if not live:
            continue
        strict = any(row[5] == "0" for row in live)
        lifted = any(modifier in BYPASSING for modifier in one.modifiers + other.modifiers)
        verdicts.add((frozenset({one.name, other.name}), "bypassed" if lifted and not strict else "fail"))
    return verdicts


def _a_day(item: Item) -> Decimal:
    return (Decimal(item.units) / item.days).to_integral_value(ROUND_HALF_UP)


def mue(items: Sequence[Item], rows: Iterable[MueRow], indicator: int) -> set[str]:
    """The new lines over their limit, of the limits with this adjudication indicator."""
    limits = {code: units for code, units, mai in rows if mai == indicator}
    over = set()
    for item in items:
        if not item.new or item.code not in limits:
            continue
        units = _a_day(item)
        if indicator != 1:
            units = sum(
                (_a_day(each) for each in items if each.code == item.code and _together(item, each)),
                Decimal(0),
            )
        if units > limits[item.code]:
            over.add(item.name)
    return over


def add_on(items: Sequence[Item], rows: Iterable[AddOnRow]) -> set[tuple[str, str]]:
    """The new add-on lines without a primary, and whether the contractor might know another."""
    verdicts = set()
    rows = list(rows)
    for item in items:
        entries = [row for row in rows if row[0] == item.code]
        if not item.new or not entries:
            continue
        primaries = {primary for _, primary, _ in entries if primary != "CCCCC"}
        if not any(each.code in primaries for each in items if _together(item, each)):
            open_list = max(kind for _, _, kind in entries) > 1
            verdicts.add((item.name, "not_checked" if open_list else "fail"))
    return verdicts
