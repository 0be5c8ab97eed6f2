"""What the kind of visit says by itself: the codes of routine examinations, prenatal and postnatal visits,
follow-up.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from services.coder.encounter.diagnoses import completed
from services.coder.encounter.tables import Tables, data, stems
from services.contracts.coding import AssignedCode, Route
from services.contracts.encounter import EncounterFacts, Sex

_SURE = 0.97
_WEAK = 0.6
_ADULT = 18
_NO_DIAGNOSIS = "Z71.1"
_YEAR_DAYS = 365.25
_REMEMBERED = 4096  # kinds of visits, by the words of their names


def visit_codes(facts: EncounterFacts, codes: Sequence[AssignedCode], tables: Tables) -> list[AssignedCode]:
    """The codes of the claim with what the visit type adds: a first-listed Z code in front, another at the
    end.
    """
    out = list(codes)
    named = (*facts.visit.types, *facts.visit.reasons)
    words = frozenset[str]().union(*(stems(coding.display) for coding in named))
    if not words:
        return out
    for name in _named(words):
        rule = data("visits")[name]
        if _applies(rule, facts, out):
            code = _code_of(rule, facts, out)
            if code and all(each.code[:3] != code[:3] for each in out):
                added = _assigned(code, name, rule, facts.code_date, tables)
                out = [each for each in out if each.code != _NO_DIAGNOSIS]
                out = [added, *out] if rule.get("first") else [*out, added]
            break
    return out


@lru_cache(maxsize=_REMEMBERED)
def _named(words: frozenset[str]) -> tuple[str, ...]:
    """The kinds of visit that a visit's words name, in the order of the table."""
    return tuple(
        name for name, rule in data("visits").items() if any(words.issuperset(each) for each in rule["words"])
    )


def _applies(rule: dict[str, object], facts: EncounterFacts, codes: Sequence[AssignedCode]) -> bool:
    if rule.get("sex") == "female" and facts.patient.sex is Sex.MALE:
        return False
    if rule.get("alone") and codes:
        return False
    chapters = rule.get("unless")
    return not (isinstance(chapters, list) and any(c.code.startswith(tuple(chapters)) for c in codes))


def _code_of(rule: dict[str, object], facts: EncounterFacts, codes: Sequence[AssignedCode]) -> str:
    rows = rule.get("ages")
    if not isinstance(rows, list):
        return str(rule["code"])
    born = facts.patient.birth_date
    days = (facts.service_date - born).days if born else int(40 * _YEAR_DAYS)
    abnormal = any(not each.code.startswith("Z") for each in codes)
    if abnormal and days >= 29:  # noqa: PLR2004 (Z00.11- of newborns knows no findings)
        return str(
            rule["with_abnormal_findings" if days / _YEAR_DAYS >= _ADULT else "child_with_abnormal_findings"]
        )
    for row in rows:
        if ("under_days" in row and days < row["under_days"]) or (
            "under" in row and days / _YEAR_DAYS < row["under"]
        ):
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
        route=Route.AUTO if icd.billable(code) and confidence >= tables.threshold else Route.REVIEW,
        source="ehr",
        rules=(f"visit.{name}",),
        reason=f"By the type of visit: {rule['reference']}",
    )
