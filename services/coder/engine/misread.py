"""What reads as a condition or status of the patient's today, and is none: of a child, of another thing, of
another time, only wished for.
"""

import re
from functools import cache
from typing import Final

from services.coder.engine import match
from services.coder.engine.finding import told_of_another_time
from services.coder.engine.model import Encounter, Mention
from services.coder.engine.rules import Index
from services.coder.engine.spoken import Subject
from services.coder.engine.tables import table
from services.coder.reading import Note

_VACCINES: Final = "Z23"
_SMOKED: Final = "Z87.891"
_WISHED: Final = re.compile(
    r"\b(?:to|trying|ready|wants?|about|hopes?|plans?) (?:to )?(?:quit|stop|give up)\b"
)
_WISH: Final = 20  # characters
_LED: Final = 60  # characters before a name
_ALLERGY: Final = 110  # characters before what it once did
_REACTION: Final = re.compile(
    r"\ballerg(?:y|ies|ic to)\b[^.;\n()]{0,50}\((?:[\w/]+,? (?:and )?){0,3}(?:\w+/)*$"
    r"|\ballergies\b[^.\n]{0,90}(?:[-\u2013=>(]|->|causes?) ?(?:[\w/]+,? (?:and )?){0,3}(?:\w+/)*$"
    r"|\b(?:pcn|penicillin|amoxicillin|sulfa|bactrim|codeine|morphine|aspirin|asa|nsaid|contrast|latex|vanc\w*"
    r"|cephalosporin|keflex|iodine|\w+cillin|\w+mycin|cipro\w*|levaquin|shellfish) allergy ?"
    r"(?:[-\u2013:=>]|->|causes?|with) ?(?:\w+,? (?:and )?){0,3}(?:\w+/)*$"
)
"""How a list of allergies leads to the reaction of one."""
_TODAY: Final = re.compile(r"\b(?:today|now|after|yesterday|this|x ?\d|since)\b")
_GROWN: Final = 13  # years from which a baby that a note speaks of is the patient's own
_CHILDREN: Final = ("baby", "infant", "newborn", "neonate", "toddler")
_CHILDREN_SPOKEN_OF: Final = Subject(rf"\b(?:{'|'.join(_CHILDREN)})\b")
_CHILD: Final = re.compile(
    rf"\W*(?:the |her |his |their )?(?:{'|'.join(_CHILDREN)})\b"
    r"(?! (?:girl|boy) (?:delivered|born))"
    r"(?![^.\n]{0,40}\b(?:fell|she has|i have|patient|pt)\b)"
)


def is_misread(note: Note, mention: Mention) -> bool:
    """Whether a mention is of another thing or time than it reads."""
    return (
        _is_of_another(note, mention)
        or _is_led(note, mention)
        or _given_before(note, mention)
        or _still_smokes(note, mention)
        or _of_an_allergy(note, mention)
    )


def own(note: Note, mentions: list[Mention], encounter: Encounter) -> list[Mention]:
    """The mentions without those of the child of which a parent's note speaks."""
    if (encounter.age or 0) < _GROWN or not _CHILDREN_SPOKEN_OF.may_be_in(note):
        return mentions
    return [mention for mention in mentions if not _of_child(note, mention)]


def _of_child(note: Note, mention: Mention) -> bool:
    """Whether a parent's note says it of the child: «Baby gaining, has a little thrush»."""
    if mention.code[0] in "OZP":
        return False
    sentence = note.sentence_at(mention.start)
    return sentence is not None and _CHILD.match(note.folded, sentence.start, mention.start) is not None


def _given_before(note: Note, mention: Mention) -> bool:
    """Whether what stands under the label «Vaccines» says that they were given at another time; those that
    were given today are a fact of the note beside.
    """
    if mention.code != _VACCINES or not mention.whole or mention.problem < 0:
        return False
    body = note.problems[mention.problem].body
    return told_of_another_time(match.words_of(note.folded, body.start, body.end))


def _still_smokes(note: Note, mention: Mention) -> bool:
    """Whether what reads as given up is only wished for: «cigarettes, ready to quit»."""
    if mention.code != _SMOKED:
        return False
    return _WISHED.search(note.folded, max(mention.start - _WISH, 0), mention.end) is not None


def _of_an_allergy(note: Note, mention: Mention) -> bool:
    """Whether it is what an allergy has once done: «PCN allergy (rash)», «allergies: PCN - hives, sulfa
    (anaphylaxis)»; the allergy is a status, its reaction no condition of today (I.C.21.c.3).
    """
    start = max(mention.start - _ALLERGY, 0)
    if mention.code[0] in "HJKZ" or note.folded.rfind("allerg", start, mention.start) < 0:
        return False
    if _REACTION.search(note.folded, start, mention.start) is None:
        return False
    return _TODAY.search(note.folded, mention.start, mention.end + _WISH) is None


def _is_of_another(note: Note, mention: Mention) -> bool:
    """Whether the words behind a name make it another thing: «stress test», «tetanus up to date»."""
    start = max(mention.start - _LED, 0)
    return note.folded.startswith((" ", "/"), mention.end) and any(
        by.match(note.folded, mention.end + 1) is not None
        and (behind is None or behind.search(note.folded, start, mention.start) is not None)
        for behind, by in _followed().possible([mention.code])
    )


def _is_led(note: Note, mention: Mention) -> bool:
    """Whether the words before a name make it another thing: «up to date with influenza and pneumococcus»."""
    start = max(mention.start - _LED, 0)
    return any(
        by.search(note.folded, start, mention.start) is not None for by in _led().possible([mention.code])
    )


@cache
def _led() -> Index[re.Pattern[str]]:
    listed = r"(?: (?:[\w-]+,? ){0,4}(?:and |or |& )?)?$"
    return Index(
        (re.compile(rf"\b(?:{'|'.join(entry['by'])}){listed}"), (tuple(entry["codes"]),))
        for entry in table("mentions")["led"]
    )


@cache
def _followed() -> Index[tuple[re.Pattern[str] | None, re.Pattern[str]]]:
    out: list[tuple[tuple[re.Pattern[str] | None, re.Pattern[str]], tuple[tuple[str, ...]]]] = []
    for entry in table("mentions")["followed"]:
        behind = re.compile(entry["behind"]) if "behind" in entry else None
        by = re.compile(rf"(?:{'|'.join(entry['by'])})\b")
        out.append(((behind, by), (tuple(entry["codes"]),)))
    return Index(out)
