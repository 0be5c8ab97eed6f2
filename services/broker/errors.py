"""What can go wrong with the local broker. Every error says what happened and what to do about it.

BrokerError
├── ToolMissing        no java, no mvn
├── JavaTooOld         java is there, but older than 17
├── InstallFailed      Maven could not fetch Kafka's jars
├── PortTaken          something that is not this broker listens on the port
├── StartFailed        the broker died or did not become ready in time
└── NoBroker           no cluster is configured and no local broker runs
"""


class BrokerError(Exception):
    """A failure of the local broker.

    `fix` is one sentence that a person can act on.
    """

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(f"{message}\nFix: {fix}")
        self.message = message
        self.fix = fix


class ToolMissing(BrokerError):
    """A program that the broker needs is not installed."""


class JavaTooOld(BrokerError):
    """The Java that was found is older than Kafka 4 needs."""


class InstallFailed(BrokerError):
    """Maven could not put Kafka's jars in place."""


class PortTaken(BrokerError):
    """Another process listens on a port that the broker was told to use."""


class StartFailed(BrokerError):
    """The broker process ended, or did not answer in time."""


class NoBroker(BrokerError):
    """No cluster is configured and no local broker is running."""
