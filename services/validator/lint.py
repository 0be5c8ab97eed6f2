"""Lint for rule files: what loads, but is likely wrong."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from services.contracts.base import Outcome, Severity
from services.validator.catalog import Catalog
from services.validator.payers import Payer
from services.validator.rulebook import RuleSpec, Scope
from services.validator.rules import Rule
from services.validator.spans import CodeSpan

ICD10_BEGINS = date(2015, 10, 1)


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark: the rule, what is odd, whether it must be mended."""

    rule: str
    what: str
    error: bool = False


def lint(catalog: Catalog, today: date) -> list[Remark]:
    """Every remark, sorted by rule."""
    found = [remark for rule in catalog.every for remark in _of_rule(rule.spec, today)]
    found += _overlaps(catalog.rules)
    for rules in catalog.by_payer.values():
        found += _overlaps([*rules])
    found += [remark for payer in catalog.payers.payers for remark in _of_payer(payer)]
    return sorted(set(found), key=lambda remark: (remark.rule, remark.what))


def _of_rule(spec: RuleSpec, today: date) -> Iterator[Remark]:
    if spec.effective.last < spec.effective.first:
        yield Remark(spec.id, "dead dates: it ends before it begins", error=True)
    elif spec.effective.last < ICD10_BEGINS:
        yield Remark(spec.id, f"dead dates: it ended on {spec.effective.last}, before any claim", error=True)
    elif spec.effective.last < today:
        yield Remark(spec.id, f"ended on {spec.effective.last}: it judges only older services")
    shown = {example.outcome for example in spec.examples}
    needed = {Outcome.PASS} if spec.severity is Severity.INFO else {Outcome.PASS, Outcome.FAIL}
    missing = sorted(outcome.value for outcome in needed - shown)
    if missing:
        yield Remark(spec.id, f"has no example that gives {' or '.join(missing)}", error=True)
    for text in spec.scope.codes:
        span = CodeSpan.read(text)
        if len(span.first) != len(span.last) or span.last < span.first:
            yield Remark(spec.id, f"scope: {text} is no range of codes", error=True)


def _of_payer(payer: Payer) -> Iterator[Remark]:
    if payer.filing is None:
        yield Remark(payer.name, "has no filing limit: timely filing is not checked for it")


def _overlaps(rules: Iterable[Rule]) -> Iterator[Remark]:
    """Two rules that ask the same of the same claims on the same days."""
    for one, other in combinations(sorted(rules, key=lambda rule: rule.id), 2):
        same = _asks(one.spec) == _asks(other.spec) and _days_meet(one.spec, other.spec)
        if same and _scopes_meet(one.spec.scope, other.spec.scope):
            yield Remark(other.id, f"overlaps {one.id}: both ask the same of the same claims")


def _asks(spec: RuleSpec) -> tuple[object, ...]:
    options = repr(sorted(spec.options.items(), key=lambda item: item[0]))
    return (spec.check, options, spec.each, " ".join(spec.when.split()), " ".join(spec.require.split()))


def _days_meet(one: RuleSpec, other: RuleSpec) -> bool:
    return one.effective.first <= other.effective.last and other.effective.first <= one.effective.last


def _scopes_meet(one: Scope, other: Scope) -> bool:
    if not _codes_meet(one.codes, other.codes):
        return False
    names = set(Scope.model_fields) - {"codes"}
    return all(
        not getattr(one, name)
        or not getattr(other, name)
        or set(getattr(one, name)) & set(getattr(other, name))
        for name in names
    )


def _codes_meet(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if not one or not other:
        return True
    spans = [CodeSpan.read(text) for text in other]
    return any(
        span.first <= each.last and each.first <= span.last
        for each in map(CodeSpan.read, one)
        for span in spans
    )
