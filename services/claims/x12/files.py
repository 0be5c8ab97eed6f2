"""Claims to 837 files: one interchange for each payer and form, written as the claims pass."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Final

from services.claims.errors import Unwritable
from services.claims.x12.envelope import Heading, InterchangeWriter, control_number
from services.claims.x12.gaps import faults
from services.claims.x12.submitter import Submitter
from services.contracts.base import NO_DOLLARS
from services.contracts.claim import Claim
from services.contracts.encounter import ClaimType

_BUFFER: Final = 1 << 16
FORM: Final = {ClaimType.PROFESSIONAL: "837P", ClaimType.INSTITUTIONAL: "837I"}


def file_name(payer_id: str, claim_type: ClaimType, number: int) -> str:
    """The name of an interchange's file: it follows from payer, form and control number."""
    name = "".join(each if each.isalnum() else "-" for each in payer_id) or "payer"
    return f"{name}-{FORM[claim_type]}-{number:09d}.x12"


@dataclass(slots=True)
class Written:
    """One file that was written."""

    path: Path
    payer_id: str
    claim_type: ClaimType
    control_number: int
    claims: int = 0
    parts: int = 0
    sets: int = 0
    dollars: Decimal = NO_DOLLARS


@dataclass(slots=True)
class Outcome:
    """What became of the claims: files, and the claims that could not be written with every gap."""

    files: list[Written] = field(default_factory=list)
    unwritable: list[Unwritable] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Options:
    """How the files are made. Without a submitter, a batch's first billing provider submits."""

    submitter: Submitter | None = None
    batch_id: str = ""
    batch_of: Callable[[Claim], str | None] | None = None
    """The batch of each claim: one interchange for each batch; a claim in none is not written."""
    created: datetime | None = None
    """Time on the envelopes; absent: the event time of each file's first claim, so that a rerun is equal."""
    test: bool = True
    newline: str = ""


class _Open:
    """A file that claims are still being added to."""

    def __init__(self, claim: Claim, batch: str, folder: Path, options: Options, taken: set[int]) -> None:
        payer = claim.payers[0]
        number = control_number(batch, payer.payer_id, claim.claim_type.value)
        while number in taken:
            number = number % 999_999_999 + 1
        taken.add(number)
        path = folder / file_name(payer.payer_id, claim.claim_type, number)
        heading = Heading(
            claim.claim_type,
            payer.payer_id,
            payer.payer_name,
            batch,
            number,
            options.created or claim.event_time,
            options.test,
            options.newline,
        )
        submitter = options.submitter or Submitter.of(claim.billing_provider)
        submitter.loop()
        self.stream: IO[str] = path.open("w", _BUFFER, encoding="ascii", newline="")
        self.writer = InterchangeWriter(self.stream, heading, submitter)
        self.row = Written(path, payer.payer_id, claim.claim_type, number)

    def close(self) -> Written | None:
        """The finished file; nothing, and no file, where no claim could be written."""
        row, writer = self.row, self.writer
        if writer.claims == 0:
            self.stream.close()
            row.path.unlink()
            return None
        writer.close()
        self.stream.close()
        row.claims, row.parts, row.sets = writer.claims, writer.parts, writer.sets
        return row


def write_files(
    claims: Iterable[Claim],
    folder: Path,
    options: Options | None = None,
    progress: Callable[[], None] = lambda: None,
) -> Outcome:
    """Write every claim to the file of its payer and form; memory grows with the payers, not the claims.

    A claim that cannot be written goes to `unwritable`, the rest go on. The same claims give the same bytes.
    """
    chosen = options or Options()
    folder.mkdir(parents=True, exist_ok=True)
    outcome, open_ = Outcome(), dict[tuple[str, ClaimType, str], _Open]()
    taken: set[int] = set()
    with ExitStack() as stack:
        for claim in claims:
            batch = chosen.batch_of(claim) if chosen.batch_of else chosen.batch_id
            if batch is None:
                continue
            key = (claim.payers[0].payer_id if claim.payers else "", claim.claim_type, batch)
            file = open_.get(key)
            if file is None:
                if not _first(claim, outcome):
                    continue
                file = open_[key] = _Open(claim, batch or claim.digest, folder, chosen, taken)
                stack.callback(file.stream.close)
            _add(file, claim, outcome)
            progress()
        closed = [each.close() for each in open_.values()]
    outcome.files = sorted((each for each in closed if each is not None), key=lambda each: each.path)
    return outcome


def _first(claim: Claim, outcome: Outcome) -> bool:
    """Whether the claim may open a file: one that cannot be written must not name the submitter."""
    missing = faults(claim)
    if missing:
        outcome.unwritable.append(Unwritable(claim.claim_id, missing))
    return not missing


def _add(file: _Open, claim: Claim, outcome: Outcome) -> None:
    try:
        written = file.writer.add(claim)
    except Unwritable as error:
        outcome.unwritable.append(error)
        return
    for part in written:
        file.row.dollars += part.total
