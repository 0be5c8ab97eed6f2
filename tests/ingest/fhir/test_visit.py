from typing import Any

import pytest

from services.contracts.encounter import Visit, VisitClass, VisitStatus
from services.ingest.fhir.visit import PLACE_OF_SERVICE
from tests.ingest.bundles import SITE, TERMINOLOGY, Resources, concept, faults, read, the_broken, visit


def the_visit(resources: Resources) -> Visit:
    reading = read(resources)
    assert reading.broken == ()
    return reading.encounters[0].visit


def changed(**changes: Any) -> Resources:
    """The visit with its Encounter changed; None takes an element away."""
    resources = visit()
    encounter = resources["Encounter/e1"] | changes
    resources["Encounter/e1"] = {name: value for name, value in encounter.items() if value is not None}
    return resources


def test_the_days_are_those_of_the_clock_of_the_place() -> None:
    found = the_visit(visit())
    assert str(found.start) == "2026-03-11 02:00:00+00:00"
    assert str(found.first_day) == str(found.last_day) == "2026-03-10"
    assert str(read(visit()).encounters[0].service_date) == "2026-03-10"


@pytest.mark.parametrize(
    ("code", "visit_class", "place"),
    [
        ("AMB", VisitClass.AMBULATORY, "11"),
        ("EMER", VisitClass.EMERGENCY, "23"),
        ("IMP", VisitClass.INPATIENT, "21"),
        ("ACUTE", VisitClass.INPATIENT, "21"),
        ("NONAC", VisitClass.INPATIENT, "21"),
        ("OBSENC", VisitClass.OBSERVATION, "22"),
        ("HH", VisitClass.HOME, "12"),
        ("VR", VisitClass.VIRTUAL, "10"),
    ],
)
def test_classes_and_their_places(code: str, visit_class: VisitClass, place: str) -> None:
    found = the_visit(changed(**{"class": {"code": code}}))
    assert (found.visit_class, found.place_of_service) == (visit_class, place)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("finished", VisitStatus.FINISHED),
        ("cancelled", VisitStatus.CANCELLED),
        ("entered-in-error", VisitStatus.CANCELLED),
        ("in-progress", VisitStatus.IN_PROGRESS),
        ("planned", VisitStatus.IN_PROGRESS),
        ("onleave", VisitStatus.IN_PROGRESS),
    ],
)
def test_statuses(status: str, expected: VisitStatus) -> None:
    assert the_visit(changed(status=status)).status is expected


def test_the_site_may_name_classes_of_its_own() -> None:
    site = SITE.model_copy(update={"visit_classes": {"WALKIN": VisitClass.AMBULATORY}})
    resources = changed(**{"class": {"code": "WALKIN"}})
    assert read(resources, site).encounters[0].visit.visit_class is VisitClass.AMBULATORY
    assert faults(the_broken(read(resources))) == {"(Encounter/e1).class.code": "not a class that is known"}


def test_all_errors_of_an_encounter_at_once() -> None:
    resources = changed(
        **{"class": None},
        status="done",
        period={"start": "2026-03-10T21:00:00", "end": "tomorrow"},
        subject=None,
    )
    resources["DocumentReference/n1"]["date"] = "last week"
    resources["Claim/k1"]["item"][0]["net"] = {"value": -1}
    assert faults(the_broken(read(resources))) == {
        "(Encounter/e1).class": "missing",
        "(Encounter/e1).status": "not an R4 Encounter status",
        "(Encounter/e1).period.start": "a time without its zone",
        "(Encounter/e1).period.end": "not a FHIR dateTime",
        "(Encounter/e1).subject": "missing: an encounter without a patient",
        "(DocumentReference/n1).date": "not a FHIR dateTime",
        "(Claim/k1).item[0].net.value": "a negative charge",
    }


def test_an_end_before_the_start() -> None:
    resources = changed(period={"start": "2026-03-10", "end": "2026-03-09"})
    assert faults(the_broken(read(resources))) == {
        "(Encounter/e1).period.end": "before the start of the period"
    }


@pytest.mark.parametrize("period", [None, {}, {"end": "2026-03-10"}])
def test_a_finished_visit_needs_its_start(period: dict[str, str] | None) -> None:
    assert faults(the_broken(read(changed(period=period)))) == {"(Encounter/e1).period.start": "missing"}


def test_a_visit_that_never_was_may_lack_its_period() -> None:
    resources = changed(status="cancelled", period=None, meta={"lastUpdated": "2026-03-12T08:00:00Z"})
    assert str(the_visit(resources).first_day) == "2026-03-12"


def test_admission_and_discharge_as_the_ehr_says() -> None:
    found = the_visit(
        changed(
            **{"class": {"code": "IMP"}},
            priority=concept(TERMINOLOGY + "v3-ActPriority", "EL"),
            hospitalization={
                "admitSource": concept("https://www.nubc.org/CodeSystem/PointOfOrigin", "4"),
                "dischargeDisposition": concept(TERMINOLOGY + "discharge-disposition", "snf"),
            },
        )
    )
    assert (found.admit_type, found.admit_source, found.discharge_status) == ("3", "4", "03")


def test_the_hours_are_those_of_the_place() -> None:
    found = the_visit(visit())
    assert (found.first_hour, found.last_hour) == ("2100", "2130")
    utc = the_visit(changed(period={"start": "2026-03-10T21:00:00Z", "end": "2026-03-10T22:00:00Z"}))
    assert (utc.first_hour, utc.last_hour) == ("", "")


def test_a_part_of_a_stay_knows_the_day_of_admission() -> None:
    resources = changed(partOf={"reference": "Encounter/e0"})
    assert the_visit(resources).admitted_on is None
    resources["Encounter/e0"] = resources["Encounter/e1"] | {
        "id": "e0",
        "partOf": None,
        "period": {"start": "2026-02-01T08:00:00-05:00", "end": "2026-03-20"},
    }
    (part,) = [each for each in read(resources).encounters if each.encounter_id == "e1"]
    assert str(part.visit.admitted_on) == "2026-02-01"


def test_or_as_the_site_says_where_the_ehr_does_not() -> None:
    found = the_visit(changed(**{"class": {"code": "IMP"}}))
    assert (found.admit_type, found.admit_source, found.discharge_status) == ("1", "1", "01")
    resources = changed(**{"class": {"code": "IMP"}})
    resources["Patient/p1"]["deceasedDateTime"] = "2026-03-10T21:20:00-05:00"
    assert the_visit(resources).discharge_status == "20"
    assert the_visit(visit()).discharge_status == ""


def test_the_place_of_the_claim_goes_before_the_location_s_and_the_class_s() -> None:
    resources = changed(location=[{"location": {"reference": "Location/l1"}}])
    resources["Location/l1"] = {"resourceType": "Location", "id": "l1", "type": [concept("", "UC")]}
    assert the_visit(resources).place_of_service == "20"
    resources["Location/l1"]["type"] = [concept(PLACE_OF_SERVICE, "72")]
    assert the_visit(resources).place_of_service == "72"
    resources["Claim/k1"]["item"][0]["locationCodeableConcept"] = concept(PLACE_OF_SERVICE, "19")
    assert the_visit(resources).place_of_service == "19"


def test_the_department_is_the_site_s() -> None:
    assert the_visit(changed(**{"class": {"code": "EMER"}})).department == "emergency"
    assert the_visit(visit()).department == ""
