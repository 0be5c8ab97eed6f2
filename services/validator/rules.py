"""A rule ready to run, and the index that finds the rules which can apply to a case."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from services.contracts.coding import ServiceLine
from services.validator.case import Case
from services.validator.judge import Judge
from services.validator.rulebook import RuleSpec, Scope
from services.validator.spans import CodeGroup, CodeSpan

_REMEMBERED: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's data with the function that judges by it: a case, or (`of_line`) a line of a case."""

    spec: RuleSpec
    check: Callable[..., None]
    options: Any = None
    of_line: bool = False

    @property
    def id(self) -> str:
        """The rule's id."""
        return self.spec.id


def of_every_line(rule: Rule) -> Rule:
    """The rule as one about whole cases: one about lines then judges every line of the case."""
    if not rule.of_line:
        return rule

    def check(case: Case, judge: Judge) -> None:
        for line in case.lines:
            rule.check(line, case, judge)

    return replace(rule, check=check, of_line=False)


class RuleIndex:
    """Rules by what they can apply to. A rule is filed under the narrowest part of its scope."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        """File every rule."""
        self._general: list[Rule] = []
        self._by_code: dict[str, list[Rule]] = defaultdict(list)
        self._by_span: dict[str, list[tuple[CodeSpan, Rule]]] = defaultdict(list)
        self._known_codes: dict[str, tuple[Rule, ...]] = {}
        self._by_modifier: dict[str, list[Rule]] = defaultdict(list)
        self._by_diagnosis: dict[str, list[Rule]] = defaultdict(list)
        self._by_place: dict[str, list[Rule]] = defaultdict(list)
        for rule in rules:
            self._file(rule)

    def _file(self, rule: Rule) -> None:
        scope = rule.spec.scope
        if scope.codes:
            for span in map(CodeSpan.read, scope.codes):
                self._file_code(span, rule)
        elif scope.diagnoses:
            for code in scope.diagnoses:
                self._by_diagnosis[code[:3]].append(of_every_line(rule))
        elif scope.modifiers:
            for modifier in scope.modifiers:
                self._by_modifier[modifier].append(rule)
        elif scope.places:
            for place in scope.places:
                self._by_place[place].append(of_every_line(rule))
        else:
            self._general.append(rule)

    def _file_code(self, span: CodeSpan, rule: Rule) -> None:
        if span.first == span.last:
            self._by_code[span.first].append(rule)
            return
        for first in {span.first[:1], span.last[:1]} | {
            chr(sign) for sign in range(ord(span.first[0]), ord(span.last[0]) + 1)
        }:
            self._by_span[first].append((span, rule))

    def general(self, case: Case) -> Iterator[Rule]:
        """The rules of general scope that are in force and in scope."""
        return (rule for rule in self._general if in_scope(rule.spec, case))

    def of_line(self, line: ServiceLine) -> Iterator[Rule]:
        """The rules about a line's code or modifiers; one may come twice."""
        yield from self._of_code(line.code)
        for modifier in line.modifiers:
            yield from self._by_modifier.get(modifier, ())

    def of_visit(self, case: Case) -> Iterator[Rule]:
        """The rules about a case's diagnoses or place of service; one may come twice."""
        if self._by_diagnosis:
            for code in case.diagnoses:
                for rule in self._by_diagnosis.get(code.code[:3], ()):
                    if code.code.startswith(rule.spec.scope.diagnoses):
                        yield rule
        if self._by_place:
            yield from self._by_place.get(case.visit.place_of_service, ())

    def _of_code(self, code: str) -> tuple[Rule, ...]:
        """The rules about a code, remembered: the same codes come again and again."""
        known = self._known_codes.get(code)
        if known is None:
            spans = (rule for span, rule in self._by_span.get(code[:1], ()) if code in span)
            known = (*self._by_code.get(code, ()), *spans)
            if len(self._known_codes) < _REMEMBERED:
                self._known_codes[code] = known
        return known


def in_scope(spec: RuleSpec, case: Case) -> bool:
    """Whether a rule is in force on the case's day and can apply to this payer, form and kind of visit."""
    scope = spec.scope
    return (
        case.day in spec.effective
        and _allows(scope.payers, case.coverage.payer_id if case.coverage else "")
        and _allows(scope.payer_kinds, case.coverage.payer_kind if case.coverage else "")
        and _allows(scope.visit_classes, case.visit.visit_class)
        and (not scope.claim_types or any(each in scope.claim_types for each in case.claim_types))
    )


def _allows(allowed: tuple[str, ...], value: str) -> bool:
    return not allowed or value in allowed


def line_in_scope(scope: Scope, codes: CodeGroup | None, line: ServiceLine, case: Case) -> bool:
    """Whether a rule about lines means this one; `codes` are the scope's."""
    return (
        _allows(scope.claim_types, line.claim_type)
        and (codes is None or line.code in codes)
        and (not scope.modifiers or any(modifier in scope.modifiers for modifier in line.modifiers))
        and _allows(scope.places, case.visit.place_of_service)
    )
