"""The pieces of a note that are read for diagnoses: the names of problems, the members of lists, and the
sentences beside them, each in the zone that its section gives it.
"""

import re
from typing import Final

from services.coder.engine.literals import Guarded
from services.coder.engine.model import Zone
from services.coder.engine.names import is_done, name_end, title_end
from services.coder.engine.sections import CONCLUSION, FINAL, superseded, zones_of
from services.coder.reading import Note, ProblemForm, Section, SectionKind
from services.coder.reading.headings import kind_of
from services.coder.reading.places import begun
from services.coder.reading.titles import PREFIX

_NAMING: Final = FINAL | {SectionKind.ASSESSMENT, SectionKind.IMPRESSION}
_STAY: Final = FINAL | {SectionKind.HOSPITAL_COURSE}
_REPORTED: Final = frozenset(
    (
        SectionKind.ADMINISTRATIVE,
        SectionKind.RESULTS,
        SectionKind.LABORATORY,
        SectionKind.IMAGING,
        SectionKind.FINDINGS,
        SectionKind.PATHOLOGY,
        SectionKind.PROCEDURES,
    )
)
_EXAMINED: Final = frozenset((SectionKind.PHYSICAL_EXAM,))
_PLANNED: Final = SectionKind.ASSESSMENT_PLAN
_NAMES_IN: Final = frozenset((Zone.ASSESSMENT, Zone.PROBLEM))
_LONGEST_NAME: Final = 60  # characters of a sentence that is a name among those of a plan
_NUMBERED: Final = ProblemForm.NUMBERED
_MARKED: Final = frozenset((ProblemForm.NUMBERED, ProblemForm.HASH, ProblemForm.BULLET, ProblemForm.CUE))
_GAP: Final = 4  # characters of an empty line
_PIECE: Final = re.compile(r"[^;]+")
_INTRODUCED: Final = Guarded(
    r"\d[ -]*(?:year|yr|month|week|day)s?[ -]*old|\b\d+ ?(?:yo|y/o)\b"
    r"|\b(?:man|woman|male|female|gentleman|lady|boy|girl|patient|pt|he|she|who|his|her)\b"
    r"[^.;\n]{0,60}\bhistory of\b"
)
_AGED: Final = re.compile(r"(?:\w{1,3}:\s+)?\d{1,3} ?[mf]\b")
_STATING: Final = re.compile(
    r"(?:the|these|those|this|his|her) (?:[\w-]+ ){1,7}?(?:is|are) (?:(?:an?|all|just|only) )?"
)
"""How a paragraph begins that states what something is: «The spots on the back are»."""
_LETTERS: Final = re.compile(r"[a-z]{2}")
_BLANK: Final = re.compile(r"\n[ \t]*\n")


class Line:
    """A piece of the note that is read as one statement."""

    __slots__ = ("end", "problem", "section", "start", "zone")

    def __init__(self, start: int, end: int, zone: Zone, problem: int, section: SectionKind) -> None:
        self.start: Final = start
        self.end: Final = end
        self.zone: Final = zone
        self.problem: Final = problem
        self.section: Final = section

    def place(self) -> tuple[int, int, Zone, int, SectionKind]:
        """What lines are put in order by: where they stand, then the stronger first."""
        return self.start, self.end, self.zone, self.problem, self.section


class Name:
    """A piece that begins like the name of a problem: where that would end, and whether it is a list item."""

    __slots__ = ("end", "item", "line")

    def __init__(self, line: Line, end: int, *, item: bool) -> None:
        self.line: Final = line
        self.end: Final = end
        self.item: Final = item


def of_kinds(note: Note, wanted: frozenset[SectionKind], zone: Zone) -> list[Line]:
    """The sentences of sections of some kinds, under no problem."""
    return [
        Line(sentence.start, sentence.end, zone, -1, section.kind)
        for index, section in enumerate(note.sections)
        if section.kind in wanted
        for sentence in note.sentences_of(index)
    ]


class Lines:
    """The pieces of one note, from which those are asked for that are read next."""

    def __init__(self, note: Note) -> None:
        self._note: Final = note
        self._kinds: Final = [section.kind for section in note.sections]
        self._zones: Final = zones_of(note)
        self._superseded: Final = superseded(note, set(self._kinds))
        self._titled: Final = self._names()
        self._starts: Final = [line.start for line in self._titled]
        self._begins: Final = [problem.title.start for problem in note.problems]
        self._ends: Final = [max(problem.body.end, problem.title.end) for problem in note.problems]
        self._others: list[Line] | None = None
        self._loose: list[Line] | None = None
        self._concluded: list[Line] | None = None

    def of_problems(self) -> list[Line]:
        """The names of problems and the members of lists of diagnoses, in order."""
        if FINAL.isdisjoint(self._kinds):
            return self._titled.copy()
        listed = [line for line in self._read(FINAL) if line.zone is Zone.PROBLEM]
        return sorted([*self._titled, *listed], key=Line.place)

    def has_final_list(self) -> bool:
        """Whether the note lists its final diagnoses under a heading."""
        return not FINAL.isdisjoint(self._kinds)

    def others(self) -> list[Line]:
        """Every other piece of the note that is read, in order."""
        if self._others is None:
            self._others = [line for line in self._read() if line.zone is not Zone.PROBLEM]
        return self._others

    def listed_names(self) -> list[Name]:
        """Bullets and paragraphs under a problem that begin like the name of another; in an assessment apart
        from the plan, sentences too.

        «A/P: pregnancy at 32 weeks» may stand over a list of problems as well as over what is done about one.
        """
        note, owner = self._note, -1
        out: list[Name] = []
        for index, kind in enumerate(self._kinds):
            if self._zones[index] not in _NAMES_IN:
                continue
            for sentence in note.sentences_of(index):
                start, end, item = sentence.start, sentence.end, sentence.item
                while owner + 1 < len(self._begins) and self._begins[owner + 1] <= start:
                    owner += 1
                if owner < 0 or start >= self._ends[owner]:
                    continue
                if not (item or kind is _PLANNED or kind in _NAMING):
                    continue
                if start >= note.problems[owner].body.start:
                    planned = kind is _PLANNED
                    if planned and not item and end - start > _LONGEST_NAME and _goes_on(note, start):
                        continue  # only a short sentence is a name among sentences of a plan
                    line = Line(start, end, Zone.PROBLEM, owner, kind)
                    listed = planned or (item and not (kind in _NAMING and _goes_on(note, start)))
                    out.append(Name(line, name_end(note.folded, start, end), item=listed))
        return out

    def behind_names(self) -> list[Line]:
        """What follows the names of problems, up to the end of their sentence."""
        note = self._note
        out: list[Line] = []
        for index, problem in enumerate(note.problems):
            start, end = problem.title.start, problem.title.end
            sentence = note.sentence_at(start)
            if sentence is not None and sentence.end > end + 1 and kind_of(note.folded[start:end]) is None:
                out.append(Line(end, sentence.end, Zone.ASSESSMENT, index, self._kinds[problem.section]))
        return out

    def of_course(self) -> list[Line]:
        """The sentences that tell the course of a stay: under its heading, and in the paragraphs below a list
        of final diagnoses; less the names of problems, and what stands in paragraphs below a list of these.
        """
        return [
            line
            for line in self._read(_STAY)
            if line.zone is not Zone.PROBLEM
            and (
                line.problem < 0
                or not _apart(self._note, line)
                or line.section in FINAL
                or _beyond(self._note, line)
            )
        ]

    def reported(self) -> list[Line]:
        """The sentences of results and procedures: read only where the note names nothing anywhere else."""
        return of_kinds(self._note, _REPORTED, Zone.NARRATIVE)

    def examined(self) -> list[Line]:
        """The sentences of the examination: read only for what an acute disease has taken."""
        return of_kinds(self._note, _EXAMINED, Zone.NARRATIVE)

    def loose(self) -> list[Line]:
        """The sentences of an assessment that stand under no name of a problem, without those that introduce
        the patient («a 60-year-old man with diabetes»).
        """
        if self._loose is None:
            self._loose = [
                line
                for line in self._conclusion()
                if line.problem < 0
                and line.zone is Zone.ASSESSMENT
                and not _INTRODUCED.search(self._note.folded, line.start, line.end)
            ]
        return self._loose

    def introducing(self) -> list[Line]:
        """The sentences of an assessment that introduce the patient, before the names of the problems."""
        first = self._begins[0] if self._begins else 0
        return [
            line
            for line in self._conclusion()
            if line.problem < 0
            and line.start < first
            and (
                _INTRODUCED.search(self._note.folded, line.start, line.end)
                or _AGED.match(self._note.folded, line.start, line.end)
            )
        ]

    def stating(self) -> list[Line]:
        """What the paragraphs of an assessment say something to be, that stand under a name of another
        paragraph.
        """
        out: list[Line] = []
        for line in self._conclusion():
            if line.problem < 0 or self._note.problems[line.problem].form in _MARKED:
                continue
            said = _STATING.match(self._note.folded, line.start, line.end)
            if said is not None and _BLANK.search(self._note.text, max(line.start - _GAP, 0), line.start):
                out.append(Line(said.end(), line.end, Zone.ASSESSMENT, -1, line.section))
        return out

    def _conclusion(self) -> list[Line]:
        """The sentences of an assessment, less the names of problems."""
        if self._concluded is None:
            self._concluded = self._read(CONCLUSION)
        return self._concluded

    def _names(self) -> list[Line]:
        """The names of problems."""
        out: list[Line] = []
        for index, problem in enumerate(self._note.problems):
            kind = self._kinds[problem.section]
            start, end = problem.title.start, problem.title.end
            if kind not in self._superseded and not is_done(self._note.folded, end):
                out.append(Line(start, title_end(self._note, start, end), Zone.PROBLEM, index, kind))
        return out

    def _read(self, kinds: frozenset[SectionKind] | None = None) -> list[Line]:
        """The sentences of the sections that are read (of those `kinds`, if given), less the names."""
        place = 0
        out: list[Line] = []
        for index, kind in enumerate(self._kinds):
            zone = self._zones[index] if kinds is None or kind in kinds else None
            if zone is None or kind in self._superseded:
                continue
            for sentence in self._note.sentences_of(index):
                begin, end = sentence.start, sentence.end
                while place < len(self._ends) and self._ends[place] <= begin:
                    place += 1
                owner = place if place < len(self._ends) and self._begins[place] <= begin else -1
                start, end = self._after_names(begin, end)
                if start < end and zone is Zone.PROBLEM:
                    out += self._members(index, start, end, owner)
                elif start < end:
                    out.append(Line(start, end, Zone.BODY if owner >= 0 else zone, owner, kind))
        return out

    def _after_names(self, start: int, end: int) -> tuple[int, int]:
        """Where a sentence that begins with the name of a problem goes on, and where it ends: before the name
        of a numbered one («Doing well 1 HTN»). The names are in order.
        """
        for index in range(max(begun(self._starts, start), 0), len(self._starts)):
            line = self._titled[index]
            if line.start > start:
                if line.start < end and self._note.problems[line.problem].form is _NUMBERED:
                    end = line.start
                break
            if start < line.end or start == line.start:
                start = line.end
        return start, end

    def _members(self, section: int, start: int, end: int, owner: int) -> list[Line]:
        """A list of diagnoses in one line («a; b; c») as its members; anything else whole."""
        note, kind = self._note, self._kinds[section]
        if not _listed(note, note.sections[section], start):
            return [Line(start, end, Zone.ASSESSMENT, owner, kind)]
        prefix = PREFIX.match(note.folded, start, end)
        pieces = _PIECE.finditer(note.text, prefix.end() if prefix else start, end)
        return [Line(piece.start(), piece.end(), Zone.PROBLEM, owner, kind) for piece in pieces]


def _beyond(note: Note, line: Line) -> bool:
    """Whether a line stands in another section than the problem above it: the course below the diagnoses."""
    return note.sections[note.problems[line.problem].section].kind is not line.section


def _goes_on(note: Note, start: int) -> bool:
    """Whether other words stand before a sentence in its line: it is a second one behind the bullet."""
    begin = note.folded.rfind("\n", 0, start) + 1
    return _LETTERS.search(note.folded, begin, start) is not None


def _apart(note: Note, line: Line) -> bool:
    """Whether an empty line stands between a problem's name and a line that would be of it."""
    return _BLANK.search(note.text, note.problems[line.problem].title.end, line.start) is not None


def _listed(note: Note, section: Section, start: int) -> bool:
    """Whether a place belongs to the list right under the heading, before the first empty line."""
    begun = note.text[section.body.start : start].lstrip()
    return _BLANK.search(begun) is None
