import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.codesets.codes import dotted
from services.codesets.ranges import CodeRange, Condition, code_ranges
from services.codesets.tabular import Tabular
from tests.codesets.test_codes import CODES


def shown(note: str) -> list[str]:
    return [str(each) for each in code_ranges(note)]


@pytest.mark.parametrize(
    ("note", "references"),
    [
        ("congenital pneumonia (P23.0)", ["P23.0"]),
        ("neoplasms (C00-C96)", ["C00-C96"]),
        ("nontraumatic hemorrhage (I60.-)", ["I60"]),
        ("pregnancy with abortive outcome (O00-O07, O08.-)", ["O00-O07", "O08"]),
        ("cerebral hemorrhage (I60.-. I61.-, I62.-)", ["I60", "I61", "I62"]),
        ("head injury (S00 - S09)", ["S00-S09"]),
        ("rheumatic fever (I01.0 -I01.9)", ["I01.0-I01.9"]),
        ("atherosclerosis (I70.2--I70.7-)", ["I70.2-I70.7"]),
        ("rheumatoid arthritis, if  known (M05.00 to M05.8A)", ["M05.00-M05.8A"]),
        ("acute infections (J00-J06; J20-J22)", ["J00-J06", "J20-J22"]),
        ("carcinoid (C7A.0-)", ["C7A.0"]),
        ("glucose-6-phosphate dehydrogenase (G6PD) deficiency (D75.A)", ["D75.A"]),
        ("tuberculosis, any type in A15 (J65)", ["J65"]),
        ("influenza A/H1N1 (J10.-)", ["J10"]),
        ("CD30-positive proliferations (C86.6-)", ["C86.6"]),
        ("vitamin B12 deficiency anemia (D51.-)", ["D51"]),
        ("torticollis NOS M43.6", ["M43.6"]),
        ("code from category T31 or T32 to identify extent", ["T31", "T32"]),
        ("electrolyte imbalance (E87.8}", ["E87.8"]),
        ("acquired absence of knee joint (Z89.52-", ["Z89.52"]),
        ("certain localized infections - see body system-related chapters", []),
        ("code, if applicable, for codes G31.0-G31.83, G31.85-G31.9, to identify:", []),
    ],
)
def test_references_are_read_as_people_write_them(note: str, references: list[str]) -> None:
    assert shown(note) == references


@pytest.mark.parametrize(
    ("note", "inside", "outside"),
    [
        (
            "drug (T36-T50 with fifth or sixth character 5)",
            ["T36.0X5A", "T39.95XA"],
            ["T36.0X1A", "T39.91XA"],
        ),
        (
            "poisoning (T36-T65 with fifth or sixth character 1-4 or 6)",
            ["T40.2X6A", "T40.2X3D"],
            ["T40.2X5A"],
        ),
        ("diabetes (E08-E13 with .51-.52)", ["E11.51", "E10.52", "E11.52"], ["E11.53", "E11.9", "E14.51"]),
        ("diabetes (E08-E13 with .62-)", ["E11.621", "E11.628"], ["E11.61", "E11.65"]),
        ("induced psychosis (F11-F19 with .15. .25, .95)", ["F11.150", "F14.25"], ["F11.14", "F20.15"]),
        ("aphasia (I69. with final characters -20)", ["I69.320", "I69.020"], ["I69.321", "I69.30"]),
        (
            "hyperosmolarity (E08, E09, E11, E13 with final characters .00 or .01)",
            ["E11.00", "E13.01"],
            ["E11.9"],
        ),
        ("hypercapnia (J96. with 5th character 2)", ["J96.02", "J96.92"], ["J96.01", "J96.0"]),
        ("whooping cough (A37 with fifth-character 1)", ["A37.01"], ["A37.00"]),
        ("concussion (S06.0X- with seventh character S)", ["S06.0X1S"], ["S06.0X1A", "S06.0X1"]),
        ("open fracture (S42.- with 7th character B or C)", ["S42.001B", "S42.001C"], ["S42.001A"]),
        ("open fracture (S52.- with open fracture 7th character)", ["S52.001B", "S52.001C"], ["S52.001A"]),
        ("hallucinations (F11-F19 with fifth to sixth characters 51)", ["F11.251", "F19.951"], ["F11.250"]),
        ("amnestic syndrome (F10-F19 with 5th character .6)", ["F10.26", "F10.96"], ["F10.27"]),
        ("underdosing (T36-T50 with final character 6)", ["T36.0X6A"], ["T36.0X5A"]),
    ],
)
def test_conditions_decide_by_characters(note: str, inside: list[str], outside: list[str]) -> None:
    references = code_ranges(note)

    assert all(any(each.contains(code) for each in references) for code in inside)
    assert not any(each.contains(code) for each in references for code in outside)
    assert all(each.certain for each in references)


def test_words_that_no_code_answers_make_a_reference_uncertain() -> None:
    references = code_ranges("diabetic acidosis - see categories E08-E10, E11, E13 with ketoacidosis")

    assert [str(each) for each in references] == ["E08-E10", "E11", "E13"]
    assert not any(each.certain for each in references)
    assert references[1].contains("E11.10")


@pytest.mark.parametrize(
    ("first", "last", "code", "inside"),
    [
        ("C73", "C75", "C7A.00", False),
        ("C76", "C80", "C7A.00", False),
        ("C00", "C96", "C7B.00", True),
        ("D37", "D48", "D3A.00", False),
        ("D10", "D36", "D3A.00", False),
        ("I60", "I60", "I60.12", True),
        ("I600", "I600", "I60", False),
        ("K85", "K86", "K86.89", True),
        ("I101", "I103", "I10.39", True),
    ],
)
def test_ranges_follow_the_printed_order(first: str, last: str, code: str, inside: bool) -> None:
    assert CodeRange(first, last).contains(code) is inside


@given(CODES, CODES)
def test_a_range_holds_its_ends_and_what_is_below_them(one: str, other: str) -> None:
    first, last = sorted((one[:5], other[:5]))
    span = CodeRange(first, last)
    category_order = first[:3] <= last[:3] and not {first[:3], last[:3]} & {"C7A", "C7B", "D3A"}

    if category_order:
        assert span.contains(first)
        assert span.contains(dotted(last))
        assert span.contains(f"{last}9")


@given(CODES, CODES, CODES)
def test_a_range_is_an_interval(low: str, middle: str, high: str) -> None:
    first, _, last = ordered = sorted((low, middle, high))
    if not {code[:3] for code in ordered} & {"C7A", "C7B", "D3A"}:
        assert CodeRange(first, last).contains(ordered[1])


@given(
    CODES,
    st.none()
    | st.builds(
        Condition,
        st.sampled_from(["subcategory", "final", "position", "intent", "unclear"]),
        st.lists(st.text("0123456789", min_size=1, max_size=2), min_size=1).map(tuple),
        st.integers(0, 7),
    ),
)
def test_a_range_survives_storage(code: str, condition: Condition | None) -> None:
    span = CodeRange(code, code, condition)

    assert CodeRange.unpack(span.pack()) == span


def test_every_reference_of_the_tabular_list_names_an_entry_of_the_list(tabular: Tabular) -> None:
    """Free text is read right when what it names exists."""
    unknown = {
        end
        for row in tabular.rows()
        for kind in ("excludes1", "excludes2", "code_first", "use_additional", "code_also")
        for _, references in tabular.details(row).get(kind, ())
        for reference in references
        for end in reference[:2]
        if tabular.row(end) < 0
    }

    assert unknown == {"G3190", "R104"}  # slips of the printed list: G31.90 and R10.4 are no codes
