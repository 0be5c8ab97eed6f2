"""The judge: collects the verdicts of one case, in the words of the rule that is at work."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from services.contracts.base import Finding, Outcome, Severity
from services.contracts.keys import finding_id
from services.validator.quick import built

if TYPE_CHECKING:
    from services.validator.rulebook import RuleSpec

_finding_id: Final = lru_cache(1 << 16)(finding_id)
CRASHED: Final = "Report the rule to its author; override once the claim was checked by hand"


def number(value: Decimal) -> str:
    """Units as people write them, however many decimals they came with: `3`, `1.5`."""
    return f"{value.normalize():f}"


def dollars(value: Decimal) -> str:
    """Dollars and cents: `150.00`."""
    return f"{value:.2f}"


class Judge:
    """Verdicts of one case. A passing verdict is counted, every other one is a finding."""

    __slots__ = ("findings", "options", "passed", "rule")

    def __init__(self) -> None:
        """No verdict yet."""
        self.findings: list[Finding] = []
        self.passed = 0
        self.rule: RuleSpec
        self.options: Any = None

    def ok(self, count: int = 1) -> None:
        """So many targets pass."""
        self.passed += count

    def fail(self, target: str, **found: object) -> None:
        """The rule is broken; `found` fills the names of its message and its fix."""
        self._add(Outcome.FAIL, target, self.rule.message.format_map(found), self.rule.fix.format_map(found))

    def bypass(self, target: str, by: str, **found: object) -> None:
        """The rule would be broken, but something of higher standing allows it."""
        self._add(Outcome.BYPASSED, target, self.rule.message.format_map(found), by=by)

    def fail_in(self, target: str, words: Mapping[str, object]) -> None:
        """As `fail`, with words that are read only when a message names them."""
        self._add(Outcome.FAIL, target, self.rule.message.format_map(words), self.rule.fix.format_map(words))

    def bypass_in(self, target: str, by: str, words: Mapping[str, object]) -> None:
        """As `bypass`, with words that are read only when a message names them."""
        self._add(Outcome.BYPASSED, target, self.rule.message.format_map(words), by=by)

    def note(self, target: str, **found: object) -> None:
        """For information: what a passing rule has to say."""
        self._add(Outcome.PASS, target, self.rule.message.format_map(found))

    def not_checked(self, target: str, why: str) -> None:
        """The table is missing or does not cover the code: nothing can be said."""
        self._add(Outcome.NOT_CHECKED, target, why)

    def crashed(self, error: Exception, target: str = "claim") -> None:
        """The rule itself failed: it holds the claim and names itself (never the value that broke it)."""
        found = f"rule {self.rule.id} failed on this claim ({type(error).__name__})"
        self._add(Outcome.FAIL, target, found, CRASHED)
        self.findings[-1] = self.findings[-1].model_copy(update={"severity": Severity.HOLD, "shadow": False})

    def _add(self, outcome: Outcome, target: str, message: str, fix: str = "", by: str = "") -> None:
        rule = self.rule
        self.findings.append(
            built(
                Finding,
                {
                    "finding_id": _finding_id(rule.id, target),
                    "rule": rule.id,
                    "outcome": outcome,
                    "severity": rule.severity,
                    "target": target,
                    "message": message,
                    "fix": fix,
                    "reference": rule.reference,
                    "carc": rule.carc,
                    "rarc": rule.rarc,
                    "bypassed_by": by,
                    "shadow": rule.shadow,
                },
            )
        )
