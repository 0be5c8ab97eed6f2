"""How a message is addressed on its topic: its own key, and whose it is."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import orjson

from services.ingest.fhir.node import Json

MAX_KEY: Final = 255
BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Envelope:
    """`key` names the message; messages with one `order_key` must be read in the order they were sent in."""

    key: str
    order_key: str


def envelope(value: bytes) -> Envelope:
    """The envelope of a bundle's bytes; what cannot be read is ordered by its own key.

    Order follows the patient, so that a correction is not read before what it corrects.
    """
    try:
        root = orjson.loads(value.removeprefix(BOM))
    except orjson.JSONDecodeError:
        root = None
    key = identify(root, value)
    return Envelope(key, min(_patients(root), default=key))


def identify(root: Any, value: bytes) -> str:  # noqa: ANN401 (whatever JSON holds)
    """Bundle.identifier.value, else Bundle.id, else the first 24 hexadecimal digits of the bytes' SHA-256."""
    stated = root.get("identifier") if isinstance(root, dict) else None
    named = stated.get("value") if isinstance(stated, dict) else None
    for each in (named, root.get("id") if isinstance(root, dict) else None):
        if isinstance(each, str) and 0 < len(each) <= MAX_KEY:
            return each
    return sha256(value).hexdigest()[:24]


def _patients(root: Any) -> list[str]:  # noqa: ANN401
    entries = root.get("entry") if isinstance(root, dict) else None
    found: list[str] = []
    for entry in entries if isinstance(entries, list) else ():
        resource: Json | Any = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and resource.get("resourceType") == "Patient":
            ident = resource.get("id")
            found += [ident] if isinstance(ident, str) else []
    return found
