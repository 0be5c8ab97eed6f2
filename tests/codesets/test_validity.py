from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.codesets.build import write_segments
from services.codesets.catalog import CodeSets
from services.codesets.sources.mce import Segment
from services.codesets.storage import TableFile, TableWriter
from services.codesets.validity import Period, Standing, Validity

FIRST, LAST = date(2015, 10, 1), date(2027, 3, 31)


def table(path: Path, segments: Sequence[Segment]) -> Validity:
    flag_sets = sorted({each.flags for each in segments})
    writer = TableWriter(
        {"effective": FIRST.isoformat(), "through": LAST.isoformat(), "flag_sets": flag_sets}
    )
    write_segments(writer, segments, flag_sets)
    writer.write(path)
    return Validity(TableFile(path))


@pytest.fixture
def validity(tmp_path: Path) -> Validity:
    return table(
        tmp_path / "codes.cst",
        [
            Segment("A000", FIRST, date(2019, 9, 30), ()),
            Segment("A000", date(2019, 10, 1), LAST, ("adult",)),
            Segment("A001", FIRST, date(2020, 9, 30), ()),
            Segment("A001", date(2022, 10, 1), LAST, ()),
            Segment("A0020", date(2026, 10, 1), LAST, ()),
        ],
    )


@pytest.mark.parametrize(
    ("code", "on", "standing"),
    [
        ("A000", date(2020, 1, 1), Standing.VALID),
        ("A00", date(2020, 1, 1), Standing.HEADER),
        ("A001", date(2020, 9, 30), Standing.VALID),
        ("A001", date(2020, 10, 1), Standing.EXPIRED),
        ("A001", date(2022, 9, 30), Standing.EXPIRED),
        ("A001", date(2022, 10, 1), Standing.VALID),
        ("A0020", date(2026, 9, 30), Standing.NOT_YET),
        ("A002", date(2026, 9, 30), Standing.UNKNOWN),
        ("A002", date(2026, 10, 1), Standing.HEADER),
        ("A009", date(2020, 1, 1), Standing.UNKNOWN),
        ("A", date(2020, 1, 1), Standing.UNKNOWN),
        ("A000", date(2015, 9, 30), Standing.NO_VERSION),
        ("A000", date(2027, 4, 1), Standing.NOT_COVERED),
        ("a code that is much too long", date(2020, 1, 1), Standing.UNKNOWN),
    ],
)
def test_standing_depends_on_the_day(validity: Validity, code: str, on: date, standing: Standing) -> None:
    assert validity.standing(code, on) is standing


def test_adjoining_stretches_are_one_period(validity: Validity) -> None:
    assert validity.periods("A000") == (Period(FIRST, LAST),)
    assert validity.periods("A001") == (Period(FIRST, date(2020, 9, 30)), Period(date(2022, 10, 1), LAST))
    assert validity.periods("B99") == ()


def test_flags_are_those_of_the_day(validity: Validity) -> None:
    assert validity.flags("A000", date(2019, 9, 30)) == frozenset()
    assert validity.flags("A000", date(2019, 10, 1)) == frozenset({"adult"})
    assert validity.flags("A001", date(2021, 1, 1)) is None


def test_leaves_are_the_codes_of_the_day(validity: Validity) -> None:
    assert list(validity.leaves("A00", date(2021, 1, 1))) == ["A000"]
    assert list(validity.leaves("", date(2026, 10, 1))) == ["A000", "A001", "A0020"]
    assert list(validity.leaves("a code that is much too long", date(2021, 1, 1))) == []


@given(
    st.dates(date(2014, 1, 1), date(2029, 1, 1)),
    st.sampled_from(["E11.9", "C78.31", "I42.0", "Z91.14", "F32"]),
)
def test_a_code_is_valid_exactly_within_its_periods(sets: CodeSets, on: date, code: str) -> None:
    status = sets.icd10cm(on).status(code)

    assert status.valid == any(on in period for period in status.periods)
    assert status.valid == sets.icd10cm(on).billable(code)
    if status.standing is Standing.NOT_YET:
        assert status.since is not None
        assert on < status.since
    if status.standing is Standing.EXPIRED:
        assert status.since is not None
        assert on > status.since
