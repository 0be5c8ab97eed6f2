"""Who stands on a FHIR claim: patient, subscribers, coverages, payers, providers."""

from typing import Any, Final

from services.claims.fhir import systems
from services.contracts.claim import ClaimPayer
from services.contracts.encounter import Address, Patient, Person, Provider

_RELATIONSHIPS: Final = frozenset({"self", "spouse", "child", "parent", "common", "other", "injured"})


def kept(content: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty: FHIR knows no empty strings, lists or objects."""
    return {key: value for key, value in content.items() if value not in ("", None, [], {})}


def address(where: Address) -> list[dict[str, Any]]:
    """A postal address."""
    lines = [each for each in (where.line1.strip(), where.line2.strip()) if each]
    country = where.country.strip()
    made = {
        "line": lines,
        "city": where.city.strip(),
        "state": where.state.strip(),
        "postalCode": where.postal_code.strip(),
        "country": country,
    }
    return [kept(made)] if lines or where.city.strip() else []


def name(who: Person) -> list[dict[str, Any]]:
    """A person's name."""
    given = [each for each in (who.given.strip(), who.middle.strip()) if each]
    suffix = [who.suffix.strip()] if who.suffix.strip() else []
    return (
        [kept({"family": who.family.strip(), "given": given, "suffix": suffix})] if who.family.strip() else []
    )


def _person(kind: str, who: Person) -> dict[str, Any]:
    return {
        "resourceType": kind,
        "name": name(who),
        "gender": who.sex.value,
        "birthDate": who.birth_date.isoformat() if who.birth_date else None,
        "address": address(who.address),
    }


def patient(who: Patient) -> dict[str, Any]:
    """The patient, known by the EHR's id and its medical record number."""
    numbers = [{"system": "urn:claimstream:patient", "value": who.patient_id}]
    record: dict[str, Any] = {
        "type": systems.concept(systems.IDENTIFIER_TYPE, "MR"),
        "value": who.mrn.strip(),
    }
    return kept(
        _person("Patient", who)
        | {
            "identifier": numbers + ([record] if who.mrn.strip() else []),
            "deceasedDateTime": who.death_date.isoformat() if who.death_date else None,
        }
    )


def subscriber(who: Person, patient_reference: str) -> dict[str, Any]:
    """A subscriber who is not the patient."""
    return kept(_person("RelatedPerson", who) | {"patient": {"reference": patient_reference}})


def payer(of: ClaimPayer) -> dict[str, Any]:
    """The payer as an organisation."""
    return kept(
        {
            "resourceType": "Organization",
            "identifier": [{"system": "urn:claimstream:payer", "value": of.payer_id}] if of.payer_id else [],
            "active": True,
            "name": of.payer_name.strip() or of.payer_id,
            "address": address(of.payer_address) if of.payer_address else [],
        }
    )


def coverage(of: ClaimPayer, order: int, patient_: str, subscriber_: str, payer_: str) -> dict[str, Any]:
    """One coverage, in the order of paying."""
    relationship = of.relationship if of.relationship in _RELATIONSHIPS else "other"
    classes = [
        {"type": systems.concept(systems.COVERAGE_CLASS, kind), "value": value.strip()}
        for kind, value in (("group", of.group_number), ("plan", of.plan_name))
        if value.strip()
    ]
    return kept(
        {
            "resourceType": "Coverage",
            "identifier": [{"system": "urn:claimstream:coverage", "value": of.coverage_id}]
            if of.coverage_id
            else [],
            "status": "active",
            "subscriber": {"reference": subscriber_},
            "subscriberId": of.member_id,
            "beneficiary": {"reference": patient_},
            "relationship": systems.concept(systems.RELATIONSHIP, relationship),
            "payor": [{"reference": payer_}],
            "class": classes,
            "order": order,
        }
    )


def provider(who: Provider) -> dict[str, Any]:
    """A practitioner, or an organisation where there is no given name."""
    numbers = [{"system": systems.NPI, "value": who.npi}] if who.npi else []
    numbers += [{"system": systems.EIN, "value": who.tax_id}] if who.tax_id else []
    phone = [{"system": "phone", "value": who.phone}] if who.phone else []
    if who.given:
        qualification = [{"code": systems.concept(systems.TAXONOMY, who.taxonomy)}] if who.taxonomy else []
        names = [kept({"family": who.family.strip(), "given": [who.given.strip()]})]
        return kept(
            {
                "resourceType": "Practitioner",
                "identifier": numbers,
                "name": names,
                "telecom": phone,
                "address": address(who.address),
                "qualification": qualification,
            }
        )
    kind = [systems.concept(systems.TAXONOMY, who.taxonomy)] if who.taxonomy else []
    return kept(
        {
            "resourceType": "Organization",
            "identifier": numbers,
            "active": True,
            "type": kind,
            "name": who.family.strip(),
            "telecom": phone,
            "address": address(who.address),
        }
    )


def location(who: Provider, managed_by: str) -> dict[str, Any]:
    """The place of service."""
    where = address(who.address)
    return kept(
        {
            "resourceType": "Location",
            "status": "active",
            "name": who.family.strip(),
            "address": where[0] if where else {},
            "managingOrganization": {"reference": managed_by},
        }
    )
