"""What can go wrong in the validator.

ValidatorError
├── BadRule          a rule file is refused whole at load; file, rule and place say where
├── UnknownCheck     a rule names a check function that does not exist
└── NothingHeld      a decision arrived for an encounter that the validator does not hold
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


class UnknownCheck(ValidatorError):
    """No check function has that name."""


class NothingHeld(ValidatorError):
    """A person decided about an encounter that is not held here."""
