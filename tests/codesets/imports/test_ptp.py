import random
import time
import tracemalloc
import zipfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from services.codesets.catalog import CodeSets
from services.codesets.errors import ImportRefused
from services.codesets.tables.ptp import ModifierIndicator, Ptp
from tests.codesets import official
from tests.codesets.conftest import Import

ON = date(2024, 8, 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "some-file.txt"
    path.write_text(official.ptp())
    return path


def test_every_edit_is_read(path: Path, folder: Path, import_files: Import) -> None:
    (entry,) = import_files(path)
    table = CodeSets(folder).ptp(ON)

    assert isinstance(table, Ptp)
    assert [
        (
            edit.column1,
            edit.column2,
            "*" if edit.prior_to_1996 else "",
            f"{edit.effective:%Y%m%d}",
            f"{edit.deleted:%Y%m%d}" if edit.deleted else "*",
            edit.indicator.value,
            edit.rationale,
        )
        for edit in table.all_edits()
    ] == sorted(official.PTP_ROWS, key=lambda row: (row[0], row[1], row[3]))
    assert entry.rows == len(official.PTP_ROWS)


def test_the_content_tells_the_quarter_and_the_assumption_is_said(path: Path, import_files: Import) -> None:
    (entry,) = import_files(path)

    assert (entry.table, entry.version) == ("ncci-ptp-practitioner", "2024q3")
    assert entry.notes == (
        "taken as practitioner edits; if they are for hospitals say --table ncci-ptp-hospital",
    )
    assert entry.coverage == "4 edits in force on 2024-07-01"


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("ccioph-v302r0.txt", "ncci-ptp-hospital"),
        ("ccipra-v302r0.txt", "ncci-ptp-practitioner"),
    ],
)
def test_the_name_tells_the_kind(tmp_path: Path, import_files: Import, name: str, table: str) -> None:
    path = tmp_path / name
    path.write_text(official.ptp())

    assert [(entry.table, entry.notes) for entry in import_files(path)] == [(table, ())]


def test_the_user_tells_the_kind(path: Path, import_files: Import) -> None:
    assert import_files(path, table="ncci-ptp-hospital")[0].table == "ncci-ptp-hospital"
    with pytest.raises(ImportRefused, match="--table can be"):
        import_files(path, table="ncci-mue")


def test_windows_line_ends_and_a_missing_rationale_are_fine(tmp_path: Path, import_files: Import) -> None:
    path = tmp_path / "ptp.txt"
    path.write_text("10001\t10002\t\t20240701\t*\t1\t\r\n10001\t10003\t\t20240701\t*\t1\r\n\r\n", newline="")

    assert import_files(path)[0].rows == 2


@pytest.mark.parametrize(
    ("spoiled", "line", "message"),
    [
        (official.ptp() + "10001\t1000", 12, "not an edit"),
        (official.ptp() + "10001,10009,,20240101,*,1,Reason\n", 12, "not an edit"),
        (
            official.ptp([*official.PTP_ROWS, ("10009", "20240101", "", "10001", "*", "1", "x")]),
            12,
            "not an edit",
        ),
        (
            official.ptp([*official.PTP_ROWS, ("10009", "10001", "", "20241301", "*", "1", "x")]),
            12,
            "is no date",
        ),
        (
            official.ptp([*official.PTP_ROWS, ("10009", "10001", "", "20240101", "*", "2", "x")]),
            12,
            "not an edit",
        ),
        (
            official.ptp(
                [
                    *official.PTP_ROWS,
                    *(("10009", f"{n:05d}", "", "20240101", "*", "1", f"r{n}") for n in range(300)),
                ]
            ),
            266,
            "columns are mixed up",
        ),
    ],
)
def test_a_spoiled_file_is_refused_whole_with_the_line(
    path: Path,
    folder: Path,
    import_files: Import,
    *,
    spoiled: str,
    line: int,
    message: str,
) -> None:
    import_files(path)
    before = (folder / "manifest.json").read_bytes()
    path.write_text(spoiled)

    with pytest.raises(ImportRefused, match=message) as refused:
        import_files(path)

    assert refused.value.line == line
    assert (folder / "manifest.json").read_bytes() == before
    assert isinstance(CodeSets(folder).ptp(ON), Ptp)


@pytest.mark.parametrize(
    ("name", "effective"),
    [("ccipra-v303r0.txt", None), ("ccipra-v301r0.txt", None), ("x.txt", date(2024, 10, 1))],
)
def test_a_file_of_another_quarter_is_refused(
    tmp_path: Path, import_files: Import, name: str, effective: date | None
) -> None:
    path = tmp_path / name
    path.write_text(official.ptp())

    with pytest.raises(ImportRefused, match="wrong period"):
        import_files(path, effective=effective)


def test_a_deletion_may_be_announced_ahead(tmp_path: Path, import_files: Import) -> None:
    path = tmp_path / "ccipra-v302r0.txt"
    path.write_text(
        official.ptp([*official.PTP_ROWS, ("10009", "10001", "", "20240101", "20241231", "1", "x")])
    )

    assert import_files(path)[0].version == "2024q3"


def parts(folder: Path, numbers: Iterable[int], name: str = "ccioph-v302r0") -> list[Path]:
    """The parts of a quarter, as CMS publishes them: each with its header, by the codes of column one."""
    paths = []
    for number in numbers:
        path = folder / f"{name}-f{number}.zip"
        begins = "20240701" if number == 1 else f"20{9 + number:02d}0101"  # only one part tells the quarter
        rows = [(f"{number}0001", "10002", "", begins, "*", "1", "Invented reason")]
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(f"{name}-f{number}.txt", official.ptp(rows, official.PTP_HEADER_2026))
            archive.writestr(f"{name}-f{number}.xlsx", official.workbook())
        paths.append(path)
    return paths


def test_the_parts_of_a_quarter_make_one_table(tmp_path: Path, folder: Path, import_files: Import) -> None:
    (entry,) = import_files(*parts(tmp_path, [3, 1, 4, 2]))
    table = CodeSets(folder).ptp(ON, "hospital")

    assert (entry.table, entry.version, entry.rows) == ("ncci-ptp-hospital", "2024q3", 4)
    assert entry.source == "ccioph-v302r0-f1.zip!ccioph-v302r0-f1.txt to -f4"
    assert isinstance(table, Ptp)
    assert [edit.column1 for edit in table.all_edits()] == ["10001", "20001", "30001", "40001"]


@pytest.mark.parametrize("numbers", [[1], [2], [1, 2, 3], [1, 2, 4], [2, 3, 4, 5]])
def test_a_quarter_without_all_of_its_parts_is_refused(
    tmp_path: Path, import_files: Import, numbers: list[int]
) -> None:
    with pytest.raises(ImportRefused, match=r"CMS publishes in 4: give all parts in one command"):
        import_files(*parts(tmp_path, numbers))


def test_a_quarter_of_fewer_parts_is_taken_by_the_user_s_word(tmp_path: Path, import_files: Import) -> None:
    (entry,) = import_files(*parts(tmp_path, [1, 2]), table="ncci-ptp-hospital", effective=date(2024, 7, 1))

    assert entry.rows == 2


@pytest.mark.parametrize("header", official.PTP_HEADERS)
def test_the_headers_of_the_years_are_known(tmp_path: Path, import_files: Import, header: str) -> None:
    path = tmp_path / "ccipra-v302r0.txt"
    path.write_text(official.ptp(header=header), newline="")

    assert import_files(path)[0].rows == len(official.PTP_ROWS)


def test_a_workbook_s_sheet_saved_as_csv_is_read(tmp_path: Path, folder: Path, import_files: Import) -> None:
    path = tmp_path / "ccipra-v302r0.csv"
    rows = [(*official.PTP_ROWS[0][:6], '"Standards, invented"'), *official.PTP_ROWS[1:]]
    header = official.PTP_HEADER_2026.replace("\t", ",")
    path.write_text(header + "".join(",".join(row) + "\n" for row in rows))
    import_files(path)
    table = CodeSets(folder).ptp(ON)

    assert isinstance(table, Ptp)
    (edit,) = table.pairs("10001", "10002", ON)
    assert edit.rationale == "Standards, invented"


def synthetic(rows: int, seed: int = 7) -> str:
    """A PTP file of so many invented edits, in random order."""
    draw = random.Random(seed)
    lines = [official.PTP_HEADER]
    for _ in range(rows):
        deleted = "*" if draw.random() < 0.65 else f"20{draw.randrange(10, 24)}1231"
        lines.append(
            f"{draw.randrange(10000, 22000)}\t{draw.randrange(10000, 99999)}\t\t"
            f"20{draw.randrange(10, 24)}0101\t{deleted}\t{draw.choice('0119')}\tReason {draw.randrange(12)}\n"
        )
    lines.append("10001\t10002\t\t20240701\t*\t1\tReason 1\n")
    return "".join(lines)


def check_against_naive_search(table: Ptp, text: str, samples: int) -> None:
    rows = [line.split("\t") for line in text.splitlines() if line[:1].isdigit()]
    draw = random.Random(11)
    chosen = draw.sample(rows, samples)
    wanted = {(row[0], row[1]) for row in chosen}
    by_pair: dict[tuple[str, str], list[list[str]]] = {pair: [] for pair in wanted}
    for row in rows:
        if (row[0], row[1]) in wanted:
            by_pair[row[0], row[1]].append(row)
    on = date(2024, 8, 1)
    for (one, two), found in by_pair.items():
        live = [row for row in found if row[3] <= "20240801" and (row[4] == "*" or row[4] >= "20240801")]
        expected = sorted((row[5], row[6]) for row in live if row[5] != "9")
        edits = [edit for edit in table.pairs(two, one, on) if (edit.column1, edit.column2) == (one, two)]
        assert sorted((edit.indicator.value, edit.rationale) for edit in edits) == expected
        assert not any(edit.indicator is ModifierIndicator.NOT_APPLICABLE for edit in edits)


def test_fifty_thousand_edits_agree_with_a_naive_search(
    tmp_path: Path, folder: Path, import_files: Import
) -> None:
    text = synthetic(50_000)
    path = tmp_path / "ptp.txt"
    path.write_text(text)
    started = time.perf_counter()
    import_files(path)

    assert time.perf_counter() - started < 15
    table = CodeSets(folder).ptp(ON)
    assert isinstance(table, Ptp)
    check_against_naive_search(table, text, 2_000)


@pytest.mark.soak
def test_two_and_a_half_million_edits_import_in_a_minute_and_open_in_a_second(
    tmp_path: Path, folder: Path, import_files: Import
) -> None:
    text = synthetic(2_500_000)
    path = tmp_path / "ptp.txt"
    path.write_text(text)
    started = time.perf_counter()
    import_files(path)
    imported = time.perf_counter()
    assert imported - started < 60

    tracemalloc.start()
    table = CodeSets(folder).ptp(ON)
    opened = time.perf_counter() - imported
    assert isinstance(table, Ptp)
    for code in range(10000, 22000):
        table.pairs(str(code), "10002", ON)
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert opened < 1
    assert used < 50 * 1024**2
    assert table._column2.nbytes < 100 * 1024**2
    check_against_naive_search(table, text, 10_000)
