"""Every rule's own examples, as tests."""

import pytest

from services.codesets.catalog import CodeSets
from services.contracts.base import Outcome, Severity
from services.validator.catalog import Catalog, builtin
from services.validator.examples import show
from services.validator.rulebook import Example
from services.validator.rules import Rule
from services.validator.tables import BUILT_IN

RULES = [*builtin().rules, *(rule for own in builtin().by_payer.values() for rule in own)]
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}-{place}-{example.outcome.value}")
    for rule in RULES
    for place, example in enumerate(rule.spec.examples)
]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_example_gets_its_verdict(rule: Rule, example: Example, codesets: CodeSets, catalog: Catalog) -> None:
    shown = show(rule, example, codesets, catalog.payers)

    assert shown.outcome is example.outcome, shown.message


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES])
def test_every_rule_shows_the_verdicts_it_can_give(rule: Rule) -> None:
    shown = {example.outcome for example in rule.spec.examples}

    assert Outcome.PASS in shown
    assert Outcome.FAIL in shown or rule.spec.severity is Severity.INFO
    if rule.spec.overridable and rule.spec.severity is Severity.HOLD:
        assert Outcome.BYPASSED in shown
    if set(rule.spec.needs) - BUILT_IN:
        assert Outcome.NOT_CHECKED in shown


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES])
def test_nobody_can_override_a_rejecting_rule(rule: Rule) -> None:
    assert not (rule.spec.overridable and rule.spec.severity is Severity.REJECT)
