"""PTP, MUE and add-on edits agree with a naive implementation over 10,000 generated claims each."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from random import Random

import pytest

from services.contracts.coding import CodedEncounter, ServiceLine
from services.contracts.encounter import ClaimType
from services.validator.case import Case, billable_coverages
from services.validator.catalog import Catalog, builtin
from services.validator.engine import Engine
from services.validator.history import BilledLine
from services.validator.installed_tables import InstalledTables
from services.validator.tables import Tables
from tests.validator import naive
from tests.validator.build import office
from tests.validator.naive import Item
from tests.validator.ncci_files import Files, files

CLAIMS = 10_000
DAYS = [date(2024, 7, 1), date(2024, 7, 31), date(2024, 8, 1), date(2024, 9, 30)]
PROVIDERS = ["1679576722", "1245319599"]
MODIFIERS: list[tuple[str, ...]] = [(), (), (), ("59",), ("76",), ("LT",), ("XS", "76"), ("25",), ("50",)]


@pytest.fixture(scope="module")
def ncci(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return files(tmp_path_factory.mktemp("ncci"))


@lru_cache(1)
def base() -> CodedEncounter:
    return office(visit__start="2024-07-01T09:00:00Z", visit__end="2024-09-30T09:30:00Z")


def claim(items: Sequence[Item], codesets_tables: Tables, catalog: Catalog) -> Case:
    lines = tuple(
        ServiceLine(
            line_id=item.name,
            code=item.code,
            modifiers=item.modifiers,
            units=Decimal(item.units),
            amount=Decimal("10.00"),
            service_date=item.day,
            service_end=item.day + timedelta(days=item.days - 1),
            provider_npi=item.provider,
            pointers=("E11.9",),
        )
        for item in items
        if item.new
    )
    before = tuple(billed(item) for item in items if not item.new)
    coded = base().model_copy(update={"lines": lines})
    payer = catalog.payers.of("MCR01", "medicare")
    return Case(coded, billable_coverages(coded), payer, codesets_tables, history=before)


def billed(item: Item) -> BilledLine:
    return BilledLine(
        encounter_id="e0",
        line_id=item.name,
        claim_type=ClaimType.PROFESSIONAL,
        code=item.code,
        modifiers=item.modifiers,
        units=Decimal(item.units),
        day=item.day,
        provider=item.provider,
        payer_id="MCR01",
        amount=Decimal(0),
    )


def generated(
    random: Random, seeds: Callable[[], Sequence[str]], most_units: int = 1
) -> Iterator[list[Item]]:
    """Claims of one to six lines; codes come in the handfuls that `seeds` draws, to meet edits often."""
    for _ in range(CLAIMS):
        codes = [code for _ in range(random.randint(1, 2)) for code in seeds()][:6]
        new = [random.random() < 0.7 for _ in codes]
        new[0] = True
        day, provider = random.choice(DAYS), random.choice(PROVIDERS)
        yield [
            Item(
                name=f"l{place}",
                code=code,
                modifiers=random.choice(MODIFIERS),
                units=random.randint(1, most_units),
                day=day if random.random() < 0.85 else random.choice(DAYS),
                days=random.choice([1, 1, 1, 3]) if is_new and most_units > 1 else 1,
                provider=provider if random.random() < 0.85 else random.choice(PROVIDERS),
                new=is_new,
            )
            for place, (code, is_new) in enumerate(zip(codes, new, strict=True))
        ]


@lru_cache
def engine(rule: str) -> Engine:
    return Engine([each for each in builtin().rules if each.id == rule])


def judged(rule: str, items: Sequence[Item], tables: Tables, catalog: Catalog) -> set[tuple[str, str]]:
    judge = engine(rule).judge(claim(items, tables, catalog))
    return {(finding.target, finding.outcome.value) for finding in judge.findings}


def names(target: str) -> frozenset[str]:
    return frozenset(part.rpartition("line:")[2] for part in target.split("+"))


@pytest.fixture(scope="module")
def tables(ncci: Files) -> Tables:
    return Tables(ncci.codesets, InstalledTables(ncci.codesets))


def test_ptp_agrees(ncci: Files, tables: Tables, catalog: Catalog) -> None:
    random = Random(1)
    rows: dict[frozenset[str], list[naive.PtpRow]] = {}
    for row in ncci.ptp:
        rows.setdefault(frozenset(row[:2]), []).append(row)

    def draw() -> list[str]:
        one, other, *_ = random.choice(ncci.ptp)
        return [one, other] if random.random() < 0.5 else [other, one]

    met = {"fail": 0, "bypassed": 0}
    for items in generated(random, draw):
        expected = naive.ptp(items, rows)
        found = {(names(target), outcome) for target, outcome in judged("ncci.ptp", items, tables, catalog)}
        assert found == expected, items
        for _, outcome in expected:
            met[outcome] += 1
    assert min(met.values()) > 500


@pytest.mark.parametrize(
    ("rule", "indicator"),
    [("ncci.mue_line", 1), ("ncci.mue_day_absolute", 2), ("ncci.mue_day_clinical", 3)],
)
def test_mue_agrees(ncci: Files, tables: Tables, catalog: Catalog, rule: str, indicator: int) -> None:
    random = Random(indicator)
    meant = [row for row in ncci.mue if row[2] == indicator]
    some = random.sample(meant, min(50, len(meant))) + random.sample(ncci.mue, 20)

    def draw() -> list[str]:
        code = random.choice(some)[0]
        return [code, code, random.choice(some)[0]]

    met = 0
    for items in generated(random, draw, most_units=6):
        expected = naive.mue(items, some, indicator)
        found = judged(rule, items, tables, catalog)
        assert found == {(f"line:{name}", "fail") for name in expected}, items
        met += len(expected)
    assert met > 500


def test_add_on_agrees(ncci: Files, tables: Tables, catalog: Catalog) -> None:
    random = Random(4)
    rows: dict[str, list[naive.AddOnRow]] = {}
    for row in ncci.add_on:
        rows.setdefault(row[0], []).append(row)

    def draw() -> list[str]:
        code, primary, _ = random.choice(rows[random.choice(list(rows))])
        return [code, primary] if primary != "CCCCC" and random.random() < 0.5 else [code, "99213"]

    met = {"fail": 0, "not_checked": 0}
    for items in generated(random, draw):
        expected = naive.add_on(items, [row for item in items for row in rows.get(item.code, ())])
        found = {
            (target.removeprefix("line:"), outcome)
            for target, outcome in judged("ncci.add_on", items, tables, catalog)
        }
        assert found == expected, items
        for _, outcome in expected:
            met[outcome] += 1
    assert min(met.values()) > 500
