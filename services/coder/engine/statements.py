"""Lines of an assessment that name no condition belong to the problem above: «Ankle sprain», then «Left.»."""

import re
from collections.abc import Sequence
from typing import Final

from services.coder.engine.model import Mention
from services.coder.reading import Note
from services.coder.reading.kinds import ProblemForm
from services.coder.reading.model import Problem

_BLANK: Final = re.compile(r"\n[ \t\r]*\n")
_PLAIN: Final = frozenset((ProblemForm.LINE, ProblemForm.LABEL))


def widened(note: Note, mentions: Sequence[Mention]) -> Note:
    """The note with the bodies of its problems drawn out over the nameless lines right below them."""
    named = {mention.problem for mention in mentions}
    if len(note.problems) - len(named - {-1}) < 1:
        return note
    problems = list(note.problems)
    for index in range(len(problems) - 2, -1, -1):
        below = problems[index + 1]
        if index in named and index + 1 not in named and _continues(note, problems[index], below):
            last = index + 1
            while last + 1 < len(problems) and _next(note, problems, last, named):
                last += 1
            problems[index] = problems[index].until(problems[last].body.end)
    return note.about(tuple(problems))


def _next(note: Note, problems: Sequence[Problem], last: int, named: set[int]) -> bool:
    return last + 1 not in named and _continues(note, problems[last], problems[last + 1])


def _continues(note: Note, above: Problem, below: Problem) -> bool:
    plain = below.form in _PLAIN and below.section == above.section
    return plain and _BLANK.search(note.text, above.title.end, below.title.start) is None
