"""Office visits of invented patients, made from the example so that tests need not spell a bundle out."""

import json
from collections.abc import Callable
from typing import Any

from services.contracts.resources import folder

Bundle = dict[str, Any]
Change = Callable[[Bundle], None]


def bundle(ident: str, patient: str = "", version: int = 1) -> Bundle:
    """The example office visit (252.00 dollars, clean) as encounter `ident` of a patient of its own."""
    text = (folder("examples") / "bundles" / "office-visit.json").read_text()
    text = text.replace("patient-ferrante", patient or f"patient-of-{ident}").replace("office-visit", ident)
    made: Bundle = json.loads(text)
    resource(made, "Encounter")["meta"]["versionId"] = str(version)
    return made


def visit(ident: str, *changes: Change, patient: str = "", version: int = 1) -> bytes:
    """The visit's bytes after some changes."""
    made = bundle(ident, patient, version)
    for change in changes:
        change(made)
    return json.dumps(made).encode()


def resource(made: Bundle, kind: str) -> dict[str, Any]:
    """The first resource of that type."""
    found: dict[str, Any] = next(
        e["resource"] for e in made["entry"] if e["resource"]["resourceType"] == kind
    )
    return found


def without(kind: str) -> Change:
    """Leave out the resources of a type."""

    def change(made: Bundle) -> None:
        made["entry"] = [e for e in made["entry"] if e["resource"]["resourceType"] != kind]

    return change


def second_coverage(made: Bundle) -> None:
    """Insure the patient a second time: with Medicaid, which pays last."""
    first = resource(made, "Coverage")
    second = {
        **first,
        "id": f"{first['id']}-2",
        "order": 2,
        "subscriberId": "MH100200300",
        "payor": [{"display": "Medicaid"}],
    }
    made["entry"].append({"resource": second})


def net(dollars: float) -> Change:
    """Charge another price for the first line."""

    def change(made: Bundle) -> None:
        resource(made, "Claim")["item"][0]["net"]["value"] = dollars

    return change


def encounter_field(name: str, value: Any) -> Change:
    """Set a field of the encounter."""

    def change(made: Bundle) -> None:
        resource(made, "Encounter")[name] = value

    return change


def code_system(system: str, code: str) -> Change:
    """Charge the first line in another code system."""

    def change(made: Bundle) -> None:
        resource(made, "Claim")["item"][0]["productOrService"]["coding"] = [{"system": system, "code": code}]

    return change


def line_twice(made: Bundle) -> None:
    """Charge the first line twice."""
    items = resource(made, "Claim")["item"]
    items.append({**items[0], "sequence": len(items) + 1})
