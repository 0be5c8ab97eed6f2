"""The formats that an EHR may send, by the value of the message's `format` header."""

from collections.abc import Callable
from datetime import date
from typing import Final

from services.contracts.dead_letter import LocatedError
from services.ingest.errors import UnknownFormat
from services.ingest.fhir.reader import read_bundle
from services.ingest.reading import Reading
from services.ingest.site import Site

DEFAULT_FORMAT: Final = "fhir+json"
HEADER: Final = "format"

Reader = Callable[[bytes, Site, date | None], Reading]

READERS: Final[dict[str, Reader]] = {DEFAULT_FORMAT: read_bundle}


def reader_for(name: str) -> Reader:
    """The reader of a format; raises `UnknownFormat`, which names those that are known."""
    try:
        return READERS[name]
    except KeyError:
        known = ", ".join(sorted(READERS))
        error = LocatedError(
            path=f"header {HEADER}", message="not a format that is read", fix=f"send one of: {known}"
        )
        raise UnknownFormat((error,)) from None
