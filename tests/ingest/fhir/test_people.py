import pytest

from services.contracts.encounter import Patient, Sex
from services.contracts.keys import patient_key
from tests.ingest.bundles import SITE, Resources, faults, read, the_broken, visit


def patient(resources: Resources) -> Patient:
    reading = read(resources)
    assert reading.broken == ()
    return reading.encounters[0].patient


def test_the_patient() -> None:
    found = patient(visit())
    assert (found.family, found.given, found.sex, found.mrn) == ("Ferrante", "Lucia", Sex.FEMALE, "RB-10021")
    assert str(found.birth_date) == "1968-02-11"
    assert found.patient_key == patient_key(SITE.source, "p1")
    assert (found.address.state, found.address.country) == ("MA", "US")


def test_the_official_name_and_the_home_address_go_first() -> None:
    resources = visit()
    resources["Patient/p1"] |= {
        "name": [
            {"use": "maiden", "family": "Old"},
            {"use": "official", "family": "New", "given": ["A", "B"], "suffix": ["Jr."]},
        ],
        "address": [
            {"use": "old", "city": "Lowell"},
            {"use": "home", "city": "Salem", "line": ["a", "b", "c"]},
        ],
    }
    found = patient(resources)
    assert (found.family, found.given, found.middle, found.suffix) == ("New", "A", "B", "Jr.")
    assert (found.address.city, found.address.line1, found.address.line2) == ("Salem", "a", "b c")


@pytest.mark.parametrize(("gender", "sex"), [("male", Sex.MALE), ("other", Sex.UNKNOWN), (None, Sex.UNKNOWN)])
def test_sex(gender: str | None, sex: Sex) -> None:
    resources = visit()
    resources["Patient/p1"]["gender"] = gender
    assert patient(resources).sex is sex


def test_half_a_birth_date_is_none_and_a_wrong_one_is_an_error() -> None:
    resources = visit()
    resources["Patient/p1"]["birthDate"] = "1968"
    assert patient(resources).birth_date is None
    resources["Patient/p1"]["birthDate"] = "11/02/1968"
    assert faults(the_broken(read(resources))) == {"(Patient/p1).birthDate": "not a FHIR dateTime"}


def test_the_day_of_death() -> None:
    resources = visit()
    resources["Patient/p1"]["deceasedDateTime"] = "2026-05-01T10:00:00-04:00"
    assert str(patient(resources).death_date) == "2026-05-01"


@pytest.mark.parametrize(
    ("subject", "message"),
    [
        (None, "missing: an encounter without a patient"),
        ({"display": "Somebody"}, "the patient is not in the bundle"),
        ({"reference": "Organization/o1"}, "a Organization, not a Patient"),
    ],
)
def test_an_encounter_needs_its_patient(subject: dict[str, str] | None, message: str) -> None:
    resources = visit()
    resources["Encounter/e1"]["subject"] = subject
    reading = read(resources)
    encounter = next(each for each in reading.broken if each.encounter_id == "e1")
    assert faults(encounter) == {"(Encounter/e1).subject": message}
    assert encounter.charged is not None
    assert str(encounter.charged) == "180.20"
