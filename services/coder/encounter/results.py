"""Results that ask for documentation: queries, never codes. Rules: `data/results.yaml`."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from services.coder.encounter.tables import data
from services.contracts.coding import AssignedCode, Query
from services.contracts.encounter import Encounter, Result
from services.contracts.keys import derived_id


def result_queries(event: Encounter, codes: Sequence[AssignedCode]) -> list[Query]:
    """A query for each rule that the encounter's results meet and no documented code answers."""
    if not event.results:
        return []
    documented = [code.code for code in codes]
    return [
        Query(
            query_id=derived_id("query", event.encounter_id, rule["topic"]),
            topic=rule["topic"],
            question=rule["question"],
            why=rule["why"],
        )
        for rule in data("results")
        if _met(rule, event.results)
        and not any(code.startswith(tuple(rule["unless"])) for code in documented)
    ]


def _met(rule: dict[str, Any], results: Sequence[Result]) -> bool:
    times = sorted(_times(rule, results))
    if len(times) < rule["times"]:
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
