"""277CA (005010X214): which claims the payer took into its system, and why not the others."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from services.claims.answers.transaction import Scope
from services.claims.x12.values import day_of
from services.contracts.claim_event import ClaimEvent, EventKind, PayerStatus

KINDS: Final = {
    "A0": EventKind.ACKNOWLEDGED,
    "A1": EventKind.ACKNOWLEDGED,
    "A2": EventKind.ACCEPTED,
    "A3": EventKind.REJECTED,
    "A4": EventKind.REJECTED,
    "A5": EventKind.ACKNOWLEDGED,
    "A6": EventKind.REJECTED,
    "A7": EventKind.REJECTED,
    "A8": EventKind.REJECTED,
    "P0": EventKind.PENDED,
    "P1": EventKind.PENDED,
    "P2": EventKind.PENDED,
    "P3": EventKind.PENDED,
    "P4": EventKind.PENDED,
}
"""Claim status category code (code source 507) to what it means for the claim."""

_WORST: Final = (EventKind.REJECTED, EventKind.PENDED, EventKind.ACCEPTED, EventKind.ACKNOWLEDGED)
_LEVELS: Final = {"20": "payer", "21": "receiver", "19": "provider", "PT": "claim"}


class Status:
    """A 277CA, level by level."""

    def __init__(self, scope: Scope) -> None:
        """Nothing read yet."""
        self._scope = scope
        self._claims = 0
        self.takes = dict.fromkeys(("HL", "TRN", "SVC", "STC", "REF", "DTP"), self._take)
        self._clear("")

    def _clear(self, level: str) -> None:
        self._level, self._segment = level, 0
        self._trace = self._payer_number = ""
        self._statuses: list[PayerStatus] = []
        self._kinds: list[EventKind] = []
        self._charged: Decimal | None = None
        self._day = ""
        self._inside_line = self._traced = False

    def _take(self, e: list[str]) -> Iterator[ClaimEvent]:
        """Follow HL, TRN, STC, REF; an SVC begins what is said of a line."""
        kind, segment = e[0], self._scope.tokens.number
        if kind == "HL":
            yield from self.finish()
            self._clear(_LEVELS.get(e[3], ""))
            self._segment = segment
            if not self._level:
                self._scope.fault("HL03", f"level {e[3] or '(none)'} is not one of a 277CA")
        elif kind == "TRN" and e[1] != "2":
            self._traced = self._level == "provider"
        elif kind == "TRN":
            # A provider's patients may follow each other below one level: each begins with its own trace.
            if self._level == "claim" and self._trace:
                yield from self.finish()
                self._clear("claim")
            self._trace, self._segment, self._traced = e[2], segment, True
        elif kind == "SVC":
            self._inside_line = True
        elif kind == "STC":
            self._stc(e)
        elif kind == "REF" and e[1] == "1K":
            self._payer_number = e[2]
        elif kind == "DTP":
            self._scope.check_day(e[3], f"DTP*{e[1]}")

    def _stc(self, e: list[str]) -> None:
        separator = self._scope.tokens.delimiters.component
        for composite in (e[1], e[10], e[11]):
            if composite:
                category, status, entity = [*composite.split(separator), "", "", ""][:3]
                self._statuses.append(PayerStatus(category=category, status=status, entity=entity))
                self._know(category)
        self._day = e[2] or self._day
        self._scope.check_day(e[2], "STC02")
        if not self._inside_line and e[4]:
            self._charged = self._scope.dollars(e[4], "STC04")

    def _know(self, category: str) -> None:
        kind = KINDS.get(category)
        if kind is None:
            self._scope.fault("STC01", f"category {category[:20] or '(none)'} is not known")
        else:
            self._kinds.append(kind)

    def finish(self) -> Iterator[ClaimEvent]:
        """The level's event: of a claim, or of a refused or received file."""
        if self._traced and not self._statuses:
            self._scope.fault_at(self._segment, "STC", "a level with a trace and no status", "ask the sender")
        if not self._kinds or self._level in ("", "payer"):
            return
        kind = next(each for each in _WORST if each in self._kinds)
        codes = ", ".join(f"{each.category}:{each.status}" for each in self._statuses)
        about = {"control_number": self._trace} if self._level == "claim" else {"reference": self._trace}
        if self._level == "claim" and not self._trace:
            self._scope.fault_at(
                self._segment, "TRN", "a claim's status without its number", "ask the sender"
            )
        yield self._scope.event(
            kind,
            self._segment,
            **about,
            happened_on=day_of(self._day),
            cause=f"{self._level} {kind.value} with status {codes}",
            statuses=tuple(self._statuses),
            payer_control_number=self._payer_number,
            charged=self._charged,
        )
