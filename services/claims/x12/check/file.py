"""A file of claims, segment by segment."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import BinaryIO, Final

from services.claims.x12.check.claim import (
    DIAGNOSES,
    PROCEDURES,
    ClaimSeen,
    Line,
    judge,
    ndc_fault,
    npi_fault,
)
from services.claims.x12.check.envelopes import Envelopes
from services.claims.x12.tokens import Tokens
from services.claims.x12.values import day_of
from services.claims.x12.values import number_of as decimal_of
from services.codesets import CodeSets
from services.stage.model import Fault

_FIX: Final = "correct the claim's source and write the file again"
_HEALTH_CODES: Final = DIAGNOSES | PROCEDURES | {"BK", "BF", "BJ", "PR", "BN", "BR", "BQ"}
_ENDS_CLAIM: Final = frozenset({"CLM", "HL", "SE", "ISA", "IEA"})
_TRIPLETS: Final = 3


@dataclass(slots=True)
class Report:
    """What was found in a file."""

    name: str
    interchanges: int = 0
    claims: int = 0
    lines: int = 0
    segments: int = 0
    dollars: Decimal = Decimal(0)
    faults: list[Fault] = field(default_factory=list)


def check(stream: BinaryIO, name: str = "", sets: CodeSets | None = None, most: int = 10_000) -> Report:
    """Judge a file; at most `most` findings are kept. Without code sets, codes are not looked up."""
    return _Checker(stream, name, sets, most).run()


class _Checker:
    def __init__(self, stream: BinaryIO, name: str, sets: CodeSets | None, most: int) -> None:
        self._tokens = Tokens(stream, name)
        self._name, self._sets, self._most = name, sets, most
        self._report = Report(name)
        self._envelopes = Envelopes()
        self._claim: ClaimSeen | None = None
        self._numbers: set[str] = set()
        self._payer = ""
        self._by_id: dict[str, Callable[[list[str]], None]] = {
            "NM1": self._nm1,
            "CLM": self._clm,
            "HI": self._hi,
            "DTP": self._dtp,
            "SV1": self._sv1,
            "SV2": self._sv2,
            "REF": self._ref,
            "LIN": self._lin,
            "SVD": self._svd,
            "CAS": self._cas,
        }

    def run(self) -> Report:
        report = self._report
        for elements in self._tokens:
            ident = elements[0]
            if self._claim is not None and ident in _ENDS_CLAIM:
                self._close()
            for element, message in self._envelopes.take(elements):
                self._add(self._tokens.number, element, message)
            handler = self._by_id.get(ident)
            if handler is not None:
                handler([*elements, *[""] * 20])
            report.interchanges += ident == "ISA"
        self._close()
        report.segments = self._tokens.number
        report.faults += self._tokens.faults
        return report

    def _add(self, segment: int, element: str, message: str) -> None:
        if len(self._report.faults) < self._most:
            place = ":".join(part for part in (self._name, f"segment {segment}", element) if part)
            self._report.faults.append(Fault(place, message, _FIX))

    def _close(self) -> None:
        if self._claim is not None:
            for segment, element, message in judge(self._claim, self._sets):
                self._add(segment, element, message)
            self._report.dollars += self._claim.total or Decimal(0)
            self._report.lines += len(self._claim.lines)
        self._claim = None

    def _line(self) -> Line | None:
        return self._claim.lines[-1] if self._claim is not None and self._claim.lines else None

    def _nm1(self, e: list[str]) -> None:
        if e[8] == "XX":
            fault = npi_fault(e[9])
            if fault:
                self._add(self._tokens.number, f"NM1*{e[1]} NM109", fault)

    def _clm(self, e: list[str]) -> None:
        number = self._tokens.number
        self._report.claims += 1
        self._claim = ClaimSeen(number, decimal_of(e[2]))
        if not e[1]:
            self._add(number, "CLM01", "the claim has no control number")
        elif e[1] in self._numbers:
            self._add(number, "CLM01", "the claim's control number occurs twice in the file")
        self._numbers.add(e[1])

    def _hi(self, e: list[str]) -> None:
        if self._claim is not None:
            for part in filter(None, e[1:]):
                kind, *rest = part.split(self._tokens.delimiters.component)
                if kind in _HEALTH_CODES and rest:
                    self._claim.codes.append((self._tokens.number, kind, rest[0]))

    def _dtp(self, e: list[str]) -> None:
        if self._claim is None or e[1] not in ("472", "434"):
            return
        first, _, last = e[3].partition("-")
        days = day_of(first), day_of(last or first)
        if None in days:
            self._add(self._tokens.number, "DTP03", "is no day or period")
        elif e[1] == "434":
            self._claim.first, self._claim.last = days
        elif (line := self._line()) is not None:
            line.day = days[0]

    def _sv1(self, e: list[str]) -> None:
        separator = self._tokens.delimiters.component
        pointers = tuple(each for each in e[7].split(separator) if each)
        self._service(e[1], e[2], pointers, pointed=True)

    def _sv2(self, e: list[str]) -> None:
        self._service(e[2], e[3], (), pointed=False)

    def _service(self, procedure: str, amount: str, pointers: tuple[str, ...], *, pointed: bool) -> None:
        if self._claim is None:
            return
        kind, *rest = procedure.split(self._tokens.delimiters.component)
        dollars = decimal_of(amount)
        if dollars is None:
            self._add(self._tokens.number, "SV1/SV2", "the line's charge is no number")
        code = rest[0] if kind == "HC" and rest else ""
        self._claim.lines.append(Line(self._tokens.number, dollars or Decimal(0), pointers, code, pointed))

    def _ref(self, e: list[str]) -> None:
        line = self._line()
        if e[1] == "6R" and line is not None:
            line.control, line.control_segment = e[2], self._tokens.number

    def _lin(self, e: list[str]) -> None:
        if e[2] == "N4":
            fault = ndc_fault(e[3])
            if fault:
                self._add(self._tokens.number, "LIN03", fault)

    def _svd(self, e: list[str]) -> None:
        line = self._line()
        if line is not None:
            self._payer = e[1]
            line.decided[e[1]] = decimal_of(e[2]) or Decimal(0)

    def _cas(self, e: list[str]) -> None:
        line = self._line()
        if line is not None and self._payer in line.decided:
            line.decided[self._payer] += sum(_amounts(e), Decimal(0))


def _amounts(e: list[str]) -> Iterator[Decimal]:
    """The dollars of a CAS: the second of every three elements after the group."""
    for at in range(3, 19, _TRIPLETS):
        yield decimal_of(e[at]) or Decimal(0)
