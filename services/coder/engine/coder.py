"""The engine: from notes to codes in claim order, through the stages beside this module."""

import gc
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from services.coder.engine import (
    abbreviations,
    additions,
    cancers,
    confidence,
    excludes,
    facts,
    guidelines,
    laterality,
    lymphomas,
    mentions,
    osteoporosis,
    patient,
    predicated,
    pressure,
    queries,
    sequence,
    sites,
    statements,
    ulcers,
)
from services.coder.engine.billable import Valid, only_valid
from services.coder.engine.excludes import Apart
from services.coder.engine.model import Candidate, Code, CodedNote, Encounter, Inquiry, Mention
from services.coder.engine.specify import specify
from services.coder.reading import Note, read
from services.coder.terminology.index import Terminology, terminology


@dataclass(frozen=True, slots=True)
class Task:
    """A note to be coded.

    `valid` tells whether a code may be reported on the date of service, `apart` which two codes an Excludes1
    note keeps apart; without them no code is checked.
    """

    text: str
    encounter: Encounter
    valid: Valid | None = None
    apart: Apart | None = None


def code_note(
    text: str, encounter: Encounter, vocabulary: Terminology | None = None, valid: Valid | None = None
) -> CodedNote:
    """Codes and queries of one note. Never raises, whatever the text; same input, same output."""
    (coded,) = code_notes([Task(text, encounter, valid)], vocabulary or terminology())
    return coded


def code_notes(tasks: Iterable[Task], vocabulary: Terminology) -> list[CodedNote]:
    """Codes and queries of each note, as of each alone."""
    return _through((*_FINDING, *_TELLING), tasks, vocabulary, _coded)


def candidates(task: Task, vocabulary: Terminology) -> list[Candidate]:
    """The candidates behind the codes of a note: for calibration and for explanations."""
    (found,) = _through(_FINDING, [task], vocabulary, _found)
    return found


class _Work:
    """A note on its way: what the stages have made of it so far."""

    note: Note
    encounter: Encounter
    stated: mentions.Stated
    mentions: list[Mention]
    sides: laterality.Sides
    found: list[Candidate]
    asked: tuple[Inquiry, ...]
    codes: tuple[Code, ...]

    def __init__(self, task: Task) -> None:
        self.task: Final = task


_Stage = Callable[[_Work, Terminology], None]
_Told = TypeVar("_Told")


def _coded(work: _Work) -> CodedNote:
    return CodedNote(work.codes, work.asked)


def _found(work: _Work) -> list[Candidate]:
    return work.found


def _through(
    stages: Sequence[_Stage], tasks: Iterable[Task], vocabulary: Terminology, told: Callable[[_Work], _Told]
) -> list[_Told]:
    """What is told of each note behind the stages. All go through one before any goes through the next: what
    a stage is made of then stays in the processor's caches from note to note.
    """
    works = [_Work(task) for task in tasks]
    collecting = gc.isenabled()
    gc.disable()  # it would walk what the notes hold again and again, and find no cycles
    try:
        for stage in stages:
            for work in works:
                stage(work, vocabulary)
        results = [told(work) for work in works]
        works.clear()  # or the first collection walks all that they hold
    finally:
        if collecting:
            gc.enable()
    return results


def _read(work: _Work, _: Terminology) -> None:
    work.note = abbreviations.resolved(read(work.task.text))
    work.encounter = patient.described(work.note, work.task.encounter)


def _state(work: _Work, vocabulary: Terminology) -> None:
    work.stated = mentions.stated(work.note, work.encounter, vocabulary)


def _look_beside(work: _Work, vocabulary: Terminology) -> None:
    work.mentions = mentions.beside(work.note, work.stated, work.encounter, vocabulary)


def _accept(work: _Work, vocabulary: Terminology) -> None:
    work.mentions = mentions.accepted(work.note, work.stated, work.mentions, work.encounter, vocabulary)
    work.note = statements.widened(work.note, work.mentions)


def _specify(work: _Work, vocabulary: Terminology) -> None:
    work.sides = laterality.Sides(work.note)
    work.found = [
        candidate
        for mention in sites.apart(work.mentions)
        for candidate in specify(work.note, mention, vocabulary, work.sides)
    ]


def _gather(work: _Work, _: Terminology) -> None:
    listed = pressure.listed(work.note, work.found)
    over = cancers.settled(work.note, listed, work.encounter.on)
    work.found = facts.apply(work.note, lymphomas.spread(work.note, over), work.encounter)


def _add(work: _Work, vocabulary: Terminology) -> None:
    added = additions.apply(work.note, work.found, work.encounter)
    work.found = osteoporosis.apply(work.note, added, vocabulary)


def _guide(work: _Work, vocabulary: Terminology) -> None:
    kept = guidelines.apply(work.note, work.found, vocabulary, work.sides)
    work.found = ulcers.deepened(work.note, kept)


def _check(work: _Work, vocabulary: Terminology) -> None:
    def side(candidate: Candidate) -> set[str]:
        return {laterality.side_of(work.sides, work.note, candidate.mention, candidate.code, vocabulary)[0]}

    if work.task.valid is not None:
        work.found = only_valid(work.found, work.task.valid, vocabulary, side)


def _raise(work: _Work, _: Terminology) -> None:
    predicated.apply(work.note, work.found)


def _weigh(work: _Work, vocabulary: Terminology) -> None:
    confidence.weigh(work.found, vocabulary)
    work.found = confidence.likely(work.found)


def _keep_apart(work: _Work, _: Terminology) -> None:
    if work.task.apart is not None:
        work.found = excludes.apply(work.found, work.task.apart)


def _ask(work: _Work, vocabulary: Terminology) -> None:
    work.asked = queries.ask(work.note, work.found, work.encounter, vocabulary)


def _assemble(work: _Work, vocabulary: Terminology) -> None:
    work.codes = sequence.assemble(work.note, work.found, work.encounter, vocabulary)


_FINDING: Final = (_read, _state, _look_beside, _accept, _specify, _gather, _add, _guide, _check, _raise)
_TELLING: Final = (_weigh, _keep_apart, _ask, _assemble)
