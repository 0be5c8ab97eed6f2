"""What a claim must have before it can be written; every gap at once, by field, never with its value."""

from operator import itemgetter
from typing import Final

from services.claims.x12.coded import refused
from services.claims.x12.parties import CITY, HOME, NAME, STREET, is_patient
from services.claims.x12.text import digits
from services.contracts.claim import Claim, ClaimLine, ClaimPayer
from services.contracts.encounter import Address, ClaimType, Provider
from services.stage.model import Fault

_SHORTEST: Final = 2
"""Characters of a city or an id that X12 takes for one."""
_FULL_ZIP: Final = 9
_SITE: Final = "complete the site's billing data"
_COVERAGE: Final = "complete the coverage in the EHR"
_PATIENT: Final = "complete the patient in the EHR"
_PROVIDERS: Final = (
    "rendering_provider",
    "attending_provider",
    "operating_provider",
    "referring_provider",
    "supervising_provider",
)
_PROFESSIONAL, _INSTITUTIONAL = ClaimType.PROFESSIONAL, ClaimType.INSTITUTIONAL
_EACH_PROVIDER: Final = itemgetter(*_PROVIDERS)


class _Gaps(list[Fault]):
    def note(self, path: str, message: str, fix: str) -> None:
        self.append(Fault(path, message, fix))


def gaps(claim: Claim, *, billing_known: bool = False) -> tuple[Fault, ...]:
    """The claim's gaps, none where it can be written; `billing_known`: its billing provider has none."""
    found = _Gaps()
    if not billing_known:
        _billing(claim.billing_provider, found)
    _providers(claim, found)
    _payers(claim, found)
    _bill(claim, found)
    _lines(claim, found)
    return tuple(found)


def faults(claim: Claim) -> tuple[Fault, ...]:
    """All that keeps a claim from being written: gaps, and codes that X12 cannot carry (a slower look)."""
    return *gaps(claim), *refused(claim)


def _billing(who: Provider, found: _Gaps) -> None:
    if not NAME(who.family):
        found.note("billing_provider.family", "the billing provider has no name", _SITE)
    if not who.npi:
        found.note("billing_provider.npi", "the billing provider has no NPI", _SITE)
    if not who.tax_id:
        found.note("billing_provider.tax_id", "no employer id", _SITE)
    _address("billing_provider.address", who.address, found)
    if len(digits(who.address.postal_code)) != _FULL_ZIP:
        found.note(
            "billing_provider.address.postal_code",
            "a billing ZIP has nine digits",
            "complete the site's data",
        )


def _providers(claim: Claim, found: _Gaps) -> None:
    for path, who in zip(_PROVIDERS, _EACH_PROVIDER(vars(claim)), strict=True):
        if who is not None and not NAME(who.family):
            found.note(f"{path}.family", "the provider has no name", "complete the provider in the EHR")


def _payers(claim: Claim, found: _Gaps) -> None:
    payers = claim.payers
    if not payers:
        found.note("payers", "nobody is billed", "register a coverage")
        return
    for place, payer in enumerate(payers):
        if not (payer.payer_id and payer.payer_name and payer.member_id):
            _coverage(f"payers[{place}]", payer, found)
        if not NAME(payer.subscriber.family):
            found.note(f"payers[{place}].subscriber.family", "the subscriber has no name", _COVERAGE)
    same = is_patient(payers[0])
    path, who = ("payers[0].subscriber", payers[0].subscriber) if same else ("patient", claim.patient)
    _address(f"{path}.address", who.address, found)
    if who.birth_date is None:
        found.note(f"{path}.birth_date", "no date of birth", _PATIENT)


def _coverage(path: str, payer: ClaimPayer, found: _Gaps) -> None:
    for field in ("payer_id", "payer_name", "member_id"):
        if not getattr(payer, field):
            found.note(f"{path}.{field}", "is empty", f"{_COVERAGE} or the payer in site.yaml")


def _address(path: str, where: Address, found: _Gaps) -> None:
    if not STREET(where.line1):
        found.note(f"{path}.line1", "is empty or too short", "complete the address")
    if len(CITY(where.city)) < _SHORTEST:
        found.note(f"{path}.city", "is empty or too short", "complete the address")
    if where.country in HOME:
        if not where.state:
            found.note(f"{path}.state", "is empty", "complete the address")
        if not where.postal_code:
            found.note(f"{path}.postal_code", "is empty", "complete the address")


def _bill(claim: Claim, found: _Gaps) -> None:
    if not claim.diagnoses:
        found.note("diagnoses", "no diagnosis", "code the encounter")
    if not claim.lines:
        found.note("lines", "no service line", "post the charges")
    if claim.claim_type is _PROFESSIONAL and not claim.place_of_service:
        found.note("place_of_service", "is empty", "complete the visit's place of service")
    if claim.claim_type is _INSTITUTIONAL:
        if not claim.type_of_bill:
            found.note("type_of_bill", "is empty", "state the class of the visit")
        if not (claim.admit_type and claim.discharge_status):
            found.note(
                "admit_type, discharge_status", "an institutional claim states both", "complete the visit"
            )
        if claim.attending_provider is None:
            found.note(
                "attending_provider", "an institutional claim names who attended", "complete the encounter"
            )


def _lines(claim: Claim, found: _Gaps) -> None:
    professional, most = claim.claim_type is _PROFESSIONAL, len(claim.diagnoses)
    for line in claim.lines:
        pointers = line.pointers
        if professional and not line.code:
            found.note(_of(line, "code"), "no CPT or HCPCS code", "map the charge in the charge master")
        if professional and not pointers:
            found.note(_of(line, "pointers"), "points to no diagnosis", "say what the service was for")
        if not professional and not line.revenue_code:
            found.note(_of(line, "revenue_code"), "is empty", "complete the charge master")
        if pointers and max(pointers) > most:
            beyond = next(each for each in pointers if each > most)
            found.note(
                _of(line, "pointers"), f"points to diagnosis {beyond}, which there is not", "code again"
            )


def _of(line: ClaimLine, field: str) -> str:
    return f"lines[{line.number - 1}].{field}"
