"""NCCI tables for the agreement tests: CMS's own where `CLAIMSTREAM_REFERENCE` names a folder, else invented.

The invented files have the official layouts and go through the same import.
"""

import csv
import gzip
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from services.codesets.catalog import CodeSets
from services.codesets.catalog import load as load_codesets
from services.codesets.imports.draft import Request
from services.codesets.imports.install import install
from services.codesets.imports.recognise import read_files
from tests.codesets import official
from tests.validator.naive import AddOnRow, MueRow, PtpRow

PTP, MUE, ADD_ON = (
    "ncci_ptp_practitioner_2024q3.txt",
    "ncci_mue_practitioner_2024q3.csv",
    "ncci_add_on_codes_2024.csv",
)
MAI = {1: "1 Line Edit", 2: "2 Date of Service Edit: Policy", 3: "3 Date of Service Edit: Clinical"}


@dataclass(frozen=True)
class Files:
    """The rows as they stand in the files, and the tables imported from the same files."""

    ptp: list[PtpRow]
    mue: list[MueRow]
    add_on: list[AddOnRow]
    codesets: CodeSets


def files(home: Path) -> Files:
    """Import the tables into `home`."""
    named = os.environ.get("CLAIMSTREAM_REFERENCE")
    paths = [*Path(named).glob("ncci_*")] if named else _invented(home)
    paths = [path for path in paths if path.name.removesuffix(".gz") in (PTP, MUE, ADD_ON)]
    shutil.copytree(load_codesets().folder / "builtin", home / "codesets" / "builtin")
    codesets = CodeSets(home / "codesets")
    request = Request(table="ncci-ptp-practitioner")
    install(read_files(sorted(paths), request, codesets.masters).drafts, codesets.folder)
    codesets.refresh()
    texts = {path.name.removesuffix(".gz"): _text(path) for path in paths}
    return Files(
        _ptp_rows(texts[PTP]),
        [(row[0], int(row[1]), int(row[2][0])) for row in _csv(texts[MUE])],
        [(row[0], row[1], int(row[2])) for row in _csv(texts[ADD_ON])],
        codesets,
    )


def _ptp_rows(text: str) -> list[PtpRow]:
    """The lines below the header: a code, a code, and five more cells."""
    rows = (line.split("\t") for line in text.splitlines())
    return [row for row in rows if len(row[0]) == 5 and len(row) > 6 and len(row[1]) == 5]


def _text(path: Path) -> str:
    raw = path.read_bytes()
    return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8", "replace")


def _csv(text: str) -> list[list[str]]:
    return list(csv.reader(text.splitlines(keepends=True)))[1:]


def _invented(home: Path) -> list[Path]:
    random = Random(20240701)
    codes = [f"{number:05d}" for number in random.sample(range(10000, 99999), 300)]
    ptp: dict[tuple[str, str], PtpRow] = {}
    while len(ptp) < 2000:
        one, other = random.sample(codes, 2)
        begins = random.choice(["19960101", "20240101", "20240701", "20240815"])
        ends = random.choice(["*", "*", "*", "20231231", "20240731"])
        if ends == "*" or begins <= ends:
            ptp[one, other] = (one, other, "", begins, ends, random.choice("0119"), "Invented")
    mue = [
        (code, str(random.randint(0, 4)), MAI[random.choice([1, 2, 3])], "Invented") for code in codes[:200]
    ]
    add_on = [
        (code, primary, str(kind))
        for code in codes[200:]
        for kind in [random.choice([1, 1, 2, 3])]
        for primary in (["CCCCC"] if kind == 2 else random.sample(codes[:200], 3))
    ]
    return _write(home, ptp.values(), mue, add_on)


def _write(
    home: Path, ptp: Iterable[PtpRow], mue: Iterable[Iterable[str]], add_on: Iterable[Iterable[str]]
) -> list[Path]:
    texts = {
        PTP: official.ptp(ptp),
        MUE: official.mue(rows=[list(row) for row in mue]),
        ADD_ON: "add_on_code,primary_code,edit_type\n" + "".join(",".join(row) + "\n" for row in add_on),
    }
    for name, text in texts.items():
        (home / name).write_text(text)
    return [home / name for name in texts]
