"""The guidelines over the whole encounter: combinations, what gives way, claim order.

Each note has been through them alone. Here they see what two notes say, what the EHR states, and the code of
the visit itself, as one claim does (Official Guidelines I.A.15, I.B.9, I.C.9.a, I.C.21.c.16).
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from services.coder.charges.chart import Page
from services.coder.encounter.proposal import Proposal, alternatives, ids, united
from services.coder.encounter.tables import Tables
from services.coder.engine import excludes, guidelines, sequence
from services.coder.engine.billable import only_valid
from services.coder.engine.model import Candidate, Mention, Zone
from services.coder.reading import Note, read
from services.contracts.coding import Alternative, AssignedCode, Route

_ARISEN: Final = ("N", "U", "W")
"""Present on admission: what one part of a combination says that makes it the combination's, worst first."""


def settled(
    proposals: Sequence[Proposal],
    alone: Sequence[list[str]],
    pages: Sequence[Page],
    on: date,
    tables: Tables,
) -> list[Proposal]:
    """The codes of the claim, in its order. `alone`: the codes of each note by itself."""
    given = [_candidate(place, each) for place, each in enumerate(proposals)]
    sure = [each for each, proposal in zip(given, proposals, strict=True) if not proposal.doubted]
    kept = guidelines.across(_whole(pages), sure, tables.vocabulary, alone)
    stand = excludes.apply(_reportable(kept, proposals, on, tables), _apart(proposals, on, tables))
    kept = [*stand]
    for place, proposal in enumerate(proposals):
        if proposal.doubted and not _gives_way(given[place], stand):
            kept.insert(place, given[place])
    made = [_finished(each, proposals, on, tables) for each in sequence.order(kept)]
    return _with_lost(made, proposals)


def _apart(proposals: Sequence[Proposal], on: date, tables: Tables) -> excludes.Apart:
    """What Excludes1 notes keep apart, two codes that the EHR states together left out: neither is the
    coder's to drop, and the validator asks about them.
    """
    stated = {each.name for each in proposals if each.code.source == "ehr"}
    kept_apart = tables.codesets.icd10cm(on).kept_apart
    return lambda one, other: "" if one in stated and other in stated else kept_apart(one, other)


def _gives_way(doubted: Candidate, stand: Sequence[Candidate]) -> bool:
    """Whether a code that no note bears out gives way to one of those that stand, which then tells of it."""
    for each in stand:
        why = guidelines.gives_way(doubted.code, doubted.mention.line, each.code)
        if why:
            each.rejected.append((doubted.code, why))
            return True
    return False


def _whole(pages: Sequence[Page]) -> Note:
    """All notes as one, for what the rules ask of the words around the codes."""
    if len(pages) == 1:
        return pages[0].note
    return read("\n\n".join(page.document.text for page in pages))


def _candidate(place: int, proposal: Proposal) -> Candidate:
    """A proposal in the engine's form. Its span is its place among the proposals, by which what the engine
    makes of several is traced back; each stands under a problem of its own, none of the note's.
    """
    code = proposal.code
    mention = Mention(
        0, 0, proposal.stems, code.code, 0, proposal.line, Zone.PROBLEM, whole=False, problem=-1 - place
    )
    return Candidate(code.code, mention, [*code.rules], [(place, place + 1)])


def _reportable(
    kept: Sequence[Candidate], proposals: Sequence[Proposal], on: date, tables: Tables
) -> list[Candidate]:
    """The candidates; of those that the guidelines made, what the site wants, as it may be reported on the
    day.
    """
    known, valid = {each.name for each in proposals}, tables.codesets.icd10cm(on).valid
    out: list[Candidate] = []
    for each in kept:
        if each.code in known:
            out.append(each)
        elif tables.site.switches.wants(each.code):
            out += only_valid([each], valid, tables.vocabulary, lambda c: c.mention.line)
    return out


def _finished(candidate: Candidate, proposals: Sequence[Proposal], on: date, tables: Tables) -> Proposal:
    """The proposal that a candidate stands for, or that is made of several."""
    parts = [proposals[start] for start, _ in candidate.spans]
    passed = tuple(Alternative(code=code, why_not=why) for code, why in candidate.rejected)
    same = next((part for part in parts if part.name == candidate.code), None)
    if same is None:
        made = _made(candidate, parts, passed, on, tables)
    else:
        made = same.but(alternatives=alternatives(same.code.alternatives, passed)) if passed else same
    return made.but(route=Route.REVIEW) if candidate.asked else made


def _made(
    candidate: Candidate,
    parts: Sequence[Proposal],
    passed: tuple[Alternative, ...],
    on: date,
    tables: Tables,
) -> Proposal:
    """The code that a rule made of others: no surer than the least sure of them."""
    icd = tables.codesets.icd10cm(on)
    confidence = min(part.code.confidence for part in parts)
    told = {part.code.present_on_admission for part in parts}
    reported = next((each for each in _ARISEN if each in told), parts[0].code.present_on_admission)
    code = AssignedCode(
        code=candidate.code,
        title=icd.title(candidate.code) or "",
        confidence=confidence,
        route=Route.AUTO if all(part.code.route is Route.AUTO for part in parts) else Route.REVIEW,
        source="ehr" if all(part.code.source == "ehr" for part in parts) else "documentation",
        rules=tuple(dict.fromkeys(candidate.rules)),
        reason=f"By guideline from {' and '.join(part.name for part in parts)}",
        evidence=united(*(part.code.evidence for part in parts)),
        alternatives=passed,
        diagnosis_ids=ids(*parts),
        present_on_admission=reported,
    )
    return Proposal(code)


def _with_lost(made: list[Proposal], proposals: Sequence[Proposal]) -> list[Proposal]:
    """The codes, each also standing for the EHR's diagnoses whose codes gave way to it: charges name them."""
    present = {each.name for each in made}
    lost = {each.name: each for each in proposals if each.name not in present and each.code.diagnosis_ids}
    return [_standing_for(each, lost) for each in made] if lost else made


def _standing_for(proposal: Proposal, lost: dict[str, Proposal]) -> Proposal:
    gone = [lost[a.code] for a in proposal.code.alternatives if a.code in lost]
    return proposal.but(diagnosis_ids=ids(proposal, *gone)) if gone else proposal
