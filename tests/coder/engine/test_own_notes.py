"""Our own notes with gold codes: the score that the coder must not fall below, on the notes it was tuned on
and on the others.
"""

import pytest

from services.coder.batch import Coder, encounter_of
from services.coder.evaluation.counts import Counts
from tests.coder.notes.load import GoldNote, is_external_cause, notes


def _found(coder: Coder, note: GoldNote) -> set[str]:
    return {code.code for code in coder.code(note.text, encounter_of(note.request())).codes}


@pytest.mark.parametrize(("split", "least"), [("dev", 0.95), ("held", 0.87)])
def test_full_codes(coder: Coder, split: str, least: float) -> None:
    counts = []
    for note in notes(split):
        left_out = {entry.code for entry in note.optional}
        gold = {code for code in note.gold if code not in left_out and not is_external_cause(code)}
        found = {code for code in _found(coder, note) if code not in left_out and not is_external_cause(code)}
        counts.append(Counts.of(gold, found))
    assert Counts.sum(counts).f1 >= least


@pytest.mark.parametrize(("split", "most"), [("dev", 0.05), ("held", 0.08)])
def test_few_notes_get_a_code_that_the_guidelines_forbid(coder: Coder, split: str, most: float) -> None:
    judged = notes(split)
    wrong = [n.id for n in judged if _found(coder, n) & {entry.code for entry in n.forbidden}]
    assert len(wrong) / len(judged) <= most
