"""The site: what an EHR does not say about itself, in `site.yaml` beside the charge master.

Who bills, who pays under which payer id, which place of service a kind of visit has. Every key is in
docs/integrating-an-ehr.md; `examples/site/site.yaml` is one that works.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Annotated, Any, Final

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from services.contracts.encounter import Address, ClaimType, VisitClass
from services.contracts.npi import has_check_digit
from services.contracts.resources import SITE_VARIABLE
from services.ingest.errors import SiteError

SITE_FILE: Final = "site.yaml"
_INSTITUTIONAL: Final = (VisitClass.EMERGENCY, VisitClass.INPATIENT, VisitClass.OBSERVATION)


def _checked_npi(npi: str) -> str:
    if not has_check_digit(npi):
        raise ValueError("not an NPI: ten digits, the last of which checks the others")
    return npi


Npi = Annotated[str, AfterValidator(_checked_npi)]
Taxonomy = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{9}X$")]
Digits2 = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
TaxId = Annotated[str, StringConstraints(pattern=r"^[0-9]{9}$")]
Phone = Annotated[str, StringConstraints(pattern=r"^[0-9]{10}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SiteProvider(_Part):
    """A provider that the site names: an organisation has a `name`, a person `family` and `given`."""

    npi: Npi
    taxonomy: Taxonomy
    name: str = ""
    family: str = ""
    given: str = ""
    tax_id: TaxId | None = None
    address: Address = Address()
    phone: Phone | None = None

    def as_actor(self) -> dict[str, Any]:
        """As fields of the contract's Provider, its role apart."""
        return {
            "npi": self.npi,
            "taxonomy": self.taxonomy,
            "family": self.name or self.family,
            "given": self.given,
            "tax_id": self.tax_id or "",
            "address": self.address,
            "phone": self.phone or "",
        }


class TestNpis(_Part):
    """NPIs that NPPES never issues: an EHR's test practitioners are billed as `bill_as`."""

    __test__ = False  # pytest takes classes named Test... for tests

    prefix: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}$")]
    bill_as: SiteProvider


class InstitutionalPayer(_Part):
    """What of a payer is another on institutional claims; what is empty is the same."""

    payer_id: str = ""
    payer_name: str = ""
    filing_indicator: str = ""


class Payer(_Part):
    """Who pays. `member_id_from`: the Patient.identifier system that holds the member id."""

    payer_id: str = ""
    payer_name: str
    payer_kind: str = "other"
    filing_indicator: str = ""
    institutional: InstitutionalPayer | None = None
    member_id_from: str = ""


class PayerMatch(_Part):
    """What a Coverage must say; every list that is given must hold one of its values."""

    type: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    identifier: tuple[str, ...] = ()

    def fits(self, types: Sequence[str], name: str, identifiers: Sequence[str]) -> bool:
        """Whether a Coverage of those types with a payor of that name and those identifiers is meant."""
        names = {each.casefold() for each in self.name}
        return (
            (not self.type or not set(self.type).isdisjoint(types))
            and (not names or name.casefold() in names)
            and (not self.identifier or not set(self.identifier).isdisjoint(identifiers))
        )


class PayerRule(Payer):
    """A payer, and the Coverages that mean it."""

    match: PayerMatch


class PlaceOfService(_Part):
    """CMS place of service codes by class of visit, and by Location.type, which goes first."""

    by_class: dict[VisitClass, Digits2] = {}
    by_location_type: dict[str, Digits2] = {}


class DepartmentRule(_Part):
    """A department, and the visits that are its; what is not given fits every visit."""

    department: str
    visit_class: VisitClass | None = None
    type: str | None = None
    service_type: str | None = None

    def fits(self, visit_class: VisitClass, types: AbstractSet[str], service_types: AbstractSet[str]) -> bool:
        """Whether a visit is the department's."""
        return (
            self.visit_class in (None, visit_class)
            and (self.type is None or self.type in types)
            and (self.service_type is None or self.service_type in service_types)
        )


class Admission(_Part):
    """UB-04 form locators 14, 15 and 17 where the EHR says nothing."""

    admit_type: str = ""
    admit_source: str = ""
    discharge_status: str = ""


class Site(_Part):
    """`site.yaml`, checked. Sections named after services are theirs and not looked into here."""

    source: Annotated[str, StringConstraints(min_length=1)]
    charge_lag_days: Annotated[int, Field(ge=0, le=365)] = 3
    billing: SiteProvider
    facility: SiteProvider | None = None
    default_taxonomy: Taxonomy | None = None
    test_npis: TestNpis | None = None
    payers: tuple[PayerRule, ...] = ()
    default_payer: Payer | None = None
    place_of_service: PlaceOfService = PlaceOfService()
    departments: tuple[DepartmentRule, ...] = ()
    claim_type_by_class: dict[VisitClass, ClaimType] = {}
    admission: dict[VisitClass, Admission] = {}
    visit_classes: dict[str, VisitClass] = {}
    coder: dict[str, Any] = {}
    validator: dict[str, Any] = {}
    claims: dict[str, Any] = {}

    def payer(self, types: Sequence[str], name: str, identifiers: Sequence[str]) -> Payer | None:
        """The first rule that fits a Coverage, else the default payer, else None."""
        fitting = (rule for rule in self.payers if rule.match.fits(types, name, identifiers))
        return next(fitting, self.default_payer)

    @property
    def usual_taxonomy(self) -> str:
        """The taxonomy of a practitioner whose own is not stated; empty where the site has none."""
        return self.default_taxonomy or ""

    def department(
        self, visit_class: VisitClass, types: AbstractSet[str], service_types: AbstractSet[str]
    ) -> str:
        """The department of the first rule that fits a visit, else nothing."""
        fitting = (
            rule.department for rule in self.departments if rule.fits(visit_class, types, service_types)
        )
        return next(fitting, "")

    def claim_type(self, visit_class: VisitClass, stated: ClaimType | None) -> ClaimType:
        """The site's word for the class, else what the EHR's claim says, else the usual form of the class."""
        usual = ClaimType.INSTITUTIONAL if visit_class in _INSTITUTIONAL else ClaimType.PROFESSIONAL
        return self.claim_type_by_class.get(visit_class) or stated or usual

    def is_test_npi(self, npi: str) -> bool:
        """Whether the NPI is one of the EHR's test practitioners."""
        return self.test_npis is not None and npi.startswith(self.test_npis.prefix)


def load_site(where: Path) -> Site:
    """The site in a folder; raises `SiteError`, which names the file and every place at fault."""
    file = where / SITE_FILE
    try:
        raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SiteError(
            f"{file}: cannot be read ({error.strerror}); set {SITE_VARIABLE} to a site's folder"
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SiteError(f"{file}: not YAML: {error}") from None
    if not isinstance(raw, dict):
        raise SiteError(f"{file}: not a YAML mapping; examples/site/site.yaml shows what belongs there")
    try:
        return Site.model_validate(raw)
    except ValidationError as error:
        places = "\n".join(f"  {'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise SiteError(f"{file}: {error.error_count()} place(s) at fault:\n{places}") from None
