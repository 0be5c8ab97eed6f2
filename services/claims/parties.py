"""Who stands on a claim: payers in paying order, and the providers by what they did."""

from collections.abc import Mapping, Sequence

from services.claims.errors import Unbillable
from services.contracts.claim import ClaimLine, ClaimPayer, PayerSequence
from services.contracts.encounter import (
    ClaimType,
    Coverage,
    EncounterFacts,
    Patient,
    Person,
    Provider,
    ProviderRole,
)


def claim_payers(facts: EncounterFacts, claim_type: ClaimType) -> tuple[ClaimPayer, ...]:
    """The encounter's coverages as payers, the first to pay first (X12 SBR01 allows eleven)."""
    ordered = sorted(facts.coverages, key=lambda coverage: (coverage.priority, coverage.coverage_id))
    return tuple(
        _payer(_on(coverage, claim_type), sequence, facts.patient)
        for coverage, sequence in zip(ordered, PayerSequence, strict=False)
    )


def _on(coverage: Coverage, claim_type: ClaimType) -> Coverage:
    """The coverage as its payer is addressed on this form."""
    other = coverage.institutional
    if other is None or claim_type is not ClaimType.INSTITUTIONAL:
        return coverage
    return coverage.model_copy(update={name: value for name, value in other if value})


def _payer(coverage: Coverage, sequence: PayerSequence, patient: Patient) -> ClaimPayer:
    return ClaimPayer(
        sequence=sequence,
        coverage_id=coverage.coverage_id,
        payer_id=coverage.payer_id,
        payer_name=coverage.payer_name,
        payer_kind=coverage.payer_kind,
        filing_indicator=coverage.filing_indicator,
        member_id=coverage.member_id,
        group_number=coverage.group_number,
        plan_name=coverage.plan_name,
        relationship=coverage.relationship,
        subscriber=coverage.subscriber or _as_person(patient),
    )


def _as_person(patient: Patient) -> Person:
    return Person(**{name: getattr(patient, name) for name in Person.model_fields})


def provider(providers: Sequence[Provider], *roles: ProviderRole) -> Provider | None:
    """The first provider who has the first of `roles` that anybody has."""
    for role in roles:
        found = next((each for each in providers if each.role is role), None)
        if found is not None:
            return found
    return None


def billing_provider(facts: EncounterFacts) -> Provider:
    """The billing provider; raises `Unbillable` where nobody bills."""
    found = provider(facts.providers, ProviderRole.BILLING)
    if found is None:
        raise Unbillable("the encounter names no billing provider")
    return found


def with_providers(
    lines: Sequence[ClaimLine], seen: Sequence[Provider], claims: Mapping[str, Provider | None]
) -> tuple[ClaimLine, ...]:
    """The lines with the provider who rendered each, where that is not the claim's own.

    A payer is told of a line's provider by name as well as by NPI (837 loop 2420A), so an NPI that no
    provider of the encounter has stays a mere number.
    """
    known = {each.npi: each for each in seen if each.npi}
    own = {each.npi for name, each in claims.items() if each is not None and name != "referring_provider"}
    return tuple(_with_provider(line, known, own) for line in lines)


def _with_provider(line: ClaimLine, known: Mapping[str, Provider], own: set[str]) -> ClaimLine:
    who = known.get(line.rendering_npi)
    if who is None or line.rendering_npi in own:
        return line
    return line.model_copy(update={"rendering_provider": who})
