"""The engine: index, scope, dates, tables that are missing, rules that crash, shadow rules."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from services.codesets.catalog import CodeSets
from services.contracts.base import Finding, Outcome, Severity
from services.contracts.coding import CodedEncounter
from services.contracts.validation import Disposition
from services.validator.case import Case, billable_coverages
from services.validator.catalog import Catalog, ready
from services.validator.engine import Engine
from services.validator.judge import Judge
from services.validator.memory_tables import MemoryTables
from services.validator.rulebook import RuleSpec
from services.validator.rules import Rule
from services.validator.tables import Tables
from services.validator.validate import Validator
from tests.validator.build import inpatient, office

BASE = {"title": "t", "reference": "a source", "message": "m", "fix": "do it"}


def rule(**fields: Any) -> Rule:
    return ready(RuleSpec.model_validate({"id": "t.one", "require": "false", **BASE, **fields}), "test")


@pytest.fixture(scope="module")
def findings(codesets: CodeSets, catalog: Catalog) -> Callable[..., list[Finding]]:
    tables = Tables(codesets, MemoryTables())

    def judged(coded: CodedEncounter, *rules: Rule) -> list[Finding]:
        payer = catalog.payers.of("MCR01", "medicare")
        return Engine(rules).judge(Case(coded, billable_coverages(coded), payer, tables)).findings

    return judged


Judged = Callable[..., list[Finding]]

SCOPES = [
    ({"codes": ["99213"]}, True),
    ({"codes": ["99202-99215"]}, True),
    ({"codes": ["99202-99212", "99214"]}, False),
    ({"codes": ["992"]}, False),
    ({"modifiers": ["25"]}, False),
    ({"places": ["11"]}, True),
    ({"places": ["21"]}, False),
    ({"diagnoses": ["E11"]}, True),
    ({"diagnoses": ["E11.2"]}, False),
    ({"payer_kinds": ["medicare"]}, True),
    ({"payer_kinds": ["commercial"]}, False),
    ({"payers": ["MCR01"]}, True),
    ({"payers": ["OTHER"]}, False),
    ({"claim_types": ["institutional"]}, False),
    ({"visit_classes": ["ambulatory"]}, True),
    ({"visit_classes": ["inpatient"]}, False),
    ({"codes": ["99213"], "payer_kinds": ["commercial"]}, False),
]


@pytest.mark.parametrize(("scope", "applies"), SCOPES)
def test_a_rule_judges_what_its_scope_says(findings: Judged, scope: dict[str, Any], applies: bool) -> None:
    assert bool(findings(office(), rule(scope=scope))) is applies


@pytest.mark.parametrize(
    ("effective", "applies"),
    [({"from": "2026-03-02"}, True), ({"from": "2026-03-03"}, False), ({"to": "2026-03-02"}, True),
     ({"to": "2026-03-01"}, False)],
)  # fmt: skip
def test_a_rule_judges_in_its_days(findings: Judged, effective: dict[str, Any], applies: bool) -> None:
    assert bool(findings(office(), rule(effective=effective))) is applies


def test_an_expression_about_lines_judges_only_lines_in_scope(findings: Judged) -> None:
    second = {"line_id": "l2", "code": "36415", "amount": "1", "service_date": "2026-03-02"}

    found = findings(office(lines__1=second), rule(each="line", scope={"codes": ["36415"]}))

    assert [finding.target for finding in found] == ["line:l2"]


def test_an_expression_about_diagnoses_judges_each(findings: Judged) -> None:
    found = findings(inpatient(), rule(each="diagnosis", require='diagnosis.code.startsWith("J")'))

    assert [finding.target for finding in found] == ["code:E11.9"]


def test_a_message_names_the_fields(findings: Judged) -> None:
    (found,) = findings(
        office(), rule(each="line", message="{code} in {place}: {diagnoses}", fix="as {units}")
    )

    assert (found.message, found.fix) == ("99213 in 11: E11.9", "as 1.0")


def test_a_missing_table_is_said_and_does_not_pass(findings: Judged) -> None:
    (found,) = findings(office(), rule(needs=["ptp"]))

    assert (found.outcome, found.message) == (Outcome.NOT_CHECKED, "table ptp is not loaded for 2026-03-02")


def test_a_rule_that_crashes_holds_the_claim_and_names_itself(codesets: CodeSets, catalog: Catalog) -> None:
    def crash(case: Case, judge: Judge) -> None:
        raise ZeroDivisionError(f"{case.day}{judge.passed}")

    broken = Rule(rule(shadow=True, severity="warn").spec, crash)
    tables = Tables(codesets, MemoryTables())
    mended = Catalog((*catalog.rules, broken), catalog.payers, catalog.by_payer, "v")

    event = Validator(mended, tables).judge(office()).event

    (found,) = [finding for finding in event.findings if finding.rule == "t.one"]
    assert event.disposition is Disposition.HELD
    assert (found.outcome, found.severity) == (Outcome.FAIL, Severity.HOLD)
    assert found.message == "rule t.one failed on this claim (ZeroDivisionError)"
    assert "2026" not in found.message


def test_an_expression_that_cannot_be_evaluated_is_a_crash(findings: Judged) -> None:
    (found,) = findings(office(), rule(require='claim.diagnoses[7] == "E11.9"'))

    assert found.message == "rule t.one failed on this claim (ExpressionError)"


def test_a_shadow_rule_is_counted_and_holds_nothing(codesets: CodeSets, catalog: Catalog) -> None:
    shadowed = Catalog((*catalog.rules, rule(shadow=True)), catalog.payers, catalog.by_payer, "v")

    event = Validator(shadowed, Tables(codesets, MemoryTables())).judge(office()).event

    (found,) = [finding for finding in event.findings if finding.rule == "t.one"]
    assert (found.outcome, found.shadow) == (Outcome.FAIL, True)
    assert event.disposition is Disposition.CLEAN


def test_another_payers_rules_do_not_apply(validator: Validator) -> None:
    telehealth = {"lines__0__modifiers": ["GT"], "visit__place_of_service": "02"}

    medicare = validator.judge(office(**telehealth)).event
    other = validator.judge(office(coverages__0__payer_kind="other", **telehealth)).event

    assert "medicare.telehealth_gt" in {finding.rule for finding in medicare.findings}
    assert "medicare.telehealth_gt" not in {finding.rule for finding in other.findings}


class Growing(MemoryTables):
    """Tables that gain a row when they are refreshed."""

    def refresh(self) -> bool:
        self._rows["mue"] = {"99213": [0, 2]}
        return True


def test_new_tables_judge_from_the_next_batch(catalog: Catalog, codesets: CodeSets) -> None:
    validator = Validator(catalog, Tables(codesets, Growing()))
    before = validator.judge(office()).event
    validator.refresh()
    after = validator.judge(office()).event

    assert "mue" not in before.versions
    assert after.versions["mue"] == "example"
    assert before.disposition is Disposition.CLEAN
    assert after.disposition is Disposition.REJECTED


def test_a_verdict_says_which_versions_made_it(validator: Validator, catalog: Catalog) -> None:
    versions = validator.judge(office()).event.versions

    assert versions["validator-rules"] == catalog.version
    assert {"icd10cm", "mce"} <= versions.keys()


@pytest.mark.parametrize(
    ("kind", "last"),
    [
        ("medicare", date(2027, 3, 2)),
        ("medicaid", date(2027, 3, 2)),
        ("commercial", date(2026, 8, 29)),
        ("other", None),
    ],
)
def test_a_payer_has_its_filing_limit(validator: Validator, kind: str, last: date | None) -> None:
    held = office(coverages__0__payer_kind=kind, lines__0__units="1.5")

    item = validator.judge(held).item

    assert item is not None
    assert item.file_by == last
