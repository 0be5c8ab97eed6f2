"""Phrases of the specialties that a certified coder would defend, one list a file under `phrases/`.

One test over all of them: an entry costs a millisecond, a test case of its own would cost ten.
"""

import csv
from datetime import date
from pathlib import Path

from services.coder.batch import Coder
from services.coder.engine.model import Encounter

_FOLDER = Path(__file__).parent / "phrases"
_DAY = date(2026, 10, 1)


def _rows() -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    for path in sorted(_FOLDER.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows += csv.DictReader(file)
    return rows


def test_every_phrase_gives_its_codes(coder: Coder) -> None:
    wrong = []
    for row in _rows():
        age = int(row["age"]) if row.get("age") else None
        encounter = Encounter(_DAY, age, {"F": "female", "M": "male"}.get(row.get("sex") or "", ""))
        found = {code.code for code in coder.code(f"ASSESSMENT\n\n{row['phrase']}\n", encounter).codes}
        if found != set(filter(None, row["code"].split("|"))):
            wrong.append((row["phrase"], row["code"], sorted(found)))
    assert not wrong
