"""A visit about nothing but what has healed: follow-up after completed treatment, and what it is a history of
(I.C.21.c.8).
"""

from dataclasses import replace
from typing import Final

from services.coder.engine import assertion
from services.coder.engine.additions import remembered
from services.coder.engine.model import Mention, Zone
from services.coder.reading import Note

_RULE: Final = "negated.resolved"
_FOLLOW_UP: Final = "Z09"
_NO_DISEASE: Final = ("C", "D0", "D3", "D4", "O", "P", "Q", "R", "Z")
"""Symptoms and reasons leave nothing to follow; growths and pregnancies have a follow-up of their own."""


def told(note: Note, refuted: list[Mention]) -> list[Mention]:
    """The follow-up, and the history of each disease that the name of a problem says has resolved."""
    over = [mention for mention in refuted if _is_over(note, mention)]
    past = [replace(mention, code=remembered().first(mention.code) or "") for mention in over]
    return [replace(each, code=_FOLLOW_UP) for each in over[:1]] + [each for each in past if each.code]


def _is_over(note: Note, mention: Mention) -> bool:
    if mention.zone is not Zone.PROBLEM or mention.code.startswith(_NO_DISEASE):
        return False
    return assertion.flags_at(note, mention)[1] == _RULE
