"""What the notes of an encounter tell together: each is coded by itself, then one stands over the other.

Uncertain diagnoses of a stay are taken from its final document alone, where there is one (Official
Guidelines II.H, III.C: «at the time of discharge»); what the document that counts most rules out is not
coded from an earlier one; of the stages of one disease, that of the document that counts more is coded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.coder.encounter.documents import Filed
from services.coder.encounter.proposal import Proposal, united
from services.coder.encounter.relation import one_at_a_time, says_less
from services.coder.encounter.search import Search
from services.coder.encounter.tables import Tables
from services.coder.engine.coder import Task, code_notes
from services.coder.engine.model import Code, CodedNote, Inquiry, Quote, Setting
from services.coder.engine.model import Encounter as Circumstances
from services.coder.reading import Flag
from services.coder.switches import switched
from services.contracts.coding import Alternative, AssignedCode, Evidence, Query
from services.contracts.encounter import Document
from services.contracts.keys import derived_id

_COME_AND_GO: Final = ("R", "Z")
"""Symptoms and reasons: that there is none any more takes nothing back."""
_FINER: Final = "a more specific code is documented (I.B.2)"
_STANDING: Final = "the document that counts more says it otherwise"


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, and the code of the note that leaves it open."""

    about: str
    query: Query


@dataclass(frozen=True, slots=True)
class Told:
    """The codes of all notes, those of the document that counts most first, and the queries.

    `alone`: the codes of each note by itself.
    """

    proposals: list[Proposal]
    asked: list[Asked]
    alone: list[list[str]]


def told(files: Sequence[Filed], encounter_id: str, about: Circumstances, tables: Tables) -> Told:
    """What the notes tell; `files` in the order in which they count."""
    notes = _coded(files, about, tables)
    found = [
        [_proposal(code, file.page.document, tables, about.on) for code in note.codes]
        for file, note in zip(files, notes, strict=True)
    ]
    alone = [[each.name for each in some] for some in found]
    if len(files) > 1:
        found = _standing(files, found, about.setting, tables)
    asked = [
        _asked(inquiry, file.page.document, encounter_id)
        for file, note in zip(files, notes, strict=True)
        for inquiry in note.queries
    ]
    return Told(_together(found, tables), _once(asked), alone)


def _coded(files: Sequence[Filed], about: Circumstances, tables: Tables) -> list[CodedNote]:
    """Each note's codes, as the customer wants them."""
    icd = tables.codesets.icd10cm(about.on)
    texts = [file.page.document.text for file in files]
    coded = code_notes([Task(text, about, icd.valid, icd.kept_apart) for text in texts], tables.vocabulary)
    return [
        switched(text, note, tables.site.switches, tables.vocabulary, icd.valid)
        for text, note in zip(texts, coded, strict=True)
    ]


def _standing(
    files: Sequence[Filed], found: list[list[Proposal]], setting: Setting, tables: Tables
) -> list[list[Proposal]]:
    """The codes of each document that the one which counts most lets stand."""
    first = files[0]
    search = Search((first.page,), setting, tables)
    out = [found[0]]
    for file, some in zip(files[1:], found[1:], strict=True):
        kept = some
        if first.final and not file.final and setting is Setting.INPATIENT:
            kept = [each for each in kept if not _uncertain(each, file)]
        if file.yields_to(first):
            kept = [
                each for each in kept if each.name.startswith(_COME_AND_GO) or not search.denied(each.name)
            ]
        out.append(kept)
    return out


def _uncertain(proposal: Proposal, file: Filed) -> bool:
    """Whether its note only thinks it possible."""
    quotes = proposal.code.evidence
    flags = [file.page.note.context_at(quote.start, quote.end).flags for quote in quotes]
    return bool(flags) and all(each & Flag.POSSIBLE for each in flags)


def _together(found: list[list[Proposal]], tables: Tables) -> list[Proposal]:
    """The codes of all documents, each once; an earlier one's vaguer or other word gives way."""
    out: list[Proposal] = []
    for some in found:
        before = len(out)
        for each in some:
            _add(out, before, each, tables)
    return out


def _add(out: list[Proposal], before: int, new: Proposal, tables: Tables) -> None:
    """Add a code to those of its own document and to the first `before`, of documents that count more."""
    names = [each.name for each in out]
    if new.name in names:
        place = names.index(new.name)
        out[place] = out[place].joined(new)
        return
    for place, each in enumerate(out[:before]):
        if says_less(each.name, new.name, tables.vocabulary):
            out[place] = new.instead_of(each, _FINER)
            return
        vaguer = says_less(new.name, each.name, tables.vocabulary)
        if vaguer or one_at_a_time(new.name, each.name):
            out[place] = each.instead_of(new, _FINER if vaguer else _STANDING)
            return
    out.append(new)


def _proposal(code: Code, document: Document, tables: Tables, on: date) -> Proposal:
    icd = tables.codesets.icd10cm(on)
    valid = icd.billable(code.code)
    assigned = AssignedCode(
        system=code.system,
        code=code.code,
        title=icd.title(code.code) or code.title,
        confidence=code.confidence if valid else 0.0,
        route=tables.route(code.confidence, valid=valid and not code.asked),
        present_on_admission=code.present_on_admission,
        rules=code.rules,
        reason=code.reason,
        evidence=tuple(_evidence(q, document, code.assertion) for q in code.evidence),
        alternatives=tuple(Alternative(code=c, why_not=why) for c, why in code.alternatives),
    )
    return Proposal(assigned, code.stems, code.line, code.strong, code.asked)


def _evidence(quote: Quote, document: Document, assertion: str) -> Evidence:
    return Evidence.trusted(
        document_id=document.document_id,
        start=quote.start,
        end=quote.end,
        text=quote.text,
        section=quote.section,
        assertion=assertion,
    )


def _asked(inquiry: Inquiry, document: Document, encounter_id: str) -> Asked:
    query = Query(
        query_id=derived_id("query", encounter_id, inquiry.topic, inquiry.about),
        topic=inquiry.topic,
        question=inquiry.question,
        why=inquiry.why,
        codes=inquiry.codes if inquiry.holds else (),
        evidence=tuple(_evidence(q, document, "affirmed") for q in inquiry.evidence),
    )
    return Asked(inquiry.about, query)


def _once(asked: list[Asked]) -> list[Asked]:
    """A question of several notes once, with what each says."""
    known: dict[str, Asked] = {}
    for each in asked:
        first = known.get(each.query.query_id)
        quotes = united(first.query.evidence, each.query.evidence) if first else each.query.evidence
        query = (first or each).query.model_copy(update={"evidence": quotes})
        known[each.query.query_id] = Asked(each.about, query)
    return list(known.values())
