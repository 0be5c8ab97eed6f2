"""The bundle: every party once, then the claim that refers to them; ids follow from the claim's."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from services.claims.fhir import people
from services.claims.fhir.resource import Parties, claim_resource
from services.contracts.claim import Claim
from services.contracts.encounter import Provider


class _Entries:
    """Resources under addresses that follow from the claim and their part in it."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self.rows: list[dict[str, Any]] = []
        self._known: dict[str, str] = {}

    def add(self, part: str, resource: dict[str, Any]) -> str:
        """The address of the resource; added once."""
        if part not in self._known:
            url = f"urn:uuid:{uuid5(NAMESPACE_URL, f'claimstream/{self._claim.claim_id}/{part}')}"
            self._known[part] = url
            self.rows.append({"fullUrl": url, "resource": resource})
        return self._known[part]

    def provider(self, who: Provider | None) -> str:
        """The address of a provider; empty where there is none."""
        if who is None or not who.family.strip():
            return ""
        return self.add(f"provider/{who.npi or who.family}/{who.given}", people.provider(who))


def bundle(claim: Claim) -> dict[str, Any]:
    """The claim as a FHIR R4 collection bundle, ready for `orjson`; the same claim gives the same bundle."""
    entries = _Entries(claim)
    patient = entries.add("patient", people.patient(claim.patient))
    coverages = []
    for order, payer in enumerate(claim.payers, start=1):
        insurer = entries.add(f"payer/{payer.payer_id}", people.payer(payer))
        subscriber = patient
        if payer.relationship != "self":
            subscriber = entries.add(f"subscriber/{order}", people.subscriber(payer.subscriber, patient))
        resource = people.coverage(payer, order, patient, subscriber, insurer)
        coverages.append((entries.add(f"coverage/{order}", resource), insurer))
    facility = ""
    if claim.service_facility is not None:
        managed = entries.provider(claim.service_facility)
        if managed:
            facility = entries.add("facility", people.location(claim.service_facility, managed))
    parties = Parties(
        patient=patient,
        billing=entries.provider(claim.billing_provider),
        facility=facility,
        coverages=coverages,
        team=_team(claim, entries),
    )
    entries.add("claim", claim_resource(claim, parties))
    stamp = claim.event_time.isoformat().replace("+00:00", "Z")
    return {"resourceType": "Bundle", "type": "collection", "timestamp": stamp, "entry": entries.rows}


def _team(claim: Claim, entries: _Entries) -> dict[str, tuple[str, str]]:
    """NPI or name to the provider's address and role, in the order of the care team."""
    named = [
        ("rendering", claim.rendering_provider),
        ("attending", claim.attending_provider),
        ("operating", claim.operating_provider),
        ("otheroperating", claim.other_operating_provider),
        ("referring", claim.referring_provider),
        ("supervising", claim.supervising_provider),
        *(("rendering", line.rendering_provider) for line in claim.lines),
    ]
    team: dict[str, tuple[str, str]] = {}
    for role, who in named:
        address = entries.provider(who)
        if who is not None and address:
            team.setdefault(f"{who.npi or who.family}/{role}", (address, role))
    return team
