"""How often a note gives the very code that an EHR might state, by whether that code is right.

    python -m tests.coder.encounter.stated [SPLIT]

Right: the gold codes of the notes. Wrong: their `forbidden` codes, which a careless coder would assign.
External causes are left out. The figures stand in docs/coder.md.
"""

import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator

from services.coder.batch import encounter_of
from services.coder.encounter.agreement import together
from services.coder.encounter.tables import Tables, installed
from services.coder.engine.coder import code_note
from tests.coder.notes.load import GoldNote, is_external_cause, notes

EDGES = (0.45, 0.6, 0.7, 0.8, 0.9, 0.94)
"""Where the classes of probabilities begin."""


def measured(split: str, tables: Tables) -> dict[bool, Counter[int]]:
    """Statements, right and wrong, by the class of the probability that the note's coder gives them; class 0:
    it does not give them, or as unlikely.
    """
    found: dict[bool, Counter[int]] = {True: Counter(), False: Counter()}
    for note in notes():
        if note.split == split:
            given = _given(note, tables)
            for code, right in _statements(note):
                found[right][bisect_right(EDGES, given.get(code, 0.0))] += 1
    return found


def _given(note: GoldNote, tables: Tables) -> dict[str, float]:
    about = encounter_of(note.request())
    coded = code_note(note.text, about, tables.vocabulary, tables.codesets.icd10cm(about.on).valid)
    return {code.code: code.confidence for code in coded.codes}


def _statements(note: GoldNote) -> Iterator[tuple[str, bool]]:
    allowed = {*note.gold, *(entry.code for entry in note.optional)}
    yield from ((code, True) for code in note.gold if not is_external_cause(code))
    for entry in note.forbidden:
        if entry.code not in allowed and not is_external_cause(entry.code):
            yield entry.code, False


def main(split: str = "held") -> None:
    """Print the table."""
    found = measured(split, installed())
    print(f"{sum(found[True].values())} right and {sum(found[False].values())} wrong statements")
    print("not given as likely", found[True][0], found[False][0])
    for place, edge in enumerate(EDGES, start=1):
        print(f"{edge:.2f} (together {together(edge):.3f})", found[True][place], found[False][place])


if __name__ == "__main__":
    main(*sys.argv[1:])
