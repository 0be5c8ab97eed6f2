"""Results raise queries, never codes."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from services.contracts.base import Coding
from services.contracts.encounter import Diagnosis, Encounter, Result
from services.contracts.work import WorkKind
from tests.coder.encounter.build import Life, codes, diagnosis, encounter

EGFR = "33914-3"


def result(value: str, day: datetime, code: str = EGFR) -> Result:
    coding = Coding(system="http://loinc.org", code=code)
    return Result(result_id=f"{code}{day}", coding=coding, value=Decimal(value), effective=day)


def with_results(*results: Result, listed: Diagnosis | None = None) -> Encounter:
    return encounter(listed or diagnosis("Prediabetes (finding)")).model_copy(update={"results": results})


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
