from datetime import date
from pathlib import Path

import pytest

from services.codesets.catalog import CodeSets
from services.codesets.errors import ImportRefused
from services.codesets.tables.index import Index, IndexEntry
from tests.codesets import official
from tests.codesets.conftest import Import

DRUG = (
    official.neoplasm_xml()
    .replace("Neoplasm<", "Substance<")
    .replace("Malignant Primary", "Poisoning Accidental")
)
EXTERNAL = official.index_xml("ICD-10-CM EXTERNAL CAUSE of INJURIES INDEX")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (official.index_xml(), "index"),
        (EXTERNAL, "eindex"),
        (official.neoplasm_xml(), "neoplasm"),
        (DRUG, "drug"),
    ],
)
def test_the_content_tells_which_index_it_is(
    tmp_path: Path, folder: Path, import_files: Import, text: str, kind: str
) -> None:
    path = tmp_path / "any.xml"
    path.write_text(text)
    (entry,) = import_files(path)

    assert (entry.table, entry.version) == (f"icd10cm-{kind}", "FY2026")
    assert isinstance(CodeSets(folder).index(date(2026, 1, 1), kind), Index)


def test_terms_are_nested_and_nonessential_words_apart(
    tmp_path: Path, folder: Path, import_files: Import
) -> None:
    path = tmp_path / "icd10cm-index-2026.xml"
    path.write_text(official.index_xml())
    import_files(path)
    index = CodeSets(folder).index(date(2026, 1, 1))

    assert isinstance(index, Index)
    assert index.find("abscess") == (
        IndexEntry(("Abscess NEC",), ("acute", "chronic"), "L02.91", "", "", ()),
        IndexEntry(("Abscess NEC", "wall"), (), "L02.211", "", "", ()),
        IndexEntry(("Abscess NEC", "wall", "deep"), (), "", "Abscess, other", "", ()),
    )
    assert [entry.see_also for entry in index.find("Ache")] == ["Pain"]
    assert index.find("Nothing") == ()
    assert len(list(index.entries())) == len(index) == 4


def test_cells_stand_under_their_headings(tmp_path: Path, folder: Path, import_files: Import) -> None:
    path = tmp_path / "icd10cm-neoplasm-2026.xml"
    path.write_text(official.neoplasm_xml())
    import_files(path)
    table = CodeSets(folder).index(date(2026, 1, 1), "neoplasm")

    assert isinstance(table, Index)
    assert [entry.cells for entry in table.entries()] == [(("Malignant Primary", "C76.0"),)]


def test_an_older_index_serves_later_days(tmp_path: Path, folder: Path, import_files: Import) -> None:
    path = tmp_path / "icd10cm-index-2026.xml"
    path.write_text(official.index_xml())
    import_files(path)

    assert isinstance(CodeSets(folder).index(date(2030, 1, 1)), Index)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("icd10cm-index-2026.xml", official.index_xml()[:-30], "not whole XML"),
        ("icd10cm-index-2027.xml", official.index_xml(), "wrong period"),
        ("icd10cm-index-2026.xml", "<ICD10CM.index><version>2026</version></ICD10CM.index>", "without terms"),
    ],
)
def test_a_spoiled_file_is_refused_whole(
    tmp_path: Path, import_files: Import, name: str, text: str, message: str
) -> None:
    path = tmp_path / name
    path.write_text(text)

    with pytest.raises(ImportRefused, match=message):
        import_files(path)
