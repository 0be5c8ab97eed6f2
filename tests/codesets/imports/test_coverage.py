import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from services.codesets.catalog import CodeSets
from services.codesets.errors import ImportRefused
from services.codesets.tables.coverage import Coverage, Necessity
from tests.codesets import official
from tests.codesets.conftest import Import

ON = date(2024, 8, 1)
COVERED = official.ARTICLES["article_x_icd10_covered.csv"]


def download(tmp_path: Path, **changed: str | None) -> Path:
    path = tmp_path / "current_article.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "about this download")
        for name, text in official.ARTICLES.items():
            replaced = changed.get(name.removesuffix(".csv"), text)
            if replaced is not None:
                archive.writestr(name, replaced)
    return path


@pytest.fixture
def coverage(tmp_path: Path, folder: Path, import_files: Import) -> Coverage:
    import_files(download(tmp_path))
    found = CodeSets(folder).lcd(ON)
    assert isinstance(found, Coverage)
    return found


def test_the_download_as_cms_packs_it_is_read(tmp_path: Path, folder: Path, import_files: Import) -> None:
    """Tables in an inner archive, Windows-1252, whole texts in cells, jurisdictions beside contractors."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        for name, text in official.ARTICLES_2026.items():
            archive.writestr(name, text.encode("cp1252"))
    path = tmp_path / "current_article.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("current_article_csv.zip", inner.getvalue())
        archive.writestr("readme_first.txt", "see the data dictionary")
    import_files(path)
    found = CodeSets(folder).lcd(date(2026, 8, 3))

    assert isinstance(found, Coverage)
    (article,) = found.articles("70001", date(2026, 8, 3), contractor="10")
    assert article.title == "Invented \u2013 imaging"
    assert article.necessity("70001", "E11.9") is Necessity.COVERED
    assert found.articles("70001", date(2026, 8, 3), contractor="11") == ()


def test_articles_are_found_by_procedure_and_day(coverage: Coverage) -> None:
    assert [article.article for article in coverage.articles("70001", ON)] == ["A12345"]
    assert [article.article for article in coverage.articles("70001", date(2023, 6, 1))] == ["A23456"]
    assert coverage.articles("70009", ON) == ()


def test_articles_are_a_contractors(coverage: Coverage) -> None:
    assert len(coverage.articles("70001", ON, contractor="366")) == 1
    assert coverage.articles("70001", ON, contractor="999") == ()


def test_groups_with_the_same_numbers_belong_together(coverage: Coverage) -> None:
    (article,) = coverage.articles("70001", ON)

    assert article.by_group
    assert article.necessity("70001", "E11.9") is Necessity.COVERED
    assert article.necessity("70001", "I10") is Necessity.NOT_LISTED
    assert article.necessity("70002", "i10") is Necessity.COVERED
    assert article.necessity("70001", "Z0000") is Necessity.NONCOVERED
    assert article.title == "Invented imaging article"


def test_else_every_group_of_diagnoses_goes_with_every_procedure(coverage: Coverage) -> None:
    (article,) = coverage.articles("70001", date(2023, 6, 1))

    assert not article.by_group
    assert article.necessity("70001", "J18.9") is Necessity.COVERED


def test_files_may_be_given_one_by_one(tmp_path: Path, import_files: Import) -> None:
    paths = []
    for number, text in enumerate(official.ARTICLES.values()):
        path = tmp_path / f"{number}.csv"
        path.write_text(text)
        paths.append(path)
    (entry,) = import_files(*paths, effective=date(2024, 1, 1))

    assert (entry.table, entry.version, entry.coverage) == (
        "mcd-articles",
        "2024-01-01",
        "2 articles, each with its own dates",
    )


def test_descriptions_are_never_kept(tmp_path: Path, folder: Path, import_files: Import) -> None:
    (entry,) = import_files(download(tmp_path))

    assert b"not kept" not in (folder / entry.file).read_bytes()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"article_x_hcpc_code": None}, "missing: procedures"),
        ({"article_x_icd10_covered": None, "article_x_icd10_noncovered": None}, "missing: icd10"),
        (
            {"article_x_icd10_covered": COVERED.replace("23456,1", "9,9")},
            "article 9 version 9 is not in the download",
        ),
        (
            {"article": official.ARTICLES["article.csv"].replace("2024-01-01 00:00:00", "soon")},
            "'soon' is no date",
        ),
        ({"article": official.ARTICLES["article.csv"].replace("12345,3", "A12345,3")}, "not an article"),
    ],
)
def test_a_spoiled_download_is_refused_whole(
    tmp_path: Path, import_files: Import, changed: dict[str, str | None], message: str
) -> None:
    with pytest.raises(ImportRefused, match=message):
        import_files(download(tmp_path, **changed))
