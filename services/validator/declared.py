"""Rules without code: an expression that must hold, of the claim or of each line or diagnosis in scope."""

from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter

from services.validator.case import Case
from services.validator.errors import BadRule, ExpressionError
from services.validator.expressions import Expression
from services.validator.fields import Target, Words, meant
from services.validator.judge import Judge
from services.validator.rulebook import RuleSpec
from services.validator.rules import line_in_scope
from services.validator.spans import CodeGroup


@dataclass(frozen=True, slots=True)
class DeclaredCheck:
    """Judges by a rule's `require`, where its `when` holds; `allow` makes a failure `bypassed`."""

    spec: RuleSpec
    when: Expression | None
    require: Expression
    allow: Expression | None
    codes: CodeGroup | None

    def __call__(self, case: Case, judge: Judge) -> None:
        """The verdicts on every target in scope."""
        for name, target in self._targets(case):
            if self.when is not None and not self.when(target):
                continue
            if self.require(target):
                judge.ok()
            elif self.allow is not None and self.allow(target):
                judge.bypass_in(name, self.spec.allowed_by, Words(target, self.spec.each))
            else:
                judge.fail_in(name, Words(target, self.spec.each))

    def _targets(self, case: Case) -> Iterator[tuple[str, Target]]:
        if self.spec.each == "line":
            for line in case.lines:
                if line_in_scope(self.spec.scope, self.codes, line, case):
                    yield f"line:{line.line_id}", Target(case, line=line)
        elif self.spec.each == "diagnosis":
            for code in case.diagnoses:
                if not self.spec.scope.diagnoses or code.code.startswith(self.spec.scope.diagnoses):
                    yield f"code:{code.code}", Target(case, diagnosis=code)
        else:
            yield "claim", Target(case)


def declared(spec: RuleSpec, source: str) -> DeclaredCheck:
    """The check of a rule that is an expression; raises `BadRule` for what does not compile."""
    for text in (spec.message, spec.fix):
        for _, name, _, _ in Formatter().parse(text):
            if name is not None:
                _known(name, spec, source)
    return DeclaredCheck(
        spec,
        _compiled("when", spec.when, spec, source),
        _required(spec, source),
        _compiled("allow", spec.allow, spec, source),
        CodeGroup(spec.scope.codes) if spec.scope.codes else None,
    )


def _known(name: str, spec: RuleSpec, source: str) -> None:
    try:
        meant(name, spec.each)
    except KeyError:
        raise BadRule(source, spec.id, f"message: there is no field {{{name}}}") from None


def _required(spec: RuleSpec, source: str) -> Expression:
    found = _compiled("require", spec.require, spec, source)
    if found is None:
        raise BadRule(source, spec.id, "needs a check or an expression in require")
    return found


def _compiled(part: str, text: str, spec: RuleSpec, source: str) -> Expression | None:
    if not text:
        return None
    try:
        return Expression(text, spec.each)
    except ExpressionError as error:
        raise BadRule(source, spec.id, f"{part}: {error}") from None
