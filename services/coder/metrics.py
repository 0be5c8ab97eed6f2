"""What coding departments watch: encounters and codes by route, queries, decisions. Bounded labels, no
ids.
"""

from collections.abc import Sequence
from typing import Final

from prometheus_client import Counter

from services.contracts.coding import CodedEncounter
from services.stage.model import Emit

encounters_coded: Final = Counter("claimstream_coded_encounters", "Encounters coded", ("route",))
codes_assigned: Final = Counter("claimstream_codes", "Diagnosis codes assigned", ("source", "route"))
queries_raised: Final = Counter("claimstream_queries", "Documentation queries raised")
findings_made: Final = Counter(
    "claimstream_coding_findings", "Charges against the documentation, by rule", ("rule", "outcome")
)
decisions_obeyed: Final = Counter("claimstream_coding_decisions", "Encounters with decisions of coders")
_SOURCES: Final = frozenset(("documentation", "ehr", "decision"))


def count(emits: Sequence[Emit]) -> None:
    """Count committed outputs."""
    for emit in emits:
        event = emit.event
        if isinstance(event, CodedEncounter):
            encounters_coded.labels(event.route.value).inc()
            queries_raised.inc(len(event.queries))
            decisions_obeyed.inc(bool(event.decisions))
            for found in event.findings:
                findings_made.labels(found.rule, found.outcome.value).inc()
            for code in event.codes:
                codes_assigned.labels(
                    code.source if code.source in _SOURCES else "other", code.route.value
                ).inc()
