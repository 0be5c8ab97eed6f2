"""What a claim must have before it can be written; every gap at once, by field, never with its value."""

from collections.abc import Iterable
from typing import Final

from services.claims.x12.parties import is_patient
from services.claims.x12.text import clean, digits
from services.contracts.claim import Claim
from services.contracts.encounter import Address, ClaimType, Provider
from services.stage.model import Fault

_SHORTEST: Final = 2
"""Characters of a city or an id that X12 takes for one."""

_FULL_ZIP: Final = 9


def gaps(claim: Claim) -> tuple[Fault, ...]:
    """The claim's gaps, none where it can be written."""
    found = [*_providers(claim), *_payers(claim), *_bill(claim), *_lines(claim)]
    return tuple(Fault(path, message, fix) for path, message, fix in found)


def _providers(claim: Claim) -> Iterable[tuple[str, str, str]]:
    billing = claim.billing_provider
    if not clean(billing.family, 60):
        yield (
            "billing_provider.family",
            "the billing provider has no name",
            "complete the site's billing data",
        )
    if not billing.npi:
        yield "billing_provider.npi", "the billing provider has no NPI", "complete the site's billing data"
    if not billing.tax_id:
        yield "billing_provider.tax_id", "no employer id", "complete the site's billing data"
    yield from _address("billing_provider.address", billing.address)
    if len(digits(billing.address.postal_code)) != _FULL_ZIP:
        yield (
            "billing_provider.address.postal_code",
            "a billing ZIP has nine digits",
            "complete the site's data",
        )
    named: dict[str, Provider | None] = {
        "rendering_provider": claim.rendering_provider,
        "attending_provider": claim.attending_provider,
        "operating_provider": claim.operating_provider,
        "referring_provider": claim.referring_provider,
        "supervising_provider": claim.supervising_provider,
    }
    for name, who in named.items():
        if who is not None and not clean(who.family, 60):
            yield f"{name}.family", "the provider has no name", "complete the provider in the EHR"


def _payers(claim: Claim) -> Iterable[tuple[str, str, str]]:
    if not claim.payers:
        yield "payers", "nobody is billed", "register a coverage"
    for place, payer in enumerate(claim.payers):
        path = f"payers[{place}]"
        for field in ("payer_id", "payer_name", "member_id"):
            if not getattr(payer, field):
                yield (
                    f"{path}.{field}",
                    "is empty",
                    "complete the coverage in the EHR or the payer in site.yaml",
                )
        if not clean(payer.subscriber.family, 60):
            yield (
                f"{path}.subscriber.family",
                "the subscriber has no name",
                "complete the coverage in the EHR",
            )
    if claim.payers and is_patient(claim.payers[0]):
        subscriber = claim.payers[0].subscriber
        yield from _address("payers[0].subscriber.address", subscriber.address)
        if subscriber.birth_date is None:
            yield "payers[0].subscriber.birth_date", "no date of birth", "complete the patient in the EHR"
    elif claim.payers:
        yield from _address("patient.address", claim.patient.address)
        if claim.patient.birth_date is None:
            yield "patient.birth_date", "no date of birth", "complete the patient in the EHR"


def _address(path: str, where: Address) -> Iterable[tuple[str, str, str]]:
    for field, shortest in (("line1", 1), ("city", _SHORTEST)):
        if len(clean(getattr(where, field), 60)) < shortest:
            yield f"{path}.{field}", "is empty or too short", "complete the address"
    if where.country in ("", "US", "USA"):
        for field in ("state", "postal_code"):
            if not getattr(where, field):
                yield f"{path}.{field}", "is empty", "complete the address"


def _bill(claim: Claim) -> Iterable[tuple[str, str, str]]:
    if not claim.diagnoses:
        yield "diagnoses", "no diagnosis", "code the encounter"
    if not claim.lines:
        yield "lines", "no service line", "post the charges"
    if claim.claim_type is ClaimType.PROFESSIONAL and not claim.place_of_service:
        yield "place_of_service", "is empty", "complete the visit's place of service"
    if claim.claim_type is ClaimType.INSTITUTIONAL:
        if not claim.type_of_bill:
            yield "type_of_bill", "is empty", "state the class of the visit"
        if not (claim.admit_type and claim.discharge_status):
            yield "admit_type, discharge_status", "an institutional claim states both", "complete the visit"
        if claim.attending_provider is None:
            yield "attending_provider", "an institutional claim names who attended", "complete the encounter"


def _lines(claim: Claim) -> Iterable[tuple[str, str, str]]:
    professional = claim.claim_type is ClaimType.PROFESSIONAL
    for line in claim.lines:
        path = f"lines[{line.number - 1}]"
        if professional and not line.code:
            yield f"{path}.code", "no CPT or HCPCS code", "map the charge in the charge master"
        if professional and not line.pointers:
            yield f"{path}.pointers", "points to no diagnosis", "say what the service was for"
        if not professional and not line.revenue_code:
            yield f"{path}.revenue_code", "is empty", "complete the charge master"
        if line.pointers and max(line.pointers) > len(claim.diagnoses):
            beyond = next(each for each in line.pointers if each > len(claim.diagnoses))
            yield f"{path}.pointers", f"points to diagnosis {beyond}, which there is not", "code again"
