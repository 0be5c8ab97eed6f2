"""The handler: repeats give nothing, corrections supersede, a person's decision wins and stays won."""

import pytest

from services.coder.gate import threshold
from services.contracts.codec import EventCodec
from services.contracts.coding import Route
from services.contracts.encounter import Encounter
from services.contracts.events import CODED_ENCOUNTERS
from services.contracts.work import DecisionAction, WorkKind, WorkStatus
from services.stage.errors import Rejected
from services.stage.model import Emit
from tests.coder.encounter.build import Life, charge, codes, decision, diagnosis, encounter, tables

CLEAR = diagnosis("Essential hypertension (disorder)")
SURE = "ASSESSMENT\n\n1. Essential hypertension.\n"
VAGUE = "ASSESSMENT\n\n1. Weird spell of the third kind with neuropathy.\n"


def unsure(version: int = 1) -> Encounter:
    return encounter(note=VAGUE, charges=[charge()], version=version)


def test_a_repeat_and_an_older_version_give_nothing() -> None:
    life = Life()
    assert life.take(encounter(CLEAR, version=2))
    assert life.take(encounter(CLEAR, version=2)) == []
    assert life.take(encounter(CLEAR, version=1)) == []
    assert codes(life.code(encounter(diagnosis("Asthma (disorder)"), version=3))) == ["J45.909"]


def test_a_correction_without_a_new_version_counts() -> None:
    life = Life()
    life.take(encounter(CLEAR))
    assert codes(life.code(encounter(diagnosis("Asthma (disorder)")))) == ["J45.909"]


def test_what_is_not_sure_waits_for_a_coder_and_closes_when_it_is() -> None:
    life = Life()
    (item,) = life.items(unsure())
    assert item.kind is WorkKind.CODING_REVIEW
    assert item.status is WorkStatus.OPEN
    assert item.reasons[0].target.startswith("code:")
    assert "neuropathy" not in item.model_dump_json()
    (closed,) = life.items(encounter(CLEAR, note=SURE, charges=[charge()], version=2))
    assert closed.item_id == item.item_id
    assert closed.status is WorkStatus.CLOSED


def test_accepting_sends_it_on() -> None:
    life = Life()
    coded = life.code(unsure())
    assert coded.route is Route.REVIEW
    accepted = life.code(decision(DecisionAction.ACCEPT, "*"))
    assert accepted.route is Route.AUTO
    assert codes(accepted) == codes(coded)
    assert accepted.decisions[0].reason == "seen in the chart"


def test_changing_moves_pointers_with_the_code() -> None:
    life = Life()
    (before,) = life.code(unsure()).codes
    changed = life.code(decision(DecisionAction.CHANGE, f"code:{before.code}", "G60.9"))
    assert codes(changed) == ["G60.9"]
    assert changed.codes[0].source == "decision"
    assert changed.lines[0].pointers == ("G60.9",)
    assert changed.route is Route.AUTO


def test_rejecting_and_adding() -> None:
    life = Life()
    (before,) = life.code(unsure()).codes
    life.take(decision(DecisionAction.ADD, "*", "R20.2", ident="x1"))
    final = life.code(decision(DecisionAction.REJECT, f"code:{before.code}", ident="x2"))
    assert codes(final) == ["R20.2"]


def test_a_decision_is_obeyed_once_and_by_later_versions_too() -> None:
    life = Life()
    (before,) = life.code(unsure()).codes
    change = decision(DecisionAction.CHANGE, f"code:{before.code}", "G60.9")
    life.take(change)
    assert life.take(change) == []
    again = life.code(unsure(version=2))
    assert codes(again) == ["G60.9"]
    assert again.route is Route.AUTO


def test_a_decision_about_another_version_changes_nothing() -> None:
    life = Life()
    life.take(unsure(version=2))
    assert life.take(decision(DecisionAction.ACCEPT, "*", version=1)) == []


def test_a_decision_that_cannot_be_obeyed_is_told() -> None:
    life = Life()
    with pytest.raises(Rejected) as unknown:
        life.take(decision(DecisionAction.ACCEPT, "*"))
    assert "has not been coded" in unknown.value.faults[0].message
    (before,) = life.code(unsure()).codes
    with pytest.raises(Rejected) as wrong:
        life.take(decision(DecisionAction.CHANGE, f"code:{before.code}", "G60"))
    assert "header" in wrong.value.faults[0].message


def test_overrides_are_the_validators() -> None:
    life = Life()
    life.take(unsure())
    assert life.take(decision(DecisionAction.OVERRIDE, "*")) == []


def test_state_read_back_means_the_same_as_state_emitted() -> None:
    life = Life()
    coded = life.code(unsure())
    codec = EventCodec()
    encoded = codec.encode(Emit(CODED_ENCOUNTERS, coded))
    back = codec.wire(CODED_ENCOUNTERS).decode(encoded.value)
    assert dict(life.handler.fold(back)) == dict(life.handler.fold(coded))


def test_the_same_event_gives_the_same_bytes() -> None:
    first, second = (Life().code(unsure()).model_dump_json() for _ in range(2))
    assert first == second
    assert tables().threshold == threshold(0.95)
