"""What can go wrong in the validator.

ValidatorError
├── BadRule          a rule file is refused whole at load; file, rule and place say where
├── ExpressionError  a rule's expression does not compile, or cannot be evaluated on a claim
└── UnreadableLine   a line of a file is no encounter and no claim
"""


class ValidatorError(Exception):
    """Root of the validator's errors; messages name rules and ids, never a patient."""


class BadRule(ValidatorError):
    """A rule file breaks the form of rules, or one of its expressions does not compile."""

    def __init__(self, source: str, rule: str, reason: str) -> None:
        self.source = source
        self.rule = rule
        self.reason = reason
        super().__init__(f"{source}: {rule}: {reason}" if rule else f"{source}: {reason}")


class ExpressionError(ValidatorError):
    """An expression does not compile, or could not be evaluated on a claim."""


class UnreadableLine(ValidatorError):
    """A line of a file is not JSON, or none of the contracts that can be judged."""
