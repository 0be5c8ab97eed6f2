"""One encounter, coded: what the EHR states, held against what its notes tell together, and what the visit
says by itself; then the guidelines over all of it.
"""

from collections.abc import Sequence
from datetime import date

from services.coder.charges.chart import Chart, chart_of
from services.coder.charges.charted import charted
from services.coder.charges.review import review
from services.coder.encounter import decisions as decided
from services.coder.encounter.age import age_on
from services.coder.encounter.agreement import Agreement
from services.coder.encounter.diagnoses import code_diagnoses
from services.coder.encounter.documents import Filed, filed
from services.coder.encounter.guidelines import settled
from services.coder.encounter.lines import service_lines
from services.coder.encounter.notes import Told, told
from services.coder.encounter.proposal import Proposal
from services.coder.encounter.results import beyond_limits, counted, result_queries
from services.coder.encounter.search import Search
from services.coder.encounter.tables import Tables
from services.coder.encounter.visit import visit_codes
from services.coder.engine.model import Encounter as Circumstances
from services.coder.engine.model import Setting
from services.codesets.validity import ICD10_BEGINS
from services.contracts.coding import (
    AppliedDecision,
    AssignedCode,
    CodedEncounter,
    CodeRole,
    CountedResult,
    Query,
    Route,
    ServiceLine,
)
from services.contracts.encounter import Encounter, EncounterFacts, VisitClass, VisitStatus

_SETTINGS = {VisitClass.INPATIENT: Setting.INPATIENT, VisitClass.EMERGENCY: Setting.EMERGENCY}


def code_encounter(
    event: Encounter,
    digest: str,
    decisions: Sequence[AppliedDecision],
    tables: Tables,
    before: Sequence[CountedResult] = (),
) -> CodedEncounter:
    """The coded encounter. Before ICD-10-CM was in force, and for a visit not finished, nothing is coded.

    `before`: results of the patient's encounters so far, as they are counted.
    """
    on = event.code_date
    billable = on >= ICD10_BEGINS and event.visit.status is VisitStatus.FINISHED
    held = decided.in_force(decisions, event.version)
    chart = chart_of(event.documents, charted(event)) if billable else Chart()
    own = beyond_limits(event) if event.visit.status is not VisitStatus.CANCELLED else []
    codes, queries = _codes(event, chart, tables) if billable else ([], ())
    queries = (*queries, *(result_queries(event, codes, own, before) if billable else ()))
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
        counted=counted(event, codes, own, before),
        versions=_versions(on, tables),
    )


def recode(
    coded: CodedEncounter,
    decisions: Sequence[AppliedDecision],
    tables: Tables,
    before: Sequence[CountedResult] = (),
) -> CodedEncounter:
    """The same encounter after one more decision; `decisions` ends with it. `before`: what is counted of the
    patient's results by now, this encounter's among them.
    """
    facts = coded.encounter
    codes = _roles(decided.obey(coded.codes, decisions[-1:], facts.code_date, tables), facts)
    lines = tuple(_repointed(line, coded.codes, codes) for line in coded.lines)
    lines = decided.obey_lines(lines, decisions[-1:])
    queries = decided.unanswered(coded.queries, decisions[-1:])
    own = [each for each in before if each.encounter_id == facts.encounter_id and not each.documented]
    update = {
        "codes": tuple(codes),
        "lines": lines,
        "queries": queries,
        "route": _route(codes, lines),
        "decisions": tuple(decisions),
        "counted": counted(facts, codes, own, before),
    }
    return coded.model_copy(update=update)


def _codes(event: Encounter, chart: Chart, tables: Tables) -> tuple[list[AssignedCode], tuple[Query, ...]]:
    """The codes in claim order, and the questions that they leave open."""
    about = _about(event)
    files = filed(chart.pages)
    notes = told(files, event.encounter_id, about, tables)
    found = _found(event, files, notes, about, tables)
    codes = visit_codes(event, found, tables)
    if len(files) != 1 or any(each.code.source == "ehr" for each in codes):
        codes = settled(codes, notes.alone, [each.page for each in files], about.on, tables)
    assigned = [each.code for each in codes]
    present = {each.name for each in codes}
    open_ones = [each.query for each in notes.asked if each.about in present]
    return assigned, tuple(open_ones)


def _found(
    event: Encounter, files: Sequence[Filed], notes: Told, about: Circumstances, tables: Tables
) -> list[Proposal]:
    """What the EHR states, held against the notes, and what these add."""
    text = "\n".join(each.page.document.text for each in files)
    stated = [Proposal(each) for each in code_diagnoses(event.diagnoses, text, about.on, tables)]
    search = Search([each.page for each in files], about.setting, tables)
    agreement = Agreement(event.diagnoses, search, tables)
    return agreement.weighed(stated, notes.proposals) if files else agreement.unread(stated)


def _about(event: Encounter) -> Circumstances:
    born, on = event.patient.birth_date, event.code_date
    return Circumstances(
        on,
        age_on(born, on) if born else None,
        event.patient.sex.value,
        _SETTINGS.get(event.visit.visit_class, Setting.OUTPATIENT),
    )


def _roles(codes: Sequence[AssignedCode], facts: EncounterFacts) -> list[AssignedCode]:
    """Roles by place: the first that is no external cause is principal (inpatients) or first-listed."""
    inpatient = facts.visit.visit_class is VisitClass.INPATIENT
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
