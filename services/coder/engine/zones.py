"""Which pieces of a note are read for diagnoses, and how strongly each says that the condition was addressed.

Official Guidelines IV.J (outpatient: code what was addressed or affects management) and III (inpatient: other
diagnoses): the assessment and the final diagnoses are read first; the narrative only where they are missing.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Final, NamedTuple

from services.coder.engine import laterality
from services.coder.engine.match import words_of
from services.coder.engine.model import Zone
from services.coder.reading import Note, Section, SectionKind
from services.coder.reading.headings import kind_of
from services.coder.reading.titles import PREFIX

_FINAL: Final = frozenset(
    (SectionKind.DIAGNOSES, SectionKind.DISCHARGE_DIAGNOSIS, SectionKind.POSTOPERATIVE_DIAGNOSIS)
)
_CONCLUSION: Final = frozenset(
    (
        SectionKind.ASSESSMENT,
        SectionKind.ASSESSMENT_PLAN,
        SectionKind.IMPRESSION,
        SectionKind.MEDICAL_DECISION_MAKING,
    )
)
_NAMING: Final = _FINAL | {SectionKind.ASSESSMENT, SectionKind.IMPRESSION}
_CONCLUDING: Final = _FINAL | _CONCLUSION
_STAY: Final = _FINAL | {SectionKind.HOSPITAL_COURSE}
_EARLIER: Final = frozenset((SectionKind.ADMISSION_DIAGNOSIS, SectionKind.PREOPERATIVE_DIAGNOSIS))
_REASON: Final = frozenset(
    (SectionKind.CHIEF_COMPLAINT, SectionKind.REASON_FOR_VISIT, SectionKind.INDICATION)
)
_NARRATIVE: Final = frozenset(
    (
        SectionKind.UNLABELLED,
        SectionKind.OTHER,
        SectionKind.HPI,
        SectionKind.SUBJECTIVE,
        SectionKind.INTERVAL_HISTORY,
        SectionKind.PLAN,
        SectionKind.HOSPITAL_COURSE,
        SectionKind.EMERGENCY_COURSE,
        SectionKind.CLINICAL_HISTORY,
    )
)
_HISTORY: Final = frozenset(
    (SectionKind.PAST_HISTORY, SectionKind.PAST_MEDICAL_HISTORY, SectionKind.PROBLEM_LIST)
)
_UNREAD: Final = frozenset(
    (SectionKind.FAMILY_HISTORY, SectionKind.REVIEW_OF_SYSTEMS, SectionKind.PRIOR_NOTE)
)
_NAMES_IN: Final = frozenset((Zone.ASSESSMENT, Zone.PROBLEM))
_NAME_END: Final = re.compile(r"[.,:;(]| [-\u2013\u2014] ")
_PIECE: Final = re.compile(r"[^;]+")
_INITIAL: Final = re.compile(
    r"\b(?:[A-Z]|[Vv]it|[Ii]nc|[Aa]c|[Cc]hr|[Rr]t|[Ll]t|[Mm]od|[Ss]ev|[Ss]taph|[Ss]trep|[Hh]emorrh)$"
)
_CONTINUED: Final = re.compile(
    r"\s*[.:][ \t]+(?:(?:complicated by|c/b|due to|secondary to|2/2|d/t|caused by|from|s/p|status post"
    r"|mild|moderate|severe|stage|class|acute|chronic|paroxysmal|persistent|permanent|recurrent|uncomplicated"
    r")\b[^.\n]{0,90}|(?:left|right|bilateral)(?:[ -]sided?| \w+)?)(?=[.\n]|$)"
    r"|\s*[-\u2013:][ \t]*(?:r|l|rt|lt|right|left|b/l|bilat|bilateral|both)(?=[ \t]*(?:[,;.\n]|$))"
    r"[^.\n]{0,60}"
)
"""The fragment after a problem's name that says which kind, which side, or from what."""
_INTRODUCED: Final = re.compile(r"\d[ -]*(?:year|yr|month|week|day)s?[ -]*old|\b\d+ ?y/?o\b|\bhistory of\b")
_FULL_STOP: Final = re.compile(r"[.\n]")
_DONE: Final = re.compile(
    r"\s*\((?:procedure|regime/therapy|observable entity|assessment scale)\)"
)  # SNOMED CT tags
_SAME: Final = re.compile(r"[\s:]*(?:the )?same\b")
_BLANK: Final = re.compile(r"\n[ \t]*\n")


class Line(NamedTuple):
    """A piece of the note that is read as one statement."""

    start: int
    end: int
    zone: Zone
    problem: int
    section: SectionKind


def problem_lines(note: Note) -> list[Line]:
    """The names of problems and the members of lists of diagnoses, in order."""
    titled = _titled(note)
    if not any(section.kind in _FINAL for section in note.sections):
        return titled
    listed = [line for line in _sentences(note, titled, _FINAL) if line.zone is Zone.PROBLEM]
    return sorted(titled + listed)


def other_lines(note: Note) -> list[Line]:
    """Every other piece of the note that is read, in order."""
    return [line for line in _sentences(note, _titled(note)) if line.zone is not Zone.PROBLEM]


def _titled(note: Note) -> list[Line]:
    superseded = _superseded(note)
    return [
        Line(p.title.start, _title_end(note, *p.title), Zone.PROBLEM, i, note.sections[p.section].kind)
        for i, p in enumerate(note.problems)
        if note.sections[p.section].kind not in superseded and not _DONE.match(note.folded, p.title.end)
    ]


def _superseded(note: Note) -> frozenset[SectionKind]:
    """Diagnoses of the beginning, where the note also has those of the end (II: after study)."""
    kinds = {section.kind for section in note.sections}
    out: set[SectionKind] = set()
    after = next((s for s in note.sections if s.kind is SectionKind.POSTOPERATIVE_DIAGNOSIS), None)
    if after is not None and not _SAME.match(note.folded, after.body.start):
        out.add(SectionKind.PREOPERATIVE_DIAGNOSIS)
    if kinds & {SectionKind.DISCHARGE_DIAGNOSIS, SectionKind.DIAGNOSES}:
        out.add(SectionKind.ADMISSION_DIAGNOSIS)
    return frozenset(out)


def _title_end(note: Note, start: int, end: int) -> int:
    """The end of a problem's name: past an initial such as that of «E. coli», where it looked like the end
    of a sentence; past the fragment that goes on about it: «Asthma. Moderate persistent.»; and past a place
    that only says of what the name is: «Skin, left arm: melanoma in situ».
    """
    if end < len(note.text) and note.text[end] == "." and _INITIAL.search(note.text, max(end - 8, 0), end):
        stop = _FULL_STOP.search(note.text, end + 1)
        return stop.start() if stop else len(note.text)
    more = _CONTINUED.match(note.folded, end)
    if more is None and note.text[end : end + 1] == ":" and _is_place(note.folded, start, end):
        sentence = note.sentence_at(end)
        return max(sentence.end, end) if sentence is not None else end
    return more.end() if more else end


def _is_place(folded: str, start: int, end: int) -> bool:
    """Whether a label names a part of the body and nothing else."""
    words = {word.stem for word in words_of(folded, start, end)}
    return bool(words & laterality.anatomy()) and words <= laterality.places()


def listed_names(note: Note) -> Iterator[tuple[Line, int]]:
    """Bullets under a problem that begin like the name of another, with the place where that name would end;
    in an assessment apart from the plan, sentences too.

    «A/P: pregnancy at 32 weeks» may stand over a list of problems as well as over what is done about one.
    """
    for index, section in enumerate(note.sections):
        if _zone(section) not in _NAMES_IN:
            continue
        apart = section.kind in _NAMING
        for sentence in note.sentences_of(index):
            problem = note.problem_at(sentence.start) if sentence.item or apart else None
            if problem is None or sentence.start < problem.body.start:
                continue
            stop = _NAME_END.search(note.folded, sentence.start, sentence.end)
            owner = note.problems.index(problem)
            line = Line(sentence.start, sentence.end, Zone.PROBLEM, owner, section.kind)
            yield line, stop.start() if stop else sentence.end


def behind_names(note: Note) -> Iterator[Line]:
    """What follows the names of problems, up to the end of their sentence."""
    for index, problem in enumerate(note.problems):
        sentence = note.sentence_at(problem.title.start)
        if sentence is None or sentence.end <= problem.title.end + 1:
            continue
        if kind_of(note.folded[problem.title.start : problem.title.end]) is None:
            kind = note.sections[problem.section].kind
            yield Line(problem.title.end, sentence.end, Zone.ASSESSMENT, index, kind)


def course_lines(note: Note) -> list[Line]:
    """The sentences that tell the course of a stay: under its heading, and in the paragraphs below a list of
    final diagnoses; less the names of problems, and what stands in paragraphs below a list of problems.
    """
    told = _sentences(note, _titled(note), _STAY)
    return [
        line
        for line in told
        if line.zone is not Zone.PROBLEM
        and (line.problem < 0 or not _apart(note, line) or line.section in _FINAL)
    ]


def loose_lines(note: Note) -> list[Line]:
    """The sentences of an assessment that stand under no name of a problem, without those that introduce the
    patient («a 60-year-old man with diabetes»).
    """
    return [
        line
        for line in _sentences(note, _titled(note), _CONCLUSION)
        if line.zone is Zone.ASSESSMENT and line.problem < 0
        if not _INTRODUCED.search(note.folded, line.start, line.end)
    ]


def _apart(note: Note, line: Line) -> bool:
    """Whether an empty line stands between a problem's name and a line that would be of it."""
    return _BLANK.search(note.text, note.problems[line.problem].title.end, line.start) is not None


def has_conclusion(note: Note) -> bool:
    """Whether the note has an assessment or final diagnoses under a heading of their own."""
    return any(s.kind in _CONCLUDING and not s.inferred for s in note.sections)


def _sentences(
    note: Note, titled: list[Line], kinds: Collection[SectionKind] | None = None
) -> Iterator[Line]:
    """The sentences of the sections that are read (of those `kinds`, if given), less the problems' names."""
    place = 0
    superseded = _superseded(note)
    bodies = [(p.title.start, max(p.body.end, p.title.end)) for p in note.problems]
    for index, section in enumerate(note.sections):
        zone = _zone(section) if kinds is None or section.kind in kinds else None
        if zone is None or section.kind in superseded:
            continue
        for sentence in note.sentences_of(index):
            while place < len(bodies) and bodies[place][1] <= sentence.start:
                place += 1
            owner = place if place < len(bodies) and bodies[place][0] <= sentence.start else -1
            start = _after_names(sentence.start, titled)
            if start < sentence.end:
                own = _zone_of(note, section, zone, start, owner)
                yield from _pieces(note, Line(start, sentence.end, own, owner, section.kind))


def _after_names(start: int, titled: list[Line]) -> int:
    """Where a sentence that begins with the name of a problem goes on; the names are in order."""
    first = bisect_right(titled, start, key=lambda line: line.start) - 1
    for line in islice(titled, max(first, 0), None):
        if line.start > start:
            break
        if start < line.end or start == line.start:
            start = line.end
    return start


def _zone_of(note: Note, section: Section, zone: Zone, start: int, owner: int) -> Zone:
    """The zone of a sentence in a section of `zone`, under the problem `owner` or none (-1)."""
    if zone is Zone.PROBLEM:
        return zone if _listed(note, section, start) else Zone.ASSESSMENT
    return Zone.BODY if owner >= 0 else zone


def _pieces(note: Note, line: Line) -> Iterator[Line]:
    """A list of diagnoses in one line («a; b; c») as its members; anything else whole."""
    if line.zone is not Zone.PROBLEM:
        yield line
        return
    prefix = PREFIX.match(note.folded, line.start, line.end)
    for piece in _PIECE.finditer(note.text, prefix.end() if prefix else line.start, line.end):
        yield line._replace(start=piece.start(), end=piece.end())


def _listed(note: Note, section: Section, start: int) -> bool:
    """Whether a place belongs to the list right under the heading, before the first empty line."""
    begun = note.text[section.body.start : start].lstrip()
    return _BLANK.search(begun) is None


def _zone(section: Section) -> Zone | None:
    kind = section.kind
    if kind in _FINAL:
        return Zone.PROBLEM
    if kind in _CONCLUSION:
        return Zone.ASSESSMENT
    if kind in _REASON:
        return Zone.REASON
    if kind in _NARRATIVE or kind in _EARLIER or (section.inferred and kind not in _UNREAD | _HISTORY):
        return Zone.NARRATIVE
    return Zone.HISTORY if kind in _HISTORY else None
