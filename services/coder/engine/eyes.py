"""Glaucoma whose stages differ from eye to eye: one code for each eye (Official Guidelines I.C.7.a.3)."""

import re
from typing import Final

from services.coder.engine.model import Candidate
from services.coder.reading import Note
from services.coder.reading.places import line_at

_GLAUCOMA: Final = "H40"
_STAGED: Final = re.compile(r"H40\.\w\w[0-39][0-4]")
"""Glaucoma with the eye in its sixth and the stage in its seventh place."""
_EYES: Final = {"rt": "1", "right": "1", "lt": "2", "left": "2"}
_STAGES: Final = {
    "mild": "1",
    "early": "1",
    "moderate": "2",
    "severe": "3",
    "advanced": "3",
    "indeterminate": "4",
}
_EYE: Final = r"(?:rt|lt|right|left)"
_STAGE: Final = r"(?:mild|early|moderate|severe|advanced|indeterminate)"
_KIND: Final = r"(?:(?:primary|open|angle|poag|glaucoma|chronic|pigmentary|closure)[ ,-]{1,2}){0,5}"
_FIRST_EYE: Final = re.compile(rf"\b({_EYE})\b(?: eye)?[ :,=(-]{{1,3}}{_KIND}({_STAGE})\b")
_FIRST_STAGE: Final = re.compile(rf"\b({_STAGE})(?: stage)?(?: in(?: the)?)?[ :,=(-]{{1,3}}({_EYE})\b")


def apart(note: Note, candidate: Candidate) -> list[Candidate]:
    """The candidate, or one for each eye where its line gives them different stages."""
    if not candidate.code.startswith(_GLAUCOMA) or not _STAGED.fullmatch(candidate.code):
        return [candidate]
    start, stop = line_at(note.folded, candidate.mention.start)
    line = note.folded[start:stop]
    told = {_EYES[eye]: _STAGES[stage] for eye, stage in _FIRST_EYE.findall(line)}
    if len(told) < len(set(_EYES.values())):
        told = {_EYES[eye]: _STAGES[stage] for stage, eye in _FIRST_STAGE.findall(line)}
    if len(set(told.values())) < len(set(_EYES.values())):
        return [candidate]
    rules = [*candidate.rules, "glaucoma.by-eye (I.C.7.a.3)"]
    return [
        Candidate(f"{candidate.code[:6]}{eye}{stage}", candidate.mention, [*rules], [*candidate.spans])
        for eye, stage in sorted(told.items())
    ]
