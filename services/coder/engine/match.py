"""Finding the vocabulary's terms in a line: the line as a whole first, then the longest terms inside it, in
any order of words.
"""

from typing import Final

from services.coder.engine import coordination
from services.coder.engine.sense import Sense, anatomy
from services.coder.terminology.index import Terminology
from services.coder.terminology.phrases import Phrase
from services.coder.terminology.words import Word, folder

_NAMELESS: Final = frozenset(("other", "unspecified", "specified", "not"))
_SIDES: Final = frozenset(("right", "left"))
_NO_MORE: Final = ".9"
_WHERE: Final = _SIDES | {"bilateral", "upper", "lower", "middle", "lobe"}
_SECONDARY: Final = ("C77", "C78", "C79")
_OF_CANCER: Final = (*_SECONDARY, "D63.0")
_OF_GROWTHS: Final = (*_SECONDARY, "G89.3")
_CHAPTERS: Final = "CG"
"""What these begin with."""
_UNNAMED: Final = "C79.9"  # the «metastases» of «bone metastases» are no others
_SPREAD: Final = frozenset(("cancer", "metastatic", "metastasis"))
_COMPLICATIONS: Final = ("T82", "T83", "T84", "T85", "T86")
_OTHER: Final = "other"
_COMMA: Final = 2  # characters
_PAST: Final = frozenset(("history", "status", "previous", "prior"))
_LONGEST_LINE: Final = 60  # words; a longer line is read in pieces
_SHARED: Final = anatomy() | {"right", "left", "bilateral", "brain"}
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
    end = min(len(words), offset + _LONGEST_LINE)
    phrases = vocabulary.among([words[index].stem for index in range(offset, end)])
    if not phrases:
        return []
    places: dict[str, list[int]] = {}
    for index in range(offset, end):
        standing = places.get(words[index].stem)
        if standing is None:
            places[words[index].stem] = [index]
        else:
            standing.append(index)
    matches: list[_Match] = []
    for phrase in phrases:
        spread_on = phrase.code[0] in _CHAPTERS and phrase.code.startswith(_OF_GROWTHS)
        for at in places[phrase.words[0]]:
            positions = _positions(phrase, at, places, words)
            if sense.fits(positions, words) and (not spread_on or sense.spreads(positions, words)):
                spread = positions[-1] - positions[0] + 1 - len(positions)
                if len(positions) > 1 and not _is_one_name(phrase, positions, words):
                    continue
                matches.append((-phrase.weight, phrase.rank, spread, positions, phrase.code))
    return _disjoint(matches, words, sense.text) if matches else []


def _is_one_name(phrase: Phrase, positions: tuple[int, ...], words: list[Word]) -> bool:
    """Whether words of a line can be a name: «asthma is the other possibility» is no other
    asthma, and «hip pain, history of a hip replacement» blames no prosthesis for the pain (I.B.16).
    """
    if _OTHER in phrase.stems:  # «other asthma», «asthma, other»
        return all(words[at].start - words[at - 1].end <= _COMMA for at in positions[1:])
    between = (words[at].stem for at in range(positions[0], positions[-1]) if at not in positions)
    return phrase.code[0] != "T" or not phrase.code.startswith(_COMPLICATIONS) or _PAST.isdisjoint(between)


def _positions(phrase: Phrase, at: int, places: dict[str, list[int]], words: list[Word]) -> tuple[int, ...]:
    """Where the words of `phrase` stand, each as near to its rarest word as can be; of two beside it the one
    that no mark parts from it: «wrist fracture, nasal fracture».
    """
    if len(phrase.words) == 1:
        return (at,)
    found: list[int] = []
    for stem in phrase.words:
        standing = places[stem]
        nearest = standing[0]
        for place in standing:  # in order: of two as near, the first
            closer = abs(place - at) - abs(nearest - at)
            if closer < 0 or (nearest == at - 1 and place == at + 1 and _closes_up(words, at)):
                nearest = place
        found.append(nearest)
    found.sort()
    return tuple(found)


def _closes_up(words: list[Word], at: int) -> bool:
    """Whether a word follows on the one at `at` with nothing but a space between, as that did not on the one
    before it.
    """
    before, behind = words[at].start - words[at - 1].end, words[at + 1].start - words[at].end
    return before == _COMMA and behind == 1


def _disjoint(matches: list[_Match], words: list[Word], text: str) -> list[Found]:
    """The terms that say most first, then the more trusted, then the tighter.

    A word serves one term, but for body parts and sides («left hip osteoarthritis with labral tear» is of
    one hip) and for the last words of two that are said together («cervical and lumbar strain»).
    """
    taken: set[int] = set()
    covered: set[int] = set()
    out: list[Found] = []
    ordered, vague = _weighed(matches, words)
    for _, rank, _, positions, code in ordered:
        if code == _UNNAMED and covered.issuperset(positions):
            continue
        if _begins_another(positions, code, matches, out):
            continue
        own = [p for p in positions if words[p].stem not in _SHARED] or list(positions)
        if taken.isdisjoint(own) or coordination.partner(positions, [f.positions for f in out], words, text):
            taken.update(_spent(code, positions, words) if code[0] != "Z" else _lent(positions, matches))
            covered.update(positions)
            for less in vague:
                if less[4] != code and less[4][:3] == code[:3] and not set(positions).isdisjoint(less[3]):
                    taken.update(less[3])
            out.append(Found(positions, code, rank, whole=len(positions) == len(words)))
    return out


def _begins_another(positions: tuple[int, ...], code: str, matches: list[_Match], out: list[Found]) -> bool:
    """Whether what was found already is read once more with the first word of another name: the «eyes» and
    the second «dry» of «dry eyes and dry mouth».
    """
    last = positions[-1]
    if not any(f.code == code and f.positions[-1] == positions[0] < last for f in out):
        return False
    return any(not o[2] and o[4] != code and o[3][0] == last < o[3][-1] for o in matches)


def _lent(positions: tuple[int, ...], matches: list[_Match]) -> tuple[int, ...]:
    """The words that a status uses up: not those that stand together in the name of a disease, with one that
    is none of the status, as in «coronary artery disease with a prior stent».
    """
    if positions[-1] - positions[0] < len(positions):
        return positions
    own = set(positions)
    within = {
        place
        for _, _, spread, there, code in matches
        if not spread and code[0] != "Z" and own.intersection(there) and not own.issuperset(there)
        for place in there
    }
    return tuple(place for place in positions if place not in within)


def _weighed(matches: list[_Match], words: list[Word]) -> tuple[list[_Match], list[_Match]]:
    """The matches in order, and those among them that count for less than they weigh: what only adds where,
    or adds nothing to an unspecified code of which another match says more, is as much as its shorter form;
    the other takes over.

    «Pneumonia, RLL» is as much as «pneumonia»; of «aspiration pneumonia, RLL» it is the aspiration that
    tells, and of «acute ischemic stroke, left MCA» the artery.
    """
    matches.sort()
    if len(matches) < _THREE:
        return matches, []
    by_code: dict[str, list[_Match]] = {}
    for match in matches:
        by_code.setdefault(match[4], []).append(match)
    if len(by_code) in {1, len(matches)}:
        return matches, []
    weights = [2 * match[0] for match in matches]
    vague: list[_Match] = []
    for i, one in enumerate(matches):
        same = by_code[one[4]]
        if len(same) == 1:
            continue
        there = set(one[3])
        shorter = [other for other in same if len(other[3]) < len(there) and there.issuperset(other[3])]
        if not shorter:
            continue
        finer = [k for k, o in enumerate(matches) if _says_more(o[4], one[4])]
        if any(_stretched(one, o, matches, words) for o in shorter):
            weights[i] = max(2 * o[0] for o in shorter) + 1
        elif finer or any(_only_where(one, o, words) for o in shorter):
            weights[i] = max(2 * o[0] for o in shorter) - 1
            vague.append(one)
        for k in finer:
            weights[k] = min(weights[k], 2 * one[0])
    changed = [(weights[i], *match[1:]) for i, match in enumerate(matches)]
    changed.sort()
    return changed, vague


def _stretched(one: _Match, other: _Match, matches: list[_Match], words: list[Word]) -> bool:
    """Whether what a match adds to its shorter form is taken from another name beside it: the «plantar» of
    «heel spur with plantar fasciitis», of which the spur is no more than it need be.
    """
    added = set(one[3]).difference(other[3])
    if any(
        words[p].start - words[p - 1].end == 1
        for p in one[3]
        if p - 1 in one[3] and (p in added) != (p - 1 in added)
    ):
        return False  # «CPPD arthritis of the left knee» is one name
    category = one[4][:3]
    return any(
        not near[2] and near[4][:3] != category and len(near[3]) > len(added) and added.issubset(near[3])
        for near in matches
        if set(near[3]).isdisjoint(other[3])
    )


def _only_where(one: _Match, other: _Match, words: list[Word]) -> bool:
    """Whether a match adds no more to another than where it is."""
    return all(words[p].stem in _WHERE for p in one[3] if p not in other[3])


def _says_more(code: str, than: str) -> bool:
    """Whether a code says what an unspecified code of its category leaves open."""
    return than.endswith(_NO_MORE) and code[:3] == than[:3] and code != than


def _spent(code: str, positions: tuple[int, ...], words: list[Word]) -> tuple[int, ...]:
    """The words that a found term uses up: «metastatic» and «cancer» also name the primary and other sites,
    as in «metastatic prostate cancer to bone», «mets to liver and lung» and «anemia due to lung cancer».
    """
    if not code.startswith(_OF_CANCER):
        return positions
    return tuple(p for p in positions if words[p].stem not in _SPREAD)
