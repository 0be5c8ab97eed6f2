"""Whole bundles: what must hold whatever is in them."""

import json
import random
from copy import deepcopy
from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.codec import EventCodec
from services.contracts.encounter import Encounter
from services.contracts.events import ENCOUNTERS
from services.contracts.resources import folder
from services.ingest.errors import UnreadableMessage
from services.ingest.fhir.reader import read_bundle
from services.stage.model import Emit
from tests.ingest.bundles import SECRETS, SITE, bundle, neighbour, read, visit

EXAMPLES = sorted((folder("examples") / "bundles").glob("*.json"))


def encoded(encounter: Encounter) -> bytes:
    plain = encounter.model_copy(update={"source_message": ""})
    return EventCodec().encode(Emit(ENCOUNTERS, plain)).value


@given(st.randoms(use_true_random=False), st.sampled_from(EXAMPLES))
def test_the_order_of_entries_never_changes_the_events(shuffle: random.Random, example: Any) -> None:
    root = orjson.loads(example.read_bytes())
    first = read_bundle(orjson.dumps(root), SITE)
    shuffle.shuffle(root["entry"])
    second = read_bundle(orjson.dumps(root), SITE)
    assert [encoded(each) for each in second.encounters] == [encoded(each) for each in first.encounters]
    assert [each.part for each in second.broken] == [each.part for each in first.broken]
    assert [each.original for each in second.broken] == [each.original for each in first.broken]


def paths(value: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The place of everything in a JSON value."""
    found = [at] if at else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return found + [path for key, item in items for path in paths(item, (*at, key))]


PLACES = paths(list(visit().values()))
RUBBISH = st.sampled_from(
    [
        None,
        7,
        -1.5,
        10**15,
        True,
        "",
        "Ferrante, Lucia",
        "9999-12-31",
        [],
        {},
        ["x"],
        {"reference": 3},
        {"coding": 1},
    ]
)


@given(st.lists(st.tuples(st.sampled_from(PLACES), RUBBISH), min_size=1, max_size=4))
def test_rubbish_anywhere_gives_errors_with_places_or_an_event_and_never_a_crash(
    changes: list[tuple[tuple[str | int, ...], Any]],
) -> None:
    resources: Any = list(visit().values())
    for path, value in changes:
        owner = resources
        for step in path[:-1]:
            try:
                owner = owner[step]
            except (KeyError, IndexError, TypeError):
                break
        else:
            last: Any = path[-1]
            named = isinstance(owner, dict) and isinstance(last, str)
            if named or (isinstance(owner, list) and last in range(len(owner))):
                owner[last] = deepcopy(value)
    try:
        reading = read_bundle(bundle(resources), SITE)
    except UnreadableMessage:
        return
    for broken in reading.broken:
        assert broken.errors
        assert orjson.loads(broken.original)["entry"]
        told = json.dumps([error.model_dump() for error in broken.errors])
        assert not [secret for secret in SECRETS if secret in told]
    for encounter in reading.encounters:
        assert encoded(encounter)


def test_the_event_time_is_the_end_and_the_site_s_charge_lag() -> None:
    (found,) = read(visit()).encounters
    assert str(found.event_time) == "2026-03-14 02:30:00+00:00"
    resources = visit()
    del resources["Encounter/e1"]["period"]["end"]
    assert str(read(resources).encounters[0].event_time) == "2026-03-14 02:00:00+00:00"
    as_of = read_bundle(bundle(visit().values()), SITE, date(2027, 1, 2)).encounters[0].event_time
    assert str(as_of) == "2027-01-02 00:00:00+00:00"


@pytest.mark.parametrize(
    ("meta", "version"),
    [
        ({"versionId": "9" * 18}, 10**18 - 1),
        ({"versionId": "12"}, 12),
        ({"versionId": "abc", "lastUpdated": "2026-03-12T08:00:00Z"}, 1_773_302_400),
        ({}, 0),
        (None, 0),
    ],
)
def test_the_version(meta: dict[str, str] | None, version: int) -> None:
    resources = visit()
    resources["Encounter/e1"]["meta"] = meta
    assert read(resources).encounters[0].version == version


def test_encounters_come_by_time() -> None:
    resources = neighbour(neighbour(visit(), "a-late", "2026-09-01"), "z-early", "2026-01-02")
    assert [each.encounter_id for each in read(resources).encounters] == ["z-early", "e1", "a-late"]


def test_a_visit_before_icd_10_passes() -> None:
    resources = visit()
    resources["Encounter/e1"]["period"] = {"start": "2014-01-02"}
    assert read(resources).encounters[0].code_date == date(2014, 1, 2)


@pytest.mark.parametrize(
    "change",
    [
        {"meta": {"versionId": "9" * 19}},
        {"period": {"start": "9999-12-31"}},
        {"period": {"start": "0001-01-01T00:00:00+14:00"}},
    ],
)
def test_what_no_event_could_carry_is_an_error_of_its_encounter(change: dict[str, Any]) -> None:
    resources = neighbour(visit())
    resources["Encounter/e1"] |= change
    reading = read(resources)
    assert [each.encounter_id for each in reading.encounters] == ["e2"]
    assert reading.broken[0].errors


def test_a_line_beyond_the_contract_s_digits_is_an_error_of_its_encounter() -> None:
    resources = neighbour(visit())
    resources["Claim/k1"]["item"][1] |= {"unitPrice": {"value": 1e11}, "quantity": {"value": 1e11}}
    reading = read(resources)
    assert [each.encounter_id for each in reading.encounters] == ["e2"]
    assert reading.broken[0].charged is None


def test_one_broken_encounter_of_two() -> None:
    resources = neighbour(visit())
    resources["Encounter/e1"]["period"]["end"] = "2026-03-09T10:00:00Z"
    reading = read(resources)
    assert [each.encounter_id for each in reading.encounters] == ["e2"]
    assert [each.encounter_id for each in reading.broken] == ["e1"]
    total = reading.encounters[0].charged + (reading.broken[0].charged or 0)
    assert str(total) == "230.20"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_are_read_as_their_readme_says(example: Any) -> None:
    reading = read_bundle(example.read_bytes(), SITE)
    assert [each.part for each in reading.broken] == (
        ["broken-encounter"] if "broken" in example.stem else []
    )
    assert len(reading.encounters) == 1
