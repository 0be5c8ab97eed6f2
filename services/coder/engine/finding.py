"""Terms of the vocabulary in the lines of a note, as mentions; which of them can be a diagnosis at all."""

from collections.abc import Iterable
from functools import cache
from typing import Final

from services.coder.engine import laterality, match, spelling, zones
from services.coder.engine.model import Mention, Zone
from services.coder.engine.tables import table
from services.coder.reading import Note
from services.coder.terminology.index import Terminology
from services.coder.terminology.words import Word

_MARKS: Final = frozenset(",;.(")
"""Marks behind the name that a line begins with; not a colon, before which a clinic's name may stand."""
_SLACK_PROBLEM: Final = 3
_SLACK: Final = 1
"""Words that may stand between the words of a term: in the name of a problem, and in a sentence."""
_TRUSTED: Final = 2
"""Rank of the last source whose lone words are looked for outside of problem lines: the classification's
titles.
"""
_FEW: Final = 3
"""Words that may stand beside a reason for an encounter in its line."""


@cache
def _codes(name: str) -> tuple[str, ...]:
    """The code prefixes of a list in `data/mentions.yaml`."""
    return tuple(table("mentions")["codes"][name])


@cache
def _words(name: str) -> frozenset[str]:
    """The folded words of a list in `data/mentions.yaml`."""
    return frozenset(table("mentions")["words"][name].split())


@cache
def _sites() -> frozenset[str]:
    """Words that a denial does not reach: «laceration without foreign body of left hand»."""
    return laterality.anatomy() | laterality.SIDES


def in_lines(note: Note, lines: Iterable[zones.Line], vocabulary: Terminology) -> list[Mention]:
    """Every term of the vocabulary in the lines."""
    return [mention for line in lines for mention in _in_line(note, line, vocabulary)]


def _in_line(note: Note, line: zones.Line, vocabulary: Terminology) -> list[Mention]:
    words = match.words_of(note.folded, line.start, line.end)
    if line.zone is Zone.PROBLEM:
        words = spelling.mended(words, note.folded, vocabulary)
    denied = match.denied(words, note.folded)
    slack = _SLACK_PROBLEM if line.zone is Zone.PROBLEM else _SLACK
    found = match.find(words, vocabulary, match.Sense(note.text, denied, slack))
    if _words("comes_for").isdisjoint(word.stem for word in words):
        found = [one for one in found if one.whole or not one.code.startswith(_codes("alone"))]
    if not found:
        return []
    taken = {position for one in found for position in one.positions}
    free = frozenset(w.stem for i, w in enumerate(words) if i not in taken and i not in denied)
    if found[0].positions[0] == 0 and _ends(note.folded, words[found[0].positions[-1]].end):
        free -= _words("instruments")  # «Depression, PHQ-9 14»
    if len(found) > 1:
        found = [f for f in found if not f.code.startswith(_codes("vague"))] or found
    out: list[Mention] = []
    for one in found:
        stems = frozenset(words[p].stem for p in one.positions)
        asserted = frozenset(words[p].stem for p in one.positions if p not in denied) | (stems & _sites())
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
                heads=_heads(one, words, note.folded),
            )
        )
    return out


def _heads(found: match.Found, words: list[Word], folded: str) -> bool:
    """Whether a term is what the line begins with up to a mark, or one member of a list in it."""
    first, last = found.positions[0], found.positions[-1]
    if last - first + 1 != len(found.positions):
        return False
    listed = found.code[0] not in "RZ" or found.code.startswith(_codes("signs"))
    led = all(word.stem in _words("leading") for word in words[:first])
    opens = led or (listed and _ends(folded, words[first - 1].end))
    closes = last == len(words) - 1 or folded[words[last].end : words[last].end + 1] in _MARKS
    return opens and closes


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
    if mention.code.startswith(_codes("rare")) and not (mention.whole and mention.zone is Zone.PROBLEM):
        return False
    if not mention.whole and _of_service(mention):
        return False
    if _at_another_time(mention):
        return False
    if mention.code.startswith(_codes("reasons")) and not mention.whole:
        return len(mention.line - mention.stems) <= _FEW
    return mention.zone is Zone.PROBLEM or mention.rank <= _TRUSTED or len(mention.stems) > 1


def _at_another_time(mention: Mention) -> bool:
    """Whether the line speaks of a birth or a vaccination that is past or still to come."""
    if mention.code.startswith(_codes("delivery")):
        return mention.zone > Zone.ASSESSMENT or bool(_words("other_time") & mention.line)
    given_before = bool(_words("given_before") & mention.line) or any(map(_is_year, mention.line))
    return mention.code.startswith(_codes("services")) and given_before


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isdigit() and word[:2] in {"19", "20"}  # noqa: PLR2004 (digits of a year)


def _of_service(mention: Mention) -> bool:
    """Whether the line names the condition only to say what was asked about or given against it."""
    asked = bool(_words("instruments") & mention.line) and mention.code[0] != "Z"
    return asked or (
        mention.code.startswith(_codes("preventable")) and bool(_words("vaccine") & mention.line)
    )
