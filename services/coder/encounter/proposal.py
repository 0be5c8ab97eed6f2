"""A code on its way to the claim of an encounter, with what its source tells beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.contracts.coding import Alternative, AssignedCode, Evidence


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one source, or several that agree, propose. `stems` and `line` are the folded words of the term
    and of the line that it comes from; `strong`: of an assessment or of final diagnoses.
    """

    code: AssignedCode
    stems: frozenset[str] = frozenset()
    line: frozenset[str] = frozenset()
    strong: bool = True
    asked: bool = False
    """A question that is open decides it: a person sees it, however probable it is."""
    doubted: bool = False
    """The notes do not bear it out: no other code gives way to it, and it makes none."""

    @property
    def name(self) -> str:
        """The code itself."""
        return self.code.code

    def but(self, **update: Any) -> "Proposal":  # noqa: ANN401 (each field has a type of its own)
        """The proposal with other fields of its code."""
        return replace(self, code=self.code.model_copy(update=update))

    def joined(self, other: "Proposal") -> "Proposal":
        """The same code from two sources: all evidence, the better confidence."""
        better = max(self.code, other.code, key=lambda code: code.confidence)
        return replace(
            self.but(
                evidence=united(self.code.evidence, other.code.evidence),
                alternatives=alternatives(self.code.alternatives, other.code.alternatives),
                diagnosis_ids=ids(self, other),
                confidence=better.confidence,
                route=better.route,
            ),
            strong=self.strong or other.strong,
            asked=self.asked or other.asked,
        )

    def instead_of(self, other: "Proposal", why: str) -> "Proposal":
        """The proposal in the place of the other, which becomes an alternative of it."""
        passed = Alternative(code=other.name, title=other.code.title, why_not=why)
        return self.but(
            alternatives=alternatives(self.code.alternatives, (passed,)),
            diagnosis_ids=ids(self, other),
            present_on_admission=self.code.present_on_admission or other.code.present_on_admission,
        )


def united(*quotes: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Evidence of several sources, each quotation once."""
    return tuple(dict.fromkeys(each for some in quotes for each in some))


def alternatives(*some: Sequence[Alternative]) -> tuple[Alternative, ...]:
    """Alternatives of several sources, each code and reason once."""
    known: dict[tuple[str, str], Alternative] = {}
    for each in (one for many in some for one in many):
        known.setdefault((each.code, each.why_not), each)
    return tuple(known.values())


def ids(*proposals: Proposal) -> tuple[str, ...]:
    """The EHR's diagnoses that some proposals stand for, each once."""
    return tuple(dict.fromkeys(ident for one in proposals for ident in one.code.diagnosis_ids))
