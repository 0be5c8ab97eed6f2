"""What is meant by a problem that is called by an organ or a measure, under which nothing is stated: «Blood
pressure. Controlled.» is the patient's hypertension, where the history tells one condition of that kind
(IV.J: what is managed is coded). Which name is of which conditions is data: `data/topics.yaml`.
"""

import re
from dataclasses import replace
from functools import cache
from typing import Final

from services.coder.engine import assertion, zones
from services.coder.engine.finding import in_lines
from services.coder.engine.model import Encounter, Mention, Zone
from services.coder.engine.tables import table
from services.coder.reading import Note, SectionKind
from services.coder.terminology.index import Terminology

_CATEGORY: Final = 3
_NAME: Final = re.compile(r"(?:(?:her|his|their|the|my|your)\s+)?([a-z0-9/ ]+?)\s*(?:$|[,(;:])")
_TOLD: Final = frozenset(
    (
        SectionKind.UNLABELLED,
        SectionKind.HPI,
        SectionKind.SUBJECTIVE,
        SectionKind.INTERVAL_HISTORY,
        SectionKind.CHIEF_COMPLAINT,
        SectionKind.REASON_FOR_VISIT,
        SectionKind.PAST_HISTORY,
        SectionKind.PAST_MEDICAL_HISTORY,
        SectionKind.PROBLEM_LIST,
        SectionKind.ASSESSMENT,
        SectionKind.ASSESSMENT_PLAN,
    )
)
_OWN: Final = frozenset(("affirmed", "historical"))


def known(note: Note, chosen: list[Mention], encounter: Encounter, vocabulary: Terminology) -> list[Mention]:
    """The conditions that the names of problems mean by an organ or a measure."""
    out: list[Mention] = []
    history: list[Mention] | None = None
    for index, problem in enumerate(note.problems):
        codes = _codes(note.folded[problem.title.start : problem.title.end])
        if not codes or any(m.code.startswith(codes) for m in (*chosen, *out)):
            continue
        if any(m.problem == index and m.code[0] != "R" for m in chosen):
            continue
        if history is None:
            history = _history(note, encounter, vocabulary)
        told = [mention for mention in history if mention.code.startswith(codes)]
        if len({mention.code[:_CATEGORY] for mention in told}) == 1:
            best = max(told, key=lambda mention: (len(mention.stems), -mention.start))
            out.append(replace(best, zone=Zone.PROBLEM, problem=index, whole=False))
    return out


def _codes(title: str) -> tuple[str, ...]:
    """The first characters of the codes that the name of a problem may mean; none if it is none of these."""
    name = _NAME.match(title)
    return _by_name().get(name[1], ()) if name else ()


@cache
def _by_name() -> dict[str, tuple[str, ...]]:
    return {name: tuple(topic["codes"]) for topic in table("topics") for name in topic["names"]}


def _history(note: Note, encounter: Encounter, vocabulary: Terminology) -> list[Mention]:
    """What the note tells of the patient's conditions."""
    return [
        mention
        for mention in in_lines(note, zones.of_kinds(note, _TOLD, Zone.HISTORY), vocabulary)
        if assertion.verdict(note, mention, encounter.setting)[1] in _OWN
    ]
