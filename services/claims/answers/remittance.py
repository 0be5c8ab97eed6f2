"""835 (005010X221A1): what was paid, what not and why, claim by claim and line by line.

Balance (guide front matter 1.10.2): a line's charge = payment + its adjustments; a claim's charge = payment +
all adjustments; the transfer (BPR02) = all claim payments - all provider-level adjustments.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Final

from services.claims.answers.outcome import kind_of, takeback
from services.claims.answers.transaction import Scope
from services.claims.x12.values import day_of, number_of
from services.contracts.claim_event import ClaimEvent, EventKind, LineOutcome
from services.contracts.claim_parts import Adjustment

_ZERO: Final = Decimal("0.00")
_ASK: Final = "ask the payer for a corrected remittance; nothing was posted"
_TRIPLETS: Final = tuple((at, f"CAS{at + 1:02d}") for at in range(2, 20, 3))
"""Where reason, dollars and units stand in a CAS; the dollars' element."""
_REQUIRED: Final = ("TRN", "N1*PR", "PER*BL", "N1*PE")
"""Beside BPR, without which nothing is believed (loops 1000A and 1000B; PER*BL since 005010X221)."""
_CLAIM_DOLLARS: Final = ((3, "CLP03"), (4, "CLP04"), (5, "CLP05"))
_ENDS: Final = frozenset({"CLP", "LX", "TS3", "PLB"})
_SAYS_MORE: Final = frozenset({"REF", "LQ", "MIA", "MOA", "NM1"})
"""Segments that tell of a claim but cannot be wrong: whoever only balances passes them over."""
_THOUSANDTH: Final = Decimal("0.001")
_MOST_UNITS: Final = 10**11
_CACHED: Final = 4_096


@dataclass(slots=True)
class Service:
    """A line as it is being read."""

    segment: int
    e: list[str]
    charged: Decimal
    paid: Decimal
    control: str = ""
    day: str = ""
    allowed: Decimal | None = None
    adjustments: list[Adjustment] = field(default_factory=list)
    adjusted: Decimal = _ZERO
    remarks: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Payment:
    """A claim as it is being read."""

    segment: int
    e: list[str]
    charged: Decimal
    paid: Decimal
    patient: Decimal
    adjustments: list[Adjustment] = field(default_factory=list)
    adjusted: Decimal = _ZERO
    remarks: list[str] = field(default_factory=list)
    lines: list[Service] = field(default_factory=list)
    forwarded_to: str = ""
    sound: bool = True


class Remittance:
    """An 835. With `build` False it is only balanced: the first of two passes."""

    def __init__(self, scope: Scope, *, build: bool) -> None:
        """Nothing read yet."""
        self._scope, self._build = scope, build
        self._claim: Payment | None = None
        self._transfer: Decimal | None = None
        self._claims = self._provider = _ZERO
        self._day = ""
        self._payer = ""
        self._missing = dict.fromkeys(_REQUIRED)
        self._handlers = {
            "BPR": self._bpr,
            "TRN": self._trn,
            "N1": self._n1,
            "NM1": self._nm1,
            "PER": self._n1,
            "CAS": self._cas,
            "SVC": self._svc,
            "REF": self._ref,
            "DTM": self._dtm,
            "AMT": self._amt,
            "LQ": self._lq,
            "MIA": self._remarks,
            "MOA": self._remarks,
        }
        if not build:
            self.only_judge()

    def only_judge(self) -> None:
        """From here on only balance."""
        self._build = False
        for kind in _SAYS_MORE:
            self._handlers.pop(kind, None)

    def take(self, e: list[str], segment: int) -> Sequence[ClaimEvent]:
        """Follow the segments; a claim is complete when the next one, or the totals, begin."""
        handler = self._handlers.get(e[0])
        if handler is not None:
            handler(e)
            return ()
        return list(self._ends(e, segment)) if e[0] in _ENDS else ()

    def _ends(self, e: list[str], segment: int) -> Iterator[ClaimEvent]:
        yield from self._close()
        if e[0] == "CLP":
            self._clp(e, segment)
        elif e[0] == "PLB":
            yield from self._plb(e, segment)

    def finish(self) -> Iterator[ClaimEvent]:
        """Close the last claim and balance the file."""
        yield from self._close()
        for segment in self._missing:
            self._scope.fault(segment, "a segment that every remittance has is missing")
        if self._transfer is None:
            self._scope.fault("BPR", "no total payment", _ASK, block=True)
            return
        due = self._claims - self._provider
        if due != self._transfer:
            message = (
                f"the transfer is {self._transfer}; claims {self._claims} less provider adjustments "
                f"{self._provider} make {due}: difference {self._transfer - due}"
            )
            self._scope.fault("BPR02", message, _ASK, block=True)

    def _bpr(self, e: list[str]) -> None:
        value = self._scope.dollars(e[2], "BPR02")
        self._transfer = -value if value is not None and e[3] == "D" else value
        self._day = e[16]
        self._scope.check_day(e[16], "BPR16")

    def _trn(self, e: list[str]) -> None:
        self._missing.pop("TRN", None)
        self._scope.trace = e[2]

    def _n1(self, e: list[str]) -> None:
        self._missing.pop(f"{e[0]}*{e[1]}", None)
        if e[0] == "N1" and e[1] == "PR":
            self._payer = e[4]

    def _nm1(self, e: list[str]) -> None:
        """The crossover carrier (loop 2100): by its id, else by name."""
        if e[1] == "TT" and self._claim is not None:
            self._claim.forwarded_to = e[9] or e[3]

    def _clp(self, e: list[str], segment: int) -> None:
        amounts = [self._scope.dollars(e[at], element) for at, element in _CLAIM_DOLLARS]
        if not e[1]:
            self._scope.fault("CLP01", "a payment without the claim's number")
        charged, paid, patient = (each if each is not None else _ZERO for each in amounts)
        self._claim = Payment(segment, e, charged, paid, patient, sound=None not in amounts)
        self._scope.blocked = self._scope.blocked or None in amounts
        self._claims += paid

    def _svc(self, e: list[str]) -> None:
        if self._claim is None:
            self._scope.fault("SVC", "a line outside of a claim", block=True)
            return
        charged, paid = self._scope.dollars(e[2], "SVC02"), self._scope.dollars(e[3], "SVC03")
        self._claim.sound = self._claim.sound and None not in (charged, paid)
        self._claim.lines.append(Service(self._scope.tokens.number, e, charged or _ZERO, paid or _ZERO))

    def _cas(self, e: list[str]) -> None:
        target = self._target()
        if target is None or self._claim is None:
            self._scope.fault("CAS", "an adjustment outside of a claim", block=True)
            return
        for at, element in _TRIPLETS:
            if not (e[at] or e[at + 1]):
                continue
            amount = self._scope.dollars(e[at + 1], element)
            if amount is None or not (e[at] and e[1]):
                self._claim.sound = False
            if amount is not None:
                target.adjusted += amount
                if self._build:
                    target.adjustments.append(adjustment(e[1], e[at], amount, e[at + 2]))

    def _target(self) -> Payment | Service | None:
        if self._claim is None:
            return None
        return self._claim.lines[-1] if self._claim.lines else self._claim

    def _line(self) -> Service | None:
        return self._claim.lines[-1] if self._claim is not None and self._claim.lines else None

    def _ref(self, e: list[str]) -> None:
        line = self._line()
        if e[1] == "6R" and line is not None:
            line.control = e[2]

    def _dtm(self, e: list[str]) -> None:
        line = self._line()
        if e[1] in ("472", "150") and line is not None:
            line.day = e[2]
        self._scope.check_day(e[2], f"DTM*{e[1][:3]}")

    def _amt(self, e: list[str]) -> None:
        line = self._line()
        if e[1] == "B6" and line is not None:
            line.allowed = self._scope.dollars(e[2], "AMT*B6")

    def _lq(self, e: list[str]) -> None:
        line = self._line()
        if e[1] == "HE" and line is not None and e[2]:
            line.remarks.append(e[2])

    def _remarks(self, e: list[str]) -> None:
        if self._claim is not None:
            places = (5, 20, 21, 22, 23) if e[0] == "MIA" else (3, 4, 5, 6, 7)
            self._claim.remarks += [e[at] for at in places if e[at]]

    def _close(self) -> Iterator[ClaimEvent]:
        claim, self._claim = self._claim, None
        if claim is None or not self._balanced(claim) or not self._build:
            return
        lines = tuple(_outcome(line, self._scope) for line in claim.lines)
        adjustments = tuple(claim.adjustments)
        kind, cause = kind_of(claim.e[2], claim.paid, adjustments, lines)
        yield self._scope.event(
            kind,
            claim.segment,
            control_number=claim.e[1],
            payer_id=self._payer,
            happened_on=day_of(self._day),
            cause=cause,
            claim_status=claim.e[2],
            payer_control_number=claim.e[7],
            filing=claim.e[6],
            forwarded_to=claim.forwarded_to,
            charged=claim.charged,
            paid=claim.paid,
            patient_responsibility=claim.patient,
            adjustments=adjustments,
            remarks=tuple(claim.remarks),
            lines=lines,
        )

    def _balanced(self, claim: Payment) -> bool:
        """Whether claim and lines balance; a fault with each difference."""
        balanced = claim.sound
        for line in claim.lines:
            balanced &= self._even(line.segment, "SVC", line.charged, line.paid, line.adjusted)
        total = sum((line.adjusted for line in claim.lines), claim.adjusted)
        return self._even(claim.segment, "CLP", claim.charged, claim.paid, total) and balanced

    def _even(self, segment: int, detail: str, charged: Decimal, paid: Decimal, adjusted: Decimal) -> bool:
        off = charged - paid - adjusted
        if off:
            message = f"charge {charged} less payment {paid} and adjustments {adjusted}: difference {off}"
            self._scope.fault_at(segment, detail, message, _ASK)
        return not off

    def _plb(self, e: list[str], segment: int) -> Iterator[ClaimEvent]:
        for at in range(3, 15, 2):
            if not (e[at] or e[at + 1]):
                continue
            amount = self._scope.dollars(e[at + 1], f"PLB{at + 1:02d}")
            if amount is None:
                self._scope.blocked = True
                continue
            self._provider += amount
            reason, _, reference = e[at].partition(self._scope.tokens.delimiters.component)
            if self._build:
                kind = EventKind.TAKEBACK if takeback(reason, amount) else EventKind.PROVIDER_ADJUSTED
                yield self._scope.event(
                    kind,
                    segment,
                    reference=f"{reason} {reference} ({(at - 1) // 2})".strip(),
                    control_number=reference,
                    payer_id=self._payer,
                    happened_on=day_of(self._day),
                    cause=f"the payer's balance with the provider moves by {-amount} (reason {reason})",
                    paid=-amount,
                )


def _outcome(line: Service, scope: Scope) -> LineOutcome:
    separator = scope.tokens.delimiters.component
    parts = [*line.e[1].split(separator), "", ""]
    kind, code = parts[0], parts[1:]
    billed = [*line.e[6].split(separator), "", ""]
    return LineOutcome.trusted(
        control_number=line.control,
        code=code[0] if kind != "NU" else "",
        billed_code=billed[1],
        modifiers=tuple(each for each in code[1:5] if each),
        revenue_code=line.e[4] or (code[0] if kind == "NU" else ""),
        units=_units(line.e[5]) or Decimal(1),
        charged=line.charged,
        paid=line.paid,
        allowed=line.allowed,
        service_date=day_of(line.day),
        adjustments=tuple(line.adjustments),
        remarks=tuple(line.remarks),
    )


@lru_cache(_CACHED)
def adjustment(group: str, reason: str, amount: Decimal, units: str) -> Adjustment:
    """An adjustment; the same few stand in a remittance again and again."""
    return Adjustment(group=group, reason=reason, amount=amount, quantity=_units(units))


def _units(text: str) -> Decimal | None:
    """A quantity to three decimals, as the contract keeps it."""
    value = number_of(text)
    return value.quantize(_THOUSANDTH) if value is not None and abs(value) < _MOST_UNITS else None
