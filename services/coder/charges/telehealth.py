"""Telehealth: how and where the patient was seen, and what the payer asks for on the claim.

The note's word, else the type of the visit, says whether picture or only sound was used, and where the
patient was. The payer's modifier and place of service are filled in only where the EHR left them out or the
site's default stands; what contradicts the note is a finding, and a person decides. Rules:
`data/telehealth.yaml`.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any, Final, NamedTuple

from services.coder.charges.chart import UNSAID, Chart, Lexicon
from services.coder.charges.findings import finding
from services.coder.encounter.tables import data
from services.contracts.base import Finding, Outcome
from services.contracts.coding import DocumentedService, Element, Evidence, ServiceKind, ServiceLine
from services.contracts.encounter import ClaimType, EncounterFacts, VisitClass

_PLACES: Final = ("02", "10")
_SOUND: Final = frozenset(("93", "FQ"))
_PICTURE: Final = frozenset(("95", "GT"))
_UNKNOWN: Final = ("", None)
Said = tuple[str, Evidence | None]


class Seen(NamedTuple):
    """How the patient was seen ("video", "audio" or "") and where ("home", "elsewhere" or ""), with
    evidence.
    """

    modality: str
    modality_at: Evidence | None
    place: str
    place_at: Evidence | None


class Telehealth(NamedTuple):
    """The lines and the place of service as they go on, and what was found."""

    lines: tuple[ServiceLine, ...]
    place: str
    services: tuple[DocumentedService, ...]
    findings: tuple[Finding, ...]


def telehealth(
    facts: EncounterFacts, lines: tuple[ServiceLine, ...], chart: Chart, default_place: str
) -> Telehealth:
    """The encounter's telehealth. `default_place`: the place that the site gives a virtual visit."""
    place = facts.visit.place_of_service
    if facts.visit.visit_class is not VisitClass.VIRTUAL:
        return Telehealth(lines, place, (), tuple(_undeclared(facts, lines, chart)))
    seen = seen_in(facts, chart)
    rule = payer_rule(facts)
    if rule is None or all(line.claim_type is not ClaimType.PROFESSIONAL for line in lines):
        return Telehealth(lines, place, (), ())
    place, found = _place(place, default_place, seen, rule)
    out = []
    for line in lines:
        done, verdicts = _line(line, seen, rule)
        out.append(done)
        found.extend(verdicts)
    return Telehealth(tuple(out), place, (_service(seen, rule),), tuple(found))


def _place(place: str, default: str, seen: Seen, rule: dict[str, Any]) -> tuple[str, list[Finding]]:
    """The place of service: the payer's for where the patient was, in place of none or of the site's
    default.
    """
    wanted = rule[seen.place] if seen.place else ""
    if not wanted or place == wanted:
        return place, []
    if place in ("", default):
        what = f"place of service {wanted} in place of {place or 'none'}"
        return wanted, [_told("claim", what, rule, _where(seen.place))]
    if place not in _PLACES:
        return place, []
    what = f"place of service {place}; the note says: {_where(seen.place)} ({wanted})"
    return place, [finding("telehealth.conflict", "claim", what=what)]


def _line(line: ServiceLine, seen: Seen, rule: dict[str, Any]) -> tuple[ServiceLine, list[Finding]]:
    """A line with its payer's modifier, where it has none of telehealth and is of the list."""
    target = f"line:{line.line_id}"
    if line.claim_type is not ClaimType.PROFESSIONAL or not eligible(line.code):
        return line, []
    present = set(line.modifiers).intersection(data("telehealth")["modifiers"])
    if present:
        other = (
            _SOUND if seen.modality == "video" else _PICTURE if seen.modality == "audio" else frozenset[str]()
        )
        wrong = sorted(present & other)
        if wrong:
            what = f"modifier {', '.join(wrong)} on {line.code}; the note says {seen.modality}"
            return line, [finding("telehealth.conflict", target, what=what)]
        return line, [finding("telehealth.conflict", target, Outcome.PASS)] if seen.modality else []
    if not seen.modality:
        what = f"{line.code}: nothing says whether picture or only sound was used"
        return line, [finding("telehealth.conflict", target, Outcome.NOT_CHECKED, what=what)]
    modifier = rule[seen.modality]
    if not modifier:
        return line, []
    update = {
        "modifiers": (*line.modifiers, modifier),
        "rules": (*line.rules, "telehealth.modifier"),
        "reason": f"{line.reason}; modifier {modifier}: seen by {seen.modality} ({rule['reference']})",
    }
    return line.model_copy(update=update), [
        _told(target, f"modifier {modifier} on {line.code}", rule, f"seen by {seen.modality}")
    ]


def _told(target: str, what: str, rule: dict[str, Any], why: str) -> Finding:
    return finding(
        "telehealth.defaulted",
        target,
        Outcome.PASS,
        what=what,
        payer=rule["reference"],
        why=why,
    )


def _where(place: str) -> str:
    return {"home": "patient at home", "elsewhere": "patient not at home"}.get(place, "place not stated")


def payer_rule(facts: EncounterFacts) -> dict[str, Any] | None:
    """What the first payer asks for on the day of service, or None."""
    payers = data("telehealth")["payers"]
    first = facts.coverages[0] if facts.coverages else None
    names = (first.payer_id, first.payer_kind, "other") if first is not None else ("other",)
    rows = next((payers[name] for name in names if name in payers), ())
    day = facts.service_date
    return next((row for row in rows if row["from"] <= day <= row.get("to", date.max)), None)


@cache
def _ranges() -> tuple[tuple[str, str], ...]:
    listed = (str(entry).partition("-") for entry in data("telehealth")["eligible"])
    return tuple((first, last or first) for first, _, last in listed)


def eligible(code: str) -> bool:
    """Whether a service is of the list of those given by telehealth."""
    return any(first <= code <= last and len(code) == len(first) for first, last in _ranges())


@cache
def _lexicon(name: str) -> Lexicon:
    table = data("telehealth")
    if name == "modality":
        return Lexicon({**table["modality"], "failed": table["failed"]})
    return Lexicon(table[name] if name == "place" else {name: table[name]})


def seen_in(facts: EncounterFacts, chart: Chart) -> Seen:
    """Modality and place by the notes, the modality else by the type of the visit."""
    modality, shown = _modality(chart)
    if not modality:
        known = data("telehealth")["types"]
        modality = next((known[c.code] for c in facts.visit.types if c.code in known), "")
    place, place_at = _first(chart, "place")
    return Seen(modality, shown, place, place_at)


def _modality(chart: Chart) -> Said:
    """Sound only where the picture is said to have failed; else the first word of the notes."""
    found = list(_hits(chart, "modality"))
    failed = next((quote for concept, quote in found if concept == "failed"), None)
    if failed is not None:
        return "audio", failed
    return found[0] if found else _UNKNOWN


def _first(chart: Chart, name: str) -> Said:
    return next(_hits(chart, name), _UNKNOWN)


def _hits(chart: Chart, name: str) -> Iterator[tuple[str, Evidence]]:
    for page in chart.pages:
        for hit in page.hits(_lexicon(name)):
            barred = page.note.context_at(hit.start, hit.end).flags & UNSAID
            if hit.concept == "failed" or not barred:
                yield hit.concept, page.evidence(hit.start, hit.end)


def _service(seen: Seen, rule: dict[str, Any]) -> DocumentedService:
    elements = (("modality", seen.modality, seen.modality_at), ("location", seen.place, seen.place_at))
    return DocumentedService(
        kind=ServiceKind.TELEHEALTH,
        elements=tuple(
            Element(name=name, value=value, evidence=(quote,) if quote else ())
            for name, value, quote in elements
            if value
        ),
        reason=f"seen by {seen.modality or 'means not stated'}, {_where(seen.place)}",
        reference=rule["reference"],
    )


def _undeclared(facts: EncounterFacts, lines: Sequence[ServiceLine], chart: Chart) -> Iterator[Finding]:
    """A note that speaks of a telehealth visit where the EHR says that the patient came."""
    marked = {m for line in lines for m in line.modifiers}.intersection(data("telehealth")["modifiers"])
    if facts.visit.visit_class is not VisitClass.AMBULATORY or marked or not lines:
        return
    if facts.visit.place_of_service in _PLACES:
        return
    head = next(_hits(chart, "telehealth"), None)
    if head is not None:
        modality = _modality(chart)[0] or "telehealth"
        place = facts.visit.place_of_service or "not stated"
        yield finding("telehealth.undeclared", "claim", modality=modality, place=place)
