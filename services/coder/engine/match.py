"""Finding the vocabulary's terms in a line: the line as a whole first, then the longest terms inside it, in
any order of words.
"""

import re
from functools import cache
from typing import Final

from services.coder.engine import coordination
from services.coder.terminology.index import Phrase, Terminology
from services.coder.terminology.words import Word, folder, tables

_DENIALS: Final = frozenset(("no", "not", "without", "denie", "negative", "neg", "deny"))
_TESTED: Final = frozenset(("er", "pr", "hr", "er/pr", "receptor", "her2", "her-2", "her2/neu", "triple"))
"""What is itself negative: «HER2 negative breast cancer» denies no cancer."""
_DOUBTS: Final = frozenset(
    ("normal", "likely", "probable", "probably", "possible", "possibly", "suspected", "suspect", "r/o", "vs")
)
_STOP: Final = re.compile(r"[,;.:()\n]")
_NAMELESS: Final = frozenset(("other", "unspecified", "specified", "not"))
_SIDES: Final = frozenset(("right", "left"))
_NO_MORE: Final = ".9"
_WHERE: Final = _SIDES | {"bilateral", "upper", "lower", "middle", "lobe"}
_SIDE_REACH: Final = 2  # words from a side to the nearest of a term's other words
_FROM: Final = re.compile(r"\b(?:from|with|of origin)\b")
_ORIGIN: Final = re.compile(r"\bmet\w* of\b")
_TOWARDS: Final = re.compile(r"\b(?:to|involving|in|disease|lesions?)\b")
_AND: Final = len(" and ")
_APART: Final = re.compile(r",\s+(?:or|nor)\b|\bor an?\b")
"""What sets two things apart: «yellow eyes, or a pain»."""
_OF_PRIMARY: Final = re.compile(r"\b(?:cancer|ca|\w*carcinoma|melanoma|sarcoma|lymphoma)\W+(?:with )?met")
_SECONDARY: Final = ("C77", "C78", "C79")
_UNNAMED: Final = "C79.9"  # the «metastases» of «bone metastases» are no others
_SPREAD: Final = frozenset(("cancer", "metastatic", "metastasis"))
_LONGEST_LINE: Final = 60  # words; a longer line is read in pieces
_THREE: Final = 3  # the shorter term, the longer, and one that competes with it


class Found:
    """A term in a line: the positions of its words in the line's words, its code and the rank of its
    source.
    """

    __slots__ = ("code", "positions", "rank", "whole")

    def __init__(self, positions: tuple[int, ...], code: str, rank: int, *, whole: bool) -> None:
        self.positions: Final = positions
        self.code: Final = code
        self.rank: Final = rank
        self.whole: Final = whole


def words_of(folded: str, start: int, end: int) -> list[Word]:
    """The content words of `folded[start:end]`, with offsets into the whole text."""
    return folder().words(folded[start:end], start)


def whole(words: list[Word], vocabulary: Terminology) -> Found | None:
    """The term that the line is, with no word left over, or None."""
    named = any(word.stem not in _NAMELESS for word in words)
    found = vocabulary.exact([word.stem for word in words]) if named else None
    return Found(tuple(range(len(words))), *found, whole=True) if found else None


def _with_seventh(words: list[Word], vocabulary: Terminology) -> Found | None:
    """The term that the line is but for a seventh character in words: «..., subsequent encounter»."""
    for cut in range(len(words) - 1, 0, -1):
        if words[cut].stem not in vocabulary.seventh_words:
            return None
        found = whole(words[:cut], vocabulary)
        entry = vocabulary.entry(found.code) if found else None
        if entry is not None and entry.seventh:
            return found
    return None


class Sense:
    """What tells the words of a term from a term: the note's text, the line's denied words, and how many
    words may stand between.
    """

    __slots__ = ("denied", "slack", "text")

    def __init__(self, text: str, denied: frozenset[int], slack: int) -> None:
        self.text: Final = text
        self.denied: Final = denied
        self.slack: Final = slack

    def fits(self, positions: tuple[int, ...], words: list[Word]) -> bool:
        """Whether the words at `positions` are meant as one term.

        An abbreviation that is also an everyday word must stand in capitals; a term must not be pieced
        together from words that the line asserts and words that it denies, nor from words far apart.
        """
        if len(positions) == 1:
            word = words[positions[0]]
            return word.stem not in _capitals() or self._in_capitals(word)
        first, last = positions[0], positions[-1]
        between = last - first + 1 - len(positions)
        if between > self.slack:
            return False
        if len(positions) < len(words) and words[last].stem in _DENIALS:
            return False  # «shows no edema» is not «no show»; a whole line may end «not elsewhere classified»
        if self.denied and self._half_denied(positions, words):
            return False
        if _stand_apart(self.text, words[first], words[last]) or not _near_side(positions, words):
            return False
        return not between or not _doubted_within(positions, words)

    def _in_capitals(self, word: Word) -> bool:
        return self.text[word.start : word.end].removesuffix("s").isupper()

    def _half_denied(self, positions: tuple[int, ...], words: list[Word]) -> bool:
        """Whether some of the words are denied and others not, and none of them is the denial."""
        part = self.denied.intersection(positions)
        return 0 < len(part) < len(positions) and not any(words[p].stem in _DENIALS for p in positions)

    def spreads(self, positions: tuple[int, ...], words: list[Word]) -> bool:
        """Whether the words of a secondary growth name where it is, not where it is from or the primary:
        «metastases from lung», «metastatic lung cancer», «breast cancer mets».
        """
        text = self.text[words[positions[0]].start : words[positions[-1]].end].lower()
        stems = {words[p].stem for p in positions}
        if _FROM.search(text) or _OF_PRIMARY.search(text):
            return False
        after = words[positions[-1] + 1].stem if positions[-1] + 1 < len(words) else ""
        if after == "cancer" and _ORIGIN.search(text):
            return False  # «bone mets of breast cancer»
        if words[positions[-1]].stem == "metastasis" and "," in text:
            return False  # «cancer of lung, mets to brain»
        return "metastatic" not in stems or bool(_TOWARDS.search(text))


def _stand_apart(text: str, first: Word, last: Word) -> bool:
    """Whether the words are of two things: the text says «or» between them, or an «and» parts a body part
    from what would be said of it, as in «now pink and eyes clear».
    """
    start, end = first.end, last.start
    if text.find("or", start, end) >= 0 and _APART.search(text, start, end) is not None:
        return True
    if end - start != _AND or text[start:end].lower() != " and ":
        return False
    return last.stem in _anatomy() and first.stem not in _anatomy()


def _doubted_within(positions: tuple[int, ...], words: list[Word]) -> bool:
    """Whether a word of doubt stands between the term's words: «vertigo, likely BPPV» is two things."""
    between = range(positions[0] + 1, positions[-1])
    return any(words[p].stem in _DOUBTS and p not in positions for p in between)


def _near_side(positions: tuple[int, ...], words: list[Word]) -> bool:
    """Whether a side stands near the term's other words: «left renal cell cancer with lung mets» does not
    say of which lung.
    """
    sides = [p for p in positions if words[p].stem in _SIDES]
    if not sides:
        return True
    others = [p for p in positions if p not in sides]
    return not others or all(any(abs(p - q) <= _SIDE_REACH for q in others) for p in sides)


def find(words: list[Word], vocabulary: Terminology, sense: Sense) -> list[Found]:
    """The terms in one line, not overlapping, in the order of the text."""
    if not words:
        return []
    complete = whole(words, vocabulary) or _with_seventh(words, vocabulary)
    if complete is not None:
        return [complete] if sense.fits(complete.positions, words) else []
    out: list[Found] = []
    for begin in range(0, len(words), _LONGEST_LINE):
        out.extend(_inside(words, begin, vocabulary, sense))
    if len(out) > 1:
        out.sort(key=_place)
    return out


def _place(found: Found) -> tuple[tuple[int, ...], str, int, bool]:
    return found.positions, found.code, found.rank, found.whole


_Match = tuple[int, int, int, tuple[int, ...], str]
"""A term that may be meant: its weight below zero, its source's rank, the words between its words, their
positions, and its code; the best sorts first.
"""


def _inside(words: list[Word], offset: int, vocabulary: Terminology, sense: Sense) -> list[Found]:
    places: dict[str, list[int]] = {}
    for index in range(offset, min(len(words), offset + _LONGEST_LINE)):
        places.setdefault(words[index].stem, []).append(index)
    matches: list[_Match] = []
    present = set(places)
    for anchor in vocabulary.anchors(present):
        for phrase in vocabulary.within(anchor, present):
            spread_on = phrase.code.startswith(_SECONDARY)
            for at in places[anchor]:
                positions = _positions(phrase, at, places)
                if sense.fits(positions, words) and (not spread_on or sense.spreads(positions, words)):
                    spread = positions[-1] - positions[0] + 1 - len(positions)
                    matches.append((-phrase.weight, phrase.rank, spread, positions, phrase.code))
    return _disjoint(matches, words, sense.text) if matches else []


def _positions(phrase: Phrase, at: int, places: dict[str, list[int]]) -> tuple[int, ...]:
    """Where the words of `phrase` stand, each as near to its rarest word as can be."""
    if len(phrase.stems) == 1:
        return (at,)
    found: list[int] = []
    for stem in phrase.stems:
        standing = places[stem]
        nearest = standing[0]
        for place in standing:  # in order: of two as near, the first
            if abs(place - at) < abs(nearest - at):
                nearest = place
        found.append(nearest)
    found.sort()
    return tuple(found)


def _disjoint(matches: list[_Match], words: list[Word], text: str) -> list[Found]:
    """The terms that say most first, then the more trusted, then the tighter.

    A word serves one term, but for body parts and sides («left hip osteoarthritis with labral tear» is of
    one hip) and for the last words of two that are said together («cervical and lumbar strain»).
    """
    taken: set[int] = set()
    covered: set[int] = set()
    shared = _shared()
    out: list[Found] = []
    ordered, vague = _weighed(matches, words)
    for _, rank, _, positions, code in ordered:
        if code == _UNNAMED and covered.issuperset(positions):
            continue
        own = [p for p in positions if words[p].stem not in shared] or list(positions)
        if taken.isdisjoint(own) or coordination.partner(positions, [f.positions for f in out], words, text):
            taken.update(_spent(code, positions, words))
            covered.update(positions)
            for less in vague:
                if less[4] != code and less[4][:3] == code[:3] and not set(positions).isdisjoint(less[3]):
                    taken.update(less[3])
            out.append(Found(positions, code, rank, whole=len(positions) == len(words)))
    return out


def _weighed(matches: list[_Match], words: list[Word]) -> tuple[list[_Match], list[_Match]]:
    """The matches in order, and those among them that count for less than they weigh: what only adds where,
    or adds nothing to an unspecified code of which another match says more, is as much as its shorter form;
    the other takes over.

    «Pneumonia, RLL» is as much as «pneumonia»; of «aspiration pneumonia, RLL» it is the aspiration that
    tells, and of «acute ischemic stroke, left MCA» the artery.
    """
    matches.sort()
    codes = [match[4] for match in matches]
    if len(codes) < _THREE or len(set(codes)) in {1, len(codes)}:
        return matches, []
    weights = [2 * match[0] for match in matches]
    vague: list[_Match] = []
    for i, one in enumerate(matches):
        shorter = [o for o in matches if o[4] == one[4] and set(o[3]) < set(one[3])]
        if not shorter:
            continue
        finer = [k for k, o in enumerate(matches) if _says_more(o[4], one[4])]
        if finer or any(_only_where(one, o, words) for o in shorter):
            weights[i] = max(2 * o[0] for o in shorter) - 1
            vague.append(one)
        for k in finer:
            weights[k] = min(weights[k], 2 * one[0])
    changed = [(weights[i], *match[1:]) for i, match in enumerate(matches)]
    changed.sort()
    return changed, vague


def _only_where(one: _Match, other: _Match, words: list[Word]) -> bool:
    """Whether a match adds no more to another than where it is."""
    return all(words[p].stem in _WHERE for p in one[3] if p not in other[3])


def _says_more(code: str, than: str) -> bool:
    """Whether a code says what an unspecified code of its category leaves open."""
    return than.endswith(_NO_MORE) and code[:3] == than[:3] and code != than


def _spent(code: str, positions: tuple[int, ...], words: list[Word]) -> tuple[int, ...]:
    """The words that a found term uses up: «metastatic» and «cancer» also name the primary and other sites,
    as in «metastatic prostate cancer to bone» and «mets to liver and lung».
    """
    if not code.startswith(_SECONDARY):
        return positions
    return tuple(p for p in positions if words[p].stem not in _SPREAD)


@cache
def _shared() -> frozenset[str]:
    return _anatomy() | {"right", "left", "bilateral", "brain"}


@cache
def _anatomy() -> frozenset[str]:
    return frozenset(tables()["anatomy"])


def denied(words: list[Word], folded: str) -> frozenset[int]:
    """Positions of the words that the line denies: «no coma», «without exacerbation»."""
    out: set[int] = set()
    for index, word in enumerate(words):
        if word.stem in _DENIALS and not (index and words[index - 1].stem in _TESTED):
            stop = index + 1
            while stop < len(words) and not _stops(folded, words[stop - 1].end, words[stop].start):
                out.add(stop)
                stop += 1
    return frozenset(out)


def _stops(folded: str, start: int, end: int) -> bool:
    """Whether a denial ends between two words."""
    return folded[start:end] != " " and _STOP.search(folded, start, end) is not None


@cache
def _capitals() -> frozenset[str]:
    return frozenset(tables()["capitals"])
