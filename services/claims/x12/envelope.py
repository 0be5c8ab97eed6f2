"""ISA to IEA around claims: a streaming writer that keeps nothing but its counters.

Control numbers are derived, never drawn: the interchange's comes from the batch (its number, or a hash),
the group's is the same number, transaction sets count from 0001, segments and claims are counted as they
pass (ASC X12.5 interchange control structure; X12C/005010X231 names the same numbers in answers).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from operator import itemgetter
from types import TracebackType
from typing import Final, Protocol, Self

from services.claims.errors import Unwritable
from services.claims.x12 import institutional, professional
from services.claims.x12.gaps import faults, gaps
from services.claims.x12.parties import billed_subscriber, billing, dependent, organisation
from services.claims.x12.split import MAX_CLAIMS, Part, parts
from services.claims.x12.submitter import Submitter
from services.claims.x12.text import TERMINATOR, NotCarried, clean, day, minutes, segment
from services.contracts.claim import Claim
from services.contracts.encounter import ClaimType, Provider

VERSIONS: Final = {
    ClaimType.PROFESSIONAL: professional.VERSION,
    ClaimType.INSTITUTIONAL: institutional.VERSION,
}
_CONTROL_RANGE: Final = 999_999_999
_BODIES: Final = {ClaimType.PROFESSIONAL: professional.claim, ClaimType.INSTITUTIONAL: institutional.claim}
_OWN: Final = itemgetter(*(name for name in Provider.model_fields if name != "address"))
_Said = tuple[object, ...]


class Sink(Protocol):
    """Where text goes: a file, a buffer."""

    def write(self, text: str, /) -> object:
        """Take the text."""
        ...


@dataclass(frozen=True, slots=True)
class Heading:
    """What an interchange says of itself."""

    claim_type: ClaimType
    payer_id: str
    payer_name: str
    batch_id: str
    control_number: int
    created: datetime
    test: bool = True
    newline: str = ""
    """What follows the terminator; some partners want line breaks, some refuse them."""


def control_number(*parts_: str) -> int:
    """A number from 1 to 999,999,999 that follows from the parts."""
    digest = sha256("\x1f".join(parts_).encode()).digest()
    return int.from_bytes(digest[:8], "big") % _CONTROL_RANGE + 1


class InterchangeWriter:
    """One interchange. Use it as a context manager; `add` each claim of its payer and form."""

    def __init__(
        self,
        sink: Sink,
        heading: Heading,
        submitter: Submitter,
        carried: Callable[[int, str], object] = lambda _set, _number: None,
    ) -> None:
        """Write ISA and GS. `carried` is told the transaction set of each claim's control number."""
        self._carried = carried
        self.claims = self.parts = self.segments = self.sets = 0
        self._sink, self._heading, self._submitter = sink, heading, submitter
        self._end = TERMINATOR + heading.newline
        self._body = _BODIES[heading.claim_type]
        self._level = self._billing_level = 0
        self._known: _Said = ()
        self._billing: Sequence[str] = ()
        self._below = False
        self._in_set = 0
        self._put((_isa(heading, submitter), _gs(heading, submitter)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()

    def add(self, claim: Claim) -> Sequence[Part]:
        """Write a claim, in as many parts as it needs; raises `Unwritable` before anything is written."""
        told = _said(claim)
        known = told == self._known
        if gaps(claim, billing_known=known):
            raise Unwritable(claim.claim_id, faults(claim))
        written = parts(claim)
        try:
            above = self._billing if known else billing(claim)
            who, other = billed_subscriber(claim), dependent(claim)
            bodies = [self._body(part) for part in written]
        except NotCarried:
            raise Unwritable(claim.claim_id, faults(claim)) from None
        if not known:
            self._known, self._billing, self._below = told, above, False
        for part, body in zip(written, bodies, strict=True):
            if self._in_set == 0 or self._in_set >= MAX_CLAIMS:
                self._turn()
            if not self._below:
                self._put(self._above())
            self._put(self._levels(who, other) + body)
            self._in_set += 1
            self._carried(self.sets, part.control_number)
        self.claims += 1
        self.parts += len(written)
        return written

    def close(self) -> None:
        """Write the trailers. An interchange without claims is no interchange: it has none."""
        self._finish()
        control = self._heading.control_number
        self._sink.write(f"GE*{self.sets}*{control}{self._end}IEA*1*{control:09d}{self._end}")

    def _turn(self) -> None:
        """Close the transaction set that is full, open the next."""
        self._finish()
        self.sets += 1
        self.segments = self._level = self._in_set = 0
        self._below = False
        self._put(_opening(self._heading, self._submitter, self.sets))

    def _finish(self) -> None:
        if self._in_set:
            self._sink.write(f"SE*{self.segments + 1}*{self.sets:04d}{self._end}")
            self._in_set = 0

    def _above(self) -> Sequence[str]:
        """The billing provider's loop, below which the next claims stand."""
        self._below, self._level = True, self._level + 1
        self._billing_level = self._level
        return f"HL*{self._level}**20*1", *self._billing

    def _levels(self, subscriber: Sequence[str], patient: Sequence[str]) -> list[str]:
        """The subscriber's loop, and that of a patient who is somebody else."""
        self._level += 1
        out = [f"HL*{self._level}*{self._billing_level}*22*{1 if patient else 0}", *subscriber]
        if patient:
            self._level += 1
            out += (f"HL*{self._level}*{self._level - 1}*23*0", *patient)
        return out

    def _put(self, segments: Sequence[str]) -> None:
        self.segments += len(segments)
        self._sink.write(self._end.join(segments) + self._end)


def _said(claim: Claim) -> _Said:
    """All that stands in a billing provider's loop: texts are compared faster than models."""
    who, pay_to = claim.billing_provider, claim.pay_to_address
    told = (_OWN(vars(who)), *vars(who.address).values())
    return (*told, *vars(pay_to).values()) if pay_to is not None else told


def _isa(heading: Heading, submitter: Submitter) -> str:
    receiver = submitter.receiver_id or heading.payer_id
    return "*".join(
        (
            "ISA",
            "00",
            " " * 10,
            "00",
            " " * 10,
            f"{clean(submitter.qualifier, 2):<2}",
            f"{clean(submitter.submitter_id, 15):<15}",
            f"{clean(submitter.receiver_qualifier, 2):<2}",
            f"{clean(receiver, 15):<15}",
            day(heading.created.date())[2:],
            minutes(heading.created),
            "^",
            "00501",
            f"{heading.control_number:09d}",
            "1",
            "T" if heading.test else "P",
            ":",
        )
    )


def _gs(heading: Heading, submitter: Submitter) -> str:
    receiver = submitter.receiver_id or heading.payer_id
    return segment(
        "GS",
        "HC",
        clean(submitter.submitter_id, 15),
        clean(receiver, 15),
        day(heading.created.date()),
        minutes(heading.created),
        str(heading.control_number),
        "X",
        VERSIONS[heading.claim_type],
    )


def _opening(heading: Heading, submitter: Submitter, number: int) -> list[str]:
    """ST, BHT and loop 1000."""
    ident = clean(f"{heading.batch_id[:24]}-{number}", 30)
    receiver = submitter.receiver_id or heading.payer_id
    return [
        f"ST*837*{number:04d}*{VERSIONS[heading.claim_type]}",
        f"BHT*0019*00*{ident}*{day(heading.created.date())}*{minutes(heading.created)}*CH",
        *submitter.loop(),
        organisation("40", submitter.receiver_name or heading.payer_name, "46", receiver),
    ]
