"""Phrases: what a problem line says is coded as a coder would; the classification's own words give their own
code.
"""

import csv
from datetime import date
from pathlib import Path

import pytest

from services.coder.batch import Coder
from services.coder.engine.model import Encounter
from services.coder.evaluation.phrases import DAYS, measure, phrases
from services.coder.terminology import tabular

DAY = Encounter(date(2026, 4, 1))
with (Path(__file__).parent / "phrases.csv").open(encoding="utf-8") as _file:
    PHRASES = [(row["phrase"], sorted(row["codes"].split("|"))) for row in csv.DictReader(_file)]


@pytest.mark.parametrize(("phrase", "codes"), PHRASES, ids=[phrase for phrase, _ in PHRASES])
def test_a_problem_line(coder: Coder, phrase: str, codes: list[str]) -> None:
    found = coder.code(f"ASSESSMENT\n\n1. {phrase}.\n", DAY)
    assert sorted(code.code for code in found.codes) == codes


def _share(coder: Coder, every: int, on: date) -> float:
    """Share of the classification's phrases, one in `every`, that give their own code or a finer one."""
    nodes = tabular.read(tabular.source_file())
    return measure(coder, list(phrases(nodes))[::every], {}, on).share()


def test_titles_and_inclusion_terms_give_their_own_code(coder: Coder) -> None:
    assert _share(coder, every=97, on=DAYS["FY2027"]) >= 0.99


@pytest.mark.soak
@pytest.mark.parametrize("year", DAYS)
def test_every_title_and_inclusion_term_gives_its_own_code(coder: Coder, year: str) -> None:
    assert _share(coder, every=1, on=DAYS[year]) >= 0.99
