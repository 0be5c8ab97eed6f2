"""Whether the notes bear out the codes that the EHR states.

A clinician signed a structured diagnosis, but picked it from a list: the note is what is documented (Official
Guidelines I.A.19, IV.H, IV.J). So a stated code goes out by itself only where a note, coded by itself, gives
that very code, and both together pass the gate. It gives way to a note that says more of the same, and it
waits for a coder, with the note's code beside it, where the note says less, or another side, stage or
severity, or denies it, or does not name it. The confidences of what waits are ranks for the queue.

Two that say the same: what the note's coder gives with the probability c is right with
c (1 - w) / (c (1 - w) + (1 - c) w), if w of the stated codes are wrong, all of them in the very way in which
the note's coder is. That is the worst that can be: of the codes that a careless coder would state in 222
notes that nobody tuned on, 0.6 % are given by the note's coder (`tests/coder/encounter/stated.py`).
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from services.coder.encounter.diagnoses import WHOLE
from services.coder.encounter.proposal import Proposal, alternatives, united
from services.coder.encounter.relation import Relation, relation
from services.coder.encounter.search import AFFIRMED, Search
from services.coder.encounter.tables import Tables, stems
from services.coder.engine.confidence import FLOOR
from services.coder.engine.guidelines import gives_way
from services.contracts.coding import Alternative, Evidence, Route
from services.contracts.encounter import Diagnosis

DENIED: Final = 0.3
OTHERWISE: Final = 0.4
ABSENT: Final = 0.7
VAGUER: Final = 0.8
NAMED: Final = 0.85
UNREAD: Final = 0.9

_WRONG: Final = 0.2
"""Share of stated codes that is taken to be wrong: w."""
_UNSPOKEN: Final = ("Z", "V", "W", "X", "Y", "U09")
"""Reasons for a visit, statuses and causes: a note shows them in other words, if at all."""
_FINER: Final = "the note says more of it (I.B.2)"
_SET_ASIDE: Final = ("considered", "not billable")
"""How the reasons begin for which a note's coder passes a code over that no other code stands for."""
_SWITCH: Final = "stated_without_note"


class _Match(NamedTuple):
    """A stated code, and what the notes give of it: the same code, what stands in its place, other codes."""

    stated: Proposal
    same: Proposal | None
    instead: list[tuple[Proposal, str]]
    others: Sequence[tuple[Proposal, Relation]]


class Agreement:
    """Holds what the EHR states of an encounter against what its notes give."""

    def __init__(self, diagnoses: Sequence[Diagnosis], search: Search, tables: Tables) -> None:
        self._diagnoses = diagnoses
        self._texts = {d.diagnosis_id: [d.text, *(c.display for c in d.codings)] for d in diagnoses}
        self._search = search
        self._tables = tables

    def unread(self, stated: Sequence[Proposal]) -> list[Proposal]:
        """What is stated where there is no note at all: the site says whether its word alone is enough."""
        listed = _once(stated)
        if self._tables.site.switches.value(_SWITCH) == "auto":
            return listed
        return [_waits(each, UNREAD, "there is no note to hold it against", "ehr.unread") for each in listed]

    def weighed(self, stated: Sequence[Proposal], noted: Sequence[Proposal]) -> list[Proposal]:
        """The codes of both: those that are stated in the EHR's order, then what only the notes give."""
        matches = [self._match(each, noted) for each in stated]
        own = {each.name for match in matches for each in _of_notes(match)}
        answered: set[str] = set()
        out: list[Proposal] = []
        for match in matches:
            if match.same is not None:
                out.append(self._confirmed(match.stated, match.same))
            elif match.instead:
                out += [each.instead_of(match.stated, why) for each, why in match.instead]
            else:
                rivals = [(each, how) for each, how in match.others if each.name not in own]
                out.append(self._doubtful(match.stated, rivals))
                answered |= {each.name for each, how in rivals if how is not Relation.BESIDE}
        rest = [each for each in noted if each.name not in own | answered]
        related = {each.name for match in matches for each, _ in match.others}
        return _once(out) + [each for each in rest if self._adds(each, related)]

    def _match(self, stated: Proposal, noted: Sequence[Proposal]) -> _Match:
        how = [(each, relation(stated.name, each.name, self._tables.vocabulary)) for each in noted]
        likely = [(each, bond) for each, bond in how if each.code.confidence >= FLOOR]
        same = next((each for each, bond in likely if bond is Relation.SAME), None)
        instead = [
            (each, why)
            for each, bond in likely
            if each.strong and (why := _FINER if bond is Relation.FINER else self._in_place_of(each, stated))
        ]
        others = [(each, bond) for each, bond in how if bond not in (Relation.APART, Relation.SAME)]
        return _Match(stated, same, instead, others)

    def _confirmed(self, stated: Proposal, noted: Proposal) -> Proposal:
        """A stated code that a note gives too, with the note's evidence."""
        if not stated.code.confidence:
            return stated
        confidence = noted.code.confidence
        if stated.code.confidence >= WHOLE:  # else its code is but our reading of words that the note has too
            confidence = together(confidence)
        made = stated.but(
            confidence=confidence,
            route=self._tables.route(confidence, valid=not noted.asked),
            rules=(*stated.code.rules, *noted.code.rules),
            reason=f"{stated.code.reason}; the note gives it too",
            evidence=noted.code.evidence,
            alternatives=noted.code.alternatives,
            present_on_admission=stated.code.present_on_admission or noted.code.present_on_admission,
        )
        return replace(made, stems=noted.stems, line=noted.line, asked=noted.asked)

    def _in_place_of(self, noted: Proposal, stated: Proposal) -> str:
        """Why, by the guidelines, the note's code stands in the stated one's place; empty if it does not."""
        passed = (a for a in noted.code.alternatives if a.code == stated.name)
        why = next((a.why_not for a in passed if not a.why_not.startswith(_SET_ASIDE)), "")
        return why or gives_way(stated.name, self._words(stated), noted.name)

    def _words(self, stated: Proposal) -> frozenset[str]:
        """The words in which the EHR states it."""
        return frozenset[str]().union(*(stems(text) for text in self._said(stated)))

    def _said(self, stated: Proposal) -> list[str]:
        return [text for ident in stated.code.diagnosis_ids for text in self._texts.get(ident, ()) if text]

    def _doubtful(self, stated: Proposal, rivals: Sequence[tuple[Proposal, Relation]]) -> Proposal:
        """A stated code that no note gives, with what they give instead."""
        if not stated.code.confidence:
            return replace(stated, doubted=True)  # it cannot be billed, and waits for that reason
        beside = _beside(stated, [each for each, _ in rivals])
        for bond, confidence, why in (
            (Relation.OTHERWISE, OTHERWISE, "the note says it otherwise"),
            (Relation.VAGUER, VAGUER, "the note says less of it"),
            (Relation.FINER, VAGUER, "the note says more of it, in passing"),
        ):
            quotes = [each.code.evidence for each, how in rivals if how is bond]
            if quotes:
                return _waits(beside, confidence, why, f"ehr.{bond.value}", united(*quotes))
        return self._searched(beside)

    def _searched(self, stated: Proposal) -> Proposal:
        """A stated code that the notes give in no form: whether they say it at all."""
        said = self._search.said(stated.name, self._said(stated))
        if said is None or (said.word != AFFIRMED and stated.name.startswith(_UNSPOKEN)):
            return _waits(stated, ABSENT, "no note speaks of it", "ehr.absent")
        quotes = (said.evidence,)
        if said.word == AFFIRMED:
            return _waits(stated, NAMED, "the note names it, and is not coded so", "ehr.named", quotes)
        return _waits(stated, DENIED, f"the note says it as {said.word}", "ehr.contradicted", quotes)

    def _adds(self, noted: Proposal, related: Collection[str]) -> bool:
        """Whether a note's code may stand beside what the EHR states.

        Where the EHR lists diagnoses, only the note's assessment adds to them, and not by repeating the
        words of an entry: those have been read as the entry, if the code is not `related` to one. Nor does
        what is not likely, unless it is all that the name of a problem says.
        """
        if not self._diagnoses:
            return True
        texts = [text for some in self._texts.values() for text in some if text]
        repeats = noted.name not in related and any(noted.stems <= stems(text) for text in texts)
        stands = noted.code.confidence >= FLOOR or noted.line <= noted.stems
        return noted.strong and stands and not repeats


def together(confidence: float) -> float:
    """The probability of a code that the EHR states and a note gives with that probability."""
    right, wrong = confidence * (1 - _WRONG), (1 - confidence) * _WRONG
    return round(right / (right + wrong), 3)


def _of_notes(match: _Match) -> list[Proposal]:
    """The notes' codes that go on for a stated one."""
    return [match.same] if match.same is not None else [each for each, _ in match.instead]


def _beside(stated: Proposal, rivals: Sequence[Proposal]) -> Proposal:
    """The stated code with the notes' codes as its alternatives."""
    told = tuple(
        Alternative(code=each.name, title=each.code.title, why_not="given by the note, not by the EHR")
        for each in rivals
    )
    return stated.but(alternatives=alternatives(stated.code.alternatives, told))


def _waits(
    stated: Proposal, confidence: float, why: str, rule: str, evidence: tuple[Evidence, ...] = ()
) -> Proposal:
    """A stated code that a coder looks at."""
    code = stated.code
    waiting = stated.but(
        confidence=min(confidence, code.confidence),
        route=Route.REVIEW,
        rules=(*code.rules, rule),
        reason=f"{code.reason}; {why}",
        evidence=evidence,
    )
    return replace(waiting, doubted=waiting.code.confidence < VAGUER)


def _once(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Each code once, where it stands first."""
    known: dict[str, Proposal] = {}
    for each in proposals:
        known[each.name] = known[each.name].joined(each) if each.name in known else each
    return list(known.values())
