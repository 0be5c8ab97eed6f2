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
    found = _Found(request, masters)
    ignored: list[str] = []
    for path in paths:
        sources = open_sources(path)
        known = [source for source in sources if found.take(source, sources)]
        if not known:
            raise ImportRefused(path.name, _unknown(sources))
        ignored += [source.name for source in sources if source not in known]
    return Reading(_each_once(found.drafts()), tuple(ignored))


class _Found:
    """What the files of one command hold: tables of one file, and those whose files are read together."""

    def __init__(self, request: Request, masters: dict[str, Validity]) -> None:
        self._request = request
        self._masters = masters
        self._drafts: list[Draft] = []
        self._articles: dict[str, Source] = {}
        self._pairs: list[Source] = []

    def take(self, source: Source, beside: Sequence[Source]) -> bool:
        """Take a file, if it is an official table; `beside` are the files that came with it."""
        part = coverage.part_of(source)
        if part is not None:
            self._articles[part] = coverage.better(source, self._articles.get(part, source))
        elif ptp.recognises(source):
            self._pairs.append(source)
        elif icd10.is_order(source):
            self._drafts += icd10.compile_order(source, self._request, self._masters)
        else:
            return self._take_alone(source, beside)
        return True

    def _take_alone(self, source: Source, beside: Sequence[Source]) -> bool:
        for recognises, compile_source in _IMPORTERS:
            if recognises(source) and not fee_schedule.stands_back(source, beside):
                self._drafts += compile_source(source, self._request)
                return True
        return False

    def drafts(self) -> list[Draft]:
        """Every table that was found."""
        together = coverage.compile_sources(self._articles, self._request) if self._articles else []
        return [*self._drafts, *ptp.compile_sources(self._pairs, self._request), *together]


def _each_once(drafts: Iterable[Draft]) -> tuple[Draft, ...]:
    """The drafts, one for each table and version; two different files of one version are refused."""
    kept: dict[tuple[str, str], Draft] = {}
    for draft in drafts:
        other = kept.setdefault((draft.table, draft.edition.version), draft)
        if other.source.sha256 != draft.source.sha256:
            same = f"{draft.table} of {draft.edition.version}, and so is {other.source.name}"
            raise ImportRefused(draft.source.name, f"is {same}: import one of them")
    return tuple(kept.values())


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
