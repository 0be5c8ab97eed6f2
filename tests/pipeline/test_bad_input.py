"""What an angry world sends: a clear error for each, and nothing else lost."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from services.contracts.events import DEAD_LETTERS, ENCOUNTERS
from services.pipeline.ledger import State
from tests.pipeline.visits import bundle, code_system, encounter_field, net, visit, without
from tests.pipeline.worlds import MemoryWorld, Seen, World


def letters(seen: Seen, text: str) -> list[Any]:
    """Dead letters with that text among their errors."""
    found = seen.events[DEAD_LETTERS]
    return [letter for letter in found if any(text in f"{e.path} {e.message} {e.fix}" for e in letter.errors)]


def check(world: World, bad: bytes, ident: str, told: str) -> list[Any]:
    """The bad message between two good ones: both are claimed, the bad one is told with `told`."""
    before, after = f"{ident}-before{world.unique}", f"{ident}-after{world.unique}"
    key = f"{ident}{world.unique}"

    def mine(seen: Seen) -> list[Any]:
        return [letter for letter in letters(seen, told) if letter.source_key == key]

    world.publish(visit(before), key=before)
    world.publish(bad, key=key)
    world.publish(visit(after), key=after)
    seen = world.until(lambda seen: bool(mine(seen)) and {before, after} <= seen.outcomes().keys())
    states = {seen.outcomes()[ident].state for ident in (before, after)}
    assert states == {State.CLAIMED}
    return mine(seen)


UNREADABLE = [
    ("truncated", lambda: visit("cut")[:-100], "JSON"),
    ("not-utf8", lambda: b"\xff\xfe{}", ""),
    ("wrong-type", lambda: b'{"resourceType": "Patient", "id": "p"}', "resourceType"),
    ("no-bundle", lambda: b"[1, 2]", "Bundle"),
    ("empty-bundle", lambda: b'{"resourceType": "Bundle", "type": "collection", "entry": []}', "entry"),
]


@pytest.mark.parametrize(("ident", "make", "told"), UNREADABLE, ids=[name for name, _, _ in UNREADABLE])
def test_an_unreadable_message_is_a_dead_letter(
    world: World, ident: str, make: Callable[[], bytes], told: str
) -> None:
    """Whole, byte by byte, with the reason."""
    bad = make()
    letter = check(world, bad, ident, told)[0]
    assert letter.original == bad
    assert letter.stage == "ingest"
    assert all(error.message for error in letter.errors)


BACKWARDS = {"start": "2026-03-10T10:00:00Z", "end": "2026-03-09T10:00:00Z"}

BROKEN = [
    ("no-patient", [without("Patient")], "Patient"),
    ("no-subject", [encounter_field("subject", None)], "subject"),
    ("negative", [net(-5.0)], "net"),
    ("bad-date", [encounter_field("period", {"start": "last Tuesday"})], "period"),
    ("backwards", [encounter_field("period", BACKWARDS)], "period"),
]  # fmt: skip


@pytest.mark.parametrize(("ident", "changes", "told"), BROKEN, ids=[name for name, _, _ in BROKEN])
def test_a_broken_encounter_is_dead_and_its_neighbour_in_the_bundle_goes_on(
    world: World, ident: str, changes: list[Any], told: str
) -> None:
    """Only the broken one is dead, under its own id, with the path of the fault."""
    bad_id, good_id = f"{ident}-bad{world.unique}", f"{ident}-good{world.unique}"
    bad = json.loads(visit(bad_id, *changes))
    bad["entry"] += bundle(good_id)["entry"]
    world.publish(json.dumps(bad).encode(), key=ident)
    ended = world.until(lambda seen: {bad_id, good_id} <= seen.outcomes().keys()).outcomes()
    assert ended[good_id].state is State.CLAIMED
    assert ended[bad_id].state is State.DEAD
    assert told in ended[bad_id].reason


def test_a_dead_letter_quotes_no_patient(world: World) -> None:
    """Paths and ids only: no name, no birth date, no text of a note in an error."""
    ident = f"quiet{world.unique}"
    world.publish(visit(ident, net(-5.0), encounter_field("period", {"start": "Ferrante"})), key=ident)
    seen = world.until(lambda seen: ident in seen.outcomes())
    mine = [letter for letter in seen.events[DEAD_LETTERS] if letter.encounter_id == ident]
    told = json.dumps([[e.path, e.message, e.fix] for letter in mine for e in letter.errors])
    assert "net" in told
    assert "Ferrante" not in told
    assert "1968-02-11" not in told


def test_an_unknown_code_system_is_held_with_the_code_and_the_dollars(world: World) -> None:
    """Not an error of the message: a charge that no charge master maps waits for a person."""
    ident = f"unknown-system{world.unique}"
    world.publish(visit(ident, code_system("urn:nobody:codes", "X-77")), key=ident)
    outcome = world.until(lambda seen: ident in seen.outcomes()).outcomes()[ident]
    assert outcome.state is State.HELD
    assert "X-77" in outcome.reason
    assert "214.00" in outcome.reason


def test_a_message_twice_is_one_claim(world: World) -> None:
    """The duplicate changes nothing, and the patient's next visit is not held for it."""
    ident, later = f"twice{world.unique}", f"later{world.unique}"
    for _ in range(3):
        world.publish(visit(ident, patient=f"p{world.unique}"), key=f"p{world.unique}")
    moved = encounter_field(
        "period", {"start": "2026-03-12T09:00:00-05:00", "end": "2026-03-12T09:25:00-05:00"}
    )

    def dates(made: Any) -> None:
        for entry in made["entry"]:
            for item in entry["resource"].get("item", ()):
                item["servicedDate"] = "2026-03-12"

    world.publish(visit(later, moved, dates, patient=f"p{world.unique}"), key=f"p{world.unique}")
    seen = world.until(lambda seen: {ident, later} <= seen.outcomes().keys())
    assert [claim.version for claim in seen.claims(ident)] == [1]
    assert seen.outcomes()[later].state is State.CLAIMED


def test_an_unknown_avro_fingerprint_is_a_dead_letter_of_the_stage_that_met_it(world: World) -> None:
    """The error names the fingerprint."""
    value = b"\xc3\x01" + bytes.fromhex("00112233445566aa") + b"body"
    world.publish(value, key="stranger", topic=ENCOUNTERS)
    found = world.until(lambda seen: bool(letters(seen, "00112233445566aa")))
    assert ("coder", value) in [(each.stage, each.original) for each in letters(found, "00112233445566aa")]


def test_an_output_over_the_topics_limit_is_a_dead_letter(world: World) -> None:
    """Sixteen thousand charges are read, but their coded encounter is too large for its topic."""
    ident = f"huge{world.unique}"

    def many(made: Any) -> None:
        claim = next(e["resource"] for e in made["entry"] if e["resource"]["resourceType"] == "Claim")
        claim["item"] = [claim["item"][0] | {"sequence": n} for n in range(1, 16_001)]

    after = f"after-huge{world.unique}"
    world.publish(visit(ident, many), key=ident)
    world.publish(visit(after), key=after)
    seen = world.until(lambda seen: {ident, after} <= seen.outcomes().keys())
    assert seen.outcomes()[ident].state is State.DEAD
    assert seen.outcomes()[after].state is State.CLAIMED


def test_a_message_over_the_limit_is_a_dead_letter_where_no_broker_refuses_it() -> None:
    """20 MB: told with its size and what to do; the beginning is kept."""
    world = MemoryWorld()
    (letter,) = check(world, visit("big", lambda b: b.update(id="x" * 20_000_000)), "big", "MiB")
    assert letter.original_size > 20_000_000
