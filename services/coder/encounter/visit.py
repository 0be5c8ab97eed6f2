"""What the kind of visit says by itself: the codes of routine examinations, prenatal and postnatal visits,
follow-up.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from services.coder.encounter.age import age_on
from services.coder.encounter.diagnoses import completed
from services.coder.encounter.proposal import Proposal
from services.coder.encounter.tables import Tables, data, stems
from services.contracts.coding import AssignedCode
from services.contracts.encounter import EncounterFacts, Sex

_SURE = 0.97
_WEAK = 0.6
_ADULT = 18
_CATEGORY = 3  # characters
_NO_DIAGNOSIS = "Z71.1"
_GROWN = 40
"""Age that is assumed where the day of birth is not known: of no rule that asks for the age."""
_NEWBORN_DAYS = 29
"""Days from which an examination is no newborn's: Z00.11- knows no findings."""
_REMEMBERED = 4096  # kinds of visits, by the words of their names


def visit_codes(facts: EncounterFacts, codes: Sequence[Proposal], tables: Tables) -> list[Proposal]:
    """The codes with what the visit type adds: a first-listed Z code in front, another at the end."""
    out = list(codes)
    named = (*facts.visit.types, *facts.visit.reasons)
    words = frozenset[str]().union(*(stems(coding.display) for coding in named))
    if not words:
        return out
    for name in _named(words):
        rule = data("visits")[name]
        if _applies(rule, facts, out):
            code = _code_of(rule, facts, out)
            if code:
                added = Proposal(_assigned(code, name, rule, facts.code_date, tables))
                out = _added(added, out, first=bool(rule.get("first")))
            break
    return out


def _added(visit: Proposal, codes: Sequence[Proposal], *, first: bool) -> list[Proposal]:
    """The codes with that of the visit, if none of its category is there; one that is there is the surer."""
    same = [each for each in codes if each.name[:_CATEGORY] == visit.name[:_CATEGORY]]
    if same:
        return [each.joined(visit) if each.name == visit.name else each for each in codes]
    others = [each for each in codes if each.name != _NO_DIAGNOSIS]
    return [visit, *others] if first else [*others, visit]


@lru_cache(maxsize=_REMEMBERED)
def _named(words: frozenset[str]) -> tuple[str, ...]:
    """The kinds of visit that a visit's words name, in the order of the table."""
    return tuple(
        name for name, rule in data("visits").items() if any(words.issuperset(each) for each in rule["words"])
    )


def _applies(rule: dict[str, object], facts: EncounterFacts, codes: Sequence[Proposal]) -> bool:
    if rule.get("sex") == "female" and facts.patient.sex is Sex.MALE:
        return False
    if rule.get("alone") and codes:
        return False
    chapters = rule.get("unless")
    return not (isinstance(chapters, list) and any(c.name.startswith(tuple(chapters)) for c in codes))


def _code_of(rule: dict[str, object], facts: EncounterFacts, codes: Sequence[Proposal]) -> str:
    rows = rule.get("ages")
    if not isinstance(rows, list):
        return str(rule["code"])
    born, on = facts.patient.birth_date, facts.service_date
    age = age_on(born, on) if born else _GROWN
    newborn = born is not None and (on - born).days < _NEWBORN_DAYS
    if not newborn and any(not each.name.startswith("Z") for each in codes):
        return str(rule["with_abnormal_findings" if age >= _ADULT else "child_with_abnormal_findings"])
    for row in rows:
        days = row.get("under_days")
        if age < row["under"] if days is None else born is not None and (on - born).days < days:
            return str(row["code"])
    return ""


def _assigned(code: str, name: str, rule: dict[str, object], on: date, tables: Tables) -> AssignedCode:
    code = completed(code, tables)
    icd = tables.codesets.icd10cm(on)
    confidence = _WEAK if rule.get("weak") else _SURE
    return AssignedCode(
        code=code,
        title=icd.title(code) or "",
        confidence=confidence if icd.billable(code) else 0.0,
        route=tables.route(confidence, valid=icd.billable(code)),
        source="ehr",
        rules=(f"visit.{name}",),
        reason=f"By the type of visit: {rule['reference']}",
    )
