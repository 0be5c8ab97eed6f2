"""Whether an injury is past its active treatment: routine care in the healing phase (guideline I.C.19.a).

A first evaluation after an emergency visit is still active treatment: the same injury, seen by another.
"""

import re
from functools import cache
from itertools import chain
from typing import Final

from services.coder.engine.literals import Guarded, guarded
from services.coder.engine.match import words_of
from services.coder.engine.model import Mention
from services.coder.engine.regions import kin
from services.coder.engine.rules import Codes
from services.coder.engine.tables import table
from services.coder.reading import NOT_AFFIRMED, Flag, Note, SectionKind

_REASONS: Final = frozenset(
    (
        SectionKind.CHIEF_COMPLAINT,
        SectionKind.REASON_FOR_VISIT,
        SectionKind.HPI,
        SectionKind.SUBJECTIVE,
        SectionKind.INTERVAL_HISTORY,
        SectionKind.UNLABELLED,
    )
)
_LONGEST_LINE: Final = 200  # characters
_HEAD: Final = 250  # characters at the beginning of a note in which it says what it is
_PLANNED: Final = ("f/u", "follow", "recheck")
_SET: Final = "scheduled|planned|booked|recommended|set for|arranged"
_IF: Final = re.compile(r"\b(?:if|unless|should)\b")
_RETURNS: Final = "words of a return"
_FAR: Final = 500  # characters
_ROUTINE: Final[frozenset[str]] = frozenset()
_UNIONS: Final = {
    "nonunion": frozenset(("nonunion",)),
    "non-union": frozenset(("nonunion",)),
    "malunion": frozenset(("malunion",)),
    "delayed union": frozenset(("delayed", "healing")),
    "delayed healing": frozenset(("delayed", "healing")),
}
_INJURED: Final = frozenset(
    ("fracture", "injury", "sprain", "strain", "laceration", "wound", "burn", "tear", "concussion")
)


def later(note: Note, mention: Mention) -> bool:
    """Whether what is said of the injury, or of the visit for it, puts it in the healing phase."""
    if not _injuries().has(mention.code):
        return False
    start, end = _line(note, mention)
    if _said("named", note.folded, start, end) or _since_treated(note, start, end):
        return True
    if mention.problem >= 0:
        body = note.problems[mention.problem].body
        if _to_be_operated(note, body.start, body.end):
            return False
        if _said("under", note.folded, body.start, min(body.end, body.start + _FAR)):
            return True
    if _open_wounds().has(mention.code) and _unsewn().search(note.folded):
        return True
    returns = _returns(note)
    return not returns.isdisjoint(_INJURED) or not returns.isdisjoint(
        mention.stems | kin(mention.code, mention.stems)
    )


def _since_treated(note: Note, start: int, end: int) -> bool:
    """Whether a line tells how long ago it was, and not merely how long ago the mishap was: «torn meniscus
    from twisting it 2 weeks ago» may be seen for the first time.
    """
    ago = _ago().search(note.folded, start, end)
    return ago is not None and _mishap().search(note.folded, start, ago.start()) is None


def union(note: Note, mention: Mention) -> frozenset[str]:
    """What the text under an injury's name says of a fracture that has not healed as it should: «this has
    gone on to a nonunion».
    """
    if mention.problem < 0 or not _injuries().has(mention.code):
        return _ROUTINE
    body = note.problems[mention.problem].body
    for said, stems in _UNIONS.items():
        place = note.folded.find(said, body.start, min(body.end, body.start + _FAR))
        if place >= 0 and not note.context_at(place, place + len(said)).flags & NOT_AFFIRMED:
            return stems
    return _ROUTINE


def _to_be_operated(note: Note, start: int, end: int) -> bool:
    """Whether an operation is set between two places, not refused and not left to what may come."""
    found = _planned().search(note.folded, start, end)
    sentence = note.sentence_at(found.start()) if found is not None else None
    if found is None or sentence is None or _IF.search(note.folded, sentence.start, sentence.end):
        return False
    operation = "operation" if found.group("operation") else "set"
    return not note.context_at(*found.span(operation)).flags & Flag.NEGATED


def _line(note: Note, mention: Mention) -> tuple[int, int]:
    """The name of the mention's problem, or the line that it stands in; the sentence in a paragraph."""
    if mention.problem >= 0:
        title = note.problems[mention.problem].title
        if title.start <= mention.start < title.end:
            return title.start, title.end
    start = note.folded.rfind("\n", 0, mention.start) + 1
    end = note.folded.find("\n", mention.end)
    end = end if end >= 0 else len(note.folded)
    sentence = note.sentence_at(mention.start) if end - start > _LONGEST_LINE else None
    return (sentence.start, sentence.end) if sentence is not None else (start, end)


def _returns(note: Note) -> set[str]:
    """The words of the sentences that give a return as the reason for the visit; they are the same for every
    injury.
    """
    words: set[str] | None = note.remembered.get(_RETURNS)
    if words is None:
        words = note.remembered[_RETURNS] = _returning(note)
    return words


def _returning(note: Note) -> set[str]:
    words: set[str] = set()
    returns = [pattern for pattern in _patterns("reason") if pattern.may_match(note.folded)]
    told = (i for i, section in enumerate(note.sections) if returns and section.kind in _REASONS)
    for sentence in chain.from_iterable(map(note.sentences_of, told)):
        said = note.folded[sentence.start : sentence.end]
        if not any(pattern.search(said) for pattern in returns) or _first().search(said):
            continue
        if sentence.start > _HEAD and said.startswith(_PLANNED):
            continue  # what is to be done: «f/u ortho 1 week»
        words.update(word.stem for word in words_of(note.folded, sentence.start, sentence.end))
    return words


@cache
def _injuries() -> Codes:
    return Codes(table("care")["injuries"])


@cache
def _open_wounds() -> Codes:
    return Codes(table("care")["open_wounds"])


def _said(where: str, text: str, start: int, end: int) -> bool:
    """Whether one of the patterns of a place stands between two places of the text."""
    return any(pattern.search(text, start, end) for pattern in _patterns(where))


@cache
def _patterns(where: str) -> tuple[Guarded, ...]:
    """The patterns of a place, with the operations and removals that may be named in any."""
    data = table("care")
    operated = rf"\b(?:s/p|status post|after) (?:\w+ ){{0,2}}(?:{'|'.join(data['surgery'])})"
    said = (*data[where], *data["removal"], operated)
    return tuple(guarded(f"care.{where}", (rf"(?:^|\b)(?:{pattern})" for pattern in said)).values())


@cache
def _planned() -> Guarded:
    """An operation that is still to come: the injury is under active treatment."""
    data = table("care")
    operations = "|".join(data["operations"])
    said = (
        rf"\b(?:{'|'.join(data['planned'])})\b(?![^.;\n]{{0,60}}\b(?:hardware|implant))"
        rf"[^.;\n]{{0,60}}\b(?P<operation>{operations})\b"
        rf"|\b(?P<set>{operations})\b (?:\w+ ){{0,4}}?(?:is|was|are|has been|to be) (?:now )?(?:{_SET})\b"
    )
    return guarded("care.planned", [said])[said]


@cache
def _unsewn() -> Guarded:
    return Guarded(r"\b(?:" + "|".join(table("care")["unsewn"]) + ")")


@cache
def _ago() -> Guarded:
    return Guarded(table("care")["ago"])


@cache
def _mishap() -> Guarded:
    return Guarded(table("care")["mishap"])


@cache
def _first() -> Guarded:
    return Guarded("|".join(table("care")["first"]))
