"""The text under the name of a problem, also where its lines begin like the names of others."""

import re
from typing import Final

from services.coder.reading import Note, ProblemForm

_PLAIN: Final = frozenset((ProblemForm.LINE, ProblemForm.LABEL))
_BLANK: Final = re.compile(r"\n[ \t\r]*\n")


def text_of(note: Note, index: int) -> tuple[int, int]:
    """What stands under a problem: its body; where that is empty, the lines right below the name, though they
    begin like the name of another: «KIDNEYS», then «Diabetic kidney disease, stage 3a. Stable.».
    """
    problem = note.problems[index]
    start, stop = problem.body.start, problem.body.end
    below = index + 1
    if note.folded[start:stop].strip(" .:\n\t") or below == len(note.problems):
        return start, stop
    other = note.problems[below]
    plain = other.form in _PLAIN and other.section == problem.section
    if not plain or _BLANK.search(note.text, problem.title.end, other.title.start) is not None:
        return start, start
    return other.title.start, other.body.end
