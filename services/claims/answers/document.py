"""A file of answers: many interchanges, groups and transaction sets, of different kinds.

A remittance is believed only when the whole of its transaction set balances, which is known at its end. So a
large file is read twice, first to judge, then to give events; of a small one the events are held meanwhile,
as long as they are few.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import SEEK_END
from typing import BinaryIO, Final

from services.claims.answers.functional import Functional, interchange_answer
from services.claims.answers.remittance import Remittance
from services.claims.answers.status import Status
from services.claims.answers.transaction import PADDING, Envelope, Reader, Scope, Take
from services.claims.x12.tokens import Tokens
from services.contracts.claim_event import ClaimEvent
from services.stage.model import Fault

_KINDS: Final = {"999": "999", "835": "835", "277": "277CA"}
_STATUS_VERSION: Final = "005010X214"
_CONTROL: Final = frozenset({"ISA", "GS", "ST", "SE", "GE", "IEA", "TA1"})
_SMALL: Final = 1 << 18
"""Bytes of a file that is read once; a larger one is only judged at first, since its events would be many."""
_HELD: Final = 500
"""Events that are held until their file is judged: about 3 MB."""
_FIX: Final = "ask the sender for the file again"


@dataclass(slots=True)
class Answers:
    """What a reading came to; filled while the events are taken."""

    faults: list[Fault] = field(default_factory=list)
    segments: int = 0
    transactions: int = 0
    refused: int = 0
    """Transaction sets of which nothing is believed."""


def read(stream: BinaryIO, name: str = "", answers: Answers | None = None) -> Iterator[ClaimEvent]:
    """The events of a file that can seek; `answers` is complete when the iterator ends.

    No content makes it raise: what is wrong stands in `answers.faults`, with its place.
    """
    outcome = answers if answers is not None else Answers()
    start = stream.tell()
    small = stream.seek(0, SEEK_END) - start <= _SMALL
    stream.seek(start)
    first = _Document(stream, name, build=small, refused=frozenset())
    held: list[tuple[int, ClaimEvent]] = []
    for event in first.events():
        held.append((first.transactions, event))
        if len(held) > _HELD:  # too large to hold: only judge, and tell in a second pass
            held.clear()
            first.stop_building()
    if first.building:
        yield from (each for at, each in held if at not in first.blocked or each.source.document == "TA1")
    else:
        stream.seek(start)
        yield from _Document(stream, name, build=True, refused=frozenset(first.blocked)).events()
    outcome.faults += first.faults
    outcome.segments, outcome.transactions = first.segments, first.transactions
    outcome.refused += len(first.blocked)


class _Document:
    """One pass over a file."""

    def __init__(self, stream: BinaryIO, name: str, *, build: bool, refused: frozenset[int]) -> None:
        self.faults: list[Fault] = []
        self.blocked: set[int] = set()
        self.transactions = 0
        self._tokens = Tokens(stream, name)
        self._build, self._refused = build, refused
        self._envelope = Envelope()
        self._scope: Scope | None = None
        self._reader: Reader | None = None
        self._takes: Mapping[str, Take] = {}
        self._sets = self._groups = 0

    @property
    def building(self) -> bool:
        return self._build

    def stop_building(self) -> None:
        """From here on only judge."""
        self._build = False
        if isinstance(self._reader, Remittance):
            self._reader.only_judge()

    @property
    def segments(self) -> int:
        return self._tokens.number

    def events(self) -> Iterator[ClaimEvent]:
        for e in self._tokens:
            take = self._takes.get(e[0])
            if take is not None:
                told = take(e + PADDING)
                if told:
                    yield from self._believed(told)
            elif e[0] in _CONTROL or self._scope is None:
                yield from self._take(e + PADDING)
        self._truncate("the file ends inside of a transaction set")
        self.faults += self._tokens.faults

    def _take(self, e: list[str]) -> Iterator[ClaimEvent]:
        """A segment of an envelope, or one outside of any."""
        kind = e[0]
        if kind == "ST":
            self._truncate("a new ST before the SE of the one before")
            self._open(e)
        elif kind == "SE":
            yield from self._close(e)
        elif kind not in _CONTROL:
            self._fault(kind, "a segment outside of a transaction set")
        else:
            self._truncate(f"{kind} inside of a transaction set")
            yield from self._control(kind, e)

    def _believed(self, events: Iterable[ClaimEvent]) -> Iterator[ClaimEvent]:
        if self._build and self.transactions not in self._refused:
            yield from events
        else:
            for _ in events:
                pass

    def _control(self, kind: str, e: list[str]) -> Iterator[ClaimEvent]:
        envelope = self._envelope
        if kind == "ISA":
            self._envelope = Envelope(sender=e[6].strip(), interchange=e[13])
            self._groups = 0
        elif kind == "GS":
            envelope.group, envelope.version = e[6], e[8]
            self._sets, self._groups = 0, self._groups + 1
        elif kind == "TA1":
            if self._build:
                scope = Scope(self._tokens, envelope, "TA1", self._tokens.number)
                yield interchange_answer(scope, e, self._tokens.number)
        elif kind == "GE":
            self._agree("GE", e, self._sets, envelope.group, "transaction sets")
        else:
            self._agree("IEA", e, self._groups, envelope.interchange, "groups")

    def _agree(self, kind: str, e: list[str], count: int, number: str, counted: str) -> None:
        if e[1] != str(count):
            self._fault(f"{kind}01", f"states {e[1][:12] or 'no'} {counted}; there are {count}")
        if e[2] != number:
            self._fault(f"{kind}02", "is not the control number of its header")

    def _open(self, e: list[str]) -> None:
        self.transactions += 1
        self._sets += 1
        self._envelope.transaction = e[2]
        kind = _KINDS.get(e[1], "")
        self._scope = Scope(self._tokens, self._envelope, kind, self._tokens.number)
        version = e[3] or self._envelope.version
        if kind == "277CA" and not version.startswith(_STATUS_VERSION):
            kind = ""
        self._reader = self._reader_of(kind, self._scope)
        if self._reader is None:
            told = f"transaction {e[1][:6]} {version[:14]} is no answer to a claim"
            self._scope.fault("ST01", told, block=True)
        else:
            self._takes = self._reader.takes

    def _reader_of(self, kind: str, scope: Scope) -> Reader | None:
        if kind == "999":
            return Functional(scope)
        if kind == "835":
            return Remittance(scope, build=self._build)
        return Status(scope) if kind == "277CA" else None

    def _close(self, e: list[str]) -> Iterator[ClaimEvent]:
        scope = self._scope
        if scope is None:
            self._fault("SE", "an SE without its ST")
            return
        count = self._tokens.number - scope.first + 1
        if e[1] != str(count):
            damaged = scope.document == "835"
            scope.fault("SE01", f"states {e[1][:12] or 'no'} segments; there are {count}", block=damaged)
        if e[2] != self._envelope.transaction:
            scope.fault("SE02", "is not the control number of its ST")
        if self._reader is not None:
            yield from self._believed(self._reader.finish())
        self._end()

    def _truncate(self, message: str) -> None:
        """The transaction set that is open has no end: nothing of it is believed."""
        if self._scope is not None:
            self._scope.fault("SE", message, block=True)
            self._end()

    def _end(self) -> None:
        if self._scope is not None:
            self.faults += self._scope.faults
            if self._scope.blocked:
                self.blocked.add(self.transactions)
        self._scope = self._reader = None
        self._takes = {}

    def _fault(self, detail: str, message: str) -> None:
        self.faults.append(Fault(self._tokens.place(detail), message, _FIX))
