"""835 (005010X221A1): what was paid, what not and why, claim by claim and line by line.

Balance (guide front matter 1.10.2): a line's charge = payment + its adjustments; a claim's charge = payment +
all adjustments; the transfer (BPR02) = all claim payments - all provider-level adjustments.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from services.claims.answers.outcome import kind_of, takeback
from services.claims.answers.payment import Payment, Service, adjustment
from services.claims.answers.transaction import PADDED, Scope, Take, is_day
from services.claims.x12.values import day_of
from services.contracts.base import NO_DOLLARS
from services.contracts.claim_event import ClaimEvent, EventKind

_ASK: Final = "ask the payer for a corrected remittance; nothing was posted"
_LAST_REASON: Final = 17
_ADJUSTED: Final = {at: f"CAS{at + 1:02d}" for at in range(2, _LAST_REASON + 1, 3)}
"""Where a CAS has a reason, then dollars and units: the name of the dollars' element."""
_REQUIRED: Final = ("TRN", "N1*PR", "PER*BL", "N1*PE")
"""Beside BPR, without which nothing is believed (loops 1000A and 1000B; PER*BL since 005010X221)."""
_SAYS_MORE: Final = frozenset({"REF", "LQ", "MIA", "MOA", "NM1"})
"""Segments that tell of a claim but cannot be wrong: whoever only balances passes them over."""
_NOTHING: Final = ()


class Remittance:
    """An 835. With `build` False it is only balanced: the first of two passes."""

    def __init__(self, scope: Scope, *, build: bool) -> None:
        """Nothing read yet."""
        self._scope, self._build = scope, build
        self._claim: Payment | None = None
        self._line: Service | None = None
        self._transfer: Decimal | None = None
        self._claims = self._provider = NO_DOLLARS
        self._day = ""
        self._payer = ""
        self._missing = dict.fromkeys(_REQUIRED)
        self.takes: dict[str, Take] = {
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
            "CLP": self._clp,
            "LX": self._close,
            "TS3": self._close,
            "PLB": self._plb,
        }
        if not build:
            self.only_judge()

    def only_judge(self) -> None:
        """From here on only balance."""
        self._build = False
        for kind in _SAYS_MORE:
            self.takes.pop(kind, None)

    def finish(self) -> Iterator[ClaimEvent]:
        """Close the last claim and balance the file."""
        yield from self._close([])
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

    def _clp(self, e: list[str]) -> Sequence[ClaimEvent]:
        told = self._close(e)
        scope = self._scope
        charged, paid = scope.dollars(e[3], "CLP03"), scope.dollars(e[4], "CLP04")
        patient = scope.dollars(e[5], "CLP05")
        if not e[1]:
            scope.fault("CLP01", "a payment without the claim's number")
        claim = self._claim = Payment(scope.tokens.number, e)
        if charged is None or paid is None or patient is None:
            claim.sound, scope.blocked = False, True
        claim.charged = NO_DOLLARS if charged is None else charged
        claim.paid = NO_DOLLARS if paid is None else paid
        claim.patient = NO_DOLLARS if patient is None else patient
        self._claims += claim.paid
        return told

    def _svc(self, e: list[str]) -> None:
        if self._claim is None:
            self._scope.fault("SVC", "a line outside of a claim", block=True)
            return
        charged, paid = self._scope.dollars(e[2], "SVC02"), self._scope.dollars(e[3], "SVC03")
        if charged is None or paid is None:
            self._claim.sound = False
        self._line = Service(self._scope.tokens.number, e, charged or NO_DOLLARS, paid or NO_DOLLARS)
        self._claim.lines.append(self._line)

    def _cas(self, e: list[str]) -> None:
        target = self._line or self._claim
        if target is None or self._claim is None:
            self._scope.fault("CAS", "an adjustment outside of a claim", block=True)
            return
        for at in range(2, min(len(e) - PADDED, _LAST_REASON + 1), 3):
            reason, dollars = e[at], e[at + 1]
            if not (reason or dollars):
                continue
            amount = self._scope.dollars(dollars, _ADJUSTED[at])
            if amount is None or not (reason and e[1]):
                self._claim.sound = False
            if amount is not None:
                target.adjusted += amount
                if self._build:
                    target.adjustments.append(adjustment(e[1], reason, amount, e[at + 2]))

    def _ref(self, e: list[str]) -> None:
        if e[1] == "6R" and self._line is not None:
            self._line.control = e[2]

    def _dtm(self, e: list[str]) -> None:
        if e[1] in ("472", "150") and self._line is not None:
            self._line.day = e[2]
        if not is_day(e[2]):
            self._scope.check_day(e[2], f"DTM*{e[1][:3]}")

    def _amt(self, e: list[str]) -> None:
        if e[1] == "B6" and self._line is not None:
            self._line.allowed = self._scope.dollars(e[2], "AMT*B6")

    def _lq(self, e: list[str]) -> None:
        if e[1] == "HE" and self._line is not None and e[2]:
            self._line.remarks.append(e[2])

    def _remarks(self, e: list[str]) -> None:
        if self._claim is not None:
            places = (5, 20, 21, 22, 23) if e[0] == "MIA" else (3, 4, 5, 6, 7)
            self._claim.remarks += [e[at] for at in places if e[at]]

    def _close(self, _: list[str]) -> Sequence[ClaimEvent]:
        """The event of the claim that ends with the segment before, if it balances."""
        claim, self._claim, self._line = self._claim, None, None
        if claim is None or not self._balanced(claim) or not self._build:
            return _NOTHING
        separator = self._scope.tokens.delimiters.component
        lines = tuple([line.outcome(separator) for line in claim.lines])
        adjustments = tuple(claim.adjustments)
        kind, cause = kind_of(claim.e[2], claim.paid, adjustments, lines)
        event = self._scope.event(
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
        return (event,)

    def _balanced(self, claim: Payment) -> bool:
        """Whether claim and lines balance; a fault with each difference."""
        balanced, adjusted = claim.sound, claim.adjusted
        for line in claim.lines:
            adjusted += line.adjusted
            if line.charged - line.paid != line.adjusted:
                balanced = self._off(line.segment, "SVC", line, line.adjusted)
        if claim.charged - claim.paid != adjusted:
            balanced = self._off(claim.segment, "CLP", claim, adjusted)
        return balanced

    def _off(self, segment: int, detail: str, given: Payment | Service, adjusted: Decimal) -> bool:
        """Note the difference; never even."""
        charged, paid = given.charged, given.paid
        off = charged - paid - adjusted
        message = f"charge {charged} less payment {paid} and adjustments {adjusted}: difference {off}"
        self._scope.fault_at(segment, detail, message, _ASK)
        return False

    def _plb(self, e: list[str]) -> Sequence[ClaimEvent]:
        return *self._close(e), *self._moved(e)

    def _moved(self, e: list[str]) -> Iterator[ClaimEvent]:
        """The provider's balance with the payer."""
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
                    self._scope.tokens.number,
                    reference=f"{reason} {reference} ({(at - 1) // 2})".strip(),
                    control_number=reference,
                    payer_id=self._payer,
                    happened_on=day_of(self._day),
                    cause=f"the payer's balance with the provider moves by {-amount} (reason {reason})",
                    paid=-amount,
                )
