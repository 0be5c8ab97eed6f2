"""999 (005010X231A1) and TA1: whether our files could be read at all.

Their answers are about transaction sets and interchanges: `reference` names ours as `group/set` (or the
interchange's number), by which the claims are found. Our groups have the number of their interchange.
"""

from collections.abc import Iterator

from services.claims.answers.transaction import Scope
from services.claims.x12.values import day_of
from services.contracts.claim_event import ClaimEvent, EventKind

_GOOD = {"A": "accepted", "E": "accepted, with errors noted"}
_MOST_ERRORS = 200


class Functional:
    """A 999."""

    def __init__(self, scope: Scope) -> None:
        """Nothing read yet."""
        self._scope = scope
        self._group = self._set = ""
        self._errors: list[str] = []
        self._sets = 0
        self._segment = ""
        self.takes = dict.fromkeys(("AK1", "AK2", "IK3", "IK4", "CTX", "IK5", "AK9"), self._take)

    def _take(self, e: list[str]) -> Iterator[ClaimEvent]:
        """Follow AK1, AK2, IK3, IK4, CTX, IK5, AK9."""
        kind = e[0]
        if kind == "AK1":
            self._group, self._sets = e[2], 0
        elif kind == "AK2":
            self._set, self._errors = e[2], []
        elif kind == "IK3":
            self._segment = f"{e[1]} {e[2]}"
            self._note(f"{self._segment}: code {e[4]}" if e[4] else self._segment)
        elif kind == "IK4":
            element = e[1].split(self._scope.tokens.delimiters.component)[0]
            self._note(f"{self._segment} element {element}: code {e[3]}")
        elif kind == "CTX" and e[1].startswith("CLM01"):
            self._note(f"claim {e[1][6:]}")
        elif kind == "IK5":
            self._sets += 1
            yield self._event(e, f"{self._group}/{self._set}")
        elif kind == "AK9" and self._sets == 0:
            yield self._event(e, self._group)

    def finish(self) -> Iterator[ClaimEvent]:
        """Nothing is left open; a 999 without AK1 says nothing."""
        if not self._group:
            self._scope.fault("AK1", "the 999 names no group", block=True)
        return iter(())

    def _note(self, text: str) -> None:
        if len(self._errors) < _MOST_ERRORS:
            self._errors.append(text)

    def _event(self, e: list[str], reference: str) -> ClaimEvent:
        verdict = e[1]
        good = verdict in _GOOD
        codes = [each for each in e[2:7] if each] if e[0] == "IK5" else []
        said = _GOOD.get(verdict, f"refused with code {verdict or '(none)'}")
        return self._scope.event(
            EventKind.ACKNOWLEDGED if good else EventKind.REJECTED,
            self._scope.tokens.number,
            reference=reference,
            interchange=self._group.lstrip("0"),
            cause=f"transaction set {reference}: {said}",
            errors=(*self._errors, *(f"set: code {code}" for code in codes)),
        )


def interchange_answer(scope: Scope, e: list[str], segment: int) -> ClaimEvent:
    """A TA1: the interchange arrived (A, E) or was refused (R)."""
    good = e[4] in _GOOD
    note = e[5] if e[5] not in ("", "000") else ""
    said = _GOOD.get(e[4], f"refused with code {e[4] or '(none)'}")
    return scope.event(
        EventKind.ACKNOWLEDGED if good else EventKind.REJECTED,
        segment,
        reference=e[1],
        interchange=e[1].lstrip("0"),
        happened_on=day_of(f"20{e[2]}"),
        cause=f"interchange {e[1]}: {said}" + (f", note {note}" if note else ""),
        errors=(f"interchange: note {note}",) if note else (),
    )
