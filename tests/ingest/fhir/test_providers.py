from typing import Any

from services.contracts.encounter import Provider, ProviderRole
from tests.ingest.bundles import NPI, SITE, TERMINOLOGY, Resources, concept, read, visit

NUCC = "http://nucc.org/provider-taxonomy"


def providers(resources: Resources) -> dict[ProviderRole, Provider]:
    reading = read(resources)
    assert reading.broken == ()
    found = reading.encounters[0].providers
    assert len({provider.role for provider in found}) == len(found)
    return {provider.role: provider for provider in found}


def participant(code: str, reference: str) -> dict[str, Any]:
    kind = concept(TERMINOLOGY + "v3-ParticipationType", code)
    return {"type": [kind], "individual": {"reference": reference}}


def test_who_rendered_who_bills_and_where() -> None:
    found = providers(visit())
    assert found[ProviderRole.RENDERING].npi == "2000000051"
    assert (found[ProviderRole.RENDERING].family, found[ProviderRole.RENDERING].given) == ("Silva", "Marta")
    assert found[ProviderRole.RENDERING].taxonomy == SITE.default_taxonomy
    assert found[ProviderRole.BILLING].npi == SITE.billing.npi
    assert found[ProviderRole.BILLING].tax_id == SITE.billing.tax_id
    assert SITE.facility is not None
    assert found[ProviderRole.FACILITY].npi == SITE.facility.npi


def test_the_taxonomy_of_a_practitioner_s_role() -> None:
    resources = visit()
    resources["PractitionerRole/q1"] = {
        "resourceType": "PractitionerRole",
        "id": "q1",
        "practitioner": {"reference": "Practitioner/d1"},
        "specialty": [concept(NUCC, "207R00000X")],
    }
    assert providers(resources)[ProviderRole.RENDERING].taxonomy == "207R00000X"
    resources["Encounter/e1"]["participant"] = [participant("PPRF", "PractitionerRole/q1")]
    assert providers(resources)[ProviderRole.RENDERING].npi == "2000000051"
    assert providers(resources)[ProviderRole.RENDERING].taxonomy == "207R00000X"


def test_a_test_practitioner_is_billed_as_the_site_says() -> None:
    resources = visit()
    resources["Practitioner/d1"]["identifier"] = [{"system": NPI, "value": "9999567757"}]
    assert SITE.test_npis is not None
    assert providers(resources)[ProviderRole.RENDERING].npi == SITE.test_npis.bill_as.npi
    without = SITE.model_copy(update={"test_npis": None})
    (encounter,) = read(resources, without).encounters
    assert "9999567757" in [provider.npi for provider in encounter.providers]


def test_an_npi_of_a_wrong_form_is_for_the_validator_to_hold() -> None:
    resources = visit()
    resources["Practitioner/d1"]["identifier"] = [{"system": NPI, "value": "12-34"}]
    assert providers(resources)[ProviderRole.RENDERING].npi == "12-34"


def test_in_a_hospital_the_primary_performer_is_the_attending_too() -> None:
    resources = visit()
    resources["Encounter/e1"]["class"]["code"] = "IMP"
    found = providers(resources)
    assert found[ProviderRole.ATTENDING].npi == found[ProviderRole.RENDERING].npi
    resources["Encounter/e1"]["participant"] = [participant("ATND", "Practitioner/d1")]
    assert ProviderRole.RENDERING not in providers(resources)


def test_care_team_and_referral_of_the_claim() -> None:
    resources = visit()
    for name, npi in (("d2", "2000000069"), ("d3", "2000000077")):
        resources[f"Practitioner/{name}"] = resources["Practitioner/d1"] | {
            "id": name,
            "identifier": [{"system": NPI, "value": npi}],
        }
    resources["ServiceRequest/s1"] = {
        "resourceType": "ServiceRequest",
        "id": "s1",
        "identifier": [{"value": "REF-77"}],
        "requester": {"reference": "Practitioner/d3"},
    }
    resources["Claim/k1"] |= {
        "careTeam": [
            {
                "sequence": 1,
                "provider": {"reference": "Practitioner/d2"},
                "role": concept(TERMINOLOGY + "claimcareteamrole", "supervisor"),
            }
        ],
        "referral": {"reference": "ServiceRequest/s1"},
    }
    found = providers(resources)
    assert found[ProviderRole.SUPERVISING].npi == "2000000069"
    assert found[ProviderRole.REFERRING].npi == "2000000077"
    assert read(resources).encounters[0].referral_number == "REF-77"


def test_a_facility_with_an_npi_of_its_own() -> None:
    resources = visit()
    resources["Organization/o1"] |= {
        "identifier": [{"system": NPI, "value": "2000000085"}],
        "telecom": [{"system": "phone", "value": "(617) 555-0199"}],
        "address": [{"line": ["1 Mill St"], "state": "MA", "postalCode": "02118-1234"}],
    }
    found = providers(resources)[ProviderRole.FACILITY]
    assert (found.npi, found.phone, found.address.postal_code) == ("2000000085", "6175550199", "021181234")


def test_somebody_alone_without_a_type_rendered_the_service() -> None:
    resources = visit()
    del resources["Encounter/e1"]["participant"][0]["type"]
    assert providers(resources)[ProviderRole.RENDERING].npi == "2000000051"
