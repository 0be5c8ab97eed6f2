from datetime import date
from pathlib import Path

import pytest

from services.codesets.errors import SourceMissing
from services.codesets.sources.tabular import Node, read_tabular
from tests.codesets.official import tabular_xml


@pytest.fixture
def nodes(tmp_path: Path) -> dict[str, Node]:
    path = tmp_path / "icd10cm-tabular-April-1-2026.xml"
    path.write_text(tabular_xml())
    effective, found = read_tabular(path)
    assert effective == date(2026, 4, 1)
    return {node.key: node for node in found}


def test_the_hierarchy_is_chapter_section_category_code(nodes: dict[str, Node]) -> None:
    assert {key: (node.kind, node.parent) for key, node in nodes.items()} == {
        "2": ("chapter", ""),
        "C00-C96": ("section", "2"),
        "C00-C14": ("section", "C00-C96"),
        "C00": ("category", "C00-C14"),
        "C000": ("code", "C00"),
        "C50-C50": ("section", "C00-C96"),
        "C50": ("category", "C50-C50"),
    }


def test_notes_and_terms_are_kept_by_kind(nodes: dict[str, Node]) -> None:
    assert nodes["C00"].notes == {
        "excludes1": ["carcinoma in situ (D00.-)"],
        "code_first": ["underlying disease, such as:", "example (A00)"],
    }
    assert nodes["C000"].notes == {"inclusion_terms": ["An example of a term"]}


def test_seventh_characters_have_meaning_and_terms(nodes: dict[str, Node]) -> None:
    assert nodes["C50"].seventh == [
        ("A", "initial encounter", ["first visit"]),
        ("D", "subsequent encounter", []),
    ]


@pytest.mark.parametrize(
    ("name", "effective"),
    [("icd10cm-tabular-2026.xml", date(2025, 10, 1)), ("icd10c-tabular-April-2026.xml", date(2026, 4, 1))],
)
def test_the_first_day_is_in_the_name_or_1_october(tmp_path: Path, name: str, effective: date) -> None:
    path = tmp_path / name
    path.write_text(tabular_xml())

    assert read_tabular(path)[0] == effective


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<ICD10CM.tabular><chapter>", "not readable as XML"),
        ("<ICD10CM.index/>", "root element is ICD10CM.index"),
        ("<ICD10CM.tabular/>", "no version year"),
    ],
)
def test_what_is_no_tabular_list_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "tabular.xml"
    path.write_text(content)

    with pytest.raises(SourceMissing, match=message):
        read_tabular(path)
