"""What holds of every claim: order does not matter, splitting hides nothing, rules do not disturb others."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.codesets.catalog import load as load_codesets
from services.contracts.base import Finding
from services.contracts.coding import CodedEncounter
from services.contracts.validation import Disposition, ValidatedEncounter
from services.validator.case import Case, billable_coverages
from services.validator.catalog import Catalog, builtin
from services.validator.engine import Engine
from services.validator.handler import ValidatorHandler
from services.validator.memory_tables import MemoryTables
from services.validator.rules import Rule
from services.validator.tables import Tables
from services.validator.validate import Validator
from tests.validator.build import Bench, office

CODES = ["99213", "99214", "99203", "36415", "97110", "97140", "11042", "27447", "80053", "J9035", "G0463"]
DIAGNOSES = [
    "E11.9",
    "I10",
    "E10.9",
    "M17.11",
    "Z00.00",
    "F02.80",
    "G30.9",
    "W19.XXXA",
    "J01.90",
    "J32.9",
    "E11",
]
SAME_DAY = ("ncci.", "duplicate.", "visit.one_a_day", "surgery.visit_same_day")
OF_ORDER = {"diagnosis.code_first"}
ROWS: dict[str, Any] = {
    "ptp": [["97140", "97110", 1], ["99213", "36415", 1], ["27447", "11042", 0], ["99214", "80053", 1]],
    "mue": {"97110": [2, 3], "36415": [1, 2], "80053": [1, 1]},
    "aoc": {"97140": [1, "97110"]},
    "rvu": {"11042": {"global_days": "000"}, "27447": {"global_days": "090"}, "99213": {}, "99214": {}},
    "lcd": {"80053": ["I10"]},
}


@cache
def tables() -> Tables:
    return Tables(load_codesets(), MemoryTables(ROWS))


@st.composite
def lines(draw: st.DrawFn, most: int = 6) -> list[dict[str, Any]]:
    count = draw(st.integers(1, most))
    return [
        {
            "line_id": f"l{place}",
            "code": draw(st.sampled_from(CODES)),
            "modifiers": draw(st.sampled_from([[], [], ["25"], ["59"], ["RT"], ["LT"], ["GP"], ["76"]])),
            "units": draw(st.integers(1, 3)),
            "amount": "100.00",
            "service_date": "2026-03-02",
            "pointers": ["E11.9"],
        }
        for place in range(count)
    ]


@st.composite
def encounters(draw: st.DrawFn) -> CodedEncounter:
    diagnoses = draw(st.lists(st.sampled_from(DIAGNOSES), min_size=1, max_size=5, unique=True))
    return office(lines=draw(lines()), codes=[{"code": code} for code in diagnoses])


def judged(coded: CodedEncounter, rules: Sequence[Rule]) -> list[Finding]:
    coverages = billable_coverages(coded)
    payer = builtin().payers.of("MCR01", "medicare")
    return Engine(rules).judge(Case(coded, coverages, payer, tables())).findings


def verdicts(findings: Sequence[Finding]) -> list[tuple[str, str, str]]:
    return [(finding.rule, finding.target, finding.outcome.value) for finding in findings]


def every_rule() -> list[Rule]:
    return [*builtin().rules, *builtin().by_payer["medicare"]]


@given(encounters(), st.randoms(use_true_random=False))
def test_the_order_of_lines_and_rules_does_not_matter(coded: CodedEncounter, random: Any) -> None:
    shuffled_lines, shuffled_rules = list(coded.lines), every_rule()
    random.shuffle(shuffled_lines)
    random.shuffle(shuffled_rules)

    before = judged(coded, every_rule())
    after = judged(coded.model_copy(update={"lines": tuple(shuffled_lines)}), shuffled_rules)

    assert after == before


@given(encounters(), st.randoms(use_true_random=False))
def test_the_order_of_secondary_diagnoses_does_not_matter(coded: CodedEncounter, random: Any) -> None:
    first, *others = coded.codes
    random.shuffle(others)
    rules = [rule for rule in every_rule() if rule.id not in OF_ORDER]

    after = judged(coded.model_copy(update={"codes": (first, *others)}), rules)

    assert verdicts(after) == verdicts(judged(coded, rules))


@given(encounters(), st.sets(st.sampled_from(sorted(rule.id for rule in every_rule()))))
def test_a_rule_does_not_change_what_others_find(coded: CodedEncounter, left_out: set[str]) -> None:
    kept = [rule for rule in every_rule() if rule.id not in left_out]

    expected = [finding for finding in judged(coded, every_rule()) if finding.rule not in left_out]

    assert judged(coded, kept) == expected


@cache
def same_day_validator() -> Validator:
    rules = tuple(rule for rule in builtin().rules if rule.id.startswith(SAME_DAY))
    catalog: Catalog = replace(builtin(), rules=rules, by_payer={})
    return Validator(catalog, tables())


def dispositions(*coded: CodedEncounter) -> list[Disposition]:
    bench = Bench(ValidatorHandler(same_day_validator()))
    events = [emit.event for emit in bench.give(*coded)]
    return [event.disposition for event in events if isinstance(event, ValidatedEncounter)]


@given(lines(most=5), st.lists(st.booleans(), min_size=5, max_size=5), st.booleans())
def test_splitting_a_visit_hides_nothing(
    billed: list[dict[str, Any]], left: list[bool], turned: bool
) -> None:
    halves = [
        [line for line, side in zip(billed, left, strict=False) if side is which] for which in (True, False)
    ]
    split = [office(encounter_id=f"e{place}", lines=half) for place, half in enumerate(halves) if half]

    (whole,) = dispositions(office(lines=billed))
    parts = dispositions(*reversed(split) if turned else split)

    if whole is not Disposition.CLEAN:
        assert set(parts) != {Disposition.CLEAN}
