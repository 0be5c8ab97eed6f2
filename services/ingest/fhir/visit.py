"""Encounter: class, status, period, place, kind, admission and discharge."""

from datetime import date
from typing import Final

from services.contracts.base import Coding
from services.contracts.encounter import Visit, VisitClass, VisitStatus
from services.ingest.fhir.bundle import Resource
from services.ingest.fhir.concepts import codings, from_system, translate, vocabulary
from services.ingest.fhir.desk import Case, Desk
from services.ingest.fhir.node import Node
from services.ingest.fhir.primitives import Moment

NUBC_SOURCE: Final = ("https://www.nubc.org/CodeSystem/PointOfOrigin",)
NUBC_DISCHARGE: Final = ("https://www.nubc.org/CodeSystem/PatDischargeStatus",)
NUBC_ADMIT: Final = ("https://www.nubc.org/CodeSystem/PriorityTypeOfAdmitOrVisit",)
PLACE_OF_SERVICE: Final = (
    "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
)
_EXPIRED: Final = "20"


def read_class(node: Node, desk: Desk) -> VisitClass | None:
    """The visit's class: the site's own codes first, then HL7's."""
    given = node.node("class")
    if given is None:
        node.fault("class", "missing", "send a v3-ActCode class such as AMB, EMER or IMP")
        return None
    code = given.text("code")
    own = desk.site.visit_classes.get(code)
    known = vocabulary()["visit_class"].get(code)
    if own is None and known is None:
        given.fault(
            "code",
            "not a class that is known",
            "send a v3-ActCode class, or add it to site.yaml visit_classes",
        )
        return None
    return own or VisitClass(str(known))


def read_status(node: Node) -> VisitStatus | None:
    """Where the visit stands."""
    known = vocabulary()["encounter_status"].get(node.text("status"))
    if known is None:
        node.fault(
            "status", "not an R4 Encounter status", "send planned, in-progress, finished, cancelled, ..."
        )
        return None
    return VisitStatus(known)


def read_period(node: Node, status: VisitStatus | None) -> tuple[Moment | None, Moment | None]:
    """Start and end. A visit that never took place may lack them: then the day it was last updated stands."""
    start, end = node.period("period")
    if start is None and status in (VisitStatus.CANCELLED, VisitStatus.IN_PROGRESS):
        meta = node.node("meta")
        start = meta.exact("lastUpdated") if meta is not None else None
    if start is None and not _noted(node):
        node.fault("period.start", "missing", "send when the visit began: it is the date of service")
    return start, end


def _noted(node: Node) -> bool:
    """Whether the start is there but wrong, which has been noted already."""
    period = node.data.get("period")
    return (isinstance(period, dict) and bool(period.get("start"))) or (
        period is not None and not isinstance(period, dict)
    )


def read_visit(
    case: Case, status: VisitStatus, start: Moment, end: Moment | None, died: date | None
) -> Visit:
    """The visit, with what the site says where the EHR says nothing."""
    node = case.node
    types = tuple(each for concept in node.nodes("type") for each in codings(concept))
    reasons = tuple(each for concept in node.nodes("reasonCode") for each in codings(concept))
    service = codings(node.node("serviceType"))
    return Visit(
        visit_class=case.visit_class,
        status=status,
        start=start.first,
        end=None if end is None else end.last,
        first_day=start.day,
        last_day=None if end is None else end.last_day,
        first_hour=start.clock,
        last_hour="" if end is None else end.clock,
        admitted_on=_admitted_on(case),
        place_of_service=_place_of_service(case),
        types=types,
        reasons=reasons,
        department=case.desk.site.department(case.visit_class, _codes(types), _codes(service)),
        **_admission(case, died),
    )


def _admitted_on(case: Case) -> date | None:
    """The first day of the stay that this visit is a part of, where the message holds the stay."""
    whole = case.desk.index.resolve(case.resource, case.node.data.get("partOf"))
    if whole is None or whole.kind != "Encounter":
        return None
    period = whole.open(case.log).node("period")
    day = period.day("start") if period is not None else None
    return day if day is not None and day < case.first_day else None


def _codes(found: tuple[Coding, ...]) -> set[str]:
    return {coding.code for coding in found}


def _admission(case: Case, died: date | None) -> dict[str, str]:
    """UB-04 form locators 14, 15 and 17: the EHR's, else the site's for the class."""
    node = case.node
    stay = node.node("hospitalization")
    source = stay.node("admitSource") if stay else None
    disposition = stay.node("dischargeDisposition") if stay else None
    priority = node.node("priority")
    usual = case.desk.site.admission.get(case.visit_class)
    expired = _EXPIRED if usual and died is not None and case.first_day <= died <= case.last_day else ""
    return {
        "admit_type": from_system(priority, *NUBC_ADMIT)
        or translate("admit_type", priority)
        or (usual.admit_type if usual else ""),
        "admit_source": from_system(source, *NUBC_SOURCE)
        or translate("admit_source", source)
        or (usual.admit_source if usual else ""),
        "discharge_status": from_system(disposition, *NUBC_DISCHARGE)
        or translate("discharge_status", disposition)
        or expired
        or (usual.discharge_status if usual else ""),
    }


def _place_of_service(case: Case) -> str:
    """What the claim says, else what the site says of the location's type, else of the visit's class."""
    for part in case.claims:
        claim = part.claim.open(case.log)
        for position, item in enumerate(claim.nodes("item")):
            said = from_system(item.node("locationCodeableConcept"), PLACE_OF_SERVICE)
            if said and position in part.items:
                return said
    places = case.desk.site.place_of_service
    for location in _locations(case):
        node = location.open(case.log)
        for concept in node.nodes("type"):
            for coding in codings(concept):
                if coding.system == PLACE_OF_SERVICE:
                    return coding.code
                if coding.code in places.by_location_type:
                    return places.by_location_type[coding.code]
    return places.by_class.get(case.visit_class, "")


def _locations(case: Case) -> list[Resource]:
    index = case.desk.index
    found = (index.resolve(case.resource, each.data.get("location")) for each in case.node.nodes("location"))
    return [each for each in found if each is not None and each.kind == "Location"]
