"""What was given to the patient in a visit."""

from typing import Annotated

from pydantic import AwareDatetime

from services.contracts.base import Coding, Contract, Doc, Measure


class Administration(Contract):
    """A drug that was given in the visit: the dose as it was charted, not as it was charged."""

    administration_id: str
    codings: Annotated[
        tuple[Coding, ...], Doc("The drug: RxNorm, NDC", fhir="MedicationAdministration.medication")
    ] = ()
    text: str = ""
    ndc: Annotated[str, Doc("National drug code, 11 digits")] = ""
    quantity: Annotated[Measure | None, Doc("The dose", fhir="MedicationAdministration.dosage.dose")] = None
    unit: Annotated[str, Doc("Of the dose (UCUM)", fhir="MedicationAdministration.dosage.dose.code")] = ""
    route: Annotated[
        tuple[Coding, ...], Doc("How, at most one", fhir="MedicationAdministration.dosage.route")
    ] = ()
    start: Annotated[AwareDatetime | None, Doc("When", fhir="MedicationAdministration.effective")] = None
    end: Annotated[AwareDatetime | None, Doc("Until when, where it took time")] = None
