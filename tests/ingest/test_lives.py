"""Whole lives of synthetic patients: with the example site, raw Synthea output can become claims."""

from decimal import Decimal
from pathlib import Path
from time import process_time

import pytest

from services.codesets.charge_master import load
from services.contracts.encounter import ClaimType, Encounter, ProviderRole, VisitClass
from services.contracts.npi import has_check_digit
from services.ingest.fhir.reader import read_bundle
from services.pipeline.intake import intake
from tests.ingest.bundles import SITE, SITE_FOLDER

LEAST_PER_SECOND = 100
"""Encounters a second of processor time, far under what was measured (over 500): finds slips, not noise."""


@pytest.fixture(scope="session")
def encounters(lives: list[Path]) -> list[Encounter]:
    readings = [read_bundle(life.read_bytes(), SITE) for life in lives]
    assert all(reading.broken == () for reading in readings)
    return [encounter for reading in readings for encounter in reading.encounters]


def test_every_encounter_and_every_dollar_of_the_files_is_read(
    lives: list[Path], encounters: list[Encounter]
) -> None:
    expected = intake(lives).charged
    assert {each.encounter_id: each.charged for each in encounters} == expected
    assert sum(expected.values()) > Decimal(1000)


def test_who_is_insured_has_a_payer_and_a_member_id(encounters: list[Encounter]) -> None:
    coverages = [coverage for each in encounters for coverage in each.coverages]
    assert coverages
    for coverage in coverages:
        assert coverage.payer_kind == "self_pay" or (coverage.payer_id and coverage.member_id)


def test_everybody_who_bills_has_an_npi(encounters: list[Encounter]) -> None:
    for each in encounters:
        roles = {provider.role: provider for provider in each.providers}
        assert {ProviderRole.BILLING, ProviderRole.RENDERING, ProviderRole.FACILITY} <= set(roles)
        assert all(has_check_digit(provider.npi) and provider.taxonomy for provider in each.providers)
        hospital = each.visit.visit_class in (VisitClass.EMERGENCY, VisitClass.INPATIENT)
        assert (ProviderRole.ATTENDING in roles) is hospital


def test_forms_and_places_follow_the_kind_of_visit(encounters: list[Encounter]) -> None:
    for each in encounters:
        hospital = each.visit.visit_class in (VisitClass.EMERGENCY, VisitClass.INPATIENT)
        expected = ClaimType.INSTITUTIONAL if hospital else ClaimType.PROFESSIONAL
        assert {charge.claim_type for charge in each.charges} == {expected}
        assert each.visit.place_of_service


def test_every_visit_has_its_note(encounters: list[Encounter]) -> None:
    assert all(document.text.strip() for each in encounters for document in each.documents)
    assert sum(len(each.documents) for each in encounters) == len(encounters)


def test_the_charge_master_maps_every_charge(encounters: list[Encounter]) -> None:
    master = load(SITE_FOLDER / "charge-master.csv")
    for each in encounters:
        visit = each.visit
        for charge in each.charges:
            found = (
                master.find(c.system, c.code, visit.visit_class.value, visit.department)
                for c in charge.codings
            )
            assert any(found), f"{charge.codings} of a visit that is {visit.visit_class}"


def test_a_whole_life_is_read_quickly(lives: list[Path]) -> None:
    values = [life.read_bytes() for life in lives]
    began = process_time()
    count = sum(len(read_bundle(value, SITE).encounters) for value in values)
    assert count / (process_time() - began) > LEAST_PER_SECOND
