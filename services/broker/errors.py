"""What can go wrong with the broker and its topics. Every error says what happened and what to do about it.

BrokerError
├── ToolMissing        no java, no mvn
├── JavaTooOld         java is there, but older than 17
├── InstallFailed      Maven could not fetch Kafka's jars
├── PortTaken          something that is not this broker listens on the port
├── StartFailed        the broker died or did not become ready in time
├── NoBroker           no cluster is configured and no local broker runs
├── ClusterUnreachable no Kafka answers at the configured address
├── UnknownSetting     a security setting that kafka-python does not have
├── PartitionsDiffer   a topic exists with another number of partitions
└── TopicsRefused      the cluster refused to make or change a topic
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


class ClusterUnreachable(BrokerError):
    """No Kafka answers at the configured address, or not in the configured protocol."""


class UnknownSetting(BrokerError):
    """A security setting that the client which makes the topics does not have."""


class PartitionsDiffer(BrokerError):
    """A topic exists with another number of partitions than the table's."""


class TopicsRefused(BrokerError):
    """The cluster refused to make or change a topic."""
