from datetime import date

import pytest

from services.codesets.catalog import CodeSets
from services.codesets.icd10cm import Icd10cm
from services.codesets.validity import Standing


@pytest.fixture(scope="session")
def icd(sets: CodeSets) -> Icd10cm:
    return sets.icd10cm(date(2026, 3, 2))


def test_a_code_is_taken_with_or_without_dot(icd: Icd10cm) -> None:
    assert icd.title("E119") == icd.title("e11.9") == "Type 2 diabetes mellitus without complications"


@pytest.mark.parametrize(
    ("code", "standing"),
    [
        ("E11.9", Standing.VALID),
        ("E11", Standing.HEADER),
        ("S72.001", Standing.HEADER),
        ("S72.001A", Standing.VALID),
        ("S72.001Z", Standing.UNKNOWN),
        ("I42.00", Standing.NOT_YET),
        ("M54.5", Standing.HEADER),
        ("Z99.99", Standing.UNKNOWN),
    ],
)
def test_only_complete_codes_are_billable(icd: Icd10cm, code: str, standing: Standing) -> None:
    assert icd.status(code).standing is standing
    assert icd.billable(code) is (standing is Standing.VALID)
    assert icd.valid(code) is (standing in {Standing.VALID, Standing.HEADER})


def test_fiscal_year_2027_adds_190_codes_and_deletes_30(sets: CodeSets) -> None:
    before, after = (set(sets.icd10cm(day).codes()) for day in (date(2026, 9, 30), date(2026, 10, 1)))

    assert len(after - before) == 190
    assert len(before - after) == 30


def test_only_codes_that_came_after_the_list_have_no_title(sets: CodeSets, icd: Icd10cm) -> None:
    listed, later = set(icd.codes()), set(sets.icd10cm(date(2026, 11, 1)).codes())

    assert {code for code in listed | later if not icd.title(code)} == later - listed


def test_codes_that_the_list_does_not_know_have_no_title_but_the_notes_above_them(sets: CodeSets) -> None:
    icd = sets.icd10cm(date(2026, 11, 1))

    assert icd.billable("I42.00")
    assert icd.title("I42.00") is None
    assert icd.parent("I42.00") == "I42.0"
    assert icd.excludes2("I42.00") == icd.excludes2("I42.0")


@pytest.mark.parametrize(
    ("on", "version"),
    [
        (date(2015, 9, 30), None),
        (date(2015, 10, 1), "FY2016"),
        (date(2026, 3, 31), "FY2026"),
        (date(2026, 4, 1), "FY2026-04"),
        (date(2026, 10, 1), "FY2027"),
        (date(2027, 4, 1), None),
    ],
)
def test_the_day_of_service_picks_the_version(sets: CodeSets, on: date, version: str | None) -> None:
    assert sets.icd10cm(on).version == version


def test_before_october_2015_no_version_is_in_force(sets: CodeSets) -> None:
    status = sets.icd10cm(date(2015, 9, 30)).status("E11.9")

    assert status.standing is Standing.NO_VERSION
    assert status.since == date(2015, 10, 1)
    assert not status.valid


@pytest.mark.parametrize(
    ("code", "title"),
    [
        (
            "S72.001A",
            "Fracture of unspecified part of neck of right femur, initial encounter for closed fracture",
        ),
        ("O31.00X0", "Papyraceous fetus, unspecified trimester, not applicable or unspecified"),
        ("T36.0X1A", "Poisoning by penicillins, accidental (unintentional), initial encounter"),
        ("E08-E13", "Diabetes mellitus (E08-E13)"),
    ],
)
def test_titles_are_extended_by_the_seventh_character(icd: Icd10cm, code: str, title: str) -> None:
    assert icd.title(code) == title


def test_what_is_no_extension_has_no_title(icd: Icd10cm) -> None:
    assert icd.title("S72.001Z") is None
    assert icd.title("S72.0A") is None
    assert icd.title("") is None


def test_the_hierarchy_goes_up_and_down(icd: Icd10cm) -> None:
    assert icd.parent("E11.9") == "E11"
    assert icd.parent("E11") is None
    assert icd.parent("S72.001A") == "S72.001"
    assert icd.children("E11.64") == ("E11.641", "E11.649")
    assert icd.children("S72.001")[:2] == ("S72.001A", "S72.001B")
    assert icd.children("E11.9") == ()
    assert icd.expand("E11.64") == ("E11.641", "E11.649")


def test_blocks_and_chapters(icd: Icd10cm) -> None:
    block, chapter = icd.block("E11.9"), icd.chapter("E11.9")

    assert block is not None
    assert (block.name, block.title) == ("E08-E13", "Diabetes mellitus (E08-E13)")
    assert chapter is not None
    assert chapter.name == "4"
    assert icd.block("99213") is None


@pytest.mark.parametrize(
    ("code", "blocks"),
    [
        ("C50.911", ["C50-C50", "C00-C75", "C00-C96"]),
        ("T20.011A", ["T20-T25", "T20-T32", "T07-T88"]),
        ("W01.0XXA", ["W00-W19", "W00-X58", "V00-X58"]),
        ("Y63.0", ["Y62-Y69", "Y62-Y84"]),
        ("M17.11", ["M15-M19", "M00-M25"]),
    ],
)
def test_blocks_that_are_printed_empty_hold_those_they_span(
    icd: Icd10cm, code: str, blocks: list[str]
) -> None:
    tabular = icd._tabular
    above = [tabular.key(row) for row in tabular.ancestry(tabular.node(code.replace(".", "")))]

    assert [key for key in above if "-" in key] == blocks


def test_notes_are_inherited_nearest_first(icd: Icd10cm) -> None:
    owners = [note.owner for note in icd.excludes1("J18.0")]

    assert owners[0] == "J18.0"
    assert "J18" in owners
    assert owners.index("J18") > owners.index("J18.0")
    assert {note.owner for note in icd.excludes1("J18.9")} >= {"J18"}
    assert "Chapter 10" in {note.owner for note in icd.excludes2("J18.9")}


def test_kinds_of_notes(icd: Icd10cm) -> None:
    assert any("influenza" in note.text for note in icd.code_first("J18.9"))
    assert any(note.owner == "J18" for note in icd.code_also("J18.9"))
    assert any("insulin" in note.text for note in icd.use_additional("E11.9"))
    assert "Adult-onset diabetes" not in icd.inclusion_terms("E11.9")
    assert any("diabetes NOS" in note.text for note in icd.includes("E11.9"))
    assert "Classical cholera" in icd.inclusion_terms("A00.0")
    assert any("displaced" in note.text for note in icd.notes("S52.001A"))
    assert icd.excludes1("99213") == ()
    assert icd.inclusion_terms("99213") == ()


def test_code_first_names_what_goes_before(icd: Icd10cm) -> None:
    notes = icd.code_first("F02.80")

    assert any(note.names("G30.9") is not None for note in notes)
    assert not any(note.names("E11.9") is not None for note in notes)


def test_seventh_characters_are_those_of_the_nearest_definition(icd: Icd10cm) -> None:
    meanings = {each.character: each for each in icd.seventh_characters("S52.001")}

    assert meanings["A"].meaning == "initial encounter for closed fracture"
    assert meanings["B"].terms == ("initial encounter for open fracture NOS",)
    assert icd.seventh_characters("E11.9") == ()
    assert icd.seventh_characters("99213") == ()


def test_an_excludes1_conflict_names_the_note_in_both_directions(icd: Icd10cm) -> None:
    there, back = icd.excludes1_conflict("J18.9", "J84.9"), icd.excludes1_conflict("J84.9", "J18.9")

    assert there is not None
    assert back == there
    assert (there.code, there.excluded, there.note.owner) == ("J18.9", "J84.9", "J18")
    assert there.note.text == "interstitial pneumonia NOS (J84.9)"
    assert there.certain


def test_excludes1_applies_to_descendants_of_both_ends(icd: Icd10cm) -> None:
    conflict = icd.excludes1_conflict("E11.65", "E10.9")

    assert conflict is not None
    assert str(conflict.reference) in {"E10", "E11"}


def test_codes_without_a_note_between_them_do_not_conflict(icd: Icd10cm) -> None:
    assert icd.excludes1_conflict("E11.9", "I10") is None
    assert icd.excludes1_conflict("E11.9", "E11.9") is None
    assert icd.excludes1_conflict("99213", "E11.9") is None


def test_terms_are_the_dictionary_of_the_day(icd: Icd10cm) -> None:
    terms = {code: (title, inclusions) for code, title, inclusions in icd.terms()}

    assert terms["A00.0"][1] == ("Classical cholera",)
    assert "E08-E13" not in terms
    assert len(terms) > 45_000


@pytest.mark.parametrize("category", ["S72", "E11", "O31"])
def test_every_code_is_under_its_parent_and_in_its_block(icd: Icd10cm, category: str) -> None:
    below: dict[str, tuple[str, ...]] = {}
    for code in icd.expand(category):
        parent, block = icd.parent(code), icd.block(code)

        assert parent is not None
        assert code in below.setdefault(parent, icd.expand(parent))
        assert block is not None
        assert block.name[:3] <= code[:3] <= block.name[4:]
