"""What revenue-cycle teams watch: encounters and dollars by disposition and payer kind, findings by rule."""

from typing import Final

from prometheus_client import Counter

from services.contracts.base import Outcome
from services.contracts.labels import BoundedLabel
from services.contracts.validation import ValidatedEncounter

MOST_RULES: Final = 500
MOST_KINDS: Final = 10

kind_label: Final = BoundedLabel(MOST_KINDS)
rule_label: Final = BoundedLabel(MOST_RULES)

encounters: Final = Counter(
    "claimstream_validated_encounters", "Encounters by what became of them", ("disposition", "payer_kind")
)
dollars: Final = Counter(
    "claimstream_validated_dollars",
    "Dollars of encounters by what became of them",
    ("disposition", "payer_kind"),
)
findings: Final = Counter(
    "claimstream_validator_findings", "Verdicts other than pass, by rule", ("rule", "outcome", "shadow")
)

refused_rules: Final = Counter(
    "claimstream_validator_refused_rules", "Changes of the user's rules that were refused for a bad file"
)


def count(event: ValidatedEncounter) -> None:
    """Count one committed verdict."""
    coverages = event.coded.encounter.coverages
    kind = kind_label(min(coverages, key=lambda each: each.priority).payer_kind if coverages else "none")
    labels = (event.disposition.value, kind)
    encounters.labels(*labels).inc()
    dollars.labels(*labels).inc(float(event.coded.charged))
    for finding in event.findings:
        if finding.outcome is not Outcome.PASS:
            findings.labels(
                rule_label(finding.rule), finding.outcome.value, str(finding.shadow).lower()
            ).inc()
