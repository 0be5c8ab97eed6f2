"""Who stands on the claim: providers, patient, subscriber, payer; and what an 837 requires of them."""

import re
from collections.abc import Iterator
from typing import Final

from services.contracts.encounter import Address, ClaimType, Provider, ProviderRole
from services.contracts.npi import has_check_digit
from services.validator.case import Case
from services.validator.checks.registry import check, option_set
from services.validator.judge import Judge

TAXONOMY: Final = re.compile(r"[0-9A-Z]{9}X")
TAX_ID: Final = re.compile(r"\d{9}")
ZIP: Final = re.compile(r"\d{5}(-?\d{4})?")
US: Final = frozenset({"US", "USA", ""})
NPI: Final = re.compile(r"[12]\d{9}")


def npi_is_valid(npi: str) -> bool:
    """Ten digits, the first 1 or 2; the Luhn sum with prefix 80840 is a multiple of ten (45 CFR 162.406)."""
    return NPI.fullmatch(npi) is not None and has_check_digit(npi)


def _named_npis(case: Case) -> Iterator[tuple[str, str]]:
    for provider in case.facts.providers:
        if provider.npi:
            yield f"provider:{provider.role.value}", provider.npi
    known = {provider.npi for provider in case.facts.providers}
    for line in case.lines:
        if line.provider_npi and line.provider_npi not in known:
            yield f"line:{line.line_id}", line.provider_npi


@check("npi_check_digit")
def npi_check_digit(case: Case, judge: Judge) -> None:
    """Every NPI that is stated."""
    for target, npi in _named_npis(case):
        if npi_is_valid(npi):
            judge.ok()
        else:
            judge.fail(target, npi=npi)


@check("taxonomy_form")
def taxonomy_form(case: Case, judge: Judge) -> None:
    """Every taxonomy code that is stated: ten characters, the last an X."""
    for provider in case.facts.providers:
        if not provider.taxonomy:
            continue
        if TAXONOMY.fullmatch(provider.taxonomy):
            judge.ok()
        else:
            judge.fail(f"provider:{provider.role.value}", taxonomy=provider.taxonomy)


@check("tax_id_form")
def tax_id_form(case: Case, judge: Judge) -> None:
    """The billing provider's tax id: nine digits, not all the same."""
    billing = case.providers.get(ProviderRole.BILLING)
    if billing is None or not billing.tax_id:
        return
    digits = billing.tax_id.replace("-", "")
    if TAX_ID.fullmatch(digits) and len(set(digits)) > 1:
        judge.ok()
    else:
        judge.fail("provider:billing", tax_id=billing.tax_id)


@check("address_form", option_set("states"))
def address_form(case: Case, judge: Judge) -> None:
    """State and ZIP code of the US addresses that are stated."""
    billing = case.providers.get(ProviderRole.BILLING)
    _judge_address(judge, "patient", case.patient.address)
    if billing is not None:
        _judge_address(judge, "provider:billing", billing.address)


def _judge_address(judge: Judge, target: str, address: Address) -> None:
    if address.country not in US:
        return
    wrong = []
    if address.postal_code and not ZIP.fullmatch(address.postal_code):
        wrong.append("ZIP code")
    if address.state and address.state not in judge.options:
        wrong.append("state")
    if wrong:
        judge.fail(target, fields=" and ".join(wrong))
    else:
        judge.ok()


def _missing(judge: Judge, target: str, values: dict[str, str]) -> None:
    absent = [name for name, value in values.items() if not value]
    if absent:
        judge.fail(target, fields=", ".join(absent))
    else:
        judge.ok()


def _address(address: Address) -> dict[str, str]:
    return {
        "address line": address.line1,
        "city": address.city,
        "state": address.state if address.country in US else address.country,
        "ZIP code": address.postal_code,
    }


@check("billing_provider")
def billing_provider(case: Case, judge: Judge) -> None:
    """What loop 2010AA requires."""
    billing = case.providers.get(ProviderRole.BILLING) or Provider(role=ProviderRole.BILLING)
    _missing(
        judge,
        "provider:billing",
        {"NPI": billing.npi, "name": billing.family, "tax id": billing.tax_id, "taxonomy": billing.taxonomy}
        | _address(billing.address),
    )


@check("rendering_provider")
def rendering_provider(case: Case, judge: Judge) -> None:
    """Every professional line is rendered by somebody with an NPI (or by the billing provider in person)."""
    passed = 0
    for line in case.lines:
        if line.claim_type is ClaimType.PROFESSIONAL:
            if case.rendering(line):
                passed += 1
            else:
                judge.fail(f"line:{line.line_id}", code=line.code)
    judge.ok(passed)


@check("attending_provider")
def attending_provider(case: Case, judge: Judge) -> None:
    """An institutional claim names the attending provider (a rendering one stands in for an outpatient)."""
    attending = case.providers.get(ProviderRole.ATTENDING)
    if attending is None and not case.inpatient:
        attending = case.providers.get(ProviderRole.RENDERING)
    if attending is not None and attending.npi:
        judge.ok()
    else:
        judge.fail("provider:attending")


@check("patient_required")
def patient_required(case: Case, judge: Judge) -> None:
    """What loop 2010CA, or 2010BA where the patient is the subscriber, requires."""
    patient = case.patient
    _missing(
        judge,
        "patient",
        {
            "family name": patient.family,
            "given name": patient.given,
            "birth date": str(patient.birth_date or ""),
        }
        | _address(patient.address),
    )


@check("payer_required")
def payer_required(case: Case, judge: Judge) -> None:
    """Every billed coverage names its payer and the member."""
    for coverage in case.coverages:
        _missing(
            judge,
            f"coverage:{coverage.coverage_id}",
            {
                "payer id": coverage.payer_id,
                "payer name": coverage.payer_name,
                "member id": coverage.member_id,
            },
        )


@check("subscriber_required")
def subscriber_required(case: Case, judge: Judge) -> None:
    """A dependent's coverage names the subscriber."""
    for coverage in case.coverages:
        if coverage.relationship == "self":
            continue
        person = coverage.subscriber
        _missing(
            judge,
            f"coverage:{coverage.coverage_id}",
            {
                "subscriber's family name": person.family if person else "",
                "subscriber's given name": person.given if person else "",
            },
        )
