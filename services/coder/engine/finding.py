"""Terms of the vocabulary in the lines of a note, as mentions; which of them can be a diagnosis at all."""

import re
from collections.abc import Iterable
from typing import Final

from services.coder.engine import laterality, match, sense, spelling, zones
from services.coder.engine.model import Mention, Zone
from services.coder.engine.rules import Codes
from services.coder.engine.sense import anatomy
from services.coder.engine.tables import table
from services.coder.reading import Note
from services.coder.terminology.index import Terminology
from services.coder.terminology.words import Word

_HEADED: Final = re.compile(r"[,;.(]| (?:on(?: [a-z-]+){1,3}|in (?:[a-z]+ )?remission)\s*(?:$|[,;.(\d-])")
"""What stands behind the name that a line begins with: a mark, but no colon, before which a clinic's name may
stand; or what tells its treatment or its state: «on mesalamine», «in remission».
"""
_SEX: Final = r"(?:male|female|boy|girl|man|woman|gentleman|lady|[mf])\b"
_AGED: Final = re.compile(
    rf"\d{{1,3}} ?(?:(?:yo|y/o|y\.o\.?)(?: {_SEX})?|(?:year|yr|month|mo|week|wk|day)s?[ -]old {_SEX})[ ,]+"
)
_SLACK_PROBLEM: Final = 3
_SLACK: Final = 1
"""Words that may stand between the words of a term: in the name of a problem, and in a sentence."""
_TRUSTED: Final = 2
"""Rank of the last source whose lone words are looked for outside of problem lines: the classification's
titles.
"""
_OBJECTS: Final = "W44"
"""Things that enter the body: a bare name of one is of the thing, «Hearing aids»."""
_TAG: Final = "hcc)"
_TAGS: Final = frozenset(("cms", "cms/hcc"))
_TAG_REACH: Final = 60  # characters
_INTRODUCED: Final = re.compile(
    r"\d{1,3}[ -]?(?:(?:yo|y/o|y\.o\.|years?[ -]old|mo|wk)[ -]?)?(?:m|f|male|female|man|woman|boy|girl|lady)?"
    r" (?:admitted )?(?:with|w/|p/w|for|presenting with|presents with|here with|here for)"
    r" (?:(?:an?|acute|new|severe|worsening|recurrent|uncomplicated) )*"
)
_DRINKING: Final = "F10"
_FEW: Final = 3
"""Words that may stand beside a reason for an encounter in its line."""


class _Lists:
    """The codes and folded words of `data/mentions.yaml`, and words that a denial does not reach:
    «laceration without foreign body of left hand».
    """

    def __init__(self) -> None:
        codes = {kind: Codes(prefixes) for kind, prefixes in table("mentions")["codes"].items()}
        self.reasons = codes["reasons"]
        self.signs = codes["signs"]
        self.alone = codes["alone"]
        self.delivery = codes["delivery"]
        self.vague = codes["vague"]
        self.preventable = codes["preventable"]
        self.rare = codes["rare"]
        self.services = codes["services"]
        words = {k: frozenset(v.split()) for k, v in table("mentions")["words"].items()}
        self.leading = words["leading"]
        self.other_time = words["other_time"]
        self.comes_for = words["comes_for"]
        self.given_before = words["given_before"]
        self.instruments = words["instruments"]
        self.passing = words["passing"]
        self.substances = words["substances"]
        self.vaccine = words["vaccine"]
        self.sites = anatomy() | laterality.SIDES


_LISTS: Final = _Lists()


def in_lines(note: Note, lines: Iterable[zones.Line], vocabulary: Terminology) -> list[Mention]:
    """Every term of the vocabulary in the lines."""
    return [mention for line in lines for mention in _in_line(note, line, vocabulary)]


def _in_line(note: Note, line: zones.Line, vocabulary: Terminology) -> list[Mention]:
    words = match.words_of(note.folded, _behind_age(note.folded, line), line.end)
    if note.folded.find(_TAG, line.start, line.end) >= 0:
        words = [word for word in words if not _is_tag(note.folded, word)]
    if line.zone is Zone.PROBLEM:
        words = spelling.mended(words, note.folded, vocabulary)
    denied = sense.denied(words, note.folded)
    slack = _SLACK_PROBLEM if line.zone is Zone.PROBLEM else _SLACK
    found = _meant(match.find(words, vocabulary, sense.Sense(note.text, denied, slack)), words)
    found = [one for one in found if not (one.code.startswith(_DRINKING) and _is_substance(one, words, note))]
    if not found:
        return []
    if len(found) > 1:
        vague = _LISTS.vague
        found = [
            f for f in found if not vague.has(f.code) or sense.doubt_follows(f.positions, words)
        ] or found
    taken = {position for one in found for position in one.positions}
    free = frozenset([w.stem for i, w in enumerate(words) if i not in taken and i not in denied])
    if found[0].positions[0] == 0 and _ends(note.folded, words[found[0].positions[-1]].end):
        free -= _LISTS.instruments  # «Depression, PHQ-9 14»
    return [_mention(note, line, words, one, denied, free) for one in found]


def _behind_age(folded: str, line: zones.Line) -> int:
    """Where a line begins, or goes on that introduces the patient by age and sex: «2 y/o WCC»."""
    aged = _AGED.match(folded, line.start, line.end) if folded[line.start].isdigit() else None
    return aged.end() if aged is not None else line.start


def _is_tag(folded: str, word: Word) -> bool:
    """Whether a word is of the tag behind a name that a payer weighs by: «(CMS/HCC)», «(HCC)»; the same
    behind a liver is the cancer.
    """
    written = folded[word.start : word.end]
    if written == "hcc" and folded.startswith(")", word.end):
        before = folded[max(word.start - _TAG_REACH, 0) : word.start]
        return before.endswith("cms/") or not ("liver" in before or "hepat" in before or "cirrh" in before)
    return written in _TAGS


def _is_substance(found: match.Found, words: list[Word], note: Note) -> bool:
    """Whether a term is nothing but what is drunk, as it is written; «alcoholic» has the same stem."""
    word = words[found.positions[0]]
    return len(found.positions) == 1 and note.folded[word.start : word.end] in _LISTS.substances


def _meant(found: list[match.Found], words: list[Word]) -> list[match.Found]:
    """Without the encounters that only a line about nothing else gives, or one that says who comes for it."""
    for one in found:
        if not one.whole and _LISTS.alone.has(one.code):
            if not _LISTS.comes_for.isdisjoint([word.stem for word in words]):
                return found
            return [one for one in found if one.whole or not _LISTS.alone.has(one.code)]
    return found


def _mention(  # noqa: PLR0917 (each is a part of what was found)
    note: Note,
    line: zones.Line,
    words: list[Word],
    found: match.Found,
    denied: frozenset[int],
    free: frozenset[str],
) -> Mention:
    positions = found.positions
    stems = frozenset([words[p].stem for p in positions])
    said = stems
    if not denied.isdisjoint(positions):
        said = frozenset([words[p].stem for p in positions if p not in denied]) | (stems & _LISTS.sites)
    return Mention(
        words[positions[0]].start,
        words[positions[-1]].end,
        stems,
        found.code,
        found.rank,
        said | free,
        line.zone,
        found.whole,
        line.problem,
        _runs(found, words),
        _heads(found, words, note.folded),
    )


def _of_patient(folded: str, start: int, end: int) -> bool:
    """Whether a line leads from who the patient is to what brings them: «70F with pneumonia and AKI»."""
    return "0" <= folded[start] <= "9" and _INTRODUCED.fullmatch(folded, start, end) is not None


def _heads(found: match.Found, words: list[Word], folded: str) -> bool:
    """Whether a term is what the line begins with up to a mark, or one member of a list in it."""
    first, last = found.positions[0], found.positions[-1]
    if last - first + 1 != len(found.positions):
        return False
    if first and found.code[0] not in "RZ" and _of_patient(folded, words[0].start, words[first].start):
        return True
    if last < len(words) - 1 and _HEADED.match(folded, words[last].end) is None:
        return False
    if all(words[p].stem in _LISTS.leading for p in range(first)):
        return True
    listed = found.code[0] not in "RZ" or _LISTS.signs.has(found.code)
    return listed and _ends(folded, words[first - 1].end)


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
        return mention.whole and mention.zone is Zone.PROBLEM and not mention.code.startswith(_OBJECTS)
    if _LISTS.rare.has(mention.code) and not (mention.whole and mention.zone is Zone.PROBLEM):
        return False
    if _at_another_time(mention) or (not mention.whole and _of_service(mention)):
        return False
    if not mention.whole and _LISTS.reasons.has(mention.code):
        return len(mention.line - mention.stems) <= _FEW
    if mention.zone is Zone.PROBLEM or len(mention.stems) > 1:
        return True
    return mention.rank <= _TRUSTED and (mention.whole or mention.stems.isdisjoint(_LISTS.passing))


def _at_another_time(mention: Mention) -> bool:
    """Whether the line speaks of a birth or a vaccination that is past or still to come."""
    if _LISTS.delivery.has(mention.code):
        return mention.zone > Zone.ASSESSMENT or not _LISTS.other_time.isdisjoint(mention.line)
    if not _LISTS.services.has(mention.code):
        return False
    return not _LISTS.given_before.isdisjoint(mention.line) or any(_is_year(word) for word in mention.line)


def told_of_another_time(words: Iterable[Word]) -> bool:
    """Whether words speak of a vaccination that was given before, elsewhere, or not at all."""
    return not _LISTS.given_before.isdisjoint([word.stem for word in words])


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isdigit() and word[:2] in {"19", "20"}  # noqa: PLR2004 (digits of a year)


def _of_service(mention: Mention) -> bool:
    """Whether the line names the condition only to say what was asked about or given against it."""
    if mention.code[0] != "Z" and not _LISTS.instruments.isdisjoint(mention.line):
        return True
    return not _LISTS.vaccine.isdisjoint(mention.line) and _LISTS.preventable.has(mention.code)
