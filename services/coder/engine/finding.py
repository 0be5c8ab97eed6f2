"""Terms of the vocabulary in the lines of a note, as mentions; which of them can be a diagnosis at all."""

from collections.abc import Iterable
from typing import Final

from services.coder.engine import laterality, match, spelling, zones
from services.coder.engine.model import Mention, Zone
from services.coder.reading import Note
from services.coder.terminology.index import Terminology
from services.coder.terminology.words import Word

_ONLY_WHOLE: Final = (
    "Z51.0",
    "Z51.1",
    "Z23",
    "Z71",
    "Z12",
    "Z13",
    "Z11",
    "Z30",
    "Z32",
    "Z02",
    "Z48",
    "T14",
    "Z03",
    "Z04",
)
"""Reasons for an encounter: codes that only a line about nothing else gives, not a word in passing."""
_ALONE: Final = ("Z51.0", "Z51.1")
"""Codes that stand for a whole encounter: only a line that says nothing else gives them."""
_DELIVERY: Final = ("O80", "O82")
"""Codes of a delivery: not where a line speaks of an earlier one, or of one to come."""
_OTHER_TIME: Final = frozenset(
    (
        "history",
        "prior",
        "previou",
        "previous",
        "status",
        "post",
        "plan",
        "planned",
        "desire",
        "anticipate",
        "repeat",
        "follow",
        "ago",
        "possible",
    )
)
_GIVEN_BEFORE: Final = frozenset(
    (
        "due",
        "declined",
        "decline",
        "refused",
        "defer",
        "deferred",
        "completed",
        "utd",
        "received",
        "previou",
        "previous",
        "date",
        "allergy",
        "reaction",
    )
)
"""Words of a line that names a vaccine which was not given today."""
_COMES_FOR: Final = frozenset(("encounter", "admission", "admitted", "cycle"))
"""Words that say that the encounter is for what the line names."""
_FEW: Final = 3
_MARKS: Final = frozenset(",;.(")
"""Marks behind the name that a line begins with; not a colon, before which a clinic's name may stand."""
_SLACK_PROBLEM, _SLACK = 3, 1
"""Words that may stand between the words of a term: in the name of a problem, and in a sentence."""
_TRUSTED: Final = 2
"""Rank of the last source whose lone words are looked for outside of problem lines: the classification's
titles.
"""
_LONE: Final = ("B99.9", "A49.9", "R52", "T14", "C80.1", "R22.9", "L98.9", "D49.9", "R69", "R68.89", "R58")
"""Codes of words that say nothing where the line names something else: pain, injury, lesion."""
_INSTRUMENTS: Final = frozenset(
    (
        "screening",
        "questionnaire",
        "inventory",
        "identification",
        "scale",
        "procedure",
        "regime",
        "phq",
        "score",
    )
)
"""Words of a line that says what was asked or done, not what the patient has."""
_PREVENTABLE: Final = ("A", "B", "J10", "J11", "J13", "J18", "U07")
"""What is vaccinated against."""
_SITES: Final = laterality.anatomy() | laterality.SIDES
"""Words that a denial does not reach: «laceration without foreign body of left hand»."""
_RARE: Final = ("A33", "A34", "A35", "A36", "A80", "B05", "B26")
"""What notes name as a vaccination far more often than as a disease: only the name of a problem gives it."""
_VACCINE: Final = frozenset(
    ("vaccination", "shot", "booster", "dose", "immune", "titer", "jab", "declined", "decline", "refused")
)


def in_lines(note: Note, lines: Iterable[zones.Line], vocabulary: Terminology) -> list[Mention]:
    """Every term of the vocabulary in the lines."""
    return [mention for line in lines for mention in _in_line(note, line, vocabulary)]


def _in_line(note: Note, line: zones.Line, vocabulary: Terminology) -> list[Mention]:
    words = match.words_of(note.folded, line.start, line.end)
    if line.zone is Zone.PROBLEM:
        words = spelling.mended(words, vocabulary)
    denied = match.denied(words, note.folded)
    slack = _SLACK_PROBLEM if line.zone is Zone.PROBLEM else _SLACK
    found = match.find(words, vocabulary, match.Sense(note.text, denied, slack))
    found = [one for one in found if one.whole or not one.code.startswith(_ALONE)]
    if not found:
        return []
    taken = {position for one in found for position in one.positions}
    free = frozenset(w.stem for i, w in enumerate(words) if i not in taken and i not in denied)
    if found[0].positions[0] == 0 and _ends(note.folded, words[found[0].positions[-1]].end):
        free -= _INSTRUMENTS  # «Depression, PHQ-9 14»
    if len(found) > 1:
        found = [f for f in found if not f.code.startswith(_LONE)] or found
    out: list[Mention] = []
    for one in found:
        stems = frozenset(words[p].stem for p in one.positions)
        asserted = frozenset(words[p].stem for p in one.positions if p not in denied) | (stems & _SITES)
        start, end = words[one.positions[0]].start, words[one.positions[-1]].end
        out.append(
            Mention(
                start,
                end,
                stems,
                one.code,
                one.rank,
                asserted | free,
                line.zone,
                one.whole,
                line.problem,
                _runs(one, words),
                heads=one.positions == tuple(range(len(one.positions)))
                and note.folded[end : end + 1] in _MARKS,
            )
        )
    return out


def _heads(found: match.Found, mark: str) -> bool:
    return mark in _MARKS and found.positions == tuple(range(len(found.positions)))


def _ends(folded: str, at: int) -> bool:
    return folded[at : at + 2].lstrip()[:1] in {",", ":", ";", "-", ".", "("}


def _runs(found: match.Found, words: list[Word]) -> tuple[tuple[int, int], ...]:
    """The runs of neighbouring words of a term that other words interrupt; empty for one without gaps."""
    positions = found.positions
    if positions[-1] - positions[0] + 1 == len(positions):
        return ()
    runs: list[tuple[int, int]] = []
    for position in positions:
        word = words[position]
        if runs and words[position - 1].end == runs[-1][1]:
            runs[-1] = (runs[-1][0], word.end)
        else:
            runs.append((word.start, word.end))
    return tuple(runs)


def reportable(mention: Mention) -> bool:
    """External causes are not reported unless a payer asks (I.C.20): only where one is named as a diagnosis.

    A lesser source's lone word needs a problem line, a reason for an encounter a line of its own.
    """
    if mention.code[0] in "VWXY":
        return mention.whole and mention.zone is Zone.PROBLEM
    if mention.code.startswith(_RARE) and not (mention.whole and mention.zone is Zone.PROBLEM):
        return False
    if not mention.whole and (mention.code.startswith(_ALONE) or _of_service(mention)):
        return False
    if _at_another_time(mention):
        return False
    if mention.code.startswith(_ONLY_WHOLE) and not mention.whole:
        return len(mention.line - mention.stems) <= _FEW
    return mention.zone is Zone.PROBLEM or mention.rank <= _TRUSTED or len(mention.stems) > 1


def _at_another_time(mention: Mention) -> bool:
    """Whether the line speaks of a birth or a vaccination that is past or still to come."""
    if mention.code.startswith(_DELIVERY):
        return mention.zone > Zone.ASSESSMENT or bool(_OTHER_TIME & mention.line)
    given_before = bool(_GIVEN_BEFORE & mention.line) or any(map(_is_year, mention.line))
    return mention.code == "Z23" and given_before


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isdigit() and word[:2] in {"19", "20"}  # noqa: PLR2004 (digits of a year)


def _of_service(mention: Mention) -> bool:
    """Whether the line names the condition only to say what was asked about or given against it."""
    asked = bool(_INSTRUMENTS & mention.line) and mention.code[0] != "Z"
    return asked or (mention.code.startswith(_PREVENTABLE) and bool(_VACCINE & mention.line))
