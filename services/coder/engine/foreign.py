"""What was left in an open wound, in the words of who took it out: «laceration of the palm, glass removed» is
one with a foreign body (Index: Laceration, by site, with foreign body).

What such things are called is data: `data/additions.yaml`.
"""

from functools import cache
from typing import Final

from services.coder.engine.literals import Guarded
from services.coder.engine.model import Mention
from services.coder.engine.tables import table
from services.coder.reading import NOT_AFFIRMED, Flag, Note

_WOUNDS: Final = ("S01", "S11", "S21", "S31", "S41", "S51", "S61", "S71", "S81", "S91")
_KIND: Final = 5
"""The place of the character that tells the kind of wound."""
_WITH: Final = {"1": "2", "3": "4"}
"""The kinds with a foreign body, by those without: lacerations, puncture wounds."""
_REACH: Final = 300  # characters of the text under the wound's name
_BARRED: Final = NOT_AFFIRMED | Flag.HISTORICAL


def with_body(note: Note, mention: Mention) -> Mention:
    """The mention of an open wound as that of one with a foreign body, where the note says that."""
    kind = mention.code[_KIND : _KIND + 1]
    if kind not in _WITH or not mention.code.startswith(_WOUNDS) or not _left_in(note, mention):
        return mention
    code = mention.code[:_KIND] + _WITH[kind] + mention.code[_KIND + 1 :]
    return mention.having(code=code, line=mention.line - {"without"})


def _left_in(note: Note, mention: Mention) -> bool:
    """Whether the line of a wound, or what stands under it, says that something was left in it."""
    sentence = note.sentence_at(mention.start)
    start = mention.start if sentence is None else sentence.start
    stop = mention.end if sentence is None else sentence.end
    if mention.problem >= 0:
        body = note.problems[mention.problem].body
        stop = max(stop, min(body.end, body.start + _REACH))
    return any(
        not note.context_at(start + found.start(), start + found.end()).flags & _BARRED
        for found in _left().all_in(note.folded[start:stop])
    )


@cache
def _left() -> Guarded:
    """What says that something is in a wound, or was taken out of it by who treats it."""
    told = table("additions")["foreign_bodies"]
    return Guarded("|".join(said.replace("THING", told["things"]) for said in told["said"]))
