"""How a clinical note is read: sections, sentences, problems, and what is said about each mention.

A pure, fast library without services around it: no clock, no I/O after the first call (vocabulary is loaded
once from the YAML beside the code), no exception whatever the text is, time linear in its length.

    note = read(text)
    note.sections                   tuple[Section, ...]   they tile the text; kind, division, two spans
    note.sentences                  tuple[Sentence, ...]  sentences and list items
    note.sentences_of(section)      tuple[Sentence, ...]  those of the section with that index
    note.problems                   tuple[Problem, ...]   title span, body span, labelled parts
    note.section_at(offset)         -> Section
    note.sentence_at(offset)        -> Sentence | None    None between sentences
    note.problem_at(offset)         -> Problem | None
    note.part_at(offset)            -> Part | None        e.g. PartKind.EDUCATION
    note.context_at(start, end)     -> Assertion          flags, triggers (span and rule id), .negated ...
    note.currency(start, end)       -> Currency           treated_today / history / unknown

All offsets are half-open character offsets into `note.text`, which is the text given, unchanged.
`note.folded` is that text in lower case with straight apostrophes, of the same length, ready for dictionary
look-up.

`Assertion.triggers` names the words and the rule that decided, so that a code's evidence can quote them. Two
rules that a coder may want to treat apart by their ids: `possible.consistent` ("consistent with": an
uncertain term by section IV.H of the Official Guidelines) and `family.spouse` (family, yet no blood relative:
never Z80-Z84).
"""

from services.coder.reading.kinds import (
    NOT_AFFIRMED,
    Currency,
    Division,
    Flag,
    PartKind,
    ProblemForm,
    SectionKind,
)
from services.coder.reading.model import Assertion, Part, Problem, Section, Sentence, Span, Trigger
from services.coder.reading.note import Note, read

__all__ = [
    "NOT_AFFIRMED",
    "Assertion",
    "Currency",
    "Division",
    "Flag",
    "Note",
    "Part",
    "PartKind",
    "Problem",
    "ProblemForm",
    "Section",
    "SectionKind",
    "Sentence",
    "Span",
    "Trigger",
    "read",
]
