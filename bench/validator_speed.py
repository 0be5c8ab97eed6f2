"""Claims judged per second on one core with every table loaded; how it grows with rules and with lines.

`python -m bench.validator_speed [--reference FOLDER]`: the folder holds CMS's files under the names of
docs/validator.md; without it, invented tables of the same layouts and sizes within a factor of five are made.
Times are of this process's CPU, the best of several rounds, each of claims that were not seen before; a plain
loop is timed beside them, because a busy machine slows both alike.
"""

import argparse
import gzip
import shutil
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import process_time

from services.codesets.catalog import CodeSets
from services.codesets.imports.draft import Request
from services.codesets.imports.install import install
from services.codesets.imports.recognise import read_files
from services.contracts.coding import CodedEncounter
from services.contracts.validation import Disposition
from services.validator.catalog import Catalog, builtin, ready
from services.validator.examples import coded_encounter
from services.validator.installed_tables import InstalledTables
from services.validator.rulebook import RuleSpec
from services.validator.tables import Tables
from services.validator.validate import Validator

FIRST_DAY = date(2024, 7, 1)
FIRST_SERVICE = date(2024, 8, 5)
FILES = {
    "ncci_ptp_practitioner_2024q3.txt.gz": "ncci_ptp_practitioner_2024q3.txt.gz",
    "ncci_mue_practitioner_2024q3.csv": "ncci_mue_practitioner_2024q3.csv",
    "ncci_add_on_codes_2024.csv": "ncci_add_on_codes_2024.csv",
    "pfs_rvu_2024b.csv": "rvu.csv",
    "hcpcs_level2_2025oct.csv": "hcpcs.csv",
    "hcpcs_modifiers_2025oct.csv": "modifiers.csv",
    "place_of_service.csv": "places.csv",
}
"""File of the reference folder -> its name at import: tables of other periods serve for the bench's day."""
LABS = [
    "80053",
    "80061",
    "82306",
    "82570",
    "83036",
    "84439",
    "84443",
    "85025",
    "85610",
    "86140",
    "87086",
    "84550",
]
DIAGNOSES = ["E11.9", "I10", "J45.909", "M54.50", "E78.5", "N39.0", "R05.9", "F32.A", "K21.9", "D64.9"]
CLAIMS, ROUNDS = 1_000, 5


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reference", type=Path)
    chosen = parser.parse_args().reference
    with TemporaryDirectory() as home:
        codesets = CodeSets(Path(home) / "codesets")
        load_tables(codesets, Path(home), chosen)
        tables = Tables(codesets, InstalledTables(codesets))
        report(tables, builtin())


def report(tables: Tables, catalog: Catalog) -> None:
    """Print the three measurements."""
    five = rounds(5)
    micro = measured(Validator(catalog, tables), five)
    loop = plain_loop()
    print(f"five-line claims, {len(catalog.every)} edits: {1e6 / micro:,.0f} a second ({micro:.0f} us)")
    print(f"a plain loop of a million steps beside it: {loop:.0f} ms")
    print("\n| rules that cannot apply | us a claim | of the base |\n|---|---|---|")
    for count in (0, 10, 100, 1_000, 10_000):
        grown = measured(Validator(with_rules(catalog, count), tables), five)
        print(f"| {count:,} | {grown:.0f} | {grown / micro:.2f} |")
    print("\n| lines | us a claim | us a line |\n|---|---|---|")
    for lines in (1, 5, 10, 50, 100, 500):
        grown = measured(Validator(catalog, tables), rounds(lines, max(10, CLAIMS // lines)))
        print(f"| {lines} | {grown:.0f} | {grown / lines:.1f} |")


def measured(validator: Validator, batches: Sequence[Sequence[CodedEncounter]]) -> float:
    """Microseconds of CPU for a claim: the best of the rounds, the first of which only warms up."""
    best = float("inf")
    for batch in batches:
        started = process_time()
        for coded in batch:
            validator.judge(coded)
        best = min(best, process_time() - started)
    return best / len(batches[0]) * 1e6


def clean(tables: Tables, catalog: Catalog, encounters: Sequence[CodedEncounter]) -> int:
    """How many of the claims are clean: what is measured should be what is usual."""
    validator = Validator(catalog, tables)
    return sum(validator.judge(coded).event.disposition is Disposition.CLEAN for coded in encounters)


def plain_loop() -> float:
    """Milliseconds of a loop that does nothing much: how fast this machine is just now."""
    started, total = process_time(), 0
    for number in range(1_000_000):
        total += number & 7
    return (process_time() - started) * 1e3


def rounds(lines: int, count: int = CLAIMS) -> list[list[CodedEncounter]]:
    """Claims for each round, other ones each time: what is remembered of whole claims must not help."""
    listed = claims(lines, count * (ROUNDS + 1))
    return [listed[first : first + count] for first in range(0, len(listed), count)]


def claims(lines: int, count: int = CLAIMS) -> list[CodedEncounter]:
    """Visits with their laboratory tests, a dozen lines a day: an ordinary claim, no two alike."""
    random = Random(lines)
    return [claim(random, number, lines) for number in range(count)]


def claim(random: Random, number: int, lines: int) -> CodedEncounter:
    """One encounter of a patient of its own."""
    diagnoses = random.sample(DIAGNOSES, 3)
    days = -(-lines // len(LABS))
    codes = [(day, code) for day in range(days) for code in random.sample(LABS, min(lines, len(LABS)))][
        :lines
    ]
    codes[0] = (0, "99213")
    return coded_encounter(
        "office_2024",
        {
            "encounter_id": f"e{number}",
            "patient.patient_key": f"k{number}",
            "patient.birth_date": f"{1935 + number % 60}-04-12",
            "event_time": "2024-09-28T00:00:00Z",
            "visit.start": "2024-08-05T14:00:00Z",
            "visit.end": f"{FIRST_SERVICE + timedelta(days - 1)}T14:30:00Z",
            "coverages.0.member_id": f"1EG{number % 10}TE{number // 10 % 10}MK{number // 100 % 100:02d}",
            "providers.2": {"role": "referring", "npi": "1679576722", "family": "Healer", "given": "Hal"},
            "codes": [{"code": code} for code in diagnoses],
            "lines": [
                {
                    "line_id": f"l{place}",
                    "code": code,
                    "modifiers": [] if place else ["25"],
                    "amount": "42.00",
                    "service_date": (FIRST_SERVICE + timedelta(day)).isoformat(),
                    "pointers": diagnoses[:2],
                }
                for place, (day, code) in enumerate(codes)
            ],
        },
    )


def with_rules(catalog: Catalog, count: int) -> Catalog:
    """The catalog and so many rules of a payer's policy about codes that these claims do not have."""
    extra = tuple(
        ready(
            RuleSpec.model_validate(
                {
                    "id": f"extra.rule_{number}",
                    "title": "A rule that cannot apply",
                    "reference": "bench",
                    "message": "no",
                    "fix": "nothing",
                    "scope": {"codes": [f"{10000 + number % 50000:05d}"]},
                    "require": "claim.total > 0.0",
                }
            ),
            "bench",
        )
        for number in range(count)
    )
    return Catalog((*catalog.rules, *extra), catalog.payers, catalog.by_payer, catalog.version)


def load_tables(codesets: CodeSets, home: Path, reference: Path | None) -> None:
    """Import the tables that judge the bench's day."""
    folder = home / "files"
    folder.mkdir()
    if reference is None:
        paths = invented(folder)
    else:
        paths = [Path(shutil.copy(reference / name, folder / as_name)) for name, as_name in FILES.items()]
    stated = Request(FIRST_DAY, "ncci-ptp-practitioner")
    install(read_files(sorted(paths), stated, codesets.masters).drafts, codesets.folder)
    codesets.refresh()


def invented(folder: Path) -> list[Path]:
    """Tables with invented rows in CMS's layouts."""
    random = Random(7)
    codes = sorted(
        {*(f"{number:05d}" for number in random.sample(range(10000, 99999), 9_000)), "99213", *LABS}
    )
    pairs = {tuple(random.sample(codes, 2)) for _ in range(500_000)}
    ptp = (f"{one}\t{other}\t\t20240701\t*\t1\tInvented\n" for one, other in sorted(pairs))
    mue = (f"{code},{random.randint(1, 9)},3 Date of Service Edit: Clinical,Invented\n" for code in codes)
    add_on = (f"{code},{random.choice(codes)},1\n" for code in random.sample(codes[:-20], 500))
    rvu = (f"{code},,A,1,1,1,0.1,33,0,XXX,0,0,0,0,0\n" for code in codes)
    rvu_head = (
        "hcpcs,mod,status,work_rvu,nonfac_pe_rvu,fac_pe_rvu,mp_rvu,conversion_factor,pctc_ind,glob_days,"
    )
    return [
        write(folder / "ncci_ptp_practitioner_2024q3.txt.gz", [*PTP_HEAD, *ptp]),
        write(folder / "mue.csv", ['"HCPCS/\nCPT Code",Practitioner Services MUE Values,', MUE_HEAD, *mue]),
        write(folder / "add_on.csv", ["add_on_code,primary_code,edit_type\n", *add_on]),
        write(folder / "rvu.csv", [rvu_head, "mult_proc,bilat_surg,asst_surg,co_surg,team_surg\n", *rvu]),
        write(folder / "modifiers.csv", ["modifier,description\n", "GT,Invented\n", "GP,Invented\n"]),
        write(folder / "places.csv", ["pos,setting,name\n", "11,Non-Facility,Office\n"]),
    ]


PTP_HEAD = (
    "Column1/Column2 Edits\n",
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\n",
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t\n",
    "\t\t\t\t*=no data\t1=allowed\t\n",
    "\t\t\t\t\t9=not applicable\t\n",
)
MUE_HEAD = "MUE Adjudication Indicator,MUE Rationale\n"


def write(path: Path, parts: Iterable[str]) -> Path:
    """Write the text, packed where the name says so."""
    text = "".join(parts).encode()
    path.write_bytes(gzip.compress(text, 1) if path.suffix == ".gz" else text)
    return path


if __name__ == "__main__":
    main()
