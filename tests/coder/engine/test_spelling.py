"""Misspelt words in the names of problems: mended where one word can be meant, left alone otherwise."""

import csv
from datetime import date
from pathlib import Path
from random import Random

import pytest

from services.coder.batch import Coder
from services.coder.engine.model import Encounter

DAY = Encounter(date(2026, 4, 1))
with (Path(__file__).parent / "phrases.csv").open(encoding="utf-8") as _file:
    PHRASES = [row["phrase"] for row in csv.DictReader(_file)]
LEAST = 5  # letters of a word that is misspelt


def _codes(coder: Coder, phrase: str) -> list[str]:
    return [code.code for code in coder.code(f"ASSESSMENT\n\n1. {phrase}\n", DAY).codes]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Hypertenson", "Hypertension"),
        ("Acuet bronchitis", "Acute bronchitis"),
        ("Acmte kidney injury", "Acute kidney injury"),
        ("Abdoominal pain", "Abdominal pain"),
        ("Left ulnnar neuropathy", "Left ulnar neuropathy"),
        ("Basaal cell carcinoma of the nose", "Basal cell carcinoma of the nose"),
    ],
)
def test_what_was_meant_is_coded(coder: Coder, written: str, meant: str) -> None:
    assert _codes(coder, written) == _codes(coder, meant) != []


@pytest.mark.parametrize("word", ["Zarbel", "Hypotension", "Acme visit", "Moniter device"])
def test_words_of_no_term_and_other_terms_stay(coder: Coder, word: str) -> None:
    assert not set(_codes(coder, word)) & {"I10", "J20.9"}


def test_one_letter_rarely_changes_what_is_coded(coder: Coder) -> None:
    random = Random(7)
    same = wrong = tried = 0
    for phrase in PHRASES[::2]:
        right = _codes(coder, phrase)
        word = max(phrase.split(), key=len)
        if len(word) < LEAST or not word.isalpha():
            continue
        place = random.randrange(1, len(word) - 1)
        letters = (word[place + 1] + word[place], word[place] * 2 + word[place + 1])[random.randrange(2)]
        misspelt = word[:place] + letters + word[place + 2 :]
        found = _codes(coder, phrase.replace(word, misspelt))
        tried += 1
        same += found == right
        wrong += bool({code[:3] for code in found} - {code[:3] for code in right})
    assert same / tried >= 0.9
    assert wrong / tried <= 0.03
