"""What can go wrong in ingest.

    IngestError
    ├── UnreadableMessage   nothing of the message can be used: it becomes one dead letter, whole
    ├── UnknownFormat       the message says a format that no reader is registered for
    └── SiteError           site.yaml cannot be used; names every place at fault

What is wrong with a single encounter of a message is no exception: readers note it (`fhir.node.Log`) and
go on, so that the sender sees all errors at once.
"""

from collections.abc import Iterable

from services.contracts.dead_letter import LocatedError


class IngestError(Exception):
    """Root of the ingest errors; the message never quotes patient data."""


class UnreadableMessage(IngestError):
    """Nothing of the message can be used; `errors` says why, each with its place."""

    def __init__(self, errors: Iterable[LocatedError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(f"{error.path}: {error.message}" for error in self.errors))


class UnknownFormat(UnreadableMessage):
    """The `format` header names no registered reader."""


class SiteError(IngestError):
    """The site's file cannot be used; every place at fault is in the message."""
