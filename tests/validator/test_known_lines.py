"""What is remembered of lines: it must change no verdict."""

from typing import Any

import pytest

from services.codesets.catalog import CodeSets
from services.contracts.coding import ServiceLine
from services.validator.case import Case, billable_coverages
from services.validator.catalog import Catalog, builtin
from services.validator.checks import REGISTRY
from services.validator.engine import Engine
from services.validator.examples import coded_encounter
from services.validator.judge import Judge
from services.validator.known_lines import FACTS
from services.validator.memory_tables import MemoryTables
from services.validator.rulebook import Example
from services.validator.rules import Rule
from services.validator.tables import Tables

OF_LINES = [rule for rule in builtin().every if rule.of_line]


class Watched:
    """Stands before an object and notes what is read of it."""

    def __init__(self, behind: object) -> None:
        self._behind = behind
        self.read: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.read.add(name)
        return getattr(self._behind, name)


def case(example: Example, codesets: CodeSets, **line: object) -> Case:
    changes = {f"lines.0.{name}": value for name, value in line.items()}
    coded = coded_encounter(example.base, example.set | changes)
    coverages = billable_coverages(coded)
    payer = builtin().payers.of(coverages[0].payer_id, coverages[0].payer_kind)
    return Case(coded, coverages, payer, Tables(codesets, MemoryTables(example.tables)))


def test_every_line_check_has_a_rule_that_shows_it() -> None:
    named = {name for name, registered in REGISTRY.items() if registered.of_line}

    assert named == {rule.spec.check for rule in OF_LINES}


@pytest.mark.parametrize("rule", OF_LINES, ids=lambda rule: rule.id)
def test_a_line_check_reads_only_what_lines_are_remembered_by(rule: Rule, codesets: CodeSets) -> None:
    for example in rule.spec.examples:
        judged = case(example, codesets)
        watched = Watched(judged)
        for line in judged.lines:
            seen = Watched(line)
            judge = Judge()
            judge.rule, judge.options = rule.spec, rule.options
            rule.check(seen, watched, judge)
            assert seen.read <= {*FACTS, "line_id"}
        assert watched.read <= {"tables"}


def test_a_remembered_line_counts_as_often_as_it_stands(codesets: CodeSets, catalog: Catalog) -> None:
    engine = Engine(catalog.rules)
    office = case(Example(outcome="pass"), codesets)

    first, second = engine.judge(office), engine.judge(office)

    assert (second.findings, second.passed) == (first.findings, first.passed)


@pytest.mark.parametrize(
    "changed", [{"units": "1.5"}, {"code": "9921"}, {"modifiers": ["?"]}, {"ndc": "12"}], ids=str
)
def test_a_line_that_differs_in_one_fact_is_judged(codesets: CodeSets, changed: dict[str, Any]) -> None:
    engine = Engine(OF_LINES)
    usual = Example(outcome="pass")
    engine.judge(case(usual, codesets))

    odd = case(usual, codesets, **changed)

    assert engine.judge(odd).findings == Engine(OF_LINES).judge(odd).findings != []


def test_a_line_with_a_finding_is_judged_each_time(codesets: CodeSets) -> None:
    engine = Engine(OF_LINES)
    odd = [case(Example(outcome="pass"), codesets, units="1.5", line_id=name) for name in ("l1", "l2")]

    targets = [finding.target for each in odd for finding in engine.judge(each).findings]

    assert {"line:l1", "line:l2"} <= set(targets)


def test_lines_are_forgotten_with_the_tables_that_judged_them(codesets: CodeSets) -> None:
    rows: dict[str, Any] = {"cpt": ["99213"]}
    engine = Engine([rule for rule in OF_LINES if rule.id == "line.code_known"])
    usual = Example(outcome="pass", tables=rows)
    before = engine.judge(case(usual, codesets)).findings

    rows["cpt"].clear()
    engine.forget()

    assert (before, len(engine.judge(case(usual, codesets)).findings)) == ([], 1)


def test_a_crash_on_one_line_names_the_line(codesets: CodeSets) -> None:
    def crash(line: ServiceLine, case: Case, judge: Judge) -> None:
        raise ZeroDivisionError(f"{line.code}{case.day}{judge.passed}")

    form = next(rule for rule in OF_LINES if rule.id == "line.code_form")
    broken = Rule(form.spec, crash, of_line=True)

    (found,) = Engine([broken]).judge(case(Example(outcome="pass"), codesets)).findings

    assert (found.target, found.message) == (
        "line:l1",
        f"rule {broken.id} failed on this claim (ZeroDivisionError)",
    )
