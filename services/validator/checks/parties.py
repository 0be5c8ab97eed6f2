"""Who stands on the claim: providers, patient, subscriber, payer; and what an 837 requires of them."""

import re
from functools import lru_cache
from typing import Final

from services.contracts.encounter import Address, Person, Provider, ProviderRole
from services.contracts.npi import has_check_digit
from services.validator.case import Case
from services.validator.checks.registry import check, option_set
from services.validator.judge import Judge
from services.validator.spans import CodeGroup

TAXONOMY: Final = re.compile(r"[0-9A-Z]{9}X")
TAX_ID: Final = re.compile(r"\d{9}")
ZIP: Final = re.compile(r"\d{5}(-?\d{4})?")
US: Final = frozenset({"US", "USA", ""})
NPI: Final = re.compile(r"[12]\d{9}")
ADDRESS: Final = ("address line", "city", "state", "ZIP code")
_REMEMBERED: Final = 1 << 16


@lru_cache(_REMEMBERED)
def npi_is_valid(npi: str) -> bool:
    """Ten digits, the first 1 or 2; the Luhn sum with prefix 80840 is a multiple of ten (45 CFR 162.406)."""
    return NPI.fullmatch(npi) is not None and has_check_digit(npi)


def _named_npis(case: Case) -> list[tuple[str, str]]:
    """Every NPI that is stated, with who it names; one of a line where no provider has it."""
    providers = [
        (f"provider:{provider.role}", provider.npi) for provider in case.facts.providers if provider.npi
    ]
    known = {"", *[npi for _, npi in providers]}
    lines = [
        (f"line:{line.line_id}", line.provider_npi) for line in case.lines if line.provider_npi not in known
    ]
    return providers + lines


@check("npi_check_digit")
def npi_check_digit(case: Case, judge: Judge) -> None:
    """Every NPI that is stated."""
    for target, npi in _named_npis(case):
        if npi_is_valid(npi):
            judge.ok()
        else:
            judge.fail(target, npi=npi)


@lru_cache(_REMEMBERED)
def taxonomy_is_formed(taxonomy: str) -> bool:
    """Ten characters, the last an X."""
    return TAXONOMY.fullmatch(taxonomy) is not None


@check("taxonomy_form")
def taxonomy_form(case: Case, judge: Judge) -> None:
    """Every taxonomy code that is stated: ten characters, the last an X."""
    for provider in case.facts.providers:
        if not provider.taxonomy:
            continue
        if taxonomy_is_formed(provider.taxonomy):
            judge.ok()
        else:
            judge.fail(f"provider:{provider.role}", taxonomy=provider.taxonomy)


@lru_cache(_REMEMBERED)
def tax_id_is_formed(tax_id: str) -> bool:
    """Nine digits, hyphens aside, not all the same."""
    digits = tax_id.replace("-", "")
    return TAX_ID.fullmatch(digits) is not None and len(set(digits)) > 1


@check("tax_id_form")
def tax_id_form(case: Case, judge: Judge) -> None:
    """The billing provider's tax id: nine digits, not all the same."""
    billing = case.providers.get(ProviderRole.BILLING)
    if billing is None or not billing.tax_id:
        return
    if tax_id_is_formed(billing.tax_id):
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
    wrong = _malformed(address.postal_code, address.state, judge.options)
    if wrong:
        judge.fail(target, fields=wrong)
    else:
        judge.ok()


@lru_cache(_REMEMBERED)
def _malformed(postal_code: str, state: str, states: frozenset[str]) -> str:
    """The parts of a US address that are stated and do not have their form, in words."""
    wrong = []
    if postal_code and not ZIP.fullmatch(postal_code):
        wrong.append("ZIP code")
    if state and state not in states:
        wrong.append("state")
    return " and ".join(wrong)


def _missing(judge: Judge, target: str, names: tuple[str, ...], values: tuple[object, ...]) -> None:
    """Say which of the named values are empty."""
    if all(values):
        judge.ok()
    else:
        absent = [name for name, value in zip(names, values, strict=True) if not value]
        judge.fail(target, fields=", ".join(absent))


def _address(address: Address) -> tuple[str, ...]:
    state = address.state if address.country in US else address.country
    return (address.line1, address.city, state, address.postal_code)


@check("billing_provider")
def billing_provider(case: Case, judge: Judge) -> None:
    """What loop 2010AA requires."""
    billing = case.providers.get(ProviderRole.BILLING) or Provider(role=ProviderRole.BILLING)
    stated = (billing.npi, billing.family, billing.tax_id, billing.taxonomy, *_address(billing.address))
    _missing(judge, "provider:billing", ("NPI", "name", "tax id", "taxonomy", *ADDRESS), stated)


@check("rendering_provider")
def rendering_provider(case: Case, judge: Judge) -> None:
    """Every professional line is rendered by somebody with an NPI (or by the billing provider in person)."""
    lines = case.professional
    unnamed = [] if case.usual_npi else [line for line in lines if not line.provider_npi]
    for line in unnamed:
        judge.fail(f"line:{line.line_id}", code=line.code)
    judge.ok(len(lines) - len(unnamed))


@check("ordering_provider", lambda options: CodeGroup(options["codes"]))
def ordering_provider(case: Case, judge: Judge) -> None:
    """Tests (the rule's `codes`) name who ordered or referred them, by NPI.

    Where the encounter names nobody, who rendered the visit may have ordered its tests, and may not: that
    is not checked. Where it does not even name that one, nobody can have.
    """
    ordering, rendering = map(case.providers.get, (ProviderRole.REFERRING, ProviderRole.RENDERING))
    for line in case.professional:
        if line.code not in judge.options:
            continue
        if ordering is not None and ordering.npi:
            judge.ok()
        elif rendering is not None and rendering.npi:
            judge.not_checked(
                f"line:{line.line_id}",
                f"nobody is named who ordered {line.code}; the rendering provider may have",
            )
        else:
            judge.fail(f"line:{line.line_id}", code=line.code)


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
    stated = (patient.family, patient.given, patient.birth_date, *_address(patient.address))
    _missing(judge, "patient", ("family name", "given name", "birth date", *ADDRESS), stated)


@check("payer_required")
def payer_required(case: Case, judge: Judge) -> None:
    """Every billed coverage names its payer and the member."""
    for coverage in case.coverages:
        stated = (coverage.payer_id, coverage.payer_name, coverage.member_id)
        _missing(judge, f"coverage:{coverage.coverage_id}", ("payer id", "payer name", "member id"), stated)


@check("subscriber_required")
def subscriber_required(case: Case, judge: Judge) -> None:
    """A dependent's coverage names the subscriber."""
    for coverage in case.coverages:
        if coverage.relationship == "self":
            continue
        person = coverage.subscriber or Person()
        names = ("subscriber's family name", "subscriber's given name")
        _missing(judge, f"coverage:{coverage.coverage_id}", names, (person.family, person.given))
