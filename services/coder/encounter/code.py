"""One encounter, coded: diagnoses of the EHR, then what the notes add, then what the visit says by itself."""

from collections.abc import Sequence
from datetime import date

from services.coder.charges.chart import Chart, chart_of
from services.coder.charges.charted import charted
from services.coder.charges.review import review
from services.coder.encounter import decisions as decided
from services.coder.encounter.agreement import agreed
from services.coder.encounter.diagnoses import code_diagnoses
from services.coder.encounter.lines import service_lines
from services.coder.encounter.results import result_queries
from services.coder.encounter.tables import Tables, stems
from services.coder.encounter.visit import visit_codes
from services.coder.engine.coder import code_note
from services.coder.engine.model import Code, CodedNote, Quote, Setting
from services.coder.engine.model import Encounter as Setting_
from services.coder.switches import switched
from services.codesets.validity import ICD10_BEGINS
from services.contracts.coding import (
    Alternative,
    AppliedDecision,
    AssignedCode,
    CodedEncounter,
    CodeRole,
    Evidence,
    Query,
    Route,
    ServiceLine,
)
from services.contracts.encounter import Diagnosis, Document, Encounter, VisitClass, VisitStatus
from services.contracts.keys import derived_id

_SETTINGS = {VisitClass.INPATIENT: Setting.INPATIENT, VisitClass.EMERGENCY: Setting.EMERGENCY}
_YEAR_DAYS = 365.25


def code_encounter(
    event: Encounter, digest: str, decisions: Sequence[AppliedDecision], tables: Tables
) -> CodedEncounter:
    """The coded encounter. Before ICD-10-CM was in force, and for a visit not finished, nothing is coded."""
    on = event.code_date
    billable = on >= ICD10_BEGINS and event.visit.status is VisitStatus.FINISHED
    held = decided.in_force(decisions, event.version)
    chart = chart_of(event.documents, charted(event)) if billable else Chart()
    codes, queries = _codes(event, on, chart, tables) if billable else ([], ())
    codes = _roles(decided.obey(codes, held, on, tables), event)
    seen = review(event.facts(), service_lines(event, codes, tables, chart), codes, chart, tables.site)
    lines = decided.obey_lines(seen.lines, held)
    return CodedEncounter(
        encounter=seen.facts,
        digest=digest,
        codes=tuple(codes),
        lines=lines,
        services=seen.services if billable else (),
        queries=decided.unanswered(queries, held),
        findings=seen.findings if billable else (),
        route=_route(codes, lines) if billable else Route.AUTO,
        decisions=tuple(decisions),
        versions=_versions(on, tables),
    )


def recode(coded: CodedEncounter, decisions: Sequence[AppliedDecision], tables: Tables) -> CodedEncounter:
    """The same encounter after one more decision; `decisions` ends with it."""
    facts = coded.encounter
    codes = _roles(decided.obey(coded.codes, decisions[-1:], facts.code_date, tables), facts)
    lines = tuple(_repointed(line, coded.codes, codes) for line in coded.lines)
    lines = decided.obey_lines(lines, decisions[-1:])
    queries = decided.unanswered(coded.queries, decisions[-1:])
    update = {
        "codes": tuple(codes),
        "lines": lines,
        "queries": queries,
        "route": _route(codes, lines),
        "decisions": tuple(decisions),
    }
    return coded.model_copy(update=update)


def _codes(
    event: Encounter, on: date, chart: Chart, tables: Tables
) -> tuple[list[AssignedCode], tuple[Query, ...]]:
    notes = "\n".join(document.text for document in event.documents)
    found = code_diagnoses(event.diagnoses, notes, on, tables)
    queries: list[Query] = []
    noted: list[AssignedCode] = []
    about = _setting(event, on)
    stated = _stated(event.diagnoses)
    for document in event.documents:
        coded = _note(document, about, tables)
        noted.extend(_assigned(code, document, tables, on) for code in coded.codes)
        new = [code for code in coded.codes if _adds(code, event, stated)]
        found = _merged(found, [_assigned(code, document, tables, on) for code in new])
        queries.extend(_queries(coded, document, event.encounter_id))
    found = agreed(found, noted, event.diagnoses, chart, about.setting, tables)
    queries.extend(result_queries(event, found))
    return visit_codes(event, found, tables), tuple({q.query_id: q for q in queries}.values())


def _note(document: Document, about: Setting_, tables: Tables) -> CodedNote:
    """The codes of one note, as the customer wants them."""
    valid = tables.codesets.icd10cm(about.on).valid
    coded = code_note(document.text, about, tables.vocabulary, valid)
    return switched(document.text, coded, tables.site.switches, tables.vocabulary, valid)


def _adds(code: Code, event: Encounter, stated: Sequence[frozenset[str]]) -> bool:
    """Whether a note's code may stand beside what the EHR states.

    Where the EHR lists diagnoses, only the note's assessment adds to them, and not by repeating the words of
    an entry (those have been read as the entry): `stated` are the words of each.
    """
    if not event.diagnoses:
        return True
    return code.strong and not any(code.stems <= words for words in stated)


def _stated(diagnoses: Sequence[Diagnosis]) -> list[frozenset[str]]:
    texts = [text for d in diagnoses for text in (d.text, *(c.display for c in d.codings)) if text]
    return [stems(text) for text in texts]


def _setting(event: Encounter, on: date) -> Setting_:
    born = event.patient.birth_date
    age = int((on - born).days / _YEAR_DAYS) if born else None
    return Setting_(
        on, age, event.patient.sex.value, _SETTINGS.get(event.visit.visit_class, Setting.OUTPATIENT)
    )


def _assigned(code: Code, document: Document, tables: Tables, on: date) -> AssignedCode:
    icd = tables.codesets.icd10cm(on)
    valid = icd.billable(code.code)
    auto = valid and code.confidence >= tables.threshold and not code.asked
    return AssignedCode(
        system=code.system,
        code=code.code,
        title=icd.title(code.code) or code.title,
        confidence=code.confidence if valid else 0.0,
        route=Route.AUTO if auto else Route.REVIEW,
        present_on_admission=code.present_on_admission,
        rules=code.rules,
        reason=code.reason,
        evidence=tuple(_evidence(q, document, code.assertion) for q in code.evidence),
        alternatives=tuple(Alternative(code=c, why_not=why) for c, why in code.alternatives),
    )


def _evidence(quote: Quote, document: Document, assertion: str) -> Evidence:
    return Evidence.trusted(
        document_id=document.document_id,
        start=quote.start,
        end=quote.end,
        text=quote.text,
        section=quote.section,
        assertion=assertion,
    )


def _merged(stated: list[AssignedCode], noted: list[AssignedCode]) -> list[AssignedCode]:
    """EHR codes with the note's evidence; the note's more specific code of the same category wins; what only
    the note says follows.
    """
    by_code = {code.code: code for code in noted}
    out: list[AssignedCode] = []
    for code in stated:
        same = by_code.pop(code.code, None)
        out.append(
            code if same is None else code.model_copy(update={"evidence": (*code.evidence, *same.evidence)})
        )
    categories = {code.code[:3] for code in stated}
    return out + [code for code in noted if code.code in by_code and code.code[:3] not in categories]


def _queries(coded: CodedNote, document: Document, encounter_id: str) -> list[Query]:
    return [
        Query(
            query_id=derived_id("query", encounter_id, asked.topic, asked.about),
            topic=asked.topic,
            question=asked.question,
            why=asked.why,
            codes=asked.codes if asked.holds else (),
            evidence=tuple(_evidence(q, document, "affirmed") for q in asked.evidence),
        )
        for asked in coded.queries
    ]


def _roles(codes: Sequence[AssignedCode], event: object) -> list[AssignedCode]:
    """Roles by place: the first that is no external cause is principal (inpatients) or first-listed."""
    inpatient = getattr(event, "visit").visit_class is VisitClass.INPATIENT  # noqa: B009 (facts and encounter alike)
    first = CodeRole.PRINCIPAL if inpatient else CodeRole.FIRST_LISTED
    causes = [c for c in codes if c.code[0] in "VWXY"]
    others = [c for c in codes if c.code[0] not in "VWXY"]
    roles = [first] + [CodeRole.SECONDARY] * (len(others) - 1) if others else []
    named = [_with_role(c, role) for c, role in zip(others, roles, strict=True)]
    return named + [_with_role(c, CodeRole.EXTERNAL_CAUSE) for c in causes]


def _with_role(code: AssignedCode, role: CodeRole) -> AssignedCode:
    return code if code.role is role else code.model_copy(update={"role": role})


def _repointed(
    line: ServiceLine, before: Sequence[AssignedCode], after: Sequence[AssignedCode]
) -> ServiceLine:
    """Pointers follow a changed code in its place; a removed one is dropped; an empty list falls back to the
    first codes.
    """
    if not line.pointers:
        return line
    present = {code.code for code in after}
    renamed = {
        old.code: new.code for old, new in zip(before, after, strict=False) if len(before) == len(after)
    }
    kept = [renamed.get(p, p) for p in line.pointers]
    kept = [p for p in dict.fromkeys(kept) if p in present] or [c.code for c in after[:1]]
    return line.model_copy(update={"pointers": tuple(kept)})


def _route(codes: Sequence[AssignedCode], lines: Sequence[ServiceLine]) -> Route:
    sure = (
        bool(codes)
        and all(c.route is Route.AUTO for c in codes)
        and all(line.route is Route.AUTO for line in lines)
    )
    return Route.AUTO if sure else Route.REVIEW


def _versions(on: date, tables: Tables) -> dict[str, str]:
    return {
        "icd10cm": tables.codesets.icd10cm(on).version or "none",
        "coder.terminology": tables.vocabulary.version,
    }
