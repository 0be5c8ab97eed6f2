"""Results raise queries, never codes."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from services.contracts.base import Coding
from services.contracts.codec import EventCodec
from services.contracts.encounter import Diagnosis, Encounter, Result
from services.contracts.events import CODED_ENCOUNTERS
from services.contracts.work import DecisionAction, WorkKind
from services.stage.model import Emit
from services.stage.state import fold_into
from tests.coder.encounter.build import Life, codes, decision, diagnosis, encounter

EGFR = "33914-3"


def result(value: str, day: datetime, code: str = EGFR) -> Result:
    coding = Coding(system="http://loinc.org", code=code)
    return Result(result_id=f"{code}{day}", coding=coding, value=Decimal(value), effective=day)


def with_results(*results: Result, listed: Diagnosis | None = None) -> Encounter:
    return encounter(listed or diagnosis("Prediabetes (finding)")).model_copy(update={"results": results})


def visit(ident: str, on: datetime, *results: Result, note: str = "", version: int = 1) -> Encounter:
    """An encounter of the patient with results of its own."""
    seen = encounter(note=note, when=on, ident=ident, version=version)
    return seen.model_copy(update={"results": results})


def topics(life: Life, event: Encounter) -> list[str]:
    return [query.topic for query in life.code(event).queries]


def day(month: int, year: int = 2025) -> datetime:
    return datetime(year, month, 1, tzinfo=UTC)


def test_two_low_egfr_three_months_apart_ask_about_the_kidney() -> None:
    life = Life()
    event = with_results(result("52", day(6)), result("55", day(11)))
    coded = life.code(event)
    assert [query.topic for query in coded.queries] == ["kidney-disease-by-egfr"]
    assert codes(coded) == ["R73.03"]
    (item,) = [each for each in Life().items(event) if each.kind is WorkKind.DOCUMENTATION_QUERY]
    assert item.reasons[0].target == f"query:{coded.queries[0].query_id}"


@pytest.mark.parametrize(
    "results",
    [
        (result("52", day(6)),),
        (result("52", day(6)), result("55", day(7))),
        (result("52", day(6)), result("61", day(11))),
        (),
    ],
)
def test_less_than_that_asks_nothing(results: tuple[Result, ...]) -> None:
    assert Life().code(with_results(*results)).queries == ()


def test_a_documented_disease_answers_it() -> None:
    documented = diagnosis("Chronic kidney disease stage 2 (disorder)")
    event = with_results(result("52", day(6)), result("55", day(11)), listed=documented)
    assert Life().code(event).queries == ()


def test_a_high_a1c_twice_asks_unless_the_provider_has_said_what_it_is() -> None:
    twice = (result("6.8", day(6), "4548-4"), result("7.1", day(11), "4548-4"))
    asthma = diagnosis("Asthma (disorder)")
    assert [q.topic for q in Life().code(with_results(*twice, listed=asthma)).queries] == ["diabetes-by-a1c"]
    assert Life().code(with_results(*twice)).queries == ()


def test_low_egfr_in_two_encounters_three_months_apart_ask_about_the_kidney() -> None:
    life = Life()
    assert topics(life, visit("A", day(6), result("52", day(6)))) == []
    assert topics(life, visit("B", day(7), result("51", day(7)))) == []
    assert topics(life, visit("C", day(11), result("55", day(11)))) == ["kidney-disease-by-egfr"]
    assert topics(life, visit("D", day(12))) == []  # nothing of its own to ask about


def test_of_many_results_the_first_and_the_last_are_carried_and_no_value_is() -> None:
    life = Life()
    for month in range(1, 8):
        coded = life.code(visit(f"E{month}", day(month), result("52.25", day(month))))
    assert [each.encounter_id for each in coded.counted] == ["E1", "E7"]
    assert "52.25" not in coded.model_dump_json()


def test_what_a_correction_takes_back_is_not_counted() -> None:
    life = Life()
    life.take(visit("A", day(6), result("52", day(6))))
    life.take(visit("A", day(6), version=2))
    assert topics(life, visit("B", day(11), result("55", day(11)))) == []


def test_what_an_earlier_encounter_documented_is_not_asked_of_a_later_one() -> None:
    life = Life()
    life.take(visit("A", day(6), result("52", day(6)), note="ASSESSMENT\n1. CKD stage 3a.\n"))
    assert topics(life, visit("B", day(11), result("55", day(11)))) == []


def test_what_a_coder_added_is_documented_too() -> None:
    life = Life()
    life.take(visit("E1", day(6), result("52", day(6))))
    life.take(decision(DecisionAction.ADD, "*", "N18.31"))
    assert topics(life, visit("B", day(11), result("55", day(11)))) == []


def test_a_later_result_says_nothing_of_an_earlier_encounter() -> None:
    life = Life()
    life.take(visit("B", day(11), result("55", day(11))))
    assert topics(life, visit("A", day(6), result("52", day(6)))) == []


def test_a_decision_about_an_old_encounter_forgets_no_later_result() -> None:
    life = Life()
    life.take(visit("E1", day(1), note="ASSESSMENT\n1. Weird spell with neuropathy.\n"))
    life.take(visit("A", day(6), result("52", day(6))))
    life.take(decision(DecisionAction.ACCEPT, "*"))
    assert topics(life, visit("B", day(11), result("55", day(11)))) == ["kidney-disease-by-egfr"]


def test_results_of_another_patient_are_not_counted() -> None:
    life = Life()
    first = visit("A", day(6), result("52", day(6)))
    other = first.patient.model_copy(update={"patient_key": "k2"})
    life.take(first.model_copy(update={"patient": other}))
    assert topics(life, visit("B", day(11), result("55", day(11)))) == []


def test_what_is_counted_read_back_from_the_topic_is_the_state() -> None:
    life = Life()
    codec = EventCodec()
    rows: dict[str, Any] = {}
    for event in (visit("A", day(6), result("52", day(6))), visit("B", day(11), result("55", day(11)))):
        encoded = codec.encode(Emit(CODED_ENCOUNTERS, life.code(event)))
        fold_into(rows, life.handler.fold(codec.wire(CODED_ENCOUNTERS).decode(encoded.value)))
    assert rows == life.state
