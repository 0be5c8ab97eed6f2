"""What can go wrong in the coder.

CoderError
├── TerminologyError    the vocabulary cannot be built or opened
├── RuleError           a rule file is not as it must be; names the file and the entry
├── SwitchError         a customer's switch is not known, or has not that value
├── GateError           the gate was asked for a promise that nobody measured
├── NoCompiler          the machine code of the coder cannot be made here; says what to install
└── NoteError           one input line of `claimstream code` cannot be read; names the line and the field
"""


class CoderError(Exception):
    """Base of everything that the coder raises on purpose."""


class TerminologyError(CoderError):
    """The vocabulary cannot be built or opened."""


class RuleError(CoderError):
    """A rule file is not as it must be."""


class NoteError(CoderError):
    """One input line cannot be read."""


class SwitchError(CoderError):
    """A customer's switch is not known, or has not that value."""


class GateError(CoderError):
    """The gate was asked for a promise that nobody measured."""


class NoCompiler(CoderError):
    """The coder's machine code cannot be made on this machine."""
