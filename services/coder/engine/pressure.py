"""Pressure ulcers that a note lists by site and stage, as wound nurses write them: «sacrum stage 4, L hip
stage 2», a row of a table for each (L89; guidelines I.B.14 and I.C.12.a: the stage may come from a nurse).

A sentence about one ulcer needs none of this: its words lead to the code.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from services.coder.engine import sections
from services.coder.engine.model import Candidate, Mention
from services.coder.engine.spoken import Subject
from services.coder.engine.tables import table
from services.coder.reading import Flag, Note, SectionKind
from services.coder.reading.places import begun
from services.coder.terminology.sources import PRIORITY

_ULCER: Final = "L89"
_NAMED: Final = ("pressure inj", "pressure ulcer", "pressure sore", "pressure wound", "decub", "bedsore")
_SPOKEN_OF: Final = Subject(rf"\b(?:{'|'.join(_NAMED)})")
_STAGED: Final = ("stage", "stg", "dti", "deep tissue")
_BARRED: Final = Flag.NEGATED | Flag.FAMILY | Flag.OTHER_PERSON | Flag.HYPOTHETICAL | Flag.HISTORICAL
_SILENT: Final = frozenset(
    (SectionKind.FAMILY_HISTORY, SectionKind.PAST_MEDICAL_HISTORY, SectionKind.PRIOR_NOTE)
)
_ROW: Final = re.compile(r"(?:[^\n;.]|\.(?!\s))+")
_LONGEST: Final = 1200  # characters of a row
_RANK: Final = PRIORITY.index("curated")
_LEAST: Final = 2  # ulcers of a list
_BESIDE: Final = 24  # characters before a site in which its side stands
_SIDES: Final = {"right": ("1",), "left": ("2",), "both": ("1", "2"), "": ("0",)}


@dataclass(frozen=True, slots=True)
class _Words:
    """What says where an ulcer is and of which stage it is, and what says that it is none of pressure."""

    sites: tuple[tuple[re.Pattern[str], str, bool], ...]
    """An expression, the code without side and stage, and whether a side belongs to the code."""

    stages: tuple[tuple[re.Pattern[str], str], ...]
    before: re.Pattern[str]
    behind: re.Pattern[str]
    others: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Place:
    """A site or a stage that a row says: where, and its part of the code."""

    start: int
    end: int
    code: str


def listed(note: Note, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates; where a paragraph lists pressure ulcers by site and stage, those instead of what its
    words alone gave.
    """
    if not (_SPOKEN_OF.may_be_in(note) and _has(_STAGED, note.folded)):
        return candidates
    known = any(candidate.code.startswith(_ULCER) for candidate in candidates)
    starts: list[int] = []
    ends: list[int] = []
    added: list[Candidate] = []
    for start, end in _paragraphs(note.folded):
        found = [one for row in _ROW.finditer(note.folded, start, end) for one in _of_row(note, row)]
        if len({one.code for one in found}) >= _LEAST or (found and not (known or added)):
            starts.append(start)
            ends.append(end)
            added += found
    if not added:
        return candidates
    return [
        candidate
        for candidate in candidates
        if not (candidate.code.startswith(_ULCER) and _is_within(candidate.mention.start, starts, ends))
    ] + added


def _is_within(at: int, starts: list[int], ends: list[int]) -> bool:
    """Whether a place is in one of the paragraphs that begin and end so."""
    index = begun(starts, at)
    return index >= 0 and at < ends[index]


def _paragraphs(folded: str) -> Iterator[tuple[int, int]]:
    """Where the paragraphs stand that name a pressure ulcer."""
    start = 0
    for paragraph in folded.split("\n\n"):
        end = start + len(paragraph)
        if _has(_NAMED, paragraph):
            yield start, end
        start = end + 2


def _has(words: tuple[str, ...], folded: str) -> bool:
    for word in words:  # noqa: SIM110 (most notes ask this, and a generator costs more than the search)
        if word in folded:
            return True
    return False


def _of_row(note: Note, row: re.Match[str]) -> list[Candidate]:
    """The ulcers of one row: each stage with its site."""
    words, folded = _words(), note.folded
    if row.end() - row.start() > _LONGEST or words.others.search(folded, *row.span()):
        return []
    stages = _sorted(
        _Place(*found.span(), character)
        for said, character in words.stages
        for found in said.finditer(folded, *row.span())
    )
    if not stages or not _told(note, stages[0]):
        return []
    sites = _sorted(_sites(folded, row))
    first = bool(sites) and sites[0].start < stages[0].start
    out: list[Candidate] = []
    for index, stage in enumerate(stages):
        least = stages[index - 1].end if index and first else 0
        most = stages[index + 1].start if index + 1 < len(stages) and not first else row.end()
        near = [
            s for s in sites if (least <= s.start < stage.start if first else stage.end <= s.start < most)
        ]
        out += [_made(site, stage) for site in near]
    return out


def _sorted(places: Iterable[_Place]) -> list[_Place]:
    """Places in the order of the text."""
    return sorted(places, key=lambda place: place.start)


def _told(note: Note, stage: _Place) -> bool:
    """Whether the note says it of the patient of today, in a part that says what was found."""
    sentence = note.sentence_at(stage.start)
    if sentence is None or note.context_at(stage.start, stage.end).flags & _BARRED:
        return False
    concluded = sections.has_conclusion(note)
    kind = note.sections[sentence.section].kind
    return sections.concludes(note, sentence.section) if concluded else kind not in _SILENT


def _sites(folded: str, row: re.Match[str]) -> list[_Place]:
    """The sites of a row, once for each side that is said of them."""
    out: list[_Place] = []
    for said, code, sided in _words().sites:
        for found in said.finditer(folded, *row.span()):
            sides = _sides(folded, *found.span(), row) if sided else ("",)
            out += [_Place(*found.span(), code + side) for side in sides]
    return out


def _sides(folded: str, start: int, end: int, row: re.Match[str]) -> tuple[str, ...]:
    """The characters of the sides that stand right before or behind a site."""
    words = _words()
    said = words.before.search(folded, max(row.start(), start - _BESIDE), start)
    said = said or words.behind.match(folded, end, row.end())
    return _SIDES[said.lastgroup or ""] if said is not None else ("0",)


def _made(site: _Place, stage: _Place) -> Candidate:
    start, end = min(site.start, stage.start), max(site.end, stage.end)
    code = site.code + stage.code
    mention = Mention.stated(start, end, code, _RANK)
    return Candidate(code, mention, [f"term.{PRIORITY[_RANK]}", "detail.ulcer-by-site"], [(start, end)])


@cache
def _words() -> _Words:
    data: dict[str, Any] = table("additions")["pressure_ulcers"]
    return _Words(
        tuple((re.compile(rf"\b(?:{s['said']})"), str(s["code"]), bool(s["sided"])) for s in data["sites"]),
        tuple((re.compile(rf"\b(?:{s['said']})"), str(s["character"])) for s in data["stages"]),
        re.compile(rf"\b(?:{data['sides']})\W{{0,3}}(?:{data['between']})?$"),
        re.compile(rf"[ ,(|-]{{0,4}}\b(?:{data['sides']})(?!\w)(?! (?:{data['parts']})\b)"),
        re.compile(data["others"]),
    )
