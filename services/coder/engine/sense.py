"""Whether words of a line are meant as one term: in capitals, not denied in part, not words apart."""

import re
from functools import cache
from itertools import islice
from typing import Final

from services.coder.terminology.words import Word, tables

_DENIALS: Final = frozenset(("no", "not", "without", "denie", "negative", "neg", "deny"))
_RESULTS: Final = frozenset(("negative", "neg"))
_TESTED: Final = frozenset(("er", "pr", "hr", "er/pr", "receptor", "her2", "her-2", "her2/neu", "triple"))
"""What is itself negative: «HER2 negative breast cancer» denies no cancer."""
_DOUBTS: Final = frozenset(
    (
        "warm",
        "intact",
        "supple",
        "normal",
        "likely",
        "probable",
        "probably",
        "possible",
        "possibly",
        "suspected",
        "suspect",
        "suspicious",
        "concerning",
        "concern",
        "worrisome",
        "r/o",
        "rule",
        "vs",
    )
)
_STOP: Final = re.compile(r"[,;.:()\n]")
_NEAR_DOUBT: Final = 2  # words
_SIDE_REACH: Final = 2  # words from a side to the nearest of a term's other words
_FROM_A: Final = frozenset((" from ", " from a ", " from the "))
_JOINED: Final = re.compile(r" (?:and|on|with|due to|secondary to|2/2|d/t|from|caused by) ")
_NAMED: Final = re.compile(r"[ ]\w[^,;]*[,;]")
"""Another name that ends before the next: «acute bronchitis, abdominal pain» is no acute abdominal pain."""
_FROM: Final = re.compile(r"\b(?:from|with|of origin)\b")
_ORIGIN: Final = re.compile(r"\bmet\w* of\b")
_TOWARDS: Final = re.compile(r"\b(?:to|involving|in|disease|lesions?)\b")
_AND: Final = len(" and ")
_APART: Final = re.compile(r",\s+(?:or|nor)\b|\bor an?\b")
"""What sets two things apart: «yellow eyes, or a pain»."""
_OF_PRIMARY: Final = re.compile(r"\b(?:cancer|ca|\w*carcinoma|melanoma|sarcoma|lymphoma)\W+(?:with )?met")
_BACK: Final = "back"
_CAME: Final = re.compile(
    r"(?i)(?:^|[.\n]\s*|\b(?:pt|patient|is|here|comes?|came|coming|seen|going|gets?|got|called|brought)\s)"
    r"back (?:for|to|about|after|today|again|because|with)\b"
)
_CAME_WITHIN: Final = 12  # characters
_PAIN: Final = "pain"
_SIDES: Final = frozenset(("right", "left"))
_TIMES: Final = frozenset(("acute", "chronic"))


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
            return word.stem not in _CAPITALS or self._in_capitals(word)
        first, last = positions[0], positions[-1]
        between = last - first + 1 - len(positions)
        if between > self.slack or (between and self._of_another(positions, words)):
            return False
        if len(positions) < len(words) and words[last].stem in _DENIALS:
            return False  # «shows no edema» is not «no show»; a whole line may end «not elsewhere classified»
        if self.denied and self._half_denied(positions, words):
            return False
        if _stand_apart(self.text, words[first], words[last]) or _leads_on(self.text, words, last):
            return False
        doubted = between and _doubted_within(positions, words)
        return _near_side(self.text, positions, words) and not (
            doubted or _returned(self.text, positions, words)
        )

    def _in_capitals(self, word: Word) -> bool:
        return self.text[word.start : word.end].removesuffix("s").isupper()

    def _of_another(self, positions: tuple[int, ...], words: list[Word]) -> bool:
        """Whether the last word is only what the others come from: «history of wrist fracture from a fall» is
        no history of falls; or the first is of another thing: «chronic hypertension on labetalol and anemia»,
        «acute blood loss anemia due to bleeding duodenal ulcer».
        """
        last = positions[-1]
        if positions[-2] + 1 != last and self.text[words[last - 1].end : words[last].start] in _FROM_A:
            return True
        first, following = positions[0], positions[1]
        if words[first].stem not in _TIMES or first + 1 == following:
            return False
        start, end = words[first].end, words[following].start
        return (
            _JOINED.search(self.text, start, end) is not None
            or _NAMED.match(self.text, start, end) is not None
        )

    def _half_denied(self, positions: tuple[int, ...], words: list[Word]) -> bool:
        """Whether some of the words are denied and others not, and none of them is the denial."""
        part = self.denied.intersection(positions)
        return 0 < len(part) < len(positions) and not any(words[p].stem in _DENIALS for p in positions)

    def spreads(self, positions: tuple[int, ...], words: list[Word]) -> bool:
        """Whether the words of a secondary growth name where it is, not where it is from or the primary:
        «metastases from lung», «metastatic lung cancer», «breast cancer mets»; or the pain of a growth.
        """
        text = self.text[words[positions[0]].start : words[positions[-1]].end].lower()
        stems = {words[p].stem for p in positions}
        if _PAIN in stems:
            return "," not in text  # «prostate cancer metastatic to spine, chest pain» is three things
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
    return last.stem in anatomy() and first.stem not in anatomy()


def _leads_on(text: str, words: list[Word], place: int) -> bool:
    """Whether a word belongs to the next rather than to those before it, from which another stands apart:
    the «acute» of «bleeding duodenal ulcer with acute blood loss anemia».
    """
    if words[place].stem not in _TIMES or place + 1 >= len(words):
        return False
    if text[words[place].end : words[place + 1].start] != " ":
        return False
    return bool(text[words[place - 1].end : words[place].start].strip(" ,-("))


def _doubted_within(positions: tuple[int, ...], words: list[Word]) -> bool:
    """Whether a word of doubt stands between the term's words: «vertigo, likely BPPV» is two things."""
    between = range(positions[0] + 1, positions[-1])
    return any(words[p].stem in _DOUBTS and p not in positions for p in between)


def doubt_follows(positions: tuple[int, ...], words: list[Word]) -> bool:
    """Whether a word of doubt stands right behind a term and its site: what is behind that is only thought
    of, and the term is what is known, however vague: «skin lesion of cheek, concerning for melanoma» (IV.H).
    """
    behind = (word.stem for word in words[positions[-1] + 1 :])
    apart = (stem for stem in behind if stem not in _SIDES and stem not in anatomy())
    return not _DOUBTS.isdisjoint(islice(apart, _NEAR_DOUBT))


def _returned(text: str, positions: tuple[int, ...], words: list[Word]) -> bool:
    """Whether a word says that somebody came back, and names no part of the body: «back for her knees»."""
    for place in positions:
        word = words[place]
        if word.stem == _BACK and _CAME.search(
            text[max(word.start - _CAME_WITHIN, 0) : word.end + _CAME_WITHIN]
        ):
            return True
    return False


def _near_side(text: str, positions: tuple[int, ...], words: list[Word]) -> bool:
    """Whether a side stands near the term's other words: «left renal cell cancer with lung mets» does not
    say of which lung, «heart failure, right leg swelling» of no heart.
    """
    sides = [p for p in positions if words[p].stem in _SIDES]
    if not sides:
        return True
    if sides[-1] == positions[-1] and _of_the_next(text, words, positions):
        return False
    others = [p for p in positions if p not in sides]
    return not others or all(any(abs(p - q) <= _SIDE_REACH for q in others) for p in sides)


def _of_the_next(text: str, words: list[Word], positions: tuple[int, ...]) -> bool:
    """Whether the last word of a term, a side, stands behind a mark and before a part of the body."""
    side = positions[-1]
    if side + 1 >= len(words) or words[side + 1].stem not in anatomy():
        return False
    return _STOP.search(text, words[side - 1].end, words[side].start) is not None


def denied(words: list[Word], folded: str) -> frozenset[int]:
    """Positions of the words that the line denies: «no coma», «without exacerbation»."""
    out: set[int] = set()
    for index, word in enumerate(words):
        if word.stem in _DENIALS and not (index and words[index - 1].stem in _TESTED):
            stop = index + 1
            while stop < len(words) and not _stops(folded, words[stop - 1].end, words[stop].start):
                out.add(stop)
                stop += 1
            if word.stem in _RESULTS and stop == index + 1:
                out |= _tested(words, folded, index)
    return frozenset(out)


def _tested(words: list[Word], folded: str, result: int) -> set[int]:
    """Positions of the words, behind a comma, of the test whose negative result ends its clause: the «C diff»
    of «diarrhea, C diff neg».
    """
    start = result
    while start and not _stops(folded, words[start - 1].end, words[start].start):
        start -= 1
    return set(range(start, result)) if start else set()


def _stops(folded: str, start: int, end: int) -> bool:
    """Whether a denial ends between two words."""
    return folded[start:end] != " " and _STOP.search(folded, start, end) is not None


@cache
def anatomy() -> frozenset[str]:
    """The words that name parts of the body."""
    return frozenset(tables()["anatomy"])


_CAPITALS: Final = frozenset(tables()["capitals"])
