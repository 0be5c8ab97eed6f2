"""Terms that share their last words: «cervical and lumbar strain» is a strain of both."""

import re
from collections.abc import Sequence
from typing import Final

from services.coder.engine.sense import anatomy
from services.coder.terminology.words import Word

_LEVELS: Final = frozenset(("cervical", "thoracic", "lumbar", "lumbosacral", "sacrum"))
_SIDES: Final = frozenset(("right", "left", "bilateral"))
_JOINT: Final = re.compile(
    r"\s*(?:and|&|/|,|,? and|and/or)\s*(?:the |his |her )?(?:right |left |bilateral |r |l |rt |lt |b/l )?",
    re.IGNORECASE,
)


_SITES: Final = anatomy() | _LEVELS
_PLACES: Final = _SITES | _SIDES


def partner(positions: Sequence[int], found: Sequence[Sequence[int]], words: list[Word], text: str) -> bool:
    """Whether a term at `positions` is a term already `found`, said of another place in the same breath."""
    if _PLACES.isdisjoint([words[p].stem for p in positions]):
        return False
    used = {p for other in found for p in other}
    return any(_shares(positions, other, used, words, text) for other in found)


def _shares(mine: Sequence[int], other: Sequence[int], used: set[int], words: list[Word], text: str) -> bool:
    own = [p for p in mine if p not in other]
    if len(own) == len(mine) or any(words[p].stem not in _PLACES for p in own):
        return False
    own = [p for p in own if words[p].stem not in _SIDES]
    if not own:  # «right and left knee pain»
        sides = [p for p in mine if p not in other]
        return any(abs(p - q) == 1 and words[q].stem in _SIDES for p in sides for q in other)
    if not used.isdisjoint(own):
        return False
    shared = [p for p in mine if p in other and words[p].stem in _SIDES]
    if any(p > own[0] or any(words[q].stem in _SIDES for q in range(p + 1, own[0])) for p in shared):
        return False  # «right knee and left hip»: each has its own
    left = [p for p in other if p not in mine and words[p].stem in _SITES]
    return any(_joined(words[min(a, b)], words[max(a, b)], text) for a in own for b in left)


def _joined(first: Word, second: Word, text: str) -> bool:
    return _JOINT.fullmatch(text, first.end, second.start) is not None
