"""Which side: from the line, else from what is said under the problem, else from where the note names the
same body part.

Sides are never taken from the note as a whole: only from sentences that name the body part that the code is
about.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from services.coder.engine import regions
from services.coder.engine.match import words_of
from services.coder.engine.model import Mention
from services.coder.engine.sense import anatomy
from services.coder.engine.spans import words_in
from services.coder.engine.tables import table
from services.coder.reading import Note
from services.coder.terminology.index import Terminology
from services.coder.terminology.words import Word

SIDES: Final[frozenset[str]] = frozenset(("right", "left", "bilateral"))
_SIDE: Final = re.compile(
    r"[blor](?<!\w.)"
    r"(?:(?<=r)(?:ight|t)|(?<=l)(?:eft|t)|(?<=b)(?:ilat|oth)|(?:(?<=o)u|(?<=[rl]))\b(?!/))"
)
"""right, left, bilateral, both, rt, lt, ou, r, l; a set of letters first, so that the search skips there."""
_LETTERS: Final = frozenset(("r", "l"))
_AMOUNT: Final = re.compile(r"\d[ ]?$")
"""What makes an L of two litres rather than a left side."""
_NO_SIDE: Final = re.compile(
    r"\b(?:right|left|rt|lt)[ -]*(?:hand(?:ed)?[ -]*domin|handed|now\b|away\b|the (?:office|hosp|room|build))"
)
"""Words that look like a side of the patient's complaint and are none."""
_BARE: Final = re.compile(
    r"(?:\b(?:on|to) (?:the |his |her |their )?(?:right|left|rt|lt)\b"
    r"|\b(?:right|left|rt|lt)[ -](?:side[d]?|is)\b|\bbilaterally\b"
    r"|^(?:right|left|rt|lt|bilateral|both sides)\b)"
)
"""A side without a body part, as it is said under the name of a problem."""
_PAIRED: Final = re.compile(r"\b(?:knees|hips|ankles|feet|hands|wrists|elbows|shoulders|eyes|ears)\b")
"""Body parts that one has two of, in the plural: both are meant."""
_BOTH: Final = re.compile(r"\bboth\b")
_BILATERAL: Final = re.compile(r"\bbilat|\bou\b")
_THINGS: Final = re.compile(
    r"(?! (?:of|sides?|eyes?|ears?|knees?|hips?|hands?|feet|legs?|arms?|wrists?|ankles?|shoulders?|elbows?"
    r"|breasts?|lungs?|kidneys?|lower|upper|right|left|great|big|thumbs?|heels?|calves|thighs?)\b)"
    r" (?:\w+ ){1,4}and "
)
"""«both» of two things that are named: «both her cobweb and the lightning»."""
_NERVES: Final = frozenset(("nv", "neurovascular", "neurovascularly", "sensation", "skin"))
"""What may be intact beside an injury: «swelling L forearm, NV intact»."""
_VAGUE: Final = frozenset(("upper", "lower", "great", "little", "middle", "index", "ring"))
"""Words of places that a part of the body shares with others: «left lower lobe»."""
_CLAUSES: Final = (", ", "; ", " and ")
_SUBCATEGORY: Final = 5  # characters
_JOINED: Final = frozenset(("and", "&", "/", "and the", "and her", "and his"))
_PART_APART: Final = 2  # words between two sides of one part
_BEFORE: Final = 2  # words around a side in which the body part stands
_AFTER: Final = 4  # words around a side in which the body part stands


@cache
def places() -> frozenset[str]:
    """The words that say where something is: parts of the body, sides, «upper»."""
    return anatomy() | SIDES | _VAGUE | {"mid", "skin", "proximal", "distal"}


def parts_of(code: str, vocabulary: Terminology) -> frozenset[str]:
    """The body parts that the titles at and below `code` name; each code's are remembered."""
    known = vocabulary.parts.get(code)
    if known is None:
        known = vocabulary.parts[code] = _parts_of(code, vocabulary)
    return known


def _parts_of(code: str, vocabulary: Terminology) -> frozenset[str]:
    words: set[str] = set()
    entry = vocabulary.entry(code)
    if entry is not None:
        below = (vocabulary.entry(step[0]) for step in entry.steps)
        for title in (entry.title, *(child.title for child in below if child is not None)):
            words.update(word.stem for word in words_of(title.lower(), 0, len(title)))
    return anatomy() & words


@dataclass(frozen=True, slots=True)
class Said:
    """One side said in the note: the words beside it, and the sentence it stands in.

    `bare`: no body part is named beside it.
    """

    side: str
    beside: frozenset[str]
    start: int
    end: int
    bare: bool


class Sides:
    """The sides that a note says; a place is read for them when a mention first asks for it."""

    def __init__(self, note: Note) -> None:
        self._note = note
        self._between: dict[tuple[int, int], list[Said]] = {}

    def near(
        self, parts: frozenset[str], begin: int, end: int, *, bare: bool = False
    ) -> tuple[str, tuple[int, int] | None]:
        """The side said of one of the body parts between two places of the note, if the sentences agree on
        it; with `bare`, also the side said of none.
        """
        if not parts and not bare:
            return "", None
        votes: dict[str, int] = {}
        first: dict[str, tuple[int, int]] = {}
        for said in self._said(begin, end):
            if (bare and said.bare) or not parts.isdisjoint(said.beside):
                votes[said.side] = votes.get(said.side, 0) + 1
                first.setdefault(said.side, (said.start, said.end))
        if not votes:
            return "", None
        ranked = sorted(votes.items(), key=lambda v: (-v[1], v[0]))
        if len(ranked) > 1 and ranked[0][1] < 2 * ranked[1][1]:
            return "", None
        return ranked[0][0], first[ranked[0][0]]

    def _said(self, begin: int, end: int) -> list[Said]:
        """The sides in the sentences that begin between two places."""
        found = self._between.get((begin, end))
        if found is None:
            found = self._between[begin, end] = self._read(begin, end)
        return found

    def _read(self, begin: int, end: int) -> list[Said]:
        note = self._note
        last = note.sentence_at(end - 1) if end < len(note.folded) else None
        stop = max(end, last.end) if last is not None else end
        found: list[Said] = []
        match = _SIDE.search(note.folded, begin, stop)
        while match is not None:
            place = match.end()
            sentence = note.sentence_at(match.start())
            if sentence is not None:
                place = max(place, sentence.end)
                if begin <= sentence.start < end:
                    found += _in_sentence(note, sentence.start, sentence.end)
            match = _SIDE.search(note.folded, place, stop)
        return found


def side_of(
    sides: Sides, note: Note, mention: Mention, code: str, vocabulary: Terminology
) -> tuple[str, tuple[int, int] | None]:
    """The side said for the mention, and where it was said if that is not its own line; ("", None) if none
    is.
    """
    stated = SIDES & mention.line
    if len(stated) > 1 and "bilateral" in stated and _both_things(note, mention):
        stated -= {"bilateral"}
    if stated:
        one = len(stated) == 1 and code[:_SUBCATEGORY] not in table("additions")["side_of_word"]
        return (next(iter(stated)) if one else _nearest(note, mention, code)), None
    if _PAIRED.search(note.folded, mention.start, mention.end):
        return "bilateral", None
    side, span = _of_heading(note, mention)
    if side:
        return side, span
    parts = (parts_of(code, vocabulary) | (anatomy() & mention.line)) - _VAGUE
    near_by = regions.kin(code, parts)
    if mention.problem >= 0:
        body = note.problems[mention.problem].body
        for wanted in (parts, parts | near_by):
            side, span = sides.near(wanted, body.start, body.end, bare=wanted is not parts)
            if side:
                return side, span
    side, span = sides.near(parts, 0, len(note.text))
    if side or not near_by:
        return side, span
    side, span = sides.near(near_by, 0, len(note.text))
    return ("", None) if side == "bilateral" else (side, span)


def _of_heading(note: Note, mention: Mention) -> tuple[str, tuple[int, int] | None]:
    """The one side that the heading of the mention's line says: «XR L wrist: buckle fracture»."""
    section = note.section_at(mention.start)
    start, end = section.start, min(section.body.start, mention.start)
    if "\n" in note.folded[start : mention.start].strip():
        return "", None
    said = {word.stem for word in words_of(note.folded, start, end)} & SIDES
    return (said.pop(), (start, end)) if len(said) == 1 else ("", None)


def _both_things(note: Note, mention: Mention) -> bool:
    """Whether «both» in a mention's sentence counts two things and no sides: «in the right eye, a detachment
    that accounts for both her cobweb and the lightning».
    """
    sentence = note.sentence_at(mention.start)
    if sentence is None:
        return False
    said = note.folded[sentence.start : sentence.end]
    return _BILATERAL.search(said) is None and not any(
        _THINGS.match(said, both.end()) is None for both in _BOTH.finditer(said)
    )


def _nearest(note: Note, mention: Mention, code: str) -> str:
    """Of two sides in one line, that of the mention: the one before its body part, if only one is.

    «Left elbow and right shoulder pain» says one side of each, «right and left knee pain» both of one.
    """
    sentence = note.sentence_at(mention.start)
    start, end = (sentence.start, sentence.end) if sentence is not None else (mention.start, mention.end)
    words, _ = words_in(note, start, end)
    places = [
        i for i, w in enumerate(words) if w.stem in anatomy() & mention.stems and w.start >= mention.start
    ]
    sides = [i for i, w in enumerate(words) if w.stem in SIDES]
    sided = table("additions")["side_of_word"].get(code[:_SUBCATEGORY])
    if sided is not None:
        own = [i for i, w in enumerate(words) if w.stem == sided and w.start >= mention.start]
        return _beside(own[0], words, sides) if own else "bilateral"
    if any(b - a == 1 or _same_part(note, words, a, b) for a, b in pairwise(sides)):
        return "bilateral"
    clause = _own_clause(note, mention, words, sides)
    if clause:
        return clause
    if not places:
        return _next_to(mention, words, sides)
    if not sides:
        return ""  # they are of the name that it stands under, not of its own sentence
    before = [i for i in sides if i < places[0]]
    near = before[-1] if before else sides[0]
    return words[near].stem


def _same_part(note: Note, words: list[Word], one: int, other: int) -> bool:
    """Whether two sides are said of one part of the body: «right knee and left knee»."""
    if other - one != _PART_APART or other + 1 >= len(words):
        return False
    if note.folded[words[one + 1].end : words[other].start].strip() not in _JOINED:
        return False
    return words[one].stem != words[other].stem and words[one + 1].stem == words[other + 1].stem


def _own_clause(note: Note, mention: Mention, words: list[Word], sides: list[int]) -> str:
    """The one side that the clause of a mention says, where its sentence says others of other things:
    «plantar fasciitis right foot, Achilles tendonitis left».
    """
    first = max(note.folded.rfind(mark, 0, mention.start) for mark in _CLAUSES)
    ends = [note.folded.find(mark, mention.end) for mark in _CLAUSES]
    last = min((end for end in ends if end >= 0), default=len(note.folded))
    told = {words[i].stem for i in sides if first < words[i].start < last}
    return told.pop() if len(told) == 1 else ""


def _beside(place: int, words: list[Word], sides: list[int]) -> str:
    """The side said of a word: the one right before it, else the first behind it, else the last before."""
    near = [i for i in sides if i == place - 1] or [i for i in sides if i > place] or sides[-1:]
    return words[near[0]].stem


def _next_to(mention: Mention, words: list[Word], sides: list[int]) -> str:
    """The one side right beside a word of the mention: «left MCA stroke with right hemiparesis»."""
    own = {i for i, w in enumerate(words) if w.stem in mention.stems - SIDES and w.start >= mention.start}
    near = {words[i].stem for i in sides if i + 1 in own}
    within = {words[i].stem for i in sides if own and min(own) < i < max(own)}
    if "bilateral" in near | within:  # «cataracts both eyes, visually significant right eye»
        return "bilateral"
    if len(near) != 1 and own:  # «claudication right calf, ABI 0.6 R, 0.95 L»: the first side behind it
        behind = [words[i].stem for i in sides if i > max(own)]
        near = set(behind[:1]) if behind and not any(i < min(own) for i in sides) else near
    return next(iter(near)) if len(near) == 1 else "bilateral"


def _in_sentence(note: Note, start: int, end: int) -> list[Said]:
    words, _ = words_in(note, start, end)
    found: list[Said] = []
    for index, word in enumerate(words):
        if word.stem in SIDES and _is_side(note, word):
            ahead = [w.stem for w in words[index : index + _AFTER]]
            if not _sound().isdisjoint(ahead) and _NERVES.isdisjoint(ahead):
                continue  # «L TM bulging, R TM clear» is of the left ear
            near = frozenset([*(w.stem for w in words[max(index - _BEFORE, 0) : index]), *ahead])
            bare = near.isdisjoint(anatomy()) and _BARE.search(note.folded[start:end]) is not None
            found.append(Said(word.stem, near, start, end, bare))
    return found


def _is_side(note: Note, word: Word) -> bool:
    """Whether a word that may mean a side does: not in «right-handed», «right away», «2 L»."""
    if note.folded[word.start : word.end] in _LETTERS:
        before = note.folded[max(word.start - 2, 0) : word.start]
        return note.text[word.start].isupper() and not _AMOUNT.search(before)
    return not _NO_SIDE.match(note.folded, word.start)


@cache
def _sound() -> frozenset[str]:
    """Words by which an examination says that a side is as it should be."""
    return frozenset(table("additions")["sound"])
