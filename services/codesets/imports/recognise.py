"""From the user's files to drafts: each file goes to the first importer that recognises it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.codesets.errors import ImportRefused
from services.codesets.imports import (
    add_on,
    coverage,
    cpt,
    fee_schedule,
    hcpcs,
    icd10,
    icd10_index,
    mue,
    places,
    ptp,
)
from services.codesets.imports.draft import Draft, Request
from services.codesets.imports.source import Source, open_sources
from services.codesets.validity import Validity

_FROM_EXCEL: Final = (
    "take the text or CSV file that CMS publishes beside it, often in the same archive; or open it and save"
    " the sheet with the table as CSV (UTF-8), and import that"
)

Recognise = Callable[[Source], bool]
Compile = Callable[[Source, Request], list[Draft]]

_IMPORTERS: Final[tuple[tuple[Recognise, Compile], ...]] = (
    (icd10.is_tabular, icd10.compile_tabular),
    (icd10_index.recognises, icd10_index.compile_source),
    (ptp.recognises, ptp.compile_source),
    (mue.recognises, mue.compile_source),
    (add_on.recognises, add_on.compile_source),
    (fee_schedule.recognises, fee_schedule.compile_source),
    (places.recognises, places.compile_source),
    (hcpcs.recognises, hcpcs.compile_source),
    (cpt.recognises, cpt.compile_source),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood: drafts to install, and files that no importer knows (documents in an archive)."""

    drafts: tuple[Draft, ...]
    ignored: tuple[str, ...]


def read_files(paths: Iterable[Path], request: Request, masters: dict[str, Validity]) -> Reading:
    """Read every file; nothing is installed yet, so a refusal leaves all as it was.

    Raises:
        ImportRefused: a file is damaged, of the wrong period, or nothing in it is recognised.
    """
    drafts: list[Draft] = []
    ignored: list[str] = []
    parts: dict[str, Source] = {}
    for path in paths:
        sources = open_sources(path)
        known = [source for source in sources if _take(source, request, masters, drafts, parts)]
        if not known:
            raise ImportRefused(path.name, _unknown(sources))
        ignored += [source.name for source in sources if source not in known]
    if parts:
        drafts += coverage.compile_sources(parts, request)
    return Reading(tuple(drafts), tuple(ignored))


def _take(
    source: Source,
    request: Request,
    masters: dict[str, Validity],
    drafts: list[Draft],
    parts: dict[str, Source],
) -> bool:
    part = coverage.part_of(source)
    if part is not None:
        parts[part] = source
        return True
    if icd10.is_order(source):
        drafts += icd10.compile_order(source, request, masters)
        return True
    for recognises, compile_source in _IMPORTERS:
        if recognises(source):
            drafts += compile_source(source, request)
            return True
    return False


def _unknown(sources: Sequence[Source]) -> str:
    for source in sources:
        if source.is_workbook:
            return f"{source.file_name} is an Excel workbook: {_FROM_EXCEL}"
    first = sources[0].head.splitlines()[0][:60] if sources and sources[0].head else ""
    return (
        "no official table that claimstream knows; it begins with "
        f"{first!r}. Known: ICD-10-CM tabular and index XML, order files, HCPCS, NCCI PTP, MUE, add-on codes,"
        " fee schedule RVU and GPCI, place of service, coverage articles, CPT list (docs/codesets.md)"
    )
