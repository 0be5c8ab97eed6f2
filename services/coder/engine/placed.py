"""A mention under a name that tells a place: «Bump on arm», then «This is a lipoma»; «Left knee», then
«primary osteoarthritis» (I.B.2: name and text are one statement).
"""

from typing import Final

from services.coder.engine import assertion, below, laterality
from services.coder.engine.model import Mention, Zone
from services.coder.engine.spans import words_in
from services.coder.reading import Note
from services.coder.terminology.index import Terminology

_APART: Final = frozenset("ZVWXY")
_CATEGORY: Final = 3
_ANYWHERE: Final = "nspecified site"


def placed(note: Note, chosen: list[Mention], vocabulary: Terminology) -> list[Mention]:
    """The mentions, those that stand under a name with the side and the part of the body that it tells:
    «Bump on arm», then «This is a lipoma».
    """
    named = {m.problem: m.code for m in chosen if _in_title(note, m)}
    return [_with_places(note, m, _head(note, m), named, vocabulary) for m in chosen]


def is_place(note: Note, problem: int) -> bool:
    """Whether the name of a problem tells a part of the body: «Left knee», and below it «osteoarthritis»."""
    title = note.problems[problem].title
    _, told = words_in(note, title.start, title.end)
    return not (told & laterality.places()) <= laterality.SIDES


def _in_title(note: Note, mention: Mention) -> bool:
    if mention.problem < 0:
        return False
    title = note.problems[mention.problem].title
    return title.start <= mention.start < title.end


def _head(note: Note, mention: Mention) -> int:
    """The problem under whose name a mention stands; -1: none."""
    if mention.problem < 0 or mention.zone != Zone.PROBLEM:
        return -1
    if not _in_title(note, mention):
        return mention.problem
    if mention.problem == 0:
        return -1
    start, _ = below.text_of(note, mention.problem - 1)  # the lines right below an empty problem are its text
    return mention.problem - 1 if start == note.problems[mention.problem].title.start else -1


def _with_places(
    note: Note, mention: Mention, head: int, named: dict[int, str], vocabulary: Terminology
) -> Mention:
    """A mention with the places of the name that it stands under, if this names the same or no diagnosis."""
    if head < 0:
        return mention
    code = named.get(head, "R")
    if not assertion.findings().has(code) and code[:_CATEGORY] != mention.code[:_CATEGORY]:
        return mention
    title = note.problems[head].title
    _, told = words_in(note, title.start, title.end)
    places = told & laterality.places()
    if mention.line & laterality.SIDES:
        places -= laterality.SIDES
    if not places:
        return mention
    may = {*mention.stems, *places}
    # with its place a diagnosis may be of another category: «Left knee. Osteoarthritis»
    fitting = (
        phrase
        for phrase in vocabulary.among(may)
        if mention.stems < phrase.stems and phrase.code[0] not in _APART
    )
    entry = vocabulary.entry(mention.code)
    anywhere = entry is not None and _ANYWHERE in entry.title
    category = mention.code[:_CATEGORY]
    best = max(
        fitting,
        key=lambda phrase: (
            phrase.code[:_CATEGORY] == category and not anywhere,
            len(phrase.stems),
            -phrase.rank,
            phrase.code,
        ),
        default=None,
    )
    return mention.having(code=best.code if best else mention.code, line=mention.line | places)
