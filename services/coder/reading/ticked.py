"""Boxes to tick, where a note has both ticked and empty ones: an empty one denies what stands behind it."""

from typing import Final

_TICKED: Final = ("[x]", "(x)", "\u2611", "\u2612", "\u2714")
_EMPTY: Final = ("[ ]", "[]", "( )", "\u2610")
_POINT: Final = "\u00b7"
_NOT: Final = "\u00ac"


def ticked(folded: str) -> str:
    """The folded text, of the same length, with a point for each ticked box and a sign of denial for each
    empty one. Without a ticked one the empty ones are of things to do, and stay.
    """
    if not _holds(folded, _TICKED) or not _holds(folded, _EMPTY):
        return folded
    for boxes, sign in ((_TICKED, _POINT), (_EMPTY, _NOT)):
        for box in boxes:
            folded = folded.replace(box, sign.center(len(box)))
    return folded


def _holds(folded: str, boxes: tuple[str, ...]) -> bool:
    return any(box in folded for box in boxes)
