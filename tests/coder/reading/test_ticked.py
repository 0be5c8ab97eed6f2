"""Boxes to tick: an empty one beside ticked ones denies what stands behind it; every offset stays true."""

import pytest

from services.coder.reading import Flag, read
from services.coder.reading.ticked import ticked


@pytest.mark.parametrize("text", ["[x] gout\n[ ] lupus", "\u2611 gout \u2610 lupus", "(x) gout\n( ) lupus"])
def test_an_empty_box_denies_and_a_ticked_one_does_not(text: str) -> None:
    note = read(f"A:\n{text}\n")
    gout, lupus = text.index("gout") + 3, text.index("lupus") + 3
    assert note.context_at(lupus, lupus + 5).flags & Flag.NEGATED
    assert not note.context_at(gout, gout + 4).flags & Flag.NEGATED


@pytest.mark.parametrize("text", ["[ ] check bmp\n[ ] repeat film", "plain text", "[x] done"])
def test_without_both_kinds_nothing_is_a_box(text: str) -> None:
    assert ticked(text) == text


def test_offsets_stay_true() -> None:
    text = "[x] gout [ ] lupus [] asthma \u2610 gerd"
    assert len(ticked(text)) == len(text)


def test_a_ticked_line_is_an_item_of_its_own_however_long_the_line_above() -> None:
    note = read("A:\n[x] Chronic migraine without aura, intractable, no status\n[x] Generalized anxiety\n")
    assert [note.text[s.start : s.end] for s in note.sentences][-1] == "Generalized anxiety"
    assert [note.text[p.title.start : p.title.end] for p in note.problems][-1] == "Generalized anxiety"


def test_a_number_in_brackets_begins_no_item() -> None:
    (sentence,) = read("71M with HFrEF (EF 25) acute on chronic, CKD3b, HTN").sentences
    assert sentence.end == len("71M with HFrEF (EF 25) acute on chronic, CKD3b, HTN")


def test_a_side_behind_a_name_ends_its_sentence_and_a_question_before_one_does_not() -> None:
    note = read("PLAN\nKnee OA R. Shoulder pain L. Rest.\n? PE, CT neg.")
    said = [note.text[s.start : s.end] for s in note.sentences]
    assert said == ["Knee OA R.", "Shoulder pain L.", "Rest.", "? PE, CT neg."]
