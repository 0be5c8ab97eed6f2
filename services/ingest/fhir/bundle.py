"""Opening a message: bytes -> the resources of a Bundle, each with its place; or why it cannot be opened."""

from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from services.contracts.dead_letter import LocatedError
from services.contracts.keys import derived_id
from services.ingest.errors import UnreadableMessage
from services.ingest.fhir.envelope import BOM, identify
from services.ingest.fhir.node import Json, Log, Node
from services.ingest.fhir.primitives import is_id, shown_kind

MAX_BYTES: Final = 16 * 1024 * 1024
"""The largest message that is read: as much as a topic takes (see docs/integrating-an-ehr.md)."""

BUNDLE_TYPES: Final = ("batch", "collection", "document", "message", "searchset", "transaction")
_URN: Final = "urn:uuid:"
_SPLIT: Final = "send the bundle in parts, each patient or each encounter by itself"


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """A resource: `place` is its path, `url` the entry's fullUrl, `faults` what is wrong with it."""

    kind: str
    id: str
    place: str
    url: str
    data: Json
    faults: tuple[LocatedError, ...] = ()

    def open(self, log: Log) -> Node:
        """A cursor on it; errors go to `log`, those of the resource itself first."""
        if self.faults:
            log.extend(self.faults)
        return Node(self.data, log, self.place)


@dataclass(frozen=True, slots=True)
class Stray:
    """An entry that is no usable resource."""

    part: str
    entry: Any
    errors: tuple[LocatedError, ...]


@dataclass(slots=True)
class Bundle:
    """A message: its id, its resources, one for each kind and id, and the entries that cannot be used."""

    message_id: str
    resources: dict[tuple[str, str], Resource] = field(default_factory=dict)
    strays: list[Stray] = field(default_factory=list)

    def of_kind(self, kind: str) -> list[Resource]:
        """The resources of a kind, by id."""
        return sorted((r for r in self.resources.values() if r.kind == kind), key=lambda r: r.id)


def open_bundle(value: bytes) -> Bundle:
    """The bundle in a message; raises `UnreadableMessage` where nothing of it can be used."""
    try:
        return _open(value)
    except RecursionError:
        raise too_deep() from None


def dump(data: Any) -> bytes:  # noqa: ANN401 (whatever JSON holds)
    """JSON with sorted keys; raises `UnreadableMessage` where it is nested too deep to be written."""
    try:
        return orjson.dumps(data, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        raise too_deep() from None


def too_deep() -> UnreadableMessage:
    """What is said of a message that no program can write again."""
    return _unreadable("message", "nested too deep", "send resources of fewer than 250 levels")


def _open(value: bytes) -> Bundle:
    root = _parse(value)
    entries = _entries(root)
    bundle = Bundle(identify(root, value))
    for index, entry in enumerate(entries):
        _take(bundle, index, entry)
    if not any(kind == "Encounter" for kind, _ in bundle.resources):
        raise _unreadable(
            "Bundle.entry",
            "no Encounter among the entries",
            "send each visit as an Encounter resource, with the patient and all that belongs to it",
            *(error for stray in bundle.strays for error in stray.errors),
        )
    return bundle


def _unreadable(path: str, message: str, fix: str, *more: LocatedError) -> UnreadableMessage:
    return UnreadableMessage((LocatedError(path=path, message=message, fix=fix), *more))


def _parse(value: bytes) -> Any:  # noqa: ANN401 (whatever JSON holds)
    if len(value) > MAX_BYTES:
        size = f"{len(value) / 2**20:.1f} MiB, over the limit of {MAX_BYTES // 2**20} MiB"
        raise _unreadable("message", size, _SPLIT)
    try:
        return orjson.loads(value.removeprefix(BOM))
    except orjson.JSONDecodeError as error:
        try:
            value.decode()
        except UnicodeDecodeError as bad:
            raise _unreadable(
                "message", f"not UTF-8 (byte {bad.start})", "send FHIR JSON encoded in UTF-8"
            ) from None
        where = f"line {error.lineno}, column {error.colno}"
        raise _unreadable("message", f"not JSON: {error.msg} ({where})", "send the message whole") from None


def _entries(root: Any) -> list[Any]:  # noqa: ANN401
    if not isinstance(root, dict):
        raise _unreadable("message", "not a JSON object", "send one FHIR Bundle")
    kind = root.get("resourceType")
    if kind != "Bundle":
        raise _unreadable("resourceType", f"{shown_kind(kind)}, not Bundle", "wrap the resources in a Bundle")
    log = Log()
    if root.get("type") not in BUNDLE_TYPES:
        log.add("Bundle.type", "not a type that is read", f"send one of {', '.join(BUNDLE_TYPES)}")
    entries = root.get("entry")
    if not isinstance(entries, list) or not entries:
        log.add("Bundle.entry", "no entries", "send the encounter and all that belongs to it as entries")
    if log:
        raise UnreadableMessage(log.errors)
    assert isinstance(entries, list)  # noqa: S101 (for the type checker; noted above)
    return entries


def _take(bundle: Bundle, index: int, entry: Any) -> None:  # noqa: ANN401
    place = f"Bundle.entry[{index}]"
    log = Log()
    data = entry.get("resource") if isinstance(entry, dict) else None
    if data is None and isinstance(entry, dict) and _carries_nothing(entry, place, log):
        return
    kind = data.get("resourceType") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(kind, str) or not is_id(kind):
        if not log:
            log.add(f"{place}.resource", "not a FHIR resource", "send an object with its resourceType")
        bundle.strays.append(Stray(f"entry[{index}]", entry, log.errors))
        return
    if kind != "OperationOutcome":
        _keep(bundle, _resource(place, kind, data, entry.get("fullUrl")))


def _carries_nothing(entry: Json, place: str, log: Log) -> bool:
    """Whether an entry without a resource is only a request or a response; a DELETE is an error."""
    request = entry.get("request")
    method = request.get("method") if isinstance(request, dict) else None
    if method == "DELETE":
        log.add(
            f"{place}.request.method",
            "DELETE does not say what becomes of the claims",
            "send the Encounter with status entered-in-error or cancelled",
        )
        return False
    return method in ("GET", "HEAD") or "response" in entry


def _resource(place: str, kind: str, data: Json, full_url: Any) -> Resource:  # noqa: ANN401
    url = full_url if isinstance(full_url, str) else ""
    given = data.get("id")
    said = given if isinstance(given, str) else url.rsplit("/", 1)[-1].removeprefix(_URN)
    shown = said if is_id(said) else "?"
    path = f"{place}.resource({shown_kind(kind)}/{shown})"
    faults: tuple[LocatedError, ...] = ()
    if (said and shown == "?") or (kind == "Encounter" and not said):
        message = "no id" if not said else "not a FHIR id"
        fix = "give it a lasting id of letters, digits, '-' and '.', at most 64"
        faults = (LocatedError(path=f"{path}.id", message=message, fix=fix),)
    known = said or derived_id("resource", dump(data).decode())
    return Resource(kind, known, path, url, data, faults)


def _keep(bundle: Bundle, new: Resource) -> None:
    """Of two resources with one id the later version is kept; two of one version that differ are an error."""
    key = (new.kind, new.id)
    old = bundle.resources.get(key)
    if old is None or old.data == new.data:
        bundle.resources.setdefault(key, new)
        return
    if _age(old) != _age(new):
        bundle.resources[key] = max(old, new, key=_age)
        return
    first, second = sorted((old, new), key=lambda r: dump(r.data))
    fault = LocatedError(
        path=first.place,
        message="the bundle holds it twice, differing, with the same version",
        fix="send it once, or give the later one a higher meta.versionId",
    )
    kept = Resource(first.kind, first.id, first.place, first.url, first.data, (*second.faults, fault))
    bundle.resources[key] = kept


def _age(resource: Resource) -> tuple[int, str]:
    meta = resource.data.get("meta")
    if not isinstance(meta, dict):
        return 0, ""
    version, updated = meta.get("versionId"), meta.get("lastUpdated")
    number = int(version) if isinstance(version, str) and version.isascii() and version.isdigit() else 0
    return number, updated if isinstance(updated, str) else ""
