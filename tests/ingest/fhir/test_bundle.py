import orjson
import pytest

from services.ingest.errors import UnreadableMessage
from services.ingest.fhir.bundle import BUNDLE_TYPES, MAX_BYTES, open_bundle
from tests.ingest.bundles import bundle, visit


def refused(value: bytes) -> str:
    with pytest.raises(UnreadableMessage) as caught:
        open_bundle(value)
    assert all(error.message and error.fix and error.path for error in caught.value.errors)
    return str(caught.value)


def test_every_type_of_bundle_that_carries_resources_is_read() -> None:
    for kind in BUNDLE_TYPES:
        assert len(open_bundle(bundle(visit().values(), kind)).resources) == len(visit())


def test_truncated_json_names_the_place() -> None:
    assert "not JSON" in refused(bundle(visit().values())[:-100])
    assert "line 1" in refused(bundle(visit().values())[:-100])


def test_text_that_is_not_utf_8_names_the_byte() -> None:
    assert "not UTF-8 (byte 0)" in refused(b"\xff\xfe{}")


def test_a_byte_order_mark_is_no_harm() -> None:
    assert open_bundle(b"\xef\xbb\xbf" + bundle(visit().values())).resources


def test_a_message_over_the_limit_says_both_sizes() -> None:
    assert "20.0 MiB, over the limit of 16 MiB" in refused(b" " * 20 * 2**20)
    assert MAX_BYTES == 16 * 2**20


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (b"", "not JSON"),
        (b"[]", "not a JSON object"),
        (b'{"resourceType": "Patient"}', "Patient, not Bundle"),
        (b'{"resourceType": "Lucia Ferrante"}', "?, not Bundle"),
        (b'{"resourceType": "Bundle", "type": "collection", "entry": []}', "no entries"),
        (b'{"resourceType": "Bundle", "type": "history", "entry": [{}]}', "not a type that is read"),
    ],
)
def test_what_is_no_bundle(value: bytes, told: str) -> None:
    assert told in refused(value)


def test_type_and_entries_are_both_told() -> None:
    told = refused(b'{"resourceType": "Bundle"}')
    assert "Bundle.type" in told
    assert "Bundle.entry" in told


def test_a_bundle_without_an_encounter_is_refused_whole() -> None:
    resources = visit()
    del resources["Encounter/e1"]
    assert "no Encounter among the entries" in refused(bundle(resources.values()))


def test_entries_that_are_no_resources_are_strays_and_the_rest_is_read() -> None:
    root = orjson.loads(bundle(visit().values()))
    root["entry"] += [
        {"resource": {"id": "x"}},
        "nothing",
        {"request": {"method": "DELETE", "url": "Encounter/e9"}},
        {"request": {"method": "GET", "url": "Encounter/e9"}},
        {"response": {"status": "200"}},
        {"resource": {"resourceType": "OperationOutcome"}},
    ]
    opened = open_bundle(orjson.dumps(root))
    assert len(opened.resources) == len(visit())
    messages = [stray.errors[0].message for stray in opened.strays]
    assert messages == [
        "not a FHIR resource",
        "not a FHIR resource",
        "DELETE does not say what becomes of the claims",
    ]


def test_of_two_versions_the_later_is_kept_in_either_order() -> None:
    old = visit()["Encounter/e1"]
    new = old | {"meta": {"versionId": "4"}}
    for pair in ([old, new], [new, old]):
        opened = open_bundle(bundle(pair))
        assert opened.resources["Encounter", "e1"].data["meta"]["versionId"] == "4"


def test_two_that_differ_with_one_version_are_an_error_of_the_resource() -> None:
    one = visit()["Encounter/e1"]
    kept = open_bundle(bundle([one, one | {"status": "cancelled"}])).resources["Encounter", "e1"]
    assert "twice" in kept.faults[0].message
    assert not open_bundle(bundle([one, one])).resources["Encounter", "e1"].faults


def test_the_id_may_stand_in_the_full_url_only() -> None:
    encounter = visit()["Encounter/e1"]
    del encounter["id"]
    opened = open_bundle(bundle([encounter], full_url=lambda _: "urn:uuid:7d0b1c1e"))
    assert ("Encounter", "7d0b1c1e") in opened.resources
    assert opened.resources["Encounter", "7d0b1c1e"].faults == ()


def test_an_encounter_without_an_id_is_an_error_of_it() -> None:
    encounter = visit()["Encounter/e1"]
    del encounter["id"]
    (resource,) = open_bundle(bundle([encounter])).resources.values()
    assert resource.faults[0].message == "no id"
