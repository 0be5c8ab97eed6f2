"""What can go wrong with a contract.

ContractError
├── UnknownTopic        no contract is registered for that topic
├── NotAnEvent          the bytes are not in an encoding that this project reads
├── UnknownFingerprint  a schema that no known version of the contract has
└── InvalidEvent        readable bytes, but the event breaks its contract
"""

from services.stage.model import Fault


class ContractError(Exception):
    """Root of the contract errors; the message never quotes a value of the event."""

    fix = "publish the event again as the contract in schemas/ says"

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What a dead letter says of it."""
        return (Fault("", str(self), self.fix),)


class UnknownTopic(ContractError):
    """No contract is registered for the topic."""


class NotAnEvent(ContractError):
    """The bytes carry neither the single-object marker nor the Confluent magic byte, or end early."""


class UnknownFingerprint(ContractError):
    """The schema named by the bytes is not among the published versions of the topic's contract."""

    fix = "deploy the version that published this schema under schemas/history, then replay"


class InvalidEvent(ContractError):
    """The event does not satisfy its contract; `places` names every field at fault."""

    def __init__(self, contract: str, places: tuple[tuple[str, str], ...]) -> None:
        self.places = places
        listed = "; ".join(f"{path}: {message}" for path, message in places)
        super().__init__(f"{contract}: {listed}")

    @property
    def faults(self) -> tuple[Fault, ...]:
        """One for each field."""
        return tuple(Fault(path, message, self.fix) for path, message in self.places)
