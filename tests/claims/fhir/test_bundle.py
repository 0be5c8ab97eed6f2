"""FHIR claims: what stands in them, and what HL7's own rules say of them (HAPI's validator, from Maven)."""

import fcntl
import json
import shutil
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import orjson
import pytest

from services.claims.fhir import bundle
from services.contracts.claim import Claim, Frequency, PayerSequence
from services.contracts.encounter import ClaimType
from services.contracts.resources import folder
from tests.claims.x12.oracles import some_claims
from tests.claims.x12.samples import claim, payer

ROOM = folder("deploy") / "fhir-validator"
LIBS = ROOM / "target" / "libs"


def as_json(each: Claim) -> dict[str, Any]:
    """The bundle as a reader of JSON sees it, numbers exact."""
    made: dict[str, Any] = json.loads(orjson.dumps(bundle(each)), parse_float=Decimal)
    return made


def resources(each: Claim, kind: str) -> list[dict[str, Any]]:
    """The bundle's resources of a kind."""
    return [row["resource"] for row in as_json(each)["entry"] if row["resource"]["resourceType"] == kind]


def test_a_claim_keeps_its_lines_pointers_and_dollars() -> None:
    (made,) = resources(claim(1), "Claim")
    assert made["total"] == {"value": Decimal("241.00"), "currency": "USD"}
    assert [item["diagnosisSequence"] for item in made["item"]] == [[1, 2], [1, 2]]
    assert [item["net"]["value"] for item in made["item"]] == [Decimal("120.50")] * 2
    assert [each["diagnosisCodeableConcept"]["coding"][0]["code"] for each in made["diagnosis"]] == [
        "I10",
        "E11.9",
    ]
    assert made["item"][0]["detail"][0]["productOrService"]["coding"][0]["code"] == "00002751001"


def test_a_line_names_its_prescription() -> None:
    """As ingest reads it: supporting information that refers to the order by its number."""
    one, two = claim(1).lines
    with_number = claim(1, lines=(one, two.model_copy(update={"prescription": "RX7"})))
    (made,) = resources(with_number, "Claim")
    assert [item.get("informationSequence") for item in made["item"]] == [None, [1]]
    assert made["supportingInfo"][0]["valueReference"]["identifier"] == {"value": "RX7"}


def test_payers_stand_in_paying_order_with_the_billed_one_first() -> None:
    (made,) = resources(
        claim(1, payers=(payer("A"), payer("B", PayerSequence.SECONDARY, relationship="spouse"))), "Claim"
    )
    assert [(each["sequence"], each["focal"]) for each in made["insurance"]] == [(1, True), (2, False)]


def test_a_replacement_names_the_claim_before_and_a_void_is_cancelled() -> None:
    replaced = claim(1, version=2, frequency=Frequency.REPLACEMENT, original_reference="ICN7")
    (made,) = resources(replaced, "Claim")
    assert made["related"][0]["claim"]["identifier"]["value"] == "ICN7"
    (void,) = resources(claim(1, version=2, frequency=Frequency.VOID), "Claim")
    assert void["status"] == "cancelled"


def test_every_reference_leads_to_an_entry() -> None:
    for kind in ClaimType:
        made = as_json(claim(1, kind))
        known = {row["fullUrl"] for row in made["entry"]}
        assert set(references(made)) <= known
        assert len(known) == len(made["entry"])


def references(node: Any) -> Iterator[str]:
    """Every literal reference below a node."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "reference":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for each in node:
            yield from references(each)


@pytest.fixture(scope="module")
def validator() -> list[str]:
    """The command that validates; Maven fetches it once. Without Java or Maven this fails and says so."""
    java, maven = shutil.which("java"), shutil.which("mvn")
    assert java, "no java on the PATH: install a JDK 17 or newer"
    assert maven, "no mvn on the PATH: install Apache Maven"
    (ROOM / "target").mkdir(exist_ok=True)
    with (ROOM / "target" / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (LIBS / ".complete").exists():
            command = [maven, "-B", "-q", "-f", str(ROOM / "pom.xml"), "package"]
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
            assert done.returncode == 0, done.stdout[-2000:]
            (LIBS / ".complete").touch()
    quick = ("-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")  # most of its time is the start
    return [java, *quick, "-cp", f"{LIBS}/*", str(ROOM / "Validate.java")]


def errors(command: list[str], bundles: list[bytes]) -> list[str]:
    """The validator's errors, each with the number of its bundle."""
    done = subprocess.run(
        command, input=b"\n".join(bundles) + b"\n", capture_output=True, check=False, timeout=180
    )
    *found, last = done.stdout.decode().splitlines()
    assert last == f"validated {len(bundles)}", done.stderr.decode()[-2000:]
    return found


def test_hl7s_rules_find_no_error_and_would_find_one(validator: list[str]) -> None:
    """Claims of both forms with all that they can carry; the last bundle is broken on purpose."""
    claims = (*some_claims(10), claim(1), claim(2, ClaimType.INSTITUTIONAL))
    made = [orjson.dumps(bundle(each)) for each in claims]
    broken = made[-1].replace(b'"use":"claim"', b'"use":"guess"')
    assert broken != made[-1]
    found = errors(validator, [*made, broken])
    assert found
    assert {line.split("\t")[0] for line in found} == {str(len(made) + 1)}, found
