"""What went in, counted from the bundles themselves by a reading that shares no code with ingest.

It is the other side of the balance: the pipeline's end states are held against it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from services.contracts.base import NO_DOLLARS
from services.pipeline.inbox import files, messages

CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Intake:
    """Dollars charged for each encounter that a readable bundle holds, by the EHR's encounter id."""

    charged: dict[str, Decimal]

    @property
    def total(self) -> Decimal:
        """Dollars of all encounters."""
        return sum(self.charged.values(), NO_DOLLARS)


def intake(paths: Iterable[Path]) -> Intake:
    """Count the bundles in the files; of an encounter that comes several times the newest version counts."""
    newest: dict[str, tuple[int, Decimal]] = {}
    for file in files(paths):
        for message in messages(file):
            for ident, version, dollars in _encounters(message.value):
                if ident not in newest or version >= newest[ident][0]:
                    newest[ident] = (version, dollars)
    return Intake({ident: dollars for ident, (_, dollars) in sorted(newest.items())})


def _encounters(value: bytes) -> list[tuple[str, int, Decimal]]:
    try:
        bundle = json.loads(value, parse_float=Decimal)
        entries = bundle["entry"]
    except (ValueError, KeyError, TypeError):
        return []
    dollars: dict[str, Decimal] = {}
    for entry in entries:
        resource = entry.get("resource", {})
        if resource.get("resourceType") == "Claim":
            for item in resource.get("item", ()):
                reference = item.get("encounter", [{}])[0].get("reference", "")
                dollars[_tail(reference)] = dollars.get(_tail(reference), NO_DOLLARS) + _net(item)
    return [
        (resource["id"], _version(resource), _dollars_of(entry, dollars))
        for entry in entries
        if (resource := entry.get("resource", {})).get("resourceType") == "Encounter" and "id" in resource
    ]


def _dollars_of(entry: dict[str, Any], dollars: dict[str, Decimal]) -> Decimal:
    """Claims refer to the encounter by its full URL or by its id."""
    names = {_tail(entry.get("fullUrl", "")), entry["resource"]["id"]}
    return sum((dollars.get(name, NO_DOLLARS) for name in sorted(names)), NO_DOLLARS)


def _net(item: dict[str, Any]) -> Decimal:
    value = item.get("net", {}).get("value")
    if value is None:
        value = item.get("unitPrice", {}).get("value", 0) * item.get("quantity", {}).get("value", 1)
    return Decimal(value).quantize(CENT)


def _version(resource: dict[str, Any]) -> int:
    version = str(resource.get("meta", {}).get("versionId", ""))
    return int(version) if version.isdigit() else 0


def _tail(reference: str) -> str:
    return reference.replace("urn:uuid:", "").rsplit("/", 1)[-1]
