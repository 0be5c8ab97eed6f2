"""Reference data by date of service.

    from services import codesets
    sets = codesets.load()
    icd = sets.icd10cm(date(2026, 3, 2))
    icd.status("E11.9"), icd.title("S72.001A"), icd.excludes1_conflict("J18.9", "J84.9")

Every table knows its source, version, dates and licence; the day of service picks the version.
The tables, how to import them and their licences: docs/codesets.md. Errors: `services.codesets.errors`.
"""

from services.codesets.catalog import CodeSets, load
from services.codesets.codes import compact, normalise
from services.codesets.icd10cm import Conflict, Icd10cm
from services.codesets.icd10pcs import Icd10pcs
from services.codesets.mce import Mce, MceFlags
from services.codesets.ranges import CodeRange, code_ranges
from services.codesets.tabular import Heading, Note, SeventhCharacter
from services.codesets.validity import Period, Standing, Status

__all__ = [
    "CodeRange",
    "CodeSets",
    "Conflict",
    "Heading",
    "Icd10cm",
    "Icd10pcs",
    "Mce",
    "MceFlags",
    "Note",
    "Period",
    "SeventhCharacter",
    "Standing",
    "Status",
    "code_ranges",
    "compact",
    "load",
    "normalise",
]
