"""Phrases: what a problem line says is coded as a coder would; the classification's own words give their own
code.
"""

import csv
from datetime import date
from pathlib import Path

import pytest

from services.coder.batch import Coder
from services.coder.engine.coder import code_note
from services.coder.engine.model import Encounter
from services.coder.terminology import tabular
from services.coder.terminology.index import Terminology

DAY = Encounter(date(2026, 4, 1))
with (Path(__file__).parent / "phrases.csv").open(encoding="utf-8") as _file:
    PHRASES = [(row["phrase"], sorted(row["codes"].split("|"))) for row in csv.DictReader(_file)]


@pytest.mark.parametrize(("phrase", "codes"), PHRASES, ids=[phrase for phrase, _ in PHRASES])
def test_a_problem_line(coder: Coder, phrase: str, codes: list[str]) -> None:
    found = coder.code(f"ASSESSMENT\n\n1. {phrase}.\n", DAY)
    assert sorted(code.code for code in found.codes) == codes


def _share(vocabulary: Terminology, every: int) -> float:
    """Share of the classification's phrases, one in `every`, that give their own code or a finer one."""
    nodes = tabular.read(tabular.source_file())
    phrases = [(node.code, text) for node in nodes.values() for text in (node.title, *node.terms)][::every]
    good = 0
    for code, text in phrases:
        found = code_note(f"ASSESSMENT\n\n1. {text}\n", DAY, vocabulary)
        good += any(each.code.startswith(code) for each in found.codes)
    return good / len(phrases)


def test_titles_and_inclusion_terms_give_their_own_code(vocabulary: Terminology) -> None:
    assert _share(vocabulary, every=97) >= 0.97


@pytest.mark.soak
def test_every_title_and_inclusion_term_gives_its_own_code(vocabulary: Terminology) -> None:
    assert _share(vocabulary, every=1) >= 0.97
