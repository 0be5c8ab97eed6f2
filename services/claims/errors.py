"""What can go wrong around claims.

ClaimError
├── Unbillable     a clean encounter lacks something that a claim cannot be without
├── Unwritable     a claim lacks what its 837 cannot be without, or has a code that X12 cannot carry
├── X12Error       bytes that are no X12, or break its rules; located
├── IllegalMove    a claim's life does not allow this step from where the claim stands
├── NotPublished   events that the cluster did not take
├── FolderTaken    another process writes files into the same folder
└── BadTerms       a file of submitter or contract data cannot be used
"""

from collections.abc import Iterable

from services.stage.model import Fault


class ClaimError(Exception):
    """Root of the claims service's errors."""


class Unbillable(ClaimError):
    """The validator let pass what cannot be billed: names the missing part, never its value."""


class Unwritable(ClaimError):
    """The claim cannot be written as it stands; `faults` name every gap by its field."""

    def __init__(self, claim_id: str, faults: Iterable[Fault]) -> None:
        """Keep every gap."""
        self.claim_id = claim_id
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(f"{claim_id}: " + "; ".join(f"{each.path}: {each.message}" for each in self.faults))


class X12Error(ClaimError):
    """An interchange that cannot be read on; `fault` says where and why."""

    def __init__(self, fault: Fault) -> None:
        """Keep the place."""
        self.fault = fault
        super().__init__(f"{fault.path}: {fault.message}")


class IllegalMove(ClaimError):
    """The state machine refuses a move."""


class NotPublished(ClaimError):
    """Events that the cluster did not take; says how many."""


class FolderTaken(ClaimError):
    """A folder has one writer."""


class BadTerms(ClaimError):
    """Submitter, contract or fee data that cannot be used; says which key."""
