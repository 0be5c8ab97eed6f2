"""The charge master: the most specific row wins, and every error of a file is told at once."""

from decimal import Decimal
from pathlib import Path

import pytest

from services.codesets.charge_master import ChargeMasterError, load, parse
from services.contracts.resources import folder

HEADER = "code_system,code,setting,department,hcpcs,modifiers,revenue_code,price\n"


def test_the_most_specific_row_wins() -> None:
    master = parse(
        HEADER
        + "local,V1,,,99213,,,100\n"
        + "local,V1,virtual,,99213,95,,90.50\n"
        + "local,V1,,ortho,99214,,,120\n"
        + "local,V1,virtual,ortho,99215,95 25,,130\n"
    )

    def price(setting: str, department: str) -> Decimal | None:
        row = master.find("local", "V1", setting, department)
        return row.price if row else None

    assert price("", "") == Decimal(100)
    assert price("ambulatory", "heart") == Decimal(100)
    assert price("virtual", "heart") == Decimal("90.50")
    assert price("ambulatory", "ortho") == Decimal(120)
    assert price("virtual", "ortho") == Decimal(130)
    assert master.find("local", "V2") is None
    row = master.find("local", "V1", "virtual", "ortho")
    assert row is not None
    assert row.modifiers == ("95", "25")


def test_a_line_by_revenue_code_alone_needs_no_code() -> None:
    row = parse(HEADER + "local,ROOM,inpatient,,,,0120,2000\n").find("local", "ROOM", "inpatient")
    assert row is not None
    assert (row.hcpcs, row.revenue_code, row.price) == ("", "0120", Decimal(2000))


def test_an_empty_price_leaves_the_amount_to_the_ehr() -> None:
    row = parse(HEADER + "local,V1,,,99213,,,\n").find("local", "V1")
    assert row is not None
    assert row.price is None


def test_all_errors_at_once_with_line_and_column() -> None:
    text = HEADER + (
        ",V1,,,99213,,,1\n"
        "local,V2,clinic,,99213,,,1\n"
        "local,V3,,,9921,,,1\n"
        "local,V4,,,99213,123,,1\n"
        "local,V5,,,,,,1\n"
        "local,V6,,,99213,,45,1\n"
        "local,V7,,,99213,,,-1\n"
        "local,V8,,,99213,,,1.005\n"
        "local,V9,,,99213\n"
        "local,V10,,,99213,,,1\n"
        "local,V10,,,99214,,,2\n"
    )
    with pytest.raises(ChargeMasterError) as raised:
        parse(text)
    assert [(error.line, error.column) for error in raised.value.errors] == [
        (2, "code_system"),
        (3, "setting"),
        (4, "hcpcs"),
        (5, "modifiers"),
        (6, "hcpcs"),
        (7, "revenue_code"),
        (8, "price"),
        (9, "price"),
        (10, ""),
        (12, "code"),
    ]
    assert "line 3, column setting" in str(raised.value)


@pytest.mark.parametrize(
    "header", ["code,price\n", "", HEADER.strip() + ",colour\n", HEADER.strip() + ",price\n"]
)
def test_a_wrong_header_is_told_by_column(header: str) -> None:
    with pytest.raises(ChargeMasterError) as raised:
        parse(header + "a,b\n")
    assert all(error.line == 1 for error in raised.value.errors)


def test_broken_csv_and_unreadable_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(ChargeMasterError, match="not CSV"):
        parse(HEADER + 'local,"V1,,,99213,,,1\n')
    with pytest.raises(ChargeMasterError, match="cannot be read"):
        load(tmp_path / "none.csv")
    garbage = tmp_path / "garbage.csv"
    garbage.write_bytes(b"\xff\xfe\x00garbage")
    with pytest.raises(ChargeMasterError, match="cannot be read"):
        load(garbage)


def test_a_byte_order_mark_and_blank_lines_are_allowed(tmp_path: Path) -> None:
    file = tmp_path / "charge-master.csv"
    file.write_bytes(("﻿" + HEADER + "\nlocal,V1,,,99213,,,1\n\n").encode())
    assert len(load(file)) == 1


def test_the_example_site_has_a_good_one() -> None:
    master = load(folder("examples") / "site" / "charge-master.csv")
    row = master.find("http://snomed.info/sct", "162673000", "ambulatory", "")
    assert row is not None
    assert row.hcpcs == "99213"
