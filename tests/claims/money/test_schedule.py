"""Expected payment by relative values x locality x conversion factor, from tables that a user imports.

The tables are invented, in the layout of CMS's; the sums are worked out by hand.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services import codesets
from services.claims.money.expected import Expected, expected
from services.claims.money.terms import Contracts
from services.codesets.catalog import CodeSets
from services.codesets.home import codesets_home
from services.codesets.imports.draft import Request
from services.codesets.imports.install import install
from services.codesets.imports.recognise import read_files
from tests.claims.x12.samples import claim, line

RVU = (
    "hcpcs,mod,status,work_rvu,nonfac_pe_rvu,fac_pe_rvu,mp_rvu,conversion_factor,pctc_ind,glob_days,mult_proc,"
    "bilat_surg,asst_surg,co_surg,team_surg\n"
    "70001,,A,1.00,2.00,0.50,0.10,30.0000,1,XXX,0,0,0,0,0\n"
    "70001,26,A,0.80,0.30,0.30,0.05,30.0000,1,XXX,0,0,0,0,0\n"
    "70002,,B,0.50,0.50,0.50,0.05,30.0000,0,XXX,0,0,0,0,0\n"
)
GPCI = "mac,state,locality,name,gpci_work,gpci_pe,gpci_mp\n10112,AL,00,ALABAMA,1.1,0.9,0.5\n"
DAY = date(2024, 8, 1)
MEDICARE = {"payer_id": "PAYER", "basis": "fee_schedule", "mac": "10112", "locality": "00"}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> CodeSets:
    """The two tables, imported."""
    folder, files = tmp_path_factory.mktemp("codesets"), tmp_path_factory.mktemp("files")
    codesets.load().icd10cm(DAY)  # makes the built-in tables where they are missing
    (folder / "builtin").symlink_to(codesets_home() / "builtin")
    for name, text in (("pfs_rvu_2024c.csv", RVU), ("GPCI2024.csv", GPCI)):
        (files / name).write_text(text)
        install(read_files((files / name,), Request(), CodeSets(folder).masters).drafts, folder)
    return CodeSets(folder)


@pytest.mark.parametrize(
    ("changes", "terms", "amount"),
    [
        # (1.00 x 1.1 + 2.00 x 0.9 + 0.10 x 0.5) x 30 = 88.50
        ({}, {}, "88.50"),
        ({"units": Decimal(2)}, {}, "177.00"),
        # in a facility: (1.1 + 0.50 x 0.9 + 0.05) x 30 = 48.00
        ({"place_of_service": "22"}, {}, "48.00"),
        # the professional part: (0.80 x 1.1 + 0.30 x 0.9 + 0.05 x 0.5) x 30 = 35.25
        ({"modifiers": ("26",)}, {}, "35.25"),
        # a commercial payer at 120 per cent, and one with its own factor: 88.50 x 1.2; 2.95 x 50
        ({}, {"percent": "120"}, "106.20"),
        ({}, {"conversion_factor": "50"}, "147.50"),
    ],
)
def test_what_the_schedule_pays(
    tables: CodeSets, changes: Mapping[str, Any], terms: Mapping[str, str], amount: str
) -> None:
    found = _expected(tables, changes, terms)
    assert (found.amount, found.why, found.version) == (Decimal(amount), "fee schedule", "2024q3")


@pytest.mark.parametrize(
    ("changes", "terms", "why"),
    [
        ({"code": "70002"}, {}, "status B has no fee in the schedule"),
        ({"code": "70003"}, {}, "the code is not in the fee schedule"),
        ({}, {"locality": "99"}, "the locality is not in the fee schedule"),
        ({"service_date": date(2030, 1, 1)}, {}, "no fee schedule is loaded for the day"),
    ],
)
def test_what_the_schedule_does_not_say_is_not_guessed(
    tables: CodeSets, changes: Mapping[str, Any], terms: Mapping[str, str], why: str
) -> None:
    found = _expected(tables, changes, terms)
    assert (found.amount, found.why) == (None, why)


def _expected(tables: CodeSets, changes: Mapping[str, Any], terms: Mapping[str, str]) -> Expected:
    contracts = Contracts.model_validate({"contracts": [{**MEDICARE, **terms}]})
    made = line(1, 1, **{"code": "70001", "service_date": DAY, **changes})
    return expected(claim(1, lines=(made,)), made, contracts, tables)
