from hashlib import sha256

from services.ingest.fhir.envelope import envelope
from tests.ingest.bundles import bundle, visit


def test_the_key_is_the_bundle_s_identifier_else_its_id_else_a_digest() -> None:
    resources = visit().values()
    assert envelope(bundle(resources, identifier={"value": "msg-7"}, id="b1")).key == "msg-7"
    assert envelope(bundle(resources, id="b1")).key == "b1"
    bare = bundle(resources)
    assert envelope(bare).key == sha256(bare).hexdigest()[:24]


def test_the_order_is_the_patient_s() -> None:
    first, second = bundle(visit().values(), id="b1"), bundle(visit().values(), id="b2")
    assert envelope(first).order_key == envelope(second).order_key == "p1"


def test_what_is_no_bundle_has_an_envelope_too() -> None:
    for value in (b"", b"{", b"[]", b'"x"', b'{"entry": [1, {"resource": {"resourceType": "Patient"}}]}'):
        found = envelope(value)
        assert found.key == found.order_key == sha256(value).hexdigest()[:24]
