"""What an importer hands over."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from services.codesets.imports.editions import Edition
from services.codesets.imports.source import Source
from services.codesets.storage import TableWriter

PUBLIC_DOMAIN = "public domain (US government work)"
AMA_NUMBERS = "public domain (CMS); CPT numbers are the AMA's, no descriptions kept"


@dataclass(frozen=True, slots=True)
class Request:
    """What the user stated: the first day in force, and the table where content cannot say."""

    effective: date | None = None
    table: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A table that was read whole and can be written. `meta` goes into the compiled file's header."""

    table: str
    edition: Edition
    rows: int
    licence: str
    source: Source
    write: Callable[[TableWriter], None]
    coverage: str = ""
    notes: tuple[str, ...] = ()
    meta: dict[str, object] = field(default_factory=dict)
