"""Results that ask for documentation: queries, never codes. Rules: `data/results.yaml`.

They are counted over all of a patient's encounters. Of each rule the first and the last result are carried
along, and that the condition was documented: by when it was, never with its value.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from services.coder.encounter.tables import data
from services.contracts.coding import AssignedCode, CountedResult, Query
from services.contracts.encounter import Encounter, EncounterFacts, Result
from services.contracts.keys import derived_id


def beyond_limits(event: Encounter) -> list[CountedResult]:
    """The encounter's results that lie beyond the limit of a rule."""
    return [
        CountedResult(topic=rule["topic"], encounter_id=event.encounter_id, at=at)
        for rule in (data("results") if event.results else ())
        for at in _times(rule, event.results)
    ]


def result_queries(
    event: Encounter,
    codes: Sequence[AssignedCode],
    own: Sequence[CountedResult],
    before: Iterable[CountedResult],
) -> list[Query]:
    """A query for each rule that the results of this encounter and of earlier ones meet together, unless a
    documented code answers it.
    """
    if not own:
        return []
    earlier = [each for each in _of_others(event, before) if each.at <= event.event_time]
    return [
        Query(
            query_id=derived_id("query", event.encounter_id, rule["topic"]),
            topic=rule["topic"],
            question=rule["question"],
            why=rule["why"],
        )
        for rule in data("results")
        if _met(rule, own, earlier) and not _documented(codes, rule["unless"])
    ]


def counted(
    facts: EncounterFacts,
    codes: Sequence[AssignedCode],
    own: Iterable[CountedResult],
    before: Iterable[CountedResult],
) -> tuple[CountedResult, ...]:
    """What is carried to the patient's next encounter: of each rule the first result, the last one, and when
    the condition was documented last. What an earlier version of the encounter brought is replaced.
    """
    found = [*_of_others(facts, before), *own]
    found += [
        CountedResult(
            topic=rule["topic"], encounter_id=facts.encounter_id, at=facts.event_time, documented=True
        )
        for rule in data("results")
        if _documented(codes, rule["known"])
    ]
    found.sort(key=lambda each: (each.topic, each.documented, each.at, each.encounter_id))
    kept: list[CountedResult] = []
    for (_, documented), group in groupby(found, key=lambda each: (each.topic, each.documented)):
        some = list(group)
        kept += some[-1:] if documented or len(some) == 1 else (some[0], some[-1])
    return tuple(kept)


def _of_others(facts: EncounterFacts, before: Iterable[CountedResult]) -> list[CountedResult]:
    return [each for each in before if each.encounter_id != facts.encounter_id]


def _documented(codes: Sequence[AssignedCode], answers: Sequence[str]) -> bool:
    return any(code.code.startswith(tuple(answers)) for code in codes)


def _met(rule: dict[str, Any], own: Sequence[CountedResult], earlier: Sequence[CountedResult]) -> bool:
    """Whether the results are enough, one of them of this encounter, and the condition was never
    documented.
    """
    topic = rule["topic"]
    known = [each for each in earlier if each.topic == topic]
    here = [each.at for each in own if each.topic == topic]
    times = sorted([*here, *(each.at for each in known)])
    if not here or any(each.documented for each in known) or len(times) < rule["times"]:
        return False
    apart: int = rule["apart_days"]
    return (times[-1] - times[0]).days >= apart


def _times(rule: dict[str, Any], results: Sequence[Result]) -> list[datetime]:
    """When the rule's results lay beyond its limit."""
    return [
        result.effective
        for result in results
        if result.coding.code in rule["loinc"]
        and result.effective is not None
        and result.value is not None
        and _beyond(rule, result.value)
    ]


def _beyond(rule: dict[str, Any], value: Decimal) -> bool:
    if "below" in rule:
        return bool(value < Decimal(str(rule["below"])))
    return bool(value >= Decimal(str(rule["at_least"])))
