"""What can go wrong in a stage.

StageError
├── Rejected               a handler or codec refuses one record: it becomes a dead letter
├── ConfigurationError     the stage cannot start as it is set up (exit 78, do not restart)
│   ├── SettingsError      an environment variable is missing, or would break the guarantee
│   └── TopicsError        a topic is missing, or the topics' partition counts differ
├── AbortError             the log asks for an abort: the transaction is undone and done again
│   └── TooLargeError      a record was refused for its size: the limits have changed
└── FatalError             the process must end (exit 70); the log holds the truth
    ├── FencedError        another instance with the same id has taken over
    ├── TooManyAbortsError the same work was aborted again and again
    └── RebuildError       the state cannot be read back from the stage's own output
"""

from collections.abc import Iterable
from typing import Final

from services.stage.model import Fault

EXIT_FATAL: Final = 70  # EX_SOFTWARE of sysexits.h: restart me
EXIT_CONFIGURATION: Final = 78  # EX_CONFIG of sysexits.h: a restart does not help


class StageError(Exception):
    """Anything that a stage raises on purpose."""


class Rejected(StageError):
    """One record is refused, for every reason in `faults`; the stage goes on with the next record."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep every fault, so that the sender can mend all of them at once."""
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("; ".join(f"{fault.path}: {fault.message}" for fault in self.faults))


class ConfigurationError(StageError):
    """The stage cannot start as it is set up."""


class SettingsError(ConfigurationError):
    """An environment variable is missing, or would break what the stage promises."""


class TopicsError(ConfigurationError):
    """A topic is missing, or topics that must be partitioned alike are not."""


class AbortError(StageError):
    """The open transaction must be aborted; its records are then handled again."""


class TooLargeError(AbortError):
    """The log refused a record for its size, though it was checked: the limits are to be read anew."""


class FatalError(StageError):
    """Nothing can be saved in this process: end it, start another."""


class FencedError(FatalError):
    """Another instance with the same transactional id or group instance id has taken over."""


class TooManyAbortsError(FatalError):
    """The transaction was aborted too many times in a row."""


class RebuildError(FatalError):
    """The state of a partition cannot be read back from the stage's own output topic."""
